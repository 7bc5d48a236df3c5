//! The states of a reconciliation, and what may happen in each.

/// Where a reconciliation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Worked on; its figures follow the books.
    InProgress,
    /// Open, but an earlier one was reopened: it waits for that one.
    Parked,
    /// Its figures and entries are frozen.
    Completed,
    /// Given up; kept as a record.
    Cancelled,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Change balance or notes.
    Update,
    /// Tick entries or set them aside.
    Work,
    /// Freeze it.
    Complete,
    /// Remove it.
    Delete,
    /// Give it up.
    Cancel,
    /// Undo its completion.
    Reopen,
}

/// Why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only an open one can do that.
    #[error("the reconciliation is not in progress")]
    NotInProgress,
    /// An earlier one was reopened and comes first.
    #[error("an earlier reconciliation of this account was reopened; complete that one first")]
    Parked,
    /// Only a completed one can be reopened.
    #[error("only a completed reconciliation can be reopened")]
    NotCompleted,
    /// The difference is not zero, in minor units.
    #[error("the difference must be zero")]
    NotBalanced(i64),
}

impl Status {
    /// Whether the step may be taken; `difference` matters to completing only.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn allow(self, step: Step, difference: i64) -> Result<(), Refusal> {
        match (self, step) {
            (Self::Completed, Step::Reopen) => Ok(()),
            (_, Step::Reopen) => Err(Refusal::NotCompleted),
            (Self::InProgress, Step::Complete) if difference != 0 => Err(Refusal::NotBalanced(difference)),
            (Self::InProgress, _) => Ok(()),
            (Self::Parked, _) => Err(Refusal::Parked),
            (Self::Completed | Self::Cancelled, _) => Err(Refusal::NotInProgress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_allows_what_it_should_and_nothing_else() {
        use Refusal::{NotBalanced, NotCompleted, NotInProgress, Parked as Waits};
        use Status::{Cancelled, Completed, InProgress, Parked};
        use Step::{Cancel, Complete, Delete, Reopen, Update, Work};
        for (status, step, difference, expected) in [
            (InProgress, Update, 5, Ok(())),
            (InProgress, Work, 5, Ok(())),
            (InProgress, Complete, 0, Ok(())),
            (InProgress, Complete, -1, Err(NotBalanced(-1))),
            (InProgress, Delete, 5, Ok(())),
            (InProgress, Cancel, 5, Ok(())),
            (InProgress, Reopen, 0, Err(NotCompleted)),
            (Parked, Update, 0, Err(Waits)),
            (Parked, Work, 0, Err(Waits)),
            (Parked, Complete, 0, Err(Waits)),
            (Parked, Delete, 0, Err(Waits)),
            (Parked, Cancel, 0, Err(Waits)),
            (Completed, Update, 0, Err(NotInProgress)),
            (Completed, Complete, 0, Err(NotInProgress)),
            (Completed, Delete, 0, Err(NotInProgress)),
            (Completed, Cancel, 0, Err(NotInProgress)),
            (Completed, Reopen, 0, Ok(())),
            (Cancelled, Update, 0, Err(NotInProgress)),
            (Cancelled, Complete, 0, Err(NotInProgress)),
            (Cancelled, Delete, 0, Err(NotInProgress)),
            (Cancelled, Reopen, 0, Err(NotCompleted)),
        ] {
            assert_eq!(status.allow(step, difference), expected, "{status:?} {step:?}");
        }
    }
}
