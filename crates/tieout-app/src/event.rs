//! Looking at the audit chain.

use crate::command::{Command, Context};
use crate::error::AppError;
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
