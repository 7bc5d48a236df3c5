//! Sections of orders, and of payments and receipts that are not booked yet: they are printed below the closing balance, and
//! their rows look like movements.
//!
//! Their headings' words head groups of movements as well, and stand in the texts of movements. So a section is one only where
//! nothing behind it can have happened: up to the end of the paper, or to a balance that opens with what was closed, no balance
//! is printed, and no date is one that the statement is about.

use super::balances::{self, BalanceRow, balance_row, begins_with_day, figure_of};
use super::carried::{Heads, is_amount, place};
use super::headers::header;
use super::page::{Cell, Row};
use super::paper::text_of;
use super::summary::Summary;
use super::words::{Column, is_figure};
use super::years::Years;
use tieout_core::Decimal;
use tieout_tables::DateOrder;

/// What headings name orders, and payments and receipts that are not booked yet, by.
const TO_COME: &[&str] = &[
    "standing order",
    "scheduled payment",
    "scheduled transaction",
    "scheduled transfer",
    "pending transaction",
    "pending payment",
    "pending item",
    "upcoming",
    "forthcoming",
    "future payment",
    "future transaction",
    "not yet booked",
    "not yet posted",
    "future-dated",
    "dauerauftr",
    "vorgemerkt",
    "vormerkposten",
    "terminüberweisung",
    "terminzahlung",
    "geplante",
    "anstehende",
    "noch nicht gebucht",
    "à venir",
    "a venir",
    "virements permanents",
    "ordres permanents",
    "virements programmés",
    "opérations en attente",
    "opérations en cours",
    "paiements en attente",
    "órdenes permanentes",
    "ordenes permanentes",
    "transferencias programadas",
    "pagos programados",
    "próximos pagos",
    "movimientos pendientes",
    "operaciones pendientes",
    "recibos pendientes",
    "ordini permanenti",
    "bonifici ricorrenti",
    "pagamenti programmati",
    "non contabilizzat",
    "operazioni in sospeso",
    "periodieke overboeking",
    "geplande",
    "nog niet verwerkt",
    "nog niet geboekt",
    "lançamentos futuros",
    "ordens permanentes",
    "movimentos pendentes",
    "agendamentos",
    "pagamentos agendados",
    "zlecenia stałe",
    "oczekując",
    "nierozliczone",
    "trvalé příkazy",
    "trvalé príkazy",
    "čekající",
    "stående överföring",
    "kommande",
    "väntande",
    "faste betalinger",
    "faste oppdrag",
    "faste overførsler",
    "kommende",
    "ventende",
    "tulevat",
    "odottavat",
    "állandó megbízás",
    "függő tétel",
    "bekleyen",
    "постоянные поручения",
    "ожидаемые",
    "предстоящие",
    "πάγιες εντολές",
    "未入账",
    "待处理",
    "予定",
];
/// Words in a heading at most.
const MOST_WORDS: usize = 8;

/// What is known where a section may begin.
pub(super) struct Closed<'p> {
    /// The closing balance above.
    pub(super) closing: &'p str,
    /// The last day that the statement is about, as ISO 8601 writes it; empty if none is known.
    pub(super) last_day: &'p str,
    pub(super) heads: Option<&'p Heads<'p>>,
    pub(super) years: &'p Years,
    pub(super) order: DateOrder,
    /// Digits behind the mark of balances.
    pub(super) decimals: u8,
}

impl Closed<'_> {
    /// How many of these rows are a section of what is to come, its heading the first; `Err` with the number of rows of which
    /// none begins one.
    pub(super) fn section(&self, rows: &[&Row]) -> Result<usize, usize> {
        if !rows.first().is_some_and(|row| is_heading(row)) {
            return Err(1);
        }
        let mut heads = self.heads.cloned();
        let mut summary = Summary::default();
        for (at, row) in rows.iter().enumerate().skip(1) {
            if let Some((opening, _)) = summary.balances(row) {
                // Its names stand in the row before.
                return if self.is_closing(&opening) { Ok(at - 1) } else { Err(at) };
            }
            if let (Some(kind), Some(figure)) = (balance_row(&text_of(row)), figure_of(row)) {
                let opens = kind != BalanceRow::Closing && self.is_closing(&figure);
                return if opens { Ok(at) } else { Err(at) };
            }
            if let Some(own) = header(row) {
                heads = Some(own);
            } else if heads.as_ref().is_some_and(|heads| self.has_happened(row, heads)) {
                return Err(at);
            }
        }
        Ok(rows.len())
    }

    fn is_closing(&self, figure: &str) -> bool {
        let read = |text: &str| -> Option<Decimal> { balances::figure(text, self.decimals) };
        read(figure).is_some_and(|figure| read(self.closing) == Some(figure))
    }

    /// Whether a row has a balance, or a day that is not behind the statement's last one.
    fn has_happened(&self, row: &Row, heads: &Heads<'_>) -> bool {
        let has = |cell: &Cell| match place(cell, heads, self.years, self.order) {
            Some(Column::Balance) => true,
            Some(Column::Date) => {
                let date = self.years.date(&cell.text, self.order);
                date.is_some_and(|date| date.to_string().as_str() <= self.last_day)
            }
            _ => false,
        };
        row.iter().any(has)
    }
}

/// Whether a row is the heading of orders, or of payments and receipts that are not booked yet.
fn is_heading(row: &Row) -> bool {
    let text = text_of(row).to_lowercase();
    let is_short = text.split_whitespace().count() <= MOST_WORDS;
    let has_figure = row.iter().any(|cell| is_figure(&cell.text));
    let is_plain = is_short && !has_figure && !text.ends_with('.') && !begins_with_day(&text);
    is_plain && TO_COME.iter().any(|words| has_word(&text, words))
}

/// Whether words that begin so stand in a text; where no blanks divide words, anywhere.
fn has_word(text: &str, words: &str) -> bool {
    const FIRST_UNDIVIDED: char = '\u{2e80}';
    let is_undivided = words.starts_with(|c| c >= FIRST_UNDIVIDED);
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        is_undivided || !before.ends_with(char::is_alphanumeric)
    })
}

/// Whether a row prints an amount.
pub(super) fn has_amount(row: &Row) -> bool {
    row.iter().any(is_amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_words_of_their_own_and_no_dated_rows() {
        for (text, is) in [
            ("Standing orders", true),
            ("Kommende betalinger", true),
            ("引落予定", true),
            ("Innkommende betalinger", false),
            ("10/01/2026 Standing order", false),
            ("10 Jan Standing order", false),
        ] {
            let (left, right, text) = (0, 0, text.to_owned());
            assert_eq!(
                is_heading(&vec![Cell {
                    left,
                    right,
                    text: text.clone()
                }]),
                is,
                "{text}"
            );
        }
    }
}
