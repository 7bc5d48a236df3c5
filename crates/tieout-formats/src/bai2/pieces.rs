//! Physical lines: mostly one record each, ended by a slash or by the line; some files put several records on one line.

/// A record's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Group,
    Account,
    Transaction,
    Continuation,
    AccountEnd,
    GroupEnd,
    FileEnd,
}

/// A record, or what of it stands on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// `None` for a line that begins with no code: the record before it goes on.
    pub(super) kind: Option<Kind>,
    /// What follows the code, without the slash at its end.
    pub(super) text: &'a [u8],
    /// A slash ends it.
    pub(super) ended: bool,
    /// Where the piece begins in the line.
    pub(super) at: usize,
    /// Where `text` begins in the line.
    pub(super) text_at: usize,
}

/// Takes the pieces off a line, one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(line: &'a [u8]) -> Self {
        let end = line
            .iter()
            .rposition(|byte| !matches!(byte, b' ' | b'\t' | 0 | 0x1A))
            .map_or(0, |last| last + 1);
        Self {
            line: line.get(..end).unwrap_or_default(),
            at: 0,
        }
    }

    pub(super) fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.line.get(self.at..)?;
        let at = self.at + (rest.len() - rest.trim_ascii_start().len());
        let rest = self.line.get(at..).filter(|rest| !rest.is_empty())?;
        let kind = kind(rest);
        let text_at = at + if kind.is_some() { 3 } else { 0 };
        let content = self.line.get(text_at..).unwrap_or_default();
        let in_text = matches!(kind, Some(Kind::Transaction | Kind::Continuation) | None);
        let (text, ended, next) = match seam(content, in_text) {
            Some((slash, next)) => (content.get(..slash), true, text_at + next),
            None => match content.split_last() {
                Some((b'/', before)) => (Some(before), true, self.line.len()),
                _ => (Some(content), false, self.line.len()),
            },
        };
        self.at = next;
        Some(Piece {
            kind,
            text: text.unwrap_or_default(),
            ended,
            at,
            text_at,
        })
    }
}

/// The code that a text begins with. Some banks write a colon behind the code of a continuation.
fn kind(text: &[u8]) -> Option<Kind> {
    if text.starts_with(b"88:") {
        return Some(Kind::Continuation);
    }
    match text.get(..3)? {
        b"01," => Some(Kind::File),
        b"02," => Some(Kind::Group),
        b"03," => Some(Kind::Account),
        b"16," => Some(Kind::Transaction),
        b"88," => Some(Kind::Continuation),
        b"49," => Some(Kind::AccountEnd),
        b"98," => Some(Kind::GroupEnd),
        b"99," => Some(Kind::FileEnd),
        _ => None,
    }
}

/// Where a slash ends a record and another one follows on the same line. Texts hold slashes too (`13/05/24`), so what
/// follows must have the shape of a record, and in a text a blank must be between.
fn seam(content: &[u8], in_text: bool) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'/', content).find_map(|slash| {
        let after = content.get(slash + 1..)?;
        let begun = after.trim_ascii_start();
        let blanks = after.len() - begun.len();
        let seam = (blanks > 0 || !in_text) && has_shape(begun);
        seam.then_some((slash, slash + 1 + blanks))
    })
}

/// Whether a text is a record beyond doubt: its code and the fields that its kind begins with.
fn has_shape(text: &[u8]) -> bool {
    let Some(kind) = kind(text) else {
        return false;
    };
    let rest = text.get(3..).unwrap_or_default();
    let commas = memchr::memchr_iter(b',', rest).take(5).count();
    match kind {
        Kind::Continuation => true,
        Kind::File | Kind::Group => commas >= 4,
        Kind::Account => commas >= 1,
        Kind::Transaction => {
            rest.get(..3).is_some_and(|code| code.iter().all(u8::is_ascii_digit)) && rest.get(3) == Some(&b',')
        }
        Kind::AccountEnd | Kind::GroupEnd | Kind::FileEnd => {
            let total = rest
                .split(|byte| matches!(byte, b',' | b'/'))
                .next()
                .unwrap_or_default();
            commas >= 1
                && total
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(line: &str) -> Vec<(Option<Kind>, String, bool)> {
        let mut pieces = Pieces::of(line.as_bytes());
        std::iter::from_fn(|| pieces.next())
            .map(|piece| {
                (
                    piece.kind,
                    String::from_utf8_lossy(piece.text).into_owned(),
                    piece.ended,
                )
            })
            .collect()
    }

    #[test]
    fn a_line_may_hold_several_records() {
        assert_eq!(
            pieces("88,      11111111111/         49,-1600,11/  03,1111111,,010,00,,/"),
            [
                (Some(Kind::Continuation), "      11111111111".into(), true),
                (Some(Kind::AccountEnd), "-1600,11".into(), true),
                (Some(Kind::Account), "1111111,,010,00,,".into(), true),
            ]
        );
    }

    #[test]
    fn slashes_of_a_text_end_nothing() {
        for line in [
            "16,165,50000,,BR1,CR1,PAID 13/05/24, OK",
            "16,165,50000,,BR1,CR1,A/16,500,20",
            "16,165,50000,,BR1,CR1,A/ 16,50 EUR",
            "88,A / 98 B",
        ] {
            assert_eq!(pieces(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn lines_without_a_code_go_on() {
        assert_eq!(pieces("  1111111   /  "), [(None, "1111111   ".into(), true)]);
        assert_eq!(pieces("   \u{1a}"), []);
        assert_eq!(
            pieces("88:EREF: 1"),
            [(Some(Kind::Continuation), "EREF: 1".into(), false)]
        );
    }
}
