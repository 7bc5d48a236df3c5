//! Charsets of old programs in files of columns, told by their letters: nothing else says them.

use crate::read::Emitter;
use std::io::{self, Read};
use tieout_core::encoding::{Decoder, Opened};
use tieout_core::problem::{Code, Place, Problem};
use tieout_tables::sense_of;

/// Letters of Spanish, Catalan, Basque and Galician.
pub(crate) const SPANISH: &str = "áéíóúüñçàèòïÁÉÍÓÚÜÑÇÀÈÒÏ";
/// Letters of Portuguese.
pub(crate) const PORTUGUESE: &str = "áéíóúâêôãõàçüÁÉÍÓÚÂÊÔÃÕÀÇÜ";

/// The characters from 0x80 on of code page 860, as far as letters go. All but the sign of the peseta are in Windows-1252.
const CP860: &str = "ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù?ÓáíóúñÑªº¿Ò¬½¼¡«»";

/// By how much the letters of a page must make more sense: one word may do so by chance.
const MARGIN: i64 = 1;

/// A charset of DOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// That of Western Europe; its letters are those of 437 where that has them.
    Cp850,
    /// That of Portugal, and of Brazil in some programs.
    Cp860,
}

impl Page {
    /// The page whose letters make more words of a file's beginning than those of Windows-1252 do, if one does.
    pub(crate) fn of(head: &[u8], letters: &str) -> Option<Self> {
        let is_utf8 = match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(flaw) => flaw.error_len().is_none(),
        };
        if is_utf8 {
            return None;
        }
        // Signs of Windows-1252 that are letters of DOS: quotes, dashes, the dot of Catalan, hard blanks. They tell nothing.
        let is_sign = |byte: &u8| matches!(byte, 0x91..=0x97 | 0xA0 | 0xB7);
        let head: Vec<u8> = head
            .iter()
            .map(|byte| if is_sign(byte) { b' ' } else { *byte })
            .collect();
        let mut letters_seen: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii()).collect();
        letters_seen.sort_unstable();
        letters_seen.dedup();
        let decoded = |name: &str| {
            let mut decoder = Decoder::default();
            decoder.declare(name);
            let words = head.split(u8::is_ascii_whitespace);
            words.map(|word| sense_of(&decoder.decode(word), letters)).sum::<i64>()
        };
        let usual = decoded("windows-1252").max(0);
        let portuguese: String = head.iter().map(|byte| of_860(*byte)).map(char::from).collect();
        let portuguese = portuguese.split_ascii_whitespace();
        let pages = [
            (decoded("cp850"), Self::Cp850),
            (portuguese.map(|word| sense_of(word, letters)).sum::<i64>(), Self::Cp860),
        ];
        // Of equals the first, which is the usual one.
        let best = pages.into_iter().rev().max_by_key(|(sense, _)| *sense)?;
        (letters_seen.len() > 1 && best.0 > usual + MARGIN).then_some(best.1)
    }

    /// A decoder of the page, which gives what a file holds from here on.
    pub(crate) fn decoder(page: Option<Self>, opened: &mut Opened<'_>) -> Decoder {
        let mut decoder = Decoder::default();
        match page {
            Some(Self::Cp850) => {
                decoder.declare("cp850");
            }
            Some(Self::Cp860) => {
                let inner = std::mem::replace(&mut opened.reader, Box::new(io::empty()));
                opened.reader = Box::new(Of860 { inner });
            }
            None => {}
        }
        decoder
    }

    /// Says the charset that was found, and that it was told by its letters.
    pub(crate) fn tell(page: Option<Self>, marked: Option<&'static str>, decoder: &Decoder, out: &mut Emitter<'_>) {
        let Some(page) = page else {
            return out.encoding(marked, decoder);
        };
        out.problem(page.told());
        out.encoding_named(page.name().to_owned(), decoder.undecodable());
    }

    /// The charset's name.
    fn name(self) -> &'static str {
        match self {
            Self::Cp850 => "ibm850",
            Self::Cp860 => "ibm860",
        }
    }

    /// What is said of it.
    fn told(self) -> Problem {
        let number = self.name().trim_start_matches("ibm");
        let message = format!(
            "nothing says which charset the texts are in; by their letters they were read in the DOS code page {number}"
        );
        Problem::new(Code::CharsetMismatch, Place::default(), message)
    }
}

/// The byte of Windows-1252 for one of code page 860; what it has not is a question mark.
fn of_860(byte: u8) -> u8 {
    let Some(place) = byte.checked_sub(0x80) else {
        return byte;
    };
    let character = CP860.chars().nth(usize::from(place)).unwrap_or('?');
    u8::try_from(u32::from(character)).unwrap_or(b'?')
}

/// A reader of code page 860 that gives Windows-1252: as many bytes, so that columns stay where they are.
struct Of860<'a> {
    inner: Box<dyn Read + 'a>,
}

impl Read for Of860<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in buffer.iter_mut().take(count).filter(|byte| !byte.is_ascii()) {
            *byte = of_860(*byte);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_the_page() {
        for (head, letters, page) in [
            (
                b"RECIBO COMPA\xA5IA DE TEL\x90FONOS".as_slice(),
                SPANISH,
                Some(Page::Cp850),
            ),
            (
                b"compa\xA4\xA1a, transfer\x82ncia, n\xA2mina",
                SPANISH,
                Some(Page::Cp850),
            ),
            (b"COMPA\xD1IA, n\xF3mina, espa\xF1a", SPANISH, None),
            ("COMPAÑIA, nómina".as_bytes(), SPANISH, None),
            (
                b"TRANSFER\xD2NCIA, COBRAN\x80A, cart\xC6o",
                PORTUGUESE,
                Some(Page::Cp850),
            ),
            (
                b"TRANSFER\x89NCIA, COBRAN\x80A, cart\x84o, S\x8EO PAULO",
                PORTUGUESE,
                Some(Page::Cp860),
            ),
            (b"TRANSFER\xCANCIA, COBRAN\xC7A, cart\xE3o", PORTUGUESE, None),
            (b"PLAIN", PORTUGUESE, None),
            (b"COL\xB7LEGI SANT JORDI", SPANISH, None),
            (b"L\x92HOSPITALET", SPANISH, None),
            (b"Recibo\xA0luz\xA0enero", SPANISH, None),
            (b"\x93ANTONIO\x94 \x96 VERA", PORTUGUESE, None),
        ] {
            assert_eq!(Page::of(head, letters), page, "{head:?}");
        }
    }
}
