//! Lines that sum to one entry: instalments, split payments, one journal entry for a whole payroll; and many lines for
//! many entries of one contact.

use super::bundle::{Draft, choices, most_by_name};
use super::naming::{DAYS, Naming, lines_naming};
use super::sums::{Wanted, subsets};
use super::{Bench, MOST_EQUAL, clusters, equal_parts};
use crate::arith::{count, log2};
use crate::columns::{Rows, at};
use crate::outcome::Reason;
use crate::recall::{Purpose, Reach};
use crate::roll::Position;

/// Fewest and most lines that name an entry and are its parts.
const FEWEST_PARTS: usize = 2;
const MOST_NAMED_PARTS: usize = 12;
/// The most that it says when parts are of one amount.
const MOST_COHERENCE: i32 = 1_200;
/// Most lines that name a contact and are combined with one that does not.
const FEW_NAMED: usize = 4;
/// Most lines that name the entry and are combined with one that does not.
const MOST_NAMED: usize = 8;

/// Proposes bundles of lines for each open entry.
pub(crate) fn propose(bench: &mut Bench<'_>) {
    let entries = &bench.judge.books.entries;
    for entry in entries.positions() {
        if !at(&bench.open.entries, entry) || entries.amount(entry) == 0 {
            continue;
        }
        let reach = Reach {
            shares_of: Some(entries.amount(entry)),
            ..Reach::new(Purpose::Parts, entries, std::slice::from_ref(&entry), DAYS)
        };
        bench.recall(&reach, |bench| of_entry(bench, entry));
    }
}

fn of_entry(bench: &mut Bench<'_>, entry: Position) {
    let named = lines_naming(bench, entry, bench.judge.books.entries.amount(entry).unsigned_abs());
    if !named.lines.is_empty() {
        among(bench, entry, &named);
        with_one_unnamed(bench, entry, &named);
    }
    equal_parts::propose(bench, entry, &named.lines);
}

/// Proposes bundles of several lines and several entries of one contact.
pub(crate) fn propose_many(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    /// Entries in one group, and days from the first of them to the last when there are more.
    const MOST: usize = 5;
    const SPAN: i32 = 2;
    let entries = &bench.judge.books.entries;
    for contact in 1..contacts.len() {
        for cluster in clusters(entries, contacts.row(contact), 4) {
            if (2..=MOST).contains(&cluster.len()) {
                let reach = Reach::new(Purpose::Parts, entries, cluster, DAYS);
                bench.recall(&reach, |bench| of_cluster(bench, cluster));
            }
            if cluster.len() <= MOST {
                continue;
            }
            // A contact of many entries: what lies within some days of each of them.
            let mut done = 0;
            for (place, first) in cluster.iter().enumerate() {
                let last_day = entries.day(*first).saturating_add(SPAN);
                let rest = cluster.get(place..).unwrap_or_default();
                let end = place + rest.partition_point(|entry| entries.day(*entry) <= last_day);
                let near = cluster.get(place..end).unwrap_or_default();
                if end > done && (2..=MOST + 1).contains(&near.len()) {
                    let reach = Reach::new(Purpose::Parts, entries, near, DAYS);
                    bench.recall(&reach, |bench| of_cluster(bench, near));
                    done = end;
                }
            }
        }
    }
}

/// Looks for the lines that entries of a few days are paid with.
fn of_cluster(bench: &mut Bench<'_>, cluster: &[Position]) {
    /// Days before the first entry and after the last one; if that finds too many lines, fewer.
    const WIDE: (i32, i32) = (4, 25);
    const NARROW: (i32, i32) = (1, 8);
    let books = bench.judge.books;
    let whole = cluster
        .iter()
        .map(|entry| books.entries.amount(*entry).unsigned_abs())
        .fold(0, u64::saturating_add);
    let mut all = Naming::default();
    for entry in cluster {
        all.add(lines_naming(bench, *entry, whole));
    }
    let Naming {
        mut lines, cut_short, ..
    } = all;
    lines.sort_unstable();
    lines.dedup();
    let day = |entry: Option<&Position>| entry.map_or(0, |entry| books.entries.day(*entry));
    for (before, after) in [WIDE, NARROW] {
        let days = (day(cluster.first()) - before, day(cluster.last()) + after);
        lines.retain(|line| (days.0..=days.1).contains(&books.lines.day(*line)));
        if lines.len() <= MOST_NAMED {
            break;
        }
    }
    if (2..=MOST_NAMED).contains(&lines.len()) {
        many_to_many(bench, cluster, &lines, cut_short);
    }
    if (1..=FEW_NAMED).contains(&lines.len()) {
        many_with_unnamed(bench, cluster, &lines, cut_short);
    }
}

/// Entries of one contact against some lines that name it, and one that names nobody and is just what is missing.
fn many_with_unnamed(bench: &mut Bench<'_>, cluster: &[Position], named: &[Position], cut_short: bool) {
    /// Days before the first entry and after the last.
    const DAYS: (i32, i32) = (2, 20);
    let books = bench.judge.books;
    let first = cluster.first().copied().unwrap_or(0);
    let day = |entry: Option<&Position>| entry.map_or(0, |entry| books.entries.day(*entry));
    let days = (day(cluster.first()) - DAYS.0, day(cluster.last()) + DAYS.1);
    let account = at(&books.entries.accounts, first);
    let unnamed = log2(u64::from(bench.lines_between(account, days)));
    for entries in chosen_of(cluster).into_iter().filter(|entries| entries.len() > 1) {
        let sum: i128 = entries
            .iter()
            .map(|entry| i128::from(books.entries.amount(*entry)))
            .sum();
        for with in chosen_of(named)
            .into_iter()
            .filter(|with| (1..=3).contains(&with.len()))
        {
            let missing = sum
                - with
                    .iter()
                    .map(|line| i128::from(books.lines.amount(*line)))
                    .sum::<i128>();
            if missing == 0 || (missing < 0) != (sum < 0) {
                continue;
            }
            let others: Vec<Position> = bench
                .lines_with(account, missing, days)
                .filter(|line| !named.contains(line))
                .collect();
            for other in others {
                if books.names_someone(other) {
                    continue;
                }
                let lines: Vec<Position> = with.iter().copied().chain([other]).collect();
                let of = Of {
                    entries: cluster.len(),
                    named: named.len(),
                    unnamed,
                    cut_short,
                };
                propose_many_draft(bench, &of, &entries, lines);
            }
        }
    }
}

/// What a choice of entries and lines was made of.
struct Of {
    entries: usize,
    named: usize,
    /// log2 of the lines among which the one that names nobody was found.
    unnamed: i32,
    cut_short: bool,
}

fn propose_many_draft(bench: &mut Bench<'_>, of: &Of, entries: &[Position], lines: Vec<Position>) {
    let books = bench.judge.books;
    let parts: Vec<i64> = lines.iter().map(|line| books.lines.amount(*line)).collect();
    let wholes: Vec<i64> = entries.iter().map(|entry| books.entries.amount(*entry)).collect();
    if falls_apart(&parts, &wholes) {
        return;
    }
    let draft = Draft {
        tries: choices(of.entries, entries.len()) + choices(of.named, lines.len() - 1) + of.unnamed + 200,
        cut_short: of.cut_short,
        coherence: alike(bench, &lines),
        lines,
        entries: entries.to_vec(),
        by_name: true,
        prior: -400,
        solutions: 1,
        ..Draft::default()
    };
    bench.propose(draft, Reason::SharedContact);
}

/// Every choice of some of a few items.
fn chosen_of(items: &[Position]) -> Vec<Vec<Position>> {
    (1_u32..1 << items.len())
        .map(|mask| {
            let with = items.iter().zip(0..).filter(|(_, bit)| mask >> bit & 1 == 1);
            with.map(|(item, _)| *item).collect()
        })
        .collect()
}

fn many_to_many(bench: &mut Bench<'_>, cluster: &[Position], lines: &[Position], cut_short: bool) {
    let books = bench.judge.books;
    let amounts: Vec<i64> = lines.iter().map(|line| books.lines.amount(*line)).collect();
    for mask in 1_u32..1 << cluster.len() {
        if mask.count_ones() < 2 {
            continue;
        }
        let chosen: Vec<Position> = cluster
            .iter()
            .zip(0..)
            .filter(|(_, bit)| mask >> bit & 1 == 1)
            .map(|(entry, _)| *entry)
            .collect();
        let sum: i128 = chosen
            .iter()
            .map(|entry| i128::from(books.entries.amount(*entry)))
            .sum();
        let given = bench.steps();
        let mut left = given;
        let result = subsets(
            &amounts,
            sum,
            Wanted {
                least: 2,
                most: 6,
                subsets: 4,
            },
            &mut left,
        );
        bench.spend(given, left);
        let solutions = count(result.found.len());
        for subset in result.found {
            let parts: Vec<i64> = subset.iter().filter_map(|place| amounts.get(*place).copied()).collect();
            let wholes: Vec<i64> = chosen.iter().map(|entry| books.entries.amount(*entry)).collect();
            if falls_apart(&parts, &wholes) {
                continue;
            }
            let paid: Vec<Position> = subset.iter().filter_map(|place| lines.get(*place).copied()).collect();
            let draft = Draft {
                tries: choices(cluster.len(), chosen.len()) + choices(lines.len(), subset.len()) + 200,
                coherence: alike(bench, &paid),
                lines: paid,
                entries: chosen.clone(),
                by_name: true,
                prior: -300,
                cut_short: result.cut_short || cut_short,
                solutions,
                ..Draft::default()
            };
            bench.propose(draft, Reason::SharedContact);
        }
    }
}

/// Some of the lines sum to some of the entries, so that there are two groups and not one.
fn falls_apart(lines: &[i64], entries: &[i64]) -> bool {
    let sums = |amounts: &[i64]| -> Vec<i128> {
        (1_u32..(1 << amounts.len()) - 1)
            .map(|mask| {
                amounts
                    .iter()
                    .zip(0..)
                    .filter(|(_, bit)| mask >> bit & 1 == 1)
                    .map(|(amount, _)| i128::from(*amount))
                    .sum()
            })
            .collect()
    };
    let mut of_lines = sums(lines);
    of_lines.sort_unstable();
    sums(entries).iter().any(|sum| of_lines.binary_search(sum).is_ok())
}

/// Lines that name the entry and sum to it, as many of them as could tell it from chance.
fn among(bench: &mut Bench<'_>, entry: Position, of: &Naming) {
    let (books, named) = (bench.judge.books, &of.lines);
    let amount = books.entries.amount(entry);
    let amounts: Vec<i64> = named.iter().map(|line| books.lines.amount(*line)).collect();
    let most = most_parts(&amounts, amount, of.may_share_number());
    if most < FEWEST_PARTS || bench.budget == 0 {
        return;
    }
    let (result, reason) = bench.sums_to(amount, &amounts, most);
    let solutions = count(result.found.len());
    for subset in result.found {
        let lines: Vec<Position> = subset.iter().filter_map(|place| named.get(*place).copied()).collect();
        let draft = Draft {
            coherence: alike(bench, &lines),
            lines,
            entries: vec![entry],
            cut_short: result.cut_short || of.cut_short,
            solutions,
            ..draft_among(named.len(), subset.len())
        };
        bench.propose(draft, reason);
    }
}

/// A draft of so many of the lines that name an entry.
fn draft_among(named: usize, lines: usize) -> Draft {
    Draft {
        tries: choices(named, lines) + 100,
        by_name: true,
        prior: -100,
        ..Draft::default()
    }
}

/// The most lines of which it is told from chance that they sum to an amount: of forty lines six are chosen in four
/// million ways, some of which come to any amount. Only lines of one amount are unusual whatever their number.
fn most_parts(amounts: &[i64], amount: i64, by_number: bool) -> usize {
    let tells = |parts: &usize| most_by_name(&draft_among(amounts.len(), *parts), amount, by_number) >= 0;
    let are_alike = |parts: &usize| {
        let number = i64::try_from(*parts).unwrap_or(i64::MAX);
        let near = amounts.iter().filter(|part| is_near(**part, amount / number, number));
        near.count() >= *parts
    };
    (FEWEST_PARTS..=MOST_NAMED_PARTS)
        .rev()
        .find(|parts| tells(parts) || are_alike(parts))
        .unwrap_or(0)
}

/// Two amounts differ by no more than so many cents and the one that a division rounds off.
fn is_near(a: i64, b: i64, cents: i64) -> bool {
    a.abs_diff(b) <= cents.unsigned_abs() + 1
}

/// Some lines that name the entry, and one that names nobody and is just what is missing.
fn with_one_unnamed(bench: &mut Bench<'_>, entry: Position, of: &Naming) {
    let (books, named) = (bench.judge.books, &of.lines);
    let (whole, day) = (books.entries.amount(entry), books.entries.day(entry));
    let amount = i128::from(whole);
    let account = at(&books.entries.accounts, entry);
    let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
    let pool = named.get(..named.len().min(MOST_NAMED)).unwrap_or_default();
    let unnamed = log2(u64::from(bench.lines_between(account, days)));
    let draft_of = |chosen: usize| Draft {
        tries: choices(pool.len(), chosen) + unnamed,
        by_name: true,
        prior: -200,
        cut_short: of.cut_short,
        ..Draft::default()
    };
    // How much speaks for one, two, three and four of them at best, before it is known what is missing.
    let best_of = |by_number| [1, 2, 3, 4].map(|chosen| most_by_name(&draft_of(chosen), whole, by_number));
    let (best_by_number, best_by_name) = (best_of(of.may_share_number()), best_of(false));
    if best_by_number.iter().all(|best| best + MOST_COHERENCE < 0) {
        return;
    }
    let numbered = pool.iter().zip(0..).filter(|(line, _)| of.may_show(**line));
    let numbered = numbered.fold(0_u32, |mask, (_, bit)| mask | 1 << bit);
    let parts: Vec<i64> = pool.iter().map(|line| books.lines.amount(*line)).collect();
    let sums = sums_of_subsets(parts.iter().copied().map(i128::from));
    for (mask, sum) in (0_u32..).zip(sums).skip(1) {
        let number = usize::try_from(mask.count_ones()).unwrap_or(0);
        let best = if mask & numbered == 0 {
            best_by_name
        } else {
            best_by_number
        };
        let Some(best) = best.get(number - 1).copied().filter(|best| best + MOST_COHERENCE >= 0) else {
            continue;
        };
        let missing = amount - sum;
        if missing == 0 || (missing < 0) != (amount < 0) {
            continue;
        }
        let is_chosen = |bit: &u32| mask >> bit & 1 == 1;
        // Only if all of them are of nearly one amount is there more to say for them.
        let are_alike = || {
            let mut chosen = parts.iter().zip(0..).filter(|(_, bit)| is_chosen(bit));
            chosen.all(|(part, _)| (i128::from(*part) - missing).unsigned_abs() <= 5)
        };
        if best < 0 && !are_alike() {
            continue;
        }
        let mut others: Vec<Position> = bench.lines_with(account, missing, days).collect();
        if others.len() == MOST_EQUAL {
            continue;
        }
        others.retain(|line| !named.contains(line));
        for other in others {
            let chosen = pool.iter().zip(0..).filter(|(_, bit)| is_chosen(bit));
            let lines: Vec<Position> = chosen.map(|(line, _)| *line).chain([other]).collect();
            let draft = Draft {
                coherence: alike(bench, &lines),
                lines,
                entries: vec![entry],
                ..draft_of(number)
            };
            bench.propose(draft, Reason::UniqueSum);
        }
    }
}

/// The sums of all subsets of some amounts: at each place that of the amounts whose bits its number has.
fn sums_of_subsets(amounts: impl Iterator<Item = i128>) -> Vec<i128> {
    let mut sums = vec![0];
    for amount in amounts {
        let without = sums.len();
        sums.extend_from_within(..without);
        sums.iter_mut().skip(without).for_each(|sum| *sum += amount);
    }
    sums
}

/// Lines of one amount, or all but the last, are parts of one whole more often than by chance: how rare that amount is
/// among all lines counts once for each further line.
pub(super) fn alike(bench: &Bench<'_>, lines: &[Position]) -> i32 {
    let books = bench.judge.books;
    let mut amounts: Vec<i64> = lines.iter().map(|line| books.lines.amount(*line)).collect();
    amounts.sort_unstable();
    let (Some(low), Some(high)) = (amounts.first(), amounts.last()) else {
        return 0;
    };
    if high.abs_diff(*low) > u64::from(count(lines.len())) {
        return 0;
    }
    let account = lines.first().map_or(0, |line| at(&books.lines.accounts, *line));
    bench.has_counted_all.set(true);
    let all = u64::from(books.lines.len());
    let equal = u64::from(count(
        bench.judge.books.line_amounts.between(account, *low, *high).len(),
    ));
    let further = i32::try_from(lines.len()).unwrap_or(1) - 1;
    ((log2(all) - log2(equal)) * further / 2).clamp(0, MOST_COHERENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_only_a_few_tell_anything_by_their_sum() {
        let amounts: Vec<i64> = (0..40).map(|place| 1_000 + 37 * place * place).collect();
        let few = most_parts(&amounts, 100_000, false);
        assert!((3..8).contains(&few), "{few}");
        assert!(most_parts(&amounts, 100_000, true) > few);
        assert_eq!(most_parts(amounts.get(..6).unwrap(), 5_000, false), 12);
    }

    #[test]
    fn instalments_tell_by_being_alike() {
        let mut amounts: Vec<i64> = (0..30).map(|place| 1_000 + 370 * place * place).collect();
        let without = most_parts(&amounts, 110_003, false);
        amounts.extend([10_000; 11]);
        assert!(without < 11);
        assert_eq!(most_parts(&amounts, 110_003, false), 11);
    }
}
