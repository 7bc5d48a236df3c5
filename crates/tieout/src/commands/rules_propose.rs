//! `tieout rules propose`: rules from what was booked again and again.

use super::verify::read_record;
use crate::cli::RulesProposeArgs;
use crate::{Exit, output};
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use tieout_report::Record;
use tieout_report::record::Item;
use tieout_rules::{Decided, Proposal, propose};

/// Prints a rule file.
pub(crate) fn run(args: &RulesProposeArgs) -> Result<Exit> {
    let mut history: BTreeSet<(String, String, Decided)> = BTreeSet::new();
    let mut digits = None;
    for path in &args.result {
        let record = read_record(path)?;
        if digits.is_some_and(|digits| digits != record.account.minor_digits) {
            bail!("the result files are of currencies with different decimal places; propose rules for each alone");
        }
        digits = Some(record.account.minor_digits);
        decided(&record, &mut history);
    }
    let digits = digits.unwrap_or(2);
    let history: Vec<Decided> = history.into_iter().map(|(_, _, decided)| decided).collect();
    let proposals = propose(&history, args.least, digits);
    if proposals.is_empty() {
        output::complain(&format!(
            "no rule: of {} lines whose other account is known, none was booked alike {} times",
            history.len(),
            args.least
        ));
        return Ok(Exit::NotTiedOut);
    }
    output::print(&Proposal::file(&proposals, digits))?;
    Ok(Exit::Success)
}

/// Lines whose other side is known: by the entries they are matched with, or because a person coded them. A line that
/// stands in several result files counts once.
fn decided(record: &Record, history: &mut BTreeSet<(String, String, Decided)>) {
    let (lines, entries) = (Record::places(&record.lines), Record::places(&record.entries));
    let line = |id: &str| lines.get(id).and_then(|place| record.lines.get(*place));
    let mut learn = |line: &Item, account: &str| {
        let texts = [&line.description, &line.counterparty, &line.reference];
        let one = Decided {
            text: texts.map(String::as_str).join(" "),
            amount: line.amount.minor(record.account.minor_digits).unwrap_or(0),
            account: account.to_owned(),
        };
        history.insert((line.date.to_string(), line.id.clone(), one));
    };
    for group in record.groups.iter().filter(|group| group.tier == "auto") {
        let accounts: BTreeSet<&str> = group
            .entries
            .iter()
            .filter_map(|part| {
                entries
                    .get(part.id.as_str())
                    .and_then(|place| record.entries.get(*place))
            })
            .map(|entry| entry.kind.as_str())
            .collect();
        let account = accounts
            .iter()
            .next()
            .filter(|account| accounts.len() == 1 && !account.is_empty());
        if let Some(account) = account {
            for found in group.lines.iter().filter_map(|part| line(&part.id)) {
                learn(found, account);
            }
        }
    }
    let by_person = record
        .adjustments
        .iter()
        .filter(|one| one.kind == "coded" && one.rule.is_none());
    for adjustment in by_person.filter(|one| one.settles.kind == "line") {
        if let (Some(found), [_, other]) = (line(&adjustment.settles.id), adjustment.postings.as_slice()) {
            learn(found, &other.account);
        }
    }
}
