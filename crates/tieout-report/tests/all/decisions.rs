//! Decisions found again among the lines and entries of another run.

use crate::common;
use jiff::civil::date;
use tieout_core::{Date, Decimal};
use tieout_match::{Input, Items, NewItem, ResidualKind, Side};
use tieout_reconcile::listed::Listed;
use tieout_reconcile::result::Chain;
use tieout_reconcile::statements::Provenance;
use tieout_report::decisions::{Decision, Part, Resolved, Suggestions, Undecidable, Verdict, resolve, supersede};
use tieout_report::{Record, Report, json};

const DAY: Date = date(2026, 3, 9);

fn items(rows: &[(Date, i64, &str)]) -> Items {
    let mut items = Items::default();
    for (date, amount, description) in rows {
        items
            .push(&NewItem {
                date: *date,
                amount: *amount,
                description,
                ..NewItem::default()
            })
            .unwrap();
    }
    items
}

fn part(side: Side, amount: i64, text: &str) -> Part {
    Part {
        side,
        id: String::new(),
        date: Some(DAY),
        amount: Some(Decimal::from_minor(amount, 2)),
        text: text.into(),
        row: 1,
    }
}

fn accept(number: usize, parts: Vec<Part>) -> Decision {
    Decision {
        name: format!("D{number}"),
        verdict: Verdict::Accepted,
        parts,
        differences: Vec::new(),
        stays_open: None,
    }
}

fn resolved(decisions: &[Decision], input: &Input) -> Resolved {
    let listed = Listed {
        input,
        files: &[],
        chain: &Chain::default(),
        line_numbers: &vec![0; input.lines.len()],
        provenance: &Provenance::default(),
    };
    resolve(decisions, listed, 2, "decisions.csv")
}

/// Each decision is found by what it says, never by looking through all items: 30,000 times 30,000 texts would be compared
/// for minutes.
#[test]
fn every_one_of_many_decisions_says_from_what_to_what_its_entry_changed() {
    const MANY: usize = 30_000;
    let texts: Vec<String> = (0..MANY).map(|number| format!("Bill {number}")).collect();
    let amounts = |more: i64| (0_i64..).map(move |number| -10_000 - number - more);
    let lines: Vec<_> = amounts(0)
        .zip(&texts)
        .map(|(amount, text)| (DAY, amount, text.as_str()))
        .collect();
    let entries: Vec<_> = amounts(1_000_000)
        .zip(&texts)
        .map(|(amount, text)| (DAY, amount, text.as_str()))
        .collect();
    let input = Input {
        lines: items(&lines),
        entries: items(&entries),
    };
    let decisions: Vec<Decision> = amounts(0)
        .zip(&texts)
        .enumerate()
        .map(|(number, (amount, text))| {
            accept(
                number,
                vec![part(Side::Line, amount, text), part(Side::Entry, amount, text)],
            )
        })
        .collect();
    let resolved = resolved(&decisions, &input);
    assert_eq!((resolved.accepted.len(), resolved.problems.len()), (0, MANY));
    assert_eq!(
        resolved.problems[7].message,
        "D7 is not applied: the entry of 2026-03-09 \u{201c}Bill 7\u{201d} is there, but its amount changed from -100.07 \
         to -10,100.07"
    );
}

#[test]
fn which_of_two_entries_of_one_text_has_changed_is_not_guessed() {
    for (second, expected) in [
        (-900, "amount changed from -10.00 to -9.00"),
        (-800, "there is no entry of 2026-03-09 over -10.00"),
    ] {
        let input = Input {
            lines: items(&[(DAY, -1_000, "RENT")]),
            entries: items(&[(DAY, -900, "Rent"), (DAY, second, "Rent")]),
        };
        let parts = vec![part(Side::Line, -1_000, "RENT"), part(Side::Entry, -1_000, "Rent")];
        let problems = resolved(&[accept(1, parts)], &input).problems;
        assert!(problems[0].message.contains(expected), "{}", problems[0].message);
    }
}

#[test]
fn the_entry_that_books_a_difference_is_found_by_amount_and_day() {
    for (booked, expected) in [(DAY, vec![0, 1]), (date(2026, 3, 10), vec![0])] {
        let input = Input {
            lines: items(&[(DAY, 9_700, "ACME")]),
            entries: items(&[(DAY, 10_000, "Acme"), (booked, -300, "Charges")]),
        };
        let mut decision = accept(
            1,
            vec![part(Side::Line, 9_700, "ACME"), part(Side::Entry, 10_000, "Acme")],
        );
        decision.differences = vec![(ResidualKind::Fee, Decimal::from_minor(-300, 2))];
        let accepted = resolved(&[decision], &input).accepted;
        assert_eq!(accepted[0].entries, expected, "{booked}");
    }
}

#[test]
fn a_decision_is_about_all_items_of_its_match_whatever_case_its_name_is_in() {
    let (result, problems) = (common::sample(), common::problems());
    let mut document = Vec::new();
    json(&Report::new(&result, &problems, common::PRINTED), &mut document).unwrap();
    let record = Record::read(&String::from_utf8(document).unwrap()).unwrap();
    let suggestions = Suggestions::new(&record);
    assert!(record.groups.len() > 1);
    for group in &record.groups {
        let accepted = suggestions
            .decide(&group.id.to_lowercase(), Verdict::Accepted, "D1".into())
            .unwrap();
        let parts: Vec<_> = accepted
            .parts
            .iter()
            .map(|part| (part.side, part.id.as_str()))
            .collect();
        let lines = group.lines.iter().map(|part| (Side::Line, part.id.as_str()));
        let entries = group.entries.iter().map(|part| (Side::Entry, part.id.as_str()));
        assert_eq!(parts, lines.chain(entries).collect::<Vec<_>>(), "{}", group.id);
        assert_eq!(accepted.differences.len(), group.residuals.len(), "{}", group.id);
        let rejected = suggestions.decide(&group.id, Verdict::Rejected, "D1".into());
        let has_both = !group.lines.is_empty() && !group.entries.is_empty();
        assert_eq!(rejected.is_ok(), has_both, "{}", group.id);
        assert!(rejected.is_err() || rejected.is_ok_and(|decision| decision.differences.is_empty()));
    }
    let unknown = suggestions.decide("S999", Verdict::Accepted, "D1".into());
    assert_eq!(unknown, Err(Undecidable::Unknown("S999".into())));
}

#[test]
fn tens_of_thousands_of_decisions_take_the_places_of_earlier_ones_in_seconds() {
    const MANY: usize = 40_000;
    let about = |name: usize, item: usize, verdict| {
        let named = |side, letter| Part {
            id: format!("{letter}{item}"),
            ..part(side, 100, "")
        };
        Decision {
            verdict,
            ..accept(name, vec![named(Side::Line, 'l'), named(Side::Entry, 'e')])
        }
    };
    let earlier: Vec<Decision> = (0..MANY).map(|item| about(item, item, Verdict::Accepted)).collect();
    let mut new: Vec<Decision> = (1..MANY)
        .map(|item| about(MANY + item, item, Verdict::Accepted))
        .collect();
    new.push(about(2 * MANY, 1, Verdict::Rejected));
    let all = supersede(earlier, new);
    assert_eq!(all.len(), MANY);
    let ends = [&all[0], &all[1], &all[MANY - 1]];
    assert_eq!(
        ends.map(|decision| (decision.parts[0].id.as_str(), decision.verdict)),
        [
            ("l0", Verdict::Accepted),
            ("l2", Verdict::Accepted),
            ("l1", Verdict::Rejected)
        ]
    );
}
