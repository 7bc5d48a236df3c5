//! The document that a text names: the number behind `Invoice`, `Rechnung`, `Fact.`, whole.
//!
//! Two texts that name two different documents speak of two different payments, whatever else they share. Only a number
//! behind such a word says that it is of a document; banks and bookkeepers put numbers of their own everywhere.

/// Words before the number of an invoice, in the languages of many customers, in capital ASCII.
const WORDS: &[&[u8]] = &[
    b"INV",
    b"INVOICE",
    b"INVNO",
    b"BILL",
    b"RG",
    b"RE",
    b"RNR",
    b"RENR",
    b"RGNR",
    b"RECHNUNG",
    b"RECHNUNGSNR",
    b"FACT",
    b"FACTURE",
    b"FACTURA",
    b"FACTUUR",
    b"FATTURA",
    b"FATT",
    b"FRA",
    b"FAKTURA",
    b"FV",
    b"LASKU",
];
/// Words that may stand between.
const BETWEEN: &[&[u8]] = &[b"NO", b"NR", b"NUM", b"N", b"NUMBER", b"NUMERO"];
/// A number of fewer digits is a count or a day.
const FEWEST_DIGITS: usize = 3;

/// Puts the digits of the only document that a text names into `digits`, without leading zeros; nothing if it names none
/// or several.
pub(crate) fn document(text: &str, digits: &mut Vec<u8>) {
    digits.clear();
    let bytes = text.as_bytes();
    let mut is_expected = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphabetic() {
            let word = run(bytes, at, u8::is_ascii_alphabetic);
            at += word.len();
            let is_in = |list: &[&[u8]]| list.iter().any(|known| word.eq_ignore_ascii_case(known));
            is_expected = is_in(WORDS) || (is_expected && is_in(BETWEEN));
        } else if byte.is_ascii_digit() {
            let number = run(bytes, at, |byte| byte.is_ascii_digit() || is_joint(*byte));
            at += number.len();
            if is_expected && !take(number, digits) {
                digits.clear();
                return;
            }
            is_expected = false;
        } else {
            // A sentence or another field begins.
            is_expected &= byte.is_ascii() && !matches!(byte, b',' | b';');
            at += 1;
        }
    }
}

/// Puts the digits of the only number that a reference is into `digits`, without leading zeros: of `55120`, `B-55120`,
/// `2026/0417`; nothing if it has none, several or other words.
pub(crate) fn bare(reference: &str, digits: &mut Vec<u8>) {
    /// Letters before a number, as in `VRE-1204`.
    const MOST_LETTERS: usize = 4;
    digits.clear();
    let reference = reference.trim().as_bytes();
    let letters = run(reference, 0, u8::is_ascii_alphabetic);
    let rest = reference.get(letters.len()..).unwrap_or_default();
    let blanks = run(rest, 0, |byte| matches!(byte, b'-' | b'/' | b'.' | b'#' | b' '));
    let rest = rest.get(blanks.len()..).unwrap_or_default();
    let is_number = rest.iter().all(|byte| byte.is_ascii_digit() || is_joint(*byte));
    if letters.len() <= MOST_LETTERS && is_number {
        take(rest, digits);
    }
}

/// Two numbers that are written alike, one of them without the word that makes it a document's, are of different documents.
pub(crate) fn differ_alike(a: &str, b: &str) -> bool {
    a.len() == b.len() && differ(a, b)
}

/// Puts the digits of a reference that is one number in groups (`69 595`, `21 00000 00003 13947`) into `digits`, without leading
/// zeros; nothing if it is anything else, or longer than any reference.
pub(crate) fn grouped(reference: &str, digits: &mut Vec<u8>) {
    /// References of payments have 35 signs at most (ISO 20022), and blanks between.
    const LONGEST: usize = 60;
    digits.clear();
    let reference = reference.trim().as_bytes();
    let is_number = reference.len() <= LONGEST && reference.iter().all(|byte| byte.is_ascii_digit() || *byte == b' ');
    if is_number && reference.contains(&b' ') {
        let own = reference.iter().copied().filter(u8::is_ascii_digit);
        digits.extend(own.skip_while(|digit| *digit == b'0'));
    }
}

/// Takes a number over; false if another one was there.
fn take(number: &[u8], digits: &mut Vec<u8>) -> bool {
    let own = || {
        number
            .iter()
            .copied()
            .filter(u8::is_ascii_digit)
            .skip_while(|digit| *digit == b'0')
    };
    if own().count() < FEWEST_DIGITS {
        return true;
    }
    if digits.is_empty() {
        digits.extend(own());
        return true;
    }
    own().eq(digits.iter().copied())
}

/// What joins the parts of one number: `2026-002`, `2026/17`.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b'.')
}

fn run(bytes: &[u8], from: usize, is: impl Fn(&u8) -> bool) -> &[u8] {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| !is(byte)).unwrap_or(rest.len());
    rest.get(..length).unwrap_or_default()
}

/// Two numbers are of different documents: none is the beginning or the end of the other, which is what cut texts and left
/// out years make of it.
pub(crate) fn differ(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && !long.starts_with(short) && !long.ends_with(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts the digits of a text into a buffer.
    type Digits = fn(&str, &mut Vec<u8>);

    fn assert_digits(of: Digits, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let mut digits = vec![b'x'];
            of(text, &mut digits);
            assert_eq!(String::from_utf8(digits).unwrap(), *expected, "{text}");
        }
    }

    #[test]
    fn only_a_number_behind_its_word_is_of_a_document() {
        let cases = [
            ("ACH CREDIT ACME INV 1001", "1001"),
            ("Invoice No. 2026-002 paid", "2026002"),
            ("RE-2026-002", "2026002"),
            ("Rechnung Nr. 000417", "417"),
            ("INV1001", "1001"),
            ("Inv 1001, INV-1001", "1001"),
            ("INV 2201 INV 2204", ""),
            ("invoice of 12 March, card 4433", ""),
            ("ref 4433", ""),
            ("REWE 4433", ""),
            ("inv 12", ""),
            ("", ""),
        ];
        assert_digits(document, &cases);
    }

    #[test]
    fn digits_in_groups_are_one_number_only_by_themselves() {
        let cases = [
            ("69 595", "69595"),
            (" 21 00000 00003 13947 ", "21000000000313947"),
            ("007 21", "721"),
            ("69595", ""),
            ("INV 69 595", ""),
            ("69-595 1", ""),
            ("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1", ""),
            ("", ""),
        ];
        assert_digits(grouped, &cases);
    }

    #[test]
    fn a_reference_that_is_one_number_may_be_a_documents() {
        let cases = [
            ("55120", "55120"),
            (" B-055120 ", "55120"),
            ("2026/0417", "20260417"),
            ("Bill #417", "417"),
            ("CHEQUES 1204", ""),
            ("INV 2201 2204", ""),
            ("A12B34", ""),
            ("12", ""),
            ("", ""),
        ];
        assert_digits(bare, &cases);
    }

    #[test]
    fn what_is_cut_or_lacks_its_year_is_no_other_document() {
        for (a, b, expected) in [
            ("8999", "8123", true),
            ("2026002", "2026003", true),
            ("100", "1001", false),
            ("2", "2026002", false),
            ("1001", "1001", false),
            ("", "1001", false),
        ] {
            assert_eq!((differ(a, b), differ(b, a)), (expected, expected), "{a} {b}");
        }
    }
}
