//! Norma 43: one account after the other, each movement with a concept text, counts and sums right.

use super::bank::Account;
use std::io::{self, Write};

/// Writes a file with `movements` movements.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, movements: usize) -> io::Result<()> {
    const ACCOUNT: &str = "208155551234567890";
    let mut records = 0;
    let put = |out: &mut dyn Write, record: &str| writeln!(out, "{record:<80}\r");
    for statement in Account::new(movements) {
        let day = statement.day.strftime("%y%m%d").to_string();
        put(
            out,
            &format!("11{ACCOUNT}{day}{day}{}9783TIEOUT SL", signed(statement.opening)),
        )?;
        for movement in &statement.movements {
            let invoice = movement.invoice;
            let amount = signed(movement.minor);
            put(
                out,
                &format!("22    5555{day}{day}04016{amount}{invoice:010}INV-{invoice:06}"),
            )?;
            put(out, &format!("2301{:<38}INVOICE {invoice:06} THANK YOU", movement.name))?;
        }
        let (debits, credits) = statement.sums();
        let (debit_count, credit_count) = statement.counts();
        let closing = signed(statement.closing);
        put(
            out,
            &format!("33{ACCOUNT}{debit_count:05}{debits:014}{credit_count:05}{credits:014}{closing}978"),
        )?;
        records += 2 + 2 * statement.movements.len();
    }
    put(out, &format!("88{}{records:06}", "9".repeat(18)))
}

/// 1 or 2 for debit or credit, and fourteen digits.
fn signed(minor: i64) -> String {
    format!("{}{:014}", if minor < 0 { 1 } else { 2 }, minor.abs())
}
