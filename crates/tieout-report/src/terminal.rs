//! The summary on the terminal: 80 columns, calm, complete without colour.

mod sheet;

pub use sheet::Ink;

use crate::report::Report;
use crate::text::one_line;
use crate::words::{Word, count, counted};
use sheet::{Mark, Sheet};
use std::cmp::Reverse;
use tieout_match::{Action, Exception, Group, Reason};
use tieout_reconcile::result::{BalanceBasis, Chain, Component, ComponentKind, StatementProof, StatementSide, Verdict};
use tieout_reconcile::statements::{FileRole, SourceFile};

/// How many statement files are named.
const FIRST_STATEMENTS: usize = 8;
/// How many exceptions are shown.
const FIRST_EXCEPTIONS: usize = 8;
/// How many problems of files are shown.
const FIRST_PROBLEMS: usize = 8;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it is, in a word or two: `report`, `matches`.
    pub what: String,
    /// Where it is.
    pub path: String,
    /// What should be known of it, or empty.
    pub note: String,
}

/// The summary: what a person has to know, the first few things to do, and where the rest is written.
pub fn terminal(report: &Report<'_>, written: &[Written], ink: Ink) -> String {
    let mut sheet = Sheet::new(ink);
    verdict(report, &mut sheet);
    identification(report, &mut sheet);
    figures(report, &mut sheet);
    explanation(report, &mut sheet);
    parting(report, &mut sheet);
    two_sided(report, &mut sheet);
    matching(report, &mut sheet);
    exceptions(report, &mut sheet);
    assumptions(report, &mut sheet);
    problems(report, &mut sheet);
    files_written(written, &mut sheet);
    sheet.finish()
}

fn verdict(report: &Report<'_>, sheet: &mut Sheet) {
    match &report.result.verdict {
        Verdict::TiedOut => sheet.headline(Mark::Good, &report.headline()),
        Verdict::NotTiedOut(faults) => {
            sheet.headline(Mark::Bad, &report.headline());
            for fault in faults {
                sheet.point(&fault.text);
            }
        }
    }
}

fn identification(report: &Report<'_>, sheet: &mut Sheet) {
    let identification = &report.result.identification;
    sheet.blank();
    sheet.pair("Account", &report.account_line());
    sheet.pair("Period", &report.period_line());
    let named = |sheet: &mut Sheet, file: &SourceFile| {
        let name = format!("{} ({})", one_line(&file.name), Report::read_as(file));
        sheet.pair(file.role.label(), &name);
    };
    let (statements, others): (Vec<_>, Vec<_>) = identification
        .files
        .iter()
        .partition(|file| file.role == FileRole::Statement);
    for file in statements.iter().take(FIRST_STATEMENTS) {
        named(sheet, file);
    }
    let more = statements.len().saturating_sub(FIRST_STATEMENTS);
    if more > 0 {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        sheet.pair(
            "",
            &format!("and {}", counted(more, "more statement file", "more statement files")),
        );
    }
    // The books are read once, and what they are is worth knowing however many statements there are.
    for file in others {
        named(sheet, file);
    }
    sheet.pair("Proof", &proof(&report.result.chain));
}

/// How many statements prove, and how they follow each other.
fn proof(chain: &Chain) -> String {
    let number = |wanted: fn(StatementProof) -> bool| {
        let found = chain
            .statements
            .iter()
            .filter(|statement| wanted(statement.proof))
            .count();
        u64::try_from(found).unwrap_or(u64::MAX)
    };
    let exact = number(|proof| proof == StatementProof::Exact);
    let off = number(|proof| matches!(proof, StatementProof::Off(_)));
    let silent = number(|proof| proof == StatementProof::NotPossible);
    let mut proof = if exact + off == 0 {
        "no statement prints both balances".to_owned()
    } else {
        format!(
            "opening + lines = closing in {} of {}",
            count(exact),
            counted(exact + off, "statement", "statements")
        )
    };
    if silent > 0 && exact + off > 0 {
        proof = format!("{proof}, {} without balances", count(silent));
    }
    for (number, one, many) in [
        (chain.breaks.len(), "break", "breaks"),
        (chain.gaps.len(), "gap", "gaps"),
    ] {
        if number > 0 {
            proof = format!("{proof}, {} {}", count(number), if number == 1 { one } else { many });
        }
    }
    proof
}

fn figures(report: &Report<'_>, sheet: &mut Sheet) {
    let figures = &report.result.figures;
    sheet.blank();
    let basis = match figures.basis {
        BalanceBasis::Printed { .. } => "Balance per bank",
        BalanceBasis::Derived { .. } => "Balance per bank (last printed one plus later lines)",
        BalanceBasis::Movement => "Movement per bank (no balance to go by)",
    };
    sheet.row(basis, &report.amount(figures.statement_balance));
    sheet.row(&report.balance_label("books"), &report.amount(figures.book_balance));
    if figures.ledger_balance != figures.book_balance {
        let later = figures.ledger_balance.saturating_sub(figures.book_balance);
        sheet.row(
            "Taken out: entries that the bank cleared after the day",
            &report.amount(later),
        );
        sheet.row(
            "Balance per books, held against the bank's",
            &report.amount(figures.ledger_balance),
        );
    }
    sheet.total("Difference", &report.amount(figures.difference));
}

fn explanation(report: &Report<'_>, sheet: &mut Sheet) {
    let components = &report.result.explanation.components;
    if components.is_empty() {
        return;
    }
    sheet.heading("Why they differ");
    for component in components {
        sheet.row(&component_label(component), &report.amount(component.amount));
    }
    let sum = components
        .iter()
        .fold(0_i64, |sum, component| sum.saturating_add(component.amount));
    sheet.total("Difference explained", &report.amount(sum));
}

fn component_label(component: &Component) -> String {
    let label = sentence_case(component.kind.label());
    match component.kind {
        ComponentKind::Drift => label,
        _ => format!("{label} ({})", count(component.shares.len())),
    }
}

fn parting(report: &Report<'_>, sheet: &mut Sheet) {
    if report.result.parting.first_parted.is_some() {
        sheet.heading("Where bank and books part");
        sheet.paragraph(&sentence_case(&report.result.parting.sentence));
    }
}

fn two_sided(report: &Report<'_>, sheet: &mut Sheet) {
    let two_sided = &report.result.two_sided;
    sheet.heading("Reconciliation");
    side(report, sheet, "bank", &two_sided.bank);
    sheet.blank();
    side(report, sheet, "books", &two_sided.books);
    if two_sided.remaining != 0 {
        sheet.blank();
        sheet.row("Unexplained", &report.amount(two_sided.remaining));
    }
}

fn side(report: &Report<'_>, sheet: &mut Sheet, name: &str, side: &StatementSide) {
    sheet.row(&report.balance_label(name), &report.amount(side.balance));
    for section in &side.sections {
        let label = format!(
            "  {} ({})",
            sentence_case(section.kind.label()),
            count(section.shares.len())
        );
        sheet.row(&label, &report.amount(section.amount));
    }
    let adjusted = if name == "bank" {
        "Adjusted bank balance"
    } else {
        "Adjusted book balance"
    };
    sheet.total(adjusted, &report.amount(side.adjusted));
}

fn matching(report: &Report<'_>, sheet: &mut Sheet) {
    let counts = &report.result.counts;
    sheet.heading("Matching");
    let by_people = accepted_by_people(report);
    let automatic = counts.automatic_to_date.saturating_sub(by_people);
    let mut made = counted(automatic, "automatic match", "automatic matches");
    if by_people > 0 {
        made = format!("{made} and {} decided by people", count(by_people));
    }
    sheet.point(&format!(
        "{} of {} and {} of {} matched, in {made}",
        count(counts.lines_matched),
        counted(counts.lines_to_date, "bank line", "bank lines"),
        count(counts.entries_matched),
        counted(counts.entries_in_scope, "entry", "entries"),
    ));
    let later = u64::try_from(counts.automatic)
        .unwrap_or(u64::MAX)
        .saturating_sub(counts.automatic_to_date);
    if later > 0 {
        sheet.point(&format!(
            "{} with bank lines after {} alone, not counted here",
            counted(later, "match", "matches"),
            report.result.identification.period.last()
        ));
    }
    if counts.suggested_to_date > 0 {
        let number = counts.suggested_to_date;
        let suggestions = counted(number, "suggestion to decide", "suggestions to decide");
        sheet.point(&format!("{suggestions}, with tieout decide or a rule"));
    }
    let classes = report.classes().into_iter();
    let classes = classes.map(|(class, number)| format!("{class} ({})", count(number)));
    let classes = classes.collect::<Vec<_>>().join(", ");
    let total = u64::try_from(report.result.exceptions.len()).unwrap_or(u64::MAX);
    if classes.is_empty() {
        sheet.point("no exceptions");
    } else {
        sheet.point(&format!("{}: {classes}", counted(total, "exception", "exceptions")));
    }
}

/// Matches that people accepted, with lines to the day.
fn accepted_by_people(report: &Report<'_>) -> u64 {
    let (result, day) = (report.result, report.result.identification.period.last());
    let to_day = |group: &&Group| {
        group.lines.is_empty() || group.lines.iter().any(|part| result.input.lines.date(part.item) <= day)
    };
    let accepted = result
        .groups
        .iter()
        .filter(|group| group.proof.found_by == Reason::Decision);
    u64::try_from(accepted.filter(to_day).count()).unwrap_or(u64::MAX)
}

/// Those that ask for something come first, then the largest.
fn exceptions(report: &Report<'_>, sheet: &mut Sheet) {
    let mut list: Vec<&Exception> = report
        .result
        .exceptions
        .iter()
        .filter(|e| e.action != Action::Wait && !report.is_ignored(e))
        .collect();
    if list.is_empty() {
        return;
    }
    let all = list.len();
    list.retain(|e| e.action != Action::GiveStatement);
    let not_covered = all - list.len();
    let minor = |exception: &Exception| report.at_stake(exception);
    list.sort_by_key(|exception| Reverse(minor(exception).unsigned_abs()));
    sheet.heading("To do, largest first");
    let shown = list.get(..FIRST_EXCEPTIONS.min(list.len())).unwrap_or_default();
    let amounts: Vec<String> = shown.iter().map(|exception| report.amount(minor(exception))).collect();
    let width = amounts.iter().map(String::len).max().unwrap_or(0).max(10);
    for (exception, amount) in shown.iter().zip(&amounts) {
        let item = report.show_item(exception.side, exception.item);
        let date = item.date.map_or_else(String::new, |date| date.to_string());
        sheet.item(&format!("{date}  {:5}  {amount:>width$}", item.side), &item.title);
        let stale = if exception.stale { ", too old" } else { "" };
        let group = exception
            .group
            .map(|group| format!(", see {}", report.ids.group(group)))
            .unwrap_or_default();
        sheet.remark(&format!(
            "{}{stale}: {}{group} [{}]",
            report.class_label(exception),
            exception.action.label(),
            item.id_and_place()
        ));
    }
    let rest = list.len().saturating_sub(shown.len());
    if rest > 0 {
        sheet.remark(&format!("and {} more", count(rest)));
    }
    if not_covered > 0 {
        let number = u64::try_from(not_covered).unwrap_or(u64::MAX);
        sheet.point(&format!(
            "{}: {}",
            counted(number, "entry without a statement", "entries without a statement"),
            Action::GiveStatement.label()
        ));
    }
}

fn assumptions(report: &Report<'_>, sheet: &mut Sheet) {
    if report.result.notes.is_empty() {
        return;
    }
    sheet.heading("Assumptions and hints");
    for note in &report.result.notes {
        sheet.point(&note.text);
    }
}

fn problems(report: &Report<'_>, sheet: &mut Sheet) {
    if report.problems.is_empty() {
        return;
    }
    sheet.heading("Problems in the files");
    let mut worst: Vec<_> = report.problems.iter().collect();
    worst.sort_by_key(|found| Reverse(found.problem.severity()));
    for found in worst.iter().take(FIRST_PROBLEMS) {
        sheet.point(&format!("{}: {}", report.file_name(found.file), found.problem));
    }
    if worst.len() > FIRST_PROBLEMS {
        sheet.remark(&format!("and {} more", count(worst.len() - FIRST_PROBLEMS)));
    }
}

fn files_written(written: &[Written], sheet: &mut Sheet) {
    if written.is_empty() {
        return;
    }
    sheet.heading("Written");
    for file in written {
        sheet.path(&file.what, &file.path);
        if !file.note.is_empty() {
            sheet.remark(&file.note);
        }
    }
}

impl Report<'_> {
    /// The verdict in one line: `Not tied out: 12.50 unexplained`.
    pub(crate) fn headline(&self) -> String {
        let as_of = self.result.identification.period.last();
        let remaining = self.result.two_sided.remaining;
        match &self.result.verdict {
            Verdict::TiedOut => format!("Tied out as of {as_of}"),
            Verdict::NotTiedOut(_) if remaining != 0 => {
                format!("Not tied out as of {as_of}: {} unexplained", self.amount(remaining))
            }
            Verdict::NotTiedOut(_) => format!("Not tied out as of {as_of}"),
        }
    }

    /// `1200 Bank · DE89370400440532013000 · EUR`, as far as known.
    pub(crate) fn account_line(&self) -> String {
        let account = &self.result.identification.account;
        let names = [&account.books, &account.bank].map(|name| one_line(name));
        let parts: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .chain([self.currency()])
            .filter(|name| !name.is_empty())
            .collect();
        if parts.is_empty() {
            "not named".to_owned()
        } else {
            parts.join(" · ")
        }
    }

    /// `Balance per bank`, or `Movement per bank` where no statement prints a balance.
    pub(crate) fn balance_label(&self, side: &str) -> String {
        match self.result.figures.basis {
            BalanceBasis::Printed { .. } | BalanceBasis::Derived { .. } => format!("Balance per {side}"),
            BalanceBasis::Movement => format!("Movement per {side}"),
        }
    }

    /// `2026-03-01 to 2026-03-31`.
    pub(crate) fn period_line(&self) -> String {
        let period = self.result.identification.period;
        format!("{} to {}", period.first(), period.last())
    }
}

/// The text with a capital first letter.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
