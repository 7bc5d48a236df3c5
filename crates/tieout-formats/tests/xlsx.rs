//! Workbooks, read by the same table finder as delimited text.

mod common;

use common::{Dates, assert_all_as_expected};
use tieout_formats::ReadOptions;

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("xlsx", Dates::Booking, |_, _| ReadOptions::default());
}
