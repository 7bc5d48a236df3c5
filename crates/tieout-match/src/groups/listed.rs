//! Lines that list the documents that they pay: `INV 2201 2204 2207`.
//!
//! Whose numbers a line shows belong to it, whatever their entries say of the contact. What the sum lacks then is looked
//! for among the contact's other entries of those days and those of nobody.

use super::bundle::{Draft, choices};
use super::sums::{Wanted, subsets};
use super::{Bench, within};
use crate::arith::count;
use crate::columns::{Rows, at};
use crate::outcome::Reason;
use crate::roll::Position;

/// Days before and after a line in which its documents lie.
const DAYS: (i32, i32) = (75, 10);
/// Days around the documents in which what is missing is looked for.
const AROUND: i32 = 4;
/// Entries that may be what is missing.
const MOST: usize = 16;
/// Documents that one line lists.
const MOST_LISTED: usize = 30;
/// Entries of one number.
const SHARED: u32 = 3;
/// What a number must tell, in hundredths of a bit.
const TELLING: i32 = 1_200;

/// Proposes bundles of what lines list.
pub(crate) fn propose(bench: &mut Bench<'_>, contacts: &Rows<Position>) {
    let books = bench.judge.books;
    let is_nameless = |entry: &Position| at(&bench.open.entries, *entry) && books.contacts.of(*entry) == 0;
    let nameless: Vec<Position> = books.entries.positions().filter(is_nameless).collect();
    for line in books.lines.positions() {
        if !at(&bench.open.lines, line) || books.lines.amount(line) == 0 || books.lines.numbers.row(line).is_empty() {
            continue;
        }
        let listed = listed(bench, line);
        if (1..=MOST_LISTED).contains(&listed.len()) {
            of_line(bench, line, &listed, contacts, &nameless);
        }
    }
}

/// Open entries whose numbers a line shows.
fn listed(bench: &mut Bench<'_>, line: Position) -> Vec<Position> {
    let books = bench.judge.books;
    let (account, day) = (at(&books.lines.accounts, line), books.lines.day(line));
    let days = (day.saturating_sub(DAYS.0), day.saturating_add(DAYS.1));
    bench.judge.face(line, &mut bench.proposals.facing);
    let mut listed = Vec::new();
    for (number, bits) in &bench.proposals.facing.numbers {
        let few = books.entries.frequency(*number) <= SHARED;
        if !few || *bits < TELLING / 2 || books.content(*number) < TELLING {
            continue;
        }
        let with = within(&books.entries, bench.index.with_token(*number), account, days);
        listed.extend(with.iter().copied().filter(|entry| at(&bench.open.entries, *entry)));
    }
    listed.sort_unstable();
    listed.dedup();
    // What was entered twice is paid once.
    let mut kept: Vec<Position> = Vec::new();
    for entry in listed {
        let again = |other: &Position| {
            books.entries.amount(*other) == books.entries.amount(entry)
                && books.entries.numbers.row(*other) == books.entries.numbers.row(entry)
        };
        if !kept.iter().any(again) {
            kept.push(entry);
        }
    }
    kept
}

fn of_line(
    bench: &mut Bench<'_>,
    line: Position,
    listed: &[Position],
    contacts: &Rows<Position>,
    nameless: &[Position],
) {
    let entries = &bench.judge.books.entries;
    let amount = i128::from(bench.judge.books.lines.amount(line));
    let missing = amount
        - listed
            .iter()
            .map(|entry| i128::from(entries.amount(*entry)))
            .sum::<i128>();
    if missing == 0 {
        if listed.len() > 1 {
            let draft = Draft {
                lines: vec![line],
                entries: listed.to_vec(),
                prior: 200,
                ..Draft::default()
            };
            bench.propose(draft, Reason::SharedReference);
        }
        return;
    }
    let mut pool = pool(bench, line, listed, contacts, nameless);
    let dropped = pool.len() > MOST;
    pool.truncate(MOST);
    let amounts: Vec<i64> = pool.iter().map(|entry| entries.amount(*entry)).collect();
    let wanted = Wanted {
        least: 1,
        most: 6,
        subsets: 6,
    };
    let given = bench.steps();
    let mut left = given;
    let result = subsets(&amounts, missing, wanted, &mut left);
    bench.spend(given, left);
    let solutions = count(result.found.len());
    for subset in result.found {
        let more: Vec<Position> = subset.iter().filter_map(|place| pool.get(*place).copied()).collect();
        let draft = Draft {
            lines: vec![line],
            tries: choices(pool.len(), more.len()) + 100,
            entries: listed.iter().copied().chain(more).collect(),
            cut_short: result.cut_short || dropped,
            solutions,
            ..Draft::default()
        };
        bench.propose(draft, Reason::SharedReference);
    }
}

/// Entries that may be paid with those that are listed: of the same contacts and days, or of nobody. One more than are
/// searched says that there are more.
fn pool(
    bench: &Bench<'_>,
    line: Position,
    listed: &[Position],
    contacts: &Rows<Position>,
    nameless: &[Position],
) -> Vec<Position> {
    let books = bench.judge.books;
    let account = at(&books.lines.accounts, line);
    let day = |entry: Option<&Position>| entry.map_or(0, |entry| books.entries.day(*entry));
    let days = (
        day(listed.first()).saturating_sub(AROUND),
        day(listed.last()).saturating_add(AROUND),
    );
    let mut of: Vec<u32> = listed.iter().map(|entry| books.contacts.of(*entry)).collect();
    of.sort_unstable();
    of.dedup();
    let known = of.into_iter().filter(|contact| *contact != 0).take(2);
    let named = known.flat_map(|contact| within(&books.entries, contacts.row(contact), account, days));
    let own = named.copied().filter(|entry| !listed.contains(entry)).take(MOST + 1);
    let mut pool: Vec<Position> = own.collect();
    let nobodys = within(&books.entries, nameless, account, days).iter().copied();
    let left = MOST + 1 - pool.len();
    pool.extend(nobodys.filter(|entry| !listed.contains(entry)).take(left));
    pool.sort_unstable();
    pool.dedup();
    pool
}
