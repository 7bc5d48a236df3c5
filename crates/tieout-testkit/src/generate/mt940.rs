//! MT940 as German and Dutch banks write it: daily statements whose balances chain, `:86:` structured, with slash words or
//! plain, cut after 65 characters; names with accents in Windows-1252.

use crate::random::Random;
use jiff::civil::{Date, date};
use std::fmt::Write as _;
use std::io::{self, Write};

const NAMES: &[&str] = &[
    "Müller Maschinenbau GmbH",
    "Stadtwerke Rosenheim",
    "Baeckerei Schoen OHG",
    "DEUTSCHE TELEKOM AG",
    "Finanzamt Muenchen Abteilung Erhebung",
    "Anna-Lena Großmann",
    "PayPal (Europe) S.a.r.l. et Cie., S.C.A.",
    "Globex Nederland B.V.",
    "KPN - MOBIEL",
    "Hausverwaltung Weiß & Partner",
    "City Water Board",
    "J. Smith",
];
const WORDS: &[&str] = &[
    "Rechnung",
    "Kundennummer",
    "Auftrag",
    "Abschlag",
    "Miete",
    "Nebenkosten",
    "Teilzahlung",
    "Gutschrift",
    "Erstattung",
    "Beitrag",
    "FACTUUR",
    "BETREFT",
];
const IBANS: &[&str] = &[
    "DE89370400440532013000",
    "NL91ABNA0417164300",
    "AT611904300234573201",
    "BE68539007547034",
];
const BICS: &[&str] = &["DEUTDEFFXXX", "ABNANL2A", "GIBAATWWXXX", "GKCCBEBB"];

/// Writes statements with `lines` statement lines in all.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, lines: usize) -> io::Result<()> {
    let mut random = Random::new(7);
    let mut day = date(2024, 1, 2);
    let mut balance = 100_0000_i64;
    let mut number = 0;
    let mut left = lines;
    while left > 0 {
        let count = left.min(usize::try_from(random.between(20, 60)).unwrap_or(20));
        number += 1;
        statement(out, &mut random, day, number, count, &mut balance)?;
        left -= count;
        day = day.tomorrow().unwrap_or(day);
        if day.year() > 2030 {
            day = date(2024, 1, 2);
        }
    }
    Ok(())
}

fn statement(
    out: &mut impl Write,
    random: &mut Random,
    day: Date,
    number: u32,
    count: usize,
    balance: &mut i64,
) -> io::Result<()> {
    let short = day.strftime("%y%m%d").to_string();
    write!(out, ":20:STARTUMS\r\n:21:NONREF\r\n:25:70050000/0001234567\r\n")?;
    write!(out, ":28C:{number:05}/001\r\n:60F:{}\r\n", printed(*balance, &short))?;
    for _ in 0..count {
        let minor = match random.below(10) {
            0 => random.between(100_000, 2_500_000),
            1 | 2 => [999, 4_900, 11_900, 125_000][usize::try_from(random.below(4)).unwrap_or(0)],
            _ => random.between(100, 90_000),
        };
        let credit = random.chance(450);
        *balance += if credit { minor } else { -minor };
        line(out, random, &short, minor, credit)?;
    }
    write!(out, ":62F:{}\r\n-\r\n", printed(*balance, &short))
}

fn printed(minor: i64, day: &str) -> String {
    let mark = if minor < 0 { 'D' } else { 'C' };
    format!("{mark}{day}EUR{}", amount(minor.abs()))
}

fn amount(minor: i64) -> String {
    format!("{},{:02}", minor / 100, minor % 100)
}

fn line(out: &mut impl Write, random: &mut Random, day: &str, minor: i64, credit: bool) -> io::Result<()> {
    let mark = if credit { "CR" } else { "DR" };
    let kind = if credit { "NTRF" } else { "NDDT" };
    let reference = random.below(1_000_000_000);
    let month_and_day = day.get(2..).unwrap_or_default();
    write!(
        out,
        ":61:{day}{month_and_day}{mark}{}{kind}NONREF//{reference:016}\r\n",
        amount(minor)
    )?;
    let text = match random.below(10) {
        0..=6 => structured(random, credit, reference),
        7 if random.chance(700) => slash_words(random, reference),
        _ => plain(random, reference),
    };
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    out.write_all(b":86:")?;
    for cut in latin.chunks(65) {
        out.write_all(cut)?;
        out.write_all(b"\r\n")?;
    }
    Ok(())
}

fn structured(random: &mut Random, credit: bool, reference: u64) -> String {
    let (code, posting) = if credit {
        ("166", "SEPA-GUTSCHRIFT")
    } else {
        ("105", "BASISLASTSCHRIFT")
    };
    // Each word of the purpose begins a chunk of its own.
    let mut purpose = vec![format!("EREF+INV-{reference:09}")];
    if !credit {
        purpose.push(format!("MREF+MD{:08}", reference / 10));
        purpose.push("CRED+DE98ZZZ09999999999".into());
    }
    purpose.push(format!("SVWZ+{}", words(random, reference)));
    let mut text = format!("{code}?00{posting}?109310");
    let mut keys = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63].iter();
    for word in &purpose {
        push_chunks(&mut text, word, &mut keys);
    }
    write!(text, "?30{}?31{}", random.pick(BICS), random.pick(IBANS)).unwrap_or_default();
    push_chunks(&mut text, random.pick::<&str>(NAMES), &mut [32, 33].iter());
    text.push_str("?34000");
    text
}

fn slash_words(random: &mut Random, reference: u64) -> String {
    format!(
        "/TRTP/SEPA OVERBOEKING/IBAN/{}/BIC/{}/NAME/{}/REMI/{}/EREF/INV-{reference:09}",
        random.pick(IBANS),
        random.pick(BICS),
        random.pick(NAMES),
        words(random, reference)
    )
}

fn plain(random: &mut Random, reference: u64) -> String {
    format!("{} {}", random.pick(NAMES), words(random, reference))
}

/// What the payer wrote: up to the 140 characters that a SEPA payment may carry, half of that on average.
fn words(random: &mut Random, reference: u64) -> String {
    let mut text = format!(
        "{} {:06} vom {:02}.{:02}.2024",
        random.pick(WORDS),
        reference % 100_0000,
        1 + reference % 28,
        1 + reference % 12,
    );
    for _ in 0..random.below(4) {
        write!(text, " {} {}", random.pick(WORDS), random.below(10_000_000)).unwrap_or_default();
        if random.chance(300) {
            text.push_str(" vielen Dank fuer Ihren Auftrag");
        }
    }
    text.truncate(140);
    text
}

/// Cuts a value into chunks of 27 characters, each under the next key, as far as the keys reach.
fn push_chunks<'k>(text: &mut String, value: &str, keys: &mut impl Iterator<Item = &'k u8>) {
    let characters: Vec<char> = value.chars().collect();
    for chunk in characters.chunks(27) {
        if let Some(key) = keys.next() {
            write!(text, "?{key}{}", chunk.iter().collect::<String>()).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_lines_every_time_and_as_many_as_asked() {
        let file = |lines| {
            let mut out = Vec::new();
            write(&mut out, lines).expect("memory takes everything");
            out
        };
        let out = file(123);
        assert_eq!(out, file(123));
        let text: String = out.iter().copied().map(char::from).collect();
        assert_eq!(text.matches("\n:61:").count(), 123);
        assert_eq!(text.matches(":60F:").count(), text.matches(":62F:").count());
        assert!(text.lines().all(|line| line.chars().count() <= 65 + 4));
    }
}
