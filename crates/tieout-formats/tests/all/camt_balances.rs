//! camt: balances, pages, totals and whose currency they are in, one rule for each test.

use crate::camt_text::{OWN, balance, codes, day, decimal, entry, message, read, statement};
use tieout_core::Code;
use tieout_formats::model::ControlOver;
use tieout_formats::{BalanceKind, Outcome, Proof};

#[test]
fn of_repeated_balances_the_first_opens_and_the_last_closes() {
    let days = [
        balance("OPBD", "20", "CRDT", "2026-02-02"),
        balance("CLBD", "30", "CRDT", "2026-02-02"),
        balance("OPBD", "10", "CRDT", "2026-02-01"),
        balance("CLBD", "20", "CRDT", "2026-02-01"),
    ];
    let import = statement(&format!("{}{}", days.concat(), entry("20", "CRDT", "")));
    let read = &import.statements[0].statement;
    assert_eq!(read.proof, Proof::Exact);
    assert_eq!(
        read.opening.as_ref().map(|b| (b.amount, b.kind)),
        Some((decimal("10"), BalanceKind::Opening))
    );
    assert_eq!(read.closing.as_ref().map(|b| b.date), Some(day("2026-02-02")));
    assert_eq!(read.other_balances.len(), 2);
}

#[test]
fn the_previous_closing_balance_opens_where_no_other_does() {
    let content = format!(
        "{}{}{}",
        balance("PRCD", "5", "DBIT", "2026-01-31"),
        balance("CLBD", "5", "CRDT", "2026-02-28"),
        entry("10", "CRDT", ""),
    );
    let import = statement(&content);
    assert_eq!(
        (codes(&import), import.statements[0].statement.proof),
        (vec![], Proof::Exact)
    );
}

#[test]
fn pages_open_and_close_with_interim_balances_and_reports_of_the_day_do_not() {
    let content = format!(
        "{}{}{}",
        balance("OPBD", "0", "CRDT", "2026-02-01"),
        balance("ITBD", "10", "CRDT", "2026-02-01"),
        entry("10", "CRDT", ""),
    );
    let page = statement(&content);
    let read = &page.statements[0].statement;
    assert_eq!((read.intermediate, read.proof), (true, Proof::Exact));
    let report = message("052", "BkToCstmrAcctRpt", "Rpt", &content);
    let read = &report.statements[0].statement;
    assert_eq!(
        (read.intermediate, read.proof, &read.closing),
        (false, Proof::NotPossible, &None)
    );
}

#[test]
fn balances_marked_as_those_of_a_page_make_the_statement_a_page() {
    let content = balance("OPBD", "0", "CRDT", "2026-02-01").replace("</Tp>", "<SubTp><Cd>INTM</Cd></SubTp></Tp>");
    assert!(statement(&content).statements[0].statement.intermediate);
}

#[test]
fn a_page_that_does_not_follow_the_page_before_it_is_a_gap() {
    let page = |number: u8, last: bool| {
        format!(
            "<Stmt><Id>S{number}</Id><StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>\
             <ElctrncSeqNb>7</ElctrncSeqNb><Acct><Id><IBAN>{OWN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}</Stmt>",
            entry("1", "CRDT", "")
        )
    };
    let file = |pages: &[String]| read(&format!("<BkToCstmrStmt>{}</BkToCstmrStmt>", pages.concat()));
    let whole = file(&[page(1, false), page(2, false), page(3, true)]);
    assert_eq!(codes(&whole), []);
    let numbers: Vec<_> = whole
        .statements
        .iter()
        .map(|read| read.statement.number.as_str())
        .collect();
    assert_eq!(numbers, ["7/1", "7/2", "7/3"]);
    assert_eq!(codes(&file(&[page(1, false), page(3, true)])), [Code::PageGap]);
}

#[test]
fn printed_totals_are_checked() {
    let summary = |sum: &str| {
        format!(
            "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>{sum}</Sum></TtlNtries>\
             <TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>4</Sum></TtlDbtNtries></TxsSummry>"
        )
    };
    let entries = format!("{}{}", entry("6", "CRDT", ""), entry("4", "DBIT", ""));
    let right = statement(&format!("{}{entries}", summary("10.00")));
    assert_eq!(codes(&right), []);
    let kept: Vec<_> = right.statements[0]
        .statement
        .control
        .iter()
        .map(|control| control.over)
        .collect();
    assert_eq!(kept, [ControlOver::Lines, ControlOver::Debits]);
    assert_eq!(
        codes(&statement(&format!("{}{entries}", summary("11.00")))),
        [Code::ControlTotal]
    );
    // Totals over pending entries as well are no contradiction.
    let pending = entries.replacen("BOOK", "PDNG", 1);
    assert_eq!(
        codes(&statement(&format!("{}{pending}", summary("10.00")))),
        [Code::Pending]
    );
}

#[test]
fn the_currency_is_that_of_the_account_else_the_balances_else_the_entries() {
    let currency = |content: &str| {
        statement(content).statements[0]
            .statement
            .currency
            .map(|c| c.code().to_owned())
    };
    let sek = balance("OPBD", "1", "CRDT", "2026-02-01").replace("EUR", "SEK");
    assert_eq!(
        currency(&format!("{sek}{}", entry("1", "CRDT", ""))).as_deref(),
        Some("SEK")
    );
    assert_eq!(currency(&entry("1", "CRDT", "")).as_deref(), Some("EUR"));
    let mixed = statement(&format!("{sek}{}", entry("1", "CRDT", "")));
    assert_eq!(
        mixed.statements[0].lines[0]
            .currency
            .map(|c| c.code().to_owned())
            .as_deref(),
        Some("EUR")
    );
    assert_eq!(codes(&mixed), [Code::MixedCurrency]);
}

#[test]
fn a_statement_without_entries_account_or_currency_is_read_and_said_to_be_so() {
    let import = read("<BkToCstmrStmt><Stmt><Id>S</Id></Stmt></BkToCstmrStmt>");
    assert_eq!(
        codes(&import),
        [Code::NoAccount, Code::NoCurrency, Code::EmptyStatement]
    );
    assert_eq!((import.reading.outcome, import.statements.len()), (Outcome::Empty, 1));
    assert_eq!(import.statements[0].statement.message, "camt.053");
}
