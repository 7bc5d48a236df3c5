//! `docs/formats.md`: what is read, written from the fixtures and checked against them. After a change run with
//! `TIEOUT_WRITE_DOCS=1` to write the page anew.

use crate::common::{expected_in, folder};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use tieout_formats::{Outcome, Proof, ReadOptions, read_all};

/// A format of the page: folder of its fixtures, name, what is read, where its oddities are.
struct Covered {
    kind: &'static str,
    name: &'static str,
    reads: &'static str,
    quirks: &'static [&'static str],
    /// In which charsets and code pages its texts are read.
    charsets: &'static str,
}

const COVERED: &[Covered] = &[
    Covered {
        kind: "ofx",
        name: "OFX 1 and 2, QFX, QBO",
        reads: "bank, card and cash lines of investment statements; pending lists; corrections of earlier lines",
        quirks: &[
            "headers on one line or missing",
            "end tags missing or not closed",
            "several accounts in one file",
            "amounts with a comma or groups",
        ],
        charsets: "UTF-8 where the bytes are that; else what the header says (`CHARSET`), else Windows-1252",
    },
    Covered {
        kind: "camt",
        name: "camt.052, .053, .054",
        reads: "entries with their parts, charges, exchange, references, balances, summaries of every version",
        quirks: &[
            "any namespace and prefix",
            "reversals printed in the direction of the original",
            "balances repeated by page",
        ],
        charsets: "what the XML declaration says; UTF-8 where the bytes are that",
    },
    Covered {
        kind: "mt940",
        name: "MT940, MT942, MT950",
        reads: "statement lines with reversal marks, `:86:` in its dialects, balances, control totals, pages",
        quirks: &[
            "bank lines around messages",
            "dashes and colons in texts",
            "references longer than allowed",
            "fields wrapped anywhere",
        ],
        charsets: "UTF-8, else Windows-1252; where the first balance is in a currency of Central Europe, Windows-1250 or the DOS code page 852, by the letters of the first 1 MB from the first that is no ASCII, wherever that stands",
    },
    Covered {
        kind: "bai2",
        name: "BAI2, BTRS",
        reads: "transactions with funds types and references, balances of accounts, totals, control totals and counts of all three levels",
        quirks: &[
            "continuations anywhere, also without their code",
            "several records on a line",
            "records ended by a slash or by the line",
            "slashes and commas in texts",
            "labelled continuations",
            "empty fields left out before a continuation",
        ],
        charsets: "UTF-8, else Windows-1252",
    },
    Covered {
        kind: "coda",
        name: "CODA 1 and 2",
        reads: "movements with parts of globalised amounts, coded communications (101, 102, 127), information records, free messages, trailers",
        quirks: &[
            "an IBAN under the old account structure",
            "a currency behind one blank",
            "free messages counted or not",
            "three decimals",
        ],
        charsets: "UTF-8, else Windows-1252 (Latin-1)",
    },
    Covered {
        kind: "norma43",
        name: "Norma 43 (AEB 43)",
        reads: "movements with concepts, texts, references and original amounts, sums and counts of accounts and files",
        quirks: &[
            "sign 0",
            "movements of zero counted on either side",
            "a file header that counts or not",
            "zeros for no reference",
        ],
        charsets: "UTF-8, else Windows-1252 (Latin-1) or the DOS code pages 850 (437 has the same letters) and 860, by the letters of all words of the file; words that make sense only in another of them are told (`W_CHARSET_MISMATCH`)",
    },
    Covered {
        kind: "cfonb120",
        name: "CFONB 120",
        reads: "movements with additional records (labels, parties, ids, mandate, original amount, fees), both balances",
        quirks: &[
            "blank currency and decimals",
            "braces converted to accented letters",
            "records before their movement or statement",
            "two new balances",
        ],
        charsets: "UTF-8, else Windows-1252 (Latin-1)",
    },
    Covered {
        kind: "gpc",
        name: "ABO (GPC)",
        reads: "items with symbols, accounts, reversals and text records, balances, turnovers",
        quirks: &[
            "code pages 1250 and 852",
            "turnovers with reversals on either side",
            "currency by number, or none (CZK)",
        ],
        charsets: "UTF-8, else Windows-1250 or the DOS code page 852, by the letters of the first 1 MB from the first that is no ASCII, wherever that stands",
    },
    Covered {
        kind: "cnab240",
        name: "CNAB 240 (extract); collection and CNAB 400 refused by name",
        reads: "segment E of extracts, balances, sums and counts of batches and files; collection and payments are named and left out",
        quirks: &[
            "extracts beside batches of other services",
            "documents and accounts of zeros",
        ],
        charsets: "as of Norma 43, by Portuguese letters",
    },
    Covered {
        kind: "qif",
        name: "QIF",
        reads: "bank, card, cash and investment records, splits, opening balances",
        quirks: &[
            "order of dates and decimal mark by vote of all records",
            "apostrophes and blanks in dates",
            "headers in any case",
        ],
        charsets: "UTF-8, else Windows-1252",
    },
    Covered {
        kind: "csv",
        name: "Delimited text",
        reads: "tables of any bank: delimiter, charset, header, columns, signs, order of dates and running balances are found out",
        quirks: &["see [how columns are told](mapping.md)"],
        charsets: "UTF-8, UTF-16, else Windows-1252, Windows-1250, ISO 8859-2, the DOS code page 850, Mac Roman, or the charsets of Cyrillic, Greek, Hebrew, Arabic, Thai, Chinese, Japanese and Korean, by the words of the header or the letters of the first rows, or what a mapping file says (`encoding`)",
    },
    Covered {
        kind: "json",
        name: "JSON feeds, own JSON",
        reads: "what `statement convert --to json` writes; transactions of Plaid, Stripe, GoCardless, Berlin Group, UK Open Banking, TrueLayer and FDX, modified and removed ones too",
        quirks: &[
            "signs as each interface means them",
            "amounts read from their text, never as floats",
            "several pages or lists in one file",
            "a page that corrects an earlier one",
        ],
        charsets: "UTF-8, UTF-16",
    },
    Covered {
        kind: "zip",
        name: "Zip archives",
        reads: "every statement file inside, each as if it came alone, its problems named with its name",
        quirks: &[
            "sizes that are not true",
            "damaged members, whose checksum is compared before anything is believed",
            "archives in archives, to a bounded depth",
        ],
        charsets: "of each file inside, as if it came alone; names as they stand there",
    },
    Covered {
        kind: "xls",
        name: "XLS",
        reads: "the sheet with the best table, as of XLSX",
        quirks: &[
            "long texts over several records",
            "the 1904 date system",
            "hidden rows, columns and sheets, which are read and named",
            "files called XLS that are tables of a web page or XML spreadsheets of 2003, also cut ones",
        ],
        charsets: "that of the workbook; of web pages and XML what they declare",
    },
    Covered {
        kind: "xlsx",
        name: "XLSX",
        reads: "the sheet with the best table, typed or text cells, both date systems",
        quirks: &[
            "amounts as text",
            "the 1904 date system",
            "noise of binary fractions, and amounts with more decimals than the currency, which are rounded and counted",
            "hidden rows, columns and sheets, which are read and named",
            "further sheets with movements, which are named",
        ],
        charsets: "UTF-8, as XML declares it",
    },
    Covered {
        kind: "pdf",
        name: "PDF with a text layer",
        reads: "the table of movements and the balances printed around it (or else beside its lines), as a draft (`W_DRAFT`) until opening, lines and closing agree",
        quirks: &[
            "amounts in columns of debits and credits",
            "signs and sides (`S`/`H`, `C`/`D`) behind amounts",
            "sections that say the side",
            "lines of fixed width",
            "rows of sums, which are compared and left out",
            "dates without a year, over New Year too",
            "sort codes and other numbers that look like dates",
        ],
        charsets: "those of the fonts",
    },
];

const HEAD: &str = "\
# What is read

Written by `crates/tieout-formats/tests/all/coverage.rs` from the fixtures, which are read each time: *proved* statements are those
whose opening, lines and closing agree to the last digit; *off* are those whose authors changed figures (each is read, with a
warning); the rest print no pair of balances. *Refused* files hold no account statement, and the problem says so. Every file is
also read cut, beheaded, changed, wrapped and with lines left out, every text in other charsets and with other line ends
(`tests/all/mutations.rs`), and every statement is written as JSON and CSV and read back (`tests/all/round_trip.rs`).

| format | files | statements | lines | proved | off | refused | encodings |
|---|--:|--:|--:|--:|--:|--:|---|
";

#[derive(Default)]
struct Found {
    files: usize,
    statements: usize,
    lines: u64,
    proved: usize,
    off: usize,
    refused: usize,
    encodings: BTreeSet<String>,
    dialects: BTreeSet<String>,
}

fn found(kind: &str) -> Found {
    let mut found = Found::default();
    for (path, _) in expected_in(&folder(kind)) {
        let bytes = fs::read(&path).expect("a fixture");
        let import = read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory is readable");
        found.files += 1;
        found.statements += import.statements.len();
        found.lines += import.reading.lines;
        found.refused += usize::from(import.reading.outcome == Outcome::Refused);
        for read in &import.statements {
            found.proved += usize::from(read.statement.proof == Proof::Exact);
            found.off += usize::from(matches!(read.statement.proof, Proof::Off(_)));
        }
        if import.reading.outcome != Outcome::Refused {
            found.encodings.insert(import.reading.encoding);
        }
        if !import.reading.dialect.is_empty() {
            found.dialects.insert(import.reading.dialect);
        }
    }
    found
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let all: Vec<(&Covered, Found)> = COVERED.iter().map(|covered| (covered, found(covered.kind))).collect();
    for (covered, found) in &all {
        let encodings: Vec<&str> = found
            .encodings
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .collect();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            covered.name,
            found.files,
            found.statements,
            found.lines,
            found.proved,
            found.off,
            found.refused,
            encodings.join(", ")
        );
    }
    for (covered, found) in &all {
        let _ = write!(page, "\n## {}\n\nRead: {}.\n\n", covered.name, covered.reads);
        if !matches!(covered.kind, "csv" | "xls" | "xlsx" | "zip" | "pdf") && !found.dialects.is_empty() {
            let dialects: Vec<&str> = found.dialects.iter().map(String::as_str).collect();
            let _ = write!(page, "Versions among the fixtures: {}.\n\n", dialects.join("; "));
        }
        let _ = write!(page, "Charsets and code pages: {}.\n\n", covered.charsets);
        let _ = writeln!(page, "Oddities handled: {}.", covered.quirks.join("; "));
    }
    page
}

#[test]
fn the_page_of_formats_is_what_the_fixtures_show() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    let page = page();
    if std::env::var_os("TIEOUT_WRITE_DOCS").is_some() {
        fs::write(&file, &page).expect("the page can be written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == page,
        "docs/formats.md is not what the fixtures show; run with TIEOUT_WRITE_DOCS=1"
    );
}
