//! A camt.053.001.08 statement of any length, as a bank would print it: one entry in ten without transaction details
//! (fees, interest), one in twenty a batch, the rest payments with parties, references and remittance text.
//!
//! The balances prove: the closing balance stands before the entries, so amounts are a function of the entry's number.

use std::io::{self, Write};

const NAMES: [&str; 8] = [
    "ACME Supplies Ltd",
    "Grocer &amp; Sons",
    "Straßenbau Köln AG",
    "Muster GmbH",
    "Bäckerei Öztürk",
    "City Water Board",
    "Globex BV",
    "Société Générale de Menuiserie",
];

const ACCOUNTS: [&str; 4] = [
    "NL91ABNA0417164300",
    "DE02120300000000202051",
    "FR1420041010050500013M02606",
    "BE68539007547034",
];

const BANKS: [&str; 4] = ["ABNANL2A", "BYLADEM1001", "PSSTFRPPPAR", "GKCCBEBB"];

const OPENING_CENTS: i64 = 100_000_000;

/// Writes a statement with this many entries.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut impl Write, entries: u64) -> io::Result<()> {
    let moved: i64 = (0..entries).map(signed_cents).sum();
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>GENERATED</MsgId><CreDtTm>2026-01-01T00:00:00+01:00</CreDtTm></GrpHdr>\
         <Stmt><Id>GENERATED-1</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-01-01T00:00:00+01:00</CreDtTm>\
         <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Sample GmbH</Nm></Ownr>\
         <Svcr><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Svcr></Acct>"
    )?;
    write_balance(out, "OPBD", OPENING_CENTS, "2024-12-31")?;
    write_balance(out, "CLBD", OPENING_CENTS + moved, "2025-12-31")?;
    writeln!(
        out,
        "<TxsSummry><TtlNtries><NbOfNtries>{entries}</NbOfNtries></TtlNtries></TxsSummry>"
    )?;
    for number in 0..entries {
        write_entry(out, number)?;
    }
    writeln!(out, "</Stmt></BkToCstmrStmt></Document>")
}

fn write_balance(out: &mut impl Write, code: &str, cents: i64, date: &str) -> io::Result<()> {
    write!(
        out,
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt>\
         <CdtDbtInd>{}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>",
        amount(cents),
        direction(cents),
    )
}

fn write_entry(out: &mut impl Write, number: u64) -> io::Result<()> {
    let cents = signed_cents(number);
    let mixed = mix(number);
    let (month, day) = (mixed % 12 + 1, mixed / 16 % 28 + 1);
    write!(
        out,
        "<Ntry><NtryRef>{number}</NtryRef><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-{month:02}-{day:02}</Dt></BookgDt>\
         <ValDt><Dt>2025-{month:02}-{day:02}</Dt></ValDt><AcctSvcrRef>B{number:012}</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>\
         <Prtry><Cd>NTRF+166</Cd><Issr>DK</Issr></Prtry></BkTxCd>",
        amount(cents),
        direction(cents),
        if cents < 0 { "ICDT" } else { "RCDT" },
    )?;
    match number % 20 {
        3 | 13 => {}
        7 => {
            let parts = i64::try_from(mixed % 6 + 3).unwrap_or(3);
            let part = cents / parts;
            write!(
                out,
                "<NtryDtls><Btch><PmtInfId>P{number}</PmtInfId><NbOfTxs>{parts}</NbOfTxs></Btch>"
            )?;
            for index in 1..=parts {
                let last = index == parts;
                let amount = if last { cents - part * (parts - 1) } else { part };
                write_transaction(out, number.wrapping_add(index.unsigned_abs() << 40), amount)?;
            }
            write!(out, "</NtryDtls>")?;
        }
        _ => {
            write!(out, "<NtryDtls>")?;
            write_transaction(out, number, cents)?;
            write!(out, "</NtryDtls>")?;
        }
    }
    writeln!(out, "<AddtlNtryInf>SEPA-Überweisung</AddtlNtryInf></Ntry>")
}

fn write_transaction(out: &mut impl Write, number: u64, cents: i64) -> io::Result<()> {
    let mixed = mix(number);
    let (side, agent) = if cents < 0 {
        ("Cdtr", "CdtrAgt")
    } else {
        ("Dbtr", "DbtrAgt")
    };
    let of = |list: &[&'static str], shift: u32| {
        let index = usize::try_from(mixed >> shift).unwrap_or_default() % list.len();
        list.get(index).copied().unwrap_or_default()
    };
    write!(
        out,
        "<TxDtls><Refs><InstrId>I{number}</InstrId><EndToEndId>INV-{}</EndToEndId></Refs>\
         <Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>\
         <RltdPties><{side}><Pty><Nm>{}</Nm></Pty></{side}>\
         <{side}Acct><Id><IBAN>{}</IBAN></Id></{side}Acct></RltdPties>\
         <RltdAgts><{agent}><FinInstnId><BICFI>{}</BICFI></FinInstnId></{agent}></RltdAgts>\
         <RmtInf><Ustrd>INVOICE {} ORDER {:08X} thank you</Ustrd></RmtInf></TxDtls>",
        mixed % 1_000_000,
        amount(cents),
        direction(cents),
        of(&NAMES, 8),
        of(&ACCOUNTS, 16),
        of(&BANKS, 16),
        mixed % 999_983,
        mixed >> 32,
    )
}

/// The amount of an entry: between one cent and 5,000, two of three money out.
fn signed_cents(number: u64) -> i64 {
    let mixed = mix(number.wrapping_add(1 << 32));
    let cents = i64::try_from(mixed % 500_000 + 1).unwrap_or(1);
    if (mixed / 500_000).is_multiple_of(3) {
        cents
    } else {
        -cents
    }
}

fn amount(cents: i64) -> String {
    let cents = cents.unsigned_abs();
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn direction(cents: i64) -> &'static str {
    if cents < 0 { "DBIT" } else { "CRDT" }
}

/// Scatters numbers (the finalizer of `SplitMix64`): neighbours get unrelated values, always the same.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_of_entries_gives_the_same_bytes() {
        let text = |entries| {
            let mut bytes = Vec::new();
            write(&mut bytes, entries).expect("memory takes everything");
            bytes
        };
        assert_eq!(text(500), text(500));
        let long = String::from_utf8(text(500)).expect("UTF-8");
        assert_eq!(long.matches("<Ntry>").count(), 500);
    }
}
