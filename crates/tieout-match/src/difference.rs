//! What-if: the exact difference in automatic matches between two runs over the same items.
//!
//! A match is the same when it joins the same parts of the same items with the same residuals. What differs is put
//! together where it shares an item, so that "this line was with A and is now with B" is one change, not two.

use crate::Outcome;
use crate::items::ItemIndex;
use crate::outcome::{Group, ResidualKind, Tier};
use std::collections::{BTreeMap, BTreeSet};

/// A match by what its items are called: their index within one run, their ids in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched<K> {
    /// Bank lines and the parts of them.
    pub lines: Vec<(K, i64)>,
    /// Entries and the parts of them.
    pub entries: Vec<(K, i64)>,
    /// Differences that it books.
    pub residuals: Vec<(ResidualKind, i64)>,
    /// Automatic or suggested.
    pub tier: Tier,
}

impl From<&Group> for Matched<ItemIndex> {
    fn from(group: &Group) -> Self {
        let parts = |parts: &[crate::Part]| parts.iter().map(|part| (part.item, part.amount)).collect();
        Self {
            lines: parts(&group.lines),
            entries: parts(&group.entries),
            residuals: group
                .residuals
                .iter()
                .map(|residual| (residual.kind, residual.amount))
                .collect(),
            tier: group.tier,
        }
    }
}

/// The difference between two lists of matches, by position in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// How many automatic matches are in both.
    pub kept: usize,
    /// What differs, in the order of its items.
    pub changes: Vec<Change>,
}

/// Matches that differ and share items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is.
    pub kind: ChangeKind,
    /// Matches before, by position.
    pub before: Vec<usize>,
    /// Matches after, by position.
    pub after: Vec<usize>,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Nothing of it was matched before.
    Added {
        /// The same match was a suggestion.
        was_suggested: bool,
    },
    /// Nothing of it is matched any more.
    Removed {
        /// The same match is a suggestion now.
        is_suggested: bool,
    },
    /// Its items are matched otherwise.
    Changed,
}

/// The difference between two outcomes over the same items.
pub fn difference(before: &Outcome, after: &Outcome) -> Difference {
    let matched = |outcome: &Outcome| outcome.groups.iter().map(Matched::from).collect::<Vec<_>>();
    between(&matched(before), &matched(after))
}

/// Items on both sides of a match, sorted: what it is told by.
type Key<K> = (Vec<(K, i64)>, Vec<(K, i64)>, Vec<(ResidualKind, i64)>);

/// The difference between two lists of matches.
pub fn between<K: Ord + Clone>(before: &[Matched<K>], after: &[Matched<K>]) -> Difference {
    let of = |list: &[Matched<K>], tier: Tier| -> BTreeMap<Key<K>, usize> {
        let of_tier = list.iter().enumerate().filter(|(_, matched)| matched.tier == tier);
        of_tier.map(|(place, matched)| (key(matched), place)).collect()
    };
    let (old, new) = (of(before, Tier::Automatic), of(after, Tier::Automatic));
    let (old_hints, new_hints) = (of(before, Tier::Suggested), of(after, Tier::Suggested));
    let gone: BTreeMap<&Key<K>, usize> = old
        .iter()
        .filter(|(key, _)| !new.contains_key(*key))
        .map(copied)
        .collect();
    let come: BTreeMap<&Key<K>, usize> = new
        .iter()
        .filter(|(key, _)| !old.contains_key(*key))
        .map(copied)
        .collect();
    let mut changes = Vec::new();
    for (gone, come) in clusters(&gone, &come) {
        let kind = match (gone.as_slice(), come.as_slice()) {
            ([], come) => ChangeKind::Added {
                was_suggested: come.iter().all(|(key, _)| old_hints.contains_key(*key)),
            },
            (gone, []) => ChangeKind::Removed {
                is_suggested: gone.iter().all(|(key, _)| new_hints.contains_key(*key)),
            },
            _ => ChangeKind::Changed,
        };
        let places = |list: &[(&Key<K>, usize)]| list.iter().map(|(_, place)| *place).collect();
        changes.push(Change {
            kind,
            before: places(&gone),
            after: places(&come),
        });
    }
    Difference {
        kept: old.len() - gone.len(),
        changes,
    }
}

fn copied<'a, K>((key, place): (&'a Key<K>, &usize)) -> (&'a Key<K>, usize) {
    (key, *place)
}

fn key<K: Ord + Clone>(matched: &Matched<K>) -> Key<K> {
    let mut key = (
        matched.lines.clone(),
        matched.entries.clone(),
        matched.residuals.clone(),
    );
    key.0.sort();
    key.1.sort();
    key.2.sort();
    key
}

/// Matches with their positions.
type Placed<'a, K> = Vec<(&'a Key<K>, usize)>;

/// What is gone and what has come, put together where they share an item; in the order of the first item.
fn clusters<'a, K: Ord + Clone>(
    gone: &BTreeMap<&'a Key<K>, usize>,
    come: &BTreeMap<&'a Key<K>, usize>,
) -> Vec<(Placed<'a, K>, Placed<'a, K>)> {
    let all: Vec<(&Key<K>, usize, bool)> = gone
        .iter()
        .map(|(key, place)| (*key, *place, false))
        .chain(come.iter().map(|(key, place)| (*key, *place, true)))
        .collect();
    let mut holders: BTreeMap<(bool, &K), Vec<usize>> = BTreeMap::new();
    for (node, (key, _, _)) in all.iter().enumerate() {
        for (item, _) in &key.0 {
            holders.entry((false, item)).or_default().push(node);
        }
        for (item, _) in &key.1 {
            holders.entry((true, item)).or_default().push(node);
        }
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for first in holders.values().flatten() {
        if !seen.insert(*first) {
            continue;
        }
        let (mut old, mut new) = (Vec::new(), Vec::new());
        let mut open = vec![*first];
        while let Some(node) = open.pop() {
            let Some((key, place, is_new)) = all.get(node) else {
                continue;
            };
            if *is_new { &mut new } else { &mut old }.push((*key, *place));
            let items = key.0.iter().map(|part| (false, &part.0));
            for item in items.chain(key.1.iter().map(|part| (true, &part.0))) {
                let others = holders.get(&item).into_iter().flatten();
                open.extend(others.filter(|other| seen.insert(**other)));
            }
        }
        old.sort();
        new.sort();
        found.push((old, new));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a+b=x`: lines a and b with entry x; a question mark after it: only suggested.
    fn matched(text: &str) -> Vec<Matched<String>> {
        let one = |text: &str| {
            let (text, tier) = match text.strip_suffix('?') {
                Some(text) => (text, Tier::Suggested),
                None => (text, Tier::Automatic),
            };
            let (lines, entries) = text.split_once('=').unwrap();
            let parts = |text: &str| text.split('+').map(|name| (name.to_owned(), 1)).collect();
            Matched {
                lines: parts(lines),
                entries: parts(entries),
                residuals: Vec::new(),
                tier,
            }
        };
        text.split_whitespace().map(one).collect()
    }

    #[test]
    fn what_shares_an_item_is_one_change() {
        let before = matched("a=x b=y c=z d=w e=v? g=s");
        let after = matched("a=x b=z c=y e=v f=u g=s?");
        let found = between(&before, &after);
        assert_eq!(found.kept, 1);
        let told: Vec<_> = found
            .changes
            .iter()
            .map(|change| (change.kind, change.before.as_slice(), change.after.as_slice()))
            .collect();
        assert_eq!(
            told,
            [
                (ChangeKind::Changed, &[1, 2][..], &[1, 2][..]),
                (ChangeKind::Removed { is_suggested: false }, &[3][..], &[][..]),
                (ChangeKind::Added { was_suggested: true }, &[][..], &[3][..]),
                (ChangeKind::Added { was_suggested: false }, &[][..], &[4][..]),
                (ChangeKind::Removed { is_suggested: true }, &[5][..], &[][..]),
            ]
        );
    }

    #[test]
    fn the_order_of_matches_and_of_their_items_is_no_difference() {
        let found = between(&matched("a+b=x c=y"), &matched("c=y b+a=x"));
        assert_eq!((found.kept, found.changes), (2, Vec::new()));
    }
}
