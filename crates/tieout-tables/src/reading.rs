//! What a single row of a table is: a movement, a balance, more text of the row before, a total, or none of it.

use crate::amounts::DecimalMark;
use crate::assign::Perspective;
use crate::balances::{CLOSING, OPENING, TOTALS, is_of_a_day, total_side};
use crate::columns::{AmountLayout, Role};
use crate::dates::DateRead;
use crate::fold::fold;
use crate::frame;
use crate::preamble::named_balance;
use crate::row::Row;
use crate::sniff::looks_like_amount;
use crate::standing::{Standing, standing};
use crate::table::{NoMovement, Table};
use crate::words::begins_with;
use std::collections::HashSet;
use std::sync::LazyLock;
use tieout_core::Decimal;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A movement.
    Movement(Movement),
    /// A balance or total that stands among the movements.
    Balance(BalanceRow, Option<Decimal>),
    /// More text of the movement before: no date, no amount.
    Continuation,
    /// Blank, or the header once more.
    Empty,
    /// Text that belongs to no movement: a title, a remark, a page number.
    Remark,
    /// A movement that never happened: refused, failed, taken back before it was booked.
    Void,
    /// It looks like a movement but cannot be read.
    Unreadable(Unreadable),
}

/// A movement that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// Date; `None` for pending ones without.
    pub date: Option<DateRead>,
    /// Signed, money in positive.
    pub amount: Decimal,
    /// The row says that it is not booked yet.
    pub pending: bool,
}

/// Rows of balances among movements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalanceRow {
    /// The balance before.
    Opening,
    /// The balance after.
    Closing,
    /// The balance of a day: before or after, as it stands.
    OfDay,
    /// A turnover or total.
    Total,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// An amount, but this column is no date.
    Date(usize),
    /// A date, but no amount.
    NoAmount,
    /// A date, but this column is no amount.
    Amount(usize),
    /// A date and an amount, but this column says neither debit nor credit.
    Side(usize),
    /// A date, and amounts on both sides, this column and another.
    BothSides(usize),
}

/// Tells what a row is.
pub(crate) fn read(table: &Table, row: &Row) -> RowKind {
    let date_column = table.places.date;
    let has_amount = match &table.layout {
        AmountLayout::Signed { amount, .. } | AmountLayout::Flagged { amount, .. } => !row.cell(*amount).is_empty(),
        sides @ AmountLayout::Sides { .. } => sides.columns().any(|column| !row.cell(column).is_empty()),
    };
    match table.date(row, date_column) {
        Ok(Some(date)) if has_amount => dated(table, row, date),
        Ok(Some(_)) => match balance_row(table, row).or_else(|| balance_of_payee(table, row)) {
            Some(kind) => RowKind::Balance(kind, balance(table, row)),
            None if said(table, row, None) == Standing::Void => RowKind::Void,
            None => RowKind::Unreadable(Unreadable::NoAmount),
        },
        date => undated(table, row, date_column, date.is_err(), has_amount),
    }
}

/// A row with a date and something in the columns of amounts.
fn dated(table: &Table, row: &Row, date: DateRead) -> RowKind {
    let amount = table.movement(row);
    if let Some(kind) = balance_row(table, row).filter(|kind| !is_movement(table, row, *kind, amount)) {
        return RowKind::Balance(kind, amount.ok().flatten().or_else(|| balance(table, row)));
    }
    if let Some(column) = table.other_side(row)
        && balance(table, row).is_none()
    {
        return if is_like_total(row) {
            RowKind::Balance(BalanceRow::Total, None)
        } else {
            RowKind::Unreadable(Unreadable::BothSides(column))
        };
    }
    match amount {
        Ok(Some(amount)) => match said(table, row, None) {
            Standing::Void => RowKind::Void,
            standing => RowKind::Movement(Movement {
                date: Some(date),
                amount,
                pending: standing == Standing::Pending,
            }),
        },
        Ok(None) => RowKind::Unreadable(Unreadable::NoAmount),
        Err(NoMovement::BadAmount(column)) => RowKind::Unreadable(Unreadable::Amount(column)),
        Err(NoMovement::NoSide(column)) => RowKind::Unreadable(Unreadable::Side(column)),
    }
}

/// Whether a row with a date and an amount is a movement although one of its texts is the name of a balance or total: shops
/// and petrol stations are called so. A code of the bank says what a row is; the balance beside a balance is itself; totals
/// have an amount on both sides, or no date.
fn is_movement(table: &Table, row: &Row, kind: BalanceRow, amount: Result<Option<Decimal>, NoMovement>) -> bool {
    let Ok(Some(amount)) = amount else { return false };
    if table.places.row_code.is_some_and(|column| !row.cell(column).is_empty()) {
        return false;
    }
    let one_sided = table.moved_columns(row).count() == 1;
    match balance(table, row) {
        Some(balance) => one_sided && balance.abs() != amount.abs(),
        None if kind == BalanceRow::Total => one_sided,
        // Who is paid stands beside the text; nobody does beside a balance.
        None => one_sided && names_somebody(table, row),
    }
}

/// Whether a text of a row is neither the name of a balance nor a short form of it (`OPEN` beside `OPEN BALANCE`).
fn names_somebody(table: &Table, row: &Row) -> bool {
    let folded = |column: &usize| fold(&String::from_utf8_lossy(row.cell(*column)));
    let texts: Vec<String> = table
        .places
        .texts
        .iter()
        .map(folded)
        .filter(|text| !text.is_empty())
        .collect();
    let is_name = |text: &String| names(text, OPENING) || names(text, CLOSING) || is_of_a_day(text);
    let is_short = |text: &String| {
        texts
            .iter()
            .any(|name| is_name(name) && name.starts_with(text.as_str()))
    };
    texts.iter().any(|text| !is_name(text) && !is_short(text))
}

/// A row without a date, or with something else in its place.
fn undated(table: &Table, row: &Row, date_column: usize, bad_date: bool, has_amount: bool) -> RowKind {
    if row.is_blank() || repeats_header(table, row) || is_ruled(row) {
        return RowKind::Empty;
    }
    if let Some(kind) = balance_row(table, row) {
        let amount = table.movement(row).ok().flatten();
        return RowKind::Balance(kind, amount.or_else(|| balance(table, row)));
    }
    let label = row.cells().position(|cell| !cell.is_empty());
    let is_total = |column| is_labelled_total(row, column);
    if bad_date && is_total(date_column) || !bad_date && has_amount && label.is_some_and(is_total) {
        return RowKind::Balance(BalanceRow::Total, None);
    }
    if bad_date && let Some((before, amount)) = named_balance(row, mark(table), table.perspective) {
        let kind = if before {
            BalanceRow::Opening
        } else {
            BalanceRow::Closing
        };
        return RowKind::Balance(kind, Some(amount));
    }
    // A total, of the month or the page; told, should it be a payment.
    if has_amount && !bad_date && is_like_total(row) {
        return RowKind::Remark;
    }
    if has_amount && let Ok(Some(amount)) = table.movement(row) {
        return match said(table, row, Some(date_column)) {
            Standing::Void => RowKind::Void,
            Standing::Pending => RowKind::Movement(Movement {
                date: None,
                amount,
                pending: true,
            }),
            Standing::Booked => RowKind::Unreadable(Unreadable::Date(date_column)),
        };
    }
    if has_amount && bad_date && crate::dates::is_date(row.cell(date_column)) {
        return RowKind::Unreadable(Unreadable::Date(date_column));
    }
    // A row with a date and an amount elsewhere (a hold on money) is no text of the row before.
    if !has_amount && frame::is_typed(row) {
        return RowKind::Unreadable(Unreadable::NoAmount);
    }
    if is_fragment(table, row) {
        return RowKind::Unreadable(if bad_date {
            Unreadable::Date(date_column)
        } else {
            Unreadable::NoAmount
        });
    }
    if !bad_date && !has_amount && table.places.texts.iter().any(|column| !row.cell(*column).is_empty()) {
        return RowKind::Continuation;
    }
    RowKind::Remark
}

/// Whether a row is most of a movement whose cells are not in their columns: texts and money in half of the columns, as behind a
/// line break in the middle of a row.
fn is_fragment(table: &Table, row: &Row) -> bool {
    let is_money = |cell: &[u8]| {
        matches!(cell, [.., b'.' | b',', tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit())
            && looks_like_amount(cell)
    };
    let is_text = |cell: &[u8]| cell.iter().filter(|byte| byte.is_ascii_alphabetic()).count() > 2;
    row.filled() >= 3
        && row.filled() * 2 >= table.columns.len()
        && row.cells().any(is_money)
        && row.cells().any(is_text)
        && !is_like_total(row)
        && !row.cells().any(names_balance)
}

/// Whether the word of a total stands in the place of the date, and no date elsewhere.
fn is_labelled_total(row: &Row, date_column: usize) -> bool {
    let cell = row.cell(date_column);
    let is_label = cell.len() <= 48 && may_name_balance(cell) && {
        let text = fold(&String::from_utf8_lossy(cell));
        TOTALS.contains(&text.as_str()) || total_side(&text).is_some()
    };
    is_label && !row.cells().any(crate::dates::is_date)
}

/// The decimal mark of the amounts.
pub(crate) fn mark(table: &Table) -> DecimalMark {
    let column = table.layout().columns().next();
    let known = column.and_then(|column| table.columns.get(column));
    known.map_or(DecimalMark::Point, |column| column.decimal_mark)
}

/// The balance printed in the row's column of balances.
fn balance(table: &Table, row: &Row) -> Option<Decimal> {
    table
        .places
        .balance
        .and_then(|column| table.amount(row, column).ok().flatten())
        .map(|amount| amount.value)
}

/// Whether one of the texts of a row names a balance or total.
fn balance_row(table: &Table, row: &Row) -> Option<BalanceRow> {
    if let Some(column) = table.places.row_code {
        match row.cell(column) {
            b"10" => return Some(BalanceRow::Opening),
            b"86" => return Some(BalanceRow::Closing),
            b"82" => return Some(BalanceRow::Total),
            _ => {}
        }
    }
    for &column in &table.places.names {
        let cell = row.cell(column);
        if cell.len() > 48 || !may_name_balance(cell) {
            continue;
        }
        let text = fold(&String::from_utf8_lossy(cell));
        if names(&text, OPENING) {
            return Some(BalanceRow::Opening);
        }
        if names(&text, CLOSING) {
            return Some(BalanceRow::Closing);
        }
        if names_total(cell, &text) {
            return Some(BalanceRow::Total);
        }
        if is_of_a_day(&text) {
            return Some(BalanceRow::OfDay);
        }
    }
    None
}

/// Totals are their own whole text, or end in a colon; `Total energies` is a payment.
fn names_total(cell: &[u8], folded: &str) -> bool {
    TOTALS.contains(&folded) || (cell.ends_with(b":") && TOTALS.iter().any(|word| begins_with(folded, word)))
}

/// Whether a text of a row begins or ends with the word of a total: `Total January`, `Page total`, `Summe Januar`.
pub(crate) fn is_like_total(row: &Row) -> bool {
    let is_word = |word: &str| TOTAL_WORDS.contains(word);
    row.cells()
        .filter(|cell| cell.len() <= 48 && !cell.is_empty())
        .any(|cell| {
            let text = fold(&String::from_utf8_lossy(cell));
            let ends = [text.split(' ').next(), text.split(' ').next_back(), Some(text.as_str())];
            ends.into_iter().flatten().any(is_word)
        })
}

/// Words of totals: those that a text may consist of, and those that only stand in rows without a date.
static TOTAL_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let more = "somme|somma|razem|lacznie|ukupno|vkupno|toplam|ara toplam|genel toplam|celkovy|spolu|kokku|kopa|viso|zusammen|\
        итого|всего|усього|разом|общо|σύνολο|合計|小計|総計|合计|小计|总计|总额|합계|소계|총계|รวม|tổng cộng|cộng|jumlah|סה\"כ|المجموع|الإجمالي";
    let words = TOTALS.iter().copied().chain(more.split('|')).map(fold);
    words.filter(|word| !word.is_empty()).collect()
});

/// Whether a cell names a balance or a total.
pub(crate) fn names_balance(cell: &[u8]) -> bool {
    if cell.len() > 48 || !may_name_balance(cell) {
        return false;
    }
    let text = fold(&String::from_utf8_lossy(cell));
    names(&text, OPENING) || names(&text, CLOSING) || names_total(cell, &text)
}

/// Whether a cell is one of these names of balances.
pub(crate) fn named_in(cell: &[u8], phrases: &[&str]) -> bool {
    cell.len() <= 48 && may_name_balance(cell) && names(&fold(&String::from_utf8_lossy(cell)), phrases)
}

/// Whether the name of the other side is that of a balance, in a row that moves nothing.
fn balance_of_payee(table: &Table, row: &Row) -> Option<BalanceRow> {
    let columns = table.columns_of(Role::Counterparty);
    let mut texts = columns.map(|column| fold(&String::from_utf8_lossy(row.cell(column))));
    texts.find_map(|text| match text.as_str() {
        text if names(text, OPENING) => Some(BalanceRow::Opening),
        text if names(text, CLOSING) => Some(BalanceRow::Closing),
        _ => None,
    })
}

/// Whether a text is one of the phrases, with nothing behind it but a date, a number or a currency: `Opening Balance Cafe`
/// is a payment.
fn names(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let Some(rest) = text.strip_prefix(*phrase) else {
            return false;
        };
        (rest.is_empty() || rest.starts_with(' '))
            && rest.split_ascii_whitespace().all(|word| {
                word.bytes().all(|b| b.is_ascii_digit())
                    || [
                        "as", "of", "on", "at", "per", "am", "vom", "au", "al", "do", "zum", "eur", "usd", "gbp", "chf",
                    ]
                    .contains(&word)
            })
    })
}

/// What the words above begin with, in lower case.
const BEGINNINGS: [[u8; 3]; 69] = [
    *b"ope",
    *b"bal",
    *b"bro",
    *b"pre",
    *b"sta",
    *b"beg",
    *b"anf",
    *b"alt",
    *b"sal",
    *b"vor",
    *b"sol",
    *b"anc",
    *b"rep",
    *b"poc",
    *b"po\xc4",
    *b"nyi",
    *b"ind",
    *b"ing",
    *b"inn",
    *b"alk",
    *b"pra",
    *b"s\xc4\x81",
    *b"sak",
    *b"alg",
    *b"clo",
    *b"car",
    *b"end",
    *b"fin",
    *b"new",
    *b"ini",
    *b"ero",
    *b"er\xc3",
    *b"sch",
    *b"neu",
    *b"ein",
    *b"nie",
    *b"nou",
    *b"kon",
    *b"zar",
    *b"z\xc3\xa1",
    *b"udg",
    *b"utg",
    *b"lop",
    *b"gal",
    *b"bei",
    *b"s a",
    *b"tot",
    *b"sub",
    *b"gra",
    *b"tur",
    *b"sum",
    *b"ges",
    *b"zwi",
    *b"ums",
    *b"sou",
    *b"obr",
    *b"cel",
    *b"\xc3\xb6s",
    *b"oss",
    *b"yht",
    *b"sam",
    *b"ito",
    *b"apy",
    *b"apg",
    *b"kai",
    *b"k\xc3\xa4",
    *b"\xd0\xb8\xd1",
    *b"\xd0\x98\xd1",
    *b"poz",
];

/// For each two first letters a bit for each third letter of the beginnings, all without what divides capitals from others.
static LETTERS: [u32; 1024] = letters();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "computed by the compiler, which sees the bounds"
)]
const fn letters() -> [u32; 1024] {
    let mut letters = [0; 1024];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        let [first, second, third] = BEGINNINGS[at];
        letters[(first % 32) as usize * 32 + (second % 32) as usize] |= 1 << (third % 32);
        at += 1;
    }
    letters
}

/// Whether a text begins like one of the words above: the cheap test that nearly every row fails.
fn may_name_balance(cell: &[u8]) -> bool {
    let Some(beginning) = cell.first_chunk::<3>() else {
        return false;
    };
    let [first, second, third] = *beginning;
    let place = usize::from(first % 32) * 32 + usize::from(second % 32);
    let thirds = LETTERS.get(place).copied().unwrap_or(0);
    thirds & 1 << (third % 32) != 0 && BEGINNINGS.contains(&beginning.map(|byte| byte.to_ascii_lowercase()))
}

/// What the columns of status say of a row, and that of dates in rows without one.
fn said(table: &Table, row: &Row, date_column: Option<usize>) -> Standing {
    let at_bank = table.perspective == Perspective::Bank;
    let columns = table.places.status.iter().copied().chain(date_column);
    let mut said = columns.map(|column| standing(row.cell(column), at_bank));
    said.find(|standing| *standing != Standing::Booked)
        .unwrap_or(Standing::Booked)
}

/// A line drawn with stars, dashes or the like in the row's cells.
fn is_ruled(row: &Row) -> bool {
    let is_drawn = |cell: &[u8]| cell.iter().all(|byte| matches!(byte, b'*' | b'-' | b'=' | b'_'));
    row.cells().all(is_drawn) && row.cells().any(|cell| cell.len() > 2)
}

pub(crate) fn repeats_header(table: &Table, row: &Row) -> bool {
    table
        .header
        .as_ref()
        .is_some_and(|header| row.len() > 1 && row.cells().eq(header.cells()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheap_test_lets_every_word_of_a_balance_through() {
        for word in OPENING.iter().chain(CLOSING).chain(TOTALS) {
            assert!(may_name_balance(word.as_bytes()), "{word}");
            assert!(may_name_balance(word.to_uppercase().as_bytes()), "{word}");
        }
    }
}
