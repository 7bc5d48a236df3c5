//! Files to read: opened from disk, standard input and pipes kept in memory, options turned into what the readers take.

use crate::cli::ReadingArgs;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tieout_books::Includes;
use tieout_core::encoding::Input;
use tieout_formats::ReadOptions;
use tieout_tables::mapping::Mapping;

/// Most that is taken from standard input or a pipe, which has to be kept in memory.
const MAX_PIPED_BYTES: u64 = 512 << 20;

/// What came through pipes: it can be read only once, and is asked for again where the currency turns up later.
static PIPED: Mutex<BTreeMap<PathBuf, Arc<[u8]>>> = Mutex::new(BTreeMap::new());

/// Opens a file, or takes standard input for `-`; what is no regular file is kept in memory.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Input>> {
    let is_stdin = path == Path::new("-");
    if let Some(known) = piped().get(path) {
        return Ok(Box::new(Cursor::new(Arc::clone(known))));
    }
    if is_stdin {
        return take(path, &mut io::stdin().lock(), "standard input");
    }
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let metadata = file
        .metadata()
        .with_context(|| format!("cannot read {}", path.display()))?;
    if metadata.is_dir() {
        bail!("{} is a folder; name the files in it", path.display());
    }
    if !metadata.is_file() {
        return take(path, &mut file, &path.display().to_string());
    }
    Ok(Box::new(file))
}

fn piped() -> MutexGuard<'static, BTreeMap<PathBuf, Arc<[u8]>>> {
    PIPED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take(path: &Path, from: &mut dyn Read, name: &str) -> Result<Box<dyn Input>> {
    let mut bytes = Vec::new();
    let taken = from.take(MAX_PIPED_BYTES + 1).read_to_end(&mut bytes);
    taken.with_context(|| format!("cannot read {name}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_PIPED_BYTES {
        bail!("{name} is longer than 512 MiB; save it to a file first");
    }
    let bytes: Arc<[u8]> = bytes.into();
    piped().insert(path.to_owned(), Arc::clone(&bytes));
    Ok(Box::new(Cursor::new(bytes)))
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
