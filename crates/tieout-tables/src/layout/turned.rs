//! Debit and credit that mean the contrary of what banks mean by them, as running balances prove.

use super::{Case, Decision};
use crate::assign::Perspective;
use crate::chain::ChainOrder;
use crate::columns::{AmountLayout, Column, Role};
use crate::directions::is_flow;
use crate::fold::fold;
use crate::mapping::Mapping;
use crate::row::Row;
use crate::words::says_debit_or_credit;

/// Rows below which balances that follow only with the signs turned may be chance.
pub(super) const FEWEST_ROWS: usize = 3;

impl Case<'_> {
    /// As [`plain`](Self::plain), but where the balances prove the contrary of what banks mean by debit and credit, they
    /// are believed. Words that say which way the money goes, and people, are believed more; of books their reader decides.
    pub(super) fn plain_or_turned(&self, usual: AmountLayout) -> Decision {
        let plain = self.plain(usual, Vec::new());
        if plain.chain.is_some() {
            return plain;
        }
        self.turned(&plain.layout).unwrap_or(plain)
    }

    /// The sides exchanged, if that alone makes the running balance.
    pub(super) fn turned(&self, usual: &AmountLayout) -> Option<Decision> {
        let is_said = self.mapping.is_some_and(Mapping::says_amounts) || !self.debit_words.is_empty();
        let is_of_card = self.column(Role::Card).is_some();
        if self.perspective == Perspective::Books || is_said || is_of_card || self.sample.len() < FEWEST_ROWS {
            return None;
        }
        let turned = match usual {
            AmountLayout::Sides { debit, credit } if !names_flows(self.columns, usual) => AmountLayout::Sides {
                debit: *credit,
                credit: *debit,
            },
            AmountLayout::Flagged {
                amount,
                direction,
                words,
            } if !self.sample.iter().any(|row| is_flow(row.cell(*direction))) => AmountLayout::Flagged {
                amount: *amount,
                direction: *direction,
                words: words.clone().of_books(),
            },
            _ => return None,
        };
        let chain = self
            .chain(&turned)
            .filter(|chain| matches!(chain, ChainOrder::Ascending | ChainOrder::Descending))?;
        if self.sample.iter().any(|row| thanks_for_payment(row)) {
            return None;
        }
        let note = "only with debit as money in the amounts make the running balance";
        Some(Decision::of(turned, Some(chain), vec![note.into()]))
    }
}

/// Whether the table says itself which way the money goes (`Paid out`, `Deposits`, `Af`), not only debit and credit.
pub(crate) fn names_flows(columns: &[Column], layout: &AmountLayout) -> bool {
    match layout {
        AmountLayout::Signed { .. } => false,
        AmountLayout::Sides { .. } => layout.columns().any(|column| {
            let name = columns.get(column).map_or("", |column| column.name.as_str());
            !name.is_empty() && !says_debit_or_credit(&fold(name))
        }),
        AmountLayout::Flagged { words, .. } => words.side == Perspective::Books,
    }
}

/// How issuers of cards call the payment of a bill, folded: all words of one of these.
const PAID_BILLS: &[&[&str]] = &[
    &["payment", "thank"],
    &["paiement", "merci"],
    &["zahlung", "dank"],
    &["pago", "gracias"],
];

/// A line that only statements of cards have, whose balances rise with what is owed.
fn thanks_for_payment(row: &Row) -> bool {
    row.cells().any(|cell| {
        let text = fold(&String::from_utf8_lossy(cell));
        let has = |word: &&str| text.split(' ').any(|known| known == *word);
        PAID_BILLS.iter().any(|words| words.iter().all(has))
    })
}
