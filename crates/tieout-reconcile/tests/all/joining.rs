//! Importing twice, overlapping, in other formats: each movement counts once, and each statement proves.

use crate::common;
use crate::common::{desk, minor};
use tieout_match::Field;
use tieout_reconcile::Prepared;
use tieout_reconcile::result::{ChainPlace, Missing, NoteCode, StatementProof, Verdict};

/// The joined lines, as `01-05 50.00 text`.
fn lines(prepared: &Prepared) -> Vec<String> {
    let lines = &prepared.input().lines;
    let text = |line| {
        let amount = tieout_core::money::grouped(lines.amount(line), 2);
        format!(
            "{} {amount} {}",
            lines.date(line).strftime("%m-%d"),
            lines.text(line, Field::Description)
        )
    };
    lines.indexes().map(text).collect()
}

fn joined(text: &str) -> Vec<String> {
    lines(&desk(text).prepare())
}

const JANUARY: &str = "
    file january.sta
    opening 100.00 2025-12-31
    line 01-05 50.00 Customer A
    line 01-20 -20.00 Rent
    line 01-20 -20.00 Rent
    closing 110.00 01-31
";

#[test]
fn a_file_given_twice_adds_nothing() {
    let twice = format!("{JANUARY} {}", JANUARY.replace("january", "copy"));
    let result = desk(&twice).reconcile();
    assert_eq!(result.counts.lines, 3);
    assert_eq!(result.counts.lines_counted_once, 3);
    assert_eq!(result.figures.statement_balance, minor("110.00"));
    let places: Vec<_> = result
        .chain
        .statements
        .iter()
        .map(|statement| statement.place)
        .collect();
    assert_eq!(places, [ChainPlace::Link, ChainPlace::Contained]);
    assert!(
        result
            .chain
            .statements
            .iter()
            .all(|statement| statement.proof == StatementProof::Exact)
    );
    assert!(
        result
            .notes
            .iter()
            .any(|note| note.text == "3 lines are in more than one statement and count once")
    );
}

#[test]
fn a_statement_repeated_in_one_file_adds_nothing() {
    let repeated = JANUARY.replace("file january.sta", "statement 1/1");
    let lines = joined(&format!("file both.sta {repeated} {repeated}").replace("file both.sta", "file both.sta\n"));
    assert_eq!(lines.len(), 3);
}

#[test]
fn statements_without_number_are_counted_within_their_file() {
    let text = "
        file a.ofx OFX
        statement
        opening 1.00
        line 01-05 1.00 A
        closing 2.00
        statement
        opening 2.00
        line 01-06 1.00 B
        closing 3.00
    ";
    let result = desk(text).reconcile();
    let names: Vec<_> = result
        .chain
        .statements
        .iter()
        .map(|statement| statement.name.as_str())
        .collect();
    assert_eq!(names, ["statement 1 of a.ofx", "statement 2 of a.ofx"]);
}

#[test]
fn equal_lines_of_one_file_stay() {
    assert_eq!(
        joined(JANUARY),
        ["01-05 50.00 Customer A", "01-20 -20.00 Rent", "01-20 -20.00 Rent"]
    );
}

#[test]
fn overlapping_files_share_their_lines() {
    let text = "
        file a.sta
        opening 100.00
        line 01-05 50.00 A
        line 01-15 7.00 Coffee
        line 01-15 7.00 Coffee
        closing 164.00
        file b.sta
        opening 150.00
        line 01-15 7.00 Coffee
        line 01-15 7.00 Coffee
        line 01-15 7.00 Coffee
        line 01-20 -20.00 B
        closing 151.00
    ";
    assert_eq!(
        joined(text),
        [
            "01-05 50.00 A",
            "01-15 7.00 Coffee",
            "01-15 7.00 Coffee",
            "01-15 7.00 Coffee",
            "01-20 -20.00 B"
        ]
    );
    let result = desk(text).reconcile();
    assert_eq!(result.figures.statement_balance, minor("151.00"));
    assert_eq!(result.chain.breaks, []);
}

#[test]
fn twins_at_a_cut_are_two_because_the_balances_say_so() {
    let text = "
        file a.sta
        opening 100.00
        line 01-15 7.00 Coffee
        closing 107.00
        file b.sta
        opening 107.00
        line 01-15 7.00 Coffee
        line 01-16 1.00 Tea
        closing 115.00
    ";
    assert_eq!(joined(text).len(), 3);
    assert_eq!(desk(text).reconcile().chain.breaks, []);
}

#[test]
fn the_same_words_are_one_line_where_no_balance_tells() {
    let text = "
        file a.csv CSV
        line 01-15 7.00 Coffee
        file b.csv CSV
        line 01-15 7.00 COFFEE.
        line 01-16 1.00 Tea
    ";
    assert_eq!(joined(text), ["01-15 7.00 Coffee", "01-16 1.00 Tea"]);
}

#[test]
fn a_bank_id_joins_lines_days_and_words_apart() {
    let text = "
        file a.ofx OFX
        line 01-15 7.00 Card payment #id1
        line 01-16 9.00 Other #id2
        file b.ofx OFX
        line 01-17 7.00 Coffee House #id1
        line 01-16 9.00 Other #id3
    ";
    // Since the bank keeps its ids (id1), id2 and id3 are two payments, however equal.
    assert_eq!(
        joined(text),
        ["01-15 7.00 Card payment", "01-16 9.00 Other", "01-16 9.00 Other"]
    );
}

#[test]
fn ids_that_the_bank_makes_anew_with_each_download_do_not_divide() {
    let text = "
        file a.ofx OFX
        line 01-15 7.00 Coffee #1001
        line 01-16 9.00 Tea #1002
        file b.ofx OFX
        line 01-15 7.00 Coffee #2001
        line 01-16 9.00 Tea #2002
    ";
    assert_eq!(joined(text).len(), 2);
}

#[test]
fn another_format_of_the_same_days_is_joined_by_the_balances() {
    let text = format!(
        "{JANUARY}
        file january.csv CSV
        opening 100.00
        line 01-05 50.00 TRANSFER FROM A
        line 01-20 -20.00 STANDING ORDER
        line 01-20 -20.00 STANDING ORDER
        closing 110.00 01-31"
    );
    let prepared = desk(&text).prepare();
    assert_eq!(lines(&prepared).len(), 3);
    assert!(
        !desk(&text)
            .reconcile()
            .notes
            .iter()
            .any(|note| note.code == NoteCode::Uncertain)
    );
}

#[test]
fn another_format_without_balances_is_joined_on_the_days_that_a_proven_statement_covers() {
    let text = "
        file a.sta
        period 01-01 01-31
        opening 100.00 2025-12-31
        line 01-05 50.00 Customer A
        line 01-20 -20.00 Rent
        closing 130.00 01-31
        file a.csv CSV
        line 01-05 50.00 TRANSFER
        line 01-20 -20.00 STANDING ORDER
        line 02-02 3.00 February
    ";
    assert_eq!(
        joined(text),
        ["01-05 50.00 Customer A", "01-20 -20.00 Rent", "02-02 3.00 February"]
    );
}

#[test]
fn what_no_balance_decides_is_kept_twice_and_reported_by_name() {
    let text = "
        file a.sta
        line 01-05 50.00 Customer A
        file a.csv CSV
        line 01-05 50.00 TRANSFER
    ";
    let result = desk(text).reconcile();
    assert_eq!(result.counts.lines, 2);
    let note = result
        .notes
        .iter()
        .find(|note| note.code == NoteCode::Uncertain)
        .unwrap();
    assert_eq!(
        note.text,
        "1 line of a.sta and a.csv agree in day and amount but not in words, and are kept twice: check whether they \
         are the same"
    );
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let parts = [
        JANUARY,
        "
        file week.sta
        opening 150.00
        line 01-20 -20.00 Rent
        line 01-20 -20.00 Rent
        line 02-02 1.00 Tea
        closing 111.00 02-02",
        "
        file daily.sta
        opening 111.00
        line 02-03 5.00 Cake
        closing 116.00 02-03",
    ];
    let orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]];
    let results: Vec<_> = orders
        .iter()
        .map(|order| desk(&order.map(|part| parts[part]).join("\n")).reconcile())
        .collect();
    for result in &results {
        assert_eq!(result.figures, results[0].figures);
        assert_eq!(result.chain.breaks, []);
        assert_eq!(result.figures.statement_balance, minor("116.00"));
    }
}

#[test]
fn what_one_source_leaves_empty_another_fills() {
    let mut twice = desk(&format!("{JANUARY} {}", JANUARY.replace("january", "copy")));
    let mut lines = tieout_match::Items::default();
    for line in twice.case.bank.lines.indexes() {
        let old = &twice.case.bank.lines;
        let mut new = common::item(old.date(line), old.amount(line), old.text(line, Field::Description), "");
        new.counterparty = if line >= 3 { "Landlord" } else { "" };
        lines.push(&new).unwrap();
    }
    twice.case.bank.lines = lines;
    let prepared = twice.prepare();
    assert_eq!(prepared.input().lines.text(1, Field::Counterparty), "Landlord");
}

#[test]
fn pages_of_one_day_follow_their_balances() {
    let text = "
        file a.sta
        statement 5/2
        opening 150.00
        line 01-05 -20.00 B
        closing 130.00 01-05
        statement 5/1
        opening 100.00
        line 01-05 50.00 A
        closing 150.00 01-05
    ";
    let result = desk(text).reconcile();
    let numbers: Vec<_> = result
        .chain
        .statements
        .iter()
        .map(|statement| statement.name.as_str())
        .collect();
    assert_eq!(numbers, ["statement 5/1 (a.sta)", "statement 5/2 (a.sta)"]);
    assert_eq!(
        (result.figures.bank_opening, result.figures.statement_balance),
        (minor("100.00"), minor("130.00"))
    );
    assert_eq!(result.chain.breaks, []);
}

#[test]
fn a_line_dated_back_moves_no_statement_before_others() {
    let text = "
        file a.sta
        statement 7/1
        opening 100.00 01-05
        line 01-05 50.00 A
        closing 150.00 01-05
        statement 7/2
        opening 150.00 01-05
        line 01-02 -20.00 B
        closing 130.00 01-06
        statement 8/1
        opening 130.00 01-06
        line 01-03 5.00 C
        closing 135.00 01-07
    ";
    let result = desk(text).reconcile();
    let numbers: Vec<_> = result
        .chain
        .statements
        .iter()
        .map(|statement| statement.name.as_str())
        .collect();
    assert_eq!(
        numbers,
        [
            "statement 7/1 (a.sta)",
            "statement 7/2 (a.sta)",
            "statement 8/1 (a.sta)"
        ]
    );
    assert_eq!((result.chain.breaks, result.chain.gaps), (vec![], vec![]));
    assert_eq!(result.figures.statement_balance, minor("135.00"));
}

#[test]
fn an_opening_dated_as_the_closing_says_nothing_of_where_a_statement_begins() {
    let text = "
        file a.sta
        statement 1
        opening 100.00 01-31
        line 01-05 51.00 A
        line 01-15 9.00 B
        line 01-20 -7.00 C
        closing 153.00 01-31
        file b.sta
        statement 1
        opening 151.00 01-14
        line 01-15 9.00 B
        closing 160.00 01-15
    ";
    let result = desk(text).reconcile();
    assert_eq!((result.chain.breaks, result.chain.gaps), (vec![], vec![]));
    assert_eq!(result.figures.statement_balance, minor("153.00"));
}

#[test]
fn a_day_without_lines_inside_a_longer_statement_is_no_break() {
    let quiet = |balance: &str| {
        format!(
            "{JANUARY}
            file quiet.sta
            period 01-10 01-10
            opening {balance}
            closing {balance} 01-10"
        )
    };
    let place = |text: &str| {
        let result = desk(text).reconcile();
        assert_eq!(result.chain.breaks, []);
        assert_eq!(result.figures.statement_balance, minor("110.00"));
        result.chain.statements[1].place
    };
    assert_eq!(place(&quiet("150.00")), ChainPlace::Contained);
    assert_eq!(place(&quiet("151.00")), ChainPlace::Contradicts(minor("1.00")));
}

#[test]
fn the_period_begins_on_the_day_after_the_printed_opening() {
    for (opening, first) in [
        ("opening 100.00 2025-12-31", "01-01"),
        ("opening 100.00 01-05", "01-05"),
        ("opening 100.00", "01-05"),
        ("opening 100.00 2024-06-30", "01-05"),
        ("opening 100.00\n period 01-02 01-31", "01-02"),
    ] {
        let prepared = desk(&JANUARY.replace("opening 100.00 2025-12-31", opening)).prepare();
        assert_eq!(prepared.period().first(), common::date(first), "{opening}");
    }
}

#[test]
fn a_missing_statement_is_a_break_and_a_gap_by_name() {
    let text = "
        file jan.sta
        statement 1/1
        opening 100.00
        line 01-05 50.00 A
        closing 150.00 01-31
        file mar.sta
        statement 3/1
        period 03-01 03-31
        opening 140.00
        line 03-05 1.00 B
        closing 141.00 03-31
    ";
    let result = desk(text).reconcile();
    assert_eq!(result.chain.breaks.len(), 1);
    assert_eq!(result.chain.breaks[0].amount, minor("-10.00"));
    assert_eq!(result.chain.gaps[0].missing, Missing::Numbers(2, 2));
    let gap = result.notes.iter().find(|note| note.code == NoteCode::Gap).unwrap();
    assert_eq!(
        gap.text,
        "statement number 2 is missing between statement 1/1 (jan.sta) and statement 3/1 (mar.sta); the balances do \
         not agree"
    );
}

#[test]
fn days_without_statement_are_named_even_if_nothing_is_missing() {
    let text = "
        file jan.sta
        period 01-01 01-31
        opening 100.00
        line 01-05 50.00 A
        closing 150.00
        file mar.sta
        period 03-01 03-31
        opening 150.00
        line 03-05 1.00 B
        closing 151.00
    ";
    let result = desk(text).reconcile();
    assert_eq!(
        result.chain.gaps[0].missing,
        Missing::Days(common::date("02-01"), common::date("02-28"))
    );
    assert_eq!(result.chain.breaks, []);
}

#[test]
fn a_statement_that_contradicts_the_others_is_named() {
    let text = format!(
        "{JANUARY}
        file extra.sta
        opening 149.00
        line 01-20 -20.00 Rent
        line 01-20 -20.00 Rent
        closing 109.00 01-20"
    );
    let result = desk(&text).reconcile();
    assert!(
        result
            .chain
            .statements
            .iter()
            .any(|statement| statement.place == ChainPlace::Contradicts(minor("-1.00")))
    );
    let Verdict::NotTiedOut(reasons) = result.verdict else {
        panic!()
    };
    assert!(
        reasons.iter().any(|reason| {
            reason.text == "extra.sta opens -1.00 away from what other statements say of that moment"
        })
    );
}

mod corrections {
    use super::common::{date, item, statement};
    use tieout_match::{Field, Items};
    use tieout_reconcile::corrections::{Correction, apply};
    use tieout_reconcile::statements::Bank;

    /// One bank with a statement for each file, and its lines as ids with amounts.
    fn bank(files: &[&[(&str, i64)]]) -> Bank {
        let mut bank = Bank {
            lines: Items::default(),
            ..Bank::default()
        };
        for (file, lines) in (0..).zip(files) {
            let first = u32::try_from(bank.lines.len()).unwrap();
            let mut statement = statement(file, first);
            for (id, amount) in *lines {
                bank.lines.push(&item(date("05-01"), *amount, "text", id)).unwrap();
                bank.line_numbers.push(1);
            }
            statement.lines.end = u32::try_from(bank.lines.len()).unwrap();
            bank.statements.push(statement);
        }
        bank
    }

    fn correction(file: u32, id: &str, by: Option<u32>) -> Correction {
        Correction {
            bank: 0,
            file,
            id: id.to_owned(),
            by,
            is_global: true,
        }
    }

    fn left(bank: &Bank) -> Vec<(String, i64)> {
        let lines = &bank.lines;
        let line = |line| (lines.text(line, Field::Id).to_owned(), lines.amount(line));
        lines.indexes().map(line).collect()
    }

    #[test]
    fn a_later_page_replaces_and_removes_lines_of_an_earlier_one() {
        let mut banks = [bank(&[
            &[("a", -10), ("b", -20), ("c", -30)],
            &[("a", -11), ("d", -40)],
        ])];
        let said = [
            correction(1, "a", Some(3)),
            correction(1, "b", None),
            correction(1, "unknown", None),
        ];
        assert_eq!(apply(&mut banks, &said).unwrap(), [Some(0), Some(0), None]);
        let lines = [("c", -30), ("a", -11), ("d", -40)].map(|(id, amount)| (id.to_owned(), amount));
        assert_eq!(left(&banks[0]), lines);
        assert_eq!(banks[0].statements[0].lines, 0..1);
        assert_eq!(banks[0].statements[1].lines, 1..3);
        assert_eq!(banks[0].line_numbers.len(), 3);
    }

    #[test]
    fn of_several_corrections_the_last_counts_and_a_removal_before_all() {
        let pages: &[&[(&str, i64)]] = &[&[("a", -12)], &[("a", -10)], &[("a", -11)]];
        let said = [correction(0, "a", Some(0)), correction(2, "a", Some(2))];
        let mut banks = [bank(pages)];
        assert_eq!(apply(&mut banks, &said).unwrap(), [Some(1), Some(1)]);
        assert_eq!(left(&banks[0]), [("a".to_owned(), -11)]);

        let said = [correction(0, "a", None), correction(2, "a", Some(2))];
        let mut banks = [bank(&[&[], &[("a", -10)], &[("a", -11)]])];
        let said = [
            said[0].clone(),
            Correction {
                by: Some(1),
                ..said[1].clone()
            },
        ];
        assert_eq!(apply(&mut banks, &said).unwrap(), [Some(1), Some(1)]);
        assert!(left(&banks[0]).is_empty());
    }

    #[test]
    fn a_bank_corrects_only_lines_of_the_same_account() {
        let mut banks = [bank(&[&[("x", -5)]]), bank(&[&[("a", -10)]])];
        let own = Correction {
            is_global: false,
            ..correction(1, "a", None)
        };
        assert_eq!(apply(&mut banks, &[own]).unwrap(), [None]);
        let global = correction(1, "a", None);
        assert_eq!(apply(&mut banks, &[global]).unwrap(), [Some(0)]);
    }
}
