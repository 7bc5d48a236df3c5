//! `tieout completions` and `tieout man`: generated from the definition of the command line.

use crate::cli::Cli;
use crate::output;
use anyhow::Result;
use clap::CommandFactory;
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
    write_pages(&command, "tieout", folder)
}

fn write_pages(command: &clap::Command, name: &str, folder: &Path) -> Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone().name(name.to_owned())).render(&mut page)?;
    output::to_file(&folder.join(format!("{name}.1")), |out| out.write_all(&page))?;
    for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
        write_pages(child, &format!("{name}-{}", child.get_name()), folder)?;
    }
    Ok(())
}
