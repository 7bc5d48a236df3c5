//! Arithmetic in amounts: `(10.00 + 2.50) * 3 / 2`.

use super::cursor::Cursor;
use super::lex::Token;
use crate::journal::arithmetic;
use crate::limits;
use tieout_core::Decimal;

/// Reads an expression if one begins here. `Ok(None)` leaves the cursor where it was.
pub(super) fn number(cursor: &mut Cursor<'_>) -> Result<Option<Decimal>, String> {
    match cursor.peek() {
        Token::Number(_) | Token::Mark("-" | "+" | "(") => sum(cursor, 0).map(Some),
        _ => Ok(None),
    }
}

fn sum(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, String> {
    let mut total = term(cursor, depth)?;
    loop {
        let next = match cursor.peek() {
            Token::Mark("+") => {
                cursor.take();
                term(cursor, depth)?
            }
            Token::Mark("-") => {
                cursor.take();
                -term(cursor, depth)?
            }
            _ => return Ok(total),
        };
        total = total.checked_add(next).ok_or_else(too_large)?;
    }
}

fn term(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, String> {
    let mut value = factor(cursor, depth)?;
    loop {
        match cursor.peek() {
            Token::Mark("*") => {
                cursor.take();
                value = arithmetic::product(value, factor(cursor, depth)?).ok_or_else(too_large)?;
            }
            Token::Mark("/") => {
                cursor.take();
                let divisor = factor(cursor, depth)?;
                value = arithmetic::quotient(value, divisor).ok_or("a division that has no result")?;
            }
            _ => return Ok(value),
        }
    }
}

fn factor(cursor: &mut Cursor<'_>, depth: usize) -> Result<Decimal, String> {
    if depth > limits::MAX_EXPRESSION_DEPTH {
        return Err("brackets are nested too deep".into());
    }
    match cursor.take() {
        Token::Number(number) => Ok(number),
        Token::Mark("-") => Ok(-factor(cursor, depth + 1)?),
        Token::Mark("+") => factor(cursor, depth + 1),
        Token::Mark("(") => {
            let value = sum(cursor, depth + 1)?;
            match cursor.take() {
                Token::Mark(")") => Ok(value),
                _ => Err("a bracket is not closed".into()),
            }
        }
        _ => Err("a number is missing".into()),
    }
}

fn too_large() -> String {
    "a number has too many digits".into()
}
