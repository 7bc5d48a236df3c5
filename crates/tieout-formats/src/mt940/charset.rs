//! Which single-byte charset a file is probably in: the messages do not say.

use tieout_core::encoding::Decoder;

/// Currencies of countries whose banks write Windows-1250 or code page 852.
const CENTRAL_EUROPE: [&[u8]; 8] = [b"CZK", b"HRK", b"HUF", b"PLN", b"RON", b"RSD", b"SIT", b"SKK"];

/// The letters with accents of their languages.
const LETTERS: &str = "áéíóúýäëöüőűčďěňřšťůžąćęłńśźżâăîÁÉÍÓÚÝÄËÖÜŐŰČĎĚŇŘŠŤŮŽĄĆĘŁŃŚŹŻÂĂÎ";

/// A decoder for what is not UTF-8: where the first balance is in a currency of Central Europe, Windows-1250 or code
/// page 852, whichever makes more letters of these languages out of the file's beginning; else Windows-1252.
pub(super) fn decoder(head: &[u8]) -> Decoder {
    let mut decoder = Decoder::default();
    if is_central_european(head) {
        let upper: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii()).collect();
        let dos = letters(&upper, "cp852") > letters(&upper, "windows-1250");
        decoder.declare(if dos { "cp852" } else { "windows-1250" });
    }
    decoder
}

fn is_central_european(head: &[u8]) -> bool {
    let balance = memchr::memmem::find(head, b":60").or_else(|| memchr::memmem::find(head, b":34F:"));
    let line = balance
        .and_then(|at| head.get(at..))
        .and_then(|rest| rest.split(|byte| *byte < b' ').next());
    line.is_some_and(|line| {
        CENTRAL_EUROPE
            .iter()
            .any(|code| memchr::memmem::find(line, code).is_some())
    })
}

fn letters(upper: &[u8], charset: &str) -> usize {
    let mut decoder = Decoder::default();
    decoder.declare(charset);
    // One by one: together they might look like UTF-8.
    upper
        .iter()
        .filter(|byte| LETTERS.contains(decoder.decode(std::slice::from_ref(byte)).as_ref()))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currency_and_letters_tell_the_charset() {
        for (head, bytes, expected) in [
            (
                b":20:X\r\n:60F:C171011HUF627311,30\r\n".as_slice(),
                b"\xF5".as_slice(),
                "ő",
            ),
            (b":20:X\r\n:34F:PLN0,\r\n", b"\xB9", "ą"),
            (
                b":20:X\r\n:60F:C171011HUF1,\r\nIllet\xE9k j\xF3v\xE1\xEDr\xE1s",
                b"\xE1",
                "á",
            ),
            (
                b":20:X\r\n:60F:C171011HUF1,\r\n\xA0tutal\xA0s, jutal\x82k",
                b"\xA0\x82",
                "áé",
            ),
            (b":20:X\r\n:60F:C171011EUR627311,30\r\n:86:HUF", b"\xF5", "õ"),
            (b"", b"\xF5", "õ"),
        ] {
            assert_eq!(decoder(head).decode(bytes), expected);
        }
    }
}
