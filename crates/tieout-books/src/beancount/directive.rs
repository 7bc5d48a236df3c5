//! What a Beancount file says that matters to balances, before lots are chosen and open amounts completed.

use crate::journal::remarks::Remarks;
use crate::journal::{Journal, NameId};
use crate::model::Clearing;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tieout_core::{Date, Decimal, Place};

/// Everything that matters to balances, in file order.
#[derive(Debug, Default)]
pub(super) struct Directives {
    /// Names and roles; no transactions yet.
    pub(super) journal: Journal,
    pub(super) list: Vec<Directive>,
    pub(super) settings: Settings,
    /// Accounts that are opened, by name, with the only currencies that they may hold; none are named where they may hold any.
    pub(super) opened: BTreeMap<String, BTreeSet<String>>,
    /// Booking methods of accounts that name one.
    pub(super) methods: HashMap<NameId, Method>,
}

/// One directive.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) date: Date,
    pub(super) place: Place,
    pub(super) line: u64,
    pub(super) what: What,
}

/// What a directive does to balances.
#[derive(Debug)]
pub(super) enum What {
    Transaction(Box<RawTransaction>),
    Pad {
        account: NameId,
        source: NameId,
    },
    Balance {
        account: NameId,
        amount: Decimal,
        commodity: NameId,
        tolerance: Option<Decimal>,
    },
}

/// Options that change how books are read.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) multiplier: Decimal,
    /// Tolerance of commodities that no amount of a transaction tells; `*` for all others.
    pub(super) default_tolerances: BTreeMap<String, Decimal>,
    pub(super) method: Method,
    pub(super) plugins: Vec<String>,
    /// Names of account roots, by the option that sets them.
    pub(super) roots: BTreeMap<&'static str, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            multiplier: Decimal::from_minor(5, 1),
            default_tolerances: BTreeMap::new(),
            method: Method::Strict,
            plugins: Vec::new(),
            roots: BTreeMap::from([
                ("name_assets", "Assets".to_owned()),
                ("name_liabilities", "Liabilities".to_owned()),
                ("name_equity", "Equity".to_owned()),
                ("name_income", "Income".to_owned()),
                ("name_expenses", "Expenses".to_owned()),
            ]),
        }
    }
}

/// Which lots a sale takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Strict,
    Fifo,
    Lifo,
    Hifo,
    None,
}

impl Method {
    /// The method of a name in capitals, if it is one that is read.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "STRICT" | "STRICT_WITH_SIZE" => Self::Strict,
            "FIFO" => Self::Fifo,
            "LIFO" => Self::Lifo,
            "HIFO" => Self::Hifo,
            "NONE" => Self::None,
            _ => return None,
        })
    }
}

/// A transaction as written.
#[derive(Debug, Default)]
pub(super) struct RawTransaction {
    pub(super) clearing: Clearing,
    pub(super) counterparty: String,
    pub(super) description: String,
    pub(super) remarks: Remarks,
    /// Links, until they are found to be the only document.
    pub(super) links: String,
    pub(super) postings: Vec<RawPosting>,
}

impl RawTransaction {
    /// Takes up a link.
    pub(super) fn link(&mut self, link: &str) {
        if !self.links.is_empty() {
            self.links.push(' ');
        }
        self.links.push_str(link);
    }
}

/// A posting as written; what is left open is `None`. What few postings have is kept apart, because journals are held in
/// memory.
#[derive(Debug)]
pub(super) struct RawPosting {
    pub(super) account: NameId,
    pub(super) line: u64,
    pub(super) units: Option<Decimal>,
    pub(super) commodity: Option<NameId>,
    pub(super) cost: Option<Box<RawCost>>,
    pub(super) price: Option<Box<RawPrice>>,
    pub(super) clearing: Option<Clearing>,
    pub(super) remarks: Option<Box<Remarks>>,
}

/// What stands in `{ }`.
#[derive(Debug, Default)]
pub(super) struct RawCost {
    pub(super) per_unit: Option<Decimal>,
    pub(super) total: Option<Decimal>,
    pub(super) commodity: Option<NameId>,
    pub(super) date: Option<Date>,
    pub(super) label: Option<String>,
}

/// What stands behind `@` or `@@`.
#[derive(Debug)]
pub(super) struct RawPrice {
    pub(super) number: Option<Decimal>,
    pub(super) commodity: Option<NameId>,
    pub(super) is_total: bool,
}
