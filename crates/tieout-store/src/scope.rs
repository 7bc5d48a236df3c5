//! What belongs to a reconciliation: entries of its window, entries carried into it, what is set aside and what is ticked.
//!
//! An entry is named by its place on the account, its day and its number, because every list is in that order.
//!
//! Long because what is in scope, and what takes it out, are statements that must be read against each other.

use crate::dialect::{Arg, Insert, Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::id::{Account, Organization, Reconciliation, Transaction, User};
use tieout_core::{Date, Id};

/// The origin of entries that were posted into a reconciled period afterwards.
pub const POSTED_LATER: [u8; 16] = [0; 16];

/// Entries that are skipped one by one; more are skipped by whole days.
const FAR: i64 = 200;

/// An entry, or the part of it that is open, as a reconciliation sees it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct ScopeRow {
    pub date: Date,
    pub seq: i64,
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    /// What is in scope: the entry less what is set aside of it.
    pub amount: i64,
    pub description: String,
    pub reference: Option<String>,
    pub ticked_at: Option<i64>,
    pub ticked_by: Option<Id<User>>,
    /// Posted into a period that was completed already.
    pub is_late: bool,
}

/// What is set aside.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct SetAsideRow {
    pub date: Date,
    pub seq: i64,
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    pub amount: i64,
    pub is_whole: bool,
    pub reason: Option<String>,
    pub set_by: Id<User>,
    pub set_at: i64,
    pub description: String,
}

/// A row of `carried_entry`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct CarriedRow {
    pub date: Date,
    pub seq: i64,
    pub origin: [u8; 16],
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    pub amount: i64,
}

/// A sum over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Their amounts.
    pub amount: i64,
}

pub(crate) const CARRY: Insert = Insert {
    into: "INSERT INTO carried_entry (organization_id, account_id, day, seq, origin, transaction_id, line, amount) VALUES",
    width: 8,
    tail: "",
};

macro_rules! scope_columns {
    ($item:literal, $late:literal) => {
        concat!(
            "SELECT ",
            $item,
            ".day, ",
            $item,
            ".seq, ",
            $item,
            ".transaction_id, ",
            $item,
            ".line, ",
            $item,
            ".amount - COALESCE(s.amount, 0), t.description, t.reference_number, k.ticked_at, k.ticked_by, ",
            $late,
            " FROM "
        )
    };
}
macro_rules! scope_joins {
    ($item:literal) => {
        concat!(
            " JOIN journal_transaction t ON t.organization_id = ",
            $item,
            ".organization_id AND t.id = ",
            $item,
            ".transaction_id LEFT JOIN set_aside s ON s.organization_id = ",
            $item,
            ".organization_id AND s.reconciliation_id = $3 AND s.day = ",
            $item,
            ".day AND s.seq = ",
            $item,
            ".seq LEFT JOIN entry_tick k ON k.organization_id = ",
            $item,
            ".organization_id AND k.reconciliation_id = $3 AND k.day = ",
            $item,
            ".day AND k.seq = ",
            $item,
            ".seq "
        )
    };
}

// An entry is out of scope when all of what is in question is set aside. Its mark may say *whole* of less: of what was
// carried over from a reconciliation that has been reopened since, which leaves the entry itself in the window.
statements! {
    WINDOW = concat!(scope_columns!("e", "1 = 0"), "entry e", scope_joins!("e"), "WHERE e.organization_id = $1 \
        AND e.account_id = $2 AND e.day > $4 AND e.day <= $5 AND e.seq <= $6 AND e.amount <> 0 \
        AND (s.seq IS NULL OR s.amount <> e.amount) ORDER BY e.day, e.seq LIMIT $7 OFFSET $8");
    // The last day of the window before whose entries no more are in scope than are to be skipped, and how many these are.
    SEEK = "SELECT first_day, CAST(ahead AS BIGINT) FROM (SELECT first_day, SUM(in_scope) OVER (ORDER BY first_day) - in_scope \
        AS ahead FROM (SELECT d.first_day, d.entries - (SELECT COUNT(*) FROM set_aside s JOIN entry e \
        ON e.organization_id = s.organization_id AND e.transaction_id = s.transaction_id AND e.line = s.line \
        WHERE s.organization_id = $1 AND s.reconciliation_id = $3 AND s.day = d.first_day AND s.amount = e.amount) \
        - (SELECT COUNT(*) FROM carried_entry c WHERE c.organization_id = $1 AND c.account_id = $2 \
        AND c.day = d.first_day AND c.seq > $6 AND c.origin = $7) AS in_scope FROM account_balance d \
        WHERE d.organization_id = $1 AND d.account_id = $2 AND d.level = 2 AND d.first_day > $4 AND d.first_day <= $5) a) b \
        WHERE ahead <= $8 ORDER BY first_day DESC LIMIT 1";
    SUM_WINDOW = "SELECT COUNT(*), CAST(COALESCE(SUM(e.amount - COALESCE(s.amount, 0)), 0) AS BIGINT) FROM entry e \
        LEFT JOIN set_aside s ON s.organization_id = e.organization_id AND s.reconciliation_id = $3 \
        AND s.day = e.day AND s.seq = e.seq WHERE e.organization_id = $1 AND e.account_id = $2 AND e.day > $4 \
        AND e.day <= $5 AND e.seq <= $6 AND e.amount <> 0 AND (s.seq IS NULL OR s.amount <> e.amount)";
    CARRIED_OPEN = concat!(scope_columns!("c", "c.origin = $6"), "carried_entry c", scope_joins!("c"), "WHERE c.organization_id = $1 \
        AND c.account_id = $2 AND c.reconciled_by IS NULL AND (s.seq IS NULL OR s.amount <> c.amount) \
        ORDER BY c.day, c.seq LIMIT $4 OFFSET $5");
    CARRIED_RECONCILED = concat!(scope_columns!("c", "c.origin = $6"), "carried_entry c", scope_joins!("c"),
        "WHERE c.organization_id = $1 AND c.account_id = $2 AND c.reconciled_by = $3 ORDER BY c.day, c.seq \
        LIMIT $4 OFFSET $5");
    COUNT_CARRIED_OPEN = "SELECT COUNT(*), CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM carried_entry c \
        WHERE c.organization_id = $1 AND c.account_id = $2 AND c.reconciled_by IS NULL AND NOT EXISTS (SELECT 1 \
        FROM set_aside s WHERE s.organization_id = c.organization_id AND s.reconciliation_id = $3 AND s.day = c.day \
        AND s.seq = c.seq AND s.amount = c.amount)";
    COUNT_CARRIED_RECONCILED = "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM carried_entry \
        WHERE organization_id = $1 AND reconciled_by = $2";
    SUM_OPEN = "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM carried_entry \
        WHERE organization_id = $1 AND account_id = $2 AND reconciled_by IS NULL";
    SUM_LATE = "SELECT COUNT(*), CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM carried_entry \
        WHERE organization_id = $1 AND account_id = $2 AND reconciled_by IS NULL AND origin = $3";
    FIND_OPEN = "SELECT day, seq, origin, transaction_id, line, amount FROM carried_entry \
        WHERE organization_id = $1 AND account_id = $2 AND day = $3 AND seq = $4 AND reconciled_by IS NULL";
    RECONCILE_ONE = "UPDATE carried_entry SET reconciled_by = $5 WHERE organization_id = $1 AND account_id = $2 \
        AND day = $3 AND seq = $4 AND reconciled_by IS NULL";
    RECONCILE_REST = "UPDATE carried_entry SET reconciled_by = $3 WHERE organization_id = $1 AND account_id = $2 \
        AND reconciled_by IS NULL AND NOT EXISTS (SELECT 1 FROM set_aside s WHERE s.organization_id = $1 \
        AND s.reconciliation_id = $3 AND s.day = carried_entry.day AND s.seq = carried_entry.seq)";
    UNCARRY_ORIGIN = "DELETE FROM carried_entry WHERE organization_id = $1 AND account_id = $2 AND origin = $3";
    UNCARRY_LATER = "DELETE FROM carried_entry WHERE organization_id = $1 AND account_id = $2 AND origin = $3 \
        AND day > $4";
    UNRECONCILE = "UPDATE carried_entry SET reconciled_by = NULL WHERE organization_id = $1 AND reconciled_by = $2";
    SET_ASIDE = "INSERT INTO set_aside (organization_id, reconciliation_id, day, seq, transaction_id, line, amount, \
        is_whole, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        ON CONFLICT (organization_id, reconciliation_id, day, seq) DO UPDATE SET amount = excluded.amount, \
        is_whole = excluded.is_whole, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at";
    TAKE_BACK = "DELETE FROM set_aside WHERE organization_id = $1 AND reconciliation_id = $2 AND day = $3 AND seq = $4";
    LIST_SET_ASIDE = "SELECT s.day, s.seq, s.transaction_id, s.line, s.amount, s.is_whole, s.reason, s.set_by, \
        s.set_at, t.description FROM set_aside s JOIN journal_transaction t ON t.organization_id = s.organization_id \
        AND t.id = s.transaction_id WHERE s.organization_id = $1 AND s.reconciliation_id = $2 ORDER BY s.day, s.seq";
    SUM_SET_ASIDE = "SELECT COUNT(*) FILTER (WHERE is_whole), CAST(COALESCE(SUM(amount), 0) AS BIGINT) \
        FROM set_aside WHERE organization_id = $1 AND reconciliation_id = $2";
    TICK = "INSERT INTO entry_tick (organization_id, reconciliation_id, day, seq, ticked_at, ticked_by) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, reconciliation_id, day, seq) DO NOTHING";
    UNTICK = "DELETE FROM entry_tick WHERE organization_id = $1 AND reconciliation_id = $2 AND day = $3 AND seq = $4";
    COUNT_TICKS = "SELECT COUNT(*) FROM entry_tick WHERE organization_id = $1 AND reconciliation_id = $2";
    // What a reconciliation that was parked no longer reaches: reconciled meanwhile by the one before it.
    // A whole entry stays set aside only if all of it is still open, a part only if more than it is.
    FORGET_SET_ASIDE = "DELETE FROM set_aside WHERE organization_id = $1 AND reconciliation_id = $2 AND day <= $3 \
        AND NOT EXISTS (SELECT 1 FROM carried_entry c WHERE c.organization_id = $1 AND c.account_id = $4 \
        AND c.day = set_aside.day AND c.seq = set_aside.seq AND c.reconciled_by IS NULL \
        AND ((set_aside.is_whole AND c.amount = set_aside.amount) OR (NOT set_aside.is_whole \
        AND ((c.amount > set_aside.amount AND set_aside.amount > 0) \
        OR (c.amount < set_aside.amount AND set_aside.amount < 0)))))";
    // An entry of the window may have been carried over when a part of it was set aside as all there was.
    MARK_PARTS = "UPDATE set_aside SET is_whole = EXISTS (SELECT 1 FROM entry e WHERE e.organization_id = $1 \
        AND e.account_id = $3 AND e.day = set_aside.day AND e.seq = set_aside.seq AND e.amount = set_aside.amount) \
        WHERE organization_id = $1 AND reconciliation_id = $2 AND day > $4";
    FORGET_TICKS = "DELETE FROM entry_tick WHERE organization_id = $1 AND reconciliation_id = $2 AND day <= $3 \
        AND NOT EXISTS (SELECT 1 FROM carried_entry c WHERE c.organization_id = $1 AND c.account_id = $4 \
        AND c.day = entry_tick.day AND c.seq = entry_tick.seq AND c.reconciled_by IS NULL)";
}

fn decode(row: &mut Row<'_>) -> Result<ScopeRow, StoreError> {
    Ok(ScopeRow {
        date: row.date()?,
        seq: row.int()?,
        transaction_id: row.id()?,
        line: row.int()?,
        amount: row.int()?,
        description: row.text()?,
        reference: row.maybe_text()?,
        ticked_at: row.maybe_int()?,
        ticked_by: row.maybe_id()?,
        is_late: row.bool()?,
    })
}

fn decode_sum(row: &mut Row<'_>) -> Result<Sum, StoreError> {
    Ok(Sum {
        count: row.int()?,
        amount: row.int()?,
    })
}

/// Which entries of an account a reconciliation may hold.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The organization.
    pub organization: Id<Organization>,
    /// The account.
    pub account: Id<Account>,
    /// The reconciliation.
    pub reconciliation: Id<Reconciliation>,
    /// Statement day of the one before: entries after it.
    pub after: Option<Date>,
    /// Entries to this day.
    pub to: Date,
    /// Entries to this number: the last one there was when the reconciliation was completed.
    pub last_seq: Option<i64>,
    /// Whether carried entries are those it reconciled, or those still open.
    pub is_completed: bool,
}

/// Entries in scope: those carried into it first, then those of its own window; both by day and number.
pub async fn entries(tx: &mut Tx, window: &Window, page: Page) -> Result<Vec<ScopeRow>, StoreError> {
    let Window {
        organization,
        account,
        reconciliation,
        ..
    } = *window;
    let sql = if window.is_completed {
        CARRIED_RECONCILED
    } else {
        CARRIED_OPEN
    };
    let carried = args![
        organization,
        account,
        reconciliation,
        page.limit,
        page.offset,
        &POSTED_LATER[..]
    ];
    let mut found = tx.all(sql, carried, decode).await?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if count < page.limit {
        let skipped = if page.offset > 0 {
            carried_sum(tx, window).await?.count
        } else {
            0
        };
        let offset = (page.offset - skipped).max(0);
        let (after, offset) = seek(tx, window, offset).await?;
        let last = window.last_seq.unwrap_or(i64::MAX);
        let args = args![
            organization,
            account,
            reconciliation,
            after,
            window.to,
            last,
            page.limit - count,
            offset
        ];
        found.extend(tx.all(WINDOW, args, decode).await?);
    }
    Ok(found)
}

/// Where in a window the entry lies that comes after so many others: after which day, and how many of the next day come
/// before it. Far in it is found by the totals of days, so that a page costs at most the days of the window and the
/// entries of one of them.
pub(crate) async fn seek(tx: &mut Tx, window: &Window, offset: i64) -> Result<(i64, i64), StoreError> {
    let after = window.after.map_or(i64::MIN, crate::day_number);
    if offset < FAR {
        return Ok((after, offset));
    }
    let last = window.last_seq.unwrap_or(i64::MAX);
    let args = args![
        window.organization,
        window.account,
        window.reconciliation,
        after,
        window.to,
        last,
        &POSTED_LATER[..],
        offset
    ];
    let found = tx.optional(SEEK, args, |row| Ok((row.int()?, row.int()?))).await?;
    Ok(found.map_or((after, offset), |(day, ahead)| (day - 1, offset - ahead)))
}

/// Entries carried into a reconciliation that are not set aside as a whole.
pub async fn carried_sum(tx: &mut Tx, window: &Window) -> Result<Sum, StoreError> {
    let Window {
        organization,
        account,
        reconciliation,
        ..
    } = *window;
    if window.is_completed {
        tx.one(
            COUNT_CARRIED_RECONCILED,
            args![organization, reconciliation],
            decode_sum,
        )
        .await
    } else {
        tx.one(
            COUNT_CARRIED_OPEN,
            args![organization, account, reconciliation],
            decode_sum,
        )
        .await
    }
}

/// Entries of a reconciliation's own window that are not set aside as a whole; reads every one of them.
pub async fn window_sum(tx: &mut Tx, window: &Window) -> Result<Sum, StoreError> {
    let Window {
        organization,
        account,
        reconciliation,
        ..
    } = *window;
    let after = window.after.map_or(i64::MIN, crate::day_number);
    let last = window.last_seq.unwrap_or(i64::MAX);
    tx.one(
        SUM_WINDOW,
        args![organization, account, reconciliation, after, window.to, last],
        decode_sum,
    )
    .await
}

/// Everything open on an account from its reconciled periods.
pub async fn open_sum(tx: &mut Tx, organization: Id<Organization>, account: Id<Account>) -> Result<Sum, StoreError> {
    tx.one(SUM_OPEN, args![organization, account], decode_sum).await
}

/// What is open of everything that was posted into completed periods.
pub async fn late_sum(tx: &mut Tx, organization: Id<Organization>, account: Id<Account>) -> Result<Sum, StoreError> {
    tx.one(SUM_LATE, args![organization, account, &POSTED_LATER[..]], decode_sum)
        .await
}

/// The open carried entry at a place.
pub async fn find_open(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
    place: (Date, i64),
) -> Result<Option<CarriedRow>, StoreError> {
    tx.optional(FIND_OPEN, args![organization, account, place.0, place.1], |row| {
        Ok(CarriedRow {
            date: row.date()?,
            seq: row.int()?,
            origin: row.array()?,
            transaction_id: row.id()?,
            line: row.int()?,
            amount: row.int()?,
        })
    })
    .await
}

/// Carries entries on.
pub async fn carry(
    tx: &mut Tx,
    organization: Id<Organization>,
    account: Id<Account>,
    rows: &[CarriedRow],
) -> Result<(), StoreError> {
    let mut args = Vec::with_capacity(rows.len() * CARRY.width);
    for row in rows {
        args.extend([
            Arg::from(organization),
            Arg::from(account),
            Arg::from(row.date),
            Arg::from(row.seq),
            Arg::from(&row.origin[..]),
            Arg::from(row.transaction_id),
            Arg::from(row.line),
            Arg::from(row.amount),
        ]);
    }
    tx.insert_many(&CARRY, &args).await
}

/// Marks one open carried entry as reconciled: a part of it is carried on anew.
pub async fn reconcile_one(tx: &mut Tx, window: &Window, place: (Date, i64)) -> Result<(), StoreError> {
    let args = args![
        window.organization,
        window.account,
        place.0,
        place.1,
        window.reconciliation
    ];
    tx.execute(RECONCILE_ONE, args).await.map(|_| ())
}

/// Marks every open carried entry that is not set aside as reconciled.
pub async fn reconcile_rest(tx: &mut Tx, window: &Window) -> Result<(), StoreError> {
    let args = args![window.organization, window.account, window.reconciliation];
    tx.execute(RECONCILE_REST, args).await.map(|_| ())
}

/// Undoes what completing a reconciliation carried on and reconciled; `after` is the end of the period before it.
pub async fn unreconcile(tx: &mut Tx, window: &Window) -> Result<(), StoreError> {
    let Window {
        organization,
        account,
        reconciliation,
        ..
    } = *window;
    tx.execute(UNCARRY_ORIGIN, args![organization, account, reconciliation])
        .await?;
    let after = window.after.map_or(i64::MIN, crate::day_number);
    tx.execute(UNCARRY_LATER, args![organization, account, &POSTED_LATER[..], after])
        .await?;
    tx.execute(UNRECONCILE, args![organization, reconciliation])
        .await
        .map(|_| ())
}

/// Sets an entry or a part of it aside; again with another amount changes it.
pub async fn set_aside(tx: &mut Tx, window: &Window, row: &SetAsideRow) -> Result<(), StoreError> {
    let args = args![
        window.organization,
        window.reconciliation,
        row.date,
        row.seq,
        row.transaction_id,
        row.line,
        row.amount,
        row.is_whole,
        &row.reason,
        row.set_by,
        row.set_at
    ];
    tx.execute(SET_ASIDE, args).await.map(|_| ())
}

/// Takes back what was set aside.
pub async fn take_back(tx: &mut Tx, window: &Window, place: (Date, i64)) -> Result<bool, StoreError> {
    let args = args![window.organization, window.reconciliation, place.0, place.1];
    Ok(tx.execute(TAKE_BACK, args).await? > 0)
}

/// What a reconciliation sets aside, by day and number.
pub async fn list_set_aside(
    tx: &mut Tx,
    organization: Id<Organization>,
    reconciliation: Id<Reconciliation>,
) -> Result<Vec<SetAsideRow>, StoreError> {
    tx.all(LIST_SET_ASIDE, args![organization, reconciliation], |row| {
        Ok(SetAsideRow {
            date: row.date()?,
            seq: row.int()?,
            transaction_id: row.id()?,
            line: row.int()?,
            amount: row.int()?,
            is_whole: row.bool()?,
            reason: row.maybe_text()?,
            set_by: row.id()?,
            set_at: row.int()?,
            description: row.text()?,
        })
    })
    .await
}

/// How many entries are set aside as a whole, and the sum of all that is.
pub async fn set_aside_sum(
    tx: &mut Tx,
    organization: Id<Organization>,
    reconciliation: Id<Reconciliation>,
) -> Result<Sum, StoreError> {
    tx.one(SUM_SET_ASIDE, args![organization, reconciliation], decode_sum)
        .await
}

/// Ticks an entry; false if it was.
pub async fn tick(tx: &mut Tx, window: &Window, place: (Date, i64), by: Id<User>, at: i64) -> Result<bool, StoreError> {
    let args = args![window.organization, window.reconciliation, place.0, place.1, at, by];
    Ok(tx.execute(TICK, args).await? > 0)
}

/// Takes a tick off; false if there was none.
pub async fn untick(tx: &mut Tx, window: &Window, place: (Date, i64)) -> Result<bool, StoreError> {
    let args = args![window.organization, window.reconciliation, place.0, place.1];
    Ok(tx.execute(UNTICK, args).await? > 0)
}

/// How many entries are ticked.
pub async fn count_ticks(
    tx: &mut Tx,
    organization: Id<Organization>,
    reconciliation: Id<Reconciliation>,
) -> Result<i64, StoreError> {
    tx.one(COUNT_TICKS, args![organization, reconciliation], |row| row.int())
        .await
}

/// Brings ticks and set-aside marks in line with the window after another reconciliation was completed, reopened or left:
/// those of entries that it took are dropped, and what is set aside of an entry of the window is a part of it or all.
pub async fn realign(tx: &mut Tx, window: &Window) -> Result<(), StoreError> {
    let Window {
        organization,
        account,
        reconciliation,
        ..
    } = *window;
    let after = window.after.map_or(i64::MIN, crate::day_number);
    tx.execute(MARK_PARTS, args![organization, reconciliation, account, after])
        .await?;
    let Some(after) = window.after else {
        return Ok(());
    };
    tx.execute(FORGET_SET_ASIDE, args![organization, reconciliation, after, account])
        .await?;
    tx.execute(FORGET_TICKS, args![organization, reconciliation, after, account])
        .await
        .map(|_| ())
}
