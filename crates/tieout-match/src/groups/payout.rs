//! Payouts of processors: what was sold on some days, less a fee that comes out to the cent.
//!
//! How the fee is taken is learnt first ([`super::fees`]); with that it is known what arrives of each sale, and a payout
//! is a sum again: of all sales of a day, or of some days when the bank rests. Where the day's sales do not fit, some of
//! them were sold after the processor's day had ended and come with the next payout, or an entry was made twice. What one
//! payout leaves out and another takes in speaks for both.

use super::bundle::Draft;
use super::contact::by_contact;
use super::edits::{Edit, edits};
use super::fees::{FIXED_BOUND, Structure, Votes};
use super::serial::Series;
use super::{Bench, roughly, within};
use crate::arith::{Bits, count, log2};
use crate::books::Books;
use crate::columns::{Rows, at};
use crate::outcome::Reason;
use crate::roll::Position;
use std::collections::{BTreeMap, BTreeSet};

/// Days before a payout from which sales are taken.
const BEFORE: i32 = 14;
/// Days that one payout may cover: a week, and the day that closes it.
const RUN: i32 = 8;
/// Sales of a day that its payout may leave for the next.
const LEFT_OVER: usize = 4;
/// Payouts of one contact that are looked at to learn its fee.
const SAMPLE: usize = 48;

/// How the fees of contacts are taken, kept from round to round.
pub(crate) type Fees = BTreeMap<u32, Structure>;

/// Learns how the fees of all contacts are taken, from lines that no pair holds firmly and all sales.
pub(crate) fn learn_all(bench: &Bench<'_>) -> Fees {
    let everything = by_contact(bench.judge.books, |_| true);
    let mut fees = Fees::new();
    for (contact, lines) in lines_by_contact(bench) {
        if let Some(structure) = learn(bench, &lines, everything.row(contact)) {
            fees.insert(contact, structure);
        }
    }
    fees
}

/// Entries that are sales of a contact that takes fees: what is paid for them is less.
pub(crate) fn sold(books: &Books, fees: &Fees) -> Vec<bool> {
    let is_sale = |entry: Position| {
        let structure = fees.get(&books.contacts.of(entry));
        books.entries.amount(entry) > 0 && structure.is_some_and(|structure| structure.takes())
    };
    books.entries.positions().map(is_sale).collect()
}

/// Proposes bundles of sales and payouts.
pub(crate) fn propose(bench: &mut Bench<'_>, contacts: &Rows<Position>, fees: &Fees) {
    let entries = &bench.judge.books.entries;
    let nameless: Vec<Position> = entries
        .positions()
        .filter(|entry| at(&bench.open.entries, *entry) && bench.judge.books.contacts.of(*entry) == 0)
        .collect();
    for (contact, lines) in lines_by_contact(bench) {
        let sales = contacts.row(contact);
        if let Some(structure) = fees.get(&contact).copied() {
            let till = Till {
                structure,
                sales,
                nameless: &nameless,
            };
            exactly(bench, &till, &lines);
        } else {
            roughly::propose(bench, &lines, sales);
        }
    }
}

/// What is known of the sales of a contact.
pub(super) struct Till<'s> {
    pub(super) structure: Structure,
    /// Open ones, in order of account and day.
    pub(super) sales: &'s [Position],
    /// Open entries of nobody, some of which may be sales.
    pub(super) nameless: &'s [Position],
}

/// Days from the last sale to the payout and days that the sales cover, with how many payouts are so.
pub(super) type Usual = BTreeMap<(i32, i32), u32>;

fn lines_by_contact(bench: &Bench<'_>) -> BTreeMap<u32, Vec<Position>> {
    let lines = &bench.judge.books.lines;
    let mut of_contacts: BTreeMap<u32, Vec<Position>> = BTreeMap::new();
    for line in lines.positions() {
        if at(&bench.open.lines, line) && lines.amount(line) != 0 {
            for contact in bench.named.of(line) {
                of_contacts.entry(*contact).or_default().push(line);
            }
        }
    }
    of_contacts
}

/// Runs of whole days of a contact's sales that a line may pay out.
fn runs<'s>(bench: &Bench<'_>, line: Position, sales: &'s [Position]) -> Vec<&'s [Position]> {
    let (lines, entries) = (&bench.judge.books.lines, &bench.judge.books.entries);
    let (account, day) = (at(&lines.accounts, line), lines.day(line));
    let pool = within(
        entries,
        sales,
        account,
        (day.saturating_sub(BEFORE), day.saturating_add(1)),
    );
    let mut ends: Vec<usize> = Vec::new();
    for of_day in pool.chunk_by(|a, b| entries.day(*a) == entries.day(*b)) {
        ends.push(ends.last().copied().unwrap_or(0) + of_day.len());
    }
    let mut all = Vec::new();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    for (from, first) in starts.zip(0..) {
        for to in ends.iter().skip(first) {
            let run = pool.get(from..*to).unwrap_or_default();
            if span(bench, run) >= RUN {
                break;
            }
            all.push(run);
        }
    }
    all
}

fn span(bench: &Bench<'_>, run: &[Position]) -> i32 {
    let entries = &bench.judge.books.entries;
    let day = |item: Option<&Position>| item.map_or(0, |item| entries.day(*item));
    day(run.last()).saturating_sub(day(run.first()))
}

/// Lets payouts vote on how the fee is taken.
fn learn(bench: &Bench<'_>, lines: &[Position], sales: &[Position]) -> Option<Structure> {
    let books = bench.judge.books;
    let most = bench.judge.settings.max_learnt_fee_per_mille;
    let mut votes = Votes::default();
    // An even sample over time.
    for line in lines.iter().step_by(lines.len().div_ceil(SAMPLE).max(1)) {
        let arrived = books.lines.amount(*line);
        let mut sets: Vec<Vec<i64>> = Vec::new();
        for run in runs(bench, *line, sales) {
            let amounts: Vec<i64> = run.iter().map(|entry| books.entries.amount(*entry)).collect();
            let gross: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
            let fee = gross - i128::from(arrived);
            let bound = gross * i128::from(most) / 1_000 + FIXED_BOUND * i128::from(count(amounts.len()));
            if amounts.len() > 1 && arrived > 0 && (0..=bound).contains(&fee) {
                sets.push(amounts);
            }
        }
        // Shares are counted in ten-thousandths.
        votes.cast(arrived, &sets, i64::from(most) * 10);
    }
    votes.winner()
}

/// Sales that may be a payout.
pub(super) struct Fit {
    pub(super) line: Position,
    pub(super) members: Vec<Position>,
    /// Members of the days that were left out, members of other days that were taken in.
    pub(super) out: Vec<Position>,
    pub(super) taken: Vec<Position>,
    pub(super) tries: Bits,
    pub(super) day_shown: bool,
    pub(super) solutions: u32,
    /// How many of its members are a choice that nothing but the sum tells.
    pub(super) changes: i32,
    /// Some of them have no place among the others: any sale of that amount would do.
    pub(super) has_loose: bool,
}

/// Proposes what comes out to the cent.
fn exactly(bench: &mut Bench<'_>, till: &Till<'_>, lines: &[Position]) {
    let (mut fits, usual) = whole_days(bench, till, lines);
    let mut explained: BTreeSet<Position> = fits.iter().map(|fit| fit.line).collect();
    let series = Series::new(bench, till);
    let in_order = series.is_in_order(&fits);
    for line in lines.iter().filter(|_| in_order) {
        let known: Vec<Vec<Position>> = members_of(&fits, *line);
        let stretches = series.stretches(bench, till, *line, &usual);
        for stretch in stretches
            .into_iter()
            .filter(|fit| !known.contains(&sorted(&fit.members)))
        {
            explained.insert(*line);
            fits.push(stretch);
        }
    }
    for line in lines.iter().filter(|line| !explained.contains(line)) {
        changed(bench, till, *line, &usual, &mut fits);
    }
    let left_out = by_set(&fits, |fit| &fit.out);
    let taken_in = by_set(&fits, |fit| &fit.taken);
    let elsewhere = |sets: &BySet, set: &Vec<Position>, line: Position| {
        sets.get(set)
            .is_some_and(|lines| lines.iter().any(|other| *other != line))
    };
    let mut drafts = Vec::new();
    for fit in &fits {
        let passed_on = elsewhere(&taken_in, &fit.out, fit.line);
        let passed_in = elsewhere(&left_out, &fit.taken, fit.line);
        let order = match (in_order, series.is_stretch(&fit.members)) {
            (false, _) => 0,
            (true, true) => IN_ORDER,
            (true, false) => -IN_ORDER,
        };
        let doubles = fit
            .out
            .iter()
            .filter(|entry| has_twin(bench, &fit.members, **entry))
            .count();
        let coherence = (i32::from(passed_on) + i32::from(passed_in)) * PASSED
            + i32::from(fit.day_shown) * SHOWN
            + order
            + i32::try_from(doubles).unwrap_or(0) * DOUBLE;
        drafts.push(fit_draft(bench, fit, coherence));
    }
    for draft in drafts {
        bench.propose(draft, Reason::FeeStructure);
    }
}

fn sorted(members: &[Position]) -> Vec<Position> {
    let mut members = members.to_vec();
    members.sort_unstable();
    members
}

/// The sales of each fit of a line.
fn members_of(fits: &[Fit], line: Position) -> Vec<Vec<Position>> {
    let of_line = fits.iter().filter(|fit| fit.line == line);
    of_line.map(|fit| sorted(&fit.members)).collect()
}

/// Lines by the sales that they leave out or take in.
type BySet = BTreeMap<Vec<Position>, BTreeSet<Position>>;

fn by_set(fits: &[Fit], set: fn(&Fit) -> &Vec<Position>) -> BySet {
    let mut by_set = BySet::new();
    for fit in fits.iter().filter(|fit| !set(fit).is_empty()) {
        by_set.entry(set(fit).clone()).or_default().insert(fit.line);
    }
    by_set
}

/// What one payout leaves out another takes in.
const PASSED: Bits = 500;
/// The line shows the day of the sales.
const SHOWN: Bits = 350;
/// What is left out was entered twice.
const DOUBLE: Bits = 400;
/// The numbers of the sales follow one another, where those of other payouts do; or they do not.
const IN_ORDER: Bits = 300;
/// Each change of a day's sales is unusual.
const CHANGE: Bits = 200;

fn fit_draft(bench: &Bench<'_>, fit: &Fit, coherence: Bits) -> Draft {
    let books = bench.judge.books;
    let gross: i128 = fit
        .members
        .iter()
        .map(|entry| i128::from(books.entries.amount(*entry)))
        .sum();
    let fee = gross - i128::from(books.lines.amount(fit.line));
    let changes = fit.changes;
    Draft {
        lines: vec![fit.line],
        entries: fit.members.clone(),
        residual: Structure::residual(fee).map(|kind| (kind, None)),
        prior: 100 - CHANGE * changes,
        tries: fit.tries,
        coherence,
        by_name: true,
        solutions: fit.solutions,
        // Changes without anything that confirms them are one way among many.
        unproven: fit.has_loose || changes > 2 && coherence <= 0,
        ..Draft::default()
    }
}

/// An entry of the same amount and numbers is among the members.
pub(super) fn has_twin(bench: &Bench<'_>, members: &[Position], entry: Position) -> bool {
    let entries = &bench.judge.books.entries;
    !entries.numbers.row(entry).is_empty()
        && members.iter().any(|other| {
            entries.amount(*other) == entries.amount(entry) && entries.numbers.row(*other) == entries.numbers.row(entry)
        })
}

/// Lines that are whole days, and how long after their last day they come, by how many days they cover.
fn whole_days(bench: &Bench<'_>, till: &Till<'_>, lines: &[Position]) -> (Vec<Fit>, Usual) {
    let books = bench.judge.books;
    let mut fits = Vec::new();
    let mut usual = Usual::new();
    for line in lines {
        let runs = runs(bench, *line, till.sales);
        let tries = log2(u64::from(count(runs.len())));
        let arrived = books.lines.amount(*line);
        let fitting: Vec<&[Position]> = runs
            .into_iter()
            .filter(|run| till.structure.surplus(nets(bench, till.structure, run), arrived) == 0)
            .collect();
        for run in &fitting {
            *usual.entry(shape(bench, *line, run)).or_default() += 1;
            fits.push(Fit {
                line: *line,
                members: run.to_vec(),
                out: Vec::new(),
                taken: Vec::new(),
                tries,
                day_shown: last_day(bench, run).is_some_and(|day| bench.judge.shows_day(*line, day)),
                solutions: count(fitting.len()),
                changes: 0,
                has_loose: false,
            });
        }
    }
    // What was seen once among many is chance.
    let all: u32 = usual.values().sum();
    usual.retain(|_, seen| seen.saturating_mul(25) >= all);
    (fits, usual)
}

pub(super) fn nets(bench: &Bench<'_>, structure: Structure, run: &[Position]) -> i128 {
    let entries = &bench.judge.books.entries;
    run.iter().map(|entry| structure.net(entries.amount(*entry))).sum()
}

fn last_day(bench: &Bench<'_>, run: &[Position]) -> Option<i32> {
    run.last().map(|entry| bench.judge.books.entries.day(*entry))
}

/// Days from the last sale to the line, and days that the sales cover.
fn shape(bench: &Bench<'_>, line: Position, run: &[Position]) -> (i32, i32) {
    let day = bench.judge.books.lines.day(line);
    (
        day.saturating_sub(last_day(bench, run).unwrap_or(day)),
        span(bench, run),
    )
}

/// Days at the usual distance that fit with some changes.
fn changed(bench: &Bench<'_>, till: &Till<'_>, line: Position, usual: &Usual, fits: &mut Vec<Fit>) {
    let books = bench.judge.books;
    let structure = till.structure;
    let runs = runs(bench, line, till.sales);
    let likely: Vec<&[Position]> = runs
        .into_iter()
        .filter(|run| usual.contains_key(&shape(bench, line, run)))
        .collect();
    let mut solutions = 0_u32;
    let before = fits.len();
    for run in &likely {
        let earlier = day_before(bench, till.sales, run);
        let nameless = nameless_of(bench, till, run);
        let mut bases = vec![(
            run.to_vec(),
            earlier.iter().chain(&nameless).copied().collect::<Vec<Position>>(),
        )];
        if (1..=LEFT_OVER).contains(&earlier.len()) {
            // What is left of a day whose payout is settled comes with the next one, all of it.
            bases.push((earlier.iter().chain(*run).copied().collect(), nameless));
        }
        for (base, near) in bases {
            let of = |entries: &[Position]| -> Vec<i128> {
                let net = |entry: &Position| structure.net(books.entries.amount(*entry));
                entries.iter().map(net).collect()
            };
            let surplus = structure.surplus(nets(bench, structure, &base), books.lines.amount(line));
            let (ways, all) = edits(&of(&base), &of(&near), surplus, structure.tolerance());
            solutions = solutions.saturating_add(all);
            let day_shown = last_day(bench, run).is_some_and(|day| bench.judge.shows_day(line, day));
            for way in ways {
                let tries = way.choices + log2(u64::from(count(likely.len())));
                let (members, out, taken) = apply(&base, &near, &way);
                fits.push(Fit {
                    changes: i32::try_from(out.len() + taken.len()).unwrap_or(0),
                    has_loose: false,
                    line,
                    members,
                    out,
                    taken,
                    tries,
                    day_shown,
                    solutions: 0,
                });
            }
        }
    }
    for fit in fits.iter_mut().skip(before) {
        fit.solutions = solutions;
    }
}

/// The sales of the last day before a run, when it is near.
fn day_before<'s>(bench: &Bench<'_>, sales: &'s [Position], run: &[Position]) -> &'s [Position] {
    const NEAR: i32 = 4;
    let entries = &bench.judge.books.entries;
    let Some(first) = run.first() else { return &[] };
    let (account, day) = (at(&entries.accounts, *first), entries.day(*first));
    let earlier = within(
        entries,
        sales,
        account,
        (day.saturating_sub(NEAR), day.saturating_sub(1)),
    );
    let last = last_day(bench, earlier);
    let from = earlier.partition_point(|entry| Some(entries.day(*entry)) < last);
    earlier.get(from..).unwrap_or_default()
}

/// Entries of nobody on the days of a run that are of the same business as its sales.
pub(super) fn nameless_of(bench: &Bench<'_>, till: &Till<'_>, run: &[Position]) -> Vec<Position> {
    const MOST: usize = 12;
    let books = bench.judge.books;
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Vec::new();
    };
    let days = (books.entries.day(*first), books.entries.day(*last));
    let kinds: BTreeSet<u32> = run.iter().map(|entry| books.businesses.class(*entry)).collect();
    let near = within(&books.entries, till.nameless, at(&books.entries.accounts, *first), days);
    let alike = near
        .iter()
        .filter(|entry| kinds.contains(&books.businesses.class(**entry)));
    alike.copied().take(MOST).collect()
}

fn apply(run: &[Position], near: &[Position], way: &Edit) -> (Vec<Position>, Vec<Position>, Vec<Position>) {
    let of = |list: &[Position], places: &[usize]| -> Vec<Position> {
        places.iter().filter_map(|place| list.get(*place).copied()).collect()
    };
    let (out, taken) = (of(run, &way.out), of(near, &way.taken));
    let kept = run.iter().copied().filter(|entry| !out.contains(entry));
    let members = kept.chain(taken.iter().copied()).collect();
    (members, out, taken)
}
