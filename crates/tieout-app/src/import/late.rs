//! What a file brings into periods that are reconciled: allowed as any posting is, and said once for each account.
//!
//! A trial says it by the chart as it is planned with. An import says what its accounts were when it took them to post:
//! meanwhile one of them may have been reconciled.

use super::plan::PlannedTransaction;
use super::{Finding, Report};
use crate::posting::{Entered, NewLine};
use std::collections::{BTreeMap, HashSet};
use tieout_core::id::Account;
use tieout_core::{Date, Id};
use tieout_store::account::AccountRow;

/// Transactions that are late on an account.
struct Found<'a> {
    through: Date,
    count: usize,
    first: &'a str,
}

/// What is found, by account.
type Late<'a> = BTreeMap<Id<Account>, Found<'a>>;

/// Says what would be late. Accounts that the import makes are not reconciled, so that only those of the chart are looked at.
pub(super) fn expect(chart: &[AccountRow], transactions: &[PlannedTransaction], report: &mut Report) {
    let reconciled: BTreeMap<Id<Account>, (&AccountRow, Date)> = chart
        .iter()
        .filter_map(|row| Some((row.id, (row, row.reconciled?))))
        .collect();
    let mut late = Late::new();
    for planned in transactions {
        let mut seen = HashSet::new();
        for line in planned.new.lines.iter().filter(|line| seen.insert(line.account)) {
            if let Some((row, through)) = reconciled.get(&line.account)
                && planned.new.date <= *through
                && moves(&planned.new.lines, row)
            {
                note(&mut late, (row.id, *through), planned.place());
            }
        }
    }
    say(chart, &late, report);
}

/// Says what was late when it was entered.
pub(super) fn report<'a>(
    chart: &[AccountRow],
    entered: impl Iterator<Item = (&'a PlannedTransaction, &'a Entered)>,
    report: &mut Report,
) {
    let mut late = Late::new();
    for (planned, entered) in entered {
        for found in &entered.late {
            note(&mut late, *found, planned.place());
        }
    }
    say(chart, &late, report);
}

/// Whether any line moves the account's own balance: what only moves it in base currency is never reconciled.
fn moves(lines: &[NewLine], account: &AccountRow) -> bool {
    lines.iter().filter(|line| line.account == account.id).any(|line| {
        let kept_in_base = account.currency.is_none().then_some(line.base_amount).flatten();
        !kept_in_base.unwrap_or(line.amount).is_zero()
    })
}

fn note<'a>(late: &mut Late<'a>, (account, through): (Id<Account>, Date), first: &'a str) {
    let new = Found {
        through,
        count: 0,
        first,
    };
    late.entry(account).or_insert(new).count += 1;
}

/// Says it in the order of the chart.
fn say(chart: &[AccountRow], late: &Late<'_>, report: &mut Report) {
    let findings = chart.iter().filter_map(|row| Some(finding(row, late.get(&row.id)?)));
    report.say_of_accounts(findings.collect());
}

fn finding(account: &AccountRow, found: &Found<'_>) -> Finding {
    let Found { through, count, first } = found;
    let (what, they) = match count {
        1 => ("this is".to_owned(), "it is"),
        more => (format!("this and {} more are", more - 1), "they are"),
    };
    Finding {
        place: (*first).to_owned(),
        message: format!(
            "{what} dated in a period of account {} that is reconciled through {through}: what was proved stays, and {they} open \
             in the account's next reconciliation",
            account.code
        ),
        is_refusal: false,
    }
}
