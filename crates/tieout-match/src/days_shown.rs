//! The day that a line's text shows, as a month and a day: of a purchase by card, of a sale.
//!
//! A bank books what it hears of days later, and often says when it happened; the books mostly have that day. How often they
//! do is learnt from these books: a bank that prints the day of booking shows nothing new, and then neither weighs anything.

use crate::arith::{Bits, log2, log2_ratio, month_and_day};
use crate::evidence::Judge;
use crate::roll::Position;

/// Days before the line in which a number of four digits is taken for a day.
const DAYS: i32 = 10;
/// So many pairs the expectation is worth that one line in two shows the entry's day.
const EXPECTED_PAIRS: u32 = 20;

/// How many pairs of lines that show a day were seen, and how many of them had an entry of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DaysShown {
    pub(crate) all: u32,
    pub(crate) agreeing: u32,
}

/// What it says that an entry is of the day shown, and that it is not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DaySays {
    /// Instead of what the days apart say.
    agrees: Bits,
    /// Beside it.
    differs: Bits,
}

impl Default for DaysShown {
    fn default() -> Self {
        Self {
            all: EXPECTED_PAIRS,
            agreeing: EXPECTED_PAIRS / 2,
        }
    }
}

impl DaysShown {
    /// Learns one pair.
    pub(crate) fn learn(&mut self, agrees: bool) {
        self.all = self.all.saturating_add(1);
        self.agreeing = self.agreeing.saturating_add(u32::from(agrees));
    }

    /// What is to be thought of a day where entries lie within `span` working days.
    pub(crate) fn says(self, span: u32) -> DaySays {
        let [all, agreeing] = [self.all, self.agreeing].map(u64::from);
        DaySays {
            agrees: log2_ratio(agreeing, all) + log2(u64::from(span)),
            differs: log2_ratio((all - agreeing).max(1), all),
        }
    }
}

impl DaySays {
    /// What the days say, told what those apart say alone.
    pub(crate) fn with(self, shown: i32, day: i32, apart: Bits) -> Bits {
        if shown == day {
            apart.max(self.agrees)
        } else {
            apart + self.differs
        }
    }
}

impl Judge<'_> {
    /// The day of the last ten that the texts of a line show; `None` if they show none.
    pub(crate) fn day_shown(&self, line: Position) -> Option<i32> {
        let (lines, vocabulary) = (&self.books.lines, &self.books.vocabulary);
        let day = lines.day(line);
        let shown = |number: i32| {
            (day.saturating_sub(DAYS)..=day)
                .rev()
                .find(|day| is_written(number, *day))
        };
        let texts = lines.numbers.row(line).iter().map(|number| vocabulary.text(*number));
        let mut four = texts.filter(|text| text.len() == 4);
        four.find_map(|text| shown(text.parse().ok()?))
    }

    /// The line's texts show a day, as month and day or day and month.
    pub(crate) fn shows_day(&self, line: Position, day: i32) -> bool {
        self.books.lines.numbers.row(line).iter().any(|number| {
            let text = self.books.vocabulary.text(*number);
            text.len() <= 4 && text.parse().is_ok_and(|number| is_written(number, day))
        })
    }
}

/// The number is a day's month and day, or day and month.
fn is_written(number: i32, day: i32) -> bool {
    let (month, of_month) = month_and_day(day);
    number == month * 100 + of_month || number == of_month * 100 + month
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_that_shows_the_day_of_the_books_speaks_for_it_and_against_others() {
        let taught = |agreeing: u32| {
            let mut days = DaysShown::default();
            (0..100).for_each(|pair| days.learn(pair < agreeing));
            days.says(250)
        };
        // Three days before the line is half as likely as any day: 100 hundredths of a bit less.
        let (usual, never) = (taught(95), taught(0));
        assert!(usual.with(40, 40, -100) > 700, "{usual:?}");
        assert!(usual.with(40, 41, -100) < -300, "{usual:?}");
        // Where it is the day of something else, other days lose next to nothing.
        assert!((-120..=-100).contains(&never.with(40, 41, -100)), "{never:?}");
    }
}
