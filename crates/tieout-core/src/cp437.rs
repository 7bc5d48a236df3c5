//! Code page 437 (DOS), which the web's table of charsets does not have: Swedish ledger files (SIE) are written in it to this
//! day.

use crate::code_page;

/// Characters of the bytes 0x80 to 0xFF.
const UPPER_HALF: &str = "\
    ÇüéâäàåçêëèïîìÄÅ\
    ÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩\
    ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}\
";

/// The text of bytes in this code page; it has a character for each.
pub(crate) fn decode(bytes: &[u8]) -> String {
    code_page::decode(bytes, UPPER_HALF)
}

/// The bytes of a text in this code page; `?` for what it does not have.
pub fn encode(text: &str) -> Vec<u8> {
    let byte = |c: char| {
        let upper = UPPER_HALF.chars().zip(0x80_u8..=0xFF).find(|(known, _)| *known == c);
        u8::try_from(c)
            .ok()
            .filter(u8::is_ascii)
            .or(upper.map(|(_, byte)| byte))
            .unwrap_or(b'?')
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character() {
        assert_eq!(UPPER_HALF.chars().count(), 128);
        assert_eq!(
            decode(b"F\x94retagskonto \x8Fkeri \x84rlig"),
            "Företagskonto Åkeri ärlig"
        );
    }

    #[test]
    fn texts_come_back() {
        assert_eq!(decode(&encode("Räksmörgås Ångström é")), "Räksmörgås Ångström é");
        assert_eq!(encode("€1"), b"?1");
    }
}
