//! The records of all pages of a file: grouped by account and currency, corrected by each other, given line by line.

use super::feed::{AccountNote, Draft, Feed, Listed, Standing};
use super::page::{MAX_NOTES, Page};
use super::running::Running;
use super::scan::{List, Object};
use crate::account_number;
use crate::limits::MAX_STATEMENTS;
use crate::model::{Account, AccountScheme, Statement, Status};
use crate::read::Emitter;
use crate::seen_ids::SeenIds;
use memchr::memchr_iter;
use std::collections::{BTreeMap, HashMap};
use tieout_core::Currency;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// One record that can be read.
struct Record<'a> {
    text: &'a str,
    feed: &'static dyn Feed,
    standing: Standing,
    group: usize,
    line: u64,
}

/// What makes an earlier line not count.
#[derive(Debug, Clone, Copy, Default)]
struct Correction {
    /// The record that replaces it or takes it back, by its number: lines behind that count again.
    by: Option<usize>,
    /// A booked line says that it was pending under this id: as pending it does not count, wherever it stands.
    is_booked: bool,
}

impl Correction {
    fn meets(self, number: usize, status: Status) -> bool {
        match status {
            Status::Info => false,
            Status::Pending if self.is_booked => true,
            _ => self.by.is_some_and(|by| by > number),
        }
    }
}

/// The lines of one account in one currency.
struct Group {
    account: String,
    currency: Option<Currency>,
}

/// All records of a file.
pub(super) struct Records<'a> {
    text: &'a str,
    lines: LineIndex,
    found: Vec<Record<'a>>,
    groups: Vec<Group>,
    known: HashMap<(String, Option<Currency>), usize>,
    notes: Vec<AccountNote>,
    feeds: Vec<&'static str>,
    draft: Draft,
    /// Ids that another record replaces or takes back.
    corrected: HashMap<String, Correction>,
    more: bool,
    /// Pages of feeds that have so many, as they say (UK Open Banking).
    pages: BTreeMap<u64, u64>,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            lines: LineIndex::of(text),
            found: Vec::new(),
            groups: Vec::new(),
            known: HashMap::new(),
            notes: Vec::new(),
            feeds: Vec::new(),
            draft: Draft::default(),
            corrected: HashMap::new(),
            more: false,
            pages: BTreeMap::new(),
        }
    }

    /// Where a value of the file stands.
    pub(super) fn place(&self, value: &str, path: &str) -> Place {
        Place {
            line: Some(self.lines.line_of(self.text, value)),
            column: None,
            path: (!path.is_empty()).then(|| path.to_owned()),
        }
    }

    /// Takes the records of a page; what cannot be read of them is said here.
    pub(super) fn add(&mut self, page: Page<'a>, out: &mut Emitter<'_>) {
        if !self.feeds.contains(&page.feed.name()) {
            self.feeds.push(page.feed.name());
        }
        self.more = page.more;
        if let Some(pages) = page.pages.filter(|pages| *pages > 0) {
            *self.pages.entry(pages).or_insert(0) += 1;
        }
        // Records that name no account belong to the one that the page is about.
        let only = match page.notes.as_slice() {
            [note] => note.account.id.clone(),
            _ => String::new(),
        };
        for note in page.notes {
            self.note(note);
        }
        for listed in page.lists {
            match List::of(listed.list) {
                Some(list) => {
                    for (number, record) in list.enumerate() {
                        self.add_record(record, page.feed, (listed, number), &only, out);
                    }
                }
                None => self.add_record(listed.list, page.feed, (listed, 0), &only, out),
            }
        }
    }

    /// The newest page tells the newest balances.
    fn note(&mut self, note: AccountNote) {
        let position = self.notes.iter().position(|known| known.account.id == note.account.id);
        let full = self.notes.len() >= MAX_NOTES;
        match position.and_then(|at| self.notes.get_mut(at)) {
            Some(known) => {
                known.opening = known.opening.take().or(note.opening);
                known.closing = note.closing.or(known.closing.take());
                known.available = note.available.or(known.available.take());
                known.others.extend(note.others);
                known.others.truncate(crate::limits::MAX_BALANCES);
            }
            None if !full => self.notes.push(note),
            None => {}
        }
    }

    fn add_record(
        &mut self,
        text: &'a str,
        feed: &'static dyn Feed,
        (listed, number): (Listed<'a>, usize),
        page_account: &str,
        out: &mut Emitter<'_>,
    ) {
        let path = |member: &str| {
            let dot = if member.is_empty() { "" } else { "." };
            format!("{}[{number}]{dot}{member}", listed.path)
        };
        let Some(record) = Object::of(text) else {
            let message = format!("{:?} is no record", excerpt(text, 40));
            out.report(Code::BadLine, self.place(text, &path("")), message);
            return;
        };
        self.draft.clear();
        if let Err(flaw) = feed.fill(&record, listed.standing, &mut self.draft) {
            let place = self.place(text, &path(flaw.path));
            out.report(Code::BadLine, place, format!("{}; the line was left out", flaw.message));
            return;
        }
        if self.draft.account.is_empty() {
            self.draft.account.push_str(page_account);
        }
        let group = match (listed.standing, self.groups.is_empty()) {
            (Standing::Removed, false) => Some(self.group_of_account()),
            _ => self.group(),
        };
        let Some(group) = group else {
            let message = format!("the records are of more than {MAX_STATEMENTS} accounts and currencies");
            out.report(Code::TooLarge, self.place(text, &path("")), message);
            return;
        };
        let corrects = &self.draft.line.ids.corrects;
        if !corrects.is_empty() {
            let correction = self.corrected.entry(corrects.clone()).or_default();
            correction.by = Some(self.found.len());
            correction.is_booked |= listed.standing == Standing::Booked && self.draft.line.status == Status::Booked;
        }
        let line = self.lines.line_of(self.text, text);
        self.found.push(Record {
            text,
            feed,
            standing: listed.standing,
            group,
            line,
        });
    }

    /// A removed record says its account at most, not its currency: it belongs to the account's first group.
    fn group_of_account(&self) -> usize {
        let account = &self.draft.account;
        let same = |group: &Group| group.account == *account;
        self.groups.iter().position(same).unwrap_or(0)
    }

    fn group(&mut self) -> Option<usize> {
        let key = (self.draft.account.clone(), self.draft.currency);
        if let Some(group) = self.known.get(&key) {
            return Some(*group);
        }
        if self.groups.len() >= MAX_STATEMENTS {
            return None;
        }
        let group = self.groups.len();
        self.groups.push(Group {
            account: key.0.clone(),
            currency: key.1,
        });
        self.known.insert(key, group);
        Some(group)
    }

    /// Gives everything on, statement by statement.
    pub(super) fn give(mut self, knows_currency: bool, is_broken: bool, out: &mut Emitter<'_>) {
        if self.feeds.is_empty() {
            return;
        }
        out.dialect(format!("JSON, {}", self.feeds.join(" and ")));
        // Of accounts with as many pages each there are as many more.
        self.more |= self.pages.iter().any(|(pages, met)| met % pages != 0);
        if self.more {
            let message = "the feed says that more pages follow; they are not in this file";
            out.problem(Problem::of_file(Code::PageGap, message));
        }
        let mut records = std::mem::take(&mut self.found);
        // Numbers of the records, as `corrected` knows them, go along.
        let mut order: Vec<(usize, Record<'a>)> = records.drain(..).enumerate().collect();
        order.sort_by_key(|(number, record)| (record.group, *number));
        let met = self.met(&order);
        for part in order.chunk_by(|a, b| a.1.group == b.1.group) {
            let Some((_, first)) = part.first() else { continue };
            let statement = self.statement(first.group);
            // Lines that are only taken back need no currency.
            if part.iter().any(|(_, record)| record.standing != Standing::Removed) {
                say_what_is_missing(&statement, knows_currency, out);
            }
            self.give_group(part, statement, &met, out);
        }
        // Of a feed that is broken in its only record nothing is known.
        if order.is_empty() && !(is_broken && self.notes.is_empty()) {
            self.without_lines(is_broken, out);
        }
    }

    /// Corrected ids with the first record of this file that bears them.
    fn met(&mut self, order: &[(usize, Record<'a>)]) -> HashMap<String, usize> {
        let mut met = HashMap::new();
        if self.corrected.is_empty() {
            return met;
        }
        for (number, record) in order {
            self.fill(record);
            let id = &self.draft.line.ids.bank_id;
            if self.corrected.contains_key(id) {
                let first = met.entry(id.clone()).or_insert(*number);
                *first = (*first).min(*number);
            }
        }
        met
    }

    fn fill(&mut self, record: &Record<'a>) {
        self.draft.clear();
        let object = Object::of(record.text).unwrap_or_default();
        // It was filled before, and nothing has changed.
        let _ = record.feed.fill(&object, record.standing, &mut self.draft);
    }

    fn statement(&self, group: usize) -> Statement {
        let Some(group) = self.groups.get(group) else {
            return Statement::default();
        };
        let id = account_number::normalised(&group.account);
        let noted = self.notes.iter().find(|note| note.account.id == id);
        // Balances of an account that neither they nor the lines name.
        let noted = noted.or(match (self.notes.as_slice(), self.groups.len()) {
            ([note], 1) if note.account.id.is_empty() || id.is_empty() => Some(note),
            _ => None,
        });
        let mut statement = noted.map(from_note).unwrap_or_default();
        if statement.account.id.is_empty() {
            statement.account = Account {
                scheme: scheme(&id),
                id,
                raw: group.account.clone(),
                ..Account::default()
            };
        }
        let differs = group.currency.is_some() && statement.currency.is_some() && statement.currency != group.currency;
        if differs {
            (statement.opening, statement.closing, statement.available) = (None, None, None);
        }
        // The balance of now is after lines of pages that are not in this file.
        if let Some(now) = statement.closing.take_if(|closing| self.more && closing.date.is_none()) {
            statement.other_balances.push(now);
        }
        statement.currency = group.currency.or(statement.currency);
        statement.message = self.feeds.join(" and ");
        statement
    }

    fn give_group(
        &mut self,
        part: &[(usize, Record<'a>)],
        mut statement: Statement,
        met: &HashMap<String, usize>,
        out: &mut Emitter<'_>,
    ) {
        out.begin(&statement);
        let mut ids = SeenIds::default();
        let mut balances = Running::default();
        // Stripe lists the newest first; a list that was put together may have it last.
        let mut payout_first = None;
        for (position, (number, record)) in part.iter().enumerate() {
            self.fill(record);
            let line = &mut self.draft.line;
            if position == 0 && record.feed.is_swept(line) {
                payout_first = line.booking_date;
            }
            line.source_line = record.line;
            let begin = offset(self.text, record.text);
            let length = u64::try_from(record.text.len()).unwrap_or(u64::MAX);
            line.source_bytes = (begin, begin.saturating_add(length));
            let place = || Place::line(record.line);
            for (code, message) in self.draft.notes.drain(..) {
                out.report(code, place(), message);
            }
            let id = &line.ids.bank_id;
            if line.ids.corrects.is_empty() || line.ids.corrects != *id {
                ids.note(id, record.line);
            }
            if self.corrected.get(id).is_some_and(|by| by.meets(*number, line.status)) {
                line.status = Status::Info;
                let message = "another line of the file takes the place of this one; it does not count";
                out.report(Code::Decided, place(), message);
            }
            let corrects = &line.ids.corrects;
            let of_pending = record.standing == Standing::Booked;
            if !corrects.is_empty() && !of_pending && met.get(corrects).is_none_or(|first| first >= number) {
                let what = match record.standing {
                    Standing::Removed => "takes back",
                    _ => "corrects",
                };
                let message = format!(
                    "this line {what} {:?}, which is not before it in this file",
                    excerpt(corrects, 40)
                );
                out.report(Code::Correction, place(), message);
            }
            balances.add(line);
            out.line(line);
        }
        for repeated in ids.take_repeated() {
            let message = format!("the line has the id of the one on line {}", repeated.earlier);
            out.report(Code::DuplicateId, Place::line(repeated.line), message);
        }
        let last = &self.draft.line;
        let swept =
            payout_first > last.booking_date || part.last().is_some_and(|(_, record)| record.feed.is_swept(last));
        balances.fill(swept && !self.more, &mut statement);
        out.end(statement);
    }

    /// Accounts with balances, but nothing happened.
    fn without_lines(&self, is_broken: bool, out: &mut Emitter<'_>) {
        let mut statements: Vec<Statement> = self.notes.iter().map(from_note).collect();
        if statements.is_empty() {
            statements.push(Statement::default());
        }
        for mut statement in statements {
            statement.message = self.feeds.join(" and ");
            out.begin(&statement);
            out.end(statement);
        }
        let message = if is_broken {
            "no transaction of the feed could be read"
        } else {
            "the feed holds no transactions"
        };
        out.problem(Problem::of_file(Code::EmptyStatement, message));
    }
}

fn say_what_is_missing(statement: &Statement, knows_currency: bool, out: &mut Emitter<'_>) {
    if statement.account.id.is_empty() {
        out.problem(Problem::of_file(Code::NoAccount, "the feed does not name the account"));
    }
    if statement.currency.is_none() && !knows_currency {
        out.problem(Problem::of_file(
            Code::NoCurrency,
            "the feed does not name the currency",
        ));
    }
}

fn from_note(note: &AccountNote) -> Statement {
    Statement {
        account: note.account.clone(),
        currency: note
            .currency
            .or_else(|| note.closing.as_ref().and_then(|balance| balance.currency)),
        opening: note.opening.clone(),
        closing: note.closing.clone(),
        available: note.available.clone(),
        other_balances: note.others.clone(),
        ..Statement::default()
    }
}

fn scheme(id: &str) -> AccountScheme {
    if account_number::is_iban(id) {
        AccountScheme::Iban
    } else {
        AccountScheme::Other
    }
}

/// Where a part of the text begins.
pub(super) fn offset(text: &str, part: &str) -> u64 {
    let bytes = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// How many line ends there are before each block of the text.
pub(super) struct LineIndex {
    before: Vec<u64>,
}

const BLOCK: usize = 16 * 1024;

impl LineIndex {
    pub(super) fn of(text: &str) -> Self {
        let mut ends = 0;
        let count = |block: &[u8]| {
            let before = ends;
            ends += lines_in(block);
            before
        };
        Self {
            before: text.as_bytes().chunks(BLOCK).map(count).collect(),
        }
    }

    /// The line, from 1, on which a part of the text begins.
    pub(super) fn line_of(&self, text: &str, part: &str) -> u64 {
        let offset = usize::try_from(offset(text, part)).unwrap_or(0);
        let block = offset / BLOCK;
        let before = self.before.get(block).copied().unwrap_or(0);
        let rest = text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        before + lines_in(rest) + 1
    }
}

fn lines_in(bytes: &[u8]) -> u64 {
    u64::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u64::MAX)
}
