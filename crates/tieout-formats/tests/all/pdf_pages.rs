//! PDF statements whose table goes over several pages, not all of which print its header.

use crate::pdf_paper::{lines, pages, read};
use tieout_core::Code;
use tieout_formats::{Import, Proof};

type Cells<'c> = &'c [(i32, &'c str)];

const HEAD: Cells = &[(50, "Date"), (110, "Details"), (337, "Money out"), (497, "Balance")];
const ACCOUNT: Cells = &[(50, "Account number 12345678")];

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A statement of two pages with these headers.
fn of(first: &[Cells], second: &[Cells]) -> Import {
    let rows: [Cells; 4] = [
        &[(50, "01/10/2025"), (110, "Tea"), (350, "10.00"), (500, "90.00")],
        &[(50, "13/10/2025"), (110, "Rent"), (350, "20.00"), (500, "70.00")],
        &[(50, "14/10/2025"), (110, "Milk"), (350, "30.00"), (500, "40.00")],
        &[(110, "of last week")],
    ];
    let top: [Cells; 2] = [&[(50, "First Bank plc")], ACCOUNT];
    read(&pages(&[
        &[&top[..], first, &rows[..2]].concat(),
        &[&top[..1], second, &rows[2..]].concat(),
    ]))
}

#[test]
fn a_header_on_one_page_holds_for_the_others() {
    let unknown: Cells = &[(50, "Day"), (110, "What"), (337, "Minus"), (497, "Rest")];
    let marked: Cells = &[(50, "Date"), (110, "Details"), (337, "Money out 1)"), (497, "Balance*")];
    let headers: [(&[Cells], &[Cells]); 6] = [
        (&[HEAD], &[]),
        (&[], &[HEAD]),
        (&[HEAD], &[unknown]),
        (&[unknown], &[HEAD]),
        (&[HEAD], &[marked]),
        (&[marked], &[]),
    ];
    for (first, second) in headers {
        let import = of(first, second);
        let expected = owned(&["2025-10-01 -10.00", "2025-10-13 -20.00", "2025-10-14 -30.00"]);

        assert_eq!(lines(&import), (expected, Proof::Exact), "{first:?} {second:?}");
        assert_eq!(import.statements[0].statement.account.id, "12345678");
        assert_eq!(import.statements[0].lines[2].text, "Milk / of last week");
    }
}

#[test]
fn movements_that_stand_in_no_column_are_named() {
    let stray: Cells = &[(50, "12/10/2025"), (110, "Cake"), (250, "5.00")];
    let import = of(&[HEAD], &[stray]);
    let told: Vec<String> = import.reading.problems.iter().map(ToString::to_string).collect();
    let named =
        "W_BAD_LINE page 2: the row \"12/10/2025 Cake 5.00\" stands below no header that is known; it was left out";
    assert!(told.iter().any(|told| told.starts_with(named)), "{told:?}");
}

#[test]
fn orders_and_payments_to_come_below_the_closing_balance_are_no_movements() {
    let head: Cells = &[(50, "Date"), (110, "Details"), (350, "Amount"), (497, "EUR")];
    let own: [Cells; 6] = [
        ACCOUNT,
        head,
        &[(110, "Opening balance"), (350, "100.00")],
        &[(50, "01/10/2025"), (110, "Tea"), (350, "-10.00")],
        &[(50, "13/10/2025"), (110, "Standing order rent"), (350, "-20.00")],
        &[(110, "Closing balance"), (350, "70.00")],
    ];
    let orders: [Cells; 2] = [
        &[(50, "05/11/2025"), (110, "Rent"), (350, "-20.00")],
        &[(50, "06/11/2025"), (110, "Gym"), (350, "-5.00")],
    ];
    let expected = (owned(&["2025-10-01 -10.00", "2025-10-13 -20.00"]), Proof::Exact);
    for heading in [
        "Standing orders",
        "Pending transactions:",
        "Vorgemerkte Umsätze",
        "Opérations à venir",
    ] {
        let heading: Cells = &[(50, heading)];
        let below = [&own[..], &[heading, head], &orders].concat();
        let behind = [&own[..], &[heading], &orders].concat();
        let next_page = [&[heading, head], &orders[..]].concat();
        for pdf in [pages(&[&below]), pages(&[&behind]), pages(&[&own, &next_page])] {
            let import = read(&pdf);
            assert_eq!(lines(&import), expected, "{heading:?}");
            let told = import.reading.problems.iter();
            assert_eq!(told.filter(|problem| problem.code == Code::Pending).count(), 1);
        }
    }
    // What has happened goes on behind an opening balance.
    let heading: Cells = &[(50, "Standing orders")];
    let next: [Cells; 3] = [
        &[(110, "Opening balance"), (350, "70.00")],
        &[(50, "20/10/2025"), (110, "Milk"), (350, "-5.00")],
        &[(110, "Closing balance"), (350, "65.00")],
    ];
    let import = read(&pages(&[
        &[&own[..], &[heading, head], &orders].concat(),
        &[&[head], &next[..]].concat(),
    ]));
    let all: usize = import.statements.iter().map(|read| read.lines.len()).sum();
    assert_eq!(all, 3);
    // Without a closing balance above it a heading ends nothing.
    let import = read(&pages(&[&[&own[..5], &[heading], &orders].concat()]));
    assert_eq!(lines(&import).0.len(), 4);
}

#[test]
fn a_row_that_cannot_be_read_is_named_by_its_page_and_text() {
    let import = of(
        &[HEAD],
        &[
            HEAD,
            &[(50, "14/10/2025"), (110, "Milk"), (350, "x10.00"), (500, "60.00")],
        ],
    );
    let told: Vec<String> = import.reading.problems.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|told| told.starts_with("W_BAD_LINE page 2: ") && told.contains("2025-10-14")),
        "{told:?}"
    );
}

#[test]
fn figures_below_names_that_the_first_header_lacks_are_named() {
    let other: Cells = &[(50, "Date"), (110, "Details"), (420, "Money in"), (560, "Balance")];
    let stray: Cells = &[(50, "14/10/2025"), (110, "Refund"), (425, "5.00")];
    let import = of(&[HEAD], &[other, stray]);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::BadLine)
    );
}

#[test]
fn a_text_that_is_not_closed_is_damage() {
    let whole: Vec<Cells> = vec![
        ACCOUNT,
        HEAD,
        &[(110, "Balance brought forward"), (497, "100.00")],
        &[(50, "01/10/2025"), (110, "Tea"), (350, "10.00"), (500, "90.00")],
        &[(110, "Balance carried forward"), (497, "90.00")],
    ];
    let text = String::from_utf8(pages(&[&whole, &whole])).unwrap();
    assert_eq!(
        read(text.as_bytes()).statements[0].statement.proof,
        Proof::Off("10.00".parse().unwrap())
    );
    let damaged = text.replacen("1 50 780 Tm", "1(50 780 Tm", 1);
    let import = read(damaged.as_bytes());
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::Incomplete)
    );
    assert_ne!(import.statements[0].statement.proof, Proof::Exact);
}

#[test]
fn pages_are_read_in_the_order_of_their_numbers() {
    let page = |number: &'static str, rows: &[Cells<'static>]| -> Vec<Cells<'static>> {
        let number: Cells = match number {
            "1" => &[(400, "Page 1 of 3")],
            "2" => &[(400, "Page 2 of 3")],
            _ => &[(400, "Page 3 of 3")],
        };
        [&[number, ACCOUNT, HEAD], rows].concat()
    };
    let first = page(
        "1",
        &[
            &[(110, "Opening balance"), (497, "100.00")],
            &[(50, "01/10/2025"), (110, "Tea"), (350, "10.00"), (500, "90.00")],
        ],
    );
    let second = page(
        "2",
        &[&[(50, "13/10/2025"), (110, "Rent"), (350, "20.00"), (500, "70.00")]],
    );
    let third = page(
        "3",
        &[
            &[(50, "14/10/2025"), (110, "Milk"), (350, "30.00"), (500, "40.00")],
            &[(110, "Closing balance"), (497, "40.00")],
        ],
    );
    let expected = owned(&["2025-10-01 -10.00", "2025-10-13 -20.00", "2025-10-14 -30.00"]);
    for order in [
        [&third, &second, &first],
        [&first, &third, &second],
        [&first, &second, &third],
    ] {
        let import = read(&pages(&order.map(Vec::as_slice)));
        assert_eq!(lines(&import), (expected.clone(), Proof::Exact));
        assert_eq!(
            import
                .reading
                .problems
                .iter()
                .filter(|problem| problem.code == Code::PageGap)
                .count(),
            0
        );
    }
}

#[test]
fn a_number_alone_below_the_columns_is_the_page() {
    for (one, two) in [("1", "2"), ("- 1 -", "- 2 -")] {
        let number = |text: &'static str| [(337, text)];
        let (one, two) = (number(one), number(two));
        let first: [Cells; 6] = [
            ACCOUNT,
            HEAD,
            &[(110, "Opening balance"), (497, "100.00")],
            &[(50, "01/10/2025"), (110, "Tea"), (350, "10.00"), (500, "90.00")],
            &one,
            &[(50, "First Bank plc, registered in England")],
        ];
        let second: [Cells; 4] = [
            HEAD,
            &[(50, "13/10/2025"), (110, "Rent"), (350, "20.00"), (500, "70.00")],
            &[(110, "Closing balance"), (497, "70.00")],
            &two,
        ];
        let import = read(&pages(&[&first, &second]));
        let expected = owned(&["2025-10-01 -10.00", "2025-10-13 -20.00"]);
        assert_eq!(lines(&import), (expected, Proof::Exact));
    }
}
