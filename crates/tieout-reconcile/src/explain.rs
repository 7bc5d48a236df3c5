//! The difference, explained to the cent as of a day.
//!
//! # The words
//!
//! - *Period*: from the day after the cut-off (the day before the bank's first day) to the day of the reconciliation.
//! - *Statement balance*: what the bank says on the day (see `balance.rs`).
//! - *Book balance*: what the books say on the day: their opening and every entry dated to it.
//! - *Ledger balance*: the book balance less what lines after the day clear, which is outstanding by itself.
//! - *In scope*: entries that the ledger balance holds and that were not reconciled earlier: those of the period, and
//!   the open items of the cut-off (see `opening.rs`). Every other entry to the cut-off was reconciled earlier.
//! - *Open*: what no automatic match takes. Automatic matches count as confirmed in this job.
//! - *Drift*: the bank's opening − the entries reconciled earlier (with the books' own opening balance). It is what the
//!   books' side lacked or had too much when the period began.
//!
//! # The identity
//!
//! ```text
//! statement balance = bank's opening + breaks + Σ lines to the day + uncovered
//! ledger balance    = reconciled earlier + Σ entries in scope − outstanding by itself
//! difference        = statement balance − ledger balance
//!                   =   Σ open parts of lines to the day
//!                     + Σ over matches (line parts to the day − entry parts in scope + outstanding by itself)
//!                     − Σ open parts of entries in scope
//!                     + breaks + drift + uncovered
//! ```
//!
//! The middle term is shown in two components: differences to be booked, and what the books recorded after the day. The
//! balances are computed from what is printed and from whole entries, the components from parts and items, so that the
//! final check can fail; if it does, that is a bug and is returned as one.
//!
//! # When the books' opening is not known
//!
//! An extract without opening balance says nothing of what came before. Then the entries reconciled earlier are taken to
//! equal the bank's opening (drift is zero), so that the ledger balance is the bank's opening + entries in scope − what
//! is outstanding by itself; a note says so. An extract that enters its opening balance as an entry begins with nothing
//! before that entry (`opening.rs`), so that what it begins with is compared with the bank. Without any printed balance the bank's opening is zero in the same way: the
//! movements of the period are compared.

use crate::balance::{BankBalance, at, narrow};
use crate::opening::Opening;
use crate::order;
use crate::result::{BalanceBasis, Component, ComponentKind, Explanation, Figures, Share, Subject};
use crate::scope::{Scope, Standing};
use crate::statements::{Books, Extent};
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_ledger::reconciliation::{self, NotExplained, TooLarge};
use tieout_match::{ItemIndex, Items};

/// Figures and explanation, or why there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// A sum does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The components do not sum to the difference: a bug.
    #[error(transparent)]
    NotExplained(#[from] NotExplained),
}

/// What the explanation is made of.
pub(crate) struct Sides<'a> {
    pub(crate) lines: &'a Items,
    pub(crate) books: &'a Books,
    pub(crate) entries: &'a Items,
    pub(crate) bank: &'a BankBalance,
    pub(crate) standing: &'a Standing,
    pub(crate) opening: &'a Opening,
    pub(crate) period: Period,
}

/// Computes the figures and explains their difference.
pub(crate) fn explain(sides: &Sides<'_>) -> Result<(Figures, Explanation), ExplainError> {
    let figures = sides.figures()?;
    let drift = figures
        .bank_opening
        .checked_sub(figures.books_opening)
        .ok_or(TooLarge)?;
    let mut components = Vec::new();
    for &kind in ComponentKind::ALL {
        let shares = match kind {
            ComponentKind::OpenLines => sides.open_lines(),
            ComponentKind::AdjustmentsToBook => sides.terms(|term| term.to_book)?,
            ComponentKind::RecordedLater => sides.terms(|term| term.recorded_later)?,
            ComponentKind::OpenEntries => sides.open_entries()?,
            ComponentKind::Breaks => sides.bank.breaks.clone(),
            ComponentKind::Drift => vec![Share {
                subject: Subject::Opening,
                amount: drift,
            }],
            ComponentKind::Uncovered => sides.bank.uncovered.iter().map(|found| found.share).collect(),
        };
        let shares: Vec<Share> = shares.into_iter().filter(|share| share.amount != 0).collect();
        if !shares.is_empty() {
            let amount = reconciliation::sum(shares.iter().map(|share| share.amount))?;
            components.push(Component { kind, amount, shares });
        }
    }
    reconciliation::check_explained(figures.difference, components.iter().map(|component| component.amount))?;
    Ok((figures, Explanation { components }))
}

impl Explanation {
    /// A component, if it is not empty.
    pub fn component(&self, kind: ComponentKind) -> Option<&Component> {
        self.components.iter().find(|component| component.kind == kind)
    }

    /// The amount of a component, zero if it is empty.
    pub fn amount(&self, kind: ComponentKind) -> i64 {
        self.component(kind).map_or(0, |component| component.amount)
    }
}

impl Sides<'_> {
    fn figures(&self) -> Result<Figures, TooLarge> {
        let day = self.period.last();
        let sum = |of: &mut dyn Iterator<Item = i64>| -> i128 { of.map(i128::from).sum() };
        let line_total = sum(&mut self
            .lines
            .indexes()
            .filter(|&l| self.lines.date(l) <= day)
            .map(|l| self.lines.amount(l)));
        let in_books = || self.entries.indexes().filter(|&entry| self.entries.date(entry) <= day);
        let entry_sum = sum(&mut in_books().map(|entry| self.entries.amount(entry)));
        let in_scope = || in_books().filter(|&entry| self.standing.scope(entry) == Scope::Current);
        // Parts taken by earlier matches were reconciled earlier.
        let taken = |entry| self.entries.amount(entry) - self.entries.open_amount(entry);
        let entry_total = sum(&mut in_scope().map(|entry| self.entries.amount(entry) - taken(entry)));
        let earlier = entry_sum - entry_total;
        let before_entries = match (self.books.extent, self.bank.basis) {
            (_, BalanceBasis::Movement) | (Extent::Unknown | Extent::FromZero, _) => {
                i128::from(self.bank.opening) - earlier
            }
            (Extent::Whole, _) => 0,
            (Extent::From(balance), _) => i128::from(balance.amount) - self.opening.carried,
        };
        let book_balance = before_entries + entry_sum;
        let outstanding: i128 = self.standing.terms.iter().map(|term| term.outstanding).sum();
        let ledger_balance = narrow(book_balance - outstanding)?;
        Ok(Figures {
            statement_balance: self.bank.amount,
            basis: self.bank.basis,
            book_balance: narrow(book_balance)?,
            ledger_balance,
            difference: reconciliation::difference(self.bank.amount, ledger_balance)?,
            bank_opening: self.bank.opening,
            books_opening: narrow(before_entries + earlier)?,
            line_total: narrow(line_total)?,
            entry_total: narrow(entry_total)?,
        })
    }

    fn open_lines(&self) -> Vec<Share> {
        let day = self.period.last();
        let open = (0..)
            .zip(&self.standing.open_lines)
            .filter(|(line, open)| **open != 0 && self.lines.date(*line) <= day);
        let shares = open
            .map(|(line, &amount)| Share {
                subject: Subject::Line(line),
                amount,
            })
            .collect();
        self.by_date(shares)
    }

    fn open_entries(&self) -> Result<Vec<Share>, TooLarge> {
        let open = (0..).zip(&self.standing.open_entries);
        let open = open.filter(|(entry, open)| **open != 0 && self.standing.scope(*entry) == Scope::Current);
        let shares: Result<Vec<Share>, TooLarge> = open
            .map(|(entry, open)| {
                let amount = open.checked_neg().ok_or(TooLarge)?;
                Ok(Share {
                    subject: Subject::Entry(entry),
                    amount,
                })
            })
            .collect();
        Ok(self.by_date(shares?))
    }

    fn terms(&self, part: impl Fn(&crate::scope::Term) -> i128) -> Result<Vec<Share>, TooLarge> {
        let shares = (0..).zip(&self.standing.terms).filter(|(_, term)| part(term) != 0);
        shares
            .map(|(group, term)| {
                Ok(Share {
                    subject: Subject::Group(group),
                    amount: narrow(part(term))?,
                })
            })
            .collect()
    }

    fn by_date(&self, mut shares: Vec<Share>) -> Vec<Share> {
        shares.sort_by(|a, b| {
            let content = || order::of_subjects(self.lines, self.entries, a.subject, b.subject);
            self.date(a).cmp(&self.date(b)).then_with(content)
        });
        shares
    }

    fn date(&self, share: &Share) -> Date {
        match share.subject {
            Subject::Line(line) => self.lines.date(line),
            Subject::Entry(entry) => self.entries.date(entry),
            _ => self.period.first(),
        }
    }
}

/// What is open of an item.
pub(crate) fn open(column: &[i64], item: ItemIndex) -> i64 {
    at(column, item).copied().unwrap_or(0)
}
