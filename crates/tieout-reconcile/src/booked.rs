//! Our own corrections, found again in the books.
//!
//! Whoever books a proposed correction has decided. The next run must see it as done, and not as one more odd entry that
//! calls for a correction of its own. The text of an adjustment says what it corrects, so nothing is guessed here: the
//! corrected entry is the one that bears that text, and both together come to the cent to the line that was meant, or to
//! nothing if a duplicate was reversed. What fits in more than one way is left to the engine.

use crate::decisions::Accepted;
use crate::result::AdjustmentKind;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_match::{Field, Input, ItemIndex, Items};

/// An entry is corrected at most so many days before or after the line that it was matched with.
const DAYS_APART: i32 = 120;

/// Kinds that make one entry equal to one line, and whose text they quote.
const DIFFERENCES: [(AdjustmentKind, Quoted); 5] = [
    (AdjustmentKind::Correction, Quoted::Entry),
    (AdjustmentKind::ShortPayment, Quoted::Entry),
    (AdjustmentKind::Fee, Quoted::Line),
    (AdjustmentKind::Exchange, Quoted::Line),
    (AdjustmentKind::Rounding, Quoted::Line),
];

/// Whose text stands behind the title of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoted {
    Entry,
    Line,
}

/// An entry that is one of our adjustments.
struct Adjusting<'a> {
    entry: ItemIndex,
    date: Date,
    amount: i64,
    /// What stands behind the title.
    about: &'a str,
}

/// What booked corrections settle: groups of which no two share an item.
pub(crate) fn booked(input: &Input, last: Date) -> Vec<Accepted> {
    let entries = &input.entries;
    let mut desk = Desk {
        input,
        by_amount: BTreeMap::new(),
        by_day: BTreeMap::new(),
        taken_lines: BTreeSet::new(),
        taken_entries: BTreeSet::new(),
    };
    let open = entries
        .indexes()
        .filter(|&entry| is_whole(entries, entry) && entries.date(entry) <= last);
    let mut ours: Vec<_> = open.filter_map(|entry| adjusting(entries, entry)).collect();
    if ours.is_empty() {
        return Vec::new();
    }
    let lines = &input.lines;
    for line in lines.indexes().filter(|&line| is_whole(lines, line)) {
        desk.by_day.entry(lines.date(line)).or_default().push(line);
    }
    for entry in entries.indexes().filter(|&entry| is_whole(entries, entry)) {
        desk.by_amount.entry(entries.amount(entry)).or_default().push(entry);
    }
    // In the order of what they say: that of the books changes nothing.
    ours.sort_by(|(_, a), (_, b)| entries.compare(a.entry, b.entry));
    let mut groups = Vec::new();
    for (kind, adjusting) in &ours {
        groups.extend(match kind {
            Kind::Reversal => desk.reversed(adjusting),
            Kind::Difference(quoted) => desk.corrected(adjusting, *quoted),
        });
    }
    groups
}

/// What an adjustment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Difference(Quoted),
    Reversal,
}

/// Reads the title of an adjustment.
fn adjusting(entries: &Items, entry: ItemIndex) -> Option<(Kind, Adjusting<'_>)> {
    let text = text_of(entries, entry);
    let behind = |kind: AdjustmentKind| Some(text.strip_prefix(kind.title())?.strip_prefix(": ")?.trim());
    let differences = DIFFERENCES
        .into_iter()
        .map(|(kind, quoted)| (kind, Kind::Difference(quoted)));
    let (kind, about) = differences
        .chain([(AdjustmentKind::Duplicate, Kind::Reversal)])
        .find_map(|(title, kind)| Some((kind, behind(title)?)))
        .filter(|(_, about)| !about.is_empty())?;
    let adjusting = Adjusting {
        entry,
        date: entries.date(entry),
        amount: entries.amount(entry),
        about,
    };
    Some((kind, adjusting))
}

struct Desk<'a> {
    input: &'a Input,
    /// Entries by amount.
    by_amount: BTreeMap<i64, Vec<ItemIndex>>,
    /// Lines by day.
    by_day: BTreeMap<Date, Vec<ItemIndex>>,
    taken_lines: BTreeSet<ItemIndex>,
    taken_entries: BTreeSet<ItemIndex>,
}

impl Desk<'_> {
    /// The duplicate that is reversed: of equal ones that on the same day, or else the nearest before it.
    fn reversed(&mut self, reversal: &Adjusting<'_>) -> Option<Accepted> {
        if self.taken_entries.contains(&reversal.entry) {
            return None;
        }
        let entries = &self.input.entries;
        let duplicate = self
            .free_entries(reversal.amount.checked_neg()?, reversal.entry)
            .filter(|&entry| entries.date(entry) <= reversal.date && quotes(reversal.about, text_of(entries, entry)))
            .max_by(|&a, &b| entries.compare(a, b))?;
        Some(self.group(None, duplicate, reversal.entry, "its reversal is booked"))
    }

    /// The line and the entry that the correction makes equal, if there is one pair of them.
    fn corrected(&mut self, correction: &Adjusting<'_>, quoted: Quoted) -> Option<Accepted> {
        if self.taken_entries.contains(&correction.entry) {
            return None;
        }
        let (lines, entries) = (&self.input.lines, &self.input.entries);
        let mut only: Option<(ItemIndex, ItemIndex)> = None;
        let of_day = self.by_day.get(&correction.date).map_or(&[][..], Vec::as_slice);
        for &line in of_day.iter().filter(|line| !self.taken_lines.contains(line)) {
            if quoted == Quoted::Line && !quotes(correction.about, text_of(lines, line)) {
                continue;
            }
            let meant = lines.amount(line).checked_sub(correction.amount)?;
            let near = self.free_entries(meant, correction.entry).filter(|&entry| {
                let apart = (lines.date(line) - entries.date(entry)).get_days().abs();
                apart <= DAYS_APART && (quoted == Quoted::Line || quotes(correction.about, text_of(entries, entry)))
            });
            for entry in near {
                if only.is_some_and(|(other, twin)| !alike(lines, line, other) || !alike(entries, entry, twin)) {
                    return None;
                }
                only = only.or(Some((line, entry)));
            }
        }
        let (line, entry) = only?;
        Some(self.group(Some(line), entry, correction.entry, "its correction is booked"))
    }

    fn free_entries(&self, amount: i64, but: ItemIndex) -> impl Iterator<Item = ItemIndex> + '_ {
        let all = self.by_amount.get(&amount).map_or(&[][..], Vec::as_slice);
        all.iter()
            .copied()
            .filter(move |entry| *entry != but && !self.taken_entries.contains(entry))
    }

    fn group(&mut self, line: Option<ItemIndex>, entry: ItemIndex, adjusting: ItemIndex, grounds: &str) -> Accepted {
        self.taken_lines.extend(line);
        self.taken_entries.extend([entry, adjusting]);
        let text = text_of(&self.input.entries, adjusting);
        Accepted {
            grounds: format!("{grounds}: \u{201c}{text}\u{201d}"),
            lines: line.into_iter().collect(),
            entries: vec![entry, adjusting],
            residuals: Vec::new(),
            stays_open: 0,
        }
    }
}

/// Nothing was taken of the item before, and it moves something.
fn is_whole(items: &Items, item: ItemIndex) -> bool {
    items.amount(item) != 0 && items.open_amount(item) == items.amount(item) && !items.is_open_item(item)
}

/// Whether a text quotes another one, perhaps with more behind it: tables put the reason there.
fn quotes(about: &str, text: &str) -> bool {
    let mut rest = about.split_whitespace();
    !text.is_empty() && text.split_whitespace().all(|word| rest.next() == Some(word))
}

/// Same day and text: which of the two it is makes no difference.
fn alike(items: &Items, a: ItemIndex, b: ItemIndex) -> bool {
    items.date(a) == items.date(b) && items.amount(a) == items.amount(b) && text_of(items, a) == text_of(items, b)
}

/// The text by which an adjustment names an item.
fn text_of(items: &Items, item: ItemIndex) -> &str {
    let texts = [Field::Description, Field::Counterparty, Field::Reference];
    texts
        .into_iter()
        .map(|field| items.text(item, field))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
