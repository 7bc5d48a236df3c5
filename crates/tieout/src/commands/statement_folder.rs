//! Folders of statements: which files are in them, and one line on each.

use crate::inputs;
use anyhow::{Context, Result, bail};
use std::cmp::Reverse;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tieout_core::problem::{Code, Problem, Severity};
use tieout_reconcile::statements::{Completeness, SourceFile};

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 32;
/// Files that one run takes from folders.
const MAX_FILES: usize = 100_000;

/// The files that a user named, by themselves or by their folder.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Where they are.
    pub(crate) paths: Vec<PathBuf>,
    /// What they are called: the file's name, or its path in the folder.
    pub(crate) labels: Vec<String>,
    /// A folder was among them.
    pub(crate) has_folder: bool,
    /// Our own reports and results in folders, which are no statements: what they are called.
    pub(crate) own: Vec<String>,
}

/// Replaces every folder by the files in it and below it, in order of their paths. Hidden files are left out.
///
/// # Errors
/// A folder that cannot be read, is too deep, or holds no file.
pub(crate) fn files(named: &[PathBuf]) -> Result<Named> {
    let mut all = Named::default();
    for path in named {
        if !path.is_dir() {
            all.labels.push(inputs::name(path));
            all.paths.push(path.clone());
            continue;
        }
        all.has_folder = true;
        let mut found = Vec::new();
        collect(path, 0, &mut found)?;
        if found.is_empty() {
            bail!("there is no file in the folder {}", path.display());
        }
        found.sort();
        for file in found {
            let label = file.strip_prefix(path).unwrap_or(&file).display().to_string();
            if is_own(&file) {
                all.own.push(label);
                continue;
            }
            all.labels.push(label);
            all.paths.push(file);
        }
    }
    Ok(all)
}

/// A report or a result that this program wrote, by how it begins. What cannot be read is told later.
fn is_own(file: &Path) -> bool {
    /// Enough for the head of a report.
    const HEAD: u64 = 1024;
    const MARKS: [&str; 2] = [
        "<meta name=\"generator\" content=\"tieout ",
        "\"schema\": \"tieout-result-",
    ];
    let mut head = Vec::new();
    let read = fs::File::open(file).and_then(|opened| opened.take(HEAD).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && MARKS.iter().any(|mark| head.contains(mark))
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    if depth > MAX_DEPTH {
        bail!(
            "{} is more than {MAX_DEPTH} folders deep; name the folders in it",
            folder.display()
        );
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let kind = entry
            .file_type()
            .with_context(|| format!("cannot read {}", path.display()))?;
        // A link to a folder may lead back to where it stands; one to a file is that file.
        if kind.is_dir() {
            collect(&path, depth + 1, found)?;
        } else if path.is_file() {
            if found.len() >= MAX_FILES {
                bail!("there are more than {MAX_FILES} files; name the folders one by one");
            }
            found.push(path);
        }
    }
    Ok(())
}

/// What the statements of one file came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OfFile {
    /// All of them.
    pub(crate) statements: usize,
    /// Those whose opening, lines and closing agree.
    pub(crate) proved: usize,
    /// Those that contradict themselves or others.
    pub(crate) off: usize,
    /// Errors in a file that gave statements nevertheless: a member of an archive that was refused.
    pub(crate) refused_parts: usize,
    /// Its end is missing, and with it perhaps whole statements, or its balances are in two currencies: what agrees proves
    /// nothing.
    pub(crate) is_in_doubt: bool,
}

impl OfFile {
    /// Every statement proves, there is one, no part of the file was refused, and nothing makes that doubtful.
    pub(crate) fn proves(self) -> bool {
        self.statements > 0 && self.proved == self.statements && self.refused_parts == 0 && !self.is_in_doubt
    }
}

/// One line on a file: what became of it, and the gravest of what there is to say about it.
pub(crate) fn line<'a>(file: &SourceFile, of: OfFile, problems: impl Iterator<Item = &'a Problem>) -> String {
    let problems: Vec<&Problem> = problems
        .filter(|problem| problem.severity() > Severity::Notice)
        .collect();
    // What makes figures wrong comes before what is only odd, whatever stands first in the file.
    let is_off = |problem: &&Problem| problem.code == Code::ProofOff;
    let spoils = |problem: &&Problem| is_off(problem) || problem.code.loses();
    let gravest = problems
        .iter()
        .max_by_key(|problem| (problem.severity(), spoils(problem), Reverse(problem.place.line)));
    let mut reasons = Vec::new();
    let word = if file.completeness == Completeness::Refused {
        "refused"
    } else if of.off > 0 {
        reasons.push(match of.statements {
            1 => "its statement is off".to_owned(),
            all => format!("{} of {all} statements are off", of.off),
        });
        "off"
    } else if !of.proves() && problems.iter().any(is_off) {
        // Its balances have more decimals than the currency, so that nothing could be compared with other statements.
        "off"
    } else if of.proves() {
        "proved"
    } else if file.completeness.is_partial() {
        "partly"
    } else {
        reasons.push(match (of.statements, of.proved) {
            (0, _) => "it holds no lines".to_owned(),
            (_, 0) => "it prints no balances to prove it by".to_owned(),
            (all, some) => format!("{some} of {all} statements prove, the others print no pair of balances"),
        });
        "read"
    };
    reasons.extend(gravest.map(ToString::to_string));
    if problems.len() > 1 {
        reasons.push(format!("{} more to say", problems.len() - 1));
    }
    let format = if file.format.is_empty() {
        String::new()
    } else {
        format!(" ({})", file.format)
    };
    let why = if reasons.is_empty() { "" } else { ": " };
    format!("{word:<8} {}{format}{why}{}", file.name, reasons.join("; "))
}
