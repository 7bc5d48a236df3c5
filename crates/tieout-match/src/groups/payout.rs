//! Payouts of processors: what was sold on some days, less a fee that comes out to the cent.
//!
//! How the fee is taken is learnt first ([`super::lessons`]); with that it is known what arrives of each sale, and a payout
//! is a sum again: of all sales of a day, or of some days when the bank rests. Where the day's sales do not fit, some of
//! them were sold after the processor's day had ended and come with the next payout, or an entry was made twice. What one
//! payout leaves out and another takes in speaks for both.

use super::bundle::{Draft, surprise_of};
use super::edits::{Edit, edits};
use super::fees::Structure;
use super::lessons::{Fees, Habits, Learnt, leave_chance};
use super::moves::{Passed, may_be_another};
use super::sales::Sales;
use super::serial::Series;
use super::{Bench, roughly, within};
use crate::arith::{Bits, count, log2};
use crate::columns::{Rows, at};
use crate::outcome::Reason;
use crate::roll::{Position, Roll};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Sales of a day that its payout may leave for the next.
const LEFT_OVER: usize = 4;

/// Proposes bundles of sales and payouts.
pub(crate) fn propose(bench: &mut Bench<'_>, contacts: &Rows<Position>, fees: &Fees) {
    let entries = &bench.judge.books.entries;
    let learnt = fees.of_contacts.values();
    let adopted: BTreeSet<Position> = learnt.flat_map(|learnt| &learnt.adopted).copied().collect();
    let is_nobodys = |entry: &Position| bench.judge.books.contacts.of(*entry) == 0 && !adopted.contains(entry);
    let nameless: Vec<Position> = entries
        .positions()
        .filter(|entry| at(&bench.open.entries, *entry) && is_nobodys(entry))
        .collect();
    for (contact, lines) in lines_by_contact(bench) {
        let sales = contacts.row(contact);
        if let Some(learnt) = fees.of_contacts.get(&contact) {
            let adopted = learnt.adopted.iter().copied();
            let adopted = adopted.filter(|entry| at(&bench.open.entries, *entry));
            let sales = sorted(&sales.iter().copied().chain(adopted).collect::<Vec<_>>());
            let till = Till {
                nameless: &nameless,
                ..Till::new(entries, learnt, &sales)
            };
            exactly(bench, &till, &lines);
        } else {
            roughly::propose(bench, &lines, sales);
        }
    }
    for taking in &fees.takings {
        let (lines, sales) = taking.open(bench, fees);
        let till = Till {
            habit: HABIT,
            ..Till::new(entries, &taking.learnt, &sales)
        };
        exactly(bench, &till, &lines);
    }
}

/// What is known of the sales of a contact.
pub(super) struct Till<'s> {
    pub(super) structure: Structure,
    /// It was learnt from some payouts only.
    cut_short: bool,
    pub(super) habits: &'s Habits,
    /// Open ones, in order of account and day.
    pub(super) sales: &'s [Position],
    /// What arrives of them.
    by_day: Sales<'s>,
    /// Open entries of nobody, some of which may be sales.
    pub(super) nameless: &'s [Position],
    /// What is known of its lines beside the sum.
    habit: Bits,
}

impl<'s> Till<'s> {
    /// Sales that pay out as was learnt; none of nobody, and nothing known of the lines.
    pub(super) fn new(entries: &Roll, learnt: &'s Learnt, sales: &'s [Position]) -> Self {
        let structure = learnt.structure;
        Self {
            structure,
            cut_short: learnt.cut_short,
            habits: &learnt.habits,
            sales,
            by_day: Sales::new(entries, sales, |amount| structure.net(amount)),
            nameless: &[],
            habit: 0,
        }
    }
}

/// Days from the last sale to the payout and days that the sales cover, with how many payouts are so.
pub(super) type Usual = BTreeMap<(i32, i32), u32>;

pub(super) fn lines_by_contact(bench: &Bench<'_>) -> BTreeMap<u32, Vec<Position>> {
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
pub(super) fn runs(bench: &Bench<'_>, line: Position, sales: &Sales<'_>) -> Vec<Range<usize>> {
    let lines = &bench.judge.books.lines;
    sales.runs(at(&lines.accounts, line), lines.day(line))
}

fn span(bench: &Bench<'_>, run: &[Position]) -> i32 {
    let entries = &bench.judge.books.entries;
    let day = |item: Option<&Position>| item.map_or(0, |item| entries.day(*item));
    day(run.last()).saturating_sub(day(run.first()))
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
    /// There may be other ways: not all were looked at.
    pub(super) cut_short: bool,
}

impl Fit {
    /// What was sold.
    fn gross(&self, entries: &Roll) -> i128 {
        let amounts = self.members.iter().map(|entry| entries.amount(*entry));
        amounts.map(i128::from).sum()
    }
}

/// What comes out to the cent, and the order of the sales' numbers.
pub(super) fn fits_of(bench: &Bench<'_>, till: &Till<'_>, lines: &[Position], steps: &mut u64) -> (Vec<Fit>, Series) {
    let (mut fits, _) = whole_days(bench, (till.structure, &till.by_day), lines);
    let usual = &till.habits.usual;
    let mut explained: BTreeSet<Position> = fits.iter().map(|fit| fit.line).collect();
    let series = Series::new(bench, till.sales, |amount| till.structure.net(amount));
    for line in lines.iter().filter(|_| till.habits.in_order) {
        let known: Vec<Vec<Position>> = members_of(&fits, *line);
        let stretches = series.stretches(bench, till, *line, usual);
        for stretch in stretches
            .into_iter()
            .filter(|fit| !known.contains(&sorted(&fit.members)))
        {
            explained.insert(*line);
            fits.push(stretch);
        }
    }
    for line in lines.iter().filter(|line| !explained.contains(line)) {
        changed(bench, (till, usual), *line, &mut fits, steps);
    }
    (fits, series)
}

/// Proposes what comes out to the cent.
fn exactly(bench: &mut Bench<'_>, till: &Till<'_>, lines: &[Position]) {
    let mut steps = bench.payout_steps;
    let (fits, series) = fits_of(bench, till, lines, &mut steps);
    bench.payout_steps = steps;
    let Habits { usual, in_order, .. } = till.habits;
    let in_order = *in_order;
    let passed = Passed::new(&fits);
    let mut drafts = Vec::new();
    let all = usual.values().sum::<u32>();
    for fit in &fits {
        let (passed_on, passed_in) = passed.of(fit);
        let is_stretch = series.is_stretch(&fit.members);
        let order = match (in_order, is_stretch) {
            (false, _) => 0,
            (true, true) => IN_ORDER + series.places_of_loose(bench, &fit.members) * IN_PLACE,
            (true, false) => OUT_OF_ORDER,
        };
        let doubles = fit
            .out
            .iter()
            .filter(|entry| has_twin(bench, &fit.members, **entry))
            .count();
        let is_whole = fit.changes == 0 && fit.out.is_empty() && fit.taken.is_empty();
        let seen = usual.get(&shape(bench, fit.line, &sorted(&fit.members)));
        // What may be chance does not speak for itself.
        let sum = sum_of(bench, fit);
        let own = is_whole && (till.habits.has_moves || sum < TELLING);
        let seen = seen.map(|seen| seen - u32::from(own)).filter(|seen| *seen > 0);
        let habit = match seen {
            Some(seen) if is_whole && seen.saturating_mul(OFTEN) >= all => till.habit,
            None if all >= KNOWN => UNUSUAL,
            _ => 0,
        };
        let coherence = habit
            + (i32::from(passed_on) + i32::from(passed_in)) * PASSED
            + i32::from(fit.day_shown) * SHOWN
            + order
            + i32::try_from(doubles).unwrap_or(0) * DOUBLE;
        let draft = fit_draft(bench, (fit, sum), coherence);
        let tries = match seen {
            // Where payouts always come so long after such days, no other days were tried.
            Some(seen) if is_whole => draft.tries.min(log2(u64::from(all / seen))),
            _ => draft.tries,
        };
        drafts.push(Draft {
            cut_short: fit.cut_short || till.cut_short,
            // Sales of customers are not alike: each of one amount would do as well.
            unproven: draft.unproven
                || in_order && !is_stretch
                || (till.habits.has_moves || till.habit > 0 && !is_whole) && may_be_another(bench, till, fit),
            tries,
            ..draft
        });
    }
    for draft in drafts {
        bench.propose(draft, Reason::FeeStructure);
    }
}

/// In canonical order, which is that of days.
pub(super) fn sorted(members: &[Position]) -> Vec<Position> {
    let mut members = members.to_vec();
    members.sort_unstable();
    members
}

/// The sales of each fit of a line.
fn members_of(fits: &[Fit], line: Position) -> Vec<Vec<Position>> {
    let of_line = fits.iter().filter(|fit| fit.line == line);
    of_line.map(|fit| sorted(&fit.members)).collect()
}

/// Most lines of these words are payouts of such sales. They bear other names, which speaks against none of them.
const HABIT: Bits = 700;
/// So many payouts show when payouts come.
const KNOWN: u32 = 5;
/// Sums of less may well be chance.
const TELLING: Bits = 1_000;
/// What one payout in so many shows is a habit.
const OFTEN: u32 = 4;
/// A payout comes as none of those that show it.
const UNUSUAL: Bits = -500;
/// What one payout leaves out another takes in.
const PASSED: Bits = 500;
/// The line shows the day of the sales.
const SHOWN: Bits = 350;
/// What is left out was entered twice.
const DOUBLE: Bits = 400;
/// The numbers of the sales follow one another, where those of other payouts do; or they do not.
const IN_ORDER: Bits = 300;
/// See [`IN_ORDER`].
const OUT_OF_ORDER: Bits = -800;
/// A sale of nobody whose number is among them.
const IN_PLACE: Bits = 250;
/// Each change of a day's sales is unusual.
const CHANGE: Bits = 200;

/// How unlikely it is that the sum hits by chance. The fee follows from the sales, so that the cents of what arrives say no
/// more than the sales do: of round prices many sets come to one sum.
fn sum_of(bench: &Bench<'_>, fit: &Fit) -> Bits {
    let entries = &bench.judge.books.entries;
    let amounts = fit.members.iter().map(|entry| entries.amount(*entry).unsigned_abs());
    let gross = u64::try_from(fit.gross(entries).unsigned_abs()).unwrap_or(u64::MAX);
    surprise_of(amounts.chain([gross]))
}

fn fit_draft(bench: &Bench<'_>, (fit, sum): (&Fit, Bits), coherence: Bits) -> Draft {
    let books = bench.judge.books;
    let fee = fit.gross(&books.entries) - i128::from(books.lines.amount(fit.line));
    let changes = fit.changes;
    Draft {
        sum: Some(sum),
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
pub(super) fn whole_days(
    bench: &Bench<'_>,
    (structure, by_day): (Structure, &Sales<'_>),
    lines: &[Position],
) -> (Vec<Fit>, Usual) {
    let books = bench.judge.books;
    let mut fits = Vec::new();
    let mut usual = Usual::new();
    for line in lines {
        let runs = runs(bench, *line, by_day);
        let tries = log2(u64::from(count(runs.len())));
        let arrived = books.lines.amount(*line);
        let fitting: Vec<&[Position]> = runs
            .into_iter()
            .filter(|run| structure.surplus(by_day.sum(run), arrived) == 0)
            .map(|run| by_day.of(&run))
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
                cut_short: false,
            });
        }
    }
    leave_chance(&mut usual);
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
pub(super) fn shape(bench: &Bench<'_>, line: Position, run: &[Position]) -> (i32, i32) {
    let day = bench.judge.books.lines.day(line);
    (
        day.saturating_sub(last_day(bench, run).unwrap_or(day)),
        span(bench, run),
    )
}

/// Days at the usual distance that fit with some changes.
fn changed(
    bench: &Bench<'_>,
    (till, usual): (&Till<'_>, &Usual),
    line: Position,
    fits: &mut Vec<Fit>,
    steps: &mut u64,
) {
    let books = bench.judge.books;
    let structure = till.structure;
    let runs = runs(bench, line, &till.by_day);
    let likely: Vec<&[Position]> = runs
        .iter()
        .map(|run| till.by_day.of(run))
        .filter(|run| usual.contains_key(&shape(bench, line, run)))
        .collect();
    let (mut solutions, mut cut_short) = (0_u32, false);
    let before = fits.len();
    for run in &likely {
        // A run of more sales than there are steps is not looked at.
        let Some(left) = steps.checked_sub(u64::from(count(run.len()))) else {
            cut_short = true;
            continue;
        };
        *steps = left;
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
            let found = edits(&of(&base), &of(&near), (surplus, structure.tolerance()), steps);
            solutions = solutions.saturating_add(found.all);
            cut_short |= found.cut_short;
            let day_shown = last_day(bench, run).is_some_and(|day| bench.judge.shows_day(line, day));
            for way in found.ways {
                let tries = way.choices + log2(u64::from(count(likely.len())));
                let (members, out, taken) = apply(&base, &near, &way);
                fits.push(Fit {
                    changes: i32::try_from(out.len() + taken.len()).unwrap_or(0),
                    has_loose: false,
                    cut_short: false,
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
        (fit.solutions, fit.cut_short) = (solutions, cut_short);
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
