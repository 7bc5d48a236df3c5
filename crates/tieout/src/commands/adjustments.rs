//! Proposed entries in the books' own format, ready to be imported back.

use crate::{contra, output};
use anyhow::{Result, bail};
use std::path::Path;
use tieout_books::{BooksReading, ProposedEntry, write_entries};
use tieout_ledger::Posting;
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::Adjustment;

/// Writes all adjustments of a result.
///
/// # Errors
/// The books are of a kind that cannot be written, or the file cannot be.
pub(crate) fn write(path: &Path, result: &Reconciliation, books: &BooksReading) -> Result<()> {
    let Some(layout) = &books.layout else {
        bail!("cannot write --adjustments: the layout of these books could not be learnt");
    };
    let entries: Vec<ProposedEntry> = result
        .adjustments
        .iter()
        .filter_map(proposed)
        .map(|(adjustment, entry)| ProposedEntry {
            contra_account: contra::account(adjustment.kind, &entry.contra_account, layout, &books.accounts),
            ..entry
        })
        .collect();
    let mut bytes = Vec::new();
    write_entries(layout, &entries, &mut bytes)?;
    output::to_file(path, |out| out.write_all(&bytes))
}

/// An adjustment from the bank account's side: its first posting, the other side being the second.
fn proposed(adjustment: &Adjustment) -> Option<(&Adjustment, ProposedEntry)> {
    let transaction = &adjustment.transaction;
    let [bank, other, ..] = transaction.postings() else {
        return None;
    };
    let Posting { account, amount } = other;
    let entry = ProposedEntry {
        date: transaction.date(),
        amount: bank.amount.to_decimal(),
        currency: amount.currency(),
        description: transaction.description().to_owned(),
        counterparty: String::new(),
        contra_account: account.name.clone(),
        reason: adjustment.reason.clone(),
    };
    Some((adjustment, entry))
}
