//! Values of which there is a fixed number, as the documents list them. What a request says is checked where it is read.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// For each name a type that stands for the texts after it in a document: nothing holds a value of it.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident = $($value:literal)+;)+) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}

        impl $name {
            pub(crate) const ALL: &[&str] = &[$($value),+];
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(Self::ALL.iter().copied())).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

choices! {
    AccountType = "asset" "liability" "equity" "revenue" "expense";
    AccountStatus = "active" "archived";
    Boolean = "true" "false";
    ContactType = "customer" "vendor" "employee" "other";
    DayOrder = "dmy" "mdy" "ymd";
    DecimalSign = "." ",";
    Direction = "in" "out";
    DraftOperation = "create_transaction";
    DraftStatus = "pending" "approved" "rejected";
    EntriesShown = "none" "all";
    EntryType = "debit" "credit";
    ImportKind = "transactions" "chart" "open_items";
    OpenItemKind = "invoice" "bill";
    OpenItemState = "open" "paid" "void";
    OpenItemStatus = "open" "partly_paid" "paid" "void";
    JobKind = "clean_up" "verify_audit_chains";
    JobState = "queued" "running" "done" "dead" "cancelled";
    KeyStatus = "Active" "Expired" "Revoked";
    NewTransactionStatus = "posted" "pending";
    ReconciledBasis = "completion";
    ReconciliationStatus = "InProgress" "Completed" "Cancelled";
    RelationshipType = "owned" "linked";
    SettingType = "string" "number" "boolean" "object";
    TaxKind = "inclusive" "exclusive" "withheld" "reverse_charge";
    TransactionStatus = "pending" "posted" "reversed";
    TransactionType = "income" "expense" "transfer";
    WarningCode = "posted_after_completion" "late_entries" "opening_balance_differs";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_job_is_listed() {
        let kinds: Vec<_> = tieout_app::job::KINDS.iter().map(|kind| kind.name()).collect();
        assert_eq!(JobKind::ALL, kinds);
    }
}
