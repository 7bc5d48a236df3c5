//! What the texts of a row call it: a balance before or behind the entries, or a total.
//!
//! A balance is called by a phrase that nobody is called (`Closing Balance`, `Endsaldo`), with nothing behind it but a day or a
//! currency. The word of a total alone says less: shops and companies are called `Total` and `Suma`, so figures must agree.

use std::sync::LazyLock;
use tieout_tables::balances::{CLOSING, OPENING, TOTALS};
use tieout_tables::dates::month_named;
use tieout_tables::fold::fold;

/// What only books call an opening balance, besides [`OPENING`], as it is printed.
const OPENING_OF_BOOKS: &str = "opening|op balance|op bal|open bal|opening balances|to opening balance|vortrag|eb wert|balance b/d|\
    to balance b/d|balance brought down|brought down|begin saldo|beginbalans|bilans otwarcia|ingående balans|inngående balanse|\
    åbningssaldo|primosaldo|primo saldo|входящий остаток|остаток на начало|сальдо начальное|期初余额|期初結餘|上期结余|承前|前期繰越|\
    前月繰越|期首残高|açılış bakiyesi|devir|devreden bakiye|abertura|saldo de abertura|saldo transportado|otwarcie";
/// What only books call a closing balance, besides [`CLOSING`], as it is printed.
const CLOSING_OF_BOOKS: &str = "balance c/d|by closing balance|by balance c/d|by balance c/f|balance at bank|bank balance|\
    balance per books|book balance|ledger balance|account balance|month end balance|year end balance|balance in hand|cash in hand|ultimosaldo|\
    ultimo saldo|balance c fwd|balance carried down|carried down|history balance|current balance|balance at end|schlussbestand|\
    schlussbilanz|solde de clôture|saldo de cierre|saldo di chiusura|saldo zamknięcia|bilans zamknięcia|saldo końcowe|slutsaldo|\
    slutbalans|utgående balans|utgående balanse|sluttsaldo|slotsaldo|eindbalans|saldo de encerramento|saldo de fecho|kapanış bakiyesi|\
    исходящий остаток|остаток на конец|сальдо конечное|期末余额|期末結餘|本期结余|次期繰越|次月繰越|期末残高|konečný stav";
/// What only books call a total, besides [`TOTALS`], as it is printed: a row's whole text.
const TOTALS_OF_BOOKS: &str = "total general|somme|total mouvements|total des mouvements|sumas|soma|somma|razem|obroty|spolu|ukupno|\
    toplam|genel toplam|totalt|i alt|итого|всего|оборот за период|合计|总计|小计|合計|総計|小計|net total|net change|net movement|period total";
/// What a balance is called before the entries and behind them alike.
const BALANCES: &[&str] = &[
    "balance",
    "bal",
    "saldo",
    "solde",
    "kontostand",
    "bakiye",
    "zustatek",
    "egyenleg",
];
/// Ends and beginnings of words for balances and totals: of a row whose figure is the sum of those above they say enough.
const ENDS: &[&str] = &[
    "total", "balance", "saldo", "solde", "bestand", "stand", "summe", "sum", "movement", "change", "turnover",
    "result",
];
const BEGINNINGS_OF_WORDS: &[&str] = &[
    "zustat", "zostat", "egyenleg", "ostatok", "likut", "atlikum", "bakiye", "totalt", "saldo",
];
/// Words between a phrase and its day, and currencies.
const BESIDE: &[&str] = &[
    "as", "of", "on", "at", "per", "am", "vom", "au", "al", "a", "le", "do", "zum", "pr", "den", "to", "for", "from",
    "eur", "usd", "gbp", "chf",
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
        let any = |words: &[String]| words.iter().any(|word| is(word));
        if any(&PHRASES.opening) {
            return Some(Self::Opening);
        }
        any(&PHRASES.closing).then_some(Self::Closing)
    }
}

/// What a text calls its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A balance, by its name.
    Balance(Balance),
    /// A balance before or behind the entries, whatever its place says; a word that may as well be a payment's, unless a day
    /// stands behind it.
    Unplaced { of_a_day: bool },
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
    let rest = BALANCES
        .iter()
        .find_map(|word| folded.strip_prefix(word).filter(|rest| is_beside(rest)));
    let of_a_day = rest.is_some_and(|rest| rest.bytes().any(|byte| byte.is_ascii_digit()));
    if of_a_day || rest == Some("") {
        return Some(Name::Unplaced { of_a_day });
    }
    let totals = || PHRASES.totals.iter().any(|phrase| is_phrase(phrase));
    totals().then_some(Name::Total)
}

/// Whether a word of a text is one for balances or totals, in any language that this reads.
pub(super) fn is_like_sum(text: &str) -> bool {
    let folded = fold(text);
    let is_word = |word: &str| {
        ENDS.iter().any(|end| word.ends_with(end))
            || BEGINNINGS_OF_WORDS.iter().any(|beginning| word.starts_with(beginning))
            || PHRASES.totals.iter().any(|total| total == word)
    };
    PHRASES.totals.contains(&folded) || folded.split(' ').any(is_word)
}

/// All phrases, folded.
struct Phrases {
    opening: Vec<String>,
    closing: Vec<String>,
    totals: Vec<String>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let all = |known: &[&str], printed: &str| -> Vec<String> {
        let folded = known.iter().copied().chain(printed.split('|')).map(fold);
        folded.filter(|phrase| !phrase.is_empty()).collect()
    };
    Phrases {
        opening: all(OPENING, OPENING_OF_BOOKS),
        closing: all(CLOSING, CLOSING_OF_BOOKS),
        totals: all(TOTALS, TOTALS_OF_BOOKS),
    }
});

/// Whether only a day or a currency stands behind a phrase: `Closing Balance Cafe` is somebody.
fn is_beside(rest: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |word: &str| month_named(word).is_some();
    let words = || rest.split_ascii_whitespace();
    (rest.is_empty() || rest.starts_with(' '))
        && words().all(|word| is_number(word) || is_month(word) || BESIDE.contains(&word))
}

/// How all phrases and words begin, without case: two signs, and the letters behind them.
struct Beginnings {
    two: Vec<bool>,
    three: Vec<bool>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut known = Beginnings {
        two: vec![false; 32 * 32],
        three: vec![false; 32 * 32 * 32],
    };
    let Phrases {
        opening,
        closing,
        totals,
    } = &*PHRASES;
    let balances = BALANCES.iter().copied();
    for phrase in [opening, closing, totals]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain(balances)
    {
        let phrase = phrase.as_bytes();
        for (beginnings, place) in [
            (&mut known.two, place::<2>(phrase)),
            (&mut known.three, place::<3>(phrase)),
        ] {
            if let Some(place) = place.and_then(|place| beginnings.get_mut(place)) {
                *place = true;
            }
        }
    }
    known
});

fn place<const SIGNS: usize>(text: &[u8]) -> Option<usize> {
    let signs = text.first_chunk::<SIGNS>()?;
    Some(signs.iter().fold(0, |place, sign| place * 32 + usize::from(sign % 32)))
}

/// Whether a text begins like a phrase or word: the cheap test that most texts fail. Letters with accents may be anything, and
/// so may signs between words.
fn may_name(text: &[u8]) -> bool {
    let Some(beginning) = text.get(..2) else { return false };
    let is_known = |beginnings: &[bool], place: Option<usize>| {
        let known = place.and_then(|place| beginnings.get(place));
        known.copied().unwrap_or(false)
    };
    // Folding leaves signs out: what stands behind one may be the second letter or the first.
    let are_letters = text.iter().take(3).all(u8::is_ascii_alphabetic) && text.len() > 2;
    !beginning.is_ascii()
        || is_known(&BEGINNINGS.two, place::<2>(text))
            && (!are_letters || is_known(&BEGINNINGS.three, place::<3>(text)))
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
            ("\"Opening balance", Some(Name::Balance(Balance::Opening))),
            ("-Opening balance", Some(Name::Balance(Balance::Opening))),
            ("Balance b/d", Some(Name::Balance(Balance::Opening))),
            ("Záró egyenleg", closing),
            ("Closing balance March", closing),
            ("Balance c/d to April", closing),
            ("Исходящий остаток", closing),
            ("期初余额", Some(Name::Balance(Balance::Opening))),
            ("Balance 31/03/2025", Some(Name::Unplaced { of_a_day: true })),
            ("Saldo", Some(Name::Unplaced { of_a_day: false })),
            ("Balance Gym 24", None),
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
        for phrase in [OPENING, CLOSING, TOTALS, BALANCES].into_iter().flatten() {
            assert!(name(phrase).is_some(), "{phrase}");
            assert!(name(&phrase.to_uppercase()).is_some(), "{phrase}");
        }
        for phrase in [OPENING_OF_BOOKS, CLOSING_OF_BOOKS, TOTALS_OF_BOOKS]
            .into_iter()
            .flat_map(|all| all.split('|'))
        {
            assert!(name(phrase).is_some(), "{phrase}");
            assert!(name(&phrase.to_uppercase()).is_some(), "{phrase}");
        }
    }
}
