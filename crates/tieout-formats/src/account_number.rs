//! Account numbers as banks print them: with blanks, in any letter case, as IBAN or not.

/// The number without blanks; an IBAN in upper case.
pub(crate) fn normalised(raw: &str) -> String {
    let mut number = String::with_capacity(raw.len());
    normalise(raw, &mut number);
    number
}

/// As [`normalised`], into a field.
pub(crate) fn normalise(raw: &str, number: &mut String) {
    number.clear();
    // Without an early end, so that the compiler looks at many bytes at once.
    let printed = raw.bytes().fold(true, |all, byte| all & byte.is_ascii_graphic());
    let lower = raw.bytes().fold(false, |any, byte| any | byte.is_ascii_lowercase());
    if printed {
        number.push_str(raw);
    } else {
        raw.split_whitespace().for_each(|word| number.push_str(word));
    }
    if lower && is_iban(number) {
        number.make_ascii_uppercase();
    }
}

/// Whether the text, without blanks, is an IBAN: ISO 13616's form with right check digits. The countries' own lengths are
/// not looked up; the check digits leave one chance in 97.
pub(crate) fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ([a, b, c, d, tail @ ..], 15..=34) = (bytes, bytes.len()) else {
        return false;
    };
    let form = a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit();
    // The remainder is taken only where the next two digits might not fit any more.
    let remainder = tail.iter().chain([a, b, c, d]).try_fold(0_u64, |rest, byte| {
        let rest = if rest < 1 << 56 { rest } else { rest % 97 };
        match byte {
            b'0'..=b'9' => Some(rest * 10 + u64::from(byte - b'0')),
            _ if byte.is_ascii_alphabetic() => Some(rest * 100 + u64::from(byte.to_ascii_uppercase() - b'A') + 10),
            _ => None,
        }
    });
    form && remainder.is_some_and(|remainder| remainder % 97 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_is_proved_by_its_check_digits() {
        for (text, is) in [
            ("DE89370400440532013000", true),
            ("gb82WEST12345698765432", true),
            ("DE88370400440532013000", false),
            ("BE4455667788", false),
            ("1234567890123456", false),
            ("", false),
        ] {
            assert_eq!(is_iban(text), is, "{text}");
        }
    }

    #[test]
    fn blanks_go_and_only_ibans_change_case() {
        assert_eq!(normalised("gb82 WEST 1234 5698 7654 32"), "GB82WEST12345698765432");
        assert_eq!(normalised("12300 000ab"), "12300000ab");
    }
}
