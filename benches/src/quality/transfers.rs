//! `tieout-bench transfers`: how many transfers between own accounts are recognised in businesses with several of them.

use super::{Options, configurations, parse};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tieout_core::Date;
use tieout_match::accounts::{AccountInput, by_account};
use tieout_match::transfers::{Leg, OwnAccount, Transfer, TransferKind, transfers};
use tieout_match::{Engine, HeldBack, Input, Outcome, Prior, Settings, Side, Tier};
use tieout_testkit::world::{self, Household, TrueLeg, TrueTransfer};

/// Proposed transfers, how many are right, how many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    proposed: u64,
    right: u64,
    right_kind: u64,
    actual: u64,
}

/// By tier, of those that call for something to be done.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    automatic: Counts,
    with_suggestions: Counts,
    /// Those to which nothing is to be done, suggestions included.
    quiet: Counts,
}

/// Prints precision and recall by difficulty.
pub(crate) fn run(args: &[&str]) -> Result<()> {
    let options: Options = parse(args);
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for wanted in configurations(&options)? {
        let household = world::household(&wanted).context("a business of the list")?;
        let found = found(&household)?;
        let tally = tallies.entry(wanted.difficulty.name()).or_default();
        count(
            &household,
            &found,
            tally,
            if options.held_back { 0 } else { options.wrong },
        );
    }
    println!(
        "| | to be acted on | automatic: precision @ recall | with suggestions: precision @ recall, kind right | \
         nothing to do | precision @ recall, kind right |\n|---|--:|--:|--:|--:|--:|"
    );
    for (difficulty, tally) in tallies {
        let rates = |counts: Counts, actual: u64| {
            format!(
                "{:.4} @ {:.3}",
                share(counts.right, counts.proposed),
                share(counts.right, actual)
            )
        };
        let actual = tally.with_suggestions.actual;
        println!(
            "| {difficulty} | {actual} | {} | {}, {:.3} | {} | {}, {:.3} |",
            rates(tally.automatic, actual),
            rates(tally.with_suggestions, actual),
            share(tally.with_suggestions.right_kind, tally.with_suggestions.right),
            tally.quiet.actual,
            rates(tally.quiet, tally.quiet.actual),
            share(tally.quiet.right_kind, tally.quiet.right),
        );
    }
    Ok(())
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Each account with a model of its own, as the command line does it; places in the world's columns come back.
fn found(household: &Household) -> Result<Vec<Transfer>> {
    let mut whole = Input::default();
    for (items, open, into) in [
        (&household.world.lines, false, true),
        (&household.world.entries, false, false),
        (&household.world.open_items, true, false),
    ] {
        let side = if into { &mut whole.lines } else { &mut whole.entries };
        for item in items {
            super::engine::push(side, item, "", open)?;
        }
    }
    let accounts = by_account(&whole)?;
    let solved = accounts.iter().map(solve).collect::<Vec<_>>();
    let currency = household.world.currency.parse()?;
    let own: Vec<OwnAccount<'_>> = accounts
        .iter()
        .zip(&solved)
        .map(|(account, (settings, outcome))| OwnAccount {
            input: &account.input,
            groups: &outcome.groups,
            settings,
            currency,
            names: household
                .names
                .get(usize::from(account.account))
                .map_or(&[], Vec::as_slice),
        })
        .collect();
    let mut found = transfers(&own);
    for transfer in &mut found {
        for leg in [&mut transfer.out, &mut transfer.into] {
            let account = &accounts[usize::from(leg.account)];
            *leg = Leg {
                account: account.account,
                line: leg.line.map(|line| account.in_whole(Side::Line, line)),
                entry: leg.entry.map(|entry| account.in_whole(Side::Entry, entry)),
            };
        }
    }
    Ok(found)
}

fn solve(account: &AccountInput) -> (Settings, Outcome) {
    let lines = &account.input.lines;
    let days = || lines.indexes().map(|line| lines.date(line));
    let mut settings = Settings::new(days().max().unwrap_or(Date::ZERO));
    settings.window_start = days().min();
    let engine = Engine::new(&account.input);
    let model = engine.train(&Prior::default());
    let outcome = engine.run(&model, &settings, &mut |_| ());
    (settings, outcome)
}

fn count(household: &Household, found: &[Transfer], tally: &mut Tally, shown: usize) {
    let mut of_item: BTreeMap<(bool, bool, u32), Vec<usize>> = BTreeMap::new();
    for (number, transfer) in household.transfers.iter().enumerate() {
        for (is_out, leg) in [(true, &transfer.out), (false, &transfer.into)] {
            for key in keys(household, is_out, leg) {
                of_item.entry(key).or_default().push(number);
            }
        }
        if is_acted_on(kind(transfer)) {
            tally.with_suggestions.actual += 1;
        } else {
            tally.quiet.actual += 1;
        }
    }
    let mut claimed = vec![false; household.transfers.len()];
    let mut left = shown;
    // Of what a person must choose from, nothing is proposed.
    let proposed =
        |transfer: &&Transfer| transfer.held_back != Some(HeldBack::Ambiguous) || transfer.confidence_ppm > 500_000;
    for transfer in found.iter().filter(proposed) {
        let of = |is_out, leg: &Leg| {
            let place = |item: Option<u32>| item.and_then(|item| usize::try_from(item).ok());
            let leg = TrueLeg {
                account: leg.account,
                line: place(leg.line),
                entry: place(leg.entry),
            };
            let numbers = keys(household, is_out, &leg).into_iter();
            numbers
                .filter_map(|key| of_item.get(&key))
                .flatten()
                .copied()
                .collect::<Vec<usize>>()
        };
        let outs = of(true, &transfer.out);
        let both = of(false, &transfer.into)
            .into_iter()
            .filter(|number| outs.contains(number));
        let claim = both.into_iter().find(|number| !claimed[*number]);
        let right_kind = claim.is_some_and(|number| kind(&household.transfers[number]) == transfer.kind);
        if let Some(number) = claim {
            claimed[number] = true;
        } else if left > 0 {
            left -= 1;
            println!("wrong: {transfer:#?}\n{}", items_of(household, transfer));
        }
        let tell = |counts: &mut Counts| {
            counts.proposed += 1;
            counts.right += u64::from(claim.is_some());
            counts.right_kind += u64::from(right_kind);
        };
        if !is_acted_on(transfer.kind) {
            tell(&mut tally.quiet);
            continue;
        }
        tell(&mut tally.with_suggestions);
        if transfer.tier == Tier::Automatic {
            tell(&mut tally.automatic);
        }
    }
}

/// Labels of what an end shows: items that cannot be told apart stand for each other.
fn keys(household: &Household, is_out: bool, leg: &TrueLeg) -> Vec<(bool, bool, u32)> {
    let line = leg.line.and_then(|place| household.world.lines.get(place));
    let entry = leg.entry.and_then(|place| household.world.entries.get(place));
    let line = line.map(|item| (is_out, true, item.alike));
    line.into_iter()
        .chain(entry.map(|item| (is_out, false, item.alike)))
        .collect()
}

fn items_of(household: &Household, transfer: &Transfer) -> String {
    let mut text = String::new();
    for leg in [&transfer.out, &transfer.into] {
        let line = leg.line.and_then(|place| household.world.lines.get(place as usize));
        let entry = leg.entry.and_then(|place| household.world.entries.get(place as usize));
        let _ = writeln!(text, "{} line {line:?}\n  entry {entry:?}", leg.account);
    }
    text
}

fn kind(transfer: &TrueTransfer) -> TransferKind {
    let (out, into) = (&transfer.out, &transfer.into);
    match (out.entry.is_some(), into.entry.is_some()) {
        (false, false) => TransferKind::Unrecorded,
        (true, false) | (false, true) => TransferKind::BookedOnce,
        (true, true) => match (out.line.is_some(), into.line.is_some()) {
            (false, false) => TransferKind::Outstanding,
            (true, true) => TransferKind::Complete,
            _ => TransferKind::InTransit,
        },
    }
}

fn is_acted_on(kind: TransferKind) -> bool {
    matches!(kind, TransferKind::Unrecorded | TransferKind::BookedOnce)
}
