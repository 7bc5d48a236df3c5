//! What is read from journals: entries of one account, the choice of the account, problems.

use crate::common::{codes, fixtures, read_file, read_text, read_with};
use tieout_books::{Books, BooksOptions, Clearing, History};
use tieout_core::{Code, Currency, Severity};

/// `date amount currency | counterparty | description | document | check | contra`, a row for each entry.
fn rows(books: &Books) -> Vec<String> {
    books
        .entries
        .iter()
        .map(|entry| {
            let currency = entry
                .currency
                .map_or_else(|| "-".into(), |currency| currency.to_string());
            format!(
                "{} {} {currency} | {} | {} | {} | {} | {}",
                entry.date,
                entry.amount,
                entry.counterparty,
                entry.description,
                entry.document,
                entry.check_number,
                entry.contra
            )
        })
        .collect()
}

fn message(books: &Books, code: Code) -> &str {
    books
        .reading
        .problems
        .iter()
        .find(|problem| problem.code == code)
        .map_or("", |problem| problem.message.as_str())
}

#[test]
fn beancount_entries_have_their_texts_and_contra_accounts() {
    let books = read_file(&fixtures().join("beancount/agency.beancount"), Some("Checking"));
    assert_eq!(books.reading.account.as_deref(), Some("Assets:Bank:Checking"));
    assert_eq!(
        (books.reading.format, books.reading.history),
        ("beancount", History::Complete)
    );
    assert_eq!(books.reading.currency, Currency::try_new("EUR").ok());
    let rows = rows(&books);
    assert_eq!(
        rows[0],
        "2023-12-31 8421.77 EUR |  | Opening balances |  |  | Assets:Bank:Savings, Equity:Opening"
    );
    assert_eq!(
        rows[1],
        "2024-01-02 -1180.00 EUR | Hausverwaltung Lindner | Miete Januar |  |  | Expenses:Rent"
    );
    assert_eq!(
        rows[2],
        "2024-01-04 2380.00 EUR | Kestrel & Sons | Invoice 2023-118 | 2023-118 |  | Assets:Receivable"
    );
    assert_eq!(
        rows[7],
        "2024-02-12 4655.00 EUR | Osterloh GmbH | Rechnung 2024-003 abzügl. Skonto | INV-2024-003 | 100482 | Income:Design, Expenses:Fees"
    );
    assert_eq!(rows.len(), 10);
}

#[test]
fn hledger_entries_have_codes_marks_and_dates_of_their_own() {
    let books = read_file(&fixtures().join("hledger/shop.journal"), Some("assets:bank:checking"));
    let rows = rows(&books);
    assert_eq!(
        rows[1],
        "2024-01-02 -1450.00 USD | Harbor Street Properties | January rent | 1041 | 1041 | expenses:rent"
    );
    assert_eq!(
        rows[3],
        "2024-01-12 870.00 USD | Riverside Couriers | fleet service | INV-3301 |  | assets:receivable"
    );
    assert_eq!(rows[5], "2024-01-31 -9.00 USD | Bank | Fee |  |  | expenses:fees");
    assert_eq!(books.entries[1].clearing, Clearing::Cleared);
    assert_eq!(books.entries[0].clearing, Clearing::Unsaid);
    assert_eq!(books.entries[2].memo, "slip 12");
    assert_eq!(books.entries[8].document, "3302");
    let hard = read_file(&fixtures().join("hledger/hard.journal"), Some("assets:bank:usd"));
    let own_date = hard
        .entries
        .iter()
        .find(|entry| entry.document == "R-9")
        .expect("the posting with a date of its own");
    assert_eq!(own_date.date.to_string(), "2024-01-12");
    let dates: Vec<_> = hard.entries.iter().map(|entry| entry.date).collect();
    assert!(dates.is_sorted());
}

#[test]
fn sums_of_entries_are_the_balance() {
    for (file, account) in [
        ("beancount/agency.beancount", "Assets:Bank:Checking"),
        ("beancount/hard.beancount", "Assets:US:Bank:Checking"),
        ("hledger/shop.journal", "assets:bank:checking"),
    ] {
        let books = read_file(&fixtures().join(file), Some(account));
        let total = books
            .reading
            .accounts
            .iter()
            .find(|total| total.name == account)
            .expect("it is listed");
        let sum = books
            .entries
            .iter()
            .map(|entry| entry.amount)
            .reduce(|a, b| a.checked_add(b).unwrap());
        assert_eq!(sum, Some(total.balances[0].amount), "{file}");
        assert_eq!(total.entries, books.reading.entries, "{file}");
    }
}

const TWO_BANKS: &str = "\
2024-01-01 * opening
    Assets:Bank:Checking    10 EUR
    Assets:Bank:Savings     20 EUR
    Assets:Inventory        30 EUR
    Equity:Opening
";

#[test]
fn an_account_is_chosen_by_the_closest_fit_to_its_name() {
    for (wanted, found) in [
        ("Assets:Bank:Savings", "Assets:Bank:Savings"),
        ("assets:bank:savings", "Assets:Bank:Savings"),
        ("savings", "Assets:Bank:Savings"),
        ("bank:checking", "Assets:Bank:Checking"),
        ("check", "Assets:Bank:Checking"),
    ] {
        let books = read_text(TWO_BANKS, Some(wanted));
        assert_eq!(books.reading.account.as_deref(), Some(found), "{wanted}");
        let said = codes(&books).contains(&Code::Decided);
        assert_eq!(
            said,
            wanted != found,
            "{wanted}: a choice that is not the exact name is told"
        );
    }
}

#[test]
fn several_bank_accounts_are_a_question_that_lists_them() {
    let books = read_text(TWO_BANKS, None);
    assert_eq!(codes(&books), [Code::AccountNeeded]);
    assert_eq!(
        message(&books, Code::AccountNeeded),
        "the books hold several accounts that a bank may keep: Assets:Bank:Checking (1 entry, 10 EUR), Assets:Bank:Savings (1 entry, 20 EUR)"
    );
    assert!(books.entries.is_empty());
    let ambiguous = read_text(TWO_BANKS, Some("bank"));
    assert_eq!(codes(&ambiguous), [Code::AccountNeeded]);
    let unknown = read_text(TWO_BANKS, Some("visa"));
    assert_eq!(codes(&unknown), [Code::AccountNotFound]);
}

#[test]
fn the_only_bank_account_is_taken_and_told() {
    let books = read_text(&TWO_BANKS.replace("Assets:Bank:Savings", "Assets:Receivable"), None);
    assert_eq!(books.reading.account.as_deref(), Some("Assets:Bank:Checking"));
    assert_eq!(codes(&books), [Code::Decided]);
}

#[test]
fn failing_assertions_and_unbalanced_transactions_are_told_and_still_read() {
    let beancount = "\
2024-01-01 open Assets:Bank EUR
2024-01-01 * \"off\"
  Assets:Bank   10.00 EUR
  Income:Sales  -9.00 EUR
2024-01-02 balance Assets:Bank  11.00 EUR
";
    let books = read_text(beancount, None);
    assert!(
        codes(&books).starts_with(&[Code::Unbalanced, Code::BalanceAssertion]),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(books.entries.len(), 1);
    let hledger = "\
2024-01-01 off
    assets:bank   10.00 EUR
    income:sales  -9.00 EUR
2024-01-02 asserted
    assets:bank   1.00 EUR = 12.00 EUR
    income:sales
";
    let books = read_text(hledger, None);
    assert!(
        codes(&books).starts_with(&[Code::Unbalanced, Code::BalanceAssertion]),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(books.entries.len(), 2);
}

#[test]
fn a_broken_transaction_is_left_out_and_told_with_its_line() {
    let beancount = "\
2024-01-01 open Assets:Bank EUR

2024-01-01 * \"broken\"
  Assets:Bank   10.00 EUR
  Income:Sales  ten EUR

2024-01-02 * \"fine\"
  Assets:Bank   5.00 EUR
  Income:Sales
";
    let books = read_text(beancount, None);
    let problem = books
        .reading
        .problems
        .iter()
        .find(|problem| problem.code == Code::BadEntry)
        .expect("it is told");
    assert_eq!((problem.place.line, books.entries.len()), (Some(5), 1));
    let hledger = "\
2024-01-01 broken
    assets:bank   ten EUR
    income:sales

2024-01-02 fine
    assets:bank   5.00 EUR
    income:sales
";
    let books = read_text(hledger, None);
    let problem = books
        .reading
        .problems
        .iter()
        .find(|problem| problem.code == Code::BadEntry)
        .expect("it is told");
    assert_eq!((problem.place.line, books.entries.len()), (Some(2), 1));
}

#[test]
fn missing_and_circular_includes_are_told() {
    let books = read_text(
        "include missing.journal\n2024-01-01 x\n    assets:bank  1 EUR\n    equity:opening\n",
        None,
    );
    assert!(codes(&books).contains(&Code::IncludeMissing));
    assert_eq!(books.entries.len(), 1);
    let path = fixtures().join("beancount/hard.beancount");
    let books = read_file(&path, Some("Assets:Inner"));
    assert_eq!(books.entries.len(), 1);
}

#[test]
fn the_currency_of_an_account_is_told_or_asked() {
    let eur = Currency::try_new("EUR").unwrap();
    let cad = Currency::try_new("CAD").unwrap();
    let two = "2024-01-01 x\n    assets:bank  1 EUR\n    assets:bank  2 USD\n    equity:opening\n";
    let books = read_text(two, None);
    assert!(codes(&books).contains(&Code::MixedCurrency));
    assert_eq!((books.entries.len(), books.reading.currency), (2, None));
    let only = BooksOptions {
        currency: Some(eur),
        ..BooksOptions::default()
    };
    let books = read_with(two, &only);
    assert_eq!((books.entries.len(), books.reading.currency), (1, Some(eur)));
    let dollars = "2024-01-01 x\n    assets:bank  $1\n    equity:opening\n";
    assert_eq!(read_text(dollars, None).reading.currency, Currency::try_new("USD").ok());
    let canadian = BooksOptions {
        currency: Some(cad),
        ..BooksOptions::default()
    };
    assert_eq!(read_with(dollars, &canadian).reading.currency, Some(cad));
    let bare = read_text("2024-01-01 x\n    assets:bank  1\n    equity:opening\n", None);
    assert!(codes(&bare).contains(&Code::NoCurrency));
}

#[test]
fn a_thousand_written_as_ledger_does_is_read_so_where_the_journal_shows_it() {
    let shown = "2024-01-01 x\n    assets:bank  $1,000\n    equity:opening  $-1000.00\n";
    let books = read_text(shown, None);
    assert_eq!(rows(&books)[0].split(' ').nth(1), Some("1000"));
    assert!(codes(&books).contains(&Code::NumberAmbiguous));
    assert!(!codes(&books).contains(&Code::Unbalanced));
    let open = read_text("2024-01-01 x\n    assets:bank  $1,000\n    equity:opening\n", None);
    assert_eq!(rows(&open)[0].split(' ').nth(1), Some("1.000"));
    assert!(codes(&open).contains(&Code::NumberAmbiguous));
}

#[test]
fn a_year_that_is_nowhere_said_is_assumed_and_told() {
    let books = read_text(
        "2024-01-01 x\n    assets:bank  1 EUR\n    equity:opening\n\n02/03 y\n    assets:bank  1 EUR\n    equity:opening\n",
        None,
    );
    assert_eq!(books.entries[1].date.to_string(), "2024-02-03");
    assert!(codes(&books).contains(&Code::BadDate));
    let said = read_text("year 2023\n02/03 y\n    assets:bank  1 EUR\n    equity:opening\n", None);
    assert_eq!(said.entries[0].date.to_string(), "2023-02-03");
    assert!(!codes(&said).contains(&Code::BadDate));
}

#[test]
fn ledgers_bucket_and_lot_prices_are_understood() {
    let books = read_text(
        "bucket Assets:Bank\n2024-01-01 x\n    Expenses:Food  $5.00\n\n2024-01-02 sale\n    Assets:Shares  -10 ABC {$30.00} @ $50.00\n    Assets:Bank  $500.00\n    Income:Gains  $-200.00\n",
        Some("Assets:Bank"),
    );
    assert_eq!(rows(&books)[0], "2024-01-01 -5.00 USD |  | x |  |  | Expenses:Food");
    assert!(
        !codes(&books).contains(&Code::Unbalanced),
        "{:?}",
        books.reading.problems
    );
}

#[test]
fn content_that_is_no_books_is_refused() {
    for text in ["", "hello", "<OFX></OFX>", ":20:STARTUMS\n:25:123\n", "\0\0\0\0"] {
        let books = read_text(text, None);
        let refusal = books.reading.refusal().expect("a refusal");
        assert_eq!(refusal.severity(), Severity::Error, "{text:?}");
        assert!(books.entries.is_empty());
    }
}

#[test]
fn an_assertion_of_nothing_is_no_second_currency() {
    let books = read_text(
        "2026-01-01 Open\n  assets:bank  10.00 EUR\n  equity\n\n2026-01-31 Check\n  assets:bank  0 = 10.00 EUR\n",
        Some("assets:bank"),
    );
    assert!(
        !codes(&books).contains(&Code::MixedCurrency),
        "{:?}",
        books.reading.problems
    );
    let currencies: Vec<_> = books.entries.iter().map(|entry| entry.currency).collect();
    assert_eq!(currencies, vec![Some("EUR".parse().unwrap()); books.entries.len()]);
}
