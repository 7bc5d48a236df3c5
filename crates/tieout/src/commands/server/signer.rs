//! The file with the key that signs heads of audit chains.

use super::{data_folder, make_private};
use crate::cli::ServeArgs;
use anyhow::{Context, Result};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use tieout_app::World;
use tieout_app::signing::Signer;
use tieout_app::world::System;

/// The signer of the file that the options name; a new file if there is none.
pub(super) fn load(args: &ServeArgs) -> Result<Signer> {
    let path = if let Some(path) = &args.signing_key {
        path.clone()
    } else {
        let folder = data_folder(&args.store)?;
        make_private(&folder)?;
        folder.join("signing.key")
    };
    let seed = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path)?,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let seed = seed.as_slice().try_into();
    let seed = seed
        .ok()
        .with_context(|| format!("{} is no signing key: it must have 32 bytes", path.display()))?;
    Ok(Signer::from_seed(seed)?)
}

/// Makes the file, for its owner's eyes only, never over another one.
fn make(path: &Path) -> Result<Vec<u8>> {
    let mut seed = vec![0; 32];
    System::new(crate::clock::now_us).fill(&mut seed);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(&seed)?;
    file.sync_all()?;
    Ok(seed)
}
