//! Items of made-up books and statements.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use jiff::civil::Date;
use tieout_match::{Items, NewItem};

/// Adds an item with a description, a counterparty and a reference; its place among the others.
pub(crate) fn push(items: &mut Items, date: Date, amount: i64, texts: (&str, &str, &str)) -> u32 {
    let (description, counterparty, reference) = texts;
    let item = NewItem {
        date,
        amount,
        description,
        counterparty,
        reference,
        ..NewItem::default()
    };
    items.push(&item).unwrap();
    u32::try_from(items.len()).unwrap() - 1
}
