//! Exceptions of the final state: what rules beside and after the engine settle, the engine could not know when it named the
//! rest. A line whose twin a rule has matched is a duplicate, one between whose entries a rule leaves the choice is
//! undecided, and nothing that is left open goes without a name.

use crate::run::Ruled;
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{Engine, Exception, Group, ItemIndex, Model, Outcome, Reason, Settings, Side, Tier};

/// Names the exceptions again, if rules have decided anything.
pub(crate) fn name(engine: &Engine, of: (&Model, &Settings), ruled: &mut Ruled) {
    let alone: BTreeSet<ItemIndex> = settled_lines(ruled);
    let has_ruled = ruled
        .outcome
        .groups
        .iter()
        .any(|group| group.proof.found_by == Reason::Rule);
    if alone.is_empty() && !has_ruled {
        return;
    }
    let (decided, others): (Vec<_>, Vec<_>) = (0_u32..)
        .zip(&ruled.outcome.groups)
        .partition(|(_, group)| is_decided(group));
    let settled = settled(decided.iter().map(|(_, group)| *group), &alone);
    let place_of: BTreeMap<u32, u32> = others
        .iter()
        .zip(0_u32..)
        .map(|((place, _), to)| (*place, to))
        .collect();
    let (kept, open): (Vec<Exception>, Vec<Exception>) = std::mem::take(&mut ruled.outcome.exceptions)
        .into_iter()
        .partition(|exception| settled.contains(&(exception.side, exception.item)));
    let open = open.into_iter().map(|exception| Exception {
        group: exception.group.and_then(|group| place_of.get(&group).copied()),
        ..exception
    });
    let rest = Outcome {
        groups: others.iter().map(|(_, group)| (*group).clone()).collect(),
        exceptions: open.collect(),
    };
    let decided: Vec<Group> = decided.into_iter().map(|(_, group)| group.clone()).collect();
    let named = engine.exceptions_beside(of, (&decided, &alone), &rest);
    let back = |place: u32| Some(others.get(usize::try_from(place).ok()?)?.0);
    let named = named.into_iter().map(|exception| Exception {
        group: exception.group.and_then(back),
        ..exception
    });
    ruled.outcome.exceptions = named.chain(kept).collect();
}

/// Lines that rules booked or set aside.
fn settled_lines(ruled: &Ruled) -> BTreeSet<ItemIndex> {
    let codings = ruled.decisions.codings.iter().map(|coding| coding.line);
    let ignored = ruled.decisions.ignored.iter().map(|ignored| ignored.line);
    codings.chain(ignored).collect()
}

/// Rules or people decided it, and nobody has to choose any more.
fn is_decided(group: &Group) -> bool {
    group.tier == Tier::Automatic && matches!(group.proof.found_by, Reason::Rule | Reason::Decision)
}

/// Items whose exceptions are those of who settled them.
fn settled<'a>(decided: impl Iterator<Item = &'a Group>, alone: &BTreeSet<ItemIndex>) -> BTreeSet<(Side, ItemIndex)> {
    let mut settled: BTreeSet<_> = alone.iter().map(|line| (Side::Line, *line)).collect();
    for group in decided {
        settled.extend(group.lines.iter().map(|part| (Side::Line, part.item)));
        settled.extend(group.entries.iter().map(|part| (Side::Entry, part.item)));
    }
    settled
}
