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
use tieout_core::id::Organization;
use tieout_store::Tx;
use tieout_store::event::Head;
use tieout_store::signing::{self, SignedHeadRow, SigningKeyRow};

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

    /// The public half.
    pub fn public_key(&self) -> [u8; 32] {
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

/// A signer, and when.
struct Signing {
    signer: Signer,
    now_us: i64,
}

impl App {
    /// Makes a key one of this database's signers, if it is none yet. Only who runs the server, or replaces its key, decides
    /// that: a command that happens to find some file must not.
    pub async fn register_key(&self, signer: &Signer) -> Result<(), AppError> {
        let key = SigningKeyRow {
            id: world::new_id(self.world().as_ref()),
            public_key: signer.public_key(),
            created_at: self.world().now_us(),
            retired_at: None,
        };
        self.database()
            .write(key, |tx, key| {
                Box::pin(async move {
                    let keys = signing::keys(tx).await?;
                    if !keys.iter().any(|known| known.public_key == key.public_key) {
                        signing::insert_key(tx, key).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Whether a key is, or was, one of this database's signers.
    pub async fn knows_key(&self, signer: &Signer) -> Result<bool, AppError> {
        let keys = self.signing_keys().await?;
        Ok(keys.iter().any(|key| key.public_key == signer.public_key()))
    }

    /// Signs the head of every chain that has grown since its last signature, with a key that is registered.
    pub async fn sign_heads(&self, signer: &Signer) -> Result<(), AppError> {
        loop {
            let job = Signing {
                signer: signer.clone(),
                now_us: self.world().now_us(),
            };
            let signed = self
                .database()
                .write(job, |tx, job| Box::pin(sign_some(tx, job)))
                .await?;
            if signed < AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Retires every key but this one's, after its file was replaced: what they signed stays valid, they sign no more.
    pub async fn retire_other_keys(&self, signer: &Signer) -> Result<usize, AppError> {
        let job = (signer.public_key(), self.world().now_us());
        self.database()
            .write(job, |tx, (public_key, now_us)| {
                Box::pin(async move {
                    let others = signing::keys(tx).await?.into_iter();
                    let others = others.filter(|key| key.public_key != *public_key && key.retired_at.is_none());
                    let mut retired = 0;
                    for key in others {
                        signing::retire(tx, key.id, *now_us).await?;
                        retired += 1;
                    }
                    Ok(retired)
                })
            })
            .await
    }

    /// Every key that ever signed, oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, AppError> {
        self.database()
            .read(&(), |tx, ()| Box::pin(async move { Ok(signing::keys(tx).await?) }))
            .await
    }
}

/// Heads signed in one transaction: others' writes wait for no longer than that takes.
const AT_ONCE: i64 = 500;

/// Signs the heads that this key has not signed yet, at most so many; how many they were.
async fn sign_some(tx: &mut Tx, job: &Signing) -> Result<i64, AppError> {
    let public_key = job.signer.public_key();
    let known = signing::keys(tx)
        .await?
        .into_iter()
        .find(|key| key.public_key == public_key);
    let key_id = match known {
        Some(key) if key.retired_at.is_some() => {
            return Err(AppError::rule(
                "signing_key_retired",
                "the signing key is retired; rotate it, or put the file of the present one in its place",
            ));
        }
        Some(key) => key.id,
        None => {
            return Err(AppError::rule(
                "signing_key_unknown",
                "the key in the file is none of this database's: put the right file back, or, if it was replaced on purpose, \
                 say so with `tieout audit retire-other-keys`",
            ));
        }
    };
    let mut signed = 0;
    for (organization_id, head) in signing::unsigned(tx, key_id, AT_ONCE).await? {
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
        signed += 1;
    }
    Ok(signed)
}

/// Public keys, to check signatures of heads.
pub(crate) struct HeadSignatures(Vec<SigningKeyRow>);

impl HeadSignatures {
    pub(crate) fn new(keys: Vec<SigningKeyRow>) -> Self {
        Self(keys)
    }

    pub(crate) fn count(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// Whether a known key made the signature, and did so before it was retired.
    pub(crate) fn is_valid(&self, row: &SignedHeadRow) -> bool {
        let head = Head {
            seq: row.seq,
            hash: row.hash,
        };
        let signed = message(row.organization_id, head, row.signed_at);
        self.0.iter().find(|key| key.id == row.key_id).is_some_and(|key| {
            key.retired_at.is_none_or(|retired| row.signed_at <= retired)
                && UnparsedPublicKey::new(&ED25519, key.public_key)
                    .verify(&signed, &row.signature)
                    .is_ok()
        })
    }
}
