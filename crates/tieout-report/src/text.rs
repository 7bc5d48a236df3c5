//! Texts of strangers made fit for people: no control characters, one line, cut to a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text on one line, safe to show: control characters, line ends and runs of blanks become one blank; characters that
/// turn or hide other characters (bidirectional controls, zero-width blanks, byte-order marks) are dropped.
pub fn one_line(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else {
            clean.push(c);
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// The same, cut to so many characters.
pub(crate) fn short(text: &str, longest: usize) -> String {
    tieout_core::problem::excerpt(&one_line(text), longest)
}

/// At most `columns` terminal columns of a text; `…` at the end if it was cut.
pub fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut cut = head(text, columns.saturating_sub(1)).to_owned();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// A text in lines of at most `columns` columns, broken between words; longer words are broken where they must.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2); // room for the widest character
    let mut lines = vec![String::new()];
    for mut word in text.split_whitespace() {
        while !word.is_empty() {
            let line = lines.last_mut().expect("there is always a line");
            let gap = usize::from(!line.is_empty());
            let free = columns.saturating_sub(line.width() + gap);
            if word.width() <= free {
                line.push_str(if gap == 1 { " " } else { "" });
                line.push_str(word);
                break;
            }
            if gap == 1 {
                lines.push(String::new());
                continue;
            }
            let part = head(word, columns);
            line.push_str(part);
            word = word.strip_prefix(part).unwrap_or_default();
        }
    }
    lines
}

/// The longest beginning of at most `columns` columns.
fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let mut end = 0;
    for (start, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        end = start + c.len_utf8();
    }
    text.get(..end).unwrap_or_default()
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terminal_commands_and_turned_text_are_disarmed() {
        assert_eq!(one_line("pay\u{1b}[2J me\r\n\tnow\u{0} "), "pay [2J me now");
        assert_eq!(one_line("abc\u{202e}fed\u{feff}"), "abcfed");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fit("株式会社東京", 12), "株式会社東京");
        assert_eq!(fit("株式会社東京", 11), "株式会社東…");
        assert_eq!(fit("株式会社東京", 10), "株式会社…");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("to be or not to be", 6), ["to be", "or not", "to be"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 10), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC{0,60}", columns in 2_usize..40) {
            prop_assert!(fit(&text, columns).width() <= columns);
            for line in wrap(&text, columns) {
                prop_assert!(line.width() <= columns, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_nothing_but_blanks(text in "[a-z株 ]{0,80}", columns in 2_usize..20) {
            let kept: String = wrap(&text, columns).concat().split_whitespace().collect();
            prop_assert_eq!(kept, text.split_whitespace().collect::<String>());
        }
    }
}
