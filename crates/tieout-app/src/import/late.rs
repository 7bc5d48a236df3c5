//! What a file brings into periods that are reconciled: allowed as any posting is, and said once for each account.

use super::plan::PlannedTransaction;
use super::{Finding, Report};
use crate::posting::NewLine;
use std::collections::{BTreeMap, HashSet};
use tieout_core::id::Account;
use tieout_core::{Date, Id};
use tieout_store::account::AccountRow;

/// Transactions of the plan that are late on an account.
struct Found<'a> {
    row: &'a AccountRow,
    through: Date,
    count: usize,
    first: &'a str,
}

/// Says it. Accounts that the import makes are not reconciled, so that only those of the chart are looked at.
pub(super) fn check(chart: &[AccountRow], transactions: &[PlannedTransaction], report: &mut Report) {
    let reconciled: BTreeMap<Id<Account>, (&AccountRow, Date)> = chart
        .iter()
        .filter_map(|row| Some((row.id, (row, row.reconciled?))))
        .collect();
    let mut late = BTreeMap::<&str, Found<'_>>::new();
    for planned in transactions {
        let mut seen = HashSet::new();
        for line in planned.new.lines.iter().filter(|line| seen.insert(line.account)) {
            let Some((row, through)) = reconciled.get(&line.account) else {
                continue;
            };
            if planned.new.date > *through || !moves(&planned.new.lines, row) {
                continue;
            }
            let found = late.entry(&row.code).or_insert_with(|| Found {
                row,
                through: *through,
                count: 0,
                first: planned.place(),
            });
            found.count += 1;
        }
    }
    let findings: Vec<Finding> = late.values().map(finding).collect();
    report.say_of_accounts(findings);
}

/// Whether any line moves the account's own balance: what only moves it in base currency is never reconciled.
fn moves(lines: &[NewLine], account: &AccountRow) -> bool {
    lines.iter().filter(|line| line.account == account.id).any(|line| {
        let kept_in_base = account.currency.is_none().then_some(line.base_amount).flatten();
        !kept_in_base.unwrap_or(line.amount).is_zero()
    })
}

fn finding(found: &Found<'_>) -> Finding {
    let Found {
        row,
        through,
        count,
        first,
    } = found;
    let (what, they) = match count {
        1 => ("this is".to_owned(), "it is"),
        more => (format!("this and {} more are", more - 1), "they are"),
    };
    Finding {
        place: (*first).to_owned(),
        message: format!(
            "{what} dated in a period of account {} that is reconciled through {through}: what was proved stays, and {they} open \
             in the account's next reconciliation",
            row.code
        ),
        is_refusal: false,
    }
}
