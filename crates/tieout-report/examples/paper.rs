//! Writes the sample of the tests in every form into a folder, to be looked at:
//! `cargo run -p tieout-report --example paper -- target/paper`.

#[path = "../tests/common/mod.rs"]
mod common;

use std::fs::{self, File};
use std::path::PathBuf;
use tieout_report::{Ink, Report, csv, terminal};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/paper".into()));
    fs::create_dir_all(&folder)?;
    let result = common::sample();
    let problems = common::problems();
    let report = Report::new(&result, &problems, common::PRINTED);
    print!("{}", terminal(&report, &[], Ink::Coloured));
    for (name, table) in csv::TABLES {
        table(&report, &mut File::create(folder.join(name))?)?;
    }
    Ok(())
}
