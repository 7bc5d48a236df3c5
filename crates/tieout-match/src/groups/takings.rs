//! Payouts of sales that bear the names of those who bought: books that know each customer, and not who collected.
//!
//! Nothing ties such a sale to its payout but the sum, so all that is open and of one kind of business is taken for what
//! the processor sold, and its payouts must agree on one fee far more clearly than those of a contact
//! ([`Votes::sure_winner`]): each has more days to choose from that fit by chance.

use super::Bench;
use super::fees::{Most, Votes};
use super::lessons::{Fees, Learnt, learnt, vote};
use super::sales::Sales;
use crate::columns::{at, set};
use crate::roll::Position;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Payouts that can teach a fee.
const FEWEST: usize = 4;
/// Sales of each payout, at least.
const SALES: usize = 2;
/// Processors that one business has, and kinds of business of which their sales are.
const MOST_PAYERS: usize = 16;
/// See [`MOST_PAYERS`].
const MOST_KINDS: usize = 6;
/// Largest fixed amount of one sale that is looked for, in minor units.
const FIXED: i64 = 300;
/// Steps for all of them.
const STEPS: u64 = 500_000_000;

/// How the lines of the same words pay out what was sold.
#[derive(Debug, Clone)]
pub(super) struct Taking {
    lines: Vec<Position>,
    /// The kind of business of its sales; `None` if they are all that comes in.
    kind: Option<u32>,
    pub(super) learnt: Learnt,
}

impl Taking {
    /// Its open lines, and the open sales that they may pay out.
    pub(super) fn open(&self, bench: &Bench<'_>, fees: &Fees) -> (Vec<Position>, Vec<Position>) {
        let lines = self.lines.iter().copied();
        let lines = lines.filter(|line| at(&bench.open.lines, *line)).collect();
        (lines, sales_of(bench, fees, self.kind))
    }
}

/// Learns how those take their fee whose lines name no contact that takes one.
pub(super) fn learn(bench: &Bench<'_>, fees: &Fees) -> Vec<Taking> {
    let payers = payers(bench, fees);
    if payers.is_empty() {
        return Vec::new();
    }
    let mut kinds: BTreeMap<u32, usize> = BTreeMap::new();
    let everything = sales_of(bench, fees, None);
    let all = everything.len();
    for entry in &everything {
        *kinds.entry(bench.judge.books.businesses.class(*entry)).or_default() += 1;
    }
    let mut kinds: Vec<(u32, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, sales)| (Reverse(*sales), *kind));
    let pools: Vec<(Option<u32>, Vec<Position>)> = kinds
        .iter()
        .take(MOST_KINDS)
        .filter(|(_, sales)| *sales < all)
        .map(|(kind, _)| (Some(*kind), sales_of(bench, fees, Some(*kind))))
        .chain([(None, everything)])
        .collect();
    let most = Most {
        share: i64::from(bench.judge.settings.max_fee_per_mille) * 10,
        fixed: FIXED,
    };
    let mut steps = STEPS;
    let mut takings = Vec::new();
    for lines in payers {
        let mut best: Option<Taking> = None;
        for (kind, sales) in &pools {
            if sales.len() < lines.len() * SALES {
                continue;
            }
            let by_day = Sales::new(&bench.judge.books.entries, sales, i128::from);
            let mut votes = Votes::default();
            let cut_short = !vote(bench, &lines, &by_day, (most, &mut steps), &mut votes);
            let Some(structure) = votes.sure_winner().filter(|structure| structure.takes()) else {
                continue;
            };
            let mut learnt = learnt(bench, (&lines, sales), (structure, false));
            learnt.cut_short = cut_short;
            if best
                .as_ref()
                .is_none_or(|best| best.learnt.payouts() < learnt.payouts())
            {
                best = Some(Taking {
                    lines: lines.clone(),
                    kind: *kind,
                    learnt,
                });
            }
        }
        takings.extend(best);
    }
    takings
}

/// Open lines of money in by their words, where most of what has these words is open; those that are most come first. A
/// processor may pay so often that its name counts as the bank's own words.
fn payers(bench: &Bench<'_>, fees: &Fees) -> Vec<Vec<Position>> {
    let books = bench.judge.books;
    let mut payers: BTreeMap<(u64, u32), (usize, Vec<Position>)> = BTreeMap::new();
    for line in books.lines.positions().filter(|line| books.lines.amount(*line) > 0) {
        let charges = |contact: &u32| fees.of_contacts.contains_key(contact);
        if books.lines.words.row(line).is_empty() || bench.named.of(line).iter().any(charges) {
            continue;
        }
        let words = (books.payee(line), books.templates.class(line));
        let (all, open) = payers.entry(words).or_default();
        *all += 1;
        if at(&bench.open.lines, line) {
            open.push(line);
        }
    }
    let is_payer = |(all, open): &(usize, Vec<Position>)| open.len() >= FEWEST && open.len() * 2 >= *all;
    let mut payers: Vec<Vec<Position>> = payers.into_values().filter(is_payer).map(|(_, open)| open).collect();
    payers.sort_by_key(|lines| (Reverse(lines.len()), lines.first().copied()));
    payers.truncate(MOST_PAYERS);
    payers
}

/// Open entries of money in, of one kind of business or of all, that are not sales of a contact that takes fees; and what
/// is paid back to those who bought.
fn sales_of(bench: &Bench<'_>, fees: &Fees, kind: Option<u32>) -> Vec<Position> {
    let books = bench.judge.books;
    let is_open = |entry: &Position| {
        at(&bench.open.entries, *entry) && !fees.of_contacts.contains_key(&books.contacts.of(*entry))
    };
    let is_sale = |entry: &Position| {
        books.entries.amount(*entry) > 0 && kind.is_none_or(|kind| books.businesses.class(*entry) == kind)
    };
    let open = || books.entries.positions().filter(is_open);
    let mut bought = vec![false; books.contacts.sizes.len()];
    for sale in open().filter(is_sale) {
        set(&mut bought, books.contacts.of(sale), true);
    }
    set(&mut bought, 0, false);
    let is_refund = |entry: &Position| books.entries.amount(*entry) < 0 && at(&bought, books.contacts.of(*entry));
    open().filter(|entry| is_sale(entry) || is_refund(entry)).collect()
}

impl Learnt {
    /// Payouts that are whole days of sales.
    fn payouts(&self) -> u32 {
        self.habits.usual.values().sum()
    }
}
