//! `tieout statement check`: every balance proved, every statement followed by the next.

use crate::cli::ReadingArgs;
use crate::load::{BankAccount, BankFiles, load_statements};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::fmt::Write as _;
use std::path::PathBuf;
use tieout_core::money::grouped;
use tieout_core::problem::Severity;
use tieout_core::Currency;
use tieout_reconcile::join::{Joined, join};
use tieout_reconcile::result::{ChainPlace, Missing, Statement, StatementProof};
use tieout_reconcile::statements::SourceFile;

/// How many notices of one file are printed.
const SHOWN_PROBLEMS: usize = 20;

/// Checks the files, account by account.
pub(crate) fn run(paths: &[PathBuf], args: &ReadingArgs) -> Result<Exit> {
    let options = inputs::read_options(args)?;
    let progress = ProgressLine::begin(Audience::Person);
    let loaded = load_statements(paths, &options, &progress);
    progress.end();
    let BankFiles { files, accounts, problems, refused } = loaded?;
    let mut text = String::new();
    let mut faults = 0;
    for (position, file) in files.iter().enumerate() {
        let of_file = problems.iter().filter(|found| usize::try_from(found.file).is_ok_and(|place| place == position));
        for found in of_file.filter(|found| found.problem.severity() > Severity::Notice).take(SHOWN_PROBLEMS) {
            let _ = writeln!(text, "{}: {}", file.name, found.problem);
        }
    }
    for account in accounts {
        faults += check(account, &files, &mut text)?;
    }
    let unusable = if refused > 0 { format!(", {refused} files cannot be used") } else { String::new() };
    let verdict = if faults == 0 { "everything proves".to_owned() } else { format!("{faults} things are off") };
    let _ = writeln!(text, "{} files: {verdict}{unusable}", files.len());
    output::print(&text)?;
    Ok(match (refused, faults) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::NotTiedOut,
        _ => Exit::Unusable,
    })
}

/// Writes what one account's statements prove; returns how many things are off.
fn check(account: BankAccount, files: &[SourceFile], text: &mut String) -> Result<usize> {
    let currency = account.currency.unwrap_or(Currency::UNKNOWN);
    let digits = currency.minor_digits();
    let id = if account.id.is_empty() { "account without number" } else { &account.id };
    let shown = account.currency.map_or_else(String::new, |currency| format!(" in {currency}"));
    let _ = writeln!(text, "{id}{shown}");
    let Joined { chain, counted_once, notes, .. } = join(account.bank, files)?;
    let mut faults = 0;
    for statement in &chain.statements {
        let (words, off) = judge(statement, digits);
        faults += usize::from(off);
        let days = statement.days.map_or_else(
            || "no dates".to_owned(),
            |days| format!("{} to {}", days.first(), days.last()),
        );
        let lines = statement.lines.len();
        let file = files.get(usize::try_from(statement.file)?).map_or("", |file| file.name.as_str());
        let name = if statement.name == file { file.to_owned() } else { format!("{} ({file})", statement.name) };
        let _ = writeln!(text, "  {} {days}  {lines:>6} lines  {words}  {name}", if off { "x" } else { "." });
    }
    for found in &chain.breaks {
        faults += 1;
        let amount = grouped(found.amount, digits);
        let (before, after) = (name_at(&chain.statements, found.before), name_at(&chain.statements, found.after));
        let _ = writeln!(text, "  x {}: {after} opens {amount} off the closing of {before}", found.date);
    }
    for gap in &chain.gaps {
        faults += 1;
        let (before, after) = (name_at(&chain.statements, gap.before), name_at(&chain.statements, gap.after));
        let missing = match gap.missing {
            Missing::Days(first, last) => format!("the days from {first} to {last}"),
            Missing::Numbers(first, last) if first == last => format!("number {first}"),
            Missing::Numbers(first, last) => format!("numbers {first} to {last}"),
        };
        let _ = writeln!(text, "  x missing between {before} and {after}: {missing}");
    }
    if counted_once > 0 {
        let _ = writeln!(text, "  {counted_once} lines stand in several statements and count once");
    }
    for note in notes {
        let _ = writeln!(text, "  {}", note.text);
    }
    Ok(faults)
}

/// What a statement proves, in words, and whether something is off.
fn judge(statement: &Statement, digits: u8) -> (String, bool) {
    if let ChainPlace::Contradicts(by) = statement.place {
        return (format!("contradicts another statement by {}", grouped(by, digits)), true);
    }
    match statement.proof {
        StatementProof::Exact => ("proved".to_owned(), false),
        StatementProof::NotPossible => ("not provable: a balance is missing".to_owned(), false),
        StatementProof::Off(by) => (format!("off by {}: opening + lines is not closing", grouped(by, digits)), true),
    }
}

fn name_at(statements: &[Statement], position: u32) -> &str {
    let place = usize::try_from(position).ok();
    place.and_then(|place| statements.get(place)).map_or("a statement", |statement| statement.name.as_str())
}
