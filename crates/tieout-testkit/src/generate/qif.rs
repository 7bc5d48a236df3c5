//! QIF of a bank account, month first, commas in groups, every tenth record split.

use crate::random::Random;
use jiff::civil::date;
use std::io::{self, Write};

const NAMES: &[&str] = &[
    "Rent & More",
    "City Water Board",
    "Grocer & Sons",
    "Müller Café",
    "Tax Office",
    "Railways",
];

/// Writes `records` records.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, records: usize) -> io::Result<()> {
    let mut random = Random::new(7);
    let mut day = date(2024, 1, 2);
    writeln!(out, "!Type:Bank")?;
    for index in 0..records {
        if random.chance(20) {
            day = day.tomorrow().unwrap_or(day);
            if day.year() > 2030 {
                day = date(2024, 1, 2);
            }
        }
        let minor = random.between(100, 900_000) * if random.chance(450) { 1 } else { -1 };
        writeln!(
            out,
            "D{}\nT{}\nP{}\nMINVOICE {:06}",
            day.strftime("%m/%d/%Y"),
            printed(minor),
            random.pick(NAMES),
            random.below(1_000_000)
        )?;
        if index % 10 == 9 {
            let part = minor / 3;
            writeln!(
                out,
                "SHousing\nEpart\n${}\nSUtilities\n${}",
                printed(part),
                printed(minor - part)
            )?;
        }
        writeln!(out, "^")?;
    }
    Ok(())
}

/// `-1,234.56`.
fn printed(minor: i64) -> String {
    tieout_core::money::grouped(minor, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_records_every_time_and_as_many_as_asked() {
        let file = |records| {
            let mut out = Vec::new();
            write(&mut out, records).expect("memory takes everything");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(file(50), file(50));
        assert_eq!(file(50).matches("\n^").count(), 50);
    }
}
