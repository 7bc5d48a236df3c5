//! A piece of a file: as text where it is UTF-8, so that its cells need no check of their own.

use std::ops::Range;

/// The bytes at hand.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// ASCII throughout.
    Ascii(String),
    /// UTF-8 throughout.
    Text(String),
    /// In another charset, in this piece at least.
    Bytes(Vec<u8>),
}

impl Default for Piece {
    fn default() -> Self {
        Self::Ascii(String::new())
    }
}

impl Piece {
    /// A piece of these bytes. The beginning of a character at their end goes to `tail`, unless nothing follows.
    pub(super) fn new(bytes: Vec<u8>, tail: &mut Vec<u8>, ended: bool) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => Self::Ascii(text),
            Ok(text) => Self::Text(text),
            Err(error) => {
                let flaw = error.utf8_error();
                let mut bytes = error.into_bytes();
                if flaw.error_len().is_some() || ended {
                    return Self::Bytes(bytes);
                }
                *tail = bytes.split_off(flaw.valid_up_to());
                String::from_utf8(bytes).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Text)
            }
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ascii(text) | Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    /// The bytes of a range.
    #[inline]
    pub(crate) fn get<R: std::slice::SliceIndex<[u8], Output = [u8]>>(&self, range: R) -> Option<&[u8]> {
        match self {
            Self::Ascii(text) | Self::Text(text) => text.as_bytes().get(range),
            Self::Bytes(bytes) => bytes.get(range),
        }
    }

    /// The byte at a place.
    #[inline]
    pub(super) fn byte(&self, place: usize) -> Option<&u8> {
        match self {
            Self::Ascii(text) | Self::Text(text) => text.as_bytes().get(place),
            Self::Bytes(bytes) => bytes.get(place),
        }
    }

    /// The text of a range, if the piece is UTF-8.
    #[inline]
    pub(crate) fn text(&self, range: Range<usize>) -> Option<&str> {
        match self {
            Self::Ascii(text) | Self::Text(text) => text.get(range),
            Self::Bytes(_) => None,
        }
    }

    #[inline]
    pub(crate) fn is_ascii(&self) -> bool {
        matches!(self, Self::Ascii(_))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Ascii(text) | Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_cut_in_two_waits_for_its_rest() {
        let mut tail = Vec::new();
        let piece = Piece::new(b"a\xC3".to_vec(), &mut tail, false);
        assert!(matches!(&piece, Piece::Text(text) if text == "a"));
        assert!(matches!(
            Piece::new(b"a".to_vec(), &mut Vec::new(), false),
            Piece::Ascii(text) if text == "a"
        ));
        assert_eq!(tail, [0xC3]);
        assert!(matches!(
            Piece::new(b"a\xC3".to_vec(), &mut Vec::new(), true),
            Piece::Bytes(_)
        ));
        assert!(matches!(
            Piece::new(b"a\xE4b".to_vec(), &mut Vec::new(), false),
            Piece::Bytes(_)
        ));
    }
}
