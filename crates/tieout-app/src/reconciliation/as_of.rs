//! How an account stood on any day: what the books said, what was cleared by then, what was open, and what became of it.
//!
//! A day alone says how the account stands on it by what is known now. With an instant too, later postings and completions
//! are not seen, and completions that were undone since are: the list is the one that was printed then.

use super::currency_of;
use crate::command::{Command, Context};
use crate::error::AppError;
use tieout_core::id::{Account, Organization, Reconciliation};
use tieout_core::{Currency, Date, Id};
use tieout_store::as_of::{self, Fates, OpenRow, OpenSum, Position, Proved};
use tieout_store::balance::{self, Totals};
use tieout_store::{BoxFuture, Page, Tx};

/// How an account stood on a day. Minor units, inside sign.
#[derive(Debug, Clone)]
pub struct AsOf {
    /// The account's name.
    pub account_name: String,
    /// The account's type.
    pub account_type: String,
    /// The currency of the figures.
    pub currency: Currency,
    /// What was entered by then, if not all that is known now.
    pub known_at: Option<i64>,
    /// Balance of the books.
    pub book_balance: i64,
    /// What completed reconciliations had cleared.
    pub cleared_balance: i64,
    /// What was open: the balance of the books less what was cleared.
    pub open: OpenSum,
    /// The last completion to that day.
    pub last_completed: Option<Proved>,
}

/// Draws an account's position on any day, whether reconciled to it or not.
#[derive(Debug, Clone, Copy)]
pub struct AsOfDate {
    /// The account.
    pub account: Id<Account>,
    /// The day.
    pub date: Date,
    /// As it was known at this instant; none is now.
    pub known_at: Option<i64>,
}

impl AsOfDate {
    fn position(self, organization: Id<Organization>) -> Position {
        Position {
            organization,
            account: self.account,
            date: self.date,
            known_at: self.known_at.unwrap_or(i64::MAX),
        }
    }
}

impl Command for AsOfDate {
    type Output = AsOf;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AsOf, AppError>> {
        Box::pin(async move {
            let position = self.position(ctx.org()?.id);
            let account = crate::account::find(tx, ctx, self.account)
                .await
                .map_err(|error| error.at("account_id"))?;
            let proved = as_of::proved(tx, &position).await?;
            let open = add(
                left_sum(tx, &position, proved.as_ref()).await?,
                since_sum(tx, &position, proved.as_ref(), self.known_at.is_some()).await?,
            );
            let cleared_balance = proved.as_ref().map_or(0, |proved| proved.ledger_balance);
            let book_balance = match self.known_at {
                // From the totals of days and months, which know nothing of what is open.
                None => net(&balance::as_of(tx, position.organization, self.account, self.date).await?),
                Some(_) => cleared_balance
                    .saturating_add(open.money_in)
                    .saturating_add(open.money_out),
            };
            Ok(AsOf {
                currency: currency_of(account.currency.as_deref(), ctx)?,
                account_name: account.name,
                account_type: account.account_type,
                known_at: self.known_at,
                book_balance,
                cleared_balance,
                open,
                last_completed: proved,
            })
        })
    }
}

fn net(totals: &Totals) -> i64 {
    totals.debit - totals.credit
}

fn add(one: OpenSum, other: OpenSum) -> OpenSum {
    OpenSum {
        count: one.count.saturating_add(other.count),
        money_in: one.money_in.saturating_add(other.money_in),
        money_out: one.money_out.saturating_add(other.money_out),
    }
}

async fn left_sum(tx: &mut Tx, at: &Position, proved: Option<&Proved>) -> Result<OpenSum, AppError> {
    match proved {
        None => Ok(OpenSum::default()),
        Some(proved) => Ok(as_of::left_sum(tx, at, proved).await?),
    }
}

/// Of the days after the completion. As it stands now the totals of days say it, however many entries there are.
async fn since_sum(
    tx: &mut Tx,
    at: &Position,
    proved: Option<&Proved>,
    is_of_the_past: bool,
) -> Result<OpenSum, AppError> {
    if is_of_the_past {
        return Ok(as_of::since_sum(tx, at, first_open(proved)).await?);
    }
    let to = balance::as_of(tx, at.organization, at.account, at.date).await?;
    let before = match proved {
        Some(proved) => balance::as_of(tx, at.organization, at.account, proved.statement_date).await?,
        None => Totals::default(),
    };
    Ok(OpenSum {
        count: to.entries - before.entries,
        money_in: to.debit - before.debit,
        money_out: before.credit - to.credit,
    })
}

/// Entries after this day were not looked at by any completion.
fn first_open(proved: Option<&Proved>) -> Option<Date> {
    proved.map(|proved| proved.statement_date)
}

/// What took an entry, or a part of it, after the day or the instant in question.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Cleared {
    pub reconciliation: Id<Reconciliation>,
    pub statement_date: Date,
    pub completed_at: i64,
    pub amount: i64,
}

/// An entry that was open, and what became of it.
#[derive(Debug, Clone)]
pub struct OpenThen {
    /// The entry, and how much of it was open.
    pub row: OpenRow,
    /// What took it since, by statement date.
    pub cleared: Vec<Cleared>,
    /// What of it is open as the books stand now.
    pub still_open: i64,
}

/// A page of what was open on a day, by day and number; what an earlier completion left first.
#[derive(Debug, Clone, Copy)]
pub struct AsOfEntries(pub AsOfDate, pub Page);

impl Command for AsOfEntries {
    type Output = (AsOf, Vec<OpenThen>);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let Self(of, page) = *self;
            let position = of.position(ctx.org()?.id);
            let figures = of.run(tx, ctx).await?;
            let proved = figures.last_completed.as_ref();
            let rows = open_rows(tx, &position, proved, page).await?;
            let days = rows.iter().map(|row| row.date);
            let Some(span) = days.clone().min().zip(days.max()) else {
                return Ok((figures, Vec::new()));
            };
            let fates = as_of::fates(tx, &position, span).await?;
            let open = rows
                .into_iter()
                .map(|row| fate(row, &fates, (of.date, position.known_at)))
                .collect();
            Ok((figures, open))
        })
    }
}

async fn open_rows(tx: &mut Tx, at: &Position, proved: Option<&Proved>, page: Page) -> Result<Vec<OpenRow>, AppError> {
    let (mut rows, mut skipped) = (Vec::new(), 0);
    if let Some(proved) = proved {
        rows = as_of::left(tx, at, proved, page).await?;
        skipped = as_of::left_sum(tx, at, proved).await?.count;
    }
    let found = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if found < page.limit {
        let rest = Page {
            limit: page.limit - found,
            offset: (page.offset - skipped).max(0),
        };
        rows.extend(as_of::since(tx, at, first_open(proved), rest).await?);
    }
    Ok(rows)
}

/// Everything that ever took of an entry, less what had done so by the day as it was known then.
fn fate(row: OpenRow, fates: &Fates, (date, known_at): (Date, i64)) -> OpenThen {
    let place = (row.date, row.seq);
    let is_late = fates.late.binary_search(&place).is_ok();
    let own = fates.windows.iter().find(|window| {
        !is_late
            && row.seq <= window.last_seq
            && row.date <= window.statement_date
            && window.previous_date.is_none_or(|previous| row.date > previous)
    });
    let own = own.map(|window| {
        let aside = fates
            .set_aside
            .iter()
            .find(|aside| aside.place == place && aside.reconciliation == window.reconciliation);
        Cleared {
            reconciliation: window.reconciliation,
            statement_date: window.statement_date,
            completed_at: window.completed_at,
            amount: row.amount - aside.map_or(0, |aside| aside.amount),
        }
    });
    let first = fates.taken.partition_point(|taken| taken.place < place);
    let later = fates.taken[first..].iter().take_while(|taken| taken.place == place);
    let later = later.map(|taken| Cleared {
        reconciliation: taken.reconciliation,
        statement_date: taken.statement_date,
        completed_at: taken.completed_at,
        amount: taken.amount,
    });
    let mut cleared: Vec<Cleared> = own.into_iter().chain(later).filter(|part| part.amount != 0).collect();
    let still_open = row.amount - cleared.iter().map(|part| part.amount).sum::<i64>();
    cleared.retain(|part| part.statement_date > date || part.completed_at > known_at);
    cleared.sort_by_key(|part| part.statement_date);
    OpenThen {
        row,
        cleared,
        still_open,
    }
}
