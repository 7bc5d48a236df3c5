//! Code page 852 (DOS, Central Europe), which the web's table of charsets does not have: older Hungarian, Czech and Polish
//! bank programs still write it.

use crate::code_page;

/// Characters of the bytes 0x80 to 0xFF.
const UPPER_HALF: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆ\
    ÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»\
    ░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤\
    đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\
    \u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}\
";

/// The text of bytes in this code page; it has a character for each.
pub(crate) fn decode(bytes: &[u8]) -> String {
    code_page::decode(bytes, UPPER_HALF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character() {
        assert_eq!(UPPER_HALF.chars().count(), 128);
        assert_eq!(
            decode(b"Csoportos \xA0tutal\xA0s j\xA2v\xA0\xA1r\xA0sa"),
            "Csoportos átutalás jóváírása"
        );
        assert_eq!(decode(b"P\xFD\xA1li\xA7 \xA7lu\x9Cou\x9Fk\xEC"), "Příliž žluťoučký");
        assert_eq!(decode(b"\x80\xFF\xF0"), "Ç\u{A0}\u{AD}");
    }
}
