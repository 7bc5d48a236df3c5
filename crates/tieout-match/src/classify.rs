//! Exceptions: what every item is that found no match, or a match with an error, and what to do about it.
//!
//! Long because every class has its own conditions, and the order in which they are asked is what this module decides.

mod beside;
mod kinds;

use crate::again::{Again, Marked, again};
use crate::amounts::Amounts;
use crate::arith::{day_number, scaled};
use crate::books::Books;
use crate::columns::{at, part, set};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::found::{DateFit, Found, Origin};
use crate::groups::select::Kept;
use crate::hashing::of_numbers;
use crate::lexicon::{Lexicon, Sense};
use crate::namesakes::Mistakable;
use crate::offsets::undone_by;
use crate::outcome::{Action, Exception, ExceptionClass, ResidualKind, Side, Tier};
use crate::remains::Remains;
use crate::residuals::{Currencies, Relation, relation};
use crate::roll::{Position, Roll};
use crate::settings::Settings;
use crate::vocabulary::TokenId;
use std::collections::BTreeMap;
use std::ops::Range;

/// A suggestion at or above this probability is taken for what the item probably is.
const PROBABLE_PPM: u32 = 500_000;

/// Days within which a bank corrects what it booked twice.
const CORRECTED_DAYS: i32 = 8;

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
    remains: Remains,
    /// Per line, what others say the same.
    seconds: Vec<Seconds>,
    /// Entries that the books have twice.
    second_entries: Vec<bool>,
    /// In order of amounts: open lines, and those that another line repeats within a day.
    open_lines: Marked,
    repeated: Marked,
    mistakable: Mistakable,
}

/// Other lines say the same as one.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
struct Seconds {
    /// One within a day.
    beside: bool,
    /// An earlier one within a day.
    before: bool,
    /// One within some days.
    around: bool,
    /// One within some days that is matched.
    matched: bool,
}

/// Days within which a bank books the same twice.
const SECOND_DAYS: i32 = 5;

impl<'a> Classifier<'a> {
    /// Looks up which group each item is in.
    pub(crate) fn new(judge: &'a Judge<'a>, lexicon: &'a Lexicon, found: &'a [Found]) -> Self {
        let books = judge.books;
        let mut best_of_line = vec![None; books.lines.original.len()];
        let mut best_of_entry = vec![None; books.entries.original.len()];
        for (group, number) in found.iter().zip(0_u32..) {
            for line in &group.lines {
                if at(&best_of_line, *line).is_none() {
                    set(&mut best_of_line, *line, Some(number));
                }
            }
            for entry in &group.entries {
                if at(&best_of_entry, *entry).is_none() {
                    set(&mut best_of_entry, *entry, Some(number));
                }
            }
        }
        let remains = Remains::new(judge, found);
        let mistakable = Mistakable::new(books, judge.settings, &remains);
        let mut classifier = Self {
            books,
            judge,
            settings: judge.settings,
            lexicon,
            found,
            best_of_line,
            best_of_entry,
            open_lines: Marked::new(&books.line_amounts, |line| remains.is_open_line(line)),
            remains,
            seconds: Vec::new(),
            second_entries: Vec::new(),
            repeated: Marked::default(),
            mistakable,
        };
        classifier.seconds = classifier.seconds();
        classifier.second_entries = classifier.second_entries();
        let is_repeated = |line| at(&classifier.seconds, line).beside;
        classifier.repeated = Marked::new(&books.line_amounts, is_repeated);
        classifier
    }

    fn seconds(&self) -> Vec<Seconds> {
        let lines = &self.books.lines;
        let mut seconds = vec![Seconds::default(); lines.original.len()];
        let words = |line| Some(of_numbers(lines.words.row(line)));
        let is_matched = |line| self.probable(at(&self.best_of_line, line)).is_some();
        again((lines, &self.books.line_amounts), words, is_matched, |line, again| {
            let says = Seconds {
                beside: again.is_around(lines, line, 1),
                before: again.is_earlier(lines, line, 1),
                around: again.is_around(lines, line, SECOND_DAYS),
                matched: again.is_marked(lines, line, SECOND_DAYS),
            };
            set(&mut seconds, line, says);
        });
        seconds
    }

    /// Entries that the books have twice, with the same contact or the same words: the other one is matched, or comes first.
    fn second_entries(&self) -> Vec<bool> {
        const DAYS: i32 = 12;
        let (entries, contacts) = (&self.books.entries, &self.books.contacts);
        let mut second = vec![false; entries.original.len()];
        let is_matched = |entry| self.probable(at(&self.best_of_entry, entry)).is_some();
        let mut tell = |entry: Position, again: Again| {
            let numbers = entries.numbers.row(entry).iter();
            let rarest = numbers.map(|number| entries.frequency(*number)).min();
            let reach = match rarest {
                // A number that only these two have is a document entered twice.
                Some(0..=2) => DAYS,
                // One that comes again and again is a contract; then only what stands side by side is a duplicate.
                _ => SECOND_DAYS,
            };
            if again.is_earlier(entries, entry, reach) || again.is_marked(entries, entry, reach) {
                set(&mut second, entry, true);
            }
        };
        let contact = |entry| Some(u64::from(contacts.of(entry))).filter(|contact| *contact != 0);
        let words = |entry| Some(of_numbers(entries.words.row(entry)));
        again((entries, &self.books.amounts), contact, is_matched, &mut tell);
        again((entries, &self.books.amounts), words, is_matched, &mut tell);
        let with_line = |entry: &Position| at(&second, *entry) && self.has_line(*entry);
        let with_line: Vec<Position> = entries.positions().filter(with_line).collect();
        if !with_line.is_empty() {
            let mut lacking = vec![None; second.len()];
            let has_none = |entry| !self.has_line(entry);
            let mut tell = |entry, again: Again| {
                if let Some(other) = again.marked(entries, entry, DAYS) {
                    set(&mut lacking, entry, Some(other));
                }
            };
            again((entries, &self.books.amounts), contact, has_none, &mut tell);
            again((entries, &self.books.amounts), words, has_none, &mut tell);
            for entry in with_line {
                set(&mut second, entry, false);
                // As many lines as entries: what was entered again was paid again. Else the one without a line is too many.
                if let Some(other) = at(&lacking, entry) {
                    set(&mut second, other, true);
                }
            }
        }
        for entry in entries.positions() {
            if at(&second, entry) && self.has_as_many_lines(entry, DAYS) {
                set(&mut second, entry, false);
            }
        }
        second
    }

    /// Of more than two entries of an amount within so many days of one, each can have a line of its own: none is too many.
    /// What comes again and again, each on a day of its own and nearly each with a line, is not entered twice where one has no
    /// line: it has not arrived yet.
    fn has_as_many_lines(&self, entry: Position, days: i32) -> bool {
        const SERIES: usize = 6;
        let (entries, lines) = (&self.books.entries, &self.books.lines);
        let (account, amount, day) = (at(&entries.accounts, entry), entries.amount(entry), entries.day(entry));
        let near = |roll: &Roll, amounts: &Amounts, days: i32| {
            let equal = amounts.equal(account, amount);
            let from = equal.partition_point(|item| roll.day(*item) < day - days);
            equal
                .partition_point(|item| roll.day(*item) <= day + days)
                .saturating_sub(from)
        };
        let of_entries = near(entries, &self.books.amounts, days);
        let of_lines = near(lines, &self.books.line_amounts, days);
        let comes_daily = of_entries >= SERIES && near(entries, &self.books.amounts, 0) == 1;
        of_entries > 2 && of_lines >= of_entries || comes_daily && 4 * of_lines >= 3 * of_entries
    }

    /// A line is best explained by this entry, however probable that is.
    fn has_line(&self, entry: Position) -> bool {
        let best = at(&self.best_of_entry, entry);
        let line = self.group(best).and_then(|group| group.lines.first());
        line.is_some_and(|line| at(&self.best_of_line, *line) == best)
    }

    /// All exceptions: of lines, then of entries, in canonical order. Each item is looked at by itself, by so many threads.
    pub(crate) fn exceptions(&self, threads: u32) -> Vec<Exception> {
        let senses = &self.senses_of_kinds();
        let (lines, entries) = (self.books.lines.len(), self.books.entries.len());
        let threads = threads.clamp(1, lines.max(1));
        let bound = |all: u32, part: u32| scaled(all, part, threads);
        let mut all = Vec::new();
        let mut of_entries = Vec::new();
        std::thread::scope(|scope| {
            let look = |part: u32| {
                let lines = self.of_lines(bound(lines, part)..bound(lines, part + 1), senses);
                let entries = self.of_entries(bound(entries, part)..bound(entries, part + 1));
                (lines, entries)
            };
            let others: Vec<_> = (1..threads).map(|part| scope.spawn(move || look(part))).collect();
            (all, of_entries) = look(0);
            for other in others {
                let (lines, entries) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                all.extend(lines);
                of_entries.extend(entries);
            }
        });
        all.extend(of_entries);
        all
    }

    fn of_lines(&self, lines: Range<Position>, senses: &BTreeMap<TokenId, Sense>) -> Vec<Exception> {
        let mut facing = Facing::default();
        let exception = |line: Position| {
            let class = self.class_of_line(line, senses, &mut facing)?;
            Some(Exception {
                side: Side::Line,
                item: at(&self.books.lines.original, line),
                class,
                stale: false,
                group: at(&self.best_of_line, line),
                action: Action::of(class, Side::Line),
            })
        };
        lines.filter_map(exception).collect()
    }

    fn of_entries(&self, entries: Range<Position>) -> Vec<Exception> {
        let exception = |entry: Position| {
            let class = self.class_of_entry(entry)?;
            let stale = self.is_stale(entry, class);
            Some(Exception {
                side: Side::Entry,
                item: at(&self.books.entries.original, entry),
                class,
                stale,
                group: at(&self.best_of_entry, entry),
                action: if stale {
                    Action::Investigate
                } else {
                    Action::of(class, Side::Entry)
                },
            })
        };
        entries.filter_map(exception).collect()
    }

    fn class_of_line(
        &self,
        line: Position,
        senses: &BTreeMap<TokenId, Sense>,
        facing: &mut Facing,
    ) -> Option<ExceptionClass> {
        let lines = &self.books.lines;
        if lines.amount(line) == 0 || lines.day(line) > day_number(self.settings.as_of) {
            return None;
        }
        if self.is_taken_back(line) {
            return Some(ExceptionClass::DuplicateLine);
        }
        if let Some(group) = self.probable(at(&self.best_of_line, line)) {
            if let Origin::Offset = group.origin {
                return self.class_of_undone(group, line);
            }
            let class = self.class_of_difference(group, line);
            return class.or((group.tier == Tier::Suggested).then_some(ExceptionClass::Undecided));
        }
        if self.is_second_line(line) {
            return Some(ExceptionClass::DuplicateLine);
        }
        let by_text = self.lexicon.of(lines, line);
        let by_kind = senses.get(&at(&lines.kinds, line)).copied();
        let sense = match by_text.or(by_kind) {
            Some(Sense::MaybeReturned) if !self.has_original(line) => None,
            // Schools and agents take fees and commissions too.
            Some(Sense::Fee) if self.remains.is_large_for_a_fee(self.books, line) => None,
            sense => sense,
        };
        if at(&self.mistakable.lines, line) || self.group(at(&self.best_of_line, line)).is_some_and(Found::is_plain) {
            return Some(ExceptionClass::Undecided);
        }
        Some(match sense {
            Some(Sense::Returned) if self.is_fee_for_return(line) => ExceptionClass::BankFee,
            Some(Sense::Returned | Sense::MaybeReturned) => ExceptionClass::ReturnedItem,
            Some(Sense::Interest) => ExceptionClass::Interest,
            Some(Sense::Fee) => ExceptionClass::BankFee,
            Some(Sense::Undone) | None if self.undoes_a_second(line) => ExceptionClass::Undecided,
            Some(Sense::Undone) | None if self.comes_back(line) => ExceptionClass::ReturnedItem,
            Some(Sense::Undone) | None if self.remains.is_charged(self.books, line) => ExceptionClass::ProcessorFee,
            Some(Sense::Undone) | None if self.is_unclear(line, facing) => ExceptionClass::Undecided,
            Some(Sense::Undone) | None => ExceptionClass::Unrecorded,
        })
    }

    /// The reason for a difference. Only who takes fees again and again is a processor; others pay short.
    fn class_of_difference(&self, group: &Found, line: Position) -> Option<ExceptionClass> {
        let comes_in = self.books.lines.amount(line) > 0;
        let sure = group.tier == Tier::Automatic;
        match group.residual(self.books)? {
            ResidualKind::Fee if self.remains.is_charged(self.books, line) => Some(ExceptionClass::ProcessorFee),
            ResidualKind::Fee if comes_in && matches!(group.origin, Origin::Pair(..)) => {
                Some(ExceptionClass::ShortPayment)
            }
            ResidualKind::Fee => sure.then_some(ExceptionClass::ProcessorFee),
            ResidualKind::Exchange => Some(ExceptionClass::FxDifference),
            ResidualKind::ShortPayment => (sure || comes_in).then_some(ExceptionClass::ShortPayment),
            // A cent is booked, and nobody asks why; what is wrong with an amount is said of its entry.
            ResidualKind::Rounding | ResidualKind::Correction => None,
        }
    }

    /// Of two lines of which one undoes the other: what was undone was booked twice, if another line says the same.
    fn class_of_undone(&self, group: &Found, line: Position) -> Option<ExceptionClass> {
        if group.lines.last() == Some(&line) {
            let says_returned = matches!(
                self.lexicon.of(&self.books.lines, line),
                Some(Sense::Returned | Sense::MaybeReturned)
            );
            return says_returned.then_some(ExceptionClass::ReturnedItem);
        }
        Some(if at(&self.seconds, line).around {
            ExceptionClass::DuplicateLine
        } else {
            ExceptionClass::Undecided
        })
    }

    fn class_of_entry(&self, entry: Position) -> Option<ExceptionClass> {
        let entries = &self.books.entries;
        if entries.amount(entry) == 0 || at(&entries.unpaid, entry) {
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
        if at(&self.second_entries, entry) {
            return Some(ExceptionClass::DuplicateEntry);
        }
        if self.undoes_what_was_paid(entry) {
            return Some(ExceptionClass::VoidOfPaid);
        }
        let is_in_doubt = at(&self.mistakable.entries, entry)
            || self.group(at(&self.best_of_entry, entry)).is_some_and(Found::is_plain);
        if !self.remains.is_open_entry(entry) || is_in_doubt {
            return Some(ExceptionClass::Undecided);
        }
        Some(if at(&entries.checks, entry) != 0 && entries.amount(entry) < 0 {
            ExceptionClass::OutstandingCheck
        } else if !self.remains.is_outstanding(self.judge, entry) {
            ExceptionClass::Undecided
        } else if entries.amount(entry) > 0 {
            ExceptionClass::DepositInTransit
        } else {
            ExceptionClass::PaymentInTransit
        })
    }

    /// The books undo with this entry another one that lines of the bank are matched with.
    fn undoes_what_was_paid(&self, entry: Position) -> bool {
        let is_paid = |other| {
            let group = self.probable(at(&self.best_of_entry, other));
            group.is_some_and(|group| !group.lines.is_empty())
        };
        undone_by(self.books, self.lexicon, entry).any(is_paid)
    }

    /// The line may well belong to entries of the books, and only a person can say to which.
    fn is_unclear(&self, line: Position, facing: &mut Facing) -> bool {
        !self.remains.is_open_line(line) || self.remains.could_be_made_up(self.judge, line, facing)
    }

    /// The group of an item, unless it is a mere possibility.
    fn probable(&self, group: Option<u32>) -> Option<&Found> {
        self.group(group).filter(|group| group.ppm >= PROBABLE_PPM)
    }

    fn group(&self, group: Option<u32>) -> Option<&Found> {
        self.found.get(usize::try_from(group?).ok()?)
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
            Origin::Offset | Origin::SameNumber(_) => None,
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
        self.lexicon.has(&self.books.lines, line, Sense::Fee) && !self.has_original(line)
    }

    /// A line of some weeks before moved the same amount the other way.
    fn has_original(&self, line: Position) -> bool {
        const DAYS: i32 = 60;
        let lines = &self.books.lines;
        let account = at(&lines.accounts, line);
        let days = (lines.day(line).saturating_sub(DAYS), lines.day(line));
        lines.amount(line).checked_neg().is_some_and(|amount| {
            let run = self.books.line_amounts.equal(account, amount);
            let near = super::groups::within(lines, run, account, days);
            near.first().is_some_and(|first| *first < line)
        })
    }

    /// The bank booked the same twice: same texts with a number of their own, days apart, and the other one is matched.
    fn is_second_line(&self, line: Position) -> bool {
        let lines = &self.books.lines;
        let has_number = lines
            .numbers
            .row(line)
            .iter()
            .any(|number| self.books.content(*number) >= 1_300 && lines.frequency(*number) <= 2);
        at(&self.seconds, line).matched && (has_number || self.open_lines.any(self.opposite(line, (0, CORRECTED_DAYS))))
    }

    /// Another line says the same, and the bank took one of them back: of the two the later one in order, unless it is
    /// matched beyond doubt.
    fn is_taken_back(&self, line: Position) -> bool {
        let group = self.probable(at(&self.best_of_line, line));
        at(&self.seconds, line).before
            && group.is_none_or(|group| group.tier == Tier::Suggested)
            && self.open_lines.any(self.opposite(line, (0, CORRECTED_DAYS)))
    }

    /// The line undoes one of two that say the same.
    fn undoes_a_second(&self, line: Position) -> bool {
        self.repeated.any(self.opposite(line, (-CORRECTED_DAYS, 0)))
    }

    /// The line takes back what came in some days before from one whom it names, and was matched.
    fn comes_back(&self, line: Position) -> bool {
        const DAYS: i32 = 15;
        /// Of many lines of one amount, the nearest are asked.
        const MOST: usize = 2_000;
        let lines = &self.books.lines;
        let rare = (lines.len() / 50).max(3);
        let shares = |other: Position| {
            let of_other = lines.words.row(other);
            let words = lines.words.row(line).iter();
            words
                .filter(|word| lines.frequency(**word) <= rare)
                .any(|word| of_other.binary_search(word).is_ok())
        };
        if lines.amount(line) >= 0 {
            return false;
        }
        let places = self.opposite(line, (-DAYS, 0));
        part(self.books.line_amounts.in_order(), places.start, places.end)
            .iter()
            .rev()
            .take(MOST)
            .any(|other| self.probable(at(&self.best_of_line, *other)).is_some() && shares(*other))
    }

    /// Lines of the opposite amount from some days after this one to others, by their places in order of amounts.
    fn opposite(&self, line: Position, days: (i32, i32)) -> Range<u32> {
        let lines = &self.books.lines;
        let (account, day) = (at(&lines.accounts, line), lines.day(line));
        let Some(amount) = lines.amount(line).checked_neg() else {
            return 0..0;
        };
        let days = (day.saturating_add(days.0), day.saturating_add(days.1));
        self.books.line_amounts.places(lines, account, amount, days)
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
