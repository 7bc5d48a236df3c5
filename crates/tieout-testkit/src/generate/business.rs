//! Books and bank statement of a business, as two CSV files in plain layouts, of any size: for benches of the whole way
//! through. (The engine's quality is measured elsewhere; here the shapes only have to be realistic enough to cost what
//! real ones cost: repeated amounts, batches, splits, truncated names, missing references, items in transit.)

use crate::random::Random;
use jiff::civil::{Date, date};
use std::io::{self, Write};

/// One movement on either side.
struct Row {
    date: Date,
    minor: i64,
    text: String,
    name: String,
    reference: String,
}

const NAMES: &[&str] = &[
    "Ashgrove Interiors",
    "Bellweather Foods",
    "Castlegate Dental",
    "Dunmore Plant Hire",
    "Eastvale Logistics",
    "Fairhaven Clinic",
    "Glenmoor Estates",
    "Hartwell Motors",
    "Ironbridge Tools",
    "Juniper Media",
    "Kestrel Security",
    "Linden Partners",
    "Maplewood School",
    "Northstar Printing",
    "Orchard Street Cafe",
    "Pinecrest Builders",
    "Quayside Marine",
    "Redfern Textiles",
    "Silverline Travel",
    "Thornbury Garage",
    "Underhill Farms",
    "Valley Instruments",
    "Westbrook Pharmacy",
    "Yarrow Consulting",
];
const FORMS: &[&str] = &["Ltd", "GmbH", "LLC", "SARL", "BV", "Inc"];

/// Writes `entries` entries of books to `books`, and the bank lines that belong to them (about 83 for 100) to `bank`.
///
/// # Errors
/// Those of the writers.
pub fn write(books: &mut impl Write, bank: &mut impl Write, entries: usize, seed: u64) -> io::Result<()> {
    let mut random = Random::new(seed);
    let mut ledger: Vec<Row> = Vec::with_capacity(entries);
    let mut lines: Vec<Row> = Vec::with_capacity(entries);
    let mut number = 10_000_u64;
    // Larger books are busier days of the same two years, so that equal amounts multiply as they do in life.
    let first = date(2024, 1, 2);
    while ledger.len() < entries {
        number += 1;
        let progress = i64::try_from(ledger.len() * 730 / entries.max(1)).unwrap_or(0);
        let day = first.saturating_add(jiff::Span::new().days(progress));
        event(&mut random, day, number, &mut ledger, &mut lines);
    }
    ledger.truncate(entries);
    ledger.sort_by_key(|row| row.date);
    lines.sort_by_key(|row| row.date);
    writeln!(
        books,
        "id,date,amount,currency,description,counterparty,doc_no,check_no"
    )?;
    for (index, row) in ledger.iter().enumerate() {
        let amount = decimal(row.minor);
        writeln!(
            books,
            "L{index},{},{amount},EUR,{},{},{},",
            row.date, row.text, row.name, row.reference
        )?;
    }
    writeln!(bank, "id,date,value_date,amount,currency,description,reference,type")?;
    for (index, row) in lines.iter().enumerate() {
        let amount = decimal(row.minor);
        writeln!(
            bank,
            "S{index},{},{},{amount},EUR,{},{},TRF",
            row.date, row.date, row.text, row.reference
        )?;
    }
    Ok(())
}

/// One piece of business: what the bookkeeper writes, and what the bank reports.
fn event(random: &mut Random, day: Date, number: u64, ledger: &mut Vec<Row>, lines: &mut Vec<Row>) {
    let name = format!("{} {}", random.pick(NAMES), random.pick(FORMS));
    let document = format!("INV-{number}");
    let lag = jiff::Span::new().days(random.between(0, 4));
    let later = day.saturating_add(lag);
    let entry = |minor, text: String, reference: String| Row {
        date: day,
        minor,
        text,
        name: name.clone(),
        reference,
    };
    match random.below(100) {
        // A batch: several receipts, one line.
        0..=7 => {
            let count = random.between(2, 6);
            let mut sum = 0;
            for part in 0..count {
                let minor = amount(random);
                sum += minor;
                ledger.push(entry(
                    minor,
                    format!("Receipt {document}"),
                    format!("{document}-{part}"),
                ));
            }
            lines.push(line(random, later, sum, &name, ""));
        }
        // A split: one bill, two payments.
        8..=10 => {
            let minor = -amount(random) - 200;
            let part = minor / 3;
            ledger.push(entry(minor, format!("Bill {document}"), document.clone()));
            lines.push(line(random, later, part, &name, &document));
            lines.push(line(random, later, minor - part, &name, &document));
        }
        // In transit, or the bank's own.
        11..=12 => ledger.push(entry(-amount(random), format!("Cheque {number}"), String::new())),
        13 => {
            let charges = -random.between(150, 2500);
            lines.push(line(random, day, charges, "ACCOUNT CHARGES", ""));
        }
        kind => {
            let sign = if kind < 60 { 1 } else { -1 };
            let minor = sign * amount(random);
            ledger.push(entry(minor, format!("Payment {document}"), document.clone()));
            let reference = if random.chance(550) { document.as_str() } else { "" };
            lines.push(line(random, later, minor, &name, reference));
        }
    }
}

/// One amount in twenty is a round standard price, the others are spread over four orders of magnitude.
fn amount(random: &mut Random) -> i64 {
    if random.chance(50) {
        return *random.pick(&[4900, 9900, 12_000, 50_000, 120_000]);
    }
    let magnitude = *random.pick(&[1_000, 10_000, 100_000, 1_000_000]);
    random.between(magnitude / 10, magnitude)
}

fn line(random: &mut Random, date: Date, minor: i64, name: &str, reference: &str) -> Row {
    let upper = name.to_uppercase();
    let cut: String = upper
        .chars()
        .take(random.pick(&[10_usize, 16, 27]).to_owned())
        .collect();
    let tail = random.below(100_000);
    let text = match random.below(3) {
        0 => format!("SEPA CT {cut} {reference}"),
        1 => format!("{cut} REF {reference} 00{tail}"),
        _ => format!("TRF {cut}"),
    };
    let reference = if random.chance(500) {
        reference.to_owned()
    } else {
        String::new()
    };
    Row {
        date,
        minor,
        text,
        name: String::new(),
        reference,
    }
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs();
    format!("{sign}{}.{:02}", digits / 100, digits % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(entries: usize) -> (String, String) {
        let (mut books, mut bank) = (Vec::new(), Vec::new());
        write(&mut books, &mut bank, entries, 1).unwrap();
        (String::from_utf8(books).unwrap(), String::from_utf8(bank).unwrap())
    }

    #[test]
    fn the_same_seed_gives_the_same_files() {
        assert_eq!(generate(500), generate(500));
    }

    #[test]
    fn there_are_as_many_entries_as_asked_and_fewer_lines() {
        let (books, bank) = generate(10_000);
        assert_eq!(books.lines().count(), 10_001);
        let lines = bank.lines().count();
        assert!((7_500..9_500).contains(&lines), "{lines}");
    }
}
