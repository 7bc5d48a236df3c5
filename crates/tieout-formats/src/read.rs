//! How a file goes through: recognise the format by content, let its reader emit statements and lines, keep totals,
//! prove balances, keep the number of problems bounded.

use crate::covered::Covered;
use crate::foreign;
use crate::limits;
use crate::model::{Line, Proof, Statement};
use crate::prove::{Prover, loses_a_line, withdraw};
use crate::undated::{Placed, Undated};
use crate::zip;
use std::collections::BTreeMap;
use std::io;
use tieout_core::Currency;
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, Severity, excerpt};
use tieout_tables::DateOrder;
use tieout_tables::mapping::Mapping;

/// Problems said last among which that of a line is looked for.
const RECENT_PROBLEMS: usize = 8;

/// A reader of one kind of statement file.
pub trait Format: Sync {
    /// Short name, lower case: `ofx`, `camt`, `mt940`, `qif`, `csv`.
    fn name(&self) -> &'static str;

    /// Whether a file that begins like this is of this kind. `head` is the first
    /// [`HEAD_BYTES`](tieout_core::encoding::HEAD_BYTES), UTF-16 already turned into UTF-8, without byte order mark.
    fn recognise(&self, head: &[u8]) -> bool;

    /// Reads the input from its start (use [`encoding::open`]) and emits what it finds. A file that is of this kind but
    /// holds no statement gives a problem of severity error ([`Code::NotAStatement`], [`Code::BankError`] ...).
    ///
    /// # Errors
    /// Only those of the input itself; whatever is wrong with the content is a problem.
    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()>;
}

/// What a person can say about a file that does not say it itself.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Read as this format, whatever the content looks like.
    pub format: Option<String>,
    /// Currency of statements that do not say theirs.
    pub currency: Option<Currency>,
    /// Order of day, month and year where the file leaves it open.
    pub date_order: Option<DateOrder>,
    /// Columns of delimited text.
    pub mapping: Option<Mapping>,
}

/// Receives what is read, in file order: `begin`, its lines, `end`, and the next statement.
pub trait Sink {
    /// A statement begins; what the file said so far is filled (for most formats: account, currency, opening).
    fn begin(&mut self, statement: &Statement) {
        let _ = statement;
    }

    /// A line of the statement that began last. The line is reused: copy what you keep.
    fn line(&mut self, line: &Line);

    /// The statement is complete: balances, totals and proof are final.
    fn end(&mut self, statement: &Statement);

    /// Forgets every statement and line of this file, which is then given again from its start, read otherwise. False
    /// (the default) if that cannot be done. Readers ask before they give anything, and where it can be done they may
    /// begin with what the first rows of a file prove, and need not read it twice.
    fn forget(&mut self) -> bool {
        false
    }
}

/// How reading went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Statements were read, and every line of them.
    Ok,
    /// Statements were read, but some lines could not be (see the problems).
    Partial,
    /// Statements without lines.
    Empty,
    /// Nothing was read; a problem of severity error says why.
    Refused,
}

/// What reading a file came to; statements and lines went to the sink.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Name of the format; empty if none recognised the file.
    pub format: &'static str,
    /// Finer kind, for people: `OFX 1.02 SGML`, `camt.053.001.02`.
    pub dialect: String,
    /// Charset found: `ascii`, `utf-8`, `windows-1252`, `utf-16le` ...
    pub encoding: String,
    /// How it went.
    pub outcome: Outcome,
    /// Number of statements.
    pub statements: usize,
    /// Number of lines, pending ones and such for information included.
    pub lines: u64,
    /// Problems in file order, at most [`limits::MAX_PROBLEMS_PER_CODE`] of each code.
    pub problems: Vec<Problem>,
    /// How many more problems of a code there were.
    pub problems_more: Vec<(Code, u64)>,
}

impl Reading {
    /// Printed on paper: pages that it lacks are in no other file.
    pub fn is_paper(&self) -> bool {
        self.format == "pdf"
    }

    /// The first problem of severity error.
    pub fn refusal(&self) -> Option<&Problem> {
        self.problems.iter().find(|p| p.severity() == Severity::Error)
    }
}

/// What a format writes to while it reads.
pub struct Emitter<'a> {
    sink: &'a mut dyn Sink,
    prover: Prover,
    undated: Undated,
    statements: usize,
    lines: u64,
    bad_lines: bool,
    /// A line or an amount of this file, or of this member of an archive, could not be read.
    lost: bool,
    open: bool,
    problems: Vec<Problem>,
    counts: BTreeMap<Code, u64>,
    dialect: String,
    encoding: String,
    currency: Option<Currency>,
    /// What the statements so far hold.
    covered: Covered,
    /// Names of the archives' members that are being read, the outermost first.
    members: Vec<String>,
}

impl<'a> Emitter<'a> {
    fn new(sink: &'a mut dyn Sink, options: &ReadOptions) -> Self {
        Self {
            sink,
            prover: Prover::default(),
            undated: Undated::default(),
            statements: 0,
            lines: 0,
            bad_lines: false,
            lost: false,
            open: false,
            problems: Vec::new(),
            counts: BTreeMap::new(),
            dialect: String::new(),
            encoding: String::new(),
            currency: options.currency,
            covered: Covered::default(),
            members: Vec::new(),
        }
    }

    /// Accounts and days of the statements so far.
    pub(crate) fn covered(&self) -> &Covered {
        &self.covered
    }

    /// A statement begins. Call once before its lines, with what is known by then.
    pub fn begin(&mut self, statement: &Statement) {
        self.open = true;
        self.statements = self.statements.saturating_add(1);
        self.prover.clear();
        self.undated.begin(statement);
        if statement.currency.is_none() && self.currency.is_some() {
            let mut known = statement.clone();
            known.currency = self.currency;
            self.sink.begin(&known);
        } else {
            self.sink.begin(statement);
        }
    }

    /// A line of the statement that began last. One without a date is given with the day on which it counts.
    pub fn line(&mut self, line: &Line) {
        if self.undated.passes(line) {
            self.give(line);
        } else {
            self.place(line);
        }
    }

    #[inline(never)]
    fn place(&mut self, line: &Line) {
        let mut found = Vec::new();
        let placed = self.undated.place(line, &mut found);
        if self.undated.is_ready() {
            self.give_placed();
        }
        match placed {
            Placed::AsItIs => self.give(line),
            Placed::As(line) => self.give(&line),
            Placed::Waits => {}
        }
        for problem in found {
            self.say_where_it_counts(problem);
        }
    }

    /// Says on which day a line counts: where its reader has just said that it has none, in the same sentence.
    fn say_where_it_counts(&mut self, problem: Problem) {
        let line = problem.place.line;
        let mut before = self.problems.iter_mut().rev().take(RECENT_PROBLEMS);
        let said = before.find(|said| said.code == problem.code && said.place.line == line && line.is_some());
        match said {
            Some(said) => {
                said.message.push_str("; ");
                said.message.push_str(&problem.message);
            }
            None => self.problem(problem),
        }
    }

    /// Gives the lines that waited for a day.
    fn give_placed(&mut self) {
        let mut found = Vec::new();
        for line in self.undated.placed(&mut found) {
            self.give(&line);
        }
        for problem in found {
            self.say_where_it_counts(problem);
        }
    }

    fn give(&mut self, line: &Line) {
        self.lines = self.lines.saturating_add(1);
        self.prover.add(line);
        self.sink.line(line);
    }

    /// The statement is complete. Totals, proof, and what follows from them are filled in here.
    pub fn end(&mut self, mut statement: Statement) {
        self.open = false;
        if statement.currency.is_none() {
            statement.currency = self.currency;
        }
        self.undated.end(&statement);
        self.give_placed();
        let mut found = Vec::new();
        self.prover.finish(&mut statement, &mut found);
        for problem in found {
            self.problem(problem);
        }
        if self.lost {
            withdraw(&mut statement);
        }
        // One sentence of many lines, which no limit of sentences hides.
        if let Some(left) = self.undated.left() {
            let left = self.in_member(left);
            self.problems.push(left);
        }
        if self.undated.unplaced {
            statement.proof = Proof::NotPossible;
        }
        self.covered.add(&statement);
        self.sink.end(&statement);
    }

    /// Begins the file again, with nothing given and nothing said; false if the sink cannot forget. Ask before the first
    /// statement whether it can.
    pub fn restart(&mut self) -> bool {
        // Of an archive, what was given before this member must stay.
        if !self.members.is_empty() || !self.sink.forget() {
            return false;
        }
        self.prover.clear();
        self.undated = Undated::default();
        self.statements = 0;
        self.lines = 0;
        self.bad_lines = false;
        self.lost = false;
        self.open = false;
        self.covered = Covered::default();
        self.problems.clear();
        self.counts.clear();
        true
    }

    /// Something is not as it should be.
    pub fn problem(&mut self, problem: Problem) {
        let problem = self.in_member(problem);
        self.bad_lines |= problem.code == Code::BadLine;
        self.lost |= loses_a_line(problem.code);
        let count = self.counts.entry(problem.code).or_insert(0);
        *count += 1;
        if usize::try_from(*count).is_ok_and(|n| n <= limits::MAX_PROBLEMS_PER_CODE) {
            self.problems.push(problem);
        }
    }

    /// A problem that names the member of an archive in which it is.
    fn in_member(&self, mut problem: Problem) -> Problem {
        if !self.members.is_empty() {
            let within = problem.place.path.map_or_else(String::new, |path| format!(": {path}"));
            problem.place.path = Some(format!("{}{within}", self.members.join("/")));
        }
        problem
    }

    /// As [`Emitter::problem`], from its parts.
    pub fn report(&mut self, code: Code, place: Place, message: impl Into<String>) {
        self.problem(Problem::new(code, place, message));
    }

    /// Reading goes on in a member of an archive, whose name problems will bear, until [`Emitter::leave`].
    pub fn enter(&mut self, member: &str) {
        self.lost = false;
        self.members.push(excerpt(member, 80));
    }

    /// The member was read.
    pub fn leave(&mut self) {
        self.lost = false;
        self.members.pop();
    }

    /// How many archives are being read, one within the other.
    pub fn depth(&self) -> usize {
        self.members.len()
    }

    /// The finer kind that was said last.
    pub(crate) fn said_dialect(&self) -> &str {
        &self.dialect
    }

    /// Whether nothing was given since there were so many statements, nor any error said since there were so many
    /// problems: the reader found nothing to say.
    fn is_silent_since(&self, (statements, errors): (usize, usize)) -> bool {
        (statements, errors) == (self.statements, self.errors())
    }

    fn errors(&self) -> usize {
        self.problems.iter().filter(|p| p.severity() == Severity::Error).count()
    }

    /// The content is of another format than a person said: nothing else is wrong with the file.
    fn blame_the_given_format(&mut self, given: &dyn Format, found: Option<&dyn Format>) {
        let mut errors = self
            .problems
            .iter()
            .filter(|problem| problem.severity() == Severity::Error);
        let knows_why = errors.any(|problem| problem.code != Code::NotAStatement);
        if let Some(found) = found.filter(|found| found.name() != given.name() && !knows_why) {
            self.problems.clear();
            self.counts.clear();
            let (given, found) = (given.name(), found.name());
            let message = format!("this is no {given} but looks like {found}: say --format {found}, or leave it out");
            self.problem(Problem::of_file(Code::UnknownFormat, message));
        }
    }

    /// Whether the statement that began last has not ended.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The currency that a person said of statements that do not say theirs.
    pub fn given_currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Whether a person said the currency of statements that do not say theirs.
    pub fn knows_currency(&self) -> bool {
        self.currency.is_some()
    }

    /// Lines so far; readers stop at [`limits::MAX_LINES`].
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Statements so far.
    pub fn statements(&self) -> usize {
        self.statements
    }

    /// Says the finer kind of the file.
    pub fn dialect(&mut self, dialect: impl Into<String>) {
        self.dialect = dialect.into();
    }

    /// Says the charset, from the decoder that read the values; reports bytes of no character.
    pub fn encoding(&mut self, marked: Option<&'static str>, decoder: &Decoder) {
        self.encoding_named(
            marked.map_or_else(|| decoder.found(), str::to_owned),
            decoder.undecodable(),
        );
    }

    /// Says the charset by its name; reports so many values with bytes of no character.
    pub fn encoding_named(&mut self, name: String, undecodable: u64) {
        if undecodable > 0 {
            let message = format!("{undecodable} values hold bytes that are no character of {name}");
            self.problem(Problem::of_file(Code::UndecodableBytes, message));
        }
        self.encoding = name;
    }

    fn into_reading(self, format: &'static str) -> Reading {
        let refused = self.problems.iter().any(|p| p.severity() == Severity::Error);
        let outcome = match (self.statements, self.lines) {
            (0, _) => Outcome::Refused,
            _ if self.bad_lines || refused => Outcome::Partial,
            (_, 0) => Outcome::Empty,
            _ => Outcome::Ok,
        };
        let kept = u64::try_from(limits::MAX_PROBLEMS_PER_CODE).unwrap_or(u64::MAX);
        let problems_more = self
            .counts
            .iter()
            .filter(|(_, count)| **count > kept)
            .map(|(code, count)| (*code, count - kept))
            .collect();
        Reading {
            format,
            dialect: self.dialect,
            encoding: self.encoding,
            outcome,
            statements: self.statements,
            lines: self.lines,
            problems: self.problems,
            problems_more,
        }
    }
}

/// The format of an input, by its content.
///
/// # Errors
/// Those of the input.
pub fn recognise(input: &mut dyn Input) -> io::Result<Option<&'static dyn Format>> {
    let opened = encoding::open(input)?;
    Ok(crate::FORMATS
        .iter()
        .copied()
        .find(|format| format.recognise(&opened.head)))
}

/// Reads a statement file of any kind; lines go to the sink as they are read.
///
/// # Errors
/// Only those of the input. A file that cannot be used gives [`Outcome::Refused`] and a problem that says why.
pub fn read(input: &mut dyn Input, options: &ReadOptions, sink: &mut dyn Sink) -> io::Result<Reading> {
    let mut out = Emitter::new(sink, options);
    let format = match &options.format {
        Some(name) => crate::FORMATS.iter().copied().find(|format| format.name() == name),
        None => recognise(input)?,
    };
    if options.format.is_none()
        && let Some(refusal) = foreign::refusal(&encoding::open(input)?.head)
    {
        out.problem(refusal);
        return Ok(out.into_reading(""));
    }
    if options.format.is_none() && zip::is_rest_of_archive(input)? {
        let message = "the file holds parts of a ZIP archive and does not begin as one: its beginning is missing";
        out.problem(Problem::of_file(Code::Malformed, message));
        return Ok(out.into_reading(""));
    }
    let Some(format) = format else {
        out.problem(foreign::unrecognised(&encoding::open(input)?.head));
        return Ok(out.into_reading(""));
    };
    read_as(format, input, options, &mut out)?;
    if options.format.is_some() && out.statements == 0 {
        out.blame_the_given_format(format, recognise(input)?);
    }
    Ok(out.into_reading(format.name()))
}

/// Reads as one format; says so if it finds no statement and does not say why.
///
/// # Errors
/// Those of the input.
pub(crate) fn read_as(
    format: &dyn Format,
    input: &mut dyn Input,
    options: &ReadOptions,
    out: &mut Emitter<'_>,
) -> io::Result<()> {
    let before = (out.statements, out.errors());
    format.read(input, options, out)?;
    if out.is_silent_since(before) {
        let message = format!("this {} file holds no account statement", format.name());
        out.problem(Problem::of_file(Code::NotAStatement, message));
    }
    Ok(())
}
