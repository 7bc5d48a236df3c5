//! Places of cells that no sheet has. The workbook's reader calculates with them before it looks whether they can be.

/// Looks through the text of a sheet, piece by piece, for the places of rows and cells: `r="B12"`.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// How much of ` r="` was seen.
    matched: usize,
    /// Letters and digits of the place so far, while in one.
    inside: Option<(usize, usize)>,
}

const BEGINNING: &[u8] = b" r=\"";
/// The last column of a sheet is XFD, the last row 1048576.
const MAX_LETTERS: usize = 3;
const MAX_DIGITS: usize = 7;

impl Places {
    /// False if a place in this piece is none that a sheet has.
    pub(super) fn are_possible(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|&byte| self.is_possible(byte))
    }

    fn is_possible(&mut self, byte: u8) -> bool {
        if let Some((letters, digits)) = &mut self.inside {
            match byte {
                b'0'..=b'9' => *digits += 1,
                b'A'..=b'Z' | b'a'..=b'z' => *letters += 1,
                // The end of it, or no place at all but text.
                _ => self.inside = None,
            }
            return self
                .inside
                .is_none_or(|(letters, digits)| letters <= MAX_LETTERS && digits <= MAX_DIGITS);
        }
        self.matched = match BEGINNING.get(self.matched) {
            Some(expected) if *expected == byte => self.matched + 1,
            _ => usize::from(byte == b' '),
        };
        if self.matched == BEGINNING.len() {
            (self.matched, self.inside) = (0, Some((0, 0)));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_that_a_sheet_has_are_possible() {
        for (text, possible) in [
            (r#"<row r="1"><c r="A1"/><c s="1" r="XFD1048576"/></row>"#, true),
            (r#"<row r="4294967295">"#, false),
            (r#"<c  r="ABCD1">"#, false),
            (r#"<c name="12345678901">"#, true),
            (r#"<t>a r="b c d e f 1234567 8"</t>"#, true),
        ] {
            let mut whole = Places::default();
            assert_eq!(whole.are_possible(text.as_bytes()), possible, "{text}");
            let mut pieces = Places::default();
            assert_eq!(
                text.as_bytes().chunks(3).all(|piece| pieces.are_possible(piece)),
                possible,
                "{text} in pieces"
            );
        }
    }
}
