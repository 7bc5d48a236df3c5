//! What all forms are made from: the result, what was wrong with the files, and when it is printed.

use crate::ids::Ids;
use crate::text::one_line;
use crate::words::{Word, difference_label};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::money::grouped;
use tieout_core::{Currency, Problem};
use tieout_match::{Evidence, Exception, Group, ItemIndex, Items, ResidualKind, Side};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{OutstandingState, Ruling, RulingKind, Subject};
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
    /// Lines that rules set aside.
    ignored: BTreeSet<ItemIndex>,
    /// What a part payment leaves open of entries.
    rests: BTreeMap<ItemIndex, i64>,
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
            ignored: ignored(&result.rulings),
            rests: rests(result),
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

    /// A rule set the line aside from the list of what is to be done.
    pub(crate) fn is_ignored(&self, exception: &Exception) -> bool {
        exception.side == Side::Line && self.ignored.contains(&exception.item)
    }

    /// What is left of the entry that an exception is about, if a part of it was paid.
    pub(crate) fn rest(&self, exception: &Exception) -> Option<i64> {
        let of_entry = exception.side == Side::Entry;
        of_entry.then(|| self.rests.get(&exception.item).copied()).flatten()
    }

    /// What an exception is, for people.
    pub(crate) fn class_label(&self, exception: &Exception) -> &'static str {
        let group = exception.group.and_then(|group| at(&self.result.groups, group));
        let residuals = group.map_or(&[][..], |group| &group.residuals);
        let kinds: Vec<ResidualKind> = residuals.iter().map(|residual| residual.kind).collect();
        difference_label(exception.class, &kinds)
    }

    /// What exceptions there are, and how many of each, in the order of their classes.
    pub(crate) fn classes(&self) -> Vec<(&'static str, u64)> {
        let mut classes = BTreeMap::<_, u64>::new();
        for exception in &self.result.exceptions {
            *classes
                .entry((exception.class, self.class_label(exception)))
                .or_default() += 1;
        }
        classes
            .into_iter()
            .map(|((_, label), number)| (label, number))
            .collect()
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
            Completeness::Whole | Completeness::Partial | Completeness::Lacking | Completeness::Contradictory => {
                one_line(&file.format)
            }
        }
    }

    /// The name of a file, by position.
    pub(crate) fn file_name(&self, file: u32) -> &'a str {
        at(&self.result.identification.files, file).map_or("", |file| file.name.as_str())
    }
}

fn rests(result: &Reconciliation) -> BTreeMap<ItemIndex, i64> {
    let open = result.outstanding.iter();
    let open = open.filter(|open| !matches!(open.state, OutstandingState::ClearedLater { .. }));
    open.filter(|open| open.amount != result.input.entries.amount(open.entry))
        .map(|open| (open.entry, open.amount))
        .collect()
}

fn ignored(rulings: &[Ruling]) -> BTreeSet<ItemIndex> {
    let lines = rulings.iter().filter_map(|ruling| match (ruling.kind, ruling.subject) {
        (RulingKind::Ignored, Subject::Line(line)) => Some(line),
        _ => None,
    });
    lines.collect()
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
