//! What banks do that the standard does not say. Each rule says what was seen and where.

/// Words for "nothing" in fields that must be filled: `NOTPROVIDED`, `NOTPROVIDED 123`, `NOT PROVIDED`, `NONREF`.
pub(super) fn is_placeholder(text: &str) -> bool {
    // Nearly every value fails at its first letters.
    if !matches!(
        text.as_bytes(),
        [b'N' | b'n', b'O' | b'o', b'T' | b't' | b'N' | b'n', ..]
    ) {
        return false;
    }
    let upper = text.to_ascii_uppercase();
    let is_word = |word: &str| {
        upper
            .strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    is_word("NOTPROVIDED") || is_word("NOT PROVIDED") || upper == "NONREF"
}

/// Some exports print debtor and creditor the wrong way round, or only the counterparty and on the wrong side (Dutch
/// exports made from MT940). The account tells: the usual side is the statement's own account, or is not stated, and
/// the opposite one has an account that is not the statement's.
pub(super) fn sides_are_swapped(usual_is_own: bool, usual_is_unnamed: bool, opposite_is_foreign: bool) -> bool {
    (usual_is_own || usual_is_unnamed) && opposite_is_foreign
}

/// `&` that begins no reference, as in `Meyer & Sohn` written without escaping: the text after it, up to the next
/// semicolon, cannot be a name.
pub(super) fn is_bare_ampersand(reference: &str) -> bool {
    reference.is_empty() || reference.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'&')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_empty() {
        for (text, expected) in [
            ("NOTPROVIDED", true),
            ("NotProvided", true),
            ("NOTPROVIDED 4711", true),
            ("NOT PROVIDED", true),
            ("NONREF", true),
            ("NOTPROVIDEDX", false),
            ("NONREF 1", false),
            ("Notary Meyer", false),
            ("NO", false),
            ("", false),
        ] {
            assert_eq!(is_placeholder(text), expected, "{text}");
        }
    }

    #[test]
    fn an_ampersand_before_a_blank_begins_no_reference() {
        assert!(is_bare_ampersand(" Sohn, Ref 1"));
        assert!(!is_bare_ampersand("nbsp"));
    }
}
