//! Which column is what: by the words above it, checked against its cells; without words by its cells alone.
//!
//! Long because the rules of all roles stand in the order in which they are asked.

use crate::balances::is_running;
use crate::bare::by_cells;
use crate::columns::Role;
use crate::fold::fold;
use crate::frame::Frame;
use crate::held;
use crate::net;
use crate::profile::Profile;
use crate::row::Row;
use crate::sides::{self, SideWords};
use crate::unnamed::{self, Named};
use crate::words::{named_role, says_debit_or_credit};
use tieout_core::Currency;
use tieout_core::problem::Problem;

/// The side from which a table is read: it decides what the words debit and credit mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Perspective {
    /// A bank's statement: credit is money in.
    #[default]
    Bank,
    /// The books of the account's owner: debit is money in.
    Books,
}

/// What the columns are, and what was decided where the header does not say it.
#[derive(Debug, Default)]
pub(crate) struct Assigned {
    pub(crate) roles: Vec<Role>,
    pub(crate) words: SideWords,
    pub(crate) named: Named,
    /// What is said of a column of what is available that is taken for no balance.
    pub(crate) left_out: Option<Problem>,
}

/// Roles of all columns, by the header and the rows with a date and an amount. `own` is the account that the text above the
/// table names, empty if it names none.
pub(crate) fn assign(
    frame: &Frame,
    profiles: &[Profile],
    rows: &[&Row],
    perspective: Perspective,
    own: &str,
) -> Assigned {
    let mut assigned = Assigned {
        roles: vec![Role::Other; frame.width],
        ..Assigned::default()
    };
    let roles = &mut assigned.roles;
    let at_bank = perspective == Perspective::Bank;
    if frame.header.is_some() {
        by_header(frame, profiles, perspective, roles);
        if at_bank {
            accounts_of_the_other_side(frame, profiles, own, roles);
            net::less_fees(&frame.names, profiles, rows, roles);
        }
        net::with_tax(&frame.names, profiles, rows, roles);
        if has_rows(profiles) {
            fill_date(profiles, roles);
            if at_bank {
                by_values(frame, profiles, roles);
                assigned.named = unnamed::name_money(&frame.names, profiles, rows, roles);
                assigned.left_out = held::left_out(&frame.names, profiles, rows, roles);
            }
            fill_gaps(frame, profiles, roles);
        }
    } else {
        by_cells(profiles, rows, perspective, roles);
        if at_bank {
            by_values(frame, profiles, roles);
        }
    }
    if at_bank && has_rows(profiles) {
        assigned.words = sides::find(&frame.names, profiles, rows, roles);
        if frame.header.is_some() {
            texts_of_banks(frame, profiles, roles);
        }
    }
    assigned
}

fn has_rows(profiles: &[Profile]) -> bool {
    profiles.iter().any(|profile| profile.rows > 0)
}

/// By the words of the header; cells of another kind overrule a word.
fn by_header(frame: &Frame, profiles: &[Profile], perspective: Perspective, roles: &mut [Role]) {
    let names: Vec<String> = frame.names.iter().map(|name| fold(name)).collect();
    for ((role, name), profile) in roles.iter_mut().zip(&frame.names).zip(profiles) {
        if let Some((named, _)) = named_role(name) {
            *role = if has_rows(profiles) {
                checked(named, profile)
            } else {
                named
            };
        }
    }
    if perspective == Perspective::Bank {
        accounts_of_others(&names, roles);
    }
    payments(&names, profiles, roles);
    types_of_processors(&names, profiles, roles);
    one_of_each(&names, frame, profiles, roles);
    currency_of_foreign(frame, roles);
    if perspective == Perspective::Books {
        flows_of_books(&names, roles);
    }
    parts_of_sides(profiles, roles);
    if !roles.contains(&Role::Amount) && !roles.contains(&Role::Debit) {
        rename_first(roles, Role::Gross, Role::Amount);
        rename_first(roles, Role::OriginalAmount, Role::Amount);
    }
    if !roles.contains(&Role::Date) {
        rename_first(roles, Role::ValueDate, Role::Date);
    }
}

/// The role that the cells allow.
fn checked(named: Role, profile: &Profile) -> Role {
    if profile.filled == 0 {
        return named;
    }
    match named {
        Role::ValueDate if profile.is_currencies() => Role::Currency,
        Role::ValueDate if profile.is_amounts() => Role::Amount,
        Role::Amount if profile.is_dates() => Role::ValueDate,
        Role::Currency if profile.is_dates() => Role::ValueDate,
        Role::Currency | Role::OriginalCurrency if profile.currencies * 2 < profile.filled => Role::Other,
        Role::Direction | Role::Status if profile.is_amounts() || profile.is_dates() => Role::Other,
        Role::Debit | Role::Credit if profile.may_be_amounts() => named,
        Role::Debit | Role::Credit | Role::Type if profile.is_directions() => Role::Direction,
        Role::StructuredReference if profile.with_digits * 2 < profile.filled => Role::Description,
        Role::Account if profile.with_digits == 0 => Role::AccountName,
        Role::Direction if profile.directions * 2 < profile.filled => Role::Other,
        Role::Description | Role::Counterparty if profile.is_dates() => Role::Other,
        _ if named.is_date() && !profile.is_dates() => Role::Other,
        _ if named.is_amount() && !profile.may_be_amounts() => {
            if profile.is_directions() {
                Role::Direction
            } else {
                Role::Other
            }
        }
        _ => named,
    }
}

/// Registers of accounting programs: `Payment` beside `Deposit` is money out, beside `Charge` (a card) it is money in.
fn payments(names: &[String], profiles: &[Profile], roles: &mut [Role]) {
    let amounts = |wanted: &[&str]| {
        let mut columns = names.iter().zip(profiles);
        columns.position(|(name, profile)| {
            wanted.contains(&name.as_str()) && (profile.filled == 0 || profile.is_amounts())
        })
    };
    let Some(payment) = amounts(&["payment"]) else { return };
    if let Some(deposit) = amounts(&["deposit", "deposits", "receipt", "receipts"]) {
        set(roles, payment, Role::Debit);
        set(roles, deposit, Role::Credit);
    } else if let Some(charge) = amounts(&["charge", "charges"]) {
        set(roles, charge, Role::Debit);
        set(roles, payment, Role::Credit);
    }
}

/// Beside fees and nets types say what a processor did for a merchant: each `charge` is money in.
fn types_of_processors(names: &[String], profiles: &[Profile], roles: &mut [Role]) {
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    if !has(&["fee", "fees"]) || !has(&["net", "net amount"]) {
        return;
    }
    for ((role, name), profile) in roles.iter_mut().zip(names).zip(profiles) {
        if *role == Role::Direction && name == "type" && profile.ins == 0 {
            *role = Role::Type;
        }
    }
}

/// A column of amounts that no movement fills, beside those of the sides, holds the parts of collective payments in rows of
/// their own (`Einzelbetrag`).
fn parts_of_sides(profiles: &[Profile], roles: &mut [Role]) {
    let is_filled = |role: Role| {
        let mut columns = roles.iter().zip(profiles);
        columns.any(|(known, profile)| *known == role && profile.filled > 0)
    };
    let has_sides = is_filled(Role::Debit) || is_filled(Role::Credit);
    if has_sides && !is_filled(Role::Amount) {
        rename_first(roles, Role::Amount, Role::Other);
    }
}

/// Columns that say which way the money goes, as books call it: money in is debit.
fn flows_of_books(names: &[String], roles: &mut [Role]) {
    for (role, name) in roles.iter_mut().zip(names) {
        *role = match *role {
            Role::Debit if !says_debit_or_credit(name) => Role::Credit,
            Role::Credit if !says_debit_or_credit(name) => Role::Debit,
            known => known,
        };
    }
}

/// A column that is only called `account`, right behind the name of the other side, is the other side's account.
fn accounts_of_others(names: &[String], roles: &mut [Role]) {
    let generic = [
        "account",
        "account number",
        "account no",
        "iban",
        "konto",
        "kontonummer",
        "konto nr",
        "rekening",
        "rekeningnummer",
        "compte",
        "cuenta",
        "conto",
    ];
    let mut before = Role::Other;
    for (role, name) in roles.iter_mut().zip(names) {
        let kept = *role;
        if kept == Role::Account && before == Role::Counterparty && generic.contains(&name.as_str()) {
            *role = Role::CounterpartyAccount;
        }
        before = kept;
    }
}

/// Leaves one column of each role that must be one, the likeliest.
fn one_of_each(names: &[String], frame: &Frame, profiles: &[Profile], roles: &mut [Role]) {
    let filled = |column: usize| profiles.get(column).map_or(0, |profile| profile.filled);
    let name = |column: usize| names.get(column).map_or("", String::as_str);
    keep_best(roles, Role::Date, Role::Other, |column| {
        (BOOKING.iter().any(|stem| name(column).contains(stem)), filled(column))
    });
    keep_best(roles, Role::ValueDate, Role::Other, filled);
    keep_best(roles, Role::DueDate, Role::Other, filled);
    let with_code = |column: usize| frame.names.get(column).is_some_and(|name| currency_in(name).is_some());
    // `Сумма операции` is in the currency of the shop, `Сумма платежа` in that of the account; of `Amount USD` and `Amount EUR` the
    // one beside `Balance EUR` is.
    let balance = roles.iter().position(|role| *role == Role::Balance);
    let of_account = |column: usize| {
        name(column).contains("platezha") || balance.is_some_and(|balance| ends_alike(name(column), name(balance)))
    };
    let moves = |column: usize| profiles.get(column).is_some_and(|profile| profile.nonzero > 0);
    keep_best(roles, Role::Amount, Role::OriginalAmount, |column| {
        (
            of_account(column) && filled(column) > 0,
            moves(column),
            filled(column),
            with_code(column),
        )
    });
    let is_net = |column: usize| name(column).starts_with("net ");
    for role in [Role::Debit, Role::Credit] {
        keep_best(roles, role, Role::Other, |column| (is_net(column), filled(column)));
    }
    // What is available holds back what is not booked yet; beside it the balance itself counts, if it is printed more than
    // here and there.
    let balances = || roles.iter().enumerate().filter(|(_, role)| **role == Role::Balance);
    let most = balances().map(|(column, _)| filled(column)).max().unwrap_or(0);
    let is_usual = |column: usize| filled(column) > 0 && filled(column) * 2 >= most;
    keep_best(roles, Role::Balance, Role::Other, |column| {
        (is_usual(column) && is_running(name(column)), filled(column))
    });
    for role in [
        Role::Direction,
        Role::Fee,
        Role::Gross,
        Role::OriginalAmount,
        Role::OpenAmount,
        Role::Rate,
    ] {
        keep_best(roles, role, Role::Other, filled);
    }
    let amount = roles
        .iter()
        .position(|role| matches!(role, Role::Amount | Role::Debit))
        .unwrap_or(0);
    let alike = |column: usize| ends_alike(name(column), name(amount));
    keep_best(roles, Role::Currency, Role::OriginalCurrency, |column| {
        (filled(column) > 0, alike(column), usize::MAX - column.abs_diff(amount))
    });
    keep_best(roles, Role::OriginalCurrency, Role::Other, filled);
    keep_best(roles, Role::Account, Role::Other, |column| {
        profiles.get(column).map_or(0, |p| p.ibans * 1000 + p.filled)
    });
    keep_best(roles, Role::Status, Role::Description, filled);
}

/// Beside an amount in the currency that its header names (`Amount EUR`) and a foreign amount, the only column of currencies is
/// that of the foreign one.
fn currency_of_foreign(frame: &Frame, roles: &mut [Role]) {
    let place = |wanted: Role| roles.iter().position(|role| *role == wanted);
    let names_currency = |column: usize| frame.names.get(column).is_some_and(|name| currency_in(name).is_some());
    if let (Some(amount), Some(foreign), Some(currency), None) = (
        place(Role::Amount),
        place(Role::OriginalAmount),
        place(Role::Currency),
        place(Role::OriginalCurrency),
    ) && names_currency(amount)
        && !names_currency(foreign)
    {
        set(roles, currency, Role::OriginalCurrency);
    }
}

/// Whether two headers of several words end in the same one: `Сумма платежа`, `Валюта платежа`.
fn ends_alike(one: &str, other: &str) -> bool {
    let last = |name: &str| name.rsplit_once(' ').map(|(_, last)| last.to_owned());
    last(one).is_some_and(|word| last(other) == Some(word))
}

/// Parts of words that say that a date is the booking date.
const BOOKING: &[&str] = &[
    "booking",
    "booked",
    "buchung",
    "posting",
    "posted",
    "post date",
    "zauctovani",
    "uctovan",
    "contable",
    "contabil",
    "comptab",
    "boek",
    "bogfor",
    "bokfor",
    "kirjaus",
    "konyvel",
    "ksiegowan",
    "completed",
];

/// Where several columns have a role, leaves it to the best and of equals to the first; the others get `rest`.
fn keep_best<K: Ord>(roles: &mut [Role], role: Role, rest: Role, key: impl Fn(usize) -> K) {
    let columns: Vec<usize> = roles
        .iter()
        .enumerate()
        .filter(|(_, r)| **r == role)
        .map(|(column, _)| column)
        .collect();
    let Some(best) = columns
        .iter()
        .copied()
        .max_by_key(|&column| (key(column), usize::MAX - column))
    else {
        return;
    };
    for column in columns {
        if column != best {
            set(roles, column, rest);
        }
    }
}

fn rename_first(roles: &mut [Role], from: Role, to: Role) {
    if let Some(role) = roles.iter_mut().find(|role| **role == from) {
        *role = to;
    }
}

/// Gives a column its role.
pub(crate) fn set(roles: &mut [Role], column: usize, role: Role) {
    if let Some(place) = roles.get_mut(column) {
        *place = role;
    }
}

/// The date that the header does not name.
fn fill_date(profiles: &[Profile], roles: &mut [Role]) {
    if roles.contains(&Role::Date) {
        return;
    }
    let mut columns = roles.iter().zip(profiles);
    let date = columns.position(|(role, profile)| *role == Role::Other && profile.filled > 0 && profile.is_dates());
    if let Some(column) = date {
        set(roles, column, Role::Date);
    }
}

/// Whether the column says which of the bank's products (`Current`, `Savings`) a row is of, as it does beside the day on which
/// a payment was started and that on which it was completed; elsewhere `Product` is what was sold.
fn is_product(frame: &Frame, column: usize) -> bool {
    let is = |name: &String, known: &str| fold(name) == known;
    let has = |known: &str| frame.names.iter().any(|name| is(name, known));
    frame.names.get(column).is_some_and(|name| is(name, "product")) && has("started date") && has("completed date")
}

/// Columns that a bank's own codes tell, whatever the header calls them: kinds of rows, what became of a movement, and the
/// accounts that rows of several are of.
fn by_values(frame: &Frame, profiles: &[Profile], roles: &mut [Role]) {
    let has_balances = roles.contains(&Role::Balance) && !roles.contains(&Role::Account);
    for (column, profile) in profiles.iter().enumerate() {
        let Some(role) = roles.get(column).copied() else {
            continue;
        };
        let known = frame.names.get(column).is_some_and(|name| named_role(name).is_some());
        if matches!(role, Role::Other | Role::Type | Role::Reference) && profile.is_row_codes() {
            set(roles, column, Role::RowCode);
        } else if role == Role::Other && has_balances && is_product(frame, column) {
            set(roles, column, Role::Product);
        } else if role == Role::Other && !known && profile.is_statuses() && !roles.contains(&Role::Status) {
            set(roles, column, Role::Status);
        }
    }
}

/// Texts under a header that is not known belong to the description; one text on all rows says nothing of any of them.
fn texts_of_banks(frame: &Frame, profiles: &[Profile], roles: &mut [Role]) {
    for (column, profile) in profiles.iter().enumerate() {
        let known = frame.names.get(column).is_some_and(|name| named_role(name).is_some());
        let is_text = profile.lettered * 2 > profile.filled
            && profile.amounts + profile.dates < profile.filled
            && profile.ibans == 0
            && !(profile.is_constant() && profile.rows > 1)
            && !profile.is_directions()
            && !profile.is_currencies();
        if roles.get(column) == Some(&Role::Other) && is_text && !known {
            set(roles, column, Role::Description);
        }
    }
}

/// Accounts that vary from row to row beside the name of the other side, or that are not the one which the text above the table
/// names, are those of the other side.
fn accounts_of_the_other_side(frame: &Frame, profiles: &[Profile], own: &str, roles: &mut [Role]) {
    const GENERIC: &[&str] = &[
        "account",
        "number",
        "no",
        "iban",
        "bban",
        "konto",
        "kontonummer",
        "nr",
        "rekening",
        "rekeningnummer",
        "compte",
        "numero",
        "de",
        "cuenta",
        "conto",
    ];
    let counterparty = roles.iter().position(|role| *role == Role::Counterparty);
    for (column, profile) in profiles.iter().enumerate() {
        let name = frame.names.get(column).map(|name| fold(name)).unwrap_or_default();
        let generic = !name.is_empty() && name.split(' ').all(|word| GENERIC.contains(&word));
        let varies = profile.like_first < profile.filled;
        let beside = counterparty.is_some_and(|counterparty| counterparty < column);
        let foreign = !own.is_empty() && (varies || !profile.holds_account(own));
        if roles.get(column) == Some(&Role::Account) && generic && (foreign || varies && beside) {
            set(roles, column, Role::CounterpartyAccount);
        }
    }
}

/// What the header leaves open although the cells tell it.
fn fill_gaps(frame: &Frame, profiles: &[Profile], roles: &mut [Role]) {
    let free = |roles: &[Role], test: &dyn Fn(&Profile) -> bool| {
        let mut columns = roles.iter().zip(profiles).enumerate();
        columns
            .find(|(_, (role, profile))| **role == Role::Other && profile.filled > 0 && test(profile))
            .map(|(column, _)| column)
    };
    let has_amount = roles
        .iter()
        .any(|role| matches!(role, Role::Amount | Role::Debit | Role::Credit));
    if !has_amount
        && let Some(column) =
            free(roles, &|p| p.is_amounts() && !p.is_whole_numbers()).or_else(|| free(roles, &Profile::is_amounts))
    {
        set(roles, column, Role::Amount);
    }
    let unnamed = |column: usize| frame.names.get(column).is_none_or(|name| name.trim().is_empty());
    if !roles.contains(&Role::Direction)
        && let Some(column) = free(roles, &Profile::is_directions)
        && unnamed(column)
    {
        set(roles, column, Role::Direction);
    }
    // Texts that nobody named are texts all the same.
    for (column, profile) in profiles.iter().enumerate() {
        let is_text = profile.filled > 0
            && profile.amounts + profile.dates < profile.filled
            && !profile.is_directions()
            && !profile.is_currencies();
        if roles.get(column) == Some(&Role::Other) && is_text && unnamed(column) {
            set(roles, column, Role::Description);
        }
    }
}

/// A currency's code among the words of a header, or a sign that is of one currency: `Betrag (EUR)`, `Amount (£)`.
pub fn currency_in(name: &str) -> Option<Currency> {
    let code = name
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()))
        .find_map(|word| Currency::try_new(word).ok());
    let by_sign = || {
        let signs = [("€", "EUR"), ("£", "GBP"), ("R$", "BRL")];
        let found = signs.into_iter().find(|(sign, _)| name.contains(sign))?;
        Currency::try_new(found.1).ok()
    };
    code.or_else(by_sign)
}
