//! `tieout statement check`: every balance proved, every statement followed by the next.

use crate::cli::{ReadingArgs, StatementSign};
use crate::load::{BankAccount, BankFiles, load_statements, merge_accounts};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use tieout_core::Currency;
use tieout_core::money::grouped;
use tieout_core::problem::Severity;
use tieout_reconcile::join::{Joined, join};
use tieout_reconcile::result::{ChainPlace, Missing, Statement, StatementProof};
use tieout_reconcile::statements::{Completeness, SourceFile};

/// How many notices of one file are printed.
const SHOWN_PROBLEMS: usize = 20;

/// Checks the files, account by account.
pub(crate) fn run(paths: &[PathBuf], args: &ReadingArgs) -> Result<Exit> {
    let options = inputs::read_options(args)?;
    let progress = ProgressLine::begin(Audience::Person);
    let loaded = load_statements(paths, &options, StatementSign::AsPrinted, &progress);
    progress.end();
    let BankFiles {
        files,
        accounts,
        problems,
    } = loaded?;
    let refused = files
        .iter()
        .filter(|file| file.completeness == Completeness::Refused)
        .count();
    let mut text = String::new();
    let mut faults = 0;
    for (position, file) in files.iter().enumerate() {
        let of_file = problems
            .iter()
            .filter(|found| usize::try_from(found.file).is_ok_and(|place| place == position));
        for found in of_file
            .filter(|found| found.problem.severity() > Severity::Notice)
            .take(SHOWN_PROBLEMS)
        {
            let _ = writeln!(text, "{}: {}", file.name, found.problem);
        }
    }
    let mut unproved: u64 = 0;
    let mut proved_files = BTreeSet::new();
    for account in merge_accounts(accounts)? {
        let checked = check(account, &files, &mut text)?;
        faults += checked.faults;
        unproved += checked.unproved;
        proved_files.extend(checked.proved_files);
    }
    for (position, file) in (0..).zip(&files) {
        if file.completeness == Completeness::Partial && !proved_files.contains(&position) {
            faults += 1;
            let _ = writeln!(text, "  x {} could not be read whole: lines may be missing", file.name);
        }
    }
    let files = counted(files.len(), "file", "files");
    let verdict = match (faults, unproved) {
        (0, 0) => "everything proves".to_owned(),
        (0, some) => format!("nothing is off, but {some} of the statements cannot be proved"),
        (1, _) => "1 thing is off".to_owned(),
        (some, _) => format!("{some} things are off"),
    };
    let unusable = match refused {
        0 => String::new(),
        some => format!(", {} cannot be used", counted(some, "file", "files")),
    };
    let _ = writeln!(text, "{files}: {verdict}{unusable}");
    output::print(&text)?;
    Ok(match (refused, faults) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::NotTiedOut,
        _ => Exit::Unusable,
    })
}

/// What one account's statements came to.
struct Checked {
    /// How many things are off.
    faults: usize,
    /// Statements without the balances that would prove them.
    unproved: u64,
    /// Files, by position, all of whose statements prove.
    proved_files: BTreeSet<u32>,
}

/// Writes what one account's statements prove.
fn check(account: BankAccount, files: &[SourceFile], text: &mut String) -> Result<Checked> {
    let currency = account.currency.unwrap_or(Currency::UNKNOWN);
    let digits = currency.minor_digits();
    let id = if account.id.is_empty() {
        "account without number"
    } else {
        &account.id
    };
    let shown = account
        .currency
        .map_or_else(String::new, |currency| format!(" in {currency}"));
    let _ = writeln!(text, "{id}{shown}");
    let Joined {
        chain,
        counted_once,
        notes,
        ..
    } = join(account.bank, files)?;
    let proves = |statement: &Statement| statement.proof == StatementProof::Exact;
    let mut proved_files: BTreeSet<u32> = chain.statements.iter().map(|statement| statement.file).collect();
    for statement in chain.statements.iter().filter(|statement| !proves(statement)) {
        proved_files.remove(&statement.file);
    }
    let mut checked = Checked {
        faults: 0,
        unproved: 0,
        proved_files,
    };
    for statement in &chain.statements {
        let (words, off) = judge(statement, digits);
        checked.faults += usize::from(off);
        checked.unproved += u64::from(statement.proof == StatementProof::NotPossible);
        let days = statement.days.map_or_else(
            || "no dates".to_owned(),
            |days| format!("{} to {}", days.first(), days.last()),
        );
        let lines = statement.lines.len();
        let file = files
            .get(usize::try_from(statement.file)?)
            .map_or("", |file| file.name.as_str());
        let name = if statement.name == file {
            file.to_owned()
        } else {
            format!("{} ({file})", statement.name)
        };
        let _ = writeln!(
            text,
            "  {} {days}  {lines:>6} lines  {words}  {name}",
            if off { "x" } else { "." }
        );
    }
    for found in &chain.breaks {
        checked.faults += 1;
        let amount = grouped(found.amount, digits);
        let (before, after) = (
            name_at(&chain.statements, found.before),
            name_at(&chain.statements, found.after),
        );
        let _ = writeln!(
            text,
            "  x {}: {after} opens {amount} off the closing of {before}",
            found.date
        );
    }
    for gap in &chain.gaps {
        checked.faults += 1;
        let (before, after) = (
            name_at(&chain.statements, gap.before),
            name_at(&chain.statements, gap.after),
        );
        let missing = match gap.missing {
            Missing::Days(first, last) => format!("the days from {first} to {last}"),
            Missing::Numbers(first, last) if first == last => format!("number {first}"),
            Missing::Numbers(first, last) => format!("numbers {first} to {last}"),
        };
        let _ = writeln!(text, "  x missing between {before} and {after}: {missing}");
    }
    if counted_once > 0 {
        let _ = writeln!(
            text,
            "  {counted_once} lines stand in several statements and count once"
        );
    }
    for note in notes {
        let _ = writeln!(text, "  {}", note.text);
    }
    Ok(checked)
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What a statement proves, in words, and whether something is off.
fn judge(statement: &Statement, digits: u8) -> (String, bool) {
    if let ChainPlace::Contradicts(by) = statement.place {
        return (
            format!("contradicts another statement by {}", grouped(by, digits)),
            true,
        );
    }
    match statement.proof {
        StatementProof::Exact => ("proved".to_owned(), false),
        StatementProof::NotPossible => ("not provable: a balance is missing".to_owned(), false),
        StatementProof::Off(by) => (
            format!("off by {}: opening + lines is not closing", grouped(by, digits)),
            true,
        ),
    }
}

fn name_at(statements: &[Statement], position: u32) -> &str {
    let place = usize::try_from(position).ok();
    place
        .and_then(|place| statements.get(place))
        .map_or("a statement", |statement| statement.name.as_str())
}
