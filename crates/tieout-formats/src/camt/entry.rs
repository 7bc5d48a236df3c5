//! One entry (`Ntry`) becomes one line: that is what moves the balance.
//!
//! Its transactions (`TxDtls`) are merged into the line when there is one, and become its children when there are
//! more. The amount of the line is always the entry's, never the sum of its children, and a child without an amount
//! has none.

use super::Finding;
use super::balances::{bad_date, clamped};
use super::batch::{Batch, Outline};
use super::details::{Amounts, Charges, Details, Stated, stated};
use super::fields::{EntryField, Level, Moment};
use super::quirks::is_placeholder;
use super::values::{Direction, ReadDate, add_part, date, is_true};
use crate::model::{Line, Status};
use tieout_core::problem::{Code, excerpt};
use tieout_core::{Currency, Date};

/// The entry that is being read; one is used for all.
#[derive(Debug, Default)]
pub(super) struct Entry {
    line: Line,
    stated: Option<Stated>,
    direction: Option<Direction>,
    amounts: Amounts,
    charges: Charges,
    batch_message: String,
    batch_payment: String,
    currency: Option<Currency>,
    /// The entry cannot become a line, and why is said already.
    bad: bool,
    batch: Batch,
}

/// What an entry needs to know of its statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// The statement's account.
    pub(super) account: &'a str,
    /// The statement's currency, as far as known.
    pub(super) currency: Option<Currency>,
    /// The day the statement was made.
    pub(super) created: Option<Date>,
}

impl Entry {
    /// An entry begins.
    pub(super) fn begin(&mut self, source_line: u64, offset: u64) {
        self.line.clear();
        self.line.source_line = source_line;
        self.line.source_bytes = (offset, offset);
        self.stated = None;
        self.direction = None;
        self.amounts = Amounts::default();
        self.charges.clear();
        self.batch_message.clear();
        self.batch_payment.clear();
        self.currency = None;
        self.bad = false;
        self.batch.begin();
    }

    /// Takes a value of the entry.
    pub(super) fn set(&mut self, field: EntryField, text: &str, currency: Option<Currency>) -> Result<(), Finding> {
        use EntryField as F;
        let target = match field {
            F::Amount => {
                self.currency = currency;
                let stated = stated(text, currency, "Amt").map_err(|finding| self.spoil("Amt", finding.message))?;
                self.stated = Some(stated);
                return Ok(());
            }
            F::Direction => {
                self.direction = Direction::parse(text);
                return match self.direction {
                    Some(_) => Ok(()),
                    None => Err(self.spoil("CdtDbtInd", format!("\"{}\" is not CRDT or DBIT", excerpt(text, 20)))),
                };
            }
            F::Date(moment) => return self.set_date(moment, text),
            F::Status => return self.set_status(text),
            F::Reversal => {
                self.line.reversal = is_true(text);
                return Ok(());
            }
            F::Text => {
                if !is_placeholder(text) {
                    add_part(&mut self.line.text, text);
                }
                return Ok(());
            }
            F::Reference => &mut self.line.ids.entry_ref,
            F::ServicerReference => &mut self.line.ids.bank_id,
            F::BatchMessage => &mut self.batch_message,
            F::BatchPayment => &mut self.batch_payment,
        };
        if target.is_empty() && !is_placeholder(text) {
            target.push_str(text);
        }
        Ok(())
    }

    /// The entry cannot become a line, for this reason.
    fn spoil(&mut self, path: &'static str, message: String) -> Finding {
        self.bad = true;
        Finding::new(Code::BadLine, path, message)
    }

    fn set_date(&mut self, moment: Moment, text: &str) -> Result<(), Finding> {
        let (target, path) = match moment {
            Moment::Booking => (&mut self.line.booking_date, "BookgDt"),
            Moment::Value => (&mut self.line.value_date, "ValDt"),
        };
        let read = date(text).ok_or_else(|| bad_date(text, path))?;
        *target = Some(read.date());
        match read {
            ReadDate::Exact(_) => Ok(()),
            ReadDate::Clamped(moved) => Err(clamped(text, moved, path)),
        }
    }

    fn set_status(&mut self, text: &str) -> Result<(), Finding> {
        self.line.status = match text {
            "BOOK" => Status::Booked,
            // Pending, or booked in the future.
            "PDNG" | "FUTR" => Status::Pending,
            "INFO" => Status::Info,
            _ => {
                return Err(Finding {
                    code: Code::Irregular,
                    path: "Sts",
                    message: format!("status \"{}\" is not known, read as booked", excerpt(text, 20)),
                });
            }
        };
        Ok(())
    }

    /// The currency of the entry's amount, even where the amount cannot be read.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The transaction that is being read.
    pub(super) fn details(&mut self) -> &mut Details {
        self.batch.details()
    }

    /// The bank transaction code of the entry or its present transaction.
    pub(super) fn type_code(&mut self, level: Level) -> &mut crate::model::TypeCode {
        match level {
            Level::Entry => &mut self.line.type_code,
            Level::Details => &mut self.batch.details().type_code,
        }
    }

    /// The amount details of the entry or its present transaction.
    pub(super) fn amounts(&mut self, level: Level) -> &mut Amounts {
        match level {
            Level::Entry => &mut self.amounts,
            Level::Details => &mut self.batch.details().amounts,
        }
    }

    /// The charges of the entry or its present transaction.
    pub(super) fn charges(&mut self, level: Level) -> &mut Charges {
        match level {
            Level::Entry => &mut self.charges,
            Level::Details => &mut self.batch.details().charges,
        }
    }

    /// A transaction begins.
    pub(super) fn begin_details(&mut self, around: Surroundings<'_>) {
        let outline = self.outline(around);
        self.batch.begin_details(outline, &mut self.line.children);
    }

    /// A transaction ends.
    pub(super) fn end_details(&mut self, around: Surroundings<'_>) {
        let outline = self.outline(around);
        self.batch.end_details(outline, &mut self.line.children);
    }

    fn outline<'a>(&self, around: Surroundings<'a>) -> Outline<'a> {
        Outline {
            direction: self.direction,
            currency: self.currency,
            reversal: self.line.reversal,
            account: around.account,
        }
    }

    /// The entry ends: its line, if it makes one, and what is to be said.
    pub(super) fn end(&mut self, offset: u64, around: Surroundings<'_>, found: &mut Vec<Finding>) -> Option<&Line> {
        if self.bad {
            return None;
        }
        let (stated, direction) = match self.checked_amount() {
            Ok(checked) => checked,
            Err(message) => {
                found.push(self.spoil("Amt", message));
                return None;
            }
        };
        if stated.amount.is_negative() {
            // Signs are not allowed here; this one says the same as DBIT.
            let message = format!("{} is negative, and DBIT says so too", stated.amount);
            found.push(Finding::new(Code::BadAmount, "Amt", message));
        }
        let elsewhere = |currency: &Currency| Some(*currency) != around.currency;
        self.line.source_bytes.1 = offset;
        self.line.amount = direction.sign(stated.amount.abs());
        self.line.currency = stated.currency.filter(elsewhere);
        for child in &mut self.line.children {
            child.currency = child.currency.filter(elsewhere);
        }
        self.fill_dates(around.created, found);
        self.fill_fees();
        self.line.original = self.amounts.original(stated.currency, direction);
        self.merge_details(direction, around);
        if self.line.ids.customer_ref.is_empty() {
            let batch = if self.batch_payment.is_empty() {
                &mut self.batch_message
            } else {
                &mut self.batch_payment
            };
            std::mem::swap(&mut self.line.ids.customer_ref, batch);
        }
        let currency = self.line.currency;
        self.batch.check(&mut self.line, currency, found);
        Some(&self.line)
    }

    /// Amount and direction, if both can be told.
    fn checked_amount(&self) -> Result<(Stated, Direction), String> {
        let stated = self.stated.ok_or("the entry has no amount")?;
        match self.direction {
            Some(Direction::Credit) if stated.amount.is_negative() => {
                Err(format!("{} is negative, and CRDT says the opposite", stated.amount))
            }
            Some(direction) => Ok((stated, direction)),
            None if stated.amount.is_zero() => Ok((stated, Direction::Credit)),
            None => Err("the entry does not say whether it is CRDT or DBIT".into()),
        }
    }

    /// A booked line without booking date takes its value date, else the day of the statement, and says so.
    fn fill_dates(&mut self, created: Option<Date>, found: &mut Vec<Finding>) {
        if self.line.booking_date.is_some() {
            return;
        }
        self.line.booking_date = self.line.value_date.or(created);
        if self.line.status == Status::Booked {
            let instead = match (self.line.value_date, created) {
                (Some(_), _) => "its value date is taken",
                (None, Some(_)) => "the day of the statement is taken",
                (None, None) => "nothing else says one",
            };
            let message = format!("the entry has no booking date; {instead}");
            found.push(Finding::new(Code::BadDate, "BookgDt", message));
        }
    }

    /// The entry's own charges, else those of its transactions: banks that print both print the same twice.
    fn fill_fees(&mut self) {
        let own = &mut self.charges.fees;
        let fees = if own.is_empty() { self.batch.fees() } else { own };
        std::mem::swap(&mut self.line.fees, fees);
    }

    /// The transaction of an entry that has exactly one says more of the line.
    fn merge_details(&mut self, direction: Direction, around: Surroundings<'_>) {
        let outline = self.outline(around);
        let Some(details) = self.batch.only() else {
            return;
        };
        let side = details.side(direction, outline);
        let line = &mut self.line;
        std::mem::swap(&mut line.text, &mut details.text);
        if !details.text.is_empty() {
            add_part(&mut line.text, &details.text);
        }
        let code = &line.type_code;
        if code.domain.is_empty() && code.code.is_empty() && code.proprietary.is_empty() {
            std::mem::swap(&mut line.type_code, &mut details.type_code);
        }
        let (ids, from) = (&mut line.ids, &mut details.ids);
        if ids.bank_id.is_empty() {
            std::mem::swap(&mut ids.bank_id, &mut from.bank_id);
        }
        std::mem::swap(&mut ids.end_to_end, &mut from.end_to_end);
        std::mem::swap(&mut ids.mandate, &mut from.mandate);
        std::mem::swap(&mut ids.uetr, &mut from.uetr);
        let reference = if from.customer_ref.is_empty() {
            &mut details.message
        } else {
            &mut from.customer_ref
        };
        std::mem::swap(&mut ids.customer_ref, reference);
        let instruction = if from.instruction.is_empty() {
            &mut details.transaction
        } else {
            &mut from.instruction
        };
        std::mem::swap(&mut ids.instruction, instruction);
        if details.creditor.has_creditor_id() {
            ids.creditor_id.clone_from(&details.creditor.id);
        }
        std::mem::swap(&mut line.structured_reference, &mut details.structured_reference);
        std::mem::swap(&mut line.purpose, &mut details.purpose);
        std::mem::swap(&mut line.check_number, &mut details.check_number);
        std::mem::swap(&mut line.return_reason, &mut details.return_reason);
        if let Some(original) = details.amounts.original(self.currency, direction) {
            line.original = Some(original);
        }
        details.party(side).move_into(&mut line.counterparty);
    }
}
