//! Delimited text: real exports of banks, read by sniffing alone.

use crate::common::{Dates, assert_all_as_expected, fixtures, folder, import};
use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Proof, ReadOptions, read_all};
use tieout_tables::DateOrder;

/// Files that cannot tell day from month are read with the order that a person says; all others without any option.
#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("csv", Dates::Booking, |_, expected| ReadOptions {
        date_order: (expected["ambiguous_date"].as_bool() == Some(true)).then(|| order(expected)),
        ..ReadOptions::default()
    });
}

#[test]
fn files_that_cannot_tell_day_from_month_say_so() {
    for (path, expected) in fixtures("csv") {
        let reading = import(&path, &ReadOptions::default()).reading;
        let said = reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::DateAmbiguous);
        assert_eq!(
            said,
            expected["ambiguous_date"].as_bool() == Some(true),
            "{}",
            path.display()
        );
    }
}

fn order(expected: &serde_json::Value) -> DateOrder {
    match expected["mapping"]["date_format"].as_str() {
        Some("%m/%d/%Y") => DateOrder::MonthDayYear,
        _ => DateOrder::DayMonthYear,
    }
}

#[test]
fn rows_of_too_many_accounts_are_left_out_by_name() {
    let mut text = String::from("Account,Date,Amount,Description\n");
    for number in 0..300 {
        let _ = writeln!(text, "DE{number:08},2026-03-{:02},1.00,Coffee", number % 28 + 1);
    }
    let import = read_all(&mut Cursor::new(text), &ReadOptions::default()).unwrap();
    let codes: Vec<_> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&Code::TooLarge), "{codes:?}");
}

fn rows_of(text: &str) -> tieout_formats::Import {
    read_all(&mut Cursor::new(text.to_owned()), &ReadOptions::default()).unwrap()
}

#[test]
fn a_row_that_is_missing_from_running_balances_is_said_and_the_statement_is_off() {
    let whole = "Date,Description,Amount,Currency,Balance\n\
        2026-01-02,TESCO,-10.00,GBP,990.00\n\
        2026-01-05,SALARY,1000.00,GBP,1990.00\n\
        2026-01-08,WATER,-50.00,GBP,1940.00\n\
        2026-01-12,GROCER,-45.10,GBP,1894.90\n\
        2026-01-15,PHONE,-33.30,GBP,1861.60\n\
        2026-01-20,RENT,-700.00,GBP,1161.60\n";
    let import = rows_of(whole);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    let import = rows_of(&whole.replace("2026-01-08,WATER,-50.00,GBP,1940.00\n", ""));
    assert_eq!(
        import.statements[0].statement.proof,
        Proof::Off("-50.00".parse().unwrap())
    );
    let mut breaks = import.reading.problems.iter().filter(|p| p.code == Code::BalanceBreak);
    let found = breaks.next().unwrap();
    assert_eq!((found.place.line, breaks.next()), (Some(4), None));
    assert!(found.message.contains("is -50.00 away"), "{}", found.message);
}

#[test]
fn fees_are_taken_off_the_amounts_if_only_so_they_make_the_balances() {
    let apart = "Completed Date,Description,Amount,Fee,Currency,Balance\n\
        2026-01-03,Tesco,-10.00,0.00,GBP,90.00\n\
        2026-01-04,To Bob,-20.00,0.50,GBP,69.50\n\
        2026-01-06,To Al,-30.00,0.25,GBP,39.25\n\
        2026-01-07,Shop,-9.25,0.00,GBP,30.00\n";
    let within = apart
        .replace("69.50", "70.00")
        .replace("39.25", "40.00")
        .replace("30.00\n", "30.75\n");
    for (text, amounts) in [
        (apart, ["-10.00", "-20.50", "-30.25", "-9.25"]),
        (&within, ["-10.00", "-20.00", "-30.00", "-9.25"]),
    ] {
        let import = rows_of(text);
        let read = &import.statements[0];
        let found: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
        assert_eq!(found, amounts);
        assert_eq!(read.statement.proof, Proof::Exact);
        assert_eq!(read.lines[1].fees[0].amount.to_string(), "-0.50");
    }
}

#[test]
fn old_charsets_are_told_by_their_letters_and_named() {
    for (name, charset, text) in [
        ("synthetic-cp850.csv", "ibm850", "Rechnung 4711 für Büro"),
        (
            "synthetic-cp850-ascii-header.csv",
            "ibm850",
            "Virement reçu de Société Générale",
        ),
        (
            "synthetic-mac-roman.csv",
            "macintosh",
            "Virement reçu de Société Générale",
        ),
    ] {
        let import = import(&folder("csv").join(name), &ReadOptions::default());
        assert_eq!(import.reading.encoding, charset, "{name}");
        assert_eq!(import.statements[0].lines[0].text, text, "{name}");
        let told: Vec<_> = import
            .reading
            .problems
            .iter()
            .filter(|problem| problem.code == Code::CharsetMismatch)
            .collect();
        assert_eq!(told.len(), 1, "{name}: {:?}", import.reading.problems);
    }
    // Nothing is said of what is read as nearly all such files are.
    let usual = import(&folder("csv").join("synthetic-cp1252.csv"), &ReadOptions::default());
    assert_eq!(usual.reading.encoding, "windows-1252");
    assert!(
        usual
            .reading
            .problems
            .iter()
            .all(|problem| problem.code != Code::CharsetMismatch)
    );
}

#[test]
fn the_programs_own_csv_keeps_its_signs() {
    use tieout_formats::write::csv;
    let text = "Date,Description,Amount,Type\n2026-01-02,AMAZON,54.20,DEBIT\n2026-01-05,PAYMENT,-500.00,CREDIT\n";
    let mut import = rows_of(text);
    let line = |index: usize| import.statements[0].lines[index].amount;
    assert_eq!(
        (line(0).to_string(), line(1).to_string()),
        ("-54.20".into(), "500.00".into())
    );
    // As a file of a card may have it: the amounts turned, the types kept.
    for (line, code) in import.statements[0].lines.iter_mut().zip(["DEBIT", "CREDIT"]) {
        line.amount = -line.amount;
        line.type_code.code = code.into();
    }
    let mut written = Vec::new();
    csv::write(&mut written, &import.statements).unwrap();
    let again = rows_of(&String::from_utf8(written).unwrap());
    let amounts: Vec<String> = again.statements[0]
        .lines
        .iter()
        .map(|line| line.amount.to_string())
        .collect();
    assert_eq!(amounts, ["54.20", "-500.00"]);
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_row_says_so_and_proves_nothing() {
    let whole = "Date,Description,Amount,Balance\n01/10/2025,a,-1.00,99.00\n02/10/2025,b,-2.00,97.00\n13/10/2025,c,-4.00,93.00\n";
    let said = |text: &str| {
        let import = rows_of(text);
        let cut = import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::Incomplete);
        (cut, import.statements[0].statement.proof)
    };
    assert_eq!(said(whole), (false, Proof::Exact));
    // The end of the last line may be missing, or a remark stand there.
    assert_eq!(said(whole.trim_end()), (false, Proof::Exact));
    assert_eq!(said(&format!("{whole}Printed on 14/10/2025")), (false, Proof::Exact));
    for cut in [
        "14/10/2",
        "14/10/2025",
        "14/10/2025,d,-5.00",
        "14/10/2025,d,-5.00\n14/1",
    ] {
        assert_eq!(said(&format!("{whole}{cut}")), (true, Proof::NotPossible), "{cut}");
    }
}

#[test]
fn balances_and_currencies_printed_beside_the_table_or_the_amounts_are_taken() {
    for (what, text, opening, closing, currency) in [
        (
            "below the rows",
            "Neuer Kontostand;2.234,56 EUR\n\nBuchungstag;Text;Umsatz in EUR\n03.10.2025;a;-65,44\noffen;b;-50,00\n01.10.2025;c;1.300,00\n\nAlter Kontostand;1.000,00 EUR\n",
            Some("1000.00"),
            Some("2234.56"),
            "EUR",
        ),
        (
            "keys of one word",
            "currency;CZK\nopeningBalance;195,00\nclosingBalance;1095,50\n\nDatum;Objem;Typ\n01.10.2025;1000,00;Prijem\n03.10.2025;-99,50;Platba\n",
            Some("195.00"),
            Some("1095.50"),
            "CZK",
        ),
        (
            "behind its day",
            "Buchungstag;Text;Betrag;;Währung\n02.10.2025;a;-100,00;;EUR\n01.10.2025;b;1.000,00;;EUR\nKontostand;05.10.2025;;;900,00;EUR\n",
            None,
            Some("900.00"),
            "EUR",
        ),
        (
            "with the amounts",
            "Tarih;Aciklama;Tutar;Bakiye\n03.10.2025;MIGROS;-54,20 TL;945,80 TL\n01.10.2025;ACME;1.000,00 TL;1.000,00 TL\n",
            Some("0.00"),
            Some("945.80"),
            "TRY",
        ),
    ] {
        let import = rows_of(text);
        let statement = &import.statements[0].statement;
        let printed = |balance: &Option<tieout_formats::Balance>| balance.as_ref().map(|b| b.amount.to_string());
        assert_eq!(printed(&statement.opening).as_deref(), opening, "{what}");
        assert_eq!(printed(&statement.closing).as_deref(), closing, "{what}");
        assert_eq!(
            statement.currency.map(|c| c.to_string()).as_deref(),
            Some(currency),
            "{what}"
        );
        let bad = import
            .reading
            .problems
            .iter()
            .find(|problem| problem.code == Code::BadLine);
        assert_eq!(bad, None, "{what}");
    }
}

#[test]
fn rows_that_move_nothing_are_no_bad_lines() {
    let text = "Date,Counter Party,Reference,Amount (GBP),Balance (GBP),Status\n2025-10-01,Opening Balance,,,1000.00,\n\
        2025-10-01,TESCO,x,-12.30,987.70,SETTLED\n2025-10-02,SHOP,y,,987.70,REVERTED\n2025-10-03,Acme,z,500.00,1487.70,SETTLED\n";
    let import = rows_of(text);
    let codes: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::NoAccount, Code::Void]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}

/// What a file of these bytes reads as: `date amount text` of its lines, and the codes of what is said.
fn lines_of(bytes: Vec<u8>) -> (Vec<String>, Vec<&'static str>) {
    let import = read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap();
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    let lines = lines.map(|line| {
        let date = line
            .booking_date
            .map_or_else(|| "-".to_owned(), |date| date.to_string());
        format!("{date} {} {}", line.amount, line.text)
    });
    let codes = import.reading.problems.iter().map(|problem| problem.code.as_str());
    (lines.collect(), codes.collect())
}

#[test]
fn other_scripts_in_old_charsets_are_read_with_or_without_a_header_in_them() {
    let japanese = "日付,摘要,お支払金額,お預り金額,差引残高\n\
        2025/10/01,振込　カブシキガイシヤ,,500000,1500000\n2025/10/03,カード　東京,30000,,1470000\n\
        2025/10/06,電気料金,12000,,1458000\n";
    let chinese = "交易日期,摘要,收入,支出,余额\n\
        2025-10-01,工资,5000.00,,6000.00\n2025-10-03,消费 超市,,54.20,5945.80\n2025-10-06,联通,,88.00,5857.80\n";
    let hebrew = "תאריך,תיאור,בחובה,בזכות,יתרה\n\
        13/10/25,משכורת,0.00,10000.00,11000.00\n14/10/25,שופרסל דיל,250.50,0.00,10749.50\n";
    let greek = "Ημερομηνία;Αιτιολογία;Ποσό;Υπόλοιπο\n\
        13/10/2025;ΜΙΣΘΟΔΟΣΙΑ ΟΚΤΩΒΡΙΟΥ;1.000,00;1.500,00\n14/10/2025;ΑΓΟΡΑ ΣΚΛΑΒΕΝΙΤΗΣ;-54,20;1.445,80\n";
    let latin_header = "Date;Description;Amount;Balance\n\
        13.10.2025;Оплата по счету поставщика;-100,00;900,00\n14.10.2025;Поступление от покупателя;50,00;950,00\n";
    for (charset, text, first, second) in [
        (
            encoding_rs::SHIFT_JIS,
            japanese,
            "2025-10-01 500000 振込",
            "2025-10-03 -30000 カード",
        ),
        (
            encoding_rs::GBK,
            chinese,
            "2025-10-01 5000.00 工资",
            "2025-10-03 -54.20 消费 超市",
        ),
        (
            encoding_rs::WINDOWS_1255,
            hebrew,
            "2025-10-13 10000.00 משכורת",
            "2025-10-14 -250.50 שופרסל",
        ),
        (
            encoding_rs::WINDOWS_1253,
            greek,
            "2025-10-13 1000.00 ΜΙΣΘΟΔΟΣΙΑ",
            "2025-10-14 -54.20 ΑΓΟΡΑ",
        ),
        (
            encoding_rs::WINDOWS_1251,
            latin_header,
            "2025-10-13 -100.00 Оплата",
            "2025-10-14 50.00 Поступление",
        ),
        (
            encoding_rs::KOI8_U,
            latin_header,
            "2025-10-13 -100.00 Оплата",
            "2025-10-14 50.00 Поступление",
        ),
    ] {
        let (bytes, _, lost) = charset.encode(text);
        assert!(!lost);
        let (lines, codes) = lines_of(bytes.into_owned());
        let name = charset.name();
        assert!(
            lines.len() >= 2 && lines[0].starts_with(first) && lines[1].starts_with(second),
            "{name}: {lines:?}"
        );
        let told = text == latin_header;
        assert_eq!(codes.contains(&"W_CHARSET_MISMATCH"), told, "{name}: {codes:?}");
    }
    // Two characters of GBK that are a letter of UTF-8 by chance.
    let (lines, _) = lines_of(encoding_rs::GBK.encode(chinese).0.into_owned());
    assert!(lines[2].ends_with("联通"), "{lines:?}");
}

#[test]
fn dates_without_a_year_are_of_the_period_above_the_table() {
    let rows = "Tanggal,Keterangan,Jumlah,Saldo\n'31/12,Setoran,100.00,100.00\n'02/01,Tarikan,-20.00,80.00\n";
    let (lines, codes) = lines_of(format!("Periode : 15/12/2025 - 14/01/2026\n\n{rows}").into_bytes());
    assert_eq!(lines, ["2025-12-31 100.00 Setoran", "2026-01-02 -20.00 Tarikan"]);
    assert!(codes.contains(&"I_DECIDED"), "{codes:?}");
    let (lines, _) = lines_of(format!("1234567,'JOHN'\n4,'15 Dec 2025','14 Jan 2026'\n{rows}").into_bytes());
    assert_eq!(lines, ["2025-12-31 100.00 Setoran", "2026-01-02 -20.00 Tarikan"]);
    let nothing = read_all(&mut Cursor::new(rows.as_bytes().to_vec()), &ReadOptions::default()).unwrap();
    let [problem] = nothing.reading.problems.as_slice() else {
        panic!("{:?}", nothing.reading.problems)
    };
    assert_eq!(problem.code, Code::NoColumns);
    assert!(problem.message.contains("have no year"), "{}", problem.message);
    assert!(problem.to_string().contains("period = "), "{problem}");
    let options = ReadOptions {
        mapping: Some("period = \"2025-12-15 2026-01-14\"".parse().unwrap()),
        ..ReadOptions::default()
    };
    let said = read_all(&mut Cursor::new(rows.as_bytes().to_vec()), &options).unwrap();
    assert_eq!(
        said.statements[0].lines[1].booking_date.unwrap().to_string(),
        "2026-01-02"
    );
}

#[test]
fn rows_without_a_date_are_of_the_day_above_where_a_bank_prints_each_day_once() {
    let once = "Date,Details,Paid out,Paid in,Balance\n\
        01/10/2025,RENT,700.00,,\n,TESCO,20.00,,280.00\n02/10/2025,SALARY,,1000.00,1280.00\n\
        13/10/2025,PHONE,30.00,,\n,WATER,50.00,,1200.00\n";
    let (lines, codes) = lines_of(once.into());
    let expected = [
        "2025-10-01 -700.00 RENT",
        "2025-10-01 -20.00 TESCO",
        "2025-10-02 1000.00 SALARY",
        "2025-10-13 -30.00 PHONE",
        "2025-10-13 -50.00 WATER",
    ];
    assert_eq!(lines, expected);
    assert!(
        codes.contains(&"I_DECIDED") && !codes.contains(&"W_BAD_LINE"),
        "{codes:?}"
    );
    // At the end of a table alone, it may be a total in words that nobody knows.
    let total = "Date,Details,Paid out,Paid in,Balance\n01/10/2025,RENT,700.00,,300.00\n\
        13/10/2025,SALARY,,1000.00,1300.00\n,Frimps,700.00,1000.00,\n";
    let (lines, codes) = lines_of(total.into());
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(codes.contains(&"W_BAD_LINE"), "{codes:?}");
}

#[test]
fn fees_that_nothing_tells_of_are_told_and_prove_nothing() {
    let oldest = "Date,Description,Amount,Fee,Currency,Balance\n2025-10-13,ATM,-20.00,0.40,EUR,79.60\n\
        2025-10-14,Tesco,-10.00,0.00,EUR,69.60\n2025-10-15,Spar,-5.00,0.00,EUR,64.60\n";
    let import = rows_of(oldest);
    assert_eq!(import.statements[0].statement.proof, Proof::NotPossible);
    let told = |import: &tieout_formats::Import| {
        let mut problems = import.reading.problems.iter();
        problems.any(|problem| problem.code == Code::SideUnknown && problem.message.contains("Fee"))
    };
    assert!(told(&import), "{:?}", import.reading.problems);
    assert!(told(&rows_of(
        "Date,Description,Amount,Fee\n2025-10-13,ATM,-20.00,0.40\n2025-10-14,B,1.00,0.00\n"
    )));
    let free = rows_of(&oldest.replace("0.40", "0.00"));
    assert!(!told(&free) && free.statements[0].statement.proof == Proof::Exact);
}

#[test]
fn what_is_carried_from_page_to_page_is_no_end_of_the_statement() {
    let import = rows_of(
        "Date,Description,Amount,Balance\n13/10/2025,A,10.00,110.00\n14/10/2025,B,10.00,120.00\n,Carried forward,,120.00\n\
         ,Brought forward,,120.00\n15/10/2025,C,-5.00,115.00\n16/10/2025,D,-5.00,110.00\n",
    );
    let statement = &import.statements[0].statement;
    assert_eq!(statement.proof, Proof::Exact, "{:?}", import.reading.problems);
    assert_eq!(statement.opening.as_ref().unwrap().amount.to_string(), "100.00");
    assert_eq!(statement.closing.as_ref().unwrap().amount.to_string(), "110.00");
}

#[test]
fn the_period_above_a_table_tells_days_from_months() {
    let rows = "\nDate,Description,Amount\n10/02/2025,A,-5.00\n10/03/2025,B,6.00\n";
    for (period, first) in [
        ("Period: 2025-10-01 to 2025-10-31", "2025-10-02"),
        ("Period: 2025-02-01 to 2025-03-31", "2025-02-10"),
    ] {
        let (lines, codes) = lines_of(format!("{period}\n{rows}").into_bytes());
        assert!(lines[0].starts_with(first), "{period}: {lines:?}");
        assert!(!codes.contains(&"W_DATE_AMBIGUOUS"), "{codes:?}");
    }
    let (_, codes) = lines_of(format!("Period: 2025-01-01 to 2025-12-31\n{rows}").into_bytes());
    assert!(codes.contains(&"W_DATE_AMBIGUOUS"), "{codes:?}");
}

#[test]
fn amounts_in_a_column_for_each_currency_become_a_statement_of_each() {
    let import = rows_of(
        "\"Account Type\",\"Account Number\",\"Transaction Date\",\"Cheque Number\",\"Description 1\",\"Description 2\",\"CAD$\",\"USD$\"\n\
         Chequing,01234-5678901,1/4/2026,,\"PAYROLL\",\"ACME INC\",2500.00,,\n\
         Chequing,01234-5678901,1/15/2026,112,\"CHEQUE\",,-300.25,,\n\
         Savings,01234-4444444,1/20/2026,,\"WIRE\",\"BIG CO\",,150.00,\n",
    );
    let found: Vec<(String, String, Vec<String>)> = import
        .statements
        .iter()
        .map(|read| {
            let statement = &read.statement;
            let currency = statement
                .currency
                .map_or_else(String::new, |currency| currency.to_string());
            let amounts = read.lines.iter().map(|line| line.amount.to_string()).collect();
            (statement.account.id.clone(), currency, amounts)
        })
        .collect();
    let of = |account: &str, currency: &str, amounts: &[&str]| {
        let amounts = amounts.iter().map(|amount| (*amount).to_owned()).collect();
        (account.to_owned(), currency.to_owned(), amounts)
    };
    assert_eq!(
        found,
        [
            of("01234-5678901", "CAD", &["2500.00", "-300.25"]),
            of("01234-4444444", "USD", &["150.00"])
        ]
    );
}

/// Account, currency, amounts and proof of each statement, and the codes of what is said.
fn statements_of(text: &str) -> (Vec<String>, Vec<&'static str>) {
    let import = rows_of(text);
    let statements = import.statements.iter().map(|read| {
        let statement = &read.statement;
        let currency = statement
            .currency
            .map_or_else(String::new, |currency| currency.to_string());
        let amounts: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
        format!("{currency} {} {:?}", amounts.join(" "), statement.proof)
    });
    let codes = import.reading.problems.iter().map(|problem| problem.code.as_str());
    (statements.collect(), codes.collect())
}

#[test]
fn zeros_fees_and_balances_beside_columns_of_currencies_are_read() {
    let rows = "1/4/2026,PAYROLL,2500.00,0.00\n1/15/2026,CHEQUE 112,-300.25,0.00\n1/20/2026,WIRE,0.00,150.00\n";
    let (plain, _) = statements_of(&format!("Transaction Date,Description,CAD$,USD$\n{rows}"));
    assert_eq!(plain, ["CAD 2500.00 -300.25 NotPossible", "USD 150.00 NotPossible"]);
    let (with_fee, codes) = statements_of(
        "Transaction Date,Description,CAD$,USD$,Fee\n1/4/2026,PAYROLL,2500.00,-,\n1/15/2026,WIRE,-300.25,-,\n1/20/2026,WIRE,-,150.00,5.00\n",
    );
    assert_eq!(with_fee, ["CAD 2500.00 -300.25 NotPossible", "USD 150.00 NotPossible"]);
    assert!(
        codes.contains(&"W_SIDE_UNKNOWN"),
        "a fee of which nothing tells: {codes:?}"
    );
    let (with_balance, codes) = statements_of(
        "Transaction Date,Description,CAD$,USD$,Balance\n1/4/2026,PAYROLL,2500.00,0.00,3500.00\n1/15/2026,CHEQUE,-300.25,0.00,3199.75\n\
         1/16/2026,RENT,-1000.00,0.00,2199.75\n1/20/2026,WIRE,0.00,150.00,650.00\n1/21/2026,FEE,0.00,-2.00,648.00\n",
    );
    assert_eq!(
        with_balance,
        ["CAD 2500.00 -300.25 -1000.00 Exact", "USD 150.00 -2.00 Exact"],
        "{codes:?}"
    );
}

#[test]
fn balances_of_both_currencies_prove_each() {
    let (statements, codes) = statements_of(
        "Date,Description,CAD$,USD$\n1/1/2026,Opening balance,1000.00,0.00\n1/4/2026,PAYROLL,2500.00,0.00\n\
         1/15/2026,EXCHANGE,-300.00,220.00\n1/20/2026,WIRE,0.00,150.00\n1/31/2026,Closing balance,3200.00,370.00\n",
    );
    assert_eq!(
        statements,
        ["CAD 2500.00 -300.00 Exact", "USD 220.00 150.00 Exact"],
        "{codes:?}"
    );
    let (undated, codes) = statements_of(
        "Date,Description,CAD$,USD$\n,Opening balance,1000.00,500.00\n1/14/2026,PAYROLL,2500.00,\n1/20/2026,WIRE,,-150.00\n\
         ,Closing balance,3500.00,350.00\n",
    );
    assert_eq!(undated, ["CAD 2500.00 Exact", "USD -150.00 Exact"], "{codes:?}");
}

#[test]
fn amounts_in_two_currencies_of_which_one_may_be_the_other_are_refused_with_what_fits() {
    let import = rows_of(
        "Date,Description,CAD,USD\n1/4/2026,Cafe,-13.50,-10.00\n1/15/2026,Rent,-1350.00,-1000.00\n1/20/2026,Sale,27.00,20.00\n",
    );
    let refusal = import.reading.refusal().expect("refused").to_string();
    assert!(refusal.contains("columns of currencies (CAD, USD)"), "{refusal}");
    assert!(
        refusal.contains("account's own currency") && !refusal.contains("debit"),
        "{refusal}"
    );
    let empty = rows_of("Date,Description,CAD$,USD$\n");
    assert_eq!(empty.reading.refusal().map(|problem| problem.code), Some(Code::NoRows));
}

#[test]
fn signs_of_one_currency_name_it_and_the_dollars_does_not() {
    for (text, currency) in [
        (
            "Date,Description,Amount (£)\n13/01/2026,Rent,-500.00\n14/01/2026,Sale,\"1,200.50\"\n",
            Some("GBP"),
        ),
        (
            "Date,Description,Amount\n13/01/2026,Rent,-€500.00\n14/01/2026,Sale,\"€1,200.50\"\n",
            Some("EUR"),
        ),
        (
            "Datum;Text;Betrag (€)\n13.01.2026;Miete;-500,00\n14.01.2026;Verkauf;1.200,50\n",
            Some("EUR"),
        ),
        (
            "Date,Description,Paid out (£),Paid in (£),Balance (£)\n13/01/2026,Rent,500.00,,1000.00\n14/01/2026,Sale,,200.50,1200.50\n",
            Some("GBP"),
        ),
        (
            "Date,Description,Amount\n01/13/2026,Rent,-$500.00\n01/14/2026,Sale,\"$1,200.50\"\n",
            None,
        ),
    ] {
        let import = rows_of(text);
        let found = import.statements[0]
            .statement
            .currency
            .map(|currency| currency.to_string());
        assert_eq!(found.as_deref(), currency, "{text}");
        let open = import
            .reading
            .problems
            .iter()
            .find(|problem| problem.code == tieout_core::Code::NoCurrency);
        assert_eq!(open.is_none(), currency.is_some(), "{text}");
        assert!(open.is_none_or(|problem| problem.message.contains('$')), "{open:?}");
    }
}

/// Lines of a file in bytes: date, amount and text.
fn lines_in(bytes: Vec<u8>) -> Vec<String> {
    let import = read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap();
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    let shown = lines.map(|line| format!("{} {:?} {}", line.amount, line.status, line.text.replace('\n', "/")));
    shown.collect()
}

#[test]
fn words_of_sides_and_statuses_are_known_in_old_charsets() {
    // "收/支" with 支出 (out) and 收入 (in), in GBK.
    let gbk = b"\xBD\xBB\xD2\xD7\xCA\xB1\xBC\xE4,\xBD\xBB\xD2\xD7\xB6\xD4\xB7\xBD,\xCA\xD5/\xD6\xA7,\xBD\xF0\xB6\xEE\n\
                2026-01-05 12:01:11,Cafe,\xD6\xA7\xB3\xF6,35.00\n2026-01-06 08:22:09,Li,\xCA\xD5\xC8\xEB,500.00\n\
                2026-01-07 19:00:00,Shop,\xD6\xA7\xB3\xF6,88.50\n";
    let amounts: Vec<String> = lines_in(gbk.to_vec())
        .iter()
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(amounts, ["-35.00", "500.00", "-88.50"]);
    // A refused payment in Latin-1 moved nothing.
    let latin =
        b"Date;Libell\xE9;Montant;Statut\n13/01/2026;Loyer;-500,00;Ex\xE9cut\xE9\n14/01/2026;Caf\xE9;-5,00;Refus\xE9\n\
                  15/01/2026;Vente;700,00;Ex\xE9cut\xE9\n";
    assert_eq!(
        lines_in(latin.to_vec()),
        ["-500.00 Booked Loyer", "700.00 Booked Vente"]
    );
    // The only letter that is no ASCII stands far below.
    let mut late = b"Date;Libelle;Montant;Statut\n".to_vec();
    late.extend(b"13/01/2026;Loyer;-500,00;OK\n".repeat(5000));
    late.extend(b"14/01/2026;Cafe;-5,00;Refus\xE9\n");
    assert_eq!(lines_in(late).len(), 5000);
}

#[test]
fn parts_of_collective_payments_below_them_are_text() {
    let (statements, codes) = statements_of(
        "Anfangssaldo:;1000.00;\nSchlusssaldo:;1650.50;\n\n\
         Buchungsdatum;Valutadatum;Währung;Belastung;Gutschrift;Einzelbetrag;Saldo;Beschreibung1;Beschreibung2\n\
         2026-01-30;2026-01-30;CHF;-149.50;;;1650.50;Sammelauftrag;\n;;CHF;;;-100.00;;Vermieter AG;Miete\n;;CHF;;;-49.50;;Swisscom;\n\
         2026-01-15;2026-01-15;CHF;;800.00;;1800.00;Kunde AG;Rechnung 12\n",
    );
    assert_eq!(statements, ["CHF -149.50 800.00 Exact"], "{codes:?}");
}

#[test]
fn balances_above_a_table_are_known_in_its_charset() {
    // "#Saldo początkowe" (opening) in Windows-1250.
    let text = b"#Saldo pocz\xB9tkowe;1 000,00 PLN;\n\n#Data operacji;#Opis operacji;#Tytu\xB3;#Kwota;#Saldo po operacji;\n\
                 2026-01-10;PRZELEW PRZYCHODZ\xA5CY;PENSJA;5 000,00;6 000,00;\n2026-01-15;PRZELEW WYCHODZ\xA5CY;CZYNSZ;-1 230,45;4 769,55;\n";
    let import = read_all(&mut Cursor::new(text.to_vec()), &ReadOptions::default()).unwrap();
    let statement = &import.statements[0].statement;
    assert_eq!(
        statement
            .opening
            .as_ref()
            .map(|opening| opening.amount.to_string())
            .as_deref(),
        Some("1000.00")
    );
    assert_eq!(statement.proof, Proof::Exact, "{:?}", import.reading.problems);
}

#[test]
fn the_real_names_its_currency() {
    let (statements, codes) = statements_of(
        "Data;Histórico;Crédito (R$);Débito (R$);Saldo (R$)\n05/01/2026;PIX RECEBIDO;\"2.500,00\";;\"3.500,00\"\n\
         16/01/2026;PAGTO;;\"-800,10\";\"2.699,90\"\n",
    );
    assert_eq!(statements, ["BRL 2500.00 -800.10 Exact"], "{codes:?}");
}

#[test]
fn fees_that_gross_and_net_amounts_show_are_contained() {
    let text = "\"Date\",\"Name\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\"\n\
                \"15/01/2026\",\"Jane\",\"Completed\",\"EUR\",\"100,00\",\"-3,20\",\"96,80\"\n\
                \"16/01/2026\",\"Host\",\"Completed\",\"EUR\",\"-20,00\",\"0,00\",\"-20,00\"\n";
    let (statements, codes) = statements_of(text);
    assert_eq!(statements, ["EUR 96.80 -20.00 NotPossible"]);
    assert!(!codes.contains(&"W_SIDE_UNKNOWN"), "{codes:?}");
    // A net amount that is not the gross one less the fee tells nothing.
    let (_, codes) = statements_of(&text.replace("\"96,80\"", "\"99,80\""));
    assert!(codes.contains(&"W_SIDE_UNKNOWN"), "{codes:?}");
}
