//! Lines of fixed columns divided by one character, with quotes: DATEV and FEC, whose layouts are laid down.

/// Columns of one line.
const MAX_COLUMNS: usize = 400;

/// The cells of a line; a doubled quote in quotes stands for one.
pub(crate) fn cells(line: &str, divider: char) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut in_quotes = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if in_quotes && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if in_quotes || cell.is_empty() => in_quotes = !in_quotes,
            c if c == divider && !in_quotes => {
                if cells.len() >= MAX_COLUMNS {
                    break;
                }
                cells.push(std::mem::take(&mut cell));
            }
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

/// Where columns stand, by their names in small letters.
#[derive(Debug, Default)]
pub(crate) struct Header {
    names: Vec<String>,
}

impl Header {
    pub(crate) fn of(cells: &[String]) -> Self {
        Self {
            names: cells.iter().map(|name| name.trim().to_lowercase()).collect(),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// The cell of the column with this name; empty if there is none.
    pub(crate) fn cell<'c>(&self, cells: &'c [String], name: &str) -> &'c str {
        let at = self.names.iter().position(|own| own == name);
        at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_dividers_together() {
        assert_eq!(cells("a;\"b;\"\"c\"\"\";;d\"e", ';'), ["a", "b;\"c\"", "", "d\"e"]);
        let header = Header::of(&cells("A|B", '|'));
        assert_eq!(header.cell(&cells("1|2", '|'), "b"), "2");
        assert!(header.has("a") && !header.has("c"));
    }
}
