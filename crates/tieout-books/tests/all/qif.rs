//! QIF as books: several accounts with categories, splits and transfers.

use crate::common::{codes, fixtures, read_file, read_text, run_tool};
use tieout_books::{Clearing, ProposedEntry, write_entries};
use tieout_core::{Code, Currency};

fn lines(books: &tieout_books::Books) -> Vec<String> {
    let line = |e: &tieout_books::Entry| format!("{} {} {} | {}", e.date, e.amount, e.description, e.contra);
    books.entries.iter().map(line).collect()
}

#[test]
fn transactions_of_each_account_come_with_categories_and_transfers() {
    let path = fixtures().join("qif").join("home-and-shop.qif");
    let books = read_file(&path, Some("Checking"));
    assert_eq!(
        lines(&books),
        [
            "2026-01-02 1000.00 Opening Balance | [Checking]",
            "2026-01-15 -1,200.50 Landlord | Rent:Office".replace(',', "").as_str(),
            "2026-02-03 -90.00 Market | Groceries, Household",
            "2026-02-28 -250.00 To savings | [Savings]",
        ]
    );
    let rent = &books.entries[1];
    assert_eq!(
        (rent.check_number.as_str(), rent.memo.as_str(), rent.clearing),
        ("1044", "January", Clearing::Reconciled)
    );
    let savings = read_file(&path, Some("Savings"));
    assert_eq!(lines(&savings), ["2026-02-28 250.00 From checking | [Checking]"]);
    let balance = |name: &str| {
        let account = books
            .reading
            .accounts
            .iter()
            .find(|account| account.name == name)
            .unwrap();
        account.balances[0].amount.to_string()
    };
    assert_eq!(
        [balance("Checking"), balance("Savings")],
        ["-540.50", "250.00"],
        "a transfer counts once on each side"
    );
}

#[test]
fn parts_that_do_not_sum_and_records_without_date_are_told() {
    let books = read_text(
        "!Type:Bank\nD13/01/2026\nT-90\nSA\n$-40\nSB\n$-40\n^\nDnever\nT1\nPX\n^\n",
        None,
    );
    assert!(
        codes(&books).contains(&Code::Unbalanced) && codes(&books).contains(&Code::BadEntry),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(lines(&books), ["2026-01-13 -90  | A, B"]);
}

#[test]
fn corrections_write_dates_as_the_books_do() {
    for (dates, written) in [
        (["1/ 2'26", "12/31'26"], "D3/ 5'26\n"),
        (["13/06/2024", "02/07/2024"], "D05/03/2026\n"),
    ] {
        let text = format!("!Type:Bank\nD{}\nT-90\nPA\n^\nD{}\nT1\nPX\n^\n", dates[0], dates[1]);
        let books = read_text(&text, None);
        let mut bytes = Vec::new();
        write_entries(&books.reading.layout.unwrap(), &[fee()], &mut bytes).unwrap();
        let corrections = String::from_utf8(bytes).unwrap();
        assert!(corrections.contains(written), "{corrections}");
    }
}

fn fee() -> ProposedEntry {
    ProposedEntry {
        date: "2026-03-05".parse().unwrap(),
        amount: "-3.5".parse().unwrap(),
        currency: Currency::UNKNOWN,
        description: "Fee\n^ March".into(),
        counterparty: String::new(),
        document: "INV-7".into(),
        contra_account: "Bank Fees".into(),
        reason: "not in the books".into(),
        rows: Vec::new(),
    }
}

#[test]
fn corrections_read_back_as_what_was_proposed() {
    let books = read_file(&fixtures().join("qif").join("home-and-shop.qif"), Some("Checking"));
    let mut bytes = Vec::new();
    write_entries(&books.reading.layout.unwrap(), &[fee()], &mut bytes).unwrap();
    let again = read_text(&String::from_utf8(bytes).unwrap(), None);
    assert_eq!(
        again.reading.account.as_deref(),
        Some("Checking"),
        "{:?}",
        again.reading.problems
    );
    assert_eq!(lines(&again), ["2026-03-05 -3.50 Fee ^ March | Bank Fees"]);
    assert_eq!(again.entries[0].document, "INV-7");
}

#[test]
fn every_balance_agrees_with_quiffen() {
    let path = fixtures().join("qif").join("home-and-shop.qif");
    let script = "import sys\nfrom quiffen import Qif\n\
        for name, account in Qif.parse(sys.argv[1], day_first=True).accounts.items():\n\
        \x20   print(name, sum(t.amount for l in account.transactions.values() for t in l), sep='\\t')\n";
    let arguments = ["-W", "ignore", "-c", script, path.to_str().expect("a path in UTF-8")];
    let theirs = run_tool("TIEOUT_PYTHON", "python3", &arguments);
    let books = read_file(&path, Some("Checking"));
    assert_eq!(theirs.lines().count(), 2, "{theirs}");
    for line in theirs.lines() {
        let (name, sum) = line.split_once('\t').expect("two cells");
        let account = books.reading.accounts.iter().find(|account| account.name == name);
        let balance = account.expect("an account of both").balances[0].amount.to_string();
        assert_eq!(balance, sum, "{name}");
    }
}
