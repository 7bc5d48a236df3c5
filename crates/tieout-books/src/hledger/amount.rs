//! Amounts of journals in all their styles: `$-1,234.56`, `1.234,56 EUR`, `EUR 1 234`, `-$ 5`, `10 "green apples"`, `1e3`.

use crate::journal::arithmetic;
use tieout_core::Decimal;
use tieout_core::decimal::MAX_SCALE;

/// An amount as written, with what is needed to read it again once more is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'a> {
    pub(super) value: Decimal,
    /// Empty if none is written.
    pub(super) symbol: &'a str,
    pub(super) symbol_first: bool,
    pub(super) spaced: bool,
    pub(super) mark: Mark,
}

/// What is known of a number's decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// None written: a whole number without groups.
    None,
    /// This one, beyond doubt.
    Certain(char),
    /// One mark before exactly three digits; it was read as the decimal mark, it could be a group mark.
    Doubtful(char),
}

/// Whether a symbol of this character needs no quotes.
pub(super) fn is_symbol_char(c: char) -> bool {
    !c.is_ascii_digit() && !c.is_whitespace() && !c.is_control() && !"-+.,;@*={}[]()\"/<>&|!?^~:".contains(c)
}

/// Reads the amount at the start; `mark_of` knows the decimal mark of a symbol, if the journal has said it. Gives what is
/// behind the amount.
pub(super) fn parse(text: &str, mark_of: impl Fn(&str) -> Option<char>) -> Result<(Written<'_>, &str), String> {
    let (negative, rest) = signs(text.trim_start());
    if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        // The symbol is behind, and says how the number is to be read.
        let (_, after) = number(rest, None)?;
        let blanks = after.len() - after.trim_start().len();
        let (symbol, behind) = symbol(after.trim_start())?;
        let (read, _) = number(rest, mark_of(symbol))?;
        let rest = if symbol.is_empty() { after } else { behind };
        let written = Written {
            value: if negative { -read.value } else { read.value },
            symbol,
            symbol_first: false,
            spaced: blanks > 0,
            mark: read.mark,
        };
        return Ok((written, rest));
    }
    let (symbol, after) = symbol(rest)?;
    if symbol.is_empty() {
        return Err("an amount is missing".into());
    }
    let spaced = after.starts_with(char::is_whitespace);
    let (second, after) = signs(after.trim_start());
    let (read, after) = number(after, mark_of(symbol))?;
    let written = Written {
        value: if negative == second { read.value } else { -read.value },
        symbol,
        symbol_first: true,
        spaced,
        mark: read.mark,
    };
    Ok((written, after))
}

#[derive(Debug, Clone, Copy)]
struct Number {
    value: Decimal,
    mark: Mark,
}

/// One sign and the blanks around it.
fn signs(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        return (true, rest.trim_start());
    }
    (false, text.strip_prefix('+').unwrap_or(text).trim_start())
}

fn symbol(text: &str) -> Result<(&str, &str), String> {
    if let Some(quoted) = text.strip_prefix('"') {
        return quoted
            .split_once('"')
            .ok_or_else(|| "a quoted commodity has no end".into());
    }
    let length = text.find(|c| !is_symbol_char(c)).unwrap_or(text.len());
    Ok(text.split_at_checked(length).unwrap_or((text, "")))
}

/// Reads digits with marks; a blank between digits groups them.
fn number(text: &str, known_mark: Option<char>) -> Result<(Number, &str), String> {
    let mut digits = String::new();
    // Each mark with the count of digits before it.
    let mut marks: Vec<(char, usize)> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        let digit_next = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match c {
            '0'..='9' => digits.push(c),
            '.' | ',' => marks.push((c, digits.len())),
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' if digit_next && !digits.is_empty() => {
                marks.push((' ', digits.len()));
            }
            '\'' | '_' if digit_next && !digits.is_empty() => marks.push((c, digits.len())),
            _ => {
                end = at;
                break;
            }
        }
        if digits.len() > 60 {
            return Err("a number has too many digits".into());
        }
    }
    if digits.is_empty() {
        return Err("a number is missing".into());
    }
    let (mark, places) = decimal_mark(&marks, digits.len(), known_mark)?;
    let rest = text.get(end..).unwrap_or_default();
    let (exponent, rest) = exponent(rest);
    let value = scaled(&digits, places, exponent).ok_or("a number has too many digits")?;
    Ok((Number { value, mark }, rest))
}

/// Which mark is the decimal one, and how many digits are behind it.
fn decimal_mark(marks: &[(char, usize)], digits: usize, known: Option<char>) -> Result<(Mark, usize), String> {
    let Some((last, before)) = marks.last().copied() else {
        return Ok((Mark::None, 0));
    };
    let count_of = |mark: char| marks.iter().filter(|(other, _)| *other == mark).count();
    if let Some(known) = known {
        return match count_of(known) {
            0 => Ok((Mark::Certain(known), 0)),
            1 if last == known => Ok((Mark::Certain(known), digits - before)),
            _ => Err(format!("{known:?} is the decimal mark and stands in the wrong place")),
        };
    }
    let one_kind = count_of(last) == marks.len();
    match (last, one_kind, marks.len()) {
        ('.' | ',', true, 1) => {
            let doubtful = digits - before == 3 && (1..=3).contains(&before);
            Ok((
                if doubtful {
                    Mark::Doubtful(last)
                } else {
                    Mark::Certain(last)
                },
                digits - before,
            ))
        }
        // Several equal marks group.
        ('.', true, _) => Ok((Mark::Certain(','), 0)),
        (',', true, _) => Ok((Mark::Certain('.'), 0)),
        (_, true, _) => Ok((Mark::None, 0)),
        ('.' | ',', false, _) if count_of(last) == 1 => Ok((Mark::Certain(last), digits - before)),
        _ => Err("the marks in a number contradict each other".into()),
    }
}

/// `e3`, `E-2`: the power of ten at the start.
fn exponent(text: &str) -> (i32, &str) {
    let none = (0, text);
    let Some(body) = text.strip_prefix(['e', 'E']) else {
        return none;
    };
    let (negative, digits) = match body.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, body.strip_prefix('+').unwrap_or(body)),
    };
    let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    match digits.get(..length).and_then(|power| power.parse::<i32>().ok()) {
        Some(power) if power <= 99 => (
            if negative { -power } else { power },
            digits.get(length..).unwrap_or_default(),
        ),
        _ => none,
    }
}

/// The number of digits with the last `places` behind the mark. Places beyond what a decimal holds are rounded: no currency
/// has so many, but Ledger writes prices with up to thirty.
fn scaled(digits: &str, places: usize, exponent: i32) -> Option<Decimal> {
    let kept = places.min(usize::from(MAX_SCALE) + 1);
    let cut = digits.len().checked_sub(places - kept)?;
    let digits = digits.get(..cut)?;
    let significant = digits.trim_start_matches('0');
    let mut mantissa: i128 = if significant.is_empty() {
        0
    } else {
        significant.parse().ok()?
    };
    let mut scale = i32::try_from(kept).ok()?.checked_sub(exponent)?;
    while scale < 0 {
        mantissa = mantissa.checked_mul(10)?;
        scale += 1;
    }
    while scale > i32::from(MAX_SCALE) {
        mantissa = arithmetic::divide_half_even(mantissa, 10);
        scale -= 1;
    }
    Decimal::try_new(mantissa, u8::try_from(scale).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String) {
        let (written, rest) = parse(text, |symbol| (symbol == "MARKED").then_some(',')).unwrap();
        (written.value.to_string(), written.symbol.to_owned(), rest.to_owned())
    }

    #[test]
    fn amounts_are_read_in_every_style() {
        for (text, value, symbol, rest) in [
            ("$-1,234.56", "-1234.56", "$", ""),
            ("-$1,234.56", "-1234.56", "$", ""),
            ("- $ 5 ; x", "-5", "$", " ; x"),
            ("-$-3.00", "3.00", "$", ""),
            ("1.234,56 EUR @ 2", "1234.56", "EUR", " @ 2"),
            ("1234,5€", "1234.5", "€", ""),
            ("EUR 1 234 567,8", "1234567.8", "EUR", ""),
            ("1,234,567 X", "1234567", "X", ""),
            ("12,34,567.00 ₹", "1234567.00", "₹", ""),
            ("10 \"green apples\" = 3", "10", "green apples", " = 3"),
            ("\"a b\" -.5", "-0.5", "a b", ""),
            ("1e3", "1000", "", ""),
            ("12E-2 A", "0.12", "A", ""),
            ("5 EUR", "5", "EUR", ""),
            ("5E", "5", "E", ""),
            ("1.000 MARKED", "1000", "MARKED", ""),
            ("5, X", "5", "X", ""),
            ("12 = 3", "12", "", " = 3"),
            ("$53.6599999999999999998612221219", "53.660000000000000000", "$", ""),
        ] {
            assert_eq!(read(text), (value.into(), symbol.into(), rest.into()), "{text}");
        }
    }

    #[test]
    fn a_single_mark_before_three_digits_is_doubtful() {
        for (text, mark) in [
            ("1,000", Mark::Doubtful(',')),
            ("1.000", Mark::Doubtful('.')),
            ("1000.000", Mark::Certain('.')),
            ("1.00", Mark::Certain('.')),
            ("1,000,000", Mark::Certain('.')),
            ("1000", Mark::None),
            ("1 000", Mark::None),
        ] {
            assert_eq!(parse(text, |_| None).unwrap().0.mark, mark, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "$",
            "abc",
            "1,2.3,4",
            "\"open 1",
            &"9".repeat(61),
            "1,000.5 MARKED",
            "(1 + 2)",
        ] {
            assert!(
                parse(text, |symbol| (symbol == "MARKED").then_some(',')).is_err(),
                "{text}"
            );
        }
    }
}
