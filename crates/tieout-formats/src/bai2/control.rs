//! Trailers: a control total over all amounts as printed, and numbers of records and parts.

use super::fields::{Fields, amount};
use super::statement::as_printed;
use crate::read::Emitter;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Place};

/// What a level of the file (account, group, file) sums up to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// A header was seen, and no trailer since.
    pub(super) open: bool,
    /// Line of the header.
    pub(super) line: u64,
    /// Sum of the amounts, or of the totals of the level below; `None` once one cannot be read.
    pub(super) sum: Option<Decimal>,
    /// Records, the header included.
    pub(super) records: u64,
    /// Accounts of a group, groups of a file.
    pub(super) parts: u64,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            open: false,
            line: 0,
            sum: Some(Decimal::ZERO),
            records: 0,
            parts: 0,
        }
    }
}

impl Level {
    /// A header stands on this line.
    pub(super) fn begin(line: u64) -> Self {
        Self {
            open: true,
            line,
            ..Self::default()
        }
    }

    /// An amount as printed; `None` if it cannot be read.
    pub(super) fn add(&mut self, amount: Option<Decimal>) {
        self.sum = match (self.sum, amount) {
            (Some(sum), Some(amount)) => sum.checked_add(amount),
            _ => None,
        };
    }

    /// Compares with a trailer (total, parts if `parts` is named, records); returns the printed total.
    pub(super) fn check(
        &self,
        trailer: &[u8],
        parts: Option<&str>,
        line: u64,
        out: &mut Emitter<'_>,
    ) -> Option<Decimal> {
        let mut fields = Fields::new(trailer);
        let total = fields.text();
        // Totals have the decimals of no currency: only their digits are compared, those of totals with a point too.
        let printed = amount(total, 0).map(|printed| printed.and_then(as_printed));
        let mut report = |path: &str, message: String| {
            out.report(Code::ControlTotal, Place::field(line, path), message);
        };
        match (printed, self.sum) {
            (Err(()), _) => report(
                "control total",
                format!("{:?} is not a number", crate::fixed::shown(total)),
            ),
            (Ok(Some(printed)), Some(sum)) if printed != sum => {
                report(
                    "control total",
                    format!("{printed} is printed, the amounts sum to {sum}"),
                );
            }
            _ => {}
        }
        let mut compare = |path: &str, field: &[u8], counted: u64| {
            let text = std::str::from_utf8(field).unwrap_or("?");
            if !text.is_empty() && text.parse() != Ok(counted) {
                report(path, format!("{text:.20} is printed, there are {counted}"));
            }
        };
        if let Some(name) = parts {
            compare(name, fields.text(), self.parts);
        }
        compare("number of records", fields.text(), self.records);
        printed.unwrap_or_default()
    }

    /// Says that the level has no trailer, if it is open.
    pub(super) fn unended(&self, what: &str, trailer: &str, out: &mut Emitter<'_>) {
        if self.open {
            let message = format!("the {what} that begins here has no trailer (record {trailer})");
            out.report(Code::Incomplete, Place::line(self.line), message);
        }
    }
}
