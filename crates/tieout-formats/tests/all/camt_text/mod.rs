//! camt messages that tests write, and what is read of them.

use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::{Code, Date, Decimal};
use tieout_formats::{Import, Line, ReadOptions, read_all};

pub(crate) const OWN: &str = "DE89370400440532013000";
pub(crate) const OTHER: &str = "NL91ABNA0417164300";

pub(crate) fn read(xml: &str) -> Import {
    read_all(&mut Cursor::new(xml.as_bytes()), &ReadOptions::default()).expect("memory is readable")
}

/// A camt.053 with one statement of `OWN` that holds this after its account.
pub(crate) fn statement(content: &str) -> Import {
    message("053", "BkToCstmrStmt", "Stmt", content)
}

pub(crate) fn message(number: &str, root: &str, element: &str, content: &str) -> Import {
    read(&format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.{number}.001.08\"><{root}>\
         <GrpHdr><MsgId>M</MsgId><CreDtTm>2026-03-01T08:00:00</CreDtTm></GrpHdr>\
         <{element}><Id>S</Id><CreDtTm>2026-02-28T23:00:00-05:00</CreDtTm>\
         <Acct><Id><IBAN>{OWN}</IBAN></Id></Acct>{content}</{element}></{root}></Document>"
    ))
}

/// The one line of a statement with one entry that holds this after amount, direction, status and dates.
pub(crate) fn line(direction: &str, content: &str) -> Line {
    let import = statement(&entry("100.00", direction, content));
    assert_eq!(codes(&import), [], "nothing to say");
    import.statements[0].lines[0].clone()
}

pub(crate) fn entry(amount: &str, direction: &str, content: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-02-10</Dt></BookgDt><ValDt><Dt>2026-02-11</Dt></ValDt>{content}</Ntry>"
    )
}

pub(crate) fn details(content: &str) -> String {
    format!("<NtryDtls><TxDtls>{content}</TxDtls></NtryDtls>")
}

pub(crate) fn balance(code: &str, amount: &str, direction: &str, date: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
         <CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>"
    )
}

pub(crate) fn parties(debtor: &str, debtor_account: &str, creditor: &str, creditor_account: &str) -> String {
    let account = |iban: &str| {
        if iban.is_empty() {
            String::new()
        } else {
            format!("<Id><IBAN>{iban}</IBAN></Id>")
        }
    };
    format!(
        "<RltdPties><Dbtr><Pty><Nm>{debtor}</Nm></Pty></Dbtr><DbtrAcct>{}</DbtrAcct>\
         <Cdtr><Pty><Nm>{creditor}</Nm></Pty></Cdtr><CdtrAcct>{}</CdtrAcct></RltdPties>",
        account(debtor_account),
        account(creditor_account),
    )
}

pub(crate) fn codes(import: &Import) -> Vec<Code> {
    import.reading.problems.iter().map(|problem| problem.code).collect()
}

pub(crate) fn said(import: &Import) -> String {
    import.reading.problems.iter().fold(String::new(), |mut text, problem| {
        writeln!(text, "{problem}").expect("memory takes everything");
        text
    })
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

pub(crate) fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}
