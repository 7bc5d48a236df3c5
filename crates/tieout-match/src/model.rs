//! What the engine knows before it looks at a pair: expectations, improved by what the books themselves show.

use crate::aliases::Aliases;
use crate::arith::{Bits, FNV_START, fnv, log2_ratio};
use crate::days_shown::DaysShown;
use crate::hashing::Map;
use crate::lags::{LagTables, Lags};
use crate::openings::Agreement;
use crate::residuals::{Currencies, Difference, Relation};
use std::collections::BTreeMap;

/// Version of the evidence and of how it is weighed; part of every proof.
pub(crate) const VERSION: &str = "tieout-match 8";

/// As many pairs as the expected shares of differing amounts are worth.
const EXPECTED_PAIRS: u32 = 300;

/// The same of pairs that name a foreign currency.
const EXPECTED_ABROAD: u32 = 20;

/// Of forty pairs whose texts begin alike: how far they agree, in thousandths.
const EXPECTED_OPENINGS: [u32; Agreement::COUNT] = [28_000, 8_000, 2_800, 1_200];

/// What is expected before any books are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// How many of a thousand bank lines have their entry in the books.
    pub matched_per_mille: u32,
    /// How often the expectations are corrected by what the matches show; 0 leaves them as they are.
    pub rounds: u32,
    /// Largest exchange difference that may be learnt from, in per mille; see [`crate::Settings`].
    pub max_exchange_per_mille: u32,
}

impl Default for Prior {
    fn default() -> Self {
        Self {
            matched_per_mille: 950,
            rounds: 1,
            max_exchange_per_mille: 30,
        }
    }
}

/// What was learnt: how long things take, which names stand for which contacts, which types of lines go with which
/// business. Two models with the same [`Model::hash`] decide alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub(crate) matched_per_mille: u32,
    /// Of payments in, payments out, checks in, checks out.
    lags: [Lags; 4],
    /// How often amounts are equal, or differ for each reason, in thousandths of a pair.
    relations: [u32; Relation::ALL.len()],
    /// The same where a foreign currency is named.
    foreign_relations: [u32; Relation::ALL.len()],
    /// How far texts that begin alike agree, in thousandths of a pair.
    openings: [u32; Agreement::COUNT],
    /// How often lines that show a day have an entry of that day.
    pub(crate) days_shown: DaysShown,
    /// How large the differences of each relation are, in thousandths of a pair.
    differences: [[u32; Difference::COUNT]; Relation::ALL.len()],
    pub(crate) aliases: Aliases,
    pub(crate) kinds: Counts,
    /// Of lines of one template, and of entries of one business: how many there are, and how many are matched.
    pub(crate) line_rates: Rates,
    pub(crate) entry_rates: Rates,
}

/// How often two things were seen together, and each alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    together: Map<(u64, u64), u32>,
    first: Map<u64, u32>,
    second: Map<u64, u32>,
    total: u32,
}

impl Counts {
    /// Counts one pair.
    pub(crate) fn learn(&mut self, first: u64, second: u64) {
        *self.together.entry((first, second)).or_default() += 1;
        *self.first.entry(first).or_default() += 1;
        *self.second.entry(second).or_default() += 1;
        self.total += 1;
    }

    /// How often the two were seen together, the first at all, the second at all, and all pairs.
    pub(crate) fn of(&self, first: u64, second: u64) -> (u32, u32, u32, u32) {
        let count = |map: &Map<u64, u32>, key| map.get(&key).copied().unwrap_or(0);
        let (of_first, of_second) = (count(&self.first, first), count(&self.second, second));
        let together = if of_first == 0 || of_second == 0 {
            0
        } else {
            self.together.get(&(first, second)).copied().unwrap_or(0)
        };
        (together, of_first, of_second, self.total)
    }

    fn hash(&self, hash: u64) -> u64 {
        // In the order of the keys: that of a map is its own affair.
        let mut pairs: Vec<_> = self.together.iter().collect();
        pairs.sort_unstable();
        pairs.into_iter().fold(hash, |hash, ((first, second), count)| {
            let hash = fnv(fnv(hash, &first.to_le_bytes()), &second.to_le_bytes());
            fnv(hash, &count.to_le_bytes())
        })
    }
}

/// How many items of each class find a match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rates(BTreeMap<u64, (u32, u64)>);

impl Rates {
    /// Counts one item, and the probability that it is matched, in parts per million.
    pub(crate) fn learn(&mut self, class: u64, matched_ppm: u32) {
        let (all, found) = self.0.entry(class).or_default();
        *all += 1;
        *found += u64::from(matched_ppm);
    }

    /// log2 of how unlikely it is that an item of a class is open; `matched_per_mille` counts like some items of it.
    pub(crate) fn weigh(&self, class: u64, matched_per_mille: u32) -> Bits {
        /// Items that the expectation is worth.
        const EXPECTED: u64 = 8;
        /// However regular a class is, so many of a thousand are taken to be open.
        const LEAST_OPEN: u64 = 30;
        let (all, found) = self.0.get(&class).copied().unwrap_or_default();
        let all = 1000 * (u64::from(all) + EXPECTED);
        let open = all.saturating_sub(found / 1000 + EXPECTED * u64::from(matched_per_mille));
        log2_ratio(all, open.max(all * LEAST_OPEN / 1000))
    }

    fn hash(&self, hash: u64) -> u64 {
        self.0.iter().fold(hash, |hash, (class, (all, found))| {
            fnv(
                fnv(fnv(hash, &class.to_le_bytes()), &all.to_le_bytes()),
                &found.to_le_bytes(),
            )
        })
    }
}

impl Model {
    /// The expectations alone.
    pub fn new(prior: &Prior) -> Self {
        Self {
            matched_per_mille: prior.matched_per_mille.clamp(1, 999),
            lags: [Lags::payments(), Lags::payments(), Lags::checks(), Lags::checks()],
            relations: Relation::ALL.map(|relation| relation.expected_per_mille() * EXPECTED_PAIRS),
            foreign_relations: Relation::ALL.map(|relation| relation.expected_abroad_per_mille() * EXPECTED_ABROAD),
            openings: EXPECTED_OPENINGS,
            days_shown: DaysShown::default(),
            differences: [[1000; Difference::COUNT]; Relation::ALL.len()],
            aliases: Aliases::default(),
            kinds: Counts::default(),
            line_rates: Rates::default(),
            entry_rates: Rates::default(),
        }
    }

    /// The version that every proof carries.
    pub fn version(&self) -> &'static str {
        VERSION
    }

    /// A hash of everything that was learnt.
    pub fn hash(&self) -> u64 {
        let hash = fnv(FNV_START, VERSION.as_bytes());
        let hash = fnv(hash, &self.matched_per_mille.to_le_bytes());
        let hash = self
            .lags
            .iter()
            .flat_map(Lags::numbers)
            .chain(self.relations)
            .chain(self.foreign_relations)
            .chain(self.openings)
            .chain([self.days_shown.all, self.days_shown.agreeing])
            .chain(self.differences.into_iter().flatten())
            .fold(hash, |hash, number| fnv(hash, &number.to_le_bytes()));
        let hash = self.kinds.hash(self.aliases.hash(hash));
        self.entry_rates.hash(self.line_rates.hash(hash))
    }

    /// The distributions of lags for entries that lie within `span` working days.
    pub(crate) fn lag_tables(&self, span: u32) -> LagTables {
        LagTables::new(&self.lags, span)
    }

    /// Learns how long one entry took.
    pub(crate) fn learn_lag(&mut self, distribution: usize, working_days: i32) {
        if let Some(lags) = self.lags.get_mut(distribution) {
            lags.learn(working_days);
        }
    }

    /// log2 of the share of each relation between amounts, by its place; where a foreign currency is named, other shares.
    pub(crate) fn relation_weights(&self, currencies: Currencies) -> [Bits; Relation::ALL.len()] {
        let relations = match currencies {
            Currencies::One => self.relations,
            Currencies::Foreign => self.foreign_relations,
        };
        let all = relations.iter().copied().map(u64::from).sum();
        relations.map(|share| log2_ratio(u64::from(share), all))
    }

    /// log2 of the share of each agreement between texts that begin alike.
    pub(crate) fn opening_weights(&self) -> [Bits; Agreement::COUNT] {
        let all = self.openings.iter().copied().map(u64::from).sum();
        self.openings.map(|share| log2_ratio(u64::from(share), all))
    }

    /// Learns how far the texts of one pair agree.
    pub(crate) fn learn_opening(&mut self, agreement: Agreement) {
        if let Some(share) = self.openings.get_mut(agreement.place()) {
            *share = share.saturating_add(1000);
        }
    }

    /// log2 of the share of each size of difference, for relations of which enough pairs were seen.
    pub(crate) fn difference_weights(&self) -> [Option<[Bits; Difference::COUNT]>; Relation::ALL.len()] {
        const ENOUGH: u64 = 200_000;
        self.differences.map(|sizes| {
            let all: u64 = sizes.iter().copied().map(u64::from).sum();
            (all >= ENOUGH).then(|| sizes.map(|share| log2_ratio(u64::from(share), all)))
        })
    }

    /// Learns how far the amounts of one pair are apart.
    pub(crate) fn learn_difference(&mut self, relation: Relation, difference: Difference) {
        let sizes = self.differences.get_mut(relation.place());
        if let Some(share) = sizes.and_then(|sizes| sizes.get_mut(difference.place())) {
            *share = share.saturating_add(1000);
        }
    }

    /// Learns how the amounts of one pair relate.
    pub(crate) fn learn_relation(&mut self, relation: Relation, currencies: Currencies) {
        let relations = match currencies {
            Currencies::One => &mut self.relations,
            Currencies::Foreign => &mut self.foreign_relations,
        };
        if let Some(share) = relations.get_mut(relation.place()) {
            *share = share.saturating_add(1000);
        }
    }

    /// log2 of the odds that a line has its entry in the books.
    pub(crate) fn matched_odds(&self) -> Bits {
        log2_ratio(
            u64::from(self.matched_per_mille),
            u64::from(1000 - self.matched_per_mille),
        )
    }
}
