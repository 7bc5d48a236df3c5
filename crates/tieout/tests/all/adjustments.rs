//! Proposed adjustments from the command line: a duplicate is reversed as it was booked, or its reason says on what.

use crate::common::Desk;

const BANK: &str =
    "Date,Description,Amount,Currency\n2025-10-02,ACME invoice,500.00,SEK\n2025-10-13,Split purchase,-70.00,SEK\n";

#[test]
fn a_duplicate_is_reversed_on_every_account_that_it_was_booked_on() {
    let purchase = |number: u8| {
        format!(
            "#VER A {number} 20251013 \"Split purchase\"\n{{\n#TRANS 1930 {{}} -70.00\n#TRANS 6100 {{}} 56.00\n#TRANS 2640 {{}} 14.00\n}}\n"
        )
    };
    let books = format!(
        "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#FNAMN \"X\"\n#RAR 0 20250101 20251231\n#KONTO 1930 \"Bank\"\n#KONTO 2640 \"Moms\"\n\
         #KONTO 6100 \"Kontor\"\n#KONTO 3000 \"Sales\"\n#VER A 1 20251002 \"ACME invoice\"\n{{\n#TRANS 1930 {{}} 500.00\n\
         #TRANS 3000 {{}} -500.00\n}}\n{}{}",
        purchase(2),
        purchase(3)
    );
    let desk = Desk::new("adjustments-mirrored");
    desk.put("bank.csv", BANK).put("books.se", &books);
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.se --account 1930 --adjustments fix.se");
    assert_eq!(ended.code, 1);
    let fix = desk.read("fix.se");
    for row in ["#TRANS 1930 {} 70.00", "#TRANS 6100 {} -56.00", "#TRANS 2640 {} -14.00"] {
        assert!(fix.contains(row), "{fix}");
    }
}

#[test]
fn a_duplicate_whose_rows_are_no_bookings_is_to_be_clarified_and_says_where_it_was_booked() {
    let purchase = "2025-10-13 Split purchase\n    assets:bank  -70.00 SEK\n    expenses:a  56.00 SEK\n    expenses:b  14.00 SEK\n    \
                    [budget]  -5.00 SEK\n    [rest]  5.00 SEK\n\n";
    let books =
        format!("2025-10-02 ACME invoice\n    assets:bank  500.00 SEK\n    income:sales\n\n{purchase}{purchase}");
    let desk = Desk::new("adjustments-clarified");
    desk.put("bank.csv", BANK).put("books.journal", &books);
    desk.tieout(
        "reconcile --statement bank.csv --ledger books.journal --account assets:bank --adjustments fix.journal",
    );
    let fix = desk.read("fix.journal");
    assert!(fix.contains("assets:to be clarified  -70.00 SEK"), "{fix}");
    assert!(fix.contains("was booked on - expenses:a; expenses:b"), "{fix}");
}
