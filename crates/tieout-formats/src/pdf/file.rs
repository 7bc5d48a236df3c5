//! A PDF file as objects: found by looking through the bytes, because tables of places are often wrong; streams unpacked
//! within a budget, and decrypted first where the file is protected and opens without a password.

use super::filters::{Unpacked, unpack};
use super::objects::{Lexer, Object};
use super::protection::Protection;
use crate::limits::{MAX_PACKING, MAX_PAPER_CONTENT, MAX_PAPER_WORK};
use memchr::memmem;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

/// Bytes that a small file may unpack to all the same.
const MIN_CONTENT: u64 = 8 << 20;
/// Filters of one stream.
const MAX_FILTERS: usize = 4;
/// References that lead to references.
const MAX_STEPS: usize = 16;
/// Objects of a file; one with more is refused.
const MAX_OBJECTS: usize = 1_000_000;
/// What looking up an object costs beside the bytes that are read for it.
const STEP: usize = 64;
/// What is unpacked of a stream that no page shows, to see whether it is text.
const GLANCE: u64 = 64 << 10;
/// What dictionaries of streams say that are no content of a page: fonts, pictures, patterns, functions.
const OF_OTHERS: [&str; 10] = [
    "Type",
    "Subtype",
    "PatternType",
    "FunctionType",
    "ShadingType",
    "Length1",
    "Length2",
    "Length3",
    "N",
    "BitsPerSample",
];
/// Where dictionaries name programs of their own, which may show text.
const PROGRAMS: [&str; 3] = ["CharProcs", "JS", "XFA"];
/// Work of decrypting a byte: some 40 ns with AES.
const DECRYPTION: usize = 2;

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
    protection: Protection,
    budget: Cell<u64>,
    /// Work that was done, in bytes looked at one by one. Whatever a file makes the reader do again and again is counted: an
    /// object that many pages name, a table of characters that says one range a million times.
    worked: Cell<u64>,
    /// Something is beyond a limit.
    given_up: Cell<bool>,
    /// Something that was asked for is not there, or not whole.
    is_damaged: Cell<bool>,
    /// Streams that were asked for.
    asked: RefCell<HashSet<u32>>,
}

impl<'a> File<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut file = Self {
            bytes,
            places: HashMap::new(),
            packed: HashMap::new(),
            protection: Protection::None,
            budget: Cell::new(budget(bytes)),
            worked: Cell::new(0),
            given_up: Cell::new(false),
            is_damaged: Cell::new(false),
            asked: RefCell::default(),
        };
        for at in memmem::find_iter(bytes, b"obj") {
            if file.places.len() > MAX_OBJECTS {
                file.give_up();
                break;
            }
            if let Some((number, _)) = file.numbers_before(at) {
                file.places.insert(number, at + 3);
            }
        }
        file.protection = file.declared_protection();
        if matches!(file.protection, Protection::None | Protection::Open(_)) {
            file.unpack_objects();
        }
        file
    }

    /// The number and the generation in `12 0 obj`.
    fn numbers_before(&self, at: usize) -> Option<(u32, u32)> {
        let before = self.bytes.get(at.saturating_sub(24)..at)?;
        let text = std::str::from_utf8(before.rsplit(|byte| !byte.is_ascii()).next()?).ok()?;
        let mut words = text.rsplit(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
        let generation = words.next()?.parse().ok()?;
        let number = words.next()?;
        let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
        Some((digits.parse().ok()?, generation))
    }

    fn unpack_objects(&mut self) {
        // Whatever was looked for so far may rightly not be there.
        self.is_damaged.set(false);
        for number in self.numbers() {
            if self.is_too_large() {
                return;
            }
            let object = self.object(number);
            if object.get("Type").name() != "ObjStm" {
                continue;
            }
            let content = self.stream(&Object::Reference(number));
            let Some(first) = object.get("First").count() else {
                self.is_damaged.set(true);
                continue;
            };
            let found = self.unpack_each(&content, first);
            if object.get("N").count().is_none_or(|count| count > found) {
                self.is_damaged.set(true);
            }
        }
    }

    /// Takes the objects out of a stream of them; how many there are.
    fn unpack_each(&mut self, content: &[u8], first: usize) -> usize {
        let mut header = Lexer::new(content.get(..first).unwrap_or_default(), 0);
        let mut found = 0;
        while let (Some(number), Some(offset)) = (header.next(), header.next()) {
            let (Some(number), Some(offset)) = (number.count(), offset.count()) else {
                break;
            };
            let object = self.read(content, first.saturating_add(offset));
            if self.packed.len() > MAX_OBJECTS {
                self.give_up();
            }
            if self.is_too_large() {
                break;
            }
            if let (Ok(number), Some(object)) = (u32::try_from(number), object) {
                self.packed.insert(number, object);
                found += 1;
            }
        }
        found
    }

    /// The numbers of the objects that stand in the file itself, in order.
    fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.places.keys().copied().collect();
        numbers.sort_unstable();
        numbers
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
            .unwrap_or_else(|| {
                self.damaged();
                Object::Null
            })
    }

    /// A copy, which takes work as reading it does.
    pub(super) fn copy(&self, object: &Object) -> Object {
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

    /// Whether the file is protected, as its trailer says or the objects that stand for one.
    fn declared_protection(&self) -> Protection {
        let mut trailers = memmem::find_iter(self.bytes, b"trailer").filter_map(|at| self.read(self.bytes, at + 7));
        let is_protected = |trailer: &Object| *trailer.get("Encrypt") != Object::Null;
        let trailer = trailers.find(is_protected).or_else(|| {
            let numbers = self.numbers().into_iter().take_while(|_| !self.is_too_large());
            let mut objects = numbers.map(|number| self.object(number));
            objects.find(|object| object.get("Type").name() == "XRef" && is_protected(object))
        });
        let Some(trailer) = trailer else {
            return Protection::None;
        };
        let id = match self.get(&trailer, "ID").list().first().map(|id| self.resolve(id)) {
            Some(Object::Text(id)) => id,
            _ => Vec::new(),
        };
        Protection::of(self, &self.get(&trailer, "Encrypt"), &id)
    }

    /// Whether the file is protected.
    pub(super) fn protection(&self) -> &Protection {
        &self.protection
    }

    /// The unpacked content of a stream, or what can be saved of it: what is missing, or packed in a way that is not read,
    /// is [damage](Self::took_damage).
    pub(super) fn stream(&self, object: &Object) -> Vec<u8> {
        let Object::Reference(number) = object else {
            self.damaged();
            return Vec::new();
        };
        self.asked.borrow_mut().insert(*number);
        let unpacked = self.unpacked(*number).unwrap_or_else(Unpacked::lost);
        if !unpacked.is_whole {
            self.damaged();
        }
        unpacked.bytes
    }

    fn unpacked(&self, number: u32) -> Option<Unpacked> {
        let (dictionary, content) = self.packed_stream(number)?;
        // Packed bytes take time also where nothing comes out of them.
        self.work(content.len() / 8);
        let filters = self.filters(&dictionary);
        // What is not packed counts as well: many pages may show one stream.
        if filters.is_empty() {
            self.spend(content.len())?;
        }
        let content = self.in_clear(number, &filters, content)?;
        self.through(&filters, &content)
    }

    /// Unpacks with one filter after the other; `None` if what comes out is more than may be spent.
    fn through(&self, filters: &[String], content: &[u8]) -> Option<Unpacked> {
        let mut unpacked = Unpacked {
            bytes: content.to_vec(),
            is_whole: filters.len() <= MAX_FILTERS,
        };
        for filter in filters.iter().take(MAX_FILTERS) {
            self.work(unpacked.bytes.len() / 8);
            let next = unpack(filter, &unpacked.bytes, self.budget.get());
            self.spend(next.bytes.len())?;
            unpacked = Unpacked {
                is_whole: unpacked.is_whole && next.is_whole,
                bytes: next.bytes,
            };
        }
        Some(unpacked)
    }

    /// The filters of a stream.
    fn filters(&self, dictionary: &Object) -> Vec<String> {
        match self.get(dictionary, "Filter") {
            Object::Name(name) => vec![name],
            Object::List(list) => list.iter().map(|name| self.resolve(name).name().to_owned()).collect(),
            _ => Vec::new(),
        }
    }

    /// The content of a stream, decrypted if it has to be.
    fn in_clear(&self, number: u32, filters: &[String], content: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        // A filter of its own says that the stream is not encrypted as the others are: not at all.
        let has_own = filters.iter().any(|filter| filter == "Crypt");
        match &self.protection {
            Protection::Open(key) if !has_own && self.work(content.len().saturating_mul(DECRYPTION)) => {
                Some(Cow::Owned(key.decrypt(self.numbers_of(number)?, content)?))
            }
            _ => Some(Cow::Borrowed(content)),
        }
    }

    /// Whether there is text in the file that was not asked for: the content of a page that none of those found shows.
    pub(super) fn has_text_of_no_page(&self) -> bool {
        let asked = self.asked.borrow();
        let others = self.numbers().into_iter().filter(|number| !asked.contains(number));
        let mut texts = others
            .filter(|number| !self.is_too_large() && self.is_text(*number))
            .peekable();
        if texts.peek().is_none() {
            return false;
        }
        let known = self.streams_of_others();
        texts.any(|number| !known.contains(&number))
    }

    /// Streams that are programs of the file: shapes of characters, scripts, forms.
    fn streams_of_others(&self) -> HashSet<u32> {
        let mut known = HashSet::new();
        for number in self.numbers().into_iter().chain(self.packed.keys().copied()) {
            if self.is_too_large() {
                break;
            }
            self.note_programs(&self.object(number), &mut known);
        }
        known
    }

    /// Notes the programs that an object names, at any depth of it.
    fn note_programs(&self, object: &Object, known: &mut HashSet<u32>) {
        for key in PROGRAMS {
            let value = object.get(key);
            known.extend(value.reference());
            known.extend(self.resolve(value).members().filter_map(Object::reference));
        }
        object.members().for_each(|inner| self.note_programs(inner, known));
    }

    /// Whether a stream is the content of a page and shows text.
    fn is_text(&self, number: u32) -> bool {
        let Some((dictionary, content)) = self.packed_stream(number) else {
            return false;
        };
        if OF_OTHERS.iter().any(|key| *dictionary.get(key) != Object::Null) {
            return false;
        }
        let filters = self.filters(&dictionary);
        let Some(content) = self.in_clear(number, &filters, content) else {
            return false;
        };
        let mut bytes = content.into_owned();
        for filter in filters.iter().take(MAX_FILTERS) {
            self.work(bytes.len() / 8);
            bytes = unpack(filter, &bytes, GLANCE).bytes;
        }
        let has = |operator: &[u8]| memmem::find(&bytes, operator).is_some();
        has(b"BT") && (has(b"Tj") || has(b"TJ"))
    }

    /// Notes that something is not there, or not whole.
    pub(super) fn damaged(&self) {
        self.is_damaged.set(true);
    }

    /// Whether anything that was asked for since this was called last is not there, or not whole.
    pub(super) fn took_damage(&self) -> bool {
        self.is_damaged.take()
    }

    /// The number and the generation of an object.
    fn numbers_of(&self, number: u32) -> Option<(u32, u32)> {
        self.numbers_before(self.places.get(&number)?.checked_sub(3)?)
    }

    /// The dictionary of a stream, and its content as it stands in the file.
    fn packed_stream(&self, number: u32) -> Option<(Object, &'a [u8])> {
        let at = *self.places.get(&number).filter(|_| !self.is_too_large())?;
        let mut lexer = Lexer::new(self.bytes, at);
        let dictionary = lexer.next()?;
        self.work(lexer.position().saturating_sub(at).saturating_add(STEP));
        let rest = self.bytes.get(lexer.position()..)?;
        let before = memmem::find(rest.get(..64.min(rest.len()))?, b"stream")?;
        // That of another object is none of this one's.
        if memmem::find(rest.get(..before)?, b"endobj").is_some() {
            return None;
        }
        let rest = rest.get(before + 6..)?;
        let rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
        let said = self
            .get(&dictionary, "Length")
            .count()
            .and_then(|length| rest.get(..length));
        let content = match said {
            Some(content) if ends_stream(rest.get(content.len()..)?) => content,
            _ => {
                let end = memmem::find(rest, b"endstream");
                // Looking for a word is much quicker than reading.
                self.work(end.unwrap_or(rest.len()) / 16);
                rest.get(..end?)?
            }
        };
        Some((dictionary, content))
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

    /// The catalog; of several the one with the highest number.
    pub(super) fn catalog(&self) -> Option<Object> {
        let mut numbers: Vec<u32> = self.places.keys().chain(self.packed.keys()).copied().collect();
        numbers.sort_unstable();
        let numbers = numbers.into_iter().rev().take_while(|_| !self.is_too_large());
        let mut objects = numbers.map(|number| self.object(number));
        objects.find(|object| object.get("Type").name() == "Catalog")
    }
}

/// Whether a stream ends here: its own word may be damaged.
fn ends_stream(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.starts_with(b"endstream") || memmem::find(rest.get(..24).unwrap_or(rest), b"endobj").is_some()
}
