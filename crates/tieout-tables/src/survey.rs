//! Finding a table and letting its cells vote: the pass before reading.

use crate::amounts::DecimalMark;
use crate::assign::{Perspective, assign};
use crate::buddhist::Buddhist;
use crate::by_chance::ByChance;
use crate::by_currency::{self, ByCurrency};
use crate::columns::Role;
use crate::completion;
use crate::currencies;
use crate::decide::Deciding;
use crate::evidence::Evidence;
use crate::fold::fold;
use crate::frame::{self, Frame};
use crate::mapping::{ColumnRef, MOVING, Mapping, NAME_THE_COLUMNS, NAME_THE_SIDES};
use crate::notes;
use crate::notes::TypedSheet;
use crate::preamble::Preamble;
use crate::profile::profiles;
use crate::ragged::Width;
use crate::row::{Flaw, Row};
use crate::sides::SideWords;
use crate::sniff;
use crate::source::{Origin, Source};
use crate::spelt::Spelt;
use crate::spreadsheet;
use crate::table::{NoTable, Table, TableOptions};
use crate::transfers::Transfers;
use std::io;
use std::sync::Arc;
use tieout_core::Currency;
use tieout_core::encoding::{self, Input};
use tieout_core::problem::{Code, Place, Problem};

/// How much of a file is looked at before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All of it.
    Whole,
    /// Its beginning, as far as it takes to leave nothing open.
    Beginning,
}

/// Flawed rows that are named one by one.
const MAX_FLAWS: usize = 1000;

/// See [`Table::survey`].
pub(crate) fn survey(
    input: &mut dyn Input,
    options: &TableOptions,
    reach: Reach,
) -> io::Result<Result<Table, NoTable>> {
    let (head, marked) = {
        let opened = encoding::open(input)?;
        (opened.head, opened.marked)
    };
    let mapping = options.mapping.as_ref();
    let sources = if spreadsheet::is_workbook(&head) {
        match spreadsheet::sheets(&head, input)? {
            Ok(sheets) => sheets
                .into_iter()
                .map(|sheet| Source::new(Origin::Sheet(Arc::new(sheet))))
                .collect(),
            Err(problem) => {
                return Ok(Err(NoTable {
                    problems: vec![problem],
                }));
            }
        }
    } else {
        let delimiter = mapping.and_then(|mapping| mapping.delimiter);
        sniff::dialect(&head, delimiter)
            .map(|dialect| Source::new(Origin::Text(dialect)))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let Choice { best, typed, lacking } = choose(sources, input, mapping)?;
    let Some((rows, source, sample, frame)) = best else {
        if spreadsheet::markup::kind(&head) == Some(spreadsheet::markup::Kind::Page) {
            let message = "this web page holds no table with dates and amounts; it may be the bank's page for logging in or \
                           an error";
            return Ok(Err(NoTable {
                problems: vec![Problem::of_file(Code::NotAStatement, message)],
            }));
        }
        return Ok(Err(missing(
            "no row has both a date and an amount, and no header names both",
        )));
    };
    if let Some(problem) = lacking.filter(|_| rows == 0) {
        return Ok(Err(NoTable {
            problems: vec![problem],
        }));
    }
    match Found::new(source, sample, frame, options, marked) {
        Ok(found) => match found.of_sheet(&typed, input, options)? {
            Ok(found) => found.of_days(input, options)?.pass(input, options, reach),
            Err(none) => Ok(Err(none)),
        },
        Err(none) => Ok(Err(none)),
    }
}

/// Which of several sheets is the table; a file of text is one.
#[derive(Default)]
struct Choice {
    /// Rows with a date and an amount in the sample, the sheet, its sample and where the table stands in it.
    best: Option<(usize, Source, Vec<Row>, Frame)>,
    /// Such rows of every sheet.
    typed: Vec<TypedSheet>,
    /// What is said of dates that cannot be completed.
    lacking: Option<Problem>,
}

/// Looks at the beginning of every source.
fn choose(sources: Vec<Source>, input: &mut dyn Input, mapping: Option<&Mapping>) -> io::Result<Choice> {
    let mut choice = Choice::default();
    for mut source in sources {
        let mut sample = source.sample(input)?;
        source.width = match source.origin {
            Origin::Text(_) => Width::find(&sample, mapping),
            Origin::Sheet(_) => Width::of_sheet(&sample, mapping),
        };
        for row in &mut sample {
            source.width.check(row);
        }
        match completion::of_years(&sample, mapping) {
            Some(Ok(found)) => {
                source.completion = found;
                sample = source.sample(input)?;
            }
            Some(Err(problem)) => choice.lacking = choice.lacking.or(Some(problem)),
            None => {}
        }
        let sample = completed(&mut source, sample, input, mapping)?;
        let frame = match mapping.and_then(|mapping| mapping.header_rows) {
            Some(rows) => Some(frame::given(&sample, rows)),
            None => frame::find(&sample).or_else(|| mapping.map(|_| frame::given(&sample, 1))),
        };
        let Some(frame) = frame else { continue };
        let sample = spelt(&mut source, sample, &frame, input, mapping)?;
        let typed = sample
            .iter()
            .skip(frame.body)
            .filter(|row| frame::is_typed(row))
            .count();
        if let Origin::Sheet(sheet) = &source.origin {
            let typed = TypedSheet::of(&sheet.name, source.clone(), &sample, &frame);
            choice.typed.push(typed);
        }
        if choice.best.as_ref().is_none_or(|(known, ..)| typed > *known) {
            choice.best = Some((typed, source, sample, frame));
        }
    }
    Ok(choice)
}

/// What rows are given before their table is looked for: usual years, one amount and its currency.
fn completed(
    source: &mut Source,
    mut sample: Vec<Row>,
    input: &mut dyn Input,
    mapping: Option<&Mapping>,
) -> io::Result<Vec<Row>> {
    if let Some(found) = Buddhist::find(&sample) {
        source.completion.buddhist = found;
        sample = source.sample(input)?;
    }
    if mapping.is_some_and(Mapping::says_amounts) {
        return Ok(sample);
    }
    source.completion.transfers = Transfers::find(&sample);
    let by_currency = ByCurrency::find(&sample);
    if by_currency.is_some() || !source.completion.transfers.is_empty() {
        source.completion.by_currency = by_currency.unwrap_or_default();
        sample = source.sample(input)?;
    }
    Ok(sample)
}

/// Words of old charsets that rows are given in UTF-8; of text only.
fn spelt(
    source: &mut Source,
    sample: Vec<Row>,
    frame: &Frame,
    input: &mut dyn Input,
    mapping: Option<&Mapping>,
) -> io::Result<Vec<Row>> {
    if !matches!(source.origin, Origin::Text(_)) {
        return Ok(sample);
    }
    if mapping.is_none_or(|mapping| mapping.encoding.is_none()) {
        source.completion.by_chance = ByChance::find(&sample);
    }
    source.completion.spelt = Spelt::find(&sample, frame, mapping);
    if source.completion.spelt.is_empty() && source.completion.by_chance.is_empty() {
        return Ok(sample);
    }
    source.sample(input)
}

/// The file has no table, for this reason.
pub(crate) fn missing(what: &str) -> NoTable {
    NoTable {
        problems: vec![Problem::of_file(Code::NoColumns, what)],
    }
}

/// A table whose columns have roles, before its cells had their votes.
pub(crate) struct Found {
    pub(crate) source: Source,
    pub(crate) sample: Vec<Row>,
    pub(crate) frame: Frame,
    pub(crate) roles: Vec<Role>,
    pub(crate) marked: Option<&'static str>,
    /// Words of the side that the balances prove.
    pub(crate) words: SideWords,
    /// What was decided where the header does not say it.
    told: Vec<Problem>,
    /// What is to be said of the sheet.
    notes: Vec<Problem>,
}

impl Found {
    fn new(
        source: Source,
        sample: Vec<Row>,
        frame: Frame,
        options: &TableOptions,
        marked: Option<&'static str>,
    ) -> Result<Self, NoTable> {
        let rows: Vec<&Row> = sample
            .iter()
            .skip(frame.body)
            .filter(|row| frame::is_typed(row))
            .collect();
        let profiles = profiles(rows.iter().copied(), frame.width);
        let own = named_account(&sample, &frame);
        let assigned = assign(&frame, &profiles, &rows, options.perspective, &own);
        let mut roles = assigned.roles;
        let mut open = assigned.named.open;
        let mut told: Vec<Problem> = Vec::new();
        if let Some(mapping) = &options.mapping {
            apply(mapping, &frame, &mut roles)?;
            open = open.filter(|_| !mapping.says_amounts());
        }
        if let Some(what) = open {
            let header = frame.header.and_then(|header| sample.get(header));
            let problem = header
                .and_then(by_currency::refusal)
                .unwrap_or_else(|| Problem::of_file(Code::NoColumns, what).advising(NAME_THE_SIDES));
            return Err(NoTable {
                problems: vec![problem],
            });
        }
        if !options.mapping.as_ref().is_some_and(Mapping::says_amounts) {
            let notes = assigned.named.note.into_iter().chain(assigned.words.note.clone());
            told.extend(notes.map(|note| Problem::of_file(Code::Decided, note).advising(NAME_THE_COLUMNS)));
        }
        let has = |role: Role| roles.contains(&role);
        // Not where a person says that it is the balance all the same.
        told.extend(assigned.left_out.filter(|_| !has(Role::Balance)));
        if !has(Role::Date) {
            return Err(missing("no column of dates was found"));
        }
        if !has(Role::Amount) && !has(Role::Debit) && !has(Role::Credit) {
            return Err(missing("no column of amounts was found"));
        }
        Ok(Self {
            source,
            sample,
            frame,
            roles,
            words: assigned.words,
            marked,
            told,
            notes: Vec::new(),
        })
    }

    /// Of a bank's table that prints each day once: every row is given its day.
    fn of_days(mut self, input: &mut dyn Input, options: &TableOptions) -> io::Result<Self> {
        if options.perspective == Perspective::Bank
            && let Some(amounts) = completion::prints_days_once(&self.sample, &self.frame, &self.roles)
        {
            self.source.completion.give_days(&self.roles, amounts);
            self.sample = self.source.sample(input)?;
        }
        self.told.extend(self.source.completion.told());
        Ok(self)
    }

    /// Of a sheet: whole numbers in columns of dates are the workbook's days, which nobody has formatted as such; amounts
    /// end where the currency does; and what is odd about the sheet is told. `typed` are the rows of all sheets.
    fn of_sheet(
        mut self,
        typed: &[TypedSheet],
        input: &mut dyn Input,
        options: &TableOptions,
    ) -> io::Result<Result<Self, NoTable>> {
        let Origin::Sheet(sheet) = &self.source.origin else {
            return Ok(Ok(self));
        };
        let mut notes: Vec<Problem> = sheet.displaced().iter().map(|row| displaced(*row)).collect();
        notes.extend(sheet.cut().map(|cut| Problem::of_file(Code::Incomplete, cut)));
        let reading = (self.roles.as_slice(), options.perspective);
        notes.extend(notes::of_other_sheets(&sheet.name, typed, reading, input)?);
        notes.extend(notes::of_hidden(sheet, &self.roles));
        let columns = self.roles.iter().enumerate();
        let dates = columns.filter(|(column, role)| role.is_date() && sheet.has_serials(*column));
        let dates: Vec<usize> = dates.map(|(column, _)| column).collect();
        if !dates.is_empty() {
            let message = "whole numbers in columns of dates were read as days of the workbook's calendar";
            notes.push(Problem::of_file(Code::Decided, message).advising(NAME_THE_COLUMNS));
        }
        let amounts = self
            .roles
            .iter()
            .enumerate()
            .filter(|(_, role)| is_of_the_account(**role));
        let amounts: Vec<usize> = amounts.map(|(column, _)| column).collect();
        let decimals = currencies::said(&self, options)
            .into_iter()
            .map(Currency::minor_digits)
            .max();
        let below = self.first_row().saturating_sub(1);
        let rounded = sheet.rounded(&amounts, decimals, below);
        notes.extend(rounded.as_ref().map(|rounded| notes::of_rounded(rounded, decimals)));
        if let Origin::Sheet(sheet) = &mut self.source.origin
            && (!dates.is_empty() || rounded.is_some())
        {
            let sheet = Arc::make_mut(sheet);
            sheet.read_serials(dates);
            if let Some(decimals) = decimals {
                sheet.round(amounts, decimals);
            }
            let sample = self.source.sample(input)?;
            self = match Self::new(self.source, sample, self.frame, options, self.marked) {
                Ok(found) => found,
                Err(none) => return Ok(Err(none)),
            };
        }
        self.notes = notes;
        Ok(Ok(self))
    }

    /// Number of the first row of the table.
    fn first_row(&self) -> u64 {
        self.sample.get(self.frame.body).map_or(1, |row| row.line)
    }

    /// Lets all rows vote; or the first, and then twice as many, until nothing is left open.
    fn pass(self, input: &mut dyn Input, options: &TableOptions, reach: Reach) -> io::Result<Result<Table, NoTable>> {
        let mut evidence = Evidence::new(&self.roles);
        let mut flaws = self.told.clone();
        flaws.extend(self.notes.iter().cloned());
        let mut cells = self.source.cells(input)?;
        let mut row = Row::default();
        let mut index = 0;
        let mut look = self.sample.len();
        while cells.read(&mut row)? {
            if index >= self.frame.body {
                evidence.add(&row);
            }
            if let Some(flaw) = row.flaw
                && flaws.len() < MAX_FLAWS
            {
                flaws.push(flawed(&row, flaw));
            }
            if row.is_ragged && flaws.len() < MAX_FLAWS {
                flaws.push(self.source.width.told(&row, options.perspective));
            }
            index += 1;
            if reach == Reach::Beginning && index == look {
                let deciding = Deciding {
                    found: &self,
                    evidence: &evidence,
                    options,
                };
                if let Some(table) = deciding.if_settled(flaws.clone()) {
                    return Ok(Ok(table));
                }
                look *= 2;
            }
        }
        Ok(Deciding {
            found: &self,
            evidence: &evidence,
            options,
        }
        .decide(flaws))
    }
}

/// Whether the text above the table names the account.
fn named_account(sample: &[Row], frame: &Frame) -> String {
    let mut preamble = Preamble::default();
    for row in sample.iter().take(frame.header.unwrap_or(frame.body)) {
        preamble.harvest(row, DecimalMark::Point);
    }
    preamble.account
}

/// Columns of amounts in the currency of the account.
fn is_of_the_account(role: Role) -> bool {
    role.is_amount() && !matches!(role, Role::OriginalAmount | Role::Rate)
}

/// Gives the columns that a person named their roles.
fn apply(mapping: &Mapping, frame: &Frame, roles: &mut [Role]) -> Result<(), NoTable> {
    if mapping.columns.is_empty() {
        return Ok(());
    }
    let amounts = MOVING;
    let says_amounts = mapping.says_amounts();
    for role in roles.iter_mut() {
        let said = mapping.columns.iter().any(|(mapped, _)| mapped == role);
        if said || (says_amounts && amounts.contains(role)) {
            *role = Role::Other;
        }
    }
    for (role, column) in &mapping.columns {
        let place = match column {
            ColumnRef::Number(number) => number.checked_sub(1).filter(|index| *index < roles.len()),
            ColumnRef::Name(name) => {
                let wanted = fold(name);
                frame
                    .names
                    .iter()
                    .position(|known| known.trim() == name.trim())
                    .or_else(|| frame.names.iter().position(|known| fold(known) == wanted))
            }
        };
        let Some(place) = place.and_then(|index| roles.get_mut(index)) else {
            return Err(missing(&format!(
                "the mapping names {column}, which the table does not have"
            )));
        };
        *place = *role;
    }
    Ok(())
}

fn displaced(row: u64) -> Problem {
    let message = "the row stands again, or behind a later one; it was read as a row of its own";
    Problem::new(Code::OutOfPlace, Place::line(row), message)
}

fn flawed(row: &Row, flaw: Flaw) -> Problem {
    let (code, message) = match flaw {
        Flaw::LostQuote => (
            Code::Irregular,
            "a quote is opened and not closed; it was read as a letter",
        ),
        Flaw::TooLong => (
            Code::BadLine,
            "the row is longer than a row may be; only its beginning was read",
        ),
        Flaw::TooWide => (
            Code::BadLine,
            "the row has more columns than a table may have; only the first were read",
        ),
        Flaw::Nul => (
            Code::UndecodableBytes,
            "the row holds a NUL byte, which is no text; a letter or a digit may be missing there",
        ),
    };
    Problem::new(code, Place::line(row.line), message)
}
