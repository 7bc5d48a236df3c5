//! What stands above a table (and below it): account, currency, period and balances, as keys and values.

use crate::amounts::{Amount, DecimalMark, DecimalMarkVote, MarkVerdict, read_amount};
use crate::assign::{Perspective, currency_in};
use crate::fold::fold;
use crate::profile::is_iban;
use crate::row::Row;
use crate::sniff::looks_like_amount;
use crate::summary::{self, SummaryPlaces};
use crate::words::{begins_with, divided};
use tieout_core::encoding::Decoder;
use tieout_core::{Currency, Decimal};

/// Keys and values around a table. Texts are as printed; empty if the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preamble {
    /// Number of the account.
    pub account: String,
    /// Its name or owner.
    pub account_name: String,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Balance before the first row.
    pub opening: Option<Decimal>,
    /// Balance after the last row.
    pub closing: Option<Decimal>,
    /// What can be spent.
    pub available: Option<Decimal>,
    /// Text of the day whose balance is taken as that after the last row, where it stands with its name.
    pub closing_day: String,
    /// Texts of the first and last day of the period.
    pub period: (String, String),
    /// A balance bears `CR` or `DR`.
    pub(crate) is_lettered: bool,
    /// Where the row above named balances that the next row holds.
    summary: Option<SummaryPlaces>,
}

/// What a key announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Account,
    AccountName,
    Currency,
    Opening,
    Closing,
    Available,
    Period,
    From,
    To,
}

/// Keys by what they announce, folded. The first that begins the key's text decides.
const KEYS: &[(Key, &str)] = &[
    (
        Key::Available,
        "available balance|available|verfugbar|verfugbarer betrag|beschikbaar saldo|solde disponible|saldo disponible|saldo disponibile|disponibel saldo|disponibelt",
    ),
    (
        Key::Opening,
        "opening balance|opening bal|balance brought forward|brought forward|previous balance|start balance|starting balance|beginning balance|anfangssaldo|anfangsbestand|alter kontostand|beginsaldo|\
         vorig saldo|saldo awal|alter saldo|solde initial|solde precedent|ancien solde|saldo inicial|saldo anterior|saldo iniziale|saldo poczatkowe|pocatecni zustatek|pociatocny zostatok|nyito egyenleg|indgaende saldo|\
         ingaende saldo|inngaende saldo|alkusaldo|pradinis likutis|sakuma atlikums|algsaldo|primo|sold initial|vkhodiashchii ostatok",
    ),
    (
        Key::Closing,
        "closing balance|closing bal|ledger balance|current balance|balance carried forward|carried forward|end balance|ending balance|final balance|new balance|endsaldo|schlusssaldo|neuer kontostand|kontostand|neuester kontostand|aktueller kontostand|laatste saldo|huidig saldo|saldo akhir|\
         eindsaldo|nieuw saldo|solde final|nouveau solde|solde au|solde|saldo final|saldo actual|saldo finale|saldo contabile|saldo koncowe|konecny zustatek|konecny zostatok|zaro egyenleg|udgaende saldo|\
         utgaende saldo|loppusaldo|galutinis likutis|beigu atlikums|loppsaldo|ultimo|sold final|balance|saldo|zustatek|egyenleg|iskhodiashchii ostatok",
    ),
    (
        Key::AccountName,
        "account name|account details for|account holder|account owner|kontoinhaber|kontobezeichnung|titulaire|intitule|titular|intestatario|intestato a|wlasciciel|nazev uctu|majitel|customer name|name|company|client|kunde",
    ),
    (
        Key::Account,
        "account number|account no|account nr|account id|account|iban|konto|kontonummer|konto nr|girokonto|tagesgeldkonto|rekening|rekeningnummer|compte|numero de compte|compte n|no rekening|nomor rekening|cuenta|numero de cuenta|\
         conto|numero conto|rapporto|conta|numer rachunku|rachunek|nr rachunku|cislo uctu|ucet|szamlaszam|konto nummer|kontonr|tilinumero|tili|saskaita|konts|cont|schet|acct",
    ),
    (
        Key::Currency,
        "currency|account currency|valutacode|mata uang|kode mata uang|wahrung|waehrung|munt|devise|divisa|moneda|moeda|valuta|mena|waluta|deviza|devizanem|valiuta|valuuta|valyuta",
    ),
    (
        Key::From,
        "from|from date|date from|start date|period from|von|vom|zeitraum von|van|du|date debut|desde|dal|da|od|datum od|fra|fran|fra dato|kezdete|de la",
    ),
    (
        Key::To,
        "to|to date|date to|end date|period to|until|bis|zeitraum bis|tot|t m|au|date fin|hasta|al|do|datum do|til|till|til dato|vege|pana la|po",
    ),
    (
        Key::Period,
        "period|statement period|date range|zeitraum|buchungszeitraum|periode|periodo|okres|obdobi|idoszak|jakso|laikotarpis|periods|transactions from",
    ),
];

impl Preamble {
    /// Takes from one row what it says. Balances are read with the mark their own text tells, else with `mark`.
    pub(crate) fn harvest(&mut self, row: &Row, mark: DecimalMark) {
        self.harvest_in(row, mark, None);
    }

    /// The same, texts that are no UTF-8 read in this charset.
    pub(crate) fn harvest_in(&mut self, row: &Row, mark: DecimalMark, charset: Option<&str>) {
        if let Some(places) = self.summary.take()
            && let Some((opening, closing, currency)) = summary::balances(row, places, mark)
        {
            self.opening = self.opening.or(Some(opening));
            self.closing = self.closing.or(Some(closing));
            self.currency = self.currency.or(currency);
            return;
        }
        self.summary = summary::places(row);
        if self.summary.is_some() {
            return;
        }
        let mut decoder = Decoder::default();
        if let Some(charset) = charset {
            decoder.declare(charset);
        }
        let cells: Vec<String> = row
            .cells()
            .filter(|c| !c.is_empty())
            .map(|c| decoder.decode(c).trim().to_owned())
            .collect();
        let mut cells = cells.iter().map(String::as_str).peekable();
        let mut first = true;
        while let Some(cell) = cells.next() {
            let (key, inside) = match cell.split_once(':') {
                Some((key, value)) => (key, value.trim()),
                None => (cell, ""),
            };
            let (name, Some(key)) = (key, key_of(key)) else {
                self.lone(cell, first);
                first = false;
                continue;
            };
            first = false;
            let closed = self.closing.is_some();
            let mut day = (key == Key::Closing).then(|| day_in(name)).flatten();
            // `Account: DE1` in one cell, or the value in the next; a balance perhaps behind its day.
            let value = if inside.is_empty() {
                while cells.len() > 1 && cells.peek() == Some(&":") {
                    cells.next();
                }
                if matches!(key, Key::Opening | Key::Closing) {
                    while cells.len() > 1 && cells.peek().is_some_and(|cell| is_beside_a_balance(cell)) {
                        let beside = cells.next().filter(|cell| crate::dates::is_date(cell.as_bytes()));
                        day = day.or(beside.map(str::to_owned));
                    }
                }
                cells.peek().copied().unwrap_or_default()
            } else {
                inside
            };
            if inside.is_empty()
                && let Some(value) = value_behind(key, cell)
            {
                self.set(key, value, mark);
            } else if !value.is_empty() && self.set(key, value, mark) && inside.is_empty() {
                cells.next();
            }
            if key == Key::Closing && !closed && self.closing.is_some() {
                self.closing_day = day.unwrap_or_default();
            }
        }
    }

    /// Balances with `CR` or `DR` as they are meant in books, where money in is debit; those of what is owed as negative.
    pub(crate) fn take_side(&mut self, perspective: Perspective, is_owed: bool) {
        if is_owed || (self.is_lettered && perspective == Perspective::Books) {
            self.opening = self.opening.map(|opening| -opening);
            self.closing = self.closing.map(|closing| -closing);
        }
    }

    /// A value without a key: an IBAN, or in front of a row a number of the form `="0123456789"`.
    fn lone(&mut self, cell: &str, first: bool) {
        if !self.account.is_empty() {
            return;
        }
        let formula = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
        if is_iban(cell.as_bytes()) {
            cell.clone_into(&mut self.account);
        } else if let Some(number) = formula
            && first
            && is_account_number(number)
        {
            number.clone_into(&mut self.account);
        }
    }

    /// False if the value is not of the kind that the key announces.
    fn set(&mut self, key: Key, value: &str, mark: DecimalMark) -> bool {
        let value = unformula(value);
        match key {
            Key::Account => {
                self.currency = self.currency.or_else(|| currency_beside(value));
                match number_in(value) {
                    Some(number) => keep(&mut self.account, number),
                    None => keep(&mut self.account_name, value),
                }
            }
            Key::AccountName => keep(&mut self.account_name, value),
            Key::Currency => match Currency::try_new(value) {
                Ok(currency) => self.currency = self.currency.or(Some(currency)),
                Err(_) => return false,
            },
            Key::Opening | Key::Closing | Key::Available => {
                let Some(Amount {
                    value: amount,
                    currency,
                    is_lettered,
                    ..
                }) = balance(value, mark)
                else {
                    return false;
                };
                self.is_lettered |= is_lettered;
                let place = match key {
                    Key::Opening => &mut self.opening,
                    Key::Closing => &mut self.closing,
                    _ => &mut self.available,
                };
                *place = place.or(Some(amount));
                self.currency = self.currency.or(currency);
            }
            Key::From => keep(&mut self.period.0, value),
            Key::To => keep(&mut self.period.1, value),
            Key::Period => {
                let divided = [" - ", " – ", " to ", " bis ", " au ", " al ", " do ", " t/m "]
                    .iter()
                    .find_map(|mark| value.split_once(mark));
                if let Some((from, to)) = divided {
                    keep(&mut self.period.0, from.trim());
                    keep(&mut self.period.1, to.trim());
                }
            }
        }
        true
    }
}

/// What may stand between the name of a balance and its amount.
fn is_beside_a_balance(cell: &str) -> bool {
    crate::dates::is_date(cell.as_bytes()) || matches!(cell, ":" | "-" | "=")
}

/// The date among the words of a balance's name: `Balance as on 1 Jun 2024`.
fn day_in(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let dates = [1, 3].into_iter().flat_map(|count| words.windows(count));
    let mut dates = dates.map(|words| words.join(" "));
    dates.find(|date| crate::dates::is_date(date.as_bytes()))
}

/// The account number in what stands behind its key: all of it, `Girokonto / DE12...`, `Girokonto DE12...`, or the number in
/// front of words (`50100012345678 PREFERRED`, `123456789012 ( INR ) - ACME`).
pub(crate) fn number_in(value: &str) -> Option<&str> {
    let parts = || value.split(['/', '(', ')', ',']).map(str::trim);
    let words = value.match_indices(' ').map(|(at, _)| at + 1);
    let ends = words.filter_map(|at| value.get(at..)).map(str::trim);
    let is_iban = |text: &&str| is_iban(text.as_bytes());
    let first = value.split_whitespace().next().unwrap_or_default();
    let is_long = first.len() >= 8 && first.bytes().all(|byte| byte.is_ascii_digit());
    let has_words = value.chars().any(char::is_alphabetic);
    let whole = Some(value).filter(|value| is_iban(value));
    whole
        .or_else(|| parts().chain(ends).find(is_iban))
        .or(Some(first).filter(|_| is_long && has_words))
        .or(Some(value).filter(|value| is_account_number(value)))
}

/// The currency that stands behind an account number: `0035123456789 - EUR - Conta`.
fn currency_beside(value: &str) -> Option<Currency> {
    let begins = value.starts_with(|c: char| c.is_ascii_digit());
    let mut words = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() == 3);
    begins.then(|| words.find_map(currency_in)).flatten()
}

fn keep(place: &mut String, value: &str) {
    if place.is_empty() {
        value.clone_into(place);
    }
}

/// The value that stands in one cell with its key: `Solde au 30/09/2025 1 842,17 €`, `Compte Courant n° 00412345678`.
fn value_behind(key: Key, cell: &str) -> Option<&str> {
    let value = match key {
        Key::Opening | Key::Closing | Key::Available => {
            let is_day = |word: &str| {
                word.len() >= 8
                    && word.starts_with(|c: char| c.is_ascii_digit())
                    && word.matches(['/', '.', '-']).count() == 2
            };
            let day = cell.split_whitespace().find(|word| is_day(word))?;
            cell.split_once(day)?.1
        }
        Key::Account => cell.split_once("n°").or_else(|| cell.split_once("nº"))?.1,
        _ => return None,
    };
    let value = value.trim();
    let fits = match key {
        Key::Account => is_account_number(value),
        _ => looks_like_amount(value.as_bytes()),
    };
    fits.then_some(value)
}

/// Whether a text, folded, is the key of an account and nothing more.
pub(crate) fn is_account_key(folded: &str) -> bool {
    let mut keys = KEYS.iter().filter(|(key, _)| *key == Key::Account);
    keys.any(|(_, phrases)| phrases.split('|').any(|phrase| phrase == folded))
}

fn key_of(text: &str) -> Option<Key> {
    if text.len() > 80 {
        return None;
    }
    let key = |folded: &str| {
        let mut keys = KEYS.iter();
        keys.find(|(_, phrases)| begins_with(folded, phrases))
            .map(|(key, _)| *key)
    };
    // `openingBalance` is two words.
    key(&fold(text)).or_else(|| key(&fold(&divided(text)?)))
}

/// The balance that a row below or among the others names in its first cell, and whether it is that before them.
pub(crate) fn named_balance(row: &Row, mark: DecimalMark, perspective: Perspective) -> Option<(bool, Decimal)> {
    let mut found = Preamble::default();
    found.harvest(row, mark);
    found.take_side(perspective, false);
    match (found.opening, found.closing) {
        (Some(opening), None) => Some((true, opening)),
        (None, Some(closing)) => Some((false, closing)),
        _ => None,
    }
}

/// The balance that a text is, read with the mark that it tells by itself, else with `mark`.
pub(crate) fn balance(text: &str, mark: DecimalMark) -> Option<Amount> {
    if !looks_like_amount(text.as_bytes()) {
        return None;
    }
    let mut vote = DecimalMarkVote::default();
    vote.add(text.as_bytes());
    let mark = match vote.decide() {
        MarkVerdict::Decided(own) => own,
        MarkVerdict::Ambiguous | MarkVerdict::Unmarked => mark,
    };
    read_amount(text.as_bytes(), mark).ok()
}

/// What `="text"` and `'text'` hold: spreadsheets are kept so from reading numbers into text.
pub fn unformula(text: &str) -> &str {
    let text = text
        .strip_prefix('=')
        .filter(|rest| rest.starts_with('"'))
        .unwrap_or(text);
    text.trim_matches(['"', '\''])
}

/// Mostly digits, at least four, and no words beside them.
pub fn is_account_number(text: &str) -> bool {
    let compact = text.trim();
    if is_iban(compact.as_bytes()) {
        return true;
    }
    let digits = compact.chars().filter(char::is_ascii_digit).count();
    let letters = compact.chars().filter(|c| c.is_alphabetic()).count();
    let other = compact.chars().any(|c| !c.is_alphanumeric() && !" -/.*_".contains(c));
    digits >= 4 && digits >= letters && !other && compact.len() <= 40 && !crate::dates::is_date(compact.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harvested(rows: &[&[&str]]) -> Preamble {
        let mut preamble = Preamble::default();
        for cells in rows {
            let mut row = Row::default();
            cells.iter().for_each(|cell| row.push(cell.as_bytes()));
            preamble.harvest(&row, DecimalMark::Comma);
        }
        preamble
    }

    #[test]
    fn keys_and_values_are_taken() {
        let found = harvested(&[
            &["Account number:", "DE89 3704 0044 0532 0130 00"],
            &["Währung", "EUR"],
            &["Opening balance", "1.000,00"],
            &["Kontostand: 2.300,40 EUR"],
            &["Period", "01.06.2024 - 30.06.2024"],
        ]);
        assert_eq!(found.account, "DE89 3704 0044 0532 0130 00");
        assert_eq!(found.currency.map(|c| c.to_string()).as_deref(), Some("EUR"));
        assert_eq!(found.opening.map(|d| d.to_string()).as_deref(), Some("1000.00"));
        assert_eq!(found.closing.map(|d| d.to_string()).as_deref(), Some("2300.40"));
        assert_eq!(found.period, ("01.06.2024".into(), "30.06.2024".into()));
    }

    #[test]
    fn keys_and_values_in_one_cell_are_taken() {
        let found = harvested(&[
            &["Compte Courant Pro n° 00412345678"],
            &["Solde au 30/09/2025 1 842,17 €"],
        ]);
        assert_eq!(found.account, "00412345678");
        assert_eq!(found.closing.map(|d| d.to_string()).as_deref(), Some("1842.17"));
    }

    #[test]
    fn a_name_with_a_number_in_it_is_no_account_number() {
        let found = harvested(&[
            &["Account details for:", "FRANK Account 666-666666-666"],
            &["Ledger Balance", "6,666.66"],
            &["Available Balance", "6,666.66"],
        ]);
        assert_eq!(
            (found.account.as_str(), found.account_name.as_str()),
            ("", "FRANK Account 666-666666-666")
        );
        assert_eq!(found.closing.map(|d| d.to_string()).as_deref(), Some("6666.66"));
    }

    #[test]
    fn numbers_in_formula_form_are_accounts() {
        assert_eq!(
            harvested(&[&["=\"0234500012345678\"", "21/11/2015", "36", "1234,37 EUR"]]).account,
            "0234500012345678"
        );
        assert_eq!(harvested(&[&["36", "=\"0234500012345678\""]]).account, "");
    }
}
