//! `tieout statement convert`: any format as normalised CSV or JSON, OFX 2 or camt.053. Several files become one, or each its
//! own in a folder.

use crate::cli::{ConvertTo, ReadingArgs};
use crate::commands::statement_folder;
use crate::commands::statement_show::{complain, exit};
use crate::{Exit, inputs, output};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use tieout_formats::{Outcome, ReadOptions, ReadStatement, write};

/// Where converted statements go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Destination<'a> {
    /// One file for all (`-` or nothing: standard output).
    pub(crate) out: Option<&'a Path>,
    /// A folder with a file for each.
    pub(crate) out_dir: Option<&'a Path>,
}

/// Converts the files. Nothing is written of one that cannot be used; the gravest of what became of them is the exit code.
pub(crate) fn run(files: &[PathBuf], to: ConvertTo, place: Destination<'_>, args: &ReadingArgs) -> Result<Exit> {
    let options = inputs::read_options(args)?;
    let named = statement_folder::files(files)?;
    match place.out_dir {
        Some(folder) => into_folder(&named.paths, to, folder, &options),
        None => into_one(&named.paths, to, place.out, &options),
    }
}

fn into_one(paths: &[PathBuf], to: ConvertTo, out: Option<&Path>, options: &ReadOptions) -> Result<Exit> {
    output::refuse_overwriting(paths.iter().map(PathBuf::as_path), out)?;
    let mut all = Vec::new();
    let mut gravest = Exit::Success;
    for path in paths {
        let (statements, exit) = read(path, options)?;
        all.extend(statements);
        gravest = worse(gravest, exit);
    }
    if !all.is_empty() {
        output::to_file(out.unwrap_or(Path::new("-")), |out| write_all(out, to, &all))?;
    }
    Ok(gravest)
}

fn into_folder(paths: &[PathBuf], to: ConvertTo, folder: &Path, options: &ReadOptions) -> Result<Exit> {
    let mut names = BTreeSet::new();
    let outs: Vec<PathBuf> = paths
        .iter()
        .map(|path| folder.join(new_name(path, to, &mut names)))
        .collect();
    for out in &outs {
        output::refuse_overwriting(paths.iter().map(PathBuf::as_path), Some(out.as_path()))?;
        if out.exists() {
            bail!("{} exists already; name another folder", out.display());
        }
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut gravest = Exit::Success;
    for (path, out) in paths.iter().zip(&outs) {
        let (statements, exit) = read(path, options)?;
        gravest = worse(gravest, exit);
        if !statements.is_empty() {
            output::to_file(out, |out| write_all(out, to, &statements))?;
        }
    }
    Ok(gravest)
}

/// The statements of a file, none if it cannot be used; what there is to say about it goes to standard error.
fn read(path: &Path, options: &ReadOptions) -> Result<(Vec<ReadStatement>, Exit)> {
    let mut input = inputs::open(path)?;
    let import = tieout_formats::read_all(input.as_mut(), options)?;
    complain(&inputs::name(path), &import.reading);
    let exit = exit(&import.reading);
    if import.reading.outcome == Outcome::Refused {
        return Ok((Vec::new(), exit));
    }
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    let undated = lines
        .filter(|line| line.booking_date.or(line.value_date).is_none())
        .count();
    if undated > 0 {
        let lines = if undated == 1 {
            "1 line has".to_owned()
        } else {
            format!("{undated} lines have")
        };
        output::complain(&format!("{}: {lines} no date and none is written", inputs::name(path)));
    }
    Ok((import.statements, exit))
}

fn write_all(out: &mut dyn Write, to: ConvertTo, statements: &[ReadStatement]) -> io::Result<()> {
    match to {
        ConvertTo::Csv => write::csv::write(out, statements),
        ConvertTo::Json => write::json::write(out, statements),
        ConvertTo::Ofx => write::ofx::write(out, statements),
        ConvertTo::Camt => write::camt::write(out, statements),
    }
}

/// The name of a converted file: that of its source with another ending, and a number if that is taken.
fn new_name(path: &Path, to: ConvertTo, taken: &mut BTreeSet<String>) -> String {
    let ending = match to {
        ConvertTo::Csv => "csv",
        ConvertTo::Json => "json",
        ConvertTo::Ofx => "ofx",
        ConvertTo::Camt => "xml",
    };
    let stem = path
        .file_stem()
        .map_or_else(|| "statement".into(), |stem| stem.to_string_lossy());
    let stem = if stem == "-" { "statement".into() } else { stem };
    let mut name = format!("{stem}.{ending}");
    let mut number = 2;
    // Two names that differ in capitals are one file on some systems.
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem}-{number}.{ending}");
        number += 1;
    }
    name
}

fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Success => 0,
        Exit::NotTiedOut => 1,
        Exit::Unusable => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converted_files_have_names_of_their_own() {
        let mut taken = BTreeSet::new();
        let names: Vec<String> = ["a/may.sta", "b/May.txt", "-", "june"]
            .iter()
            .map(|path| new_name(Path::new(path), ConvertTo::Camt, &mut taken))
            .collect();
        assert_eq!(names, ["may.xml", "May-2.xml", "statement.xml", "june.xml"]);
    }
}
