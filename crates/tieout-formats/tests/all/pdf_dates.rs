//! PDF statements whose column of dates holds what is no date, none, or one that does not exist.

use crate::pdf_paper::{lines, pages, read};
use tieout_core::Code;
use tieout_formats::{Import, Proof};

type Cells<'c> = &'c [(i32, &'c str)];

const HEAD: Cells = &[(50, "Date"), (120, "Details"), (340, "Money out"), (500, "Balance")];
const OPENING: Cells = &[(120, "Opening balance"), (500, "100.00")];
const RENT: Cells = &[(50, "05/01/2026"), (120, "Rent"), (350, "10.00"), (500, "90.00")];
const CLOSING: Cells = &[(120, "Closing balance"), (500, "60.00")];

/// Of a first movement with these rows behind it.
fn of(rows: &[Cells]) -> Import {
    let account: Cells = &[(50, "Account number 12345678")];
    let period: Cells = &[(50, "Period 01/01/2026 to 31/01/2026")];
    read(&pages(&[&[
        &[account, period, HEAD, OPENING, RENT][..],
        rows,
        &[CLOSING],
    ]
    .concat()]))
}

fn count(import: &Import, code: Code) -> usize {
    let problems = import.reading.problems.iter();
    problems.filter(|problem| problem.code == code).count()
}

#[test]
fn a_date_that_cannot_be_read_is_told_and_not_that_of_the_row_above() {
    for date in ["31/31/2026", "15/O1/2026", "??/01/2026", "15/01/202", "15 Jna 2026"] {
        let one_row: Cells = &[(50, date), (120, "Tea"), (350, "30.00"), (500, "60.00")];
        let first: Cells = &[(50, date), (120, "Card purchase")];
        let second: Cells = &[(120, "Tea"), (350, "30.00"), (500, "60.00")];
        for rows in [&[one_row][..], &[first, second]] {
            let import = of(rows);
            assert_eq!(lines(&import).0, ["2026-01-05 -10.00"], "{date}");
            assert_ne!(lines(&import).1, Proof::Exact);
            assert_eq!(count(&import, Code::BadLine), 1);
        }
    }
}

#[test]
fn a_day_that_is_printed_once_holds_for_the_rows_below() {
    let tea: Cells = &[(120, "Tea"), (350, "30.00"), (500, "60.00")];
    let card: Cells = &[(50, "07/01/2026"), (120, "Card purchase")];
    for (rows, day) in [(&[tea][..], "2026-01-05"), (&[card, tea], "2026-01-07")] {
        let (lines, proof) = lines(&of(rows));
        assert_eq!(lines, ["2026-01-05 -10.00".to_owned(), format!("{day} -30.00")]);
        assert_eq!(proof, Proof::Exact);
    }
}

#[test]
fn a_day_that_does_not_exist_is_told() {
    for date in ["30/02/2026", "30/02"] {
        let import = of(&[&[(50, date), (120, "Tea"), (350, "30.00"), (500, "60.00")]]);
        assert_eq!(lines(&import).0[1], "2026-02-28 -30.00");
        assert_eq!(count(&import, Code::DateClamped), 1, "{date}");
    }
}
