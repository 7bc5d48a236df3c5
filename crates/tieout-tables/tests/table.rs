//! Tables as people meet them: a text, and what it is read as.

use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::Code;
use tieout_tables::{BalanceRow, Mapping, Perspective, Row, RowKind, Table, TableOptions, Unreadable};

fn survey(text: &str, options: &TableOptions) -> Result<Table, Vec<Code>> {
    let found = Table::survey(&mut Cursor::new(text.as_bytes().to_vec()), options).unwrap();
    found.map_err(|none| none.problems.iter().map(|problem| problem.code).collect())
}

fn kinds(table: &Table, text: &str) -> Vec<RowKind> {
    let mut input = Cursor::new(text.as_bytes().to_vec());
    let mut rows = table.rows(&mut input).unwrap();
    let mut row = Row::default();
    let mut kinds = Vec::new();
    while rows.next(&mut row).unwrap() {
        kinds.push(table.read(&row));
    }
    kinds
}

/// Movements as `date amount`; `pending` for those without a date.
fn movements(text: &str, options: &TableOptions) -> Vec<String> {
    let table = survey(text, options).unwrap();
    let movement = |kind| match kind {
        RowKind::Movement(movement) => {
            let date = movement
                .date
                .map_or_else(|| "pending".into(), |read| read.date.to_string());
            Some(format!("{date} {}", movement.amount))
        }
        _ => None,
    };
    kinds(&table, text).into_iter().filter_map(movement).collect()
}

fn plain(text: &str) -> Vec<String> {
    movements(text, &TableOptions::default())
}

fn mapped(mapping: &str) -> TableOptions {
    TableOptions {
        mapping: Some(Mapping::parse(mapping).unwrap()),
        ..TableOptions::default()
    }
}

#[test]
fn every_layout_of_amounts_is_told() {
    for (what, text) in [
        ("signed", "Date,Text,Amount\n2024-01-05,a,-5.00\n2024-01-06,b,7.00\n"),
        (
            "sides",
            "Date,Text,Debit,Credit\n2024-01-05,a,5.00,\n2024-01-06,b,,7.00\n",
        ),
        (
            "sides with zeros",
            "Date,Text,Debit,Credit\n2024-01-05,a,5.00,0\n2024-01-06,b,0.00,7.00\n",
        ),
        (
            "sides signed already",
            "Date,Text,Debit,Credit\n2024-01-05,a,-5.00,\n2024-01-06,b,,7.00\n",
        ),
        (
            "credit first",
            "Date,Text,Haben,Soll\n2024-01-05,a,,5.00\n2024-01-06,b,7.00,\n",
        ),
        (
            "flag",
            "Date,Text,Amount,D/C\n2024-01-05,a,5.00,D\n2024-01-06,b,7.00,C\n",
        ),
        (
            "flag in words",
            "Datum,Tekst,Bedrag,Af Bij\n2024-01-05,a,5.00,Af\n2024-01-06,b,7.00,Bij\n",
        ),
        (
            "flag under type",
            "Date,Text,Amount,Type\n2024-01-05,a,5.00,debit\n2024-01-06,b,7.00,credit\n",
        ),
        (
            "signed and flagged",
            "Date,Text,Amount,D/C\n2024-01-05,a,-5.00,D\n2024-01-06,b,7.00,C\n",
        ),
        (
            "inverted by words",
            "Date,Text,Amount,D/C\n2024-01-05,a,5.00,D\n2024-01-06,b,-7.00,C\n",
        ),
        (
            "only credits marked",
            "Date,Text,Amount,\n2024-01-05,a,5.00,\n2024-01-06,b,7.00,CR\n",
        ),
        (
            "plus for money in",
            "Date,Text,Amount\n2024-01-05,a,5.00\n2024-01-06,b,+ 7.00\n",
        ),
        (
            "sides without header",
            "2024-01-05;a;5,00;\n2024-01-06;b;;7,00\n2024-01-07;c;1,00;\n2024-01-08;d;1,00;\n",
        ),
    ] {
        let found = plain(text);
        let numbers: Vec<_> = found.iter().map(String::as_str).take(2).collect();
        assert_eq!(numbers, ["2024-01-05 -5.00", "2024-01-06 7.00"], "{what}");
    }
}

#[test]
fn a_single_reversal_among_flagged_amounts_turns_nothing() {
    let text =
        "Date,Text,Amount,D/C\n2024-01-05,a,5.00,D\n2024-01-06,b,7.00,C\n2024-01-07,c,-1.00,D\n2024-01-08,d,2.00,D\n";
    assert_eq!(
        plain(text),
        [
            "2024-01-05 -5.00",
            "2024-01-06 7.00",
            "2024-01-07 1.00",
            "2024-01-08 -2.00"
        ]
    );
}

#[test]
fn running_balances_decide_signs_and_sides() {
    let inverted =
        "Date,Text,Amount,Balance\n2024-01-05,a,5.00,95.00\n2024-01-06,b,-7.00,102.00\n2024-01-07,c,2.00,100.00\n";
    assert_eq!(
        plain(inverted),
        ["2024-01-05 -5.00", "2024-01-06 7.00", "2024-01-07 -2.00"]
    );
    let credit_first = "05.01.2024;a;7,00;;107,00\n06.01.2024;b;;5,00;102,00\n07.01.2024;c;;1,00;101,00\n";
    assert_eq!(
        plain(credit_first),
        ["2024-01-05 7.00", "2024-01-06 -5.00", "2024-01-07 -1.00"]
    );
}

#[test]
fn rows_that_are_no_movements_are_told_apart() {
    let text = "Date,Description,Amount\n2024-01-01,Opening balance,100.00\n2024-01-05,a,-5.00\n,more of a,\n\nDate,Description,Amount\n\
                2024-01-06,NEW BALANCE STORE,-7.00\n2024-01-06,TOTAL ENERGIES,-8.00\n2024-01-06,nothing,\nPending,hold,-1.00\n,Total,-21.00\n\
                2024-01-31,Closing balance 31.01.2024,80.00\nPrinted by the bank\nnever,b,-2.00\n2024-01-07,c,abc\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    let shown: Vec<String> = kinds(&table, text)
        .into_iter()
        .map(|kind| match kind {
            RowKind::Movement(movement) if movement.pending => format!("pending {}", movement.amount),
            RowKind::Movement(movement) => movement.amount.to_string(),
            RowKind::Balance(BalanceRow::Opening, amount) => format!("opening {}", amount.unwrap()),
            RowKind::Balance(BalanceRow::Closing, amount) => format!("closing {}", amount.unwrap()),
            RowKind::Balance(BalanceRow::Total | BalanceRow::OfDay, _) => "total".into(),
            RowKind::Continuation => "more".into(),
            RowKind::Empty => "empty".into(),
            RowKind::Remark => "remark".into(),
            RowKind::Void => "void".into(),
            RowKind::Unreadable(Unreadable::Date(_)) => "bad date".into(),
            RowKind::Unreadable(Unreadable::Amount(_)) => "bad amount".into(),
            RowKind::Unreadable(Unreadable::NoAmount) => "no amount".into(),
            RowKind::Unreadable(Unreadable::Side(_) | Unreadable::BothSides(_)) => "no side".into(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "opening 100.00",
            "-5.00",
            "more",
            "empty",
            "empty",
            "-7.00",
            "-8.00",
            "no amount",
            "pending -1.00",
            "total",
            "closing 80.00",
            "remark",
            "bad date",
            "bad amount"
        ]
    );
}

#[test]
fn what_cannot_be_told_is_said() {
    let codes = |text: &str| -> Vec<Code> {
        survey(text, &TableOptions::default())
            .unwrap()
            .problems()
            .iter()
            .map(|problem| problem.code)
            .collect()
    };
    assert_eq!(codes("Date,Text,Amount\n01/02/2024,a,-5.00\n"), [Code::DateAmbiguous]);
    assert_eq!(
        codes("Date,Text,Amount\n2024-01-05,a,-1.000\n"),
        [Code::NumberAmbiguous]
    );
    assert_eq!(codes("Date;Libellé;Montant\n01/02/2024;a;-5,00\n"), [Code::Decided]);
    assert_eq!(codes("Date,Text,Amount\n2024-01-05,a,-5.00\n"), []);
}

#[test]
fn tables_without_dates_or_amounts_are_refused() {
    for text in [
        "",
        "a,b\nc,d\n",
        "Date,Text\n2024-01-05,a\n",
        "Text,Amount\na,5.00\n",
        "one line",
    ] {
        assert_eq!(
            survey(text, &TableOptions::default()).unwrap_err(),
            [Code::NoColumns],
            "{text:?}"
        );
    }
}

#[test]
fn a_person_overrules_what_is_told() {
    let text = "a;b;c;d;e\n01/02/2024;x;5,00;2,00;O\n01/03/2024;y;7,00;3,00;I\n";
    assert_eq!(
        movements(
            text,
            &mapped("date = 1\namount = 3\ndirection = \"e\"\ndebit_words = [\"I\"]\ndate_order = mdy\n")
        ),
        ["2024-01-02 5.00", "2024-01-03 -7.00"]
    );
    assert_eq!(
        movements(
            text,
            &mapped("date = \"A\"\namount = \"D\"\nsign = inverted\ndate_order = dmy\n")
        ),
        ["2024-02-01 -2.00", "2024-03-01 -3.00"]
    );
    let numbers = mapped("header_rows = 0\namount = 1\ndate = 2\ndecimal_mark = \".\"\n");
    assert_eq!(movements("1.000;2024-01-05\n", &numbers), ["2024-01-05 1.000"]);
    assert_eq!(
        survey(text, &mapped("date = \"Datum\"\n")).unwrap_err(),
        [Code::NoColumns]
    );
}

#[test]
fn in_books_debit_is_money_in() {
    let books = TableOptions {
        perspective: Perspective::Books,
        ..TableOptions::default()
    };
    let text = "Date,Account,Description,Debit,Credit\n2024-01-05,1200,a,5.00,\n2024-01-06,1200,b,,7.00\n";
    assert_eq!(movements(text, &books), ["2024-01-05 5.00", "2024-01-06 -7.00"]);
}

#[test]
fn the_whole_column_decides_its_mark_and_order() {
    let mut text = String::from("Date;Text;Amount\n");
    for _ in 0..1000 {
        text.push_str("01/02/2024;a;-1.000\n");
    }
    text.push_str("13/02/2024;b;2,5\n");
    let found = plain(&text);
    assert_eq!(
        (found[0].as_str(), found[1000].as_str()),
        ("2024-02-01 -1000", "2024-02-13 2.5")
    );
}

fn codes_of(text: &str) -> Vec<Code> {
    let table = survey(text, &TableOptions::default()).unwrap();
    table.problems().iter().map(|problem| problem.code).collect()
}

#[test]
fn signs_that_vary_within_a_side_are_decided_by_the_balance() {
    let table = |balances: [&str; 4]| {
        let [a, b, c, d] = balances;
        format!(
            "Date,Text,Debit,Credit,Balance\n2024-01-15,a,5.00,,{a}\n2024-01-16,b,,20.00,{b}\n2024-01-17,c,-3.00,,{c}\n\
             2024-01-18,d,7.00,,{d}\n"
        )
    };
    let meaningless = table(["95.00", "115.00", "112.00", "105.00"]);
    assert_eq!(
        plain(&meaningless),
        [
            "2024-01-15 -5.00",
            "2024-01-16 20.00",
            "2024-01-17 -3.00",
            "2024-01-18 -7.00"
        ]
    );
    assert_eq!(codes_of(&meaningless), [Code::Decided]);
    let taken_back = table(["95.00", "115.00", "118.00", "111.00"]);
    assert_eq!(plain(&taken_back)[2], "2024-01-17 3.00");
    assert_eq!(codes_of(&taken_back), []);
}

#[test]
fn signs_that_vary_within_a_side_are_told_where_no_balance_decides() {
    let text =
        "Date,Text,Debit,Credit\n2024-01-15,a,5.00,\n2024-01-16,b,,20.00\n2024-01-17,c,-3.00,\n2024-01-18,d,7.00,\n";
    assert_eq!(codes_of(text), [Code::MixedSigns]);
    assert_eq!(plain(text)[2], "2024-01-17 3.00");
    let of_credits = text
        .replace("20.00", "20.00\n2024-01-16,e,,-1.00")
        .replace("-3.00", "3.00");
    assert_eq!(codes_of(&of_credits), [Code::MixedSigns]);
    let all_minus = text.replace("5.00,", "-5.00,").replace("7.00,", "-7.00,");
    assert_eq!(codes_of(&all_minus), []);
}

#[test]
fn texts_that_nobody_named_are_descriptions() {
    for text in [
        "Date,,Amount\n2024-01-15,Acme 7,5.00\n2024-01-16,Bolt,6.00\n",
        "Date,Amount\n2024-01-15,5.00,Acme 7\n2024-01-16,6.00,Bolt\n",
        "Date,Amount,\n2024-01-15,5.00,Acme 7\n2024-01-16,6.00,\n",
    ] {
        let table = survey(text, &TableOptions::default()).unwrap();
        assert_eq!(table.columns_of(tieout_tables::Role::Description).count(), 1, "{text}");
    }
    let named = "Date,Branch,Amount\n2024-01-15,Acme 7,5.00\n2024-01-16,Bolt,6.00\n";
    let table = survey(named, &TableOptions::default()).unwrap();
    assert_eq!(table.columns_of(tieout_tables::Role::Description).count(), 0);
}

#[test]
fn three_digits_are_a_fraction_where_the_currency_has_thousandths() {
    let table = |currency: &str| {
        format!("Date,Text,Amount,Currency\n2025-07-03,a,-120.250,{currency}\n2025-07-10,b,340.125,{currency}\n")
    };
    assert_eq!(plain(&table("KWD")), ["2025-07-03 -120.250", "2025-07-10 340.125"]);
    assert_eq!(plain(&table("EUR")), ["2025-07-03 -120250", "2025-07-10 340125"]);
    let comma = "Date;Text;Amount (TND)\n2025-07-03;a;-120,250\n2025-07-10;b;340,125\n";
    assert_eq!(plain(comma), ["2025-07-03 -120.250", "2025-07-10 340.125"]);
}

#[test]
fn the_currency_that_a_person_says_tells_what_three_digits_are() {
    let text = "Date,Text,Amount\n2025-07-03,a,-120.250\n2025-07-10,b,340.125\n";
    let said = |code: &str| TableOptions {
        currency: Some(code.parse().unwrap()),
        ..TableOptions::default()
    };
    assert_eq!(
        movements(text, &said("KWD")),
        ["2025-07-03 -120.250", "2025-07-10 340.125"]
    );
    for code in ["JPY", "EUR"] {
        assert_eq!(
            movements(text, &said(code)),
            ["2025-07-03 -120250", "2025-07-10 340125"],
            "{code}"
        );
    }
    let codes = |options: &TableOptions| -> Vec<Code> {
        let table = survey(text, options).unwrap();
        table.problems().iter().map(|problem| problem.code).collect()
    };
    // Nothing is left open where the currency has thousandths or no fractions.
    assert_eq!(codes(&said("KWD")), []);
    assert_eq!(codes(&said("JPY")), []);
    assert_eq!(codes(&said("EUR")), [Code::NumberAmbiguous]);
    // What the file says counts, whatever a person says of files that do not.
    let named = text.replace("Amount", "Amount (TND)");
    assert_eq!(movements(&named, &said("JPY"))[0], "2025-07-03 -120.250");
}

#[test]
fn the_programs_own_table_always_has_a_decimal_point() {
    let text = "account,statement,status,booking_date,value_date,amount,currency,counterparty_name\n\
                NL26VAYB8060476890,1,booked,2014-12-31,2015-01-02,8.850,EUR,Company\n";
    assert_eq!(plain(text), ["2014-12-31 8.850"]);
}

#[test]
fn a_brazilian_header_of_postings_names_the_text() {
    let text = "Data;Lançamento;Valor\n01/08/2025;PIX RECEBIDO;1.250,00\n04/08/2025;BOLETO;-387,42\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    assert_eq!(table.column(tieout_tables::Role::Description), Some(1));
}

/// Ten thousand in, then money out and in; `in_words` of a row is its cells of amounts.
fn eight_rows(header: &str, row: impl Fn(&str, &str, &str) -> String) -> String {
    let rows = [
        ("", "10000.00", "11000.00"),
        ("250.50", "", "10749.50"),
        ("100.00", "", "10649.50"),
        ("", "500.00", "11149.50"),
        ("49.50", "", "11100.00"),
        ("1000.00", "", "10100.00"),
        ("", "30.00", "10130.00"),
        ("130.00", "", "10000.00"),
    ];
    let mut text = format!("{header}\n");
    for (day, (out, into, balance)) in (1..).zip(rows) {
        let _ = writeln!(text, "2025-10-{day:02};Text {day};{}", row(out, into, balance));
    }
    text
}

const EIGHT: [&str; 8] = [
    "2025-10-01 10000.00",
    "2025-10-02 -250.50",
    "2025-10-03 -100.00",
    "2025-10-04 500.00",
    "2025-10-05 -49.50",
    "2025-10-06 -1000.00",
    "2025-10-07 30.00",
    "2025-10-08 -130.00",
];

#[test]
fn columns_of_money_without_known_words_are_told_by_the_running_balance() {
    let zero = |cell: &str| {
        if cell.is_empty() {
            "0.00".to_owned()
        } else {
            cell.to_owned()
        }
    };
    for (what, text) in [
        (
            "blank",
            eight_rows("Foo;Bar;Baz;Qux;Quux", |out, into, balance| {
                format!("{out};{into};{balance}")
            }),
        ),
        (
            "zeros",
            eight_rows("Foo;Bar;Baz;Qux;Quux", |out, into, balance| {
                format!("{};{};{balance}", zero(out), zero(into))
            }),
        ),
        (
            "money in first",
            eight_rows("Foo;Bar;Baz;Qux;Quux", |out, into, balance| {
                format!("{into};{out};{balance}")
            }),
        ),
        (
            "balance first",
            eight_rows("Foo;Bar;Baz;Qux;Quux", |out, into, balance| {
                format!("{balance};{into};{out}")
            }),
        ),
        (
            "one side named",
            eight_rows("Date;Bar;Debit;Qux;Balance", |out, into, balance| {
                format!("{out};{into};{balance}")
            }),
        ),
        (
            "a column that only counts",
            eight_rows("Date;Bar;Foo;Baz;Qux;Quux", |out, into, balance| {
                format!("17;{out};{into};{balance}")
            }),
        ),
        (
            "one signed column",
            eight_rows("Foo;Bar;Baz;Quux", |out, into, balance| {
                let amount = if out.is_empty() {
                    into.to_owned()
                } else {
                    format!("-{out}")
                };
                format!("{balance};{amount}")
            }),
        ),
    ] {
        assert_eq!(plain(&text), EIGHT, "{what}:\n{text}");
    }
}

#[test]
fn columns_of_money_that_nothing_tells_apart_are_refused() {
    let text = eight_rows("Foo;Bar;Baz;Qux", |out, into, _| format!("{out};{into}"));
    assert_eq!(survey(&text, &TableOptions::default()).unwrap_err(), [Code::NoColumns]);
    assert_eq!(movements(&text, &mapped("debit = \"Baz\"\ncredit = 4\n")), EIGHT);
    // The other column of a side that is named takes turns with it.
    let text = eight_rows("Date;Bar;Debit;Qux", |out, into, _| format!("{out};{into}"));
    assert_eq!(plain(&text), EIGHT);
}

#[test]
fn a_balance_in_front_of_the_amount_and_one_behind_it_are_no_amounts() {
    let text = "123456789\tEUR\t20251001\t1000,00\t804,81\t20251001\t-195,19\tX0\n\
                123456789\tEUR\t20251002\t804,81\t1010,84\t20251002\t206,03\tX1\n\
                123456789\tEUR\t20251003\t1010,84\t1010,00\t20251003\t-0,84\tX2\n";
    assert_eq!(
        plain(text),
        ["2025-10-01 -195.19", "2025-10-02 206.03", "2025-10-03 -0.84"]
    );
}

#[test]
fn a_column_of_two_words_says_the_side_whatever_its_header() {
    for (header, out, into) in [
        ("CreditDebet", "D", "C"),
        ("Deebet/Kreedit", "D", "K"),
        ("Richtung", "Ausgang", "Eingang"),
        ("Πρόσημο ποσού", "Χ", "Π"),
        ("Type", "Withdrawal", "Deposit"),
        ("Flow", "W", "D"),
        ("收支", "支出", "收入"),
        ("借贷", "借", "贷"),
        ("Вид", "Расход", "Приход"),
    ] {
        let text = eight_rows(&format!("Date;Text;{header};Amount"), |debit, credit, _| {
            let (word, amount) = if debit.is_empty() { (into, credit) } else { (out, debit) };
            format!("{word};{amount}")
        });
        assert_eq!(plain(&text), EIGHT, "{header}");
    }
}

#[test]
fn words_of_the_side_that_are_not_known_are_proved_by_the_balance_or_asked_for() {
    let with_words = |balanced: bool| {
        let header = if balanced {
            "Date;Text;Wieso;Amount;Balance"
        } else {
            "Date;Text;Wieso;Amount"
        };
        eight_rows(header, |out, into, balance| {
            let (word, amount) = if out.is_empty() {
                ("Herbei", into)
            } else {
                ("Fort", out)
            };
            let behind = if balanced { format!(";{balance}") } else { String::new() };
            format!("{word};{amount}{behind}")
        })
    };
    assert_eq!(plain(&with_words(true)), EIGHT);
    let text = with_words(false);
    let codes = |options: &TableOptions| -> Vec<Code> {
        let table = survey(&text, options).unwrap();
        table.problems().iter().map(|problem| problem.code).collect()
    };
    assert_eq!(codes(&TableOptions::default()), [Code::SideUnknown]);
    let said = mapped("amount = \"Amount\"\ndirection = \"Wieso\"\ndebit_words = [\"Fort\"]\n");
    assert_eq!(codes(&said), []);
    assert_eq!(movements(&text, &said), EIGHT);
}

#[test]
fn credits_that_all_have_a_minus_are_money_in_or_as_the_balance_says() {
    let text = "Date,Text,Debit,Credit\n2025-10-01,a,,-500.00\n2025-10-02,b,20.00,\n2025-10-03,c,,-30.00\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    assert_eq!(
        plain(text),
        ["2025-10-01 500.00", "2025-10-02 -20.00", "2025-10-03 30.00"]
    );
    assert_eq!(
        table.problems().iter().map(|p| p.code).collect::<Vec<_>>(),
        [Code::MixedSigns]
    );
    let text = "Date,Text,Debit,Credit,Balance\n2025-10-01,a,,-500.00,600.00\n2025-10-02,b,20.00,,580.00\n2025-10-03,c,,-30.00,550.00\n";
    assert_eq!(
        plain(text),
        ["2025-10-01 -500.00", "2025-10-02 -20.00", "2025-10-03 -30.00"]
    );
    let text = "Date,Text,Debit,Credit,Balance\n2025-10-01,a,,-500.00,600.00\n2025-10-02,b,20.00,,580.00\n2025-10-03,c,,-30.00,610.00\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    assert_eq!(
        plain(text),
        ["2025-10-01 500.00", "2025-10-02 -20.00", "2025-10-03 30.00"]
    );
    assert!(table.problems().is_empty(), "{:?}", table.problems());
}

#[test]
fn movements_that_never_happened_are_left_out_and_break_no_balance() {
    let text = "Date,Text,Amount,Balance,Status\n2025-10-01,a,-5.00,95.00,Completed\n2025-10-02,b,-9.00,95.00,Declined\n\
                2025-10-03,c,-1.00,94.00,Completed\n2025-10-04,d,-2.00,94.00,Pending\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    assert!(table.chain().is_some());
    let void = kinds(&table, text).into_iter().filter(|kind| *kind == RowKind::Void);
    assert_eq!(void.count(), 1);
    assert_eq!(
        plain(text),
        ["2025-10-01 -5.00", "2025-10-03 -1.00", "2025-10-04 -2.00"]
    );
    // The words tell the column where its header does not.
    assert_eq!(plain(&text.replace("Status", "Wie")).len(), 3);
}

#[test]
fn codes_of_kinds_of_rows_are_known_by_themselves() {
    for header in ["", "Ieraksta tips", "Reatüüp", "Row type"] {
        let text = format!(
            "Konto;{header};Datums;Teksts;Summa;D/K\n1;10;2025-10-01;x;100.00;K\n1;20;2025-10-02;a;500.00;K\n\
             1;20;2025-10-03;b;45.10;D\n1;82;2025-10-31;y;45.10;D\n1;82;2025-10-31;y;500.00;K\n1;86;2025-10-31;z;554.90;K\n"
        );
        assert_eq!(plain(&text), ["2025-10-02 500.00", "2025-10-03 -45.10"], "{header}");
        let table = survey(&text, &TableOptions::default()).unwrap();
        let balances = kinds(&table, &text);
        let closing = Some("554.90".parse().unwrap());
        assert!(
            balances.contains(&RowKind::Balance(BalanceRow::Closing, closing)),
            "{header}"
        );
    }
}

#[test]
fn accounts_that_vary_beside_a_name_are_those_of_the_other_side() {
    let groups = |text: &str| survey(text, &TableOptions::default()).unwrap().groups().len();
    let rows = "2025-10-01;Rewe;DE02120300000000202051;-5,00\n2025-10-02;ACME;DE02500105170137075030;7,00\n";
    assert_eq!(groups(&format!("Datum;Empfänger;IBAN;Betrag\n{rows}")), 1);
    assert_eq!(
        groups(&format!("Konto;DE12500105170648489890\nDatum;Text;IBAN;Betrag\n{rows}")),
        1
    );
    assert_eq!(groups(&format!("Datum;Text;IBAN;Betrag\n{rows}")), 2);
}

#[test]
fn a_row_with_a_date_and_an_amount_elsewhere_is_no_text_of_the_row_before() {
    let text = "Data transakcji;Data księgowania;Tytuł;Kwota;Kwota blokady\n2025-10-03;2025-10-03;zakup;-34,50;\n2025-10-05;;ORLEN;;-200,00\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    assert_eq!(kinds(&table, text)[1], RowKind::Unreadable(Unreadable::NoAmount));
}

#[test]
fn texts_under_headers_that_are_not_known_belong_to_the_description() {
    let text =
        "Date;Beschreibung1;Wer;Amount;Filiale\n2025-10-01;MIGROS;Karte;-5.00;Zug\n2025-10-02;ACME;Lohn;7.00;Zug\n";
    let table = survey(text, &TableOptions::default()).unwrap();
    let columns: Vec<usize> = table.columns_of(tieout_tables::Role::Description).collect();
    assert_eq!(columns, [1, 2], "one text on all rows says nothing");
}
