//! Balances as of any day, from totals by month and by day.

use crate::dialect::{Arg, Insert, Row, Tx, day_number};
use crate::error::StoreError;
use std::collections::BTreeMap;
use tieout_core::id::{Account, Organization, Transaction};
use tieout_core::{Date, Id};

/// Sums over posted entries. Debits and credits are kept apart, as books show them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Debits, in the account's currency.
    pub debit: i64,
    /// Credits, in the account's currency.
    pub credit: i64,
    /// Debits, in base currency.
    pub base_debit: i64,
    /// Credits, in base currency.
    pub base_credit: i64,
    /// Entries that are not zero.
    pub entries: i64,
}

/// Totals of one account.
#[derive(Debug, Clone, Copy)]
pub struct AccountTotals {
    /// The account.
    pub account: Id<Account>,
    /// Its totals.
    pub totals: Totals,
}

/// What totals are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A month, under its first day.
    Month,
    /// A day.
    Day,
}

/// Adds to the totals of a day or a month. Never with two rows for the same one in a statement.
pub(crate) const ADD: Insert = Insert {
    into: "INSERT INTO account_balance (organization_id, account_id, level, first_day, debit, credit, base_debit, \
           base_credit, entries) VALUES",
    width: 9,
    tail: "ON CONFLICT (organization_id, account_id, level, first_day) DO UPDATE SET \
           debit = account_balance.debit + excluded.debit, credit = account_balance.credit + excluded.credit, \
           base_debit = account_balance.base_debit + excluded.base_debit, \
           base_credit = account_balance.base_credit + excluded.base_credit, \
           entries = account_balance.entries + excluded.entries",
};

macro_rules! sums {
    () => {
        "CAST(COALESCE(SUM(debit), 0) AS BIGINT), CAST(COALESCE(SUM(credit), 0) AS BIGINT), \
         CAST(COALESCE(SUM(base_debit), 0) AS BIGINT), CAST(COALESCE(SUM(base_credit), 0) AS BIGINT), \
         CAST(COALESCE(SUM(entries), 0) AS BIGINT)"
    };
}

statements! {
    AS_OF = concat!("SELECT ", sums!(), " FROM ( \
        SELECT debit, credit, base_debit, base_credit, entries FROM account_balance \
        WHERE organization_id = $1 AND account_id = $2 AND level = 1 AND first_day < $3 \
        UNION ALL SELECT debit, credit, base_debit, base_credit, entries FROM account_balance \
        WHERE organization_id = $1 AND account_id = $2 AND level = 2 AND first_day >= $3 AND first_day <= $4) AS b");
    OF_ALL = concat!("SELECT account_id, ", sums!(), " FROM account_balance WHERE organization_id = $1 \
        AND ((level = 1 AND first_day < $2) OR (level = 2 AND first_day >= $2 AND first_day <= $3)) \
        GROUP BY account_id ORDER BY account_id");
    OF_ACCOUNT = "SELECT debit, credit, base_debit, base_credit, entries, level, first_day FROM account_balance \
        WHERE organization_id = $1 AND account_id = $2";
    CLOSED = "SELECT e.account_id, CAST(SUM(e.base_amount) AS BIGINT) FROM year_close y JOIN journal_transaction t \
        ON t.organization_id = y.organization_id AND (t.id = y.transaction_id OR t.reverses_id = y.transaction_id) \
        JOIN entry e ON e.organization_id = t.organization_id AND e.transaction_id = t.id AND e.seq IS NOT NULL \
        WHERE y.organization_id = $1 AND e.day >= $2 AND e.day <= $3 GROUP BY e.account_id";
    CLOSED_FROM = "SELECT y.day FROM year_close y JOIN journal_transaction t ON t.organization_id = y.organization_id \
        AND t.id = y.transaction_id WHERE y.organization_id = $1 AND y.day >= $2 AND t.reversed_by_id IS NULL \
        ORDER BY y.day DESC LIMIT 1";
    CLOSES = "INSERT INTO year_close (organization_id, transaction_id, day) VALUES ($1, $2, $3)";
}

fn decode(row: &mut Row<'_>) -> Result<Totals, StoreError> {
    Ok(Totals {
        debit: row.int()?,
        credit: row.int()?,
        base_debit: row.int()?,
        base_credit: row.int()?,
        entries: row.int()?,
    })
}

/// An addition to one account's totals on one day.
#[derive(Debug, Clone, Copy)]
pub struct Addition {
    /// The account.
    pub account: Id<Account>,
    /// The day.
    pub day: Date,
    /// What to add.
    pub totals: Totals,
}

/// Adds to the totals, each account once.
pub async fn add(tx: &mut Tx, organization: Id<Organization>, additions: &[Addition]) -> Result<(), StoreError> {
    let mut args = Vec::with_capacity(additions.len() * 2 * ADD.width);
    for Addition { account, day, totals } in additions {
        for (level, first) in [(1_i64, day.first_of_month()), (2, *day)] {
            args.extend([
                Arg::from(organization),
                Arg::from(account),
                Arg::from(level),
                Arg::from(first),
                Arg::from(totals.debit),
                Arg::from(totals.credit),
                Arg::from(totals.base_debit),
                Arg::from(totals.base_credit),
                Arg::from(totals.entries),
            ]);
        }
    }
    tx.insert_many(&ADD, &args).await
}

/// Totals of an account up to and including a day.
pub async fn as_of(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
    day: Date,
) -> Result<Totals, StoreError> {
    let month = day_number(day.first_of_month());
    tx.one(AS_OF, args![organization, account, month, day], decode).await
}

/// What closings of years, and their reversals, moved each account by in a period: debits less credits, in base currency.
pub async fn closed(
    tx: &mut Tx,
    organization: Id<Organization>,
    (from, to): (Date, Date),
) -> Result<Vec<(Id<Account>, i64)>, StoreError> {
    tx.all(CLOSED, args![organization, from, to], |row| Ok((row.id()?, row.int()?)))
        .await
}

/// The latest day on or after this one that a close has which stands, as nobody reversed it.
pub async fn closed_from(tx: &mut Tx, organization: Id<Organization>, from: Date) -> Result<Option<Date>, StoreError> {
    tx.optional(CLOSED_FROM, args![organization, from], |row| row.date())
        .await
}

/// Notes that a transaction closes a year.
pub async fn closes(
    tx: &mut Tx,
    organization: Id<Organization>,
    transaction: Id<Transaction>,
    day: Date,
) -> Result<(), StoreError> {
    tx.execute(CLOSES, args![organization, transaction, day])
        .await
        .map(|_| ())
}

/// Every total that is kept of an account.
pub async fn of_account(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
) -> Result<BTreeMap<(Level, Date), Totals>, StoreError> {
    let rows = tx
        .all(OF_ACCOUNT, args![organization, account], |row| {
            let totals = decode(row)?;
            let level = if row.int()? == 1 { Level::Month } else { Level::Day };
            Ok(((level, row.date()?), totals))
        })
        .await?;
    Ok(rows.into_iter().collect())
}

/// Totals of every account that has any, up to and including a day.
pub async fn of_all(tx: &mut Tx, organization: Id<Organization>, day: Date) -> Result<Vec<AccountTotals>, StoreError> {
    let month = day_number(day.first_of_month());
    tx.all(OF_ALL, args![organization, month, day], |row| {
        Ok(AccountTotals {
            account: row.id()?,
            totals: decode(row)?,
        })
    })
    .await
}
