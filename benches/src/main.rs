//! The parts of the benches that run inside one process; `benches/run` calls them next to their baselines.
//!
//! `tieout-bench generate KIND LINES FILE`, `generate business ENTRIES AMOUNTS BOOKS BANK` (AMOUNTS: `spread`,
//! `listed`, or how many are equal): writes a deterministic file.
//! `tieout-bench read FILE`: reads it as Tieout does, streamed. `events FILE`: the bare events of quick-xml.
//! `quality`, `calibration`, `world`: the engine on invented businesses (`--help` lists their options). `linkage ORIGIN DESTINATION`.
//! `transfers`: transfers between the accounts of invented businesses, with the same options.
//! `engine BOOKS BANK`: what each step of the engine takes on the files of a generated business, and a hash of its outcome.
//! `rerun BOOKS BANK`: what matching the lines of the last day costs when all before them was matched, next to matching everything.
//! `records FILE`: the bare records of the csv crate. The last three print lines and processor seconds, one line for each run.

mod engine;
mod quality;

use anyhow::{Context, Result, bail};
use quick_xml::events::Event;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use tieout_core::encoding::{self, Input};
use tieout_formats::{Line, ReadOptions, Sink, Statement};
use tieout_testkit::generate;
use tieout_testkit::generate::business::{Amounts, Business};

const RUNS: usize = 5;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["generate", "business", entries, amounts, books, bank] => {
            let (mut books, mut bank) = (create(books)?, create(bank)?);
            let amounts = match *amounts {
                "spread" => Amounts::Spread,
                "listed" => Amounts::Listed,
                count => Amounts::Alike(count.parse().context("spread, listed, or how many amounts are equal")?),
            };
            let (entries, seed) = (entries.parse()?, 7);
            generate::business::write(&mut books, &mut bank, Business { entries, amounts, seed })?;
            books.flush()?;
            Ok(bank.flush()?)
        }
        ["generate", kind, lines, file] => {
            let mut out = create(file)?;
            let lines: usize = lines.parse()?;
            match *kind {
                "bai2" => generate::bai2::write(&mut out, lines)?,
                "cfonb120" => generate::cfonb120::write(&mut out, lines)?,
                "cnab240" => generate::cnab240::write(&mut out, lines)?,
                "coda" => generate::coda::write(&mut out, lines)?,
                "gpc" => generate::gpc::write(&mut out, lines)?,
                "norma43" => generate::norma43::write(&mut out, lines)?,
                "camt" => generate::camt::write(&mut out, u64::try_from(lines)?)?,
                "csv" => generate::csv::write(&mut out, lines)?,
                "mt940" => generate::mt940::write(&mut out, lines)?,
                "ofx" => write_all(&mut out, generate::ofx::sgml(lines))?,
                "qif" => generate::qif::write(&mut out, lines)?,
                other => bail!("no generator for {other}"),
            }
            Ok(out.flush()?)
        }
        ["quality", options @ ..] => quality::quality(options),
        ["calibration", options @ ..] => quality::calibration(options),
        ["world", options @ ..] => quality::world(options),
        ["transfers", options @ ..] => quality::transfers::run(options),
        ["linkage", origin, destination] => quality::linkage::linkage(origin, destination),
        ["engine", books, bank] => engine::engine(books, bank),
        ["rerun", books, bank] => engine::rerun_of_a_day(books, bank),
        ["read", file] => repeat(file, read),
        ["events", file] => repeat(file, events),
        ["records", file] => repeat(file, records),
        _ => bail!("see the head of benches/src/main.rs"),
    }
}

fn create(path: &str) -> Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).with_context(|| path.to_owned())?))
}

/// Runs a measurement some times, each from the opened file on; the first run warms the page cache and is not printed.
fn repeat(path: &str, run: fn(&mut File) -> Result<u64>) -> Result<()> {
    for round in 0..=RUNS {
        let mut file = File::open(path).with_context(|| path.to_owned())?;
        let begin = processor_seconds()?;
        let count = run(&mut file)?;
        let seconds = processor_seconds()? - begin;
        if round > 0 {
            println!("{count} {seconds:.6}");
        }
    }
    Ok(())
}

/// Seconds that this process spent on a processor, as Linux accounts them: what else runs on the machine counts less.
fn processor_seconds() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").context("needs Linux with scheduler statistics")?;
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// Counts lines and sums amounts, so that no work can be left out.
#[derive(Default)]
struct Counter {
    lines: u64,
    mantissas: i128,
}

impl Sink for Counter {
    fn line(&mut self, line: &Line) {
        self.lines += 1;
        self.mantissas = self.mantissas.wrapping_add(line.amount.mantissa());
    }

    fn end(&mut self, _: &Statement) {}

    fn forget(&mut self) -> bool {
        *self = Self::default();
        true
    }
}

fn read(file: &mut File) -> Result<u64> {
    let mut counter = Counter::default();
    tieout_formats::read(file, &ReadOptions::default(), &mut counter)?;
    std::hint::black_box(counter.mantissas);
    Ok(counter.lines)
}

/// Every event of the file through the same kind of stream, nothing done with it; counts entries to compare.
fn events(file: &mut File) -> Result<u64> {
    let opened = encoding::open(file as &mut dyn Input)?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(64 * 1024, opened.reader));
    let mut buffer = Vec::new();
    let mut entries = 0;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(start) if start.local_name().as_ref() == "Ntry" => entries += 1,
            Event::Eof => return Ok(entries),
            _ => {}
        }
    }
}

fn records(file: &mut File) -> Result<u64> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    Ok(count)
}

fn write_all(out: &mut impl Write, pieces: impl Iterator<Item = String>) -> Result<()> {
    for piece in pieces {
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}
