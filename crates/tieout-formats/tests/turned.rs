//! Statements of delimited text whose running balance proves that debit is money in.

use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Proof, ReadOptions, read_all};

#[test]
fn a_running_balance_that_rises_with_debits_proves_the_statement() {
    for text in [
        "Date,Description,Debit,Credit,Balance\n2026-09-01,a,10.00,,110.00\n2026-09-02,b,,5.00,105.00\n2026-09-03,c,20.00,,125.00\n",
        "Date,Description,Amount,D/C,Balance\n2026-09-01,a,10.00,D,110.00\n2026-09-02,b,5.00,C,105.00\n2026-09-03,c,20.00,D,125.00\n",
    ] {
        let import = read_all(&mut Cursor::new(text), &ReadOptions::default()).unwrap();
        let statement = &import.statements[0];
        let amounts: Vec<_> = statement.lines.iter().map(|line| line.amount.to_string()).collect();
        assert_eq!(amounts, ["10.00", "-5.00", "20.00"], "{text}");
        assert_eq!(statement.statement.proof, Proof::Exact, "{text}");
        let said = import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::Decided);
        assert!(said, "{:?}", import.reading.problems);
    }
}
