//! Structured text as German, Austrian and Polish banks write it: a posting code of three digits, then keys of a
//! separator and two digits (`166?00GUTSCHRIFT?20EREF+…?30BIC?31IBAN?32NAME`).
//!
//! Keys 20 to 29 and 60 to 63 are the chunks of the [purpose](super::purpose).

use super::purpose::{Found, Purpose, is_full};
use super::{push_piece, set, set_account_piece, set_piece};
use crate::model::Line;
use crate::mt940::cut::Padded;
use std::ops::Range;

/// A text that has this structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Structured<'a> {
    code: &'a str,
    separator: u8,
    fields: Padded<'a>,
}

/// How many bytes tell whether there is a separator: a posting code, a separator and a key.
pub(in super::super) const SEPARATOR_WITHIN: usize = 6;

/// The separator of structured text, told from its beginning.
pub(in super::super) fn separator(text: &[u8]) -> Option<u8> {
    let mark = text.get(length_of_code(text)?)?;
    Some(*mark)
}

/// Length of the posting code before the first separator: three digits, or none, if this is structured text.
#[inline]
fn length_of_code(text: &[u8]) -> Option<usize> {
    let is_field = |text: &[u8]| match text {
        [mark, tens, ones, ..] => is_separator(*mark) && tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    };
    match text {
        [a, b, c, rest @ ..] if is_field(rest) && [a, b, c].iter().all(|byte| byte.is_ascii_digit()) => Some(3),
        // Some Polish and Dutch writers leave the code out.
        _ if is_field(text) => Some(0),
        _ => None,
    }
}

/// Whether banks use this character as separator.
pub(in super::super) fn is_separator(byte: u8) -> bool {
    matches!(byte, b'?' | b'>' | b'<' | b'~' | b'^' | b'@')
}

/// Structured text with this separator.
pub(super) fn structured(text: Padded<'_>, separator: u8) -> Option<Structured<'_>> {
    let length = if text.all().as_bytes().first() == Some(&separator) {
        0
    } else {
        3
    };
    Some(Structured {
        code: text.all().get(..length)?,
        separator,
        fields: text.behind(length + 1)?,
    })
}

impl Structured<'_> {
    /// Fills a line; whether there are blanks to fold in the text.
    pub(super) fn apply(self, ascii: bool, found: &mut Found, line: &mut Line) -> bool {
        let Found { survey, purpose } = found;
        set(&mut line.type_code.proprietary, self.code);
        let text = self.fields.text().as_bytes();
        survey.look(self.separator, text);
        purpose.clear(ascii);
        if survey.has_stray_marks {
            purpose.join();
        }
        let mut separators = survey.separators();
        let (mut key, mut start) = (key_at(text, 0), 2);
        while let Some(this) = key {
            let at = separators.next();
            key = at.and_then(|at| key_at(text, at + 1));
            if at.is_some() && key.is_none() {
                // A separator that no key follows is text, in which a word may stand anywhere.
                purpose.join();
                key = Some(this);
                continue;
            }
            let end = at.unwrap_or(text.len());
            self.field(this, start..end, purpose, line);
            start = end + 3;
        }
        purpose.apply(self.fields.all(), line);
        survey.needs_folding
    }

    /// Whether the posting code is of returned payments: only for these key 34 is the reason of the return.
    fn is_return(self) -> bool {
        matches!(
            self.code.as_bytes(),
            [b'1', b'0', b'8' | b'9'] | [b'1', b'5', b'9'] | [b'1', b'8', b'1' | b'4']
        )
    }

    #[allow(clippy::inline_always)] // there are a dozen fields in each line
    #[inline(always)]
    fn field(self, key: u8, place: Range<usize>, purpose: &mut Purpose, line: &mut Line) {
        let (other, text) = (&mut line.counterparty, self.fields.all());
        let field = match key {
            20..=29 | 60..=63 => {
                return purpose.push(place.start, text.as_bytes().get(place).unwrap_or_default());
            }
            30 => &mut other.bank,
            32 => &mut other.name,
            34 if self.is_return() => &mut line.return_reason,
            35 => &mut other.ultimate_name,
            31 => return set_account_piece(&mut other.account, text, place),
            // Batch number and text key: bookkeeping of the bank.
            10 | 34 => return,
            33 | 36 | 38 => return self.further_field(key, place, line),
            _ => return push_piece(&mut line.text, text, place),
        };
        set_piece(field, text, place);
    }

    #[inline(never)]
    fn further_field(self, key: u8, place: Range<usize>, line: &mut Line) {
        let (other, text) = (&mut line.counterparty, self.fields.all());
        let value = text.get(place.clone()).unwrap_or_default();
        match key {
            33 => extend_name(&mut other.name, value),
            36 => extend_name(&mut other.ultimate_name, value),
            // Poland: the whole IBAN, where key 31 has the domestic number.
            38 if !value.trim_ascii().is_empty() => {
                other.account.clear();
                set_account_piece(&mut other.account, text, place);
            }
            _ => {}
        }
    }
}

/// The number of the key here, if two digits make one.
#[inline]
fn key_at(bytes: &[u8], at: usize) -> Option<u8> {
    let [tens, ones] = bytes.get(at..)?.first_chunk()?;
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

fn extend_name(name: &mut String, value: &str) {
    // As in the purpose: a full first part goes on without a blank.
    let full = is_full(name.as_bytes());
    let value = if full {
        value.trim_ascii_end()
    } else {
        value.trim_ascii()
    };
    // A whole second `:86:` says the name again.
    if !value.is_empty() && !name.ends_with(value) {
        if !full && !name.is_empty() {
            name.push(' ');
        }
        name.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fields;

    #[test]
    fn keys_fill_their_fields() {
        for (text, expected) in [
            (
                "008?00DAUERAUFTRAG?100599?20Miete November?3010020030?31234567?32MUELLER?34339",
                "type=008|text=DAUERAUFTRAG¶Miete November|name=MUELLER|account=234567|bank=10020030",
            ),
            (
                "166?30SPKRDE33XXX?31DE59320500000001908722?32CHRISTIAN BENDT",
                "type=166|name=CHRISTIAN BENDT|account=DE59320500000001908722|bank=SPKRDE33XXX",
            ),
            (
                "109?00RETOURE?20EREF+A?34914",
                "type=109|text=RETOURE|e2e=A|returned=914",
            ),
            ("105?34991?20x", "type=105|text=x"),
            ("166?32KARL?33        KAUFMANN", "type=166|name=KARL KAUFMANN"),
            (
                "166?32Richter Renate 70 Zeichen B?33eginn",
                "type=166|name=Richter Renate 70 Zeichen Beginn",
            ),
            ("166?35Ultimate GmbH?36und Co", "type=166|ultimate=Ultimate GmbH und Co"),
            (
                "020?31000077777777?38PL08106000760000777777777777",
                "type=020|account=PL08106000760000777777777777",
            ),
            (
                "805?20Pauschalen?3012345678?1122334 45566",
                "type=805|text=22334 45566¶Pauschalen|bank=12345678",
            ),
            ("166?20a?2?21b", "type=166|text=a?2 b"),
            ("166?20Sentinel?", "type=166|text=Sentinel?"),
            ("166?20Wer? 5 oder 6?7", "type=166|text=Wer? 5 oder 6?7"),
            (
                "000>100555555555>20TENAAMSTELLING TEGENREKENIN>21G EN >310666666666",
                "type=000|text=TENAAMSTELLING TEGENREKENING EN|account=0666666666",
            ),
            (">20VB ELECTR.>31>32", "text=VB ELECTR."),
            ("020~00BSA~20one~21two", "type=020|text=BSA¶one two"),
            ("079?00", "type=079"),
        ] {
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }
}
