//! Pages of one statement in messages of their own: `:28C:7/1` closes with `:62M:`, `:28C:7/2` opens with `:60M:`.

use crate::model::Statement;

/// A message that is a page of a statement.
#[derive(Debug)]
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

    /// What to say if it opens with the balance of a page that is not the message before.
    pub(super) fn gap_behind(&self, before: Option<&Self>) -> Option<String> {
        let follows = before.is_some_and(|before| {
            before.account == self.account
                && before.number == self.number
                && before.page.checked_add(1) == Some(self.page)
        });
        let (number, page) = (&self.number, self.page);
        let message = || format!("page {page} of statement {number} does not follow the page before it");
        (self.goes_on && page > 1 && !follows).then(message)
    }
}
