//! Beancount: the language as its version 3 reads it; what version 2 allowed besides is read too.
//!
//! `lex` cuts text into tokens, `parse` makes directives of them, `book` completes and balances transactions as the
//! tool does (lots, missing amounts, tolerances), `check` pads and checks balances. Plugins are not run; a notice says so.

mod book;
mod check;
mod cursor;
mod directive;
mod expression;
mod lex;
mod lots;
mod parse;
pub(crate) mod write;

use crate::journal::{emit, source::Sources};
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::write::Layout;
use std::io;
use tieout_core::Code;
use tieout_core::encoding::Input;

/// The reader of Beancount files.
#[derive(Debug)]
pub struct Beancount;

impl BooksFormat for Beancount {
    fn name(&self) -> &'static str {
        "beancount"
    }

    fn recognise(&self, head: &[u8], path: &str) -> bool {
        let (_, end) = path.rsplit_once('.').unwrap_or_default();
        let is_named = end.eq_ignore_ascii_case("beancount") || end.eq_ignore_ascii_case("bean");
        !head.contains(&0) && (is_named || score(&String::from_utf8_lossy(head)) > 0)
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let mut sources = Sources::new(options.includes);
        let text = sources.first(input, &options.path, out)?;
        let directives = parse::parse(&text, &mut sources, out);
        "beancount".clone_into(&mut out.reading().dialect);
        let opened = directives.opened.clone();
        let journal = check::run(directives, out);
        let chosen = emit::emit(&journal, options, out);
        if let Some((account, commodity)) = chosen {
            let commodity = commodity.map_or("", |id| journal.commodities.name(id));
            let currency = out.reading().currency;
            let layout = write::BeancountLayout::new(journal.accounts.name(account), commodity, currency, opened);
            out.reading().layout = Some(Layout::Beancount(layout));
        }
        Ok(())
    }
}

/// How much a text looks like Beancount: lines that only Beancount has, less lines that it would refuse.
fn score(text: &str) -> i64 {
    let mut score = 0;
    for line in text.lines().take(2_000) {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if line.starts_with([' ', '\t']) || first.is_empty() {
            continue;
        }
        let quoted = words.clone().next().is_some_and(|word| word.starts_with('"'));
        if matches!(first, "option" | "plugin" | "include" | "pushtag" | "poptag") {
            score += i64::from(quoted || words.next().is_some_and(|word| word.starts_with('#')));
        } else if first.len() >= 8 && first.starts_with(|c: char| c.is_ascii_digit()) && first.contains(['-', '/']) {
            score += match (words.next(), words.next()) {
                (Some("*" | "!" | "txn"), Some(text)) if text.starts_with('"') => 2,
                (Some("*" | "!"), _) => -2,
                (
                    Some("open" | "close" | "balance" | "pad" | "note" | "document" | "commodity" | "price"),
                    Some(name),
                ) if name.starts_with(char::is_uppercase) => 2,
                (Some("event" | "query" | "custom"), Some(text)) if text.starts_with('"') => 2,
                _ => -1,
            };
        }
    }
    score
}

/// What [`Code::Decided`] says of plugins.
fn plugin_notice(names: &[String], out: &mut Emitter<'_>) {
    if !names.is_empty() {
        let message = format!("plugins are not run: {}", names.join(", "));
        out.problem(tieout_core::Problem::of_file(Code::Decided, message));
    }
}
