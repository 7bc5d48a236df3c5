//! QIF as books: what Quicken, `GnuCash` and their like export of all accounts, each with its transactions and categories.
//!
//! The other side of a transaction is a category, or in brackets another account. A transfer stands in both accounts'
//! sections, so its other side is kept under its name in brackets: nothing counts twice. Dates and amounts of the whole
//! file vote on how they are written.

use crate::account::{self, Role};
use crate::import::dates::DateStyle;
use crate::import::{Habits, ImportLayout, Target};
use crate::journal::remarks::Remarks;
use crate::journal::{Journal, NameId, Posting, Transaction, emit};
use crate::limits::{MAX_ACCOUNTS, MAX_POSTINGS_OF_TRANSACTION};
use crate::model::Clearing;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use crate::write::Layout;
use crate::written::Written;
use std::borrow::Cow;
use std::io;
use tieout_core::Decimal;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, excerpt};
use tieout_tables::amounts::read_amount;
use tieout_tables::dates::read_date;

/// The reader of QIF files.
#[derive(Debug)]
pub struct Qif;

impl BooksFormat for Qif {
    fn name(&self) -> &'static str {
        "qif"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        let first = head
            .trim_ascii_start()
            .split(|byte| matches!(byte, b'\n' | b'\r'))
            .next();
        let first = String::from_utf8_lossy(first.unwrap_or_default()).to_lowercase();
        ["!type:", "!account", "!option:", "!clear:"]
            .iter()
            .any(|word| first.starts_with(word))
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let mut decoder = Decoder::default();
        let Some(text) = whole::text(input, &mut decoder, out)? else {
            return Ok(());
        };
        "QIF".clone_into(&mut out.reading().dialect);
        let (written, style) = written(&text, options, out);
        let mark = written.mark;
        let mut reader = Reader {
            journal: Journal::default(),
            account: None,
            section: Section::Skipped,
            record: Record::default(),
            written,
        };
        // Old files end their lines with a carriage return alone.
        let lines = text
            .split(['\n', '\r'])
            .map(str::trim_end)
            .filter(|line| !line.is_empty());
        for (number, line) in (1_u64..).zip(lines) {
            reader.line(line, number, out);
        }
        reader.end_record(out);
        if let Some((account, _)) = emit::emit(&reader.journal, options, out) {
            let name = reader.journal.accounts.name(account);
            let currency = out.reading().currency;
            let habits = Habits {
                style,
                mark,
                is_western: !matches!(decoder.found().as_str(), "ascii" | "utf-8"),
                ..Habits::default()
            };
            let layout = ImportLayout::new(Target::Qif, name, currency).with_habits(habits);
            out.reading().layout = Some(Layout::Import(Box::new(layout)));
        }
        Ok(())
    }
}

/// What the lines that follow are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Transactions of an account.
    Transactions,
    /// Accounts: their names and kinds.
    Accounts,
    /// Categories, securities and all else.
    Skipped,
}

/// The section that a line in front of it names.
fn section(line: &str) -> Option<Section> {
    let word = line.strip_prefix('!')?.trim().to_lowercase();
    Some(match word.strip_prefix("type:").map(str::trim) {
        Some("bank" | "cash" | "ccard" | "oth a" | "oth l") => Section::Transactions,
        None if word == "account" => Section::Accounts,
        _ => Section::Skipped,
    })
}

/// How all dates and amounts are written.
fn written(text: &str, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> (Written, DateStyle) {
    let (mut dates, mut amounts) = (Vec::new(), Vec::new());
    let mut now = Section::Skipped;
    for line in text.split(['\n', '\r']) {
        now = section(line).unwrap_or(now);
        match line.split_at_checked(1) {
            Some(("D", date)) if now == Section::Transactions => dates.push(date),
            Some(("T" | "U" | "$", amount)) if now == Section::Transactions => amounts.push(amount.trim()),
            _ => {}
        }
    }
    let plain: Vec<Cow<'_, str>> = dates.iter().map(|date| date_text(date)).collect();
    let written = Written::of(&plain, &amounts, options, out);
    let style = DateStyle::of(&dates, written.order);
    (written, style)
}

/// A date without the blanks that Quicken writes for zeros: `6/ 4'18`.
fn date_text(date: &str) -> Cow<'_, str> {
    let plain = date.trim();
    if plain.contains(' ') && plain.len() <= 12 && !plain.contains(|c: char| c.is_alphabetic()) {
        return Cow::Owned(plain.replace(' ', ""));
    }
    Cow::Borrowed(plain)
}

/// A record while its lines are read.
#[derive(Default)]
struct Record {
    begun: u64,
    fields: Vec<(char, String)>,
}

impl Record {
    fn field(&self, letter: char) -> &str {
        let found = self.fields.iter().find(|(own, _)| *own == letter);
        found.map_or("", |(_, text)| text.trim())
    }
}

struct Reader {
    journal: Journal,
    account: Option<NameId>,
    section: Section,
    record: Record,
    written: Written,
}

impl Reader {
    fn line(&mut self, line: &str, number: u64, out: &mut Emitter<'_>) {
        if let Some(section) = section(line) {
            self.end_record(out);
            self.section = section;
            return;
        }
        if line.starts_with('^') {
            self.end_record(out);
            return;
        }
        let mut chars = line.chars();
        let Some(letter) = chars.next().filter(|_| self.section != Section::Skipped) else {
            return;
        };
        if self.record.fields.is_empty() {
            self.record.begun = number;
        }
        if self.record.fields.len() < MAX_POSTINGS_OF_TRANSACTION {
            self.record.fields.push((letter, chars.as_str().to_owned()));
        }
    }

    fn end_record(&mut self, out: &mut Emitter<'_>) {
        let record = std::mem::take(&mut self.record);
        if record.fields.is_empty() || self.journal.accounts.len() > MAX_ACCOUNTS {
            return;
        }
        match self.section {
            Section::Accounts => {
                let name = record.field('N');
                let id = self.journal.accounts.id(name);
                self.journal.roles.insert(id, role(record.field('T'), name));
                self.account = Some(id);
            }
            Section::Transactions => self.transaction(&record, out),
            Section::Skipped => {}
        }
    }

    fn transaction(&mut self, record: &Record, out: &mut Emitter<'_>) {
        let place = Place::line(record.begun);
        let date = read_date(date_text(record.field('D')).as_bytes(), self.written.order);
        let amount = ['T', 'U']
            .into_iter()
            .find_map(|letter| self.amount(record.field(letter)));
        let (Some(date), Some(amount)) = (date, amount) else {
            let what = if date.is_none() { "date" } else { "amount" };
            let message = format!(
                "the record of {:?} has no {what} that can be read; it was left out",
                excerpt(record.field('P'), 40)
            );
            out.report(Code::BadEntry, place, message);
            return;
        };
        // A file of one account may name it by the transfer from itself that opens it.
        let account = self
            .account
            .unwrap_or_else(|| self.journal.accounts.id(own_name(record)));
        if self.account.is_none() {
            self.account = Some(account);
            let name = self.journal.accounts.name(account).to_owned();
            self.journal.roles.entry(account).or_insert_with(|| role("Bank", &name));
        }
        let mut remarks = Remarks::default();
        remarks.code(record.field('N'));
        remarks.remember(record.field('M'));
        let commodity = self.journal.commodities.id("");
        let posting = |account, amount| Posting {
            account,
            amount,
            commodity,
            line: record.begun,
            date: None,
            clearing: None,
            remarks: None,
            is_virtual: false,
            weight: None,
        };
        let mut postings = vec![posting(account, amount)];
        let sides = self.other_sides(record, amount);
        let sum = sides
            .iter()
            .try_fold(Decimal::ZERO, |sum, (_, part)| sum.checked_add(*part));
        if sum.is_some_and(|sum| sum != amount) {
            let message = format!("the parts sum to {}, the record is {amount}", sum.unwrap_or_default());
            out.report(Code::Unbalanced, place, message);
        }
        for (name, part) in sides {
            // Behind a bar stands the class, which is no part of the account's name.
            let own = account_of(&name);
            let other = self.journal.accounts.id(own);
            self.journal.roles.entry(other).or_insert(Role::Other);
            let class = (own != name).then(|| Remarks {
                kept: name.clone(),
                ..Remarks::default()
            });
            postings.push(Posting {
                remarks: class.and_then(Remarks::boxed),
                ..posting(other, -part)
            });
        }
        self.journal.transactions.push(Transaction {
            date: date.date,
            clearing: clearing(record.field('C')),
            description: record.field('P').to_owned(),
            remarks,
            postings,
            ..Transaction::default()
        });
    }

    fn amount(&self, text: &str) -> Option<Decimal> {
        let read = read_amount(text.as_bytes(), self.written.mark);
        read.ok().map(|amount| amount.value)
    }

    /// Categories, and accounts in brackets, with their parts of the amount.
    fn other_sides(&self, record: &Record, amount: Decimal) -> Vec<(String, Decimal)> {
        let named = |text: &str| text.trim().to_owned();
        let mut sides: Vec<(String, Decimal)> = Vec::new();
        for (letter, text) in &record.fields {
            match letter {
                'S' => sides.push((named(text), Decimal::ZERO)),
                '$' => {
                    if let (Some(side), Some(part)) = (sides.last_mut(), self.amount(text.trim())) {
                        side.1 = part;
                    }
                }
                _ => {}
            }
        }
        if sides.is_empty() {
            sides.push((named(record.field('L')), amount));
        }
        sides
    }
}

/// The category, or the account in brackets, that a text names before its class.
fn account_of(text: &str) -> &str {
    match text.split('/').next().unwrap_or_default().trim() {
        "" => "Unspecified",
        name => name,
    }
}

fn own_name(record: &Record) -> &str {
    let transfer = record
        .field('L')
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let opens = record.field('P').to_lowercase().contains("opening balance");
    transfer.filter(|_| opens).unwrap_or("Account")
}

fn role(kind: &str, name: &str) -> Role {
    match kind.to_lowercase().as_str() {
        "bank" => Role::Bank,
        "ccard" | "oth l" => Role::Liability,
        "oth a" => account::role_of_asset(name),
        _ => Role::Other,
    }
}

fn clearing(mark: &str) -> Clearing {
    match mark {
        "*" | "c" => Clearing::Cleared,
        "X" | "x" | "R" => Clearing::Reconciled,
        _ => Clearing::Unsaid,
    }
}
