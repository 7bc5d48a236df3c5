//! Values of elements: text with entities, dates, amounts.

use super::quirks;
use super::tags::Tags;
use crate::read::Emitter;
use memchr::{memchr, memchr3};
use std::io::Read;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Date, Decimal};

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
        push_text(&mut self.decoder, tags.text(), to);
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

    /// The date of the present tag.
    pub(super) fn date<R: Read>(
        &mut self,
        tags: &mut Tags<R>,
        out: &mut Emitter<'_>,
    ) -> Option<Date> {
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

    /// The amount of the present tag.
    pub(super) fn amount<R: Read>(
        &mut self,
        tags: &mut Tags<R>,
        out: &mut Emitter<'_>,
    ) -> Option<Decimal> {
        let by_the_book = amount(tags.text());
        if by_the_book.is_some() && !quirks::may_be_grouped(tags.text()) {
            return by_the_book;
        }
        let mut text = String::new();
        self.text(tags, &mut text);
        let quote = excerpt(&text, QUOTED);
        if by_the_book.is_some() {
            let message = format!(
                "{quote:?} was read with a decimal comma, as the format says; it may be a group mark"
            );
            out.report(Code::NumberAmbiguous, place(tags), message);
            return by_the_book;
        }
        match quirks::amount(&text) {
            Some((value, code, what)) => {
                out.report(
                    code,
                    place(tags),
                    format!("{quote:?} was read as {value}: {what}"),
                );
                Some(value)
            }
            None => {
                out.report(
                    Code::BadAmount,
                    place(tags),
                    format!("{quote:?} is not an amount"),
                );
                None
            }
        }
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

/// Appends the text of a value: decoded, entities resolved, line ends as `\n`.
fn push_text(decoder: &mut Decoder, raw: &[u8], to: &mut String) {
    let text = decoder.decode(raw);
    if memchr3(b'&', b'\r', b'\n', raw).is_none() {
        to.push_str(&text);
        return;
    }
    let mut rest = text.as_ref();
    while let Some((before, mark, after)) = split_at_mark(rest) {
        to.push_str(before);
        rest = match mark {
            b'&' => match entity(after) {
                Some((character, length)) => {
                    to.push(character);
                    after.get(length..).unwrap_or_default()
                }
                None => {
                    to.push('&');
                    after
                }
            },
            b'\r' if after.starts_with('\n') => after,
            _ => {
                to.push('\n');
                after
            }
        };
    }
    to.push_str(rest);
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
    char::from_u32(code)
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
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
        if let ReadDate::Day(date) = read {
            self.last = Some((*digits, date));
        }
        read
    }
}

/// An amount as OFX allows it: sign, digits, point or comma.
fn amount(raw: &[u8]) -> Option<Decimal> {
    Decimal::parse_bytes(raw, b'.')
        .or_else(|_| Decimal::parse_bytes(raw, b','))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> String {
        let mut text = String::new();
        push_text(&mut Decoder::default(), raw.as_bytes(), &mut text);
        text
    }

    #[test]
    fn entities_are_resolved_once_and_a_bare_ampersand_is_itself() {
        for (raw, expected) in [
            ("A &amp; B &lt;c&gt; &quot;&apos;", "A & B <c> \"'"),
            ("&amp;amp;", "&amp;"),
            ("AT&T; H&M & &co", "AT&T; H&M & &co"),
            ("&#233;&#xE9;&#8364;&nbsp;x", "éé€ x"),
            (
                "&#0;&#xD800;&#x110000;&#;&;&",
                "&#0;&#xD800;&#x110000;&#;&;&",
            ),
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("&é&amp;", "&é&"),
        ] {
            assert_eq!(text(raw), expected, "{raw}");
        }
    }

    #[test]
    fn amounts_have_a_point_or_a_comma() {
        for (raw, expected) in [
            ("-12.50", "-12.50"),
            ("+00012,5", "12.5"),
            (".5", "0.5"),
            ("120", "120"),
        ] {
            assert_eq!(amount(raw.as_bytes()).unwrap().to_string(), expected);
        }
        for raw in ["", "1.400,82", "$12", "1 2", "12-"] {
            assert_eq!(amount(raw.as_bytes()), None, "{raw}");
        }
    }
}
