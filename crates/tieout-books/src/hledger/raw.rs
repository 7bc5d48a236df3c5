//! What a journal says, before open amounts are completed.

use super::alias::Alias;
use super::amount::Mark;
use super::style::Style;
use crate::journal::remarks::Remarks;
use crate::journal::running::Reach;
use crate::journal::{Journal, NameId};
use crate::model::Clearing;
use std::collections::HashMap;
use tieout_core::{Date, Decimal, Place};

/// What a journal and its includes say.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// Names and roles; no transactions yet.
    pub(super) journal: Journal,
    pub(super) transactions: Vec<RawTransaction>,
    pub(super) styles: HashMap<NameId, Style>,
    /// What stands between the numbers of most dates.
    pub(super) date_separator: char,
    /// Rules that were not applied: periodic and automated ones.
    pub(super) rules: u64,
}

/// A transaction as written.
#[derive(Debug)]
pub(super) struct RawTransaction {
    pub(super) date: Date,
    pub(super) place: Place,
    pub(super) clearing: Clearing,
    pub(super) description: String,
    pub(super) counterparty: String,
    pub(super) remarks: Remarks,
    pub(super) postings: Vec<RawPosting>,
}

/// A posting as written; what is left open is `None`. What few postings have is kept apart, because journals are held in
/// memory.
#[derive(Debug)]
pub(super) struct RawPosting {
    pub(super) account: NameId,
    pub(super) kind: PostingKind,
    pub(super) line: u64,
    pub(super) amount: Option<Amount>,
    pub(super) price: Option<Box<Price>>,
    /// Price of the lot, which Ledger counts where no other price is written.
    pub(super) lot: Option<Box<Price>>,
    pub(super) assertion: Option<Box<Assertion>>,
    pub(super) date: Option<Date>,
    pub(super) clearing: Option<Clearing>,
    pub(super) remarks: Option<Box<Remarks>>,
}

/// Whether a posting counts in balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PostingKind {
    /// As all others.
    Real,
    /// In round brackets: balances nothing.
    Virtual,
    /// In square brackets: balances with others of its kind.
    BalancedVirtual,
}

/// An amount of one commodity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Amount {
    pub(super) value: Decimal,
    pub(super) commodity: NameId,
    /// What is known of its decimal mark.
    pub(super) mark: Mark,
}

/// What stands behind `@` or `@@`, or in `{ }`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price {
    pub(super) amount: Amount,
    pub(super) is_total: bool,
}

/// `= 100`: what the balance is after the posting; an amount that is open follows from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assertion {
    pub(super) amount: Amount,
    /// `=*`: sub-accounts count too.
    pub(super) reach: Reach,
    /// `==`: the account holds nothing else.
    pub(super) sole: bool,
}

/// What directives set until the end of their file.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) year: Option<i16>,
    pub(super) decimal_mark: Option<char>,
    pub(super) commodity: Option<String>,
    pub(super) aliases: Vec<Alias>,
    pub(super) parents: Vec<String>,
    /// Ledger's `bucket`: the other side of transactions with one posting.
    pub(super) bucket: Option<String>,
}
