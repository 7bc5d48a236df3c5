//! Commands about the server: it runs, it gets keys, its audit chains are checked and exported.

pub(crate) mod audit;
mod export_check;
mod import;
pub(crate) mod key;
mod serve;
pub(crate) mod signer;

pub(crate) use import::import;
pub(crate) use serve::serve;

use crate::cli::StoreArgs;
use crate::clock;
use anyhow::{Context, Result};
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tieout_app::App;
use tieout_app::world::System;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::Database;

/// Connections that read an SQLite file.
const READERS: usize = 8;
/// Connections to a PostgreSQL server.
const CONNECTIONS: u32 = 16;

/// The organization that `--organization` names.
fn organization(text: Option<&str>) -> Result<Option<Id<Organization>>> {
    text.map(Id::parse).transpose().context("--organization")
}

/// The application over the database that the options name.
async fn open(args: &StoreArgs) -> Result<App> {
    let database = if let Some(url) = &args.database {
        Database::open_postgres(url, CONNECTIONS).await.with_context(|| {
            // The address may hold a password: only what follows it is shown.
            format!(
                "cannot reach the database at {}",
                url.rsplit('@').next().unwrap_or_default()
            )
        })?
    } else {
        let folder = data_folder(args)?;
        make_private(&folder)?;
        let file = folder.join("tieout.db");
        Database::open_sqlite(&file, READERS).with_context(|| format!("cannot open {}", file.display()))?
    };
    Ok(App::new(database, Arc::new(System::new(clock::now_us))))
}

/// Where the data is: where `--data` says, else where the system keeps programs' data.
fn data_folder(args: &StoreArgs) -> Result<PathBuf> {
    if let Some(folder) = &args.data {
        return Ok(folder.clone());
    }
    let of = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = of("XDG_DATA_HOME").or_else(|| of("HOME").map(|home| home.join(".local/share")));
    Ok(base
        .context(match args.database {
            Some(_) => "no home folder is known",
            None => "no home folder is known; say where the data is with --data DIR",
        })?
        .join("tieout"))
}

/// Makes a folder that only its owner can look into: the books are in it.
fn make_private(folder: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// A runtime for one command, on two threads at least: one of them may wait for the disk.
fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        runtime.worker_threads(2);
    }
    runtime.enable_all().build().context("cannot start")
}
