//! A business with several accounts: its current account, savings and a card, and what moves between them.
//!
//! The current account is the world of its configuration (its transfers to elsewhere included, whose other side nobody here
//! sees). Savings get interest, the card gets purchases, and both get transfers, of which the books have both sides, one or
//! none. The truth is which items are of one transfer.

use super::bank::Voice;
use super::business::{self, Business, Kind};
use super::making::{Entry, Line, Making, NOBODY};
use super::{Configuration, World, errors, events, finish, series};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Accounts by their numbers in a household.
const CURRENT: u16 = 0;
const SAVINGS: u16 = 1;
const CARD: u16 = 2;

/// A business with several accounts.
#[derive(Debug, Clone, Default)]
pub struct Household {
    /// All items; each says its account.
    pub world: World,
    /// What bank and books call each account, by its number.
    pub names: Vec<Vec<String>>,
    /// What was moved between them, as far as the files show it on both sides.
    pub transfers: Vec<TrueTransfer>,
}

/// A transfer between two own accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrueTransfer {
    /// Where the money left.
    pub out: TrueLeg,
    /// Where it arrived.
    pub into: TrueLeg,
}

/// What the files show of one end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrueLeg {
    /// Its account.
    pub account: u16,
    /// Place in [`World::lines`].
    pub line: Option<usize>,
    /// Place in [`World::entries`].
    pub entry: Option<usize>,
}

/// What the books have of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Booked {
    Both,
    First,
    Second,
    Neither,
}

/// Makes the household of a configuration; `None` if there is no such business.
pub fn household(configuration: &Configuration) -> Option<Household> {
    let mut all = business::DEVELOPMENT.iter().chain(business::HELD_BACK);
    let business: &'static Business = all.find(|business| business.name == configuration.business)?;
    let mut making = Making::new(business, configuration);
    series::fill(&mut making, configuration.lines);
    for side in [&mut making.entries, &mut making.lines, &mut making.open_items] {
        side.retain(|item| item.account == CURRENT);
    }
    for _ in 0..configuration.lines / 5 {
        elsewhere(&mut making, Kind::Card, CARD);
    }
    for _ in 0..4 {
        elsewhere(&mut making, Kind::Interest, SAVINGS);
    }
    errors::spoil(&mut making);
    let numbers: Vec<String> = (0..3)
        .map(|_| making.dice.between(10_000_000, 9_999_999_999).to_string())
        .collect();
    let count = u32::try_from(configuration.lines / 50).unwrap_or(0).max(6);
    for number in 0..count {
        transfer(&mut making, number, &numbers);
    }
    let world = finish::finish(making);
    let transfers = truth(&world);
    let names = numbers
        .into_iter()
        .zip(["Current account", "Savings account", "Company card"])
        .map(|(number, name)| vec![number, name.to_owned()])
        .collect();
    Some(Household {
        world,
        names,
        transfers,
    })
}

/// A piece of business on another account.
fn elsewhere(making: &mut Making, kind: Kind, account: u16) {
    let (entries, lines) = (making.entries.len(), making.lines.len());
    events::happen(making, kind);
    for item in making.entries.iter_mut().skip(entries) {
        item.account = account;
    }
    for item in making.lines.iter_mut().skip(lines) {
        item.account = account;
    }
}

fn transfer(making: &mut Making, number: u32, numbers: &[String]) {
    let (from, to) = *making.dice.pick(&[
        (CURRENT, SAVINGS),
        (CURRENT, SAVINGS),
        (SAVINGS, CURRENT),
        (CURRENT, CARD),
        (CURRENT, CARD),
    ]);
    // Cards are paid by what is owed, savings by round sums.
    let amount = if to == CARD || making.dice.chance(150) {
        making.dice.between(4_000, 600_000)
    } else {
        making.dice.between(1, 12) * *making.dice.pick(&[25_000, 50_000, 100_000])
    };
    let booked = match making.dice.below(20) {
        0..11 => Booked::Both,
        11..13 => Booked::First,
        13..15 => Booked::Second,
        _ => Booked::Neither,
    };
    let (day, lag) = (making.day(4), making.lag().min(2));
    let left = day.saturating_add(lag.days());
    let under_way = *making.dice.pick(&[0, 0, 0, 1, 1, 2, 3]);
    let arrived = left.saturating_add(under_way.days());
    let document = making.number();
    let of_leg = |account, other: u16, amount, at_bank| Told {
        number,
        account,
        other: &numbers[usize::from(other)],
        amount,
        day,
        at_bank,
        document: &document,
    };
    leg(
        making,
        &of_leg(from, to, -amount, left),
        matches!(booked, Booked::Both | Booked::First),
    );
    leg(
        making,
        &of_leg(to, from, amount, arrived),
        matches!(booked, Booked::Both | Booked::Second),
    );
}

/// One end of a transfer.
struct Told<'a> {
    number: u32,
    account: u16,
    /// Number of the other account.
    other: &'a str,
    amount: i64,
    day: Date,
    at_bank: Date,
    document: &'a str,
}

fn leg(making: &mut Making, told: &Told<'_>, is_booked: bool) {
    making.group("own_transfer");
    if is_booked {
        let templates = making.business.locale.wording.transfer;
        making.entry(&Entry {
            date: told.day,
            amount: told.amount,
            templates,
            contact: NOBODY,
            name: "",
            document: told.document,
            check: "",
        });
        if let Some(entry) = making.entries.last_mut() {
            (entry.account, entry.transfer) = (told.account, Some(told.number));
        }
    }
    // Where a bank's text has the digits of an account, they are those of the other one.
    let tail = told.other.get(told.other.len() - 4..).unwrap_or(told.other).to_owned();
    let own = std::mem::replace(&mut making.card, tail);
    making.line(&Line {
        date: told.at_bank,
        amount: told.amount,
        voice: Voice::Transfer,
        contact: NOBODY,
        name: "",
        document: told.document,
        foreign: "",
        day: told.day,
    });
    making.card = own;
    if let Some(line) = making.lines.last_mut() {
        (line.account, line.transfer) = (told.account, Some(told.number));
        if !is_booked {
            line.group = None;
            line.exception = "unrecorded";
        }
    }
}

fn truth(world: &World) -> Vec<TrueTransfer> {
    let mut all: BTreeMap<u32, TrueTransfer> = BTreeMap::new();
    let sides = [(true, &world.lines), (false, &world.entries)];
    for (is_line, items) in sides {
        for (place, item) in items.iter().enumerate() {
            let Some(number) = item.transfer else { continue };
            let transfer = all.entry(number).or_default();
            let leg = if item.amount < 0 {
                &mut transfer.out
            } else {
                &mut transfer.into
            };
            leg.account = item.account;
            let shown = if is_line { &mut leg.line } else { &mut leg.entry };
            *shown = Some(place);
        }
    }
    let is_shown = |leg: &TrueLeg| leg.line.is_some() || leg.entry.is_some();
    let shown = all.into_values();
    shown
        .filter(|transfer| is_shown(&transfer.out) && is_shown(&transfer.into))
        .collect()
}
