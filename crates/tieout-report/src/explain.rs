//! One match in plain words, from the result file alone: what belongs together, why, what else was considered, why it is
//! automatic or not. Of a line or an entry without a match, why it has none; and what rules say of a line.

mod odds;
mod rulings;
mod unmatched;

use crate::record::{Group, Item, Record};
use crate::text::short;
use crate::words::{FromCode, Word};
use odds::{odds, times};
use std::fmt::Write as _;
use tieout_core::Decimal;
use tieout_match::{EvidenceKind, HeldBack, Reason, ResidualKind, Side};

/// The longest text of a file that is shown in one place, in characters.
const LONGEST: usize = 60;

/// Why nothing can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// No match, line or entry is called so.
    #[error("{name} is neither a match nor a line or entry of this result; matches are {matches}")]
    Name {
        /// What was asked for.
        name: String,
        /// Which there are.
        matches: String,
    },
}

/// Tells of a match by its number (`M12`, `S3`), of all that a line or an entry is in, or why it is in nothing.
///
/// # Errors
/// See [`Unknown`].
pub fn explain(record: &Record, name: &str) -> Result<String, Unknown> {
    let by_number = record.groups.iter().find(|group| group.id.eq_ignore_ascii_case(name));
    if let Some(group) = by_number {
        return Ok(one(record, group));
    }
    let holds = |group: &&Group| group.lines.iter().chain(&group.entries).any(|part| part.id == name);
    let mut told = Vec::new();
    told.extend(record.groups.iter().filter(holds).map(|group| one(record, group)));
    if !told.is_empty() {
        return Ok(told.join("\n"));
    }
    for (side, items) in [(Side::Line, &record.lines), (Side::Entry, &record.entries)] {
        let named = items.iter().filter(|item| item.id == name);
        told.extend(named.map(|item| unmatched::tell(record, side, item)));
    }
    if !told.is_empty() {
        return Ok(told.join("\n"));
    }
    let last = |prefix: char| {
        let of_kind = record.groups.iter().rev().find(|group| group.id.starts_with(prefix));
        of_kind.map(|group| format!("{prefix}1 to {}", group.id))
    };
    let matches: Vec<String> = [last('M'), last('S')].into_iter().flatten().collect();
    let matches = if matches.is_empty() {
        "none".to_owned()
    } else {
        matches.join(", ")
    };
    Err(Unknown::Name {
        name: name.to_owned(),
        matches,
    })
}

fn one(record: &Record, group: &Group) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", headline(group));
    let _ = writeln!(text);
    items(record, group, &mut text);
    why(group, &mut text);
    alternatives(record, group, &mut text);
    decision(record, group, &mut text);
    rulings::tell_of_group(record, group, &mut text);
    todo(record, group, &mut text);
    text
}

fn headline(group: &Group) -> String {
    let counted = |number: usize, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let lines = counted(group.lines.len(), "bank line", "bank lines");
    let entries = counted(group.entries.len(), "entry", "entries");
    let what = match (group.lines.len(), group.entries.len()) {
        (0, _) => format!("{entries} that cancel each other"),
        (_, 0) => format!("{lines} that cancel each other"),
        _ => format!("{lines} with {entries}"),
    };
    let tier = if group.tier == "auto" {
        "matched"
    } else {
        "suggested, not matched"
    };
    format!("{}: {what}, {tier}, confidence {}", group.id, percent(group.confidence))
}

/// What belongs together, as in the books.
fn items(record: &Record, group: &Group, text: &mut String) {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let sides = [
        ("Bank", &group.lines, &record.lines),
        ("Books", &group.entries, &record.entries),
    ];
    for (side, parts, items) in sides {
        for part in parts {
            let item: Option<&Item> = items.iter().find(|item| item.id == part.id);
            let (date, about) = item.map_or((String::new(), String::new()), |item| {
                let whole = if item.amount == part.amount {
                    String::new()
                } else {
                    format!(", a part of {}", record.amount(item.amount))
                };
                (item.date.to_string(), format!("{}{whole}", short(item.text(), LONGEST)))
            });
            rows.push([
                side.to_owned(),
                date,
                record.amount(part.amount),
                format!("{about} [{}]", part.id),
            ]);
        }
    }
    for residual in &group.residuals {
        let what = ResidualKind::from_code(&residual.kind).map_or(residual.kind.as_str(), |kind| kind.label());
        rows.push([
            "Difference".into(),
            String::new(),
            record.amount(residual.amount),
            what.to_owned(),
        ]);
    }
    let width = rows.iter().map(|row| row[2].chars().count()).max().unwrap_or(0);
    for [side, date, amount, about] in rows {
        let _ = writeln!(text, "  {side:<10}  {date:<10}  {amount:>width$}  {about}");
    }
}

/// Reasons with what each contributes.
fn why(group: &Group, text: &mut String) {
    let proof = &group.proof;
    let _ = writeln!(text, "\nWhy");
    let found_by = Reason::from_code(&proof.found_by);
    if matches!(found_by, Some(Reason::Rule | Reason::Decision)) {
        for evidence in &proof.evidence {
            let _ = writeln!(text, "  \u{b7} {}", evidence.text);
        }
        return;
    }
    let label =
        |kind: &str| EvidenceKind::from_code(kind).map_or(String::from("evidence"), |kind| kind.label().to_owned());
    for evidence in &proof.evidence {
        let kind = label(&evidence.kind);
        let _ = writeln!(
            text,
            "  {:>7}  {kind:<21} {}",
            bits(evidence.weight),
            short(&evidence.text, 200)
        );
    }
    let _ = writeln!(text, "  {:\u{2500}>7}", "");
    let _ = writeln!(
        text,
        "  {:>7}  bits in all: {} (each bit doubles the odds)",
        bits(proof.score),
        odds(proof.score)
    );
    if let Some(found_by) = found_by {
        let _ = writeln!(text, "  Found as: {}", found_by.label());
    }
}

fn alternatives(record: &Record, group: &Group, text: &mut String) {
    let proof = &group.proof;
    if ["rule", "decision"].contains(&proof.found_by.as_str()) {
        return;
    }
    let _ = writeln!(text, "\nWhat else it could be");
    match proof.runner_up {
        None => {
            let _ = writeln!(text, "  \u{b7} nothing else came into question for these items");
        }
        Some(runner_up) => {
            let margin = i64::from(proof.score) - i64::from(runner_up);
            let margin = i32::try_from(margin).unwrap_or(i32::MAX);
            let weighed = match proof.alternatives {
                0 => String::new(),
                1 => ", 1 alternative weighed".into(),
                several => format!(", {several} alternatives weighed"),
            };
            let told = bits(runner_up);
            let _ = match margin {
                ..0 => writeln!(
                    text,
                    "  \u{b7} the best alternative has {told} bits, more than this{weighed}"
                ),
                0 => writeln!(text, "  \u{b7} the best alternative has {told} bits as well{weighed}"),
                _ => writeln!(
                    text,
                    "  \u{b7} the best alternative has {told} bits, {} less: {} this one{weighed}",
                    bits(margin).trim_start_matches('+'),
                    times(margin)
                ),
            };
        }
    }
    let shares = |other: &&Group| {
        other.id != group.id
            && (other
                .lines
                .iter()
                .any(|part| group.lines.iter().any(|own| own.id == part.id))
                || other
                    .entries
                    .iter()
                    .any(|part| group.entries.iter().any(|own| own.id == part.id)))
    };
    for other in record.groups.iter().filter(shares).take(5) {
        let with: Vec<&str> = other
            .entries
            .iter()
            .chain(&other.lines)
            .map(|part| part.id.as_str())
            .take(4)
            .collect();
        let _ = writeln!(
            text,
            "  \u{b7} {} ({}) with {}",
            other.id,
            percent(other.confidence),
            with.join(", ")
        );
    }
}

/// Why it is automatic or not.
fn decision(record: &Record, group: &Group, text: &mut String) {
    let proof = &group.proof;
    let automatic = group.tier == "auto";
    let threshold = percent(record.settings.automatic);
    let _ = writeln!(
        text,
        "\n{}",
        if automatic {
            "Why it is automatic"
        } else {
            "Why it is not automatic"
        }
    );
    let by_rule = proof.found_by == "rule";
    if proof.found_by == "decision" {
        let _ = writeln!(text, "  \u{b7} a person decided; nothing else was weighed");
        return;
    }
    if let Some(rule) = &proof.rule {
        let said = if by_rule { "made by" } else { "the same as said by" };
        let _ = writeln!(text, "  \u{b7} {said} {}", rulings::named(rule));
    }
    let held_back = proof.held_back.as_deref().map(|code| match HeldBack::from_code(code) {
        Some(known) => known.label(),
        None => code,
    });
    if let Some(why) = held_back {
        let _ = writeln!(text, "  \u{b7} {why}");
    }
    if !by_rule {
        let _ = writeln!(
            text,
            "  \u{b7} the evidence gives {}; matches of such evidence are counted on to be right in {} of cases",
            percent(proof.computed),
            percent(group.confidence)
        );
        let compared = if group.confidence >= record.settings.automatic {
            "not below"
        } else {
            "below"
        };
        let _ = writeln!(
            text,
            "  \u{b7} that is {compared} {threshold}, from which on matches are automatic"
        );
        let _ = writeln!(text, "  \u{b7} decided by {} (model {})", proof.model, proof.model_hash);
    }
}

/// What a person has to do about it.
fn todo(record: &Record, group: &Group, text: &mut String) {
    let about = record
        .exceptions
        .iter()
        .filter(|exception| exception.group.as_deref() == Some(&group.id));
    let told: Vec<String> = about
        .map(|exception| {
            let class = tieout_match::ExceptionClass::ALL
                .iter()
                .find(|class| class.code() == exception.class);
            let class = class.map_or(exception.class.as_str(), |class| record.class_label(exception, *class));
            let action = tieout_match::Action::from_code(&exception.action).map_or("", Word::label);
            format!("{class}: {action} [{}]", exception.id)
        })
        .collect();
    if !told.is_empty() {
        let _ = writeln!(text, "\nTo do");
        for line in told {
            let _ = writeln!(text, "  \u{b7} {line}");
        }
    }
}

/// `99.9950 %`.
fn percent(ppm: u32) -> String {
    let exact = Decimal::from_minor(i64::from(ppm), 4).to_string();
    let short = exact.trim_end_matches('0').trim_end_matches('.');
    format!("{short} %")
}

/// `+12.40`.
fn bits(hundredths: i32) -> String {
    let sign = if hundredths < 0 { "" } else { "+" };
    format!("{sign}{}", Decimal::from_minor(i64::from(hundredths), 2))
}
