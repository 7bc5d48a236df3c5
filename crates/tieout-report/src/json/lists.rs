//! The long lists: lines, entries, groups with their proofs, exceptions, outstanding items, adjustments.

use super::{SubjectWire, number};
use crate::report::{Report, at, code};
use crate::words::Word;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use tieout_match::{Exception, Field, Group, ItemIndex, Part, RuleVersion, Side};
use tieout_reconcile::result::{Adjustment, Outstanding, OutstandingState, Ruling};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    in_scope: Option<bool>,
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
            in_scope: (side == Side::Entry)
                .then(|| at(&report.result.in_scope, item).copied())
                .flatten(),
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

/// A rule as it stood when it decided.
#[derive(Serialize)]
pub(super) struct RuleWire<'a> {
    id: &'a str,
    version: &'a str,
}

impl<'a> RuleWire<'a> {
    pub(super) fn of(rule: &'a RuleVersion) -> Self {
        Self {
            id: &rule.id,
            version: &rule.version,
        }
    }
}

/// What a rule decided.
#[derive(Serialize)]
pub(super) struct RulingWire<'a> {
    rule: RuleWire<'a>,
    subject: SubjectWire,
    kind: &'static str,
    reason: &'a str,
}

impl<'a> RulingWire<'a> {
    pub(super) fn of(report: &Report<'_>, ruling: &'a Ruling) -> Self {
        Self {
            rule: RuleWire::of(&ruling.rule),
            subject: SubjectWire::of(report, ruling.subject),
            kind: ruling.kind.code(),
            reason: &ruling.reason,
        }
    }
}

/// Scores and weights in bits.
#[derive(Serialize)]
struct ProofWire<'a> {
    model: &'a str,
    model_hash: String,
    rule: Option<RuleWire<'a>>,
    found_by: &'static str,
    score: Box<RawValue>,
    runner_up: Option<Box<RawValue>>,
    alternatives: u32,
    computed: Box<RawValue>,
    held_back: Option<&'static str>,
    evidence: Vec<EvidenceWire>,
}

#[derive(Serialize)]
struct EvidenceWire {
    kind: &'static str,
    text: Cow<'static, str>,
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
                model_hash: format!("{:016x}", group.proof.model_hash),
                rule: group.proof.rule.as_deref().map(RuleWire::of),
                found_by: group.proof.found_by.code(),
                score: bits(group.proof.score),
                runner_up: group.proof.runner_up.map(bits),
                alternatives: group.proof.alternatives,
                computed: number(i64::from(group.proof.computed_ppm), 6),
                held_back: group.proof.held_back.map(Word::code),
                evidence: report
                    .evidence(group)
                    .iter()
                    .map(|evidence| EvidenceWire {
                        kind: evidence.kind.code(),
                        text: evidence.text.clone(),
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
    rule: Option<RuleWire<'a>>,
    postings: Vec<PostingWire<'a>>,
}

/// Debit +, credit −.
#[derive(Serialize)]
struct PostingWire<'a> {
    account: &'a str,
    amount: String,
    currency: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    tax_code: &'a str,
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
            rule: adjustment.rule.as_ref().map(RuleWire::of),
            postings: (0_usize..)
                .zip(postings)
                .map(|(place, posting)| PostingWire {
                    account: &posting.account.name,
                    amount: posting.amount.to_decimal().to_string(),
                    currency: code(&posting.amount.currency()).to_owned(),
                    tax_code: adjustment.tax_codes.get(place).map_or("", String::as_str),
                })
                .collect(),
        }
    }
}
