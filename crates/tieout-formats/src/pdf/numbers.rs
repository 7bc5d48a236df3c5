//! Numbers of accounts and branches as statements print them: behind a label or below it, in one piece or in blocks with
//! blanks between; and when two of them are of one account.
//!
//! A page may print the IBAN and the next one the national number, which is part of it, or its last digits behind asterisks.
//! Two numbers that merely end alike are of two accounts.

use super::page::{Cell, Row};
use super::paper::text_of;
use super::years::begins_date;
use crate::account_number::{has_form_of_iban, is_whole_iban};

/// How a row prints the number of an account; the later is the surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Behind a word that is said of other things too.
    Plain,
    /// Within a text, or below its label.
    Within,
    /// A cell begins with it or with its label.
    First,
}

/// The number of an account as a row prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Without blanks.
    pub(super) text: String,
    /// It is only the end of one, behind marks that hide the rest.
    pub(super) is_end: bool,
    pub(super) standing: Standing,
    branch: String,
}

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
                "a/c no",
                "a/c number",
                "acct no",
                "kontonummer",
                "kontonr",
                "konto-nr",
                "konto nr",
                "kto-nr",
                "kto nr",
                "kto.-nr",
                "numéro de compte",
                "n° de compte",
                "nº de compte",
                "compte n°",
                "compte nº",
                "rekeningnummer",
                "número de cuenta",
                "numero de cuenta",
                "nº de cuenta",
                "n.º de cuenta",
                "cuenta nº",
                "cuenta n.º",
                "conto corrente",
                "numero conto",
                "numero di conto",
                "conto n",
                "conta nº",
                "conta n.º",
                "número da conta",
                "numer rachunku",
                "nr rachunku",
                "číslo účtu",
                "tilinumero",
                "számlaszám",
                "hesap no",
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
    number_in(rest.unwrap_or_default(), label).to_uppercase()
}

/// The number that stands at the beginning of what follows a label.
fn number_in(rest: &str, label: Label) -> String {
    let words: Vec<&str> = rest.split_whitespace().collect();
    // A mark between label and number is no word.
    let first = words.iter().position(|word| word.contains(char::is_alphanumeric));
    let words = first.and_then(|first| words.get(first..)).unwrap_or_default();
    let starts = 0..=label.most_between();
    let mut found = starts.filter_map(|start| blocks(words.get(start..)?));
    found
        .find(|number| digits(number) >= label.fewest_digits())
        .unwrap_or_default()
}

/// The number of an account that a row prints, or that stands in it below a label of the row before.
pub(super) fn of_row(before: Option<&Row>, row: &Row) -> Option<Number> {
    let text = text_of(row);
    let lower = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |text: String, standing: Standing| Number {
        is_end: hides(&lower, &text.to_lowercase()),
        text,
        standing,
        branch: behind(&lower, Label::Branch),
    };
    let standing = |is_first: bool| if is_first { Standing::First } else { Standing::Within };
    if let Some(iban) = iban_in(&words).or_else(|| called_iban(&words)) {
        let begins = |cell: &Cell| {
            let cell = cell.text.trim_start_matches("IBAN").trim_start_matches([':', ' ']);
            cell.len() > 3 && iban.starts_with(cell.split(' ').next().unwrap_or_default())
        };
        return Some(number(iban.clone(), standing(row.iter().any(begins))));
    }
    let begins = |label: Label| {
        let is_first = |cell: &Cell| {
            let cell = cell.text.to_lowercase();
            label.words().iter().any(|words| cell.starts_with(words))
        };
        row.iter().any(is_first)
    };
    let labelled = behind(&text, Label::Account);
    if !labelled.is_empty() {
        return Some(number(labelled, standing(begins(Label::Account))));
    }
    if let Some(text) = before.and_then(|labels| below(labels, row)) {
        return Some(number(text, Standing::Within));
    }
    let plain = behind(&text, Label::Plain);
    let standing = if begins(Label::Plain) {
        Standing::First
    } else {
        Standing::Plain
    };
    (!plain.is_empty()).then(|| number(plain, standing))
}

/// The number that stands below a cell which is a label alone.
fn below(labels: &Row, row: &Row) -> Option<String> {
    let is_label = |cell: &&Cell| {
        let text = cell.text.to_lowercase();
        let text = text.trim_end_matches([':', '.', ' ']);
        Label::Account.words().contains(&text)
    };
    let label = labels.iter().find(is_label)?;
    let own = row
        .iter()
        .find(|cell| cell.left <= label.right && label.left <= cell.right)?;
    let is_number = |c: char| c.is_ascii_digit() || "-/. *".contains(c);
    let number = number_in(&own.text, Label::Account);
    (own.text.chars().all(is_number) && !number.is_empty()).then_some(number)
}

/// Whether marks before a number hide its beginning.
fn hides(text: &str, number: &str) -> bool {
    let before = text.find(number).and_then(|at| text.get(..at)).unwrap_or_default();
    let before = before.trim_end();
    before.ends_with(['*', '•', '…'])
        || before.ends_with("xx")
        || before.ends_with("ending")
        || before.ends_with("ending in")
}

impl Number {
    /// Whether two numbers are of one account.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (own, others) = (plain(&self.text), plain(&other.text));
        let is_branched = |whole: &str, branch: &str, number: &str| {
            !branch.is_empty() && whole.strip_prefix(plain(branch).as_str()) == Some(number)
        };
        own.trim_start_matches('0') == others.trim_start_matches('0')
            || (self.is_end && others.ends_with(&own))
            || (other.is_end && own.ends_with(&others))
            || is_part(&own, &other.text)
            || is_part(&others, &self.text)
            || is_branched(&own, &other.branch, &others)
            || is_branched(&others, &self.branch, &own)
    }

    /// Whether it has the form of an IBAN and is none.
    pub(super) fn is_doubtful(&self) -> bool {
        has_form_of_iban(&self.text) && !self.is_iban()
    }

    pub(super) fn is_iban(&self) -> bool {
        is_whole_iban(&self.text)
    }
}

/// Letters and digits alone.
fn plain(number: &str) -> String {
    let kept = number.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether a national number is that of an IBAN: as a whole, or each of its blocks where zeros fill the gaps between them.
fn is_part(iban: &str, number: &str) -> bool {
    const FEWEST: usize = 5;
    let Some(national) = iban.get(4..).filter(|_| has_form_of_iban(iban)) else {
        return false;
    };
    let whole = plain(number);
    let blocks = number.split(|c: char| !c.is_ascii_alphanumeric());
    let mut blocks = blocks.filter(|block| !block.is_empty()).map(plain);
    let has_long = blocks.clone().any(|block| block.len() > FEWEST);
    whole.len() >= FEWEST && national.contains(&whole) || has_long && blocks.all(|block| national.contains(&block))
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
    let last_alone = |fewest: usize, most: usize| {
        let [_, last] = words else { return None };
        (is_block(last) && (fewest..=most).contains(&last.len())).then_some(*last)
    };
    if is_sort_code(&number)
        && let Some(behind) = words
            .get(1)
            .filter(|word| is_block(word) && word.len() >= MOST_OF_BLOCK)
    {
        return Some((*behind).to_owned());
    }
    if !is_block(first.trim_start_matches([':', '#'])) {
        number.push_str(last_alone(2, MOST_OF_BLOCK).unwrap_or_default());
        return Some(number);
    }
    if number.len() > MOST_OF_BLOCK {
        // A part of the account; four digits would be a year.
        number.push_str(last_alone(2, 3).unwrap_or_default());
        return Some(number);
    }
    for at in 1..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        let Some(word) = rest.first() else { break };
        let block = word.trim_end_matches([',', ';', '.']);
        // A single digit counts something, unless nothing follows: page 1 of 3.
        let most = if rest.len() == 1 { MOST_DIGITS } else { MOST_OF_BLOCK };
        let is_part = is_block(block) && (1..=most).contains(&block.len()) && (block.len() > 1 || is_last(rest));
        if !is_part || begins_date(rest) || number.len() + block.len() > MOST_DIGITS {
            break;
        }
        number.push_str(block);
    }
    Some(number)
}

/// Whether a number is that of a branch: `20-00-00`.
fn is_sort_code(number: &str) -> bool {
    let mut parts = number.split('-');
    parts.clone().count() == 3 && parts.all(|part| part.len() == 2 && digits(part) == 2)
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
    (0..words.len()).find_map(|first| joined(words.get(first..)?, is_whole_iban))
}

/// What a row calls an IBAN and has the form of one, with wrong check digits.
fn called_iban(words: &[&str]) -> Option<String> {
    let is_name = |word: &&str| word.trim_end_matches([':', '.']).eq_ignore_ascii_case("iban");
    let behind = words.iter().position(is_name)? + 1;
    joined(words.get(behind..)?, has_form_of_iban)
}

/// The first words put together that are such a number.
fn joined(words: &[&str], is_number: fn(&str) -> bool) -> Option<String> {
    let mut joined = String::new();
    for word in words.iter().take(10) {
        joined.push_str(word);
        if joined.len() > 34 {
            break;
        }
        // Printed as such, in capitals: words between numbers make one by chance.
        if is_number(&joined) && !joined.contains(|c: char| c.is_ascii_lowercase()) {
            return Some(joined);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_an_iban_is_one_account_with_its_national_number() {
        let of = |text: &str| {
            let (left, right, text) = (0, 0, text.to_owned());
            of_row(None, &vec![Cell { left, right, text }]).expect("a number")
        };
        for iban in ["IBAN: DE89 3704 0044 0532 0130 00", "IBAN DE88 3704 0044 0532 0130 00"] {
            assert!(of(iban).is_same(&of("Konto 532013000")), "{iban}");
            assert!(!of(iban).is_same(&of("Konto 532013001")), "{iban}");
        }
        assert_eq!(called_iban(&["IBAN", "DE88370400440532013"]), None);
    }

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
