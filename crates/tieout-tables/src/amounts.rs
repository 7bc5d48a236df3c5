//! Amounts as people and banks print them.
//!
//! One cell never tells for sure whether `1.000` is one or one thousand. So a column votes first ([`DecimalMarkVote`]),
//! and then every cell is read with the mark that was decided ([`read_amount`]). Reading is strict about groups: under a
//! decimal point `12,5` is an error and never 125.

mod reading;
mod vote;

pub use vote::{DecimalMarkVote, MarkVerdict};

use reading::Reading;
use tieout_core::decimal::Decimal;
use tieout_core::{Currency, digits};

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
    /// `+`, or `CR` after the number or before it.
    Plus,
    /// `-`, U+2212, parentheses, or `DR` after the number or before it.
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
    /// The sign was printed as `CR` or `DR`, which are a bank's words here; in its customer's books they mean the other side.
    pub is_lettered: bool,
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
#[inline]
pub fn read_amount(text: &[u8], mark: DecimalMark) -> Result<Amount, AmountError> {
    let text = text.trim_ascii();
    match plain(text, mark) {
        Some(amount) => Ok(amount),
        None => any_form(text, mark, Letters::BesideFractions),
    }
}

/// Reads one amount of a column that is known as one of amounts: `Cr 1200` is one there, and elsewhere a document.
///
/// # Errors
/// As [`read_amount`].
#[inline]
pub fn read_known_amount(text: &[u8], mark: DecimalMark) -> Result<Amount, AmountError> {
    let text = text.trim_ascii();
    match plain(text, mark) {
        Some(amount) => Ok(amount),
        None => any_form(text, mark, Letters::BesideAnything),
    }
}

/// What `CR` and `DR` in front of a number may stand beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// Numbers with a fraction or groups; `CR 1001` is a document.
    BesideFractions,
    /// Whole numbers, too.
    BesideAnything,
}

/// An amount in any form, character by character.
#[inline(never)]
fn any_form(text: &[u8], mark: DecimalMark, letters: Letters) -> Result<Amount, AmountError> {
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
    reading.finish(letters)
}

/// The form of nearly all amounts, without a loop over characters: a sign in front, digits in groups of three or in none,
/// a mark, digits. `None` if it is another form, or longer than 64 bits hold.
#[inline]
fn plain(text: &[u8], mark: DecimalMark) -> Option<Amount> {
    let first = text.first()?;
    let (is_minus, is_plus) = (*first == b'-', *first == b'+');
    let signs = usize::from(is_minus) + usize::from(is_plus);
    let (value, scale) = match hundredths(text, signs, mark) {
        Some(value) => (value, 2),
        None => any_scale(text.get(signs..)?, mark)?,
    };
    let value = Decimal::from_minor(if is_minus { -value } else { value }, scale);
    let sign = match (is_minus, is_plus) {
        (true, _) => PrintedSign::Minus,
        (_, true) => PrintedSign::Plus,
        _ => PrintedSign::None,
    };
    Some(Amount {
        value,
        currency: None,
        sign,
        is_lettered: false,
    })
}

/// Digits, so many signs before them and a mark before the last two; up to eight digits before the mark, or groups of three
/// below a billion. Nearly nothing branches on how long the text is. `None` if it is another form.
#[inline]
fn hundredths(text: &[u8], signs: usize, mark: DecimalMark) -> Option<i64> {
    const BEHIND: usize = 3;
    let above = text.len().checked_sub(signs + BEHIND)?;
    let &[at_mark, tens, ones] = text.last_chunk::<BEHIND>()?;
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if at_mark != mark.byte() || tens > 9 || ones > 9 {
        return None;
    }
    // The characters before the mark, the last of which is the lowest byte; a sign may stand above them.
    let whole = from_end(text)? >> (8 * BEHIND);
    let (group_mark, group) = (u128::from(mark.other().byte()), |lowest: usize| {
        u64::try_from(whole >> (8 * lowest) & 0xFF_FFFF).unwrap_or_default()
    });
    let is_grouped = above > 3 && whole >> 24 & 0xFF == group_mark;
    let (low, count, high) = if !is_grouped {
        (u64::try_from(whole & u128::from(u64::MAX)).ok()?, above, 0)
    } else if text.get(signs) == Some(&b'0') {
        // No group begins with a zero: `0,500.00` is odd, whatever its column says.
        return None;
    } else if (5..8).contains(&above) {
        (group(4) << 24 | group(0), above - 1, 0)
    } else if (9..12).contains(&above) && whole >> 56 & 0xFF == group_mark {
        (group(4) << 24 | group(0), 6, number(group(8), above - 8)?)
    } else {
        return None;
    };
    let number = high * 1_000_000 + number(low, count)?;
    Some(number * 100 + i64::from(tens * 10 + ones))
}

/// The number of so many digits, one at least and eight at most, the last of which is the lowest byte.
#[inline]
fn number(digits: u64, count: usize) -> Option<i64> {
    // The place of those that are none is filled with zeros.
    let kept = u64::MAX
        >> u32::try_from(64_usize.checked_sub(8 * count)?)
            .ok()
            .filter(|bits| *bits < 64)?;
    let filled = digits & kept | u64::from_le_bytes([b'0'; 8]) & !kept;
    let values = digits::values(filled.to_be_bytes());
    if digits::others(values) != 0 {
        return None;
    }
    i64::try_from(digits::number(values)).ok()
}

/// Four to sixteen characters as a number, the last one as its lowest byte.
#[inline]
fn from_end(text: &[u8]) -> Option<u128> {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let above = text.len() - 8;
        return (above <= 8)
            .then(|| u128::from(u64::from_be_bytes(*first)) << (8 * above) | u128::from(u64::from_be_bytes(*last)));
    }
    let (first, last) = (text.first_chunk()?, text.last_chunk()?);
    let above = text.len() - 4;
    Some(u128::from(u32::from_be_bytes(*first)) << (8 * above) | u128::from(u32::from_be_bytes(*last)))
}

/// The same with any number of digits behind the mark, or no mark: the number without it, and that of the digits behind.
fn any_scale(digits: &[u8], mark: DecimalMark) -> Option<(i64, u8)> {
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
        } else if byte == group_mark
            && !past_mark
            && group == 3
            && !leading_zero
            && (grouped || (1..=3).contains(&count))
        {
            (group, grouped) = (0, true);
        } else {
            return None;
        }
    }
    (count > 0 && group == 3).then_some((value, scale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};
    use proptest::prelude::*;

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
            ("Dr 1,299.10", Point, "-1299.10"),
            ("Cr. 99,10", Comma, "99.10"),
            ("₹ Dr 1,000", Point, "-1000"),
            ("-0.00", Point, "0.00"),
            ("  7.80 ", Point, "7.80"),
            ("+5257,28", Comma, "5257.28"),
            ("1.000", Comma, "1000"),
            ("1.000", Point, "1.000"),
        ] {
            assert_eq!(read(text, mark).as_deref(), Some(value), "{text:?}");
        }
        assert_eq!(read("Cr 1200", Point), None);
        assert_eq!(read_known_amount(b"Dr 1200", Point).unwrap().value.to_string(), "-1200");
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
    fn the_usual_forms_are_read_quickly() {
        for text in [
            "5",
            "-5.00",
            "+12.5",
            "1,234.56",
            "999,999,999.99",
            "1,234",
            ".50",
            "5.",
            "-1234567.89",
        ] {
            assert!(plain(text.as_bytes(), Point).is_some(), "{text}");
        }
        for text in [
            "",
            ".",
            "1.2.3",
            "1234,567.00",
            "1,23",
            ",123",
            "0,123",
            "1,234,56",
            "1.234,5",
            "12 3",
            "5-",
        ] {
            assert!(plain(text.as_bytes(), Point).is_none(), "{text}");
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

        #[test]
        fn any_bytes_read_or_do_not(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (read_amount(&text, Point), read_amount(&text, Comma));
        }

        #[test]
        fn hundredths_are_those_that_digits_make(text in "[-+]?([0-9]{1,3}([.,][0-9]{3}){0,4}|[0-9]{0,9})[.,]?[0-9]{2}|[-0-9.,]{1,12},[0-9]{2}") {
            let signs = usize::from(text.starts_with(['-', '+']));
            for mark in [Point, Comma] {
                if let Some(minor) = hundredths(text.as_bytes(), signs, mark) {
                    prop_assert_eq!(any_scale(&text.as_bytes()[signs..], mark), Some((minor, 2)));
                }
            }
        }

        #[test]
        fn usual_hundredths_are_read_at_once(minor in 0_i64..100_000_000_000, comma in any::<bool>()) {
            let mark = if comma { Comma } else { Point };
            prop_assert_eq!(hundredths(printed(minor, mark).as_bytes(), 0, mark), Some(minor));
        }

        #[test]
        fn the_quick_reading_says_what_the_thorough_one_says(text in "[-+]?([0-9]{1,3}([.,][0-9]{3}){0,4}|[0-9]{0,6})[.,]?[0-9]{0,3}|[-0-9.,]{1,12}") {
            for mark in [Point, Comma] {
                if let Some(amount) = plain(text.as_bytes(), mark) {
                    prop_assert_eq!(Ok(amount), any_form(text.as_bytes(), mark, Letters::BesideFractions));
                    prop_assert_eq!(amount.value.scale(), any_form(text.as_bytes(), mark, Letters::BesideFractions).unwrap().value.scale());
                }
            }
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
