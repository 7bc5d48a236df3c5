//! From physical lines to fields: which lines begin a tag, end a message, frame it, or go on.
//!
//! Only tags that a statement can hold begin a field: text in `:86:` contains colons too, even `:12:11` at the start of
//! a line.

/// A field of a statement message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// `:20:` reference; begins a statement.
    Reference,
    /// `:21:` related reference.
    Related,
    /// `:25:`, `:25P:` account.
    Account,
    /// `:28:`, `:28C:` statement and page number.
    Number,
    /// `:60F:`, `:60M:` opening balance.
    Opening(Page),
    /// `:61:` statement line.
    Movement,
    /// `:62F:`, `:62M:` closing balance.
    Closing(Page),
    /// `:64:` available balance.
    Available,
    /// `:65:` forward available balance.
    Forward,
    /// `:13:`, `:13D:` time of an interim report.
    Time,
    /// `:34F:` floor limit of an interim report.
    Floor,
    /// `:86:` information, for the line before it or for the statement.
    Details,
    /// `:90C:` number and sum of credits.
    Credits,
    /// `:90D:` number and sum of debits.
    Debits,
    /// `:NS:` fields outside the standard, in numbered subfields.
    NonSwift,
    /// A tag of another kind of message (`:32A:`, `:50K:`).
    Foreign,
}

/// Whether a balance is the statement's, or only a page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// `F`: first opening, final closing.
    Final,
    /// `M`: intermediate.
    Intermediate,
}

/// What one physical line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A tag and the first line of its value.
    Field(Tag, &'a [u8]),
    /// A line that belongs to the field before it.
    Text(&'a [u8]),
    /// Nothing but blanks.
    Blank,
    /// A colon alone: the tag was broken after it, its rest is on the next line.
    BrokenTag,
    /// The end of a message; what follows on the same line.
    End(&'a [u8]),
    /// A block header (`{1:`, `{2:`, `{4:` ...).
    Block(&'a [u8]),
}

/// Whether a line begins nothing, and so goes on with the text before it, as most lines do. Not all such lines are
/// told here.
#[allow(clippy::needless_bitwise_bool)] // nothing branches on what a line begins with, which nobody could foresee
#[inline]
pub(super) fn goes_on(line: &[u8]) -> bool {
    let [first, second, ..] = line else {
        return false;
    };
    let is_text = |byte: u8| (byte > b' ') & (byte != b':') & (byte != b'-') & (byte != b'{');
    // `61` may be a tag without its colon, `;6` one whose colon was damaged.
    let may_be_tag = ((*first == b'6') & (*second == b'1')) | ((*first == b';') & (*second == b'6'));
    (is_text(*first) | ((*first == b' ') & is_text(*second))) & !may_be_tag & ends_printed(line)
}

/// Whether there is no control character to be dropped.
#[inline]
fn ends_printed(line: &[u8]) -> bool {
    line.last().is_some_and(|last| *last >= b' ')
}

/// The two tags of each movement. Not all lines with them are told here.
#[inline]
pub(super) fn of_movement(line: &[u8]) -> Option<(Tag, &[u8])> {
    let (tag, value) = line.split_first_chunk::<4>()?;
    let tag = match tag {
        b":61:" => Tag::Movement,
        b":86:" => Tag::Details,
        _ => return None,
    };
    ends_printed(value).then_some((tag, value))
}

/// Classifies a line. Trailing control characters (padding, Ctrl-Z, ETX) are dropped.
#[inline]
pub(super) fn piece(line: &[u8]) -> Piece<'_> {
    match line {
        _ if goes_on(line) => Piece::Text(line),
        _ => marked_piece(without_controls(line)),
    }
}

fn marked_piece(line: &[u8]) -> Piece<'_> {
    match line {
        [b':', ..] => colon_piece(line),
        [b'-', rest @ ..] => dash_piece(line, rest),
        [b'{', digit, b':', ..] if digit.is_ascii_digit() => Piece::Block(line),
        [b' ' | b'\t', ..] => match line.trim_ascii_start() {
            [] => Piece::Blank,
            // Indented tags are common where somebody edited the file.
            indented @ [b':', ..] => match colon_piece(indented) {
                field @ Piece::Field(..) => field,
                _ => Piece::Text(line),
            },
            _ => Piece::Text(line),
        },
        [] => Piece::Blank,
        _ => Piece::Text(line),
    }
}

/// Reads `code:value`, the rest of a tag after its colon.
pub(super) fn field_after_colon(rest: &[u8]) -> Option<(Tag, &[u8])> {
    match rest {
        [a, b, b':', value @ ..] => Some((plain_tag(*a, *b)?, value)),
        [a, b, letter, b':', value @ ..] => Some((lettered_tag(*a, *b, *letter)?, value)),
        _ => None,
    }
}

fn colon_piece(line: &[u8]) -> Piece<'_> {
    let rest = line.get(1..).unwrap_or_default();
    match field_after_colon(rest) {
        Some((tag, value)) => Piece::Field(tag, value),
        None if rest.trim_ascii().is_empty() => Piece::BrokenTag,
        None => Piece::Text(line),
    }
}

/// Only a dash alone ends a message, or one with the closing brace: text begins with dashes as well.
fn dash_piece<'a>(line: &'a [u8], rest: &'a [u8]) -> Piece<'a> {
    match rest {
        [b'}', after @ ..] => Piece::End(after),
        // The brace of German and Swedish 7-bit code pages is a letter with diaeresis or ring, in any charset.
        [0xC3, 0xA5 | 0xBC] | [0xE5 | 0xFC | 0x86 | 0x81] => Piece::End(&[]),
        _ if rest.trim_ascii().is_empty() => Piece::End(&[]),
        _ => Piece::Text(line),
    }
}

fn plain_tag(a: u8, b: u8) -> Option<Tag> {
    Some(match [a, b] {
        [b'6', b'1'] => Tag::Movement,
        [b'8', b'6'] => Tag::Details,
        [b'2', b'0'] => Tag::Reference,
        [b'2', b'1'] => Tag::Related,
        [b'2', b'5'] => Tag::Account,
        [b'2', b'8'] => Tag::Number,
        [b'6', b'0'] => Tag::Opening(Page::Final),
        [b'6', b'2'] => Tag::Closing(Page::Final),
        [b'6', b'4'] => Tag::Available,
        [b'6', b'5'] => Tag::Forward,
        [b'1', b'3'] => Tag::Time,
        [b'N', b'S'] => Tag::NonSwift,
        _ => return None,
    })
}

fn lettered_tag(a: u8, b: u8, letter: u8) -> Option<Tag> {
    Some(match [a, b, letter] {
        [b'6', b'0', b'F'] => Tag::Opening(Page::Final),
        [b'6', b'0', b'M'] => Tag::Opening(Page::Intermediate),
        [b'6', b'2', b'F'] => Tag::Closing(Page::Final),
        [b'6', b'2', b'M'] => Tag::Closing(Page::Intermediate),
        [b'2', b'5', b'P'] => Tag::Account,
        [b'2', b'8', b'C'] => Tag::Number,
        [b'1', b'3', b'D'] => Tag::Time,
        [b'3', b'4', b'F'] => Tag::Floor,
        [b'9', b'0', b'C'] => Tag::Credits,
        [b'9', b'0', b'D'] => Tag::Debits,
        // Some writers put a blank behind the number.
        [_, _, b' '] => return plain_tag(a, b),
        [_, _, b'A'..=b'Z'] if a.is_ascii_digit() && b.is_ascii_digit() => Tag::Foreign,
        _ => return None,
    })
}

fn without_controls(line: &[u8]) -> &[u8] {
    match line.last() {
        Some(last) if *last < b' ' && *last != b'\t' => {
            let end = line
                .iter()
                .rposition(|b| *b >= b' ' || *b == b'\t')
                .map_or(0, |at| at + 1);
            line.get(..end).unwrap_or_default()
        }
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let table: &[(&[u8], Piece<'_>)] = &[
            (b":20:REF", Piece::Field(Tag::Reference, b"REF")),
            (b"  :20:REF", Piece::Field(Tag::Reference, b"REF")),
            (b":25P:ACC", Piece::Field(Tag::Account, b"ACC")),
            (b":60M:C", Piece::Field(Tag::Opening(Page::Intermediate), b"C")),
            (b":86:", Piece::Field(Tag::Details, b"")),
            (b":86 :text", Piece::Field(Tag::Details, b"text")),
            (b":NS:01Street", Piece::Field(Tag::NonSwift, b"01Street")),
            (b":23E:X", Piece::Field(Tag::Foreign, b"X")),
            (b":12:11", Piece::Text(b":12:11")),
            (b":08 Karten?25nr.", Piece::Text(b":08 Karten?25nr.")),
            (b":FOO:bar", Piece::Text(b":FOO:bar")),
            (b"  :26:37 Fo", Piece::Text(b"  :26:37 Fo")),
            (b":", Piece::BrokenTag),
            (b"", Piece::Blank),
            (b" \t ", Piece::Blank),
            (b"\x1A", Piece::Blank),
            (b"-", Piece::End(b"")),
            (b"- ", Piece::End(b"")),
            (b"-\x03", Piece::End(b"")),
            (b"-}", Piece::End(b"")),
            (b"-}{5:{CHK:1}}", Piece::End(b"{5:{CHK:1}}")),
            ("-å".as_bytes(), Piece::End(b"")),
            (b"-XXX", Piece::Text(b"-XXX")),
            (b"-ID:?27DE21", Piece::Text(b"-ID:?27DE21")),
            (b"{1:F01BANK}", Piece::Block(b"{1:F01BANK}")),
            (b"{text}", Piece::Text(b"{text}")),
            (b"text\0\0", Piece::Text(b"text")),
        ];
        for (line, expected) in table {
            assert_eq!(piece(line), *expected, "{}", String::from_utf8_lossy(line));
        }
    }
}
