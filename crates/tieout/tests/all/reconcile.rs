//! `tieout reconcile` from files to exit code.

use crate::common::{Desk, JOURNAL, LINES, mt940};
use std::fmt::Write as _;

#[test]
fn nothing_that_was_read_is_written_over() {
    let desk = Desk::new("overwriting");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL)
        .put("year/part.journal", JOURNAL)
        .put("year/main.journal", "include part.journal\n");
    for (words, named) in [
        (
            "books.journal --account assets:bank --adjustments ./books.journal",
            "./books.journal",
        ),
        ("books.journal --account assets:bank --report bank.sta", "bank.sta"),
        (
            "books.journal --account assets:bank --json new/x --report ./new/x",
            "new/x",
        ),
        (
            "year/main.journal --account assets:bank --adjustments year/part.journal",
            "year/part.journal",
        ),
    ] {
        let ended = desk.tieout(&format!("reconcile --statement bank.sta --ledger {words}"));
        assert_eq!(ended.code, 2, "{words}: {}", ended.out);
        assert!(
            ended.err.contains(&format!("{named} cannot be written")),
            "{words}: {}",
            ended.err
        );
    }
    let ended = desk.tieout("statement convert bank.sta --to csv --out bank.sta");
    assert_eq!(ended.code, 2);
    assert_eq!(desk.read("bank.sta"), mt940(1, 100_000, LINES));
    assert_eq!(desk.read("books.journal"), JOURNAL);
    assert_eq!(desk.read("year/part.journal"), JOURNAL);
}

#[test]
fn books_that_agree_tie_out_with_exit_code_0() {
    let desk = Desk::new("agree");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL);
    let ended = desk.tieout("reconcile --statement bank.sta --ledger books.journal --account assets:bank");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("Tied out as of 2026-03-09"), "{}", ended.out);
    assert!(!ended.out.contains('\u{1b}'), "piped output is plain");
}

#[test]
fn a_missing_entry_is_exit_code_1_and_named_to_the_cent() {
    let desk = Desk::new("missing");
    let mut lines = LINES.to_vec();
    lines.push(("260310", -1290, "ACCOUNT FEES MARCH"));
    desk.put("bank.sta", &mt940(1, 100_000, &lines))
        .put("books.journal", JOURNAL);
    let ended =
        desk.tieout("reconcile --statement bank.sta --ledger books.journal --account bank --json out.json --csv out");
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("-12.90"), "{}", ended.out);
    let result: serde_json::Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    assert_eq!(result["figures"]["difference"], "-12.90", "{result:#}");
    assert!(
        desk.read("out/exceptions.csv").contains("bank_fee"),
        "{}",
        desk.read("out/exceptions.csv")
    );
}

#[test]
fn adjustments_appended_to_the_books_tie_them_out() {
    let desk = Desk::new("adjustments");
    let mut lines = LINES.to_vec();
    lines.push(("260310", -1290, "ACCOUNT FEES MARCH"));
    desk.put("bank.sta", &mt940(1, 100_000, &lines))
        .put("books.journal", JOURNAL);
    let words = "reconcile --statement bank.sta --ledger books.journal --account assets:bank";
    let ended = desk.tieout(&format!("{words} --adjustments fix.journal"));
    assert_eq!(ended.code, 1);
    assert!(
        ended
            .out
            .contains("adjustments fix.journal\n              journal entries, to be appended to the books\n"),
        "{}",
        ended.out
    );
    let whole = format!("{JOURNAL}\n{}", desk.read("fix.journal"));
    desk.put("books.journal", &whole);
    let again = desk.tieout(words);
    assert_eq!(again.code, 0, "{whole}\n{}{}", again.out, again.err);
}

#[test]
fn adjustments_whose_name_promises_another_kind_say_what_they_are() {
    let desk = Desk::new("misnamed");
    desk.put(
        "bank.csv",
        "Date,Payee,Amount\n2026-03-02,Acme,10.00\n2026-03-05,Fee,-1.50\n",
    )
    .put("books.csv", "Date,Payee,Amount\n2026-03-02,Acme,10.00\n");
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --adjustments fix.xlsx");
    let said = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "adjustments fix.xlsx CSV rows without a header, to be appended to the books. The name promises another kind: \
             rename it to fix.csv, as it holds CSV"
        ),
        "{}",
        ended.out
    );
    assert!(desk.read("fix.xlsx").contains("-1.50"));
}

#[test]
fn a_year_of_statements_in_any_order_and_twice_is_the_same() {
    let desk = Desk::new("year");
    let mut journal = String::from("2025-12-31 opening\n    assets:bank    1000.00 EUR\n    equity:opening\n\n");
    let mut opening = 100_000;
    let mut files = Vec::new();
    for month in 1..=12_u32 {
        let cents = 10_000 + i64::from(month) * 137;
        let day = format!("26{month:02}14");
        desk.put(
            &format!("{month:02}.sta"),
            &mt940(month, opening, &[(&day, cents, &format!("INVOICE {}", 500 + month))]),
        );
        opening += cents;
        files.push(format!("{month:02}.sta"));
        if month != 3 {
            let _ = write!(
                journal,
                "2026-{month:02}-14 invoice {}\n    assets:bank    {}.{:02} EUR\n    income:sales\n\n",
                500 + month,
                cents / 100,
                cents % 100
            );
        }
    }
    desk.put("books.journal", &journal);
    let words = |files: &[String]| {
        format!(
            "reconcile --statement {} --ledger books.journal --account assets:bank",
            files.join(" ")
        )
    };
    let ended = desk.tieout(&format!("{} --json one.json", words(&files)));
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("2026-03-14"), "the day they part: {}", ended.out);
    let listed = "and 4 more statement files\n  Books       books.journal (hledger)\n";
    assert!(ended.out.contains(listed), "{}", ended.out);
    files.reverse();
    files.push("05.sta".into());
    let again = desk.tieout(&format!("{} --json two.json", words(&files)));
    assert_eq!(again.code, 1, "{}{}", again.out, again.err);
    let part =
        |name: &str, part: &str| serde_json::from_str::<serde_json::Value>(&desk.read(name)).unwrap()[part].clone();
    for figure in ["statement_balance", "ledger_balance", "difference", "line_total"] {
        assert_eq!(
            part("one.json", "figures")[figure],
            part("two.json", "figures")[figure],
            "{figure}"
        );
    }
    assert_eq!(part("one.json", "counts")["lines"], part("two.json", "counts")["lines"]);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let desk = Desk::new("bytes");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL);
    let words = "reconcile --statement bank.sta --ledger books.journal --account assets:bank";
    let one = desk.tieout(&format!("{words} --json one.json --report one.html"));
    let two = desk.tieout(&format!("{words} --json two.json --report two.html"));
    assert_eq!(one.out.replace("one.", "two."), two.out);
    assert_eq!(desk.read("one.json"), desk.read("two.json"));
    assert_eq!(desk.read("one.html"), desk.read("two.html"));
}

#[test]
fn without_printed_balances_the_movement_is_compared_and_that_is_said() {
    let desk = Desk::new("movement");
    desk.put("bank.qif", "!Type:Bank\nD03/14/2026\nT-20.00\nPCafe\n^\n")
        .put("books.csv", "Date,Amount,Description\n2026-03-14,-20.00,Cafe\n");
    let ended = desk.tieout("reconcile --statement bank.qif --ledger books.csv");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("movement"), "{}", ended.out);
}

#[test]
fn as_of_leaves_later_lines_outstanding() {
    let desk = Desk::new("as-of");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL);
    let words = "reconcile --statement bank.sta --ledger books.journal --account assets:bank --as-of 2026-03-05";
    let ended = desk.tieout(words);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(
        ended.out.contains("as of 2026-03-05") && ended.out.contains("80.50"),
        "{}",
        ended.out
    );
    let counted = [
        "1 of 1 bank line and 1 of 2 entries matched, in 1 automatic match\n",
        "2 matches with bank lines after 2026-03-05 alone, not counted here\n",
    ];
    for counted in counted {
        assert!(ended.out.contains(counted), "{counted}{}", ended.out);
    }
}

#[test]
fn amounts_of_the_books_currency_are_no_problem() {
    let desk = Desk::new("dinar");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-04-01,Salaries,-350.125,1649.875\n",
    );
    desk.put(
        "books.journal",
        "2026-03-31 opening\n  assets:bank  2000.000 KWD\n  equity:opening\n\n\
         2026-04-01 Salaries\n  assets:bank  -350.125 KWD\n  expenses:staff\n",
    );
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.journal");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(
        !ended.out.contains("W_BAD_AMOUNT") && ended.out.contains("1,649.875"),
        "{}",
        ended.out
    );
}

#[test]
fn an_opening_balance_entered_on_the_first_day_is_no_item() {
    let desk = Desk::new("opening-day");
    let journal = JOURNAL
        .replace("2026-02-28 opening balances", "2026-03-03 * opening balances")
        .replace("2026-03-02 Acme", "2026-03-03 Acme");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", &journal);
    let ended = desk.tieout("reconcile --statement bank.sta --ledger books.journal --account assets:bank");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("took the entry of 2026-03-03"), "{}", ended.out);

    desk.put("books.journal", &journal.replace("1000.00", "999.00"));
    let off = desk.tieout("reconcile --statement bank.sta --ledger books.journal --account assets:bank");
    assert_eq!(off.code, 1, "{}{}", off.out, off.err);
    assert!(
        off.out.contains("bank and books differ by 1.00 before the period"),
        "{}",
        off.out
    );
}

const CARD: &str = "\
Date,Description,Amount,Balance
2026-03-02,ACME OFFICE,80.50,180.50
2026-03-05,AIRLINE 0042,420.00,600.50
2026-03-09,PAYMENT THANK YOU,-100.00,500.50
2026-03-12,CLOUD HOSTING,12.90,513.40
";

const CARD_BOOKS: &str = "\
2026-02-28 opening balances
    liabilities:visa    -100.00 EUR
    equity:opening

2026-03-02 Acme Office
    liabilities:visa    -80.50 EUR
    expenses:office

2026-03-05 Airline
    liabilities:visa    -420.00 EUR
    expenses:travel

2026-03-09 Payment of card
    liabilities:visa    100.00 EUR
    assets:bank

2026-03-12 Cloud Hosting
    liabilities:visa    -12.90 EUR
    expenses:hosting
";

#[test]
fn a_card_that_prints_charges_as_positive_is_asked_about_and_turned_when_told() {
    let desk = Desk::new("card-sign");
    desk.put("visa.csv", CARD).put("books.journal", CARD_BOOKS);
    let words = "reconcile --statement visa.csv --ledger books.journal --account liabilities:visa";
    let asked = desk.tieout(&format!("{words} --json out.json"));
    assert_eq!(asked.code, 1, "{}{}", asked.out, asked.err);
    let out = asked.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        out.contains("4 of 4 bank lines have an entry of the same amount with the opposite sign, 0 with the same")
            && out.contains("--statement-sign inverted"),
        "{out}"
    );
    let result: serde_json::Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    assert_eq!(result["verdict"]["reasons"][0]["code"], "sign", "{result:#}");

    let turned = desk.tieout(&format!("{words} --statement-sign inverted"));
    assert_eq!(turned.code, 0, "{}{}", turned.out, turned.err);
    assert!(turned.out.contains("-513.40"), "{}", turned.out);
}

#[test]
fn a_currency_that_nobody_says_is_not_shown_as_one() {
    let desk = Desk::new("no-currency");
    let lines = "Date,Description,Amount\n2026-01-05,A,10.00\n2026-01-06,B,5.00\n";
    desk.put("bank.csv", lines).put("books.csv", &format!("{lines}\n"));
    let ended = desk.tieout(
        "reconcile --statement bank.csv --ledger books.csv --json out.json --report out.html --csv out --adjustments fix.csv",
    );
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    for (name, text) in [
        ("terminal", ended.out.clone()),
        ("json", desk.read("out.json")),
        ("html", desk.read("out.html")),
        ("lines", desk.read("out/lines.csv")),
    ] {
        assert!(!text.contains("XXX"), "{name}: {text}");
    }
    assert!(ended.out.contains("Account     not named"), "{}", ended.out);
}

#[test]
fn every_entry_and_line_says_where_it_stands() {
    let desk = Desk::new("places");
    let lines = [LINES, &[("260310", -1290, "ACCOUNT FEES MARCH")]].concat();
    let (opening, rest) = JOURNAL.split_once("2026-03-05").unwrap();
    desk.put("bank.sta", &mt940(1, 100_000, &lines))
        .put("books.journal", &format!("{opening}include sub/march.journal\n"))
        .put("sub/march.journal", &format!("; the rest\n2026-03-05{rest}"));
    let ended = desk.tieout(
        "reconcile --statement bank.sta --ledger books.journal --account bank --json out.json --csv out --report out.html",
    );
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let result: serde_json::Value = serde_json::from_str(&desk.read("out.json")).unwrap();
    let places = |side: &str| -> Vec<String> {
        let items = result[side].as_array().unwrap();
        let place = |item: &serde_json::Value| format!("{}:{}", item["file"].as_str().unwrap(), item["file_line"]);
        items.iter().map(place).collect()
    };
    assert_eq!(
        places("entries"),
        [
            "books.journal:2",
            "books.journal:6",
            "sub/march.journal:3",
            "sub/march.journal:7"
        ]
    );
    assert_eq!(
        places("lines"),
        ["bank.sta:5", "bank.sta:7", "bank.sta:9", "bank.sta:11"]
    );
    assert_eq!(result["entries"][2]["id"], "march.journal:3");
    let table = desk.read("out/entries.csv");
    assert!(
        table.contains("march.journal:3,sub/march.journal,3,2026-03-05"),
        "{table}"
    );
    assert!(desk.read("out.html").contains("march.journal:3"));
}

#[test]
fn rows_of_tables_say_their_line() {
    let desk = Desk::new("rows-places");
    desk.put("bank.csv", "Date,Description,Amount\n2026-01-05,A,10.00\n2026-01-06,B,5.00\n").put(
        "books.csv",
        "Report of January\n\nDate,Id,Description,Amount\n2026-01-05,E-1,\"A\nof two lines\",10.00\n2026-01-06,E-2,B,5.00\n2026-01-06,E-3,C,7.00\n",
    );
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --csv out");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let table = desk.read("out/entries.csv");
    for row in ["E-1,books.csv,4,", "E-2,books.csv,6,", "E-3,books.csv,7,"] {
        assert!(table.contains(row), "{table}");
    }
}

/// Rows of a month, some of them without a counterpart, some all but alike.
fn rows_of_a_month() -> (Vec<String>, Vec<String>) {
    let (mut bank, mut books) = (Vec::new(), Vec::new());
    for number in 0..40_u32 {
        let (day, cents) = (number % 28 + 1, (number % 7 + 1) * 1250);
        let sign = if number % 3 == 0 { "-" } else { "" };
        let name = ["Acme", "Bolt", "Cora"][usize::try_from(number % 3).unwrap()];
        let row = |id: &str| {
            format!(
                "2026-03-{day:02},{name},{sign}{}.{:02},{id}{number}",
                cents / 100,
                cents % 100
            )
        };
        bank.push(row("B"));
        if number % 5 != 0 {
            books.push(row("E"));
        }
        if number % 11 == 0 {
            books.push(row("X"));
        }
    }
    bank.extend((0..4).map(|number| format!("2026-03-06,ACCOUNT FEE,-4.50,F{number}")));
    (bank, books)
}

#[test]
fn the_order_of_the_rows_changes_neither_numbers_nor_order_of_the_result() {
    let (mut bank, mut books) = rows_of_a_month();
    let table = |rows: &[String]| format!("Date,Description,Amount,Transaction ID\n{}\n", rows.join("\n"));
    let tables = ["matches", "exceptions", "offsets", "adjustments", "explanation"];
    let mut results: Vec<Vec<String>> = Vec::new();
    for turn in 0..4 {
        let desk = Desk::new(&format!("shuffled-{turn}"));
        desk.put("bank.csv", &table(&bank)).put("books.csv", &table(&books));
        let ended =
            desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency EUR --csv out --json r.json");
        assert_eq!(ended.code, 1, "{}", ended.err);
        let mut result: Vec<String> = tables
            .iter()
            .map(|name| desk.read(&format!("out/{name}.csv")))
            .collect();
        for name in ["lines", "entries"] {
            // Where a row stands in its file has changed.
            let text = desk.read(&format!("out/{name}.csv"));
            let without_place = text.lines().map(|row| {
                let cells: Vec<&str> = row.split(',').collect();
                [&cells[..2], &cells[3..]].concat().join(",")
            });
            result.push(without_place.collect::<Vec<_>>().join("\n"));
        }
        results.push(result);
        // Two riffles and a turn.
        for rows in [&mut bank, &mut books] {
            let half = rows.len() / 2;
            let late = rows.split_off(half);
            let mut mixed: Vec<String> = late.iter().rev().cloned().collect();
            for (place, row) in rows.drain(..).enumerate() {
                mixed.insert((place * 2 + turn).min(mixed.len()), row);
            }
            *rows = mixed;
        }
    }
    for other in &results[1..] {
        assert_eq!(*other, results[0]);
    }
}

#[test]
fn a_balance_column_that_begins_before_the_statements_is_taken_at_its_word() {
    let desk = Desk::new("register-from-zero");
    let lines = "Date,Description,Amount,Balance\n\
        2025-03-02,ACME SUPPLY,-120.00,2880.00\n2025-03-09,CUSTOMER PMT RUIZ,640.50,3520.50\n";
    let before = "2025-01-03,Owner,Owner investment,,3000.00,3000.00\n2025-01-10,Hill Rent,Rent,100.00,,2900.00\n";
    let head = "Date,Payee,Memo,Payment,Deposit,Balance\n";
    let register = "2025-03-01,Acme Supply,paper,120.00,,2780.00\n2025-03-08,Ruiz,Invoice 12,,640.50,3420.50\n";
    desk.put("bank.csv", lines)
        .put("books.csv", &format!("{head}{before}{register}"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD");
    assert_eq!(ended.code, 1, "{}", ended.out);
    let says = [
        "differ by 100.00 before the period",
        "3,420.50",
        "equals the entry of 2025-01-10",
    ];
    assert!(says.iter().all(|words| ended.out.contains(words)), "{}", ended.out);
    // A report of the statements' days only begins its balances anew.
    let report = "2025-03-02,Acme Supply,paper,120.00,,-120.00\n2025-03-08,Ruiz,Invoice 12,,640.50,520.50\n";
    desk.put("books.csv", &format!("{head}{report}"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD");
    assert!(!ended.out.contains("before the period begins"), "{}", ended.out);
}

#[test]
fn checks_that_were_listed_as_open_are_matched_and_checks_by_name_may_wait_for_months() {
    let desk = Desk::new("open-checks");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-03-01,RENT PARKSIDE LLC,-1200.00,6925.00\n\
         2026-03-03,CHECK 1040,-450.00,6475.00\n2026-03-18,ACH CREDIT DELTA LLC,1430.00,7905.00\n",
    );
    desk.put(
        "books.csv",
        "Date,Description,Reference,Amount\n2026-01-01,Opening balance,,8125.00\n\
         2026-02-10,Check 1040 Miller,1040,-450.00\n2026-02-12,Check 1041 Old,1041,-125.00\n\
         2026-03-01,Parkside rent March,,-1200.00\n2026-03-17,Delta LLC invoice 1002,1002,1430.00\n",
    );
    desk.put(
        "open.csv",
        "Check,Payee,Date,Outstanding\n1041,Old,2026-02-12,125.00\n1040,Miller,2026-02-10,450.00\n",
    );
    let ended = desk.tieout(
        "reconcile --statement bank.csv --ledger books.csv --currency USD --open-items open.csv --as-of 2026-03-31",
    );
    let flat = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "3 of 3 bank lines and 3 of 4 entries matched, in 3 automatic matches",
        "1 exception: outstanding check (1)",
        "2 listed open items have the opposite sign in the books",
    ] {
        assert!(flat.contains(words), "no {words} in\n{}{}", ended.out, ended.err);
    }
}
