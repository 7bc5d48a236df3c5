//! Many decisions about one result: where its matches, lines and entries stand is looked up once.

use super::{Decision, Undecidable, Verdict};
use crate::record::{Group, Item, Record};
use std::collections::HashMap;
use tieout_match::Side;

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

    /// The same as [`Decision::of`].
    ///
    /// # Errors
    /// See [`Undecidable`].
    pub fn decide(&self, group: &str, verdict: Verdict, name: String) -> Result<Decision, Undecidable> {
        let found = self.groups.get(&group.to_ascii_lowercase());
        let found = found.ok_or_else(|| Undecidable::Unknown(group.to_owned()))?;
        let item = |side: Side, id: &str| {
            let items = match side {
                Side::Line => &self.lines,
                Side::Entry => &self.entries,
            };
            items.get(id).copied()
        };
        Decision::about(found, verdict, name, (self.digits, &item))
    }
}
