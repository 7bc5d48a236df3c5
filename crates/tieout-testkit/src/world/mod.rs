//! Invented books and their bank, with the truth: what the engine's quality is measured on.
//!
//! A [`Configuration`] names a business (what it does, in which country, at which bank), a difficulty, a size and a seed;
//! [`generate`] makes the same world for it on every machine. **Businesses that are held back are never used to tune the
//! engine**: other mixes, prices and processors, other countries, other banks, no word in common with the others. Whoever
//! works on the engine looks at the lines of [`development`] configurations only, and at the totals of [`held_back`] ones.
//!
//! Begin reading at [`business`] (what happens), [`level`] (how hard it is), `events` (what each piece of business
//! leaves on both sides), `errors` (what goes wrong), `finish` (the period's cut, what cannot be told apart).

mod bank;
mod business;
mod contacts;
mod errors;
mod events;
mod files;
mod finish;
mod household;
mod level;
mod making;
mod mangle;
mod oracle;
mod piles;
mod series;
mod vocabulary;

pub use files::write;
pub use household::{Household, TrueLeg, TrueTransfer, household};
pub use level::Difficulty;
pub use oracle::Oracle;

use jiff::civil::Date;

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configuration {
    /// One of [`development`] or [`held_back`].
    pub business: &'static str,
    /// How hard.
    pub difficulty: Difficulty,
    /// About so many bank lines.
    pub lines: usize,
    /// The same seed gives the same world.
    pub seed: u64,
}

/// Both sides, and what is true of them.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// What the books say, in order of dates.
    pub entries: Vec<Item>,
    /// What the bank says, in order of dates.
    pub lines: Vec<Item>,
    /// Invoices that the books have as unpaid.
    pub open_items: Vec<Item>,
    /// Currency of the main account.
    pub currency: &'static str,
}

impl World {
    /// What can be known at best. It takes longer than making the world.
    pub fn oracle(&self) -> Oracle {
        Oracle::of(self)
    }
}

/// A line, an entry or an open item.
#[derive(Debug, Clone)]
pub struct Item {
    /// 0 is the main account.
    pub account: u16,
    /// Booking date, date of the entry, date of the invoice.
    pub date: Date,
    /// Of lines.
    pub value_date: Option<Date>,
    /// Minor units, money in +.
    pub amount: i64,
    /// Description.
    pub text: String,
    /// Counterparty of entries.
    pub name: String,
    /// Document of entries, reference of lines.
    pub reference: String,
    /// Check number of entries.
    pub check: String,
    /// The bank's code, of lines.
    pub kind: &'static str,
    /// What belongs together; `None` if nothing does.
    pub group: Option<u32>,
    /// What kind of business it is, for tables.
    pub subtype: &'static str,
    /// Class of the exception, or empty.
    pub exception: &'static str,
    /// Items of one side with the same label cannot be told apart.
    pub alike: u32,
    /// It names the other side, shows a reference.
    pub shows: Shows,
    /// Items with the same number are of one transfer between own accounts.
    pub transfer: Option<u32>,
    contact: u32,
}

/// What an item tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shows {
    /// Some form of the name.
    pub name: bool,
    /// Some form of the reference, the document's or the check's number.
    pub reference: bool,
}

/// Businesses that may be used to develop the engine.
pub fn development() -> impl Iterator<Item = &'static str> {
    business::DEVELOPMENT.iter().map(|business| business.name)
}

/// Businesses that only measure.
pub fn held_back() -> impl Iterator<Item = &'static str> {
    business::HELD_BACK.iter().map(|business| business.name)
}

/// Makes the world of a configuration; `None` if there is no such business.
pub fn generate(configuration: &Configuration) -> Option<World> {
    let mut all = business::DEVELOPMENT.iter().chain(business::HELD_BACK);
    let business = all.find(|business| business.name == configuration.business)?;
    let mut making = making::Making::new(business, configuration);
    series::fill(&mut making, configuration.lines);
    errors::spoil(&mut making);
    Some(finish::finish(making))
}

#[cfg(test)]
mod tests;
