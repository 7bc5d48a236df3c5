//! What of a paper is missing, and what that says of its balances.
//!
//! Where the first page or the last is missing, a balance that the others print is that of a page, brought forward or
//! carried. It proves nothing then: it is taken as one that follows from the lines. So is every balance of a file that is
//! damaged, because what is left of a page may be changed as well.

use super::page::Row;
use super::page_numbers::{self, Gap};
use super::paper::Paper;
use crate::model::Statement;
use tieout_core::problem::{Code, Problem};

const ADVICE: &str = "get the file from the bank again; until then compare every line with the bank's own list";

/// What is missing.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// Pages that do not unpack, or not whole: their numbers, from 1.
    pages: Vec<usize>,
    /// Other damage, by which any page may be missing.
    parts: Vec<&'static str>,
    /// Text that no page shows.
    has_stray_text: bool,
    /// Rows with a date and an amount that go on from a table whose header is nowhere.
    headless: usize,
    /// Pages that are missing by the numbers on the others.
    gap: Option<Gap>,
}

impl Lost {
    /// A page is damaged.
    pub(super) fn page(&mut self, number: usize) {
        self.pages.push(number);
    }

    /// Something else is, by which any page may be missing.
    pub(super) fn part(&mut self, told: &'static str) {
        self.parts.push(told);
    }

    /// There is text that no page shows: one of a page that is not found any more, or of one that somebody took out.
    pub(super) fn stray_text(&mut self) {
        self.has_stray_text = true;
    }

    /// So many movements go on from a page that is not there: neither their header nor their account is printed.
    pub(super) fn headless(&mut self, rows: usize) {
        self.headless = rows;
    }

    /// Looks for printed numbers of pages that are not there. What is damaged is not missing as well.
    pub(super) fn number(&mut self, pages: &[Vec<Row>]) {
        self.gap = page_numbers::gap(pages).filter(|gap| gap.count > self.pages.len());
    }

    /// Whether the file itself is damaged.
    pub(super) fn is_damaged(&self) -> bool {
        !self.pages.is_empty() || !self.parts.is_empty()
    }

    /// Says what is missing.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let of_pages = self.pages.iter();
        let of_pages = of_pages.map(|page| format!("page {page} cannot be unpacked whole: it is damaged"));
        let stray = "the PDF holds text that none of its pages shows: pages may be missing";
        let stray = self.has_stray_text.then(|| stray.to_owned());
        let damage = of_pages
            .chain(self.parts.iter().map(|part| (*part).to_owned()))
            .chain(stray);
        let damage = damage.map(|message| Problem::of_file(Code::Incomplete, message).advising(ADVICE));
        let gap = self.gap.as_ref().map(|gap| {
            let message = format!(
                "by the numbers printed on the others these pages are missing: {}",
                gap.told
            );
            Problem::of_file(Code::PageGap, message)
        });
        let headless = (self.headless > 0).then(|| {
            let message = format!(
                "{} rows with a date and an amount go on from a table whose header is on none of these pages, and were left out",
                self.headless
            );
            Problem::of_file(Code::Incomplete, message).advising(ADVICE)
        });
        damage.chain(gap).chain(headless).collect()
    }

    /// Takes from balances that may be those of a page what they would prove; of one of these statements of the paper.
    pub(super) fn doubt(&self, paper: &Paper, all: &[Paper], statement: &mut Statement) {
        let is_damaged = self.is_damaged() || self.has_stray_text;
        statement.is_cut = is_damaged || self.gap.is_some();
        let mut places = self.gap.iter().flat_map(|gap| &gap.places);
        let lacks_first = is_damaged || places.clone().any(|place| is_before(*place, paper, all));
        let lacks_last = is_damaged || places.any(|place| is_behind(*place, paper, all));
        let lacks_last = lacks_last && (lacks_first || !paper.closing_is_above);
        if let Some(opening) = statement.opening.as_mut().filter(|_| lacks_first) {
            opening.derived = true;
        }
        if let Some(closing) = statement.closing.as_mut().filter(|_| lacks_last) {
            closing.derived = true;
        }
    }
}

/// Whether pages that are missing at a place are right before those of a statement.
fn is_before(place: usize, paper: &Paper, all: &[Paper]) -> bool {
    let next = all
        .iter()
        .map(|paper| paper.tables.0)
        .filter(|first| place <= *first)
        .min();
    next == Some(paper.tables.0)
}

/// Whether they are right behind.
fn is_behind(place: usize, paper: &Paper, all: &[Paper]) -> bool {
    let before = all
        .iter()
        .map(|paper| paper.tables.1)
        .filter(|last| *last < place)
        .max();
    before == Some(paper.tables.1)
}

/// Why nothing at all was found in a file that is damaged.
pub(super) fn refusal() -> Problem {
    let message = "the PDF is damaged, and what is left of it holds no statement";
    Problem::of_file(Code::Malformed, message).advising(ADVICE)
}
