//! Output that survives: a reader that goes away (`tieout … | head`) ends it quietly, colours only where wanted, files
//! written whole or not at all.

use crate::cli::ColorChoice;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Whether to colour standard output.
pub(crate) fn colour_stdout(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            !refused && !dumb && io::stdout().is_terminal()
        }
    }
}

/// Writes to standard output; a broken pipe is a normal end.
pub(crate) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Prints a text to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// Prints a line to standard error; nobody listening is fine.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Refuses outputs that would overwrite an input or each other: what is written takes the place of what was there.
///
/// # Errors
/// Which file is named twice.
pub(crate) fn refuse_overwriting<'p>(
    inputs: impl IntoIterator<Item = &'p Path>,
    outputs: impl IntoIterator<Item = &'p Path>,
) -> Result<()> {
    let is_file = |path: &&Path| *path != Path::new("-");
    let mut taken: Vec<(PathBuf, &str)> = Vec::new();
    for input in inputs.into_iter().filter(is_file) {
        taken.push((place(input), "it is an input"));
    }
    for output in outputs.into_iter().filter(is_file) {
        let place = place(output);
        if let Some((_, why)) = taken.iter().find(|(other, _)| *other == place) {
            bail!("{} cannot be written: {why}; name another file", output.display());
        }
        taken.push((place, "something else is written there too"));
    }
    Ok(())
}

/// Where a path leads, whether there is a file yet or not.
fn place(path: &Path) -> PathBuf {
    let whole = fs::canonicalize(path);
    whole.unwrap_or_else(|_| {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder));
        folder.unwrap_or_default().join(path.file_name().unwrap_or_default())
    })
}

/// Writes to a device or a pipe; a reader that goes away is a normal end.
fn to_reader(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(File::options().write(true).open(path)?);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a file whole: to a file beside it first, then renamed, so that a failure leaves the old one. A link is followed, and
/// a device or a pipe is written to as it is: it has a reader and no old content.
pub(crate) fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    if path == Path::new("-") {
        return to_stdout(write);
    }
    let what = || format!("cannot write {}", path.display());
    let followed = fs::canonicalize(path);
    let path = followed.as_deref().unwrap_or(path);
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return to_reader(path, write).with_context(what);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(what)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = Path::new(&partial);
    let written = File::create(partial).and_then(|file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(partial, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(partial);
    }
    written.with_context(what)
}
