//! Texts that begin alike, for books that write what the bank writes: cut short, or with something else at the end.
//!
//! Whether the sides do so at all is seen from the texts themselves; where they do not, nothing is kept and nothing costs.

use crate::Input;
use crate::arith::{Bits, count, log2_ratio};
use crate::columns::at;
use crate::items::{Field, ItemIndex, Items};
use crate::roll::{Position, Roll};

/// The first sixteen bytes of a text as one number, filled up with zeros.
type Opening = u128;

/// Bytes of an opening.
const BYTES: u32 = 16;
/// Bytes by which entries are looked up.
const KEY_BYTES: u32 = 3;
/// Bytes that tell whether both sides write alike.
const TELLING_BYTES: u32 = 8;
/// Fewest items of which that is asked.
const FEWEST: usize = 50;

/// How far two texts agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// One begins with all of the other, as far as is compared.
    Whole,
    /// At least half of the shorter one.
    Half,
    /// Some of it.
    Little,
    /// Not even the first bytes.
    None,
}

impl Agreement {
    /// How many there are.
    pub(crate) const COUNT: usize = 4;

    /// Its place in a table.
    pub(crate) fn place(self) -> usize {
        match self {
            Self::Whole => 0,
            Self::Half => 1,
            Self::Little => 2,
            Self::None => 3,
        }
    }
}

/// The openings of both sides; empty if the sides write differently.
#[derive(Debug, Clone, Default)]
pub(crate) struct Openings {
    lines: Vec<Opening>,
    entries: Vec<Opening>,
    /// Openings of entries in order.
    sorted: Vec<Opening>,
    /// Entries by account, first bytes and day.
    by_key: Vec<(u16, u32, i32, Position)>,
}

impl Openings {
    /// Looks at the descriptions of both sides.
    pub(crate) fn new(input: &Input, lines: &Roll, entries: &Roll) -> Self {
        if !are_alike(input) {
            return Self::default();
        }
        let read = |items: &Items, roll: &Roll| -> Vec<Opening> {
            let text = |index: &u32| opening(items.text(*index, Field::Description));
            roll.original.iter().map(text).collect()
        };
        let (lines, openings) = (read(&input.lines, lines), read(&input.entries, entries));
        let mut sorted = openings.clone();
        sorted.sort_unstable();
        let key_of = |(entry, opening): (Position, &Opening)| {
            (at(&entries.accounts, entry), key(*opening), entries.day(entry), entry)
        };
        let mut by_key: Vec<_> = (0..).zip(&openings).map(key_of).collect();
        by_key.sort_unstable();
        Self {
            lines,
            entries: openings,
            sorted,
            by_key,
        }
    }

    /// The sides write alike.
    pub(crate) fn are_used(&self) -> bool {
        !self.sorted.is_empty()
    }

    /// Entries that begin as a line does, between two days; at most so many.
    pub(crate) fn with(
        &self,
        account: u16,
        line: Position,
        days: (i32, i32),
        most: usize,
    ) -> impl Iterator<Item = Position> + '_ {
        let key = key(at(&self.lines, line));
        let place = |account, key, day| {
            self.by_key
                .partition_point(|of| (of.0, of.1, of.2) < (account, key, day))
        };
        let (from, to) = if key == 0 {
            (0, 0)
        } else {
            (place(account, key, days.0), place(account, key, days.1 + 1))
        };
        // What is nearest in time comes last.
        let from = from.max(to.saturating_sub(most));
        self.by_key.get(from..to).unwrap_or_default().iter().map(|of| of.3)
    }

    /// How far the texts of a line and an entry agree, and how rare it is to begin so.
    pub(crate) fn agreement(&self, line: Position, entry: Position) -> (Agreement, Bits) {
        let (of_line, of_entry) = (at(&self.lines, line), at(&self.entries, entry));
        let shared = (of_line ^ of_entry).leading_zeros() / 8;
        let shorter = length(of_line).min(length(of_entry));
        let shared = shared.min(shorter);
        let agreement = match shared {
            0 => Agreement::None,
            shared if shared == shorter => Agreement::Whole,
            shared if shared * 2 >= shorter => Agreement::Half,
            shared if shared >= KEY_BYTES => Agreement::Little,
            _ => Agreement::None,
        };
        (agreement, self.rarity(of_line, shared))
    }

    /// log2 of all entries by those that begin with so many bytes of an opening.
    fn rarity(&self, opening: Opening, bytes: u32) -> Bits {
        let beginning = with_bytes(bytes);
        let wanted = opening & beginning;
        let from = self.sorted.partition_point(|other| other & beginning < wanted);
        let to = self.sorted.partition_point(|other| other & beginning <= wanted);
        log2_ratio(u64::from(count(self.sorted.len())), u64::from(count(to - from)))
    }
}

/// Of some lines, at least half begin with eight bytes that the text of an entry begins with as well, and they begin
/// differently: a few openings that all texts share are the bank's own words and tell nothing.
fn are_alike(input: &Input) -> bool {
    /// Lines that are asked.
    const ASKED: usize = 1 << 11;
    let telling = |items: &Items, index: ItemIndex| {
        let opening = opening(items.text(index, Field::Description));
        (length(opening) >= TELLING_BYTES).then_some(opening & with_bytes(TELLING_BYTES))
    };
    let step = (input.lines.len() / ASKED).max(1);
    let asked = input.lines.indexes().step_by(step);
    let mut asked: Vec<Opening> = asked.filter_map(|line| telling(&input.lines, line)).collect();
    asked.sort_unstable();
    let mut openings: Vec<(Opening, usize, bool)> = Vec::new();
    for opening in &asked {
        match openings.last_mut() {
            Some((last, number, _)) if last == opening => *number += 1,
            _ => openings.push((*opening, 1, false)),
        }
    }
    if asked.len() < FEWEST || openings.len() * 20 < asked.len() {
        return false;
    }
    for entry in input.entries.indexes() {
        if let Some(opening) = telling(&input.entries, entry)
            && let Ok(place) = openings.binary_search_by_key(&opening, |of| of.0)
            && let Some(of) = openings.get_mut(place)
        {
            of.2 = true;
        }
    }
    let shared: usize = openings.iter().filter(|of| of.2).map(|of| of.1).sum();
    shared * 2 >= asked.len()
}

fn opening(text: &str) -> Opening {
    let mut bytes = [0; 16];
    let text = text.trim_start().bytes().map(|byte| byte.to_ascii_uppercase());
    for (to, byte) in bytes.iter_mut().zip(text) {
        *to = byte;
    }
    // Blanks at the end are the mark of a cut, not of another text.
    for byte in bytes.iter_mut().rev().skip_while(|byte| **byte == 0) {
        if *byte != b' ' {
            break;
        }
        *byte = 0;
    }
    Opening::from_be_bytes(bytes)
}

fn length(opening: Opening) -> u32 {
    BYTES - opening.trailing_zeros().min(128) / 8
}

/// A mask of the first bytes.
fn with_bytes(bytes: u32) -> Opening {
    Opening::MAX.checked_shl(128 - 8 * bytes.min(BYTES)).unwrap_or(0)
}

fn key(opening: Opening) -> u32 {
    u32::try_from(opening >> (128 - 8 * KEY_BYTES)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_end_where_texts_do() {
        let of = |text: &str| length(opening(text));
        assert_eq!(
            [of(""), of("J B"), of(" J B  "), of("ABCDEFGHIJKLMNOPQRSTUV")],
            [0, 3, 3, 16]
        );
        assert_eq!(opening("Ab c"), opening(" AB C "));
        assert_eq!(with_bytes(0), 0);
        assert_eq!(with_bytes(16), Opening::MAX);
        assert_eq!(key(opening("J B payment")), key(opening("J BC")));
    }

    #[test]
    fn a_cut_text_agrees_as_a_whole_and_the_rarer_the_longer() {
        let texts = ["MARIA LOPEZ INV", "MARIA LUND", "M KOHL", "J B PAYMENT"];
        let mut sorted: Vec<Opening> = texts.iter().map(|text| opening(text)).collect();
        let entries = sorted.clone();
        sorted.sort_unstable();
        let lines = ["MARIA LOPEZ INV 12 BGC", "MARIA LUNDQVIST", "JOHN"]
            .map(opening)
            .to_vec();
        let openings = Openings {
            lines,
            entries,
            sorted,
            by_key: Vec::new(),
        };
        assert_eq!(openings.agreement(0, 0), (Agreement::Whole, 200));
        assert_eq!(openings.agreement(1, 1), (Agreement::Whole, 200));
        assert_eq!(openings.agreement(0, 1), (Agreement::Half, 100));
        assert_eq!(openings.agreement(2, 3).0, Agreement::None);
    }
}
