//! Elements and texts of XML.

use std::io::{self, Write};
use tieout_core::{Currency, Date, Decimal};

/// The code of the standard for no currency.
const NO_CURRENCY: &str = "XXX";

/// Elements, one after the other.
pub(super) struct Xml<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Xml<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }

    /// What is written already.
    pub(super) fn raw(&mut self, written: &[u8]) -> io::Result<()> {
        self.out.write_all(written)
    }

    /// An element with what `content` writes.
    pub(super) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        write!(self.out, "<{name}>")?;
        content(self)?;
        write!(self.out, "</{name}>")
    }

    /// An element with a text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.within(name, |xml| xml.escaped(text))
    }

    /// An element with a text, if there is any.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.leaf(name, text) }
    }

    /// An unsigned amount with its currency.
    pub(super) fn amount(&mut self, amount: Decimal, currency: Option<Currency>) -> io::Result<()> {
        let code = currency.as_ref().map_or(NO_CURRENCY, Currency::code);
        write!(self.out, "<Amt Ccy=\"{code}\">{}</Amt>", amount.abs())
    }

    /// An element that holds a date.
    pub(super) fn day(&mut self, name: &str, date: Date) -> io::Result<()> {
        self.within(name, |xml| xml.leaf("Dt", &date.to_string()))
    }

    pub(super) fn line_feed(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// Markup becomes references; what is no character of XML goes, line breaks become blanks.
    fn escaped(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((before, special)) = split_at_special(rest) {
            self.out.write_all(before.as_bytes())?;
            self.out.write_all(match special {
                '&' => b"&amp;",
                '<' => b"&lt;",
                '>' => b"&gt;",
                '\n' | '\r' | '\t' => b" ",
                _ => b"",
            })?;
            rest = rest.get(before.len() + special.len_utf8()..).unwrap_or_default();
        }
        self.out.write_all(rest.as_bytes())
    }
}

/// The text before the first character that cannot stand as it is, and that character.
fn split_at_special(text: &str) -> Option<(&str, char)> {
    let is_special = |c: char| matches!(c, '&' | '<' | '>' | '\u{FFFE}' | '\u{FFFF}') || c.is_control();
    let at = text.find(is_special)?;
    let (before, after) = text.split_at_checked(at)?;
    Some((before, after.chars().next()?))
}
