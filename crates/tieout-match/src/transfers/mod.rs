//! Transfers between own accounts: money that leaves one of them and arrives in another.
//!
//! Each account is matched by itself first. What then stands in it is a *leg*: a line with its entry, a line that the books
//! lack, or an entry that the bank has not booked. A transfer is a leg that takes money out and one of another account that
//! takes the same amount in, a few working days apart. Which of the two have lines and which have entries says what to do:
//! two lines without entries are one transfer to be booked once, a line without an entry opposite a booked leg is a transfer
//! that the books know on one side only, an entry without a line is money on its way.
//!
//! Equal amounts meet by chance, the more easily the rounder they are and the more an account moves. So each pair is weighed
//! ([`weigh`]): how rare the amount is among all legs, days apart, words that say transfer, the other account's number or
//! name, a number that both sides show. Probabilities are those under the condition that a leg is in one transfer at most
//! ([`settle`]); where two are as likely, a person chooses. Amounts of different currencies are not compared: nothing here
//! knows their rate.

mod legs;
mod profile;
mod settle;
mod weigh;
mod words;

use crate::Input;
use crate::items::ItemIndex;
use crate::outcome::{Action, Evidence, Group, HeldBack, Tier};
use crate::settings::Settings;
use legs::Legs;
use profile::Profiles;
use settle::{Chosen, choose};
use tieout_core::Currency;
use weigh::{Weigher, weigh_all};

/// An account that was matched, one of several of one owner.
#[derive(Debug, Clone, Copy)]
pub struct OwnAccount<'a> {
    /// Its items, and none of another account.
    pub input: &'a Input,
    /// What its own run found.
    pub groups: &'a [Group],
    /// What it ran with; its days bound what can be on its way, its thresholds the tiers.
    pub settings: &'a Settings,
    /// Amounts of two accounts are compared if they are of one currency.
    pub currency: Currency,
    /// What bank and books call it: its number, its name in the books.
    pub names: &'a [String],
}

/// Money out of one own account and into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Where the money left.
    pub out: Leg,
    /// Where it arrived.
    pub into: Leg,
    /// Minor units, positive.
    pub amount: i64,
    /// What of it bank and books have.
    pub kind: TransferKind,
    /// Whether a person should look at it first.
    pub tier: Tier,
    /// Probability that both legs are one transfer, in parts per million.
    pub confidence_ppm: u32,
    /// Why it is not automatic, whatever its probability.
    pub held_back: Option<HeldBack>,
    /// Other transfers that were weighed and would use one of its legs.
    pub alternatives: u32,
    /// Each piece of evidence, strongest first; they add up to the log2 of the odds, in hundredths.
    pub evidence: Vec<Evidence>,
}

/// One end of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leg {
    /// Which account, by its place among those given.
    pub account: u16,
    /// What the bank has of it.
    pub line: Option<ItemIndex>,
    /// What the books have of it.
    pub entry: Option<ItemIndex>,
}

impl Leg {
    fn is_unbooked(&self) -> bool {
        self.entry.is_none()
    }

    fn is_waiting(&self) -> bool {
        self.line.is_none()
    }
}

/// What of a transfer bank and books have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// Both lines, no entry: book it, once.
    Unrecorded,
    /// One line without an entry, and the books have the other side: it was booked against another account.
    BookedOnce,
    /// Both entries, one line: on its way.
    InTransit,
    /// Both entries and no line.
    Outstanding,
    /// Both lines, both entries.
    Complete,
}

impl TransferKind {
    /// The code in files and interfaces.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unrecorded => "unrecorded",
            Self::BookedOnce => "booked_once",
            Self::InTransit => "in_transit",
            Self::Outstanding => "outstanding",
            Self::Complete => "complete",
        }
    }

    /// What to do about it.
    pub fn action(self) -> Action {
        match self {
            Self::Unrecorded => Action::BookTransfer,
            Self::BookedOnce => Action::CorrectOtherSide,
            Self::InTransit | Self::Outstanding | Self::Complete => Action::Wait,
        }
    }

    fn of(out: &Leg, into: &Leg) -> Self {
        match (out.is_unbooked(), into.is_unbooked()) {
            (true, true) => Self::Unrecorded,
            (true, false) | (false, true) => Self::BookedOnce,
            (false, false) => match (out.is_waiting(), into.is_waiting()) {
                (true, true) => Self::Outstanding,
                (false, false) => Self::Complete,
                _ => Self::InTransit,
            },
        }
    }
}

/// Transfers between accounts, by the day on which the money left. A leg is in several only where a person must choose, and
/// those are held back as [`HeldBack::Ambiguous`].
pub fn transfers(accounts: &[OwnAccount<'_>]) -> Vec<Transfer> {
    let legs = Legs::of(accounts);
    let profiles = Profiles::of(accounts, &legs);
    let weigher = Weigher::new(accounts, &legs, &profiles);
    let edges = weigh_all(&weigher, &legs);
    let chosen = choose(accounts, &legs, &profiles, &edges);
    chosen
        .into_iter()
        .map(|chosen| told(&weigher, &legs, &chosen))
        .collect()
}

fn told(weigher: &Weigher<'_>, legs: &Legs, chosen: &Chosen) -> Transfer {
    let (out, into) = (legs.leg(chosen.out), legs.leg(chosen.into));
    Transfer {
        amount: legs.amount(chosen.into),
        kind: TransferKind::of(&out, &into),
        out,
        into,
        tier: chosen.tier,
        confidence_ppm: chosen.ppm,
        held_back: chosen.held_back,
        alternatives: chosen.alternatives,
        evidence: weigher.evidence(chosen.out, chosen.into),
    }
}
