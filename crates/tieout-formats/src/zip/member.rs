//! One file of an archive as an input: read from its start as often as asked, unpacked while it is read.

use super::frame;
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, Read, Seek, SeekFrom};
use tieout_core::encoding::Input;
use zip::CompressionMethod;

/// Where a file stands in its archive, and how it is packed.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) name: String,
    /// The name as its bytes stand in the directory.
    raw_name: Vec<u8>,
    header: u64,
    start: u64,
    stored_bytes: u64,
    /// Bytes that it unpacks into, as the directory says.
    declared_bytes: u64,
    method: CompressionMethod,
    checksum: u32,
    is_encrypted: bool,
    is_folder: bool,
}

/// Why a file cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Flaw {
    #[error("the file is protected by a password")]
    Encrypted,
    #[error("the archive unpacks into more than an archive may hold")]
    TooLarge,
    #[error("the file is packed in a way that is not read ({0}); unpack the archive and give the file itself")]
    Method(CompressionMethod),
    #[error("the checksum of the file is wrong: the archive is damaged")]
    Checksum,
}

impl Packed {
    pub(super) fn of<R: Read>(file: &zip::read::ZipFile<'_, R>) -> Self {
        Self {
            name: file.name().map_or_else(
                |_| String::from_utf8_lossy(file.name_raw()).into_owned(),
                std::borrow::Cow::into_owned,
            ),
            raw_name: file.name_raw().to_vec(),
            header: file.header_start(),
            start: file.data_start().unwrap_or(u64::MAX),
            stored_bytes: file.compressed_size(),
            declared_bytes: file.size(),
            method: file.compression(),
            checksum: file.crc32(),
            is_encrypted: file.encrypted(),
            is_folder: file.is_dir(),
        }
    }

    /// One that bears the name of another, as its record in the directory says; none if that is of a large archive (zip64).
    pub(super) fn doubled(record: &[u8], name: &[u8], place: (u64, u64)) -> Option<Self> {
        const FOLDER_END: &[u8] = b"/";
        let of = |at: usize, width: usize| frame::number(record, at, width);
        let (stored_bytes, declared_bytes) = (of(20, 4), of(24, 4));
        let elsewhere = u64::from(u32::MAX);
        let is_small = [place.0, stored_bytes, declared_bytes]
            .iter()
            .all(|own| *own < elsewhere);
        is_small.then(|| Self {
            name: String::from_utf8_lossy(name).into_owned(),
            raw_name: name.to_vec(),
            header: place.0,
            start: place.1,
            stored_bytes,
            declared_bytes,
            method: match of(10, 2) {
                0 => CompressionMethod::Stored,
                // Any other is checked by its sum once it is unpacked.
                _ => CompressionMethod::Deflated,
            },
            checksum: u32::try_from(of(16, 4)).unwrap_or(0),
            is_encrypted: of(8, 2) & 1 == 1,
            is_folder: name.ends_with(FOLDER_END),
        })
    }

    /// Gives it a name of its own: `2 of a.sta`.
    pub(super) fn count(&mut self, number: usize) {
        self.name = format!("{number} of {}", self.name);
    }

    /// Where its header begins.
    pub(super) fn header(&self) -> u64 {
        self.header
    }

    /// Where its packed bytes end.
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.stored_bytes)
    }

    /// The name as its bytes stand in the directory.
    pub(super) fn raw_name(&self) -> &[u8] {
        &self.raw_name
    }

    /// How many bytes it is packed into.
    pub(super) fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }

    /// How many bytes it unpacks into, as the directory says.
    pub(super) fn declared_bytes(&self) -> u64 {
        self.declared_bytes
    }

    /// The checksum of what it unpacks into, as the directory says.
    pub(super) fn checksum(&self) -> u32 {
        self.checksum
    }

    /// Whether it is a folder, by its name.
    pub(super) fn is_folder(&self) -> bool {
        self.is_folder
    }

    /// Whether the name ends so, in any letter case.
    pub(super) fn is_named(&self, end: &str) -> bool {
        self.name.to_lowercase().ends_with(end)
    }

    /// What operating systems put into archives besides the files.
    pub(super) fn is_of_the_system(&self) -> bool {
        let file = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        self.name.starts_with("__MACOSX/") || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
    }

    /// Whether the name is that of a text which accompanies statements: a readme, a licence, a picture.
    pub(super) fn is_remark(&self) -> bool {
        let file = self.name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let (stem, ending) = file.rsplit_once('.').unwrap_or((&file, ""));
        let is_text = matches!(ending, "" | "txt" | "md" | "htm" | "html" | "rtf");
        let names = [
            "readme",
            "read_me",
            "liesmich",
            "lisezmoi",
            "lisez-moi",
            "leeme",
            "leiame",
            "leggimi",
            "leesmij",
            "licen",
        ];
        is_text && names.iter().any(|name| stem.starts_with(name))
            || matches!(
                ending,
                "md" | "rtf" | "doc" | "docx" | "png" | "jpg" | "jpeg" | "gif" | "css" | "xsd" | "dtd" | "xsl" | "url"
            )
    }

    /// The name without folders, in lower case.
    pub(super) fn file_name(&self) -> String {
        self.name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase()
    }

    /// Unpacks into nothing: how many bytes there are.
    ///
    /// # Errors
    /// Those of the input, and [`io::ErrorKind::InvalidData`] if the packed bytes are broken.
    pub(super) fn weigh(&self, input: &mut dyn Input, most: u64) -> io::Result<Result<u64, Flaw>> {
        if self.is_encrypted {
            return Ok(Err(Flaw::Encrypted));
        }
        if !matches!(self.method, CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Ok(Err(Flaw::Method(self.method)));
        }
        let mut member = Member::new(self, input, u64::MAX);
        let mut buffer = vec![0; 64 * 1024];
        let (mut size, mut sum) = (0_u64, Crc::new());
        loop {
            let count = member.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            sum.update(buffer.get(..count).unwrap_or_default());
            size = size.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if size > most {
                return Ok(Err(Flaw::TooLarge));
            }
        }
        if sum.sum() != self.checksum {
            return Ok(Err(Flaw::Checksum));
        }
        Ok(Ok(size))
    }
}

/// The content of a packed file.
pub(super) struct Member<'a> {
    packed: &'a Packed,
    input: &'a mut dyn Input,
    size: u64,
    inflater: Option<Decompress>,
    /// Packed bytes in memory, those from `used` on not yet unpacked.
    buffer: Vec<u8>,
    used: usize,
    /// Packed bytes that were read from the archive.
    taken: u64,
    position: u64,
    begun: bool,
    ended: bool,
}

impl<'a> Member<'a> {
    /// `size` is what it unpacks into, as far as it is known.
    pub(super) fn new(packed: &'a Packed, input: &'a mut dyn Input, size: u64) -> Self {
        let deflated = packed.method == CompressionMethod::Deflated;
        Self {
            packed,
            input,
            size,
            inflater: deflated.then(|| Decompress::new(false)),
            buffer: Vec::new(),
            used: 0,
            taken: 0,
            position: 0,
            begun: false,
            ended: false,
        }
    }

    fn rewind_to_start(&mut self) {
        if let Some(inflater) = &mut self.inflater {
            inflater.reset(false);
        }
        self.buffer.clear();
        (self.used, self.taken, self.position) = (0, 0, 0);
        (self.begun, self.ended) = (false, false);
    }

    /// Reads more packed bytes; false at their end.
    fn refill(&mut self) -> io::Result<bool> {
        if !self.begun {
            self.input.seek(SeekFrom::Start(self.packed.start))?;
            self.begun = true;
        }
        let left = self.packed.stored_bytes.saturating_sub(self.taken);
        self.buffer.clear();
        self.used = 0;
        let count = (&mut self.input)
            .take(left.min(64 * 1024))
            .read_to_end(&mut self.buffer)?;
        self.taken = self.taken.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count > 0)
    }

    fn unpack(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.used == self.buffer.len() && !self.refill()? {
                self.ended = true;
                return match self.inflater {
                    Some(_) => Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the packed bytes end too early",
                    )),
                    None => Ok(0),
                };
            }
            let packed = self.buffer.get(self.used..).unwrap_or_default();
            let Some(inflater) = &mut self.inflater else {
                let count = packed.len().min(into.len());
                if let (Some(to), Some(from)) = (into.get_mut(..count), packed.get(..count)) {
                    to.copy_from_slice(from);
                }
                self.used += count;
                return Ok(count);
            };
            let (read, written) = (inflater.total_in(), inflater.total_out());
            let status = inflater
                .decompress(packed, into, FlushDecompress::None)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the packed bytes are broken"))?;
            let consumed = usize::try_from(inflater.total_in() - read).unwrap_or(usize::MAX);
            let given = usize::try_from(inflater.total_out() - written).unwrap_or(usize::MAX);
            self.used = self.used.saturating_add(consumed);
            self.ended = status == Status::StreamEnd;
            if given > 0 || self.ended {
                return Ok(given);
            }
            if consumed == 0 && status == Status::BufError && self.used < self.buffer.len() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the packed bytes are broken",
                ));
            }
        }
    }
}

impl Read for Member<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || self.ended {
            return Ok(0);
        }
        let count = self.unpack(into)?;
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

impl Seek for Member<'_> {
    /// Forwards by unpacking, backwards by beginning anew: readers go back to the start, and hardly elsewhere.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let wanted = match to {
            SeekFrom::Start(wanted) => Some(wanted),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        let wanted = wanted.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if wanted < self.position || wanted == 0 {
            self.rewind_to_start();
        }
        let mut buffer = [0; 8 * 1024];
        while self.position < wanted {
            let left = usize::try_from(wanted - self.position).unwrap_or(usize::MAX);
            let step = left.min(buffer.len());
            if self.read(buffer.get_mut(..step).unwrap_or_default())? == 0 {
                break;
            }
        }
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};
    use zip::write::SimpleFileOptions;
    use zip::{ZipArchive, ZipWriter};

    fn archive(content: &[u8], method: CompressionMethod) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file("a.txt", options).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap()
    }

    fn packed(archive: &Cursor<Vec<u8>>) -> Packed {
        Packed::of(&ZipArchive::new(archive.clone()).unwrap().by_index_raw(0).unwrap())
    }

    #[test]
    fn a_member_reads_as_the_file_that_was_packed() {
        let content: Vec<u8> = (0..300_000_u32).flat_map(|n| (n % 977).to_le_bytes()).collect();
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let mut zip = archive(&content, method);
            let packed = packed(&zip);
            assert_eq!(packed.weigh(&mut zip, u64::MAX).unwrap().unwrap(), content.len() as u64);
            let mut member = Member::new(&packed, &mut zip, content.len() as u64);
            for begin in [0, 700_000, 3, 0] {
                member.seek(SeekFrom::Start(begin)).unwrap();
                let mut read = Vec::new();
                member.read_to_end(&mut read).unwrap();
                assert!(
                    read == content[usize::try_from(begin).unwrap()..],
                    "{method} from {begin}"
                );
            }
            assert_eq!(member.seek(SeekFrom::End(-4)).unwrap(), content.len() as u64 - 4);
        }
    }

    #[test]
    fn what_unpacks_into_more_than_it_may_is_stopped() {
        let mut zip = archive(&vec![b'0'; 5_000_000], CompressionMethod::Deflated);
        let packed = packed(&zip);
        let small = zip.get_ref().len();
        assert!(small < 10_000, "{small}");
        assert!(matches!(
            packed.weigh(&mut zip, 1_000_000).unwrap(),
            Err(Flaw::TooLarge)
        ));
    }

    #[test]
    fn damage_is_told_by_the_checksum_or_the_packing() {
        let content = b"2026-03-01;Coffee;-3.50\n".repeat(200);
        let whole = archive(&content, CompressionMethod::Deflated);
        let packed = packed(&whole);
        for at in 40..90 {
            let mut damaged = whole.clone();
            damaged.get_mut()[at] ^= 0x55;
            let weighed = packed.weigh(&mut damaged, 10_000_000);
            assert!(!matches!(weighed, Ok(Ok(_))), "a changed byte at {at} was not seen");
        }
    }
}
