//! Contacts.

use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use tieout_core::Id;
use tieout_core::id::Contact;
use tieout_store::contact::{self, ContactRow};
use tieout_store::{BoxFuture, Page, Tx};

/// What is kept of a contact as one JSON object, each value as it was written.
pub type Details = BTreeMap<String, Box<RawValue>>;

/// The fields of a contact that a caller gives.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct ContactFields {
    pub contact_type: String,
    pub name: String,
    /// Everything else, as one JSON object: [`Details`].
    pub details: String,
    pub enabled: bool,
}

const TYPES: &[&str] = &["customer", "vendor", "employee", "other"];

fn check(fields: &ContactFields) -> Result<(), AppError> {
    if !TYPES.contains(&fields.contact_type.as_str()) {
        return Err(AppError::invalid(
            "contact_type",
            "must be customer, vendor, employee or other",
        ));
    }
    if fields.name.trim().is_empty() {
        return Err(AppError::invalid("name", "is required"));
    }
    Ok(())
}

pub(crate) fn snapshot(row: &ContactRow) -> serde_json::Value {
    json!({ "contact_type": row.contact_type, "name": row.name, "details": row.details, "enabled": row.enabled })
}

fn change(row: &ContactRow, event_type: &'static str, verb: &str, before: Option<&ContactRow>) -> Change {
    Change {
        entity_type: "contact",
        entity_id: row.id.to_string(),
        event_type,
        description: format!("Contact {} {verb}", row.name),
        change: json!({ "before": before.map(snapshot), "after": snapshot(row) }),
    }
}

/// Adds a contact.
#[derive(Debug, Clone)]
pub struct CreateContact(pub ContactFields);

impl Command for CreateContact {
    type Output = ContactRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ContactRow, AppError>> {
        Box::pin(async move {
            check(&self.0)?;
            let row = ContactRow {
                id: ctx.id(),
                contact_type: self.0.contact_type.clone(),
                name: self.0.name.clone(),
                details: self.0.details.clone(),
                enabled: self.0.enabled,
                created_by: ctx.caller.user,
                created_at: ctx.now_us,
                updated_at: ctx.now_us,
            };
            contact::insert(tx, ctx.org()?.id, &row).await?;
            audit::record(tx, ctx, change(&row, "contact.created", "created", None)).await?;
            Ok(row)
        })
    }
}

/// Changes a contact. What is left out stays.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateContact {
    pub id: Id<Contact>,
    pub contact_type: Option<String>,
    pub name: Option<String>,
    /// Over those that it has; what is null goes.
    pub details: Details,
    pub enabled: Option<bool>,
}

/// Details over those that a contact has.
fn merged(kept: &str, changes: &Details) -> Result<String, AppError> {
    let unreadable = |_| AppError::Internal("details of a contact");
    let mut details: Details = serde_json::from_str(kept).map_err(unreadable)?;
    for (name, value) in changes {
        details.insert(name.clone(), value.clone());
    }
    details.retain(|_, value| value.get() != "null");
    serde_json::to_string(&details).map_err(unreadable)
}

impl Command for UpdateContact {
    type Output = ContactRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ContactRow, AppError>> {
        Box::pin(async move {
            let before = find(tx, ctx, self.id).await?;
            let fields = ContactFields {
                contact_type: self.contact_type.clone().unwrap_or_else(|| before.contact_type.clone()),
                name: self.name.clone().unwrap_or_else(|| before.name.clone()),
                details: merged(&before.details, &self.details)?,
                enabled: self.enabled.unwrap_or(before.enabled),
            };
            check(&fields)?;
            let row = ContactRow {
                contact_type: fields.contact_type,
                name: fields.name,
                details: fields.details,
                enabled: fields.enabled,
                updated_at: ctx.now_us,
                ..before.clone()
            };
            contact::update(tx, ctx.org()?.id, &row).await?;
            audit::record(tx, ctx, change(&row, "contact.updated", "updated", Some(&before))).await?;
            Ok(row)
        })
    }
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<Contact>) -> Result<ContactRow, AppError> {
    contact::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("contact"))
}

/// Removes a contact that no transaction names.
#[derive(Debug, Clone, Copy)]
pub struct DeleteContact(pub Id<Contact>);

impl Command for DeleteContact {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let row = find(tx, ctx, self.0).await?;
            let organization = ctx.org()?.id;
            let is_used = contact::is_used(tx, organization, self.0).await?
                || tieout_store::open_item::contact_is_used(tx, organization, self.0).await?;
            if is_used {
                return Err(AppError::rule(
                    "contact_in_use",
                    "transactions, invoices or bills name this contact; disable it instead",
                ));
            }
            contact::delete(tx, ctx.org()?.id, self.0).await?;
            audit::record(tx, ctx, change(&row, "contact.deleted", "deleted", Some(&row))).await
        })
    }
}

/// One contact.
#[derive(Debug, Clone, Copy)]
pub struct GetContact(pub Id<Contact>);

impl Command for GetContact {
    type Output = ContactRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<ContactRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of contacts, newest first; an empty type does not filter.
#[derive(Debug, Clone)]
pub struct ListContacts(pub String, pub Page);

impl Command for ListContacts {
    type Output = (Vec<ContactRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(contact::list(tx, ctx.org()?.id, &self.0, self.1).await?) })
    }
}
