//! One pass over all rows of a table: the votes of every column that matters, before a single value is read for good.

use crate::amounts::{DecimalMarkVote, PrintedSign};
use crate::columns::Role;
use crate::dates::DateOrderVote;
use crate::directions::{Direction, direction};
use crate::limits::MAX_GROUPS;
use crate::profile::is_currency;
use crate::row::{Row, same};
use std::collections::BTreeSet;

/// Movements of one account in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The cell of [`Role::Account`], or empty.
    pub account: Vec<u8>,
    /// The cell of [`Role::Currency`], or empty.
    pub currency: Vec<u8>,
}

/// Votes and counts over all rows.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    columns: Vec<(usize, Role)>,
    /// One for each column of the table; columns without dates stay empty.
    pub(crate) dates: Vec<DateOrderVote>,
    /// One for each column of the table; columns without amounts stay empty.
    pub(crate) marks: Vec<DecimalMarkVote>,
    /// Rows with a date or an amount.
    pub(crate) rows: u64,
    /// Signs of the amount column by the word beside them.
    pub(crate) signs: Signs,
    /// Words of the direction column.
    pub(crate) words: Words,
    /// What the debit and the credit column hold.
    pub(crate) sides: SideCounts,
    /// Groups in the order in which they first stand in the table.
    pub(crate) groups: Vec<Group>,
    seen: BTreeSet<Group>,
    last: Group,
    place: Places,
}

/// How many amounts other than zero print which sign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    pub(crate) minus: u64,
    pub(crate) plus: u64,
    pub(crate) unsigned: u64,
    /// Those that print it as `CR` or `DR`, zeros among them.
    pub(crate) lettered: u64,
    /// Beside a word of money out.
    pub(crate) debit: Beside,
    /// Beside a word of money in.
    pub(crate) credit: Beside,
}

/// Signs of the amounts beside one kind of word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    pub(crate) minus: u64,
    pub(crate) other: u64,
}

impl Beside {
    /// Most of the amounts have a minus.
    pub(crate) fn is_minus(self) -> bool {
        self.minus > self.other
    }
}

/// Values other than zero in the columns of the two sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SideCounts {
    pub(crate) debits: u64,
    pub(crate) credits: u64,
    /// Of the debits, with a minus.
    pub(crate) debits_minus: u64,
    /// Of the credits, with a minus.
    pub(crate) credits_minus: u64,
}

/// What the cells of a direction column say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) debit: u64,
    pub(crate) credit: u64,
    pub(crate) blank: u64,
    pub(crate) unknown: u64,
}

/// Columns looked at for counts.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    date: Option<usize>,
    amount: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    direction: Option<usize>,
    group: GroupPlaces,
}

/// Columns that tell the group of a row.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct GroupPlaces {
    account: Option<usize>,
    other_account: Option<usize>,
    product: Option<usize>,
    currency: Option<usize>,
}

impl GroupPlaces {
    pub(crate) fn new(place: impl Fn(Role) -> Option<usize>) -> Self {
        Self {
            account: place(Role::Account),
            other_account: place(Role::CounterpartyAccount),
            product: place(Role::Product),
            currency: place(Role::Currency),
        }
    }

    /// The cells as they are.
    #[inline]
    pub(crate) fn printed<'r>(&self, row: &'r Row) -> (&'r [u8], &'r [u8]) {
        let cell = |column: Option<usize>| column.map_or(&[][..], |column| row.cell(column));
        (cell(self.account.or(self.product)), cell(self.currency))
    }

    /// No column tells a group.
    pub(crate) fn is_empty(&self) -> bool {
        self.account.or(self.product).is_none() && self.currency.is_none()
    }
}

impl Evidence {
    /// Nothing seen yet of a table with these roles.
    pub(crate) fn new(roles: &[Role]) -> Self {
        let place = |role: Role| roles.iter().position(|r| *r == role);
        Self {
            columns: roles
                .iter()
                .copied()
                .enumerate()
                .filter(|(_, role)| role.is_date() || role.is_amount())
                .collect(),
            dates: vec![DateOrderVote::default(); roles.len()],
            marks: vec![DecimalMarkVote::default(); roles.len()],
            place: Places {
                date: place(Role::Date),
                amount: place(Role::Amount),
                debit: place(Role::Debit),
                credit: place(Role::Credit),
                direction: place(Role::Direction),
                group: GroupPlaces::new(place),
            },
            ..Self::default()
        }
    }

    /// One row of the table. Only rows with a date and an amount have a vote: what stands below a table is not written
    /// like it.
    pub(crate) fn add(&mut self, row: &Row) {
        let Some(date) = self.place.date else { return };
        let sides = [self.place.amount, self.place.debit, self.place.credit];
        if !sides.into_iter().flatten().any(|column| !row.cell(column).is_empty()) {
            return;
        }
        if !self.dates.get_mut(date).is_some_and(|vote| vote.add(row.cell(date))) {
            return;
        }
        for &(column, role) in &self.columns {
            let cell = row.cell(column);
            if cell.is_empty() || column == date {
                continue;
            }
            if role.is_date() {
                if let Some(vote) = self.dates.get_mut(column) {
                    vote.add(cell);
                }
            } else if let Some(vote) = self.marks.get_mut(column)
                && !row.is_number(column)
            {
                vote.add(cell);
            }
        }
        self.rows += 1;
        self.add_sign(row);
        self.add_sides(row);
        self.add_group(row);
    }

    /// Counts the sign of the amount and the word beside it. The sign is told without reading the amount: in this pass
    /// every nanosecond counts for all rows of the file.
    fn add_sign(&mut self, row: &Row) {
        let Some(column) = self.place.amount else { return };
        let cell = row.cell(column);
        let Some((sign, is_zero)) = printed_sign(cell) else {
            return;
        };
        self.signs.lettered += u64::from(lettered_sign(cell).is_some());
        let word = self.place.direction.map(|column| {
            let cell = row.cell(column);
            (cell.is_empty(), direction(cell))
        });
        match word {
            Some((_, Some(Direction::Debit))) => self.words.debit += 1,
            Some((_, Some(Direction::Credit))) => self.words.credit += 1,
            Some((true, None)) => self.words.blank += 1,
            Some((false, None)) => self.words.unknown += 1,
            None => {}
        }
        if is_zero {
            return;
        }
        match sign {
            PrintedSign::Minus => self.signs.minus += 1,
            PrintedSign::Plus => self.signs.plus += 1,
            PrintedSign::None => self.signs.unsigned += 1,
        }
        let beside = match word {
            Some((_, Some(Direction::Debit))) => &mut self.signs.debit,
            Some((_, Some(Direction::Credit))) => &mut self.signs.credit,
            _ => return,
        };
        if sign == PrintedSign::Minus {
            beside.minus += 1;
        } else {
            beside.other += 1;
        }
    }

    fn add_sides(&mut self, row: &Row) {
        let signs = |column: Option<usize>| {
            let sign = column
                .and_then(|column| printed_sign(row.cell(column)))
                .filter(|(_, is_zero)| !is_zero);
            (
                u64::from(sign.is_some()),
                u64::from(sign.is_some_and(|(sign, _)| sign == PrintedSign::Minus)),
            )
        };
        let (debit, credit) = (signs(self.place.debit), signs(self.place.credit));
        self.sides.debits += debit.0;
        self.sides.debits_minus += debit.1;
        self.sides.credits += credit.0;
        self.sides.credits_minus += credit.1;
    }

    fn add_group(&mut self, row: &Row) {
        let (account, currency) = self.place.group.printed(row);
        let same = !self.groups.is_empty() && same(account, &self.last.account) && same(currency, &self.last.currency);
        if same {
            return;
        }
        let group = group_of(row, &self.place.group);
        self.last.account.clear();
        self.last.account.extend_from_slice(account);
        self.last.currency.clear();
        self.last.currency.extend_from_slice(currency);
        if self.groups.len() < MAX_GROUPS && self.seen.insert(group.clone()) {
            self.groups.push(group);
        }
    }
}

/// The sign that a cell prints and whether its number is zero; `None` if it has no digit.
pub(crate) fn printed_sign(cell: &[u8]) -> Option<(PrintedSign, bool)> {
    let (mut sign, mut digits, mut zero) = (PrintedSign::None, false, true);
    for &byte in cell {
        match byte {
            b'0' => digits = true,
            b'1'..=b'9' => (digits, zero) = (true, false),
            b'+' => sign = PrintedSign::Plus,
            // The byte that tells U+2212 and U+2013 from other characters, and the dash of Windows-1252.
            b'-' | b'(' | 0x88 | 0x93 | 0x96 => sign = PrintedSign::Minus,
            _ => {}
        }
    }
    digits.then_some((lettered_sign(cell).unwrap_or(sign), zero))
}

/// The sign that stands in letters behind a number (`CR`, `C`, `DR`, `DB`, `D`) or before it.
#[inline]
fn lettered_sign(cell: &[u8]) -> Option<PrintedSign> {
    if !cell.last().is_some_and(u8::is_ascii_alphabetic) {
        let letters = cell
            .first_chunk::<2>()
            .map(|letters| letters.map(|letter| letter.to_ascii_uppercase()));
        return match letters.as_ref() {
            Some(b"DR" | b"DB") => Some(PrintedSign::Minus),
            Some(b"CR") => Some(PrintedSign::Plus),
            _ => None,
        };
    }
    let number = cell.trim_ascii_end();
    let letters = number
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let (number, letters) = number.split_at_checked(number.len().checked_sub(letters)?)?;
    let is_number = matches!(number.trim_ascii_end(), [.., b'0'..=b'9' | b'.' | b',' | b'-']);
    match letters.to_ascii_uppercase().as_slice() {
        b"DR" | b"DB" | b"D" if is_number => Some(PrintedSign::Minus),
        b"CR" | b"C" if is_number => Some(PrintedSign::Plus),
        _ => None,
    }
}

/// The account and currency that count of a row. An account that is the other side's as well tells nothing: no payment
/// goes from an account to itself, so one of the two columns is not what its header says.
pub(crate) fn group_cells<'r>(row: &'r Row, places: &GroupPlaces) -> (&'r [u8], &'r [u8]) {
    let (account, currency) = places.printed(row);
    let other = places.other_account.map_or(&[][..], |column| row.cell(column));
    let is_named = places.account.is_none() || account.iter().any(u8::is_ascii_digit);
    let usable = is_named && !same(account, other);
    // The opening quote of the row may be lost; the closing one is no part of the number.
    let account = account.strip_suffix(b"\"").unwrap_or(account);
    (
        if usable { account } else { &[] },
        if is_currency(currency) { currency } else { &[] },
    )
}

/// The group of a row.
pub(crate) fn group_of(row: &Row, places: &GroupPlaces) -> Group {
    let (account, currency) = group_cells(row, places);
    Group {
        account: account.to_vec(),
        currency: currency.to_vec(),
    }
}
