//! `tieout explain`: one match in plain words, from a result file.

use super::verify::read_record;
use crate::cli::ExplainArgs;
use crate::{Exit, output};
use anyhow::Result;

/// Prints why.
pub(crate) fn run(args: &ExplainArgs) -> Result<Exit> {
    let record = read_record(&args.result)?;
    let told = tieout_report::explain::explain(&record, &args.name)?;
    output::print(&told)?;
    Ok(Exit::Success)
}
