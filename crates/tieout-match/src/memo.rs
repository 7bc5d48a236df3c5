//! A small memory of what was worked out for two things together.

/// Values by two numbers; what was kept longest ago in a place gives way. Only speeds up what gives the same value anyway.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memo {
    cells: Vec<(u64, i32)>,
}

impl Memo {
    /// A memory of two to the power of `bits` values.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            cells: vec![(u64::MAX, 0); 1 << bits],
        }
    }

    /// The value for two numbers, worked out if it is not known.
    pub(crate) fn get(&mut self, first: u32, second: u32, work_out: impl FnOnce() -> i32) -> i32 {
        let key = u64::from(first) << 32 | u64::from(second);
        let place = usize::try_from(crate::hashing::mix(key)).unwrap_or(0) & self.cells.len().saturating_sub(1);
        let Some(cell) = self.cells.get_mut(place) else {
            return work_out();
        };
        if cell.0 != key {
            *cell = (key, work_out());
        }
        cell.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_worked_out_once_while_they_are_kept() {
        let mut memo = Memo::new(4);
        let mut asked = 0;
        for round in 0..2 {
            for number in 0..4 {
                let value = memo.get(number, 7, || {
                    asked += 1;
                    i32::try_from(number).unwrap() * 10
                });
                assert_eq!(value, i32::try_from(number).unwrap() * 10, "{round}");
            }
        }
        assert!((4..=8).contains(&asked));
        assert_eq!(memo.get(u32::MAX, u32::MAX - 1, || 5), 5);
    }
}
