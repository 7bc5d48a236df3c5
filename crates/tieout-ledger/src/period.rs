//! Periods: closed ranges of civil dates.

use tieout_core::Date;

/// All days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    first: Date,
    last: Date,
}

/// The last day is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period cannot end on {1} before it begins on {0}")]
pub struct Inverted(pub Date, pub Date);

impl Period {
    /// The days from `first` to `last`.
    ///
    /// # Errors
    /// [`Inverted`] if `last` is before `first`.
    pub fn try_new(first: Date, last: Date) -> Result<Self, Inverted> {
        if last < first {
            return Err(Inverted(first, last));
        }
        Ok(Self { first, last })
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether the day is one of them.
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn both_ends_belong_to_a_period() {
        let march = Period::try_new(date(2026, 3, 1), date(2026, 3, 31)).unwrap();
        for (day, inside) in [
            (date(2026, 2, 28), false),
            (date(2026, 3, 1), true),
            (date(2026, 3, 31), true),
            (date(2026, 4, 1), false),
        ] {
            assert_eq!(march.contains(day), inside, "{day}");
        }
    }

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        assert!(Period::try_new(date(2026, 3, 2), date(2026, 3, 1)).is_err());
    }
}
