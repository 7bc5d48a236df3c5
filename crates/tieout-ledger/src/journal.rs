//! Journal lines in several currencies: what they come to in base currency, and whether they balance.

use tieout_core::Currency;

/// Rates have eight places: this many units are one.
pub const RATE_SCALE: i64 = 100_000_000;

/// A line as it is given: debit +, credit −, in minor units of its own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalLine {
    /// The amount.
    pub amount: i64,
    /// Its currency.
    pub currency: Currency,
    /// How to come to base currency.
    pub base: Base,
}

/// How an amount comes to base currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// It is in base currency.
    Same,
    /// Somebody says how much it is, signed like the amount.
    Given(i64),
    /// Somebody says the rate: base units for one unit, times [`RATE_SCALE`].
    Rate(i64),
    /// Nobody says anything; this is the rate that is known of the day.
    Known(i64),
}

impl Base {
    /// Somebody says what the line is in base currency.
    fn is_said(self) -> bool {
        !matches!(self, Self::Known(_))
    }
}

/// Why lines are no transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Fewer than two lines.
    #[error("a transaction needs at least two entries")]
    TooFew,
    /// Debits and credits differ, in minor units of this currency.
    #[error("debits and credits differ")]
    Unbalanced {
        /// The currency the sums are in.
        currency: Currency,
        /// Sum of the debits.
        debits: i64,
        /// Sum of the credits.
        credits: i64,
    },
    /// A sum or a product does not fit.
    #[error("an amount is too large")]
    TooLarge,
}

/// What each line is in base currency; the lines balance.
///
/// Lines of one foreign currency balance in that currency. If a side says nothing of base currency and the other does, it
/// takes what the other comes to. What rounding each by its rate leaves over, at most half a minor unit of each, goes to
/// the largest line at a rate, the first of equals; what is said in base currency is kept. Lines of several currencies must
/// balance in base currency as they stand.
///
/// # Errors
/// See [`JournalError`].
pub fn base_amounts(lines: &[JournalLine], base: Currency) -> Result<Vec<i64>, JournalError> {
    if lines.len() < 2 {
        return Err(JournalError::TooFew);
    }
    let shared = lines.first().map(|line| line.currency);
    let is_single = lines.iter().all(|line| Some(line.currency) == shared);
    if let Some(currency) = shared.filter(|_| is_single) {
        check_balance(lines.iter().map(|line| line.amount), currency)?;
    }
    let mut amounts = Vec::with_capacity(lines.len());
    for line in lines {
        amounts.push(in_base(*line, base)?);
    }
    if is_single {
        follow(lines, &mut amounts)?;
        take_rounding(lines, &mut amounts)?;
    }
    check_balance(amounts.iter().copied(), base)?;
    Ok(amounts)
}

/// Gives the lines of a side that says nothing what the other side comes to, by their amounts.
fn follow(lines: &[JournalLine], amounts: &mut [i64]) -> Result<(), JournalError> {
    let says = |is_debit: bool| {
        let mut side = lines.iter().filter(|line| (line.amount > 0) == is_debit);
        side.any(|line| line.base.is_said())
    };
    let is_silent = match (says(true), says(false)) {
        (true, false) => |line: &JournalLine| line.amount <= 0,
        (false, true) => |line: &JournalLine| line.amount > 0,
        _ => return Ok(()),
    };
    let (mut own, mut others) = (0_i128, 0_i128);
    for (line, amount) in lines.iter().zip(&*amounts) {
        if is_silent(line) {
            own += i128::from(line.amount);
        } else {
            others -= i128::from(*amount);
        }
    }
    for (line, amount) in lines.iter().zip(amounts).filter(|(line, _)| is_silent(line)) {
        let product = i128::from(line.amount)
            .checked_mul(others)
            .ok_or(JournalError::TooLarge)?;
        let share = divided(product, own).ok_or(JournalError::TooLarge)?;
        *amount = i64::try_from(share).map_err(|_| JournalError::TooLarge)?;
    }
    Ok(())
}

/// Takes what rounding left over off the largest line at a rate; more than that is left, and does not balance.
fn take_rounding(lines: &[JournalLine], amounts: &mut [i64]) -> Result<(), JournalError> {
    let is_rounded = |line: &JournalLine| matches!(line.base, Base::Rate(_) | Base::Known(_));
    let off: i128 = amounts.iter().copied().map(i128::from).sum();
    let rounded = lines.iter().filter(|line| is_rounded(line)).count();
    if off == 0 || 2 * off.unsigned_abs() > u128::try_from(rounded).unwrap_or(0) {
        return Ok(());
    }
    let off = i64::try_from(off).map_err(|_| JournalError::TooLarge)?;
    let at_rates = lines.iter().zip(amounts).filter(|(line, _)| is_rounded(line));
    let largest = at_rates.rev().max_by_key(|(_, amount)| amount.unsigned_abs());
    if let Some((_, amount)) = largest.filter(|(_, amount)| amount.unsigned_abs() >= off.unsigned_abs()) {
        *amount -= off;
    }
    Ok(())
}

/// Sums of debits and of credits, equal.
fn check_balance(amounts: impl Iterator<Item = i64>, currency: Currency) -> Result<(), JournalError> {
    let (mut debits, mut credits) = (0_i128, 0_i128);
    for amount in amounts {
        let wide = i128::from(amount);
        if wide > 0 {
            debits += wide;
        } else {
            credits -= wide;
        }
    }
    let debits = i64::try_from(debits).map_err(|_| JournalError::TooLarge)?;
    let credits = i64::try_from(credits).map_err(|_| JournalError::TooLarge)?;
    if debits == credits {
        Ok(())
    } else {
        Err(JournalError::Unbalanced {
            currency,
            debits,
            credits,
        })
    }
}

fn in_base(line: JournalLine, base: Currency) -> Result<i64, JournalError> {
    match line.base {
        Base::Same => Ok(line.amount),
        Base::Given(amount) => Ok(amount),
        Base::Rate(rate) | Base::Known(rate) => {
            convert(line.amount, line.currency, rate, base).ok_or(JournalError::TooLarge)
        }
    }
}

/// An amount at a rate, rounded to the nearest minor unit, halves away from zero.
pub fn convert(amount: i64, from: Currency, rate: i64, to: Currency) -> Option<i64> {
    let power = |digits: u8| 10_i128.checked_pow(u32::from(digits));
    let product = i128::from(amount)
        .checked_mul(i128::from(rate))?
        .checked_mul(power(to.minor_digits())?)?;
    let divisor = i128::from(RATE_SCALE).checked_mul(power(from.minor_digits())?)?;
    i64::try_from(divided(product, divisor)?).ok()
}

/// A quotient, halves away from zero; `None` if it does not fit or the divisor is 0.
fn divided(dividend: i128, divisor: i128) -> Option<i128> {
    let (dividend, divisor) = if divisor < 0 {
        (dividend.checked_neg()?, divisor.checked_neg()?)
    } else {
        (dividend, divisor)
    };
    let half = divisor / 2;
    let moved = if dividend < 0 {
        dividend.checked_sub(half)?
    } else {
        dividend.checked_add(half)?
    };
    moved.checked_div(divisor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::try_new(code).unwrap()
    }

    fn line(amount: i64, code: &str, base: Base) -> JournalLine {
        JournalLine {
            amount,
            currency: currency(code),
            base,
        }
    }

    #[test]
    fn a_rate_is_applied_and_rounded_to_the_nearest_cent() {
        for (amount, from, rate, to, expected) in [
            (10_000, "USD", 92_000_000, "EUR", 9_200),
            (-1, "USD", 50_000_000, "EUR", -1),
            (1, "USD", 49_999_999, "EUR", 0),
            (150, "JPY", 620_000, "EUR", 93),
            (1_000, "KWD", 300_000_000, "EUR", 300),
        ] {
            assert_eq!(
                convert(amount, currency(from), rate, currency(to)),
                Some(expected),
                "{amount} {from}"
            );
        }
    }

    #[test]
    fn currencies_may_mix_when_they_balance_in_base() {
        let mixed = [line(10_000, "USD", Base::Given(9_200)), line(-9_200, "EUR", Base::Same)];
        assert_eq!(base_amounts(&mixed, currency("EUR")), Ok(vec![9_200, -9_200]));
        let off = [line(10_000, "USD", Base::Given(9_201)), line(-9_200, "EUR", Base::Same)];
        assert!(matches!(
            base_amounts(&off, currency("EUR")),
            Err(JournalError::Unbalanced {
                debits: 9_201,
                credits: 9_200,
                ..
            })
        ));
    }

    #[test]
    fn a_foreign_currency_balances_in_itself_first() {
        let off = [
            line(10_000, "USD", Base::Given(9_200)),
            line(-9_999, "USD", Base::Given(-9_200)),
        ];
        assert!(base_amounts(&off, currency("EUR")).is_err());
    }

    #[test]
    fn what_is_said_in_base_currency_is_kept() {
        let of = |lines: &[(i64, Base)]| {
            let lines: Vec<_> = lines.iter().map(|(amount, base)| line(*amount, "EUR", *base)).collect();
            base_amounts(&lines, currency("USD")).ok()
        };
        let (known, rate) = (Base::Known(111_000_000), Base::Rate);
        // The other side follows, in its parts.
        for said in [rate(120_000_000), Base::Given(12_000)] {
            assert_eq!(of(&[(10_000, said), (-10_000, known)]), Some(vec![12_000, -12_000]));
        }
        assert_eq!(
            of(&[(10_000, known), (-10_000, Base::Given(-12_000))]),
            Some(vec![12_000, -12_000])
        );
        assert_eq!(
            of(&[(10_000, rate(11_000_000)), (-5_000, known), (-5_000, known)]),
            Some(vec![1_100, -550, -550])
        );
        assert_eq!(
            of(&[(6_000, Base::Given(7_200)), (4_000, known), (-10_000, known)]),
            Some(vec![7_200, 4_440, -11_640])
        );
        // A cent of rounding goes to a line at a rate, and never to one that is said.
        let third = rate(33_333_333);
        assert_eq!(
            of(&[(100, third), (100, third), (-200, Base::Given(-67))]),
            Some(vec![34, 33, -67])
        );
        // What contradicts is refused.
        for lines in [
            [(10_000, rate(120_000_000)), (-10_000, rate(110_000_000)), (0, known)],
            [(10_000, Base::Given(1)), (-6_000, rate(111_000_000)), (-4_000, known)],
            [
                (10_000, Base::Given(12_000)),
                (-9_000, known),
                (-1_000, rate(120_000_000)),
            ],
        ] {
            assert_eq!(of(&lines), None, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_changes_its_side(
            parts in prop::collection::vec((1_i64..1_000_000, 0_u8..4, 1_i64..300_000_000), 2..6),
            is_debit in prop::collection::vec(any::<bool>(), 6),
        ) {
            let base = |kind: u8, amount: i64, rate: i64| match kind {
                0 => Base::Given(amount.signum() * (rate % 100_000)),
                1 => Base::Rate(rate),
                _ => Base::Known(111_000_000),
            };
            let sign = |is_debit: &bool| if *is_debit { 1 } else { -1 };
            let signed = parts.iter().zip(&is_debit).map(|((amount, kind, rate), side)| (sign(side) * amount, *kind, *rate));
            let mut lines: Vec<_> = signed.map(|(amount, kind, rate)| line(amount, "EUR", base(kind, amount, rate))).collect();
            let off: i64 = lines.iter().map(|line| line.amount).sum();
            lines.push(line(-off, "EUR", Base::Known(111_000_000)));
            if let Ok(amounts) = base_amounts(&lines, currency("USD")) {
                for (line, amount) in lines.iter().zip(amounts) {
                    prop_assert!(i128::from(line.amount) * i128::from(amount) >= 0, "{line:?} {amount}");
                    if let Base::Given(given) = line.base {
                        prop_assert_eq!(amount, given);
                    }
                }
            }
        }

        #[test]
        fn lines_of_one_foreign_currency_always_balance_in_base(
            parts in prop::collection::vec(1_i64..1_000_000_000, 1..12),
            rate in 1_i64..10_000_000_000,
        ) {
            let total: i64 = parts.iter().sum();
            let mut lines: Vec<_> = parts.iter().map(|part| line(*part, "USD", Base::Known(rate))).collect();
            lines.push(line(-total, "USD", Base::Known(rate)));
            let amounts = base_amounts(&lines, currency("EUR")).unwrap();
            prop_assert_eq!(amounts.iter().sum::<i64>(), 0);
        }
    }
}
