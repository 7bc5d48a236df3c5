//! `tieout statement convert`: any format as normalised CSV or JSON, OFX 2 or camt.053.

use crate::cli::{ConvertTo, ReadingArgs};
use crate::commands::statement_show::{complain, exit};
use crate::{Exit, inputs, output};
use anyhow::Result;
use std::path::Path;
use tieout_formats::{Outcome, write};

/// Converts the file. Nothing is written if it cannot be used.
pub(crate) fn run(file: &Path, to: ConvertTo, out: Option<&Path>, args: &ReadingArgs) -> Result<Exit> {
    output::refuse_overwriting([file], out)?;
    let options = inputs::read_options(args)?;
    let mut input = inputs::open(file)?;
    let import = tieout_formats::read_all(input.as_mut(), &options)?;
    complain(&inputs::name(file), &import.reading);
    if import.reading.outcome == Outcome::Refused {
        return Ok(exit(&import.reading));
    }
    output::to_file(out.unwrap_or(Path::new("-")), |out| match to {
        ConvertTo::Csv => write::csv::write(out, &import.statements),
        ConvertTo::Json => write::json::write(out, &import.statements),
        ConvertTo::Ofx => write::ofx::write(out, &import.statements),
        ConvertTo::Camt => write::camt::write(out, &import.statements),
    })?;
    Ok(exit(&import.reading))
}
