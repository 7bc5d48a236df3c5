//! Pages of one statement in messages of their own: `:28C:7/1` closes with `:62M:`, `:28C:7/2` opens with `:60M:`.

use crate::model::Statement;

/// A message that is a page of a statement.
#[derive(Debug, Clone)]
pub(super) struct NumberedPage {
    account: String,
    number: String,
    page: u32,
    /// It opens with the balance of the page before.
    goes_on: bool,
}

impl NumberedPage {
    /// The page that a message is, if its number says it.
    pub(super) fn of(statement: &Statement) -> Option<Self> {
        let (number, page) = statement.number.split_once('/')?;
        let opening = statement.opening.as_ref()?;
        Some(Self {
            account: statement.account.id.clone(),
            number: number.to_owned(),
            page: page.trim().parse().ok()?,
            goes_on: opening.source_code == "60M",
        })
    }

    /// What to say if it opens with the balance of a page that is not the one before of its account.
    fn gap_behind(&self, before: Option<&Self>) -> Option<String> {
        let follows =
            before.is_some_and(|before| before.number == self.number && before.page.checked_add(1) == Some(self.page));
        let (number, page) = (&self.number, self.page);
        let message = || format!("page {page} of statement {number} does not follow the page before it");
        (self.goes_on && page > 1 && !follows).then(message)
    }
}

/// Accounts whose pages are followed when those of several come in turn.
const MOST_ACCOUNTS: usize = 1_000;

/// The last page of each account.
#[derive(Debug, Default)]
pub(super) struct Pages(Vec<NumberedPage>);

impl Pages {
    /// The next page, and what to say if one is missing before it.
    pub(super) fn turn_to(&mut self, page: NumberedPage) -> Option<String> {
        let at = self.0.iter().rposition(|own| own.account == page.account);
        let gap = page.gap_behind(at.and_then(|at| self.0.get(at)));
        match at {
            Some(at) => self.0.get_mut(at).into_iter().for_each(|own| own.clone_from(&page)),
            None if self.0.len() < MOST_ACCOUNTS => self.0.push(page),
            None => {}
        }
        gap
    }
}
