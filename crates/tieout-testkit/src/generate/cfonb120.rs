//! CFONB 120: statements of one account, each movement with an additional record.

use super::bank::Account;
use std::io::{self, Write};

const BANK: &str = "30004";

/// Writes a file with `movements` movements.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, movements: usize) -> io::Result<()> {
    for statement in Account::new(movements) {
        let day = statement.day.strftime("%d%m%y").to_string();
        let before = statement
            .day
            .yesterday()
            .unwrap_or(statement.day)
            .strftime("%d%m%y")
            .to_string();
        let head = |code: &str, operation: &str, day: &str| {
            format!("{code}{BANK}    00123EUR2 00012345678{operation:<2}{day}")
        };
        let old = format!("{:<90}{}", head("01", "", &before), overpunched(statement.opening));
        writeln!(out, "{old:<120}\r")?;
        for movement in &statement.movements {
            let invoice = movement.invoice;
            let first = format!(
                "{}  {day}{:<31}  0000000  {}",
                head("04", "05", &day),
                movement.name,
                overpunched(movement.minor)
            );
            writeln!(out, "{:<120}\r", format!("{first}INV-{invoice:06}"))?;
            let second = format!("{:<45}LIBINVOICE {invoice:06} THANK YOU", head("05", "05", &day));
            writeln!(out, "{second:<120}\r")?;
        }
        let new = format!("{:<90}{}", head("07", "", &day), overpunched(statement.closing));
        writeln!(out, "{new:<120}\r")?;
    }
    Ok(())
}

/// Thirteen digits, and the last one with the sign in it.
fn overpunched(minor: i64) -> String {
    let last = usize::try_from(minor.abs() % 10).unwrap_or(0);
    let signs = if minor < 0 { "}JKLMNOPQR" } else { "{ABCDEFGHI" };
    format!("{:013}{}", minor.abs() / 10, signs.get(last..=last).unwrap_or_default())
}
