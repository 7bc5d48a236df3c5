//! The banks' text formats (BAI2, CODA, Norma 43, CFONB 120, ABO, CNAB): every fixture, and every file of the folder that
//! `TIEOUT_CORPUS` names, as expected.

mod common;

use common::{Dates, assert_folder_as_expected};
use std::path::Path;

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
        assert_folder_as_expected(&common::folder(kind), *dates);
    }
}

#[test]
fn every_file_of_another_corpus_reads_as_expected() {
    let Some(corpus) = std::env::var_os("TIEOUT_CORPUS") else {
        return;
    };
    for (kind, dates) in KINDS {
        let folder = Path::new(&corpus).join(kind);
        if folder.is_dir() {
            assert_folder_as_expected(&folder, *dates);
        }
    }
}
