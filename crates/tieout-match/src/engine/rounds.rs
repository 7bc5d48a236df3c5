//! The rounds in which groups are looked for, and what each of them settles before the next.

use crate::calibrate::{Of, calibrated};
use crate::columns::{at, set};
use crate::doubt::doubted;
use crate::evidence::Judge;
use crate::groups::bundle::Bundle;
use crate::groups::contact::Named;
use crate::groups::grouped::Grouped;
use crate::groups::lessons::Fees;
use crate::groups::select::Kept;
use crate::groups::{self, Bench, Open, Proposals};
use crate::index::Index;
use crate::limits;
use crate::pairs::PairId;
use crate::recall::{Recall, Searches};
use crate::settle::Settled;

/// What every step of a run works with.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) judge: &'a Judge<'a>,
    pub(super) index: &'a Index,
    pub(super) threads: u32,
}

/// What no pair holds firmly.
fn not_firm(judge: &Judge<'_>, settled: &Settled) -> Open {
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let firm = |pair: Option<PairId>| {
        pair.is_some_and(|pair| {
            let (line, entry, _) = settled.pairs.of(pair);
            lines.amount(line) == entries.amount(entry) && settled.confidence(pair) >= limits::FIRM_PPM
        })
    };
    Open {
        lines: lines
            .positions()
            .map(|line| !firm(settled.assignment.of_line(line)))
            .collect(),
        entries: entries
            .positions()
            .map(|entry| !firm(settled.assignment.of_entry(entry)))
            .collect(),
    }
}

/// Learns how fees are taken, and settles the pairs again without those that cannot be: of what a processor sold, nothing
/// arrives by itself and whole.
pub(super) fn learn_fees(
    work: Work<'_>,
    named: &mut Named,
    settled: Settled,
    recall: Option<&Recall<'_>>,
) -> (Settled, Fees) {
    let Work { judge, index, .. } = work;
    let books = judge.books;
    let open = not_firm(judge, &settled);
    named.learn(judge, index, &open.lines, |line| recall?.named_by(line));
    let fees = groups::lessons::learn_all(&Bench::new(judge, index, named, &open));
    let sold = groups::lessons::sold(books, &fees);
    if !sold.contains(&true) {
        return (settled, fees);
    }
    let no_line = vec![false; books.lines.original.len()];
    (settled.again(books, &no_line, &sold), fees)
}

/// Groups of more than two, chosen among all that were proposed. What the first round settles is out of the way of the
/// second.
pub(super) fn bundles(
    work: Work<'_>,
    named: &mut Named,
    (settled, fees): (&Settled, &Fees),
    mut recall: Option<&mut Recall<'_>>,
) -> Vec<Kept> {
    let Work { judge, index, threads } = work;
    let mut open = not_firm(judge, settled);
    named.learn(judge, index, &open.lines, |line| recall.as_ref()?.named_by(line));
    let named = &*named;
    let mut kept: Vec<Kept> = Vec::new();
    let mut in_groups = vec![false; judge.books.entries.original.len()];
    let sold = groups::lessons::sold(judge.books, fees);
    // Of what a processor sold, nothing arrives whole.
    let may_be = |bundle: &Bundle| {
        let is_whole = bundle.residual.is_none() && bundle.entries.iter().any(|entry| at(&sold, *entry));
        !is_whole && judge.may_join(bundle)
    };
    for round in 1..=limits::GROUP_ROUNDS {
        let last = round == limits::GROUP_ROUNDS;
        let mut bench = Bench::new(judge, index, named, &open);
        bench.searches = recall.as_ref().map(|recall| recall.round(judge.books, &open));
        let (mut proposed, searches) = propose_all(bench, &Grouped::new(judge.books, &in_groups), fees, threads);
        if let (Some(recall), Some(searches)) = (&mut recall, searches) {
            recall.memory.rounds.push(searches.made);
        }
        proposed.retain(may_be);
        let chosen = groups::select::select(proposed, settled);
        keep(chosen, last, &mut open, &mut in_groups, &mut kept);
        for _ in 0..limits::PAYOUT_ROUNDS {
            if last || fees.is_empty() {
                break;
            }
            let mut bench = Bench::new(judge, index, named, &open);
            let contacts = groups::contact::by_contact(judge.books, |entry| at(&open.entries, entry));
            groups::payout::propose(&mut bench, &contacts, fees);
            let mut proposed = bench.proposals.bundles;
            proposed.retain(may_be);
            let before = kept.len();
            let chosen = groups::select::select(proposed, settled);
            keep(chosen, false, &mut open, &mut in_groups, &mut kept);
            if kept.len() == before {
                break;
            }
        }
    }
    let mut remnants = Proposals::new(judge);
    groups::remnants::propose(&mut remnants, &open);
    groups::remnants::propose_pairs(&mut remnants, &unpaired(judge, settled, &open));
    remnants.bundles.retain(may_be);
    let chosen = groups::select::select(remnants.bundles, settled);
    keep(chosen, true, &mut open, &mut in_groups, &mut kept);
    kept
}

/// Of what is open, what no pair is shown for.
fn unpaired(judge: &Judge<'_>, settled: &Settled, open: &Open) -> Open {
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    let shown = |pair: Option<PairId>| {
        pair.is_some_and(|pair| {
            let margin = || settled.rival(pair).map(|rival| settled.pairs.of(pair).2 - rival);
            let ppm = doubted(Of::Pair, settled.confidence(pair), margin);
            calibrated(Of::Pair, ppm) >= judge.settings.suggested_ppm
        })
    };
    Open {
        lines: lines
            .positions()
            .map(|line| at(&open.lines, line) && !shown(settled.assignment.of_line(line)))
            .collect(),
        entries: entries
            .positions()
            .map(|entry| at(&open.entries, entry) && !shown(settled.assignment.of_entry(entry)))
            .collect(),
    }
}

/// What was proposed, and the searches that it came from as far as they are remembered.
type Proposed<'a> = (Vec<Bundle>, Option<Searches<'a>>);

/// Lets every generator propose. Those that search for sums share their steps and go one after the other; those that
/// look at runs of days need none, and go beside them.
fn propose_all<'a>(mut bench: Bench<'a>, grouped: &Grouped, fees: &Fees, threads: u32) -> Proposed<'a> {
    let (judge, open) = (bench.judge, bench.open);
    let mut of_days = Proposals::new(judge);
    let mut runs_of_days = || {
        groups::window::propose_entries(&mut of_days, open, grouped);
        groups::window::propose_lines(&mut of_days, open);
    };
    let mut sums = || {
        let contacts = groups::contact::by_contact(judge.books, |entry| at(&open.entries, entry));
        groups::itemised::propose(&mut bench);
        groups::shared::propose(&mut bench);
        groups::contact::propose(&mut bench, &contacts);
        groups::contact::propose_named(&mut bench, &contacts);
        groups::payout::propose(&mut bench, &contacts, fees);
        bench.another_way();
        groups::parts::propose(&mut bench);
        groups::parts::propose_many(&mut bench, &contacts);
        bench.another_way();
        groups::listed::propose(&mut bench, &contacts);
        groups::contact::propose_busy(&mut bench, &contacts);
    };
    if threads > 1 {
        std::thread::scope(|scope| {
            // It has nothing to give back; a panic in it is raised when the scope ends.
            scope.spawn(runs_of_days);
            sums();
        });
    } else {
        sums();
        runs_of_days();
    }
    let mut proposed = bench.proposals.bundles;
    proposed.extend(of_days.bundles);
    (proposed, bench.searches)
}

/// Keeps what was chosen, before the last round only what is as good as certain, and takes it out of the way.
fn keep(chosen: Vec<Kept>, last: bool, open: &mut Open, in_groups: &mut [bool], kept: &mut Vec<Kept>) {
    let is_certain = |kept: &Kept| kept.ppm >= limits::FIRM_PPM && !kept.ambiguous;
    for chosen in chosen.into_iter().filter(|kept| last || is_certain(kept)) {
        open.close(&chosen.bundle);
        if chosen.bundle.entries.len() > 2 {
            for entry in &chosen.bundle.entries {
                set(in_groups, *entry, true);
            }
        }
        kept.push(chosen);
    }
}
