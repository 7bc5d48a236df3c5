//! Entries that share a number (a deposit slip, a payroll run, a payout) and sum to one line.

use super::bundle::{Draft, choices};
use super::{Bench, clusters, within};
use crate::arith::{count, log2};
use crate::columns::at;
use crate::outcome::{Reason, ResidualKind};
use crate::recall::{Purpose, Reach};
use crate::residuals::mistyped;
use crate::roll::Position;

/// Numbers of more entries than this are no document.
const MOST_ENTRIES: u32 = 600;
/// Entries of one document lie no more than so many days apart.
const GAP: i32 = 5;
/// Days from the first entry before, and the last entry after, in which the line may be.
const BEFORE: i32 = 4;
/// See [`BEFORE`].
const AFTER: i32 = 25;
/// Days around the entries on which others without a number belong to them.
const BESIDE: i32 = 1;
/// How usual it is that what shares a number is paid at once.
const PRIOR: i32 = 300;

/// Proposes a bundle for every number that several entries share.
pub(crate) fn propose(bench: &mut Bench<'_>) {
    let books = bench.judge.books;
    let unnumbered: Vec<Position> = books
        .entries
        .positions()
        .filter(|entry| at(&bench.open.entries, *entry) && at(&books.entries.forms, *entry) == 0)
        .collect();
    for token in 1..books.vocabulary.len() {
        let frequency = books.entries.frequency(token);
        if !(2..=MOST_ENTRIES).contains(&frequency) || books.vocabulary.is_word(token) {
            continue;
        }
        for cluster in clusters(&books.entries, bench.index.with_token(token), GAP) {
            if cluster.len() > 1 {
                let reach = Reach::new(Purpose::Number, &books.entries, cluster, (BEFORE, AFTER));
                let days = (reach.days.0 + BEFORE - BESIDE, reach.days.1 - AFTER + BESIDE);
                let reach = Reach {
                    days_of_others: Some(days),
                    ..reach
                };
                bench.recall(&reach, |bench| {
                    whole(bench, cluster);
                    but_one(bench, cluster);
                    with_unnumbered(bench, cluster, &unnumbered);
                });
            }
        }
    }
}

/// All of them.
fn whole(bench: &mut Bench<'_>, cluster: &[Position]) {
    let (account, days, sum) = frame(bench, cluster);
    let lines: Vec<Position> = bench.lines_with(account, sum, days).collect();
    for line in lines {
        let tries = log2(u64::from(bench.lines_between(account, days)));
        let draft = Draft {
            lines: vec![line],
            entries: cluster.to_vec(),
            prior: PRIOR,
            tries,
            ..Draft::default()
        };
        bench.propose(draft, Reason::SharedReference);
    }
}

/// All but one (entered twice, or not banked), or all with one amount mistyped.
fn but_one(bench: &mut Bench<'_>, cluster: &[Position]) {
    let entries = &bench.judge.books.entries;
    let (account, days, sum) = frame(bench, cluster);
    let tries = log2(u64::from(bench.lines_between(account, days))) + log2(u64::from(count(cluster.len())));
    for (place, left_out) in cluster.iter().enumerate() {
        let amount = entries.amount(*left_out);
        // Of two that are alike, the later one is left out.
        let has_later_twin = cluster.iter().skip(place + 1).any(|other| {
            entries.amount(*other) == amount && entries.numbers.row(*other) == entries.numbers.row(*left_out)
        });
        let lines: Vec<Position> = bench.lines_with(account, sum - i128::from(amount), days).collect();
        if cluster.len() > 2 && !has_later_twin {
            for line in lines {
                let others = cluster.iter().copied().filter(|entry| entry != left_out).collect();
                let draft = Draft {
                    lines: vec![line],
                    entries: others,
                    prior: PRIOR - 200,
                    tries,
                    ..Draft::default()
                };
                bench.propose(draft, Reason::SharedReference);
            }
        }
        for typed in mistyped(amount) {
            let target = sum - i128::from(amount) + i128::from(typed);
            let lines: Vec<Position> = bench.lines_with(account, target, days).collect();
            for line in lines {
                let draft = Draft {
                    lines: vec![line],
                    entries: cluster.to_vec(),
                    residual: Some((ResidualKind::Correction, Some(*left_out))),
                    prior: PRIOR - 700,
                    tries: tries + 300,
                    ..Draft::default()
                };
                bench.propose(draft, Reason::SharedReference);
            }
        }
    }
}

/// All, and one or two that nobody wrote a number on, of the same days; perhaps without one of their own.
fn with_unnumbered(bench: &mut Bench<'_>, cluster: &[Position], unnumbered: &[Position]) {
    /// Entries without a number that are tried, those of the nearest days.
    const MOST: usize = 14;
    /// Entries without a number that are looked at, most of them perhaps of the other sign.
    const MOST_LOOKED_AT: usize = 2_048;
    /// Days from the entries to the line.
    const LINE: (i32, i32) = (1, 7);
    /// From this many on, one of the cluster may be too much.
    const ENOUGH: usize = 3;
    /// Of more than this, none is left out.
    const FEW: usize = 40;
    let entries = &bench.judge.books.entries;
    let (account, _, sum) = frame(bench, cluster);
    let day = |entry: Option<&Position>| entry.map_or(0, |entry| entries.day(*entry));
    let days = (day(cluster.first()), day(cluster.last()));
    let in_time = within(entries, unnumbered, account, (days.0 - BESIDE, days.1 + BESIDE));
    let looked_at = in_time.iter().copied().take(MOST_LOOKED_AT);
    let near: Vec<Position> = looked_at
        .filter(|entry| (i128::from(entries.amount(*entry)) < 0) == (sum < 0) && !cluster.contains(entry))
        .take(MOST + 1)
        .collect();
    let cut_short = near.len() > MOST || in_time.len() > MOST_LOOKED_AT;
    let near = near.get(..MOST).unwrap_or(&near);
    let mut out = vec![None];
    if (ENOUGH..=FEW).contains(&cluster.len()) {
        out.extend(cluster.iter().copied().map(Some));
    }
    let window = (days.0 - LINE.0, days.1 + LINE.1);
    let lines_tried = log2(u64::from(bench.lines_between(account, window)));
    for (place, first) in near.iter().enumerate() {
        let seconds = near.iter().skip(place + 1).copied().map(Some);
        for second in std::iter::once(None).chain(seconds) {
            let taken: Vec<Position> = std::iter::once(*first).chain(second).collect();
            let more: i128 = taken.iter().map(|entry| i128::from(entries.amount(*entry))).sum();
            for left_out in out.iter().take(if second.is_some() { 1 } else { out.len() }) {
                let less = left_out.map_or(0, |entry| i128::from(entries.amount(entry)));
                let lines: Vec<Position> = bench.lines_with(account, sum + more - less, window).collect();
                for line in lines {
                    let own = cluster.iter().copied().filter(|entry| Some(*entry) != *left_out);
                    let changes = i32::from(left_out.is_some()) * 2 + i32::try_from(taken.len()).unwrap_or(0);
                    let draft = Draft {
                        lines: vec![line],
                        entries: own.chain(taken.iter().copied()).collect(),
                        prior: PRIOR - 100 * changes,
                        tries: lines_tried
                            + choices(near.len(), taken.len())
                            + left_out.map_or(0, |_| log2(u64::from(count(cluster.len())))),
                        cut_short,
                        ..Draft::default()
                    };
                    bench.propose(draft, Reason::SharedReference);
                }
            }
        }
    }
}

/// Account, days in which the line may be, and the sum.
fn frame(bench: &Bench<'_>, cluster: &[Position]) -> (u16, (i32, i32), i128) {
    let entries = &bench.judge.books.entries;
    let (first, last) = (
        cluster.first().copied().unwrap_or(0),
        cluster.last().copied().unwrap_or(0),
    );
    let days = (
        entries.day(first).saturating_sub(BEFORE),
        entries.day(last).saturating_add(AFTER),
    );
    let sum = cluster.iter().map(|entry| i128::from(entries.amount(*entry))).sum();
    (at(&entries.accounts, first), days, sum)
}
