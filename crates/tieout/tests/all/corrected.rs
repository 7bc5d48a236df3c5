//! Corrections that were proposed, booked, and seen again in the next run.

use crate::common::{Desk, Ended};

const BANK: &str = "\
Date,Description,Check Number,Amount,Balance
2026-01-05,PARKSIDE LLC RENT,,-1200.00,8800.00
2026-01-07,ACH CREDIT NORTHSIDE DENTAL INV 4101,,588.12,9388.12
2026-01-09,STAPLES 00112 CHICAGO,,-93.94,9294.18
2026-01-12,CHECK,5001,-385.80,8908.38
2026-01-14,SHELL OIL 574434,,-86.57,8821.81
2026-01-16,ACH CREDIT LAKEVIEW HOTEL INV 4102,,899.20,9721.01
2026-01-19,CHECK,5002,-1118.06,8602.95
2026-01-20,COMED ELECTRIC BILLPAY,,-310.55,8292.40
2026-01-21,ADOBE CREATIVE CLD,,-59.67,8232.73
2026-01-23,ACH CREDIT OSPREY MARINE INV 4103,,615.11,8847.84
2026-01-26,CHECK,5003,-53.23,8794.61
2026-01-28,GUSTO PAY 882911,,-4310.00,4484.61
";

const BOOKS: &str = "\
Date,Description,Check Number,Amount
2025-12-31,Opening balance,,10000.00
2026-01-05,Parkside LLC rent,,-1200.00
2026-01-06,Northside Dental invoice 4101,,588.12
2026-01-08,Staples office supplies,,-93.94
2026-01-08,Miller Landscaping,5001,-385.80
2026-01-13,Shell fuel,,-86.57
2026-01-15,Lakeview Hotel invoice 4102,,899.20
2026-01-15,Johnson Plumbing,5002,-1118.06
2026-01-19,ComEd electricity,,-310.55
2026-01-20,Adobe subscription,,-59.67
2026-01-22,Osprey Marine invoice 4103,,615.11
2026-01-22,Miller Landscaping,5003,-53.23
2026-01-28,Gusto payroll,,-4310.00
";

const RUN: &str = "reconcile --statement bank.csv --ledger books.csv --currency USD";

/// Reconciles these books, books what is proposed, and reconciles again.
fn corrected(name: &str, books: &str) -> (Ended, String, Ended, String) {
    let desk = Desk::new(name);
    desk.put("bank.csv", BANK).put("books.csv", books);
    let first = desk.tieout(&format!("{RUN} --adjustments fix.csv"));
    let fix = desk.read("fix.csv");
    desk.put("books.csv", &format!("{books}{fix}"));
    let second = desk.tieout(&format!("{RUN} --adjustments again.csv --json result.json"));
    let verified = desk.tieout("verify result.json --files .");
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    let again = desk.read("again.csv");
    (first, fix, second, again)
}

#[test]
fn a_booked_reversal_of_a_duplicate_is_the_end_of_it() {
    let twice = "2026-01-08,Miller Landscaping,5001,-385.80\n";
    let books = BOOKS.replace(twice, &twice.repeat(2));
    let (first, fix, second, again) = corrected("reversed", &books);
    assert_eq!(first.code, 1, "{}", first.out);
    assert!(fix.contains("Reversal of duplicate: Miller Landscaping"), "{fix}");
    assert_eq!((second.code, again.as_str()), (0, ""), "{}", second.out);
}

#[test]
fn a_booked_correction_of_an_amount_is_the_end_of_it() {
    let books = BOOKS.replace("5002,-1118.06", "5002,-1181.06");
    let (_, fix, second, again) = corrected("corrected", &books);
    assert!(fix.contains("Correction: Johnson Plumbing"), "{fix}");
    assert_eq!((second.code, again.as_str()), (0, ""), "{}", second.out);
}

#[test]
fn what_is_no_correction_of_ours_is_not_taken_for_one() {
    // The title alone says nothing: the text behind it must be that of an entry which it makes right.
    let books = format!("{BOOKS}2026-01-19,Correction: Johnson Plumbers,,63.00\n");
    let (first, ..) = corrected("no-correction", &books);
    assert!(first.out.contains("Deposits in transit (1)"), "{}", first.out);
}
