//! Replays what fuzzing learnt: every input that reached new code once is read again, without a panic.

use std::borrow::Cow;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use tieout_formats::{ReadOptions, read_all};
use tieout_testkit::corpus;

#[test]
fn every_kept_input_is_read_without_a_panic() {
    for target in [
        "ofx", "camt", "mt940", "qif", "csv", "bai2", "cfonb120", "cnab240", "coda", "gpc", "json", "norma43", "pdf",
        "xls", "zip",
    ] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/corpus")
            .join(format!("{target}.pack"));
        let packed = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let inputs = corpus::unpack(&packed);
        assert!(inputs.len() > 50, "{target}: only {} inputs", inputs.len());
        for input in inputs {
            let (format, input) = match target {
                "xls" => ("csv", Cow::Owned(corpus::old_workbook(input))),
                "markup" => ("csv", Cow::Owned(corpus::markup(input))),
                other => (other, Cow::Borrowed(input)),
            };
            let options = ReadOptions {
                format: Some(format.to_owned()),
                ..ReadOptions::default()
            };
            let import = read_all(&mut Cursor::new(&*input), &options).expect("memory can be read");
            assert!(import.reading.lines > 0 || import.statements.iter().all(|read| read.lines.is_empty()));
        }
    }
}
