//! Amounts that a table prints in one column for each currency (`CAD$`, `USD$`), of which each row fills one. The rows are
//! given one column of amounts and one of currencies as they are read; all that follows sees no difference.

use crate::row::Row;
use crate::sniff::looks_like_amount;
use crate::words::named_role;
use tieout_core::Currency;
use tieout_core::problem::{Code, Problem};

/// Rows above the header that are looked through.
const MAX_ABOVE: usize = 60;

/// The columns of currencies of a table, from the left; none of nearly all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByCurrency(Vec<(usize, Currency)>);

impl ByCurrency {
    /// Looks for them: a header that names two currencies and nothing else there, a date, and no other amount; and rows that
    /// have an amount in one of these columns each.
    pub(crate) fn find(sample: &[Row]) -> Option<Self> {
        let (header, columns) = sample
            .iter()
            .take(MAX_ABOVE)
            .enumerate()
            .find_map(|(index, row)| Some((index, of_header(row)?)))?;
        let found = Self(columns);
        let dated = || {
            let body = sample.iter().skip(header + 1);
            body.filter(|row| row.cells().any(crate::dates::is_date))
        };
        let is_one = |row: &Row| {
            let mut filled = found.filled(row);
            matches!((filled.next(), filled.next()), (Some((_, cell)), None) if looks_like_amount(cell))
        };
        (dated().next().is_some() && dated().all(is_one)).then_some(found)
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the amount into the first of the columns and its currency into the second. Two amounts in one row are neither.
    pub(crate) fn complete(&self, row: &mut Row) {
        let [(amount, _), (currency, _), others @ ..] = self.0.as_slice() else {
            return;
        };
        let filled: Vec<usize> = self.filled(row).map(|(column, _)| column).collect();
        if of_header(row).is_some() {
            row.replace(*amount, b"Amount");
            row.replace(*currency, b"Currency");
        } else if let [found] = *filled.as_slice() {
            row.widen(currency + 1);
            row.take_over(*amount, found);
            row.replace(*currency, self.code(found).as_bytes());
        } else {
            let cells: Vec<&[u8]> = self.filled(row).map(|(_, cell)| cell).collect();
            return row.replace(*amount, &cells.join(b" / ".as_slice()));
        }
        for (column, _) in others {
            row.replace(*column, b"");
        }
    }

    /// What is told of it.
    pub(crate) fn told(&self) -> Option<Problem> {
        let codes: Vec<&str> = self.0.iter().map(|(_, currency)| currency.code()).collect();
        (!codes.is_empty()).then(|| {
            let message = format!(
                "the amounts stand in a column for each currency ({}); each row was read in that of its column",
                codes.join(", ")
            );
            Problem::of_file(Code::Decided, message)
        })
    }

    fn code(&self, column: usize) -> &str {
        let known = self.0.iter().find(|(known, _)| *known == column);
        known.map_or("", |(_, currency)| currency.code())
    }

    /// The columns in which a row has something.
    fn filled<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (usize, &'a [u8])> {
        let cells = self.0.iter().map(|(column, _)| (*column, row.cell(*column)));
        cells.filter(|(_, cell)| !cell.is_empty())
    }
}

/// The columns of currencies of a header, two at least, if it names a date and no other amount.
fn of_header(row: &Row) -> Option<Vec<(usize, Currency)>> {
    let mut columns: Vec<(usize, Currency)> = Vec::new();
    let mut has_date = false;
    for (column, cell) in row.cells().enumerate() {
        if let Some(currency) = currency_alone(cell) {
            if columns.iter().any(|(_, known)| *known == currency) {
                return None;
            }
            columns.push((column, currency));
            continue;
        }
        let role = std::str::from_utf8(cell).ok().and_then(named_role);
        has_date |= role.is_some_and(|(role, _)| role.is_date());
        if role.is_some_and(|(role, _)| role.is_amount()) {
            return None;
        }
    }
    (has_date && columns.len() > 1).then_some(columns)
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

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::default();
        for cell in cells {
            row.push(cell.as_bytes());
        }
        row
    }

    fn cells(row: &Row) -> Vec<String> {
        row.cells()
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect()
    }

    #[test]
    fn rows_get_one_amount_and_its_currency() {
        let header = row(&["Transaction Date", "Description 1", "CAD$", "USD$"]);
        let rows = [
            header.clone(),
            row(&["1/4/2026", "Payroll", "2500.00"]),
            row(&["1/20/2026", "Wire", "", "150.00"]),
        ];
        let found = ByCurrency::find(&rows).expect("two columns");
        let completed: Vec<Vec<String>> = rows
            .into_iter()
            .map(|mut row| {
                found.complete(&mut row);
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
        let mut both = row(&["1/21/2026", "?", "5.00", "4.00"]);
        found.complete(&mut both);
        assert_eq!(cells(&both), ["1/21/2026", "?", "5.00 / 4.00", "4.00"]);
    }

    #[test]
    fn other_tables_stay_as_they_are() {
        let dated = |cells: &[&str]| row(cells);
        for (header, body) in [
            (
                row(&["Date", "Amount", "CAD", "USD"]),
                dated(&["1/4/2026", "", "1.00", ""]),
            ),
            (
                row(&["Date", "Text", "CAD", "USD"]),
                dated(&["1/4/2026", "a", "1.00", "0.70"]),
            ),
            (
                row(&["Date", "Text", "CAD", "CAD"]),
                dated(&["1/4/2026", "a", "1.00", ""]),
            ),
            (row(&["Text", "CAD", "USD"]), dated(&["1/4/2026", "1.00", ""])),
        ] {
            assert!(ByCurrency::find(&[header, body]).is_none());
        }
    }
}
