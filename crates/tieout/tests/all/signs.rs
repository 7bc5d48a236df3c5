//! Registers that were written from the bank's point of view, and whom the hint about turned signs blames.

use crate::common::Desk;

const BANK: &str = "Date,Description,Amount,Balance\n2026-09-02,RENT CO R1,-120.00,4880.00\n\
    2026-09-03,CLIENT A R2,450.00,5330.00\n2026-09-04,TELCO R3,-33.00,5297.00\n\
    2026-09-05,FUEL LTD R4,-81.50,5215.50\n2026-09-08,CLIENT B R5,990.00,6205.50\n";
const BOOKS: &str = "Date,Payee,Reference,Debit,Credit,Balance\n2026-09-02,Rent Co,R1,120.00,,4880.00\n\
    2026-09-03,Client A,R2,,450.00,5330.00\n2026-09-04,Telco,R3,33.00,,5297.00\n\
    2026-09-05,Fuel Ltd,R4,81.50,,5215.50\n2026-09-08,Client B,R5,,990.00,6205.50\n";

/// The text with single blanks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table without its last column.
fn without_balance(text: &str) -> String {
    let rows = text.lines().filter_map(|row| row.rsplit_once(','));
    rows.map(|(row, _)| row).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_register_of_the_banks_point_of_view_says_what_to_write_into_a_mapping() {
    let desk = Desk::new("bank-view");
    desk.put("bank.csv", BANK)
        .put("books.csv", BOOKS)
        .put("swapped.toml", "debit = \"Credit\"\ncredit = \"Debit\"\n");
    let command = "reconcile --statement bank.csv --ledger books.csv --currency USD";
    let read = desk.tieout(command);
    let told = flat(&format!("{} {}", read.out, read.err));
    assert_eq!(read.code, 1, "{told}");
    for words in [
        "the signs of the books look turned",
        "debit = \"Credit\" and credit = \"Debit\" says that",
    ] {
        assert!(told.contains(words), "no {words} in\n{told}");
    }
    let mapped = desk.tieout(&format!("{command} --ledger-mapping swapped.toml"));
    let out = flat(&mapped.out);
    assert_eq!(mapped.code, 0, "{out}");
    assert!(out.contains("Balance per books 6,205.50"), "{out}");
}

#[test]
fn the_hint_about_turned_signs_blames_the_side_that_nothing_proves() {
    let desk = Desk::new("bank-view-unproven");
    desk.put("bank.csv", BANK)
        .put("unproven.csv", &without_balance(BANK))
        .put("books.csv", &without_balance(BOOKS))
        .put("swapped.toml", "debit = \"Credit\"\ncredit = \"Debit\"\n");
    let words = "--ledger books.csv --currency USD";
    let books = desk.tieout(&format!("reconcile --statement bank.csv {words}"));
    let says = "5 of 5 bank lines have an entry of the same amount with the opposite sign, 0 with the same: balances prove \
                the statement, so the signs of the books look turned";
    let out = flat(&books.out);
    assert!(out.contains(says) && out.contains("--ledger-mapping"), "{}", books.out);
    let bank = flat(&desk.tieout(&format!("reconcile --statement unproven.csv {words}")).out);
    assert!(
        bank.contains("if the statement prints charges as positive, give --statement-sign inverted")
            && !bank.contains("--ledger-mapping"),
        "{bank}"
    );
    let mended = desk.tieout(&format!(
        "reconcile --statement bank.csv {words} --ledger-mapping swapped.toml"
    ));
    assert_eq!(mended.code, 0, "{}{}", mended.out, mended.err);
}

#[test]
fn a_card_that_prints_its_charges_as_positive_is_told_when_checked() {
    let desk = Desk::new("card-signs");
    let told = |rows: &str| {
        desk.put("card.csv", &format!("Date,Description,Amount\n{rows}"));
        let checked = desk.tieout("statement check card.csv --currency USD");
        checked.out.contains("a card that prints its charges as positive")
    };
    for payment in ["AUTOPAY PAYMENT - THANK YOU", "PAYMENT RECEIVED", "Pagamento recebido"] {
        let paid = format!("2026-09-20,{payment},-400.00\n");
        assert!(told(&format!("2026-09-14,WHOLE FOODS,85.10\n{paid}")), "{payment}");
        let refunded = "2026-09-14,WHOLE FOODS,85.10\n2026-09-15,UBER,22.40\n2026-09-18,REFUND,-30.00\n";
        assert!(told(&format!("{refunded}{paid}")), "{payment}");
    }
    for account in [
        "2026-09-14,PAYMENT RECEIVED INV 7,400.00\n2026-09-15,RENT,-300.00\n",
        "2026-09-14,SALARY,900.00\n2026-09-15,RENT,-300.00\n",
    ] {
        assert!(!told(account), "{account}");
    }
}
