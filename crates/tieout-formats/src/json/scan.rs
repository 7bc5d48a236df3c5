//! JSON text without copies: the members of an object, the elements of a list, a number exactly as it is written.
//!
//! The text was proved to be JSON by a library before; what is done here is only finding where a value ends. So nothing
//! is recursive, whatever the depth, and nothing is held of what nobody asks for.

use std::borrow::Cow;
use tieout_core::Decimal;
use tieout_core::decimal::MAX_SCALE;

/// Members of one object that are looked at. No feed has more than some dozens.
pub(super) const MAX_MEMBERS: usize = 512;

/// One JSON object; members that are `null` are not there.
#[derive(Debug, Default)]
pub(super) struct Object<'a> {
    members: Vec<(&'a str, &'a str)>,
}

impl<'a> Object<'a> {
    /// The members of an object; `None` if the value is something else.
    pub(super) fn of(value: &'a str) -> Option<Self> {
        let mut rest = value.trim_ascii().strip_prefix('{')?;
        let mut members = Vec::new();
        while members.len() < MAX_MEMBERS {
            rest = rest.trim_ascii_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_ascii_start();
            if !rest.starts_with('"') {
                break;
            }
            let (key, after) = cut(rest);
            // Only text that was cut, and is looked at before it is mended, has no colon here.
            let Some(after) = after.trim_ascii_start().strip_prefix(':') else {
                break;
            };
            let after = after.trim_ascii_start();
            let (value, after) = cut(after);
            if value != "null" {
                members.push((key.trim_matches('"'), value));
            }
            rest = after;
        }
        Some(Self { members })
    }

    /// The value of a member.
    pub(super) fn value(&self, key: &str) -> Option<&'a str> {
        self.members
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }

    /// Whether there is such a member, and it is not `null`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// A member that is an object.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        Self::of(self.value(key)?)
    }

    /// A member that is an object; an empty one if there is none.
    pub(super) fn within(&self, key: &str) -> Self {
        self.object(key).unwrap_or_default()
    }

    /// A member that is a list.
    pub(super) fn list(&self, key: &str) -> Option<List<'a>> {
        List::of(self.value(key)?)
    }

    /// A member that is a text or a number, as text; empty if there is none.
    pub(super) fn text(&self, key: &str) -> Cow<'a, str> {
        self.value(key).map_or(Cow::Borrowed(""), text)
    }

    /// The first of these members that is not empty.
    pub(super) fn first_text(&self, keys: &[&str]) -> Cow<'a, str> {
        let mut texts = keys.iter().map(|key| self.text(key));
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Whether a member is `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.value(key) == Some("true")
    }

    /// Whether there is this member and no other.
    pub(super) fn is_only(&self, key: &str) -> bool {
        matches!(self.members.as_slice(), [(name, _)] if *name == key)
    }

    /// The first member.
    pub(super) fn first(&self) -> Option<(&'a str, &'a str)> {
        self.members.first().copied()
    }
}

/// The elements of a JSON list.
#[derive(Debug, Clone)]
pub(super) struct List<'a> {
    rest: &'a str,
}

impl<'a> List<'a> {
    /// The elements of a list; `None` if the value is something else.
    pub(super) fn of(value: &'a str) -> Option<Self> {
        let rest = value.trim_ascii().strip_prefix('[')?;
        Some(Self { rest })
    }
}

impl<'a> Iterator for List<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_ascii_start();
        let rest = rest.strip_prefix(',').unwrap_or(rest).trim_ascii_start();
        if rest.is_empty() || rest.starts_with(']') {
            return None;
        }
        let (value, after) = cut(rest);
        self.rest = after;
        Some(value)
    }
}

/// The value at the beginning of the text, and what follows it.
fn cut(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_text = false;
                    if depth == 0 {
                        return split(text, at + 1);
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return split(text, at),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return split(text, at + 1);
                }
            }
            b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return split(text, at),
            _ => {}
        }
    }
    (text, "")
}

fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// A JSON text without its quotes, a number as it is written; empty for anything else.
pub(super) fn text(value: &str) -> Cow<'_, str> {
    if value.starts_with('"') {
        let inner = value.get(1..value.len().saturating_sub(1)).unwrap_or_default();
        if !inner.contains('\\') {
            return Cow::Borrowed(inner.trim());
        }
        // A lone half of a surrogate pair is the only thing that the check of the whole file lets pass.
        let read: String = serde_json::from_str(value).unwrap_or_else(|_| inner.to_owned());
        return Cow::Owned(read.trim().to_owned());
    }
    match value.bytes().next() {
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(value),
        _ => Cow::Borrowed(""),
    }
}

/// An amount: a JSON number, or a text that holds one. No binary fraction comes in between.
pub(super) fn decimal(value: &str) -> Option<Decimal> {
    let text = text(value);
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text.as_ref(), 0),
    };
    let number = Decimal::parse(digits).ok()?;
    if exponent == 0 {
        return Some(number);
    }
    let scale = i32::from(number.scale()).checked_sub(exponent)?;
    match u8::try_from(scale) {
        Ok(scale) if scale <= MAX_SCALE => Decimal::try_new(number.mantissa(), scale).ok(),
        Ok(_) => None,
        Err(_) => {
            let power = 10_i128.checked_pow(scale.unsigned_abs())?;
            Decimal::try_new(number.mantissa().checked_mul(power)?, 0).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_found_without_copies() {
        let text = r#"{ "a" : 1.50 ,"b":"x \" } ,y", "c":[1,[2,{"d":3}] , "z" ],"n":null,"o":{"p":true} }"#;
        let object = Object::of(text).unwrap();
        assert_eq!(object.value("a"), Some("1.50"));
        assert_eq!(object.text("b"), "x \" } ,y");
        let elements: Vec<_> = object.list("c").unwrap().collect();
        assert_eq!(elements, ["1", r#"[2,{"d":3}]"#, r#""z""#]);
        assert!(!object.has("n") && object.within("o").is_true("p"));
        assert_eq!(object.first(), Some(("a", "1.50")));
        assert!(Object::of("[]").is_none() && List::of("[]").unwrap().next().is_none());
    }

    #[test]
    fn numbers_are_exact_as_written() {
        for (written, read) in [
            ("900.1", Some("900.1")),
            ("-0.00", Some("0.00")),
            ("\" -12.345 \"", Some("-12.345")),
            ("1e3", Some("1000")),
            ("1.25E+1", Some("12.5")),
            ("5e-2", Some("0.05")),
            ("9007199254740993.07", Some("9007199254740993.07")),
            ("1e400", None),
            ("1e-400", None),
            ("true", None),
            ("\"12,50\"", None),
        ] {
            assert_eq!(decimal(written).map(|d| d.to_string()).as_deref(), read, "{written}");
        }
    }
}
