//! Lines of one size that make up one entry, whatever they say: a bill in four instalments.

use super::bundle::{Draft, choices};
use super::naming::DAYS;
use super::parts::alike;
use super::sums::{MOST_AMOUNTS, Wanted, subsets};
use super::{Bench, nearly_equal};
use crate::arith::{count, log2};
use crate::columns::at;
use crate::outcome::Reason;
use crate::roll::Position;

/// Most equal parts that are looked for.
const MOST_PARTS: i128 = 12;
/// Ways to choose equal parts; of more, which may still differ in twins only, none would be as likely as the others.
const MOST_WAYS: u8 = 100;

/// The sizes of equal parts of an amount, by how many they are.
fn shares(amount: i128) -> impl Iterator<Item = (i128, i128)> {
    let shares = (2..=MOST_PARTS).map(move |parts| (parts, amount / parts));
    shares.take_while(|(_, each)| each.abs() >= 100)
}

/// The least and the largest amount of the lines that are counted, on whatever day, for each number of equal parts.
pub(crate) fn counted(amount: i64) -> impl Iterator<Item = (i64, i64)> {
    let reach = |(cents, each): (i128, i128)| {
        let bound = |bound: i128| i64::try_from(bound).ok();
        bound(each - cents).zip(bound(each + cents))
    };
    shares(i128::from(amount)).filter_map(reach)
}

/// Parts of equal size, whatever their texts: a quarter of the amount four times over.
pub(super) fn propose(bench: &mut Bench<'_>, entry: Position, named: &[Position]) {
    let books = bench.judge.books;
    let (amount, day) = (i128::from(books.entries.amount(entry)), books.entries.day(entry));
    let account = at(&books.entries.accounts, entry);
    let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
    for (parts, each) in shares(amount) {
        if bench.budget == 0 {
            return;
        }
        // What does not divide evenly is in the last part.
        let (mut lines, is_sample) = around_amount(bench, account, each, parts, days);
        let number = usize::try_from(parts).unwrap_or(0);
        if lines.len() < number || lines.len() > MOST_AMOUNTS {
            continue;
        }
        lines.sort_unstable();
        let amounts: Vec<i64> = lines.iter().map(|line| books.lines.amount(*line)).collect();
        // Of a price that many pay there are always some lines, and a walk over them is long: whether it can end
        // anywhere is quickly known, and whether it can end in so many ways that none of them would be shown.
        let beyond = amounts.iter().map(|part| i128::from(*part) - each);
        let ways = nearly_equal::ways(beyond, parts, amount - each * parts);
        if lines.iter().all(|line| named.contains(line)) || ways.is_some_and(|ways| !(1..=MOST_WAYS).contains(&ways)) {
            continue;
        }
        let parts = number;
        let given = bench.steps();
        let mut left = given;
        let result = subsets(
            &amounts,
            amount,
            Wanted {
                least: parts,
                most: parts,
                subsets: 4,
            },
            &mut left,
        );
        bench.spend(given, left);
        let solutions = count(result.found.len());
        for subset in result.found {
            let chosen: Vec<Position> = subset.iter().filter_map(|place| lines.get(*place).copied()).collect();
            let draft = Draft {
                tries: choices(lines.len(), parts) + log2(u64::from(bench.lines_between(account, days))),
                coherence: alike(bench, &chosen),
                lines: chosen,
                entries: vec![entry],
                prior: -200,
                cut_short: result.cut_short || is_sample,
                solutions,
                ..Draft::default()
            };
            bench.propose(draft, Reason::UniqueSum);
        }
    }
}

/// Open lines between two days of nearly an amount, and whether they are only some of them.
fn around_amount(
    bench: &Bench<'_>,
    account: u16,
    amount: i128,
    cents: i128,
    days: (i32, i32),
) -> (Vec<Position>, bool) {
    /// Of longer lists a few lines of each amount are taken, and those of other days are never looked at.
    const SHORT: usize = 64;
    let lines = &bench.judge.books.lines;
    let (Ok(low), Ok(high)) = (i64::try_from(amount - cents), i64::try_from(amount + cents)) else {
        return (Vec::new(), false);
    };
    let near = bench.open_amounts.between(account, low, high);
    if near.len() > SHORT {
        let runs = bench.open_amounts.runs_between(account, low, high);
        return (runs.flat_map(|run| bench.lines_of_run(run, days)).collect(), true);
    }
    let in_time = |line: &Position| (days.0..=days.1).contains(&lines.day(*line));
    (near.iter().copied().filter(in_time).collect(), false)
}
