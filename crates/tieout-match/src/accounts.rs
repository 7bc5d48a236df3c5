//! An input of several accounts, taken apart: each account is matched by itself, as if it came alone.
//!
//! What makes an amount or a name rare is a matter of one account's books. So that an account's matches do not hang on
//! which others were given along with it, each has a run of its own; what joins them are their
//! [`transfers`](crate::transfers).

use crate::engine::Engine;
use crate::items::{ItemIndex, ItemsError};
use crate::model::Model;
use crate::outcome::{Outcome, Side};
use crate::settings::Settings;
use crate::{Input, columns};
use std::collections::BTreeMap;

/// One account of an input, with items of its own.
#[derive(Debug, Clone, Default)]
pub struct AccountInput {
    /// Its number in the whole input.
    pub account: u16,
    /// Its lines and entries, in their order in the whole.
    pub input: Input,
    lines: Vec<ItemIndex>,
    entries: Vec<ItemIndex>,
}

/// The accounts of an input, by their numbers.
///
/// # Errors
/// [`ItemsError`], which does not happen to items that fitted before.
pub fn by_account(whole: &Input) -> Result<Vec<AccountInput>, ItemsError> {
    let mut accounts: BTreeMap<u16, AccountInput> = BTreeMap::new();
    for line in whole.lines.indexes() {
        let own = accounts.entry(whole.lines.account(line)).or_default();
        own.input.lines.copy(&whole.lines, line)?;
        own.lines.push(line);
    }
    for entry in whole.entries.indexes() {
        let own = accounts.entry(whole.entries.account(entry)).or_default();
        own.input.entries.copy(&whole.entries, entry)?;
        own.entries.push(entry);
    }
    let numbered = accounts
        .into_iter()
        .map(|(account, own)| AccountInput { account, ..own });
    Ok(numbered.collect())
}

impl AccountInput {
    /// The index in the whole input of an item of this account.
    pub fn in_whole(&self, side: Side, item: ItemIndex) -> ItemIndex {
        match side {
            Side::Line => columns::at(&self.lines, item),
            Side::Entry => columns::at(&self.entries, item),
        }
    }

    /// Matches this account; items in the settings are meant by their indexes in [`AccountInput::input`].
    pub fn run(&self, model: &Model, settings: &Settings) -> Outcome {
        Engine::new(&self.input).run(model, settings, &mut |_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::NewItem;
    use jiff::civil::date;

    #[test]
    fn an_account_has_all_of_its_items_that_the_whole_has() {
        let mut whole = Input::default();
        for account in [0, 1] {
            let item = NewItem {
                account,
                date: date(2026, 3, 2),
                amount: 100,
                ..NewItem::default()
            };
            let line = whole.lines.push(&item).unwrap();
            whole.lines.itemise(line, &[60, 40]);
            let entry = whole.entries.push(&item).unwrap();
            whole.entries.take(entry, 30).unwrap();
        }
        for own in by_account(&whole).unwrap() {
            assert_eq!(own.input.lines.parts(0), [60, 40]);
            assert_eq!(own.input.entries.open_amount(0), 70);
        }
    }
}
