//! What the reader of feeds asks of each kind of feed.

use super::scan::{Object, decimal};
use crate::model::{Account, Balance, BalanceKind, Line, Status};
use tieout_core::problem::{Code, excerpt};
use tieout_core::{Currency, Date, Decimal};

/// A kind of feed: where its records stand, and what is in them.
pub(super) trait Feed: Sync {
    /// Name for people: `Plaid`, `UK Open Banking`.
    fn name(&self) -> &'static str;

    /// Gives every list of records of a page to `each`. False if the page is of another kind.
    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool;

    /// Whether a record that stands in a bare list is of this kind.
    fn is_record(&self, record: &Object<'_>) -> bool;

    /// The accounts that a page tells of, with their balances.
    fn accounts(&self, page: &Object<'_>, note: &mut dyn FnMut(AccountNote)) {
        let _ = (page, note);
    }

    /// Fills line, account and currency from a record. What cannot be read is a flaw.
    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw>;

    /// Whether this line, the last in time of an account, may have taken out all that the lines before it brought.
    fn is_swept(&self, newest: &Line) -> bool {
        let _ = newest;
        false
    }
}

/// A list of records of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'a> {
    /// Where it stands, for messages: `transactions.booked`.
    pub(super) path: &'static str,
    /// What its records are.
    pub(super) standing: Standing,
    /// The list's text.
    pub(super) list: &'a str,
}

/// What the list that a record stands in says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Booked, unless the record itself says otherwise.
    Booked,
    Pending,
    /// Never moves the balance.
    Info,
    /// Replaces what was said of the line with this id.
    Modified,
    /// The line with this id is taken back.
    Removed,
}

/// An account that a page tells of.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountNote {
    pub(super) account: Account,
    pub(super) currency: Option<Currency>,
    pub(super) opening: Option<Balance>,
    pub(super) closing: Option<Balance>,
    pub(super) available: Option<Balance>,
    pub(super) others: Vec<Balance>,
}

impl AccountNote {
    /// Puts a balance where it belongs. Of several of one kind the last counts.
    pub(super) fn balance(&mut self, balance: Balance) {
        match balance.kind {
            BalanceKind::Opening => self.opening = Some(balance),
            BalanceKind::Closing => self.closing = Some(balance),
            BalanceKind::Available => self.available = Some(balance),
            _ => self.others.push(balance),
        }
    }
}

/// A record on its way to a line; used again and again.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Id of the account, empty if the record does not say.
    pub(super) account: String,
    pub(super) currency: Option<Currency>,
    pub(super) line: Line,
    /// What is worth saying about the record.
    pub(super) notes: Vec<(Code, String)>,
}

impl Draft {
    pub(super) fn clear(&mut self) {
        self.account.clear();
        self.currency = None;
        self.line.clear();
        self.notes.clear();
    }

    /// Takes the status from the list; records may say more.
    pub(super) fn stand(&mut self, standing: Standing) {
        self.line.status = match standing {
            Standing::Booked | Standing::Modified => Status::Booked,
            Standing::Pending => Status::Pending,
            Standing::Info | Standing::Removed => Status::Info,
        };
    }

    /// Booking and value date. Where only one is known it is both; a booked line needs one.
    pub(super) fn dates(&mut self, booked: Option<Date>, value: Option<Date>) -> Result<(), Flaw> {
        let line = &mut self.line;
        (line.booking_date, line.value_date) = (booked, value);
        if booked.is_none() && value.is_some() {
            line.booking_date = value;
            if line.status == Status::Booked {
                let message = "there is no booking date; the value date was taken".to_owned();
                self.notes.push((Code::Irregular, message));
            }
        } else if booked.is_none() && line.status == Status::Booked {
            return Err(Flaw::new("date", "there is no date that can be read"));
        }
        Ok(())
    }

    /// Adds a part of the text, unless it is there already.
    pub(super) fn say(&mut self, part: &str) {
        let part = part.trim();
        let text = &mut self.line.text;
        if part.is_empty() || text.split('\n').any(|known| known == part) {
            return;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
}

/// Why a record cannot be read.
#[derive(Debug)]
pub(super) struct Flaw {
    /// The member.
    pub(super) path: &'static str,
    pub(super) message: String,
}

impl Flaw {
    pub(super) fn new(path: &'static str, message: impl Into<String>) -> Self {
        Self {
            path,
            message: message.into(),
        }
    }
}

/// An amount that must be there.
pub(super) fn amount(object: &Object<'_>, key: &'static str) -> Result<Decimal, Flaw> {
    let Some(value) = object.value(key) else {
        return Err(Flaw::new(key, "there is no amount"));
    };
    decimal(value).ok_or_else(|| Flaw::new(key, format!("{:?} is no amount", excerpt(value, 40))))
}

/// An amount that may be missing.
pub(super) fn maybe_amount(object: &Object<'_>, key: &str) -> Option<Decimal> {
    object.value(key).and_then(decimal)
}

/// The currency of a member; none if it is missing or unknown.
pub(super) fn currency(object: &Object<'_>, key: &str) -> Option<Currency> {
    Currency::try_new(&object.text(key)).ok()
}

/// The day of the first of these members that has one: a date or a moment, of which the day is taken as printed.
pub(super) fn day(object: &Object<'_>, keys: &[&str]) -> Option<Date> {
    keys.iter()
        .find_map(|key| object.text(key).get(..10).and_then(|day| day.parse().ok()))
}

/// The amount with the sign that a word gives it, whatever sign is printed.
pub(super) fn directed(amount: Decimal, word: &str, key: &'static str) -> Result<Decimal, Flaw> {
    match word.to_ascii_lowercase().as_str() {
        "credit" | "crdt" => Ok(amount.abs()),
        "debit" | "dbit" => Ok(-amount.abs()),
        _ => Err(Flaw::new(
            key,
            format!("{:?} is neither credit nor debit", excerpt(word, 20)),
        )),
    }
}

/// A balance as it is printed.
pub(super) fn printed(amount: Decimal, kind: BalanceKind, source_code: &str) -> Balance {
    Balance {
        amount,
        currency: None,
        date: None,
        kind,
        source_code: source_code.to_owned(),
        derived: false,
    }
}
