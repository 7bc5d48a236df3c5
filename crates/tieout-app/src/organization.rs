//! Organizations: practices, and the books below them.

use crate::access::Permissions;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::job;
use crate::key::{self, FreshKey, KeyFields};
use serde_json::json;
use tieout_core::id::Organization;
use tieout_core::{Currency, Date, Id};
use tieout_store::organization::{self, OrganizationRow, UserRow, Visible};
use tieout_store::{BoxFuture, Page, Tx, event};

/// Stands in the founding event of an organization all of whose keys have events; the first key of older ones has none.
pub(crate) const KEYS_HAVE_EVENTS: &str = "every_key_has_an_event";

/// The fields of an organization that a caller gives.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct OrganizationFields {
    pub name: String,
    pub base_currency: Currency,
    pub domain: Option<String>,
    pub tax_number: Option<String>,
    pub fiscal_year_start: i64,
    pub metadata: String,
}

fn row(ctx: &Context, fields: &OrganizationFields, id: Id<Organization>) -> Result<OrganizationRow, AppError> {
    if fields.name.trim().is_empty() {
        return Err(AppError::invalid("organization_name", "is required"));
    }
    if !(1..=12).contains(&fields.fiscal_year_start) {
        return Err(AppError::invalid("fiscal_year_start", "must be a month from 1 to 12"));
    }
    Ok(OrganizationRow {
        id,
        practice_id: id,
        parent_id: None,
        name: fields.name.trim().to_owned(),
        domain: fields.domain.clone(),
        tax_number: fields.tax_number.clone(),
        fiscal_year_start: fields.fiscal_year_start,
        base_currency: fields.base_currency.code().to_owned(),
        relationship_type: None,
        books_closed: None,
        require_draft_approval: false,
        require_all_matched: false,
        metadata: fields.metadata.clone(),
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
    })
}

pub(crate) fn snapshot(row: &OrganizationRow) -> serde_json::Value {
    json!({ "name": row.name, "base_currency": row.base_currency, "tax_number": row.tax_number,
        "fiscal_year_start": row.fiscal_year_start, "domain": row.domain,
        "books_closed_through": row.books_closed.map(|day| day.to_string()),
        "require_draft_approval": row.require_draft_approval, "require_all_matched": row.require_all_matched })
}

fn change(row: &OrganizationRow, event_type: &'static str, before: Option<&OrganizationRow>) -> Change {
    Change {
        entity_type: "organization",
        entity_id: row.id.to_string(),
        event_type,
        description: format!(
            "Organization {} {}",
            row.name,
            event_type.rsplit('.').next().unwrap_or_default()
        ),
        change: json!({ "before": before.map(snapshot), "after": snapshot(row) }),
    }
}

/// The first event of an organization's chain.
fn founded(row: &OrganizationRow) -> Change {
    let mut change = change(row, "organization.created", None);
    change.change[KEYS_HAVE_EVENTS] = true.into();
    change
}

/// A new practice with its owner and first key.
#[derive(Debug, Clone)]
pub struct Practice {
    /// The root organization.
    pub row: OrganizationRow,
    /// A key for all of it.
    pub key: FreshKey,
}

/// Founds a practice: a root organization, its owner, a first key.
#[derive(Debug, Clone)]
pub struct CreatePractice(pub OrganizationFields);

impl Command for CreatePractice {
    type Output = Practice;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Practice, AppError>> {
        Box::pin(async move {
            // Whoever runs the server may found practices: that is the practice it began with.
            let first = organization::first_practice(tx).await?;
            let is_operator = ctx.caller.covers_below && first.is_some_and(|first| first.id == ctx.caller.home);
            if !is_operator {
                return Err(AppError::Denied(
                    "to found practices (a key of the server's first practice)".into(),
                ));
            }
            let (row, own) = found_practice(tx, ctx, &self.0).await?;
            let key = first_key(tx, &own, row.id).await?;
            Ok(Practice { row, key })
        })
    }
}

/// Stores a practice, and gives the context of its owner. The first event of its chain is its foundation.
pub(crate) async fn found_practice(
    tx: &mut Tx,
    ctx: &Context,
    fields: &OrganizationFields,
) -> Result<(OrganizationRow, Context), AppError> {
    let row = row(ctx, fields, ctx.id())?;
    organization::insert(tx, &row).await?;
    let owner = UserRow {
        id: ctx.id(),
        practice_id: row.id,
        name: "Owner".into(),
        role: "owner".into(),
        created_at: ctx.now_us,
    };
    organization::insert_user(tx, &owner).await?;
    job::queue_recurring(tx, ctx.world.as_ref(), row.id).await?;
    event::begin_chain(tx, row.id, &audit::genesis(row.id)).await?;
    let mut own = ctx.clone();
    own.caller.user = owner.id;
    audit::record_for(tx, &own, row.id, founded(&row)).await?;
    Ok((row, own))
}

/// Makes the first key of a practice, for all of it, on behalf of its owner.
pub(crate) async fn first_key(tx: &mut Tx, own: &Context, practice: Id<Organization>) -> Result<FreshKey, AppError> {
    let fields = KeyFields {
        organization: practice,
        covers_below: true,
        user: own.caller.user,
        name: "First key".into(),
        description: None,
        permissions: Permissions::ALL,
        expires_at: None,
    };
    let key = key::fresh(own, &fields)?;
    key::enter(tx, own, &key).await?;
    Ok(key)
}

/// Adds an organization below another one.
#[derive(Debug, Clone)]
pub struct CreateBelow {
    /// Below which; none is the key's own.
    pub parent: Option<Id<Organization>>,
    /// `owned` or `linked`.
    pub relationship_type: String,
    /// What it is.
    pub fields: OrganizationFields,
}

impl Command for CreateBelow {
    type Output = OrganizationRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<OrganizationRow, AppError>> {
        Box::pin(async move {
            if !ctx.caller.covers_below {
                return Err(AppError::Denied("to add organizations (a key for all below it)".into()));
            }
            if !matches!(self.relationship_type.as_str(), "owned" | "linked") {
                return Err(AppError::invalid("relationship_type", "must be owned or linked"));
            }
            let parent = self.parent.unwrap_or(ctx.caller.home);
            let above = organization::find(tx, parent)
                .await?
                .filter(|above| above.practice_id == ctx.caller.practice);
            let above = above.ok_or(AppError::NotFound("parent organization"))?;
            let mut row = row(ctx, &self.fields, ctx.id())?;
            row.practice_id = above.practice_id;
            row.parent_id = Some(above.id);
            row.relationship_type = Some(self.relationship_type.clone());
            organization::insert(tx, &row).await?;
            event::begin_chain(tx, row.id, &audit::genesis(row.id)).await?;
            audit::record_for(tx, ctx, row.id, founded(&row)).await?;
            Ok(row)
        })
    }
}

/// Changes an organization. What is left out stays.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateOrganization {
    pub name: Option<String>,
    pub domain: Option<Option<String>>,
    pub tax_number: Option<Option<String>>,
    pub fiscal_year_start: Option<i64>,
    pub base_currency: Option<Currency>,
    pub books_closed: Option<Option<Date>>,
    pub require_draft_approval: Option<bool>,
    pub require_all_matched: Option<bool>,
    pub metadata: Option<String>,
}

impl Command for UpdateOrganization {
    type Output = OrganizationRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<OrganizationRow, AppError>> {
        Box::pin(async move {
            let id = ctx.org()?.id;
            let before = organization::find(tx, id)
                .await?
                .ok_or(AppError::NotFound("organization"))?;
            let mut row = before.clone();
            if let Some(currency) = self.base_currency
                && currency.code() != row.base_currency
            {
                if organization::has_money(tx, id).await? {
                    let message = "transactions, reconciliations or open items have amounts in the base currency; begin \
                        another organization";
                    return Err(AppError::rule("base_currency_in_use", message));
                }
                currency.code().clone_into(&mut row.base_currency);
            }
            row.name = self.name.clone().unwrap_or(row.name);
            row.domain = self.domain.clone().unwrap_or(row.domain);
            row.tax_number = self.tax_number.clone().unwrap_or(row.tax_number);
            row.fiscal_year_start = self.fiscal_year_start.unwrap_or(row.fiscal_year_start);
            row.books_closed = self.books_closed.unwrap_or(row.books_closed);
            row.require_draft_approval = self.require_draft_approval.unwrap_or(row.require_draft_approval);
            row.require_all_matched = self.require_all_matched.unwrap_or(row.require_all_matched);
            row.metadata = self.metadata.clone().unwrap_or(row.metadata);
            row.updated_at = ctx.now_us;
            if row.name.trim().is_empty() {
                return Err(AppError::invalid("name", "is required"));
            }
            if !(1..=12).contains(&row.fiscal_year_start) {
                return Err(AppError::invalid("fiscal_year_start", "must be a month from 1 to 12"));
            }
            organization::update(tx, &row).await?;
            audit::record(tx, ctx, change(&row, "organization.updated", Some(&before))).await?;
            Ok(row)
        })
    }
}

/// The organization of the request.
#[derive(Debug, Clone, Copy)]
pub struct GetOrganization;

impl Command for GetOrganization {
    type Output = OrganizationRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<OrganizationRow, AppError>> {
        Box::pin(async move {
            let found = organization::find(tx, ctx.org()?.id).await?;
            found.ok_or(AppError::NotFound("organization"))
        })
    }
}

/// A page of the organizations that the key reaches, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListOrganizations(pub Page);

impl Command for ListOrganizations {
    type Output = (Vec<OrganizationRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let visible = Visible {
                practice: ctx.caller.practice,
                own: ctx.caller.home,
                all: ctx.caller.covers_below && ctx.caller.home == ctx.caller.practice,
            };
            Ok(organization::list(tx, visible, self.0).await?)
        })
    }
}
