//! Beancount's tokens. A token never spans lines, strings apart.

use tieout_core::{Date, Decimal};

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// Blanks at the start of a line that holds something.
    Indent,
    /// The end of a line.
    Eol,
    /// The end of the text.
    End,
    Date(Date),
    Number(Decimal),
    Text(String),
    Account(&'a str),
    Currency(&'a str),
    /// Without its `#`.
    Tag(&'a str),
    /// Without its `^`.
    Link(&'a str),
    /// A metadata key, without its `:`.
    Key(&'a str),
    /// A word: `open`, `txn`, `TRUE`.
    Word(&'a str),
    /// Punctuation: one or two characters.
    Mark(&'static str),
    /// What belongs to no token.
    Bad(&'a str),
}

/// Two-character marks come before their one-character beginnings.
const MARKS: &[&str] = &[
    "{{", "}}", "@@", "{", "}", "@", ",", "~", "*", "!", "&", "?", "%", "+", "-", "/", "(", ")", "|", "#", ":",
];

/// Cuts text into tokens.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
    line: u64,
    at_line_start: bool,
    /// A text had no end: from then on each must end on its line, or every quote would be looked for to the end of the file.
    lost_quote: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
            at_line_start: true,
            lost_quote: false,
        }
    }

    /// The line of the next token, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Drops everything up to the next line.
    pub(super) fn skip_line(&mut self) {
        let length = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
        self.advance(length);
        self.line += 1;
        self.at_line_start = true;
    }

    /// Whether the lexer stands at the start of a line whose first character is this.
    pub(super) fn line_begins_with(&self, fits: impl Fn(char) -> bool) -> bool {
        self.at_line_start && self.rest.chars().next().is_some_and(fits)
    }

    /// Whether the lexer stands at the start of a line.
    pub(super) fn at_line_start(&self) -> bool {
        self.at_line_start
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn next(&mut self) -> Token<'a> {
        let blanks = self.rest.len()
            - self
                .rest
                .trim_start_matches([' ', '\t', '\u{a0}', '\u{feff}', '\u{c}'])
                .len();
        let was_start = std::mem::replace(&mut self.at_line_start, false);
        self.advance(blanks);
        if self.rest.starts_with(';') {
            let length = self.rest.find('\n').unwrap_or(self.rest.len());
            self.advance(length);
        }
        let Some(first) = self.rest.chars().next() else {
            return Token::End;
        };
        if first == '\n' {
            self.advance(1);
            self.line += 1;
            self.at_line_start = true;
            return Token::Eol;
        }
        if was_start && blanks > 0 {
            return Token::Indent;
        }
        match first {
            '"' => self.text(),
            '0'..='9' => self.date_or_number(),
            'a'..='z' => self.word(),
            '#' | '^' => self.tag_or_link(first),
            '/' if self
                .rest
                .get(1..2)
                .is_some_and(|next| next.bytes().all(|b| b.is_ascii_uppercase())) =>
            {
                self.currency()
            }
            _ if first.is_ascii_uppercase() || !first.is_ascii() => self.account_or_currency(),
            _ => self.mark(),
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn text(&mut self) -> Token<'a> {
        let mut value = String::new();
        let mut escaped = false;
        let body = self.rest.get(1..).unwrap_or_default();
        for (at, c) in body.char_indices() {
            match c {
                '\n' if self.lost_quote => break,
                '"' if !escaped => {
                    self.line += u64::try_from(value.matches('\n').count()).unwrap_or(0);
                    self.advance(at + 2);
                    return Token::Text(value);
                }
                '\\' if !escaped => {
                    escaped = true;
                    continue;
                }
                'n' if escaped => value.push('\n'),
                't' if escaped => value.push('\t'),
                _ => value.push(c),
            }
            escaped = false;
        }
        self.lost_quote = true;
        // The end is missing: only this line is lost, not the rest of the file.
        let length = self.rest.find('\n').unwrap_or(self.rest.len());
        Token::Bad(self.take(length))
    }

    fn date_or_number(&mut self) -> Token<'a> {
        if let Some((date, length)) = date(self.rest) {
            self.advance(length);
            return date.map_or_else(|| Token::Bad("no such date"), Token::Date);
        }
        let bytes = self.rest.as_bytes();
        let mut length = 0;
        let mut seen_point = false;
        while let Some(byte) = bytes.get(length) {
            match byte {
                b'0'..=b'9' => {}
                b'.' if !seen_point => seen_point = true,
                b',' if !seen_point && bytes.get(length + 1).is_some_and(u8::is_ascii_digit) => {}
                _ => break,
            }
            length += 1;
        }
        let printed = self.take(length);
        match Decimal::parse(&printed.replace(',', "")) {
            Ok(number) => Token::Number(number),
            Err(_) => Token::Bad(printed),
        }
    }

    fn word(&mut self) -> Token<'a> {
        let length = length_while(self.rest, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        let word = self.take(length);
        if self.rest.starts_with(':') {
            self.advance(1);
            return Token::Key(word);
        }
        Token::Word(word)
    }

    fn tag_or_link(&mut self, first: char) -> Token<'a> {
        let name = self.rest.get(1..).unwrap_or_default();
        let length = length_while(name, |c| {
            c.is_ascii_alphanumeric() || "-_/.".contains(c) || !c.is_ascii()
        });
        if length == 0 {
            return self.mark();
        }
        self.advance(1);
        let name = self.take(length);
        if first == '#' {
            Token::Tag(name)
        } else {
            Token::Link(name)
        }
    }

    fn account_or_currency(&mut self) -> Token<'a> {
        let in_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii();
        let mut length = length_while(self.rest, in_name);
        let mut parts = 1;
        loop {
            let after = self.rest.get(length..).unwrap_or_default();
            let Some(part) = after.strip_prefix(':') else { break };
            if !part.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || !c.is_ascii()) {
                break;
            }
            length += 1 + length_while(part, in_name);
            parts += 1;
        }
        if parts > 1 {
            return Token::Account(self.take(length));
        }
        match self.rest.get(..length) {
            Some("TRUE" | "FALSE" | "NULL") => Token::Word(self.take(length)),
            _ => self.currency(),
        }
    }

    fn currency(&mut self) -> Token<'a> {
        let length = length_while(self.rest, |c| {
            c.is_ascii_uppercase() || c.is_ascii_digit() || "'._-/".contains(c)
        });
        let printed = self.rest.get(..length).unwrap_or_default();
        let kept = printed.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let after = self.rest.get(kept.len()..).unwrap_or_default();
        if kept.is_empty() || after.starts_with(|c: char| c.is_ascii_lowercase() || !c.is_ascii()) {
            let length = length_while(self.rest, |c| !c.is_whitespace() && !"{},@;\"".contains(c)).max(1);
            return Token::Bad(self.take(length));
        }
        Token::Currency(self.take(kept.len()))
    }

    fn mark(&mut self) -> Token<'a> {
        if let Some(mark) = MARKS.iter().find(|mark| self.rest.starts_with(**mark)) {
            self.advance(mark.len());
            return Token::Mark(mark);
        }
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        Token::Bad(self.take(length))
    }
}

/// A date at the start, with its length: `2024-01-05`, `2024/1/5`. `Some(None)` has the shape but is no day.
fn date(text: &str) -> Option<(Option<Date>, usize)> {
    let (year, rest) = text.split_at_checked(4)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    if !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (month, month_length) = one_or_two_digits(rest.get(1..)?)?;
    let rest = rest.get(1 + month_length..)?.strip_prefix(separator)?;
    let (day, day_length) = one_or_two_digits(rest)?;
    if rest.get(day_length..)?.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let date = Date::new(year.parse().ok()?, month, day).ok();
    Some((date, 6 + month_length + day_length))
}

fn one_or_two_digits(text: &str) -> Option<(i8, usize)> {
    let length = length_while(text, |c| c.is_ascii_digit()).min(2);
    Some((text.get(..length)?.parse().ok()?, length))
}

fn length_while(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !fits(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        let mut lexer = Lexer::new(text);
        let mut found = Vec::new();
        loop {
            match lexer.next() {
                Token::End => return found,
                token => found.push(token),
            }
        }
    }

    fn number(text: &str) -> Token<'static> {
        Token::Number(text.parse().unwrap())
    }

    #[test]
    fn a_posting_is_cut_into_its_tokens() {
        assert_eq!(
            tokens("  ! Assets:US:401k-Plan  -1,234.50 V'A.X2 {{1 USD}} @@ 2; why\n"),
            [
                Token::Indent,
                Token::Mark("!"),
                Token::Account("Assets:US:401k-Plan"),
                Token::Mark("-"),
                number("1234.50"),
                Token::Currency("V'A.X2"),
                Token::Mark("{{"),
                number("1"),
                Token::Currency("USD"),
                Token::Mark("}}"),
                Token::Mark("@@"),
                number("2"),
                Token::Eol,
            ]
        );
    }

    #[test]
    fn a_head_is_cut_into_its_tokens() {
        let date = Date::new(2024, 1, 5).unwrap();
        assert_eq!(
            tokens("2024/1/05 txn \"a \\\"b\\\"\nc\" #t-1 ^l/2 key: /ESZ24 TRUE"),
            [
                Token::Date(date),
                Token::Word("txn"),
                Token::Text("a \"b\"\nc".into()),
                Token::Tag("t-1"),
                Token::Link("l/2"),
                Token::Key("key"),
                Token::Currency("/ESZ24"),
                Token::Word("TRUE"),
            ]
        );
    }

    #[test]
    fn what_is_no_token_is_told_and_nothing_else_is_lost() {
        assert_eq!(
            tokens("\"open\nX"),
            [Token::Bad("\"open"), Token::Eol, Token::Currency("X")]
        );
        assert_eq!(tokens("2024-02-30"), [Token::Bad("no such date")]);
        assert_eq!(tokens("Assets $"), [Token::Bad("Assets"), Token::Bad("$")]);
    }
}
