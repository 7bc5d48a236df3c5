//! `tieout statement show`: what is read from a file, as a table, JSON or CSV.

use crate::cli::{ReadingArgs, ShowAs};
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use tieout_formats::model::Totals;
use tieout_formats::{Balance, BalanceKind, Line, Outcome, Proof, Reading, Sink, Statement, Status};

/// Prints the file. Unusable input is exit code 2, with the reason on standard error.
pub(crate) fn run(file: &Path, show_as: ShowAs, args: &ReadingArgs) -> Result<Exit> {
    let options = inputs::read_options(args)?;
    let mut input = inputs::open(file)?;
    let reading = match show_as {
        ShowAs::Table => {
            let mut reading = None;
            let mut failed = None;
            output::to_stdout(|out| {
                let mut table = Table {
                    out,
                    result: Ok(()),
                    opened: false,
                };
                match tieout_formats::read(input.as_mut(), &options, &mut table) {
                    Ok(done) => reading = Some(done),
                    Err(error) => failed = Some(error),
                }
                table.result
            })?;
            match (reading, failed) {
                (Some(reading), _) => reading,
                (None, Some(error)) => return Err(error.into()),
                (None, None) => return Ok(Exit::Success),
            }
        }
        ShowAs::Json | ShowAs::Csv => {
            let import = tieout_formats::read_all(input.as_mut(), &options)?;
            output::to_stdout(|out| match show_as {
                ShowAs::Json => tieout_formats::write::json::write(out, &import.statements),
                _ => tieout_formats::write::csv::write(out, &import.statements),
            })?;
            import.reading
        }
    };
    complain(&inputs::name(file), &reading);
    Ok(exit(&reading))
}

/// What a reading means for the exit code.
pub(crate) fn exit(reading: &Reading) -> Exit {
    if reading.outcome == Outcome::Refused {
        Exit::Unusable
    } else {
        Exit::Success
    }
}

/// Says the problems of a file, and what it was, on standard error.
pub(crate) fn complain(name: &str, reading: &Reading) {
    for problem in &reading.problems {
        output::complain(&format!("{name}: {problem}"));
    }
    for (code, more) in &reading.problems_more {
        output::complain(&format!("{name}: {code}: {more} more like this"));
    }
    if !reading.format.is_empty() {
        output::complain(&format!(
            "{name}: read as {}{} in {}: {}, {}",
            reading.format,
            if reading.dialect.is_empty() {
                String::new()
            } else {
                format!(" ({})", reading.dialect)
            },
            if reading.encoding.is_empty() {
                "unknown charset"
            } else {
                &reading.encoding
            },
            counted(u64::try_from(reading.statements).unwrap_or(u64::MAX), "statement"),
            counted(reading.lines, "line"),
        ));
    }
}

fn counted(number: u64, what: &str) -> String {
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {what}{many}")
}

/// Prints statements as they are read.
struct Table<'a> {
    out: &'a mut dyn Write,
    result: io::Result<()>,
    /// The opening balance was known before the lines of the statement, and is printed.
    opened: bool,
}

impl Table<'_> {
    fn put(&mut self, text: &str) {
        if self.result.is_ok() {
            self.result = self.out.write_all(text.as_bytes());
        }
    }
}

impl Sink for Table<'_> {
    fn begin(&mut self, statement: &Statement) {
        let mut text = String::new();
        let account = if statement.account.id.is_empty() {
            "unknown account"
        } else {
            &statement.account.id
        };
        let currency = statement
            .currency
            .map_or_else(String::new, |currency| format!(" in {currency}"));
        let number = [&statement.number, &statement.reference];
        let number = number
            .iter()
            .find(|text| !text.is_empty())
            .map_or("", |text| text.as_str());
        let _ = writeln!(
            text,
            "{}",
            format!("Statement {number} of {account}{currency}").replace("  ", " ")
        );
        self.opened = statement.opening.is_some();
        if let Some(opening) = &statement.opening {
            let _ = writeln!(text, "  opening  {}", balance(opening));
        }
        let _ = writeln!(text, "  {:<10}  {:>15}  text", "date", "amount");
        self.put(&text);
    }

    fn line(&mut self, line: &Line) {
        let date = line
            .booking_date
            .map_or_else(|| "no date".into(), |date| date.to_string());
        let status = match line.status {
            Status::Booked => "",
            Status::Pending => "(pending) ",
            Status::Info => "(information) ",
        };
        let mut words = String::new();
        for part in [
            line.counterparty.name.as_str(),
            &line.text,
            &line.check_number,
            &line.ids.customer_ref,
            &line.ids.end_to_end,
        ] {
            if !part.is_empty() && !words.contains(part) {
                if !words.is_empty() {
                    words.push_str("; ");
                }
                words.extend(part.chars().map(|c| if c.is_control() { ' ' } else { c }));
            }
        }
        self.put(&format!(
            "  {date:<10}  {:>15}  {status}{words}\n",
            line.amount.to_string()
        ));
    }

    fn end(&mut self, statement: &Statement) {
        let mut text = String::new();
        if let Some(opening) = statement.opening.as_ref().filter(|_| !self.opened) {
            let _ = writeln!(text, "  opening  {}", balance(opening));
        }
        if let Some(closing) = &statement.closing {
            let _ = writeln!(text, "  closing  {}", balance(closing));
        }
        let Totals {
            booked,
            pending,
            credits,
            debits,
            ..
        } = statement.totals;
        let pending = if pending > 0 {
            format!(", {pending} pending")
        } else {
            String::new()
        };
        let _ = writeln!(text, "  {booked} lines: in {credits}, out {debits}{pending}");
        let _ = writeln!(text, "  {}\n", proof(statement));
        self.put(&text);
    }
}

fn balance(balance: &Balance) -> String {
    let date = balance.date.map_or_else(String::new, |date| format!(" on {date}"));
    let derived = match (balance.derived, balance.is_printed(), balance.kind) {
        (false, ..) => "",
        (_, true, BalanceKind::Opening) => " (the balance beside the oldest line, less its amount)",
        (_, true, _) => " (the balance beside the newest line)",
        (_, false, _) => " (computed, not printed)",
    };
    format!("{}{date}{derived}", balance.amount)
}

/// The proof of a statement in words.
pub(crate) fn proof(statement: &Statement) -> String {
    match statement.proof {
        Proof::Exact => "proved: opening + lines = closing".into(),
        Proof::Off(by) => format!("off by {by}: opening + lines is not closing"),
        Proof::NotPossible => match (&statement.opening, &statement.closing) {
            (Some(opening), Some(closing)) if opening.derived || closing.derived => {
                "not provable: a balance is only that beside a line, or computed".into()
            }
            (Some(_), Some(_)) => "not provable: the lines do not follow the balances beside them".into(),
            _ => "not provable: a balance is missing".into(),
        },
    }
}
