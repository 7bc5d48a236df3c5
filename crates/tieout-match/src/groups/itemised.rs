//! Lines whose parts the bank itself prints, amount by amount: a batch of payments, a collective credit.
//!
//! If every part has an entry of its very amount that shares a name or a number with the line, and there is no other such
//! entry, nothing has to be searched for: the bank says what the sum is made of.

use super::bundle::Draft;
use super::{Bench, within};
use crate::columns::at;
use crate::facing::Facing;
use crate::outcome::Reason;
use crate::roll::Position;

/// Days before a line, and after it, in which the entries of its parts are dated.
const DAYS: (i32, i32) = (30, 7);
/// How usual it is that a batch is paid at once, and what it says that each part agrees.
const PRIOR: i32 = 300;
const EACH_PART: i32 = 300;
/// Entries of one amount that are looked at.
const MOST: usize = 64;

/// Proposes a bundle for every line that is itemised.
pub(crate) fn propose(bench: &mut Bench<'_>) {
    let lines = &bench.judge.books.lines;
    let mut facing = Facing::default();
    for (line, parts) in &lines.itemised {
        if !at(&bench.open.lines, *line) {
            continue;
        }
        bench.judge.face(*line, &mut facing);
        let Some(entries) = entries_of(bench, &mut facing, parts) else {
            continue;
        };
        let parts = i32::try_from(parts.len()).unwrap_or(i32::MAX).min(20);
        let draft = Draft {
            lines: vec![*line],
            entries,
            prior: PRIOR,
            coherence: EACH_PART * parts,
            ..Draft::default()
        };
        bench.propose(draft, Reason::Itemised);
    }
}

/// The entries of the parts, which are in order of their amounts; `None` if a part has none, or there is a choice.
fn entries_of(bench: &Bench<'_>, facing: &mut Facing, parts: &[i64]) -> Option<Vec<Position>> {
    let judge = bench.judge;
    let books = judge.books;
    let days = (facing.day.saturating_sub(DAYS.0), facing.day.saturating_add(DAYS.1));
    let mut entries = Vec::with_capacity(parts.len());
    for equal in parts.chunk_by(|a, b| a == b) {
        let amount = equal.first().copied()?;
        let run = books.amounts.equal(facing.account, amount);
        let in_time = within(&books.entries, run, facing.account, days);
        if in_time.len() > MOST {
            return None;
        }
        let before = entries.len();
        for entry in in_time {
            let agrees = judge.shared_numbers(facing, *entry).next().is_some()
                || judge.shared_names(facing, *entry).next().is_some();
            if agrees && at(&bench.open.entries, *entry) {
                entries.push(*entry);
            }
        }
        if entries.len() - before != equal.len() {
            return None;
        }
    }
    Some(entries)
}
