//! Statement files into columns, one set for each bank account found.

use super::corrected::{Corrected, Corrects};
use super::mistaken::books_as_statement;
use super::{append, completeness, fingerprint, is_of_unread_member, minor};
use crate::cli::StatementSign;
use crate::inputs;
use crate::progress::ProgressLine;
use anyhow::{Context, Result, bail};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use tieout_books::check_number_in;
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Currency, Date, Decimal};
use tieout_formats::{
    Account, AccountKind, Balance, Child, Line, Outcome, Proof, ReadOptions, Sink, Statement, Status,
};
use tieout_match::{ItemIndex, NewItem};
use tieout_reconcile::statements::{
    BalanceBreak, Bank, BankStatement, Completeness, FileRole, PrintedBalance, SourceFile,
};
use tieout_report::FileProblem;

/// All statement files of a run.
pub(crate) struct BankFiles {
    /// The files.
    pub(crate) files: Vec<SourceFile>,
    /// The accounts, by id and currency.
    pub(crate) accounts: Vec<BankAccount>,
    /// Everything that is not as it should be.
    pub(crate) problems: Vec<FileProblem>,
    /// Those of the files that are paper, by position.
    pub(crate) papers: BTreeSet<u32>,
    /// Booked lines of zero, which move nothing and are no lines of an account here.
    pub(crate) zeros: u64,
}

impl BankFiles {
    /// Why no file can be used: a sentence for each of them. `None` if one can be: what is good in a heap of files is
    /// reconciled, and the verdict names the others. `paths` are those that the files were read from.
    pub(crate) fn refusal(&self, paths: &[PathBuf]) -> Option<String> {
        if self.files.iter().any(|file| file.completeness != Completeness::Refused) {
            return None;
        }
        let why = |((position, file), path): ((u32, &SourceFile), &PathBuf)| {
            if let Some(mistaken) = books_as_statement(path) {
                return Some(mistaken);
            }
            let of_file = self
                .problems
                .iter()
                .filter(|found| found.file == position)
                .map(|found| &found.problem);
            let problem = of_file.max_by_key(|problem| (problem.severity(), Reverse(problem.place.line)))?;
            Some(format!("{}: {problem}", file.name))
        };
        let sentences: Vec<String> = (0..).zip(&self.files).zip(paths).filter_map(why).collect();
        Some(sentences.join("\n"))
    }
}

/// One bank account with the statements of all files.
pub(crate) struct BankAccount {
    /// Normalised id; empty if no file says.
    pub(crate) id: String,
    /// Currency; `None` if no file says.
    pub(crate) currency: Option<Currency>,
    /// A statement says that it is of a card or a loan.
    pub(crate) owed: bool,
    /// Its statements and lines.
    pub(crate) bank: Bank,
}

/// Reads statement files in the order given.
///
/// # Errors
/// A file that cannot be opened or read; too many lines. What is wrong with the content becomes a problem.
pub(crate) fn load_statements(
    paths: &[PathBuf],
    options: &ReadOptions,
    sign: StatementSign,
    progress: &ProgressLine,
) -> Result<BankFiles> {
    let mut loaded = BankFiles {
        files: Vec::new(),
        accounts: Vec::new(),
        problems: Vec::new(),
        papers: BTreeSet::new(),
        zeros: 0,
    };
    let mut accounts: BTreeMap<(String, String), BankAccount> = BTreeMap::new();
    let mut corrected = Corrected::default();
    for (position, path) in paths.iter().enumerate() {
        let name = inputs::name(path);
        progress.step(&format!("reading {name}"), whole(position), whole(paths.len()));
        let mut input = inputs::open(path)?;
        let (sha256, bytes) = fingerprint(input.as_mut()).with_context(|| format!("in {}", path.display()))?;
        let file = u32::try_from(position).context("too many files")?;
        let mut loader = Loader::new(&mut accounts, file, sign);
        let reading = tieout_formats::read(input.as_mut(), options, &mut loader)
            .with_context(|| format!("cannot read {}", path.display()))?;
        if loader.full {
            bail!("{name}: too many lines for one run; reconcile fewer statements at once");
        }
        loader.put_back();
        corrected.note(file, &reading, std::mem::take(&mut loader.corrections));
        let mut found = std::mem::take(&mut loader.problems);
        if loader.pending > 0 && !reading.problems.iter().any(|problem| problem.code == Code::Pending) {
            let message = format!("{} pending lines are left out", loader.pending);
            found.push(Problem::of_file(Code::Pending, message));
        }
        if loader.zeros > 0 {
            let message = format!("lines of zero move nothing and are not counted: {}", loader.zeros);
            found.push(Problem::of_file(Code::Decided, message));
            loaded.zeros += loader.zeros;
        }
        if reading.is_paper() {
            loaded.papers.insert(file);
        }
        let left_out = loader.left_out;
        let more = reading
            .problems_more
            .iter()
            .map(|(code, count)| Problem::of_file(*code, format!("{count} more like this")));
        let all: Vec<Problem> = reading.problems.iter().cloned().chain(more).chain(found).collect();
        let completeness = if reading.outcome == Outcome::Refused {
            Completeness::Refused
        } else if all.iter().any(|problem| is_of_unread_member(problem.code)) {
            Completeness::Lacking
        } else if left_out {
            Completeness::Partial
        } else {
            completeness(&all)
        };
        loaded
            .problems
            .extend(all.into_iter().map(|problem| FileProblem { file, problem }));
        let format = if reading.dialect.is_empty() {
            reading.format.to_owned()
        } else {
            reading.dialect
        };
        loaded.files.push(SourceFile {
            name,
            role: FileRole::Statement,
            format,
            sha256,
            bytes,
            completeness,
        });
    }
    loaded.accounts = accounts.into_values().collect();
    corrected.apply(&mut loaded)?;
    Ok(loaded)
}

/// Type words of loans at banks, as the files print them, in lower case.
const LOAN_WORDS: &[&str] = &["creditline", "loan", "mortgage", "oth l"];

/// Whether the account is one of what is owed, by what the file says of it.
fn is_owed(account: &Account) -> bool {
    account.kind == AccountKind::Card || LOAN_WORDS.contains(&account.type_word.trim().to_lowercase().as_str())
}

/// Copies lines into the columns of their account.
struct Loader<'a> {
    accounts: &'a mut BTreeMap<(String, String), BankAccount>,
    /// The account of the statement that began last, taken out of the map while its lines come.
    current: Option<((String, String), BankAccount)>,
    file: u32,
    sign: StatementSign,
    /// No file before this one gave an account, so that forgetting this one is forgetting all.
    alone: bool,
    first: ItemIndex,
    currency: Currency,
    scratch: Scratch,
    reversals: Vec<ItemIndex>,
    /// Of the statement before: many banks write the same one into all.
    reference: Arc<str>,
    problems: Vec<Problem>,
    pending: u64,
    zeros: u64,
    /// A booked line was left out.
    left_out: bool,
    full: bool,
    /// What lines of the file say of others, by the others' ids; the last of one id counts.
    corrections: BTreeMap<String, Corrects>,
}

/// Texts of one line on their way into the columns; reused.
#[derive(Default)]
struct Scratch {
    description: String,
    counterparty: String,
    reference: String,
    kind: String,
}

impl<'a> Loader<'a> {
    fn new(accounts: &'a mut BTreeMap<(String, String), BankAccount>, file: u32, sign: StatementSign) -> Self {
        Self {
            alone: accounts.is_empty(),
            accounts,
            current: None,
            file,
            sign,
            first: 0,
            currency: Currency::UNKNOWN,
            scratch: Scratch::default(),
            reversals: Vec::new(),
            reference: Arc::default(),
            problems: Vec::new(),
            pending: 0,
            zeros: 0,
            left_out: false,
            full: false,
            corrections: BTreeMap::new(),
        }
    }

    /// Puts the account of the last statement back to the others.
    fn put_back(&mut self) {
        if let Some((key, account)) = self.current.take() {
            self.accounts.insert(key, account);
        }
    }

    /// An amount or a balance in minor units, its sign turned if the user says so.
    fn minor(&self, amount: Decimal) -> Result<i64, String> {
        let meant = match self.sign {
            StatementSign::AsPrinted => amount,
            StatementSign::Inverted => -amount,
        };
        minor(meant, self.currency)
    }

    /// A balance that the bank printed. One that is no amount of the currency proves nothing, and is told.
    fn printed(&mut self, balance: &Balance) -> Option<PrintedBalance> {
        if !balance.is_printed() {
            return None;
        }
        match self.minor(balance.amount) {
            Ok(amount) => Some(PrintedBalance {
                amount,
                date: balance.date,
            }),
            Err(why) => {
                let day = balance.date.map_or_else(String::new, |day| format!(" of {day}"));
                let message = format!("the balance{day} was not used: {why}");
                self.leave_out(Problem::of_file(Code::BadAmount, message));
                None
            }
        }
    }

    /// A booked line does not come to the others, for this reason.
    fn leave_out(&mut self, problem: Problem) {
        self.left_out = true;
        self.problems.push(problem);
    }

    /// Keeps what the line says of another. Where it stands itself is known once it is among the others.
    fn correct(&mut self, line: &Line) {
        let Some((account, _)) = self.current.as_ref() else {
            return;
        };
        if line.ids.corrects.is_empty() {
            return;
        }
        let corrects = Corrects {
            account: account.clone(),
            line: line.source_line,
            by: None,
        };
        self.corrections.insert(line.ids.corrects.clone(), corrects);
    }

    /// The amounts of a batch, if all are printed in the statement's currency.
    fn parts(&self, line: &Line) -> Vec<i64> {
        let part = |child: &Child| {
            let amount = child.amount.filter(|_| child.currency.is_none())?;
            self.minor(amount).ok()
        };
        let parts: Option<Vec<i64>> = line.children.iter().map(part).collect();
        parts.unwrap_or_default()
    }

    fn push(&mut self, line: &Line, date: Date, amount: i64) {
        let parts = self.parts(line);
        let Some((_, account)) = self.current.as_mut() else {
            return;
        };
        self.scratch.fill(line);
        let ids = &line.ids;
        // Many banks print the number of a check in the text only.
        let check_number = if line.check_number.is_empty() && amount < 0 {
            check_number_in(&self.scratch.description).unwrap_or_default()
        } else {
            &line.check_number
        };
        let item = NewItem {
            account: 0,
            date,
            value_date: line.value_date,
            amount,
            open_item: false,
            id: if ids.bank_id.is_empty() {
                &ids.entry_ref
            } else {
                &ids.bank_id
            },
            description: &self.scratch.description,
            counterparty: &self.scratch.counterparty,
            reference: &self.scratch.reference,
            check_number,
            kind: &self.scratch.kind,
        };
        match account.bank.lines.push(&item) {
            Ok(index) => {
                account.bank.lines.itemise(index, &parts);
                let number = u32::try_from(line.source_line).unwrap_or(0);
                account.bank.line_numbers.push(number);
                if line.reversal {
                    self.reversals.push(index);
                }
                if let Some(corrects) = self.corrections.get_mut(&line.ids.corrects) {
                    corrects.by = Some(index);
                }
            }
            Err(_) => self.full = true,
        }
    }
}

impl Scratch {
    fn fill(&mut self, line: &Line) {
        for text in [
            &mut self.description,
            &mut self.counterparty,
            &mut self.reference,
            &mut self.kind,
        ] {
            text.clear();
        }
        append(&mut self.description, &line.text);
        append(&mut self.counterparty, &line.counterparty.name);
        append(&mut self.counterparty, &line.counterparty.ultimate_name);
        for reference in [
            &line.structured_reference,
            &line.ids.customer_ref,
            &line.ids.end_to_end,
            &line.ids.instruction,
            &line.ids.mandate,
        ] {
            append(&mut self.reference, reference);
        }
        for child in &line.children {
            // The parts of a batch name its entries: their references and names help to find the group.
            for text in [&child.reference, &child.name, &child.text] {
                append(&mut self.description, text);
            }
        }
        append(&mut self.kind, &line.type_code.code);
        append(&mut self.kind, &line.type_code.proprietary);
    }
}

impl Sink for Loader<'_> {
    fn forget(&mut self) -> bool {
        if self.alone {
            self.accounts.clear();
            self.current = None;
            self.problems.clear();
            self.reversals.clear();
            self.pending = 0;
            self.zeros = 0;
            self.left_out = false;
            self.corrections.clear();
        }
        self.alone
    }

    fn begin(&mut self, statement: &Statement) {
        self.put_back();
        self.currency = statement.currency.unwrap_or(Currency::UNKNOWN);
        let code = statement
            .currency
            .map_or_else(String::new, |currency| currency.code().to_owned());
        let id = statement.account.number().to_owned();
        let key = (id.clone(), code);
        let mut account = self.accounts.remove(&key).unwrap_or_else(|| BankAccount {
            id,
            currency: statement.currency,
            owed: false,
            bank: Bank::default(),
        });
        account.owed |= is_owed(&statement.account);
        self.first = ItemIndex::try_from(account.bank.lines.len()).unwrap_or(ItemIndex::MAX);
        self.current = Some((key, account));
        self.reversals.clear();
    }

    fn line(&mut self, line: &Line) {
        match line.status {
            Status::Booked => {}
            Status::Pending => {
                self.pending += 1;
                return;
            }
            Status::Info => {
                self.correct(line);
                return;
            }
        }
        self.correct(line);
        let place = || Place::line(line.source_line);
        let other = line
            .currency
            .filter(|currency| *currency != self.currency && self.currency != Currency::UNKNOWN);
        if let Some(other) = other {
            let message = format!(
                "a line of {} {other} was left out of a statement in {}",
                line.amount, self.currency
            );
            self.leave_out(Problem::new(Code::MixedCurrency, place(), message));
            return;
        }
        // Readers give every booked line a day; a sink that is fed otherwise may not.
        let Some(date) = line.booking_date.or(line.value_date) else {
            let message = format!("a line of {} without a date was left out", line.amount);
            self.leave_out(Problem::new(Code::BadDate, place(), message));
            return;
        };
        match self.minor(line.amount) {
            Ok(amount) => {
                // A line of zero moves nothing: there is nothing to reconcile.
                if amount == 0 {
                    self.zeros += 1;
                } else {
                    self.push(line, date, amount);
                }
            }
            Err(why) => {
                let message = format!("{why}; the line was left out");
                self.leave_out(Problem::new(Code::BadAmount, place(), message));
            }
        }
    }

    fn end(&mut self, statement: &Statement) {
        let flipped = std::mem::take(&mut self.reversals);
        // Two balances that prove nothing may not do so here: an opening that is only the balance beside a line goes, or
        // else the closing. What goes is what the other and the lines come to.
        let unproved = statement.proof == Proof::NotPossible;
        let stands = |opening: &&Balance| !(unproved && opening.derived && statement.closing.is_some());
        let opening = statement.opening.as_ref().filter(stands);
        let opening = opening.and_then(|opening| self.printed(opening));
        let closing = statement.closing.as_ref().filter(|_| !unproved || opening.is_none());
        let closing = closing.and_then(|closing| self.printed(closing));
        let breaks = statement.balance_breaks.iter().filter_map(|found| {
            let amount = self.minor(found.off).ok()?;
            let date = found.date;
            Some(BalanceBreak { date, amount })
        });
        let breaks = breaks.collect();
        if *self.reference != *statement.reference {
            self.reference = statement.reference.as_str().into();
        }
        if let Some((_, account)) = self.current.as_mut() {
            let bank = &mut account.bank;
            let last = ItemIndex::try_from(bank.lines.len()).unwrap_or(ItemIndex::MAX);
            if statement.reversals_flipped {
                for index in flipped {
                    bank.lines.turn(index);
                }
            }
            bank.statements.push(BankStatement {
                file: self.file,
                reference: Arc::clone(&self.reference),
                number: statement.number.clone(),
                period: statement.period,
                opening,
                closing,
                is_notification: statement.message.starts_with("camt.054"),
                breaks,
                lines: self.first..last,
            });
        }
        self.put_back();
    }
}

fn whole(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
