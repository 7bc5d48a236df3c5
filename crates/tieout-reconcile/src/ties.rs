//! What suggestions tie together. Whichever suggestion a person takes, the items of one tie meet: what parts bank and
//! books is only what the tie does not balance, from the day on which its last item came.

use crate::result::{Share, Subject};
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_match::{Group, Tier};

/// Shares with their days, those tied together moved to one day, and left out if they balance.
pub(crate) fn tie(shares: Vec<(Date, Share)>, groups: &[Group]) -> Vec<(Date, Share)> {
    let positions: BTreeMap<Subject, usize> = shares
        .iter()
        .enumerate()
        .map(|(position, (_, share))| (share.subject, position))
        .collect();
    let mut roots: Vec<usize> = (0..shares.len()).collect();
    for group in groups.iter().filter(|group| group.tier == Tier::Suggested) {
        let lines = group.lines.iter().map(|part| Subject::Line(part.item));
        let entries = group.entries.iter().map(|part| Subject::Entry(part.item));
        let mut tied = lines
            .chain(entries)
            .filter_map(|subject| positions.get(&subject).copied());
        if let Some(first) = tied.next() {
            for other in tied {
                join(&mut roots, first, other);
            }
        }
    }
    let mut ties = BTreeMap::<usize, Tied>::new();
    for (position, share) in shares.into_iter().enumerate() {
        let root = root_of(&mut roots, position);
        ties.entry(root).or_default().add(share);
    }
    ties.into_values().flat_map(Tied::apart).collect()
}

/// Shares of one tie.
#[derive(Default)]
struct Tied {
    last: Option<Date>,
    net: i128,
    shares: Vec<Share>,
}

impl Tied {
    fn add(&mut self, (date, share): (Date, Share)) {
        self.last = self.last.max(Some(date));
        self.net += i128::from(share.amount);
        self.shares.push(share);
    }

    fn apart(self) -> Vec<(Date, Share)> {
        let Some(last) = self.last.filter(|_| self.net != 0) else {
            return Vec::new();
        };
        self.shares.into_iter().map(|share| (last, share)).collect()
    }
}

/// Union-find with path halving; the smaller position is the root, so that the order of the groups does not matter.
fn join(roots: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root_of(roots, a), root_of(roots, b));
    if let Some(slot) = roots.get_mut(a.max(b)) {
        *slot = a.min(b);
    }
}

fn root_of(roots: &mut [usize], mut position: usize) -> usize {
    while let Some(&parent) = roots.get(position) {
        if parent == position {
            break;
        }
        let grandparent = roots.get(parent).copied().unwrap_or(parent);
        if let Some(slot) = roots.get_mut(position) {
            *slot = grandparent;
        }
        position = grandparent;
    }
    position
}
