//! Exchange rates of a practice.

use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use serde_json::json;
use tieout_core::id::ExchangeRate;
use tieout_core::{Currency, Date, Id};
use tieout_store::rate::{self, Filter, RateRow};
use tieout_store::{BoxFuture, Page, Tx};

/// Adds a rate, or changes the one of the same day and source.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct PutRate {
    pub from: Currency,
    pub to: Currency,
    /// With eight places.
    pub rate: i64,
    pub date: Date,
    pub source: String,
}

fn snapshot(row: &RateRow) -> serde_json::Value {
    json!({ "from": row.from, "to": row.to, "rate": row.rate, "date": row.date.to_string(), "source": row.source })
}

impl Command for PutRate {
    type Output = RateRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<RateRow, AppError>> {
        Box::pin(async move {
            if self.rate <= 0 || self.from == self.to {
                return Err(AppError::invalid(
                    "rate",
                    "must be greater than zero, between two currencies",
                ));
            }
            let row = RateRow {
                id: ctx.id(),
                from: self.from.code().to_owned(),
                to: self.to.code().to_owned(),
                rate: self.rate,
                date: self.date,
                source: self.source.clone(),
                created_at: ctx.now_us,
            };
            // Rates are the practice's; so is the event. Only a key that reaches all of it may change them.
            if ctx.caller.home != ctx.caller.practice {
                return Err(AppError::Denied("currencies:write for the practice".into()));
            }
            let pair = (row.from.as_str(), row.to.as_str());
            let before = rate::of_day(tx, ctx.caller.practice, pair, (row.date, &row.source)).await?;
            let row = rate::put(tx, ctx.caller.practice, &row).await?;
            let change = Change {
                entity_type: "exchange_rate",
                entity_id: row.id.to_string(),
                event_type: "exchange_rate.set",
                description: format!("Rate {} to {} of {} set", row.from, row.to, row.date),
                change: json!({ "before": before.as_ref().map(snapshot), "after": snapshot(&row) }),
            };
            audit::record_for(tx, ctx, ctx.caller.practice, change).await?;
            Ok(row)
        })
    }
}

/// One rate.
#[derive(Debug, Clone, Copy)]
pub struct GetRate(pub Id<ExchangeRate>);

impl Command for GetRate {
    type Output = RateRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<RateRow, AppError>> {
        Box::pin(async move {
            let found = rate::find(tx, ctx.caller.practice, self.0).await?;
            found.ok_or(AppError::NotFound("exchange rate"))
        })
    }
}

/// A page of rates, newest day first.
#[derive(Debug, Clone)]
pub struct ListRates(pub Filter, pub Page);

impl Command for ListRates {
    type Output = (Vec<RateRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(rate::list(tx, ctx.caller.practice, &self.0, self.1).await?) })
    }
}
