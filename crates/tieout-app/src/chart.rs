//! Charts of accounts to start from, and the close of a year.

use crate::account::{self, CreateAccount};
use crate::audit::{self, Change};
use crate::command::{Command, Context, Org};
use crate::error::AppError;
use crate::posting::{self, Entered, MAX_AMOUNT, NewLine, NewTransaction};
use crate::report::{ReportLine, open_results};
use serde_json::json;
use tieout_core::id::Account;
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_ledger::AccountKind;
use tieout_store::account::AccountRow;
use tieout_store::{BoxFuture, Tx, account as accounts, balance};

/// The account that a year's result is closed to.
pub const RETAINED_EARNINGS: &str = "retained_earnings";

/// An account of a template: code, name, kind, role in the books.
type Node = (&'static str, &'static str, AccountKind, Option<&'static str>);

/// A chart to start from.
pub struct Template {
    /// What it is called.
    pub name: &'static str,
    /// Whom it is for.
    pub description: &'static str,
    nodes: &'static [Node],
}

use AccountKind::{Asset, Equity, Expense, Liability, Revenue};

const COMMON: &[Node] = &[
    ("1000", "Checking Account", Asset, None),
    ("1010", "Savings Account", Asset, None),
    ("1050", "Petty Cash", Asset, None),
    ("1100", "Accounts Receivable", Asset, Some("accounts_receivable")),
    ("2000", "Accounts Payable", Liability, Some("accounts_payable")),
    ("2100", "Credit Card", Liability, None),
    ("2200", "Taxes Payable", Liability, None),
    ("3000", "Owner's Equity", Equity, None),
    ("3900", "Retained Earnings", Equity, Some(RETAINED_EARNINGS)),
    ("4000", "Sales", Revenue, None),
    ("4900", "Interest Income", Revenue, None),
    ("6000", "Rent", Expense, None),
    ("6100", "Bank Fees", Expense, None),
    ("6200", "Office Supplies", Expense, None),
    ("6300", "Software and Subscriptions", Expense, None),
    ("6400", "Travel", Expense, None),
    ("6500", "Professional Fees", Expense, None),
    ("6600", "Insurance", Expense, None),
    ("6700", "Wages and Salaries", Expense, None),
    ("6900", "Interest Expense", Expense, None),
];

const GOODS: &[Node] = &[
    ("1200", "Inventory", Asset, None),
    ("1500", "Equipment", Asset, None),
    ("1590", "Accumulated Depreciation", Asset, None),
    ("5000", "Cost of Goods Sold", Expense, None),
    ("5100", "Freight In", Expense, None),
    ("5900", "Payment Processing Fees", Expense, None),
    ("6950", "Depreciation", Expense, None),
];

const NONPROFIT: &[Node] = &[
    ("3100", "Net Assets with Restrictions", Equity, None),
    ("4100", "Donations", Revenue, None),
    ("4200", "Grants", Revenue, None),
    ("5000", "Programme Costs", Expense, None),
];

/// Every chart to start from; each has the common accounts and its own.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "services",
        description: "A business that sells its time",
        nodes: &[],
    },
    Template {
        name: "trade",
        description: "A business that sells goods",
        nodes: GOODS,
    },
    Template {
        name: "nonprofit",
        description: "An organization that lives on donations and grants",
        nodes: NONPROFIT,
    },
];

/// Adds the accounts of a template; codes that are taken stay as they are.
#[derive(Debug, Clone)]
pub struct ApplyTemplate(pub String);

impl Command for ApplyTemplate {
    type Output = Vec<AccountRow>;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Vec<AccountRow>, AppError>> {
        Box::pin(async move {
            let template = TEMPLATES.iter().find(|template| template.name == self.0);
            let template = template.ok_or_else(|| {
                let names: Vec<_> = TEMPLATES.iter().map(|template| template.name).collect();
                AppError::invalid("template", format!("must be one of {}", names.join(", ")))
            })?;
            let organization = ctx.org()?.id;
            let mut made = Vec::new();
            for (code, name, kind, role) in COMMON.iter().chain(template.nodes) {
                if accounts::find_code(tx, organization, code).await?.is_some() {
                    continue;
                }
                // A role that another account has already stays there.
                let role = match role {
                    Some(role) => accounts::find_role(tx, organization, role)
                        .await?
                        .is_none()
                        .then_some(*role),
                    None => None,
                };
                made.push(account::create(tx, ctx, &plain(code, name, *kind), role).await?);
            }
            let codes: Vec<_> = made
                .iter()
                .map(|row| json!([row.code, row.name, row.account_type]))
                .collect();
            let change = Change {
                entity_type: "organization",
                entity_id: organization.to_string(),
                event_type: "chart.template_applied",
                description: format!("{} accounts made from the template {}", made.len(), template.name),
                change: json!({ "after": { "template": template.name, "accounts": codes } }),
            };
            audit::record(tx, ctx, change).await?;
            Ok(made)
        })
    }
}

fn plain(code: &str, name: &str, kind: AccountKind) -> CreateAccount {
    CreateAccount {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        description: None,
        currency: None,
        parent_id: None,
        time_zone: None,
        metadata: "{}".into(),
    }
}

/// Closes a year: revenue and expenses go to retained earnings by a transaction of its last day.
#[derive(Debug, Clone, Copy)]
pub struct CloseYear {
    /// The last day of a financial year.
    pub last_day: Date,
}

impl Command for CloseYear {
    type Output = Entered;

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Entered, AppError>> {
        Box::pin(close_year(tx, ctx, self.last_day))
    }
}

/// Refuses a day that is not the last one of a financial year, and says which days are.
fn must_end_a_year(org: &Org, day: Date) -> Result<(), AppError> {
    let next_month = day
        .last_of_month()
        .tomorrow()
        .map_err(|_| AppError::invalid("last_day", "is too far away"))?;
    let ends_month = next_month == day.tomorrow().unwrap_or(day);
    if ends_month && i64::from(next_month.month()) == org.fiscal_year_start {
        return Ok(());
    }
    let month = i8::try_from(org.fiscal_year_start).unwrap_or(1);
    let end_of = |year: i16| Date::new(year, month, 1).and_then(Date::yesterday).ok();
    let ends = [day.year(), day.year() + 1].into_iter().filter_map(end_of);
    let around: Vec<String> = ends.map(|end| end.to_string()).collect();
    Err(AppError::rule(
        "not_the_end_of_a_year",
        format!(
            "{day} is not the last day of a financial year, which begins in month {month} here (fiscal_year_start): {}",
            around.join(" or ")
        ),
    ))
}

async fn close_year(tx: &mut Tx, ctx: &Context, last_day: Date) -> Result<Entered, AppError> {
    let org = ctx.org()?;
    must_end_a_year(org, last_day)?;
    // A later close took what was earned to this day along: closing it again would count it twice.
    if let Some(closed) = balance::closed_from(tx, org.id, last_day).await? {
        return Err(AppError::rule(
            "year_already_closed",
            format!(
                "the books are closed to {closed} already; reverse that close first, then close the years in their order"
            ),
        ));
    }
    // Everything ever earned and spent to that day: years closed before come to zero by themselves.
    let mut open = open_results(tx, ctx, (Date::MIN, last_day)).await?;
    open.retain(|line| line.net != 0);
    if open.is_empty() {
        return Err(AppError::rule(
            "nothing_to_close",
            format!("nothing is earned or spent to {last_day}"),
        ));
    }
    if let Some(line) = open.iter().find(|line| line.account.currency.is_some()) {
        return Err(AppError::rule(
            "account_in_other_currency",
            format!(
                "account {} has a currency of its own; revenue and expenses must be in {}",
                line.account.code, org.base
            ),
        ));
    }
    let usual = ("3900-RE", "Retained Earnings", Equity);
    let retained = account::by_role(tx, ctx, RETAINED_EARNINGS, usual, None).await?;
    let new = close_of(&open, retained.id, (org.base, last_day))?;
    let entered = posting::enter(tx, ctx, &new).await.map_err(|error| match error {
        // Nobody but this function wrote the entries.
        AppError::Invalid { field, .. } if field.starts_with("entries") => too_large_to_close(last_day),
        other => other,
    })?;
    balance::closes(tx, org.id, entered.transaction.id, last_day).await?;
    let change = Change {
        entity_type: "transaction",
        entity_id: entered.transaction.id.to_string(),
        event_type: "year.closed",
        description: new.description,
        change: json!({ "after": crate::transaction::snapshot(&entered) }),
    };
    audit::record(tx, ctx, change).await?;
    Ok(entered)
}

/// The transaction that moves what was earned and spent to retained earnings.
fn close_of(
    open: &[ReportLine],
    retained: Id<Account>,
    (base, last_day): (Currency, Date),
) -> Result<NewTransaction, AppError> {
    let result: i128 = open.iter().map(|found| i128::from(found.net)).sum();
    let result = i64::try_from(result).map_err(|_| too_large_to_close(last_day))?;
    let closed = open.iter().map(|found| (found.account.id, -found.net));
    let lines = closed.chain([(retained, result)]);
    let lines = lines.flat_map(|(account, net)| lines_of(account, net, base));
    let description = format!("Close of the year to {last_day}");
    Ok(NewTransaction::posted(description, last_day, lines.collect()))
}

/// Entries that move this much: one, or several where an entry cannot hold it.
fn lines_of(account: Id<Account>, net: i64, base: Currency) -> Vec<NewLine> {
    let largest = i64::try_from(MAX_AMOUNT).unwrap_or(i64::MAX);
    let mut left = net;
    let mut lines = Vec::new();
    while left != 0 {
        let part = left.clamp(-largest, largest);
        left -= part;
        lines.push(NewLine {
            account,
            is_debit: part > 0,
            amount: Decimal::from_minor(part, base.minor_digits()).abs(),
            currency: Some(base),
            base_amount: None,
            rate: None,
            description: None,
            reference: None,
            tax_code: None,
            asked: None,
        });
    }
    lines
}

fn too_large_to_close(last_day: Date) -> AppError {
    AppError::rule(
        "balance_too_large",
        format!(
            "what was earned and spent to {last_day} adds up to more than one transaction can hold; reverse amounts that \
             cannot be right, or close the year with several transactions of your own"
        ),
    )
}
