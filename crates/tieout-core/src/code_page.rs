//! Code pages of DOS: ASCII, and a table of their own for the upper half.

/// The text of bytes whose upper half has these characters, 128 of them.
pub(crate) fn decode(bytes: &[u8], upper_half: &str) -> String {
    let upper: Vec<char> = upper_half.chars().collect();
    bytes
        .iter()
        .map(|byte| match usize::from(*byte).checked_sub(0x80) {
            Some(at) => upper.get(at).copied().unwrap_or('\u{FFFD}'),
            None => char::from(*byte),
        })
        .collect()
}
