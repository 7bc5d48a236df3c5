//! Which column is what: by the words above it, checked against its cells; without words by its cells alone.

use crate::columns::Role;
use crate::fold::fold;
use crate::frame::Frame;
use crate::profile::Profile;
use crate::words::{role_of, says_flow};
use tieout_core::Currency;

/// The side from which a table is read: it decides what the words debit and credit mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Perspective {
    /// A bank's statement: credit is money in.
    #[default]
    Bank,
    /// The books of the account's owner: debit is money in.
    Books,
}

/// Roles of all columns.
pub(crate) fn roles(frame: &Frame, profiles: &[Profile], perspective: Perspective) -> Vec<Role> {
    let mut roles = vec![Role::Other; frame.width];
    if frame.header.is_some() {
        by_header(frame, profiles, perspective, &mut roles);
        if has_rows(profiles) {
            fill_gaps(frame, profiles, &mut roles);
        }
    } else {
        by_cells(profiles, &mut roles);
    }
    roles
}

fn has_rows(profiles: &[Profile]) -> bool {
    profiles.iter().any(|profile| profile.rows > 0)
}

/// By the words of the header; cells of another kind overrule a word.
fn by_header(frame: &Frame, profiles: &[Profile], perspective: Perspective, roles: &mut [Role]) {
    let names: Vec<String> = frame.names.iter().map(|name| fold(name)).collect();
    for ((role, name), profile) in roles.iter_mut().zip(&names).zip(profiles) {
        if let Some((named, _)) = role_of(name) {
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
    one_of_each(&names, frame, profiles, roles);
    if perspective == Perspective::Books {
        flows_of_books(&names, roles);
    }
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
        Role::Debit | Role::Credit | Role::Type if profile.is_directions() => Role::Direction,
        Role::Account if profile.with_digits == 0 => Role::AccountName,
        Role::Direction if profile.directions * 2 < profile.filled => Role::Other,
        Role::Description | Role::Counterparty if profile.is_dates() => Role::Other,
        _ if named.is_date() && !profile.is_dates() => Role::Other,
        _ if named.is_amount() && !profile.is_amounts() => {
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
    if let Some(deposit) = amounts(&["deposit", "deposits"]) {
        set(roles, payment, Role::Debit);
        set(roles, deposit, Role::Credit);
    } else if let Some(charge) = amounts(&["charge", "charges"]) {
        set(roles, charge, Role::Debit);
        set(roles, payment, Role::Credit);
    }
}

/// Columns that say which way the money goes, as books call it: money in is debit.
fn flows_of_books(names: &[String], roles: &mut [Role]) {
    for (role, name) in roles.iter_mut().zip(names) {
        *role = match *role {
            Role::Debit if says_flow(name) => Role::Credit,
            Role::Credit if says_flow(name) => Role::Debit,
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
    keep_best(roles, Role::Amount, Role::OriginalAmount, |column| {
        (filled(column), with_code(column))
    });
    for role in [
        Role::Debit,
        Role::Credit,
        Role::Balance,
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
    keep_best(roles, Role::Currency, Role::OriginalCurrency, |column| {
        (filled(column) > 0, usize::MAX - column.abs_diff(amount))
    });
    keep_best(roles, Role::OriginalCurrency, Role::Other, filled);
    keep_best(roles, Role::Account, Role::Other, |column| {
        profiles.get(column).map_or(0, |p| p.ibans * 1000 + p.filled)
    });
    keep_best(roles, Role::Status, Role::Description, filled);
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

fn set(roles: &mut [Role], column: usize, role: Role) {
    if let Some(place) = roles.get_mut(column) {
        *place = role;
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
    if !roles.contains(&Role::Date)
        && let Some(column) = free(roles, &Profile::is_dates)
    {
        set(roles, column, Role::Date);
    }
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

/// By cells alone. The sample holds only rows with a date and an amount.
fn by_cells(profiles: &[Profile], roles: &mut [Role]) {
    let all = |test: fn(&Profile) -> bool| -> Vec<usize> {
        profiles
            .iter()
            .enumerate()
            .filter(|(_, p)| p.filled > 0 && test(p))
            .map(|(column, _)| column)
            .collect()
    };
    for (column, role) in all(Profile::is_dates).into_iter().zip([Role::Date, Role::ValueDate]) {
        set(roles, column, role);
    }
    amounts_by_cells(profiles, roles);
    let amount = roles
        .iter()
        .position(|role| matches!(role, Role::Amount | Role::Debit))
        .unwrap_or(0);
    if let Some(column) = all(Profile::is_currencies)
        .into_iter()
        .min_by_key(|column| column.abs_diff(amount))
    {
        set(roles, column, Role::Currency);
    }
    if let Some(column) = all(Profile::is_directions)
        .into_iter()
        .min_by_key(|column| column.abs_diff(amount))
    {
        set(roles, column, Role::Direction);
    }
    for (column, profile) in profiles.iter().enumerate() {
        let own = profile.rows > 1
            && profile.is_constant()
            && (profile.ibans == profile.rows || profile.long_numbers == profile.rows);
        if roles.get(column) != Some(&Role::Other) || profile.filled == 0 {
            continue;
        }
        if own && !roles.contains(&Role::Account) {
            set(roles, column, Role::Account);
        } else if !profile.is_dates() && !profile.is_amounts() && !profile.is_constant()
            || profile.filled == 1 && !profile.is_amounts()
        {
            set(roles, column, Role::Description);
        }
    }
}

/// Columns of numbers without words: one signed amount, or two that are filled in turn; a further one is the balance.
fn amounts_by_cells(profiles: &[Profile], roles: &mut [Role]) {
    let numeric: Vec<usize> = profiles
        .iter()
        .enumerate()
        .filter(|(column, p)| {
            p.filled > 0 && p.is_amounts() && p.long_numbers * 2 < p.filled && roles.get(*column) == Some(&Role::Other)
        })
        .map(|(column, _)| column)
        .collect();
    let of = |column: usize| profiles.get(column);
    let money: Vec<usize> = numeric
        .iter()
        .copied()
        .filter(|c| of(*c).is_some_and(|p| !p.is_whole_numbers()))
        .collect();
    let candidates = if money.is_empty() { numeric } else { money };
    let rows = profiles.iter().map(|p| p.rows).max().unwrap_or(0);
    // Two neighbours that share the rows between them: debit and credit, in this order until more is known. One row in
    // twenty may have neither: a row that is cut, or a line below the table.
    let turns = candidates.windows(2).find_map(|pair| match *pair {
        [a, b] => {
            let sum = of(a)?.nonzero + of(b)?.nonzero;
            let shared = sum <= rows && (rows - sum) * 20 <= rows;
            (shared && of(a)?.nonzero < rows && of(b)?.nonzero < rows && a + 1 == b).then_some((a, b))
        }
        _ => None,
    });
    if let Some((debit, credit)) = turns {
        set(roles, debit, Role::Debit);
        set(roles, credit, Role::Credit);
    } else {
        let full = |column: &usize| of(*column).is_some_and(|p| p.filled == rows);
        let Some(amount) = candidates.iter().copied().find(full).or_else(|| {
            candidates
                .iter()
                .copied()
                .max_by_key(|c| of(*c).map_or(0, |p| p.filled))
        }) else {
            return;
        };
        set(roles, amount, Role::Amount);
        // No sign anywhere and an empty neighbour: the other side of a pair that was not used.
        if of(amount).is_some_and(|p| p.signed == 0) {
            let blank = |column: usize| of(column).is_some_and(|p| p.filled == 0);
            if blank(amount + 1) || amount.checked_sub(1).is_some_and(blank) {
                set(roles, amount, Role::Debit);
            }
        }
    }
    let last = roles
        .iter()
        .rposition(|role| matches!(role, Role::Amount | Role::Debit | Role::Credit))
        .unwrap_or(0);
    if let Some(balance) = candidates.iter().copied().find(|column| *column > last) {
        set(roles, balance, Role::Balance);
    }
}

/// A currency's code among the words of a header: `Betrag (EUR)`.
pub fn currency_in(name: &str) -> Option<Currency> {
    name.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()))
        .find_map(|word| Currency::try_new(word).ok())
}
