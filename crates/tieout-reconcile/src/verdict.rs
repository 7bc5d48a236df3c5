//! Tied out or not, with the reasons.

use crate::balance::Uncovered;
use crate::dated;
use crate::findings::{EntryState, Findings};
use crate::part::Grounds;
use crate::result::{Chain, ChainPlace, ComponentKind, Fault, Sentence, Share, StatementProof, Subject, Verdict};
use crate::signs::Turned;
use crate::statements::{Completeness, FileRole, SourceFile};
use crate::words::{Words, counted};
use std::collections::BTreeSet;
use tieout_ledger::reconciliation::{self, TooLarge};
use tieout_match::{ExceptionClass, Group, ItemIndex, Tier};

/// Judges: no open line, break, drift or uncovered part, every open entry outstanding within its age limit, and nothing
/// missing for not having been read. Single items are asked for, not sums: two errors that cancel each other are two.
pub(crate) fn judge(grounds: &Grounds<'_>, files: &[SourceFile], turned: Option<Turned>) -> Result<Verdict, TooLarge> {
    let &Grounds {
        explanation,
        findings,
        words,
        ..
    } = grounds;
    let chain = words.chain;
    let mut faults = Vec::new();
    faults.extend(turned.map(|found| (Fault::Sign, turned_signs(found, chain))));
    for component in &explanation.components {
        let amount = words.amount(component.amount);
        let count = component.shares.len();
        let fault = match component.kind {
            ComponentKind::OpenLines => (Fault::OpenLines, open_lines(&component.shares, &amount, words.groups)),
            ComponentKind::Breaks => {
                let breaks = counted(count, "statement does", "statements do");
                (
                    Fault::Break,
                    format!("{breaks} not open where the one before closed, {amount} in sum"),
                )
            }
            ComponentKind::Drift => {
                let text = format!("bank and books differ by {amount} before the period begins");
                (Fault::Drift, text)
            }
            ComponentKind::Uncovered => {
                let where_from = uncovered(grounds);
                let text = format!("{amount} of the statement balance is not covered by lines{where_from}");
                (Fault::Uncovered, text)
            }
            ComponentKind::OpenEntries => {
                faults.extend(entry_faults(component.shares.iter().copied(), findings, words)?);
                continue;
            }
            ComponentKind::RecordedLater => {
                faults.extend(wrong_dates(&component.shares, findings, words)?);
                continue;
            }
            ComponentKind::AdjustmentsToBook => continue,
        };
        faults.push(fault);
    }
    for (statement, place) in (0..).zip(chain.statements.iter().map(|statement| statement.place)) {
        if let ChainPlace::Contradicts(off) = place {
            let text = format!(
                "{} opens {} away from what other statements say of that moment",
                words.statement(statement),
                words.amount(off)
            );
            faults.push((Fault::Contradiction, text));
        }
    }
    faults.extend(unread(files, chain).map(|text| (Fault::Unread, text)));
    faults.sort_by_key(|(fault, _)| *fault);
    let faults: Vec<_> = faults.into_iter().map(|(code, text)| Sentence { code, text }).collect();
    Ok(if faults.is_empty() {
        Verdict::TiedOut
    } else {
        Verdict::NotTiedOut(faults)
    })
}

/// Where the first of it comes from: the entry whose line a file lacks, or the line whose balance does not follow.
fn uncovered(grounds: &Grounds<'_>) -> String {
    let words = grounds.words;
    if let Some(lacking) = grounds.lacking.first()
        && let Subject::Statement(statement) = lacking.uncovered.share.subject
    {
        let (name, entry) = (words.statement(statement), words.entry(lacking.entry));
        return format!(": {name} seems to lack the line of the {entry}");
    }
    let of_statement = |found: &&Uncovered| matches!(found.share.subject, Subject::Statement(_));
    let first = grounds.bank.uncovered.iter().find(of_statement);
    first.map_or_else(String::new, |first| format!(": {}", words.uncovered(first)))
}

/// Asked, never done: the user says whose signs are turned. Balances that prove the statement prove its signs as well,
/// unless they are a card's, where what is owed may be printed as positive in both.
fn turned_signs(found: Turned, chain: &Chain) -> String {
    let Turned { opposite, same, lines } = found;
    let mut statements = chain.statements.iter().peekable();
    let is_proven = statements.peek().is_some() && statements.all(|statement| statement.proof == StatementProof::Exact);
    let ask = if is_proven {
        "balances prove the statement, so the signs of the books look turned; in a table of one account say with \
         --ledger-mapping which way the money goes (debit and credit; direction and debit_words; or sign). Only if the \
         statement is of a card and prints what is owed as positive, give --statement-sign inverted"
    } else {
        "if the statement prints charges as positive, give --statement-sign inverted"
    };
    format!(
        "{opposite} of {} have an entry of the same amount with the opposite sign, {same} with the same: {ask}",
        counted(lines, "bank line", "bank lines")
    )
}

/// Files of which something was not read. Statements whose balances prove are whole all the same, but say nothing of those that
/// may stand in another file of their archive.
fn unread<'a>(files: &'a [SourceFile], chain: &'a Chain) -> impl Iterator<Item = String> + 'a {
    let partial = (0..)
        .zip(files)
        .filter(|(_, file)| file.completeness != Completeness::Whole);
    partial.filter_map(|(position, file)| {
        let mut of_file = chain
            .statements
            .iter()
            .filter(|statement| statement.file == position)
            .peekable();
        let proves = of_file.peek().is_some() && of_file.all(|statement| statement.proof == StatementProof::Exact);
        let missing = match file.role {
            FileRole::Statement if file.completeness == Completeness::Lacking => "statements",
            FileRole::Statement if proves => return None,
            FileRole::Statement => "lines",
            FileRole::Books => "entries",
            FileRole::OpenItems => "items",
            FileRole::Decisions => "decisions",
        };
        let name = &file.name;
        Some(match file.completeness {
            Completeness::Refused => format!("{name} could not be used: its {missing} are missing"),
            Completeness::Lacking => format!("{name} holds a file that could not be read: {missing} may be missing"),
            Completeness::Contradictory => {
                format!("{name} contradicts its own totals: {missing} may be missing, doubled or changed")
            }
            Completeness::Whole | Completeness::Partial => {
                format!("{name} could not be read whole: {missing} may be missing")
            }
        })
    })
}

/// Lines that suggestions hold count once, whatever they are taken for and however many hold them.
fn open_lines(shares: &[Share], amount: &str, groups: &[Group]) -> String {
    let suggestions = groups.iter().filter(|group| group.tier == Tier::Suggested);
    let held: BTreeSet<ItemIndex> = suggestions
        .flat_map(|group| group.lines.iter().map(|part| part.item))
        .collect();
    let is_suggested = |share: &&Share| matches!(share.subject, Subject::Line(line) if held.contains(&line));
    let suggested = match shares.iter().filter(is_suggested).count() {
        0 => String::new(),
        some if some == shares.len() => String::from("; the suggestions may explain them"),
        some => format!("; the suggestions may explain {some} of them"),
    };
    let lines = counted(shares.len(), "bank line is", "bank lines are");
    format!("{lines} not explained by the books, {amount} in sum{suggested}")
}

/// What was written up some days late is only that; what a wrong date keeps out of the books of the day is an error.
fn wrong_dates(shares: &[Share], findings: &Findings, words: &Words<'_>) -> Result<Option<(Fault, String)>, TooLarge> {
    let is_wrong = |share: &&Share| {
        let Subject::Group(group) = share.subject else {
            return false;
        };
        let mut exceptions = findings.exceptions.iter();
        exceptions.any(|exception| dated::is_of(exception, words.groups, group))
    };
    let wrong: Vec<i64> = shares.iter().filter(is_wrong).map(|share| share.amount).collect();
    if wrong.is_empty() {
        return Ok(None);
    }
    let entries = counted(wrong.len(), "entry", "entries");
    let sum = words.amount(reconciliation::sum(wrong)?);
    let text = format!("a wrong date keeps {entries} of {sum} in sum out of the books of the day");
    Ok(Some((Fault::WrongDates, text)))
}

fn entry_faults(
    shares: impl Iterator<Item = Share>,
    findings: &Findings,
    words: &Words<'_>,
) -> Result<Vec<(Fault, String)>, TooLarge> {
    let (mut stale, mut wrong, mut not_covered) = (Vec::new(), Vec::new(), Vec::new());
    let mut undecided = 0;
    for share in shares {
        let Subject::Entry(entry) = share.subject else { continue };
        let amount = share.amount.checked_neg().ok_or(TooLarge)?;
        match findings.entry_state(entry) {
            EntryState::Waiting => {}
            EntryState::Stale => stale.push(amount),
            EntryState::NotCovered => not_covered.push(amount),
            EntryState::Wrong(class) => {
                undecided += usize::from(class == ExceptionClass::Undecided);
                wrong.push(amount);
            }
        }
    }
    let mut faults = Vec::new();
    if !wrong.is_empty() {
        let entries = counted(wrong.len(), "entry is", "entries are");
        let what = match wrong.len() - undecided {
            0 => "to be decided".to_owned(),
            _ if undecided == 0 => "in error".to_owned(),
            errors => format!("in error ({errors}) or to be decided ({undecided})"),
        };
        let sum = words.amount(reconciliation::sum(wrong)?);
        faults.push((Fault::OpenEntries, format!("{entries} {what}, {sum} in sum")));
    }
    if !not_covered.is_empty() {
        let entries = counted(not_covered.len(), "entry is", "entries are");
        let sum = words.amount(reconciliation::sum(not_covered)?);
        let text = format!("{entries} of days that no statement covers, {sum} in sum; give the statement");
        faults.push((Fault::NotCovered, text));
    }
    if !stale.is_empty() {
        let entries = counted(stale.len(), "entry has", "entries have");
        let sum = words.amount(reconciliation::sum(stale)?);
        faults.push((
            Fault::StaleEntries,
            format!("{entries} been outstanding for too long, {sum} in sum"),
        ));
    }
    Ok(faults)
}
