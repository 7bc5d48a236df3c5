//! Whether conditions hold for a line or an entry. Texts are folded once for each item, and only if asked for.

use crate::rule::{Condition, Direction, TextField, TextTest};
use std::cell::OnceCell;
use tieout_match::{Field, ItemIndex, Items, fold};

/// An item as conditions see it.
pub(crate) struct Face<'a> {
    pub(crate) items: &'a Items,
    pub(crate) item: ItemIndex,
    /// Folded names of the accounts, by the caller's number.
    accounts: &'a [String],
    any: OnceCell<(String, String)>,
}

impl<'a> Face<'a> {
    pub(crate) fn new(items: &'a Items, item: ItemIndex, accounts: &'a [String]) -> Self {
        Self {
            items,
            item,
            accounts,
            any: OnceCell::new(),
        }
    }

    /// Description, counterparty and reference, as the file has them and folded.
    fn any(&self) -> &(String, String) {
        self.any.get_or_init(|| {
            let fields = [Field::Description, Field::Counterparty, Field::Reference];
            let texts = fields.map(|field| self.items.text(self.item, field));
            let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
            let raw = texts.join(" ");
            let folded = fold(&raw);
            (raw, folded)
        })
    }

    /// All texts, folded.
    pub(crate) fn folded(&self) -> &str {
        &self.any().1
    }

    /// The condition holds.
    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        let date = || self.items.date(self.item);
        match condition {
            Condition::All(list) => list.iter().all(|condition| self.holds(condition)),
            Condition::Any(list) => list.iter().any(|condition| self.holds(condition)),
            Condition::Not(inner) => !self.holds(inner),
            Condition::Text(field, test) => self.text_holds(*field, test),
            Condition::Amount(min, max) => {
                let size = self.items.open_amount(self.item).unsigned_abs();
                let least = min.is_none_or(|min| size >= min.unsigned_abs());
                least && max.is_none_or(|max| size <= max.unsigned_abs())
            }
            Condition::Direction(Direction::In) => self.items.amount(self.item) > 0,
            Condition::Direction(Direction::Out) => self.items.amount(self.item) < 0,
            Condition::Type(types) => {
                let kind = fold(self.items.text(self.item, Field::Kind));
                types.contains(&kind)
            }
            Condition::Account(account) => self
                .accounts
                .get(usize::from(self.items.account(self.item)))
                .is_some_and(|name| name.contains(account.as_str())),
            Condition::Days(from, to) => from.is_none_or(|from| date() >= from) && to.is_none_or(|to| date() <= to),
            Condition::DaysOfMonth(days) => {
                let date = date();
                let is_last = date.day() == date.days_in_month();
                days.iter().any(|day| *day == date.day() || (*day == 0 && is_last))
            }
            Condition::Weekdays(days) => days.contains(&date().weekday().to_monday_one_offset()),
        }
    }

    fn text_holds(&self, field: TextField, test: &TextTest) -> bool {
        let own = match field {
            TextField::Any => None,
            TextField::Description => Some(Field::Description),
            TextField::Counterparty => Some(Field::Counterparty),
            TextField::Reference => Some(Field::Reference),
        };
        let raw = own.map_or_else(|| self.any().0.as_str(), |field| self.items.text(self.item, field));
        if let TextTest::Pattern(pattern) = test {
            return pattern.0.is_match(raw);
        }
        match own {
            None => folded_holds(&self.any().1, test),
            Some(_) => folded_holds(&fold(raw), test),
        }
    }
}

fn folded_holds(text: &str, test: &TextTest) -> bool {
    match test {
        TextTest::Contains(list) => list.iter().any(|wanted| text.contains(wanted.as_str())),
        TextTest::Starts(list) => list.iter().any(|wanted| text.starts_with(wanted.as_str())),
        TextTest::Words(list) => list
            .iter()
            .any(|wanted| wanted.split(' ').all(|word| text.split(' ').any(|found| found == word))),
        TextTest::Pattern(_) => false,
    }
}
