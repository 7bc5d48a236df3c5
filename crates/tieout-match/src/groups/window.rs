//! All of one form within some days: deposits of checks without a slip number, a payroll paid from a journal entry.
//!
//! Neither number nor name ties the members together, only that the books write them alike and that the days fit. So
//! everything of the form in a run of whole days must sum to the other side, or all but one or two.

use super::bundle::Draft;
use super::forms::{FEWEST, Forms, Known, Near, stretches};
use super::grouped::Grouped;
use super::prospects::{Hope, Prospects, Tried};
use super::{Open, Proposals};
use crate::arith::{Bits, log2};
use crate::columns::{at, part};
use crate::outcome::{Reason, ResidualKind};
use crate::residuals::is_mistyped;
use crate::roll::{Position, Roll};
use std::cmp::Ordering;

/// Days before and after the other side in which members may be.
const DAYS: (i32, i32) = (9, 5);
/// A run that is too much by more than so many of its largest members only becomes more.
pub(super) const TOO_MANY: u64 = 10;
/// How unusual such groups are, with nothing but form and days in common.
pub(super) const PRIOR: Bits = -300;
/// Fits of one item that are kept.
const MOST_FITS: usize = 30;
/// Fits of one item that leave out two.
const MOST_PAIRS: usize = 6;
/// Ways to leave something out that are alike but for the items; more would say no more.
const MOST_CHOICES: usize = 3;

/// Proposes bundles of entries of one form for lines that name nobody.
pub(crate) fn propose_entries(proposals: &mut Proposals<'_>, open: &Open, grouped: &Grouped) {
    let books = proposals.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    let mut forms = [
        Forms::new(entries, &open.entries, |entry| u64::from(at(&entries.forms, entry))),
        Forms::new(entries, &open.entries, |entry| u64::from(grouped.has(entries, entry))),
    ];
    let asks = |line: &Position| at(&open.lines, *line) && lines.amount(*line) != 0 && !books.names_someone(*line);
    let days = (-DAYS.0, 1);
    each((lines, asks), (days, true), (entries, &mut forms), |line, fits| {
        for fit in &fits.found {
            let draft = Draft {
                lines: vec![line],
                entries: fit.members.clone(),
                residual: fit.way.mistyped().map(|entry| (ResidualKind::Correction, Some(entry))),
                tries: fits.tries(fit),
                prior: PRIOR,
                ..Draft::default()
            };
            proposals.propose(draft, Reason::SharedDate);
        }
    });
}

/// Proposes bundles of lines of one kind for entries that are left.
pub(crate) fn propose_lines(proposals: &mut Proposals<'_>, open: &Open) {
    let books = proposals.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    let mut forms = [
        Forms::new(lines, &open.lines, |line| books.line_kinds.hash(line)),
        Forms::new(lines, &open.lines, |line| books.templates.hash(line)),
    ];
    let asks = |entry: &Position| at(&open.entries, *entry) && entries.amount(*entry) != 0;
    let days = (-1, DAYS.1);
    // A mistyped amount is on the side of the books.
    each((entries, asks), (days, false), (lines, &mut forms), |entry, fits| {
        for fit in &fits.found {
            let draft = Draft {
                lines: fit.members.clone(),
                entries: vec![entry],
                tries: fits.tries(fit),
                prior: PRIOR,
                ..Draft::default()
            };
            proposals.propose(draft, Reason::SharedDate);
        }
    });
}

/// Searches the runs of one side for each item of the other that asks, from so many days before or after it to so many,
/// with mistyped members or without; those of one day and sign look at the same runs.
fn each(
    (roll, asks): (&Roll, impl Fn(&Position) -> bool),
    (days, with_mistyped): ((i32, i32), bool),
    (members, forms): (&Roll, &mut [Forms; 2]),
    mut found: impl FnMut(Position, &Fits),
) {
    let asking: Vec<Position> = roll.positions().filter(asks).collect();
    let place = |item: &Position| (at(&roll.accounts, *item), roll.day(*item), roll.amount(*item) < 0);
    let mut prospects = Prospects::default();
    for of_day in asking.chunk_by(|a, b| place(a) == place(b)) {
        let Some((account, day, negative)) = of_day.first().map(place) else {
            continue;
        };
        let days = (day + days.0, day + days.1);
        let targets = of_day.iter().map(|item| roll.amount(*item));
        prospects.look(members, forms, (account, days, negative), targets);
        for item in of_day {
            let target = roll.amount(*item);
            let hope = prospects.of(target, with_mistyped);
            if hope.any() {
                let mut fits = Fits::new(hope);
                for forms in forms.iter_mut() {
                    fits.look(members, forms, account, days, target);
                }
                found(*item, &fits);
            }
        }
    }
}

/// How members were made to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of a run of days.
    All,
    /// All but a duplicate.
    WithoutDuplicate,
    /// All but one.
    WithoutOne,
    /// All but two.
    WithoutTwo,
    /// One is mistyped.
    Mistyped(Position),
}

impl Way {
    fn mistyped(self) -> Option<Position> {
        match self {
            Self::Mistyped(item) => Some(item),
            _ => None,
        }
    }
}

/// Members of a run that fit the other side.
struct Fit {
    members: Vec<Position>,
    way: Way,
}

/// What fits one item, and what was tried to find it.
struct Fits {
    found: Vec<Fit>,
    /// Fits that leave out two; there are soon many of them.
    pairs_left_out: usize,
    tried: Tried,
    hope: Hope,
}

impl Fits {
    fn new(hope: Hope) -> Self {
        Self {
            found: Vec::new(),
            pairs_left_out: 0,
            tried: Tried::default(),
            hope,
        }
    }

    /// log2 of what was tried in the way a fit was found.
    fn tries(&self, fit: &Fit) -> Bits {
        match fit.way {
            Way::All => log2(self.tried.runs),
            Way::WithoutDuplicate => log2(self.tried.runs) + 200,
            Way::WithoutOne => log2(self.tried.ones) + 200,
            Way::WithoutTwo => log2(self.tried.twos) + 400,
            // A number has a handful of neighbours to be mistyped into, and mistyping is rare.
            Way::Mistyped(_) => log2(self.tried.ones) + 300 + 500,
        }
    }

    /// Tries, for each form, all runs of days whose members might sum to a target, with none, one or two of them left
    /// out, or one of them mistyped.
    fn look(&mut self, roll: &Roll, forms: &mut Forms, account: u16, days: (i32, i32), target: i64) {
        for form in 0..forms.len() {
            let Some(mut near) = forms.near(form, account, days, target < 0) else {
                continue;
            };
            if let (Some(first), Some(last)) = (near.days.first(), near.days.last())
                && last.to - first.from < 2
            {
                continue;
            }
            for first in 0..near.days.len() {
                self.runs_from(roll, &mut near, first, target.unsigned_abs());
            }
        }
    }

    /// A form has one sign, so that sums and the target are taken without it.
    fn runs_from(&mut self, roll: &Roll, near: &mut Near<'_>, first: usize, target: u64) {
        /// Runs that begin on one day: they end on it or on one of those after it.
        const RUNS: usize = 4;
        let days = near.days.get(first..).unwrap_or_default();
        let places = first * RUNS..;
        let runs = stretches(days).zip(places);
        for (run, place) in runs.filter(|(run, _)| run.size > 1) {
            self.tried.add(run.size);
            // More days only add to what is too much already.
            let too_much = run.sum.saturating_sub(target) > run.largest.saturating_mul(TOO_MANY);
            if too_much || self.found.len() >= MOST_FITS {
                break;
            }
            let members = part(near.items, run.from, run.to);
            let difference = Difference::of(run.sum, target, near.negative);
            if run.sum == target {
                self.found.push(Fit {
                    members: members.to_vec(),
                    way: Way::All,
                });
            } else if let Some(difference) = difference
                && members.len() >= FEWEST
                && difference.may_fit(run.largest)
                && let Some(known) = near.runs.known(roll, members, place)
            {
                self.fit(roll, (members, known), difference, run.largest);
            }
        }
    }

    /// Brings a difference to nothing, in the ways that change least.
    fn fit(&mut self, roll: &Roll, (members, known): (&[Position], &mut Known), difference: Difference, largest: u64) {
        // A form has one sign: of what is too little nothing can be left out.
        let Difference { surplus, is_too_much } = difference;
        let size = surplus.unsigned_abs();
        let may_be_two = self.hope.two && is_too_much && size <= largest.saturating_mul(2) && known.may_be_two(surplus);
        let sorted = &known.sorted;
        let run = Run { members, sorted };
        let left_out = is_too_much && size <= largest && self.leave_one(roll, run, surplus);
        if may_be_two && !left_out {
            self.leave_two(run, surplus);
        }
        if self.hope.mistyped && !left_out && surplus % 9 == 0 {
            self.correct_one(run, difference);
        }
    }

    /// Leaves out one member; a duplicate of another member, if there is one, and else whichever fits.
    fn leave_one(&mut self, roll: &Roll, run: Run<'_>, surplus: i64) -> bool {
        let from = run.sorted.partition_point(|(amount, _)| *amount < surplus);
        let fitting = run.sorted.iter().skip(from);
        let fitting = fitting.take_while(|(amount, _)| *amount == surplus);
        let mut fitting: Vec<Position> = fitting.map(|(_, item)| *item).collect();
        let duplicate = fitting
            .iter()
            .copied()
            .find(|item| is_duplicate(roll, run.members, *item));
        let way = if let Some(duplicate) = duplicate {
            fitting = vec![duplicate];
            Way::WithoutDuplicate
        } else {
            Way::WithoutOne
        };
        for left_out in fitting.iter().take(MOST_CHOICES) {
            let members = run.members.iter().copied().filter(|item| item != left_out).collect();
            self.found.push(Fit { members, way });
        }
        !fitting.is_empty()
    }

    /// Leaves out two members: the smallest and the largest of those in order, moving inwards. Of several of one amount a few
    /// choices are proposed, so that none of them looks like the only one.
    fn leave_two(&mut self, run: Run<'_>, surplus: i64) {
        let surplus = i128::from(surplus);
        let mut rest = partners(run.sorted, surplus);
        while let [(low, _), .., (high, _)] = rest {
            match (i128::from(*low) + i128::from(*high)).cmp(&surplus) {
                Ordering::Less => rest = rest.get(1..).unwrap_or_default(),
                Ordering::Greater => rest = rest.get(..rest.len() - 1).unwrap_or_default(),
                Ordering::Equal => {
                    let lows = rest.partition_point(|(amount, _)| amount <= low);
                    let highs = rest.partition_point(|(amount, _)| amount < high);
                    for (first, second) in choices_of_two(rest, lows, highs).take(MOST_CHOICES) {
                        let others = run.members.iter().copied();
                        let members = others.filter(|item| *item != first && *item != second).collect();
                        self.found.push(Fit {
                            members,
                            way: Way::WithoutTwo,
                        });
                    }
                    self.pairs_left_out += 1;
                    rest = rest.get(lows..highs).unwrap_or_default();
                }
            }
            if self.pairs_left_out >= MOST_PAIRS {
                return;
            }
        }
    }

    /// Takes one member for mistyped, if only one can be.
    fn correct_one(&mut self, run: Run<'_>, difference: Difference) {
        let mut candidates = suspects(run.sorted, difference).filter(|(amount, _)| {
            let meant = amount.checked_sub(difference.surplus);
            meant.is_some_and(|meant| is_mistyped(meant, *amount))
        });
        if let (Some((_, only)), None) = (candidates.next(), candidates.next()) {
            self.found.push(Fit {
                members: run.members.to_vec(),
                way: Way::Mistyped(*only),
            });
        }
    }
}

/// What a run of one sign is more or less than the amount that it should be.
#[derive(Debug, Clone, Copy)]
struct Difference {
    /// The sum less the amount, with its sign.
    surplus: i64,
    /// The run is the larger one.
    is_too_much: bool,
}

impl Difference {
    /// Of two amounts without their sign; `None` if it is beyond all amounts.
    fn of(sum: u64, target: u64, negative: bool) -> Option<Self> {
        let is_too_much = sum > target;
        let size = i64::try_from(sum.abs_diff(target)).ok()?;
        Some(Self {
            surplus: if is_too_much == negative { -size } else { size },
            is_too_much,
        })
    }

    /// It can be one or two members that are too much, or one that is mistyped: swapped digits make a multiple of nine,
    /// and so does a moved point.
    fn may_fit(self, largest: u64) -> bool {
        let size = self.surplus.unsigned_abs();
        let too_much = self.is_too_much && size <= largest.saturating_mul(2);
        too_much || (size.is_multiple_of(9) && size <= largest.saturating_mul(100))
    }
}

/// Of amounts in ascending order, those that can make up a sum with another one of them: none is further from it than the
/// smallest and the largest are.
fn partners(sorted: &[(i64, Position)], sum: i128) -> &[(i64, Position)] {
    let (Some((low, _)), Some((high, _))) = (sorted.first(), sorted.last()) else {
        return &[];
    };
    let (least, most) = (sum - i128::from(*high), sum - i128::from(*low));
    let from = sorted.partition_point(|(amount, _)| i128::from(*amount) < least);
    let to = sorted.partition_point(|(amount, _)| i128::from(*amount) <= most);
    sorted.get(from..to).unwrap_or_default()
}

/// Members that a difference can be the mistyping of, and perhaps others. Neighbours that are swapped differ by nine times a
/// digit, with zeros: then it can be any member. A point that is moved, and a sign that is wrong, tell the amount itself,
/// to within what is rounded.
fn suspects(sorted: &[(i64, Position)], difference: Difference) -> impl Iterator<Item = &(i64, Position)> {
    /// Of a smaller difference, the amounts that it tells are not apart.
    const SMALL: u64 = 10_000;
    let size = difference.surplus.unsigned_abs();
    let mut digit = size / 9;
    while digit >= 10 && digit.is_multiple_of(10) {
        digit /= 10;
    }
    let around = |amount: u64| around(sorted, amount);
    let parts = if size < SMALL || digit < 10 {
        [sorted, &[], &[]]
    } else if difference.is_too_much {
        [
            around(size.saturating_add(size / 9)),
            around(size.saturating_add(size / 99)),
            around(size / 2),
        ]
    } else {
        [around(size / 9), around(size / 99), &[]]
    };
    parts.into_iter().flatten()
}

/// Members of nearly an amount, which is without the sign that they have.
fn around(sorted: &[(i64, Position)], amount: u64) -> &[(i64, Position)] {
    const REACH: i64 = 3;
    let is_negative = sorted.first().is_some_and(|(first, _)| *first < 0);
    let Ok(amount) = i64::try_from(amount) else { return &[] };
    let amount = if is_negative { -amount } else { amount };
    let from = sorted.partition_point(|(other, _)| *other < amount.saturating_sub(REACH));
    let to = sorted.partition_point(|(other, _)| *other <= amount.saturating_add(REACH));
    sorted.get(from..to).unwrap_or_default()
}

/// One of the first items, up to `lows`, with one of the last, from `highs` on; both ends may be the same items.
fn choices_of_two(
    sorted: &[(i64, Position)],
    lows: usize,
    highs: usize,
) -> impl Iterator<Item = (Position, Position)> + '_ {
    let first = sorted.iter().take(lows).enumerate();
    first.flat_map(move |(place, (_, low))| {
        let last = sorted.iter().skip(highs.max(place + 1));
        last.map(move |(_, high)| (*low, *high))
    })
}

/// The members of a run of days, in order of days, and their amounts in ascending order.
#[derive(Debug, Clone, Copy)]
struct Run<'r> {
    members: &'r [Position],
    sorted: &'r [(i64, Position)],
}

/// An earlier member has the same amount and numbers.
fn is_duplicate(roll: &Roll, members: &[Position], item: Position) -> bool {
    !roll.numbers.row(item).is_empty()
        && members.iter().any(|other| {
            *other < item
                && roll.amount(*other) == roll.amount(item)
                && roll.numbers.row(*other) == roll.numbers.row(item)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_mistyped_member_is_suspected(
            typed in prop_oneof![1_i64..100_000, 1_i64..100_000_000_000], way in any::<prop::sample::Index>(), negative in any::<bool>()
        ) {
            let typed = if negative { -typed } else { typed };
            let ways: Vec<i64> = crate::residuals::mistyped(typed).collect();
            let meant = ways[way.index(ways.len())];
            let (sum, target) = (4 * i128::from(typed), 3 * i128::from(typed) + i128::from(meant));
            prop_assume!((target < 0) == negative && target != 0 && is_mistyped(meant, typed));
            let sizes = [sum, target].map(|amount| u64::try_from(amount.unsigned_abs()).unwrap());
            let difference = Difference::of(sizes[0], sizes[1], negative).unwrap();
            prop_assert!(difference.may_fit(typed.unsigned_abs()));
            let sorted = [(typed, 7)];
            prop_assert!(suspects(&sorted, difference).any(|member| *member == (typed, 7)));
        }

        #[test]
        fn no_pair_of_a_sum_is_cut_off(mut amounts in prop::collection::vec(1_i64..60, 2..12), sum in 2_i128..130) {
            amounts.sort_unstable();
            let sorted: Vec<(i64, Position)> = amounts.iter().copied().zip(0..).collect();
            let left = partners(&sorted, sum);
            for (place, one) in sorted.iter().enumerate() {
                for other in sorted.iter().skip(place + 1).filter(|other| i128::from(one.0 + other.0) == sum) {
                    prop_assert!(left.contains(one) && left.contains(other));
                }
            }
        }
    }
}
