//! Imports of charts, transactions and open items from files of books.

use crate::choices::{AccountType, DayOrder, DecimalSign, ImportKind, OpenItemKind};
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Reply, Verb, list as list_of, one};
use crate::problem::Failure;
use crate::wire::{self, hex, instant, json, page};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::account::FindCode;
use tieout_app::amounts;
use tieout_app::books::{BooksOptions, DateOrder, DecimalMark, Mapping};
use tieout_app::import::{Choices, GetImport, ImportTransactions, ListImports, Report, TryImport, chart, source};
use tieout_app::open_item::{ItemKind, table};
use tieout_app::store::book_import::ImportRow;
use tieout_core::encoding::Input;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "importBooks",
        verb: Verb::Post,
        path: "/v1/organizations/{organization_id}/imports",
        access: may(Action::Write),
        summary: "Import a chart, transactions or open items from a file of books: all of it or nothing; what is known is not added again",
        query: &[],
        request: Some(one::<ImportBody>()),
        response: (200, one::<ReportBody>()),
        handler: Handler::Of(import),
    },
    Endpoint {
        id: "listImports",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/imports",
        access: may(Action::Read),
        summary: "List imports, newest first",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<DoneImportBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getImport",
        verb: Verb::Get,
        path: "/v1/organizations/{organization_id}/imports/{id}",
        access: may(Action::Read),
        summary: "Get an import",
        query: &[],
        request: None,
        response: (200, one::<DoneImportBody>()),
        handler: Handler::Of(get),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Transactions, action))
}

/// A file and what to do with it.
#[derive(Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the body by itself")]
struct ImportBody {
    /// `transactions` (the default), `chart` or `open_items`.
    #[schema(value_type = Option<ImportKind>)]
    kind: Option<String>,
    /// What people call the file; its ending is a hint for its format.
    file_name: String,
    /// The file, as text.
    content: String,
    /// `beancount`, `hledger`, `csv`, `sie`, `fec` …; told from the content unless said.
    format: Option<String>,
    /// Says only what the import would do.
    #[serde(default)]
    dry_run: bool,
    /// By which name the source is known; default `journal`, of tables one for each account.
    source: Option<String>,
    /// Accounts of the file, and the codes they have here.
    #[serde(default)]
    accounts: BTreeMap<String, String>,
    /// Makes accounts that are missing, where their type is known.
    #[serde(default)]
    create_accounts: bool,
    /// Of tables: the code of the account that they list; of open items: on which they stand.
    account: Option<String>,
    /// Of tables that hold several accounts: the one to read, as the table calls it.
    file_account: Option<String>,
    /// Of tables: the code of the account for rows that name no other side.
    suspense_account: Option<String>,
    /// What `$`, `kr` and amounts without a currency are.
    currency: Option<String>,
    /// Order of day and month where a table leaves it open: `dmy`, `mdy` or `ymd`.
    #[schema(value_type = Option<DayOrder>)]
    date_order: Option<String>,
    /// Decimal mark where the amounts leave it open (`1.459`): `.` or `,`.
    #[schema(value_type = Option<DecimalSign>)]
    decimal_mark: Option<String>,
    /// Of tables: what its columns are, in the words of a mapping file.
    mapping: Option<String>,
    /// Enters what is no currency (shares) at what it cost.
    #[serde(default)]
    at_cost: bool,
    /// Of open items: `invoice` or `bill` for all of them; default by the sign of the amount.
    #[schema(value_type = Option<OpenItemKind>)]
    item_kind: Option<String>,
    /// Of open items: makes contacts whose name is not known.
    #[serde(default)]
    create_contacts: bool,
    /// Takes what can be taken although something cannot.
    #[serde(default)]
    take_what_fits: bool,
}

/// What came of an import, or would.
#[derive(Serialize, ToSchema)]
struct ReportBody {
    /// Null if nothing was added.
    id: Option<String>,
    object: &'static str,
    #[schema(value_type = ImportKind)]
    kind: &'static str,
    source: String,
    file_name: String,
    format: String,
    /// How many transactions, accounts or items the file holds: those added, known and refused, and those that move
    /// nothing.
    found: i64,
    added: i64,
    /// Imported before.
    known: i64,
    /// Cannot be taken; each row counts once, whatever is wrong with it.
    refused: i64,
    /// The file as a whole cannot be taken as it is.
    is_refused: bool,
    accounts_added: Vec<AddedAccount>,
    first_date: Option<String>,
    last_date: Option<String>,
    findings: Vec<FindingBody>,
    /// How many more findings there were.
    findings_more: usize,
}

/// An account that was made, or would be.
#[derive(Serialize, ToSchema)]
struct AddedAccount {
    code: String,
    name: String,
    #[schema(value_type = AccountType)]
    account_type: &'static str,
}

/// Something to know about the file.
#[derive(Serialize, ToSchema)]
struct FindingBody {
    /// File and line.
    place: String,
    message: String,
    /// Something is not taken because of it.
    is_refusal: bool,
}

/// An import that was done.
#[derive(Serialize, ToSchema)]
struct DoneImportBody {
    id: String,
    object: &'static str,
    #[schema(value_type = ImportKind)]
    kind: String,
    source: String,
    file_name: String,
    format: String,
    /// SHA-256 of the file.
    file_sha256: String,
    found: i64,
    added: i64,
    known: i64,
    refused: i64,
    accounts_added: i64,
    created_by: String,
    created_at: String,
}

impl From<&ImportRow> for DoneImportBody {
    fn from(row: &ImportRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "import",
            kind: row.kind.clone(),
            source: row.source.clone(),
            file_name: row.file_name.clone(),
            format: row.format.clone(),
            file_sha256: hex(&row.digest),
            found: row.found,
            added: row.added,
            known: row.known,
            refused: row.refused,
            accounts_added: row.accounts_added,
            created_by: row.created_by.to_string(),
            created_at: instant(row.created_at),
        }
    }
}

fn print(report: &Report) -> String {
    json(&ReportBody {
        id: report.id.map(|id| id.to_string()),
        object: "import_report",
        kind: report.kind,
        source: report.source.clone(),
        file_name: report.file_name.clone(),
        format: report.format.clone(),
        found: report.found,
        added: report.added,
        known: report.known,
        refused: report.refused,
        is_refused: report.is_refused,
        accounts_added: report
            .accounts_added
            .iter()
            .map(|(code, name, account_type)| AddedAccount {
                code: code.clone(),
                name: name.clone(),
                account_type,
            })
            .collect(),
        first_date: report.days.map(|days| days.0.to_string()),
        last_date: report.days.map(|days| days.1.to_string()),
        findings: report
            .findings
            .iter()
            .map(|finding| FindingBody {
                place: finding.place.clone(),
                message: finding.message.clone(),
                is_refusal: finding.is_refusal,
            })
            .collect(),
        findings_more: report.findings_more,
    })
}

/// How the file is to be read.
fn options(body: &ImportBody) -> Result<BooksOptions<'static>, AppError> {
    let date_order = match body.date_order.as_deref() {
        None => None,
        Some("dmy") => Some(DateOrder::DayMonthYear),
        Some("mdy") => Some(DateOrder::MonthDayYear),
        Some("ymd") => Some(DateOrder::YearMonthDay),
        Some(_) => return Err(AppError::invalid("date_order", "must be dmy, mdy or ymd")),
    };
    let decimal_mark = match body.decimal_mark.as_deref() {
        None => None,
        Some(".") => Some(DecimalMark::Point),
        Some(",") => Some(DecimalMark::Comma),
        Some(_) => return Err(AppError::invalid("decimal_mark", "must be \".\" or \",\"")),
    };
    let mut mapping = match &body.mapping {
        Some(text) => Some(Mapping::parse(text).map_err(|error| AppError::invalid("mapping", error.to_string()))?),
        None => None,
    };
    if decimal_mark.is_some() {
        mapping.get_or_insert_default().decimal_mark = decimal_mark;
    }
    Ok(BooksOptions {
        mapping,
        format: body.format.clone(),
        path: body.file_name.clone(),
        account: body.file_account.clone(),
        date_order,
        ..BooksOptions::default()
    })
}

/// Reads the file where it keeps nobody waiting: a large one takes seconds.
async fn read<T: Send + 'static>(
    mut body: ImportBody,
    read: fn(&mut dyn Input, &BooksOptions<'_>, &str) -> Result<T, AppError>,
) -> Result<(ImportBody, T), Failure> {
    let done = tokio::task::spawn_blocking(move || {
        let mut input = Cursor::new(std::mem::take(&mut body.content).into_bytes());
        let found = options(&body).and_then(|options| read(&mut input, &options, &body.file_name));
        (body, found)
    });
    let (body, found) = done.await.map_err(|_| AppError::Internal("the reader of an import"))?;
    Ok((body, found?))
}

const fn write(resource: Resource) -> Permission {
    Permission(resource, Action::Write)
}

fn import(call: Call) -> Handled {
    Box::pin(async move {
        let body: ImportBody = call.json()?;
        match body.kind.as_deref().unwrap_or("transactions") {
            "chart" => {
                call.ctx.require(write(Resource::Accounts))?;
                let (body, found) = read(body, chart::read).await?;
                let command = chart::ImportChart {
                    source: Arc::new(found),
                    take_what_fits: body.take_what_fits,
                    is_trial: body.dry_run,
                };
                call.run(200, command, print).await
            }
            "transactions" => {
                if body.create_accounts {
                    call.ctx.require(write(Resource::Accounts))?;
                }
                let (body, found) = read(body, source::read).await?;
                let found = Arc::new(found);
                let is_trial = body.dry_run;
                let choices = choices(body)?;
                if is_trial {
                    let report = call.app.look_at_once(&call.ctx, TryImport(found, choices)).await?;
                    return Ok(Reply::new(200, print(&report)));
                }
                call.run(200, ImportTransactions(found, choices), print).await
            }
            "open_items" => import_items(call, body).await,
            _ => Err(AppError::invalid("kind", "must be transactions, chart or open_items").into()),
        }
    })
}

async fn import_items(call: Call, body: ImportBody) -> Result<Reply, Failure> {
    call.ctx.require(write(Resource::OpenItems))?;
    if body.create_contacts {
        call.ctx.require(write(Resource::Contacts))?;
    }
    let (body, found) = read(body, table::read).await?;
    let currency = body.currency.as_deref().map(|code| amounts::currency("currency", code));
    let account = match body.account.as_deref() {
        Some(code) => {
            let found = call.app.look(&call.ctx, FindCode(code.to_owned())).await;
            Some(found.map_err(|error| error.at("account"))?.id)
        }
        None => None,
    };
    let command = table::ImportOpenItems {
        source: Arc::new(found),
        kind: body.item_kind.as_deref().map(ItemKind::named).transpose()?,
        account_id: account,
        currency: currency.transpose()?,
        create_contacts: body.create_contacts,
        take_what_fits: body.take_what_fits,
        is_trial: body.dry_run,
    };
    call.run(200, command, print).await
}

fn choices(body: ImportBody) -> Result<Choices, Failure> {
    let currency = body
        .currency
        .as_deref()
        .map(|code| amounts::currency("currency", code))
        .transpose()?;
    Ok(Choices {
        source: body.source.unwrap_or_default(),
        accounts: body.accounts,
        create_accounts: body.create_accounts,
        account: body.account,
        suspense: body.suspense_account,
        currency,
        at_cost: body.at_cost,
        take_what_fits: body.take_what_fits,
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let found = call.app.look(&call.ctx, GetImport(call.id("import")?)).await?;
        Ok(Reply::new(200, json(&DoneImportBody::from(&found))))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let (rows, count) = call.app.look(&call.ctx, ListImports(page)).await?;
        let rows = rows.iter().map(DoneImportBody::from).collect();
        Ok(Reply::new(200, wire::list(rows, page, count)))
    })
}
