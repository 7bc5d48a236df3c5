//! Texts that a format cuts into fields of fixed width.

use super::columns::trimmed;
use crate::limits::MAX_LINE_TEXT_BYTES;

/// Puts the pieces of a text together again. A piece that fills its field goes on in the next one without a blank; behind
/// any other a new line of the text begins.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    text: String,
    /// The last piece filled its field.
    full: bool,
    overflow: bool,
}

impl Joined {
    /// Forgets the text and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.full = false;
        self.overflow = false;
    }

    /// The next piece, as it stands in a field of `width` columns.
    pub(crate) fn push(&mut self, piece: &str, width: usize) {
        let full = piece.len() >= width && !piece.ends_with(' ') && piece.chars().count() >= width;
        let trimmed = if self.full {
            piece.trim_ascii_end()
        } else {
            trimmed(piece)
        };
        if trimmed.is_empty() {
            self.full = false;
            return;
        }
        if self.text.len().saturating_add(trimmed.len()) > MAX_LINE_TEXT_BYTES {
            self.overflow = true;
            return;
        }
        if !self.full && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(trimmed);
        self.full = full;
    }

    /// What follows begins a line of its own.
    pub(crate) fn part(&mut self) {
        self.full = false;
    }

    /// The text so far.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether some of the text was too much.
    pub(crate) fn overflow(&self) -> bool {
        self.overflow
    }
}

/// Adds one part to a text; false if it would grow too long.
pub(crate) fn push_part(text: &mut String, part: &str) -> bool {
    if part.is_empty() {
        return true;
    }
    if text.len().saturating_add(part.len()) >= MAX_LINE_TEXT_BYTES {
        return false;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(part);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_pieces_go_on_and_others_end_a_line() {
        let mut joined = Joined::default();
        for piece in ["INVO", "ICE ", "12  ", "    ", "end"] {
            joined.push(piece, 4);
        }
        assert_eq!(joined.text(), "INVOICE\n12\nend");
    }
}
