//! Writes the sample of the tests in every form into a folder, to be looked at:
//! `cargo run -p tieout-report --example paper -- target/paper`.

#[path = "../tests/all/common/mod.rs"]
mod common;

use std::fs::{self, File};
use std::path::PathBuf;
use tieout_report::{Ink, Report, csv, html, json, terminal};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/paper".into()));
    fs::create_dir_all(&folder)?;
    let (result, problems) = (common::sample(), common::problems());
    let report = Report::new(&result, &problems, common::PRINTED);
    print!("{}", terminal(&report, &[], Ink::Coloured));
    html(&report, &mut File::create(folder.join("report.html"))?)?;
    json(&report, &mut File::create(folder.join("result.json"))?)?;
    for (name, table) in csv::TABLES {
        table(&report, &mut File::create(folder.join(name))?)?;
    }
    let result = common::tied_out();
    let report = Report::new(&result, &[], common::PRINTED);
    html(&report, &mut File::create(folder.join("tied-out.html"))?)
}
