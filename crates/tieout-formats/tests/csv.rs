//! Delimited text: real exports of banks, read by sniffing alone.

mod common;

use common::{Dates, assert_all_as_expected, fixtures, folder, import};
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
