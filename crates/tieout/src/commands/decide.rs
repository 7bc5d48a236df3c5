//! `tieout decide`: what a result suggests is accepted or rejected, for the next run.

use super::verify::read_record;
use crate::cli::DecideArgs;
use crate::{Exit, deciding, output};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use tieout_core::Severity;
use tieout_report::decisions::{Decision, Suggestions, Verdict, read, supersede, write};

/// Adds decisions to the file.
pub(crate) fn run(args: &DecideArgs) -> Result<Exit> {
    output::refuse_overwriting([args.result.as_path()], [args.into.as_path()])?;
    let is_accepted = |name: &&String| args.accept.iter().any(|other| other.eq_ignore_ascii_case(name));
    if let Some(name) = args.reject.iter().find(is_accepted) {
        bail!("{name} is both accepted and rejected; say one of the two");
    }
    let record = read_record(&args.result)?;
    let mut decisions = Vec::new();
    if args.into.exists() {
        let (kept, problems) =
            read(&deciding::text_of(&args.into)?).with_context(|| format!("in {}", args.into.display()))?;
        if let Some(problem) = problems.iter().find(|problem| problem.severity() >= Severity::Warning) {
            // Written back, what cannot be read would be gone.
            bail!("{}: {problem}", args.into.display());
        }
        decisions = kept;
    }
    let accepted = args.accept.iter().map(|name| (name, Verdict::Accepted));
    let rejected = args.reject.iter().map(|name| (name, Verdict::Rejected));
    let mut told = String::new();
    let suggestions = Suggestions::new(&record);
    let mut new = Vec::new();
    let mut number = last_number(&decisions);
    for (group, verdict) in accepted.chain(rejected) {
        number = number.saturating_add(1);
        let decision = suggestions
            .decide(group, verdict, format!("D{number}"))
            .with_context(|| format!("in {}", args.result.display()))?;
        let _ = writeln!(told, "{} {} {}", decision.name, verdict.code(), group.to_uppercase());
        new.push(decision);
    }
    let decisions = supersede(decisions, new);
    output::to_file(&args.into, |out| write(&decisions, out))?;
    let into = args.into.display();
    let _ = writeln!(told, "Written to {into}; give it to the next run:\n");
    let _ = writeln!(told, "    tieout reconcile \u{2026} --decisions {into}");
    output::print(&told)?;
    Ok(Exit::Success)
}

/// The highest number of a name: 3 for `D3`.
fn last_number(decisions: &[Decision]) -> u64 {
    let numbers = decisions
        .iter()
        .filter_map(|decision| decision.name.strip_prefix('D')?.parse::<u64>().ok());
    numbers.max().unwrap_or(0)
}
