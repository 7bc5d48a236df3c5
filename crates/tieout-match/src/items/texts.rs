//! The texts of all items in one arena, each stored once where that is cheap to tell.
//!
//! Statements repeat themselves: the same names and type codes on line after line, the reference and the name again in
//! the description. An item's texts stand one after the other, each as a length and then either its bytes or the place
//! where the arena has them already: in the item's own description, or where an earlier item said the same. Earlier
//! texts are found through a table of fixed size that forgets what it has no room for, so memory and time per item are
//! bounded whatever the texts are; a forgotten text is merely stored again.

use super::{FIELDS, Field, ItemIndex, ItemsError, NewItem, at};
use std::cmp::Ordering;

/// Places of earlier texts that are remembered, at most; a power of two.
const REMEMBERED: usize = 1 << 14;
/// Fewest places, for an account of few items.
const REMEMBERED_AT_FIRST: usize = 1 << 4;
/// Shorter texts are stored: a place takes as many bytes.
const SHORTEST: usize = 4;
/// Longer texts are not looked for: they hardly come twice, and comparing takes time.
const LONGEST: usize = 256;

/// The texts of items, by index.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// Where the texts of each item begin.
    starts: Vec<u32>,
    arena: String,
    /// By hash, the place and length of a text in the arena. As many as items, up to a limit: there may be an account
    /// for every statement of a file.
    earlier: Vec<Stretch>,
}

/// Bytes of the arena.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Stretch {
    start: u32,
    length: u32,
}

impl Texts {
    /// Adds the texts of the next item.
    pub(super) fn push(&mut self, item: &NewItem<'_>) -> Result<(), ItemsError> {
        // Not only where this item begins, but also where its texts are must have a number.
        let most = [
            item.id,
            item.description,
            item.counterparty,
            item.reference,
            item.check_number,
            item.kind,
        ]
        .iter()
        .fold(self.arena.len(), |length, text| {
            length.saturating_add(text.len()).saturating_add(16)
        });
        u32::try_from(most).map_err(|_| ItemsError::Full)?;
        self.starts.push(number(self.arena.len()));
        if self.starts.len() > self.earlier.len() && self.earlier.len() < REMEMBERED {
            // What is in its old slot now is forgotten, or found there by another text and told apart.
            let slots = (self.earlier.len() * 2).max(REMEMBERED_AT_FIRST);
            self.earlier.resize(slots, Stretch::default());
        }
        // Ids and check numbers hardly come twice; nothing is gained by remembering them.
        self.push_new(item.id);
        let description = self.push_shared(item.description, Stretch::default());
        for text in [item.counterparty, item.reference] {
            self.push_shared(text, description);
        }
        self.push_new(item.check_number);
        self.push_shared(item.kind, Stretch::default());
        Ok(())
    }

    /// A text of an item; empty if there is no such item. Those behind it are not looked at, and those before it are only
    /// stepped over: the id, which is asked for most, comes first.
    pub(super) fn get(&self, index: ItemIndex, field: Field) -> &str {
        let before = match field {
            Field::Id => 0,
            Field::Description => 1,
            Field::Counterparty => 2,
            Field::Reference => 3,
            Field::CheckNumber => 4,
            Field::Kind => 5,
        };
        self.nth(index, before).unwrap_or_default()
    }

    fn nth(&self, index: ItemIndex, before: usize) -> Option<&str> {
        let start = usize::try_from(*at(&self.starts, index)?).ok()?;
        let mut rest = self.arena.get(start..)?;
        for _ in 0..before {
            rest = split(rest)?.1;
        }
        self.text(split(rest)?.0)
    }

    /// All texts of an item in the order in which they are stored; empty if there is no such item.
    pub(super) fn all(&self, index: ItemIndex) -> [&str; FIELDS] {
        let start = at(&self.starts, index).and_then(|start| usize::try_from(*start).ok());
        let mut rest = start.and_then(|start| self.arena.get(start..));
        [(); FIELDS]
            .map(|()| {
                let (stored, after) = rest.and_then(split)?;
                rest = Some(after);
                self.text(stored)
            })
            .map(Option::unwrap_or_default)
    }

    /// The order of two items by their texts, the id last. What stands in one place of the arena is not looked at, nor what
    /// comes after the first difference.
    pub(super) fn compare(&self, a: ItemIndex, b: ItemIndex) -> Ordering {
        let from = |index| {
            let start = at(&self.starts, index).and_then(|start| usize::try_from(*start).ok());
            start.and_then(|start| self.arena.get(start..)).unwrap_or_default()
        };
        let (mut of_a, mut of_b) = (from(a), from(b));
        let mut ids = Ordering::Equal;
        for field in 0..FIELDS {
            let (Some((one, after_one)), Some((other, after_other))) = (split(of_a), split(of_b)) else {
                return of_a.is_empty().cmp(&of_b.is_empty()).reverse().then(ids);
            };
            (of_a, of_b) = (after_one, after_other);
            let order = match (one, other) {
                (Stored::Earlier(one), Stored::Earlier(other)) if one == other => Ordering::Equal,
                (one, other) => self.text(one).cmp(&self.text(other)),
            };
            if field == 0 {
                ids = order;
            } else if order.is_ne() {
                return order;
            }
        }
        ids
    }

    fn text<'a>(&'a self, stored: Stored<'a>) -> Option<&'a str> {
        match stored {
            Stored::Here(text) => Some(text),
            Stored::Earlier(stretch) => self.stretch(stretch),
        }
    }

    fn stretch(&self, Stretch { start, length }: Stretch) -> Option<&str> {
        let start = usize::try_from(start).ok()?;
        self.arena.get(start..start.checked_add(usize::try_from(length).ok()?)?)
    }

    /// Stores the bytes of a text and says where they are.
    fn push_new(&mut self, text: &str) -> Stretch {
        push_number(&mut self.arena, text.len() << 1);
        let start = number(self.arena.len());
        self.arena.push_str(text);
        Stretch {
            start,
            length: number(text.len()),
        }
    }

    /// Stores a text, or the place where it stands already: within a text of the same item, or earlier.
    fn push_shared(&mut self, text: &str, within: Stretch) -> Stretch {
        if !(SHORTEST..=LONGEST).contains(&text.len()) {
            return self.push_new(text);
        }
        let slot = slot(text) & (self.earlier.len() - 1);
        let remembered = self.earlier.get(slot).copied().unwrap_or_default();
        let found = if self.stretch(remembered) == Some(text) {
            Some(remembered)
        } else {
            self.place_within(within, text)
        };
        if let Some(found) = found {
            push_number(&mut self.arena, text.len() << 1 | 1);
            push_number(&mut self.arena, usize::try_from(found.start).unwrap_or(0));
            return found;
        }
        let stored = self.push_new(text);
        if let Some(place) = self.earlier.get_mut(slot) {
            *place = stored;
        }
        stored
    }

    /// Where a text stands within another one.
    fn place_within(&self, other: Stretch, text: &str) -> Option<Stretch> {
        let offset = memchr::memmem::find(self.stretch(other)?.as_bytes(), text.as_bytes())?;
        Some(Stretch {
            start: other.start.checked_add(number(offset))?,
            length: number(text.len()),
        })
    }
}

/// A text as it stands in the arena.
#[derive(Debug, Clone, Copy)]
enum Stored<'a> {
    Here(&'a str),
    Earlier(Stretch),
}

/// The text at the front of the arena's rest, and what follows it.
fn split(rest: &str) -> Option<(Stored<'_>, &str)> {
    let (head, rest) = split_number(rest)?;
    let length = head >> 1;
    if head & 1 == 0 {
        let (text, rest) = rest.split_at_checked(length)?;
        return Some((Stored::Here(text), rest));
    }
    let (start, rest) = split_number(rest)?;
    let stretch = Stretch {
        start: number(start),
        length: number(length),
    };
    Some((Stored::Earlier(stretch), rest))
}

/// Lengths and places are below 2^32: [`Texts::push`] sees to that.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Writes a number in groups of six bits, the lowest first; all but the last have the seventh. So the arena is text, and what
/// is read from it need not be looked at for whether it is.
fn push_number(arena: &mut String, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x3F).unwrap_or(0);
        number >>= 6;
        arena.push(char::from(if number > 0 { low | 0x40 } else { low }));
        if number == 0 {
            break;
        }
    }
}

fn split_number(rest: &str) -> Option<(usize, &str)> {
    let mut number = 0;
    let mut shift = 0_u32;
    for (place, byte) in rest.bytes().enumerate() {
        number |= usize::from(byte & 0x3F).checked_shl(shift)?;
        shift += 6;
        if byte & 0x40 == 0 {
            return Some((number, rest.get(place + 1..)?));
        }
    }
    None
}

/// A number of a text whose low bits choose its slot. Nothing but memory depends on how well it spreads.
fn slot(text: &str) -> usize {
    let (words, rest) = text.as_bytes().as_chunks();
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let whole = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(whole, |hash, byte| mix(hash, u64::from(*byte)));
    usize::try_from(hash >> 48).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMED: [Field; FIELDS] = [
        Field::Id,
        Field::Description,
        Field::Counterparty,
        Field::Reference,
        Field::CheckNumber,
        Field::Kind,
    ];

    fn item(texts: [&str; 6]) -> NewItem<'_> {
        let [id, description, counterparty, reference, check_number, kind] = texts;
        NewItem {
            date: jiff::civil::date(2026, 3, 14),
            amount: 1,
            id,
            description,
            counterparty,
            reference,
            check_number,
            kind,
            ..NewItem::default()
        }
    }

    #[test]
    fn texts_come_back() {
        let mut texts = Texts::default();
        let long = "x".repeat(70_000);
        texts.push(&item(["", &long, "", "", "", "FEE"])).unwrap();
        texts.push(&item(["", "", "", "", "", "ä"])).unwrap();
        assert_eq!(texts.get(0, Field::Description), long);
        assert_eq!(texts.get(0, Field::Kind), "FEE");
        assert_eq!(texts.get(1, Field::Kind), "ä");
        assert_eq!(texts.get(7, Field::Kind), "");
    }

    #[test]
    fn what_was_said_before_takes_a_few_bytes() {
        let mut texts = Texts::default();
        let text = [
            "1",
            "Invoice INV-2026-071 of Globex Nederland B.V.",
            "Globex Nederland B.V.",
            "INV-2026-071",
            "",
            "NTRF 166",
        ];
        texts.push(&item(text)).unwrap();
        let once = texts.arena.len();
        assert!(once < 70, "{once}");
        texts.push(&item(text)).unwrap();
        assert!(texts.arena.len() - once < 16);
        for (index, field) in (0..2).flat_map(|index| NAMED.map(|field| (index, field))) {
            let expected = NAMED.iter().zip(text).find(|(of, _)| **of == field).unwrap().1;
            assert_eq!(texts.get(index, field), expected);
        }
    }

    proptest! {
        #[test]
        fn any_texts_come_back(items in proptest::collection::vec(proptest::array::uniform6("[ab ]{0,3}(abcdä){0,2}[a-c]{0,2}"), 0..40)) {
            let mut texts = Texts::default();
            for new in &items {
                texts.push(&item(new.each_ref().map(String::as_str))).unwrap();
            }
            for (index, new) in (0..).zip(&items) {
                for (field, text) in NAMED.iter().zip(new) {
                    prop_assert_eq!(texts.get(index, *field), text);
                }
            }
        }
    }
}
