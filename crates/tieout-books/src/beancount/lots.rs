//! Lots: what is held at which cost, so that a sale with an open leg can be completed.

use super::directive::{Method, RawCost};
use crate::journal::{NameId, arithmetic};
use crate::limits;
use std::collections::HashMap;
use tieout_core::{Date, Decimal};

/// Units held at one cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) units: Decimal,
    pub(super) cost: Decimal,
    pub(super) cost_commodity: NameId,
    pub(super) date: Date,
    pub(super) label: Option<String>,
}

/// The lots of every account and commodity.
#[derive(Debug, Default)]
pub(super) struct Inventories(HashMap<(NameId, NameId), Vec<Lot>>);

/// What a sale took from the lots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Cost of what was taken, in `commodity`, with the sign of the posting.
    pub(super) weight: Decimal,
    pub(super) commodity: Option<NameId>,
    /// What is odd about it.
    pub(super) complaint: Option<&'static str>,
}

impl Inventories {
    /// Whether a posting of these units lowers lots that are there.
    pub(super) fn reduces(&self, key: (NameId, NameId), units: Decimal) -> bool {
        let lots = self.0.get(&key).map(Vec::as_slice).unwrap_or_default();
        lots.iter()
            .any(|lot| !lot.units.is_zero() && lot.units.is_negative() != units.is_negative())
    }

    /// Adds a lot; equal ones are joined. Says whether there was room for it.
    pub(super) fn add(&mut self, key: (NameId, NameId), lot: Lot) -> bool {
        let lots = self.0.entry(key).or_default();
        if lots.len() >= limits::MAX_LOTS {
            return false;
        }
        let same = |held: &&mut Lot| {
            (held.cost, held.cost_commodity, held.date) == (lot.cost, lot.cost_commodity, lot.date)
                && held.label == lot.label
        };
        match lots.iter_mut().find(same) {
            Some(held) => held.units = held.units.checked_add(lot.units).unwrap_or(held.units),
            None => lots.push(lot),
        }
        true
    }

    /// Takes units out of the lots that fit the cost, in the method's order. `None` if amounts are too large.
    pub(super) fn take(
        &mut self,
        key: (NameId, NameId),
        units: Decimal,
        cost: &RawCost,
        method: Method,
    ) -> Option<Taken> {
        let lots = self.0.entry(key).or_default();
        let mut fitting: Vec<usize> = lots
            .iter()
            .enumerate()
            .filter(|(_, lot)| {
                lot.units.is_negative() != units.is_negative() && !lot.units.is_zero() && fits(lot, cost)
            })
            .map(|(index, _)| index)
            .collect();
        let at = |index: usize| lots.get(index);
        match method {
            Method::Lifo => fitting.sort_by_key(|index| std::cmp::Reverse(at(*index).map(|lot| lot.date))),
            Method::Hifo => fitting.sort_by_key(|index| std::cmp::Reverse(at(*index).map(|lot| lot.cost))),
            _ => fitting.sort_by_key(|index| at(*index).map(|lot| lot.date)),
        }
        let mut taken = Taken::default();
        let held = fitting
            .iter()
            .filter_map(|index| at(*index))
            .try_fold(Decimal::ZERO, |sum, lot| sum.checked_add(lot.units))?;
        if method == Method::Strict && fitting.len() > 1 && held.abs() != units.abs() {
            taken.complaint = Some("several lots fit; the oldest were taken");
        }
        let mut left = units.abs();
        for index in fitting {
            let Some(lot) = lots.get_mut(index) else { continue };
            let part = left.min(lot.units.abs());
            left = left.checked_sub(part)?;
            let signed = if units.is_negative() { -part } else { part };
            lot.units = lot.units.checked_add(signed)?;
            taken.weight = taken.weight.checked_add(arithmetic::product(signed, lot.cost)?)?;
            taken.commodity = Some(lot.cost_commodity);
            if left.is_zero() {
                break;
            }
        }
        lots.retain(|lot| !lot.units.is_zero());
        if !left.is_zero() {
            taken.complaint = Some("the lots that fit do not hold so many units");
        }
        Some(taken)
    }
}

fn fits(lot: &Lot, cost: &RawCost) -> bool {
    cost.per_unit.is_none_or(|per_unit| per_unit == lot.cost)
        && cost.commodity.is_none_or(|commodity| commodity == lot.cost_commodity)
        && cost.date.is_none_or(|date| date == lot.date)
        && cost
            .label
            .as_ref()
            .is_none_or(|label| Some(label) == lot.label.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (NameId, NameId) = (1, 2);

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn three_lots() -> Inventories {
        let mut inventories = Inventories::default();
        for (units, cost, day) in [("10", "100", 1), ("10", "130", 2), ("10", "110", 3)] {
            inventories.add(
                KEY,
                Lot {
                    units: d(units),
                    cost: d(cost),
                    cost_commodity: 9,
                    date: Date::new(2024, 1, day).unwrap(),
                    label: None,
                },
            );
        }
        inventories
    }

    #[test]
    fn each_method_takes_its_lots_first() {
        for (method, weight) in [
            (Method::Fifo, "-1650"),
            (Method::Lifo, "-1750"),
            (Method::Hifo, "-1850"),
        ] {
            let taken = three_lots().take(KEY, d("-15"), &RawCost::default(), method).unwrap();
            assert_eq!((taken.weight, taken.complaint), (d(weight), None), "{method:?}");
        }
    }

    #[test]
    fn strict_booking_wants_one_lot_or_all() {
        let mut lots = three_lots();
        let by_cost = RawCost {
            per_unit: Some(d("130")),
            ..RawCost::default()
        };
        assert_eq!(
            lots.take(KEY, d("-4"), &by_cost, Method::Strict).unwrap().weight,
            d("-520")
        );
        assert!(
            lots.take(KEY, d("-4"), &RawCost::default(), Method::Strict)
                .unwrap()
                .complaint
                .is_some()
        );
        let all = lots.take(KEY, d("-22"), &RawCost::default(), Method::Strict).unwrap();
        assert_eq!((all.complaint, lots.reduces(KEY, d("-1"))), (None, false));
    }

    #[test]
    fn selling_more_than_is_held_is_told() {
        let taken = three_lots()
            .take(KEY, d("-31"), &RawCost::default(), Method::Fifo)
            .unwrap();
        assert!(taken.complaint.is_some());
    }
}
