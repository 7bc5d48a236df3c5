//! Oddities of single banks and programs, each with the file that shows it (`fixtures/statements/mt940/`).

use super::account::{is_bic, looks_like_iban};
use super::cut;
use tieout_core::Decimal;

/// References that say that there is none, or that it stands in `:86:`.
///
/// `NONREF` is the standard's word, Deutsche Bank has cut it to `N` (`railslove-mt940.txt`); `EREF`, `PREF` (`fruitl00p-rabo-sample4.sta`) and `KREF+` point to the details.
pub(super) fn is_no_reference(text: &str) -> bool {
    matches!(
        text,
        "NONREF"
            | "NOREF"
            | "N"
            | "NOTPROVIDED"
            | "EREF"
            | "EREF+"
            | "KREF"
            | "KREF+"
            | "MREF"
            | "MREF+"
            | "MARF"
            | "PREF"
    )
}

/// A type code that does not begin as the standard wants it, told by the `NONREF` behind it
/// (`wolph-self-provided-mt942.sta`: `MCI0NONREF`).
pub(super) fn is_foreign_type(code: &str, rest: &str) -> bool {
    code.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && (rest == "NONREF" || rest.starts_with("NONREF//"))
}

/// An amount with a decimal point (`fruitl00p-rabo-sample2.sta`: `1000.12`) or with groups of digits.
///
/// The last mark is the decimal mark, if it stands only once.
pub(super) fn grouped_amount(text: &str) -> Option<(Decimal, &str)> {
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b'\'');
    let length = text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len());
    let (printed, rest) = text.split_at_checked(length)?;
    let mark = printed.bytes().rfind(|byte| matches!(byte, b',' | b'.'))?;
    let once = printed.bytes().filter(|byte| *byte == mark).count() == 1;
    if !once || !printed.starts_with(|first: char| first.is_ascii_digit() || first == char::from(mark)) {
        return None;
    }
    let (whole, _) = printed.split_at_checked(printed.bytes().position(|byte| byte == mark)?)?;
    let mut groups = whole.split([',', '.', '\'']);
    // Groups have three digits, in India two before the last one.
    let first = groups.next().map_or(0, str::len);
    let others: Vec<usize> = groups.map(str::len).collect();
    let are_groups = others.is_empty()
        || first <= 3 && others.last() == Some(&3) && others.iter().all(|length| (2..=3).contains(length));
    if !are_groups {
        return None;
    }
    let plain: Vec<u8> = printed
        .bytes()
        .filter(|byte| byte.is_ascii_digit() || *byte == mark)
        .collect();
    Some((Decimal::parse_bytes(&plain, mark).ok()?, rest))
}

/// Whether a line that looks like a tag is the second half of a time of day which the line end has cut: `T13` and
/// `:20:15` (`wolph-self-provided-wrapped_timestamp.sta` and `…transaction_details_wrapped.sta` do it with numbers that
/// are no tag).
pub(super) fn is_cut_time(text_before: &[u8], line: &[u8]) -> bool {
    let [.., before, tens, ones] = text_before else {
        return false;
    };
    let [b':', m, n, b':', s, t, rest @ ..] = line else {
        return false;
    };
    !before.is_ascii_digit()
        && number_below(*tens, *ones, 24)
        && number_below(*m, *n, 60)
        && number_below(*s, *t, 60)
        && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether a line that begins like a tag goes on as a movement does: dates, a mark, an amount with a comma. With any tag
/// but `:61:` it is a movement whose tag was damaged; so it is where `61` lacks a colon or has another sign for it.
pub(super) fn is_movement_of_another_tag(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let without_mark = |bytes: &'_ [u8]| usize::from(matches!(bytes, [b':' | b';', ..]));
    let bare = line.get(without_mark(line)..).unwrap_or_default();
    if let Some(rest) = bare.strip_prefix(b"61")
        && begins_like_a_movement(rest.get(without_mark(rest)..).unwrap_or_default())
    {
        return true;
    }
    let Some(rest) = line.strip_prefix(b":") else {
        return false;
    };
    let Some(end) = rest.iter().take(4).position(|byte| *byte == b':') else {
        return false;
    };
    let value = rest.get(end + 1..).unwrap_or_default();
    end > 0 && begins_like_a_movement(value)
}

/// Whether a text holds a whole movement, tag and all: the ends of lines are lost.
pub(super) fn holds_a_movement(text: &[u8]) -> bool {
    let mut tags = memchr::memmem::find_iter(text, b":61:");
    tags.any(|at| begins_like_a_movement(text.get(at + 4..).unwrap_or_default()))
}

/// Dates of six digits, or six and four; a mark of debit or credit; an amount.
fn begins_like_a_movement(value: &[u8]) -> bool {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = value.get(digits..).unwrap_or_default().trim_ascii_start();
    let rest = match rest {
        [b'R' | b'E', rest @ ..] => rest,
        rest => rest,
    };
    let amount = match rest {
        [b'C' | b'D', letter, rest @ ..] if letter.is_ascii_uppercase() => rest,
        [b'C' | b'D', rest @ ..] => rest,
        _ => return false,
    };
    let amount = amount.trim_ascii_start();
    let whole = amount.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(digits, 6 | 10) && whole > 0 && matches!(amount.get(whole), Some(b',' | b'.'))
}

/// Customer reference, and the account and name of the other side where a bank prints them behind it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// What is left of it.
    pub(super) printed: &'a str,
    /// Account of the other side.
    pub(super) account: &'a str,
    /// Its name.
    pub(super) name: &'a str,
}

/// Takes the field for the customer's reference apart. ASN puts the other side's IBAN there (`wolph-ASNB-*.txt`),
/// Rabobank, in columns of 16, its account and name (`wolph-jejik-rabobank.sta`: `0733959555      T-MOBILE`).
pub(super) fn customer_reference(printed: &str) -> Reference<'_> {
    if is_no_reference(printed) || printed.is_empty() {
        return Reference::default();
    }
    if looks_like_iban(printed) {
        return Reference {
            account: printed,
            ..Reference::default()
        };
    }
    match cut::at_double(printed, b' ') {
        Some((left, name)) if is_no_reference(left) => Reference {
            name: name.trim_ascii(),
            ..Reference::default()
        },
        Some((left, name)) if is_dutch_account(left) => Reference {
            account: left,
            name: name.trim_ascii(),
            ..Reference::default()
        },
        _ => Reference {
            printed,
            ..Reference::default()
        },
    }
}

/// A number as Dutch banks used before IBANs: ten digits, or `P` and nine.
pub(super) fn is_dutch_account(text: &str) -> bool {
    let digits = text.strip_prefix('P').unwrap_or(text);
    matches!(digits.len(), 9 | 10) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Account and name from the first column (32 characters) of ABN AMRO's text: `GIRO   428428 KPN BV    …` and
/// `64.45.12.113 G.B. ROTTERDAM     …` (`fruitl00p-abn-sample.sta`).
pub(super) fn abn_column(text: &str) -> Option<(&str, &str)> {
    let is_account = |word: &str| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let column = text.get(..32).unwrap_or(text);
    let rest = match column.strip_prefix("GIRO ") {
        Some(rest) => rest.trim_ascii_start(),
        None if matches!(column.as_bytes(), [a, b, b'.', ..] if a.is_ascii_digit() && b.is_ascii_digit()) => column,
        None => return None,
    };
    let (account, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let name = name.trim_ascii_start();
    let name = cut::at_double(name, b' ').map_or(name, |(name, _)| name);
    let dots = account.bytes().filter(|byte| *byte == b'.').count();
    (is_account(account) && matches!(dots, 0 | 3)).then(|| (account, name.trim_ascii()))
}

/// Text, name and account from `WORD:text:name:account[:purpose]` (`fruitl00p-penta-sample.sta`).
pub(super) fn colon_fields(text: &str) -> Option<(&str, &str, &str)> {
    let (word, _) = cut::at(text, b':')?;
    if word.len() < 5 || !word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return None;
    }
    let mut end = text.len();
    for part in text.rsplit(':').take(2) {
        let start = end.checked_sub(part.len())?;
        if looks_like_iban(part) {
            let before = text.get(..start.checked_sub(1)?)?;
            let (body, name) = before.rsplit_once(':')?;
            return Some((body, name, part));
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// A line between messages that banks and transport programs write: `ABNANL2A`, `940`, `0000 01INGBNL2AXXXX00001`, `:940:`,
/// a block header in a 7-bit code page (`railslove-mt940-handelsbank.txt`: `ä4:`).
pub(super) fn is_preamble(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let words = || line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let is_code = |word: &[u8]| {
        word.iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    match line {
        [b'{' | b'$' | b'-', ..] => true,
        [b':', b'9', _, _, b':', ..] => true,
        [.., b'4', b':'] => line.len() <= 4,
        _ if std::str::from_utf8(line).is_ok_and(is_bic) => true,
        _ => words().count() <= 3 && words().all(is_code) && words().any(|word| word.iter().any(u8::is_ascii_digit)),
    }
}

/// Whether a line is what is left of a field or a header whose beginning is lost: the end of a balance (`102EUR90,00`), of a
/// movement (`7,00NTRFREF`) or of blocks before `{4:`.
pub(super) fn is_rest_of_message(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let Some(comma) = memchr::memchr(b',', line) else {
        return line.ends_with(b"{4:");
    };
    let (before, behind) = (
        line.get(..comma).unwrap_or_default(),
        line.get(comma + 1..).unwrap_or_default(),
    );
    let whole = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let code = before.get(..before.len() - whole).unwrap_or_default();
    // Of the currency less than the whole may be left, and of the date more.
    let is_balance = code.iter().rev().take(3).all(u8::is_ascii_uppercase);
    let behind = behind.get(digits(behind).min(2)..).unwrap_or_default();
    let is_type = matches!(behind, [b'N' | b'S' | b'F', kind @ ..] if kind.iter().take(3).filter(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count() == 3);
    whole > 0 && (is_balance && behind.is_empty() || is_type)
}

/// Whether a line is the beginning of a tag and nothing else: `:`, `:2`, `:28C`.
pub(super) fn is_part_of_tag(line: &[u8]) -> bool {
    let name = line.trim_ascii().strip_prefix(b":");
    name.is_some_and(|name| name.len() <= 3 && name.iter().all(u8::is_ascii_alphanumeric))
}

fn number_below(tens: u8, ones: u8, limit: u8) -> bool {
    tens.is_ascii_digit() && ones.is_ascii_digit() && (tens - b'0') * 10 + (ones - b'0') < limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_time_of_day_is_no_tag() {
        assert!(is_cut_time(b"2014T16", b":20:37 Fo"));
        assert!(is_cut_time(b"at 13", b":25:11"));
        assert!(!is_cut_time(b"2014T16", b":20:STARTUMS"));
        assert!(!is_cut_time(b"2014T16", b":25:12030000/1"));
        assert!(!is_cut_time(b"2014T16", b":20:1352294232659/1"));
        assert!(!is_cut_time(b"123416", b":20:37 Fo"));
        assert!(!is_cut_time(b"at 31", b":20:37 Fo"));
    }

    #[test]
    fn references_are_taken_apart() {
        let parts = |text| {
            let Reference { printed, account, name } = customer_reference(text);
            (printed, account, name)
        };
        assert_eq!(parts("NONREF"), ("", "", ""));
        assert_eq!(parts("INV-2026-071"), ("INV-2026-071", "", ""));
        assert_eq!(parts("29-07-2014 10:05"), ("29-07-2014 10:05", "", ""));
        assert_eq!(parts("NL47INGB9999999999"), ("", "NL47INGB9999999999", ""));
        assert_eq!(parts("0733959555      T-MOBILE BV"), ("", "0733959555", "T-MOBILE BV"));
        assert_eq!(parts("NONREF          TOMTE TUMMETOT"), ("", "", "TOMTE TUMMETOT"));
    }

    #[test]
    fn first_columns_of_abn_amro() {
        assert_eq!(
            abn_column("GIRO   428428 KPN BV             BETALINGSKENM."),
            Some(("428428", "KPN BV"))
        );
        assert_eq!(
            abn_column("64.45.12.113 G.B. ROTTERDAM     AANSLAG"),
            Some(("64.45.12.113", "G.B. ROTTERDAM"))
        );
        assert_eq!(
            abn_column("52.89.39.882 MYCOM DEN HAAG  S-GRAVEN,PAS999"),
            Some(("52.89.39.882", "MYCOM DEN HAAG"))
        );
        assert_eq!(
            abn_column("34.01.56.740                    CANAL"),
            Some(("34.01.56.740", ""))
        );
        assert_eq!(abn_column("23.06.09/22.22 VILLA"), None);
        assert_eq!(abn_column("23.06.2009 VILLA"), None);
        assert_eq!(abn_column("PLAIN TEXT"), None);
    }

    #[test]
    fn colon_fields_end_in_an_account() {
        assert_eq!(
            colon_fields("SEPA_CREDIT_TRANSFER:Lohn: Mai:Felix Neumann:DE30257500010168586063"),
            Some((
                "SEPA_CREDIT_TRANSFER:Lohn: Mai",
                "Felix Neumann",
                "DE30257500010168586063"
            ))
        );
        assert_eq!(
            colon_fields("DIRECT_DEBIT:RG-1:Penta GmbH:DE36110101002052879182:GEBUEHREN"),
            Some(("DIRECT_DEBIT:RG-1", "Penta GmbH", "DE36110101002052879182"))
        );
        assert_eq!(colon_fields("PURCHASE:UNITY, DUBLIN:UNITY"), None);
        assert_eq!(colon_fields("no: fields"), None);
    }

    #[test]
    fn lines_around_messages_are_known() {
        for line in [
            "ABNANL2A",
            "940",
            "940 00",
            "0000 01INGBNL2AXXXX00001",
            ":940:",
            "ä4:",
            "{1:F01}",
            "$",
        ] {
            assert!(is_preamble(line.as_bytes()), "{line}");
        }
        for line in ["Dear customer", "TEXT OF A PAYMENT", ":20:X"] {
            assert!(!is_preamble(line.as_bytes()), "{line}");
        }
    }
}
