//! From rows of cells to one statement: what stands above the table, the columns of the table, its rows with full dates.
//!
//! Long because what a row is depends on all that was read before it.

use super::accounts::Part;
use super::balances::{
    self, BalanceRow, balance_row, begins_as_balance, end_of_statement, figure_of, is_movement, is_sum, signed,
};
use super::carried::{self, Carried, Heads, place};
use super::days::{self, Day};
use super::headers::header;
use super::numbers::{self, Label};
use super::page::{Cell, Row};
use super::sections::{self, Side};
use super::summary::Summary;
use super::to_come::{self, Closed};
use super::words::{Column, is_figure};
use super::years::{self, Years};
use super::{
    dates,
    owed::{self, Words},
    page_numbers,
};
use tieout_core::problem::Problem;
use tieout_core::{Currency, Date, Decimal};
use tieout_tables::DateOrder;

/// Rows of the table; of a paper with more the first are read, which is told.
pub(super) const MAX_ROWS: usize = 200_000;
/// Why rows are left out.
const NO_DATE: &str = "has no date that can be read";
const BELOW_CLOSING: &str = "stands below a closing balance, but more follows";
const NO_COLUMN: &str = "has figures below names that the first header of the table does not have";

/// A printed statement.
#[derive(Debug, Default)]
pub(super) struct Paper {
    pub(super) account: String,
    /// The first and the last page on which its table stands, from 0.
    pub(super) tables: (usize, usize),
    pub(super) branch: String,
    pub(super) currency: Option<Currency>,
    pub(super) period: (Option<Date>, Option<Date>),
    /// As printed.
    pub(super) opening: String,
    pub(super) closing: String,
    /// The closing stands above every movement: it is no balance of a page.
    pub(super) closing_is_above: bool,
    /// What is said above the table of whose statement it is.
    pub(super) words: Words,
    pub(super) columns: Vec<Column>,
    pub(super) movements: Vec<Movement>,
    /// Rows with figures that are no movements that can be read.
    pub(super) unplaced: Vec<Unplaced>,
    /// Rows with a day that does not exist, for which the end of its month was taken.
    pub(super) clamped: Vec<Unplaced>,
    /// Rows with a date and an amount that are orders or payments to come.
    pub(super) to_come: usize,
    /// Rows beyond [`MAX_ROWS`].
    pub(super) left_out: u64,
    /// How the order of day and month was found, where the dates do not prove it.
    pub(super) doubt: Option<Problem>,
    /// Opening and closing of a summary above the table.
    overview: Option<(String, String)>,
    /// How many movements there were when a closing balance ended the table of this page.
    closed_at: Option<usize>,
    /// The same of any page before.
    ended_at: Option<usize>,
    /// The row, of all, that ends a section of what is to come, and that up to which there is none.
    to_come_until: usize,
    looked_until: usize,
    /// The day that is printed last in its column; empty if none is, or it cannot be read.
    day: String,
    /// Rows with figures below the closing balance: each with whether it has an amount and a balance, as movements do.
    passed: Vec<(Unplaced, bool)>,
    /// The page that is read, from 1.
    page: usize,
    /// Of the section that goes on, and where it begins in the movements.
    section: (Option<Side>, usize),
}

/// A row of the table, a text for each column.
#[derive(Debug)]
pub(super) struct Movement {
    pub(super) cells: Vec<String>,
    /// Its page, from 1.
    pub(super) page: usize,
    side: Option<Side>,
}

/// A row with figures that is no movement that can be read.
#[derive(Debug)]
pub(super) struct Unplaced {
    pub(super) text: String,
    pub(super) why: &'static str,
    /// Its page, from 1.
    pub(super) page: usize,
}

/// Reads the rows of a statement; `None` if no table is in them. Of several in one paper, which is all these pages, the
/// period may be printed once.
pub(super) fn read(part: &Part, all: &[Vec<Row>], order: Option<DateOrder>) -> Option<Paper> {
    let pages = part.pages.as_slice();
    let above: Vec<&Row> = pages.iter().flat_map(|page| carried::above(page)).collect();
    let mut paper = Paper {
        account: part.account().to_owned(),
        tables: part.tables(),
        ..Paper::default()
    };
    let every: Vec<&Row> = pages.iter().flatten().collect();
    paper.harvest(&above, &every);
    paper.words = owed::words(&above);
    let printed = dates::Printed {
        above: &above,
        every: &every,
        cells: &dates::dated(pages),
        has_comma: has_comma(&every),
        currency: paper.currency,
    };
    let (order, doubt) = printed.order(order);
    paper.doubt = doubt;
    let mut years = years::years(&above, &every, order);
    if years.period.0.is_none() {
        let (above, every): (Vec<&Row>, Vec<&Row>) = (
            all.iter().flat_map(|page| carried::above(page)).collect(),
            all.iter().flatten().collect(),
        );
        let of_all = years::years(&above, &every, order);
        if of_all.period.0.is_some() {
            years = of_all;
        }
    }
    paper.period = years.period;
    let loose = if every.iter().any(|row| header(row).is_some()) {
        Vec::new()
    } else {
        sections::heads(pages, &years, order)
    };
    let loose: Vec<(Column, &Cell)> = loose.iter().map(|(column, head)| (*column, head)).collect();
    let mut carried = Carried::of(&every);
    let mut place_of_row = 0;
    for (number, page) in part.places().zip(pages) {
        carried.turn(page);
        paper.turn(number + 1);
        let mut heads: Option<Heads> = None;
        let mut summary = Summary::default();
        for (at, row) in page.iter().enumerate() {
            place_of_row += 1;
            let rest = every.get(place_of_row - 1..).unwrap_or_default();
            if page_numbers::is_bare(page, at) {
                continue;
            }
            if paper.comes_later(
                place_of_row - 1,
                rest,
                heads.as_ref().or(carried.last()),
                (&years, order),
            ) {
                continue;
            }
            if let Some((opening, closing)) = summary.balances(row) {
                paper.take_summary(opening, closing);
            }
            if summary.holds() {
                continue;
            }
            if let Some(side) = sections::section(row) {
                paper.section = (Some(side), paper.movements.len());
                continue;
            }
            if heads.is_none() && !loose.is_empty() && paper.section.0.is_some() {
                heads = Some(loose.clone());
                paper.columns = loose.iter().map(|(column, _)| *column).collect();
            }
            let own = header(row);
            if let Some(found) = &own {
                carried.take(found);
                paper.reopen();
            }
            let goes_on = || carried.fitting(row, |cell, heads| place(cell, heads, &years, order));
            if own.is_none() && heads.is_none() && is_movement(row) {
                heads = goes_on();
            }
            if let (Some(heads), true) = (own.as_ref().or(heads.as_ref()), paper.columns.is_empty()) {
                paper.columns = heads.iter().map(|(column, _)| *column).collect();
            }
            match (own, &heads) {
                (Some(found), _) => heads = Some(found),
                (None, Some(heads)) => paper.row(row, heads, (&years, order)),
                (None, None) if carried.is_stray(row) => paper.leave_out(row, "stands below no header that is known"),
                (None, None) => paper.balance_above(row),
            }
        }
    }
    paper.fill();
    paper.sign();
    (!paper.columns.is_empty()).then_some(paper)
}

/// Every figure with decimals has a comma before them.
fn has_comma(every: &[&Row]) -> bool {
    let cells = every.iter().flat_map(|row| row.iter());
    let figures = cells.map(|cell| cell.text.as_str()).filter(|text| is_figure(text));
    let mut marks = figures.filter_map(|text| text.rfind([',', '.']).and_then(|at| text.as_bytes().get(at)));
    let first = marks.next();
    first == Some(&b',') && marks.all(|mark| *mark == b',')
}

/// The currency that a row names behind a word for it.
pub(super) fn currency_in(row: &Row) -> Option<Currency> {
    const LABELS: [&str; 6] = ["currency", "währung", "devise", "moneda", "divisa", "valuta"];
    let text = text_of(row);
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words
        .iter()
        .position(|word| LABELS.contains(&word.to_lowercase().trim_end_matches(':')));
    Currency::try_new(words.get(at? + 1)?).ok()
}

pub(super) fn text_of(row: &Row) -> String {
    let texts: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
    texts.join(" ")
}

impl Paper {
    /// Branch and currency.
    fn harvest(&mut self, above: &[&Row], every: &[&Row]) {
        let mut branches = above.iter().map(|row| numbers::behind(&text_of(row), Label::Branch));
        self.branch = branches.find(|branch| !branch.is_empty()).unwrap_or_default();
        self.currency = above.iter().find_map(|row| currency_in(row));
        for row in every.iter().filter(|row| header(row).is_some()) {
            let text = text_of(row);
            let mut codes = text
                .split(|c: char| !c.is_ascii_uppercase())
                .filter(|word| word.len() == 3);
            self.currency = self
                .currency
                .or_else(|| codes.find_map(|code| Currency::try_new(code).ok()));
        }
        for (sign, code) in [('€', "EUR"), ('£', "GBP")] {
            if self.currency.is_none() && every.iter().any(|row| row.iter().any(|cell| cell.text.contains(sign))) {
                self.currency = Currency::try_new(code).ok();
            }
        }
    }

    fn leave_out(&mut self, row: &Row, why: &'static str) {
        self.unplaced.push(Unplaced {
            text: text_of(row),
            why,
            page: self.page,
        });
    }

    /// Whether the first of these rows, which is this one of all, stands in a section of orders and payments to come, behind
    /// the closing balance.
    fn comes_later(
        &mut self,
        at: usize,
        rows: &[&Row],
        heads: Option<&Heads>,
        (years, order): (&Years, DateOrder),
    ) -> bool {
        if at >= self.to_come_until.max(self.looked_until) && self.ended_at == Some(self.movements.len()) {
            let date_at = self.columns.iter().position(|column| *column == Column::Date);
            let dates = self.movements.iter().filter_map(|line| line.cells.get(date_at?));
            let end = self.period.1.map(|end| end.to_string()).unwrap_or_default();
            let closed = Closed {
                closing: &self.closing,
                last_day: dates.max().unwrap_or(&end).max(&end),
                heads,
                years,
                order,
                decimals: self.decimals(),
            };
            match closed.section(rows) {
                Ok(count) => self.to_come_until = at + count,
                Err(count) => self.looked_until = at + count,
            }
        }
        let comes_later = at < self.to_come_until;
        self.to_come += usize::from(comes_later && rows.first().is_some_and(|row| to_come::has_amount(row)));
        comes_later
    }

    fn decimals(&self) -> u8 {
        self.currency.map_or(2, Currency::minor_digits).max(2)
    }

    fn tell_clamped(&mut self, row: &Row) {
        let (text, page) = (text_of(row), self.page);
        let why = "has a date that does not exist";
        self.clamped.push(Unplaced { text, why, page });
    }

    /// A balance that stands above the table, or below another.
    fn balance_above(&mut self, row: &Row) {
        if let (Some(kind), Some(figure)) = (balance_row(&text_of(row)), figure_of(row)) {
            self.take_balance(kind, figure);
        }
    }

    /// Notes that a row ends the table, if it does: with the closing balance of a statement whose opening is known.
    fn close(&mut self, row: &Row) {
        let closes = end_of_statement(row).is_some_and(|(kind, _)| kind == BalanceRow::Closing);
        if closes && !self.opening.is_empty() && !self.movements.is_empty() {
            self.closed_at = Some(self.movements.len());
            self.ended_at = self.closed_at;
        }
    }

    /// Keeps a row with figures that stands below the closing balance, until it is known whether the statement goes on.
    fn pass(&mut self, row: &Row, cells: &[String]) {
        let has = |is: fn(Column) -> bool| {
            let mut filled = self.columns.iter().zip(cells).filter(|(_, text)| !text.is_empty());
            filled.any(|(column, _)| is(*column))
        };
        let is_whole = has(|column| column == Column::Balance)
            && has(|column| column.holds_figures() && column != Column::Balance);
        let (text, page) = (text_of(row), self.page);
        let why = BELOW_CLOSING;
        self.passed.push((Unplaced { text, why, page }, is_whole));
    }

    /// Whether a balance behind rows that were passed over shows them to be movements: it is another one, and one of them has
    /// an amount with the balance behind it.
    fn goes_on(&mut self, balance: &str) -> bool {
        let decimals = self.decimals();
        let is_same = balances::figure(balance, decimals) == balances::figure(&self.closing, decimals);
        let goes_on = !is_same && self.passed.iter().any(|(_, is_whole)| *is_whole);
        if goes_on {
            self.tell_passed();
        }
        goes_on
    }

    fn tell_passed(&mut self) {
        self.unplaced.extend(self.passed.drain(..).map(|(row, _)| row));
    }

    /// Begins a page. A day without an amount at the foot of the one before may be that on which it was printed.
    fn turn(&mut self, page: usize) {
        self.reopen();
        self.page = page;
        let date_at = self.columns.iter().position(|column| *column == Column::Date);
        let last = self.movements.last().and_then(|last| last.cells.get(date_at?));
        if let (Some(last), false) = (last, self.day.is_empty()) {
            self.day.clone_from(last);
        }
    }

    /// What is below the table has ended: of the rows passed over, only those like movements may be some.
    fn reopen(&mut self) {
        self.closed_at = None;
        self.passed.retain(|(_, is_whole)| *is_whole);
    }

    fn take_balance(&mut self, kind: BalanceRow, figure: String) {
        let opens = match kind {
            BalanceRow::Opening => true,
            BalanceRow::Closing => false,
            BalanceRow::OfDay => self.movements.is_empty(),
        };
        if opens {
            self.passed.clear();
        }
        if !opens {
            self.closing = figure;
            self.closing_is_above = self.movements.is_empty();
        } else if self.opening.is_empty() {
            self.opening = figure;
        }
        // Else it is the sum of a page, carried to the next.
    }

    /// The balances of a summary. What stands above the table may be an overview of several accounts, so that it counts only
    /// where no other balance is printed.
    fn take_summary(&mut self, opening: String, closing: String) {
        if self.movements.is_empty() {
            self.overview.get_or_insert((opening, closing));
        } else {
            self.take_balance(BalanceRow::Opening, opening);
            self.take_balance(BalanceRow::Closing, closing);
        }
    }

    /// Takes the balances of the overview where nothing else prints any.
    fn fill(&mut self) {
        if let Some((opening, closing)) = self.overview.take()
            && self.opening.is_empty()
            && self.closing.is_empty()
        {
            (self.opening, self.closing) = (opening, closing);
            self.closing_is_above = true;
        }
    }

    fn row(&mut self, row: &Row, heads: &[(Column, &Cell)], (years, order): (&Years, DateOrder)) {
        if self.movements.len() >= MAX_ROWS {
            self.left_out += 1;
            return;
        }
        let mut cells = vec![String::new(); self.columns.len()];
        let mut has_figure = false;
        let (mut dated, mut has_stranger) = (false, false);
        let mut is_unreadable = false;
        for cell in row {
            let place = place(cell, heads, years, order);
            is_unreadable |= place == Some(Column::Text) && days::is_like_date(cell, heads);
            let Some(at) = place.and_then(|column| self.columns.iter().position(|own| *own == column)) else {
                has_stranger |= place.is_some_and(Column::holds_figures);
                continue;
            };
            let Some(own) = cells.get_mut(at) else { continue };
            let column = self.columns.get(at).copied().unwrap_or(Column::Text);
            has_figure |= matches!(
                column,
                Column::Amount | Column::Debit | Column::Credit | Column::Balance
            );
            dated |= column == Column::Date;
            if column.holds_dates() && years.is_clamped(&cell.text, order) {
                self.tell_clamped(row);
            }
            let text = match column {
                Column::Date | Column::ValueDate | Column::OtherDate => years
                    .date(&cell.text, order)
                    .map_or_else(String::new, |date| date.to_string()),
                Column::Amount | Column::Balance if is_figure(&cell.text) => signed(&cell.text),
                // A plus behind a figure says what the figure says without it.
                _ if column.holds_figures() => cell.text.trim_end_matches('+').trim().to_owned(),
                _ => cell.text.clone(),
            };
            if !own.is_empty() {
                own.push(' ');
            }
            own.push_str(&text);
        }
        if has_stranger && dated && !has_figure && balance_row(&text_of(row)).is_none() {
            return self.leave_out(row, NO_COLUMN);
        }
        let day = match (dated, is_unreadable) {
            (true, _) => Day::Printed,
            (false, true) => Day::Unreadable,
            (false, false) => Day::Absent,
        };
        self.take(row, cells, has_figure, day);
    }

    fn take(&mut self, row: &Row, mut cells: Vec<String>, has_figure: bool, day: Day) {
        let text = text_of(row);
        let dated = day == Day::Printed;
        let is_closed = day == Day::Absent && self.closed_at == Some(self.movements.len());
        if let (Some(kind), Some(figure)) = (balance_row(&text), figure_of(row)) {
            let goes_on = kind != BalanceRow::Opening && self.goes_on(&figure);
            if !is_closed || goes_on || kind == BalanceRow::Opening {
                self.take_balance(kind, figure);
                self.close(row);
            }
            return;
        }
        // Below the closing balance stand overviews, limits and rates; unless movements follow.
        if is_closed && has_figure {
            if !is_sum(&text) {
                self.pass(row, &cells);
            }
            return;
        }
        if begins_as_balance(&text) && !has_figure {
            return;
        }
        if !dated && is_sum(&text) && row.iter().any(|cell| is_figure(&cell.text)) {
            if !self.is_sum_of_lines(row) {
                self.leave_out(row, NO_DATE);
            }
            return;
        }
        let at = |wanted: Column| self.columns.iter().position(|column| *column == wanted);
        // The day is printed once.
        if let Some(own) = at(Column::Date).and_then(|at| cells.get_mut(at)) {
            match day {
                Day::Printed => self.day.clone_from(own),
                Day::Unreadable => self.day.clear(),
                Day::Absent => own.clone_from(&self.day),
            }
        }
        if !has_figure {
            let (Some(text_at), Some(last)) = (at(Column::Text), self.movements.last_mut()) else {
                return;
            };
            let (own, more) = (last.cells.get_mut(text_at), text);
            if let (Some(own), true) = (own, !more.is_empty() && self.closing.is_empty()) {
                own.push_str(" / ");
                own.push_str(&more);
            }
            return;
        }
        let undated = at(Column::Date)
            .and_then(|at| cells.get(at))
            .is_none_or(String::is_empty);
        if undated {
            return self.leave_out(row, NO_DATE);
        }
        self.tell_passed();
        self.movements.push(Movement {
            cells,
            page: self.page,
            side: self.section.0,
        });
    }

    /// Whether every figure of a row is what the lines come to: all or those of the section, in a column.
    fn is_sum_of_lines(&self, row: &Row) -> bool {
        let decimals = self.decimals();
        let section = self.movements.get(self.section.1..).unwrap_or_default();
        let columns = (0..).zip(&self.columns);
        let columns: Vec<usize> = columns
            .filter(|(_, column)| column.holds_figures() && **column != Column::Balance)
            .map(|(at, _)| at)
            .collect();
        let is_sum = |printed: Decimal| {
            [self.movements.as_slice(), section].iter().any(|lines| {
                columns.iter().any(|at| {
                    let figures = lines.iter().filter_map(|line| line.cells.get(*at));
                    let amounts = figures.filter_map(|text| balances::figure(text, decimals));
                    let (debits, credits): (Vec<Decimal>, Vec<Decimal>) = amounts.partition(|one| one.is_negative());
                    let sum =
                        |amounts: &[Decimal]| amounts.iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(*one));
                    let (debits, credits) = (sum(&debits), sum(&credits));
                    let net = debits
                        .zip(credits)
                        .and_then(|(debits, credits)| debits.checked_add(credits));
                    [debits, credits, net]
                        .iter()
                        .flatten()
                        .any(|sum| sum.abs() == printed.abs())
                })
            })
        };
        let figures = row.iter().filter(|cell| is_figure(&cell.text));
        let mut figures = figures.filter_map(|cell| balances::figure(&cell.text, decimals));
        figures.all(is_sum)
    }

    /// Whether headings say the side of movements.
    pub(super) fn has_sides(&self) -> bool {
        self.movements.iter().any(|line| line.side.is_some())
    }

    /// Gives the amounts of sections the sign of their side, if they have none of their own.
    fn sign(&mut self) {
        let at = |wanted: Column| self.columns.iter().position(|column| *column == wanted);
        let (Some(amount), None, None) = (at(Column::Amount), at(Column::Debit), at(Column::Credit)) else {
            return;
        };
        let signs = |line: &Movement| {
            line.cells
                .get(amount)
                .is_some_and(|text| text.contains(['-', '−', '(']))
        };
        if self.movements.iter().any(signs) {
            return;
        }
        for line in &mut self.movements {
            if let (Some(Side::Out), Some(text)) = (line.side, line.cells.get_mut(amount)) {
                text.insert(0, '-');
            }
        }
    }
}
