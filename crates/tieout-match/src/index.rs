//! Candidates: which entries a line is compared with at all.
//!
//! Nothing here looks at all entries for a line. Equal amounts come from a sorted list; when thousands share one amount,
//! only the nearest by date and those that share a name or a number with the line are taken. Other amounts come by
//! shared numbers, by shared names within some weeks, and by the few amounts that a typing error makes.

use crate::arith::count;
use crate::books::Books;
use crate::columns::{Rows, at, part};
use crate::limits;
use crate::residuals::mistyped;
use crate::roll::Position;
use crate::settings::Settings;
use crate::vocabulary::TokenId;

/// Ways from a line to entries.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    books: &'a Books,
    settings: &'a Settings,
    /// Entries of each token, by account and day.
    postings: Rows<Position>,
    /// Of long runs of equal amounts: run, token, entry.
    runs: Vec<(u32, TokenId, Position)>,
    /// Per line of a long run, which of the equal lines of its day it is.
    places: Vec<u32>,
}

/// Days around a line in which an entry of another amount is looked for by name.
const NAME_DAYS: (i32, i32) = (25, 7);
/// What part of an amount an entry may differ by when nothing else leads to it.
const NEARLY: u64 = 200;
/// Days before and after the line in which such an entry is looked for.
const NEARLY_DAYS: (i32, i32) = (10, 3);
/// Names that are followed for one line.
const NAMES_FOLLOWED: usize = 3;

impl<'a> Index<'a> {
    /// Builds the index.
    pub(crate) fn new(books: &'a Books, settings: &'a Settings) -> Self {
        let entries = &books.entries;
        let tokens = |entry: Position| {
            let names = books.contacts.names.row(entry).iter();
            names.chain(entries.numbers.row(entry)).copied()
        };
        let mut pairs: Vec<(TokenId, Position)> = entries
            .positions()
            .filter(|entry| entries.amount(*entry) != 0)
            .flat_map(|entry| tokens(entry).map(move |token| (token, entry)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let postings = Rows::from_sorted(books.vocabulary.len(), &pairs);
        drop(pairs);
        let mut runs = Vec::new();
        for (run, members) in books.amounts.long_runs(limits::SHORT_RUN) {
            for entry in members {
                runs.extend(tokens(*entry).map(|token| (run, token, *entry)));
            }
        }
        runs.sort_unstable();
        runs.dedup();
        Self {
            books,
            settings,
            postings,
            runs,
            places: places(books),
        }
    }

    /// Entries to compare a line with, sorted, each once.
    pub(crate) fn candidates(&self, line: Position, found: &mut Vec<Position>) {
        found.clear();
        let lines = &self.books.lines;
        let amount = lines.amount(line);
        if amount == 0 {
            return;
        }
        self.equal(line, found);
        self.by_number(line, found);
        self.by_name(line, found);
        if found.is_empty() {
            self.nearly_equal(line, found);
        }
        let account = at(&lines.accounts, line);
        for other in mistyped(amount) {
            let run = self.books.amounts.equal(account, other).1;
            self.nearest(line, run, 4, found);
        }
        found.sort_unstable();
        found.dedup();
    }

    /// Entries of a token, by account and day.
    pub(crate) fn with_token(&self, token: TokenId) -> &[Position] {
        self.postings.row(token)
    }

    fn equal(&self, line: Position, found: &mut Vec<Position>) {
        let lines = &self.books.lines;
        let (run, members) = self.books.amounts.equal(at(&lines.accounts, line), lines.amount(line));
        if members.len() <= limits::SHORT_RUN {
            found.extend_from_slice(members);
            return;
        }
        for token in lines.words.row(line).iter().chain(lines.numbers.row(line)) {
            for (meaning, _) in self.books.links.of(*token) {
                let from = self.runs.partition_point(|key| (key.0, key.1) < (run, *meaning));
                let to = self.runs.partition_point(|key| (key.0, key.1) <= (run, *meaning));
                let hits = part(&self.runs, count(from), count(to));
                let near = self.around(line, hits, |(_, _, entry)| *entry, limits::NEAR_BY_TOKEN);
                found.extend(near.iter().map(|(_, _, entry)| *entry));
            }
        }
        self.spread(line, members, found);
    }

    /// The entries of a long run nearest by date. Where more are equally near than are taken, lines of one day take
    /// different ones, so that all of them find a partner.
    fn spread(&self, line: Position, members: &[Position], found: &mut Vec<Position>) {
        let day = self.books.lines.day(line);
        let first = members.partition_point(|entry| self.books.entries.day(*entry) < day - 7);
        let last = members.partition_point(|entry| self.books.entries.day(*entry) <= day);
        let near = last.saturating_sub(first);
        if near <= limits::NEAR_BY_DATE {
            found.extend(self.around(line, members, |entry| *entry, limits::NEAR_BY_DATE));
            return;
        }
        let place = usize::try_from(at(&self.places, line)).unwrap_or(0);
        let start = first + place % near;
        let ring = members.get(first..last).unwrap_or_default();
        found.extend(ring.iter().cycle().skip(start - first).take(limits::NEAR_BY_DATE));
    }

    /// For a line without any other candidate: entries of nearly its amount, as an exchange rate leaves them.
    fn nearly_equal(&self, line: Position, found: &mut Vec<Position>) {
        let lines = &self.books.lines;
        let (amount, day) = (lines.amount(line), lines.day(line));
        let reach = i64::try_from(amount.unsigned_abs() / NEARLY).unwrap_or(i64::MAX).max(1);
        let (low, high) = (amount.saturating_sub(reach), amount.saturating_add(reach));
        let near = self.books.amounts.between(at(&lines.accounts, line), low, high);
        let days = day - NEARLY_DAYS.0..=day + NEARLY_DAYS.1;
        let in_time = near
            .iter()
            .copied()
            .filter(|entry| days.contains(&self.books.entries.day(*entry)));
        found.extend(in_time.take(limits::NEARLY_EQUAL));
    }

    fn by_number(&self, line: Position, found: &mut Vec<Position>) {
        for number in self.books.lines.numbers.row(line) {
            for (meaning, _) in self.books.links.of(*number) {
                if self.books.content(*meaning) >= 1300
                    && self.books.entries.frequency(*meaning) <= limits::COMMON_NUMBER
                {
                    found.extend_from_slice(self.postings.row(*meaning));
                }
            }
        }
    }

    fn by_name(&self, line: Position, found: &mut Vec<Position>) {
        let books = self.books;
        let mut names: Vec<(u32, TokenId)> = books
            .lines
            .words
            .row(line)
            .iter()
            .flat_map(|word| books.links.of(*word))
            .filter(|(token, _)| {
                books.contacts.is_distinctive(*token) || at(&books.contacts.name_frequency, *token) == 0
            })
            .map(|(token, _)| (books.entries.frequency(*token), *token))
            .collect();
        names.sort_unstable();
        names.dedup();
        let (amount, day) = (books.lines.amount(line), books.lines.day(line));
        let most = self
            .settings
            .max_fee_per_mille
            .max(self.settings.max_exchange_per_mille)
            .max(100);
        for (_, name) in names.into_iter().take(NAMES_FOLLOWED) {
            let entries = self.postings.row(name);
            let from = entries.partition_point(|entry| books.entries.day(*entry) < day - NAME_DAYS.0);
            let near = entries
                .iter()
                .skip(from)
                .take_while(|entry| books.entries.day(**entry) <= day + NAME_DAYS.1)
                .filter(|entry| resemble(amount, books.entries.amount(**entry), most));
            found.extend(near.take(limits::NEAR_BY_NAME));
        }
    }

    fn nearest(&self, line: Position, run: &[Position], most: usize, found: &mut Vec<Position>) {
        found.extend(self.around(line, run, |entry| *entry, most));
    }

    /// Up to `most` items around the line's day, from a list by day.
    fn around<'i, T>(&self, line: Position, items: &'i [T], entry_of: impl Fn(&T) -> Position, most: usize) -> &'i [T] {
        if items.len() <= most {
            return items;
        }
        let day = self.books.lines.day(line);
        let after = items.partition_point(|item| self.books.entries.day(entry_of(item)) <= day);
        // Two thirds before the line: entries mostly come first.
        let from = after.saturating_sub(most * 2 / 3).min(items.len() - most);
        items.get(from..from + most).unwrap_or_default()
    }
}

/// The amounts have one sign, and differ by no more than `per_mille` of the larger.
fn resemble(a: i64, b: i64, per_mille: u32) -> bool {
    let larger = a.unsigned_abs().max(b.unsigned_abs());
    (a < 0) == (b < 0) && u128::from(a.abs_diff(b)) * 1000 <= u128::from(larger) * u128::from(per_mille)
}

/// Of lines with the same account, amount and day: which one each is.
fn places(books: &Books) -> Vec<u32> {
    let lines = &books.lines;
    let key = |line: Position| (at(&lines.accounts, line), lines.amount(line), lines.day(line));
    let mut order: Vec<Position> = lines.positions().collect();
    order.sort_by_key(|line| (key(*line), *line));
    let mut places = vec![0; order.len()];
    for run in order.chunk_by(|a, b| key(*a) == key(*b)) {
        for (line, place) in run.iter().zip(0..) {
            crate::columns::set(&mut places, *line, place);
        }
    }
    places
}
