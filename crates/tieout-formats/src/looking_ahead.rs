//! Looking ahead for letters, where these alone tell the charset: at the first byte outside of ASCII, wherever in the file it
//! stands, some more of the file is looked at before anything of it is read. Files of ASCII cost nothing but the look at each
//! piece of them that is in memory anyway.

use std::cell::RefCell;
use std::io::{self, Read, SeekFrom};
use std::rc::Rc;
use tieout_core::encoding::{self, Input, Opened, is_ascii};

/// Bytes that are looked through from the first that is no ASCII.
const MAX_AHEAD_BYTES: usize = 1024 * 1024;
/// Bytes outside of ASCII that are enough to tell.
const ENOUGH: usize = 4096;

/// Bytes outside of ASCII, as soon as there are any.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ahead(Rc<RefCell<Vec<u8>>>);

impl Ahead {
    /// Those that were found since; empty if none were, or if they were taken before.
    #[inline]
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

/// Begins an input as [`encoding::open`] does, looking ahead unless a mark says the charset.
///
/// # Errors
/// Those of the input.
pub(crate) fn open(input: &mut dyn Input) -> io::Result<(Opened<'_>, Ahead)> {
    let ahead = Ahead::default();
    let (head, marked) = {
        let opened = encoding::open(input)?;
        (opened.head, opened.marked)
    };
    if marked.is_some() {
        return Ok((encoding::open(input)?, ahead));
    }
    input.seek(SeekFrom::Start(0))?;
    let reader = Box::new(LookingAhead {
        input,
        ahead: ahead.clone(),
        looked: false,
        given: 0,
    });
    Ok((Opened { head, reader, marked }, ahead))
}

struct LookingAhead<'a> {
    input: &'a mut dyn Input,
    ahead: Ahead,
    looked: bool,
    /// Bytes that were read so far, those that were only looked at left out.
    given: u64,
}

impl LookingAhead<'_> {
    /// Looks through what follows, and comes back.
    fn look(&mut self, piece: &[u8]) -> io::Result<()> {
        self.looked = true;
        let mut found = Vec::new();
        keep(piece, &mut found);
        let mut buffer = vec![0; 64 * 1024];
        let mut seen = piece.len();
        while seen < MAX_AHEAD_BYTES && found.len() < ENOUGH {
            let count = self.input.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            keep(buffer.get(..count).unwrap_or_default(), &mut found);
            seen += count;
        }
        self.ahead.0.replace(found);
        self.input.seek(SeekFrom::Start(self.given))?;
        Ok(())
    }
}

fn keep(piece: &[u8], found: &mut Vec<u8>) {
    found.extend(piece.iter().copied().filter(|byte| !byte.is_ascii()));
}

impl Read for LookingAhead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let piece = buffer.get(..count).unwrap_or_default();
        self.given = self.given.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if !self.looked && !is_ascii(piece) {
            self.look(piece)?;
        }
        Ok(count)
    }
}
