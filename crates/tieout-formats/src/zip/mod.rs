//! Archives of statements: banks put a day's files into a ZIP. Each member is read by its content, as if it had come
//! alone; what is said of it bears its name.
//!
//! Sizes that an archive declares need not be true, so every member is unpacked into nothing and counted first, and its
//! checksum compared; and every byte of the archive must belong to something (`frame`), so that no part of one is taken
//! for the whole. Text is then streamed from the archive; only what its reader jumps about in is held in memory.

mod frame;
mod list;
mod member;

use crate::collect::read_all;
use crate::covered::Covered;
use crate::foreign;
use crate::limits::{
    MAX_ARCHIVE_DEPTH, MAX_HELD_BYTES, MAX_MEMBERS, MAX_PACKING, MAX_UNPACKED_BYTES, MIN_UNPACKED_BYTES,
};
use crate::pdf::Pdf;
use crate::read::{Emitter, Format, ReadOptions, read_as};
use member::{Flaw, Member, Packed};
use std::io::{self, Cursor, Read as _, Seek as _, SeekFrom};
use tieout_core::encoding::{self, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use zip::ZipArchive;

/// The reader of ZIP archives.
pub struct Zip;

impl Format for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x03\x04") && !begins_like_a_workbook(head)
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let size = input.seek(SeekFrom::End(0))?;
        input.rewind()?;
        let mut budget = (size.saturating_mul(MAX_PACKING)).clamp(MIN_UNPACKED_BYTES, MAX_UNPACKED_BYTES);
        out.dialect("ZIP");
        Archive {
            options,
            out,
            budget: &mut budget,
        }
        .read(input)
    }
}

/// Whether a file that is none by its beginning is what is left of an archive whose beginning is lost. Members that are not
/// packed are plain text then, with records of the archive around it.
pub(crate) fn is_rest_of_archive(input: &mut dyn Input) -> io::Result<bool> {
    const RECORDS: [&[u8]; 3] = [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"];
    const END_BYTES: u64 = 22;
    let opened = encoding::open(input)?;
    let head = opened.head.as_slice();
    let is_whole = Zip.recognise(head) || begins_like_a_workbook(head) || Pdf.recognise(head);
    if is_whole || head.starts_with(OLD_WORKBOOK) {
        return Ok(false);
    }
    if RECORDS
        .iter()
        .any(|record| memchr::memmem::find(head, record).is_some())
    {
        return Ok(true);
    }
    drop(opened);
    // An input that does not know its end is no file.
    let size = match input.seek(SeekFrom::End(0)) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(false),
        size => size?,
    };
    let Some(end) = size.checked_sub(END_BYTES) else {
        return Ok(false);
    };
    input.seek(SeekFrom::Start(end))?;
    let mut last = Vec::new();
    input.take(END_BYTES).read_to_end(&mut last)?;
    Ok(last.starts_with(b"PK\x05\x06\0\0\0\0"))
}

/// What old workbooks begin with, which may hold anything.
const OLD_WORKBOOK: &[u8] = b"\xD0\xCF\x11\xE0";

/// Whether the first member is one that workbooks begin with.
fn begins_like_a_workbook(head: &[u8]) -> bool {
    let name = head.get(30..).unwrap_or_default();
    [
        b"[Content_Types].xml".as_slice(),
        b"_rels/",
        b"xl/",
        b"docProps/",
        b"customXml/",
        b"mimetype",
    ]
    .iter()
    .any(|first| name.starts_with(first))
}

/// An archive while it is read.
struct Archive<'r, 'e> {
    options: &'r ReadOptions,
    out: &'r mut Emitter<'e>,
    /// Bytes that may still be unpacked.
    budget: &'r mut u64,
}

impl Archive<'_, '_> {
    fn read(&mut self, input: &mut dyn Input) -> io::Result<()> {
        if self.out.depth() >= MAX_ARCHIVE_DEPTH {
            let message = format!("archives stand one in the other more than {MAX_ARCHIVE_DEPTH} deep");
            self.out.problem(Problem::of_file(Code::TooLarge, message));
            return Ok(());
        }
        let Some(members) = self.members(input)? else {
            return Ok(());
        };
        if members.iter().any(|member| member.name == "xl/workbook.xml") {
            return read_as(&crate::delimited::Delimited, input, self.options, self.out);
        }
        // Banks add a PDF of the same statement: it is read if no other file holds its account and days.
        let (papers, others): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.is_named(".pdf"));
        let mut dialects: Vec<String> = Vec::new();
        for member in others {
            self.read_member((member, &members), input, &mut dialects)?;
        }
        let read_already = self.out.covered().clone();
        for member in papers {
            let Some((code, why)) = self.needless(member, &read_already, input)? else {
                self.read_member((member, &members), input, &mut dialects)?;
                continue;
            };
            let message = format!("{:?} was left out: {why}", excerpt(&member.name, 80));
            let problem = Problem::of_file(code, message);
            self.out.problem(if code == Code::Unread {
                problem.advising("nothing, if it is the paper of the same statement; else give it by itself")
            } else {
                problem
            });
        }
        dialects.sort();
        dialects.dedup();
        dialects.truncate(4);
        let of = if dialects.is_empty() { "" } else { " of " };
        self.out.dialect(format!("ZIP{of}{}", dialects.join(", ")));
        Ok(())
    }

    /// Why a PDF beside other files is not read, if it need not be: they hold its days, or it holds nothing to read.
    fn needless(
        &self,
        packed: &Packed,
        covered: &Covered,
        input: &mut dyn Input,
    ) -> io::Result<Option<(Code, &'static str)>> {
        if covered.is_empty() {
            return Ok(None);
        }
        // What cannot be unpacked is named where it is read.
        let Ok(Ok(size)) = packed.weigh(input, *self.budget) else {
            return Ok(None);
        };
        if size > MAX_HELD_BYTES {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let mut member = Member::new(packed, input, size);
        member.seek(SeekFrom::Start(0))?;
        member.read_to_end(&mut bytes)?;
        let options = ReadOptions {
            format: Some(Pdf.name().to_owned()),
            ..self.options.clone()
        };
        let import = read_all(&mut Cursor::new(bytes), &options)?;
        let statements = || import.statements.iter().map(|read| &read.statement);
        let is_named = statements().all(|statement| !statement.account.id.is_empty());
        Ok(if statements().next().is_none() {
            Some((Code::Unread, "no statement can be read in it"))
        } else if !statements().all(|statement| covered.holds(statement)) {
            None
        } else if is_named {
            Some((Code::Decided, "another file holds its account and days"))
        } else {
            Some((Code::Unread, "it names no account, and another file holds its days"))
        })
    }

    /// Every file of the archive, in the order of names: the same statements must not depend on how they were packed.
    /// `None` if the archive cannot be read.
    fn members(&mut self, input: &mut dyn Input) -> io::Result<Option<Vec<Packed>>> {
        let directory = match frame::directory(input)? {
            Ok(directory) => directory,
            Err(flaw) => {
                self.out.problem(of_the_whole(&flaw));
                return Ok(None);
            }
        };
        let Some(mut members) = self.listed(input, directory) else {
            return Ok(None);
        };
        // Of an archive with more files than are looked at it was said that some are missing.
        if members.len() < MAX_MEMBERS {
            frame::doubled(&mut members, directory, input)?;
            let flaws = frame::flaws(&mut members, directory, input)?;
            let is_lost = flaws.iter().any(frame::Flaw::is_fatal);
            for flaw in &flaws {
                self.tell(flaw);
            }
            if is_lost {
                return Ok(None);
            }
        }
        members.retain(|member| !member.is_folder() && !member.is_of_the_system());
        members.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.header().cmp(&b.header())));
        if members.is_empty() {
            self.out
                .problem(Problem::of_file(Code::NotAStatement, "the archive holds no files"));
        }
        Ok(Some(members))
    }

    /// What the directory lists, folders too.
    fn listed(&mut self, input: &mut dyn Input, directory: u64) -> Option<Vec<Packed>> {
        let mut archive = match ZipArchive::new(input) {
            Ok(archive) if archive.central_directory_start() == directory => archive,
            Ok(_) => {
                self.out.problem(of_the_whole(&frame::Flaw::Misplaced));
                return None;
            }
            Err(error) => {
                self.out.problem(of_the_whole(&error));
                return None;
            }
        };
        if archive.len() > MAX_MEMBERS {
            let message = format!(
                "the archive holds {} files; only the first {MAX_MEMBERS} were read",
                archive.len()
            );
            self.out.problem(Problem::of_file(Code::TooLarge, message));
        }
        let mut members = Vec::new();
        for index in 0..archive.len().min(MAX_MEMBERS) {
            match archive.by_index_raw(index) {
                Ok(file) => members.push(Packed::of(&file)),
                Err(error) => self.out.problem(of_the_whole(&error)),
            }
        }
        Some(members)
    }

    /// Says what is wrong with the archive, or with the headers of one of its files.
    fn tell(&mut self, flaw: &frame::Flaw) {
        let Some(member) = flaw.member() else {
            return self.out.problem(of_the_whole(flaw));
        };
        self.out.enter(member);
        self.out.report(Code::Malformed, Place::default(), flaw.to_string());
        self.out.leave();
    }

    /// Reads one of the archive's members.
    fn read_member(
        &mut self,
        (packed, members): (&Packed, &[Packed]),
        input: &mut dyn Input,
        dialects: &mut Vec<String>,
    ) -> io::Result<()> {
        self.out.enter(&packed.name);
        let read = self.read_entered(packed, members, input);
        let said = self.out.said_dialect().to_owned();
        self.out.leave();
        match read {
            Ok(true) if !said.is_empty() => dialects.push(said),
            Ok(_) => {}
            // The archive itself was read well; it is the member that is broken.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                let message = format!("{:?} cannot be unpacked: {error}", excerpt(&packed.name, 80));
                self.out.problem(Problem::of_file(Code::Malformed, message));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether a member can be read as a statement of several rows.
    fn holds_rows(&self, member: &mut Member<'_>) -> io::Result<bool> {
        let mut bytes = Vec::new();
        member.seek(SeekFrom::Start(0))?;
        member.read_to_end(&mut bytes)?;
        let import = read_all(&mut Cursor::new(bytes), self.options).ok();
        let rows = import.iter().flat_map(|import| &import.statements);
        Ok(rows.map(|read| read.lines.len()).sum::<usize>() > 1)
    }

    /// Whether a member is about the others by its name and by what it holds, and neither a statement nor what may be left of
    /// one is in it.
    fn is_about_others(&self, packed: &Packed, members: &[Packed], member: &mut Member<'_>) -> io::Result<bool> {
        let name = packed.file_name();
        if !list::may_be_one(&name) {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        member.seek(SeekFrom::Start(0))?;
        member.read_to_end(&mut bytes)?;
        let others = members.iter().map(Packed::file_name).filter(|other| *other != name);
        let others: Vec<String> = others.collect();
        if !list::is_one(&name, &bytes, &others) {
            return Ok(false);
        }
        let Ok(import) = read_all(&mut Cursor::new(bytes), self.options) else {
            return Ok(false);
        };
        let is_of_another_kind = |code| matches!(code, Code::UnknownFormat | Code::NotAStatement | Code::NoColumns);
        let mut said = import.reading.problems.iter().map(|problem| problem.code);
        Ok(import.statements.is_empty() && said.all(is_of_another_kind))
    }

    /// True if a format was found for it.
    fn read_entered(&mut self, packed: &Packed, members: &[Packed], input: &mut dyn Input) -> io::Result<bool> {
        let size = match packed.weigh(input, *self.budget)? {
            Ok(size) => size,
            Err(flaw) => {
                self.out.problem(problem_of(&flaw));
                return Ok(false);
            }
        };
        *self.budget = self.budget.saturating_sub(size);
        if size == 0 {
            self.out
                .problem(Problem::of_file(Code::EmptyStatement, "the file is empty"));
            return Ok(false);
        }
        let mut member = Member::new(packed, input, size);
        let opened = encoding::open(&mut member)?;
        let format = crate::FORMATS
            .iter()
            .copied()
            .find(|format| format.recognise(&opened.head));
        let refusal = foreign::refusal(&opened.head);
        drop(opened);
        // What accompanies statements may look like a table; by its name it is none, unless rows of one are in it.
        let is_remark = packed.is_remark() && format.is_none_or(|format| format.name() == "csv");
        if is_remark && (size > MAX_HELD_BYTES || !self.holds_rows(&mut member)?) {
            self.out.report(
                Code::Decided,
                Place::default(),
                "the file is no statement by its name, and was left out",
            );
            return Ok(false);
        }
        if size <= MAX_HELD_BYTES && self.is_about_others(packed, members, &mut member)? {
            let message =
                "the file is a list of the archive's files, of their checksums, or a signature, and holds no statement";
            self.out.report(Code::Decided, Place::default(), message);
            return Ok(false);
        }
        let Some(format) = format else {
            let unknown = || {
                let message = "no statement format recognises this file of the archive";
                Problem::of_file(Code::UnknownFormat, message)
            };
            self.out.problem(refusal.unwrap_or_else(unknown));
            return Ok(false);
        };
        if !must_be_held(format) {
            read_as(format, &mut member, self.options, self.out)?;
            return Ok(true);
        }
        if size > MAX_HELD_BYTES {
            let message = format!("the file has more than {} MB", MAX_HELD_BYTES >> 20);
            self.out.problem(Problem::of_file(Code::TooLarge, message));
            return Ok(true);
        }
        let mut bytes = Vec::new();
        member.seek(SeekFrom::Start(0))?;
        member.read_to_end(&mut bytes)?;
        let mut held = Cursor::new(bytes);
        if format.name() == Zip.name() {
            self.read(&mut held)?;
        } else {
            read_as(format, &mut held, self.options, self.out)?;
        }
        Ok(true)
    }
}

/// Formats whose readers jump about, which in a packed file begins anew each time.
fn must_be_held(format: &dyn Format) -> bool {
    matches!(format.name(), "zip" | "csv" | "pdf")
}

/// What keeps an archive from being read as a whole.
fn of_the_whole(flaw: &dyn std::fmt::Display) -> Problem {
    Problem::of_file(Code::Malformed, format!("the archive cannot be unpacked whole: {flaw}"))
}

fn problem_of(flaw: &Flaw) -> Problem {
    let code = match flaw {
        Flaw::Encrypted => Code::Encrypted,
        Flaw::TooLarge => Code::TooLarge,
        Flaw::Method(_) => Code::UnknownFormat,
        Flaw::Checksum => Code::Malformed,
    };
    Problem::of_file(code, flaw.to_string())
}
