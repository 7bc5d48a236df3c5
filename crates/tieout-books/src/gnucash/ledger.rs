//! What both kinds of `GnuCash` files hold, and how it becomes a journal.

use crate::account::{AccountType, Role};
use crate::journal::remarks::Remarks;
use crate::journal::{Journal, NameId, Posting, Transaction};
use crate::limits::{MAX_ACCOUNTS, MAX_POSTINGS_OF_TRANSACTION};
use crate::model::Clearing;
use crate::read::Emitter;
use std::collections::HashMap;
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Date, Decimal};

/// Accounts above an account.
const MAX_DEPTH: usize = 64;

/// Number and commodity of accounts, by id.
pub(super) type Places = HashMap<String, (NameId, NameId)>;

/// Accounts and transactions as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) accounts: Vec<Account>,
    pub(super) transactions: Vec<Raw>,
}

/// An account of the tree.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) commodity: String,
}

/// A transaction.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) id: String,
    pub(super) date: Option<Date>,
    pub(super) number: String,
    pub(super) description: String,
    pub(super) notes: String,
    /// The currency of the splits' values.
    pub(super) currency: String,
    pub(super) splits: Vec<Split>,
    pub(super) line: u64,
}

/// A part of a transaction on one account.
#[derive(Debug, Default)]
pub(super) struct Split {
    pub(super) account: String,
    pub(super) memo: String,
    pub(super) action: String,
    pub(super) state: String,
    pub(super) value: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    pub(super) line: u64,
}

/// `12345/100` as an exact decimal; `None` if it is none, or has no end.
pub(super) fn fraction(text: &str) -> Option<Decimal> {
    let (above, below) = text.trim().split_once('/').unwrap_or((text.trim(), "1"));
    let below: i128 = below.parse().ok()?;
    exact(above.parse().ok()?, below)
}

/// `above ÷ below`, if a decimal can say it.
pub(super) fn exact(above: i128, below: i128) -> Option<Decimal> {
    if below <= 0 {
        return None;
    }
    (0..=tieout_core::decimal::MAX_SCALE).find_map(|scale| {
        let scaled = above.checked_mul(10_i128.checked_pow(u32::from(scale))?)?;
        (scaled % below == 0).then(|| Decimal::try_new(scaled / below, scale).ok())?
    })
}

impl Ledger {
    /// The journal, and the number and commodity of each account by its id; what cannot be taken is said.
    pub(super) fn into_journal(self, out: &mut Emitter<'_>) -> (Journal, Places) {
        let mut journal = Journal::default();
        if self.accounts.len() > MAX_ACCOUNTS {
            let message = format!("the books have more than {MAX_ACCOUNTS} accounts");
            out.problem(Problem::of_file(Code::TooLarge, message));
            return (journal, Places::new());
        }
        let places = self.places(&mut journal);
        for raw in self.transactions {
            let Some(date) = raw.date else {
                let message = format!(
                    "transaction {:?} has no date that can be read",
                    excerpt(&raw.description, 40)
                );
                out.report(Code::BadEntry, Place::line(raw.line), message);
                continue;
            };
            if raw.splits.len() > MAX_POSTINGS_OF_TRANSACTION {
                let message = format!("a transaction has more than {MAX_POSTINGS_OF_TRANSACTION} splits");
                out.report(Code::TooLarge, Place::line(raw.line), message);
                continue;
            }
            let currency = journal.commodities.find(&raw.currency);
            let transaction = transaction((raw, currency), date, &places, out);
            journal.transactions.push(transaction);
        }
        (journal, places)
    }

    /// Number and commodity of each account by its id; names are those of the whole branch.
    fn places(&self, journal: &mut Journal) -> Places {
        let by_id: HashMap<&str, &Account> = self
            .accounts
            .iter()
            .map(|account| (account.id.as_str(), account))
            .collect();
        let mut places = HashMap::new();
        for account in self.accounts.iter().filter(|account| account.kind != "ROOT") {
            let mut names = vec![account.name.as_str()];
            let mut above = by_id.get(account.parent.as_str());
            while let Some(parent) = above.filter(|parent| parent.kind != "ROOT" && names.len() < MAX_DEPTH) {
                names.push(&parent.name);
                above = by_id.get(parent.parent.as_str());
            }
            names.reverse();
            let id = journal.accounts.id(&names.join(":"));
            let commodity = journal.commodities.id(&account.commodity);
            journal.roles.insert(id, role(&account.kind));
            journal.declared.insert(id);
            if let Some(of_type) = account_type(&account.kind) {
                journal.types.insert(id, of_type);
            }
            places.insert(account.id.clone(), (id, commodity));
        }
        places
    }
}

fn role(kind: &str) -> Role {
    match kind {
        "BANK" => Role::Bank,
        "ASSET" => Role::Asset,
        "CREDIT" | "LIABILITY" => Role::Liability,
        _ => Role::Other,
    }
}

fn account_type(kind: &str) -> Option<AccountType> {
    Some(match kind {
        "BANK" | "CASH" | "ASSET" | "RECEIVABLE" | "STOCK" | "MUTUAL" => AccountType::Asset,
        "CREDIT" | "LIABILITY" | "PAYABLE" => AccountType::Liability,
        "EQUITY" | "TRADING" => AccountType::Equity,
        "INCOME" => AccountType::Revenue,
        "EXPENSE" => AccountType::Expense,
        _ => return None,
    })
}

fn transaction(
    (raw, currency): (Raw, Option<NameId>),
    date: Date,
    places: &Places,
    out: &mut Emitter<'_>,
) -> Transaction {
    let mut remarks = Remarks::default();
    remarks.tag("id", &raw.id);
    remarks.code(&raw.number);
    remarks.remember(&raw.notes);
    let mut transaction = Transaction {
        date,
        description: raw.description,
        remarks,
        ..Transaction::default()
    };
    let mut sum = Some(Decimal::ZERO);
    for split in raw.splits {
        let place = Place::line(split.line);
        sum = match (sum, split.value) {
            (Some(sum), Some(value)) => sum.checked_add(value),
            _ => None,
        };
        let Some(&(account, commodity)) = places.get(&split.account) else {
            let message = format!(
                "a split of {:?} is on no account of the books",
                excerpt(&transaction.description, 40)
            );
            out.report(Code::BadEntry, place, message);
            continue;
        };
        let Some(amount) = split.quantity else {
            let message = format!(
                "the quantity of a split of {:?} cannot be read",
                excerpt(&transaction.description, 40)
            );
            out.report(Code::BadEntry, place, message);
            continue;
        };
        let mut own = Remarks::default();
        own.remember(&split.memo);
        if let Some(value) = split
            .value
            .filter(|_| !raw.currency.is_empty() && currency != Some(commodity))
        {
            own.kept = format!("{value} {}", raw.currency);
        }
        if transaction.remarks.document.is_empty() {
            own.code(&split.action);
        }
        transaction.postings.push(Posting {
            account,
            amount,
            commodity,
            line: split.line,
            date: None,
            clearing: clearing(&split.state),
            remarks: own.boxed(),
            is_virtual: false,
            weight: None,
        });
    }
    if let Some(off) = sum.filter(|sum| !sum.is_zero()) {
        let message = format!("{:?} of {date} is off by {off}", excerpt(&transaction.description, 40));
        out.report(Code::Unbalanced, Place::line(raw.line), message);
    }
    transaction
}

fn clearing(state: &str) -> Option<Clearing> {
    match state {
        "c" => Some(Clearing::Cleared),
        "y" | "f" => Some(Clearing::Reconciled),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact_or_nothing() {
        for (text, read) in [
            ("12345/100", Some("123.45")),
            ("-1/8", Some("-0.125")),
            ("7", Some("7")),
            ("500000/100", Some("5000")),
            ("1/3", None),
            ("1/0", None),
            ("x/100", None),
        ] {
            assert_eq!(fraction(text).map(|d| d.to_string()).as_deref(), read, "{text}");
        }
    }
}
