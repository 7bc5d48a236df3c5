//! Notes: what was assumed, and hints to what may be wrong.

use crate::balance::at;
use crate::decisions::Decisions;
use crate::explain::Sides;
use crate::result::{BalanceBasis, Chain, ComponentKind, Explanation, Figures, Missing, Note, NoteCode};
use crate::scope::Scope;
use crate::statements::Extent;
use crate::words::{Words, counted};
use tieout_core::Date;
use tieout_match::{Group, ItemIndex, Tier};

/// What was assumed, in the order in which it matters.
pub(crate) fn assumptions(
    sides: &Sides<'_>,
    figures: &Figures,
    explanation: &Explanation,
    words: &Words<'_>,
) -> Vec<Note> {
    let texts = [
        (NoteCode::OtherPeriod, other_period(sides, words)),
        (NoteCode::MovementOnly, movement_only(sides)),
        (NoteCode::BalanceDerived, derived(sides, figures, words)),
        (NoteCode::OpeningAssumed, opening_assumed(sides, figures, words)),
        (NoteCode::OpeningEntered, opening_entered(sides, words)),
        (NoteCode::AssumedCleared, assumed_cleared(sides)),
        (NoteCode::DriftHint, drift_hint(sides, explanation, words)),
        (NoteCode::Sign, sign_hint(figures, explanation, words)),
        (NoteCode::BooksBalance, books_balance(sides, figures, words)),
    ];
    let told = texts
        .into_iter()
        .filter_map(|(code, text)| Some(Note { code, text: text? }));
    told.chain(gaps(words.chain)).collect()
}

/// How many entries before the cut-off count as cleared without the user having said so.
pub(crate) fn cleared_count(sides: &Sides<'_>) -> usize {
    let cleared = sides
        .entries
        .indexes()
        .filter(|&entry| sides.standing.scope(entry) == Scope::Earlier && !sides.opening.entered.contains(&entry));
    cleared.count()
}

/// How many open lines a rule set aside, and that the difference holds them all the same.
pub(crate) fn ignored(decisions: &Decisions, open_lines: &[i64], words: &Words<'_>) -> Option<Note> {
    let open = |line: ItemIndex| at(open_lines, line).copied().unwrap_or(0);
    let open_ones = decisions.ignored.iter().filter(|ignored| open(ignored.line) != 0);
    let sum: i128 = open_ones.clone().map(|ignored| i128::from(open(ignored.line))).sum();
    let sum = i64::try_from(sum).ok()?;
    let lines = match open_ones.count() {
        0 => return None,
        count => counted(count, "line is", "lines are"),
    };
    Some(Note {
        code: NoteCode::Ignored,
        text: format!(
            "{lines} ignored by rules, {} in sum; the difference contains them all the same",
            words.amount(sum)
        ),
    })
}

/// Entries of the month that the books hold after the day on which the statements end: whoever reconciles a month may not
/// know that its last line is not of its last day.
pub(crate) fn after_the_last_day(sides: &Sides<'_>, words: &Words<'_>) -> Option<Note> {
    let day = sides.period.last();
    let end = day.last_of_month();
    let entries = || {
        let of_month = |entry: &ItemIndex| (day < sides.entries.date(*entry)) && sides.entries.date(*entry) <= end;
        sides.entries.indexes().filter(of_month)
    };
    let sum: i128 = entries().map(|entry| i128::from(sides.entries.amount(entry))).sum();
    let sum = i64::try_from(sum).ok()?;
    let (held, they) = match entries().count() {
        0 => return None,
        1 => (String::from("1 entry"), "it"),
        count => (format!("{count} entries"), "them"),
    };
    Some(Note {
        code: NoteCode::AfterLastDay,
        text: format!(
            "the statements end on {day}: {held} of the books from then to {end}, {} in sum, left out; --as-of {end} takes {they} in",
            words.amount(sum)
        ),
    })
}

/// The books hold nothing of the statements' days, and nothing else of them was matched: most likely a file was mixed up.
fn other_period(sides: &Sides<'_>, words: &Words<'_>) -> Option<String> {
    let is_opening = |entry: &ItemIndex| sides.opening.entered.contains(entry);
    let entries = || sides.entries.indexes().filter(|entry| !is_opening(entry));
    let (first, last) = (sides.period.first(), sides.period.last());
    let of_period = |entry: ItemIndex| (first..=last).contains(&sides.entries.date(entry));
    let is_matched =
        |group: &Group| group.tier == Tier::Automatic && !group.lines.is_empty() && !group.entries.is_empty();
    if sides.lines.indexes().next().is_none() || entries().any(of_period) || words.groups.iter().any(is_matched) {
        return None;
    }
    let dates = || entries().map(|entry| sides.entries.date(entry));
    let (from, to) = (dates().min()?, dates().max()?);
    let held = match entries().count() {
        1 => format!("their only entry is of {from}"),
        count => format!("their {count} entries are of {from} to {to}"),
    };
    Some(format!(
        "the books hold no entry of the statements' days, {first} to {last}: {held}; is it the right file?"
    ))
}

fn movement_only(sides: &Sides<'_>) -> Option<String> {
    (sides.bank.basis == BalanceBasis::Movement).then(|| {
        String::from(
            "no statement prints a balance: the movements of the period are compared, and what both sides began with is \
             not known",
        )
    })
}

fn derived(sides: &Sides<'_>, figures: &Figures, words: &Words<'_>) -> Option<String> {
    let BalanceBasis::Derived { from } = figures.basis else {
        return None;
    };
    let day = sides.period.last();
    let after = sides
        .lines
        .indexes()
        .filter(|&line| (from < sides.lines.date(line)) && sides.lines.date(line) <= day);
    let lines = match after.count() {
        0 => String::from("there are no lines after it"),
        count => format!("{} after it", counted(count, "line comes", "lines come")),
    };
    let balance = words.amount(figures.statement_balance);
    if from >= day {
        return Some(format!(
            "no statement prints a balance for {day}: {balance} follows from the balance before its lines and from them"
        ));
    }
    Some(format!(
        "no statement prints a balance for {day}: {balance} follows from the balance of {from}, {lines}"
    ))
}

fn opening_assumed(sides: &Sides<'_>, figures: &Figures, words: &Words<'_>) -> Option<String> {
    let assumed = sides.books.extent == Extent::Unknown && figures.basis != BalanceBasis::Movement;
    assumed.then(|| {
        format!(
            "the books are an extract without opening balance: before its open items they are taken to begin with the \
             bank's {}",
            words.amount(figures.bank_opening)
        )
    })
}

fn opening_entered(sides: &Sides<'_>, words: &Words<'_>) -> Option<String> {
    let entry = *sides.opening.entered.first()?;
    Some(format!(
        "took the {} of {} for the balance that the books begin with",
        words.entry(entry),
        words.amount(sides.entries.amount(entry))
    ))
}

fn assumed_cleared(sides: &Sides<'_>) -> Option<String> {
    let count = cleared_count(sides);
    let first = sides.period.first();
    match (count, sides.opening.listed) {
        (0, _) => None,
        (_, false) => {
            let entries = counted(count, "entry", "entries");
            Some(format!(
                "assumed {entries} before {first} cleared; change with --open-items"
            ))
        }
        (_, true) => {
            let entries = counted(count, "entry", "entries");
            Some(format!(
                "{entries} before {first} not listed among the open items: taken as cleared"
            ))
        }
    }
}

/// What would close the drift: an opening balance, where the books begin with nothing; else an entry before the cut-off, had
/// it been open.
fn drift_hint(sides: &Sides<'_>, explanation: &Explanation, words: &Words<'_>) -> Option<String> {
    let drift = explanation.amount(ComponentKind::Drift);
    let wanted = drift.checked_neg().filter(|_| drift != 0)?;
    let is_earlier = |entry: ItemIndex| sides.standing.scope(entry) == Scope::Earlier;
    if sides.books.extent == Extent::Whole && !sides.entries.indexes().any(is_earlier) {
        let first = sides.period.first();
        return Some(format!(
            "the books hold nothing before {first}: if they begin there, enter the opening balance of {} on {}",
            words.amount(drift),
            first.yesterday().unwrap_or(first)
        ));
    }
    let fits =
        |entry: &ItemIndex| sides.standing.scope(*entry) == Scope::Earlier && sides.entries.amount(*entry) == wanted;
    let latest = sides
        .entries
        .indexes()
        .filter(fits)
        .max_by_key(|&entry| (sides.entries.date(entry), entry))?;
    Some(format!(
        "the difference of {} before the period equals the {}: if the bank had not booked it by then, list it with \
         --open-items",
        words.amount(drift),
        words.entry(latest)
    ))
}

/// A turned sign shows as a difference of exactly twice a balance or an item.
fn sign_hint(figures: &Figures, explanation: &Explanation, words: &Words<'_>) -> Option<String> {
    let twice = |amount: i64| amount != 0 && i128::from(amount).abs() * 2 == i128::from(figures.difference).abs();
    let asked = if twice(figures.statement_balance) || twice(figures.ledger_balance) {
        String::from("a balance: is its sign turned, or that of all lines (--statement-sign inverted)")
    } else {
        let open = [ComponentKind::OpenLines, ComponentKind::OpenEntries];
        let mut shares = open
            .into_iter()
            .filter_map(|kind| explanation.component(kind))
            .flat_map(|c| &c.shares);
        let share = shares.find(|share| twice(share.amount))?;
        format!("the {}: is its sign turned", words.subject(share.subject))
    };
    Some(format!(
        "the difference of {} is exactly twice {asked}?",
        words.amount(figures.difference)
    ))
}

/// The books' own closing balance, if they print one, against what was read.
fn books_balance(sides: &Sides<'_>, figures: &Figures, words: &Words<'_>) -> Option<String> {
    let printed = sides.books.closing?;
    if sides.books.extent == Extent::Unknown || figures.basis == BalanceBasis::Movement {
        return None;
    }
    let day = sides.period.last();
    let between = |date: Date, from: Date, to: Date| from < date && date <= to;
    let sum = |from: Date, to: Date| -> i128 {
        let moved = sides
            .entries
            .indexes()
            .filter(|&e| between(sides.entries.date(e), from, to));
        moved.map(|entry| i128::from(sides.entries.amount(entry))).sum()
    };
    let date = printed.date.unwrap_or(Date::MAX);
    let read = i128::from(figures.book_balance) + sum(day, date) - sum(date, day);
    let off = i64::try_from(i128::from(printed.amount) - read)
        .ok()
        .filter(|off| *off != 0)?;
    let on = printed.date.map_or(String::new(), |date| format!(" for {date}"));
    Some(format!(
        "the books print a balance of {}{on}, which is {} away from the sum of their entries",
        words.amount(printed.amount),
        words.amount(off)
    ))
}

fn gaps(chain: &Chain) -> impl Iterator<Item = Note> {
    let name = |position| at(&chain.statements, position).map_or("a statement", |statement| statement.name.as_str());
    chain.gaps.iter().map(move |gap| {
        let missing = match gap.missing {
            Missing::Days(first, last) if first == last => format!("no statement covers {first}"),
            Missing::Days(first, last) => format!("no statement covers {first} to {last}"),
            Missing::Numbers(first, last) if first == last => format!("statement number {first} is missing"),
            Missing::Numbers(first, last) => format!("statement numbers {first} to {last} are missing"),
        };
        let broken = chain.breaks.iter().any(|broken| broken.after == gap.after);
        let balances = if broken {
            "the balances do not agree"
        } else {
            "the balances on both sides agree"
        };
        let text = format!(
            "{missing} between {} and {}; {balances}",
            name(gap.before),
            name(gap.after)
        );
        Note {
            code: NoteCode::Gap,
            text,
        }
    })
}
