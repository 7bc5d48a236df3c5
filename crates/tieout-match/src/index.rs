//! Candidates: which entries a line is compared with at all.
//!
//! Nothing here looks at all entries for a line. Equal amounts come from a sorted list; when thousands share one amount,
//! only the nearest by date and those that share a name or a number with the line are taken. Other amounts come by
//! shared numbers, by shared names within some weeks, and by the few amounts that a typing error makes.

use crate::arith::count;
use crate::books::Books;
use crate::columns::{Rows, at, part, set};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::groups::{tells, within};
use crate::indistinct::{Indistinct, key_of};
use crate::limits;
use crate::residuals::mistyped;
use crate::roll::Position;
use crate::vocabulary::TokenId;

/// Ways from a line to entries.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    /// Entries of each token, by account and day.
    postings: Rows<Position>,
    /// For each run of equal amounts, if it is long: name and entry, sorted; also contact and entry (see [`Indistinct`]).
    runs: Rows<(TokenId, Position)>,
    pub(crate) indistinct: Indistinct,
    /// Per line of a long run, which of the equal lines of its day it is.
    places: Vec<u32>,
    /// Per run of equal lines: the runs of entries of amounts that a typing error makes of theirs.
    mistyped: Rows<u32>,
    /// Per token: it says who or which document it is about.
    telling: Vec<bool>,
}

/// How far candidates are looked for among equal amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// As far as a pair is shown to anybody.
    Matching,
    /// As far as a pair is certain.
    Learning,
}

impl Width {
    fn short_run(self) -> usize {
        match self {
            Self::Matching => limits::SHORT_RUN,
            Self::Learning => limits::SHORT_RUN_TO_LEARN,
        }
    }

    fn near_by_date(self) -> usize {
        match self {
            Self::Matching => limits::NEAR_BY_DATE,
            Self::Learning => limits::NEAR_BY_DATE_TO_LEARN,
        }
    }
}

/// What a search for candidates needs again and again.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// The entries found, sorted, each once.
    pub(crate) found: Vec<Position>,
    /// Names of the line, the rarest first.
    names: Vec<(u32, TokenId)>,
    /// Names of contacts that the bank calls so.
    aliased: Vec<TokenId>,
}

/// Days around a line in which an entry of another amount is looked for by name.
const NAME_DAYS: (i32, i32) = (25, 7);
/// What part of an amount an entry may differ by when nothing else leads to it.
const NEARLY: (u64, u64) = (1, 200);
/// Days before and after the line in which such an entry is looked for.
const NEARLY_DAYS: (i32, i32) = (10, 3);
/// Names that are followed for one line.
const NAMES_FOLLOWED: usize = 3;

impl Index {
    /// Builds the index.
    pub(crate) fn new(books: &Books) -> Self {
        let entries = &books.entries;
        let postings = Rows::gathered(books.vocabulary.len(), || {
            entries
                .positions()
                .filter(|entry| entries.amount(*entry) != 0)
                .flat_map(|entry| {
                    let numbers = entries.numbers.row(entry);
                    let names = books.contacts.names.row(entry).iter();
                    let names = names.filter(|name| !numbers.contains(name));
                    names.chain(numbers).map(move |token| (*token, entry))
                })
        });
        let indistinct = Indistinct::new(books);
        Self {
            runs: long_runs(books, &indistinct),
            indistinct,
            postings,
            places: places(books),
            mistyped: mistyped_runs(books),
            telling: (0..books.vocabulary.len()).map(|token| tells(books, token)).collect(),
        }
    }

    /// Entries to compare a line with, sorted, each once; `facing` looks at the line.
    pub(crate) fn candidates(&self, judge: &Judge<'_>, facing: &Facing, width: Width, candidates: &mut Candidates) {
        candidates.found.clear();
        let (books, line) = (judge.books, facing.line);
        let lines = &books.lines;
        let amount = lines.amount(line);
        if amount == 0 {
            return;
        }
        let account = at(&lines.accounts, line);
        let after = books.entries.first_from(account, facing.day.saturating_add(1));
        let is_decided = self.by_number(books, facing, &mut candidates.found);
        if is_decided {
            let run = books.amounts.equal(account, amount);
            let beside = around(after, run, |entry| *entry, limits::BESIDE_DECISIVE);
            candidates.found.extend_from_slice(beside);
        } else {
            names_of(books, line, &mut candidates.names);
            candidates.aliased.clear();
            let aliased = judge.names_aliased(line).filter(|name| is_name(books, *name));
            candidates.aliased.extend(aliased);
            self.equal(books, (line, after), width, candidates);
            self.by_name(judge, line, candidates);
            by_opening(judge, line, &mut candidates.found);
            if books.is_foreign(line) {
                let reach = u64::from(judge.settings.max_exchange_per_mille);
                nearly_equal(
                    books,
                    line,
                    (reach, 1_000),
                    limits::NEARLY_ABROAD,
                    &mut candidates.found,
                );
            } else if candidates.found.is_empty() {
                nearly_equal(books, line, NEARLY, limits::NEARLY_EQUAL, &mut candidates.found);
            }
            let equal_lines = books.line_amounts.run_of(account, amount);
            for run in equal_lines.map_or(&[][..], |run| self.mistyped.row(run)) {
                let members = books.amounts.members(*run);
                candidates
                    .found
                    .extend_from_slice(around(after, members, |entry| *entry, 4));
            }
        }
        candidates.found.sort_unstable();
        candidates.found.dedup();
    }

    /// Which of the equal lines of its day a line is.
    pub(crate) fn place_of(&self, line: Position) -> u32 {
        at(&self.places, line)
    }

    /// The token says who or which document it is about.
    pub(crate) fn tells(&self, token: TokenId) -> bool {
        at(&self.telling, token)
    }

    /// Entries of a token, by account and day.
    pub(crate) fn with_token(&self, token: TokenId) -> &[Position] {
        self.postings.row(token)
    }

    /// Entries of a line's amount; `after` is the first entry after its day.
    fn equal(&self, books: &Books, (line, after): (Position, Position), width: Width, candidates: &mut Candidates) {
        let lines = &books.lines;
        let Some(run) = books.amounts.run_of(at(&lines.accounts, line), lines.amount(line)) else {
            return;
        };
        let members = books.amounts.members(run);
        if members.len() <= width.short_run() {
            candidates.found.extend_from_slice(members);
            return;
        }
        let by_name = self.runs.row(run);
        let of_name = |name: TokenId| {
            let from = by_name.partition_point(|key| key.0 < name);
            let rest = part(by_name, count(from), count(by_name.len()));
            let length = rest.partition_point(|key| key.0 <= name);
            part(rest, 0, count(length))
        };
        let before = candidates.found.len();
        let names = candidates.names.iter().map(|(_, name)| *name);
        let contacts = self.indistinct.of(books, line).iter();
        let contacts = contacts.map(|contact| key_of(books, *contact));
        let aliased = candidates.aliased.iter().copied();
        let named = names.chain(aliased).chain(contacts).map(of_name);
        for hits in named.filter(|hits| !hits.is_empty()).take(limits::NAMES_AMONG_EQUAL) {
            let near = around(after, hits, |(_, entry)| *entry, limits::NEAR_BY_TOKEN);
            candidates.found.extend(near.iter().map(|(_, entry)| *entry));
        }
        let most = if candidates.found.len() > before {
            limits::NEAR_BESIDE_NAMED
        } else {
            width.near_by_date()
        };
        self.spread(books, (line, after), members, most, &mut candidates.found);
    }

    /// The entries of a long run nearest by date. Where more are equally near than are taken, lines of one day take
    /// different ones, so that all of them find a partner.
    fn spread(
        &self,
        books: &Books,
        (line, after): (Position, Position),
        members: &[Position],
        most: usize,
        found: &mut Vec<Position>,
    ) {
        let week = books
            .entries
            .first_from(at(&books.lines.accounts, line), books.lines.day(line) - 7);
        let first = members.partition_point(|entry| *entry < week);
        let last = members.partition_point(|entry| *entry < after);
        let near = last.saturating_sub(first);
        if near <= most {
            found.extend(around(after, members, |entry| *entry, most));
            return;
        }
        let place = usize::try_from(at(&self.places, line)).unwrap_or(0);
        let start = first + place % near;
        let ring = members.get(first..last).unwrap_or_default();
        found.extend(ring.iter().cycle().skip(start - first).take(most));
    }

    /// Entries of the numbers that few have. True if one of them decides: it has the line's amount as well, and its
    /// number is long and hardly ever used.
    fn by_number(&self, books: &Books, facing: &Facing, found: &mut Vec<Position>) -> bool {
        /// Entries that one document has.
        const DOCUMENT: usize = 4;
        let (line, mut is_decided) = (facing.line, false);
        let place = (at(&books.lines.accounts, line), books.lines.amount(line));
        for (number, bits) in &facing.numbers {
            if !leads_directly(books, *number) {
                continue;
            }
            let entries = self.postings.row(*number);
            found.extend_from_slice(entries);
            let is_equal =
                |entry: &Position| (at(&books.entries.accounts, *entry), books.entries.amount(*entry)) == place;
            let day = books.lines.day(line);
            let is_near = |entry: &Position| books.entries.day(*entry).abs_diff(day) <= 60;
            is_decided |= *bits >= TELLING
                && entries.len() <= DOCUMENT
                && entries.iter().any(|entry| is_equal(entry) && is_near(entry));
        }
        is_decided
    }

    fn by_name(&self, judge: &Judge<'_>, line: Position, candidates: &mut Candidates) {
        let (books, settings) = (judge.books, judge.settings);
        let (amount, day) = (books.lines.amount(line), books.lines.day(line));
        let account = at(&books.lines.accounts, line);
        let most = settings.max_fee_per_mille.max(settings.max_exchange_per_mille).max(100);
        let words = candidates
            .names
            .iter()
            .filter(|(_, name)| books.vocabulary.is_word(*name));
        for (_, name) in words.take(NAMES_FOLLOWED) {
            let days = (day - NAME_DAYS.0, day + NAME_DAYS.1);
            let near = within(&books.entries, self.postings.row(*name), account, days)
                .iter()
                .filter(|entry| resemble(amount, books.entries.amount(**entry), most));
            candidates.found.extend(near.take(limits::NEAR_BY_NAME));
        }
    }
}

/// Entries whose texts begin as the line's does, where both sides write alike.
fn by_opening(judge: &Judge<'_>, line: Position, found: &mut Vec<Position>) {
    let (books, settings) = (judge.books, judge.settings);
    let (amount, day) = (books.lines.amount(line), books.lines.day(line));
    let most = settings.max_fee_per_mille.max(settings.max_exchange_per_mille).max(100);
    let days = (day - NAME_DAYS.0, day + NAME_DAYS.1);
    let account = at(&books.lines.accounts, line);
    let near = books.openings.with(account, line, days, limits::NEAR_BY_OPENING);
    found.extend(near.filter(|entry| resemble(amount, books.entries.amount(*entry), most)));
}

/// The names of a line that tell contacts apart, the rarest first.
fn names_of(books: &Books, line: Position, names: &mut Vec<(u32, TokenId)>) {
    let words = books.lines.words.row(line).iter();
    names.clear();
    names.extend(
        words
            .chain(books.lines.numbers.row(line))
            .flat_map(|word| books.links.of(*word))
            .filter(|(token, _)| is_name(books, *token))
            .map(|(token, _)| (books.entries.frequency(*token), *token)),
    );
    names.sort_unstable();
    names.dedup();
}

/// For a line without any other candidate, or one that names a foreign currency: entries of nearly its amount, as an
/// exchange rate leaves them.
fn nearly_equal(books: &Books, line: Position, part: (u64, u64), most: usize, found: &mut Vec<Position>) {
    let lines = &books.lines;
    let (amount, day) = (lines.amount(line), lines.day(line));
    let reach = u128::from(amount.unsigned_abs()) * u128::from(part.0) / u128::from(part.1);
    let reach = i64::try_from(reach).unwrap_or(i64::MAX).max(1);
    let (low, high) = (amount.saturating_sub(reach), amount.saturating_add(reach));
    let near = books.amounts.between(at(&lines.accounts, line), low, high);
    let days = day - NEARLY_DAYS.0..=day + NEARLY_DAYS.1;
    let in_time = near
        .iter()
        .copied()
        .take(limits::NEARLY_LOOKED_AT)
        .filter(|entry| days.contains(&books.entries.day(*entry)));
    found.extend(in_time.take(most));
}

/// Up to `most` items around a line's day, from a list by day; `after` is the first entry after it. Positions are in the
/// order of days, so that the days themselves, which lie all over the memory, need not be looked at.
pub(crate) fn around<T>(after: Position, items: &[T], entry_of: impl Fn(&T) -> Position, most: usize) -> &[T] {
    if items.len() <= most {
        return items;
    }
    let after = items.partition_point(|item| entry_of(item) < after);
    // Two thirds before the line: entries mostly come first.
    let from = after.saturating_sub(most * 2 / 3).min(items.len() - most);
    items.get(from..from + most).unwrap_or_default()
}

/// What a number must tell at least, in hundredths of a bit, to lead to entries of whatever amount.
const TELLING: i32 = 1_300;

/// A number leads to all of its entries, as they are few.
fn leads_directly(books: &Books, number: TokenId) -> bool {
    books.content(number) >= TELLING && books.entries.frequency(number) <= limits::COMMON_NUMBER
}

/// A token that leads to entries of one contact, or of the few that share it.
pub(crate) fn is_name(books: &Books, token: TokenId) -> bool {
    books.contacts.is_distinctive(token) || at(&books.contacts.name_frequency, token) == 0
}

/// Of runs of equal amounts that are too long to be compared in full: names and numbers of their entries, but those that
/// lead to them directly.
fn long_runs(books: &Books, indistinct: &Indistinct) -> Rows<(TokenId, Position)> {
    let mut runs = Rows::default();
    let mut row = Vec::new();
    let entries = &books.entries;
    for members in (0..books.amounts.runs()).map(|run| books.amounts.members(run)) {
        row.clear();
        if members.len() > limits::SHORT_RUN_TO_LEARN {
            for entry in members {
                let numbers = entries.numbers.row(*entry).iter();
                let others = numbers.filter(|number| !leads_directly(books, **number));
                let names = books.contacts.names.row(*entry).iter();
                let all = others.chain(names).filter(|token| is_name(books, **token));
                row.extend(all.map(|token| (*token, *entry)));
                let contact = books.contacts.of(*entry);
                row.extend(indistinct.has(contact).then(|| (key_of(books, contact), *entry)));
            }
            row.sort_unstable();
            row.dedup();
        }
        runs.push(row.iter().copied());
    }
    runs
}

/// The amounts have one sign, and differ by no more than `per_mille` of the larger.
fn resemble(a: i64, b: i64, per_mille: u32) -> bool {
    let larger = a.unsigned_abs().max(b.unsigned_abs());
    (a < 0) == (b < 0) && u128::from(a.abs_diff(b)) * 1000 <= u128::from(larger) * u128::from(per_mille)
}

/// See [`Index::mistyped`]: worked out once for each amount, as most come again and again.
fn mistyped_runs(books: &Books) -> Rows<u32> {
    let mut runs = Rows::default();
    for (account, amount) in books.line_amounts.keys() {
        runs.push(mistyped(*amount).filter_map(|other| books.amounts.run_of(*account, other)));
    }
    runs
}

/// Of lines with the same account, amount and day: which one each is.
fn places(books: &Books) -> Vec<u32> {
    let lines = &books.lines;
    let mut places = vec![0; lines.original.len()];
    for run in (0..books.line_amounts.runs()).map(|run| books.line_amounts.members(run)) {
        for of_day in run.chunk_by(|a, b| lines.day(*a) == lines.day(*b)) {
            for (line, place) in of_day.iter().zip(0..) {
                set(&mut places, *line, place);
            }
        }
    }
    places
}
