//! The files of a journal: read into text, within limits, each include opened through the caller.

use crate::includes::{self, Includes};
use crate::limits;
use crate::read::Emitter;
use std::io::{self, Read};
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::lines::Lines;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Place};

/// Reads the files of one journal and knows which ones are open.
pub(crate) struct Sources<'a> {
    includes: Option<&'a dyn Includes>,
    decoder: Decoder,
    /// Paths of the files that include each other, the outermost first.
    open: Vec<String>,
    files: usize,
    bytes: usize,
}

impl<'a> Sources<'a> {
    /// No file read yet.
    pub(crate) fn new(includes: Option<&'a dyn Includes>) -> Self {
        Self {
            includes,
            decoder: Decoder::default(),
            open: Vec::new(),
            files: 0,
            bytes: 0,
        }
    }

    /// The text of the first file; its path is kept for its includes.
    ///
    /// # Errors
    /// Those of the input.
    pub(crate) fn first(&mut self, input: &mut dyn Input, path: &str, out: &mut Emitter<'_>) -> io::Result<String> {
        self.open.push(includes::join("", path));
        self.files += 1;
        self.text(input, out)
    }

    /// The file that is being read, as problems name it: nothing for the first one.
    pub(crate) fn place(&self, line: u64) -> Place {
        match self.open.as_slice() {
            [_, .., path] => Place::field(line, path.clone()),
            _ => Place::line(line),
        }
    }

    /// The files that an include directive stands for, sorted; what is wrong with it is reported.
    pub(crate) fn named(&self, included: &str, line: u64, out: &mut Emitter<'_>) -> Vec<String> {
        let including = self.open.last().map_or("", String::as_str);
        let path = includes::join(including, included);
        if !includes::is_pattern(&path) {
            return vec![path];
        }
        let found = self.includes.map_or_else(
            || Err(io::ErrorKind::Unsupported.into()),
            |list| includes::expand(list, &path),
        );
        match found {
            Ok(found) if !found.is_empty() => found.into_iter().filter(|path| path != including).collect(),
            Ok(_) => {
                self.missing(&path, "no file fits it", line, out);
                Vec::new()
            }
            Err(error) => {
                self.missing(&path, &error.to_string(), line, out);
                Vec::new()
            }
        }
    }

    /// The text of an included file, which becomes the one being read until [`Sources::close`]. `None` if it cannot be had;
    /// the reason is reported at `line` of the including file.
    pub(crate) fn include(&mut self, path: &str, line: u64, out: &mut Emitter<'_>) -> Option<String> {
        if self.open.iter().any(|open| open == path) {
            self.missing(path, "it includes itself", line, out);
            return None;
        }
        if self.open.len() >= limits::MAX_INCLUDE_DEPTH || self.files >= limits::MAX_FILES {
            out.report(
                Code::TooLarge,
                self.place(line),
                format!("{:?} is one include too many", excerpt(path, 80)),
            );
            return None;
        }
        let Some(includes) = self.includes else {
            self.missing(path, "no included file was given", line, out);
            return None;
        };
        let mut input = match includes.open(path) {
            Ok(input) => input,
            Err(error) => {
                self.missing(path, &error.to_string(), line, out);
                return None;
            }
        };
        self.files += 1;
        let place = self.place(line);
        self.open.push(path.to_owned());
        match self.text(input.as_mut(), out) {
            Ok(text) => Some(text),
            Err(error) => {
                self.open.pop();
                out.report(
                    Code::IncludeMissing,
                    place,
                    format!("{:?} cannot be read: {error}", excerpt(path, 80)),
                );
                None
            }
        }
    }

    /// The included file has been read; its including file goes on.
    pub(crate) fn close(&mut self) {
        self.open.pop();
    }

    fn missing(&self, path: &str, why: &str, line: u64, out: &mut Emitter<'_>) {
        let message = format!("included file {:?} was left out: {why}", excerpt(path, 80));
        out.report(Code::IncludeMissing, self.place(line), message);
    }

    /// All of an input as text with `\n` at the line ends. Lines are decoded one by one: journals that several people keep
    /// mix charsets.
    fn text(&mut self, input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<String> {
        let opened = encoding::open(input)?;
        let room = limits::MAX_JOURNAL_BYTES.saturating_sub(self.bytes);
        let mut lines = Lines::new(opened.reader.take(u64::try_from(room).unwrap_or(u64::MAX)));
        let mut text = String::new();
        let undecodable = self.decoder.undecodable();
        while let Some(line) = lines.next()? {
            if line.cut {
                let message = "the line is too long; its end was dropped";
                out.report(Code::TooLarge, self.place(line.number), message);
            }
            text.push_str(&self.decoder.decode(line.bytes));
            text.push('\n');
        }
        self.bytes = self.bytes.saturating_add(text.len());
        if text.len() >= room {
            let message = format!(
                "the journal has more than {} bytes; the rest was not read",
                limits::MAX_JOURNAL_BYTES
            );
            out.report(Code::TooLarge, self.place(1), message);
        }
        let lost = self.decoder.undecodable().saturating_sub(undecodable);
        if lost > 0 {
            let message = format!(
                "{lost} lines hold bytes that are no character of {}",
                self.decoder.found()
            );
            out.report(Code::UndecodableBytes, self.place(1), message);
        }
        Ok(text)
    }
}
