//! Delimited text that is broken, hostile or written in two ways: never a panic, bounded memory, nothing lost silently.

use crate::common::fixtures;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use tieout_core::Code;
use tieout_formats::{Import, Line, Outcome, ReadOptions, ReadStatement, Sink, Statement, read, read_all};

fn import(bytes: &[u8]) -> Import {
    let options = ReadOptions {
        format: Some("csv".into()),
        ..ReadOptions::default()
    };
    read_all(&mut Cursor::new(bytes.to_vec()), &options).unwrap()
}

#[test]
fn every_truncation_of_every_fixture_reads_or_says_why() {
    for (path, _) in fixtures("csv").into_iter().chain(fixtures("xlsx")) {
        let whole = fs::read(&path).unwrap();
        let step = (whole.len() / 24).max(1);
        for end in (0..whole.len()).step_by(step) {
            let reading = import(&whole[..end]).reading;
            let said = reading
                .problems
                .iter()
                .any(|problem| problem.severity() == tieout_core::Severity::Error);
            assert!(
                reading.outcome != Outcome::Refused || said,
                "{} cut at {end}",
                path.display()
            );
        }
    }
}

#[test]
fn every_flip_of_every_fixture_reads_or_says_why() {
    for (path, _) in fixtures("csv").into_iter().chain(fixtures("xlsx")) {
        let whole = fs::read(&path).unwrap();
        let step = (whole.len() / 24).max(1);
        for (at, flip) in (0..whole.len())
            .step_by(step)
            .zip([0x01, 0x80, 0x22, 0x0A, 0xFF].into_iter().cycle())
        {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            import(&bytes);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_read_or_do_not(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        import(&bytes);
    }

    #[test]
    fn anything_like_a_table_reads_or_does_not(text in "([0-9]{1,2}[./-][0-9]{1,2}[./-](20)?[0-9]{2}[;,\t\"]|-?[0-9]{1,4}[.,][0-9]{1,3}[;,\t\"]|[A-Za-z\"' ]{0,6}[;,\t\"]|\n){0,40}") {
        import(text.as_bytes());
    }
}

/// A table of one style for longer than is looked at first, and then rows of any style.
fn two_styles(tail: &[String]) -> String {
    let mut text = String::from("Date,Text,Amount,Currency,Balance\n");
    for day in 0..450 {
        let sign = if day % 3 == 0 { "" } else { "-" };
        writeln!(text, "{:02}/01/2024,row {day},{sign}1{day}.50,EUR,7.00", day % 28 + 1).unwrap();
    }
    for row in tail {
        text.push_str(row);
        text.push('\n');
    }
    text
}

fn odd_row() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        Just("13/01/2024"),
        Just("01/13/2024"),
        Just("2024-01-05"),
        Just("05.06.2024"),
        Just("03/04/24"),
        Just("Pending"),
        Just("")
    ];
    let amount = prop_oneof![
        Just("5.00"),
        Just("\"5,00\""),
        Just("\"1.000,00\""),
        Just("\"1,000\""),
        Just("-7"),
        Just("+7.00"),
        Just("x"),
        Just("")
    ];
    let currency = prop_oneof![Just("EUR"), Just("USD"), Just("")];
    let balance = prop_oneof![Just("7.00"), Just("\"7,00\""), Just("")];
    (date, amount, currency, balance)
        .prop_map(|(date, amount, currency, balance)| format!("{date},text,{amount},{currency},{balance}"))
}

/// A sink that passes everything on at once, so that it can forget nothing.
#[derive(Default)]
struct Stream {
    statements: Vec<ReadStatement>,
    lines: Vec<Line>,
}

impl Sink for Stream {
    fn line(&mut self, line: &Line) {
        self.lines.push(line.clone());
    }

    fn end(&mut self, statement: &Statement) {
        let lines = std::mem::take(&mut self.lines);
        self.statements.push(ReadStatement {
            statement: statement.clone(),
            lines,
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// What the first rows decide is what all rows would have decided, or the whole file is read again.
    #[test]
    fn deciding_early_changes_nothing(tail in proptest::collection::vec(odd_row(), 0..6)) {
        let text = two_styles(&tail);
        let early = import(text.as_bytes());
        let mut stream = Stream::default();
        let options = ReadOptions { format: Some("csv".into()), ..ReadOptions::default() };
        let whole = read(&mut Cursor::new(text.into_bytes()), &options, &mut stream).unwrap();
        prop_assert_eq!(&early.statements, &stream.statements);
        prop_assert_eq!(&early.reading.problems, &whole.problems);
    }
}

#[test]
fn a_second_style_is_read_by_the_vote_of_all_rows() {
    let tail: Vec<String> = (0..600)
        .map(|row| format!("01/{:02}/2024,us,2.00,EUR,7.00", row % 18 + 13))
        .collect();
    let import = import(two_styles(&tail).as_bytes());
    // Month first has more proofs, so the first part's days above 12 do not read, and each is named.
    let lines = &import.statements[0].lines;
    assert_eq!(lines[lines.len() - 1].booking_date.unwrap().to_string(), "2024-01-18");
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::BadLine)
    );
    assert_eq!(import.reading.outcome, Outcome::Partial);
}

/// A file of any size that is nowhere in memory.
struct Endless {
    head: &'static [u8],
    filler: u8,
    length: u64,
    at: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for byte in buffer
            .iter_mut()
            .take(usize::try_from(self.length - self.at).unwrap_or(usize::MAX))
        {
            let head = usize::try_from(self.at).ok().and_then(|at| self.head.get(at));
            *byte = *head.unwrap_or(&self.filler);
            self.at += 1;
            count += 1;
        }
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(_) => self.length,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn a_line_without_end_is_cut() {
    for filler in [b'x', b',', b'"', b' ', b'\n'] {
        let mut file = Endless {
            head: b"Date,Text,Amount\n2024-01-05,a,5.00\n2024-01-06,\"b",
            filler,
            length: 5 << 20,
            at: 0,
        };
        let import = read_all(
            &mut file,
            &ReadOptions {
                format: Some("csv".into()),
                ..ReadOptions::default()
            },
        )
        .unwrap();
        assert!(!import.statements[0].lines.is_empty(), "{filler}");
    }
}

#[test]
fn a_million_columns_are_cut_and_said() {
    let mut text = String::from("Date,Text,Amount\n2024-01-05,a,5.00\n2024-01-06,b,6.00");
    text.push_str(&",".repeat(1_000_000));
    text.push_str("\n2024-01-07,c,7.00\n");
    let import = import(text.as_bytes());
    assert_eq!(import.statements[0].lines.len(), 3);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.message.contains("more columns"))
    );
}

#[test]
fn a_quote_never_closed_costs_its_own_line() {
    let text = "Date,Text,Amount\n2024-01-05,\"a,5.00\n2024-01-06,b,6.00\n2024-01-07,\"c\",7.00\n";
    let import = import(text.as_bytes());
    assert_eq!(import.statements[0].lines.len(), 3);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::Irregular && problem.place.line == Some(2))
    );
}

#[test]
fn ids_that_repeat_are_named_and_both_lines_kept() {
    let text = "Date,Text,Amount,Transaction ID\n2024-01-05,a,5.00,X1\n2024-01-06,b,6.00,X2\n2024-01-07,c,7.00,X1\n";
    let import = import(text.as_bytes());
    assert_eq!(import.statements[0].lines.len(), 3);
    let named: Vec<_> = import
        .reading
        .problems
        .iter()
        .filter(|p| p.code == Code::DuplicateId)
        .map(|p| p.place.line)
        .collect();
    assert_eq!(named, [Some(4)]);
}

#[test]
fn a_stray_nul_costs_no_more_than_its_own_row() {
    let rows = |text: &str, amount: &str| {
        format!("Date,Text,Amount\n2024-01-05,{text},-5.00\n2024-01-06,b,{amount}\n2024-01-07,c,-7.00\n")
    };
    let codes = |import: &Import| -> Vec<(Code, Option<u64>)> {
        let problems = import.reading.problems.iter();
        let about = problems.filter(|problem| !matches!(problem.code, Code::NoAccount | Code::NoCurrency));
        about.map(|problem| (problem.code, problem.place.line)).collect()
    };
    let in_text = import(rows("A\0B", "-6.00").as_bytes());
    assert_eq!(codes(&in_text), [(Code::UndecodableBytes, Some(2))]);
    assert_eq!(in_text.statements[0].lines.len(), 3);
    assert_eq!(in_text.statements[0].lines[0].text, "A B");
    let in_amount = import(rows("a", "-6\0.00").as_bytes());
    let both = [(Code::UndecodableBytes, Some(3)), (Code::BadLine, Some(3))];
    assert_eq!(codes(&in_amount), both, "what was there is not known");
    assert_eq!(in_amount.statements[0].lines.len(), 2);
    let unnamed = |bytes: &[u8]| read_all(&mut Cursor::new(bytes.to_vec()), &ReadOptions::default()).unwrap();
    assert_eq!(unnamed(rows("A\0B", "-6.00").as_bytes()).reading.format, "csv");
    let binary = unnamed(b"Date,Text\0\0,Amount\n2024-01-05,a\0,\0-5.00\n2024-01-06,\0,-6\0\n");
    assert_eq!(binary.reading.outcome, Outcome::Refused, "this is no text");
}

#[test]
fn padding_behind_the_text_is_no_content() {
    let text = b"Date,Text,Amount\r\n2024-01-05,a,-5.00\r\n\x1A\0\0\0\0";
    let import = read_all(&mut Cursor::new(text.to_vec()), &ReadOptions::default()).unwrap();
    assert_eq!(
        (import.reading.outcome, import.statements[0].lines.len()),
        (Outcome::Ok, 1)
    );
}

#[test]
fn rows_that_cannot_be_read_are_not_called_missing() {
    for (first, second) in [
        ("Jun 3rd 2024", "Jun 4th 2024"),
        ("1717372800", "1717459200"),
        ("1403-03-14", "1403-03-15"),
    ] {
        let text = format!("Date,Description,Amount\n{first},COFFEE,-3.50\n{second},TEA,-2.50\n");
        let options = tieout_formats::ReadOptions::default();
        let import = tieout_formats::read_all(&mut std::io::Cursor::new(text.as_bytes()), &options).unwrap();
        let refusal = import.reading.refusal().expect("nothing was read");
        assert_eq!(refusal.code, tieout_core::Code::NoColumns, "{refusal:?}");
        assert!(
            refusal.message.starts_with("2 rows follow the header") && refusal.message.contains(first),
            "{refusal:?}"
        );
    }
}

#[test]
fn a_quote_that_lost_its_pair_swallows_no_rows() {
    let rows: Vec<String> = (1..=12)
        .map(|day| format!("{day:02}.03.2024;Payment {day};-{day},00;"))
        .collect();
    let whole = format!("Date;Text;Amount;Note\n{}\n", rows.join("\n"));
    for (first, second) in [("\"Payment 4", "Payment 8\""), ("\"Payment 4", "Payment 5\"")] {
        let broken = whole
            .replace(&first[1..], first)
            .replace(second.trim_end_matches('"'), second);
        let import = import(broken.as_bytes());
        assert_eq!(import.reading.lines, 12, "{:?}", import.reading.problems);
        assert!(
            import
                .reading
                .problems
                .iter()
                .any(|problem| problem.code == Code::Irregular)
        );
    }
    // An address over lines is one field.
    let text = "Date;Text;Amount\n01.03.2024;\"Payment\n5 Street; City\n2024\";-1,00\n02.03.2024;b;-2,00\n";
    assert_eq!(import(text.as_bytes()).reading.lines, 2);
}

/// Line numbers of what was left out, and the amounts that were read.
fn left_out(text: &str) -> (Vec<u64>, Vec<String>) {
    let import = import(text.as_bytes());
    let bad = import.reading.problems.iter().filter(|p| p.code == Code::BadLine);
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    (
        bad.filter_map(|p| p.place.line).collect(),
        lines.map(|line| line.amount.to_string()).collect(),
    )
}

#[test]
fn a_row_with_more_cells_than_the_header_is_never_read_silently() {
    let rows = "2025-05-02,HENSHAW,864.00\n2025-05-06,OAKSHOTT,1,420.50\n2025-05-08,\"CHQ, 1203\",-500.00\n2025-05-15,HMRC,-1,033.20\n\
                2025-05-16,CHQ, 1203,-500.00\n";
    let (bad, amounts) = left_out(&format!("Date,Description,Amount\n{rows}"));
    assert_eq!((bad, amounts), (vec![3, 5, 6], vec!["864.00".into(), "-500.00".into()]));
    // Every amount is cut.
    let (bad, amounts) = left_out("Date,Description,Amount\n2025-05-06,OAKSHOTT,1,420.50\n2025-05-15,HMRC,-1,033.20\n");
    assert_eq!((bad, amounts), (vec![2, 3], vec![]));
}

#[test]
fn rows_too_long_do_not_cost_the_column_of_balances() {
    let text = "Date,Description,Amount,Balance\n2025-05-01,RENT,-1,250.00,7162.37\n2025-05-02,HENSHAW,864.00,8026.37\n\
                2025-05-06,TIMBER,-312.48,7713.89\n2025-05-07,SCREWFIX,-64.99,7648.90\n";
    let import = import(text.as_bytes());
    let lines = &import.statements[0].lines;
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.running_balance.is_some()));
    assert_eq!(left_out(text).0, [2]);
}

#[test]
fn blank_cells_and_a_last_column_without_a_name_are_not_too_long() {
    for rows in [
        "2025-05-02,a,864.00,,,\n2025-05-06,b,-1.50\n",
        "2025-05-02,a,864.00,note\n2025-05-06,b,-1.50,other note\n",
    ] {
        let (bad, amounts) = left_out(&format!("Date,Description,Amount\n{rows}"));
        assert_eq!((bad, amounts.len()), (vec![], 2), "{rows}");
    }
}

#[test]
fn a_total_in_the_place_of_the_date_is_passed_over() {
    for label in ["Total", "Totals", "Sum", "Grand Total", "Summe"] {
        let rows = format!("2025-05-02,a,12.50\n2025-05-06,b,-1.50\n{label},,11.00\n");
        let (bad, amounts) = left_out(&format!("Date,Description,Amount\n{rows}"));
        assert_eq!((bad, amounts.len()), (vec![], 2), "{label}");
    }
    let (bad, _) = left_out("Date,Description,Amount\n2025-05-02,a,12.50\nTotal energies,b,-1.50\n");
    assert_eq!(bad, [3]);
}

#[test]
fn the_only_row_cut_short_is_told() {
    let incomplete = |text: &str| {
        let problems = import(text.as_bytes()).reading.problems;
        problems.iter().any(|problem| problem.code == Code::Incomplete)
    };
    let header = "Date,Description,Amount,Type,Reference,Balance,Category,Notes\n";
    assert!(incomplete(&format!("{header}2025-05-02,a,12.50,DD,x,112")));
    assert!(!incomplete(&format!("{header}2025-05-02,a,12.50,DD,x,112\n")));
    assert!(!incomplete(&format!("{header}2025-05-02,a,12.50,DD,x,112,c,n")));
}

#[test]
fn a_last_amount_that_lacks_decimals_of_all_others_is_told() {
    let incomplete = |text: &str| {
        let problems = import(text.as_bytes()).reading.problems;
        problems.iter().any(|problem| problem.code == Code::Incomplete)
    };
    let rows = "01.09.2026;Miete;-1.234,50\n".repeat(5);
    let with = |end: &str| format!("Datum;Text;Betrag\n{rows}28.09.2026;Strom;{end}");
    for end in ["-1", "-1.234", "-1.234,", "-1.234,5"] {
        assert!(incomplete(&with(end)), "{end}");
        assert!(!incomplete(&with(&format!("{end}\n"))), "{end}");
    }
    assert!(!incomplete(&with("-1.234,56")));
    let whole = with("-1").replace("-1.234,50", "-12");
    assert!(!incomplete(&whole), "{whole}");
}
