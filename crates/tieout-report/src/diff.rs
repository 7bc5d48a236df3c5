//! What changes between two results over the same data: matches, proposed entries, figures; for people and as JSON.

use crate::record::{Adjustment, Exact, Group, Item, Part, Record};
use crate::text::short;
use crate::words::FromCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tieout_match::difference::{Change, ChangeKind, Difference, Matched, between};
use tieout_match::{ResidualKind, Tier};

/// The version of the JSON form.
pub const SCHEMA: &str = "tieout-diff-1";

/// Two results and what differs.
pub struct Diff<'a> {
    before: Indexed<'a>,
    after: Indexed<'a>,
    matches: Difference,
    added: Vec<&'a Adjustment>,
    removed: Vec<&'a Adjustment>,
}

/// A result whose items can be found by id.
struct Indexed<'a> {
    record: &'a Record,
    lines: BTreeMap<&'a str, usize>,
    entries: BTreeMap<&'a str, usize>,
}

impl<'a> Indexed<'a> {
    fn of(record: &'a Record) -> Self {
        Self {
            record,
            lines: Record::places(&record.lines),
            entries: Record::places(&record.entries),
        }
    }
}

/// Two results that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// They are of different accounts.
    #[error("one result is of {0}, the other of {1}")]
    OtherAccount(String, String),
}

impl<'a> Diff<'a> {
    /// Compares two results.
    ///
    /// # Errors
    /// See [`NotComparable`].
    pub fn new(before: &'a Record, after: &'a Record) -> Result<Self, NotComparable> {
        let name = |record: &Record| {
            let account = &record.account;
            let name = if account.books.is_empty() {
                &account.bank
            } else {
                &account.books
            };
            format!("{name} in {}", account.currency)
        };
        if name(before) != name(after) {
            return Err(NotComparable::OtherAccount(name(before), name(after)));
        }
        let (added, removed) = adjustments(before, after);
        Ok(Self {
            before: Indexed::of(before),
            after: Indexed::of(after),
            matches: between(&matched(before), &matched(after)),
            added,
            removed,
        })
    }

    /// Nothing differs in matches and proposed entries.
    pub fn is_empty(&self) -> bool {
        self.matches.changes.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }

    /// For people.
    pub fn told(&self) -> String {
        let mut text = String::new();
        let changes = &self.matches.changes;
        let count = |wanted: fn(&ChangeKind) -> bool| changes.iter().filter(|change| wanted(&change.kind)).count();
        let added = count(|kind| matches!(kind, ChangeKind::Added { .. }));
        let removed = count(|kind| matches!(kind, ChangeKind::Removed { .. }));
        let _ = writeln!(
            text,
            "Matches: {} as before, {added} added, {removed} removed, {} changed",
            self.matches.kept,
            changes.len() - added - removed
        );
        for change in changes {
            self.change(change, &mut text);
        }
        if !(self.added.is_empty() && self.removed.is_empty()) {
            let (more, less) = (self.added.len(), self.removed.len());
            let _ = writeln!(text, "\nProposed entries: {more} added, {less} removed");
            self.added.iter().for_each(|one| self.adjustment('+', one, &mut text));
            self.removed.iter().for_each(|one| self.adjustment('-', one, &mut text));
        }
        let _ = writeln!(text, "\n{:<22} {:>14} {:>14}", "", "before", "after");
        for (what, before, after) in self.figures() {
            let sign = if before == after { ' ' } else { '*' };
            let _ = writeln!(text, "{what:<22} {before:>14} {after:>14} {sign}");
        }
        text
    }

    fn change(&self, change: &Change, text: &mut String) {
        let (sign, note) = match change.kind {
            ChangeKind::Added { was_suggested: true } => ('+', " (was a suggestion)"),
            ChangeKind::Added { .. } => ('+', ""),
            ChangeKind::Removed { is_suggested: true } => ('-', " (is a suggestion now)"),
            ChangeKind::Removed { .. } => ('-', ""),
            ChangeKind::Changed => ('~', ""),
        };
        let mut show = |sign: char, side: &Indexed<'_>, places: &[usize], when: &str| {
            for group in places.iter().filter_map(|place| side.record.groups.get(*place)) {
                let _ = writeln!(text, "  {sign} {when}{}{note}", described(side, group));
            }
        };
        if change.kind == ChangeKind::Changed {
            show(sign, &self.before, &change.before, "was ");
            show(' ', &self.after, &change.after, "now ");
        } else {
            show(sign, &self.before, &change.before, "");
            show(sign, &self.after, &change.after, "");
        }
    }

    fn adjustment(&self, sign: char, adjustment: &Adjustment, text: &mut String) {
        let accounts: Vec<&str> = adjustment
            .postings
            .iter()
            .skip(1)
            .map(|posting| posting.account.as_str())
            .collect();
        let amount = adjustment
            .postings
            .first()
            .map_or(Exact::ZERO, |posting| posting.amount);
        let _ = writeln!(
            text,
            "  {sign} {} {:>12}  {} → {}",
            adjustment.date,
            self.after.record.amount(amount),
            short(&adjustment.description, 50),
            accounts.join(", ")
        );
    }

    fn figures(&self) -> Vec<(&'static str, String, String)> {
        let of = |record: &Record| {
            [
                record.counts.automatic.to_string(),
                record.counts.suggested.to_string(),
                record.counts.lines_matched.to_string(),
                record.counts.entries_matched.to_string(),
                record.exceptions.len().to_string(),
                record.amount(record.figures.difference),
                if record.verdict.tied_out {
                    "yes".to_owned()
                } else {
                    "no".to_owned()
                },
            ]
        };
        let names = [
            "Matches",
            "Suggestions",
            "Bank lines matched",
            "Entries matched",
            "Exceptions",
            "Difference",
            "Tied out",
        ];
        let (before, after) = (of(self.before.record), of(self.after.record));
        names
            .into_iter()
            .zip(before.into_iter().zip(after))
            .map(|(name, (a, b))| (name, a, b))
            .collect()
    }

    /// For programs.
    ///
    /// # Errors
    /// None that can happen: every value has a JSON form.
    pub fn json(&self) -> serde_json::Result<String> {
        let groups = |record: &'a Record, places: &[usize]| -> Vec<GroupWire<'a>> {
            places
                .iter()
                .filter_map(|place| record.groups.get(*place))
                .map(GroupWire::of)
                .collect()
        };
        let changes = self.matches.changes.iter().map(|change| ChangeWire {
            kind: match change.kind {
                ChangeKind::Added { .. } => "added",
                ChangeKind::Removed { .. } => "removed",
                ChangeKind::Changed => "changed",
            },
            suggested_otherwise: matches!(
                change.kind,
                ChangeKind::Added { was_suggested: true } | ChangeKind::Removed { is_suggested: true }
            ),
            before: groups(self.before.record, &change.before),
            after: groups(self.after.record, &change.after),
        });
        let adjustments = |list: &[&'a Adjustment]| -> Vec<AdjustmentWire<'a>> {
            list.iter()
                .map(|one| AdjustmentWire::of(one, self.after.record.account.minor_digits))
                .collect()
        };
        let figures = self.figures().into_iter();
        let wire = DiffWire {
            schema: SCHEMA,
            kept: self.matches.kept,
            changes: changes.collect(),
            adjustments_added: adjustments(&self.added),
            adjustments_removed: adjustments(&self.removed),
            figures: figures
                .map(|(name, before, after)| FigureWire { name, before, after })
                .collect(),
        };
        serde_json::to_string_pretty(&wire)
    }
}

fn matched(record: &Record) -> Vec<Matched<String>> {
    let digits = record.account.minor_digits;
    let minor = |amount: Exact| amount.minor(digits).unwrap_or(i64::MAX);
    let of = |group: &Group| Matched {
        lines: group
            .lines
            .iter()
            .map(|part| (part.id.clone(), minor(part.amount)))
            .collect(),
        entries: group
            .entries
            .iter()
            .map(|part| (part.id.clone(), minor(part.amount)))
            .collect(),
        residuals: group
            .residuals
            .iter()
            .filter_map(|residual| Some((ResidualKind::from_code(&residual.kind)?, minor(residual.amount))))
            .collect(),
        tier: Tier::from_code(&group.tier).unwrap_or(Tier::Suggested),
    };
    record.groups.iter().map(of).collect()
}

/// Proposed entries that are only in one of them. Those of matches are named by their items, whose numbers may differ.
fn adjustments<'a>(before: &'a Record, after: &'a Record) -> (Vec<&'a Adjustment>, Vec<&'a Adjustment>) {
    type Key<'a> = (tieout_core::Date, &'a str, Vec<(&'a str, Exact, &'a str)>);
    fn key(adjustment: &Adjustment) -> Key<'_> {
        let postings = adjustment.postings.iter();
        let postings = postings.map(|posting| (posting.account.as_str(), posting.amount, posting.tax_code.as_str()));
        (adjustment.date, &adjustment.description, postings.collect())
    }
    let mut counts: BTreeMap<Key<'_>, i64> = BTreeMap::new();
    for one in &before.adjustments {
        *counts.entry(key(one)).or_default() += 1;
    }
    let mut added = Vec::new();
    for one in &after.adjustments {
        let count = counts.entry(key(one)).or_default();
        *count -= 1;
        if *count < 0 {
            added.push(one);
        }
    }
    let mut removed = Vec::new();
    for one in &before.adjustments {
        let count = counts.entry(key(one)).or_default();
        if *count > 0 {
            *count -= 1;
            removed.push(one);
        }
    }
    (added, removed)
}

/// `2026-03-14 -120.00 ACME RENT [b1] with 2026-03-13 -120.00 Rent March [entry:7]`.
fn described(indexed: &Indexed<'_>, group: &Group) -> String {
    let record = indexed.record;
    let side = |parts: &[Part], places: &BTreeMap<&str, usize>, items: &[Item]| -> String {
        let told: Vec<String> = parts
            .iter()
            .take(3)
            .map(|part| {
                let item = places.get(part.id.as_str()).and_then(|place| items.get(*place));
                let (date, text) = item.map_or((String::new(), String::new()), |item| {
                    (item.date.to_string(), short(item.text(), 30))
                });
                format!("{date} {} {text} [{}]", record.amount(part.amount), part.id)
            })
            .collect();
        let more = parts.len().saturating_sub(3);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        format!("{}{more}", told.join(" + "))
    };
    let lines = side(&group.lines, &indexed.lines, &record.lines);
    let entries = side(&group.entries, &indexed.entries, &record.entries);
    let rule = group
        .proof
        .rule
        .as_ref()
        .map_or(String::new(), |rule| format!(" by rule \u{201c}{}\u{201d}", rule.id));
    match (lines.is_empty(), entries.is_empty()) {
        (true, _) => format!("{entries}{rule}"),
        (_, true) => format!("{lines}{rule}"),
        _ => format!("{lines} with {entries}{rule}"),
    }
}

#[derive(Serialize)]
struct DiffWire<'a> {
    schema: &'static str,
    kept: usize,
    changes: Vec<ChangeWire<'a>>,
    adjustments_added: Vec<AdjustmentWire<'a>>,
    adjustments_removed: Vec<AdjustmentWire<'a>>,
    figures: Vec<FigureWire>,
}

#[derive(Serialize)]
struct ChangeWire<'a> {
    kind: &'static str,
    /// The same match is a suggestion in the other result.
    suggested_otherwise: bool,
    before: Vec<GroupWire<'a>>,
    after: Vec<GroupWire<'a>>,
}

#[derive(Serialize)]
struct GroupWire<'a> {
    id: &'a str,
    lines: Vec<&'a str>,
    entries: Vec<&'a str>,
    rule: Option<&'a str>,
}

impl<'a> GroupWire<'a> {
    fn of(group: &'a Group) -> Self {
        Self {
            id: &group.id,
            lines: group.lines.iter().map(|part| part.id.as_str()).collect(),
            entries: group.entries.iter().map(|part| part.id.as_str()).collect(),
            rule: group.proof.rule.as_ref().map(|rule| rule.id.as_str()),
        }
    }
}

#[derive(Serialize)]
struct AdjustmentWire<'a> {
    date: String,
    description: &'a str,
    postings: Vec<PostingWire<'a>>,
}

#[derive(Serialize)]
struct PostingWire<'a> {
    account: &'a str,
    amount: String,
}

impl<'a> AdjustmentWire<'a> {
    fn of(adjustment: &'a Adjustment, digits: u8) -> Self {
        let amount = |amount: Exact| {
            let minor = amount.minor(digits).unwrap_or(i64::MAX);
            tieout_core::Decimal::from_minor(minor, digits).to_string()
        };
        Self {
            date: adjustment.date.to_string(),
            description: &adjustment.description,
            postings: adjustment
                .postings
                .iter()
                .map(|posting| PostingWire {
                    account: &posting.account,
                    amount: amount(posting.amount),
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct FigureWire {
    name: &'static str,
    before: String,
    after: String,
}
