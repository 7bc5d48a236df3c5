//! A result file, read back: what [`verify`](mod@crate::verify), [`explain`](mod@crate::explain) and
//! [`diff`](mod@crate::diff) work from. They see what the file says and nothing else.
//!
//! Amounts are exact: millionths of the currency's unit, so that no digit that a file may print is lost.

mod values;
mod wire;

pub use values::Exact;
pub use wire::{
    Adjustment, Balance, Component, Counts, Exception, File, Group, Item, Outstanding, Part, PartingDay, Posting,
    Problem, Proof, Record, Residual, Rule, Ruling, Sentence, Share, Side, Statement, Subject,
};

use crate::digest::{self, Seal};
use crate::json::SCHEMA;
use crate::words::{FromCode as _, difference_label};
use std::collections::BTreeMap;
use tieout_match::{ExceptionClass, ResidualKind};
use tieout_reconcile::result::NoteCode;

/// A file that is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or a field is missing or of another kind.
    #[error("{0}")]
    Malformed(String),
    /// JSON of another kind.
    #[error("this is \u{201c}{0}\u{201d}, not a result of `tieout reconcile --json` ({SCHEMA})")]
    OtherKind(String),
}

#[derive(serde::Deserialize)]
struct Kind {
    #[serde(default)]
    schema: String,
}

impl Record {
    /// Reads a result file.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn read(document: &str) -> Result<Self, RecordError> {
        let malformed = |error: serde_json::Error| RecordError::Malformed(error.to_string());
        let kind: Kind = serde_json::from_str(document).map_err(malformed)?;
        if kind.schema != SCHEMA {
            return Err(RecordError::OtherKind(kind.schema));
        }
        let mut record: Self = serde_json::from_str(document).map_err(malformed)?;
        record.seal = Some(digest::check(document));
        Ok(record)
    }

    /// What the digest of the file says.
    pub fn seal(&self) -> Seal {
        self.seal.clone().unwrap_or(Seal::Missing)
    }

    /// The first remark of a kind.
    pub(crate) fn note(&self, code: NoteCode) -> Option<&Sentence> {
        self.notes.iter().find(|note| note.code == code.code())
    }

    /// An amount for people.
    pub fn amount(&self, amount: Exact) -> String {
        amount.grouped(self.account.minor_digits)
    }

    /// What an exception of a class is, for people.
    pub(crate) fn class_label(&self, exception: &Exception, class: ExceptionClass) -> &'static str {
        let group = self
            .groups
            .iter()
            .find(|group| Some(&group.id) == exception.group.as_ref());
        let residuals = group.map_or(&[][..], |group| &group.residuals);
        let kinds = residuals
            .iter()
            .filter_map(|residual| ResidualKind::from_code(&residual.kind));
        difference_label(class, &kinds.collect::<Vec<_>>())
    }

    /// Where lines and entries stand in their lists, by id; of doubles the first.
    pub fn places(items: &[Item]) -> BTreeMap<&str, usize> {
        let mut places = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            places.entry(item.id.as_str()).or_insert(place);
        }
        places
    }
}
