//! Why items belong together, in sentences, with what each piece of evidence contributes.
//!
//! Texts are made for the groups that come out, never for the pairs that were only compared.

use crate::books::Books;
use crate::columns::{at, set};
use crate::contradictions::{Contradiction, Of, contradiction};
use crate::engine::Engine;
use crate::evidence::{Judge, Weights};
use crate::facing::Facing;
use crate::found::reason_of;
use crate::groups::bundle::Bundle;
use crate::items::ItemIndex;
use crate::model::Model;
use crate::outcome::{Evidence, EvidenceKind as About, Group, Reason, ResidualKind};
use crate::residuals::{Relation, is_mistyped};
use crate::roll::{Position, Roll};
use crate::same_number::{How, SameNumber};
use crate::settings::Settings;
use std::borrow::Cow;

/// Puts the evidence of groups into words, one group at a time, for who writes a report of millions.
#[derive(Debug)]
pub struct Explainer<'e> {
    judge: Judge<'e>,
    facing: Facing,
    lines: Vec<Position>,
    entries: Vec<Position>,
}

impl<'e> Explainer<'e> {
    /// For the groups of a run with this model and these settings.
    pub fn new(engine: &'e Engine, model: &'e Model, settings: &'e Settings) -> Self {
        Self {
            judge: Judge::new(&engine.books, model, settings),
            facing: Facing::default(),
            lines: positions(&engine.books.lines),
            entries: positions(&engine.books.entries),
        }
    }

    /// What speaks for a group, strongest first; the contributions add up to its score.
    pub fn evidence(&mut self, group: &Group) -> Vec<Evidence> {
        match (group.lines.as_slice(), group.entries.as_slice()) {
            ([line], [entry]) if group.proof.evidence.is_empty() && group.proof.found_by == Reason::Assignment => {
                let (line, entry) = (at(&self.lines, line.item), at(&self.entries, entry.item));
                pair(&self.judge, &mut self.facing, line, entry)
            }
            _ => group.proof.evidence.clone(),
        }
    }
}

/// The caller's index to canonical position.
fn positions(roll: &Roll) -> Vec<Position> {
    let mut positions = vec![0; roll.original.len()];
    for (index, position) in roll.original.iter().zip(0..) {
        let index: ItemIndex = *index;
        set(&mut positions, index, position);
    }
    positions
}

/// The pieces of a pair's score, strongest first.
fn pair(judge: &Judge<'_>, facing: &mut Facing, line: Position, entry: Position) -> Vec<Evidence> {
    judge.face(line, facing);
    let Some(weights) = judge.weigh(facing, entry) else {
        return Vec::new();
    };
    let weights = &weights;
    let mut evidence = vec![
        Evidence {
            kind: About::Prior,
            text: "before anything is looked at, any entry of the account".into(),
            weight: weights.prior,
        },
        Evidence {
            kind: About::Amount,
            text: amount(judge, (facing.line, entry), weights).into(),
            weight: weights.amount,
        },
        Evidence {
            kind: About::Date,
            text: date(judge, facing, entry, weights).into(),
            weight: weights.date,
        },
    ];
    let mut more = |kind: About, text: Cow<'static, str>, weight: i32| {
        if weight != 0 {
            evidence.push(Evidence { kind, text, weight });
        }
    };
    more(
        About::Reference,
        reference(judge, facing, entry, weights).into(),
        weights.reference,
    );
    more(
        About::CheckNumber,
        if weights.check > 0 {
            "the same check number".into()
        } else if at(&judge.books.entries.checks, entry) == 0 {
            "the entry bears no check number, others do".into()
        } else {
            "check numbers differ".into()
        },
        weights.check,
    );
    more(About::Contact, name(judge, facing, entry, weights).into(), weights.name);
    more(
        About::Type,
        if weights.kind > 0 {
            "the bank's type of line is usual for such entries".into()
        } else {
            "the bank's type of line is unusual for such entries".into()
        },
        weights.kind,
    );
    more(
        About::Recurrence,
        "such a payment comes again and again, and the days do not fit".into(),
        weights.recurrence,
    );
    more(
        About::Unsupported,
        "no text supports amounts that differ".into(),
        weights.unsupported,
    );
    // It holds the pair back, however much speaks for it, and so is told although it contributes nothing by itself.
    evidence.extend(contradiction(judge, facing, entry).map(|numbers| contradicting(judge, numbers)));
    evidence.sort_by_key(|piece| -i64::from(piece.weight.unsigned_abs()));
    evidence
}

/// Two numbers that contradict each other, in words.
fn contradicting(judge: &Judge<'_>, numbers: Contradiction) -> Evidence {
    let (kind, what) = match numbers.of {
        Of::Document => (About::Reference, "document"),
        Of::Check => (About::CheckNumber, "check"),
    };
    let spelled = |number| judge.books.vocabulary.spelled(number);
    let (of_line, of_entry) = (spelled(numbers.of_line), spelled(numbers.of_entry));
    Evidence {
        kind,
        text: format!("the bank names {what} {of_line}, the books have {of_entry}").into(),
        weight: 0,
    }
}

/// The pieces of a bundle's score, strongest first.
pub(crate) fn bundle(bundle: &Bundle) -> Vec<Evidence> {
    let weights = &bundle.weights;
    let sum = if bundle.residual.is_some() {
        "the sum fits but for the difference"
    } else {
        "the sum fits exactly"
    };
    let searched = if bundle.cut_short {
        "other combinations that were tried; the search ended at its limit"
    } else {
        "other combinations that were tried"
    };
    let of = |weight: i32, good: &'static str, bad: &'static str| {
        if weight > 0 { good } else { bad }
    };
    let pieces = [
        (
            About::Prior,
            weights.prior,
            of(weights.prior, "a usual kind of group", "an unusual kind of group"),
        ),
        (About::Amount, weights.sum, sum),
        (About::Search, weights.tries, searched),
        (
            About::Reference,
            weights.reference,
            "numbers of the entries in the bank's text",
        ),
        (
            About::Contact,
            weights.name,
            of(
                weights.name,
                "the contact's name in the bank's text",
                "the bank's text names someone else",
            ),
        ),
        (
            About::Date,
            weights.date,
            of(weights.date, "the days fit", "the days are unusual"),
        ),
        (
            About::Type,
            weights.kind,
            "the bank's type of line is unusual for one of the entries",
        ),
        (
            About::Coherence,
            weights.coherence,
            match bundle.reason {
                Reason::FeeStructure => of(
                    weights.coherence,
                    "such payouts come so, or the members follow one another",
                    "such payouts come otherwise",
                ),
                _ => of(
                    weights.coherence,
                    "what the members have in common",
                    "the rate differs from the usual one",
                ),
            },
        ),
    ];
    let known = pieces.into_iter().filter(|(_, weight, _)| *weight != 0);
    let mut evidence = Vec::with_capacity(known.clone().count());
    evidence.extend(known.map(|(kind, weight, text)| Evidence {
        kind,
        text: Cow::Borrowed(text),
        weight,
    }));
    evidence.sort_by_key(|piece| -i64::from(piece.weight.unsigned_abs()));
    evidence
}

/// What speaks for two items of one side cancelling each other.
pub(crate) fn offset(score: i32) -> Vec<Evidence> {
    vec![Evidence {
        kind: About::Undoing,
        text: "opposite amounts, a word for undoing, and a number or name in common".into(),
        weight: score,
    }]
}

/// What speaks for a line and an entry of one number, and what is open about them.
pub(crate) fn same_number(books: &Books, same: SameNumber, score: i32) -> Vec<Evidence> {
    let number = books.vocabulary.spelled(same.number);
    let (of_line, of_entry) = (books.lines.amount(same.line), books.entries.amount(same.entry));
    let (kind, says, differ) = match same.how {
        How::SameCheck if is_mistyped(of_line, of_entry) => (
            About::CheckNumber,
            "check",
            "the bank or the books have the amount wrong: one is what a slip of the keyboard makes of the other",
        ),
        How::SameCheck => (
            About::CheckNumber,
            "check",
            "the bank or the books have the amount wrong",
        ),
        How::PartPayment => (
            About::Reference,
            "document",
            "less than the entry: a part payment, the rest stays open",
        ),
    };
    vec![
        Evidence {
            kind,
            text: format!("both name {says} {number}, and no other open entry does").into(),
            weight: score,
        },
        Evidence {
            kind: About::Amount,
            text: differ.into(),
            weight: 0,
        },
    ]
}

fn amount(judge: &Judge<'_>, (line, entry): (Position, Position), weights: &Weights) -> String {
    let books = judge.books;
    let account = at(&books.entries.accounts, entry);
    let equal = books.amounts.equal(account, books.entries.amount(entry)).len();
    if weights.relation.is_near() {
        match reason_of(books, (line, entry), weights.relation) {
            Some(ResidualKind::Rounding) => return "amounts differ as by rounding".into(),
            Some(ResidualKind::Correction) => return "more was paid than entered".into(),
            _ => {}
        }
    }
    match weights.relation {
        Relation::Equal if equal <= 1 => "equal amounts; no other entry has this amount".into(),
        Relation::Equal => format!("equal amounts; {equal} entries have this amount"),
        Relation::Swapped => "amounts differ by two swapped digits".into(),
        Relation::Moved => "amounts differ by a moved decimal point".into(),
        Relation::Sign => "amounts differ by their sign only".into(),
        Relation::Exchange => "amounts differ as by an exchange rate".into(),
        Relation::Fee => "amounts differ as by a fee taken out".into(),
        Relation::Short => "less was paid than entered".into(),
    }
}

fn date(judge: &Judge<'_>, facing: &Facing, entry: Position, weights: &Weights) -> String {
    let books = judge.books;
    let days = books.lines.day(facing.line).saturating_sub(books.entries.day(entry));
    let suffix = if weights.date_error {
        "; fits if the year was mistyped"
    } else {
        ""
    };
    match days {
        0 => format!("booked on the day of the entry{suffix}"),
        1 => format!("booked 1 day after the entry{suffix}"),
        -1 => format!("booked 1 day before the entry{suffix}"),
        days if days > 0 => format!("booked {days} days after the entry{suffix}"),
        days => format!("booked {} days before the entry{suffix}", days.unsigned_abs()),
    }
}

fn reference(judge: &Judge<'_>, facing: &Facing, entry: Position, weights: &Weights) -> String {
    if weights.reference < 0 {
        return "the bank's text shows a number of another entry".into();
    }
    let mut shared: Vec<_> = judge.shared_numbers(facing, entry).collect();
    shared.sort_by_key(|(token, bits)| (-bits, *token));
    let texts: Vec<&str> = shared
        .iter()
        .take(3)
        .map(|(token, _)| judge.books.vocabulary.spelled(*token))
        .collect();
    format!("{} in the bank's text", texts.join(", "))
}

fn name(judge: &Judge<'_>, facing: &mut Facing, entry: Position, weights: &Weights) -> String {
    if weights.name < 0 {
        return "the bank's text names someone else".into();
    }
    let mut shared: Vec<_> = judge.shared_names(facing, entry).collect();
    if shared.is_empty() {
        return "the bank's text was seen with this contact before, or shares words".into();
    }
    shared.sort_by_key(|(token, bits)| (-bits, *token));
    let texts: Vec<&str> = shared
        .iter()
        .take(3)
        .map(|(token, _)| judge.books.vocabulary.spelled(*token))
        .collect();
    format!("name in the bank's text: {}", texts.join(" "))
}
