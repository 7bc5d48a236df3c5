//! What the bytes that a page shows are as text, and how wide they are.

use super::file::File;
use super::objects::{Lexer, Object};
use std::collections::HashMap;
use tieout_core::encoding::Decoder;

/// Characters that a font's table names.
const MAX_CHARACTERS: usize = 100_000;
/// Work of noting one of them.
const CHARACTER: usize = 8;

/// A font.
#[derive(Debug, Default)]
pub(super) struct Font {
    /// Two bytes a character.
    is_wide: bool,
    /// What the font itself says its characters are.
    texts: HashMap<u32, String>,
    widths: HashMap<u32, i64>,
    default_width: Option<i64>,
}

impl Font {
    pub(super) fn of(file: &File<'_>, font: &Object) -> Self {
        let mut read = Self {
            is_wide: font.get("Subtype").name() == "Type0",
            ..Self::default()
        };
        if matches!(font.get("ToUnicode"), Object::Reference(_)) {
            read.read_texts(file, &file.stream(font.get("ToUnicode")));
        }
        if read.is_wide {
            let below = file.get(font, "DescendantFonts");
            let below = below.list().first().map_or(Object::Null, |below| file.resolve(below));
            read.default_width = Some(file.get(&below, "DW").number().unwrap_or(1_000_000));
            read.wide_widths(file, &file.get(&below, "W"));
        } else {
            let first = file.get(font, "FirstChar").count().unwrap_or(0);
            for (at, width) in file.get(font, "Widths").list().iter().take(256).enumerate() {
                if let (Ok(code), Some(width)) = (u32::try_from(first.saturating_add(at)), file.resolve(width).number())
                {
                    read.widths.insert(code, width);
                }
            }
        }
        read
    }

    /// `W`: `first [w w w]` or `first last w`.
    fn wide_widths(&mut self, file: &File<'_>, widths: &Object) {
        let mut rest = widths.list().iter();
        while let (Some(first), Some(second)) = (rest.next(), rest.next()) {
            let Some(first) = first.count() else { break };
            let second = file.resolve(second);
            let (last, each) = match &second {
                Object::List(list) => (first.saturating_add(list.len()), list.as_slice()),
                last => (
                    last.count().unwrap_or(0).saturating_add(1),
                    rest.as_slice().get(..1).unwrap_or_default(),
                ),
            };
            if !matches!(second, Object::List(_)) {
                rest.next();
            }
            for (at, code) in (first..last.min(first.saturating_add(65_536))).enumerate() {
                if !file.work(CHARACTER) {
                    return;
                }
                let width = each.get(at).or(each.first()).and_then(Object::number);
                if let (Ok(code), Some(width), true) = (u32::try_from(code), width, self.widths.len() < MAX_CHARACTERS)
                {
                    self.widths.insert(code, width);
                }
            }
        }
    }

    /// The table that says which text each code is: `bfchar` and `bfrange`.
    fn read_texts(&mut self, file: &File<'_>, table: &[u8]) {
        file.work(table.len());
        let mut lexer = Lexer::new(table, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = lexer.next() {
            match object {
                Object::Word(word) => {
                    match word.as_slice() {
                        b"endbfchar" => {
                            for pair in operands.chunks_exact(2) {
                                if let [Object::Text(code), Object::Text(text)] = pair {
                                    self.character(code_of(code), &utf16(text));
                                }
                            }
                        }
                        b"endbfrange" => operands.chunks_exact(3).for_each(|range| self.range(file, range)),
                        _ => {}
                    }
                    operands.clear();
                }
                operand if operands.len() < MAX_CHARACTERS => operands.push(operand),
                _ => {}
            }
        }
    }

    fn range(&mut self, file: &File<'_>, range: &[Object]) {
        let [Object::Text(first), Object::Text(last), to] = range else {
            return;
        };
        let (first, last) = (code_of(first), code_of(last));
        for (at, code) in (0_u32..).zip(first..=last.min(first.saturating_add(65_535))) {
            if !file.work(CHARACTER) {
                return;
            }
            match to {
                Object::Text(text) => {
                    let mut units: Vec<u16> = text.as_chunks().0.iter().map(|two| u16::from_be_bytes(*two)).collect();
                    if let (Some(unit), Ok(at)) = (units.last_mut(), u16::try_from(at)) {
                        *unit = unit.wrapping_add(at);
                    }
                    self.character(code, &String::from_utf16_lossy(&units));
                }
                Object::List(list) => {
                    let text = usize::try_from(at).ok().and_then(|at| list.get(at));
                    if let Some(Object::Text(text)) = text {
                        self.character(code, &utf16(text));
                    }
                }
                _ => return,
            }
        }
    }

    fn character(&mut self, code: u32, text: &str) {
        if self.texts.len() < MAX_CHARACTERS {
            self.texts.insert(code, text.to_owned());
        }
    }

    /// Whether it does not say what its characters are, so that what it shows is no text.
    pub(super) fn is_mute(&self) -> bool {
        self.is_wide && self.texts.is_empty()
    }

    /// The characters that bytes show: text, width in thousandths of a thousandth of the size, whether it is a blank byte.
    pub(super) fn characters(&self, bytes: &[u8], each: &mut dyn FnMut(&str, i64, bool)) {
        let codes: Vec<u32> = if self.is_wide {
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|two| u32::from(u16::from_be_bytes(*two)))
                .collect()
        } else {
            bytes.iter().map(|byte| u32::from(*byte)).collect()
        };
        let mut decoder = Decoder::default();
        for code in codes {
            let own;
            let text = match (self.texts.get(&code), u8::try_from(code)) {
                (Some(text), _) => text.as_str(),
                (None, Ok(byte)) if !self.is_wide => {
                    own = decoder.decode(&[byte]).into_owned();
                    &own
                }
                _ => "",
            };
            let width = self.widths.get(&code).copied().or(self.default_width);
            each(
                text,
                width.unwrap_or_else(|| usual_width(text)),
                code == 32 && !self.is_wide,
            );
        }
    }
}

/// Of the fonts that every reader has, Helvetica: nearly all that name no widths are it.
fn usual_width(text: &str) -> i64 {
    let thousandths = match text.chars().next() {
        Some('0'..='9' | '$' | '€' | '£' | 'a'..='e' | 'g' | 'h' | 'n'..='q' | 'u') => 556,
        Some(' ' | '.' | ',' | '/' | ':' | ';' | 'I' | 'f' | 't' | '!') => 278,
        Some('-' | '(' | ')' | 'r') => 333,
        Some('i' | 'j' | 'l') => 222,
        Some('+' | '=') => 584,
        Some('m' | 'M' | 'W') => 833,
        Some('A'..='Z') => 690,
        _ => 500,
    };
    thousandths * 1000
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|two| u16::from_be_bytes(*two)).collect();
    String::from_utf16_lossy(&units)
}
