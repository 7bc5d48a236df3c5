//! PDF statements with words of orders and payments to come behind a closing balance: sections of them, and what only looks so.

use crate::pdf_paper::{lines, pages, read};
use tieout_core::Code;
use tieout_formats::{Import, Proof};

type Cells<'c> = &'c [(i32, &'c str)];

const ACCOUNT: Cells = &[(50, "Account number 12345678")];
const PERIOD: Cells = &[(50, "Period 01/01/2026 to 31/01/2026")];
const HEAD: Cells = &[(50, "Date"), (120, "Details"), (340, "Money out"), (500, "Balance")];
const OPENING: Cells = &[(120, "Opening balance"), (500, "100.00")];
const RENT: Cells = &[(50, "05/01/2026"), (120, "Rent"), (350, "10.00"), (500, "90.00")];
const CLOSING: Cells = &[(120, "Closing balance"), (500, "90.00")];
const LAST: Cells = &[(120, "Closing balance"), (500, "60.00")];

/// Of a page with a first movement and its closing balance, with these rows and pages behind.
fn behind(same: &[Cells], next: &[Cells]) -> Import {
    let first = [&[ACCOUNT, PERIOD, HEAD, OPENING, RENT, CLOSING], same].concat();
    let all: [&[Cells]; 2] = [&first, next];
    read(&pages(if next.is_empty() { &all[..1] } else { &all }))
}

fn count(import: &Import, code: Code) -> usize {
    let problems = import.reading.problems.iter();
    problems.filter(|problem| problem.code == code).count()
}

#[test]
fn movements_go_on_behind_words_of_what_is_to_come() {
    let tea: Cells = &[(50, "06/01/2026"), (120, "Tea"), (350, "10.00"), (500, "80.00")];
    let milk: Cells = &[(50, "07/01/2026"), (120, "Milk"), (350, "20.00"), (500, "60.00")];
    let groups = [&[(120, "Standing orders")], tea, &[(120, "Card payments")], milk, LAST];
    let inside = [&[(120, "Innkommende")], tea, milk, LAST];
    // Without the balance that ends them the column of balances and the days say so.
    let open = &groups[..4];
    let (bare_tea, bare_milk): (Cells, Cells) = (
        &[(50, "06/01/2026"), (120, "Tea"), (350, "10.00")],
        &[(50, "07/01/2026"), (120, "Milk"), (350, "20.00")],
    );
    let bare = [groups[0], bare_tea, bare_milk];
    for (rows, is_whole) in [(&groups[..], true), (&inside, true), (open, false), (&bare, false)] {
        for import in [behind(rows, &[]), behind(&[], &[&[HEAD], rows].concat())] {
            let (lines, proof) = lines(&import);
            assert_eq!(lines, ["2026-01-05 -10.00", "2026-01-06 -10.00", "2026-01-07 -20.00"]);
            assert_eq!(proof == Proof::Exact, is_whole, "{rows:?}");
            assert_eq!(count(&import, Code::Pending), 0);
        }
    }
}

#[test]
fn a_movement_of_two_rows_is_no_heading() {
    let import = behind(
        &[],
        &[
            HEAD,
            &[(50, "10/01/2026"), (120, "Standing order")],
            &[(120, "Landlord"), (350, "30.00"), (500, "60.00")],
            LAST,
        ],
    );
    assert_eq!(lines(&import).0.len(), 2);
    assert_eq!(lines(&import).1, Proof::Exact);
}

#[test]
fn a_section_ends_at_the_balance_of_the_next_month() {
    let order: Cells = &[(50, "01/02/2026"), (120, "Rent"), (350, "10.00")];
    let next: [Cells; 4] = [
        HEAD,
        &[(120, "Balance at 01/02/2026"), (500, "90.00")],
        &[(50, "03/02/2026"), (120, "Tea"), (350, "30.00"), (500, "60.00")],
        LAST,
    ];
    let import = behind(&[&[(50, "Upcoming payments")], order], &next);
    assert_eq!(
        lines(&import),
        (
            vec!["2026-01-05 -10.00".into(), "2026-02-03 -30.00".into()],
            Proof::Exact
        )
    );
    assert_eq!(count(&import, Code::Pending), 1);
}

#[test]
fn rows_between_two_closing_balances_do_not_vanish() {
    let rows: [Cells; 3] = [
        &[(50, "06/01/2026"), (120, "Card purchase")],
        &[(120, "Shop"), (350, "30.00"), (500, "60.00")],
        LAST,
    ];
    let import = behind(&rows, &[]);
    assert_eq!(count(&import, Code::BadLine), 1);
    assert_ne!(import.statements[0].statement.proof, Proof::Exact);
    // Overviews and limits are passed over in silence, before the next month too.
    let limit: Cells = &[(120, "Limit"), (350, "500.00")];
    let month: [Cells; 4] = [
        HEAD,
        CLOSING,
        &[(50, "03/02/2026"), (120, "Tea"), (350, "30.00"), (500, "60.00")],
        LAST,
    ];
    // So are sums, where the statement goes on.
    let sum: Cells = &[(120, "Total"), (350, "10.00"), (500, "90.00")];
    let more = [HEAD, month[2], LAST];
    for import in [
        behind(&[limit, CLOSING], &[]),
        behind(&[limit], &month),
        behind(&[sum], &more),
    ] {
        assert_eq!(count(&import, Code::BadLine), 0);
        assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    }
}
