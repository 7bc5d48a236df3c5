//! Where books and bank part when the statements themselves are off: by a line that is missing in the file.

use crate::common::{date, desk, march, minor, reasons};
use std::fmt::Write as _;
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::Verdict;

/// Twelve statements of a month each, every one with a line of 10.00 on the 5th and on the 20th, and books with the same;
/// what `extra` says comes into the statement of April.
fn year(april: &str, april_closing: &str, entries: &str) -> Reconciliation {
    let mut text = String::from("books whole\nentry 2025-12-31 100.00 Opening\n");
    let mut matches = String::new();
    let mut number = 0;
    for month in 1..=12 {
        write!(text, "file {month:02}.csv CSV\nperiod {month:02}-01 {month:02}-28\n").unwrap();
        let before = 100 + 20 * (month - 1) + i32::from(month > 4) * off(april_closing);
        writeln!(text, "opening {before}.00").unwrap();
        for day in ["05", "20"] {
            writeln!(text, "line {month:02}-{day} 10.00 Rent {month} {day}").unwrap();
            writeln!(text, "entry {month:02}-{day} 10.00 Rent {month} {day}").unwrap();
            writeln!(matches, "match l{number} = e{}", number + 1).unwrap();
            number += 1;
        }
        if month == 4 {
            text.push_str(april);
        }
        let after = 100 + 20 * month + i32::from(month >= 4) * off(april_closing);
        writeln!(text, "closing {after}.00").unwrap();
    }
    desk(&format!("{text}{entries}{matches}")).reconcile()
}

/// How much more the statements' balances hold from April on.
fn off(text: &str) -> i32 {
    text.parse().unwrap()
}

fn uncovered(result: &Reconciliation) -> String {
    match &result.verdict {
        Verdict::TiedOut => String::new(),
        Verdict::NotTiedOut(faults) => faults.last().unwrap().text.clone(),
    }
}

#[test]
fn a_running_balance_that_does_not_follow_names_its_day_among_twelve_statements() {
    let result = year("break 04-20 -35.00\n", "-35", "");
    assert_eq!(
        result.parting.sentence,
        "tied out to 2026-04-19; from 2026-04-20 35.00 off: 04.csv, where the balance of 2026-04-20 does not follow from \
         the one before (-35.00)"
    );
    assert_eq!(
        uncovered(&result),
        "-35.00 of the statement balance is not covered by lines: 04.csv, where the balance of 2026-04-20 does not follow \
         from the one before"
    );
}

#[test]
fn two_breaks_of_one_statement_count_each_from_its_own_day() {
    let result = year("break 04-05 -35.00\nbreak 04-20 -5.00\n", "-40", "");
    let days: Vec<_> = result.parting.days.iter().map(|day| (day.date, day.off)).collect();
    assert_eq!(
        days,
        [(date("04-05"), minor("-35.00")), (date("04-20"), minor("-40.00"))]
    );
}

#[test]
fn without_running_balances_only_the_days_of_the_statement_are_known() {
    let result = year("", "-35", "");
    assert_eq!(
        result.parting.sentence,
        "tied out to 2026-03-31; from 2026-04-28 at the latest 35.00 off: 04.csv, whose lines do not sum to its balances \
         (-35.00)"
    );
    assert_eq!(result.parting.last_tied, Some(date("03-31")));
}

#[test]
fn an_error_of_the_books_in_the_days_of_such_a_statement_is_named_first() {
    let result = year("", "-35", "entry 04-10 -7.00 Twice\nclass e25 DuplicateEntry\n");
    assert!(
        result
            .parting
            .sentence
            .starts_with("tied out to 2026-04-09; from 2026-04-10 7.00 off: duplicate entry"),
        "{}",
        result.parting.sentence
    );
}

#[test]
fn a_line_that_only_the_file_lacks_parts_them_on_no_day_and_is_named() {
    for april in ["", "break 04-20 -35.00\n"] {
        let result = year(april, "-35", "entry 04-12 -35.00 Electricity\n");
        assert_eq!(result.parting.first_parted, None, "{april}");
        assert_eq!(
            uncovered(&result),
            "-35.00 of the statement balance is not covered by lines: 04.csv seems to lack the line of the entry of \
             2026-04-12 \u{201c}Electricity\u{201d}"
        );
    }
}

#[test]
fn which_of_two_entries_the_file_lacks_is_not_guessed() {
    let result = year("", "-35", "entry 04-12 -35.00 Electricity\nentry 04-13 -35.00 Gas\n");
    assert!(uncovered(&result).ends_with("04.csv, whose lines do not sum to its balances"));
}

#[test]
fn a_break_after_the_day_does_not_count_yet() {
    let mut early = desk(
        "file a.csv CSV
        opening 100.00 2025-12-31
        line 01-05 10.00 A
        line 01-20 10.00 B
        break 01-10 -5.00
        break 01-20 -35.00
        closing 80.00 01-31
        books whole
        entry 2025-12-31 100.00 Opening
        entry 01-05 10.00 A
        match l0 = e1",
    );
    early.case.as_of = Some(date("01-12"));
    let result = early.reconcile();
    assert_eq!(result.figures.statement_balance, minor("105.00"));
    assert_eq!(result.figures.difference, minor("-5.00"));
}

#[test]
fn bank_and_books_part_on_a_day() {
    let result = march(
        "line 03-05 50.00 A\n line 03-25 -7.50 FEE",
        "1042.50",
        "entry 03-04 50.00 A
        entry 03-15 120.00 Rent received
        entry 03-29 30.00 On its way
        match l0 = e1
        class l1 BankFee
        class e2 DuplicateEntry",
    );
    assert_eq!(
        result.parting.sentence,
        "tied out to 2026-03-14; from 2026-03-15 120.00 off: duplicate entry (entry of 2026-03-15 \u{201c}Rent \
         received\u{201d}, 120.00)"
    );
    let days: Vec<_> = result
        .parting
        .days
        .iter()
        .map(|day| (day.date, day.change, day.off))
        .collect();
    assert_eq!(
        days,
        [
            (date("03-15"), minor("-120.00"), minor("-120.00")),
            (date("03-25"), minor("-7.50"), minor("-127.50")),
        ]
    );
    assert_eq!(result.parting.last_tied, Some(date("03-14")));
}

#[test]
fn what_suggestions_tie_together_parts_them_only_by_what_they_leave() {
    let twins = march(
        "line 03-05 50.00 A\n line 03-06 50.00 A\n line 03-20 97.00 Payout",
        "1197.00",
        "entry 03-02 50.00 A
        entry 03-03 50.00 A
        entry 03-18 100.00 Sale
        match l0 = e1 suggested
        match l0 = e2 suggested
        match l1 = e1 suggested
        match l2 = e3 fee -3.00 suggested",
    );
    let days: Vec<_> = twins.parting.days.iter().map(|day| (day.date, day.change)).collect();
    assert_eq!(days, [(date("03-20"), minor("-3.00"))]);
    assert_eq!(
        reasons(&twins)[0],
        "3 bank lines are not explained by the books, 197.00 in sum; the suggestions may explain them"
    );
}

#[test]
fn every_line_that_a_suggestion_holds_may_be_explained_by_it() {
    let result = march(
        "line 03-05 50.00 A\n line 03-06 -7.50 Fee\n line 03-20 97.00 Payout\n line 03-21 1.00 Nobody",
        "1140.50",
        "entry 03-02 50.00 A
        entry 03-03 50.00 A
        entry 03-05 -7.50 Bank
        match l0 = e0 suggested
        match l0 = e1 suggested
        match l1 = e2 suggested
        class l1 BankFee",
    );
    assert_eq!(
        reasons(&result)[0],
        "4 bank lines are not explained by the books, 140.50 in sum; the suggestions may explain 2 of them"
    );
}

#[test]
fn drift_parts_them_from_the_beginning() {
    let result = march("", "1000.00", "entry 02-20 -40.00 Check 9");
    assert_eq!(
        result.parting.sentence,
        "40.00 off from the beginning: balances at the cut-off (40.00)"
    );
    assert_eq!(result.parting.last_tied, None);
}

#[test]
fn an_error_made_good_leaves_them_tied_out_at_the_end() {
    let result = march("line 03-05 50.00 Twice\n line 03-08 -50.00 Twice undone", "1000.00", "");
    assert_eq!(
        result.parting.sentence,
        "tied out on 2026-03-31; apart from 2026-03-05 until 2026-03-08"
    );
}
