//! Exceptions: what every item is that found no match, or a match with an error, and what to do about it.

use crate::arith::day_number;
use crate::books::Books;
use crate::columns::{at, set};
use crate::evidence::Judge;
use crate::found::{DateFit, Found, Origin};
use crate::groups::select::Kept;
use crate::lexicon::{Lexicon, Sense};
use crate::outcome::{Action, Exception, ExceptionClass, ResidualKind, Side, Tier};
use crate::residuals::{Currencies, Relation, relation};
use crate::roll::{Position, Roll};
use crate::settings::Settings;
use crate::vocabulary::TokenId;
use std::collections::BTreeMap;

/// A suggestion at or above this probability is taken for what the item probably is.
const PROBABLE_PPM: u32 = 500_000;

/// Names the exceptions.
pub(crate) struct Classifier<'a> {
    pub(crate) books: &'a Books,
    pub(crate) judge: &'a Judge<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) found: &'a [Found],
    /// Best group of each line and entry, by position in `found`.
    best_of_line: Vec<Option<u32>>,
    best_of_entry: Vec<Option<u32>>,
}

impl<'a> Classifier<'a> {
    /// Looks up which group each item is in.
    pub(crate) fn new(judge: &'a Judge<'a>, lexicon: &'a Lexicon, found: &'a [Found]) -> Self {
        let books = judge.books;
        let mut best_of_line = vec![None; books.lines.original.len()];
        let mut best_of_entry = vec![None; books.entries.original.len()];
        for (group, number) in found.iter().zip(0_u32..) {
            for line in group.lines.iter() {
                if at(&best_of_line, *line).is_none() {
                    set(&mut best_of_line, *line, Some(number));
                }
            }
            for entry in group.entries.iter() {
                if at(&best_of_entry, *entry).is_none() {
                    set(&mut best_of_entry, *entry, Some(number));
                }
            }
        }
        Self {
            books,
            judge,
            settings: judge.settings,
            lexicon,
            found,
            best_of_line,
            best_of_entry,
        }
    }

    /// All exceptions: of lines, then of entries, in canonical order.
    pub(crate) fn exceptions(&self) -> Vec<Exception> {
        let senses = self.senses_of_kinds();
        let (lines, entries) = (&self.books.lines, &self.books.entries);
        let mut all = Vec::new();
        for line in lines.positions() {
            let class = self.class_of_line(line, &senses);
            let (item, group) = (at(&lines.original, line), at(&self.best_of_line, line));
            all.extend(class.map(|class| {
                let action = action(class, Side::Line);
                Exception {
                    side: Side::Line,
                    item,
                    class,
                    stale: false,
                    group,
                    action,
                }
            }));
        }
        for entry in entries.positions() {
            let class = self.class_of_entry(entry);
            let (item, group) = (at(&entries.original, entry), at(&self.best_of_entry, entry));
            all.extend(class.map(|class| {
                let stale = self.is_stale(entry, class);
                let action = if stale {
                    Action::Investigate
                } else {
                    action(class, Side::Entry)
                };
                Exception {
                    side: Side::Entry,
                    item,
                    class,
                    stale,
                    group,
                    action,
                }
            }));
        }
        all
    }

    fn class_of_line(&self, line: Position, senses: &BTreeMap<TokenId, Sense>) -> Option<ExceptionClass> {
        let lines = &self.books.lines;
        if lines.amount(line) == 0 || lines.day(line) > day_number(self.settings.as_of) {
            return None;
        }
        if let Some(group) = self.probable(at(&self.best_of_line, line)) {
            let class = match residual_of(group) {
                Some(ResidualKind::Fee) => Some(ExceptionClass::ProcessorFee),
                Some(ResidualKind::Exchange) => Some(ExceptionClass::FxDifference),
                Some(ResidualKind::ShortPayment) => Some(ExceptionClass::ShortPayment),
                _ => None,
            };
            return class.or((group.tier == Tier::Suggested).then_some(ExceptionClass::Undecided));
        }
        if self.is_second_line(line) {
            return Some(ExceptionClass::DuplicateLine);
        }
        let by_text = self.lexicon.of(lines, line);
        let by_kind = senses.get(&at(&lines.kinds, line)).copied();
        Some(match by_text.or(by_kind) {
            Some(Sense::Returned) if self.is_fee_for_return(line) => ExceptionClass::BankFee,
            Some(Sense::Returned) => ExceptionClass::ReturnedItem,
            Some(Sense::Interest) => ExceptionClass::Interest,
            Some(Sense::Fee) => ExceptionClass::BankFee,
            Some(Sense::Undone) | None => ExceptionClass::Unrecorded,
        })
    }

    fn class_of_entry(&self, entry: Position) -> Option<ExceptionClass> {
        let entries = &self.books.entries;
        if entries.amount(entry) == 0 {
            return None;
        }
        if let Some(group) = self.probable(at(&self.best_of_entry, entry)) {
            let class = self.error_of(group, entry);
            return class.or((group.tier == Tier::Suggested).then_some(ExceptionClass::Undecided));
        }
        let day = entries.day(entry);
        if day > day_number(self.settings.as_of)
            || self.settings.window_start.is_some_and(|start| day < day_number(start))
        {
            return None;
        }
        if self.is_second_entry(entry) {
            return Some(ExceptionClass::DuplicateEntry);
        }
        Some(if at(&entries.checks, entry) != 0 && entries.amount(entry) < 0 {
            ExceptionClass::OutstandingCheck
        } else if entries.amount(entry) > 0 {
            ExceptionClass::DepositInTransit
        } else {
            ExceptionClass::PaymentInTransit
        })
    }

    /// The group of an item, unless it is a mere possibility.
    fn probable(&self, group: Option<u32>) -> Option<&Found> {
        let group = usize::try_from(group?).ok().and_then(|group| self.found.get(group))?;
        (group.ppm >= PROBABLE_PPM).then_some(group)
    }

    /// The error of an entry that is matched all the same.
    fn error_of(&self, group: &Found, entry: Position) -> Option<ExceptionClass> {
        match &group.origin {
            Origin::Pair(relation, fit) => match relation {
                Relation::Swapped => Some(ExceptionClass::AmountTransposed),
                Relation::Moved => Some(ExceptionClass::AmountSlip),
                Relation::Sign => Some(ExceptionClass::SignError),
                _ => {
                    let line = group.lines.first().copied()?;
                    (*fit == DateFit::Mistyped || self.is_far(line, entry)).then_some(ExceptionClass::WrongDate)
                }
            },
            Origin::Bundle(kept) => self.mistyped_of(kept, entry),
            Origin::Offset => None,
        }
    }

    /// What is wrong with the entry that a group takes for mistyped.
    fn mistyped_of(&self, kept: &Kept, entry: Position) -> Option<ExceptionClass> {
        let (_, difference) = kept.bundle.residual.filter(|_| kept.bundle.mistyped == Some(entry))?;
        let amount = self.books.entries.amount(entry);
        let meant = amount.checked_add(difference)?;
        Some(match relation(meant, amount, Currencies::One, self.settings) {
            Some(Relation::Moved) => ExceptionClass::AmountSlip,
            Some(Relation::Sign) => ExceptionClass::SignError,
            _ => ExceptionClass::AmountTransposed,
        })
    }

    /// The days between are weeks, and more than nearly all such entries take.
    fn is_far(&self, line: Position, entry: Position) -> bool {
        const WEEKS: u32 = 14;
        const RARE_PER_MILLE: u32 = 7;
        let (lines, entries) = (&self.books.lines, &self.books.entries);
        let days = lines.day(line).saturating_sub(entries.day(entry));
        days.unsigned_abs() >= WEEKS && self.judge.tail_per_mille(line, entry) < RARE_PER_MILLE
    }

    /// A fee for a returned item: it says so, and no line of this amount came in before.
    fn is_fee_for_return(&self, line: Position) -> bool {
        const DAYS: i32 = 60;
        let lines = &self.books.lines;
        let opposite = lines.amount(line).checked_neg();
        let account = at(&lines.accounts, line);
        let days = (lines.day(line).saturating_sub(DAYS), lines.day(line));
        let has_original = |amount| {
            let run = self.books.line_amounts.equal(account, amount);
            let near = super::groups::within(lines, run, account, days);
            near.first().is_some_and(|first| *first < line)
        };
        self.lexicon.has(lines, line, Sense::Fee) && !opposite.is_some_and(has_original)
    }

    /// The bank booked the same twice: same texts with a number of their own, days apart, and the other one is matched.
    fn is_second_line(&self, line: Position) -> bool {
        const DAYS: i32 = 5;
        /// Lines of the amount that are looked at.
        const MOST: usize = 2_000;
        let lines = &self.books.lines;
        let has_number = lines
            .numbers
            .row(line)
            .iter()
            .any(|number| self.books.content(*number) >= 1_300 && lines.frequency(*number) <= 2);
        let near = |other: Position| {
            other != line
                && alike(lines, line, other)
                && lines.words.row(line) == lines.words.row(other)
                && self.probable(at(&self.best_of_line, other)).is_some()
        };
        if !has_number {
            return false;
        }
        let (account, day) = (at(&lines.accounts, line), lines.day(line));
        let run = self.books.line_amounts.equal(account, lines.amount(line));
        let days = (day.saturating_sub(DAYS), day.saturating_add(DAYS));
        let run = super::groups::within(lines, run, account, days);
        run.iter().copied().take(MOST).any(near)
    }

    /// The books have the same twice: the other one is matched, or comes first.
    fn is_second_entry(&self, entry: Position) -> bool {
        const DAYS: i32 = 12;
        let entries = &self.books.entries;
        let contacts = &self.books.contacts;
        let most = entries
            .numbers
            .row(entry)
            .iter()
            .map(|number| entries.frequency(*number))
            .min();
        let reach = match most {
            // A number that only these two have is a document entered twice.
            Some(0..=2) => DAYS,
            // One that comes again and again is a contract; then only what stands side by side is a duplicate.
            _ => 5,
        };
        let run = self
            .books
            .amounts
            .equal(at(&entries.accounts, entry), entries.amount(entry));
        super::groups::within(
            entries,
            run,
            at(&entries.accounts, entry),
            (
                entries.day(entry).saturating_sub(reach),
                entries.day(entry).saturating_add(reach),
            ),
        )
        .iter()
        .copied()
        .filter(|other| *other != entry && alike(entries, entry, *other))
        .filter(|other| {
            let same_contact = contacts.of(entry) != 0 && contacts.of(entry) == contacts.of(*other);
            same_contact || entries.words.row(entry) == entries.words.row(*other)
        })
        .any(|other| self.probable(at(&self.best_of_entry, other)).is_some() || other < entry)
    }

    /// Type codes whose unmatched lines mostly have one sense, and which hardly ever match.
    fn senses_of_kinds(&self) -> BTreeMap<TokenId, Sense> {
        let lines = &self.books.lines;
        let mut lines_of: BTreeMap<TokenId, (u32, u32)> = BTreeMap::new();
        let mut senses_of: BTreeMap<(TokenId, Sense), u32> = BTreeMap::new();
        for line in lines.positions().filter(|line| at(&lines.kinds, *line) != 0) {
            let kind = at(&lines.kinds, line);
            let counts = lines_of.entry(kind).or_default();
            counts.0 += 1;
            if self.probable(at(&self.best_of_line, line)).is_none() {
                counts.1 += 1;
                if let Some(sense) = self.lexicon.of(lines, line) {
                    *senses_of.entry((kind, sense)).or_default() += 1;
                }
            }
        }
        senses_of
            .into_iter()
            .filter(|((kind, _), number)| {
                let (all, open) = lines_of.get(kind).copied().unwrap_or_default();
                open * 5 >= all * 4 && number * 2 > open
            })
            .map(|((kind, sense), _)| (kind, sense))
            .collect()
    }

    fn is_stale(&self, entry: Position, class: ExceptionClass) -> bool {
        let limits = &self.settings.age_limits;
        let limit = match class {
            ExceptionClass::OutstandingCheck => limits.check_days,
            ExceptionClass::DepositInTransit => limits.deposit_days,
            ExceptionClass::PaymentInTransit => limits.payment_days,
            _ => return false,
        };
        day_number(self.settings.as_of).saturating_sub(self.books.entries.day(entry)) > limit
    }
}

/// Equal amounts and numbers, and check numbers.
fn alike(roll: &Roll, a: Position, b: Position) -> bool {
    roll.amount(a) == roll.amount(b)
        && roll.numbers.row(a) == roll.numbers.row(b)
        && at(&roll.checks, a) == at(&roll.checks, b)
}

fn residual_of(group: &Found) -> Option<ResidualKind> {
    match &group.origin {
        Origin::Pair(relation, _) => relation.residual(),
        Origin::Bundle(kept) => kept.bundle.residual.map(|(kind, _)| kind),
        Origin::Offset => None,
    }
}

fn action(class: ExceptionClass, side: Side) -> Action {
    use ExceptionClass as Class;
    match class {
        Class::OutstandingCheck | Class::DepositInTransit | Class::PaymentInTransit => Action::Wait,
        Class::DuplicateEntry => Action::RemoveDuplicate,
        Class::AmountTransposed | Class::AmountSlip | Class::SignError | Class::WrongDate => Action::Correct,
        Class::BankFee | Class::Interest | Class::ReturnedItem | Class::Unrecorded => Action::Record,
        Class::DuplicateLine => Action::Investigate,
        Class::ProcessorFee | Class::FxDifference => Action::BookDifference,
        Class::ShortPayment if side == Side::Line => Action::BookDifference,
        Class::ShortPayment => Action::Investigate,
        Class::Undecided => Action::Choose,
    }
}
