//! One printed balance after another: `LEDGERBAL`, `AVAILBAL`, and the banks' own of a `BALLIST`.

use super::element::Element;
use super::tags::Tags;
use super::values::Values;
use crate::model::{Balance, BalanceKind};
use crate::read::Emitter;
use std::io::Read;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Date, Decimal};

/// A balance while it is read.
#[derive(Debug, Default)]
pub(super) struct BalanceBuilder {
    amount: Option<Decimal>,
    date: Option<Date>,
    name: String,
    kind: ValueKind,
    line: u64,
}

/// What the value of a bank's own balance is.
#[derive(Debug, Default, PartialEq, Eq)]
enum ValueKind {
    #[default]
    Money,
    /// A percentage, a number of points.
    Other,
}

impl BalanceBuilder {
    /// A balance begins with the present tag.
    pub(super) fn begin<R: Read>(tags: &mut Tags<R>) -> Self {
        Self {
            line: tags.line(),
            ..Self::default()
        }
    }

    /// An element of it.
    pub(super) fn element<R: Read>(
        &mut self,
        element: Element,
        tags: &mut Tags<R>,
        values: &mut Values,
        out: &mut Emitter<'_>,
    ) {
        match element {
            Element::BalanceAmount if !tags.text().is_empty() => {
                self.amount = values.amount(tags, out);
            }
            Element::AsOf => self.date = values.date(tags, out),
            Element::Name => values.set(tags, &mut self.name),
            Element::BalanceType if !tags.text().eq_ignore_ascii_case(b"DOLLAR") => {
                self.kind = ValueKind::Other;
            }
            _ => {}
        }
    }

    /// It ends; `None`, with a problem, if it says no amount.
    pub(super) fn end(self, kind: BalanceKind, out: &mut Emitter<'_>) -> Option<Balance> {
        if self.kind == ValueKind::Other {
            return None;
        }
        let source_code = match kind {
            BalanceKind::Closing => "LEDGERBAL",
            BalanceKind::Available => "AVAILBAL",
            _ => &self.name,
        };
        let Some(amount) = self.amount else {
            let place = Place::field(self.line, excerpt(source_code, 40));
            out.report(
                Code::BadAmount,
                place,
                "the balance has no amount; it is taken as not said",
            );
            return None;
        };
        Some(balance(kind, source_code, amount, self.date))
    }
}

/// A printed balance.
pub(super) fn balance(kind: BalanceKind, source_code: &str, amount: Decimal, date: Option<Date>) -> Balance {
    Balance {
        amount,
        currency: None,
        date,
        kind,
        source_code: source_code.to_owned(),
        derived: false,
    }
}
