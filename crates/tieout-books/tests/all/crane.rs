//! Crane Ledger's JSON as books: lists page by page or one document, sums against another language's, corrections as request
//! bodies that read back.

use crate::common::{codes, fixtures, read_file, read_text, run_tool};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tieout_books::{Books, History, ProposedEntry, write_entries};
use tieout_core::{Code, Currency, Decimal};

fn path(name: &str) -> PathBuf {
    fixtures().join("crane").join(name)
}

fn lines(books: &Books) -> Vec<String> {
    let line = |e: &tieout_books::Entry| {
        format!(
            "{} {} {} | {} | {} | {}",
            e.date, e.amount, e.description, e.document, e.counterparty, e.contra
        )
    };
    books.entries.iter().map(line).collect()
}

#[test]
fn pages_of_lists_become_entries_once_each_and_pending_ones_are_left_out() {
    let books = read_file(&path("studio.jsonl"), Some("1000 Checking"));
    let reading = &books.reading;
    assert_eq!(
        reading.account.as_deref(),
        Some("1000 Checking"),
        "{:?}",
        reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2024-01-01 18000.00 Opening balance |  |  | 3000 Opening capital",
            "2024-01-15 -500.00 Office supplies check | 1041 |  | 6200 Software",
            "2024-01-20 1955.50 Invoice paid\nJanuary | INV-2024-07 | Nordlicht \"Verlag\" GmbH | 6100 Bank fees, 1100 Accounts receivable",
            "2024-01-25 39.00 Reversal of: Typed wrongly |  |  | 6200 Software",
            "2024-01-25 -39.00 Typed wrongly |  |  | 6200 Software",
            "2024-01-28 -2500.00 To savings |  |  | 1010 Savings",
            "2024-01-29 -985.00 Euro bought |  |  | 1200 Euro - bank account, 7000 Exchange differences",
            "2024-01-31 -3700.00 Studio rent |  | Harbor Street Properties | 6000 Studio rent",
        ]
    );
    assert_eq!(
        (books.entries[1].id.as_str(), books.entries[1].memo.as_str()),
        ("ent_0002_1", "check 1041")
    );
    assert_eq!(
        (reading.history, reading.currency),
        (History::Complete, Some("USD".parse().unwrap()))
    );
    // The one pending transaction: nothing else is said, so totals and balances agree.
    assert_eq!(codes(&books), [Code::Decided], "{:?}", reading.problems);
}

#[test]
fn accounts_are_found_by_code_and_by_name_in_their_own_currency() {
    for named in ["1200", "euro - bank account"] {
        let books = read_file(&path("studio.jsonl"), Some(named));
        assert_eq!(books.reading.currency, Some("EUR".parse().unwrap()));
        assert_eq!(books.entries[0].amount.to_string(), "900.00");
    }
}

#[test]
fn one_document_with_lines_apart_reads_as_the_pages_do() {
    let (pages, document) = (
        read_file(&path("studio.jsonl"), Some("1000")),
        read_file(&path("studio.json"), Some("1000")),
    );
    let sorted = |books: &Books| {
        let mut lines = lines(books);
        lines.sort();
        lines
    };
    assert_eq!(sorted(&pages), sorted(&document));
    assert_eq!(pages.reading.accounts, document.reading.accounts);
}

const SUMS: &str = r"
import sys, json
from decimal import Decimal as D
from collections import defaultdict
sums, seen, names = defaultdict(D), set(), {}
for text in open(sys.argv[1], encoding='utf-8'):
    page = json.loads(text)
    for o in page.get('data', []):
        if o['object'] == 'account': names[o['id']] = o['code']
        if o['object'] != 'transaction' or o['id'] in seen or o['status'] == 'pending': continue
        seen.add(o['id'])
        for e in o['entries']: sums[e['account_id']] += D(e['amount']) * (1 if e['entry_type'] == 'debit' else -1)
for account, value in sums.items(): print(names[account], value)
";

#[test]
fn every_sum_agrees_with_a_reader_in_another_language() {
    let path = path("studio.jsonl");
    let text = run_tool("TIEOUT_PYTHON", "python3", &["-c", SUMS, path.to_str().unwrap()]);
    let theirs: BTreeMap<String, Decimal> = text
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(account, value)| (account.to_owned(), value.parse().unwrap()))
        .collect();
    let books = read_file(&path, None);
    let ours: BTreeMap<String, Decimal> = books
        .reading
        .accounts
        .iter()
        .map(|account| {
            (
                account.name.split(' ').next().unwrap().to_owned(),
                account.balances[0].amount,
            )
        })
        .collect();
    assert_eq!(theirs.len(), 11);
    assert_eq!(ours, theirs);
}

fn proposal(contra: &str, amount: &str) -> ProposedEntry {
    ProposedEntry {
        date: "2024-02-01".parse().unwrap(),
        amount: amount.parse().unwrap(),
        currency: Currency::try_new("USD").unwrap(),
        description: "Fee\n\"January\"".into(),
        counterparty: "First Harbor".into(),
        document: "F-1".into(),
        contra_account: contra.into(),
        reason: "not in the books".into(),
        rows: Vec::new(),
    }
}

#[test]
fn corrections_are_bodies_of_requests_with_the_accounts_ids() {
    let books = read_file(&path("studio.jsonl"), Some("1000"));
    let mut bytes = Vec::new();
    let proposals = [proposal("6100 Bank fees", "-9"), proposal("To Be Clarified", "12.5")];
    write_entries(&books.reading.layout.unwrap(), &proposals, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let bodies: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        bodies[0],
        serde_json::json!({
            "description": "First Harbor Fee \"January\"",
            "transaction_date": "2024-02-01",
            "reference_number": "F-1",
            "entries": [
                { "account_id": "act_1000", "entry_type": "credit", "amount": "9.00", "description": "not in the books" },
                { "account_id": "act_6100", "entry_type": "debit", "amount": "9.00", "description": "not in the books" },
            ],
        })
    );
    // Nothing is booked on an account that a person has not chosen.
    assert_eq!(bodies[1]["entries"][1]["account_id"], serde_json::Value::Null);
    assert_eq!(bodies[1]["entries"][1]["account_name"], "To Be Clarified");
    let accounts = fs::read_to_string(path("studio.jsonl"))
        .unwrap()
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    let again = read_text(&format!("{accounts}\n{}\n", text.lines().next().unwrap()), Some("1000"));
    assert_eq!(
        lines(&again),
        ["2024-02-01 -9.00 First Harbor Fee \"January\" | F-1 |  | 6100 Bank fees"]
    );
}

#[test]
fn what_is_broken_or_missing_is_told() {
    let whole = fs::read_to_string(path("studio.jsonl")).unwrap();
    let without_the_last_page: Vec<&str> = whole.lines().take(4).collect();
    for (text, code) in [
        (
            whole.replacen("\"amount\": \"1955.50\"", "\"amount\": \"1955.51\"", 1),
            Code::Unbalanced,
        ),
        (
            whole.replacen("\"total_debits\": \"985.00\"", "\"total_debits\": \"985.01\"", 1),
            Code::BooksTotal,
        ),
        (
            whole.replacen("\"amount\": \"12270.50\"", "\"amount\": \"12270.51\"", 1),
            Code::BalanceAssertion,
        ),
        (
            whole.replacen("\"amount\": \"44.50\"", "\"amount\": \"44,50\"", 1),
            Code::BadEntry,
        ),
        (
            whole.replacen(
                "\"transaction_date\": \"2024-01-31\"",
                "\"transaction_date\": \"31/01/2024\"",
                1,
            ),
            Code::BadEntry,
        ),
        (whole.replace("\"entries\": [", "\"parts\": ["), Code::BadEntry),
        (without_the_last_page.join("\n"), Code::Incomplete),
        (whole[..whole.len() / 2].to_owned(), Code::Malformed),
    ] {
        let books = read_text(&text, Some("1000"));
        assert!(codes(&books).contains(&code), "{code}: {:?}", books.reading.problems);
    }
}
