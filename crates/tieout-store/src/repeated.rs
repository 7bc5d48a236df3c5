//! Commands that may come twice: the key they came with, and the reply they got.

use crate::dialect::Tx;
use crate::error::StoreError;
use tieout_core::Id;
use tieout_core::id::{ApiKey, Organization};

/// A row of `repeated_command`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct RepeatedRow {
    pub fingerprint: [u8; 32],
    pub reply: String,
}

statements! {
    FIND = "SELECT fingerprint, reply FROM repeated_command \
        WHERE organization_id = $1 AND api_key_id = $2 AND command_key = $3";
    // Waits for whoever is doing the same command; then the key is theirs, or free again.
    CLAIM = "INSERT INTO repeated_command (organization_id, api_key_id, command_key, fingerprint, reply, created_at) \
        VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT (organization_id, api_key_id, command_key) DO NOTHING";
    KEEP = "UPDATE repeated_command SET reply = $4 WHERE organization_id = $1 AND api_key_id = $2 AND command_key = $3";
    FORGET = "DELETE FROM repeated_command WHERE organization_id = $1 AND api_key_id = $2 AND command_key = $3 \
        AND created_at < $4";
    FORGET_OLD = "DELETE FROM repeated_command WHERE organization_id = $1 AND (api_key_id, command_key) IN \
        (SELECT api_key_id, command_key FROM repeated_command WHERE organization_id = $1 AND created_at < $2 \
        ORDER BY created_at LIMIT $3)";
}

/// Who sent it, and under which key.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The organization.
    pub organization: Id<Organization>,
    /// The API key.
    pub api_key: Id<ApiKey>,
    /// The command's key.
    pub key: &'a str,
}

/// Claims a key for a command, to be done now; false if it was done since `since_us`. Older ones are forgotten.
pub async fn claim(
    tx: &mut Tx,
    sender: Sender<'_>,
    fingerprint: &[u8; 32],
    (since_us, now_us): (i64, i64),
) -> Result<bool, StoreError> {
    let Sender {
        organization,
        api_key,
        key,
    } = sender;
    tx.execute(FORGET, args![organization, api_key, key, since_us]).await?;
    let args = args![organization, api_key, key, &fingerprint[..], now_us];
    Ok(tx.execute(CLAIM, args).await? == 1)
}

/// The command that came with this key, and the reply it got.
pub async fn find(tx: &mut Tx, sender: Sender<'_>) -> Result<Option<RepeatedRow>, StoreError> {
    let Sender {
        organization,
        api_key,
        key,
    } = sender;
    tx.optional(FIND, args![organization, api_key, key], |row| {
        Ok(RepeatedRow {
            fingerprint: row.array()?,
            reply: row.text()?,
        })
    })
    .await
}

/// Keeps the reply to a command whose key is claimed.
pub async fn keep(tx: &mut Tx, sender: Sender<'_>, reply: &str) -> Result<(), StoreError> {
    let Sender {
        organization,
        api_key,
        key,
    } = sender;
    tx.execute(KEEP, args![organization, api_key, key, reply])
        .await
        .map(|_| ())
}

/// Forgets an organization's replies from before an instant, at most this many; how many they were.
pub async fn forget(
    tx: &mut Tx,
    organization: Id<Organization>,
    before_us: i64,
    limit: i64,
) -> Result<i64, StoreError> {
    let removed = tx.execute(FORGET_OLD, args![organization, before_us, limit]).await?;
    Ok(i64::try_from(removed).unwrap_or(i64::MAX))
}
