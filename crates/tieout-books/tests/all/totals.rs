//! Totals and closing balances among the rows of tables: none is an entry, and each is compared with what stands above it.

use crate::common;
use crate::common::{assert_clean, d, frame, read_text, read_with, told};
use tieout_books::{Books, BooksOptions, History};
use tieout_core::Code;
use tieout_tables::Mapping;

#[test]
fn a_dated_row_that_is_called_a_closing_balance_is_never_an_entry() {
    for words in [
        "Closing Balance",
        "Ending Balance",
        "Endsaldo",
        "Endbestand",
        "Saldo final",
        "Solde final",
        "Balance c/d",
        "Balance carried forward",
        "Eindsaldo",
        "Slutsaldo",
        "Closing balance as of 31.03.2025",
    ] {
        let one = |amount: &str| {
            let rows = "2025-02-28,Opening balance,100.00\n2025-03-01,A,10.00\n2025-03-02,B,-5.00\n";
            read_text(
                &format!("Date,Description,Amount\n{rows}2025-03-02,{words},{amount}\n"),
                None,
            )
        };
        let two = |amount: &str| {
            let rows = "2025-02-28,Opening balance,100.00,\n2025-03-01,A,10.00,\n2025-03-02,B,,5.00\n";
            read_text(
                &format!("Date,Description,Debit,Credit\n{rows}2025-03-02,{words},{amount}\n"),
                None,
            )
        };
        for right in [one("105.00"), two("105.00,"), two(",105.00")] {
            assert_eq!((right.entries.len(), told(&right)), (3, vec![]), "{words}");
            assert_eq!(frame(&right).1, Some(d("105.00")), "{words}");
        }
        for wrong in [one("999.00"), two("999.00,"), two(",999.00")] {
            assert_eq!(
                (wrong.entries.len(), told(&wrong)),
                (3, vec![Code::ControlTotal]),
                "{words}"
            );
            assert!(Code::ControlTotal.loses());
        }
    }
}

#[test]
fn a_closing_balance_says_what_the_opening_one_was() {
    let rows = "2025-03-01,A,10.00\n2025-03-02,B,-5.00\n";
    let books = read_text(
        &format!("Date,Description,Amount\n{rows}2025-03-31,Closing Balance,105.00\n"),
        None,
    );
    assert_eq!(
        frame(&books),
        (Some(d("100.00")), Some(d("105.00")), History::FromOpening)
    );
    assert_eq!(told(&books), [Code::Decided]);
    let from_zero = read_text(
        &format!("Date,Description,Amount\n{rows}2025-03-31,Closing Balance,5.00\n"),
        None,
    );
    assert_eq!(
        frame(&from_zero),
        (None, Some(d("5.00")), History::Unknown),
        "nothing says that all began here"
    );
}

#[test]
fn a_balance_carried_down_is_brought_down_once() {
    let books = read_text(
        "Date,Details,Debit,Credit\n2025-03-01,Balance b/d,100.00,\n2025-03-05,A,10.00,\n2025-03-31,Balance c/d,,110.00\n\
         2025-04-01,Balance b/d,110.00,\n2025-04-02,B,,30.00\n2025-04-30,Balance c/d,,80.00\n2025-05-01,Balance b/d,80.00,\n",
        None,
    );
    let amounts: Vec<String> = books.entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(amounts, ["100.00", "10.00", "-30.00"]);
    assert_eq!(told(&books), []);
}

#[test]
fn who_is_called_total_is_paid_and_a_total_is_not() {
    let rows = "2025-03-01,Rent,-50.00\n2025-03-02,Acme,30.00\n2025-03-03,Bolt,-20.00\n";
    for (last, entries, codes) in [
        ("Total,-40.00", 3, vec![Code::Decided]),
        ("Suma,30.00", 3, vec![Code::Decided]),
        ("Summe,-70.00", 3, vec![Code::Decided]),
        ("Total,-61.30", 4, vec![Code::Decided]),
        ("TotalEnergies,-41.00", 4, vec![]),
        ("Suma Fresh Foods,-41.00", 4, vec![]),
        ("Closing Balance Cafe,-41.00", 4, vec![]),
    ] {
        let books = read_text(&format!("Date,Description,Amount\n{rows}2025-03-31,{last}\n"), None);
        assert_eq!((books.entries.len(), told(&books)), (entries, codes), "{last}");
    }
    let twice = "2025-03-01,Total,-50.00\n2025-03-02,Total,-50.00\n2025-03-03,Rent,-20.00\n";
    let books = read_text(&format!("Date,Description,Amount\n{twice}"), None);
    assert_eq!(books.entries.len(), 3, "the same at the same station");
    let typed = "2025-03-01,Rent,1,-50.00\n2025-03-02,Acme,2,-20.00\n2025-03-03,Total,3,-70.00\n";
    let books = read_text(&format!("Date,Description,Reference,Amount\n{typed}"), None);
    assert_eq!(books.entries.len(), 3, "a total has no number");
    let sides = "2025-03-01,Rent,,50.00\n2025-03-02,Acme,30.00,\n2025-03-31,Total,31.00,50.00\n";
    let books = read_text(&format!("Date,Description,Debit,Credit\n{sides}"), None);
    assert_eq!((books.entries.len(), told(&books)), (2, vec![Code::BooksTotal]));
}

const TALLY: &str = "Harbor Traders\nLedger: HDFC Bank A/c\n1-Mar-25 to 31-Mar-25\n\n\
    Date,Particulars,,Vch Type,Vch No.,Debit,Credit\n1-Mar-25,To,Opening Balance,,,10000.00,\n\
    3-Mar-25,By,Rent,Payment,12,,1234.56\n4-Mar-25,To,Acme Ltd,Receipt,5,2500.00,\n28-Mar-25,By,Wages,Payment,14,,3000.00\n\
    ,,,,,12500.00,4234.56\n,By,Closing Balance,,,,8265.44\n,,,,,12500.00,12500.00\n";

#[test]
fn tally_rules_off_its_sides_and_fills_up_the_smaller_one() {
    let books = read_text(TALLY, None);
    assert_eq!((books.entries.len(), told(&books)), (4, vec![]));
    assert_eq!(frame(&books).1, Some(d("8265.44")));
    let changed = TALLY.replace(",12500.00,4234.56", ",12500.00,4234.57");
    assert_eq!(told(&read_text(&changed, None)), [Code::BooksTotal]);
    let lacking = TALLY.replace("4-Mar-25,To,Acme Ltd,Receipt,5,2500.00,\n", "");
    assert!(told(&read_text(&lacking, None)).contains(&Code::ControlTotal));
    let undated = TALLY.replace("4-Mar-25,To,Acme Ltd", ",To,Acme Ltd");
    assert!(told(&read_text(&undated, None)).contains(&Code::BadEntry));
}

#[test]
fn sage_50_prints_totals_and_its_history_balance() {
    let text = "No,Type,Date,Account,Ref,Details,Debit,Credit\n101,JD,01/03/2025,1200,OB,Opening balance,10000.00,\n\
        102,BP,03/03/2025,1200,,Rent,,1234.56\n103,SR,14/03/2025,ACME,1007,Acme Ltd,2500.00,\n\
        ,,,,,Totals:,12500.00,1234.56\n,,,,,History Balance:,11265.44,\n";
    let books = read_text(text, None);
    let lossy = |books: &Books| told(books).into_iter().any(Code::loses);
    assert_eq!(
        (books.entries.len(), lossy(&books)),
        (3, false),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(frame(&books).1, Some(d("11265.44")));
    assert!(lossy(&read_text(&text.replace(",11265.44,", ",11265.45,"), None)));
}

#[test]
fn zoho_account_transactions_have_balances_as_of_a_day() {
    let text = "Date,Account,Transaction Details,Transaction Type,Transaction#,Reference#,Debit,Credit,Amount\n\
        As On 01/03/2025,Opening Balance,,,,,\"10,000.00\",,\n\
        13/03/2025,HDFC Bank,Rent,Expense,,,,1234.56,1234.56 Cr\n\
        14/03/2025,HDFC Bank,Acme Ltd,Customer Payment,5,INV-1007,2500.00,,2500.00 Dr\n\
        Total Debits and Credits (01/03/2025 - 31/03/2025),,,,,,2500.00,1234.56,\n\
        As On 31/03/2025,Closing Balance,,,,,\"11,265.44\",,\n";
    let books = read_text(text, None);
    assert_clean(&books);
    assert_eq!(
        frame(&books),
        (Some(d("10000.00")), Some(d("11265.44")), History::FromOpening)
    );
    let amounts: Vec<String> = books.entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(amounts, ["-1234.56", "2500.00"]);
    let wrong = text.replace("11,265.44", "11,265.45");
    assert!(told(&read_text(&wrong, None)).contains(&Code::ControlTotal));
}

#[test]
fn wave_prints_totals_and_the_change_of_the_balance() {
    let text = "Account Transactions\n\nACCOUNT NUMBER,DATE,DESCRIPTION,DEBIT,CREDIT,BALANCE\n,Cash on Hand,,,,\n\
        ,Starting Balance,,,,\"$10,000.00\"\n,2025-03-17,Beta GmbH,$450.25,,\"$10,450.25\"\n\
        ,2025-03-28,Wages,,\"$3,000.00\",\"$7,450.25\"\n,Totals and Ending Balance,,$450.25,\"$3,000.00\",\"$7,450.25\"\n\
        ,Balance Change,,\"-$2,549.75\",,\n";
    let books = read_text(text, None);
    assert_clean(&books);
    assert_eq!((books.entries.len(), frame(&books).0), (2, Some(d("10000.00"))));
    assert!(told(&read_text(&text.replace(",$450.25,\"$3", ",$450.26,\"$3"), None)).contains(&Code::BooksTotal));
}

#[test]
fn of_two_columns_of_amounts_with_one_name_the_reading_is_said() {
    let text = "Date,Amount,Amount,Description\n2025-03-01,10.00,20.00,A\n2025-03-02,-5.00,-6.00,B\n";
    let books = read_text(text, None);
    assert_eq!(told(&books), [Code::NumberAmbiguous]);
    let message = &books.reading.problems[0].message;
    assert_eq!(
        message,
        "columns 2 and 3 are both called \"Amount\"; column 2 was read, and the other has other amounts in 2 rows, first in line 2"
    );
    let same = text.replace("20.00", "10.00").replace("-6.00", "-5.00");
    assert_eq!(told(&read_text(&same, None)), [Code::Decided]);
    let options = BooksOptions {
        mapping: Some(Mapping::parse("date = 1\namount = 3\n").unwrap()),
        ..BooksOptions::default()
    };
    let mapped = read_with(text, &options);
    assert_eq!((mapped.entries[0].amount, told(&mapped)), (d("20.00"), vec![]));
}

#[test]
fn the_other_side_of_an_entry_stands_below_its_number() {
    let text = "Date,Transaction No,Account,Description,Debit,Credit\n2025-03-01,7,1000 Bank,Rent,,50.00\n\
        2025-03-01,7,6000 Rent,Rent,50.00,\n2025-03-02,8,4000 Sales,Acme,,30.00\n2025-03-02,8,1000 Bank,Acme,30.00,\n\
        2025-03-03,9,1000 Bank,Split,,20.00\n2025-03-03,9,6000 Rent,Split,15.00,\n2025-03-03,9,6100 Power,Split,5.00,\n";
    let books = read_text(text, Some("1000 Bank"));
    let contras: Vec<&str> = books.entries.iter().map(|entry| entry.contra.as_str()).collect();
    assert_eq!(contras, ["6000 Rent", "4000 Sales", ""]);
}

/// Such a total leaves out the entry of the opening balance, or takes it in.
#[test]
fn a_dated_total_with_or_without_the_opening_entry_is_no_entry() {
    for (word, total) in [("Total", "39.25"), ("Summe", "1039.25"), ("Razem", "39.25")] {
        let text = format!(
            "Date,Description,Amount\n2025-02-28,Opening balance,1000.00\n2025-03-03,Acme,50.00\n2025-03-05,Rent,-20.75\n\
             2025-03-09,Beta,10.00\n2025-03-20,{word},{total}\n"
        );
        let books = read_text(&text, None);
        let amounts: Vec<String> = books.entries.iter().map(|entry| entry.amount.to_string()).collect();
        assert!(!amounts.contains(&total.to_owned()), "{word}: {amounts:?}");
    }
}

const MONTH: &str = "2025-02-28,Opening balance,1000.00\n2025-03-02,Acme Ltd,500.00\n2025-03-04,Rent,-300.00\n\
    2025-03-10,Phone,-40.50\n2025-03-19,Power,-120.25\n2025-03-20,Cafe,-9.00\n2025-03-21,Refund,9.00\n";

/// Number of entries and what is said, of a month with such a last row.
fn month_with(last: &str) -> (usize, Vec<Code>) {
    let books = read_text(&format!("Date,Description,Amount\n{MONTH}2025-03-31,{last}\n"), None);
    (books.entries.len(), told(&books))
}

#[test]
fn a_last_row_that_is_the_sum_of_those_above_is_never_an_entry_in_silence() {
    for text in ["Xyzzy", "Wot lives here", "Acme Ltd"] {
        for sum in ["1039.25", "39.25"] {
            assert_eq!(
                month_with(&format!("{text},{sum}")),
                (7, vec![Code::ControlTotal]),
                "{text}"
            );
        }
        assert_eq!(month_with(&format!("{text},-1039.25")), (8, vec![]), "all was paid out");
        assert_eq!(month_with(&format!("{text},40.25")), (8, vec![]));
    }
    let typed = "2025-03-01,Rent,1,-50.00\n2025-03-02,Acme,2,-20.00\n2025-03-03,Bolt,3,-70.00\n";
    let books = read_text(&format!("Date,Description,Reference,Amount\n{typed}"), None);
    assert_eq!((books.entries.len(), told(&books)), (3, vec![]), "it has a number");
    let followed = "2025-03-01,Rent,-50.00\n2025-03-02,Acme,-20.00\n2025-03-03,Bolt,-70.00\n2025-03-04,Cafe,-7.00\n";
    let books = read_text(&format!("Date,Description,Amount\n{followed}"), None);
    assert_eq!((books.entries.len(), told(&books)), (4, vec![]), "it is not the last");
}

/// Of few entries one may be what those before it come to.
#[test]
fn an_entry_is_no_total_by_one_word_or_by_chance() {
    let few = "2025-03-13,Acme,300.00\n2025-03-20,Beta,200.00\n2025-03-25,Gamma,500.00\n";
    let books = read_text(&format!("Date,Description,Amount\n{few}"), None);
    assert_eq!((books.entries.len(), told(&books)), (3, vec![]));
    let moving =
        "2025-03-01,Loan,-50.00,950.00\n2025-03-02,Beta,-20.00,930.00\n2025-03-03,Total Fitness,-70.00,860.00\n";
    let books = read_text(&format!("Date,Description,Amount,Balance\n{moving}"), None);
    assert_eq!((books.entries.len(), told(&books)), (3, vec![]), "its balance moves");
    let totalled =
        "2025-01-30,Council,20.00\n2025-02-02,Summit,-120.00\n2025-02-03,Sum Up Fees,-100.00\n,Total,-200.00\n";
    let books = read_text(&format!("Date,Description,Amount\n{totalled}"), None);
    assert_eq!((books.entries.len(), told(&books)), (3, vec![]));
    for text in [
        "Sum Up Terminal",
        "Balance of invoice 1043",
        "New Balance Store",
        "Total Gas & Power",
    ] {
        let text = format!(
            "Date,Description,Amount\n2025-03-13,Shell,-50.00\n2025-03-20,Beta,-20.00\n\
             2025-03-26,{text},-70.00\n2025-03-27,Acme,300.00\n"
        );
        let books = read_text(&text, None);
        assert_eq!((books.entries.len(), told(&books)), (4, vec![]), "{text}");
    }
}

#[test]
fn sums_are_called_so_in_many_languages() {
    for text in [
        "Totalt",
        "I alt",
        "合計",
        "合计",
        "Итого",
        "Total March",
        "Total for Bank",
        "Net movement",
        "Net Change",
        "Period total",
    ] {
        for sum in ["39.25", "1039.25"] {
            assert_eq!(month_with(&format!("{text},{sum}")), (7, vec![Code::Decided]), "{text}");
        }
    }
    for text in [
        "Ultimosaldo",
        "Исходящий остаток",
        "期末余额",
        "次期繰越",
        "By Closing Balance",
        "By Balance c/d",
        "Saldo",
        "Balance",
        "Balance 31/03/2025",
        "Closing balance March",
        "Balance c/d to April",
        "Account balance",
    ] {
        assert_eq!(month_with(&format!("{text},1039.25")), (7, vec![]), "{text}");
        assert_eq!(
            month_with(&format!("{text},1099.25")),
            (7, vec![Code::ControlTotal]),
            "{text}"
        );
    }
    let months = format!(
        "Date,Description,Amount\n{MONTH}2025-03-31,Total March,39.25\n2025-04-02,Beta,10.00\n\
         2025-04-30,Total April,10.00\n2025-04-30,Total,1049.25\n"
    );
    assert_eq!(read_text(&months, None).entries.len(), 8);
}

#[test]
fn openings_are_called_so_in_many_languages() {
    for text in [
        "Begin saldo",
        "Åbningssaldo",
        "Primosaldo",
        "Входящий остаток",
        "期初余额",
        "前期繰越",
        "Açılış bakiyesi",
        "Devir",
        "Op. Balance",
        "Open bal",
        "Balance 28/02/2025",
    ] {
        let rows = format!("2025-02-28,{text},1000.00\n2025-03-02,Acme,500.00\n2025-03-04,Rent,-300.00\n");
        let end = "2025-03-31,Closing balance,1200.00\n";
        let books = read_text(&format!("Date,Description,Amount\n{rows}{end}"), None);
        assert_eq!((books.entries.len(), told(&books)), (3, vec![]), "{text}");
        let printed = rows
            .replace(",1000.00", ",,1000.00")
            .replace(",500.00", ",500.00,1500.00")
            .replace(",-300.00", ",-300.00,1200.00");
        let books = read_text(&format!("Date,Description,Amount,Balance\n{printed}"), None);
        assert_eq!(
            (books.entries.len(), frame(&books).0),
            (2, Some(d("1000.00"))),
            "{text}"
        );
    }
}

#[test]
fn a_printed_balance_of_few_entries_that_does_not_follow_is_said() {
    let header =
        "Date,Description,Amount,Balance\n2025-03-01,Opening balance,,1000.00\n2025-03-02,Acme,500.00,1500.00\n";
    for rest in [
        "2025-03-04,Rent,-300.00,1300.00\n2025-03-05,Tax,-20.00,1280.00\n",
        "2025-03-04,Rent,-300.00,1200.00\n2025-03-05,Tax,-20.00,1130.00\n",
        "2025-03-04,Rent,-300.00,1210.00\n",
    ] {
        assert_eq!(
            told(&read_text(&format!("{header}{rest}"), None)),
            [Code::BooksTotal],
            "{rest}"
        );
    }
    let blank = "Date,Description,Amount,Balance\n2025-03-01,Opening balance,,1000.00\n2025-03-02,Acme,500.00,\n\
        2025-03-04,Rent,-300.00,1300.00\n2025-03-05,Tax,-20.00,\n";
    let books = read_text(blank, None);
    assert_eq!(
        (told(&books), frame(&books).0),
        (vec![Code::BooksTotal], Some(d("1000.00")))
    );
    let books = read_text(&blank.replace("1300.00", "1200.00"), None);
    assert_eq!((told(&books), frame(&books).0), (vec![], Some(d("1000.00"))));
}

/// Totals of days are none, also of a day with one entry.
#[test]
fn totals_of_days_are_no_entries() {
    let text = "Date,Description,Amount\n2025-03-03,Shop,-50.00\n2025-03-03,Total for 03/03/2025,-50.00\n\
                2025-03-11,TOTAL ENERGIES,-60.00\n2025-03-11,Sale,70.00\n2025-03-11,Total for 11/03/2025,10.00\n";
    let books = read_text(text, None);
    let entries: Vec<_> = books.entries.iter().map(|entry| entry.amount).collect();
    assert_eq!(entries, [d("-50.00"), d("-60.00"), d("70.00")]);
    let twice =
        "Date,Description,Amount\n2025-03-03,Total 1203,-50.00\n2025-03-04,Total 1203,-50.00\n2025-03-05,Rent,-70.00\n";
    assert_eq!(read_text(twice, None).entries.len(), 3);
    // Fuel of another day, from a company of that name.
    let fuel = "Date,Description,Amount\n2025-03-01,Total 01/03/2025,-50.00\n2025-03-04,Total 04/03/2025,-50.00\n\
                2025-03-28,Insurance,-75.00\n";
    assert_eq!(read_text(fuel, None).entries.len(), 3);
}

/// Where the column of accounts names the other sides, balances are those of all rows.
#[test]
fn balances_of_a_list_that_names_other_sides_are_followed() {
    let text = "Date,Description,Account,Amount,Balance\n2025-03-01,T1,Sales,-10.00,990.00\n2025-03-02,T2,Travel,-20.00,970.00\n\
                2025-03-03,T3,Bank fees,300.00,1270.00\n2025-03-04,T4,Rent,-30.00,1240.00\n2025-03-05,T5,Sales,-40.00,1200.00\n\
                2025-03-06,T6,Travel,-50.00,1150.00\n2025-03-07,T7,Bank fees,-60.00,1090.00\n2025-03-08,T8,Rent,70.00,1160.00\n";
    assert_eq!(told(&read_text(text, None)), [Code::Decided]);
    let lacking = text.replace("2025-03-05,T5,Sales,-40.00,1200.00\n", "");
    assert_eq!(told(&read_text(&lacking, None)), [Code::Decided, Code::BooksTotal]);
}

/// Contradictions of the account that is read are its own; those of another one leave its figures as they are.
#[test]
fn a_wrong_total_of_another_account_is_no_fault_of_this_one() {
    let text = "Date,Description,Debit,Credit\nBank,,,\n2025-03-03,Rent,,50.00\n2025-03-05,Sale A,250.00,\n\
                Total Bank,,250.00,50.00\nTravel,,,\n2025-03-06,Taxi,30.00,\nTotal Travel,,31.00,0.00\n";
    let of = |account: &str| told(&read_text(text, Some(account)));
    assert!(of("Travel").contains(&Code::BooksTotal), "{:?}", of("Travel"));
    assert!(!of("Bank").contains(&Code::BooksTotal), "{:?}", of("Bank"));
    assert!(of("Bank").contains(&Code::BalanceAssertion));
}

/// Rows in another order than their balances come right again, and both ends agree: nothing is missing.
#[test]
fn balances_of_rows_in_another_order_contradict_nothing() {
    let mut balance = 1000;
    let mut rows: Vec<String> = (1..25)
        .map(|day| {
            balance += day * 10;
            format!("2025-03-{day:02},Entry {day},{day}0.00,{balance}.00\n")
        })
        .collect();
    rows.swap(3, 4);
    let read = |rows: &[String]| {
        told(&read_text(
            &format!("Date,Description,Amount,Balance\n{}", rows.concat()),
            None,
        ))
    };
    assert_eq!(read(&rows), [Code::BalanceAssertion]);
    rows.remove(7);
    assert_eq!(read(&rows), [Code::BooksTotal]);
}

/// The header names the currency of the account; the one of the row is that of the foreign amount.
#[test]
fn an_amount_in_the_currency_of_its_header_is_in_that() {
    let text = "Date,Description,Currency,Foreign amount,Rate,Amount EUR\n2025-03-03,Rent,EUR,-800.00,1.0000,-800.00\n\
                2025-03-05,US client,USD,270.00,1.0800,250.00\n2025-03-20,UK client,GBP,340.00,0.8500,400.00\n";
    let books = read_text(text, None);
    let entries: Vec<_> = books.entries.iter().map(|entry| entry.amount).collect();
    assert_eq!(entries, [d("-800.00"), d("250.00"), d("400.00")]);
    assert_eq!(
        books.reading.currency.map(|currency| currency.to_string()).as_deref(),
        Some("EUR")
    );
    assert!(!common::codes(&books).contains(&Code::MixedCurrency));
}
