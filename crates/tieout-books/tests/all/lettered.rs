//! Amounts of books that bear `Dr` and `Cr`: as bookkeepers mean it, debit is money into the account.

use crate::common::read_text;

fn amounts(text: &str) -> Vec<String> {
    let books = read_text(text, None);
    books.entries.iter().map(|entry| entry.amount.to_string()).collect()
}

#[test]
fn both_sides_are_marked() {
    let text = "Date,Description,Amount,Balance\n2025-03-14,Rent,\"1,234.56 Cr\",\"8,765.44 Dr\"\n\
        2025-03-15,Acme,12.00 Dr,\"8,777.44 Dr\"\n2025-03-16,Coffee,0.50 Cr,\"8,776.94 Dr\"\n";
    assert_eq!(amounts(text), ["-1234.56", "12.00", "-0.50"]);
    let books = read_text(text, None);
    assert_eq!(books.reading.opening.unwrap().amount.to_string(), "10000.00");
    assert_eq!(books.reading.closing.unwrap().amount.to_string(), "8776.94");
}

#[test]
fn only_credits_are_marked() {
    let text =
        "Date,Description,Amount\n2025-03-14,Rent,\"1,234.56CR\"\n2025-03-15,Acme,12.00\n2025-03-16,Coffee,0.50CR\n";
    assert_eq!(amounts(text), ["-1234.56", "12.00", "-0.50"]);
}

#[test]
fn only_debits_are_marked() {
    let text =
        "Date,Description,Amount\n2025-03-14,Rent,\"1,234.56\"\n2025-03-15,Acme,12.00 DR\n2025-03-16,Coffee,0.50\n";
    assert_eq!(amounts(text), ["-1234.56", "12.00", "-0.50"]);
}
