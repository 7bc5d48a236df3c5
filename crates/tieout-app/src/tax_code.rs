//! Tax codes: how tax is computed, and where it is booked.
//!
//! An entry that names a code is split when it is entered (see `tieout_ledger::tax`): the entry gets the net amount, and an
//! entry for each rate follows it. From then on they are entries like all others; changing a code changes no past.

use crate::amounts;
use crate::audit::{self, Change};
use crate::command::{Command, Context};
use crate::error::AppError;
use crate::posting::{Entered, NewLine, NewTransaction};
use serde_json::json;
use tieout_core::id::TaxCode;
use tieout_core::{Currency, Decimal, Id};
use tieout_ledger::tax::{self, TaxKind, TaxSplit, WHOLE};
use tieout_store::tax_code::{self, TaxCodeRow, TaxRateRow};
use tieout_store::{BoxFuture, Hold, Page, Tx, account};

/// Most rates of one code.
const MAX_RATES: usize = 20;
/// No tax is more than ten times its base.
const MAX_RATE_PPM: i64 = 10 * WHOLE;

const KINDS: &[(&str, TaxKind)] = &[
    ("inclusive", TaxKind::Inclusive),
    ("exclusive", TaxKind::Exclusive),
    ("withheld", TaxKind::Withheld),
    ("reverse_charge", TaxKind::ReverseCharge),
];

/// The kind of this name.
pub fn kind(name: &str) -> Result<TaxKind, AppError> {
    let found = KINDS.iter().find(|(known, _)| *known == name);
    let wrong = || AppError::invalid("kind", "must be inclusive, exclusive, withheld or reverse_charge");
    found.map(|(_, kind)| *kind).ok_or_else(wrong)
}

/// A new tax code.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct CreateTaxCode {
    pub code: String,
    pub name: String,
    pub kind: TaxKind,
    pub rates: Vec<TaxRateRow>,
}

impl Command for CreateTaxCode {
    type Output = TaxCodeRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<TaxCodeRow, AppError>> {
        Box::pin(async move {
            let kind = KINDS
                .iter()
                .find(|(_, kind)| *kind == self.kind)
                .map_or("", |(name, _)| name);
            let row = TaxCodeRow {
                id: ctx.id(),
                code: self.code.trim().to_owned(),
                name: self.name.trim().to_owned(),
                kind: kind.to_owned(),
                is_archived: false,
                created_at: ctx.now_us,
                updated_at: ctx.now_us,
                rates: self.rates.clone(),
            };
            check(tx, ctx, &row).await?;
            let inserted = tax_code::insert(tx, ctx.org()?.id, &row).await;
            inserted.map_err(|error| taken(error, &row.code))?;
            audit::record(tx, ctx, change(&row, "tax_code.created", None)).await?;
            Ok(row)
        })
    }
}

fn taken(error: tieout_store::StoreError, code: &str) -> AppError {
    if error.violates("tax_code", "code") {
        AppError::invalid("code", format!("{code:?} is taken by another tax code"))
    } else {
        error.into()
    }
}

async fn check(tx: &mut Tx, ctx: &Context, row: &TaxCodeRow) -> Result<(), AppError> {
    for (field, text) in [("code", &row.code), ("name", &row.name)] {
        if text.is_empty() || text.chars().count() > 255 {
            return Err(AppError::invalid(field, "must have 1 to 255 characters"));
        }
    }
    if row.rates.is_empty() || row.rates.len() > MAX_RATES {
        return Err(AppError::invalid("rates", format!("must be 1 to {MAX_RATES}")));
    }
    let kind = kind(&row.kind)?;
    for (position, rate) in row.rates.iter().enumerate() {
        let field = |name: &str| format!("rates[{position}].{name}");
        if !(0..=MAX_RATE_PPM).contains(&rate.rate_ppm) {
            return Err(AppError::invalid(
                field("rate_ppm"),
                "must be 0 to 10,000,000 millionths",
            ));
        }
        if (kind == TaxKind::ReverseCharge) != rate.contra_account_id.is_some() {
            let message = "is the account on which a reverse charge is owed; other kinds have none";
            return Err(AppError::invalid(field("contra_account_id"), message));
        }
        for (name, id) in [
            ("account_id", Some(rate.account_id)),
            ("contra_account_id", rate.contra_account_id),
        ] {
            let Some(id) = id else { continue };
            let found = account::find(tx, ctx.org()?.id, id)
                .await?
                .ok_or_else(|| AppError::NotFound("account").at(field(name)))?;
            if found.currency.is_some() {
                return Err(AppError::invalid(
                    field(name),
                    "must be an account in base currency: tax is owed in it",
                ));
            }
        }
    }
    let sum: i64 = row.rates.iter().map(|rate| rate.rate_ppm).sum();
    if kind == TaxKind::Withheld && sum > WHOLE {
        return Err(AppError::invalid("rates", "cannot withhold more than the whole"));
    }
    Ok(())
}

pub(crate) fn snapshot(row: &TaxCodeRow) -> serde_json::Value {
    let rate = |rate: &TaxRateRow| {
        json!({ "name": rate.name, "rate_ppm": rate.rate_ppm, "account_id": rate.account_id.to_string(),
            "contra_account_id": rate.contra_account_id.map(|id| id.to_string()) })
    };
    json!({ "code": row.code, "name": row.name, "kind": row.kind, "is_archived": row.is_archived,
        "rates": row.rates.iter().map(rate).collect::<Vec<_>>() })
}

fn change(row: &TaxCodeRow, event_type: &'static str, before: Option<&TaxCodeRow>) -> Change {
    let after = (event_type != "tax_code.deleted").then(|| snapshot(row));
    Change {
        entity_type: "tax_code",
        entity_id: row.id.to_string(),
        event_type,
        description: format!(
            "Tax code {} {}",
            row.code,
            event_type.rsplit('.').next().unwrap_or_default()
        ),
        change: json!({ "before": before.map(snapshot), "after": after }),
    }
}

/// Changes a tax code for entries to come. What is left out stays.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields of the record")]
pub struct UpdateTaxCode {
    pub id: Id<TaxCode>,
    pub code: Option<String>,
    pub name: Option<String>,
    pub is_archived: Option<bool>,
    pub rates: Option<Vec<TaxRateRow>>,
}

impl Command for UpdateTaxCode {
    type Output = TaxCodeRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<TaxCodeRow, AppError>> {
        Box::pin(async move {
            let before = find(tx, ctx, self.id).await?;
            let mut row = before.clone();
            row.code = self.code.as_deref().map_or(row.code, |code| code.trim().to_owned());
            row.name = self.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
            row.is_archived = self.is_archived.unwrap_or(row.is_archived);
            row.rates = self.rates.clone().unwrap_or(row.rates);
            row.updated_at = ctx.now_us;
            check(tx, ctx, &row).await?;
            let updated = tax_code::update(tx, ctx.org()?.id, &row).await;
            updated.map_err(|error| taken(error, &row.code))?;
            audit::record(tx, ctx, change(&row, "tax_code.updated", Some(&before))).await?;
            Ok(row)
        })
    }
}

/// Removes a tax code that no entry names.
#[derive(Debug, Clone, Copy)]
pub struct DeleteTaxCode(pub Id<TaxCode>);

impl Command for DeleteTaxCode {
    type Output = ();

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<(), AppError>> {
        Box::pin(async move {
            let row = find(tx, ctx, self.0).await?;
            if tax_code::is_used(tx, ctx.org()?.id, self.0).await? {
                return Err(AppError::rule(
                    "tax_code_in_use",
                    "entries name the tax code; archive it instead",
                ));
            }
            tax_code::delete(tx, ctx.org()?.id, self.0).await?;
            audit::record(tx, ctx, change(&row, "tax_code.deleted", Some(&row))).await
        })
    }
}

async fn find(tx: &mut Tx, ctx: &Context, id: Id<TaxCode>) -> Result<TaxCodeRow, AppError> {
    tax_code::find(tx, ctx.org()?.id, id)
        .await?
        .ok_or(AppError::NotFound("tax code"))
}

/// One tax code.
#[derive(Debug, Clone, Copy)]
pub struct GetTaxCode(pub Id<TaxCode>);

impl Command for GetTaxCode {
    type Output = TaxCodeRow;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<TaxCodeRow, AppError>> {
        Box::pin(find(tx, ctx, self.0))
    }
}

/// A page of tax codes, by code.
#[derive(Debug, Clone, Copy)]
pub struct ListTaxCodes(pub Page);

impl Command for ListTaxCodes {
    type Output = (Vec<TaxCodeRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move { Ok(tax_code::list(tx, ctx.org()?.id, self.0).await?) })
    }
}

/// What an amount comes to with a tax code, without entering anything.
#[derive(Debug, Clone, Copy)]
pub struct ComputeTax {
    /// By which code.
    pub id: Id<TaxCode>,
    /// On what.
    pub amount: Decimal,
    /// In which currency; none is the base.
    pub currency: Option<Currency>,
}

impl Command for ComputeTax {
    type Output = (TaxCodeRow, TaxSplit, Currency);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let row = find(tx, ctx, self.id).await?;
            let currency = self.currency.unwrap_or(ctx.org()?.base);
            let minor = amounts::to_minor("amount", self.amount, currency)?;
            let split = split_by(&row, minor, "amount")?;
            Ok((row, split, currency))
        })
    }
}

fn split_by(row: &TaxCodeRow, minor: i64, field: &str) -> Result<TaxSplit, AppError> {
    let rates: Vec<i64> = row.rates.iter().map(|rate| rate.rate_ppm).collect();
    tax::split(kind(&row.kind)?, minor, &rates).ok_or_else(|| AppError::invalid(field, "is too large"))
}

/// Enters a transaction, some of whose lines are taxed: each has its code beside it.
#[derive(Debug, Clone)]
pub struct CreateTaxed {
    /// The transaction.
    pub new: NewTransaction,
    /// For each line a code by which it is split, if any.
    pub codes: Vec<Option<String>>,
}

impl Command for CreateTaxed {
    type Output = Entered;

    fn hold(&self) -> Hold {
        Hold::Shared
    }

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(async move {
            let mut new = self.new.clone();
            new.lines = expand(tx, ctx, &self.new.lines, &self.codes).await?;
            crate::transaction::create(tx, ctx, &new).await
        })
    }
}

/// Lines with the entries of their taxes behind them.
pub(crate) async fn expand(
    tx: &mut Tx,
    ctx: &Context,
    lines: &[NewLine],
    codes: &[Option<String>],
) -> Result<Vec<NewLine>, AppError> {
    let mut all = Vec::with_capacity(lines.len());
    for (position, line) in lines.iter().enumerate() {
        match codes.get(position).and_then(Option::as_deref) {
            None => all.push(line.clone()),
            Some(code) => taxed(tx, ctx, (position, line, code), &mut all).await?,
        }
    }
    Ok(all)
}

async fn taxed(
    tx: &mut Tx,
    ctx: &Context,
    (position, line, code): (usize, &NewLine, &str),
    all: &mut Vec<NewLine>,
) -> Result<(), AppError> {
    let org = ctx.org()?;
    let field = |name: &str| format!("entries[{position}].{name}");
    let row = by_code(tx, ctx, code)
        .await
        .map_err(|error| error.at(field("tax_code")))?;
    if row.is_archived {
        let message = format!("tax code {} is archived", row.code);
        let archived = AppError::rule("tax_code_archived", message);
        return Err(archived.with_detail("entry", format!("entries[{position}]")));
    }
    if line.base_amount.is_some() {
        return Err(AppError::invalid(
            field("base_amount"),
            "cannot stand beside tax_code; give exchange_rate",
        ));
    }
    let own = account::find(tx, org.id, line.account)
        .await?
        .ok_or_else(|| AppError::NotFound("account").at(field("account_id")))?
        .currency;
    let own = own.as_deref().map(amounts::stored_currency).transpose()?;
    let currency = line.currency.or(own).unwrap_or(org.base);
    let split = split_by(
        &row,
        amounts::to_minor(&field("amount"), line.amount, currency)?,
        &field("amount"),
    )?;
    let plain = |minor: i64| Decimal::from_minor(minor, currency.minor_digits());
    let kind = kind(&row.kind)?;
    all.push(NewLine {
        amount: plain(split.net),
        tax_code: Some(row.id),
        ..line.clone()
    });
    for (rate, tax) in row.rates.iter().zip(&split.taxes).filter(|(_, tax)| **tax != 0) {
        let entry = |account, is_debit| NewLine {
            account,
            is_debit,
            amount: plain(*tax),
            currency: Some(currency),
            description: Some(rate.name.clone()).filter(|name| !name.is_empty()),
            tax_code: Some(row.id),
            ..line.clone()
        };
        // What is withheld stands against what is owed; all other taxes go with the amount they are on.
        let is_debit = line.is_debit != (kind == TaxKind::Withheld);
        all.push(entry(rate.account_id, is_debit));
        if let Some(contra) = rate.contra_account_id {
            all.push(entry(contra, !is_debit));
        }
    }
    Ok(())
}

/// The code of this name or id.
async fn by_code(tx: &mut Tx, ctx: &Context, code: &str) -> Result<TaxCodeRow, AppError> {
    let organization = ctx.org()?.id;
    let found = match Id::parse(code) {
        Ok(id) => tax_code::find(tx, organization, id).await?,
        Err(_) => tax_code::find_code(tx, organization, code).await?,
    };
    found.ok_or(AppError::NotFound("tax code"))
}
