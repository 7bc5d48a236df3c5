//! Rules and settings of a run, and the commands that ask about results: explain, verify, what-if, diff, rules.

use super::CaseArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Decisions, rules, thresholds and limits.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct DecidingArgs {
    /// What people accepted and rejected, as `tieout decide` writes it (CSV)
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// Rules: what to match, code, split, ignore or never match (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// A setting of the matching: automatic=0.99, suggested=0.3, max-fee=6%, max-exchange=3%, days-before=190, days-after=60
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) settings: Vec<String>,
    /// Match automatically only so surely that at most this share is wrong (0.001 or 0.1%)
    #[arg(long, value_name = "RATE")]
    pub(crate) max_error_rate: Option<String>,
    /// Reliability table that --max-error-rate rests on (default: the one that comes with the program)
    #[arg(long, value_name = "FILE")]
    pub(crate) calibration: Option<PathBuf>,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AsForm {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout explain M29                            of result.json in this folder
  tieout explain S3 --result october.json
  tieout explain HB260092200030
      a line or an entry: its match, or why it has none

The result file is what `tieout reconcile --json FILE` writes.

Exit codes: 0 explained, 2 nothing of that name or unusable file.")]
pub(crate) struct ExplainArgs {
    /// A match (M29), a suggestion (S3), or the id of a line or an entry
    #[arg(value_name = "MATCH")]
    pub(crate) name: String,
    /// The result file
    #[arg(long, short, value_name = "FILE", default_value = "result.json")]
    pub(crate) result: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout decide --accept S1 S3
      of result.json, into decisions.csv
  tieout decide --accept S2 --reject S5 M12 --result october.json \\
      --into october-decisions.csv
  tieout reconcile --statement bank.sta --ledger books.csv \\
      --decisions decisions.csv --json result.json

What was accepted is matched from then on; of what was rejected, none of the lines is matched with any of the entries
again. The file is a table: rows can be changed or added with a spreadsheet, to match what no suggestion names too.
Lines and entries are found again by id, or by date, amount and text; what is no longer there is told.

Exit codes: 0 decided, 2 no such match or unusable file.")]
pub(crate) struct DecideArgs {
    /// Suggestions that are right
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "MATCH", required_unless_present = "reject")]
    pub(crate) accept: Vec<String>,
    /// Suggestions or matches that are wrong
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "MATCH")]
    pub(crate) reject: Vec<String>,
    /// The result file
    #[arg(long, short, value_name = "FILE", default_value = "result.json")]
    pub(crate) result: PathBuf,
    /// The decisions; what it holds already stays
    #[arg(long, value_name = "FILE", default_value = "decisions.csv")]
    pub(crate) into: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout verify result.json
  tieout verify result.json --files statements/
      the files, too, are those that were read

Everything is checked from the result file alone: that nothing in it was changed, that every match sums to zero, that
nothing is matched twice, that the explanation sums to the difference and holds every open item, both sides, counts,
and that every proof gives its confidence.

Exit codes: 0 everything holds, 1 something does not, 2 unusable file.")]
pub(crate) struct VerifyArgs {
    /// The result file (`-` reads standard input)
    pub(crate) file: PathBuf,
    /// Folder with the statements and books that were read, to be compared with the result
    #[arg(long, value_name = "DIR")]
    pub(crate) files: Option<PathBuf>,
    /// Print only what does not hold
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout what-if --statement bank.sta --ledger books.csv --with max-fee=2%
  tieout what-if --statement bank.sta --ledger books.csv --rules old.toml \\
      --with rules=new.toml
  tieout what-if --statement bank.sta --ledger books.csv \\
      --with automatic=0.995 --with days-before=60

What can be changed: rules=FILE (rules= for none), decisions=FILE, as-of=DATE, open-items=FILE, age-limits=C,D,P, max-error-rate=RATE,
and every NAME=VALUE of --set.

Exit codes: 0 nothing changes, 1 something changes, 2 unusable input.")]
pub(crate) struct WhatIfArgs {
    #[command(flatten)]
    pub(crate) case: CaseArgs,
    /// What is to be different
    #[arg(long = "with", required = true, value_name = "NAME=VALUE")]
    pub(crate) changes: Vec<String>,
    /// How to print it
    #[arg(long = "as", value_enum, default_value_t, value_name = "FORM")]
    pub(crate) show_as: AsForm,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout diff before.json after.json
  tieout diff before.json after.json --as json

Exit codes: 0 no difference, 1 a difference, 2 unusable file.")]
pub(crate) struct DiffArgs {
    /// A result file
    pub(crate) before: PathBuf,
    /// Another one of the same account
    pub(crate) after: PathBuf,
    /// How to print it
    #[arg(long = "as", value_enum, default_value_t, value_name = "FORM")]
    pub(crate) show_as: AsForm,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Show what rules would do with these statements and books, and what would change
    Try(Box<RulesTryArgs>),
    /// Propose rules from what was booked again and again
    Propose(RulesProposeArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout rules try rules.toml --statement 2026-*.sta --ledger books.journal \\
      --account bank
  tieout rules try new.toml --against rules.toml --statement bank.sta \\
      --ledger books.csv

Nothing is written. Without --against the rules are compared with the engine alone.

Exit codes: 0 nothing changes, 1 something changes, 2 unusable input.")]
pub(crate) struct RulesTryArgs {
    /// The rule file
    #[arg(value_name = "RULES")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) case: CaseArgs,
    /// Compare with these rules instead of none
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// How to print it
    #[arg(long = "as", value_enum, default_value_t, value_name = "FORM")]
    pub(crate) show_as: AsForm,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout rules propose --result 2026-*.json > rules.toml
  tieout rules propose --result year.json --least 5

Lines that were matched with entries are the history: the account on the other side of the entry is what they were
booked to. Words that lead to one account again and again, and hardly ever to another, become a rule. Read the rules
before you use them, and try them with `tieout rules try`.

Exit codes: 0 rules proposed, 1 none found, 2 unusable file.")]
pub(crate) struct RulesProposeArgs {
    /// Result files, one or more
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) result: Vec<PathBuf>,
    /// How often something must have been booked alike
    #[arg(long, default_value_t = tieout_rules::propose::LEAST_SUPPORT, value_name = "N")]
    pub(crate) least: usize,
}
