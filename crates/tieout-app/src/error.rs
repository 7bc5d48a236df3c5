//! Why something was not done, by what the caller can do about it.

use crate::posting::Late;
use tieout_core::id::NotAnId;
use tieout_store::{Retry, StoreError};

/// A refusal or a failure.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppError {
    /// No key, an unknown, revoked or expired one.
    #[error("the API key is missing, invalid, revoked or expired")]
    Unauthenticated,
    /// The key may not do this.
    #[error("the key lacks the permission {0}")]
    Denied(String),
    /// Absent, or not for this caller to know about.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The same, named by one of several fields of a request.
    #[error("{field}: no such {what}")]
    NoneAt {
        /// Which.
        field: String,
        /// What it should name.
        what: &'static str,
    },
    /// A field is wrong.
    #[error("{field}: {message}")]
    Invalid {
        /// Which.
        field: String,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// Debits and credits differ; the sums as printed.
    #[error("debits and credits differ by {difference}")]
    Unbalanced {
        /// Sum of the debits.
        debits: String,
        /// Sum of the credits.
        credits: String,
        /// Debits less credits.
        difference: String,
    },
    /// Well-formed, but against a rule of the books.
    #[error("{message}")]
    Rule {
        /// A stable name of the rule.
        code: &'static str,
        /// What to do about it.
        message: String,
        /// Figures that explain it.
        details: Vec<(&'static str, String)>,
    },
    /// Somebody changed the record since it was read, or the command's key was used for another command.
    #[error("{0}")]
    Conflict(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Store(#[source] StoreError),
    /// A trial found everything in order, and where it would be posted late: nothing of it is kept.
    #[error("only tried")]
    Tried(Late),
    /// A record of ours breaks a promise: a bug.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl AppError {
    /// The same with the field that names what is missing.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        match self {
            Self::NotFound(what) => Self::NoneAt {
                field: field.into(),
                what,
            },
            other => other,
        }
    }

    /// A rule without figures.
    pub fn rule(code: &'static str, message: impl Into<String>) -> Self {
        Self::Rule {
            code,
            message: message.into(),
            details: Vec::new(),
        }
    }

    /// The same with one more figure, where a rule of the books is broken.
    #[must_use]
    pub fn with_detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Rule { details, .. } = &mut self {
            details.push((name, value.into()));
        }
        self
    }

    /// A field that is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    /// Whether others were in the way for longer than anybody waits: the same may work a moment later.
    pub fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Busy | StoreError::Unavailable(_) | StoreError::LostRace)
        )
    }

    /// Whether the database server is not there, or lets nobody in; nothing was done.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_)))
    }

    /// Whether nobody knows if the change was done: the connection was lost during its commit.
    pub fn has_unknown_end(&self) -> bool {
        matches!(self, Self::Store(StoreError::UnknownEnd(_)))
    }

    /// The error with all that caused it, for the operator.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }

    /// An id of the wrong kind in a field.
    pub fn bad_id(field: &str, error: &NotAnId) -> Self {
        Self::invalid(field, error.to_string())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Nul => Self::invalid("body", error.to_string()),
            other => Self::Store(other),
        }
    }
}

impl Retry for AppError {
    fn is_lost_race(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_lost_race())
    }
}
