//! Importing a chart of accounts: from a table, or from the accounts of a journal.

use super::plan::kind_of;
use super::{Finding, Findings, Report, hex, import_row, record};
use crate::access::{Action, Permission, Resource};
use crate::account::{self, CreateAccount, kind_name};
use crate::amounts;
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::time_zone;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::sync::Arc;
use tieout_books::{BooksOptions, ChartRow, read_chart, read_whole};
use tieout_core::encoding::Input;
use tieout_core::id::Account;
use tieout_core::{Currency, Id};
use tieout_ledger::AccountKind;
use tieout_store::account::AccountRow;
use tieout_store::{BoxFuture, Tx, book_import};

/// A file that holds a chart of accounts.
#[derive(Debug, Clone, Default)]
pub struct ChartSource {
    /// What people call it.
    pub file_name: String,
    /// What it was read as.
    pub format: String,
    /// Hash of its bytes.
    pub digest: [u8; 32],
    /// The accounts, in the order of the file.
    pub rows: Vec<ChartRow>,
    /// What its reader says about it.
    pub findings: Findings,
}

/// Reads a chart of accounts: a table with a header, or the accounts of a journal.
///
/// # Errors
/// What keeps the whole file from being used, as a problem of the field `content`.
pub fn read(input: &mut dyn Input, options: &BooksOptions<'_>, file_name: &str) -> Result<ChartSource, AppError> {
    let unreadable = |error: &io::Error| AppError::invalid("content", format!("{file_name}: {error}"));
    let digest = super::source::hash(input).map_err(|error| unreadable(&error))?;
    let recognised = tieout_books::recognise(input, &options.path).map_err(|error| unreadable(&error))?;
    let asked = options.format.as_deref();
    let format = asked
        .or(recognised.map(tieout_books::BooksFormat::name))
        .unwrap_or("csv")
        .to_owned();
    let (rows, problems) = if format == "csv" {
        read_chart(input).map_err(|error| unreadable(&error))?
    } else {
        let read = read_whole(input, options).map_err(|error| unreadable(&error))?;
        let of = |account: &tieout_books::transactions::WholeAccount| ChartRow {
            code: account.name.clone(),
            name: account.name.rsplit(':').next().unwrap_or(&account.name).to_owned(),
            account_type: account.account_type,
            parent: account.name.rsplit_once(':').map_or("", |(above, _)| above).to_owned(),
            ..ChartRow::default()
        };
        // A journal's accounts are named by all that is above them, whether or not that is an account itself.
        let mut rows: Vec<ChartRow> = read.journal.accounts.iter().map(of).collect();
        let codes: HashSet<String> = rows.iter().map(|row| row.code.clone()).collect();
        for row in &mut rows {
            if !codes.contains(&row.parent) {
                row.parent.clear();
            }
        }
        (rows, read.reading.problems)
    };
    if let Some(problem) = problems
        .iter()
        .find(|problem| problem.severity() == tieout_core::Severity::Error)
    {
        let problem = super::source::in_words_of_fields(&problem.to_string());
        return Err(AppError::invalid("content", format!("{file_name}: {problem}")));
    }
    let findings = super::source::findings(file_name, problems.iter(), &[]);
    Ok(ChartSource {
        file_name: file_name.to_owned(),
        format,
        digest,
        rows,
        findings,
    })
}

/// Imports a chart: codes that are taken stay as they are. A trial writes nothing.
#[derive(Debug, Clone)]
pub struct ImportChart {
    /// The chart.
    pub source: Arc<ChartSource>,
    /// Takes what can be taken although something cannot.
    pub take_what_fits: bool,
    /// Says only what it would do.
    pub is_trial: bool,
}

impl Command for ImportChart {
    type Output = Report;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Report, AppError>> {
        Box::pin(async move {
            // The key may have lost it since it was let in.
            ctx.require(Permission(Resource::Accounts, Action::Write))?;
            import(tx, ctx, self).await
        })
    }
}

/// An account of the file that can be made.
struct Wanted<'r> {
    row: &'r ChartRow,
    kind: AccountKind,
    currency: Option<Currency>,
}

async fn import(tx: &mut Tx, ctx: &Context, what: &ImportChart) -> Result<Report, AppError> {
    let org = ctx.org()?;
    let source = what.source.as_ref();
    let chart = tieout_store::account::every(tx, org.id).await?;
    let about = ("chart", "chart".into());
    let rows = source.rows.iter().map(|row| place(source, row));
    let mut report = Report::about(about, (&source.file_name, &source.format), &source.findings, rows);
    let wanted = choose(source, &chart, &mut report);
    report.accounts_added = wanted
        .iter()
        .map(|one| (one.row.code.clone(), one.row.name.clone(), kind_name(one.kind)))
        .collect();
    report.added = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    if what.is_trial {
        return Ok(report);
    }
    if report.has_refusals() && !what.take_what_fits {
        return Err(report.refusal("nothing was taken: correct them, or ask for what fits"));
    }
    if wanted.is_empty() {
        return Ok(report);
    }
    let mut hash = Sha256::new();
    let mut known: BTreeMap<String, (Id<Account>, String)> = chart
        .into_iter()
        .map(|row| (row.code, (row.id, row.account_type)))
        .collect();
    for one in parents_first(wanted) {
        let parent = known
            .get(&one.row.parent)
            .filter(|(_, of_type)| of_type == kind_name(one.kind));
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let fields = CreateAccount {
            code: one.row.code.clone(),
            name: one.row.name.clone(),
            kind: one.kind,
            description: text(&one.row.description),
            currency: one.currency,
            parent_id: parent.map(|(id, _)| *id),
            time_zone: text(&one.row.time_zone),
            metadata: "{}".into(),
        };
        let made = account::create(tx, ctx, &fields, None).await?;
        hash.update(made.id.bytes());
        hash.update(format!("{}\0{}\0{}\0", made.code, made.name, made.account_type));
        known.insert(made.code, (made.id, made.account_type));
    }
    let row = import_row(ctx, ctx.id(), &report, source.digest);
    book_import::insert(tx, org.id, &row).await?;
    record(tx, ctx, &report, (&row, hex(&hash.finalize()))).await?;
    report.id = Some(row.id);
    Ok(report)
}

/// The accounts that can be made; what is known or cannot be is said.
fn choose<'r>(source: &'r ChartSource, chart: &[AccountRow], report: &mut Report) -> Vec<Wanted<'r>> {
    let known: HashMap<&str, &AccountRow> = chart.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut taken: BTreeMap<&str, u64> = BTreeMap::new();
    let mut wanted = Vec::new();
    for row in &source.rows {
        let why = match (known.get(row.code.as_str()), row.account_type) {
            _ if row.code.trim().is_empty() => Some("it has neither code nor name".into()),
            (Some(here), Some(of_type)) if here.account_type != kind_name(kind_of(of_type)) => Some(format!(
                "account {:?} is here already, as {}: rename one of them",
                row.code, here.account_type
            )),
            (Some(_), _) => {
                report.known += 1;
                continue;
            }
            _ if taken.contains_key(row.code.as_str()) => Some(format!(
                "the code {:?} is on line {} already",
                row.code,
                taken.get(row.code.as_str()).copied().unwrap_or_default()
            )),
            (None, None) => Some(format!(
                "the type of {:?} cannot be told: write asset, liability, equity, revenue or expense",
                row.code
            )),
            (None, Some(of_type)) => match account::check_words(&row.code, &row.name)
                .and_then(|()| time_zone::check((!row.time_zone.is_empty()).then_some(row.time_zone.as_str())))
                .and_then(|()| currency(row))
            {
                Err(error) => Some(error.to_string()),
                Ok(currency) => {
                    taken.insert(&row.code, row.line);
                    wanted.push(Wanted {
                        row,
                        kind: kind_of(of_type),
                        currency,
                    });
                    None
                }
            },
        };
        if let Some(message) = why {
            report.refuse(place(source, row), message);
        }
    }
    for one in &wanted {
        let parent = one.row.parent.as_str();
        if !parent.is_empty() && !taken.contains_key(parent) && !known.contains_key(parent) {
            report.say(Finding {
                place: place(source, one.row),
                message: format!("there is no account {parent:?} above it; it stands at the top"),
                is_refusal: false,
            });
        }
    }
    wanted
}

fn place(source: &ChartSource, row: &ChartRow) -> String {
    if row.line == 0 {
        source.file_name.clone()
    } else {
        format!("{}:{}", source.file_name, row.line)
    }
}

fn currency(row: &ChartRow) -> Result<Option<Currency>, AppError> {
    (!row.currency.is_empty())
        .then(|| amounts::currency("currency", &row.currency))
        .transpose()
}

/// In an order in which each account comes after the one above it; those that stand in a circle come last.
fn parents_first(wanted: Vec<Wanted<'_>>) -> Vec<Wanted<'_>> {
    let codes: HashSet<&str> = wanted.iter().map(|one| one.row.code.as_str()).collect();
    let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut ready = VecDeque::new();
    for (at, one) in wanted.iter().enumerate() {
        let parent = one.row.parent.as_str();
        if parent != one.row.code && codes.contains(parent) {
            below.entry(parent).or_default().push(at);
        } else {
            ready.push_back(at);
        }
    }
    let mut order = Vec::with_capacity(wanted.len());
    while let Some(at) = ready.pop_front() {
        order.push(at);
        let code = wanted.get(at).map_or("", |one| one.row.code.as_str());
        ready.extend(below.remove(code).unwrap_or_default());
    }
    let mut circles: Vec<usize> = below.into_values().flatten().collect();
    circles.sort_unstable();
    order.extend(circles);
    let mut wanted: Vec<Option<Wanted<'_>>> = wanted.into_iter().map(Some).collect();
    let taken = order.into_iter().filter_map(|at| wanted.get_mut(at)?.take());
    taken.collect()
}

/// The digest of a file, as text.
pub fn digest_text(digest: &[u8; 32]) -> String {
    hex(digest)
}
