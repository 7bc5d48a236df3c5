//! Capitals of Central Europe that are UTF-8 by chance: `ÓŁ` of Windows-1250 is there one letter of another script, so that a
//! cell with `SPÓŁKA` looks like UTF-8, which no word of Latin letters with such a letter in its midst is. Such cells are given in
//! UTF-8 as the rows are read.

use crate::charset::{self, CENTRAL, CENTRAL_LETTERS};
use crate::row::Row;
use std::collections::HashMap;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Problem};

/// Whether rows may have such cells; those of nearly all tables have none.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByChance {
    /// What the two letters or more are that look like one.
    letters: HashMap<u8, char>,
    /// The first such cell of the sample, as it is meant.
    example: Option<String>,
}

impl ByChance {
    /// There may be some if the sample has one, or words that are of Central Europe.
    pub(crate) fn find(sample: &[Row]) -> Self {
        let cells = || sample.iter().flat_map(Row::cells);
        let may_be_old = |cell: &[u8]| !cell.is_ascii();
        if !cells().any(may_be_old) {
            return Self::default();
        }
        let found = Self {
            letters: letters(),
            example: None,
        };
        let example = cells().find_map(|cell| found.meant(cell));
        let is_old = || cells().any(|cell| std::str::from_utf8(cell).is_err());
        let is_central = || is_old() && charset::vote(sample).is_some_and(|charset| CENTRAL.contains(&charset));
        if example.is_some() || is_central() {
            return Self { example, ..found };
        }
        Self::default()
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Gives a row its words.
    pub(crate) fn complete(&self, row: &mut Row) {
        if self.is_empty() || row.is_ascii() {
            return;
        }
        for column in 0..row.len() {
            if let Some(meant) = self.meant(row.cell(column)) {
                row.replace(column, meant.as_bytes());
            }
        }
    }

    /// What is told of it.
    pub(crate) fn told(&self) -> Option<Problem> {
        let example = self.example.as_ref()?;
        let message = format!(
            "capitals that would be letters of another script in UTF-8 were read in the charset of Central Europe, for instance {example:?}"
        );
        Some(Problem::of_file(Code::CharsetMismatch, message))
    }

    /// The text of a cell whose letters outside of ASCII are all such pairs, within words of capitals.
    fn meant(&self, cell: &[u8]) -> Option<String> {
        if cell.is_ascii() {
            return None;
        }
        let mut before = ' ';
        let mut beside_capitals = false;
        for c in std::str::from_utf8(cell).ok()?.chars() {
            if !c.is_ascii() && !is_elsewhere(c) {
                return None;
            }
            beside_capitals |= is_elsewhere(c) && before.is_ascii_uppercase();
            beside_capitals |= is_elsewhere(before) && c.is_ascii_uppercase();
            before = c;
        }
        let letter = |byte: &u8| {
            let known = self.letters.get(byte).copied();
            known.or_else(|| byte.is_ascii().then(|| char::from(*byte)))
        };
        let text: Option<String> = cell.iter().map(letter).collect();
        text.filter(|_| beside_capitals)
    }
}

/// Letters of phonetics and of languages in Cyrillic letters that are neither Russian nor of its neighbours.
fn is_elsewhere(c: char) -> bool {
    matches!(c, '\u{280}'..='\u{2AF}' | '\u{460}'..='\u{48F}' | '\u{4D0}'..='\u{4FF}')
}

/// The capitals of Windows-1250.
fn letters() -> HashMap<u8, char> {
    let mut decoder = Decoder::default();
    decoder.declare("windows-1250");
    let read = |byte: u8| decoder.decode(&[byte]).chars().next().map(|letter| (byte, letter));
    let letters = (0x80..=0xFF).filter_map(read);
    let is_capital = |letter: char| letter.is_uppercase() && CENTRAL_LETTERS.contains(letter);
    letters.filter(|(_, letter)| is_capital(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&[u8]]) -> Row {
        let mut row = Row::default();
        for cell in cells {
            row.push(cell);
        }
        row
    }

    #[test]
    fn capitals_of_central_europe_are_no_letters_of_other_scripts() {
        let found = ByChance::find(&[row(&[b"Opis", b"Kwota"]), row(&[b"SP\xD3\xA3KA", b"1,00"])]);
        for (cell, meant) in [
            (b"SP\xD3\xA3KA Z O.O.".as_slice(), Some("SPÓŁKA Z O.O.")),
            (b"PODR\xD3\xAF", Some("PODRÓŻ")),
            (b"KSI\xCA\xAFYC", Some("KSIĘŻYC")),
            ("СОЗМОНӢ".as_bytes(), None),
            ("ӣ".as_bytes(), None),
            ("SPÓŁKA".as_bytes(), None),
            ("Bakı şəhəri ə".as_bytes(), None),
            (b"SP\xF3\xB3ka", None),
        ] {
            assert_eq!(found.meant(cell).as_deref(), meant, "{cell:?}");
        }
        assert!(ByChance::find(&[row(&["Opis ЗАДАЧА".as_bytes(), "Łódź".as_bytes()])]).is_empty());
    }
}
