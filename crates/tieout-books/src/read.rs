//! How a file of books goes through: recognise its kind, let its reader choose the account and emit the entries, keep the
//! number of problems bounded.

use crate::check_number::check_number_in;
use crate::includes::Includes;
use crate::limits;
use crate::model::{BooksReading, Entry};
use crate::transactions::WholeJournal;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use tieout_core::encoding::{self, Input};
use tieout_core::{Code, Currency, Place, Problem, Severity};
use tieout_tables::DateOrder;
use tieout_tables::mapping::Mapping;

/// A reader of one kind of books.
pub trait BooksFormat: Sync {
    /// Short name, lower case: `beancount`, `hledger`, `csv`, `xlsx`.
    fn name(&self) -> &'static str;

    /// Whether a file that begins like this is of this kind. `head` is the first
    /// [`HEAD_BYTES`](tieout_core::encoding::HEAD_BYTES), UTF-16 already turned into UTF-8, without byte order mark;
    /// `path` is the name the caller knows the file by, a tie breaker, maybe empty.
    fn recognise(&self, head: &[u8], path: &str) -> bool;

    /// Reads the input from its start and emits the entries of the chosen account. Where none can be chosen
    /// ([`Code::AccountNeeded`], [`Code::AccountNotFound`]) there are no entries, but the list of accounts.
    ///
    /// # Errors
    /// Only those of the input itself; whatever is wrong with the content is a problem.
    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()>;
}

/// What a person can say about books that do not say it themselves, and what the caller lends.
#[derive(Clone, Default)]
pub struct BooksOptions<'a> {
    /// Read as this format, whatever the content looks like.
    pub format: Option<String>,
    /// Path or name of the file: a hint for its kind, and where its includes are looked for.
    pub path: String,
    /// The account: its name, or a part that only one account has.
    pub account: Option<String>,
    /// The statement is of a card or a loan, so that its account is one of what is owed.
    pub owed: bool,
    /// Currency of the entries; of an account with several, only entries in it are read.
    pub currency: Option<Currency>,
    /// Order of day, month and year where a table leaves it open.
    pub date_order: Option<DateOrder>,
    /// Columns of a table.
    pub mapping: Option<Mapping>,
    /// Opens included files; without it every include is a problem.
    pub includes: Option<&'a dyn Includes>,
}

impl fmt::Debug for BooksOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BooksOptions")
            .field("format", &self.format)
            .field("path", &self.path)
            .field("account", &self.account)
            .field("owed", &self.owed)
            .field("currency", &self.currency)
            .field("date_order", &self.date_order)
            .field("mapping", &self.mapping)
            .field("includes", &self.includes.is_some())
            .finish()
    }
}

/// Receives the entries of the account: of journals by date, of tables in file order.
pub trait BooksSink {
    /// One entry. It is reused: copy what you keep.
    fn entry(&mut self, entry: &Entry);
}

/// What a format writes to while it reads.
pub struct Emitter<'a> {
    sink: &'a mut dyn BooksSink,
    counts: BTreeMap<Code, u64>,
    reading: BooksReading,
    /// Whole transactions instead of one account's entries, where they are asked for.
    whole: Option<WholeJournal>,
}

impl<'a> Emitter<'a> {
    fn new(sink: &'a mut dyn BooksSink) -> Self {
        Self {
            sink,
            counts: BTreeMap::new(),
            reading: BooksReading::default(),
            whole: None,
        }
    }

    /// Where whole transactions go, if they are asked for.
    pub(crate) fn whole(&mut self) -> Option<&mut WholeJournal> {
        self.whole.as_mut()
    }

    /// An entry of the account. Money out that only calls itself a check in a text gets its number.
    pub fn entry(&mut self, entry: &Entry) {
        self.reading.entries = self.reading.entries.saturating_add(1);
        let told = if entry.amount.is_negative() && entry.check_number.is_empty() {
            let texts = [&entry.document, &entry.description, &entry.counterparty, &entry.memo];
            texts.into_iter().find_map(|text| check_number_in(text))
        } else {
            None
        };
        match told {
            None => self.sink.entry(entry),
            Some(number) => self.sink.entry(&Entry {
                check_number: number.to_owned(),
                ..entry.clone()
            }),
        }
    }

    /// Something is not as it should be.
    pub fn problem(&mut self, problem: Problem) {
        let count = self.counts.entry(problem.code).or_insert(0);
        *count += 1;
        if usize::try_from(*count).is_ok_and(|n| n <= limits::MAX_PROBLEMS_PER_CODE) {
            self.reading.problems.push(problem);
        }
    }

    /// As [`Emitter::problem`], from its parts.
    pub fn report(&mut self, code: Code, place: Place, message: impl Into<String>) {
        self.problem(Problem::new(code, place, message));
    }

    /// What is known so far, to be completed; problems and the count of entries are kept here.
    pub fn reading(&mut self) -> &mut BooksReading {
        &mut self.reading
    }

    fn into_reading(mut self, format: &'static str) -> BooksReading {
        let kept = u64::try_from(limits::MAX_PROBLEMS_PER_CODE).unwrap_or(u64::MAX);
        self.reading.format = format;
        self.reading.problems_more = self
            .counts
            .iter()
            .filter(|(_, count)| **count > kept)
            .map(|(code, count)| (*code, count - kept))
            .collect();
        self.reading
    }
}

/// The format of an input, by its content; `path` breaks ties.
///
/// # Errors
/// Those of the input.
pub fn recognise(input: &mut dyn Input, path: &str) -> io::Result<Option<&'static dyn BooksFormat>> {
    let opened = encoding::open(input)?;
    Ok(crate::FORMATS
        .iter()
        .copied()
        .find(|format| format.recognise(&opened.head, path)))
}

/// Reads books of any kind; entries of the chosen account go to the sink.
///
/// # Errors
/// Only those of the input. Books that cannot be used give no entries and a problem of severity error that says why.
pub fn read(input: &mut dyn Input, options: &BooksOptions<'_>, sink: &mut dyn BooksSink) -> io::Result<BooksReading> {
    if let Some(format) = recognised(input, options)? {
        return read_with(format, input, options, sink);
    }
    let mut out = Emitter::new(sink);
    say_unknown(input, &mut out)?;
    Ok(out.into_reading(""))
}

/// The format that was asked for, or that the content has.
fn recognised(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<Option<&'static dyn BooksFormat>> {
    match &options.format {
        Some(name) => Ok(crate::FORMATS.iter().copied().find(|format| format.name() == name)),
        None => recognise(input, &options.path),
    }
}

fn say_unknown(input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<()> {
    let head = encoding::open(input)?.head;
    if head.iter().all(u8::is_ascii_whitespace) {
        out.problem(Problem::of_file(Code::EmptyBooks, "the file is empty"));
        return Ok(());
    }
    let names: Vec<_> = crate::FORMATS.iter().map(|format| format.name()).collect();
    let message = format!(
        "no reader of books recognises this content; known are {}",
        names.join(", ")
    );
    out.problem(Problem::of_file(Code::UnknownBooks, message));
    Ok(())
}

/// Reads books of one kind, which need not be one of [`FORMATS`](crate::FORMATS): a caller may bring a kind that this crate
/// must not know.
///
/// # Errors
/// As those of [`read`].
pub fn read_with(
    format: &dyn BooksFormat,
    input: &mut dyn Input,
    options: &BooksOptions<'_>,
    sink: &mut dyn BooksSink,
) -> io::Result<BooksReading> {
    let mut out = Emitter::new(sink);
    through(format, input, options, &mut out)?;
    Ok(out.into_reading(format.name()))
}

/// Reads books of any kind whole: every transaction of a journal.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_journal(
    input: &mut dyn Input,
    options: &BooksOptions<'_>,
    sink: &mut dyn BooksSink,
) -> io::Result<(BooksReading, WholeJournal)> {
    let mut out = Emitter::new(sink);
    let Some(format) = recognised(input, options)? else {
        say_unknown(input, &mut out)?;
        return Ok((out.into_reading(""), WholeJournal::default()));
    };
    out.whole = Some(WholeJournal::default());
    through(format, input, options, &mut out)?;
    let whole = out.whole.take().unwrap_or_default();
    Ok((out.into_reading(format.name()), whole))
}

/// Lets a format read the input, and says if there was nothing in it.
fn through(
    format: &dyn BooksFormat,
    input: &mut dyn Input,
    options: &BooksOptions<'_>,
    out: &mut Emitter<'_>,
) -> io::Result<()> {
    format.read(input, options, out)?;
    let refused = out.reading.problems.iter().any(|p| p.severity() == Severity::Error);
    if out.reading.accounts.is_empty() && out.reading.entries == 0 && !refused {
        let message = format!("this {} file holds no entries", format.name());
        out.problem(Problem::of_file(Code::EmptyBooks, message));
    }
    Ok(())
}
