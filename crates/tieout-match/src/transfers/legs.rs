//! What each account has of possible transfers, once its own matches are known.

use super::{Leg, OwnAccount};
use crate::arith::{count, day_number, working_day};
use crate::columns::at;
use crate::items::{ItemIndex, Items};
use crate::outcome::{Group, Tier};

/// Place of a leg among all legs.
pub(super) type LegId = u32;

/// A suggestion at or above this probability is taken for what the item is.
const PROBABLE_PPM: u32 = 500_000;

/// What is asked of a leg most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Card {
    pub(super) account: u16,
    /// Signed: money in is positive.
    pub(super) amount: i64,
    /// Number of its day among working days: of the line, where there is one.
    pub(super) day: i32,
    pub(super) has_line: bool,
    pub(super) has_entry: bool,
    /// A suggestion says something else of one of its items, or all that ties its line and its entry is a suggestion.
    pub(super) is_disputed: bool,
}

/// The legs of all accounts, of each account in an order that does not hang on that of its items.
#[derive(Debug, Clone, Default)]
pub(super) struct Legs {
    legs: Vec<Leg>,
    cards: Vec<Card>,
}

/// What the matches make of an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Fate {
    #[default]
    Open,
    /// Some suggestion holds it.
    Disputed,
    /// In a match that is no leg.
    Gone,
}

impl Legs {
    pub(super) fn of(accounts: &[OwnAccount<'_>]) -> Self {
        let mut legs = Self::default();
        for (own, account) in accounts.iter().zip(0_u16..) {
            legs.add(own, account);
        }
        legs
    }

    pub(super) fn len(&self) -> u32 {
        count(self.legs.len())
    }

    pub(super) fn ids(&self) -> std::ops::Range<LegId> {
        0..self.len()
    }

    pub(super) fn leg(&self, id: LegId) -> Leg {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        let none = Leg {
            account: 0,
            line: None,
            entry: None,
        };
        self.legs.get(place).copied().unwrap_or(none)
    }

    pub(super) fn card(&self, id: LegId) -> Card {
        at(&self.cards, id)
    }

    pub(super) fn amount(&self, id: LegId) -> i64 {
        self.card(id).amount
    }

    fn add(&mut self, own: &OwnAccount<'_>, account: u16) {
        let (lines, entries) = (&own.input.lines, &own.input.entries);
        let mut of_lines = vec![Fate::Open; lines.len()];
        let mut of_entries = vec![Fate::Open; entries.len()];
        let mut booked = Vec::new();
        for group in own.groups {
            let is_sure = group.tier == Tier::Automatic;
            let fate = if is_sure || group.confidence_ppm >= PROBABLE_PPM {
                Fate::Gone
            } else {
                Fate::Disputed
            };
            let is_gone = |fates: &[Fate], item: ItemIndex| fate_of(fates, item) == Fate::Gone;
            let free = group.lines.iter().all(|part| !is_gone(&of_lines, part.item))
                && group.entries.iter().all(|part| !is_gone(&of_entries, part.item));
            let fate = if free { fate } else { Fate::Disputed };
            if let (Fate::Gone, Some((line, entry))) = (fate, plain_pair(group, own)) {
                booked.push((line, entry, !is_sure));
            }
            for (parts, fates) in [(&group.lines, &mut of_lines), (&group.entries, &mut of_entries)] {
                for part in parts {
                    mark(fates, part.item, fate);
                }
            }
        }
        let mut found: Vec<(Leg, bool)> = Vec::new();
        let mut push = |line, entry, is_disputed| {
            let leg = Leg { account, line, entry };
            found.push((leg, is_disputed));
        };
        for (line, entry, is_disputed) in booked {
            push(Some(line), Some(entry), is_disputed);
        }
        let as_of = own.settings.as_of;
        for line in lines.indexes().filter(|line| lines.date(*line) <= as_of) {
            let fate = fate_of(&of_lines, line);
            if fate != Fate::Gone && is_whole(lines, line) {
                push(Some(line), None, fate == Fate::Disputed);
            }
        }
        let in_window = |entry: &ItemIndex| {
            let (date, start) = (entries.date(*entry), own.settings.window_start);
            date <= as_of && start.is_none_or(|start| date >= start) && !entries.is_open_item(*entry)
        };
        for entry in entries.indexes().filter(in_window) {
            let fate = fate_of(&of_entries, entry);
            if fate != Fate::Gone && is_whole(entries, entry) {
                push(None, Some(entry), fate == Fate::Disputed);
            }
        }
        sort(&mut found, own);
        for (leg, is_disputed) in found {
            let (items, item) = match (leg.line, leg.entry) {
                (Some(line), _) => (lines, line),
                (None, entry) => (entries, entry.unwrap_or(ItemIndex::MAX)),
            };
            self.legs.push(leg);
            self.cards.push(Card {
                account,
                amount: items.amount(item),
                day: working_day(day_number(items.date(item))),
                has_line: leg.line.is_some(),
                has_entry: leg.entry.is_some(),
                is_disputed,
            });
        }
    }
}

/// By what the items say, so that the order in which they came in does not matter.
fn sort(found: &mut [(Leg, bool)], own: &OwnAccount<'_>) {
    let compare = |items: &Items, a: Option<ItemIndex>, b: Option<ItemIndex>| match (a, b) {
        (Some(a), Some(b)) => items.compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    found.sort_by(|(a, _), (b, _)| {
        let by_line = compare(&own.input.lines, a.line, b.line);
        by_line.then_with(|| compare(&own.input.entries, a.entry, b.entry))
    });
}

/// One line and one entry of the same amount, both whole.
fn plain_pair(group: &Group, own: &OwnAccount<'_>) -> Option<(ItemIndex, ItemIndex)> {
    let ([line], [entry], []) = (
        group.lines.as_slice(),
        group.entries.as_slice(),
        group.residuals.as_slice(),
    ) else {
        return None;
    };
    let whole = own.input.lines.amount(line.item) == line.amount && own.input.entries.amount(entry.item) == line.amount;
    (whole && line.amount != 0).then_some((line.item, entry.item))
}

fn is_whole(items: &Items, item: ItemIndex) -> bool {
    let amount = items.amount(item);
    amount != 0 && items.open_amount(item) == amount
}

fn fate_of(fates: &[Fate], item: ItemIndex) -> Fate {
    at(fates, item)
}

fn mark(fates: &mut [Fate], item: ItemIndex, fate: Fate) {
    if fate_of(fates, item) != Fate::Gone {
        crate::columns::set(fates, item, fate);
    }
}
