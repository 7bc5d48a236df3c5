//! Tables whose amounts print no sign, rows that are called like totals, and rows that stand where no row belongs: nothing is read
//! with the wrong sign or lost in silence.

use std::io::Cursor;
use tieout_formats::{Import, Proof, ReadOptions, read_all};

fn read(bytes: impl Into<Vec<u8>>) -> Import {
    read_all(&mut Cursor::new(bytes.into()), &ReadOptions::default()).unwrap()
}

fn amounts(import: &Import) -> Vec<String> {
    let lines = import.statements.iter().flat_map(|read| &read.lines);
    lines.map(|line| line.amount.to_string()).collect()
}

/// Code and line of the warnings that are not about the account or the currency.
fn warnings(import: &Import) -> Vec<String> {
    let problems = import.reading.problems.iter();
    problems
        .map(|problem| (problem.code.as_str(), problem.place.line))
        .filter(|(code, _)| code.starts_with("W_") && !matches!(*code, "W_NO_ACCOUNT" | "W_NO_CURRENCY"))
        .map(|(code, line)| format!("{code} {}", line.unwrap_or(0)))
        .collect()
}

/// Out, in, out, with these words in a column of this name.
fn of_words(name: &str, out: &str, into: &str) -> String {
    format!(
        "Date,{name},Amount,Description\n2026-01-15,{out},35.50,abc def\n2026-01-16,{into},100.00,ghi jkl\n\
         2026-01-17,{out},7.25,mno\n2026-01-18,{out},8.20,pqr\n"
    )
}

#[test]
fn words_of_many_languages_say_the_side() {
    for (name, out, into) in [
        ("Strona", "Obciążenie", "Uznanie"),
        ("Movimiento", "Egreso", "Ingreso"),
        ("Segno", "D", "A"),
        ("รายการ", "ถอน", "ฝาก"),
        ("Type", "Hævning", "Indbetaling"),
        ("Type", "Payment", "Receipt"),
        ("प्रकार", "नामे", "जमा"),
    ] {
        let import = read(of_words(name, out, into));
        assert_eq!(
            amounts(&import),
            ["-35.50", "100.00", "-7.25", "-8.20"],
            "{name}: {out}"
        );
    }
}

#[test]
fn words_of_old_charsets_say_the_side() {
    let text = of_words("Strona", "Obciążenie", "Uznanie");
    let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(&text);
    assert_eq!(amounts(&read(bytes)), ["-35.50", "100.00", "-7.25", "-8.20"]);
}

#[test]
fn words_that_are_not_known_are_told() {
    for (name, out, into) in [
        ("Borç/Alacak", "B", "A"),
        ("Nợ/Có", "N", "C"),
        ("Type", "Purchase", "Refund"),
    ] {
        let import = read(of_words(name, out, into));
        assert_eq!(warnings(&import), ["W_SIDE_UNKNOWN 0"], "{name}");
    }
}

/// Alipay: refunds to the card are neither paid nor received.
#[test]
fn a_third_word_leaves_out_its_rows_alone_and_says_so() {
    let import = read(
        "交易时间,商品说明,收/支,金额\n2026-01-05 10:11:12,午餐,支出,35.50\n2026-01-06 10:11:12,转账,收入,100.00\n\
         2026-01-07 10:11:12,退款,不计收支,5.00\n",
    );
    assert_eq!(amounts(&import), ["-35.50", "100.00"]);
    assert_eq!(warnings(&import), ["W_BAD_LINE 4"]);
}

#[test]
fn a_dated_row_called_total_is_a_payment_unless_its_balance_says_otherwise() {
    let import = read(
        "Date,Description,Amount,Balance\n2026-01-15,TESCO,-1.00,99.00\n2026-01-17,BP,-4.00,95.00\n\
         2026-01-31,SHELL,-21.00,74.00\n2026-01-31,TOTAL,-45.00,29.00\n",
    );
    assert_eq!(amounts(&import), ["-1.00", "-4.00", "-21.00", "-45.00"]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);

    let import =
        read("Date,Description,Amount\n2026-01-15,TESCO,-1.00\n2026-01-16,TOTAL,-45.00\n2026-01-17,SUMA,-104.00\n");
    assert_eq!(amounts(&import), ["-1.00", "-45.00", "-104.00"]);

    let import = read(
        "Date,Details,Amount,Balance\n2026-01-15,Opening balance,500.00,500.00\n2026-01-31,SHELL,-21.00,479.00\n\
         2026-01-31,X,-45.00,434.00\n",
    );
    assert_eq!(amounts(&import), ["-21.00", "-45.00"]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}

#[test]
fn a_total_without_a_date_is_no_payment_of_the_day_above_it() {
    for label in [
        "Total January",
        "Page total",
        "Summe Januar",
        "Razem",
        "Итого за январь",
        "合計",
        "Toplam",
        "Somme",
    ] {
        let text = format!(
            "Date,Description,Amount\n2026-01-05,x,1.00\n2026-01-06,y,20.00\n,{label},21.00\n2026-02-06,z,5.00\n"
        );
        let import = read(text);
        assert_eq!(amounts(&import), ["1.00", "20.00", "5.00"], "{label}");
    }
    let import = read("Date,Description,Amount\n2026-01-05,x,1.00\n,Total January,1.00\n2026-02-06,z,5.00\n");
    assert_eq!(warnings(&import), ["W_UNREAD 3"]);
}

#[test]
fn a_movement_above_the_table_is_told() {
    for text in [
        "\"01/71/2026\",\"-45.10\",\"SHELL\"\n\"01/30/2026\",\"1500.00\",\"ACME\"\n\"01/13/2026\",\"-100.00\",\"CHECK\"\n",
        "05.01.2026;Varekjøp;123,45;\nDato;Forklaring;Ut fra konto;Inn på konto\n06.01.2026;Lønn;;30 000,00\n",
    ] {
        assert_eq!(warnings(&read(text)), ["W_BAD_LINE 1"], "{text}");
    }
    let import = read("Account;DE1\nBalance;5,00\n\nDatum;Text;Betrag\n01.02.2020;a;5,00\n02.02.2020;b;-1,00\n");
    assert!(!warnings(&import).iter().any(|found| found.starts_with("W_BAD_LINE")));
}

#[test]
fn most_of_a_row_behind_a_line_break_is_told() {
    let import = read(
        "Details,Posting Date,Description,Amount,Type,Balance\nDEBIT,01/\n31/2026,GUSTO,-1200.00,ACH_DEBIT,3800.00\n\
         CREDIT,01/30/2026,DEPOSIT,1000.00,CHECK,5000.00\nCHECK,01/29/2026,1041,-50.00,CHECK_PAID,4000.00\n",
    );
    assert!(
        warnings(&import).contains(&"W_BAD_LINE 3".to_owned()),
        "{:?}",
        warnings(&import)
    );
}

#[test]
fn a_header_of_two_rows_names_both_sides() {
    let import =
        read("Fecha,Concepto,Importe,,Saldo\n,,Cargo,Abono,\n05/01/2026,x,10.00,,90.00\n16/01/2026,y,,20.00,110.00\n");
    assert_eq!(amounts(&import), ["-10.00", "20.00"]);
}

/// Wave.
#[test]
fn a_currency_in_the_name_of_a_side_does_not_hide_it() {
    for (debit, credit) in [
        ("Debit (In Business Currency)", "Credit (In Business Currency)"),
        ("Debit in account currency", "Credit in account currency"),
    ] {
        let import = read(format!(
            "Date,Description,{debit},{credit}\n2026-01-15,x,10.00,\n2026-01-16,y,,20.00\n"
        ));
        assert_eq!(amounts(&import), ["-10.00", "20.00"], "{debit}");
    }
}

/// `SumUp`, Mollie, Adyen: what is paid out moves the account.
#[test]
fn amounts_of_processors_are_those_that_are_paid_out() {
    let sumup = read(
        "Date;Transaction Type;Description;Total;Fee;Payout\n2026-01-15 10:00;Sale;Coffee;3.50;0.06;3.44\n\
         2026-01-15 11:00;Refund;Coffee;3.50;0.00;-3.50\n",
    );
    assert_eq!(amounts(&sumup), ["3.44", "-3.50"]);
    let mollie = read(
        "Date,Currency,Amount,Status,Description,Settlement currency,Settlement amount\n\
         2026-01-15 10:00:00,EUR,100.00,paid,Order 1,EUR,99.71\n2026-01-16 10:00:00,EUR,50.00,paid,Order 2,EUR,49.71\n",
    );
    assert_eq!(amounts(&mollie), ["99.71", "49.71"]);
    let adyen = read(
        "Psp Reference,Creation Date,Type,Gross Debit (GC),Gross Credit (GC),Net Debit (NC),Net Credit (NC)\n\
         8815,2026-01-15 10:00:00,Settled,,100.00,,98.50\n8816,2026-01-16 10:00:00,Refunded,10.00,,10.10,\n\
         ,2026-01-17 10:00:00,MerchantPayout,88.40,,88.40,\n",
    );
    assert_eq!(amounts(&adyen), ["98.50", "-10.10", "-88.40"]);
}

/// Itaú prints the balance of each day in a row of its own.
#[test]
fn balances_of_days_among_the_rows_are_no_movements() {
    let import = read(
        "Data;Lançamento;Valor (R$);Saldo (R$)\n01/01/2026;SALDO ANTERIOR;;1.000,00\n05/01/2026;PIX;-150,00;\n\
         05/01/2026;SALDO DO DIA;;850,00\n13/01/2026;TAR PACOTE;-25,90;\n13/01/2026;SALDO DO DIA;;824,10\n",
    );
    assert_eq!(amounts(&import), ["-150.00", "-25.90"]);
    assert_eq!(warnings(&import), [""; 0]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}

/// State Bank of India prints the balance of the first day in the head.
#[test]
fn a_balance_of_the_first_day_is_that_before_the_lines_also_behind_a_colon_in_a_cell() {
    let import = read(
        "Start Date\t:\t1 Jan 2026\nEnd Date\t:\t31 Jan 2026\nBalance as on 1 Jan 2026\t:\t10,000.00\n\n\
         Txn Date\tDescription\tDebit\tCredit\n2 Jan 2026\tNEFT\t\t5,000.00\n3 Jan 2026\tATM\t2,000.00\t\n",
    );
    let statement = &import.statements[0].statement;
    assert_eq!(statement.opening.as_ref().unwrap().amount.to_string(), "10000.00");
    assert!(statement.closing.is_none());
}

/// DKB names its own account above the table, and the other side's in a column called IBAN.
#[test]
fn the_account_above_the_table_is_not_that_of_a_column_with_others() {
    let import = read(
        "Girokonto;DE89370400440532013000\n\nBuchungsdatum;Zahlungsempfänger*in;IBAN;Betrag (€)\n\
         31.01.26;B;DE02120300000000202051;-950,50\n15.01.26;A;DE02120300000000202051;2.000,00\n",
    );
    assert_eq!(import.statements[0].statement.account.id, "DE89370400440532013000");
}

/// Cards and loans whose balance is what is owed: it rises with what is spent.
#[test]
fn balances_that_rise_with_money_out_are_what_is_owed_and_that_is_told() {
    let card = read(
        "Date,Description,Amount,Balance\n2026-01-15,TESCO,-10.00,110.00\n2026-01-16,PAYMENT,50.00,60.00\n\
         2026-01-31,SHELL,-21.00,81.00\n",
    );
    let sides = read(
        "Date,Text,Debit,Credit,Balance\n2026-01-10,a,100,,100\n2026-01-11,b,50,,150\n2026-01-12,c,,20,130\n2026-01-13,d,30,,160\n",
    );
    assert_eq!(amounts(&card), ["-10.00", "50.00", "-21.00"]);
    assert_eq!(amounts(&sides), ["-100", "-50", "20", "-30"]);
    for (import, closing) in [(&card, "-81.00"), (&sides, "-160")] {
        let statement = &import.statements[0].statement;
        assert_eq!(statement.closing.as_ref().unwrap().amount.to_string(), closing);
        assert_eq!(statement.proof, Proof::Exact);
        assert_eq!(warnings(import), ["W_SIDE_UNKNOWN 0"]);
    }
    // Where most print no minus, it is the amounts that are turned.
    let turned = read(
        "Date,Description,Amount,Balance\n2026-01-15,TESCO,10.00,90.00\n2026-01-16,PAYMENT,-50.00,140.00\n\
         2026-01-31,SHELL,21.00,119.00\n",
    );
    assert_eq!(amounts(&turned), ["-10.00", "50.00", "-21.00"]);
}

#[test]
fn a_side_in_the_name_of_amounts_is_that_side() {
    for (debit, credit) in [
        ("Montant Débit", "Montant Crédit"),
        ("Betrag (Soll)", "Betrag (Haben)"),
        ("Importe Cargo", "Importe Abono"),
        ("Amount (Dr)", "Amount (Cr)"),
        ("Amount Out", "Amount In"),
    ] {
        for empty in ["", "0.00"] {
            let import = read(format!(
                "Date,Description,{debit},{credit}\n2026-03-02,Acme,{empty},500.00\n2026-03-14,Rent,300.00,{empty}\n"
            ));
            assert_eq!(amounts(&import), ["500.00", "-300.00"], "{debit} {empty:?}");
        }
    }
    let import = read("Date,Description,Amount in EUR\n2026-03-02,Acme,500.00\n2026-03-14,Rent,-300.00\n");
    assert_eq!(amounts(&import), ["500.00", "-300.00"]);
}

/// Shopify.
#[test]
fn the_total_of_a_payout_is_its_amount_whatever_it_is_made_of() {
    let import = read(
        "Payout Date,Status,Charges,Refunds,Adjustments,Fees,Retried Amount,Total,Currency\n\
         2025-03-01,paid,100.00,-5.00,0.00,-2.90,0.00,92.10,USD\n2025-03-02,paid,50.00,0.00,0.00,-1.50,0.00,48.50,USD\n",
    );
    assert_eq!(amounts(&import), ["92.10", "48.50"]);
}

/// A memo may be called like a balance; nobody is paid beside one.
#[test]
fn a_balance_in_the_memo_of_a_payment_is_none() {
    let import = read(
        "Date,Payee,Memo,Amount\n2026-01-15,TESCO,x,-1.00\n2026-01-17,BUILDER,Closing balance,-4000.00\n2026-01-31,SHELL,y,-21.00\n",
    );
    assert_eq!(amounts(&import), ["-1.00", "-4000.00", "-21.00"]);
}

#[test]
fn a_balance_of_a_day_stands_before_or_behind_the_lines() {
    let lines = ["2025-03-04;TESCO;45,00;\n", "2025-03-04;ACME;;900,00\n"];
    let (before, behind) = (
        "2025-03-01;SOLDE AU 28/02/2025;;1000,00\n",
        "2025-03-04;SOLDE AU 04/03/2025;;1855,00\n",
    );
    for rows in [
        [before, lines[0], lines[1], behind],
        [behind, lines[1], lines[0], before],
    ] {
        let import = read(format!("Date;Libelle;Debit;Credit\n{}", rows.concat()));
        let statement = &import.statements[0].statement;
        assert_eq!((amounts(&import).len(), statement.proof), (2, Proof::Exact));
        let opening = statement.opening.as_ref().map(|balance| balance.amount.to_string());
        assert_eq!(opening.as_deref(), Some("1000.00"));
    }
    let import = read(format!("Date;Libelle;Debit;Credit\n{before}{}{behind}", lines[0]));
    assert_eq!(
        import.statements[0].statement.proof,
        Proof::Off("900.00".parse().unwrap())
    );
    let paid =
        "Date;Libelle;Debit;Credit\n2025-03-04;SOLDE FACTURE 28/02/2025;45,00;\n2025-03-04;SOLDE 2025001;45,00;\n";
    assert_eq!(amounts(&read(paid)), ["-45.00", "-45.00"]);
}

#[test]
fn amounts_on_both_sides_are_a_total_or_told() {
    let rows = "2025-03-04,TESCO,45.00,\n2025-03-04,ACME,,900.00\n";
    let read_with = |row: &str| read(format!("Date,Description,Debit,Credit\n{rows}{row}"));
    let total = read_with("2025-03-31,TOTAL DES MOUVEMENTS,45.00,900.00\n");
    assert_eq!(
        (amounts(&total), warnings(&total)),
        (vec!["-45.00".into(), "900.00".into()], vec![])
    );
    let other = read_with("2025-03-05,Omzet,45.00,900.00\n");
    assert_eq!(
        (amounts(&other).len(), warnings(&other)),
        (2, vec!["W_BAD_LINE 4".to_owned()])
    );
    let zero = read_with("2025-03-05,Omzet,0.00,900.00\n");
    assert_eq!((amounts(&zero).len(), warnings(&zero)), (3, vec![]));
}

#[test]
fn of_two_amounts_the_one_in_the_currency_of_the_balance_moved() {
    let import = read(
        "Date,Description,Amount USD,Amount EUR,Balance EUR\n2025-03-03,A,-50.00,-45.00,955.00\n2025-03-04,B,-6.00,-5.00,950.00\n\
         2025-03-05,C,110.00,100.00,1050.00\n",
    );
    assert_eq!(amounts(&import), ["-45.00", "-5.00", "100.00"]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}
