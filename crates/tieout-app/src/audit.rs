//! The audit chain: every change is an event, and each event's hash covers the one before it.
//!
//! The head row of an organization is taken last in a transaction, so whoever holds it waits for nobody.

use crate::command::Context;
use crate::error::AppError;
use sha2::{Digest, Sha256};
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::Tx;
use tieout_store::event::{self, EventRow, Head};

/// What changed.
pub struct Change {
    /// The type of record (`transaction`).
    pub entity_type: &'static str,
    /// Its id, as text.
    pub entity_id: String,
    /// What happened (`transaction.created`).
    pub event_type: &'static str,
    /// The same for people.
    pub description: String,
    /// What was before and after, as one JSON object.
    pub change: serde_json::Value,
}

/// The hash that a chain begins with.
pub fn genesis(organization: Id<Organization>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"tieout audit chain 1\n");
    hash.update(organization.bytes());
    hash.finalize().into()
}

/// The hash of an event, given the one before it: every field with its length, so that no two events print alike.
pub fn hash_event(organization: Id<Organization>, before: &[u8; 32], event: &EventRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(organization.bytes());
    hash.update(event.seq.to_be_bytes());
    hash.update(event.created_at.to_be_bytes());
    hash.update(event.id.bytes());
    hash.update(event.user_id.bytes());
    field(&mut hash, event.api_key_id.as_ref().map(|id| &id.bytes()[..]));
    for text in [
        Some(&event.entity_type),
        Some(&event.entity_id),
        Some(&event.event_type),
        Some(&event.description),
        event.ip_address.as_ref(),
        event.user_agent.as_ref(),
        Some(&event.change),
    ] {
        field(&mut hash, text.map(String::as_bytes));
    }
    hash.finalize().into()
}

fn field(hash: &mut Sha256, bytes: Option<&[u8]>) {
    match bytes {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        }
    }
}

/// Appends an event to the organization of the request. Call it last.
pub async fn record(tx: &mut Tx, ctx: &Context, change: Change) -> Result<(), AppError> {
    record_for(tx, ctx, ctx.org()?.id, change).await
}

/// Appends an event to this organization's chain. Call it last.
pub async fn record_for(
    tx: &mut Tx,
    ctx: &Context,
    organization: Id<Organization>,
    change: Change,
) -> Result<(), AppError> {
    let Head { seq, hash } = event::take_head(tx, organization).await?;
    let mut row = EventRow {
        seq,
        id: ctx.id(),
        entity_type: change.entity_type.to_owned(),
        entity_id: change.entity_id,
        event_type: change.event_type.to_owned(),
        description: change.description,
        user_id: ctx.caller.user,
        api_key_id: ctx.caller.api_key,
        ip_address: ctx.caller.ip_address.clone(),
        user_agent: ctx.caller.user_agent.clone(),
        change: change.change.to_string(),
        created_at: ctx.now_us,
        hash: [0; 32],
    };
    row.hash = hash_event(organization, &hash, &row);
    event::append(tx, organization, &row).await?;
    Ok(())
}
