//! Groups on their way out: what was found, before it is put into words.

use crate::agreeing::Agreeing;
use crate::arith::{Bits, PPM, day_number, log2_ratio};
use crate::books::Books;
use crate::calibrate::{Of, calibrated};
use crate::columns::at;
use crate::contradictions::contradiction;
use crate::doubt::doubted;
use crate::evidence::{Judge, Weights};
use crate::explain;
use crate::facing::Facing;
use crate::few::Few;
use crate::groups::select::Kept;
use crate::offsets::Offset;
use crate::outcome::{Group, HeldBack, Part, Proof, Reason, Residual, ResidualKind, Shape, Side, Tier};
use crate::pairs::PairId;
use crate::replay::confidence;
use crate::residuals::{Relation, reason};
use crate::roll::{Position, Roll};
use crate::same_number::{How, SameNumber};
use crate::settings::Settings;
use crate::settle::Settled;
use crate::waiting::Waiting;

/// A group in canonical positions.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Sorted.
    pub(crate) lines: Few<Position>,
    /// Sorted.
    pub(crate) entries: Few<Position>,
    pub(crate) ppm: u32,
    /// Before calibration.
    pub(crate) computed_ppm: u32,
    pub(crate) tier: Tier,
    pub(crate) score: Bits,
    pub(crate) runner_up: Option<Bits>,
    /// Other groups that were weighed and would use one of its items.
    pub(crate) alternatives: u32,
    pub(crate) held_back: Option<HeldBack>,
    pub(crate) origin: Origin,
}

/// Where a group comes from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A pair, and how its amounts relate.
    Pair(Relation, DateFit),
    /// A bundle.
    Bundle(Box<Kept>),
    /// Items of one side that cancel each other.
    Offset,
    /// A line and an entry of one number, and of different amounts.
    SameNumber(SameNumber),
}

/// Whether the date of an entry fits its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFit {
    /// As usual.
    Usual,
    /// Only if it was mistyped.
    Mistyped,
}

impl Found {
    /// A pair, unless it is too unlikely to be shown or too likely to have been overlooked by the filter.
    pub(crate) fn of_pair(
        judge: &Judge<'_>,
        settled: &Settled,
        pair: PairId,
        (around, facing): (&Around, &mut Facing),
    ) -> Option<Self> {
        let (line, entry, score) = settled.pairs.of(pair);
        let of_one_ppm = settled.confidence(pair);
        let in_block = settled.confidence_in_block(pair).unwrap_or(0);
        if calibrated(Of::Pair, of_one_ppm.max(in_block)) < judge.settings.suggested_ppm {
            return None;
        }
        judge.face(line, facing);
        let weights = judge.weigh(facing, entry)?;
        let computed_ppm = if weights.relation == Relation::Equal && weights.texts() > 0 {
            together(of_one_ppm, settled.classes.interchangeable(line, entry)).max(in_block)
        } else {
            of_one_ppm
        };
        let margin = || settled.rival(pair).map(|rival| score - rival);
        let computed_ppm = doubted(Of::Pair, computed_ppm, margin);
        if calibrated(Of::Pair, computed_ppm) < judge.settings.suggested_ppm {
            return None;
        }
        let fit = if weights.date_error {
            DateFit::Mistyped
        } else {
            DateFit::Usual
        };
        let held_back = if was_settled_before(judge, (line, entry), fit) {
            Some(HeldBack::SettledBefore)
        } else if contradiction(judge, facing, entry).is_some() {
            Some(HeldBack::OtherDocument)
        } else {
            let unexplained = match weights.relation {
                Relation::Equal => HeldBack::Unproven,
                _ => HeldBack::AmountsDiffer,
            };
            (!explained(judge, (line, entry), &weights, around)).then_some(unexplained)
        };
        let ppm = confidence(Of::Pair, computed_ppm, held_back, judge.settings.automatic_ppm);
        Some(Self {
            lines: Few::One(line),
            entries: Few::One(entry),
            ppm,
            computed_ppm,
            tier: tier(ppm, judge.settings),
            score,
            runner_up: settled.runner_up(pair),
            alternatives: settled.alternatives(pair),
            held_back,
            origin: Origin::Pair(weights.relation, fit),
        })
    }

    /// A bundle; one that was found among several, by a search that was cut short, or with a difference that follows from
    /// nothing, is never automatic.
    pub(crate) fn of_bundle(settings: &Settings, kept: Kept) -> Self {
        let held_back = if kept.bundle.cut_short {
            Some(HeldBack::CutShort)
        } else if kept.bundle.unproven {
            Some(HeldBack::AmountsDiffer)
        } else {
            kept.ambiguous.then_some(HeldBack::Ambiguous)
        };
        let score = kept.bundle.weights.total();
        let computed_ppm = doubted(Of::Group, kept.ppm, || kept.runner_up.map(|rival| score - rival));
        let ppm = confidence(Of::Group, computed_ppm, held_back, settings.automatic_ppm);
        Self {
            lines: kept.bundle.lines.clone().into(),
            entries: kept.bundle.entries.clone().into(),
            ppm,
            computed_ppm,
            tier: tier(ppm, settings),
            score,
            runner_up: kept.runner_up,
            alternatives: kept.rivals.max(kept.bundle.solutions.saturating_sub(1)),
            held_back,
            origin: Origin::Bundle(Box::new(kept)),
        }
    }

    /// Two items of one side that cancel each other; left to a person, who knows what was meant, unless the books say it.
    pub(crate) fn of_offset(settings: &Settings, offset: &Offset) -> Self {
        let both = vec![offset.earlier, offset.later];
        let (lines, entries) = match offset.side {
            Side::Line => (both, Vec::new()),
            Side::Entry => (Vec::new(), both),
        };
        let held_back = (!offset.is_named).then_some(HeldBack::OneSided);
        let ppm = confidence(Of::Group, offset.ppm, held_back, settings.automatic_ppm);
        let odds = log2_ratio(u64::from(offset.ppm), u64::from(PPM - offset.ppm));
        Self {
            lines: lines.into(),
            entries: entries.into(),
            ppm,
            computed_ppm: offset.ppm,
            tier: tier(ppm, settings),
            score: odds,
            runner_up: None,
            alternatives: 0,
            held_back,
            origin: Origin::Offset,
        }
    }

    /// A line and an entry of one number; why their amounts differ is for a person to say.
    pub(crate) fn of_same_number(settings: &Settings, same: SameNumber) -> Self {
        let held_back = Some(HeldBack::AmountsDiffer);
        let ppm = confidence(Of::Pair, same.ppm(), held_back, settings.automatic_ppm);
        Self {
            lines: Few::One(same.line),
            entries: Few::One(same.entry),
            ppm,
            computed_ppm: same.ppm(),
            tier: tier(ppm, settings),
            score: log2_ratio(u64::from(same.ppm()), u64::from(PPM - same.ppm())),
            runner_up: None,
            alternatives: 0,
            held_back,
            origin: Origin::SameNumber(same),
        }
    }

    /// Whose table turns its probability into a confidence.
    pub(crate) fn calibrated_as(&self) -> Of {
        match self.origin {
            Origin::Pair(..) | Origin::SameNumber(_) => Of::Pair,
            Origin::Bundle(_) | Origin::Offset => Of::Group,
        }
    }

    /// A pair of one amount on a usual day, or of an amount that was mistyped.
    pub(crate) fn is_plain(&self) -> bool {
        match self.origin {
            Origin::Pair(Relation::Equal, fit) => fit == DateFit::Usual,
            Origin::Pair(relation, _) => relation.residual() == Some(ResidualKind::Correction),
            Origin::Bundle(_) | Origin::Offset | Origin::SameNumber(_) => false,
        }
    }

    /// Why the amounts differ, if they do.
    pub(crate) fn residual(&self, books: &Books) -> Option<ResidualKind> {
        match &self.origin {
            Origin::Pair(relation, _) => match (&*self.lines, &*self.entries) {
                ([line], [entry]) => reason_of(books, (*line, *entry), *relation),
                _ => relation.residual(),
            },
            Origin::Bundle(kept) => kept.bundle.residual.map(|(kind, _)| kind),
            Origin::SameNumber(same) if same.how == How::SameCheck => Some(ResidualKind::Correction),
            Origin::Offset | Origin::SameNumber(_) => None,
        }
    }

    /// With the caller's indexes. The evidence of pairs is put into words by an [`explain::Explainer`] when somebody asks.
    pub(crate) fn into_group(self, judge: &Judge<'_>, model_hash: u64) -> Group {
        let books = judge.books;
        let difference = total(&books.lines, &self.lines) - total(&books.entries, &self.entries);
        let (evidence, found_by) = match &self.origin {
            Origin::Pair(..) => (Vec::new(), Reason::Assignment),
            Origin::Bundle(kept) => (explain::bundle(&kept.bundle), kept.bundle.reason),
            Origin::Offset => (explain::offset(self.score), Reason::Offset),
            Origin::SameNumber(same) => (
                explain::same_number(books, *same, self.score),
                match same.how {
                    How::SameCheck => Reason::SameNumber,
                    How::PartPayment => Reason::PartPayment,
                },
            ),
        };
        let mut of_entries = parts(&books.entries, &self.entries);
        if let (Reason::PartPayment, [part], [line]) = (found_by, &mut *of_entries, &*self.lines) {
            part.amount = books.lines.amount(*line);
        }
        let residual = self.residual(books).map(|kind| Residual {
            kind,
            amount: i64::try_from(difference).expect("only differences that fit are matched"),
        });
        Group {
            lines: parts(&books.lines, &self.lines),
            entries: of_entries,
            residuals: residual.into_iter().collect(),
            shape: shape(self.lines.len(), self.entries.len()),
            tier: self.tier,
            confidence_ppm: self.ppm,
            proof: Proof {
                model: judge.model.version(),
                model_hash,
                rule: None,
                evidence,
                score: self.score,
                runner_up: self.runner_up,
                alternatives: self.alternatives,
                computed_ppm: self.computed_ppm,
                held_back: self.held_back,
                found_by,
            },
        }
    }
}

/// Why the amounts of a pair differ.
pub(crate) fn reason_of(
    books: &Books,
    (line, entry): (Position, Position),
    relation: Relation,
) -> Option<ResidualKind> {
    let amounts = (books.lines.amount(line), books.entries.amount(entry));
    reason(relation, amounts, books.abroad(line, entry))
}

/// What is asked of a pair's surroundings.
pub(crate) struct Around {
    pub(crate) waiting: Waiting,
    pub(crate) agreeing: Agreeing,
}

/// The probability of one of so many equal pairs, among which it does not matter who is paired with whom: that as many
/// equal lines met as many equal entries by chance is as unlikely as all of them together.
fn together(ppm: u32, pairs: u32) -> u32 {
    let mut open = u64::from(PPM.saturating_sub(ppm));
    for _ in 1..pairs.clamp(1, 4) {
        open = open * u64::from(PPM.saturating_sub(ppm)) / u64::from(PPM);
    }
    PPM - u32::try_from(open).unwrap_or(PPM)
}

/// So few of a thousand entries take longer that one which does is another one's.
const RARE_PER_MILLE: u32 = 20;

/// The amounts of a pair are equal, or there is a reason for their difference besides its size: a mistyped amount has a
/// form, an exchange difference a currency. A few percent more or less are also what parts of several payments of several
/// documents look like; but where the texts agree and nothing else of the contact waits for a payment, there are no several.
fn explained(judge: &Judge<'_>, (line, entry): (Position, Position), weights: &Weights, around: &Around) -> bool {
    /// What number and name must say, in hundredths of a bit.
    const TELLING: Bits = 900;
    match weights.relation {
        // Nothing but the amount, and a time that hardly any take: another payment of this amount is as likely.
        Relation::Equal if weights.texts() > 0 => true,
        Relation::Equal => {
            judge.tail_here_per_mille(line, entry) >= RARE_PER_MILLE
                && !around.agreeing.speaks_against(judge, (line, entry))
        }
        Relation::Swapped | Relation::Moved => true,
        // What comes back from a shop has the opposite amount and its name as well: only a number says that it is the same.
        Relation::Sign => weights.reference + weights.check >= TELLING,
        Relation::Exchange if judge.books.names_currency(line, entry) => true,
        Relation::Exchange
            if reason_of(judge.books, (line, entry), weights.relation) == Some(ResidualKind::Correction) =>
        {
            false
        }
        Relation::Exchange | Relation::Fee | Relation::Short => {
            weights.texts() >= TELLING && around.waiting.is_alone(judge.books, entry)
        }
    }
}

/// The entry is of the time before the statements, and hardly any of its kind take so long: its own line, which nobody sees
/// here, has most likely come. Then what looks like it is the next of a series. Unless somebody says that it was open.
fn was_settled_before(judge: &Judge<'_>, (line, entry): (Position, Position), fit: DateFit) -> bool {
    /// Only checks are usually carried about for longer, whatever few books can teach.
    const LONG: i32 = 14;
    let Some(start) = judge.settings.window_start else {
        return false;
    };
    let (lines, entries) = (&judge.books.lines, &judge.books.entries);
    if judge.settings.known_open.contains(&at(&entries.original, entry)) {
        return false;
    }
    let waited = lines.day(line).saturating_sub(entries.day(entry));
    let is_long = waited >= LONG && at(&entries.checks, entry) == 0;
    let is_rare = fit == DateFit::Mistyped || judge.tail_per_mille(line, entry) < RARE_PER_MILLE;
    entries.day(entry) < day_number(start) && (is_long || is_rare)
}

fn total(roll: &Roll, items: &[Position]) -> i128 {
    items.iter().map(|item| i128::from(roll.amount(*item))).sum()
}

fn tier(ppm: u32, settings: &Settings) -> Tier {
    if ppm >= settings.automatic_ppm {
        Tier::Automatic
    } else {
        Tier::Suggested
    }
}

fn parts(roll: &Roll, items: &[Position]) -> Few<Part> {
    items
        .iter()
        .map(|item| Part {
            item: at(&roll.original, *item),
            amount: roll.amount(*item),
        })
        .collect()
}

fn shape(lines: usize, entries: usize) -> Shape {
    match (lines, entries) {
        (0, _) | (_, 0) => Shape::OneSided,
        (1, 1) => Shape::OneToOne,
        (1, _) => Shape::OneToMany,
        (_, 1) => Shape::ManyToOne,
        _ => Shape::ManyToMany,
    }
}
