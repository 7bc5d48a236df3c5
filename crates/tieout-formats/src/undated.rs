//! Booked lines of which no date can be read. They count on the last day before them, alike wherever lines are counted: on that
//! of the line before, else on the day of the opening balance, else (at the beginning of a statement that says no day) on the
//! first day behind them. Lines of a statement without any day cannot be placed: they are given without one, and the balances of
//! their statement prove nothing, as whoever reconciles days has to leave them out.

use crate::model::{Line, Statement, Status};
use tieout_core::Date;
use tieout_core::problem::{Code, Place, Problem};

/// Lines that may wait for a first day.
const MOST_WAITING: usize = 1000;

/// The day that is known in the statement that is being read, and the lines that wait for one.
#[derive(Debug, Default)]
pub(crate) struct Undated {
    day: Option<Date>,
    waiting: Vec<Line>,
    /// More lines than may wait stand before the first day.
    gave_up: bool,
    /// Numbers of the first and the last booked line that could not wait, and how many there are.
    left: Option<(u64, u64, u64)>,
    /// A line could not be placed.
    pub(crate) unplaced: bool,
}

/// What to do with a line.
#[derive(Debug, PartialEq)]
pub(crate) enum Placed {
    /// It says its day, or needs none.
    AsItIs,
    /// It is given as this one, behind those that waited.
    As(Box<Line>),
    /// It waits.
    Waits,
}

impl Undated {
    /// A statement begins.
    pub(crate) fn begin(&mut self, statement: &Statement) {
        *self = Self::default();
        let of_opening = statement.opening.as_ref().and_then(|opening| opening.date);
        self.day = of_opening;
    }

    /// Whether a line says its day and none waits for it: then there is nothing else to do.
    #[inline]
    pub(crate) fn passes(&mut self, line: &Line) -> bool {
        let day = line.booking_date.or(line.value_date);
        self.day = day.or(self.day);
        day.is_some() && self.waiting.is_empty()
    }

    /// A line that does not [pass](Undated::passes). Those that waited for its day are to be given first: take them with
    /// [`Undated::placed`].
    pub(crate) fn place(&mut self, line: &Line, found: &mut Vec<Problem>) -> Placed {
        if line.booking_date.or(line.value_date).is_some() {
            return Placed::AsItIs;
        }
        self.place_undated(line, found)
    }

    fn place_undated(&mut self, line: &Line, found: &mut Vec<Problem>) -> Placed {
        match self.day {
            _ if self.waiting.is_empty() && line.status != Status::Booked => Placed::AsItIs,
            Some(day) => Placed::As(Box::new(on(line.clone(), day, "the last day before it", found))),
            None if !self.gave_up && self.waiting.len() < MOST_WAITING => {
                self.waiting.push(line.clone());
                Placed::Waits
            }
            None => {
                self.gave_up = true;
                self.leave(line);
                Placed::AsItIs
            }
        }
    }

    /// A line that could not wait is given without a day.
    fn leave(&mut self, line: &Line) {
        if line.status != Status::Booked {
            return;
        }
        self.unplaced = true;
        let number = line.source_line;
        let (first, last, count) = self.left.unwrap_or((number, number, 0));
        self.left = Some((first.min(number), last.max(number), count.saturating_add(1)));
    }

    /// Whether lines wait that can be given now.
    pub(crate) fn is_ready(&self) -> bool {
        !self.waiting.is_empty() && (self.day.is_some() || self.gave_up)
    }

    /// The lines that waited, on the day that is known now.
    pub(crate) fn placed(&mut self, found: &mut Vec<Problem>) -> Vec<Line> {
        let waiting = std::mem::take(&mut self.waiting);
        if self.gave_up {
            // Those that waited stand before the one that could not.
            for line in &waiting {
                self.leave(line);
            }
            return waiting;
        }
        if let Some(day) = self.day {
            let lines = waiting.into_iter();
            return lines
                .map(|line| on(line, day, "the first day behind it", found))
                .collect();
        }
        self.unplaced |= !waiting.is_empty();
        for line in &waiting {
            report_unplaced(line, found);
        }
        waiting
    }

    /// What is said of lines that could not wait.
    pub(crate) fn left(&mut self) -> Option<Problem> {
        let (first, last, count) = self.left.take()?;
        let message = format!(
            "{count} booked lines without a date, on lines {first} to {last} of the file, stand before the first day that is named: \
             they are given without a day and cannot be reconciled"
        );
        let advice = "export the statement with dates, or a shorter period";
        Some(Problem::new(Code::BadDate, Place::line(first), message).advising(advice))
    }

    /// The statement ends: its closing may say a day where no line did.
    pub(crate) fn end(&mut self, statement: &Statement) {
        let of_closing = || statement.closing.as_ref().and_then(|closing| closing.date);
        self.day = self.day.or_else(of_closing).or(statement.period.1);
    }
}

/// The line on a day that it does not say.
fn on(mut line: Line, day: Date, which: &str, found: &mut Vec<Problem>) -> Line {
    if line.status == Status::Booked {
        line.booking_date = Some(day);
        let message = format!("the line of {} counts on {day}, {which}", line.amount);
        found.push(Problem::new(Code::BadDate, Place::line(line.source_line), message));
    }
    line
}

/// Says that a line cannot be placed on any day.
fn report_unplaced(line: &Line, found: &mut Vec<Problem>) {
    if line.status == Status::Booked {
        let message = format!(
            "the line of {} has no date, and nothing in its statement says one: it cannot be reconciled",
            line.amount
        );
        found.push(Problem::new(Code::BadDate, Place::line(line.source_line), message));
    }
}
