//! The objects of a PDF: numbers, names, texts, lists, dictionaries, references. Numbers are thousandths, because places on
//! paper need no more and no figure of a statement is taken from them.

use std::collections::BTreeMap;

/// Objects within objects.
const MAX_DEPTH: usize = 32;
/// The greatest number, in thousandths: permissions have 32 bits, nothing has more.
const MAX_NUMBER: i64 = 4_294_967_295_000;
/// Elements of one object, those of lists and dictionaries in it included; an object with more is none.
const MAX_ELEMENTS: usize = 500_000;

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Null,
    /// In thousandths.
    Number(i64),
    Name(String),
    Text(Vec<u8>),
    List(Vec<Object>),
    Dictionary(BTreeMap<String, Object>),
    Reference(u32),
    /// A word that is none of these: an operator, `true`, `endobj`.
    Word(Vec<u8>),
}

impl Object {
    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number, zero or more.
    pub(super) fn count(&self) -> Option<usize> {
        usize::try_from(self.number()? / 1000).ok()
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            _ => "",
        }
    }

    pub(super) fn list(&self) -> &[Object] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    /// Bytes that it takes, about as many as it was read from.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Null | Self::Number(_) | Self::Reference(_) => 2,
            Self::Name(name) => name.len() + 2,
            Self::Text(bytes) | Self::Word(bytes) => bytes.len() + 2,
            Self::List(list) => list.iter().map(Self::weight).sum::<usize>() + 2,
            Self::Dictionary(members) => {
                let each = members.iter().map(|(key, value)| key.len() + value.weight() + 2);
                each.sum::<usize>() + 2
            }
        }
    }

    /// The number of the object that it refers to.
    pub(super) fn reference(&self) -> Option<u32> {
        match self {
            Self::Reference(number) => Some(*number),
            _ => None,
        }
    }

    /// What a list or dictionary holds.
    pub(super) fn members(&self) -> impl Iterator<Item = &Self> {
        let (list, dictionary) = match self {
            Self::List(list) => (Some(list), None),
            Self::Dictionary(members) => (None, Some(members)),
            _ => (None, None),
        };
        let list = list.into_iter().flatten();
        list.chain(dictionary.into_iter().flat_map(BTreeMap::values))
    }

    /// A member of a dictionary.
    pub(super) fn get(&self, key: &str) -> &Object {
        match self {
            Self::Dictionary(members) => members.get(key).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }
}

/// Reads objects from bytes.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Of the object that is being read.
    elements: usize,
    /// A text or a list goes on to the end of the bytes.
    is_open: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            elements: 0,
            is_open: false,
        }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Whether bytes are left that could not be read, or something is not closed that holds what followed it.
    pub(super) fn has_lost(&self) -> bool {
        self.is_open
            || self
                .bytes
                .get(self.at..)
                .is_some_and(|rest| !rest.iter().all(|byte| is_blank(*byte)))
    }

    /// Goes behind the picture that stands between the words of a page: its bytes are no words.
    pub(super) fn skip_picture(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_end =
            |window: &[u8]| matches!(window, [before, b'E', b'I', after] if is_blank(*before) && is_blank(*after));
        let end = rest.windows(4).position(is_end);
        self.at = end.map_or(self.bytes.len(), |end| self.at.saturating_add(end).saturating_add(3));
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next object; `None` at the end, or where a list or dictionary is not closed.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.elements = 0;
        self.object(0)
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.elements += 1;
        if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return None;
        }
        self.skip_blanks();
        let rest = self.bytes.get(self.at..)?;
        match rest.first()? {
            b'<' if rest.get(1) == Some(&b'<') => self.dictionary(depth),
            b'<' => Some(self.hexadecimal()),
            b'(' => Some(self.text()),
            b'[' => self.list(depth),
            b'/' => {
                self.at += 1;
                let name = self.regular();
                Some(Object::Name(String::from_utf8_lossy(name).into_owned()))
            }
            b'+' | b'-' | b'.' | b'0'..=b'9' => Some(self.number_or_reference()),
            b')' | b'>' | b']' | b'{' | b'}' => {
                self.at += 1;
                Some(Object::Word(Vec::new()))
            }
            _ => {
                let word = self.regular();
                if word.is_empty() {
                    self.at += 1;
                }
                Some(if word == b"null" {
                    Object::Null
                } else {
                    Object::Word(word.to_vec())
                })
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| is_blank(*byte) || is_delimiter(*byte));
        let word = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.at += word.len();
        word
    }

    fn list(&mut self, depth: usize) -> Option<Object> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.skip_blanks();
            let Some(next) = self.peek() else {
                self.is_open = true;
                return None;
            };
            if next == b']' {
                self.at += 1;
                return Some(Object::List(list));
            }
            list.push(self.object(depth + 1)?);
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Object> {
        self.at += 2;
        let mut members = BTreeMap::new();
        loop {
            self.skip_blanks();
            if self.bytes.get(self.at..)?.starts_with(b">>") {
                self.at += 2;
                return Some(Object::Dictionary(members));
            }
            match self.object(depth + 1)? {
                Object::Name(key) => {
                    let value = self.object(depth + 1)?;
                    members.insert(key, value);
                }
                Object::Word(word) if word.starts_with(b"end") || word == b"stream" => return None,
                _ => {}
            }
        }
    }

    fn hexadecimal(&mut self) -> Object {
        self.at += 1;
        let mut digits = Vec::new();
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            digits.extend(char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        }
        if digits.len() % 2 == 1 {
            digits.push(0);
        }
        Object::Text(digits.as_chunks().0.iter().map(|[high, low]| high << 4 | low).collect())
    }

    fn text(&mut self) -> Object {
        self.at += 1;
        let (mut text, mut depth) = (Vec::new(), 1_usize);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Object::Text(text);
                    }
                }
                b'\\' => {
                    self.escaped(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        self.is_open = true;
        Object::Text(text)
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(0x08),
            b'f' => text.push(0x0C),
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    if let Some(digit @ b'0'..=b'7') = self.peek() {
                        code = code * 8 + u32::from(digit - b'0');
                        self.at += 1;
                    }
                }
                text.push(u8::try_from(code & 0xFF).unwrap_or(b'?'));
            }
            other => text.push(other),
        }
    }

    /// A number; a whole one that another and an `R` follow is a reference.
    fn number_or_reference(&mut self) -> Object {
        let word = self.regular();
        if word.is_empty() {
            self.at += 1;
        }
        if let Some(target) = whole(word) {
            let back = self.at;
            self.skip_blanks();
            let generation = whole(self.regular()).is_some();
            self.skip_blanks();
            if generation && self.regular() == b"R" {
                return Object::Reference(target);
            }
            self.at = back;
        }
        Object::Number(thousandths(word))
    }
}

fn whole(word: &[u8]) -> Option<u32> {
    let digits = !word.is_empty() && word.len() < 10 && word.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(word).ok().filter(|_| digits)?.parse().ok()
}

/// A number in thousandths; what is none counts as nothing.
fn thousandths(word: &[u8]) -> i64 {
    let (mut number, mut places, mut past_point) = (0_i64, 0_u32, false);
    for byte in word {
        match byte {
            b'0'..=b'9' if !past_point || places < 3 => {
                number = number.saturating_mul(10).saturating_add(i64::from(byte - b'0'));
                places += u32::from(past_point);
            }
            b'.' => past_point = true,
            _ => {}
        }
    }
    let scaled = number.saturating_mul(10_i64.pow(3 - places)).min(MAX_NUMBER);
    if word.first() == Some(&b'-') { -scaled } else { scaled }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_every_kind_are_read() {
        let text = b"<< /A 12.5 /B [ (a\\(b\\051\\n\\b\\f) <4142> -.25 7 0 R ] /C null >> endobj";
        let mut lexer = Lexer::new(text, 0);
        let object = lexer.next().unwrap();
        assert_eq!(object.get("A").number(), Some(12_500));
        let list = object.get("B").list();
        assert_eq!(list[0], Object::Text(b"a(b)\n\x08\x0C".to_vec()));
        assert_eq!(list[1], Object::Text(b"AB".to_vec()));
        assert_eq!((list[2].number(), &list[3]), (Some(-250), &Object::Reference(7)));
        assert_eq!(lexer.next(), Some(Object::Word(b"endobj".to_vec())));
        assert_eq!(Lexer::new(&b"[".repeat(1000), 0).next(), None);
        assert_eq!(Lexer::new(b"<< /A ", 0).next(), None);
    }
}
