//! Numbers of accounts and branches as statements print them: behind a label, in one piece or in blocks with blanks between.

use super::years::begins_date;
use crate::account_number::is_whole_iban;

/// Which number is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Account,
    Branch,
    /// Words for an account that are also said of other things: the number must follow at once, and be a long one.
    Plain,
}

impl Label {
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Account => &[
                "account number",
                "account no",
                "account nr",
                "kontonummer",
                "konto-nr",
                "konto nr",
                "numéro de compte",
                "rekeningnummer",
            ],
            Self::Branch => &["sort code", "blz", "bankleitzahl"],
            Self::Plain => &["account", "konto", "compte", "cuenta", "conta", "conto", "rekening"],
        }
    }

    /// Words that may stand between the label and the number.
    fn most_between(self) -> usize {
        if self == Self::Plain { 0 } else { 2 }
    }

    fn fewest_digits(self) -> usize {
        if self == Self::Plain { 6 } else { 4 }
    }
}

/// A first block with more digits is a number by itself.
const MOST_OF_BLOCK: usize = 6;
/// Digits of a number.
const MOST_DIGITS: usize = 34;

/// The number behind a label in a row's text, without blanks; empty if there is none.
pub(super) fn behind(text: &str, label: Label) -> String {
    let lower = text.to_lowercase();
    let rest = label.words().iter().find_map(|words| behind_words(&lower, words));
    let words: Vec<&str> = rest.unwrap_or_default().split_whitespace().collect();
    // A mark between label and number is no word.
    let first = words.iter().position(|word| word.contains(char::is_alphanumeric));
    let words = first.and_then(|first| words.get(first..)).unwrap_or_default();
    let starts = 0..=label.most_between();
    let mut found = starts.filter_map(|start| blocks(words.get(start..)?));
    found
        .find(|number| digits(number) >= label.fewest_digits())
        .unwrap_or_default()
}

/// What follows whole words.
fn behind_words<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    text.match_indices(words).find_map(|(at, _)| {
        let (before, rest) = (text.get(..at)?, text.get(at + words.len()..)?);
        let is_word = !before.ends_with(char::is_alphanumeric) && !rest.starts_with(char::is_alphabetic);
        is_word.then_some(rest)
    })
}

/// The number that words begin with; blocks of digits follow the first of them, a date does not.
fn blocks(words: &[&str]) -> Option<String> {
    let first = words.first()?;
    let is_block = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut number = first.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
    if number.is_empty() {
        return None;
    }
    if !is_block(first.trim_start_matches([':', '#'])) || number.len() > MOST_OF_BLOCK {
        return Some(number);
    }
    for at in 1..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        let Some(word) = rest.first() else { break };
        let block = word.trim_end_matches([',', ';', '.']);
        // A single digit counts something, unless nothing follows: page 1 of 3.
        let is_part =
            is_block(block) && (1..=MOST_OF_BLOCK).contains(&block.len()) && (block.len() > 1 || is_last(rest));
        if !is_part || begins_date(rest) || number.len() + block.len() > MOST_DIGITS {
            break;
        }
        number.push_str(block);
    }
    Some(number)
}

/// Whether nothing follows the first word, or a word that is no `of`.
fn is_last(words: &[&str]) -> bool {
    const OF: [&str; 6] = ["of", "von", "de", "sur", "di", "van"];
    words
        .get(1)
        .is_none_or(|next| !OF.contains(next) && !next.starts_with('/'))
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The IBAN that a run of words makes.
pub(super) fn iban_in(words: &[&str]) -> Option<String> {
    (0..words.len()).find_map(|first| {
        let mut joined = String::new();
        for word in words.get(first..)?.iter().take(10) {
            joined.push_str(word);
            if joined.len() > 34 {
                break;
            }
            // Printed as such, in capitals: words between numbers make one by chance.
            if is_whole_iban(&joined) && !joined.contains(|c: char| c.is_ascii_lowercase()) {
                return Some(joined);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_blocks_end_where_another_thing_begins() {
        for (text, number) in [
            ("Account number: 1234 5678 90", "1234567890"),
            ("Account number 12345678 2025", "12345678"),
            ("Account number 1234 5678 01 December 2025", "12345678"),
            ("Account number 1234 5678 01/12/2025", "12345678"),
            ("Account number 1234 5678 1 of 3", "12345678"),
            ("Account number 1234 5678 9", "123456789"),
            ("Account no. (EUR) 00123-4", "00123-4"),
            ("Account number ending in 1234", "1234"),
            ("Account number of the payee, branch 1234", ""),
            ("Discount number 1234", ""),
        ] {
            assert_eq!(behind(text, Label::Account), number, "{text}");
        }
        for (text, number) in [
            ("Account 1234 5678", "12345678"),
            ("Your account: 12-345678-9", "12-345678-9"),
            ("Account 2025", ""),
            ("Account summary 12345678", ""),
            ("Accounts 12345678", ""),
        ] {
            assert_eq!(behind(text, Label::Plain), number, "{text}");
        }
    }
}
