//! What lines, entries and groups are called in every form of the report: [`Names`], and groups numbered as they stand:
//! `M1` and on if automatic, `S1` and on if suggested.

use crate::names::Names;
use crate::report::at;
use std::borrow::Cow;
use tieout_match::{ItemIndex, Side, Tier};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::Subject;

/// The names of everything in one result.
pub(crate) struct Ids<'a> {
    result: &'a Reconciliation,
    names: Names<'a>,
}

impl<'a> Ids<'a> {
    pub(crate) fn new(result: &'a Reconciliation) -> Self {
        Self {
            result,
            names: Names::new(result.listed()),
        }
    }

    /// See [`Names::item`].
    pub(crate) fn item(&self, side: Side, item: ItemIndex) -> Cow<'a, str> {
        self.names.item(side, item)
    }

    /// See [`Names::source`].
    pub(crate) fn source(&self, side: Side, item: ItemIndex) -> (Option<&'a str>, Option<u32>) {
        self.names.source(side, item)
    }

    /// See [`Names::place`].
    pub(crate) fn place(&self, side: Side, item: ItemIndex) -> Option<String> {
        self.names.place(side, item)
    }

    /// The number of a group: `M12`, `S3`.
    pub(crate) fn group(&self, group: u32) -> String {
        let automatic = u32::try_from(self.result.counts.automatic).unwrap_or(u32::MAX);
        match at(&self.result.groups, group).map(|group| group.tier) {
            Some(Tier::Suggested) => format!("S{}", u64::from(group.saturating_sub(automatic)) + 1),
            _ => format!("M{}", u64::from(group) + 1),
        }
    }

    /// The id of what an amount is due to.
    pub(crate) fn subject(&self, subject: Subject) -> Cow<'a, str> {
        match subject {
            Subject::Line(line) => self.item(Side::Line, line),
            Subject::Entry(entry) => self.item(Side::Entry, entry),
            Subject::Group(group) => Cow::Owned(self.group(group)),
            Subject::Break(position) => Cow::Owned(break_id(position)),
            Subject::Statement(position) => Cow::Owned(statement_id(position)),
            Subject::Opening => Cow::Borrowed("opening"),
        }
    }
}

/// The id of a statement: `statement:3`.
pub(crate) fn statement_id(position: u32) -> String {
    format!("statement:{}", u64::from(position) + 1)
}

/// The id of a break: `break:1`.
pub(crate) fn break_id(position: u32) -> String {
    format!("break:{}", u64::from(position) + 1)
}
