//! The lines and entries that decisions mean, among those of a run.

use super::{Decision, Part, Verdict, whole_text};
use crate::csv::guarded;
use crate::names::Names;
use crate::text::one_line;
use jiff::ToSpan as _;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::money::grouped;
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Date, Decimal};
use tieout_match::{Field, Input, ItemIndex, Items, Residual, Side};
use tieout_reconcile::books_difference;
use tieout_reconcile::decisions::{Accepted, Rejected};
use tieout_reconcile::listed::Listed;

/// A difference that is booked on another day is booked at most so many days off.
const MOST_DAYS: i32 = 120;

/// Lines and entries that accepted matches hold.
type Taken = BTreeSet<(Side, ItemIndex)>;

/// Decisions about the lines and entries at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Matches.
    pub accepted: Vec<Accepted>,
    /// What is ruled out.
    pub rejected: Vec<Rejected>,
    /// Decisions that are not applied, and why.
    pub problems: Vec<Problem>,
}

/// Finds what decisions are about; `digits` are those of the currency, `file` is the name of the file they stand in.
pub fn resolve(decisions: &[Decision], listed: Listed<'_>, digits: u8, file: &str) -> Resolved {
    let index = Index::new(decisions, listed, digits);
    let mut resolved = Resolved::default();
    let mut taken = Taken::new();
    let mut named = BTreeSet::new();
    for decision in decisions {
        let applied = index.items(decision, &taken).and_then(|items| match decision.verdict {
            Verdict::Rejected => {
                resolved.rejected.push(Rejected {
                    lines: of_side(&items, Side::Line),
                    entries: of_side(&items, Side::Entry),
                });
                Ok(())
            }
            Verdict::Accepted => {
                // Twins stand for one another where places have moved, but not where one is simply named twice.
                let ids = || {
                    let parts = decision.parts.iter().filter(|part| !part.id.is_empty());
                    parts.map(|part| (part.side, part.id.as_str()))
                };
                if let Some((_, id)) = ids().find(|id| named.contains(id)) {
                    return Err(format!("{id} is in an earlier decision too"));
                }
                named.extend(ids());
                let accepted = index.accepted(decision, &items, &taken, file)?;
                taken.extend(accepted.lines.iter().map(|line| (Side::Line, *line)));
                taken.extend(accepted.entries.iter().map(|entry| (Side::Entry, *entry)));
                resolved.accepted.push(accepted);
                Ok(())
            }
        });
        if let Err(why) = applied {
            let row = decision.parts.first().map_or(0, |part| part.row);
            let message = format!("{} is not applied: {why}", decision.name);
            resolved
                .problems
                .push(Problem::new(Code::DecisionNotApplied, Place::line(row), message));
        }
    }
    resolved
}

fn of_side(items: &[(Side, ItemIndex)], side: Side) -> Vec<ItemIndex> {
    let own = items.iter().filter(|(of, _)| *of == side);
    own.map(|(_, item)| *item).collect()
}

/// What of the lines and entries decisions may mean.
struct Index<'a> {
    listed: Listed<'a>,
    digits: u8,
    by_id: BTreeMap<(Side, &'a str), ItemIndex>,
    by_content: BTreeMap<(Side, Date, i64), Vec<ItemIndex>>,
    /// By day and text as decisions say them: of each amount the first item. So a decision whose amount has changed looks at
    /// no more than two of them, however many items there are.
    by_text: BTreeMap<(Side, Date, String), BTreeMap<i64, ItemIndex>>,
    /// Entries by open amount and day, as far as decisions leave differences of that amount.
    by_open: BTreeMap<(i64, Date), Vec<ItemIndex>>,
}

impl<'a> Index<'a> {
    /// Only what is asked for is kept: there may be a million lines, and three decisions.
    fn new(decisions: &'a [Decision], listed: Listed<'a>, digits: u8) -> Self {
        let parts = || decisions.iter().flat_map(|decision| &decision.parts);
        let mut index = Self {
            listed,
            digits,
            by_id: BTreeMap::new(),
            by_content: BTreeMap::new(),
            by_text: BTreeMap::new(),
            by_open: BTreeMap::new(),
        };
        for part in parts() {
            if let Some(content) = index.content(part) {
                index.by_content.insert(content, Vec::new());
            }
        }
        let names = Names::new(listed);
        for side in [Side::Line, Side::Entry] {
            let items = index.of(side);
            let of_side = parts().filter(|part| part.side == side);
            let ids = of_side.map(|part| part.id.as_str()).filter(|id| !id.is_empty());
            let ids: BTreeSet<&str> = ids.collect();
            for item in items.indexes() {
                if let Some(known) = ids.get(names.item(side, item).as_ref()) {
                    index.by_id.insert((side, *known), item);
                }
                let content = (side, items.date(item), items.amount(item));
                if let Some(alike) = index.by_content.get_mut(&content) {
                    alike.push(item);
                }
            }
        }
        index.add_texts(parts());
        index.add_open(decisions);
        index
    }

    /// What says the same as a part on its day.
    fn add_texts<'p>(&mut self, parts: impl Iterator<Item = &'p Part>) {
        let mut days = BTreeSet::new();
        for part in parts.filter(|part| !part.text.is_empty()) {
            if let Some(date) = part.date {
                days.insert((part.side, date));
                self.by_text.entry((part.side, date, one_line(&part.text))).or_default();
            }
        }
        for side in [Side::Line, Side::Entry] {
            let items = self.of(side);
            for item in items.indexes().filter(|item| days.contains(&(side, items.date(*item)))) {
                for text in texts_of(items, item) {
                    let noted = guarded(&text).into_owned();
                    for text in BTreeSet::from([text, noted]) {
                        if let Some(amounts) = self.by_text.get_mut(&(side, items.date(item), text)) {
                            amounts.entry(items.amount(item)).or_insert(item);
                        }
                    }
                }
            }
        }
    }

    /// Entries that may book what a decision leaves.
    fn add_open(&mut self, decisions: &[Decision]) {
        let left = decisions.iter().flat_map(|decision| &decision.differences);
        let left: BTreeSet<i64> = left
            .filter_map(|(_, amount)| amount.to_minor(self.digits).ok())
            .collect();
        let entries = self.of(Side::Entry);
        for entry in entries
            .indexes()
            .filter(|entry| left.contains(&entries.open_amount(*entry)))
        {
            let place = (entries.open_amount(entry), entries.date(entry));
            self.by_open.entry(place).or_default().push(entry);
        }
    }

    fn of(&self, side: Side) -> &'a Items {
        match side {
            Side::Line => &self.listed.input.lines,
            Side::Entry => &self.listed.input.entries,
        }
    }

    fn content(&self, part: &Part) -> Option<(Side, Date, i64)> {
        Some((part.side, part.date?, part.amount?.to_minor(self.digits).ok()?))
    }

    fn items(&self, decision: &Decision, taken: &Taken) -> Result<Vec<(Side, ItemIndex)>, String> {
        let mut found = Vec::with_capacity(decision.parts.len());
        for part in &decision.parts {
            let item = self.item(part, |item| {
                !taken.contains(&(part.side, item)) && !found.contains(&(part.side, item))
            })?;
            found.push((part.side, item));
        }
        Ok(found)
    }

    /// By its id if that leads to what was decided about; else by date, amount and text, if only one is like that, or
    /// several that nothing tells apart, of which it is the first that is free.
    fn item(&self, part: &Part, is_free: impl Fn(ItemIndex) -> bool) -> Result<ItemIndex, String> {
        let by_id = self.by_id.get(&(part.side, part.id.as_str())).copied();
        let meant = by_id.filter(|item| self.is_meant(part, *item));
        if let Some(item) = meant.filter(|item| is_free(*item)) {
            return Ok(item);
        }
        let alike = self.content(part).and_then(|content| self.by_content.get(&content));
        let alike: Vec<ItemIndex> = alike.into_iter().flatten().copied().collect();
        // All that it says tells apart what one of its texts does not: several invoices of one customer.
        for says in [Self::says_all, Self::says] {
            let mut alike = alike
                .iter()
                .copied()
                .filter(|item| says(self, part.side, *item, &part.text));
            if let Some(first) = alike.next() {
                let items = self.of(part.side);
                let mut all = vec![first];
                all.extend(alike);
                if all.iter().all(|item| items.texts(*item) == items.texts(first)) {
                    return Ok(all.into_iter().find(|item| is_free(*item)).unwrap_or(first));
                }
            }
        }
        if let Some(item) = meant {
            return Ok(item);
        }
        Err(self.missing(part, by_id, &alike))
    }

    /// Why nothing is what was decided about.
    fn missing(&self, part: &Part, by_id: Option<ItemIndex>, alike: &[ItemIndex]) -> String {
        let what = match part.side {
            Side::Line => "bank line",
            Side::Entry => "entry",
        };
        let items = self.of(part.side);
        if let (Some(item), Some(before)) = (self.changed(part, by_id), part.amount) {
            let name = match part.id.as_str() {
                "" => format!("of {} \u{201c}{}\u{201d}", items.date(item), part.text),
                id => id.to_owned(),
            };
            let before = before.to_minor(self.digits);
            let before = before.map_or_else(|_| String::from("another"), |before| grouped(before, self.digits));
            let now = grouped(items.amount(item), self.digits);
            return format!("the {what} {name} is there, but its amount changed from {before} to {now}");
        }
        match by_id {
            None if part.id.is_empty() => {
                let found = alike
                    .iter()
                    .filter(|item| self.says(part.side, **item, &part.text))
                    .count();
                let found = if found == 0 { "no" } else { "more than one" };
                let date = part.date.map_or_else(String::new, |date| date.to_string());
                let amount = part.amount.map_or_else(String::new, |amount| amount.to_string());
                format!(
                    "there is {found} {what} of {date} over {amount} that says \u{201c}{}\u{201d}",
                    part.text
                )
            }
            None => format!("there is no {what} {} in these files", part.id),
            Some(item) => {
                format!(
                    "the {what} {} is now of {} over {}",
                    part.id,
                    items.date(item),
                    grouped(items.amount(item), self.digits)
                )
            }
        }
    }

    /// What is the same in day and text but has another amount: at its place, or else all that are like it.
    fn changed(&self, part: &Part, by_id: Option<ItemIndex>) -> Option<ItemIndex> {
        let items = self.of(part.side);
        let minor = part.amount?.to_minor(self.digits).ok()?;
        let date = part.date?;
        let is_same = |item: &ItemIndex| {
            let says = || self.says_all(part.side, *item, &part.text) || self.says(part.side, *item, &part.text);
            items.date(*item) == date && items.amount(*item) != minor && says()
        };
        if let Some(item) = by_id.filter(is_same) {
            return Some(item);
        }
        let same = self.by_text.get(&(part.side, date, one_line(&part.text)))?;
        let mut others = same.iter().filter(|(amount, _)| **amount != minor);
        match (others.next(), others.next()) {
            (Some((_, item)), None) => Some(*item),
            _ => None,
        }
    }

    /// It is still what it was when it was decided about.
    fn is_meant(&self, part: &Part, item: ItemIndex) -> bool {
        let items = self.of(part.side);
        let minor = |amount: Decimal| amount.to_minor(self.digits).ok();
        part.date.is_none_or(|date| date == items.date(item))
            && part
                .amount
                .is_none_or(|amount| minor(amount) == Some(items.amount(item)))
    }

    /// The text is all that the item says of itself.
    fn says_all(&self, side: Side, item: ItemIndex, text: &str) -> bool {
        let [all, ..] = texts_of(self.of(side), item);
        !text.is_empty() && same_text(&all, &one_line(text))
    }

    /// The text is one of those of the item.
    fn says(&self, side: Side, item: ItemIndex, text: &str) -> bool {
        let [_, one, two, three] = texts_of(self.of(side), item);
        !text.is_empty() && [one, two, three].iter().any(|said| same_text(said, &one_line(text)))
    }

    fn accepted(
        &self,
        decision: &Decision,
        items: &[(Side, ItemIndex)],
        taken: &Taken,
        file: &str,
    ) -> Result<Accepted, String> {
        if items.iter().collect::<BTreeSet<_>>().len() != items.len() {
            return Err("it names something twice".into());
        }
        if items.len() < 2 {
            return Err("a match needs at least two lines or entries".into());
        }
        let open = |(side, item): &(Side, ItemIndex)| self.of(*side).open_amount(*item);
        if let Some(held) = items.iter().position(|item| taken.contains(item) || open(item) == 0) {
            let id = decision.parts.get(held).map_or("", |part| part.id.as_str());
            return Err(format!("{id} is matched already"));
        }
        let differences = decision.differences.iter().map(|(kind, amount)| {
            let amount = amount.to_minor(self.digits);
            amount.map(|amount| Residual { kind: *kind, amount })
        });
        let mut residuals: Vec<Residual> = differences
            .collect::<Result<_, _>>()
            .map_err(|_| "a difference has more decimal places than the currency")?;
        let mut items = items.to_vec();
        // What was proposed for booking may be booked by now: then it is an entry of the match, and no difference any more.
        residuals.retain(|residual| match self.booked(residual, &items, taken) {
            Some(entry) => {
                items.push((Side::Entry, entry));
                false
            }
            None => true,
        });
        let signed = items.iter().map(|item| match item.0 {
            Side::Line => i128::from(open(item)),
            Side::Entry => -i128::from(open(item)),
        });
        let booked: i128 = residuals.iter().map(|residual| i128::from(residual.amount)).sum();
        let stays_open = decision.stays_open.map_or(Ok(0), |rest| rest.to_minor(self.digits));
        let stays_open = stays_open.map_err(|_| "what stays open has more decimal places than the currency")?;
        if stays_open != 0 && !self.is_part_of_last(&items, stays_open) {
            return Err("what stays open is not a part of the only entry".into());
        }
        let off = signed.sum::<i128>() - booked + i128::from(stays_open);
        if off != 0 {
            let off = i64::try_from(off).map_or_else(|_| off.to_string(), |off| grouped(off, self.digits));
            return Err(format!(
                "lines less entries less differences are {off}, not zero; say what the difference is in a row of side \
                 difference"
            ));
        }
        Ok(Accepted {
            grounds: format!("a person accepted it: {} of {file}", decision.name),
            lines: of_side(&items, Side::Line),
            entries: of_side(&items, Side::Entry),
            residuals,
            stays_open,
        })
    }

    /// An amount is less than the only entry of a match, and of its sign.
    fn is_part_of_last(&self, items: &[(Side, ItemIndex)], amount: i64) -> bool {
        let mut entries = items.iter().filter(|(side, _)| *side == Side::Entry);
        let (Some((_, entry)), None) = (entries.next(), entries.next()) else {
            return false;
        };
        let whole = self.of(Side::Entry).open_amount(*entry);
        (amount < 0) == (whole < 0) && amount.unsigned_abs() < whole.unsigned_abs()
    }

    /// The open entry that books a difference: of its amount, on the day for which it was proposed, that of the last line. If
    /// there are several, what they say decides; who booked it on another day has kept its text.
    fn booked(&self, residual: &Residual, items: &[(Side, ItemIndex)], taken: &Taken) -> Option<ItemIndex> {
        let Input { lines, entries } = self.listed.input;
        let about = (of_side(items, Side::Line), of_side(items, Side::Entry));
        let day = about.0.iter().map(|line| lines.date(*line)).max()?;
        let is_free = |entry: &ItemIndex| {
            let place = (Side::Entry, *entry);
            !taken.contains(&place) && !items.contains(&place)
        };
        let days = (residual.amount, day.saturating_sub(MOST_DAYS.days()))
            ..=(residual.amount, day.saturating_add(MOST_DAYS.days()));
        let near = self.by_open.range(days).flat_map(|(_, entries)| entries);
        let fitting = near.copied().filter(is_free).filter_map(|entry| {
            let fit = books_difference(self.listed.input, residual.kind, entry, (&about.0, &about.1))?;
            let same_day = entries.date(entry) == day;
            (same_day || fit > 0).then_some((fit, same_day, entry))
        });
        let fitting: Vec<_> = fitting.collect();
        let best = fitting.iter().map(|(fit, same_day, _)| (*fit, *same_day)).max()?;
        let best = fitting.iter().filter(|(fit, same_day, _)| (*fit, *same_day) == best);
        let best: Vec<ItemIndex> = best.map(|(.., entry)| *entry).collect();
        let first = best.iter().copied().min()?;
        let are_twins = best.iter().all(|other| self.says_the_same(*other, first));
        are_twins.then_some(first)
    }

    /// Two entries say the same of themselves; their ids are but places.
    fn says_the_same(&self, a: ItemIndex, b: ItemIndex) -> bool {
        let entries = self.of(Side::Entry);
        let says =
            |entry| [Field::Counterparty, Field::Description, Field::Reference].map(|field| entries.text(entry, field));
        says(a) == says(b)
    }
}

/// What decisions may call an item by: all that it says of itself, and each of its texts.
fn texts_of(items: &Items, item: ItemIndex) -> [String; 4] {
    let said = [Field::Counterparty, Field::Description, Field::Reference].map(|field| items.text(item, field));
    let [one, two, three] = said.map(one_line);
    [one_line(&whole_text(said)), one, two, three]
}

/// The same, whatever a table had to do to it.
fn same_text(said: &str, noted: &str) -> bool {
    said == noted || guarded(said) == noted
}
