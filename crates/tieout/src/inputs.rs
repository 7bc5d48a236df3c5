//! Files to read: opened from disk, standard input kept in memory, options turned into what the readers take.

use crate::cli::ReadingArgs;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;
use tieout_books::Includes;
use tieout_core::encoding::Input;
use tieout_formats::ReadOptions;
use tieout_tables::mapping::Mapping;

/// Most that is taken from standard input, which has to be kept in memory.
const MAX_STDIN_BYTES: u64 = 512 << 20;

/// Opens a file, or takes standard input for `-`.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Input>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let taken = io::stdin().lock().take(MAX_STDIN_BYTES + 1).read_to_end(&mut bytes);
        taken.context("cannot read standard input")?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_STDIN_BYTES {
            bail!("standard input is longer than 512 MiB; save it to a file first");
        }
        return Ok(Box::new(Cursor::new(bytes)));
    }
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let metadata = file
        .metadata()
        .with_context(|| format!("cannot read {}", path.display()))?;
    if metadata.is_dir() {
        bail!("{} is a folder; name the files in it", path.display());
    }
    Ok(Box::new(file))
}

/// The name of a file for messages.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".into();
    }
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Options for the readers of statements.
pub(crate) fn read_options(args: &ReadingArgs) -> Result<ReadOptions> {
    if let Some(name) = &args.format
        && !tieout_formats::FORMATS.iter().any(|format| format.name() == name)
    {
        let known: Vec<_> = tieout_formats::FORMATS.iter().map(|format| format.name()).collect();
        bail!("--format {name} is not known; there are {}", known.join(", "));
    }
    Ok(ReadOptions {
        format: args.format.clone(),
        currency: args.currency,
        date_order: args.date_order.map(Into::into),
        mapping: args.mapping.as_deref().map(mapping).transpose()?,
    })
}

/// Reads a mapping file.
pub(crate) fn mapping(path: &Path) -> Result<Mapping> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Mapping::parse(&text).with_context(|| format!("in {}", path.display()))
}

/// Files included by journals, from the disk.
pub(crate) struct DiskIncludes;

impl Includes for DiskIncludes {
    fn open(&self, path: &str) -> io::Result<Box<dyn Input>> {
        // A pipe would be waited for, and what no one writes into has no end.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        Ok(Box::new(File::open(path)?))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let folder = if folder.is_empty() { "." } else { folder };
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let mut name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                name.push('/');
            }
            names.push(name);
        }
        Ok(names)
    }
}
