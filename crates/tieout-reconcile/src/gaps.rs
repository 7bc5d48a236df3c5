//! Entries that only a missing statement can clear.
//!
//! Where the statements leave days out, nobody knows what the bank booked on them. An open entry of those days, or of the
//! days before in which the bank would have booked it then, is no error and waits for nothing: what is missing is the
//! statement.

use crate::balance::at;
use crate::result::{Chain, Missing};
use tieout_core::Date;
use tieout_match::{AgeLimits, ExceptionClass};

/// Even a check that waits for months has most likely come within one.
const MOST_DAYS: i32 = 31;

/// The days that no statement covers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps(Vec<(Date, Date)>);

impl Gaps {
    /// Those of a chain of statements. Where only numbers are missing, they are the days between the two around them.
    pub(crate) fn of(chain: &Chain) -> Self {
        let days = chain.gaps.iter().filter_map(|gap| match gap.missing {
            Missing::Days(first, last) => Some((first, last)),
            Missing::Numbers(..) => {
                let before = at(&chain.statements, gap.before)?;
                let after = at(&chain.statements, gap.after)?;
                let first = before.days?.last().tomorrow().ok()?;
                let last = after.days?.first().yesterday().ok()?;
                (first <= last).then_some((first, last))
            }
        });
        Self(days.collect())
    }

    /// The bank may well have booked an entry of this day, which waits no longer than its class does, on one of them.
    pub(crate) fn may_hold(&self, date: Date, class: ExceptionClass, limits: AgeLimits) -> bool {
        let limit = match class {
            ExceptionClass::OutstandingCheck => limits.check_days,
            ExceptionClass::DepositInTransit => limits.deposit_days,
            _ => limits.payment_days,
        };
        let is_near = |first: Date| (first - date).get_days() <= limit.min(MOST_DAYS);
        self.0.iter().any(|&(first, last)| date <= last && is_near(first))
    }

    /// No day is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
