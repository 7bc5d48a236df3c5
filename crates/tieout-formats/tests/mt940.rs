//! MT940 and MT942: every fixture as expected.

#[allow(dead_code, unreachable_pub)] // shared by the tests of every format; each uses a part
mod common;

use common::{Dates, assert_all_as_expected};
use tieout_formats::ReadOptions;

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("mt940", Dates::Value, |_, _| ReadOptions::default());
}
