//! What a `<` begins: a tag, a comment, a declaration - or nothing, so that it is text.

use super::element::Element;
use memchr::memchr;
use std::ops::Range;

/// The longest tag, from `<` to `>`; what is longer is text.
pub(super) const MAX_TAG_BYTES: usize = 1024;

/// How many different tags are remembered.
const MAX_KNOWN: usize = 128;

/// A tag, in offsets from its `<`. Eight bytes, as it is handed around for every tag of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) element: Element,
    pub(super) closing: bool,
    /// It closes itself: `<MEMO/>`.
    pub(super) empty: bool,
    /// Its place among the [`KnownTags`]; 0 if it has none.
    known: u8,
    name: (u8, u8),
    length: u16,
}

/// What a `<` in a text begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Markup {
    Tag(Shape),
    Comment,
    Cdata,
    Instruction,
    Declaration,
}

impl Shape {
    /// From `<` to `>`, both included.
    pub(super) fn length(self) -> usize {
        usize::from(self.length)
    }

    /// The name without namespace prefix.
    pub(super) fn name(self) -> Range<usize> {
        usize::from(self.name.0)..usize::from(self.name.1)
    }

    /// The tag whose name, or prefix, begins at `begin`; `None` if it is no tag.
    fn read(bytes: &[u8], begin: usize) -> Option<Self> {
        let bytes = bytes.get(..MAX_TAG_BYTES).unwrap_or(bytes);
        let name_end = |from: usize| {
            let name = bytes.get(from..)?;
            let letter = name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
            Some(from + name.iter().position(|b| !in_name(b)).filter(|_| letter)?)
        };
        let (mut name, mut end) = (begin, name_end(begin)?);
        if bytes.get(end) == Some(&b':') {
            (name, end) = (end + 1, name_end(end + 1)?);
        }
        let (empty, length) = match bytes.get(end..)? {
            [b'>', ..] => (false, end + 1),
            [b'/', b'>', ..] => (true, end + 2),
            [byte, ..] if *byte <= b' ' => {
                let length = end + memchr(b'>', bytes.get(end..)?)? + 1;
                let attributes = bytes.get(end..length - 1)?.trim_ascii();
                let empty = attributes.ends_with(b"/");
                let attributes = attributes.strip_suffix(b"/").unwrap_or(attributes);
                if attributes.contains(&b'<') || !(attributes.is_empty() || attributes.contains(&b'=')) {
                    return None;
                }
                (empty, length)
            }
            _ => return None,
        };
        Some(Self {
            element: Element::of(bytes.get(name..end)?),
            closing: begin == 2,
            empty,
            known: 0,
            name: (u8::try_from(name).ok()?, u8::try_from(end).ok()?),
            length: u16::try_from(length).ok()?,
        })
    }
}

impl Markup {
    /// What begins at the first byte, a `<`; `None` if that is text.
    pub(super) fn at(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'<', b'!', b'-', b'-', ..] => Some(Self::Comment),
            [b'<', b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => Some(Self::Cdata),
            [b'<', b'!', b'D' | b'd', b'O' | b'o', b'C' | b'c', ..] => Some(Self::Declaration),
            [b'<', b'?', letter, ..] if letter.is_ascii_alphabetic() => Some(Self::Instruction),
            [b'<', b'/', ..] => Shape::read(bytes, 2).map(Self::Tag),
            [b'<', ..] => Shape::read(bytes, 1).map(Self::Tag),
            _ => None,
        }
    }
}

/// The tags met so far, and which one followed which.
///
/// A bank writes the elements of every line in the same order. So the tag that followed this one last time is compared
/// first, all of it at once; reading tags letter by letter takes three times as long.
#[derive(Debug)]
pub(super) struct KnownTags {
    tags: Vec<KnownTag>,
}

/// A tag of at most 16 bytes.
#[derive(Debug, Clone, Copy)]
struct KnownTag {
    tag: Pattern,
    /// Its own end tag.
    end: Pattern,
    shape: Shape,
    /// Which one followed it last.
    next: u8,
}

/// At most 16 bytes to compare at once: as a number whose lowest byte is the first, and a mask for as many.
#[derive(Debug, Clone, Copy)]
struct Pattern {
    bytes: u128,
    mask: u128,
}

impl Pattern {
    /// Equals nothing.
    const NONE: Self = Self { bytes: 1, mask: 0 };

    fn of(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; 16];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let others = u32::try_from(16 - bytes.len()).ok()?;
        Some(Self {
            bytes: u128::from_le_bytes(padded),
            mask: u128::MAX.checked_shr(8 * others).unwrap_or(0),
        })
    }

    #[inline]
    fn begins(&self, word: u128) -> bool {
        word & self.mask == self.bytes
    }
}

/// The first 16 bytes, if there are as many.
#[inline]
fn word(bytes: &[u8]) -> Option<u128> {
    bytes.first_chunk().map(|bytes| u128::from_le_bytes(*bytes))
}

impl KnownTags {
    /// None yet.
    pub(super) fn new() -> Self {
        // The first one stands for all tags that are not remembered.
        let other = KnownTag {
            tag: Pattern::NONE,
            end: Pattern::NONE,
            shape: Shape::default(),
            next: 0,
        };
        Self { tags: vec![other] }
    }

    /// The tag that begins at the first byte, after the tag `before`; `None` if it is no tag.
    #[inline]
    pub(super) fn tag_at(&mut self, bytes: &[u8], before: Shape) -> Option<Shape> {
        let guess = self.known(before).map_or(0, |before| before.next);
        match self.tags.get(usize::from(guess)) {
            Some(known) if word(bytes).is_some_and(|word| known.tag.begins(word)) => Some(known.shape),
            _ => self.look_up(bytes, before),
        }
    }

    /// How long the end tag of `tag` is, if it begins at the first byte.
    #[inline]
    pub(super) fn own_end(&self, tag: Shape, bytes: &[u8]) -> Option<usize> {
        let end = self.known(tag)?.end;
        // A slash longer than the tag.
        end.begins(word(bytes)?).then_some(tag.length() + 1)
    }

    #[inline]
    fn known(&self, tag: Shape) -> Option<&KnownTag> {
        self.tags.get(usize::from(tag.known))
    }

    #[cold]
    fn look_up(&mut self, bytes: &[u8], before: Shape) -> Option<Shape> {
        let word = word(bytes);
        let begins = |known: &&KnownTag| word.is_some_and(|word| known.tag.begins(word));
        let shape = match self.tags.iter().find(begins) {
            Some(known) => known.shape,
            None => self.remember(bytes, tag_at(bytes)?),
        };
        if let Some(before) = self.tags.get_mut(usize::from(before.known)) {
            before.next = shape.known;
        }
        Some(shape)
    }

    fn remember(&mut self, bytes: &[u8], shape: Shape) -> Shape {
        let tag = bytes.get(..shape.length()).unwrap_or_default();
        let place = u8::try_from(self.tags.len()).ok();
        let place = place.filter(|place| usize::from(*place) < MAX_KNOWN);
        let (Some(known), Some(pattern)) = (place, Pattern::of(tag)) else {
            return shape;
        };
        let shape = Shape { known, ..shape };
        let plain = !shape.closing && !shape.empty && shape.length() == shape.name().end + 1;
        let end = tag.strip_prefix(b"<").filter(|_| plain);
        let end = end.and_then(|rest| Pattern::of(&[b"</", rest].concat()));
        self.tags.push(KnownTag {
            tag: pattern,
            end: end.unwrap_or(Pattern::NONE),
            shape,
            next: 0,
        });
        shape
    }
}

fn tag_at(bytes: &[u8]) -> Option<Shape> {
    match Markup::at(bytes)? {
        Markup::Tag(shape) => Some(shape),
        _ => None,
    }
}

/// Where the first `<` is. Most texts are so short that a call of `memchr` takes longer than this.
#[inline]
pub(super) fn find_start(bytes: &[u8]) -> Option<usize> {
    const ONES: u128 = u128::MAX / 0xFF;
    if let Some(head) = bytes.first_chunk() {
        // A byte equal to `<` becomes zero; subtracting one from each borrows first at the lowest zero byte.
        let differing = u128::from_le_bytes(*head) ^ (ONES * 0x3C);
        let zeros = differing.wrapping_sub(ONES) & !differing & (ONES << 7);
        if zeros != 0 {
            return usize::try_from(zeros.trailing_zeros() / 8).ok();
        }
        return memchr(b'<', bytes.get(16..)?).map(|at| 16 + at);
    }
    memchr(b'<', bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_well_formed_tags_are_tags() {
        let shape = |text: &str| match Markup::at(text.as_bytes()) {
            Some(Markup::Tag(shape)) => Some((
                text[shape.name()].to_owned(),
                shape.closing,
                shape.empty,
                shape.length(),
            )),
            _ => None,
        };
        let tag = |name: &str, closing, empty, length| Some((name.to_owned(), closing, empty, length));
        assert_eq!(shape("<A>1"), tag("A", false, false, 3));
        assert_eq!(shape("</A >"), tag("A", true, false, 5));
        assert_eq!(shape("<o:A x=\"1\" />"), tag("A", false, true, 13));
        assert_eq!(shape("<_b-c.D/>"), tag("_b-c.D", false, true, 9));
        for text in [
            "<",
            "< A>",
            "<1>",
            "<A",
            "<A b>",
            "<a@b>",
            "<o:>",
            "<>",
            "</>",
            "<A x=1 <B>",
            "<!A>",
        ] {
            assert_eq!(shape(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_first_bracket_is_found(bytes in "[a;=<]{0,40}") {
            prop_assert_eq!(find_start(bytes.as_bytes()), bytes.find('<'));
        }

        #[test]
        fn remembering_changes_nothing(names in proptest::collection::vec("</?[ABab]{1,3}(>| />|=>|ABCDEFGHIJKLMN>)", 1..60)) {
            let mut known = KnownTags::new();
            let mut before = Shape::default();
            for name in &names {
                let bytes = format!("{name}text that follows");
                let fresh = tag_at(bytes.as_bytes());
                let found = known.tag_at(bytes.as_bytes(), before);
                prop_assert_eq!(found.map(|shape| Shape { known: 0, ..shape }), fresh);
                before = found.unwrap_or_default();
            }
        }
    }
}
