//! Structured communications: three digits say which, the rest is in fields of fixed width.

use crate::model::Ids;

/// What a structured communication says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Communication<'a> {
    /// `+++nnn/nnnn/nnnnn+++`.
    pub(super) reference: Option<String>,
    pub(super) mandate: &'a str,
    pub(super) creditor_id: &'a str,
    /// What is left for people.
    pub(super) text: &'a str,
}

/// Reads the communication `code` and what follows it (its pieces joined at full width).
pub(super) fn read<'a>(code: &str, rest: &'a str) -> Communication<'a> {
    match code {
        "101" | "102" => ogm(rest).map_or_else(
            || Communication {
                text: rest.trim(),
                ..Communication::default()
            },
            |reference| Communication {
                reference: Some(reference),
                text: rest.get(12..).unwrap_or_default().trim(),
                ..Communication::default()
            },
        ),
        // European direct debit: settlement date, type, scheme, reason, creditor, mandate, communication.
        "127" => Communication {
            reference: None,
            creditor_id: part(rest, 9, 44),
            mandate: part(rest, 44, 79),
            text: part(rest, 79, 141),
        },
        _ => Communication {
            text: rest.trim(),
            ..Communication::default()
        },
    }
}

/// Gives the ids to a line.
pub(super) fn apply(communication: &Communication<'_>, ids: &mut Ids) {
    ids.mandate.push_str(communication.mandate);
    ids.creditor_id.push_str(communication.creditor_id);
}

/// Characters from..to, without blanks around; a communication is cut by characters, not by bytes.
fn part(text: &str, from: usize, to: usize) -> &str {
    let at = |index: usize| text.char_indices().nth(index).map_or(text.len(), |(at, _)| at);
    text.get(at(from)..at(to)).unwrap_or_default().trim()
}

/// Twelve digits whose last two are the rest of the first ten by 97 (97 for none), as Belgians print them.
fn ogm(text: &str) -> Option<String> {
    let digits = text.get(..12)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let base: u64 = digits.get(..10)?.parse().ok()?;
    let check: u64 = digits.get(10..)?.parse().ok()?;
    let rest = if base.is_multiple_of(97) { 97 } else { base % 97 };
    let (one, two, three) = (digits.get(..3)?, digits.get(3..7)?, digits.get(7..)?);
    // A reference whose check digits are wrong is still what the payer gave.
    let mark = if rest == check { "+++" } else { "" };
    Some(format!("{mark}{one}/{two}/{three}{mark}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_belgian_reference_is_printed_as_on_the_invoice() {
        assert_eq!(read("101", "090933755493 ").reference.unwrap(), "+++090/9337/55493+++");
        assert_eq!(read("101", "112455446812").reference.unwrap(), "112/4554/46812");
        assert_eq!(read("101", "no digits").text, "no digits");
    }

    #[test]
    fn a_direct_debit_names_mandate_and_creditor() {
        let text = format!("060624120{:<35}{:<35}{:<62}", "BE25ZZZ548413215", "SEPA-1", "invoice 7");
        let read = read("127", &text);
        assert_eq!(
            (read.creditor_id, read.mandate, read.text),
            ("BE25ZZZ548413215", "SEPA-1", "invoice 7")
        );
    }
}
