//! Proposed entries as Beancount directives.

use super::lex::{Lexer, Token};
use crate::journal::arithmetic::at_scale;
use crate::write::{ProposedEntry, WriteError, bad_account, one_line};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use tieout_core::{Currency, Date, Decimal};

/// What a Beancount file uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BeancountLayout {
    account: String,
    /// The commodity that stands for `currency` in the file.
    commodity: String,
    currency: Option<Currency>,
    opened: BTreeSet<String>,
}

impl BeancountLayout {
    pub(crate) fn new(account: &str, commodity: &str, currency: Option<Currency>, opened: BTreeSet<String>) -> Self {
        Self {
            account: account.to_owned(),
            commodity: commodity.to_owned(),
            currency,
            opened,
        }
    }

    /// Directives for the entries, and for the accounts that they use and the file does not open.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Result<String, WriteError> {
        let mut text = String::new();
        for (account, date) in self.to_open(entries)? {
            let _ = writeln!(text, "\n{date} open {account}");
        }
        for entry in entries {
            let payee = one_line(&entry.counterparty);
            let narration = one_line(&entry.description);
            let head = if payee.is_empty() {
                quoted(&narration)
            } else {
                format!("{} {}", quoted(&payee), quoted(&narration))
            };
            let bank = self.amount(entry, entry.amount);
            let contra = self.amount(entry, -entry.amount);
            let width = self.account.chars().count().max(entry.contra_account.chars().count());
            let digits = bank.chars().count().max(contra.chars().count());
            let document = match one_line(&entry.document) {
                none if none.is_empty() => none,
                number => format!("  number: {}\n", quoted(&number)),
            };
            let _ = write!(
                text,
                "\n{} * {head} #tieout\n{document}  tieout: {}\n  {:width$}  {bank:>digits$}\n  {:width$}  {contra:>digits$}\n",
                entry.date,
                quoted(&one_line(&entry.reason)),
                self.account,
                entry.contra_account,
            );
        }
        Ok(text)
    }

    /// Accounts that must be opened, each at its first use.
    fn to_open<'e>(&self, entries: &'e [ProposedEntry]) -> Result<BTreeMap<&'e str, Date>, WriteError> {
        let mut dates: BTreeMap<&str, Date> = BTreeMap::new();
        for entry in entries {
            let name = entry.contra_account.as_str();
            let mut lexer = Lexer::new(name);
            if lexer.next() != Token::Account(name) || lexer.next() != Token::End {
                return Err(bad_account("beancount", name));
            }
            let first = dates.entry(name).or_insert(entry.date);
            *first = entry.date.min(*first);
        }
        // A file that opens nothing leaves that to a plugin.
        dates.retain(|name, _| !self.opened.is_empty() && !self.opened.contains(*name));
        Ok(dates)
    }

    fn amount(&self, entry: &ProposedEntry, amount: Decimal) -> String {
        let places = amount.scale().max(entry.currency.minor_digits());
        let own = self.currency.is_none_or(|currency| currency == entry.currency) && !self.commodity.is_empty();
        let commodity = if own {
            self.commodity.as_str()
        } else {
            entry.currency.code()
        };
        format!("{} {commodity}", at_scale(amount, places))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
