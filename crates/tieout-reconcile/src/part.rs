//! Where books and bank part: day by day, what moves them apart or together again.
//!
//! Timing is no parting: matched pairs across days, entries on their way within their age limit, and differences of
//! automatic matches, which count as booked. Everything else is: lines the books lack, entries in error or outstanding
//! too long, breaks, drift and uncovered parts. Lines and entries that suggestions tie together count as one (see
//! `ties.rs`), and a line that only the statement's file lacks as none (`lacking.rs`). On the last day the distance is the
//! difference less those timing items.
//!
//! What a statement is off by counts from the line whose running balance does not follow; where no running balance says
//! which, from the statement's last day, and the two agreed for certain only before its first.

use crate::balance::{BankBalance, Uncovered, at};
use crate::findings::{EntryState, Findings};
use crate::lacking::{self, Lacking};
use crate::result::{ComponentKind, Explanation, Parting, PartingDay, Share, Subject};
use crate::ties;
use crate::words::{self, Words};
use std::collections::BTreeMap;
use tieout_core::Date;
use tieout_ledger::Period;
use tieout_ledger::reconciliation::{self, TooLarge};

/// How many causes the sentence names.
const NAMED_CAUSES: usize = 2;

/// What bank and books may part by, and what the verdict rests on.
pub(crate) struct Grounds<'a> {
    pub(crate) explanation: &'a Explanation,
    pub(crate) bank: &'a BankBalance,
    pub(crate) lacking: &'a [Lacking],
    pub(crate) findings: &'a Findings,
    pub(crate) words: &'a Words<'a>,
    pub(crate) period: Period,
}

/// Finds the days on which bank and books part.
pub(crate) fn part(grounds: &Grounds<'_>) -> Result<Parting, TooLarge> {
    let &Grounds {
        explanation,
        bank,
        lacking,
        findings,
        words,
        period,
    } = grounds;
    let (mut shares, mut items) = (Vec::new(), Vec::new());
    let in_books = |share: &Share| lacking.iter().any(|one| share.subject == Subject::Entry(one.entry));
    for component in &explanation.components {
        match component.kind {
            ComponentKind::Drift | ComponentKind::Breaks => {
                let dated = component
                    .shares
                    .iter()
                    .map(|&share| (date_of(share.subject, words, period), share));
                shares.extend(dated);
            }
            ComponentKind::Uncovered => {
                shares.extend(lacking::others(bank, lacking).map(|found| (found.date, found.share)));
            }
            ComponentKind::OpenLines | ComponentKind::OpenEntries => {
                let apart = |share: &&Share| !is_waiting(share, findings) && !in_books(share);
                let apart = component.shares.iter().filter(apart);
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
    let last_tied = last_tied(&days, grounds);
    let first_parted = days.iter().find(|day| day.off != 0).map(|day| day.date);
    Ok(Parting {
        sentence: sentence(&days, last_tied, grounds),
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

/// The last of the days, from the end, on which they are apart: from it on they stay so.
fn parted(days: &[PartingDay]) -> Option<&PartingDay> {
    days.iter().rev().take_while(|day| day.off != 0).last()
}

fn last_tied(days: &[PartingDay], grounds: &Grounds<'_>) -> Option<Date> {
    let period = grounds.period;
    let Some(day) = parted(days) else {
        return Some(period.last());
    };
    let earliest = earliest(day, grounds.bank);
    let undisturbed = days.iter().all(|other| other.date < earliest || other.date >= day.date);
    let from = if undisturbed { earliest } else { day.date };
    from.yesterday().ok().filter(|before| *before >= period.first())
}

/// The day itself, or the first on which all that parts them may have come about.
fn earliest(day: &PartingDay, bank: &BankBalance) -> Date {
    let of = |cause: &Share| {
        let same = |found: &&Uncovered| found.date == day.date && found.share == *cause;
        let since = bank.uncovered.iter().find(same).and_then(|found| found.since);
        since.unwrap_or(day.date)
    };
    day.causes.iter().map(of).max().unwrap_or(day.date)
}

fn sentence(days: &[PartingDay], last_tied: Option<Date>, grounds: &Grounds<'_>) -> String {
    let (words, period) = (grounds.words, grounds.period);
    let Some(parted) = parted(days) else {
        return match days.iter().find(|day| day.off != 0) {
            None => format!("tied out on every day to {}", period.last()),
            Some(day) => {
                let again = days.iter().rev().find(|day| day.off == 0);
                let again = again.map_or(period.last(), |day| day.date);
                format!("tied out on {}; apart from {} until {again}", period.last(), day.date)
            }
        };
    };
    let off = words.amount(parted.off.checked_abs().unwrap_or(i64::MAX));
    let named: Vec<String> = parted
        .causes
        .iter()
        .take(NAMED_CAUSES)
        .map(|cause| cause_of(*cause, parted.date, grounds))
        .collect();
    let more = parted.causes.len().saturating_sub(NAMED_CAUSES);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let causes = format!("{}{more}", named.join(", "));
    let at_latest = if earliest(parted, grounds.bank) < parted.date {
        " at the latest"
    } else {
        ""
    };
    match last_tied {
        Some(last) => format!(
            "tied out to {last}; from {}{at_latest} {off} off: {causes}",
            parted.date
        ),
        None => format!("{off} off from the beginning: {causes}"),
    }
}

/// `duplicate entry 120.00, entry of 2026-03-15 “Rent”`.
fn cause_of(cause: Share, date: Date, grounds: &Grounds<'_>) -> String {
    let (words, findings) = (grounds.words, grounds.findings);
    let class = match cause.subject {
        Subject::Line(line) => findings.line_class(line),
        Subject::Entry(entry) => match findings.entry_state(entry) {
            EntryState::Wrong(class) => Some(class),
            EntryState::Waiting | EntryState::Stale | EntryState::NotCovered => None,
        },
        _ => None,
    };
    let stale = matches!(cause.subject, Subject::Entry(entry) if findings.entry_state(entry) == EntryState::Stale);
    let what = class
        .map(words::class)
        .or(stale.then(|| String::from("outstanding too long")));
    let uncovered = grounds.bank.uncovered.iter();
    let mut uncovered = uncovered.filter(|found| found.date == date && found.share == cause);
    let name = uncovered
        .next()
        .map_or_else(|| words.subject(cause.subject), |found| words.uncovered(found));
    let amount = match cause.subject {
        Subject::Entry(_) => cause.amount.checked_neg().unwrap_or(cause.amount),
        _ => cause.amount,
    };
    match what {
        Some(what) => format!("{what} ({name}, {})", words.amount(amount)),
        None => format!("{name} ({})", words.amount(amount)),
    }
}
