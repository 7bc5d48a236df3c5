//! What plain-text journals share: accounts, commodities, balanced transactions, and the way from there to the entries of
//! one account.
//!
//! The readers of [`beancount`](crate::beancount) and [`hledger`](crate::hledger) parse their syntax and complete what it
//! leaves open; both end in a `Journal`, whose postings each have one amount.

pub(crate) mod arithmetic;
pub(crate) mod emit;
pub(crate) mod remarks;
pub(crate) mod running;
pub(crate) mod source;

use crate::account::{AccountType, Role};
use crate::model::Clearing;
use remarks::Remarks;
use std::collections::{BTreeSet, HashMap};
use tieout_core::{Date, Decimal, Place};

/// The number of an account or a commodity in [`Names`].
pub(crate) type NameId = u32;

/// Names, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    ids: HashMap<String, NameId>,
}

impl Names {
    /// The number of a name, new or known.
    pub(crate) fn id(&mut self, name: &str) -> NameId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = NameId::try_from(self.list.len()).unwrap_or(NameId::MAX);
        self.list.push(name.to_owned());
        self.ids.insert(name.to_owned(), id);
        id
    }

    /// The number of a name, if it is known.
    pub(crate) fn find(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    /// The name of a number.
    pub(crate) fn name(&self, id: NameId) -> &str {
        usize::try_from(id)
            .ok()
            .and_then(|index| self.list.get(index))
            .map_or("", String::as_str)
    }

    /// How many names there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

impl Names {
    /// The number of the file that a place is in.
    pub(crate) fn file_of(&mut self, place: &Place) -> NameId {
        self.id(place.path.as_deref().unwrap_or_default())
    }
}

/// Balanced transactions of a whole journal.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) accounts: Names,
    pub(crate) commodities: Names,
    /// Included files that transactions stand in; the journal itself is the empty name.
    pub(crate) files: Names,
    /// In file order, included files where they are included.
    pub(crate) transactions: Vec<Transaction>,
    /// Roles of accounts by number, as far as the journal declares them; names decide the rest.
    pub(crate) roles: HashMap<NameId, Role>,
    /// Types of accounts, as far as the journal declares them; what is below an account has its type.
    pub(crate) types: HashMap<NameId, AccountType>,
    /// Accounts that the journal declares, used or not.
    pub(crate) declared: BTreeSet<NameId>,
}

/// A transaction whose postings each have one amount.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) date: Date,
    /// Its file, in [`Journal::files`].
    pub(crate) file: NameId,
    pub(crate) clearing: Clearing,
    pub(crate) counterparty: String,
    pub(crate) description: String,
    pub(crate) remarks: Remarks,
    pub(crate) postings: Vec<Posting>,
}

/// One amount on one account.
#[derive(Debug)]
pub(crate) struct Posting {
    pub(crate) account: NameId,
    pub(crate) amount: Decimal,
    pub(crate) commodity: NameId,
    pub(crate) line: u64,
    /// Where it differs from the transaction's.
    pub(crate) date: Option<Date>,
    /// Where it differs from the transaction's.
    pub(crate) clearing: Option<Clearing>,
    pub(crate) remarks: Option<Box<Remarks>>,
    /// An hledger posting in brackets: it counts in balances, but no bank saw it.
    pub(crate) is_virtual: bool,
    /// What it counts in the balance of its transaction where that is not its amount: its cost or its price. Few have one.
    pub(crate) weight: Option<Box<(Decimal, NameId)>>,
}
