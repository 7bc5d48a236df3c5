//! The binary: reads the command line, wires the crates together, turns results into exit codes.
//!
//! **Knows** files, terminals, the clock. **Never knows** how a format is parsed or why two lines match. Begin reading at
//! `cli.rs` (what can be asked), then `commands/` (one file for each command).

mod cli;
mod clock;
mod commands;
mod contra;
mod deciding;
mod gather;
mod heap;
mod inputs;
mod load;
mod output;
mod progress;

use clap::Parser;
use cli::{AuditCommand, BooksCommand, Cli, Command, KeyCommand, RulesCommand, StatementCommand};
use std::process::ExitCode;

/// How a command ended, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done; tied out.
    Success,
    /// 1: done; not tied out, something is off.
    NotTiedOut,
    /// 2: the input cannot be used.
    Unusable,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let colour = output::colour_stdout(cli.color);
    let done = match &cli.command {
        Command::Reconcile(args) => commands::reconcile::run(args, colour),
        Command::Statement(StatementCommand::Show { file, show_as, reading }) => {
            commands::statement_show::run(file, *show_as, reading)
        }
        Command::Statement(StatementCommand::Check { files, reading }) => {
            commands::statement_check::run(files, reading)
        }
        Command::Statement(StatementCommand::Convert {
            files,
            to,
            out,
            out_dir,
            reading,
        }) => {
            let place = commands::statement_convert::Destination {
                out: out.as_deref(),
                out_dir: out_dir.as_deref(),
            };
            commands::statement_convert::run(files, *to, place, reading)
        }
        Command::Books(BooksCommand::Show { file, account, mapping }) => {
            commands::books::run(file, account.as_deref(), mapping.as_deref())
        }
        Command::Explain(args) => commands::explain::run(args),
        Command::Decide(args) => commands::decide::run(args),
        Command::Verify(args) => commands::verify::run(args),
        Command::WhatIf(args) => commands::what_if::run(args),
        Command::Diff(args) => commands::diff::run(args),
        Command::Rules(RulesCommand::Try(args)) => commands::rules_try::run(args),
        Command::Rules(RulesCommand::Propose(args)) => commands::rules_propose::run(args),
        Command::Demo(args) => commands::demo::run(&args.out, colour),
        Command::Serve(args) => commands::server::serve(args),
        Command::Import(args) => commands::server::import(args),
        Command::Key(KeyCommand::Create(args)) => commands::server::key::create(args),
        Command::Key(KeyCommand::List(args)) => commands::server::key::list(args),
        Command::Key(KeyCommand::Revoke(args)) => commands::server::key::revoke(args),
        Command::Audit(AuditCommand::Verify(args)) => commands::server::audit::verify(args),
        Command::Audit(AuditCommand::Export(args)) => commands::server::audit::export(args),
        Command::Audit(AuditCommand::Keys(args)) => commands::server::signer::list(args),
        Command::Audit(AuditCommand::RotateKey(args)) => commands::server::signer::rotate(args),
        Command::Audit(AuditCommand::RetireOtherKeys(args)) => commands::server::signer::retire_others(args),
        Command::Completions { shell } => commands::shell::completions(*shell).map(|()| Exit::Success),
        Command::Man { out } => commands::shell::man(out.as_deref()).map(|()| Exit::Success),
    };
    match done {
        Ok(Exit::Success) => ExitCode::SUCCESS,
        Ok(Exit::NotTiedOut) => ExitCode::from(1),
        Ok(Exit::Unusable) => ExitCode::from(2),
        Err(error) => {
            output::complain(&format!("tieout: {error:#}"));
            ExitCode::from(2)
        }
    }
}
