//! Amounts that may be wrong: a line and an entry that nothing matched, bear the same number, and agree in all but the
//! amount.
//!
//! The engine suggests a wrong amount where the difference has a form (swapped digits, a slipped point, a fee). A difference
//! without any proves nothing, so these are never matched, only named: a person who records the line and leaves the entry
//! would have it twice. The number must be in one line and one entry of the whole case.

use crate::result::{ComponentKind, Explanation, Note, NoteCode, Subject};
use crate::words::{Words, counted};
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{Field, Group, ItemIndex, Items, Tier};

/// Both are dated at most so many days apart.
const DAYS_APART: i32 = 10;
/// A number has at least so many digits; fewer are dates and counts.
const FEWEST_DIGITS: usize = 4;
/// Pairs that are named.
const NAMED: usize = 5;

/// Where a number stands.
#[derive(Debug, Clone, Copy, Default)]
struct Places {
    line: Option<ItemIndex>,
    entry: Option<ItemIndex>,
    lines: u32,
    entries: u32,
}

/// The hints, one for each pair.
pub(crate) fn hints(explanation: &Explanation, words: &Words<'_>) -> Vec<Note> {
    let (lines, entries) = (&words.input.lines, &words.input.entries);
    let pairs = pairs(explanation, words);
    let named = pairs.iter().take(NAMED).map(|&(line, entry)| {
        format!(
            "the {} ({}) and the {} ({}) bear the same number: one of the amounts may be wrong",
            words.line(line),
            words.amount(lines.amount(line)),
            words.entry(entry),
            words.amount(entries.amount(entry))
        )
    });
    let more = pairs.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| {
        let pairs = counted(more, "more pair bears", "more pairs bear");
        format!("{pairs} the same number with different amounts")
    });
    let code = NoteCode::WrongAmount;
    named.chain(more).map(|text| Note { code, text }).collect()
}

fn pairs(explanation: &Explanation, words: &Words<'_>) -> Vec<(ItemIndex, ItemIndex)> {
    let (lines, entries) = (&words.input.lines, &words.input.entries);
    let suggested = suggested(words.groups);
    let subjects = |kind| {
        let component = explanation.component(kind);
        let shares = component.map_or(&[][..], |component| &component.shares);
        shares
            .iter()
            .map(|share| share.subject)
            .filter(|subject| !suggested.contains(subject))
    };
    let mut numbers: BTreeMap<String, Places> = BTreeMap::new();
    for subject in subjects(ComponentKind::OpenLines) {
        if let Subject::Line(line) = subject {
            each_number(lines, line, |number| {
                numbers.entry(number).or_default().line = Some(line);
            });
        }
    }
    for subject in subjects(ComponentKind::OpenEntries) {
        if let Subject::Entry(entry) = subject {
            each_number(entries, entry, |number| {
                if let Some(places) = numbers.get_mut(&number) {
                    places.entry = Some(entry);
                }
            });
        }
    }
    numbers.retain(|_, places| places.entry.is_some());
    if numbers.is_empty() {
        return Vec::new();
    }
    for line in lines.indexes() {
        each_number(lines, line, |number| {
            numbers.entry(number).and_modify(|places| places.lines += 1);
        });
    }
    for entry in entries.indexes() {
        each_number(entries, entry, |number| {
            numbers.entry(number).and_modify(|places| places.entries += 1);
        });
    }
    let mut used = BTreeSet::new();
    let mut pairs: Vec<(ItemIndex, ItemIndex)> = numbers
        .values()
        .filter(|places| places.lines == 1 && places.entries == 1)
        .filter_map(|places| places.line.zip(places.entry))
        .filter(|&(line, entry)| {
            let apart = (lines.date(line) - entries.date(entry)).get_days().abs();
            let (paid, booked) = (lines.amount(line), entries.amount(entry));
            apart <= DAYS_APART && paid != booked && paid.signum() == booked.signum()
        })
        .filter(|&(line, entry)| used.insert(Subject::Line(line)) & used.insert(Subject::Entry(entry)))
        .collect();
    pairs.sort_by(|a, b| lines.compare(a.0, b.0));
    pairs
}

/// What suggestions hold: a person looks at it anyway.
fn suggested(groups: &[Group]) -> BTreeSet<Subject> {
    let suggestions = groups.iter().filter(|group| group.tier == Tier::Suggested);
    suggestions
        .flat_map(|group| {
            let lines = group.lines.iter().map(|part| Subject::Line(part.item));
            lines.chain(group.entries.iter().map(|part| Subject::Entry(part.item)))
        })
        .collect()
}

/// Numbers of documents in the texts of an item, each once.
fn each_number(items: &Items, item: ItemIndex, mut take: impl FnMut(String)) {
    let mut seen = BTreeSet::new();
    for field in [Field::Description, Field::Reference, Field::CheckNumber] {
        for word in items.text(item, field).split(|c: char| !c.is_alphanumeric()) {
            let digits: String = word.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= FEWEST_DIGITS && seen.insert(digits.clone()) {
                take(digits);
            }
        }
    }
}
