//! How fast delimited text is read, beside the csv crate's bare records in the same run:
//! `cargo run --release -p tieout-formats --example csv_rate -- FILE [RUNS]`, or a number of lines instead of a file for a
//! generated one. Ours finds the table, decides how it is written over all rows, reads dates and amounts, decodes texts
//! and checks; the bare loop only divides fields. Seconds are of processor time where the system tells it, so that other
//! work on the machine disturbs less. The highest memory use printed is of the whole process.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};
use tieout_formats::{Line, Outcome, ReadOptions, Sink, Statement, read};
use tieout_testkit::generate;

/// Counts lines and adds up amounts, so that no work can be left out.
#[derive(Default)]
struct Counter {
    lines: u64,
    sum: i128,
}

impl Sink for Counter {
    fn line(&mut self, line: &Line) {
        self.lines += 1;
        self.sum = self.sum.wrapping_add(line.amount.mantissa());
    }

    fn end(&mut self, _: &Statement) {}

    fn forget(&mut self) -> bool {
        *self = Self::default();
        true
    }
}

/// A moment: processor time of this process where the system tells it (Linux), else the clock.
struct Moment(Instant, Option<u64>);

impl Moment {
    fn now() -> Self {
        let on_cpu = fs::read_to_string("/proc/self/schedstat").ok();
        Self(
            Instant::now(),
            on_cpu.and_then(|text| text.split(' ').next()?.parse().ok()),
        )
    }

    fn seconds(&self) -> f64 {
        match (self.1, Self::now().1) {
            (Some(begin), Some(end)) => Duration::from_nanos(end - begin).as_secs_f64(),
            _ => self.0.elapsed().as_secs_f64(),
        }
    }
}

fn bare(path: &std::path::Path) -> io::Result<(u64, f64)> {
    let begin = Moment::now();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_reader(File::open(path)?);
    let mut record = csv::ByteRecord::new();
    let (mut count, mut bytes) = (0, 0);
    while reader.read_byte_record(&mut record)? {
        count += 1;
        bytes += record.as_slice().len();
    }
    assert!(bytes > 0);
    Ok((count, begin.seconds()))
}

fn ours(path: &std::path::Path) -> io::Result<(u64, f64)> {
    let begin = Moment::now();
    let mut counter = Counter::default();
    let reading = read(&mut File::open(path)?, &ReadOptions::default(), &mut counter)?;
    assert!(reading.outcome == Outcome::Ok, "{:?}", reading.problems);
    Ok((counter.lines, begin.seconds()))
}

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_else(|| "1000000".into());
    let runs: u32 = args.next().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let generated = std::env::temp_dir().join(format!("tieout-{what}.csv"));
    let path = match what.parse() {
        Ok(lines) => {
            let mut out = BufWriter::new(File::create(&generated)?);
            generate::csv::write(&mut out, lines)?;
            out.flush()?;
            generated
        }
        Err(_) => what.into(),
    };
    let (mut best_bare, mut best_ours) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..runs {
        let (rows, bare_seconds) = bare(&path)?;
        let (lines, our_seconds) = ours(&path)?;
        println!("{rows} rows: bare {bare_seconds:.3} s; {lines} lines: ours {our_seconds:.3} s");
        best_bare = best_bare.min(bare_seconds);
        best_ours = best_ours.min(our_seconds);
    }
    println!("best: ours reads at {:.2} of the bare rate", best_bare / best_ours);
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    Ok(())
}
