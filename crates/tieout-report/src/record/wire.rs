//! The fields of a result file that are read back; `docs/schema/result-1.json` describes them all.
#![allow(missing_docs)] // the schema is their documentation

use super::values::{Exact, bits, day, optional_bits, optional_day, ppm};
use crate::digest::Seal;
use serde::Deserialize;
use std::collections::BTreeMap;
use tieout_core::Date;

/// A result file.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    pub program: String,
    pub model: String,
    pub account: Account,
    pub period: Period,
    pub settings: Settings,
    pub files: Vec<File>,
    pub verdict: Verdict,
    pub figures: Figures,
    pub explanation: Vec<Component>,
    pub notes: Vec<Sentence>,
    pub statements: Vec<Statement>,
    pub breaks: Vec<Break>,
    pub parting: Parting,
    pub two_sided: TwoSided,
    pub counts: Counts,
    pub exceptions: Vec<Exception>,
    pub outstanding: Vec<Outstanding>,
    pub adjustments: Vec<Adjustment>,
    pub rulings: Vec<Ruling>,
    pub problems: Vec<Problem>,
    pub groups: Vec<Group>,
    pub lines: Vec<Item>,
    pub entries: Vec<Item>,
    #[serde(skip)]
    pub(super) seal: Option<Seal>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub bank: String,
    pub books: String,
    pub currency: String,
    pub minor_digits: u8,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Period {
    #[serde(deserialize_with = "day")]
    pub first: Date,
    #[serde(deserialize_with = "day")]
    pub last: Date,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    #[serde(deserialize_with = "ppm")]
    pub automatic: u32,
    #[serde(deserialize_with = "ppm")]
    pub suggested: u32,
    pub max_fee_per_mille: u32,
    /// Results that were made before there was such a setting do not have it.
    #[serde(default)]
    pub max_learnt_fee_per_mille: Option<u32>,
    pub max_exchange_per_mille: u32,
    pub check_days: i64,
    pub deposit_days: i64,
    pub payment_days: i64,
}

/// A file that was read.
#[derive(Debug, Clone, Deserialize)]
pub struct File {
    pub name: String,
    pub role: String,
    pub sha256: String,
    pub bytes: u64,
    pub completeness: String,
}

/// What was found wrong with a file.
#[derive(Debug, Clone, Deserialize)]
pub struct Problem {
    pub file: String,
    pub code: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Verdict {
    pub tied_out: bool,
    pub reasons: Vec<Sentence>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Sentence {
    pub code: String,
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Figures {
    pub statement_balance: Exact,
    pub basis: Basis,
    pub book_balance: Exact,
    pub ledger_balance: Exact,
    pub difference: Exact,
    pub bank_opening: Exact,
    pub books_opening: Exact,
    pub line_total: Exact,
    pub entry_total: Exact,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Basis {
    pub kind: String,
    pub statement: Option<String>,
}

/// A component of the difference, or a section of the two-sided statement.
#[derive(Debug, Clone, Deserialize)]
pub struct Component {
    pub kind: String,
    pub amount: Exact,
    pub shares: Vec<Share>,
}

/// An amount and what it is due to.
#[derive(Debug, Clone, Deserialize)]
pub struct Share {
    pub subject: Subject,
    pub amount: Exact,
}

/// What an amount is due to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Subject {
    pub kind: String,
    pub id: String,
}

/// A statement.
#[derive(Debug, Clone, Deserialize)]
pub struct Statement {
    pub id: String,
    pub file: String,
    pub name: String,
    #[serde(deserialize_with = "optional_day")]
    pub first_day: Option<Date>,
    #[serde(deserialize_with = "optional_day")]
    pub last_day: Option<Date>,
    pub opening: Option<Balance>,
    pub closing: Option<Balance>,
    pub lines: u64,
    pub shared: u64,
    pub total: Exact,
    pub proof: Off,
    pub place: Off,
}

/// A printed balance.
#[derive(Debug, Clone, Deserialize)]
pub struct Balance {
    pub amount: Exact,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Off {
    pub state: String,
    pub off: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Break {
    pub id: String,
    pub before: String,
    pub after: String,
    pub amount: Exact,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Parting {
    #[serde(deserialize_with = "optional_day")]
    pub last_tied: Option<Date>,
    #[serde(deserialize_with = "optional_day")]
    pub first_parted: Option<Date>,
    pub days: Vec<PartingDay>,
}

/// A day that moves bank and books apart or together.
#[derive(Debug, Clone, Deserialize)]
pub struct PartingDay {
    #[serde(deserialize_with = "day")]
    pub date: Date,
    pub change: Exact,
    pub off: Exact,
    pub causes: Vec<Share>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct TwoSided {
    pub bank: Side,
    pub books: Side,
    pub remaining: Exact,
}

/// One side of the two-sided statement.
#[derive(Debug, Clone, Deserialize)]
pub struct Side {
    pub balance: Exact,
    pub sections: Vec<Component>,
    pub adjusted: Exact,
}

/// How many of each.
#[derive(Debug, Clone, Deserialize)]
pub struct Counts {
    pub lines: u64,
    pub lines_to_date: u64,
    pub lines_matched: u64,
    pub lines_counted_once: u64,
    pub entries: u64,
    pub entries_in_scope: u64,
    pub entries_matched: u64,
    pub assumed_cleared: u64,
    pub automatic: u64,
    pub suggested: u64,
    pub automatic_to_date: u64,
    pub suggested_to_date: u64,
    pub automatic_by_shape: BTreeMap<String, u64>,
    pub suggested_by_shape: BTreeMap<String, u64>,
    pub exceptions: BTreeMap<String, u64>,
    pub residuals: Vec<ResidualCount>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ResidualCount {
    pub kind: String,
    pub count: u64,
    pub amount: Exact,
}

/// An item that a person should see.
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    pub side: String,
    pub id: String,
    pub class: String,
    pub stale: bool,
    pub group: Option<String>,
    pub action: String,
}

/// An entry that the bank had not booked by the day.
#[derive(Debug, Clone, Deserialize)]
pub struct Outstanding {
    pub entry: String,
    pub amount: Exact,
    pub class: String,
    pub age_days: i64,
    pub state: String,
    pub cleared_by: Option<String>,
    #[serde(deserialize_with = "optional_day")]
    pub cleared_on: Option<Date>,
}

/// A transaction to be booked.
#[derive(Debug, Clone, Deserialize)]
pub struct Adjustment {
    #[serde(deserialize_with = "day")]
    pub date: Date,
    pub description: String,
    pub kind: String,
    pub standing: String,
    pub settles: Subject,
    pub rule: Option<Rule>,
    pub postings: Vec<Posting>,
}

/// Debit +, credit −.
#[derive(Debug, Clone, Deserialize)]
pub struct Posting {
    pub account: String,
    pub amount: Exact,
    #[serde(default)]
    pub tax_code: String,
}

/// A rule as it stood when it decided.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Rule {
    pub id: String,
    pub version: String,
}

/// What a rule decided.
#[derive(Debug, Clone, Deserialize)]
pub struct Ruling {
    pub rule: Rule,
    pub subject: Subject,
    pub kind: String,
    pub reason: String,
}

/// A match or a suggestion.
#[derive(Debug, Clone, Deserialize)]
pub struct Group {
    pub id: String,
    pub tier: String,
    pub shape: String,
    #[serde(deserialize_with = "ppm")]
    pub confidence: u32,
    pub lines: Vec<Part>,
    pub entries: Vec<Part>,
    pub residuals: Vec<Residual>,
    pub proof: Proof,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Part {
    pub id: String,
    pub amount: Exact,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Residual {
    pub kind: String,
    pub amount: Exact,
}

/// Why; scores in hundredths of a bit.
#[derive(Debug, Clone, Deserialize)]
pub struct Proof {
    pub model: String,
    pub model_hash: String,
    pub rule: Option<Rule>,
    pub found_by: String,
    #[serde(deserialize_with = "bits")]
    pub score: i32,
    #[serde(deserialize_with = "optional_bits")]
    pub runner_up: Option<i32>,
    pub alternatives: u32,
    #[serde(deserialize_with = "ppm")]
    pub computed: u32,
    pub held_back: Option<String>,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Evidence {
    pub kind: String,
    pub text: String,
    #[serde(deserialize_with = "bits")]
    pub weight: i32,
}

/// A line or an entry.
#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub id: String,
    #[serde(default)]
    pub file: Option<String>,
    #[serde(deserialize_with = "day")]
    pub date: Date,
    pub amount: Exact,
    pub description: String,
    pub counterparty: String,
    pub reference: String,
    pub check_number: String,
    pub kind: String,
    pub in_scope: Option<bool>,
}

impl Item {
    /// What it is about, in the words of its file.
    pub fn text(&self) -> &str {
        let texts = [&self.counterparty, &self.description, &self.reference];
        texts
            .into_iter()
            .find(|text| !text.trim().is_empty())
            .map_or("", |text| text.trim())
    }
}
