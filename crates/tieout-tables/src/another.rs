//! Accounts that a row in the midst of a table names as the text above it does: those of another table below the first.
//!
//! Rows of contact lines, notes and foots of pages begin with the same words. So a key counts only as a whole (`Account`, not
//! `Account enquiries`), and an account only if nothing above the table holds its number. Whether a table follows, the rows
//! below tell.

use crate::dates::is_date;
use crate::fold::fold;
use crate::preamble::{is_account_key, number_in};
use crate::row::Row;
use tieout_core::encoding::Decoder;

/// Words that a key has at most.
const MOST_WORDS: usize = 3;
/// Digits of a number that stands among other words.
const FEWEST_DIGITS: usize = 6;
/// Longer cells are texts.
const LONGEST: usize = 200;

/// What the text above a table says of its account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Above {
    named: Vec<Named>,
    /// The digits of each cell.
    digits: Vec<String>,
}

/// A whole key, folded, and what it names.
#[derive(Debug, Clone)]
struct Named {
    key: String,
    value: String,
}

/// Another account than that of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Another {
    /// Its number or name, as printed.
    pub account: String,
    /// It is named by a number, with a key that names one above the table as well.
    pub is_numbered_alike: bool,
}

impl Above {
    /// Of the rows above a table.
    pub(crate) fn of<'r>(rows: impl Iterator<Item = &'r Row>, decoder: &mut Decoder) -> Self {
        let mut above = Self::default();
        for row in rows {
            let cells = texts(row, decoder);
            above.digits.extend(cells.iter().map(|cell| digits(cell)));
            above.named.extend(named(&cells));
        }
        above
    }

    /// The account that a row names, if it is another one.
    pub(crate) fn another(&self, row: &Row, decoder: &mut Decoder) -> Option<Another> {
        let found = named(&texts(row, decoder));
        if found.iter().any(|named| self.knows(&digits(&named.value))) {
            return None;
        }
        let numbered = found.iter().find(|named| number_in(&named.value).is_some());
        let other = numbered.or_else(|| found.iter().find(|named| self.is_named_otherwise(named)))?;
        let alike = |known: &Named| known.key == other.key && number_in(&known.value).is_some();
        Some(Another {
            account: other.value.clone(),
            is_numbered_alike: numbered.is_some() && self.named.iter().any(alike),
        })
    }

    /// Whether a number stands above the table, alone or as part of a longer one, or contains one that does.
    fn knows(&self, number: &str) -> bool {
        let is_part =
            |known: &String| known.contains(number) || known.len() >= FEWEST_DIGITS && number.contains(known.as_str());
        number.len() >= 4 && self.digits.iter().any(is_part)
    }

    /// Whether what has no number has another name above the table by the same key.
    fn is_named_otherwise(&self, named: &Named) -> bool {
        let is_name = |text: &String| text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let name = fold(&named.value);
        let known = self.named.iter().filter(|known| known.key == named.key);
        let mut known = known.map(|known| fold(&known.value)).filter(is_name).peekable();
        let is_same = |known: String| known.contains(&name) || name.contains(&known);
        is_name(&name) && known.peek().is_some() && !known.any(is_same)
    }
}

fn texts(row: &Row, decoder: &mut Decoder) -> Vec<String> {
    let cells = row.cells().filter(|cell| !cell.is_empty() && cell.len() <= LONGEST);
    let texts = cells.map(|cell| decoder.decode(cell).trim().to_owned());
    texts.filter(|text| text != ":").collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Keys with what stands behind them: behind a colon or in the next cell whatever it is, among words a number.
fn named(cells: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    for (cell, next) in cells.iter().zip(cells.iter().skip(1).map(Some).chain([None])) {
        let (key, inside) = cell.split_once(':').unwrap_or((cell, ""));
        let value = if inside.trim().is_empty() {
            next.map_or("", String::as_str)
        } else {
            inside.trim()
        };
        let key = fold(key);
        if is_account_key(&key) && !value.is_empty() {
            let value = value.to_owned();
            found.push(Named { key, value });
        } else {
            found.extend(among_words(cell));
        }
    }
    found
}

/// `Sort code 12-34-56 Account 12345678`.
fn among_words(text: &str) -> Option<Named> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len()).find_map(|at| {
        let is_figure = |word: &&&str| word.bytes().any(|byte| byte.is_ascii_digit()) && !is_date(word.as_bytes());
        let number: Vec<&str> = words.iter().skip(at).take_while(is_figure).copied().collect();
        let keys = (1..=at.min(MOST_WORDS)).filter_map(|count| words.get(at - count..at));
        let key = keys
            .map(|words| fold(&words.join(" ")))
            .find(|key| is_account_key(key))?;
        let value = number.join(" ");
        (digits(&value).len() >= FEWEST_DIGITS && number_in(&value).is_some()).then_some(Named { key, value })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn another(above: &[&[&str]], cells: &[&str]) -> Option<String> {
        let rows: Vec<Row> = above.iter().map(|cells| Row::of(cells)).collect();
        let mut decoder = Decoder::default();
        let above = Above::of(rows.iter(), &mut decoder);
        let found = above.another(&Row::of(cells), &mut decoder);
        found.map(|found| found.account)
    }

    #[test]
    fn a_whole_key_with_another_number_names_another_account() {
        let above: &[&[&str]] = &[&["Account", "123456-785"], &["IBAN", "FI2112345600000785"]];
        for cells in [
            &["Account", "87654321", "Currency", "GBP"][..],
            &["Account Number", "87654321"],
            &["IBAN: DE89 3704 0044 0532 0130 00"],
            &["Sort code 12-34-56 Account 87654321"],
            &["Účet", "19-2000145399/0800"],
        ] {
            assert!(another(above, cells).is_some(), "{cells:?}");
        }
        for cells in [
            &["Account", "123456-785"][..],
            &["Account: 123456 785"],
            &["IBAN", "FI21 1234 5600 0007 85"],
            &["Account enquiries: 0800 123 4567"],
            &["Account Manager", "J Smith 020 7946 0000"],
            &["Account type: 1001"],
            &["Account period: 01032026-31032026"],
            &["Account 01.03.2026 - 31.03.2026"],
            &["IBAN for payments to your card: GB82WEST12345698765432"],
            &["Cuenta asociada: ES9121000418450200051332"],
            &["Account: Savings"],
        ] {
            assert_eq!(another(above, cells), None, "{cells:?}");
        }
    }

    #[test]
    fn names_are_held_against_those_of_the_same_key() {
        let above: &[&[&str]] = &[&["Account: Current Account"], &["Account name", "ACME"]];
        assert!(another(above, &["Account: Savings Account"]).is_some());
        assert_eq!(another(above, &["Account: Current Account (GBP)"]), None);
        assert_eq!(another(above, &["IBAN", "see overleaf"]), None);
    }
}
