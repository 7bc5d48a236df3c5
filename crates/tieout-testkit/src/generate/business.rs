//! Books and bank statement of a business, as two CSV files in plain layouts, of any size: for benches of the whole way
//! through. (The engine's quality is measured on [`crate::world`]; here the shapes only have to be realistic enough to cost
//! what real ones cost: repeated amounts, batches, splits, truncated names, missing references, items in transit.)

use crate::random::Random;
use jiff::civil::{Date, date};
use std::io::{self, Write};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Business {
    /// Entries of the books; the bank has about 83 lines for 100 of them.
    pub entries: usize,
    /// How amounts repeat.
    pub amounts: Amounts,
    /// The same seed gives the same files.
    pub seed: u64,
}

/// How amounts repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amounts {
    /// One in twenty is a standard price, the others are spread over four orders of magnitude: a wholesaler.
    Spread,
    /// A list of prices, few of them very common: shops, landlords, subscriptions. With 1,000,000 entries in two years an
    /// entry meets about twenty lines of its amount within a week.
    Listed,
    /// Like `Spread`, but in one month so many receipts have one and the same amount.
    Alike(usize),
}

/// One movement on either side.
struct Row {
    date: Date,
    minor: i64,
    text: String,
    name: String,
    reference: String,
}

const PLACES: &[&str] = &[
    "Ashgrove",
    "Bellweather",
    "Castlegate",
    "Dunmore",
    "Eastvale",
    "Fairhaven",
    "Glenmoor",
    "Hartwell",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Linden",
    "Maplewood",
    "Northstar",
    "Orchard",
    "Pinecrest",
    "Quayside",
    "Redfern",
    "Silverline",
    "Thornbury",
    "Underhill",
    "Valley",
    "Westbrook",
    "Yarrow",
];
const TRADES: &[&str] = &[
    "Interiors",
    "Foods",
    "Dental",
    "Plant Hire",
    "Logistics",
    "Clinic",
    "Estates",
    "Motors",
    "Tools",
    "Media",
    "Security",
    "Partners",
    "School",
    "Printing",
    "Cafe",
    "Builders",
    "Marine",
    "Textiles",
    "Travel",
    "Garage",
    "Farms",
    "Instruments",
    "Pharmacy",
    "Consulting",
];
const FORMS: &[&str] = &["Ltd", "GmbH", "LLC", "SARL", "BV", "Inc"];
/// Prices of the list.
const PRICES: u64 = 146;
/// Days that the books span. Larger books are busier days of the same two years, so that equal amounts multiply as in life.
const DAYS: usize = 730;

/// Writes the entries of books to `books`, and the bank lines that belong to them to `bank`.
///
/// # Errors
/// Those of the writers.
pub fn write(books: &mut impl Write, bank: &mut impl Write, wanted: Business) -> io::Result<()> {
    let mut making = Making {
        random: Random::new(wanted.seed),
        wanted,
        alike: 0,
        ledger: Vec::with_capacity(wanted.entries),
        lines: Vec::with_capacity(wanted.entries),
    };
    let mut number = 10_000_u64;
    while making.ledger.len() < wanted.entries {
        number += 1;
        making.event(number);
    }
    let Making {
        mut ledger, mut lines, ..
    } = making;
    ledger.truncate(wanted.entries);
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

/// Files that are being made.
struct Making {
    random: Random,
    wanted: Business,
    alike: usize,
    ledger: Vec<Row>,
    lines: Vec<Row>,
}

impl Making {
    /// One piece of business: what the bookkeeper writes, and what the bank reports.
    fn event(&mut self, number: u64) {
        let progress = self.ledger.len() * DAYS / self.wanted.entries.max(1);
        let mut day = after(date(2024, 1, 2), i64::try_from(progress).unwrap_or(0));
        let name = self.contact();
        let document = format!("INV-{number}");
        let alike = self.is_alike(progress);
        if alike {
            day = after(date(2024, 6, 1), self.random.between(0, 29));
        }
        let later = after(day, self.random.between(0, 4));
        let entry = |minor, text: String, reference: String| Row {
            date: day,
            minor,
            text,
            name: name.clone(),
            reference,
        };
        match if alike { 50 } else { self.random.below(100) } {
            // A batch: several receipts, one line.
            0..=7 => {
                let count = self.random.between(2, 6);
                let mut sum = 0;
                for part in 0..count {
                    let minor = self.amount();
                    sum += minor;
                    self.ledger.push(entry(
                        minor,
                        format!("Receipt {document}"),
                        format!("{document}-{part}"),
                    ));
                }
                self.line(later, sum, &name, "");
            }
            // A split: one bill, two payments.
            8..=11 => {
                let minor = -self.amount() - 200;
                let part = minor / 3;
                self.ledger
                    .push(entry(minor, format!("Bill {document}"), document.clone()));
                self.line(later, part, &name, &document);
                self.line(later, minor - part, &name, &document);
            }
            // In transit, or the bank's own.
            12..=13 => {
                let minor = -self.amount();
                self.ledger
                    .push(entry(minor, format!("Cheque {number}"), String::new()));
            }
            14 => {
                let charges = -self.random.between(150, 2500);
                self.line(day, charges, "ACCOUNT CHARGES", "");
            }
            kind => {
                let sign = if kind < 60 { 1 } else { -1 };
                let minor = if alike { 2_900 } else { sign * self.amount() };
                self.ledger
                    .push(entry(minor, format!("Payment {document}"), document.clone()));
                let reference = if self.random.chance(550) { document.as_str() } else { "" };
                self.line(later, minor, &name, reference);
            }
        }
    }

    /// The equal receipts stand together in the middle of June; they take the place of as many others.
    fn is_alike(&mut self, progress: usize) -> bool {
        let Amounts::Alike(count) = self.wanted.amounts else {
            return false;
        };
        let due = progress >= 150 && self.alike < count;
        self.alike += usize::from(due);
        due
    }

    /// Larger businesses have more contacts, and every business sees some of them far more often than others.
    fn contact(&mut self) -> String {
        let contacts = u64::try_from(self.wanted.entries / 40).unwrap_or(0).clamp(60, 20_000);
        let rare = self.random.below(contacts) + 1;
        let number = self.random.below(rare);
        let (place, rest) = (number % 24, number / 24);
        let (trade, form) = (rest % 24, rest / 24);
        let word = |list: &[&'static str], at: u64| list[usize::try_from(at).unwrap_or(0) % list.len()];
        let (place, trade, legal) = (word(PLACES, place), word(TRADES, trade), word(FORMS, form));
        match form / 6 {
            0 => format!("{place} {trade} {legal}"),
            more => format!(
                "{place} & {} {trade} {legal}",
                word(PLACES, place.len() as u64 + more * 7)
            ),
        }
    }

    fn amount(&mut self) -> i64 {
        match self.wanted.amounts {
            Amounts::Listed if self.random.chance(LISTED_PER_MILLE) => self.listed(),
            Amounts::Spread | Amounts::Alike(_) if self.random.chance(50) => {
                *self.random.pick(&[4900, 9900, 12_000, 50_000, 120_000])
            }
            _ => {
                let magnitude = *self.random.pick(&[1_000, 10_000, 100_000, 1_000_000]);
                self.random.between(magnitude / 10, magnitude)
            }
        }
    }

    /// A price of the list; each is the rarer the further down it stands.
    fn listed(&mut self) -> i64 {
        let within = self.random.below(PRICES) + 1;
        let place = i64::try_from(self.random.below(within)).unwrap_or(0);
        // Price endings as shops and landlords have them.
        match place % 3 {
            0 => 995 + place * 500,
            1 => 45_000 + place * 2_500,
            _ => 1_999 + place * 1_000,
        }
    }

    fn line(&mut self, date: Date, minor: i64, name: &str, reference: &str) {
        let random = &mut self.random;
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
        self.lines.push(Row {
            date,
            minor,
            text,
            name: String::new(),
            reference,
        });
    }
}

/// So many amounts in a thousand are of the list; measured so that a plain join writes about twenty pairs for each of
/// 1,000,000 entries (`benches/run speed` prints the number).
const LISTED_PER_MILLE: u64 = 600;

fn after(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs();
    format!("{sign}{}.{:02}", digits / 100, digits % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(entries: usize, amounts: Amounts) -> (String, String) {
        let (mut books, mut bank) = (Vec::new(), Vec::new());
        let wanted = Business {
            entries,
            amounts,
            seed: 1,
        };
        write(&mut books, &mut bank, wanted).unwrap();
        (String::from_utf8(books).unwrap(), String::from_utf8(bank).unwrap())
    }

    #[test]
    fn the_same_seed_gives_the_same_files() {
        assert_eq!(generate(500, Amounts::Listed), generate(500, Amounts::Listed));
    }

    #[test]
    fn there_are_as_many_entries_as_asked_and_fewer_lines() {
        let (books, bank) = generate(10_000, Amounts::Spread);
        assert_eq!(books.lines().count(), 10_001);
        let lines = bank.lines().count();
        assert!((8_000..8_700).contains(&lines), "{lines}");
    }

    #[test]
    fn equal_receipts_lie_within_one_month() {
        let (books, bank) = generate(3_000, Amounts::Alike(1_000));
        let alike = |file: &str| file.lines().filter(|line| line.contains(",29.00,")).count();
        assert!((1_000..1_005).contains(&alike(&books)), "{}", alike(&books));
        assert!((1_000..1_005).contains(&alike(&bank)), "{}", alike(&bank));
        let days = books
            .lines()
            .filter(|line| line.contains(",29.00,") && !line.contains(",2024-06-"));
        assert!(days.count() < 5);
    }
}
