//! Which bank ids occur more than once in a statement, in bounded memory.

/// How many ids are compared; each takes 16 bytes, twice that for a moment while the list grows.
const MAX_IDS: usize = 1_000_000;

/// The ids of one statement, as hashes of 64 bits, with the lines they are on. Two different ids of a million have the
/// same hash with odds of one to thirty million.
///
/// A list that is sorted once at the end: a set that is asked at every line would wait for memory at every line, and its
/// time could be driven up by a file made for that.
#[derive(Debug, Default)]
pub(crate) struct SeenIds {
    seen: Vec<(u64, u64)>,
    left_out: u64,
}

/// A line whose id an earlier line of the statement has, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Repeated {
    /// Number of the line in the file.
    pub(crate) line: u64,
    /// Number of the line with the same id before it.
    pub(crate) earlier: u64,
}

impl SeenIds {
    /// Notes the id of the line that begins on `line` of the file. Empty ids are all different.
    pub(crate) fn note(&mut self, id: &str, line: u64) {
        if id.is_empty() {
            return;
        }
        if self.seen.len() >= MAX_IDS {
            self.left_out += 1;
            return;
        }
        self.seen.push((hash(id.as_bytes()), line));
    }

    /// Forgets all ids and says which were repeated, in the order of the lines.
    pub(crate) fn take_repeated(&mut self) -> Vec<Repeated> {
        self.seen.sort_unstable();
        let same = self
            .seen
            .iter()
            .zip(self.seen.iter().skip(1))
            .filter(|(one, next)| one.0 == next.0);
        let mut repeated: Vec<_> = same
            .map(|(one, next)| Repeated {
                line: next.1,
                earlier: one.1,
            })
            .collect();
        repeated.sort_unstable();
        self.seen.clear();
        repeated
    }

    /// How many ids were too many to be compared, since this was asked last.
    pub(crate) fn take_left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

/// Spreads the bytes over 64 bits: odd multiplications and shifts lose nothing, so ids that differ in one place never meet.
/// Nothing depends on a file not being made to collide: that would cost its maker a false warning.
fn hash(id: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(SPREAD);
        product ^ (product >> 32)
    };
    let (words, rest) = id.as_chunks();
    let whole = words
        .iter()
        .fold(SPREAD, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(whole, |hash, byte| mix(hash, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_ids_are_told_with_the_line_before() {
        let mut ids = SeenIds::default();
        for (line, id) in ["a", "b", "", "a", "", "c", "b", "a"].iter().enumerate() {
            ids.note(id, line as u64);
        }
        let pairs: Vec<_> = ids.take_repeated().iter().map(|r| (r.earlier, r.line)).collect();
        assert_eq!(pairs, [(0, 3), (1, 6), (3, 7)]);
        ids.note("a", 9);
        assert_eq!(ids.take_repeated(), []);
    }

    #[test]
    fn memory_is_bounded() {
        let mut ids = SeenIds::default();
        for line in 0..=MAX_IDS as u64 {
            ids.note(&line.to_string(), line);
        }
        assert_eq!(
            (ids.seen.len(), ids.take_left_out(), ids.take_left_out()),
            (MAX_IDS, 1, 0)
        );
        assert_eq!(ids.take_repeated(), []);
    }
}
