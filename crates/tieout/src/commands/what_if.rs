//! `tieout what-if`: what another setting, rule file or day would change, before it is changed.

use super::reconcile::{Proving, Reconciled, explained, reconcile};
use crate::cli::{CaseArgs, WhatIfArgs, age_limits};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, clock};
use anyhow::{Result, anyhow};
use std::path::PathBuf;
use tieout_match::Group;
use tieout_report::{Record, Report, json};

/// Reconciles twice and prints the difference.
pub(crate) fn run(args: &WhatIfArgs) -> Result<Exit> {
    let mut changed = args.case.clone();
    for change in &args.changes {
        apply(&mut changed, change)?;
    }
    let progress = ProgressLine::begin(Audience::Person);
    let both = reconcile(&args.case, Proving::Kept, &progress)
        .and_then(|before| Ok((before, reconcile(&changed, Proving::Kept, &progress)?)));
    progress.end();
    let (before, after) = both?;
    super::diff::show(&record(&before)?, &record(&after)?, args.show_as)
}

/// A result as its file would say it.
pub(crate) fn record(reconciled: &Reconciled) -> Result<Record> {
    let printed = clock::now();
    let explainer = reconciled.explainer();
    let explain = |group: &Group| explained(explainer.as_ref(), group);
    let report = Report::new(&reconciled.result, &reconciled.problems, &printed).explained(&explain);
    let mut bytes = Vec::new();
    json(&report, &mut bytes)?;
    Ok(Record::read(&String::from_utf8(bytes)?)?)
}

/// `name=value` into the case.
fn apply(case: &mut CaseArgs, change: &str) -> Result<()> {
    let (name, value) = change
        .split_once('=')
        .ok_or_else(|| anyhow!("--with {change} is no change; write NAME=VALUE, as in --with max-fee=2%"))?;
    let path = || (!value.is_empty()).then(|| PathBuf::from(value));
    match name {
        "rules" => case.deciding.rules = path(),
        "decisions" => case.deciding.decisions = path(),
        "open-items" => case.open_items = path(),
        "as-of" => {
            let date = value
                .parse()
                .map_err(|_| anyhow!("--with as-of={value}: write a date like 2026-03-31"))?;
            case.as_of = Some(date);
        }
        "age-limits" => {
            case.age_limits = age_limits(value).map_err(|why| anyhow!("--with age-limits={value}: {why}"))?;
        }
        "max-error-rate" => case.deciding.max_error_rate = Some(value.to_owned()),
        "calibration" => case.deciding.calibration = path(),
        _ => case.deciding.settings.push(change.to_owned()),
    }
    Ok(())
}
