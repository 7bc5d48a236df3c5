//! What single banks do differently.

use crate::fixed::numeric_currency;
use tieout_core::encoding::Decoder;
use tieout_core::{Currency, Decimal};

/// The charset: Windows-1250, in older files that of DOS (852). Letters that Czech and Slovak use most tell them apart.
pub(super) fn decoder(letters: &[u8]) -> Decoder {
    let dos = letters
        .iter()
        .filter(|byte| {
            matches!(
                byte,
                0x82 | 0x85 | 0x9F | 0xA0 | 0xA1 | 0xA2 | 0xA3 | 0xA7 | 0xAC | 0xE7
            )
        })
        .count();
    let windows = letters
        .iter()
        .filter(|byte| {
            matches!(
                byte,
                0x9A | 0x9E | 0xC8 | 0xE1 | 0xE8 | 0xE9 | 0xED | 0xF3 | 0xF8 | 0xF9 | 0xFA
            )
        })
        .count();
    let mut decoder = Decoder::default();
    decoder.declare(if dos > windows { "852" } else { "1250" });
    decoder
}

/// The currency's number behind a zero; some banks put a kind of posting there, which is none.
pub(super) fn currency(field: &[u8]) -> Option<Currency> {
    numeric_currency(field.strip_prefix(b"0")?)
}

/// What a posting code does to the balance, and whether it undoes an earlier posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) negative: bool,
    pub(super) reversal: bool,
}

/// Codes 1 to 5; 3 is not used.
pub(super) fn posting(code: u8) -> Option<Posting> {
    let (negative, reversal) = match code {
        b'1' => (true, false),
        b'2' => (false, false),
        b'4' => (false, true),
        b'5' => (true, true),
        _ => return None,
    };
    Some(Posting { negative, reversal })
}

/// Turnovers count a reversal on the side that it undoes (less), or on the side that it moves (more).
pub(super) fn turnover_agrees(printed: Decimal, plain: Decimal, undone: Decimal, undoing: Decimal) -> bool {
    let is = |sum: Option<Decimal>| sum.is_some_and(|sum| sum.abs() == printed.abs());
    is(plain.checked_sub(undone)) || is(plain.checked_add(undoing))
}

/// Writes an account number of six and ten digits as people do: `19-2000145399`, `1234567890`.
pub(super) fn write_account(digits: &str, written: &mut String) {
    let (prefix, number) = digits.split_at_checked(6).unwrap_or(("", digits));
    let (prefix, number) = (prefix.trim_start_matches('0'), number.trim_start_matches('0'));
    if number.is_empty() {
        return;
    }
    if !prefix.is_empty() {
        written.push_str(prefix);
        written.push('-');
    }
    written.push_str(number);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_written_as_people_do() {
        for (digits, written) in [
            ("0000001234567890", "1234567890"),
            ("0000192000145399", "19-2000145399"),
            ("0000000000000000", ""),
        ] {
            let mut account = String::new();
            write_account(digits, &mut account);
            assert_eq!(account, written);
        }
    }

    #[test]
    fn the_charset_is_told_by_its_letters() {
        assert_eq!(decoder(b"P\xF8\xEDchoz\xED").decode(b"\xF8"), "ř");
        assert_eq!(decoder(b"P\xFD\xA1choz\xA1").decode(b"\xFD"), "ř");
    }

    #[test]
    fn turnovers_count_reversals_on_either_side() {
        let d = |minor| Decimal::from_minor(minor, 2);
        assert!(turnover_agrees(d(95_000), d(100_000), d(5_000), d(0)));
        assert!(turnover_agrees(d(55_000), d(50_000), d(0), d(5_000)));
        assert!(!turnover_agrees(d(56_000), d(50_000), d(0), d(5_000)));
    }
}
