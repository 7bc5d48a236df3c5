//! What is said to whoever posts into a period that is reconciled, on every face and by whatever posts.

use serde::Serialize;
use tieout_app::posting::Late;
use tieout_core::id::Account;
use tieout_core::{Date, Id};
use utoipa::ToSchema;

/// A posting lies in a completed reconciliation's period: its figures stay, the entry is open in the next one.
#[derive(Serialize, ToSchema)]
pub(crate) struct PostingWarningBody {
    /// `posted_into_completed_period`.
    code: &'static str,
    message: String,
    account_id: String,
    /// The account is reconciled through this day.
    reconciled_through: String,
}

/// The warnings of what was just posted.
pub(crate) fn warnings(late: &Late) -> Vec<PostingWarningBody> {
    late.iter().map(warning).collect()
}

fn warning((account, through): &(Id<Account>, Date)) -> PostingWarningBody {
    PostingWarningBody {
        code: "posted_into_completed_period",
        message: format!(
            "the account is reconciled through {through}; what was proved stays, and this is open in its next reconciliation"
        ),
        account_id: account.to_string(),
        reconciled_through: through.to_string(),
    }
}
