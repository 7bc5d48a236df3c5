//! Does a result file hold what it promises? Every invariant that can be checked from the file alone, without the files
//! it was made from: sums, parts, matches, the difference and its explanation, both sides, counts, proofs, references.
//!
//! Each check reads the record as if it did not trust the program that wrote it, and computes what it can from the items
//! themselves.

mod counts;
mod figures;
mod findings;
mod matches;
mod references;
mod rules;
mod statements;
mod verdict;

use crate::digest::Seal;
use crate::record::{Exact, Item, Record};
use crate::text::short;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most findings that are kept for one check.
const MOST_FINDINGS: usize = 20;

/// A check and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What should hold, in words.
    pub promise: &'static str,
    /// How many things were looked at.
    pub looked_at: usize,
    /// Where it does not hold: names and figures.
    pub findings: Vec<String>,
    /// Findings that were left out.
    pub more: usize,
}

impl Check {
    fn new(promise: &'static str) -> Self {
        Self {
            promise,
            looked_at: 0,
            findings: Vec::new(),
            more: 0,
        }
    }

    /// It holds.
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    fn look(&mut self) {
        self.looked_at += 1;
    }

    fn find(&mut self, finding: String) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Looks at two amounts that should be the same.
    fn same(&mut self, record: &Record, what: &str, told: Exact, computed: Exact) {
        self.look();
        if told != computed {
            let (told, computed) = (record.amount(told), record.amount(computed));
            self.find(format!("{what} is {told}, but follows as {computed}"));
        }
    }

    /// Looks at two numbers that should be the same.
    fn counted(&mut self, what: &str, told: u64, computed: u64) {
        self.look();
        if told != computed {
            self.find(format!("{what}: {told}, counted {computed}"));
        }
    }
}

/// Items by id, and what automatic matches take of them.
struct Holdings<'a> {
    lines: BTreeMap<&'a str, usize>,
    entries: BTreeMap<&'a str, usize>,
    taken_lines: Vec<Exact>,
    taken_entries: Vec<Exact>,
}

impl<'a> Holdings<'a> {
    fn of(record: &'a Record) -> Self {
        let mut holdings = Self {
            lines: Record::places(&record.lines),
            entries: Record::places(&record.entries),
            taken_lines: vec![Exact::ZERO; record.lines.len()],
            taken_entries: vec![Exact::ZERO; record.entries.len()],
        };
        for group in record.groups.iter().filter(|group| group.tier == "auto") {
            for part in &group.lines {
                let place = holdings.lines.get(part.id.as_str());
                if let Some(taken) = place.and_then(|place| holdings.taken_lines.get_mut(*place)) {
                    *taken = *taken + part.amount;
                }
            }
            for part in &group.entries {
                let place = holdings.entries.get(part.id.as_str());
                if let Some(taken) = place.and_then(|place| holdings.taken_entries.get_mut(*place)) {
                    *taken = *taken + part.amount;
                }
            }
        }
        holdings
    }

    /// Lines with what is open of them.
    fn open_lines(&self, record: &'a Record) -> impl Iterator<Item = (&'a Item, Exact)> {
        let taken = self.taken_lines.iter();
        record
            .lines
            .iter()
            .zip(taken)
            .map(|(line, taken)| (line, line.amount - *taken))
    }

    /// Entries with what is open of them.
    fn open_entries(&self, record: &'a Record) -> impl Iterator<Item = (&'a Item, Exact)> {
        let taken = self.taken_entries.iter();
        record
            .entries
            .iter()
            .zip(taken)
            .map(|(entry, taken)| (entry, entry.amount - *taken))
    }
}

/// Checks everything.
pub fn verify(record: &Record) -> Vec<Check> {
    let holdings = Holdings::of(record);
    let mut checks = vec![intact(record)];
    checks.extend(references::checks(record, &holdings));
    checks.extend(matches::checks(record, &holdings));
    checks.extend(figures::checks(record, &holdings));
    checks.extend(statements::checks(record));
    checks.extend(findings::checks(record, &holdings));
    checks.extend(rules::checks(record, &holdings));
    checks.extend(counts::checks(record, &holdings));
    checks.extend(verdict::checks(record));
    checks
}

fn intact(record: &Record) -> Check {
    let mut check = Check::new("the file is as it was written (digest)");
    check.look();
    match record.seal() {
        Seal::Intact => {}
        Seal::Missing => check.find("the file bears no digest: it was changed, or not written by tieout".into()),
        Seal::Broken { told, computed } => {
            check.find(format!(
                "something was changed: the digest is {told}, the content gives {computed}"
            ));
        }
    }
    check
}

/// The checks for people, one line each, and what does not hold below.
pub fn told(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let sign = if check.holds() { '\u{2713}' } else { '\u{2717}' };
        let _ = writeln!(text, "{sign} {} ({})", check.promise, check.looked_at);
        for finding in &check.findings {
            let _ = writeln!(text, "    {}", short(finding, 400));
        }
        if check.more > 0 {
            let _ = writeln!(text, "    and {} more", check.more);
        }
    }
    let broken = checks.iter().filter(|check| !check.holds()).count();
    let _ = match broken {
        0 => writeln!(text, "\nAll {} checks hold.", checks.len()),
        1 => writeln!(text, "\n1 of {} checks does not hold.", checks.len()),
        several => writeln!(text, "\n{several} of {} checks do not hold.", checks.len()),
    };
    text
}

/// How many there are, as results count.
fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
