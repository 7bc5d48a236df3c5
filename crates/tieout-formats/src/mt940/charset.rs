//! Which single-byte charset a file is probably in: the messages do not say.

use tieout_core::encoding::Decoder;

/// Currencies of countries whose banks write Windows-1250.
const CENTRAL_EUROPE: [&[u8]; 8] = [
    b"CZK", b"HRK", b"HUF", b"PLN", b"RON", b"SIT", b"SKK", b"RSD",
];

/// A decoder for what is not UTF-8: Windows-1250 where the first balance is in a currency of Central Europe, else
/// Windows-1252.
pub(super) fn decoder(head: &[u8]) -> Decoder {
    let balance =
        memchr::memmem::find(head, b":60").or_else(|| memchr::memmem::find(head, b":34F:"));
    let line = balance
        .and_then(|at| head.get(at..))
        .and_then(|rest| rest.split(|b| *b < b' ').next());
    let central = line.is_some_and(|line| {
        CENTRAL_EUROPE
            .iter()
            .any(|code| memchr::memmem::find(line, code).is_some())
    });
    let mut decoder = Decoder::default();
    if central {
        decoder.declare("windows-1250");
    }
    decoder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_currency_tells_the_charset() {
        let read = |head: &[u8]| decoder(head).decode(b"\xF5").into_owned();
        assert_eq!(read(b":20:X\r\n:60F:C171011HUF627311,30\r\n"), "ő");
        assert_eq!(read(b":20:X\r\n:34F:PLN0,\r\n"), "ő");
        assert_eq!(read(b":20:X\r\n:60F:C171011EUR627311,30\r\n:86:HUF"), "õ");
        assert_eq!(read(b""), "õ");
    }
}
