//! Splitting a line between accounts, exact to the cent.
//!
//! A percentage is taken of the whole line and rounded to the nearest cent, halves away from zero; what that leaves over
//! or takes too much is in the part that takes the rest. Integers throughout.

use crate::rule::{Share, Size};
use tieout_reconcile::decisions::CodedPart;

/// The parts of an amount; `None` if the others leave less than nothing for the rest, or nothing but the wrong sign.
pub(crate) fn split(amount: i64, shares: &[Share]) -> Option<Vec<CodedPart>> {
    let whole = i128::from(amount.unsigned_abs());
    let size = |share: &Share| -> i128 {
        match share.size {
            Size::Ppm(ppm) => (whole * i128::from(ppm) + 500_000) / 1_000_000,
            Size::Fixed(fixed) => i128::from(fixed),
            Size::Rest => 0,
        }
    };
    let taken: i128 = shares.iter().map(size).sum();
    let rest = whole - taken;
    if rest < 0 {
        return None;
    }
    let signed = |size: i128| i64::try_from(if amount < 0 { -size } else { size }).ok();
    let parts = shares.iter().map(|share| {
        let size = if share.size == Size::Rest { rest } else { size(share) };
        Some(CodedPart {
            account: share.account.clone(),
            tax_code: share.tax_code.clone(),
            amount: signed(size)?,
        })
    });
    let parts: Option<Vec<CodedPart>> = parts.collect();
    // A part of nothing is no posting.
    parts.map(|parts| parts.into_iter().filter(|part| part.amount != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(size: Size) -> Share {
        Share {
            account: "a".into(),
            tax_code: String::new(),
            size,
        }
    }

    #[test]
    fn odd_cents_are_in_the_rest() {
        let thirds = [share(Size::Ppm(333_333)), share(Size::Ppm(333_333)), share(Size::Rest)];
        let amounts = |amount| -> Vec<i64> { split(amount, &thirds).unwrap().iter().map(|part| part.amount).collect() };
        assert_eq!(amounts(-10_000), [-3_333, -3_333, -3_334]);
        assert_eq!(amounts(1), [1]);
    }

    #[test]
    fn more_than_there_is_cannot_be_split() {
        assert_eq!(split(-999, &[share(Size::Fixed(1_000)), share(Size::Rest)]), None);
        assert_eq!(
            split(-1_000, &[share(Size::Fixed(1_000)), share(Size::Rest)])
                .unwrap()
                .len(),
            1
        );
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_line(amount: i64, ppm in prop::collection::vec(1_u32..300_000, 0..4), fixed in 0_i64..5_000) {
            let mut shares: Vec<Share> = ppm.into_iter().map(|ppm| share(Size::Ppm(ppm))).collect();
            shares.push(share(Size::Fixed(fixed)));
            shares.push(share(Size::Rest));
            if let Some(parts) = split(amount, &shares) {
                let sum: i128 = parts.iter().map(|part| i128::from(part.amount)).sum();
                prop_assert_eq!(sum, i128::from(amount));
                prop_assert!(parts.iter().all(|part| (part.amount < 0) == (amount < 0)));
            }
        }
    }
}
