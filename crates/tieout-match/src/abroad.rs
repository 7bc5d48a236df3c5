//! Which lines and entries are in another currency than their account's.
//!
//! Some name it, or bear a word that mostly stands beside one. A bank also has a type code for payments abroad, and prints
//! currency and rate on some of them only: where many lines of a code name a currency, and hardly any others do, the rest
//! of that code were exchanged as well.

use crate::columns::{at, set};
use crate::contacts::Contacts;
use crate::roll::Roll;
use crate::vocabulary::{TokenId, Vocabulary};
use std::collections::BTreeMap;
use tieout_core::Currency;

/// What names a foreign currency, or stands for one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Foreign {
    /// Per class of words of lines, then of entries: they name one, or what goes with one.
    lines: Vec<bool>,
    entries: Vec<bool>,
    /// Type codes of lines, sorted.
    kinds: Vec<TokenId>,
    any: bool,
}

impl Foreign {
    /// Of all lines and entries.
    pub(crate) fn new(vocabulary: &Vocabulary, (lines, entries): (&Roll, &Roll), contacts: &Contacts) -> Self {
        let currency = currencies(vocabulary, (lines, entries), contacts);
        let of_lines = lines.classes_with(&currency);
        Self {
            kinds: kinds(lines, &of_lines),
            lines: of_lines,
            entries: entries.classes_with(&currency),
            any: currency.contains(&true),
        }
    }

    /// A class of words of lines names one.
    pub(crate) fn is_named_by_lines(&self, class: u32) -> bool {
        at(&self.lines, class)
    }

    /// A class of words of entries names one.
    pub(crate) fn is_named_by_entries(&self, class: u32) -> bool {
        at(&self.entries, class)
    }

    /// A type code stands for one.
    pub(crate) fn has_kind(&self, kind: TokenId) -> bool {
        self.kinds.contains(&kind)
    }

    /// Anything names one.
    pub(crate) fn any(&self) -> bool {
        self.any
    }
}

/// Type codes of which many lines name a foreign currency; `named` says that of classes of words.
fn kinds(lines: &Roll, named: &[bool]) -> Vec<TokenId> {
    /// Lines that name one, at least, and one in so many of the code's.
    const FEWEST: u64 = 4;
    const NAMED: u64 = 4;
    /// So many times the share of all other lines.
    const OFTENER: u64 = 4;
    /// A code that has more than one in so many of all lines is not for payments abroad.
    const PART: u64 = 4;
    let mut of_kinds: BTreeMap<TokenId, (u64, u64)> = BTreeMap::new();
    let (mut all, mut all_named) = (0, 0);
    for line in lines.positions() {
        let names = u64::from(at(named, lines.words.class(line)));
        let (of_kind, named) = of_kinds.entry(at(&lines.kinds, line)).or_default();
        (*of_kind, *named) = (*of_kind + 1, *named + names);
        (all, all_named) = (all + 1, all_named + names);
    }
    of_kinds.remove(&0);
    of_kinds.retain(|_, (of_kind, named)| {
        let is_often = *named * (all - *of_kind) >= OFTENER * (all_named - *named) * *of_kind;
        *named >= FEWEST && *named * NAMED >= *of_kind && *of_kind * PART <= all && is_often
    });
    of_kinds.into_keys().collect()
}

/// Per token: it names a foreign currency, or stands with one more often than not.
fn currencies(vocabulary: &Vocabulary, (lines, entries): (&Roll, &Roll), contacts: &Contacts) -> Vec<bool> {
    let mut names: Vec<bool> = (0..vocabulary.len())
        .map(|token| {
            if vocabulary.bytes(token).len() != 3 {
                return false;
            }
            let text = vocabulary.text(token);
            let rare = lines.frequency(token) <= lines.len() / 4 && entries.frequency(token) <= entries.len() / 4;
            let is_name = at(&contacts.name_frequency, token) > 0;
            rare && !is_name && Currency::try_new(text).is_ok()
        })
        .collect();
    for roll in [lines, entries] {
        let mut with: Vec<u32> = vec![0; names.len()];
        let sizes = roll.words.sizes();
        for (class, _) in (0..).zip(roll.classes_with(&names)).filter(|(_, has)| *has) {
            for word in roll.words.row_of(class) {
                let seen = at(&with, *word);
                set(&mut with, *word, seen + at(&sizes, class));
            }
        }
        for word in 0..vocabulary.len() {
            let with = at(&with, word);
            if with >= 3 && with * 2 > roll.frequency(word) {
                set(&mut names, word, true);
            }
        }
    }
    names
}
