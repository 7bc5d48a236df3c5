//! camt: what the standard leaves open and banks do differently, one rule for each test.

use crate::camt_text::{
    OTHER, OWN, balance, codes, day, decimal, details, entry, line, parties, read, said, statement,
};
use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Outcome, Proof, ReadOptions, Status, read_all};

#[test]
fn money_in_comes_from_the_debtor_and_money_out_goes_to_the_creditor() {
    let both = details(&parties("Payer", OTHER, "Me", OWN));
    let received = line("CRDT", &both);
    assert_eq!(
        (received.amount, received.counterparty.name.as_str()),
        (decimal("100"), "Payer")
    );
    let paid = line("DBIT", &details(&parties("Me", OWN, "Payee", OTHER)));
    assert_eq!(
        (paid.amount, paid.counterparty.name.as_str()),
        (decimal("-100"), "Payee")
    );
    assert_eq!(paid.counterparty.account, OTHER);
}

#[test]
fn a_returned_payment_names_who_was_to_be_paid() {
    let reason = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>account closed</AddtlInf></RtrInf>";
    let by_account = line(
        "CRDT",
        &details(&format!("{}{reason}", parties("Me", OWN, "Payee", OTHER))),
    );
    assert_eq!(by_account.counterparty.name, "Payee");
    assert_eq!(
        (by_account.return_reason.as_str(), by_account.text.as_str()),
        ("AC04", "account closed")
    );
    let without_accounts = line("CRDT", &details(&format!("{}{reason}", parties("Me", "", "Payee", ""))));
    assert_eq!(without_accounts.counterparty.name, "Payee");
}

#[test]
fn a_reversal_keeps_its_direction_when_the_balances_prove() {
    let content = format!(
        "{}{}{}{}",
        balance("OPBD", "0", "CRDT", "2026-02-01"),
        balance("CLBD", "0.00", "CRDT", "2026-02-28"),
        entry("100.00", "DBIT", ""),
        entry("100.00", "CRDT", "").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>"),
    );
    let import = statement(&content);
    assert_eq!(codes(&import), []);
    let read = &import.statements[0];
    assert_eq!(
        (read.statement.proof, read.statement.reversals_flipped),
        (Proof::Exact, false)
    );
    assert!(read.lines[1].reversal && read.lines[1].amount == decimal("100"));
}

#[test]
fn a_reversal_is_turned_when_only_that_makes_the_balances_prove() {
    // The bank prints the direction of the payment that is undone.
    let content = format!(
        "{}{}{}{}",
        balance("OPBD", "0", "CRDT", "2026-02-01"),
        balance("CLBD", "0.00", "CRDT", "2026-02-28"),
        entry("100.00", "DBIT", ""),
        entry("100.00", "DBIT", "").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>"),
    );
    let import = statement(&content);
    assert_eq!(codes(&import), [Code::ReversalFlipped]);
    let read = &import.statements[0];
    assert_eq!(
        (read.statement.proof, read.statement.reversals_flipped),
        (Proof::Exact, true)
    );
    assert_eq!(read.lines[1].amount, decimal("100"));
}

#[test]
fn words_for_nothing_are_empty() {
    let read = line(
        "DBIT",
        &details(
            "<Refs><InstrId>NOTPROVIDED</InstrId><EndToEndId>NOTPROVIDED 17</EndToEndId></Refs>\
             <RltdPties><Cdtr><Nm>NOTPROVIDED</Nm></Cdtr></RltdPties><RmtInf><Ustrd>NONREF</Ustrd></RmtInf>",
        ),
    );
    assert_eq!((read.ids.end_to_end.as_str(), read.ids.instruction.as_str()), ("", ""));
    assert_eq!((read.counterparty.name.as_str(), read.text.as_str()), ("", ""));
}

#[test]
fn one_transaction_is_merged_and_the_entry_amount_counts() {
    let read = line(
        "CRDT",
        &format!(
            "<AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>\
             </Fmly></Domn><Prtry><Cd>166</Cd><Issr>DK</Issr></Prtry></BkTxCd>{}<AddtlNtryInf>GUTSCHRIFT</AddtlNtryInf>",
            details(
                "<Refs><MsgId>M1</MsgId><PmtInfId>P1</PmtInfId><InstrId>I1</InstrId><EndToEndId>E1</EndToEndId>\
                 <UETR>u-1</UETR><TxId>T1</TxId><MndtId>D1</MndtId><ChqNb>C1</ChqNb></Refs>\
                 <Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
                 <RltdPties><UltmtDbtr><Pty><Nm>Who asked</Nm></Pty></UltmtDbtr></RltdPties>\
                 <RltdAgts><DbtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></DbtrAgt></RltdAgts>\
                 <Purp><Cd>SALA</Cd></Purp><RmtInf><Ustrd>line one</Ustrd><Ustrd>line two</Ustrd>\
                 <Strd><RfrdDocInf><Nb>INV-7</Nb></RfrdDocInf><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf>\
                 </Strd></RmtInf>"
            )
        ),
    );
    assert_eq!(read.children, []);
    assert_eq!(read.text, "line one\nline two\nINV-7\nGUTSCHRIFT");
    assert_eq!(read.structured_reference, "RF18539007547034");
    let ids = &read.ids;
    let all = [
        &ids.bank_id,
        &ids.end_to_end,
        &ids.mandate,
        &ids.instruction,
        &ids.customer_ref,
        &ids.uetr,
    ];
    assert_eq!(all, ["B1", "E1", "D1", "I1", "P1", "u-1"]);
    let code = &read.type_code;
    assert_eq!(
        [&code.domain, &code.code, &code.proprietary, &code.issuer],
        ["PMNT", "RCDT-ESCT", "166", "DK"]
    );
    assert_eq!((read.purpose.as_str(), read.check_number.as_str()), ("SALA", "C1"));
    assert_eq!(
        (
            read.counterparty.bank.as_str(),
            read.counterparty.ultimate_name.as_str()
        ),
        ("ABNANL2A", "Who asked")
    );
    assert_eq!(
        (read.booking_date, read.value_date),
        (day("2026-02-10"), day("2026-02-11"))
    );
}

#[test]
fn the_creditor_id_of_a_direct_debit_is_told_apart_from_other_ids() {
    let id = "<Id><PrvtId><Othr><Id>DE98ZZZ09999999999</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>";
    let read = line(
        "DBIT",
        &details(&format!(
            "<RltdPties><Cdtr><Pty><Nm>Energy</Nm>{id}</Pty></Cdtr></RltdPties>"
        )),
    );
    assert_eq!(read.ids.creditor_id, "DE98ZZZ09999999999");
}

#[test]
fn parts_of_a_batch_have_their_own_amount_or_none() {
    let part = |amount: &str, name: &str| {
        format!("<TxDtls>{amount}<RltdPties><Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr></RltdPties></TxDtls>")
    };
    let content = format!(
        "<NtryDtls><Btch><PmtInfId>RUN-1</PmtInfId></Btch>{}{}{}</NtryDtls>",
        part("<Amt Ccy=\"EUR\">60.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>", "A"),
        part("<AmtDtls><TxAmt><Amt Ccy=\"EUR\">40.00</Amt></TxAmt></AmtDtls>", "B"),
        part("", "C"),
    );
    let read = line("DBIT", &content);
    let parts: Vec<_> = read
        .children
        .iter()
        .map(|child| (child.name.as_str(), child.amount))
        .collect();
    assert_eq!(
        parts,
        [("A", Some(decimal("-60"))), ("B", Some(decimal("-40"))), ("C", None)]
    );
    assert_eq!(
        (read.amount, read.ids.customer_ref.as_str()),
        (decimal("-100"), "RUN-1")
    );
}

#[test]
fn charges_that_explain_a_batch_become_a_part_of_it() {
    let parts = "<NtryDtls><TxDtls><Amt Ccy=\"EUR\">70.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>\
                 <TxDtls><Amt Ccy=\"EUR\">32.50</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls></NtryDtls>";
    let charge = "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">2.50</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy=\"EUR\">2.50</Amt>\
                  <CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd>\
                  <Tp><Prtry><Id>card fee</Id></Prtry></Tp></Rcrd></Chrgs>";
    let explained = line("CRDT", &format!("{charge}{parts}"));
    assert_eq!(
        (explained.fees[0].amount, explained.fees[0].text.as_str()),
        (decimal("-2.50"), "card fee")
    );
    assert_eq!(explained.fees.len(), 1, "the total repeats the record");
    let last = explained.children.last().expect("three parts");
    assert_eq!((explained.children.len(), last.amount), (3, Some(decimal("-2.5"))));

    let unexplained = statement(&entry("100.00", "CRDT", parts));
    assert_eq!(codes(&unexplained), [Code::ChildSum]);
    let read = &unexplained.statements[0].lines[0];
    assert_eq!((read.amount, read.children.len()), (decimal("100"), 2));
}

#[test]
fn charges_are_read_in_the_form_of_old_versions_too() {
    let old = line(
        "DBIT",
        "<Chrgs><Amt Ccy=\"EUR\">1.50</Amt><Tp><Cd>CHAR</Cd></Tp></Chrgs><Chrgs><Amt Ccy=\"EUR\">0.50</Amt></Chrgs>",
    );
    let fees: Vec<_> = old.fees.iter().map(|fee| fee.amount).collect();
    assert_eq!(fees, [decimal("-1.5"), decimal("-0.5")]);
    let only_total = line(
        "DBIT",
        "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">3</TtlChrgsAndTaxAmt></Chrgs>",
    );
    assert_eq!(only_total.fees[0].amount, decimal("-3"));
    let announced = line(
        "DBIT",
        "<Chrgs><Rcrd><Amt Ccy=\"EUR\">9</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd></Chrgs>",
    );
    assert_eq!(announced.fees, [], "booked on its own");
}

#[test]
fn the_amount_before_exchange_is_kept_with_its_rate() {
    let read = line(
        "DBIT",
        &details(
            "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">108.50</Amt></InstdAmt><TxAmt><Amt Ccy=\"EUR\">100.00</Amt>\
             <CcyXchg><SrcCcy>USD</SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>1.0850</XchgRate></CcyXchg></TxAmt></AmtDtls>",
        ),
    );
    let original = read.original.expect("another currency");
    assert_eq!((original.amount, original.currency.code()), (decimal("-108.50"), "USD"));
    assert_eq!(original.rate.map(|rate| rate.to_string()).as_deref(), Some("1.0850"));
    let same = line(
        "DBIT",
        &details("<AmtDtls><InstdAmt><Amt Ccy=\"EUR\">100.00</Amt></InstdAmt></AmtDtls>"),
    );
    assert_eq!(same.original, None);
}

#[test]
fn a_missing_booking_date_is_the_value_date_or_the_day_of_the_statement() {
    let without = |removed: &[&str]| {
        let text = removed
            .iter()
            .fold(entry("1", "CRDT", ""), |text, part| text.replace(part, ""));
        let import = statement(&text);
        assert_eq!(codes(&import), [Code::BadDate]);
        import.statements[0].lines[0].booking_date
    };
    let (booking, value) = (
        "<BookgDt><Dt>2026-02-10</Dt></BookgDt>",
        "<ValDt><Dt>2026-02-11</Dt></ValDt>",
    );
    assert_eq!(without(&[booking]), day("2026-02-11"));
    assert_eq!(without(&[booking, value]), day("2026-02-28"), "as printed, not in UTC");
}

#[test]
fn dates_that_do_not_exist_are_clamped_or_left_out_with_a_problem() {
    let import = statement(&entry("1", "CRDT", "").replace("2026-02-11", "2026-02-30"));
    assert_eq!(codes(&import), [Code::DateClamped]);
    assert_eq!(import.statements[0].lines[0].value_date, day("2026-02-28"));
    let import = statement(&entry("1", "CRDT", "").replace("2026-02-11", "11.02.2026"));
    assert_eq!(codes(&import), [Code::BadDate]);
    assert_eq!(import.statements[0].lines[0].value_date, None);
}

#[test]
fn a_bad_amount_loses_its_entry_and_nothing_else() {
    let content = format!(
        "{}\n{}\n{}",
        entry("1", "CRDT", ""),
        entry("12..34", "CRDT", ""),
        entry("2", "CRDT", "")
    );
    let import = statement(&content);
    assert_eq!(import.reading.outcome, Outcome::Partial);
    assert_eq!(
        said(&import),
        "W_BAD_LINE line 2, Stmt[1]/Ntry[2]/Amt: \"12..34\" is no amount: not a decimal number; \
         check this line against the bank's own list\n"
    );
    let amounts: Vec<_> = import.statements[0].lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [decimal("1"), decimal("2")]);
}

#[test]
fn an_entry_that_does_not_say_its_direction_is_lost_with_a_problem() {
    for broken in [
        entry("1", "CREDIT", ""),
        entry("1", "CRDT", "").replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""),
        entry("1", "CRDT", "").replace("<Amt Ccy=\"EUR\">1</Amt>", ""),
        entry("-1", "CRDT", ""),
    ] {
        let import = statement(&format!("{}{broken}", entry("9", "CRDT", "")));
        assert_eq!(
            (codes(&import), import.statements[0].lines.len()),
            (vec![Code::BadLine], 1),
            "{broken}"
        );
    }
    // A zero needs no direction, and a sign that agrees with DBIT is only irregular.
    let zero = statement(&entry("0.00", "CRDT", "").replace("<CdtDbtInd>CRDT</CdtDbtInd>", ""));
    assert_eq!((codes(&zero), zero.statements[0].lines.len()), (vec![], 1));
    let negative = statement(&entry("-5", "DBIT", ""));
    assert_eq!(
        (codes(&negative), negative.statements[0].lines[0].amount),
        (vec![Code::BadAmount], decimal("-5"))
    );
}

#[test]
fn only_booked_entries_count() {
    let with = |status: &str| entry("1", "CRDT", "").replace("<Cd>BOOK</Cd>", status);
    let import = statement(&format!(
        "{}{}{}{}{}",
        with("BOOK"),
        with("<Cd>PDNG</Cd>"),
        with("<Cd>INFO</Cd>"),
        with("<Cd>FUTR</Cd>"),
        with("<Prtry>SOON</Prtry>"),
    ));
    let statuses: Vec<_> = import.statements[0].lines.iter().map(|line| line.status).collect();
    assert_eq!(
        statuses,
        [
            Status::Booked,
            Status::Pending,
            Status::Info,
            Status::Pending,
            Status::Booked
        ]
    );
    assert_eq!(codes(&import), [Code::Irregular, Code::Pending]);
}

#[test]
fn envelopes_prefixes_and_foreign_namespaces_do_not_matter() {
    let body = format!(
        "<x:Stmt><x:Id>S</x:Id><x:Acct><x:Id><x:IBAN>{OWN}</x:IBAN></x:Id></x:Acct>\
         <x:Ntry><x:Amt Ccy='EUR' >5</x:Amt><x:CdtDbtInd>DBIT</x:CdtDbtInd><x:Sts>BOOK</x:Sts>\
         <x:BookgDt><x:Dt>2026-02-10</x:Dt></x:BookgDt></x:Ntry></x:Stmt>"
    );
    for (before, after) in [
        (
            "<x:BkToCstmrStmt xmlns:x=\"urn:swift:xsd:$camt.053.001.02\">",
            "</x:BkToCstmrStmt>",
        ),
        (
            "<s:Envelope><s:Body><x:Document xmlns:x=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\
             <x:BkToCstmrStmt>",
            "</x:BkToCstmrStmt></x:Document></s:Body></s:Envelope>",
        ),
        (
            "<BizMsgEnvlp><AppHdr><MsgDefIdr>camt.053.001.02</MsgDefIdr></AppHdr>\
             <x:Document xmlns:x=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><x:BkToCstmrStmt>",
            "</x:BkToCstmrStmt></x:Document></BizMsgEnvlp>",
        ),
    ] {
        let import = read(&format!("{before}{body}{after}"));
        assert_eq!(codes(&import), [], "{before}");
        let read = &import.statements[0];
        assert_eq!(
            (read.statement.message.as_str(), read.lines[0].amount),
            ("camt.053.001.02", decimal("-5"))
        );
    }
}

#[test]
fn other_messages_are_refused_by_name() {
    let import = read(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"><CstmrCdtTrfInitn><GrpHdr/>\
         </CstmrCdtTrfInitn></Document>",
    );
    assert_eq!(
        (import.reading.outcome, codes(&import)),
        (Outcome::Refused, vec![Code::NotAStatement])
    );
    assert!(
        said(&import).contains("this is pain.001.001.03, not an account statement"),
        "{}",
        said(&import)
    );
}

#[test]
fn texts_are_read_with_references_sections_and_stray_ampersands() {
    let text = |value: &str| {
        let import = statement(&entry(
            "1",
            "CRDT",
            &details(&format!("<RmtInf><Ustrd>{value}</Ustrd></RmtInf>")),
        ));
        (import.statements[0].lines[0].text.clone(), codes(&import))
    };
    assert_eq!(
        text("A &amp; B &#228;&#xDF; &lt;1&gt;"),
        ("A & B äß <1>".into(), vec![])
    );
    assert_eq!(text("<![CDATA[a & <b>]]>c"), ("a & <b>c".into(), vec![]));
    assert_eq!(text("one<!-- note -->two"), ("onetwo".into(), vec![]));
    assert_eq!(text("Meyer & Sohn"), ("Meyer & Sohn".into(), vec![Code::Irregular]));
    assert_eq!(
        text("Meyer & Sohn; 5"),
        ("Meyer & Sohn; 5".into(), vec![Code::Irregular])
    );
    assert_eq!(
        text("a&nbsp;b"),
        ("a&nbsp;b".into(), vec![Code::Irregular]),
        "nothing is expanded"
    );
    assert_eq!(text("\n   wrapped\n   text\n"), ("wrapped text".into(), vec![]));
}

#[test]
fn charsets_are_found_value_by_value() {
    let xml = |declared: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{declared}\"?><BkToCstmrStmt><Stmt><Id>S</Id>\
             <Acct><Id><IBAN>{OWN}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}</Stmt></BkToCstmrStmt>",
            entry(
                "1",
                "CRDT",
                &details("<RltdPties><Dbtr><Nm>Müller</Nm></Dbtr></RltdPties>")
            )
        )
    };
    let latin = |text: &str| {
        text.replace('ü', "\u{1}")
            .bytes()
            .map(|b| if b == 1 { 0xFC } else { b })
            .collect()
    };
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let cases: [(Vec<u8>, &str, Vec<Code>); 5] = [
        (xml("UTF-8").into_bytes(), "utf-8", vec![]),
        (latin(&xml("ISO-8859-1")), "windows-1252", vec![]),
        (latin(&xml("UTF-8")), "windows-1252", vec![Code::CharsetMismatch]),
        (xml("ISO-8859-1").into_bytes(), "utf-8", vec![Code::CharsetMismatch]),
        (utf16(&xml("UTF-16")), "utf-16le", vec![]),
    ];
    for (bytes, charset, expected) in cases {
        let import = read_all(&mut Cursor::new(&bytes), &ReadOptions::default()).expect("readable");
        assert_eq!((import.reading.encoding.as_str(), codes(&import)), (charset, expected));
        let line = &import.statements[0].lines[0];
        assert_eq!(line.counterparty.name, "Müller", "{charset}");
        if charset != "utf-16le" {
            let (from, to) = line.source_bytes;
            let range = usize::try_from(from).expect("small")..usize::try_from(to).expect("small");
            assert!(
                bytes[range.clone()].starts_with(b"<Ntry>") && bytes[range].ends_with(b"</Ntry>"),
                "{charset}"
            );
        }
    }
}

#[test]
fn broken_xml_keeps_what_was_read_before_it() {
    let whole = format!(
        "<BkToCstmrStmt>\n<Stmt><Id>S</Id><Acct><Id><IBAN>{OWN}</IBAN></Id></Acct>\n{}\n{}</Stmt></BkToCstmrStmt>",
        entry("1", "CRDT", ""),
        entry("2", "CRDT", ""),
    );
    let (cut, _) = whole.rsplit_once("</Dt>").expect("the last date");
    let import = read(cut);
    assert_eq!(
        (import.reading.outcome, import.statements[0].lines.len()),
        (Outcome::Partial, 1)
    );
    assert!(
        said(&import).contains("E_MALFORMED line 4, Stmt[1]/Ntry[2]: the file ends here; this entry is left out"),
        "{}",
        said(&import)
    );
    let crossed = read(&whole.replacen("</Sts>", "</Stz>", 2).replacen("</Stz>", "</Sts>", 1));
    assert_eq!(
        (codes(&crossed), crossed.statements[0].lines.len()),
        (vec![Code::Malformed], 1)
    );
    assert!(said(&crossed).contains("line 4, Stmt[1]/Ntry[2]"), "{}", said(&crossed));
}

#[test]
fn entries_with_the_same_bank_reference_are_told() {
    let of_bank = |id: &str| entry("1", "CRDT", &format!("<AcctSvcrRef>{id}</AcctSvcrRef>"));
    let statement = |ids: &[&str]| {
        let entries: Vec<String> = ids.iter().map(|id| of_bank(id)).collect();
        format!(
            "<Stmt><Acct><Id><IBAN>{OWN}</IBAN></Id></Acct>\n{}</Stmt>",
            entries.join("\n")
        )
    };
    // Another statement may repeat what this one says.
    let import = read(&format!(
        "<BkToCstmrStmt>{}{}</BkToCstmrStmt>",
        statement(&["A", "B", "A"]),
        statement(&["A", "C"]),
    ));
    assert_eq!(codes(&import), [Code::DuplicateId]);
    assert!(
        said(&import).contains("W_DUPLICATE_ID line 4, AcctSvcrRef: line 2 has the same id"),
        "{}",
        said(&import)
    );
    assert_eq!(import.statements[0].lines.len(), 3);
}
