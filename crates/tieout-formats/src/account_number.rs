//! Account numbers as banks print them: with blanks, in any letter case, as IBAN or not.

use tieout_core::Currency;

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

/// Characters of the IBANs of each country (ISO 13616's registry).
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// Whether the text is an IBAN as long as those of its country. For texts that may be something else.
pub(crate) fn is_whole_iban(text: &str) -> bool {
    has_length_of_iban(text) && is_iban(text)
}

/// Whether the text is written as an IBAN of its country, right check digits or not: a slip of the writer, or a statement made
/// anonymous. For texts that are called an IBAN.
pub(crate) fn has_form_of_iban(text: &str) -> bool {
    let is_form = |bytes: &[u8]| match bytes {
        [_, _, c, d, tail @ ..] => {
            c.is_ascii_digit() && d.is_ascii_digit() && tail.iter().all(u8::is_ascii_alphanumeric)
        }
        _ => false,
    };
    has_length_of_iban(text) && is_form(text.as_bytes())
}

fn has_length_of_iban(text: &str) -> bool {
    let country = text.get(..2).map(str::to_ascii_uppercase);
    let known = LENGTHS.iter().find(|(own, _)| country.as_deref() == Some(*own));
    known.is_some_and(|(_, length)| *length == text.len())
}

/// The IBAN alone, if the currency of the account is written behind it, as MT940 of some banks has it.
pub(crate) fn without_currency(number: &str) -> Option<&str> {
    let (iban, code) = number.split_at_checked(number.len().checked_sub(3)?)?;
    let is_currency = code.bytes().all(|byte| byte.is_ascii_uppercase()) && Currency::try_new(code).is_ok();
    (is_currency && is_whole_iban(iban)).then_some(iban)
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

    #[test]
    fn a_currency_behind_an_iban_is_known_by_what_is_before_it() {
        for (number, iban) in [
            ("NL44RABO0123456789EUR", Some("NL44RABO0123456789")),
            ("DE89370400440532013000EUR", Some("DE89370400440532013000")),
            ("DE88370400440532013000EUR", None),
            ("DE89370400440532013000", None),
            ("DE89370400440532013000eur", None),
            ("MT84MALT011000012345MTLCAST001S", None),
            ("0123456789EUR", None),
            ("EUR", None),
        ] {
            assert_eq!(without_currency(number), iban, "{number}");
        }
    }

    #[test]
    fn words_beside_numbers_are_no_iban() {
        assert!(is_whole_iban("DE89370400440532013000"));
        assert!(!is_whole_iban("on14February2026"));
        assert!(has_form_of_iban("DE88370400440532013000"));
        assert!(!has_form_of_iban("DE8837040044053201300"));
    }
}
