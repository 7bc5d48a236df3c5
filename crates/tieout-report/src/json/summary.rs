//! The document and its short parts: identification, verdict, figures, explanation, both sides, counts.

use super::chain::{BreakWire, GapWire, StatementWire, breaks, gaps, statements};
use super::lists::{AdjustmentWire, ExceptionWire, GroupWire, ItemWire, OutstandingWire, RulingWire};
use super::{List, ProblemWire, SCHEMA, ShareWire, number, shares};
use crate::ids::statement_id;
use crate::report::Report;
use crate::words::Word;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use tieout_match::{Settings, Side, Tier};
use tieout_reconcile::result::{BalanceBasis, Counts, StatementSide, Verdict};

/// The whole document; long lists are made while they are written.
#[derive(Serialize)]
#[serde(bound(serialize = "L: Serialize, E: Serialize, G: Serialize"))]
struct Document<'a, L, E, G> {
    schema: &'static str,
    generated_at: &'a str,
    program: &'a str,
    model: &'a str,
    account: AccountWire<'a>,
    period: PeriodWire,
    settings: SettingsWire,
    files: Vec<FileWire<'a>>,
    verdict: VerdictWire<'a>,
    figures: FiguresWire,
    explanation: Vec<ComponentWire>,
    notes: Vec<SentenceWire<'a>>,
    statements: Vec<StatementWire<'a>>,
    breaks: Vec<BreakWire>,
    gaps: Vec<GapWire>,
    parting: PartingWire<'a>,
    two_sided: TwoSidedWire,
    counts: CountsWire,
    exceptions: Vec<ExceptionWire>,
    outstanding: Vec<OutstandingWire>,
    adjustments: Vec<AdjustmentWire<'a>>,
    rulings: Vec<RulingWire<'a>>,
    problems: Vec<ProblemWire<'a>>,
    groups: G,
    lines: L,
    entries: E,
}

#[derive(Serialize)]
struct AccountWire<'a> {
    bank: &'a str,
    books: &'a str,
    currency: &'a str,
    minor_digits: u8,
}

#[derive(Serialize)]
struct PeriodWire {
    first: String,
    last: String,
}

/// What decided over tiers and differences.
#[derive(Serialize)]
struct SettingsWire {
    automatic: Box<RawValue>,
    suggested: Box<RawValue>,
    max_fee_per_mille: u32,
    max_learnt_fee_per_mille: u32,
    max_exchange_per_mille: u32,
    max_days_before: i32,
    max_days_after: i32,
    check_days: i32,
    deposit_days: i32,
    payment_days: i32,
}

#[derive(Serialize)]
struct FileWire<'a> {
    name: &'a str,
    role: &'static str,
    format: &'a str,
    sha256: &'a str,
    bytes: u64,
    completeness: &'static str,
}

#[derive(Serialize)]
struct VerdictWire<'a> {
    tied_out: bool,
    reasons: Vec<SentenceWire<'a>>,
}

#[derive(Serialize)]
struct SentenceWire<'a> {
    code: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct FiguresWire {
    statement_balance: String,
    basis: BasisWire,
    book_balance: String,
    ledger_balance: String,
    difference: String,
    bank_opening: String,
    books_opening: String,
    line_total: String,
    entry_total: String,
}

#[derive(Serialize)]
struct BasisWire {
    kind: &'static str,
    statement: Option<String>,
    from: Option<String>,
}

#[derive(Serialize)]
struct ComponentWire {
    kind: &'static str,
    amount: String,
    shares: Vec<ShareWire>,
}

#[derive(Serialize)]
struct PartingWire<'a> {
    sentence: &'a str,
    last_tied: Option<String>,
    first_parted: Option<String>,
    days: Vec<DayWire>,
}

#[derive(Serialize)]
struct DayWire {
    date: String,
    change: String,
    off: String,
    causes: Vec<ShareWire>,
}

#[derive(Serialize)]
struct TwoSidedWire {
    bank: SideWire,
    books: SideWire,
    remaining: String,
}

#[derive(Serialize)]
struct SideWire {
    balance: String,
    sections: Vec<ComponentWire>,
    adjusted: String,
}

#[derive(Serialize)]
struct CountsWire {
    lines: u64,
    lines_to_date: u64,
    lines_matched: u64,
    lines_counted_once: u64,
    entries: u64,
    entries_in_scope: u64,
    entries_matched: u64,
    assumed_cleared: u64,
    automatic: usize,
    suggested: usize,
    automatic_to_date: u64,
    suggested_to_date: u64,
    automatic_by_shape: BTreeMap<&'static str, u64>,
    suggested_by_shape: BTreeMap<&'static str, u64>,
    exceptions: BTreeMap<&'static str, u64>,
    residuals: Vec<ResidualCountWire>,
}

#[derive(Serialize)]
struct ResidualCountWire {
    kind: &'static str,
    count: u64,
    amount: String,
}

/// The document of a report.
pub(super) fn document<'a>(report: &'a Report<'a>) -> impl Serialize + use<'a> {
    let result = report.result;
    let identification = &result.identification;
    Document {
        schema: SCHEMA,
        generated_at: report.generated_at,
        program: &identification.program,
        model: &identification.model,
        account: account(report),
        period: PeriodWire {
            first: identification.period.first().to_string(),
            last: identification.period.last().to_string(),
        },
        settings: settings(&identification.settings),
        files: files(report),
        verdict: verdict(report),
        figures: figures(report),
        explanation: explanation(report),
        notes: sentences(&result.notes),
        statements: statements(report),
        breaks: breaks(report),
        gaps: gaps(report),
        parting: parting(report),
        two_sided: TwoSidedWire {
            bank: side(report, &result.two_sided.bank),
            books: side(report, &result.two_sided.books),
            remaining: report.decimal(result.two_sided.remaining),
        },
        counts: counts(report, &result.counts),
        exceptions: result
            .exceptions
            .iter()
            .map(|exception| ExceptionWire::of(report, exception))
            .collect(),
        outstanding: result
            .outstanding
            .iter()
            .map(|found| OutstandingWire::of(report, found))
            .collect(),
        adjustments: result
            .adjustments
            .iter()
            .map(|found| AdjustmentWire::of(report, found))
            .collect(),
        rulings: result
            .rulings
            .iter()
            .map(|ruling| RulingWire::of(report, ruling))
            .collect(),
        problems: report
            .problems
            .iter()
            .map(|found| ProblemWire::of(report, found))
            .collect(),
        groups: List::of(
            (0_u32..)
                .zip(&result.groups)
                .map(|(at, group)| GroupWire::of(report, at, group)),
        ),
        lines: List::of(
            result
                .input
                .lines
                .in_order()
                .into_iter()
                .map(|line| ItemWire::of(report, Side::Line, line)),
        ),
        entries: List::of(
            result
                .input
                .entries
                .in_order()
                .into_iter()
                .map(|entry| ItemWire::of(report, Side::Entry, entry)),
        ),
    }
}

fn account<'a>(report: &Report<'a>) -> AccountWire<'a> {
    let account = &report.result.identification.account;
    AccountWire {
        bank: &account.bank,
        books: &account.books,
        currency: report.currency(),
        minor_digits: account.currency.minor_digits(),
    }
}

fn settings(settings: &Settings) -> SettingsWire {
    let share = |ppm: u32| number(i64::from(ppm), 6);
    SettingsWire {
        automatic: share(settings.automatic_ppm),
        suggested: share(settings.suggested_ppm),
        max_fee_per_mille: settings.max_fee_per_mille,
        max_learnt_fee_per_mille: settings.max_learnt_fee_per_mille,
        max_exchange_per_mille: settings.max_exchange_per_mille,
        max_days_before: settings.max_days_before,
        max_days_after: settings.max_days_after,
        check_days: settings.age_limits.check_days,
        deposit_days: settings.age_limits.deposit_days,
        payment_days: settings.age_limits.payment_days,
    }
}

fn files<'a>(report: &Report<'a>) -> Vec<FileWire<'a>> {
    let files = report.result.identification.files.iter();
    files
        .map(|file| FileWire {
            name: &file.name,
            role: file.role.code(),
            format: &file.format,
            sha256: &file.sha256,
            bytes: file.bytes,
            completeness: file.completeness.code(),
        })
        .collect()
}

fn verdict<'a>(report: &Report<'a>) -> VerdictWire<'a> {
    match &report.result.verdict {
        Verdict::TiedOut => VerdictWire {
            tied_out: true,
            reasons: Vec::new(),
        },
        Verdict::NotTiedOut(faults) => VerdictWire {
            tied_out: false,
            reasons: faults
                .iter()
                .map(|fault| sentence(fault.code.code(), &fault.text))
                .collect(),
        },
    }
}

fn sentence<'a>(code: &'static str, text: &'a str) -> SentenceWire<'a> {
    SentenceWire { code, text }
}

fn sentences(notes: &[tieout_reconcile::result::Note]) -> Vec<SentenceWire<'_>> {
    notes
        .iter()
        .map(|note| sentence(note.code.code(), &note.text))
        .collect()
}

fn figures(report: &Report<'_>) -> FiguresWire {
    let figures = &report.result.figures;
    let basis = match figures.basis {
        BalanceBasis::Printed { statement } => ("printed", Some(statement_id(statement)), None),
        BalanceBasis::Derived { from } => ("derived", None, Some(from.to_string())),
        BalanceBasis::Movement => ("movement", None, None),
    };
    FiguresWire {
        statement_balance: report.decimal(figures.statement_balance),
        basis: BasisWire {
            kind: basis.0,
            statement: basis.1,
            from: basis.2,
        },
        book_balance: report.decimal(figures.book_balance),
        ledger_balance: report.decimal(figures.ledger_balance),
        difference: report.decimal(figures.difference),
        bank_opening: report.decimal(figures.bank_opening),
        books_opening: report.decimal(figures.books_opening),
        line_total: report.decimal(figures.line_total),
        entry_total: report.decimal(figures.entry_total),
    }
}

fn explanation(report: &Report<'_>) -> Vec<ComponentWire> {
    let components = report.result.explanation.components.iter();
    components
        .map(|component| ComponentWire {
            kind: component.kind.code(),
            amount: report.decimal(component.amount),
            shares: shares(report, &component.shares),
        })
        .collect()
}

fn parting<'a>(report: &Report<'a>) -> PartingWire<'a> {
    let parting = &report.result.parting;
    PartingWire {
        sentence: &parting.sentence,
        last_tied: parting.last_tied.map(|date| date.to_string()),
        first_parted: parting.first_parted.map(|date| date.to_string()),
        days: parting
            .days
            .iter()
            .map(|day| DayWire {
                date: day.date.to_string(),
                change: report.decimal(day.change),
                off: report.decimal(day.off),
                causes: shares(report, &day.causes),
            })
            .collect(),
    }
}

fn side(report: &Report<'_>, side: &StatementSide) -> SideWire {
    SideWire {
        balance: report.decimal(side.balance),
        sections: side
            .sections
            .iter()
            .map(|section| ComponentWire {
                kind: section.kind.code(),
                amount: report.decimal(section.amount),
                shares: shares(report, &section.shares),
            })
            .collect(),
        adjusted: report.decimal(side.adjusted),
    }
}

fn counts(report: &Report<'_>, counts: &Counts) -> CountsWire {
    let shapes = |tier: Tier| {
        let of_tier = counts.shapes.iter().filter(move |((found, _), _)| *found == tier);
        of_tier.map(|((_, shape), number)| (shape.code(), *number)).collect()
    };
    CountsWire {
        lines: counts.lines,
        lines_to_date: counts.lines_to_date,
        lines_matched: counts.lines_matched,
        lines_counted_once: counts.lines_counted_once,
        entries: counts.entries,
        entries_in_scope: counts.entries_in_scope,
        entries_matched: counts.entries_matched,
        assumed_cleared: counts.assumed_cleared,
        automatic: counts.automatic,
        suggested: counts.suggested,
        automatic_to_date: counts.automatic_to_date,
        suggested_to_date: counts.suggested_to_date,
        automatic_by_shape: shapes(Tier::Automatic),
        suggested_by_shape: shapes(Tier::Suggested),
        exceptions: counts
            .classes
            .iter()
            .map(|(class, number)| (class.code(), *number))
            .collect(),
        residuals: counts
            .residuals
            .iter()
            .map(|(kind, count, amount)| ResidualCountWire {
                kind: kind.code(),
                count: *count,
                amount: report.decimal(*amount),
            })
            .collect(),
    }
}
