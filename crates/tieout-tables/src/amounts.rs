//! Amounts as people and banks print them.
//!
//! One cell never tells for sure whether `1.000` is one or one thousand. So a column votes first ([`DecimalMarkVote`]),
//! and then every cell is read with the mark that was decided ([`read_amount`]). Reading is strict about groups: under a
//! decimal point `12,5` is an error and never 125.

use tieout_core::decimal::{Decimal, DecimalError, MAX_SCALE};
use tieout_core::Currency;

/// The character between whole units and fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecimalMark {
    /// `1,234.56`.
    Point,
    /// `1.234,56`.
    Comma,
}

impl DecimalMark {
    /// The mark as a byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }

    /// The other mark.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// How an amount's sign was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintedSign {
    /// Not at all.
    None,
    /// `+`, or `CR` after the number.
    Plus,
    /// `-`, U+2212, parentheses, or `DR` after the number.
    Minus,
}

/// An amount that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The value, signed as printed, at the printed scale.
    pub value: Decimal,
    /// The currency, where a code or an unmistakable sign stands with the number.
    pub currency: Option<Currency>,
    /// How the sign was printed.
    pub sign: PrintedSign,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing but blanks.
    #[error("no amount")]
    Empty,
    /// Something other than one number with a sign and a currency, or groups that are none.
    #[error("not an amount")]
    Malformed,
    /// More digits than fit.
    #[error("amount has too many digits")]
    TooLarge,
}

/// Reads one amount.
///
/// Accepts signs before and after, U+2212, parentheses, currency signs and codes before or after number or sign, groups
/// of points, commas, apostrophes and blanks (Indian ones too), a missing leading zero, a bare mark, `CR` and `DR`.
///
/// # Errors
/// [`AmountError`]; the whole cell must be one amount.
pub fn read_amount(text: &[u8], mark: DecimalMark) -> Result<Amount, AmountError> {
    let text = text.trim_ascii();
    if let Some(amount) = plain(text, mark) {
        return Ok(amount);
    }
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    if text.len() > 64 {
        return Err(AmountError::Malformed);
    }
    let mut reading = Reading::new(mark);
    match std::str::from_utf8(text) {
        Ok(text) => text.chars().try_for_each(|c| reading.take(c))?,
        // Latin-1 and Windows-1252 agree on the signs that matter here, the euro apart.
        Err(_) => text.iter().try_for_each(|&byte| match byte {
            0x80 => reading.take('€'),
            0x92 => reading.take('’'),
            0x96 => reading.take('–'),
            other => reading.take(char::from(other)),
        })?,
    }
    reading.finish()
}

/// The form of nearly all amounts, without a loop over characters: a sign in front, digits in groups of three or in none,
/// a mark, digits. `None` if it is another form, or longer than 64 bits hold.
fn plain(text: &[u8], mark: DecimalMark) -> Option<Amount> {
    let (sign, digits) = match text.split_first() {
        Some((b'-', rest)) => (PrintedSign::Minus, rest),
        Some((b'+', rest)) => (PrintedSign::Plus, rest),
        _ => (PrintedSign::None, text),
    };
    if digits.len() > 18 {
        return None;
    }
    let (mark, group_mark) = (mark.byte(), mark.other().byte());
    let (mut value, mut count, mut scale) = (0_i64, 0_u8, 0_u8);
    let mut past_mark = false;
    // Digits since the last group mark; 3 as long as there was none, so that one test serves both.
    let (mut group, mut grouped) = (3_u8, false);
    // No group begins with a zero: `0,500` is half, whatever its column says.
    let leading_zero = digits.first() == Some(&b'0');
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
            count += 1;
            if past_mark {
                scale += 1;
            } else if grouped {
                group += 1;
            }
        } else if byte == mark && !past_mark && group == 3 {
            past_mark = true;
        } else if byte == group_mark && !past_mark && group == 3 && !leading_zero && (grouped || (1..=3).contains(&count)) {
            (group, grouped) = (0, true);
        } else {
            return None;
        }
    }
    if count == 0 || group != 3 {
        return None;
    }
    let value = Decimal::from_minor(if sign == PrintedSign::Minus { -value } else { value }, scale);
    Some(Amount { value, currency: None, sign })
}

/// Collects the cells of one column and decides its decimal mark. Memory does not grow with the column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecimalMarkVote {
    point: u64,
    comma: u64,
    /// Cells of the shape `1.000`.
    lone_point: u64,
    /// Cells of the shape `1,000`.
    lone_comma: u64,
}

/// What a column says about its decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkVerdict {
    /// The mark is this, on evidence.
    Decided(DecimalMark),
    /// There are marks, but every cell is of the shape `1.000`, or as many cells speak for one as for the other.
    Ambiguous,
    /// No cell has a mark; whole numbers read alike either way.
    Unmarked,
}

impl DecimalMarkVote {
    /// One cell of the column.
    pub fn add(&mut self, text: &[u8]) {
        match shape(text) {
            Shape::None => {}
            Shape::Mark(DecimalMark::Point) => self.point += 1,
            Shape::Mark(DecimalMark::Comma) => self.comma += 1,
            Shape::Either(DecimalMark::Point) => self.lone_point += 1,
            Shape::Either(DecimalMark::Comma) => self.lone_comma += 1,
        }
    }

    /// The evidence of another column of the same file.
    pub fn join(&mut self, other: &Self) {
        self.point += other.point;
        self.comma += other.comma;
        self.lone_point += other.lone_point;
        self.lone_comma += other.lone_comma;
    }

    /// What the cells say together. Where they contradict each other the many outvote the few, whose cells then do not
    /// read.
    pub fn decide(&self) -> MarkVerdict {
        match (self.point, self.comma) {
            (0, 0) if self.lone_point + self.lone_comma == 0 => MarkVerdict::Unmarked,
            (point, comma) if point > comma => MarkVerdict::Decided(DecimalMark::Point),
            (point, comma) if comma > point => MarkVerdict::Decided(DecimalMark::Comma),
            _ => MarkVerdict::Ambiguous,
        }
    }

    /// Whether there is evidence, and none to the contrary.
    pub(crate) fn is_unanimous(&self) -> bool {
        (self.point > 0) != (self.comma > 0)
    }

    /// The decimal mark if the marks of an ambiguous column divide groups, which is likelier: few currencies have three
    /// digits behind the mark.
    pub fn as_groups(&self) -> Option<DecimalMark> {
        match (self.lone_point, self.lone_comma) {
            (1.., 0) => Some(DecimalMark::Comma),
            (0, 1..) => Some(DecimalMark::Point),
            _ => None,
        }
    }
}

enum Shape {
    None,
    Mark(DecimalMark),
    /// The one mark in the cell may as well divide groups.
    Either(DecimalMark),
}

/// What the marks in one cell say: the one that stands right of the other, or alone with other than three digits behind
/// it, is the decimal mark; one that stands twice divides groups.
fn shape(text: &[u8]) -> Shape {
    // Nearly all amounts end in a mark and two digits, which needs no further look.
    if let [.., mark @ (b'.' | b','), b'0'..=b'9', b'0'..=b'9'] = text {
        return Shape::Mark(if *mark == b'.' { DecimalMark::Point } else { DecimalMark::Comma });
    }
    let Some(last) = text.iter().rposition(|b| matches!(b, b'.' | b',')) else {
        return Shape::None;
    };
    let (before, after) = text.split_at_checked(last).unwrap_or_default();
    let Some((&byte, after)) = after.split_first() else {
        return Shape::None;
    };
    let mark = if byte == b'.' { DecimalMark::Point } else { DecimalMark::Comma };
    let places = after.iter().take_while(|b| b.is_ascii_digit()).count();
    let (mut digits, mut same, mut other, mut leading_zero, mut blank_groups) = (0_usize, false, false, false, false);
    for &b in before {
        match b {
            b'0'..=b'9' => {
                leading_zero |= digits == 0 && b == b'0';
                digits += 1;
            }
            b'.' | b',' if digits > 0 => {
                same |= b == byte;
                other |= b != byte;
            }
            b'\'' | b' ' if digits > 0 => blank_groups = true,
            _ => {}
        }
    }
    if digits == 0 && places == 0 {
        return Shape::None;
    }
    if other {
        Shape::Mark(mark)
    } else if same {
        Shape::Mark(mark.other())
    } else if places != 3 || digits == 0 || digits > 3 || leading_zero || blank_groups {
        Shape::Mark(mark)
    } else {
        Shape::Either(mark)
    }
}

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

/// Reads one amount character by character.
struct Reading {
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
    bracket: Bracket,
    word: String,
    currency: Option<Currency>,
    /// A currency was named, known or not.
    named: bool,
}

impl Reading {
    fn new(mark: DecimalMark) -> Self {
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
            bracket: Bracket::None,
            word: String::new(),
            currency: None,
            named: false,
        }
    }

    fn take(&mut self, c: char) -> Result<(), AmountError> {
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
        self.mantissa = self.mantissa.checked_mul(10).and_then(|m| m.checked_add(value)).ok_or(AmountError::TooLarge)?;
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
        self.sign = if c == '+' { PrintedSign::Plus } else { PrintedSign::Minus };
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
        match upper.as_str() {
            "CR" | "C" | "DR" | "DB" | "D" if self.stage == Stage::After && self.sign == PrintedSign::None => {
                self.sign = if upper.starts_with('C') { PrintedSign::Plus } else { PrintedSign::Minus };
                return Ok(());
            }
            _ if self.named => return Err(AmountError::Malformed),
            "€" => self.currency = Currency::try_new("EUR").ok(),
            "ZŁ" => self.currency = Currency::try_new("PLN").ok(),
            "KČ" => self.currency = Currency::try_new("CZK").ok(),
            "R$" => self.currency = Currency::try_new("BRL").ok(),
            _ if SHARED_SIGNS.contains(&upper.as_str()) => {}
            _ => self.currency = Some(Currency::try_new(&upper).map_err(|_| AmountError::Malformed)?),
        }
        self.named = true;
        Ok(())
    }

    fn finish(mut self) -> Result<Amount, AmountError> {
        self.word_ends()?;
        let groups = self.group.is_none_or(|digits| digits == 3);
        let bracketed = self.bracket == Bracket::Closed;
        if self.digits == 0 || !groups || self.bracket == Bracket::Open || (bracketed && self.sign != PrintedSign::None) {
            return Err(AmountError::Malformed);
        }
        let sign = if bracketed { PrintedSign::Minus } else { self.sign };
        let mantissa = if sign == PrintedSign::Minus { -self.mantissa } else { self.mantissa };
        let value = Decimal::try_new(mantissa, self.scale).map_err(|error| match error {
            DecimalError::TooLarge => AmountError::TooLarge,
            _ => AmountError::Malformed,
        })?;
        Ok(Amount { value, currency: self.currency, sign })
    }
}

/// Signs and words of several currencies: they say that this is an amount, not which currency.
const SHARED_SIGNS: &[&str] = &[
    "$", "£", "¥", "₹", "₽", "₺", "₩", "₴", "₪", "₫", "฿", "US$", "A$", "C$", "NZ$", "S$", "HK$", "KR", "KR.", "FT", "FT.", "RS", "RS.", "LEI", "ЛВ", "ЛВ.", "РУБ", "РУБ.",
    "FR", "FR.",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use DecimalMark::{Comma, Point};

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        let amount = read_amount(text.as_bytes(), mark).ok()?;
        let currency = amount.currency.map_or(String::new(), |c| format!(" {c}"));
        Some(format!("{}{currency}", amount.value))
    }

    #[test]
    fn what_people_and_banks_print_is_read() {
        for (text, mark, value) in [
            ("-1234.56", Point, "-1234.56"),
            ("1,234.56", Point, "1234.56"),
            ("1.234,56-", Comma, "-1234.56"),
            ("1.234.567,89", Comma, "1234567.89"),
            ("1'234.50", Point, "1234.50"),
            ("1’234.50", Point, "1234.50"),
            ("1 234,50", Comma, "1234.50"),
            ("1\u{a0}234,50", Comma, "1234.50"),
            ("1\u{202f}234\u{202f}567,5", Comma, "1234567.5"),
            ("12,84,530.00", Point, "1284530.00"),
            ("(85.00)", Point, "-85.00"),
            ("($85.00)", Point, "-85.00"),
            ("$(85.00)", Point, "-85.00"),
            ("- $21.59", Point, "-21.59"),
            ("-$76.00", Point, "-76.00"),
            ("+$327.49", Point, "327.49"),
            ("+ GBP 1,100.00", Point, "1100.00 GBP"),
            ("+ £1,100.00", Point, "1100.00"),
            ("£67.40", Point, "67.40"),
            ("−5,00", Comma, "-5.00"),
            ("-,01", Comma, "-0.01"),
            ("$.23", Point, "0.23"),
            ("50,", Comma, "50"),
            ("50.-", Point, "50"),
            ("1'200.--", Point, "1200"),
            ("1234,37 EUR", Comma, "1234.37 EUR"),
            ("'579,68 USD", Comma, "579.68 USD"),
            ("12,50 €", Comma, "12.50 EUR"),
            ("100 kr.", Comma, "100"),
            ("Rs. 12,84,530.00", Point, "1284530.00"),
            ("R$ 1.200,00", Comma, "1200.00 BRL"),
            ("99.10 CR", Point, "99.10"),
            ("99.10DR", Point, "-99.10"),
            ("-0.00", Point, "0.00"),
            ("  7.80 ", Point, "7.80"),
            ("+5257,28", Comma, "5257.28"),
            ("1.000", Comma, "1000"),
            ("1.000", Point, "1.000"),
        ] {
            assert_eq!(read(text, mark).as_deref(), Some(value), "{text:?}");
        }
        assert_eq!(read_amount(b"\xA3 5.00", Point).unwrap().value.to_string(), "5.00");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for (text, mark) in [
            ("", Point),
            ("-", Point),
            (".", Point),
            ("EUR", Point),
            ("12,5", Point),
            ("0,500", Point),
            ("0.500", Comma),
            ("-0.500 EUR", Comma),
            ("1 234,567", Point),
            ("1,23,4", Point),
            ("1234,567.00", Point),
            ("1.2.3", Point),
            ("--5", Point),
            ("-5-", Point),
            ("(5", Point),
            ("(-5)", Point),
            ("8.10 SGD @ .976500000000", Point),
            ("12:34", Point),
            ("5 XYZ", Point),
            ("EUR 5 USD", Point),
            ("2018-01-01", Point),
            ("22.02.18", Comma),
            ("NL28 INGB 1200", Point),
            ("1e5", Point),
            ("1.5.", Point),
            ("99999999999999999999999999999999999999999999", Point),
        ] {
            assert_eq!(read(text, mark), None, "{text:?}");
        }
    }

    #[test]
    fn a_column_decides_its_mark() {
        for (cells, verdict) in [
            (&["1.000", "2.500,10"][..], MarkVerdict::Decided(Comma)),
            (&["1,000", "2.5"], MarkVerdict::Decided(Point)),
            (&["1.000", "2.000"], MarkVerdict::Ambiguous),
            (&["1.000.000"], MarkVerdict::Decided(Comma)),
            (&["0.500"], MarkVerdict::Decided(Point)),
            (&["1234.567"], MarkVerdict::Decided(Point)),
            (&["-,010"], MarkVerdict::Decided(Comma)),
            (&["1 234,567"], MarkVerdict::Decided(Comma)),
            (&["50,"], MarkVerdict::Decided(Comma)),
            (&["12", "-7"], MarkVerdict::Unmarked),
            (&["1.5", "1,5"], MarkVerdict::Ambiguous),
            (&["-110.7", "-1.5", "1.000,92"], MarkVerdict::Decided(Point)),
            (&["Rs. 5,00"], MarkVerdict::Decided(Comma)),
        ] {
            let mut vote = DecimalMarkVote::default();
            for cell in cells {
                vote.add(cell.as_bytes());
            }
            assert_eq!(vote.decide(), verdict, "{cells:?}");
        }
    }

    /// Prints minor units in groups of three.
    fn printed(minor: i64, mark: DecimalMark) -> String {
        let plain = tieout_core::money::grouped(minor, 2);
        match mark {
            Point => plain,
            Comma => plain.replace(',', "'").replace('.', ",").replace('\'', "."),
        }
    }

    proptest! {
        #[test]
        fn a_printed_amount_reads_back(minor in any::<i64>(), comma in any::<bool>()) {
            let mark = if comma { Comma } else { Point };
            let amount = read_amount(printed(minor, mark).as_bytes(), mark).unwrap();
            prop_assert_eq!(amount.value, Decimal::from_minor(minor, 2));
            let mut vote = DecimalMarkVote::default();
            vote.add(printed(minor, mark).as_bytes());
            prop_assert_eq!(vote.decide(), MarkVerdict::Decided(mark));
        }

        /// Readers may trust a decided mark and vote again only when a cell does not read.
        #[test]
        fn a_cell_that_speaks_for_one_mark_does_not_read_with_the_other(text in "[-+(]?[0-9]{0,4}([.,' ][0-9]{1,4}){0,3}[,.]?[-)]?( EUR)?") {
            if let Shape::Mark(mark) = shape(text.as_bytes()) {
                prop_assert!(read_amount(text.as_bytes(), mark.other()).is_err(), "{text:?}");
            }
        }

        #[test]
        fn any_bytes_read_or_do_not(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (read_amount(&text, Point), read_amount(&text, Comma), shape(&text));
        }

        #[test]
        fn what_reads_has_the_digits_of_the_text(text in "[-+ (]?[0-9.,' ]{1,14}[-) ]?") {
            if let Ok(amount) = read_amount(text.as_bytes(), Point) {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                let expected: i128 = digits.parse().unwrap();
                prop_assert_eq!(amount.value.mantissa().abs(), expected);
            }
        }
    }
}
