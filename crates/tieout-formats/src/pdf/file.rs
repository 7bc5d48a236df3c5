//! A PDF file as objects: found by looking through the bytes, because tables of places are often wrong; streams unpacked
//! within a budget.

use super::objects::{Lexer, Object};
use crate::limits::{MAX_PACKING, MAX_PAPER_CONTENT, MAX_PAPER_WORK};
use flate2::read::ZlibDecoder;
use memchr::memmem;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::io::Read as _;

/// Bytes that a small file may unpack to all the same.
const MIN_CONTENT: u64 = 8 << 20;
/// References that lead to references.
const MAX_STEPS: usize = 16;
/// Pages that are read; a paper with more is refused.
const MAX_PAGES: usize = 5_000;
/// Objects of a file; one with more is refused.
const MAX_OBJECTS: usize = 1_000_000;
/// What looking up an object costs beside the bytes that are read for it.
const STEP: usize = 64;

/// Bytes that all streams of the file may hold, unpacked. Text packs to a fifth, and more than once nothing is packed.
fn budget(bytes: &[u8]) -> u64 {
    let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    packed.saturating_mul(MAX_PACKING).clamp(MIN_CONTENT, MAX_PAPER_CONTENT)
}

/// A PDF file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    /// Where each object begins; the last of a number counts.
    places: HashMap<u32, usize>,
    /// Objects that stand in streams.
    packed: HashMap<u32, Object>,
    budget: Cell<u64>,
    /// Work that was done, in bytes looked at one by one. Whatever a file makes the reader do again and again is counted: an
    /// object that many pages name, a table of characters that says one range a million times.
    worked: Cell<u64>,
    /// Something is beyond a limit.
    given_up: Cell<bool>,
}

impl<'a> File<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut file = Self {
            bytes,
            places: HashMap::new(),
            packed: HashMap::new(),
            budget: Cell::new(budget(bytes)),
            worked: Cell::new(0),
            given_up: Cell::new(false),
        };
        for at in memmem::find_iter(bytes, b"obj") {
            if file.places.len() > MAX_OBJECTS {
                file.give_up();
                break;
            }
            if let Some(number) = file.number_before(at) {
                file.places.insert(number, at + 3);
            }
        }
        file.unpack_objects();
        file
    }

    /// The number in `12 0 obj`.
    fn number_before(&self, at: usize) -> Option<u32> {
        let before = self.bytes.get(at.saturating_sub(24)..at)?;
        let text = std::str::from_utf8(before.rsplit(|byte| !byte.is_ascii()).next()?).ok()?;
        let mut words = text.rsplit(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
        let _: u32 = words.next()?.parse().ok()?;
        let number = words.next()?;
        let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.parse().ok()
    }

    fn unpack_objects(&mut self) {
        let mut numbers: Vec<u32> = self.places.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            if self.is_too_large() {
                return;
            }
            let object = self.object(number);
            if object.get("Type").name() != "ObjStm" {
                continue;
            }
            let (Some(content), Some(first)) = (self.stream(&Object::Reference(number)), object.get("First").count())
            else {
                continue;
            };
            let mut header = Lexer::new(content.get(..first).unwrap_or_default(), 0);
            while let (Some(number), Some(offset)) = (header.next(), header.next()) {
                let (Some(number), Some(offset)) = (number.count(), offset.count()) else {
                    break;
                };
                let object = self.read(&content, first.saturating_add(offset));
                if self.packed.len() > MAX_OBJECTS {
                    self.give_up();
                }
                if self.is_too_large() {
                    return;
                }
                if let (Ok(number), Some(object)) = (u32::try_from(number), object) {
                    self.packed.insert(number, object);
                }
            }
        }
    }

    /// The object that begins somewhere in these bytes; `None` too if there was too much work already.
    fn read(&self, bytes: &[u8], at: usize) -> Option<Object> {
        if self.is_too_large() {
            return None;
        }
        let mut lexer = Lexer::new(bytes, at);
        let object = lexer.next();
        self.work(lexer.position().saturating_sub(at).saturating_add(STEP));
        object
    }

    fn object(&self, number: u32) -> Object {
        let placed = self.places.get(&number).and_then(|at| self.read(self.bytes, *at));
        placed
            .or_else(|| self.packed.get(&number).map(|object| self.copy(object)))
            .unwrap_or(Object::Null)
    }

    /// A copy, which takes work as reading it does.
    fn copy(&self, object: &Object) -> Object {
        if self.is_too_large() {
            return Object::Null;
        }
        self.work(object.weight().saturating_add(STEP));
        object.clone()
    }

    /// The object itself, where it is a reference.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        let Object::Reference(number) = object else {
            return self.copy(object);
        };
        let mut number = *number;
        for _ in 0..MAX_STEPS {
            match self.object(number) {
                Object::Reference(next) => number = next,
                object => return object,
            }
        }
        Object::Null
    }

    /// A member of a dictionary, resolved.
    pub(super) fn get(&self, object: &Object, key: &str) -> Object {
        match object {
            Object::Reference(_) => self.resolve(self.resolve(object).get(key)),
            _ => self.resolve(object.get(key)),
        }
    }

    /// Whether the file says that it is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        let trailers = memmem::find_iter(self.bytes, b"trailer").filter_map(|at| self.read(self.bytes, at + 7));
        let in_trailer = trailers
            .into_iter()
            .any(|trailer| *trailer.get("Encrypt") != Object::Null);
        let mut numbers = self.places.keys().take_while(|_| !self.is_too_large());
        in_trailer
            || numbers.any(|number| {
                let object = self.object(*number);
                object.get("Type").name() == "XRef" && *object.get("Encrypt") != Object::Null
            })
    }

    /// The unpacked content of a stream; `None` if it is none, or packed in a way that is not read.
    pub(super) fn stream(&self, object: &Object) -> Option<Vec<u8>> {
        let Object::Reference(number) = object else { return None };
        let at = *self.places.get(number).filter(|_| !self.is_too_large())?;
        let mut lexer = Lexer::new(self.bytes, at);
        let dictionary = lexer.next()?;
        self.work(lexer.position().saturating_sub(at).saturating_add(STEP));
        let rest = self.bytes.get(lexer.position()..)?;
        let begin = memmem::find(rest.get(..64.min(rest.len()))?, b"stream")? + 6;
        let rest = rest.get(begin..)?;
        let rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
        let said = self
            .get(&dictionary, "Length")
            .count()
            .and_then(|length| rest.get(..length));
        let content = match said {
            Some(content) if rest.get(content.len()..)?.trim_ascii_start().starts_with(b"endstream") => content,
            _ => {
                let end = memmem::find(rest, b"endstream");
                // Looking for a word is much quicker than reading.
                self.work(end.unwrap_or(rest.len()) / 16);
                rest.get(..end?)?
            }
        };
        // Packed bytes take time also where nothing comes out of them.
        self.work(content.len() / 8);
        let filters = match self.get(&dictionary, "Filter") {
            Object::Name(name) => vec![name],
            Object::List(list) => list.iter().map(|name| self.resolve(name).name().to_owned()).collect(),
            _ => Vec::new(),
        };
        // What is not packed counts as well: many pages may show one stream.
        if filters.is_empty() {
            self.spend(content.len())?;
        }
        let mut content = Cow::Borrowed(content);
        for filter in filters.iter().take(4) {
            content = Cow::Owned(self.unpack(filter, &content)?);
        }
        Some(content.into_owned())
    }

    fn unpack(&self, filter: &str, content: &[u8]) -> Option<Vec<u8>> {
        match filter {
            "FlateDecode" | "Fl" => {
                // It is counted before anything is held.
                let mut counted = ZlibDecoder::new(content).take(self.budget.get());
                let mut room = [0; 16 * 1024];
                let mut length = 0_usize;
                // Of a damaged stream what comes before the damage is kept.
                while let Some(count) = counted.read(&mut room).ok().filter(|count| *count > 0) {
                    length = length.saturating_add(count);
                }
                self.spend(length)?;
                let mut unpacked = Vec::with_capacity(length);
                let _ = ZlibDecoder::new(content)
                    .take(u64::try_from(length).ok()?)
                    .read_to_end(&mut unpacked);
                Some(unpacked)
            }
            "ASCII85Decode" | "A85" => {
                self.spend(content.len())?;
                Some(ascii85(content))
            }
            "ASCIIHexDecode" | "AHx" if self.work(content.len()) => {
                match Lexer::new(&[b"<", content, b">"].concat(), 0).next() {
                    Some(Object::Text(text)) => Some(text),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Takes so many bytes off the budget; `None`, now and for all that follows, if it does not hold them.
    pub(super) fn spend(&self, bytes: usize) -> Option<()> {
        let left = self.budget.get().checked_sub(u64::try_from(bytes).ok()?);
        self.budget.set(left.unwrap_or(0));
        left.filter(|left| *left > 0).map(|_| ())
    }

    /// Whether the budget was used up, so that something may be missing.
    pub(super) fn is_too_large(&self) -> bool {
        self.budget.get() == 0 || self.given_up.get()
    }

    /// Counts work; whether some is left.
    pub(super) fn work(&self, units: usize) -> bool {
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        let worked = self.worked.get().saturating_add(units);
        self.worked.set(worked);
        if worked > MAX_PAPER_WORK {
            self.give_up();
        }
        !self.given_up.get()
    }

    /// The work so far.
    #[cfg(test)]
    pub(super) fn worked(&self) -> u64 {
        self.worked.get()
    }

    /// The paper is beyond a limit, so that something would be missing.
    pub(super) fn give_up(&self) {
        self.given_up.set(true);
    }

    /// The pages in order, each with the resources that it inherits.
    pub(super) fn pages(&self) -> Vec<(Object, Object)> {
        let mut numbers: Vec<u32> = self.places.keys().chain(self.packed.keys()).copied().collect();
        numbers.sort_unstable();
        let catalog = numbers
            .into_iter()
            .rev()
            .take_while(|_| !self.is_too_large())
            .map(|number| self.object(number));
        let mut catalogs = catalog.filter(|object| object.get("Type").name() == "Catalog");
        let mut pages = Vec::new();
        if let Some(catalog) = catalogs.next() {
            let mut steps = MAX_PAGES * 4;
            self.walk(catalog.get("Pages"), &Object::Null, 0, &mut steps, &mut pages);
        }
        pages
    }

    fn walk(&self, node: &Object, above: &Object, depth: usize, steps: &mut usize, pages: &mut Vec<(Object, Object)>) {
        if *steps == 0 || pages.len() >= MAX_PAGES {
            self.give_up();
        }
        let Some(left) = steps.checked_sub(1).filter(|_| depth < 32 && !self.is_too_large()) else {
            return;
        };
        *steps = left;
        let node = self.resolve(node);
        let own = self.get(&node, "Resources");
        let resources = if own == Object::Null { self.copy(above) } else { own };
        match self.get(&node, "Kids") {
            Object::List(kids) => {
                for kid in &kids {
                    self.walk(kid, &resources, depth + 1, steps, pages);
                }
            }
            _ if node != Object::Null => pages.push((node, resources)),
            _ => {}
        }
    }
}

/// Five characters for four bytes.
fn ascii85(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    let flush = |group: &mut Vec<u32>, bytes: &mut Vec<u8>| {
        let count = group.len();
        if count < 2 {
            return;
        }
        group.resize(5, 84);
        let number = group
            .iter()
            .fold(0_u32, |number, digit| number.wrapping_mul(85).wrapping_add(*digit));
        bytes.extend(number.to_be_bytes().iter().take(count - 1));
        group.clear();
    };
    for byte in content {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut bytes);
        }
    }
    flush(&mut group, &mut bytes);
    bytes
}
