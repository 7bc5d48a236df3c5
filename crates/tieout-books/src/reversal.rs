//! Entries of the chosen account that may stand twice in the books, with all their sides: a reversal mirrors what was booked,
//! row by row, with tax keys, dimensions and subledgers.
//!
//! Whether an entry is a duplicate is only known after matching, when the journal is gone. So those are kept whose amount
//! stands again on the account within some days; all others cannot be duplicates.

use crate::journal::{Journal, NameId, Posting, Transaction};
use crate::limits::{DUPLICATE_DAYS, MAX_MIRRORED_ROWS};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tieout_core::{Date, Decimal};

/// One side of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryRow {
    /// The account, as the books call it.
    pub account: String,
    /// Debit positive.
    pub amount: Decimal,
    /// What the amount is of, as the books write it; empty where they do not.
    pub commodity: String,
    /// What it counts in the balance of the entry where that is not its amount, and of what.
    pub weight: Option<(Decimal, String)>,
    /// What stands beside it that must be repeated: tax key, dimensions, number in a subledger. Its form is the format's own.
    pub kept: String,
}

/// Entries that may be duplicates, with all sides.
#[derive(Debug, Clone, Default)]
pub struct Originals(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    account: String,
    entries: Vec<Box<[EntryRow]>>,
    /// By file, line and id. `None` where two entries stand at one place and cannot be told apart.
    by_place: HashMap<(String, u64, String), Option<usize>>,
}

impl Originals {
    /// The entries of the account whose amount stands there again.
    pub(crate) fn of(journal: &Journal, account: NameId) -> Self {
        let mut kept = Kept {
            account: journal.accounts.name(account).to_owned(),
            ..Kept::default()
        };
        for number in repeated(journal, account) {
            if let Some(transaction) = journal.transactions.get(number).filter(|one| can_be_mirrored(one)) {
                kept.take(journal, transaction, account);
            }
        }
        Self(Arc::new(kept))
    }

    /// All sides of the entry at this place, turned, in the order of the books. None if it is not known with all its sides, or
    /// if `amount` on the account would not turn all that it moved there.
    pub fn turned(&self, (file, line): (&str, u64), id: &str, amount: Decimal) -> Vec<EntryRow> {
        let kept = &self.0;
        let place = (file.to_owned(), line, id.to_owned());
        let at = kept.by_place.get(&place).copied().flatten();
        let Some(rows) = at.and_then(|at| kept.entries.get(at)) else {
            return Vec::new();
        };
        let turned: Vec<EntryRow> = rows.iter().map(EntryRow::turned).collect();
        let own = turned.iter().filter(|row| row.account == kept.account);
        let sum = own.map(|row| row.amount).try_fold(Decimal::ZERO, Decimal::checked_add);
        if sum == Some(amount) { turned } else { Vec::new() }
    }
}

impl EntryRow {
    fn turned(&self) -> Self {
        Self {
            amount: -self.amount,
            weight: self.weight.clone().map(|(weight, of)| (-weight, of)),
            ..self.clone()
        }
    }
}

impl Kept {
    fn take(&mut self, journal: &Journal, transaction: &Transaction, account: NameId) {
        let row = |posting: &Posting| EntryRow {
            account: journal.accounts.name(posting.account).to_owned(),
            amount: posting.amount,
            commodity: journal.commodities.name(posting.commodity).to_owned(),
            weight: posting
                .weight
                .as_deref()
                .map(|(weight, of)| (*weight, journal.commodities.name(*of).to_owned())),
            kept: posting
                .remarks
                .as_deref()
                .map_or_else(String::new, |own| own.kept.clone()),
        };
        let at = self.entries.len();
        self.entries.push(transaction.postings.iter().map(row).collect());
        let file = journal.files.name(transaction.file);
        for posting in transaction.postings.iter().filter(|posting| posting.account == account) {
            let own = posting.remarks.as_deref().map_or("", |own| own.id.as_str());
            let id = if own.is_empty() { &transaction.remarks.id } else { own };
            self.by_place
                .entry((file.to_owned(), posting.line, id.to_owned()))
                .and_modify(|found| *found = found.filter(|found| *found == at))
                .or_insert(Some(at));
        }
    }
}

/// Entries of very many rows are batches of payments; brackets are no bookings.
fn can_be_mirrored(transaction: &Transaction) -> bool {
    let postings = &transaction.postings;
    (2..=MAX_MIRRORED_ROWS).contains(&postings.len()) && !postings.iter().any(|posting| posting.is_virtual)
}

/// The numbers of transactions that move an amount on the account that another moves within some days.
fn repeated(journal: &Journal, account: NameId) -> BTreeSet<usize> {
    let mut moved: Vec<(NameId, Decimal, Date, usize)> = Vec::new();
    for (number, transaction) in journal.transactions.iter().enumerate() {
        for posting in transaction.postings.iter().filter(|posting| posting.account == account) {
            let date = posting.date.unwrap_or(transaction.date);
            moved.push((posting.commodity, posting.amount, date, number));
        }
    }
    moved.sort_unstable();
    let pairs = moved.windows(2).filter_map(|pair| match pair {
        [first, second] if (first.0, first.1) == (second.0, second.1) && first.3 != second.3 => {
            ((second.2 - first.2).get_days() <= DUPLICATE_DAYS).then_some([first.3, second.3])
        }
        _ => None,
    });
    pairs.flatten().collect()
}
