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

/// Pairs of which one word alone means something else: deposit and withdrawal, terhelés and jóváírás, dare and avere. Money out first.
const PAIRS: &[(&str, &str)] = &[
    ("w", "d"),
    ("t", "j"),
    ("lev", "dep"),
    ("wd", "dp"),
    ("wdl", "dep"),
    ("d", "a"),
    ("payment", "receipt"),
    ("payment", "deposit"),
];

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
    if !unsigned || roles.contains(&Role::Debit) || roles.contains(&Role::Credit) {
        return told;
    }
    // A column that is called one of sides, whose words are not known.
    let called = place(roles, Role::Direction);
    if called.and_then(|column| profiles.get(column)).is_some_and(tells) {
        return told;
    }
    let columns: Vec<(usize, &Profile)> = profiles
        .iter()
        .enumerate()
        .filter(|(column, _)| called.is_none_or(|called| called == *column) && may_say(names, roles, *column))
        .collect();
    let nearest = |columns: Vec<usize>| columns.into_iter().min_by_key(|column| column.abs_diff(amount));
    let known = columns.iter().filter(|(_, profile)| tells(profile));
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
        let two = nearest(two.into_iter().map(|(column, _)| column).collect());
        told.suspect = called.or_else(|| named_side(names, profiles)).or(two);
    }
    told
}

/// Whether a column may say the side whatever it is called: one of types, of what is not known to be something else, or of
/// texts beside another one.
fn may_say(names: &[String], roles: &[Role], column: usize) -> bool {
    let of_texts = |role: &Role| matches!(role, Role::Description | Role::Counterparty);
    match roles.get(column) {
        Some(Role::Type | Role::Direction) => true,
        Some(role) if of_texts(role) => roles.iter().filter(|role| of_texts(role)).count() > 1,
        Some(Role::Other) => names
            .get(column)
            .and_then(|name| named_role(name))
            .is_none_or(|(role, _)| role != Role::Other),
        _ => false,
    }
}

/// Whether the words of a column say the side: nearly all of them, or most of a few where both sides are among them.
fn tells(profile: &Profile) -> bool {
    let most = profile.directions * 2 > profile.filled && profile.is_of_few_values();
    profile.outs > 0 && profile.ins > 0 && (profile.is_directions() || most)
}

/// A column that the header calls one of sides, whatever its words are.
fn named_side(names: &[String], profiles: &[Profile]) -> Option<usize> {
    let is_called = |name: &String| matches!(named_role(name), Some((Role::Direction, _)));
    let mut columns = names.iter().zip(profiles);
    columns.position(|(name, profile)| is_called(name) && profile.filled > 0 && profile.is_of_few_values())
}

fn give(roles: &mut [Role], column: usize) {
    if let Some(role) = roles.get_mut(column) {
        *role = Role::Direction;
    }
}

/// A short text that is no number.
fn is_word(value: &[u8]) -> bool {
    value.len() <= 24 && !value.iter().any(u8::is_ascii_digit)
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
    // As `Directions` compares it, where it is no UTF-8.
    let latin = || word.iter().map(|&byte| char::from(byte)).collect();
    Some(std::str::from_utf8(word).map_or_else(|_| latin(), str::to_owned))
}
