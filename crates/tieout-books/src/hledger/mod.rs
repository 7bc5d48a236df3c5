//! Journals of hledger, and of Ledger as far as both agree; where they differ, hledger counts. One exception: a lot price
//! (`{$30.00}`) without any other counts as the price, as in Ledger; hledger reads over it, so only Ledger's users write it.
//!
//! `parse` reads lines into transactions whose amounts may be open, `amount` and `dates` know the many ways to write
//! them, `balance` completes and checks in date order. Periodic and automated rules are not applied, as hledger does not
//! unless asked; a notice says so.

mod alias;
mod amount;
mod balance;
mod comment;
mod dates;
mod directive;
mod parse;
mod raw;
mod style;
pub(crate) mod write;

use crate::journal::emit;
use crate::journal::source::Sources;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::write::Layout;
use std::io;
use tieout_core::encoding::Input;

/// The reader of hledger and Ledger journals.
#[derive(Debug)]
pub struct Hledger;

impl BooksFormat for Hledger {
    fn name(&self) -> &'static str {
        "hledger"
    }

    fn recognise(&self, head: &[u8], path: &str) -> bool {
        if head.contains(&0) {
            return false;
        }
        let evidence = evidence(&String::from_utf8_lossy(head));
        let lower = path.to_ascii_lowercase();
        let named = lower
            .rsplit_once('.')
            .is_some_and(|(_, end)| matches!(end, "journal" | "j" | "hledger" | "ledger" | "ldg" | "dat" | "lgr"));
        evidence.transactions > 0 || (named && evidence.transactions + evidence.directives > 0)
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let mut sources = Sources::new(options.includes);
        let text = sources.first(input, &options.path, out)?;
        let parsed = parse::parse(&text, &mut sources, out);
        drop(text);
        "hledger".clone_into(&mut out.reading().dialect);
        let styles = parsed.styles.clone();
        let separator = parsed.date_separator;
        let journal = balance::run(parsed, out);
        if let Some((account, commodity)) = emit::emit(&journal, options, out) {
            let symbol = commodity.map_or("", |id| journal.commodities.name(id));
            let style = commodity.and_then(|id| styles.get(&id).copied()).unwrap_or_default();
            let currency = out.reading().currency;
            let layout =
                write::HledgerLayout::new(journal.accounts.name(account), (symbol, style), currency, separator);
            out.reading().layout = Some(Layout::Hledger(layout));
        }
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Evidence {
    /// A date at the start of a line, and an indented line below.
    transactions: usize,
    /// Lines that begin like a directive.
    directives: usize,
}

fn evidence(text: &str) -> Evidence {
    let mut found = Evidence::default();
    let mut head_above = false;
    for line in text.lines().take(2_000) {
        if line.starts_with([' ', '\t']) {
            found.transactions += usize::from(head_above && !line.trim().is_empty());
            head_above = false;
            continue;
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        let date = first.split('=').next().unwrap_or_default();
        head_above = first.starts_with(|c: char| c.is_ascii_digit()) && dates::parse(date, Some(2000)).is_some();
        let is_directive = matches!(
            first,
            "account"
                | "commodity"
                | "include"
                | "!include"
                | "P"
                | "D"
                | "Y"
                | "alias"
                | "apply"
                | "decimal-mark"
                | "comment"
                | "year"
        );
        found.directives += usize::from(is_directive);
    }
    found
}
