//! What the texts of a row call it: a balance before or behind the entries, or a total.
//!
//! A balance is called by a phrase that nobody is called (`Closing Balance`, `Endsaldo`), with nothing behind it but a day or a
//! currency. The word of a total alone says less: shops and companies are called `Total` and `Suma`, so figures must agree.

use std::sync::LazyLock;
use tieout_tables::balances::{CLOSING, OPENING, TOTALS};
use tieout_tables::dates::month_named;
use tieout_tables::fold::fold;

/// What only books call an opening balance, besides [`OPENING`].
const OPENING_OF_BOOKS: &[&str] = &[
    "opening",
    "vortrag",
    "balance b d",
    "balance brought down",
    "brought down",
];
/// What only books call a closing balance, besides [`CLOSING`].
const CLOSING_OF_BOOKS: &[&str] = &[
    "balance c d",
    "by closing balance",
    "by balance c d",
    "balance at bank",
    "bank balance",
    "balance per books",
    "month end balance",
    "balance in hand",
    "ultimosaldo",
    "balance c fwd",
    "balance carried down",
    "carried down",
    "history balance",
    "current balance",
    "balance at end",
    "schlussbestand",
    "schlussbilanz",
    "solde de cloture",
    "saldo de cierre",
    "saldo di chiusura",
    "saldo zamkniecia",
    "bilans zamkniecia",
    "slutsaldo",
    "slutbalans",
    "utgaende balans",
    "utgaende balanse",
    "slotsaldo",
    "eindbalans",
    "saldo de encerramento",
    "kapanis bakiyesi",
];
/// What only books call a total, besides [`TOTALS`], as a row's whole text.
const TOTALS_OF_BOOKS: &[&str] = &[
    "total general",
    "somme",
    "total mouvements",
    "sumas",
    "soma",
    "somma",
    "razem",
    "obroty",
    "spolu",
    "ukupno",
    "toplam",
    "balance",
    "saldo",
    "solde",
];
/// Words between a phrase and its day, and currencies.
const BESIDE: &[&str] = &[
    "as", "of", "on", "at", "per", "am", "vom", "au", "al", "a", "le", "do", "zum", "pr", "den", "eur", "usd", "gbp",
    "chf",
];
/// The longest text that is read as a name of a balance or total.
const MAX_NAME_BYTES: usize = 64;

/// A balance that a row of its own prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Balance {
    Opening,
    Closing,
}

impl Balance {
    /// The balance that one of these words names.
    pub(super) fn named(is: impl Fn(&str) -> bool) -> Option<Self> {
        if OPENING.iter().chain(OPENING_OF_BOOKS).any(|word| is(word)) {
            return Some(Self::Opening);
        }
        CLOSING
            .iter()
            .chain(CLOSING_OF_BOOKS)
            .any(|word| is(word))
            .then_some(Self::Closing)
    }
}

/// What a text calls its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A balance, by its name.
    Balance(Balance),
    /// A total, by a word that may as well be somebody's name.
    Total,
}

/// What a text calls its row; `None` for nearly all texts.
pub(super) fn name(text: &str) -> Option<Name> {
    let text = text.trim();
    if text.len() > MAX_NAME_BYTES || !may_name(text.as_bytes()) {
        return None;
    }
    let folded = fold(text);
    let is_phrase = |phrase: &str| folded.strip_prefix(phrase).is_some_and(is_beside);
    if let Some(balance) = Balance::named(is_phrase) {
        return Some(Name::Balance(balance));
    }
    TOTALS
        .iter()
        .chain(TOTALS_OF_BOOKS)
        .any(|word| *word == folded)
        .then_some(Name::Total)
}

/// Whether only a day or a currency stands behind a phrase: `Closing Balance Cafe` is somebody.
fn is_beside(rest: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |word: &str| month_named(word).is_some();
    let words = || rest.split_ascii_whitespace();
    (rest.is_empty() || rest.starts_with(' '))
        && words().all(|word| is_number(word) || BESIDE.contains(&word) || (is_month(word) && words().any(is_number)))
}

/// The first two letters of all phrases and words, without case.
static BEGINNINGS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut known = vec![false; 32 * 32];
    let phrases = [
        OPENING,
        OPENING_OF_BOOKS,
        CLOSING,
        CLOSING_OF_BOOKS,
        TOTALS,
        TOTALS_OF_BOOKS,
    ];
    for phrase in phrases.into_iter().flatten() {
        if let Some(place) = place(phrase.as_bytes()).and_then(|place| known.get_mut(place)) {
            *place = true;
        }
    }
    known
});

fn place(text: &[u8]) -> Option<usize> {
    let [first, second] = *text.first_chunk::<2>()?;
    Some(usize::from(first % 32) * 32 + usize::from(second % 32))
}

/// Whether a text begins like a phrase or word: the cheap test that most texts fail. Letters with accents may be anything.
fn may_name(text: &[u8]) -> bool {
    let Some(beginning) = text.get(..2) else { return false };
    !beginning.is_ascii() || place(text).is_some_and(|place| BEGINNINGS.get(place).copied().unwrap_or(false))
}

/// The name behind `Total for`, `Total`; empty for a grand total. `None` if the label is no total.
pub(super) fn totalled_name(label: &str) -> Option<&str> {
    let label = label.trim().trim_end_matches(':');
    let lower = label.to_ascii_lowercase();
    if lower.starts_with("total debits and credits") {
        return Some("");
    }
    let rest = ["total for ", "total ", "subtotal for ", "subtotal "]
        .iter()
        .find(|words| lower.starts_with(**words));
    if let Some(words) = rest {
        let name = label.get(words.len()..).unwrap_or_default().trim();
        let lower = name.to_ascii_lowercase();
        let end = [" with sub-accounts", " with subaccounts"]
            .iter()
            .find(|end| lower.ends_with(**end))
            .map_or(0, |end| end.len());
        return Some(name.get(..name.len() - end).unwrap_or(name));
    }
    matches!(
        lower.as_str(),
        "total" | "totals" | "grand total" | "subtotal" | "sum" | "summe" | "gesamt"
    )
    .then_some("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_name_their_group() {
        for (label, name) in [
            ("Total for Checking", Some("Checking")),
            ("Total Checking", Some("Checking")),
            ("Total for Bank with sub-accounts", Some("Bank")),
            ("TOTAL", Some("")),
            ("Grand total", Some("")),
            ("Total Debits and Credits (01/03/2025 - 31/03/2025)", Some("")),
            ("Totally Nuts Ltd", None),
            ("Checking", None),
        ] {
            assert_eq!(totalled_name(label), name, "{label}");
        }
    }

    #[test]
    fn a_balance_is_called_by_a_phrase_and_its_day() {
        let closing = Some(Name::Balance(Balance::Closing));
        for (text, called) in [
            ("Closing Balance", closing),
            ("CLOSING BALANCE:", closing),
            ("Closing balance as of 31 March 2025", closing),
            ("Balance c/d", closing),
            ("Endsaldo per 31.03.2025 EUR", closing),
            ("Slutsaldo", closing),
            ("Balance b/d", Some(Name::Balance(Balance::Opening))),
            ("Záró egyenleg", closing),
            ("Closing Balance Cafe", None),
            ("Closing balance March Street", None),
            ("Total", Some(Name::Total)),
            ("Összesen", Some(Name::Total)),
            ("TotalEnergies", None),
            ("Total Station 12", None),
            ("Rent", None),
            ("", None),
        ] {
            assert_eq!(name(text), called, "{text}");
        }
    }

    #[test]
    fn the_cheap_test_lets_every_phrase_through() {
        let phrases = [
            OPENING,
            OPENING_OF_BOOKS,
            CLOSING,
            CLOSING_OF_BOOKS,
            TOTALS,
            TOTALS_OF_BOOKS,
        ];
        for phrase in phrases.into_iter().flatten() {
            assert!(name(phrase).is_some(), "{phrase}");
            assert!(name(&phrase.to_uppercase()).is_some(), "{phrase}");
        }
    }
}
