//! Texts of strangers made fit for people: no control characters, one line, cut to a width.

use unicode_width::UnicodeWidthStr;

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

/// Columns of the widest sign there is (a Khmer one).
const WIDEST_SIGN: usize = 3;

/// A text in lines of at most `columns` columns (three at least, for the widest sign), broken between words; longer words are broken where they must.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(WIDEST_SIGN);
    let mut lines = vec![String::new()];
    for mut word in text.split_whitespace() {
        while !word.is_empty() {
            let line = lines.last_mut().expect("there is always a line");
            let gap = usize::from(!line.is_empty());
            let before = line.len();
            line.push_str(if gap == 1 { " " } else { "" });
            line.push_str(word);
            if line.width() <= columns {
                break;
            }
            line.truncate(before);
            if gap == 1 {
                lines.push(String::new());
                continue;
            }
            let first_sign = word.chars().next().map_or(0, char::len_utf8);
            let part = match head(word, columns) {
                "" => word.get(..first_sign).unwrap_or(word), // wider than any that is known: alone on its line
                part => part,
            };
            line.push_str(part);
            word = word.strip_prefix(part).unwrap_or_default();
        }
    }
    lines
}

/// A long beginning of at most `columns` columns; never empty where the text is not and the widest sign has room. Signs change
/// each other's width, so every beginning is measured whole; of signs without a width few are kept.
fn head(text: &str, columns: usize) -> &str {
    const MOST_SIGNS_A_COLUMN: usize = 8;
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let beginnings = ends
        .filter_map(|end| text.get(..end))
        .take(columns * MOST_SIGNS_A_COLUMN);
    beginnings
        .take_while(|beginning| beginning.width() <= columns)
        .last()
        .unwrap_or_default()
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
        assert_eq!(
            wrap("\u{1F56F}\u{FE0F}00", 3),
            ["\u{1F56F}\u{FE0F}0", "0"],
            "a candle drawn as an emoji"
        );
        assert_eq!(
            wrap("\u{17D8}\u{17D8}", 2),
            ["\u{17D8}", "\u{17D8}"],
            "the widest sign, in less than it needs"
        );
        assert_eq!(fit("\u{1F56F}\u{FE0F}00", 3), "\u{1F56F}\u{FE0F}…");
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
                prop_assert!(line.width() <= columns.max(WIDEST_SIGN), "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_nothing_but_blanks(text in "[a-z株 ]{0,80}", columns in 2_usize..20) {
            let kept: String = wrap(&text, columns).concat().split_whitespace().collect();
            prop_assert_eq!(kept, text.split_whitespace().collect::<String>());
        }
    }
}
