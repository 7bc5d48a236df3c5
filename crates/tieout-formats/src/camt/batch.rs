//! The transactions of one entry together: merged into its line when there is one, its children when there are more.
//!
//! A child has its own amount, or none: the amount of the entry is never given to each child. What the children sum to
//! is compared with the entry; charges may explain the difference.

use super::Finding;
use super::details::{Details, Stated};
use super::fields::Side;
use super::parties::other_side;
use super::values::{Direction, add_part};
use crate::limits;
use crate::model::{Child, Fee, Line};
use tieout_core::problem::Code;
use tieout_core::{Currency, Decimal};

/// The transactions of the present entry; one is used for all.
#[derive(Debug, Default)]
pub(super) struct Batch {
    details: Details,
    count: usize,
    /// Σ of their amounts; `None` once one is unknown or in another currency than the entry.
    sum: Option<Decimal>,
    fees: Vec<Fee>,
    text_bytes: usize,
    dropped: usize,
}

/// What a transaction needs to know of its entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outline<'a> {
    pub(super) direction: Option<Direction>,
    pub(super) currency: Option<Currency>,
    pub(super) reversal: bool,
    /// The statement's account.
    pub(super) account: &'a str,
}

impl Batch {
    /// An entry begins.
    pub(super) fn begin(&mut self) {
        self.count = 0;
        self.sum = Some(Decimal::ZERO);
        self.fees.clear();
        self.text_bytes = 0;
        self.dropped = 0;
    }

    /// The transaction that is being read.
    pub(super) fn details(&mut self) -> &mut Details {
        &mut self.details
    }

    /// The transaction of an entry that has exactly one.
    pub(super) fn only(&mut self) -> Option<&mut Details> {
        (self.count == 1).then_some(&mut self.details)
    }

    /// The charges of all transactions.
    pub(super) fn fees(&mut self) -> &mut Vec<Fee> {
        &mut self.fees
    }

    /// A transaction begins.
    pub(super) fn begin_details(&mut self, entry: Outline<'_>, children: &mut Vec<Child>) {
        if self.count == 1 {
            // There is a second one: the first is a child too.
            self.keep_child(entry, children);
        }
        self.details.clear();
    }

    /// A transaction ends.
    pub(super) fn end_details(&mut self, entry: Outline<'_>, children: &mut Vec<Child>) {
        self.count += 1;
        self.sum = match (self.sum, self.amount(entry)) {
            (Some(sum), Some(part)) if part.currency == entry.currency => sum.checked_add(part.amount),
            _ => None,
        };
        let fees = &mut self.details.charges.fees;
        let bytes: usize = fees.iter().map(|fee| fee.text.len()).sum();
        self.text_bytes = self.text_bytes.saturating_add(bytes);
        if self.fees.len() < limits::MAX_FEES && self.text_bytes <= limits::MAX_CHILDREN_TEXT_BYTES {
            self.fees.append(fees);
        }
        if self.count > 1 {
            self.keep_child(entry, children);
        }
    }

    /// The signed amount of the present transaction; its own direction counts, else the entry's.
    fn amount(&self, entry: Outline<'_>) -> Option<Stated> {
        let stated = self.details.stated_amount()?;
        let direction = self.details.direction.or(entry.direction)?;
        Some(Stated {
            amount: direction.sign(stated.amount),
            ..stated
        })
    }

    fn keep_child(&mut self, entry: Outline<'_>, children: &mut Vec<Child>) {
        let stated = self.amount(entry);
        // A child may go the other way than its entry; its parties are those of its own direction.
        let direction = self.details.direction.or(entry.direction);
        let side = self.details.side(direction.unwrap_or(Direction::Debit), entry);
        let details = &mut self.details;
        let party = details.party(side);
        let mut child = Child {
            amount: stated.map(|stated| stated.amount),
            currency: stated.and_then(|stated| stated.currency),
            name: std::mem::take(&mut party.name),
            account: std::mem::take(&mut party.account),
            reference: String::new(),
            text: std::mem::take(&mut details.text),
        };
        let references = [
            &mut details.ids.end_to_end,
            &mut details.structured_reference,
            &mut details.ids.bank_id,
            &mut details.transaction,
        ];
        if let Some(reference) = references.into_iter().find(|text| !text.is_empty()) {
            child.reference = std::mem::take(reference);
        }
        if !details.structured_reference.is_empty() {
            add_part(&mut child.text, &details.structured_reference);
        }
        let texts = [&child.name, &child.account, &child.reference, &child.text];
        let bytes: usize = texts.into_iter().map(String::len).sum();
        self.text_bytes = self.text_bytes.saturating_add(bytes);
        if children.len() < limits::MAX_CHILDREN && self.text_bytes <= limits::MAX_CHILDREN_TEXT_BYTES {
            children.push(child);
        } else {
            self.dropped += 1;
        }
    }

    /// The entry ends: its parts must sum to it. Charges may explain the difference, and become a part of their own.
    pub(super) fn check(&self, line: &mut Line, currency: Option<Currency>, found: &mut Vec<Finding>) {
        if self.dropped > 0 {
            found.push(Finding {
                code: Code::TooLarge,
                path: "NtryDtls",
                message: format!("{} further parts of the entry are not kept", self.dropped),
            });
        }
        let Some(sum) = self.sum.filter(|_| self.count > 0) else {
            return;
        };
        let rest = line.amount.checked_sub(sum);
        let Some(rest) = rest.filter(|rest| !rest.is_zero()) else {
            return;
        };
        let fees = line.fees.iter().map(|fee| fee.amount);
        if fees.clone().try_fold(Decimal::ZERO, Decimal::checked_add) != Some(rest) {
            let message = format!("the parts sum to {sum}, the entry is {}; the entry counts", line.amount);
            found.push(Finding::new(Code::ChildSum, "NtryDtls", message));
        } else if self.count > 1 {
            line.children.push(Child {
                amount: Some(rest),
                currency,
                text: "charges".into(),
                ..Child::default()
            });
        }
    }
}

impl Details {
    /// The side of the counterparty, for a transaction that goes this way.
    pub(super) fn side(&self, direction: Direction, entry: Outline<'_>) -> Side {
        let undoes = entry.reversal || self.returned;
        other_side(direction, undoes, &self.debtor, &self.creditor, entry.account)
    }
}
