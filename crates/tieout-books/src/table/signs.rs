//! Whose debit a table means, as its running balances tell.
//!
//! In books, debit is money into the account. If the printed balances rise with debits, all stands as printed. If they
//! fall with them, the account may be one of what is owed, or print the side of its balances (`4,880.00 Dr`), or the register
//! was written from the bank's point of view. The figures cannot tell these apart, and a wrong turn is wrong money: so debit
//! stays money in, the balances are turned, and it is said what to write into a mapping file for the other reading.

use super::checks::Steps;
use super::emit::Seen;
use super::scan::{AccountScan, Scan};
use crate::account::{self, AccountType, Role as AccountRole};
use crate::read::{BooksOptions, Emitter};
use std::io;
use tieout_core::encoding::Input;
use tieout_core::{Code, Problem};
use tieout_tables::columns::{Side, SignMeaning};
use tieout_tables::fold::fold;
use tieout_tables::mapping::NAME_THE_COLUMNS;
use tieout_tables::{AmountLayout, Mapping, Role, Table};

/// How amounts and printed balances of an account are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// As printed.
    AsPrinted,
    /// By the types of its entries, what is owed is positive; whether the balances run along with the amounts.
    Owed { along: bool },
    /// Debit is money in, and the balances are turned.
    BalancesTurned(Because),
}

/// Why debit is money in although balances fall with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because {
    Mapped,
    Flows,
    IsOwed,
    Types,
    OtherAccounts,
    Usual,
}

impl Sense {
    /// Whether amounts are the contrary of what was read.
    pub(super) fn turns_amounts(self) -> bool {
        matches!(self, Self::Owed { .. })
    }

    /// Whether balances are the contrary of what is printed.
    pub(super) fn turns_balances(self) -> bool {
        matches!(self, Self::Owed { along: true } | Self::BalancesTurned(_))
    }
}

/// What is known besides the account's own figures.
pub(super) struct Witnesses {
    /// What the mapping, the headers, the options, the name of the file or the texts above the table say of all of it.
    of_all: Option<Because>,
    /// The rows are both sides of transactions, or balances of another account rise with debits.
    others_keep_books: bool,
}

impl Witnesses {
    /// Asks the table.
    ///
    /// # Errors
    /// Those of the input.
    pub(super) fn of(
        table: &Table,
        scan: &Scan,
        options: &BooksOptions<'_>,
        input: &mut dyn Input,
    ) -> io::Result<Self> {
        let mut texts = vec![options.account.clone().unwrap_or_default()];
        if scan.accounts.len() <= 1 {
            let file = options.path.rsplit(['/', '\\']).next().unwrap_or_default();
            texts.push(file.to_owned());
            texts.push(table.dialect());
            texts.extend(table.texts_above(input)?);
        }
        let is_whole_ledger =
            scan.by_column() && scan.accounts.len() > 1 && scan.all.sums.values().all(|(_, sum)| sum.is_zero());
        let is_mapped = options.mapping.as_ref().is_some_and(|mapping| is_said(mapping, table));
        let of_all = if is_mapped {
            Some(Because::Mapped)
        } else if table.names_flows() {
            Some(Because::Flows)
        } else {
            let is_owed = options.owed || texts.iter().any(|text| names_what_is_owed(text));
            is_owed.then_some(Because::IsOwed)
        };
        let rise = |account: &AccountScan| account.chain.steps() == Steps::Along;
        Ok(Self {
            of_all,
            others_keep_books: is_whole_ledger || scan.accounts.iter().any(rise),
        })
    }

    /// How an account is read.
    pub(super) fn sense(&self, account: &AccountScan) -> Sense {
        let steps = account.chain.steps();
        let is_against = matches!(steps, Steps::Against | Steps::AgainstInFew);
        if account.signs.are_turned() {
            return Sense::Owed { along: !is_against };
        }
        if !is_against {
            return Sense::AsPrinted;
        }
        Sense::BalancesTurned(self.keeps_to_books(account).unwrap_or(Because::Usual))
    }

    /// Why debit stays money in, if anything but the balances tells.
    fn keeps_to_books(&self, account: &AccountScan) -> Option<Because> {
        if self.of_all.is_some() {
            self.of_all
        } else if account.is_of_card || is_credit_account(&account.name) {
            Some(Because::IsOwed)
        } else if account.signs.are_right() {
            Some(Because::Types)
        } else {
            self.others_keep_books.then_some(Because::OtherAccounts)
        }
    }
}

/// A person said which way the money goes.
fn is_said(mapping: &Mapping, table: &Table) -> bool {
    match table.layout() {
        AmountLayout::Signed { .. } => mapping.sign.is_some(),
        AmountLayout::Flagged { .. } => !mapping.debit_words.is_empty(),
        AmountLayout::Sides { .. } => {
            let mut columns = mapping.columns.iter();
            columns.any(|(role, _)| matches!(role, Role::Debit | Role::Credit))
        }
    }
}

/// Words of what is owed, folded.
const OWED: &[&str] = &[
    "liability",
    "liabilities",
    "payable",
    "payables",
    "creditor",
    "creditors",
    "card",
    "cards",
    "creditcard",
    "visa",
    "mastercard",
    "amex",
    "loan",
    "loans",
    "mortgage",
    "overdraft",
    "debt",
    "debts",
    "borrowing",
    "borrowings",
    "verbindlichkeit",
    "verbindlichkeiten",
    "kreditkarte",
    "darlehen",
    "hypothek",
    "kredietkaart",
    "creditcardrekening",
    "lening",
    "hypotheek",
    "schulden",
    "carte",
    "emprunt",
    "pret",
    "dette",
    "dettes",
    "tarjeta",
    "prestamo",
    "hipoteca",
    "deuda",
    "deudas",
    "prestito",
    "mutuo",
    "debiti",
    "cartao",
    "emprestimo",
    "passiva",
    "passif",
    "pasivo",
];

/// Types of entries that only the account of a card has, folded; by their beginning.
const OF_CARDS: &[&str] = &[
    "credit card charge",
    "credit card credit",
    "credit card expense",
    "credit card refund",
];

/// Whether only cards have entries of this type, which is folded.
pub(super) fn is_type_of_card(kind: &str) -> bool {
    OF_CARDS.iter().any(|words| kind.starts_with(words))
}

fn names_what_is_owed(text: &str) -> bool {
    fold(text).split(' ').any(|word| OWED.contains(&word))
}

/// Whether the balance of such an account is one of credits: what is owed, the owners' share, what is earned.
fn is_credit_account(name: &str) -> bool {
    let is_credit = |kind| {
        matches!(
            kind,
            AccountType::Liability | AccountType::Equity | AccountType::Revenue
        )
    };
    if names_what_is_owed(name) || AccountType::of_branch(name).is_some_and(is_credit) {
        return true;
    }
    account::role_of_asset(name) != AccountRole::Bank
        && fold(name)
            .split(' ')
            .any(|word| AccountType::named(word).is_some_and(is_credit))
}

/// Says what was decided; nothing where all stands as printed.
pub(super) fn say(sense: Sense, table: &Table, seen: &Seen, out: &mut Emitter<'_>) {
    let debit = debit(table, seen);
    let (message, advice) = match sense {
        Sense::AsPrinted => return,
        Sense::Owed { .. } => (
            "what is owed is positive in this account, as in credit cards; signs were turned".into(),
            NAME_THE_COLUMNS,
        ),
        Sense::BalancesTurned(because) => (
            format!(
                "{debit} was read as money in, and the printed balances with the sign that fits that, because {}. If it \
                 is money out here, as from the bank's point of view, {} says that",
                because.text(),
                mapped(table, seen, DebitIs::Out)
            ),
            OTHERWISE,
        ),
    };
    out.problem(Problem::of_file(Code::Decided, message).advising(advice));
}

/// What to do about the reading that was taken.
const OTHERWISE: &str = "nothing, if it is right; else say the other in a mapping file (--ledger-mapping)";

impl Because {
    fn text(self) -> &'static str {
        match self {
            Self::Mapped => "the mapping says so",
            Self::Flows => "the table says itself which way the money goes",
            Self::IsOwed => "the account is called one of what is owed",
            Self::Types => "the types of the entries say so",
            Self::OtherAccounts => "the other accounts of the table are kept so",
            Self::Usual => "books are kept so",
        }
    }
}

/// What a mapping is to say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DebitIs {
    In,
    Out,
}

/// What stands for debit in the table.
fn debit(table: &Table, seen: &Seen) -> String {
    match table.layout() {
        AmountLayout::Signed { sign, .. } if *sign == SignMeaning::Inverted => "a negative amount".into(),
        AmountLayout::Signed { .. } => "a positive amount".into(),
        AmountLayout::Flagged { .. } => format!("{:?}", seen.words.0),
        AmountLayout::Sides { debit, .. } => debit.map_or_else(
            || "debit".into(),
            |side| format!("{:?}", table.column_name(side.column)),
        ),
    }
}

/// The lines of a mapping file that say it.
fn mapped(table: &Table, seen: &Seen, wanted: DebitIs) -> String {
    let as_read = wanted == DebitIs::In;
    match table.layout() {
        AmountLayout::Signed { sign, .. } => {
            let inverted = (*sign == SignMeaning::Inverted) == as_read;
            format!("sign = {:?}", if inverted { "inverted" } else { "as_printed" })
        }
        AmountLayout::Flagged { amount, direction, .. } => {
            let (debit, credit) = &seen.words;
            let word = if as_read { debit } else { credit };
            let (amount, direction) = (key(table, *amount), key(table, *direction));
            let words = if word.is_empty() {
                "its words of money in".to_owned()
            } else {
                format!("{word:?}")
            };
            format!("amount = {amount}, direction = {direction} and debit_words = [{words}]")
        }
        AmountLayout::Sides { debit, credit } => {
            let (debit, credit) = if as_read { (debit, credit) } else { (credit, debit) };
            let line = |name: &str, side: Side| format!("{name} = {}", key(table, side.column));
            let lines = [
                debit.map(|side| line("debit", side)),
                credit.map(|side| line("credit", side)),
            ];
            lines.into_iter().flatten().collect::<Vec<_>>().join(" and ")
        }
    }
}

/// A column as a mapping names it.
fn key(table: &Table, column: usize) -> String {
    match table.columns().get(column) {
        Some(known) if !known.name.is_empty() => format!("{:?}", known.name),
        _ => (column + 1).to_string(),
    }
}
