//! What the postings of a foreign journal are in base currency, to the cent.
//!
//! A posting counts by its *weight*: its amount, its cost or its price. Weights in one currency balance among themselves;
//! what rounding them into base currency leaves over goes to the largest posting that is not in base currency.

use tieout_core::{Currency, Decimal};
use tieout_ledger::journal::convert;

/// A posting whose currencies are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    /// In minor units, debit positive.
    pub(super) amount: i64,
    pub(super) currency: Currency,
    /// What it counts, and in what.
    pub(super) weight: (Decimal, Currency),
    /// To base currency, where the weight is in another one.
    pub(super) rate: Option<i64>,
}

/// Base amounts of the postings of one transaction; why there are none.
pub(super) fn base_amounts(postings: &[Weighed], base: Currency) -> Result<Vec<i64>, String> {
    let mut amounts = Vec::with_capacity(postings.len());
    for posting in postings {
        let (weight, of) = posting.weight;
        let minor = rounded(weight, of.minor_digits()).ok_or("an amount is too large")?;
        let in_base = match (anchor(postings, of, base), posting.rate) {
            _ if posting.currency == base => Some(posting.amount),
            _ if of == base => Some(minor),
            (Some((amount, weight)), _) => scaled(minor, amount, weight),
            (None, Some(rate)) => convert(minor, of, rate, base),
            (None, None) => None,
        };
        let missing = || format!("there is no rate from {of} to {base} on or before its day; add one");
        amounts.push(in_base.ok_or_else(missing)?);
    }
    let mut currencies: Vec<Currency> = postings.iter().map(|posting| posting.weight.1).collect();
    currencies.sort_unstable();
    currencies.dedup();
    for of in currencies {
        settle(postings, &mut amounts, (of, base))?;
    }
    Ok(amounts)
}

/// What the postings in base currency come to that weigh in another one, and what they weigh: the transaction's own rate.
fn anchor(postings: &[Weighed], of: Currency, base: Currency) -> Option<(i64, i64)> {
    let ours = postings
        .iter()
        .filter(|posting| posting.weight.1 == of && of != base && posting.currency == base);
    let (mut amount, mut weight) = (0_i64, 0_i64);
    for posting in ours {
        amount = amount.checked_add(posting.amount)?;
        weight = weight.checked_add(rounded(posting.weight.0, of.minor_digits())?)?;
    }
    (weight != 0).then_some((amount, weight))
}

/// `value × numerator ÷ denominator`, rounded, halves away from zero.
fn scaled(value: i64, numerator: i64, denominator: i64) -> Option<i64> {
    let product = i128::from(value) * i128::from(numerator);
    let denominator = i128::from(denominator);
    let (product, denominator) = if denominator < 0 {
        (-product, -denominator)
    } else {
        (product, denominator)
    };
    let half = denominator / 2;
    let moved = if product < 0 { product - half } else { product + half };
    i64::try_from(moved / denominator).ok()
}

/// Brings the postings that weigh in one currency to zero.
fn settle(postings: &[Weighed], amounts: &mut [i64], (of, base): (Currency, Currency)) -> Result<(), String> {
    let is_ours = |posting: &Weighed| posting.weight.1 == of;
    let is_priced = |posting: &Weighed| posting.currency != of;
    let mut weights = 0_i128;
    let mut left = 0_i128;
    let mut priced = 0_i128;
    for (posting, amount) in postings
        .iter()
        .zip(amounts.iter())
        .filter(|(posting, _)| is_ours(posting))
    {
        let minor = rounded(posting.weight.0, of.minor_digits()).ok_or("an amount is too large")?;
        weights += i128::from(minor);
        left += i128::from(*amount);
        priced += i128::from(is_priced(posting));
    }
    // Prices are products: each may be off by half a unit, and the sum by as much as the last written digit.
    if weights.abs() > priced {
        let off = i64::try_from(weights).map_or_else(
            |_| "too much".into(),
            |off| Decimal::from_minor(off, of.minor_digits()).to_string(),
        );
        return Err(format!("the transaction is off by {off} {of}"));
    }
    if left == 0 {
        return Ok(());
    }
    let can_give = |posting: &Weighed| is_ours(posting) && (posting.currency != base);
    let largest = (0..postings.len())
        .filter(|at| postings.get(*at).is_some_and(can_give))
        .max_by_key(|at| amounts.get(*at).map_or(0, |amount| amount.unsigned_abs()));
    let left = i64::try_from(left).map_err(|_| "an amount is too large")?;
    match largest.and_then(|at| amounts.get_mut(at)) {
        Some(amount) => {
            *amount = amount.checked_sub(left).ok_or("an amount is too large")?;
            Ok(())
        }
        None => Err(format!(
            "the transaction is off by {} {base}",
            Decimal::from_minor(left, base.minor_digits())
        )),
    }
}

/// A cost in the places of its currency.
pub(super) fn to_places(value: Decimal, currency: Currency) -> Decimal {
    rounded(value, currency.minor_digits()).map_or(value, |minor| Decimal::from_minor(minor, currency.minor_digits()))
}

/// A decimal in minor units, halves away from zero.
fn rounded(value: Decimal, digits: u8) -> Option<i64> {
    let (mantissa, scale) = (value.mantissa(), value.scale());
    if scale <= digits {
        return value.to_minor(digits).ok();
    }
    let unit = 10_i128.checked_pow(u32::from(scale - digits))?;
    let half = unit / 2;
    let moved = if mantissa < 0 {
        mantissa.checked_sub(half)?
    } else {
        mantissa.checked_add(half)?
    };
    i64::try_from(moved / unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::try_new(code).unwrap()
    }

    fn posting(amount: i64, code: &str, weight: &str, of: &str, rate: Option<i64>) -> Weighed {
        Weighed {
            amount,
            currency: currency(code),
            weight: (weight.parse().unwrap(), currency(of)),
            rate,
        }
    }

    #[test]
    fn a_price_gives_the_base_amount_and_takes_the_rounding() {
        let bought = [
            posting(10_000, "USD", "92.34567", "EUR", None),
            posting(-9_235, "EUR", "-92.35", "EUR", None),
        ];
        assert_eq!(base_amounts(&bought, currency("EUR")), Ok(vec![9_235, -9_235]));
    }

    #[test]
    fn a_foreign_transaction_is_converted_and_stays_balanced() {
        let rate = Some(33_333_333);
        let lunch = [
            posting(100, "USD", "1.00", "USD", rate),
            posting(100, "USD", "1.00", "USD", rate),
            posting(-200, "USD", "-2.00", "USD", rate),
        ];
        let amounts = base_amounts(&lunch, currency("EUR")).unwrap();
        assert_eq!(amounts.iter().sum::<i64>(), 0);
        assert_eq!(amounts.first(), Some(&33));
    }

    #[test]
    fn a_price_written_at_the_base_currency_is_the_rate_of_the_others() {
        let sold = [
            posting(-9_200, "EUR", "-100.00", "USD", None),
            posting(6_000, "USD", "60.00", "USD", None),
            posting(4_000, "USD", "40.00", "USD", None),
        ];
        assert_eq!(base_amounts(&sold, currency("EUR")), Ok(vec![-9_200, 5_520, 3_680]));
    }

    #[test]
    fn what_is_off_is_said_in_its_currency() {
        let off = [
            posting(100, "EUR", "1.00", "EUR", None),
            posting(-99, "EUR", "-0.99", "EUR", None),
        ];
        assert_eq!(
            base_amounts(&off, currency("EUR")),
            Err("the transaction is off by 0.01 EUR".into())
        );
    }
}
