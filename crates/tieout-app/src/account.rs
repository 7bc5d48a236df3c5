//! The chart of accounts.

use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::time_zone;
use serde_json::json;
use tieout_core::id::Account;
use tieout_core::{Currency, Date, Id};
use tieout_ledger::AccountKind;
use tieout_store::account::{self, AccountRow, Filter};
use tieout_store::balance::{self, Totals};
use tieout_store::{BoxFuture, Page, StoreError, Tx};

/// The account through which transfers pass, made when the first one is.
pub const CASH_IN_TRANSIT: &str = "cash_in_transit";

const KINDS: &[(&str, AccountKind)] = &[
    ("asset", AccountKind::Asset),
    ("liability", AccountKind::Liability),
    ("equity", AccountKind::Equity),
    ("revenue", AccountKind::Revenue),
    ("expense", AccountKind::Expense),
];

/// The kind of this name, in any letter case.
pub fn kind(name: &str) -> Result<AccountKind, AppError> {
    let lower = name.to_ascii_lowercase();
    KINDS
        .iter()
        .find(|(known, _)| *known == lower)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| AppError::invalid("account_type", "must be asset, liability, equity, revenue or expense"))
}

/// The name of a kind.
pub fn kind_name(kind: AccountKind) -> &'static str {
    KINDS
        .iter()
        .find(|(_, known)| *known == kind)
        .map_or("", |(name, _)| name)
}

/// Whether a balance of this kind of account is positive on the debit side.
pub fn is_debit_normal(account_type: &str) -> bool {
    matches!(account_type, "asset" | "expense")
}

/// A new account.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct CreateAccount {
    pub code: String,
    pub name: String,
    pub kind: AccountKind,
    pub description: Option<String>,
    pub currency: Option<Currency>,
    pub parent_id: Option<Id<Account>>,
    pub time_zone: Option<String>,
    pub metadata: String,
}

impl Command for CreateAccount {
    type Output = AccountRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AccountRow, AppError>> {
        Box::pin(async move {
            let row = create(tx, ctx, self, None).await?;
            audit::record(tx, ctx, created(&row)).await?;
            Ok(row)
        })
    }
}

fn created(row: &AccountRow) -> Change {
    Change {
        entity_type: "account",
        entity_id: row.id.to_string(),
        event_type: "account.created",
        description: format!("Account {} {} created", row.code, row.name),
        change: json!({ "after": snapshot(row) }),
    }
}

fn snapshot(row: &AccountRow) -> serde_json::Value {
    json!({ "code": row.code, "name": row.name, "account_type": row.account_type, "currency": row.currency,
        "description": row.description, "parent_account_id": row.parent_id.map(|id| id.to_string()),
        "is_archived": row.is_archived })
}

/// All that events say of an account.
pub(crate) fn full_snapshot(row: &AccountRow) -> serde_json::Value {
    let mut full = snapshot(row);
    full["time_zone"] = row.time_zone.clone().into();
    full
}

/// Says in which time zone an account's bank keeps its days; none is UTC.
#[derive(Debug, Clone)]
pub struct SetTimeZone {
    /// The account.
    pub id: Id<Account>,
    /// Its zone (`Europe/Zurich`).
    pub time_zone: Option<String>,
}

impl Command for SetTimeZone {
    type Output = AccountRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AccountRow, AppError>> {
        Box::pin(async move {
            time_zone::check(self.time_zone.as_deref())?;
            let mut row = lock(tx, ctx, self.id).await?;
            let before = row.time_zone.clone();
            row.time_zone.clone_from(&self.time_zone);
            row.updated_at = ctx.now_us;
            account::update(tx, ctx.org()?.id, &row).await?;
            let change = Change {
                entity_type: "account",
                entity_id: row.id.to_string(),
                event_type: "account.time_zone_set",
                description: format!("Time zone of account {} {} set", row.code, row.name),
                change: json!({ "before": { "time_zone": before }, "after": { "time_zone": row.time_zone } }),
            };
            audit::record(tx, ctx, change).await?;
            Ok(row)
        })
    }
}

/// Stores a new account, without its event.
pub(crate) async fn create(
    tx: &mut Tx,
    ctx: &Context,
    new: &CreateAccount,
    system_role: Option<&str>,
) -> Result<AccountRow, AppError> {
    let org = ctx.org()?;
    check_words(&new.code, &new.name)?;
    time_zone::check(new.time_zone.as_deref())?;
    if let Some(parent) = new.parent_id {
        let found = account::find(tx, org.id, parent).await?;
        if found.is_none_or(|parent| parent.account_type != kind_name(new.kind)) {
            return Err(AppError::invalid(
                "parent_account_id",
                "must be an account of the same type",
            ));
        }
    }
    let row = AccountRow {
        id: ctx.id(),
        code: new.code.trim().to_owned(),
        name: new.name.trim().to_owned(),
        account_type: kind_name(new.kind).to_owned(),
        description: new.description.clone(),
        // Its own currency being the base is the same as having none.
        currency: new
            .currency
            .filter(|own| *own != org.base)
            .map(|own| own.code().to_owned()),
        parent_id: new.parent_id,
        system_role: system_role.map(str::to_owned),
        is_archived: false,
        time_zone: new.time_zone.clone(),
        last_seq: 0,
        reconciled: None,
        open_reconciliation: None,
        open_day: None,
        metadata: new.metadata.clone(),
        created_at: ctx.now_us,
        updated_at: ctx.now_us,
    };
    if account::find_code(tx, org.id, &row.code).await?.is_some() {
        // The code of an account with a role was free a moment ago.
        return Err(match system_role {
            Some(_) => StoreError::LostRace.into(),
            None => code_taken(&row.code),
        });
    }
    match account::insert(tx, org.id, &row).await {
        Ok(()) => Ok(row),
        // Somebody took the code, or the role, since it was looked for: run again, and see what is there now.
        Err(error) if error.violates("account", "code") || error.violates("account", "system_role") => {
            Err(StoreError::LostRace.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// The account with a role in the books; made when it is first needed, with this code or the next one that is free.
pub(crate) async fn by_role(
    tx: &mut Tx,
    ctx: &Context,
    role: &str,
    (code, name, kind): (&str, &str, AccountKind),
    description: Option<&str>,
) -> Result<AccountRow, AppError> {
    let organization = ctx.org()?.id;
    if let Some(found) = account::find_role(tx, organization, role).await? {
        return Ok(found);
    }
    let mut free = code.to_owned();
    let mut number = 1;
    while account::find_code(tx, organization, &free).await?.is_some() {
        number += 1;
        free = format!("{code}-{number}");
    }
    let new = CreateAccount {
        code: free,
        name: name.into(),
        kind,
        description: description.map(str::to_owned),
        currency: None,
        parent_id: None,
        time_zone: None,
        metadata: "{}".into(),
    };
    create(tx, ctx, &new, Some(role)).await
}

pub(crate) fn check_words(code: &str, name: &str) -> Result<(), AppError> {
    for (field, text) in [("code", code), ("name", name)] {
        if text.trim().is_empty() {
            return Err(AppError::invalid(field, "is required"));
        }
        if text.chars().count() > 255 {
            return Err(AppError::invalid(field, "has more than 255 characters"));
        }
    }
    Ok(())
}

fn code_taken(code: &str) -> AppError {
    AppError::invalid("code", format!("{code:?} is taken by another account"))
}

fn taken(error: StoreError, code: &str) -> AppError {
    if error.violates("account", "code") {
        code_taken(code)
    } else {
        error.into()
    }
}

/// Changes the words of an account. What is left out stays.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateAccount {
    pub id: Id<Account>,
    pub code: Option<String>,
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub is_archived: Option<bool>,
    pub metadata: Option<String>,
}

impl Command for UpdateAccount {
    type Output = AccountRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AccountRow, AppError>> {
        Box::pin(async move {
            let org = ctx.org()?;
            let mut row = lock(tx, ctx, self.id).await?;
            let before = snapshot(&row);
            row.code = self.code.clone().unwrap_or(row.code);
            row.name = self.name.clone().unwrap_or(row.name);
            row.description = self.description.clone().unwrap_or(row.description);
            row.is_archived = self.is_archived.unwrap_or(row.is_archived);
            if row.is_archived && row.system_role.as_deref() == Some(CASH_IN_TRANSIT) {
                let message = "transfers pass through this account; it cannot be archived";
                return Err(AppError::rule("account_in_use", message));
            }
            row.metadata = self.metadata.clone().unwrap_or(row.metadata);
            row.updated_at = ctx.now_us;
            check_words(&row.code, &row.name)?;
            account::update(tx, org.id, &row)
                .await
                .map_err(|error| taken(error, &row.code))?;
            let change = Change {
                entity_type: "account",
                entity_id: row.id.to_string(),
                event_type: "account.updated",
                description: format!("Account {} {} updated", row.code, row.name),
                change: json!({ "before": before, "after": snapshot(&row) }),
            };
            audit::record(tx, ctx, change).await?;
            Ok(row)
        })
    }
}

/// Takes an account's row until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx, ctx: &Context, id: Id<Account>) -> Result<AccountRow, AppError> {
    account::lock(tx, ctx.org()?.id, id, 0)
        .await?
        .ok_or(AppError::NotFound("account"))
}

/// Removes an account that no transaction ever touched.
#[derive(Debug, Clone, Copy)]
pub struct DeleteAccount(pub Id<Account>);

impl Command for DeleteAccount {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let org = ctx.org()?;
            let row = lock(tx, ctx, self.0).await?;
            let in_use = || {
                AppError::rule(
                    "account_in_use",
                    "the account has transactions, reconciliations or accounts below it; archive it instead",
                )
            };
            if account::is_used(tx, org.id, self.0).await? {
                return Err(in_use());
            }
            match account::delete(tx, org.id, self.0).await {
                Err(StoreError::Constraint(_)) => return Err(in_use()),
                other => other?,
            }
            let change = Change {
                entity_type: "account",
                entity_id: row.id.to_string(),
                event_type: "account.deleted",
                description: format!("Account {} {} deleted", row.code, row.name),
                change: json!({ "before": snapshot(&row) }),
            };
            audit::record(tx, ctx, change).await
        })
    }
}

/// One account.
#[derive(Debug, Clone, Copy)]
pub struct GetAccount(pub Id<Account>);

impl Command for GetAccount {
    type Output = AccountRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AccountRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// One account of the organization.
pub(crate) async fn find(tx: &mut Tx, ctx: &Context, id: Id<Account>) -> Result<AccountRow, AppError> {
    account::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("account"))
}

/// The account with a code.
#[derive(Debug, Clone)]
pub struct FindCode(pub String);

impl Command for FindCode {
    type Output = AccountRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<AccountRow, AppError>> {
        Box::pin(async move {
            let found = account::find_code(tx, ctx.org()?.id, &self.0).await?;
            found.ok_or(AppError::NotFound("account"))
        })
    }
}

/// A page of the chart.
#[derive(Debug, Clone)]
pub struct ListAccounts(pub Filter, pub Page);

impl Command for ListAccounts {
    type Output = (Vec<AccountRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(account::list(tx, ctx.org()?.id, &self.0, self.1).await?) })
    }
}

/// An account's balance as of a day.
#[derive(Debug, Clone, Copy)]
pub struct BalanceOf {
    /// The account.
    pub id: Id<Account>,
    /// The day; today unless said, where the account is kept.
    pub as_of: Option<Date>,
}

impl Command for BalanceOf {
    type Output = (AccountRow, Totals, Date);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let row = find(tx, ctx, self.id).await?;
            let as_of = self
                .as_of
                .unwrap_or_else(|| time_zone::date_at(ctx.now_us, row.time_zone.as_deref()));
            let totals = balance::as_of(tx, ctx.org()?.id, self.id, as_of).await?;
            Ok((row, totals, as_of))
        })
    }
}
