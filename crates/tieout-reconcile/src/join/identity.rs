//! Which lines of different files are the same movement.

use super::ID_DAYS;
use super::decide::{self, Choice, Profile, Reading, SharedLine, Side};
use super::units::{Content, SharedDays, Unit, content, statement, units};
use crate::statements::{Bank, BankStatement, SourceFile};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tieout_core::Date;
use tieout_match::{Field, ItemIndex, Items};

/// What was found.
#[derive(Debug)]
pub(super) struct Identified {
    /// For each raw line its joined line; behind the end, itself.
    line_of: Vec<ItemIndex>,
    /// For each joined line the raw one that brought it.
    pub(super) sources: Vec<ItemIndex>,
    /// Raw lines that joined a joined line.
    pub(super) others: BTreeMap<ItemIndex, Vec<ItemIndex>>,
    /// How many raw lines joined one that was known.
    pub(super) joined: u64,
    /// The joined lines are the raw ones, in their order.
    pub(super) in_file_order: bool,
    /// Where the balances did not decide.
    pub(super) doubts: Vec<Doubt>,
}

/// Lines of two statements that may or may not be the same.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) earlier: u32,
    pub(super) later: u32,
    pub(super) lines: u64,
    /// Both are kept; otherwise they were joined.
    pub(super) kept: bool,
}

impl Identified {
    /// The joined line of a raw one.
    pub(super) fn line_of(&self, raw: ItemIndex) -> ItemIndex {
        let position = usize::try_from(raw).ok();
        position.and_then(|raw| self.line_of.get(raw)).copied().unwrap_or(raw)
    }
}

/// A raw line that may be a known one.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) raw: ItemIndex,
    pub(super) known: ItemIndex,
    pub(super) reading: Reading,
}

/// The lines of a unit that are compared with known ones.
#[derive(Clone, Copy)]
struct Compared<'c, 'a> {
    near: &'c [ItemIndex],
    same_day: &'c [ItemIndex],
    /// Unique in the unit.
    ids: &'c HashMap<ItemIndex, &'a str>,
}

/// The lines known so far.
struct Known<'a> {
    bank: &'a Bank,
    files: &'a [SourceFile],
    found: Identified,
    /// Only of lines on days that several files share:
    by_id: HashMap<&'a str, Vec<ItemIndex>>,
    by_content: HashMap<Content, Vec<ItemIndex>>,
    by_amount: HashMap<(Date, i64), Vec<ItemIndex>>,
    /// The statements that contain a known line, the one that brought it first.
    holders: HashMap<ItemIndex, Vec<u32>>,
    /// Lines that bear a bank id, unique in its file.
    numbered: HashSet<ItemIndex>,
    profiles: HashMap<u32, Profile>,
}

/// Finds the lines that are the same.
pub(super) fn identify(bank: &Bank, files: &[SourceFile]) -> Identified {
    let units = units(bank, files);
    let in_file_order = units.iter().flat_map(|unit| &unit.statements).is_sorted();
    // One file is compared with nothing, and its lines are the joined ones: no need to say so of each.
    let alone = units.len() == 1;
    let noted = if alone { 0 } else { bank.lines.len() };
    let mut known = Known {
        bank,
        files,
        found: Identified {
            line_of: vec![0; noted],
            sources: Vec::with_capacity(noted),
            others: BTreeMap::new(),
            joined: 0,
            in_file_order,
            doubts: Vec::new(),
        },
        by_id: HashMap::new(),
        by_content: HashMap::new(),
        by_amount: HashMap::new(),
        holders: HashMap::new(),
        numbered: HashSet::new(),
        profiles: HashMap::new(),
    };
    for (position, unit) in units.iter().enumerate().filter(|_| !alone) {
        known.add(unit, &SharedDays::of(&units, position));
    }
    known.found
}

/// What several statements that hold a known line say of a candidate.
struct Verdict {
    same: bool,
    /// A statement with which a person should compare.
    doubt: Option<u32>,
}

impl Verdict {
    /// What balances decide goes before what they leave open, and one that shows the line to be known is enough.
    fn of(choices: impl Iterator<Item = (u32, Choice)>, reading: Reading) -> Self {
        let mut decided = None;
        let (mut taken, mut doubt) = (false, None);
        for (holder, choice) in choices {
            if matches!(choice, Choice::UpTo(_)) {
                decided = Some(decided.unwrap_or(false) || choice.takes(reading));
            }
            taken |= choice.takes(reading);
            if choice.doubts(reading) {
                doubt = doubt.or(Some(holder));
            }
        }
        Self {
            same: decided.unwrap_or(taken),
            doubt: doubt.filter(|_| decided.is_none()),
        }
    }
}

impl<'a> Known<'a> {
    fn add(&mut self, unit: &Unit, days: &SharedDays) {
        let lines = &self.bank.lines;
        let all = || {
            unit.statements
                .iter()
                .filter_map(|&s| statement(self.bank, s))
                .flat_map(|s| s.lines.clone())
        };
        let compared: Vec<ItemIndex> = if days.is_empty() {
            Vec::new()
        } else {
            all().filter(|&raw| days.is_near(lines.date(raw))).collect()
        };
        let ids = unique_ids(lines, &compared, all());
        let same_day: Vec<ItemIndex> = compared
            .iter()
            .filter(|&&raw| days.is_same(lines.date(raw)))
            .copied()
            .collect();
        let same = self.same_as_known(
            unit,
            Compared {
                near: &compared,
                same_day: &same_day,
                ids: &ids,
            },
        );
        let compared: HashSet<ItemIndex> = compared.into_iter().collect();
        for &holder in &unit.statements {
            let Some(range) = statement(self.bank, holder).map(|s| s.lines.clone()) else {
                continue;
            };
            for raw in range {
                let line = match same.get(&raw) {
                    Some(&line) => {
                        self.found.joined += 1;
                        self.found.others.entry(line).or_default().push(raw);
                        line
                    }
                    None => self.bring(raw),
                };
                if let Some(slot) = usize::try_from(raw)
                    .ok()
                    .and_then(|raw| self.found.line_of.get_mut(raw))
                {
                    *slot = line;
                }
                if compared.contains(&raw) {
                    self.holders.entry(line).or_default().push(holder);
                    if let Some(&id) = ids.get(&raw) {
                        note(self.by_id.entry(id).or_default(), line);
                        self.numbered.insert(line);
                    }
                    if days.is_same(lines.date(raw)) {
                        self.remember_words(raw, line);
                    }
                }
            }
        }
    }

    fn bring(&mut self, raw: ItemIndex) -> ItemIndex {
        let line = ItemIndex::try_from(self.found.sources.len()).unwrap_or(ItemIndex::MAX);
        self.found.sources.push(raw);
        line
    }

    /// A line is known by every wording that a statement gives it.
    fn remember_words(&mut self, raw: ItemIndex, line: ItemIndex) {
        let lines = &self.bank.lines;
        note(self.by_content.entry(content(lines, raw)).or_default(), line);
        note(
            self.by_amount.entry((lines.date(raw), lines.amount(raw))).or_default(),
            line,
        );
    }

    /// The raw lines of a unit that are known lines.
    fn same_as_known(&mut self, unit: &Unit, compared: Compared<'_, 'a>) -> BTreeMap<ItemIndex, ItemIndex> {
        let mut taken = HashSet::new();
        let mut candidates = self.by_bank_id(compared, &mut taken);
        self.by_words(compared, &mut taken, &mut candidates);
        self.by_day_and_amount(unit, compared, &taken, &mut candidates);
        if candidates.is_empty() {
            return BTreeMap::new();
        }
        candidates.sort_unstable_by_key(|candidate| candidate.raw);
        self.decide(unit, &candidates)
    }

    fn by_bank_id(&self, compared: Compared<'_, 'a>, taken: &mut HashSet<ItemIndex>) -> Vec<Candidate> {
        let lines = &self.bank.lines;
        let mut candidates = Vec::new();
        for &raw in compared.near {
            let Some(known) = compared.ids.get(&raw).and_then(|id| self.by_id.get(id)) else {
                continue;
            };
            let nearest = known
                .iter()
                .filter(|line| !taken.contains(*line))
                .filter(|&&line| lines.amount(self.source(line)) == lines.amount(raw))
                .map(|&line| (days_between(lines.date(self.source(line)), lines.date(raw)), line))
                .filter(|&(days, _)| days <= ID_DAYS)
                .min();
            if let Some((_, line)) = nearest {
                taken.insert(line);
                candidates.push(Candidate {
                    raw,
                    known: line,
                    reading: Reading::Id,
                });
            }
        }
        candidates
    }

    fn by_words(&self, compared: Compared<'_, 'a>, taken: &mut HashSet<ItemIndex>, candidates: &mut Vec<Candidate>) {
        let done: HashSet<ItemIndex> = candidates.iter().map(|candidate| candidate.raw).collect();
        // Where some ids of both files agree, the bank's ids are stable: other ids are other movements, however equal
        // the words. Where none agrees they say nothing (many banks number anew with each download).
        let stable: BTreeSet<u32> = candidates
            .iter()
            .filter_map(|candidate| self.file_of(candidate.known))
            .collect();
        let mut cursor = HashMap::<Content, usize>::new();
        for &raw in compared.same_day.iter().filter(|raw| !done.contains(*raw)) {
            let key = content(&self.bank.lines, raw);
            let Some(known) = self.by_content.get(&key) else {
                continue;
            };
            let cursor = cursor.entry(key).or_default();
            while let Some(&line) = known.get(*cursor) {
                *cursor += 1;
                let numbered = compared.ids.contains_key(&raw) && self.numbered.contains(&line);
                let other = numbered && self.file_of(line).is_some_and(|file| stable.contains(&file));
                if !other && taken.insert(line) {
                    candidates.push(Candidate {
                        raw,
                        known: line,
                        reading: Reading::Words,
                    });
                    break;
                }
            }
        }
    }

    fn by_day_and_amount(
        &self,
        unit: &Unit,
        compared: Compared<'_, 'a>,
        taken: &HashSet<ItemIndex>,
        candidates: &mut Vec<Candidate>,
    ) {
        let lines = &self.bank.lines;
        let done: HashSet<ItemIndex> = candidates.iter().map(|candidate| candidate.raw).collect();
        let file = unit
            .statements
            .first()
            .and_then(|&s| statement(self.bank, s))
            .map(|s| s.file);
        let format = file.and_then(|file| self.format(file));
        let mut cursor = HashMap::<(Date, i64), usize>::new();
        for &raw in compared.same_day.iter().filter(|raw| !done.contains(*raw)) {
            let key = (lines.date(raw), lines.amount(raw));
            let Some(known) = self.by_amount.get(&key) else {
                continue;
            };
            let cursor = cursor.entry(key).or_default();
            while let Some(&line) = known.get(*cursor) {
                *cursor += 1;
                // One format words one movement one way.
                let other_format = self.file_of(line).and_then(|file| self.format(file)) != format;
                if other_format && !taken.contains(&line) {
                    candidates.push(Candidate {
                        raw,
                        known: line,
                        reading: Reading::Amount,
                    });
                    break;
                }
            }
        }
    }

    /// Asks the balances, for each pair of statements that share candidates.
    fn decide(&mut self, unit: &Unit, candidates: &[Candidate]) -> BTreeMap<ItemIndex, ItemIndex> {
        let mut same = BTreeMap::new();
        for &later in &unit.statements {
            let Some(range) = statement(self.bank, later).map(|s| s.lines.clone()) else {
                continue;
            };
            let first = candidates.partition_point(|candidate| candidate.raw < range.start);
            let last = candidates.partition_point(|candidate| candidate.raw < range.end);
            let own = candidates.get(first..last).unwrap_or_default();
            let mut shared = BTreeMap::<u32, Vec<Candidate>>::new();
            for candidate in own {
                for &holder in self.holders.get(&candidate.known).into_iter().flatten() {
                    shared.entry(holder).or_default().push(*candidate);
                }
            }
            let choices: BTreeMap<u32, Choice> = shared
                .iter()
                .map(|(&earlier, shared)| (earlier, self.choose(earlier, later, shared)))
                .collect();
            let mut doubts = BTreeMap::<(u32, bool), u64>::new();
            for candidate in own {
                let holders = self.holders.get(&candidate.known).into_iter().flatten();
                let told = holders.filter_map(|holder| Some((*holder, *choices.get(holder)?)));
                let verdict = Verdict::of(told, candidate.reading);
                if verdict.same {
                    same.insert(candidate.raw, candidate.known);
                }
                if let Some(earlier) = verdict.doubt {
                    *doubts.entry((earlier, !verdict.same)).or_default() += 1;
                }
            }
            for ((earlier, kept), lines) in doubts {
                self.found.doubts.push(Doubt {
                    earlier,
                    later,
                    lines,
                    kept,
                });
            }
        }
        same
    }

    fn choose(&mut self, earlier: u32, later: u32, shared: &[Candidate]) -> Choice {
        let (Some(a), Some(b)) = (statement(self.bank, earlier), statement(self.bank, later)) else {
            return Choice::Undecided;
        };
        let lines = &self.bank.lines;
        for (position, statement) in [(earlier, a), (later, b)] {
            self.profiles
                .entry(position)
                .or_insert_with(|| Profile::of(statement, lines));
        }
        let shared_line = |line: ItemIndex, reading: Reading| SharedLine {
            line,
            date: lines.date(line),
            amount: lines.amount(line),
            reading,
        };
        let (theirs, ours) = shared
            .iter()
            .map(|c| {
                (
                    shared_line(self.source_within(c.known, a), c.reading),
                    shared_line(c.raw, c.reading),
                )
            })
            .unzip();
        match (self.profiles.get(&earlier), self.profiles.get(&later)) {
            (Some(a), Some(b)) => decide::choose(&Side::new(a, theirs), &Side::new(b, ours)),
            _ => Choice::Undecided,
        }
    }

    /// The raw line by which a statement holds a joined one.
    fn source_within(&self, line: ItemIndex, holder: &BankStatement) -> ItemIndex {
        let source = self.source(line);
        if holder.lines.contains(&source) {
            return source;
        }
        let others = self.found.others.get(&line);
        let within = others.and_then(|others| others.iter().find(|raw| holder.lines.contains(raw)));
        within.copied().unwrap_or(source)
    }

    fn source(&self, line: ItemIndex) -> ItemIndex {
        let position = usize::try_from(line).ok();
        position
            .and_then(|line| self.found.sources.get(line))
            .copied()
            .unwrap_or(ItemIndex::MAX)
    }

    fn home(&self, line: ItemIndex) -> Option<u32> {
        self.holders.get(&line).and_then(|holders| holders.first()).copied()
    }

    fn file_of(&self, line: ItemIndex) -> Option<u32> {
        self.home(line)
            .and_then(|home| statement(self.bank, home))
            .map(|s| s.file)
    }

    fn format(&self, file: u32) -> Option<&'a str> {
        let file = usize::try_from(file).ok().and_then(|file| self.files.get(file));
        file.map(|file| file.format.as_str())
    }
}

/// Adds a line to those of one key; they come in rising order, but for those that several statements hold.
fn note(lines: &mut Vec<ItemIndex>, line: ItemIndex) {
    if let Err(position) = lines.binary_search(&line) {
        lines.insert(position, line);
    }
}

/// Ids of the compared lines that are unique among all lines of the unit.
fn unique_ids<'a>(
    lines: &'a Items,
    compared: &[ItemIndex],
    all: impl Iterator<Item = ItemIndex>,
) -> HashMap<ItemIndex, &'a str> {
    let ids = || {
        compared
            .iter()
            .map(|&raw| (raw, lines.text(raw, Field::Id)))
            .filter(|(_, id)| !id.is_empty())
    };
    let mut counts: HashMap<&str, u32> = ids().map(|(_, id)| (id, 0)).collect();
    if counts.is_empty() {
        return HashMap::new();
    }
    for raw in all {
        if let Some(count) = counts.get_mut(lines.text(raw, Field::Id)) {
            *count += 1;
        }
    }
    ids().filter(|(_, id)| counts.get(id) == Some(&1)).collect()
}

fn days_between(a: Date, b: Date) -> i64 {
    i64::from((b - a).get_days()).abs()
}
