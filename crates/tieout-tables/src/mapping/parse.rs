//! From the lines of a mapping file to a [`Mapping`].

use super::{ColumnRef, MappedSign, Mapping};
use crate::amounts::DecimalMark;
use crate::columns::Role;
use crate::dates::{DateOrder, read_known_date};
use tieout_core::Currency;

/// A line of a mapping file that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping file, line {line}: {reason}")]
pub struct MappingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(usize),
}

/// Keys that name columns.
const COLUMNS: &[(&str, Role)] = &[
    ("date", Role::Date),
    ("value_date", Role::ValueDate),
    ("due_date", Role::DueDate),
    ("amount", Role::Amount),
    ("debit", Role::Debit),
    ("credit", Role::Credit),
    ("direction", Role::Direction),
    ("balance", Role::Balance),
    ("open_amount", Role::OpenAmount),
    ("currency", Role::Currency),
    ("original_amount", Role::OriginalAmount),
    ("original_currency", Role::OriginalCurrency),
    ("fee", Role::Fee),
    ("account", Role::Account),
    ("account_name", Role::AccountName),
    ("description", Role::Description),
    ("counterparty", Role::Counterparty),
    ("counterparty_account", Role::CounterpartyAccount),
    ("counterparty_bank", Role::CounterpartyBank),
    ("reference", Role::Reference),
    ("structured_reference", Role::StructuredReference),
    ("end_to_end", Role::EndToEnd),
    ("check_number", Role::CheckNumber),
    ("id", Role::Id),
    ("status", Role::Status),
    ("type", Role::Type),
];

/// Reads all lines.
pub(super) fn parse(text: &str) -> Result<Mapping, MappingError> {
    let mut mapping = Mapping::default();
    let mut seen: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let fail = |reason: String| MappingError {
            line: index + 1,
            reason,
        };
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| fail("expected key = value".into()))?;
        let key = key.trim();
        if seen.contains(&key) {
            return Err(fail(format!("{key} is given twice")));
        }
        seen.push(key);
        let values = values(value).map_err(fail)?;
        set(&mut mapping, key, &values).map_err(fail)?;
    }
    if !mapping.debit_words.is_empty() && !mapping.columns.iter().any(|(role, _)| *role == Role::Direction) {
        let line = text.lines().count().max(1);
        return Err(MappingError {
            line,
            reason: "debit_words needs direction = a column".into(),
        });
    }
    Ok(mapping)
}

fn set(mapping: &mut Mapping, key: &str, values: &[Value]) -> Result<(), String> {
    match key {
        "delimiter" => mapping.delimiter = Some(delimiter(&text(key, values)?)?),
        "encoding" => {
            let name = text(key, values)?;
            if !tieout_core::encoding::Decoder::default().declare(&name) {
                return Err(format!("encoding {name:?} is not known"));
            }
            mapping.encoding = Some(name);
        }
        "header_rows" => match values {
            [Value::Number(rows)] => mapping.header_rows = Some(*rows),
            _ => return Err("header_rows is a number".into()),
        },
        "date_order" => {
            mapping.date_order = Some(match text(key, values)?.to_ascii_lowercase().as_str() {
                "dmy" => DateOrder::DayMonthYear,
                "mdy" => DateOrder::MonthDayYear,
                "ymd" => DateOrder::YearMonthDay,
                other => return Err(format!("date_order is dmy, mdy or ymd, not {other:?}")),
            });
        }
        "period" => {
            let text = text(key, values)?;
            let mut dates = text
                .split_ascii_whitespace()
                .map(|day| read_known_date(day.as_bytes()).map(|read| read.date));
            mapping.period = match (dates.next().flatten(), dates.next().flatten(), dates.next()) {
                (Some(from), Some(to), None) if from <= to => Some((from, to)),
                _ => {
                    return Err(format!(
                        "period is the first and the last day, as in \"2025-10-01 2025-10-31\", not {text:?}"
                    ));
                }
            };
        }
        "decimal_mark" => {
            mapping.decimal_mark = Some(match text(key, values)?.as_str() {
                "." => DecimalMark::Point,
                "," => DecimalMark::Comma,
                other => return Err(format!("decimal_mark is \".\" or \",\", not {other:?}")),
            });
        }
        "sign" => {
            mapping.sign = Some(match text(key, values)?.as_str() {
                "inverted" => MappedSign::Inverted,
                "as_printed" => MappedSign::AsPrinted,
                other => return Err(format!("sign is inverted or as_printed, not {other:?}")),
            });
        }
        "debit_words" => {
            for value in values {
                match value {
                    Value::Text(word) => mapping.debit_words.push(word.clone()),
                    Value::Number(number) => mapping.debit_words.push(number.to_string()),
                }
            }
        }
        "account_id" => {
            mapping.account_id = Some(match values {
                [Value::Text(id)] => id.clone(),
                [Value::Number(id)] => id.to_string(),
                _ => return Err("account_id is one text".into()),
            });
        }
        _ => return set_column(mapping, key, values),
    }
    Ok(())
}

fn set_column(mapping: &mut Mapping, key: &str, values: &[Value]) -> Result<(), String> {
    let Some(&(_, role)) = COLUMNS.iter().find(|(name, _)| *name == key) else {
        let known: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "{key} is no key; known are delimiter, encoding, header_rows, date_order, period, decimal_mark, sign, debit_words, account_id, {}",
            known.join(", ")
        ));
    };
    if let ("currency", [Value::Text(code)]) = (key, values)
        && let Ok(currency) = Currency::try_new(code)
    {
        mapping.currency = Some(currency);
        return Ok(());
    }
    let several = matches!(role, Role::Description | Role::Reference | Role::Counterparty);
    if values.len() > 1 && !several {
        return Err(format!("{key} is one column"));
    }
    for value in values {
        let column = match value {
            Value::Text(name) => ColumnRef::Name(name.clone()),
            Value::Number(0) => return Err("columns are numbered from 1".into()),
            Value::Number(number) => ColumnRef::Number(*number),
        };
        mapping.columns.push((role, column));
    }
    Ok(())
}

fn text(key: &str, values: &[Value]) -> Result<String, String> {
    match values {
        [Value::Text(text)] => Ok(text.clone()),
        _ => Err(format!("{key} is one text in quotes")),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" | b"\t" => Ok(b'\t'),
        [byte] if byte.is_ascii_punctuation() && *byte != b'"' => Ok(*byte),
        _ => Err(format!("delimiter is one mark such as \";\" or \"tab\", not {text:?}")),
    }
}

/// One value or a list in brackets, a comment behind it allowed.
fn values(text: &str) -> Result<Vec<Value>, String> {
    let text = text.trim();
    let Some(mut rest) = text.strip_prefix('[') else {
        let (value, rest) = value(text)?;
        nothing_behind(rest)?;
        return Ok(vec![value]);
    };
    let mut all = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix(']') {
            nothing_behind(behind)?;
            return Ok(all);
        }
        let (next, behind) = value(rest)?;
        all.push(next);
        rest = behind.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(behind) => behind,
            None if rest.starts_with(']') => rest,
            None => return Err("expected , or ] in the list".into()),
        };
    }
}

fn nothing_behind(rest: &str) -> Result<(), String> {
    let rest = rest.trim();
    if rest.is_empty() || rest.starts_with('#') {
        Ok(())
    } else {
        Err(format!("{rest:?} stands behind the value"))
    }
}

/// A text in quotes, a number, or a bare word; and what stands behind it.
fn value(text: &str) -> Result<(Value, &str), String> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let (inside, behind) = rest.split_once(quote).ok_or("a quote is not closed")?;
            return Ok((Value::Text(inside.to_owned()), behind));
        }
    }
    let end = text.find([',', ']', '#', ' ', '\t']).unwrap_or(text.len());
    let (bare, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    if bare.is_empty() {
        return Err("the value is missing".into());
    }
    let value = match bare.parse::<usize>() {
        // Account numbers keep their zeros.
        Ok(number) if number < 100_000 && (number == 0 || !bare.starts_with('0')) => Value::Number(number),
        _ => Value::Text(bare.to_owned()),
    };
    Ok((value, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_understood() {
        let mapping = Mapping::parse(
            "# my bank\ndelimiter = \";\"\nencoding = 'windows-1250'\nheader_rows = 2\ndate = \"Buchungstag\"\namount = 4 # signed\n\
             date_order = dmy\nperiod = \"2025-12-15 2026-01-14\"\ndecimal_mark = \",\"\nsign = inverted\ncurrency = \"EUR\"\ndescription = [\"Text\", 7]\n\
             direction = \"D/K\"\ndebit_words = [\"D\", S]\naccount_id = 12345678\n",
        )
        .unwrap();
        assert_eq!(mapping.delimiter, Some(b';'));
        assert_eq!(mapping.header_rows, Some(2));
        assert_eq!(
            mapping.period.map(|(from, to)| format!("{from}/{to}")).as_deref(),
            Some("2025-12-15/2026-01-14")
        );
        assert_eq!(mapping.sign, Some(MappedSign::Inverted));
        assert_eq!(mapping.debit_words, ["D", "S"]);
        assert_eq!(mapping.account_id.as_deref(), Some("12345678"));
        assert_eq!(mapping.currency.map(|c| c.to_string()).as_deref(), Some("EUR"));
        assert_eq!(mapping.columns.len(), 5);
        assert!(mapping.columns.contains(&(Role::Description, ColumnRef::Number(7))));
    }

    #[test]
    fn errors_name_their_line() {
        for (text, line, reason) in [
            ("date", 1, "expected key = value"),
            ("\n\ndate = ", 3, "the value is missing"),
            ("date = 0", 1, "from 1"),
            ("datum = 1", 1, "datum is no key"),
            ("date = 1\ndate = 2", 2, "twice"),
            ("date = \"a", 1, "not closed"),
            ("date = [1, 2]", 1, "one column"),
            ("date_order = xyz", 1, "dmy, mdy or ymd"),
            ("period = \"2025-10-31 2025-10-01\"", 1, "first and the last day"),
            ("period = \"October\"", 1, "first and the last day"),
            ("delimiter = \"ab\"", 1, "one mark"),
            ("encoding = \"klingon\"", 1, "not known"),
            ("amount = 4 5", 1, "behind the value"),
            ("debit_words = [D]", 1, "needs direction"),
        ] {
            let error = Mapping::parse(text).unwrap_err();
            assert!(error.line == line && error.reason.contains(reason), "{text:?}: {error}");
        }
    }
}
