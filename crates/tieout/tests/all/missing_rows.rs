//! Statements whose column of balances shows that rows are missing.

use crate::common::Desk;
use std::fmt::Write as _;

#[test]
fn two_lines_whose_balances_do_not_follow_do_not_tie_out() {
    let desk = Desk::new("missing_rows_two");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2025-03-03,Rent,-500.00,500.00\n2025-03-28,Insurance,-75.00,200.00\n",
    );
    desk.put(
        "books.csv",
        "Date,Description,Amount,Balance\n2025-03-03,Rent,-500.00,500.00\n2025-03-28,Insurance,-75.00,425.00\n",
    );
    let checked = desk.tieout("statement check bank.csv");
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(checked.out.contains("W_BALANCE_BREAK line 3"), "{}", checked.out);
    assert!(checked.out.contains("off by -225.00"), "{}", checked.out);
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency GBP");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(ended.out.contains("Balance per bank"), "{}", ended.out);
    assert!(!ended.out.contains("no balance to go by"), "{}", ended.out);
}

#[test]
fn a_list_without_every_second_line_does_not_tie_out() {
    let desk = Desk::new("missing_rows_filtered");
    let (mut bank, mut books) = (
        String::from("Date,Description,Amount,Balance\n"),
        String::from("Date,Payee,Amount\n"),
    );
    let mut balance = 5000;
    for day in 1..28 {
        let amount = day * 37 % 101 - 40;
        balance += amount;
        if day % 2 == 1 {
            writeln!(bank, "2025-03-{day:02},Shop {day},{amount}.00,{balance}.00").unwrap();
            writeln!(books, "2025-03-{day:02},Shop {day},{amount}.00").unwrap();
        }
    }
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency GBP");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(!ended.out.contains("no balance to go by"), "{}", ended.out);
}

#[test]
fn a_list_by_payee_ties_out_by_its_balances() {
    let desk = Desk::new("missing_rows_by_payee");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2025-03-20,Acme,70.00,545.00\n2025-03-05,Bakery,-25.00,475.00\n\
         2025-03-28,Insurance,-75.00,470.00\n2025-03-03,Rent,-500.00,500.00\n",
    );
    let checked = desk.tieout("statement check bank.csv");
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert!(checked.out.contains("everything proves"), "{}", checked.out);
}

#[test]
fn a_newest_line_without_a_balance_leaves_the_others_to_go_by() {
    let desk = Desk::new("missing_rows_blank");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2025-03-02,ACME,500.00,1500.00\n2025-03-04,RENT,-300.00,1200.00\n2025-03-05,TAX,-20.00,\n",
    );
    let books = |opening: &str| {
        format!(
            "Date,Description,Amount\n2025-03-01,Opening balance,{opening}\n2025-03-02,Acme,500.00\n2025-03-04,Rent,-300.00\n2025-03-05,Tax,-20.00\n"
        )
    };
    desk.put("right.csv", &books("1000.00"))
        .put("wrong.csv", &books("900.00"));
    for (ledger, code) in [("right.csv", 0), ("wrong.csv", 1)] {
        let ended = desk.tieout(&format!(
            "reconcile --statement bank.csv --ledger {ledger} --currency GBP"
        ));
        assert_eq!(ended.code, code, "{}", ended.out);
        assert!(ended.out.contains("1,180.00"), "{}", ended.out);
    }
}

#[test]
fn a_total_of_the_books_under_no_known_name_does_not_tie_out() {
    let desk = Desk::new("missing_rows_total");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2025-03-02,ACME,500.00,1500.00\n2025-03-04,RENT,-300.00,1200.00\n",
    );
    let books = "Date,Description,Amount\n2025-03-01,Opening balance,1000.00\n2025-03-02,Acme,500.00\n2025-03-04,Rent,-300.00\n";
    desk.put("books.csv", &format!("{books}2025-03-04,Xyzzy,1200.00\n"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency GBP");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(
        ended.out.contains("Balance per books") && !ended.out.contains("2,400.00"),
        "{}",
        ended.out
    );
}

/// What the books print about their own entries must agree with them, or an entry that no line misses may be gone.
#[test]
fn books_that_contradict_their_own_total_do_not_tie_out() {
    let desk = Desk::new("missing_rows_books_total");
    let bank = "Date,Description,Amount\n2025-03-03,Rent,-500.00\n2025-03-28,Insurance,-75.00\n";
    let books = |total: &str| {
        format!(
            "Date,Description,Debit,Credit\n2025-03-03,Rent,,500.00\n2025-03-28,Insurance,,75.00\n,Total,0.00,{total}\n"
        )
    };
    desk.put("bank.csv", bank)
        .put("good.csv", &books("575.00"))
        .put("lacking.csv", &books("695.00"));
    let good = desk.tieout("reconcile --statement bank.csv --ledger good.csv --currency GBP");
    assert_eq!(good.code, 0, "{}", good.out);
    let lacking = desk.tieout("reconcile --statement bank.csv --ledger lacking.csv --currency GBP");
    assert_eq!(lacking.code, 1, "{}", lacking.out);
    assert!(
        lacking.out.contains("lacking.csv contradicts its own totals"),
        "{}",
        lacking.out
    );
    assert!(lacking.out.contains("W_BOOKS_TOTAL line 4"), "{}", lacking.out);
}

#[test]
fn a_statement_that_contradicts_its_own_total_does_not_tie_out() {
    let desk = Desk::new("missing_rows_statement_total");
    let books = "Date,Description,Amount\n2025-03-03,Rent,-500.00\n2025-03-28,Sale,75.00\n";
    let bank = |out: &str| {
        format!("Date,Description,Debit,Credit\n2025-03-03,Rent,500.00,\n2025-03-28,Sale,,75.00\n,Total,{out},75.00\n")
    };
    desk.put("books.csv", books)
        .put("good.csv", &bank("500.00"))
        .put("lacking.csv", &bank("620.00"));
    let good = desk.tieout("reconcile --statement good.csv --ledger books.csv --currency GBP");
    assert_eq!(good.code, 0, "{}", good.out);
    let lacking = desk.tieout("reconcile --statement lacking.csv --ledger books.csv --currency GBP");
    assert_eq!(lacking.code, 1, "{}", lacking.out);
    assert!(lacking.out.contains("W_CONTROL_TOTAL"), "{}", lacking.out);
}
