//! Columns of money that no header names, told by the running balances: which is money out, which money in, which the
//! balance. A balance that follows from row to row leaves no doubt; where none does, and more than one column could be the
//! amounts, nothing is guessed.

use crate::amounts::{DecimalMark, DecimalMarkVote, MarkVerdict, read_amount};
use crate::balances::is_running;
use crate::chain::{self, ChainOrder};
use crate::columns::Role;
use crate::dates::{DateOrderVote, OrderVerdict, read_date};
use crate::fold::fold;
use crate::profile::Profile;
use crate::row::Row;
use crate::words::named_role;
use std::cmp::Ordering;
use tieout_core::Decimal;
use tieout_core::problem::excerpt;

/// Columns that are tried; a table with more columns of numbers is no statement.
const MOST_TRIED: usize = 10;
/// Rows that are tried.
const MOST_ROWS: usize = 120;
/// Steps that hold beside one that breaks: fewer do so by chance.
const FEWEST_HELD: usize = 3;

/// What the columns of money are, as a running balance proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Money {
    /// One column of signed amounts.
    Signed { amount: usize, balance: usize },
    /// One column for each side.
    Sides {
        debit: usize,
        credit: usize,
        balance: usize,
    },
}

impl Money {
    /// Gives the columns their roles.
    pub(crate) fn give(self, roles: &mut [Role]) {
        let given = match self {
            Self::Signed { amount, balance } => [Some((amount, Role::Amount)), Some((balance, Role::Balance)), None],
            Self::Sides { debit, credit, balance } => [
                Some((debit, Role::Debit)),
                Some((credit, Role::Credit)),
                Some((balance, Role::Balance)),
            ],
        };
        for (column, role) in given.into_iter().flatten() {
            if let Some(place) = roles.get_mut(column) {
                *place = role;
            }
        }
    }
}

/// How well a reading holds: balances behind the rows before those in front of them, then the more steps the better.
type Held = (bool, usize);

/// Amounts of the sample.
pub(crate) struct Proving {
    /// By column; cells that are blank or do not read are `None`.
    values: Vec<Vec<Option<Decimal>>>,
    rows: usize,
    trend: Option<Ordering>,
}

impl Proving {
    /// The columns of numbers of the rows.
    pub(crate) fn new(rows: &[&Row], profiles: &[Profile], date: Option<usize>) -> Self {
        let rows = rows.get(..MOST_ROWS).unwrap_or(rows);
        let mut together = DecimalMarkVote::default();
        for profile in profiles {
            together.join(&profile.marks);
        }
        let shared = match together.decide() {
            MarkVerdict::Decided(mark) => mark,
            MarkVerdict::Ambiguous | MarkVerdict::Unmarked => DecimalMark::Point,
        };
        let values = profiles.iter().enumerate().map(|(column, profile)| {
            if !profile.is_amounts() || profile.is_dates() {
                return Vec::new();
            }
            let mark = profile.mark().unwrap_or(shared);
            let value = |row: &&Row| read_amount(row.cell(column), row.mark(column, mark)).ok();
            rows.iter().map(|row| value(row).map(|amount| amount.value)).collect()
        });
        Self {
            values: values.collect(),
            rows: rows.len(),
            trend: date.and_then(|column| trend(rows, column)),
        }
    }

    fn column(&self, column: usize) -> &[Option<Decimal>] {
        self.values.get(column).map_or(&[], Vec::as_slice)
    }

    /// The best reading of the columns in which some balance follows from row to row. `debit` and `credit` where the header
    /// names one of them.
    pub(crate) fn money(
        &self,
        free: &[usize],
        balances: &[usize],
        (debit, credit): (Option<usize>, Option<usize>),
    ) -> Option<Money> {
        let free = free.get(..MOST_TRIED).unwrap_or(free);
        let balances = balances.get(..MOST_TRIED).unwrap_or(balances);
        let mut best: Option<(Held, Money)> = None;
        let mut take = |held: Option<Held>, money: Money| {
            if let Some(held) = held
                && best.as_ref().is_none_or(|(known, _)| held > *known)
            {
                best = Some((held, money));
            }
        };
        for &balance in balances {
            if debit.is_none() && credit.is_none() {
                for &amount in free.iter().filter(|column| **column != balance) {
                    take(self.signed(amount, balance), Money::Signed { amount, balance });
                }
            }
            let debits = debit.as_ref().map_or(free, std::slice::from_ref);
            let credits = credit.as_ref().map_or(free, std::slice::from_ref);
            for &debit in debits.iter().filter(|column| **column != balance) {
                for &credit in credits.iter().filter(|column| **column != balance && **column != debit) {
                    let money = Money::Sides { debit, credit, balance };
                    take(self.sides(debit, credit, balance), money);
                }
            }
        }
        best.map(|(_, money)| money)
    }

    /// How well the balances follow from one column of signed amounts.
    pub(crate) fn signed(&self, amount: usize, balance: usize) -> Option<Held> {
        self.holds(&self.signed_rows(amount, balance))
    }

    /// Amounts and the balances beside them.
    fn signed_rows(&self, amount: usize, balance: usize) -> Vec<(Decimal, Decimal)> {
        let pairs = self.column(amount).iter().zip(self.column(balance));
        pairs
            .filter_map(|(amount, balance)| Some(((*amount)?, (*balance)?)))
            .collect()
    }

    /// How well the balances follow from two columns, of which a row uses one. A minus is part of neither side.
    fn sides(&self, debit: usize, credit: usize, balance: usize) -> Option<Held> {
        self.holds(&self.sided_rows(debit, credit, balance)?)
    }

    /// Whether so few balances break that they are running ones, and so many of how few that nothing tells a line that is
    /// missing from money that is held back. `None` if they all follow, mostly do not, or nobody knows what they follow from.
    pub(crate) fn breaks_in_few(&self, roles: &[Role], balance: usize) -> Option<usize> {
        let place = |role: Role| roles.iter().position(|known| *known == role);
        let rows = match (place(Role::Amount), place(Role::Debit), place(Role::Credit)) {
            (Some(amount), ..) => self.signed_rows(amount, balance),
            (None, Some(debit), Some(credit)) => self.sided_rows(debit, credit, balance)?,
            _ => return None,
        };
        if chain::order(&rows).is_some() {
            return None;
        }
        let (held, steps) = chain::held(&rows);
        let mostly = held > 0 && (held * 4 >= steps * 3 || held + 1 == steps);
        mostly.then_some(steps - held)
    }

    fn sided_rows(&self, debit: usize, credit: usize, balance: usize) -> Option<Vec<(Decimal, Decimal)>> {
        let mut rows = Vec::new();
        let (mut debits, mut credits) = (0, 0);
        for ((debit, credit), balance) in self
            .column(debit)
            .iter()
            .zip(self.column(credit))
            .zip(self.column(balance))
        {
            let zero = Decimal::ZERO;
            let (debit, credit) = (debit.unwrap_or(zero), credit.unwrap_or(zero));
            if !debit.is_zero() && !credit.is_zero() {
                return None;
            }
            debits += usize::from(!debit.is_zero());
            credits += usize::from(!credit.is_zero());
            if let Some(balance) = balance {
                rows.push((credit.abs().checked_sub(debit.abs())?, *balance));
            }
        }
        (debits > 0 || credits > 0).then_some(rows)
    }

    /// How well the balances follow from amounts whose side a word says: `out` are the rows of money out.
    pub(crate) fn flagged(&self, amount: usize, balance: usize, out: &[bool]) -> Option<Held> {
        let rows = self.column(amount).iter().zip(self.column(balance)).zip(out);
        let rows = rows.filter_map(|((amount, balance), out)| {
            let amount = (*amount)?.abs();
            Some((if *out { -amount } else { amount }, (*balance)?))
        });
        let rows: Vec<_> = rows.collect();
        self.holds(&rows)
    }

    /// Whether amounts and balances chain, in at least two rows that move something and nearly all that there are. Of few rows one
    /// step may break, where three hold: a column that every other row follows is the balance, and a line is missing there.
    fn holds(&self, rows: &[(Decimal, Decimal)]) -> Option<Held> {
        let moving = rows.iter().filter(|(amount, _)| !amount.is_zero()).count();
        if moving < 2 || rows.len() * 4 < self.rows * 3 {
            return None;
        }
        let but_one = || chain::order_but_one(rows).filter(|(_, held)| *held >= FEWEST_HELD);
        let (order, held) = chain::order(rows).or_else(but_one)?;
        let newest_first = matches!(order, ChainOrder::Descending | ChainOrder::DescendingBefore);
        let after = matches!(order, ChainOrder::Ascending | ChainOrder::Descending);
        let fits = match self.trend {
            Some(Ordering::Less) => !newest_first,
            Some(Ordering::Greater) => newest_first,
            // Balances in front of the rows, seen from the other end, are balances behind them with the signs turned.
            _ => after,
        };
        fits.then_some((after, held))
    }

    /// Whether two columns share the rows between them, both used, on at least three rows.
    pub(crate) fn take_turns(&self, one: usize, other: usize) -> bool {
        let uses = |value: &Option<Decimal>| value.is_some_and(|value| !value.is_zero());
        let rows = || self.column(one).iter().zip(self.column(other));
        let both = rows().all(|(a, b)| uses(a) != uses(b));
        both && self.rows > 2 && rows().any(|(a, _)| uses(a)) && rows().any(|(_, b)| uses(b))
    }

    /// Whether some row has an amount in `other` and none in `one`.
    pub(crate) fn leaves_rows(&self, one: usize, other: usize) -> bool {
        let uses = |value: Option<&Option<Decimal>>| value.copied().flatten().is_some_and(|value| !value.is_zero());
        let (one, other) = (self.column(one), self.column(other));
        (0..self.rows).any(|row| !uses(one.get(row)) && uses(other.get(row)))
    }

    /// Numbers that count the rows.
    pub(crate) fn counts_rows(&self, column: usize) -> bool {
        let one = Decimal::from_minor(1, 0);
        let values = self.column(column);
        let step = |pair: &[Option<Decimal>]| match pair {
            [Some(a), Some(b)] => a.checked_sub(*b).is_some_and(|off| off.abs() == one),
            _ => false,
        };
        values.len() > 1 && values.windows(2).all(step)
    }
}

/// The first date compared with the last one; `None` if they do not say.
fn trend(rows: &[&Row], column: usize) -> Option<Ordering> {
    let mut vote = DateOrderVote::default();
    for row in rows {
        vote.add(row.cell(column));
    }
    let OrderVerdict::Decided(order, _) = vote.decide() else {
        return None;
    };
    let date = |row: Option<&&Row>| {
        row.and_then(|row| read_date(row.cell(column), order))
            .map(|read| read.date)
    };
    Some(date(rows.first())?.cmp(&date(rows.last())?)).filter(|order| *order != Ordering::Equal)
}

/// What is said of columns of money that the header does not name.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// What was decided, for people.
    pub(crate) note: Option<String>,
    /// Why they cannot be told apart.
    pub(crate) open: Option<String>,
}

/// Gives roles to columns of money whose header is not known.
pub(crate) fn name_money(names: &[String], profiles: &[Profile], rows: &[&Row], roles: &mut [Role]) -> Named {
    let place = |role: Role| roles.iter().position(|known| *known == role);
    let proving = Proving::new(rows, profiles, place(Role::Date));
    let is_free = |column: usize, profile: &Profile| {
        let known = names.get(column).and_then(|name| named_role(name));
        roles.get(column) == Some(&Role::Other)
            && known.is_none()
            && is_numbers(profile)
            && !proving.counts_rows(column)
    };
    let free: Vec<usize> = profiles
        .iter()
        .enumerate()
        .filter(|(column, profile)| is_free(*column, profile))
        .map(|(column, _)| column)
        .collect();
    let (amount, debit, credit) = (place(Role::Amount), place(Role::Debit), place(Role::Credit));
    let balance = place(Role::Balance);
    if free.is_empty() {
        return Named::default();
    }
    // A column without a known name may be the balance beside what is available.
    let is_sure = balance.is_some_and(|column| names.get(column).is_none_or(|name| is_running(&fold(name))));
    let balances: Vec<usize> = if is_sure {
        balance.into_iter().collect()
    } else {
        free.iter().copied().chain(balance).collect()
    };
    let balances = balances.as_slice();
    let unsigned = |column: usize| profiles.get(column).is_some_and(|profile| profile.signed == 0);
    let (found, rest) = match (amount, debit, credit) {
        (Some(amount), None, None) => {
            let sided = roles.contains(&Role::Direction) || !unsigned(amount);
            let held = |balance: &usize| proving.signed(amount, *balance).map(|held| (held, *balance));
            match balances.iter().filter_map(held).max() {
                Some((_, balance)) => (Some(Money::Signed { amount, balance }), None),
                None if sided => (None, None),
                None => (proving.money(&free, balances, (None, None)), None),
            }
        }
        (_, Some(debit), Some(credit)) => (proving.money(&free, balances, (Some(debit), Some(credit))), None),
        (_, debit, credit) => {
            let rest = left_open(&proving, profiles, &free, debit.or(credit));
            let found = proving.money(&free, balances, (debit, credit));
            (
                found.filter(|_| debit.is_none() && credit.is_none() || rest.is_some()),
                rest,
            )
        }
    };
    let named = |column: usize| column_name(names, column);
    if let Some(money) = found {
        let before = roles.to_vec();
        if matches!(money, Money::Sides { .. })
            && let Some(amount) = amount
            && let Some(role) = roles.get_mut(amount)
        {
            *role = Role::Other;
        }
        if let Some(place) = balance.and_then(|column| roles.get_mut(column)) {
            *place = Role::Other;
        }
        money.give(roles);
        let told = describe(money, &before, &named);
        return Named {
            note: told.map(|told| format!("the running balance tells what the header does not: {told}")),
            open: None,
        };
    }
    let Some(rest) = rest else { return Named::default() };
    if let (Some(side), [other]) = (debit.or(credit), rest.as_slice())
        && proving.take_turns(side, *other)
    {
        let (role, what) = if debit.is_some() {
            (Role::Credit, "money in")
        } else {
            (Role::Debit, "money out")
        };
        if let Some(place) = roles.get_mut(*other) {
            *place = role;
        }
        let note = format!(
            "{} was taken for {what}: each row uses it or {}",
            named(*other),
            named(side)
        );
        return Named {
            note: Some(note),
            open: None,
        };
    }
    let mut columns: Vec<usize> = debit.or(credit).into_iter().chain(rest).collect();
    columns.sort_unstable();
    let list: Vec<String> = columns.iter().map(|column| named(*column)).collect();
    Named {
        note: None,
        open: Some(format!(
            "the header does not say what these columns of numbers are, and no running balance tells them apart: {}",
            list.join(", ")
        )),
    }
}

/// Numbers that may be money.
pub(crate) fn is_numbers(profile: &Profile) -> bool {
    profile.filled > 0 && profile.is_amounts() && !profile.is_dates() && profile.long_numbers * 2 < profile.filled
}

/// The columns that could as well hold the amounts of rows that the named one has none of; `None` if nothing is open.
fn left_open(proving: &Proving, profiles: &[Profile], free: &[usize], side: Option<usize>) -> Option<Vec<usize>> {
    let whole = |column: &usize| profiles.get(*column).is_some_and(Profile::is_whole_numbers);
    if let Some(side) = side {
        let rest: Vec<usize> = free
            .iter()
            .copied()
            .filter(|other| proving.leaves_rows(side, *other))
            .collect();
        return Some(rest).filter(|rest| !rest.is_empty());
    }
    let money: Vec<usize> = free.iter().copied().filter(|column| !whole(column)).collect();
    match money.as_slice() {
        [] if free.len() > 1 => Some(free.to_vec()),
        [] => None,
        [only] => {
            let rest: Vec<usize> = free
                .iter()
                .copied()
                .filter(|other| other == only || proving.leaves_rows(*only, *other))
                .collect();
            (rest.len() > 1).then_some(rest)
        }
        _ => Some(money),
    }
}

fn column_name(names: &[String], column: usize) -> String {
    match names.get(column) {
        Some(name) if !name.is_empty() => format!("{:?} (column {})", excerpt(name, 40), column + 1),
        _ => format!("column {}", column + 1),
    }
}

/// What was found beside what the header names; `None` if it is nothing new.
fn describe(money: Money, before: &[Role], named: &dyn Fn(usize) -> String) -> Option<String> {
    let all = match money {
        Money::Signed { amount, balance } => vec![
            (amount, Role::Amount, "the amount"),
            (balance, Role::Balance, "the balance"),
        ],
        Money::Sides { debit, credit, balance } => vec![
            (debit, Role::Debit, "money out"),
            (credit, Role::Credit, "money in"),
            (balance, Role::Balance, "the balance"),
        ],
    };
    let new = all
        .into_iter()
        .filter(|(column, role, _)| before.get(*column) != Some(role));
    let told: Vec<String> = new
        .map(|(column, _, what)| format!("{} is {what}", named(column)))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}
