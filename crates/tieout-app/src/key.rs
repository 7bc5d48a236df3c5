//! API keys: made, shown once, changed, rotated, revoked.

use crate::access::{Permissions, hash_secret};
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::import::hex;
use crate::world::World;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tieout_core::Id;
use tieout_core::id::{ApiKey, Organization, User};
use tieout_store::api_key::{self, ApiKeyRow};
use tieout_store::{BoxFuture, Page, Tx};

/// What secrets begin with; clients of the compatible interface may check it.
const PREFIX: &str = "cl_live_";
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// 32 letters of 62 are 190 bits.
const SECRET_LETTERS: usize = 32;

/// A key and its secret, which is shown this once.
#[derive(Debug, Clone)]
pub struct FreshKey {
    /// The record.
    pub row: ApiKeyRow,
    /// The secret.
    pub secret: String,
}

/// Random letters, each equally likely.
fn secret(world: &dyn World) -> String {
    let mut text = PREFIX.to_owned();
    while text.len() < PREFIX.len() + SECRET_LETTERS {
        let mut bytes = [0; 64];
        world.fill(&mut bytes);
        // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
        for byte in bytes.into_iter().filter(|byte| *byte < 248) {
            if text.len() < PREFIX.len() + SECRET_LETTERS {
                text.push(char::from(LETTERS[usize::from(byte) % LETTERS.len()]));
            }
        }
    }
    text
}

fn preview(secret: &str) -> String {
    let tail = secret.get(secret.len() - 4..).unwrap_or_default();
    format!("{PREFIX}…{tail}")
}

/// Whose key it will be, and what it may do.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct KeyFields {
    pub organization: Id<Organization>,
    pub covers_below: bool,
    pub user: Id<User>,
    pub name: String,
    pub description: Option<String>,
    pub permissions: Permissions,
    pub expires_at: Option<i64>,
}

/// A key that is not stored yet.
pub(crate) fn fresh(ctx: &Context, fields: &KeyFields) -> Result<FreshKey, AppError> {
    if fields.name.trim().is_empty() {
        return Err(AppError::invalid("name", "is required"));
    }
    check_expiry(ctx, fields.expires_at)?;
    let secret = secret(ctx.world.as_ref());
    let row = ApiKeyRow {
        id: ctx.id(),
        organization_id: fields.organization,
        covers_below: fields.covers_below,
        user_id: fields.user,
        name: fields.name.clone(),
        description: fields.description.clone(),
        secret_hash: hash_secret(&secret),
        preview: preview(&secret),
        permissions: fields.permissions.text(),
        expires_at: fields.expires_at,
        revoked_at: None,
        last_used_at: None,
        use_count: 0,
        use_month: 0,
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
    };
    Ok(FreshKey { row, secret })
}

/// A key that ends before it begins is a mistake; whoever wants to end one revokes it.
fn check_expiry(ctx: &Context, expires_at: Option<i64>) -> Result<(), AppError> {
    if expires_at.is_some_and(|at| at <= ctx.now_us) {
        return Err(AppError::invalid(
            "expires_at",
            "must be in the future; to end a key, revoke it",
        ));
    }
    Ok(())
}

/// Tells one secret from another and leads to none: SHA-256 of the hash by which the key is found.
fn digest(secret_hash: &[u8; 32]) -> String {
    hex(&Sha256::digest(secret_hash))
}

pub(crate) fn snapshot(row: &ApiKeyRow) -> serde_json::Value {
    json!({ "name": row.name, "permissions": row.permissions, "expires_at": row.expires_at,
        "covers_below": row.covers_below, "revoked_at": row.revoked_at, "user_id": row.user_id.to_string(),
        "secret_digest": digest(&row.secret_hash) })
}

pub(crate) fn change(row: &ApiKeyRow, event_type: &'static str, verb: &str) -> Change {
    Change {
        entity_type: "api_key",
        entity_id: row.id.to_string(),
        event_type,
        description: format!("API key {:?} {verb}", row.name),
        change: json!({ "after": snapshot(row) }),
    }
}

/// Stores a key that was made, and says so in its organization's chain.
pub(crate) async fn enter(tx: &mut Tx, ctx: &Context, key: &FreshKey) -> Result<(), AppError> {
    api_key::insert(tx, &key.row).await?;
    let created = change(&key.row, "api_key.created", "created");
    audit::record_for(tx, ctx, key.row.organization_id, created).await
}

/// Makes a key for the organization of the request, with no more permissions than the caller has.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct CreateKey {
    pub name: String,
    pub description: Option<String>,
    pub permissions: Permissions,
    pub expires_at: Option<i64>,
}

impl Command for CreateKey {
    type Output = FreshKey;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<FreshKey, AppError>> {
        Box::pin(async move {
            check_rights(ctx, self.permissions)?;
            let fields = KeyFields {
                organization: ctx.org()?.id,
                covers_below: false,
                user: ctx.caller.user,
                name: self.name.clone(),
                description: self.description.clone(),
                permissions: self.permissions,
                expires_at: self.expires_at,
            };
            let key = fresh(ctx, &fields)?;
            enter(tx, ctx, &key).await?;
            Ok(key)
        })
    }
}

/// Nobody gives away what they do not have.
fn check_rights(ctx: &Context, wanted: Permissions) -> Result<(), AppError> {
    if ctx.caller.permissions.covers(wanted) {
        Ok(())
    } else {
        Err(AppError::Denied("to grant more than the calling key has".into()))
    }
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<ApiKey>) -> Result<ApiKeyRow, AppError> {
    api_key::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("API key"))
}

/// Changes a key. What is left out stays.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateKey {
    pub id: Id<ApiKey>,
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub permissions: Option<Permissions>,
    pub expires_at: Option<Option<i64>>,
}

impl Command for UpdateKey {
    type Output = ApiKeyRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ApiKeyRow, AppError>> {
        Box::pin(async move {
            let mut row = find(tx, ctx, self.id).await?;
            check_reach(ctx, &row)?;
            // Who may less than a key must not change it: it could be made to serve them.
            check_rights(ctx, Permissions::parse(&row.permissions)?)?;
            if let Some(permissions) = self.permissions {
                check_rights(ctx, permissions)?;
                row.permissions = permissions.text();
            }
            row.name = self.name.clone().unwrap_or(row.name);
            row.description = self.description.clone().unwrap_or(row.description);
            if let Some(expires_at) = self.expires_at {
                check_expiry(ctx, expires_at)?;
                row.expires_at = expires_at;
            }
            row.updated_at = ctx.now_us;
            api_key::update(tx, &row).await?;
            audit::record(tx, ctx, change(&row, "api_key.updated", "updated")).await?;
            Ok(row)
        })
    }
}

/// A key for all below a practice is changed by such a key only: its new secret would reach what the caller cannot.
fn check_reach(ctx: &Context, row: &ApiKeyRow) -> Result<(), AppError> {
    if row.covers_below && !ctx.caller.covers_below {
        let what = "to change a key that reaches further than the calling key";
        return Err(AppError::Denied(what.into()));
    }
    Ok(())
}

/// Gives a key a new secret; the old one ends at once.
#[derive(Debug, Clone, Copy)]
pub struct RotateKey(pub Id<ApiKey>);

impl Command for RotateKey {
    type Output = FreshKey;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<FreshKey, AppError>> {
        Box::pin(async move {
            let mut row = find(tx, ctx, self.0).await?;
            check_reach(ctx, &row)?;
            check_rights(ctx, Permissions::parse(&row.permissions)?)?;
            if row.revoked_at.is_some() {
                return Err(AppError::rule("api_key_revoked", "the key is revoked; make a new one"));
            }
            if row.expires_at.is_some_and(|at| at <= ctx.now_us) {
                let message = "the key has expired; give it a later expires_at first, or make a new one";
                return Err(AppError::rule("api_key_expired", message));
            }
            let secret = secret(ctx.world.as_ref());
            row.secret_hash = hash_secret(&secret);
            row.preview = preview(&secret);
            row.updated_at = ctx.now_us;
            api_key::update(tx, &row).await?;
            audit::record(tx, ctx, change(&row, "api_key.rotated", "rotated")).await?;
            Ok(FreshKey { row, secret })
        })
    }
}

/// Ends a key.
#[derive(Debug, Clone, Copy)]
pub struct RevokeKey(pub Id<ApiKey>);

impl Command for RevokeKey {
    type Output = ApiKeyRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ApiKeyRow, AppError>> {
        Box::pin(async move {
            let mut row = find(tx, ctx, self.0).await?;
            if row.revoked_at.is_none() {
                row.revoked_at = Some(ctx.now_us);
                row.updated_at = ctx.now_us;
                api_key::update(tx, &row).await?;
                audit::record(tx, ctx, change(&row, "api_key.revoked", "revoked")).await?;
            }
            Ok(row)
        })
    }
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct GetKey(pub Id<ApiKey>);

impl Command for GetKey {
    type Output = ApiKeyRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ApiKeyRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of keys, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListKeys(pub Page);

impl Command for ListKeys {
    type Output = (Vec<ApiKeyRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(api_key::list(tx, ctx.org()?.id, self.0).await?) })
    }
}
