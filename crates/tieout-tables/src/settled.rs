//! When the beginning of a file decides how all of it is written, and which rows show that it did not.
//!
//! Reading a large file twice costs time, and its first rows nearly always prove everything: a day above 12, amounts with
//! two decimals, money in and money out. Then the file is read by what they prove. A row that does not read so, or that
//! would have had another say, contradicts: the whole file votes and is read again from its start. What counts is that
//! **no row may pass that could have changed the decision**; in doubt a row contradicts.

use crate::amounts::{DecimalMarkVote, PrintedSign};
use crate::columns::{AmountLayout, Role, SideValues, SignMeaning};
use crate::evidence::{Evidence, printed_sign};
use crate::reading::{RowKind, Unreadable};
use crate::row::Row;
use crate::table::{Table, TableOptions};

/// What a table's decisions rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All rows.
    Whole,
    /// The first rows.
    Beginning(DatesProof),
}

/// What the first dates prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatesProof {
    /// Every date says itself what is what.
    Known,
    /// The order of day and month.
    Order,
    /// Nothing.
    Open,
}

/// Whether the first rows settle how dates and amounts are written.
pub(crate) fn are_columns_settled(
    roles: &[Role],
    evidence: &Evidence,
    dates: DatesProof,
    options: &TableOptions,
) -> bool {
    let mapping = options.mapping.as_ref();
    let mut marks = DecimalMarkVote::default();
    for (vote, role) in evidence.marks.iter().zip(roles) {
        if role.is_amount() && *role != Role::Rate {
            marks.join(vote);
        }
    }
    let marks_settled = mapping.is_some_and(|mapping| mapping.decimal_mark.is_some()) || marks.is_unanimous();
    let dates_settled = mapping.is_some_and(|mapping| mapping.date_order.is_some()) || dates != DatesProof::Open;
    let words_settled = !roles.contains(&Role::Direction)
        || (evidence.words.debit > 0 && evidence.words.credit > 0 && evidence.words.unknown == 0);
    evidence.rows > 0 && marks_settled && dates_settled && words_settled
}

/// Whether the first rows settle what signs and sides mean.
pub(crate) fn is_layout_settled(table: &Table) -> bool {
    let (signs, sides) = (table.signs, table.side_counts);
    match &table.layout {
        AmountLayout::Signed {
            sign: SignMeaning::PlusIsIn,
            ..
        } => false,
        AmountLayout::Signed { .. } => signs.minus > 0 && table.column(Role::Direction).is_none(),
        AmountLayout::Flagged { .. } => signs.minus == 0,
        AmountLayout::Sides {
            debit: Some(_),
            credit: Some(_),
        } => {
            let named = table.header.is_some() || table.chain.is_some();
            named
                && sides.debits > 0
                && sides.credits > 0
                && sides.credits_minus == 0
                && (sides.debits_minus == 0 || sides.debits_minus == sides.debits)
        }
        AmountLayout::Sides { .. } => false,
    }
}

/// Whether a row could have changed what the first rows decided. Of a table decided by all rows none does. Cells beside
/// the movement that do not read are for the caller to see, who reads them.
pub(crate) fn contradicts(table: &Table, row: &Row, kind: &RowKind) -> bool {
    if table.scope == Scope::Whole {
        return false;
    }
    match kind {
        RowKind::Unreadable(Unreadable::NoAmount)
        | RowKind::Void
        | RowKind::Empty
        | RowKind::Continuation
        | RowKind::Remark => false,
        RowKind::Unreadable(_) => true,
        RowKind::Movement(_) | RowKind::Balance(..) => has_new_sign(table, row) || !table.is_of_known_group(row),
    }
}

/// A sign that the first rows did not have where it matters.
fn has_new_sign(table: &Table, row: &Row) -> bool {
    let sign = |column: usize| {
        printed_sign(row.cell(column))
            .filter(|(_, is_zero)| !is_zero)
            .map(|(sign, _)| sign)
    };
    match &table.layout {
        AmountLayout::Signed { .. } => false,
        AmountLayout::Flagged { amount, .. } => sign(*amount) == Some(PrintedSign::Minus),
        AmountLayout::Sides { debit, credit } => {
            let mut sides = debit.iter().chain(credit);
            sides.any(|side| match (side.values, sign(side.column)) {
                (_, None) | (SideValues::Magnitude, _) => false,
                (SideValues::Unsigned, Some(sign)) => sign == PrintedSign::Minus,
                (SideValues::Signed, Some(sign)) => sign != PrintedSign::Minus,
            })
        }
    }
}
