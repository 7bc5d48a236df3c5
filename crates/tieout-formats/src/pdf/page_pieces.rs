//! The words, numbers and signs of a row that may print the number of a page, whatever script it is written in.

use super::page_words::{OF, OF_ONE_CHARACTER, PAGES, TOTAL_FIRST};

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(String),
    Number(u32),
    Sign(char),
}

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let lower = divided(&text.to_lowercase());
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let is_same = |c: &char| match first {
            '0'..='9' => c.is_ascii_digit(),
            _ if first.is_alphabetic() => c.is_alphabetic() || is_mark_of_letter(*c),
            _ => false,
        };
        let length: usize = rest.chars().take_while(is_same).map(char::len_utf8).sum();
        let (own, behind) = rest
            .split_at_checked(length.max(first.len_utf8()))
            .unwrap_or((rest, ""));
        match own.parse() {
            Ok(number) => pieces.push(Piece::Number(number)),
            _ if first.is_alphabetic() => pieces.push(Piece::Word(own.to_owned())),
            _ if first.is_whitespace() => {}
            _ => pieces.push(Piece::Sign(first)),
        }
        rest = behind;
    }
    turn(&mut pieces);
    pieces
}

/// A text with the digits and signs of ASCII for those of other scripts, and blanks around words that none divides.
fn divided(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut divided = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '／' => divided.push('/'),
            '，' | '、' | '،' => divided.push(','),
            '：' => divided.push(':'),
            _ if OF_ONE_CHARACTER.contains(&c) => divided.extend([' ', c, ' ']),
            _ => divided.push(ascii_digit(c).unwrap_or(c)),
        }
    }
    divided
}

/// The digit that one of Arabic, Persian, Indian, Thai or wide writing is.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [char; 6] = ['٠', '۰', '०', '০', '๐', '０'];
    let own = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10);
    ZEROS.iter().find_map(own).and_then(|digit| char::from_digit(digit, 10))
}

/// Marks that stand above, below or between the letters of a word without being letters: of Thai, Indian, Arabic and Latin writing.
fn is_mark_of_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{94d}' | '\u{9cd}' | '\u{bcd}' | '\u{e47}'..='\u{e4e}')
}

/// Exchanges the number of a page and of all, where these come first: in languages that say so, and where what is written from
/// the right is read from the left.
fn turn(pieces: &mut [Piece]) {
    let is_from_right = |word: &str| word.starts_with(|c| matches!(c, '\u{590}'..='\u{6ff}'));
    let turns = |piece: &Piece| matches!(piece, Piece::Word(word) if TOTAL_FIRST.contains(&word.as_str()) || is_from_right(word));
    if !pieces.iter().any(turns) {
        return;
    }
    let mut before: Option<usize> = None;
    for at in 0..pieces.len() {
        let own = pieces.get(at).unwrap_or(&Piece::Sign(' '));
        if let (Some(first), Piece::Number(number)) = (before, own)
            && matches!(pieces.get(first), Some(Piece::Number(total)) if total > number)
        {
            pieces.swap(first, at);
        } else if !matches!(own, Piece::Number(_)) && is_between(own) {
            continue;
        }
        before = matches!(pieces.get(at), Some(Piece::Number(_))).then_some(at);
    }
}

/// Whether a piece stands between the number of a page and how many there are.
pub(super) fn is_between(piece: &Piece) -> bool {
    match piece {
        Piece::Word(word) => OF.contains(&word.as_str()) || is_page(word),
        Piece::Sign(sign) => matches!(sign, '.' | ',') || OF.contains(&sign.to_string().as_str()),
        Piece::Number(_) => false,
    }
}

/// Whether a word names the number of a page.
pub(super) fn is_page(word: &str) -> bool {
    PAGES.contains(&word)
}
