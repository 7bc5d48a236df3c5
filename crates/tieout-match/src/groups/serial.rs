//! Sales in the order of their numbers.
//!
//! Tickets, orders and receipts are numbered as they happen, so what one payout holds is one stretch of numbers, also
//! where some of it was sold the evening before or two tills share a day. Whether a contact's numbers run like that is
//! seen from the payouts that whole days explain, or from a fee that such stretches have taught; where neither shows it,
//! nothing is concluded from them.

use super::fees::Structure;
use super::payout::{Fit, Till, Usual, has_twin, nameless_of, nets, sorted};
use super::{Bench, within};
use crate::arith::{Bits, count, log2};
use crate::columns::at;
use crate::hashing::Map;
use crate::roll::Position;
use crate::vocabulary::TokenId;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Sales around a payout, with more of which no stretch is looked for.
const MOST: usize = 2_000;
/// Stretches that bring one amount; of more, as where sales and refunds take turns, none is told from the others.
const MOST_MATCHING: usize = 64;
/// Sales of one payout, of which the fee is learnt.
const MOST_MEMBERS: usize = 120;
/// Sales without a place that may belong to one payout.
const MOST_LOOSE: usize = 8;
/// Digits that a running number has at most.
const MOST_DIGITS: usize = 15;
/// Entries that have one number: a sale, what is paid back of it, and one of them entered twice.
const SHARED: u32 = 4;

/// The sales of a contact in the order of their numbers.
pub(super) struct Series {
    order: Vec<Position>,
    /// What arrives of all before each place, and of all.
    sums: Vec<i128>,
    places: Map<Position, usize>,
}

impl Series {
    /// Orders sales; of the same entered twice the first counts. `worth` is what arrives of an amount.
    pub(super) fn new(bench: &Bench<'_>, sales: &[Position], worth: impl Fn(i64) -> i128) -> Self {
        let entries = &bench.judge.books.entries;
        let mut usual: Vec<u64> = sales.iter().filter_map(|entry| number_of(bench, *entry)).collect();
        usual.sort_unstable();
        let of = |entry: &Position| Some((number_among(bench, *entry, &usual)?, entries.amount(*entry), *entry));
        let mut numbered: Vec<(u64, i64, Position)> = sales.iter().filter_map(of).collect();
        numbered.sort_unstable();
        numbered.dedup_by_key(|(number, amount, _)| (*number, *amount));
        let order: Vec<Position> = numbered.into_iter().map(|(_, _, entry)| entry).collect();
        let mut sums = vec![0];
        for entry in &order {
            let before = sums.last().copied().unwrap_or(0);
            sums.push(before + worth(entries.amount(*entry)));
        }
        let places = order.iter().copied().zip(0..).collect();
        Self { order, sums, places }
    }

    /// The places of sales, in order.
    fn places_of(&self, sales: &[Position]) -> Vec<usize> {
        let mut places: Vec<usize> = sales
            .iter()
            .filter_map(|entry| self.places.get(entry).copied())
            .collect();
        places.sort_unstable();
        places
    }

    /// Stretches of the sales of some days that come to an amount and a part of it as a fee, as amounts; a step is a sale
    /// of them. `None` if the steps do not last.
    pub(super) fn with_fee(
        &self,
        bench: &Bench<'_>,
        near: &[Position],
        fits: impl Fn(i128, usize) -> bool,
        steps: &mut u64,
    ) -> Option<Vec<Vec<i64>>> {
        let entries = &bench.judge.books.entries;
        let places = self.places_of(near);
        let sum = |place: usize| self.sums.get(place).copied().unwrap_or(0);
        let mut found = Vec::new();
        for run in places.chunk_by(|a, b| a + 1 == *b) {
            for (place, first) in run.iter().enumerate() {
                for last in run.iter().skip(place + 1).take(MOST_MEMBERS) {
                    *steps = steps.checked_sub(1)?;
                    let size = last + 1 - first;
                    if fits(sum(last + 1) - sum(*first), size) {
                        *steps = steps.checked_sub(u64::from(count(size)))?;
                        let stretch = self.order.get(*first..=*last).unwrap_or_default();
                        found.push(stretch.iter().map(|entry| entries.amount(*entry)).collect());
                    }
                }
            }
        }
        Some(found)
    }

    /// Stretches of some sales of which just what a line brings arrives, each in the order of days.
    pub(super) fn exact(
        &self,
        bench: &Bench<'_>,
        near: &[Position],
        (structure, line): (Structure, Position),
    ) -> Vec<Vec<Position>> {
        let places = self.places_of(near);
        let mut found = Vec::new();
        if places.len() > MOST {
            return found;
        }
        for run in places.chunk_by(|a, b| a + 1 == *b) {
            let (stretches, _) = self.matching(run, (structure, bench.judge.books.lines.amount(line)), 0);
            for (first, last) in stretches {
                found.push(sorted(self.order.get(first..=last).unwrap_or_default()));
            }
        }
        found
    }

    /// First and last places within a run of them whose sales bring an amount together with what others bring, and whether
    /// there may be more.
    fn matching(
        &self,
        run: &[usize],
        (structure, amount): (Structure, i64),
        more: i128,
    ) -> (Vec<(usize, usize)>, bool) {
        let sum = |place: usize| self.sums.get(place).copied().unwrap_or(0);
        let mut starts: Vec<(i128, usize)> = run.iter().map(|place| (sum(*place), *place)).collect();
        starts.sort_unstable();
        let tolerance = structure.tolerance();
        let arrived = Structure::arrived(amount);
        let mut matching = Vec::new();
        for last in run {
            let wanted = sum(last + 1) + more - arrived;
            let from = starts.partition_point(|(sum, _)| *sum < wanted - tolerance);
            let fitting = starts
                .iter()
                .skip(from)
                .take_while(|(sum, _)| *sum <= wanted + tolerance);
            for (_, first) in fitting.filter(|(_, first)| first < last) {
                if matching.len() == MOST_MATCHING {
                    return (matching, true);
                }
                matching.push((*first, *last));
            }
        }
        (matching, false)
    }

    /// Most of the payouts that whole days explain are one stretch each.
    pub(super) fn is_in_order(&self, whole: &[Fit]) -> bool {
        const FEWEST: usize = 3;
        let in_order = whole.iter().filter(|fit| self.is_stretch(&fit.members)).count();
        in_order >= FEWEST && in_order * 10 >= whole.len() * 7
    }

    /// The members that have a place are one stretch.
    pub(super) fn is_stretch(&self, members: &[Position]) -> bool {
        let places = self.places_of(members);
        places.len() > 1 && places.windows(2).all(|pair| matches!(pair, [a, b] if a + 1 == *b))
    }

    /// How many of the members that have no place bear a number among those of the others, less those whose number is
    /// elsewhere.
    pub(super) fn places_of_loose(&self, bench: &Bench<'_>, members: &[Position]) -> i32 {
        let placed = members.iter().filter(|entry| self.places.contains_key(*entry));
        let numbers: Vec<u64> = placed.filter_map(|entry| number_of(bench, *entry)).collect();
        let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
            return 0;
        };
        let near = last - first;
        let loose = members.iter().filter(|entry| !self.places.contains_key(*entry));
        loose
            .filter_map(|entry| number_of(bench, *entry))
            .map(|number| match number {
                number if number + near >= *first && number <= last.saturating_add(near) => 1,
                _ => -1,
            })
            .sum()
    }

    /// Stretches whose sales, with some that have no place, are what arrived, on days as usual.
    pub(super) fn stretches(&self, bench: &Bench<'_>, till: &Till<'_>, line: Position, usual: &Usual) -> Vec<Fit> {
        let near = near(bench, till, line, usual);
        let places = self.places_of(near);
        if places.len() > MOST {
            return Vec::new();
        }
        let loose = loose(bench, till, near);
        let all = log2(u64::from(count(places.len()))) + log2(u64::from(count(places.len().min(40))));
        let (mut fits, mut cut_short) = (Vec::new(), false);
        for extras in 0..=2 {
            let sets = sets_of(&loose, extras);
            let payout = Payout {
                bench,
                till,
                line,
                usual,
                tries: all + log2(u64::from(count(sets.len()))),
            };
            for set in &sets {
                for run in places.chunk_by(|a, b| a + 1 == *b) {
                    cut_short |= self.of_run(&payout, run, set, &mut fits);
                }
            }
            if !fits.is_empty() {
                break;
            }
        }
        let solutions = count(fits.len());
        for fit in &mut fits {
            (fit.solutions, fit.cut_short) = (solutions, cut_short);
        }
        fits
    }

    /// Stretches within a run of places that come to what arrived together with a set of others; whether there may be more.
    fn of_run(&self, payout: &Payout<'_, '_>, run: &[usize], set: &[Position], fits: &mut Vec<Fit>) -> bool {
        let structure = payout.till.structure;
        let more = nets(payout.bench, structure, set);
        let amount = payout.bench.judge.books.lines.amount(payout.line);
        let (stretches, cut_short) = self.matching(run, (structure, amount), more);
        for (first, last) in stretches {
            let stretch = self.order.get(first..=last).unwrap_or_default();
            let members: Vec<Position> = stretch.iter().chain(set).copied().collect();
            fits.extend(payout.fit(members, set.len()));
        }
        cut_short
    }
}

/// A line, and what is known of the payouts of its contact.
struct Payout<'a, 'b> {
    bench: &'a Bench<'b>,
    till: &'a Till<'a>,
    line: Position,
    usual: &'a Usual,
    /// log2 of what is tried for it.
    tries: Bits,
}

impl Payout<'_, '_> {
    /// Members as a payout, if their days are as usual.
    fn fit(&self, members: Vec<Position>, extras: usize) -> Option<Fit> {
        let books = self.bench.judge.books;
        let days = || members.iter().map(|entry| books.entries.day(*entry));
        let (first, last) = (days().min()?, days().max()?);
        let lag = books.lines.day(self.line).saturating_sub(last);
        let spans = || {
            let of_lag = self.usual.keys().filter(|(of, _)| *of == lag);
            of_lag.map(|(_, span)| *span)
        };
        if last - first > spans().max()? + 1 {
            return None;
        }
        // The days as they would be without an evening; of several usual spans the one that is nearest.
        let span = spans().min_by_key(|span| (span.abs_diff(last - first), *span))?;
        let account = at(&books.lines.accounts, self.line);
        let base = within(
            &books.entries,
            self.till.sales,
            account,
            (last.saturating_sub(span), last),
        );
        let chosen: BTreeSet<Position> = members.iter().copied().collect();
        let is_left_out = |entry: &Position| !chosen.contains(entry) && !has_twin(self.bench, &members, *entry);
        let out = base.iter().copied().filter(is_left_out).collect();
        let taken = members.iter().copied().filter(|entry| !base.contains(entry)).collect();
        Some(Fit {
            line: self.line,
            out,
            taken,
            tries: self.tries,
            day_shown: self.bench.judge.shows_day(self.line, last),
            solutions: 1,
            changes: i32::try_from(extras).unwrap_or(0),
            has_loose: extras > 0,
            cut_short: false,
            members,
        })
    }
}

/// Open sales of those days that have no number, and of nobody.
fn loose(bench: &Bench<'_>, till: &Till<'_>, near: &[Position]) -> Vec<Position> {
    let unnumbered = near.iter().copied().filter(|entry| number_of(bench, *entry).is_none());
    let mut loose: Vec<Position> = unnumbered.chain(nameless_of(bench, till, near)).collect();
    loose.truncate(MOST_LOOSE);
    loose
}

/// The sales of the days that a payout may cover, with the evening before.
fn near<'s>(bench: &Bench<'_>, till: &Till<'s>, line: Position, usual: &Usual) -> &'s [Position] {
    let books = bench.judge.books;
    let day = books.lines.day(line);
    let earliest = usual.keys().map(|(lag, span)| lag + span + 1).max();
    let latest = usual.keys().map(|(lag, _)| *lag).min();
    let (Some(earliest), Some(latest)) = (earliest, latest) else {
        return &[];
    };
    let days = (day.saturating_sub(earliest), day.saturating_sub(latest));
    within(&books.entries, till.sales, at(&books.lines.accounts, line), days)
}

/// The running number of an entry: the rarest of its numbers, the longest of those.
pub(super) fn number_of(bench: &Bench<'_>, entry: Position) -> Option<u64> {
    let vocabulary = &bench.judge.books.vocabulary;
    let rank = |number: &TokenId| {
        let length = vocabulary.bytes(*number).len();
        (Reverse(bench.judge.books.entries.frequency(*number)), length, *number)
    };
    let number = numbers_of(bench, entry).max_by_key(rank)?;
    vocabulary.text(number).parse().ok()
}

/// The same where others have such numbers: of several, one of which may be mistyped, the one that is nearest to another's.
fn number_among(bench: &Bench<'_>, entry: Position, usual: &[u64]) -> Option<u64> {
    let own = number_of(bench, entry)?;
    if numbers_of(bench, entry).nth(1).is_none() {
        return Some(own);
    }
    let vocabulary = &bench.judge.books.vocabulary;
    let all = numbers_of(bench, entry).filter_map(|number| vocabulary.text(number).parse().ok());
    nearest(all, own, usual)
}

/// Of several numbers the one that is nearest to one of those that are usual, among which is its own.
fn nearest(numbers: impl Iterator<Item = u64>, own: u64, usual: &[u64]) -> Option<u64> {
    let apart = |number: u64| {
        let from = usual.partition_point(|other| *other < number).saturating_sub(1);
        let to = usual.partition_point(|other| *other <= number);
        let near = usual.get(from..).unwrap_or_default().iter().take(to + 1 - from);
        // Its own place among them is no neighbour.
        near.filter(|other| **other != own)
            .map(|other| other.abs_diff(number))
            .min()
    };
    numbers.min_by_key(|number| (apart(*number).unwrap_or(u64::MAX), *number != own, *number))
}

/// The numbers of an entry that may be running ones.
fn numbers_of<'b>(bench: &Bench<'b>, entry: Position) -> impl Iterator<Item = TokenId> + 'b {
    let books = bench.judge.books;
    let numbers = books.entries.numbers.row(entry).iter().copied();
    let is_own = |number: &TokenId| {
        books.vocabulary.is_number(*number)
            && books.entries.frequency(*number) <= SHARED
            && books.vocabulary.bytes(*number).len() <= MOST_DIGITS
    };
    numbers.filter(is_own)
}

/// All sets of so many.
fn sets_of(items: &[Position], many: usize) -> Vec<Vec<Position>> {
    match many {
        0 => vec![Vec::new()],
        1 => items.iter().map(|item| vec![*item]).collect(),
        _ => items
            .iter()
            .enumerate()
            .flat_map(|(place, first)| items.iter().skip(place + 1).map(|second| vec![*first, *second]))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_numbers_of_a_sale_the_one_among_the_others_is_its_place() {
        // Sale 60625, in whose text a digit was typed twice.
        let usual = [60_622, 60_626, 60_627, 660_625];
        assert_eq!(nearest([660_625, 60_625].into_iter(), 660_625, &usual), Some(60_625));
        // Two numbers that are both far from all others: the one that was thought to be its own.
        assert_eq!(nearest([7, 660_625].into_iter(), 660_625, &[660_625]), Some(660_625));
    }
}
