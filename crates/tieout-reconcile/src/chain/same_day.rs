//! Statements that begin on one day, each to be taken in its turn: the one whose opening fits comes next; if none does, one
//! that follows no other.
//!
//! A file may begin forty thousand statements on one day, so none is looked at more often than its lines change what it
//! needs: its opening is compared with the balance before the lines that it shares with the chain.

use super::draft::Draft;
use crate::runs::Runs;
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{ItemIndex, Items};

/// A statement by its place in the order of the day.
type Place = usize;

/// Those that wait.
pub(super) struct SameDay {
    drafts: Vec<Option<Draft>>,
    waiting: BTreeSet<Place>,
    /// The balance that each must find: its opening and the lines that it shares.
    needs: Vec<i128>,
    by_need: BTreeMap<i128, BTreeSet<Place>>,
    /// Those that contain a line that is not in the chain yet, in the order of lines.
    holders: Vec<(ItemIndex, Place)>,
    starts: Starts,
}

/// Which statements follow no other.
#[derive(Default)]
struct Starts {
    /// How many that wait close with a balance.
    closing: BTreeMap<i128, u32>,
    /// Those that open with a balance; whether they close with it too.
    opening: BTreeMap<i128, Vec<(Place, bool)>>,
    first: BTreeSet<Place>,
    left: BTreeSet<Place>,
}

impl Starts {
    fn new(drafts: &[Option<Draft>]) -> Self {
        let mut starts = Self::default();
        let balances = |draft: &Draft| (draft.opening, draft.closing);
        for (place, (opening, closing)) in drafts.iter().flatten().map(balances).enumerate() {
            if let Some(closing) = closing {
                *starts.closing.entry(closing).or_default() += 1;
            }
            if let Some(opening) = opening {
                let of_balance = starts.opening.entry(opening).or_default();
                of_balance.push((place, closing == Some(opening)));
            }
        }
        let balances: Vec<i128> = starts.opening.keys().copied().collect();
        for balance in balances {
            starts.look(balance);
        }
        starts
    }

    /// Those that open with a balance with which no other closes.
    fn look(&mut self, balance: i128) {
        let others = self.closing.get(&balance).copied().unwrap_or(0);
        if others > 1 {
            return;
        }
        let of_balance = self.opening.get(&balance).map_or(&[][..], Vec::as_slice);
        let free = of_balance
            .iter()
            .filter(|(place, closes)| others <= u32::from(*closes) && !self.left.contains(place));
        self.first.extend(free.map(|(place, _)| *place));
    }

    /// One waits no longer.
    fn leave(&mut self, place: Place, closing: Option<i128>) {
        self.first.remove(&place);
        self.left.insert(place);
        let Some(closing) = closing else { return };
        if let Some(count) = self.closing.get_mut(&closing) {
            *count = count.saturating_sub(1);
        }
        self.look(closing);
    }
}

impl SameDay {
    /// Those that have an opening, in their order; `is_covered` says which lines are in the chain.
    pub(super) fn new(drafts: Vec<Draft>, items: &Items, is_covered: impl Fn(ItemIndex) -> bool) -> Self {
        let drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let mut same_day = Self {
            waiting: (0..drafts.len()).collect(),
            needs: vec![0; drafts.len()],
            by_need: BTreeMap::new(),
            holders: Vec::new(),
            starts: Starts::new(&drafts),
            drafts: Vec::new(),
        };
        for (place, draft) in drafts.iter().flatten().enumerate() {
            let mut need = draft.opening.unwrap_or(0);
            for line in draft.statement.lines.iter() {
                if is_covered(line) {
                    need += i128::from(items.amount(line));
                } else {
                    same_day.holders.push((line, place));
                }
            }
            same_day.need(place, need);
        }
        same_day.holders.sort_unstable();
        same_day.drafts = drafts;
        same_day
    }

    /// The next one, given the balance so far.
    pub(super) fn next(&mut self, balance: Option<i128>) -> Option<Draft> {
        let fitting = balance.and_then(|balance| self.by_need.get(&balance)?.first());
        let next = fitting
            .or_else(|| self.starts.first.first())
            .or_else(|| self.waiting.first());
        let next = *next?;
        let draft = self.drafts.get_mut(next)?.take()?;
        self.waiting.remove(&next);
        self.starts.leave(next, draft.closing);
        self.forget(next);
        Some(draft)
    }

    /// The chain holds these lines now.
    pub(super) fn cover(&mut self, lines: &Runs, items: &Items) {
        for line in lines.iter() {
            let from = self.holders.partition_point(|(held, _)| *held < line);
            let of_line = self.holders.iter().skip(from).take_while(|(held, _)| *held == line);
            let waiting = of_line.filter(|(_, place)| self.waiting.contains(place));
            let places: Vec<Place> = waiting.map(|(_, place)| *place).collect();
            for place in places {
                let need = self.needs.get(place).copied().unwrap_or(0);
                self.forget(place);
                self.need(place, need + i128::from(items.amount(line)));
            }
        }
    }

    fn need(&mut self, place: Place, need: i128) {
        if let Some(slot) = self.needs.get_mut(place) {
            *slot = need;
        }
        self.by_need.entry(need).or_default().insert(place);
    }

    fn forget(&mut self, place: Place) {
        let need = self.needs.get(place).copied().unwrap_or(0);
        if let Some(of_need) = self.by_need.get_mut(&need) {
            of_need.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements::{BankStatement, PrintedBalance};
    use proptest::prelude::*;
    use tieout_match::NewItem;

    /// Statements of one day: opening, and the lines that they contain of those that there are.
    fn drafts(statements: &[(i64, Vec<u32>)], items: &Items) -> Vec<Draft> {
        let draft = |(place, (opening, lines)): (usize, &(i64, Vec<u32>))| {
            let printed = BankStatement {
                file: 0,
                reference: "".into(),
                number: place.to_string(),
                period: (None, None),
                opening: Some(PrintedBalance {
                    amount: *opening,
                    date: None,
                }),
                closing: None,
                is_notification: false,
                breaks: Vec::new(),
                lines: 0..0,
            };
            let members: BTreeSet<u32> = lines.iter().copied().collect();
            Draft::new(&printed, place.to_string(), None, members.into_iter().collect(), items)
        };
        statements.iter().enumerate().map(draft).collect()
    }

    /// The names in their turn; each brings its lines and leaves its closing.
    fn turns(statements: &[(i64, Vec<u32>)], items: &Items, first: Option<i128>) -> Vec<String> {
        let mut same_day = SameDay::new(drafts(statements, items), items, |_| false);
        let (mut balance, mut covered, mut names) = (first, BTreeSet::new(), Vec::new());
        while let Some(draft) = same_day.next(balance) {
            let brings: Runs = draft
                .statement
                .lines
                .iter()
                .filter(|line| covered.insert(*line))
                .collect();
            same_day.cover(&brings, items);
            balance = draft.closing;
            names.push(draft.statement.name);
        }
        names
    }

    /// The same by looking at every statement in every turn.
    fn turns_by_looking(statements: &[(i64, Vec<u32>)], items: &Items, first: Option<i128>) -> Vec<String> {
        let mut waiting = drafts(statements, items);
        let (mut balance, mut covered, mut names) = (first, BTreeSet::<u32>::new(), Vec::new());
        while !waiting.is_empty() {
            let shared = |draft: &Draft| -> i128 {
                let shared = draft.statement.lines.iter().filter(|line| covered.contains(line));
                shared.map(|line| i128::from(items.amount(line))).sum()
            };
            let fits = |balance: i128| waiting.iter().position(|d| d.opening == Some(balance - shared(d)));
            let follows = |draft: &Draft| {
                let closes = waiting.iter().filter(|other| other.closing == draft.opening).count();
                closes > usize::from(draft.opening == draft.closing)
            };
            let next = balance
                .and_then(fits)
                .or_else(|| waiting.iter().position(|draft| !follows(draft)));
            let draft = waiting.remove(next.unwrap_or(0));
            covered.extend(draft.statement.lines.iter());
            balance = draft.closing;
            names.push(draft.statement.name);
        }
        names
    }

    fn items(amounts: &[i64]) -> Items {
        let mut items = Items::default();
        for amount in amounts {
            let item = NewItem {
                amount: *amount,
                ..NewItem::default()
            };
            items.push(&item).unwrap();
        }
        items
    }

    proptest! {
        #[test]
        fn the_turns_are_those_of_looking_at_all_of_them(
            statements in prop::collection::vec((-3_i64..6, prop::collection::vec(0_u32..6, 0..4)), 0..14),
            amounts in prop::collection::vec(-3_i64..4, 6),
            first in prop::option::of(-3_i128..6),
        ) {
            let items = items(&amounts);
            prop_assert_eq!(turns(&statements, &items, first), turns_by_looking(&statements, &items, first));
        }
    }

    #[test]
    fn a_day_of_many_statements_is_put_in_order() {
        const MANY: i64 = 40_000;
        let statements: Vec<(i64, Vec<u32>)> = (0..MANY).rev().map(|opening| (opening / 2, Vec::new())).collect();
        assert_eq!(turns(&statements, &items(&[]), Some(0)).len(), statements.len());
    }
}
