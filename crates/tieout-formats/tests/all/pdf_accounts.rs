//! PDF statements of several accounts in one paper: which lines are whose.

use crate::pdf_paper::{pages, read, rows};
use tieout_core::Code;
use tieout_formats::{Import, Proof};

type Cells<'c> = &'c [(i32, &'c str)];

const HEAD: Cells = &[(50, "Date"), (110, "Details"), (420, "Amount GBP"), (497, "Balance")];
/// One account is swept to nothing, the other begins with nothing: read as one, they prove.
const SWEPT: [Cells; 3] = [
    &[(110, "Opening balance"), (497, "1,000.00")],
    &[
        (50, "13/10/2025"),
        (110, "To savings"),
        (420, "-1,000.00"),
        (500, "0.00"),
    ],
    &[(110, "Closing balance"), (497, "0.00")],
];
const BEGUN: [Cells; 3] = [
    &[(110, "Opening balance"), (497, "0.00")],
    &[(50, "14/10/2025"), (110, "From current"), (420, "7.00"), (500, "7.00")],
    &[(110, "Closing balance"), (497, "7.00")],
];

/// Account, amounts and proof of each statement.
fn statements(import: &Import) -> Vec<(String, String, Proof)> {
    let of = |read: &tieout_formats::ReadStatement| {
        let amounts: Vec<String> = read.lines.iter().map(|line| line.amount.to_string()).collect();
        (
            read.statement.account.id.clone(),
            amounts.join(" "),
            read.statement.proof,
        )
    };
    import.statements.iter().map(of).collect()
}

fn exact(account: &str, amounts: &str) -> (String, String, Proof) {
    (account.to_owned(), amounts.to_owned(), Proof::Exact)
}

/// Two accounts on one page, below these rows.
fn two(first: &[Cells], second: &[Cells]) -> Import {
    read(&rows(&[first, &[HEAD], &SWEPT, second, &[HEAD], &BEGUN].concat()))
}

#[test]
fn accounts_are_told_apart_by_numbers_behind_any_label() {
    for label in [
        "Account ",
        "A/C No: ",
        "Konto ",
        "Kto-Nr. ",
        "Compte n° ",
        "Número de cuenta: ",
        "Conto corrente n. ",
        "Rekening ",
        "Conta nº ",
        "Numer rachunku ",
        "Kontonr ",
    ] {
        for (one, other) in [
            ("12345678", "87654321"),
            ("12345678", "5678"),
            ("00112345678", "12345678"),
        ] {
            if label.len() < 13 && other.len() < 6 && matches!(label, "Account " | "Konto " | "Rekening ") {
                continue; // Few digits behind words that are said of other things are no number.
            }
            let (first, second) = (format!("{label}{one}"), format!("{label}{other}"));
            let import = two(&[&[(50, &first)]], &[&[(50, &second)]]);
            let expected = [exact(one, "-1000.00"), exact(other, "7.00")];
            assert_eq!(statements(&import), expected, "{first} {second}");
        }
    }
}

#[test]
fn an_iban_with_wrong_check_digits_is_an_account_of_its_own() {
    let first: Cells = &[(50, "IBAN: GB82 WEST 1234 5698 7654 32")];
    for (iban, told) in [("DE89 3704 0044 0532 0130 00", 0), ("DE88 3704 0044 0532 0130 00", 1)] {
        let text = format!("IBAN: {iban}");
        let import = two(&[first], &[&[(50, text.as_str())]]);
        let id = iban.replace(' ', "");
        assert_eq!(
            statements(&import),
            [exact("GB82WEST12345698765432", "-1000.00"), exact(&id, "7.00")]
        );
        let problems = import.reading.problems.iter();
        assert_eq!(problems.filter(|problem| problem.code == Code::Irregular).count(), told);
    }
}

#[test]
fn an_iban_of_a_payment_above_the_next_header_begins_no_account() {
    let of = |payee: &'static str, left: i32| {
        let payee = [(left, payee)];
        let first: [Cells; 4] = [
            &[(50, "IBAN: DE89 3704 0044 0532 0130 00")],
            HEAD,
            &[(110, "Opening balance"), (497, "100.00")],
            &[(50, "13/10/2025"), (110, "Rent"), (420, "-10.00"), (500, "90.00")],
        ];
        let second: [Cells; 4] = [
            &payee,
            HEAD,
            &[(50, "14/10/2025"), (110, "Tea"), (420, "-20.00"), (500, "70.00")],
            &[(110, "Closing balance"), (497, "70.00")],
        ];
        statements(&read(&pages(&[&first, &second])))
    };
    for payee in ["IBAN: DE12 1234 1234 1234 1234 12", "IBAN: DE12XXXXXXXXXXXXXXXX12"] {
        for left in [50, 110] {
            let own = exact("DE89370400440532013000", "-10.00 -20.00");
            assert_eq!(of(payee, left), [own], "{payee}");
        }
    }
}

#[test]
fn a_masked_iban_has_no_wrong_check_digits() {
    for (iban, told) in [("DE89XXXXXXXXXXXXXX3000", 0), ("DE88 3704 0044 0532 0130 00", 1)] {
        let text = format!("IBAN: {iban}");
        let number = [(50, text.as_str())];
        let import = read(&rows(&[&[&number[..], HEAD], &BEGUN[..]].concat()));
        let problems = import.reading.problems.iter();
        assert_eq!(
            problems.filter(|problem| problem.code == Code::Irregular).count(),
            told,
            "{iban}"
        );
        assert_eq!(import.statements[0].statement.account.id, iban.replace(' ', ""));
    }
}

#[test]
fn parts_of_an_account_and_numbers_below_their_labels_are_read() {
    let import = two(
        &[&[(50, "Account number: 1234567 00")]],
        &[&[(50, "Account number: 1234567 01")]],
    );
    assert_eq!(
        statements(&import),
        [exact("123456700", "-1000.00"), exact("123456701", "7.00")]
    );
    let labels: Cells = &[(50, "Account number"), (300, "Sort code")];
    let import = two(
        &[labels, &[(50, "12345678"), (300, "20-00-00")]],
        &[labels, &[(50, "87654321"), (300, "20-00-00")]],
    );
    assert_eq!(
        statements(&import),
        [exact("12345678", "-1000.00"), exact("87654321", "7.00")]
    );
}

#[test]
fn what_opens_behind_a_closing_balance_is_another_statement() {
    // Whatever numbers are read: none, or the same in another currency.
    let import = two(&[&[(50, "Current")]], &[&[(50, "Savings")]]);
    assert_eq!(statements(&import), [exact("", "-1000.00"), exact("", "7.00")]);
    let number: Cells = &[(50, "Account number 12345678")];
    let import = two(&[number, &[(50, "Currency: EUR")]], &[number, &[(50, "Currency: USD")]]);
    let currencies = import
        .statements
        .iter()
        .map(|read| read.statement.currency.unwrap().to_string());
    assert_eq!(currencies.collect::<Vec<_>>(), ["EUR", "USD"]);
}

#[test]
fn a_page_that_opens_with_what_closed_the_one_before_goes_on() {
    let first: [Cells; 5] = [
        &[(50, "Account 12345678")],
        HEAD,
        &[(110, "Opening balance"), (497, "100.00")],
        &[(50, "13/10/2025"), (110, "Tea"), (420, "-10.00"), (500, "90.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ];
    let second: [Cells; 4] = [
        HEAD,
        &[(110, "Opening balance"), (497, "90.00")],
        &[(50, "14/10/2025"), (110, "Rent"), (420, "-20.00"), (500, "70.00")],
        &[(110, "Closing balance"), (497, "70.00")],
    ];
    let import = read(&pages(&[&first, &second]));
    assert_eq!(statements(&import), [exact("12345678", "-10.00 -20.00")]);
}

#[test]
fn balances_in_the_head_of_each_page_begin_no_statement() {
    let top: [Cells; 4] = [
        &[(50, "Account number 12345678")],
        &[(50, "Opening balance"), (200, "100.00")],
        &[(50, "Closing balance"), (200, "70.00")],
        HEAD,
    ];
    let import = read(&pages(&[
        &[
            &top[..],
            &[&[(50, "13/10/2025"), (110, "Tea"), (420, "-10.00"), (500, "90.00")]],
        ]
        .concat(),
        &[
            &top[..],
            &[&[(50, "14/10/2025"), (110, "Rent"), (420, "-20.00"), (500, "70.00")]],
        ]
        .concat(),
    ]));
    assert_eq!(statements(&import), [exact("12345678", "-10.00 -20.00")]);
}

#[test]
fn one_account_under_two_forms_of_its_number_is_one() {
    for (first, second) in [
        ("IBAN CH93 0076 2011 6238 5295 7", "Kontonummer 1162-3852.957"),
        ("IBAN BE68 5390 0754 7034", "Rekeningnummer 539-0075470-34"),
        ("IBAN FR14 2004 1010 0505 0001 3M02 606", "Numéro de compte 0500013M026"),
        (
            "IBAN ES91 2100 0418 4502 0005 1332",
            "Account number 2100 0418 45 0200051332",
        ),
        ("IBAN SE45 5000 0000 0583 9825 7466", "Kontonummer 5839-825 7466"),
        (
            "IBAN CZ65 0800 0000 1920 0014 5399",
            "Account number 19-2000145399/0800",
        ),
        ("Account number 1234-5678", "Account number 12345678"),
        ("Account number 12345678", "Account number 20-00-00 12345678"),
        ("Account number 12345678", "Account number ****5678"),
        ("Account number 12345678", "First Bank, own account number 99998888"),
    ] {
        let row = |y| [(50, y), (110, "Tea"), (420, "-10.00")];
        let import = read(&pages(&[
            &[&[(50, first)], HEAD, &row("13/10/2025")],
            &[&[(50, second)], HEAD, &row("14/10/2025")],
        ]));
        let all = statements(&import);
        assert_eq!((all.len(), all[0].1.as_str()), (1, "-10.00 -10.00"), "{first} {second}");
    }
}

#[test]
fn the_number_nearest_to_the_table_is_its_account() {
    let import = read(&rows(
        &[
            &[
                &[(50, "First Bank, own IBAN DE75 5121 0800 1245 1261 99")][..],
                &[(50, "Account number 55556666")],
                &[(50, "There were no transactions.")],
                &[(50, "Account number 12345678")],
                HEAD,
            ],
            &SWEPT[..],
        ]
        .concat(),
    ));
    assert_eq!(statements(&import), [exact("12345678", "-1000.00")]);
}

#[test]
fn the_period_of_the_paper_is_that_of_each_account() {
    let row = |amount: &'static str| [(50, "13 Oct"), (110, "Tea"), (420, amount)];
    let (first, second) = (row("-1.00"), row("-2.00"));
    let import = read(&rows(&[
        &[(50, "1 October 2025 to 31 October 2025")],
        &[(50, "Account number 12345678")],
        HEAD,
        &first,
        &[(50, "Account number 87654321")],
        HEAD,
        &second,
    ]));
    let day = |at: usize| import.statements[at].lines[0].booking_date.unwrap().to_string();
    assert_eq!((day(0), day(1)), ("2025-10-13".to_owned(), "2025-10-13".to_owned()));
}

#[test]
fn a_page_that_is_missing_between_two_accounts_leaves_neither_proved() {
    let page = |number: &'static str, account: &'static str, above: &'static str, below: &'static str| {
        let rows: Vec<Vec<(i32, &str)>> = vec![
            vec![(400, number)],
            vec![(50, account)],
            HEAD.to_vec(),
            vec![(110, above), (497, "100.00")],
            vec![(50, "13/10/2025"), (110, "Tea"), (420, "-10.00"), (500, "90.00")],
            vec![(110, below), (497, "90.00")],
        ];
        rows
    };
    let (one, other) = ("Account number 12345678", "Account number 87654321");
    let (opening, closing) = ("Opening balance", "Closing balance");
    for (first, second) in [
        // Page 2 of all is missing, or the first of the second account.
        (
            page("Page 1 of 3", one, opening, "Balance carried forward"),
            page("Page 3 of 3", other, opening, closing),
        ),
        (
            page("Page 2 of 2", one, opening, closing),
            page("Page 2 of 2", other, "Balance brought forward", closing),
        ),
    ] {
        let mut papers = vec![first, second];
        if papers[0][0][0].1 == "Page 2 of 2" {
            papers.insert(0, page("Page 1 of 2", one, opening, "Balance carried forward"));
            papers[1][3][0].1 = "Balance brought forward";
        }
        let rows: Vec<Vec<Cells>> = papers
            .iter()
            .map(|page| page.iter().map(Vec::as_slice).collect())
            .collect();
        let slices: Vec<&[Cells]> = rows.iter().map(Vec::as_slice).collect();
        let import = read(&pages(&slices));
        let told: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
        assert!(told.contains(&Code::PageGap), "{told:?}");
        let all = statements(&import);
        assert!(all.iter().all(|(_, _, proof)| *proof != Proof::Exact), "{all:?}");
    }
}

/// The first page of the first account is missing: what is left of it has neither header nor number.
#[test]
fn movements_that_go_on_from_no_page_are_named() {
    let rest: [Cells; 2] = [
        &[(50, "12/10/2025"), (110, "Tea"), (420, "-10.00"), (500, "90.00")],
        &[(110, "Closing balance"), (497, "90.00")],
    ];
    let next = [&[&[(50, "Account 87654321")][..], HEAD][..], &BEGUN].concat();
    let import = read(&pages(&[&rest, &next]));
    let codes: Vec<Code> = import.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(statements(&import), [exact("87654321", "7.00")]);
    assert!(codes.contains(&Code::Incomplete), "{codes:?}");
}
