//! Amounts that a table prints in one column for each currency (`CAD$`, `USD$`). The rows are given one column of amounts and
//! one of currencies as they are read; all that follows sees no difference. A row that says something in several currencies, a
//! balance of each or an exchange from one into the other, becomes a row for each.

use crate::amounts::{DecimalMark, read_amount};
use crate::assign::currency_in;
use crate::columns::Role;
use crate::reading::names_balance;
use crate::row::Row;
use crate::sniff::{is_dash, looks_like_amount};
use crate::words::named_role;
use std::collections::VecDeque;
use tieout_core::problem::{Code, Problem};
use tieout_core::{Currency, Decimal};

/// Rows above the header that are looked through.
const MAX_ABOVE: usize = 60;
/// What to do where nothing tells which of the columns moved the account.
const NAME_THE_COLUMN: &str = "name the column of the account's own currency in a mapping file (--mapping), for instance with the lines \
                               amount = \"CAD$\" and currency = \"CAD\"";

/// The columns of currencies of a table, from the left; none of nearly all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByCurrency {
    amounts: Vec<(usize, Currency)>,
    /// Running balances, where they too have a column for each.
    balances: Vec<(usize, Currency)>,
}

/// What a row has in the columns of currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Nothing,
    /// One amount; the others are blank or zero.
    One(usize),
    /// Something of its own in each.
    Each,
    /// Amounts of which one may be the other in another currency.
    Unclear,
}

impl ByCurrency {
    /// Looks for them: a header that names two currencies and nothing else there, a date, and no other amount that moves the
    /// account; and rows most of which have an amount in one of these columns.
    pub(crate) fn find(sample: &[Row]) -> Option<Self> {
        let above = sample.iter().take(MAX_ABOVE).enumerate();
        let (header, found) = above
            .into_iter()
            .find_map(|(index, row)| Some((index, of_header(row)?)))?;
        let (mut one, mut unclear) = (0, 0);
        let body = || sample.iter().skip(header + 1);
        for row in body().filter(|row| row.cells().any(crate::dates::is_date)) {
            match found.filled(row) {
                Filled::One(_) => one += 1,
                Filled::Unclear => unclear += 1,
                Filled::Nothing | Filled::Each => {}
            }
        }
        // An export of days on which nothing happened has the header only.
        (one > unclear || body().all(Row::is_blank)).then_some(found)
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// Puts the amount into the first of the columns and its currency into the second. Of a row that says something in each
    /// currency, the rows of the further ones go to `more`. Amounts of which nothing tells what they are stay unreadable.
    pub(crate) fn complete(&self, row: &mut Row, more: &mut VecDeque<Row>) {
        let [(amount, _), (currency, _), ..] = self.amounts.as_slice() else {
            return;
        };
        if of_header(row).is_some() {
            row.replace(*amount, b"Amount");
            row.replace(*currency, b"Currency");
            self.clear_others(row);
            self.keep_balance(row, None);
            return;
        }
        match self.filled(row) {
            Filled::Nothing => {}
            Filled::One(column) => self.keep(row, column),
            Filled::Each => {
                let mut columns = self.said(row).map(|(column, _)| column).collect::<Vec<_>>().into_iter();
                let Some(first) = columns.next() else { return };
                for column in columns {
                    let mut other = row.clone();
                    other.flaw = None;
                    self.keep(&mut other, column);
                    more.push_back(other);
                }
                self.keep(row, first);
            }
            Filled::Unclear => {
                let cells: Vec<&[u8]> = self.said(row).map(|(_, cell)| cell).collect();
                row.replace(*amount, &cells.join(b" / ".as_slice()));
            }
        }
    }

    /// What is told of it.
    pub(crate) fn told(&self) -> Option<Problem> {
        (!self.is_empty()).then(|| {
            let message = format!(
                "the amounts stand in a column for each currency ({}); each row was read in that of its column",
                self.codes()
            );
            Problem::of_file(Code::Decided, message)
        })
    }

    fn codes(&self) -> String {
        let codes: Vec<&str> = self.amounts.iter().map(|(_, currency)| currency.code()).collect();
        codes.join(", ")
    }

    /// Leaves a row the amount of one column.
    fn keep(&self, row: &mut Row, column: usize) {
        let [(amount, _), (place, _), ..] = self.amounts.as_slice() else {
            return;
        };
        let known = self.amounts.iter().find(|(known, _)| *known == column);
        let Some((_, currency)) = known else { return };
        row.widen(place + 1);
        row.take_over(*amount, column);
        row.replace(*place, currency.code().as_bytes());
        self.clear_others(row);
        self.keep_balance(row, Some(*currency));
    }

    fn clear_others(&self, row: &mut Row) {
        for (column, _) in self.amounts.iter().skip(2) {
            row.replace(*column, b"");
        }
    }

    /// Puts the balance in a currency into the first of their columns; of a header its name.
    fn keep_balance(&self, row: &mut Row, currency: Option<Currency>) {
        let Some(((first, _), others)) = self.balances.split_first() else {
            return;
        };
        match currency {
            None => row.replace(*first, b"Balance"),
            Some(currency) => {
                let of_currency = self.balances.iter().find(|(_, known)| *known == currency);
                match of_currency {
                    Some((column, _)) if *column < row.len() => row.take_over(*first, *column),
                    _ => row.replace(*first, b""),
                }
            }
        }
        for (column, _) in others {
            row.replace(*column, b"");
        }
    }

    /// The columns in which a row says something. Dashes and zeros fill the columns of other currencies, except of a balance,
    /// which may be zero.
    fn said<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (usize, &'a [u8])> {
        let cells = move || self.amounts.iter().map(|(column, _)| (*column, row.cell(*column)));
        let is_said = |cell: &[u8]| !cell.is_empty() && !is_dash(cell);
        let keeps_zeros = row.cells().any(names_balance)
            || !cells().any(|(_, cell)| is_said(cell) && !value(cell).is_some_and(Decimal::is_zero));
        let is_filler = move |cell: &[u8]| !keeps_zeros && value(cell).is_some_and(Decimal::is_zero);
        cells().filter(move |(_, cell)| is_said(cell) && !is_filler(cell))
    }

    /// Whether a row has a further amount beside these columns and their balances.
    fn has_more(&self, row: &Row) -> bool {
        let is_own = |column: usize| self.amounts.iter().chain(&self.balances).any(|(own, _)| *own == column);
        let is_amount = |cell: &[u8]| {
            let has_cents =
                matches!(cell, [.., b'.' | b',', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit());
            has_cents && value(cell).is_some_and(|value| !value.is_zero())
        };
        row.cells()
            .enumerate()
            .any(|(column, cell)| !is_own(column) && is_amount(cell))
    }

    fn filled(&self, row: &Row) -> Filled {
        let cells: Vec<(usize, &[u8])> = self.said(row).collect();
        let values: Vec<Decimal> = cells.iter().filter_map(|(_, cell)| value(cell)).collect();
        let is_exchange = || values.iter().any(|value| value.is_negative()) && !values.iter().all(|v| v.is_negative());
        match cells.as_slice() {
            [] => Filled::Nothing,
            [(column, _)] => Filled::One(*column),
            _ if values.len() < cells.len() => Filled::Unclear,
            // A row of zero moves nothing in any of them.
            [(column, _), ..] if values.iter().all(|value| value.is_zero()) && !row.cells().any(names_balance) => {
                Filled::One(*column)
            }
            // Nothing tells in which currency the fee of an exchange is.
            _ if is_exchange() && self.has_more(row) => Filled::Unclear,
            _ if is_exchange() || row.cells().any(names_balance) => Filled::Each,
            _ => Filled::Unclear,
        }
    }
}

/// Of a header with columns of currencies whose rows do not say which of them moved the account: what is said instead of a
/// table.
pub(crate) fn refusal(header: &Row) -> Option<Problem> {
    let found = of_header(header)?;
    let message = format!(
        "most rows have an amount in each of the columns of currencies ({}), and nothing tells which of them moved the account",
        found.codes()
    );
    Some(Problem::of_file(Code::NoColumns, message).advising(NAME_THE_COLUMN))
}

/// An amount, whichever its decimal mark is.
fn value(cell: &[u8]) -> Option<Decimal> {
    if !looks_like_amount(cell) {
        return None;
    }
    let amount = read_amount(cell, DecimalMark::Point).or_else(|_| read_amount(cell, DecimalMark::Comma));
    amount.ok().map(|amount| amount.value)
}

/// The columns of currencies of a header, two at least, if it names a date and no other amount that moves the account.
fn of_header(row: &Row) -> Option<ByCurrency> {
    let mut found = ByCurrency::default();
    let mut has_date = false;
    for (column, cell) in row.cells().enumerate() {
        if let Some(currency) = currency_alone(cell) {
            if found.amounts.iter().any(|(_, known)| *known == currency) {
                return None;
            }
            found.amounts.push((column, currency));
            continue;
        }
        let name = std::str::from_utf8(cell).ok();
        let role = name.and_then(named_role).map(|(role, _)| role);
        has_date |= role.is_some_and(Role::is_date);
        match role {
            Some(Role::Balance) => {
                let currency = name.and_then(currency_in);
                found.balances.extend(currency.map(|currency| (column, currency)));
            }
            Some(Role::Fee | Role::Rate) | None => {}
            Some(role) if role.is_amount() => return None,
            Some(_) => {}
        }
    }
    if found.balances.len() < 2 {
        found.balances.clear();
    }
    (has_date && found.amounts.len() > 1).then_some(found)
}

/// A code with or without a sign, and nothing else: `CAD$`, `USD`, `EUR €`.
fn currency_alone(cell: &[u8]) -> Option<Currency> {
    let text = std::str::from_utf8(cell).ok()?;
    let code = text.trim_matches(|c: char| matches!(c, '$' | '€' | '£' | '(' | ')' | ' '));
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    Currency::try_new(code).ok().filter(|_| is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &Row) -> Vec<String> {
        row.cells()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect()
    }

    #[test]
    fn rows_get_one_amount_and_its_currency() {
        let header = Row::of(&["Transaction Date", "Description 1", "CAD$", "USD$"]);
        let rows = [
            header.clone(),
            Row::of(&["1/4/2026", "Payroll", "2500.00"]),
            Row::of(&["1/20/2026", "Wire", "", "150.00"]),
        ];
        let found = ByCurrency::find(&rows).expect("two columns");
        let completed: Vec<Vec<String>> = rows
            .into_iter()
            .map(|mut row| {
                found.complete(&mut row, &mut VecDeque::new());
                cells(&row)
            })
            .collect();
        assert_eq!(
            completed,
            [
                ["Transaction Date", "Description 1", "Amount", "Currency"],
                ["1/4/2026", "Payroll", "2500.00", "CAD"],
                ["1/20/2026", "Wire", "150.00", "USD"],
            ]
        );
        let mut both = Row::of(&["1/21/2026", "?", "5.00", "4.00"]);
        found.complete(&mut both, &mut VecDeque::new());
        assert_eq!(cells(&both), ["1/21/2026", "?", "5.00 / 4.00", "4.00"]);
    }

    fn completed(rows: &[&[&str]]) -> Vec<Vec<String>> {
        let rows: Vec<Row> = rows.iter().map(|cells| Row::of(cells)).collect();
        let found = ByCurrency::find(&rows).expect("columns of currencies");
        let mut completed = Vec::new();
        for mut row in rows {
            let mut more = VecDeque::new();
            found.complete(&mut row, &mut more);
            completed.push(cells(&row));
            completed.extend(more.iter().map(cells));
        }
        completed
    }

    #[test]
    fn zeros_and_dashes_in_the_other_columns_say_nothing() {
        assert_eq!(
            completed(&[
                &["Date", "Text", "CAD$", "USD$", "EUR"],
                &["1/4/2026", "Payroll", "2500.00", "0.00", "-"],
                &["1/5/2026", "Wire", "$0.00", "-150.00", "0,00"],
                &["1/6/2026", "Waived fee", "0.00", "0.00", ""],
            ]),
            [
                ["Date", "Text", "Amount", "Currency", ""],
                ["1/4/2026", "Payroll", "2500.00", "CAD", ""],
                ["1/5/2026", "Wire", "-150.00", "USD", ""],
                ["1/6/2026", "Waived fee", "0.00", "CAD", ""],
            ]
        );
    }

    #[test]
    fn balances_and_exchanges_become_a_row_of_each_currency() {
        assert_eq!(
            completed(&[
                &["Date", "Text", "CAD", "USD", "Fee", "Balance CAD", "Balance USD"],
                &["1/1/2026", "Opening balance", "100.00", "0.00", "", "100.00", "0.00"],
                &["1/4/2026", "Exchange", "-70.00", "50.00", "", "30.00", "50.00"],
                &["1/5/2026", "Cafe", "", "-5.00", "", "30.00", "45.00"],
            ]),
            [
                ["Date", "Text", "Amount", "Currency", "Fee", "Balance", ""],
                ["1/1/2026", "Opening balance", "100.00", "CAD", "", "100.00", ""],
                ["1/1/2026", "Opening balance", "0.00", "USD", "", "0.00", ""],
                ["1/4/2026", "Exchange", "-70.00", "CAD", "", "30.00", ""],
                ["1/4/2026", "Exchange", "50.00", "USD", "", "50.00", ""],
                ["1/5/2026", "Cafe", "-5.00", "USD", "", "45.00", ""],
            ]
        );
    }

    #[test]
    fn an_exchange_with_a_fee_is_not_charged_twice() {
        let rows = completed(&[
            &["Date", "Text", "CAD", "USD", "Fee"],
            &["1/3/2026", "Payroll", "100.00", "", ""],
            &["1/4/2026", "Exchange", "-70.00", "50.00", "1.00"],
            &["1/5/2026", "Cafe", "", "-5.00", ""],
        ]);
        let exchange = rows.get(2).map(|row| row.get(2).map(String::as_str));
        assert_eq!((rows.len(), exchange), (4, Some(Some("-70.00 / 50.00"))));
    }

    #[test]
    fn other_tables_stay_as_they_are() {
        let dated = |cells: &[&str]| Row::of(cells);
        for (header, body) in [
            (
                Row::of(&["Date", "Amount", "CAD", "USD"]),
                dated(&["1/4/2026", "", "1.00", ""]),
            ),
            (
                Row::of(&["Date", "Text", "CAD", "USD"]),
                dated(&["1/4/2026", "a", "1.00", "0.70"]),
            ),
            (
                Row::of(&["Date", "Text", "CAD", "CAD"]),
                dated(&["1/4/2026", "a", "1.00", ""]),
            ),
            (Row::of(&["Text", "CAD", "USD"]), dated(&["1/4/2026", "1.00", ""])),
        ] {
            assert!(ByCurrency::find(&[header, body]).is_none());
        }
    }
}
