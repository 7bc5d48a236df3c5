//! Exports of banks as tables, each of which once taught something: layouts as the banks write them, read by sniffing alone.

use std::io::Cursor;
use tieout_core::Code;
use tieout_formats::{Import, Proof, ReadOptions, ReadStatement, read_all};

fn read(bytes: impl Into<Vec<u8>>) -> Import {
    read_all(&mut Cursor::new(bytes.into()), &ReadOptions::default()).unwrap()
}

fn codes(import: &Import) -> Vec<&'static str> {
    import
        .reading
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

#[test]
fn another_account_in_the_midst_of_a_table_is_told() {
    let of = |second: &str| {
        format!(
            "Account;GB82WEST12345698765432\nDate;Description;Amount\n13/03/2026;a;1.00\n14/03/2026;b;2.00\n{second}\
             Date;Description;Amount\n15/03/2026;c;5.00\n"
        )
    };
    for other in [
        "Account;DE89370400440532013000\n",
        "\nAccount;DE89370400440532013000\n",
        "IBAN: DE89370400440532013000\n",
    ] {
        assert!(codes(&read(of(other))).contains(&"W_INCOMPLETE"), "{other:?}");
    }
    for same in [
        "",
        "\n",
        "Account;GB82WEST12345698765432\n",
        "Account;GB82 WEST 1234 5698 7654 32\n",
        ";Account 12345678;\n",
    ] {
        assert!(!codes(&read(of(same))).contains(&"W_INCOMPLETE"), "{same:?}");
    }
}

#[test]
fn only_another_table_below_makes_another_account() {
    let head = "Account number;12345678\nIBAN;FI2112345600000785\nDate;Description;Amount\n";
    let (first, second) = ("13/03/2026;a;1.00\n", "14/03/2026;b;2.00\n");
    let again = |between: &str| format!("{head}{first}{between}Date;Description;Amount\n{second}");
    for other in [
        "Account;87654321;Currency;GBP;Name;ACME\n",
        "Sort code 12-34-56 Account 87654321\n",
        "\nAccount number: 87654321\nCurrency;GBP\n\n",
    ] {
        assert!(codes(&read(again(other))).contains(&"W_INCOMPLETE"), "{other:?}");
    }
    let alike = format!("{head}{first}Account number;87654321\n{second}");
    assert!(codes(&read(alike)).contains(&"W_INCOMPLETE"));
    let unnamed =
        "Date;Description;Amount\n13/03/2026;a;1.00\nAccount;87654321\nDate;Description;Amount\n14/03/2026;b;2.00\n";
    assert!(codes(&read(unnamed.to_owned())).contains(&"W_INCOMPLETE"));
    let footed = format!("{unnamed}Account;87654321\n");
    assert!(!codes(&read(footed)).contains(&"W_INCOMPLETE"));
    for foot in [
        "Account enquiries: 0800 123 4567\n",
        "Account Manager;J Smith 020 7946 0000\n",
        "Account type: 1001\n",
        "IBAN for payments to your card: GB82WEST12345698765432\n",
        "Account number;12345678\nIBAN;FI2112345600000785\n",
    ] {
        assert!(!codes(&read(again(foot))).contains(&"W_INCOMPLETE"), "{foot:?}");
    }
    for foot in ["IBAN: DE89370400440532013000\n", "Account;87654321\n"] {
        let last = format!("{head}{first}{second}{foot}");
        assert!(!codes(&read(last)).contains(&"W_INCOMPLETE"), "{foot:?}");
    }
}

/// Day, amount and text of each line.
fn lines(read: &ReadStatement) -> Vec<String> {
    let line = |line: &tieout_formats::Line| {
        let day = line
            .booking_date
            .map_or_else(|| "none".to_owned(), |date| date.to_string());
        format!("{day} {} {}", line.amount, line.text)
    };
    read.lines.iter().map(line).collect()
}

/// Account, currency, sum of the amounts and proof of each statement.
fn sums(import: &Import) -> Vec<String> {
    let of = |read: &ReadStatement| {
        let statement = &read.statement;
        let sum = read
            .lines
            .iter()
            .filter(|line| line.status == tieout_formats::Status::Booked)
            .try_fold(tieout_core::Decimal::ZERO, |sum, line| sum.checked_add(line.amount))
            .unwrap();
        let currency = statement.currency.as_ref().map_or("", |currency| currency.code());
        format!("{} {currency} {sum} {:?}", statement.account.id, statement.proof)
    };
    import.statements.iter().map(of).collect()
}

/// Kasikornbank, Siam Commercial Bank.
#[test]
fn years_of_the_buddhist_calendar_are_read_in_the_usual_one_and_said() {
    for date in ["Date", "วันที่"] {
        let text = format!(
            "{date},Description,Withdrawal,Deposit,Balance\n\
             03/06/2567,Transfer,450.00,,9550.00\n\
             27/06/2567,Salary,,15000.00,24550.00\n"
        );
        let import = read(text);
        assert_eq!(
            lines(&import.statements[0]),
            ["2024-06-03 -450.00 Transfer", "2024-06-27 15000.00 Salary"]
        );
        let told: Vec<&str> = import
            .reading
            .problems
            .iter()
            .filter(|problem| problem.code == Code::Decided && problem.message.contains("Buddhist"))
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(
            told,
            [
                "the dates have years of the Buddhist calendar, 543 ahead of the others: \"03/06/2567\" was read as \"03/06/2024\""
            ]
        );
    }
}

#[test]
fn one_date_of_the_usual_years_leaves_the_others_unread() {
    let import = read(
        "Date,Description,Amount\n2024-06-01,Fee,-1.00\n2567-06-03,Transfer,-450.00\n2024-06-05,Salary,15000.00\n",
    );
    assert_eq!(lines(&import.statements[0]).len(), 2);
    assert!(codes(&import).contains(&"W_BAD_LINE"), "{:?}", codes(&import));
}

/// HDFC Bank.
#[test]
fn balances_in_a_row_below_their_names_prove() {
    let table = "********,**********,********,********,********,********,********\n\
        Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n\
        ********,**********,********,********,********,********,********\n\
        03/06/24,UPI-ZOMATO-4155,0000415500001,03/06/24,450.00,,9550.00\n\
        15/06/24,NEFT CR-ACME-SALARY,N1572400001,15/06/24,,150000.00,159550.00\n\
        ********,**********,********,********,********,********,********\n";
    let summary = "Opening Balance,,Debits,Credits,Closing Bal,,Dr Count,Cr Count\n";
    let values = "10000.00,,450.00,150000.00,159550.00,,1,1\n";
    let above = "Account No :50100012345678   PREFERRED\nCurrency : INR\n";
    for text in [
        format!("{above}{table}STATEMENT SUMMARY :-\n{summary}{values}Generated On: 30-JUN-2024\n"),
        format!("{above}{summary}{values}{table}"),
    ] {
        let import = read(text.clone());
        assert_eq!(sums(&import), ["50100012345678 INR 149550.00 Exact"], "{text}");
        assert!(!codes(&import).contains(&"W_BAD_LINE"), "{:?}", codes(&import));
        let off = read(text.replace("10000.00,,", "10500.00,,"));
        assert_eq!(
            off.statements[0].statement.proof,
            Proof::Off("-500.00".parse().unwrap())
        );
    }
}

/// State Bank of India.
#[test]
fn a_balance_of_the_first_day_alone_is_that_before_the_rows() {
    let text = "Account Number     :\t_00000012345678901\nBalance as on 1 Jun 2024 :\t10,000.00\nStart Date         :\t1 Jun 2024\n\
        End Date           :\t30 Jun 2024\n\nTxn Date\tValue Date\tDescription\tDebit\tCredit\tBalance\n\
        3 Jun 2024\t3 Jun 2024\tZOMATO\t450.00\t \t9,550.00\n5 Jun 2024\t5 Jun 2024\tACME\t \t1,50,000.00\t1,59,550.00\n";
    let import = read(text);
    let opening = import.statements[0].statement.opening.as_ref().unwrap();
    assert_eq!(
        (opening.amount.to_string().as_str(), opening.derived),
        ("10000.00", false)
    );
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    let later = read(
        text.replace("Balance as on 1 Jun", "Balance as on 30 Jun")
            .replace("10,000.00", "159,550.00"),
    );
    assert_eq!(later.statements[0].statement.proof, Proof::Exact);
}

/// Standard Bank of South Africa.
#[test]
fn open_and_close_balances_are_no_movements() {
    let import = read(
        "ACC-NO,,,,,,1234567890\nHIST,20240603,,-450,POS PURCHASE,CHECKERS,0001,0\n\
         HIST,20240605,,15000,SALARY,ACME,0002,0\nOPEN,20240601,,10000,OPEN BALANCE,,,0\n\
         CLOSE,20240630,,24550,CLOSE BALANCE,,,0\n",
    );
    assert_eq!(sums(&import), ["  14550 Exact"]);
}

/// Banorte.
#[test]
fn dashes_stand_where_there_is_no_amount() {
    let header = "CUENTA,FECHA DE OPERACIÓN,COD. TRANSAC,DEPÓSITOS,RETIROS,SALDO,DESCRIPCIÓN\n";
    let paid = "'0123456789,05/06/2024,504,-,$89.90,\"$9,910.10\",CFE\n";
    let received = "'0123456789,27/06/2024,503,\"$2,000.00\",-,\"$11,910.10\",ACME\n";
    let import = read(format!("{header}{paid}{received}"));
    assert_eq!(sums(&import), ["0123456789  1910.10 Exact"]);
    // A month without payments: the dashes are no words for money out.
    let import = read(format!("{header}{received}{}", received.replace("27/06", "28/06")));
    assert_eq!(import.statements[0].lines[0].amount.to_string(), "2000.00");
}

/// Stripe's history of balances.
#[test]
fn net_amounts_beside_amounts_and_fees_move_the_account() {
    let import = read(
        "id,Type,Amount,Fee,Net,Currency,Created (UTC),Description\n\
         txn_1,charge,100.00,3.20,96.80,usd,2024-06-27 10:11,Invoice 1\n\
         txn_2,payout,-96.80,0.00,-96.80,usd,2024-06-29 00:00,STRIPE PAYOUT\n",
    );
    assert_eq!(
        sums(&import)[0].split(' ').take(3).collect::<Vec<_>>(),
        ["", "USD", "0.00"]
    );
    let line = &import.statements[0].lines[0];
    assert_eq!(
        (line.amount.to_string(), line.original.as_ref()),
        ("96.80".into(), None)
    );
    assert!(!codes(&import).contains(&"W_SIDE_UNKNOWN"), "{:?}", codes(&import));
    // A history of charges only.
    let import = read(
        "id,Type,Amount,Fee,Net,Currency,Created (UTC),Description\n\
         txn_1,charge,10.00,0.59,9.41,usd,2024-06-27 10:11,Order 1\n\
         txn_2,charge,100.00,3.20,96.80,usd,2024-06-28 10:11,Order 2\n",
    );
    let amounts: Vec<String> = import.statements[0]
        .lines
        .iter()
        .map(|line| line.amount.to_string())
        .collect();
    assert_eq!(amounts, ["9.41", "96.80"]);
}

/// Revolut.
#[test]
fn rows_of_several_products_are_statements_of_their_own() {
    let import = read(
        "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance\n\
         CARD_PAYMENT,Current,2024-06-01 10:00:00,2024-06-02 11:00:00,Tesco,-10.00,0.00,GBP,COMPLETED,990.00\n\
         TRANSFER,Savings,2024-06-04 10:00:00,2024-06-04 10:00:00,To pocket,5.00,0.00,GBP,COMPLETED,5.00\n\
         EXCHANGE,Current,2024-06-05 10:00:00,2024-06-05 10:00:00,To EUR,-100.00,0.50,GBP,COMPLETED,889.50\n",
    );
    assert_eq!(
        sums(&import),
        ["Current GBP -110.50 Exact", "Savings GBP 5.00 NotPossible"]
    );
}

/// T-Bank.
#[test]
fn the_amount_in_the_currency_of_the_account_counts_and_not_that_of_the_shop() {
    let import = read(
        "\"Дата операции\";\"Дата платежа\";\"Статус\";\"Сумма операции\";\"Валюта операции\";\"Сумма платежа\";\"Валюта платежа\";\"Описание\"\n\
         \"28.06.2024 10:11:12\";\"29.06.2024\";\"OK\";\"-10,00\";\"USD\";\"-890,00\";\"RUB\";\"Пятёрочка\"\n\
         \"27.06.2024 09:00:00\";\"27.06.2024\";\"OK\";\"50000,00\";\"RUB\";\"50000,00\";\"RUB\";\"АКМЕ\"\n",
    );
    assert_eq!(sums(&import), [" RUB 49110.00 NotPossible"]);
    let original = import.statements[0].lines[0].original.as_ref().unwrap();
    assert_eq!(
        (original.amount.to_string(), original.currency.code()),
        ("-10.00".into(), "USD")
    );
}

/// Wise's list of transfers.
#[test]
fn transfers_with_a_source_and_a_target_move_the_balance_of_their_direction() {
    let header = "ID,Status,Direction,\"Created on\",\"Source fee amount\",\"Source fee currency\",\"Source name\",\"Source amount (after fees)\",\
        \"Source currency\",\"Target name\",\"Target amount (after fees)\",\"Target currency\",Reference\n";
    let out = "T-1,COMPLETED,OUT,\"2024-06-03 10:11:12\",0.62,GBP,\"ACME LTD\",99.38,GBP,\"Jan Novak\",2890.00,CZK,\"INV 7\"\n";
    let into =
        "T-2,COMPLETED,IN,\"2024-06-04 10:11:12\",0.00,EUR,\"Bob\",500.00,EUR,\"ACME LTD\",500.00,EUR,\"INV 8\"\n";
    let exchange =
        "T-3,COMPLETED,NEUTRAL,\"2024-06-15 10:11:12\",0.50,GBP,\"ACME LTD\",99.50,GBP,\"ACME LTD\",116.00,EUR,\n";
    let import = read(format!("{header}{out}{into}{exchange}"));
    assert_eq!(sums(&import), [" GBP -200.00 NotPossible", " EUR 616.00 NotPossible"]);
    let names: Vec<&str> = import
        .statements
        .iter()
        .map(|read| read.lines[0].counterparty.name.as_str())
        .collect();
    assert_eq!(names, ["Jan Novak", "Bob"]);
    // A fee in a third currency cannot be told apart.
    let odd = read(format!("{header}{into}{}", out.replace("0.62,GBP", "0.62,USD")));
    let count: usize = odd.statements.iter().map(|read| read.lines.len()).sum();
    assert_eq!((count, codes(&odd).contains(&"W_BAD_LINE")), (1, true));
}

/// PKO BP, mBank: the header has no letter with an accent.
#[test]
fn polish_words_below_a_header_of_ascii_tell_their_charset() {
    let header = b"Data operacji;Opis;Kwota PLN\n2024-06-28;".as_slice();
    let windows = b"P\xB3atno\x9C\xE6 kart\xB9, \xA3\xD3D\x8F".as_slice();
    let iso = b"P\xB3atno\xB6\xE6 kart\xB1, \xA3\xD3D\xAC".as_slice();
    for (text, name) in [(windows, "windows-1250"), (iso, "iso-8859-2")] {
        let import = read([header, text, b";-45,10\n"].concat());
        assert_eq!(import.statements[0].lines[0].text, "Płatność kartą, ŁÓDŹ", "{name}");
        assert_eq!(import.reading.encoding, name);
        assert!(codes(&import).contains(&"W_CHARSET_MISMATCH"), "{:?}", codes(&import));
    }
    // Signs of western texts that are letters of Central Europe stand at the ends of words.
    for text in ["Nº 12 caña", "¿qué? mañana", "m³ café", "£100 façade"] {
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let import = read(
            [
                b"Fecha;Concepto;Importe EUR\n2024-06-28;".as_slice(),
                &bytes,
                b";-1,00\n",
            ]
            .concat(),
        );
        assert_eq!(import.statements[0].lines[0].text, text);
    }
}

#[test]
fn capitals_that_are_utf8_by_chance_are_read_as_the_letters_that_they_are() {
    for (bytes, text) in [
        (b"SP\xD3\xA3KA Z O.O.".as_slice(), "SPÓŁKA Z O.O."),
        (b"PODR\xD3\xAF", "PODRÓŻ"),
        ("SPÓŁKA".as_bytes(), "SPÓŁKA"),
        ("Хонаи СОЗМОНӢ".as_bytes(), "Хонаи СОЗМОНӢ"),
    ] {
        let import = read([b"Data;Opis;Kwota PLN\n2024-06-28;".as_slice(), bytes, b";-1,00\n"].concat());
        assert_eq!(import.statements[0].lines[0].text, text);
    }
    // Beside words that show the charset of the file.
    let import =
        read(b"Data;Opis;Kwota PLN\n2024-06-28;P\xB3atno\x9C\xE6;-1,00\n2024-06-29;SP\xD3\xA3KA;-2,00\n".to_vec());
    assert_eq!(import.statements[0].lines[1].text, "SPÓŁKA");
}

/// ICICI Bank, Caixa Geral de Depósitos, DKB.
#[test]
fn account_numbers_beside_words_are_numbers() {
    for (above, account, currency) in [
        ("Account Number,\"123456789012 ( INR )  - ACME\"", "123456789012", "INR"),
        ("Conta ,0035123456789 - EUR - Conta Extracto", "0035123456789", "EUR"),
        ("Konto,Girokonto DE89370400440532013000", "DE89370400440532013000", ""),
        ("Account details for:,FRANK Account 666-666666-666", "", ""),
    ] {
        let import = read(format!(
            "{above}\n\nDate,Description,Amount\n2024-06-28,a,-1.00\n2024-06-29,b,2.00\n"
        ));
        let statement = &import.statements[0].statement;
        let found = statement.currency.as_ref().map_or("", |currency| currency.code());
        assert_eq!((statement.account.id.as_str(), found), (account, currency), "{above}");
    }
}

#[test]
fn a_first_row_without_a_date_is_left_out_by_name_where_days_are_printed_once() {
    let import = read(
        "Date,Description,Paid out,Paid in\n,Brought over from the day before,5.00,\n03 Jun 24,Tesco,10.00,\n,Shop,3.00,\n04 Jun 24,ACME,,50.00\n",
    );
    assert_eq!(lines(&import.statements[0]).len(), 3);
    let left: Vec<(Option<u64>, &str)> = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BadLine)
        .map(|problem| (problem.place.line, problem.message.as_str()))
        .collect();
    assert_eq!(left, [(Some(2), "the row has an amount, but no date")]);
}

/// Bank of America.
#[test]
fn the_days_of_the_balances_above_tell_the_order_of_the_dates() {
    let import = read(
        "Description,,Summary Amt.\nBeginning balance as of 09/01/2026,,\"1,000.00\"\nTotal credits,,\"2,000.00\"\n\
         Total debits,,\"-1,250.10\"\nEnding balance as of 09/30/2026,,\"1,749.90\"\n\n\
         Date,Description,Amount,Running Bal.\n09/01/2026,Beginning balance as of 09/01/2026,,\"1,000.00\"\n\
         09/03/2026,PAYROLL,\"2,000.00\",\"3,000.00\"\n09/04/2026,RENT,\"-1,250.10\",\"1,749.90\"\n",
    );
    assert_eq!(
        lines(&import.statements[0]),
        ["2026-09-03 2000.00 PAYROLL", "2026-09-04 -1250.10 RENT"]
    );
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    assert!(!codes(&import).contains(&"W_DATE_AMBIGUOUS"), "{:?}", codes(&import));
}
