//! A bank's CSV as German banks write it: semicolons, quoted texts, decimal comma, running balance, newest last.

use crate::random::Random;
use jiff::civil::date;
use std::io::{self, Write};

const NAMES: &[&str] = &[
    "Müller Maschinenbau GmbH",
    "Stadtwerke Rosenheim",
    "Bäckerei Schön OHG",
    "DEUTSCHE TELEKOM AG",
    "Globex Nederland B.V.",
    "J. Smith",
    "PayPal (Europe) S.a.r.l. et Cie., S.C.A.",
    "City Water Board",
];
const KINDS: &[&str] = &["Lastschrift", "Gutschrift", "Überweisung", "Kartenzahlung", "Entgelt"];
const IBANS: &[&str] = &[
    "DE89370400440532013000",
    "NL91ABNA0417164300",
    "AT611904300234573201",
    "",
];

/// Writes a header and `lines` movements.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, lines: usize) -> io::Result<()> {
    let mut random = Random::new(7);
    let mut day = date(2024, 1, 2);
    let mut balance = 1_000_000_i64;
    writeln!(
        out,
        "Buchungstag;Valuta;Buchungstext;Auftraggeber/Empfänger;IBAN Zahlungsbeteiligter;Verwendungszweck;Betrag;Währung;Saldo\r"
    )?;
    for _ in 0..lines {
        if random.chance(20) {
            day = day.tomorrow().unwrap_or(day);
            if day.year() > 2030 {
                day = date(2024, 1, 2);
            }
        }
        let minor = match random.below(10) {
            0 => random.between(100_000, 2_500_000),
            1 | 2 => [999, 4_900, 11_900, 125_000][usize::try_from(random.below(4)).unwrap_or(0)],
            _ => random.between(100, 90_000),
        };
        let minor = if random.chance(450) { minor } else { -minor };
        balance += minor;
        let reference = random.below(1_000_000_000);
        let text = if random.chance(100) {
            format!("Rechnung {reference:09}; Kundennummer \"\"{}\"\" Danke", reference / 7)
        } else {
            format!(
                "EREF+INV-{reference:09} SVWZ+Rechnung {} vom Vormonat",
                reference % 100_000
            )
        };
        let day = day.strftime("%d.%m.%Y");
        writeln!(
            out,
            "{day};{day};{};\"{}\";{};\"{text}\";{};EUR;{}\r",
            random.pick(KINDS),
            random.pick(NAMES),
            random.pick(IBANS),
            printed(minor),
            printed(balance),
        )?;
    }
    Ok(())
}

/// `-1.234,56`.
fn printed(minor: i64) -> String {
    let whole = (minor.abs() / 100).to_string();
    let mut text = String::with_capacity(16);
    if minor < 0 {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    format!("{text},{:02}", minor.abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_lines_every_time_and_as_many_as_asked() {
        let file = |lines| {
            let mut out = Vec::new();
            write(&mut out, lines).expect("memory takes everything");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(file(123), file(123));
        assert_eq!(file(123).lines().count(), 124);
    }

    #[test]
    fn amounts_have_points_and_a_comma() {
        assert_eq!(printed(-123_456_789), "-1.234.567,89");
        assert_eq!(printed(5), "0,05");
    }
}
