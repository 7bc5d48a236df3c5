//! Two amounts that differ, and the reason the difference suggests.

use crate::outcome::{ExceptionClass, Residual, ResidualKind, Side};
use crate::settings::Settings;

/// How the amount of a line relates to that of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Relation {
    /// They are equal.
    #[default]
    Equal,
    /// Two digits swapped: the difference is divisible by nine.
    Swapped,
    /// The decimal point moved.
    Moved,
    /// The wrong sign.
    Sign,
    /// An exchange rate that changed.
    Exchange,
    /// A fee was taken out.
    Fee,
    /// Less was paid.
    Short,
}

impl Relation {
    /// Every relation.
    pub(crate) const ALL: [Self; 7] = [
        Self::Equal,
        Self::Swapped,
        Self::Moved,
        Self::Sign,
        Self::Exchange,
        Self::Fee,
        Self::Short,
    ];

    /// Its place in [`Relation::ALL`].
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().position(|relation| *relation == self).unwrap_or(0)
    }

    /// The amounts are near each other, and how near says how much.
    pub(crate) fn is_near(self) -> bool {
        matches!(self, Self::Exchange | Self::Fee | Self::Short)
    }

    /// How many of a thousand pairs relate so, before any books are seen.
    pub(crate) fn expected_per_mille(self) -> u32 {
        match self {
            Self::Equal => 977,
            Self::Swapped => 4,
            Self::Moved => 1,
            Self::Sign => 3,
            Self::Exchange => 8,
            Self::Fee => 4,
            Self::Short => 3,
        }
    }

    /// The same of pairs that name a foreign currency.
    pub(crate) fn expected_abroad_per_mille(self) -> u32 {
        match self {
            Self::Equal => 500,
            Self::Exchange => 480,
            Self::Fee => 8,
            Self::Short | Self::Swapped => 4,
            Self::Moved | Self::Sign => 2,
        }
    }

    /// The kind of the residual; equal amounts have none.
    pub(crate) fn residual(self) -> Option<ResidualKind> {
        match self {
            Self::Equal => None,
            Self::Swapped | Self::Moved | Self::Sign => Some(ResidualKind::Correction),
            Self::Exchange => Some(ResidualKind::Exchange),
            Self::Fee => Some(ResidualKind::Fee),
            Self::Short => Some(ResidualKind::ShortPayment),
        }
    }
}

/// How far two amounts are apart, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Difference(usize);

impl Difference {
    /// Upper ends of the steps in hundredths of a percent; the last one is open.
    const ENDS: [u64; Self::COUNT - 1] = [5, 20, 50, 100, 200, 350, 600, 1_000];
    /// How many steps there are.
    pub(crate) const COUNT: usize = 9;

    /// Of two amounts, in parts of the first.
    pub(crate) fn of(amount: i64, other: i64) -> Self {
        let apart = u128::from(amount.abs_diff(other)) * 10_000;
        let of = u128::from(amount.unsigned_abs());
        Self(Self::ENDS.partition_point(|end| u128::from(*end) * of < apart))
    }

    /// Its place among all.
    pub(crate) fn place(self) -> usize {
        self.0
    }

    /// From where to where the differences of this step go, for an amount.
    pub(crate) fn reach(self, amount: i64) -> (i64, i64) {
        const OPEN: u64 = 2_500;
        let end = |place: Option<usize>, or: u64| {
            let end = place.and_then(|place| Self::ENDS.get(place)).copied().unwrap_or(or);
            let reach = u128::from(amount.unsigned_abs()) * u128::from(end) / 10_000;
            i64::try_from(reach).unwrap_or(i64::MAX)
        };
        (end(self.0.checked_sub(1), 0), end(Some(self.0), OPEN))
    }
}

/// Whether the texts speak of another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Currencies {
    /// One only, as far as can be seen.
    One,
    /// A foreign currency or a rate is named.
    Foreign,
}

/// Whether a difference may come of another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Abroad {
    /// The line or the entry names one.
    Here,
    /// Other lines or entries of these books do.
    Elsewhere,
    /// All of the books are in one currency.
    Never,
}

/// The reason for the difference of a line and an entry. What a cent or two are due to is neither a fee nor a rate, and a
/// rate is one only where there is another currency: who pays more in the same one was entered wrongly.
pub(crate) fn reason(relation: Relation, (line, entry): (i64, i64), abroad: Abroad) -> Option<ResidualKind> {
    let rounded = match abroad {
        Abroad::Here => 0,
        Abroad::Elsewhere => 1,
        Abroad::Never => 2,
    };
    match relation {
        _ if relation.is_near() && line.abs_diff(entry) <= rounded => Some(ResidualKind::Rounding),
        Relation::Exchange if abroad == Abroad::Never => Some(ResidualKind::Correction),
        _ => relation.residual(),
    }
}

/// Largest part of a payment that may be missing for it to be called short, in per mille.
const SHORT_PER_MILLE: u32 = 100;

/// The reason that a line's amount suggests for differing from an entry's; `None` if none does.
pub(crate) fn relation(line: i64, entry: i64, currencies: Currencies, settings: &Settings) -> Option<Relation> {
    if line == entry {
        return Some(Relation::Equal);
    }
    if line == 0 || entry == 0 || line.checked_sub(entry).is_none() {
        return None;
    }
    if line.checked_neg() == Some(entry) {
        return Some(Relation::Sign);
    }
    if (line < 0) != (entry < 0) {
        return None;
    }
    let (of_line, of_entry) = (line.unsigned_abs(), entry.unsigned_abs());
    if is_moved(of_line, of_entry) {
        return Some(Relation::Moved);
    }
    let difference = u128::from(of_line.abs_diff(of_entry));
    let within = |per_mille: u32| difference * 1000 <= u128::from(of_entry) * u128::from(per_mille);
    if currencies == Currencies::Foreign && within(settings.max_exchange_per_mille) {
        return Some(Relation::Exchange);
    }
    if is_swapped(of_line, of_entry) {
        return Some(Relation::Swapped);
    }
    // A fee makes what comes in smaller and what goes out larger.
    if (line < entry) && within(settings.max_fee_per_mille) {
        return Some(Relation::Fee);
    }
    if of_line < of_entry && within(SHORT_PER_MILLE) {
        return Some(Relation::Short);
    }
    within(settings.max_exchange_per_mille).then_some(Relation::Exchange)
}

/// Amounts that a typing error makes of this one: neighbours swapped, the point moved, the sign turned; each once.
pub(crate) fn mistyped(amount: i64) -> impl Iterator<Item = i64> {
    /// No amount has more digits.
    const MOST: usize = 32;
    let mut all = [0_i64; MOST];
    let mut length = 0;
    let mut add = |other: Option<i64>| {
        let wanted = |other: &i64| *other != amount && *other != 0 && amount.checked_sub(*other).is_some();
        if let (Some(other), Some(place)) = (other.filter(wanted), all.get_mut(length)) {
            *place = other;
            length += 1;
        }
    };
    add(amount.checked_neg());
    add(amount.checked_mul(10));
    add(amount.checked_mul(100));
    for factor in [10, 100] {
        // The digits that no longer have a place fell away, or were rounded.
        add(Some(amount / factor));
        add(Some(amount / factor + (amount % factor) / (factor / 2)));
    }
    let mut unit = 1_i64;
    while let Some(higher) = unit.checked_mul(10).filter(|higher| amount / higher != 0) {
        // Swapping neighbours a and b of ..ab.. adds 9 · (b − a) at the lower place.
        let low = (amount / unit) % 10;
        let high = (amount / higher) % 10;
        let nine = (low - high).checked_mul(9).and_then(|nine| nine.checked_mul(unit));
        add(nine.and_then(|difference| amount.checked_add(difference)));
        unit = higher;
    }
    let found = all.get_mut(..length).unwrap_or_default();
    found.sort_unstable();
    let mut before = amount;
    all.into_iter().take(length).filter(move |other| {
        let is_new = *other != before;
        before = *other;
        is_new
    })
}

/// The second amount is what a typing error makes of the first.
pub(crate) fn is_mistyped(meant: i64, typed: i64) -> bool {
    if meant == typed || meant == 0 || typed == 0 {
        return false;
    }
    let same_sign = (meant < 0) == (typed < 0);
    let (a, b) = (meant.unsigned_abs(), typed.unsigned_abs());
    if same_sign {
        is_moved(a, b) || (a.abs_diff(b) % 9 == 0 && is_swapped(a, b))
    } else {
        a == b
    }
}

fn is_moved(a: u64, b: u64) -> bool {
    let (small, large) = (a.min(b), a.max(b));
    [10, 100].into_iter().any(|factor| {
        let (whole, rest) = (large / factor, large % factor);
        small != 0 && (small == whole || small == whole + rest / (factor / 2))
    })
}

fn is_swapped(a: u64, b: u64) -> bool {
    let difference = a.abs_diff(b);
    let mut unit = 1_u64;
    while let Some(higher) = unit.checked_mul(10) {
        if a / unit == 0 {
            return false;
        }
        let (low, high) = ((a / unit) % 10, (a / higher) % 10);
        let swapped = high.abs_diff(low) * 9;
        if swapped.checked_mul(unit) == Some(difference) && swapped != 0 {
            // The swap goes one way only: up if the lower digit was the larger.
            return (b > a) == (low > high);
        }
        unit = higher;
    }
    false
}

/// The exception that a difference makes of a match: which side bears it, and what it is. `amounts` are those of its lines
/// and of its entries, in minor units. Rounding is no exception, nor is an error that could be in any of several entries.
pub fn exception_of(residual: Residual, amounts: (&[i64], &[i64])) -> Option<(Side, ExceptionClass)> {
    let of_line = |class| amounts.0.first().map(|_| (Side::Line, class));
    match residual.kind {
        ResidualKind::Fee => of_line(ExceptionClass::ProcessorFee),
        ResidualKind::Exchange => of_line(ExceptionClass::FxDifference),
        ResidualKind::ShortPayment => of_line(ExceptionClass::ShortPayment),
        ResidualKind::Rounding => None,
        ResidualKind::Correction => {
            let [entry] = amounts.1 else { return None };
            let meant = entry.checked_add(residual.amount)?;
            let class = if entry.checked_neg() == Some(meant) {
                ExceptionClass::SignError
            } else if is_moved(meant.unsigned_abs(), entry.unsigned_abs()) {
                ExceptionClass::AmountSlip
            } else {
                ExceptionClass::AmountTransposed
            };
            Some((Side::Entry, class))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: i64, entry: i64) -> Option<Relation> {
        let settings = Settings::new(jiff::civil::date(2024, 1, 1));
        relation(line, entry, Currencies::One, &settings)
    }

    #[test]
    fn differences_suggest_their_reason() {
        for (line, entry, expected) in [
            (100, 100, Some(Relation::Equal)),
            (-26_908, -29_608, Some(Relation::Swapped)),
            (5_300, 3_500, Some(Relation::Swapped)),
            (1_900, 190, Some(Relation::Moved)),
            (-25_500, -2_550, Some(Relation::Moved)),
            (107_000, -107_000, Some(Relation::Sign)),
            (9_710, 10_000, Some(Relation::Fee)),
            (-10_290, -10_000, Some(Relation::Fee)),
            (92_000, 100_000, Some(Relation::Short)),
            (100, 777, None),
            (0, 5, None),
            (i64::MIN, i64::MAX, None),
            (i64::MIN, i64::MIN, Some(Relation::Equal)),
        ] {
            assert_eq!(of(line, entry), expected, "{line} {entry}");
        }
    }

    #[test]
    fn a_rate_is_a_reason_only_where_there_is_another_currency() {
        use Abroad::{Elsewhere, Here, Never};
        for (line, entry, abroad, expected) in [
            (100_001, 100_000, Here, ResidualKind::Exchange),
            (100_001, 100_000, Elsewhere, ResidualKind::Rounding),
            (100_002, 100_000, Never, ResidualKind::Rounding),
            (99_999, 100_000, Never, ResidualKind::Rounding),
            (-99_999, -100_000, Never, ResidualKind::Rounding),
            (-100_001, -100_000, Never, ResidualKind::Rounding),
            (100_002, 100_000, Elsewhere, ResidualKind::Exchange),
            (100_900, 100_000, Elsewhere, ResidualKind::Exchange),
            (100_900, 100_000, Never, ResidualKind::Correction),
            (97_100, 100_000, Never, ResidualKind::Fee),
            (12, 21, Never, ResidualKind::Correction),
        ] {
            let relation = of(line, entry).unwrap();
            assert_eq!(
                reason(relation, (line, entry), abroad),
                Some(expected),
                "{line} {entry} {abroad:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn mistyped_amounts_are_recognised(amount in any::<i64>()) {
            for other in mistyped(amount) {
                prop_assert!(matches!(
                    of(amount, other),
                    Some(Relation::Swapped | Relation::Moved | Relation::Sign)
                ), "{} {}", amount, other);
                prop_assert!(is_mistyped(amount, other));
            }
        }
    }
}
