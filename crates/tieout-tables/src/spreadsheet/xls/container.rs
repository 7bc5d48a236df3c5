//! The compound file that old office documents are: sectors linked by a table, streams with names.

use super::records::{u16_at, u32_at};

const END: u32 = 0xFFFF_FFFA;
const MINI_SECTOR: usize = 64;
/// Streams below this size stand in the mini stream.
const MINI_CUTOFF: usize = 4096;
const ENTRY: usize = 128;

/// A compound file.
pub(super) struct Container<'a> {
    file: &'a [u8],
    sector: usize,
    /// Number of the sector after each sector.
    table: Vec<u32>,
    directory: Vec<u8>,
    mini_table: Vec<u32>,
    mini_stream: Vec<u8>,
}

impl<'a> Container<'a> {
    /// Opens a compound file; `None` if its tables are broken.
    pub(super) fn of(file: &'a [u8]) -> Option<Self> {
        if file.get(..4)? != super::super::OLD_CONTAINER {
            return None;
        }
        let sector = match u16_at(file, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut container = Self {
            file,
            sector,
            table: Vec::new(),
            directory: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: Vec::new(),
        };
        container.table = container.read_table()?;
        container.directory = container.chain(u32_at(file, 48)?);
        container.mini_table = numbers(&container.chain(u32_at(file, 60)?));
        // The root entry is the first one.
        let root = container.directory.get(..ENTRY)?;
        container.mini_stream = container.chain(u32_at(root, 116)?);
        Some(container)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.file.len());
        self.file.get(start..end)
    }

    /// The table of sectors: its own sectors are listed in the header, further ones in a chain of lists.
    fn read_table(&self) -> Option<Vec<u32>> {
        let most = self.file.len() / self.sector + 1;
        let mut listed = numbers(self.file.get(76..512)?);
        let mut list = u32_at(self.file, 68)?;
        let mut lists = 0;
        while list < END && lists <= most {
            let mut more = numbers(self.sector(list)?);
            list = more.pop()?;
            listed.append(&mut more);
            lists += 1;
        }
        let mut table = Vec::new();
        for number in listed.into_iter().filter(|number| *number < END) {
            if table.len() > most {
                break;
            }
            table.extend(numbers(self.sector(number)?));
        }
        Some(table)
    }

    /// The bytes of a chain of sectors, as far as it goes. No chain is longer than the file.
    fn chain(&self, first: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut at = first;
        while let Some(sector) = self.sector(at).filter(|_| at < END && bytes.len() <= self.file.len()) {
            bytes.extend_from_slice(sector);
            at = after(&self.table, at);
        }
        bytes
    }

    fn mini_chain(&self, first: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut at = first;
        while at < END && bytes.len() <= self.mini_stream.len() {
            let start = usize::try_from(at).unwrap_or(usize::MAX).saturating_mul(MINI_SECTOR);
            let Some(sector) = self.mini_stream.get(start..start.saturating_add(MINI_SECTOR)) else {
                break;
            };
            bytes.extend_from_slice(sector);
            at = after(&self.mini_table, at);
        }
        bytes
    }

    /// The bytes of a stream by its name.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        // Names are compared without case: some programs write `WORKBOOK`.
        let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let entry = self.directory.chunks_exact(ENTRY).find(|entry| {
            let length = u16_at(entry, 64).map_or(0, usize::from);
            let own = entry.get(..length.saturating_sub(2)).unwrap_or_default();
            entry.get(66) == Some(&2) && own.eq_ignore_ascii_case(&wanted)
        })?;
        let first = u32_at(entry, 116)?;
        let size = usize::try_from(u32_at(entry, 120)?).ok()?;
        let mut bytes = if size < MINI_CUTOFF {
            self.mini_chain(first)
        } else {
            self.chain(first)
        };
        bytes.truncate(size);
        Some(bytes)
    }
}

fn after(table: &[u32], at: u32) -> u32 {
    let next = usize::try_from(at).ok().and_then(|at| table.get(at));
    next.copied().unwrap_or(u32::MAX)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|four| u32::from_le_bytes(*four))
        .collect()
}
