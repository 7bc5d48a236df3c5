//! Charsets of old programs in files of columns, told by their letters: nothing else says them.
//!
//! All words of a file that are no UTF-8 are looked at before it is read, wherever they stand; a file without such words costs
//! a pass that only looks for them. Words that make sense only in another charset than that of the others are told.

use crate::read::Emitter;
use std::collections::HashMap;
use std::io::{self, Read};
use tieout_core::encoding::{self, Decoder, Input, Opened};
use tieout_core::problem::{Code, Place, Problem};
use tieout_tables::sense_of;

/// Letters by which charsets are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letters {
    /// Of the languages of the format.
    own: &'static str,
    /// Of the words that speak for the usual charset.
    usual: &'static str,
}

/// Letters of Spanish, Catalan, Basque and Galician. Foreign names in capitals (`HÔTEL`, `KÖLN`) look like Spanish ones of DOS;
/// nearly all letters that Spanish has in DOS are signs in the usual charset.
pub(crate) const SPANISH: Letters = Letters {
    own: "áéíóúüñçàèòïÁÉÍÓÚÜÑÇÀÈÒÏ",
    usual: WESTERN,
};
/// Letters of Portuguese, whose commonest capitals in DOS are foreign letters in the usual charset.
pub(crate) const PORTUGUESE: Letters = Letters {
    own: PORTUGUESE_LETTERS,
    usual: PORTUGUESE_LETTERS,
};
const PORTUGUESE_LETTERS: &str = "áéíóúâêôãõàçüÁÉÍÓÚÂÊÔÃÕÀÇÜ";
/// Letters of names and places of all Western Europe, which may stand in any statement.
const WESTERN: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽ";

/// The characters from 0x80 on of code page 860, as far as letters go. All but the sign of the peseta are in Windows-1252.
const CP860: &str = "ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù?ÓáíóúñÑªº¿Ò¬½¼¡«»";

/// By how much the letters of a page must make more sense: one word may do so by chance.
const MARGIN: i64 = 1;
/// Bytes of the longest word that is looked at.
const LONGEST_WORD: usize = 256;
/// Words whose sense is kept: the same ones come again and again.
const MOST_KEPT: usize = 4096;

/// A charset of DOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// That of Western Europe; its letters are those of 437 where that has them.
    Cp850,
    /// That of Portugal, and of Brazil in some programs.
    Cp860,
}

/// The charset of a file's texts, and the words that speak against it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// `None` if it is the usual one.
    page: Option<Page>,
    /// Words that make sense only in another charset.
    against: u64,
    /// The first of them, as it is read and as it may be meant.
    example: Option<(String, String)>,
}

impl Told {
    /// Looks at all words of a file.
    ///
    /// # Errors
    /// Those of the input.
    pub(crate) fn of(input: &mut dyn Input, letters: Letters) -> io::Result<Self> {
        let mut opened = encoding::open(input)?;
        if opened.marked.is_some() {
            return Ok(Self::default());
        }
        let mut words = Words::new(letters);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = opened.reader.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            words.take(buffer.get(..count).unwrap_or_default());
        }
        words.end();
        Ok(words.tell())
    }

    /// A decoder of the charset, which gives what a file holds from here on.
    pub(crate) fn decoder(&self, opened: &mut Opened<'_>) -> Decoder {
        let mut decoder = Decoder::default();
        match self.page {
            Some(Page::Cp850) => {
                decoder.declare("cp850");
            }
            Some(Page::Cp860) => {
                let inner = std::mem::replace(&mut opened.reader, Box::new(io::empty()));
                opened.reader = Box::new(Of860 { inner });
            }
            None => {}
        }
        decoder
    }

    /// Says the charset, that it was told by its letters if it was, and which words are in another one.
    pub(crate) fn say(&self, marked: Option<&'static str>, decoder: &Decoder, out: &mut Emitter<'_>) {
        if let Some(page) = self.page {
            let number = page.name().trim_start_matches("ibm");
            let message = format!(
                "nothing says which charset the texts are in; by their letters they were read in the DOS code page {number}"
            );
            out.problem(Problem::new(Code::CharsetMismatch, Place::default(), message));
        }
        if let Some((read, meant)) = &self.example {
            let usual = if self.page.is_some() { "that" } else { "Windows-1252" };
            let words = if self.against == 1 {
                "1 word makes".to_owned()
            } else {
                format!("{} words make", self.against)
            };
            let message = format!(
                "{words} sense only in another charset than {usual}, for instance {read:?}, which may be {meant:?}; they stay as they \
                 were read"
            );
            let advice = "check the texts of these lines; amounts and dates are not touched";
            out.problem(Problem::new(Code::CharsetMismatch, Place::default(), message).advising(advice));
        }
        match self.page {
            None => out.encoding(marked, decoder),
            Some(page) => out.encoding_named(page.name().to_owned(), decoder.undecodable()),
        }
    }
}

impl Page {
    /// The charset's name.
    fn name(self) -> &'static str {
        match self {
            Self::Cp850 => "ibm850",
            Self::Cp860 => "ibm860",
        }
    }
}

/// What a word comes to in each charset: Windows-1252, 850, 860.
#[derive(Debug, Clone, Copy, Default)]
struct Sense {
    /// In the letters of the format's languages.
    own: [i64; 3],
    /// In all Western letters.
    western: [i64; 3],
    /// What speaks for Windows-1252.
    usual: i64,
}

/// The words of a file as they pass.
struct Words {
    letters: Letters,
    /// Characters from 0x80 on in each charset.
    tables: [Vec<char>; 3],
    /// The beginning of a word that the last piece cut.
    cut: Vec<u8>,
    own: [i64; 3],
    usual: i64,
    seen: [bool; 256],
    /// For each charset, words that make sense only in another one, and the first of them.
    against: [(u64, Option<(String, String)>); 3],
    kept: HashMap<Vec<u8>, Sense>,
}

impl Words {
    fn new(letters: Letters) -> Self {
        let of = |name: &str| -> Vec<char> {
            let mut decoder = Decoder::default();
            decoder.declare(name);
            let first = |byte: u8| decoder.decode(&[byte]).chars().next().unwrap_or('?');
            (0x80..=0xFF).map(first).collect()
        };
        let mut of_860: Vec<char> = CP860.chars().collect();
        // What is no letter there makes no sense.
        of_860.resize(128, char::REPLACEMENT_CHARACTER);
        Self {
            letters,
            tables: [of("windows-1252"), of("cp850"), of_860],
            cut: Vec::new(),
            own: [0; 3],
            usual: 0,
            seen: [false; 256],
            against: Default::default(),
            kept: HashMap::new(),
        }
    }

    /// A piece of the file.
    fn take(&mut self, piece: &[u8]) {
        let last = piece.iter().rposition(|byte| divides(*byte));
        let Some(last) = last else {
            return self.keep_cut(piece);
        };
        let (whole, rest) = piece.split_at_checked(last).unwrap_or((piece, &[]));
        if !(whole.is_ascii() && self.cut.is_ascii()) {
            let mut words = whole.split(|byte| divides(*byte));
            self.keep_cut(words.next().unwrap_or_default());
            self.end();
            words.for_each(|word| self.word(word));
        }
        self.cut.clear();
        self.keep_cut(rest.get(1..).unwrap_or_default());
    }

    fn keep_cut(&mut self, beginning: &[u8]) {
        let room = LONGEST_WORD.saturating_sub(self.cut.len()).min(beginning.len());
        self.cut.extend_from_slice(beginning.get(..room).unwrap_or_default());
    }

    /// The word that was cut has come to its end.
    fn end(&mut self) {
        let word = std::mem::take(&mut self.cut);
        self.word(&word);
    }

    fn word(&mut self, word: &[u8]) {
        if word.is_ascii() || std::str::from_utf8(word).is_ok() {
            return;
        }
        let word = word.get(..LONGEST_WORD).unwrap_or(word);
        let sense = match self.kept.get(word) {
            Some(sense) => *sense,
            None => self.weigh(word),
        };
        for (sum, sense) in self.own.iter_mut().zip(sense.own) {
            *sum = sum.saturating_add(sense);
        }
        self.usual = self.usual.saturating_add(sense.usual);
        let best = (0_usize..)
            .zip(sense.own)
            .max_by_key(|(place, sense)| (*sense, usize::MAX - place));
        let Some((best, most)) = best.filter(|(_, most)| *most > 0) else {
            return;
        };
        for (place, western) in (0_usize..).zip(sense.western) {
            if western >= most {
                continue;
            }
            let example = (self.decoded(word, place), self.decoded(word, best));
            if let Some((count, first)) = self.against.get_mut(place) {
                *count += 1;
                first.get_or_insert(example);
            }
        }
    }

    /// How much sense a word makes in each charset.
    fn weigh(&mut self, word: &[u8]) -> Sense {
        for byte in word.iter().filter(|byte| !byte.is_ascii()) {
            if let Some(seen) = self.seen.get_mut(usize::from(*byte)) {
                *seen = true;
            }
        }
        let mut sense = Sense::default();
        for place in 0..3 {
            let text = self.decoded(word, place);
            if let (Some(own), Some(western)) = (sense.own.get_mut(place), sense.western.get_mut(place)) {
                *own = sense_of(&text, self.letters.own);
                *western = sense_of(&text, WESTERN);
            }
        }
        sense.usual = sense_of(&self.decoded(word, 0), self.letters.usual);
        if self.kept.len() < MOST_KEPT {
            self.kept.insert(word.to_vec(), sense);
        }
        sense
    }

    fn decoded(&self, word: &[u8], place: usize) -> String {
        let table = self.tables.get(place).map_or(&[][..], Vec::as_slice);
        let character = |byte: &u8| match byte.checked_sub(0x80) {
            None => char::from(*byte),
            Some(high) => table.get(usize::from(high)).copied().unwrap_or('?'),
        };
        word.iter().map(character).collect()
    }

    /// The page whose letters make more words than those of Windows-1252 do, if one does.
    fn tell(mut self) -> Told {
        let [_, of_850, of_860] = self.own;
        // Of equals the first, which is the usual one.
        let (place, page, sense) = if of_860 > of_850 {
            (2, Page::Cp860, of_860)
        } else {
            (1, Page::Cp850, of_850)
        };
        let letters = self.seen.iter().filter(|seen| **seen).count();
        let is_told = letters > 1 && sense > self.usual.max(0) + MARGIN;
        let (against, example) = self
            .against
            .get_mut(if is_told { place } else { 0 })
            .map(std::mem::take)
            .unwrap_or_default();
        Told {
            page: is_told.then_some(page),
            against,
            example,
        }
    }
}

/// What stands between words. Signs of Windows-1252 that are letters of DOS tell nothing: quotes, dashes, the dot of Catalan,
/// hard blanks.
fn divides(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0x91..=0x97 | 0xA0 | 0xB7)
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

    fn told(text: &[u8], letters: Letters) -> Told {
        Told::of(&mut io::Cursor::new(text.to_vec()), letters).unwrap()
    }

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
            assert_eq!(told(head, letters).page, page, "{head:?}");
        }
    }
    #[test]
    fn letters_tell_the_page_wherever_they_stand() {
        let mut text = b"RECIBO DE LA LUZ\r\n".repeat(40_000);
        text.extend(b"COMPA\xA5IA DE TEL\x90FONOS, n\xA2mina\r\n");
        assert_eq!(told(&text, SPANISH).page, Some(Page::Cp850));
    }

    #[test]
    fn words_of_another_charset_are_told() {
        let usual = b"NOMINA ESPA\xD1A, Jos\xE9 Garc\xEDa, n\xF3mina\r\n".repeat(100);
        let mixed = [usual.as_slice(), b"COMPA\xA5IA"].concat();
        let found = told(&mixed, SPANISH);
        assert_eq!((found.page, found.against), (None, 1));
        assert_eq!(found.example, Some(("COMPA¥IA".into(), "COMPAÑIA".into())));
        let of_dos = b"COMPA\xA5IA DE TEL\x90FONOS ".repeat(100);
        let mixed = [of_dos.as_slice(), b"Jos\xE9 Pe\xF1a n\xF3mina"].concat();
        let found = told(&mixed, SPANISH);
        assert_eq!((found.page, found.against), (Some(Page::Cp850), 3));
        assert_eq!(
            told(b"COMPA\xA5IA", SPANISH).against,
            1,
            "one letter decides nothing and is told"
        );
    }

    #[test]
    fn names_of_other_countries_are_no_dos() {
        for text in [
            b"H\xD4TEL IN K\xD6LN, K\xD8BENHAVN".as_slice(),
            b"M\xFCller, Fran\xE7ois, S\xE3o Tom\xE9",
        ] {
            assert_eq!(told(text, SPANISH), Told::default(), "{text:?}");
        }
    }
}
