//! What all forms are made from: the result, what was wrong with the files, and when it is printed.

use crate::ids::Ids;
use std::borrow::Cow;
use tieout_core::Problem;
use tieout_core::money::grouped;
use tieout_match::{Evidence, Group, Items, Side};
use tieout_reconcile::Reconciliation;

/// A result and what belongs beside it on paper.
pub struct Report<'a> {
    /// The result.
    pub(crate) result: &'a Reconciliation,
    /// What was wrong with the files.
    pub(crate) problems: &'a [FileProblem],
    /// When this is printed, as it shall be printed.
    pub(crate) generated_at: &'a str,
    /// What lines, entries and groups are called.
    pub(crate) ids: Ids<'a>,
    /// Puts evidence into words that the result does not hold.
    explain: Option<Explain<'a>>,
}

/// Makes the evidence of a group.
type Explain<'a> = &'a (dyn Fn(&Group) -> Vec<Evidence> + Sync + 'a);

/// A problem of one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file, by position in [`Identification::files`](tieout_reconcile::result::Identification::files).
    pub file: u32,
    /// The problem.
    pub problem: Problem,
}

impl<'a> Report<'a> {
    /// A report of `result`. `generated_at` is printed as it is (`2026-04-02 09:14:07 UTC`).
    pub fn new(result: &'a Reconciliation, problems: &'a [FileProblem], generated_at: &'a str) -> Self {
        Self {
            result,
            problems,
            generated_at,
            ids: Ids::new(result),
            explain: None,
        }
    }

    /// With the evidence of groups that hold none, made while they are written.
    #[must_use]
    pub fn explained(mut self, explain: &'a (dyn Fn(&Group) -> Vec<Evidence> + Sync + 'a)) -> Self {
        self.explain = Some(explain);
        self
    }

    /// The evidence of a group.
    pub(crate) fn evidence<'g>(&self, group: &'g Group) -> Cow<'g, [Evidence]> {
        match self.explain {
            Some(explain) if group.proof.evidence.is_empty() => Cow::Owned(explain(group)),
            _ => Cow::Borrowed(&group.proof.evidence),
        }
    }

    /// The items of a side.
    pub(crate) fn items(&self, side: Side) -> &'a Items {
        match side {
            Side::Line => &self.result.input.lines,
            Side::Entry => &self.result.input.entries,
        }
    }

    /// Digits after the decimal mark.
    pub(crate) fn digits(&self) -> u8 {
        self.result.identification.account.currency.minor_digits()
    }

    /// An amount for people: `-1,234.50`.
    pub(crate) fn amount(&self, minor: i64) -> String {
        grouped(minor, self.digits())
    }

    /// An amount for programs: `-1234.50`.
    pub(crate) fn decimal(&self, minor: i64) -> String {
        tieout_core::Decimal::from_minor(minor, self.digits()).to_string()
    }

    /// The name of a file, by position.
    pub(crate) fn file_name(&self, file: u32) -> &'a str {
        at(&self.result.identification.files, file).map_or("", |file| file.name.as_str())
    }
}

/// What stands at a position of the result; positions that do not exist are a bug of the maker of the result, which a
/// report rather shows as a blank than by its own end.
pub(crate) fn at<T>(list: &[T], position: u32) -> Option<&T> {
    list.get(usize::try_from(position).ok()?)
}
