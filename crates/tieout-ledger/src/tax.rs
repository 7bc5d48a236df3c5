//! Tax on an amount, to the minor unit.
//!
//! Rates are whole millionths, so nothing is ever a float. The tax of all rates together is rounded once, to the nearest
//! minor unit and halves away from zero; each rate then gets its share of that sum, rounded down, and what is left goes, one
//! unit each, to the rates that lost most (the first of equals). So the parts always sum to the tax, and net and tax to the
//! gross, exactly. A tax of a negative amount is the negative of the tax.

/// One whole in rates: 19 % is 190,000.
pub const WHOLE: i64 = 1_000_000;

/// How tax relates to an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxKind {
    /// The amount holds the tax.
    Inclusive,
    /// The tax comes on top of the amount.
    Exclusive,
    /// The tax is kept back from what is paid; the amount is what is owed.
    Withheld,
    /// The buyer owes the tax and deducts it; nothing of it is paid to the seller.
    ReverseCharge,
}

/// An amount and the tax on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxSplit {
    /// What the goods or services cost without tax.
    pub net: i64,
    /// The tax of each rate, in their order.
    pub taxes: Vec<i64>,
    /// What changes hands: net and tax, or what is left after tax was kept back.
    pub payable: i64,
}

/// Splits an amount in minor units by rates in millionths. `None` if a figure does not fit, a rate is negative, or more than
/// the whole is to be withheld.
pub fn split(kind: TaxKind, amount: i64, rates: &[i64]) -> Option<TaxSplit> {
    if rates.iter().any(|rate| *rate < 0) {
        return None;
    }
    let rate = rates.iter().try_fold(0_i64, |sum, rate| sum.checked_add(*rate))?;
    if kind == TaxKind::Withheld && rate > WHOLE {
        return None;
    }
    let whole = match kind {
        TaxKind::Inclusive => i128::from(WHOLE) + i128::from(rate),
        _ => i128::from(WHOLE),
    };
    let tax = nearest(i128::from(amount) * i128::from(rate), whole)?;
    let taxes = shares(tax, rates, rate)?;
    let (net, payable) = match kind {
        TaxKind::Inclusive => (amount.checked_sub(tax)?, amount),
        TaxKind::Exclusive => (amount, amount.checked_add(tax)?),
        TaxKind::Withheld => (amount, amount.checked_sub(tax)?),
        TaxKind::ReverseCharge => (amount, amount),
    };
    Some(TaxSplit { net, taxes, payable })
}

/// `dividend ÷ divisor`, halves away from zero. The divisor is positive.
fn nearest(dividend: i128, divisor: i128) -> Option<i64> {
    let half = divisor / 2;
    // An odd divisor has no half; then the nearest is never a tie.
    let moved = if dividend < 0 { dividend - half } else { dividend + half };
    i64::try_from(moved / divisor).ok()
}

/// Divides a tax by its rates: shares rounded towards zero, what is left to those that lost most.
fn shares(tax: i64, rates: &[i64], total: i64) -> Option<Vec<i64>> {
    if total == 0 {
        return Some(vec![0; rates.len()]);
    }
    let total = i128::from(total);
    let mut parts = Vec::with_capacity(rates.len());
    let mut lost: Vec<(i128, usize)> = Vec::with_capacity(rates.len());
    for (at, rate) in rates.iter().enumerate() {
        let product = i128::from(tax) * i128::from(*rate);
        parts.push(i64::try_from(product / total).ok()?);
        lost.push(((product % total).abs(), at));
    }
    let given = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part))?;
    let left = tax.checked_sub(given)?;
    lost.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let units = usize::try_from(left.unsigned_abs()).ok()?;
    for (_, at) in lost.into_iter().take(units) {
        if let Some(part) = parts.get_mut(at) {
            *part = part.checked_add(left.signum())?;
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use TaxKind::{Exclusive, Inclusive, ReverseCharge, Withheld};
    use proptest::prelude::*;

    #[test]
    fn amounts_are_split_to_the_cent() {
        for (kind, amount, rates, net, taxes, payable) in [
            (Exclusive, 10_000, vec![190_000], 10_000, vec![1_900], 11_900),
            (Inclusive, 11_900, vec![190_000], 10_000, vec![1_900], 11_900),
            (Inclusive, 1_000, vec![190_000], 840, vec![160], 1_000),
            (Inclusive, -1_000, vec![190_000], -840, vec![-160], -1_000),
            (Exclusive, 50, vec![50_000, 99_750], 50, vec![2, 5], 57),
            (Withheld, 100_000, vec![100_000], 100_000, vec![10_000], 90_000),
            (ReverseCharge, 33_333, vec![190_000], 33_333, vec![6_333], 33_333),
            // Halves go away from zero, on either side of it.
            (Exclusive, 10, vec![50_000], 10, vec![1], 11),
            (Exclusive, -10, vec![50_000], -10, vec![-1], -11),
            (Exclusive, 100, vec![], 100, vec![], 100),
            (Exclusive, 100, vec![0, 70_000], 100, vec![0, 7], 107),
        ] {
            let found = split(kind, amount, &rates).unwrap();
            assert_eq!(
                (found.net, found.taxes, found.payable),
                (net, taxes, payable),
                "{kind:?} {amount} {rates:?}"
            );
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(split(Exclusive, 1, &[-1]), None);
        assert_eq!(split(Withheld, 1, &[WHOLE, 1]), None);
        assert_eq!(split(Exclusive, i64::MAX, &[WHOLE]), None);
    }

    fn kinds() -> impl Strategy<Value = TaxKind> {
        prop::sample::select(vec![Inclusive, Exclusive, Withheld, ReverseCharge])
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_each_is_within_a_unit(
            kind in kinds(),
            amount in -1_000_000_000_000_i64..1_000_000_000_000,
            rates in prop::collection::vec(0_i64..200_000, 0..5),
        ) {
            let found = split(kind, amount, &rates).unwrap();
            let tax: i64 = found.taxes.iter().sum();
            let (net, payable) = match kind {
                Inclusive => (amount - tax, amount),
                Exclusive => (amount, amount + tax),
                Withheld => (amount, amount - tax),
                ReverseCharge => (amount, amount),
            };
            prop_assert_eq!((found.net, found.payable), (net, payable));
            let rate: i64 = rates.iter().sum();
            let whole = if kind == Inclusive { WHOLE + rate } else { WHOLE };
            // |tax − amount × rate ÷ whole| ≤ ½, without dividing.
            let off = i128::from(tax) * i128::from(whole) - i128::from(amount) * i128::from(rate);
            prop_assert!(2 * off.abs() <= i128::from(whole));
            for (part, own) in found.taxes.iter().zip(&rates) {
                let off = i128::from(*part) * i128::from(rate.max(1)) - i128::from(tax) * i128::from(*own);
                prop_assert!(off.abs() < i128::from(rate.max(1)));
                prop_assert!(*part == 0 || (*part > 0) == (amount > 0));
            }
        }

        #[test]
        fn the_tax_of_the_negative_is_the_negative_of_the_tax(
            kind in kinds(),
            amount in 0_i64..1_000_000_000_000,
            rates in prop::collection::vec(0_i64..200_000, 0..5),
        ) {
            let (plus, minus) = (split(kind, amount, &rates).unwrap(), split(kind, -amount, &rates).unwrap());
            prop_assert_eq!(plus.net, -minus.net);
            prop_assert_eq!(plus.taxes, minus.taxes.iter().map(|tax| -tax).collect::<Vec<_>>());
        }
    }
}
