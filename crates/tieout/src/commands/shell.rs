//! `tieout completions` and `tieout man`: generated from the definition of the command line.

use crate::cli::Cli;
use crate::output;
use anyhow::{Context, Result};
use clap::CommandFactory;
use std::fs;
use std::path::Path;

/// Prints a completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tieout", &mut script);
    output::to_stdout(|out| out.write_all(&script))
}

/// Prints the manual page of `tieout`, or writes the pages of all commands into a folder.
pub(crate) fn man(folder: Option<&Path>) -> Result<()> {
    let command = Cli::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        return output::to_stdout(|out| out.write_all(&page));
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    clap_mangen::generate_to(command, folder).with_context(|| format!("cannot write to {}", folder.display()))
}
