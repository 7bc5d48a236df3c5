//! Rows of a printed statement that print a balance or a sum, and the figures in them.
//!
//! Such a row is never a movement and never text of one, wherever its figure stands: in a column of its own or behind its
//! words. A day in front and two figures behind make a movement, whatever the words are.

use super::page::Row;
use super::paper::text_of;
use super::words::is_figure;
use tieout_core::Decimal;
use tieout_tables::dates::month_named;

/// The balance that a row prints instead of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BalanceRow {
    Opening,
    Closing,
    /// That of some day: the opening before all movements, the closing behind one.
    OfDay,
}

const OPENING: &[&str] = &[
    "brought forward",
    "opening balance",
    "previous balance",
    "balance forward",
    "previous statement balance",
    "last statement balance",
    "previous amount owed",
    "saldo der letzten abrechnung",
    "saldo letzte abrechnung",
    "letzter rechnungsbetrag",
    "start balance",
    "starting balance",
    "beginning balance",
    "alter kontostand",
    "alter saldo",
    "anfangssaldo",
    "saldovortrag",
    "ancien solde",
    "solde précédent",
    "solde precedent",
    "solde initial",
    "saldo anterior",
    "saldo inicial",
    "saldo iniziale",
    "saldo precedente",
    "vorig saldo",
    "beginsaldo",
    "saldo początkowe",
    "saldo poczatkowe",
    "počáteční zůstatek",
    "pocatecni zustatek",
    "ingående saldo",
    "ingaende saldo",
    "inngående saldo",
    "indgående saldo",
    "primosaldo",
    "primo saldo",
    "alkusaldo",
    "nyitó egyenleg",
    "počiatočný zostatok",
];
const CLOSING: &[&str] = &[
    "carried forward",
    "closing balance",
    "new balance",
    "ending balance",
    "end balance",
    "neuer kontostand",
    "neuer saldo",
    "endsaldo",
    "schlusssaldo",
    "amount owed",
    "balance owed",
    "new statement balance",
    "geschuldeter betrag",
    "neuer rechnungsbetrag",
    "montant dû",
    "solde dû",
    "nuevo saldo",
    "saldo nuevo",
    "saldo adeudado",
    "importe adeudado",
    "nouveau solde",
    "solde final",
    "saldo final",
    "saldo actual",
    "saldo finale",
    "nuovo saldo",
    "nieuw saldo",
    "eindsaldo",
    "saldo końcowe",
    "saldo koncowe",
    "konečný zůstatek",
    "konecny zustatek",
    "utgående saldo",
    "utgaende saldo",
    "udgående saldo",
    "ultimosaldo",
    "ultimo saldo",
    "loppusaldo",
    "záró egyenleg",
    "konečný zostatok",
];
/// What a row begins with that prints the balance of the day that follows.
const OF_DAY: &[&str] = &[
    "kontostand am",
    "kontostand vom",
    "kontostand per",
    "kontostand zum",
    "saldo am",
    "saldo vom",
    "saldo per",
    "saldo zum",
    "saldo al",
    "saldo em",
    "saldo op",
    "solde au",
    "solde en",
    "solde créditeur",
    "solde crediteur",
    "solde débiteur",
    "solde debiteur",
    "balance on",
    "balance at",
    "balance as of",
    "balance as at",
];
/// What a row begins with that prints a sum of movements.
const SUM: &[&str] = &[
    "total",
    "subtotal",
    "sub-total",
    "totaux",
    "totale",
    "totaal",
    "summe",
    "zwischensumme",
    "suma",
    "somme",
    "sum of",
];
/// Words of balances that are owed.
const OWED: &[&str] = &["débiteur", "debiteur", "deudor", "devedor", "overdrawn", "im soll"];

/// Whether a row prints a balance. A day in front, an amount and the balance after it are a movement, whatever its text says:
/// `NEW BALANCE STORE LONDON`.
pub(super) fn balance_row(text: &str) -> Option<BalanceRow> {
    if begins_with_day(text) && ends_with_two_figures(text) {
        return None;
    }
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (has(OPENING), has(CLOSING)) {
        (true, _) => Some(BalanceRow::Opening),
        (false, true) => Some(BalanceRow::Closing),
        _ if begins(&text, OF_DAY) => Some(BalanceRow::OfDay),
        _ => None,
    }
}

/// Words of balances that one page hands to the next, in the midst of a statement.
const CARRIED: &[&str] = &["brought forward", "carried forward", "balance forward", "saldovortrag"];

/// The figure with which a statement opens or closes, if a row prints it as that: not one carried from page to page.
pub(super) fn end_of_statement(row: &Row) -> Option<(BalanceRow, String)> {
    let text = text_of(row);
    let kind = balance_row(&text).filter(|kind| *kind != BalanceRow::OfDay)?;
    let lower = text.to_lowercase();
    let is_carried = CARRIED.iter().any(|words| lower.contains(words));
    figure_of(row).filter(|_| !is_carried).map(|figure| (kind, figure))
}

/// Whether a text in small letters names an opening balance.
pub(super) fn opens(text: &str) -> bool {
    OPENING.iter().any(|words| text.contains(words))
}

/// Whether it names a closing one, which summaries cut: `Closing Bal`.
pub(super) fn closes(text: &str) -> bool {
    text.contains("closing bal") || CLOSING.iter().any(|words| text.contains(words))
}

/// Whether a row begins with a balance's words, so that it is no text even if it prints no figure.
pub(super) fn begins_as_balance(text: &str) -> bool {
    let text = text.to_lowercase();
    [OPENING, CLOSING, OF_DAY].iter().any(|words| begins(&text, words))
}

/// Whether a row prints a sum of movements.
pub(super) fn is_sum(text: &str) -> bool {
    begins(&text.to_lowercase(), SUM)
}

/// Whether the first words, after a date, are one of these.
fn begins(text: &str, words: &[&str]) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    words.iter().any(|word| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// Whether a row has a day in front and a figure, and prints no balance.
pub(super) fn is_movement(row: &Row) -> bool {
    let text = text_of(row);
    let is_amount = |text: &str| is_figure(text) && (text.contains(['.', ',']) || text.len() > 2);
    begins_with_day(&text) && row.iter().skip(1).any(|cell| is_amount(&cell.text)) && balance_row(&text).is_none()
}

/// Whether a row begins with a day, written in any order, with or without its year.
pub(super) fn begins_with_day(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_day = |word: &str| {
        let digits = word.trim_end_matches(['.', ',']);
        (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    let rest = first.get(digits..).unwrap_or_default();
    let is_named = (1..=2).contains(&digits)
        && rest
            .trim_start_matches(['-', '/', '.', ' '])
            .chars()
            .any(char::is_alphabetic);
    let parts = || first.split(['.', '/', '-']).filter(|part| !part.is_empty());
    let is_numeric = digits > 0
        && parts().count() > 1
        && parts().all(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_month = month_named(first.trim_end_matches('.')).is_some() && is_day(second);
    is_named || is_numeric || is_month || is_day(first) && second.starts_with(char::is_alphabetic)
}

/// Whether a row ends with two figures that are not the same one twice, nor the first one nothing.
fn ends_with_two_figures(text: &str) -> bool {
    let is_side = |word: &&str| word.chars().all(char::is_alphabetic) && word.len() <= 2;
    let mut words = text.split_whitespace().rev().filter(|word| !is_side(word));
    let mut next = || words.next().filter(|word| is_figure(word) && word.contains(['.', ',']));
    let (Some(balance), Some(amount)) = (next(), next()) else {
        return false;
    };
    amount != balance && amount.contains(|c: char| ('1'..='9').contains(&c))
}

/// The last figure of a row: a cell, or the end of one. Negative where the row's words say so.
pub(super) fn figure_of(row: &Row) -> Option<String> {
    let figure = row.iter().rev().find_map(|cell| {
        if is_figure(&cell.text) {
            return Some(cell.text.clone());
        }
        let words: Vec<&str> = cell.text.split_whitespace().collect();
        // The figure and its side, or the figure.
        let size = (1..=2).find(|size| {
            let end = words.len().checked_sub(*size).filter(|first| *first > 0);
            let end = end.and_then(|first| words.get(first..)).unwrap_or_default().join(" ");
            // Behind words only a figure with a mark is one; a number may be of anything.
            is_figure(&end) && end.contains(['.', ',']) && begins_as_figure(&end)
        })?;
        let mut first = words.len() - size;
        // Blanks between the thousands.
        while begins_with_three(words.get(first)?)
            && let Some(before) = first.checked_sub(1).filter(|before| *before > 0)
            && words
                .get(before)
                .is_some_and(|word| word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
        {
            first = before;
        }
        Some(words.get(first..)?.join(" "))
    })?;
    let text = text_of(row).to_lowercase();
    let owed = OWED.iter().any(|word| text.contains(word)) && !figure.contains(['-', '−', '(']);
    Some(if owed { format!("-{figure}") } else { figure })
}

fn begins_with_three(word: &str) -> bool {
    word.chars().take_while(char::is_ascii_digit).count() == 3
}

fn begins_as_figure(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "+-−($€£".contains(c))
}

/// A figure whose side is said behind it, with the sign that it means: `65,44 S` is -65,44, `1.300,00 H` is 1.300,00CR.
pub(super) fn signed(text: &str) -> String {
    let text = text.trim_end_matches('+').trim();
    let Some((figure, side)) = text
        .rsplit_once(' ')
        .filter(|(figure, _)| !figure.contains(['-', '−', '(']))
    else {
        return text.to_owned();
    };
    match side {
        "S" | "D" | "DR" | "Dr" | "OD" | "O/D" => format!("-{}", figure.trim()),
        // Kept: on the statement of a card what bears no side is money out.
        "H" | "C" | "CR" | "Cr" => format!("{}CR", figure.trim()),
        _ => text.to_owned(),
    }
}

/// A printed balance: the last mark with as many digits behind as the currency has, or fewer, is the decimal mark; `-`,
/// brackets, `S`, `D` and `DR` make it negative.
pub(super) fn figure(text: &str, decimals: u8) -> Option<Decimal> {
    let upper = text.to_uppercase().replace('−', "-");
    let negative = upper.contains(['-', '('])
        || upper.trim_end().ends_with("OD")
        || ["S", "D", "DR", "O/D"]
            .iter()
            .any(|side| upper.trim_end().ends_with(&format!(" {side}")));
    let kept: String = upper
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let mark = kept
        .rfind(['.', ','])
        .filter(|at| kept.len() - at <= usize::from(decimals) + 1);
    let (whole, fraction) = mark.map_or((kept.as_str(), ""), |at| kept.split_at(at));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = Decimal::parse(&format!("{}.{}", digits(whole), digits(fraction))).ok()?;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::super::page::Cell;
    use super::*;

    #[test]
    fn printed_balances_are_read_in_every_hand() {
        for (text, read) in [
            ("1,000.00", Some("1000.00")),
            ("1.000,00+", Some("1000.00")),
            ("2.300,40-", Some("-2300.40")),
            ("£12.5", Some("12.5")),
            ("(3.00)", Some("-3.00")),
            ("1 234,56 S", Some("-1234.56")),
            ("15.40 OD", Some("-15.40")),
            ("15.40OD", Some("-15.40")),
            ("1,300.00CR", Some("1300.00")),
            ("1.000", Some("1000")),
            ("none", None),
        ] {
            assert_eq!(figure(text, 2), read.map(|read| read.parse().unwrap()), "{text}");
        }
        assert_eq!(figure("1,234.500", 3), Some("1234.500".parse().unwrap()));
    }

    #[test]
    fn a_balance_is_found_behind_its_words_too() {
        let of = |texts: &[&str]| {
            let row: Row = texts
                .iter()
                .map(|text| Cell {
                    left: 0,
                    right: 0,
                    text: (*text).to_owned(),
                })
                .collect();
            figure_of(&row)
        };
        for (texts, figure) in [
            (&["Closing balance 999.00"][..], Some("999.00")),
            (&["Closing balance", "999.00"], Some("999.00")),
            (&["alter Kontostand vom 30.09.2025 1.000,00 H"], Some("1.000,00 H")),
            (&["Ending balance on 10/31 $2,234.56"], Some("$2,234.56")),
            (&["SOLDE DEBITEUR AU 30.09.2025", "10,00"], Some("-10,00")),
            (&["Nouveau solde 1 234,56"], Some("1 234,56")),
            (&["Kontostand am 30.09.2025"], None),
            (&["Kontostand am 30.09.2025 um 20:00 Uhr"], None),
            (&["Closing balance of account 12345"], None),
        ] {
            assert_eq!(of(texts).as_deref(), figure, "{texts:?}");
        }
    }

    #[test]
    fn balances_of_a_day_and_sums_are_known_by_how_a_row_begins() {
        assert_eq!(
            balance_row("Kontostand am 30.09.2025, Auszug 9"),
            Some(BalanceRow::OfDay)
        );
        assert_eq!(
            balance_row("30.09.2025 SOLDE CREDITEUR AU 30.09."),
            Some(BalanceRow::OfDay)
        );
        assert_eq!(balance_row("Payment of the balance on time"), None);
        for row in [
            "05 Jan NEW BALANCE STORE 10.00 990.00",
            "05.01.2026 Saldo final Factura 3 -10,00 990,00",
        ] {
            assert_eq!(balance_row(row), None, "{row}");
        }
        for row in [
            "05 Jan New balance 990.00",
            "New balance 10.00 990.00",
            "05 Jan New balance 0.00 990.00",
            "05 Jan New balance 990.00 990.00",
        ] {
            assert_eq!(balance_row(row), Some(BalanceRow::Closing), "{row}");
        }
        assert!(is_sum("TOTAL DES OPERATIONS 65,44"));
        assert!(!is_sum("Totally Tea Ltd"));
    }
}
