//! What lines and entries are called, before they are matched and after.
//!
//! A line or an entry bears the id of its own file. Where the file gives none, it is called by its place
//! (`march.sta:45`, `books.csv:120`), or else by its number (`entry:12`). Ids that occur twice on one side are told
//! apart by `~2`, `~3` in the order of what they say.

use crate::report::at;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use tieout_match::{Field, ItemIndex, Items, Side};
use tieout_reconcile::listed::Listed;

/// The names of lines and entries.
pub(crate) struct Names<'a> {
    listed: Listed<'a>,
    /// For each line the file of the first statement of the chain that contains it; `u32::MAX` if none does.
    line_files: Vec<u32>,
    /// Short names of the files, unique.
    files: Vec<&'a str>,
    /// The same for the files of the books.
    entry_files: Vec<&'a str>,
    line_twins: BTreeMap<ItemIndex, u32>,
    entry_twins: BTreeMap<ItemIndex, u32>,
}

/// What an item is called before twins are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name<'a> {
    /// Its file's own id.
    Own(&'a str),
    /// File and line number.
    Place(u32, u32),
    /// Number among the items.
    Number(u32),
}

impl<'a> Names<'a> {
    pub(crate) fn new(listed: Listed<'a>) -> Self {
        let mut names = Self {
            listed,
            line_files: line_files(listed),
            files: short_names(listed.files.iter().map(|file| file.name.as_str())),
            entry_files: short_names(listed.provenance.files.iter().map(String::as_str)),
            line_twins: BTreeMap::new(),
            entry_twins: BTreeMap::new(),
        };
        names.line_twins = twins(&listed.input.lines, |line| names.line_name(line));
        names.entry_twins = twins(&listed.input.entries, |entry| names.entry_name(entry));
        names
    }

    /// The id of a line or an entry, as its file writes it.
    pub(crate) fn item(&self, side: Side, item: ItemIndex) -> Cow<'a, str> {
        let (name, twin, kind, files) = match side {
            Side::Line => (self.line_name(item), self.line_twins.get(&item), "line", &self.files),
            Side::Entry => (
                self.entry_name(item),
                self.entry_twins.get(&item),
                "entry",
                &self.entry_files,
            ),
        };
        let plain = match name {
            Name::Own(id) => Cow::Borrowed(id),
            Name::Place(file, line) => Cow::Owned(format!("{}:{line}", at(files, file).unwrap_or(&""))),
            Name::Number(number) => Cow::Owned(format!("{kind}:{number}")),
        };
        match twin {
            None => plain,
            Some(number) => Cow::Owned(format!("{plain}~{number}")),
        }
    }

    /// Name of the file that an item came from, and its line or row there, as far as known.
    pub(crate) fn source(&self, side: Side, item: ItemIndex) -> (Option<&'a str>, Option<u32>) {
        let files = self.listed.files;
        let (file, number) = match (side, at(&self.listed.provenance.places, item)) {
            (Side::Line, _) => {
                let file = self.line_file(item).and_then(|file| at(files, file));
                let number = at(self.listed.line_numbers, item);
                (file.map(|file| file.name.as_str()), number.copied())
            }
            (Side::Entry, Some(place)) => {
                let file = at(&self.listed.provenance.files, place.file);
                (file.map(String::as_str), Some(place.line))
            }
            (Side::Entry, None) => (None, None),
        };
        (file, number.filter(|number| *number > 0))
    }

    /// Where an item stands (`books.csv:120`), if that is known and not its name already.
    pub(crate) fn place(&self, side: Side, item: ItemIndex) -> Option<String> {
        let (name, file) = match side {
            Side::Line => (self.line_name(item), at(&self.files, self.line_file(item)?)),
            Side::Entry => {
                let place = at(&self.listed.provenance.places, item)?;
                (self.entry_name(item), at(&self.entry_files, place.file))
            }
        };
        let (_, number) = self.source(side, item);
        match name {
            Name::Own(_) => Some(format!("{}:{}", file?, number?)),
            Name::Place(..) | Name::Number(_) => None,
        }
    }

    /// The file that a line came from, by position, if a statement contains it.
    pub(crate) fn line_file(&self, line: ItemIndex) -> Option<u32> {
        at(&self.line_files, line).copied().filter(|file| *file != u32::MAX)
    }

    fn line_name(&self, line: ItemIndex) -> Name<'a> {
        let own = self.listed.input.lines.text(line, Field::Id);
        let number = at(self.listed.line_numbers, line).copied().unwrap_or(0);
        match self.line_file(line) {
            _ if !own.is_empty() => Name::Own(own),
            Some(file) if number > 0 => Name::Place(file, number),
            _ => Name::Number(line.saturating_add(1)),
        }
    }

    fn entry_name(&self, entry: ItemIndex) -> Name<'a> {
        let own = self.listed.input.entries.text(entry, Field::Id);
        match at(&self.listed.provenance.places, entry) {
            _ if !own.is_empty() => Name::Own(own),
            Some(place) if place.line > 0 => Name::Place(place.file, place.line),
            _ => Name::Number(entry.saturating_add(1)),
        }
    }
}

fn line_files(listed: Listed<'_>) -> Vec<u32> {
    let mut files = vec![u32::MAX; listed.input.lines.len()];
    for statement in &listed.chain.statements {
        for line in statement.lines.iter() {
            let place = usize::try_from(line).ok().and_then(|line| files.get_mut(line));
            if let Some(file) = place.filter(|file| **file == u32::MAX) {
                *file = statement.file;
            }
        }
    }
    files
}

/// Names without folders, unless two files would share one: results do not depend on where files lie.
fn short_names<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    let short = |name: &'a str| {
        let start = name.rfind(['/', '\\']).map_or(0, |found| found + 1);
        name.get(start..).unwrap_or_default()
    };
    let mut seen = BTreeMap::<&str, u32>::new();
    for name in names.clone() {
        *seen.entry(short(name)).or_default() += 1;
    }
    names
        .map(|name| match seen.get(short(name)) {
            Some(1) => short(name),
            _ => name,
        })
        .collect()
}

/// The number of every item whose name an earlier item bears already.
fn twins<'a>(items: &Items, name: impl Fn(ItemIndex) -> Name<'a>) -> BTreeMap<ItemIndex, u32> {
    if are_different(items, &name) {
        return BTreeMap::new();
    }
    let mut names: Vec<(Name<'a>, ItemIndex)> = items.indexes().map(|item| (name(item), item)).collect();
    names.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| items.compare(a.1, b.1)));
    let taken = |text: &str| names.binary_search_by(|(name, _)| name.cmp(&Name::Own(text))).is_ok();
    let mut twins = BTreeMap::new();
    for run in names.chunk_by(|a, b| a.0 == b.0) {
        let mut number = 1;
        for (name, item) in run.iter().skip(1) {
            number += 1;
            while matches!(name, Name::Own(id) if taken(&format!("{id}~{number}"))) {
                number += 1;
            }
            twins.insert(*item, number);
        }
    }
    twins
}

/// No two items have the same name, as hashes show; nearly all files give each line an id of its own.
fn are_different<'a>(items: &Items, name: &impl Fn(ItemIndex) -> Name<'a>) -> bool {
    let hash = |item| BuildHasherDefault::<DefaultHasher>::default().hash_one(name(item));
    let mut hashes: Vec<u64> = items.indexes().map(hash).collect();
    hashes.sort_unstable();
    hashes.iter().zip(hashes.iter().skip(1)).all(|(a, b)| a != b)
}
