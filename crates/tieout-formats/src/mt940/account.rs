//! `:25:`, the account: an IBAN, `BLZ/account`, `BIC/account`, with or without a currency behind it.

use crate::account_number;
use crate::model::{Account, AccountKind, AccountScheme};
use tieout_core::Currency;

/// Fills the account from what `:25:` prints.
///
/// A currency that a bank appends (`…EUR`) stays in the id: it tells accounts of one number apart. Behind an IBAN it is
/// left out by [`Account::number`], which statements of all formats are put together by. A slash before the number is no
/// part of it: Polish banks print one, as fields of parties have it.
pub(super) fn read(printed: &str) -> Account {
    let id =
        account_number::normalised(printed.trim_start_matches(|first: char| first == '/' || first.is_whitespace()));
    let mut account = Account {
        raw: printed.to_owned(),
        kind: AccountKind::Bank,
        ..Account::default()
    };
    let number = without_currency(&id);
    if account_number::is_iban(number) {
        account.scheme = AccountScheme::Iban;
    } else if let Some((bank, rest)) = number.split_once('/') {
        account.scheme = if rest.is_empty() {
            AccountScheme::Other
        } else {
            AccountScheme::Bban
        };
        if is_bic(bank) {
            bank.clone_into(&mut account.bic);
        } else {
            bank.clone_into(&mut account.bank_id);
        }
    } else if number.bytes().any(|byte| byte.is_ascii_digit()) {
        account.scheme = AccountScheme::Bban;
    }
    account.id = id;
    account
}

/// Whether this has the outer form of an IBAN, its check digits not looked at: statements made anonymous have wrong ones.
/// Every country's has ten digits or more, which tells it from words in capitals.
pub(super) fn looks_like_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && matches!(bytes, [a, b, c, d, ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= 10
}

/// Whether this has the form of a BIC: four letters for the bank, two for the country, 8 or 11 characters in all.
pub(super) fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
}

/// The number without a currency code behind it, if what is left still is a number.
fn without_currency(id: &str) -> &str {
    let Some((number, code)) = id.len().checked_sub(3).and_then(|at| id.split_at_checked(at)) else {
        return id;
    };
    let number = number.trim_end_matches('/');
    if number.ends_with(|last: char| last.is_ascii_digit())
        && code.bytes().all(|b| b.is_ascii_uppercase())
        && Currency::try_new(code).is_ok()
    {
        number
    } else {
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_by_their_form() {
        use AccountScheme::{Bban, Iban, Other};
        for (printed, id, scheme, bank_id, bic) in [
            ("DE89370400440532013000", "DE89370400440532013000", Iban, "", ""),
            ("NL91 ABNA 0417 1643 00 EUR", "NL91ABNA0417164300EUR", Iban, "", ""),
            (" 1014365930  ", "1014365930", Bban, "", ""),
            ("20041111/877321000EUR", "20041111/877321000EUR", Bban, "20041111", ""),
            ("BPHKPLPK/320000546101", "BPHKPLPK/320000546101", Bban, "", "BPHKPLPK"),
            ("NL53ASNB0000000000", "NL53ASNB0000000000", Bban, "", ""),
            (
                "/PL61109010140000071219812874",
                "PL61109010140000071219812874",
                Iban,
                "",
                "",
            ),
            ("/", "", Other, "", ""),
            ("ACC", "ACC", Other, "", ""),
            ("", "", Other, "", ""),
        ] {
            let account = read(printed);
            assert_eq!(
                (
                    account.id.as_str(),
                    account.scheme,
                    account.bank_id.as_str(),
                    account.bic.as_str()
                ),
                (id, scheme, bank_id, bic)
            );
            assert_eq!(account.raw, printed);
        }
    }

    #[test]
    fn words_in_capitals_are_no_ibans() {
        assert!(looks_like_iban("NL47INGB9999999999"));
        assert!(!looks_like_iban("PN0920SCHNELLUEB"));
        assert!(!looks_like_iban("NL47"));
    }
}
