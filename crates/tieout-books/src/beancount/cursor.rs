//! The tokens of one file, one after the other, with a look at the next; and the small readings on it that several
//! directives share.

use super::lex::{Lexer, Token};
use tieout_core::problem::excerpt;

/// The tokens of one file with one token of foresight.
pub(super) struct Cursor<'a> {
    pub(super) lexer: Lexer<'a>,
    peeked: Option<(Token<'a>, u64)>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            lexer: Lexer::new(text),
            peeked: None,
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> &Token<'a> {
        let lexer = &mut self.lexer;
        let (token, _) = self.peeked.get_or_insert_with(|| {
            let line = lexer.line();
            (lexer.next(), line)
        });
        token
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Token<'a> {
        self.peeked.take().map_or_else(|| self.lexer.next(), |(token, _)| token)
    }

    /// The line of the next token.
    pub(super) fn line(&self) -> u64 {
        self.peeked
            .as_ref()
            .map_or_else(|| self.lexer.line(), |(_, line)| *line)
    }

    /// Drops what is left of the line; nothing if its end was taken.
    pub(super) fn skip_line(&mut self) {
        match self.peeked.take() {
            Some((Token::Eol, _)) => {}
            None if self.lexer.at_line_start() => {}
            _ => self.lexer.skip_line(),
        }
    }

    /// Whether the next line is indented and holds something; its indent is taken then. Comment lines are passed over.
    pub(super) fn indented_line(&mut self) -> bool {
        loop {
            if self.lexer.line_begins_with(|c| c == ';') {
                self.lexer.skip_line();
                continue;
            }
            if !self.lexer.line_begins_with(|c| c == ' ' || c == '\t') {
                return false;
            }
            match self.take() {
                Token::Indent => return true,
                // A line of blanks, or of blanks and a comment.
                Token::Eol => {}
                _ => return false,
            }
        }
    }

    /// Takes the end of the line, or says what stands there instead.
    pub(super) fn end_of_line(&mut self) -> Result<(), String> {
        match self.take() {
            Token::Eol | Token::End => Ok(()),
            token => Err(format!("{} is not expected here", shown(&token))),
        }
    }
}

/// A text in quotes.
pub(super) fn text(cursor: &mut Cursor<'_>) -> Result<String, String> {
    match cursor.take() {
        Token::Text(text) => Ok(text),
        token => Err(format!("a text in quotes is missing before {}", shown(&token))),
    }
}

/// A metadata value as text.
pub(super) fn value_text(cursor: &mut Cursor<'_>) -> String {
    let mut value = String::new();
    while !matches!(cursor.peek(), Token::Eol | Token::End) {
        let part = match cursor.take() {
            Token::Text(text) => text,
            token => shown(&token),
        };
        if !value.is_empty() && !value.ends_with('-') {
            value.push(' ');
        }
        value.push_str(&part);
    }
    value
}

/// Passes over the rest of a directive: texts of several lines, and the indented lines below.
pub(super) fn rest_of_directive(cursor: &mut Cursor<'_>) {
    while !matches!(cursor.take(), Token::Eol | Token::End) {}
    skip_indented(cursor);
}

/// Passes over the indented lines that come next.
pub(super) fn skip_indented(cursor: &mut Cursor<'_>) {
    while cursor.indented_line() {
        while !matches!(cursor.take(), Token::Eol | Token::End) {}
    }
}

/// A token as messages show it.
pub(super) fn shown(token: &Token<'_>) -> String {
    match token {
        Token::Indent => "an indent".into(),
        Token::Eol | Token::End => "the end of the line".into(),
        Token::Date(date) => date.to_string(),
        Token::Number(number) => number.to_string(),
        Token::Text(text) => format!("{:?}", excerpt(text, 40)),
        Token::Account(name) | Token::Currency(name) | Token::Word(name) | Token::Bad(name) => excerpt(name, 40),
        Token::Tag(name) => format!("#{}", excerpt(name, 40)),
        Token::Link(name) => format!("^{}", excerpt(name, 40)),
        Token::Key(name) => format!("{}:", excerpt(name, 40)),
        Token::Mark(mark) => (*mark).into(),
    }
}
