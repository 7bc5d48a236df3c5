//! The statements: what each prints and proves, how they follow each other, what is missing.

use crate::ids::{break_id, statement_id};
use crate::report::Report;
use serde::Serialize;
use tieout_reconcile::result::{ChainPlace, Missing, StatementProof};
use tieout_reconcile::statements::PrintedBalance;

/// A statement, and whether it proves.
#[derive(Serialize)]
pub(super) struct StatementWire<'a> {
    id: String,
    file: &'a str,
    name: &'a str,
    first_day: Option<String>,
    last_day: Option<String>,
    opening: Option<BalanceWire>,
    closing: Option<BalanceWire>,
    lines: usize,
    shared: u32,
    total: String,
    proof: OffWire,
    place: OffWire,
}

#[derive(Serialize)]
struct BalanceWire {
    amount: String,
    date: Option<String>,
}

/// A state, and by how much it is off.
#[derive(Serialize)]
struct OffWire {
    state: &'static str,
    off: Option<String>,
}

/// An opening that is not the closing before it.
#[derive(Serialize)]
pub(super) struct BreakWire {
    id: String,
    before: String,
    after: String,
    date: String,
    amount: String,
}

/// What is missing between two statements.
#[derive(Serialize)]
pub(super) struct GapWire {
    before: String,
    after: String,
    missing: &'static str,
    first: String,
    last: String,
}

pub(super) fn statements<'a>(report: &Report<'a>) -> Vec<StatementWire<'a>> {
    let balance = |printed: &Option<PrintedBalance>| {
        printed.map(|printed| BalanceWire {
            amount: report.decimal(printed.amount),
            date: printed.date.map(|date| date.to_string()),
        })
    };
    let off = |state, off: Option<i64>| OffWire {
        state,
        off: off.map(|off| report.decimal(off)),
    };
    (0_u32..)
        .zip(&report.result.chain.statements)
        .map(|(position, statement)| StatementWire {
            id: statement_id(position),
            file: report.file_name(statement.file),
            name: &statement.name,
            first_day: statement.days.map(|days| days.first().to_string()),
            last_day: statement.days.map(|days| days.last().to_string()),
            opening: balance(&statement.opening),
            closing: balance(&statement.closing),
            lines: statement.lines.len(),
            shared: statement.shared,
            total: report.decimal(statement.total),
            proof: match statement.proof {
                StatementProof::NotPossible => off("not_possible", None),
                StatementProof::Exact => off("exact", None),
                StatementProof::Off(by) => off("off", Some(by)),
            },
            place: match statement.place {
                ChainPlace::Link => off("link", None),
                ChainPlace::Contained => off("contained", None),
                ChainPlace::Contradicts(by) => off("contradicts", Some(by)),
                ChainPlace::NoBalance => off("no_balance", None),
            },
        })
        .collect()
}

pub(super) fn breaks(report: &Report<'_>) -> Vec<BreakWire> {
    (0_u32..)
        .zip(&report.result.chain.breaks)
        .map(|(position, found)| BreakWire {
            id: break_id(position),
            before: statement_id(found.before),
            after: statement_id(found.after),
            date: found.date.to_string(),
            amount: report.decimal(found.amount),
        })
        .collect()
}

pub(super) fn gaps(report: &Report<'_>) -> Vec<GapWire> {
    let gaps = report.result.chain.gaps.iter();
    gaps.map(|gap| {
        let (missing, first, last) = match gap.missing {
            Missing::Days(first, last) => ("days", first.to_string(), last.to_string()),
            Missing::Numbers(first, last) => ("numbers", first.to_string(), last.to_string()),
        };
        GapWire {
            before: statement_id(gap.before),
            after: statement_id(gap.after),
            missing,
            first,
            last,
        }
    })
    .collect()
}
