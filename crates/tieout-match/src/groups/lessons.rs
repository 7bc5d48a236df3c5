//! What the payouts of a processor teach of it before any is settled: how its fee is taken, and how its payouts lie in time.
//!
//! Payouts of whole days vote on the fee first. Where too few are whole days, those of sales whose numbers follow one
//! another vote, and what is known of other contracts of the same terms needs fewer votes.

use super::between::by_neighbours;
use super::contact::by_contact;
use super::fees::{Most, Structure, Votes};
use super::moves::has_moves;
use super::payout::{Usual, lines_by_contact, runs, shape, whole_days};
use super::sales::Sales;
use super::serial::Series;
use super::takings::{self, Taking};
use super::{Bench, within};
use crate::arith::count;
use crate::books::Books;
use crate::columns::at;
use crate::roll::Position;
use crate::settings::MOST_FIXED_FEE;
use std::collections::{BTreeMap, BTreeSet};

/// Payouts of one contact that are looked at to learn its fee.
const SAMPLE: usize = 48;

/// How a contact pays out what it sold.
#[derive(Debug, Clone)]
pub(crate) struct Learnt {
    pub(super) structure: Structure,
    /// Not all payouts had a vote: the steps did not last.
    pub(super) cut_short: bool,
    pub(super) habits: Habits,
    /// Sales without a name that are the contact's by their numbers.
    pub(super) adopted: Vec<Position>,
    /// Sales that arrive whole all the same, as where a processor is billed as well; in order.
    whole: Vec<Position>,
}

/// What payouts of whole days show of all payouts of a contact. It is seen before any is settled: what is left then
/// shows it no more.
#[derive(Debug, Clone)]
pub(super) struct Habits {
    pub(super) usual: Usual,
    /// Each is sales of one stretch of numbers.
    pub(super) in_order: bool,
    /// Sales often come with another payout than that of their day. Then what looks like a day may be chance.
    pub(super) has_moves: bool,
}

/// How fees are taken, kept from round to round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fees {
    /// By contacts whose name is on their sales.
    pub(super) of_contacts: BTreeMap<u32, Learnt>,
    /// By processors whose sales bear the names of customers.
    pub(super) takings: Vec<Taking>,
}

impl Fees {
    /// Nobody takes one that is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.of_contacts.is_empty() && self.takings.is_empty()
    }
}

/// Learns how the fees of all contacts are taken, from lines that no pair holds firmly and all sales.
pub(crate) fn learn_all(bench: &Bench<'_>) -> Fees {
    /// Steps for one contact, and for all of them.
    const OF_ONE: u64 = 1_000_000_000;
    const OF_ALL: u64 = 2_000_000_000;
    let everything = by_contact(bench.judge.books, |_| true);
    let mut fees: BTreeMap<u32, Learnt> = BTreeMap::new();
    let mut unclear = Vec::new();
    let mut steps = OF_ALL;
    for (contact, lines) in lines_by_contact(bench) {
        let given = steps.min(OF_ONE);
        let mut left = given;
        let sales = everything.row(contact);
        match learn(bench, &lines, sales, &mut left) {
            Lesson::ByDays(structure, cut_short) => {
                let learnt = learnt(bench, (&lines, sales), (structure, false));
                fees.insert(contact, Learnt { cut_short, ..learnt });
            }
            Lesson::ByNumbers(structure) => {
                fees.insert(contact, learnt(bench, (&lines, sales), (structure, true)));
            }
            Lesson::Unclear(votes) => unclear.push((contact, lines, votes)),
            Lesson::Nothing => (),
        }
        steps -= given - left;
    }
    fees.retain(|contact, learnt| takes_fees(bench, everything.row(*contact), learnt));
    // One processor often has several contracts of the same terms: what is known of others needs fewer votes.
    let known: BTreeSet<Structure> = fees.values().map(|learnt| learnt.structure).collect();
    for (contact, lines, votes) in unclear {
        let sales = everything.row(contact);
        if let Some(structure) = votes.known_winner(&known) {
            let mut learnt = learnt(bench, (&lines, sales), (structure, true));
            if takes_fees(bench, sales, &mut learnt) {
                fees.insert(contact, learnt);
            }
        }
    }
    adopt(bench, &mut fees);
    let mut fees = Fees {
        of_contacts: fees,
        ..Fees::default()
    };
    fees.takings = takings::learn(bench, &fees);
    fees
}

/// Where so much of a contact's sales arrives whole, line by line, it takes no fee, and what fits one is chance; unless more
/// payouts fit it than sales arrive whole, which then are no sales of these.
fn takes_fees(bench: &Bench<'_>, sales: &[Position], learnt: &mut Learnt) -> bool {
    /// One or two of a processor's sales have the amount of something else.
    const FEWEST: usize = 3;
    /// One in so many.
    const ONE_IN: usize = 10;
    let entries = &bench.judge.books.entries;
    let sold = || sales.iter().copied().filter(|entry| entries.amount(*entry) > 0);
    let whole: Vec<Position> = sold().filter(|entry| !at(&bench.open.entries, *entry)).collect();
    if !learnt.structure.takes() || whole.len() < FEWEST || whole.len() * ONE_IN < sold().count() {
        return true;
    }
    let payouts: u32 = learnt.habits.usual.values().sum();
    let takes = payouts > count(whole.len());
    learnt.whole = whole;
    takes
}

/// Gives contacts whose sales run in the order of their numbers those without a name that lie between them.
fn adopt(bench: &Bench<'_>, fees: &mut BTreeMap<u32, Learnt>) {
    if !fees.values().any(|learnt| learnt.habits.in_order) {
        return;
    }
    for (contact, sales) in by_neighbours(bench) {
        if let Some(learnt) = fees.get_mut(&contact).filter(|learnt| learnt.habits.in_order) {
            learnt.adopted = sales;
        }
    }
}

/// A structure, with what it shows of the payouts; `by_numbers` if sales in the order of their numbers have shown it.
pub(super) fn learnt(
    bench: &Bench<'_>,
    (lines, sales): (&[Position], &[Position]),
    (structure, by_numbers): (Structure, bool),
) -> Learnt {
    let net = |amount| structure.net(amount);
    let by_day = Sales::new(&bench.judge.books.entries, sales, net);
    let (fits, mut usual) = whole_days(bench, (structure, &by_day), lines);
    let series = Series::new(bench, sales, net);
    let mut explained: BTreeSet<Position> = fits.iter().map(|fit| fit.line).collect();
    if by_numbers {
        for line in lines {
            for run in series.exact(bench, shortly_before(bench, sales, *line), (structure, *line)) {
                explained.insert(*line);
                *usual.entry(shape(bench, *line, &run)).or_default() += 1;
            }
        }
        leave_chance(&mut usual);
    }
    let in_order = by_numbers || series.is_in_order(&fits);
    let mut learnt = Learnt {
        structure,
        cut_short: false,
        habits: Habits {
            usual,
            in_order,
            has_moves: false,
        },
        adopted: Vec::new(),
        whole: Vec::new(),
    };
    learnt.habits.has_moves = has_moves(bench, &learnt, (lines, sales), &explained);
    learnt
}

/// What the payouts of a contact say of its fee.
enum Lesson {
    /// How it is taken, by payouts of whole days, and whether not all had a vote.
    ByDays(Structure, bool),
    /// The same by payouts of sales whose numbers follow one another.
    ByNumbers(Structure),
    /// No structure is told from the others by these votes alone.
    Unclear(Votes),
    Nothing,
}

/// Entries that are sales of a contact that takes fees: what is paid for them is less.
pub(crate) fn sold(books: &Books, fees: &Fees) -> Vec<bool> {
    let is_sale = |entry: Position| {
        let of_contact = fees.of_contacts.get(&books.contacts.of(entry));
        let is_sold = |learnt: &Learnt| learnt.structure.takes() && learnt.whole.binary_search(&entry).is_err();
        books.entries.amount(entry) > 0 && of_contact.is_some_and(is_sold)
    };
    books.entries.positions().map(is_sale).collect()
}

/// Lets payouts vote on how the fee is taken.
fn learn(bench: &Bench<'_>, lines: &[Position], sales: &[Position], steps: &mut u64) -> Lesson {
    let books = bench.judge.books;
    let most = Most {
        // Shares are counted in ten-thousandths.
        share: i64::from(bench.judge.settings.max_learnt_fee_per_mille) * 10,
        fixed: MOST_FIXED_FEE,
    };
    let mut votes = Votes::default();
    let sales = Sales::new(&books.entries, sales, i128::from);
    let cut_short = !vote(bench, lines, &sales, (most, steps), &mut votes);
    if let Some(structure) = votes.winner() {
        return Lesson::ByDays(structure, cut_short);
    }
    if cut_short {
        return Lesson::Nothing;
    }
    match votes_by_numbers(bench, lines, sales.items, steps) {
        None => Lesson::Nothing,
        Some(votes) => match votes.clear_winner() {
            Some(structure) => Lesson::ByNumbers(structure),
            None => Lesson::Unclear(votes),
        },
    }
}

/// Lets the payouts of a sample vote, each for what fits whole days of sales; the answer is no if the steps do not last.
pub(super) fn vote(
    bench: &Bench<'_>,
    lines: &[Position],
    sales: &Sales<'_>,
    (most, steps): (Most, &mut u64),
    votes: &mut Votes,
) -> bool {
    let books = bench.judge.books;
    // An even sample over time.
    for line in lines.iter().step_by(lines.len().div_ceil(SAMPLE).max(1)) {
        let arrived = books.lines.amount(*line);
        if arrived <= 0 {
            continue;
        }
        let mut sets: Vec<Vec<i64>> = Vec::new();
        for run in runs(bench, *line, sales) {
            if run.len() > 1 && most.allows(sales.sum(&run), arrived, run.len()) {
                // What the steps do not allow to be looked at is not copied either.
                let Some(left) = steps.checked_sub(u64::from(count(run.len()))) else {
                    return false;
                };
                *steps = left;
                let amounts = sales.of(&run).iter().map(|entry| books.entries.amount(*entry));
                sets.push(amounts.collect());
            }
        }
        if !votes.cast(arrived, &sets, most, steps) {
            return false;
        }
    }
    true
}

/// Where too few payouts are whole days, those vote that are sales of one stretch of numbers; `None` if the steps do not
/// last.
fn votes_by_numbers(bench: &Bench<'_>, lines: &[Position], sales: &[Position], steps: &mut u64) -> Option<Votes> {
    /// Larger fees than those of cards fit too many stretches.
    const FIXED: i64 = 300;
    /// More votes than whole days need, as more of them are chance.
    const SAMPLE: usize = 96;
    /// See [`Votes::known_winner`].
    const FEWEST: usize = 4;
    /// Who pays document by document is no processor: a payout is of so many sales at least.
    const SALES: usize = 2;
    if lines.len() < FEWEST || sales.len() < lines.len() * SALES {
        return None;
    }
    let books = bench.judge.books;
    let most = Most {
        share: i64::from(bench.judge.settings.max_fee_per_mille) * 10,
        fixed: FIXED,
    };
    let series = Series::new(bench, sales, i128::from);
    let mut votes = Votes::default();
    for line in lines.iter().step_by(lines.len().div_ceil(SAMPLE).max(1)) {
        let arrived = books.lines.amount(*line);
        if arrived <= 0 {
            continue;
        }
        let near = shortly_before(bench, sales, *line);
        let fits = |gross: i128, size: usize| most.allows(gross, arrived, size);
        let sets = series.with_fee(bench, near, fits, steps)?;
        if !votes.cast(arrived, &sets, most, steps) {
            return None;
        }
    }
    Some(votes)
}

/// What was seen once among many is chance.
pub(super) fn leave_chance(usual: &mut Usual) {
    let all: u32 = usual.values().sum();
    usual.retain(|_, seen| seen.saturating_mul(25) >= all);
}

/// The sales of the days before a payout.
fn shortly_before<'s>(bench: &Bench<'_>, sales: &'s [Position], line: Position) -> &'s [Position] {
    const BEFORE: i32 = 6;
    let books = bench.judge.books;
    let day = books.lines.day(line);
    let days = (day.saturating_sub(BEFORE), day);
    within(&books.entries, sales, at(&books.lines.accounts, line), days)
}
