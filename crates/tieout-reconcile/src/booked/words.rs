//! What corrections, lines and entries say, compared.

use std::collections::{BTreeMap, BTreeSet};
use tieout_match::{Field, Input, ItemIndex, Items, fold};

/// The texts that say what an item is; the first that there is names it.
pub(super) const TEXTS: [Field; 3] = [Field::Description, Field::Counterparty, Field::Reference];
/// Shorter words say nothing, unless they are numbers.
const SHORTEST: usize = 3;

/// The text by which an adjustment names an item.
pub(super) fn text_of(items: &Items, item: ItemIndex) -> &str {
    says(items, item)
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// All that an item says of itself. Its id is only a place.
pub(super) fn says(items: &Items, item: ItemIndex) -> [&str; TEXTS.len()] {
    TEXTS.map(|field| items.text(item, field))
}

/// Whether a text quotes another one, perhaps with more behind it: tables put the reason there. Some books cannot hold all
/// signs (hledger: `;` and `|`), so only letters and digits count.
pub(super) fn quotes(about: &str, text: &str) -> bool {
    let words = |text| -> Vec<&str> {
        let words = str::split(text, |c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty()).collect()
    };
    let (about, text) = (words(about), words(text));
    !text.is_empty() && about.starts_with(&text)
}

/// How many of contact and document an adjustment has in common with an entry; `None` if it bears another's. `title` is the
/// text that holds what it is for, and so neither of them.
pub(super) fn agreement(items: &Items, (own, title): (ItemIndex, Field), other: ItemIndex) -> Option<u32> {
    let mut same = 0;
    for field in [Field::Counterparty, Field::Reference] {
        let said = [own, other].map(|item| fold(items.text(item, field)));
        match said {
            _ if field == title => {}
            [own, other] if own.is_empty() || other.is_empty() => {}
            [own, other] if own == other => same += 1,
            _ => return None,
        }
    }
    Some(same)
}

/// Words of items, each split once.
#[derive(Debug, Default)]
pub(super) struct Said {
    lines: BTreeMap<ItemIndex, BTreeSet<String>>,
    entries: BTreeMap<ItemIndex, BTreeSet<String>>,
}

impl Said {
    /// How many words a line and an entry have in common.
    pub(super) fn shared(&mut self, input: &Input, (line, entry): (ItemIndex, ItemIndex)) -> usize {
        let of_line = self.lines.entry(line).or_insert_with(|| words(&input.lines, line));
        let of_entry = self
            .entries
            .entry(entry)
            .or_insert_with(|| words(&input.entries, entry));
        of_line.intersection(of_entry).count()
    }
}

fn words(items: &Items, item: ItemIndex) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in says(items, item) {
        let folded = fold(text);
        let telling = folded
            .split(' ')
            .filter(|word| word.len() >= SHORTEST || word.bytes().any(|byte| byte.is_ascii_digit()));
        words.extend(telling.map(str::to_owned));
    }
    words
}
