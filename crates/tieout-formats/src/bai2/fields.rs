//! Fields between commas, amounts in the smallest unit of their currency.

use tieout_core::Decimal;

/// Takes one field after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    whole: &'a [u8],
    /// Where the next field begins; `None` behind the last one.
    at: Option<usize>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(whole: &'a [u8]) -> Self {
        Self { whole, at: Some(0) }
    }

    /// The next field without the blanks around it, and where it begins.
    pub(super) fn next(&mut self) -> Option<(usize, &'a [u8])> {
        let begin = self.at?;
        let rest = self.whole.get(begin..).unwrap_or_default();
        let length = memchr::memchr(b',', rest);
        self.at = length.map(|length| begin + length + 1);
        let field = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        Some((begin, field.trim_ascii()))
    }

    /// The next field, empty behind the last one.
    pub(super) fn text(&mut self) -> &'a [u8] {
        self.next().map_or(&[], |(_, field)| field)
    }

    /// All that is left, commas included; `None` behind the last field.
    pub(super) fn rest(&mut self) -> Option<&'a [u8]> {
        let begin = self.at.take()?;
        self.whole.get(begin..)
    }
}

/// An amount: digits with the decimals of the currency implied, with or without a sign. Some banks print a point.
/// `Ok(None)` where nothing is printed: unknown, not zero.
pub(super) fn amount(field: &[u8], scale: u8) -> Result<Option<Decimal>, ()> {
    let field = field.trim_ascii();
    if field.is_empty() {
        return Ok(None);
    }
    let read = Decimal::parse_bytes(field, b'.').map_err(|_| ())?;
    if field.contains(&b'.') {
        return Ok(Some(read));
    }
    Decimal::try_new(read.mantissa(), scale).map(Some).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_where_the_record_does() {
        let mut fields = Fields::new(b"a, b ,,c,d,e");
        assert_eq!(fields.next(), Some((0, b"a".as_slice())));
        assert_eq!(fields.next(), Some((2, b"b".as_slice())));
        assert_eq!((fields.text(), fields.text()), (b"".as_slice(), b"c".as_slice()));
        assert_eq!(fields.rest(), Some(b"d,e".as_slice()));
        assert_eq!((fields.rest(), fields.next()), (None, None));
    }

    #[test]
    fn amounts_imply_the_decimals_of_their_currency() {
        for (text, scale, read) in [
            ("208500", 2, Some("2085.00")),
            ("+000000000000", 2, Some("0.00")),
            ("-15000", 0, Some("-15000")),
            ("12.50", 2, Some("12.50")),
            ("", 2, None),
        ] {
            assert_eq!(
                amount(text.as_bytes(), scale)
                    .unwrap()
                    .map(|d| d.to_string())
                    .as_deref(),
                read,
                "{text}"
            );
        }
        assert_eq!(amount(b"12a", 2), Err(()));
    }
}
