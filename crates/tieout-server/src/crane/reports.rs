//! Trial balance, balance sheet, income statement.

use crate::choices::AccountType;
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, Param, Reply, Verb, one};
use crate::wire::{self, json, money};
use serde::Serialize;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::account::is_debit_normal;
use tieout_app::report::{IncomeStatement, ReportLine, TrialBalance};
use tieout_core::{Currency, Date};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "getTrialBalance",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/reports/trial-balance",
        access: MAY,
        summary: "Trial balance as of a day",
        query: &[
            Param::day("as_of", "the day; default today"),
            Param::text("currency", "the base currency"),
        ],
        request: None,
        response: (200, one::<TrialBalanceBody>()),
        handler: Handler::Of(trial_balance),
    },
    Endpoint {
        id: "getBalanceSheet",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/reports/balance-sheet",
        access: MAY,
        summary: "Balance sheet as of a day",
        query: &[Param::day("as_of", "the day; default today")],
        request: None,
        response: (200, one::<BalanceSheetBody>()),
        handler: Handler::Of(balance_sheet),
    },
    Endpoint {
        id: "getIncomeStatement",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/reports/income-statement",
        access: MAY,
        summary: "Income statement of a period",
        query: &[
            Param::day("from_date", "first day; default the first of the year"),
            Param::day("to_date", "last day; default today"),
        ],
        request: None,
        response: (200, one::<IncomeStatementBody>()),
        handler: Handler::Of(income_statement),
    },
];

const MAY: Access = Access::Organization(Permission(Resource::Reports, Action::Read));

/// An account in a report. The balance is positive on the debit side.
#[derive(Serialize, ToSchema)]
struct ReportRow {
    id: String,
    code: String,
    name: String,
    #[schema(value_type = AccountType)]
    account_type: String,
    debit_balance: String,
    credit_balance: String,
    balance: String,
}

fn row(line: &ReportLine, currency: Currency) -> ReportRow {
    ReportRow {
        id: line.account.id.to_string(),
        code: line.account.code.clone(),
        name: line.account.name.clone(),
        account_type: line.account.account_type.clone(),
        debit_balance: money(line.net.max(0), currency),
        credit_balance: money(line.net.min(0).saturating_neg(), currency),
        balance: money(line.net, currency),
    }
}

/// Sums by type of account, each positive on its natural side.
#[derive(Serialize, ToSchema)]
struct ReportTotals {
    assets: String,
    liabilities: String,
    equity: String,
    revenue: String,
    expenses: String,
    total_debits: String,
    total_credits: String,
    is_balanced: bool,
}

/// The sum of a type of account, positive on its natural side. Of many accounts, each as large as it may be, it is larger
/// than one amount may be.
fn sum(lines: &[ReportLine], account_type: &str) -> i128 {
    let sum: i128 = lines
        .iter()
        .filter(|line| line.account.account_type == account_type)
        .map(|line| i128::from(line.net))
        .sum();
    if is_debit_normal(account_type) { sum } else { -sum }
}

/// A sum as text, whatever its size.
fn wide(minor: i128, currency: Currency) -> String {
    if let Ok(minor) = i64::try_from(minor) {
        return money(minor, currency);
    }
    let places = usize::from(currency.minor_digits());
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs().to_string();
    let (whole, part) = digits.split_at(digits.len().saturating_sub(places));
    let point = if places == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{part}")
}

fn totals(lines: &[ReportLine], currency: Currency) -> ReportTotals {
    let of = |account_type| wide(sum(lines, account_type), currency);
    let debits: i128 = lines.iter().map(|line| i128::from(line.net.max(0))).sum();
    let credits: i128 = lines.iter().map(|line| -i128::from(line.net.min(0))).sum();
    ReportTotals {
        assets: of("asset"),
        liabilities: of("liability"),
        equity: of("equity"),
        revenue: of("revenue"),
        expenses: of("expense"),
        total_debits: wide(debits, currency),
        total_credits: wide(credits, currency),
        is_balanced: debits == credits,
    }
}

/// A trial balance.
#[derive(Serialize, ToSchema)]
struct TrialBalanceBody {
    organization_id: String,
    as_of: String,
    currency: String,
    accounts: Vec<ReportRow>,
    totals: ReportTotals,
}

fn as_of(call: &Call) -> Result<Date, crate::problem::Failure> {
    Ok(wire::query_date(call, "as_of")?.unwrap_or_else(|| wire::day_of(call.ctx.now_us)))
}

fn trial_balance(call: Call) -> Handled {
    Box::pin(async move {
        let as_of = as_of(&call)?;
        let org = call.ctx.org()?;
        if call
            .query("currency")
            .is_some_and(|code| !wire::currency_code(code).eq_ignore_ascii_case(org.base.code()))
        {
            return Err(
                AppError::invalid("currency", format!("reports are in {}, the base currency", org.base)).into(),
            );
        }
        let lines = call.app.look_at_once(&call.ctx, TrialBalance { as_of }).await?;
        let body = TrialBalanceBody {
            organization_id: org.id.to_string(),
            as_of: as_of.to_string(),
            currency: org.base.code().to_owned(),
            accounts: lines.iter().map(|line| row(line, org.base)).collect(),
            totals: totals(&lines, org.base),
        };
        Ok(Reply::new(200, json(&body)))
    })
}

/// A balance sheet. Earnings not yet closed to equity stand by themselves.
#[derive(Serialize, ToSchema)]
struct BalanceSheetBody {
    organization_id: String,
    as_of: String,
    currency: String,
    assets: Vec<ReportRow>,
    liabilities: Vec<ReportRow>,
    equity: Vec<ReportRow>,
    total_assets: String,
    total_liabilities: String,
    total_equity: String,
    current_earnings: String,
    is_balanced: bool,
}

fn balance_sheet(call: Call) -> Handled {
    Box::pin(async move {
        let as_of = as_of(&call)?;
        let org = call.ctx.org()?;
        let lines = call.app.look_at_once(&call.ctx, TrialBalance { as_of }).await?;
        let of = |account_type: &str| {
            let own = lines
                .iter()
                .filter(|line| line.account.account_type == account_type && line.net != 0);
            own.map(|line| row(line, org.base)).collect()
        };
        let earnings = sum(&lines, "revenue") - sum(&lines, "expense");
        let (assets, liabilities, equity) = (sum(&lines, "asset"), sum(&lines, "liability"), sum(&lines, "equity"));
        let body = BalanceSheetBody {
            organization_id: org.id.to_string(),
            as_of: as_of.to_string(),
            currency: org.base.code().to_owned(),
            assets: of("asset"),
            liabilities: of("liability"),
            equity: of("equity"),
            total_assets: wide(assets, org.base),
            total_liabilities: wide(liabilities, org.base),
            total_equity: wide(equity + earnings, org.base),
            current_earnings: wide(earnings, org.base),
            is_balanced: assets == liabilities + equity + earnings,
        };
        Ok(Reply::new(200, json(&body)))
    })
}

/// An income statement.
#[derive(Serialize, ToSchema)]
struct IncomeStatementBody {
    organization_id: String,
    from_date: String,
    to_date: String,
    currency: String,
    revenue: Vec<ReportRow>,
    expenses: Vec<ReportRow>,
    total_revenue: String,
    total_expenses: String,
    net_income: String,
}

fn income_statement(call: Call) -> Handled {
    Box::pin(async move {
        let org = call.ctx.org()?;
        let to = wire::query_date(&call, "to_date")?.unwrap_or_else(|| wire::day_of(call.ctx.now_us));
        let from = wire::query_date(&call, "from_date")?.unwrap_or_else(|| first_of_year(to, org.fiscal_year_start));
        let lines = call.app.look_at_once(&call.ctx, IncomeStatement { from, to }).await?;
        let of = |account_type: &str| {
            let own = lines
                .iter()
                .filter(|line| line.account.account_type == account_type && line.net != 0);
            own.map(|line| row(line, org.base)).collect()
        };
        let (revenue, expenses) = (sum(&lines, "revenue"), sum(&lines, "expense"));
        let body = IncomeStatementBody {
            organization_id: org.id.to_string(),
            from_date: from.to_string(),
            to_date: to.to_string(),
            currency: org.base.code().to_owned(),
            revenue: of("revenue"),
            expenses: of("expense"),
            total_revenue: wide(revenue, org.base),
            total_expenses: wide(expenses, org.base),
            net_income: wide(revenue - expenses, org.base),
        };
        Ok(Reply::new(200, json(&body)))
    })
}

/// First day of the financial year that contains a day.
fn first_of_year(day: Date, first_month: i64) -> Date {
    let month = i8::try_from(first_month).unwrap_or(1);
    let year = if day.month() >= month {
        day.year()
    } else {
        day.year() - 1
    };
    Date::new(year, month, 1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_printed_whatever_their_size() {
        let currency = |code: &str| Currency::try_new(code).unwrap();
        for (minor, code, text) in [
            (-5, "USD", "-0.05"),
            (i128::from(i64::MAX), "USD", "92233720368547758.07"),
            (i128::from(i64::MAX) + 1, "USD", "92233720368547758.08"),
            (-i128::from(i64::MAX) * 10, "USD", "-922337203685477580.70"),
            (i128::from(i64::MAX) * 10, "JPY", "92233720368547758070"),
        ] {
            assert_eq!(wide(minor, currency(code)), text);
        }
    }
}
