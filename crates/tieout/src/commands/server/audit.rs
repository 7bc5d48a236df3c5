//! `tieout audit verify` and `tieout audit export`.

use super::{export_check, open, runtime, signer};
use crate::Exit;
use crate::cli::{AuditExportArgs, AuditVerifyArgs};
use crate::output;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::io;
use tieout_app::chain_file::from_hex;
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
    if !args.files.is_empty() {
        return export_check::run(args, &kept);
    }
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let proofs = app.verify_chains(kept).await.context("cannot read the chains")?;
        let mut text = String::new();
        let mut is_intact = true;
        for (organization, proof) in proofs {
            match proof {
                Ok(head) => {
                    let _ = writeln!(text, "✓ {organization}:{}:{}", head.seq, hex(&head.hash));
                }
                Err(broken) => {
                    is_intact = false;
                    let _ = writeln!(
                        text,
                        "✗ {organization}: broken at event {}: {}",
                        broken.seq, broken.what
                    );
                }
            }
        }
        output::print(&text)?;
        Ok(if is_intact { Exit::Success } else { Exit::NotTiedOut })
    })
}

/// Writes an organization's chain; its head is signed first where the key is at hand.
pub(crate) fn export(args: &AuditExportArgs) -> Result<Exit> {
    let runtime = runtime()?;
    let mut export = runtime.block_on(async {
        let app = open(&args.signing.store).await?;
        let organization = match &args.organization {
            Some(text) => Id::parse(text).context("--organization")?,
            None => app
                .first_practice()
                .await?
                .context("the database has no organization")?,
        };
        // Reading makes nobody a signer: a key that this database does not know is some other's.
        if let Some(signer) = signer::read(&signer::path_of(&args.signing, &app).await?)?
            && app.knows_key(&signer).await?
        {
            app.sign_heads(&signer)
                .await
                .context("cannot sign the head of the chain")?;
        }
        app.export_chain(organization).await.context("cannot read the chain")
    })?;
    output::to_file(&args.out, |out| {
        while let Some(part) = runtime.block_on(export.next_part()).map_err(io::Error::other)? {
            out.write_all(part.as_bytes())?;
        }
        Ok(())
    })?;
    Ok(Exit::Success)
}

pub(super) fn hex(bytes: &[u8]) -> String {
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
    let bytes = from_hex(hash).and_then(|bytes| bytes.try_into().ok());
    let seq = seq.parse().ok().filter(|seq| *seq > 0);
    let head = Head {
        seq: seq.context("the number of a head is 1 or more")?,
        hash: bytes.context("the hash of a head has 64 hexadecimal digits")?,
    };
    Ok((Id::parse(organization)?, head))
}
