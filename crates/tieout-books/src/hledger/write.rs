//! Proposed entries as journal entries of hledger and Ledger.

use super::style::Style;
use crate::write::{ProposedEntry, WriteError, bad_account, one_line};
use std::fmt::Write;
use tieout_core::{Currency, Decimal};

/// What a journal uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HledgerLayout {
    account: String,
    /// The symbol that stands for `currency` in the journal.
    symbol: String,
    currency: Option<Currency>,
    style: Style,
    date_separator: char,
}

impl HledgerLayout {
    pub(crate) fn new(
        account: &str,
        (symbol, style): (&str, Style),
        currency: Option<Currency>,
        date_separator: char,
    ) -> Self {
        Self {
            account: account.to_owned(),
            symbol: symbol.to_owned(),
            currency,
            style,
            date_separator,
        }
    }

    /// Journal entries.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Result<String, WriteError> {
        let mut text = String::new();
        for entry in entries {
            let mut lines: Vec<(String, String, String)> = Vec::new();
            for row in entry.sides(&self.account) {
                let account = if row.account == self.account {
                    row.account.clone()
                } else {
                    account_name(&row.account)?
                };
                let price = row.weight.as_ref().map(|(weight, of)| {
                    let weight = self.amount_in(entry, weight.abs(), of);
                    format!(" @@ {weight}")
                });
                let amount = self.amount_in(entry, row.amount, &row.commodity);
                lines.push((account, amount, price.unwrap_or_default()));
            }
            let width = lines.iter().map(|line| line.0.chars().count()).max().unwrap_or(0);
            let digits = lines.iter().map(|line| line.1.chars().count()).max().unwrap_or(0);
            let date = entry.date.to_string().replace('-', &self.date_separator.to_string());
            let _ = write!(
                text,
                "\n{date} * {}\n{}    ; tieout: {}\n",
                description(entry),
                number(&entry.document),
                tag_value(&entry.reason),
            );
            for (account, amount, price) in lines {
                let _ = writeln!(text, "    {account:width$}  {amount:>digits$}{price}");
            }
        }
        Ok(text)
    }

    /// An amount of a commodity that an entry of the books names; of the entry's currency where none is named.
    fn amount_in(&self, entry: &ProposedEntry, amount: Decimal, commodity: &str) -> String {
        if commodity.is_empty() || commodity == self.symbol {
            return self.amount(entry, amount);
        }
        let style = Style {
            decimal_mark: self.style.decimal_mark,
            ..Style::default()
        };
        style.print(amount, commodity)
    }

    fn amount(&self, entry: &ProposedEntry, amount: Decimal) -> String {
        if self.currency.is_none_or(|currency| currency == entry.currency) {
            return self.style.print(amount, &self.symbol);
        }
        let style = Style {
            decimal_mark: self.style.decimal_mark,
            places: entry.currency.minor_digits(),
            ..Style::default()
        };
        style.print(amount, entry.currency.code())
    }
}

/// A tag, because a code would be taken for the number of a check.
fn number(document: &str) -> String {
    match tag_value(document) {
        none if none.is_empty() => none,
        number => format!("    ; number: {number}\n"),
    }
}

/// `payee | note`, or one of them where the other says nothing more; without what begins a comment or a code.
fn description(entry: &ProposedEntry) -> String {
    let plain = |text: &str| one_line(text).replace(';', ",").replace('|', "/");
    let (payee, note) = (plain(&entry.counterparty), plain(&entry.description));
    let text = if payee.is_empty() || payee == note {
        note
    } else {
        format!("{payee} | {note}")
    };
    // An empty code keeps a bracket at the start from being read as one.
    if text.starts_with(['(', '*', '!']) {
        format!("() {text}")
    } else {
        text
    }
}

/// A tag's value ends at a comma, and brackets would begin dates. Colons stay only within the names of accounts.
fn tag_value(text: &str) -> String {
    let plain = one_line(text).replace(',', ";").replace('[', "(").replace(']', ")");
    let mut value = String::with_capacity(plain.len());
    let mut before = ' ';
    let mut rest = plain.chars();
    while let Some(c) = rest.next() {
        let is_within = before.is_alphanumeric() && rest.clone().next().is_some_and(char::is_alphanumeric);
        if c == ':' && !is_within {
            value.push_str(" -");
        } else {
            value.push(c);
        }
        before = c;
    }
    value
}

fn account_name(name: &str) -> Result<String, WriteError> {
    let plain = one_line(name);
    let fits =
        !plain.is_empty() && !plain.starts_with(['(', '[', '*', '!', ';', '#', '%', '|']) && !plain.contains(';');
    if fits {
        Ok(plain)
    } else {
        Err(bad_account("hledger", name))
    }
}
