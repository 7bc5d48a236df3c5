//! Checks and chores of the repository.
//!
//! `cargo xtask tidy` fails on what a compiler does not see: arrows between crates that point up, modules too large,
//! banned words and calls, files without a header, broken links in the documents, machine paths. `cargo xtask licences`
//! fails on a dependency whose licence is not allowed. Both print every finding, not just the first.

mod arrows;
mod licences;
mod metadata;
mod tidy;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let task = std::env::args().nth(1).unwrap_or_default();
    let findings = match task.as_str() {
        "tidy" => {
            let mut findings = tidy::check(&metadata::root()?)?;
            findings.extend(arrows::check(&metadata::Metadata::load()?));
            findings
        }
        "licences" => licences::check(&metadata::Metadata::load()?),
        _ => bail!("usage: cargo xtask tidy | licences"),
    };
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{task}: {} findings", findings.len());
    }
    println!("{task}: nothing found");
    Ok(())
}
