//! PDF statements with a text layer.

use crate::common::{Dates, assert_all_as_expected, folder};
use crate::pdf_paper::{lines, paper, read, rows};
use std::fs;
use std::io::{Cursor, Write as _};
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};

const TABLE: [(i32, i32, &str); 12] = [
    (40, 800, "Account number 12345678"),
    (40, 780, "Statement 15 Dec 2023 to 14 Jan 2024"),
    (40, 700, "Date"),
    (110, 700, "Details"),
    (400, 700, "Amount GBP"),
    (40, 680, "Opening balance"),
    (420, 680, "100.00"),
    (40, 660, "28 Dec"),
    (110, 660, "Coffee"),
    (425, 660, "-3.50"),
    (40, 640, "2 Jan"),
    (110, 640, "Tea"),
];

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("pdf", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn a_statement_over_new_year_gets_both_years_and_proves() {
    let texts = [
        &TABLE[..],
        &[(425, 640, "-2.50"), (40, 620, "Closing balance"), (420, 620, "94.00")],
    ]
    .concat();
    let import = read(&paper(&texts));
    let dates: Vec<_> = import.statements[0]
        .lines
        .iter()
        .map(|line| line.booking_date.unwrap().to_string())
        .collect();
    assert_eq!(dates, ["2023-12-28", "2024-01-02"], "{:?}", import.reading.problems);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    assert!(
        import
            .reading
            .problems
            .iter()
            .all(|problem| problem.code != Code::Draft)
    );
}

/// A statement with two lines on these days, whose balances prove it.
fn dated(above: &str, currency: &str, days: [&str; 2]) -> Vec<u8> {
    let amount = format!("Amount {currency}");
    paper(&[
        (40, 800, "Account number 12345678"),
        (40, 780, above),
        (40, 700, "Date"),
        (110, 700, "Details"),
        (400, 700, &amount),
        (40, 680, "Opening balance"),
        (420, 680, "100.00"),
        (40, 660, days[0]),
        (110, 660, "Coffee"),
        (425, 660, "-3.50"),
        (40, 640, days[1]),
        (110, 640, "Tea"),
        (425, 640, "-2.50"),
        (40, 620, "Closing balance"),
        (420, 620, "94.00"),
    ])
}

fn days_read(bytes: &[u8], options: &ReadOptions) -> (Vec<String>, bool) {
    let import = read_all(&mut Cursor::new(bytes), options).expect("memory can be read");
    let lines = import.statements[0].lines.iter();
    let days = lines.map(|line| line.booking_date.unwrap().to_string()).collect();
    let is_told = import
        .reading
        .problems
        .iter()
        .any(|problem| problem.code == Code::DateAmbiguous);
    (days, is_told)
}

#[test]
fn days_that_can_be_months_are_told_whatever_the_currency() {
    let none = ReadOptions::default();
    for (currency, days) in [
        ("GBP", ["2024-06-03", "2024-06-04"]),
        ("EUR", ["2024-06-03", "2024-06-04"]),
        ("USD", ["2024-03-06", "2024-04-06"]),
    ] {
        let bytes = dated("Statement 2024", currency, ["03/06/2024", "04/06/2024"]);
        assert_eq!(days_read(&bytes, &none), (days.map(str::to_owned).to_vec(), true));
        // Without a year too.
        let bytes = dated("Statement 2024", currency, ["03/06", "04/06"]);
        assert_eq!(days_read(&bytes, &none), (days.map(str::to_owned).to_vec(), true));
    }
    let contradicting = dated("Statement 2024", "USD", ["13/06/2024", "06/14/2024"]);
    let import = read(&contradicting);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::DateAmbiguous)
    );
}

#[test]
fn the_printed_period_and_a_person_tell_days_from_months() {
    let june = (vec!["2024-06-03".to_owned(), "2024-06-04".to_owned()], false);
    let none = ReadOptions::default();
    for above in ["Period 1 Jun 2024 to 30 Jun 2024", "Period 01/06/2024 - 30/06/2024"] {
        let bytes = dated(above, "USD", ["03/06/2024", "04/06/2024"]);
        assert_eq!(days_read(&bytes, &none), june, "{above}");
    }
    let given = ReadOptions {
        date_order: Some(tieout_tables::DateOrder::DayMonthYear),
        ..ReadOptions::default()
    };
    let bytes = dated("Statement 2024", "USD", ["03/06/2024", "04/06/2024"]);
    assert_eq!(days_read(&bytes, &given), june);
}

#[test]
fn what_its_balances_do_not_prove_is_a_draft() {
    let off = [
        &TABLE[..],
        &[(425, 640, "-2.50"), (40, 620, "Closing balance"), (420, 620, "95.00")],
    ]
    .concat();
    let open = [&TABLE[..], &[(425, 640, "-2.50")]].concat();
    for texts in [off, open] {
        let import = read(&paper(&texts));
        let drafts: Vec<_> = import
            .reading
            .problems
            .iter()
            .filter(|problem| problem.code == Code::Draft)
            .collect();
        assert_eq!(
            (drafts.len(), import.reading.lines),
            (1, 2),
            "{:?}",
            import.reading.problems
        );
        assert!(drafts[0].code.loses(), "no figure of a draft is certain");
    }
}

#[test]
fn what_holds_no_statement_is_refused_with_the_reason() {
    for (bytes, code) in [
        (paper(&[]), Code::NotAStatement),
        (
            paper(&[(40, 700, "Dear customer, our terms change")]),
            Code::NotAStatement,
        ),
        (b"%PDF-1.7 and nothing more".to_vec(), Code::Malformed),
        (
            String::from_utf8(paper(&TABLE))
                .unwrap()
                .replace("/Root", "/Encrypt 9 0 R /Root")
                .into_bytes(),
            Code::Encrypted,
        ),
    ] {
        let import = read(&bytes);
        assert_eq!(import.reading.outcome, Outcome::Refused);
        assert_eq!(
            import.reading.refusal().map(|p| p.code),
            Some(code),
            "{:?}",
            import.reading.problems
        );
    }
}

#[test]
fn damaged_files_are_read_without_a_panic() {
    for name in ["synthetic-debit-credit-columns.pdf", "synthetic-trailing-sign.pdf"] {
        let whole = fs::read(folder("pdf").join(name)).unwrap();
        for at in (0..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x15;
            let _ = read(&damaged);
            let _ = read(&whole[..at]);
        }
    }
}

/// A PDF of one page whose packed content is this text, again and again.
fn packed_paper(text: &str, times: usize) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..times {
        packed.write_all(text.as_bytes()).unwrap();
    }
    let packed = packed.finish().unwrap();
    let head = format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R >> endobj\n4 0 obj << /Filter /FlateDecode /Length {} >> stream\n",
        packed.len()
    );
    [
        head.as_bytes(),
        &packed,
        b"\nendstream endobj\ntrailer << /Root 1 0 R >>\n",
    ]
    .concat()
}

#[test]
fn papers_that_unpack_without_end_are_refused_at_once() {
    for (text, times) in [
        ("BT (a) Tj ET\n", 2_000_000),
        ("BT (a) Tj ET\n", 400_000),
        ("q ", 20_000_000),
    ] {
        let import = read(&packed_paper(text, times));
        let refusal = import.reading.refusal().expect("it is too large");
        assert_eq!(refusal.code, Code::TooLarge, "{text}: {refusal:?}");
    }
    let import = read(&packed_paper("BT (a) Tj ET\n", 1_000));
    assert_eq!(
        import.reading.refusal().map(|problem| problem.code),
        Some(Code::NotAStatement)
    );
}

const HEADS: &[(i32, &str)] = &[
    (50, "Date"),
    (110, "Description"),
    (337, "Money out"),
    (413, "Money in"),
    (497, "Balance"),
];

#[test]
fn a_sort_code_is_no_year_and_a_printed_day_no_account() {
    let import = read(&rows(&[
        &[(50, "Sort code 20-12-34 Account number 12345678")],
        &[(50, "Statement period 01 December 2025 to 05 January 2026")],
        &[(50, "Printed on 14 February 2026")],
        HEADS,
        &[(50, "01 Dec"), (110, "Balance brought forward"), (497, "1,000.00")],
        &[(50, "03 Dec"), (110, "British Gas"), (357, "85.10"), (497, "914.90")],
        &[(50, "02 Jan"), (110, "Interest"), (430, "0.45"), (497, "915.35")],
        &[(50, "05 Jan"), (110, "Balance carried forward"), (497, "915.35")],
    ]));
    let expected = ["2025-12-03 -85.10", "2026-01-02 0.45"].map(str::to_owned).to_vec();
    assert_eq!(
        lines(&import),
        (expected, Proof::Exact),
        "{:?}",
        import.reading.problems
    );
    let statement = &import.statements[0].statement;
    assert_eq!(statement.account.id, "12345678");
    let period = (statement.period.0.unwrap(), statement.period.1.unwrap());
    assert_eq!(format!("{} {}", period.0, period.1), "2025-12-01 2026-01-05");
}

#[test]
fn a_printed_closing_that_contradicts_is_off_and_no_text_of_a_line() {
    let import = read(&rows(&[
        &[(50, "Account number 12345678")],
        &[(50, "Opening balance 100.00")],
        HEADS,
        &[(50, "2025-10-01"), (110, "A"), (430, "10.00"), (497, "110.00")],
        &[(50, "2025-10-02"), (110, "B"), (357, "5.00"), (497, "105.00")],
        &[(50, "Closing balance 999.00")],
        &[(50, "Page 2: terms and conditions")],
    ]));
    let (_, proof) = lines(&import);
    assert_eq!(proof, Proof::Off("894.00".parse().unwrap()));
    let codes: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert!(
        codes.contains(&Code::ProofOff) && codes.contains(&Code::Draft),
        "{codes:?}"
    );
    assert_eq!(import.statements[0].lines[1].text, "B");
}

#[test]
fn rows_of_balances_and_sums_are_no_movements_in_other_languages() {
    let german = read(&rows(&[
        &[(50, "IBAN DE89 3704 0044 0532 0130 00")],
        &[(50, "Kontoauszug Nr. 10/2025")],
        &[(50, "Buchung"), (110, "Verwendungszweck"), (420, "Betrag")],
        &[(50, "Kontostand am 30.09.2025, Auszug Nr. 9"), (405, "1.000,00 H")],
        &[(50, "01.10."), (110, "Gutschrift"), (405, "1.300,00 H")],
        &[(50, "03.10."), (110, "Lastschrift"), (412, "65,44 S")],
        &[(50, "Kontostand am 31.10.2025 um 20:00 Uhr"), (405, "2.234,56 H")],
    ]));
    let expected = ["2025-10-01 1300.00", "2025-10-03 -65.44"].map(str::to_owned).to_vec();
    assert_eq!(
        lines(&german),
        (expected.clone(), Proof::Exact),
        "{:?}",
        german.reading.problems
    );
    assert_eq!(german.statements[0].statement.account.id, "DE89370400440532013000");
    let french = |total: &str| {
        read(&rows(&[
            &[(50, "RELEVE DE COMPTE DU 1 OCTOBRE 2025 AU 31 OCTOBRE 2025")],
            &[(50, "SOLDE CREDITEUR AU 30.09.2025   1.000,00")],
            &[
                (50, "Date"),
                (110, "Nature des operations"),
                (320, "Valeur"),
                (428, "Debit"),
                (505, "Credit"),
            ],
            &[(50, "01.10"), (110, "VIREMENT"), (320, "01.10"), (505, "1.300,00")],
            &[(50, "03.10"), (110, "PRLV"), (320, "03.10"), (428, "65,44")],
            &[(110, "TOTAL DES OPERATIONS"), (428, "65,44"), (505, total)],
            &[(50, "SOLDE CREDITEUR AU 31.10.2025"), (505, "2.234,56")],
        ]))
    };
    assert_eq!(lines(&french("1.300,00")), (expected.clone(), Proof::Exact));
    // A sum that is not that of the lines is told.
    let off = french("1.400,00");
    assert_eq!(lines(&off).0, expected);
    let told = off.reading.problems.iter();
    assert!(
        told.clone().any(|problem| problem.code == Code::BadLine),
        "{:?}",
        off.reading.problems
    );
}

#[test]
fn sections_decide_the_side_of_amounts_without_signs() {
    let import = read(&rows(&[
        &[(50, "Account Number: 000123456789")],
        &[(50, "Statement Period: 10/01/2025 through 10/31/2025")],
        &[(50, "Beginning Balance $1,000.00")],
        &[(50, "Ending Balance $2,165.25")],
        &[(50, "DEPOSITS AND ADDITIONS")],
        &[(50, "10/02"), (110, "PAYROLL ACME"), (464, "1,200.00")],
        &[(50, "10/20"), (110, "INTEREST"), (482, "0.25")],
        &[(50, "Total Deposits and Additions"), (459, "$1,200.25")],
        &[(50, "WITHDRAWALS")],
        &[(50, "10/05"), (110, "RENT"), (477, "20.00")],
        &[(50, "10/07"), (110, "CHECK 1041"), (477, "15.00")],
        &[(50, "Total Withdrawals"), (472, "$35.00")],
    ]));
    let expected = [
        "2025-10-02 1200.00",
        "2025-10-20 0.25",
        "2025-10-05 -20.00",
        "2025-10-07 -15.00",
    ];
    let expected = expected.map(str::to_owned).to_vec();
    assert_eq!(
        lines(&import),
        (expected, Proof::Exact),
        "{:?}",
        import.reading.problems
    );
}

#[test]
fn lines_of_fixed_width_are_divided_into_their_columns() {
    let texts = [
        "AG 1234 CONTA 00123-4   PERIODO 01/10/2025 A 31/10/2025",
        "DATA        HISTORICO                  DOCUMENTO        VALOR          SALDO",
        "30/09/2025  SALDO ANTERIOR                                             100,00",
        "01/10/2025  PIX RECEBIDO ACME          0012345       1.500,00 C      1.600,00",
        "03/10/2025  COMPRA CARTAO              0012346          45,90 D      1.554,10",
        "31/10/2025  SALDO FINAL                                               1.554,10",
    ];
    let cells: Vec<[(i32, &str); 1]> = texts.iter().map(|text| [(31, *text)]).collect();
    let all: Vec<&[(i32, &str)]> = cells.iter().map(|row| &row[..]).collect();
    let courier = String::from_utf8(rows(&all)).unwrap().replace("Helvetica", "Courier");
    let import = read(courier.as_bytes());
    let expected = ["2025-10-01 1500.00", "2025-10-03 -45.90"].map(str::to_owned).to_vec();
    assert_eq!(
        lines(&import),
        (expected, Proof::Exact),
        "{:?}",
        import.reading.problems
    );
}

#[test]
fn texts_under_a_word_that_is_not_known_are_kept_and_overdrafts_are_negative() {
    let import = read(&rows(&[
        &[
            (50, "Account number 12345678"),
            (300, "Opening balance 01/10/2025 10.00"),
        ],
        &[
            (50, "Date"),
            (120, "Frimps"),
            (300, "Paid out"),
            (380, "Paid in"),
            (460, "Balance"),
        ],
        &[(50, "13/10/2025"), (120, "TESCO"), (300, "25.40"), (460, "15.40 OD")],
        &[(50, "14/10/2025"), (120, "ACME"), (380, "5.00"), (460, "10.40 OD")],
        &[(50, "Closing balance"), (460, "10.40 OD")],
    ]));
    let texts: Vec<&str> = import.statements[0]
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(texts, ["TESCO", "ACME"]);
    let statement = &import.statements[0].statement;
    assert_eq!(statement.closing.as_ref().unwrap().amount.to_string(), "-10.40");
    assert_eq!(statement.proof, Proof::Exact, "{:?}", import.reading.problems);
}

/// A statement of a card: words above the table, names of the balances, and what is printed as balances and amounts.
fn of_card(words: &str, names: [&str; 2], balances: [&str; 2], amounts: [&str; 2]) -> Import {
    read(&paper(&[
        (40, 800, "Account number 12345678"),
        (40, 780, "Statement 15 Dec 2023 to 14 Jan 2024"),
        (40, 760, words),
        (40, 700, "Date"),
        (110, 700, "Details"),
        (400, 700, "Amount EUR"),
        (40, 680, names[0]),
        (420, 680, balances[0]),
        (40, 660, "28.12.2023"),
        (110, 660, "Bookshop"),
        (425, 660, amounts[0]),
        (40, 640, "02.01.2024"),
        (110, 640, "Thank you"),
        (425, 640, amounts[1]),
        (40, 620, names[1]),
        (420, 620, balances[1]),
    ]))
}

#[test]
fn balances_of_cards_are_owed_in_four_languages() {
    for (words, names) in [
        ("Minimum payment 25.00", ["Previous balance", "Amount owed"]),
        ("VISA Statement", ["Previous balance", "New balance"]),
        ("Kreditkartenabrechnung", ["Alter Saldo", "Neuer Saldo"]),
        ("Relev\\351 de carte", ["Ancien solde", "Nouveau solde"]),
        ("Extracto de tarjeta", ["Saldo anterior", "Nuevo saldo"]),
    ] {
        for amounts in [["30.00", "-100.00"], ["-30.00", "100.00"]] {
            let import = of_card(words, names, ["100.00", "30.00"], amounts);
            let read = &import.statements[0];
            let found: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
            assert_eq!(found, ["-30.00", "100.00"], "{words}: {:?}", import.reading.problems);
            let balance = |balance: &Option<tieout_formats::Balance>| balance.as_ref().unwrap().amount.to_string();
            let both = [balance(&read.statement.opening), balance(&read.statement.closing)];
            assert_eq!(both, ["-100.00", "-30.00"], "{words}");
            assert_eq!(read.statement.proof, Proof::Exact, "{words}");
            assert!(
                !import
                    .reading
                    .problems
                    .iter()
                    .any(|problem| problem.code == Code::Draft)
            );
        }
    }
}

#[test]
fn signs_that_are_the_holders_stay() {
    // An account with a limit of credit, and a card whose statement prints what is owed with a minus.
    for (words, names, balances) in [
        (
            "Credit limit 5,000.00",
            ["Opening balance", "Closing balance"],
            ["100.00", "170.00"],
        ),
        (
            "Kreditkartenabrechnung",
            ["Alter Saldo", "Neuer Saldo"],
            ["-100.00", "-30.00"],
        ),
    ] {
        let import = of_card(words, names, balances, ["-30.00", "100.00"]);
        let read = &import.statements[0];
        let found: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
        assert_eq!(found, ["-30.00", "100.00"], "{words}");
        let opening = read.statement.opening.as_ref().unwrap().amount.to_string();
        assert_eq!(opening, balances[0], "{words}");
    }
}

#[test]
fn a_card_in_credit_is_no_debt_and_what_does_not_prove_stays_a_draft() {
    let names = ["Previous balance", "New balance"];
    let import = of_card(
        "Minimum payment 25.00",
        names,
        ["20.00", "50.00 CR"],
        ["-30.00", "100.00"],
    );
    let statement = &import.statements[0].statement;
    assert_eq!(statement.closing.as_ref().unwrap().amount.to_string(), "50.00");
    assert_eq!(statement.proof, Proof::Exact, "{:?}", import.reading.problems);
    let import = of_card("Minimum payment 25.00", names, ["20.00", "70.00"], ["-30.00", "100.00"]);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::Draft)
    );
    assert_eq!(
        import.statements[0]
            .statement
            .opening
            .as_ref()
            .unwrap()
            .amount
            .to_string(),
        "20.00"
    );
}

/// A statement with balances beside its lines, whose balances are owed: what is printed above it, and the amounts.
fn of_owed(words: &str, amounts: [&str; 3]) -> Import {
    read(&rows(&[
        &[(50, "Account number: 12345678")],
        &[(50, words)],
        &[
            (50, "Date"),
            (120, "Description"),
            (438, "Amount GBP"),
            (507, "Balance"),
        ],
        &[(120, "Opening balance"), (517, "50.00")],
        &[(50, "01/01/2026"), (120, "Rent"), (439, amounts[0]), (512, "301.77")],
        &[
            (50, "02/01/2026"),
            (120, "Interest"),
            (447, amounts[1]),
            (512, "228.91"),
        ],
        &[(50, "13/01/2026"), (120, "Fuel"), (444, amounts[2]), (512, "256.57")],
        &[(120, "Closing balance"), (512, "256.57")],
    ]))
}

#[test]
fn a_printed_minus_is_money_out_whatever_proves_with_it_turned() {
    let import = of_owed(
        "Statement 1 January 2026 to 31 January 2026",
        ["-251.77", "72.86", "-27.66"],
    );
    let expected = ["2026-01-01 -251.77", "2026-01-02 72.86", "2026-01-13 -27.66"];
    assert_eq!(lines(&import), (expected.map(str::to_owned).to_vec(), Proof::Exact));
    let statement = &import.statements[0].statement;
    let balance = |balance: &Option<tieout_formats::Balance>| balance.as_ref().unwrap().amount.to_string();
    assert_eq!(
        [balance(&statement.opening), balance(&statement.closing)],
        ["-50.00", "-256.57"]
    );
    let codes: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::SignsTurned], "no word says that the balances are owed");
    let card = of_owed("Minimum payment 25.00", ["-251.77", "72.86", "-27.66"]);
    let codes: Vec<Code> = card.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::Decided]);
    assert_eq!(lines(&card), lines(&import));
}

#[test]
fn what_may_be_a_card_is_told_and_not_turned() {
    let amounts = ["251.77", "-72.86", "27.66"];
    let account = of_owed("Credit limit 5,000.00", amounts);
    assert_eq!(account.reading.problems, []);
    let either = of_owed("Card number ending 1234, credit limit 5,000.00", amounts);
    let codes: Vec<Code> = either.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::SignsTurned]);
    assert_eq!(lines(&either), lines(&account));
}

#[test]
fn of_two_columns_of_dates_that_of_the_booking_counts() {
    for heads in [["Belegdatum", "Buchungsdatum"], ["Buchungsdatum", "Belegdatum"]] {
        let days = if heads[0] == "Belegdatum" {
            ["14.09.2026", "15.09.2026"]
        } else {
            ["15.09.2026", "14.09.2026"]
        };
        let import = read(&paper(&[
            (40, 800, "Kontonummer 12345678"),
            (40, 700, heads[0]),
            (110, 700, heads[1]),
            (200, 700, "Verwendungszweck"),
            (400, 700, "Betrag in EUR"),
            (40, 680, "Alter Saldo"),
            (420, 680, "100,00"),
            (40, 660, days[0]),
            (110, 660, days[1]),
            (200, 660, "Buchhandlung"),
            (425, 660, "-30,00"),
            (40, 620, "Neuer Saldo"),
            (420, 620, "70,00"),
        ]));
        let line = &import.statements[0].lines[0];
        let told = (line.booking_date.unwrap().to_string(), line.text.as_str());
        assert_eq!(told, ("2026-09-15".to_owned(), "Buchhandlung"), "{heads:?}");
    }
}

#[test]
fn places_beyond_all_paper_are_read_without_a_panic() {
    let page = String::from_utf8(paper(&TABLE)).unwrap();
    let far = "4294967295";
    for (along, up) in [("", ""), ("-", ""), ("", "-"), ("-", "-")] {
        let large = format!("{far} 0 0 {far} {along}{far} {up}{far} cm\n").repeat(3_000);
        let turned = format!(
            "Q q {large} BT /F1 {up}{far} Tf {along}{far} Tc {along}{far} TL (a) Tj T* [(a) {up}{far} (b)] TJ ET "
        );
        let moved = page.replacen("BT /F1", &format!("q {large} {turned} BT /F1"), 1);
        let _ = read(moved.replacen("/Length ", "/Length 9", 1).as_bytes());
    }
}
