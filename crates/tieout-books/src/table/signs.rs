//! Whose debit a table means, as its running balances tell.
//!
//! In books, debit is money into the account. If the printed balances rise with debits, all stands as printed. If they
//! fall with them, the account may be one of what is owed, or print the side of its balances (`4,880.00 Dr`), or the register
//! was written from the bank's point of view. The figures cannot tell these apart, and a wrong turn is wrong money: so debit
//! stays money in, the balances are turned, and it is said what to write into a mapping file for the other reading.

use super::checks::Steps;
use super::emit::Seen;
use super::scan::AccountScan;
use crate::read::Emitter;
use tieout_core::{Code, Problem};
use tieout_tables::columns::{Side, SignMeaning};
use tieout_tables::mapping::NAME_THE_COLUMNS;
use tieout_tables::{AmountLayout, Table};

/// How amounts and printed balances of an account are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// As printed.
    AsPrinted,
    /// By the types of its entries, what is owed is positive; whether the balances are turned as well.
    Owed { balances_too: bool },
    /// Debit is money in, and the balances are turned.
    BalancesTurned,
}

impl Sense {
    /// How an account is read.
    pub(super) fn of(account: &AccountScan) -> Self {
        let falls = account.chain.steps() == Steps::Against;
        match (account.signs.are_turned(), falls) {
            (true, falls) => Self::Owed { balances_too: !falls },
            (false, true) => Self::BalancesTurned,
            (false, false) => Self::AsPrinted,
        }
    }

    /// Whether amounts are the contrary of what was read.
    pub(super) fn turns_amounts(self) -> bool {
        matches!(self, Self::Owed { .. })
    }

    /// Whether balances are the contrary of what is printed.
    pub(super) fn turns_balances(self) -> bool {
        matches!(self, Self::Owed { balances_too: true } | Self::BalancesTurned)
    }
}

/// Says what was decided; nothing where all stands as printed.
pub(super) fn say(sense: Sense, table: &Table, seen: &Seen, out: &mut Emitter<'_>) {
    let (message, advice) = match sense {
        Sense::AsPrinted => return,
        Sense::Owed { .. } => (
            "what is owed is positive in this account, as in credit cards; signs were turned".into(),
            NAME_THE_COLUMNS,
        ),
        Sense::BalancesTurned => (
            format!(
                "{} was read as money in, as in books, and the printed balances with the sign that fits that. If it is \
                 money out here, as from the bank's point of view, {} says that",
                debit(table, seen),
                mapped(table, seen)
            ),
            "nothing, if it is right; else say the other in a mapping file (--ledger-mapping)",
        ),
    };
    out.problem(Problem::of_file(Code::Decided, message).advising(advice));
}

/// What stands for debit in the table.
fn debit(table: &Table, seen: &Seen) -> String {
    match table.layout() {
        AmountLayout::Signed { sign, .. } if *sign == SignMeaning::Inverted => "a negative amount".into(),
        AmountLayout::Signed { .. } => "a positive amount".into(),
        AmountLayout::Flagged { .. } => format!("{:?}", seen.words.0),
        AmountLayout::Sides { debit, .. } => debit.map_or_else(
            || "debit".into(),
            |side| format!("{:?}", table.column_name(side.column)),
        ),
    }
}

/// The lines of a mapping file that say the contrary.
fn mapped(table: &Table, seen: &Seen) -> String {
    match table.layout() {
        AmountLayout::Signed { sign, .. } => {
            let is_inverted = *sign == SignMeaning::Inverted;
            format!("sign = {:?}", if is_inverted { "as_printed" } else { "inverted" })
        }
        AmountLayout::Flagged { amount, direction, .. } => {
            let (amount, direction) = (key(table, *amount), key(table, *direction));
            let words = match seen.words.1.as_str() {
                "" => "its words of money in".to_owned(),
                word => format!("{word:?}"),
            };
            format!("amount = {amount}, direction = {direction} and debit_words = [{words}]")
        }
        AmountLayout::Sides { debit, credit } => {
            let line = |name: &str, side: Side| format!("{name} = {}", key(table, side.column));
            let lines = [
                credit.map(|side| line("debit", side)),
                debit.map(|side| line("credit", side)),
            ];
            lines.into_iter().flatten().collect::<Vec<_>>().join(" and ")
        }
    }
}

/// A column as a mapping names it.
fn key(table: &Table, column: usize) -> String {
    match table.columns().get(column) {
        Some(known) if !known.name.is_empty() => format!("{:?}", known.name),
        _ => (column + 1).to_string(),
    }
}
