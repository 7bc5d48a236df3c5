//! Corrections from one run to the next: proposed, booked, and seen as done.

use crate::common::{Desk, Ended};
use serde_json::Value;

const HEAD: &str = "Date,Description,Amount,Balance\n";

/// A statement of these lines, after ordinary ones of other customers.
fn bank(lines: &[(&str, &str, i64)]) -> String {
    let ordinary = (1..=24).map(|day| {
        let text = format!("FASTER PAYMENT {} INV-{}", name(day).to_uppercase(), 2_100 + day);
        (format!("2026-09-{:02}", day + 1), text, amount(day))
    });
    let own = lines
        .iter()
        .map(|(date, text, amount)| ((*date).to_owned(), (*text).to_owned(), *amount));
    let mut all: Vec<_> = ordinary.chain(own).collect();
    all.sort();
    let mut balance = 100_000;
    let rows = all.into_iter().map(|(date, text, amount)| {
        balance += amount;
        format!("{date},{text},{},{}\n", money(amount), money(balance))
    });
    HEAD.to_owned() + &rows.collect::<String>()
}

/// Rows of books for the ordinary lines, and these.
fn books(head: &str, ordinary: impl Fn(i64) -> String, rows: &str) -> String {
    let all: String = (1..=24).map(ordinary).collect();
    format!("{head}{all}{rows}")
}

fn name(day: i64) -> &'static str {
    match day % 5 {
        0 => "Bramble Cafe",
        1 => "Oakfield Joinery",
        2 => "Mercer Dunn",
        3 => "Tidewater Foods",
        _ => "Kestrel Optics",
    }
}

fn amount(day: i64) -> i64 {
    let size = 8_137 + day * 7_919 % 40_000;
    if day % 2 == 0 { -size } else { size }
}

fn money(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", amount.abs() / 100, amount.abs() % 100)
}

const PAYEES: &str = "Date,Payee,Reference,Memo,Amount\n2026-08-31,Opening balance,,,1000.00\n";

fn with_payees(rows: &str) -> String {
    let row = |day: i64| {
        format!(
            "2026-09-{day:02},{},INV-{},sales receipt,{}\n",
            name(day),
            2_100 + day,
            money(amount(day))
        )
    };
    books(PAYEES, row, rows)
}

fn run(desk: &Desk, ledger: &str, more: &str) -> Ended {
    desk.tieout(&format!(
        "reconcile --statement bank.csv --ledger {ledger} --currency EUR --json result.json {more}"
    ))
}

/// Appends what was proposed to the books.
fn book(desk: &Desk, ledger: &str, fix: &str) {
    let booked = format!("{}{}", desk.read(ledger), desk.read(fix));
    desk.put(&format!("new-{ledger}"), &booked);
}

fn result(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("result.json")).unwrap()
}

/// Groups that decisions or booked corrections made: the texts of the line, and all that each entry says.
fn decided(desk: &Desk) -> Vec<(String, Vec<String>)> {
    let result = result(desk);
    let find = |side: &str, id: &Value| {
        result[side]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] == *id)
            .unwrap()
            .clone()
    };
    let texts = |item: Value| format!("{} {} {}", item["counterparty"], item["description"], item["reference"]);
    let mut all = Vec::new();
    for group in result["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["proof"]["found_by"] == "decision")
    {
        let line = group["lines"].as_array().unwrap().first();
        let line = line.map_or(String::new(), |part| texts(find("lines", &part["id"])));
        let entries = group["entries"].as_array().unwrap().iter();
        all.push((line, entries.map(|part| texts(find("entries", &part["id"]))).collect()));
    }
    all
}

fn classes(desk: &Desk) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let result = result(desk);
    let all = result["exceptions"].as_array().unwrap().iter();
    all.map(|exception| (text(&exception["id"]), text(&exception["class"])))
        .collect()
}

/// Proposes, books, and runs again; the groups of booked corrections hold what belongs to one customer.
fn books_and_runs_again(desk: &Desk, ledger: &str, customers: &[&str]) {
    let ended = run(desk, ledger, "--adjustments fix.out");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    book(desk, ledger, "fix.out");
    let ended = run(desk, &format!("new-{ledger}"), "");
    assert_eq!(ended.code, 0, "{}\n{}", ended.out, desk.read("fix.out"));
    let groups = decided(desk);
    for customer in customers {
        let of_line = |group: &&(String, Vec<String>)| group.0.contains(&customer.to_uppercase());
        let (line, entries) = groups
            .iter()
            .find(of_line)
            .unwrap_or_else(|| panic!("{customer}: {groups:?}"));
        assert!(
            entries.iter().any(|entry| entry.contains(customer)),
            "{line}: {entries:?}"
        );
    }
    assert_eq!(groups.len(), customers.len());
}

#[test]
fn what_an_accepted_match_leaves_is_still_a_duplicate() {
    let desk = Desk::new("booked-twin");
    let twice = "2026-09-27,Supplier,B15,paid,-150.37\n".repeat(2);
    desk.put("bank.csv", &bank(&[("2026-09-27", "SUPPLIER B15", -15_037)]))
        .put("books.csv", &with_payees(&twice))
        .put(
            "decisions.csv",
            "decision,match,side,id,date,amount,text\naccept,D1,statement,,2026-09-27,-150.37,SUPPLIER B15\n\
             accept,D1,ledger,books.csv:27,2026-09-27,-150.37,Supplier\n",
        );
    let ended = run(&desk, "books.csv", "--decisions decisions.csv --adjustments fix.csv");
    assert_eq!(ended.code, 1, "the second one is not gone: {}", ended.out);
    assert_eq!(
        classes(&desk),
        [("books.csv:28".to_owned(), "duplicate_entry".to_owned())]
    );
    assert!(
        desk.read("fix.csv").contains("Reversal of duplicate"),
        "{}",
        desk.read("fix.csv")
    );
    // Once it is reversed, the other one is none.
    book(&desk, "books.csv", "fix.csv");
    let ended = run(&desk, "new-books.csv", "--decisions decisions.csv");
    assert_eq!(ended.code, 0, "{}", ended.out);
}

#[test]
fn a_line_that_repeats_an_accepted_one_is_booked_twice() {
    let desk = Desk::new("booked-twin-line");
    let lines = [
        ("2026-09-27", "BACS SUPPLIER BILL-3007", -15_037),
        ("2026-09-28", "BACS SUPPLIER BILL-3007", -15_037),
    ];
    desk.put("bank.csv", &bank(&lines))
        .put(
            "books.csv",
            &with_payees("2026-09-27,Supplier,BILL-3007,paid,-150.37\n"),
        )
        .put(
            "decisions.csv",
            "decision,match,side,id,date,amount,text\naccept,D1,statement,,2026-09-27,-150.37,BACS SUPPLIER BILL-3007\n\
             accept,D1,ledger,,2026-09-27,-150.37,Supplier\n",
        );
    let ended = run(&desk, "books.csv", "--decisions decisions.csv --adjustments fix.csv");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert_eq!(
        classes(&desk),
        [("bank.csv:27".to_owned(), "duplicate_line".to_owned())]
    );
    assert_eq!(desk.read("fix.csv"), "", "nothing is booked for it");
}

#[test]
fn a_booked_fee_belongs_to_the_entry_of_its_customer() {
    let desk = Desk::new("booked-customers");
    let lines = [
        ("2026-09-28", "STRIPE PAYOUT CORVID DESIGN INV-3001", 96_850),
        ("2026-09-28", "FASTER PAYMENT HALVORSEN INV-3021", 100_000),
    ];
    let rows = "2026-09-27,Halvorsen,INV-3021,sales receipt,1000.00\n2026-09-27,Corvid Design,INV-3001,sales receipt,1000.00\n";
    desk.put("bank.csv", &bank(&lines)).put("books.csv", &with_payees(rows));
    books_and_runs_again(&desk, "books.csv", &["Corvid Design"]);
}

#[test]
fn a_reversal_belongs_to_the_duplicate_of_its_supplier() {
    let desk = Desk::new("booked-reversal");
    let lines = [
        ("2026-09-28", "BACS PLINTH STONE BILL-3007", -31_415),
        ("2026-09-28", "BACS ZENITH MARINE BILL-3010", -31_415),
    ];
    let rows = "2026-09-27,Plinth Stone,BILL-3007,supplier payment,-314.15\n".repeat(2)
        + "2026-09-27,Zenith Marine,BILL-3010,supplier payment,-314.15\n"
        + "2026-09-27,Plinth Stone,BILL-3007,Reversal of duplicate: supplier payment BILL-3007,314.15\n";
    desk.put("bank.csv", &bank(&lines))
        .put("books.csv", &with_payees(&rows));
    let ended = run(&desk, "books.csv", "");
    assert_eq!(ended.code, 0, "{}", ended.out);
    let groups = decided(&desk);
    assert!(
        groups.len() == 1 && groups[0].1.iter().all(|entry| entry.contains("Plinth")),
        "{groups:?}"
    );
}

#[test]
fn equal_fees_of_equal_payouts_pair_up_in_the_order_of_their_days() {
    let desk = Desk::new("booked-monthly");
    let lines = ["2026-09-13", "2026-09-20", "2026-09-27"].map(|day| (day, "STRIPE PAYOUT CORVID DESIGN", 4_728));
    // The bank takes six days, so that the nearest entry is the next one.
    let rows = ["07", "14", "21"].map(|day| format!("2026-09-{day},Corvid Design,,sales receipt,49.00\n"));
    let fees = ["13", "20", "27"]
        .map(|day| format!("2026-09-{day},Corvid Design,,Fee: STRIPE PAYOUT CORVID DESIGN (tieout: fee),-1.72\n"));
    desk.put("bank.csv", &bank(&lines))
        .put("books.csv", &with_payees(&(rows.concat() + &fees.concat())));
    let ended = run(&desk, "books.csv", "");
    assert_eq!(ended.code, 0, "{}", ended.out);
    let result = result(&desk);
    let groups = result["groups"].as_array().unwrap().iter();
    let entries = groups
        .filter(|group| group["proof"]["found_by"] == "decision")
        .map(|group| {
            let entries = group["entries"].as_array().unwrap().iter();
            entries
                .map(|part| part["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        });
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    let expected: Vec<_> = (27..30)
        .map(|n| vec![format!("books.csv:{n}"), format!("books.csv:{}", n + 3)])
        .collect();
    assert_eq!(entries, expected);
}

#[test]
fn an_entry_before_the_statements_is_not_what_a_fee_corrects() {
    let desk = Desk::new("booked-before");
    desk.put("bank.csv", &bank(&[("2026-09-26", "ZZ PAYMENT Q1", 90_000)]))
        .put(
            "books.csv",
            // The opening balance has the amount of the entry.
            &with_payees("2026-09-22,Yonder Ltd,,sales receipt,1000.00\n2026-09-26,,,Fee: ZZ PAYMENT Q1,-100.00\n"),
        );
    let ended = run(&desk, "books.csv", "");
    assert_eq!(ended.code, 0, "{}", ended.out);
    assert_eq!(decided(&desk).len(), 1);
}

#[test]
fn decisions_and_booked_corrections_work_together() {
    let desk = Desk::new("booked-decided");
    let lines = [
        ("2026-09-27", "INTL WIRE HALVORSEN INV-3021 CHG 15.00", 98_500),
        ("2026-09-27", "STRIPE PAYOUT CORVID DESIGN INV-3001", 96_850),
        ("2026-09-30", "LAST", 100),
    ];
    let rows = "2026-09-26,Halvorsen,INV-3021,sales receipt,1000.00\n2026-09-26,Corvid Design,INV-3001,sales receipt,1000.00\n\
                2026-09-27,Corvid Design,INV-3001,Fee: STRIPE PAYOUT CORVID DESIGN INV-3001,-31.50\n\
                2026-09-30,Halvorsen,INV-3021,Fee: INTL WIRE HALVORSEN INV-3021 CHG 15.00,-15.00\n";
    desk.put("bank.csv", &bank(&lines))
        .put("books.csv", &(with_payees(rows) + "2026-09-30,Last,,last,1.00\n"))
        .put(
            "decisions.csv",
            "decision,match,side,id,date,amount,text\naccept,D1,statement,,2026-09-27,985.00,INTL WIRE HALVORSEN INV-3021 CHG 15.00\n\
             accept,D1,ledger,,2026-09-26,1000.00,Halvorsen\naccept,D1,difference,fee,,-15.00,\n",
        );
    let ended = run(&desk, "books.csv", "--decisions decisions.csv");
    let groups = decided(&desk);
    assert_eq!(groups.len(), 2, "{groups:?}\n{}", ended.out);
    for (line, entries) in &groups {
        let customer = if line.contains("HALVORSEN") {
            "Halvorsen"
        } else {
            "Corvid"
        };
        assert!(
            entries.len() == 2 && entries.iter().all(|entry| entry.contains(customer)),
            "{groups:?}"
        );
    }
    assert_eq!(
        result(&desk)["adjustments"].as_array().unwrap().len(),
        0,
        "the fee is booked"
    );
}

#[test]
fn books_without_descriptions_keep_the_texts_of_corrections() {
    let desk = Desk::new("booked-no-description");
    let head = "Date,Name,Reference,Amount,Account\n2026-08-31,Opening balance,,1000.00,Equity:Opening\n";
    let row = |day: i64| {
        format!(
            "2026-09-{day:02},{},INV-{},{},Income:Sales\n",
            name(day),
            2_100 + day,
            money(amount(day))
        )
    };
    let rows =
        "2026-09-26,Halvorsen,INV-3021,1000.00,Income:Sales\n2026-09-26,Corvid Design,INV-3001,1000.00,Income:Sales\n";
    let lines = [
        ("2026-09-27", "STRIPE PAYOUT CORVID DESIGN INV-3001", 96_850),
        ("2026-09-27", "FASTER PAYMENT HALVORSEN INV-3021", 100_000),
    ];
    desk.put("bank.csv", &bank(&lines))
        .put("books.csv", &books(head, row, rows));
    books_and_runs_again(&desk, "books.csv", &["Corvid Design"]);
    let fix = desk.read("fix.out");
    for text in [
        "Fee: STRIPE PAYOUT CORVID DESIGN INV-3001 (tieout: ",
        ",INV-3001,-31.50,Bank fees",
    ] {
        assert!(fix.contains(text), "{fix}");
    }
    // A column that stays empty holds the text, beside the name.
    let rows = rows.replace("INV-3021", "").replace("INV-3001", "");
    desk.put("books.csv", &books(head, row, &rows));
    desk.put(
        "decisions.csv",
        "decision,match,side,id,date,amount,text\naccept,D1,statement,,2026-09-27,968.50,STRIPE PAYOUT CORVID DESIGN INV-3001\n\
         accept,D1,ledger,,2026-09-26,1000.00,Corvid Design\naccept,D1,difference,fee,,-31.50,\n",
    );
    run(&desk, "books.csv", "--decisions decisions.csv --adjustments fix.out");
    assert!(
        desk.read("fix.out").contains(",Corvid Design,Fee: STRIPE"),
        "{}",
        desk.read("fix.out")
    );
}

#[test]
fn books_without_any_text_are_said_to_lose_it() {
    let desk = Desk::new("booked-no-text");
    let row = |day: i64| format!("2026-09-{day:02},{}\n", money(amount(day)));
    desk.put("bank.csv", &bank(&[("2026-09-29", "MONTHLY ACCOUNT FEE", -1_250)]))
        .put("books.csv", &books("Date,Amount\n2026-08-31,1000.00\n", row, ""));
    let ended = run(&desk, "books.csv", "--adjustments fix.csv");
    let flat = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("what each row is for could not be written"),
        "{}",
        ended.out
    );
}

#[test]
fn a_fee_is_called_a_fee() {
    let desk = Desk::new("booked-fee-words");
    let rows = "2026-09-27,Corvid Design,INV-3001,sales receipt,1000.00\n";
    desk.put(
        "bank.csv",
        &bank(&[("2026-09-28", "STRIPE PAYOUT CORVID DESIGN INV-3001", 96_850)]),
    )
    .put("books.csv", &with_payees(rows));
    let ended = run(&desk, "books.csv", "--report report.html");
    for told in [ended.out.as_str(), &desk.read("report.html")] {
        assert!(
            told.contains("fee taken out of the payment") && !told.contains("short payment"),
            "{told}"
        );
    }
}

#[test]
fn a_decision_about_an_amount_that_changed_says_so() {
    let desk = Desk::new("booked-changed");
    desk.put("bank.csv", &bank(&[("2026-09-27", "SUPPLIER B15", -15_037)]))
        .put("renamed.csv", &with_payees("2026-09-27,Supplier,B15,paid,-160.37\n"))
        .put(
            "decisions.csv",
            "decision,match,side,id,date,amount,text\naccept,D1,statement,,2026-09-27,-150.37,SUPPLIER B15\n\
             accept,D1,ledger,books.csv:27,2026-09-27,-150.37,Supplier / paid / B15\n",
        );
    let ended = run(&desk, "renamed.csv", "--decisions decisions.csv");
    let flat = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "the entry books.csv:27 is there, but its amount changed from -150.37 to -160.37";
    assert!(flat.contains(told), "{}", ended.out);
}

#[test]
fn the_fee_of_a_payout_of_several_sales_is_seen_as_booked() {
    let sale = |day: u8, number: u16, amount: &str| format!("2026-09-{day},Webshop,W-{number},web sale,{amount}\n");
    let sales = sale(25, 501, "310.00") + &sale(26, 502, "95.50") + &sale(26, 503, "141.20");
    let fee = "2026-09-28,Webshop,,Fee: STRIPE PAYOUT ST-7001,-16.75\n";
    let lines = [("2026-09-28", "STRIPE PAYOUT ST-7001", 52_995)];
    let desk = Desk::new("booked-payout");
    desk.put("bank.csv", &bank(&lines))
        .put("books.csv", &with_payees(&format!("{sales}{fee}")));
    let ended = run(&desk, "books.csv", "");
    assert_eq!(ended.code, 0, "{}", ended.out);
    let groups = decided(&desk);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].1.len(), 4, "{groups:?}");
    // Two ways to come to the same sum: nothing is guessed.
    let again = sale(27, 504, "300.00") + &sale(27, 505, "246.70");
    desk.put("books.csv", &with_payees(&format!("{sales}{again}{fee}")));
    run(&desk, "books.csv", "");
    assert_eq!(decided(&desk), []);
}

#[test]
fn a_cent_is_booked_as_rounding() {
    let desk = Desk::new("booked-rounding");
    let lines = [("2026-09-28", "FASTER PAYMENT ISLAY MALTINGS INV-3003", 123_457)];
    let rows = "2026-09-27,Islay Maltings,INV-3003,sales receipt,1234.56\n";
    desk.put("bank.csv", &bank(&lines)).put("books.csv", &with_payees(rows));
    let ended = run(&desk, "books.csv", "--adjustments fix.csv");
    assert_eq!(ended.code, 0, "{}", ended.out);
    let adjustment = &result(&desk)["adjustments"][0];
    assert_eq!(
        (&adjustment["kind"], &adjustment["postings"][0]["amount"]),
        (&Value::from("rounding"), &Value::from("0.01"))
    );
    let fix = desk.read("fix.csv");
    assert!(
        fix.contains("Rounding difference: FASTER PAYMENT ISLAY MALTINGS INV-3003"),
        "{fix}"
    );
    assert_eq!(classes(&desk), []);
    books_and_runs_again(&desk, "books.csv", &["Islay Maltings"]);
}
