//! Which account of the books the bank statement belongs to: the one that was named, else the only plausible one, else a
//! question.
//!
//! Long because the words that tell accounts apart, in the languages in which people keep books, stand beside the choice.

use crate::limits;
use crate::model::AccountTotal;
use crate::read::{BooksOptions, Emitter};
use std::borrow::Cow;
use std::fmt::Write;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Problem};

/// What to do about an account that was taken and is not the right one.
pub const NAME_THE_ACCOUNT: &str = "nothing, if it is right; else name one with --account";

/// How likely an account is the books' side of a bank account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Income, expense, equity, or an asset that no bank keeps.
    Other,
    /// What is owed: a card or a loan may have statements, but is not taken unasked.
    Liability,
    /// An asset that could be at a bank.
    Asset,
    /// An asset whose name says so.
    Bank,
}

/// The five types of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountType {
    /// What is owned.
    Asset,
    /// What is owed.
    Liability,
    /// The owners' share.
    Equity,
    /// What is earned.
    Revenue,
    /// What is spent.
    Expense,
}

/// Words for the types of account, folded: as charts name them, and as journals call their topmost accounts.
const TYPE_WORDS: &[(AccountType, &[&str])] = &[
    (
        AccountType::Asset,
        &[
            "asset",
            "assets",
            "aktiva",
            "vermogen",
            "actif",
            "actifs",
            "activo",
            "activos",
            "attivita",
            "activa",
            "bank",
            "cash",
            "current asset",
            "current assets",
            "fixed asset",
            "fixed assets",
            "other asset",
            "other assets",
            "accounts receivable",
            "receivable",
            "inventory",
            "prepayment",
            "other current asset",
            "non current asset",
        ],
    ),
    (
        AccountType::Liability,
        &[
            "liability",
            "liabilities",
            "passiva",
            "verbindlichkeiten",
            "passif",
            "passifs",
            "pasivo",
            "pasivos",
            "debt",
            "debts",
            "credit card",
            "accounts payable",
            "payable",
            "current liability",
            "current liabilities",
            "long term liability",
            "other current liability",
            "non current liability",
        ],
    ),
    (
        AccountType::Equity,
        &[
            "equity",
            "eigenkapital",
            "capital",
            "capitaux propres",
            "patrimonio",
            "patrimonio netto",
            "eigen vermogen",
        ],
    ),
    (
        AccountType::Revenue,
        &[
            "revenue",
            "revenues",
            "income",
            "incomes",
            "sales",
            "other income",
            "ertrag",
            "ertrage",
            "einnahmen",
            "erlose",
            "produits",
            "revenus",
            "ingresos",
            "ricavi",
            "entrate",
            "opbrengsten",
        ],
    ),
    (
        AccountType::Expense,
        &[
            "expense",
            "expenses",
            "cost",
            "costs",
            "cost of goods sold",
            "cost of sales",
            "direct costs",
            "overhead",
            "overheads",
            "other expense",
            "other expenses",
            "depreciation",
            "aufwand",
            "aufwendungen",
            "ausgaben",
            "charges",
            "depenses",
            "gastos",
            "costi",
            "spese",
            "uscite",
            "kosten",
        ],
    ),
];

impl AccountType {
    /// The type that a word names, in any letter case.
    pub fn named(word: &str) -> Option<Self> {
        let folded = tieout_tables::fold::fold(word);
        let of = |(_, words): &&(Self, &[&str])| words.contains(&folded.as_str());
        TYPE_WORDS.iter().find(of).map(|(of_type, _)| *of_type)
    }

    /// The type of an account, by the topmost part of its name (`Assets:Bank`).
    pub fn of_branch(name: &str) -> Option<Self> {
        Self::named(name.split(':').next().unwrap_or_default())
    }
}

/// Words that say "bank account" in the languages in which people keep books.
const BANK_WORDS: &[&str] = &[
    "bank",
    "banks",
    "checking",
    "chequing",
    "cheque",
    "current",
    "giro",
    "girokonto",
    "savings",
    "saving",
    "sparkonto",
    "tagesgeld",
    "bankkonto",
    "banque",
    "banco",
    "bancos",
    "banca",
    "bankrekening",
    "checkings",
    "operating",
];

/// Words that say that an asset is at no bank.
const NOT_BANK_WORDS: &[&str] = &[
    "receivable",
    "receivables",
    "prepaid",
    "prepaids",
    "inventory",
    "stock",
    "stocks",
    "equipment",
    "vehicle",
    "vehicles",
    "furniture",
    "depreciation",
    "accumulated",
    "property",
    "building",
    "land",
    "fixed",
    "undeposited",
    "transit",
    "investment",
    "investments",
    "broker",
    "brokerage",
    "securities",
    "shares",
    "funds",
    "fund",
    "pension",
    "401k",
    "ira",
    "rothira",
    "etf",
    "crypto",
    "bitcoin",
    "loan",
    "loans",
    "tax",
    "taxes",
    "vat",
    "gst",
    "vacation",
    "cash",
    "petty",
    "wallet",
    "kasse",
    "caisse",
    "caja",
    "cassa",
    "forderungen",
    "depot",
    "house",
    "car",
    "gold",
    "vested",
    "unvested",
    "retirement",
    "deposit",
    "deposits",
    "goodwill",
    "intangible",
    "hours",
    "holiday",
];

/// The role of an asset account, by the words of its name.
pub fn role_of_asset(name: &str) -> Role {
    let lower = name.to_lowercase();
    let mut role = Role::Asset;
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        if BANK_WORDS.contains(&word) {
            return Role::Bank;
        }
        if NOT_BANK_WORDS.contains(&word) {
            role = Role::Other;
        }
    }
    role
}

/// Words that say that an account of a table, whose kind nothing else tells, is none that a bank keeps.
const NEVER_WORDS: &[&str] = &[
    "charge", "charges", "fee", "fees", "interest", "expense", "expenses", "income", "revenue", "sales", "costs",
    "cost", "payable", "clearing", "suspense", "equity", "error", "errors", "rent", "service", "services",
];
/// Words that say that an account is a card's or a loan's.
const OWED_WORDS: &[&str] = &[
    "visa",
    "mastercard",
    "amex",
    "card",
    "creditcard",
    "loan",
    "overdraft",
    "kreditkarte",
];

/// Words of what is owed to the state, which sends no statements of a card.
const TAX_WORDS: &[&str] = &["tax", "taxes", "vat", "gst", "hst", "pst"];

/// The role of an account that has nothing but a name.
pub fn role_of_name(name: &str) -> Role {
    let has = |words: &[&str]| has_word(name, words);
    if has(NEVER_WORDS) {
        return Role::Other;
    }
    match role_of_asset(name) {
        Role::Bank => Role::Bank,
        _ if has(OWED_WORDS) => Role::Liability,
        _ => Role::Other,
    }
}

/// Chooses the account: an index into `accounts`, whose roles stand at the same places in `roles`. Where none can be
/// chosen a problem says why, and which ones there are.
pub fn choose(
    accounts: &[AccountTotal],
    roles: &[Role],
    options: &BooksOptions<'_>,
    out: &mut Emitter<'_>,
) -> Option<usize> {
    let wanted = options.account.as_deref().map(str::trim);
    match wanted.filter(|wanted| !wanted.is_empty()) {
        Some(wanted) => {
            let found = by_name(accounts, wanted, out)?;
            doubt(accounts, roles, found, out);
            Some(found)
        }
        None if options.owed => only_owed(accounts, roles, out),
        None => only_plausible(accounts, roles, out),
    }
}

/// Says so where the books know that no bank keeps the account that was asked for: the statement would be held against rent.
fn doubt(accounts: &[AccountTotal], roles: &[Role], found: usize, out: &mut Emitter<'_>) {
    let (Some(account), Some(Role::Other)) = (accounts.get(found), roles.get(found)) else {
        return;
    };
    let numbered = || !account.code.is_empty() && roles.contains(&Role::Bank);
    let what = match AccountType::of_branch(&account.name) {
        Some(AccountType::Expense) => "an expense account",
        Some(AccountType::Revenue) => "an income account",
        Some(AccountType::Equity) => "an equity account",
        None if has_word(&account.name, NEVER_WORDS) || numbered() => "no bank account",
        Some(AccountType::Asset | AccountType::Liability) | None => return,
    };
    let banks = by_weight(accounts, |index| roles.get(index) == Some(&Role::Bank));
    let others = if banks.is_empty() {
        String::new()
    } else {
        format!("; of banks there are {}", listed(accounts, &banks))
    };
    let message = format!("{:?} is {what} in these books{others}", account.label());
    out.problem(Problem::of_file(Code::NotABankAccount, message));
}

fn has_word(name: &str, words: &[&str]) -> bool {
    let lower = name.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| words.contains(&word))
}

/// The account of this name or number; a part that only one has will do.
fn by_name(accounts: &[AccountTotal], wanted: &str, out: &mut Emitter<'_>) -> Option<usize> {
    let exact = |account: &AccountTotal| [account.name.as_str(), &account.code, &account.label()].contains(&wanted);
    let lower_wanted = wanted.to_lowercase();
    let lower: Vec<[String; 3]> = accounts
        .iter()
        .map(|account| [account.name.as_str(), &account.code, &account.label()].map(str::to_lowercase))
        .collect();
    let (tail, head) = (format!(":{lower_wanted}"), format!("{lower_wanted} "));
    let steps: [&dyn Fn(&str) -> bool; 5] = [
        &|name| name == lower_wanted,
        &|name| name.ends_with(&tail),
        &|name| name.starts_with(&head),
        &|name| name.ends_with(&lower_wanted),
        &|name| name.contains(&lower_wanted),
    ];
    let by_step = steps.into_iter().map(|fits| {
        let names = lower.iter().enumerate();
        let found = names.filter(|(_, names)| names.iter().any(|name| fits(name)));
        found.map(|(index, _)| index).collect::<Vec<usize>>()
    });
    let exactly: Vec<usize> = (0..accounts.len())
        .filter(|index| accounts.get(*index).is_some_and(exact))
        .collect();
    for found in std::iter::once(exactly).chain(by_step) {
        match found.as_slice() {
            [] => {}
            [one] => {
                let label = accounts.get(*one).map_or(Cow::Borrowed(""), AccountTotal::label);
                if label != wanted {
                    let message = format!("read account {label:?} for {:?}", excerpt(wanted, 60));
                    out.problem(Problem::of_file(Code::Decided, message).advising(NAME_THE_ACCOUNT));
                }
                return Some(*one);
            }
            several => {
                let list = listed(accounts, several);
                let message = format!("{:?} fits several accounts: {list}", excerpt(wanted, 60));
                out.problem(Problem::of_file(Code::AccountNeeded, message));
                return None;
            }
        }
    }
    let all: Vec<usize> = by_weight(accounts, |_| true);
    let message = if all.is_empty() {
        format!(
            "there is no account {:?} in these books, nor any other",
            excerpt(wanted, 60)
        )
    } else {
        format!(
            "there is no account {:?} in these books; there are {}",
            excerpt(wanted, 60),
            listed(accounts, &all)
        )
    };
    out.problem(Problem::of_file(Code::AccountNotFound, message));
    None
}

/// The account of a card's or a loan's statement: the only liability that could be one; never a bank account unasked.
fn only_owed(accounts: &[AccountTotal], roles: &[Role], out: &mut Emitter<'_>) -> Option<usize> {
    let of = |index: usize| accounts.get(index).filter(|account| account.entries > 0);
    let is_owed = |index: usize| {
        of(index).is_some_and(|account| {
            let is_card = has_word(&account.name, OWED_WORDS) && roles.get(index) != Some(&Role::Bank);
            (roles.get(index) == Some(&Role::Liability) || is_card)
                && !has_word(&account.name, NEVER_WORDS)
                && !has_word(&account.name, TAX_WORDS)
        })
    };
    let owed = by_weight(accounts, is_owed);
    let only = match (owed.as_slice(), accounts.len()) {
        ([one], _) => Some(*one),
        ([], 1) => Some(0),
        (several, _) => {
            let cards = several
                .iter()
                .filter(|index| of(**index).is_some_and(|account| has_word(&account.name, OWED_WORDS)));
            match cards.collect::<Vec<_>>().as_slice() {
                [one] => Some(**one),
                _ => None,
            }
        }
    };
    if let Some(one) = only {
        let name = accounts.get(one).map_or(Cow::Borrowed(""), AccountTotal::label);
        let message = format!("took account {name:?}, the only one that looks like that of a card or a loan");
        out.problem(Problem::of_file(Code::Decided, message).advising(NAME_THE_ACCOUNT));
        return Some(one);
    }
    let shown = if owed.is_empty() {
        by_weight(accounts, |index| of(index).is_some())
    } else {
        owed
    };
    if !shown.is_empty() {
        let message = format!(
            "the statement is of a card or a loan, and the books do not tell which account is it: {}",
            listed(accounts, &shown)
        );
        out.problem(Problem::of_file(Code::AccountNeeded, message));
    }
    None
}

fn only_plausible(accounts: &[AccountTotal], roles: &[Role], out: &mut Emitter<'_>) -> Option<usize> {
    let used = |index: usize| accounts.get(index).is_some_and(|account| account.entries > 0);
    let of = |role: Role| -> Vec<usize> {
        let at_role = roles
            .iter()
            .enumerate()
            .filter(|(index, at)| **at == role && used(*index));
        at_role.map(|(index, _)| index).collect()
    };
    let (banks, assets) = (of(Role::Bank), of(Role::Asset));
    let all_used: Vec<usize> = (0..accounts.len()).filter(|index| used(*index)).collect();
    let only = match (banks.as_slice(), assets.as_slice(), all_used.as_slice()) {
        ([one], _, _) | ([], [one], _) | ([], [], [one]) => Some(*one),
        // An account without movement, but with its balances.
        _ if accounts.len() == 1 => Some(0),
        _ => None,
    };
    if let Some(one) = only {
        let name = accounts.get(one).map_or(Cow::Borrowed(""), AccountTotal::label);
        let message = format!("took account {name:?}, the only one that looks like a bank account");
        out.problem(Problem::of_file(Code::Decided, message).advising(NAME_THE_ACCOUNT));
        return Some(one);
    }
    if all_used.is_empty() {
        return None;
    }
    let plausible = by_weight(accounts, |index| {
        used(index) && roles.get(index).is_some_and(|role| *role >= Role::Liability)
    });
    let shown = if plausible.is_empty() {
        by_weight(accounts, used)
    } else {
        plausible
    };
    let message = format!(
        "the books hold several accounts that a bank may keep: {}",
        listed(accounts, &shown)
    );
    out.problem(Problem::of_file(Code::AccountNeeded, message));
    None
}

/// Indices of accounts, those with most entries first; equal ones by name.
fn by_weight(accounts: &[AccountTotal], keep: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> = accounts
        .iter()
        .enumerate()
        .filter(|(index, _)| keep(*index))
        .map(|(index, account)| (account.entries, index))
        .collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, index)| index).collect()
}

/// `Assets:Bank:Checking (12 entries, 9529.59 EUR), Assets:Savings (3 entries, ...) and 4 more`.
fn listed(accounts: &[AccountTotal], indices: &[usize]) -> String {
    let shown: Vec<String> = indices
        .iter()
        .take(limits::MAX_ACCOUNTS_IN_MESSAGE)
        .filter_map(|index| accounts.get(*index))
        .map(|account| {
            let mut text = format!("{} ({}", excerpt(&account.label(), 80), counted(account.entries));
            for balance in account.balances.iter().take(3) {
                let _ = write!(text, ", {} {}", balance.amount, excerpt(&balance.commodity, 12));
            }
            format!("{})", text.trim_end())
        })
        .collect();
    let more = indices.len().saturating_sub(limits::MAX_ACCOUNTS_IN_MESSAGE);
    if more > 0 {
        format!("{} and {more} more", shown.join(", "))
    } else {
        shown.join(", ")
    }
}

fn counted(entries: u64) -> String {
    if entries == 1 {
        "1 entry".into()
    } else {
        format!("{entries} entries")
    }
}
