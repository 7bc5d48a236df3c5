//! Comments of transactions and postings: tags (`invoice:VP-88213`), posting dates, and text.

use super::dates;
use crate::journal::remarks::Remarks;
use tieout_core::Date;

/// Takes up a comment (without its `;`); gives the posting date that it says. A date without a year is in `year`.
pub(super) fn read(comment: &str, remarks: &mut Remarks, year: Option<i16>) -> Option<Date> {
    let mut date = bracketed(comment, year);
    let mut text = String::new();
    for piece in comment.split(',') {
        let Some((before, value)) = piece.split_once(':') else {
            add(&mut text, piece);
            continue;
        };
        // A tag's name is the word right before the colon; what stands before it is text.
        let (words, name) = before.rsplit_once(char::is_whitespace).unwrap_or(("", before));
        if name.is_empty() || value.starts_with("//") {
            add(&mut text, piece);
            continue;
        }
        add(&mut text, words);
        if name == "date" {
            date = date.or_else(|| dates::parse(value.trim(), year));
        } else {
            remarks.tag(name, value);
        }
    }
    if bracketed(comment, year).is_none() {
        remarks.remember(&text);
    }
    date
}

fn add(text: &mut String, part: &str) {
    let part = part.trim();
    if !text.is_empty() && !part.is_empty() {
        text.push_str(", ");
    }
    text.push_str(part);
}

/// `[2024-01-10]`, `[2024-01-10=2024-01-12]`: the first date. `[=2024-01-12]` has only a secondary one.
fn bracketed(comment: &str, year: Option<i16>) -> Option<Date> {
    let (_, rest) = comment.split_once('[')?;
    let (inner, _) = rest.split_once(']')?;
    dates::parse(inner.split('=').next()?.trim(), year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_dates_and_text_are_told_apart() {
        for (comment, document, memo, date) in [
            (" invoice:VP-88213", "VP-88213", "", None),
            (
                " for the shop, ref: A 7, note: second try",
                "A 7",
                "second try; for the shop",
                None,
            ),
            (" date:2024-01-12, doc:R-9", "R-9", "", Some((12, 1))),
            (" date:1/12", "", "", Some((12, 1))),
            (" [2024-02-10=2024-02-11]", "", "", Some((10, 2))),
            (" [=2024-02-11]", "", "[=2024-02-11]", None),
            (" see https://example.org/a", "", "see https://example.org/a", None),
            (" plain text", "", "plain text", None),
        ] {
            let mut remarks = Remarks::default();
            let found = read(comment, &mut remarks, Some(2024));
            assert_eq!(
                (remarks.document.as_str(), remarks.memo.as_str()),
                (document, memo),
                "{comment}"
            );
            assert_eq!(
                found,
                date.map(|(day, month)| Date::new(2024, month, day).unwrap()),
                "{comment}"
            );
        }
    }
}
