//! Finding the entries of a line by what a rule says must agree.

use crate::conditions::Face;
use crate::limits;
use crate::rule::{By, Condition, Count, MatchBy};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_match::{Field, Input, ItemIndex, Residual, fold};

/// Words of names that tell nobody apart.
const LEGAL_FORMS: &[&str] = &[
    "LTD", "LIMITED", "LLC", "LLP", "INC", "CORP", "CO", "COMPANY", "PLC", "GMBH", "AG", "KG", "UG", "OHG", "SARL",
    "SAS", "SA", "SL", "SRL", "SPA", "BV", "NV", "AB", "AS", "OY", "APS", "THE", "AND", "UND", "ET",
];

/// Entries by amount, day and what they name.
pub(crate) struct Finder<'a> {
    input: &'a Input,
    accounts: &'a [String],
    by_amount: Vec<(i64, Date, ItemIndex)>,
    by_date: Vec<(Date, ItemIndex)>,
    /// Numbers of references, words of contacts, check numbers; only if a rule takes all that fit.
    by_token: BTreeMap<String, Vec<ItemIndex>>,
}

/// What was found for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// These, together with the difference they leave.
    Entries(Vec<ItemIndex>, Option<Residual>),
    /// Each of these would do.
    Several(Vec<ItemIndex>),
    /// More than are looked at.
    TooMany,
}

impl<'a> Finder<'a> {
    /// Makes ready for all rules that match.
    pub(crate) fn new<'r>(input: &'a Input, accounts: &'a [String], rules: impl Iterator<Item = &'r MatchBy>) -> Self {
        let mut finder = Self {
            input,
            accounts,
            by_amount: Vec::new(),
            by_date: Vec::new(),
            by_token: BTreeMap::new(),
        };
        let (mut any, mut takes_all) = (false, false);
        for by in rules {
            any = true;
            takes_all |= by.entries == Count::All;
        }
        if !any {
            return finder;
        }
        let entries = &input.entries;
        for entry in entries.indexes().filter(|entry| entries.open_amount(*entry) != 0) {
            finder
                .by_amount
                .push((entries.open_amount(entry), entries.date(entry), entry));
            if takes_all {
                finder.by_date.push((entries.date(entry), entry));
                for token in tokens(&Face::new(entries, entry, accounts)) {
                    finder.by_token.entry(token).or_default().push(entry);
                }
            }
        }
        finder.by_amount.sort_unstable();
        finder.by_date.sort_unstable();
        finder
    }

    /// The entries of a line, among those that are free.
    pub(crate) fn find(&self, line: &Face<'_>, by: &MatchBy, free: &[bool]) -> Found {
        match by.entries {
            Count::One => self.one(line, by, free),
            Count::All => self.all(line, by, free),
        }
    }

    fn one(&self, line: &Face<'_>, by: &MatchBy, free: &[bool]) -> Found {
        let amount = line.items.open_amount(line.item);
        let reach = by.difference.map_or(0, |(max, _)| max);
        let (low, high) = (amount.saturating_sub(reach), amount.saturating_add(reach));
        let from = self.by_amount.partition_point(|(found, _, _)| *found < low);
        let to = self.by_amount.partition_point(|(found, _, _)| *found <= high);
        let near = self.by_amount.get(from..to).unwrap_or_default();
        if near.len() > limits::CANDIDATES {
            return Found::TooMany;
        }
        let fits = |(found, _, entry): &&(i64, Date, ItemIndex)| {
            (*found < 0) == (amount < 0) && self.fits(line, *entry, by, free)
        };
        let fitting: Vec<&(i64, Date, ItemIndex)> = near.iter().filter(fits).collect();
        // Of entries with and without a difference only those without count.
        let exact: Vec<_> = fitting
            .iter()
            .copied()
            .filter(|(found, _, _)| *found == amount)
            .collect();
        let chosen = if exact.is_empty() { fitting } else { exact };
        match chosen.as_slice() {
            [] => Found::Nothing,
            [(found, _, entry)] => Found::Entries(vec![*entry], residual(i128::from(amount) - i128::from(*found), by)),
            several => Found::Several(several.iter().map(|(_, _, entry)| *entry).collect()),
        }
    }

    fn all(&self, line: &Face<'_>, by: &MatchBy, free: &[bool]) -> Found {
        let narrows = by
            .evidence
            .iter()
            .any(|by| matches!(by, By::Reference | By::Check | By::Contact));
        let candidates: BTreeSet<ItemIndex> = if narrows {
            let named = tokens(line).into_iter().filter_map(|token| self.by_token.get(&token));
            named.flatten().copied().collect()
        } else {
            let (first, last) = window(line.items.date(line.item), by.days);
            let from = self.by_date.partition_point(|(date, _)| *date < first);
            let to = self.by_date.partition_point(|(date, _)| *date <= last);
            let within = self.by_date.get(from..to).unwrap_or_default();
            within
                .iter()
                .take(limits::CANDIDATES + 1)
                .map(|(_, entry)| *entry)
                .collect()
        };
        if candidates.len() > limits::CANDIDATES {
            return Found::TooMany;
        }
        let fitting: Vec<ItemIndex> = candidates
            .into_iter()
            .filter(|entry| self.fits(line, *entry, by, free))
            .collect();
        let entries = &self.input.entries;
        let sum: i128 = fitting
            .iter()
            .map(|entry| i128::from(entries.open_amount(*entry)))
            .sum();
        let off = i128::from(line.items.open_amount(line.item)) - sum;
        let within = off == 0 || by.difference.is_some_and(|(max, _)| off.abs() <= i128::from(max));
        if fitting.is_empty() || !within {
            return Found::Nothing;
        }
        Found::Entries(fitting, residual(off, by))
    }

    /// Everything but the sum agrees.
    fn fits(&self, line: &Face<'_>, entry: ItemIndex, by: &MatchBy, free: &[bool]) -> bool {
        let entries = &self.input.entries;
        let is_free = usize::try_from(entry).ok().and_then(|entry| free.get(entry)) == Some(&true);
        let (first, last) = window(line.items.date(line.item), by.days);
        if !is_free
            || entries.account(entry) != line.items.account(line.item)
            || !(first..=last).contains(&entries.date(entry))
        {
            return false;
        }
        let face = Face::new(entries, entry, self.accounts);
        let by_condition = by.entry == Condition::All(Vec::new()) || face.holds(&by.entry);
        by_condition && by.evidence.iter().all(|by| agrees(line, &face, *by))
    }
}

fn window(date: Date, days: (i32, i32)) -> (Date, Date) {
    let first = date.saturating_sub(jiff::Span::new().days(days.0));
    let last = date.saturating_add(jiff::Span::new().days(days.1));
    (first, last)
}

fn residual(off: i128, by: &MatchBy) -> Option<Residual> {
    let (_, kind) = by.difference?;
    let amount = i64::try_from(off).ok().filter(|off| *off != 0)?;
    Some(Residual { kind, amount })
}

fn agrees(line: &Face<'_>, entry: &Face<'_>, by: By) -> bool {
    let text = |face: &Face<'_>, field| fold(face.items.text(face.item, field));
    match by {
        By::Amount => true,
        By::Date => {
            let date = entry.items.date(entry.item);
            line.items.date(line.item) == date || line.items.value_date(line.item) == Some(date)
        }
        By::Check => {
            let number = check_number(entry);
            !number.is_empty() && number == check_number(line)
        }
        By::Reference => {
            let of_line = numbers(line.folded());
            numbers(&text(entry, Field::Reference))
                .iter()
                .any(|number| of_line.contains(number))
        }
        By::Contact => {
            let name = text(entry, Field::Counterparty);
            let words = contact_words(&name);
            !words.is_empty()
                && words
                    .iter()
                    .all(|word| line.folded().split(' ').any(|found| found == *word))
        }
    }
}

fn check_number(face: &Face<'_>) -> String {
    let number = fold(face.items.text(face.item, Field::CheckNumber));
    number.trim_start_matches('0').to_owned()
}

/// Numbers of three digits or more without leading zeros, whatever letters they stand with.
fn numbers(folded: &str) -> BTreeSet<String> {
    let digits = |token: &str| -> String {
        let digits: String = token.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').to_owned()
    };
    folded
        .split(' ')
        .map(digits)
        .filter(|number| number.len() >= 3)
        .collect()
}

/// The words of a name without legal forms; all of them if there is nothing else.
fn contact_words(folded: &str) -> Vec<&str> {
    let words: Vec<&str> = folded.split(' ').filter(|word| word.len() > 1).collect();
    let telling: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !LEGAL_FORMS.contains(word))
        .collect();
    if telling.is_empty() { words } else { telling }
}

/// By what an item can be found: numbers, words and check numbers, each marked with its kind.
fn tokens(face: &Face<'_>) -> BTreeSet<String> {
    let mut tokens: BTreeSet<String> = numbers(face.folded())
        .into_iter()
        .map(|number| format!("#{number}"))
        .collect();
    tokens.extend(
        face.folded()
            .split(' ')
            .filter(|word| word.len() > 1)
            .map(str::to_owned),
    );
    let check = check_number(face);
    if !check.is_empty() {
        tokens.insert(format!("check {check}"));
    }
    tokens
}
