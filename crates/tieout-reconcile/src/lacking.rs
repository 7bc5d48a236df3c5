//! Lines that a statement lacks although its balances hold them, and the books do too.
//!
//! A statement is off by an amount, and exactly one open entry of its days is of that amount: the books agree with the
//! bank's balance, only the line is missing from the file. That is said, and moves bank and books apart on no day; both
//! stay in the explanation of the difference, where they cancel.

use crate::balance::{BankBalance, Uncovered, at};
use crate::result::{Chain, ComponentKind, Explanation, Share, Subject};
use tieout_ledger::Period;
use tieout_match::{ItemIndex, Items};

/// An entry may be dated so many days before the statement that should have its line, or after the balance that holds it.
const DAYS_APART: i32 = 10;

/// A line that is missing from a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// What the statement is off by.
    pub(crate) uncovered: Uncovered,
    /// Its position among what is uncovered.
    position: usize,
    /// The entry that is of that amount.
    pub(crate) entry: ItemIndex,
}

/// Finds them: each entry explains at most one amount, and only if no other entry could.
pub(crate) fn find(explanation: &Explanation, bank: &BankBalance, chain: &Chain, entries: &Items) -> Vec<Lacking> {
    let open = explanation.component(ComponentKind::OpenEntries);
    let open = open.map_or(&[][..], |component| &component.shares);
    let mut found: Vec<Lacking> = Vec::new();
    for (position, uncovered) in bank.uncovered.iter().enumerate() {
        let Subject::Statement(statement) = uncovered.share.subject else {
            continue;
        };
        let Some(days) = at(&chain.statements, statement).and_then(|statement| statement.days) else {
            continue;
        };
        let mut fitting = open
            .iter()
            .filter_map(|share| fits(share, uncovered, days, entries))
            .filter(|entry| found.iter().all(|other| other.entry != *entry));
        if let (Some(entry), None) = (fitting.next(), fitting.next()) {
            found.push(Lacking {
                uncovered: *uncovered,
                position,
                entry,
            });
        }
    }
    found
}

/// The entry of a share, if it is of the amount and of the days.
fn fits(share: &Share, uncovered: &Uncovered, days: Period, entries: &Items) -> Option<ItemIndex> {
    let Subject::Entry(entry) = share.subject else {
        return None;
    };
    let date = entries.date(entry);
    let near = (days.first() - date).get_days() <= DAYS_APART && (date - uncovered.date).get_days() <= DAYS_APART;
    (near && share.amount.checked_add(uncovered.share.amount) == Some(0)).then_some(entry)
}

/// What is uncovered without those.
pub(crate) fn others<'a>(bank: &'a BankBalance, lacking: &'a [Lacking]) -> impl Iterator<Item = &'a Uncovered> {
    let rest = bank.uncovered.iter().enumerate();
    rest.filter(|(position, _)| lacking.iter().all(|one| one.position != *position))
        .map(|(_, uncovered)| uncovered)
}
