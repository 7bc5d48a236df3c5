//! Whatever happened: lines count once, balances prove, and the difference is explained to the cent.

use crate::common;
use crate::common::{date, empty_case, file, item, make_group};
use proptest::prelude::*;
use tieout_core::Date;
use tieout_match::{Group, Outcome, Part, Prior, Residual, ResidualKind, Tier};
use tieout_reconcile::result::{ChainPlace, ComponentKind, OutstandingState, StatementProof};
use tieout_reconcile::statements::{BankStatement, Case, Extent, OpenItem, PrintedBalance};
use tieout_reconcile::{CaseError, Reconciliation, prepare};

const OPENING: i64 = 100_000;

fn day(number: i32) -> Date {
    date("01-01").checked_add(jiff::Span::new().days(number)).unwrap()
}

/// A movement of the account as the bank booked it.
#[derive(Debug, Clone)]
struct Movement {
    day: i32,
    amount: i64,
    text: u8,
}

/// Few amounts, days and texts, so that equal lines are common.
fn movements() -> impl Strategy<Value = Vec<Movement>> {
    let movement = (0..12, prop_oneof![Just(100), Just(-100), Just(250), 1..9_i64], 0..3_u8);
    prop::collection::vec(movement, 1..40).prop_map(|all| {
        let mut all: Vec<Movement> = all
            .into_iter()
            .map(|(day, amount, text)| Movement { day, amount, text })
            .collect();
        all.sort_by_key(|movement| movement.day);
        all
    })
}

/// Adds a statement over some of the movements, as the bank prints it.
fn print(case: &mut Case, movements: &[Movement], from: usize, to: usize, words: &str) {
    let position = u32::try_from(case.files.len()).unwrap();
    case.files.push(file(
        &format!("{position}.sta"),
        if words.is_empty() { "MT940" } else { "CSV" },
    ));
    let first = u32::try_from(case.bank.lines.len()).unwrap();
    for movement in &movements[from..to] {
        let text = format!("{words}{}", movement.text);
        case.bank
            .lines
            .push(&item(day(movement.day), movement.amount, &text, ""))
            .unwrap();
        case.bank.line_numbers.push(0);
    }
    let sum = |end: usize| OPENING + movements[..end].iter().map(|movement| movement.amount).sum::<i64>();
    let mut printed = common::statement(position, first);
    printed.lines.end = u32::try_from(case.bank.lines.len()).unwrap();
    printed.opening = Some(PrintedBalance {
        amount: sum(from),
        date: None,
    });
    printed.closing = Some(PrintedBalance {
        amount: sum(to),
        date: movements[..to].last().map(|m| day(m.day)),
    });
    case.bank.statements.push(printed);
}

fn reconcile(case: Case) -> Reconciliation {
    prepare(case).unwrap().reconcile(Outcome::default()).unwrap()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(400))]

    /// Invariants 4 and 5: files that cut the days anywhere, without overlap, in any order. (Where movements of one day
    /// on both sides of a cut have the same words and cancel each other, no balance can tell; so all are money in.)
    #[test]
    fn files_that_follow_each_other_neither_lose_nor_join_lines(
        movements in movements(),
        cuts in prop::collection::btree_set(0..40_usize, 0..5),
        turned in any::<bool>(),
    ) {
        let movements: Vec<Movement> =
            movements.into_iter().map(|m| Movement { amount: m.amount.abs(), ..m }).collect();
        let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut > 0 && *cut < movements.len()).collect();
        ends.push(movements.len());
        let mut starts = vec![0];
        starts.extend_from_slice(&ends[..ends.len() - 1]);
        let mut spans: Vec<(usize, usize)> = starts.into_iter().zip(ends).collect();
        if turned {
            spans.reverse();
        }
        let mut case = empty_case();
        for (from, to) in spans {
            print(&mut case, &movements, from, to, "");
        }
        let result = reconcile(case);
        prop_assert_eq!(result.counts.lines, movements.len() as u64);
        prop_assert_eq!(&result.chain.breaks, &[]);
    }

    /// Invariants 4 and 5: the same days again, whole days overlapping, also in another format's words.
    #[test]
    fn overlapping_days_add_nothing_twice(
        movements in movements(),
        spans in prop::collection::vec((0..12_i32, 0..12_i32, any::<bool>()), 0..4),
    ) {
        let mut case = empty_case();
        print(&mut case, &movements, 0, movements.len(), "");
        for (a, b, other_words) in spans {
            let (from, to) = (a.min(b), a.max(b));
            let from = movements.partition_point(|movement| movement.day < from);
            let to = movements.partition_point(|movement| movement.day <= to);
            if from < to {
                print(&mut case, &movements, from, to, if other_words { "other words " } else { "" });
            }
        }
        let result = reconcile(case);
        prop_assert_eq!(result.counts.lines, movements.len() as u64);
        prop_assert_eq!(&result.chain.breaks, &[]);
        let total: i64 = movements.iter().map(|movement| movement.amount).sum();
        prop_assert_eq!(result.figures.statement_balance, OPENING + total);
        for statement in &result.chain.statements {
            prop_assert_eq!(statement.proof, StatementProof::Exact);
            prop_assert!(matches!(statement.place, ChainPlace::Link | ChainPlace::Contained));
        }
    }

    /// Invariant 4: files that overlap by whole days and go on.
    #[test]
    fn a_sliding_window_of_files_adds_nothing_twice(movements in movements(), step in 1..6_i32, over in 0..5_i32) {
        let length = step + over;
        let mut case = empty_case();
        let mut first = 0;
        while first < 12 {
            let from = movements.partition_point(|movement| movement.day < first);
            let to = movements.partition_point(|movement| movement.day < first + length);
            if from < to {
                print(&mut case, &movements, from, to, "");
            }
            first += step;
        }
        let result = reconcile(case);
        prop_assert_eq!(result.counts.lines, movements.len() as u64);
        prop_assert_eq!(&result.chain.breaks, &[]);
    }
}

/// One business event: when the bank and the books knew of it, and how they tell it.
#[derive(Debug, Clone)]
struct Event {
    bank_day: Option<i32>,
    book_day: Option<i32>,
    amount: i64,
    /// Taken out by the bank.
    fee: i64,
    /// The bank paid it in two parts, the second so many days later.
    second_part: Option<i32>,
    /// Matched automatically, suggested, or not at all.
    matched: u8,
    /// Only a part of the entry is taken.
    part_only: bool,
    listed: bool,
}

fn event() -> impl Strategy<Value = Event> {
    (
        prop::option::weighted(0.85, 0..90),
        prop::option::weighted(0.85, -40..100),
        prop_oneof![2..500_i64, -500..-1_i64].prop_map(|amount| amount * 2),
        prop_oneof![3 => Just(0), 1 => 1..2_i64],
        prop::option::weighted(0.2, 1..30),
        prop_oneof![4 => Just(0_u8), 1 => Just(1), 1 => Just(2)],
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.3),
    )
        .prop_map(
            |(bank_day, book_day, amount, fee, second_part, matched, part_only, listed)| Event {
                bank_day,
                book_day,
                amount,
                fee,
                second_part,
                matched,
                part_only,
                listed,
            },
        )
}

/// How the statements of a history are printed.
#[derive(Debug, Clone)]
struct Printing {
    /// Days after which a statement ends.
    cuts: Vec<i32>,
    /// Added to the opening of one statement: a break.
    broken: i64,
    /// Added to the closing of one statement, and carried on: it does not prove.
    unproven: i64,
    /// Lines of these days are in no statement with balances.
    loose_every: Option<i32>,
    balances: bool,
}

fn printing() -> impl Strategy<Value = Printing> {
    (
        prop::collection::btree_set(1..120_i32, 0..5),
        prop_oneof![3 => Just(0), 1 => -50..50_i64],
        prop_oneof![3 => Just(0), 1 => -50..50_i64],
        prop::option::weighted(0.2, 2..9),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(cuts, broken, unproven, loose_every, balances)| Printing {
            cuts: cuts.into_iter().collect(),
            broken,
            unproven,
            loose_every,
            balances,
        })
}

struct History {
    case: Case,
    /// Line and entry positions of each event before joining.
    lines: Vec<Vec<u32>>,
    entries: Vec<Option<u32>>,
}

fn history(events: &[Event], printing: &Printing, extent: Extent, list: bool, as_of: Option<i32>) -> History {
    let mut case = empty_case();
    let mut lines = vec![Vec::new(); events.len()];
    let mut dated: Vec<(i32, i64, usize)> = Vec::new();
    for (position, event) in events.iter().enumerate() {
        if let Some(bank_day) = event.bank_day {
            let net = event.amount - event.fee;
            if let Some(later) = event.second_part {
                dated.push((bank_day, event.amount / 2, position));
                dated.push((bank_day + later, net - event.amount / 2, position));
            } else {
                dated.push((bank_day, net, position));
            }
        }
    }
    dated.sort_unstable();
    let loose = |day: i32| printing.loose_every.is_some_and(|every| day % every == 0);
    print_all(&mut case, printing, &dated, loose, &mut lines);
    let mut entries = Vec::new();
    for event in events {
        entries.push(event.book_day.map(|book_day| {
            let text = format!("entry {}", event.amount);
            case.books
                .entries
                .push(&item(day(book_day), event.amount, &text, ""))
                .unwrap()
        }));
        if let (true, Some(book_day)) = (list && event.listed, event.book_day) {
            case.open_items.get_or_insert_default().push(OpenItem {
                date: Some(day(book_day)),
                amount: event.amount,
                ..OpenItem::default()
            });
        }
    }
    case.books.extent = extent;
    case.as_of = as_of.map(day);
    History { case, lines, entries }
}

fn print_all(
    case: &mut Case,
    printing: &Printing,
    dated: &[(i32, i64, usize)],
    loose: impl Fn(i32) -> bool,
    lines: &mut [Vec<u32>],
) {
    let mut ends = printing.cuts.clone();
    ends.push(200);
    let mut balance = OPENING;
    let mut first_day = 0;
    case.files.push(file("a.sta", "MT940"));
    for (position, end) in ends.into_iter().enumerate() {
        let inside = || dated.iter().filter(|(day, ..)| first_day <= *day && *day < end);
        for without_balances in [false, true] {
            let mut printed: BankStatement = common::statement(0, u32::try_from(case.bank.lines.len()).unwrap());
            let opening = balance + if position == 1 { printing.broken } else { 0 };
            let mut closing = opening + if position == 2 { printing.unproven } else { 0 };
            for (line_day, amount, event) in inside().filter(|(day, ..)| loose(*day) == without_balances) {
                // A number in the text keeps two statements from looking alike.
                let text = format!("line of event {event}");
                lines[*event].push(case.bank.lines.push(&item(day(*line_day), *amount, &text, "")).unwrap());
                case.bank.line_numbers.push(0);
                closing += amount;
            }
            printed.lines.end = u32::try_from(case.bank.lines.len()).unwrap();
            printed.period = (Some(day(first_day)), Some(day(end - 1)));
            if !without_balances && printing.balances {
                printed.opening = Some(PrintedBalance {
                    amount: opening,
                    date: None,
                });
                printed.closing = Some(PrintedBalance {
                    amount: closing,
                    date: Some(day(end - 1)),
                });
                balance = closing;
            }
            case.bank.statements.push(printed);
        }
        first_day = end;
    }
}

/// The matches that an engine could find, all correct.
fn outcome(events: &[Event], history: &History, prepared: &tieout_reconcile::Prepared) -> Outcome {
    let input = prepared.input();
    let mut groups: Vec<Group> = Vec::new();
    for ((event, lines), entry) in events.iter().zip(&history.lines).zip(&history.entries) {
        let (Some(entry), false, true) = (entry, lines.is_empty(), event.matched < 2) else {
            continue;
        };
        let open = input.entries.open_amount(*entry);
        if open != event.amount {
            continue;
        }
        let mut parts: Vec<Part> = lines
            .iter()
            .map(|&item| Part {
                item,
                amount: input.lines.amount(item),
            })
            .collect();
        let mut residuals = vec![Residual {
            kind: ResidualKind::Fee,
            amount: -event.fee,
        }];
        let mut taken = event.amount;
        if event.part_only && parts.len() == 2 {
            let first = parts.remove(0);
            residuals.clear();
            taken = first.amount;
            parts = vec![first];
        }
        residuals.retain(|residual| residual.amount != 0);
        let tier = if event.matched == 0 {
            Tier::Automatic
        } else {
            Tier::Suggested
        };
        groups.push(make_group(
            parts,
            vec![Part {
                item: *entry,
                amount: taken,
            }],
            residuals,
            tier,
        ));
    }
    groups.sort_by_key(|group| group.tier);
    Outcome {
        groups,
        exceptions: Vec::new(),
    }
}

proptest! {
    #![proptest_config(config(600))]

    /// Invariants 2, 5 and 6, over random histories: late clearing, late booking, part payments, fees, several statements,
    /// breaks, unproven statements, lines without balances, any kind of books, listed open items, any day.
    #[test]
    fn the_difference_is_explained_whatever_happened(
        events in prop::collection::vec(event(), 0..40),
        printing in printing(),
        extent in prop_oneof![
            Just(Extent::Whole),
            Just(Extent::Unknown),
            (0..2_000_i64).prop_map(|amount| Extent::From(PrintedBalance { amount, date: None })),
        ],
        list in any::<bool>(),
        as_of in prop::option::of(0..150_i32),
    ) {
        let mut history = history(&events, &printing, extent, list, as_of);
        let prepared = match prepare(std::mem::replace(&mut history.case, empty_case())) {
            Err(CaseError::TooEarly { .. } | CaseError::NoStatements) => return Ok(()),
            prepared => prepared.unwrap(),
        };
        let outcome = outcome(&events, &history, &prepared);
        let result = prepared.reconcile(outcome).unwrap();
        check_sums(&result)?;
        check_balances(&result, &printing)?;
        check_parting(&result)?;
    }
}

proptest! {
    #![proptest_config(config(60))]

    /// What the engine finds fits the items, and is explained like any other outcome, as of any day.
    #[test]
    fn what_the_engine_finds_is_explained(
        events in prop::collection::vec(event(), 0..40),
        printing in printing(),
        list in any::<bool>(),
        as_of in prop::option::of(0..150_i32),
    ) {
        let history = history(&events, &printing, Extent::Whole, list, as_of);
        let prepared = match prepare(history.case) {
            Err(CaseError::TooEarly { .. } | CaseError::NoStatements) => return Ok(()),
            prepared => prepared.unwrap(),
        };
        let model = tieout_match::train(prepared.input(), &Prior::default());
        let outcome = tieout_match::run(prepared.input(), &model, prepared.settings(), &mut |_| ());
        let result = prepared.reconcile(outcome).unwrap();
        check_sums(&result)?;
        check_parting(&result)?;
    }
}

fn check_sums(result: &Reconciliation) -> Result<(), TestCaseError> {
    let figures = &result.figures;
    prop_assert_eq!(figures.difference, figures.statement_balance - figures.ledger_balance);
    let mut explained = 0;
    for component in &result.explanation.components {
        prop_assert_eq!(
            component.amount,
            component.shares.iter().map(|share| share.amount).sum::<i64>()
        );
        prop_assert!(component.shares.iter().all(|share| share.amount != 0));
        explained += component.amount;
    }
    prop_assert_eq!(explained, figures.difference);
    for side in [&result.two_sided.bank, &result.two_sided.books] {
        let sections: i64 = side.sections.iter().map(|section| section.amount).sum();
        prop_assert_eq!(side.adjusted, side.balance + sections);
    }
    prop_assert_eq!(
        result.two_sided.remaining,
        result.explanation.amount(ComponentKind::Drift)
    );
    for adjustment in &result.adjustments {
        let sum: i64 = adjustment
            .transaction
            .postings()
            .iter()
            .map(|posting| posting.amount.minor())
            .sum();
        prop_assert_eq!(sum, 0);
    }
    Ok(())
}

/// The balances, computed a second time from whole items.
fn check_balances(result: &Reconciliation, printing: &Printing) -> Result<(), TestCaseError> {
    let day = result.identification.period.last();
    let lines = &result.input.lines;
    let to_day: i64 = lines
        .indexes()
        .filter(|&l| lines.date(l) <= day)
        .map(|l| lines.amount(l))
        .sum();
    prop_assert_eq!(result.figures.line_total, to_day);
    if printing.broken == 0 && printing.unproven == 0 && printing.loose_every.is_none() && printing.balances {
        prop_assert_eq!(result.figures.statement_balance, OPENING + to_day);
        prop_assert_eq!(&result.chain.breaks, &[]);
    }
    let cleared_later: i64 = result
        .outstanding
        .iter()
        .filter(|item| matches!(item.state, OutstandingState::ClearedLater { .. }))
        .map(|item| item.amount)
        .sum();
    prop_assert_eq!(
        result.figures.ledger_balance,
        result.figures.book_balance - cleared_later
    );
    let in_scope = result.figures.entry_total + result.figures.books_opening;
    prop_assert_eq!(result.figures.book_balance, in_scope);
    for statement in &result.chain.statements {
        if let (StatementProof::Exact, Some(opening), Some(closing)) =
            (statement.proof, statement.opening, statement.closing)
        {
            prop_assert_eq!(opening.amount + statement.total, closing.amount);
        }
    }
    Ok(())
}

/// On the last day they are apart by the difference, less timing and what counts as booked.
fn check_parting(result: &Reconciliation) -> Result<(), TestCaseError> {
    let waiting: i64 = result
        .outstanding
        .iter()
        .filter(|item| item.state == OutstandingState::Waiting)
        .map(|item| item.amount)
        .sum();
    let timing = result.explanation.amount(ComponentKind::RecordedLater) - waiting;
    let to_book = result.explanation.amount(ComponentKind::AdjustmentsToBook);
    let off = result.parting.days.last().map_or(0, |day| day.off);
    prop_assert_eq!(off, result.figures.difference - timing - to_book);
    prop_assert!(result.parting.days.is_sorted_by_key(|day| day.date));
    Ok(())
}
