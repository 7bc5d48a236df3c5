//! One amount, character by character.

use super::{Amount, AmountError, DecimalMark, Letters, PrintedSign};
use tieout_core::Currency;
use tieout_core::decimal::{Decimal, DecimalError, MAX_SCALE};

/// What divides groups: the mark that is not the decimal one, or a blank or apostrophe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroupMark {
    OtherMark,
    Blank,
}

/// How far the reading of an amount has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before the first digit or mark.
    Before,
    /// Among the digits before the decimal mark.
    Whole,
    /// Behind the decimal mark.
    Fraction,
    /// Behind the number.
    After,
}

/// Parentheses around a negative amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    None,
    Open,
    Closed,
}

/// A sign in letters: `CR`, `DR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Side {
    sign: PrintedSign,
    /// Before the number, as the letters of a document's number stand.
    is_before: bool,
}

/// Reads one amount character by character.
pub(super) struct Reading {
    mark: DecimalMark,
    stage: Stage,
    mantissa: i128,
    scale: u8,
    digits: u32,
    leading_zero: bool,
    /// Digits since the last group mark; `None` before the first one.
    group: Option<u32>,
    /// What divides groups; only one kind in one amount.
    group_mark: Option<GroupMark>,
    /// A blank or apostrophe after a digit: a group mark if a digit follows.
    pending_group: bool,
    sign: PrintedSign,
    /// The sign that stands in letters behind the number, or before it.
    letters: Option<Side>,
    bracket: Bracket,
    word: String,
    currency: Option<Currency>,
    /// A currency was named, known or not.
    named: bool,
}

impl Reading {
    pub(super) fn new(mark: DecimalMark) -> Self {
        Self {
            mark,
            stage: Stage::Before,
            mantissa: 0,
            scale: 0,
            digits: 0,
            leading_zero: false,
            group: None,
            group_mark: None,
            pending_group: false,
            sign: PrintedSign::None,
            letters: None,
            bracket: Bracket::None,
            word: String::new(),
            currency: None,
            named: false,
        }
    }

    pub(super) fn take(&mut self, c: char) -> Result<(), AmountError> {
        let mark = char::from(self.mark.byte());
        let group_mark = char::from(self.mark.other().byte());
        let in_whole = self.stage == Stage::Whole;
        match c {
            '0'..='9' => return self.digit(c),
            // `Rs.` and `kr.` end in a point that belongs to the word.
            '.' if self.word.ends_with(char::is_alphabetic) => self.word.push('.'),
            '.' | ',' if !self.word.is_empty() => {
                self.word_ends()?;
                return self.take(c);
            }
            _ if c == mark && matches!(self.stage, Stage::Before | Stage::Whole) => {
                if self.pending_group || self.group.is_some_and(|digits| digits != 3) {
                    return Err(AmountError::Malformed);
                }
                self.stage = Stage::Fraction;
            }
            _ if c == group_mark && in_whole => return self.group_ends(GroupMark::OtherMark),
            '\'' | '’' | '´' if in_whole => self.pending_group = true,
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t' => {
                self.word_ends()?;
                self.pending_group = in_whole || (self.stage == Stage::Fraction && self.digits > 0);
            }
            // A quote that spreadsheets put before text.
            '\'' if self.stage == Stage::Before => {}
            '(' if self.stage == Stage::Before && self.bracket == Bracket::None => {
                self.word_ends()?;
                self.bracket = Bracket::Open;
            }
            ')' if self.bracket == Bracket::Open => {
                self.word_ends()?;
                self.number_ends();
                self.bracket = Bracket::Closed;
            }
            '-' | '−' | '–' | '+' => return self.sign(c),
            _ if c.is_alphabetic() || "$£€¥₹₽₺₩₴₪₫฿".contains(c) => {
                self.number_ends();
                self.word.push(c);
            }
            _ => return Err(AmountError::Malformed),
        }
        Ok(())
    }

    fn digit(&mut self, c: char) -> Result<(), AmountError> {
        self.word_ends()?;
        if std::mem::take(&mut self.pending_group) {
            self.group_ends(GroupMark::Blank)?;
        }
        match self.stage {
            Stage::Before => {
                self.stage = Stage::Whole;
                self.leading_zero = c == '0';
            }
            Stage::Whole => {
                if let Some(group) = self.group.as_mut() {
                    *group += 1;
                }
            }
            Stage::Fraction => self.scale = self.scale.saturating_add(1),
            Stage::After => return Err(AmountError::Malformed),
        }
        self.digits += 1;
        if self.scale > MAX_SCALE {
            return Err(AmountError::TooLarge);
        }
        let value = c.to_digit(10).map(i128::from).ok_or(AmountError::Malformed)?;
        self.mantissa = self
            .mantissa
            .checked_mul(10)
            .and_then(|m| m.checked_add(value))
            .ok_or(AmountError::TooLarge)?;
        Ok(())
    }

    /// A group mark: one to three digits before the first, two (Indian) or three between others.
    fn group_ends(&mut self, by: GroupMark) -> Result<(), AmountError> {
        let complete = match self.group {
            None => (1..=3).contains(&self.digits),
            Some(digits) => (2..=3).contains(&digits),
        };
        if self.stage != Stage::Whole || !complete || self.leading_zero || *self.group_mark.get_or_insert(by) != by {
            return Err(AmountError::Malformed);
        }
        self.group = Some(0);
        Ok(())
    }

    fn sign(&mut self, c: char) -> Result<(), AmountError> {
        self.word_ends()?;
        // `50.-` and `50,--`: no cents, not a minus.
        if c != '+' && self.stage == Stage::Fraction && self.scale == 0 && self.digits > 0 && !self.pending_group {
            return Ok(());
        }
        if self.sign != PrintedSign::None {
            return Err(AmountError::Malformed);
        }
        self.number_ends();
        self.sign = if c == '+' {
            PrintedSign::Plus
        } else {
            PrintedSign::Minus
        };
        Ok(())
    }

    fn number_ends(&mut self) {
        if self.digits > 0 {
            self.stage = Stage::After;
        }
        self.pending_group = false;
    }

    /// A run of letters ends: a currency, or credit and debit after the number.
    fn word_ends(&mut self) -> Result<(), AmountError> {
        if self.word.is_empty() {
            return Ok(());
        }
        let word = std::mem::take(&mut self.word);
        let upper = word.to_uppercase();
        let is_free = self.sign == PrintedSign::None && self.letters.is_none();
        match (upper.as_str(), self.stage) {
            ("CR" | "C" | "DR" | "DB" | "D", Stage::After) | ("CR" | "CR." | "DR" | "DR." | "DB", Stage::Before)
                if is_free =>
            {
                let sign = if upper.starts_with('C') {
                    PrintedSign::Plus
                } else {
                    PrintedSign::Minus
                };
                let is_before = self.stage == Stage::Before;
                self.letters = Some(Side { sign, is_before });
                return Ok(());
            }
            _ => {}
        }
        match upper.as_str() {
            _ if self.named => return Err(AmountError::Malformed),
            "€" => self.currency = Currency::try_new("EUR").ok(),
            "ZŁ" => self.currency = Currency::try_new("PLN").ok(),
            "KČ" => self.currency = Currency::try_new("CZK").ok(),
            "TL" => self.currency = Currency::try_new("TRY").ok(),
            "R$" => self.currency = Currency::try_new("BRL").ok(),
            _ if SHARED_SIGNS.contains(&upper.as_str()) => {}
            _ => self.currency = Some(Currency::try_new(&upper).map_err(|_| AmountError::Malformed)?),
        }
        self.named = true;
        Ok(())
    }

    pub(super) fn finish(mut self, beside: Letters) -> Result<Amount, AmountError> {
        self.word_ends()?;
        let groups = self.group.is_none_or(|digits| digits == 3);
        let bracketed = self.bracket == Bracket::Closed;
        let is_lettered_whole =
            self.letters.is_some_and(|letters| letters.is_before) && self.scale == 0 && self.group.is_none();
        if is_lettered_whole && beside == Letters::BesideFractions {
            return Err(AmountError::Malformed);
        }
        if self.digits == 0 || !groups || self.bracket == Bracket::Open || (bracketed && self.sign != PrintedSign::None)
        {
            return Err(AmountError::Malformed);
        }
        let sign = match self.letters {
            Some(_) if bracketed || self.sign != PrintedSign::None => return Err(AmountError::Malformed),
            Some(letters) => letters.sign,
            None if bracketed => PrintedSign::Minus,
            None => self.sign,
        };
        let mantissa = if sign == PrintedSign::Minus {
            -self.mantissa
        } else {
            self.mantissa
        };
        let value = Decimal::try_new(mantissa, self.scale).map_err(|error| match error {
            DecimalError::TooLarge => AmountError::TooLarge,
            _ => AmountError::Malformed,
        })?;
        Ok(Amount {
            value,
            currency: self.currency,
            sign,
            is_lettered: self.letters.is_some(),
        })
    }
}

/// Signs and words of several currencies: they say that this is an amount, not which currency.
const SHARED_SIGNS: &[&str] = &[
    "$", "£", "¥", "₹", "₽", "₺", "₩", "₴", "₪", "₫", "฿", "US$", "A$", "C$", "NZ$", "S$", "HK$", "KR", "KR.", "FT",
    "FT.", "RS", "RS.", "LEI", "ЛВ", "ЛВ.", "РУБ", "РУБ.", "FR", "FR.",
];
