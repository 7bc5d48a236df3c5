//! Our own face, under `/v1`: what the compatible ones lack. Amounts have the inside sign here: money in is positive.

mod audit;
mod books;
mod jobs;

use crate::endpoint::Endpoint;

/// Every endpoint of this face.
pub fn endpoints() -> Vec<&'static Endpoint> {
    [books::ENDPOINTS, audit::ENDPOINTS, jobs::ENDPOINTS]
        .into_iter()
        .flatten()
        .collect()
}
