//! Columns that say the side of an amount although no header calls them so, told by their values: two words, known ones or
//! such as the running balance proves.

use crate::columns::Role;
use crate::fold::fold;
use crate::profile::Profile;
use crate::row::{Row, same};
use crate::unnamed::Proving;
use crate::words::named_role;

/// What the values of a column say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SideWords {
    /// Words of money out, where only the balances or their pair tells.
    pub(crate) debit_words: Vec<String>,
    /// A column of two values that could say the side; nothing proves it.
    pub(crate) suspect: Option<usize>,
    /// What was decided, for people.
    pub(crate) note: Option<String>,
}

/// Pairs of which one word alone means something else: deposit and withdrawal, terhelés and jóváírás. Money out first.
const PAIRS: &[(&str, &str)] = &[("w", "d"), ("t", "j"), ("lev", "dep"), ("wd", "dp"), ("wdl", "dep")];

/// Rows of the sample below which two values are no pattern.
const FEWEST_ROWS: usize = 3;

/// Looks for the column and gives it its role, if amounts are unsigned and no column says the side yet.
pub(crate) fn find(names: &[String], profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) -> SideWords {
    let place = |roles: &[Role], role: Role| roles.iter().position(|known| *known == role);
    let mut told = SideWords::default();
    let Some(amount) = place(roles, Role::Amount) else {
        return told;
    };
    let unsigned = profiles.get(amount).is_some_and(|profile| profile.signed == 0);
    if !unsigned || roles.contains(&Role::Direction) || roles.contains(&Role::Debit) || roles.contains(&Role::Credit) {
        return told;
    }
    let may_say = |column: usize| match roles.get(column) {
        Some(Role::Type) => true,
        // What is known to be something else is not asked.
        Some(Role::Other) => names
            .get(column)
            .and_then(|name| named_role(name))
            .is_none_or(|(role, _)| role != Role::Other),
        _ => false,
    };
    let columns: Vec<(usize, &Profile)> = profiles
        .iter()
        .enumerate()
        .filter(|(column, _)| may_say(*column))
        .collect();
    let nearest = |columns: Vec<usize>| columns.into_iter().min_by_key(|column| column.abs_diff(amount));
    let known = columns.iter().filter(|(_, profile)| profile.has_both_sides());
    if let Some(column) = nearest(known.map(|(column, _)| *column).collect()) {
        give(roles, column);
        return told;
    }
    let two: Vec<(usize, [&[u8]; 2])> = columns
        .iter()
        .filter_map(|(column, profile)| Some((*column, profile.two_values()?)))
        .filter(|(_, values)| values.iter().all(|value| is_word(value)))
        .collect();
    for (column, values) in &two {
        if let Some(out) = paired(*values) {
            give(roles, *column);
            told.debit_words = vec![out];
            return told;
        }
    }
    let balance = place(roles, Role::Balance);
    for (column, values) in &two {
        if let Some(out) =
            balance.and_then(|balance| proved(profiles, rows, (amount, balance), (*column, *values), roles))
        {
            give(roles, *column);
            told.note = Some(format!("by the running balance {out:?} means money out"));
            told.debit_words = vec![out];
            return told;
        }
    }
    if rows.len() >= FEWEST_ROWS {
        told.suspect = nearest(two.into_iter().map(|(column, _)| column).collect());
    }
    told
}

fn give(roles: &mut [Role], column: usize) {
    if let Some(role) = roles.get_mut(column) {
        *role = Role::Direction;
    }
}

/// A short text that is no number.
fn is_word(value: &[u8]) -> bool {
    value.len() <= 24 && !value.iter().any(u8::is_ascii_digit) && std::str::from_utf8(value).is_ok()
}

/// The word of money out of a known pair.
fn paired(values: [&[u8]; 2]) -> Option<String> {
    let [a, b] = values.map(|value| fold(&String::from_utf8_lossy(value)));
    PAIRS.iter().find_map(|(out, into)| match (a.as_str(), b.as_str()) {
        (one, other) if one == *out && other == *into || one == *into && other == *out => Some((*out).to_owned()),
        _ => None,
    })
}

/// The word that makes the balances follow as money out.
fn proved(
    profiles: &[Profile],
    rows: &[&Row],
    (amount, balance): (usize, usize),
    (column, values): (usize, [&[u8]; 2]),
    roles: &[Role],
) -> Option<String> {
    let date = roles.iter().position(|role| *role == Role::Date);
    let proving = Proving::new(rows, profiles, date);
    let held = |word: &[u8]| {
        let out: Vec<bool> = rows.iter().map(|row| same(row.cell(column), word)).collect();
        proving.flagged(amount, balance, &out)
    };
    let [a, b] = values;
    let word = match (held(a), held(b)) {
        (Some(one), other) if other.is_none_or(|other| one > other) => a,
        (_, Some(_)) => b,
        _ => return None,
    };
    std::str::from_utf8(word).ok().map(str::to_owned)
}
