//! A file of books held in memory as text: formats whose accounts, texts or totals stand anywhere in the file.

use crate::limits::MAX_JOURNAL_BYTES;
use crate::read::Emitter;
use std::io::{self, Read as _};
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Problem};

/// The bytes of a file, UTF-16 turned into UTF-8. `None` if there are too many, which is reported.
///
/// # Errors
/// Those of the input.
pub(crate) fn bytes(input: &mut dyn Input, out: &mut Emitter<'_>) -> io::Result<Option<Vec<u8>>> {
    let opened = encoding::open(input)?;
    let most = u64::try_from(MAX_JOURNAL_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    opened.reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_JOURNAL_BYTES {
        out.problem(too_large());
        return Ok(None);
    }
    Ok(Some(bytes))
}

/// The text of a file. What is not UTF-8 is read as the decoder says; lines are decoded one by one, because programs mix
/// charsets.
///
/// # Errors
/// Those of the input.
pub(crate) fn text(input: &mut dyn Input, decoder: &mut Decoder, out: &mut Emitter<'_>) -> io::Result<Option<String>> {
    let Some(bytes) = bytes(input, out)? else {
        return Ok(None);
    };
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            decoder.see(&text);
            return Ok(Some(text));
        }
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        text.push_str(&decoder.decode(line));
    }
    if decoder.undecodable() > 0 {
        let lost = decoder.undecodable();
        let message = format!("{lost} lines hold bytes that are no character of {}", decoder.found());
        out.problem(Problem::of_file(Code::UndecodableBytes, message));
    }
    Ok(Some(text))
}

pub(crate) fn too_large() -> Problem {
    let message = format!("the books have more than {} MB", MAX_JOURNAL_BYTES >> 20);
    Problem::of_file(Code::TooLarge, message)
}
