//! `tieout serve`.

use super::{open, runtime};
use crate::Exit;
use crate::cli::ServeArgs;
use crate::output;
use anyhow::{Context, Result};
use std::time::Duration;
use tieout_app::App;
use tieout_app::signing::Signer;
use tokio::net::TcpListener;

/// How often the counts of uses of keys are stored.
const STORE_USES: Duration = Duration::from_secs(30);
/// How often heads of audit chains are signed.
const SIGN_HEADS: Duration = Duration::from_secs(600);

/// Runs the server until it is told to stop.
pub(crate) fn serve(args: &ServeArgs) -> Result<Exit> {
    runtime()?.block_on(run(args))
}

async fn run(args: &ServeArgs) -> Result<Exit> {
    // The address first: a port that is taken must not leave a new database behind.
    let listener = TcpListener::bind(&args.listen)
        .await
        .with_context(|| format!("cannot listen on {}; choose another address with --listen", args.listen))?;
    let address = listener.local_addr()?;
    let app = open(&args.store).await?;
    if let Some(practice) = app.prepare().await.context("cannot prepare the database")? {
        output::print(&format!(
            "Welcome to Tieout. Your first organization and API key; the key is shown only now:\n\n  \
             organization  {}\n  API key       {}\n\n",
            practice.row.id, practice.key.secret
        ))?;
    }
    output::print(&format!(
        "tieout {} serves http://{address} with {}; reference at http://{address}/reference\n",
        env!("CARGO_PKG_VERSION"),
        app.database().engine()
    ))?;
    let signer = super::signer::load(args)?;
    let counting = tokio::spawn(store_uses(app.clone()));
    let signing = tokio::spawn(sign_heads(app.clone(), signer.clone()));
    tieout_server::serve(&app, listener, stopped()).await?;
    counting.abort();
    signing.abort();
    app.flush_uses().await?;
    app.sign_heads(&signer).await?;
    Ok(Exit::Success)
}

async fn store_uses(app: App) {
    let mut ticks = tokio::time::interval(STORE_USES);
    loop {
        ticks.tick().await;
        if let Err(error) = app.flush_uses().await {
            output::complain(&format!("tieout: cannot store how often keys are used: {error}"));
        }
    }
}

async fn sign_heads(app: App, signer: Signer) {
    let mut ticks = tokio::time::interval(SIGN_HEADS);
    loop {
        ticks.tick().await;
        if let Err(error) = app.sign_heads(&signer).await {
            output::complain(&format!("tieout: cannot sign the heads of the audit chains: {error}"));
        }
    }
}

/// Done when somebody wants the server to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
