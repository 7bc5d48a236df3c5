//! `tieout key create`, `list` and `revoke`.

use super::{open, organization, runtime};
use crate::Exit;
use crate::cli::{KeyCreateArgs, KeyListArgs, KeyRevokeArgs};
use crate::output;
use anyhow::{Context, Result};
use jiff::Timestamp;
use std::fmt::Write as _;
use tieout_app::Permissions;
use tieout_app::setup::CommandLineKey;
use tieout_core::Id;

/// Makes a key and prints it, and nothing else.
pub(crate) fn create(args: &KeyCreateArgs) -> Result<Exit> {
    let organization = organization(args.organization.as_deref())?;
    let wanted = CommandLineKey {
        name: args.name.clone(),
        permissions: Permissions::parse(&args.scopes).context("--scopes")?,
        organization,
    };
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        if app.prepare_books().await.context("cannot prepare the database")? {
            output::complain("tieout: there was no database yet; an empty one was made (mind --data and --database)");
        }
        let key = app.create_key(wanted).await.context("cannot make a key")?;
        output::print(&format!("{}\n", key.secret))?;
        Ok(Exit::Success)
    })
}

/// Lists every key, revoked ones too.
pub(crate) fn list(args: &KeyListArgs) -> Result<Exit> {
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let mut text = String::new();
        for key in app.all_keys().await.context("cannot read the keys")? {
            let state = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {}", day(at)),
                (None, Some(at)) => format!("expires {}", day(at)),
                (None, None) => "active".to_owned(),
            };
            let used = key
                .last_used_at
                .map_or_else(|| "never used".to_owned(), |at| format!("used {}", day(at)));
            let reach = if key.covers_below { " and below" } else { "" };
            let _ = writeln!(
                text,
                "{}  {}  {:?}  {}{reach}  {:?}  {state}, {used}",
                key.id, key.preview, key.name, key.organization_id, key.permissions
            );
        }
        output::print(&text)?;
        Ok(Exit::Success)
    })
}

fn day(at_us: i64) -> String {
    Timestamp::from_microsecond(at_us).map_or_else(|_| "?".into(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// Ends a key.
pub(crate) fn revoke(args: &KeyRevokeArgs) -> Result<Exit> {
    let key = Id::parse(&args.key).context("the key's id")?;
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        let revoked = app.revoke_key(key).await.context("cannot revoke the key")?;
        output::print(&format!("revoked {} {:?}\n", revoked.id, revoked.name))?;
        Ok(Exit::Success)
    })
}
