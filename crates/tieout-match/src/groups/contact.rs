//! Entries of one contact that sum to one line: several invoices paid at once; and many lines for many entries of one
//! contact.

use super::bundle::{Draft, choices};
use super::sums::MOST_AMOUNTS;
use super::{Bench, clusters, within};
use crate::arith::{count, log2};
use crate::books::Books;
use crate::columns::{Rows, at, set};
use crate::evidence::Judge;
use crate::index::Index;
use crate::links::Link;
use crate::outcome::Reason;
use crate::recall::{Purpose, Reach};
use crate::roll::Position;

/// Entries of one payment lie no more than so many days apart, unless a name says they belong together.
const GAP: i32 = 3;
/// Clusters up to this size are tried with every subset.
const SMALL: usize = 8;
/// Days before the first and after the last entry in which the line may be.
const BEFORE: i32 = 4;
/// See [`BEFORE`].
const AFTER: i32 = 20;
/// Days before a named line, and after it, from which entries are taken.
const NAMED_BEFORE: i32 = 60;
/// Entries among which every subset is soon looked at.
const QUICK: usize = 20;
/// Entries that one line pays, of those that it names.
const MOST_CHOSEN: usize = 12;
/// See [`NAMED_BEFORE`].
const NAMED_AFTER: i32 = 7;

/// Wanted entries by contact, in order of account and day.
pub(crate) fn by_contact(books: &Books, wanted: impl Fn(Position) -> bool) -> Rows<Position> {
    Rows::gathered(count(books.contacts.sizes.len()), || {
        let entries = books.entries.positions();
        let wanted = entries.filter(|entry| wanted(*entry) && books.entries.amount(*entry) != 0);
        let of_contact = wanted.map(|entry| (books.contacts.of(entry), entry));
        of_contact.filter(|(contact, _)| *contact != 0)
    })
}

/// Proposes bundles of entries that share a contact and lie together in time.
pub(crate) fn propose(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    let books = bench.judge.books;
    for contact in 1..contacts.len() {
        for cluster in clusters(&books.entries, contacts.row(contact), GAP) {
            if cluster.len() > 1 {
                let reach = Reach::new(Purpose::Contact, &books.entries, cluster, (BEFORE, AFTER));
                bench.recall(&reach, |bench| match cluster.len() {
                    ..=SMALL => every_subset(bench, cluster),
                    _ => days_of(bench, cluster),
                });
            }
        }
    }
}

/// Proposes bundles of entries whose contact or number a line shows, from a wider time.
pub(crate) fn propose_named(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    let days = (NAMED_BEFORE, NAMED_AFTER);
    of_named(bench, contacts, |pool| {
        (pool(days).len() <= MOST_AMOUNTS).then(|| pool(days))
    });
}

/// The same of contacts with many entries: of the days around the line only, as few as leave a search that is quick. There
/// are many such searches; they come last, so that they take no steps from others.
pub(crate) fn propose_busy(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    const NARROWER: [i32; 7] = [NAMED_BEFORE / 2, 20, 14, 10, 7, 5, 3];
    of_named(bench, contacts, |pool| {
        if pool((NAMED_BEFORE, NAMED_AFTER)).len() <= MOST_AMOUNTS {
            return None;
        }
        let narrower = NARROWER.into_iter().map(|before| pool((before, 2)));
        narrower.into_iter().find(|pool| pool.len() <= QUICK)
    });
}

/// The entries of a contact from so many days before a line to so many after.
type PoolOf<'a, 'p> = dyn Fn((i32, i32)) -> &'p [Position] + 'a;

fn of_named<'p>(
    bench: &mut Bench<'_>,
    contacts: &'p Rows<Position>,
    choose: impl for<'a> Fn(&PoolOf<'a, 'p>) -> Option<&'p [Position]>,
) {
    let books = bench.judge.books;
    for line in books.lines.positions() {
        if !at(&bench.open.lines, line) || books.lines.amount(line) == 0 {
            continue;
        }
        for contact in bench.named.of(line) {
            let (account, day) = (at(&books.lines.accounts, line), books.lines.day(line));
            let pool = |(before, after): (i32, i32)| {
                let days = (day.saturating_sub(before), day.saturating_add(after));
                within(&books.entries, contacts.row(*contact), account, days)
            };
            let Some(pool) = choose(&pool) else { continue };
            if pool.len() > 1 {
                search(bench, line, pool);
            }
            with_nameless(bench, line, pool);
        }
    }
}

/// Entries of some days of a contact, and one of nobody that is just what they lack.
fn with_nameless(bench: &mut Bench<'_>, line: Position, pool: &[Position]) {
    /// Days around the contact's entries in which the other one lies; days that they cover; entries that are enough.
    const AROUND: i32 = 3;
    const RUN: i32 = 4;
    const MOST: usize = 20;
    /// Entries of nobody that are laid against each other: twins count as one.
    const MOST_NOBODYS: usize = 8;
    /// Entries of one amount that are looked at for them.
    const MOST_LOOKED_AT: usize = 512;
    let books = bench.judge.books;
    let (account, amount) = (at(&books.lines.accounts, line), i128::from(books.lines.amount(line)));
    let day = |item: Option<&Position>| item.map_or(0, |item| books.entries.day(*item));
    let mut found: Vec<(Vec<Position>, u32, bool)> = Vec::new();
    let mut runs = 0_u32;
    for first in 0..pool.len() {
        let rest = pool.get(first..).unwrap_or_default();
        let starts_day = first == 0 || day(pool.get(first - 1)) < day(rest.first());
        let mut sum = 0_i128;
        for (place, entry) in rest.iter().enumerate().take(MOST).filter(|_| starts_day) {
            if day(Some(entry)) - day(rest.first()) >= RUN {
                break;
            }
            sum += i128::from(books.entries.amount(*entry));
            if day(rest.get(place + 1)) == day(Some(entry)) {
                continue;
            }
            runs += 1;
            let Ok(missing) = i64::try_from(amount - sum) else {
                continue;
            };
            let run = rest.get(..=place).unwrap_or_default();
            let days = (day(run.first()) - AROUND, day(run.last()) + AROUND);
            let equal = within(&books.entries, books.amounts.equal(account, missing), account, days);
            let cut_short = equal.len() > MOST_LOOKED_AT;
            let nobodys = equal
                .iter()
                .take(MOST_LOOKED_AT)
                .filter(|other| books.contacts.of(**other) == 0 && at(&bench.open.entries, **other));
            let around = super::between(&books.entries, account, days).1;
            found.extend(
                nobodys
                    .take(MOST_NOBODYS)
                    .map(|other| (run.iter().chain([other]).copied().collect(), around, cut_short)),
            );
        }
    }
    for (entries, around, cut_short) in found {
        let draft = Draft {
            lines: vec![line],
            entries,
            // Of the entries around, those of nobody are few.
            tries: log2(u64::from(runs)) + (log2(u64::from(around)) - 300).max(100),
            by_name: true,
            prior: -200,
            solutions: 1,
            cut_short,
            ..Draft::default()
        };
        bench.propose(draft, Reason::SharedContact);
    }
}

/// Which contacts lines name, for all that search for groups by name: nothing of it changes while groups are formed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    /// Per line, one more than its row; 0 if it was not asked for.
    places: Vec<u32>,
    rows: Rows<u32>,
}

impl Named {
    /// Finds out whom the wanted lines name, as far as that is not known; `known` tells of some.
    pub(crate) fn learn<'k>(
        &mut self,
        judge: &Judge<'_>,
        index: &Index,
        wanted: &[bool],
        known: impl Fn(Position) -> Option<&'k [u32]>,
    ) {
        self.places.resize(wanted.len(), 0);
        for line in judge.books.lines.positions() {
            if at(wanted, line) && at(&self.places, line) == 0 {
                match known(line) {
                    Some(known) => self.rows.push(known.iter().copied()),
                    None => self.rows.push(named(judge, index, line)),
                }
                set(&mut self.places, line, self.rows.len());
            }
        }
    }

    /// The contacts that a line names best.
    pub(crate) fn of(&self, line: Position) -> &[u32] {
        self.known(line).unwrap_or_default()
    }

    /// The same, if it was asked for.
    pub(crate) fn known(&self, line: Position) -> Option<&[u32]> {
        let row = at(&self.places, line).checked_sub(1)?;
        Some(self.rows.row(row))
    }
}

/// Contacts that the line names best, by the entries that its rarest tokens lead to; at most a few.
fn named(judge: &Judge<'_>, index: &Index, line: Position) -> Vec<u32> {
    const TOKENS: usize = 4;
    const CONTACTS: usize = 4;
    /// A link in per mille.
    const WHOLE: u16 = 1_000;
    let books = judge.books;
    let texts = books.lines.words.row(line).iter();
    let texts = texts.chain(books.lines.numbers.row(line));
    let told = texts.flat_map(|token| books.links.of(*token));
    let mut told: Vec<Link> = told.copied().filter(|(meaning, _)| index.tells(*meaning)).collect();
    // What looks like a part of a number may be a day, a till or a merchant: beside a name it tells nothing.
    let is_part = |(meaning, agreement): &Link| *agreement < WHOLE && !books.contacts.is_distinctive(*meaning);
    if !told.iter().all(is_part) {
        told.retain(|link| !is_part(link));
    }
    let frequency = |(meaning, _): &Link| (books.entries.frequency(*meaning), *meaning);
    let mut tokens: Vec<(u32, u32)> = told.iter().map(frequency).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let account = at(&books.lines.accounts, line);
    let day = books.lines.day(line);
    let mut votes: Vec<(u32, u32)> = Vec::new();
    for (_, token) in tokens.into_iter().take(TOKENS) {
        let days = (day.saturating_sub(NAMED_BEFORE), day.saturating_add(NAMED_AFTER));
        let mut seen: Vec<u32> = within(&books.entries, index.with_token(token), account, days)
            .iter()
            // The nearest ones: most entries come shortly before their line.
            .rev()
            .take(400)
            .map(|entry| books.contacts.of(*entry))
            .filter(|contact| *contact != 0)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for contact in seen {
            match votes.iter_mut().find(|(of, _)| *of == contact) {
                Some((_, votes)) => *votes += 1,
                None => votes.push((contact, 1)),
            }
        }
    }
    let most = votes.iter().map(|(_, votes)| *votes).max().unwrap_or(0);
    let mut best: Vec<u32> = votes
        .into_iter()
        .filter(|(_, votes)| *votes == most)
        .map(|(contact, _)| contact)
        .collect();
    best.sort_unstable();
    best.truncate(CONTACTS);
    if best.is_empty() {
        best.extend_from_slice(index.indistinct.of(books, line));
    }
    best
}

fn every_subset(bench: &mut Bench<'_>, cluster: &[Position]) {
    let entries = &bench.judge.books.entries;
    let size = cluster.len();
    let account = cluster.first().map_or(0, |entry| at(&entries.accounts, *entry));
    for mask in 1_u32..1 << size {
        if mask.count_ones() < 2 {
            continue;
        }
        let of_mask = || {
            let chosen = cluster.iter().zip(0..).filter(|(_, bit)| mask >> bit & 1 == 1);
            chosen.map(|(entry, _)| *entry)
        };
        let sum = of_mask().map(|entry| i128::from(entries.amount(entry))).sum();
        // Nearly always nothing of that amount has come.
        if !bench.has_line_with(account, sum) {
            continue;
        }
        let chosen: Vec<Position> = of_mask().collect();
        // Leaving none out, or taking one day whole, is natural; any other choice is one of many.
        let days = (span(bench, &chosen), span(bench, cluster));
        let tries = if chosen.len() == size || days.0 < days.1 {
            100
        } else {
            log2(1 << size)
        };
        look_up(bench, &chosen, sum, tries);
    }
}

/// Of many entries, those of each run of days.
fn days_of(bench: &mut Bench<'_>, cluster: &[Position]) {
    const DAYS: i32 = 4;
    let entries = &bench.judge.books.entries;
    let days: Vec<&[Position]> = cluster.chunk_by(|a, b| entries.day(*a) == entries.day(*b)).collect();
    for first in 0..days.len() {
        let mut chosen: Vec<Position> = Vec::new();
        let mut sum = 0_i128;
        for day in days.iter().skip(first) {
            chosen.extend_from_slice(day);
            sum += day.iter().map(|entry| i128::from(entries.amount(*entry))).sum::<i128>();
            if span(bench, &chosen) >= DAYS {
                break;
            }
            if chosen.len() > 1 {
                look_up(bench, &chosen, sum, 200);
            }
        }
    }
}

fn span(bench: &Bench<'_>, items: &[Position]) -> i32 {
    let entries = &bench.judge.books.entries;
    let day = |item: Option<&Position>| item.map_or(0, |item| entries.day(*item));
    day(items.last()).saturating_sub(day(items.first()))
}

fn look_up(bench: &mut Bench<'_>, chosen: &[Position], sum: i128, tries: i32) {
    let entries = &bench.judge.books.entries;
    let day = |item: Option<&Position>| item.map_or(0, |item| entries.day(*item));
    let days = (
        day(chosen.first()).saturating_sub(BEFORE),
        day(chosen.last()).saturating_add(AFTER),
    );
    let account = chosen.first().map_or(0, |entry| at(&entries.accounts, *entry));
    let lines: Vec<Position> = bench.lines_with(account, sum, days).collect();
    for line in lines {
        let tries = tries + log2(u64::from(bench.lines_between(account, days)));
        let draft = Draft {
            lines: vec![line],
            entries: chosen.to_vec(),
            prior: 100,
            tries,
            ..Draft::default()
        };
        bench.propose(draft, Reason::SharedContact);
    }
}

/// All subsets of a pool that sum to a line.
fn search(bench: &mut Bench<'_>, line: Position, pool: &[Position]) {
    let books = bench.judge.books;
    let amounts: Vec<i64> = pool.iter().map(|entry| books.entries.amount(*entry)).collect();
    let (result, reason) = bench.sums_to(books.lines.amount(line), &amounts, MOST_CHOSEN);
    let solutions = count(result.found.len());
    for subset in result.found {
        let chosen: Vec<Position> = subset.iter().filter_map(|place| pool.get(*place).copied()).collect();
        let draft = Draft {
            lines: vec![line],
            tries: choices(pool.len(), chosen.len()),
            coherence: together(bench, pool, &chosen),
            entries: chosen,
            by_name: true,
            prior: -100,
            cut_short: result.cut_short,
            solutions,
            ..Draft::default()
        };
        bench.propose(draft, reason);
    }
}

/// How surprising it is that the chosen lie so close together in time, had they been picked from the pool at random.
fn together(bench: &Bench<'_>, pool: &[Position], chosen: &[Position]) -> i32 {
    let (narrow, wide) = (span(bench, chosen) + 1, span(bench, pool) + 1);
    let ratio = log2(u64::from(wide.unsigned_abs())) - log2(u64::from(narrow.unsigned_abs()));
    let others = i32::try_from(count(chosen.len())).unwrap_or(1) - 1;
    // Payments of invoices from different days are usual too: only a part of the surprise counts.
    (ratio * others / 2).min(800)
}
