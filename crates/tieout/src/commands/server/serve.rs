//! `tieout serve`.

use super::{open, runtime};
use crate::Exit;
use crate::cli::ServeArgs;
use crate::output;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Duration;
use tieout_app::App;
use tokio::net::TcpListener;

/// How often the counts of uses of keys are stored.
const STORE_USES: Duration = Duration::from_secs(30);
/// How often heads of audit chains are signed.
const SIGN_HEADS: Duration = Duration::from_secs(600);
/// How often work in the background is looked for.
const LOOK_FOR_JOBS: Duration = Duration::from_secs(1);

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
    super::signer::check_place(&args.signing)?;
    let app = open(&args.signing.store).await?;
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
    let key_file = super::signer::path_of(&args.signing, &app).await?;
    app.register_key(&super::signer::load(&key_file)?).await?;
    let background = [
        tokio::spawn(store_uses(app.clone())),
        tokio::spawn(sign_heads(app.clone(), key_file.clone())),
        tokio::spawn(run_jobs(app.clone())),
    ];
    tieout_server::serve(&app, listener, stopped()).await?;
    for task in background {
        // A job that was under way goes on after its last step when its lease is over.
        task.abort();
    }
    app.flush_uses().await?;
    app.sign_heads(&super::signer::load(&key_file)?).await?;
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

async fn sign_heads(app: App, key_file: PathBuf) {
    let mut ticks = tokio::time::interval(SIGN_HEADS);
    loop {
        ticks.tick().await;
        // The file is read each time: the key may have been rotated.
        let signed = match super::signer::load(&key_file) {
            Ok(signer) => app.sign_heads(&signer).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        if let Err(error) = signed {
            output::complain(&format!("tieout: cannot sign the heads of the audit chains: {error:#}"));
        }
    }
}

async fn run_jobs(app: App) {
    let mut ticks = tokio::time::interval(LOOK_FOR_JOBS);
    loop {
        ticks.tick().await;
        let jobs = app.clone();
        // In a task of its own: a bug in one job must not end the search for others.
        match tokio::spawn(async move { jobs.run_due_jobs().await }).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => output::complain(&format!("tieout: cannot run jobs: {}", error.with_causes())),
            Err(error) => output::complain(&format!("tieout: a job ended by a bug: {error}")),
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
