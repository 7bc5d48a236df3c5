//! Names that the bank has for a contact and the books have not: of a parent company, a spouse, a collecting agency.
//!
//! Who pays under another name once does so again. Each of the payments may belong to entries of many contacts; the contact
//! that all of them can belong to is the one. So what speaks for a contact is what all payments of a name say together, each
//! as much more often of this contact than chance would have it (Bayes' factors), next to the name meaning nobody.

use crate::arith::{Bits, PPM, fnv, log2_ratio, odds, to_ppm};
use crate::books::{Books, Face};
use crate::columns::{at, set};
use crate::evidence::Judge;
use crate::facing::{ANOTHER, Facing};
use crate::hashing::Map;
use crate::index::around;
use crate::roll::Position;
use crate::sample::Sample;
use crate::settle::Settled;
use crate::vocabulary::TokenId;
use std::collections::BTreeMap;

/// Of a hundred payments of a name that belong to one contact so many are paired with entries of it by themselves.
const FAITHFUL: u64 = 80;
/// Of a hundred names so many belong to one contact.
const OWNED: f64 = 0.5;
/// What all payments of a name can say, either way.
const MOST: Bits = 4_000;
/// What is taken off, as other names may be the contact's, too; what says less than the least is nothing then.
const CAUTION: Bits = 150;
const LEAST: Bits = 20;
/// Payments of one name that are looked at, if there are no more.
const LINES: std::ops::RangeInclusive<usize> = 2..=60;
/// Entries of a payment's amount that are looked at.
const ENTRIES: usize = 64;
/// A contact with more than one of so many entries sells for others, or is many.
const LARGE: u32 = 20;
/// What a name shows at most before the amounts are looked at.
const NAMED: (Bits, Bits) = (-350, 700);
/// From so sure a contact on, a name that is not its own is that of no other.
const SURE: u32 = 900_000;

/// What names of payees say of contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Aliases(Map<u64, Says>);

/// What one name says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Says {
    /// Hundredths of a bit by the hash of a contact; its strongest payment is left out.
    pub(crate) contacts: Vec<(u64, Bits)>,
    /// It is no other contact's.
    pub(crate) is_sure: bool,
}

impl Aliases {
    /// What a name says.
    pub(crate) fn of(&self, payee: u64) -> Option<&Says> {
        self.0.get(&payee)
    }

    /// Contacts that have such names: the class of their own name in these books by its hash.
    pub(crate) fn classes(&self, books: &Books) -> Map<u64, u32> {
        let contacts = self.0.values().flat_map(|says| &says.contacts);
        let mut classes: Map<u64, u32> = contacts.map(|(contact, _)| (*contact, 0)).collect();
        for class in 0..books.contacts.names.classes() {
            if let Some(known) = classes.get_mut(&books.contact_hash(class)) {
                *known = class;
            }
        }
        classes
    }

    /// Adds all of it to a hash, in the order of the keys.
    pub(crate) fn hash(&self, hash: u64) -> u64 {
        let mut payees: Vec<_> = self.0.iter().collect();
        payees.sort_unstable();
        payees.into_iter().fold(hash, |hash, (payee, says)| {
            let contacts = says.contacts.iter();
            let numbers = contacts.flat_map(|(contact, bits)| [*contact, u64::from(bits.cast_unsigned())]);
            let add = |hash, number: u64| fnv(hash, &number.to_le_bytes());
            numbers.fold(add(add(hash, *payee), u64::from(says.is_sure)), add)
        })
    }

    /// Looks at all payments of names that come more than once. Entries that others surely have are nobody's.
    pub(crate) fn learn(judge: &Judge<'_>, settled: &Settled, sample: Sample) -> Self {
        /// A pair that is as good as certain.
        const CERTAIN: u32 = 950_000;
        let books = judge.books;
        let mut by_payee: BTreeMap<u64, Vec<Position>> = BTreeMap::new();
        let mut holders: Vec<Option<Position>> = books.entries.positions().map(|_| None).collect();
        for line in books.lines.positions().filter(|line| sample.has_line(books, *line)) {
            let payee = books.payee(line);
            if payee != 0 {
                by_payee.entry(payee).or_default().push(line);
            }
            let pair = settled.assignment.of_line(line);
            if let Some(pair) = pair.filter(|pair| settled.confidence(*pair) >= CERTAIN) {
                set(&mut holders, settled.pairs.of(pair).1, Some(line));
            }
        }
        let mut facing = Facing::default();
        let mut says = Map::default();
        for (payee, lines) in by_payee {
            if !LINES.contains(&lines.len()) {
                continue;
            }
            let mut sightings = Payee::default();
            for line in lines {
                judge.face(line, &mut facing);
                judge.face_words(&mut facing);
                if facing.names_someone() {
                    continue;
                }
                let is_open = |entry: Position| {
                    let holder = at(&holders, entry);
                    holder.is_none_or(|other| other == line || books.payee(other) == payee)
                };
                sightings.add(&claims(judge, &mut facing, is_open), books.entries.len());
            }
            let said = sightings.says(books.entries.len());
            if !said.contacts.is_empty() {
                says.insert(payee, said);
            }
        }
        Self(says)
    }
}

impl Judge<'_> {
    /// Words of names of contacts that the bank calls as it does in a line.
    pub(crate) fn names_aliased(&self, line: Position) -> impl Iterator<Item = TokenId> + '_ {
        let says = self.model.aliases.of(self.books.payee(line)).into_iter();
        let contacts = says.flat_map(|says| &says.contacts);
        let classes = contacts.filter_map(|(contact, _)| self.aliased.get(contact));
        classes
            .flat_map(|class| self.books.contacts.names.row_of(*class))
            .copied()
    }

    /// What names say, or what other payments show if that is more: that the bank calls this contact so, or another.
    pub(crate) fn or_alias(&self, facing: &Facing, face: Face, bits: Bits) -> Bits {
        let aliased = &facing.aliased;
        if aliased.contacts.is_empty() {
            return bits;
        }
        let contact = self.books.contact_hash(face.names);
        let mut known = aliased.contacts.iter();
        match known.find(|(of, _)| *of == contact) {
            Some((_, says)) => bits.max(*says),
            None if aliased.is_sure && contact != 0 => bits.min(ANOTHER),
            None => bits,
        }
    }
}

/// A contact that a payment may belong to.
#[derive(Debug, Clone, Copy)]
struct Claim {
    contact: u64,
    /// Entries it has.
    size: u32,
    /// Probability of all pairs of the line and its entries, if the name says nothing.
    ppm: u32,
    name: Bits,
}

/// The contacts of entries that a line has the amount of, each once.
fn claims(judge: &Judge<'_>, facing: &mut Facing, is_open: impl Fn(Position) -> bool) -> Vec<Claim> {
    let books: &Books = judge.books;
    let after = books.entries.first_from(facing.account, facing.day.saturating_add(1));
    let run = books.amounts.equal(facing.account, facing.amount);
    let size = |entry: Position| at(&books.contacts.sizes, books.contacts.of(entry));
    let mut found = Vec::new();
    let mut all = 1.0;
    for entry in around(after, run, |entry| *entry, ENTRIES) {
        if !is_open(*entry) || size(*entry).saturating_mul(LARGE) > books.entries.len().max(1_000) {
            continue;
        }
        let Some(weights) = judge.weigh(facing, *entry) else {
            continue;
        };
        let weight = odds(weights.total() - weights.name);
        all += weight;
        found.push((*entry, weight, weights.name));
    }
    let mut claims: Vec<Claim> = Vec::with_capacity(found.len());
    for (entry, weight, name) in found {
        let contact = books.contact_hash(books.contacts.names.class(entry));
        let (size, ppm, name) = (size(entry), to_ppm(weight / all), name.clamp(NAMED.0, NAMED.1));
        match claims.iter_mut().find(|claim| claim.contact == contact) {
            Some(claim) => {
                claim.ppm += ppm;
                claim.name = claim.name.max(name);
            }
            None => claims.push(Claim {
                contact,
                size,
                ppm,
                name,
            }),
        }
    }
    claims.retain(|claim| claim.contact != 0);
    claims
}

/// Payments of one name, as they are looked at one after the other.
#[derive(Debug, Default)]
struct Payee {
    /// What the payments say of every contact that they do not seem to belong to.
    others: Bits,
    contacts: BTreeMap<u64, Seen>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    size: u32,
    lines: u32,
    /// Beyond what they say of others.
    sum: Bits,
    /// The payment that says most.
    most: Bits,
    /// What the name shows by itself.
    name: Option<Bits>,
}

impl Payee {
    fn add(&mut self, claims: &[Claim], entries: u32) {
        let all: u64 = claims.iter().map(|claim| u64::from(claim.ppm)).sum();
        let (whole, ppm) = (100 * u64::from(PPM), u64::from(PPM));
        let unpaired = whole - FAITHFUL * all.min(ppm);
        let others = log2_ratio(unpaired, whole);
        self.others += others;
        for claim in claims {
            let size = u64::from(claim.size.max(1));
            let paired = FAITHFUL * u64::from(claim.ppm) * u64::from(entries) / size;
            let says = log2_ratio(unpaired + paired, whole);
            let seen = self.contacts.entry(claim.contact).or_default();
            seen.size = claim.size.max(1);
            seen.lines += 1;
            seen.sum += says - others;
            seen.most = seen.most.max(says);
            seen.name = seen.name.max(Some(claim.name));
        }
    }

    fn says(&self, entries: u32) -> Says {
        let share = |seen: &Seen| f64::from(seen.size) / f64::from(entries.max(1));
        // The line that is asked about is left out: the one that says most, to be sure.
        let weight = |seen: &Seen| {
            let says = self.others + seen.sum - seen.most + seen.name.unwrap_or(0);
            OWNED * share(seen) * odds(says.clamp(-MOST, MOST))
        };
        let all: f64 = self.contacts.values().map(weight).sum::<f64>() + (1.0 - OWNED);
        let mut said = Says::default();
        for (contact, seen) in self.contacts.iter().filter(|(_, seen)| seen.lines > 1) {
            let (ppm, size) = (to_ppm(weight(seen) / all), u64::from(seen.size));
            let of_it = u64::from(ppm) * u64::from(entries) / size;
            let bits = log2_ratio(of_it + u64::from(PPM - ppm), u64::from(PPM));
            if bits >= CAUTION + LEAST {
                said.contacts.push((*contact, bits - CAUTION));
                said.is_sure |= ppm >= SURE && seen.name <= Some(100);
            }
        }
        said
    }
}
