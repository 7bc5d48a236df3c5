//! What accounts have beyond the compatible interface: their time zone.

use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Verb, one};
use crate::wire::json;
use serde::{Deserialize, Serialize};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::account::SetTimeZone;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "setAccountTimeZone",
    verb: Verb::Put,
    path: "/v1/organizations/{organization_id}/accounts/{id}/time-zone",
    access: Access::Organization(Permission(Resource::Accounts, Action::Write)),
    summary: "Say in which time zone an account's bank keeps its days; null is UTC",
    query: &[],
    request: Some(one::<TimeZoneBody>()),
    response: (200, one::<AccountZoneBody>()),
    handler: Handler::Of(set_time_zone),
}];

/// A time zone.
#[derive(Deserialize, ToSchema)]
struct TimeZoneBody {
    /// `Europe/Zurich`.
    time_zone: Option<String>,
}

/// An account's time zone.
#[derive(Serialize, ToSchema)]
struct AccountZoneBody {
    id: String,
    code: String,
    time_zone: Option<String>,
}

fn set_time_zone(call: Call) -> Handled {
    Box::pin(async move {
        let body: TimeZoneBody = call.json()?;
        let command = SetTimeZone {
            id: call.id("account")?,
            time_zone: body.time_zone,
        };
        let print = |row: &tieout_app::store::account::AccountRow| {
            json(&AccountZoneBody {
                id: row.id.to_string(),
                code: row.code.clone(),
                time_zone: row.time_zone.clone(),
            })
        };
        call.run(200, command, print).await
    })
}
