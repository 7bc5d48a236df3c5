//! What single banks and programs do differently.

use tieout_core::Currency;

/// Account and currency of record 1, by the structure its second column names.
pub(super) struct PrintedAccount<'a> {
    pub(super) number: &'a str,
    pub(super) currency: &'a str,
}

/// Splits the 37 columns of account and currency. Some programs write an IBAN under the structure of an old Belgian
/// number, so a field that begins like an IBAN is read as one whatever the structure says.
pub(super) fn account(structure: u8, field: &str) -> PrintedAccount<'_> {
    let begins_like_iban = field.len() >= 16
        && field.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && field.bytes().skip(2).take(2).all(|b| b.is_ascii_digit());
    if structure == b'0' && !begins_like_iban {
        let (number, rest) = field.split_at_checked(12).unwrap_or((field, ""));
        return PrintedAccount {
            number: number.trim(),
            currency: rest.get(1..4).unwrap_or_default(),
        };
    }
    let (number, currency) = field.split_at_checked(34).unwrap_or((field, ""));
    PrintedAccount {
        number: number.trim(),
        currency,
    }
}

/// The other party's account: 34 columns and a currency; some banks let the currency follow after one blank, and behind
/// it the name begins too early.
pub(super) fn other_account(field: &str) -> &str {
    let field = field.get(..34).unwrap_or(field);
    // Nearly always printed characters, and then blanks to the end.
    let printed = field.bytes().take_while(u8::is_ascii_graphic).count();
    match field.split_at_checked(printed) {
        Some((account, rest)) if !account.is_empty() && (rest.is_empty() || rest.starts_with(' ')) => account,
        _ => field.split_whitespace().next().unwrap_or_default(),
    }
}

/// The three letters as a currency; some programs leave them blank or put the country there.
pub(super) fn currency(text: &str) -> Option<Currency> {
    Currency::try_new(text.trim()).ok()
}

/// Banks count free messages (record 4) among the records of a group, or do not.
pub(super) fn counts_agree(printed: i64, records: i64, messages: i64) -> bool {
    printed == records || printed == records + messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_split_by_their_structure() {
        for (structure, field, number, money) in [
            (b'0', "138536152215 EUR0BE                  ", "138536152215", "EUR"),
            (b'2', "BE62354872126588                  EUR", "BE62354872126588", "EUR"),
            (b'0', "BE62354872126588                  EUR", "BE62354872126588", "EUR"),
            (
                b'3',
                "DE89370400440532013000            USD",
                "DE89370400440532013000",
                "USD",
            ),
            (b'0', "1385", "1385", ""),
        ] {
            let read = account(structure, field);
            assert_eq!((read.number, read.currency), (number, money), "{field}");
        }
    }

    #[test]
    fn the_other_account_ends_at_a_blank() {
        assert_eq!(
            other_account("BE34359648312345 EURCOMPANY BLABLABLA"),
            "BE34359648312345"
        );
        assert_eq!(other_account(""), "");
    }
}
