//! Files of an archive that are about its other files: lists, checksums and signatures. A name only says what such a file may
//! be; what it holds must say it too, as statements bear such names as well.

use memchr::memmem;

/// What a name says that a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `manifest.xml`, `index.html`.
    Listing,
    /// `a.sta.md5`, `SHA256SUMS`.
    Checksums,
    /// `a.sta.asc`, `a.sta.p7s`.
    Signature,
}

fn kind_of(name: &str) -> Option<Kind> {
    const LISTINGS: [&str; 2] = ["manifest", "filelist"];
    const CHECKSUMS: [&str; 6] = ["checksum", "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum"];
    const ENDINGS: [&str; 7] = ["md5", "sha", "sha1", "sha256", "sha512", "sfv", "sum"];
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let begins = |names: &[&str]| names.iter().any(|own| stem.starts_with(own));
    if matches!(ending, "asc" | "sig" | "p7s") {
        Some(Kind::Signature)
    } else if begins(&CHECKSUMS) || ENDINGS.contains(&ending) {
        Some(Kind::Checksums)
    } else if stem == "index" || begins(&LISTINGS) {
        Some(Kind::Listing)
    } else {
        None
    }
}

/// Whether a file may be about the other files by its name, which is without folders and in lower case.
pub(super) fn may_be_one(name: &str) -> bool {
    kind_of(name).is_some()
}

/// Whether a file of such a name is what it is called, by what it holds. `others` are the names of the archive's other files.
pub(super) fn is_one(name: &str, bytes: &[u8], others: &[String]) -> bool {
    match kind_of(name) {
        None => false,
        Some(Kind::Signature) => is_signature(name, bytes, others),
        Some(Kind::Checksums) => are_checksums(bytes, others),
        Some(Kind::Listing) => names_another(&bytes.to_ascii_lowercase(), others),
    }
}

/// A signature that stands apart from what it is of; one that is around a text holds the text.
fn is_signature(name: &str, bytes: &[u8], others: &[String]) -> bool {
    /// What a signature begins with as a packet of bytes (RFC 9580, 4.2); else it is a sequence of DER.
    const FIRST: [u8; 4] = [0x88, 0x89, 0x8A, 0xC2];
    if bytes.trim_ascii_start().starts_with(b"-----BEGIN PGP SIGNATURE-----") {
        return true;
    }
    // Bytes say nothing of what is in them: the file that is signed must stand beside them.
    let signed = name.rsplit_once('.').map_or(name, |(signed, _)| signed);
    let is_of = |other: &String| other == signed || other.rsplit_once('.').is_some_and(|(stem, _)| stem == signed);
    let is_binary = match bytes {
        [0x30, length, ..] => length & 0x80 != 0,
        [first, ..] => FIRST.contains(first),
        [] => false,
    };
    let is_armoured = bytes.trim_ascii_start().starts_with(b"-----BEGIN PKCS7-----");
    (is_binary || is_armoured) && others.iter().any(is_of)
}

/// Lines of checksums: `d41d…7e  a.sta`, `SHA256 (a.sta) = e3b0…`, `a.sta ABCD1234`, or the sum alone.
fn are_checksums(bytes: &[u8], others: &[String]) -> bool {
    const LONG_SUM: usize = 32;
    let lines = bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty() && !matches!(line.first(), Some(b'#' | b';')));
    let is_sum = |line: &[u8]| {
        let parts = || line.split(|byte| matches!(byte, b' ' | b'\t' | b'=' | b':' | b',' | b'('));
        let width = parts().filter_map(width_of_sum).max();
        width.is_some_and(|width| {
            width >= LONG_SUM || parts().count() == 1 || names_another(&line.to_ascii_lowercase(), others)
        })
    };
    let first = lines.next();
    first.is_some_and(is_sum) && lines.all(is_sum)
}

/// How many digits a word has that may be a checksum.
fn width_of_sum(word: &[u8]) -> Option<usize> {
    const WIDTHS: std::ops::RangeInclusive<usize> = 8..=128;
    (WIDTHS.contains(&word.len()) && word.len().is_multiple_of(2) && word.iter().all(u8::is_ascii_hexdigit))
        .then_some(word.len())
}

/// Whether a text in lower case holds the name of another file.
fn names_another(text: &[u8], others: &[String]) -> bool {
    let is_named = |other: &String| other.contains('.') && memmem::find(text, other.as_bytes()).is_some();
    others.iter().any(is_named)
}
