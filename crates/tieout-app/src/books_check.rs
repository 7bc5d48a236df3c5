//! Whether the books are what the audit chain says: every transaction against the events that entered and changed it, both ways,
//! other records against what was said last of them (`records_check.rs`), totals against entries (`totals_check.rs`).
//!
//! Events hold transactions whole ([`snapshot`]); that of an import holds a hash over all that it entered. While a chain is
//! read, what each transaction must be is kept as a hash, some hundred bytes a transaction; nothing is stored. Then the books
//! are read once, in the order of ids. What an event says that a transaction was before it must be what was said before.
//! Columns that no event holds must follow from those that it does. Texts that prove nothing of the figures (metadata,
//! notes) are not compared, nor are kind, contact and the time of posting.

use crate::error::AppError;
use crate::import::Digest;
use crate::posting::Entered;
use crate::records_check::RecordsCheck;
use crate::totals_check::TotalsCheck;
use crate::transaction::snapshot;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use tieout_core::Id;
use tieout_core::id::{BookImport, Organization, Revaluation, Transaction, Transfer};
use tieout_store::event::EventRow;
use tieout_store::transaction::{self, EntryRow, TransactionRow};
use tieout_store::{Tx, book_import, revaluation, transfer};

/// Transactions read from the database at once.
const AT_ONCE: i64 = 1000;
/// Problems that are named; more are only counted.
const NAMED: usize = 20;

/// What does not agree: the number of the event that says otherwise, and what is wrong.
pub(crate) type Disagreement = (i64, String);

/// What the events of a chain say of transactions, as far as they were read.
#[derive(Debug, Clone)]
pub(crate) struct BooksCheck {
    organization: Id<Organization>,
    said: HashMap<Id<Transaction>, Said>,
    /// What an import entered, of transactions whose words or state changed since.
    entered: HashMap<Id<Transaction>, String>,
    imports: BTreeMap<Id<BookImport>, Import>,
    /// Events of earlier versions, which do not name their transactions.
    unnamed: Vec<(i64, Unnamed)>,
    /// What was found on the way.
    problems: Vec<Disagreement>,
    records: RecordsCheck,
}

/// What the latest event that speaks of a transaction says.
#[derive(Debug, Clone)]
struct Said {
    seq: i64,
    /// Of the whole transaction; none if the event only names it.
    digest: Option<[u8; 32]>,
}

#[derive(Debug, Clone)]
struct Import {
    seq: i64,
    added: i64,
    /// None for an import of an earlier version, whose hash depends on an order that nobody kept.
    digest: Option<String>,
    found: i64,
    hash: Digest,
}

/// A record whose transactions are looked up by its id.
#[derive(Debug, Clone)]
enum Unnamed {
    Transfer(Id<Transfer>, [Value; 2]),
    Revaluation(Id<Revaluation>, Value),
}

impl BooksCheck {
    pub(crate) fn new(organization: Id<Organization>) -> Self {
        Self {
            organization,
            said: HashMap::new(),
            entered: HashMap::new(),
            imports: BTreeMap::new(),
            unnamed: Vec::new(),
            problems: Vec::new(),
            records: RecordsCheck::new(organization),
        }
    }

    /// Notes what an event says of transactions and of other records.
    pub(crate) fn take(&mut self, event: &EventRow) {
        self.records.take(event);
        let kind = event.event_type.as_str();
        let speaks = [
            "transaction.",
            "draft.approved",
            "transfer.",
            "revaluation.",
            "open_item.",
            "import.",
            "year.",
        ];
        if !speaks.iter().any(|beginning| kind.starts_with(beginning)) {
            return;
        }
        let Ok(change) = serde_json::from_str::<Value>(&event.change) else {
            return;
        };
        let (own, after) = (Id::parse(&event.entity_id).ok(), &change["after"]);
        match kind {
            "transaction.created" | "transaction.posted" => self.changed(event.seq, own, after),
            "transaction.updated" => {
                self.was(event.seq, own, &change["before"]);
                self.keep_entered(own, &change["before"]);
                self.changed(event.seq, own, after);
            }
            "transaction.reversed" => self.reversed(event.seq, own, &change),
            "transaction.deleted" => {
                self.was(event.seq, own, &change["before"]);
                own.map(|id| self.said.remove(&id));
            }
            "year.closed" => self.entered(event.seq, own, after),
            "open_item.paid" if after["transaction"].is_object() => {
                self.entered(event.seq, own, &after["transaction"]);
            }
            "open_item.created" => self.entered(event.seq, id_in(&after["transaction_id"]), &change["transaction"]),
            "draft.approved" => self.entered(event.seq, id_in(&after["result_id"]), &change["transaction"]),
            "transfer.created" => self.transferred(event, after),
            "revaluation.done" => self.revalued(event, after),
            "import.done" => self.imported(event, after),
            _ => {}
        }
    }

    /// What a transaction was until an event: what was said of it before, or it was changed past the program.
    fn was(&mut self, seq: i64, id: Option<Id<Transaction>>, before: &Value) {
        let digest = |id: &Id<Transaction>| self.said.get(id).and_then(|said| said.digest);
        let differs = |digest: [u8; 32]| before.is_object() && digest != digest_of(&before.to_string());
        if let Some(id) = id.filter(|id| digest(id).is_some_and(differs)) {
            let what = format!("{id} was another in the books at this event than the event before it says");
            self.problems.push((seq, what));
        }
    }

    /// What a transaction is from now on.
    fn changed(&mut self, seq: i64, id: Option<Id<Transaction>>, transaction: &Value) {
        if let Some(id) = id {
            let digest = transaction.is_object().then(|| digest_of(&transaction.to_string()));
            self.said.insert(id, Said { seq, digest });
        }
    }

    /// What a transaction was at first: an event that was recorded before may say already what became of it.
    fn entered(&mut self, seq: i64, id: Option<Id<Transaction>>, transaction: &Value) {
        if id.is_some_and(|id| !self.said.contains_key(&id)) {
            self.changed(seq, id, transaction);
        }
    }

    fn keep_entered(&mut self, id: Option<Id<Transaction>>, before: &Value) {
        if let Some(id) = id.filter(|id| !self.said.contains_key(id)) {
            self.entered.insert(id, before.to_string());
        }
    }

    fn reversed(&mut self, seq: i64, id: Option<Id<Transaction>>, change: &Value) {
        self.was(seq, id, &change["before"]);
        self.keep_entered(id, &change["before"]);
        let mut after = change["before"].clone();
        after["status"] = "reversed".into();
        self.changed(seq, id, &after);
        let reversal = &change["reversal"];
        self.changed(seq, id_in(&reversal["id"]), &reversal["transaction"]);
    }

    fn transferred(&mut self, event: &EventRow, after: &Value) {
        let legs = [after["sent"].clone(), after["received"].clone()];
        match (id_in(&after["sent_id"]), id_in(&after["received_id"])) {
            (Some(sent), Some(received)) => {
                for (id, leg) in [sent, received].into_iter().zip(&legs) {
                    self.entered(event.seq, Some(id), leg);
                }
            }
            _ => self.look_up(event, |id| Unnamed::Transfer(id, legs)),
        }
    }

    fn revalued(&mut self, event: &EventRow, after: &Value) {
        let transaction = after["transaction"].clone();
        match id_in(&after["transaction_id"]) {
            Some(id) => self.entered(event.seq, Some(id), &transaction),
            None => self.look_up(event, |id| Unnamed::Revaluation(id, transaction)),
        }
    }

    fn look_up<K: tieout_core::id::Kind>(&mut self, event: &EventRow, of: impl FnOnce(Id<K>) -> Unnamed) {
        if let Ok(id) = Id::parse(&event.entity_id) {
            self.unnamed.push((event.seq, of(id)));
        }
    }

    fn imported(&mut self, event: &EventRow, after: &Value) {
        let Ok(id) = Id::parse(&event.entity_id) else {
            return;
        };
        if after["kind"] != crate::import::TRANSACTIONS {
            return;
        }
        let is_ordered = after["entered_order"] == crate::import::BY_ID;
        let digest = after["entered_sha256"].as_str().filter(|_| is_ordered);
        let import = Import {
            seq: event.seq,
            added: after["added"].as_i64().unwrap_or_default(),
            digest: digest.map(str::to_owned),
            found: 0,
            hash: Digest::default(),
        };
        self.imports.insert(id, import);
    }

    /// Compares the books with all that was noted; `end` is the number of the last event. None if they agree.
    pub(crate) async fn compare(mut self, tx: &mut Tx, end: i64) -> Result<Option<Disagreement>, AppError> {
        for (seq, record) in std::mem::take(&mut self.unnamed) {
            self.name(tx, seq, record).await?;
        }
        let imported = book_import::transactions(tx, self.organization).await?;
        let mut imported: HashMap<_, _> = imported.into_iter().collect();
        let mut problems = std::mem::take(&mut self.problems);
        problems.extend(self.records.compare(tx, end).await?);
        let mut totals = TotalsCheck::default();
        let mut after = Id::from_bytes([0; 16]);
        loop {
            let rows = transaction::after(tx, self.organization, after, AT_ONCE).await?;
            let Some(last) = rows.last() else {
                break;
            };
            after = last.id;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            let mut entries = HashMap::<Id<Transaction>, Vec<EntryRow>>::new();
            for entry in transaction::entries_of(tx, self.organization, &ids).await? {
                entries.entry(entry.transaction_id).or_default().push(entry);
            }
            for row in rows {
                let entries = entries.remove(&row.id).unwrap_or_default();
                totals.take(&entries)?;
                let import = imported.remove(&row.id);
                problems.extend(self.compare_one(end, (row, entries), import));
            }
        }
        problems.extend(totals.compare(tx, (self.organization, end)).await?);
        problems.extend(self.left_over());
        Ok(summed_up(problems))
    }

    async fn name(&mut self, tx: &mut Tx, seq: i64, record: Unnamed) -> Result<(), AppError> {
        match record {
            Unnamed::Transfer(id, [sent, received]) => {
                if let Some(row) = transfer::find(tx, self.organization, id).await? {
                    self.entered(seq, Some(row.expense_transaction_id), &sent);
                    self.entered(seq, Some(row.income_transaction_id), &received);
                }
            }
            Unnamed::Revaluation(id, transaction) => {
                if let Some(row) = revaluation::find(tx, self.organization, id).await? {
                    self.entered(seq, Some(row.transaction_id), &transaction);
                }
            }
        }
        Ok(())
    }

    fn compare_one(
        &mut self,
        end: i64,
        (row, entries): (TransactionRow, Vec<EntryRow>),
        import: Option<Id<BookImport>>,
    ) -> Option<Disagreement> {
        let id = row.id;
        let off = off(&row, &entries);
        let now = snapshot(&Entered {
            organization: self.organization,
            transaction: row,
            entries,
            late: Vec::new(),
        });
        let said = self.said.remove(&id);
        let import = import.and_then(|import| self.imports.get_mut(&import));
        let is_entered = said.is_some() || import.is_some();
        if let Some(import) = import {
            import.found += 1;
            let entered = self.entered.remove(&id).unwrap_or_else(|| now.to_string());
            import.hash.add(id, &entered);
        }
        let differs = |said: &Said| said.digest.is_some_and(|digest| digest != digest_of(&now.to_string()));
        match said {
            Some(said) if differs(&said) => {
                Some((said.seq, format!("{id} is another in the books than its event says")))
            }
            _ if !is_entered => Some((end, format!("{id} is in the books, but no event entered it"))),
            _ if off.is_some() => off.map(|what| (end, format!("{id} {what}"))),
            _ => None,
        }
    }

    /// What the events say and the books do not have.
    fn left_over(self) -> Vec<Disagreement> {
        let missing = |(id, said): (Id<Transaction>, Said)| {
            (
                said.seq,
                format!("{id}, which an event entered, is missing from the books"),
            )
        };
        let mut problems: Vec<_> = self.said.into_iter().map(missing).collect();
        for (id, import) in self.imports {
            if import.found != import.added {
                let text = format!(
                    "of the {} transactions that {id} entered {} are there",
                    import.added, import.found
                );
                problems.push((import.seq, text));
            } else if import.digest.is_some_and(|digest| digest != import.hash.text()) {
                let text = format!("one of the transactions that {id} entered is another in the books than it was");
                problems.push((import.seq, text));
            }
        }
        problems
    }
}

/// All problems as one, under the number of the first event.
fn summed_up(mut problems: Vec<Disagreement>) -> Option<Disagreement> {
    problems.sort();
    let seq = problems.first()?.0;
    let more = problems.len().saturating_sub(NAMED);
    let mut named: Vec<_> = problems.into_iter().take(NAMED).map(|(_, text)| text).collect();
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    let text = named.join("; ");
    Some((seq, text))
}

fn id_in(value: &Value) -> Option<Id<Transaction>> {
    Id::parse(value.as_str()?).ok()
}

fn digest_of(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// What of a transaction contradicts its own other columns, which are those that events hold.
fn off(row: &TransactionRow, entries: &[EntryRow]) -> Option<&'static str> {
    let is_pending = row.status == "pending";
    let sum = |is_debit: bool| -> i128 {
        let of_side = entries.iter().filter(|entry| entry.is_debit == is_debit);
        of_side.map(|entry| i128::from(entry.base_amount).abs()).sum()
    };
    let is_off = |wrong: fn(&TransactionRow, &EntryRow) -> bool| entries.iter().any(|entry| wrong(row, entry));
    if is_off(|_, entry| entry.amount != entry.line_amount && entry.amount != entry.base_amount) {
        Some("has an entry whose amount is neither of its two amounts")
    } else if is_off(|row, entry| entry.date != row.date) {
        Some("has an entry of another day")
    } else if entries.iter().any(|entry| entry.seq.is_some() == is_pending) {
        Some("has an entry that is posted where it is not, or not posted where it is")
    } else if is_off(|_, entry| entry.base_amount != 0 && entry.is_debit != (entry.base_amount > 0)) {
        Some("has an entry on the wrong side")
    } else if (i128::from(row.total_debits), i128::from(row.total_credits)) != (sum(true), sum(false)) {
        Some("has totals that its entries do not add up to")
    } else {
        None
    }
}
