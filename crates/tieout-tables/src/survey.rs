//! Finding a table and deciding how it is written: the pass before reading.

use crate::amounts::{DecimalMark, DecimalMarkVote, MarkVerdict};
use crate::assign::{currency_in, roles};
use crate::columns::{Column, Role};
use crate::dates::{Basis, DateOrder, DateOrderVote, OrderVerdict};
use crate::evidence::Evidence;
use crate::fold::fold;
use crate::frame::{self, Frame};
use crate::layout::Case;
use crate::mapping::{ColumnRef, Mapping};
use crate::preamble::Preamble;
use crate::profile::profiles;
use crate::row::{Flaw, Row};
use crate::sniff;
use crate::source::Source;
use crate::spreadsheet;
use crate::table::{NoTable, Places, Table, TableOptions};
use std::io;
use tieout_core::encoding::{self, Input};
use tieout_core::problem::{Code, Place, Problem};

/// See [`Table::survey`].
pub(crate) fn survey(input: &mut dyn Input, options: &TableOptions) -> io::Result<Result<Table, NoTable>> {
    let (head, marked) = {
        let opened = encoding::open(input)?;
        (opened.head, opened.marked)
    };
    let mapping = options.mapping.as_ref();
    let sources = if spreadsheet::is_workbook(&head) {
        match spreadsheet::sheets(input)? {
            Ok(sheets) => sheets.into_iter().map(Source::Sheet).collect(),
            Err(problem) => return Ok(Err(NoTable { problems: vec![problem] })),
        }
    } else {
        let delimiter = mapping.and_then(|mapping| mapping.delimiter);
        sniff::dialect(&head, delimiter).map(Source::Text).into_iter().collect::<Vec<_>>()
    };
    let mut best: Option<(usize, Source, Vec<Row>, Frame)> = None;
    for source in sources {
        let sample = source.sample(input)?;
        let frame = match mapping.and_then(|mapping| mapping.header_rows) {
            Some(rows) => Some(frame::given(&sample, rows)),
            None => frame::find(&sample).or_else(|| mapping.map(|_| frame::given(&sample, 1))),
        };
        let Some(frame) = frame else { continue };
        let typed = sample.iter().skip(frame.body).filter(|row| frame::is_typed(row)).count();
        if best.as_ref().is_none_or(|(known, ..)| typed > *known) {
            best = Some((typed, source, sample, frame));
        }
    }
    let Some((_, source, sample, frame)) = best else {
        return Ok(Err(missing("no row has both a date and an amount, and no header names both")));
    };
    let mut found = match Found::new(source, sample, frame, options) {
        Ok(found) => found,
        Err(none) => return Ok(Err(none)),
    };
    let evidence = found.pass(input)?;
    Ok(found.decide(evidence, options, marked))
}

fn missing(what: &str) -> NoTable {
    NoTable { problems: vec![Problem::of_file(Code::NoColumns, what)] }
}

/// A table whose columns have roles, before the pass over all rows.
struct Found {
    source: Source,
    sample: Vec<Row>,
    frame: Frame,
    roles: Vec<Role>,
    problems: Vec<Problem>,
}

impl Found {
    fn new(source: Source, sample: Vec<Row>, frame: Frame, options: &TableOptions) -> Result<Self, NoTable> {
        let rows = sample.iter().skip(frame.body).filter(|row| frame::is_typed(row));
        let profiles = profiles(rows, frame.width);
        let mut roles = roles(&frame, &profiles, options.perspective);
        if let Some(mapping) = &options.mapping {
            apply(mapping, &frame, &mut roles)?;
        }
        let has = |role: Role| roles.contains(&role);
        if !has(Role::Date) {
            return Err(missing("no column of dates was found"));
        }
        if !has(Role::Amount) && !has(Role::Debit) && !has(Role::Credit) {
            return Err(missing("no column of amounts was found"));
        }
        Ok(Self { source, sample, frame, roles, problems: Vec::new() })
    }

    /// Looks at every row of the table.
    fn pass(&mut self, input: &mut dyn Input) -> io::Result<Evidence> {
        let mut evidence = Evidence::new(&self.roles);
        let mut cells = self.source.cells(input)?;
        let mut row = Row::default();
        let mut index = 0;
        while cells.read(&mut row)? {
            if index >= self.frame.body {
                evidence.add(&row);
            }
            if let Some(flaw) = row.flaw {
                self.problems.push(flawed(&row, flaw));
                self.problems.truncate(1000);
            }
            index += 1;
        }
        Ok(evidence)
    }

    fn decide(mut self, evidence: Evidence, options: &TableOptions, marked: Option<&'static str>) -> Result<Table, NoTable> {
        let mapping = options.mapping.as_ref();
        let marks = self.decimal_marks(&evidence, mapping);
        let order = self.date_order(&evidence, options, &marks);
        let names = self.frame.names.iter().map(String::as_str).chain(std::iter::repeat(""));
        let columns: Vec<Column> = self
            .roles
            .iter()
            .zip(&marks)
            .zip(names)
            .map(|((&role, &decimal_mark), name)| Column { name: name.to_owned(), role, decimal_mark, date_order: order })
            .collect();
        let sample = self.sample.iter().skip(self.frame.body).filter(|row| frame::is_typed(row)).collect();
        let case = Case { columns: &columns, evidence: &evidence, sample, named: self.frame.header.is_some(), mapping };
        let Some(decision) = case.decide() else {
            return Err(missing("no column of amounts was found"));
        };
        self.problems.extend(decision.notes.into_iter().map(|note| Problem::of_file(Code::Decided, note)));
        let mark = decision.layout.columns().next().and_then(|column| marks.get(column).copied()).unwrap_or(DecimalMark::Point);
        let mut preamble = Preamble::default();
        for row in self.sample.iter().take(self.frame.header.unwrap_or(self.frame.body)) {
            preamble.harvest(row, mark);
        }
        let header_currency = self.header_currency();
        Ok(Table {
            body: u64::try_from(self.frame.body).unwrap_or(0),
            header: self.frame.header.and_then(|index| self.sample.get(index)).cloned(),
            source: self.source,
            places: Places::new(&columns),
            columns,
            layout: decision.layout,
            perspective: options.perspective,
            preamble,
            chain: decision.chain,
            groups: evidence.groups,
            header_currency,
            mapped_currency: mapping.and_then(|mapping| mapping.currency),
            mapped_account: mapping.and_then(|mapping| mapping.account_id.clone()),
            encoding: mapping.and_then(|mapping| mapping.encoding.clone()).or_else(|| self.frame.charset.map(str::to_owned)),
            marked,
            row_count: evidence.rows,
            problems: self.problems,
        })
    }

    /// The mark of each column: its own vote, else that of all columns of amounts together.
    fn decimal_marks(&mut self, evidence: &Evidence, mapping: Option<&Mapping>) -> Vec<DecimalMark> {
        if let Some(mark) = mapping.and_then(|mapping| mapping.decimal_mark) {
            return vec![mark; self.roles.len()];
        }
        let mut together = DecimalMarkVote::default();
        for (vote, role) in evidence.marks.iter().zip(&self.roles) {
            if role.is_amount() && *role != Role::Rate {
                together.join(vote);
            }
        }
        let shared = match together.decide() {
            MarkVerdict::Decided(mark) => mark,
            MarkVerdict::Unmarked => DecimalMark::Point,
            MarkVerdict::Ambiguous => {
                let likely = together.as_groups().unwrap_or(DecimalMark::Point);
                let sign = if likely == DecimalMark::Comma { "points" } else { "commas" };
                self.problems.push(Problem::of_file(
                    Code::NumberAmbiguous,
                    format!("amounts have three digits behind the only mark throughout; {sign} were taken for marks of thousands"),
                ));
                likely
            }
        };
        let own = evidence.marks.iter().map(|vote| match vote.decide() {
            MarkVerdict::Decided(mark) => mark,
            MarkVerdict::Ambiguous | MarkVerdict::Unmarked => shared,
        });
        own.collect()
    }

    /// The order of all dates of the file: what the dates prove, else the person, else habits of writing.
    fn date_order(&mut self, evidence: &Evidence, options: &TableOptions, marks: &[DecimalMark]) -> DateOrder {
        if let Some(order) = options.mapping.as_ref().and_then(|mapping| mapping.date_order) {
            return order;
        }
        let date = self.roles.iter().position(|role| *role == Role::Date);
        let mut vote = date.and_then(|column| evidence.dates.get(column)).cloned().unwrap_or_default();
        for (column, other) in evidence.dates.iter().enumerate() {
            if Some(column) != date {
                vote.join(other);
            }
        }
        match (vote.decide(), options.date_order) {
            (OrderVerdict::Undated, given) => given.unwrap_or(DateOrder::YearMonthDay),
            (OrderVerdict::Decided(order, Basis::Evidence), _) => order,
            (_, Some(given)) => given,
            (OrderVerdict::Decided(order, Basis::Convention), None) => order,
            (OrderVerdict::Decided(order, Basis::Sequence), None) => {
                let how = if order == DateOrder::DayMonthYear { "day first" } else { "month first" };
                self.problems.push(Problem::of_file(Code::Decided, format!("dates were read {how}: only so they follow each other")));
                order
            }
            (OrderVerdict::Ambiguous, None) => self.habit(&vote, marks),
        }
    }

    /// Day and month cannot be told apart from the dates.
    fn habit(&mut self, vote: &DateOrderVote, marks: &[DecimalMark]) -> DateOrder {
        let amounts = self.roles.iter().zip(marks).filter(|(role, _)| role.is_amount());
        let comma = amounts.clone().count() > 0 && amounts.clone().all(|(_, mark)| *mark == DecimalMark::Comma);
        if !vote.contradicts() && (comma || self.is_foreign()) {
            let why = if comma { "amounts have a decimal comma" } else { "the header is not English" };
            self.problems.push(Problem::of_file(Code::Decided, format!("dates were read day first, because {why}")));
        } else {
            let message = if vote.contradicts() {
                "some dates have the day first, others the month; the day was taken first"
            } else {
                "day and month of the dates can be exchanged; the day was taken first"
            };
            self.problems.push(Problem::of_file(Code::DateAmbiguous, message));
        }
        DateOrder::DayMonthYear
    }

    /// The header is in a language whose people write the day first.
    fn is_foreign(&self) -> bool {
        const ENGLISH: &[&str] = &[
            "amount", "balance", "description", "transaction", "details", "payee", "deposit", "deposits", "withdrawal", "withdrawals", "paid", "type", "posted", "merchant",
            "currency", "account", "category", "note", "notes", "name", "reference", "check", "value", "status", "money", "narrative",
        ];
        let words: Vec<String> = self.frame.names.iter().map(|name| fold(name)).collect();
        let english = words.iter().flat_map(|name| name.split(' ')).any(|word| ENGLISH.contains(&word));
        let known = self.frame.names.iter().filter(|name| crate::words::role_of(&fold(name)).is_some()).count();
        known >= 2 && !english
    }

    /// A code in the header of the column of amounts. Over two columns it may be that of a foreign side.
    fn header_currency(&self) -> Option<tieout_core::Currency> {
        let column = self.roles.iter().position(|role| *role == Role::Amount)?;
        self.frame.names.get(column).and_then(|name| currency_in(name))
    }
}

/// Gives the columns that a person named their roles.
fn apply(mapping: &Mapping, frame: &Frame, roles: &mut [Role]) -> Result<(), NoTable> {
    if mapping.columns.is_empty() {
        return Ok(());
    }
    let amounts = [Role::Amount, Role::Debit, Role::Credit, Role::Direction];
    let says_amounts = mapping.columns.iter().any(|(role, _)| amounts.contains(role));
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
                frame.names.iter().position(|known| known.trim() == name.trim()).or_else(|| frame.names.iter().position(|known| fold(known) == wanted))
            }
        };
        let Some(place) = place.and_then(|index| roles.get_mut(index)) else {
            return Err(missing(&format!("the mapping names {column}, which the table does not have")));
        };
        *place = *role;
    }
    Ok(())
}

fn flawed(row: &Row, flaw: Flaw) -> Problem {
    let (code, message) = match flaw {
        Flaw::LostQuote => (Code::Irregular, "a quote is opened and not closed; it was read as a letter"),
        Flaw::TooLong => (Code::BadLine, "the row is longer than a row may be; only its beginning was read"),
        Flaw::TooWide => (Code::BadLine, "the row has more columns than a table may have; only the first were read"),
    };
    Problem::new(code, Place::line(row.line), message)
}
