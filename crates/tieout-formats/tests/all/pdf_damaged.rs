//! PDF statements that are damaged or lack pages: what is left never counts as proved without a word.

use crate::pdf_paper::{lines, read};
use flate2::{Compression, write::ZlibEncoder};
use std::fmt::Write as _;
use std::io::Write as _;
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof};

/// A row of cells, each at a place across the page.
type Cells = Vec<(i32, String)>;

fn cells(cells: &[(i32, &str)]) -> Cells {
    cells.iter().map(|(x, text)| (*x, (*text).to_owned())).collect()
}

const LINES: i32 = 12;
const PAGES: i32 = 3;

fn amount(line: i32) -> i32 {
    if line % 3 == 0 { line * 211 } else { -line * 97 }
}

fn printed(cents: i32) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The pages of a statement whose balances prove it, each with balances brought forward and carried.
fn pages(numbered: bool) -> Vec<Vec<Cells>> {
    let mut balance = 100_000;
    let each = LINES / PAGES;
    let mut pages = Vec::new();
    for page in 0..PAGES {
        let number = format!("Page {} of {PAGES}", page + 1);
        let number = if numbered { number.as_str() } else { "First Bank plc" };
        let mut rows = vec![
            cells(&[(50, number)]),
            cells(&[(50, "Account number 12345678")]),
            cells(&[(50, "Statement 01 January 2026 to 31 January 2026")]),
            cells(&[(50, "Date"), (120, "Details"), (400, "Amount GBP"), (500, "Balance")]),
        ];
        let above = if page == 0 {
            "Opening balance"
        } else {
            "Balance brought forward"
        };
        rows.push(cells(&[(120, above), (510, &printed(balance))]));
        for line in page * each + 1..=(page + 1) * each {
            balance += amount(line);
            let (day, own, after) = (format!("{line:02} Jan"), printed(amount(line)), printed(balance));
            rows.push(cells(&[(50, &day), (120, "Payment"), (410, &own), (510, &after)]));
        }
        let below = if page + 1 == PAGES {
            "Closing balance"
        } else {
            "Balance carried forward"
        };
        rows.push(cells(&[(120, below), (510, &printed(balance))]));
        pages.push(rows);
    }
    pages
}

/// How a PDF is written, and which of its parts is left out.
#[derive(Default, Clone, Copy)]
struct Written {
    is_plain: bool,
    without: Option<usize>,
    count: Option<usize>,
    in_parts: bool,
}

fn stream(bytes: &mut Vec<u8>, number: usize, content: &str, is_plain: bool) {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content.as_bytes()).unwrap();
    let (filter, content) = if is_plain {
        ("", content.as_bytes().to_vec())
    } else {
        ("/Filter /FlateDecode ", packed.finish().unwrap())
    };
    let head = format!("{number} 0 obj\n<< {filter}/Length {} >>\nstream\n", content.len());
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend(content);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Objects: 1 the catalog, 2 the tree, 3 the font, 10 and up the pages, 20 and up their contents.
fn pdf(pages: &[Vec<Cells>], how: Written) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", page + 10)).collect();
    let count = how.count.unwrap_or(pages.len());
    let mut objects: Vec<(usize, String)> = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (
            2,
            format!("<< /Type /Pages /Kids [ {} ] /Count {count} >>", kids.join(" ")),
        ),
        (3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
    ];
    for page in 0..pages.len() {
        let second = if how.in_parts {
            format!("{} 0 R", page + 30)
        } else {
            String::new()
        };
        let page_object = format!(
            "<< /Type /Page /Parent 2 0 R /Contents [ {} 0 R {second} ] /Resources << /Font << /F1 3 0 R >> >> >>",
            page + 20
        );
        objects.push((page + 10, page_object));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    for (number, object) in objects.iter().filter(|(number, _)| Some(*number) != how.without) {
        bytes.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    for (page, rows) in pages.iter().enumerate() {
        let (mut first, mut second) = (String::new(), String::new());
        for (at, row) in (0..).zip(rows) {
            let half = if how.in_parts && at > 8 {
                &mut second
            } else {
                &mut first
            };
            for (x, text) in row {
                let _ = writeln!(half, "BT /F1 9 Tf 1 0 0 1 {x} {} Tm ({text}) Tj ET", 800 - at * 20);
            }
        }
        for (number, content) in [(page + 20, first), (page + 30, second)] {
            if Some(number) != how.without && !content.is_empty() {
                stream(&mut bytes, number, &content, how.is_plain);
            }
        }
    }
    bytes.extend_from_slice(b"trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    bytes
}

fn loses(import: &Import) -> bool {
    import.reading.problems.iter().any(|problem| problem.code.loses())
}

fn has(import: &Import, code: Code) -> bool {
    import.reading.problems.iter().any(|problem| problem.code == code)
}

fn proofs(import: &Import) -> Vec<Proof> {
    import.statements.iter().map(|read| read.statement.proof).collect()
}

#[test]
fn the_whole_statement_proves_however_it_is_written() {
    for how in [
        Written::default(),
        Written {
            is_plain: true,
            ..Written::default()
        },
        Written {
            in_parts: true,
            ..Written::default()
        },
    ] {
        for numbered in [true, false] {
            let import = read(&pdf(&pages(numbered), how));
            assert_eq!(lines(&import).0.len(), usize::try_from(LINES).unwrap());
            assert_eq!(proofs(&import), [Proof::Exact]);
            assert_eq!(import.reading.problems, []);
        }
    }
}

#[test]
fn what_is_missing_is_told_and_nothing_is_proved() {
    let parts = Written {
        in_parts: true,
        ..Written::default()
    };
    let mut cases = vec![
        (
            "fewer pages than are counted",
            Written {
                count: Some(4),
                ..Written::default()
            },
        ),
        (
            "more pages than are counted",
            Written {
                count: Some(2),
                ..Written::default()
            },
        ),
    ];
    for number in [3, 10, 11, 12, 20, 21, 22] {
        cases.push((
            "an object",
            Written {
                without: Some(number),
                ..Written::default()
            },
        ));
    }
    for number in [20, 30, 31, 32] {
        cases.push((
            "a part of a page",
            Written {
                without: Some(number),
                ..parts
            },
        ));
    }
    for (what, how) in cases {
        let import = read(&pdf(&pages(false), how));
        let problems = &import.reading.problems;
        assert!(has(&import, Code::Incomplete), "{what} {:?}: {problems:?}", how.without);
        assert!(!proofs(&import).contains(&Proof::Exact), "{what} {:?}", how.without);
    }
}

#[test]
fn a_damaged_page_is_named() {
    let whole = pdf(&pages(false), Written::default());
    let at = whole.windows(9).position(|window| window == b"21 0 obj\n").unwrap() + 200;
    let mut damaged = whole;
    damaged[at] ^= 4;
    let import = read(&damaged);
    let told: Vec<String> = import.reading.problems.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|told| told.starts_with("W_INCOMPLETE: page 2 cannot be unpacked whole: it is damaged; get the file")),
        "{told:?}"
    );
}

/// Numbers without a pattern, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Whatever happens to a bit or to some bytes: the same lines, or a problem that says lines may be missing, or a refusal.
#[test]
fn no_damage_loses_lines_in_silence() {
    let whole = pdf(&pages(false), Written::default());
    let (expected, _) = lines(&read(&whole));
    let mut random = Random(20_260_117);
    let mut silent = Vec::new();
    for round in 0..250 {
        let at = random.below(whole.len());
        let mut damaged = whole.clone();
        let what = if round % 4 == 3 {
            let end = whole.len().min(at + 1 + random.below(40));
            damaged.drain(at..end);
            format!("{at}..{end} missing")
        } else {
            let bit = random.below(8);
            damaged[at] ^= 1 << bit;
            format!("bit {bit} of {at}")
        };
        let import = read(&damaged);
        let is_same = import.reading.outcome != Outcome::Refused && lines(&import).0 == expected;
        if !is_same && (!loses(&import) || proofs(&import).contains(&Proof::Exact)) {
            let around = &whole[at.saturating_sub(20)..whole.len().min(at + 20)];
            let around = String::from_utf8_lossy(around).into_owned();
            silent.push(format!("{what}: {around:?} {:?}", import.reading.problems));
        }
    }
    assert!(silent.is_empty(), "{} of them: {silent:#?}", silent.len());
}

#[test]
fn pages_that_the_printed_numbers_miss_are_told_and_nothing_is_proved() {
    for gone in 0..3 {
        let mut left = pages(true);
        left.remove(gone);
        let import = read(&pdf(&left, Written::default()));
        let problems = &import.reading.problems;
        let named = format!("missing: {} of 3", gone + 1);
        assert!(
            problems
                .iter()
                .any(|problem| problem.code == Code::PageGap && problem.message.ends_with(&named)),
            "{problems:?}"
        );
        assert_ne!(proofs(&import), [Proof::Exact], "{gone}");
    }
}

#[test]
fn a_cut_file_proves_nothing_by_balances_beside_its_lines() {
    let rows = |page: usize| pages(false)[page].clone();
    // No balance is printed by itself.
    let plain = |page: usize| -> Vec<Cells> {
        let is_balance = |row: &Cells| {
            row.iter()
                .any(|(_, text)| text.to_lowercase().contains("balance") && row.len() == 2)
        };
        rows(page).into_iter().filter(|row| !is_balance(row)).collect()
    };
    let whole = pdf(&[plain(0), plain(1)], Written::default());
    assert_eq!(proofs(&read(&whole)), [Proof::Exact]);
    let end = whole.windows(7).position(|window| window == b"trailer").unwrap();
    let import = read(&whole[..end]);
    assert!(has(&import, Code::Incomplete), "{:?}", import.reading.problems);
    assert_eq!(proofs(&import), [Proof::NotPossible]);
    assert!(import.statements[0].statement.is_cut);
}

#[test]
fn balances_of_both_ends_prove_what_a_page_between_them_did_not_move() {
    let mut all = pages(true);
    // Page 2 of 4 is not there; it printed terms.
    for (row, number) in all.iter_mut().map(|page| &mut page[0]).zip([1, 3, 4]) {
        *row = cells(&[(50, &format!("Page {number} of 4"))]);
    }
    let import = read(&pdf(&all, Written::default()));
    assert!(has(&import, Code::PageGap));
    assert_eq!(proofs(&import), [Proof::Exact], "{:?}", import.reading.problems);
}

#[test]
fn text_of_no_page_is_told() {
    let whole = pdf(&pages(false), Written::default());
    let text = String::from_utf8_lossy(&whole).into_owned();
    let at = text.find("/Contents [ 21").map(|at| at + 3).unwrap();
    let mut damaged = whole;
    damaged[at] ^= 1;
    let import = read(&damaged);
    let problems = &import.reading.problems;
    assert!(
        problems
            .iter()
            .any(|problem| problem.message.starts_with("the PDF holds text that none")),
        "{problems:?}"
    );
    assert_ne!(proofs(&import), [Proof::Exact]);
}

#[test]
fn pictures_between_words_hide_none_of_them() {
    let rows = pages(false);
    let plain = pdf(
        &rows,
        Written {
            is_plain: true,
            ..Written::default()
        },
    );
    let text = String::from_utf8(plain).unwrap();
    let picture = "BI /W 4 /H 1 /BPC 8 /CS /G ID (\u{1}(\u{2} EI\nBT";
    let shown = text.replacen("BT", picture, 1).replace("/Length ", "/Lenght ");
    let import = read(shown.as_bytes());
    assert_eq!(proofs(&import), [Proof::Exact], "{:?}", import.reading.problems);
    assert_eq!(import.reading.problems, []);
}

/// Whether pages are said to be missing from a paper whose first rows, and a movement on each page, are these.
fn gap_of(count: usize, head: impl Fn(usize) -> String, details: &str) -> bool {
    let mut all = pages(false);
    all.truncate(count);
    for (number, rows) in (1..).zip(&mut all) {
        rows[0] = cells(&[(50, &head(number))]);
        details.clone_into(&mut rows[6][1].1);
    }
    has(&read(&pdf(&all, Written::default())), Code::PageGap)
}

#[test]
fn what_looks_like_a_page_number_is_none() {
    for text in [
        "Wiener Str. 2/14",
        "Folio 3/2026",
        "1/2026",
        "3/12",
        "Kontoauszug 3/12 Seite",
        "Side 2/9 Harbour Road",
        "Read the leaflet (page 3 of 5) about fees",
    ] {
        for count in [1, 3] {
            assert!(!gap_of(count, |_| text.to_owned(), "Payment"), "{text} on {count}");
        }
    }
    for text in [
        "PAG 3/12 PRESTAMO",
        "FOLIO 2 DE 5",
        "HOJA 1/3 NOTARIA",
        "YELLOW PAGE 1 OF 4 AD",
    ] {
        assert!(!gap_of(1, |_| "First Bank plc".to_owned(), text), "{text}");
        assert!(!gap_of(3, |number| format!("Page {number} of 3"), text), "{text}");
        // The page that is missing is told all the same.
        assert!(gap_of(2, |number| format!("Page {number} of 3"), text), "{text}");
    }
    assert!(!gap_of(3, |number| format!("Page {} of 17", number + 14), "Payment"));
}

#[test]
fn page_numbers_are_understood_whatever_stands_around_them() {
    for (before, between, behind) in [
        ("Page No. ", " of ", ""),
        ("Page No : ", " / ", ""),
        ("Page number ", " of ", ""),
        ("Pag. n. ", " di ", ""),
        ("Foglio n. ", "/", ""),
        ("Strona nr ", " z ", ""),
        ("Sayfa No: ", " / ", ""),
        ("Seiten-Nr. ", " von ", ""),
        ("Sheet ", " of ", ""),
        ("Folha ", " de ", ""),
        ("Feuille ", "/", ""),
        ("Blz. ", " van ", ""),
        ("Page ", " - ", ""),
        ("- ", "/", " -"),
    ] {
        let head = |number: usize| format!("{before}{number}{between}3{behind}");
        assert!(gap_of(2, head, "Payment"), "{}", head(1));
        assert!(!gap_of(3, head, "Payment"), "{}", head(1));
    }
}

#[test]
fn what_portals_add_behind_a_pdf_cuts_nothing_off() {
    let whole = pdf(&pages(false), Written::default());
    for added in [vec![0; 5_000], format!("<!-- {} -->", "x".repeat(8_000)).into_bytes()] {
        let import = read(&[whole.clone(), added].concat());
        assert_eq!(proofs(&import), [Proof::Exact], "{:?}", import.reading.problems);
        assert_eq!(import.reading.problems, []);
    }
}

#[test]
fn shapes_of_characters_scripts_and_forms_are_no_text_of_a_page() {
    let whole = String::from_utf8(pdf(
        &pages(false),
        Written {
            is_plain: true,
            ..Written::default()
        },
    ))
    .unwrap();
    let shape = "BT /F1 9 Tf (x) Tj ET";
    let length = shape.len();
    let object = format!("40 0 obj\n<< /Length {length} >>\nstream\n{shape}\nendstream\nendobj\n");
    for of in [
        "<< /Font << /T3 << /Subtype /Type3 /CharProcs << /a 40 0 R >> >> >> >>",
        "<< /Subtype /Type3 /CharProcs 42 0 R >>",
        "<< /S /JavaScript /JS 40 0 R >>",
        "<< /XFA [ (form) 40 0 R ] >>",
    ] {
        let others = format!("41 0 obj\n{of}\nendobj\n42 0 obj\n<< /a 40 0 R >>\nendobj\n");
        let added = whole.replace("trailer\n", &format!("{object}{others}trailer\n"));
        let import = read(added.as_bytes());
        assert_eq!(import.reading.problems, [], "{of}");
    }
    // By itself it may be that of a page that is lost.
    let import = read(whole.replace("trailer\n", &format!("{object}trailer\n")).as_bytes());
    assert!(has(&import, Code::Incomplete));
}
