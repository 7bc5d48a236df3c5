//! The classic form of the statement: both balances, adjusted until they meet.
//!
//! ```text
//! balance per bank + deposits in transit − outstanding payments ± errors of the bank = adjusted bank balance
//! balance per books ± what is to be recorded, corrected or removed                   = adjusted book balance
//! ```
//!
//! Every share of the explanation goes to exactly one section of one side, so both sides meet up to the drift: what bank
//! and books already differed by when the period began is explained by no item, and is shown as what remains.

use crate::findings::{EntryState, Findings};
use crate::result::{
    ComponentKind, Explanation, Figures, Outstanding, OutstandingState, Section, SectionKind, Share, StatementSide,
    Subject, TwoSided,
};
use std::collections::BTreeMap;
use tieout_ledger::reconciliation::{self, TooLarge};
use tieout_match::{ExceptionClass, Group};

/// Draws the statement.
pub(crate) fn draw(
    figures: &Figures,
    explanation: &Explanation,
    findings: &Findings,
    groups: &[Group],
) -> Result<TwoSided, TooLarge> {
    let mut sections = Sections::default();
    for item in &findings.outstanding {
        if let OutstandingState::ClearedLater { group, .. } = item.state {
            sections.add(in_transit(item.amount), cleared_later(item, group, groups));
        }
    }
    for component in &explanation.components {
        for &share in &component.shares {
            sections.place(component.kind, share, findings)?;
        }
    }
    let bank = sections.side(figures.statement_balance, SectionKind::is_of_bank)?;
    let books = sections.side(figures.book_balance, |kind| !kind.is_of_bank())?;
    let remaining = reconciliation::difference(bank.adjusted, books.adjusted)?;
    Ok(TwoSided { bank, books, remaining })
}

impl SectionKind {
    /// It adjusts the balance per bank, not that per books.
    pub fn is_of_bank(self) -> bool {
        matches!(
            self,
            Self::DepositsInTransit | Self::OutstandingPayments | Self::BankErrors | Self::Uncovered
        )
    }
}

#[derive(Default)]
struct Sections(BTreeMap<SectionKind, Vec<Share>>);

impl Sections {
    fn add(&mut self, kind: SectionKind, share: Share) {
        self.0.entry(kind).or_default().push(share);
    }

    /// Puts a share of the explanation where it belongs. On the bank's side what the bank has too much is taken off; on
    /// the books' side what they lack is added.
    fn place(&mut self, component: ComponentKind, share: Share, findings: &Findings) -> Result<(), TooLarge> {
        let turned = Share {
            amount: share.amount.checked_neg().ok_or(TooLarge)?,
            ..share
        };
        match (component, share.subject) {
            (ComponentKind::OpenLines, Subject::Line(line)) => match findings.line_class(line) {
                Some(ExceptionClass::DuplicateLine) => self.add(SectionKind::BankErrors, turned),
                Some(ExceptionClass::BankFee | ExceptionClass::Interest) => {
                    self.add(SectionKind::FeesAndInterest, share);
                }
                Some(ExceptionClass::ReturnedItem) => self.add(SectionKind::Returned, share),
                Some(ExceptionClass::Undecided) => self.add(SectionKind::Undecided, share),
                _ => self.add(SectionKind::Unrecorded, share),
            },
            (ComponentKind::OpenEntries, Subject::Entry(entry)) => match findings.entry_state(entry) {
                EntryState::Waiting | EntryState::Stale => self.add(in_transit(turned.amount), turned),
                EntryState::NotCovered => self.add(SectionKind::Uncovered, turned),
                EntryState::Wrong(ExceptionClass::DuplicateEntry) => self.add(SectionKind::Duplicates, share),
                EntryState::Wrong(ExceptionClass::Undecided) => self.add(SectionKind::Undecided, share),
                EntryState::Wrong(_) => self.add(SectionKind::Corrections, share),
            },
            (ComponentKind::AdjustmentsToBook, _) => self.add(SectionKind::MatchDifferences, share),
            (ComponentKind::RecordedLater, _) => self.add(SectionKind::RecordedLater, share),
            (ComponentKind::Breaks | ComponentKind::Uncovered, _) => self.add(SectionKind::Uncovered, turned),
            // What remains.
            (ComponentKind::Drift | ComponentKind::OpenLines | ComponentKind::OpenEntries, _) => {}
        }
        Ok(())
    }

    fn side(&self, balance: i64, belongs: impl Fn(SectionKind) -> bool) -> Result<StatementSide, TooLarge> {
        let sections = self.0.iter().filter(|(kind, _)| belongs(**kind));
        let sections: Result<Vec<Section>, TooLarge> = sections
            .map(|(&kind, shares)| {
                let amount = reconciliation::sum(shares.iter().map(|share| share.amount))?;
                Ok(Section {
                    kind,
                    amount,
                    shares: shares.clone(),
                })
            })
            .collect();
        let sections = sections?;
        let amounts = sections.iter().map(|section| section.amount);
        let adjusted = reconciliation::sum(std::iter::once(balance).chain(amounts))?;
        Ok(StatementSide {
            balance,
            sections,
            adjusted,
        })
    }
}

fn in_transit(amount: i64) -> SectionKind {
    if amount > 0 {
        SectionKind::DepositsInTransit
    } else {
        SectionKind::OutstandingPayments
    }
}

/// One entry, or several as one amount.
fn cleared_later(item: &Outstanding, group: u32, groups: &[Group]) -> Share {
    let entries = crate::balance::at(groups, group).map_or(0, |group| group.entries.len());
    let subject = if entries == 1 {
        Subject::Entry(item.entry)
    } else {
        Subject::Group(group)
    };
    Share {
        subject,
        amount: item.amount,
    }
}
