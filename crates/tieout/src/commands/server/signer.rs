//! The file with the key that signs heads of audit chains, and commands about signing keys.

use super::audit::hex;
use super::{data_folder, make_private, open, runtime};
use crate::Exit;
use crate::cli::SigningArgs;
use crate::output;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tieout_app::signing::Signer;
use tieout_app::world::System;
use tieout_app::{App, World};
use tieout_store::signing::SigningKeyRow;

/// The signer of a file; a new file if there is none.
pub(super) fn load(path: &Path) -> Result<Signer> {
    if let Some(signer) = read(path)? {
        return Ok(signer);
    }
    let fresh = beside(path, &format!(".{}", std::process::id()));
    make(&fresh)?;
    // Whole or not at all, and never over one that another process made meanwhile: that one is read below.
    let linked = fs::hard_link(&fresh, path);
    fs::remove_file(&fresh).with_context(|| format!("cannot remove {}", fresh.display()))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("cannot make {}", path.display()));
        }
        _ => keep_name(path)?,
    }
    read(path)?.with_context(|| format!("{} went away", path.display()))
}

/// The folder of the key, where `--signing-key` names no file.
fn folder_of(args: &SigningArgs) -> Result<PathBuf> {
    match &args.store.database {
        Some(_) => {
            data_folder(&args.store).context("say where the key is that signs the audit chain with --signing-key FILE")
        }
        None => data_folder(&args.store),
    }
}

/// Fails where no place for the key is known: better before anything is begun than after.
pub(super) fn check_place(args: &SigningArgs) -> Result<()> {
    match &args.signing_key {
        Some(_) => Ok(()),
        None => folder_of(args).map(|_| ()),
    }
}

/// The file that the options name. Of databases of a server each has its own, named by its first practice, which no two
/// share: one user's databases must not sign with, or rotate, each other's key.
pub(super) async fn path_of(args: &SigningArgs, app: &App) -> Result<PathBuf> {
    if let Some(path) = &args.signing_key {
        return Ok(path.clone());
    }
    let folder = folder_of(args)?;
    make_private(&folder)?;
    if args.store.database.is_none() {
        return Ok(folder.join("signing.key"));
    }
    let practice = app.first_practice().await?;
    let practice = practice.context("the database has no organization yet; `tieout serve` makes one")?;
    let path = folder.join(format!("signing-{practice}.key"));
    take_over(app, (&folder.join("signing.key"), &path)).await?;
    Ok(path)
}

/// Earlier versions kept one file for all databases: whose key is in it goes on with a copy of its own.
async fn take_over(app: &App, (shared, own): (&Path, &Path)) -> Result<()> {
    if own.exists() {
        return Ok(());
    }
    let Ok(Some(signer)) = read(shared) else {
        return Ok(());
    };
    let keys = app.signing_keys().await?;
    let signs = |key: &SigningKeyRow| key.public_key == signer.public_key() && key.retired_at.is_none();
    if keys.iter().any(signs) {
        match fs::hard_link(shared, own) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("cannot make {}", own.display()));
            }
            _ => keep_name(own)?,
        }
    }
    Ok(())
}

/// The signer of a file, if it is there.
pub(super) fn read(path: &Path) -> Result<Option<Signer>> {
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
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let present = read(&path_of(args, &app).await?)?.map(|signer| signer.public_key());
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
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let path = path_of(args, &app).await?;
        // The key of another database would be gone: nobody else has its secret half.
        if let Some(present) = read(&path)?
            && !app.knows_key(&present).await.context("cannot read the keys")?
        {
            bail!(
                "the key in {} is none of this database's, and would be lost: nothing was changed; name this database's own \
                 file with --signing-key",
                path.display()
            );
        }
        let fresh = beside(&path, ".new");
        // What an earlier rotation left that was interrupted has never signed anything.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", fresh.display()));
            }
            _ => {}
        }
        make(&fresh)?;
        let signer = load(&fresh)?;
        // Known before it is in place: a running server reads the file anew each time it signs.
        app.register_key(&signer).await.context("cannot register the key")?;
        // From here on a running server signs with the new key; the old one still may until it is retired below.
        fs::rename(&fresh, &path).with_context(|| format!("cannot replace {}", path.display()))?;
        keep_name(&path)?;
        retire(&app, &signer).await
    })
}

/// Signs every head with the present key, and retires all others.
pub(crate) fn retire_others(args: &SigningArgs) -> Result<Exit> {
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let path = path_of(args, &app).await?;
        let signer = read(&path)?.with_context(|| format!("there is no signing key at {}", path.display()))?;
        app.register_key(&signer).await.context("cannot register the key")?;
        retire(&app, &signer).await
    })
}

async fn retire(app: &App, signer: &Signer) -> Result<Exit> {
    app.sign_heads(signer).await.context("cannot sign the heads")?;
    let retired = app.retire_other_keys(signer).await.context("cannot retire keys")?;
    output::print(&format!("{}  signs; {retired} retired\n", hex(&signer.public_key())))?;
    Ok(Exit::Success)
}
