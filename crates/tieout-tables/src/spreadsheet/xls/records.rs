//! The records of a workbook's stream: type, length, content. Long ones go on in `CONTINUE` records.

const CONTINUE: u16 = 0x003C;

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
    /// The stream after it, where its continuations stand.
    rest: &'a [u8],
}

impl<'a> Record<'a> {
    /// The content with what continues it, in pieces.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let more = Records { stream: self.rest }.take_while(|next| next.kind == CONTINUE);
        std::iter::once(self.data).chain(more.map(|next| next.data))
    }
}

/// The records of a stream; a cut one ends it.
pub(super) struct Records<'a> {
    stream: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn of(stream: &'a [u8]) -> Self {
        Self { stream }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, 0)?;
        let length = usize::from(u16_at(self.stream, 2)?);
        let (data, rest) = self.stream.get(4..)?.split_at_checked(length)?;
        self.stream = rest;
        Some(Record { kind, data, rest })
    }
}

/// A number of two bytes.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

/// A number of four bytes.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// A binary fraction.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..)?.first_chunk().map(|eight| f64::from_le_bytes(*eight))
}
