//! Figures, explanation, where both part, and the two-sided statement.

use super::amount::{signed, unless_zero};
use super::{Listed, Rows};
use crate::items::Shown;
use crate::report::Report;
use crate::terminal::sentence_case;
use crate::words::count;
use tieout_reconcile::result::{BalanceBasis, ComponentKind, Share, StatementSide};

/// So many items are shown of a part of the difference; all are in the table.
const SHARES_SHOWN: usize = 40;
/// So many items are shown of a section of the two-sided statement; all are in the lists below it.
const SECTION_SHOWN: usize = 15;
/// So many days, and causes of a day, are shown.
const DAYS_SHOWN: usize = 60;
const CAUSES_SHOWN: usize = 5;

/// A labelled balance.
pub(super) struct FigureView {
    pub label: String,
    pub amount: String,
    /// Stands below a rule.
    pub total: bool,
}

/// A row of the roll-forward: how each side came to its balance.
pub(super) struct RollView {
    pub label: &'static str,
    pub bank: String,
    pub books: String,
    pub off: String,
    pub total: bool,
}

/// A part of the difference, or a section of a side, with its items.
pub(super) struct BlockView {
    pub label: String,
    /// Number of items, or empty.
    pub count: String,
    pub amount: String,
    pub items: Listed<ItemView>,
}

/// One item.
pub(super) struct ItemView {
    pub date: String,
    pub side: &'static str,
    pub id: String,
    pub title: String,
    pub detail: String,
    pub amount: String,
}

/// One side of the classic form.
pub(super) struct SideView {
    pub title: &'static str,
    pub balance_label: String,
    pub balance: String,
    pub sections: Vec<BlockView>,
    pub adjusted_label: &'static str,
    pub adjusted: String,
}

/// A day that moves bank and books apart or together.
pub(super) struct DayView {
    pub date: String,
    pub change: String,
    pub off: String,
    pub causes: Listed<ItemView>,
}

pub(super) fn figures(report: &Report<'_>) -> Vec<FigureView> {
    let figures = &report.result.figures;
    let row = |label: String, minor, total| FigureView {
        label,
        amount: signed(report, minor),
        total,
    };
    let bank = match figures.basis {
        BalanceBasis::Printed { statement } => {
            format!("Balance per bank, printed on {}", report.statement_name(statement))
        }
        BalanceBasis::Derived { from } => format!("Balance per bank, printed on {from}, plus the lines after it"),
        BalanceBasis::Movement => format!("{} (no statement prints a balance)", report.balance_label("bank")),
    };
    let mut rows = vec![
        row(bank, figures.statement_balance, false),
        row(report.balance_label("books"), figures.book_balance, false),
    ];
    if figures.ledger_balance != figures.book_balance {
        let later = figures.ledger_balance.saturating_sub(figures.book_balance);
        rows.push(row(
            "Taken out: entries that the bank cleared after the day".into(),
            later,
            false,
        ));
        let held = "Balance per books, held against the bank's".into();
        rows.push(row(held, figures.ledger_balance, false));
    }
    rows.push(row("Difference, bank less books".into(), figures.difference, true));
    rows
}

/// Empty where no balance is printed: what both sides began with is not known then.
pub(super) fn roll(report: &Report<'_>) -> Vec<RollView> {
    let figures = &report.result.figures;
    if figures.basis == BalanceBasis::Movement {
        return Vec::new();
    }
    let row = |label, bank: i64, books: i64, total| RollView {
        label,
        bank: signed(report, bank),
        books: signed(report, books),
        off: signed(report, bank.saturating_sub(books)),
        total,
    };
    let rest = |end: i64, opening: i64, moved| end.saturating_sub(opening).saturating_sub(moved);
    let bank = rest(figures.statement_balance, figures.bank_opening, figures.line_total);
    let books = rest(figures.ledger_balance, figures.books_opening, figures.entry_total);
    let mut rows = vec![
        row("Opening", figures.bank_opening, figures.books_opening, false),
        row(
            "Lines, entries of the period",
            figures.line_total,
            figures.entry_total,
            false,
        ),
    ];
    if bank != 0 || books != 0 {
        rows.push(row("Breaks, cleared after the day", bank, books, false));
    }
    rows.push(row("Closing", figures.statement_balance, figures.ledger_balance, true));
    rows
}

pub(super) fn components(report: &Report<'_>, rows: &mut Rows) -> Vec<BlockView> {
    let components = report.result.explanation.components.iter();
    components
        .map(|component| BlockView {
            label: sentence_case(component.kind.label()),
            count: match component.kind {
                ComponentKind::Drift => String::new(),
                _ => count(component.shares.len()),
            },
            amount: signed(report, component.amount),
            items: items(report, rows, &component.shares, (SHARES_SHOWN, "explanation.csv")),
        })
        .collect()
}

pub(super) fn sides(report: &Report<'_>, rows: &mut Rows) -> Vec<SideView> {
    let two_sided = &report.result.two_sided;
    let bank = side(report, rows, &two_sided.bank);
    let books = side(report, rows, &two_sided.books);
    vec![
        SideView {
            title: "Bank",
            balance_label: report.balance_label("bank"),
            adjusted_label: "Adjusted bank balance",
            ..bank
        },
        SideView {
            title: "Books",
            balance_label: report.balance_label("books"),
            adjusted_label: "Adjusted book balance",
            ..books
        },
    ]
}

pub(super) fn days(report: &Report<'_>, rows: &mut Rows) -> Listed<DayView> {
    let days = &report.result.parting.days;
    let mut causes: Vec<Listed<ItemView>> = Vec::new();
    for day in days.iter().take(DAYS_SHOWN) {
        causes.push(items(report, rows, &day.causes, (CAUSES_SHOWN, "the JSON result")));
    }
    let mut causes = causes.into_iter();
    rows.list(days, DAYS_SHOWN, "the JSON result", |day| DayView {
        date: day.date.to_string(),
        change: signed(report, day.change),
        off: unless_zero(report, day.off),
        causes: causes.next().unwrap_or(Listed {
            rows: Vec::new(),
            more: None,
        }),
    })
}

fn side(report: &Report<'_>, rows: &mut Rows, side: &StatementSide) -> SideView {
    let sections = side.sections.iter();
    SideView {
        title: "",
        balance_label: String::new(),
        balance: signed(report, side.balance),
        sections: sections
            .map(|section| BlockView {
                label: sentence_case(section.kind.label()),
                count: count(section.shares.len()),
                amount: signed(report, section.amount),
                items: items(report, rows, &section.shares, (SECTION_SHOWN, "the lists below")),
            })
            .collect(),
        adjusted_label: "",
        adjusted: signed(report, side.adjusted),
    }
}

fn items(report: &Report<'_>, rows: &mut Rows, shares: &[Share], limit: (usize, &str)) -> Listed<ItemView> {
    rows.list(shares, limit.0, limit.1, |share| {
        let Shown {
            date,
            side,
            id,
            title,
            detail,
            ..
        } = report.show(share.subject);
        ItemView {
            date: date.map_or_else(String::new, |date| date.to_string()),
            side,
            id,
            title,
            detail,
            amount: signed(report, share.amount),
        }
    })
}
