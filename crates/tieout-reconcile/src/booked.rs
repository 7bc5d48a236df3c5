//! Our own corrections, found again in the books.
//!
//! Whoever books a proposed correction has decided. The next run must see it as done, and not as one more odd entry that
//! calls for a correction of its own. The text of an adjustment says what it corrects, and its contact and document are
//! those of the corrected entry; both together come to the cent to the line that was meant, or to nothing if a duplicate
//! was reversed. Nothing is guessed: an entry of another contact or document is never it, and of several that fit, the one
//! that the line names. Where they are alike in all they say, the corrections pair up in the order of their days. What still
//! fits in more than one way is left to the engine. What a payout was short of its sales is found the same way, see
//! `payouts.rs`.

mod payouts;
mod words;

use crate::decisions::Accepted;
use crate::result::AdjustmentKind;
use jiff::ToSpan as _;
use std::collections::{BTreeMap, BTreeSet};

use tieout_core::Date;
use tieout_match::{Field, Input, ItemIndex, Items, ResidualKind};
use words::{Said, agreement, quotes, says, text_of};

/// An entry is corrected at most so many days before or after the line that it was matched with.
const DAYS_APART: i32 = 120;
/// A line of a correction's own amount is looked for so many days around it.
const DAYS_OWN: i32 = 10;
/// Of more possible pairs than these a person would not know either which is meant.
const MOST_PAIRS: usize = 500;
/// What is settled may settle others, so often.
const ROUNDS: usize = 4;

/// Kinds that make one entry equal to one line, and whose text they quote.
const DIFFERENCES: [(AdjustmentKind, ResidualKind, Quoted); 5] = [
    (AdjustmentKind::Correction, ResidualKind::Correction, Quoted::Entry),
    (AdjustmentKind::ShortPayment, ResidualKind::ShortPayment, Quoted::Entry),
    (AdjustmentKind::Fee, ResidualKind::Fee, Quoted::Line),
    (AdjustmentKind::Exchange, ResidualKind::Exchange, Quoted::Line),
    (AdjustmentKind::Rounding, ResidualKind::Rounding, Quoted::Line),
];

/// Whose text stands behind the title of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quoted {
    Entry,
    Line,
}

/// An entry that is one of our adjustments.
struct Adjusting<'a> {
    entry: ItemIndex,
    kind: Kind,
    date: Date,
    amount: i64,
    /// What stands behind the title.
    about: &'a str,
    /// The text that the title begins: what it says of contact or document it does not say of itself.
    field: Field,
}

/// What an adjustment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Difference(ResidualKind, Quoted),
    Reversal,
}

/// Which entries a run is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    /// Entries before it count as cleared.
    pub(crate) first: Date,
    /// What is booked after it is not looked at.
    pub(crate) last: Date,
    /// Entries before the first day that are known to be open.
    pub(crate) open: &'a BTreeSet<ItemIndex>,
}

/// What booked corrections settle: groups of which no two share an item, and none one of what is decided.
pub(crate) fn booked(input: &Input, span: Span<'_>, decided: &[Accepted]) -> Vec<Accepted> {
    let entries = &input.entries;
    let mut desk = Desk {
        input,
        by_amount: BTreeMap::new(),
        by_day: BTreeMap::new(),
        entries_of_day: BTreeMap::new(),
        taken_lines: decided.iter().flat_map(|group| group.lines.iter().copied()).collect(),
        taken_entries: decided.iter().flat_map(|group| group.entries.iter().copied()).collect(),
        said: Said::default(),
    };
    let is_there = |entry: ItemIndex| {
        is_whole(entries, entry) && (entries.date(entry) >= span.first || span.open.contains(&entry))
    };
    let ours = entries
        .indexes()
        .filter(|&entry| is_there(entry) && entries.date(entry) <= span.last);
    let ours = ours.filter(|entry| !desk.taken_entries.contains(entry));
    let mut ours: Vec<_> = ours.filter_map(|entry| adjusting(entries, entry)).collect();
    if ours.is_empty() {
        return Vec::new();
    }
    let lines = &input.lines;
    for line in lines.indexes().filter(|&line| is_whole(lines, line)) {
        desk.by_day.entry(lines.date(line)).or_default().push(line);
    }
    for entry in entries.indexes().filter(|&entry| is_whole(entries, entry)) {
        let amount = entries.amount(entry);
        let place = if is_there(entry) { Place::Inside } else { Place::Before };
        desk.by_amount.entry((amount, place)).or_default().push(entry);
        if place == Place::Inside {
            desk.entries_of_day.entry(entries.date(entry)).or_default().push(entry);
        }
    }
    for of_amount in desk.by_amount.values_mut() {
        of_amount.sort_by(|a, b| entries.compare(*a, *b));
    }
    // In the order of what they say: that of the books changes nothing.
    ours.sort_by(|a, b| entries.compare(a.entry, b.entry));
    let mut groups = Vec::new();
    for reversal in ours.iter().filter(|ours| ours.kind == Kind::Reversal) {
        groups.extend(desk.reversed(reversal));
    }
    groups.extend(desk.corrected(&ours));
    groups
}

/// How well an entry fits as the booking of a difference between these lines and entries: not at all if it is an adjustment
/// of something else; if it is none of ours, its amount may be meant all the same.
pub fn books_difference(
    input: &Input,
    kind: ResidualKind,
    entry: ItemIndex,
    (lines, entries): (&[ItemIndex], &[ItemIndex]),
) -> Option<u32> {
    let Some(ours) = adjusting(&input.entries, entry) else {
        return Some(0);
    };
    let Kind::Difference(own, quoted) = ours.kind else {
        return None;
    };
    let is_quoted = match quoted {
        Quoted::Line => lines
            .iter()
            .any(|line| quotes(ours.about, text_of(&input.lines, *line))),
        Quoted::Entry => entries
            .iter()
            .any(|entry| quotes(ours.about, text_of(&input.entries, *entry))),
    };
    if own != kind {
        return None;
    }
    // Who reworded it may have booked it all the same: like any other entry of that amount.
    if !is_quoted {
        return Some(0);
    }
    let of_entries = entries.iter().map(|other| ours.agreement(&input.entries, *other));
    let best = of_entries.max().unwrap_or(Some(0))?;
    Some(1 + best)
}

/// Reads the title of an adjustment, in whichever text it stands.
fn adjusting(entries: &Items, entry: ItemIndex) -> Option<Adjusting<'_>> {
    let differences = DIFFERENCES
        .into_iter()
        .map(|(title, residual, quoted)| (title, Kind::Difference(residual, quoted)));
    let kinds: Vec<_> = differences
        .chain([(AdjustmentKind::Duplicate, Kind::Reversal)])
        .collect();
    words::TEXTS.into_iter().find_map(|field| {
        let text = entries.text(entry, field);
        let behind = |kind: AdjustmentKind| Some(text.strip_prefix(kind.title())?.strip_prefix(": ")?.trim());
        let (kind, about) = kinds
            .iter()
            .find_map(|(title, kind)| Some((*kind, behind(*title)?)))
            .filter(|(_, about)| !about.is_empty())?;
        Some(Adjusting {
            entry,
            kind,
            date: entries.date(entry),
            amount: entries.amount(entry),
            about,
            field,
        })
    })
}

impl Adjusting<'_> {
    /// How many of contact and document it has in common with an entry; `None` if one of them is another's.
    fn agreement(&self, entries: &Items, other: ItemIndex) -> Option<u32> {
        agreement(entries, (self.entry, self.field), other)
    }
}

/// Whether an entry is of the window, or counts as cleared before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Before,
    Inside,
}

/// A line and an entry that a correction makes equal.
type Pair = (ItemIndex, ItemIndex);

struct Desk<'a> {
    input: &'a Input,
    /// Entries by amount, in the order of their days.
    by_amount: BTreeMap<(i64, Place), Vec<ItemIndex>>,
    /// Lines by day.
    by_day: BTreeMap<Date, Vec<ItemIndex>>,
    /// Entries of the window by day.
    entries_of_day: BTreeMap<Date, Vec<ItemIndex>>,
    taken_lines: BTreeSet<ItemIndex>,
    taken_entries: BTreeSet<ItemIndex>,
    said: Said,
}

impl Desk<'_> {
    /// The duplicate that is reversed: of equal ones that on the same day, or else the nearest before it.
    fn reversed(&mut self, reversal: &Adjusting<'_>) -> Option<Accepted> {
        if self.taken_entries.contains(&reversal.entry) {
            return None;
        }
        let entries = &self.input.entries;
        let amount = reversal.amount.checked_neg()?;
        let before = self.free_entries((amount, Place::Before), reversal.entry);
        let fitting = before
            .chain(self.free_entries((amount, Place::Inside), reversal.entry))
            .filter(|&entry| entries.date(entry) <= reversal.date && quotes(reversal.about, text_of(entries, entry)))
            .filter_map(|entry| Some((reversal.agreement(entries, entry)?, entries.date(entry), entry)));
        let fitting: Vec<_> = fitting.collect();
        let (agreement, date, _) = *fitting.iter().max_by_key(|(agreement, date, _)| (*agreement, *date))?;
        let best = fitting.iter().filter(|fits| (fits.0, fits.1) == (agreement, date));
        let best: Vec<ItemIndex> = best.map(|(.., entry)| *entry).collect();
        let duplicate = *best.last()?;
        if best
            .iter()
            .any(|entry| says(entries, *entry) != says(entries, duplicate))
        {
            return None;
        }
        Some(self.group(None, &[duplicate], reversal.entry, "its reversal is booked"))
    }

    /// The lines and entries that corrections make equal, as far as that is certain.
    fn corrected(&mut self, ours: &[Adjusting<'_>]) -> Vec<Accepted> {
        let mut groups = Vec::new();
        let mut open: Vec<&Adjusting<'_>> = ours.iter().filter(|ours| ours.kind != Kind::Reversal).collect();
        for _ in 0..ROUNDS {
            let mut alike: BTreeMap<Alike, Series<'_, '_>> = BTreeMap::new();
            let before = groups.len();
            open.retain(|correction| match self.pairs(correction).as_slice() {
                _ if self.taken_entries.contains(&correction.entry) => false,
                [] => true,
                [(line, entry)] => {
                    groups.push(self.group(Some(*line), &[*entry], correction.entry, "its correction is booked"));
                    false
                }
                pairs => {
                    if let Some(key) = self.alike(correction, pairs) {
                        alike.entry(key).or_default().push((correction, pairs.to_vec()));
                    }
                    true
                }
            });
            if groups.len() == before {
                for series in alike.into_values() {
                    groups.extend(self.in_order(&series));
                }
            }
            if groups.len() == before || open.is_empty() {
                break;
            }
        }
        for correction in open {
            groups.extend(self.paid_out(correction));
        }
        groups
    }

    /// What a correction can mean: of all pairs those that agree with it best, and of them those whose line names most of what
    /// the entry says.
    fn pairs(&mut self, correction: &Adjusting<'_>) -> Vec<Pair> {
        let Kind::Difference(_, quoted) = correction.kind else {
            return Vec::new();
        };
        let (lines, entries) = (&self.input.lines, &self.input.entries);
        let mut fitting: Vec<(u32, Pair)> = Vec::new();
        let of_day = self.by_day.get(&correction.date).map_or(&[][..], Vec::as_slice);
        for &line in of_day.iter().filter(|line| !self.taken_lines.contains(line)) {
            let is_quoted = quoted == Quoted::Entry || quotes(correction.about, text_of(lines, line));
            let meant = lines.amount(line).checked_sub(correction.amount);
            let Some(meant) = meant.filter(|_| is_quoted) else {
                continue;
            };
            let near = self.free_near((meant, lines.date(line)), correction.entry);
            let near =
                near.filter(|&entry| quoted == Quoted::Line || quotes(correction.about, text_of(entries, entry)));
            let near = near.filter_map(|entry| Some((correction.agreement(entries, entry)?, (line, entry))));
            fitting.extend(near.take(MOST_PAIRS + 1));
            if fitting.len() > MOST_PAIRS {
                return Vec::new();
            }
        }
        let best = fitting.iter().map(|(agreement, _)| *agreement).max();
        fitting.retain(|(agreement, _)| Some(*agreement) == best);
        if quoted == Quoted::Line {
            let (said, input) = (&mut self.said, self.input);
            let shares = |said: &mut Said, pair| said.shared(input, pair) > 0;
            let mut doubtful: Vec<bool> = Vec::new();
            for (agreement, pair) in &fitting {
                doubtful.push(*agreement == 0 && !shares(said, *pair));
            }
            let mut doubtful = doubtful.into_iter();
            let is_own = |pair: Pair| self.may_be_own(correction, pair.0);
            // Of an amount alone any entry would do, and what looks like a correction may be somebody's own.
            fitting.retain(|(_, pair)| !(doubtful.next().unwrap_or(false) && is_own(*pair)));
        }
        if fitting.len() < 2 {
            return fitting.into_iter().map(|(_, pair)| pair).collect();
        }
        let said = &mut self.said;
        let shared: Vec<(usize, Pair)> = fitting
            .into_iter()
            .map(|(_, pair)| (said.shared(self.input, pair), pair))
            .collect();
        let most = shared.iter().map(|(shared, _)| *shared).max();
        let named = shared.into_iter().filter(|(shared, _)| Some(*shared) == most);
        named.map(|(_, pair)| pair).collect()
    }

    /// Whether the line has an entry of just its amount, or the correction a line of its own: then nothing is missing.
    fn may_be_own(&self, correction: &Adjusting<'_>, line: ItemIndex) -> bool {
        let lines = &self.input.lines;
        let near = (lines.amount(line), lines.date(line));
        let has_entry = self.free_near(near, correction.entry).next().is_some();
        let mut others = self
            .by_day
            .range(correction.date.saturating_sub(DAYS_OWN.days())..=correction.date.saturating_add(DAYS_OWN.days()));
        has_entry
            || others.any(|(_, of_day)| {
                of_day
                    .iter()
                    .any(|other| lines.amount(*other) == correction.amount && !self.taken_lines.contains(other))
            })
    }

    /// What all pairs of a correction say, if they say the same: then only days tell them apart.
    fn alike(&self, correction: &Adjusting<'_>, pairs: &[Pair]) -> Option<Alike> {
        let (line, entry) = *pairs.first()?;
        let (lines, entries) = (&self.input.lines, &self.input.entries);
        let are_alike = pairs.iter().all(|(other, twin)| {
            let same_lines = lines.amount(*other) == lines.amount(line) && says(lines, *other) == says(lines, line);
            same_lines && says(entries, *twin) == says(entries, entry)
        });
        are_alike.then(|| Alike {
            kind: correction.kind,
            amounts: (correction.amount, entries.amount(entry)),
            texts: [says(lines, line), says(entries, entry)].map(|texts| texts.map(str::to_owned)),
        })
    }

    /// Corrections that differ in nothing but their days: if there are as many entries, each takes that of its place; of more,
    /// the nearest one.
    fn in_order(&mut self, series: &Series<'_, '_>) -> Vec<Accepted> {
        let (lines, entries) = (&self.input.lines, &self.input.entries);
        let all: BTreeSet<ItemIndex> = series
            .iter()
            .flat_map(|(_, pairs)| pairs.iter().map(|pair| pair.1))
            .collect();
        let mut all: Vec<ItemIndex> = all.into_iter().collect();
        all.sort_by(|a, b| entries.compare(*a, *b));
        let is_even = all.len() == series.len();
        let mut groups = Vec::new();
        for (place, (correction, pairs)) in series.iter().enumerate() {
            let of_place = all.get(place).filter(|_| is_even);
            let free = pairs.iter().filter(|(line, entry)| {
                let is_free = !self.taken_lines.contains(line) && !self.taken_entries.contains(entry);
                is_free && of_place.is_none_or(|own| own == entry)
            });
            let apart = |(line, entry): &Pair| days_apart(lines.date(*line), entries.date(*entry));
            let nearest = free.min_by(|a, b| apart(a).cmp(&apart(b)).then_with(|| entries.compare(a.1, b.1)));
            if let Some((line, entry)) = nearest.copied() {
                groups.push(self.group(Some(line), &[entry], correction.entry, "its correction is booked"));
            }
        }
        groups
    }

    /// Entries of one amount.
    fn free_entries(&self, of: (i64, Place), but: ItemIndex) -> impl Iterator<Item = ItemIndex> + '_ {
        let all = self.by_amount.get(&of).map_or(&[][..], Vec::as_slice);
        all.iter()
            .copied()
            .filter(move |entry| *entry != but && !self.taken_entries.contains(entry))
    }

    /// Entries of the window of one amount, some days before or after one.
    fn free_near(&self, (amount, day): (i64, Date), but: ItemIndex) -> impl Iterator<Item = ItemIndex> + '_ {
        let entries = &self.input.entries;
        let days_after = move |entry: &ItemIndex| (entries.date(*entry) - day).get_days();
        let all = self
            .by_amount
            .get(&(amount, Place::Inside))
            .map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|entry| days_after(entry) < -DAYS_APART);
        let near = all
            .iter()
            .skip(first)
            .take_while(move |entry| days_after(entry) <= DAYS_APART);
        near.copied()
            .filter(move |entry| *entry != but && !self.taken_entries.contains(entry))
    }

    fn group(
        &mut self,
        line: Option<ItemIndex>,
        entries: &[ItemIndex],
        adjusting: ItemIndex,
        grounds: &str,
    ) -> Accepted {
        let entries: Vec<ItemIndex> = entries.iter().copied().chain([adjusting]).collect();
        self.taken_lines.extend(line);
        self.taken_entries.extend(&entries);
        let text = title_text(&self.input.entries, adjusting);
        Accepted {
            grounds: format!("{grounds}: \u{201c}{text}\u{201d}"),
            lines: line.into_iter().collect(),
            entries,
            residuals: Vec::new(),
            stays_open: 0,
        }
    }
}

/// What corrections of one series have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    kind: Kind,
    amounts: (i64, i64),
    texts: [[String; words::TEXTS.len()]; 2],
}

/// Corrections in the order of their days, and what each can mean.
type Series<'a, 'b> = Vec<(&'a Adjusting<'b>, Vec<Pair>)>;

/// The text of an adjustment that begins with its title.
fn title_text(entries: &Items, entry: ItemIndex) -> &str {
    adjusting(entries, entry).map_or_else(|| text_of(entries, entry), |ours| entries.text(entry, ours.field))
}

fn days_apart(a: Date, b: Date) -> i32 {
    (a - b).get_days().abs()
}

/// Nothing was taken of the item before, and it moves something.
fn is_whole(items: &Items, item: ItemIndex) -> bool {
    items.amount(item) != 0 && items.open_amount(item) == items.amount(item) && !items.is_open_item(item)
}
