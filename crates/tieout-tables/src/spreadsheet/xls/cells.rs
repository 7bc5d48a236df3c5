//! What the records of a workbook say: shared texts, formats, cells.

use super::super::number::number_text;
use super::super::sheet::CellKind;
use super::dates;
use super::records::{Record, f64_at, u16_at, u32_at};
use crate::limits::MAX_SHARED_TEXT_BYTES;
use std::collections::HashMap;
use tieout_core::Decimal;
use tieout_core::encoding::Decoder;

/// What the cells of all sheets share.
#[derive(Default)]
pub(super) struct Workbook {
    is_before_8: bool,
    is_1904: bool,
    decoder: Decoder,
    texts: Vec<String>,
    /// Custom formats that show days.
    dates: HashMap<u16, bool>,
    /// Format of each style.
    styles: Vec<u16>,
}

/// Takes a cell: row, column, text, kind.
pub(super) type TakeCell<'t> = dyn FnMut(u16, u16, &str, CellKind) + 't;

impl Workbook {
    /// Whether days count from 1904.
    pub(super) fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// A record of the workbook itself; false if the shared texts are too large.
    pub(super) fn globals(&mut self, record: &Record<'_>) -> bool {
        let data = record.data;
        match record.kind {
            0x0809 => self.is_before_8 = u16_at(data, 0) == Some(0x0500),
            0x0022 => self.is_1904 = u16_at(data, 0) == Some(1),
            0x0042 => {
                let page = u16_at(data, 0).unwrap_or(1252);
                let name = match page {
                    10_000 | 0x8000 => "macintosh".to_owned(),
                    932 => "shift_jis".to_owned(),
                    936 => "gbk".to_owned(),
                    949 => "euc-kr".to_owned(),
                    950 => "big5".to_owned(),
                    page => format!("windows-{page}"),
                };
                self.decoder.declare(&name);
            }
            0x041E => {
                let text = if self.is_before_8 {
                    self.short_text(data.get(2..).unwrap_or_default())
                } else {
                    self.text(data.get(2..).unwrap_or_default())
                };
                if let Some(format) = u16_at(data, 0) {
                    self.dates.insert(format, dates::is_date(&text));
                }
            }
            0x00E0 => self.styles.push(u16_at(data, 2).unwrap_or(0)),
            0x00FC => return self.shared_texts(record),
            _ => {}
        }
        true
    }

    fn shared_texts(&mut self, record: &Record<'_>) -> bool {
        let mut reader = Pieces::of(record.pieces().collect());
        if reader.skip(8).is_none() {
            return true;
        }
        let mut bytes = 0_u64;
        while let Some(text) = reader.rich_text() {
            // An empty text takes memory, too.
            bytes += u64::try_from(text.len() + 24).unwrap_or(u64::MAX);
            if bytes > MAX_SHARED_TEXT_BYTES {
                return false;
            }
            self.texts.push(text);
        }
        true
    }

    /// Gives the cells of a record to `take`. `formula` is the place of the formula whose text follows.
    pub(super) fn cells(&self, record: &Record<'_>, formula: &mut Option<(u16, u16)>, take: &mut TakeCell<'_>) {
        let data = record.data;
        if record.kind == 0x0207 {
            if let Some((row, column)) = formula.take() {
                take(row, column, &self.text(data), CellKind::Text);
            }
            return;
        }
        let (Some(row), Some(column), Some(style)) = (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4)) else {
            return;
        };
        let value = data.get(6..).unwrap_or_default();
        match record.kind {
            0x0203 => self.float(f64_at(value, 0), style, &mut |text, kind| take(row, column, text, kind)),
            0x027E => self.packed(u32_at(value, 0), style, &mut |text, kind| take(row, column, text, kind)),
            0x00BD => self.packed_row(data, take),
            0x00FD => {
                let index = u32_at(value, 0).and_then(|index| usize::try_from(index).ok());
                let text = index.and_then(|index| self.texts.get(index)).map_or("", String::as_str);
                take(row, column, text, CellKind::Text);
            }
            0x0204 | 0x00D6 => take(row, column, &self.text(value), CellKind::Text),
            0x0205 if value.get(1) == Some(&0) => {
                let text = if value.first() == Some(&0) { "false" } else { "true" };
                take(row, column, text, CellKind::Text);
            }
            0x0006 if value.get(6..8) == Some(&[0xFF, 0xFF]) => {
                *formula = (value.first() == Some(&0)).then_some((row, column));
                if value.first() == Some(&1) {
                    let text = if value.get(2) == Some(&0) { "false" } else { "true" };
                    take(row, column, text, CellKind::Text);
                }
            }
            0x0006 => self.float(f64_at(value, 0), style, &mut |text, kind| take(row, column, text, kind)),
            _ => {}
        }
    }

    /// Several packed numbers side by side.
    fn packed_row(&self, data: &[u8], take: &mut TakeCell<'_>) {
        let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else {
            return;
        };
        let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
        for (cell, column) in cells.chunks_exact(6).zip(first..=u16::MAX) {
            let style = u16_at(cell, 0).unwrap_or(0);
            self.packed(u32_at(cell, 2), style, &mut |text, kind| take(row, column, text, kind));
        }
    }

    fn shows_day(&self, style: u16) -> bool {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or(0);
        let custom = self.dates.get(&format).copied();
        custom.unwrap_or_else(|| dates::is_built_in_date(format))
    }

    fn float(&self, number: Option<f64>, style: u16, take: &mut dyn FnMut(&str, CellKind)) {
        let Some(number) = number else { return };
        let day = self
            .shows_day(style)
            .then(|| dates::day(number, self.is_1904))
            .flatten();
        if let Some(day) = day {
            take(&day, CellKind::Text);
        } else {
            let (text, kind) = number_text(number);
            take(&text, kind);
        }
    }

    /// A number of four bytes: whole or the upper half of a binary fraction, maybe in hundredths.
    fn packed(&self, packed: Option<u32>, style: u16, take: &mut dyn FnMut(&str, CellKind)) {
        let Some(packed) = packed else { return };
        let hundredths = packed & 1 != 0;
        let is_whole = packed & 2 != 0;
        let fraction = f64::from_bits(u64::from(packed & !3) << 32);
        let whole = packed.cast_signed() >> 2;
        if self.shows_day(style) && !hundredths {
            let number = if is_whole { f64::from(whole) } else { fraction };
            self.float(Some(number), style, take);
            return;
        }
        let (text, kind) = if is_whole {
            (whole.to_string(), CellKind::Number)
        } else {
            number_text(fraction)
        };
        if hundredths {
            take(&in_hundredths(&text), kind);
        } else {
            take(&text, kind);
        }
    }

    /// A text behind a length of two bytes.
    pub(super) fn text(&self, data: &[u8]) -> String {
        let Some(length) = u16_at(data, 0).map(usize::from) else {
            return String::new();
        };
        self.characters(data.get(2..).unwrap_or_default(), length)
    }

    /// A text behind a length of one byte.
    pub(super) fn short_text(&self, data: &[u8]) -> String {
        let Some((length, rest)) = data.split_first() else {
            return String::new();
        };
        self.characters(rest, usize::from(*length))
    }

    /// Characters of the workbook's charset, or from version 8 on of UTF-16, with a byte in front that says how wide.
    fn characters(&self, data: &[u8], length: usize) -> String {
        if self.is_before_8 {
            let bytes = data.get(..length).unwrap_or(data);
            return self.decoder.clone().decode(bytes).into_owned();
        }
        let mut reader = Pieces::of(vec![data]);
        reader
            .byte()
            .map_or_else(String::new, |flags| reader.wide(length, flags & 1 != 0))
    }
}

fn in_hundredths(text: &str) -> String {
    let shifted = Decimal::parse(text)
        .ok()
        .and_then(|number| Decimal::try_new(number.mantissa(), number.scale() + 2).ok());
    let text = shifted.map_or_else(String::new, |number| number.to_string());
    // As the cell shows it where no format says otherwise.
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A record's content read across the pieces that it is cut into.
struct Pieces<'a> {
    /// The pieces, the next one last.
    pieces: Vec<&'a [u8]>,
}

impl<'a> Pieces<'a> {
    fn of(mut pieces: Vec<&'a [u8]>) -> Self {
        pieces.reverse();
        Self { pieces }
    }

    /// What is left of the piece at hand.
    fn piece(&mut self) -> Option<&mut &'a [u8]> {
        while self.pieces.last().is_some_and(|piece| piece.is_empty()) {
            self.pieces.pop();
        }
        self.pieces.last_mut()
    }

    fn byte(&mut self) -> Option<u8> {
        let piece = self.piece()?;
        let (first, rest) = piece.split_first()?;
        *piece = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let piece = self.piece()?;
            let count = bytes.min(piece.len());
            *piece = piece.get(count..).unwrap_or_default();
            bytes -= count;
        }
        Some(())
    }

    /// A text that may bear formats and phonetic guides.
    fn rich_text(&mut self) -> Option<String> {
        let length = usize::from(self.number()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(self.number()?) } else { 0 };
        let guide = if flags & 4 != 0 {
            usize::from(self.number()?) | usize::from(self.number()?) << 16
        } else {
            0
        };
        let text = self.wide(length, flags & 1 != 0);
        self.skip(runs * 4);
        self.skip(guide);
        Some(text)
    }

    /// Characters; where a new piece begins among them, a byte says again how wide they are.
    fn wide(&mut self, length: usize, mut is_wide: bool) -> String {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            let Some(piece) = self.pieces.last_mut() else { break };
            if piece.is_empty() {
                self.pieces.pop();
                match self.byte() {
                    Some(flags) => is_wide = flags & 1 != 0,
                    None => break,
                }
                continue;
            }
            let wanted = length - units.len();
            let before = units.len();
            if is_wide {
                units.extend(
                    piece
                        .as_chunks()
                        .0
                        .iter()
                        .take(wanted)
                        .map(|two| u16::from_le_bytes(*two)),
                );
            } else {
                units.extend(piece.iter().take(wanted).map(|byte| u16::from(*byte)));
            }
            let taken = units.len() - before;
            let bytes = if is_wide { taken * 2 } else { taken };
            // Half a character at the end of a damaged piece belongs to nothing.
            *piece = if taken == 0 {
                &[]
            } else {
                piece.get(bytes..).unwrap_or_default()
            };
        }
        String::from_utf16_lossy(&units)
    }
}
