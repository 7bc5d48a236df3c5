//! Words: who there is, how bookkeepers write, how banks write. [`development`] and [`held_back`] share none of them.
//!
//! In books `{n}` is the name, `{r}` the document, `{m}` the month, `{a}` the amount in another currency. In bank texts `{n}`
//! is the name as the bank shows it, `{r}` the reference if it survived, `{c}` a city, `{s}` a number of a shop, `{k}` the end of
//! a card's number, `{x}` digits that say nothing, `{d}` day and month of the purchase. What is not known leaves a gap that closes.

pub(super) mod development;
pub(super) mod held_back;

/// Words of one country.
pub(super) struct Locale {
    pub(super) currency: &'static str,
    pub(super) first: &'static [&'static str],
    pub(super) last: &'static [&'static str],
    pub(super) heads: &'static [&'static str],
    pub(super) trades: &'static [&'static str],
    pub(super) forms: &'static [&'static str],
    pub(super) merchants: &'static [&'static str],
    pub(super) cities: &'static [&'static str],
    pub(super) wording: Wording,
    pub(super) bank: Bank,
}

/// How bookkeepers of the country write.
pub(super) struct Wording {
    pub(super) invoice: &'static [&'static str],
    pub(super) bill: &'static [&'static str],
    pub(super) card: &'static [&'static str],
    pub(super) wage: &'static [&'static str],
    pub(super) journal: &'static [&'static str],
    pub(super) rent: &'static [&'static str],
    pub(super) member: &'static [&'static str],
    pub(super) standing: &'static [&'static str],
    pub(super) transfer: &'static [&'static str],
    pub(super) check: &'static [&'static str],
    pub(super) takings: &'static [&'static str],
    pub(super) sale: &'static [&'static str],
    pub(super) refund: &'static [&'static str],
    pub(super) void: &'static str,
    /// Beginnings of document numbers of our invoices.
    pub(super) numbers: &'static [&'static str],
}

/// How a bank of the country writes.
pub(super) struct Bank {
    /// Names are cut after so many characters.
    pub(super) width: usize,
    /// Texts are cut after so many characters.
    pub(super) total: usize,
    pub(super) upper: bool,
    /// Letters outside ASCII are written with others.
    pub(super) ascii: bool,
    pub(super) structured: Structured,
    pub(super) credit: &'static [&'static str],
    pub(super) debit: &'static [&'static str],
    pub(super) direct: &'static [&'static str],
    pub(super) card: &'static [&'static str],
    pub(super) check: &'static [&'static str],
    pub(super) deposit: &'static [&'static str],
    pub(super) transfer: &'static [&'static str],
    pub(super) wage: &'static [&'static str],
    pub(super) payout: &'static [&'static str],
    pub(super) foreign: &'static [&'static str],
    pub(super) fee: &'static [&'static str],
    pub(super) interest: &'static [&'static str],
    pub(super) returned: &'static [&'static str],
    pub(super) correction: &'static [&'static str],
    pub(super) no_name_in: &'static [&'static str],
    pub(super) no_name_out: &'static [&'static str],
    /// Codes of the bank, in the order of [`super::bank::Voice`].
    pub(super) types: [&'static str; 14],
}

/// How payers of the country are asked to write references.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Structured {
    /// As they like.
    Free,
    /// Creditor reference `RF` with check digits.
    Creditor,
    /// Digits with a check digit at the end (customer identification numbers of the north).
    Digits,
    /// `EREF+` before it.
    EndToEnd,
}
