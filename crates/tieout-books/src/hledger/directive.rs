//! Lines that begin with a word: what they set, and what is passed over.

use super::alias::Alias;
use super::amount;
use super::parse::{Lines, Parser};
use super::style::{Known, Style};
use crate::limits;
use tieout_core::Code;
use tieout_core::problem::excerpt;

/// Reads a directive; the error has the line it is about.
pub(super) fn read(
    parser: &mut Parser<'_, '_, '_, '_>,
    line: &str,
    number: u64,
    lines: &mut Lines<'_>,
) -> Result<(), (u64, String)> {
    let at_line = |message: String| (number, message);
    let plain = line.strip_prefix(['!', '@']).unwrap_or(line);
    let (word, rest) = plain.split_once(char::is_whitespace).unwrap_or((plain, ""));
    let text = rest
        .split(" ;")
        .next()
        .unwrap_or(rest)
        .split("\t;")
        .next()
        .unwrap_or(rest)
        .trim();
    match word {
        "account" => {
            account(parser, rest).map_err(at_line)?;
            pass_over(lines);
        }
        "alias" => {
            let alias = Alias::parse(text).map_err(at_line)?;
            if parser.scope.aliases.len() < limits::MAX_ALIASES {
                parser.scope.aliases.push(alias);
            }
            parser.resolved.clear();
        }
        "apply" => apply(parser, text),
        "end" => end(parser, text),
        "bucket" | "A" => parser.scope.bucket = Some(text.to_owned()).filter(|name| !name.is_empty()),
        "comment" | "test" => comment_block(lines, word),
        "commodity" => commodity(parser, text, lines).map_err(at_line)?,
        "D" => {
            declare(parser, text).map_err(at_line)?;
            let (written, _) = amount::parse(text, |_| None).map_err(at_line)?;
            parser.scope.commodity = Some(written.symbol.to_owned());
        }
        "decimal-mark" => parser.scope.decimal_mark = text.chars().next().filter(|mark| matches!(mark, '.' | ',')),
        "include" => include(parser, text, number),
        "year" | "Y" => year(parser, text),
        "P" | "N" | "payee" | "tag" | "price" => pass_over(lines),
        _ if word
            .strip_prefix('Y')
            .is_some_and(|year| !year.is_empty() && year.bytes().all(|b| b.is_ascii_digit())) =>
        {
            year(parser, word.trim_start_matches('Y'));
        }
        _ => {
            if parser.unread.len() < limits::MAX_PROBLEMS_PER_CODE && parser.unread.insert(word.to_owned()) {
                let message = format!("{:?} begins no directive that is read here", excerpt(word, 30));
                parser.out.report(Code::Unread, parser.sources.place(number), message);
            }
            pass_over(lines);
        }
    }
    Ok(())
}

/// `account assets:bank  ; type:C`.
fn account(parser: &mut Parser<'_, '_, '_, '_>, rest: &str) -> Result<(), String> {
    let (name, comment) = rest.split_once(';').unwrap_or((rest, ""));
    // Two blanks end a name; hledger once had a type letter behind them.
    let name = name
        .trim()
        .split("  ")
        .next()
        .unwrap_or_default()
        .split('\t')
        .next()
        .unwrap_or_default();
    let id = parser.account(name.trim())?;
    parser.parsed.journal.declared.insert(id);
    for piece in comment.split(',') {
        if let Some((_, kind)) = piece.split_once("type:") {
            parser.declare_type(id, kind);
        }
    }
    Ok(())
}

fn apply(parser: &mut Parser<'_, '_, '_, '_>, text: &str) {
    match text.split_once(char::is_whitespace) {
        Some(("account", parent)) if parser.scope.parents.len() < limits::MAX_ALIASES => {
            parser.scope.parents.push(parent.trim().to_owned());
            parser.resolved.clear();
        }
        Some(("year", year_text)) => year(parser, year_text.trim()),
        _ => {}
    }
}

fn end(parser: &mut Parser<'_, '_, '_, '_>, text: &str) {
    match text {
        "aliases" => parser.scope.aliases.clear(),
        "" | "apply account" | "account" => {
            parser.scope.parents.pop();
        }
        "apply year" => parser.scope.year = None,
        _ => {}
    }
    parser.resolved.clear();
}

fn year(parser: &mut Parser<'_, '_, '_, '_>, text: &str) {
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(4).collect();
    if let Ok(year) = digits.parse::<i16>() {
        parser.scope.year = Some(year);
    }
}

/// Everything up to `end comment` or the end of the file.
fn comment_block(lines: &mut Lines<'_>, word: &str) {
    while let Some((_, line)) = lines.next() {
        let line = line.trim_end();
        if line
            .strip_prefix("end")
            .is_some_and(|rest| rest.trim() == word || (word == "comment" && rest.trim().is_empty()))
        {
            return;
        }
    }
}

/// `commodity 1.000,00 EUR`, or the format on an indented line below.
fn commodity(parser: &mut Parser<'_, '_, '_, '_>, text: &str, lines: &mut Lines<'_>) -> Result<(), String> {
    let mut declared = text.contains(|c: char| c.is_ascii_digit()) && declare(parser, text).is_ok();
    while let Some((_, line)) = lines.indented() {
        if let Some(format) = line.strip_prefix("format ") {
            declare(parser, format.split(';').next().unwrap_or(format).trim())?;
            declared = true;
        }
    }
    if !declared {
        let symbol = text.trim_matches('"');
        parser.parsed.journal.commodities.id(symbol);
    }
    Ok(())
}

/// Takes up how amounts of a commodity are written.
fn declare(parser: &mut Parser<'_, '_, '_, '_>, format: &str) -> Result<(), String> {
    let known = parser.scope.decimal_mark;
    let (written, _) = amount::parse(format, |_| known)?;
    let commodity = parser.parsed.journal.commodities.id(written.symbol);
    let mark = match written.mark {
        amount::Mark::Certain(mark) | amount::Mark::Doubtful(mark) => Some(mark),
        amount::Mark::None => known,
    };
    let style = Style {
        symbol_first: written.symbol_first,
        spaced: written.spaced,
        decimal_mark: mark.unwrap_or('.'),
        places: written.value.scale(),
        known: if mark.is_some() {
            Known::Declared
        } else {
            Known::Guessed
        },
    };
    parser.parsed.styles.insert(commodity, style);
    Ok(())
}

fn include(parser: &mut Parser<'_, '_, '_, '_>, text: &str, number: u64) {
    let path = text.trim_matches('"');
    // A format can be named before the path: `timedot:notes.md`.
    let known_prefix = path
        .split_once(':')
        .filter(|(kind, _)| matches!(*kind, "journal" | "hledger" | "ledger"));
    let path = known_prefix.map_or(path, |(_, path)| path);
    for path in parser.sources.named(path, number, parser.out) {
        let Some(text) = parser.sources.include(&path, number, parser.out) else {
            continue;
        };
        let scope = parser.scope.clone();
        parser.resolved.clear();
        parser.file(&text);
        parser.sources.close();
        parser.scope = scope;
        parser.resolved.clear();
    }
}

fn pass_over(lines: &mut Lines<'_>) {
    while lines.indented().is_some() {}
}
