//! Whether so many of some nearly equal amounts can sum to a target at all.
//!
//! A walk over subsets cannot tell nearly equal amounts apart, so that it goes through most of them. But the sums of
//! nearly equal amounts are few: what each is more or less than a common part is a small number, and a table of how many
//! amounts reach which sum of those has some thousand cells.

/// The largest number of parts.
pub(super) const MOST_PARTS: usize = 12;
/// How far a sum of [`MOST_PARTS`] can be from nothing, when each is at most as far as there are parts.
const REACH: usize = MOST_PARTS * MOST_PARTS;
/// Sums from `-REACH` to `REACH`.
type Sums = [bool; 2 * REACH + 1];

/// Whether `parts` of the numbers `beyond`, each from `-parts` to `parts`, can sum to `target`; true if they are others.
pub(super) fn can_sum(beyond: impl Iterator<Item = i128>, parts: i128, target: i128) -> bool {
    let (Ok(number), Some(target)) = (usize::try_from(parts), place(target)) else {
        return true;
    };
    // Which sums some amounts reach, by their number.
    let mut reached: [Sums; MOST_PARTS + 1] = [[false; 2 * REACH + 1]; MOST_PARTS + 1];
    if let Some(nothing) = reached.first_mut().and_then(|sums| sums.get_mut(REACH)) {
        *nothing = true;
    }
    let mut seen = 0;
    for beyond in beyond {
        let Some(up) = place(beyond).filter(|_| number <= MOST_PARTS && beyond.abs() <= parts) else {
            return true;
        };
        seen += 1;
        // From the largest number down, so that each amount is used once.
        for count in (1..=number.min(seen)).rev() {
            if let Some([fewer, more]) = reached.get_mut(count - 1..=count) {
                extend(fewer, more, up);
            }
        }
    }
    let sums = reached.get(number);
    sums.and_then(|sums| sums.get(target)).is_none_or(|reached| *reached)
}

/// Marks the sums that one more amount makes of others; `up` is the place of the amount.
fn extend(fewer: &Sums, more: &mut Sums, up: usize) {
    let (from, to) = (
        fewer.get(REACH.saturating_sub(up)..),
        more.get_mut(up.saturating_sub(REACH)..),
    );
    for (fewer, more) in from.unwrap_or_default().iter().zip(to.unwrap_or_default()) {
        *more |= *fewer;
    }
}

/// The place of a sum in a table.
fn place(sum: i128) -> Option<usize> {
    let reach = i128::try_from(REACH).ok()?;
    usize::try_from(sum + reach).ok().filter(|place| *place <= 2 * REACH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_true_exactly_if_there_is_such_a_subset(
            (parts, beyond) in (2_i128..5).prop_flat_map(|parts| (Just(parts), prop::collection::vec(-parts..=parts, 0..9))),
            target in -20_i128..20,
        ) {
            let by_trying = (0_u32..1 << beyond.len()).any(|mask| {
                let chosen = || beyond.iter().zip(0..).filter(move |(_, bit)| mask >> bit & 1 == 1);
                mask.count_ones() == u32::try_from(parts).unwrap() && chosen().map(|(part, _)| part).sum::<i128>() == target
            });
            prop_assert_eq!(can_sum(beyond.iter().copied(), parts, target), by_trying);
        }
    }

    #[test]
    fn what_does_not_fit_the_table_is_left_to_the_search() {
        assert!(can_sum([500].into_iter(), 2, 1));
        assert!(can_sum([0; 40].into_iter(), 12, 0));
        assert!(!can_sum([0; 11].into_iter(), 12, 0));
    }
}
