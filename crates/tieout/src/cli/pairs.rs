//! `--pair STATEMENT=BOOKS`: which bank account is which account of the books.

/// A bank account in the statement files and its account in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// A part of the bank account's number, its currency, or the name of its file.
    pub(crate) statement: String,
    /// The account in the books, as `--account` takes it.
    pub(crate) books: String,
}

/// Reads a pair; names of files may hold an equals sign, names of accounts hardly do.
pub(super) fn pair(text: &str) -> Result<Pair, String> {
    let sides = text.rsplit_once('=').map(|(left, right)| (left.trim(), right.trim()));
    match sides {
        Some((statement, books)) if !statement.is_empty() && !books.is_empty() => Ok(Pair {
            statement: statement.to_owned(),
            books: books.to_owned(),
        }),
        _ => Err(String::from(
            "a pair is the bank account and its account in the books, as in 4931=Assets:Checking",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_two_sides() {
        let read = pair("my=bank.csv = Assets:Bank").unwrap();
        assert_eq!(
            (read.statement.as_str(), read.books.as_str()),
            ("my=bank.csv", "Assets:Bank")
        );
        for wrong in ["4931", "=Assets:Bank", "4931="] {
            assert!(pair(wrong).is_err(), "{wrong}");
        }
    }
}
