//! Proposed entries as Beancount directives.

use super::book::LOT;
use super::lex::{Lexer, Token};
use crate::journal::arithmetic::at_scale;
use crate::reversal::EntryRow;
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
    /// Accounts that the file opens, and the only commodities that they may hold, if any are named.
    opened: BTreeMap<String, BTreeSet<String>>,
    /// On which day to open those that another file of the run uses as well.
    days: BTreeMap<String, Date>,
}

impl BeancountLayout {
    pub(crate) fn new(
        account: &str,
        commodity: &str,
        currency: Option<Currency>,
        opened: BTreeMap<String, BTreeSet<String>>,
    ) -> Self {
        Self {
            account: account.to_owned(),
            commodity: commodity.to_owned(),
            currency,
            opened,
            days: BTreeMap::new(),
        }
    }

    /// The accounts that writing these entries opens, each on the day of its first use.
    pub(crate) fn opens(&self, entries: &[ProposedEntry]) -> Result<BTreeMap<String, Date>, WriteError> {
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| self.lines(entry))
            .collect::<Result<_, _>>()?;
        let opened = self.to_open(&entries);
        Ok(opened
            .into_iter()
            .map(|(account, day)| (account.to_owned(), day))
            .collect())
    }

    /// Opens an account on this day, which may be before its first use here; without a day not at all.
    pub(crate) fn open_on(&mut self, account: &str, day: Option<Date>) {
        match day {
            Some(day) => self.days.insert(account.to_owned(), day).is_some(),
            None => self.opened.insert(account.to_owned(), BTreeSet::new()).is_some(),
        };
    }

    /// Directives for the entries, and for the accounts that they use and the file does not open.
    pub(crate) fn print(&self, entries: &[ProposedEntry]) -> Result<String, WriteError> {
        let mut text = String::new();
        let entries: Vec<(&ProposedEntry, Vec<Line>, String)> = entries
            .iter()
            .map(|entry| self.lines(entry))
            .collect::<Result<_, _>>()?;
        for (account, date) in self.to_open(&entries) {
            let _ = writeln!(text, "\n{date} open {account}");
        }
        for (entry, lines, reason) in &entries {
            let payee = one_line(&entry.counterparty);
            let narration = one_line(&entry.description);
            let head = if payee.is_empty() || payee == narration {
                quoted(&narration)
            } else {
                format!("{} {}", quoted(&payee), quoted(&narration))
            };
            let document = match one_line(&entry.document) {
                none if none.is_empty() => none,
                number => format!("  number: {}\n", quoted(&number)),
            };
            let _ = write!(
                text,
                "\n{} * {head} #tieout\n{document}  tieout: {}\n",
                entry.date,
                quoted(&one_line(reason)),
            );
            let width = lines.iter().map(|line| line.account.chars().count()).max().unwrap_or(0);
            let digits = lines.iter().map(|line| line.amount.chars().count()).max().unwrap_or(0);
            for Line { account, amount, price } in lines {
                let _ = writeln!(text, "  {account:width$}  {amount:>digits$}{price}");
            }
        }
        Ok(text)
    }

    /// The postings of an entry, and why it is proposed. Where the other side may not hold the currency, or holds lots, it goes
    /// to an account for what is to be clarified, and the reason says so.
    fn lines<'e>(&self, entry: &'e ProposedEntry) -> Result<(&'e ProposedEntry, Vec<Line>, String), WriteError> {
        let holds_lots = entry.rows.iter().any(|row| row.kept == LOT);
        if !entry.rows.is_empty() && !holds_lots {
            let line = |row: &EntryRow| {
                let price = row
                    .weight
                    .as_ref()
                    .map(|(weight, of)| format!(" @@ {} {of}", weight.abs()));
                Line {
                    account: row.account.clone(),
                    amount: format!("{} {}", row.amount, row.commodity),
                    price: price.unwrap_or_default(),
                }
            };
            return Ok((entry, entry.rows.iter().map(line).collect(), entry.reason.clone()));
        }
        let named = entry.contra_account.as_str();
        let mut lexer = Lexer::new(named);
        if lexer.next() != Token::Account(named) || lexer.next() != Token::End {
            return Err(bad_account("beancount", named));
        }
        let commodity = self.commodity_of(entry);
        let (other, reason) = if holds_lots || !self.may_hold(named, commodity) {
            let why = if holds_lots {
                "lots are not turned by an amount"
            } else {
                "it may not hold this currency"
            };
            (
                self.clarifying(commodity),
                format!("{}; not on {named}: {why}", entry.reason),
            )
        } else {
            (named.to_owned(), entry.reason.clone())
        };
        let line = |account: &str, amount| Line {
            account: account.to_owned(),
            amount: amount_of(entry, amount, commodity),
            price: String::new(),
        };
        let lines = vec![line(&self.account, entry.amount), line(&other, -entry.amount)];
        Ok((entry, lines, reason))
    }

    /// Whether the account may hold a commodity; one that is not opened may hold all.
    fn may_hold(&self, account: &str, commodity: &str) -> bool {
        let only = self.opened.get(account);
        only.is_none_or(|only| only.is_empty() || only.contains(commodity))
    }

    /// The account for what is to be clarified; where it may not hold the commodity, one below it that does.
    fn clarifying(&self, commodity: &str) -> String {
        const NAME: &str = "Assets:To-Be-Clarified";
        if self.may_hold(NAME, commodity) {
            return NAME.to_owned();
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        format!("{NAME}:{}", commodity.chars().map(plain).collect::<String>())
    }

    /// Accounts that must be opened, each at its first use.
    fn to_open<'l>(&self, entries: &'l [(&ProposedEntry, Vec<Line>, String)]) -> BTreeMap<&'l str, Date> {
        let mut dates: BTreeMap<&str, Date> = BTreeMap::new();
        for (entry, lines, _) in entries {
            for line in lines {
                let first = dates.entry(&line.account).or_insert(entry.date);
                *first = entry.date.min(*first);
            }
        }
        // A file that opens nothing leaves that to a plugin.
        let is_opened = |name: &str| self.opened.is_empty() || self.opened.contains_key(name) || name == self.account;
        dates.retain(|name, _| !is_opened(name));
        for (name, first) in &mut dates {
            *first = self.days.get(*name).map_or(*first, |day| *day.min(first));
        }
        dates
    }

    /// The commodity that stands for the entry's currency.
    fn commodity_of<'e>(&'e self, entry: &'e ProposedEntry) -> &'e str {
        let own = self.currency.is_none_or(|currency| currency == entry.currency) && !self.commodity.is_empty();
        if own { &self.commodity } else { entry.currency.code() }
    }
}

/// A posting.
struct Line {
    account: String,
    amount: String,
    price: String,
}

fn amount_of(entry: &ProposedEntry, amount: Decimal, commodity: &str) -> String {
    let places = amount.scale().max(entry.currency.minor_digits());
    format!("{} {commodity}", at_scale(amount, places))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
