//! What is left open, and whether that is for want of a match: the evidence for calling an item outstanding or forgotten.
//!
//! An entry without a line is outstanding only if such entries often take as long as it has waited. How often a match is
//! missed is learnt from the entries whose time is long over; against that the waiting time is weighed. A line is called
//! forgotten only if no open entries could make it up.

use crate::arith::{day_number, working_day};
use crate::books::Books;
use crate::columns::{at, set};
use crate::evidence::Judge;
use crate::facing::Facing;
use crate::found::{Found, Origin};
use crate::groups::between;
use crate::outcome::ResidualKind;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;
use std::collections::BTreeMap;

/// Waiting this long is so rare, in per mille, that entries which do were missed.
const OVERDUE_PER_MILLE: u32 = 15;
/// Entries that the share of all businesses is worth for one.
const EXPECTED: u32 = 6;
/// Days before and after a line in which entries could make it up.
const COVER_DAYS: (i32, i32) = (21, 5);
/// The same for entries of a contact that the line names.
const NAMED_DAYS: (i32, i32) = (75, 10);
/// Entries looked at for one line.
const MOST: u32 = 400;

/// What of both sides is in no probable group.
#[derive(Debug, Clone)]
pub(crate) struct Remains {
    /// Probability that an item is in one of the groups found, in parts per million.
    lines: Vec<u32>,
    entries: Vec<u32>,
    /// Per business: entries whose time is over, and how many of them are open; and of all.
    overdue: Vec<(u32, u32)>,
    all_overdue: (u32, u32),
    /// The last day, and the last working day.
    last: (i32, i32),
    /// Per business: how many days its matched entries took.
    waits: Vec<Waits>,
    /// Per word of a name: the last day of an open line that shows it, and how many lines do.
    named: BTreeMap<TokenId, (i32, u32)>,
    /// Per template of lines: how many there are, how many are in pairs, how many in groups with a fee taken out.
    templates: Vec<Habits>,
    /// Per payee: the same.
    payees: BTreeMap<u64, Habits>,
    /// An amount that half of the lines exceed.
    typical: u64,
    /// Of money in and of money out: the largest open line from this position on, in the same account.
    largest_from: [Vec<u64>; 2],
}

/// What becomes of lines of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Habits {
    all: u32,
    paired: u32,
    matched: u32,
    charged: u32,
}

/// How long matched entries of one business took, in days; the last place is for all that took longer.
#[derive(Debug, Clone, Copy)]
struct Waits {
    counts: [u32; Waits::DAYS],
    all: u32,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            counts: [0; Self::DAYS],
            all: 0,
        }
    }
}

impl Waits {
    const DAYS: usize = 45;
    /// Fewer tell nothing.
    const FEWEST: u32 = 25;

    fn learn(&mut self, days: i32) {
        let place = usize::try_from(days.max(0)).unwrap_or(0).min(Self::DAYS - 1);
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
            self.all += 1;
        }
    }

    /// How many of a thousand take longer.
    fn longer_per_mille(&self, days: i32) -> Option<u32> {
        let from = usize::try_from(days + 1).unwrap_or(0);
        let longer: u32 = self.counts.iter().skip(from).sum();
        (self.all >= Self::FEWEST).then(|| longer.saturating_mul(1000) / self.all.max(1))
    }

    /// Hardly any take fewer days.
    fn least(&self) -> i32 {
        const HARDLY_PER_MILLE: u32 = 50;
        let days = (0..30).find(|days| {
            let longer = self.longer_per_mille(*days).unwrap_or(0);
            longer < 1000 - HARDLY_PER_MILLE
        });
        days.unwrap_or(0)
    }
}

impl Habits {
    fn learn(&mut self, becomes: Becomes) {
        self.all += 1;
        self.matched += u32::from(becomes != Becomes::Open);
        self.paired += u32::from(becomes == Becomes::Paired);
        self.charged += u32::from(becomes == Becomes::Charged);
    }
}

/// What became of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Becomes {
    #[default]
    Open,
    Paired,
    Grouped,
    Charged,
}

impl Remains {
    /// At or above this an item is taken to be matched, in parts per million.
    pub(crate) const MATCHED: u32 = 500_000;

    /// Looks through all groups.
    pub(crate) fn new(judge: &Judge<'_>, found: &[Found]) -> Self {
        let books = judge.books;
        let mut remains = Self {
            lines: vec![0; books.lines.original.len()],
            entries: vec![0; books.entries.original.len()],
            overdue: vec![(0, 0); books.businesses.hashes.len()],
            all_overdue: (0, 0),
            last: (
                day_number(judge.settings.as_of),
                working_day(day_number(judge.settings.as_of)),
            ),
            waits: vec![Waits::default(); books.businesses.hashes.len()],
            named: BTreeMap::new(),
            typical: 0,
            templates: vec![Habits::default(); books.templates.hashes.len()],
            payees: BTreeMap::new(),
            largest_from: [Vec::new(), Vec::new()],
        };
        for group in found {
            let add = |to: &mut Vec<u32>, item: Position| {
                let known = at(to, item);
                set(to, item, known.saturating_add(group.ppm));
            };
            group.lines.iter().for_each(|line| add(&mut remains.lines, *line));
            group.entries.iter().for_each(|entry| add(&mut remains.entries, *entry));
        }
        remains.learn_waits(books, found);
        remains.count_overdue(judge);
        remains.learn_habits(books, found);
        remains.learn_names(books);
        remains.largest_from = [false, true].map(|out| remains.largest(&books.lines, out));
        remains
    }

    fn learn_waits(&mut self, books: &Books, found: &[Found]) {
        for group in found.iter().filter(|group| group.ppm >= Self::MATCHED) {
            let Some(line) = group.lines.first() else { continue };
            let day = books.lines.day(*line);
            for entry in &group.entries {
                let business = books.businesses.class(*entry);
                let mut waits = at(&self.waits, business);
                waits.learn(day.saturating_sub(books.entries.day(*entry)));
                set(&mut self.waits, business, waits);
            }
        }
    }

    fn learn_names(&mut self, books: &Books) {
        for line in books.lines.positions() {
            let open_until = if self.is_open_line(line) {
                books.lines.day(line)
            } else {
                i32::MIN
            };
            let words = books.lines.words.row(line).iter().chain(books.lines.numbers.row(line));
            for (token, _) in words.flat_map(|word| books.links.of(*word)) {
                if books.contacts.is_distinctive(*token) {
                    let known = self.named.entry(*token).or_insert((i32::MIN, 0));
                    *known = (known.0.max(open_until), known.1 + 1);
                }
            }
        }
    }

    fn learn_habits(&mut self, books: &Books, found: &[Found]) {
        let mut becomes = vec![Becomes::default(); books.lines.original.len()];
        for group in found.iter().filter(|group| group.ppm >= Self::MATCHED) {
            let is = match (&group.origin, group.residual(books)) {
                (_, Some(ResidualKind::Fee)) => Becomes::Charged,
                (Origin::Pair(..), _) => Becomes::Paired,
                _ => Becomes::Grouped,
            };
            group.lines.iter().for_each(|line| set(&mut becomes, *line, is));
        }
        for line in books.lines.positions() {
            let (is, template) = (at(&becomes, line), books.templates.class(line));
            let mut habits = at(&self.templates, template);
            habits.learn(is);
            set(&mut self.templates, template, habits);
            let payee = books.payee(line);
            if payee != 0 {
                self.payees.entry(payee).or_default().learn(is);
            }
        }
        let mut amounts: Vec<u64> = books.lines.amounts.iter().map(|amount| amount.unsigned_abs()).collect();
        amounts.sort_unstable();
        self.typical = amounts.get(amounts.len() / 2).copied().unwrap_or(0);
    }

    /// Money out of this size is hardly what a bank takes for itself.
    pub(crate) fn is_large_for_a_fee(&self, books: &Books, line: Position) -> bool {
        /// Fewer lines do not tell what is large.
        const FEWEST: u32 = 10;
        books.lines.len() >= FEWEST && books.lines.amount(line).unsigned_abs() > self.typical.saturating_mul(2)
    }

    fn largest(&self, lines: &Roll, out: bool) -> Vec<u64> {
        let mut largest = vec![0; lines.original.len()];
        let mut before = (0, 0);
        for line in lines.positions().rev() {
            let account = at(&lines.accounts, line);
            let amount = lines.amount(line);
            let known = if before.0 == account { before.1 } else { 0 };
            let own = if self.is_open_line(line) && (amount < 0) == out {
                amount.unsigned_abs()
            } else {
                0
            };
            before = (account, known.max(own));
            set(&mut largest, line, before.1);
        }
        largest
    }

    /// Lines like this one are mostly payouts with a fee taken out, of the same payee or of the same template.
    pub(crate) fn is_charged(&self, books: &Books, line: Position) -> bool {
        const FEWEST: u32 = 3;
        let mostly = |habits: Habits| habits.charged >= FEWEST && habits.charged >= 3 * habits.paired;
        let of_payee = self.payees.get(&books.payee(line)).copied().unwrap_or_default();
        if of_payee.all >= FEWEST {
            return mostly(of_payee);
        }
        mostly(at(&self.templates, books.templates.class(line)))
    }

    /// Lines like this one are mostly paired with one entry.
    fn is_of_pairs(&self, books: &Books, line: Position) -> bool {
        let habits = at(&self.templates, books.templates.class(line));
        (habits.paired + 2) * 10 >= (habits.all + 2) * 6
    }

    fn count_overdue(&mut self, judge: &Judge<'_>) {
        let (books, settings) = (judge.books, judge.settings);
        let start = settings.window_start.map(day_number);
        for entry in books.entries.positions() {
            let early = start.is_some_and(|start| books.entries.day(entry) < start);
            if early || at(&books.entries.unpaid, entry) || self.waiting_per_mille(judge, entry) > OVERDUE_PER_MILLE {
                continue;
            }
            let open = u32::from(self.is_open_entry(entry));
            let business = books.businesses.class(entry);
            let known = at(&self.overdue, business);
            set(&mut self.overdue, business, (known.0 + 1, known.1 + open));
            self.all_overdue = (self.all_overdue.0 + 1, self.all_overdue.1 + open);
        }
    }

    /// The line is in no group, or in none of any weight.
    pub(crate) fn is_open_line(&self, line: Position) -> bool {
        at(&self.lines, line) < Self::MATCHED
    }

    /// The same of an entry.
    pub(crate) fn is_open_entry(&self, entry: Position) -> bool {
        at(&self.entries, entry) < Self::MATCHED
    }

    /// How many of a thousand entries of its kind reach the bank only after the last day.
    fn waiting_per_mille(&self, judge: &Judge<'_>, entry: Position) -> u32 {
        let entries = &judge.books.entries;
        let waits = at(&self.waits, judge.books.businesses.class(entry));
        waits
            .longer_per_mille(self.last.0.saturating_sub(entries.day(entry)))
            .unwrap_or_else(|| {
                let waited = self.last.1 - entries.working_day(entry);
                judge.later_per_mille(entry, waited.max(-1) + 1)
            })
    }

    /// An open line from the entry's day on is large enough to hold it.
    fn could_be_held(&self, books: &Books, entry: Position) -> bool {
        const USED_TO: u32 = 5;
        let entries = &books.entries;
        let amount = entries.amount(entry);
        // Lines that name its contact can hold it and no others, where the bank is used to naming it.
        let day = entries.day(entry) + at(&self.waits, books.businesses.class(entry)).least();
        let names = books.contacts.names.row(entry).iter();
        let known = names
            .filter_map(|name| self.named.get(name))
            .filter(|named| named.1 >= USED_TO);
        if known.map(|named| named.0).max().is_some_and(|last| last < day) {
            return false;
        }
        let from = (day, i32::MAX - 1);
        let (first, number) = between(&books.lines, at(&entries.accounts, entry), from);
        let [into, out] = &self.largest_from;
        let largest = at(if amount < 0 { out } else { into }, first);
        // A fee may have been taken out of what is held.
        number > 0 && largest >= amount.unsigned_abs() / 20 * 19
    }

    /// An open entry is rather outstanding than one whose match was missed.
    pub(crate) fn is_outstanding(&self, judge: &Judge<'_>, entry: Position) -> bool {
        let (all, open) = at(&self.overdue, judge.books.businesses.class(entry));
        let (of_all, all_open) = (self.all_overdue.0 + 10, self.all_overdue.1 + 1);
        // Missed ones of this business in ten thousand, as if some more had the share of all.
        let missed = (u64::from(open) * u64::from(of_all) + u64::from(EXPECTED) * u64::from(all_open)) * 1000
            / (u64::from(all + EXPECTED) * u64::from(of_all));
        // Where no open line seems to hold it, one would have to be missed in a stranger way.
        let missed = if self.could_be_held(judge.books, entry) {
            missed
        } else {
            missed / 4
        };
        // What waits is open in any case, what does not only if it was missed.
        let waiting = u64::from(self.waiting_per_mille(judge, entry).min(1000));
        waiting * 1000 > (1000 - waiting) * missed
    }

    /// Open entries could make up a line, or lines like it are mostly made up of several: of a contact that it names, or if it names nobody, smaller ones of its time.
    pub(crate) fn could_be_made_up(&self, judge: &Judge<'_>, line: Position, facing: &mut Facing) -> bool {
        if !self.is_of_pairs(judge.books, line) {
            // Books that are behind lack most entries: where few lines like it are in groups and nothing is open, there is
            // nothing to be decided.
            let habits = at(&self.templates, judge.books.templates.class(line));
            let are_grouped = habits.matched > habits.paired * 2;
            return are_grouped || self.open_near(judge.books, line, NAMED_DAYS).next().is_some();
        }
        if judge.books.names_someone(line) {
            judge.face(line, facing);
            return self.named_entries(judge, line, facing);
        }
        let books = judge.books;
        let amount = books.lines.amount(line);
        let mut sum = 0_i64;
        for entry in self.open_near(books, line, COVER_DAYS) {
            let part = books.entries.amount(entry);
            if part.unsigned_abs() <= amount.unsigned_abs() {
                sum = sum.saturating_add(part);
            }
        }
        sum.unsigned_abs() >= amount.unsigned_abs()
    }

    fn named_entries(&self, judge: &Judge<'_>, line: Position, facing: &mut Facing) -> bool {
        let mut near = self.open_near(judge.books, line, NAMED_DAYS);
        near.any(|entry| judge.shared_names(facing, entry).next().is_some())
    }

    /// Open entries of the line's account and sign within some days of it.
    fn open_near<'a>(
        &'a self,
        books: &'a Books,
        line: Position,
        days: (i32, i32),
    ) -> impl Iterator<Item = Position> + 'a {
        let (lines, entries) = (&books.lines, &books.entries);
        let day = lines.day(line);
        let days = (day.saturating_sub(days.0), day.saturating_add(days.1));
        let (from, number) = between(entries, at(&lines.accounts, line), days);
        let sign = lines.amount(line) < 0;
        let to = from.saturating_add(number);
        (to.saturating_sub(MOST).max(from)..to)
            .filter(move |entry| self.is_open_entry(*entry) && (entries.amount(*entry) < 0) == sign)
    }
}
