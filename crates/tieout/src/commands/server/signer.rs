//! The file with the key that signs heads of audit chains, and commands about signing keys.

use super::audit::hex;
use super::{data_folder, make_private, open, runtime};
use crate::Exit;
use crate::cli::SigningArgs;
use crate::output;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tieout_app::World;
use tieout_app::signing::Signer;
use tieout_app::world::System;

/// The signer of the file that the options name; a new file if there is none.
pub(super) fn load(args: &SigningArgs) -> Result<Signer> {
    if let Some(signer) = find(args)? {
        return Ok(signer);
    }
    let path = path_of(args)?;
    let fresh = beside(&path, &format!(".{}", std::process::id()));
    make(&fresh)?;
    // Whole or not at all, and never over one that another process made meanwhile: that one is read below.
    let linked = fs::hard_link(&fresh, &path);
    fs::remove_file(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", path.display()));
        }
        _ => keep_name(&path)?,
    }
    read(&path)?.with_context(|| format!("{} went away", path.display()))
}

/// The signer of the file that the options name, if there is one.
pub(super) fn find(args: &SigningArgs) -> Result<Option<Signer>> {
    read(&path_of(args)?)
}

fn path_of(args: &SigningArgs) -> Result<PathBuf> {
    if let Some(path) = &args.signing_key {
        return Ok(path.clone());
    }
    let folder = data_folder(&args.store)?;
    make_private(&folder)?;
    Ok(folder.join("signing.key"))
}

fn read(path: &Path) -> Result<Option<Signer>> {
    let seed = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let seed = seed.as_slice().try_into();
    let seed = seed
        .ok()
        .with_context(|| {
            format!(
                "{} is no signing key, which has 32 bytes: put back a copy of it, or remove it, and a new key is made (what \
                 the old one signed stays valid)",
                path.display()
            )
        })?;
    Ok(Some(Signer::from_seed(seed)?))
}

/// A file next to this one.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

/// A name that was given is on disk when its folder is.
fn keep_name(path: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        fs::File::open(folder)
            .and_then(|folder| folder.sync_all())
            .with_context(|| format!("cannot write {}", folder.display()))?;
    }
    Ok(())
}

/// Makes the file, for its owner's eyes only, never over another one.
fn make(path: &Path) -> Result<()> {
    let mut seed = [0; 32];
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
    Ok(())
}

/// Lists the public keys, oldest first; the present one is marked.
pub(crate) fn list(args: &SigningArgs) -> Result<Exit> {
    let present = find(args)?.map(|signer| signer.public_key());
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let mut text = String::new();
        for key in app.signing_keys().await.context("cannot read the keys")? {
            let mark = if present == Some(key.public_key) { "*" } else { " " };
            let state = if key.retired_at.is_some() { "retired" } else { "signs" };
            let _ = writeln!(text, "{mark} {}  {}  {state}", hex(&key.public_key), key.id);
        }
        output::print(&text)?;
        Ok(Exit::Success)
    })
}

/// Puts a new key in the place of the present one.
pub(crate) fn rotate(args: &SigningArgs) -> Result<Exit> {
    let path = path_of(args)?;
    let fresh = beside(&path, ".new");
    // What an earlier rotation left that was interrupted has never signed anything.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", fresh.display()));
        }
        _ => {}
    }
    make(&fresh)?;
    // From here on a running server signs with the new key; the old one still may until it is retired below.
    fs::rename(&fresh, &path).with_context(|| format!("cannot replace {}", path.display()))?;
    keep_name(&path)?;
    retire_others(args)
}

/// Signs every head with the present key, and retires all others.
pub(crate) fn retire_others(args: &SigningArgs) -> Result<Exit> {
    let signer = load(args)?;
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        app.sign_heads(&signer).await.context("cannot sign the heads")?;
        let retired = app.retire_other_keys(&signer).await.context("cannot retire keys")?;
        output::print(&format!("{}  signs; {retired} retired\n", hex(&signer.public_key())))?;
        Ok(Exit::Success)
    })
}
