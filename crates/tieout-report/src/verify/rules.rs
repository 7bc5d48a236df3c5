//! Rules: what they decided is listed once, and matches, bookings and notes say the same of it.

use super::{Check, Holdings};
use crate::record::{Adjustment, Exact, Record, Rule, Ruling};
use crate::words::{FromCode as _, Word as _};
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{ExceptionClass, Reason, Side};
use tieout_reconcile::result::{NoteCode, RulingKind};

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    let rulings = Rulings::of(record);
    let mut check = Check::new("what rules decided is listed, and matches and bookings say the same");
    for ruling in &record.rulings {
        check.look();
        if !RulingKind::ALL.iter().any(|kind| kind.code() == ruling.kind) {
            check.find(format!(
                "{}: \u{201c}{}\u{201d} is not known",
                ruling.rule.id, ruling.kind
            ));
        }
    }
    matched(record, &rulings, &mut check);
    let open: BTreeMap<&str, Exact> = holdings
        .open_lines(record)
        .map(|(line, open)| (line.id.as_str(), open))
        .collect();
    coded(record, &rulings, &open, &mut check);
    left_out(record, &rulings, &open, &mut check);
    vec![check]
}

/// What is listed, by the id of what it is about.
struct Rulings<'a>(BTreeMap<&'a str, Vec<&'a Ruling>>);

impl<'a> Rulings<'a> {
    fn of(record: &'a Record) -> Self {
        let mut rulings: BTreeMap<&str, Vec<&Ruling>> = BTreeMap::new();
        for ruling in &record.rulings {
            rulings.entry(&ruling.subject.id).or_default().push(ruling);
        }
        Self(rulings)
    }

    fn about(&self, kind: RulingKind, subject: &str, id: &str) -> impl Iterator<Item = &'a Ruling> {
        let about = self.0.get(id).into_iter().flatten().copied();
        about.filter(move |ruling| ruling.kind == kind.code() && ruling.subject.kind == subject)
    }

    fn says(&self, kind: RulingKind, subject: &str, id: &str, rule: &Rule) -> bool {
        self.about(kind, subject, id).any(|ruling| ruling.rule == *rule)
    }
}

/// Matches that name a rule are listed, and those that are listed name it; what a rule leaves to a person is listed as that.
fn matched(record: &Record, rulings: &Rulings<'_>, check: &mut Check) {
    let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
    for group in &record.groups {
        let Some(rule) = &group.proof.rule else { continue };
        check.look();
        let is_listed = if group.tier == "auto" {
            named.insert((&group.id, &rule.id));
            rulings.says(RulingKind::Matched, "group", &group.id, rule)
        } else if Reason::from_code(&group.proof.found_by) == Some(Reason::Rule) {
            let mut lines = group.lines.iter();
            lines.any(|part| rulings.says(RulingKind::Undecided, "line", &part.id, rule))
        } else {
            // A pair of the engine that a rule had confirmed, and another contradicts.
            true
        };
        if !is_listed {
            check.find(format!(
                "{} names rule \u{201c}{}\u{201d}, of which no decision on it is listed",
                group.id, rule.id
            ));
        }
    }
    for ruling in record
        .rulings
        .iter()
        .filter(|ruling| ruling.kind == RulingKind::Matched.code())
    {
        check.look();
        if !named.contains(&(ruling.subject.id.as_str(), ruling.rule.id.as_str())) {
            let (rule, id) = (&ruling.rule.id, &ruling.subject.id);
            check.find(format!(
                "rule \u{201c}{rule}\u{201d} is said to have matched {id}, which does not name it"
            ));
        }
    }
}

/// Bookings that name a rule are listed, with their accounts; what is listed is proposed where the whole line is open.
fn coded(record: &Record, rulings: &Rulings<'_>, open: &BTreeMap<&str, Exact>, check: &mut Check) {
    let mut proposed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (adjustment, rule) in record
        .adjustments
        .iter()
        .filter_map(|one| Some((one, one.rule.as_ref()?)))
    {
        check.look();
        let id = adjustment.settles.id.as_str();
        proposed.insert((id, &rule.id));
        let kind = kind_of(adjustment);
        let mut listed = rulings.about(kind, &adjustment.settles.kind, id);
        if !listed.any(|ruling| ruling.rule == *rule && ruling.reason == accounts(adjustment)) {
            check.find(format!(
                "rule \u{201c}{}\u{201d} books {id} to {}, but its decision is not listed so",
                rule.id,
                accounts(adjustment)
            ));
        }
    }
    let lines = Record::places(&record.lines);
    let coding = [RulingKind::Coded.code(), RulingKind::Split.code()];
    for ruling in record.rulings.iter().filter(|one| coding.contains(&one.kind.as_str())) {
        check.look();
        let id = ruling.subject.id.as_str();
        let line = lines.get(id).and_then(|place| record.lines.get(*place));
        let is_whole = line.is_some_and(|line| {
            line.amount != Exact::ZERO && line.date <= record.period.last && open.get(id) == Some(&line.amount)
        });
        if is_whole && !proposed.contains(&(id, ruling.rule.id.as_str())) {
            let rule = &ruling.rule.id;
            check.find(format!(
                "rule \u{201c}{rule}\u{201d} is said to book {id}, but no booking is proposed"
            ));
        }
    }
}

fn kind_of(adjustment: &Adjustment) -> RulingKind {
    if adjustment.postings.len() > 2 {
        RulingKind::Split
    } else {
        RulingKind::Coded
    }
}

/// The other sides, as rulings name them.
fn accounts(adjustment: &Adjustment) -> String {
    let others = adjustment.postings.iter().skip(1);
    others
        .map(|posting| posting.account.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Lines that are to be booked are proposed, unless a rule leaves them out; those are as many as the note says.
fn left_out(record: &Record, rulings: &Rulings<'_>, open: &BTreeMap<&str, Exact>, check: &mut Check) {
    let proposed: BTreeSet<&str> = record.adjustments.iter().map(|one| one.settles.id.as_str()).collect();
    let to_book = [
        ExceptionClass::BankFee,
        ExceptionClass::Interest,
        ExceptionClass::ReturnedItem,
        ExceptionClass::Unrecorded,
    ];
    let is_open = |id: &str| open.get(id).is_some_and(|open| *open != Exact::ZERO);
    let of_lines = record
        .exceptions
        .iter()
        .filter(|one| one.side == Side::Line.code() && one.group.is_none());
    for exception in of_lines.filter(|one| to_book.iter().any(|class| class.code() == one.class)) {
        check.look();
        let id = exception.id.as_str();
        let kinds = [RulingKind::Ignored, RulingKind::Coded, RulingKind::Split];
        let is_ruled = kinds
            .into_iter()
            .any(|kind| rulings.about(kind, "line", id).next().is_some());
        if is_open(id) && !is_ruled && !proposed.contains(id) {
            check.find(format!(
                "{id} is to be booked, but no booking is proposed and no rule leaves it out"
            ));
        }
    }
    let ignored = record
        .rulings
        .iter()
        .filter(|one| one.kind == RulingKind::Ignored.code());
    let ignored = ignored.filter(|one| is_open(&one.subject.id)).count();
    let note = record.note(NoteCode::Ignored).map(|note| note.text.as_str());
    check.look();
    let told = note.map_or(Some(0), |text| text.split(' ').next()?.parse().ok());
    if told != Some(ignored) {
        check.find(format!(
            "lines that rules leave out: {ignored} are listed, but the note says otherwise"
        ));
    }
}
