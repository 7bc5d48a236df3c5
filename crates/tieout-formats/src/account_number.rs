//! Account numbers as banks print them: with blanks, in any letter case, as IBAN or not.

/// The number without blanks; an IBAN in upper case.
pub(crate) fn normalised(raw: &str) -> String {
    let mut number: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    if is_iban(&number) {
        number.make_ascii_uppercase();
    }
    number
}

/// Whether the text, without blanks, is an IBAN: ISO 13616's form with right check digits. The countries' own lengths are
/// not looked up; the check digits leave one chance in 97.
pub(crate) fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = (15..=34).contains(&bytes.len())
        && bytes.iter().take(2).all(u8::is_ascii_alphabetic)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    let Some((head, tail)) = bytes.split_at_checked(4).filter(|_| form) else {
        return false;
    };
    let remainder = tail.iter().chain(head).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    remainder == 1
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
