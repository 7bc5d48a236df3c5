//! The first pass over a QIF file: all dates and amounts vote.

use super::Header;
use super::record::Written;
use crate::read::{Emitter, ReadOptions};
use std::io;
use tieout_core::Currency;
use tieout_core::encoding::{self, Input};
use tieout_core::lines::Lines;
use tieout_core::problem::{Code, Problem};
use tieout_tables::amounts::{DecimalMarkVote, MarkVerdict};
use tieout_tables::dates::{Basis, DateOrderVote, OrderVerdict};
use tieout_tables::{DateOrder, DecimalMark};

/// How all dates and amounts of the file are written; says what could not be told.
pub(super) fn survey(input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<Written> {
    let mut dates = DateOrderVote::default();
    let mut marks = DecimalMarkVote::default();
    let mut movements = false;
    let mut lines = Lines::new(encoding::open(input)?.reader);
    while let Some(line) = lines.next()? {
        match (Header::read(line.bytes), line.bytes.split_first()) {
            (Some(header), _) => movements = matches!(header, Header::Movements(..)),
            (None, Some((b'D', text))) if movements => {
                dates.add(&super::record::date_text(text));
            }
            (None, Some((b'T' | b'U' | b'$', text))) if movements => marks.add(text),
            _ => {}
        }
    }
    let mark = mark(&marks, options.currency, out);
    Ok(Written {
        order: order(&dates, options.date_order, mark, out),
        mark,
    })
}

/// Three digits behind the only mark are a fraction where the currency has thousandths, and none where it has no
/// fractions; a file itself never names one.
fn mark(vote: &DecimalMarkVote, currency: Option<Currency>, out: &mut Emitter<'_>) -> DecimalMark {
    let decimals = currency.map(Currency::minor_digits);
    match (vote.decide(), vote.as_groups(), decimals) {
        (MarkVerdict::Ambiguous, Some(groups), Some(3)) => return groups.other(),
        (MarkVerdict::Ambiguous, Some(groups), Some(0)) => return groups,
        _ => {}
    }
    match vote.decide() {
        MarkVerdict::Decided(mark) => mark,
        MarkVerdict::Unmarked => DecimalMark::Point,
        MarkVerdict::Ambiguous => {
            let likely = vote.as_groups().unwrap_or(DecimalMark::Point);
            out.problem(Problem::of_file(
                Code::NumberAmbiguous,
                "amounts have three digits behind the only mark throughout; it was taken for a mark of thousands",
            ));
            likely
        }
    }
}

fn order(vote: &DateOrderVote, given: Option<DateOrder>, mark: DecimalMark, out: &mut Emitter<'_>) -> DateOrder {
    match (vote.decide(), given) {
        (OrderVerdict::Decided(order, Basis::Evidence), _) => order,
        (_, Some(given)) => given,
        (OrderVerdict::Decided(order, basis), None) => {
            if basis == Basis::Sequence {
                let how = if order == DateOrder::DayMonthYear {
                    "day first"
                } else {
                    "month first"
                };
                out.problem(Problem::of_file(
                    Code::Decided,
                    format!("dates were read {how}: only so they follow each other"),
                ));
            }
            order
        }
        (OrderVerdict::Undated, None) => DateOrder::MonthDayYear,
        (OrderVerdict::Ambiguous, None) => {
            // Quicken is American; a decimal comma is not.
            let order = if mark == DecimalMark::Comma {
                DateOrder::DayMonthYear
            } else {
                DateOrder::MonthDayYear
            };
            let how = if mark == DecimalMark::Comma { "day" } else { "month" };
            out.problem(Problem::of_file(
                Code::DateAmbiguous,
                format!("day and month of the dates can be exchanged; the {how} was taken first"),
            ));
            order
        }
    }
}
