//! What more lines change about the lines that were there before, and whether entries are what they were.
//!
//! Nearly everything that a pair or a group is weighed by is a matter of the entries: how many have a token, an amount, a
//! name; over how many days they lie; how they are written. Lines only add to the little that all lines together say of one
//! (which of its words are the bank's own, which numbers a few of them share), and to the order of tokens. All of it is
//! compared here, so that what was worked out before is taken over only where the very same would be worked out again.

use crate::books::Books;
use crate::carried::NewIds;
use crate::columns::{at, set};
use crate::engine::Engine;
use crate::groups::is_shared;
use crate::links::Link;
use crate::roll::Position;
use crate::vocabulary::TokenId;

/// How far something that was there before says the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// It says the same.
    #[default]
    None,
    /// The same, but what is equally good may come in another order.
    Order,
    /// Something else.
    Meaning,
}

/// Where lines were before, and how far they are what they were.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    /// Per line, one more than its place before; 0 if it is new.
    before: Vec<Position>,
    /// Per line before, its place now.
    after: Vec<Position>,
    lines: Vec<Change>,
    /// Contacts have the numbers that they had.
    pub(crate) same_contacts: bool,
}

impl Changes {
    /// Compares an engine with an earlier one of fewer lines; `None` if any entry is not what it was, so that nothing can be
    /// taken over.
    pub(crate) fn new(earlier: &Engine, now: &Engine, ids: &NewIds) -> Option<Self> {
        let (was, is) = (&earlier.books, &now.books);
        let alike = are_entries_alike(was, is, ids) && was.openings.are_used() == is.openings.are_used();
        if !alike {
            return None;
        }
        let mut places = vec![0; was.lines.original.len()];
        for (item, place) in was.lines.original.iter().zip(1..) {
            set(&mut places, *item, place);
        }
        let before: Vec<Position> = is.lines.original.iter().map(|item| at(&places, *item)).collect();
        let mut after = vec![0; was.lines.original.len()];
        for (line, place) in is.lines.positions().zip(&before) {
            if let Some(place) = place.checked_sub(1) {
                set(&mut after, place, line);
            }
        }
        let tokens = tokens(was, is, ids);
        let mut classes = vec![None; usize::try_from(is.lines.words.classes()).unwrap_or(0)];
        let of_line = |(line, place): (Position, &Position)| {
            let Some(old) = place.checked_sub(1) else {
                return Change::Meaning;
            };
            let class = is.lines.words.class(line);
            let of_class = at(&classes, class).unwrap_or_else(|| {
                let change = of_words(was, is, (was.lines.words.class(old), class), &tokens);
                set(&mut classes, class, Some(change));
                change
            });
            let same = was.templates.hash(old) == is.templates.hash(line)
                && was.line_kinds.hash(old) == is.line_kinds.hash(line)
                && was.is_foreign(old) == is.is_foreign(line);
            if !same {
                return Change::Meaning;
            }
            let of_place = if earlier.place_of(old) == now.place_of(line) {
                Change::None
            } else {
                Change::Order
            };
            let numbers = was.lines.numbers.row(old).iter().map(|number| at(&tokens, *number));
            numbers.fold(of_class.max(of_place), Change::max)
        };
        let lines = is.lines.positions().zip(&before).map(of_line).collect();
        Some(Self {
            before,
            after,
            lines,
            same_contacts: was.contacts.of_entry == is.contacts.of_entry,
        })
    }

    /// The place before of a line that was there.
    pub(crate) fn before(&self, line: Position) -> Option<Position> {
        at(&self.before, line).checked_sub(1)
    }

    /// The place now of a line that was there.
    pub(crate) fn after(&self, line: Position) -> Position {
        at(&self.after, line)
    }

    /// How far a line is what it was.
    pub(crate) fn of_line(&self, line: Position) -> Change {
        at(&self.lines, line)
    }
}

/// How far a class of words of lines says what it said.
fn of_words(was: &Books, is: &Books, (old, new): (u32, u32), tokens: &[Change]) -> Change {
    if was.words_say(old) != is.words_say(new) {
        return Change::Meaning;
    }
    let words = was.lines.words.row_of(old).iter().map(|word| at(tokens, *word));
    words.fold(Change::None, Change::max)
}

/// Per token that lines had: how far it stands for what it stood for in the books, and is as rare among lines.
fn tokens(was: &Books, is: &Books, ids: &NewIds) -> Vec<Change> {
    let moved = ids.moved();
    let (mut linked, mut expected): (Vec<Link>, Vec<Link>) = (Vec::new(), Vec::new());
    let of_token = |token: TokenId| {
        let new = ids.of(token);
        let links = was.links.of(token);
        linked.clear();
        linked.extend(links.iter().map(|(meaning, quality)| (ids.of(*meaning), *quality)));
        linked.sort_unstable();
        expected.clear();
        expected.extend_from_slice(is.links.of(new));
        expected.sort_unstable();
        // How often all lines have a word decides whether it may be in a name.
        let names = was.names_of_many(token).map(|name| ids.of(name));
        let same_names = linked == expected && is_same(names, &is.names_of_many(new));
        if !same_names || is_shared(was, token) != is_shared(is, new) {
            Change::Meaning
        } else if links.iter().any(|(meaning, _)| at(&moved, *meaning)) {
            Change::Order
        } else {
            Change::None
        }
    };
    (0..was.vocabulary.len()).map(of_token).collect()
}

/// Whether two small sets of tokens, each of them once, have the same members.
fn is_same(one: impl Iterator<Item = TokenId>, other: &(impl Iterator<Item = TokenId> + Clone)) -> bool {
    let mut left = other.clone().count();
    for token in one {
        if left == 0 || !other.clone().any(|known| known == token) {
            return false;
        }
        left -= 1;
    }
    left == 0
}

/// All that lines are compared with is the same: no entry is new or gone, and each is taken for the same business of the same
/// contact. (Tokens in another order can make one of two equally good names the better one.)
fn are_entries_alike(was: &Books, is: &Books, ids: &NewIds) -> bool {
    if was.entries.original != is.entries.original {
        return false;
    }
    let mut known: Vec<Option<u32>> = vec![None; usize::try_from(was.contacts.names.classes()).unwrap_or(0)];
    let mut row = Vec::new();
    let mut same_names = |entry: Position| {
        let (old, new) = (was.contacts.names.class(entry), is.contacts.names.class(entry));
        if at(&known, old).is_none() {
            ids.of_row(was.contacts.names.row_of(old), &mut row);
            if row == is.contacts.names.row_of(new) {
                set(&mut known, old, Some(new));
            }
        }
        at(&known, old) == Some(new)
    };
    let size = |books: &Books, entry: Position| at(&books.contacts.sizes, books.contacts.of(entry));
    let same = |entry: Position| {
        let (old, new) = (was.card(entry), is.card(entry));
        was.businesses.hash(entry) == is.businesses.hash(entry)
            && (old.amount, old.chance, old.interval_days(), old.is_twice())
                == (new.amount, new.chance, new.interval_days(), new.is_twice())
            && old.is_foreign == new.is_foreign
            && (was.contacts.of(entry) == 0) == (is.contacts.of(entry) == 0)
            && size(was, entry) == size(is, entry)
    };
    is.entries.positions().all(|entry| same(entry) && same_names(entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;
    use crate::items::{Items, NewItem};
    use jiff::civil::date;

    fn push(items: &mut Items, day: i8, amount: i64, description: &str) {
        let item = NewItem {
            date: date(2024, 5, day),
            amount,
            description,
            ..NewItem::default()
        };
        items.push(&item).unwrap();
    }

    /// How far three lines are what they were after another one; `None` if nothing may be taken over.
    fn after(more: impl FnOnce(&mut Input)) -> Option<Vec<Change>> {
        let mut input = Input::default();
        push(&mut input.entries, 2, 5_000, "Harbour Cafe INV-20411");
        push(&mut input.entries, 3, 7_000, "Quay Street Bakery INV-20412");
        push(&mut input.lines, 4, 5_000, "HARBOUR CAFE 20411");
        push(&mut input.lines, 4, 7_000, "QUAY STRE BAKERY");
        push(&mut input.lines, 5, 900, "SUNDRIES MUELLER 778899");
        let earlier = Engine::new(&input);
        more(&mut input);
        let (now, ids) = Engine::carrying(&earlier, &input);
        let whole = Engine::new(&input);
        assert_eq!(format!("{now:?}"), format!("{whole:?}"));
        let changes = Changes::new(&earlier, &now, &ids)?;
        let of_item = |item: u32| {
            let line = now.books.lines.original.iter().position(|line| *line == item).unwrap();
            changes.of_line(u32::try_from(line).unwrap())
        };
        Some((0..3).map(of_item).collect())
    }

    #[test]
    fn lines_are_what_they_were_unless_another_one_touches_them() {
        let line = |day, amount, text| move |input: &mut Input| push(&mut input.lines, day, amount, text);
        assert_eq!(after(line(6, 100, "STATIONERY")), Some(vec![Change::None; 3]));
        // Before the others, and with words that only the books had.
        assert_eq!(
            after(line(1, 100, "STREET PARTY")),
            Some(vec![Change::None, Change::Order, Change::None])
        );
        // A number that ties two lines together.
        assert_eq!(
            after(line(6, 100, "778899")),
            Some(vec![Change::None, Change::None, Change::Meaning])
        );
        // One of two equal lines of a day.
        let beside = after(line(4, 7_000, "A FIRST ONE")).unwrap();
        assert_eq!(beside, [Change::None, Change::Order, Change::None]);
    }

    #[test]
    fn another_entry_changes_what_all_are_compared_with() {
        assert_eq!(after(|input| push(&mut input.entries, 6, 100, "Stamps")), None);
    }
}
