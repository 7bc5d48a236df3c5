//! Totals that a table prints below its movements: none is a movement, and what the lines contradict is said.

use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{ReadOptions, read_all};

/// What the totals below these rows contradict.
fn totals_off(text: &str) -> Vec<(Code, String)> {
    let import = read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable");
    let problems = import.reading.problems.iter();
    let grave = problems.filter(|problem| problem.code.loses());
    grave.map(|problem| (problem.code, problem.message.clone())).collect()
}

#[test]
fn a_total_of_one_side_that_differs_is_told_where_the_other_agrees() {
    let head = "Date,Description,Debit,Credit\n2025-03-03,Rent,800.00,\n2025-03-05,Sale A,,250.00\n";
    let tail = "2025-03-11,Fuel,60.00,\n2025-03-20,Sale B,,400.00\n";
    let told = |total: &str| totals_off(&format!("{head}{tail}{total}\n"));
    assert_eq!(told(",Total,860.00,650.00"), []);
    assert_eq!(
        told(",Total,860.00,2650.00"),
        [(
            Code::ControlTotal,
            "statement: the total below the lines prints 2650.00, the lines sum to 650.00".to_owned()
        )]
    );
    assert_eq!(told("Total,,1060.00,650.00").len(), 1);
    assert_eq!(told(",Total,1860.00,1650.00"), [], "over what, nothing says");
    let carried = "Date,Description,Debit,Credit\n,Opening balance,,2000.00\n".to_owned();
    let carried = format!(
        "{}{}{tail},Total,860.00,2650.00\n",
        carried,
        head.split_once('\n').unwrap().1
    );
    assert_eq!(totals_off(&carried), [], "with the balance before");
    let pages = format!("{head},Total,800.00,250.00\n{tail},Total,60.00,400.00\n");
    assert_eq!(totals_off(&pages), [], "page by page");
    let second =
        "Date,Description,Debit,Credit\n2025-03-03,Rent,800.00,\n,Total,800.00,0.00\n2025-03-20,Sale,60.00,400.00\n";
    let second = second.replace("60.00,400.00", ",400.00") + "2025-03-21,Fuel,60.00,\n,Total,60.00,400.00\n";
    assert_eq!(totals_off(&second), [], "the credits are all on the second page");
}

#[test]
fn totals_named_by_their_side_are_no_movements_and_compared() {
    let text = "Date,Description,Amount\n2025-03-03,Rent,-800.00\n2025-03-05,Sale A,250.00\n2025-03-11,Fuel,-60.00\n";
    assert_eq!(
        totals_off(&format!("{text}Total debits,,860.00\nTotal credits,,250.00\n")),
        []
    );
    assert_eq!(
        totals_off(&format!("{text},Total debits,-860.00\n,Total credits,250.00\n")),
        []
    );
    let off = totals_off(&format!("{text}Total debits,,1060.00\nTotal credits,,250.00\n"));
    assert_eq!(
        off.iter().map(|(code, _)| *code).collect::<Vec<_>>(),
        [Code::ControlTotal]
    );
}

#[test]
fn totals_by_kind_are_several_figures_of_one_side() {
    let rows =
        "2025-03-03,Rent,-800.00\n2025-03-05,Sale,650.00\n2025-03-06,ATM,-60.00\n2025-03-31,Monthly fee,-12.00\n";
    let text = format!("Date,Description,Amount\n{rows}");
    for totals in [
        ",Total deposits,650.00\n,Total withdrawals,-860.00\n,Total fees,-12.00\n",
        "Total credits,,650.00\nTotal debits,,860.00\nTotal charges,,12.00\n",
        "Total credits,,650.00\nTotal debits,,872.00\nTotal charges,,12.00\n",
    ] {
        assert_eq!(totals_off(&format!("{text}{totals}")), [], "{totals}");
    }
    assert_eq!(
        totals_off(&format!("{text}Total credits,,650.00\nTotal debits,,860.00\n")).len(),
        1
    );
    let sides = "Date,Description,Debit,Credit\n2025-03-03,Rent,800.00,\n2025-03-05,Sale,,650.00\n";
    for totals in [
        "Total,,800.00,650.00\nTurnover,,2800.00,650.00\n",
        "Turnover,,2800.00,650.00\nTotal,,800.00,650.00\n",
    ] {
        assert_eq!(totals_off(&format!("{sides}{totals}")), [], "{totals}");
    }
}

#[test]
fn a_total_by_name_that_is_compared_with_nothing_is_told() {
    let unread = |text: &str| {
        let text = format!("Date,Description,Amount\n{text}");
        let import = read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable");
        let problems = import.reading.problems.iter();
        problems.filter(|problem| problem.code == Code::Unread).count()
    };
    let (rent, sale) = ("2025-03-03,Rent,-800.00\n", "2025-03-05,Sale,650.00\n");
    assert_eq!(unread(&format!("{rent},Total debit,-45.00\n{sale}")), 1);
    assert_eq!(unread(&format!("{rent}{sale},Total debit,-45.00\n")), 1);
    assert_eq!(
        unread(&format!("{rent}{sale},Total debit,-800.00\n,Total credit,650.00\n")),
        0
    );
}
