//! In how many ways so many of some nearly equal amounts sum to a target.
//!
//! A walk over subsets cannot tell nearly equal amounts apart, so that it goes through most of them. But the sums of
//! nearly equal amounts are few: what each is more or less than a common part is a small number, and a table of how many
//! amounts reach which sum of those, and in how many ways, has some thousand cells.

/// The largest number of parts.
pub(super) const MOST_PARTS: usize = 12;
/// How far a sum of [`MOST_PARTS`] can be from nothing, when each is at most as far as there are parts.
const REACH: usize = MOST_PARTS * MOST_PARTS;
/// In how many ways each sum from `-REACH` to `REACH` is reached.
type Sums = [u8; 2 * REACH + 1];

/// In how many ways `parts` of the numbers `beyond`, each from `-parts` to `parts`, sum to `target`: at most 255, which
/// stands for more as well; `None` if they are others.
pub(super) fn ways(beyond: impl Iterator<Item = i128>, parts: i128, target: i128) -> Option<u8> {
    let (number, target) = (usize::try_from(parts).ok()?, place(target)?);
    // By the number of amounts.
    let mut reached: [Sums; MOST_PARTS + 1] = [[0; 2 * REACH + 1]; MOST_PARTS + 1];
    *reached.first_mut()?.get_mut(REACH)? = 1;
    let mut seen = 0;
    for beyond in beyond {
        let up = place(beyond).filter(|_| number <= MOST_PARTS && beyond.abs() <= parts)?;
        seen += 1;
        // From the largest number down, so that each amount is used once.
        for count in (1..=number.min(seen)).rev() {
            if let Some([fewer, more]) = reached.get_mut(count - 1..=count) {
                extend(fewer, more, up);
            }
        }
    }
    reached.get(number)?.get(target).copied()
}

/// Adds the sums that one more amount makes of others; `up` is the place of the amount.
fn extend(fewer: &Sums, more: &mut Sums, up: usize) {
    let (from, to) = (
        fewer.get(REACH.saturating_sub(up)..),
        more.get_mut(up.saturating_sub(REACH)..),
    );
    for (fewer, more) in from.unwrap_or_default().iter().zip(to.unwrap_or_default()) {
        *more = more.saturating_add(*fewer);
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
        fn every_subset_is_counted(
            (parts, beyond) in (2_i128..5).prop_flat_map(|parts| (Just(parts), prop::collection::vec(-parts..=parts, 0..9))),
            target in -20_i128..20,
        ) {
            let by_trying = (0_u32..1 << beyond.len()).filter(|mask| {
                let chosen = || beyond.iter().zip(0..).filter(move |(_, bit)| *mask >> bit & 1 == 1);
                mask.count_ones() == u32::try_from(parts).unwrap() && chosen().map(|(part, _)| part).sum::<i128>() == target
            });
            let all = u8::try_from(by_trying.count()).unwrap_or(u8::MAX);
            prop_assert_eq!(ways(beyond.iter().copied(), parts, target), Some(all));
        }
    }

    #[test]
    fn what_does_not_fit_the_table_is_left_to_the_search() {
        assert_eq!(ways([500].into_iter(), 2, 1), None);
        assert_eq!(ways([0; 40].into_iter(), 12, 0), Some(u8::MAX));
        assert_eq!(ways([0; 11].into_iter(), 12, 0), Some(0));
    }
}
