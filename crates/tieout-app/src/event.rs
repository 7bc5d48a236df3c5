//! Looking at the audit chain.

use crate::amounts;
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::reconciliation::natural_sign;
use serde_json::Value;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use tieout_core::id::{Account, Organization};
use tieout_core::{Currency, Id};
use tieout_store::event::{self, EventRow, Filter};
use tieout_store::{BoxFuture, Page, Tx, account, organization};

/// An event, and what is needed to print its amounts, which the chain keeps as minor units with the inside sign.
#[derive(Debug, Clone)]
pub struct ShownEvent {
    /// The event as the chain has it.
    pub row: EventRow,
    /// Whose it is.
    pub organization: Id<Organization>,
    /// The organization's base currency.
    pub base: Currency,
    /// Of a reconciliation: its account's currency, and what turns the inside sign into the account's own.
    pub account: Option<(Currency, i64)>,
}

type Accounts = HashMap<Id<Account>, (Currency, i64)>;

async fn shown(tx: &mut Tx, rows: Vec<(EventRow, Id<Organization>)>) -> Result<Vec<ShownEvent>, AppError> {
    let mut bases = HashMap::<Id<Organization>, (Currency, Accounts)>::new();
    let mut found = Vec::with_capacity(rows.len());
    for (row, of) in rows {
        let (base, known) = match bases.entry(of) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let organization = organization::find(tx, of)
                    .await?
                    .ok_or(AppError::NotFound("organization"))?;
                let base = amounts::stored_currency(&organization.base_currency)?;
                place.insert((base, HashMap::new()))
            }
        };
        let account = match account_of(&row) {
            Some(id) => account_shown(tx, of, id, (*base, known)).await?,
            None => None,
        };
        found.push(ShownEvent {
            row,
            organization: of,
            base: *base,
            account,
        });
    }
    Ok(found)
}

/// The account of a reconciliation's event.
fn account_of(row: &EventRow) -> Option<Id<Account>> {
    if row.entity_type != "reconciliation" {
        return None;
    }
    let change: Value = serde_json::from_str(&row.change).ok()?;
    let said = ["after", "before"]
        .into_iter()
        .find_map(|when| change[when]["account_id"].as_str())?;
    Id::parse(said).ok()
}

async fn account_shown(
    tx: &mut Tx,
    organization: Id<Organization>,
    id: Id<Account>,
    (base, known): (Currency, &mut Accounts),
) -> Result<Option<(Currency, i64)>, AppError> {
    if let Some(known) = known.get(&id) {
        return Ok(Some(*known));
    }
    let Some(row) = account::find(tx, organization, id).await? else {
        return Ok(None);
    };
    let currency = row.currency.as_deref().map_or(Ok(base), amounts::stored_currency)?;
    let found = (currency, natural_sign(&row.account_type));
    known.insert(id, found);
    Ok(Some(found))
}

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub struct ListEvents(pub Filter, pub Page);

impl Command for ListEvents {
    type Output = (Vec<ShownEvent>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let organization = ctx.organization.as_ref().map_or(ctx.caller.home, |org| org.id);
            let (rows, count) = event::list(tx, organization, &self.0, self.1).await?;
            let rows = rows.into_iter().map(|row| (row, organization)).collect();
            Ok((shown(tx, rows).await?, count))
        })
    }
}

/// A page of one record's events, newest first, wherever the caller may look.
#[derive(Debug, Clone)]
pub struct ListEntityEvents {
    /// The type of record.
    pub entity_type: String,
    /// Its id.
    pub entity_id: String,
    /// Which page.
    pub page: Page,
}

impl Command for ListEntityEvents {
    type Output = (Vec<ShownEvent>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let caller = &ctx.caller;
            let covers_below = caller.covers_below && caller.home == caller.practice;
            let entity = (self.entity_type.as_str(), self.entity_id.as_str());
            let (rows, count) = event::of_entity(tx, (caller.home, covers_below), entity, self.page).await?;
            Ok((shown(tx, rows).await?, count))
        })
    }
}
