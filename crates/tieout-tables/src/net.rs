//! A column of net amounts beside one of amounts before fees (`Amount`, `Fee`, `Net`): what moved the account is the net amount,
//! if it is the amount less the fee in every row.

use crate::amounts::{DecimalMark, read_amount};
use crate::assign::set;
use crate::columns::Role;
use crate::fold::fold;
use crate::profile::Profile;
use crate::row::Row;
use tieout_core::Decimal;

/// Headers of net amounts, folded.
const NET: &[&str] = &[
    "net",
    "net amount",
    "net total",
    "netto",
    "nettobetrag",
    "montant net",
    "importe neto",
    "neto",
    "payout",
    "payout amount",
    "auszahlung",
    "auszahlungsbetrag",
];

/// Headers of what a processor settles of an amount, folded.
const SETTLED: &[&str] = &["settlement amount", "settled amount"];

/// Makes the net amounts those of the account, and the amounts before fees gross ones.
pub(crate) fn less_fees(names: &[String], profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) {
    let of = |wanted: Role| roles.iter().position(|role| *role == wanted);
    let named = |wanted: &[&str]| {
        let mut columns = names.iter().zip(profiles).zip(roles.iter());
        columns.position(|((name, profile), role)| {
            let is_free = matches!(role, Role::OriginalAmount | Role::Other | Role::Gross);
            is_free && profile.is_amounts() && wanted.contains(&fold(name).as_str())
        })
    };
    let (Some(amount), fee) = (of(Role::Amount), of(Role::Fee)) else {
        return;
    };
    // What is settled is all that moves, whatever became of the rest.
    if let (Some(settled), None) = (named(SETTLED), fee) {
        set(roles, amount, Role::Gross);
        return set(roles, settled, Role::Amount);
    }
    let (Some(fee), Some(net)) = (fee, named(NET)) else {
        return;
    };
    let mark = profiles
        .get(amount)
        .and_then(Profile::mark)
        .unwrap_or(DecimalMark::Point);
    let value = |row: &Row, column: usize| -> Option<Decimal> {
        match row.cell(column) {
            b"" => Some(Decimal::ZERO),
            cell => read_amount(cell, row.mark(column, mark)).ok().map(|read| read.value),
        }
    };
    let mut charged = false;
    let is_less = rows.iter().all(|row| {
        let Some(((gross, fee), net)) = value(row, amount).zip(value(row, fee)).zip(value(row, net)) else {
            return false;
        };
        charged |= !fee.is_zero();
        // Of refunds only the net amount has its sign.
        gross.checked_sub(fee.abs()) == Some(net) || gross.abs().checked_sub(fee.abs()) == Some(-net)
    });
    if charged && is_less {
        set(roles, amount, Role::Gross);
        set(roles, net, Role::Amount);
    }
}
