//! How much speaks for two legs being one transfer, in hundredths of a bit.
//!
//! The prior is what is expected of two legs of these accounts and this state, before anything is looked at but that they
//! are there: few of an account's movements are transfers, unless most of them say so. Against it stands how many pairs of
//! this amount would meet within these days by chance.

use super::OwnAccount;
use super::legs::{Card, LegId, Legs};
use super::profile::{Named, Profiles};
use crate::arith::{Bits, count, log2, log2_ratio};
use crate::columns::at;
use crate::hashing::Map;
use crate::outcome::{Evidence, EvidenceKind};
use crate::transfers::TransferKind;
use std::ops::RangeInclusive;

/// Working days from leaving to arriving, where bank lines show both. Some banks show the arrival first.
const DAYS: RangeInclusive<i32> = -1..=6;
/// The same where a day is that of an entry, which is written before the bank books it, or when somebody finds the time.
const WRITTEN_DAYS: RangeInclusive<i32> = -6..=8;
/// Legs in this time that are weighed; of more the nearest.
const NEAR: usize = 24;
/// What is less likely than this is not kept.
const LOWEST: Bits = -500;

/// Two legs, and what speaks for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) out: LegId,
    pub(super) into: LegId,
    pub(super) score: Bits,
    /// Something besides amount and days says that they are a transfer.
    pub(super) has_reason: bool,
}

/// The evidence of one pair.
#[derive(Debug, Clone, Copy, Default)]
struct Weights {
    prior: Bits,
    amount: Bits,
    date: Bits,
    says: Bits,
    named: Bits,
    shared: Bits,
    contra: Bits,
}

impl Weights {
    fn total(&self) -> Bits {
        self.prior + self.amount + self.date + self.says + self.named + self.shared + self.contra
    }

    fn has_reason(&self) -> bool {
        self.says >= 100 || self.named >= 300 || self.shared >= 500 || self.contra > 0
    }
}

/// Weighs pairs of legs.
pub(super) struct Weigher<'a> {
    accounts: &'a [OwnAccount<'a>],
    legs: &'a Legs,
    profiles: &'a Profiles,
    /// How many legs have an amount, whatever its sign.
    amounts: Map<u64, u32>,
    /// Legs of an account by state and direction.
    of_state: Map<(u16, State, bool), u32>,
    /// Working days from the first leg to the last.
    span: u32,
}

/// What a leg has: line, entry.
type State = (bool, bool);

impl<'a> Weigher<'a> {
    pub(super) fn new(accounts: &'a [OwnAccount<'a>], legs: &'a Legs, profiles: &'a Profiles) -> Self {
        let mut weigher = Self {
            accounts,
            legs,
            profiles,
            amounts: Map::default(),
            of_state: Map::default(),
            span: 20,
        };
        let days = || legs.ids().map(|id| legs.card(id).day);
        if let (Some(first), Some(last)) = (days().min(), days().max()) {
            weigher.span = u32::try_from(last.saturating_sub(first)).unwrap_or(0).max(20);
        }
        for card in legs.ids().map(|id| legs.card(id)) {
            *weigher.amounts.entry(card.amount.unsigned_abs()).or_default() += 1;
            *weigher.of_state.entry(key(&card)).or_default() += 1;
        }
        weigher
    }

    /// What speaks for two legs; `None` if they cannot be one transfer.
    pub(super) fn weigh(&self, out: LegId, into: LegId) -> Option<Edge> {
        let weights = self.weights(out, into)?;
        Some(Edge {
            out,
            into,
            score: weights.total(),
            has_reason: weights.has_reason(),
        })
    }

    fn weights(&self, out: LegId, into: LegId) -> Option<Weights> {
        let (from, to) = (self.legs.card(out), self.legs.card(into));
        let same = from.account != to.account && from.amount.checked_neg() == Some(to.amount);
        let days = to.day.saturating_sub(from.day);
        if !same || !self.is_one_currency(from.account, to.account) || !days_of(&from, &to).contains(&days) {
            return None;
        }
        let kind = TransferKind::of(&self.legs.leg(out), &self.legs.leg(into));
        Some(Weights {
            prior: self.prior(kind, from.account, to.account),
            amount: self.amount(&from, &to),
            date: date(&from, &to, days),
            says: self.says(out, into),
            named: self.named(out, to.account) + self.named(into, from.account),
            shared: self.shared(out, into),
            contra: self.contra(out, to.account) + self.contra(into, from.account),
        })
    }

    fn is_one_currency(&self, a: u16, b: u16) -> bool {
        let currency = |account: u16| self.accounts.get(usize::from(account)).map(|own| own.currency);
        currency(a) == currency(b)
    }

    /// Of the account that moves less, how many legs are expected to be transfers with the other.
    fn prior(&self, kind: TransferKind, from: u16, to: u16) -> Bits {
        let share = |account: u16| {
            let [all, with] = self.profiles.counts(account);
            log2_ratio(u64::from(with) + 1, u64::from(all) + 8).clamp(-300, -50)
        };
        let [of_from, of_to] = [self.profiles.counts(from), self.profiles.counts(to)];
        let lesser = if of_from < of_to { from } else { to };
        let of_kind = match kind {
            TransferKind::Unrecorded | TransferKind::Complete => 0,
            TransferKind::InTransit | TransferKind::Outstanding => -100,
            // Books that have a transfer on one side only are the exception.
            TransferKind::BookedOnce => -200,
        };
        share(lesser) + of_kind
    }

    /// How many legs would meet one of this amount by chance, negated.
    fn amount(&self, from: &Card, to: &Card) -> Bits {
        let all = u64::from(self.legs.len().max(1));
        let of_state = |card: &Card| u64::from(self.of_state.get(&key(card)).copied().unwrap_or(1));
        let busier = of_state(from).max(of_state(to));
        let window = u64::from(count(days_of(from, to).count()));
        let others = u64::from(self.amounts.get(&to.amount.unsigned_abs()).copied().unwrap_or(0)).saturating_sub(2);
        // Round amounts are met everywhere, whether these accounts have shown it yet or not.
        let one_in = match to.amount.unsigned_abs() {
            amount if amount % 100_000 == 0 => 150,
            amount if amount % 10_000 == 0 => 400,
            amount if amount % 1_000 == 0 => 1_500,
            _ => 8_000,
        };
        let of_amount = (-log2(one_in)).max(log2_ratio(others, all).min(0) - if others == 0 { 10_000 } else { 0 });
        let expected = log2_ratio(busier * window, u64::from(self.span)) + of_amount;
        (-expected).clamp(-600, 1_000)
    }

    /// Words that say transfer tell the more the fewer legs of the account have one.
    fn says(&self, out: LegId, into: LegId) -> Bits {
        let of = |id: LegId| {
            let [all, with] = self.profiles.counts(self.legs.card(id).account);
            if self.profiles.says_transfer(id) {
                // Six of ten transfers are taken to say so.
                (log2_ratio(u64::from(all) * 6 + 60, u64::from(with) * 10 + 10)).clamp(20, 600)
            } else if with > 0 {
                -130
            } else {
                0
            }
        };
        of(out) + of(into)
    }

    /// A leg names the other account, or another one of the owner's.
    fn named(&self, id: LegId, other: u16) -> Bits {
        let rarity = |token| log2_ratio(u64::from(self.legs.len()), u64::from(self.profiles.frequency(token)));
        match self.profiles.names(id, other) {
            Some(Named::Number(_)) => 1_000,
            Some(Named::Digits(token)) => rarity(token).clamp(0, 500) + 200,
            Some(Named::Word(token)) => rarity(token).clamp(0, 500),
            None => {
                let own = self.legs.card(id).account;
                let accounts = (0..).take(self.accounts.len());
                let mut third = accounts.filter(|account| *account != own && *account != other);
                let names_third = third.any(|account| self.profiles.names(id, account) > Some(Named::Word(u32::MAX)));
                if names_third { -600 } else { 0 }
            }
        }
    }

    /// The rarest number that both show, else the rarest word.
    fn shared(&self, out: LegId, into: LegId) -> Bits {
        self.rarest_shared(out, into).map_or(0, |(bits, _)| bits)
    }

    fn rarest_shared(&self, out: LegId, into: LegId) -> Option<(Bits, u32)> {
        let amount = self.legs.amount(into).unsigned_abs();
        let is_amount = |token| {
            let text = self.profiles.text(token);
            text.parse() == Ok(amount) || text.parse() == Ok(amount / 100)
        };
        let worth = |token| {
            let rarity = log2_ratio(
                u64::from(self.legs.len()),
                u64::from(self.profiles.frequency(token).max(2)) / 2,
            );
            if !self.profiles.is_number(token) {
                return (rarity - 200).clamp(0, 400);
            }
            let digits = Bits::try_from(self.profiles.text(token).len()).unwrap_or(0);
            if is_amount(token) {
                0
            } else {
                rarity.min(digits.saturating_mul(250)).clamp(0, 1_000)
            }
        };
        let shared = self.profiles.shared(out, into).map(|token| (worth(token), token));
        shared.filter(|(bits, _)| *bits > 0).max()
    }

    /// The books say themselves which account is on the other side of an entry.
    fn contra(&self, id: LegId, other: u16) -> Bits {
        let leg = self.legs.leg(id);
        let own = self.accounts.get(usize::from(leg.account));
        let contra = own
            .zip(leg.entry)
            .and_then(|(own, entry)| self.profiles.contra(own, entry));
        match contra {
            Some(contra) if contra == other => 800,
            // What is booked against a third of the own accounts is none of this one.
            Some(_) => -800,
            None => 0,
        }
    }

    /// What speaks for a pair, in words, strongest first.
    pub(super) fn evidence(&self, out: LegId, into: LegId) -> Vec<Evidence> {
        let Some(weights) = self.weights(out, into) else {
            return Vec::new();
        };
        let amount = self.legs.amount(into).unsigned_abs();
        let legs = self.amounts.get(&amount).copied().unwrap_or(0);
        let days = self.legs.card(into).day.saturating_sub(self.legs.card(out).day);
        let shared = self
            .rarest_shared(out, into)
            .map(|(_, token)| self.profiles.text(token));
        let pieces = [
            (
                EvidenceKind::Prior,
                String::from("how often such legs are a transfer"),
                weights.prior,
            ),
            (
                EvidenceKind::Amount,
                format!("out of one account and into the other; {legs} movements have this amount"),
                weights.amount,
            ),
            (EvidenceKind::Date, arrived(days), weights.date),
            (EvidenceKind::Type, self.said(out, into), weights.says),
            (EvidenceKind::Contact, self.told_names(out, into), weights.named),
            (
                EvidenceKind::Reference,
                format!("both show {}", shared.unwrap_or_default()),
                weights.shared,
            ),
            (
                EvidenceKind::Contact,
                String::from("the account that the books name on the other side"),
                weights.contra,
            ),
        ];
        let mut evidence: Vec<Evidence> = pieces
            .into_iter()
            .filter(|(_, _, weight)| *weight != 0)
            .map(|(kind, text, weight)| Evidence {
                kind,
                text: text.into(),
                weight,
            })
            .collect();
        evidence.sort_by_key(|piece| (-piece.weight.abs(), piece.kind));
        evidence
    }

    fn said(&self, out: LegId, into: LegId) -> String {
        let mut words: Vec<&str> = [out, into]
            .into_iter()
            .filter_map(|id| self.profiles.transfer_word(id))
            .collect();
        words.dedup();
        if words.is_empty() {
            return String::from("neither says that it is a transfer");
        }
        format!("says {}", words.join(", "))
    }

    fn told_names(&self, out: LegId, into: LegId) -> String {
        let (from, to) = (self.legs.card(out).account, self.legs.card(into).account);
        let named = [(out, to), (into, from)]
            .into_iter()
            .filter_map(|(id, other)| self.profiles.names(id, other));
        let tokens: Vec<&str> = named
            .map(|named| match named {
                Named::Word(token) | Named::Digits(token) | Named::Number(token) => self.profiles.text(token),
            })
            .collect();
        if tokens.is_empty() {
            return String::from("names another of the own accounts");
        }
        format!("names the other account: {}", tokens.join(", "))
    }
}

fn key(card: &Card) -> (u16, State, bool) {
    (card.account, (card.has_line, card.has_entry), card.amount > 0)
}

fn days_of(from: &Card, to: &Card) -> RangeInclusive<i32> {
    if from.has_line && to.has_line {
        DAYS
    } else {
        WRITTEN_DAYS
    }
}

fn date(from: &Card, to: &Card, days: i32) -> Bits {
    if from.has_line && to.has_line {
        return match days {
            0 => 150,
            1 => 80,
            2 => -20,
            ..0 => -150,
            days => -100 * (days - 2),
        };
    }
    100 - 40 * days.abs()
}

fn arrived(days: i32) -> String {
    match days {
        0 => String::from("on the same day"),
        1 => String::from("arrived a working day later"),
        days if days > 0 => format!("arrived {days} working days later"),
        -1 => String::from("arrived a working day before it left"),
        days => format!("arrived {} working days before it left", days.unsigned_abs()),
    }
}

/// Every pair of legs that may be one transfer, in the order of those that leave.
pub(super) fn weigh_all(weigher: &Weigher<'_>, legs: &Legs) -> Vec<Edge> {
    let mut arriving: Vec<LegId> = legs.ids().filter(|id| legs.amount(*id) > 0).collect();
    let place = |id: LegId| (legs.amount(id), legs.card(id).day, id);
    arriving.sort_unstable_by_key(|id| place(*id));
    let mut edges = Vec::new();
    let mut near: Vec<(u32, LegId)> = Vec::new();
    for out in legs.ids() {
        let card = legs.card(out);
        let Some(amount) = card.amount.checked_neg().filter(|amount| *amount > 0) else {
            continue;
        };
        let first = (amount, card.day.saturating_add(*WRITTEN_DAYS.start()), 0);
        let last = (amount, card.day.saturating_add(*WRITTEN_DAYS.end()), LegId::MAX);
        let from = arriving.partition_point(|id| place(*id) < first);
        let to = arriving.partition_point(|id| place(*id) <= last);
        near.clear();
        let others = arriving.get(from..to).unwrap_or_default().iter();
        near.extend(
            others
                .filter(|id| legs.card(**id).account != card.account)
                .map(|id| (legs.card(*id).day.abs_diff(card.day), *id)),
        );
        if near.len() > NEAR {
            near.sort_unstable();
            near.truncate(NEAR);
        }
        let weighed = near.iter().filter_map(|(_, into)| weigher.weigh(out, *into));
        // What is booked on one side at least may have another explanation: it takes more than an amount.
        let is_kept = |edge: &Edge| {
            let is_open = |id| !legs.card(id).has_entry;
            edge.score >= LOWEST && (edge.has_reason || is_open(edge.out) && is_open(edge.into))
        };
        edges.extend(weighed.filter(is_kept));
    }
    // As for those that leave: where thousands arrive from, none of them stands out.
    edges.sort_unstable_by_key(|edge| (edge.into, -edge.score, edge.out));
    let mut run = (LegId::MAX, 0);
    edges.retain(|edge| {
        run = if run.0 == edge.into {
            (run.0, run.1 + 1)
        } else {
            (edge.into, 1)
        };
        run.1 <= NEAR
    });
    edges.sort_unstable_by_key(|edge| (edge.out, edge.into));
    edges
}

/// Nothing else is suggested for what the two legs consist of.
pub(super) fn is_undisputed(legs: &Legs, edge: &Edge) -> bool {
    let is_disputed = |id: LegId| legs.card(id).is_disputed;
    !is_disputed(edge.out) && !is_disputed(edge.into)
}

/// How many pairs each leg is in.
pub(super) fn degrees(legs: &Legs, edges: &[Edge]) -> Vec<u32> {
    let mut degree = vec![0_u32; usize::try_from(legs.len()).unwrap_or(0)];
    for edge in edges {
        for id in [edge.out, edge.into] {
            let known = at(&degree, id);
            crate::columns::set(&mut degree, id, known + 1);
        }
    }
    degree
}
