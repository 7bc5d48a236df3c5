//! The fields of a line: divided by blanks, in quotes where they hold some, lists in braces.

/// Fields of one line; more than any label has are dropped.
const MAX_FIELDS: usize = 64;

/// The fields behind a label. A list in braces is one field, with its quotes.
pub(super) fn fields(rest: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut chars = rest.chars().peekable();
    while fields.len() < MAX_FIELDS {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(first) = chars.next() else { break };
        let mut field = String::new();
        match first {
            '"' => {
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => field.extend(chars.next()),
                        c => field.push(c),
                    }
                }
            }
            '{' => {
                let mut in_quotes = false;
                for c in chars.by_ref() {
                    in_quotes ^= c == '"';
                    if c == '}' && !in_quotes {
                        break;
                    }
                    field.push(c);
                }
            }
            c => {
                field.push(c);
                while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                    field.push(c);
                }
            }
        }
        fields.push(field);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_braces_keep_blanks_together() {
        assert_eq!(
            fields(r#"1930 {1 "a b"} -800.00 20260105 "Hyra \"jan\"" "" x"#),
            ["1930", "1 \"a b\"", "-800.00", "20260105", "Hyra \"jan\"", "", "x"]
        );
        assert_eq!(fields("  "), Vec::<String>::new());
        assert_eq!(fields("\"open"), ["open"]);
    }
}
