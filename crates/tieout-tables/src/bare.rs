//! Which column is what in a table without a header: by its cells alone.

use crate::assign::{Perspective, set};
use crate::columns::Role;
use crate::profile::Profile;
use crate::row::Row;
use crate::unnamed::{self, Proving};

/// By cells alone. The sample holds only rows with a date and an amount.
pub(crate) fn by_cells(profiles: &[Profile], rows: &[&Row], perspective: Perspective, roles: &mut [Role]) {
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
    if perspective == Perspective::Books || !amounts_by_balances(profiles, rows, roles) {
        amounts_by_cells(profiles, roles);
    }
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

/// Columns of numbers without words, where a running balance tells which is what; false if none does.
fn amounts_by_balances(profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) -> bool {
    let date = roles.iter().position(|role| *role == Role::Date);
    let proving = Proving::new(rows, profiles, date);
    let numbers = profiles.iter().enumerate().filter(|(column, profile)| {
        unnamed::is_numbers(profile) && roles.get(*column) == Some(&Role::Other) && !proving.counts_rows(*column)
    });
    let numbers: Vec<usize> = numbers.map(|(column, _)| column).collect();
    let Some(money) = proving.money(&numbers, &numbers, (None, None)) else {
        return false;
    };
    money.give(roles);
    true
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
