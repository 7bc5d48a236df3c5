//! Which single-byte charset a file is probably in: the messages do not say.

use tieout_core::encoding::Decoder;

/// Currencies of countries whose banks write Windows-1250 or code page 852.
const CENTRAL_EUROPE: [&[u8]; 8] = [b"CZK", b"HRK", b"HUF", b"PLN", b"RON", b"RSD", b"SIT", b"SKK"];

/// The letters with accents of their languages.
const LETTERS: &str = "áéíóúýäëöüőűčďěňřšťůžąćęłńśźżâăîÁÉÍÓÚÝÄËÖÜŐŰČĎĚŇŘŠŤŮŽĄĆĘŁŃŚŹŻÂĂÎ";

/// A decoder for what is not UTF-8 in files of Central Europe: Windows-1250 or code page 852, whichever makes more letters of
/// these languages out of the bytes outside of ASCII.
pub(super) fn decoder(upper: &[u8]) -> Decoder {
    let mut decoder = Decoder::default();
    let dos = letters(upper, "cp852") > letters(upper, "windows-1250");
    decoder.declare(if dos { "cp852" } else { "windows-1250" });
    decoder
}

/// Whether the first balance is in a currency of Central Europe; all else is Windows-1252.
pub(super) fn is_central_european(head: &[u8]) -> bool {
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
    fn letters_tell_the_charset() {
        for (upper, bytes, expected) in [
            (b"".as_slice(), b"\xF5".as_slice(), "ő"),
            (b"", b"\xB9", "ą"),
            (b"\xE9\xF3\xE1\xED\xE1", b"\xE1", "á"),
            (b"\xA0\xA0\x82", b"\xA0\x82", "áé"),
        ] {
            assert_eq!(decoder(upper).decode(bytes), expected);
        }
    }

    #[test]
    fn the_currency_of_the_first_balance_tells_where_the_bank_is() {
        for (head, is_central) in [
            (b":20:X\r\n:60F:C171011HUF627311,30\r\n".as_slice(), true),
            (b":20:X\r\n:34F:PLN0,\r\n", true),
            (b":20:X\r\n:60F:C171011EUR627311,30\r\n:86:HUF", false),
            (b"", false),
        ] {
            assert_eq!(is_central_european(head), is_central);
        }
    }
}
