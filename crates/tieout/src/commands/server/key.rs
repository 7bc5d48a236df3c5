//! `tieout key create`.

use super::{open, runtime};
use crate::Exit;
use crate::cli::KeyCreateArgs;
use crate::output;
use anyhow::{Context, Result};
use tieout_app::Permissions;
use tieout_app::setup::CommandLineKey;
use tieout_core::Id;

/// Makes a key and prints it, and nothing else.
pub(crate) fn create(args: &KeyCreateArgs) -> Result<Exit> {
    let organization = args
        .organization
        .as_deref()
        .map(Id::parse)
        .transpose()
        .context("--organization")?;
    let wanted = CommandLineKey {
        name: args.name.clone(),
        permissions: Permissions::parse(&args.scopes).context("--scopes")?,
        organization,
    };
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        // A database that was never served is founded here; its first key is then nobody's, and unused.
        app.prepare().await.context("cannot prepare the database")?;
        let key = app.create_key(wanted).await.context("cannot make a key")?;
        output::print(&format!("{}\n", key.secret))?;
        Ok(Exit::Success)
    })
}
