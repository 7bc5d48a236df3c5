//! Which bank account of the statement files is reconciled.
//!
//! Files of one account name it differently: an IBAN here, the national number at its end there, nothing in a QIF. So an
//! id that ends with another is the same account, and statements without an id belong to the only account that has one.

use super::BankAccount;
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tieout_core::Currency;
use tieout_match::{ItemIndex, Items};
use tieout_reconcile::statements::{Bank, BankStatement, SourceFile};

/// Characters that two ids must share at their end to be one account.
const SHARED_END: usize = 6;

/// The account asked for, or the only one.
///
/// # Errors
/// Several accounts and none chosen, or none that fits, in one sentence that lists them; too many lines.
pub(crate) fn choose_account(accounts: Vec<BankAccount>, wanted: Option<&str>) -> Result<BankAccount> {
    let (mut used, mut nameless) = by_number(accounts)?;
    if let Some(wanted) = wanted {
        let wanted: String = wanted
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_uppercase();
        let of_number = |account: &BankAccount| !wanted.is_empty() && account.id.to_uppercase().contains(&wanted);
        let of_currency = |account: &BankAccount| account.currency.is_some_and(|currency| currency.code() == wanted);
        if used.iter().any(of_number) {
            used.retain(of_number);
        } else if used.iter().chain(&nameless).any(of_currency) {
            used.retain(of_currency);
            nameless.retain(|account| of_currency(account) || account.currency.is_none());
        } else {
            used.extend(nameless);
            let list = names(&used);
            bail!(
                "no statement is of a bank account with {wanted:?} in its number or as its currency; there are {list}"
            );
        }
    } else if used.len() > 1 {
        // An account without anything on it (a savings account listed along) is nobody's concern.
        let busy = |account: &BankAccount| !account.bank.lines.is_empty();
        if used.iter().filter(|account| busy(account)).count() == 1 {
            used.retain(busy);
        }
    }
    take_in(&mut used, nameless)?;
    match used.len() {
        0 => bail!("the statement files hold no account statement"),
        1 => Ok(used.remove(0)),
        _ => bail!(
            "the statement files hold several bank accounts; choose one with --bank-account and a part of its number, or \
             its currency: {}",
            names(&used)
        ),
    }
}

/// Every account once, under the longest of its names. Statements without a number are those of an account with one only
/// if nothing else can be meant or their balances follow each other; among themselves they are as many accounts as there
/// are series of them.
///
/// # Errors
/// Too many lines.
pub(crate) fn merge_accounts(accounts: Vec<BankAccount>, files: &[SourceFile]) -> Result<Vec<BankAccount>> {
    let (mut accounts, nameless) = by_number(accounts)?;
    let named = accounts.len();
    let mut series = Vec::new();
    for account in nameless {
        series.extend(series_of(account, files)?);
    }
    let alone = series.len() == 1;
    for one in series {
        match accounts.first_mut() {
            Some(only)
                if named == 1
                    && compatible(only.currency, one.currency)
                    && (alone || follow(&only.bank.statements, &one.bank.statements)) =>
            {
                absorb(only, one)?;
            }
            _ => accounts.push(one),
        }
    }
    Ok(accounts)
}

/// The statements of an account without a number, divided into those that belong together: of one file, of files named
/// alike but for digits, and of files one of which opens with the other's closing.
fn series_of(account: BankAccount, files: &[SourceFile]) -> Result<Vec<BankAccount>> {
    let statements = &account.bank.statements;
    // Of each file the first one of its series; files are joined by what they share.
    let mut series: BTreeMap<u32, u32> = statements.iter().map(|one| (one.file, one.file)).collect();
    let mut by_name = HashMap::new();
    let mut by_closing = HashMap::new();
    for statement in statements {
        let first = *by_name
            .entry(letters_of(statement.file, files))
            .or_insert(statement.file);
        join(&mut series, first, statement.file);
        if let Some(closing) = statement.closing.filter(|closing| closing.amount != 0) {
            let first = *by_closing.entry(closing.amount).or_insert(statement.file);
            join(&mut series, first, statement.file);
        }
    }
    for statement in statements {
        let before = statement.opening.and_then(|opening| by_closing.get(&opening.amount));
        if let Some(before) = before {
            join(&mut series, *before, statement.file);
        }
    }
    let mut parts: BTreeMap<u32, Vec<BankStatement>> = BTreeMap::new();
    for statement in statements {
        let first = first_of(&series, statement.file);
        parts.entry(first).or_default().push(statement.clone());
    }
    if parts.len() <= 1 {
        return Ok(vec![account]);
    }
    parts.into_values().map(|one| part_of(&account, one)).collect()
}

fn first_of(series: &BTreeMap<u32, u32>, mut file: u32) -> u32 {
    while let Some(&before) = series.get(&file).filter(|before| **before != file) {
        file = before;
    }
    file
}

fn join(series: &mut BTreeMap<u32, u32>, one: u32, other: u32) {
    let (one, other) = (first_of(series, one), first_of(series, other));
    series.insert(one.max(other), one.min(other));
}

/// The letters of a file's name, and its format: statements of one account are told apart by digits.
fn letters_of(file: u32, files: &[SourceFile]) -> (String, String) {
    let found = usize::try_from(file).ok().and_then(|position| files.get(position));
    found.map_or_else(
        || (file.to_string(), String::new()),
        |file| {
            let letters = file.name.chars().filter(|c| c.is_alphabetic()).collect();
            (letters, file.format.clone())
        },
    )
}

/// Whether a statement of one ends with what a statement of the other begins with.
fn follow(one: &[BankStatement], other: &[BankStatement]) -> bool {
    let ends = |statements: &[BankStatement]| -> BTreeSet<i64> {
        let closings = statements.iter().filter_map(|statement| statement.closing);
        closings
            .map(|closing| closing.amount)
            .filter(|amount| *amount != 0)
            .collect()
    };
    let begins_in = |statements: &[BankStatement], ends: &BTreeSet<i64>| {
        let mut openings = statements.iter().filter_map(|statement| statement.opening);
        openings.any(|opening| ends.contains(&opening.amount))
    };
    begins_in(other, &ends(one)) || begins_in(one, &ends(other))
}

/// An account with some of the statements of another, and their lines.
fn part_of(account: &BankAccount, statements: Vec<BankStatement>) -> Result<BankAccount> {
    let mut bank = Bank::default();
    for mut statement in statements {
        let first = u32::try_from(bank.lines.len())?;
        let lines = statement.lines.clone();
        copy(&account.bank.lines, lines.clone(), &mut bank.lines)?;
        let numbers = lines.filter_map(|line| account.bank.line_numbers.get(usize::try_from(line).ok()?));
        bank.line_numbers.extend(numbers);
        statement.lines = first..u32::try_from(bank.lines.len())?;
        bank.statements.push(statement);
    }
    Ok(BankAccount {
        id: account.id.clone(),
        currency: account.currency,
        owed: account.owed,
        bank,
    })
}

/// Those with a number, each once, and those without.
fn by_number(accounts: Vec<BankAccount>) -> Result<(Vec<BankAccount>, Vec<BankAccount>)> {
    let mut used: Vec<BankAccount> = Vec::new();
    let (nameless, named): (Vec<_>, Vec<_>) = accounts.into_iter().partition(|account| account.id.is_empty());
    for account in named {
        match used.iter_mut().find(|known| same(known, &account)) {
            Some(known) => absorb(known, account)?,
            None => used.push(account),
        }
    }
    Ok((used, nameless))
}

/// Statements without a number belong to the only account there is.
fn take_in(named: &mut Vec<BankAccount>, nameless: Vec<BankAccount>) -> Result<()> {
    for account in nameless {
        match named.as_mut_slice() {
            [only] if compatible(only.currency, account.currency) => absorb(only, account)?,
            _ => named.push(account),
        }
    }
    Ok(())
}

fn names(accounts: &[BankAccount]) -> String {
    let names: Vec<String> = accounts
        .iter()
        .map(|account| {
            let id = if account.id.is_empty() {
                "an account without number"
            } else {
                &account.id
            };
            let currency = account
                .currency
                .map_or_else(String::new, |currency| format!(" {currency}"));
            format!("{id}{currency} ({} lines)", account.bank.lines.len())
        })
        .collect();
    names.join(", ")
}

fn same(known: &BankAccount, other: &BankAccount) -> bool {
    let (long, short) = if known.id.len() >= other.id.len() {
        (&known.id, &other.id)
    } else {
        (&other.id, &known.id)
    };
    let ends = short.len() >= SHARED_END && long.ends_with(short.as_str());
    let is_one = long == short || ends || is_national(long, short) || is_national(short, long);
    is_one && compatible(known.currency, other.currency)
}

/// Whether the second is the bank's code and the account's number, divided by a slash as MT940 has them, of which the first, an
/// IBAN, is made: `37040044/532013000` of `DE89370400440532013000`.
fn is_national(iban: &str, national: &str) -> bool {
    let Some((bank, account)) = national.split_once('/') else {
        return false;
    };
    let is_iban = iban.len() >= 15 && iban.starts_with(|c: char| c.is_ascii_alphabetic());
    let own = iban.get(4..).and_then(|rest| rest.strip_prefix(bank));
    is_iban && bank.len() >= 3 && own.is_some_and(|own| own.trim_start_matches('0') == account.trim_start_matches('0'))
}

fn compatible(one: Option<Currency>, other: Option<Currency>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        // Amounts of an unknown currency were counted with two digits.
        (Some(known), None) | (None, Some(known)) => known.minor_digits() == Currency::UNKNOWN.minor_digits(),
        (None, None) => true,
    }
}

/// Adds the statements of `other` behind those of `account`.
fn absorb(account: &mut BankAccount, other: BankAccount) -> Result<()> {
    if account.id.len() < other.id.len() {
        account.id = other.id;
    }
    account.currency = account.currency.or(other.currency);
    account.owed |= other.owed;
    let Bank {
        lines,
        line_numbers,
        statements,
    } = other.bank;
    let shift = u32::try_from(account.bank.lines.len())?;
    copy(&lines, lines.indexes(), &mut account.bank.lines)?;
    account.bank.line_numbers.extend(line_numbers);
    account
        .bank
        .statements
        .extend(statements.into_iter().map(|mut statement| {
            statement.lines = statement.lines.start.saturating_add(shift)..statement.lines.end.saturating_add(shift);
            statement
        }));
    Ok(())
}

fn copy(from: &Items, lines: impl Iterator<Item = ItemIndex>, to: &mut Items) -> Result<()> {
    for index in lines {
        to.copy(from, index)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use tieout_match::NewItem;

    fn account(id: &str, currency: Option<&str>, lines: usize) -> BankAccount {
        let mut bank = Bank::default();
        for _ in 0..lines {
            let item = NewItem {
                date: date(2026, 3, 1),
                amount: 1,
                ..NewItem::default()
            };
            bank.lines.push(&item).unwrap();
            bank.line_numbers.push(1);
        }
        BankAccount {
            id: id.into(),
            currency: currency.map(|code| code.parse().unwrap()),
            owed: false,
            bank,
        }
    }

    #[test]
    fn an_iban_and_the_number_at_its_end_are_one_account() {
        let accounts = vec![
            account("NL26VAYB8060476890", Some("EUR"), 2),
            account("8060476890", None, 1),
        ];
        let chosen = choose_account(accounts, None).unwrap();
        assert_eq!((chosen.id.as_str(), chosen.bank.lines.len()), ("NL26VAYB8060476890", 3));
    }

    #[test]
    fn an_iban_and_the_banks_code_with_the_number_are_one_account() {
        let accounts = |national: &str| {
            vec![
                account("DE89370400440532013000", Some("EUR"), 2),
                account(national, Some("EUR"), 1),
            ]
        };
        for national in ["37040044/0532013000", "37040044/532013000"] {
            let chosen = choose_account(accounts(national), None).unwrap();
            assert_eq!(chosen.bank.lines.len(), 3, "{national}");
        }
        assert!(choose_account(accounts("37040044/0532013001"), None).is_err());
        assert!(choose_account(accounts("37040055/0532013000"), None).is_err());
    }

    #[test]
    fn statements_without_a_number_belong_to_the_only_account() {
        let accounts = vec![account("", None, 1), account("12345678", Some("USD"), 2)];
        assert_eq!(choose_account(accounts, None).unwrap().bank.lines.len(), 3);
    }

    #[test]
    fn several_accounts_are_a_question() {
        let accounts = || vec![account("11111111", Some("USD"), 1), account("22222222", Some("USD"), 2)];
        let question = choose_account(accounts(), None).err().unwrap().to_string();
        assert!(
            question.contains("--bank-account") && question.contains("22222222 USD (2 lines)"),
            "{question}"
        );
        assert_eq!(choose_account(accounts(), Some("2222")).unwrap().id, "22222222");
        assert!(choose_account(accounts(), Some("3333")).is_err());
    }

    #[test]
    fn accounts_without_a_number_are_chosen_by_their_currency() {
        let accounts = || vec![account("", Some("EUR"), 2), account("", Some("GBP"), 3)];
        let question = choose_account(accounts(), None).err().unwrap().to_string();
        assert!(question.contains("or its currency"), "{question}");
        assert_eq!(choose_account(accounts(), Some("gbp")).unwrap().bank.lines.len(), 3);
        let refusal = choose_account(accounts(), Some("USD")).err().unwrap().to_string();
        assert!(
            refusal.contains("there are an account without number EUR (2 lines)"),
            "{refusal}"
        );
        let with_number = vec![account("11111111", Some("EUR"), 2), account("22222222", Some("GBP"), 3)];
        assert_eq!(choose_account(with_number, Some("EUR")).unwrap().id, "11111111");
    }

    #[test]
    fn an_account_without_lines_is_not_asked_about() {
        let accounts = vec![account("11111111", Some("USD"), 0), account("22222222", Some("USD"), 2)];
        assert_eq!(choose_account(accounts, None).unwrap().id, "22222222");
    }
}
