//! The long lists: lines, entries, groups with their proofs, exceptions, outstanding items, adjustments.

use super::{SubjectWire, number};
use crate::report::{Report, code};
use crate::words::Word;
use serde::Serialize;
use serde_json::value::RawValue;
use tieout_match::{Exception, Field, Group, ItemIndex, Part, Side};
use tieout_reconcile::result::{Adjustment, Outstanding, OutstandingState};

/// A line or an entry; what its side does not have is left out.
#[derive(Serialize)]
pub(super) struct ItemWire<'a> {
    id: String,
    source_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_line: Option<u32>,
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<String>,
    amount: String,
    description: &'a str,
    counterparty: &'a str,
    reference: &'a str,
    check_number: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_item: Option<bool>,
}

impl<'a> ItemWire<'a> {
    pub(super) fn of(report: &Report<'a>, side: Side, item: ItemIndex) -> Self {
        let items = report.items(side);
        let text = |field| items.text(item, field);
        let second_date = items.value_date(item).map(|date| date.to_string());
        let (value_date, due_date) = match side {
            Side::Line => (second_date, None),
            Side::Entry => (None, second_date),
        };
        let (file, file_line) = report.ids.source(side, item);
        Self {
            id: report.ids.item(side, item).into_owned(),
            source_id: text(Field::Id),
            file,
            file_line,
            date: items.date(item).to_string(),
            value_date,
            due_date,
            amount: report.decimal(items.amount(item)),
            description: text(Field::Description),
            counterparty: text(Field::Counterparty),
            reference: text(Field::Reference),
            check_number: text(Field::CheckNumber),
            kind: text(Field::Kind),
            open_item: (side == Side::Entry).then(|| items.is_open_item(item)),
        }
    }
}

/// A match or a suggestion with its proof.
#[derive(Serialize)]
pub(super) struct GroupWire<'a> {
    id: String,
    tier: &'static str,
    shape: &'static str,
    confidence: Box<RawValue>,
    lines: Vec<PartWire>,
    entries: Vec<PartWire>,
    residuals: Vec<ResidualWire>,
    proof: ProofWire<'a>,
}

#[derive(Serialize)]
struct PartWire {
    id: String,
    amount: String,
}

#[derive(Serialize)]
struct ResidualWire {
    kind: &'static str,
    amount: String,
}

/// Scores and weights in bits.
#[derive(Serialize)]
struct ProofWire<'a> {
    model: &'a str,
    found_by: &'static str,
    score: Box<RawValue>,
    runner_up: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    solutions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_short: Option<bool>,
    evidence: Vec<EvidenceWire<'a>>,
}

#[derive(Serialize)]
struct EvidenceWire<'a> {
    text: &'a str,
    weight: Box<RawValue>,
}

impl<'a> GroupWire<'a> {
    pub(super) fn of(report: &Report<'a>, position: u32, group: &'a Group) -> Self {
        let parts = |side, parts: &[Part]| {
            let wire = |part: &Part| PartWire {
                id: report.ids.item(side, part.item).into_owned(),
                amount: report.decimal(part.amount),
            };
            parts.iter().map(wire).collect()
        };
        let bits = |hundredths: i32| number(i64::from(hundredths), 2);
        Self {
            id: report.ids.group(position),
            tier: group.tier.code(),
            shape: group.shape.code(),
            confidence: number(i64::from(group.confidence_ppm), 6),
            lines: parts(Side::Line, &group.lines),
            entries: parts(Side::Entry, &group.entries),
            residuals: group
                .residuals
                .iter()
                .map(|residual| ResidualWire {
                    kind: residual.kind.code(),
                    amount: report.decimal(residual.amount),
                })
                .collect(),
            proof: ProofWire {
                model: group.proof.model,
                found_by: group.proof.found_by.code(),
                score: bits(group.proof.score),
                runner_up: group.proof.runner_up.map(bits),
                solutions: Some(group.proof.solutions).filter(|solutions| *solutions > 0),
                cut_short: Some(true).filter(|_| group.proof.cut_short),
                evidence: group
                    .proof
                    .evidence
                    .iter()
                    .map(|evidence| EvidenceWire {
                        text: &evidence.text,
                        weight: bits(evidence.weight),
                    })
                    .collect(),
            },
        }
    }
}

#[derive(Serialize)]
pub(super) struct ExceptionWire {
    side: &'static str,
    id: String,
    class: &'static str,
    stale: bool,
    group: Option<String>,
    action: &'static str,
}

impl ExceptionWire {
    pub(super) fn of(report: &Report<'_>, exception: &Exception) -> Self {
        Self {
            side: exception.side.code(),
            id: report.ids.item(exception.side, exception.item).into_owned(),
            class: exception.class.code(),
            stale: exception.stale,
            group: exception.group.map(|group| report.ids.group(group)),
            action: exception.action.code(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct OutstandingWire {
    entry: String,
    amount: String,
    class: &'static str,
    age_days: i32,
    state: &'static str,
    cleared_by: Option<String>,
    cleared_on: Option<String>,
}

impl OutstandingWire {
    pub(super) fn of(report: &Report<'_>, outstanding: &Outstanding) -> Self {
        let (state, cleared) = match outstanding.state {
            OutstandingState::ClearedLater { group, on } => ("cleared_later", Some((group, on))),
            OutstandingState::Waiting => ("waiting", None),
            OutstandingState::Stale => ("stale", None),
        };
        Self {
            entry: report.ids.item(Side::Entry, outstanding.entry).into_owned(),
            amount: report.decimal(outstanding.amount),
            class: outstanding.class.code(),
            age_days: outstanding.age_days,
            state,
            cleared_by: cleared.map(|(group, _)| report.ids.group(group)),
            cleared_on: cleared.map(|(_, on)| on.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct AdjustmentWire<'a> {
    date: String,
    description: &'a str,
    kind: &'static str,
    standing: &'static str,
    settles: SubjectWire,
    reason: &'a str,
    postings: Vec<PostingWire<'a>>,
}

/// Debit +, credit −.
#[derive(Serialize)]
struct PostingWire<'a> {
    account: &'a str,
    amount: String,
    currency: String,
}

impl<'a> AdjustmentWire<'a> {
    pub(super) fn of(report: &Report<'_>, adjustment: &'a Adjustment) -> Self {
        let postings = adjustment.transaction.postings().iter();
        Self {
            date: adjustment.transaction.date().to_string(),
            description: adjustment.transaction.description(),
            kind: adjustment.kind.code(),
            standing: adjustment.standing.code(),
            settles: SubjectWire::of(report, adjustment.subject),
            reason: &adjustment.reason,
            postings: postings
                .map(|posting| PostingWire {
                    account: &posting.account.name,
                    amount: posting.amount.to_decimal().to_string(),
                    currency: code(&posting.amount.currency()).to_owned(),
                })
                .collect(),
        }
    }
}
