//! ABO (GPC): daily statements of one Czech account, turnovers right.

use super::bank::Account;
use std::io::{self, Write};

/// Writes a file with `items` items.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, items: usize) -> io::Result<()> {
    const ACCOUNT: &str = "0000001234567890";
    for statement in Account::new(items) {
        let day = statement.day.strftime("%d%m%y").to_string();
        let (debits, credits) = statement.sums();
        let header = format!(
            "074{ACCOUNT}{:<20}{day}{}{}{debits:014}0{credits:014}0{:03}{day}",
            "TIEOUT SRO",
            signed(statement.opening),
            signed(statement.closing),
            statement.number % 1000
        );
        writeln!(out, "{header:<128}\r")?;
        for movement in &statement.movements {
            let invoice = movement.invoice;
            let code = if movement.minor < 0 { 1 } else { 2 };
            let item = format!(
                "075{ACCOUNT}{:016}{invoice:013}{:012}{code}{invoice:010}0001000308{:010}{day}{:<20}00203{day}",
                192_000_145_399_u64,
                movement.minor.abs(),
                0,
                movement.name
            );
            writeln!(out, "{item:<128}\r")?;
        }
    }
    Ok(())
}

/// Fourteen digits and a sign behind them.
fn signed(minor: i64) -> String {
    format!("{:014}{}", minor.abs(), if minor < 0 { '-' } else { '+' })
}
