//! How fast MT940 is read: `cargo run --release -p tieout-formats --example mt940_rate -- FILE [RUNS]`, or a number of lines
//! instead of a file for a generated one. Streams through a sink that counts; prints lines and seconds of each run, and
//! the highest memory use of the process.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::time::Instant;
use tieout_formats::{Line, Outcome, ReadOptions, Sink, Statement, read};
use tieout_testkit::generate;

/// Counts lines and adds up amounts, so that no work can be left out.
#[derive(Default)]
struct Counter {
    lines: u64,
    sum: i128,
    statements: u64,
}

impl Sink for Counter {
    fn line(&mut self, line: &Line) {
        self.lines += 1;
        self.sum = self.sum.wrapping_add(line.amount.mantissa());
    }

    fn end(&mut self, statement: &Statement) {
        self.statements += u64::from(statement.proof == tieout_formats::Proof::Exact);
    }
}

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_else(|| "1000000".into());
    let runs = args.next().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let generated = std::env::temp_dir().join(format!("tieout-{what}.mt940"));
    let path = match what.parse() {
        Ok(lines) => {
            let mut out = BufWriter::new(File::create(&generated)?);
            generate::mt940::write(&mut out, lines)?;
            out.flush()?;
            generated
        }
        Err(_) => what.into(),
    };
    let mut best = f64::INFINITY;
    let mut lines = 0;
    for _ in 0..runs {
        let mut counter = Counter::default();
        let mut file = File::open(&path)?;
        let begin = Instant::now();
        let reading = read(&mut file, &ReadOptions::default(), &mut counter)?;
        let seconds = begin.elapsed().as_secs_f64();
        assert!(reading.outcome == Outcome::Ok, "{:?}", reading.problems);
        println!(
            "{} lines, {} statements proved, {seconds:.3} s",
            counter.lines, counter.statements
        );
        best = best.min(seconds);
        lines = counter.lines;
    }
    #[allow(clippy::cast_precision_loss)] // for people
    let rate = lines as f64 / best;
    println!("best: {rate:.0} lines/s, {:.0} ns a line", 1e9 / rate);
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
    Ok(())
}
