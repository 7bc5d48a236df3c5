//! `tieout import`.

use super::{open, organization, runtime};
use crate::cli::ImportArgs;
use crate::{Exit, inputs, output};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::sync::Arc;
use tieout_app::account::FindCode;
use tieout_app::import::{Choices, ImportTransactions, Report, TryImport, chart, source};
use tieout_app::open_item::table;
use tieout_app::{App, AppError, Command, Context as Caller};
use tieout_books::BooksOptions;

/// Imports a chart or transactions and prints what came of it.
pub(crate) fn import(args: &ImportArgs) -> Result<Exit> {
    // The file first: one that cannot be read must not leave a new database behind.
    let read = match Read::open(args) {
        Ok(read) => read,
        Err(error) => return refused(error),
    };
    let organization = organization(args.organization.as_deref())?;
    runtime()?.block_on(async {
        let app = open(&args.store).await?;
        app.prepare_books().await.context("cannot prepare the database")?;
        let ctx = app.local_context(organization).await?;
        let report = match run(&app, &ctx, read, args).await {
            Ok(report) => report,
            Err(error) => return refused(error),
        };
        for finding in &report.findings {
            output::complain(&format!("{}: {}", finding.place, finding.message));
        }
        if report.findings_more > 0 {
            output::complain(&format!("… and {} more", report.findings_more));
        }
        output::print(&summary(&report, args))?;
        let is_complete = !report.has_refusals() || (args.take_what_fits && !args.dry_run);
        Ok(if is_complete { Exit::Success } else { Exit::NotTiedOut })
    })
}

/// What the file holds.
enum Read {
    Chart(chart::ChartSource),
    OpenItems(table::ItemSource),
    Transactions(source::Source),
}

impl Read {
    fn open(args: &ImportArgs) -> Result<Self, AppError> {
        let unusable = |error: anyhow::Error| AppError::invalid("file", format!("{error:#}"));
        let mut input = inputs::open(&args.file).map_err(unusable)?;
        let folder = inputs::DiskIncludes;
        let mut mapping = args
            .mapping
            .as_deref()
            .map(inputs::mapping)
            .transpose()
            .map_err(unusable)?;
        if let Some(mark) = args.decimal_mark {
            mapping.get_or_insert_default().decimal_mark = Some(mark.into());
        }
        let options = BooksOptions {
            format: args.format.clone(),
            path: args.file.display().to_string(),
            account: args.file_account.clone(),
            currency: None,
            owed: false,
            date_order: args.date_order.map(Into::into),
            mapping,
            includes: Some(&folder),
        };
        let name = inputs::name(&args.file);
        if args.chart {
            return Ok(Self::Chart(chart::read(input.as_mut(), &options, &name)?));
        }
        if args.open_items {
            return Ok(Self::OpenItems(table::read(input.as_mut(), &options, &name)?));
        }
        Ok(Self::Transactions(source::read(input.as_mut(), &options, &name)?))
    }
}

async fn run(app: &App, ctx: &Caller, read: Read, args: &ImportArgs) -> Result<Report, AppError> {
    match read {
        Read::Chart(source) => {
            let source = Arc::new(source);
            let command = |is_trial| chart::ImportChart {
                source: Arc::clone(&source),
                take_what_fits: args.take_what_fits,
                is_trial,
            };
            tried(app, ctx, args, (command(true), command(false))).await
        }
        Read::OpenItems(source) => {
            let account_id = match &args.account {
                Some(code) => Some(app.look(ctx, FindCode(code.clone())).await?.id),
                None => None,
            };
            let source = Arc::new(source);
            let command = |is_trial| table::ImportOpenItems {
                source: Arc::clone(&source),
                kind: None,
                account_id,
                currency: args.currency,
                create_contacts: args.create_contacts,
                take_what_fits: args.take_what_fits,
                is_trial,
            };
            tried(app, ctx, args, (command(true), command(false))).await
        }
        Read::Transactions(source) => {
            let source = Arc::new(source);
            let trial = TryImport(Arc::clone(&source), choices(args));
            let import = ImportTransactions(source, choices(args));
            tried(app, ctx, args, (trial, import)).await
        }
    }
}

/// Plans first, so that every line that cannot be taken is named, then does it.
async fn tried<T, C>(app: &App, ctx: &Caller, args: &ImportArgs, (trial, command): (T, C)) -> Result<Report, AppError>
where
    T: Command<Output = Report>,
    C: Command<Output = Report>,
{
    let trial = app.look_at_once(ctx, trial).await?;
    if args.dry_run || (trial.has_refusals() && !args.take_what_fits) {
        return Ok(trial);
    }
    app.execute(ctx, command).await
}

fn choices(args: &ImportArgs) -> Choices {
    Choices {
        source: args.source.clone().unwrap_or_default(),
        accounts: args.map.iter().cloned().collect(),
        create_accounts: args.create_accounts,
        account: args.account.clone(),
        suspense: args.suspense.clone(),
        currency: args.currency,
        at_cost: args.at_cost,
        take_what_fits: args.take_what_fits,
    }
}

/// What cannot be used ends with 2.
fn refused(error: AppError) -> Result<Exit> {
    match error {
        AppError::Invalid { .. } | AppError::Rule { .. } | AppError::NotFound(_) | AppError::NoneAt { .. } => {
            output::complain(&format!("tieout: {error}"));
            Ok(Exit::Unusable)
        }
        other => Err(other.into()),
    }
}

fn summary(report: &Report, args: &ImportArgs) -> String {
    let mut text = String::new();
    let days = report
        .days
        .map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
    let what = match report.kind {
        "chart" => "accounts",
        "open_items" => "open items",
        _ => "transactions",
    };
    let _ = writeln!(
        text,
        "{} ({}): {} {what}{days}",
        report.file_name, report.format, report.found
    );
    let is_refused = report.has_refusals() && !args.take_what_fits;
    let verb = match (report.id.is_some(), is_refused) {
        (true, _) => "added",
        (false, true) => "could be added",
        (false, false) if args.dry_run => "would be added",
        (false, false) => "added",
    };
    let _ = writeln!(
        text,
        "  {verb} {}, known {}, cannot be taken {}",
        report.added, report.known, report.refused
    );
    if !args.chart && !report.accounts_added.is_empty() {
        let _ = writeln!(text, "  accounts {verb}: {}", report.accounts_added.len());
    }
    if let Some(id) = report.id {
        let _ = writeln!(text, "  import {id}");
    } else if is_refused && !args.dry_run {
        let _ = writeln!(
            text,
            "  nothing was added; correct the lines above, or use --take-what-fits"
        );
    }
    text
}
