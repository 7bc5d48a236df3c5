//! Importing a list of open items: CSV or XLSX with number, contact, dates, amount and open amount.

use super::{CreateOpenItem, ItemKind, create, number_key, snapshot};
use crate::access::{Action, Permission, Resource};
use crate::amounts;
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::import::source::{findings, hash, impossible_days, in_words_of_fields, must_be_decided};
use crate::import::{Finding, Findings, Report, hex, import_row, record};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use tieout_books::{BooksOptions, OpenItem, open_items};
use tieout_core::encoding::Input;
use tieout_core::id::{Account, Contact};
use tieout_core::{Currency, Date, Id, Severity};
use tieout_store::contact::{self, ContactRow};
use tieout_store::{BoxFuture, Tx, book_import, open_item};

/// A list of open items.
#[derive(Debug, Clone, Default)]
pub struct ItemSource {
    /// What people call the file.
    pub file_name: String,
    /// Hash of its bytes.
    pub digest: [u8; 32],
    /// Its rows; positive amounts are invoices, negative ones bills.
    pub rows: Vec<OpenItem>,
    /// What its reader says about it.
    pub findings: Findings,
}

/// Reads a list of open items.
///
/// # Errors
/// What keeps the whole file from being used, as a problem of the field `content`.
pub fn read(input: &mut dyn Input, options: &BooksOptions<'_>, file_name: &str) -> Result<ItemSource, AppError> {
    let unreadable = |error: &std::io::Error| AppError::invalid("content", format!("{file_name}: {error}"));
    let digest = hash(input).map_err(|error| unreadable(&error))?;
    let (mut rows, problems) = open_items(input, options).map_err(|error| unreadable(&error))?;
    if let Some(problem) = problems.iter().find(|problem| problem.severity() == Severity::Error) {
        let problem = in_words_of_fields(&problem.to_string());
        return Err(AppError::invalid("content", format!("{file_name}: {problem}")));
    }
    must_be_decided(file_name, &problems)?;
    let impossible = impossible_days(&problems);
    rows.retain(|row| !impossible.contains(&row.source_line));
    Ok(ItemSource {
        file_name: file_name.to_owned(),
        digest,
        rows,
        findings: findings(file_name, problems.iter(), &[]),
    })
}

/// Imports open items that are in the books already; numbers that are known stay as they are.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ImportOpenItems {
    pub source: Arc<ItemSource>,
    /// Invoices or bills, whatever the signs say.
    pub kind: Option<ItemKind>,
    /// The account on which they stand; by default receivables or payables.
    pub account_id: Option<Id<Account>>,
    /// Currency of rows that say none.
    pub currency: Option<Currency>,
    /// Makes contacts whose name is not known.
    pub create_contacts: bool,
    pub take_what_fits: bool,
    pub is_trial: bool,
}

impl Command for ImportOpenItems {
    type Output = Report;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Report, AppError>> {
        Box::pin(async move {
            // The key may have lost it since it was let in.
            ctx.require(Permission(Resource::OpenItems, Action::Write))?;
            if self.create_contacts {
                ctx.require(Permission(Resource::Contacts, Action::Write))?;
            }
            import(tx, ctx, self).await
        })
    }
}

/// A row that can be taken.
struct Wanted<'r> {
    row: &'r OpenItem,
    kind: ItemKind,
    date: Date,
    contact: Option<Id<Contact>>,
}

async fn import(tx: &mut Tx, ctx: &Context, what: &ImportOpenItems) -> Result<Report, AppError> {
    let org = ctx.org()?;
    let source = what.source.as_ref();
    let about = ("open_items", "open_items".into());
    let rows = source.rows.iter().map(|row| place(what, row));
    let mut report = Report::about(about, (&source.file_name, "csv"), &source.findings, rows);
    let wanted = if refuse_mixed_signs(what, &mut report) {
        Vec::new()
    } else {
        choose(tx, ctx, what, &mut report).await?
    };
    report.added = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let dates = || wanted.iter().map(|one| one.date);
    report.days = dates().min().zip(dates().max());
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
    for one in &wanted {
        let contact = match one.contact {
            None if what.create_contacts && !one.row.contact.trim().is_empty() => {
                Some(make_contact(tx, ctx, one).await?)
            }
            known => known,
        };
        let (row, _) = create(tx, ctx, &new_item(what, one, contact)).await?;
        hash.update(row.id.bytes());
        hash.update(snapshot(&row).to_string());
    }
    let row = import_row(ctx, ctx.id(), &report, source.digest);
    book_import::insert(tx, org.id, &row).await?;
    record(tx, ctx, &report, (&row, hex(&hash.finalize()))).await?;
    report.id = Some(row.id);
    Ok(report)
}

/// The rows that can be taken; what is known or cannot be is said.
async fn choose<'r>(
    tx: &mut Tx,
    ctx: &Context,
    what: &'r ImportOpenItems,
    report: &mut Report,
) -> Result<Vec<Wanted<'r>>, AppError> {
    let org = ctx.org()?;
    let mut seen = BTreeSet::new();
    let mut wanted = Vec::new();
    for row in &what.source.rows {
        let by_sign = if row.amount.is_negative() {
            ItemKind::Bill
        } else {
            ItemKind::Invoice
        };
        let kind = what.kind.unwrap_or(by_sign);
        let contact = contact::find_name(tx, org.id, row.contact.trim()).await?;
        let why = check(what, row, org.base);
        let why = match (why, row.date) {
            (Some(why), _) => why,
            (None, None) => "it has no date".to_owned(),
            (None, Some(date)) => {
                if is_known(tx, ctx, (row, kind), contact).await? {
                    report.known += 1;
                    continue;
                }
                let name = if kind == ItemKind::Bill { row.contact.trim() } else { "" };
                if seen.insert((kind.name(), row.number.trim().to_owned(), name.to_owned())) {
                    if contact.is_none() && !row.contact.trim().is_empty() && !what.create_contacts {
                        report.say(Finding {
                            place: place(what, row),
                            message: format!("there is no contact {:?}; the item has none", row.contact.trim()),
                            is_refusal: false,
                        });
                    }
                    wanted.push(Wanted {
                        row,
                        kind,
                        date,
                        contact,
                    });
                    continue;
                }
                format!("the number {:?} is in the file twice", row.number)
            }
        };
        report.refuse(place(what, row), why);
    }
    Ok(wanted)
}

/// Whether the item is here already: as its contact's, as that of one who was no contact then, or from before names were
/// part of what bills are known by.
async fn is_known(
    tx: &mut Tx,
    ctx: &Context,
    (row, kind): (&OpenItem, ItemKind),
    contact: Option<Id<Contact>>,
) -> Result<bool, AppError> {
    let organization = ctx.org()?.id;
    let name = row.contact.trim();
    for vendor in [(contact, None), (None, Some(name)), (None, None)] {
        let key = number_key(kind, &row.number, vendor);
        let found = open_item::find_number(tx, organization, kind.name(), &key).await?;
        let is_bare = vendor == (None, None) && kind == ItemKind::Bill;
        if found.is_some_and(|item| !is_bare || item.description.as_deref().unwrap_or_default().trim() == name) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of a list that is said to be bills, amounts of both signs: which of them are the credits, the list cannot say.
fn refuse_mixed_signs(what: &ImportOpenItems, report: &mut Report) -> bool {
    let has = |is_negative: bool| {
        let mut amounts = what.source.rows.iter().map(|row| row.amount);
        amounts.any(|amount| !amount.is_zero() && amount.is_negative() == is_negative)
    };
    let is_mixed = what.kind == Some(ItemKind::Bill) && has(true) && has(false);
    if is_mixed {
        let message = "holds amounts of both signs, so some of its bills are credits and it cannot be told which: take the credits \
                       out, or leave the kind to the signs (positive invoices, negative bills)";
        report.refuse(what.source.file_name.clone(), message.into());
        report.refused = report.found;
    }
    is_mixed
}

fn place(what: &ImportOpenItems, row: &OpenItem) -> String {
    format!("{}:{}", what.source.file_name, row.source_line)
}

/// Why a row cannot be taken, as far as it says by itself.
fn check(what: &ImportOpenItems, row: &OpenItem, base: Currency) -> Option<String> {
    if row.number.trim().is_empty() {
        return Some("it has no number".into());
    }
    if row.amount.is_zero() {
        return Some("its amount is zero".into());
    }
    if row.open_amount.is_negative() != row.amount.is_negative() && !row.open_amount.is_zero() {
        return Some(
            "its open amount has another sign than its amount: more was paid than it was; enter the credit".into(),
        );
    }
    if what.kind == Some(ItemKind::Invoice) && row.amount.is_negative() {
        return Some("it is a credit: its amount is negative among invoices; enter it by itself".into());
    }
    if row.number.trim().chars().count() > 255 {
        return Some("its number has more than 255 characters".into());
    }
    if row.open_amount.abs() > row.amount.abs() {
        return Some("more is open than its amount".into());
    }
    if row.due.zip(row.date).is_some_and(|(due, date)| due < date) {
        return Some("it is due before its date".into());
    }
    let currency = row.currency.or(what.currency).unwrap_or(base);
    let fits = |amount| amounts::to_minor("amount", amount, currency);
    [row.amount, row.open_amount]
        .into_iter()
        .find_map(|amount| fits(amount).err())
        .map(|error| error.to_string())
}

fn new_item(what: &ImportOpenItems, one: &Wanted<'_>, contact: Option<Id<Contact>>) -> CreateOpenItem {
    let row = one.row;
    let text = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    CreateOpenItem {
        kind: one.kind,
        number: row.number.clone(),
        contact_id: contact,
        contact_name: text(&row.contact),
        account_id: what.account_id,
        issued: one.date,
        due: row.due,
        currency: row.currency.or(what.currency),
        amount: Some(row.amount.abs()),
        open_amount: Some(row.open_amount.abs()),
        base_amount: None,
        lines: Vec::new(),
        codes: Vec::new(),
        reference: text(&row.reference),
        description: text(&row.contact),
        metadata: json!({ "import": { "place": place(what, row) } }).to_string(),
    }
}

/// A contact of this name: a customer of invoices, a vendor of bills. One that an earlier row made is found again.
async fn make_contact(tx: &mut Tx, ctx: &Context, one: &Wanted<'_>) -> Result<Id<Contact>, AppError> {
    let organization = ctx.org()?.id;
    let name = one.row.contact.trim();
    if let Some(known) = contact::find_name(tx, organization, name).await? {
        return Ok(known);
    }
    let contact_type = if one.kind == ItemKind::Invoice {
        "customer"
    } else {
        "vendor"
    };
    let row = ContactRow {
        id: ctx.id(),
        contact_type: contact_type.into(),
        name: name.to_owned(),
        details: "{}".into(),
        enabled: true,
        created_by: ctx.caller.user,
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
    };
    contact::insert(tx, organization, &row).await?;
    Ok(row.id)
}
