//! `tieout reconcile --pair …`: several accounts in one run, and what moves between them.
//!
//! Each account is reconciled exactly as it would be alone; then transfers between them are looked for, said in both
//! results, and proposed once.

use super::adjustments;
use super::reconcile::{self, Proving, Reconciled};
use crate::cli::{Pair, ReconcileArgs};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, clock, output};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tieout_books::Layout;
use tieout_core::Date;
use tieout_match::transfers::{OwnAccount, Transfer, TransferKind, transfers};
use tieout_match::{Action, Group, ItemIndex};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::Verdict;
use tieout_reconcile::transfers::{Written, propose};
use tieout_report::{Ink, Report, terminal};

/// One account of the run.
struct Account {
    /// As the user paired it.
    name: String,
    args: ReconcileArgs,
}

/// Reconciles every pair, writes the files of each, prints the summary of each and what they come to together.
pub(crate) fn run(args: &ReconcileArgs, colour: bool) -> Result<Exit> {
    let accounts = accounts(args)?;
    let progress = ProgressLine::begin(if args.quiet { Audience::Nobody } else { Audience::Person });
    let reconciled: Result<Vec<Reconciled>> = accounts
        .iter()
        .map(|account| {
            reconcile::refuse_overwriting(&account.args, &[])?;
            reconcile::reconcile(&account.args.case, Proving::of(&account.args), &progress)
                .with_context(|| account.name.clone())
        })
        .collect();
    progress.end();
    let mut reconciled = reconciled?;
    refuse_shared(&accounts, &reconciled)?;
    let found = between(&reconciled);
    let written = written(&reconciled);
    let mut results: Vec<&mut Reconciliation> = reconciled.iter_mut().map(|one| &mut one.result).collect();
    let elsewhere = propose(&mut results, &found, written).context("this is a bug in tieout, please report it")?;
    let opened = open_once(&accounts, &mut reconciled, &elsewhere)?;
    for ((account, one), elsewhere) in accounts.iter().zip(&reconciled).zip(&elsewhere) {
        show(account, one, elsewhere, colour)?;
    }
    if !args.quiet {
        output::print(&format!("{}{opened}", total(&accounts, &reconciled, &found)))?;
    }
    let all_tied = reconciled.iter().all(|one| one.result.verdict == Verdict::TiedOut);
    Ok(if all_tied { Exit::Success } else { Exit::NotTiedOut })
}

/// The arguments of each account's own run.
fn accounts(args: &ReconcileArgs) -> Result<Vec<Account>> {
    let outputs = [&args.report, &args.json, &args.adjustments];
    if outputs.into_iter().flatten().any(|path| path == Path::new("-")) {
        bail!("standard output (`-`) can take the files of one account only; name a file, and each account gets one");
    }
    let named = |pair: &Pair| files_named(&args.case.statement, &pair.statement);
    // A file that is paired by its name is of that account alone, also if it names none itself.
    let paired: BTreeSet<PathBuf> = args.pair.iter().flat_map(named).collect();
    let others = args.case.statement.iter().filter(|file| !paired.contains(*file));
    let others: Vec<PathBuf> = others.cloned().collect();
    let mut accounts: Vec<Account> = Vec::new();
    let mut slugs = BTreeSet::new();
    for pair in &args.pair {
        let files = named(pair);
        let known = accounts
            .iter_mut()
            .find(|account| account.args.case.account.as_ref() == Some(&pair.books));
        if let Some(known) = known {
            if files.is_empty() || known.args.case.bank_account.is_some() {
                bail!("{} is paired twice; several statement files of it can be", pair.books);
            }
            known.args.case.statement.extend(files);
            continue;
        }
        let mut own = args.clone();
        own.pair.clear();
        own.case.account = Some(pair.books.clone());
        if files.is_empty() {
            if others.is_empty() {
                bail!(
                    "no statement file is left for {}: all of them are paired by their names; correct the name, or add its file",
                    pair.statement
                );
            }
            own.case.bank_account = Some(pair.statement.clone());
            own.case.statement.clone_from(&others);
        } else {
            own.case.statement = files;
        }
        let slug = slug(&pair.books, &mut slugs);
        for path in [&mut own.report, &mut own.json, &mut own.adjustments] {
            *path = path.as_deref().map(|path| of_account(path, &slug));
        }
        own.csv = own.csv.map(|folder| folder.join(&slug));
        accounts.push(Account {
            name: format!("{}={}", pair.statement, pair.books),
            args: own,
        });
    }
    Ok(accounts)
}

/// The statement files of this path or name.
fn files_named(files: &[PathBuf], wanted: &str) -> Vec<PathBuf> {
    let is_wanted = |file: &&PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy());
        file.as_path() == Path::new(wanted) || name.is_some_and(|name| name == wanted)
    };
    files.iter().filter(is_wanted).cloned().collect()
}

/// A piece of a file's name for an account: letters and digits of its name.
fn slug(name: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let base = if words.is_empty() {
        String::from("account")
    } else {
        words.join("-")
    };
    let numbered = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}-{number}")));
    let free = numbered.into_iter().find(|slug| !taken.contains(slug)).unwrap_or(base);
    taken.insert(free.clone());
    free
}

/// `out/report.html` of an account: `out/report.assets-savings.html`.
fn of_account(path: &Path, slug: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push(".");
    name.push(slug);
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// Two pairs may not lead to one account: what it holds would be counted twice, and be a transfer to itself.
fn refuse_shared(accounts: &[Account], reconciled: &[Reconciled]) -> Result<()> {
    for (place, (account, one)) in accounts.iter().zip(reconciled).enumerate() {
        reconcile::refuse_overwriting(&account.args, &one.included)?;
        let own = &one.result.identification.account;
        for (other, its) in accounts.iter().zip(reconciled).take(place) {
            let known = &its.result.identification.account;
            let same_bank = !own.bank.is_empty() && own.bank == known.bank && own.currency == known.currency;
            let same_files = own.bank.is_empty() && account.args.case.statement == other.args.case.statement;
            if same_bank || same_files && known.bank.is_empty() {
                bail!("{} and {} are one bank account", other.name, account.name);
            }
            if own.books == known.books && own.currency == known.currency {
                bail!("{} and {} are one account of the books", other.name, account.name);
            }
        }
    }
    Ok(())
}

/// The transfers between the accounts.
fn between(reconciled: &[Reconciled]) -> Vec<Transfer> {
    let names: Vec<[String; 2]> = reconciled
        .iter()
        .map(|one| {
            let account = &one.result.identification.account;
            [account.bank.clone(), account.books.clone()]
        })
        .collect();
    let accounts: Vec<OwnAccount<'_>> = reconciled
        .iter()
        .zip(&names)
        .map(|(one, names)| OwnAccount {
            input: &one.result.input,
            groups: &one.result.groups,
            settings: &one.result.identification.settings,
            currency: one.result.identification.account.currency,
            names,
        })
        .collect();
    transfers(&accounts)
}

/// Journals write whole transactions; nothing else does so for certain.
fn written(reconciled: &[Reconciled]) -> Written {
    let is_journal = |one: &Reconciled| matches!(one.books.layout, Some(Layout::Beancount(_) | Layout::Hledger(_)));
    if reconciled.iter().all(is_journal) {
        Written::Once
    } else {
        Written::ByAccount
    }
}

/// Lets an account that several of the files would open be opened by the first of them alone, on the day on which any of
/// them uses it first. Says which file that is.
fn open_once(accounts: &[Account], reconciled: &mut [Reconciled], elsewhere: &[BTreeSet<ItemIndex>]) -> Result<String> {
    let mut opened: BTreeMap<String, (usize, Date, usize)> = BTreeMap::new();
    let asked = accounts.iter().zip(reconciled.iter()).zip(elsewhere).enumerate();
    for (place, ((account, one), elsewhere)) in asked {
        if account.args.adjustments.is_none() {
            continue;
        }
        for (name, day) in adjustments::opens(&one.result, &one.books, elsewhere)? {
            let (_, first, files) = opened.entry(name).or_insert((place, day, 0));
            *first = day.min(*first);
            *files += 1;
        }
    }
    let mut text = String::new();
    for (name, (opener, day, _)) in opened.iter().filter(|(_, (_, _, files))| *files > 1) {
        for (place, one) in reconciled.iter_mut().enumerate() {
            if let Some(layout) = &mut one.books.layout {
                layout.open_on(name, (place == *opener).then_some(*day));
            }
        }
        let file = accounts
            .get(*opener)
            .and_then(|account| account.args.adjustments.as_deref());
        let file = file.unwrap_or_else(|| Path::new("")).display();
        let _ = writeln!(
            text,
            "Several files book on {name}; {file} opens it, so append that one with the others"
        );
    }
    Ok(text)
}

/// Writes the files of one account and prints its summary.
fn show(account: &Account, one: &Reconciled, elsewhere: &BTreeSet<ItemIndex>, colour: bool) -> Result<()> {
    let generated_at = clock::now();
    let explainer = one.explainer();
    let explain = |group: &Group| reconcile::explained(explainer.as_ref(), group);
    let report = Report::new(&one.result, &one.problems, &generated_at).explained(&explain);
    let written = reconcile::write_files(&account.args, &report, one, elsewhere)?;
    if !account.args.quiet {
        let ink = if colour { Ink::Coloured } else { Ink::Plain };
        output::print(&format!("{}\n", terminal(&report, &written, ink)))?;
    }
    Ok(())
}

/// What the accounts come to together.
fn total(accounts: &[Account], reconciled: &[Reconciled], found: &[Transfer]) -> String {
    let count = |wanted: &dyn Fn(&&Transfer) -> bool| found.iter().filter(wanted).count();
    let tied = reconciled
        .iter()
        .filter(|one| one.result.verdict == Verdict::TiedOut)
        .count();
    let mut text = format!("ALL ACCOUNTS: {tied} of {} tied out\n", reconciled.len());
    for (account, one) in accounts.iter().zip(reconciled) {
        let difference = one.result.figures.difference;
        let currency = one.result.identification.account.currency;
        let amount = tieout_core::money::grouped(difference, currency.minor_digits());
        let _ = writeln!(text, "  {}: difference {amount} {currency}", account.name);
    }
    let stands = |transfer: &&Transfer| transfer.held_back.is_none();
    let of_kind = |kind| count(&|transfer| stands(transfer) && transfer.kind == kind);
    let lines = [
        (of_kind(TransferKind::Complete), "booked and arrived"),
        (
            of_kind(TransferKind::Unrecorded),
            "in the books on neither side: proposed once",
        ),
        (
            of_kind(TransferKind::BookedOnce),
            "booked on one side only: correct the booking",
        ),
        (of_kind(TransferKind::InTransit), "on the way"),
        (of_kind(TransferKind::Outstanding), "booked, and at neither bank yet"),
        (
            count(&|transfer| transfer.held_back.is_some() && transfer.kind.action() != Action::Wait),
            "possible: a person must say (see the notes of the accounts)",
        ),
    ];
    let told: Vec<_> = lines.into_iter().filter(|(number, _)| *number > 0).collect();
    if !told.is_empty() {
        text.push_str("Transfers between them\n");
    }
    for (number, what) in told {
        let _ = writeln!(text, "  {number} {what}");
    }
    text
}
