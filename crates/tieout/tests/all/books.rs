//! Every kind of books that is no plain text, from file to proposed entries: what the statement has more comes out in the kind
//! that the program behind the books imports.

use crate::common::Desk;
use std::fmt::Write as _;
use std::fs;

fn fixture(name: &str) -> String {
    format!("{}/../../fixtures/books/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of books, its account, and what stands in its proposed entry of -9.00.
const BOOKS: &[(&str, &str, &str)] = &[
    (
        "crane/studio.jsonl",
        "1000",
        "\"entry_type\":\"credit\",\"amount\":\"9.00\"",
    ),
    (
        "csv/quickbooks-online-journal.csv",
        "Checking",
        "Bank Accounts:Checking,,9.00,",
    ),
    (
        "csv/quickbooks-desktop-journal.csv",
        "Checking",
        "\tChecking\t\t-9.00\t",
    ),
    ("csv/xero-journal-report.csv", "090", ",090,Tax Exempt,-9.00,"),
    ("iif/shop.iif", "Checking", "\tChecking\t\t-9.00\t"),
    (
        "sie/akeri-5.sie",
        "1930",
        "<LedgerEntry accountId=\"1930\" amount=\"-9.00\"",
    ),
    ("jpk/jpk_kr.xml", "131-1", ",-9.00,PLN,"),
];

/// The rows that `books show` prints, as a statement with a bank's fee at its end.
fn statement_of(shown: &str) -> String {
    let mut statement = String::from("Date,Text,Amount\n");
    let mut last = String::new();
    for row in shown.lines().filter(|row| row.starts_with("  20")) {
        let mut words = row.split_whitespace();
        let (date, amount) = (words.next().unwrap(), words.next().unwrap());
        let text: Vec<&str> = words.collect();
        writeln!(statement, "{date},\"{}\",{amount}", text.join(" ").replace('"', "'")).unwrap();
        date.clone_into(&mut last);
    }
    writeln!(statement, "{last},Monthly account fee,-9.00").unwrap();
    statement
}

#[test]
fn proposed_entries_come_in_the_kind_that_the_program_imports() {
    let desk = Desk::new("books-kinds");
    for (name, account, proposed) in BOOKS {
        let file = fixture(name);
        let shown = desk.tieout(&format!("books show {file} --account {account}"));
        assert_eq!(shown.code, 0, "{name}: {}{}", shown.out, shown.err);
        desk.put("bank.csv", &statement_of(&shown.out));
        let ended = desk.tieout(&format!(
            "reconcile --statement bank.csv --ledger {file} --account {account} --adjustments fix --quiet"
        ));
        assert_eq!(ended.code, 1, "{name}: {}{}", ended.out, ended.err);
        // IIF is written in Windows-1252.
        let fix = fs::read(desk.path("fix")).unwrap();
        let fix = String::from_utf8_lossy(&fix);
        assert!(fix.contains(proposed), "{name}: {fix}");
    }
}

const LIST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>
<OFX><BANKMSGSRSV1>
<STMTTRNRS><TRNUID>0</TRNUID><STMTRS><CURDEF>USD</CURDEF>
<BANKACCTFROM><BANKID>123</BANKID><ACCTID>4021</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101</DTSTART><DTEND>20260131</DTEND>
<STMTTRN><TRNTYPE>CHECK</TRNTYPE><DTPOSTED>20260105</DTPOSTED><TRNAMT>-500.00</TRNAMT><FITID>m1</FITID><CHECKNUM>1041</CHECKNUM><NAME>Harbor Street</NAME><MEMO>rent</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEP</TRNTYPE><DTPOSTED>20260120</DTPOSTED><TRNAMT>2000.00</TRNAMT><FITID>m2</FITID><NAME>Nordlicht</NAME></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>9500.00</BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS>
<STMTTRNRS><TRNUID>0</TRNUID><STMTRS><CURDEF>USD</CURDEF>
<BANKACCTFROM><BANKID>123</BANKID><ACCTID>4022</ACCTID><ACCTTYPE>SAVINGS</ACCTTYPE></BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101</DTSTART><DTEND>20260131</DTEND>
<STMTTRN><TRNTYPE>DEP</TRNTYPE><DTPOSTED>20260110</DTPOSTED><TRNAMT>1.00</TRNAMT><FITID>s1</FITID></STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS>
</BANKMSGSRSV1></OFX>
";

#[test]
fn an_ofx_list_of_a_finance_program_is_books_and_takes_corrections_as_ofx() {
    let desk = Desk::new("books-ofx");
    desk.put("money.ofx", LIST);
    let listed = desk.tieout("books show money.ofx");
    assert!(
        listed.out.contains("4021 CHECKING") && listed.out.contains("4022 SAVINGS"),
        "{}",
        listed.out
    );
    let shown = desk.tieout("books show money.ofx --account 4021");
    assert_eq!(shown.code, 0, "{}{}", shown.out, shown.err);
    assert!(
        shown.out.contains("Harbor Street; rent; 1041") && shown.out.contains("9500.00"),
        "{}",
        shown.out
    );
    desk.put(
        "bank.csv",
        "Date,Text,Amount\n2026-01-06,CHECK 1041,-500.00\n2026-01-20,NORDLICHT,2000.00\n2026-01-31,Monthly account fee,-9.00\n",
    );
    let ended =
        desk.tieout("reconcile --statement bank.csv --ledger money.ofx --account 4021 --adjustments fix.ofx --quiet");
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let fix = desk.tieout("books show fix.ofx");
    assert!(
        fix.out.contains("-9.00") && fix.out.contains("4021"),
        "{}{}{}",
        fix.out,
        fix.err,
        desk.read("fix.ofx")
    );
    let unknown = desk.tieout("reconcile --statement bank.csv --ledger money.ofx --ledger-format ofy");
    assert!(unknown.code == 2 && unknown.err.contains("ofx"), "{}", unknown.err);
}

/// Journals of a month, of which no bank balance can be summed up: as they are exported, and as they are imported.
const JOURNALS: &[(&str, &str, &str)] = &[
    (
        "xero-manual.csv",
        "090",
        "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount\n\
         Acme INV-1001,12/03/2026,Acme INV-1001,090,Tax Exempt (0%),250.00\n\
         Acme INV-1001,12/03/2026,Acme INV-1001,200,Tax Exempt (0%),-250.00\n\
         Rent March,19/03/2026,Rent March,090,Tax Exempt (0%),-600.00\n\
         Rent March,19/03/2026,Rent March,469,Tax Exempt (0%),600.00\n",
    ),
    (
        "xero-report.csv",
        "bank",
        "Journal Report\nBrightwater Ltd\n\n\
         Date,Journal Number,Account Code,Account,Description,Reference,Debit,Credit\n\
         12 Mar 2026,101,090,Business Bank Account,Acme,INV-1001,250.00,\n\
         12 Mar 2026,101,200,Sales,Acme,INV-1001,,250.00\n\
         19 Mar 2026,103,090,Business Bank Account,Rent March,,,600.00\n\
         19 Mar 2026,103,469,Rent,Rent March,,600.00,\n",
    ),
    (
        "online.csv",
        "checking",
        "Brightwater Ltd\nJournal\nMarch 2026\n\n\
         Date,Transaction Type,Num,Name,Memo/Description,Account,Debit,Credit\n\
         03/12/2026,Payment,1001,Acme Ltd,INV-1001,Checking,250.00,\n\
         ,,,Acme Ltd,INV-1001,Accounts Receivable (A/R),,250.00\n\
         ,,,,,,250.00,250.00\n\
         03/19/2026,Check,1042,Landlord,Rent March,Checking,,600.00\n\
         ,,,Landlord,Rent March,Rent,600.00,\n\
         ,,,,,,600.00,600.00\n",
    ),
    (
        "online-import.csv",
        "checking",
        "*JournalNo,*JournalDate,*AccountName,*Debits,*Credits,Description,Name,Currency,Location,Class\n\
         1,03/12/2026,Checking,250.00,,Acme INV-1001,Acme,USD,,\n\
         1,03/12/2026,Sales,,250.00,Acme INV-1001,Acme,USD,,\n\
         3,03/19/2026,Checking,,600.00,Rent March,Landlord,USD,,\n\
         3,03/19/2026,Rent,600.00,,Rent March,Landlord,USD,,\n",
    ),
    (
        "desktop.csv",
        "checking",
        ",Trans #,Type,Date,Num,Name,Memo,Account,Debit,Credit\n\
         ,101,Payment,03/12/2026,1001,Acme Ltd,INV-1001,Checking,250.00,\n\
         ,,,,,Acme Ltd,INV-1001,Accounts Receivable,,250.00\n\
         ,,,,,,,,250.00,250.00\n\
         ,103,Check,03/19/2026,1042,Landlord,Rent March,Checking,,600.00\n\
         ,,,,,Landlord,Rent March,Rent,600.00,\n\
         ,,,,,,,,600.00,600.00\n",
    ),
];

#[test]
fn journals_of_a_month_tie_out_with_the_statement_of_the_month() {
    let desk = Desk::new("journals");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-03-12,ACME LTD INV-1001,250.00,1250.00\n\
         2026-03-19,STANDING ORDER RENT MARCH,-600.00,650.00\n",
    );
    for (name, account, journal) in JOURNALS {
        desk.put(name, journal);
        let ended = desk.tieout(&format!(
            "reconcile --statement bank.csv --ledger {name} --account {account}"
        ));
        assert_eq!(ended.code, 0, "{name}: {}{}", ended.out, ended.err);
        assert!(
            ended.out.contains("2 of 2 bank lines and 2 of 2 entries matched"),
            "{name}: {}",
            ended.out
        );
    }
}

/// The program translates the header of its export and none of the cells.
#[test]
fn transactions_that_gnucash_exports_in_other_languages_are_known() {
    let desk = Desk::new("gnucash-languages");
    let german = "Datum,BuchungsID,Nummer,Beschreibung,Bemerkungen,Währung/Wertpapier,Stornierungsbegründung,Aktion,Buchungstext,\
                  Volle Kontobezeichnung,Kontobezeichnung,Wert mit Symbol,Wert numerisch.,Wert mit Symbol,Wert numerisch.,Abgleichen,\
                  Datum des Abgleichs,Kurs/Preis";
    let french = "Date,Id de la transaction,Numéro,Description,Notes,Produit/Devise,Raison invalide,Action,Mémo,Le nom complet du compte,\
                  Nom du compte,Compte avec symbole,Montant Num.,Valeur avec symbole,Valeur Num.,Rapprocher,Date de rapprochement,Taux/Prix";
    for (name, header) in [("german.csv", german), ("french.csv", french)] {
        let text = format!(
            "{header}\n\
             13.01.2026,aaaa1111,12,Miete,,CURRENCY::EUR,,,,Aufwendungen:Miete,Miete,\"500,00 €\",\"500,00\",\"500,00 €\",\"500,00\",n,,\"1,00\"\n\
             ,aaaa1111,,,,,,,an Vermieter,Aktiva:Girokonto,Girokonto,\"-500,00 €\",\"-500,00\",\"-500,00 €\",\"-500,00\",c,,\"1,00\"\n\
             14.01.2026,bbbb2222,,Verkauf,,CURRENCY::EUR,,,,Aktiva:Girokonto,Girokonto,\"1.200,50 €\",\"1.200,50\",\"1.200,50 €\",\"1.200,50\",n,,\"1,00\"\n\
             ,bbbb2222,,,,,,,,Erträge:Verkauf,Verkauf,\"-1.200,50 €\",\"-1.200,50\",\"-1.200,50 €\",\"-1.200,50\",n,,\"1,00\"\n"
        );
        desk.put(name, &text);
        let shown = desk.tieout(&format!("books show {name} --account Aktiva:Girokonto"));
        assert!(
            shown.out.contains("-500.00") && shown.out.contains("1200.50"),
            "{name}: {}{}",
            shown.out,
            shown.err
        );
        assert!(shown.out.contains("GnuCash transactions"), "{name}: {}", shown.out);
    }
}

#[test]
fn a_closing_balance_of_the_books_ties_nothing_out() {
    let desk = Desk::new("books-closing-row");
    let bank =
        "Date,Description,Amount,Balance,Currency\n2025-03-01,A,10.00,110.00,EUR\n2025-03-02,B,-5.00,105.00,EUR\n";
    desk.put("bank.csv", bank);
    let rows = "Date,Description,Amount\n2025-02-28,Opening balance,100.00\n2025-03-01,A,10.00\n2025-03-02,B,-5.00\n";
    let reconcile = |last: &str| {
        desk.put("books.csv", &format!("{rows}2025-03-02,{last}\n"));
        desk.tieout("reconcile --statement bank.csv --ledger books.csv")
    };
    let right = reconcile("Closing Balance,105.00");
    assert_eq!(right.code, 0, "{}", right.out);
    assert!(!right.out.contains("210.00"), "{}", right.out);
    for wrong in ["Closing Balance,999.00", "Endsaldo,104.00"] {
        let ended = reconcile(wrong);
        assert_eq!(ended.code, 1, "{wrong}: {}", ended.out);
    }
}
