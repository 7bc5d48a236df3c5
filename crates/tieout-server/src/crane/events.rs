//! Events: the audit chain, newest first.

use super::event_money;
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of};
use crate::problem::Failure;
use crate::wire::{self, instant, page, parse_instant};
use serde::Serialize;
use serde_json::Value;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::event::{ListEntityEvents, ListEvents, ShownEvent};
use tieout_app::store::event::Filter;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "listEvents",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/events",
        access: Access::Organization(Permission(Resource::Events, Action::Read)),
        summary: "List events, newest first",
        query: &[
            Param::text("entity_type", "transaction, reconciliation …"),
            Param::text("entity_id", "about this record"),
            Param::text("event_type", "transaction.created …"),
            Param::text("user_id", "by this person"),
            Param::text("api_key_id", "with this key"),
            Param::text("from_date", "from this day or instant"),
            Param::text("to_date", "to this day or instant"),
            LIMIT,
            OFFSET,
        ],
        request: None,
        response: (200, list_of::<EventBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "listEventsOfRecord",
        verb: Verb::Get,
        path: "/events/{entity_type}/{entity_id}",
        access: Access::Key(Permission(Resource::Events, Action::Read)),
        summary: "List the events of one record, in whichever organization the key reaches",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<EventBody>()),
        handler: Handler::Of(of_entity),
    },
];

/// An event.
#[derive(Serialize, ToSchema)]
struct EventBody {
    id: String,
    object: &'static str,
    organization_id: String,
    entity_type: String,
    entity_id: String,
    event_type: String,
    description: String,
    user_id: String,
    api_key_id: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    /// What was before and after; amounts as elsewhere on this face. The chain itself keeps minor units.
    #[schema(value_type = Object)]
    metadata: Value,
    created_at: String,
    /// Its number in the chain.
    sequence: i64,
    /// Its hash over what the chain keeps, which covers the one before it.
    hash: String,
}

fn body(event: &ShownEvent) -> EventBody {
    let row = &event.row;
    EventBody {
        id: row.id.to_string(),
        object: "event",
        organization_id: event.organization.to_string(),
        entity_type: row.entity_type.clone(),
        entity_id: row.entity_id.clone(),
        event_type: row.event_type.clone(),
        description: row.description.clone(),
        user_id: row.user_id.to_string(),
        api_key_id: row.api_key_id.map(|id| id.to_string()),
        ip_address: row.ip_address.clone(),
        user_agent: row.user_agent.clone(),
        metadata: event_money::metadata(event),
        created_at: instant(row.created_at),
        sequence: row.seq,
        hash: wire::hex(&row.hash),
    }
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let text = |name: &str| call.query(name).unwrap_or_default().to_owned();
        let mut filter = Filter {
            entity_type: text("entity_type"),
            entity_id: text("entity_id"),
            event_type: text("event_type"),
            user: wire::filter_id(call.query("user_id")),
            api_key: wire::filter_id(call.query("api_key_id")),
            ..Filter::default()
        };
        if let Some(from) = call.query("from_date") {
            filter.from_us = parse_instant("from_date", from)?;
        }
        if let Some(to) = call.query("to_date") {
            // A day counts whole, an instant to its second.
            let length_us = if to.len() == 10 { 86_400_000_000 } else { 1_000_000 };
            filter.before_us = parse_instant("to_date", to)?.saturating_add(length_us);
        }
        listed(&call, filter).await
    })
}

fn of_entity(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let query = ListEntityEvents {
            entity_type: call.path("entity_type").to_owned(),
            entity_id: call.path("entity_id").to_owned(),
            page,
        };
        let (rows, count) = call.app.look_at_once(&call.ctx, query).await?;
        let bodies = rows.iter().map(body).collect();
        Ok(Reply::new(200, wire::list(bodies, page, count)))
    })
}

async fn listed(call: &Call, filter: Filter) -> Result<Reply, Failure> {
    let page = page(call)?;
    let (rows, count) = call.app.look_at_once(&call.ctx, ListEvents(filter, page)).await?;
    Ok(Reply::new(
        200,
        wire::list(rows.iter().map(body).collect(), page, count),
    ))
}
