//! The text of `:86:` taken apart. Four dialects, tried in this order: German structured text (`166?20…`), slash words
//! (`/EREF/…`), labels (`IBAN: …`) and plain text. What no field takes stays in the line's text.

mod german;
mod joined;
mod labels;
mod purpose;
mod slash;

use super::account::looks_like_iban;
use super::cut::{self, Padded, Survey};
use super::{figures, quirks};
use crate::model::{Counterparty, Fee, Line, Original};
use std::ops::Range;
use tieout_core::Currency;

pub(super) use german::{SEPARATOR_WITHIN, is_separator, separator};
pub(super) use purpose::{Found, Purpose};

/// Fills a line from the joined text of its `:86:`, which has this separator, and is all ASCII or may be not.
pub(super) fn apply_structured(text: Padded<'_>, separator: u8, ascii: bool, found: &mut Found, line: &mut Line) {
    if let Some(structured) = german::structured(text, separator)
        && structured.apply(ascii, found, line)
    {
        fold(line);
    }
}

/// Fills a line from the joined text of its `:86:`, which has no separator.
pub(super) fn apply(text: &str, found: &mut Found, line: &mut Line) {
    let survey = &mut found.survey;
    survey.look(b'/', text.as_bytes());
    let has_colon = survey.has_marks;
    let is_read = slash::apply(text, survey.separators(), line) || has_colon && labels::apply(text, line);
    if !is_read {
        plain(text, has_colon, line);
    }
    if survey.needs_folding {
        fold(line);
    }
}

/// Fills a line from the lines below its `:61:`: slash words, an account, a name or text.
pub(super) fn apply_supplementary(text: &str, line: &mut Line) {
    if text.is_empty() {
        return;
    }
    let mut survey = Survey::default();
    survey.look(b'/', text.as_bytes());
    if slash::apply(text, survey.separators(), line) {
        // It has filled what it knows.
    } else if looks_like_iban(text) || quirks::is_dutch_account(text) {
        set_account(&mut line.counterparty.account, text);
    } else if !line.counterparty.account.is_empty() && line.counterparty.name.is_empty() {
        // The account stood where the reference belongs; its holder's name follows.
        set(&mut line.counterparty.name, text);
    } else {
        push_part(&mut line.text, text);
    }
    fold_fields(text, line);
}

fn plain(text: &str, has_colon: bool, line: &mut Line) {
    let (code, text) = match text.split_at_checked(3) {
        // 999: the German code for text without structure.
        Some(("999", rest)) => ("999", rest),
        _ => ("", text),
    };
    set(&mut line.type_code.proprietary, code);
    if let Some((account, name)) = quirks::abn_column(text) {
        set_account(&mut line.counterparty.account, account);
        set(&mut line.counterparty.name, name);
    } else if has_colon && let Some((body, name, account)) = quirks::colon_fields(text) {
        set(&mut line.counterparty.name, name);
        set_account(&mut line.counterparty.account, account);
        push_part(&mut line.text, body);
        return;
    }
    push_part(&mut line.text, leading_account(text, &mut line.counterparty));
}

/// Takes an IBAN at the start of a text off, and the name behind it, if it is the one below `:61:`.
fn leading_account<'a>(text: &'a str, other: &mut Counterparty) -> &'a str {
    let (first, rest) = cut::at(text, b' ').unwrap_or((text, ""));
    if !looks_like_iban(first) {
        return text;
    }
    set_account(&mut other.account, first);
    let name = other.name.as_str();
    if name.is_empty() {
        rest
    } else {
        rest.trim_ascii_start().strip_prefix(name).unwrap_or(rest)
    }
}

/// Puts a value into a field that is still empty. Words for "nothing" are nothing.
#[inline]
fn set(field: &mut String, value: &str) {
    if field.is_empty() {
        let value = cut::trimmed(value);
        if !is_nothing(value) {
            field.push_str(value);
        }
    }
}

/// As [`set`], of what stands at a place of a text.
#[inline]
fn set_piece(field: &mut String, text: &str, place: Range<usize>) {
    if field.is_empty() {
        let printed = text.get(place.clone()).unwrap_or_default();
        let value = cut::trimmed(printed);
        if value.len() < printed.len() {
            set(field, value);
        } else if !is_nothing(value) {
            cut::append(field, text, place);
        }
    }
}

fn is_nothing(value: &str) -> bool {
    value.is_empty() || value.starts_with('N') && is_word_for_nothing(value)
}

fn is_word_for_nothing(value: &str) -> bool {
    value == "NONREF" || value.starts_with("NOTPROV") || value == "NOT PROVIDED"
}

/// As [`set`], for account numbers: blanks within them are left out.
fn set_account(field: &mut String, value: &str) {
    set_account_piece(field, value, 0..value.len());
}

/// As [`set_account`], of what stands at a place of a text.
fn set_account_piece(field: &mut String, text: &str, place: Range<usize>) {
    if !field.is_empty() {
        return;
    }
    let value = text.get(place.clone()).unwrap_or_default();
    if memchr::memchr3(b' ', b'\n', b'\t', value.as_bytes()).is_none() {
        cut::append(field, text, place);
    } else {
        for word in value.split_ascii_whitespace() {
            field.push_str(word);
        }
    }
}

/// Adds a part to a text whose parts are divided by line feeds.
#[inline]
fn push_part(text: &mut String, part: &str) {
    let part = cut::trimmed(part);
    if !part.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
}

/// As [`push_part`], of what stands at a place of a text.
#[inline]
fn push_piece(to: &mut String, text: &str, place: Range<usize>) {
    let printed = text.get(place.clone()).unwrap_or_default();
    let part = cut::trimmed(printed);
    if part.len() < printed.len() {
        push_part(to, part);
    } else if !part.is_empty() {
        if !to.is_empty() {
            to.push('\n');
        }
        cut::append(to, text, place);
    }
}

/// Makes one blank of every run of blanks in the fields that were filled from a text.
pub(super) fn fold_fields(source: &str, line: &mut Line) {
    // Once for the whole text, not for every value: most texts have nothing to fold.
    if cut::needs_folding(source.as_bytes()) {
        fold(line);
    }
}

fn fold(line: &mut Line) {
    let other = &mut line.counterparty;
    let ids = &mut line.ids;
    for field in [
        &mut line.text,
        &mut other.name,
        &mut other.ultimate_name,
        &mut other.address,
        &mut other.bank,
        &mut other.id,
        &mut ids.end_to_end,
        &mut ids.mandate,
        &mut ids.creditor_id,
        &mut ids.customer_ref,
        &mut ids.instruction,
        &mut ids.entry_ref,
        &mut line.structured_reference,
    ] {
        if cut::needs_folding(field.as_bytes()) {
            *field = folded(field);
        }
    }
}

/// The text with one blank for every run of blanks; the line feeds between its parts stay.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for (index, part) in text.split('\n').enumerate() {
        if index > 0 {
            folded.push('\n');
        }
        for word in part
            .split(|c: char| c == ' ' || c.is_ascii_control())
            .filter(|word| !word.is_empty())
        {
            if !folded.is_empty() && !folded.ends_with('\n') {
                folded.push(' ');
            }
            folded.push_str(word);
        }
    }
    folded
}

/// Reads `USD2853,12`, the amount before exchange.
fn set_original(text: &str, line: &mut Line) -> bool {
    let Some((currency, amount)) = currency_and_amount(text) else {
        return false;
    };
    let amount = if line.amount.is_negative() { -amount } else { amount };
    let rate = line.original.take().and_then(|original| original.rate);
    line.original = Some(Original { amount, currency, rate });
    true
}

/// Reads `EUR1,50`, a charge taken.
fn push_fee(text: &str, line: &mut Line) -> bool {
    let Some((currency, amount)) = currency_and_amount(text) else {
        return false;
    };
    line.fees.push(Fee {
        amount: -amount,
        currency: Some(currency),
        text: String::new(),
    });
    true
}

fn currency_and_amount(text: &str) -> Option<(Currency, tieout_core::Decimal)> {
    let (code, rest) = text.trim_ascii().split_at_checked(3)?;
    let currency = Currency::try_new(code).ok()?;
    let (amount, tail) = figures::amount(rest.trim_ascii_start())?;
    tail.trim_ascii().is_empty().then_some((currency, amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field that a text fills, as `field=value` in a fixed order.
    pub(super) fn fields(text: &str, before: impl FnOnce(&mut Line)) -> String {
        let mut line = Line::default();
        before(&mut line);
        match separator(text.as_bytes()) {
            Some(separator) => {
                apply_structured(
                    text.into(),
                    separator,
                    text.is_ascii(),
                    &mut Found::default(),
                    &mut line,
                );
            }
            None => apply(text, &mut Found::default(), &mut line),
        }
        show(&line)
    }

    fn show(line: &Line) -> String {
        let original = line.original.as_ref().map_or(String::new(), |o| {
            format!(
                "{} {}{}",
                o.amount,
                o.currency,
                o.rate.map_or(String::new(), |rate| format!(" at {rate}"))
            )
        });
        let fees: Vec<String> = line.fees.iter().map(|fee| fee.amount.to_string()).collect();
        [
            ("type", &line.type_code.proprietary),
            ("text", &line.text),
            ("name", &line.counterparty.name),
            ("account", &line.counterparty.account),
            ("bank", &line.counterparty.bank),
            ("ultimate", &line.counterparty.ultimate_name),
            ("address", &line.counterparty.address),
            ("party", &line.counterparty.id),
            ("e2e", &line.ids.end_to_end),
            ("mandate", &line.ids.mandate),
            ("creditor", &line.ids.creditor_id),
            ("instruction", &line.ids.instruction),
            ("customer", &line.ids.customer_ref),
            ("entry", &line.ids.entry_ref),
            ("structured", &line.structured_reference),
            ("purpose", &line.purpose),
            ("returned", &line.return_reason),
            ("original", &original),
            ("fees", &fees.join(",")),
        ]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("|")
        .replace('\n', "¶")
    }

    #[test]
    fn plain_text_stays_text() {
        for (text, expected) in [
            ("TRANSFER TO SAVINGS", "text=TRANSFER TO SAVINGS"),
            (
                "GIRO   428428 KPN BV             BETALINGSKENM.  0001",
                "text=GIRO 428428 KPN BV BETALINGSKENM. 0001|name=KPN BV|account=428428",
            ),
            (
                "NL47INGB9999999999 hr x   Betaling",
                "text=hr x Betaling|account=NL47INGB9999999999",
            ),
            ("999PN5477SCHECK-NR. 16", "type=999|text=PN5477SCHECK-NR. 16"),
            (
                "999PURCHASE:UNITY, DUBLIN:UNITY:XX95110103300013451000",
                "type=999|text=PURCHASE:UNITY, DUBLIN|name=UNITY|account=XX95110103300013451000",
            ),
            ("", ""),
        ] {
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }

    #[test]
    fn lines_below_the_statement_line() {
        let shown = |text: &str, account: &str| {
            let mut line = Line {
                amount: "-5".parse().unwrap(),
                ..Line::default()
            };
            account.clone_into(&mut line.counterparty.account);
            apply_supplementary(text, &mut line);
            show(&line)
        };
        assert_eq!(shown("NL96RBOS0523149468", ""), "account=NL96RBOS0523149468");
        assert_eq!(shown("P001234567", ""), "account=P001234567");
        assert_eq!(
            shown("j blom", "NL29INGB0006475121"),
            "name=j blom|account=NL29INGB0006475121"
        );
        assert_eq!(shown("INTERNET TRANSFER", ""), "text=INTERNET TRANSFER");
        assert_eq!(shown("/OCMT/USD2853,12/", ""), "original=-2853.12 USD");
        assert_eq!(
            shown("/OCMT/USD10,/EXCH/1,25/CHGS/EUR1,50/", ""),
            "original=-10 USD at 1.25|fees=-1.50"
        );
    }
}
