//! Groups: one line for many entries, many for one, many for many.
//!
//! Each module proposes bundles from what the members share; all of them are weighed on one scale in [`bundle`], and
//! [`select`] decides which are kept, against each other and against the pairs that they would break up.

mod between;
pub(crate) mod bundle;
pub(crate) mod contact;
mod edits;
pub(crate) mod equal_parts;
mod fees;
mod forms;
pub(crate) mod grouped;
mod halves;
pub(crate) mod itemised;
pub(crate) mod lessons;
pub(crate) mod listed;
mod moves;
mod naming;
mod nearly_equal;
pub(crate) mod parts;
pub(crate) mod payout;
mod prospects;
pub(crate) mod remnants;
mod roughly;
mod sales;
pub(crate) mod select;
mod serial;
pub(crate) mod shared;
pub(crate) mod sums;
mod takings;
pub(crate) mod window;

use crate::amounts::Amounts;
use crate::arith::count;
use crate::books::Books;
use crate::columns::{KeyedRows, Rows, at, set};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::index::Index;
use crate::indistinct::key_of;
use crate::outcome::Reason;
use crate::recall::Searches;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;
use bundle::{Bundle, Draft};
use contact::Named;
use std::cell::Cell;
use std::ops::Range;
use sums::{Subsets, Wanted, subsets};

/// What the generators work with.
pub(crate) struct Bench<'a> {
    pub(crate) judge: &'a Judge<'a>,
    pub(crate) index: &'a Index,
    pub(crate) named: &'a Named,
    /// Items that may be in groups.
    pub(crate) open: &'a Open,
    /// Open lines by amount.
    pub(crate) open_amounts: Amounts,
    /// Open lines by what their names and numbers mean in the books, and by contacts that only several words name.
    pub(crate) lines_of: Rows<Position>,
    /// Open lines by the words that may name someone.
    pub(crate) lines_of_payee: KeyedRows<u64, Position>,
    /// Open lines by the numbers that a few of them show.
    pub(crate) lines_of_number: KeyedRows<TokenId, Position>,
    /// Steps left for searches.
    pub(crate) budget: u64,
    /// Steps left for payouts that fit with some changes.
    pub(crate) payout_steps: u64,
    pub(crate) proposals: Proposals<'a>,
    /// Searches that are remembered; `None` if there is no run after this one.
    pub(crate) searches: Option<Searches<'a>>,
    /// A search has counted lines of whatever day, so that any new one can change what it finds.
    pub(crate) has_counted_all: Cell<bool>,
}

/// What was proposed so far.
pub(crate) struct Proposals<'a> {
    pub(crate) judge: &'a Judge<'a>,
    pub(crate) bundles: Vec<Bundle>,
    facing: Facing,
}

impl<'a> Proposals<'a> {
    /// None yet.
    pub(crate) fn new(judge: &'a Judge<'a>) -> Self {
        Self {
            judge,
            bundles: Vec::new(),
            facing: Facing::default(),
        }
    }

    /// Weighs a draft and keeps it if it has any chance.
    pub(crate) fn propose(&mut self, draft: Draft, reason: Reason) {
        /// Bundles that score less are not even suggestions.
        const LOWEST: i32 = 0;
        if draft.lines.is_empty() || draft.entries.is_empty() {
            return;
        }
        if let Some(bundle) = bundle::weigh(self.judge, draft, reason, &mut self.facing)
            && bundle.weights.total() >= LOWEST
        {
            self.bundles.push(bundle);
        }
    }
}

/// Items that no pair and no group holds firmly.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) lines: Vec<bool>,
    pub(crate) entries: Vec<bool>,
}

impl Open {
    /// Takes the items of a bundle out.
    pub(crate) fn close(&mut self, bundle: &Bundle) {
        for line in &bundle.lines {
            set(&mut self.lines, *line, false);
        }
        for entry in &bundle.entries {
            set(&mut self.entries, *entry, false);
        }
    }
}

/// Lines that show one document's number.
const FEW_LINES: u32 = 6;
/// Lines of one amount that are looked at. Where nothing but the amount leads to them, so many are one as good as the
/// other.
const MOST_EQUAL: usize = 8;
/// Steps of one search: enough for the largest to be complete.
pub(crate) const SEARCH_STEPS: u64 = 8_000_000;
/// Steps that each way of searching has, however many others have used up.
const LEAST_STEPS: u64 = 64_000_000;

impl<'a> Bench<'a> {
    /// Sets the bench up.
    pub(crate) fn new(judge: &'a Judge<'a>, index: &'a Index, named: &'a Named, open: &'a Open) -> Self {
        let books = judge.books;
        let mut pairs: Vec<(TokenId, Position)> = Vec::new();
        let mut keys = Vec::new();
        for line in books
            .lines
            .positions()
            .filter(|line| at(&open.lines, *line) && books.lines.amount(*line) != 0)
        {
            keys.clear();
            for token in books.lines.words.row(line).iter().chain(books.lines.numbers.row(line)) {
                let meanings = books.links.of(*token).iter().map(|(meaning, _)| *meaning);
                keys.extend(meanings.filter(|meaning| index.tells(*meaning)));
            }
            let contacts = index.indistinct.of(books, line).iter();
            keys.extend(contacts.map(|contact| key_of(books, *contact)));
            keys.sort_unstable();
            keys.dedup();
            pairs.extend(keys.iter().map(|key| (*key, line)));
        }
        let open_lines = || books.lines.positions().filter(|line| at(&open.lines, *line));
        let payees = open_lines().map(|line| (books.payee(line), line));
        let lines_of_payee = KeyedRows::new(payees.filter(|(payee, _)| *payee != 0).collect());
        let numbers = open_lines().flat_map(|line| {
            let numbers = books.lines.numbers.row(line).iter().copied();
            numbers
                .filter(|number| is_shared(books, *number))
                .map(move |number| (number, line))
        });
        let lines_of_number = KeyedRows::new(numbers.collect());
        let keys = key_of(books, count(books.contacts.sizes.len()));
        let lines_of = Rows::gathered(keys, || pairs.iter().copied());
        let open_amounts = books.line_amounts.narrowed(|line| at(&open.lines, line));
        let items = u64::from(books.lines.len()) + u64::from(books.entries.len());
        Self {
            judge,
            index,
            named,
            open,
            open_amounts,
            lines_of,
            lines_of_payee,
            lines_of_number,
            budget: LEAST_STEPS + 60 * items,
            payout_steps: 64_000_000 + 200 * items,
            proposals: Proposals::new(judge),
            searches: None,
            has_counted_all: Cell::new(false),
        }
    }

    /// See [`Proposals::propose`].
    pub(crate) fn propose(&mut self, draft: Draft, reason: Reason) {
        self.proposals.propose(draft, reason);
    }

    /// Another way of searching begins: what others have used up does not keep it from it.
    pub(crate) fn another_way(&mut self) {
        self.budget = self.budget.max(LEAST_STEPS / 2);
    }

    /// Steps for one search, taken from the whole budget.
    pub(crate) fn steps(&self) -> u64 {
        self.budget.min(SEARCH_STEPS)
    }

    /// Books back what a search left of its steps.
    pub(crate) fn spend(&mut self, given: u64, left: u64) {
        self.budget -= given.saturating_sub(left).min(self.budget);
    }

    /// Subsets of a pool's amounts, of so many of them at most, that sum to a target, by places in the pool, and whether
    /// there is exactly one.
    pub(crate) fn sums_to(&mut self, target: i64, pool: &[i64], most: usize) -> (Subsets, Reason) {
        let wanted = Wanted {
            least: 2,
            most,
            subsets: 6,
        };
        let given = self.steps();
        let mut left = given;
        let result = subsets(pool, i128::from(target), wanted, &mut left);
        self.spend(given, left);
        let reason = if result.found.len() == 1 && !result.cut_short {
            Reason::UniqueSum
        } else {
            Reason::AmbiguousSum
        };
        (result, reason)
    }

    /// There is an open line of an amount, on whatever day.
    pub(crate) fn has_line_with(&self, account: u16, amount: i128) -> bool {
        let amount = i64::try_from(amount).unwrap_or(0);
        self.open_amounts.run_of(account, amount).is_some()
    }

    /// Open lines of an amount between two days, both included.
    pub(crate) fn lines_with(
        &self,
        account: u16,
        amount: i128,
        days: (i32, i32),
    ) -> impl Iterator<Item = Position> + '_ {
        let amount = i64::try_from(amount).unwrap_or(0);
        let run = self.open_amounts.equal(account, amount);
        self.in_time(run, days)
    }

    /// The same of a run of equal amounts.
    pub(crate) fn lines_of_run(&self, run: u32, days: (i32, i32)) -> impl Iterator<Item = Position> + '_ {
        self.in_time(self.open_amounts.members(run), days)
    }

    fn in_time<'r>(&'r self, run: &'r [Position], days: (i32, i32)) -> impl Iterator<Item = Position> + 'r {
        let lines = &self.judge.books.lines;
        let from = run.partition_point(|line| lines.day(*line) < days.0);
        run.iter()
            .skip(from)
            .copied()
            .take_while(move |line| lines.day(*line) <= days.1)
            .filter(|line| at(&self.open.lines, *line))
            .take(MOST_EQUAL)
    }

    /// Number of lines of an account between two days, at least one.
    pub(crate) fn lines_between(&self, account: u16, days: (i32, i32)) -> u32 {
        between(&self.judge.books.lines, account, days).1.max(1)
    }
}

/// A number that a few lines show ties them together.
pub(crate) fn is_shared(books: &Books, number: TokenId) -> bool {
    books.content(number) >= 1_300 && (2..=FEW_LINES).contains(&books.lines.frequency(number))
}

/// What the number of a document tells at least, in hundredths of a bit.
const DOCUMENT: i32 = 1_000;

/// The token says who or which document it is about.
pub(crate) fn tells(books: &Books, token: TokenId) -> bool {
    const MOST_ENTRIES: u32 = 400;
    let is_document = || {
        !books.vocabulary.is_word(token)
            && books.content(token) >= DOCUMENT
            && books.entries.frequency(token) <= MOST_ENTRIES
    };
    books.contacts.is_distinctive(token) || is_document()
}

/// Items of an account between two days: the first position, and how many.
pub(crate) fn between(roll: &Roll, account: u16, days: (i32, i32)) -> (Position, u32) {
    let from = roll.first_from(account, days.0);
    let to = roll.first_from(account, days.1.saturating_add(1));
    (from, to.saturating_sub(from))
}

/// Runs of items, in order of account and day, with no more than `gap` days from one to the next.
pub(crate) fn clusters<'i>(roll: &Roll, items: &'i [Position], gap: i32) -> Vec<&'i [Position]> {
    items
        .chunk_by(|a, b| {
            at(&roll.accounts, *a) == at(&roll.accounts, *b) && roll.day(*b).saturating_sub(roll.day(*a)) <= gap
        })
        .collect()
}

/// The items of a list, which is in canonical order, in a range of days.
pub(crate) fn within<'i>(roll: &Roll, items: &'i [Position], account: u16, days: (i32, i32)) -> &'i [Position] {
    if items.is_empty() {
        return items;
    }
    // Looking up where days begin leaves the list alone to be searched, and not the days of what is on it.
    let (first, number) = between(roll, account, days);
    among(items, first..first.saturating_add(number))
}

/// The items of a list, which is in canonical order, that are in a range of positions.
fn among(items: &[Position], range: Range<Position>) -> &[Position] {
    let from = items.partition_point(|item| *item < range.start);
    let rest = items.get(from..).unwrap_or_default();
    let length = rest.partition_point(|item| *item < range.end);
    rest.get(..length).unwrap_or_default()
}
