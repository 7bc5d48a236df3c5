//! How an account stood on any day: an addition to Crane's reconciliations.
//!
//! Signs as theirs: balances are natural to the account, an entry's `amount` is credit less debit.

use crate::choices::Direction;
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Shape, Verb, list as list_of, one,
};
use crate::problem::Failure;
use crate::wire::{self, json, money, page};
use serde::Serialize;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::reconciliation::{AsOf, AsOfDate, AsOfEntries, Cleared, OpenThen, natural_sign};
use utoipa::ToSchema;

const ACCOUNT: Param = Param::text("account_id", "the account");
const DATE: Param = Param::day("date", "the day; default today, where the account is kept");
const QUERY: &[Param] = &[ACCOUNT, DATE, KNOWN_AT];
const KNOWN_AT: Param = Param::text(
    "known_at",
    "an instant: nothing that was entered or completed later counts, what was undone later does; one in whole seconds \
     includes its second; default now",
);

const fn row(
    path: &'static str,
    (id, summary): (&'static str, &'static str),
    response: (u16, Shape),
    handler: fn(Call) -> Handled,
) -> Endpoint {
    Endpoint {
        id,
        verb: Verb::Get,
        path,
        access: Access::Organization(Permission(Resource::Reconciliations, Action::Read)),
        summary,
        query: QUERY,
        request: None,
        response,
        handler: Handler::Of(handler),
    }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    row(
        "/organizations/{organization_id}/reconciliations/as-of",
        ("getAccountAsOf", "How an account stood on any day"),
        (200, one::<AsOfBody>()),
        as_of,
    ),
    Endpoint {
        query: &[ACCOUNT, DATE, KNOWN_AT, LIMIT, OFFSET],
        ..row(
            "/organizations/{organization_id}/reconciliations/as-of/entries",
            ("listOpenEntriesAsOf", "What was open on any day, and what became of it"),
            (200, list_of::<OpenEntryBody>()),
            entries,
        )
    },
];

/// How an account stood on a day.
#[derive(Serialize, ToSchema)]
struct AsOfBody {
    account_id: String,
    account_name: String,
    date: String,
    /// As it was known then. Ask with it again and the answer is the same, whatever happened since.
    known_at: String,
    /// Balance of the books.
    book_balance: String,
    /// Sum of what completed reconciliations to that day had cleared.
    cleared_balance: String,
    /// The first less the second: what was open.
    open_total: String,
    /// What of it raises the account's balance by the books' debit side (money in).
    open_in_total: String,
    /// What of it is money out.
    open_out_total: String,
    open_count: i64,
    /// The last completion to that day.
    last_reconciliation_id: Option<String>,
    last_statement_date: Option<String>,
    last_statement_balance: Option<String>,
    last_completed_at: Option<String>,
    /// When that completion was undone, if it was since.
    last_undone_at: Option<String>,
    currency: String,
}

/// An entry, or a part of one, that was open on a day.
#[derive(Serialize, ToSchema)]
struct OpenEntryBody {
    ledger_entry_id: String,
    transaction_id: String,
    entry_date: String,
    description: String,
    reference: Option<String>,
    /// What was open of it; credit less debit: money out is positive.
    amount: String,
    /// As the bank prints it: money in is positive.
    bank_amount: String,
    /// `in` or `out`.
    #[schema(value_type = Direction)]
    direction: &'static str,
    /// All of the entry, credit less debit.
    entry_amount: String,
    posted_at: String,
    /// Posted into a period that was completed already.
    is_late: bool,
    /// What is open of it now, credit less debit.
    still_open: String,
    /// What has cleared it since.
    cleared: Vec<ClearedBody>,
}

/// What took an entry, or a part of it, later.
#[derive(Serialize, ToSchema)]
struct ClearedBody {
    reconciliation_id: String,
    statement_date: String,
    completed_at: String,
    /// How much; credit less debit.
    amount: String,
}

/// What is asked, and the instant as of which it is answered.
async fn question(call: &Call) -> Result<(AsOfDate, i64), Failure> {
    let text = call.query("account_id");
    let text = text.ok_or_else(|| AppError::invalid("account_id", "is required"))?;
    let account = wire::id_at(text, "account", "account_id")?;
    let date = match wire::query_date(call, "date")? {
        Some(date) => date,
        None => wire::today_at(call, account).await?,
    };
    let known_at = call.query("known_at").map(known_at).transpose()?;
    let asked = AsOfDate {
        account,
        date,
        // What is to come is not known either.
        known_at: known_at.filter(|at| *at < call.ctx.now_us),
    };
    Ok((asked, asked.known_at.unwrap_or(call.ctx.now_us)))
}

fn known_at(text: &str) -> Result<i64, AppError> {
    let at = wire::parse_instant("known_at", text)?;
    // As this interface prints instants, the rest of a second is cut off.
    Ok(if text.contains('.') {
        at
    } else {
        at.saturating_add(999_999)
    })
}

fn as_of(call: Call) -> Handled {
    Box::pin(async move {
        let (asked, at) = question(&call).await?;
        let found = call.app.look_at_once(&call.ctx, asked).await?;
        Ok(Reply::new(200, json(&body(&asked, &found, at))))
    })
}

fn body(asked: &AsOfDate, found: &AsOf, at: i64) -> AsOfBody {
    let sign = natural_sign(&found.account_type);
    let print = |minor: i64| money(minor.saturating_mul(sign), found.currency);
    let last = found.last_completed.as_ref();
    AsOfBody {
        account_id: asked.account.to_string(),
        account_name: found.account_name.clone(),
        date: asked.date.to_string(),
        known_at: wire::exact_instant(at),
        book_balance: print(found.book_balance),
        cleared_balance: print(found.cleared_balance),
        open_total: print(found.open.money_in.saturating_add(found.open.money_out)),
        open_in_total: print(found.open.money_in),
        open_out_total: print(found.open.money_out),
        open_count: found.open.count,
        last_reconciliation_id: last.map(|row| row.reconciliation.to_string()),
        last_statement_date: last.map(|row| row.statement_date.to_string()),
        last_statement_balance: last.map(|row| print(row.statement_balance)),
        last_completed_at: last.map(|row| wire::instant(row.completed_at)),
        last_undone_at: last.and_then(|row| row.undone_at).map(wire::instant),
        currency: found.currency.code().to_owned(),
    }
}

fn entries(call: Call) -> Handled {
    Box::pin(async move {
        let (asked, _) = question(&call).await?;
        let page = page(&call)?;
        let (figures, rows) = call.app.look_at_once(&call.ctx, AsOfEntries(asked, page)).await?;
        let bodies = rows.iter().map(|open| open_body(&figures, open)).collect();
        Ok(Reply::new(200, wire::list(bodies, page, figures.open.count)))
    })
}

fn open_body(figures: &AsOf, open: &OpenThen) -> OpenEntryBody {
    let row = &open.row;
    let credit = |minor: i64| money(minor.saturating_neg(), figures.currency);
    let cleared = |part: &Cleared| ClearedBody {
        reconciliation_id: part.reconciliation.to_string(),
        statement_date: part.statement_date.to_string(),
        completed_at: wire::instant(part.completed_at),
        amount: credit(part.amount),
    };
    let entry = row.transaction_id.entry(u16::try_from(row.line).unwrap_or_default());
    OpenEntryBody {
        ledger_entry_id: entry.to_string(),
        transaction_id: row.transaction_id.to_string(),
        entry_date: row.date.to_string(),
        description: row.description.clone(),
        reference: row.reference.clone(),
        amount: credit(row.open),
        bank_amount: money(row.open, figures.currency),
        direction: if row.open > 0 { "in" } else { "out" },
        entry_amount: credit(row.amount),
        posted_at: wire::instant(row.posted_at),
        is_late: row.is_late,
        still_open: credit(open.still_open),
        cleared: open.cleared.iter().map(cleared).collect(),
    }
}
