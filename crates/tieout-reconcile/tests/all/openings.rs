//! What was open at the cut-off: entries before it, lists of open items, opening balances of bank and books.

use crate::common;
use crate::common::{date, desk, equation, march, minor, note};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{NoteCode, Verdict};
use tieout_reconcile::statements::{FilePlace, OpenItem};

/// Entries that are open, by their places, and what of them is.
fn outstanding(result: &Reconciliation) -> Vec<(u32, i64)> {
    let open = result.outstanding.iter();
    open.map(|item| (item.entry, item.amount)).collect()
}

#[test]
fn entries_before_the_cut_off_are_cleared_unless_a_line_clears_them() {
    let result = march(
        "line 03-02 -40.00 Check 9",
        "960.00",
        "entry 02-20 -40.00 Check 9\n entry 02-21 -5.00 Old\n entry 02-21 5.00 Old\n match l0 = e1",
    );
    assert_eq!(equation(&result), "960.00 - 960.00 = 0.00: ");
    assert_eq!(result.figures.books_opening, minor("1000.00"));
    assert_eq!(
        note(&result, NoteCode::AssumedCleared),
        "assumed 3 entries before 2026-03-01 cleared; change with --open-items"
    );
}

#[test]
fn an_old_item_that_nobody_cleared_is_drift_and_the_hint_names_it() {
    let books = "entry 02-20 -40.00 Check 9";
    let result = march("", "1000.00", books);
    assert_eq!(equation(&result), "1,000.00 - 960.00 = 40.00: drift 40.00");
    assert_eq!(result.two_sided.remaining, minor("40.00"));
    assert_eq!(
        note(&result, NoteCode::DriftHint),
        "the difference of 40.00 before the period equals the entry of 2026-02-20 \u{201c}Check 9\u{201d}: if the bank \
         had not booked it by then, list it with --open-items"
    );
    let listed = march("", "1000.00", &format!("{books}\n listed 02-20 -40.00 9"));
    assert_eq!(equation(&listed), "1,000.00 - 960.00 = 40.00: open_entries 40.00");
    assert_eq!(listed.two_sided.remaining, 0);
}

#[test]
fn a_listed_item_that_an_extract_lacks_is_carried_forward() {
    let text = "
        file march.sta
        opening 1000.00 02-28
        line 03-05 -40.00 Check 9
        closing 960.00 03-31
        books from 960.00
        listed 02-20 -40.00 9
        match l0 = e0
    ";
    let result = desk(text).reconcile();
    assert_eq!(equation(&result), "960.00 - 960.00 = 0.00: ");
    assert_eq!(
        note(&result, NoteCode::OpenItem),
        "the listed open item 9 of -40.00 is before the extract of the books and was carried forward"
    );
}

#[test]
fn listed_items_are_found_by_id_reference_or_day_and_may_be_open_in_part() {
    let listed = |id: &str, reference: &str, day: Option<&str>, amount: &str| OpenItem {
        id: id.into(),
        reference: reference.into(),
        date: day.map(date),
        amount: minor(amount),
        ..OpenItem::default()
    };
    let cases = [
        ("its id", listed("e-2", "", None, "-40.00"), Some((1, "-40.00"))),
        (
            "its id, a part of it",
            listed("e-2", "", None, "-15.00"),
            Some((1, "-15.00")),
        ),
        (
            "its reference",
            listed("", "CHK 9", None, "-40.00"),
            Some((1, "-40.00")),
        ),
        ("its day", listed("", "", Some("02-21"), "-40.00"), Some((2, "-40.00"))),
        ("its amount, which two have", listed("", "", None, "-40.00"), None),
        (
            "its amount, which one has",
            listed("", "", None, "-41.00"),
            Some((3, "-41.00")),
        ),
        ("another amount", listed("", "CHK9", None, "-40.01"), None),
        ("more than there is", listed("e-2", "", None, "-50.00"), None),
    ];
    for (by, item, found) in cases {
        let mut march = desk("file a.sta\n opening 1000.00 02-28\n closing 1000.00 03-31\n books whole");
        for (day, amount, id, reference) in [
            ("02-15", "1000.00", "e-1", ""),
            ("02-20", "-40.00", "e-2", "CHK9"),
            ("02-21", "-40.00", "e-3", "CHK10"),
            ("02-22", "-41.00", "e-4", ""),
        ] {
            let mut entry = common::item(date(day), minor(amount), "", id);
            entry.reference = reference;
            march.case.books.entries.push(&entry).unwrap();
        }
        march.case.open_items = Some(vec![item]);
        let result = march.reconcile();
        let open = outstanding(&result);
        let expected: Vec<_> = found.iter().map(|(entry, amount)| (*entry, minor(amount))).collect();
        assert_eq!(open, expected, "{by}");
        assert_eq!(note(&result, NoteCode::OpenItem).is_empty(), found.is_some(), "{by}");
    }
}

#[test]
fn checks_listed_without_a_sign_have_that_of_the_books() {
    let listed = |check: &str, day: &str, amount: &str| OpenItem {
        check_number: check.into(),
        date: Some(date(day)),
        amount: minor(amount),
        ..OpenItem::default()
    };
    let mut march = desk("file a.sta\n opening 1000.00 02-28\n closing 1000.00 03-31\n books unknown");
    for (day, amount, check) in [
        ("02-20", "-40.00", "001041"),
        ("02-21", "-15.00", ""),
        ("02-22", "-12.00", ""),
    ] {
        let mut entry = common::item(date(day), minor(amount), "", "");
        entry.check_number = check;
        march.case.books.entries.push(&entry).unwrap();
        march.case.books.provenance.places.push(FilePlace::default());
    }
    march.case.open_items = Some(vec![
        listed("1041", "02-19", "40.00"),
        listed("", "02-21", "15.00"),
        // Neither a number nor the day says that this is the entry of the same amount.
        listed("", "02-24", "12.00"),
        // A check of a list without signs, from before the books.
        listed("1007", "01-10", "9.00"),
    ]);
    let result = march.reconcile();
    let open = outstanding(&result);
    assert_eq!(open, [(3, minor("-9.00")), (0, minor("-40.00")), (1, minor("-15.00"))]);
    let notes = result.notes.iter().filter(|note| note.code == NoteCode::OpenItem);
    let notes: Vec<&str> = notes.map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "3 listed open items have the opposite sign in the books, and were taken with that: 1041 -40.00, -15.00, \
             1007 -9.00",
            "the listed open item of 12.00 is not in the books, which hold entries from 2026-02-20 on, and was left out",
            "the listed open item 1007 of -9.00 is before the extract of the books and was carried forward",
        ]
    );
}

#[test]
fn an_extract_without_opening_begins_with_the_banks() {
    let text = "
        file march.sta
        opening 1000.00 02-28
        line 03-05 50.00 A
        closing 1050.00 03-31
        books unknown
        entry 02-27 -9.00 Old
        entry 03-04 50.00 A
        match l0 = e1
    ";
    let result = desk(text).reconcile();
    assert_eq!(equation(&result), "1,050.00 - 1,050.00 = 0.00: ");
    assert_eq!(
        note(&result, NoteCode::OpeningAssumed),
        "the books are an extract without opening balance: before its open items they are taken to begin with the \
         bank's 1,000.00"
    );
}

#[test]
fn an_opening_entry_of_an_extract_is_held_against_the_banks() {
    let extract = |opening: &str| {
        desk(&format!(
            "file a.sta
        period 03-01 03-31
        opening 1000.00 02-28
        line 03-05 50.00 A
        closing 1050.00 03-31
        books extract
        {opening}
        entry 03-05 50.00 A
        match l0 = e1"
        ))
        .reconcile()
    };
    for day in ["03-01", "02-28", "01-01"] {
        for words in [
            "Opening balance",
            "Balance brought forward",
            "Starting Balance",
            "Eröffnungssaldo",
            "Report à nouveau",
        ] {
            let off = extract(&format!("entry {day} 900.00 {words}"));
            assert_eq!(
                equation(&off),
                "1,050.00 - 950.00 = 100.00: drift 100.00",
                "{day} {words}"
            );
            assert_ne!(off.verdict, Verdict::TiedOut);
            assert_eq!(
                note(&off, NoteCode::OpeningAssumed),
                "",
                "it is not assumed to be the bank's"
            );
            assert!(note(&off, NoteCode::OpeningEntered).contains("900.00"));
            let right = extract(&format!("entry {day} 1000.00 {words}"));
            assert_eq!(equation(&right), "1,050.00 - 1,050.00 = 0.00: ", "{day} {words}");
            assert_eq!(right.verdict, Verdict::TiedOut);
        }
    }
    let other = extract("entry 02-27 900.00 Grand opening of the shop");
    assert_eq!(
        equation(&other),
        "1,050.00 - 1,050.00 = 0.00: ",
        "no balance, but an entry that was cleared"
    );
}

#[test]
fn the_books_own_opening_is_held_against_the_banks() {
    let text = "
        file a.sta
        opening 1000.00 02-28
        closing 1000.00 03-31
        books from 990.00
    ";
    assert_eq!(
        equation(&desk(text).reconcile()),
        "1,000.00 - 990.00 = 10.00: drift 10.00"
    );
}

#[test]
fn books_that_begin_with_nothing_are_told_which_opening_balance_they_lack() {
    let text = "file a.sta\n opening 900.00 02-28\n line 03-05 1.00 A\n closing 901.00 03-31\n books whole\n \
                entry 03-05 1.00 A\n match l0 = e0\n";
    assert_eq!(
        note(&desk(text).reconcile(), NoteCode::DriftHint),
        "the books hold nothing before 2026-03-01: if they begin there, enter the opening balance of 900.00 on 2026-02-28"
    );
    let with_something = format!("{text}entry 02-10 5.00 Earlier\n");
    assert_eq!(note(&desk(&with_something).reconcile(), NoteCode::DriftHint), "");
}
