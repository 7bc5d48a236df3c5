//! Members that stand twice in one object. JSON leaves open which of them counts, and a reader that takes one loses the
//! other without a word: a second list of lines, another amount.
//!
//! One pass over the text, which was proved to be JSON before, with nothing recursive. A plain value that is the same twice
//! says nothing else; lists and objects are not compared, for of two only one is read.

use super::scan::MAX_MEMBERS;
use crate::read::Emitter;
use std::borrow::Cow;
use std::fmt::Write as _;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// Brackets that may be open: more than the library takes.
const MAX_OPEN: usize = 256;

/// Says of every member that stands twice in its object, with another value, that one of them was not read.
pub(super) fn tell(text: &str, place: impl Fn(&str, &str) -> Place, out: &mut Emitter<'_>) {
    let mut tell = |found: Found, value: &str, path: String| {
        out.problem(problem(found, place(value, &excerpt(&path, 80))));
    };
    walk(text, &mut tell);
}

fn walk(text: &str, tell: &mut dyn FnMut(Found, &str, String)) {
    let start = Walk {
        open: Vec::new(),
        members: Vec::new(),
        names_member: false,
        tell,
    };
    start.run(text);
}

/// What is found of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Texts or numbers that differ.
    PlainTwice,
    /// At least one of the two is a list or an object.
    WholeTwice,
    /// It stands behind more members than are looked at.
    TooMany,
}

fn problem(found: Found, place: Place) -> Problem {
    match found {
        Found::PlainTwice => {
            let message = "the member stands twice in one object, with different values; only one was read";
            Problem::new(Code::BadAmount, place, message).advising("compare this record with the bank's own list")
        }
        Found::WholeTwice => {
            let message = "the member stands twice in one object; what the second holds was not read";
            Problem::new(Code::Incomplete, place, message)
                .advising("fetch the feed again, or give its parts one by one")
        }
        Found::TooMany => {
            let message = format!("an object has more than {MAX_MEMBERS} members; those from here on were not read");
            Problem::new(Code::TooLarge, place, message)
        }
    }
}

/// A member's name as it is read: it may be written with escapes.
fn name_of(token: &str) -> Cow<'_, str> {
    let escaped = token.contains('\\').then(|| serde_json::from_str(token).ok()).flatten();
    escaped.map_or_else(|| Cow::Borrowed(token.trim_matches('"')), Cow::Owned)
}

/// An object or list that is open.
struct Level<'a> {
    is_list: bool,
    /// Elements of the list before the one that stands here.
    index: usize,
    /// Where its members begin among all.
    first: usize,
    /// The member that stands here.
    key: Cow<'a, str>,
}

/// Goes through a text from token to token.
struct Walk<'a, 't> {
    open: Vec<Level<'a>>,
    /// Members of all open objects with their values; of a list or object the bracket.
    members: Vec<(Cow<'a, str>, &'a str)>,
    /// A text that comes next is the name of a member.
    names_member: bool,
    tell: &'t mut dyn FnMut(Found, &str, String),
}

impl<'a> Walk<'a, '_> {
    fn run(mut self, text: &'a str) {
        let mut rest = text;
        while let Some(byte) = rest.bytes().next() {
            let (token, after) = rest.split_at_checked(length(byte, rest)).unwrap_or((rest, ""));
            match byte {
                b'{' | b'[' => {
                    self.value(token);
                    if self.open.len() >= MAX_OPEN {
                        return;
                    }
                    self.enter(byte == b'[');
                }
                b'}' | b']' => self.leave(),
                b',' => self.next_element(),
                b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
                b'"' if self.names_member => self.name(token),
                _ => self.value(token),
            }
            rest = after;
        }
    }

    fn enter(&mut self, is_list: bool) {
        self.open.push(Level {
            is_list,
            index: 0,
            first: self.members.len(),
            key: Cow::Borrowed(""),
        });
        self.names_member = !is_list;
    }

    fn leave(&mut self) {
        if let Some(level) = self.open.pop() {
            self.members.truncate(level.first);
        }
        self.names_member = false;
    }

    fn next_element(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.index += 1;
            self.names_member = !level.is_list;
        }
    }

    fn name(&mut self, token: &'a str) {
        if let Some(level) = self.open.last_mut() {
            level.key = name_of(token);
        }
        self.names_member = false;
    }

    /// A value, or the bracket that it begins with.
    fn value(&mut self, token: &'a str) {
        let Some(level) = self.open.last().filter(|level| !level.is_list) else {
            return;
        };
        let (key, count) = (level.key.clone(), level.index);
        if count >= MAX_MEMBERS {
            if count == MAX_MEMBERS {
                self.found(Found::TooMany, token);
            }
            return;
        }
        let known = self.members.get(level.first..).unwrap_or_default();
        let Some((_, before)) = known.iter().find(|(name, _)| *name == key) else {
            self.members.push((key, token));
            return;
        };
        let is_plain = |value: &str| !value.starts_with(['{', '[']);
        if !is_plain(before) || !is_plain(token) {
            self.found(Found::WholeTwice, token);
        } else if *before != token {
            self.found(Found::PlainTwice, token);
        }
    }

    fn found(&mut self, found: Found, at: &str) {
        let path = self.path();
        (self.tell)(found, at, path);
    }

    /// Where the walk stands: `transactions.booked[2].amount`.
    fn path(&self) -> String {
        let mut path = String::new();
        for level in &self.open {
            if level.is_list {
                let _ = write!(path, "[{}]", level.index);
            } else {
                let dot = if path.is_empty() { "" } else { "." };
                let _ = write!(path, "{dot}{}", level.key);
            }
        }
        path
    }
}

/// Length of the token that a text begins with: a mark, a text with its quotes, a number or word.
fn length(first: u8, text: &str) -> usize {
    let bytes = text.as_bytes();
    match first {
        b'"' => {
            let mut marks = memchr::memchr2_iter(b'"', b'\\', bytes.get(1..).unwrap_or_default());
            let mut escaped = None;
            let end = marks.find(|at| {
                let is_escaped = escaped == Some(*at);
                if !is_escaped && bytes.get(at + 1) == Some(&b'\\') {
                    escaped = Some(at + 1);
                }
                !is_escaped && bytes.get(at + 1) == Some(&b'"')
            });
            end.map_or(bytes.len(), |at| at + 2)
        }
        b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => 1,
        _ => {
            let is_end = |byte: &u8| matches!(byte, b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' | b'"');
            bytes.iter().position(is_end).unwrap_or(bytes.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Found, String)> {
        let mut all = Vec::new();
        let mut tell = |found: Found, _: &str, path: String| all.push((found, path));
        walk(text, &mut tell);
        all
    }

    #[test]
    fn members_that_stand_twice_are_found_wherever_they_are() {
        use Found::{PlainTwice, WholeTwice};
        for (text, expected) in [
            (r#"{"a":1,"b":[1,1,{"a":1}],"c":"a"}"#, vec![]),
            (r#"{"a":"x","a":"x"}"#, vec![]),
            (r#"{"a":1,"a":2}"#, vec![(PlainTwice, "a")]),
            (r#"{"a":[],"a":[]}"#, vec![(WholeTwice, "a")]),
            (r#"{"a":null,"a":{}}"#, vec![(WholeTwice, "a")]),
            (
                r#"{"t":{"b":[{"x":1},{"x":1,"y":"\"x\\","x":2}]}}"#,
                vec![(PlainTwice, "t.b[1].x")],
            ),
            (
                r#"[{"a":{"a":1}},{"a":1 , "a" : 2 }] {"a":3}"#,
                vec![(PlainTwice, "[1].a")],
            ),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(found, path)| (found, path.to_owned()))
                .collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn more_members_than_are_looked_at_are_told_once() {
        let members: Vec<_> = (0..2_000).map(|number| format!(r#""k{number}":{number}"#)).collect();
        let text = format!("{{{}}}", members.join(","));
        assert_eq!(found(&text), [(Found::TooMany, "k512".to_owned())]);
    }
}
