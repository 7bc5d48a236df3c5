//! Rules proposed from what was decided again and again.
//!
//! For every account, the words are looked for that stand in the texts of lines booked to it and hardly ever in those of
//! others. Words that always come together make one condition, so that the most telling condition is proposed first; what
//! it covers does not count for the next.

use crate::rule::{Action, Condition, Direction, Next, Rule, Rulebook, Share, Size, Stage, TextField, TextTest};
use crate::write;
use std::collections::{BTreeMap, BTreeSet};
use tieout_match::fold;

/// A line whose other side is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decided {
    /// All texts of the line.
    pub text: String,
    /// Money in is positive.
    pub amount: i64,
    /// The account on the other side.
    pub account: String,
}

/// A rule and how often it would have been right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The rule, with what speaks for it in its note.
    pub rule: Rule,
    /// How many lines were decided so.
    pub support: usize,
    /// How many lines with the same words were decided otherwise.
    pub exceptions: usize,
}

/// How often something must have been decided.
pub const LEAST_SUPPORT: usize = 3;
/// One exception is allowed for so many lines.
const LINES_FOR_AN_EXCEPTION: usize = 10;
/// Words in a condition at most.
const MOST_WORDS: usize = 6;

/// The rules that follow from decisions, the one with the most support first. `digits` are those of the currency.
pub fn propose(decided: &[Decided], least_support: usize, digits: u8) -> Vec<Proposal> {
    let least_support = least_support.max(1);
    let all: Vec<(BTreeSet<String>, &Decided)> = decided.iter().map(|one| (words(&one.text), one)).collect();
    let mut holders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, (words, _)) in all.iter().enumerate() {
        for word in words {
            holders.entry(word).or_default().insert(place);
        }
    }
    let mut by_account: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, (_, one)) in all.iter().enumerate() {
        by_account.entry(&one.account).or_default().insert(place);
    }
    let mut found = Vec::new();
    for (account, own) in &by_account {
        let mut open = own.clone();
        while open.len() >= least_support {
            let best = holders
                .iter()
                .filter_map(|(word, holders)| candidate(word, holders, &open, own, least_support))
                .filter_map(|seed| closed(&seed, &all, &holders, own, &open, least_support))
                .max_by(|a, b| (a.words.len(), a.open, &b.words).cmp(&(b.words.len(), b.open, &a.words)));
            let Some(best) = best else {
                break;
            };
            open.retain(|place| !best.lines.contains(place));
            found.push((*account, best));
        }
    }
    found.sort_by(|a, b| {
        b.1.support
            .cmp(&a.1.support)
            .then_with(|| (a.0, &a.1.words).cmp(&(b.0, &b.1.words)))
    });
    let mut ids = BTreeSet::new();
    found
        .into_iter()
        .map(|(account, best)| best.proposal(account, &all, &mut ids, digits))
        .collect()
}

impl Proposal {
    /// Proposals as a rule file, ready to be used.
    pub fn file(proposals: &[Self], digits: u8) -> String {
        let rules = proposals.iter().map(|proposal| proposal.rule.clone()).collect();
        Rulebook { digits, rules }.to_toml()
    }
}

/// Words and the lines that hold them all.
struct Found {
    words: BTreeSet<String>,
    /// Lines of the account.
    lines: BTreeSet<usize>,
    support: usize,
    exceptions: usize,
    /// Lines that no earlier proposal covers.
    open: usize,
}

/// A word that tells the account apart, if it does.
fn candidate(
    word: &str,
    holders: &BTreeSet<usize>,
    open: &BTreeSet<usize>,
    own: &BTreeSet<usize>,
    least_support: usize,
) -> Option<BTreeSet<String>> {
    let support = holders.intersection(own).count();
    let is_new = holders.intersection(open).count() >= least_support;
    let telling = is_new && tells(support, holders.len() - support, least_support);
    telling.then(|| BTreeSet::from([word.to_owned()]))
}

fn tells(support: usize, exceptions: usize, least_support: usize) -> bool {
    support >= least_support && exceptions * LINES_FOR_AN_EXCEPTION <= support
}

/// All words that always come with these.
fn closed(
    seed: &BTreeSet<String>,
    all: &[(BTreeSet<String>, &Decided)],
    holders: &BTreeMap<&str, BTreeSet<usize>>,
    own: &BTreeSet<usize>,
    open: &BTreeSet<usize>,
    least_support: usize,
) -> Option<Found> {
    let mut with_seed = seed.iter().filter_map(|word| holders.get(word.as_str()));
    let first = with_seed.next()?.clone();
    let holding = with_seed.fold(first, |lines, more| lines.intersection(more).copied().collect());
    let lines: BTreeSet<usize> = holding.intersection(own).copied().collect();
    let mut common: Option<BTreeSet<String>> = None;
    for (words, _) in lines.iter().filter_map(|place| all.get(*place)) {
        common = Some(match common {
            None => words.clone(),
            Some(common) => common.intersection(words).cloned().collect(),
        });
    }
    let mut words = seed.clone();
    // The longest words tell the most.
    let mut common: Vec<String> = common?.into_iter().collect();
    common.sort_by_key(|word| (std::cmp::Reverse(word.len()), word.clone()));
    words.extend(common.into_iter().take(MOST_WORDS));
    let exceptions = holding
        .difference(own)
        .filter_map(|place| all.get(*place))
        .filter(|(theirs, _)| words.is_subset(theirs))
        .count();
    let found = Found {
        support: lines.len(),
        exceptions,
        open: lines.intersection(open).count(),
        words,
        lines,
    };
    tells(found.support, found.exceptions, least_support).then_some(found)
}

impl Found {
    fn proposal(
        self,
        account: &str,
        all: &[(BTreeSet<String>, &Decided)],
        ids: &mut BTreeSet<String>,
        digits: u8,
    ) -> Proposal {
        let lines = || {
            self.lines
                .iter()
                .filter_map(|place| all.get(*place))
                .map(|(_, one)| *one)
        };
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let mut conditions = vec![Condition::Text(TextField::Any, TextTest::Words(vec![words.join(" ")]))];
        if lines().all(|one| one.amount < 0) {
            conditions.push(Condition::Direction(Direction::Out));
        } else if lines().all(|one| one.amount > 0) {
            conditions.push(Condition::Direction(Direction::In));
        }
        let exceptions = match self.exceptions {
            0 => "never otherwise".to_owned(),
            1 => "1 exception".to_owned(),
            several => format!("{several} exceptions"),
        };
        let mut rule = Rule {
            id: id(&words, ids),
            note: format!("booked so {} times, {exceptions}", self.support),
            stage: Stage::After,
            then_what: Next::Stop,
            when: Condition::All(conditions),
            action: Action::Code(
                vec![Share {
                    account: account.to_owned(),
                    tax_code: String::new(),
                    size: Size::Rest,
                }],
                String::new(),
            ),
            version: String::new(),
        };
        rule.version = write::version(&rule, digits);
        Proposal {
            rule,
            support: self.support,
            exceptions: self.exceptions,
        }
    }
}

/// The longest words of the condition, made unique.
fn id(words: &[&str], ids: &mut BTreeSet<String>) -> String {
    let mut longest: Vec<&str> = words.to_vec();
    longest.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    longest.truncate(2);
    let mut base = longest.join("-").to_lowercase();
    base.truncate(50);
    let mut id = base.clone();
    let mut number = 1;
    while !ids.insert(id.clone()) {
        number += 1;
        id = format!("{base}-{number}");
    }
    id
}

/// Words of letters only, three or more: numbers and codes change from line to line.
fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let telling = |word: &&str| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    folded.split(' ').filter(telling).map(str::to_owned).collect()
}
