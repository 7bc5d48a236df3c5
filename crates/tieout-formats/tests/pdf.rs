//! PDF statements with a text layer.

mod common;

use common::{Dates, assert_all_as_expected, folder};
use std::fs;
use std::io::{Cursor, Write as _};
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};

fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

/// A PDF of one page that shows these texts, each at a place.
fn paper(texts: &[(i32, i32, &str)]) -> Vec<u8> {
    let shown: Vec<String> = texts
        .iter()
        .map(|(x, y, text)| format!("BT /F1 9 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET"))
        .collect();
    let content = shown.join("\n");
    format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >> endobj\n\
         4 0 obj << /Length {} >> stream\n{content}\nendstream endobj\n\
         5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> endobj\n\
         trailer << /Root 1 0 R >>\n",
        content.len()
    )
    .into_bytes()
}

const TABLE: [(i32, i32, &str); 12] = [
    (40, 800, "Account number 12345678"),
    (40, 780, "Statement 15 Dec 2023 to 14 Jan 2024"),
    (40, 700, "Date"),
    (110, 700, "Details"),
    (400, 700, "Amount GBP"),
    (40, 680, "Opening balance"),
    (420, 680, "100.00"),
    (40, 660, "28 Dec"),
    (110, 660, "Coffee"),
    (425, 660, "-3.50"),
    (40, 640, "2 Jan"),
    (110, 640, "Tea"),
];

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("pdf", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn a_statement_over_new_year_gets_both_years_and_proves() {
    let texts = [
        &TABLE[..],
        &[(425, 640, "-2.50"), (40, 620, "Closing balance"), (420, 620, "94.00")],
    ]
    .concat();
    let import = read(&paper(&texts));
    let dates: Vec<_> = import.statements[0]
        .lines
        .iter()
        .map(|line| line.booking_date.unwrap().to_string())
        .collect();
    assert_eq!(dates, ["2023-12-28", "2024-01-02"], "{:?}", import.reading.problems);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    assert!(
        import
            .reading
            .problems
            .iter()
            .all(|problem| problem.code != Code::Draft)
    );
}

/// A statement with two lines on these days, whose balances prove it.
fn dated(above: &str, currency: &str, days: [&str; 2]) -> Vec<u8> {
    let amount = format!("Amount {currency}");
    paper(&[
        (40, 800, "Account number 12345678"),
        (40, 780, above),
        (40, 700, "Date"),
        (110, 700, "Details"),
        (400, 700, &amount),
        (40, 680, "Opening balance"),
        (420, 680, "100.00"),
        (40, 660, days[0]),
        (110, 660, "Coffee"),
        (425, 660, "-3.50"),
        (40, 640, days[1]),
        (110, 640, "Tea"),
        (425, 640, "-2.50"),
        (40, 620, "Closing balance"),
        (420, 620, "94.00"),
    ])
}

fn days_read(bytes: &[u8], options: &ReadOptions) -> (Vec<String>, bool) {
    let import = read_all(&mut Cursor::new(bytes), options).expect("memory can be read");
    let lines = import.statements[0].lines.iter();
    let days = lines.map(|line| line.booking_date.unwrap().to_string()).collect();
    let is_told = import
        .reading
        .problems
        .iter()
        .any(|problem| problem.code == Code::DateAmbiguous);
    (days, is_told)
}

#[test]
fn days_that_can_be_months_are_told_whatever_the_currency() {
    let none = ReadOptions::default();
    for (currency, days) in [
        ("GBP", ["2024-06-03", "2024-06-04"]),
        ("EUR", ["2024-06-03", "2024-06-04"]),
        ("USD", ["2024-03-06", "2024-04-06"]),
    ] {
        let bytes = dated("Statement 2024", currency, ["03/06/2024", "04/06/2024"]);
        assert_eq!(days_read(&bytes, &none), (days.map(str::to_owned).to_vec(), true));
        // Without a year too.
        let bytes = dated("Statement 2024", currency, ["03/06", "04/06"]);
        assert_eq!(days_read(&bytes, &none), (days.map(str::to_owned).to_vec(), true));
    }
    let contradicting = dated("Statement 2024", "USD", ["13/06/2024", "06/14/2024"]);
    let import = read(&contradicting);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::DateAmbiguous)
    );
}

#[test]
fn the_printed_period_and_a_person_tell_days_from_months() {
    let june = (vec!["2024-06-03".to_owned(), "2024-06-04".to_owned()], false);
    let none = ReadOptions::default();
    for above in ["Period 1 Jun 2024 to 30 Jun 2024", "Period 01/06/2024 - 30/06/2024"] {
        let bytes = dated(above, "USD", ["03/06/2024", "04/06/2024"]);
        assert_eq!(days_read(&bytes, &none), june, "{above}");
    }
    let given = ReadOptions {
        date_order: Some(tieout_tables::DateOrder::DayMonthYear),
        ..ReadOptions::default()
    };
    let bytes = dated("Statement 2024", "USD", ["03/06/2024", "04/06/2024"]);
    assert_eq!(days_read(&bytes, &given), june);
}

#[test]
fn what_its_balances_do_not_prove_is_a_draft() {
    let off = [
        &TABLE[..],
        &[(425, 640, "-2.50"), (40, 620, "Closing balance"), (420, 620, "95.00")],
    ]
    .concat();
    let open = [&TABLE[..], &[(425, 640, "-2.50")]].concat();
    for texts in [off, open] {
        let import = read(&paper(&texts));
        let drafts: Vec<_> = import
            .reading
            .problems
            .iter()
            .filter(|problem| problem.code == Code::Draft)
            .collect();
        assert_eq!(
            (drafts.len(), import.reading.lines),
            (1, 2),
            "{:?}",
            import.reading.problems
        );
        assert!(drafts[0].code.loses(), "no figure of a draft is certain");
    }
}

#[test]
fn what_holds_no_statement_is_refused_with_the_reason() {
    for (bytes, code) in [
        (paper(&[]), Code::NotAStatement),
        (
            paper(&[(40, 700, "Dear customer, our terms change")]),
            Code::NotAStatement,
        ),
        (b"%PDF-1.7 and nothing more".to_vec(), Code::Malformed),
        (
            String::from_utf8(paper(&TABLE))
                .unwrap()
                .replace("/Root", "/Encrypt 9 0 R /Root")
                .into_bytes(),
            Code::Encrypted,
        ),
    ] {
        let import = read(&bytes);
        assert_eq!(import.reading.outcome, Outcome::Refused);
        assert_eq!(
            import.reading.refusal().map(|p| p.code),
            Some(code),
            "{:?}",
            import.reading.problems
        );
    }
}

#[test]
fn damaged_files_are_read_without_a_panic() {
    for name in ["synthetic-debit-credit-columns.pdf", "synthetic-trailing-sign.pdf"] {
        let whole = fs::read(folder("pdf").join(name)).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x15;
            let _ = read(&damaged);
            let _ = read(&whole[..at]);
        }
    }
}

/// A PDF of one page whose packed content is this text, again and again.
fn packed_paper(text: &str, times: usize) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..times {
        packed.write_all(text.as_bytes()).unwrap();
    }
    let packed = packed.finish().unwrap();
    let head = format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj\n4 0 obj << /Filter /FlateDecode /Length {} >> stream\n",
        packed.len()
    );
    [
        head.as_bytes(),
        &packed,
        b"\nendstream endobj\ntrailer << /Root 1 0 R >>\n",
    ]
    .concat()
}

#[test]
fn papers_that_unpack_without_end_are_refused_at_once() {
    for (text, times) in [
        ("BT (a) Tj ET\n", 2_000_000),
        ("BT (a) Tj ET\n", 400_000),
        ("q ", 20_000_000),
    ] {
        let import = read(&packed_paper(text, times));
        let refusal = import.reading.refusal().expect("it is too large");
        assert_eq!(refusal.code, Code::TooLarge, "{text}: {refusal:?}");
    }
    let import = read(&packed_paper("BT (a) Tj ET\n", 1_000));
    assert_eq!(
        import.reading.refusal().map(|problem| problem.code),
        Some(Code::NotAStatement)
    );
}
