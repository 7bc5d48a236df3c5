//! How a line, an entry, or whatever else an amount is due to, is shown to people.

use crate::report::{Report, at};
use crate::text::one_line;
use crate::words::{Word, counted};
use tieout_core::{Date, problem::excerpt};
use tieout_match::{Exception, Field, ItemIndex, Side, Tier};
use tieout_reconcile::result::Subject;

/// The longest text of a file that is shown in one place, in characters.
const LONGEST: usize = 280;

/// What people read of an item, a group, a break.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// Its day, if it has one.
    pub date: Option<Date>,
    /// `Bank`, `Books`, `Match`; empty for what is of neither side.
    pub side: &'static str,
    /// What it is called in every form.
    pub id: String,
    /// Where it stands in its file, unless the id says that; or empty.
    pub place: String,
    /// Name of the other side, or else the text.
    pub title: String,
    /// What else is known, or empty.
    pub detail: String,
}

impl Shown {
    /// Id and place: `INV-7, books.csv:120`.
    pub(crate) fn id_and_place(&self) -> String {
        let comma = if self.place.is_empty() { "" } else { ", " };
        format!("{}{comma}{}", self.id, self.place)
    }
}

impl Report<'_> {
    /// A line or an entry.
    pub(crate) fn show_item(&self, side: Side, item: ItemIndex) -> Shown {
        let items = self.items(side);
        let text = |field| one_line(&excerpt(items.text(item, field), LONGEST));
        let (description, counterparty) = (text(Field::Description), text(Field::Counterparty));
        let named = !counterparty.is_empty() && !contains(&description, &counterparty);
        let mut details = Vec::new();
        let mut title = if named { counterparty } else { description.clone() };
        if named && !description.is_empty() {
            details.push(description);
        }
        let (reference, check) = (text(Field::Reference), text(Field::CheckNumber));
        if !reference.is_empty() && !details.iter().chain([&title]).any(|shown| contains(shown, &reference)) {
            details.push(format!("ref. {reference}"));
        }
        if !check.is_empty() {
            details.push(format!("check {check}"));
        }
        if title.is_empty() {
            title = if details.is_empty() {
                "no text".into()
            } else {
                details.remove(0)
            };
        }
        Shown {
            date: Some(items.date(item)),
            side: side.label(),
            id: one_line(&excerpt(&self.ids.item(side, item), LONGEST)),
            place: self
                .ids
                .place(side, item)
                .map_or_else(String::new, |place| one_line(&place)),
            title,
            detail: details.join(" · "),
        }
    }

    /// What an amount is due to.
    pub(crate) fn show(&self, subject: Subject) -> Shown {
        match subject {
            Subject::Line(line) => self.show_item(Side::Line, line),
            Subject::Entry(entry) => self.show_item(Side::Entry, entry),
            Subject::Group(group) => self.show_group(group),
            Subject::Break(position) => self.show_break(position),
            Subject::Statement(position) => {
                let statement = at(&self.result.chain.statements, position);
                Shown {
                    date: statement.and_then(|statement| Some(statement.days?.last())),
                    title: self.statement_name(position),
                    ..Shown::default()
                }
            }
            Subject::Opening => Shown {
                date: Some(self.result.identification.period.first()),
                title: "balances before the period".into(),
                ..Shown::default()
            },
        }
    }

    /// What a statement is called, by position in the chain.
    pub(crate) fn statement_name(&self, position: u32) -> String {
        at(&self.result.chain.statements, position)
            .map_or_else(String::new, |statement| one_line(&excerpt(&statement.name, LONGEST)))
    }

    fn show_group(&self, position: u32) -> Shown {
        let id = self.ids.group(position);
        let Some(group) = at(&self.result.groups, position) else {
            return Shown { id, ..Shown::default() };
        };
        let first = match (group.lines.first(), group.entries.first()) {
            (Some(part), _) => Some((Side::Line, part.item)),
            (None, Some(part)) => Some((Side::Entry, part.item)),
            (None, None) => None,
        };
        let shown = first.map(|(side, item)| self.show_item(side, item)).unwrap_or_default();
        let length = |list: &[_]| u64::try_from(list.len()).unwrap_or(u64::MAX);
        let size = format!(
            "{}, {}",
            counted(length(&group.lines), "line", "lines"),
            counted(length(&group.entries), "entry", "entries")
        );
        Shown {
            side: "Match",
            id,
            place: String::new(),
            detail: size,
            ..shown
        }
    }

    fn show_break(&self, position: u32) -> Shown {
        let Some(found) = at(&self.result.chain.breaks, position) else {
            return Shown::default();
        };
        Shown {
            date: Some(found.date),
            title: format!("{} does not open where", self.statement_name(found.after)),
            detail: format!("{} closed", self.statement_name(found.before)),
            ..Shown::default()
        }
    }

    /// What an exception is about, in money: the differences of its match, or else what is open of the item.
    pub(crate) fn at_stake(&self, exception: &Exception) -> i64 {
        let group = exception.group.and_then(|group| at(&self.result.groups, group));
        let differences = group.filter(|group| group.tier == Tier::Automatic).map_or(0, |group| {
            group
                .residuals
                .iter()
                .fold(0_i64, |sum, residual| sum.saturating_add(residual.amount))
        });
        if differences == 0 {
            self.rest(exception)
                .unwrap_or_else(|| self.items(exception.side).amount(exception.item))
        } else {
            differences
        }
    }
}

/// Whether a text is found in another, whatever the case of its letters.
fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}
