//! Tables that print their header on one page only: the columns of that page hold for the others, as far as rows stand in them.
//!
//! A page without a header goes on with the columns before it, one before the first header with those behind it. Its table
//! begins with the first movement that stands in them; a movement that does not is named, never passed over. Above a header
//! of its own a page goes on with a table that was begun, and nothing else: what stands above the first one is a letter's head.

use super::balances::is_movement;
use super::headers::header;
use super::page::{Cell, Row};
use super::words::{Column, is_figure};
use super::years::Years;
use tieout_tables::DateOrder;

/// A figure stands under a header if its right end is this near, in thousandths of a point.
const FIGURE_REACH: i64 = 70_000;
/// A date stands under a header if its left end is this near.
pub(super) const DATE_REACH: i64 = 25_000;

/// The names of columns, and where they stand.
pub(super) type Heads<'r> = Vec<(Column, &'r Cell)>;

/// The columns that hold for a page without a header.
#[derive(Debug, Default)]
pub(super) struct Carried<'r> {
    first: Option<Heads<'r>>,
    last: Option<Heads<'r>>,
    /// The page has a header of its own.
    has_own: bool,
}

/// The rows of a page that stand above its table.
pub(super) fn above(page: &[Row]) -> impl Iterator<Item = &Row> {
    let has_header = page.iter().any(|row| header(row).is_some());
    let ends = move |row: &Row| {
        if has_header {
            header(row).is_some()
        } else {
            is_movement(row)
        }
    };
    page.iter().take_while(move |row| !ends(row))
}

impl<'r> Carried<'r> {
    /// Of the rows of all pages.
    pub(super) fn of(every: &[&'r Row]) -> Self {
        Self {
            first: every.iter().find_map(|row| header(row)),
            ..Self::default()
        }
    }

    /// The next page.
    pub(super) fn turn(&mut self, page: &[Row]) {
        self.has_own = page.iter().any(|row| header(row).is_some());
    }

    /// A header holds from here on.
    pub(super) fn take(&mut self, heads: &Heads<'r>) {
        self.last = Some(heads.clone());
    }

    /// The header that holds from the last one on.
    pub(super) fn last(&self) -> Option<&Heads<'r>> {
        self.last.as_ref()
    }

    /// The columns that a movement stands in: its date below that of dates, a figure below one of figures.
    pub(super) fn fitting(&self, row: &Row, place: impl Fn(&Cell, &Heads<'r>) -> Option<Column>) -> Option<Heads<'r>> {
        let before = self.first.as_ref().filter(|_| !self.has_own);
        let heads = self.last.as_ref().or(before)?;
        let places = || row.iter().filter_map(|cell| place(cell, heads));
        let fits = places().any(|column| column == Column::Date) && places().any(Column::holds_figures);
        fits.then(|| heads.clone())
    }

    /// Whether a row is a movement below no header that is known.
    pub(super) fn is_stray(&self, row: &Row) -> bool {
        !self.has_own && self.first.is_some() && is_whole(row)
    }
}

/// Whether a row has a date and an amount.
pub(super) fn is_whole(row: &Row) -> bool {
    is_movement(row) && row.iter().skip(1).any(is_amount)
}

/// Whether a cell is a figure with a mark in it, as amounts have.
pub(super) fn is_amount(cell: &Cell) -> bool {
    is_figure(&cell.text) && cell.text.contains(['.', ','])
}

/// The column that a cell stands under.
pub(super) fn place(cell: &Cell, heads: &[(Column, &Cell)], years: &Years, order: DateOrder) -> Option<Column> {
    let nearest = |column: fn(Column) -> bool, distance: &dyn Fn(&Cell) -> i64| {
        let fitting = heads.iter().filter(|(own, _)| column(*own));
        fitting
            .map(|(own, head)| (distance(head), *own))
            .min_by_key(|(distance, _)| *distance)
    };
    let from_left = |head: &Cell| (head.left - cell.left).abs();
    if years.date(&cell.text, order).is_some() {
        let date = nearest(Column::holds_dates, &from_left);
        if let Some((_, column)) = date.filter(|(distance, _)| *distance < DATE_REACH) {
            return Some(column);
        }
    }
    if is_figure(&cell.text) {
        let from_right = |head: &Cell| (head.right - cell.right).abs().min(from_left(head));
        if let Some((_, column)) =
            nearest(Column::holds_figures, &from_right).filter(|(distance, _)| *distance < FIGURE_REACH)
        {
            return Some(column);
        }
    }
    nearest(|own| own == Column::Text, &from_left).map(|(_, column)| column)
}
