//! Where books and bank part when the statements themselves are off: by a line that is missing in the file.

mod common;

use common::{date, desk, minor};
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
