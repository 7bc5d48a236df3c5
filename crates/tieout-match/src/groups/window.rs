//! All of one form within some days: deposits of checks without a slip number, a payroll paid from a journal entry.
//!
//! Neither number nor name ties the members together, only that the books write them alike and that the days fit. So
//! everything of the form in a run of whole days must sum to the other side, or all but one or two.

use super::bundle::Draft;
use super::forms::{FEWEST, Forms, Near};
use super::{Open, Proposals};
use crate::arith::{Bits, log2};
use crate::books::Books;
use crate::columns::{at, part};
use crate::outcome::{Reason, ResidualKind};
use crate::residuals::is_mistyped;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Days before and after the other side in which members may be.
const DAYS: (i32, i32) = (9, 5);
/// Days that a run may cover.
const RUN: i32 = 4;
/// Most members.
const MOST: u64 = 150;
/// How unusual such groups are, with nothing but form and days in common.
const PRIOR: Bits = -300;
/// Fits of one item that are kept.
const MOST_FITS: usize = 30;
/// Fits of one item that leave out two.
const MOST_PAIRS: usize = 6;
/// Ways to leave something out that are alike but for the items; more would say no more.
const MOST_CHOICES: usize = 3;

/// Words and forms of entries that were paid in groups, as groups found so far show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grouped {
    tokens: BTreeSet<TokenId>,
}

impl Grouped {
    /// Learns from the entries of groups: a word is one of theirs if it is in no name, and many entries with it are in
    /// groups.
    pub(crate) fn new(books: &Books, in_groups: &[bool]) -> Self {
        const FEWEST_SEEN: u32 = 6;
        let entries = &books.entries;
        let mut seen: BTreeMap<TokenId, u32> = BTreeMap::new();
        let members = entries.positions().filter(|entry| at(in_groups, *entry));
        for word in members.flat_map(|entry| entries.words.row(entry)) {
            *seen.entry(*word).or_default() += 1;
        }
        let limit = entries.len() / 100;
        let tokens = seen
            .into_iter()
            .filter(|(word, grouped)| {
                let all = entries.frequency(*word);
                let is_name = at(&books.contacts.name_frequency, *word) > 0;
                !is_name && *grouped >= FEWEST_SEEN && all >= limit && grouped.saturating_mul(6) >= all
            })
            .map(|(word, _)| word)
            .collect();
        Self { tokens }
    }

    fn has(&self, entries: &Roll, entry: Position) -> bool {
        entries.words.row(entry).iter().any(|word| self.tokens.contains(word))
    }
}

/// Proposes bundles of entries of one form for lines that name nobody.
pub(crate) fn propose_entries(proposals: &mut Proposals<'_>, open: &Open, grouped: &Grouped) {
    let judge = proposals.judge;
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let mut alike = Forms::new(entries, &open.entries, |entry| u64::from(grouped.has(entries, entry)));
    let mut forms = Forms::new(entries, &open.entries, |entry| u64::from(at(&entries.forms, entry)));
    for line in lines.positions() {
        if !at(&open.lines, line) || lines.amount(line) == 0 {
            continue;
        }
        judge.face(line, &mut proposals.facing);
        if judge.names_someone(&mut proposals.facing) {
            continue;
        }
        let (account, day) = (at(&lines.accounts, line), lines.day(line));
        let mut fits = Fits::default();
        for forms in [&mut forms, &mut alike] {
            fits.look(entries, forms, account, (day - DAYS.0, day + 1), lines.amount(line));
        }
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
    }
}

/// Proposes bundles of lines of one kind for entries that are left.
pub(crate) fn propose_lines(proposals: &mut Proposals<'_>, open: &Open) {
    let books = proposals.judge.books;
    let (lines, entries) = (&books.lines, &books.entries);
    let mut kinds = Forms::new(lines, &open.lines, |line| books.line_kinds.hash(line));
    let mut templates = Forms::new(lines, &open.lines, |line| books.templates.hash(line));
    for entry in entries.positions() {
        if !at(&open.entries, entry) || entries.amount(entry) == 0 {
            continue;
        }
        let (account, day) = (at(&entries.accounts, entry), entries.day(entry));
        let mut fits = Fits::default();
        for forms in [&mut kinds, &mut templates] {
            fits.look(lines, forms, account, (day - 1, day + DAYS.1), entries.amount(entry));
        }
        // A mistyped amount is on the side of the books.
        for fit in fits.found.iter().filter(|fit| fit.way.mistyped().is_none()) {
            let draft = Draft {
                lines: fit.members.clone(),
                entries: vec![entry],
                tries: fits.tries(fit),
                prior: PRIOR,
                ..Draft::default()
            };
            proposals.propose(draft, Reason::SharedDate);
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
#[derive(Default)]
struct Fits {
    found: Vec<Fit>,
    /// Fits that leave out two; there are soon many of them.
    pairs_left_out: usize,
    runs: u64,
    ones: u64,
    twos: u64,
}

impl Fits {
    /// log2 of what was tried in the way a fit was found.
    fn tries(&self, fit: &Fit) -> Bits {
        match fit.way {
            Way::All => log2(self.runs),
            Way::WithoutDuplicate => log2(self.runs) + 200,
            Way::WithoutOne => log2(self.ones) + 200,
            Way::WithoutTwo => log2(self.twos) + 400,
            // A number has a handful of neighbours to be mistyped into, and mistyping is rare.
            Way::Mistyped(_) => log2(self.ones) + 300 + 500,
        }
    }

    /// Tries, for each form, all runs of days whose members might sum to a target, with none, one or two of them left
    /// out, or one of them mistyped.
    fn look(&mut self, roll: &Roll, forms: &mut Forms, account: u16, days: (i32, i32), target: i64) {
        for form in 0..forms.len() {
            let Some(mut near) = forms.near(form, account, days, target < 0) else {
                continue;
            };
            let members: u32 = near.days.iter().map(|day| day.to - day.from).sum();
            if members < 2 {
                continue;
            }
            for first in 0..near.days.len() {
                self.runs_from(roll, &mut near, first, target);
            }
        }
    }

    fn runs_from(&mut self, roll: &Roll, near: &mut Near<'_>, first: usize, target: i64) {
        /// Runs that begin on one day: they end on it or on one of those after it.
        const RUNS: usize = 4;
        let days = near.days.get(first..).unwrap_or_default();
        let places = first * RUNS..;
        let Some(first) = days.first() else { return };
        let mut sum = 0_i128;
        let mut largest = 0_i128;
        for (day, place) in days.iter().zip(places) {
            let size = u64::from(day.to - first.from);
            if day.date - first.date >= RUN || size > MOST {
                break;
            }
            sum += day.sum;
            largest = largest.max(day.largest);
            if size > 1 {
                self.runs += 1;
                self.ones += size;
                self.twos += size * (size - 1) / 2;
                let surplus = sum - i128::from(target);
                // A form has one sign, so that more days only add to what is too much already.
                let too_much = sum.abs() - i128::from(target).abs() > 10 * largest;
                if too_much || self.found.len() >= MOST_FITS {
                    break;
                }
                let members = part(near.items, first.from, day.to);
                if surplus == 0 {
                    self.found.push(Fit {
                        members: members.to_vec(),
                        way: Way::All,
                    });
                } else if members.len() >= FEWEST && may_fit(sum, surplus, largest) {
                    let sorted = near.runs.sorted(roll, members, place);
                    self.fit(roll, Run { members, sorted }, surplus, largest);
                }
            }
        }
    }

    /// Brings a surplus to nothing, in the ways that change least.
    fn fit(&mut self, roll: &Roll, run: Run<'_>, surplus: i128, largest: i128) {
        // A form has one sign: of what is too little nothing can be left out.
        let is_too_much = run
            .sorted
            .first()
            .is_some_and(|(amount, _)| (*amount < 0) == (surplus < 0));
        let left_out = is_too_much && surplus.abs() <= largest && self.leave_one(roll, run, surplus);
        if is_too_much && !left_out && surplus.abs() <= 2 * largest {
            self.leave_two(run, surplus);
        }
        if !left_out && surplus % 9 == 0 {
            self.correct_one(run, surplus);
        }
    }

    /// Leaves out one member; a duplicate of another member, if there is one, and else whichever fits.
    fn leave_one(&mut self, roll: &Roll, run: Run<'_>, surplus: i128) -> bool {
        let from = run.sorted.partition_point(|(amount, _)| i128::from(*amount) < surplus);
        let fitting = run.sorted.iter().skip(from);
        let fitting = fitting.take_while(|(amount, _)| i128::from(*amount) == surplus);
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
    fn leave_two(&mut self, run: Run<'_>, surplus: i128) {
        let mut rest = run.sorted;
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
    fn correct_one(&mut self, run: Run<'_>, surplus: i128) {
        let mut candidates = run.sorted.iter().filter(|(amount, _)| {
            let meant = i128::from(*amount) - surplus;
            i64::try_from(meant).is_ok_and(|meant| is_mistyped(meant, *amount))
        });
        if let (Some((_, only)), None) = (candidates.next(), candidates.next()) {
            self.found.push(Fit {
                members: run.members.to_vec(),
                way: Way::Mistyped(*only),
            });
        }
    }
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

/// A surplus can be one or two members that are too much, or one that is mistyped: swapped digits make a multiple of
/// nine, and so does a moved point. `sum` is that of the run, which has one sign.
fn may_fit(sum: i128, surplus: i128, largest: i128) -> bool {
    let too_much = (sum < 0) == (surplus < 0) && surplus.abs() <= 2 * largest;
    too_much || (surplus % 9 == 0 && surplus.abs() <= 100 * largest)
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
