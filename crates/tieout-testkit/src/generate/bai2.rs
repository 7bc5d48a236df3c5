//! BAI2: one account and day after the other, each transaction with a continuation, control totals right.

use super::bank::{Account, Statement};
use std::io::{self, Write};

/// Writes a file with `transactions` transactions.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, transactions: usize) -> io::Result<()> {
    writeln!(out, "01,121000248,TIEOUT,240101,0000,1,80,,2/")?;
    let (mut total, mut records, mut groups) = (0_i64, 2, 0);
    for statement in Account::new(transactions) {
        let (sum, count) = group(out, &statement)?;
        total += sum;
        records += count;
        groups += 1;
    }
    writeln!(out, "99,{total},{groups},{records}/")
}

fn group(out: &mut impl Write, statement: &Statement) -> io::Result<(i64, usize)> {
    let day = statement.day.strftime("%y%m%d");
    writeln!(out, "02,TIEOUT,121000248,1,{day},2400,USD,2/")?;
    let (debits, credits) = statement.sums();
    let (debit_count, credit_count) = statement.counts();
    let (opening, closing) = (statement.opening, statement.closing);
    writeln!(out, "03,0123456789,USD,010,{opening},,,015,{closing},,/")?;
    writeln!(out, "88,100,{credits},{credit_count},,400,{debits},{debit_count},/")?;
    let mut sum = opening + closing + debits + credits;
    for movement in &statement.movements {
        let code = if movement.minor < 0 { "455" } else { "165" };
        let amount = movement.minor.abs();
        sum += amount;
        let (name, invoice) = (movement.name, movement.invoice);
        writeln!(out, "16,{code},{amount},Z,B{invoice:09},INV-{invoice:06},{name}/")?;
        writeln!(out, "88,INVOICE {invoice:06} THANK YOU/")?;
    }
    let records = 3 + 2 * statement.movements.len();
    writeln!(out, "49,{sum},{records}/")?;
    writeln!(out, "98,{sum},1,{}/", records + 2)?;
    Ok((sum, records + 2))
}
