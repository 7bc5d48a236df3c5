//! Pages of one statement in messages of their own: `:28C:7/1` closes with `:62M:`, `:28C:7/2` opens with `:60M:`.

use crate::model::Statement;
use tieout_core::Decimal;

/// A message that is a page of a statement.
#[derive(Debug, Clone)]
pub(super) struct NumberedPage {
    account: String,
    number: String,
    page: u32,
    /// It opens with the balance of the page before.
    goes_on: bool,
    /// It closes with the balance that the page behind it opens with.
    is_open: bool,
    /// It closes with the balance of a statement's end.
    is_last: bool,
    opening: Decimal,
    closing: Option<Decimal>,
    /// The line on which it begins.
    line: u64,
}

impl NumberedPage {
    /// The page that a message is, if its number says it.
    pub(super) fn of(statement: &Statement, line: u64) -> Option<Self> {
        let (number, page) = statement.number.split_once('/')?;
        let opening = statement.opening.as_ref()?;
        let closing = statement.closing.as_ref();
        Some(Self {
            account: statement.account.id.clone(),
            number: number.trim().to_owned(),
            page: page.trim().parse().ok()?,
            goes_on: opening.source_code == "60M",
            // What moved nothing was not divided for its length.
            is_open: closing.is_some_and(|closing| closing.source_code == "62M" && closing.amount != opening.amount),
            is_last: closing.is_some_and(|closing| closing.source_code == "62F"),
            opening: opening.amount,
            closing: closing.map(|closing| closing.amount),
            line,
        })
    }

    /// Whether another page opens with what this one closes with: some writers count the page behind as the same one.
    fn hands_on_to(&self, other: &Self) -> bool {
        other.goes_on && self.closing == Some(other.opening)
    }

    /// Whether another statement opens with what this one closes with: nothing stood between them. Some writers call the closing
    /// balance of every statement intermediate.
    fn ends_where_begins(&self, other: &Self) -> bool {
        self.page == 1
            && !self.goes_on
            && !other.goes_on
            && self.number != other.number
            && self.closing == Some(other.opening)
    }

    /// Whether it is the page of its statement before another one.
    fn is_before(&self, other: &Self) -> bool {
        self.account == other.account && self.number == other.number && self.page.checked_add(1) == Some(other.page)
    }

    /// It opens with the balance of a page before it.
    fn needs_before(&self) -> bool {
        self.goes_on && self.page > 1
    }

    /// It closes with the balance of a page behind it. Some writers call every balance intermediate, which the first page shows
    /// by its opening.
    fn needs_behind(&self) -> bool {
        self.is_open && self.goes_on == (self.page > 1)
    }

    fn gap_before(&self) -> (u64, String) {
        let (number, page) = (&self.number, self.page);
        let message = format!("page {page} of statement {number} does not follow the page before it");
        (self.line, message)
    }

    fn gap_behind(&self) -> (u64, String) {
        let (number, page) = (&self.number, self.page);
        let message = format!("page {page} of statement {number} is not its last, and the page behind it is missing");
        (self.line, message)
    }
}

/// Accounts whose pages are followed when those of several come in turn, and pages that may be joined from anywhere in the file.
const MOST_ACCOUNTS: usize = 1_000;

/// The pages of a file. They need not stand in their order: what opens in the midst of a statement waits for the page before
/// it, what does not close it for the one behind.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// The last page of each account.
    last: Vec<NumberedPage>,
    /// Pages without the one before them so far.
    without_before: Vec<NumberedPage>,
    /// Pages without the one behind them so far, of those that are no more an account's last.
    without_behind: Vec<NumberedPage>,
    /// Accounts of which a statement closes with the balance of its end, or has a second page.
    ending: Vec<String>,
}

impl Pages {
    /// The next page, and what to say already.
    pub(super) fn turn_to(&mut self, page: NumberedPage) -> Option<(u64, String)> {
        let at = self.last.iter().rposition(|own| own.account == page.account);
        let before = at.and_then(|at| self.last.get(at));
        let has_room = |waiting: &[NumberedPage]| waiting.len() < MOST_ACCOUNTS;
        let follows = before.is_some_and(|before| before.is_before(&page));
        let goes_on = follows || before.is_some_and(|own| own.hands_on_to(&page) || own.ends_where_begins(&page));
        self.note_end(&page);
        let mut told = None;
        if !follows && page.needs_before() {
            match self.without_behind.iter().position(|own| own.is_before(&page)) {
                Some(found) => drop(self.without_behind.swap_remove(found)),
                None if has_room(&self.without_before) => self.without_before.push(page.clone()),
                None => told = Some(page.gap_before()),
            }
        }
        // The page behind this one may have come first.
        let mut own = page;
        if own.is_open
            && let Some(found) = self.without_before.iter().position(|later| own.is_before(later))
        {
            self.without_before.swap_remove(found);
            own.is_open = false;
        }
        if let Some(last) = at.and_then(|at| self.last.get_mut(at)) {
            let old = std::mem::replace(last, own);
            if !goes_on && old.needs_behind() && has_room(&self.without_behind) {
                self.without_behind.push(old);
            }
        } else if has_room(&self.last) {
            self.last.push(own);
        }
        told
    }

    /// Notes that the writer tells the end of this account's statements.
    fn note_end(&mut self, page: &NumberedPage) {
        let tells = page.is_last || page.page > 1;
        if tells && self.ending.len() < MOST_ACCOUNTS && !self.ending.contains(&page.account) {
            self.ending.push(page.account.clone());
        }
    }

    /// What is missing once all pages were there: where, and what to say.
    pub(super) fn gaps(self) -> Vec<(u64, String)> {
        let before = self.without_before.iter().map(NumberedPage::gap_before);
        // Where the next page is the one that misses something, that is said.
        let is_told = |own: &NumberedPage| {
            let mut later = self.without_before.iter();
            later.any(|later| later.account == own.account && later.number == own.number && later.page > own.page)
        };
        let open = self.without_behind.iter().chain(&self.last);
        // A writer that ends no statement otherwise says nothing of a page behind.
        let is_ending = |own: &NumberedPage| self.ending.len() >= MOST_ACCOUNTS || self.ending.contains(&own.account);
        let open = open.filter(|own| own.needs_behind() && is_ending(own) && !is_told(own));
        let mut gaps: Vec<(u64, String)> = before.chain(open.map(NumberedPage::gap_behind)).collect();
        gaps.sort();
        gaps
    }
}
