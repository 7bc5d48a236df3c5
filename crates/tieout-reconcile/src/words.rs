//! Sentences for people: what an amount is due to, in few words.

use crate::balance::{Uncovered, at};
use crate::result::{Chain, Subject};
use tieout_core::money::grouped;
use tieout_core::problem::excerpt;
use tieout_match::{ExceptionClass, Field, Group, Input, ItemIndex, Items, ResidualKind};

/// How many characters of a bank's or bookkeeper's text a sentence quotes.
const QUOTED: usize = 40;

/// Names items, groups and statements.
pub(crate) struct Words<'a> {
    pub(crate) input: &'a Input,
    pub(crate) groups: &'a [Group],
    pub(crate) chain: &'a Chain,
    pub(crate) digits: u8,
}

impl Words<'_> {
    /// An amount.
    pub(crate) fn amount(&self, minor: i64) -> String {
        grouped(minor, self.digits)
    }

    /// `line of 2026-03-15 "ACME RENT"`.
    pub(crate) fn line(&self, line: ItemIndex) -> String {
        named("line", &self.input.lines, line)
    }

    /// `entry of 2026-03-15 "Rent March"`.
    pub(crate) fn entry(&self, entry: ItemIndex) -> String {
        named("entry", &self.input.entries, entry)
    }

    /// What something is called.
    pub(crate) fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Line(line) => self.line(line),
            Subject::Entry(entry) => self.entry(entry),
            Subject::Group(group) => match at(self.groups, group) {
                Some(Group { lines, .. }) if !lines.is_empty() => lines
                    .first()
                    .map_or(String::new(), |part| format!("match of the {}", self.line(part.item))),
                Some(Group { entries, .. }) => entries
                    .first()
                    .map_or(String::new(), |part| format!("match of the {}", self.entry(part.item))),
                None => String::from("match"),
            },
            Subject::Break(position) => at(&self.chain.breaks, position).map_or(String::from("break"), |broken| {
                format!(
                    "break between {} and {}",
                    self.statement(broken.before),
                    self.statement(broken.after)
                )
            }),
            Subject::Statement(statement) => {
                format!("{}, whose lines do not sum to its balances", self.statement(statement))
            }
            Subject::Opening => String::from("balances at the cut-off"),
        }
    }

    /// What a part of the balance without lines is called: with running balances, where they do not follow.
    pub(crate) fn uncovered(&self, found: &Uncovered) -> String {
        match found.share.subject {
            Subject::Statement(statement) if found.since.is_none() => format!(
                "{}, where the balance of {} does not follow from the one before",
                self.statement(statement),
                found.date
            ),
            subject => self.subject(subject),
        }
    }

    /// Name of a statement.
    pub(crate) fn statement(&self, position: u32) -> &str {
        at(&self.chain.statements, position).map_or("a statement", |statement| &statement.name)
    }
}

/// Words for a class: its code, in words.
pub(crate) fn class(class: ExceptionClass) -> String {
    class.code().replace('_', " ")
}

/// Words for a difference within a match.
pub(crate) fn residual(kind: ResidualKind) -> &'static str {
    match kind {
        ResidualKind::Fee => "fee taken out of the payment",
        ResidualKind::Exchange => "exchange difference",
        ResidualKind::Rounding => "rounding difference",
        ResidualKind::ShortPayment => "short payment or discount",
        ResidualKind::Correction => "amount entered wrongly",
    }
}

/// `1 line`, `2 lines`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn named(what: &str, items: &Items, item: ItemIndex) -> String {
    let texts = [Field::Description, Field::Counterparty, Field::Reference, Field::Id];
    let text = texts
        .into_iter()
        .map(|field| items.text(item, field))
        .find(|text| !text.trim().is_empty());
    let date = items.date(item);
    match text {
        Some(text) => format!("{what} of {date} \u{201c}{}\u{201d}", excerpt(text.trim(), QUOTED)),
        None => format!("{what} of {date}"),
    }
}
