//! Statements, exceptions, adjustments, outstanding items and problems.

use super::amount::signed;
use super::{Listed, Rows};
use crate::report::Report;
use crate::text::one_line;
use crate::words::{Word, class_label, count};
use tieout_core::{Severity, problem::excerpt};
use tieout_match::{Action, Exception, Side};
use tieout_reconcile::result::{
    Adjustment, ChainPlace, Missing, Outstanding, OutstandingState, Statement, StatementProof,
};
use tieout_reconcile::statements::PrintedBalance;

/// A statement, and whether it proves.
pub(super) struct StatementView {
    pub name: String,
    /// Its file, unless the name says it.
    pub file: String,
    pub days: String,
    pub opening: String,
    pub lines: String,
    pub total: String,
    pub closing: String,
    /// `proved`, or what is off.
    pub proof: String,
    pub proved: bool,
}

/// An item that a person should see.
pub(super) struct ExceptionView {
    pub date: String,
    pub side: &'static str,
    pub id: String,
    pub title: String,
    pub detail: String,
    pub amount: String,
    pub class: &'static str,
    pub stale: bool,
    pub action: String,
}

/// A proposed transaction.
pub(super) struct AdjustmentView {
    pub number: String,
    pub date: String,
    pub description: String,
    /// Why, unless the description says it.
    pub reason: String,
    /// Kind, what it settles, and how it stands.
    pub note: String,
    pub postings: Vec<PostingView>,
}

/// One posting of it; one of debit and credit is empty.
pub(super) struct PostingView {
    pub account: String,
    pub debit: String,
    pub credit: String,
}

/// An entry that the bank had not booked by the day.
pub(super) struct OutstandingView {
    pub date: String,
    pub id: String,
    pub title: String,
    pub detail: String,
    pub class: &'static str,
    pub age: String,
    pub amount: String,
    pub state: String,
    pub stale: bool,
}

/// A problem of a file.
pub(super) struct ProblemView {
    pub severity: &'static str,
    pub code: &'static str,
    pub place: String,
    pub message: String,
    pub action: &'static str,
}

pub(super) fn statements(report: &Report<'_>, rows: &mut Rows) -> Listed<StatementView> {
    let statements = &report.result.chain.statements;
    rows.list(statements, usize::MAX, "the JSON result", |statement| {
        statement_view(report, statement)
    })
}

fn statement_view(report: &Report<'_>, statement: &Statement) -> StatementView {
    let balance = |printed: Option<PrintedBalance>| {
        printed.map_or_else(|| "not printed".into(), |printed| signed(report, printed.amount))
    };
    let (mut proof, mut proved) = match statement.proof {
        StatementProof::Exact => ("proved".to_owned(), true),
        StatementProof::Off(by) => (format!("off by {}", signed(report, by)), false),
        StatementProof::NotPossible => ("no proof possible".to_owned(), true),
    };
    let place = match statement.place {
        ChainPlace::Link => None,
        ChainPlace::Contained => Some("contained in others".to_owned()),
        ChainPlace::Contradicts(by) => Some(format!("contradicts others by {}", signed(report, by))),
        ChainPlace::NoBalance => Some("prints no balance".to_owned()),
    };
    if let Some(place) = place {
        proof = format!("{proof}; {place}");
    }
    if matches!(statement.place, ChainPlace::Contradicts(_)) {
        proved = false;
    }
    let shared = match statement.shared {
        0 => String::new(),
        shared => format!(" ({} shared)", count(shared)),
    };
    let file = report.file_name(statement.file);
    StatementView {
        name: crate::terminal::sentence_case(&one_line(&excerpt(&statement.name, 200))),
        file: if statement.name.contains(file) {
            String::new()
        } else {
            one_line(file)
        },
        days: statement
            .days
            .map_or_else(String::new, |days| format!("{} to {}", days.first(), days.last())),
        opening: balance(statement.opening),
        lines: format!("{}{shared}", count(statement.lines.len())),
        total: signed(report, statement.total),
        closing: balance(statement.closing),
        proof,
        proved,
    }
}

/// In sentences: whether each statement opens where the one before it closed, and what is missing.
pub(super) fn continuity(report: &Report<'_>) -> Vec<String> {
    let chain = &report.result.chain;
    let name = |position| report.statement_name(position);
    let breaks = chain.breaks.iter().map(|found| {
        let by = signed(report, found.amount);
        format!(
            "Break: {} does not open where {} closed, it is off by {by}",
            name(found.after),
            name(found.before)
        )
    });
    let gaps = chain.gaps.iter().map(|gap| {
        let missing = match gap.missing {
            Missing::Days(first, last) if first == last => format!("{first} is missing"),
            Missing::Days(first, last) => format!("{first} to {last} are missing"),
            Missing::Numbers(first, last) if first == last => format!("number {first} is missing"),
            Missing::Numbers(first, last) => format!("numbers {first} to {last} are missing"),
        };
        format!("Gap: {missing} between {} and {}", name(gap.before), name(gap.after))
    });
    breaks.chain(gaps).collect()
}

pub(super) fn exceptions(report: &Report<'_>, rows: &mut Rows) -> Listed<ExceptionView> {
    let table = "lines.csv and entries.csv";
    rows.list(&report.result.exceptions, usize::MAX, table, |exception| {
        exception_view(report, exception)
    })
}

fn exception_view(report: &Report<'_>, exception: &Exception) -> ExceptionView {
    let mut shown = report.show_item(exception.side, exception.item);
    let mut whole = report.items(exception.side).amount(exception.item);
    if let Some(rest) = report.rest(exception) {
        let of = format!("the rest of {}", report.amount(whole));
        shown.detail = [of, shown.detail]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · ");
        whole = rest;
    }
    let difference = match report.at_stake(exception) {
        at_stake if at_stake == whole => String::new(),
        at_stake => signed(report, at_stake),
    };
    let group = exception
        .group
        .map(|group| format!(", see\u{a0}{}", report.ids.group(group)))
        .unwrap_or_default();
    ExceptionView {
        date: shown.date.map_or_else(String::new, |date| date.to_string()),
        side: shown.side,
        id: shown.id_and_place(),
        title: shown.title,
        detail: shown.detail,
        amount: signed(report, whole),
        class: report.class_label(exception),
        stale: exception.stale,
        action: match exception.action {
            Action::BookDifference if !difference.is_empty() => format!("book the difference of {difference}{group}"),
            Action::Correct if !difference.is_empty() => format!("correct the entry by {difference}{group}"),
            action => format!("{}{group}", action.label()),
        },
    }
}

/// Classes with their numbers.
pub(super) fn classes(report: &Report<'_>) -> Vec<(&'static str, String)> {
    let classes = report.classes().into_iter();
    classes.map(|(class, number)| (class, count(number))).collect()
}

pub(super) fn adjustments(report: &Report<'_>, rows: &mut Rows) -> Listed<AdjustmentView> {
    /// For the narration below the postings.
    const NARRATION: usize = 1;
    let adjustments = &report.result.adjustments;
    let height = |adjustment: &Adjustment| adjustment.transaction.postings().len() + NARRATION;
    let mut number = 0_u32;
    let table = (usize::MAX, "adjustments.csv");
    rows.tall(adjustments, table, height, |adjustment| {
        number += 1;
        adjustment_view(report, adjustment, number)
    })
}

fn adjustment_view(report: &Report<'_>, adjustment: &Adjustment, number: u32) -> AdjustmentView {
    // Debits first, as a journal is written.
    let (debits, credits): (Vec<_>, Vec<_>) = adjustment
        .transaction
        .postings()
        .iter()
        .partition(|posting| posting.amount.minor() >= 0);
    let postings = debits.into_iter().chain(credits).map(|posting| {
        let digits = posting.amount.currency().minor_digits();
        let amount = tieout_core::money::grouped(posting.amount.minor(), digits);
        let (debit, credit) = match amount.strip_prefix('-') {
            Some(credit) => (String::new(), credit.to_owned()),
            None => (amount, String::new()),
        };
        PostingView {
            account: one_line(&excerpt(&posting.account.name, 200)),
            debit,
            credit,
        }
    });
    let description = one_line(&excerpt(adjustment.transaction.description(), 200));
    let reason = one_line(&excerpt(&adjustment.reason, 400));
    AdjustmentView {
        number: format!("A{number}"),
        date: adjustment.transaction.date().to_string(),
        reason: if reason == description { String::new() } else { reason },
        description,
        note: format!(
            "{} · settles {} · {}",
            adjustment.kind.label(),
            report.show(adjustment.subject).id,
            adjustment.standing.label()
        ),
        postings: postings.collect(),
    }
}

pub(super) fn outstanding(report: &Report<'_>, rows: &mut Rows) -> Listed<OutstandingView> {
    rows.list(&report.result.outstanding, usize::MAX, "entries.csv", |outstanding| {
        outstanding_view(report, outstanding)
    })
}

fn outstanding_view(report: &Report<'_>, outstanding: &Outstanding) -> OutstandingView {
    let shown = report.show_item(Side::Entry, outstanding.entry);
    let state = match outstanding.state {
        OutstandingState::ClearedLater { group, on } => {
            format!("cleared on {on}, see\u{a0}{}", report.ids.group(group))
        }
        OutstandingState::Waiting => "within its age limit".to_owned(),
        OutstandingState::Stale => "too old: investigate".to_owned(),
    };
    OutstandingView {
        date: shown.date.map_or_else(String::new, |date| date.to_string()),
        id: shown.id_and_place(),
        title: shown.title,
        detail: shown.detail,
        class: class_label(outstanding.class),
        age: count(outstanding.age_days),
        amount: signed(report, outstanding.amount),
        state,
        stale: outstanding.state == OutstandingState::Stale,
    }
}

pub(super) fn problems(report: &Report<'_>, rows: &mut Rows) -> Listed<ProblemView> {
    let mut worst: Vec<_> = report.problems.iter().collect();
    worst.sort_by_key(|found| std::cmp::Reverse(found.problem.severity()));
    rows.list(&worst, 500, "the JSON result", |found| {
        let problem = &found.problem;
        let place = problem.place.to_string();
        let comma = if place.is_empty() { "" } else { ", " };
        ProblemView {
            severity: match problem.severity() {
                Severity::Error => "Error",
                Severity::Warning => "Warning",
                Severity::Notice => "Notice",
            },
            code: problem.code.as_str(),
            place: one_line(&format!("{}{comma}{place}", report.file_name(found.file))),
            message: one_line(&excerpt(&problem.message, 400)),
            action: problem.action(),
        }
    })
}
