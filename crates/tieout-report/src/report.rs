//! What all forms are made from: the result, what was wrong with the files, and when it is printed.

use crate::ids::Ids;
use crate::text::one_line;
use crate::words::Word;
use tieout_core::money::grouped;
use tieout_core::{Currency, Problem};
use tieout_match::{Items, Side};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::statements::{Completeness, SourceFile};

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
}

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

    /// The code of the currency; empty where neither side says one.
    pub(crate) fn currency(&self) -> &'a str {
        code(&self.result.identification.account.currency)
    }

    /// An amount for people: `-1,234.50`.
    pub(crate) fn amount(&self, minor: i64) -> String {
        grouped(minor, self.digits())
    }

    /// An amount for programs: `-1234.50`.
    pub(crate) fn decimal(&self, minor: i64) -> String {
        tieout_core::Decimal::from_minor(minor, self.digits()).to_string()
    }

    /// What a file was read as, for people.
    pub(crate) fn read_as(file: &SourceFile) -> String {
        match file.completeness {
            Completeness::Refused => file.completeness.label().to_owned(),
            Completeness::Whole | Completeness::Partial => one_line(&file.format),
        }
    }

    /// The name of a file, by position.
    pub(crate) fn file_name(&self, file: u32) -> &'a str {
        at(&self.result.identification.files, file).map_or("", |file| file.name.as_str())
    }
}

/// The code of a currency; empty for the one that stands for none.
pub(crate) fn code(currency: &Currency) -> &str {
    if *currency == Currency::UNKNOWN {
        ""
    } else {
        currency.code()
    }
}

/// What stands at a position of the result; positions that do not exist are a bug of the maker of the result, which a
/// report rather shows as a blank than by its own end.
pub(crate) fn at<T>(list: &[T], position: u32) -> Option<&T> {
    list.get(usize::try_from(position).ok()?)
}
