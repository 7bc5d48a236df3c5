//! Values of elements: text with entities, dates, amounts.

use super::quirks;
use super::tags::Tags;
use crate::read::Emitter;
use memchr::{memchr, memchr3};
use std::io::Read;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Currency, Date, Decimal};

/// How many characters of a value a message quotes.
const QUOTED: usize = 40;

/// Reads the values of tags and reports what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) decoder: Decoder,
    dates: Dates,
}

impl Values {
    /// Appends the text of the present tag.
    pub(super) fn text<R: Read>(&mut self, tags: &Tags<R>, to: &mut String) {
        match tags.ascii_text() {
            Some(text) => push_resolved(text, to),
            None => push_resolved(&self.decoder.decode(tags.text()), to),
        }
    }

    /// Replaces a text by that of the present tag.
    pub(super) fn set<R: Read>(&mut self, tags: &Tags<R>, to: &mut String) {
        to.clear();
        self.text(tags, to);
    }

    /// The text of the present tag, shortened for a message.
    pub(super) fn quote<R: Read>(&mut self, tags: &Tags<R>) -> String {
        let mut text = String::new();
        self.text(tags, &mut text);
        excerpt(&text, QUOTED)
    }

    /// The currency of the present tag. `XXX` is how the standard says that there is none.
    pub(super) fn currency<R: Read>(&mut self, tags: &mut Tags<R>, out: &mut Emitter<'_>) -> Option<Currency> {
        let quote = self.quote(tags);
        match Currency::try_new(&quote) {
            Ok(currency) => Some(currency).filter(|currency| currency.code() != "XXX"),
            Err(_) if quote.is_empty() => None,
            Err(unknown) => {
                out.report(Code::NoCurrency, place(tags), unknown.to_string());
                None
            }
        }
    }

    /// The date of the present tag.
    pub(super) fn date<R: Read>(&mut self, tags: &mut Tags<R>, out: &mut Emitter<'_>) -> Option<Date> {
        let (code, date, message) = match self.dates.read(tags.text()) {
            ReadDate::Day(date) => return Some(date),
            ReadDate::Empty => return None,
            ReadDate::Clamped(date) => (
                Code::DateClamped,
                Some(date),
                "is no day of its month; the last one was taken",
            ),
            ReadDate::Bad => (Code::BadDate, None, "is not a date"),
        };
        let quote = self.quote(tags);
        out.report(code, place(tags), format!("{quote:?} {message}"));
        date
    }

    /// The amount of the present tag. OFX allows a sign, digits, and a point or a comma; banks allow themselves more.
    pub(super) fn amount<R: Read>(&mut self, tags: &mut Tags<R>, out: &mut Emitter<'_>) -> Option<Decimal> {
        if let Ok(value) = Decimal::parse_bytes(tags.text(), b'.') {
            return Some(value);
        }
        let with_comma = Decimal::parse_bytes(tags.text(), b',').ok();
        if with_comma.is_some() && !quirks::may_be_grouped(tags.text()) {
            return with_comma;
        }
        let mut text = String::new();
        self.text(tags, &mut text);
        let quote = excerpt(&text, QUOTED);
        if with_comma.is_some() {
            let message =
                format!("{quote:?} was read with a decimal comma, as the format says; it may be a group mark");
            out.report(Code::NumberAmbiguous, place(tags), message);
            return with_comma;
        }
        if let Some((value, code, what)) = quirks::amount(&text) {
            out.report(code, place(tags), format!("{quote:?} was read as {value}: {what}"));
            return Some(value);
        }
        out.report(Code::BadAmount, place(tags), format!("{quote:?} is not an amount"));
        None
    }
}

/// Where the present tag is.
pub(super) fn place<R: Read>(tags: &mut Tags<R>) -> Place {
    let name = String::from_utf8_lossy(tags.name()).into_owned();
    Place::field(tags.line(), name)
}

/// What a date element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadDate {
    /// A date.
    Day(Date),
    /// A day that its month does not have; the month's last is taken.
    Clamped(Date),
    /// Nothing, or only zeros.
    Empty,
    /// Something else.
    Bad,
}

/// Appends a text with its entities resolved and its line ends as `\n`.
fn push_resolved(text: &str, to: &mut String) {
    if is_plain(text.as_bytes()) {
        to.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some((before, mark, after)) = split_at_mark(rest) {
        to.push_str(before);
        rest = match mark {
            b'&' => {
                let (character, length) = entity(after).unwrap_or(('&', 0));
                to.push(character);
                after.get(length..).unwrap_or_default()
            }
            b'\r' if after.starts_with('\n') => after,
            _ => {
                to.push('\n');
                after
            }
        };
    }
    to.push_str(rest);
}

/// Whether nothing in the text has to be looked at: no `&`, no control character. Eight bytes at a time, as this is asked
/// for every value.
fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    // The highest bit of a byte is set where subtracting borrowed: below 0x20, or equal to `&`. A byte after such a one
    // may be marked, too; that costs a closer look and nothing else.
    let special = |word: &[u8; 8]| {
        let word = u64::from_le_bytes(*word);
        let differing = word ^ (ONES * 0x26);
        ((word.wrapping_sub(ONES * 0x20) & !word) | (differing.wrapping_sub(ONES) & !differing)) & (ONES << 7)
    };
    let (words, rest) = text.as_chunks();
    match text.last_chunk() {
        // The last eight bytes may overlap those before.
        Some(last) => words.iter().fold(special(last), |found, word| found | special(word)) == 0,
        None => rest.iter().all(|byte| *byte >= b' ' && *byte != b'&'),
    }
}

fn split_at_mark(text: &str) -> Option<(&str, u8, &str)> {
    let at = memchr3(b'&', b'\r', b'\n', text.as_bytes())?;
    let (before, from) = text.split_at_checked(at)?;
    let mark = *from.as_bytes().first()?;
    Some((before, mark, from.get(1..)?))
}

/// The entity after a `&`, and how many bytes it takes; `None` if the `&` stands for itself.
fn entity(after: &str) -> Option<(char, usize)> {
    let head = after.as_bytes().get(..12).unwrap_or(after.as_bytes());
    let length = memchr(b';', head)?;
    let name = after.get(..length)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => numeric(name.strip_prefix('#')?)?,
    };
    Some((character, length + 1))
}

fn numeric(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
}

/// Reads dates; neighbouring lines mostly have the same one, so it remembers the last.
#[derive(Debug, Default)]
struct Dates {
    last: Option<([u8; 8], Date)>,
}

impl Dates {
    /// `YYYYMMDD`, whatever time and zone follow: the day as the bank prints it.
    fn read(&mut self, raw: &[u8]) -> ReadDate {
        let Some(digits) = raw.first_chunk::<8>() else {
            return if raw.iter().all(|b| *b == b'0') {
                ReadDate::Empty
            } else {
                ReadDate::Bad
            };
        };
        if let Some((known, date)) = &self.last
            && known == digits
        {
            return ReadDate::Day(*date);
        }
        let read = quirks::date(raw);
        // With dashes the first eight bytes do not tell the day.
        if let ReadDate::Day(date) = read
            && digits.iter().all(u8::is_ascii_digit)
        {
            self.last = Some((*digits, date));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(raw: &str) -> String {
        let mut text = String::new();
        push_resolved(raw, &mut text);
        text
    }

    #[test]
    fn entities_are_resolved_once_and_a_bare_ampersand_is_itself() {
        for (raw, expected) in [
            ("A &amp; B &lt;c&gt; &quot;&apos;", "A & B <c> \"'"),
            ("&amp;amp;", "&amp;"),
            ("AT&T; H&M & &co", "AT&T; H&M & &co"),
            ("&#233;&#xE9;&#8364;&nbsp;x", "éé€ x"),
            ("&#0;&#xD800;&#x110000;&#;&;&", "&#0;&#xD800;&#x110000;&#;&;&"),
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("&é&amp;", "&é&"),
        ] {
            assert_eq!(text(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_remembered_date_is_never_taken_for_another() {
        let mut dates = Dates::default();
        for _ in 0..2 {
            for day in ["20240629", "2024-06-29", "2024-06-30", "20240630120000"] {
                let last = if day.contains("29") { 29 } else { 30 };
                let expected = ReadDate::Day(Date::constant(2024, 6, last));
                assert_eq!(dates.read(day.as_bytes()), expected, "{day}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_mark_is_overlooked(text in "[a&\\r\\n\\té ~]{0,30}") {
            let marked = text.contains(['&', '\r', '\n']);
            prop_assert!(!(marked && is_plain(text.as_bytes())));
        }
    }
}
