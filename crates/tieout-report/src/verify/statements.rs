//! Statements: what they prove, how they follow each other, and which lines they hold.

use super::{Check, number};
use crate::record::{Exact, Item, Record, Statement};
use std::collections::BTreeMap;

pub(super) fn checks(record: &Record) -> Vec<Check> {
    vec![statements(record), held(record)]
}

fn statements(record: &Record) -> Check {
    let mut check = Check::new("statements prove as they are said to, and breaks lie between them");
    for statement in &record.statements {
        check.look();
        let off = match (&statement.opening, &statement.closing) {
            (Some(opening), Some(closing)) => Some(closing.amount - opening.amount - statement.total),
            _ => None,
        };
        let told = statement
            .proof
            .off
            .or((statement.proof.state == "exact").then_some(Exact::ZERO));
        if off != told {
            let amount = |off: Option<Exact>| off.map_or("not possible".into(), |off| record.amount(off));
            let (told, off) = (amount(told), amount(off));
            check.find(format!(
                "{} ({}): off by {told}, but follows as {off}",
                statement.id, statement.name
            ));
        }
    }
    for found in &record.breaks {
        let of = |id: &str| record.statements.iter().find(|statement| statement.id == id);
        // What lines two statements share sum to is not in the result, and the break is measured before them.
        let after = of(&found.after).filter(|statement| statement.shared == 0);
        let opening = after.and_then(|statement| statement.opening.as_ref());
        let closing = of(&found.before).and_then(|statement| statement.closing.as_ref());
        if let (Some(opening), Some(closing)) = (opening, closing) {
            check.same(record, &found.id, found.amount, opening.amount - closing.amount);
        }
    }
    check
}

/// Lines are of the days of a statement of their file, and as many as the statements hold.
fn held(record: &Record) -> Check {
    let mut check = Check::new("lines are of the days and the numbers of their statements");
    let mut of_files: BTreeMap<&str, Vec<&Statement>> = BTreeMap::new();
    for statement in &record.statements {
        of_files.entry(&statement.file).or_default().push(statement);
    }
    for line in &record.lines {
        check.look();
        let held = match line.file.as_deref() {
            Some(file) => of_files
                .get(file)
                .is_some_and(|of_file| of_file.iter().any(|one| covers(one, line))),
            None => record.statements.iter().any(|one| covers(one, line)),
        };
        if !held {
            check.find(format!(
                "{} is dated {}, a day of no statement of its file",
                line.id, line.date
            ));
        }
        if line.date < record.period.first {
            check.find(format!("{} is dated {}, before the period begins", line.id, line.date));
        }
    }
    let once = record.counts.lines_counted_once;
    let all: u64 = record.statements.iter().map(|one| one.lines).sum();
    let lines = number(record.lines.len());
    check.counted("lines of the statements, each once", all.saturating_sub(once), lines);
    for statement in &record.statements {
        check.look();
        if statement.shared > statement.lines.min(once) {
            let (name, shared) = (&statement.name, statement.shared);
            check.find(format!(
                "{name} shares {shared} lines, more than it has or than were counted once"
            ));
        }
    }
    if once == 0 {
        of_file(record, &of_files, &mut check);
    }
    check
}

fn covers(statement: &Statement, line: &Item) -> bool {
    let days = statement.first_day.zip(statement.last_day);
    days.is_some_and(|(first, last)| (first..=last).contains(&line.date))
}

/// Where no line is in two statements, those of a file hold its lines.
fn of_file(record: &Record, of_files: &BTreeMap<&str, Vec<&Statement>>, check: &mut Check) {
    for (file, statements) in of_files {
        let of_file = || record.lines.iter().filter(|line| line.file.as_deref() == Some(*file));
        let lines = statements.iter().map(|one| one.lines).sum();
        check.counted(&format!("lines of {file}"), lines, number(of_file().count()));
        let told: Exact = statements.iter().map(|one| one.total).sum();
        let total: Exact = of_file().map(|line| line.amount).sum();
        check.same(record, &format!("the sum of the lines of {file}"), told, total);
    }
}
