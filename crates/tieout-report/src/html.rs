//! The report for the auditor: one HTML page that needs neither network nor script and prints as a working paper.
//!
//! What is shown is made here and in the modules below, as texts; the templates only place it and escape every text.
//! A policy in the page forbids it to load or run anything, so that no text of a bank's file can. The page is
//! well-formed XML besides, which the tests use.

mod amount;
mod chart;
mod head;
mod lists;
mod matches;
mod sections;

use crate::report::Report;
use askama::Template;
use chart::Chart;
use head::Head;
use lists::{AdjustmentView, ExceptionView, OutstandingView, ProblemView, StatementView};
use matches::GroupView;
use sections::{BlockView, DayView, FigureView, RollView, SideView};
use std::io::{self, Write};

/// At most so many rows of items; the rest is in the tables, and the page says in which.
pub const MAX_ROWS: usize = 10_000;

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn html(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    Page::of(report).write_into(out)
}

/// Everything on the page, section by section.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    head: Head,
    figures: Vec<FigureView>,
    roll: Vec<RollView>,
    components: Vec<BlockView>,
    difference: String,
    parting: String,
    chart: Option<Chart>,
    days: Listed<DayView>,
    sides: Vec<SideView>,
    remaining: Option<String>,
    statements: Listed<StatementView>,
    continuity: Vec<String>,
    exceptions: Listed<ExceptionView>,
    classes: Vec<(&'static str, String)>,
    adjustments: Listed<AdjustmentView>,
    outstanding: Listed<OutstandingView>,
    suggestions: Listed<GroupView>,
    matches: Listed<GroupView>,
    match_count: String,
    notes: Vec<String>,
    problems: Listed<ProblemView>,
}

impl Page {
    /// The lists are made in the order of their weight: what must be seen takes its rows first.
    fn of(report: &Report<'_>) -> Self {
        let mut rows = Rows(MAX_ROWS);
        let exceptions = lists::exceptions(report, &mut rows);
        let adjustments = lists::adjustments(report, &mut rows);
        let outstanding = lists::outstanding(report, &mut rows);
        let suggestions = matches::suggestions(report, &mut rows);
        let problems = lists::problems(report, &mut rows);
        let statements = lists::statements(report, &mut rows);
        let components = sections::components(report, &mut rows);
        let sides = sections::sides(report, &mut rows);
        let days = sections::days(report, &mut rows);
        let matches = matches::automatic(report, &mut rows);
        let result = report.result;
        Self {
            head: Head::of(report),
            figures: sections::figures(report),
            roll: sections::roll(report),
            components,
            difference: amount::signed(report, result.figures.difference),
            parting: crate::terminal::sentence_case(&crate::text::one_line(&result.parting.sentence)),
            chart: Chart::of(report),
            days,
            sides,
            remaining: (result.two_sided.remaining != 0).then(|| amount::signed(report, result.two_sided.remaining)),
            statements,
            continuity: lists::continuity(report),
            exceptions,
            classes: lists::classes(report),
            adjustments,
            outstanding,
            suggestions,
            matches,
            match_count: matches::summary(report),
            notes: result
                .notes
                .iter()
                .map(|note| crate::text::one_line(&note.text))
                .collect(),
            problems,
        }
    }
}

/// Rows that are left to be shown.
struct Rows(usize);

/// A list of which the page may show a part.
struct Listed<T> {
    rows: Vec<T>,
    /// How many are not shown, and where they are: `1,204 more in exceptions.csv`.
    more: Option<String>,
}

impl<T> Listed<T> {
    /// There is nothing, not even something that is not shown.
    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.more.is_none()
    }
}

impl Rows {
    /// How many rows one list may take: so many that those after it have some too.
    fn share(&self) -> usize {
        self.0 / 5 * 2
    }

    /// Shows as much of a list as it may, at most `limit` items of one row each; `table` is where the rest is.
    fn list<T, V>(&mut self, list: &[T], limit: usize, table: &str, show: impl FnMut(&T) -> V) -> Listed<V> {
        self.tall(list, (limit, table), |_| 1, show)
    }

    /// The same for items of several rows; an item is shown with all its rows or not at all. `limit` is in rows.
    fn tall<T, V>(
        &mut self,
        list: &[T],
        (limit, table): (usize, &str),
        height: impl Fn(&T) -> usize,
        mut show: impl FnMut(&T) -> V,
    ) -> Listed<V> {
        let most = limit.min(self.share());
        let mut left = most;
        let mut rows = Vec::new();
        for item in list {
            match left.checked_sub(height(item)) {
                Some(after) => left = after,
                None => break,
            }
            rows.push(show(item));
        }
        self.0 -= most - left;
        let more = more(list.len() - rows.len(), table);
        Listed { rows, more }
    }
}

fn more(rest: usize, table: &str) -> Option<String> {
    let option = if table.contains(".csv") { " (--csv)" } else { "" };
    (rest > 0).then(|| format!("{} more in {table}{option}", crate::words::count(rest)))
}
