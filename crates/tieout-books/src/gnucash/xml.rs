//! The XML file.

use super::ledger::{Account, Ledger, Raw, Split, fraction};
use crate::read::Emitter;
use crate::xml::{Elements, Event};
use tieout_core::Date;
use tieout_core::problem::{Code, Place};

/// Reads the file as far as it is whole.
pub(super) fn read(text: &str, out: &mut Emitter<'_>) -> Ledger {
    let mut reader = Reader::default();
    let mut elements = Elements::of(text);
    loop {
        match elements.next() {
            Ok(Event::Open(name)) => reader.open(&name, elements.line()),
            Ok(Event::Close(path)) => reader.close(&path, elements.text(), elements.path()),
            Ok(Event::End) => break,
            Err(message) => {
                out.report(Code::Malformed, Place::line(elements.line()), message);
                break;
            }
        }
    }
    reader.ledger
}

#[derive(Default)]
struct Reader {
    ledger: Ledger,
    account: Option<Account>,
    transaction: Option<Raw>,
    split: Option<Split>,
    /// Scheduled transactions are templates of what may be booked one day.
    templates: usize,
    /// Key of the slot that was read last.
    key: String,
}

impl Reader {
    fn open(&mut self, name: &str, line: u64) {
        match name {
            "template-transactions" => self.templates += 1,
            "account" if self.templates == 0 => self.account = Some(Account::default()),
            "transaction" if self.templates == 0 => {
                self.transaction = Some(Raw { line, ..Raw::default() });
            }
            "split" if self.transaction.is_some() => {
                self.split = Some(Split {
                    line,
                    ..Split::default()
                });
            }
            _ => {}
        }
    }

    /// An element ends: its name, its text, the names of those around it.
    fn close(&mut self, name: &str, text: &str, around: &[String]) {
        let parent = around.last().map_or("", String::as_str);
        match name {
            "template-transactions" => self.templates = self.templates.saturating_sub(1),
            "account" if parent != "split" && self.account.is_some() => {
                self.ledger.accounts.extend(self.account.take());
            }
            "transaction" => self.ledger.transactions.extend(self.transaction.take()),
            "split" if parent == "splits" => {
                if let (Some(transaction), Some(split)) = (&mut self.transaction, self.split.take()) {
                    transaction.splits.push(split);
                }
            }
            _ => {
                if let Some(split) = &mut self.split {
                    in_split(split, name, text, parent);
                } else if let Some(transaction) = &mut self.transaction {
                    in_transaction(transaction, &mut self.key, (name, text), parent);
                } else if let Some(account) = &mut self.account {
                    in_account(account, name, text, parent);
                }
            }
        }
    }
}

fn in_account(account: &mut Account, name: &str, text: &str, parent: &str) {
    let field = match (parent, name) {
        ("account", "name") => &mut account.name,
        ("account", "id") => &mut account.id,
        ("account", "type") => &mut account.kind,
        ("account", "parent") => &mut account.parent,
        ("commodity", "id") => &mut account.commodity,
        _ => return,
    };
    text.trim().clone_into(field);
}

fn in_transaction(transaction: &mut Raw, key: &mut String, (name, text): (&str, &str), parent: &str) {
    let text = text.trim();
    match (parent, name) {
        ("transaction", "id") => text.clone_into(&mut transaction.id),
        ("currency", "id") => text.clone_into(&mut transaction.currency),
        ("transaction", "num") => text.clone_into(&mut transaction.number),
        ("transaction", "description") => text.clone_into(&mut transaction.description),
        ("date-posted", "date") => transaction.date = transaction.date.or_else(|| day(text)),
        ("slot", "key") => text.clone_into(key),
        ("slot", "value") if key == "notes" => text.clone_into(&mut transaction.notes),
        // The day as the user gave it, whatever the time zone of the moment above.
        ("value", "gdate") if key == "date-posted" => transaction.date = day(text).or(transaction.date),
        _ => {}
    }
}

fn in_split(split: &mut Split, name: &str, text: &str, parent: &str) {
    let text = text.trim();
    match (parent, name) {
        ("split", "account") => text.clone_into(&mut split.account),
        ("split", "memo") => text.clone_into(&mut split.memo),
        ("split", "action") => text.clone_into(&mut split.action),
        ("split", "reconciled-state") => text.clone_into(&mut split.state),
        ("split", "value") => split.value = fraction(text),
        ("split", "quantity") => split.quantity = fraction(text),
        _ => {}
    }
}

fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}
