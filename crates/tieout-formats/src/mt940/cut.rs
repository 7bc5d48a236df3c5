//! Cutting text at ASCII bytes. The standard library's searches are made for long texts and any pattern; the pieces of a
//! statement are short and there are dozens in each line.

/// The text before and after the first `byte`, which is ASCII.
pub(super) fn at(text: &str, byte: u8) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(memchr::memchr(byte, text.as_bytes())?)?;
    Some((before, rest.get(1..)?))
}

/// The text before and after the first two bytes in a row that both are `byte`, which is ASCII.
pub(super) fn at_double(text: &str, byte: u8) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let start = memchr::memchr_iter(byte, bytes).find(|start| bytes.get(start + 1) == Some(&byte))?;
    let (before, rest) = text.split_at_checked(start)?;
    Some((before, rest.get(2..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_first_place() {
        assert_eq!(at("a/b/c", b'/'), Some(("a", "b/c")));
        assert_eq!(at("ä/", b'/'), Some(("ä", "")));
        assert_eq!(at("abc", b'/'), None);
        assert_eq!(at_double("a/b//c///", b'/'), Some(("a/b", "c///")));
        assert_eq!(at_double("//", b'/'), Some(("", "")));
        assert_eq!(at_double("a/b/", b'/'), None);
    }
}
