//! JSON that is cut or broken: what cannot be read is blanked out, so that the rest is JSON again, in the same places.
//!
//! What is given up is one record where that can be told, else one member of a page, else one value of the file. Where a
//! broken record ends is told by its brackets; if a lost quote has turned those upside down, by the next record that reads.
//! A file that is cut loses the record that it was cut in, and its brackets are closed.

use serde_json::value::RawValue;
use tieout_core::problem::excerpt;

/// Bytes that are looked at again because of faults, all in all: a file that is broken everywhere is cut at some point.
const MAX_AGAIN: usize = 512 << 20;
/// Brackets that may be open: more than the library takes.
const MAX_OPEN: usize = 256;
/// Places at which the next record is looked for.
const MAX_TRIES: usize = 10_000;
/// Faults of one file; what comes after so many is not looked at.
const MAX_FAULTS: usize = 10_000;

/// What the kinds of feeds say of a value, which may be cut.
#[derive(Clone, Copy)]
pub(super) struct Kinds {
    pub(super) is_record: fn(&str) -> bool,
    pub(super) is_page: fn(&str) -> bool,
}

/// Something that was blanked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where the blank begins and ends, in bytes of the text.
    pub(super) begin: usize,
    pub(super) end: usize,
    /// Where the text stops being JSON.
    pub(super) at: usize,
    /// Nothing of the value after the blank could be read.
    pub(super) is_cut: bool,
    /// How what was given up begins.
    pub(super) text: String,
}

/// A bracket that is open.
struct Open {
    is_list: bool,
    /// Where the element or member that stands here began.
    element: usize,
}

/// Makes JSON of the text, and tells what was given up for it, in the order of the text.
pub(super) fn mend(text: &mut String, kinds: Kinds) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut from = 0;
    let mut left = MAX_AGAIN;
    while let Some((value, at)) = first_error(text.get(from..).unwrap_or_default()) {
        let (value, at) = (from + value, from + at);
        left = if faults.len() < MAX_FAULTS {
            left.saturating_sub(at - from)
        } else {
            0
        };
        faults.push(give_up(text, value, at, kinds, &mut left));
        from = value;
    }
    faults
}

/// Where the first value that is no JSON begins, and where it stops being JSON.
fn first_error(text: &str) -> Option<(usize, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let error = loop {
        match values.next()? {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    if error.is_eof() {
        return Some((values.byte_offset(), text.len()));
    }
    let before = match error.line() {
        0 | 1 => 0,
        line => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line - 2)
            .map_or(0, |end| end + 1),
    };
    let at = (before + error.column()).saturating_sub(1).min(text.len());
    let value = values.byte_offset().min(text.len());
    Some((value, at.max(value)))
}

/// Blanks out what cannot be read at `at` of the value that begins at `value`.
fn give_up(text: &mut String, value: usize, at: usize, kinds: Kinds, left: &mut usize) -> Fault {
    let open = opened(text, value, at);
    let chosen = lost(text, value, at, &open, kinds);
    let within = chosen.and_then(|level| open.get(level));
    let begin = within.map_or(value, |open| open.element);
    // The last record or member before the end of a cut file may be whole.
    let is_whole = |open: &Open| {
        let element = text.get(begin..).unwrap_or_default().trim_ascii();
        let member =
            || first_value(element).and_then(|key| element.get(key.len()..)?.trim_ascii_start().strip_prefix(':'));
        let value = if open.is_list { Some(element) } else { member() };
        value.map(str::trim_ascii).is_some_and(|value| {
            value.ends_with(['}', ']']) && first_value(value).is_some_and(|whole| whole.len() == value.len())
        })
    };
    if at >= text.len() && within.is_some_and(is_whole) {
        let end = text.len();
        close(text, &open, chosen);
        return Fault {
            begin: end,
            end,
            at,
            is_cut: true,
            text: String::new(),
        };
    }
    let found = match chosen {
        _ if *left == 0 || at >= text.len() => None,
        Some(_) => end_of_element(text, begin, at).or_else(|| {
            *left = left.saturating_sub(text.len() - begin);
            next_record(text, begin, kinds)
        }),
        None => Some(end_of_value(text, begin, at)),
    };
    let end = found.unwrap_or(text.len());
    let (begin, end) = match text.as_bytes().get(end) {
        Some(b',') if chosen.is_some() => (begin, end + 1),
        _ if chosen.is_some() && text.get(..begin).is_some_and(|before| before.ends_with(',')) => (begin - 1, end),
        _ => (begin, end),
    };
    let is_nothing = text.get(begin..end).is_none_or(|part| part.trim_ascii().is_empty());
    // A bracket of the wrong kind is an element of nothing: it goes alone.
    let (begin, end) = match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(wrong) if is_nothing && found.is_some() => (at, at + wrong.len_utf8()),
        _ => (begin, end),
    };
    let given_up = excerpt(
        text.get(begin..end)
            .unwrap_or_default()
            .trim_matches([',', ' ', '\n', '\r']),
        60,
    );
    blank(text, begin, end);
    let is_cut = found.is_none();
    if is_cut {
        close(text, &open, chosen);
    }
    Fault {
        begin,
        end,
        at,
        is_cut,
        text: given_up,
    }
}

/// Closes the brackets down to the level where something was given up.
fn close(text: &mut String, open: &[Open], level: Option<usize>) {
    let still = level.and_then(|level| open.get(..=level)).unwrap_or_default();
    text.extend(still.iter().rev().map(|open| if open.is_list { ']' } else { '}' }));
}

/// The brackets that are open at `at`.
fn opened(text: &str, value: usize, at: usize) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    walk(text.get(value..at).unwrap_or_default(), |offset, byte| {
        let next = value + offset + 1;
        match byte {
            b'{' | b'[' if open.len() < MAX_OPEN => open.push(Open {
                is_list: byte == b'[',
                element: next,
            }),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(open) = open.last_mut() {
                    open.element = next;
                }
            }
            _ => {}
        }
        true
    });
    open
}

/// Which of the open brackets holds what is given up; none for the whole value.
fn lost(text: &str, value: usize, at: usize, open: &[Open], kinds: Kinds) -> Option<usize> {
    let outermost = open.first()?;
    let part = |from: usize| text.get(from..at).unwrap_or_default();
    if !outermost.is_list {
        if (kinds.is_record)(part(value)) {
            return None;
        }
        return Some(open.iter().position(|open| open.is_list).unwrap_or(open.len() - 1));
    }
    // A list of pages, or of records?
    let first = super::scan::List::of(part(value)).and_then(|mut list| list.next());
    let of_pages = first.is_some_and(kinds.is_page) || (kinds.is_page)(part(outermost.element));
    let within = open.iter().skip(1).position(|open| open.is_list);
    Some(if of_pages {
        within.map_or(0, |level| level + 1)
    } else {
        0
    })
}

/// Where the element that begins at `begin` ends by its brackets: at a comma or the bracket that closes its list.
fn end_of_element(text: &str, begin: usize, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut end = None;
    walk(text.get(begin..)?, |offset, byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b'}' | b']' | b',' if depth == 0 && begin + offset >= at => end = Some(begin + offset),
            _ => {}
        }
        end.is_none()
    });
    // What follows must be JSON, or the brackets were those of a text.
    let follows = text.get(end? + 1..)?.trim_ascii_start();
    let is_sound = match text.as_bytes().get(end?) {
        Some(b',') => first_value(follows).is_some() || follows.starts_with('"'),
        _ => follows.is_empty() || follows.starts_with([',', '}', ']']),
    };
    end.filter(|_| is_sound)
}

/// The comma before the next record that reads, from the beginning of a broken one on: a lost quote may have swallowed it.
fn next_record(text: &str, begin: usize, kinds: Kinds) -> Option<usize> {
    let rest = text.get(begin..)?;
    let mut tries = 0;
    for found in memchr::memchr_iter(b'{', rest.as_bytes()) {
        let before = rest.get(..found)?.trim_ascii_end();
        let Some(record) = before.strip_suffix(',') else {
            continue;
        };
        if !record.trim_ascii_end().ends_with('}') {
            continue;
        }
        tries += 1;
        if tries > MAX_TRIES {
            return None;
        }
        if first_value(rest.get(found..)?).is_some_and(kinds.is_record) {
            return Some(begin + record.len());
        }
    }
    None
}

/// The JSON value that the text begins with.
fn first_value(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(_)) => text.get(..values.byte_offset()),
        _ => None,
    }
}

/// Where a value of the file ends: by its brackets, or where a line begins with the next.
fn end_of_value(text: &str, begin: usize, at: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = None;
    let rest = text.get(begin..).unwrap_or_default();
    if !rest.starts_with(['{', '[']) {
        let next = rest.char_indices().skip(1).find(|(_, c)| matches!(c, '{' | '[' | '\n'));
        return next.map_or(text.len(), |(offset, _)| begin + offset);
    }
    walk(rest, |offset, byte| {
        let next = rest.as_bytes().get(offset + 1);
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'\n' if begin + offset >= at && matches!(next, Some(b'{' | b'[')) => end = Some(begin + offset),
            _ => return true,
        }
        if depth == 0 && matches!(byte, b'}' | b']') && begin + offset >= at {
            end = Some(begin + offset + 1);
        }
        end.is_none()
    });
    end.unwrap_or(text.len())
}

/// Gives each byte that stands in no text, until it is answered with false. A text ends with its line at the latest.
fn walk(text: &str, mut each: impl FnMut(usize, u8) -> bool) {
    let mut in_text = false;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => (in_text, escaped) = (false, false),
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ => {}
        }
        if !in_text && !each(offset, byte) {
            return;
        }
    }
}

/// Puts blanks for all but the ends of lines.
fn blank(text: &mut String, begin: usize, end: usize) {
    let Some(part) = text.get(begin..end) else { return };
    let blanks: String = part
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    text.replace_range(begin..end, &blanks);
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: Kinds = Kinds {
        is_record: |value| super::super::Object::of(value).is_some_and(|record| record.has("id")),
        is_page: |value| value.trim_ascii_start().starts_with("{\"page\""),
    };

    fn mended(text: &str) -> (String, usize) {
        let mut mended = text.to_owned();
        let faults = mend(&mut mended, KINDS);
        assert!(first_error(&mended).is_none(), "{mended}");
        mended.retain(|c| c != ' ');
        (mended, faults.len())
    }

    #[test]
    fn what_is_cut_keeps_the_records_before() {
        for (text, rest) in [
            (
                r#"{"page":1,"list":[{"id":1},{"id":2"#,
                r#"{"page":1,"list":[{"id":1}]}"#,
            ),
            (r#"{"page":1,"list":[{"id":1},"#, r#"{"page":1,"list":[{"id":1}]}"#),
            (r#"{"page":1,"list":[{"id":1}"#, r#"{"page":1,"list":[{"id":1}]}"#),
            (
                r#"[{"page":1,"list":[{"id":1},{"x"#,
                r#"[{"page":1,"list":[{"id":1}]}]"#,
            ),
            (r#"[{"id":1},{"id":2,"list":[{"a":1},"#, r#"[{"id":1}]"#),
            ("{\"id\":1}\n{\"id\":2,\"a", "{\"id\":1}\n"),
            (r#"{"page":1,"a":{"b":1,"c"#, r#"{"page":1,"a":{"b":1}}"#),
            ("", ""),
            ("[", "[]"),
        ] {
            let (got, faults) = mended(text);
            assert_eq!(got, rest, "{text}");
            assert_eq!(faults, usize::from(text != rest), "{text}");
        }
    }

    #[test]
    fn what_is_broken_costs_one_record() {
        for (text, rest) in [
            (r#"[{"id":1},{"id":},{"id":3}]"#, r#"[{"id":1},{"id":3}]"#),
            (
                r#"[{"id":1},{"id":2,"n":"lost},{"id":3},{"id":4}]"#,
                r#"[{"id":1},{"id":3},{"id":4}]"#,
            ),
            (r#"[{"id":1},{"id":3,,}]"#, r#"[{"id":1}]"#),
            (
                r#"{"list":[{"id":1},{"id" 2}],"more":true}"#,
                r#"{"list":[{"id":1}],"more":true}"#,
            ),
            (
                "{\"id\":1}\n{\"id\":2,\"n\":\"lost}\n{\"id\":3}",
                "{\"id\":1}\n\n{\"id\":3}",
            ),
            (
                r#"{"page":1,"n":tru,"list":[{"id":1}]}"#,
                r#"{"page":1,"list":[{"id":1}]}"#,
            ),
        ] {
            assert_eq!(mended(text), (rest.to_owned(), 1), "{text}");
        }
    }

    #[test]
    fn no_byte_makes_it_stop() {
        let text = r#"{"page":1,"list":[{"id":1,"n":"ä\"x"},{"id":[2,{"z":null}]}],"more":{"a":"b"}}"#;
        for at in 0..text.len() {
            for byte in ["", "\"", "{", "}", "]", "\\", ",", "\n"] {
                let (Some(before), Some(after)) = (text.get(..at), text.get(at + 1..)) else {
                    continue;
                };
                mended(&format!("{before}{byte}{after}"));
                mended(before);
            }
        }
        mended(&"[".repeat(300));
        mended(&"{\"a\":".repeat(300));
    }
}
