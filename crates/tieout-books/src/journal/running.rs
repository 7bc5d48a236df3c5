//! Balances while a journal is gone through in date order: for assertions, assignments and padding.

use super::{NameId, Names};
use std::collections::HashMap;
use tieout_core::Decimal;

/// Which accounts a balance is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The account alone.
    Own,
    /// The account and everything below it.
    WithSubs,
}

/// Balances of accounts, alone and with their sub-accounts.
#[derive(Debug, Default)]
pub(crate) struct Running {
    own: Balances,
    with_subs: Balances,
    parents: HashMap<NameId, Option<NameId>>,
}

#[derive(Debug, Default)]
struct Balances {
    amounts: HashMap<(NameId, NameId), Decimal>,
    /// Commodities that an account ever held, in order of appearance.
    held: HashMap<NameId, Vec<NameId>>,
}

impl Balances {
    /// Amounts too large to be added up leave the balance as it was; [`emit`](super::emit) reports them.
    fn add(&mut self, account: NameId, commodity: NameId, amount: Decimal) {
        if let Some(balance) = self.amounts.get_mut(&(account, commodity)) {
            *balance = balance.checked_add(amount).unwrap_or(*balance);
        } else {
            self.amounts.insert((account, commodity), amount);
            self.held.entry(account).or_default().push(commodity);
        }
    }
}

impl Running {
    /// Adds an amount to an account and to those above it.
    pub(crate) fn add(&mut self, names: &mut Names, account: NameId, commodity: NameId, amount: Decimal) {
        self.own.add(account, commodity, amount);
        let mut at = Some(account);
        while let Some(account) = at {
            self.with_subs.add(account, commodity, amount);
            at = *self.parents.entry(account).or_insert_with(|| {
                let parent = names
                    .name(account)
                    .rsplit_once(':')
                    .map(|(parent, _)| parent.to_owned());
                parent.map(|parent| names.id(&parent))
            });
        }
    }

    /// The balance of an account in a commodity.
    pub(crate) fn balance(&self, account: NameId, commodity: NameId, reach: Reach) -> Decimal {
        self.of(reach)
            .amounts
            .get(&(account, commodity))
            .copied()
            .unwrap_or(Decimal::ZERO)
    }

    /// The commodities other than this one of which the account has a balance.
    pub(crate) fn others(&self, account: NameId, commodity: NameId, reach: Reach) -> impl Iterator<Item = NameId> + '_ {
        let held = self.of(reach).held.get(&account).map(Vec::as_slice).unwrap_or_default();
        held.iter()
            .copied()
            .filter(move |other| *other != commodity && !self.balance(account, *other, reach).is_zero())
    }

    fn of(&self, reach: Reach) -> &Balances {
        match reach {
            Reach::Own => &self.own,
            Reach::WithSubs => &self.with_subs,
        }
    }
}
