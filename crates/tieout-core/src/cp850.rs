//! Code page 850 (DOS, Western Europe), which the web's table of charsets does not have: old programs still write tables
//! in it.

use crate::code_page;

/// Characters of the bytes 0x80 to 0xFF.
const UPPER_HALF: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»\
    ░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
    ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
    \u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}\
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
            decode(b"\x9Aberweisung M\x81ller, Gr\x94\xE1e"),
            "Überweisung Müller, Größe"
        );
        assert_eq!(decode(b"D\x82p\x93t \x85 Orl\x82ans"), "Dépôt à Orléans");
        assert_eq!(decode(b"\x80\xFF\xF0"), "Ç\u{A0}\u{AD}");
    }
}
