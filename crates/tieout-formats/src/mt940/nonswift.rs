//! `:NS:`, fields outside the standard in numbered subfields (`01Verwendungszweck`, `15Empfänger`): some German and
//! Hungarian banks use it in place of `:86:` (`wolph-self-provided-raphaelm.sta`, `wolph-sberbank-171011_01234945.sta`).

use super::details::{self, Purpose};
use crate::model::{Line, Statement};

/// Fills a line: 01 to 14 purpose, 15 and 16 name, 17 posting text, 33 bank, 34 account of the other side.
pub(super) fn apply(text: &str, purpose: &mut Purpose, line: &mut Line) {
    purpose.clear(false);
    for (key, start, value) in subfields(text) {
        match key {
            1..=14 => purpose.push(start, value.as_bytes()),
            15 | 16 => join_name(&mut line.counterparty.name, value),
            17 => purpose.push(start, value.as_bytes()),
            33 if line.counterparty.bank.is_empty() => {
                line.counterparty.bank.push_str(value.trim_ascii());
            }
            34 if line.counterparty.account.is_empty() => {
                line.counterparty.account.push_str(value.trim_ascii());
            }
            // Batch number, time of posting: bookkeeping of the bank.
            _ => {}
        }
    }
    if memchr::memchr2(b'+', b':', text.as_bytes()).is_some() {
        purpose.join();
    }
    purpose.apply(text, line);
    details::fold_fields(text, line);
}

/// Fills the account of a statement: 22 owner, 23 name of the account.
pub(super) fn apply_to_statement(text: &str, statement: &mut Statement) {
    for (key, _, value) in subfields(text) {
        match key {
            22 => value.trim_ascii().clone_into(&mut statement.account.owner),
            23 => value.trim_ascii().clone_into(&mut statement.account.name),
            _ => {}
        }
    }
}

fn join_name(name: &mut String, value: &str) {
    let value = value.trim_ascii();
    if !name.is_empty() && !value.is_empty() {
        name.push(' ');
    }
    name.push_str(value);
}

/// Key of each line, where its value begins, and the value; a line without a key is left out.
fn subfields(text: &str) -> impl Iterator<Item = (u8, usize, &str)> {
    let mut next = 0;
    text.split('\n').filter_map(move |line| {
        let start = next + 2;
        next += line.len() + 1;
        let (key, value) = line.split_at_checked(2)?;
        Some((key.parse().ok()?, start, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subfields_fill_line_and_statement() {
        let mut line = Line::default();
        let text = "01Purpose one\n02Purpose two\n15Muster\n16GmbH\n17Buchung\n191000\n33070180\n340001";
        apply(text, &mut Purpose::default(), &mut line);
        assert_eq!(line.text, "Purpose one Purpose two Buchung");
        assert_eq!(line.counterparty.name, "Muster GmbH");
        assert_eq!(
            (line.counterparty.bank.as_str(), line.counterparty.account.as_str()),
            ("070180", "0001")
        );

        let mut statement = Statement::default();
        apply_to_statement("22Test GmbH\n23Testkonto\nnonsense\n250101", &mut statement);
        assert_eq!(
            (statement.account.owner.as_str(), statement.account.name.as_str()),
            ("Test GmbH", "Testkonto")
        );
    }
}
