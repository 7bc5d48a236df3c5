//! Open items by how they are written, and what those of each day sum to.
//!
//! Who looks for a run of days that sums to an amount asks the sums of days, not the items: with a thousand items a day
//! nearly every run is ruled out by its first day. Askers come in order of account and day, so that the window of each
//! form only moves on.

use crate::columns::{Rows, at};
use crate::hashing::{Map, mix};
use crate::roll::{Position, Roll};

/// Days that a run may cover.
const RUN: i32 = 4;
/// Most members of a run.
const MOST: u64 = 150;
/// Forms with fewer members are no forms.
pub(super) const FEWEST: usize = 4;
/// Forms that are tried.
const MOST_FORMS: usize = 48;

/// The items of one form, account and day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    account: u16,
    pub(super) date: i32,
    /// Where its items begin and end among those of the form.
    pub(super) from: u32,
    /// See `from`.
    pub(super) to: u32,
    /// Of its amounts, which have one sign, without that sign.
    pub(super) sum: u64,
    /// The largest amount, without its sign.
    pub(super) largest: u64,
}

/// The items of some days that follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    /// Where they begin and end among those of the form.
    pub(super) from: u32,
    /// See `from`.
    pub(super) to: u32,
    /// Number of items.
    pub(super) size: u64,
    /// Of their amounts, without the sign.
    pub(super) sum: u64,
    /// The largest amount, without its sign.
    pub(super) largest: u64,
}

/// The runs that begin on the first of some days of one form, each a day longer than the one before.
pub(super) fn stretches(days: &[Day]) -> impl Iterator<Item = Stretch> + '_ {
    let first = days.first().copied().unwrap_or_default();
    let mut stretch = Stretch {
        from: first.from,
        to: first.from,
        size: 0,
        sum: 0,
        largest: 0,
    };
    days.iter().map_while(move |day| {
        stretch.to = day.to;
        stretch.size = u64::from(day.to - first.from);
        stretch.sum = stretch.sum.saturating_add(day.sum);
        stretch.largest = stretch.largest.max(day.largest);
        (day.date - first.date < RUN && stretch.size <= MOST).then_some(stretch)
    })
}

/// Forms, the commonest first.
#[derive(Debug, Default)]
pub(super) struct Forms {
    items: Rows<Position>,
    days: Rows<Day>,
    windows: Vec<Window>,
}

/// What was looked at of a form last.
#[derive(Debug, Default)]
struct Window {
    /// The form's amounts are negative.
    negative: bool,
    /// The days on which the window of the last asker began and after which it ended, by their places.
    from: usize,
    to: usize,
    runs: Runs,
}

/// Runs of days that were looked at: whoever asks on the same day looks at the same runs.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// By place; empty if not looked at.
    known: Vec<Known>,
}

/// What is known of the members of a run.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Their amounts in ascending order, each with its item.
    pub(super) sorted: Vec<(i64, Position)>,
    asked: u32,
    /// A bit for the hash of each sum of two of them.
    sums: Option<Box<[u64; SUM_BITS / 64]>>,
}

/// Bits for the sums of two.
const SUM_BITS: usize = 512;
/// Of more members the sums of two would set nearly all bits.
const MOST_SUMMED: usize = 32;
/// Noting all sums takes as long as so many searches for one of them.
const ASKED_OFTEN: u32 = 12;

impl Known {
    /// Two of the members may sum to an amount; if not, none do.
    pub(super) fn may_be_two(&mut self, sum: i64) -> bool {
        if self.sorted.len() > MOST_SUMMED {
            return true;
        }
        self.asked += 1;
        if self.asked < ASKED_OFTEN {
            return true;
        }
        let sorted = &self.sorted;
        let sums = self.sums.get_or_insert_with(|| {
            let mut sums = Box::new([0; SUM_BITS / 64]);
            for (place, (one, _)) in sorted.iter().enumerate() {
                for (other, _) in sorted.iter().skip(place + 1) {
                    // Sums that are no amounts any more may stand for others: they are only looked for in vain.
                    let (word, bit) = bit_of(one.wrapping_add(*other));
                    if let Some(word) = sums.get_mut(word) {
                        *word |= bit;
                    }
                }
            }
            sums
        });
        let (word, bit) = bit_of(sum);
        sums.get(word).is_some_and(|word| word & bit != 0)
    }
}

fn bit_of(sum: i64) -> (usize, u64) {
    let hash = mix(sum.cast_unsigned());
    let word = usize::try_from((hash >> 6) & 7).unwrap_or(0);
    (word, 1 << (hash & 63))
}

impl Runs {
    /// What is known of `members`, the run that is the so-many-th of the window.
    pub(super) fn known(&mut self, roll: &Roll, members: &[Position], place: usize) -> Option<&mut Known> {
        if place >= self.known.len() {
            self.known.resize_with(place + 1, Known::default);
        }
        let known = self.known.get_mut(place)?;
        if known.sorted.is_empty() {
            known
                .sorted
                .extend(members.iter().map(|item| (roll.amount(*item), *item)));
            known.sorted.sort_unstable();
        }
        Some(known)
    }

    fn forget(&mut self) {
        for known in &mut self.known {
            known.sorted.clear();
            (known.asked, known.sums) = (0, None);
        }
    }
}

/// What of a form is near an asker.
#[derive(Debug)]
pub(super) struct Near<'f> {
    /// All items of the form.
    pub(super) items: &'f [Position],
    /// The days that are near.
    pub(super) days: &'f [Day],
    /// Its amounts are negative.
    pub(super) negative: bool,
    /// Runs of them that were looked at before.
    pub(super) runs: &'f mut Runs,
}

impl Forms {
    /// Open items by form and sign; forms of a few items are left out.
    pub(super) fn new(roll: &Roll, open: &[bool], form: impl Fn(Position) -> u64) -> Self {
        let mut numbers: Map<(u64, bool), usize> = Map::default();
        let mut all: Vec<((u64, bool), Vec<Position>)> = Vec::new();
        let is_open = |item: &Position| at(open, *item) && roll.amount(*item) != 0;
        for item in roll.positions().filter(is_open) {
            let key = (form(item), roll.amount(item) < 0);
            let number = *numbers.entry(key).or_insert_with(|| {
                all.push((key, Vec::new()));
                all.len() - 1
            });
            if let Some((_, items)) = all.get_mut(number) {
                items.push(item);
            }
        }
        all.retain(|(_, items)| items.len() >= FEWEST);
        // The commonest first; what is written in a thousand ways has no form.
        all.sort_unstable_by_key(|(key, items)| (std::cmp::Reverse(items.len()), *key));
        let mut forms = Self::default();
        for ((_, negative), items) in all.into_iter().take(MOST_FORMS) {
            let mut from = 0;
            let same_day = |a: &Position, b: &Position| {
                roll.day(*a) == roll.day(*b) && at(&roll.accounts, *a) == at(&roll.accounts, *b)
            };
            forms.days.push(items.chunk_by(same_day).map(|of_day| {
                let day = day_of(roll, of_day, from);
                from = day.to;
                day
            }));
            forms.items.push(items);
            forms.windows.push(Window {
                negative,
                ..Window::default()
            });
        }
        forms
    }

    /// Number of forms.
    pub(super) fn len(&self) -> u32 {
        self.items.len()
    }

    /// The items of a form and its days within some days, if its amounts have the sign that is asked for. Whoever asks
    /// later asks for the same account and later days, or for a later account.
    pub(super) fn near(&mut self, form: u32, account: u16, days: (i32, i32), negative: bool) -> Option<Near<'_>> {
        let all = self.days.row(form);
        let window = usize::try_from(form).ok().and_then(|form| self.windows.get_mut(form));
        let window = window.filter(|window| window.negative == negative)?;
        let place = |day: &Day| (day.account, day.date);
        let before = window.from;
        while all.get(window.from).is_some_and(|day| place(day) < (account, days.0)) {
            window.from += 1;
        }
        if window.from > before {
            window.runs.forget();
            window.to = window.to.max(window.from);
        }
        while all.get(window.to).is_some_and(|day| place(day) <= (account, days.1)) {
            window.to += 1;
        }
        Some(Near {
            items: self.items.row(form),
            days: all.get(window.from..window.to).unwrap_or_default(),
            negative,
            runs: &mut window.runs,
        })
    }
}

fn day_of(roll: &Roll, items: &[Position], from: u32) -> Day {
    let first = items.first().copied().unwrap_or(0);
    let amounts = || items.iter().map(|item| roll.amount(*item).unsigned_abs());
    Day {
        account: at(&roll.accounts, first),
        date: roll.day(first),
        from,
        to: from + crate::arith::count(items.len()),
        sum: amounts().fold(0, u64::saturating_add),
        largest: amounts().max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_two_is_never_ruled_out_and_others_mostly_are() {
        let members = 0..20_i64;
        let mut known = Known {
            sorted: members.map(|place| (1_000 + place * place * 37, 0)).collect(),
            ..Known::default()
        };
        let sums: Vec<i64> = (0..20_i64)
            .flat_map(|one| (0..one).map(move |other| 2_000 + (one * one + other * other) * 37))
            .collect();
        for _ in 0..2 {
            assert!(sums.iter().all(|sum| known.may_be_two(*sum)));
        }
        let ruled_out = (0..1_000).filter(|sum| !known.may_be_two(1_000_000 + sum)).count();
        assert!(ruled_out > 500, "{ruled_out}");
    }
}
