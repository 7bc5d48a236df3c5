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
use crate::limits::{MAX_JOURNAL_BYTES, MAX_PACKING, MIN_UNPACKED_BYTES};
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
            // What is UTF-8 is not copied.
            let text = String::from_utf8(bytes)
                .unwrap_or_else(|error| Decoder::default().decode(error.as_bytes()).into_owned());
            Some(xml::read(&text, out))
        };
        let Some(ledger) = read else { return Ok(()) };
        let (journal, places) = ledger.into_journal(out);
        if let Some((account, _)) = emit::emit(&journal, options, out) {
            let name = journal.accounts.name(account);
            let currency = out.reading().currency;
            let commodities = places.into_values().map(|(account, commodity)| {
                let name = journal.accounts.name(account).to_owned();
                (name, journal.commodities.name(commodity).to_owned())
            });
            let layout = ImportLayout::new(Target::Gnucash, name, currency).with_commodities(commodities.collect());
            out.reading().layout = Some(Layout::Import(Box::new(layout)));
        }
        Ok(())
    }
}

fn is_xml(head: &[u8]) -> bool {
    memmem::find(head, b"<gnc-v2").is_some() || memmem::find(head, b"<gnc:book").is_some()
}

/// Unpacks a file within its budget, which is counted before anything is held.
fn unpack(bytes: &[u8], out: &mut Emitter<'_>) -> Option<Vec<u8>> {
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = u64::try_from(MAX_JOURNAL_BYTES).unwrap_or(u64::MAX);
    let budget = packed.saturating_mul(MAX_PACKING).clamp(MIN_UNPACKED_BYTES, most);
    let mut counted = GzDecoder::new(bytes).take(budget + 1);
    let length = match io::copy(&mut counted, &mut io::sink()) {
        Ok(length) => length,
        Err(error) => {
            let message = format!("the packed file is damaged: {error}");
            out.problem(Problem::of_file(Code::Malformed, message));
            return None;
        }
    };
    if length > budget {
        let message = format!(
            "the packed file unpacks to more than {} MB, far more than books of its size do; it was not unpacked",
            budget >> 20
        );
        out.problem(Problem::of_file(Code::TooLarge, message));
        return None;
    }
    let mut unpacked = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    GzDecoder::new(bytes).take(length).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}
