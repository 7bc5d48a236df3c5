//! Proposed entries in the books' own format, ready to be imported back.

use crate::{contra, output};
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tieout_books::{BooksReading, EntryRow, Layout, ProposedEntry, WrittenAs, write_entries};
use tieout_core::{Date, Decimal};
use tieout_ledger::Posting;
use tieout_match::{Field, ItemIndex, Items};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{Adjustment, AdjustmentKind, Subject};

/// Writes all adjustments of a result but those of the lines `elsewhere`, which another account's books as well. Returns
/// what a person should know of the file.
///
/// # Errors
/// The books are of a kind that cannot be written, or the file cannot be.
pub(crate) fn write(
    path: &Path,
    result: &Reconciliation,
    books: &BooksReading,
    elsewhere: &BTreeSet<ItemIndex>,
) -> Result<String> {
    let Some(layout) = &books.layout else {
        bail!("cannot write --adjustments: the layout of these books could not be learnt");
    };
    let entries = entries(result, books, layout, elsewhere);
    let mut bytes = Vec::new();
    write_entries(layout, &entries, &mut bytes)?;
    output::to_file(path, |out| out.write_all(&bytes))?;
    let lacking = layout.lacks_text() && !entries.is_empty();
    Ok(note(path, layout.written_as(), lacking))
}

/// The accounts that the adjustments of a result open in the books, each on the day of its first use.
///
/// # Errors
/// An account has a name that cannot be written.
pub(crate) fn opens(
    result: &Reconciliation,
    books: &BooksReading,
    elsewhere: &BTreeSet<ItemIndex>,
) -> Result<BTreeMap<String, Date>> {
    match &books.layout {
        Some(layout) => Ok(layout.opens(&entries(result, books, layout, elsewhere))?),
        None => Ok(BTreeMap::new()),
    }
}

/// The proposed entries of a result, as the books call their accounts.
fn entries(
    result: &Reconciliation,
    books: &BooksReading,
    layout: &Layout,
    elsewhere: &BTreeSet<ItemIndex>,
) -> Vec<ProposedEntry> {
    result
        .adjustments
        .iter()
        .filter(|adjustment| !matches!(adjustment.subject, Subject::Line(line) if elsewhere.contains(&line)))
        .flat_map(|adjustment| proposed(adjustment, result))
        .map(|(adjustment, entry)| {
            let rows = mirrored(adjustment, entry.amount, result, books);
            let contra_account = contra::account(adjustment.kind, &entry.contra_account, layout, &books.accounts);
            let booked_on = entry.contra_account.as_str();
            let reason = match adjustment.kind {
                AdjustmentKind::Duplicate | AdjustmentKind::Correction
                    if rows.is_empty() && contra_account != booked_on && !matches!(layout, Layout::Table(_)) =>
                {
                    format!("{}; what it corrects was booked on: {booked_on}", entry.reason)
                }
                _ => entry.reason.clone(),
            };
            ProposedEntry {
                contra_account,
                reason,
                rows,
                ..entry
            }
        })
        .collect()
}

/// What was written, and that its name promises something else. It is written all the same: what the books' program takes is
/// not the user's to choose, and the file is right but for its name. `lacking` is a column for the text.
fn note(path: &Path, written: WrittenAs, lacking: bool) -> String {
    let WrittenAs { words, kind, endings } = written;
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    match endings.first().filter(|_| written.is_contradicted_by(&ending)) {
        Some(usual) => format!(
            "{words}. The name promises another kind: rename it to {}, as it holds {kind}",
            path.with_extension(usual).display()
        ),
        None if lacking => {
            format!("{words}. These have no column for a text: what each row is for could not be written")
        }
        None => words.to_owned(),
    }
}

/// An adjustment from the bank account's side: its first posting is the bank's, the others are the other side, an entry
/// for each of several.
fn proposed<'a>(adjustment: &'a Adjustment, result: &Reconciliation) -> Vec<(&'a Adjustment, ProposedEntry)> {
    let transaction = &adjustment.transaction;
    let others = transaction.postings().get(1..).unwrap_or_default();
    let (counterparty, reference) = about(adjustment.subject, result);
    let mut description = transaction.description().to_owned();
    if !reference.is_empty() && !description.contains(reference) {
        description.push(' ');
        description.push_str(reference);
    }
    let entry = |Posting { account, amount }: &Posting| {
        Some(ProposedEntry {
            date: transaction.date(),
            amount: amount.checked_neg().ok()?.to_decimal(),
            currency: amount.currency(),
            description: description.clone(),
            counterparty: counterparty.to_owned(),
            document: reference.to_owned(),
            contra_account: account.name.clone(),
            reason: adjustment.reason.clone(),
            rows: Vec::new(),
        })
    };
    others
        .iter()
        .filter_map(entry)
        .map(|entry| (adjustment, entry))
        .collect()
}

/// All sides of the duplicate that an adjustment reverses, turned; none if the books do not hand them on.
fn mirrored(adjustment: &Adjustment, amount: Decimal, result: &Reconciliation, books: &BooksReading) -> Vec<EntryRow> {
    let (AdjustmentKind::Duplicate, Subject::Entry(entry)) = (adjustment.kind, adjustment.subject) else {
        return Vec::new();
    };
    let position = |at: u32| usize::try_from(at).ok();
    let provenance = &result.provenance;
    let Some(place) = position(entry).and_then(|at| provenance.places.get(at)) else {
        return Vec::new();
    };
    let included = position(place.file).filter(|at| *at > 0);
    let file = included
        .and_then(|at| provenance.files.get(at))
        .map_or("", String::as_str);
    let id = result.input.entries.text(entry, Field::Id);
    books.originals.turned((file, place.line.into()), id, amount)
}

/// The contact and the document of what an adjustment settles: of the entry, where there is one, else of the line. With
/// them the adjustment, once booked, matches together with what it corrects.
fn about(subject: Subject, result: &Reconciliation) -> (&str, &str) {
    let (lines, entries) = (&result.input.lines, &result.input.entries);
    match subject {
        Subject::Line(line) => of(lines, line),
        Subject::Entry(entry) => of(entries, entry),
        Subject::Group(position) => {
            let group = usize::try_from(position)
                .ok()
                .and_then(|position| result.groups.get(position));
            match group.map(|group| (group.entries.as_slice(), group.lines.first())) {
                Some(([entry], _)) => of(entries, entry.item),
                Some(([entry, ..], _)) => (of(entries, entry.item).0, ""),
                Some(([], Some(line))) => of(lines, line.item),
                _ => ("", ""),
            }
        }
        Subject::Break(_) | Subject::Statement(_) | Subject::Opening => ("", ""),
    }
}

fn of(items: &Items, item: ItemIndex) -> (&str, &str) {
    (
        items.text(item, Field::Counterparty),
        items.text(item, Field::Reference),
    )
}
