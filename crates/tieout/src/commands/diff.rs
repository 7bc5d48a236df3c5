//! `tieout diff`: what differs between two result files.

use super::verify::read_record;
use crate::cli::{AsForm, DiffArgs};
use crate::{Exit, output};
use anyhow::Result;
use tieout_report::Record;
use tieout_report::diff::Diff;

/// Prints the difference of two files.
pub(crate) fn run(args: &DiffArgs) -> Result<Exit> {
    let (before, after) = (read_record(&args.before)?, read_record(&args.after)?);
    show(&before, &after, args.show_as)
}

/// Prints the difference of two results.
pub(crate) fn show(before: &Record, after: &Record, show_as: AsForm) -> Result<Exit> {
    let diff = Diff::new(before, after)?;
    match show_as {
        AsForm::Text => output::print(&diff.told())?,
        AsForm::Json => output::print(&format!("{}\n", diff.json()?))?,
    }
    Ok(if diff.is_empty() {
        Exit::Success
    } else {
        Exit::NotTiedOut
    })
}
