//! Whole transactions of books, with every posting: for programs that take the books over.
//!
//! Journals (beancount, hledger, `GnuCash`, SIE, DATEV, FEC, SAF-T) give their transactions. Tables and QIF list one account
//! at a time, so of them the entries of the chosen account are given, with what they say of the other side.

use crate::account::AccountType;
use crate::commodity::{Kind, kind_of};
use crate::journal::{Journal, NameId, Posting, Transaction};
use crate::model::{BooksReading, Clearing, Entry};
use crate::read::{BooksOptions, BooksSink, read_journal, recognise};
use std::collections::BTreeSet;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::{Currency, Date, Decimal};

/// Formats that list one account at a time.
const BY_ACCOUNT: &[&str] = &["csv", "xlsx", "qif"];

/// Books read whole.
#[derive(Debug, Clone, Default)]
pub struct WholeBooks {
    /// Format and problems; of tables also the account and its balances.
    pub reading: BooksReading,
    /// Accounts, commodities and transactions of a journal.
    pub journal: WholeJournal,
    /// Entries of the chosen account of a table.
    pub entries: Vec<Entry>,
}

/// The accounts, commodities and transactions of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WholeJournal {
    /// Accounts that are declared or used.
    pub accounts: Vec<WholeAccount>,
    /// Commodities as they are written.
    pub commodities: Vec<String>,
    /// In the order of the journal.
    pub transactions: Vec<WholeTransaction>,
}

/// An account of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeAccount {
    /// Its name, with all that is above it: `Assets:Bank:Checking`.
    pub name: String,
    /// Its type, if the journal or its name says it.
    pub account_type: Option<AccountType>,
}

/// A transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WholeTransaction {
    /// The journal's own id of it, or empty.
    pub id: String,
    /// Its day.
    pub date: Date,
    /// Payee, customer, supplier; or empty.
    pub counterparty: String,
    /// What it is for.
    pub description: String,
    /// Number of the document, or empty.
    pub document: String,
    /// Marked as pending or incomplete.
    pub is_pending: bool,
    /// The included file it stands in; empty for the journal itself.
    pub file: String,
    /// Line of its first posting, from 1.
    pub line: u64,
    /// Its postings; virtual ones are left out.
    pub postings: Vec<WholePosting>,
    /// How many virtual postings were left out.
    pub left_out: usize,
}

/// An amount on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholePosting {
    /// Place of the account in [`WholeJournal::accounts`].
    pub account: usize,
    /// Debit positive.
    pub amount: Decimal,
    /// Place of the commodity in [`WholeJournal::commodities`].
    pub commodity: usize,
    /// What it counts in the balance of the transaction, and in which commodity, where that is not its amount.
    pub weight: Option<(Decimal, usize)>,
    /// What it is for, where it says so itself.
    pub memo: String,
    /// Its line, from 1.
    pub line: u64,
}

#[derive(Default)]
struct Collector(Vec<Entry>);

impl BooksSink for Collector {
    fn entry(&mut self, entry: &Entry) {
        self.0.push(entry.clone());
    }
}

/// Reads books whole. Of tables, `options` choose the account as for [`read`](crate::read()).
///
/// # Errors
/// Those of the input.
pub fn read_whole(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<WholeBooks> {
    let name = match &options.format {
        Some(name) => name.clone(),
        None => recognise(input, &options.path)?.map_or_else(String::new, |format| format.name().to_owned()),
    };
    let mut collector = Collector::default();
    let (reading, journal) = if BY_ACCOUNT.contains(&name.as_str()) {
        (
            crate::read::read(input, options, &mut collector)?,
            WholeJournal::default(),
        )
    } else {
        read_journal(input, options, &mut collector)?
    };
    Ok(WholeBooks {
        reading,
        journal,
        entries: collector.0,
    })
}

/// The currency that a commodity's symbol means. `usual` decides where it may be one of several (`$`, `kr`, nothing).
pub fn currency_of(symbol: &str, usual: Option<Currency>) -> Option<Currency> {
    match kind_of(symbol) {
        Kind::Is(currency) => Some(currency),
        Kind::Maybe(likely) => usual.or(likely),
        Kind::NotMoney => None,
    }
}

/// Whether a commodity's symbol may be one of several currencies.
pub fn is_doubtful(symbol: &str) -> bool {
    matches!(kind_of(symbol), Kind::Maybe(_))
}

/// Takes over what a journal holds.
pub(crate) fn fill(whole: &mut WholeJournal, journal: &Journal) {
    let mut shown: BTreeSet<NameId> = journal.declared.clone();
    for transaction in &journal.transactions {
        shown.extend(transaction.postings.iter().map(|posting| posting.account));
    }
    let order: Vec<NameId> = shown.into_iter().collect();
    whole.accounts = order
        .iter()
        .map(|id| WholeAccount {
            name: journal.accounts.name(*id).to_owned(),
            account_type: account_type(journal, *id),
        })
        .collect();
    whole.commodities = (0..journal.commodities.len())
        .filter_map(|index| NameId::try_from(index).ok())
        .map(|id| journal.commodities.name(id).to_owned())
        .collect();
    let place = |id: NameId| order.binary_search(&id).unwrap_or_default();
    whole.transactions = journal
        .transactions
        .iter()
        .map(|transaction| taken(transaction, journal, &place))
        .collect();
}

/// The type that is declared for an account or one above it; else what its name says.
fn account_type(journal: &Journal, account: NameId) -> Option<AccountType> {
    let name = journal.accounts.name(account);
    let mut above = Some(name);
    while let Some(at) = above {
        let declared = journal.accounts.find(at).and_then(|id| journal.types.get(&id));
        if let Some(declared) = declared {
            return Some(*declared);
        }
        above = at.rsplit_once(':').map(|(parent, _)| parent);
    }
    AccountType::of_branch(name)
}

fn taken(transaction: &Transaction, journal: &Journal, place: &dyn Fn(NameId) -> usize) -> WholeTransaction {
    let index = |id: NameId| usize::try_from(id).unwrap_or_default();
    let posting = |posting: &Posting| WholePosting {
        account: place(posting.account),
        amount: posting.amount,
        commodity: index(posting.commodity),
        weight: posting.weight.as_deref().map(|(weight, of)| (*weight, index(*of))),
        memo: posting
            .remarks
            .as_deref()
            .map_or_else(String::new, |own| own.memo.clone()),
        line: posting.line,
    };
    let real = transaction.postings.iter().filter(|posting| !posting.is_virtual);
    let postings: Vec<WholePosting> = real.map(posting).collect();
    let remarks = &transaction.remarks;
    let counterparty = [&transaction.counterparty, &remarks.counterparty];
    WholeTransaction {
        id: remarks.id.clone(),
        date: transaction.date,
        counterparty: counterparty
            .into_iter()
            .find(|name| !name.is_empty())
            .cloned()
            .unwrap_or_default(),
        description: if transaction.description.is_empty() {
            remarks.memo.clone()
        } else {
            transaction.description.clone()
        },
        document: [&remarks.document, &remarks.check_number]
            .into_iter()
            .find(|number| !number.is_empty())
            .cloned()
            .unwrap_or_default(),
        is_pending: transaction.clearing == Clearing::Pending,
        file: journal.files.name(transaction.file).to_owned(),
        line: transaction.postings.first().map_or(0, |posting| posting.line),
        left_out: transaction.postings.len() - postings.len(),
        postings,
    }
}
