//! `tieout audit verify`.

use super::{open, runtime};
use crate::Exit;
use crate::cli::AuditVerifyArgs;
use crate::output;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use tieout_app::event::ChainProof;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::Head;

/// Recomputes every chain; 0 if all are intact, 1 if one is broken.
pub(crate) fn verify(args: &AuditVerifyArgs) -> Result<Exit> {
    let kept = args
        .head
        .iter()
        .map(|text| parse_head(text))
        .collect::<Result<Vec<_>>>()?;
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let proofs = app.verify_chains(kept).await.context("cannot read the chains")?;
        let mut text = String::new();
        let mut is_intact = true;
        for (organization, proof) in proofs {
            match proof {
                ChainProof::Intact(head) => {
                    let _ = writeln!(text, "✓ {organization}:{}:{}", head.seq, hex(&head.hash));
                }
                ChainProof::Broken { seq, what } => {
                    is_intact = false;
                    let _ = writeln!(text, "✗ {organization}: broken at event {seq}: {what}");
                }
            }
        }
        output::print(&text)?;
        Ok(if is_intact { Exit::Success } else { Exit::NotTiedOut })
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `ORGANIZATION:NUMBER:HASH`, as a run of this command prints it.
fn parse_head(text: &str) -> Result<(Id<Organization>, Head)> {
    let parts: Vec<&str> = text.split(':').collect();
    let [organization, seq, hash] = parts.as_slice() else {
        bail!("--head takes ORGANIZATION:NUMBER:HASH, as this command prints it; not {text:?}");
    };
    let byte = |at: usize| {
        hash.get(at * 2..at * 2 + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    let bytes = bytes
        .filter(|_| hash.len() == 64)
        .context("the hash of a head has 64 hexadecimal digits")?;
    let head = Head {
        seq: seq.parse().context("the number of a head")?,
        hash: bytes.try_into().ok().context("the hash of a head")?,
    };
    Ok((Id::parse(organization)?, head))
}
