//! Posting: the one way by which anything gets into the books.
//!
//! Accounts are locked in the order of their ids, so that two postings never wait for each other in a circle; the lock
//! numbers the entries. Totals, figures of open reconciliations and carried entries change in the same transaction.

mod bulk;
mod late;
mod limits;

pub(crate) use bulk::enter_all;
pub use late::Late;
use late::late_accounts;
pub(crate) use late::late_of;
pub use limits::Asked;
pub(crate) use limits::{MAX_AMOUNT, TOO_LARGE, check_balance};

use crate::amounts;
use crate::command::{Context, Org};
use crate::error::AppError;
use limits::{check_base, check_sizes, check_total, field_of, is_large, is_too_large};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::id::{Account, Contact, Organization, TaxCode, Transaction};
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::journal::{self, Base, JournalError, JournalLine};
use tieout_store::account::{self, AccountRow};
use tieout_store::balance::{self, Addition, Totals};
use tieout_store::scope::{self, CarriedRow, POSTED_LATER, Sum};
use tieout_store::transaction::{self, EntryRow, TransactionRow};
use tieout_store::{Tx, contact, rate, reconciliation};

/// A transaction to be.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct NewTransaction {
    pub kind: Option<String>,
    pub description: String,
    pub date: Date,
    pub reference_number: Option<String>,
    pub contact_id: Option<Id<Contact>>,
    pub payment_method: Option<String>,
    pub metadata: String,
    /// Counts at once; otherwise it is a draft without effect on balances.
    pub is_posted: bool,
    pub reverses: Option<Id<Transaction>>,
    pub lines: Vec<NewLine>,
}

impl NewTransaction {
    /// One that counts at once, and says nothing else.
    pub(crate) fn posted(description: String, date: Date, lines: Vec<NewLine>) -> Self {
        Self {
            kind: None,
            description,
            date,
            reference_number: None,
            contact_id: None,
            payment_method: None,
            metadata: "{}".into(),
            is_posted: true,
            reverses: None,
            lines,
        }
    }
}

/// An entry to be.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct NewLine {
    pub account: Id<Account>,
    pub is_debit: bool,
    /// Not negative.
    pub amount: Decimal,
    pub currency: Option<Currency>,
    /// In base currency, if somebody says; not negative.
    pub base_amount: Option<Decimal>,
    /// To base currency, if somebody says.
    pub rate: Option<i64>,
    pub description: Option<String>,
    pub reference: Option<String>,
    /// The tax code that it was taxed by, or is the tax of.
    pub tax_code: Option<Id<TaxCode>>,
    /// Which of the entries that the caller wrote it is, or was made for: errors name that one. `None` if the caller wrote
    /// none such.
    pub asked: Option<Asked>,
}

/// A transaction with its entries.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Whose books it is in.
    pub organization: Id<Organization>,
    /// The transaction.
    pub transaction: TransactionRow,
    /// Its entries, in their order.
    pub entries: Vec<EntryRow>,
    /// Only said when it is posted.
    pub late: Late,
}

/// Stores a new transaction with its entries; its event is the caller's.
pub(crate) async fn enter(tx: &mut Tx, ctx: &Context, new: &NewTransaction) -> Result<Entered, AppError> {
    enter_as(tx, ctx, new, ctx.transaction_id()).await
}

/// Like [`enter`], under a given id: for a pending transaction that is posted.
pub(crate) async fn enter_as(
    tx: &mut Tx,
    ctx: &Context,
    new: &NewTransaction,
    id: Id<Transaction>,
) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    check(new, org)?;
    if let Some(contact) = new.contact_id {
        let missing = || AppError::NotFound("contact").at("contact_id");
        contact::find(tx, org.id, contact).await?.ok_or_else(missing)?;
    }
    let mut accounts = take_accounts(tx, ctx, new.is_posted, &new.lines).await?;
    let lines = journal_lines(tx, org, new, &accounts).await?;
    let base = journal::base_amounts(&lines, org.base).map_err(|error| unbalanced(&error))?;
    let entries = entry_rows(new, id, (&lines, &base), &mut accounts)?;
    let transaction = transaction_row(new, ctx, id, (&entries, &accounts))?;
    transaction::insert(tx, org.id, &transaction)
        .await
        .map_err(already_reversed)?;
    transaction::insert_entries(tx, org.id, &entries).await?;
    if new.is_posted {
        count(tx, org, new.date, &entries, &accounts).await?;
    }
    Ok(Entered {
        organization: org.id,
        transaction,
        late: if new.is_posted {
            late_accounts(new.date, &entries, &accounts)
        } else {
            Vec::new()
        },
        entries,
    })
}

fn already_reversed(error: tieout_store::StoreError) -> AppError {
    if error.violates("journal_transaction", "reverses") {
        AppError::rule("transaction_already_reversed", "the transaction has been reversed")
    } else {
        error.into()
    }
}

fn check(new: &NewTransaction, org: &Org) -> Result<(), AppError> {
    if new.lines.len() < 2 {
        return Err(AppError::invalid("entries", JournalError::TooFew.to_string()));
    }
    if new.lines.len() > Id::<Transaction>::MAX_ENTRIES {
        return Err(AppError::invalid(
            "entries",
            "has more than 10,000 entries; split the transaction",
        ));
    }
    for line in &new.lines {
        check_sizes(line)?;
    }
    check_open(new.date, org)
}

/// Refuses a day in closed books.
pub(crate) fn check_open(date: Date, org: &Org) -> Result<(), AppError> {
    match org.books_closed {
        Some(closed) if date <= closed => Err(AppError::Rule {
            code: "books_closed",
            message: format!("the books are closed through {closed}; use a later date"),
            details: vec![("books_closed_through", closed.to_string())],
        }),
        _ => Ok(()),
    }
}

/// Takes accounts in the order of their ids: for several postings in one transaction, before the first of them.
pub(crate) async fn take_before(tx: &mut Tx, org: &Org, accounts: &BTreeSet<Id<Account>>) -> Result<(), AppError> {
    for id in accounts {
        account::lock(tx, org.id, *id, 0)
            .await?
            .ok_or(AppError::NotFound("account"))?;
    }
    Ok(())
}

/// An account that the transaction touches, and the number of its next entry.
struct Taken {
    row: AccountRow,
    next_seq: i64,
}

type TakenAccounts = BTreeMap<Id<Account>, Taken>;

/// Locks every account once, in the order of their ids. A pending transaction takes nothing.
async fn take_accounts(
    tx: &mut Tx,
    ctx: &Context,
    is_posted: bool,
    lines: impl IntoIterator<Item = &NewLine>,
) -> Result<TakenAccounts, AppError> {
    let org = ctx.org()?;
    let mut wanted = BTreeMap::<Id<Account>, (i64, Option<Asked>)>::new();
    for line in lines {
        wanted.entry(line.account).or_insert((0, line.asked)).0 += 1;
    }
    let mut taken = TakenAccounts::new();
    for (id, (entries, asked)) in wanted {
        let row = if is_posted {
            account::lock(tx, org.id, id, entries).await?
        } else {
            account::find(tx, org.id, id).await?
        };
        let Some(row) = row else {
            let missing = AppError::NotFound("account");
            return Err(match asked {
                Some(_) => missing.at(field_of(asked, "account_id")),
                None => missing,
            });
        };
        if row.is_archived {
            return Err(AppError::rule(
                "account_archived",
                format!("account {} is archived", row.code),
            ));
        }
        let next_seq = row.last_seq - entries + 1;
        taken.insert(id, Taken { row, next_seq });
    }
    Ok(taken)
}

async fn journal_lines(
    tx: &mut Tx,
    org: &Org,
    new: &NewTransaction,
    accounts: &TakenAccounts,
) -> Result<Vec<JournalLine>, AppError> {
    let mut lines = Vec::with_capacity(new.lines.len());
    for line in &new.lines {
        let own = accounts
            .get(&line.account)
            .and_then(|taken| taken.row.currency.as_deref());
        let own = own.map(amounts::stored_currency).transpose()?;
        let currency = line.currency.or(own).unwrap_or(org.base);
        if own.is_some_and(|own| own != currency) {
            return Err(AppError::invalid(
                line.field(line.asked.map_or("currency", |asked| asked.currency_field)),
                format!(
                    "must be {}, the currency of the account",
                    own.map_or_else(String::new, |c| c.to_string())
                ),
            ));
        }
        let sign = if line.is_debit { 1 } else { -1 };
        let amount = sign * amounts::to_minor(&line.field("amount"), line.amount, currency)?;
        if currency == org.base {
            check_base(line, org.base)?;
        }
        if line.base_amount.is_some() && line.rate.is_some() {
            let message = "give base_amount or exchange_rate, not both".to_owned();
            return Err(AppError::invalid(line.field("exchange_rate"), message));
        }
        let base = match (currency == org.base, line.base_amount, line.rate) {
            (true, _, _) => Base::Same,
            (false, Some(given), _) => {
                Base::Given(sign * amounts::to_minor(&line.field("base_amount"), given, org.base)?)
            }
            (false, None, Some(rate)) => Base::Rate(rate),
            (false, None, None) => {
                let rate = rate_at(tx, org, currency, new.date).await;
                Base::Known(rate.map_err(|error| match line.asked {
                    Some(asked) => error.with_detail("entry", format!("entries[{}]", asked.position)),
                    None => error,
                })?)
            }
        };
        lines.push(JournalLine { amount, currency, base });
    }
    Ok(lines)
}

/// The stored rate to base currency, the latest on or before a day.
pub(crate) async fn rate_at(tx: &mut Tx, org: &Org, from: Currency, date: Date) -> Result<i64, AppError> {
    let pair = (from.code(), org.base.code());
    let found = rate::latest(tx, org.practice, pair, date).await?;
    found.map(|row| row.rate).ok_or_else(|| AppError::Rule {
        code: "exchange_rate_missing",
        message: format!(
            "no rate from {from} to {} on or before {date}; add one, or give base_amount",
            org.base
        ),
        details: vec![
            ("from_currency", from.to_string()),
            ("to_currency", org.base.to_string()),
        ],
    })
}

fn unbalanced(error: &JournalError) -> AppError {
    match error {
        JournalError::Unbalanced {
            currency,
            debits,
            credits,
        } => AppError::Unbalanced {
            debits: amounts::print(*debits, *currency),
            credits: amounts::print(*credits, *currency),
            difference: amounts::print(debits.saturating_sub(*credits), *currency),
        },
        other => AppError::invalid("entries", other.to_string()),
    }
}

fn entry_rows(
    new: &NewTransaction,
    id: Id<Transaction>,
    (lines, base): (&[JournalLine], &[i64]),
    accounts: &mut TakenAccounts,
) -> Result<Vec<EntryRow>, AppError> {
    let mut rows = Vec::with_capacity(lines.len());
    let numbered = (0_i64..).zip(&new.lines).zip(lines.iter().zip(base));
    for ((position, line), (journal, base_amount)) in numbered {
        if is_too_large(journal.amount) || is_too_large(*base_amount) {
            return Err(AppError::invalid(line.field("amount"), TOO_LARGE));
        }
        let taken = accounts
            .get_mut(&line.account)
            .ok_or(AppError::Internal("account not taken"))?;
        let seq = new.is_posted.then_some(taken.next_seq);
        taken.next_seq += 1;
        rows.push(EntryRow {
            transaction_id: id,
            line: position,
            account_id: line.account,
            date: new.date,
            seq,
            amount: if taken.row.currency.is_some() {
                journal.amount
            } else {
                *base_amount
            },
            base_amount: *base_amount,
            currency: journal.currency.code().to_owned(),
            line_amount: journal.amount,
            is_debit: line.is_debit,
            description: line.description.clone(),
            reference: line.reference.clone(),
            tax_code_id: line.tax_code,
        });
    }
    Ok(rows)
}

fn transaction_row(
    new: &NewTransaction,
    ctx: &Context,
    id: Id<Transaction>,
    (entries, accounts): (&[EntryRow], &TakenAccounts),
) -> Result<TransactionRow, AppError> {
    let too_large = |_| AppError::invalid("entries", "the sum is too large");
    let debits: i128 = entries.iter().map(|entry| i128::from(entry.base_amount.max(0))).sum();
    // Summed by itself, from what is stored: the schema compares the two sums.
    let credits: i128 = entries.iter().map(|entry| -i128::from(entry.base_amount.min(0))).sum();
    let debits = i64::try_from(debits).map_err(too_large)?;
    let credits = i64::try_from(credits).map_err(too_large)?;
    let derived = || {
        kind_of(entries.iter().map(|entry| {
            let account = accounts.get(&entry.account_id);
            (
                account.map_or("", |taken| taken.row.account_type.as_str()),
                entry.base_amount,
            )
        }))
    };
    Ok(TransactionRow {
        id,
        kind: new.kind.clone().unwrap_or_else(|| derived().to_owned()),
        reference_number: new.reference_number.clone(),
        description: new.description.clone(),
        date: new.date,
        status: if new.is_posted { "posted" } else { "pending" }.to_owned(),
        total_debits: debits,
        total_credits: credits,
        currency: ctx.org()?.base.code().to_owned(),
        amount: debits,
        contact_id: new.contact_id,
        payment_method: new.payment_method.clone(),
        reverses_id: new.reverses,
        reversed_by_id: None,
        created_by: ctx.caller.user,
        posted_at: new.is_posted.then_some(ctx.now_us),
        metadata: new.metadata.clone(),
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
        is_reconciled: false,
    })
}

/// Adds posted entries to totals, to figures of open reconciliations, and to what is open from reconciled periods.
async fn count(
    tx: &mut Tx,
    org: &Org,
    date: Date,
    entries: &[EntryRow],
    accounts: &TakenAccounts,
) -> Result<(), AppError> {
    let touched: BTreeSet<Id<Account>> = entries.iter().map(|entry| entry.account_id).collect();
    let mut sums: BTreeMap<Id<Account>, Totals> = touched.iter().map(|id| (*id, Totals::default())).collect();
    for entry in entries {
        add(sums.entry(entry.account_id).or_default(), entry)?;
    }
    let of = |(account, totals): (&Id<Account>, &Totals)| Addition {
        account: *account,
        day: date,
        totals: *totals,
    };
    let additions: Vec<Addition> = sums.iter().map(of).collect();
    for addition in additions.iter().filter(|addition| is_large(&addition.totals)) {
        check_total(tx, org, addition).await?;
    }
    balance::add(tx, org.id, &additions).await?;
    for addition in &additions {
        let id = &addition.account;
        let taken = accounts.get(id).ok_or(AppError::Internal("account not taken"))?;
        let posted = Sum {
            count: addition.totals.entries,
            amount: addition.totals.debit - addition.totals.credit,
        };
        let is_late = taken.row.reconciled.is_some_and(|reconciled| date <= reconciled);
        let late = if is_late { posted } else { Sum::default() };
        if let (Some(open), Some(day)) = (taken.row.open_reconciliation, taken.row.open_day)
            && date <= day
        {
            reconciliation::posted(tx, org.id, open, posted, late).await?;
        }
        if is_late && late.count > 0 {
            let own = entries
                .iter()
                .filter(|entry| entry.account_id == *id && entry.amount != 0);
            let rows: Vec<CarriedRow> = own.filter_map(carried).collect();
            scope::carry(tx, org.id, *id, &rows).await?;
            reconciliation::posted_late(tx, org.id, *id, (date, late)).await?;
        }
    }
    Ok(())
}

/// What a transaction is, by the types of its accounts and its base amounts: income or an expense where revenue or expense
/// stands against an account of assets or liabilities, by what is left of them; else a transfer, within the balance sheet or
/// between accounts of the income statement.
pub(crate) fn kind_of<'e>(entries: impl Iterator<Item = (&'e str, i64)>) -> &'static str {
    let (mut earned, mut has_money) = (0_i128, false);
    for (account_type, base_amount) in entries {
        match account_type {
            "revenue" | "expense" => earned -= i128::from(base_amount),
            "asset" | "liability" => has_money = true,
            _ => {}
        }
    }
    match (has_money, earned.signum()) {
        (true, 1) => "income",
        (true, -1) => "expense",
        _ => "transfer",
    }
}

fn carried(entry: &EntryRow) -> Option<CarriedRow> {
    Some(CarriedRow {
        date: entry.date,
        seq: entry.seq?,
        origin: POSTED_LATER,
        transaction_id: entry.transaction_id,
        line: entry.line,
        amount: entry.amount,
    })
}

/// Adds a posted entry to totals.
pub(crate) fn add(totals: &mut Totals, entry: &EntryRow) -> Result<(), AppError> {
    let too_large = || AppError::invalid("entries", "the sum is too large");
    for (sum, amount) in [
        (&mut totals.debit, entry.amount.max(0)),
        (&mut totals.credit, entry.amount.min(0).saturating_neg()),
        (&mut totals.base_debit, entry.base_amount.max(0)),
        (&mut totals.base_credit, entry.base_amount.min(0).saturating_neg()),
        (&mut totals.entries, i64::from(entry.amount != 0)),
    ] {
        *sum = sum.checked_add(amount).ok_or_else(too_large)?;
    }
    Ok(())
}
