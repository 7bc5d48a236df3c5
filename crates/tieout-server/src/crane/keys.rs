//! API keys.

use super::{Deleted, deleted};
use crate::choices::KeyStatus;
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Print, Reply, Verb, list as list_of, one,
};
use crate::wire::{self, instant, json, page, parse_instant, patch};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Permissions, Resource};
use tieout_app::key::{CreateKey, FreshKey, GetKey, ListKeys, RevokeKey, RotateKey, UpdateKey};
use tieout_app::store::api_key::ApiKeyRow;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createApiKey",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/api-keys",
        access: may(Action::Write),
        summary: "Create a key; its secret is shown once",
        query: &[],
        request: Some(one::<CreateKeyBody>()),
        response: (201, one::<FreshKeyBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listApiKeys",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/api-keys",
        access: may(Action::Read),
        summary: "List keys, newest first",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<KeyBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getApiKey",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/api-keys/{id}",
        access: may(Action::Read),
        summary: "Get a key",
        query: &[],
        request: None,
        response: (200, one::<KeyBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateApiKey",
        verb: Verb::Put,
        path: "/organizations/{organization_id}/api-keys/{id}",
        access: may(Action::Write),
        summary: "Change a key; what is left out stays",
        query: &[],
        request: Some(one::<UpdateKeyBody>()),
        response: (200, one::<KeyBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "rotateApiKey",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/api-keys/{id}/rotate",
        access: may(Action::Write),
        summary: "Give a key a new secret; the old one ends at once",
        query: &[],
        request: None,
        response: (200, one::<FreshKeyBody>()),
        handler: Handler::Of(rotate),
    },
    Endpoint {
        id: "revokeApiKey",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/api-keys/{id}/revoke",
        access: may(Action::Delete),
        summary: "Revoke a key",
        query: &[],
        request: None,
        response: (200, one::<KeyBody>()),
        handler: Handler::Of(revoke),
    },
    Endpoint {
        id: "deleteApiKey",
        verb: Verb::Delete,
        path: "/organizations/{organization_id}/api-keys/{id}",
        access: may(Action::Delete),
        summary: "Revoke a key; its record stays",
        query: &[],
        request: None,
        response: (200, one::<Deleted>()),
        handler: Handler::Of(delete),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::ApiKeys, action))
}

/// A new key.
#[derive(Deserialize, ToSchema)]
struct CreateKeyBody {
    name: String,
    description: Option<String>,
    /// By resource: any of read, write, delete, reopen.
    permissions: BTreeMap<String, Vec<String>>,
    expires_at: Option<String>,
}

/// A changed key.
#[derive(Deserialize, ToSchema)]
struct UpdateKeyBody {
    name: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    permissions: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    expires_at: Option<Option<String>>,
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
struct KeyBody {
    id: String,
    object: &'static str,
    name: String,
    description: Option<String>,
    key_preview: String,
    permissions: BTreeMap<&'static str, Vec<&'static str>>,
    /// `Active`, `Expired` or `Revoked`.
    #[schema(value_type = KeyStatus)]
    status: &'static str,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    usage_this_month: i64,
    created_at: String,
    updated_at: String,
}

/// A key with its secret, shown this once: a repetition with the same `Idempotency-Key` gets null.
#[derive(Serialize, ToSchema)]
struct FreshKeyBody {
    #[serde(flatten)]
    record: KeyBody,
    key: Option<String>,
}

impl KeyBody {
    fn at(row: &ApiKeyRow, now_us: i64) -> Self {
        let is_expired = row.expires_at.is_some_and(|at| at <= now_us);
        Self {
            id: row.id.to_string(),
            object: "api_key",
            name: row.name.clone(),
            description: row.description.clone(),
            key_preview: row.preview.clone(),
            permissions: Permissions::parse(&row.permissions)
                .unwrap_or_default()
                .by_resource()
                .into_iter()
                .collect(),
            status: match (row.revoked_at, is_expired) {
                (Some(_), _) => "Revoked",
                (None, true) => "Expired",
                (None, false) => "Active",
            },
            expires_at: row.expires_at.map(instant),
            last_used_at: row.last_used_at.map(instant),
            usage_this_month: row.use_count,
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
        }
    }
}

/// A key as it was when it changed: that is now.
fn print(row: &ApiKeyRow) -> String {
    json(&KeyBody::at(row, row.updated_at))
}

fn print_fresh(fresh: &FreshKey, key: Option<String>) -> String {
    let record = KeyBody::at(&fresh.row, fresh.row.updated_at);
    json(&FreshKeyBody { record, key })
}

/// What shows a fresh key, and what a repetition gets of it.
const FRESH: (Print<FreshKey>, Print<FreshKey>) = (
    |fresh| print_fresh(fresh, Some(fresh.secret.clone())),
    |fresh| print_fresh(fresh, None),
);

fn permissions(body: &BTreeMap<String, Vec<String>>) -> Result<Permissions, AppError> {
    let mut set = Permissions::default();
    for (resource, actions) in body {
        for action in actions {
            set = set.with_named(resource, action)?;
        }
    }
    Ok(set)
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateKeyBody = call.json()?;
        let expires_at = body
            .expires_at
            .as_deref()
            .map(|text| parse_instant("expires_at", text))
            .transpose()?;
        let command = CreateKey {
            permissions: permissions(&body.permissions)?,
            name: body.name,
            description: body.description,
            expires_at,
        };
        call.run_showing(201, command, FRESH).await
    })
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateKeyBody = call.json()?;
        let expires_at = match body.expires_at {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(parse_instant("expires_at", &text)?)),
        };
        let command = UpdateKey {
            id: call.id("API key")?,
            permissions: body.permissions.as_ref().map(permissions).transpose()?,
            name: body.name,
            description: body.description,
            expires_at,
        };
        call.run(200, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetKey(call.id("API key")?)).await?;
        Ok(Reply::new(200, json(&KeyBody::at(&row, call.ctx.now_us))))
    })
}

fn rotate(call: Call) -> Handled {
    Box::pin(async move {
        let command = RotateKey(call.id("API key")?);
        call.run_showing(200, command, FRESH).await
    })
}

fn revoke(call: Call) -> Handled {
    Box::pin(async move {
        let command = RevokeKey(call.id("API key")?);
        call.run(200, command, print).await
    })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        call.app.execute(&call.ctx, RevokeKey(call.id("API key")?)).await?;
        Ok(Reply::new(200, deleted(call.path("id"))))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let (rows, count) = call.app.look(&call.ctx, ListKeys(page)).await?;
        Ok(Reply::new(
            200,
            wire::list(
                rows.iter().map(|row| KeyBody::at(row, call.ctx.now_us)).collect(),
                page,
                count,
            ),
        ))
    })
}
