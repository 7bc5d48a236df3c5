//! Matches and suggestions: bank on the left, books on the right, and why.

use super::amount::{hundredths, signed};
use super::{Listed, Rows, more};
use crate::report::Report;
use crate::text::one_line;
use crate::words::{Word, count, counted};
use tieout_core::problem::excerpt;
use tieout_match::{Group, Part, Reason, Side, Tier};

/// So many rows are shown of one group.
const ROWS_OF_GROUP: usize = 60;

/// A group with its proof.
pub(super) struct GroupView {
    pub number: String,
    /// Bank and books side by side.
    pub rows: Vec<PairView>,
    /// Rows of the group, and one for what is not shown of it.
    pub height: usize,
    pub more: Option<String>,
    /// `99.64 %`.
    pub confidence: String,
    /// The strongest evidence.
    pub strongest: String,
    pub evidence: Vec<(String, String)>,
    /// How it was found, its score and the next best.
    pub found: String,
}

/// A line, an entry, or one of each in one row.
pub(super) struct PairView {
    pub line: Option<HalfView>,
    pub entry: Option<HalfView>,
}

/// One half of a row.
pub(super) struct HalfView {
    pub date: String,
    pub id: String,
    pub title: String,
    pub detail: String,
    pub amount: String,
}

/// All groups without a person.
pub(super) fn automatic(report: &Report<'_>, rows: &mut Rows) -> Listed<GroupView> {
    let most = rows.0;
    groups(report, (rows, most), Tier::Automatic)
}

/// All groups that wait for a person.
pub(super) fn suggestions(report: &Report<'_>, rows: &mut Rows) -> Listed<GroupView> {
    let most = rows.share();
    groups(report, (rows, most), Tier::Suggested)
}

/// How many groups of which shapes: `187 matches: one to one (180), …`.
pub(super) fn summary(report: &Report<'_>) -> String {
    let counts = &report.result.counts;
    let shapes: Vec<String> = counts
        .shapes
        .iter()
        .filter(|((tier, _), _)| *tier == Tier::Automatic)
        .map(|((_, shape), number)| format!("{} ({})", shape.label(), count(*number)))
        .collect();
    let number = counted(u64::try_from(counts.automatic).unwrap_or(u64::MAX), "match", "matches");
    let later = u64::try_from(counts.automatic)
        .unwrap_or(u64::MAX)
        .saturating_sub(counts.automatic_to_date);
    let later = match later {
        0 => String::new(),
        _ => format!(
            "; {} of them with bank lines after {} alone, not among the figures of the day",
            count(later),
            report.result.identification.period.last()
        ),
    };
    let accepted = report.result.groups.iter();
    let accepted = match accepted
        .filter(|group| group.proof.found_by == Reason::Decision)
        .count()
    {
        0 => String::new(),
        some => format!("; {} decided by people", count(i64::try_from(some).unwrap_or(i64::MAX))),
    };
    format!("{number}: {}{accepted}{later}", shapes.join(", "))
}

/// Groups as long as rows last, at most so many; a group is shown with all its rows or not at all, but for the very long ones.
fn groups(report: &Report<'_>, (rows, most): (&mut Rows, usize), tier: Tier) -> Listed<GroupView> {
    let mut shown = Vec::new();
    let mut rest = 0;
    let mut left = most;
    for (group, position) in report.result.groups.iter().zip(0_u32..) {
        if group.tier != tier {
            continue;
        }
        match left.checked_sub(rows_of(group)) {
            Some(after) if rest == 0 => {
                left = after;
                shown.push(view(report, group, position));
            }
            _ => rest += 1,
        }
    }
    rows.0 -= most - left;
    Listed {
        rows: shown,
        more: more(rest, "matches.csv and offsets.csv"),
    }
}

/// Rows of a group in its table: its items, what is not shown of them, and its proof.
fn rows_of(group: &Group) -> usize {
    let height = height(group);
    height.min(ROWS_OF_GROUP) + usize::from(height > ROWS_OF_GROUP) + 1
}

fn height(group: &Group) -> usize {
    group.lines.len().max(group.entries.len() + group.residuals.len())
}

fn view(report: &Report<'_>, group: &Group, position: u32) -> GroupView {
    let half = |side, part: &Part| half(report, side, part);
    let lines = group.lines.iter().map(|part| half(Side::Line, part));
    let entries = group.entries.iter().map(|part| half(Side::Entry, part));
    let residuals = group.residuals.iter().map(|residual| HalfView {
        date: String::new(),
        id: String::new(),
        title: residual.kind.label().to_owned(),
        detail: String::new(),
        amount: signed(report, residual.amount),
    });
    let (mut lines, mut entries) = (lines, entries.chain(residuals));
    let height = height(group);
    let rows: Vec<PairView> = (0..height.min(ROWS_OF_GROUP))
        .map(|_| PairView {
            line: lines.next(),
            entry: entries.next(),
        })
        .collect();
    let more = more(height - rows.len(), "matches.csv");
    let proof = &group.proof;
    let next = match proof.runner_up {
        Some(runner_up) => format!("next best {}", hundredths(runner_up)),
        None => "no alternative".to_owned(),
    };
    let pieces = report.evidence(group);
    let evidence = pieces
        .iter()
        .map(|piece| (hundredths(piece.weight), clean(&piece.text)));
    GroupView {
        number: report.ids.group(position),
        height: rows.len() + usize::from(more.is_some()),
        rows,
        more,
        confidence: percent(group.confidence_ppm),
        strongest: pieces
            .first()
            .map_or_else(|| proof.found_by.label().to_owned(), |best| clean(&best.text)),
        evidence: evidence.collect(),
        found: format!("{}; {} in all, {next}", proof.found_by.label(), hundredths(proof.score)),
    }
}

fn half(report: &Report<'_>, side: Side, part: &Part) -> HalfView {
    let shown = report.show_item(side, part.item);
    let whole = report.items(side).amount(part.item);
    let of = if part.amount == whole {
        String::new()
    } else {
        format!("part of {}", signed(report, whole))
    };
    let dot = if of.is_empty() || shown.detail.is_empty() {
        ""
    } else {
        " · "
    };
    HalfView {
        date: shown.date.map_or_else(String::new, |date| date.to_string()),
        id: shown.id_and_place(),
        title: shown.title,
        detail: format!("{of}{dot}{}", shown.detail),
        amount: signed(report, part.amount),
    }
}

fn clean(text: &str) -> String {
    one_line(&excerpt(text, 280))
}

/// Never rounded up to certainty: 999 999 parts per million are `99.99 %`.
fn percent(ppm: u32) -> String {
    let hundredths = ppm / 100;
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_never_round_up_to_certainty() {
        assert_eq!(percent(999_999), "99.99 %");
        assert_eq!(percent(1_000_000), "100.00 %");
        assert_eq!(percent(493_000), "49.30 %");
    }
}
