//! A promised error rate, kept: which confidence a match must have so that, with so much assurance, at most so many of
//! the automatic ones are wrong.
//!
//! The promise rests on a reliability table: matches of held-back books by confidence, and how many of them were wrong.
//! The bound on the true rate is that of Clopper and Pearson, exact for any number of matches. Thresholds are tried from
//! the highest down and the first that breaks the promise ends the search: tried in a fixed order like this, the assurance
//! holds for the one chosen, however many were tried. It holds for books like those of the table; a table of other books
//! promises nothing.
//!
//! Logarithms are libm's, so every platform chooses the same threshold.

use libm::{exp, log, log1p};
use std::fmt::Write as _;

/// How sure the promise is: the bound is wrong for at most this many of a million tables.
pub const DOUBT_PPM: u32 = 50_000;

/// Matches of held-back books by confidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reliability {
    /// Version of the engine that was measured.
    pub model: String,
    /// From the lowest confidence to the highest.
    rows: Vec<Row>,
}

/// Matches from one confidence up to that of the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Lowest confidence in it, in parts per million.
    pub from_ppm: u32,
    /// How many.
    pub matches: u64,
    /// How many of them were wrong.
    pub wrong: u64,
}

/// A table that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The first line is not the header.
    #[error("line {line}: expected {expected}")]
    Expected {
        /// From 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// Confidences do not rise.
    #[error("line {0}: confidences must rise from line to line")]
    Order(usize),
    /// More wrong ones than matches.
    #[error("line {0}: more wrong matches than matches")]
    Wrong(usize),
}

/// What was chosen, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// A match at or above this is automatic.
    pub automatic_ppm: u32,
    /// Matches of the table at or above it.
    pub matches: u64,
    /// How many of them were wrong.
    pub wrong: u64,
    /// Upper bound on the rate of wrong ones, in parts per million, rounded up.
    pub bound_ppm: u32,
}

/// No threshold keeps the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Nothing was measured.
    #[error("the reliability table is empty")]
    Empty,
    /// The best that can be promised is this.
    #[error(
        "{} matches above a confidence of {} with {} wrong allow no better promise than {} in a million",
        best.matches, share(best.automatic_ppm), best.wrong, best.bound_ppm
    )]
    TooFew {
        /// The threshold with the lowest bound.
        best: Chosen,
    },
}

fn share(ppm: u32) -> String {
    format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000)
}

impl Reliability {
    /// The table that comes with this version of the engine; it has no rows until one was measured.
    ///
    /// # Errors
    /// See [`TableError`]; a test sees to it that there is none.
    pub fn built_in() -> Result<Self, TableError> {
        Self::parse(include_str!("reliability.csv"))
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Reads a table: `# tieout-reliability-1 MODEL`, then `confidence,matches,wrong`, then a row each. Confidences are
    /// decimals from 0 to 1 with at most six digits.
    ///
    /// # Errors
    /// See [`TableError`].
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let expected = |line, expected| TableError::Expected { line, expected };
        let (number, first) = lines.next().unwrap_or((1, ""));
        let model = first.strip_prefix("# tieout-reliability-1 ");
        let model = model.ok_or(expected(number, "\u{201c}# tieout-reliability-1\u{201d} and the model"))?;
        let (number, header) = lines.next().unwrap_or((number + 1, ""));
        if header.trim() != "confidence,matches,wrong" {
            return Err(expected(number, "\u{201c}confidence,matches,wrong\u{201d}"));
        }
        let mut rows: Vec<Row> = Vec::new();
        for (number, line) in lines {
            let row = row(line).ok_or(expected(
                number,
                "a confidence like 0.995 and two whole numbers, with commas",
            ))?;
            if row.wrong > row.matches {
                return Err(TableError::Wrong(number));
            }
            if rows.last().is_some_and(|before| before.from_ppm >= row.from_ppm) {
                return Err(TableError::Order(number));
            }
            rows.push(row);
        }
        Ok(Self {
            model: model.trim().to_owned(),
            rows,
        })
    }

    /// A table of matches that were judged: confidence in parts per million, and whether it was right. Rows begin at the
    /// confidences given.
    pub fn measured(model: &str, edges: &[u32], judged: impl IntoIterator<Item = (u32, bool)>) -> Self {
        let mut edges = edges.to_vec();
        edges.sort_unstable();
        edges.dedup();
        let mut rows: Vec<Row> = edges
            .into_iter()
            .map(|from_ppm| Row {
                from_ppm,
                matches: 0,
                wrong: 0,
            })
            .collect();
        for (confidence, right) in judged {
            let place = rows.partition_point(|row| row.from_ppm <= confidence);
            if let Some(row) = place.checked_sub(1).and_then(|place| rows.get_mut(place)) {
                row.matches += 1;
                row.wrong += u64::from(!right);
            }
        }
        Self {
            model: model.to_owned(),
            rows,
        }
    }

    /// The table as [`Reliability::parse`] reads it.
    pub fn to_text(&self) -> String {
        let mut text = format!("# tieout-reliability-1 {}\nconfidence,matches,wrong\n", self.model);
        for row in &self.rows {
            let _ = writeln!(text, "{},{},{}", share(row.from_ppm), row.matches, row.wrong);
        }
        text
    }

    /// The lowest threshold that keeps the promise of at most `max_error_ppm` wrong ones in a million.
    ///
    /// # Errors
    /// See [`Unreachable`].
    pub fn threshold(&self, max_error_ppm: u32) -> Result<Chosen, Unreachable> {
        let (mut matches, mut wrong) = (0_u64, 0_u64);
        let mut chosen = None;
        let mut best: Option<Chosen> = None;
        for row in self.rows.iter().rev() {
            matches = matches.saturating_add(row.matches);
            wrong = wrong.saturating_add(row.wrong);
            if row.matches == 0 {
                continue;
            }
            let tried = Chosen {
                automatic_ppm: row.from_ppm,
                matches,
                wrong,
                bound_ppm: bound_ppm(wrong, matches),
            };
            best = Some(better(best, tried));
            if bound_ppm(0, matches) > max_error_ppm {
                // So few could not keep the promise whatever they show: nothing was tried, the order begins further down.
                continue;
            }
            if tried.bound_ppm > max_error_ppm {
                break;
            }
            chosen = Some(tried);
        }
        chosen.ok_or_else(|| best.map_or(Unreachable::Empty, |best| Unreachable::TooFew { best }))
    }
}

fn better(best: Option<Chosen>, tried: Chosen) -> Chosen {
    best.filter(|best| best.bound_ppm <= tried.bound_ppm).unwrap_or(tried)
}

fn row(line: &str) -> Option<Row> {
    let mut cells = line.split(',').map(str::trim);
    let confidence = tieout_core::Decimal::parse(cells.next()?).ok()?;
    let from_ppm = u32::try_from(confidence.to_minor(6).ok()?).ok()?;
    let row = Row {
        from_ppm,
        matches: cells.next()?.parse().ok()?,
        wrong: cells.next()?.parse().ok()?,
    };
    (from_ppm <= 1_000_000 && cells.next().is_none()).then_some(row)
}

/// Upper bound on the rate behind `wrong` of `matches`, in parts per million, rounded up: the least rate at which so few
/// wrong ones would be seen in at most [`DOUBT_PPM`] of a million tables.
pub fn bound_ppm(wrong: u64, matches: u64) -> u32 {
    if matches == 0 || wrong >= matches {
        return 1_000_000;
    }
    let (mut low, mut high) = (0_u32, 1_000_000_u32);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if at_most(wrong, matches, middle) <= f64::from(DOUBT_PPM) / 1e6 {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The probability of at most `wrong` of `matches` at a rate in parts per million.
fn at_most(wrong: u64, matches: u64, rate_ppm: u32) -> f64 {
    let rate = f64::from(rate_ppm) / 1e6;
    if rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return 0.0;
    }
    let odds = log(rate) - log1p(-rate);
    // In logarithms, so that a million matches do not underflow; the terms rise to the mode, so each is added as it is.
    let mut term = real(matches) * log1p(-rate);
    let mut sum = exp(term);
    for seen in 0..wrong {
        term += log(real(matches - seen)) - log(real(seen + 1)) + odds;
        sum += exp(term);
    }
    sum.min(1.0)
}

/// Exact below 2^53, and no table holds more.
fn real(number: u64) -> f64 {
    let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(number & 0xFFFF_FFFF).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bound_is_that_of_clopper_and_pearson() {
        // One-sided 95 % bounds: 0 of n is 1 - 0.05^(1/n); the others by summing exact binomials.
        assert_eq!(bound_ppm(0, 10), 258_866);
        assert_eq!(bound_ppm(0, 1_000), 2_992);
        assert_eq!(bound_ppm(1, 10), 394_164);
        assert_eq!(bound_ppm(5, 100), 102_254);
        assert_eq!((bound_ppm(3, 3), bound_ppm(0, 0)), (1_000_000, 1_000_000));
    }

    #[test]
    fn the_threshold_goes_down_until_the_promise_breaks() {
        let text = "# tieout-reliability-1 test\nconfidence,matches,wrong\n0.5,1000,300\n0.9,1000,20\n0.99,3000,1\n0.999,9000,0\n";
        let table = Reliability::parse(text).unwrap();
        let strict = table.threshold(1_000).unwrap();
        assert_eq!(
            (strict.automatic_ppm, strict.matches, strict.wrong),
            (990_000, 12_000, 1)
        );
        assert!(strict.bound_ppm <= 1_000, "{strict:?}");
        assert_eq!(table.threshold(10_000).unwrap().automatic_ppm, 900_000);
        assert!(matches!(
            table.threshold(100),
            Err(Unreachable::TooFew { best }) if best.bound_ppm > 100
        ));
        assert_eq!(Reliability::default().threshold(1_000), Err(Unreachable::Empty));
        assert_eq!(Reliability::parse(&table.to_text()).unwrap(), table);
    }

    #[test]
    fn the_table_of_this_version_is_of_this_version() {
        assert_eq!(Reliability::built_in().unwrap().model, crate::model::VERSION);
    }

    #[test]
    fn bad_tables_are_refused_by_line() {
        for (rows, line) in [
            ("0.9,5,6\n", 3),
            ("0.9,5,1\n0.9,5,1\n", 4),
            ("0.9;5\n", 3),
            ("1.5,1,0\n", 3),
        ] {
            let text = format!("# tieout-reliability-1 test\nconfidence,matches,wrong\n{rows}");
            let told = Reliability::parse(&text).unwrap_err().to_string();
            assert!(told.starts_with(&format!("line {line}:")), "{told}");
        }
        assert!(Reliability::parse("").is_err());
    }

    proptest! {
        #[test]
        fn more_wrong_ones_never_lower_the_bound(matches in 1_u64..5_000, wrong in 0_u64..50) {
            let wrong = wrong.min(matches);
            let bound = bound_ppm(wrong, matches);
            prop_assert!(bound_ppm(wrong.saturating_sub(1), matches) <= bound);
            prop_assert!(u64::from(bound) * matches >= wrong * 1_000_000);
            prop_assert!(bound_ppm(wrong, matches + 1) <= bound);
        }
    }
}
