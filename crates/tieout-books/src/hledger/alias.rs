//! Account aliases, `apply account`, and what an account is called after both.

use crate::limits;
use regex_lite::{Regex, RegexBuilder};

/// One `alias` directive.
#[derive(Debug, Clone)]
pub(super) enum Alias {
    /// The account of this name and those below it.
    Name { old: String, new: String },
    /// Every part of the name that the pattern finds, letter case ignored.
    Pattern { pattern: Regex, replacement: String },
}

impl Alias {
    /// Reads what stands behind `alias`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some(body) = text.strip_prefix('/') {
            let end = end_of_pattern(body).ok_or("a pattern has no end")?;
            let (pattern, rest) = body.split_at_checked(end).unwrap_or((body, ""));
            let new = rest
                .strip_prefix('/')
                .unwrap_or(rest)
                .trim_start()
                .strip_prefix('=')
                .ok_or("\"=\" is missing")?;
            if pattern.len() > limits::MAX_PATTERN_BYTES {
                return Err("a pattern is too long".into());
            }
            let pattern = RegexBuilder::new(&pattern.replace("\\/", "/"))
                .case_insensitive(true)
                .size_limit(1 << 20)
                .build()
                .map_err(|error| format!("the pattern cannot be used: {error}"))?;
            return Ok(Self::Pattern {
                pattern,
                replacement: replacement(new.trim()),
            });
        }
        let (old, new) = text.split_once('=').ok_or("\"=\" is missing")?;
        Ok(Self::Name {
            old: old.trim().to_owned(),
            new: new.trim().to_owned(),
        })
    }

    fn apply(&self, name: String) -> String {
        match self {
            Self::Name { old, new } => match name.strip_prefix(old.as_str()) {
                Some(rest) if rest.is_empty() || rest.starts_with(':') => format!("{new}{rest}"),
                _ => name,
            },
            Self::Pattern { pattern, replacement } if name.len() <= limits::MAX_PATTERN_BYTES => {
                pattern.replace_all(&name, replacement.as_str()).into_owned()
            }
            Self::Pattern { .. } => name,
        }
    }
}

/// The account's name below the applied parents and after the aliases, the latest first.
pub(super) fn resolve(name: &str, parents: &[String], aliases: &[Alias]) -> String {
    let mut full = parents.join(":");
    if !full.is_empty() {
        full.push(':');
    }
    full.push_str(name);
    for alias in aliases.iter().rev() {
        full = alias.apply(full);
        // Replacements can grow a name at every step.
        if full.len() > 4 * limits::MAX_PATTERN_BYTES {
            break;
        }
    }
    full
}

fn end_of_pattern(body: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            '/' if !escaped => return Some(at),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// `\1` as the pattern library writes it.
fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                out.extend(['$', '{', *digit, '}']);
                chars.next();
            }
            ('$', _) => out.push_str("$$"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, aliases: &[&str]) -> String {
        let aliases: Vec<Alias> = aliases.iter().map(|text| Alias::parse(text).unwrap()).collect();
        resolve(name, &[], &aliases)
    }

    #[test]
    fn aliases_replace_whole_parts_and_patterns_anything() {
        assert_eq!(named("bank:usd", &["bank = assets:bank"]), "assets:bank:usd");
        assert_eq!(named("banks", &["bank = assets:bank"]), "banks");
        assert_eq!(named("Exp:Food", &[r"/^exp:(\w+)$/ = expenses:\1"]), "expenses:Food");
        assert_eq!(named("a:b", &["/:/ = $1-"]), "a$1-b");
    }

    #[test]
    fn the_latest_alias_comes_first_and_others_see_its_result() {
        assert_eq!(named("a", &["b = c", "a = b"]), "c");
        assert_eq!(named("a", &["a = b", "b = c"]), "b");
    }

    #[test]
    fn applied_parents_come_before_aliases() {
        let alias = Alias::parse("home:bank = mine").unwrap();
        assert_eq!(resolve("bank", &["home".into()], &[alias]), "mine");
    }

    #[test]
    fn bad_aliases_are_refused() {
        for text in ["a", "/(/ = b", "/a", "/a/ b"] {
            assert!(Alias::parse(text).is_err(), "{text}");
        }
    }
}
