//! Whether an archive is whole: each of its bytes belongs to a file of its directory, to the directory, or to its end.
//!
//! An archive that stands in another as it is ends as the other one does. Cut the outer one behind it, or damage the outer
//! end, and the end that is found last is the inner one's: its directory is right in itself and knows nothing of the files
//! before and after it. So an end is believed only at the end of the file, a directory only right before its end, and files
//! only if they follow each other from the first byte on. Behind a file may stand its sums once more (a data descriptor).

use super::member::Packed;
use crate::limits::MAX_MEMBERS;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _, SeekFrom};
use tieout_core::encoding::Input;

/// Bytes of the end of an archive without its comment.
const END_BYTES: usize = 22;
/// Bytes of the record that says where the end of a large archive (zip64) stands.
const LOCATOR_BYTES: u64 = 20;
/// Bytes of the end of a large archive that are looked at.
const LARGE_END_BYTES: u64 = 56;
/// Bytes of a file's header without its name.
const HEADER_BYTES: u64 = 30;
/// Bytes of a file's record in the directory without its name.
const RECORD_BYTES: u64 = 46;
/// Bytes of the longest data descriptor.
const MAX_SUMS: u64 = 24;
/// Blanks and zeros that may follow an archive: what was added where files are kept in blocks, or sent as text.
const MAX_PADDING: usize = 4 * 1024;
/// Bytes of the largest comment.
const MAX_COMMENT: usize = 0xFFFF;

/// What an archive says twice and differently, or does not say of some of its bytes.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("its directory is not at the end of the file: the archive is cut or damaged")]
    NoEnd,
    #[error("its directory is not where its end says: the archive is cut or damaged")]
    Misplaced,
    #[error("{bytes} bytes before its first file belong to nothing: what stood there is lost")]
    Headless { bytes: u64 },
    #[error(
        "{bytes} bytes from byte {from} on belong to no file of its directory: a file of the archive is lost or damaged"
    )]
    Gap { from: u64, bytes: u64 },
    #[error("one of its files reaches over byte {at}, where something else begins: the archive is damaged")]
    Overlap { at: u64 },
    #[error("a file is called otherwise in the directory than where it stands: the archive is damaged")]
    Renamed { name: String },
    #[error("a folder holds {bytes} bytes: the archive is damaged")]
    Folder { name: String, bytes: u64 },
}

impl Flaw {
    /// The file that it is of, if it is of one.
    pub(super) fn member(&self) -> Option<&str> {
        match self {
            Self::Renamed { name } | Self::Folder { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Whether nothing of the archive can be believed.
    pub(super) fn is_fatal(&self) -> bool {
        matches!(self, Self::NoEnd | Self::Misplaced | Self::Headless { .. })
    }
}

/// What the end of an archive says of its directory.
struct Listing {
    start: u64,
    length: u64,
    /// Where the record stands that says this: right behind the directory.
    stop: u64,
}

/// Where the directory of an archive begins, by the end of the file.
///
/// # Errors
/// Those of the input.
pub(super) fn directory(input: &mut dyn Input) -> io::Result<Result<u64, Flaw>> {
    let size = input.seek(SeekFrom::End(0))?;
    let window = u64::try_from(END_BYTES + MAX_COMMENT + MAX_PADDING).unwrap_or(u64::MAX);
    let begin = size.saturating_sub(window);
    let tail = bytes_at(input, begin, window)?;
    let Some(at) = last_end(&tail) else {
        return Ok(Err(Flaw::NoEnd));
    };
    let record = tail.get(at..).unwrap_or_default();
    let stop = begin.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
    let listing = match large_listing(input, stop)? {
        Some(large) => large,
        None => Ok(Listing {
            start: number(record, 16, 4),
            length: number(record, 12, 4),
            stop,
        }),
    };
    Ok(
        listing.and_then(|listing| match listing.start.checked_add(listing.length) {
            Some(stop) if stop == listing.stop => Ok(listing.start),
            _ => Err(Flaw::Misplaced),
        }),
    )
}

/// Where the last end of an archive begins that reaches to the end of the file.
fn last_end(tail: &[u8]) -> Option<usize> {
    let is_padding = |rest: &[u8]| {
        rest.len() <= MAX_PADDING && rest.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n' | 0x1A))
    };
    memchr::memmem::rfind_iter(tail, b"PK\x05\x06").find(|at| {
        let record = tail.get(*at..).unwrap_or_default();
        let comment = usize::try_from(number(record, 20, 2)).unwrap_or(usize::MAX);
        record.get(END_BYTES.saturating_add(comment)..).is_some_and(is_padding)
    })
}

/// What a large archive (zip64) says before its end; none if it is not large.
fn large_listing(input: &mut dyn Input, end: u64) -> io::Result<Option<Result<Listing, Flaw>>> {
    let Some(at) = end.checked_sub(LOCATOR_BYTES) else {
        return Ok(None);
    };
    let locator = bytes_at(input, at, LOCATOR_BYTES)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let stop = number(&locator, 8, 8);
    let record = bytes_at(input, stop, LARGE_END_BYTES)?;
    let behind = stop
        .checked_add(12)
        .and_then(|at| at.checked_add(number(&record, 4, 8)));
    let is_whole = record.starts_with(b"PK\x06\x06") && behind == Some(at);
    Ok(Some(if is_whole {
        Ok(Listing {
            start: number(&record, 48, 8),
            length: number(&record, 40, 8),
            stop,
        })
    } else {
        Err(Flaw::Misplaced)
    }))
}

/// Files that bear the name of another one, which is the one that a directory is asked for; all of one name are told apart.
///
/// # Errors
/// Those of the input.
pub(super) fn doubled(members: &mut Vec<Packed>, directory: u64, input: &mut dyn Input) -> io::Result<()> {
    let headers: BTreeSet<u64> = members.iter().map(Packed::header).collect();
    let names: BTreeSet<Vec<u8>> = members.iter().map(|own| own.raw_name().to_vec()).collect();
    let mut at = directory;
    for _ in 0..MAX_MEMBERS {
        let record = bytes_at(input, at, RECORD_BYTES)?;
        if !record.starts_with(b"PK\x01\x02") {
            break;
        }
        let (name, header) = (number(&record, 28, 2), number(&record, 42, 4));
        if !headers.contains(&header) {
            let name = bytes_at(input, at.saturating_add(RECORD_BYTES), name)?;
            let own = bytes_at(input, header, HEADER_BYTES)?;
            let start = header + HEADER_BYTES + number(&own, 26, 2) + number(&own, 28, 2);
            let is_again = names.contains(&name);
            members.extend(Packed::doubled(&record, &name, (header, start)).filter(|_| is_again));
        }
        let length = RECORD_BYTES + name + number(&record, 30, 2) + number(&record, 32, 2);
        at = at.saturating_add(length);
    }
    members.sort_by_key(Packed::header);
    let mut counted: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for member in members.iter_mut() {
        let count = counted.entry(member.raw_name().to_vec()).or_default();
        *count += 1;
        if *count > 1 {
            member.count(*count);
        }
    }
    Ok(())
}

/// What is wrong with the files of an archive whose directory begins at `directory`. They are put in the order in which
/// they stand.
///
/// # Errors
/// Those of the input.
pub(super) fn flaws(members: &mut [Packed], directory: u64, input: &mut dyn Input) -> io::Result<Vec<Flaw>> {
    members.sort_by_key(Packed::header);
    let mut found = Vec::new();
    let mut reached = 0;
    let mut before: Option<&Packed> = None;
    for member in members.iter() {
        found.extend(between(before, reached, member.header(), input)?);
        found.extend(of_one(member, input)?);
        reached = member.end();
        before = Some(member);
    }
    found.extend(between(before, reached, directory, input)?);
    Ok(found)
}

/// What is wrong with the bytes between the end of a file and what follows it.
fn between(before: Option<&Packed>, reached: u64, next: u64, input: &mut dyn Input) -> io::Result<Option<Flaw>> {
    let Some(bytes) = next.checked_sub(reached) else {
        return Ok(Some(Flaw::Overlap { at: next }));
    };
    if bytes == 0 {
        return Ok(None);
    }
    Ok(match before {
        None => Some(Flaw::Headless { bytes }),
        Some(member) if bytes <= MAX_SUMS && repeats_sums(member, &bytes_at(input, reached, bytes)?) => None,
        Some(_) => Some(Flaw::Gap { from: reached, bytes }),
    })
}

/// Whether bytes are a data descriptor: checksum and lengths of the file before it, in numbers of 4 or 8 bytes.
fn repeats_sums(member: &Packed, bytes: &[u8]) -> bool {
    let lengths = |rest: &[u8], width: usize| {
        rest.len() == 4 + 2 * width
            && number(rest, 0, 4) == u64::from(member.checksum())
            && number(rest, 4, width) == member.stored_bytes()
    };
    let is_sums = |rest: &[u8]| lengths(rest, 4) || lengths(rest, 8);
    is_sums(bytes) || bytes.strip_prefix(b"PK\x07\x08").is_some_and(is_sums)
}

/// What is wrong with one file: by its name the directory tells folders, and what is no statement.
fn of_one(member: &Packed, input: &mut dyn Input) -> io::Result<Option<Flaw>> {
    let name = || member.name.clone();
    if member.is_folder() && member.declared_bytes() > 0 {
        let bytes = member.declared_bytes();
        return Ok(Some(Flaw::Folder { name: name(), bytes }));
    }
    let length = u64::try_from(member.raw_name().len()).unwrap_or(u64::MAX);
    let printed = bytes_at(input, member.header().saturating_add(HEADER_BYTES), length)?;
    Ok((printed != member.raw_name()).then(|| Flaw::Renamed { name: name() }))
}

/// The bytes from a place on, fewer at the end of the input.
fn bytes_at(input: &mut dyn Input, at: u64, count: u64) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    input.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of so many bytes, the lowest first; what is not there is zero.
pub(super) fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let digits = bytes.get(at..at.saturating_add(width)).unwrap_or_default();
    digits
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}
