//! What single banks do differently.

use crate::account_number::normalised;
use crate::model::Line;

/// Continuations that some banks begin with a word of four letters and a colon (`EREF: 1111`): reference, names, accounts
/// and banks of creditor and debtor.
pub(super) fn labelled(text: &str, line: &mut Line) {
    let Some((label, value)) = text.split_once(':') else {
        return;
    };
    let value = value.trim();
    if label.len() != 4 || value.is_empty() {
        return;
    }
    let incoming = !line.amount.is_negative();
    let field = match (label, incoming) {
        ("EREF", _) => &mut line.ids.end_to_end,
        ("CHKN", _) => &mut line.check_number,
        ("DBNM", true) | ("CRNM", false) => &mut line.counterparty.name,
        ("DACT", true) | ("CACT", false) => {
            if line.counterparty.account.is_empty() {
                line.counterparty.account = normalised(value);
            }
            return;
        }
        ("DBIC" | "DABA", true) | ("CBIC" | "CABA", false) => &mut line.counterparty.bank,
        _ => return,
    };
    if field.is_empty() {
        field.push_str(value);
    }
}

/// References of nothing but zeros mean that there is none.
pub(super) fn reference(text: &str) -> &str {
    if text.bytes().all(|b| b == b'0') { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieout_core::Decimal;

    #[test]
    fn the_other_party_is_the_one_that_is_not_the_owner() {
        for (minor, name) in [(5, "Payer"), (-5, "Payee")] {
            let mut line = Line {
                amount: Decimal::from_minor(minor, 2),
                ..Line::default()
            };
            for text in [
                "CRNM: Payee",
                "DBNM: Payer",
                "EREF: 07370568132",
                "no label: here",
                "XXXX: y",
            ] {
                labelled(text, &mut line);
            }
            assert_eq!(line.counterparty.name, name);
            assert_eq!(line.ids.end_to_end, "07370568132");
        }
    }
}
