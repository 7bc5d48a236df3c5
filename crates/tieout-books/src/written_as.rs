//! What a file with proposed entries is, in words, and which endings such files have.

use crate::import::Target;
use crate::write::Layout;

/// What is written, and how such files are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenAs {
    /// For people: `journal entries, to be appended to the books`.
    pub words: &'static str,
    /// The kind in a word or two: `CSV`.
    pub kind: &'static str,
    /// The endings of names of such files, the usual one first, without the dot.
    pub endings: &'static [&'static str],
}

/// Endings that promise a kind of file, of those that books come in.
const PROMISES: &[&str] = &[
    "bean",
    "beancount",
    "csv",
    "dat",
    "gnucash",
    "hledger",
    "iif",
    "j",
    "journal",
    "json",
    "jsonl",
    "ledger",
    "ofx",
    "qbo",
    "qfx",
    "qif",
    "se",
    "si",
    "sie",
    "tsv",
    "xls",
    "xlsx",
    "xml",
];

impl WrittenAs {
    /// Whether a name with this ending promises another kind of file.
    pub fn is_contradicted_by(&self, ending: &str) -> bool {
        let ending = ending.to_lowercase();
        PROMISES.contains(&ending.as_str()) && !self.endings.contains(&ending.as_str())
    }
}

const fn as_kind(kind: &'static str, endings: &'static [&'static str], words: &'static str) -> WrittenAs {
    WrittenAs { words, kind, endings }
}

/// Xero imports neither rows of its reports nor journals of a bank account.
const XERO_REPORT: &str =
    "rows in the columns of the report, to be entered in Xero as spend or receive money: it imports none";

impl Layout {
    /// What is written for these books.
    pub fn written_as(&self) -> WrittenAs {
        match self {
            Self::Beancount(_) => as_kind(
                "beancount",
                &["beancount", "bean"],
                "beancount directives, to be appended to the books",
            ),
            Self::Hledger(_) => as_kind(
                "a journal",
                &["journal", "hledger", "ledger", "dat", "j"],
                "journal entries, to be appended to the books",
            ),
            Self::Table(layout) if layout.is_of_xero() && !layout.is_workbook() => {
                as_kind("CSV", &["csv", "tsv"], XERO_REPORT)
            }
            Self::Table(layout) if layout.is_of_xero() => as_kind("XLSX", &["xlsx"], XERO_REPORT),
            Self::Table(layout) if layout.is_workbook() => as_kind(
                "XLSX",
                &["xlsx"],
                "XLSX in the columns of the books, to be copied into them",
            ),
            Self::Table(layout) if layout.is_appended() => as_kind(
                "CSV",
                &["csv", "tsv"],
                "CSV rows without a header, to be appended to the books",
            ),
            Self::Table(_) => as_kind(
                "CSV",
                &["csv", "tsv"],
                "CSV in the columns of the books, to be copied into them",
            ),
            Self::Import(layout) => import(layout.target()),
            Self::Brought(layout) => layout.written_as(),
        }
    }
}

fn import(target: Target) -> WrittenAs {
    match target {
        Target::Gnucash => as_kind(
            "CSV",
            &["csv"],
            "CSV of transactions with splits, for the import of GnuCash",
        ),
        Target::Sie => as_kind(
            "SIE 4I",
            &["si", "se", "sie"],
            "SIE 4I vouchers, for the import of the program",
        ),
        Target::Sie5 => as_kind(
            "SIE 5",
            &["sie", "xml"],
            "a SIE 5 voucher file, for the import of the program",
        ),
        Target::Datev => as_kind("CSV", &["csv"], "a DATEV batch (CSV), for the import of the program"),
        Target::Fec => as_kind(
            "text",
            &["txt", "csv", "tsv"],
            "rows of a FEC (text), for the import of the program",
        ),
        Target::Qif => as_kind("QIF", &["qif"], "QIF, for the import of the program"),
        Target::Saft | Target::Jpk => as_kind("CSV", &["csv"], "a plain CSV, to be entered into the program"),
        Target::QuickBooksOnline => as_kind(
            "CSV",
            &["csv"],
            "CSV of journal entries, for the import of QuickBooks Online",
        ),
        Target::Iif => as_kind("IIF", &["iif"], "IIF, for the import of QuickBooks Desktop"),
        Target::Xero => as_kind("CSV", &["csv"], "CSV of manual journals, for the import of Xero"),
        Target::Crane => as_kind(
            "JSON Lines",
            &["jsonl", "json"],
            "bodies of requests (JSON), one on each line, for the interface of the ledger",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contradicts_only_if_it_promises_another_kind() {
        let csv = import(Target::Gnucash);
        for (ending, contradicts) in [
            ("csv", false),
            ("CSV", false),
            ("gnucash", true),
            ("xlsx", true),
            ("txt", false),
            ("", false),
            ("fix", false),
        ] {
            assert_eq!(csv.is_contradicted_by(ending), contradicts, "{ending}");
        }
    }
}
