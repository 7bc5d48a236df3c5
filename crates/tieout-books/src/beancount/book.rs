//! Completes one transaction as Beancount does: chooses lots, works out what is left open, and says whether it balances.
//!
//! Each posting has a *weight*, what it counts in the balance: its units, or their cost, or their price. Weights sum to
//! zero per commodity, within a tolerance of half the last digit that the transaction writes for that commodity. An open
//! amount takes what is left and is rounded to twice that tolerance.

use super::directive::{Method, RawCost, RawPosting, RawTransaction, Settings};
use super::lots::{Inventories, Lot};
use crate::journal::arithmetic::{at_scale, normalised, product, quotient};
use crate::journal::{NameId, Names, Posting};
use std::collections::{BTreeMap, HashMap};
use tieout_core::{Code, Date, Decimal};

/// What marks a posting at cost, which holds lots.
pub(super) const LOT: &str = "{}";
/// Beancount does not round to more significant digits than this.
const MAX_TOLERANCE_DIGITS: u32 = 5;

/// What stays the same from transaction to transaction, and the lots that do not.
pub(super) struct Booking<'a> {
    pub(super) settings: &'a Settings,
    pub(super) methods: &'a HashMap<NameId, Method>,
    pub(super) inventories: Inventories,
    /// Lots that there was no room for.
    pub(super) lots_dropped: u64,
}

/// A transaction's postings, and what was odd.
#[derive(Debug, Default)]
pub(super) struct Booked {
    pub(super) postings: Vec<Posting>,
    pub(super) complaints: Vec<(Code, u64, String)>,
}

/// What a posting counts in the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// So much of this.
    Known(Decimal, NameId),
    /// Of this commodity, to be worked out; the units are the weight divided by the factor.
    Open(NameId, Factor),
    /// Whatever is left in every commodity.
    Rest,
    /// Cannot be told, or counts nothing.
    Nothing,
}

/// How a weight becomes the number that was left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Factor {
    /// The units are the weight.
    Units,
    /// The units are the weight divided by this cost or price.
    UnitsAt(Decimal),
    /// Units are known; the cost of each is open.
    Cost,
    /// Units are known; the price is open and changes no balance.
    Price,
}

type Residuals = BTreeMap<NameId, Decimal>;

impl Booking<'_> {
    /// Completes a transaction. Lots are changed by it.
    pub(super) fn book(&mut self, raw: &mut RawTransaction, date: Date, commodities: &Names) -> Booked {
        let mut booked = Booked::default();
        let tolerances = self.tolerances(raw, commodities);
        fill_commodities(raw);
        let mut weights: Vec<Weight> = Vec::with_capacity(raw.postings.len());
        for posting in &raw.postings {
            weights.push(self.weigh(posting, date, &mut booked));
        }
        let mut residuals = Residuals::new();
        for weight in &weights {
            if let Weight::Known(amount, commodity) = weight {
                add(&mut residuals, *commodity, *amount);
            }
        }
        let mut given: Vec<Vec<(Decimal, NameId)>> = raw.postings.iter().map(written).collect();
        for ((posting, weight), amounts) in raw.postings.iter().zip(&mut weights).zip(&mut given) {
            if let Weight::Open(commodity, factor) = *weight {
                let left = self.fill_open(posting, commodity, factor, (&mut residuals, &tolerances, amounts), date);
                *weight = Weight::Known(left, commodity);
            }
        }
        let rests = weights.iter().filter(|weight| **weight == Weight::Rest).count();
        if let Some(at) = weights.iter().position(|weight| *weight == Weight::Rest) {
            if let Some(amounts) = given.get_mut(at) {
                *amounts = rest(&mut residuals, &tolerances);
            }
            if rests > 1 {
                let line = raw.postings.get(at).map_or(0, |posting| posting.line);
                booked.complain(
                    line,
                    "more than one amount is open; the first takes what is left".into(),
                );
            }
        }
        let line = raw.postings.first().map_or(0, |posting| posting.line);
        for (commodity, left) in &residuals {
            let tolerance = tolerances
                .get(commodity)
                .copied()
                .unwrap_or_else(|| self.default_tolerance(commodities.name(*commodity)));
            if left.abs() > tolerance {
                booked.complain(
                    line,
                    format!("the transaction is off by {left} {}", commodities.name(*commodity)),
                );
            }
        }
        for ((posting, amounts), weight) in raw.postings.iter_mut().zip(given).zip(weights) {
            let mut remarks = posting.remarks.take();
            // A lot is not turned by an amount.
            if posting.cost.is_some() {
                LOT.clone_into(&mut remarks.get_or_insert_default().kept);
            }
            let priced = posting.cost.is_some() || posting.price.is_some();
            for (amount, commodity) in amounts {
                let weight = match weight {
                    Weight::Known(weight, of) if priced => Some(Box::new((weight, of))),
                    _ => None,
                };
                booked.postings.push(Posting {
                    account: posting.account,
                    amount,
                    commodity,
                    line: posting.line,
                    date: None,
                    clearing: posting.clearing,
                    remarks: remarks.clone(),
                    is_virtual: false,
                    weight,
                });
            }
        }
        booked
    }

    /// The weight of a posting; sales and purchases at cost change the lots, unless their cost is open.
    fn weigh(&mut self, posting: &RawPosting, date: Date, booked: &mut Booked) -> Weight {
        let too_large = |booked: &mut Booked| {
            booked
                .complaints
                .push((Code::BadAmount, posting.line, "the amount is too large".into()));
            Weight::Nothing
        };
        let (units, commodity) = match (posting.units, posting.commodity) {
            (None, None) => return Weight::Rest,
            (units, commodity) => (units, commodity),
        };
        let Some(commodity) = commodity else {
            booked.complain(posting.line, "the currency is open and cannot be told".into());
            return Weight::Nothing;
        };
        if let Some(cost) = &posting.cost {
            return self
                .weigh_at_cost(posting, (units, commodity), cost, date, booked)
                .unwrap_or_else(|| too_large(booked));
        }
        let Some(price) = &posting.price else {
            return units.map_or(Weight::Open(commodity, Factor::Units), |units| {
                Weight::Known(units, commodity)
            });
        };
        let Some(in_commodity) = price.commodity else {
            return Weight::Nothing;
        };
        match (units, price.number) {
            (Some(units), Some(number)) => {
                let amount = if price.is_total {
                    Some(with_sign_of(number, units))
                } else {
                    product(units, number)
                };
                amount.map_or_else(|| too_large(booked), |amount| Weight::Known(amount, in_commodity))
            }
            (None, Some(number)) if !price.is_total => Weight::Open(in_commodity, Factor::UnitsAt(number)),
            (Some(_), None) => Weight::Open(in_commodity, Factor::Price),
            _ => {
                booked.complain(posting.line, "units and price are both open".into());
                Weight::Nothing
            }
        }
    }

    /// As [`Booking::weigh`], for a posting with `{ }`. `None` if amounts are too large.
    fn weigh_at_cost(
        &mut self,
        posting: &RawPosting,
        (units, commodity): (Option<Decimal>, NameId),
        cost: &RawCost,
        date: Date,
        booked: &mut Booked,
    ) -> Option<Weight> {
        let Some(units) = units else {
            if let (Some(per_unit), Some(in_commodity)) = (cost.per_unit, cost.commodity) {
                return Some(Weight::Open(in_commodity, Factor::UnitsAt(per_unit)));
            }
            booked.complain(posting.line, "units and cost are both open".into());
            return Some(Weight::Nothing);
        };
        let key = (posting.account, commodity);
        let method = self
            .methods
            .get(&posting.account)
            .copied()
            .unwrap_or(self.settings.method);
        if method != Method::None && self.inventories.reduces(key, units) {
            let taken = self.inventories.take(key, units, cost, method)?;
            if let Some(complaint) = taken.complaint {
                booked.complain(posting.line, complaint.into());
            }
            return Some(
                taken
                    .commodity
                    .map_or(Weight::Nothing, |commodity| Weight::Known(taken.weight, commodity)),
            );
        }
        let Some(in_commodity) = cost.commodity else {
            booked.complain(posting.line, "the cost is open and cannot be told".into());
            return Some(Weight::Nothing);
        };
        let per_unit = match (cost.per_unit, cost.total) {
            (None, None) => return Some(Weight::Open(in_commodity, Factor::Cost)),
            (Some(per_unit), None) => per_unit,
            (per_unit, Some(total)) => quotient(total, units.abs())?.checked_add(per_unit.unwrap_or(Decimal::ZERO))?,
        };
        // A total counts as written: a quotient that does not end would make it unbalanced.
        let weight = match (cost.per_unit, cost.total) {
            (None, Some(total)) => with_sign_of(total, units),
            (Some(per_unit), Some(total)) => product(units, per_unit)?.checked_add(with_sign_of(total, units))?,
            _ => product(units, per_unit)?,
        };
        self.add_lot(posting, units, (per_unit, in_commodity), date);
        Some(Weight::Known(weight, in_commodity))
    }

    fn add_lot(&mut self, posting: &RawPosting, units: Decimal, (cost, cost_commodity): (Decimal, NameId), date: Date) {
        let (Some(commodity), Some(written)) = (posting.commodity, &posting.cost) else {
            return;
        };
        let lot = Lot {
            units,
            cost,
            cost_commodity,
            date: written.date.unwrap_or(date),
            label: written.label.clone(),
        };
        if !self.inventories.add((posting.account, commodity), lot) {
            self.lots_dropped = self.lots_dropped.saturating_add(1);
        }
    }

    /// Gives an open number what is left of its commodity; that is the posting's weight.
    fn fill_open(
        &mut self,
        posting: &RawPosting,
        commodity: NameId,
        factor: Factor,
        (residuals, tolerances, amounts): (&mut Residuals, &Residuals, &mut Vec<(Decimal, NameId)>),
        date: Date,
    ) -> Decimal {
        let left = -residuals.remove(&commodity).unwrap_or(Decimal::ZERO);
        let own = posting.commodity.unwrap_or(commodity);
        match factor {
            Factor::Price => {}
            Factor::Cost => {
                if let Some(units) = posting.units
                    && let Some(cost) = quotient(left.abs(), units.abs())
                {
                    self.add_lot(posting, units, (cost, commodity), date);
                }
            }
            Factor::Units => *amounts = vec![(quantised(left, tolerances.get(&own)), own)],
            Factor::UnitsAt(each) => {
                if let Some(units) = quotient(left, each) {
                    let units = quantised(units, tolerances.get(&own));
                    *amounts = vec![(units, own)];
                    if posting.cost.is_some() {
                        self.add_lot(posting, units, (each, commodity), date);
                    }
                }
            }
        }
        left
    }

    /// Half the last written digit of each commodity, or more if an amount is coarser.
    fn tolerances(&self, raw: &RawTransaction, commodities: &Names) -> Residuals {
        let mut tolerances = Residuals::new();
        for posting in &raw.postings {
            let (Some(units), Some(commodity)) = (posting.units, posting.commodity) else {
                continue;
            };
            if let Some(tolerance) = half_of_last_digit(units, self.settings.multiplier) {
                let entry = tolerances.entry(commodity).or_insert(tolerance);
                *entry = tolerance.max(*entry);
            }
        }
        for (name, tolerance) in &self.settings.default_tolerances {
            if let Some(commodity) = commodities.find(name) {
                tolerances.entry(commodity).or_insert(*tolerance);
            }
        }
        tolerances
    }

    fn default_tolerance(&self, commodity: &str) -> Decimal {
        let defaults = &self.settings.default_tolerances;
        defaults
            .get(commodity)
            .or_else(|| defaults.get("*"))
            .copied()
            .unwrap_or(Decimal::ZERO)
    }
}

impl Booked {
    fn complain(&mut self, line: u64, message: String) {
        self.complaints.push((Code::Unbalanced, line, message));
    }
}

/// `0.005` for `12.50` and a multiplier of one half; `None` for whole numbers.
pub(super) fn half_of_last_digit(number: Decimal, multiplier: Decimal) -> Option<Decimal> {
    if number.scale() == 0 {
        return None;
    }
    product(Decimal::try_new(1, number.scale()).ok()?, multiplier)
}

/// An amount whose currency is left open takes the only one that the transaction names.
fn fill_commodities(raw: &mut RawTransaction) {
    let named = |posting: &RawPosting| {
        let cost = posting.cost.as_ref().and_then(|cost| cost.commodity);
        let price = posting.price.as_ref().and_then(|price| price.commodity);
        cost.or(price).or(posting.commodity)
    };
    let mut names: Vec<NameId> = raw.postings.iter().filter_map(named).collect();
    names.sort_unstable();
    names.dedup();
    let [only] = names.as_slice() else { return };
    for posting in &mut raw.postings {
        let plain = posting.cost.is_none() && posting.price.is_none();
        if posting.units.is_some() && posting.commodity.is_none() && plain {
            posting.commodity = Some(*only);
        }
        if let Some(price) = posting.price.as_mut() {
            price.commodity = price.commodity.or(Some(*only));
        }
        if let Some(cost) = posting.cost.as_mut() {
            cost.commodity = cost.commodity.or(Some(*only));
        }
    }
}

/// The amount as written, if it is whole.
fn written(posting: &RawPosting) -> Vec<(Decimal, NameId)> {
    posting.units.zip(posting.commodity).into_iter().collect()
}

/// What is left in every commodity, turned.
fn rest(residuals: &mut Residuals, tolerances: &Residuals) -> Vec<(Decimal, NameId)> {
    let mut amounts: Vec<(Decimal, NameId)> = std::mem::take(residuals)
        .into_iter()
        .map(|(commodity, left)| (quantised(-left, tolerances.get(&commodity)), commodity))
        .collect();
    if amounts.len() > 1 {
        amounts.retain(|(amount, _)| !amount.is_zero());
    }
    amounts
}

/// Rounded to twice the tolerance, as long as that has few digits.
fn quantised(number: Decimal, tolerance: Option<&Decimal>) -> Decimal {
    let quantum = tolerance
        .and_then(|tolerance| tolerance.checked_add(*tolerance))
        .map(normalised);
    match quantum {
        Some(quantum)
            if !quantum.is_zero() && quantum.mantissa().unsigned_abs() < 10_u128.pow(MAX_TOLERANCE_DIGITS) =>
        {
            at_scale(number, quantum.scale())
        }
        _ => number,
    }
}

fn with_sign_of(number: Decimal, units: Decimal) -> Decimal {
    if units.is_negative() {
        -number.abs()
    } else {
        number.abs()
    }
}

fn add(residuals: &mut Residuals, commodity: NameId, amount: Decimal) {
    let sum = residuals.entry(commodity).or_insert(Decimal::ZERO);
    *sum = sum.checked_add(amount).unwrap_or(*sum);
}
