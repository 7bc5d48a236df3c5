//! Reversals of duplicates mirror what was booked: the same accounts, amounts turned, the same tax keys, dimensions and names.
//! Corrections respect the currencies of accounts, and look like the books' own entries.

use crate::common;
use crate::common::{codes, read_text};
use std::io::Cursor;
use tieout_books::{Books, BooksOptions, ProposedEntry, read_all, write_entries};
use tieout_core::{Code, Currency, Decimal};

const REASON: &str = "the entry was entered twice";

fn read_bytes(bytes: &[u8], account: &str) -> Books {
    let options = BooksOptions {
        account: Some(account.to_owned()),
        ..BooksOptions::default()
    };
    read_all(&mut Cursor::new(bytes.to_vec()), &options).expect("memory can be read")
}

/// A correction without mirrored rows.
fn correction(amount: &str, currency: &str, contra: &str) -> ProposedEntry {
    ProposedEntry {
        date: "2025-10-13".parse().unwrap(),
        amount: amount.parse().unwrap(),
        currency: Currency::try_new(currency).unwrap(),
        description: "Fee".into(),
        counterparty: String::new(),
        document: String::new(),
        contra_account: contra.into(),
        reason: REASON.into(),
        rows: Vec::new(),
    }
}

fn written(books: &Books, entries: &[ProposedEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let layout = books.reading.layout.as_ref().expect("the books have a layout");
    write_entries(layout, entries, &mut bytes).unwrap();
    bytes
}

/// The reversal of the last entry, which stands twice.
fn reversal(books: &Books) -> ProposedEntry {
    let last = books.entries.last().expect("there are entries");
    let place = (last.source_file.as_str(), last.source_line);
    let currency = books.reading.currency.unwrap_or(Currency::UNKNOWN);
    let rows = books.reading.originals.turned(place, &last.id, -last.amount);
    assert!(!rows.is_empty(), "the duplicate is known: {last:?}");
    assert!(
        books
            .reading
            .originals
            .turned(place, &last.id, Decimal::from_minor(1, 2))
            .is_empty(),
        "a part of an entry is not mirrored"
    );
    ProposedEntry {
        date: last.date,
        document: last.document.clone(),
        counterparty: last.counterparty.clone(),
        rows,
        ..correction(&(-last.amount).to_string(), currency.code(), &last.contra)
    }
}

/// What each account of a file of books comes to.
fn balances(books: &Books) -> Vec<String> {
    let accounts = books.reading.accounts.iter();
    let one = |account: &tieout_books::AccountTotal| {
        let amounts: Vec<String> = account.balances.iter().map(|of| of.amount.to_string()).collect();
        format!("{} {}", account.name, amounts.join(" "))
    };
    let mut all: Vec<String> = accounts.map(one).collect();
    all.sort();
    all
}

/// Writes the reversal of a text's last entry, reads it back, and compares what it does to every account.
fn check(text: &str, account: &str, expected: &[&str]) -> String {
    let books = read_text(text, Some(account));
    let bytes = written(&books, &[reversal(&books)]);
    let again = read_bytes(&bytes, account);
    assert_eq!(
        balances(&again),
        expected,
        "{}\n{:?}",
        String::from_utf8_lossy(&bytes),
        again.reading.problems
    );
    assert!(
        !codes(&again).contains(&Code::Unbalanced),
        "{:?}",
        again.reading.problems
    );
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn vouchers_of_sie_are_mirrored_with_their_objects() {
    let voucher = |number: u8| {
        format!(
            "#VER A {number} 20251013 \"Split purchase\"\n{{\n#TRANS 1930 {{}} -70.00\n#TRANS 6100 {{6 \"47\"}} 56.00\n#TRANS 2640 {{}} 14.00\n}}\n"
        )
    };
    let text = format!(
        "#FLAGGA 0\n#SIETYP 4\n#PROGRAM \"X\" 1\n#KONTO 1930 \"Bank\"\n#KONTO 2640 \"Moms\"\n#KONTO 6100 \"Kontor\"\n{}{}",
        voucher(1),
        voucher(2)
    );
    let file = check(&text, "1930", &["1930 70.00", "2640 -14.00", "6100 -56.00"]);
    assert!(file.contains("#TRANS 6100 {6 \"47\"} -56.00"), "{file}");
}

#[test]
fn entries_of_sie_5_are_mirrored_with_their_objects() {
    let entry = "<JournalEntry id=\"1\" journalDate=\"2025-10-13\" text=\"Paper\"><LedgerEntry accountId=\"1930\" \
                 amount=\"-70.00\"/><LedgerEntry accountId=\"6100\" amount=\"70.00\"><ObjectReference dimId=\"6\" \
                 objectId=\"47\"/></LedgerEntry></JournalEntry>\n";
    let text = format!(
        "<?xml version=\"1.0\"?>\n<Sie xmlns=\"http://www.sie.se/sie5\"><Journal id=\"A\">\n{entry}{}</Journal></Sie>\n",
        entry.replace("id=\"1\"", "id=\"2\"")
    );
    let file = check(&text, "1930", &["1930 70.00", "6100 -70.00"]);
    assert!(
        file.contains("<ObjectReference dimId=\"6\" objectId=\"47\"/>"),
        "{file}"
    );
}

#[test]
fn rows_of_datev_are_mirrored_with_tax_key_and_cost_centres() {
    let head = "\"EXTF\";700;21;\"Buchungsstapel\";13;20251101120000000;;\"RE\";\"t\";\"\";29098;55003;20250101;4;20251001;20251031;\"Okt\";\"WD\";1;0;0;\"EUR\";;\"\";;;\"03\";;;\"\";\"\"";
    let columns = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Buchungstext;KOST1 - Kostenstelle";
    for (key, centre, mirrored) in [
        ("9", "", "70,00;\"H\";\"EUR\";;;\"\";4930;1200;\"9\";1310;\"R2\";"),
        // A general reversal counts with the opposite sign already.
        ("29", "", "70,00;\"H\";\"EUR\";;;\"\";4930;1200;\"29\";1310;\"R2\";"),
        ("9", "K7", "70,00;\"H\";\"EUR\";;;\"\";4930;1200;\"9\";1310;\"R2\";"),
    ] {
        let row = format!("70,00;\"S\";\"EUR\";4930;1200;\"{key}\";1310;\"R2\";\"Paper\";\"{centre}\"");
        let text = format!("{head}\n{columns}\n{row}\n{row}\n");
        let sums = if key == "9" {
            ["1200 70.00", "4930 -70.00"]
        } else {
            ["1200 -70.00", "4930 70.00"]
        };
        let file = check(&text, "1200", &sums);
        assert!(file.contains(mirrored), "{file}");
        // The columns are those that the format lays down, in their order.
        let counts: Vec<usize> = file.lines().skip(1).map(|line| line.matches(';').count()).collect();
        let count = if centre.is_empty() { 13 } else { 37 };
        assert_eq!(counts, [count, count], "{file}");
        assert_eq!(file.contains("\"K7\""), !centre.is_empty(), "{file}");
    }
}

#[test]
fn rows_of_a_fec_are_mirrored_with_their_subledger() {
    let entry = |number: u8| {
        [
            "512000|Banque|||0,00|70,00",
            "401000|Fournisseurs|F0012|Dupont SA|58,33|0,00",
            "445660|TVA|||11,67|0,00",
        ]
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            format!(
                "BQ|Banque|{number}|20251013|{}|P2|20251013|Achat|{}|||||\n",
                cells[..4].join("|"),
                cells[4..].join("|")
            )
        })
        .concat()
    };
    let text = format!(
        "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise\n{}{}",
        entry(2),
        entry(3)
    );
    let sums = ["401000 Fournisseurs -58.33", "445660 TVA -11.67", "512000 Banque 70.00"];
    let file = check(&text, "512000", &sums);
    assert!(
        file.contains("\t401000\tFournisseurs\tF0012\tDupont SA\tP2\t"),
        "{file}"
    );
}

#[test]
fn records_of_qif_are_mirrored_with_splits_and_classes_in_the_books_own_hand() {
    let record = "D13.10'2025\nT-1.070,50\nPPaper\nLBüro/Laden\nSBüro/Laden\n$-1.030,50\nSSteuer\n$-40,00\n^\n";
    let text = format!("!Account\nNGiro\nTBank\n^\n!Type:Bank\n{record}{record}");
    let file = check(&text, "Giro", &["Büro -1030.50", "Giro 1070.50", "Steuer -40.00"]);
    assert!(file.contains("D13.10'2025\nT1070,50\n"), "{file}");
    assert!(file.contains("\nSBüro/Laden\n$1030,50\nSSteuer\n$40,00\n"), "{file}");
    // Books in the Western charset get corrections in it.
    let books = read_bytes(&encoding_rs::WINDOWS_1252.encode(&text).0, "Giro");
    let bytes = written(&books, &[correction("-3.5", "EUR", "Gebühr \u{201C}x\u{201D} 3€")]);
    assert!(bytes.windows(6).any(|part| part == b"T-3,50"));
    assert!(
        bytes.windows(12).any(|part| part == b"Geb\xFChr \"x\" 3"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
}

#[test]
fn transactions_of_iif_are_mirrored_with_names_and_classes() {
    let transaction = "TRNS\tPAYMENT\t10/13/2025\tChecking\t\t70.00\t\tpay\t\nSPL\tPAYMENT\t10/13/2025\tAccounts Receivable\tShop \
                       Ltd\t-30.00\t\tpay\tEast\nSPL\tPAYMENT\t10/13/2025\tFees\t\t-40.00\t\tpay\t\nENDTRNS\n";
    let columns = "TRNSTYPE\tDATE\tACCNT\tNAME\tAMOUNT\tDOCNUM\tMEMO\tCLASS";
    let text = format!("!TRNS\t{columns}\n!SPL\t{columns}\n!ENDTRNS\n{transaction}{transaction}");
    let file = check(
        &text,
        "Checking",
        &["Accounts Receivable 30.00", "Checking -70.00", "Fees 40.00"],
    );
    assert!(file.contains("\tAccounts Receivable\tShop Ltd\t30.00\t"), "{file}");
    assert!(file.contains("\tEast\r\n"), "{file}");
}

#[test]
fn journals_of_quickbooks_online_are_mirrored_line_by_line() {
    let transaction = "\"\",\"10/13/2025\",\"Payment\",\"\",\"Shop\",\"Paper\",\"Checking\",\"\",\"70.00\"\n\
                       \"\",\"\",\"\",\"\",\"\",\"Paper\",\"Accounts Payable\",\"30.00\",\"\"\n\
                       \"\",\"\",\"\",\"\",\"\",\"Paper\",\"Meals\",\"40.00\",\"\"\n\
                       \"\",\"\",\"\",\"\",\"\",\"\",\"\",\"70.00\",\"70.00\"\n";
    let text = format!(
        "\"Journal\"\n\"Co\"\n\"October 2025\"\n\n\"\",\"Date\",\"Transaction Type\",\"Num\",\"Name\",\"Memo/Description\",\"Account\",\"Debit\",\"Credit\"\n{transaction}{transaction}"
    );
    let file = check(
        &text,
        "Checking",
        &["Accounts Payable -30.00", "Checking 70.00", "Meals -40.00"],
    );
    // Nothing can be booked on what is owed without saying to whom.
    let payable = file.lines().find(|line| line.contains("Accounts Payable")).unwrap();
    assert!(payable.ends_with(",Shop,,,"), "{file}");
}

#[test]
fn manual_journals_of_xero_are_mirrored_with_their_rates_of_tax() {
    let journal = |text: &str| {
        format!("{text},13 Oct 2025,a,090,Tax Exempt,-70.00\n{text},13 Oct 2025,a,429,20% (VAT on Expenses),70.00\n")
    };
    let text = format!(
        "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount\n{}{}",
        journal("Paper"),
        journal("Paper again")
    );
    let file = check(&text, "090", &["090 70.00", "429 -70.00"]);
    assert!(file.contains(",429,20% (VAT on Expenses),-70.00,"), "{file}");
}

#[test]
fn plain_journals_are_mirrored_with_all_commodities() {
    let beancount = "2025-01-01 open Assets:US USD\n2025-01-01 open Expenses:Office EUR\n2025-01-01 open Expenses:Meals\n\
                     2025-10-12 * \"Paper\"\n  Assets:US  -70.00 USD\n  Expenses:Office  36.00 EUR @@ 40.00 USD\n  Expenses:Meals  30.00 USD\n\
                     2025-10-13 * \"Paper\"\n  Assets:US  -70.00 USD\n  Expenses:Office  36.00 EUR @@ 40.00 USD\n  Expenses:Meals  30.00 USD\n";
    let hledger = "2025-10-12 Paper\n    assets:us   $-70.00\n    expenses:office   36.00 EUR @@ $40.00\n    expenses:meals   $30.00\n\n\
                   2025-10-13 Paper\n    assets:us   $-70.00\n    expenses:office   36.00 EUR @@ $40.00\n    expenses:meals   $30.00\n";
    for (text, account) in [(beancount, "Assets:US"), (hledger, "assets:us")] {
        let books = read_text(text, Some(account));
        let correction = String::from_utf8(written(&books, &[reversal(&books)])).unwrap();
        let both = read_text(&format!("{text}{correction}"), Some(account));
        assert_eq!(both.reading.currency, books.reading.currency);
        let sums: Vec<String> = balances(&both).iter().map(|line| line.to_lowercase()).collect();
        // One of the two remains.
        let expected = [
            format!("{} -70.00", account.to_lowercase()),
            "expenses:meals 30.00".into(),
            "expenses:office 36.00".into(),
        ];
        assert_eq!(sums, expected, "{correction}");
        assert!(
            !codes(&both).contains(&Code::Unbalanced),
            "{:?}\n{correction}",
            both.reading.problems
        );
    }
}

#[test]
fn what_may_not_hold_the_currency_is_not_booked_on_and_lots_are_not_turned() {
    let text = "2025-01-01 open Assets:US USD\n2025-01-01 open Expenses:Bank-Fees EUR\n2025-01-01 open Expenses:Rent\n\
                2025-10-02 * \"Rent\"\n  Assets:US  -10.00 USD\n  Expenses:Rent\n";
    for (opened, other) in [
        ("", "Assets:To-Be-Clarified"),
        (
            "2025-01-01 open Assets:To-Be-Clarified EUR\n",
            "Assets:To-Be-Clarified:USD",
        ),
        (
            "2025-01-01 open Assets:To-Be-Clarified EUR, USD\n",
            "Assets:To-Be-Clarified",
        ),
    ] {
        let text = format!("{opened}{text}");
        let books = read_text(&text, Some("Assets:US"));
        let fix = String::from_utf8(written(&books, &[correction("-7.5", "USD", "Expenses:Bank-Fees")])).unwrap();
        assert!(
            fix.contains("not on Expenses:Bank-Fees: it may not hold this currency"),
            "{fix}"
        );
        let both = read_text(&format!("{text}{fix}"), Some("Assets:US"));
        assert_eq!(both.entries.last().unwrap().contra, other, "{fix}");
        // An account without a list of currencies holds them all.
        let fix = String::from_utf8(written(&books, &[correction("-7.5", "USD", "Expenses:Rent")])).unwrap();
        assert!(fix.contains("  Expenses:Rent   7.50 USD\n"), "{fix}");
    }
    let lot = "  Assets:Cash  -70.00 USD\n  Assets:Shares  7 ACME {10.00 USD}\n";
    let text = format!("2025-10-12 * \"Shares\"\n{lot}2025-10-13 * \"Shares\"\n{lot}");
    let books = read_text(&text, Some("Assets:Cash"));
    let fix = String::from_utf8(written(&books, &[reversal(&books)])).unwrap();
    assert!(
        fix.contains("  Assets:To-Be-Clarified  -70.00 USD\n") && !fix.contains("ACME"),
        "{fix}"
    );
}

/// Accounts in dollars and euros with a transfer that was entered twice.
fn gnucash() -> String {
    let account = |name: &str, kind: &str, commodity: &str| {
        format!(
            "<gnc:account><act:name>{name}</act:name><act:id>{name}</act:id><act:type>{kind}</act:type><act:commodity><cmdty:id>{commodity}</cmdty:id></act:commodity></gnc:account>\n"
        )
    };
    let split = |account: &str, value: &str, quantity: &str| {
        format!(
            "<trn:split><split:id>x</split:id><split:value>{value}/100</split:value><split:quantity>{quantity}/100</split:quantity><split:account>{account}</split:account></trn:split>"
        )
    };
    let transfer = |id: &str| {
        format!(
            "<gnc:transaction><trn:id>{id}</trn:id><trn:currency><cmdty:id>EUR</cmdty:id></trn:currency><trn:date-posted><ts:date>2025-10-13 10:59:00 +0000</ts:date></trn:date-posted><trn:description>Transfer</trn:description><trn:splits>{}{}</trn:splits></gnc:transaction>\n",
            split("Dollars", "-9000", "-10000"),
            split("Euros", "9000", "9000")
        )
    };
    format!(
        "<?xml version=\"1.0\"?>\n<gnc-v2 xmlns:gnc=\"g\"><gnc:book>\n{}{}{}{}{}</gnc:book></gnc-v2>\n",
        account("Dollars", "BANK", "USD"),
        account("Euros", "BANK", "EUR"),
        account("Bank Fees", "EXPENSE", "EUR"),
        transfer("t1"),
        transfer("t2")
    )
}

#[test]
fn gnucash_gets_amounts_in_the_accounts_commodity_and_values_in_the_transactions() {
    let books = read_text(&gnucash(), Some("Dollars"));
    let rows = |entries: &[ProposedEntry]| {
        let bytes = written(&books, entries);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let head = reader.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|own| own == name).unwrap();
        let wanted = ["Commodity/Currency", "Full Account Name", "Amount Num.", "Value Num."].map(at);
        let records = reader.records().map(Result::unwrap);
        records
            .map(|row| wanted.map(|at| row[at].to_owned()).join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows(&[reversal(&books)]),
        [
            "CURRENCY::EUR Dollars 100.00 90.00",
            "CURRENCY::EUR Euros -90.00 -90.00"
        ]
    );
    // What a fee in dollars comes to in euros is for a person to say.
    assert_eq!(
        rows(&[correction("-7.5", "USD", "Bank Fees")]),
        [
            "CURRENCY::USD Dollars -7.50 -7.50",
            "CURRENCY::USD Assets:To Be Clarified USD 7.50 7.50"
        ]
    );
}

/// An account in euros, in books in dollars, with a payment that was entered twice.
const CRANE: &str = r#"{"object":"organization","id":"org_1","name":"X","base_currency":{"code":"USD"}}
{"object":"list","data":[{"id":"act_1","object":"account","code":"1200","name":"Euro","account_type":"asset","currency":"EUR"},{"id":"act_2","object":"account","code":"6000","name":"Rent","account_type":"expense","currency":null},{"id":"act_3","object":"account","code":"6100","name":"Fees","account_type":"expense","currency":null}]}
"#;

#[test]
fn crane_gets_currencies_contacts_and_what_was_booked_in_base_currency() {
    let payment = |id: &str| {
        format!(
            r#"{{"id":"{id}","object":"transaction","description":"Rent","transaction_date":"2025-10-13","status":"posted","contact_id":"con_7","entries":[{{"id":"{id}a","account_id":"act_1","entry_type":"credit","amount":"70.00","currency_id":"cur_eur","base_amount":"77.00"}},{{"id":"{id}b","account_id":"act_2","entry_type":"debit","amount":"33.00","currency_id":"cur_usd","base_amount":"33.00"}},{{"id":"{id}c","account_id":"act_3","entry_type":"debit","amount":"40.00","currency_id":"cur_eur","base_amount":"44.00"}}]}}"#
        )
    };
    // Two transactions on one line, as lists have them, are told apart by their ids.
    let text = format!(
        "{CRANE}{{\"object\":\"list\",\"data\":[{},{}]}}\n",
        payment("t1"),
        payment("t2")
    );
    let books = read_text(&text, Some("1200 Euro"));
    assert_eq!(books.reading.currency, Some(Currency::try_new("EUR").unwrap()));
    let bodies = |entry: ProposedEntry| {
        let bytes = written(&books, &[entry]);
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let again = read_text(
            &format!("{CRANE}{}", String::from_utf8(bytes).unwrap()),
            Some("1200 Euro"),
        );
        assert!(
            !codes(&again).contains(&Code::Unbalanced),
            "{:?}",
            again.reading.problems
        );
        (body, again)
    };
    let (body, again) = bodies(reversal(&books));
    assert_eq!(body["contact_id"], "con_7");
    let sides = |body: &serde_json::Value| {
        let entries = body["entries"].as_array().unwrap().iter();
        let one = |entry: &serde_json::Value| {
            let of = |key: &str| entry[key].as_str().unwrap_or("-").to_owned();
            ["account_id", "entry_type", "amount", "currency_id", "base_amount"]
                .map(of)
                .join(" ")
        };
        entries.map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        sides(&body),
        [
            "act_1 debit 70.00 cur_eur 77.00",
            "act_2 credit 33.00 - -",
            "act_3 credit 40.00 cur_eur 44.00"
        ]
    );
    assert_eq!(
        balances(&again),
        ["1200 Euro 70.00", "6000 Rent -33.00", "6100 Fees -40.00"]
    );
    let (body, _) = bodies(correction("-7.5", "EUR", "6100 Fees"));
    assert_eq!(
        sides(&body),
        ["act_1 credit 7.50 cur_eur -", "act_3 debit 7.50 cur_eur -"]
    );
}

#[test]
fn what_does_not_stand_twice_or_is_no_booking_is_not_kept() {
    let virtual_one = "2025-10-12 Paper\n    assets:bank   $-70.00\n    expenses:office   $70.00\n    [budget]  $5\n    [rest]  $-5\n";
    let again = virtual_one.replace("10-12", "10-13");
    let far = "2025-01-12 Rent\n    assets:bank   $-9.00\n    expenses:rent\n\n2025-06-12 Rent\n    assets:bank   $-9.00\n    expenses:rent\n";
    let books = read_text(&format!("{virtual_one}\n{again}\n{far}"), Some("assets:bank"));
    assert_eq!(books.entries.len(), 4);
    for entry in &books.entries {
        let rows = books
            .reading
            .originals
            .turned(("", entry.source_line), &entry.id, -entry.amount);
        assert!(rows.is_empty(), "{entry:?}");
    }
}

/// The rows below the header of what is written for the reversal of a text's last entry.
fn plain_rows(text: &str, account: &str) -> Vec<String> {
    let books = read_text(text, Some(account));
    let text = String::from_utf8(written(&books, &[reversal(&books)])).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

/// The text with a part of it a second time behind itself, changed on the way.
fn twice(text: &str, (from, to): (&str, &str), change: (&str, &str)) -> String {
    let start = text.rfind(from).expect("the part begins");
    let end = text.rfind(to).expect("the part ends") + to.len();
    let (before, behind) = text.split_at(end);
    let copy = before.get(start..).unwrap_or_default().replace(change.0, change.1);
    format!("{before}{copy}{behind}")
}

#[test]
fn saf_t_and_jpk_get_a_row_for_each_other_side_of_a_duplicate() {
    let read = |name: &str| std::fs::read(common::fixtures().join(name)).unwrap();
    let portugal: String = read("saf-t/portugal.xml").into_iter().map(char::from).collect();
    let portugal = portugal.replace("Windows-1252", "UTF-8");
    assert_eq!(
        plain_rows(
            &twice(&portugal, ("<Transaction>", "</Transaction>"), ("BNK 2", "BNK 3")),
            "12 "
        ),
        ["2026-01-15,12 Depósitos à ordem,62 Fornecimentos - serviços,254.90,EUR,Fee,9,the entry was entered twice"]
    );
    let poland = String::from_utf8(read("jpk/jpk_kr.xml")).unwrap();
    let (number, row) = ("NrZapisuDziennika>2<", "NrZapisu>2<");
    let journal = twice(
        &poland,
        ("<tns:Dziennik typ", "</tns:Dziennik>"),
        (number, "NrZapisuDziennika>3<"),
    );
    let second = journal.find(row).expect("the rows of the second entry");
    let from = journal[..second].rfind("<tns:KontoZapis typ").expect("a row begins");
    let to = journal.rfind("</tns:KontoZapis>").expect("a row ends") + "</tns:KontoZapis>".len();
    let copy = journal[from..to].replace(row, "NrZapisu>3<");
    let doubled = format!("{}{copy}{}", &journal[..to], &journal[to..]);
    assert_eq!(
        plain_rows(&doubled, "131-1"),
        [
            "2026-01-30,131-1 Rachunek bieżący,402 Usługi obce,240.00,PLN,Fee,WB 2/2026,the entry was entered twice",
            "2026-01-30,131-1 Rachunek bieżący,\"755 Koszty finansowe, bank\",14.90,PLN,Fee,WB 2/2026,the entry was entered twice",
        ]
    );
}
