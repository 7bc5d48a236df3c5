//! Decisions about one result, where its matches, lines and entries stand looked up once.

use super::{Decision, Part, Undecidable, Verdict, whole_text};
use crate::record::{Group, Item, Record};
use crate::words::FromCode as _;
use std::collections::HashMap;
use tieout_core::Decimal;
use tieout_match::{ResidualKind, Side};

/// The matches and suggestions of a result, by what it calls them.
#[derive(Debug)]
pub struct Suggestions<'r> {
    digits: u8,
    /// By name in small letters.
    groups: HashMap<String, &'r Group>,
    lines: HashMap<&'r str, &'r Item>,
    entries: HashMap<&'r str, &'r Item>,
}

impl<'r> Suggestions<'r> {
    /// Looks through a result.
    pub fn new(record: &'r Record) -> Self {
        // Backwards, because of those that bear one name the first is meant.
        let by_id = |items: &'r [Item]| items.iter().rev().map(|item| (item.id.as_str(), item)).collect();
        let groups = record.groups.iter().rev();
        Self {
            digits: record.account.minor_digits,
            groups: groups.map(|group| (group.id.to_ascii_lowercase(), group)).collect(),
            lines: by_id(&record.lines),
            entries: by_id(&record.entries),
        }
    }

    /// The decision about a match or a suggestion.
    ///
    /// # Errors
    /// See [`Undecidable`].
    pub fn decide(&self, group: &str, verdict: Verdict, name: String) -> Result<Decision, Undecidable> {
        let found = self.groups.get(&group.to_ascii_lowercase());
        let found = found.ok_or_else(|| Undecidable::Unknown(group.to_owned()))?;
        if verdict == Verdict::Rejected && (found.lines.is_empty() || found.entries.is_empty()) {
            return Err(Undecidable::NothingToReject(found.id.clone()));
        }
        let malformed = || Undecidable::Malformed(found.id.clone());
        let is_accepted = verdict == Verdict::Accepted;
        let differences = is_accepted.then(|| self.differences(found).ok_or_else(malformed));
        Ok(Decision {
            name,
            verdict,
            parts: self.parts(found).ok_or_else(malformed)?,
            differences: differences.transpose()?.unwrap_or_default(),
            stays_open: self.stays_open(found).filter(|_| is_accepted),
        })
    }

    fn item(&self, side: Side, id: &str) -> Option<&'r Item> {
        let items = match side {
            Side::Line => &self.lines,
            Side::Entry => &self.entries,
        };
        items.get(id).copied()
    }

    fn differences(&self, group: &Group) -> Option<Vec<(ResidualKind, Decimal)>> {
        let of = group.residuals.iter().map(|residual| {
            let amount = Decimal::from_minor(residual.amount.minor(self.digits)?, self.digits);
            Some((ResidualKind::from_code(&residual.kind)?, amount))
        });
        of.collect()
    }

    /// What a match leaves open of the only entry that it takes a part of.
    fn stays_open(&self, group: &Group) -> Option<Decimal> {
        let [part] = group.entries.as_slice() else { return None };
        let whole = self.item(Side::Entry, &part.id)?.amount.minor(self.digits)?;
        let rest = whole.checked_sub(part.amount.minor(self.digits)?)?;
        (rest != 0).then(|| Decimal::from_minor(rest, self.digits))
    }

    fn parts(&self, group: &Group) -> Option<Vec<Part>> {
        let lines = group.lines.iter().map(|part| (Side::Line, part));
        let entries = group.entries.iter().map(|part| (Side::Entry, part));
        let of = lines.chain(entries).map(|(side, part)| {
            let item = self.item(side, &part.id)?;
            Some(Part {
                side,
                id: part.id.clone(),
                date: Some(item.date),
                amount: Some(Decimal::from_minor(item.amount.minor(self.digits)?, self.digits)),
                text: whole_text([&item.counterparty, &item.description, &item.reference]),
                row: 0,
            })
        });
        of.collect()
    }
}
