//! Ways in which two sides seem to agree and do not, and what is said of them.

use crate::common::Desk;
use std::fmt::Write as _;

/// A month in which every payment has its entry, a day or two before; then what is put to the test.
fn month(lines: &str, entries: &str) -> (String, String) {
    let (mut bank, mut books) = (
        String::from("Date,Description,Amount\n"),
        String::from("Date,Payee,Reference,Amount\n"),
    );
    let payees = [
        "Copper Kitchen",
        "Bright Dental",
        "Helix Pharma",
        "Sundial Hotel",
        "Quartz IT",
    ];
    for day in 3..29 {
        for (place, payee) in payees.iter().enumerate().take(2) {
            let payee = if day % 2 == 0 { payee } else { &payees[place + 2] };
            let cents = day * 1_013 + place * 377;
            let amount = format!("-{}.{:02}", cents / 100 + 20, cents % 100);
            let invoice = 40_000 + day * 10 + place;
            writeln!(bank, "2026-06-{day:02},{} INV {invoice},{amount}", payee.to_uppercase()).unwrap();
            writeln!(books, "2026-06-{:02},{payee},{invoice},{amount}", day - 1 - place).unwrap();
        }
    }
    (bank + lines, books + entries)
}

/// How the last line of the bank ends up, beside a month that ties out.
#[derive(Debug, PartialEq, Eq)]
enum Last {
    Certain,
    Open,
}

fn last_line(name: &str, line: &str, entry: &str) -> (i32, Last) {
    last_line_of(name, &month(line, entry))
}

fn last_line_of(name: &str, (bank, books): &(String, String)) -> (i32, Last) {
    let desk = Desk::new(name);
    desk.put("bank.csv", bank).put("books.csv", books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --csv out");
    let place = format!(",bank.csv:{},", bank.lines().count());
    let matches = desk.read("out/matches.csv");
    let is_certain = matches
        .lines()
        .any(|row| row.contains(&place) && row.ends_with(",auto"));
    (ended.code, if is_certain { Last::Certain } else { Last::Open })
}

#[test]
fn a_check_of_another_number_is_never_certain_wherever_the_number_stands() {
    let line = "2026-06-28,CHECK 1622,-640.00\n";
    let other = last_line("other-check", line, "2026-06-26,Rossi Check 1633,,-640.00\n");
    assert_eq!(other, (1, Last::Open));
    let in_the_column_of_references = last_line("other-number", line, "2026-06-26,Rossi,1633,-640.00\n");
    assert_eq!(in_the_column_of_references, (1, Last::Open));
    let own = last_line("own-check", line, "2026-06-26,Rossi Check 1622,,-640.00\n");
    assert_eq!(own, (0, Last::Certain));
}

#[test]
fn an_invoice_of_another_number_is_never_certain_wherever_the_books_have_it() {
    let line = "2026-06-28,OAK & SON INV 55120,410.00\n";
    for (name, entry, expected) in [
        (
            "other-reference",
            "2026-06-27,Oak & Son,55188,410.00\n",
            (1, Last::Open),
        ),
        (
            "other-invoice",
            "2026-06-27,Oak & Son Invoice 55188,,410.00\n",
            (1, Last::Open),
        ),
        (
            "own-reference",
            "2026-06-27,Oak & Son,55120,410.00\n",
            (0, Last::Certain),
        ),
        (
            "longer-reference",
            "2026-06-27,Oak & Son,7055188,410.00\n",
            (0, Last::Certain),
        ),
    ] {
        assert_eq!(last_line(name, line, entry), expected, "{name}");
    }
    let card = "2026-06-28,OAK & SON CARD 55120,410.00\n";
    let entry = "2026-06-27,Oak & Son,55188,410.00\n";
    assert_eq!(last_line("number-of-a-card", card, entry), (0, Last::Certain));
}

#[test]
fn two_numbers_that_keep_a_match_from_being_certain_are_named() {
    let desk = Desk::new("numbers-named");
    let (bank, books) = month(
        "2026-06-28,OAK & SON INV 55120,410.00\n",
        "2026-06-27,Oak & Son,55188,410.00\n",
    );
    desk.put("bank.csv", &bank).put("books.csv", &books);
    desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --json r.json");
    let told = desk.tieout("explain --result r.json S1").out;
    assert!(
        told.contains("the bank names document 55120, the books have 55188"),
        "{told}"
    );
    assert!(
        told.contains("line and entry bear different numbers of documents or checks"),
        "{told}"
    );
}

#[test]
fn numbers_that_books_give_themselves_contradict_no_number_of_the_bank() {
    let (bank, books) = month(
        "2026-06-28,OAK & SON INV 55120,-410.00\n",
        "2026-06-27,Oak & Son,40001,-410.00\n",
    );
    let mut rows: Vec<String> = books.lines().map(str::to_owned).collect();
    for (row, voucher) in rows.iter_mut().zip(60_000..).skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        *row = format!("{},{},{voucher},{}", fields[0], fields[1], fields[3]);
    }
    let books = rows.join("\n") + "\n";
    assert_eq!(last_line_of("own-numbers", &(bank, books)), (0, Last::Certain));
}

#[test]
fn a_void_of_a_check_that_the_bank_paid_is_told_as_that() {
    let line = "2026-06-14,CHECK 1501,-640.00\n2026-06-28,CHECK 1507,-640.00\n";
    let entries = "2026-06-05,Check 1501 Lamp Co,,-640.00\n2026-06-12,VOID Check 1501 Lamp Co,,640.00\n\
                   2026-06-12,Check 1507 Lamp Co,,-640.00\n";
    let desk = Desk::new("void-of-paid");
    let (bank, books) = month(line, entries);
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --csv out");
    assert_eq!(ended.code, 1, "{}", ended.out);
    let exceptions = desk.read("out/exceptions.csv");
    let rows: Vec<&str> = exceptions.lines().skip(1).collect();
    let void = format!("ledger,books.csv:{},void_of_paid", books.lines().count() - 1);
    assert_eq!(rows, [void], "{exceptions}");
}

#[test]
fn an_amount_in_common_is_not_certain_for_somebody_else_after_a_time_that_these_books_never_take() {
    let line = "2026-06-28,NETGEAR SUBSCR,-99.00\n";
    let other = last_line("somebody-else", line, "2026-06-18,Baker Street Cleaning,,-99.00\n");
    assert_eq!(other, (1, Last::Open));
    let same = last_line("somebody-known", line, "2026-06-18,Netgear,,-99.00\n");
    assert_eq!(same, (0, Last::Certain));
}

#[test]
fn a_file_is_not_reconciled_with_itself() {
    let desk = Desk::new("itself");
    let (bank, _) = month("", "");
    desk.put("bank.csv", &bank).put("books.csv", &bank);
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.err.contains("bank.csv and books.csv are the same file"),
        "{}",
        ended.err
    );
}

#[test]
fn entries_after_the_last_line_of_a_month_are_told() {
    let desk = Desk::new("after-the-last");
    let (bank, books) = month("", "2026-06-29,Late sale,,900.00\n2026-06-30,Late bill,,-250.00\n");
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let run = "reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd";
    let ended = desk.tieout(run);
    let told = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains(
            "2 entries of the books from then to 2026-06-30, 650.00 in sum, left out; --as-of 2026-06-30 takes them in"
        ),
        "{}",
        ended.out
    );
    let all = desk.tieout(&format!("{run} --as-of 2026-06-30"));
    assert!(!all.out.contains("left out"), "{}", all.out);
}

#[test]
fn books_of_another_year_are_told_in_one_sentence() {
    let desk = Desk::new("other-year");
    let (bank, books) = month("", "");
    desk.put("bank.csv", &bank)
        .put("books.csv", &books.replace("2026-", "2024-"));
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd");
    let told = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains(
            "the books hold no entry of the statements' days, 2026-06-03 to 2026-06-28: their 52 entries are of 2024-06-01 \
             to 2024-06-27; is it the right file?"
        ),
        "{}",
        ended.out
    );
}

#[test]
fn one_check_number_with_two_amounts_is_suggested_and_the_difference_named() {
    let desk = Desk::new("check-amounts");
    let (bank, books) = month(
        "2026-06-28,CHECK 1622,-6512.40\n",
        "2026-06-20,Rossi Check 1622,,-640.00\n",
    );
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --json r.json");
    assert_eq!(ended.code, 1, "{}", ended.out);
    let told = desk.tieout("explain --result r.json S1").out;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "1 bank line with 1 entry, suggested, not matched",
        "Difference -5,872.40 entry to be corrected",
        "both name check 1622, and no other open entry does",
        "the bank or the books have the amount wrong",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

#[test]
fn a_check_and_an_invoice_of_one_number_are_two_things() {
    let desk = Desk::new("check-invoice");
    let (bank, books) = month(
        "2026-06-28,CHECK 1622,-6512.40\n",
        "2026-06-20,Rossi Invoice 1622,,-640.00\n",
    );
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --csv out");
    assert_eq!(ended.code, 1, "{}", ended.out);
    let place = format!(",bank.csv:{},", bank.lines().count());
    assert!(
        !desk.read("out/matches.csv").contains(&place),
        "{}",
        desk.read("out/matches.csv")
    );
}

#[test]
fn less_than_an_invoice_asks_for_is_suggested_as_a_part_of_it() {
    let desk = Desk::new("part-payment");
    let (bank, books) = month(
        "2026-06-28,HELIX PHARMA PART PAYMENT INV 70001,400.00\n",
        "2026-06-20,Helix Pharma,70001,1000.00\n",
    );
    desk.put("bank.csv", &bank).put("books.csv", &books);
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --json r.json");
    assert_eq!(ended.code, 1, "{}", ended.out);
    let told = desk.tieout("explain --result r.json S1").out;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "1 bank line with 1 entry, suggested, not matched",
        "a part of 1,000.00",
        "both name document 70001, and no other open entry does",
        "a part payment, the rest stays open",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let decided = desk.tieout("decide --result r.json --accept S1 --into decisions.csv");
    assert_eq!(decided.code, 0, "{}", decided.err);
    let ended = desk.tieout(
        "reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd --decisions decisions.csv \
         --csv out",
    );
    assert!(ended.out.contains("53 of 53 bank lines"), "{}{}", ended.out, ended.err);
    let explanation = desk.read("out/explanation.csv");
    assert!(explanation.contains("600.00"), "{explanation}");
}

/// A month's only entry of 1,290.00, itemised in three parts of 430.00 each.
fn collective_credit() -> String {
    let part = |name: &str, number: u32| {
        format!(
            "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy=\"CHF\">430.00</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>\
             <RmtInf><Ustrd>Rechnung {number}</Ustrd></RmtInf></TxDtls>"
        )
    };
    let parts = [
        ("Meier Sanitaer", 90_107),
        ("Roth Bau AG", 90_125),
        ("Hug Gartenbau", 90_133),
    ];
    let parts: String = parts.map(|(name, number)| part(name, number)).concat();
    let balance = |code: &str, amount: &str, day: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CHF\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.04\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>1</MsgId><CreDtTm>2026-06-01T00:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>\
         <CreDtTm>2026-06-01T00:00:00</CreDtTm><Acct><Id><IBAN>CH9300762011623852957</IBAN></Id><Ccy>CHF</Ccy></Acct>\
         {}{}<Ntry><Amt Ccy=\"CHF\">1290.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
         <BookgDt><Dt>2026-05-04</Dt></BookgDt><ValDt><Dt>2026-05-04</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>AUTT</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch>{parts}</NtryDtls><AddtlNtryInf>Sammelgutschrift</AddtlNtryInf>\
         </Ntry></Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", "1000.00", "2026-04-30"),
        balance("CLBD", "2290.00", "2026-05-31"),
    )
}

#[test]
fn a_batch_whose_parts_the_bank_prints_is_matched_with_the_entries_of_its_parts() {
    let run = |name: &str, more: &str| {
        let desk = Desk::new(name);
        let books = "Date,Payee,Reference,Amount\n2026-04-30,Opening balance,,1000.00\n\
                     2026-05-02,Meier Sanitär,INV-90107,430.00\n2026-05-02,Roth Bau AG,INV-90125,430.00\n\
                     2026-05-02,Hug Gartenbau,INV-90133,430.00\n";
        desk.put("bank.xml", &collective_credit())
            .put("books.csv", &format!("{books}{more}"));
        let ended = desk.tieout("reconcile --statement bank.xml --ledger books.csv --date-order ymd --csv out");
        let matches = desk.read("out/matches.csv");
        let mut automatic: Vec<String> = matches
            .lines()
            .filter(|row| row.contains(",ledger,") && row.ends_with(",auto"))
            .filter_map(|row| row.split(',').nth(2).map(str::to_owned))
            .collect();
        automatic.sort();
        (ended.code, automatic)
    };
    let own = ["books.csv:3", "books.csv:4", "books.csv:5"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(run("itemised", ""), (0, own.clone()));
    let other = "2026-05-29,Kunz Holzbau,INV-90150,430.00\n";
    assert_eq!(run("itemised-beside-others", other), (0, own));
    let again = "2026-05-03,Roth Bau AG,INV-90177,430.00\n";
    assert_eq!(run("itemised-with-a-choice", again).1, Vec::<String>::new());
}

#[test]
fn equal_lines_of_a_day_are_matched_with_as_many_equal_entries_whichever_belongs_to_which() {
    let coffees = "2026-06-25,COFFEE BAR,-3.50\n".repeat(2);
    let entries = "2026-06-25,Coffee bar,,-3.50\n".repeat(2);
    let bank = format!("Date,Description,Amount\n2026-06-05,RENT,-800.00\n{coffees}2026-06-30,CLIENT A,500.00\n");
    let books = format!(
        "Date,Payee,Reference,Amount\n2026-06-05,Rent,,-800.00\n{entries}2026-06-29,Client A,,500.00\n\
         2026-07-25,Coffee bar,,-3.50\n"
    );
    let run = |name: &str, books: &str| {
        let desk = Desk::new(name);
        desk.put("bank.csv", &bank).put("books.csv", books);
        let run = "reconcile --statement bank.csv --ledger books.csv --currency USD --date-order ymd";
        desk.tieout(run).code
    };
    assert_eq!(run("as-many", &books), 0);
    let one_less = books.replacen("2026-06-25,Coffee bar,,-3.50\n", "", 1);
    assert_eq!(run("one-less", &one_less), 1);
}

#[test]
fn an_amount_in_common_is_not_certain_where_all_others_have_a_name_in_common() {
    let line = "2026-06-28,DD BRITISH GAS,-75.00\n";
    let other = last_line("nobody-known", line, "2026-06-25,Window cleaner,,-75.00\n");
    assert_eq!(other, (1, Last::Open));
    let nameless = last_line("nameless", line, "2026-06-27,,,-75.00\n");
    assert_eq!(nameless, (0, Last::Certain));
}

/// A camt message: kind of document, its element, and what stands in it.
fn camt(kind: &str, document: &str, element: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{kind}\"><{document}><GrpHdr>\
         <MsgId>M</MsgId><CreDtTm>2025-10-04T00:00:00</CreDtTm></GrpHdr><{element}><Id>S1</Id><CreDtTm>2025-10-04T00:00:00</CreDtTm>\
         <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>{inside}</{element}></{document}></Document>"
    )
}

fn entry(amount: &str, side: &str, day: &str, reference: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>\
         <ValDt><Dt>{day}</Dt></ValDt><BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd><AcctSvcrRef>{reference}</AcctSvcrRef></Ntry>"
    )
}

fn balance(code: &str, amount: &str, day: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt>\
         </Dt></Bal>"
    )
}

#[test]
fn a_notification_of_a_statements_days_is_no_more_money() {
    let statement = |closing: &str| {
        let inside = [
            balance("OPBD", "100.00", "2025-10-01"),
            entry("100.00", "CRDT", "2025-10-02", "BATCH1"),
            entry("7.00", "DBIT", "2025-10-02", "F1"),
            balance("CLBD", closing, "2025-10-02"),
        ];
        camt("camt.053.001.08", "BkToCstmrStmt", "Stmt", &inside.concat())
    };
    let notification = |day: &str| {
        let inside = [
            entry("60.00", "CRDT", day, "BATCH1-1"),
            entry("40.00", "CRDT", day, "BATCH1-2"),
        ];
        camt("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", &inside.concat())
    };
    let desk = Desk::new("notification");
    desk.put(
        "books.csv",
        "Date,Description,Amount\n2025-10-02,Customers,100.00\n2025-10-02,Fee,-7.00\n",
    );
    for (closing, day, is_contained) in [
        ("193.00", "2025-10-02", true),
        // A day that the statement does not cover, and a statement that does not prove: these may be more money.
        ("193.00", "2025-10-06", false),
        ("250.00", "2025-10-02", false),
    ] {
        desk.put("a.xml", &statement(closing)).put("b.xml", &notification(day));
        let ended = desk.tieout("reconcile --statement a.xml b.xml --ledger books.csv --csv out");
        assert_eq!(ended.code, i32::from(!is_contained), "{}{}", ended.out, ended.err);
        let contained = ended.out.contains("2 payments of notifications");
        assert_eq!(contained, is_contained, "{closing} {day}: {}{}", ended.out, ended.err);
        assert!(!desk.read("out/matches.csv").contains("BATCH1-"), "{closing} {day}");
        let is_open = desk.read("out/exceptions.csv").contains("BATCH1-1");
        assert_eq!(is_open, !is_contained, "{closing} {day}");
    }
    // Whatever file it comes in.
    desk.put("a.xml", &statement("193.00"))
        .put("b.xml", &notification("2025-10-02"));
    let converted = desk.tieout("statement convert b.xml --to json --out b.json");
    assert_eq!(converted.code, 0, "{}", converted.err);
    let ended = desk.tieout("reconcile --statement a.xml b.json --ledger books.csv");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
}

/// A receipt that is as large as what the books call their opening balance is not in the books for that.
#[test]
fn an_opening_balance_of_the_books_is_the_entry_of_no_line() {
    let desk = Desk::new("opening-is-no-entry");
    desk.put(
        "bank.csv",
        "Date,Text,Amount,Balance,Currency\n2025-03-03,ACME INV-77,1000.00,2000.00,EUR\n2025-03-04,RENT,-300.00,1700.00,EUR\n",
    );
    for words in [
        "Opening balance",
        "Saldovortrag",
        "A nouveau",
        "Balance brought forward",
    ] {
        let begins = format!("Date,Description,Amount\n2025-02-28,{words},1000.00\n");
        desk.put("short.csv", &format!("{begins}2025-03-04,Rent,-300.00\n"))
            .put(
                "whole.csv",
                &format!("{begins}2025-03-03,Acme INV-77,1000.00\n2025-03-04,Rent,-300.00\n"),
            );
        let short = desk.tieout("reconcile --statement bank.csv --ledger short.csv");
        assert_eq!(short.code, 1, "{words}: {}", short.out);
        let whole = desk.tieout("reconcile --statement bank.csv --ledger whole.csv");
        assert_eq!(whole.code, 0, "{words}: {}", whole.out);
    }
    desk.put(
        "books.journal",
        "2025-02-28 Opening\n  assets:bank  EUR 1000.00\n  equity:opening balances\n\n2025-03-04 Rent\n  assets:bank  EUR -300.00\n  \
         expenses:rent\n",
    );
    let journal = desk.tieout("reconcile --statement bank.csv --ledger books.journal");
    assert_eq!(journal.code, 1, "{}", journal.out);
}
