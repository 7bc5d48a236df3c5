//! An input of several accounts, taken apart: each account is matched by itself, as if it came alone.
//!
//! What makes an amount or a name rare is a matter of one account's books. So that an account's matches do not hang on
//! which others were given along with it, each has a run of its own; what joins them are their
//! [`transfers`](crate::transfers).

use crate::engine::Engine;
use crate::items::{ItemIndex, Items, ItemsError};
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
        copy(&whole.lines, line, &mut own.input.lines)?;
        own.lines.push(line);
    }
    for entry in whole.entries.indexes() {
        let own = accounts.entry(whole.entries.account(entry)).or_default();
        copy(&whole.entries, entry, &mut own.input.entries)?;
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

fn copy(from: &Items, item: ItemIndex, to: &mut Items) -> Result<(), ItemsError> {
    let own = to.push(&from.item(item))?;
    match from.amount(item).checked_sub(from.open_amount(item)) {
        Some(taken) if taken != 0 => to.take(own, taken),
        _ => Ok(()),
    }
}
