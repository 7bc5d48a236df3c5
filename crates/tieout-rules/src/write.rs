//! Rules as TOML: what `rules propose` prints, and what a rule's version is the hash of.

use crate::parse::SCHEMA;
use crate::rule::{
    Action, By, Condition, Count, Direction, MatchBy, Next, Rule, Rulebook, Share, Size, Stage, TextField, TextTest,
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use tieout_core::{Date, Decimal};
use tieout_match::ResidualKind;

impl Rulebook {
    /// The rules as a file that [`Rulebook::parse`] reads as the same rules.
    pub fn to_toml(&self) -> String {
        let mut text = format!("schema = \"{SCHEMA}\"\n");
        for rule in &self.rules {
            text.push('\n');
            text.push_str(&rule_text(rule, self.digits));
        }
        text
    }
}

/// One rule as TOML.
pub(crate) fn rule_text(rule: &Rule, digits: u8) -> String {
    let mut text = format!("[[rule]]\nid = {}\n", quoted(&rule.id));
    if !rule.note.is_empty() {
        let _ = writeln!(text, "note = {}", quoted(&rule.note));
    }
    text.push_str(&body(rule, digits));
    text
}

/// The first 16 hexadecimal digits of the SHA-256 of everything that decides.
pub(crate) fn version(rule: &Rule, digits: u8) -> String {
    let hash = Sha256::digest(format!("id = {}\n{}", quoted(&rule.id), body(rule, digits)));
    let mut text = String::new();
    for byte in hash.iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn body(rule: &Rule, digits: u8) -> String {
    let mut text = String::new();
    let stage = match rule.stage {
        Stage::Before => "before",
        Stage::Beside => "beside",
        Stage::After => "after",
    };
    let _ = writeln!(text, "run = \"{stage}\"");
    if rule.then_what == Next::Continue {
        text.push_str("continue = true\n");
    }
    let _ = writeln!(text, "when = {}", condition(&rule.when, digits));
    let _ = writeln!(text, "then = {{ {} }}", action(&rule.action, digits));
    text
}

/// A condition as a table; several of one key need a list.
fn condition(condition: &Condition, digits: u8) -> String {
    let nested = |list: &[Condition]| -> String {
        let members: Vec<String> = list.iter().map(|member| self::condition(member, digits)).collect();
        members.join(", ")
    };
    match condition {
        Condition::All(list) if list.is_empty() => "{}".into(),
        Condition::All(list) => format!("{{ all = [{}] }}", nested(list)),
        Condition::Any(list) => format!("{{ any = [{}] }}", nested(list)),
        Condition::Not(inner) => format!("{{ not = {} }}", self::condition(inner, digits)),
        Condition::Text(field, test) => format!("{{ {} = {} }}", field_key(*field), text_test(test)),
        Condition::Amount(min, max) => {
            let part = |key: &str, amount: &Option<i64>| {
                amount.map(|amount| format!("{key} = {}", quoted(&decimal(amount, digits))))
            };
            let parts: Vec<String> = [part("min", min), part("max", max)].into_iter().flatten().collect();
            format!("{{ amount = {{ {} }} }}", parts.join(", "))
        }
        Condition::Direction(Direction::In) => "{ direction = \"in\" }".into(),
        Condition::Direction(Direction::Out) => "{ direction = \"out\" }".into(),
        Condition::Type(types) => format!("{{ type = {} }}", texts(types)),
        Condition::Account(account) => format!("{{ account = {} }}", quoted(account)),
        Condition::Days(from, to) => {
            let part = |key: &str, date: &Option<Date>| date.map(|date| format!("{key} = \"{date}\""));
            let parts: Vec<String> = [part("from", from), part("to", to)].into_iter().flatten().collect();
            format!("{{ date = {{ {} }} }}", parts.join(", "))
        }
        Condition::DaysOfMonth(days) => {
            let days: Vec<String> = days
                .iter()
                .map(|day| if *day == 0 { "\"last\"".into() } else { day.to_string() })
                .collect();
            format!("{{ date = {{ day_of_month = [{}] }} }}", days.join(", "))
        }
        Condition::Weekdays(days) => {
            let name = |day: &i8| match day {
                1 => "monday",
                2 => "tuesday",
                3 => "wednesday",
                4 => "thursday",
                5 => "friday",
                6 => "saturday",
                _ => "sunday",
            };
            let days: Vec<String> = days.iter().map(|day| quoted(name(day))).collect();
            format!("{{ date = {{ weekday = [{}] }} }}", days.join(", "))
        }
    }
}

fn field_key(field: TextField) -> &'static str {
    match field {
        TextField::Any => "text",
        TextField::Description => "description",
        TextField::Counterparty => "counterparty",
        TextField::Reference => "reference",
    }
}

fn text_test(test: &TextTest) -> String {
    match test {
        TextTest::Contains(list) => format!("{{ contains = {} }}", texts(list)),
        TextTest::Starts(list) => format!("{{ starts = {} }}", texts(list)),
        TextTest::Words(list) => format!("{{ words = {} }}", texts(list)),
        TextTest::Pattern(pattern) => format!("{{ regex = {} }}", quoted(pattern.0.as_str())),
    }
}

fn action(action: &Action, digits: u8) -> String {
    match action {
        Action::Match(by) => format!("match = {{ {} }}", match_by(by, digits)),
        Action::Code(shares, text) => match shares.as_slice() {
            [only] if only.size == Size::Rest => {
                let mut parts = vec![share(only)];
                if !text.is_empty() {
                    parts.push(format!("text = {}", quoted(text)));
                }
                format!("code = {{ {} }}", parts.join(", "))
            }
            several => {
                let parts: Vec<String> = several.iter().map(|part| split_part(part, digits)).collect();
                format!("split = [{}]", parts.join(", "))
            }
        },
        Action::Ignore(reason) => format!("ignore = {}", quoted(reason)),
        Action::NeverMatch(entry) => format!("never_match = {}", condition(entry, digits)),
    }
}

fn share(share: &Share) -> String {
    if share.tax_code.is_empty() {
        format!("account = {}", quoted(&share.account))
    } else {
        format!(
            "account = {}, tax = {}",
            quoted(&share.account),
            quoted(&share.tax_code)
        )
    }
}

fn split_part(part: &Share, digits: u8) -> String {
    let size = match part.size {
        Size::Ppm(ppm) => format!("percent = {}", quoted(&decimal(i64::from(ppm), 4))),
        Size::Fixed(amount) => format!("amount = {}", quoted(&decimal(amount, digits))),
        Size::Rest => "rest = true".into(),
    };
    format!("{{ {}, {size} }}", share(part))
}

fn match_by(by: &MatchBy, digits: u8) -> String {
    let evidence: Vec<String> = by
        .evidence
        .iter()
        .map(|by| {
            quoted(match by {
                By::Amount => "amount",
                By::Reference => "reference",
                By::Check => "check",
                By::Contact => "contact",
                By::Date => "date",
            })
        })
        .collect();
    let mut text = format!(
        "by = [{}], days_before = {}, days_after = {}",
        evidence.join(", "),
        by.days.0,
        by.days.1
    );
    if by.entries == Count::All {
        text.push_str(", entries = \"all\"");
    }
    if by.entry != Condition::All(Vec::new()) {
        let _ = write!(text, ", entry = {}", condition(&by.entry, digits));
    }
    if let Some((max, kind)) = by.difference {
        let kind = match kind {
            ResidualKind::Fee => "fee",
            ResidualKind::Exchange => "exchange",
            ResidualKind::ShortPayment => "short_payment",
            ResidualKind::Rounding | ResidualKind::Correction => "rounding",
        };
        let max = quoted(&decimal(max, digits));
        let _ = write!(text, ", difference = {{ max = {max}, as = \"{kind}\" }}");
    }
    text
}

fn decimal(minor: i64, digits: u8) -> String {
    Decimal::from_minor(minor, digits).to_string()
}

fn texts(list: &[String]) -> String {
    match list {
        [only] => quoted(only),
        several => {
            let several: Vec<String> = several.iter().map(|text| quoted(text)).collect();
            format!("[{}]", several.join(", "))
        }
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(sign);
            }
            sign if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}
