//! Where books and bank part: day by day, what moves them apart or together again.
//!
//! Timing is no parting: matched pairs across days, entries on their way within their age limit, and differences of
//! automatic matches, which count as booked. Everything else is: lines the books lack, entries in error or outstanding
//! too long, breaks, drift and uncovered parts. Lines and entries that suggestions tie together count as one (see
//! `ties.rs`). On the last day the distance is the difference less those timing items.

use crate::balance::{BankBalance, at};
use crate::findings::{EntryState, Findings};
use crate::result::{ComponentKind, Explanation, Parting, PartingDay, Share, Subject};
use crate::ties;
use crate::words::{self, Words};
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_ledger::reconciliation::{self, TooLarge};

/// How many causes the sentence names.
const NAMED_CAUSES: usize = 2;

/// Finds the days on which bank and books part.
pub(crate) fn part(
    explanation: &Explanation,
    bank: &BankBalance,
    findings: &Findings,
    words: &Words<'_>,
    period: Period,
) -> Result<Parting, TooLarge> {
    let (mut shares, mut items) = (Vec::new(), Vec::new());
    for component in &explanation.components {
        match component.kind {
            ComponentKind::Drift | ComponentKind::Breaks => {
                let dated = component
                    .shares
                    .iter()
                    .map(|&share| (date_of(share.subject, words, period), share));
                shares.extend(dated);
            }
            ComponentKind::Uncovered => shares.extend_from_slice(&bank.uncovered),
            ComponentKind::OpenLines | ComponentKind::OpenEntries => {
                let apart = component.shares.iter().filter(|share| !is_waiting(share, findings));
                items.extend(apart.map(|&share| (date_of(share.subject, words, period), share)));
            }
            ComponentKind::AdjustmentsToBook | ComponentKind::RecordedLater => {}
        }
    }
    shares.extend(ties::tie(items, words.groups));
    let mut causes = BTreeMap::<Date, Vec<Share>>::new();
    for (date, share) in shares {
        causes.entry(date.max(period.first())).or_default().push(share);
    }
    let mut off = 0;
    let mut days = Vec::with_capacity(causes.len());
    for (date, causes) in causes {
        let change = reconciliation::sum(causes.iter().map(|cause| cause.amount))?;
        off = reconciliation::sum([off, change])?;
        days.push(PartingDay {
            date,
            change,
            off,
            causes,
        });
    }
    let last_tied = last_tied(&days, period);
    let first_parted = days.iter().find(|day| day.off != 0).map(|day| day.date);
    Ok(Parting {
        sentence: sentence(&days, last_tied, words, findings, period),
        last_tied,
        first_parted,
        days,
    })
}

fn is_waiting(share: &Share, findings: &Findings) -> bool {
    matches!(share.subject, Subject::Entry(entry) if findings.entry_state(entry) == EntryState::Waiting)
}

fn date_of(subject: Subject, words: &Words<'_>, period: Period) -> Date {
    match subject {
        Subject::Line(line) => words.input.lines.date(line),
        Subject::Entry(entry) => words.input.entries.date(entry),
        Subject::Break(broken) => at(&words.chain.breaks, broken).map_or(period.first(), |broken| broken.date),
        Subject::Group(_) | Subject::Statement(_) | Subject::Opening => period.first(),
    }
}

fn last_tied(days: &[PartingDay], period: Period) -> Option<Date> {
    let apart = days.iter().rev().take_while(|day| day.off != 0).last();
    match apart {
        None => Some(period.last()),
        Some(day) => day.date.yesterday().ok().filter(|before| *before >= period.first()),
    }
}

fn sentence(
    days: &[PartingDay],
    last_tied: Option<Date>,
    words: &Words<'_>,
    findings: &Findings,
    period: Period,
) -> String {
    let apart_now = days.iter().rev().take_while(|day| day.off != 0).last();
    let Some(parted) = apart_now else {
        return match days.iter().find(|day| day.off != 0) {
            None => format!("tied out on every day to {}", period.last()),
            Some(day) => {
                let again = days
                    .iter()
                    .rev()
                    .find(|day| day.off == 0)
                    .map_or(period.last(), |day| day.date);
                format!("tied out on {}; apart from {} until {again}", period.last(), day.date)
            }
        };
    };
    let off = words.amount(parted.off.checked_abs().unwrap_or(i64::MAX));
    let named: Vec<String> = parted
        .causes
        .iter()
        .take(NAMED_CAUSES)
        .map(|cause| cause_of(*cause, words, findings))
        .collect();
    let more = parted.causes.len().saturating_sub(NAMED_CAUSES);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let causes = format!("{}{more}", named.join(", "));
    match last_tied {
        Some(last) => format!("tied out to {last}; from {} {off} off: {causes}", parted.date),
        None => format!("{off} off from the beginning: {causes}"),
    }
}

/// `duplicate entry 120.00, entry of 2026-03-15 “Rent”`.
fn cause_of(cause: Share, words: &Words<'_>, findings: &Findings) -> String {
    let class = match cause.subject {
        Subject::Line(line) => findings.line_class(line),
        Subject::Entry(entry) => match findings.entry_state(entry) {
            EntryState::Wrong(class) => Some(class),
            EntryState::Waiting | EntryState::Stale => None,
        },
        _ => None,
    };
    let stale = matches!(cause.subject, Subject::Entry(entry) if findings.entry_state(entry) == EntryState::Stale);
    let what = class
        .map(words::class)
        .or(stale.then(|| String::from("outstanding too long")));
    let name = words.subject(cause.subject);
    let amount = match cause.subject {
        Subject::Entry(_) => cause.amount.checked_neg().unwrap_or(cause.amount),
        _ => cause.amount,
    };
    match what {
        Some(what) => format!("{what} ({name}, {})", words.amount(amount)),
        None => format!("{name} ({})", words.amount(amount)),
    }
}
