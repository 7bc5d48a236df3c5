//! General journals of `QuickBooks` and `Xero`, and IIF: grouped as the programs print them, sums against another language's,
//! corrections in the layouts that the programs import.

use crate::common::{codes, fixtures, read_file, read_text, run_tool};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use tieout_books::{Books, BooksOptions, Clearing, ProposedEntry, read_all, write_entries};
use tieout_core::{Code, Currency, Decimal};

const JOURNALS: [(&str, &str); 6] = [
    ("csv/quickbooks-online-journal.csv", "Bank Accounts:Checking"),
    ("csv/quickbooks-online-journal-by-number.csv", "Bank Accounts:Checking"),
    ("csv/quickbooks-desktop-journal.csv", "Checking"),
    ("csv/xero-journal-report.csv", "090 Business Bank Account"),
    ("csv/xero-manual-journals.csv", "090"),
    ("iif/shop.iif", "Checking"),
];

fn path(name: &str) -> PathBuf {
    fixtures().join(name)
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

fn check(file: usize, account: Option<&str>, dialect: &str, expected: &[&str]) -> Books {
    let books = read_file(&path(JOURNALS[file].0), account);
    let reading = &books.reading;
    assert_eq!(
        reading.account.as_deref(),
        Some(JOURNALS[file].1),
        "{:?}",
        reading.problems
    );
    assert!(reading.dialect.ends_with(dialect), "{}", reading.dialect);
    assert_eq!(lines(&books), expected);
    let said = codes(&books);
    let allowed = [Code::Decided, Code::NoCurrency];
    assert!(said.iter().all(|code| allowed.contains(code)), "{:?}", reading.problems);
    books
}

#[test]
fn quickbooks_online_prints_dates_on_the_first_line_and_sums_below_each_transaction() {
    let books = check(
        0,
        Some("Checking"),
        "QuickBooks Online journal",
        &[
            "2024-01-02 6250.40 Opening balances | OB-1 |  | Savings, Opening Balance Equity",
            "2024-01-02 -1450.00 January rent | 1041 | Harbor Street Properties | Rent or Lease",
            "2024-01-05 2118.75 Takings of the week |  |  | Accounts Receivable (A/R), Sales, Bank Charges",
            "2024-01-22 -96.10 Strom |  | Stadtwerke, Energie & Wärme | Utilities:Gas and Electric",
            "2024-02-09 -500.00 To savings |  |  | Savings",
        ],
    );
    assert_eq!(books.entries[1].check_number, "1041");
    let receivable = read_file(&path(JOURNALS[0].0), Some("Accounts Receivable"));
    assert_eq!(
        (
            receivable.entries[0].counterparty.as_str(),
            receivable.entries[0].memo.as_str()
        ),
        ("Riverside Couriers", "invoice 3301")
    );
}

#[test]
fn the_journal_as_a_workbook_reads_as_the_journal_as_text() {
    let read = |name: &str| read_file(&path(name), Some("Checking"));
    let (text, workbook) = (read(JOURNALS[0].0), read("xlsx/quickbooks-online-journal.xlsx"));
    // Numbers of a workbook have no zeros at their end.
    let plain = |books: &Books| -> Vec<(String, Decimal, String)> {
        let entries = books.entries.iter();
        entries
            .map(|e| (e.date.to_string(), e.amount, e.contra.clone()))
            .collect()
    };
    assert_eq!(plain(&text), plain(&workbook), "{:?}", workbook.reading.problems);
    assert_eq!(text.reading.accounts, workbook.reading.accounts);
    assert_eq!(codes(&text), codes(&workbook), "{:?}", workbook.reading.problems);
}

#[test]
fn quickbooks_online_may_number_transactions_above_their_lines() {
    let books = check(
        1,
        None,
        "QuickBooks Online journal",
        &[
            "2024-03-01 -48.20 Diesel |  | Fuel Stop 24 | Automobile",
            "2024-03-01 -48.20 Diesel |  | Fuel Stop 24 | Automobile, Automobile:Washing",
            "2024-03-14 1115.00 INV-3318 |  | Riverside Couriers | Accounts Receivable (A/R)",
        ],
    );
    let ids: Vec<&str> = books.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["211", "212", "213"]);
}

#[test]
fn equal_transactions_below_each_other_are_parted_where_their_lines_balance() {
    let text = "Journal\n\nTransaction date,Transaction type,Num,Name,Memo/Description,Account,Debit,Credit\n\
                01/17/2024,Expense,,Fuel Stop,Diesel,Checking,,5.00\n01/17/2024,Expense,,Fuel Stop,Diesel,Car,5.00,\n\
                01/17/2024,Expense,,Fuel Stop,Diesel,Checking,,5.00\n01/17/2024,Expense,,Fuel Stop,Diesel,Car,5.00,\n\
                TOTAL,,,,,,$10.00,$10.00\n";
    let books = read_text(text, Some("Checking"));
    let numbers: Vec<u64> = books.entries.iter().map(|entry| entry.transaction).collect();
    assert_eq!(numbers, [0, 1], "{:?}", books.reading.problems);
    assert!(!codes(&books).contains(&Code::Unbalanced));
}

#[test]
fn quickbooks_desktop_numbers_transactions() {
    let books = check(
        2,
        None,
        "QuickBooks Desktop journal",
        &[
            "2024-01-02 -1450.00 January rent | 1041 | Harbor Street Properties | Rent Expense",
            "2024-01-05 2118.75 Takings of the week |  |  | Sales",
            "2024-01-22 -96.10 Strom | 1042 | Stadtwerke | Accounts Payable",
        ],
    );
    assert_eq!(books.entries[2].id, "4107");
}

#[test]
fn xero_journals_are_grouped_by_number_with_accounts_by_code() {
    check(
        3,
        Some("090"),
        "Xero journal",
        &[
            "2024-01-02 -1450.00 Harbor Street Properties - January rent | RENT-01 |  | 469 Rent, 820 VAT",
            "2024-01-12 870.00 Payment: Riverside Couriers | INV-3301 |  | 610 Accounts Receivable",
            "2024-01-12 870.00 Payment: Riverside Couriers | INV-3301 |  | 610 Accounts Receivable",
            "2024-01-31 -12.50 Bank charges January |  |  | 404 Bank Fees",
        ],
    );
}

#[test]
fn xero_manual_journals_share_a_narration() {
    check(
        4,
        Some("090"),
        "Xero journal",
        &[
            "2024-01-31 -12.50 Bank charges January |  |  | 404",
            "2024-02-02 -1500.00 Wages week 5 |  |  | 477, 825",
        ],
    );
}

#[test]
fn iif_transactions_have_kinds_of_accounts_and_marks_of_clearing() {
    let books = check(
        5,
        Some("Checking"),
        "IIF",
        &[
            "2024-01-02 -1450.00 January rent | 1041 | Harbor Street Properties | Rent Expense",
            "2024-01-05 2118.75 Takings of the week |  |  | Sales, Sales:Café, Bank Service Charges",
            "2024-01-30 -500.00 To savings |  |  | Savings",
        ],
    );
    let marks: Vec<Clearing> = books.entries.iter().map(|entry| entry.clearing).collect();
    assert_eq!(marks, [Clearing::Cleared, Clearing::Unsaid, Clearing::Unsaid]);
    // Two accounts of the kind BANK: neither is taken unasked.
    assert!(codes(&read_file(&path("iif/shop.iif"), None)).contains(&Code::AccountNeeded));
}

const SUMS: &str = r"
import sys, csv, io
from decimal import Decimal as D
from collections import defaultdict
path = sys.argv[1]; raw = open(path, 'rb').read(); sums = defaultdict(D)
num = lambda s: D(s.replace(',', '').replace('$', '') or 0)
if path.endswith('.iif'):
    head = None
    for r in csv.reader(io.StringIO(raw.decode('cp1252'), newline=''), delimiter='\t'):
        if r[0] == '!TRNS': head = r
        if r[0] in ('TRNS', 'SPL'): sums[r[head.index('ACCNT')]] += num(r[head.index('AMOUNT')])
else:
    head = None
    for r in csv.reader(io.StringIO(raw.decode('utf-8'), newline='')):
        names = [c.lower() for c in r]
        if any(n in ('debit', '*amount') for n in names): head = names; continue
        if head is None or len(r) < len(head): continue
        row = dict(zip(head, r))
        code, name = row.get('account code', row.get('*accountcode', '')), row.get('account', row.get('account full name', ''))
        account = (code + ' ' + name).strip()
        if not account: continue
        sums[account] += num(row['*amount']) if '*amount' in row else num(row['debit']) - num(row['credit'])
for account, value in sums.items(): print(account, value, sep='\t')
";

#[test]
fn every_sum_agrees_with_a_reader_in_another_language() {
    for (name, account) in JOURNALS {
        let path = path(name);
        let text = run_tool("TIEOUT_PYTHON", "python3", &["-c", SUMS, path.to_str().unwrap()]);
        let theirs: BTreeMap<String, Decimal> = text
            .lines()
            .map(|line| line.split_once('\t').unwrap())
            .map(|(account, value)| (account.to_owned(), value.parse().unwrap()))
            .collect();
        let books = read_file(&path, Some(account));
        let accounts = books.reading.accounts.iter();
        let ours: BTreeMap<String, Decimal> = accounts
            .map(|account| (account.name.clone(), account.balances[0].amount))
            .collect();
        assert!(theirs.len() >= 3, "{name}: {theirs:?}");
        assert_eq!(ours, theirs, "{name}");
    }
}

fn proposals(contra: &str) -> Vec<ProposedEntry> {
    let entry = |date: &str, amount: &str, contra: &str, text: &str| ProposedEntry {
        date: date.parse().unwrap(),
        amount: amount.parse().unwrap(),
        currency: Currency::try_new("USD").unwrap(),
        description: text.into(),
        counterparty: "Harbor, \"First\"".into(),
        document: "77".into(),
        contra_account: contra.into(),
        reason: "not in the books".into(),
        rows: Vec::new(),
    };
    vec![
        entry("2024-03-05", "-3.5", contra, "Fee\n3/26"),
        entry("2024-03-31", "1000", contra, "=From whom?"),
    ]
}

fn corrections(file: usize, contra: &str) -> String {
    let books = read_file(&path(JOURNALS[file].0), Some(JOURNALS[file].1));
    let mut bytes = Vec::new();
    write_entries(&books.reading.layout.unwrap(), &proposals(contra), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn corrections_come_in_the_layout_that_each_program_imports() {
    let online = corrections(0, "Bank Charges");
    assert_eq!(
        online.lines().take(3).collect::<Vec<_>>(),
        [
            "*JournalNo,*JournalDate,*AccountName,*Debits,*Credits,Description,Name,Currency,Location,Class",
            "TIEOUT-1,03/05/2024,Bank Accounts:Checking,,3.50,\"Harbor, \"\"First\"\" Fee 3/26 77 (not in the books)\",,,,",
            "TIEOUT-1,03/05/2024,Bank Charges,3.50,,\"Harbor, \"\"First\"\" Fee 3/26 77 (not in the books)\",,,,",
        ]
    );
    let xero = corrections(4, "404");
    assert_eq!(
        xero.lines().take(3).collect::<Vec<_>>(),
        [
            "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2",
            "\"Tieout 1: Harbor, \"\"First\"\" Fee 3/26 77\",05 Mar 2024,not in the books,090,No VAT,-3.50,,,,",
            "\"Tieout 1: Harbor, \"\"First\"\" Fee 3/26 77\",05 Mar 2024,not in the books,404,No VAT,3.50,,,,",
        ]
    );
    let desktop = corrections(2, "Bank Service Charges");
    assert_eq!(
        desktop.lines().skip(3).take(3).collect::<Vec<_>>(),
        [
            "TRNS\tGENERAL JOURNAL\t03/05/2024\tChecking\t\t-3.50\t77\tHarbor, 'First' Fee 3/26 (not in the books)",
            "SPL\tGENERAL JOURNAL\t03/05/2024\tBank Service Charges\t\t3.50\t77\tHarbor, 'First' Fee 3/26 (not in the books)",
            "ENDTRNS",
        ]
    );
}

#[test]
fn corrections_read_back_as_what_was_proposed() {
    for (file, contra) in [
        (0, "Bank Charges"),
        (1, "Bank Charges"),
        (2, "Fees"),
        (3, "404 Bank Fees"),
        (4, "404"),
        (5, "Fees"),
    ] {
        let text = corrections(file, contra);
        let number = JOURNALS[file].1.split(' ').next().filter(|word| *word == "090");
        let read = read_text(&text, Some(number.unwrap_or(JOURNALS[file].1)));
        let again: Vec<_> = read
            .entries
            .iter()
            .map(|e| format!("{} {} {}", e.date, e.amount, e.contra))
            .collect();
        let contra = contra.strip_suffix(" Bank Fees").unwrap_or(contra);
        assert_eq!(
            again,
            [
                format!("2024-03-05 -3.50 {contra}"),
                format!("2024-03-31 1000.00 {contra}")
            ],
            "{text}\n{:?}",
            read.reading.problems
        );
        assert!(!codes(&read).contains(&Code::Unbalanced), "{text}");
    }
    // An account that Xero does not have goes to its account for what is to be cleared up, and says so.
    let unknown = corrections(3, "Suspense");
    assert!(
        unknown.contains("Suspense: not in the books,850,Tax Exempt,3.50"),
        "{unknown}"
    );
}

#[test]
fn what_is_broken_is_told() {
    for (file, from, to, code) in [
        (
            0,
            "\"$2,158.75\",\"$2,158.75\"",
            "\"$2,158.75\",\"$2,158.76\"",
            Code::BooksTotal,
        ),
        (
            0,
            "\"$11,455.25\",\"$11,455.25\"",
            "\"$11,455.20\",\"$11,455.25\"",
            Code::BooksTotal,
        ),
        (
            0,
            "Rent or Lease,\"$1,450.00\"",
            "Rent or Lease,\"$1,45x.00\"",
            Code::BadEntry,
        ),
        (
            0,
            "Rent or Lease,\"$1,450.00\"",
            "Rent or Lease,\"$1,451.00\"",
            Code::Unbalanced,
        ),
        (0, "01/22/2024", "31/31/2024", Code::BadEntry),
        (0, "Sales,,\"$1,288.75\"", ",,\"$1,288.75\"", Code::BadEntry),
        (1, "$48.20,$48.20\n212", "$48.21,$48.20\n212", Code::BooksTotal),
        (3, "820,VAT,241.67", "820,VAT,241.66", Code::Unbalanced),
        (
            3,
            "\"3,202.50\",\"3,202.50\"",
            "\"3,202.50\",\"3,202.51\"",
            Code::BooksTotal,
        ),
        (5, "-1848.75", "-1848.57", Code::Unbalanced),
        (5, "1/30/2024\tChecking", "1/32/2024\tChecking", Code::BadEntry),
        (5, "ENDTRNS\r\nTRNS\t3", "TRNS\t3", Code::OutOfPlace),
    ] {
        let whole = fs::read(path(JOURNALS[file].0)).unwrap();
        let at = whole.windows(from.len()).position(|bytes| bytes == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{file} {from}"));
        let broken = [&whole[..at], to.as_bytes(), &whole[at + from.len()..]].concat();
        let options = BooksOptions {
            account: Some(JOURNALS[file].1.into()),
            ..BooksOptions::default()
        };
        let books = read_all(&mut Cursor::new(broken), &options).unwrap();
        assert!(
            codes(&books).contains(&code),
            "{file} {to}: {:?}",
            books.reading.problems
        );
    }
}

#[test]
fn an_iif_file_of_lists_says_what_to_export_instead() {
    let books = read_text("!ACCNT\tNAME\tACCNTTYPE\nACCNT\tChecking\tBANK\n", None);
    let refusal = books.reading.refusal().expect("it is refused");
    assert!(
        refusal.code == Code::EmptyBooks && refusal.message.contains("Journal report"),
        "{refusal}"
    );
}

#[test]
fn transactions_of_gnucash_keep_the_splits_below_their_first() {
    let text = "Date,Transaction ID,Number,Description,Notes,Commodity/Currency,Void Reason,Action,Memo,Full Account Name,Account Name,\
                Amount With Sym,Amount Num.,Value With Sym,Value Num.,Reconcile,Reconcile Date,Rate/Price\n\
                01/13/2026,aaaa1111,12,Rent,,CURRENCY::USD,,,,Expenses:Rent,Rent,$500.00,500.00,$500.00,500.00,n,,1.00\n\
                ,aaaa1111,,,,,,,to landlord,Assets:Checking,Checking,-$500.00,-500.00,-$500.00,-500.00,c,,1.00\n\
                01/14/2026,bbbb2222,,Sale,,CURRENCY::USD,,,,Assets:Checking,Checking,\"$1,200.50\",\"1,200.50\",\"$1,200.50\",\"1,200.50\",n,,1.00\n\
                ,bbbb2222,,,,,,,,Income:Sales,Sales,\"-$1,200.50\",\"-1,200.50\",\"-$1,200.50\",\"-1,200.50\",n,,1.00\n";
    let books = read_text(text, Some("Assets:Checking"));
    assert!(
        books.reading.dialect.ends_with("GnuCash transactions"),
        "{}",
        books.reading.dialect
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-13 -500.00 Rent | 12 |  | Expenses:Rent",
            "2026-01-14 1200.50 Sale |  |  | Income:Sales",
        ],
        "{:?}",
        books.reading.problems
    );
    let clearing: Vec<Clearing> = books.entries.iter().map(|entry| entry.clearing).collect();
    assert_eq!(clearing, [Clearing::Cleared, Clearing::Unsaid]);
    assert_eq!(codes(&books), []);
    assert_eq!(
        books.reading.currency.map(|currency| currency.to_string()).as_deref(),
        Some("USD")
    );
}
