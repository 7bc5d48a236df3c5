//! How an account stood on a day, as it is known now or as it was known at an instant.
//!
//! The last completion to that day, as it stood at that instant, splits what was open: entries of the days after it; and of
//! the days before, what it left open (set aside) and what was posted into them later.

use crate::dialect::{Row, Tx, day_number};
use crate::error::StoreError;
use crate::page::Page;
use crate::scope::{self, POSTED_LATER, Window};
use tieout_core::id::{Account, Organization, Reconciliation, Transaction};
use tieout_core::{Date, Id};

/// A completion that stood at the instant in question.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct Proved {
    pub reconciliation: Id<Reconciliation>,
    pub statement_date: Date,
    pub statement_balance: i64,
    /// Everything that was reconciled by then.
    pub ledger_balance: i64,
    pub last_seq: i64,
    pub completed_at: i64,
    /// When it was undone, if it was.
    pub undone_at: Option<i64>,
}

/// An entry, or the part of it, that was open.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct OpenRow {
    pub date: Date,
    pub seq: i64,
    pub transaction_id: Id<Transaction>,
    pub line: i64,
    /// How much of it was open.
    pub open: i64,
    /// Posted into a period that was completed already.
    pub is_late: bool,
    /// The whole entry.
    pub amount: i64,
    pub description: String,
    pub reference: Option<String>,
    pub posted_at: i64,
}

/// Sums of what was open, money in and money out apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OpenSum {
    pub count: i64,
    pub money_in: i64,
    /// Not positive.
    pub money_out: i64,
}

/// What a reconciliation took of an entry that had been carried over, and when.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TakenRow {
    pub place: (Date, i64),
    pub amount: i64,
    pub reconciliation: Id<Reconciliation>,
    pub statement_date: Date,
    pub completed_at: i64,
}

/// A completed reconciliation whose own window has some of the days in question.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct WindowRow {
    pub reconciliation: Id<Reconciliation>,
    pub previous_date: Option<Date>,
    pub statement_date: Date,
    pub last_seq: i64,
    pub completed_at: i64,
}

macro_rules! joined {
    () => {
        " x JOIN entry e ON e.organization_id = $1 AND e.transaction_id = x.transaction_id AND e.line = x.line \
         JOIN journal_transaction t ON t.organization_id = $1 AND t.id = x.transaction_id "
    };
}
macro_rules! open_columns {
    () => {
        "SELECT x.day, x.seq, x.transaction_id, x.line, x.amount, x.is_late, e.amount, t.description, t.reference_number, \
         t.posted_at FROM "
    };
}
macro_rules! open_sums {
    () => {
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN x.amount > 0 THEN x.amount ELSE 0 END), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN x.amount < 0 THEN x.amount ELSE 0 END), 0) AS BIGINT) FROM "
    };
}
// What a completion that stands left open, and what was posted into its days and those before since.
macro_rules! left {
    () => {
        "(SELECT s.day, s.seq, s.transaction_id, s.line, s.amount, 1 = 0 AS is_late FROM set_aside s \
          WHERE s.organization_id = $1 AND s.reconciliation_id = $3 UNION ALL \
          SELECT c.day, c.seq, c.transaction_id, c.line, c.amount, 1 = 1 AS is_late FROM carried_entry c \
          WHERE c.organization_id = $1 AND c.account_id = $2 AND c.day <= $4 AND c.seq > $5 AND c.origin = $6)"
    };
}
macro_rules! left_by_undone {
    () => {
        "(SELECT day, seq, transaction_id, line, amount, is_late FROM undone_outstanding \
          WHERE organization_id = $1 AND reconciliation_id = $2 AND undone_at = $3)"
    };
}
macro_rules! since {
    () => {
        "(SELECT day, seq, transaction_id, line, amount, 1 = 0 AS is_late FROM entry WHERE organization_id = $1 \
          AND account_id = $2 AND day > $3 AND day <= $4 AND seq IS NOT NULL AND amount <> 0)"
    };
}

statements! {
    STANDING = "SELECT id, statement_day, statement_balance, ledger_balance, last_seq, completed_at \
        FROM reconciliation WHERE organization_id = $1 AND account_id = $2 AND status = 'Completed' \
        AND statement_day <= $3 AND completed_at <= $4 ORDER BY statement_day DESC LIMIT 1";
    UNDONE = "SELECT reconciliation_id, statement_day, statement_balance, ledger_balance, last_seq, completed_at, \
        undone_at FROM undone_completion WHERE organization_id = $1 AND account_id = $2 AND statement_day <= $3 \
        AND completed_at <= $4 AND undone_at > $4 ORDER BY statement_day DESC, undone_at LIMIT 1";
    KEEP_COMPLETION = "INSERT INTO undone_completion (organization_id, account_id, statement_day, undone_at, \
        reconciliation_id, completed_at, statement_balance, ledger_balance, last_seq) SELECT organization_id, \
        account_id, statement_day, $3, id, completed_at, statement_balance, ledger_balance, last_seq \
        FROM reconciliation WHERE organization_id = $1 AND id = $2";
    KEEP_SET_ASIDE = "INSERT INTO undone_outstanding (organization_id, reconciliation_id, undone_at, day, seq, \
        transaction_id, line, amount, is_late) SELECT organization_id, reconciliation_id, $3, day, seq, \
        transaction_id, line, amount, 1 = 0 FROM set_aside WHERE organization_id = $1 AND reconciliation_id = $2";
    KEEP_LATE = "INSERT INTO undone_outstanding (organization_id, reconciliation_id, undone_at, day, seq, \
        transaction_id, line, amount, is_late) SELECT c.organization_id, r.id, $3, c.day, c.seq, c.transaction_id, \
        c.line, c.amount, 1 = 1 FROM reconciliation r JOIN carried_entry c ON c.organization_id = r.organization_id \
        AND c.account_id = r.account_id AND c.day <= r.statement_day AND c.seq > r.last_seq AND c.origin = $4 \
        WHERE r.organization_id = $1 AND r.id = $2";
    LEFT = concat!(open_columns!(), left!(), joined!(), "WHERE t.posted_at <= $7 ORDER BY x.day, x.seq \
        LIMIT $8 OFFSET $9");
    SUM_LEFT = concat!(open_sums!(), left!(), joined!(), "WHERE t.posted_at <= $7");
    LEFT_BY_UNDONE = concat!(open_columns!(), left_by_undone!(), joined!(), "WHERE t.posted_at <= $4 \
        ORDER BY x.day, x.seq LIMIT $5 OFFSET $6");
    SUM_LEFT_BY_UNDONE = concat!(open_sums!(), left_by_undone!(), joined!(), "WHERE t.posted_at <= $4");
    SINCE = concat!(open_columns!(), since!(), joined!(), "WHERE t.posted_at <= $5 ORDER BY x.day, x.seq \
        LIMIT $6 OFFSET $7");
    SUM_SINCE = concat!(open_sums!(), since!(), joined!(), "WHERE t.posted_at <= $5");
    TAKEN = "SELECT c.day, c.seq, c.amount - COALESCE(s.amount, 0), r.id, r.statement_day, r.completed_at \
        FROM carried_entry c JOIN reconciliation r ON r.organization_id = c.organization_id AND r.id = c.reconciled_by \
        LEFT JOIN set_aside s ON s.organization_id = c.organization_id AND s.reconciliation_id = c.reconciled_by \
        AND s.day = c.day AND s.seq = c.seq WHERE c.organization_id = $1 AND c.account_id = $2 AND c.day >= $3 \
        AND c.day <= $4 AND c.reconciled_by IS NOT NULL ORDER BY c.day, c.seq, r.statement_day";
    LATE_PLACES = "SELECT day, seq FROM carried_entry WHERE organization_id = $1 AND account_id = $2 AND day >= $3 \
        AND day <= $4 AND origin = $5 ORDER BY day, seq";
    WINDOWS = "SELECT id, previous_day, statement_day, last_seq, completed_at FROM reconciliation \
        WHERE organization_id = $1 AND account_id = $2 AND status = 'Completed' AND statement_day >= $3 \
        AND (previous_day IS NULL OR previous_day < $4) ORDER BY statement_day";
    OWN_SET_ASIDE = "SELECT s.day, s.seq, s.amount, r.id, r.statement_day, r.completed_at FROM reconciliation r \
        JOIN set_aside s ON s.organization_id = r.organization_id AND s.reconciliation_id = r.id AND s.day >= $3 \
        AND s.day <= $4 AND (r.previous_day IS NULL OR s.day > r.previous_day) WHERE r.organization_id = $1 \
        AND r.account_id = $2 AND r.status = 'Completed' ORDER BY s.day, s.seq";
}

fn decode_open(row: &mut Row<'_>) -> Result<OpenRow, StoreError> {
    Ok(OpenRow {
        date: row.date()?,
        seq: row.int()?,
        transaction_id: row.id()?,
        line: row.int()?,
        open: row.int()?,
        is_late: row.bool()?,
        amount: row.int()?,
        description: row.text()?,
        reference: row.maybe_text()?,
        posted_at: row.int()?,
    })
}

fn decode_sum(row: &mut Row<'_>) -> Result<OpenSum, StoreError> {
    Ok(OpenSum {
        count: row.int()?,
        money_in: row.int()?,
        money_out: row.int()?,
    })
}

fn decode_taken(row: &mut Row<'_>) -> Result<TakenRow, StoreError> {
    Ok(TakenRow {
        place: (row.date()?, row.int()?),
        amount: row.int()?,
        reconciliation: row.id()?,
        statement_date: row.date()?,
        completed_at: row.int()?,
    })
}

/// Which account, to which day, as known when.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// The organization.
    pub organization: Id<Organization>,
    /// The account.
    pub account: Id<Account>,
    /// The day.
    pub date: Date,
    /// What was entered and completed later is not known.
    pub known_at: i64,
}

/// The last completion to the day that stood at the instant.
pub async fn proved(tx: &mut Tx, at: &Position) -> Result<Option<Proved>, StoreError> {
    let args = args![at.organization, at.account, at.date, at.known_at];
    let standing = tx
        .optional(STANDING, args, |row| decode_proved(row, |_| Ok(None)))
        .await?;
    let undone = tx
        .optional(UNDONE, args, |row| decode_proved(row, |row| row.maybe_int()))
        .await?;
    // No two with one day stood at once; should it seem so, the one that stands is believed.
    Ok(standing.into_iter().chain(undone).reduce(|first, second| {
        if second.statement_date > first.statement_date {
            second
        } else {
            first
        }
    }))
}

fn decode_proved(
    row: &mut Row<'_>,
    undone: fn(&mut Row<'_>) -> Result<Option<i64>, StoreError>,
) -> Result<Proved, StoreError> {
    Ok(Proved {
        reconciliation: row.id()?,
        statement_date: row.date()?,
        statement_balance: row.int()?,
        ledger_balance: row.int()?,
        last_seq: row.int()?,
        completed_at: row.int()?,
        undone_at: undone(row)?,
    })
}

/// Keeps what a completion proved and left open; called before it is undone.
pub async fn keep(
    tx: &mut Tx,
    organization: Id<Organization>,
    reconciliation: Id<Reconciliation>,
    undone_at: i64,
) -> Result<(), StoreError> {
    let args = args![organization, reconciliation, undone_at];
    tx.execute(KEEP_COMPLETION, args).await?;
    tx.execute(KEEP_SET_ASIDE, args).await?;
    let late = args![organization, reconciliation, undone_at, &POSTED_LATER[..]];
    tx.execute(KEEP_LATE, late).await.map(|_| ())
}

/// What the completion left open, by day and number.
pub async fn left(tx: &mut Tx, at: &Position, proved: &Proved, page: Page) -> Result<Vec<OpenRow>, StoreError> {
    let (org, id, known) = (at.organization, proved.reconciliation, at.known_at);
    if let Some(undone_at) = proved.undone_at {
        let args = args![org, id, undone_at, known, page.limit, page.offset];
        return tx.all(LEFT_BY_UNDONE, args, decode_open).await;
    }
    let (day, seq, later) = (proved.statement_date, proved.last_seq, &POSTED_LATER[..]);
    let args = args![org, at.account, id, day, seq, later, known, page.limit, page.offset];
    tx.all(LEFT, args, decode_open).await
}

/// The sum of what [`left`] lists.
pub async fn left_sum(tx: &mut Tx, at: &Position, proved: &Proved) -> Result<OpenSum, StoreError> {
    let (org, id, known) = (at.organization, proved.reconciliation, at.known_at);
    if let Some(undone_at) = proved.undone_at {
        let args = args![org, id, undone_at, known];
        return tx.one(SUM_LEFT_BY_UNDONE, args, decode_sum).await;
    }
    let (day, seq, later) = (proved.statement_date, proved.last_seq, &POSTED_LATER[..]);
    let args = args![org, at.account, id, day, seq, later, known];
    tx.one(SUM_LEFT, args, decode_sum).await
}

/// Entries of the days after the completion, by day and number.
pub async fn since(tx: &mut Tx, at: &Position, after: Option<Date>, page: Page) -> Result<Vec<OpenRow>, StoreError> {
    let (after, offset) = if at.known_at == i64::MAX {
        let window = Window {
            organization: at.organization,
            account: at.account,
            // Of no reconciliation: nothing is set aside in it.
            reconciliation: Id::from_bytes([0; 16]),
            after,
            to: at.date,
            last_seq: None,
            is_completed: false,
        };
        scope::seek(tx, &window, page.offset).await?
    } else {
        (after.map_or(i64::MIN, day_number), page.offset)
    };
    let args = args![
        at.organization,
        at.account,
        after,
        at.date,
        at.known_at,
        page.limit,
        offset
    ];
    tx.all(SINCE, args, decode_open).await
}

/// The sum of what [`since`] lists; reads every entry of these days.
pub async fn since_sum(tx: &mut Tx, at: &Position, after: Option<Date>) -> Result<OpenSum, StoreError> {
    let after = after.map_or(i64::MIN, day_number);
    let args = args![at.organization, at.account, after, at.date, at.known_at];
    tx.one(SUM_SINCE, args, decode_sum).await
}

/// What became of entries on some days of an account, as the books stand now.
#[derive(Debug, Clone)]
pub struct Fates {
    /// What was taken of entries that had been carried over.
    pub taken: Vec<TakenRow>,
    /// Entries that were posted into a completed period: the window of their day never took them.
    pub late: Vec<(Date, i64)>,
    /// Whose own window the days are in.
    pub windows: Vec<WindowRow>,
    /// What these windows set aside.
    pub set_aside: Vec<TakenRow>,
}

/// What became of the entries of these days.
pub async fn fates(tx: &mut Tx, at: &Position, (first, last): (Date, Date)) -> Result<Fates, StoreError> {
    let args = args![at.organization, at.account, first, last];
    let late = args![at.organization, at.account, first, last, &POSTED_LATER[..]];
    Ok(Fates {
        taken: tx.all(TAKEN, args, decode_taken).await?,
        late: tx.all(LATE_PLACES, late, |row| Ok((row.date()?, row.int()?))).await?,
        windows: tx
            .all(WINDOWS, args, |row| {
                Ok(WindowRow {
                    reconciliation: row.id()?,
                    previous_date: row.maybe_date()?,
                    statement_date: row.date()?,
                    last_seq: row.int()?,
                    completed_at: row.int()?,
                })
            })
            .await?,
        set_aside: tx.all(OWN_SET_ASIDE, args, decode_taken).await?,
    })
}
