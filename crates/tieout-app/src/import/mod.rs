//! Taking over books that were kept elsewhere: a chart of accounts, and transactions.
//!
//! A file is read before any transaction begins ([`source`]). [`plan`] then says of every transaction whether it is known,
//! can be taken, or why not; a trial ends there. Everything that can be taken is entered in one transaction of the
//! database, with one event. A transaction is known again by its source and by its own id there, or by what it says and by
//! how many like it came before it in the file: the same file, or a longer one, adds nothing twice.

mod accounts;
pub mod chart;
mod identity;
mod late;
pub mod plan;
pub mod source;
mod take;
mod value;
mod vanished;

use crate::access::{Action, Permission, Resource};
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{self, Entered};
use crate::transaction::snapshot;
use plan::Planned;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use source::Source;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;
use tieout_core::id::{BookImport, Transaction};
use tieout_core::{Currency, Date, Id};
use tieout_store::book_import::{self, ImportRow, ImportedRow};
use tieout_store::{BoxFuture, Hold, Page, StoreError, Tx, organization};

/// What a person decides about an import of transactions.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// By which name the source is known; transactions are compared with what came from it before.
    pub source: String,
    /// Accounts of the file, and the codes they have here.
    pub accounts: BTreeMap<String, String>,
    /// Makes accounts that are missing, where their type is known.
    pub create_accounts: bool,
    /// Of tables: the code of the account that they list.
    pub account: Option<String>,
    /// Of tables: the code of the account for rows that name no other side.
    pub suspense: Option<String>,
    /// What `$`, `kr` and amounts without a currency are.
    pub currency: Option<Currency>,
    /// Enters what is no currency (shares) at what it cost.
    pub at_cost: bool,
    /// Takes what can be taken although something cannot.
    pub take_what_fits: bool,
}

/// Something to know about the file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `main.beancount:12`; the file's name where it is about all of it.
    pub place: String,
    /// What, and what to do about it.
    pub message: String,
    /// A transaction or account is not taken because of it.
    pub is_refusal: bool,
}

/// What came of an import, or would.
///
/// Rows are counted, each once, whatever is said of it: those found are those added, known and refused, and those that move
/// nothing.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields say it")]
pub struct Report {
    /// None if nothing was added.
    pub id: Option<Id<BookImport>>,
    pub kind: &'static str,
    pub source: String,
    pub file_name: String,
    pub format: String,
    pub found: i64,
    pub added: i64,
    pub known: i64,
    pub refused: i64,
    /// The file as a whole cannot be taken as it is, whatever its rows are.
    pub is_refused: bool,
    /// Code, name and type of accounts that were made.
    pub accounts_added: Vec<(String, String, &'static str)>,
    pub days: Option<(Date, Date)>,
    pub findings: Vec<Finding>,
    /// How many more findings there were.
    pub findings_more: usize,
    /// Where refused rows are.
    refused_at: BTreeSet<String>,
}

/// What a reader of a file says about it.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// What it says, and of which lines.
    pub named: Vec<Finding>,
    /// Rows that it left out without naming them, as there were too many.
    pub left_out_more: u64,
}

/// So many transactions at once change what the tables are like.
const MANY: usize = 1000;
/// The tables that an import fills.
const GROWN: &[&str] = &[
    "ANALYZE journal_transaction",
    "ANALYZE entry",
    "ANALYZE imported_transaction",
];

/// Most findings of one report, beside what is said once of each account.
const MAX_FINDINGS: usize = 500;
/// Findings that a refusal names.
const NAMED_IN_REFUSAL: usize = 20;

impl Report {
    /// About a file, with what its reader says; `rows` are the places of what it read.
    pub(crate) fn about(
        (kind, source): (&'static str, String),
        (file_name, format): (&str, &str),
        findings: &Findings,
        rows: impl Iterator<Item = String>,
    ) -> Self {
        let mut report = Self {
            kind,
            source,
            file_name: file_name.to_owned(),
            format: format.to_owned(),
            ..Self::default()
        };
        let mut read = HashSet::new();
        for row in rows {
            report.found += 1;
            read.insert(row);
        }
        for finding in &findings.named {
            if finding.is_refusal {
                report.refuse(finding.place.clone(), finding.message.clone());
            } else {
                report.say(finding.clone());
            }
        }
        let lost = report.refused_at.iter().filter(|place| !read.contains(*place)).count();
        let more = findings.left_out_more;
        report.found += count(lost) + i64::try_from(more).unwrap_or(i64::MAX);
        report.refused += i64::try_from(more).unwrap_or(i64::MAX);
        report.findings_more += usize::try_from(more).unwrap_or(usize::MAX);
        report
    }

    /// Something is not taken, and why: a row by its line, or the whole file by its name.
    pub(crate) fn refuse(&mut self, place: String, message: String) {
        if place == self.file_name {
            self.is_refused = true;
        } else if self.refused_at.insert(place.clone()) {
            self.refused += 1;
        }
        self.say(Finding {
            place,
            message,
            is_refusal: true,
        });
    }

    /// Whether something of the file cannot be taken.
    pub fn has_refusals(&self) -> bool {
        self.refused > 0 || self.is_refused
    }

    /// Adds a finding: refusals stand before all others, each kind in the order in which it was found. What is beyond the
    /// limit is counted, and no refusal makes room for anything else.
    pub(crate) fn say(&mut self, finding: Finding) {
        let at = if finding.is_refusal {
            self.refusals()
        } else {
            self.findings.len()
        };
        self.findings.insert(at, finding);
        if self.findings.len() > MAX_FINDINGS {
            self.findings.pop();
            self.findings_more += 1;
        }
    }

    /// Adds what is said once of an account, behind the refusals. It comes last of all and takes nobody's place: there is no
    /// more of it than accounts.
    fn say_of_accounts(&mut self, findings: Vec<Finding>) {
        let behind = self.refusals();
        self.findings.splice(behind..behind, findings);
    }

    /// How many refusals are named, which are the first findings.
    fn refusals(&self) -> usize {
        self.findings.partition_point(|finding| finding.is_refusal)
    }

    /// Refuses the whole import because of what cannot be taken.
    pub(crate) fn refusal(&self, advice: &str) -> AppError {
        let mut text = String::new();
        for finding in self.findings.iter().take(self.refusals().min(NAMED_IN_REFUSAL)) {
            let _ = writeln!(text, "{}: {}", finding.place, finding.message);
        }
        let what = match self.refused {
            0 => "the file cannot be taken as it is".to_owned(),
            refused => format!("{refused} of {} cannot be taken", self.found),
        };
        AppError::Rule {
            code: "import_refused",
            message: format!("{what}; {advice}"),
            details: vec![("refused", self.refused.to_string()), ("problems", text)],
        }
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Says what an import of transactions would do.
#[derive(Debug, Clone)]
pub struct TryImport(pub Arc<Source>, pub Choices);

impl Command for TryImport {
    type Output = Report;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Report, AppError>> {
        Box::pin(async move {
            let Planned {
                mut report,
                transactions,
                chart,
                ..
            } = plan::plan(tx, ctx, &self.0, &self.1).await?;
            late::expect(&chart, &transactions, &mut report);
            Ok(report)
        })
    }
}

/// Imports transactions, all of them or none.
#[derive(Debug, Clone)]
pub struct ImportTransactions(pub Arc<Source>, pub Choices);

impl Command for ImportTransactions {
    type Output = Report;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Report, AppError>> {
        Box::pin(async move {
            if self.1.create_accounts {
                // The key may have lost it since it was let in.
                ctx.require(Permission(Resource::Accounts, Action::Write))?;
            }
            import(tx, ctx, &self.0, &self.1).await
        })
    }
}

async fn import(tx: &mut Tx, ctx: &Context, source: &Source, choices: &Choices) -> Result<Report, AppError> {
    // One import after the other: each plans with what those before it brought.
    organization::take(tx, ctx.org()?.id).await?;
    let planned = plan::plan(tx, ctx, source, choices).await?;
    if planned.report.has_refusals() && !choices.take_what_fits {
        let advice = "nothing was taken: correct them, or ask for what fits";
        return Err(planned.report.refusal(advice));
    }
    let Planned {
        mut report,
        new_accounts,
        mut transactions,
        chart,
    } = planned;
    if transactions.is_empty() && new_accounts.is_empty() {
        return Ok(report);
    }
    let made = plan::make_accounts(tx, ctx, &new_accounts).await?;
    let id: Id<BookImport> = ctx.id();
    for planned in &mut transactions {
        planned.place_accounts(&made)?;
        planned.mark(id, report.source.as_str());
    }
    let news: Vec<_> = transactions.iter().map(|planned| planned.new.clone()).collect();
    let entered = posting::enter_all(tx, ctx, &news).await?;
    late::report(&chart, transactions.iter().zip(&entered), &mut report);
    let row = import_row(ctx, id, &report, source.digest);
    let organization = ctx.org()?.id;
    book_import::insert(tx, organization, &row).await?;
    let remembered: Vec<ImportedRow> = transactions
        .iter()
        .zip(&entered)
        .map(|(planned, entered)| ImportedRow {
            identity: planned.identity,
            content: planned.content,
            date: entered.transaction.date,
            transaction_id: entered.transaction.id,
            import_id: id,
            is_reversed: false,
        })
        .collect();
    book_import::remember(tx, organization, (id, &report.source), &remembered)
        .await
        .map_err(imported_meanwhile)?;
    record(tx, ctx, &report, (&row, digest_of(&entered))).await?;
    if remembered.len() >= MANY {
        // Last of all: who plans a query by what the tables held before would look through them row by row.
        tx.look_at_sizes(GROWN).await?;
    }
    report.id = Some(id);
    Ok(report)
}

/// Somebody imported some of the same transactions since it was asked which are known: run again, and know them.
fn imported_meanwhile(error: StoreError) -> AppError {
    if error.violates("imported_transaction", "pkey") || error.violates("imported_transaction", "identity") {
        StoreError::LostRace.into()
    } else {
        error.into()
    }
}

pub(crate) fn import_row(ctx: &Context, id: Id<BookImport>, report: &Report, digest: [u8; 32]) -> ImportRow {
    ImportRow {
        id,
        kind: report.kind.to_owned(),
        source: report.source.clone(),
        file_name: report.file_name.clone(),
        format: report.format.clone(),
        digest,
        found: report.found,
        added: report.added,
        known: report.known,
        refused: report.refused,
        accounts_added: count(report.accounts_added.len()),
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
    }
}

/// The kind of an import of transactions.
pub(crate) const TRANSACTIONS: &str = "transactions";
/// In which order transactions are hashed that an import entered.
pub(crate) const BY_ID: &str = "id";

/// A hash over the ids and contents of transactions, in the order of their ids: an import's event proves each of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// The next one, as `transaction::snapshot` prints it.
    pub(crate) fn add(&mut self, id: Id<Transaction>, snapshot: &str) {
        self.0.update(id.bytes());
        self.0.update(snapshot);
        self.0.update([0]);
    }

    /// As it stands in the event.
    pub(crate) fn text(self) -> String {
        hex(&self.0.finalize())
    }
}

fn digest_of(entered: &[Entered]) -> String {
    let mut sorted: Vec<_> = entered.iter().collect();
    sorted.sort_unstable_by_key(|one| one.transaction.id);
    let mut hash = Digest::default();
    for one in sorted {
        hash.add(one.transaction.id, &snapshot(one).to_string());
    }
    hash.text()
}

/// One event for all of an import.
pub(crate) async fn record(
    tx: &mut Tx,
    ctx: &Context,
    report: &Report,
    (row, entered): (&ImportRow, String),
) -> Result<(), AppError> {
    let change = Change {
        entity_type: "import",
        entity_id: row.id.to_string(),
        event_type: "import.done",
        description: format!("{} of {} imported from {}", row.added, row.kind, row.file_name),
        change: json!({ "after": { "kind": row.kind, "source": row.source, "file_name": row.file_name,
            "file_sha256": hex(&row.digest), "entered_sha256": entered,
            "entered_order": (row.kind == TRANSACTIONS).then_some(BY_ID), "found": row.found, "added": row.added,
            "known": row.known, "refused": row.refused, "accounts_added": report.accounts_added,
            "days": report.days.map(|(from, to)| [from.to_string(), to.to_string()]) } }),
    };
    audit::record(tx, ctx, change).await
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// One import.
#[derive(Debug, Clone, Copy)]
pub struct GetImport(pub Id<BookImport>);

impl Command for GetImport {
    type Output = ImportRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ImportRow, AppError>> {
        Box::pin(async move {
            let found = book_import::find(tx, ctx.org()?.id, self.0).await?;
            found.ok_or(AppError::NotFound("import"))
        })
    }
}

/// A page of imports, newest first.
#[derive(Debug, Clone, Copy)]
pub struct ListImports(pub Page);

impl Command for ListImports {
    type Output = (Vec<ImportRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(book_import::list(tx, ctx.org()?.id, self.0).await?) })
    }
}
