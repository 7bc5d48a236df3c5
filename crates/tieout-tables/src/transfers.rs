//! Lists of transfers that print what left one balance and what came into another (`Source amount (after fees)`, `Target
//! amount (after fees)`), with the direction beside them. The rows are given one amount and its currency as they are read: of a
//! transfer out the source amount and its fee, of one in the target amount, and of an exchange a row for each.

use crate::amounts::{DecimalMark, read_amount};
use crate::fold::fold;
use crate::row::Row;
use std::collections::VecDeque;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Problem};

/// Rows above the header that are looked through.
const MAX_ABOVE: usize = 10;

/// The columns of such a list; nearly all tables are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Transfers(Option<Columns>);

#[derive(Debug, Clone)]
struct Columns {
    direction: usize,
    source: Side,
    target: Side,
}

/// What one side of a transfer is printed in.
#[derive(Debug, Clone)]
struct Side {
    amount: usize,
    currency: usize,
    fee: Option<usize>,
    fee_currency: Option<usize>,
    name: Option<usize>,
}

impl Transfers {
    /// Looks for the header of such a list.
    pub(crate) fn find(sample: &[Row]) -> Self {
        Self(sample.iter().take(MAX_ABOVE).find_map(columns))
    }

    /// It is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Gives a row its amount, currency and name of the other side, in the columns of the source; the row that an exchange
    /// becomes beside it goes to `more`. Amounts that cannot be told stay unreadable.
    pub(crate) fn complete(&self, row: &mut Row, more: &mut VecDeque<Row>) {
        let Some(known) = &self.0 else { return };
        if columns(row).is_some() {
            return known.rename(row);
        }
        let direction = row.cell(known.direction).to_ascii_uppercase();
        let out = || known.source.charged(row).map(|amount| -amount);
        let into = || value(row.cell(known.target.amount));
        match direction.as_slice() {
            b"OUT" => {
                let amount = out();
                known.give(row, amount, Some(&known.source), known.target.name);
            }
            b"IN" => {
                let amount = into();
                known.give(row, amount, Some(&known.target), known.source.name);
            }
            b"NEUTRAL" => {
                let (amount, other) = (out(), into());
                let mut second = row.clone();
                second.flaw = None;
                known.give(&mut second, other, Some(&known.target), None);
                known.give(row, amount, Some(&known.source), None);
                more.push_back(second);
            }
            _ => known.give(row, None, None, None),
        }
    }

    /// What is told of it.
    pub(crate) fn told(&self) -> Option<Problem> {
        let message = "each transfer was read as money into or out of the balance in its own currency, fees contained";
        self.0.as_ref().map(|_| Problem::of_file(Code::Decided, message))
    }
}

impl Columns {
    /// Names the columns of the source as those of the account, and the others not at all.
    fn rename(&self, row: &mut Row) {
        row.replace(self.source.amount, b"Amount");
        row.replace(self.source.currency, b"Currency");
        if let Some(name) = self.source.name {
            row.replace(name, b"Name");
        }
        self.clear_others(row);
    }

    fn give(&self, row: &mut Row, amount: Option<Decimal>, side: Option<&Side>, name: Option<usize>) {
        let amount = amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
        if let Some(side) = side {
            row.take_over(self.source.currency, side.currency);
        }
        row.replace(self.source.amount, amount.as_bytes());
        match (self.source.name, name) {
            (Some(place), Some(name)) => row.take_over(place, name),
            (Some(place), None) => row.replace(place, b""),
            (None, _) => {}
        }
        self.clear_others(row);
    }

    fn clear_others(&self, row: &mut Row) {
        let fees = [&self.source, &self.target].map(|side| [side.fee, side.fee_currency]);
        let target = [Some(self.target.amount), Some(self.target.currency), self.target.name];
        let others = fees.into_iter().flatten().chain(target).flatten();
        for column in others.chain([self.direction]) {
            row.replace(column, b"");
        }
    }
}

impl Side {
    /// What left the balance with the fee, if both are in one currency.
    fn charged(&self, row: &Row) -> Option<Decimal> {
        let amount = value(row.cell(self.amount))?;
        let fee = match self.fee.map(|fee| row.cell(fee)) {
            None | Some(b"") => return Some(amount),
            Some(fee) => value(fee)?,
        };
        let is_own = |currency: usize| row.cell(currency) == row.cell(self.currency);
        if !fee.is_zero() && !self.fee_currency.is_none_or(is_own) {
            return None;
        }
        amount.checked_add(fee.abs())
    }
}

fn value(cell: &[u8]) -> Option<Decimal> {
    read_amount(cell, DecimalMark::Point).ok().map(|read| read.value)
}

/// The columns of a header that names both sides of transfers and their direction.
fn columns(row: &Row) -> Option<Columns> {
    // Cheaper than looking at every name of every row.
    if row.len() < 5 {
        return None;
    }
    let place = |name: &str| {
        row.cells()
            .position(|cell| fold(&String::from_utf8_lossy(cell)) == name)
    };
    let side = |of: &str| {
        Some(Side {
            amount: place(&format!("{of} amount after fees"))?,
            currency: place(&format!("{of} currency"))?,
            fee: place(&format!("{of} fee amount")),
            fee_currency: place(&format!("{of} fee currency")),
            name: place(&format!("{of} name")),
        })
    };
    let is_named = |cell: &[u8]| cell.eq_ignore_ascii_case(b"Direction");
    Some(Columns {
        direction: row.cells().position(is_named)?,
        source: side("source")?,
        target: side("target")?,
    })
}
