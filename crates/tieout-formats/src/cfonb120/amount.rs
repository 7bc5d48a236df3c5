//! Amounts whose last character holds the last digit and the sign.

use tieout_core::Decimal;

/// Reads an amount with `scale` decimal places; `None` if it is none.
#[inline]
pub(super) fn read(text: &[u8], scale: u8) -> Option<Decimal> {
    let (last, head) = text.split_last()?;
    let (digit, negative) = overpunched(*last)?;
    let head = head.trim_ascii_start();
    let whole = if head.is_empty() {
        0
    } else {
        crate::fixed::number(head)?
    };
    let minor = whole.checked_mul(10)?.checked_add(digit)?;
    Some(Decimal::from_minor(if negative { -minor } else { minor }, scale))
}

/// The digit and whether the amount is negative. Braces may have come through a wrong conversion as accented letters.
fn overpunched(byte: u8) -> Option<(i64, bool)> {
    match byte {
        b'{' | 0xE9 => Some((0, false)),
        b'A'..=b'I' => Some((i64::from(byte - b'A') + 1, false)),
        b'}' | 0xE8 => Some((0, true)),
        b'J'..=b'R' => Some((i64::from(byte - b'J') + 1, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_character_is_digit_and_sign() {
        for (text, read_as) in [
            (b"0000000001904}".as_slice(), Some("-190.40")),
            (b"0000000000322J", Some("-32.21")),
            (b"0000000000974I", Some("97.49")),
            (b"0000010000000{", Some("1000000.00")),
            (b"     10000000{", Some("1000000.00")),
            (b"0000010000000\xE8", Some("-1000000.00")),
            (b"00000100000001", None),
            (b"00000 0000000{", None),
            (b"", None),
        ] {
            assert_eq!(read(text, 2).map(|d| d.to_string()).as_deref(), read_as, "{text:?}");
        }
    }
}
