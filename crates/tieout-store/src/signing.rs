//! Public halves of the keys that sign chain heads, and the heads that were signed.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::event::Head;
use tieout_core::Id;
use tieout_core::id::{Organization, SigningKey};

/// A row of `signing_key`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct SigningKeyRow {
    pub id: Id<SigningKey>,
    pub public_key: [u8; 32],
    pub created_at: i64,
    pub retired_at: Option<i64>,
}

/// A row of `signed_head`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct SignedHeadRow {
    pub organization_id: Id<Organization>,
    pub seq: i64,
    pub hash: [u8; 32],
    pub signed_at: i64,
    pub key_id: Id<SigningKey>,
    pub signature: Vec<u8>,
}

statements! {
    INSERT_KEY = "INSERT INTO signing_key (id, public_key, created_at) VALUES ($1, $2, $3)";
    // No earlier than its last signature, which another process may have made meanwhile by a clock of its own.
    RETIRE = "UPDATE signing_key SET retired_at = (SELECT CASE WHEN COALESCE(MAX(s.signed_at), 0) > $2 \
        THEN MAX(s.signed_at) ELSE $2 END FROM signed_head s WHERE s.key_id = $1) WHERE id = $1 AND retired_at IS NULL";
    KEYS = "SELECT id, public_key, created_at, retired_at FROM signing_key ORDER BY created_at, id LIMIT 1000";
    INSERT_HEAD = "INSERT INTO signed_head (organization_id, seq, hash, signed_at, key_id, signature) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, seq, key_id) DO NOTHING";
    HEADS = "SELECT organization_id, seq, hash, signed_at, key_id, signature FROM signed_head \
        WHERE organization_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq, key_id LIMIT $4";
    // Chains whose head this key has not signed yet.
    UNSIGNED = "SELECT h.organization_id, h.seq, h.hash FROM audit_head h WHERE NOT EXISTS (SELECT 1 FROM signed_head s \
        WHERE s.organization_id = h.organization_id AND s.seq = h.seq AND s.key_id = $1) ORDER BY h.organization_id \
        LIMIT $2";
}

fn decode_head(row: &mut Row<'_>) -> Result<SignedHeadRow, StoreError> {
    Ok(SignedHeadRow {
        organization_id: row.id()?,
        seq: row.int()?,
        hash: row.array()?,
        signed_at: row.int()?,
        key_id: row.id()?,
        signature: row.bytes()?,
    })
}

/// Adds the public half of a key.
pub async fn insert_key(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.execute(INSERT_KEY, args![key.id, &key.public_key[..], key.created_at])
        .await
        .map(|_| ())
}

/// Retires a key: its signatures stay valid, it makes no more.
pub async fn retire(tx: &mut Tx, id: Id<SigningKey>, at: i64) -> Result<(), StoreError> {
    tx.execute(RETIRE, args![id, at]).await.map(|_| ())
}

/// Every key there ever was.
pub async fn keys(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, StoreError> {
    tx.all(KEYS, &[], |row| {
        Ok(SigningKeyRow {
            id: row.id()?,
            public_key: row.array()?,
            created_at: row.int()?,
            retired_at: row.maybe_int()?,
        })
    })
    .await
}

/// Keeps a signed head.
pub async fn insert_head(tx: &mut Tx, head: &SignedHeadRow) -> Result<(), StoreError> {
    let SignedHeadRow {
        organization_id,
        seq,
        hash,
        signed_at,
        key_id,
        signature,
    } = head;
    let args = args![organization_id, *seq, &hash[..], *signed_at, key_id, &signature[..]];
    tx.execute(INSERT_HEAD, args).await.map(|_| ())
}

/// Signed heads of an organization after one number and to another, in their order.
pub async fn heads(
    tx: &mut Tx,
    organization: Id<Organization>,
    (after, to): (i64, i64),
    limit: i64,
) -> Result<Vec<SignedHeadRow>, StoreError> {
    tx.all(HEADS, args![organization, after, to, limit], decode_head).await
}

/// Heads that this key has not signed yet.
pub async fn unsigned(
    tx: &mut Tx,
    key: Id<SigningKey>,
    limit: i64,
) -> Result<Vec<(Id<Organization>, Head)>, StoreError> {
    tx.all(UNSIGNED, args![key, limit], |row| {
        let organization = row.id()?;
        let head = Head {
            seq: row.int()?,
            hash: row.array()?,
        };
        Ok((organization, head))
    })
    .await
}
