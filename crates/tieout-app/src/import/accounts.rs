//! Where the accounts of a file are in the chart, or which ones are to be made.

use super::plan::{NewAccount, Planner, Target, kind_of};
use super::source::{LISTED, UNSAID};
use crate::amounts;
use crate::error::AppError;
use std::collections::{BTreeSet, HashMap};
use tieout_books::transactions::WholeAccount;
use tieout_core::Currency;
use tieout_ledger::AccountKind;

/// Currencies by account.
type Used = HashMap<usize, BTreeSet<Option<Currency>>>;

impl Planner<'_> {
    /// Finds every account of the file in the chart.
    pub(super) fn resolve(&mut self) -> Result<(), AppError> {
        for (field, code) in [
            ("account", &self.choices.account),
            ("suspense_account", &self.choices.suspense),
        ] {
            if let Some(code) = code.as_ref().filter(|code| self.by_code(code).is_none()) {
                return Err(AppError::invalid(
                    field,
                    format!("there is no account {code:?} in the chart"),
                ));
            }
        }
        if let Some((name, code)) = self
            .choices
            .accounts
            .iter()
            .find(|(_, code)| self.by_code(code).is_none())
        {
            return Err(AppError::invalid(
                "accounts",
                format!("{name:?} is to be {code:?}, but there is no such account in the chart"),
            ));
        }
        if self.source.is_table && self.choices.account.is_none() {
            return Err(AppError::invalid(
                "account",
                "is required: the code of the account that this table lists",
            ));
        }
        let used = if self.choices.create_accounts {
            self.used()
        } else {
            Used::new()
        };
        let mut listed: Vec<usize> = (0..self.source.journal.accounts.len()).collect();
        // By name, so that an account is made before those below it.
        listed.sort_by_key(|at| {
            self.source
                .journal
                .accounts
                .get(*at)
                .map(|account| account.name.clone())
        });
        self.targets = vec![Target::Missing(String::new()); listed.len()];
        self.own = vec![None; listed.len()];
        for at in listed {
            let Some(wanted) = self.source.journal.accounts.get(at) else {
                continue;
            };
            let target = self.target((at, wanted), &used);
            let own = match &target {
                Target::Known(row) => self.chart.get(*row).and_then(|row| row.currency.clone()),
                Target::New(new) => {
                    let new = self.new_accounts.get(*new);
                    new.and_then(|new| new.currency).map(|own| own.code().to_owned())
                }
                Target::Missing(_) => None,
            };
            if let (Some(slot), Some(own_slot)) = (self.targets.get_mut(at), self.own.get_mut(at)) {
                *slot = target;
                *own_slot = own.as_deref().map(amounts::stored_currency).transpose()?;
            }
        }
        Ok(())
    }

    fn by_code(&self, code: &str) -> Option<usize> {
        self.chart.iter().position(|row| row.code == code)
    }

    /// The account of this name: as somebody says, by its code, by the number before its name, or by its name.
    fn target(&mut self, (at, wanted): (usize, &WholeAccount), used: &Used) -> Target {
        let name = wanted.name.as_str();
        let said = match name {
            LISTED if self.source.is_table => self.choices.account.as_deref(),
            UNSAID if self.source.is_table => {
                let Some(code) = &self.choices.suspense else {
                    let message = "it names no other account: name a suspense account for such rows";
                    return Target::Missing(message.into());
                };
                Some(code.as_str())
            }
            _ => self.choices.accounts.get(name).map(String::as_str),
        };
        let number = name
            .split_whitespace()
            .next()
            .filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        let known = said
            .and_then(|code| self.by_code(code))
            .or_else(|| self.by_code(name))
            .or_else(|| number.and_then(|number| self.by_code(number)))
            .or_else(|| self.by_name(name));
        match (known, wanted.account_type) {
            (Some(known), _) => Target::Known(known),
            (None, Some(_)) if self.choices.create_accounts && name.chars().count() > 255 => {
                Target::Missing("the name of an account has more than 255 characters: say which account it is".into())
            }
            (None, Some(account_type)) if self.choices.create_accounts => {
                let kind = kind_of(account_type);
                self.new_accounts.push(NewAccount {
                    code: name.to_owned(),
                    kind,
                    currency: Self::only_currency(used, at, kind, self.org.base),
                });
                Target::New(self.new_accounts.len() - 1)
            }
            (None, None) if self.choices.create_accounts => Target::Missing(format!(
                "the type of account {name:?} cannot be told: make the account first, or say which account it is"
            )),
            _ => Target::Missing(format!(
                "there is no account {name:?}: make it first, say which account it is, or ask for missing accounts to be \
                 made"
            )),
        }
    }

    /// The account of this name, if there is only one.
    fn by_name(&self, name: &str) -> Option<usize> {
        let mut found = (0..self.chart.len()).filter(|at| self.chart.get(*at).is_some_and(|row| row.name == name));
        found.next().filter(|_| found.next().is_none())
    }

    /// The currency that an account to be made is kept in: a balance in one foreign currency is kept in it.
    fn only_currency(used: &Used, account: usize, kind: AccountKind, base: Currency) -> Option<Currency> {
        if !matches!(kind, AccountKind::Asset | AccountKind::Liability) {
            return None;
        }
        let used: Vec<Option<Currency>> = used.get(&account)?.iter().copied().collect();
        match used.as_slice() {
            [Some(only)] if *only != base => Some(*only),
            _ => None,
        }
    }

    /// The currencies that each account is posted in; none where one is no currency.
    fn used(&self) -> Used {
        let mut used = Used::new();
        for posting in self
            .source
            .journal
            .transactions
            .iter()
            .flat_map(|transaction| &transaction.postings)
        {
            let currency = self.currency(posting.commodity, None);
            used.entry(posting.account).or_default().insert(currency);
        }
        used
    }
}
