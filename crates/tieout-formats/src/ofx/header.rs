//! The header: `KEY:VALUE` lines of OFX 1, XML declaration and `<?OFX ...?>` of OFX 2, or nothing at all.
//!
//! Real headers stand on one line, between blank lines, inside comments, or say 2.x above an SGML body. So nothing of it
//! is trusted: it gives a name to the dialect and a charset to fall back to.

use memchr::memmem;

/// What the header says; empty where it says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// Version as three digits: `102`, `211`.
    pub(super) version: String,
    /// The declared charset: `1252`, `ISO-8859-1`, `UTF-8`.
    pub(super) charset: String,
}

/// Whether a file that begins like this is OFX.
pub(super) fn recognise(head: &[u8]) -> bool {
    let upper = head.to_ascii_uppercase();
    [
        b"OFXHEADER".as_slice(),
        b"<OFX>",
        b"<OFX ",
        b":OFX ",
        b"<BANKTRANLIST>",
        b"<STMTTRN>",
    ]
    .iter()
    .any(|sign| memmem::find(upper.get(..2048).unwrap_or(&upper), sign).is_some())
        && memchr::memchr(b'<', head).is_some()
}

/// Reads what is before `<OFX>`.
pub(super) fn read(head: &[u8]) -> Header {
    let upper = head.to_ascii_uppercase();
    let end = memmem::find(&upper, b"<OFX").unwrap_or(upper.len());
    let text = upper.get(..end).unwrap_or_default();
    // `version` of the XML declaration comes before `OFXHEADER`, that of OFX after it.
    let ofx = memmem::find(text, b"OFXHEADER")
        .and_then(|at| text.get(at..))
        .unwrap_or_default();
    let version = value(ofx, b"VERSION");
    let charset = ["CHARSET", "ENCODING"]
        .iter()
        .map(|key| value(text, key.as_bytes()))
        .find(|charset| !matches!(charset.as_str(), "" | "NONE"));
    Header {
        version: version.chars().take_while(char::is_ascii_digit).take(3).collect(),
        charset: charset.unwrap_or_default(),
    }
}

impl Header {
    /// The dialect for people: `OFX 1.02`, `OFX`.
    pub(super) fn dialect(&self) -> String {
        match self.version.split_at_checked(1) {
            Some((major, minor)) if minor.len() == 2 => format!("OFX {major}.{minor}"),
            _ => "OFX".to_owned(),
        }
    }
}

/// The value of `KEY:value`, `KEY: value`, `KEY="value"`; empty if the key is not there.
fn value(text: &[u8], key: &[u8]) -> String {
    let after = memmem::find_iter(text, key)
        .find_map(|at| text.get(at + key.len()..)?.trim_ascii_start().strip_prefix_of(b":="))
        .unwrap_or_default();
    let after = after.trim_ascii_start();
    let after = after.strip_prefix_of(b"\"'").unwrap_or(after);
    let end = after
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')));
    let value = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
    let text = String::from_utf8_lossy(value).into_owned();
    // Headers on one line without any blank: the next key follows directly.
    match text.find("COMPRESSION").or_else(|| text.find("CHARSET")) {
        Some(at) => text.chars().take(at).collect(),
        None => text,
    }
}

trait StripPrefixOf {
    /// The bytes after the first one, if that is one of `any`.
    fn strip_prefix_of(&self, any: &[u8]) -> Option<&[u8]>;
}

impl StripPrefixOf for [u8] {
    fn strip_prefix_of(&self, any: &[u8]) -> Option<&[u8]> {
        self.split_first()
            .filter(|(first, _)| any.contains(first))
            .map(|(_, rest)| rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_charset_of_every_shape() {
        for (head, version, charset) in [
            (
                "OFXHEADER:100\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX>",
                "102",
                "1252",
            ),
            (
                "OFXHEADER:100 VERSION:103 ENCODING:UTF-8 CHARSET:NONE <OFX>",
                "103",
                "UTF-8",
            ),
            (
                "OFXHEADER:100VERSION:102SECURITY:NONEENCODING:USASCIICHARSET:1252COMPRESSION:NONE<OFX>",
                "102",
                "1252",
            ),
            (
                "<?xml version=\"1.0\" encoding='iso-8859-1'?><?OFX OFXHEADER=\"200\" VERSION=\"211\"?><OFX>",
                "211",
                "ISO-8859-1",
            ),
            ("<?ofx ofxheader = '200' version = '203'?><ofx>", "203", ""),
            ("<!-- OFXHEADER: 100\r\nVERSION: 102\r\n --><OFX>", "102", ""),
            ("<OFX>VERSION:999", "", ""),
            ("", "", ""),
        ] {
            let header = read(head.as_bytes());
            assert_eq!(
                (header.version.as_str(), header.charset.as_str()),
                (version, charset),
                "{head}"
            );
        }
    }

    #[test]
    fn only_ofx_is_recognised() {
        for (head, is) in [
            ("OFXHEADER:100\n\n<OFX></OFX>", true),
            ("\n\n<ofx>\n<x>", true),
            ("<BANKTRANLIST><STMTTRN>", true),
            (
                "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">",
                false,
            ),
            ("date,OFXHEADER,amount\n", false),
            ("", false),
        ] {
            assert_eq!(recognise(head.as_bytes()), is, "{head}");
        }
    }
}
