//! A column of net amounts beside one of amounts before fees (`Amount`, `Fee`, `Net`): what moved the account is the net amount,
//! if it is the amount less the fee in every row. Before tax (`Net`, `VAT`, `Gross`) it is the gross amount, if both make that.

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
    let value = |row: &Row, column: usize| value(profiles, amount, row, column);
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

/// Makes gross amounts those of the account where a net amount and its tax come to them in every row that has both.
pub(crate) fn with_tax(names: &[String], profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) {
    let of = |wanted: Role| roles.iter().position(|role| *role == wanted);
    let is_net = |column: &usize| {
        names
            .get(*column)
            .is_some_and(|name| NET.contains(&fold(name).as_str()))
    };
    let (Some(net), Some(gross)) = (of(Role::Amount).filter(is_net), of(Role::Gross)) else {
        return;
    };
    let is_tax = |tax: usize| {
        let mut taxed = false;
        let with_net = rows.iter().filter(|row| !row.cell(net).is_empty());
        let mut sums = with_net.map(|row| {
            let [net, tax, gross] = [net, tax, gross].map(|column| value(profiles, net, row, column));
            taxed |= tax.is_some_and(|tax| !tax.is_zero());
            Some(net?.checked_add(tax?) == gross).filter(|is_sum| *is_sum)
        });
        sums.all(|sum| sum.is_some()) && taxed
    };
    let free = roles.iter().zip(profiles).enumerate();
    let mut free = free.filter(|(_, (role, profile))| **role == Role::Other && profile.is_amounts());
    if free.any(|(column, _)| is_tax(column)) {
        set(roles, net, Role::Other);
        set(roles, gross, Role::Amount);
    }
}

/// An amount as the column `like` writes its own; nothing is zero.
fn value(profiles: &[Profile], like: usize, row: &Row, column: usize) -> Option<Decimal> {
    let mark = profiles.get(like).and_then(Profile::mark).unwrap_or(DecimalMark::Point);
    match row.cell(column) {
        b"" => Some(Decimal::ZERO),
        cell => read_amount(cell, row.mark(column, mark)).ok().map(|read| read.value),
    }
}
