//! Books as Crane Ledger's API gives them, in JSON: accounts, transactions with their entries, contacts, balances.
//!
//! A file holds one document, or several behind each other: list responses page by page, an object of lists, bare lists,
//! single objects. What an object is shows in its `object` member or in what it has; lists may stand at any place. Money is
//! decimal text. Pending and failed transactions change no balance and are left out, as the API says; a transaction that
//! several pages contain counts once.
//!
//! Accounts are called by code and name (`1000 Checking`); corrections name them by id again.

mod json;
mod ledger;

use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use json::{Lines, Object};
use ledger::Ledger;
use memchr::memmem;
use serde_json::value::RawValue;
use std::io;
use tieout_core::encoding::{Decoder, Input};

/// Lists within objects within lists: an export has four levels.
const MAX_DEPTH: usize = 12;

/// The reader of Crane Ledger's JSON.
#[derive(Debug)]
pub struct Crane;

impl BooksFormat for Crane {
    fn name(&self) -> &'static str {
        "crane"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let members = [
            b"\"entry_type\"".as_slice(),
            b"\"account_type\"",
            b"\"transaction_date\"",
            b"\"base_currency\"",
        ];
        matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
            && members.iter().any(|member| memmem::find(head, member).is_some())
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        "Crane Ledger JSON".clone_into(&mut out.reading().dialect);
        let trimmed = text.trim_end_matches(['\0', '\u{1A}']);
        let values = json::values(trimmed, |code, place, what| out.report(code, place, what));
        let mut walk = Walk {
            ledger: Ledger::default(),
            lines: Lines::of(trimmed),
        };
        for value in values {
            walk.value(value, 0, out);
        }
        walk.ledger.give(options, out);
        Ok(())
    }
}

/// Goes through all values and hands on what they are.
struct Walk<'a> {
    ledger: Ledger,
    lines: Lines<'a>,
}

impl Walk<'_> {
    fn value(&mut self, value: &RawValue, depth: usize, out: &mut Emitter<'_>) {
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(elements) = json::list(value) {
            for element in elements {
                self.value(element, depth + 1, out);
            }
        } else if let Some(object) = Object::of(value) {
            self.object(&object, value, depth, out);
        }
    }

    fn object(&mut self, object: &Object<'_>, value: &RawValue, depth: usize, out: &mut Emitter<'_>) {
        match kind(object) {
            Kind::Transaction => {
                let line = self.lines.line(value);
                let entries = object.list("entries").or_else(|| object.list("lines"));
                let placed: Vec<_> = entries
                    .unwrap_or_default()
                    .into_iter()
                    .map(|entry| (entry, self.lines.line(entry)))
                    .collect();
                self.ledger.transaction(object, &placed, line, out);
            }
            Kind::Entry => {
                let line = self.lines.line(value);
                self.ledger.entry_alone(object, line, out);
            }
            Kind::Account => self.ledger.account(object),
            Kind::Contact => self.ledger.contact(object),
            Kind::Currency => self.ledger.currency(object),
            Kind::Balance => {
                let line = self.lines.line(value);
                self.ledger.balance(object, line);
            }
            Kind::Other => {
                self.ledger.envelope(object);
                for member in object.members() {
                    self.value(member, depth + 1, out);
                }
            }
        }
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Transaction,
    /// A journal line that stands apart from its transaction.
    Entry,
    Account,
    Contact,
    Currency,
    /// The answer about one account's balance.
    Balance,
    /// A list, an organization, anything around these.
    Other,
}

fn kind(object: &Object<'_>) -> Kind {
    match object.text("object").as_str() {
        "transaction" => return Kind::Transaction,
        "account" => return Kind::Account,
        "contact" => return Kind::Contact,
        "currency" => return Kind::Currency,
        _ => {}
    }
    let has = |key| object.has(key);
    if has("transaction_date") && (has("entries") || has("lines") || has("total_debits")) {
        Kind::Transaction
    } else if has("entry_type") && has("account_id") {
        Kind::Entry
    } else if has("account_type") && has("name") {
        Kind::Account
    } else if has("contact_type") && has("name") {
        Kind::Contact
    } else if has("decimal_places") && has("code") && has("id") {
        Kind::Currency
    } else if has("account_id") && has("as_of") && has("amount") {
        Kind::Balance
    } else {
        Kind::Other
    }
}
