//! The terminal form: what it says, that it fits, and that colour adds nothing but colour.

use crate::common;
use proptest::prelude::*;
use tieout_match::{Input, NewItem};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{BalanceBasis, StatementProof};
use tieout_report::{Ink, Report, Written, terminal};
use unicode_width::UnicodeWidthStr;

fn plain(result: &Reconciliation) -> String {
    let problems = common::problems();
    terminal(&Report::new(result, &problems, common::PRINTED), &[], Ink::Plain)
}

#[test]
fn the_sample_reads_as_reviewed() {
    let (result, problems) = (common::sample(), common::problems());
    let written = [("report", "out/report.html"), ("matches", "out/matches.csv")].map(|(what, path)| Written {
        what: what.into(),
        path: path.into(),
        note: String::new(),
    });
    let report = Report::new(&result, &problems, common::PRINTED);
    insta::assert_snapshot!(terminal(&report, &written, Ink::Plain));
}

#[test]
fn a_clean_month_is_short() {
    let result = common::tied_out();
    insta::assert_snapshot!(terminal(&Report::new(&result, &[], common::PRINTED), &[], Ink::Plain));
}

#[test]
fn what_nothing_explains_is_said_first() {
    let mut result = common::sample();
    result.two_sided.remaining = 1_250;
    assert!(plain(&result).starts_with("✗ Not tied out as of 2026-03-31: 12.50 unexplained\n"));
}

#[test]
fn where_no_balance_is_printed_movements_are_called_movements() {
    let mut result = common::sample();
    result.figures.basis = BalanceBasis::Movement;
    for statement in &mut result.chain.statements {
        statement.proof = StatementProof::NotPossible;
    }
    let text = plain(&result);
    assert!(text.contains("Movement per bank (no balance to go by)"));
    assert!(text.contains("no statement prints both balances"));
    assert!(!text.contains("Balance per bank") && !text.contains("closing in"));
}

#[test]
fn a_difference_within_a_match_counts_with_its_own_amount() {
    let text = plain(&common::sample());
    assert!(
        text.contains("  2026-03-09  Bank       -64.80  STRIPE PAYOUT PO-55821\n"),
        "{text}"
    );
}

#[test]
fn without_its_colours_the_coloured_text_is_the_plain_one() {
    let (result, problems) = (common::sample(), common::problems());
    let report = Report::new(&result, &problems, common::PRINTED);
    let coloured = terminal(&report, &[], Ink::Coloured);
    let plain = terminal(&report, &[], Ink::Plain);
    assert_ne!(coloured, plain);
    assert_eq!(without_colours(&coloured), plain);
}

fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    for (number, piece) in text.split('\u{1b}').enumerate() {
        let piece = if number == 0 {
            piece
        } else {
            piece.split_once('m').unwrap().1
        };
        plain.push_str(piece);
    }
    plain
}

/// The sample with one text everywhere, and amounts as large as they get.
fn filled_with(text: &str, amount: i64) -> Reconciliation {
    let mut result = common::sample();
    let account = &mut result.identification.account;
    (account.bank, account.books) = (text.to_owned(), text.to_owned());
    for file in &mut result.identification.files {
        (file.name, file.format) = (text.to_owned(), text.to_owned());
    }
    for note in &mut result.notes {
        text.clone_into(&mut note.text);
    }
    text.clone_into(&mut result.parting.sentence);
    result.figures.statement_balance = amount;
    let mut input = Input::default();
    for (from, to) in [
        (&result.input.lines, &mut input.lines),
        (&result.input.entries, &mut input.entries),
    ] {
        for item in from.indexes() {
            let item = NewItem {
                date: from.date(item),
                amount,
                id: text,
                description: text,
                counterparty: text,
                reference: text,
                check_number: text,
                kind: text,
                ..NewItem::default()
            };
            to.push(&item).unwrap();
        }
    }
    result.input = input;
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_line_is_wider_than_80_columns(text in "\\PC{0,120}|[株式会社 a-z]{0,200}|[a-z]{300}", amount in any::<i64>()) {
        for line in plain(&filled_with(&text, amount)).lines() {
            prop_assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
    }

    #[test]
    fn no_text_of_a_file_reaches_the_terminal_as_a_command(text in "(.|\u{1b}|\u{7}|\r|\u{9b}|\u{202e}){0,60}") {
        let shown = plain(&filled_with(&text, 1));
        prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    }
}
