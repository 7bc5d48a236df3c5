//! How streams are packed. What does not unpack whole is damaged; of it what comes before the damage is kept.

use super::objects::{Lexer, Object};
use flate2::{Decompress, FlushDecompress, Status};

/// What a stream unpacked to.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// Nothing of it is missing or changed, as far as its packing tells.
    pub(super) is_whole: bool,
}

impl Unpacked {
    /// Nothing, of a stream that cannot be read.
    pub(super) fn lost() -> Self {
        Self {
            bytes: Vec::new(),
            is_whole: false,
        }
    }
}

/// Unpacks so many bytes at most. More, or a way of packing that is not read, counts as damage.
pub(super) fn unpack(filter: &str, content: &[u8], most: u64) -> Unpacked {
    match filter {
        "FlateDecode" | "Fl" => flate(content, most),
        "ASCII85Decode" | "A85" => ascii85(content),
        "ASCIIHexDecode" | "AHx" => hexadecimal(content),
        "Crypt" => Unpacked {
            bytes: content.to_vec(),
            is_whole: true,
        },
        _ => Unpacked::lost(),
    }
}

/// It is counted before anything is held.
fn flate(content: &[u8], most: u64) -> Unpacked {
    let mut length = 0_usize;
    let (_, is_whole) = inflate(content, most, &mut |bytes| length = length.saturating_add(bytes.len()));
    let mut unpacked = Vec::with_capacity(length);
    inflate(content, most, &mut |bytes| unpacked.extend_from_slice(bytes));
    Unpacked {
        bytes: unpacked,
        is_whole,
    }
}

/// Gives what unpacks, piece by piece. Whether it came to its end, whose checksum is right.
fn inflate(content: &[u8], most: u64, give: &mut dyn FnMut(&[u8])) -> (u64, bool) {
    let mut state = Decompress::new(true);
    let mut room = [0; 16 * 1024];
    loop {
        let (read, written) = (state.total_in(), state.total_out());
        let rest = usize::try_from(read).ok().and_then(|read| content.get(read..));
        let status = state.decompress(rest.unwrap_or_default(), &mut room, FlushDecompress::None);
        let count = usize::try_from(state.total_out() - written).unwrap_or(0);
        let left = usize::try_from(most.saturating_sub(written)).unwrap_or(usize::MAX);
        give(room.get(..count.min(left)).unwrap_or_default());
        let is_over = state.total_out() > most;
        let is_stuck = state.total_in() == read && count == 0;
        match status {
            Ok(Status::StreamEnd) => return (state.total_out(), !is_over),
            Ok(_) if !is_over && !is_stuck => {}
            _ => return (state.total_out(), false),
        }
    }
}

/// Two digits for a byte.
fn hexadecimal(content: &[u8]) -> Unpacked {
    let content = content.split(|byte| *byte == b'>').next().unwrap_or_default();
    let is_whole = content
        .iter()
        .all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    match Lexer::new(&[b"<", content, b">"].concat(), 0).next() {
        Some(Object::Text(bytes)) => Unpacked { bytes, is_whole },
        _ => Unpacked::lost(),
    }
}

/// Five characters for four bytes.
fn ascii85(content: &[u8]) -> Unpacked {
    let mut bytes = Vec::new();
    let mut group: Vec<u64> = Vec::new();
    let mut is_whole = true;
    let flush = |group: &mut Vec<u64>, bytes: &mut Vec<u8>| {
        let count = group.len();
        group.resize(5, 84);
        let number = group.iter().fold(0, |number, digit| number * 85 + *digit);
        let eight = number.to_be_bytes();
        let (high, low) = eight.split_at(4);
        bytes.extend(low.iter().take(count.saturating_sub(1)));
        group.clear();
        count != 1 && high.iter().all(|byte| *byte == 0)
    };
    for byte in content {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(u64::from(byte - b'!')),
            byte => is_whole &= byte.is_ascii_whitespace() || *byte == 0,
        }
        if group.len() == 5 {
            is_whole &= flush(&mut group, &mut bytes);
        }
    }
    if !group.is_empty() {
        is_whole &= flush(&mut group, &mut bytes);
    }
    Unpacked { bytes, is_whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write as _;

    #[test]
    fn a_wrong_checksum_a_missing_end_and_strange_characters_are_damage() {
        let text = b"one two three one two three";
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text).unwrap();
        let packed = packed.finish().unwrap();
        let whole = unpack("FlateDecode", &packed, 1_000);
        assert_eq!((whole.bytes.as_slice(), whole.is_whole), (&text[..], true));
        let mut changed = packed.clone();
        *changed.last_mut().unwrap() ^= 1;
        let (cut, half) = (&packed[..packed.len() - 1], &packed[..packed.len() / 2]);
        for damaged in [&changed[..], cut, half, b""] {
            assert!(!unpack("Fl", damaged, 1_000).is_whole);
        }
        let short = unpack("Fl", &packed, 7);
        assert_eq!((short.bytes.as_slice(), short.is_whole), (&text[..7], false));
        for (filter, content, is_whole) in [
            ("A85", &b"87cURD]i,\"Ebo80~>"[..], true),
            ("A85", b"87cURD]i,\x01Ebo80~>", false),
            ("A85", b"uuuuu~>", false),
            ("AHx", b"48 65 6C>", true),
            ("AHx", b"48 6q 6C>", false),
            ("LZWDecode", b"", false),
        ] {
            assert_eq!(
                unpack(filter, content, 1_000).is_whole,
                is_whole,
                "{filter} {content:?}"
            );
        }
    }
}
