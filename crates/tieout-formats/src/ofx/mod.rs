//! OFX: 1.x (SGML), 2.x (XML), and the web-connect files QFX and QBO, which are OFX with a bank number of Intuit's.
//!
//! A file goes through in four steps: [`header`] (version, charset), [`tags`] (one tokenizer for both syntaxes),
//! [`statement`] (which account, which balances) and [`line`] (one `STMTTRN`). What banks do against the rules stands in
//! [`quirks`].
//!
//! Decisions, where the standard is silent or banks are:
//!
//! - **Order of facts.** `LEDGERBAL` comes after the lines, so balances are known only at [`Sink::end`](crate::Sink::end).
//!   There is no opening balance; it is derived only if the ledger balance is not later than the day after `DTEND`, every
//!   line was read, and all are in the account's currency. A derived balance proves nothing.
//! - **A line needs an amount**; without one it is reported and left out. Without a date it is kept, with a problem.
//! - **`TRNTYPE` never changes the sign.**
//! - **`CURRENCY` in a line** means that its amount is in that currency; **`ORIGCURRENCY`** that it is already converted:
//!   the original amount is not printed and is not computed back from the rate.
//! - **Corrections** (`CORRECTFITID`): see [`corrections`].
//! - **Equal `FITID`s** in one statement are reported; both lines are kept.
//! - **A file cut in the middle of a line** loses that line with an error: its last value may be half a value. One that
//!   ends anywhere else without `</OFX>` is read, with a warning.

mod balance;
mod corrections;
mod element;
mod header;
mod line;
mod markup;
mod quirks;
mod statement;
mod status;
mod tags;
mod tally;
mod values;

use crate::read::{Emitter, Format, ReadOptions};
use corrections::Corrections;
use statement::StatementBuilder;
use std::io;
use tags::Tags;
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Problem};

/// OFX, QFX and QBO.
#[derive(Debug, Clone, Copy)]
pub struct Ofx;

impl Format for Ofx {
    fn name(&self) -> &'static str {
        "ofx"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        header::recognise(head)
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let (head, marked) = {
            let opened = encoding::open(input)?;
            (opened.head, opened.marked)
        };
        let header = header::read(&head);
        let newline = if head.contains(&b'\r') && !head.contains(&b'\n') {
            b'\r'
        } else {
            b'\n'
        };
        let corrections = Corrections::find(input, newline)?;

        // A byte order mark of UTF-8 is the only one whose bytes are the file's own.
        let base = if marked == Some("utf-8") { 3 } else { 0 };
        let mut tags = Tags::new(encoding::open(input)?.reader, base, newline);
        let mut builder = StatementBuilder::new(corrections, options.currency);
        builder.values.decoder.declare(&header.charset);
        while !builder.is_full() && tags.advance()? {
            builder.take(&mut tags, out);
        }
        builder.finish(tags.line(), out);
        if tags.unclosed() {
            out.problem(Problem::of_file(
                Code::Malformed,
                "a comment or declaration has no end; what follows it was not read",
            ));
        }
        let decoder = &builder.values.decoder;
        report_charset(&header.charset, marked, decoder, out);
        out.encoding(marked, decoder);
        let web_connect = if builder.is_web_connect() { ", web connect" } else { "" };
        out.dialect(format!("{}{web_connect}", header.dialect()));
        Ok(())
    }
}

/// Says when the declared charset is not the one found.
fn report_charset(declared: &str, marked: Option<&'static str>, decoder: &Decoder, out: &mut Emitter<'_>) {
    let found = decoder.found();
    let declares_utf8 = matches!(declared.to_ascii_uppercase().as_str(), "UTF-8" | "UTF8" | "UNICODE");
    let says_utf8 = found == "utf-8" || marked.is_some();
    if found != "ascii" && declares_utf8 != says_utf8 && !declared.is_empty() && !declared.eq_ignore_ascii_case(&found)
    {
        let message = format!("the file declares {declared}, its text is {found}");
        out.problem(Problem::of_file(Code::CharsetMismatch, message));
    }
}
