//! What the cells of each column look like, over the rows of a sample.

use crate::amounts::{DecimalMark, DecimalMarkVote, MarkVerdict, PrintedSign, read_amount, read_known_amount};
use crate::dates::is_date;
use crate::directions::{Direction, direction};
use crate::row::Row;
use crate::sniff::{is_dash, looks_like_amount};
use crate::standing::is_status;
use tieout_core::Currency;

/// Counts over the cells of one column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    /// Rows looked at.
    pub(crate) rows: usize,
    /// `Cr 1200`, which is an amount only where the column is called so.
    lettered_amounts: usize,
    /// Cells that are not blank.
    pub(crate) filled: usize,
    pub(crate) dates: usize,
    /// Cells that read as amounts under one of the marks.
    pub(crate) amounts: usize,
    /// Dashes, which stand for no amount.
    pub(crate) dashes: usize,
    /// Amounts that print a sign.
    pub(crate) signed: usize,
    /// Amounts other than zero.
    pub(crate) nonzero: usize,
    pub(crate) currencies: usize,
    pub(crate) directions: usize,
    /// IBANs with right check digits.
    pub(crate) ibans: usize,
    /// Numbers of accounts and cards: eight digits or more.
    pub(crate) long_numbers: usize,
    /// Cells with a digit in them.
    pub(crate) with_digits: usize,
    /// Cells equal to the first one that is not blank.
    pub(crate) like_first: usize,
    /// Amounts with a mark in them.
    pub(crate) fractions: usize,
    pub(crate) marks: DecimalMarkVote,
    /// Words of money out and of money in.
    pub(crate) outs: usize,
    pub(crate) ins: usize,
    /// Words of a bank's status.
    pub(crate) statuses: usize,
    /// Cells with more letters than digits.
    pub(crate) lettered: usize,
    /// The first different cells, at most [`MAX_VALUES`].
    pub(crate) values: Vec<Vec<u8>>,
}

/// Different cells of a column that are kept; more are no words of a code.
const MAX_VALUES: usize = 8;

impl Profile {
    fn add(&mut self, cell: &[u8], is_number: bool) {
        self.rows += 1;
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        if self.values.len() < MAX_VALUES && !self.values.iter().any(|known| known == cell) {
            self.values.push(cell.to_vec());
        }
        self.dashes += usize::from(is_dash(cell));
        self.like_first += usize::from(self.values.first().is_some_and(|first| first == cell));
        let side = direction(cell);
        self.directions += usize::from(side.is_some());
        self.outs += usize::from(side == Some(Direction::Debit));
        self.ins += usize::from(side == Some(Direction::Credit));
        self.statuses += usize::from(is_status(cell));
        let digits = cell.iter().filter(|b| b.is_ascii_digit()).count();
        self.with_digits += usize::from(digits > 0);
        let letters = cell.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
        self.lettered += usize::from(letters > digits && letters > 1);
        if is_date(cell) {
            self.dates += 1;
        } else if looks_like_amount(cell) {
            self.amounts += 1;
            self.fractions += usize::from(cell.iter().any(|b| matches!(b, b'.' | b',')));
            if !is_number {
                self.marks.add(cell);
            }
            let mark = if is_number {
                DecimalMark::Point
            } else {
                self.mark().unwrap_or(DecimalMark::Point)
            };
            if let Ok(amount) = read_amount(cell, mark).or_else(|_| read_amount(cell, mark.other())) {
                self.signed += usize::from(amount.sign != PrintedSign::None);
                self.nonzero += usize::from(!amount.value.is_zero());
            }
        } else if matches!(cell, [b'c' | b'C' | b'd' | b'D', ..]) && read_known_amount(cell, DecimalMark::Point).is_ok()
        {
            self.lettered_amounts += 1;
        }
        if is_currency(cell) {
            self.currencies += 1;
        }
        if is_iban(cell) {
            self.ibans += 1;
        } else if digits >= 8
            && cell
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'*' | b'X' | b'x' | b'/'))
        {
            self.long_numbers += 1;
        }
    }

    /// Most filled cells are dates.
    pub(crate) fn is_dates(&self) -> bool {
        self.dates * 2 > self.filled
    }

    /// Most filled cells are amounts.
    pub(crate) fn is_amounts(&self) -> bool {
        self.amounts * 2 > self.filled
    }

    /// Most filled cells are amounts, also whole ones behind `Cr` and `Dr`, or dashes where there is none, as a column may have
    /// that is called one of amounts.
    pub(crate) fn may_be_amounts(&self) -> bool {
        (self.amounts + self.lettered_amounts) * 2 > self.filled
            || (self.dashes > 0 && (self.amounts + self.dashes) * 2 > self.filled && self.directions <= self.dashes)
    }

    /// Nearly all filled cells are words for a side.
    pub(crate) fn is_directions(&self) -> bool {
        self.filled > 0 && self.directions * 10 >= self.filled * 9
    }

    /// Every cell is a word of a bank's status.
    pub(crate) fn is_statuses(&self) -> bool {
        self.filled > 0 && self.statuses == self.filled
    }

    /// Every row has one of two texts, and each of them is there.
    pub(crate) fn two_values(&self) -> Option<[&[u8]; 2]> {
        match self.values.as_slice() {
            [a, b] if self.filled == self.rows => Some([a.as_slice(), b.as_slice()]),
            _ => None,
        }
    }

    /// Whether one of its first cells is an account, or the end of its number.
    pub(crate) fn holds_account(&self, account: &str) -> bool {
        let letters = |text: &[u8]| -> Vec<u8> {
            let of_number = text.iter().filter(|byte| byte.is_ascii_alphanumeric());
            of_number.map(u8::to_ascii_uppercase).collect()
        };
        let account = letters(account.as_bytes());
        let mut values = self.values.iter().map(|value| letters(value));
        values.any(|value| value.ends_with(&account) || account.ends_with(&value))
    }

    /// Few different cells, as codes have.
    pub(crate) fn is_of_few_values(&self) -> bool {
        self.values.len() < MAX_VALUES && self.values.len() * 2 <= self.filled.max(4)
    }

    /// The cells are codes of kinds of rows: opening balance (10), movement (20), turnover (82), closing balance (86).
    pub(crate) fn is_row_codes(&self) -> bool {
        let codes = [b"10", b"20", b"82", b"86"];
        let known = |value: &Vec<u8>| codes.iter().any(|code| value.as_slice() == code.as_slice());
        self.values.len() > 1 && self.values.iter().all(known) && self.values.iter().any(|value| value == b"20")
    }

    /// Nearly all filled cells are codes of currencies.
    pub(crate) fn is_currencies(&self) -> bool {
        self.filled > 0 && self.currencies * 10 >= self.filled * 9
    }

    /// Numbers without any decimal mark.
    pub(crate) fn is_whole_numbers(&self) -> bool {
        self.is_amounts() && self.fractions == 0
    }

    /// Every row has the same text.
    pub(crate) fn is_constant(&self) -> bool {
        self.filled > 0 && self.like_first == self.rows
    }

    /// The mark that the sample decides.
    pub(crate) fn mark(&self) -> Option<DecimalMark> {
        match self.marks.decide() {
            MarkVerdict::Decided(mark) => Some(mark),
            MarkVerdict::Ambiguous | MarkVerdict::Unmarked => None,
        }
    }
}

/// Profiles of `columns` columns over the rows.
pub(crate) fn profiles<'a>(rows: impl Iterator<Item = &'a Row>, columns: usize) -> Vec<Profile> {
    let mut profiles = vec![Profile::default(); columns];
    for row in rows {
        for (column, profile) in profiles.iter_mut().enumerate() {
            profile.add(row.cell(column), row.is_number(column));
        }
    }
    profiles
}

/// Three letters of the standard's list.
pub(crate) fn is_currency(cell: &[u8]) -> bool {
    cell.len() == 3
        && (cell.iter().all(u8::is_ascii_uppercase) || cell.iter().all(u8::is_ascii_lowercase))
        && std::str::from_utf8(cell).is_ok_and(|code| Currency::try_new(code).is_ok())
}

/// An IBAN whose check digits hold, blanks in it allowed.
pub fn is_iban(cell: &[u8]) -> bool {
    let compact: Vec<u8> = cell
        .iter()
        .filter(|b| **b != b' ')
        .map(u8::to_ascii_uppercase)
        .collect();
    if !(15..=34).contains(&compact.len()) || cell.len() > 48 {
        return false;
    }
    let [a, b, c, d, rest @ ..] = compact.as_slice() else {
        return false;
    };
    if !a.is_ascii_alphabetic() || !b.is_ascii_alphabetic() || !c.is_ascii_digit() || !d.is_ascii_digit() {
        return false;
    }
    // ISO 13616: the first four characters go to the end, letters count from 10, the rest modulo 97 is 1.
    let remainder = rest
        .iter()
        .chain([a, b, c, d])
        .try_fold(0_u32, |rest, byte| match byte {
            b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
            b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A') + 10) % 97),
            _ => None,
        });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_are_checked() {
        assert!(is_iban(b"DE44 2004 0000 0538 9176 00"));
        assert!(is_iban(b"NL47BUNQ2025181418"));
        assert!(!is_iban(b"NL48BUNQ2025181418"));
        assert!(!is_iban(b"1234567890123456"));
        assert!(!is_iban(b""));
    }
}
