//! Problems: what a reader says when a file is not as it should be.
//!
//! Readers return what they could read *and* their problems; they never stop at the first one. A [`Code`] is stable
//! across versions (people filter and scripts match on it); the message is for people and may change.

use std::fmt;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is missing.
    Notice,
    /// Something was lost, guessed or does not add up; the rest was read.
    Warning,
    /// The file, or this part of it, could not be used.
    Error,
}

/// Declares [`Code`] from one table: variant, printed code, severity, what to do about it.
macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident, $text:literal, $severity:ident, $action:literal; )+) => {
        /// The stable code of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[$doc])* $variant, )+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code as printed, stable across versions (`W_BAD_DATE`).
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }

            /// How bad this is.
            pub fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )+ }
            }

            /// Whether lines, entries or amounts may be missing where this is said, so that no figure of the file is certain.
            pub fn loses(self) -> bool {
                let lossy = [
                    Self::BadLine,
                    Self::BadAmount,
                    Self::BadEntry,
                    Self::BalanceBreak,
                    Self::ControlTotal,
                    Self::Draft,
                    Self::IncludeMissing,
                    Self::Incomplete,
                    Self::OutOfPlace,
                ];
                self.severity() == Severity::Error || lossy.contains(&self)
            }

            /// What the reader of the message can do about it.
            pub fn action(self) -> &'static str {
                match self { $( Self::$variant => $action, )+ }
            }
        }
    };
}

codes! {
    /// The file is of a known kind but holds no account statement.
    NotAStatement, "E_NOT_A_STATEMENT", Error, "ask the bank for the account statement instead of this message";
    /// A table of movements has a header and no rows.
    NoRows, "E_NO_ROWS", Error, "export a period that has movements, or leave this file out";
    /// No reader recognises the content.
    UnknownFormat, "E_UNKNOWN_FORMAT", Error, "export the statement as OFX, camt.053, MT940, QIF or CSV, or give a mapping file";
    /// The file is encrypted or password protected.
    Encrypted, "E_ENCRYPTED", Error, "remove the password and try again";
    /// A hard limit (file size, line length, depth, count) was hit; what came before it was read.
    TooLarge, "E_TOO_LARGE", Error, "split the file, or check that it is what it says it is";
    /// The structure is broken here; what could be read around it was read.
    Malformed, "E_MALFORMED", Error, "fetch the file again; it may be cut or edited";
    /// The bank reported an error instead of a statement.
    BankError, "E_BANK_ERROR", Error, "download the statement from the bank again";
    /// The file has the amounts or dates in no column that can be told.
    NoColumns, "E_NO_COLUMNS", Error, "name the columns in a mapping file (--mapping; of books: --ledger-mapping)";
    /// No reader of books recognises the content.
    UnknownBooks, "E_UNKNOWN_BOOKS", Error, "give the books as beancount, hledger, CSV or XLSX, or say the kind with --ledger-format";
    /// The file is of a known kind of books but holds no entries.
    EmptyBooks, "E_EMPTY_BOOKS", Error, "export the account's transactions again, over a period that has some";
    /// The books hold several accounts and none was chosen.
    AccountNeeded, "E_ACCOUNT_NEEDED", Error, "name one with --account";
    /// The account asked for is not in the file.
    AccountNotFound, "E_ACCOUNT_NOT_FOUND", Error, "name one of the accounts listed";
    /// The account asked for is none that a bank keeps.
    NotABankAccount, "W_NOT_A_BANK_ACCOUNT", Warning, "nothing, if a bank keeps it; else name the bank account with --account";
    /// One line could not be read and was left out.
    BadLine, "W_BAD_LINE", Warning, "check this line against the bank's own list";
    /// An amount could not be read, or was read with a guess.
    BadAmount, "W_BAD_AMOUNT", Warning, "check this amount";
    /// Amounts of a workbook have more decimals than their currency.
    Rounded, "W_ROUNDED", Warning, "compare these amounts with the bank's own list, or round them in the workbook";
    /// Rows, columns or sheets that a workbook does not show were read.
    Hidden, "W_HIDDEN", Warning, "nothing, if they are movements; else delete what is hidden and save the workbook";
    /// A date could not be read.
    BadDate, "W_BAD_DATE", Warning, "check this date";
    /// A date that does not exist (30 February) was moved to the end of its month.
    DateClamped, "W_DATE_CLAMPED", Warning, "nothing, if the bank counts interest in months of 30 days";
    /// Day and month cannot be told apart from the data.
    DateAmbiguous, "W_DATE_AMBIGUOUS", Warning, "say which with --date-order dmy, mdy or ymd (of books: --ledger-date-order)";
    /// Decimal mark and group mark cannot be told apart from the data.
    NumberAmbiguous, "W_NUMBER_AMBIGUOUS", Warning, "say which with a mapping file (decimal_mark)";
    /// Amounts without a sign, and words beside them that are not known.
    SideUnknown, "W_SIDE_UNKNOWN", Warning, "say in a mapping file which column tells the side and which of its words mean money out (direction, debit_words)";
    /// Amounts of one side are printed partly with a minus, and nothing proves what it means.
    MixedSigns, "W_MIXED_SIGNS", Warning, "compare one of these amounts with the bank's own list; if it was read wrongly, write the column with one kind of sign";
    /// The signs of all amounts contradict what the file says of them otherwise: a card that prints its charges as positive.
    SignsTurned, "W_SIGNS_TURNED", Warning, "if charges are printed as positive, reconcile with --statement-sign inverted";
    /// The file's bytes are in another charset than it declares.
    CharsetMismatch, "W_CHARSET_MISMATCH", Warning, "check names with accents";
    /// Some bytes belong to no character of the charset.
    UndecodableBytes, "W_UNDECODABLE_BYTES", Warning, "check the text of this line";
    /// opening + lines does not equal closing.
    ProofOff, "W_PROOF_OFF", Warning, "compare with the bank's own statement: a line is missing, doubled or changed";
    /// A balance printed beside a line does not follow from the one before it, where most do.
    BalanceBreak, "W_BALANCE_BREAK", Warning, "compare with the bank's own list: a line before this one is missing, doubled or changed";
    /// The statement was read from paper, and its balances do not prove it.
    Draft, "W_DRAFT", Warning, "compare every line with the paper, or ask the bank for camt, MT940, OFX or CSV";
    /// A printed count or sum does not agree with the lines.
    ControlTotal, "W_CONTROL_TOTAL", Warning, "compare with the bank's own statement";
    /// Two lines of one file bear the same bank id.
    DuplicateId, "W_DUPLICATE_ID", Warning, "nothing, if these are two payments; both are kept";
    /// The bank corrects a line that it sent in another file.
    Correction, "W_CORRECTION", Warning, "take the earlier line back, if it was imported";
    /// The file does not say which account this is.
    NoAccount, "W_NO_ACCOUNT", Warning, "check that the file is of the account you mean";
    /// The file does not say the currency.
    NoCurrency, "W_NO_CURRENCY", Warning, "say it with --currency";
    /// Lines of one statement are in several currencies.
    MixedCurrency, "W_MIXED_CURRENCY", Warning, "give one statement per currency";
    /// Reversal entries were turned, because only then the balances prove.
    ReversalFlipped, "W_REVERSAL_FLIPPED", Warning, "nothing, if the balances prove";
    /// The parts of a batch do not sum to the batch.
    ChildSum, "W_CHILD_SUM", Warning, "nothing, if charges explain it; the batch amount counts";
    /// A type code that is not known.
    UnknownTypeCode, "W_UNKNOWN_TYPE_CODE", Warning, "nothing; the code is kept";
    /// Pages or statement numbers have a gap.
    PageGap, "W_PAGE_GAP", Warning, "fetch the missing page or statement";
    /// A record that must end a statement or the file, or a closing balance, is not there.
    Incomplete, "W_INCOMPLETE", Warning, "fetch the file again: its end or a part may be missing";
    /// A record stands where its format does not allow it and was left out.
    OutOfPlace, "W_OUT_OF_PLACE", Warning, "check this record against the bank's own list; the file may be cut or edited";
    /// Something was tolerated that the format does not allow.
    Irregular, "W_IRREGULAR", Warning, "nothing; it was read as meant";
    /// Part of the content belongs to no field we know and is only kept as text.
    Unread, "W_UNREAD", Warning, "nothing, unless you miss something";
    /// A transaction or entry of the books could not be read and was left out.
    BadEntry, "W_BAD_ENTRY", Warning, "correct this place in the books";
    /// A printed total or balance of the books does not agree with their entries.
    BooksTotal, "W_BOOKS_TOTAL", Warning, "export the books again: an entry is missing, doubled or changed";
    /// A transaction of the books does not balance.
    Unbalanced, "W_UNBALANCED", Warning, "correct the transaction in the books";
    /// A balance asserted in the books does not hold.
    BalanceAssertion, "W_BALANCE_ASSERTION", Warning, "correct the books or the assertion";
    /// A file named by an include cannot be read.
    IncludeMissing, "W_INCLUDE_MISSING", Warning, "give all files of the books";
    /// Something that a person decided about is not there, or not as it was.
    DecisionNotApplied, "W_DECISION_NOT_APPLIED", Warning, "decide again, or take the decision out of the file";
    /// Securities trades were left out; only cash lines were read.
    InvestmentSkipped, "I_INVESTMENT_SKIPPED", Notice, "nothing; trades are no bank lines";
    /// Pending lines are there and do not count.
    Pending, "I_PENDING", Notice, "nothing; they count once booked";
    /// A movement that was refused, failed or was taken back before it was booked.
    Void, "I_VOID", Notice, "nothing; the bank says that no money moved";
    /// A statement without lines.
    EmptyStatement, "I_EMPTY_STATEMENT", Notice, "nothing";
    /// The reader decided something that you may want to know.
    Decided, "I_DECIDED", Notice, "nothing, if it is right";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where in a file a problem is. Whatever is not known stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Line number, from 1.
    pub line: Option<u64>,
    /// Column in characters, from 1; for tables the field's name or number goes to `path`.
    pub column: Option<u64>,
    /// The element or field: `Stmt[1]/Ntry[3]/Amt`, `:61:`, `TRNAMT`, `Sheet1!C7`.
    pub path: Option<String>,
}

impl Place {
    /// A line, from 1.
    pub fn line(line: u64) -> Self {
        Self {
            line: Some(line),
            ..Self::default()
        }
    }

    /// A line, from 1, and the field in it.
    pub fn field(line: u64, path: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            column: None,
            path: Some(path.into()),
        }
    }
}

impl fmt::Display for Place {
    /// `line 12, column 5, TRNAMT`; empty if nothing is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(line) = self.line {
            parts.push(format!("line {line}"));
        }
        if let Some(column) = self.column {
            parts.push(format!("column {column}"));
        }
        if let Some(path) = &self.path {
            parts.push(path.clone());
        }
        f.write_str(&parts.join(", "))
    }
}

/// One thing that is not as it should be in a file: stable code, place, message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What, for people: lower case, no full stop, quotes at most some dozens of characters of the file.
    pub message: String,
    /// What to do about it here, where that is not what the code says.
    pub advice: Option<&'static str>,
}

impl Problem {
    /// A problem at a place.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            place,
            message: message.into(),
            advice: None,
        }
    }

    /// The same, with what to do about it in this kind of file.
    #[must_use]
    pub fn advising(self, advice: &'static str) -> Self {
        let advice = Some(advice);
        Self { advice, ..self }
    }

    /// What the reader of the message can do about it.
    pub fn action(&self) -> &'static str {
        self.advice.unwrap_or_else(|| self.code.action())
    }

    /// A problem of the whole file.
    pub fn of_file(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Place::default(), message)
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Problem {
    /// `W_BAD_DATE line 12, DTPOSTED: "00000000" is not a date; check this date`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.to_string();
        let space = if place.is_empty() { "" } else { " " };
        write!(f, "{}{space}{place}: {}; {}", self.code, self.message, self.action())
    }
}

/// The first `limit` characters of a text from a file, for a message: control characters shown as blanks, `…` if cut.
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut short: String = text
        .chars()
        .take(limit)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(limit).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique_and_begin_with_their_severity() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            let letter = match code.severity() {
                Severity::Error => "E_",
                Severity::Warning => "W_",
                Severity::Notice => "I_",
            };
            assert!(code.as_str().starts_with(letter), "{code}");
        }
    }

    #[test]
    fn a_problem_says_what_where_and_what_to_do() {
        let problem = Problem::new(
            Code::BadDate,
            Place::field(12, "DTPOSTED"),
            "\"00000000\" is not a date",
        );
        assert_eq!(
            problem.to_string(),
            "W_BAD_DATE line 12, DTPOSTED: \"00000000\" is not a date; check this date"
        );
    }

    #[test]
    fn what_to_do_may_be_said_of_one_kind_of_file() {
        let problem = Problem::of_file(Code::Decided, "took account \"Bank\"").advising("else name one with --account");
        assert_eq!(
            problem.to_string(),
            "I_DECIDED: took account \"Bank\"; else name one with --account"
        );
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\nb\u{7}cdef", 4), "a b …");
        assert_eq!(excerpt("äöü", 3), "äöü");
    }
}
