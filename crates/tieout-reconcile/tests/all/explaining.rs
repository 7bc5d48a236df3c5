//! The figures as of a day, their difference to the cent, the classic form, and the verdict.

use crate::common;
use crate::common::{date, desk, equation, march, minor, note, reasons};
use tieout_core::money::grouped;
use tieout_reconcile::result::{BalanceBasis, NoteCode, OutstandingState, Standing, Verdict};

fn side(result: &tieout_reconcile::result::StatementSide) -> String {
    let sections = result
        .sections
        .iter()
        .map(|s| format!("{} {}", s.kind.code(), grouped(s.amount, 2)));
    let sections: Vec<String> = sections.collect();
    format!(
        "{} | {} | {}",
        grouped(result.balance, 2),
        sections.join(", "),
        grouped(result.adjusted, 2)
    )
}

#[test]
fn the_difference_is_explained_to_the_cent() {
    let cases = [
        (
            "everything matches",
            march("line 03-05 50.00 A", "1050.00", "entry 03-04 50.00 A\n match l0 = e1"),
            "1,050.00 - 1,050.00 = 0.00: ",
        ),
        (
            "a line that the books lack",
            march("line 03-05 -7.50 FEE", "992.50", ""),
            "992.50 - 1,000.00 = -7.50: open_lines -7.50",
        ),
        (
            "an entry on its way stays in scope until it is set aside",
            march("", "1000.00", "entry 03-30 -40.00 Check"),
            "1,000.00 - 960.00 = 40.00: open_entries 40.00",
        ),
        (
            "a fee within a match is to be booked",
            march(
                "line 03-05 97.00 Payout",
                "1097.00",
                "entry 03-04 100.00 Sale\n match l0 = e1 fee -3.00",
            ),
            "1,097.00 - 1,100.00 = -3.00: adjustments_to_book -3.00",
        ),
        (
            "a statement that does not prove",
            march("line 03-05 50.00 A", "1055.00", "entry 03-04 50.00 A\n match l0 = e1"),
            "1,055.00 - 1,050.00 = 5.00: uncovered 5.00",
        ),
        (
            "a part payment",
            march(
                "line 03-05 60.00 A",
                "1060.00",
                "entry 03-04 100.00 A\n match l0 = e1:60.00",
            ),
            "1,060.00 - 1,100.00 = -40.00: open_entries -40.00",
        ),
    ];
    for (case, result, expected) in cases {
        assert_eq!(equation(&result), expected, "{case}");
    }
}

const YEAR_END: &str = "
    file q.sta
    period 12-01 2027-01-31
    opening 1000.00 11-30
    line 12-10 200.00 A
    line 2027-01-04 -300.00 Check 7
    line 2027-01-05 80.00 C
    line 2027-01-06 40.00 D second half
    closing 1020.00 2027-01-31
    books whole
    entry 11-01 1000.00 Capital
    entry 12-09 200.00 A
    entry 12-20 -300.00 Check 7
    entry 12-30 80.00 C
    as-of 12-31
    match l0 = e1
    match l1 = e2
    match l2 = e3
";

#[test]
fn as_of_a_day_in_the_middle_what_clears_later_is_outstanding() {
    let result = desk(YEAR_END).reconcile();
    assert_eq!(equation(&result), "1,200.00 - 1,200.00 = 0.00: ");
    assert_eq!(result.verdict, Verdict::TiedOut);
    assert_eq!(
        side(&result.two_sided.bank),
        "1,200.00 | deposits_in_transit 80.00, outstanding_payments -300.00 | 980.00"
    );
    assert_eq!(side(&result.two_sided.books), "980.00 |  | 980.00");
    let states: Vec<_> = result
        .outstanding
        .iter()
        .map(|item| (item.entry, item.amount, item.state))
        .collect();
    assert_eq!(
        states,
        [
            (
                2,
                minor("-300.00"),
                OutstandingState::ClearedLater {
                    group: 1,
                    on: date("2027-01-04")
                }
            ),
            (
                3,
                minor("80.00"),
                OutstandingState::ClearedLater {
                    group: 2,
                    on: date("2027-01-05")
                }
            ),
        ]
    );
    assert_eq!(
        note(&result, NoteCode::BalanceDerived),
        "no statement prints a balance for 2026-12-31: 1,200.00 follows from the balance of 2026-11-30, 1 line comes \
         after it"
    );
}

#[test]
fn of_a_match_that_reaches_over_the_day_the_rest_is_one_outstanding_amount() {
    let text = YEAR_END
        .replace("entry 12-30 80.00 C", "entry 12-30 80.00 C\n entry 12-31 240.00 D")
        .replace("match l0 = e1", "match l0 l3 = e4");
    let result = desk(&text).reconcile();
    // Of the 240.00, 200.00 were at the bank by then; A of 200.00 is open instead.
    assert_eq!(equation(&result), "1,200.00 - 1,400.00 = -200.00: open_entries -200.00");
    let rest = result.outstanding.iter().find(|item| item.entry == 4).unwrap();
    assert_eq!(rest.amount, minor("40.00"));
}

#[test]
fn what_the_books_recorded_after_the_day_is_its_own_component() {
    let text = YEAR_END.replace("entry 12-09 200.00 A", "entry 2027-01-02 200.00 A");
    let result = desk(&text).reconcile();
    assert_eq!(equation(&result), "1,200.00 - 1,000.00 = 200.00: recorded_later 200.00");
    assert_eq!(result.verdict, Verdict::TiedOut);
    assert_eq!(side(&result.two_sided.books), "780.00 | recorded_later 200.00 | 980.00");
    assert_eq!(result.two_sided.remaining, 0);
}

#[test]
fn an_entry_that_a_wrong_date_takes_past_the_day_is_told_and_not_tied_out() {
    let of = |entry: &str, decided: bool| {
        let text = format!(
            "
            file march.sta
            opening 1000.00 02-28
            line 03-05 -277.30 Tile World
            closing 722.70 03-31
            books from 1000.00
            entry {entry} -277.30 Tile World
            match l0 = e0
        "
        );
        let prepared = desk(&text).prepare();
        let part = |item| tieout_match::Part {
            item,
            amount: minor("-277.30"),
        };
        let mut group = common::make_group(vec![part(0)], vec![part(0)], Vec::new(), tieout_match::Tier::Automatic);
        if decided {
            group.proof.found_by = tieout_match::Reason::Decision;
        }
        let outcome = tieout_match::Outcome {
            groups: vec![group],
            exceptions: Vec::new(),
        };
        let result = prepared.reconcile(outcome).unwrap();
        let classes: Vec<_> = result.exceptions.iter().map(|found| found.class).collect();
        let faults = match &result.verdict {
            Verdict::TiedOut => Vec::new(),
            Verdict::NotTiedOut(faults) => faults.iter().map(|fault| fault.text.clone()).collect(),
        };
        (classes, faults, note(&result, NoteCode::LateEntry).to_owned())
    };
    let wrong = vec![tieout_match::ExceptionClass::WrongDate];
    let fault = String::from("a wrong date keeps 1 entry of -277.30 in sum out of the books of the day");
    assert_eq!(
        of("05-03", false),
        (wrong, vec![fault.clone()], String::new()),
        "day and month swapped, past the day"
    );
    assert_eq!(
        of("03-05", false),
        (Vec::new(), Vec::new(), String::new()),
        "no late entry"
    );
    assert_eq!(
        of("05-03", true),
        (Vec::new(), Vec::new(), String::new()),
        "a person decided"
    );
    assert_eq!(
        of("03-30", false),
        (
            Vec::new(),
            Vec::new(),
            "1 matched entry is dated weeks after the bank booked; check the date: the entry of 2026-03-30 \u{201c}Tile \
             World\u{201d} 25 days after the line of 2026-03-05 \u{201c}Tile World\u{201d}"
                .into()
        ),
        "late, but within the period"
    );
    assert_eq!(of("04-06", false).1, [fault], "a month and a day late, past the day");
    assert_eq!(of("04-02", false).1, [""; 0], "four weeks late, past the day");
}

#[test]
fn without_printed_balances_movements_are_compared() {
    let text = "
        file march.csv CSV
        line 03-05 50.00 A
        line 03-06 -2.00 Fee
        books whole
        entry 01-01 700.00 Capital
        entry 03-04 50.00 A
        match l0 = e1
    ";
    let result = desk(text).reconcile();
    assert_eq!(result.figures.basis, BalanceBasis::Movement);
    assert_eq!(equation(&result), "48.00 - 50.00 = -2.00: open_lines -2.00");
    assert!(note(&result, NoteCode::MovementOnly).starts_with("no statement prints a balance"));
}

#[test]
fn lines_around_the_printed_balances_roll_them_and_lines_inside_contradict() {
    let text = "
        file a.sta
        opening 1000.00 02-28
        line 03-05 50.00 A
        line 03-20 1.00 B
        closing 1051.00 03-31
        file b.csv CSV
        line 02-20 9.00 Before
        line 03-10 7.00 Inside
        line 04-02 2.00 After
        books unknown
    ";
    let result = desk(text).reconcile();
    assert_eq!(result.figures.bank_opening, minor("991.00"));
    assert_eq!(result.figures.statement_balance, minor("1053.00"));
    assert_eq!(
        equation(&result),
        "1,053.00 - 991.00 = 62.00: open_lines 69.00, uncovered -7.00"
    );
}

#[test]
fn a_balance_that_no_statement_prints_does_not_follow_from_that_of_its_own_day() {
    let found = desk(
        "file a.sta
        period 03-01 03-31
        opening 1000.00 02-28
        line 03-05 50.00 A
        books extract
        entry 03-05 50.00 A
        match l0 = e0",
    )
    .reconcile();
    assert_eq!(
        note(&found, NoteCode::BalanceDerived),
        "no statement prints a balance for 2026-03-31: 1,050.00 follows from the balance before its lines and from them"
    );
}

#[test]
fn both_sides_of_the_classic_form_meet() {
    let result = march(
        "line 03-05 50.00 A
        line 03-10 -7.50 FEE
        line 03-11 -7.50 FEE
        line 03-12 97.00 Payout",
        "1132.00",
        "entry 03-05 50.00 A
        entry 03-11 100.00 Sale
        entry 03-12 100.00 Sale
        entry 03-29 30.00 On its way
        entry 03-30 -40.00 Also
        match l0 = e1
        match l3 = e2 fee -3.00
        class l1 BankFee
        class l2 DuplicateLine
        class e3 DuplicateEntry",
    );
    assert_eq!(
        side(&result.two_sided.bank),
        "1,132.00 | deposits_in_transit 30.00, outstanding_payments -40.00, bank_errors 7.50 | 1,129.50"
    );
    assert_eq!(
        side(&result.two_sided.books),
        "1,240.00 | fees_and_interest -7.50, match_differences -3.00, duplicates -100.00 | 1,129.50"
    );
    assert_eq!(result.two_sided.remaining, 0);
    let adjustments: Vec<String> = result
        .adjustments
        .iter()
        .map(|a| {
            let posting = &a.transaction.postings()[1];
            format!(
                "{} {} {} {}",
                a.transaction.date(),
                posting.account.name,
                posting.amount,
                a.reason
            )
        })
        .collect();
    assert_eq!(
        adjustments,
        [
            "2026-03-12 Bank fees 3.00 EUR fee taken out of the payment in the match of the line of 2026-03-12 \u{201c}Payout\u{201d}",
            "2026-03-10 Bank fees 7.50 EUR bank fee: the line of 2026-03-10 \u{201c}FEE\u{201d} is not in the books",
            "2026-03-12 To be clarified 100.00 EUR the entry of 2026-03-12 \u{201c}Sale\u{201d} was entered twice",
        ]
    );
    assert_eq!(
        result
            .adjustments
            .iter()
            .filter(|a| a.standing == Standing::Booked)
            .count(),
        1
    );
}

#[test]
fn the_verdict_names_every_reason() {
    let result = march(
        "line 03-10 -7.50 FEE",
        "993.50",
        "entry 02-27 -9.00 Unknown before
        entry 03-01 -40.00 Payment
        entry 03-12 100.00 Sale
        class e3 DuplicateEntry",
    );
    assert_eq!(
        reasons(&result),
        [
            "1 bank line is not explained by the books, -7.50 in sum",
            "1 entry is in error, 100.00 in sum",
            "1 entry has been outstanding for too long, -40.00 in sum",
            "bank and books differ by 9.00 before the period begins",
            "1.00 of the statement balance is not covered by lines: march.sta, whose lines do not sum to its balances",
        ]
    );
}

#[test]
fn what_waits_within_its_limit_and_what_matches_book_is_tied_out() {
    let result = march(
        "line 03-12 97.00 Payout",
        "1097.00",
        "entry 03-11 100.00 Sale\n entry 03-29 30.00 On its way\n match l0 = e1 fee -3.00",
    );
    assert_eq!(result.verdict, Verdict::TiedOut);
}

#[test]
fn suggestions_confirm_nothing() {
    let result = march(
        "line 03-05 50.00 A",
        "1050.00",
        "entry 03-04 50.00 A\n match l0 = e1 suggested",
    );
    assert_eq!(
        equation(&result),
        "1,050.00 - 1,050.00 = 0.00: open_lines 50.00, open_entries -50.00"
    );
    assert_ne!(result.verdict, Verdict::TiedOut);
    assert_eq!((result.counts.automatic, result.counts.suggested), (0, 1));
    // A person chooses; booking the line as well would record it twice.
    assert!(result.exceptions.iter().all(|exception| exception.group == Some(0)));
    assert_eq!(result.adjustments, []);
}

#[test]
fn a_difference_of_twice_an_item_asks_about_the_sign() {
    let result = march("line 03-05 -50.00 A", "950.00", "entry 03-04 50.00 A");
    assert_eq!(
        note(&result, NoteCode::Sign),
        "the difference of -100.00 is exactly twice the line of 2026-03-05 \u{201c}A\u{201d}: is its sign turned?"
    );
    let turned = desk(
        "file card.sta
        opening -300.00 02-28
        closing -300.00 03-31
        books whole
        entry 02-01 300.00 Owed",
    );
    assert!(note(&turned.reconcile(), NoteCode::Sign).contains("twice a balance"));
}

#[test]
fn a_line_and_an_entry_of_one_number_with_different_amounts_are_named() {
    let hints = |entries: &str| {
        let result = march(
            "line 03-05 78.95 Dunn INV-7010\n line 03-09 5.00 Other",
            "1083.95",
            entries,
        );
        let notes = result.notes.iter().filter(|note| note.code == NoteCode::WrongAmount);
        notes.map(|note| note.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        hints("entry 03-03 18.73 Dunn 7010"),
        [
            "the line of 2026-03-05 \u{201c}Dunn INV-7010\u{201d} (78.95) and the entry of 2026-03-03 \u{201c}Dunn \
             7010\u{201d} (18.73) bear the same number: one of the amounts may be wrong"
        ]
    );
    for not_so in [
        "entry 03-03 -18.73 Dunn 7010",
        "entry 03-25 18.73 Dunn 7010",
        "entry 03-03 18.73 Dunn 7011",
        "entry 03-03 18.73 Dunn 7010\n entry 03-04 60.00 Dunn 7010",
        "entry 03-03 18.73 Dunn 7010\n match l0 = e1 fee 60.22 suggested",
        "entry 03-03 78.95 Dunn 7010\n match l0 = e1",
    ] {
        assert!(hints(not_so).is_empty(), "{not_so}");
    }
}

#[test]
fn a_day_before_the_statements_is_refused() {
    let mut early = desk("file a.sta\n opening 1.00 02-28\n line 03-05 1.00 A\n closing 2.00 03-31");
    early.case.as_of = Some(date("02-01"));
    let error = tieout_reconcile::prepare(early.case).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2026-02-01 is before 2026-03-01, the first day of the statements"
    );
}

#[test]
fn an_outcome_that_does_not_fit_is_an_error_not_a_wrong_figure() {
    for (row, error) in [
        ("match l0 = e0:60.00", "group 0 is off by -1000 minor units"),
        (
            "match l0 = e0:50.00 suggested\n match l0 = e0:50.00",
            "group 1 is automatic but follows a suggestion",
        ),
        (
            "match l0 = e0:50.00\n match l0 = e0:50.00",
            "group 1 takes more of an item than is open",
        ),
    ] {
        let text = format!("file a.sta\n line 03-05 50.00 A\n books whole\n entry 03-05 100.00 B\n {row}");
        assert_eq!(desk(&text).try_reconcile().unwrap_err().to_string(), error);
    }
}

#[test]
fn entries_of_days_without_a_statement_wait_for_that_statement() {
    let text = "
        file april.sta
        period 04-01 04-30
        opening 1000.00 03-31
        line 04-10 50.00 A
        closing 1050.00 04-30
        file june.sta
        period 06-01 06-30
        opening 1130.00 05-31
        line 06-10 7.00 B
        closing 1137.00 06-30
        books from 1000.00
        entry 04-09 50.00 A
        entry 04-28 30.00 Of the days before
        entry 05-12 50.00 Of the gap
        entry 06-09 7.00 B
        entry 04-05 -3.00 Too old for it
        match l0 = e0
        match l1 = e3
    ";
    let result = desk(text).reconcile();
    let of = |entry: u32| {
        let mut exceptions = result.exceptions.iter();
        let found = exceptions.find(|found| found.item == entry).unwrap();
        (found.class.code(), found.action, found.stale)
    };
    let give = tieout_match::Action::GiveStatement;
    assert_eq!(of(1), ("deposit_in_transit", give, false));
    assert_eq!(of(2), ("deposit_in_transit", give, false));
    assert_eq!(of(4), ("payment_in_transit", tieout_match::Action::Investigate, true));
    let Verdict::NotTiedOut(faults) = &result.verdict else {
        panic!("tied out");
    };
    let faults: Vec<_> = faults.iter().map(|fault| fault.text.as_str()).collect();
    assert_eq!(
        faults,
        [
            "1 entry has been outstanding for too long, -3.00 in sum",
            "2 entries are of days that no statement covers, 80.00 in sum; give the statement",
            "1 statement does not open where the one before closed, 80.00 in sum",
        ]
    );
    assert_eq!(
        side(&result.two_sided.bank),
        "1,137.00 | outstanding_payments -3.00, uncovered 0.00 | 1,134.00"
    );
}
