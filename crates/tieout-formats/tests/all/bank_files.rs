//! The banks' text formats (BAI2, CODA, Norma 43, CFONB 120, ABO, CNAB): every fixture, and every file of the folder that
//! `TIEOUT_CORPUS` names, as expected.

use crate::common::{Dates, assert_all_as_expected};
use std::io::Cursor;
use tieout_formats::{Proof, ReadOptions, read_all};
use tieout_testkit::generate;

/// The kinds, and which dates the expected ones are. BAI2 expects the day of a statement also where it has no lines.
const KINDS: &[(&str, Dates)] = &[
    ("bai2", Dates::Booking),
    ("coda", Dates::Booking),
    ("norma43", Dates::Booking),
    ("cfonb120", Dates::Booking),
    ("gpc", Dates::Booking),
    ("cnab240", Dates::Booking),
];

#[test]
fn every_fixture_reads_as_expected() {
    for (kind, dates) in KINDS {
        assert_all_as_expected(kind, *dates, |_, _| ReadOptions::default());
    }
}

/// A writer of files of a kind with so many lines.
type Generator = fn(&mut Vec<u8>, usize) -> std::io::Result<()>;

#[test]
fn generated_files_prove_without_a_problem() {
    let generators: [(&str, Generator); 6] = [
        ("bai2", generate::bai2::write),
        ("coda", generate::coda::write),
        ("norma43", generate::norma43::write),
        ("cfonb120", generate::cfonb120::write),
        ("gpc", generate::gpc::write),
        ("cnab240", generate::cnab240::write),
    ];
    for (kind, generator) in generators {
        let mut file = Vec::new();
        generator(&mut file, 500).expect("memory takes everything");
        let import = read_all(&mut Cursor::new(file), &ReadOptions::default()).expect("memory is readable");
        assert_eq!(import.reading.format, kind);
        assert_eq!(import.reading.problems, [], "{kind}");
        assert_eq!(import.reading.lines, 500, "{kind}");
        for read in &import.statements {
            assert_eq!(read.statement.proof, Proof::Exact, "{kind}");
            assert!(read.lines.iter().all(|line| line.booking_date.is_some()), "{kind}");
        }
    }
}
