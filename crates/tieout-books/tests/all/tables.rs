//! What is read from tables: extracts and the reports of accounting programs.

use crate::common::{assert_clean, codes, d, fixtures, frame, read_file, read_text, read_with};
use tieout_books::{Books, BooksOptions, Clearing, History};
use tieout_core::{Code, Currency, Decimal};
use tieout_tables::Mapping;

/// `date amount | counterparty | description | document | check | contra`, a row for each entry.
fn rows(books: &Books) -> Vec<String> {
    books
        .entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} | {} | {} | {} | {} | {}",
                entry.date,
                cents(entry.amount),
                entry.counterparty,
                entry.description,
                entry.document,
                entry.check_number,
                entry.contra
            )
        })
        .collect()
}

/// At two places: workbooks keep no zeros at the end.
fn cents(amount: Decimal) -> Decimal {
    Decimal::from_minor(amount.to_minor(2).unwrap(), 2)
}

fn totals(books: &Books) -> Vec<String> {
    let accounts = &books.reading.accounts;
    accounts
        .iter()
        .map(|a| format!("{} {} {}", a.name, a.entries, cents(a.balances[0].amount)))
        .collect()
}

#[test]
fn a_plain_extract_reads_as_is() {
    for file in ["csv/extract.csv", "xlsx/extract.xlsx"] {
        let books = read_file(&fixtures().join(file), None);
        assert_eq!(
            rows(&books),
            [
                "2024-01-02 -1450.00 | Harbor Street Properties | January rent |  | 1041 | ",
                "2024-01-05 2118.75 |  | Takings of the week | SLIP 12 |  | ",
                "2024-01-12 870.00 | Riverside Couriers | Fleet service, January | INV-3301 |  | ",
                "2024-01-31 -9.00 | Bank | Fee |  |  | ",
            ]
        );
        assert_eq!(books.entries[2].id, "L003");
        assert_eq!(
            (books.reading.account.as_deref(), books.reading.currency),
            (None, Currency::try_new("USD").ok())
        );
        assert!(books.reading.problems.is_empty(), "{:?}", books.reading.problems);
        assert_eq!(frame(&books), (None, None, History::Unknown));
    }
}

#[test]
fn quickbooks_online_transaction_detail_by_account() {
    for file in [
        "csv/quickbooks-online-transaction-detail-by-account.csv",
        "xlsx/quickbooks-online-transaction-detail-by-account.xlsx",
    ] {
        let books = read_file(&fixtures().join(file), None);
        assert_eq!(books.reading.account.as_deref(), Some("Checking"));
        assert_eq!(
            rows(&books)[..3],
            [
                "2024-01-02 -1450.00 | Harbor Street Properties | January rent | 1041 | 1041 | Rent or Lease",
                "2024-01-05 2118.75 |  | Takings of the week |  |  | Undeposited Funds",
                "2024-01-12 870.00 | Riverside Couriers | fleet service | 3301 |  | Accounts Receivable (A/R)",
            ]
        );
        assert_eq!(frame(&books), (Some(d("6250.40")), None, History::FromOpening));
        assert_eq!(
            totals(&books),
            [
                "Bank Charges 1 9.00",
                "Checking 7 -628.70",
                "Rent or Lease 2 2900.00",
                "Visa Business 4 -23.20"
            ]
        );
        assert_clean(&books);
    }
}

#[test]
fn a_card_is_turned_so_that_purchases_are_money_out() {
    let books = read_file(
        &fixtures().join("csv/quickbooks-online-transaction-detail-by-account.csv"),
        Some("visa"),
    );
    let amounts: Vec<_> = books.entries.iter().map(|entry| entry.amount).collect();
    assert_eq!(amounts, [d("-612.35"), d("-48.20"), d("612.35"), d("25.00")]);
    assert_eq!(books.reading.history, History::Unknown);
    assert_clean(&books);
}

#[test]
fn quickbooks_online_quickreport() {
    let books = read_file(&fixtures().join("csv/quickbooks-online-account-quickreport.csv"), None);
    assert_eq!(
        rows(&books)[2],
        "2024-01-31 -9.00 | First Harbor Bank | Monthly fee |  |  | Bank Charges"
    );
    let marks: Vec<_> = books.entries.iter().map(|entry| entry.clearing).collect();
    assert_eq!(marks, [Clearing::Reconciled, Clearing::Cleared, Clearing::Unsaid]);
    assert_eq!(frame(&books), (Some(d("6250.40")), None, History::FromOpening));
    assert_clean(&books);
}

#[test]
fn quickbooks_desktop_general_ledger() {
    for file in [
        "csv/quickbooks-desktop-general-ledger.csv",
        "xlsx/quickbooks-desktop-general-ledger.xlsx",
    ] {
        let books = read_file(&fixtures().join(file), Some("Checking"));
        assert_eq!(books.reading.account.as_deref(), Some("Assets:Checking"));
        assert_eq!(
            rows(&books),
            [
                "2024-01-02 -1450.00 | Harbor Street Properties | January rent | 1041 | 1041 | Rent Expense",
                "2024-01-05 2118.75 |  | Takings of the week |  |  | -SPLIT-",
                "2024-01-12 870.00 | Riverside Couriers | fleet service | 3301 |  | Accounts Receivable",
                "2024-01-22 -96.10 | Stadtwerke | Strom | 1042 | 1042 | Accounts Payable",
            ]
        );
        assert_eq!(
            totals(&books),
            [
                "Assets:Checking 4 1442.65",
                "Assets:Savings 1 500.00",
                "Rent Expense 1 1450.00"
            ]
        );
        assert_eq!(frame(&books), (Some(d("6250.40")), None, History::FromOpening));
        assert_clean(&books);
    }
}

#[test]
fn quickbooks_desktop_quickreport() {
    let books = read_file(&fixtures().join("csv/quickbooks-desktop-account-quickreport.csv"), None);
    let marks: Vec<_> = books.entries.iter().map(|entry| entry.clearing).collect();
    assert_eq!(marks, [Clearing::Reconciled, Clearing::Cleared, Clearing::Unsaid]);
    assert_eq!(frame(&books), (None, None, History::FromZero));
    assert_clean(&books);
}

#[test]
fn xero_account_transactions() {
    for file in [
        "csv/xero-account-transactions.csv",
        "xlsx/xero-account-transactions.xlsx",
    ] {
        let books = read_file(&fixtures().join(file), None);
        assert_eq!(books.reading.account.as_deref(), Some("Business Bank Account"));
        assert_eq!(
            rows(&books),
            [
                "2024-01-02 -1450.00 |  | Harbor Street Properties - January rent | RENT-01 |  | ",
                "2024-01-12 870.00 |  | Payment: Riverside Couriers | INV-3301 |  | ",
                "2024-01-31 -9.00 |  | First Harbor Bank - Fee |  |  | ",
                "2024-02-05 -1000.00 |  | Transfer to Savings |  |  | ",
            ]
        );
        assert_eq!(
            frame(&books),
            (Some(d("4321.00")), Some(d("2732.00")), History::FromOpening)
        );
        assert_eq!(
            totals(&books),
            ["Business Bank Account 4 -1589.00", "Office Rent 1 1450.00"]
        );
        assert_clean(&books);
    }
}

#[test]
fn xero_general_ledger_detail() {
    let books = read_file(&fixtures().join("csv/xero-general-ledger-detail.csv"), None);
    assert_eq!(
        rows(&books),
        [
            "2024-01-02 -1450.00 | Harbor Street Properties | January rent | RENT-01 |  | ",
            "2024-01-12 870.00 | Riverside Couriers | Payment | INV-3301 |  | ",
        ]
    );
    assert_eq!(
        frame(&books),
        (Some(d("4321.00")), Some(d("3741.00")), History::FromOpening)
    );
    assert_clean(&books);
}

#[test]
fn a_german_extract_with_soll_and_haben() {
    let books = read_file(&fixtures().join("csv/german-extract.csv"), None);
    assert_eq!(
        rows(&books),
        [
            "2024-01-02 2380.00 |  | Erlös Kestrel | AR-118 |  | 8400 Erlöse",
            "2024-01-02 -1180.00 |  | Miete Januar |  |  | 4210 Miete",
            "2024-01-31 -12.90 |  | Kontoführung | KA-1 |  | 4970 Nebenkosten",
        ]
    );
    assert_eq!(
        frame(&books),
        (Some(d("8421.77")), Some(d("9608.87")), History::FromOpening),
        "the running balance proves it"
    );
    assert_clean(&books);
}

#[test]
fn a_ledger_with_a_column_of_accounts_gives_the_one_that_is_meant() {
    let path = fixtures().join("csv/ledger-with-accounts.csv");
    let books = read_file(&path, None);
    assert_eq!(books.reading.account.as_deref(), Some("Bank Checking"));
    assert_eq!(rows(&books).len(), 2);
    let rent = read_file(&path, Some("rent"));
    assert_eq!(
        rows(&rent),
        ["2024-01-02 1450.00 |  | January rent | 1 |  | Bank Checking"]
    );
}

#[test]
fn a_column_of_the_other_sides_accounts_is_kept_and_its_accounts_are_known() {
    let books = read_text(
        "Date,Num,Description,Account,Amount\n\
         2026-03-01,701,Birch Telecom bill,expenses:general,-83.58\n\
         2026-03-02,,Account fee,expenses:bank fees,-4.50\n\
         2026-03-03,703,Cedar Fuels bill,expenses:general,-10.00\n",
        None,
    );
    assert_eq!(
        rows(&books),
        [
            "2026-03-01 -83.58 |  | Birch Telecom bill | 701 |  | expenses:general",
            "2026-03-02 -4.50 |  | Account fee |  |  | expenses:bank fees",
            "2026-03-03 -10.00 |  | Cedar Fuels bill | 703 |  | expenses:general",
        ]
    );
    assert_eq!(
        totals(&books),
        [" 3 -98.08", "expenses:bank fees 1 4.50", "expenses:general 2 93.58"]
    );
}

#[test]
fn wrong_subtotals_and_balances_are_told() {
    let xero = std::fs::read_to_string(fixtures().join("csv/xero-account-transactions.csv")).unwrap();
    // An entry goes missing: the running balance breaks, total and closing do not agree any more.
    let missing = xero
        .lines()
        .filter(|line| !line.starts_with("12 Jan"))
        .collect::<Vec<_>>()
        .join("\n");
    let books = read_text(&missing, None);
    let told = codes(&books)
        .into_iter()
        .filter(|code| *code == Code::BooksTotal)
        .count();
    assert!(told >= 4, "{:#?}", books.reading.problems);
    let changed = xero.replace(
        "Total Business Bank Account,,,,870.00",
        "Total Business Bank Account,,,,871.00",
    );
    let books = read_text(&changed, None);
    let told: Vec<_> = books
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BooksTotal)
        .collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        told[0].message,
        "the total is printed as 871.00, the entries sum to 870.00"
    );
    assert_eq!(told[0].place.to_string(), "line 12, Debit");
}

#[test]
fn rows_that_cannot_be_read_are_told_with_their_column() {
    let books = read_text(
        "date,amount,description\n2024-01-02,5.00,a\n2024-01-03,five,b\n2024-13-03,6.00,c\n2024-01-05,7.00,d\n",
        None,
    );
    let places: Vec<_> = books
        .reading
        .problems
        .iter()
        .filter(|p| p.code == Code::BadEntry)
        .map(|p| p.place.to_string())
        .collect();
    assert_eq!(places, ["line 3, amount", "line 4, date"]);
    assert_eq!(books.entries.len(), 2);
}

#[test]
fn a_mapping_names_the_columns_and_turns_signs() {
    let options = BooksOptions {
        mapping: Some(
            Mapping::parse("date = \"When\"\namount = \"Value\"\nsign = inverted\ndescription = \"What\"\n").unwrap(),
        ),
        currency: Currency::try_new("CHF").ok(),
        ..BooksOptions::default()
    };
    let books = read_with(
        "When;Ignored;Value;What\n02.01.2024;1,00;12,50;Rent\n03.01.2024;1,00;-20,00;Sale\n",
        &options,
    );
    assert_eq!(
        rows(&books),
        [
            "2024-01-02 -12.50 |  | Rent |  |  | ",
            "2024-01-03 20.00 |  | Sale |  |  | "
        ]
    );
    assert_eq!(books.reading.currency, Currency::try_new("CHF").ok());
}

#[test]
fn rows_come_in_file_order_and_a_text_that_begins_like_a_total_stays_an_entry() {
    let books = read_text(
        "date,amount,description\n2024-01-05,-5.00,Total Energies\n2024-01-02,7.00,Opening Balance\n",
        None,
    );
    assert_eq!(
        rows(&books),
        [
            "2024-01-05 -5.00 |  | Total Energies |  |  | ",
            "2024-01-02 7.00 |  | Opening Balance |  |  | "
        ]
    );
}

#[test]
fn an_account_without_movement_still_has_its_balances() {
    let text = "Date,Source,Description,Reference,Debit,Credit,Running Balance\nBank Account,,,,,,\nOpening Balance,,,,\"4,321.00\",,\"4,321.00\"\nTotal Bank Account,,,,0.00,0.00,\nClosing Balance,,,,\"4,321.00\",,\"4,321.00\"\n";
    let books = read_text(text, None);
    assert_eq!(books.reading.account.as_deref(), Some("Bank Account"));
    assert_eq!(
        frame(&books),
        (Some(d("4321.00")), Some(d("4321.00")), History::FromOpening)
    );
    assert_clean(&books);
}

#[test]
fn an_entry_below_no_account_is_told() {
    let report = std::fs::read_to_string(fixtures().join("csv/xero-account-transactions.csv")).unwrap();
    let text = report.replace("Total,,,,", "5 Mar 2024,Spend Money,Stray,,0.00,1.00,,,\nTotal,,,,");
    let books = read_text(&text, None);
    let told: Vec<_> = books
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BadEntry)
        .collect();
    assert_eq!(
        (told.len(), told[0].message.as_str()),
        (1, "it stands below no account")
    );
    assert_eq!(books.entries.len(), 4);
}

#[test]
fn words_for_money_in_and_out_mean_the_same_in_books() {
    let sides = |out: &str, in_: &str| format!("Date,Payee,{out},{in_}\n2026-01-01,A,25.00,\n2026-01-02,B,,300.00\n");
    let layouts = [
        sides("Money Out", "Money In"),
        sides("Paid out", "Paid in"),
        sides("Withdrawal", "Deposit"),
        sides("Payment", "Deposit"),
        sides("Charge", "Payment"),
        sides("Spent", "Received"),
        sides("Dépenses", "Recettes"),
        sides("Ausgaben", "Einnahmen"),
        sides("Cash Out", "Cash In"),
        sides("Payment", "Receipt"),
        sides("Paid", "Received"),
        sides("Decrease", "Increase"),
        sides("Expense", "Income"),
        sides("Décaissements", "Encaissements"),
        sides("出金", "入金"),
        // What bookkeepers call debit is money in.
        sides("Credit", "Debit"),
        sides("Haben", "Soll"),
        sides("Dal", "MD"),
        sides("貸方", "借方"),
        String::from("Date,Payee,Debit,Credit\n2026-01-01,A,,-25.00\n2026-01-02,B,300.00,\n"),
        String::from("Datum;Omschrijving;Bedrag;Af Bij\n2026-01-01;A;25,00;Af\n2026-01-02;B;300,00;Bij\n"),
        String::from("Date,Payee,Amount,D/C\n2026-01-01,A,25.00,C\n2026-01-02,B,300.00,D\n"),
    ];
    for text in layouts {
        let books = read_text(&text, None);
        let amounts: Vec<_> = books.entries.iter().map(|entry| cents(entry.amount)).collect();
        assert_eq!(amounts, [d("-25.00"), d("300.00")], "{text}");
    }
}

#[test]
fn a_balance_row_is_known_by_any_of_its_texts() {
    let texts = [
        "Date,Name,Amount,Balance\n2025-12-31,Opening balance,,1000.00\n2026-01-04,Alpha,100.00,1100.00\n",
        "Date,Type,Payee,Charge,Payment,Balance\n2025-12-31,Bal,Balance forward,,,1000.00\n2026-01-04,Pmt,Alpha,,100.00,1100.00\n",
        "Datum;Text;Soll;Haben;Saldo\n31.12.2025;Saldovortrag;;;1.000,00\n13.01.2026;Alpha;100,00;;1.100,00\n",
    ];
    for text in texts {
        let books = read_text(text, None);
        assert_clean(&books);
        assert_eq!(
            frame(&books),
            (Some(d("1000.00")), None, History::FromOpening),
            "{text}"
        );
        assert_eq!(books.entries.len(), 1, "{text}");
    }
}

#[test]
fn a_row_of_the_balance_before_is_no_entry_in_any_language_of_statements() {
    for words in [
        "Saldo anterior",
        "Balance brought forward",
        "Previous balance",
        "Ancien solde",
    ] {
        let text = format!(
            "Date,Details,Debit,Credit,Balance\n2025-05-01,{words},,,1000.00\n2025-05-05,Paper,,45.00,955.00\n\
             2025-05-12,Rent,,600.00,355.00\n"
        );
        let books = read_text(&text, None);
        assert!(!codes(&books).contains(&Code::BadEntry), "{words}: {:?}", codes(&books));
        assert_eq!(books.entries.len(), 2, "{words}");
        let opening = books.reading.opening.map(|opening| opening.amount.to_string());
        assert_eq!(opening.as_deref(), Some("1000.00"), "{words}");
    }
}

#[test]
fn a_voided_check_without_amounts_is_left_out_with_a_notice() {
    let books = read_text(
        "Date,Ref No.,Type,Payee,Memo,Payment,Deposit,Balance\n02/14/2025,2039,Check,Old Vendor,,,,0.00\n\
         02/26/2025,2041,Check,Kessler,rent,\"1,125.00\",,\"-1,125.00\"\n02/28/2025,,Deposit,,pay,,\"8,412.66\",\"7,287.66\"\n",
        None,
    );
    assert!(!codes(&books).contains(&Code::BadEntry), "{:?}", codes(&books));
    let said = books
        .reading
        .problems
        .iter()
        .any(|problem| problem.message.contains("voided"));
    assert!(said, "{:?}", books.reading.problems);
    assert_eq!(books.entries.len(), 2);
}

#[test]
fn a_row_with_more_cells_than_the_header_is_never_read_silently() {
    for (text, bad) in [
        (
            "Date,Contact,Description,Amount\n2025-04-01,,Opening balance,9,000.00\n2025-05-01,Henshaw,Payment,864.00\n\
             2025-05-05,Timber,TD88123,-312.48\n2025-05-15,HMRC,PAYE,-1,033.20\n",
            [2, 5],
        ),
        (
            "Date,Contact,Description,Debit,Credit\n2025-05-13,Marlowe,INV-2209,2,175.00,\n2025-05-01,Henshaw,Payment,864.00,\n\
             2025-05-05,Timber,TD88123,,312.48\n2025-05-15,HMRC,PAYE,,1,033.20\n",
            [2, 5],
        ),
    ] {
        let books = read_text(text, None);
        let problems = books.reading.problems.iter().filter(|p| p.code == Code::BadEntry);
        let lines: Vec<u64> = problems.filter_map(|p| p.place.line).collect();
        assert_eq!(lines, bad, "{:?}", books.reading.problems);
        let amounts: Vec<String> = books.entries.iter().map(|e| e.amount.to_string()).collect();
        assert_eq!(amounts, ["864.00", "-312.48"]);
    }
}

#[test]
fn a_last_row_cut_short_is_told() {
    let header = "Date,Contact,Description,Amount,Account,Notes\n";
    let cut = read_text(&format!("{header}2025-05-13,Marlowe,INV-2209,2175.00"), None);
    assert!(codes(&cut).contains(&Code::Incomplete), "{:?}", codes(&cut));
    let whole = read_text(&format!("{header}2025-05-13,Marlowe,INV-2209,2175.00\n"), None);
    assert!(!codes(&whole).contains(&Code::Incomplete), "{:?}", codes(&whole));
}

#[test]
fn tax_belongs_to_what_moves_the_account() {
    let text = "Date,Supplier,Net,VAT,Gross\n2025-02-28,Opening balance,,,1000.00\n2025-03-02,Acme Ltd,416.67,83.33,500.00\n\
        2025-03-04,Rent,-300.00,0.00,-300.00\n2025-03-10,Phone Co,-33.75,-6.75,-40.50\n";
    let amounts = |text: &str| -> Vec<String> {
        let books = read_text(text, None);
        books.entries.iter().map(|entry| entry.amount.to_string()).collect()
    };
    assert_eq!(amounts(text), ["1000.00", "500.00", "-300.00", "-40.50"]);
    let other = text.replace("-40.50", "-41.50").replace(",,,1000.00", ",1000.00,,");
    assert_eq!(amounts(&other)[3], "-33.75", "another figure");
}
