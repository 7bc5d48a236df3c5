//! Layouts of printed statements: headers on several rows, numbers in blocks, summaries behind the table.

use crate::pdf_paper::{lines, read, rows};
use tieout_core::Code;
use tieout_formats::{Import, Proof};

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn texts(import: &Import) -> Vec<&str> {
    let lines = import.statements[0].lines.iter();
    lines.map(|line| line.text.as_str()).collect()
}

/// A card's statement as Chase prints it, below these headers.
fn of_chase(heads: &[&[(i32, &str)]]) -> Import {
    let above: [&[(i32, &str)]; 6] = [
        &[(50, "Account number 4000123412341234")],
        &[(50, "Opening/Closing Date 12/09/25 - 01/08/26")],
        &[(50, "Minimum Payment Due: $40.00")],
        &[(50, "Previous Balance"), (300, "$500.00")],
        &[(50, "New Balance"), (300, "$67.40")],
        &[(50, "ACCOUNT ACTIVITY")],
    ];
    let below: [&[(i32, &str)]; 6] = [
        &[(50, "PAYMENTS AND OTHER CREDITS")],
        &[(50, "12/20"), (150, "Payment Thank You-Mobile"), (505, "-500.00")],
        &[(50, "PURCHASE")],
        &[(50, "12/28"), (150, "AMAZON MKTPL SEATTLE WA"), (510, "55.10")],
        &[(50, "01/02"), (150, "PEETS COFFEE SAN FRANCISCO CA"), (510, "12.30")],
        &[(50, "2025 Totals Year-to-Date")],
    ];
    read(&rows(&[&above[..], heads, &below].concat()))
}

#[test]
fn headers_of_a_card_that_are_long_or_on_several_rows_are_known() {
    let long = (150, "Merchant Name or Transaction Description");
    let heads: [&[&[(i32, &str)]]; 4] = [
        &[&[(50, "Date of Transaction"), long, (500, "$ Amount")]],
        &[&[(50, "Date of")], &[(50, "Transaction"), long, (500, "$ Amount")]],
        &[
            &[(50, "Date of"), (150, "Merchant Name or")],
            &[(50, "Transaction"), (150, "Transaction Description"), (500, "$ Amount")],
        ],
        &[&[(50, "Date of")], &[long, (500, "$ Amount")], &[(50, "Transaction")]],
    ];
    for heads in heads {
        let import = of_chase(heads);
        let expected = owned(&["2025-12-20 500.00", "2025-12-28 -55.10", "2026-01-02 -12.30"]);
        let problems = &import.reading.problems;
        assert_eq!(lines(&import), (expected, Proof::Exact), "{heads:?} {problems:?}");
        assert_eq!(texts(&import)[1], "AMAZON MKTPL SEATTLE WA", "{heads:?}");
        assert_eq!(texts(&import)[0], "Payment Thank You-Mobile", "{heads:?}");
    }
}

#[test]
fn words_above_a_whole_header_are_no_part_of_it() {
    let import = read(&rows(&[
        &[(50, "Account number 12345678")],
        &[(50, "Opening balance"), (497, "100.00")],
        &[(50, "Your balance"), (337, "Paid")],
        &[(50, "Date"), (110, "Details"), (337, "Money out"), (497, "Balance")],
        &[(50, "01/10/2025"), (110, "Tea"), (350, "10.00"), (500, "90.00")],
        &[(50, "13/10/2025"), (110, "Rent"), (350, "20.00"), (500, "70.00")],
    ]));
    let expected = owned(&["2025-10-01 -10.00", "2025-10-13 -20.00"]);
    assert_eq!(lines(&import), (expected, Proof::Exact));
}

#[test]
fn account_numbers_in_blocks_are_read_whole() {
    for (printed, account, branch) in [
        ("Account 1234 5678 90", "1234567890", ""),
        ("Account: 1234 5678 90 01 December 2025", "1234567890", ""),
        ("Account number 1234 5678 Sort code 20 12 34", "12345678", "201234"),
        ("Sort code 20-12-34 Account number 12345678", "12345678", "20-12-34"),
        ("Account No. 12345678 01 December 2025", "12345678", ""),
        ("Konto-Nr. 123 456 7 BLZ 370 400 44", "1234567", "37040044"),
        ("IBAN DE89 3704 0044 0532 0130 00", "DE89370400440532013000", ""),
        (
            "IBAN: DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX",
            "DE89370400440532013000",
            "",
        ),
        ("Account ending in 1234", "", ""),
        ("Account 2025", "", ""),
    ] {
        let import = read(&rows(&[
            &[(50, printed)],
            &[(50, "Date"), (110, "Details"), (420, "Amount")],
            &[(50, "13/10/2025"), (110, "Tea"), (425, "-10.00")],
        ]));
        let read = &import.statements[0].statement.account;
        assert_eq!(
            (read.id.as_str(), read.branch_id.as_str()),
            (account, branch),
            "{printed}"
        );
    }
    // Each block is a cell of its own.
    let cells = ["IBAN", "DE89", "3704", "0044", "0532", "0130", "00"];
    let cells: Vec<(i32, &str)> = (0..).map(|at| 50 + at * 40).zip(cells).collect();
    let import = read(&rows(&[
        &cells,
        &[(50, "Date"), (110, "Details"), (420, "Amount")],
        &[(50, "13/10/2025"), (110, "Tea"), (425, "-10.00")],
    ]));
    assert_eq!(import.statements[0].statement.account.id, "DE89370400440532013000");
}

/// A statement as HDFC prints it, with this summary behind the table.
fn of_hdfc(summary: &[&[(i32, &str)]]) -> Import {
    let table: [&[(i32, &str)]; 5] = [
        &[(50, "Account No : 50100012345678")],
        &[(50, "From : 01/04/2025 To : 30/04/2025")],
        &[
            (30, "Date"),
            (75, "Narration"),
            (270, "Chq./Ref.No."),
            (345, "Value Dt"),
            (395, "Withdrawal Amt."),
            (475, "Deposit Amt."),
            (545, "Closing Balance"),
        ],
        &[
            (30, "03/04/25"),
            (75, "UPI-GROCER"),
            (270, "0000509312345678"),
            (345, "03/04/25"),
            (420, "250.00"),
            (570, "9,750.00"),
        ],
        &[
            (30, "14/04/25"),
            (75, "NEFT CR-ACME"),
            (270, "AXISCN0101"),
            (345, "14/04/25"),
            (490, "1,500.00"),
            (565, "11,250.00"),
        ],
    ];
    read(&rows(&[&table[..], summary].concat()))
}

#[test]
fn a_summary_behind_the_table_is_no_line_and_proves() {
    let names: &[(i32, &str)] = &[
        (60, "Opening Balance"),
        (170, "Dr Count"),
        (230, "Cr Count"),
        (310, "Debits"),
        (400, "Credits"),
        (520, "Closing Bal"),
    ];
    let figures: &[(i32, &str)] = &[
        (80, "10,000.00"),
        (185, "1"),
        (245, "1"),
        (310, "250.00"),
        (395, "1,500.00"),
        (525, "11,250.00"),
    ];
    let in_one: &[(i32, &str)] = &[(
        30,
        "STATEMENT SUMMARY :- Opening Balance Dr Count Cr Count Debits Credits Closing Bal",
    )];
    let summaries: [&[&[(i32, &str)]]; 4] = [
        &[&[(30, "STATEMENT SUMMARY :-")], names, figures],
        &[names, figures],
        &[in_one, figures],
        &[in_one, &[(30, "10,000.00 1 1 250.00 1,500.00 11,250.00")]],
    ];
    for summary in summaries {
        let more: &[&[(i32, &str)]] = &[
            &[(30, "Generated On: 01-May-2025 10:15 Generated By: 12345678")],
            &[(
                30,
                "*Closing balance includes funds earmarked for hold and uncleared funds",
            )],
        ];
        let import = of_hdfc(&[summary, more].concat());
        let problems = &import.reading.problems;
        let expected = owned(&["2025-04-03 -250.00", "2025-04-14 1500.00"]);
        assert_eq!(lines(&import), (expected, Proof::Exact), "{summary:?} {problems:?}");
        let statement = &import.statements[0].statement;
        let opening = statement.opening.as_ref().expect("it is printed");
        assert_eq!(
            (opening.amount.to_string().as_str(), opening.derived),
            ("10000.00", false)
        );
        assert!(texts(&import)[1].starts_with("NEFT CR-ACME"), "{:?}", texts(&import));
        assert!(!texts(&import)[1].contains("SUMMARY"), "{:?}", texts(&import));
    }
}

#[test]
fn a_summary_that_does_not_agree_is_off() {
    let names: &[(i32, &str)] = &[(60, "Opening Balance"), (310, "Debits"), (520, "Closing Bal")];
    let figures: &[(i32, &str)] = &[(80, "10,000.00"), (310, "250.00"), (525, "11,251.00")];
    let import = of_hdfc(&[&[(30, "STATEMENT SUMMARY :-")], names, figures]);
    assert_eq!(lines(&import).1, Proof::Off("1.00".parse().unwrap()));
}

#[test]
fn a_summary_above_the_table_counts_where_no_other_balance_is_printed() {
    let of = |printed: &[(i32, &str)]| {
        read(&rows(&[
            &[(50, "Account number 12345678")],
            &[(50, "Opening balance"), (200, "Paid in"), (350, "Closing balance")],
            &[(60, "100.00"), (200, "0.00"), (370, "90.00")],
            &[(50, "Date"), (110, "Details"), (337, "Amount GBP")],
            printed,
            &[(50, "13/10/2025"), (110, "Tea"), (350, "-10.00")],
        ]))
    };
    let whole = of(&[]);
    assert_eq!(lines(&whole), (owned(&["2025-10-13 -10.00"]), Proof::Exact));
    let other = of(&[(50, "Balance brought forward"), (350, "70.00")]);
    let opening = other.statements[0].statement.opening.as_ref().expect("it is printed");
    assert_eq!(opening.amount.to_string(), "70.00");
}

#[test]
fn a_break_of_running_balances_is_named_once() {
    let all: [&[(i32, &str)]; 5] = [
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (337, "Amount GBP"), (497, "Balance")],
        &[(50, "13/10/2025"), (110, "Tea"), (350, "-10.00"), (500, "90.00")],
        &[(50, "14/10/2025"), (110, "Rent"), (350, "-20.00"), (500, "60.00")],
        &[(50, "15/10/2025"), (110, "Milk"), (350, "-20.00"), (500, "40.00")],
    ];
    let breaks = |rows_of: &[&[(i32, &str)]]| {
        let problems = read(&rows(rows_of)).reading.problems;
        let breaks = problems.iter().filter(|problem| problem.code == Code::BalanceBreak);
        breaks.count()
    };
    assert_eq!(breaks(&all), 1);
    // Of two lines as well, as the header calls the column one of balances.
    assert_eq!(breaks(&all[..4]), 1);
}

#[test]
fn another_account_in_the_paper_is_a_statement_of_its_own() {
    const HEAD: &[(i32, &str)] = &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")];
    let import = read(&rows(&[
        &[(50, "Overview of account number 11112222 and account number 33334444")],
        &[(50, "Account number 11112222")],
        HEAD,
        &[(110, "Opening balance"), (497, "1,000.00")],
        &[
            (50, "13/10/2025"),
            (110, "To savings"),
            (420, "-1,000.00"),
            (500, "0.00"),
        ],
        &[(110, "to account number 33334444")],
        &[(50, "14/10/2025"), (110, "Refund"), (420, "5.00"), (500, "5.00")],
        &[(110, "Closing balance"), (497, "5.00")],
        &[(50, "Account number 33334444")],
        HEAD,
        &[(110, "Opening balance"), (497, "0.00")],
        &[
            (50, "13/10/2025"),
            (110, "From current"),
            (420, "1,000.00"),
            (500, "1,000.00"),
        ],
        &[(110, "Closing balance"), (497, "1,000.00")],
    ]));
    let of = |read: &tieout_formats::ReadStatement| {
        let amounts: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
        (
            read.statement.account.id.clone(),
            amounts.join(" "),
            read.statement.proof,
        )
    };
    let statements: Vec<_> = import.statements.iter().map(of).collect();
    assert_eq!(
        statements,
        [
            ("11112222".to_owned(), "-1000.00 5.00".to_owned(), Proof::Exact),
            ("33334444".to_owned(), "1000.00".to_owned(), Proof::Exact)
        ]
    );
}

#[test]
fn movements_whose_text_holds_words_of_a_balance_are_kept() {
    for text in [
        "NEW BALANCE STORE LONDON",
        "PAYMENT OF OPENING BALANCE INV 33",
        "BALANCE FORWARD LTD",
        "Saldo final Factura 3",
    ] {
        let import = read(&rows(&[
            &[(50, "Account number 12345678")],
            &[(50, "Date"), (110, "Details"), (337, "Money out"), (497, "Balance")],
            &[(50, "01/10/2025"), (110, "Opening balance"), (497, "100.00")],
            &[(50, "01/10/2025"), (110, text), (350, "10.00"), (500, "90.00")],
            &[(50, "13/10/2025"), (110, "Rent"), (350, "20.00"), (500, "70.00")],
            &[(50, "31/10/2025"), (110, "Closing balance"), (500, "70.00")],
        ]));
        let expected = owned(&["2025-10-01 -10.00", "2025-10-13 -20.00"]);
        assert_eq!(lines(&import), (expected, Proof::Exact), "{text}");
        assert_eq!(texts(&import)[0], text);
    }
}

#[test]
fn a_small_object_before_a_page_is_no_text_of_its_own() {
    let whole = rows(&[
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (337, "Amount GBP"), (497, "Balance")],
        &[(110, "Opening balance"), (497, "100.00")],
        &[(50, "13/10/2025"), (110, "Tea"), (350, "-10.00"), (500, "90.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ]);
    let text = String::from_utf8(whole).unwrap();
    let import = read(text.replace("4 0 obj", "6 0 obj << /A 1 >> endobj\n4 0 obj").as_bytes());
    let codes: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert!(!codes.contains(&Code::Incomplete), "{:?}", import.reading.problems);
    assert_eq!(lines(&import), (owned(&["2025-10-13 -10.00"]), Proof::Exact));
}

#[test]
fn a_dash_before_or_behind_a_figure_is_a_minus() {
    for (opening, out, balance) in [
        ("–100.00", "–50.00", "–150.00"),
        ("Opening balance –100.00", "– 50.00", "150.00–"),
    ] {
        let import = read(&rows(&[
            &[(50, "Account number 12345678")],
            &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")],
            &[(110, "Opening balance"), (490, opening)],
            &[(50, "13/10/2025"), (110, "Tea – milk –5"), (425, out), (500, balance)],
            &[(50, "14/10/2025"), (110, "Refund"), (425, "7.00"), (500, "–143.00")],
            &[(110, "Closing balance"), (500, "–143.00")],
        ]));
        let expected = owned(&["2025-10-13 -50.00", "2025-10-14 7.00"]);
        assert_eq!(lines(&import), (expected, Proof::Exact), "{opening} {out} {balance}");
        assert_eq!(texts(&import)[0], "Tea – milk –5");
    }
}

/// A statement of one movement, with these rows below its closing balance.
fn with_below(below: &[&[(i32, &str)]]) -> Import {
    let table: [&[(i32, &str)]; 5] = [
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")],
        &[(110, "Opening balance"), (497, "100.00")],
        &[(50, "13/10/2025"), (110, "Tea"), (425, "-10.00"), (500, "90.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ];
    read(&rows(&[&table[..], below].concat()))
}

#[test]
fn overviews_and_limits_below_the_closing_balance_are_no_movements() {
    let import = with_below(&[
        &[(110, "Closing balance last year"), (497, "99.00")],
        &[(50, "Overdraft limit"), (497, "500.00")],
        &[(50, "12345678"), (110, "Current"), (425, "90.00")],
    ]);
    assert_eq!(lines(&import), (owned(&["2025-10-13 -10.00"]), Proof::Exact));
    assert_eq!(import.reading.problems, []);
}

/// The bytes of a paper, which are all letters.
fn paper_of_one_line() -> String {
    String::from_utf8(rows(&[
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")],
        &[(110, "Opening balance"), (497, "100.00")],
        &[(50, "13/10/2025"), (110, "Tea"), (425, "-10.00"), (500, "90.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ]))
    .unwrap()
}

#[test]
fn text_that_is_printed_twice_to_be_bold_is_read_once() {
    let whole = paper_of_one_line();
    let twice: String = whole
        .lines()
        .map(|line| match line.find(" Tm (") {
            Some(_) => format!(
                "{line}\n{}\n",
                line.replacen("1 0 0 1 ", "1 0 0 1 0.3 0 cm 1 0 0 1 ", 1)
                    .replacen("BT /F1 9 Tf 1 0 0 1 0.3 0 cm", "q 1 0 0 1 0.3 0 cm BT /F1 9 Tf", 1)
                    .replacen(" ET", " ET Q", 1)
            ),
            None => format!("{line}\n"),
        })
        .collect();
    let import = read(twice.replace("/Length ", "/Lenght ").as_bytes());
    assert_eq!(lines(&import), (owned(&["2025-10-13 -10.00"]), Proof::Exact));
    assert_eq!(texts(&import), ["Tea"]);
}

#[test]
fn text_that_nobody_sees_is_not_read_unless_it_is_all() {
    let whole = String::from_utf8(rows(&[
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")],
        &[(110, "Opening balance"), (497, "100.00")],
        &[(50, "13/10/2025"), (110, "Tea"), (425, "-10.00"), (500, "90.00")],
        &[(50, "14/10/2025"), (110, "Ghost"), (425, "-5.00"), (500, "85.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ]))
    .unwrap()
    .replace("/Length ", "/Lenght ");
    let expected = (owned(&["2025-10-13 -10.00"]), Proof::Exact);
    let of_row = |from: &str, to: &str| -> String {
        let change = |line: &str| {
            if line.contains(" 720 Tm") {
                line.replace(from, to)
            } else {
                line.to_owned()
            }
        };
        whole.lines().map(change).collect::<Vec<_>>().join("\n")
    };
    let hidden = of_row("BT ", "0 Tr BT 3 Tr ").replace(" ET", " ET 0 Tr");
    assert_eq!(lines(&read(hidden.as_bytes())), expected);
    let outside = of_row(" 720 Tm", " -20 Tm").replace("/Type /Page ", "/Type /Page /MediaBox [0 0 595 842] ");
    assert_eq!(lines(&read(outside.as_bytes())), expected);
    // The text behind a scan.
    let scan = whole.replace("BT /F1", "BT 3 Tr /F1");
    assert_eq!(lines(&read(scan.as_bytes())).0.len(), 2);
}

#[test]
fn a_sheet_that_lies_on_its_side_or_stands_on_its_head_is_read() {
    let whole = paper_of_one_line().replace("/Length ", "/Lenght ");
    for turn in ["0 1 -1 0 842 0 cm", "0 -1 1 0 0 842 cm", "-1 0 0 -1 595 842 cm"] {
        let turned = whole.replacen("stream\nBT", &format!("stream\n{turn}\nBT"), 1);
        assert_eq!(
            lines(&read(turned.as_bytes())),
            (owned(&["2025-10-13 -10.00"]), Proof::Exact),
            "{turn}"
        );
    }
    // A size below nothing turns the text, and its matrix turns it back.
    let twice = whole.replace("/F1 9 Tf 1 0 0 1 ", "/F1 -9 Tf -1 0 0 -1 ");
    assert_eq!(
        lines(&read(twice.as_bytes())),
        (owned(&["2025-10-13 -10.00"]), Proof::Exact)
    );
}

#[test]
fn a_card_that_is_paid_in_full_is_told_to_be_undecided() {
    let import = read(&rows(&[
        &[(50, "Credit card statement")],
        &[(50, "Account number 12345678")],
        &[(50, "Date"), (110, "Details"), (420, "Amount GBP")],
        &[(110, "Previous balance"), (425, "72.86")],
        &[(50, "13/10/2025"), (110, "Shop"), (425, "72.86")],
        &[(50, "14/10/2025"), (110, "Payment"), (425, "-72.86")],
        &[(110, "New balance"), (425, "72.86")],
    ]));
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::SignsTurned)
    );
}
