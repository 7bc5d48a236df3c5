//! How fast camt.053 is read, next to the bare events of the XML parser on the same bytes in the same run.
//!
//! `cargo run --release -p tieout-formats --example camt_rate -- [entries] [rounds]` reads a generated statement from
//! memory, the two in turn, and prints the best round of each. With `stream` as a third argument it reads the statement
//! once from a temporary file instead and prints the peak of resident memory (Linux).

use quick_xml::events::Event;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Write};
use std::time::{Duration, Instant};
use tieout_formats::{Line, ReadOptions, Sink, Statement, read};
use tieout_testkit::generate::camt;

/// Takes lines and looks at each, as any use would.
#[derive(Default)]
struct Counter {
    lines: u64,
    text_bytes: usize,
}

impl Sink for Counter {
    fn line(&mut self, line: &Line) {
        self.lines += 1;
        self.text_bytes += line.text.len() + line.counterparty.name.len();
    }

    fn end(&mut self, _: &Statement) {}
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let entries = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    let mut out = io::stdout().lock();
    if arguments.next().as_deref() == Some("stream") {
        return stream(&mut out, entries);
    }
    let mut bytes = Vec::new();
    camt::write(&mut bytes, entries)?;
    let (mut bare_best, mut read_best) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        let start = Instant::now();
        let events = bare_events(&bytes);
        bare_best = bare_best.min(start.elapsed());
        let start = Instant::now();
        let mut counter = Counter::default();
        read(&mut Cursor::new(&bytes), &ReadOptions::default(), &mut counter)?;
        read_best = read_best.min(start.elapsed());
        assert!(counter.lines == entries && events > entries, "everything is read");
    }
    let rate = |time: Duration| {
        let megabytes = u128::try_from(bytes.len()).unwrap_or_default() / 1_000_000;
        megabytes * 1_000_000 / time.as_micros().max(1)
    };
    let per_mille = bare_best.as_micros() * 1000 / read_best.as_micros().max(1);
    writeln!(
        out,
        "{entries} entries, {} MB, best of {rounds}",
        bytes.len() / 1_000_000
    )?;
    writeln!(
        out,
        "bare events  {:>6} ms  {:>5} MB/s",
        bare_best.as_millis(),
        rate(bare_best)
    )?;
    writeln!(
        out,
        "statement    {:>6} ms  {:>5} MB/s",
        read_best.as_millis(),
        rate(read_best)
    )?;
    writeln!(out, "ratio        {}.{} %", per_mille / 10, per_mille % 10)
}

/// Every event of the parser, looked at no further.
fn bare_events(bytes: &[u8]) -> u64 {
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(64 * 1024, Cursor::new(bytes)));
    let mut buffer = Vec::new();
    let mut events = 0;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => return events,
            Ok(_) => events += 1,
        }
    }
}

fn stream(out: &mut impl Write, entries: u64) -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("camt_rate_{}.xml", std::process::id()));
    let mut file = io::BufWriter::new(File::create(&path)?);
    camt::write(&mut file, entries)?;
    file.flush()?;
    let size = std::fs::metadata(&path)?.len();
    let start = Instant::now();
    let mut counter = Counter::default();
    let reading = read(&mut File::open(&path)?, &ReadOptions::default(), &mut counter);
    let time = start.elapsed();
    std::fs::remove_file(&path)?;
    writeln!(
        out,
        "{} lines, {} MB in {} ms: {:?}",
        counter.lines,
        size / 1_000_000,
        time.as_millis(),
        reading?.outcome
    )?;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM: unknown");
    writeln!(out, "{peak}")
}
