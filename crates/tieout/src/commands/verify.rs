//! `tieout verify`: does a result file hold what it promises?

use crate::cli::VerifyArgs;
use crate::{Exit, inputs, load, output};
use anyhow::{Context, Result};
use std::io::Read;
use std::path::Path;
use tieout_report::Record;
use tieout_report::verify::{told, verify};

/// Prints each check; the exit code says whether all hold.
pub(crate) fn run(args: &VerifyArgs) -> Result<Exit> {
    let record = read_record(&args.file)?;
    let mut checks = verify(&record);
    let holds = checks.iter().all(tieout_report::verify::Check::holds);
    if args.quiet {
        checks.retain(|check| !check.holds());
    }
    let mut wrong_files = Vec::new();
    if let Some(folder) = &args.files {
        for file in &record.files {
            wrong_files.extend(differs(folder, &file.name, &file.sha256)?);
        }
    }
    if !(args.quiet && holds) {
        output::print(&told(&checks))?;
    }
    if args.files.is_some() {
        let sign = if wrong_files.is_empty() { '\u{2713}' } else { '\u{2717}' };
        output::print(&format!(
            "{sign} the files are those that were read ({})\n",
            record.files.len()
        ))?;
        for wrong in &wrong_files {
            output::print(&format!("    {wrong}\n"))?;
        }
    }
    Ok(if holds && wrong_files.is_empty() {
        Exit::Success
    } else {
        Exit::NotTiedOut
    })
}

/// How a file differs from the one that was read, if it does.
fn differs(folder: &Path, name: &str, sha256: &str) -> Result<Option<String>> {
    let short = Path::new(name).file_name().map_or(Path::new(name), Path::new);
    let path = folder.join(short);
    if !path.is_file() {
        return Ok(Some(format!("{name} is not in {}", folder.display())));
    }
    let mut input = inputs::open(&path)?;
    let (found, _) = load::fingerprint(input.as_mut()).with_context(|| format!("in {}", path.display()))?;
    Ok((found != sha256).then(|| format!("{name} is another file now: its hash is {found}, that read had {sha256}")))
}

/// Reads a result file.
pub(crate) fn read_record(path: &Path) -> Result<Record> {
    let mut text = String::new();
    let read = inputs::open(path)?.read_to_string(&mut text);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Record::read(&text).with_context(|| format!("in {}", path.display()))
}
