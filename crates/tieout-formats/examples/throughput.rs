//! How fast a statement file is read: `throughput FORMAT FILE [TIMES]`. Reads the file streamed, keeps nothing, and
//! prints the best of some times in lines per second. Build it with `--release`.

use std::error::Error;
use std::fs::File;
use std::time::{Duration, Instant};
use tieout_core::Decimal;
use tieout_formats::{Line, ReadOptions, Reading, Sink, Statement, read};

/// Counts lines and adds them up, as the cheapest sink that looks at them.
#[derive(Default)]
struct Count {
    lines: u64,
    sum: Decimal,
}

impl Sink for Count {
    fn line(&mut self, line: &Line) {
        self.lines += 1;
        self.sum = self
            .sum
            .checked_add(line.amount)
            .expect("a file of bank lines does not overflow");
    }

    fn end(&mut self, _: &Statement) {}
}

fn main() -> Result<(), Box<dyn Error>> {
    let usage = "throughput FORMAT FILE [TIMES]";
    let format = std::env::args().nth(1).ok_or(usage)?;
    let path = std::env::args().nth(2).ok_or(usage)?;
    let times: u32 = std::env::args().nth(3).map_or(Ok(5), |text| text.parse())?;
    let options = ReadOptions {
        format: Some(format),
        ..ReadOptions::default()
    };
    let mut best: Option<(Duration, Count, Reading)> = None;
    for _ in 0..times.max(1) {
        let mut file = File::open(&path)?;
        let mut count = Count::default();
        let begin = Instant::now();
        let reading = read(&mut file, &options, &mut count)?;
        let taken = begin.elapsed();
        if best.as_ref().is_none_or(|(known, ..)| taken < *known) {
            best = Some((taken, count, reading));
        }
    }
    let (taken, count, reading) = best.ok_or(usage)?;
    let bytes = std::fs::metadata(&path)?.len();
    let per_second = |what: u64| u128::from(what) * 1_000_000_000 / taken.as_nanos().max(1);
    println!(
        "{}: {} lines, sum {}, {:?}, {} problems; {} ms, {} lines/s, {} MB/s",
        reading.dialect,
        count.lines,
        count.sum,
        reading.outcome,
        reading.problems.len(),
        taken.as_millis(),
        per_second(count.lines),
        per_second(bytes) / 1_000_000,
    );
    for problem in reading.problems.iter().take(3) {
        println!("  {problem}");
    }
    Ok(())
}
