//! The verdict: what speaks against it is what the figures and the files say, no more and no less.

use super::Check;
use super::figures::{component, component_amount};
use crate::record::{File, Record};
use crate::words::{FromCode as _, Word as _};
use tieout_core::Code;
use tieout_reconcile::result::Fault;
use tieout_reconcile::statements::{Completeness, FileRole};

pub(super) fn checks(record: &Record) -> Vec<Check> {
    vec![verdict(record), files(record)]
}

/// Tied out means: no reason not to be, and nothing in the difference but what is on its way or to be booked.
fn verdict(record: &Record) -> Check {
    let mut check = Check::new("the verdict is what the figures say");
    check.look();
    if record.verdict.tied_out != record.verdict.reasons.is_empty() {
        check.find("tied out and reasons against it contradict each other".into());
    }
    for kind in ["open_lines", "breaks", "drift", "uncovered"] {
        check.look();
        if record.verdict.tied_out && component(record, kind).is_some() {
            let amount = record.amount(component_amount(record, kind));
            check.find(format!("tied out, but {kind} of {amount} in the difference"));
        }
    }
    let open = component(record, "open_entries").map_or(0, |component| component.shares.len());
    let waiting = record.outstanding.iter().filter(|item| item.state == "waiting").count();
    check.look();
    if record.verdict.tied_out && open != waiting {
        check.find(format!(
            "tied out, but of {open} open entries only {waiting} are on their way"
        ));
    }
    reasons(record, &mut check);
    check
}

/// Reasons are those that single figures give.
fn reasons(record: &Record, check: &mut Check) {
    let any = |found: bool| usize::from(found);
    let is_component = |kind: &str| component(record, kind).is_some();
    let contradicting = record.statements.iter().filter(|one| one.place.state == "contradicts");
    let expected = [
        (Fault::OpenLines, any(is_component("open_lines"))),
        (Fault::Break, any(is_component("breaks"))),
        (Fault::Drift, any(is_component("drift"))),
        (Fault::Uncovered, any(is_component("uncovered"))),
        (
            Fault::StaleEntries,
            any(record.outstanding.iter().any(|item| item.state == "stale")),
        ),
        (Fault::Contradiction, contradicting.count()),
    ];
    for reason in &record.verdict.reasons {
        check.look();
        if !Fault::ALL.iter().any(|fault| fault.code() == reason.code) {
            check.find(format!("the reason \u{201c}{}\u{201d} is not known", reason.code));
        }
    }
    for (fault, expected) in expected {
        check.look();
        let told = told(record, fault);
        if told != expected {
            check.find(format!(
                "{} ({}): {told} reasons against it, but the figures give {expected}",
                fault.label(),
                fault.code()
            ));
        }
    }
}

fn told(record: &Record, fault: Fault) -> usize {
    let reasons = record.verdict.reasons.iter();
    reasons.filter(|reason| reason.code == fault.code()).count()
}

/// Files that were not read whole speak against the verdict, and what was found wrong with a file is why.
fn files(record: &Record) -> Check {
    let mut check = Check::new("what was not read of the files is in the verdict, and has its reason");
    let mut expected = 0;
    for file in &record.files {
        check.look();
        let Some(completeness) = Completeness::from_code(&file.completeness) else {
            check.find(format!(
                "{}: \u{201c}{}\u{201d} is not known",
                file.name, file.completeness
            ));
            continue;
        };
        let Some(role) = FileRole::from_code(&file.role) else {
            check.find(format!("{}: \u{201c}{}\u{201d} is not known", file.name, file.role));
            continue;
        };
        expected += usize::from(speaks_against(record, file, role, completeness));
        let mut of_file = record
            .problems
            .iter()
            .filter(|problem| problem.file == file.name)
            .peekable();
        if completeness != Completeness::Whole && of_file.peek().is_none() {
            let what = completeness.label();
            check.find(format!(
                "{} is said to be \u{201c}{what}\u{201d}, but no problem of it is listed",
                file.name
            ));
        }
        let losing = of_file.find(|problem| loses(&problem.code));
        if let (Completeness::Whole, Some(problem)) = (completeness, losing) {
            check.find(format!(
                "{} is said to be read whole, but has {}",
                file.name, problem.code
            ));
        }
    }
    for problem in &record.problems {
        check.look();
        if !record.files.iter().any(|file| file.name == problem.file) {
            check.find(format!(
                "{} is said of {}, which is none of the files",
                problem.code, problem.file
            ));
        }
    }
    check.look();
    let told = told(record, Fault::Unread);
    if told != expected {
        check.find(format!(
            "reasons for files that were not read whole: {told}, counted {expected}"
        ));
    }
    check
}

/// Statements whose balances prove are whole all the same, unless others may stand in a file that could not be read.
fn speaks_against(record: &Record, file: &File, role: FileRole, completeness: Completeness) -> bool {
    let mut of_file = record.statements.iter().filter(|one| one.file == file.name).peekable();
    let proves = of_file.peek().is_some() && of_file.all(|one| one.proof.state == "exact");
    match completeness {
        Completeness::Whole => false,
        Completeness::Lacking => true,
        Completeness::Partial | Completeness::Contradictory | Completeness::Refused => {
            role != FileRole::Statement || !proves
        }
    }
}

/// Whether lines or entries may be missing where this is said.
fn loses(code: &str) -> bool {
    let known = Code::ALL.iter().find(|known| known.as_str() == code);
    known.is_some_and(|known| known.loses())
}
