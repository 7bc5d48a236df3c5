//! Columns of balances: what is missing from a statement is said, whatever is missing, and what is no running balance is
//! no break.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::problem::Problem;
use tieout_core::{Code, Decimal};
use tieout_formats::{Import, Proof, ReadOptions, ReadStatement, read_all};

/// Day of March, amount and balance in cents.
type Row = (i64, i64, i64);

const OPENING: i64 = 500_000;

/// A line a day, of amounts that come to no sum of others.
fn month(count: i64) -> Vec<Row> {
    let mut balance = OPENING;
    let rows = (0..count).map(|number| {
        let amount = (number * 7_919 + 1_237) % 99_991 - 45_000;
        balance += amount;
        (number + 1, amount, balance)
    });
    rows.collect()
}

fn money(cents: i64) -> Decimal {
    Decimal::from_minor(cents, 2)
}

fn table(header: &str, rows: &[Row]) -> String {
    let mut text = format!("Date,Description,Amount,{header},Currency\n");
    for (number, (day, amount, balance)) in rows.iter().enumerate() {
        let (month, day) = (3 + (day - 1) / 28, (day - 1) % 28 + 1);
        let (amount, balance) = (money(*amount), money(*balance));
        writeln!(text, "2025-{month:02}-{day:02},Shop {number},{amount},{balance},EUR").unwrap();
    }
    text
}

fn read(header: &str, rows: &[Row]) -> Import {
    let text = table(header, rows);
    read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable")
}

fn statement(import: &Import) -> &ReadStatement {
    &import.statements[0]
}

fn breaks(import: &Import) -> usize {
    let of = |code: Code| {
        import
            .reading
            .problems
            .iter()
            .filter(move |problem| problem.code == code)
    };
    of(Code::BalanceBreak).count()
}

fn without(rows: &[Row], gone: &BTreeSet<usize>) -> Vec<Row> {
    let kept = rows.iter().enumerate().filter(|(place, _)| !gone.contains(place));
    kept.map(|(_, row)| *row).collect()
}

/// Opening and closing of the whole; the breaks of which no two are of neighbours, and what they come to.
fn says_what_is_missing(rows: &[Row], gone: &BTreeSet<usize>, newest_first: bool) {
    let mut kept = without(rows, gone);
    let (oldest, newest) = (kept[0], kept[kept.len() - 1]);
    if newest_first {
        kept.reverse();
    }
    let import = read("Balance", &kept);
    let found = statement(&import);
    let at = |balance: &Option<tieout_formats::Balance>| balance.as_ref().map(|balance| balance.amount);
    assert_eq!(at(&found.statement.opening), Some(money(oldest.2 - oldest.1)));
    assert_eq!(at(&found.statement.closing), Some(money(newest.2)));
    let missing: i64 = gone.iter().map(|place| rows[*place].1).sum();
    assert_eq!(found.statement.proof, Proof::Off(money(missing)), "{gone:?}");
    let off = &found.statement.balance_breaks;
    let sum = off
        .iter()
        .try_fold(Decimal::ZERO, |sum, found| sum.checked_add(found.off));
    assert_eq!(sum, Some(money(missing)), "{gone:?}");
    let gaps = gone.iter().filter(|place| !gone.contains(&(**place + 1))).count();
    assert_eq!((off.len(), breaks(&import)), (gaps, gaps), "{gone:?}");
}

#[test]
fn any_two_rows_that_are_missing_are_said() {
    for count in [4, 5, 6, 8, 12, 18, 20] {
        let rows = month(count);
        let inner = 1..rows.len() - 1;
        for first in inner.clone() {
            for second in inner.clone().filter(|second| *second > first) {
                says_what_is_missing(&rows, &BTreeSet::from([first, second]), second % 2 == 0);
            }
        }
    }
}

#[test]
fn a_list_of_every_second_line_is_off_by_the_others() {
    let rows = month(41);
    let gone: BTreeSet<usize> = (0..rows.len()).filter(|place| place % 2 == 1).collect();
    says_what_is_missing(&rows, &gone, false);
    says_what_is_missing(&rows, &gone, true);
}

#[test]
fn of_two_lines_the_balance_of_the_second_must_follow() {
    says_what_is_missing(&month(3), &BTreeSet::from([1]), false);
    says_what_is_missing(&month(3), &BTreeSet::from([1]), true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever amounts move an account, and whichever of the rows between the first and the last are missing: the
    /// breaks come to what is missing, and the statement never proves.
    #[test]
    fn breaks_come_to_what_is_missing(
        steps in prop::collection::vec((0..4_i64, -99_999..99_999_i64, prop::bool::weighted(0.3)), 3..40),
        newest_first: bool,
    ) {
        let (mut day, mut balance) = (1, OPENING);
        let mut rows = Vec::new();
        let mut gone = BTreeSet::new();
        let last = steps.len() - 1;
        for (place, (days, amount, is_gone)) in steps.into_iter().enumerate() {
            day += days;
            balance += amount;
            rows.push((day, amount, balance));
            if is_gone && place > 0 && place < last {
                gone.insert(place);
            }
        }
        let missing: i64 = gone.iter().map(|place| rows[*place].1).sum();
        let mut kept = without(&rows, &gone);
        if newest_first {
            kept.reverse();
        }
        let import = read("Balance", &kept);
        let found = &statement(&import).statement;
        if missing == 0 {
            prop_assert!(gone.is_empty() || found.proof != Proof::Exact || breaks(&import) == 0);
        } else {
            prop_assert!(found.proof != Proof::Exact, "{:?}", found);
            prop_assert!(breaks(&import) > 0, "{}", table("Balance", &kept));
            if let Proof::Off(off) = found.proof {
                let sum = found.balance_breaks.iter().try_fold(Decimal::ZERO, |sum, found| sum.checked_add(found.off));
                prop_assert_eq!(sum, Some(off));
                let dates: BTreeSet<i64> = kept.iter().map(|row| row.0).collect();
                if dates.len() == kept.len() {
                    prop_assert_eq!(off, money(missing));
                }
            }
        }
    }

    /// The order of the rows says nothing: whatever they are sorted by, the balances of a whole list prove it.
    #[test]
    fn a_whole_list_in_any_order_proves(seed in prop::collection::vec(any::<u32>(), 25)) {
        let rows = month(25);
        let mut order: Vec<(u32, Row)> = seed.into_iter().zip(rows.iter().copied()).collect();
        order.sort_unstable();
        let shuffled: Vec<Row> = order.into_iter().map(|(_, row)| row).collect();
        let import = read("Balance", &shuffled);
        let found = &statement(&import).statement;
        prop_assert_eq!(found.proof, Proof::Exact);
        prop_assert_eq!(found.opening.as_ref().map(|balance| balance.amount), Some(money(OPENING)));
        prop_assert_eq!(found.closing.as_ref().map(|balance| balance.amount), Some(money(rows[24].2)));
        prop_assert_eq!(breaks(&import), 0);
    }

    /// What is missing from a list that is sorted by something else is said too.
    #[test]
    fn a_list_in_any_order_that_is_not_whole_never_proves(
        seed in prop::collection::vec(any::<u32>(), 25),
        gone in prop::collection::btree_set(1..24_usize, 1..8),
    ) {
        let rows = without(&month(25), &gone);
        let mut order: Vec<(u32, Row)> = seed.into_iter().zip(rows.iter().copied()).collect();
        order.sort_unstable();
        let shuffled: Vec<Row> = order.into_iter().map(|(_, row)| row).collect();
        let import = read("Balance", &shuffled);
        prop_assert!(statement(&import).statement.proof != Proof::Exact);
        prop_assert!(breaks(&import) > 0);
    }
}

/// Says nothing: no break, no balance, no proof.
#[track_caller]
fn is_silent(header: &str, rows: &[Row]) {
    let import = read(header, rows);
    let found = &statement(&import).statement;
    assert_eq!(
        (breaks(&import), found.proof),
        (0, Proof::NotPossible),
        "{}",
        table(header, rows)
    );
    assert!(found.balance_breaks.is_empty());
}

#[test]
fn balances_of_the_end_of_the_day_prove_under_a_name_only() {
    for shared in 2..14 {
        let mut rows = month(24);
        for row in &mut rows {
            row.0 = i64::midpoint(row.0, shared);
        }
        for place in (0..rows.len() - 1).rev() {
            if rows[place].0 == rows[place + 1].0 {
                rows[place].2 = rows[place + 1].2;
            }
        }
        for _ in 0..2 {
            let named = read("Balance", &rows);
            let proof = statement(&named).statement.proof;
            assert_eq!(
                (breaks(&named), proof),
                (0, Proof::Exact),
                "{}",
                table("Balance", &rows)
            );
            is_silent("Available balance", &rows);
            rows.reverse();
        }
    }
}

#[test]
fn balances_that_stand_still_say_nothing() {
    for balance in [0, 123_456] {
        for count in [2, 3, 18] {
            let rows: Vec<Row> = month(count)
                .into_iter()
                .map(|(day, amount, _)| (day, amount, balance))
                .collect();
            is_silent("Balance", &rows);
        }
    }
}

#[test]
fn balances_of_two_accounts_in_turn_are_no_breaks() {
    let mut rows: Vec<Row> = month(28);
    let mut balances = [OPENING, 90_000];
    for (number, row) in rows.iter_mut().enumerate() {
        balances[number % 2] += row.1;
        row.2 = balances[number % 2];
    }
    is_silent("Balance", &rows);
}

#[test]
fn available_balances_may_hold_back_what_is_not_booked() {
    let mut rows = month(12);
    for row in &mut rows[2..5] {
        row.2 -= 7_777;
    }
    for row in &mut rows[7..11] {
        row.2 -= 3_210;
    }
    is_silent("Available balance", &rows);
    is_silent("Saldo disponible", &rows);
    assert_eq!(breaks(&read("Balance", &rows)), 4);
}

/// What is called an available balance, or nothing that is known, is the balance where every other line follows it.
#[test]
fn a_short_list_that_lacks_a_line_says_so_under_any_name() {
    for header in ["Available", "Disponible", "Verfügbar", "Available balance", "Rest"] {
        for count in 4..11 {
            let rows = month(count);
            let import = read(header, &rows);
            assert_eq!(
                (breaks(&import), statement(&import).statement.proof),
                (0, Proof::Exact),
                "{header} {count}"
            );
            for gone in 1..rows.len() - 1 {
                // Of four lines without a known name two steps alone hold, which may be chance.
                if header == "Rest" && count < 6 {
                    continue;
                }
                let import = read(header, &without(&rows, &BTreeSet::from([gone])));
                let found = &statement(&import).statement;
                if matches!(header, "Available" | "Disponible" | "Verfügbar") {
                    let told =
                        |problem: &&Problem| problem.message.contains("a line is missing, or money is held back");
                    assert_eq!(
                        import.reading.problems.iter().filter(told).count(),
                        1,
                        "{header} {count} {gone}"
                    );
                    assert_eq!(
                        (breaks(&import), found.proof),
                        (0, Proof::NotPossible),
                        "{header} {count} {gone}"
                    );
                    continue;
                }
                assert_eq!(breaks(&import), 1, "{header} {count} {gone}");
                assert_eq!(found.proof, Proof::Off(money(rows[gone].1)), "{header} {count} {gone}");
            }
        }
    }
}

#[test]
fn a_balance_printed_once_is_not_the_column_of_balances() {
    let rows = "2025-03-01,A,-10.00,,990.00\n2025-03-02,B,-20.00,,970.00\n2025-03-03,C,100.00,1570.00,1070.00\n";
    let (opening, closing, breaks, proof) = said("Balance,Available balance", rows);
    assert_eq!((opening, closing), frame("1000.00", "1070.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let lacking = rows.replace("1070.00", "1040.00");
    assert!(!said("Balance,Available balance", &lacking).2.is_empty());
}

#[test]
fn beside_the_balance_what_is_available_does_not_count() {
    let rows =
        "2025-03-01,A,-10.00,490.00,990.00\n2025-03-02,B,20.00,510.00,1010.00\n2025-03-03,C,5.00,515.00,1015.00\n";
    let (opening, closing, breaks, proof) = said("Available balance,Balance", rows);
    assert_eq!((opening, closing), frame("1000.00", "1015.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let held = rows.replace(",490.00,", ",470.00,").replace(",510.00,", ",440.00,");
    for header in ["Available,Ledger", "Available balance,Ledger"] {
        assert_eq!(said(header, &held).1, "1015.00");
        assert_eq!(said(header, &held).3, Proof::Exact);
    }
}

/// Of two lines, too, the header says that the balance is what is owed.
#[test]
fn two_lines_of_what_is_owed_prove() {
    let rows = "2025-03-03,A,-80.00,1280.00\n2025-03-05,B,250.00,1030.00\n";
    let (opening, closing, breaks, proof) = said("Balance owed", rows);
    assert_eq!((opening, closing), frame("-1200.00", "-1030.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let (_, _, breaks, _) = said("Balance owed", &rows.replace("1030", "1020"));
    assert_eq!(breaks, [(3, "10.00".to_owned())]);
}

#[test]
fn sides_in_letters_before_the_figures_are_read() {
    let rows = "2025-03-03,Rent,Dr 800.00,Cr 1200.00\n2025-03-05,Sale,Cr 250.00,Cr 1450.00\n2025-03-11,Fuel,Dr 1500.00,Dr 50.00\n";
    let (opening, closing, breaks, proof) = said("Balance", rows);
    assert_eq!((opening, closing), frame("2000.00", "-50.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let (opening, closing, breaks, proof) = said("Balance", &rows.replace(".00", ""));
    assert_eq!((opening, closing), frame("2000", "-50"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let mixed = "2025-03-03,Rent,-800.50,Cr 1200\n2025-03-05,Sale,250.50,Cr 1450.50\n2025-03-11,Fuel,-1500,Dr 49.50\n";
    assert_eq!(said("Balance", mixed).3, Proof::Exact);
    let whole = "2025-03-03,Rent,-800,Cr 1200\n2025-03-05,Sale,250,Cr 1450\n2025-03-11,Fuel,-1500,Dr 50\n";
    assert_eq!(said("Balance", whole).3, Proof::Exact);
    assert_eq!(said("Voucher", whole).3, Proof::NotPossible);
}

#[test]
fn lines_of_a_day_in_another_order_prove_all_the_same() {
    let mut rows = month(18);
    for row in &mut rows {
        row.0 = (row.0 + 2) / 3;
    }
    for day in rows.chunks_mut(3) {
        day.swap(0, 1);
    }
    let import = read("Balance", &rows);
    assert_eq!((breaks(&import), statement(&import).statement.proof), (0, Proof::Exact));
    rows.remove(7);
    let import = read("Balance", &rows);
    assert_eq!(breaks(&import), 1);
    assert!(matches!(statement(&import).statement.proof, Proof::Off(_)));
}

#[test]
fn a_line_that_stands_twice_is_a_break() {
    let mut rows = month(18);
    rows.insert(9, rows[9]);
    let import = read("Balance", &rows);
    assert_eq!(breaks(&import), 1);
    assert_eq!(statement(&import).statement.proof, Proof::Off(money(-rows[9].1)));
}

#[test]
fn balances_that_follow_in_no_order_are_said_once_and_not_used() {
    let mut rows = month(18);
    rows.sort_unstable_by_key(|row| row.1);
    for row in &mut rows {
        row.2 = row.2 * 31 % 99_991;
    }
    let import = read("Balance", &rows);
    assert_eq!(breaks(&import), 1);
    let found = &statement(&import).statement;
    assert_eq!(
        (&found.opening, &found.closing, found.proof),
        (&None, &None, Proof::NotPossible)
    );
}

/// UK banks print the balance beside the last line of a day, others the day's balance beside each.
#[test]
fn balances_of_days_prove_day_by_day() {
    let lines = [
        ("2025-03-01", "-10.00", "990.00"),
        ("2025-03-02", "-20.00", "940.00"),
        ("2025-03-02", "-30.00", "940.00"),
        ("2025-03-03", "100.00", "1035.00"),
        ("2025-03-03", "-5.00", "1035.00"),
        ("2025-03-04", "-35.00", "1000.00"),
        ("2025-03-05", "-1.00", "999.00"),
    ];
    let is_last = |at: usize| lines.get(at + 1).is_none_or(|next| next.0 != lines[at].0);
    for (once, falls) in [(true, false), (true, true), (false, false), (false, true)] {
        let text = |left_out: Option<usize>| {
            let mut rows: Vec<String> = (0..lines.len())
                .filter(|at| Some(*at) != left_out)
                .map(|at| {
                    let (date, amount, balance) = lines[at];
                    let balance = if once && !is_last(at) { "" } else { balance };
                    format!("{date},x,{amount},{balance}\n")
                })
                .collect();
            if falls {
                rows.reverse();
            }
            format!("Date,Description,Amount,Balance\n{}", rows.concat())
        };
        let read = |text: String| {
            let options = tieout_formats::ReadOptions::default();
            let import = tieout_formats::read_all(&mut std::io::Cursor::new(text.into_bytes()), &options).unwrap();
            import.statements[0].statement.clone()
        };
        let whole = read(text(None));
        assert_eq!(whole.proof, tieout_formats::Proof::Exact, "{once} {falls}");
        assert_eq!(whole.opening.unwrap().amount.to_string(), "1000.00");
        let cut = read(text(Some(1)));
        assert_eq!(cut.balance_breaks.len(), 1, "{once} {falls}");
        assert_eq!(cut.balance_breaks[0].off.to_string(), "-20.00");
        assert_ne!(cut.proof, tieout_formats::Proof::Exact);
    }
}

/// Beside the first line of each day, oldest first.
#[test]
fn balances_of_days_may_stand_beside_the_first_line() {
    let rows = "2025-03-01,A,-10.00,990.00\n2025-03-02,B,-20.00,940.00\n2025-03-02,C,-30.00,\n2025-03-03,D,100.00,1035.00\n\
                2025-03-03,E,-5.00,\n2025-03-04,F,-35.00,1000.00\n";
    let (opening, closing, breaks, proof) = said("Balance", rows);
    assert_eq!((opening, closing), frame("1000.00", "1000.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let lacking = rows.replace("2025-03-02,C,-30.00,\n", "");
    let (_, _, breaks, proof) = said("Balance", &lacking);
    assert_eq!(breaks, [(3, "-30.00".to_owned())]);
    assert_eq!(proof, Proof::Off("-30.00".parse().unwrap()));
}

/// What a table of these rows says: opening, closing, breaks by line, proof.
fn said(header: &str, rows: &str) -> (String, String, Vec<(u64, String)>, Proof) {
    let text = format!("Date,Description,Amount,{header}\n{rows}");
    let import = read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable");
    let found = &statement(&import).statement;
    let amount = |balance: &Option<tieout_formats::Balance>| {
        balance
            .as_ref()
            .map_or(String::new(), |balance| balance.amount.to_string())
    };
    let breaks = found.balance_breaks.iter();
    (
        amount(&found.opening),
        amount(&found.closing),
        breaks.map(|found| (found.source_line, found.off.to_string())).collect(),
        found.proof,
    )
}

fn frame(opening: &str, closing: &str) -> (String, String) {
    (opening.to_owned(), closing.to_owned())
}

#[test]
fn a_row_that_stands_twice_on_the_first_day_is_a_break() {
    let rest = "2025-03-10,C,-531.49,1996.09\n2025-03-17,D,-120.03,1876.06\n";
    for first in [
        "2025-03-06,A,-382.91,2617.09\n2025-03-06,B,-89.51,2527.58\n2025-03-06,B,-89.51,2527.58\n",
        "2025-03-06,B,-89.51,2527.58\n2025-03-06,B,-89.51,2527.58\n",
    ] {
        let (_, closing, breaks, proof) = said("Balance", &format!("{first}{rest}"));
        let twice = u64::try_from(first.lines().count() + 1).unwrap();
        assert_eq!((closing.as_str(), breaks), ("1876.06", vec![(twice, "89.51".into())]));
        assert_eq!(proof, Proof::Off("89.51".parse().unwrap()));
    }
}

#[test]
fn lines_without_a_balance_count_for_the_next_one_that_is_printed() {
    let rows = [
        "2025-03-01,A,59.74,1059.74\n",
        "2025-03-02,B,-77.28,982.46\n",
        "2025-03-03,C,-9.49,\n",
        "2025-03-03,D,-61.91,911.06\n",
        "2025-03-03,E,-63.38,847.68\n",
        "2025-03-05,F,-95.03,752.65\n",
    ];
    for falls in [false, true] {
        let text = |left_out: Option<usize>| {
            let kept = rows.iter().enumerate().filter(|(at, _)| Some(*at) != left_out);
            let mut kept: Vec<&str> = kept.map(|(_, row)| *row).collect();
            if falls {
                kept.reverse();
            }
            kept.concat()
        };
        let (opening, closing, breaks, proof) = said("Balance", &text(None));
        assert_eq!((opening, closing), frame("1000.00", "752.65"));
        assert_eq!((breaks, proof), (vec![], Proof::Exact));
        for (gone, off) in [(1, "-77.28"), (2, "-9.49"), (3, "-61.91"), (4, "-63.38")] {
            let (opening, closing, breaks, proof) = said("Balance", &text(Some(gone)));
            assert_eq!((opening, closing), frame("1000.00", "752.65"), "{gone}");
            assert_eq!(breaks.iter().map(|found| found.1.as_str()).collect::<Vec<_>>(), [off]);
            assert_eq!(proof, Proof::Off(off.parse().unwrap()), "{gone}");
        }
    }
}

#[test]
fn behind_the_newest_balance_nothing_is_proved() {
    let up = "2025-03-02,A,500.00,1500.00\n2025-03-04,B,-300.00,1200.00\n2025-03-05,C,-20.00,\n";
    let down = "2025-03-05,C,-20.00,\n2025-03-04,B,-300.00,1200.00\n2025-03-02,A,500.00,1500.00\n";
    for rows in [up, down] {
        let (opening, closing, breaks, proof) = said("Balance", rows);
        assert_eq!((opening, closing), frame("1000.00", "1180.00"));
        assert_eq!((breaks, proof), (vec![], Proof::NotPossible));
    }
    let off = up.replace("1200.00", "1210.00");
    assert_eq!(said("Balance", &off).2, [(3, "10.00".to_owned())]);
    let nothing = (String::new(), String::new(), vec![], Proof::NotPossible);
    assert_eq!(
        said("Balance", &up.replace("1200.00", "")),
        nothing,
        "one balance of some line"
    );
}

#[test]
fn the_newest_day_may_stand_first_and_its_oldest_line_on_top() {
    let rows = "2025-03-05,F,-20.00,960.00\n2025-03-05,G,20.00,980.00\n2025-03-04,E,20.00,980.00\n\
                2025-03-03,B,-20.00,980.00\n2025-03-03,C,20.00,1000.00\n2025-03-03,D,-40.00,960.00\n2025-03-01,A,-5.00,1000.00\n";
    let (opening, closing, breaks, proof) = said("Balance", rows);
    assert_eq!((opening, closing), frame("1005.00", "980.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
    let once = rows.replace(",1000.00\n2025-03-03,D", ",\n2025-03-03,D");
    assert_eq!(said("Balance", &once).3, Proof::Exact);
    let twice = rows.replace("2025-03-04,E", "2025-03-05,G,20.00,980.00\n2025-03-04,E");
    let (_, closing, breaks, proof) = said("Balance", &twice);
    assert_eq!((closing.as_str(), breaks.len()), ("980.00", 1));
    assert_eq!(proof, Proof::Off("-20.00".parse().unwrap()));
}

#[test]
fn what_is_owed_breaks_by_name_in_any_order() {
    let rows = [
        "2025-03-03,A,-10.00,3010.00\n",
        "2025-03-07,B,-8.50,3018.50\n",
        "2025-03-09,C,-12.50,3031.00\n",
        "2025-03-13,D,300.00,2731.00\n",
        "2025-03-22,E,-7.00,2738.00\n",
        "2025-03-24,F,-1.00,2739.00\n",
    ];
    let whole = rows.concat();
    for header in ["Balance", "Balance owed"] {
        let ends = frame("-3000.00", "-2739.00");
        for (changed, off) in [
            (whole.clone(), None),
            (whole.replace("-8.50", "-8.00"), Some("-0.50")),
            (whole.replace("-8.50", "8.50"), Some("-17.00")),
            (whole.replace(rows[2], ""), Some("-12.50")),
            (whole.replace(rows[4], &rows[4].repeat(2)), Some("7.00")),
        ] {
            let down: String = changed.split_inclusive('\n').rev().collect();
            for rows in [&changed, &down] {
                let (opening, closing, breaks, proof) = said(header, rows);
                assert_eq!((opening, closing), ends, "{rows}");
                let expected = off.map_or(Proof::Exact, |off| Proof::Off(off.parse().unwrap()));
                assert_eq!((breaks.len(), proof), (usize::from(off.is_some()), expected), "{rows}");
            }
        }
    }
    let mut sorted = rows;
    sorted.sort_unstable_by_key(|row| row.split(',').nth(2).unwrap_or_default().to_owned());
    let (opening, closing, breaks, proof) = said("Balance owed", &sorted.concat());
    assert_eq!((opening, closing), frame("-3000.00", "-2739.00"));
    assert_eq!((breaks, proof), (vec![], Proof::Exact));
}

/// Beside the last line, or the same beside each; beside the first alone it may be either end of the day.
#[test]
fn the_balance_of_a_statement_of_one_day_is_what_it_ends_with() {
    let closing = |balances: [&str; 3]| {
        let mut text = "Date,Description,Amount,Balance\n".to_owned();
        for (amount, balance) in ["100.00", "50.00", "-20.00"].iter().zip(balances) {
            writeln!(text, "2025-03-13,x,{amount},{balance}").unwrap();
        }
        let import = read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable");
        let found = statement(&import).statement.closing.as_ref();
        found.map(|balance| balance.amount.to_string())
    };
    assert_eq!(closing(["", "", "1180.00"]).as_deref(), Some("1180.00"));
    assert_eq!(closing(["1180.00", "1180.00", "1180.00"]).as_deref(), Some("1180.00"));
    assert_eq!(closing(["1100.00", "", ""]), None);
}
