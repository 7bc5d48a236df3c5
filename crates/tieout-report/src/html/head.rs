//! The head of the paper: whose account, which days, which files, and the verdict.

use super::amount::signed;
use crate::report::Report;
use crate::text::one_line;
use crate::words::{Word, counted};
use tieout_reconcile::result::Verdict;

/// The head of the paper.
pub(super) struct Head {
    /// Name of the account in the books, or else the bank's number of it.
    pub name: String,
    /// The bank's number in groups of four, unless it is the name.
    pub number: String,
    /// Empty where neither side says one.
    pub currency: String,
    /// Above columns of amounts: the currency, or the word.
    pub amounts: String,
    pub period: String,
    pub as_of: String,
    pub tied_out: bool,
    /// `Not tied out`, with what remains unexplained if anything does.
    pub verdict: String,
    pub faults: Vec<String>,
    pub bank: String,
    pub books_label: &'static str,
    pub books: String,
    pub difference: String,
    pub matched: String,
    pub files: Vec<FileView>,
    pub program: String,
    pub model: String,
    pub generated_at: String,
    /// For the head of printed pages: letters, digits and blanks only, because it stands in the style sheet.
    pub running: String,
}

/// One file.
pub(super) struct FileView {
    pub role: &'static str,
    pub name: String,
    pub format: String,
    pub bytes: String,
    /// In groups of eight.
    pub sha256: String,
}

impl Head {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let result = report.result;
        let identification = &result.identification;
        let account = &identification.account;
        let number = grouped(&one_line(&account.bank), 4);
        let (name, number) = match (one_line(&account.books), number) {
            (name, number) if !name.is_empty() => (name, number),
            (_, number) if !number.is_empty() => (number, String::new()),
            _ => ("Bank account".into(), String::new()),
        };
        let period = identification.period;
        let running = format!("Bank reconciliation {name} as of {}", period.last());
        Self {
            running: running
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | ':' | '.' | '-'))
                .take(90)
                .collect(),
            name,
            number,
            currency: report.currency().to_owned(),
            amounts: match report.currency() {
                "" => "Amount".to_owned(),
                currency => currency.to_owned(),
            },
            period: format!("{} to {}", period.first(), period.last()),
            as_of: period.last().to_string(),
            tied_out: result.verdict == Verdict::TiedOut,
            verdict: verdict(report),
            faults: faults(report),
            bank: signed(report, result.figures.statement_balance),
            books_label: if result.figures.ledger_balance == result.figures.book_balance {
                "Per books"
            } else {
                "Per books, less cleared later"
            },
            books: signed(report, result.figures.ledger_balance),
            difference: signed(report, result.figures.difference),
            matched: matched(report),
            files: files(report),
            program: one_line(&identification.program),
            model: one_line(&identification.model),
            generated_at: one_line(report.generated_at),
        }
    }
}

fn verdict(report: &Report<'_>) -> String {
    let remaining = report.result.two_sided.remaining;
    match report.result.verdict {
        Verdict::TiedOut => "Tied out".into(),
        Verdict::NotTiedOut(_) if remaining != 0 => {
            format!("Not tied out: {} unexplained", signed(report, remaining))
        }
        Verdict::NotTiedOut(_) => "Not tied out".into(),
    }
}

fn faults(report: &Report<'_>) -> Vec<String> {
    match &report.result.verdict {
        Verdict::TiedOut => Vec::new(),
        Verdict::NotTiedOut(faults) => faults.iter().map(|fault| one_line(&fault.text)).collect(),
    }
}

fn matched(report: &Report<'_>) -> String {
    let counts = &report.result.counts;
    format!(
        "{} of {} and {} of {}",
        crate::words::count(counts.lines_matched),
        counted(counts.lines_to_date, "bank line", "bank lines"),
        crate::words::count(counts.entries_matched),
        counted(counts.entries_in_scope, "entry", "entries"),
    )
}

fn files(report: &Report<'_>) -> Vec<FileView> {
    let files = report.result.identification.files.iter();
    files
        .map(|file| FileView {
            role: file.role.label(),
            name: one_line(&file.name),
            format: Report::read_as(file),
            bytes: crate::words::count(file.bytes),
            sha256: grouped(&one_line(&file.sha256), 8),
        })
        .collect()
}

/// A number without blanks in groups that the eye can compare.
fn grouped(text: &str, size: usize) -> String {
    let mut parts = String::with_capacity(text.len() * 2);
    for (position, c) in text.chars().enumerate() {
        if position > 0 && position % size == 0 && !text.contains(' ') {
            parts.push(' ');
        }
        parts.push(c);
    }
    parts
}
