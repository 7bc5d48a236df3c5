//! One group of a file, header to trailer: what its trailer counts.

use super::columns as at;
use super::quirks;
use crate::fixed::Record;
use crate::model::{Control, ControlOver};
use crate::read::Emitter;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Place};

/// Counts and sums since the header.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// A header or any other record was seen, and no trailer since.
    pub(super) open: bool,
    /// Line of the first record.
    pub(super) line: u64,
    /// Records that the trailer counts, without free messages.
    pub(super) records: i64,
    pub(super) messages: i64,
    pub(super) statements: u64,
    pub(super) debits: Decimal,
    pub(super) credits: Decimal,
}

impl Group {
    /// A movement that moves the balance.
    pub(super) fn add(&mut self, amount: Decimal) {
        let sum = if amount.is_negative() {
            &mut self.debits
        } else {
            &mut self.credits
        };
        *sum = sum.checked_add(amount).unwrap_or(*sum);
    }

    /// Compares with the trailer; what it prints, for the statement that it is over.
    pub(super) fn trailer(&self, record: &Record<'_>, out: &mut Emitter<'_>) -> Vec<Control> {
        match record.digits(at::RECORDS) {
            Ok(Some(printed)) if !quirks::counts_agree(printed, self.records, self.messages) => {
                let message = format!("the trailer counts {printed} records, there are {}", self.records);
                out.report(Code::ControlTotal, record.place(at::RECORDS), message);
            }
            Ok(_) => {}
            Err(_) => out.report(
                Code::ControlTotal,
                record.place(at::RECORDS),
                "the trailer's number of records cannot be read",
            ),
        }
        let mut controls = Vec::new();
        for (column, over, sum) in [
            (at::DEBITS, ControlOver::Debits, self.debits),
            (at::CREDITS, ControlOver::Credits, self.credits),
        ] {
            let printed = match record.digits(column) {
                Ok(Some(minor)) => Decimal::from_minor(minor, at::SCALE),
                Ok(None) => continue,
                Err(_) => {
                    out.report(Code::ControlTotal, record.place(column), "the sum cannot be read");
                    continue;
                }
            };
            controls.push(Control {
                source_code: format!("record 9, {}", column.name),
                over,
                count: None,
                sum: Some(printed),
            });
            // Of one statement the prover checks it; of several nobody else could.
            if self.statements > 1 && printed != sum.abs() {
                let message = format!("the trailer prints {printed}, the lines sum to {}", sum.abs());
                out.report(Code::ControlTotal, record.place(column), message);
            }
        }
        controls
    }

    /// The group ends without a trailer.
    pub(super) fn unended(&self, out: &mut Emitter<'_>) {
        let message = "the statement that begins here has no trailer (record 9)";
        out.report(Code::Incomplete, Place::line(self.line), message);
    }
}
