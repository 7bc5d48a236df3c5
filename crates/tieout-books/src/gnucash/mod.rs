//! `GnuCash`: its XML files, packed or plain, and its `SQLite` files.
//!
//! Both hold the same: accounts in a tree, transactions, and splits with a *value* in the transaction's currency and a
//! *quantity* in the account's commodity. `xml` and `sqlite` (over `tables`, a reader of the database's pages) fill a
//! `Ledger`; here it becomes a journal: the quantity is what the account's statement shows.

mod ledger;
mod sqlite;
mod tables;
mod xml;

use crate::import::{ImportLayout, Target};
use crate::journal::emit;
use crate::limits::MAX_JOURNAL_BYTES;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use crate::write::Layout;
use flate2::read::GzDecoder;
use memchr::memmem;
use std::io::{self, Read as _};
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Problem};

/// The reader of `GnuCash` files.
#[derive(Debug)]
pub struct Gnucash;

const GZIP: &[u8] = &[0x1F, 0x8B];
const SQLITE: &[u8] = b"SQLite format 3\0";

impl BooksFormat for Gnucash {
    fn name(&self) -> &'static str {
        "gnucash"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        if head.starts_with(GZIP) {
            let mut begin = Vec::new();
            // The head is cut, so the end of the packed bytes is missing.
            let _ = GzDecoder::new(head).take(4096).read_to_end(&mut begin);
            return is_xml(&begin);
        }
        head.starts_with(SQLITE) || is_xml(head)
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(mut bytes) = whole::bytes(input, out)? else {
            return Ok(());
        };
        let read = if bytes.starts_with(SQLITE) {
            "GnuCash SQLite".clone_into(&mut out.reading().dialect);
            sqlite::read(&bytes, out)
        } else {
            "GnuCash XML".clone_into(&mut out.reading().dialect);
            if bytes.starts_with(GZIP) {
                let Some(unpacked) = unpack(&bytes, out) else {
                    return Ok(());
                };
                bytes = unpacked;
            }
            let text = Decoder::default().decode(&bytes).into_owned();
            drop(bytes);
            Some(xml::read(&text, out))
        };
        let Some(ledger) = read else { return Ok(()) };
        let journal = ledger.into_journal(out);
        if let Some((account, _)) = emit::emit(&journal, options, out) {
            let name = journal.accounts.name(account);
            let currency = out.reading().currency;
            out.reading().layout = Some(Layout::Import(Box::new(ImportLayout::new(
                Target::Gnucash,
                name,
                currency,
            ))));
        }
        Ok(())
    }
}

fn is_xml(head: &[u8]) -> bool {
    memmem::find(head, b"<gnc-v2").is_some() || memmem::find(head, b"<gnc:book").is_some()
}

fn unpack(bytes: &[u8], out: &mut Emitter<'_>) -> Option<Vec<u8>> {
    let most = u64::try_from(MAX_JOURNAL_BYTES).unwrap_or(u64::MAX);
    let mut unpacked = Vec::new();
    if let Err(error) = GzDecoder::new(bytes).take(most + 1).read_to_end(&mut unpacked) {
        let message = format!("the packed file is damaged: {error}");
        out.problem(Problem::of_file(Code::Malformed, message));
        return None;
    }
    if unpacked.len() > MAX_JOURNAL_BYTES {
        out.problem(whole::too_large());
        return None;
    }
    Some(unpacked)
}
