//! The digest of a result file: SHA-256 over the document without white space outside of texts and without its last
//! member, which is the digest. It says that nothing was changed by accident or by hand; who wrote the file, only a
//! signature can say.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The name of the last member.
const MEMBER: &str = "\"digest\"";

/// Hashes JSON as it goes by, whatever its white space.
#[derive(Default)]
struct Compact {
    hash: Sha256,
    in_text: bool,
    escaped: bool,
    kept: Vec<u8>,
}

impl Compact {
    fn update(&mut self, bytes: &[u8]) {
        self.kept.clear();
        for byte in bytes {
            if self.in_text {
                self.in_text = self.escaped || *byte != b'"';
                self.escaped = *byte == b'\\' && !self.escaped;
            } else if byte.is_ascii_whitespace() {
                continue;
            } else {
                self.in_text = *byte == b'"';
            }
            self.kept.push(*byte);
        }
        self.hash.update(&self.kept);
    }

    fn finish(self) -> String {
        let mut text = String::from("sha256:");
        for byte in self.hash.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// As much is collected before it is hashed and passed on.
const PIECE: usize = 64 * 1024;
/// The document closes with a line end and a brace; the digest goes before them.
const CLOSING: usize = 2;

/// Passes a document on and puts its digest at its end.
pub(crate) struct Sealing<'a> {
    out: &'a mut dyn Write,
    compact: Compact,
    waiting: Vec<u8>,
}

impl<'a> Sealing<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            compact: Compact::default(),
            waiting: Vec::with_capacity(PIECE),
        }
    }

    /// Ends the document, which closes with a line end and a brace.
    pub(crate) fn seal(mut self) -> io::Result<()> {
        self.compact.update(&self.waiting);
        let digest = self.compact.finish();
        let (rest, closing) = self.waiting.split_at(self.waiting.len().saturating_sub(CLOSING));
        self.out.write_all(rest)?;
        write!(self.out, ",\n  {MEMBER}: \"{digest}\"")?;
        self.out.write_all(closing)?;
        self.out.write_all(b"\n")
    }
}

impl Write for Sealing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() > PIECE {
            let ready = self.waiting.len() - CLOSING;
            let piece = self.waiting.get(..ready).unwrap_or_default();
            self.compact.update(piece);
            self.out.write_all(piece)?;
            self.waiting.drain(..ready);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the digest of a document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// It fits.
    Intact,
    /// The document bears none.
    Missing,
    /// It is that of another document.
    Broken {
        /// In the document.
        told: String,
        /// Of the document.
        computed: String,
    },
}

/// Compares a document with its digest.
pub(crate) fn check(document: &str) -> Seal {
    let Some((before, told)) = split(document) else {
        return Seal::Missing;
    };
    let mut compact = Compact::default();
    compact.update(before.as_bytes());
    compact.update(b"}");
    let computed = compact.finish();
    if computed == told {
        Seal::Intact
    } else {
        Seal::Broken {
            told: told.to_owned(),
            computed,
        }
    }
}

/// What is before the digest, and the digest.
fn split(document: &str) -> Option<(&str, &str)> {
    let place = document.rfind(MEMBER)?;
    let (before, member) = document.split_at_checked(place)?;
    let before = before.trim_end().strip_suffix(',')?;
    let value = member.get(MEMBER.len()..)?.trim_start().strip_prefix(':')?;
    let value = value.trim().strip_suffix('}')?.trim();
    Some((before, value.strip_prefix('"')?.strip_suffix('"')?))
}

/// A document with the digest that belongs to it, for whoever changes one on purpose.
pub fn reseal(document: &str) -> Option<String> {
    let (before, _) = split(document)?;
    let mut bytes = Vec::new();
    let mut sealing = Sealing::new(&mut bytes);
    let whole = format!("{before}\n}}");
    sealing.write_all(whole.as_bytes()).ok()?;
    sealing.seal().ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(document: &str) -> String {
        let mut bytes = Vec::new();
        let mut sealing = Sealing::new(&mut bytes);
        for piece in document.as_bytes().chunks(3) {
            sealing.write_all(piece).unwrap();
        }
        sealing.seal().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn white_space_does_not_matter_and_everything_else_does() {
        let text = sealed("{\n  \"a\": \"x \\\" y\",\n  \"b\": 1\n}");
        assert_eq!(check(&text), Seal::Intact, "{text}");
        assert_eq!(check(&text.replace(": 1", ":1").replace('\n', "")), Seal::Intact);
        assert!(matches!(check(&text.replace(": 1", ": 2")), Seal::Broken { .. }));
        assert!(matches!(check(&text.replace("x ", "x")), Seal::Broken { .. }));
        assert_eq!(check("{\"a\": 1}"), Seal::Missing);
        assert_eq!(reseal(&text).unwrap(), text);
        assert_eq!(check(&reseal(&text.replace(": 1", ": 2")).unwrap()), Seal::Intact);
    }
}
