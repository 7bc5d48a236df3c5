//! Which of those who ask on one day can find a run of days at all.
//!
//! Who asks on one day looks at the same runs. With a thousand items a day there are thousands of them, and some hundred
//! who ask: so what the runs sum to, whole or without one of their members, is noted once for all, and most find that
//! nothing is theirs. And where so many ways are tried that they hit any amount by chance, what is found in those ways
//! could never score: it is not looked for.

use super::forms::{Day, FEWEST, Forms, stretches};
use super::window::{PRIOR, TOO_MANY};
use crate::arith::{Bits, log2};
use crate::columns::part;
use crate::hashing::mix;
use crate::roll::Roll;

/// The most that days say for a run that nothing but its form and days hold together.
const BEST_DAYS: Bits = 300;
/// What a name or a number may say of one of many members.
const BEST_TEXTS: Bits = 700;
/// By so much a mistyped member may be larger than what it should sum to, and the surprise with it.
const MOVED: Bits = 665;

/// How many ways were tried.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tried {
    /// Runs of days.
    pub(super) runs: u64,
    /// Runs without one of their members.
    pub(super) ones: u64,
    /// Runs without two of them.
    pub(super) twos: u64,
}

impl Tried {
    /// Counts a run of so many members.
    pub(super) fn add(&mut self, size: u64) {
        self.runs += 1;
        self.ones += size;
        self.twos += size * size.saturating_sub(1) / 2;
    }
}

/// What may come of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hope {
    /// Runs as they are, or without one.
    few: bool,
    /// Runs without two.
    pub(super) two: bool,
    /// Runs with a member that is mistyped.
    pub(super) mistyped: bool,
}

impl Hope {
    /// Something may come of it.
    pub(super) fn any(self) -> bool {
        self.few || self.two || self.mistyped
    }
}

/// What is known of the runs around one day, for all who ask on it.
#[derive(Debug, Default)]
pub(super) struct Prospects {
    /// The least amount for which a run is looked at, and how many ways there are up to it.
    tried: Vec<(u64, Tried)>,
    wanted: Marks,
    met: Marks,
}

impl Prospects {
    /// Looks at the runs of some days once; `targets` are the amounts that are asked for, of one sign.
    pub(super) fn look(
        &mut self,
        roll: &Roll,
        forms: &mut [Forms; 2],
        (account, days, negative): (u16, (i32, i32), bool),
        targets: impl Iterator<Item = i64>,
    ) {
        self.tried.clear();
        self.wanted.clear();
        self.met.clear();
        targets.for_each(|target| self.wanted.set(target.unsigned_abs()));
        for forms in forms {
            for form in 0..forms.len() {
                let Some(near) = forms.near(form, account, days, negative) else {
                    continue;
                };
                for first in 0..near.days.len() {
                    self.runs_from(roll, near.items, near.days.get(first..).unwrap_or_default());
                }
            }
        }
        self.tried.sort_unstable_by_key(|(least, _)| *least);
        let mut all = Tried::default();
        for (_, tried) in &mut self.tried {
            all.runs += tried.runs;
            all.ones += tried.ones;
            all.twos += tried.twos;
            *tried = all;
        }
    }

    /// The runs that begin on the first of some days, as a search goes through them.
    fn runs_from(&mut self, roll: &Roll, items: &[u32], days: &[Day]) {
        let mut least = 0;
        for run in stretches(days).filter(|run| run.size > 1) {
            let mut tried = Tried::default();
            tried.add(run.size);
            self.tried.push((least, tried));
            least = least.max(run.sum.saturating_sub(run.largest.saturating_mul(TOO_MANY)));
            self.meet(run.sum);
            let members = part(items, run.from, run.to);
            if members.len() >= FEWEST {
                for member in members {
                    self.meet(run.sum.saturating_sub(roll.amount(*member).unsigned_abs()));
                }
            }
        }
    }

    fn meet(&mut self, sum: u64) {
        if self.wanted.has(sum) {
            self.met.set(sum);
        }
    }

    /// What may come of a search for an amount, by runs with a mistyped member as well or without.
    pub(super) fn of(&self, target: i64, with_mistyped: bool) -> Hope {
        let target = target.unsigned_abs();
        let known = self.tried.partition_point(|(least, _)| *least <= target);
        let known = known.checked_sub(1).and_then(|last| self.tried.get(last));
        let Some((_, tried)) = known else {
            return Hope {
                few: false,
                two: false,
                mistyped: false,
            };
        };
        let best = PRIOR + log2(target) + BEST_DAYS;
        Hope {
            few: best + BEST_TEXTS >= log2(tried.runs) && self.met.has(target),
            two: best >= log2(tried.twos) + 400,
            mistyped: with_mistyped && best + MOVED >= log2(tried.ones) + 800,
        }
    }
}

/// Bits in marks; some thousand amounts set a few of a hundred.
const MARKS: usize = 1 << 16;

/// A set of amounts that may hold some more.
#[derive(Debug)]
struct Marks(Box<[u64]>);

impl Default for Marks {
    fn default() -> Self {
        Self(vec![0; MARKS / 64].into())
    }
}

impl Marks {
    fn place(amount: u64) -> (usize, u64) {
        let hash = usize::try_from(mix(amount)).unwrap_or(0) % MARKS;
        (hash / 64, 1 << (hash % 64))
    }

    fn set(&mut self, amount: u64) {
        let (word, bit) = Self::place(amount);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, amount: u64) -> bool {
        let (word, bit) = Self::place(amount);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn clear(&mut self) {
        self.0.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::{Items, NewItem};
    use crate::outcome::Side;
    use crate::vocabulary::Vocabulary;

    /// What may come of amounts that are asked for on a day with so many items.
    fn hopes(amounts: &[i64], targets: &[i64]) -> Vec<Hope> {
        let date = jiff::civil::date(2024, 5, 6);
        let mut items = Items::default();
        for amount in amounts {
            let item = NewItem {
                date,
                amount: *amount,
                ..NewItem::default()
            };
            items.push(&item).unwrap();
        }
        let roll = Roll::new(&items, Side::Line, &mut Vocabulary::default());
        let forms = || Forms::new(&roll, &vec![true; amounts.len()], |_| 7);
        let day = crate::arith::day_number(date);
        let mut prospects = Prospects::default();
        let of = (0, (day - 1, day + 5), false);
        prospects.look(&roll, &mut [forms(), forms()], of, targets.iter().copied());
        targets.iter().map(|target| prospects.of(*target, true)).collect()
    }

    #[test]
    fn a_run_that_fits_whole_or_without_one_is_hoped_for() {
        let amounts = [10_001, 20_020, 30_300, 44_000];
        let all: i64 = amounts.iter().sum();
        let hopes = hopes(&amounts, &[all, all - 20_020, all - 1]);
        let few: Vec<bool> = hopes.iter().map(|hope| hope.few).collect();
        assert_eq!(few, [true, true, false]);
        assert!(hopes.iter().all(|hope| hope.two && hope.mistyped));
    }

    #[test]
    fn of_a_crowd_nothing_is_hoped_for_but_what_hits() {
        let amounts: Vec<i64> = (0..140).map(|place| 100 + place).collect();
        let all: i64 = amounts.iter().sum();
        let hopes = hopes(&amounts, &[all, 9_999]);
        assert!(hopes[0].few && !hopes[0].two);
        assert!(!hopes[1].few && !hopes[1].two);
    }
}
