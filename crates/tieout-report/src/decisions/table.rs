//! Decisions as a table: written, and read back from whatever a spreadsheet made of it.

use super::{Decision, Part, Verdict};
use crate::csv::guarded;
use crate::words::{FromCode as _, Word as _};
use std::io::{self, Write};
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Date, Decimal};
use tieout_match::{ResidualKind, Side};

/// The columns, as they are written.
const COLUMNS: [&str; 7] = ["decision", "match", "side", "id", "date", "amount", "text"];
/// The side of a difference.
const DIFFERENCE: &str = "difference";
/// The side of a row that holds what stays open of the entry.
const STAYS_OPEN: &str = "open";

/// A file that holds no decisions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDecisions {
    /// A column is missing.
    #[error(
        "the column \u{201c}{0}\u{201d} is missing; decisions have the columns decision, match, side, id, date, amount, \
         text, as `tieout decide` writes them"
    )]
    NoColumn(&'static str),
    /// It cannot be read as a table.
    #[error("it is no table: {0}")]
    NoTable(String),
}

/// Writes decisions.
///
/// # Errors
/// Those of writing.
pub fn write(decisions: &[Decision], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for decision in decisions {
        let mut row = |side: &str, id: &str, date: &str, amount: &str, text: &str| {
            let (id, text) = (guarded(id), guarded(text));
            let verdict = decision.verdict.code();
            table.write_record([verdict, &guarded(&decision.name), side, &id, date, amount, &text])
        };
        for part in &decision.parts {
            let date = part.date.map_or_else(String::new, |date| date.to_string());
            let amount = part.amount.map_or_else(String::new, |amount| amount.to_string());
            row(part.side.code(), &part.id, &date, &amount, &part.text)?;
        }
        for (kind, amount) in &decision.differences {
            row(DIFFERENCE, kind.code(), "", &amount.to_string(), "")?;
        }
        if let Some(rest) = decision.stays_open {
            row(STAYS_OPEN, "", "", &rest.to_string(), "")?;
        }
    }
    table.flush()
}

/// Reads decisions; a row that cannot be used takes its decision with it, and is told.
///
/// # Errors
/// See [`NotDecisions`].
pub fn read(text: &str) -> Result<(Vec<Decision>, Vec<Problem>), NotDecisions> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    // Spreadsheets divide by what their country divides by.
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| head.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = Columns::of(
        reader
            .headers()
            .map_err(|error| NotDecisions::NoTable(error.to_string()))?,
    )?;
    let mut reading = Reading::default();
    for record in reader.records() {
        let record = record.map_err(|error| NotDecisions::NoTable(error.to_string()))?;
        let number = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        reading.row(&columns, &record, number);
    }
    Ok(reading.finish())
}

/// Where the columns are.
struct Columns {
    decision: Option<usize>,
    name: usize,
    side: usize,
    id: usize,
    date: Option<usize>,
    amount: Option<usize>,
    text: Option<usize>,
}

impl Columns {
    fn of(head: &csv::StringRecord) -> Result<Self, NotDecisions> {
        let find = |names: &[&str]| {
            head.iter()
                .position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
        };
        Ok(Self {
            decision: find(&["decision"]),
            name: find(&["match", "group_id"]).ok_or(NotDecisions::NoColumn("match"))?,
            side: find(&["side"]).ok_or(NotDecisions::NoColumn("side"))?,
            id: find(&["id", "line_id"]).ok_or(NotDecisions::NoColumn("id"))?,
            date: find(&["date"]),
            amount: find(&["amount"]),
            text: find(&["text"]),
        })
    }
}

/// What is read so far.
#[derive(Default)]
struct Reading {
    decisions: Vec<Decision>,
    /// Decisions with a row that cannot be used.
    spoilt: Vec<String>,
    problems: Vec<Problem>,
}

impl Reading {
    fn row(&mut self, columns: &Columns, record: &csv::StringRecord, number: u64) {
        let cell = |column: Option<usize>| plain(column.and_then(|column| record.get(column)).unwrap_or_default());
        let name = cell(Some(columns.name));
        if let Err(why) = self.take(columns, &cell, number) {
            let message = format!("{why}; the decision \u{201c}{name}\u{201d} is not applied");
            let problem = Problem::new(Code::DecisionNotApplied, Place::line(number), message);
            self.problems.push(problem);
            self.spoilt.push(name.to_owned());
        }
    }

    fn take<'r>(
        &mut self,
        columns: &Columns,
        cell: &impl Fn(Option<usize>) -> &'r str,
        number: u64,
    ) -> Result<(), String> {
        let name = cell(Some(columns.name));
        if name.is_empty() {
            return Err("the column match is empty: it says which rows are one decision".into());
        }
        let verdict = match cell(columns.decision).to_lowercase().as_str() {
            "" | "accept" | "accepted" => Verdict::Accepted,
            "reject" | "rejected" => Verdict::Rejected,
            other => {
                return Err(format!(
                    "\u{201c}{other}\u{201d} is no decision; write accept or reject"
                ));
            }
        };
        let date = match cell(columns.date) {
            "" => None,
            text => Some(
                text.parse::<Date>()
                    .map_err(|_| format!("\u{201c}{text}\u{201d} is no date; write it like 2026-03-31"))?,
            ),
        };
        let amount = match cell(columns.amount) {
            "" => None,
            text => Some(
                Decimal::parse(&text.replace(',', "."))
                    .map_err(|_| format!("\u{201c}{text}\u{201d} is no amount; write it like -1234.50"))?,
            ),
        };
        let id = cell(Some(columns.id));
        let side = cell(Some(columns.side));
        let decision = self.decision(name, verdict)?;
        if side.eq_ignore_ascii_case(DIFFERENCE) {
            let kind = ResidualKind::from_code(id).ok_or_else(|| {
                format!(
                    "\u{201c}{id}\u{201d} is no reason of a difference; there are fee, exchange, rounding, short_payment \
                     and correction"
                )
            })?;
            let amount = amount.ok_or("a difference needs its amount, signed as it moves the bank account")?;
            decision.differences.push((kind, amount));
            return Ok(());
        }
        if side.eq_ignore_ascii_case(STAYS_OPEN) {
            let rest = amount.ok_or("what stays open of the entry needs its amount, signed like the entry")?;
            decision.stays_open = Some(rest);
            return Ok(());
        }
        let side = Side::from_code(side).ok_or_else(|| {
            format!("\u{201c}{side}\u{201d} is no side; write statement, ledger, difference, or open")
        })?;
        let text = cell(columns.text);
        if id.is_empty() && (date.is_none() || amount.is_none() || text.is_empty()) {
            return Err(
                "without an id, date, amount and text say which line or entry is meant: one of them is missing".into(),
            );
        }
        decision.parts.push(Part {
            side,
            id: id.to_owned(),
            date,
            amount,
            text: text.to_owned(),
            row: number,
        });
        Ok(())
    }

    /// The decision of that name, begun if it is new.
    fn decision(&mut self, name: &str, verdict: Verdict) -> Result<&mut Decision, String> {
        let known = self.decisions.iter().rposition(|decision| decision.name == name);
        let place = known.unwrap_or(self.decisions.len());
        if known.is_none() {
            self.decisions.push(Decision {
                name: name.to_owned(),
                verdict,
                parts: Vec::new(),
                differences: Vec::new(),
                stays_open: None,
            });
        }
        match self.decisions.get_mut(place) {
            Some(decision) if decision.verdict == verdict => Ok(decision),
            _ => Err("its rows say accept and reject".into()),
        }
    }

    fn finish(mut self) -> (Vec<Decision>, Vec<Problem>) {
        self.decisions
            .retain(|decision| !self.spoilt.contains(&decision.name) && !decision.parts.is_empty());
        (self.decisions, self.problems)
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if guarded(rest) == cell => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(side: Side, id: &str, amount: &str, text: &str) -> Part {
        Part {
            side,
            id: id.into(),
            date: Some("2026-03-31".parse().unwrap()),
            amount: Some(Decimal::parse(amount).unwrap()),
            text: text.into(),
            row: 0,
        }
    }

    fn decision(name: &str, verdict: Verdict) -> Decision {
        Decision {
            name: name.into(),
            verdict,
            parts: vec![
                part(Side::Line, "L,1", "-12.50", "=SUM(A1) \"quoted\"; and; more"),
                part(Side::Entry, "books.csv:7", "-12.00", "Fee"),
            ],
            differences: Vec::new(),
            stays_open: None,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut accepted = decision("D1", Verdict::Accepted);
        accepted.differences = vec![(ResidualKind::Fee, Decimal::parse("-0.50").unwrap())];
        let both = vec![accepted, decision("D2", Verdict::Rejected)];
        let mut bytes = Vec::new();
        write(&both, &mut bytes).unwrap();
        let (mut read, problems) = read(&String::from_utf8(bytes).unwrap()).unwrap();
        let rows: Vec<u64> = read
            .iter()
            .flat_map(|of| of.parts.iter().map(|part| part.row))
            .collect();
        assert_eq!(rows, [2, 3, 5, 6]);
        read.iter_mut()
            .flat_map(|of| &mut of.parts)
            .for_each(|part| part.row = 0);
        assert_eq!((read, problems), (both, Vec::new()));
    }

    #[test]
    fn a_table_of_matches_is_a_table_of_decisions() {
        let text = "\u{feff}group_id;side;line_id;confidence;tier\nS1;statement;a;0,9;suggested\nS1;ledger;b;0,9;suggested\n;;;;\n";
        let (read, problems) = read(text).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        let ids: Vec<&str> = read[0].parts.iter().map(|part| part.id.as_str()).collect();
        assert_eq!(
            (read.len(), read[0].verdict, ids),
            (1, Verdict::Accepted, vec!["a", "b"])
        );
    }

    #[test]
    fn a_row_that_cannot_be_used_is_told_and_takes_its_decision_only() {
        let text = "decision,match,side,id,date,amount\n\
            accept,D1,statement,a,31/03/2026,1\naccept,D1,ledger,b,,\n\
            maybe,D2,statement,c,,\n\
            accept,D3,bank,d,,\n\
            accept,D4,statement,e,,\naccept,D4,difference,luck,,1\n\
            accept,D5,statement,f,,\nreject,D5,ledger,g,,\n\
            accept,D6,statement,h,,one\n\
            accept,,statement,h,,\n\
            accept,D7,statement,i,2026-03-31,\"1,50\"\naccept,D7,ledger,j,,1.50\n";
        let (read, problems) = read(text).unwrap();
        let names: Vec<&str> = read.iter().map(|of| of.name.as_str()).collect();
        assert_eq!(names, ["D7"]);
        let lines: Vec<Option<u64>> = problems.iter().map(|problem| problem.place.line).collect();
        assert_eq!(lines, [2, 4, 5, 7, 9, 10, 11].map(Some));
    }

    #[test]
    fn what_is_no_table_of_decisions_is_refused() {
        assert_eq!(read("").unwrap_err(), NotDecisions::NoColumn("match"));
        assert_eq!(read("match,id\n").unwrap_err(), NotDecisions::NoColumn("side"));
    }
}
