//! `tieout-bench quality`, `calibration`, `world`: how good the engine is on invented businesses, and on folders.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts become shares to be printed"
)]

pub(crate) mod calibration;
pub(crate) mod engine;
pub(crate) mod examples;
pub(crate) mod linkage;
pub(crate) mod score;
mod tables;
pub(crate) mod transfers;

use anyhow::{Context, Result, bail};
use clap::Parser;
use engine::Case;
use score::Score;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tieout_testkit::world::{self, Configuration, Difficulty};

/// Which worlds.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Options {
    /// The businesses that are never used to tune; only totals of them are printed.
    #[arg(long)]
    held_back: bool,
    /// About so many bank lines each.
    #[arg(long, value_delimiter = ',', default_value = "2000")]
    sizes: Vec<usize>,
    #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
    seeds: Vec<u64>,
    /// Some businesses only.
    #[arg(long, value_delimiter = ',')]
    businesses: Vec<String>,
    /// Some difficulties only.
    #[arg(long, value_delimiter = ',')]
    difficulties: Vec<String>,
    /// Worlds at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// So many automatic groups that are wrong are shown for each business and difficulty; never of held-back ones.
    #[arg(long, default_value_t = 0)]
    wrong: usize,
    /// In their place suggestions that were wrong and found in this way (`SharedContact`).
    #[arg(long, default_value = "")]
    way: String,
    /// So many true groups that were not found are shown likewise, with what was proposed for their items.
    #[arg(long, default_value_t = 0)]
    missed: usize,
    /// Only those of this subtype.
    #[arg(long, default_value = "")]
    subtype: String,
    /// So many items whose exception is named wrongly or missed are shown likewise.
    #[arg(long, default_value_t = 0)]
    misnamed: usize,
    /// How many of the true pairs of one line and one entry are compared at all.
    #[arg(long)]
    blocking: bool,
    /// Print the table of `crates/tieout-match/src/calibrate.rs` that fits (development businesses only).
    #[arg(long)]
    fit: bool,
    /// Print the reliability table that promised error rates rest on.
    #[arg(long)]
    table: bool,
    /// Folders with ledger.csv, statement.csv and truth.csv instead.
    folders: Vec<PathBuf>,
}

/// One world and its score.
pub(crate) struct Cell {
    pub(crate) wanted: Configuration,
    pub(crate) score: Score,
}

/// Prints the tables of `quality`.
pub(crate) fn quality(args: &[&str]) -> Result<()> {
    let options = parse(args);
    if !options.folders.is_empty() {
        println!("{}", tables::HEAD);
        for folder in &options.folders {
            let case = Case::of_folder(folder)?;
            let answer = case.answer();
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            println!("{}", tables::row(&name, &answer.score));
        }
        return Ok(());
    }
    let cells = run(&options)?;
    for size in &options.sizes {
        let of_size: Vec<&Cell> = cells.iter().filter(|cell| cell.wanted.lines == *size).collect();
        println!(
            "\n# {} businesses, about {size} lines, {} seeds\n",
            if options.held_back { "held-back" } else { "development" },
            options.seeds.len()
        );
        tables::print(&of_size);
    }
    if options.table {
        calibration::table(&cells);
    }
    println!("\npeak memory of the process: {:.0} MiB", peak_mib()?);
    Ok(())
}

/// Prints the table of `calibration`, and with `--fit` the one of the engine that would fit.
pub(crate) fn calibration(args: &[&str]) -> Result<()> {
    let options = parse(args);
    if options.fit && options.held_back {
        bail!("held-back businesses measure and never tune");
    }
    let cells = run(&options)?;
    calibration::reliability(&cells);
    if options.fit {
        calibration::fit(&cells);
    }
    if options.table {
        calibration::table(&cells);
    }
    Ok(())
}

/// Writes worlds into folders: `world DIR --businesses … `.
pub(crate) fn world(args: &[&str]) -> Result<()> {
    let mut options = parse(args);
    let Some(into) = options.folders.pop() else {
        bail!("which folder?")
    };
    for wanted in configurations(&options)? {
        let world = world::generate(&wanted).context("a business of the list")?;
        let name = format!(
            "{}-{}-{}-{}",
            wanted.business,
            wanted.difficulty.name(),
            wanted.lines,
            wanted.seed
        );
        world::write(&world, &into.join(&name))?;
        println!(
            "{name}: {} entries, {} lines, {} open items",
            world.entries.len(),
            world.lines.len(),
            world.open_items.len()
        );
    }
    Ok(())
}

fn parse(args: &[&str]) -> Options {
    Options::parse_from(std::iter::once("tieout-bench").chain(args.iter().copied()))
}

fn configurations(options: &Options) -> Result<Vec<Configuration>> {
    let businesses: Vec<&str> = if options.held_back {
        world::held_back().collect()
    } else {
        world::development().collect()
    };
    if let Some(unknown) = options
        .businesses
        .iter()
        .find(|name| !businesses.contains(&name.as_str()))
    {
        bail!("{unknown} is none of {}", businesses.join(", "));
    }
    let chosen = |list: &[String], name: &str| list.is_empty() || list.iter().any(|chosen| chosen == name);
    let mut all = Vec::new();
    for lines in &options.sizes {
        for difficulty in Difficulty::ALL
            .into_iter()
            .filter(|difficulty| chosen(&options.difficulties, difficulty.name()))
        {
            for business in businesses.iter().filter(|name| chosen(&options.businesses, name)) {
                let of_seed = |seed: &u64| Configuration {
                    business,
                    difficulty,
                    lines: *lines,
                    seed: *seed,
                };
                all.extend(options.seeds.iter().map(of_seed));
            }
        }
    }
    Ok(all)
}

/// Every world, some at a time; the cells come in the order of the configurations.
fn run(options: &Options) -> Result<Vec<Cell>> {
    let wanted = configurations(options)?;
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Cell>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some((place, wanted)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|place| Some((place, wanted.get(place)?)))
                {
                    let cell = cell(wanted, options);
                    done.lock()
                        .expect("no thread panics while it holds the lock")
                        .push((place, cell));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panics while it holds the lock");
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, cell)| cell).collect()
}

fn cell(wanted: &Configuration, options: &Options) -> Result<Cell> {
    let world = world::generate(wanted).context("a business of the list")?;
    let case = Case::of_world(&world)?;
    drop(world);
    let answer = case.answer();
    // Held-back businesses measure; nobody looks at their lines.
    if !options.held_back {
        examples::show(wanted, &case, &answer.score, (options.wrong, &options.way));
        examples::missed(wanted, &case, &answer, (options.missed, &options.subtype));
        examples::misnamed(wanted, &case, &answer.named, options.misnamed);
    }
    let mut score = answer.score;
    if options.blocking {
        score.compared = case.compared();
    }
    Ok(Cell {
        wanted: *wanted,
        score: Score {
            wrong: Vec::new(),
            missed: Vec::new(),
            ..score
        },
    })
}

/// The most memory that the process held so far.
pub(crate) fn peak_mib() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("needs Linux")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no peak in the status")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib / 1024.0)
}
