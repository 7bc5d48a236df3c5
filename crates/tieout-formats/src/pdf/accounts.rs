//! Papers of several accounts: where the statement of another account begins, so that no line is read into the wrong one.
//!
//! A paper is a row of tables, each with what stands above it: from the end of the table before, or the top of the page. The
//! number that counts is the nearest one above the table of those that are printed most plainly; the bank's own stands within a
//! text, the account that a payment went to among the rows of a table. A table begins another statement if its number is
//! another account's, or its currency another one, and if an opening balance is printed behind a closing one, whatever numbers
//! are read. What goes on under a number that was printed before goes on with its account.

use super::balances::{BalanceRow, balance_row, end_of_statement, figure_of, is_movement};
use super::carried;
use super::headers::header;
use super::numbers::{self, Number, Standing};
use super::page::Row;
use super::paper::{currency_in, text_of};
use super::words::Column;
use tieout_core::Currency;

/// Statements that one paper is divided into.
const MOST_PARTS: usize = 64;
/// Rows below a header in which a table opens.
const MOST_OPENING: usize = 3;

/// The rows of one statement.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Of each page its own.
    pub(super) pages: Vec<Vec<Row>>,
    /// Which pages of the paper these are, from 0.
    places: Vec<usize>,
    numbers: Vec<Number>,
    currency: Option<Currency>,
    /// The first and the last page with a table.
    tables: Option<(usize, usize)>,
    /// Opening and closing above its first table.
    summary: Option<(String, String)>,
    /// The last closing balance behind a header, as printed.
    closing: Option<String>,
}

/// A table on a page: `page[above..begin]` stands above it.
#[derive(Debug)]
struct Table {
    above: usize,
    begin: usize,
    end: usize,
}

impl Part {
    /// The number of its account, the IBAN if that is printed, as a whole if it is.
    pub(super) fn account(&self) -> &str {
        let mut numbers = self.numbers.iter();
        let iban = numbers.clone().find(|number| number.is_iban());
        let whole = numbers.clone().find(|number| !number.is_end);
        iban.or(whole).or(numbers.next()).map_or("", |number| &number.text)
    }

    /// The first and the last page of the paper, from 0, on which its table stands.
    pub(super) fn tables(&self) -> (usize, usize) {
        let all = self.places.first().copied().zip(self.places.last().copied());
        self.tables.or(all).unwrap_or_default()
    }

    /// Which page of the paper each of its pages is, from 0.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.places.iter().copied()
    }

    /// How many of its rows have a date and an amount.
    pub(super) fn movements(&self) -> usize {
        self.pages.iter().flatten().filter(|row| carried::is_whole(row)).count()
    }

    /// Whether a table with this number and this currency may be its own; a row that prints numbers less plainly than those
    /// it knows says nothing.
    fn takes(&self, number: Option<&Number>, currency: Option<Currency>) -> bool {
        let is_weaker = |number: &Number| self.numbers.iter().all(|own| own.standing > number.standing);
        let is_own = number.is_none_or(|number| self.is_of(number) || is_weaker(number));
        is_own && (self.currency.is_none() || currency.is_none() || self.currency == currency)
    }

    fn is_of(&self, number: &Number) -> bool {
        self.numbers.iter().any(|own| own.is_same(number))
    }

    fn add(&mut self, place: usize, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        let same = self.pages.last_mut().filter(|_| self.places.last() == Some(&place));
        if let Some(page) = same {
            return page.extend_from_slice(rows);
        }
        self.pages.push(rows.to_vec());
        self.places.push(place);
    }
}

/// What is known while the pages are looked at.
struct Division<'p> {
    parts: Vec<Part>,
    current: usize,
    /// Of each page without a number above its table, that below it; where no page prints one above.
    in_feet: bool,
    /// The last header.
    header: Option<&'p Row>,
    /// Rows above the first table of all.
    front: Vec<&'p Row>,
}

/// The statements of a paper, in the order in which they begin.
pub(super) fn apart(pages: &[Vec<Row>]) -> Vec<Part> {
    let has_header = pages.iter().flatten().any(|row| header(row).is_some());
    let tables: Vec<Vec<Table>> = pages.iter().map(|page| tables(page, has_header)).collect();
    let mut found = pages.iter().zip(&tables).flat_map(|(page, tables)| {
        let regions = tables.iter().filter_map(|table| page.get(table.above..table.begin));
        regions.filter_map(|rows| nearest(&rows.iter().collect::<Vec<_>>()))
    });
    let mut division = Division {
        parts: vec![Part::default()],
        current: 0,
        in_feet: !found.any(|number| number.standing > Standing::Plain),
        header: None,
        front: Vec::new(),
    };
    for (place, (page, tables)) in pages.iter().zip(&tables).enumerate() {
        division.page(place, page, tables);
    }
    if !has_header {
        // A table of sections: the paper is one statement.
        let all: Vec<&Row> = pages.iter().flatten().collect();
        let currency = all.iter().find_map(|row| currency_in(row));
        division.settle(0, nearest(&all), currency, &all);
        division.parts.iter_mut().for_each(|part| part.tables = None);
    }
    division.parts
}

impl<'p> Division<'p> {
    fn page(&mut self, place: usize, page: &'p [Row], tables: &[Table]) {
        let mut given = 0;
        for table in tables {
            given = self.begin(place, page, table, given);
            self.follow(page, table);
        }
        if self.parts.iter().all(|part| part.tables.is_none()) {
            self.front.extend(page);
        }
        self.give(place, page.get(given..));
    }

    fn give(&mut self, place: usize, rows: Option<&[Row]>) {
        if let (Some(part), Some(rows)) = (self.parts.get_mut(self.current), rows) {
            part.add(place, rows);
        }
    }

    /// Which statement a table is of: turns to it when the rows before are given to that before. Says from which row on none is.
    fn begin(&mut self, place: usize, page: &'p [Row], table: &Table, given: usize) -> usize {
        let region = page.get(table.above..table.begin).unwrap_or_default();
        let mut above: Vec<&Row> = region.iter().collect();
        if self.parts.iter().all(|part| part.tables.is_none()) {
            above.splice(0..0, self.front.iter().copied());
        }
        let feet = || {
            page.get(table.end..)
                .and_then(|rows| nearest(&rows.iter().collect::<Vec<_>>()))
        };
        let mut number = nearest(&above).or_else(|| feet().filter(|_| self.in_feet));
        let currency = above.iter().rev().find_map(|row| currency_in(row));
        let Some(part) = self.parts.get(self.current) else {
            return given;
        };
        // Texts of payments go on above the next header, with IBANs that are made unreadable.
        let is_payees = |number: &Number| number.is_doubtful() && !part.is_of(number) && !opens(page, table);
        if part.tables.is_some() && number.as_ref().is_some_and(is_payees) {
            let others = (0..above.len()).filter_map(|at| number_at(&above, at));
            number = others.filter(|own| !is_payees(own)).max_by_key(|own| own.standing);
        }
        let reopens = reopens(part, page, table);
        let is_other = part.tables.is_some() && (reopens || !part.takes(number.as_ref(), currency));
        if is_other {
            let cut = cut(page, table).max(given);
            self.give(place, page.get(given..cut));
            self.turn(number.as_ref(), currency, reopens);
            self.settle(place, number, currency, &above);
            return self.lead(place, page, table, cut);
        }
        self.settle(place, number, currency, &above);
        given
    }

    /// Turns to the statement of a number, or to a new one.
    fn turn(&mut self, number: Option<&Number>, currency: Option<Currency>, reopens: bool) {
        let known = number.and_then(|number| {
            let mut parts = self.parts.iter();
            parts.position(|part| part.is_of(number) && part.takes(Some(number), currency))
        });
        let known = known.filter(|at| !(reopens && *at == self.current));
        self.current = match known {
            Some(known) => known,
            None if self.parts.len() < MOST_PARTS => {
                self.parts.push(Part::default());
                self.parts.len() - 1
            }
            None => self.current,
        };
    }

    /// Notes what is printed above a table.
    fn settle(&mut self, place: usize, number: Option<Number>, currency: Option<Currency>, above: &[&Row]) {
        let Some(part) = self.parts.get_mut(self.current) else {
            return;
        };
        if part.tables.is_none() {
            part.summary = summary(above);
        }
        part.tables = Some((part.tables.map_or(place, |(first, _)| first), place));
        part.currency = part.currency.or(currency);
        if let Some(number) = number.filter(|number| part.numbers.is_empty() || part.is_of(number)) {
            part.numbers.push(number);
            let own = part.numbers.first().cloned();
            // The other forms in which the same number is printed above.
            let others = (0..above.len()).filter_map(|at| number_at(above, at));
            let others: Vec<Number> = others
                .filter(|other| own.as_ref().is_some_and(|own| own.is_same(other)))
                .collect();
            part.numbers.extend(others);
        }
    }

    /// Gives a statement whose table begins without a header the one that was printed last.
    fn lead(&mut self, place: usize, page: &[Row], table: &Table, cut: usize) -> usize {
        let has_own = page.get(table.begin).is_some_and(|row| header(row).is_some());
        let is_new = self.parts.get(self.current).is_some_and(|part| part.pages.is_empty());
        if let (Some(header), true) = (self.header.cloned(), is_new && !has_own) {
            self.give(place, page.get(cut..table.begin));
            self.give(place, Some(&[header]));
            return table.begin;
        }
        cut
    }

    /// Looks through a table for its end.
    fn follow(&mut self, page: &'p [Row], table: &Table) {
        let rows = page.get(table.begin..).unwrap_or_default();
        self.header = rows.first().filter(|row| header(row).is_some()).or(self.header);
        let next = rows.iter().skip(1).position(|row| header(row).is_some());
        let own = rows.get(..next.map_or(rows.len(), |at| at + 1)).unwrap_or_default();
        let closing = own
            .iter()
            .rev()
            .find_map(|row| balance_at_end(row, BalanceRow::Closing));
        if let Some(part) = self.parts.get_mut(self.current) {
            part.closing = closing.or(part.closing.take());
        }
    }
}

/// The tables of a page: each header, or the first movement of a page that has none where others have.
fn tables(page: &[Row], has_header: bool) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut end = 0;
    let goes_on = has_header && page.iter().all(|row| header(row).is_none());
    let mut text_left = None;
    for (at, row) in page.iter().enumerate() {
        let heads = header(row);
        let begins = heads.is_some() || tables.is_empty() && goes_on && is_movement(row);
        if begins {
            tables.push(Table {
                above: end,
                begin: at,
                end: at + 1,
            });
            text_left = heads.and_then(|heads| {
                let text = heads.iter().find(|(column, _)| *column == Column::Text);
                text.map(|(_, cell)| cell.left)
            });
        }
        // Texts below a movement are its own.
        let is_text = at == end && row.first().zip(text_left).is_some_and(|(cell, left)| cell.left >= left);
        if is_movement(row) || begins || is_text && end > 0 {
            end = at + 1;
            if let Some(table) = tables.last_mut() {
                table.end = end;
            }
        }
    }
    tables
}

/// The number that stands nearest to the end of rows, of those that are printed most plainly.
fn nearest(rows: &[&Row]) -> Option<Number> {
    let numbers = (0..rows.len()).filter_map(|at| number_at(rows, at));
    numbers.max_by_key(|number| number.standing)
}

fn number_at(rows: &[&Row], at: usize) -> Option<Number> {
    let row = rows.get(at).filter(|row| !is_movement(row) && header(row).is_none())?;
    let before = at.checked_sub(1).and_then(|before| rows.get(before));
    numbers::of_row(before.copied(), row)
}

/// Opening and closing balance, if both are printed.
fn summary(rows: &[&Row]) -> Option<(String, String)> {
    let of = |wanted: BalanceRow| rows.iter().find_map(|row| balance_at_end(row, wanted));
    of(BalanceRow::Opening).zip(of(BalanceRow::Closing))
}

/// The opening or the closing balance of a row, as printed.
fn balance_at_end(row: &Row, wanted: BalanceRow) -> Option<String> {
    let found = end_of_statement(row).filter(|(kind, _)| *kind == wanted);
    found.map(|(_, figure)| figure)
}

/// Whether the balance with which something opens stands above a table or in its first rows.
fn opens(page: &[Row], table: &Table) -> bool {
    let rows = page.get(table.above..table.begin + 1 + MOST_OPENING);
    let mut rows = rows.or(page.get(table.above..)).unwrap_or_default().iter();
    rows.any(|row| {
        let kind = balance_row(&text_of(row)).filter(|_| figure_of(row).is_some());
        kind.is_some_and(|kind| kind != BalanceRow::Closing)
    })
}

/// Whether a table opens again what is closed already. What opens with the balance that closed the page before goes on; all
/// that is nothing is alike.
fn reopens(part: &Part, page: &[Row], table: &Table) -> bool {
    let opening = |row: &Row| balance_at_end(row, BalanceRow::Opening);
    let is_carried =
        |figure: &String| part.closing.as_ref() == Some(figure) && figure.contains(|c| ('1'..='9').contains(&c));
    let region = page.get(table.above..table.begin).unwrap_or_default();
    let own: Vec<&Row> = region.iter().skip(cut(page, table) - table.above).collect();
    let first = page
        .get(table.begin..)
        .unwrap_or_default()
        .iter()
        .skip(1)
        .take(MOST_OPENING);
    let mut first = first.take_while(|row| !is_movement(row));
    if let Some(figure) = own.iter().find_map(|row| opening(row)) {
        // The head of the letter may be printed on every page.
        let pair = summary(&own);
        let is_same = pair.is_some() && pair == part.summary || is_carried(&figure);
        return !is_same && (part.closing.is_some() || part.summary.is_some() && pair.is_some());
    }
    part.closing.is_some() && first.find_map(opening).is_some_and(|figure| !is_carried(&figure))
}

/// Where the rows above a table end that are still the end of the table before: behind its last balance.
fn cut(page: &[Row], table: &Table) -> usize {
    let rows = page.get(table.above..table.begin).unwrap_or_default();
    let opens = |row: &Row| end_of_statement(row).is_some_and(|(kind, _)| kind == BalanceRow::Opening);
    let before = rows.iter().position(|row| opens(row) || is_numbered(row));
    let mut before = rows.get(..before.unwrap_or(rows.len())).unwrap_or_default().iter();
    let last = before.rposition(|row| balance_row(&text_of(row)).is_some());
    table.above + last.map_or(0, |last| last + 1)
}

fn is_numbered(row: &Row) -> bool {
    numbers::of_row(None, row).is_some_and(|number| number.standing == Standing::First)
}
