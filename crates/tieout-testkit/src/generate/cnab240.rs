//! CNAB 240: an extract of one Brazilian account, a batch for each day, trailers right.

use super::bank::Account;
use std::io::{self, Write};

const OWNER: &str = "2225634100001834980111053331579829200679900000272671109TIEOUT LTDA";

/// Writes a file with `movements` movements.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, movements: usize) -> io::Result<()> {
    let put = |out: &mut dyn Write, record: String| writeln!(out, "{record:<240}\r");
    put(out, format!("00100000         {OWNER}"))?;
    let (mut records, mut batches) = (2, 0);
    for statement in Account::new(movements) {
        let batch = statement.number % 10_000;
        let day = statement.day.strftime("%d%m%Y").to_string();
        let header = format!("001{batch:04}1E0440032 {OWNER}");
        put(
            out,
            format!(
                "{header:<142}{day}{}FBRL{:05}",
                signed(statement.opening),
                statement.number % 100_000
            ),
        )?;
        for (index, movement) in statement.movements.iter().enumerate() {
            let detail = format!("001{batch:04}3{:05}E   {OWNER}", (index + 1) % 100_000);
            let (amount, invoice) = (signed(movement.minor), movement.invoice);
            let category = if movement.minor < 0 { 117 } else { 209 };
            let detail = format!("{detail:<108}DPV0110460689000000000000S{day}{day}{amount}{category}0006");
            put(out, format!("{detail}{:<25}INV-{invoice:06}", movement.name))?;
        }
        let (debits, credits) = statement.sums();
        let count = statement.movements.len() + 2;
        let trailer = format!("001{batch:04}5         {}", OWNER.get(..54).unwrap_or_default());
        put(
            out,
            format!(
                "{trailer:<142}{day}{}F{count:06}{debits:018}{credits:018}",
                signed(statement.closing)
            ),
        )?;
        records += count;
        batches += 1;
    }
    put(out, format!("00199999         {batches:06}{records:06}"))
}

/// Eighteen digits, and C or D.
fn signed(minor: i64) -> String {
    format!("{:018}{}", minor.abs(), if minor < 0 { 'D' } else { 'C' })
}
