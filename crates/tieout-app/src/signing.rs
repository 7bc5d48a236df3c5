//! Signed heads of audit chains: who holds the public half of the key can tell later that the books said this then.
//!
//! The secret half is 32 random bytes in a file that only the server's operator can read; the database holds public halves
//! and signatures, never a secret. Rotating means a new file: the old key's signatures stay valid, it makes no more.

use crate::command::App;
use crate::error::AppError;
use crate::world;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::sync::Arc;
use tieout_core::Id;
use tieout_core::id::{Organization, SigningKey};
use tieout_store::event::{self, Head};
use tieout_store::signing::{self, SignedHeadRow, SigningKeyRow};
use tieout_store::{Tx, organization};

/// Signs heads.
#[derive(Clone)]
pub struct Signer {
    pair: Arc<Ed25519KeyPair>,
}

impl Signer {
    /// From the secret half.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, AppError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| AppError::Internal("signing key"))?;
        Ok(Self { pair: Arc::new(pair) })
    }

    fn public_key(&self) -> [u8; 32] {
        self.pair.public_key().as_ref().try_into().unwrap_or([0; 32])
    }
}

/// What is signed: everything that a head says, and when.
fn message(organization: Id<Organization>, head: Head, signed_at: i64) -> Vec<u8> {
    let mut bytes = b"tieout head 1\n".to_vec();
    bytes.extend_from_slice(organization.bytes());
    bytes.extend_from_slice(&head.seq.to_be_bytes());
    bytes.extend_from_slice(&head.hash);
    bytes.extend_from_slice(&signed_at.to_be_bytes());
    bytes
}

/// A signer, when, and the id its key gets if it is new.
struct Signing {
    signer: Signer,
    now_us: i64,
    fresh: Id<SigningKey>,
}

impl App {
    /// Signs the head of every chain that has grown since its last signature.
    pub async fn sign_heads(&self, signer: &Signer) -> Result<(), AppError> {
        let job = Signing {
            signer: signer.clone(),
            now_us: self.world().now_us(),
            fresh: world::new_id(self.world().as_ref()),
        };
        self.database().write(job, |tx, job| Box::pin(sign_all(tx, job))).await
    }

    /// Retires every key but this one's, after its file was replaced.
    pub async fn retire_other_keys(&self, signer: &Signer) -> Result<(), AppError> {
        let job = (signer.public_key(), self.world().now_us());
        self.database()
            .write(job, |tx, (public_key, now_us)| {
                Box::pin(async move {
                    for key in signing::keys(tx)
                        .await?
                        .iter()
                        .filter(|key| key.public_key != *public_key)
                    {
                        signing::retire(tx, key.id, *now_us).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn sign_all(tx: &mut Tx, job: &Signing) -> Result<(), AppError> {
    let public_key = job.signer.public_key();
    let known = signing::keys(tx)
        .await?
        .into_iter()
        .find(|key| key.public_key == public_key);
    let key_id = match known {
        Some(key) if key.retired_at.is_some() => {
            return Err(AppError::rule("signing_key_retired", "the key is retired"));
        }
        Some(key) => key.id,
        None => {
            let key = SigningKeyRow {
                id: job.fresh,
                public_key,
                created_at: job.now_us,
                retired_at: None,
            };
            signing::insert_key(tx, &key).await?;
            key.id
        }
    };
    for organization_id in organization::all_ids(tx).await? {
        let Some(head) = event::head(tx, organization_id).await? else {
            continue;
        };
        let signature = job.signer.pair.sign(&message(organization_id, head, job.now_us));
        let row = SignedHeadRow {
            organization_id,
            seq: head.seq,
            hash: head.hash,
            signed_at: job.now_us,
            key_id,
            signature: signature.as_ref().to_vec(),
        };
        // The same head a second time stays as it was signed first.
        signing::insert_head(tx, &row).await?;
    }
    Ok(())
}

/// Heads of an organization whose signatures are valid; an error names the first that is not.
pub(crate) async fn valid_heads(
    tx: &mut Tx,
    organization: Id<Organization>,
) -> Result<Result<Vec<Head>, i64>, AppError> {
    let keys = signing::keys(tx).await?;
    let mut heads = Vec::new();
    for row in signing::heads(tx, organization).await? {
        let head = Head {
            seq: row.seq,
            hash: row.hash,
        };
        let signed = message(organization, head, row.signed_at);
        let valid = keys.iter().find(|key| key.id == row.key_id).is_some_and(|key| {
            UnparsedPublicKey::new(&ED25519, key.public_key)
                .verify(&signed, &row.signature)
                .is_ok()
        });
        if !valid {
            return Ok(Err(row.seq));
        }
        heads.push(head);
    }
    Ok(Ok(heads))
}
