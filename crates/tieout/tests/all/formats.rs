//! Every statement format from file to verdict, without configuration: shown, checked, converted, reconciled; and folders of
//! them all.

use crate::common::Desk;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn fixture(name: &str) -> String {
    format!("{}/../../fixtures/statements/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of each format that banks and programs write beside those of the first commands' tests, and its lines.
const FILES: &[(&str, usize)] = &[
    ("bai2/synthetic-btrs.txt", 4),
    ("coda/synthetic-globalisation.cod", 2),
    ("norma43/synthetic-foreign-amount.n43", 3),
    ("cfonb120/synthetic-qualifiers.txt", 4),
    ("gpc/synthetic-storno.gpc", 3),
    ("cnab240/synthetic-extrato-beside-payments.txt", 2),
    ("json/stripe-balance-transactions.json", 5),
    ("json/berlin-group-transactions.json", 2),
    ("json/obie-transactions-1.json", 1),
    ("zip/synthetic-csv-and-mt940.zip", 3),
    ("xls/synthetic-typed.xls", 3),
    ("xlsx/synthetic-typed.xlsx", 3),
    ("pdf/synthetic-trailing-sign.pdf", 3),
    ("pdf/synthetic-debit-credit-columns.pdf", 3),
];

#[test]
fn every_format_is_checked_shown_and_converted_without_configuration() {
    let desk = Desk::new("formats");
    for (name, lines) in FILES {
        let file = fixture(name);
        let checked = desk.tieout(&format!("statement check {file}"));
        assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
        let shown = desk.tieout(&format!("statement show {file}"));
        assert_eq!(shown.code, 0, "{}{}", shown.out, shown.err);
        let converted = desk.tieout(&format!("statement convert {file} --to csv"));
        assert_eq!(
            converted.out.trim_end().lines().count(),
            lines + 1,
            "{name}: {}{}",
            converted.out,
            converted.err
        );
    }
}

/// A movement without a date is the same to every command: on the last day before it, with a warning; where nothing says a day,
/// nothing is proved.
#[test]
fn lines_without_a_date_are_the_same_to_every_command() {
    let desk = Desk::new("undated");
    let records = [
        "112081555512345678902601012601312000000000100009783GEN SL".to_owned(),
        format!("22    5555260105260105020071{:014}{:038}", 1000, 0),
        format!("22    5555000000000000020072{:014}{:038}", 3000, 0),
        format!(
            "33208155551234567890{:05}{:014}{:05}{:014}2{:014}978",
            1, 1000, 1, 3000, 12_000
        ),
        "88999999999999999999000004".to_owned(),
    ];
    let mut text = String::new();
    for record in &records {
        let _ = write!(text, "{record:<80}\r\n");
    }
    desk.put("undated.n43", &text);
    desk.put(
        "books.csv",
        "Date,Description,Amount\n2026-01-05,a,-10.00\n2026-01-05,b,30.00\n",
    );
    let shown = desk.tieout("statement show undated.n43");
    assert!(
        shown.out.contains("2 lines: in 30.00, out -10.00") && shown.out.contains("proved"),
        "{}",
        shown.out
    );
    let checked = desk.tieout("statement check undated.n43");
    assert!(checked.out.contains("2 lines  proved"), "{}", checked.out);
    let reconciled = desk.tieout("reconcile --statement undated.n43 --ledger books.csv --json out.json");
    let json = desk.read("out.json");
    assert!(
        json.contains("W_BAD_DATE") && json.contains("30.00"),
        "{}{json}",
        reconciled.err
    );
    for out in [&shown.err, &checked.out] {
        assert!(
            out.contains("W_BAD_DATE") && out.contains("counts on 2026-01-05"),
            "{out}"
        );
    }
    desk.put(
        "nowhere.ofx",
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>77\
         <ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>00000000<TRNAMT>-5.00<FITID>1<NAME>a</STMTTRN>\
         </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
    );
    let shown = desk.tieout("statement show nowhere.ofx");
    assert!(
        shown.out.contains("not provable") && shown.err.contains("cannot be reconciled"),
        "{}{}",
        shown.out,
        shown.err
    );
    let checked = desk.tieout("statement check nowhere.ofx");
    assert!(
        checked.out.contains("cannot be reconciled") && !checked.out.contains("  proved"),
        "{}",
        checked.out
    );
}

#[test]
fn collection_returns_are_refused_by_name() {
    let desk = Desk::new("collection-returns");
    for name in ["caixa", "banco_brasil"] {
        let file = fixture(&format!("cnab240/eduardokum-cobranca-cnab240-{name}.ret"));
        for command in ["check", "show"] {
            let refused = desk.tieout(&format!("statement {command} {file}"));
            assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
            assert!(format!("{}{}", refused.out, refused.err).contains("E_NOT_A_STATEMENT"));
        }
    }
}

#[test]
fn pages_of_a_feed_in_several_files_correct_each_other() {
    let desk = Desk::new("feed-pages");
    let record = |id: &str, amount: &str| {
        format!(
            r#"{{"transaction_id":"{id}","account_id":"x","amount":{amount},"iso_currency_code":"EUR","date":"2026-05-01","name":"{id}"}}"#
        )
    };
    let first = format!(
        r#"{{"added":[{},{},{}],"modified":[],"removed":[],"next_cursor":"1","has_more":true}}"#,
        record("a", "10.10"),
        record("b", "5"),
        record("c", "-7")
    );
    let second = format!(
        r#"{{"added":[{}],"modified":[{}],"removed":[{{"transaction_id":"b"}},{{"transaction_id":"nowhere"}}],"next_cursor":"2","has_more":false}}"#,
        record("d", "1"),
        record("a", "11")
    );
    desk.put("page-1.json", &first);
    desk.put("page-2.json", &second);
    desk.put(
        "books.csv",
        "Date,Description,Amount\n2026-05-01,c,7.00\n2026-05-01,a,-11.00\n2026-05-01,d,-1.00\n",
    );
    // A page that says that more follow is not all, unless they are given too.
    assert_eq!(desk.tieout("statement check page-1.json").code, 1);
    assert_eq!(desk.tieout("statement check page-2.json").code, 0);
    let checked = desk.tieout("statement check page-1.json page-2.json");
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert!(
        checked.out.contains("\"nowhere\", which is in none of these files"),
        "{}",
        checked.out
    );
    assert!(
        !checked.out.contains("\"a\"") && !checked.out.contains("\"b\""),
        "{}",
        checked.out
    );
    for pages in ["page-1.json page-2.json", "page-2.json page-1.json"] {
        let result = desk.tieout(&format!("reconcile --json - --statement {pages} --ledger books.csv"));
        let json: serde_json::Value =
            serde_json::from_str(&result.out).unwrap_or_else(|_| panic!("{}{}", result.out, result.err));
        assert_eq!(json["counts"]["lines"], 3, "{pages}");
    }
}

fn zero(amount: &str) -> bool {
    amount.chars().all(|c| matches!(c, '0' | '.' | '-'))
}

/// Books that hold what the statement holds, and one payment more.
fn books_of(json: &str) -> (String, usize) {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let mut books = String::from("Date,Description,Amount\n");
    let mut moving = 0;
    let account = &json["statements"][0];
    let mut last = "";
    for line in account["lines"].as_array().unwrap() {
        if line["status"].as_str().is_some_and(|status| status != "booked") || zero(line["amount"].as_str().unwrap()) {
            continue;
        }
        let (date, amount) = (line["booking_date"].as_str().unwrap(), line["amount"].as_str().unwrap());
        last = last.max(date);
        let _ = writeln!(books, "{date},entry {moving},{amount}");
        moving += 1;
    }
    let _ = writeln!(books, "{last},not at the bank,-987.65");
    (books, moving)
}

#[test]
fn every_format_reconciles_with_books_that_agree_but_for_one_payment() {
    let desk = Desk::new("formats-reconcile");
    for (name, _) in FILES {
        if name.starts_with("zip/") || name.starts_with("json/stripe") {
            continue; // Two accounts; those of one file of each kind are here.
        }
        let file = fixture(name);
        let json = desk.tieout(&format!("statement convert {file} --to json")).out;
        let (books, moving) = books_of(&json);
        desk.put("books.csv", &books);
        let ended = desk.tieout(&format!(
            "reconcile --statement {file} --ledger books.csv --json result.json"
        ));
        // Whether the payment is outstanding for too long depends on where the statement ends.
        assert!(matches!(ended.code, 0 | 1), "{name}: {}{}", ended.out, ended.err);
        let result: serde_json::Value = serde_json::from_str(&desk.read("result.json")).unwrap();
        assert_eq!(result["lines"].as_array().unwrap().len(), moving, "{name}");
        assert_eq!(
            result["outstanding"].as_array().unwrap().len(),
            1,
            "{name}: {}",
            ended.out
        );
    }
}

/// Every file of a folder, as `statement check` names it.
fn names_below(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            names_below(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

#[test]
fn a_folder_from_a_dozen_countries_gets_a_verdict_on_every_file() {
    let desk = Desk::new("folder");
    let folder = fixture("");
    let checked = desk.tieout(&format!("statement check {folder}"));
    assert_eq!(checked.code, 2, "some files hold no statement: {}", checked.err);
    let mut names = Vec::new();
    names_below(Path::new(&folder), "", &mut names);
    for name in &names {
        let found: Vec<&str> = checked
            .out
            .lines()
            .filter(|line| {
                let rest = line.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
                rest == name || rest.starts_with(&format!("{name} (")) || rest.starts_with(&format!("{name}: "))
            })
            .collect();
        let [line] = found.as_slice() else {
            panic!("{name} has {} lines: {found:?}", found.len());
        };
        let reason = line.contains(": ");
        match line.split(' ').next() {
            Some("proved") => {}
            Some("read" | "partly" | "off") => assert!(reason, "{line}"),
            Some("refused") => assert!(line.contains(": E_"), "{line}"),
            _ => panic!("{line}"),
        }
        // What is expected of the fixtures is no statement, and must not be taken for one.
        let is_statement = !name.ends_with(".expected.json") && !name.contains(".md");
        assert!(is_statement || line.starts_with("refused"), "{line}");
    }
}

#[test]
fn a_folder_is_read_to_its_depth_in_order_and_without_hidden_files() {
    let desk = Desk::new("folder-order");
    let table = "Date,Description,Amount\n2026-01-05,A,10.00\n";
    desk.put("bank/b.csv", table)
        .put("bank/a/z.csv", table)
        .put("bank/.hidden.csv", table);
    let checked = desk.tieout("statement check bank");
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let verdicts: Vec<&str> = checked.out.lines().filter(|line| line.starts_with("read ")).collect();
    assert_eq!(verdicts.len(), 2, "{}", checked.out);
    assert!(
        verdicts[0].contains("a/z.csv") && verdicts[1].contains("b.csv"),
        "{verdicts:?}"
    );
    fs::create_dir_all(desk.path("nothing")).unwrap();
    let empty = desk.tieout("statement check nothing");
    assert_eq!(empty.code, 2, "{}", empty.err);
    assert!(empty.err.contains("no file"), "{}", empty.err);
}

#[test]
fn lines_of_zero_are_not_lost_without_a_word() {
    let desk = Desk::new("zero-lines");
    desk.put(
        "zero.csv",
        "Date,Description,Amount\n2026-01-05,A,10.00\n2026-01-06,B,0.00\n",
    );
    let checked = desk.tieout("statement check zero.csv");
    assert!(
        checked.out.contains("1 line of zero moves nothing"),
        "{}{}",
        checked.out,
        checked.err
    );
}

#[test]
fn a_balance_that_is_no_amount_of_the_currency_proves_nothing_and_is_told() {
    let desk = Desk::new("odd-balance");
    let statement = |closing: &str| {
        format!(
            ":20:A\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C260901EUR1000,00\n:61:2609150915C150,65NTRFNONREF\n\
             :86:PAYMENT\n:62F:C260915EUR{closing}\n-\n"
        )
    };
    desk.put("odd.sta", &statement("1250,651"));
    desk.put("even.sta", &statement("1150,650"));
    let checked = desk.tieout("statement check odd.sta");
    assert!(
        checked.code != 0 && checked.out.contains("1250.651 is no amount of EUR"),
        "{} {}{}",
        checked.code,
        checked.out,
        checked.err
    );
    assert!(!checked.out.contains("nothing is off"), "{}", checked.out);
    assert_eq!(desk.tieout("statement check even.sta").code, 0);
    desk.put("books.csv", "Date,Description,Amount\n2026-09-15,Payment,150.65\n");
    assert_eq!(desk.tieout("reconcile --statement odd.sta --ledger books.csv").code, 1);
}
