//! What was imported from a source before and is not in its file any more: changed, removed or given another date there.
//!
//! Whatever was changed at the source looks new, and would count twice. Between the first and the last day of the file that is
//! seen by counting. Beyond them it is seen only by the new transaction that is like the vanished one in everything but the
//! date; a file that merely begins later or ends earlier than the one before it has no such pairs.

use super::plan::PlannedTransaction;
use super::source::Source;
use super::{Finding, Report};
use crate::command::Org;
use crate::error::AppError;
use std::collections::{HashMap, HashSet};
use tieout_core::Date;
use tieout_store::Tx;
use tieout_store::book_import::{self, ImportedRow, Vanished};
use tieout_store::transaction::{self, EntryRow};

/// Rows looked at on each side of the file's days.
const MAX_ROWS: i64 = 20_000;
/// Those that are named.
const NAMED: usize = 5;

type Known = HashMap<[u8; 16], ImportedRow>;

/// Refuses what would count twice, and takes it out of the plan.
pub(super) async fn check(
    tx: &mut Tx,
    org: &Org,
    source: &Source,
    (report, known): (&mut Report, &Known),
    transactions: &mut Vec<PlannedTransaction>,
) -> Result<(), AppError> {
    let Some(days) = report.days else {
        return Ok(());
    };
    within(tx, org, source, (report, known, days), !transactions.is_empty()).await?;
    let after = (days.1.tomorrow().unwrap_or(Date::MAX), Date::MAX);
    let later = related(tx, org, source, (report, known), after).await?;
    let pairs = pair(tx, org, &later, transactions).await?;
    let lost: Vec<&Vanished> = (0..later.len())
        .filter(|at| !pairs.values().any(|paired| paired == at))
        .filter_map(|at| later.get(at))
        .collect();
    if !lost.is_empty() && !transactions.is_empty() && !source.is_table {
        let message = format!(
            "{} that were imported before are later than the last of this file and are not in it: {}",
            lost.len(),
            names(&lost)
        );
        report.say(Finding {
            place: source.file_name.clone(),
            message,
            is_refusal: false,
        });
    }
    refuse(report, transactions, &pairs, &later);
    // A table that begins later than the one before it is what banks give; a journal keeps its first day.
    let before = (Date::MIN, days.0.yesterday().unwrap_or(Date::MIN));
    if !source.is_table {
        let earlier = related(tx, org, source, (report, known), before).await?;
        if !earlier.is_empty() && earlier.len() <= transactions.len() {
            let pairs = pair(tx, org, &earlier, transactions).await?;
            if pairs.len() == earlier.len() {
                refuse(report, transactions, &pairs, &earlier);
            }
        }
    }
    Ok(())
}

/// What is gone between the first and the last day of the file.
async fn within(
    tx: &mut Tx,
    org: &Org,
    source: &Source,
    (report, known, days): (&mut Report, &Known, (Date, Date)),
    has_new: bool,
) -> Result<(), AppError> {
    let before = book_import::count_known(tx, org.id, &report.source, days).await?;
    let still = known
        .values()
        .filter(|row| !row.is_reversed && days.0 <= row.date && row.date <= days.1)
        .count();
    let gone = before - i64::try_from(still).unwrap_or(i64::MAX);
    if gone <= 0 {
        return Ok(());
    }
    let rows = book_import::of_days(tx, org.id, &report.source, days, MAX_ROWS).await?;
    let lost: Vec<&Vanished> = rows.iter().filter(|row| !known.contains_key(&row.identity)).collect();
    // Tables may hold a part of the account (deposits only): one that shares no row with those before is another part.
    let is_refusal = !source.is_table || (has_new && !known.is_empty());
    let message = format!(
        "{gone} transactions that were imported from {:?} before are not in the file any more, changed or removed: {}; \
         reverse them here, or what was changed counts twice; if this is another journal, give it a source of its own",
        report.source,
        names(&lost)
    );
    let place = source.file_name.clone();
    if is_refusal {
        report.refuse(place, message);
    } else {
        report.say(Finding {
            place,
            message,
            is_refusal,
        });
    }
    Ok(())
}

fn names(rows: &[&Vanished]) -> String {
    let one = |row: &&Vanished| format!("{} {:?}", row.date, row.description);
    let named: Vec<String> = rows.iter().take(NAMED).map(one).collect();
    let more = rows.len().saturating_sub(NAMED);
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// Vanished ones of these days that an import of the same journal brought: one of the same file name, or one of which
/// something is in the file. Yearly files share a source and have nothing to do with each other.
async fn related(
    tx: &mut Tx,
    org: &Org,
    source: &Source,
    (report, known): (&Report, &Known),
    days: (Date, Date),
) -> Result<Vec<Vanished>, AppError> {
    let mut rows = book_import::of_days(tx, org.id, &report.source, days, MAX_ROWS).await?;
    let shared: HashSet<_> = known.values().map(|row| row.import_id).collect();
    let is_later = days.1 == Date::MAX;
    let same_name = |row: &Vanished| is_later && !source.is_table && row.file_name == source.file_name;
    rows.retain(|row| !known.contains_key(&row.identity) && (shared.contains(&row.import_id) || same_name(row)));
    Ok(rows)
}

/// What a transaction says beside its date.
type Said = (String, Vec<([u8; 16], i64, String)>);

fn said_by_entries(description: &str, entries: &[EntryRow]) -> Said {
    let line = |entry: &EntryRow| (*entry.account_id.bytes(), entry.line_amount, entry.currency.clone());
    let mut lines: Vec<_> = entries.iter().map(line).collect();
    lines.sort();
    (description.to_owned(), lines)
}

fn said_by_plan(planned: &PlannedTransaction) -> Option<Said> {
    let mut lines = Vec::with_capacity(planned.new.lines.len());
    for line in &planned.new.lines {
        let currency = line.currency?;
        let minor = line.amount.to_minor(currency.minor_digits()).ok()?;
        let minor = if line.is_debit { minor } else { -minor };
        lines.push((*line.account.bytes(), minor, currency.code().to_owned()));
    }
    lines.sort();
    Some((planned.new.description.clone(), lines))
}

/// For each new transaction that is like a vanished one in everything but the date: its place, and the vanished one's.
async fn pair(
    tx: &mut Tx,
    org: &Org,
    vanished: &[Vanished],
    transactions: &[PlannedTransaction],
) -> Result<HashMap<usize, usize>, AppError> {
    let mut pairs = HashMap::new();
    let described: HashSet<&str> = transactions.iter().map(|one| one.new.description.as_str()).collect();
    let mut open: HashMap<Said, Vec<usize>> = HashMap::new();
    for (at, row) in vanished.iter().enumerate() {
        if described.contains(row.description.as_str()) {
            let entries = transaction::entries(tx, org.id, row.transaction_id).await?;
            open.entry(said_by_entries(&row.description, &entries))
                .or_default()
                .push(at);
        }
    }
    if open.is_empty() {
        return Ok(pairs);
    }
    for (at, planned) in transactions.iter().enumerate() {
        let like = said_by_plan(planned).and_then(|said| open.get_mut(&said)?.pop());
        pairs.extend(like.map(|like| (at, like)));
    }
    Ok(pairs)
}

fn refuse(
    report: &mut Report,
    transactions: &mut Vec<PlannedTransaction>,
    pairs: &HashMap<usize, usize>,
    vanished: &[Vanished],
) {
    let mut at = 0;
    transactions.retain(|planned| {
        let like = pairs.get(&at).and_then(|like| vanished.get(*like));
        at += 1;
        let Some(like) = like else {
            return true;
        };
        let message = format!(
            "the same was imported before with the date {}, and is not in the file with that date any more: reverse {} here \
             first, or it counts twice",
            like.date, like.transaction_id
        );
        report.refuse(planned.place().to_owned(), message);
        false
    });
}
