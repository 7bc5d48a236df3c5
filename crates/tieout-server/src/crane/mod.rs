//! The face that Crane Ledger's clients know: its paths, fields, envelopes and errors. One file for each resource.

mod accounts;
mod as_of;
mod contacts;
mod currencies;
mod drafts;
mod event_money;
mod events;
mod keys;
mod organizations;
mod reconciliations;
mod reports;
mod transactions;
mod transfers;
mod warnings;

use crate::endpoint::Endpoint;
use serde::Serialize;
use utoipa::ToSchema;

/// Every endpoint of this face.
pub fn endpoints() -> Vec<&'static Endpoint> {
    [
        organizations::ENDPOINTS,
        accounts::ENDPOINTS,
        transactions::ENDPOINTS,
        transfers::ENDPOINTS,
        contacts::ENDPOINTS,
        currencies::ENDPOINTS,
        reconciliations::ENDPOINTS,
        as_of::ENDPOINTS,
        reports::ENDPOINTS,
        events::ENDPOINTS,
        keys::ENDPOINTS,
        drafts::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is left of something deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deleted {
    /// Its id.
    id: String,
    /// Always true.
    deleted: bool,
}

/// The answer to a deletion.
pub(crate) fn deleted(id: &str) -> String {
    crate::wire::json(&Deleted {
        id: id.to_owned(),
        deleted: true,
    })
}
