//! Our own face, under `/v1`: what the compatible ones lack. Amounts have the inside sign here: money in is positive.

mod accounts;
mod audit;
mod books;
mod imports;
mod item_payments;
mod jobs;
mod open_items;
mod revaluations;
mod tax_codes;
mod transactions;

use crate::endpoint::Endpoint;

/// Every endpoint of this face.
pub fn endpoints() -> Vec<&'static Endpoint> {
    let resources = [
        accounts::ENDPOINTS,
        audit::ENDPOINTS,
        books::ENDPOINTS,
        imports::ENDPOINTS,
        item_payments::ENDPOINTS,
        jobs::ENDPOINTS,
        open_items::ENDPOINTS,
        revaluations::ENDPOINTS,
        tax_codes::ENDPOINTS,
        transactions::ENDPOINTS,
    ];
    resources.into_iter().flatten().collect()
}
