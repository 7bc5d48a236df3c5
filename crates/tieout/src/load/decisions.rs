//! What people decided, from a file, and found again among the lines and entries of a run.

use super::fingerprint;
use crate::{deciding, inputs};
use anyhow::{Context, Result};
use std::io::Cursor;
use std::path::Path;
use tieout_core::Problem;
use tieout_reconcile::Prepared;
use tieout_reconcile::statements::{Completeness, FileRole, SourceFile};
use tieout_report::FileProblem;
use tieout_report::decisions::{Decision, Resolved, read, resolve};

/// A file of decisions.
pub(crate) struct LoadedDecisions {
    pub(crate) file: SourceFile,
    position: u32,
    decisions: Vec<Decision>,
    problems: Vec<Problem>,
}

/// Reads a file of decisions, the one at `position` among the files.
///
/// # Errors
/// The file cannot be opened, or is no table of decisions.
pub(crate) fn load_decisions(path: &Path, position: u32) -> Result<LoadedDecisions> {
    let text = deciding::text_of(path)?;
    let (sha256, bytes) = fingerprint(&mut Cursor::new(text.as_bytes()))?;
    let (decisions, problems) = read(&text).with_context(|| format!("in {}", path.display()))?;
    Ok(LoadedDecisions {
        file: SourceFile {
            name: inputs::name(path),
            role: FileRole::Decisions,
            format: match decisions.len() {
                1 => "1 decision".into(),
                several => format!("{several} decisions"),
            },
            sha256,
            bytes,
            // What is not applied is told one by one; no figure of the bank or of the books is missing for it.
            completeness: Completeness::Whole,
        },
        position,
        decisions,
        problems,
    })
}

impl LoadedDecisions {
    /// Finds what the decisions mean; those that are not applied are added to the problems.
    pub(crate) fn resolve(self, prepared: &Prepared, problems: &mut Vec<FileProblem>) -> Resolved {
        let digits = prepared.account().currency.minor_digits();
        let mut resolved = resolve(&self.decisions, prepared.listed(), digits, &self.file.name);
        let found = self.problems.into_iter().chain(resolved.problems.drain(..));
        problems.extend(found.map(|problem| FileProblem {
            file: self.position,
            problem,
        }));
        resolved
    }
}
