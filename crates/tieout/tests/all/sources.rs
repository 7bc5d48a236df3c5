//! Which side of the books a statement belongs to, and where lines of several files and included books come from.

use crate::common::Desk;

const CARD_STATEMENT: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>CAD</CURDEF>
<CCACCTFROM><ACCTID>4519XXXXXXXX8831</ACCTID></CCACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20250724</DTPOSTED><TRNAMT>-88.14</TRNAMT><FITID>c1</FITID><NAME>PETRO</NAME></STMTTRN>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20250805</DTPOSTED><TRNAMT>88.14</TRNAMT><FITID>c2</FITID><NAME>PAYMENT</NAME></STMTTRN>
</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
";

const BOOKS: &str = "\
2025-07-23 * \"Petro\"
  Liabilities:Visa  -88.14 CAD
  Expenses:Car
2025-08-04 * \"Visa payment\"
  Liabilities:Visa  88.14 CAD
  Assets:Bank
";

#[test]
fn a_statement_of_a_card_is_held_against_the_card() {
    let desk = Desk::new("card");
    desk.put("card.ofx", CARD_STATEMENT).put("books.beancount", BOOKS);
    let ended = desk.tieout("reconcile --statement card.ofx --ledger books.beancount");
    assert!(ended.out.contains("Liabilities:Visa"), "{}{}", ended.out, ended.err);
    desk.put("bank.beancount", &BOOKS.replace("Liabilities:Visa", "Equity:Owner"));
    let ended = desk.tieout("reconcile --statement card.ofx --ledger bank.beancount");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.err.contains("E_ACCOUNT_NEEDED") && ended.err.contains("Assets:Bank"),
        "{}",
        ended.err
    );
}

#[test]
fn the_file_and_the_number_of_a_line_of_two_files_are_of_one_of_them_and_the_banks_id_is_kept() {
    let desk = Desk::new("places");
    desk.put("card.ofx", CARD_STATEMENT).put("books.beancount", BOOKS);
    desk.put(
        "same.csv",
        "Account Number,Date,Description,Amount,Currency\n4519XXXXXXXX8831,2025-08-05,PAYMENT,88.14,CAD\n\
         4519XXXXXXXX8831,2025-07-24,PETRO,-88.14,CAD\n",
    );
    for files in ["card.ofx same.csv", "same.csv card.ofx"] {
        let ended = desk.tieout(&format!(
            "reconcile --statement {files} --ledger books.beancount --account Liabilities:Visa --json out.json"
        ));
        let json = desk.read("out.json");
        assert!(
            json.contains("\"source_id\": \"c1\"") && json.contains("\"source_id\": \"c2\""),
            "{files}: {}",
            ended.err
        );
        // Of the payment: line 6 of the one, row 2 of the other.
        let at = json.find("\"source_id\": \"c2\"").unwrap();
        let place = &json[at..at + 120];
        let right = [("card.ofx", 6), ("same.csv", 2)].iter().any(|(file, line)| {
            place.contains(&format!("\"file\": \"{file}\",")) && place.contains(&format!("\"file_line\": {line},"))
        });
        assert!(right, "{files}: {place}");
    }
}

#[cfg(unix)]
#[test]
fn books_include_only_regular_files() {
    let desk = Desk::new("devices");
    desk.put(
        "books.journal",
        "include /dev/null\n2026-03-02 a\n    assets:bank  1.00 EUR\n    income:x\n",
    );
    let ended = desk.tieout("books show books.journal");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("INCLUDE") && said.contains("no regular file"), "{said}");
}

#[test]
fn amounts_in_thousandths_come_back_from_the_programs_own_table() {
    let desk = Desk::new("thousandths");
    desk.put(
        "bank.csv",
        "account,statement,status,booking_date,value_date,amount,currency,counterparty_name\n\
         KW81,7/1,booked,2025-07-03,2025-07-03,-120.250,KWD,Rent\nKW81,7/1,booked,2025-07-10,2025-07-10,340.125,KWD,Client\n",
    );
    let ended = desk.tieout("statement show bank.csv");
    assert!(
        ended.out.contains("340.125") && !ended.out.contains("340125"),
        "{}",
        ended.out
    );
}

#[test]
fn lines_that_thank_for_a_payment_against_purchases_are_of_a_card() {
    let desk = Desk::new("card-csv");
    desk.put(
        "visa.csv",
        "Transaction Date,Post Date,Description,Amount\n03/02/2026,03/03/2026,AMZN MKTP,54.20\n\
         03/15/2026,03/15/2026,PAYMENT THANK YOU,-500.00\n03/20/2026,03/21/2026,ADOBE CREATIVE CLD,59.99\n\
         03/28/2026,03/28/2026,SHELL OIL,7.31\n",
    );
    let books = "2026-03-02 * \"Amazon\"\n  Liabilities:Visa  -54.20 USD\n  Expenses:Misc\n\
                 2026-03-15 * \"Visa payment\"\n  Liabilities:Visa  500.00 USD\n  Assets:Checking\n";
    desk.put("books.beancount", books);
    let ended = desk.tieout("reconcile --statement visa.csv --ledger books.beancount");
    assert!(ended.out.contains("Liabilities:Visa"), "{}{}", ended.out, ended.err);
    desk.put(
        "two.beancount",
        &format!("{books}\n2026-03-03 * \"Loan\"\n  Liabilities:Amex  -10.00 USD\n  Expenses:Misc\n"),
    );
    let ended = desk.tieout("reconcile --statement visa.csv --ledger two.beancount");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.err.contains("Liabilities:Visa") && ended.err.contains("Liabilities:Amex"),
        "{}",
        ended.err
    );
    // A bank account pays the bill of a card as it pays others.
    desk.put(
        "bank.csv",
        "Date,Description,Amount\n2026-03-02,RENT,-1200.00\n2026-03-15,VISA PAYMENT THANK YOU,-500.00\n\
         2026-03-20,POWER,-59.99\n2026-03-21,SALARY,2000.00\n",
    );
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.beancount");
    assert!(ended.out.contains("Assets:Checking"), "{}{}", ended.out, ended.err);
}

#[cfg(unix)]
#[test]
fn books_may_come_through_a_pipe() {
    use std::process::Command;
    let desk = Desk::new("pipe");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-03-02,RENT,-1200.00,800.00\n",
    );
    desk.put("books.csv", "Date,Description,Amount\n2026-03-01,Rent,-1200.00\n");
    let script = format!(
        "{} reconcile --statement <(cat bank.csv) --ledger <(cat books.csv) --currency JPY",
        env!("CARGO_BIN_EXE_tieout")
    );
    let ended = Command::new("bash")
        .args(["-c", &script])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    let out = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(
        ended.status.code(),
        Some(0),
        "{out}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[test]
fn empty_books_are_told_to_be_empty() {
    let desk = Desk::new("empty-books");
    desk.put(
        "bank.csv",
        "Date,Description,Amount,Balance\n2026-03-02,RENT,-1200.00,800.00\n",
    );
    desk.put("books.csv", " \n");
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv");
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(
        ended.err.contains("books.csv: E_EMPTY_BOOKS: the file is empty"),
        "{}",
        ended.err
    );
}

#[test]
fn our_own_reports_in_a_folder_are_no_statements() {
    let desk = Desk::new("own-files");
    desk.put(
        "from/bank.csv",
        "Date,Description,Amount,Balance\n2026-03-02,RENT,-1200.00,800.00\n2026-03-04,FEE,-2.00,798.00\n",
    );
    desk.put("books.csv", "Date,Description,Amount\n2026-03-01,Rent,-1200.00\n");
    desk.tieout(
        "reconcile --statement from/bank.csv --ledger books.csv --report from/report.html --json from/result.json",
    );
    let ended = desk.tieout("statement check from");
    for words in [
        "skipped  report.html",
        "skipped  result.json",
        "1 file: everything proves",
    ] {
        assert!(ended.out.contains(words), "no {words} in {}{}", ended.out, ended.err);
    }
}
