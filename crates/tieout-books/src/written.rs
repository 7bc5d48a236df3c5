//! How a file writes dates and amounts, where nothing in it says so: all of them vote.

use crate::read::{BooksOptions, Emitter};
use tieout_core::Currency;
use tieout_core::problem::{Code, Problem};
use tieout_tables::amounts::{DecimalMarkVote, MarkVerdict};
use tieout_tables::dates::{DateOrderVote, OrderVerdict};
use tieout_tables::{DateOrder, DecimalMark};

/// Order of day, month and year, and the decimal mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) order: DateOrder,
    pub(crate) mark: DecimalMark,
}

impl Written {
    /// What the dates and amounts of a file of American programs agree on, or what a person said.
    pub(crate) fn of<D: AsRef<str>, A: AsRef<str>>(
        dates: &[D],
        amounts: &[A],
        options: &BooksOptions<'_>,
        out: &mut Emitter<'_>,
    ) -> Self {
        let given = options.date_order;
        let decimals = options.currency.map(Currency::minor_digits);
        let (mut orders, mut marks) = (DateOrderVote::default(), DecimalMarkVote::default());
        for date in dates {
            orders.add(date.as_ref().as_bytes());
        }
        for amount in amounts {
            marks.add(amount.as_ref().as_bytes());
        }
        let said = options.mapping.as_ref().and_then(|mapping| mapping.decimal_mark);
        let mark = match marks.decide() {
            _ if said.is_some() => said.unwrap_or(DecimalMark::Point),
            MarkVerdict::Decided(mark) => mark,
            // Three digits are a fraction where the currency has thousandths, and none where it has no fractions.
            MarkVerdict::Ambiguous if decimals == Some(3) => marks.as_groups().unwrap_or(DecimalMark::Comma).other(),
            MarkVerdict::Ambiguous if decimals == Some(0) => marks.as_groups().unwrap_or(DecimalMark::Point),
            MarkVerdict::Unmarked => DecimalMark::Point,
            MarkVerdict::Ambiguous => {
                let message =
                    "amounts have three digits behind the only mark throughout; it was taken for a mark of thousands";
                let problem = Problem::of_file(Code::NumberAmbiguous, message);
                out.problem(problem.advising("compare an amount with the program's own list"));
                marks.as_groups().unwrap_or(DecimalMark::Point)
            }
        };
        let order = match (orders.decide(), given) {
            (OrderVerdict::Decided(order, _), None) => order,
            (_, Some(given)) => given,
            (OrderVerdict::Undated, None) => DateOrder::MonthDayYear,
            (OrderVerdict::Ambiguous, None) => {
                // The programs are American; a decimal comma is not.
                let (order, how) = if mark == DecimalMark::Comma {
                    (DateOrder::DayMonthYear, "day")
                } else {
                    (DateOrder::MonthDayYear, "month")
                };
                let message = format!("day and month of the dates can be exchanged; the {how} was taken first");
                out.problem(Problem::of_file(Code::DateAmbiguous, message));
                order
            }
        };
        Self { order, mark }
    }
}
