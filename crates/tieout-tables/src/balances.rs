//! What a row of a table calls a balance before its rows or behind them, and which columns of balances are those after each
//! row, in statements and in books, folded.

use crate::columns::Role;
use crate::words::role_of;

/// Words of balances before the rows, folded.
pub const OPENING: &[&str] = &[
    "opening balance",
    "opening bal",
    "open balance",
    "balance brought forward",
    "brought forward",
    "balance b f",
    "balance b fwd",
    "previous balance",
    "starting balance",
    "beginning balance",
    "start balance",
    "anfangssaldo",
    "anfangsbestand",
    "alter saldo",
    "alter kontostand",
    "saldovortrag",
    "beginsaldo",
    "vorig saldo",
    "solde initial",
    "solde precedent",
    "ancien solde",
    "report a nouveau",
    "saldo inicial",
    "saldo anterior",
    "saldo iniziale",
    "saldo precedente",
    "saldo poczatkowe",
    "pocatecni zustatek",
    "pociatocny zostatok",
    "nyito egyenleg",
    "indgaende saldo",
    "ingaende saldo",
    "inngaende saldo",
    "alkusaldo",
    "pradinis likutis",
    "sakuma atlikums",
    "algsaldo",
    "balance forward",
    "eroffnungssaldo",
    "openingssaldo",
    "initial balance",
    "solde d ouverture",
    "saldo de apertura",
    "saldo di apertura",
];

/// Words of balances behind the rows, folded.
pub const CLOSING: &[&str] = &[
    "closing balance",
    "closing bal",
    "close balance",
    "balance carried forward",
    "carried forward",
    "balance c f",
    "ending balance",
    "end balance",
    "final balance",
    "endsaldo",
    "schlusssaldo",
    "neuer saldo",
    "neuer kontostand",
    "eindsaldo",
    "nieuw saldo",
    "solde final",
    "nouveau solde",
    "saldo final",
    "saldo actual",
    "saldo finale",
    "saldo koncowe",
    "konecny zustatek",
    "konecny zostatok",
    "zaro egyenleg",
    "udgaende saldo",
    "utgaende saldo",
    "loppusaldo",
    "galutinis likutis",
    "beigu atlikums",
    "loppsaldo",
    "s a l d o",
    "endbestand",
    "saldo do dia",
    "saldo del dia",
    "saldo diario",
    "solde du jour",
    "end of day balance",
];

/// Words of totals, folded.
pub const TOTALS: &[&str] = &[
    "total",
    "totals",
    "subtotal",
    "sub total",
    "grand total",
    "turnover",
    "turnovers",
    "summe",
    "gesamtsumme",
    "gesamt",
    "zwischensumme",
    "umsatzsumme",
    "totaal",
    "totale",
    "totali",
    "totaux",
    "sous total",
    "suma",
    "suma obrotow",
    "obraty",
    "obrat",
    "celkem",
    "osszesen",
    "summa",
    "sum",
    "yhteensa",
    "sammen",
    "itogo",
    "apyvarta",
    "apgrozijums",
    "kaive",
    "totais",
];

/// Words of balances that say neither before nor behind, folded.
const OF_A_DAY: &[&str] = &[
    "solde",
    "saldo",
    "balance",
    "kontostand",
    "ledger balance",
    "account balance",
    "soldo",
];
/// What stands between them and the day.
const BETWEEN: &[&str] = &[
    "as", "of", "on", "at", "per", "am", "vom", "au", "al", "a", "le", "do", "zum", "dd", "no", "dia",
];

/// The side whose total a text, folded, names: `total debits`, `total money in`.
pub fn total_side(text: &str) -> Option<Role> {
    let rest = |word: &&str| text.strip_prefix(*word)?.strip_prefix(' ');
    let side = TOTALS.iter().find_map(rest)?;
    let (role, _) = role_of(side).filter(|_| side.split(' ').count() <= 2)?;
    matches!(role, Role::Debit | Role::Credit).then_some(role)
}

/// Parts of names of balances that need not follow from the booked lines: they contain holds or credit lines, or are those
/// of days.
const NOT_RUNNING: &[&str] = &[
    "avail",
    "dispon",
    "verfugbar",
    "beschikbaar",
    "tilgjengelig",
    "tillganglig",
    "dostepne",
    "elerheto",
    "daily",
    "end of day",
    "day end",
    "eod",
    "intraday",
    "tages",
    "可用",
];

/// Whether a header of this name, folded, is that of balances after each line.
pub fn is_running(header: &str) -> bool {
    !NOT_RUNNING.iter().any(|part| header.contains(part))
}

/// Parts of names of balances.
const BALANCES: &[&str] = &[
    "balance",
    "bal",
    "saldo",
    "solde",
    "kontostand",
    "zustatek",
    "zostatok",
    "egyenleg",
    "likutis",
    "atlikums",
    "ostatok",
];

/// Whether a header of this name, folded, says what can be spent and not that it is a balance: `Available`, `Disponible`. Money
/// that is held back is taken off it.
pub fn is_what_is_left(header: &str) -> bool {
    !is_running(header) && !BALANCES.iter().any(|part| header.contains(part))
}

/// Whether a text, folded, is the balance of a day and nothing else: `solde au 28 02 2025`.
pub fn is_of_a_day(text: &str) -> bool {
    let rest = OF_A_DAY
        .iter()
        .find_map(|word| text.strip_prefix(word)?.strip_prefix(' '));
    let mut words = rest
        .unwrap_or_default()
        .split(' ')
        .skip_while(|word| BETWEEN.contains(word));
    let number = |word: Option<&str>, most: usize| {
        word.is_some_and(|word| {
            !word.is_empty() && word.len() <= most && word.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let (first, month, last) = (words.next(), words.next(), words.next());
    let is_month = number(month, 2) || month.is_some_and(|month| crate::dates::month_named(month).is_some());
    let years = [first, last]
        .into_iter()
        .flatten()
        .filter(|word| word.len() == 4)
        .count();
    number(first, 4) && is_month && number(last, 4) && years == 1 && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_of_a_side_is_called_by_it() {
        for (text, side) in [
            ("total debits", Some(Role::Debit)),
            ("total money in", Some(Role::Credit)),
            ("summe haben", Some(Role::Credit)),
            ("totaal af", Some(Role::Debit)),
            ("total", None),
            ("total energies", None),
            ("debits", None),
            ("total debits of the other account", None),
        ] {
            assert_eq!(total_side(text), side, "{text}");
        }
    }

    #[test]
    fn a_balance_of_a_day_is_a_word_and_a_date() {
        for text in [
            "solde au 28 02 2025",
            "saldo 2025 02 28",
            "kontostand am 3 marz 2025",
            "balance as of 28 february 2025",
        ] {
            assert!(is_of_a_day(text), "{text}");
        }
        for text in [
            "solde",
            "saldo 2025001",
            "balance 55 12",
            "solde facture 28 02 2025",
            "balance 28 02 2025 gym",
        ] {
            assert!(!is_of_a_day(text), "{text}");
        }
    }
}
