//! `tieout statement check`: every balance proved, every statement followed by the next.

use crate::cli::{ReadingArgs, StatementSign};
use crate::commands::statement_folder::{self, OfFile};
use crate::load::{BankAccount, BankFiles, has_turned_signs, load_statements, merge_accounts};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use tieout_core::Currency;
use tieout_core::money::grouped;
use tieout_core::problem::{Code, Problem, Severity};
use tieout_reconcile::join::{Joined, join};
use tieout_reconcile::result::{ChainPlace, Missing, Statement, StatementProof};
use tieout_reconcile::statements::{Completeness, SourceFile};
use tieout_report::FileProblem;

/// How many notices of one file are printed.
const SHOWN_PROBLEMS: usize = 20;

/// Checks the files, account by account; of folders also file by file.
pub(crate) fn run(paths: &[PathBuf], args: &ReadingArgs) -> Result<Exit> {
    let options = inputs::read_options(args)?;
    let named = statement_folder::files(paths)?;
    let progress = ProgressLine::begin(Audience::Person);
    let loaded = load_statements(&named.paths, &options, StatementSign::AsPrinted, &progress);
    progress.end();
    let BankFiles {
        mut files,
        accounts,
        problems,
        papers,
        zeros,
    } = loaded?;
    for (file, label) in files.iter_mut().zip(&named.labels) {
        file.name.clone_from(label);
    }
    let mut text = String::new();
    if !named.has_folder {
        tell_problems(&files, &problems, &mut text);
    }
    let mut of_files = vec![OfFile::default(); files.len()];
    let mut checked = Checked::default();
    let accounts = merge_accounts(accounts, &files)?;
    let nameless = apart(&accounts);
    for account in accounts {
        check(account, &files, &mut of_files, &mut checked, &mut text)?;
    }
    tell_apart(nameless, &mut text);
    note_missing_parts(&problems, &papers, &mut of_files);
    for (file, of_file) in files.iter().zip(&of_files) {
        let mixes = of_file.is_in_doubt && file.completeness == Completeness::Whole;
        checked.faults += usize::from(mixes);
        if file.completeness.is_partial() && !of_file.proves() {
            checked.faults += 1;
            if !named.has_folder {
                let _ = writeln!(text, "  x {} could not be read whole: lines may be missing", file.name);
            }
        }
    }
    if named.has_folder {
        text.push('\n');
        for ((position, file), of_file) in (0..).zip(&files).zip(&of_files) {
            let line = statement_folder::line(file, *of_file, of_file_at(&problems, position));
            let _ = writeln!(text, "{line}");
        }
    }
    for own in &named.own {
        let _ = writeln!(text, "skipped  {own}: a report or result of tieout, not a statement");
    }
    match zeros {
        0 => {}
        1 => text.push_str("1 line of zero moves nothing and is not counted\n"),
        some => {
            let _ = writeln!(text, "{some} lines of zero move nothing and are not counted");
        }
    }
    let exit = conclude(&files, (&of_files, &problems), &checked, &mut text);
    output::print(&text)?;
    Ok(exit)
}

/// Counts the errors of files that gave statements nevertheless, and notes which files end too early, lack pages or mix
/// currencies. Pages of a feed may be in the other files; those of a paper are not.
fn note_missing_parts(problems: &[FileProblem], papers: &BTreeSet<u32>, of_files: &mut [OfFile]) {
    let is_alone = of_files.len() == 1;
    for found in problems {
        let Ok(position) = usize::try_from(found.file) else {
            continue;
        };
        if let Some(of_file) = of_files.get_mut(position) {
            let lacks_pages = found.problem.code == Code::PageGap && (is_alone || papers.contains(&found.file));
            of_file.refused_parts += usize::from(found.problem.severity() == Severity::Error);
            of_file.is_in_doubt |= lacks_pages || matches!(found.problem.code, Code::Incomplete | Code::MixedCurrency);
        }
    }
}

/// How many series of statements without a number there are in the currency of another.
fn apart(accounts: &[BankAccount]) -> usize {
    let mut of_currency: BTreeMap<Option<Currency>, usize> = BTreeMap::new();
    for account in accounts.iter().filter(|account| account.id.is_empty()) {
        *of_currency.entry(account.currency).or_default() += 1;
    }
    of_currency.values().filter(|count| **count > 1).sum()
}

/// Says what was not chained, as nothing says that it is of one account.
fn tell_apart(nameless: usize, text: &mut String) {
    if nameless > 1 {
        let _ = writeln!(
            text,
            "not compared with each other: {nameless} series of statements name no account, and neither their balances nor \
             the names of their files say that they are of one"
        );
    }
}

fn of_file_at(problems: &[FileProblem], position: u32) -> impl Iterator<Item = &Problem> {
    let of_file = problems.iter().filter(move |found| found.file == position);
    of_file.map(|found| &found.problem)
}

/// Lists what is wrong with each file.
fn tell_problems(files: &[SourceFile], problems: &[FileProblem], text: &mut String) {
    for (position, file) in (0..).zip(files) {
        for problem in of_file_at(problems, position)
            .filter(|problem| problem.severity() > Severity::Notice)
            .take(SHOWN_PROBLEMS)
        {
            let _ = writeln!(text, "{}: {problem}", file.name);
        }
    }
}

/// Whether all that is wrong with a file is that nothing happened in its period. What is cut, reads as a header by its marks
/// only, or has rows that were left out may be the rest of something else.
fn is_of_no_movements(problems: &[FileProblem], position: u32) -> bool {
    let is_rest = |problem: &Problem| {
        let loses = problem.severity() == Severity::Warning && problem.code.loses();
        loses || problem.code == Code::Irregular
    };
    if of_file_at(problems, position).any(is_rest) {
        return false;
    }
    let mut errors = of_file_at(problems, position).filter(|problem| problem.severity() == Severity::Error);
    errors.next().is_some_and(|problem| problem.code == Code::NoRows) && errors.next().is_none()
}

/// The last line, and the exit code.
fn conclude(
    files: &[SourceFile],
    (of_files, problems): (&[OfFile], &[FileProblem]),
    checked: &Checked,
    text: &mut String,
) -> Exit {
    let is_refused = |file: &SourceFile| file.completeness == Completeness::Refused;
    let unread = || (0..).zip(files).filter(|(_, file)| is_refused(file));
    let refused = unread()
        .filter(|(position, _)| !is_of_no_movements(problems, *position))
        .count();
    let of_others = files.iter().zip(of_files).filter(|(file, _)| !is_refused(file));
    let parts: usize = of_others.map(|(_, of_file)| of_file.refused_parts).sum();
    let nothing_read = unread().count() == files.len();
    let files = counted(files.len(), "file", "files");
    let verdict = match (checked.faults, checked.unproved) {
        (0, 0) if nothing_read => "there is nothing to prove".to_owned(),
        (0, 0) => "everything proves".to_owned(),
        (0, some) => format!("nothing is off, but {some} of the statements cannot be proved"),
        (1, _) => "1 thing is off".to_owned(),
        (some, _) => format!("{some} things are off"),
    };
    let part = || counted(parts, "part of a file", "parts of files");
    let unusable = match (refused, parts) {
        (0, 0) => String::new(),
        (0, _) => format!(", {} cannot be used", part()),
        (some, 0) => format!(", {} cannot be used", counted(some, "file", "files")),
        (some, _) => format!(", {} and {} cannot be used", counted(some, "file", "files"), part()),
    };
    let _ = writeln!(text, "{files}: {verdict}{unusable}");
    match (refused + parts, checked.faults) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::NotTiedOut,
        _ => Exit::Unusable,
    }
}

/// What the statements of all accounts came to.
#[derive(Default)]
struct Checked {
    /// How many things are off.
    faults: usize,
    /// Statements without the balances that would prove them.
    unproved: u64,
}

/// Writes what one account's statements prove.
fn check(
    account: BankAccount,
    files: &[SourceFile],
    of_files: &mut [OfFile],
    checked: &mut Checked,
    text: &mut String,
) -> Result<()> {
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
    if has_turned_signs(&account.bank.lines) {
        text.push_str("  a card that prints its charges as positive: reconcile it with --statement-sign inverted\n");
    }
    let Joined { chain, notes, .. } = join(account.bank, files)?;
    for statement in &chain.statements {
        let (words, off) = judge(statement, digits);
        checked.faults += usize::from(off);
        checked.unproved += u64::from(statement.proof == StatementProof::NotPossible);
        if let Some(of_file) = of_files.get_mut(usize::try_from(statement.file)?) {
            of_file.statements += 1;
            of_file.off += usize::from(off);
            of_file.proved += usize::from(!off && statement.proof == StatementProof::Exact);
        }
        let days = statement.days.map_or_else(
            || "no dates".to_owned(),
            |days| format!("{} to {}", days.first(), days.last()),
        );
        let lines = statement.lines.len();
        let file = files
            .get(usize::try_from(statement.file)?)
            .map_or("", |file| file.name.as_str());
        let name = if statement.name.contains(file) {
            statement.name.clone()
        } else {
            format!("{} ({file})", statement.name)
        };
        let _ = writeln!(
            text,
            "  {} {days}  {lines:>6} {}  {words}  {name}",
            if off { "x" } else { "." },
            if lines == 1 { "line " } else { "lines" }
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
    for note in notes {
        let _ = writeln!(text, "  {}", note.text);
    }
    Ok(())
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
