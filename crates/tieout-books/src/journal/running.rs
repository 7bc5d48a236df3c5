//! Balances while a journal is gone through in date order: for assertions, assignments and padding.

use super::{NameId, Names};
use std::collections::HashMap;
use tieout_core::Decimal;

/// Balances of accounts, alone and with their sub-accounts.
#[derive(Debug, Default)]
pub(crate) struct Running {
    own: HashMap<(NameId, NameId), Decimal>,
    with_subs: HashMap<(NameId, NameId), Decimal>,
    /// Commodities that an account ever held, in order of appearance.
    held: HashMap<NameId, Vec<NameId>>,
    parents: HashMap<NameId, Option<NameId>>,
}

impl Running {
    /// Adds an amount to an account and to those above it.
    pub(crate) fn add(&mut self, names: &mut Names, account: NameId, commodity: NameId, amount: Decimal) {
        if !self.own.contains_key(&(account, commodity)) {
            self.held.entry(account).or_default().push(commodity);
        }
        add_to(&mut self.own, (account, commodity), amount);
        let mut at = Some(account);
        while let Some(account) = at {
            add_to(&mut self.with_subs, (account, commodity), amount);
            at = *self.parents.entry(account).or_insert_with(|| {
                let parent = names.name(account).rsplit_once(':').map(|(parent, _)| parent.to_owned());
                parent.map(|parent| names.id(&parent))
            });
        }
    }

    /// The balance of the account alone.
    pub(crate) fn own(&self, account: NameId, commodity: NameId) -> Decimal {
        self.own.get(&(account, commodity)).copied().unwrap_or(Decimal::ZERO)
    }

    /// The balance of the account and everything below it.
    pub(crate) fn with_subs(&self, account: NameId, commodity: NameId) -> Decimal {
        self.with_subs.get(&(account, commodity)).copied().unwrap_or(Decimal::ZERO)
    }

    /// Another commodity than this one of which the account has a balance.
    pub(crate) fn other_than(&self, account: NameId, commodity: NameId) -> Option<NameId> {
        let held = self.held.get(&account)?;
        held.iter().copied().find(|other| *other != commodity && !self.own(account, *other).is_zero())
    }
}

/// Amounts too large to be added up leave the balance as it was; [`emit`](super::emit) reports them.
fn add_to(balances: &mut HashMap<(NameId, NameId), Decimal>, key: (NameId, NameId), amount: Decimal) {
    let balance = balances.entry(key).or_insert(Decimal::ZERO);
    *balance = balance.checked_add(amount).unwrap_or(*balance);
}
