//! CODA 2: daily statements of one Belgian account, three records for each movement, trailers right.

use super::bank::Account;
use std::io::{self, Write};

/// Writes files, one behind the other, with `movements` movements in all.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, movements: usize) -> io::Result<()> {
    for statement in Account::new(movements) {
        let day = statement.day.strftime("%d%m%y").to_string();
        let number = statement.number % 1000;
        let header = format!("00000{day}72505        00000000  TIEOUT NV                 KREDBEBB   00477472701 00000");
        writeln!(out, "{header:<127}2\r")?;
        let old = format!(
            "12{number:03}{:<34}EUR{}{day}TIEOUT NV",
            ACCOUNT,
            balance(statement.opening)
        );
        writeln!(out, "{old:<125}{number:03}\r")?;
        for (index, movement) in statement.movements.iter().enumerate() {
            let (sequence, invoice) = (index + 1, movement.invoice);
            let text = format!("INVOICE {invoice:06} THANK YOU");
            let first = format!(
                "21{sequence:04}0000B{invoice:020}{}{day}001500000{text}",
                balance(movement.minor)
            );
            writeln!(out, "{first:<115}{day}{number:03}01 0\r")?;
            let second = format!("22{sequence:04}0000{:53}INV-{invoice:06}", "");
            writeln!(out, "{second:<98}KREDBEBB   {:16}1 0\r", "")?;
            let third = format!("23{sequence:04}0000{:<34}EUR{}", OTHER, movement.name);
            writeln!(out, "{third:<125}0 0\r")?;
        }
        let new = format!("8{number:03}{:<34}EUR{}{day}", ACCOUNT, balance(statement.closing));
        writeln!(out, "{new:<127}0\r")?;
        let (debits, credits) = statement.sums();
        let records = 2 + 3 * statement.movements.len();
        let trailer = format!("9{:15}{records:06}{debits:014}0{credits:014}0", "");
        writeln!(out, "{trailer:<127}2\r")?;
    }
    Ok(())
}

const ACCOUNT: &str = "BE68539007547034";
const OTHER: &str = "BE71096123456769";

/// Sign and fifteen digits, three of them decimals.
fn balance(minor: i64) -> String {
    format!("{}{:014}0", u8::from(minor < 0), minor.abs())
}
