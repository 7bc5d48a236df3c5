//! Looking at the audit chain.

use crate::command::{Command, Context};
use crate::error::AppError;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::{self, EventRow, Filter};
use tieout_store::{BoxFuture, Page, Tx};

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub struct ListEvents(pub Filter, pub Page);

impl Command for ListEvents {
    type Output = (Vec<EventRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let organization = ctx.organization.as_ref().map_or(ctx.caller.home, |org| org.id);
            Ok(event::list(tx, organization, &self.0, self.1).await?)
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
    type Output = (Vec<(EventRow, Id<Organization>)>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let caller = &ctx.caller;
            let covers_below = caller.covers_below && caller.home == caller.practice;
            let entity = (self.entity_type.as_str(), self.entity_id.as_str());
            Ok(event::of_entity(tx, (caller.home, covers_below), entity, self.page).await?)
        })
    }
}
