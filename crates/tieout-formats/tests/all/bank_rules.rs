//! What the fields of the banks' own formats become, and what is said about a file that is not as it should be.

use crate::common::{folder, import as read_file};
use std::io::Cursor;
use tieout_core::{Code, Decimal};
use tieout_formats::{Import, Line, Outcome, Proof, ReadOptions, Status, read_all};

fn import(name: &str) -> Import {
    read_file(&folder("").join(name), &ReadOptions::default())
}

fn read(text: &str) -> Import {
    read_as(text, "bai2")
}

fn read_as(text: &str, format: &str) -> Import {
    let options = ReadOptions {
        format: Some(format.to_owned()),
        ..ReadOptions::default()
    };
    read_all(&mut Cursor::new(text.as_bytes()), &options).unwrap()
}

fn lines(import: &Import) -> Vec<&Line> {
    import.statements.iter().flat_map(|read| &read.lines).collect()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn codes(import: &Import) -> Vec<(Code, Option<u64>, Option<u64>)> {
    let problems = import.reading.problems.iter();
    problems.map(|p| (p.code, p.place.line, p.place.column)).collect()
}

#[test]
fn coda_parts_belong_to_their_movement_and_add_nothing() {
    let import = import("coda/synthetic-globalisation.cod");
    let lines = lines(&import);
    assert_eq!(lines.len(), 2);
    let batch = lines[0];
    assert_eq!(batch.children.len(), 2);
    assert_eq!(batch.ids.customer_ref, "RECUR-JAN");
    let first = &batch.children[0];
    assert_eq!(
        (first.amount, first.name.as_str(), first.account.as_str()),
        (Some(decimal("250")), "KLANT EEN", "BE71096123456769")
    );
    assert!(first.text.starts_with("SUBSCRIPTION JANUARY"), "{}", first.text);
    assert_eq!(batch.children[1].text, "second part");
    assert_eq!(batch.children[1].name, "KLANT TWEE");
    assert_eq!(
        lines[1].text,
        "Charges with a long text that fills its field whollyxy and goes on in record 22"
    );
    let message = "message of the bank: Our offices are closed on Friday";
    assert!(import.reading.problems.iter().any(|p| p.message == message));
}

#[test]
fn coda_movements_name_references_parties_and_returns() {
    let import = import("coda/synthetic-two-groups.cod");
    let lines = lines(&import);
    assert_eq!(lines[0].structured_reference, "+++090/9337/55493+++");
    assert_eq!(lines[0].counterparty.name, "Société Générale Électrique");
    assert_eq!(lines[0].counterparty.account, "BE71096123456769");
    assert_eq!(
        (lines[0].ids.bank_id.as_str(), lines[0].ids.entry_ref.as_str()),
        ("R1", "0001")
    );
    assert_eq!(
        (
            lines[0].type_code.code.as_str(),
            lines[0].type_code.proprietary.as_str()
        ),
        ("0150", "00150000")
    );
    assert_eq!(
        (lines[1].return_reason.as_str(), lines[1].ids.customer_ref.as_str()),
        ("AC04", "C-9")
    );
    assert_eq!(lines[1].value_date.unwrap().to_string(), "2024-01-04");
    assert!(import.reading.problems.iter().any(|p| p.message.contains("duplicate")));
}

#[test]
fn coda_dates_that_are_missing_or_impossible_are_told_and_the_movement_stays() {
    let both = |value: &str, entry: &str| {
        (
            "000000000055500020124001500001",
            format!("000000000055500{value}001500001"),
            "933755493                                      020124",
            format!("933755493                                      {entry}"),
        )
    };
    // What is told, at which column, and the dates of the first movement.
    for (value, entry, told, dates) in [
        ("000000", "020124", None, (None, Some("2024-01-02"))),
        ("020124", "000000", None, (Some("2024-01-02"), Some("2024-01-02"))),
        (
            "310224",
            "020124",
            Some((Code::DateClamped, Some(48))),
            (Some("2024-02-29"), Some("2024-01-02")),
        ),
        (
            "02XX24",
            "020124",
            Some((Code::BadDate, Some(48))),
            (None, Some("2024-01-02")),
        ),
        // The day of the old balance, the last one before it.
        (
            "      ",
            "000000",
            Some((Code::BadDate, None)),
            (None, Some("2024-01-02")),
        ),
    ] {
        let bytes = std::fs::read(folder("").join("coda/synthetic-two-groups.cod")).unwrap();
        let mut text: String = bytes.iter().copied().map(char::from).collect();
        let (value_from, value_to, entry_from, entry_to) = both(value, entry);
        for (from, to) in [(value_from, value_to), (entry_from, entry_to)] {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, &to, 1);
        }
        let import = read_as(&text, "coda");
        let lines = lines(&import);
        assert_eq!(lines.len(), 2, "{value} {entry}");
        let read = [lines[0].value_date, lines[0].booking_date].map(|date| date.map(|date| date.to_string()));
        assert_eq!((read[0].as_deref(), read[1].as_deref()), dates, "{value} {entry}");
        let of_movement = codes(&import).into_iter().filter(|(_, line, _)| *line == Some(3));
        let of_dates = of_movement.filter(|(code, ..)| matches!(code, Code::BadDate | Code::DateClamped));
        let of_dates: Vec<_> = of_dates.map(|(code, _, column)| (code, column)).collect();
        assert_eq!(of_dates, told.into_iter().collect::<Vec<_>>(), "{value} {entry}");
    }
}

#[test]
fn coda_balances_without_a_date_still_prove_and_are_told() {
    let bytes = std::fs::read(folder("").join("coda/synthetic-two-groups.cod")).unwrap();
    let text: String = bytes.iter().copied().map(char::from).collect();
    let undated = text.replacen("020000020124TIEOUT", "020000000000TIEOUT", 1);
    assert_ne!(undated, text);
    let import = read_as(&undated, "coda");
    assert!(
        codes(&import).contains(&(Code::BadDate, Some(2), Some(59))),
        "{:?}",
        import.reading.problems
    );
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
}

#[test]
fn norma43_movements_have_texts_references_and_original_amounts() {
    let import = import("norma43/synthetic-foreign-amount.n43");
    assert_eq!(import.reading.problems, []);
    let lines = lines(&import);
    assert_eq!(
        lines[0].text,
        "NUMERO DOS\nCOMPRA EN EL EXTRANJERO CON TARJETA XXXX1234 LONDRES"
    );
    let original = lines[0].original.as_ref().unwrap();
    assert_eq!((original.amount, original.currency.code()), (decimal("-86.20"), "GBP"));
    assert_eq!(
        (
            lines[0].type_code.code.as_str(),
            lines[0].type_code.proprietary.as_str()
        ),
        ("04", "016")
    );
    assert_eq!(
        (lines[0].ids.entry_ref.as_str(), lines[0].ids.customer_ref.as_str()),
        ("0000000077", "REF000000001")
    );
    assert_eq!(lines[1].text, "ABONO DE MARTÍNEZ Y PEÑA\nFACTURA 2024/17");
    assert_eq!(lines[1].ids.entry_ref, "");
}

#[test]
fn cfonb_qualifiers_go_where_they_belong() {
    let import = import("cfonb120/synthetic-qualifiers.txt");
    let lines = lines(&import);
    let transfer = lines[0];
    assert_eq!(transfer.counterparty.name, "MÜLLER & FILS");
    assert_eq!(transfer.counterparty.id, "DE98ZZZ09999999999");
    assert_eq!(transfer.text, "VIR SEPA RECU\nPAIEMENT FACTURE 17 DU 2 JANVIER 2024");
    assert_eq!(
        (transfer.ids.end_to_end.as_str(), transfer.purpose.as_str()),
        ("E2E-17", "SALA")
    );
    assert_eq!(transfer.ids.customer_ref, "FACT-17");
    assert_eq!(
        (lines[1].counterparty.name.as_str(), lines[1].ids.mandate.as_str()),
        ("ENERGIE SA", "MANDAT-5")
    );
    assert_eq!(lines[2].check_number, "4711");
    let original = lines[3].original.as_ref().unwrap();
    assert_eq!((original.amount, original.currency.code()), (decimal("-50.00"), "GBP"));
    assert_eq!(lines[3].fees[0].amount, decimal("-1.00"));
    assert_eq!(lines[3].text, "CARTE LONDRES\nXYZ: inconnu");
}

#[test]
fn gpc_items_have_symbols_and_accounts_as_people_write_them() {
    let import = import("gpc/synthetic-two-accounts-cp852.gpc");
    let lines = lines(&import);
    let item = lines[0];
    assert_eq!(item.counterparty.name, "Žluťoučký kůň");
    assert_eq!(
        (item.counterparty.account.as_str(), item.counterparty.bank.as_str()),
        ("19-2000145399", "0800")
    );
    assert_eq!(
        (item.structured_reference.as_str(), item.purpose.as_str()),
        ("20240017", "0308")
    );
    assert_eq!((item.ids.customer_ref.as_str(), item.ids.bank_id.as_str()), ("42", "1"));
    assert_eq!(item.text, "Platba za služby únor\ndruhý řádek");
    assert_eq!(import.reading.problems, []);
}

#[test]
fn a_gpc_reversal_counts_on_the_side_that_it_undoes() {
    let import = import("gpc/synthetic-storno.gpc");
    assert!(
        lines(&import)
            .iter()
            .any(|line| line.reversal && !line.amount.is_negative())
    );
    assert!(!codes(&import).iter().any(|(code, ..)| *code == Code::ControlTotal));
}

#[test]
fn cnab_batches_of_another_service_are_left_out_with_a_word() {
    let import = import("cnab240/synthetic-extrato-beside-payments.txt");
    assert_eq!(codes(&import), [(Code::Decided, Some(2), None)]);
    let lines = lines(&import);
    assert_eq!(
        (lines[0].text.as_str(), lines[0].ids.customer_ref.as_str()),
        ("PIX RECEBIDO JOÃO", "DOC 77")
    );
    assert_eq!(lines[0].counterparty.bank, "237");
    assert_eq!((lines[1].value_date, lines[1].ids.customer_ref.as_str()), (None, ""));
}

#[test]
fn cnab_collection_returns_are_named() {
    for (file, named) in [
        ("eduardokum-cobranca-cnab240-caixa.ret", "collection (cobrança)"),
        (
            "eduardokum-cobranca-cnab400-itau.ret",
            "CNAB 400 file of returns (cobranca)",
        ),
    ] {
        let import = import(&format!("cnab240/{file}"));
        let refusal = import.reading.refusal().unwrap();
        assert_eq!(refusal.code, Code::NotAStatement);
        assert!(refusal.message.contains(named), "{}", refusal.message);
    }
}

const BAI2: &str = "01,B,C,240201,0600,1,,,2/\n02,C,B,1,240131,,USD,2/\n03,77,,010,1000,,,015,900,,/\n16,475,100,,R,55,TEXT/\n49,2000,3/\n98,2000,1,5/\n99,2000,1,7/\n";

#[test]
fn bai2_transactions_have_references_labels_and_check_numbers() {
    let import = import("bai2/synthetic-btrs.txt");
    assert_eq!(import.reading.dialect, "BTRS");
    let lines = lines(&import);
    assert_eq!(lines[0].counterparty.name, "PAYER LTD");
    assert_eq!(lines[0].ids.end_to_end, "E2E-9");
    assert_eq!(lines[0].text, "Real time, with commas\nEREF: E2E-9\nDBNM: PAYER LTD");
    assert_eq!((lines[1].check_number.as_str(), lines[1].value_date), ("000123", None));
    assert_eq!(lines[2].status, Status::Info);
    assert_eq!(lines[3].value_date.unwrap().to_string(), "2024-02-01");
    assert_eq!(import.reading.problems, []);
}

#[test]
fn bai2_control_totals_and_counts_are_checked() {
    assert_eq!(read(BAI2).reading.problems, []);
    for (from, to, at) in [
        ("49,2000,3/", "49,2001,3/", 5),
        ("49,2000,3/", "49,2000,4/", 5),
        ("98,2000,1,5/", "98,2000,2,5/", 6),
        ("98,2000,1,5/", "98,2000,1,6/", 6),
        ("99,2000,1,7/", "99,1000,1,7/", 7),
    ] {
        let import = read(&BAI2.replace(from, to));
        assert!(
            codes(&import)
                .iter()
                .any(|(code, line, _)| *code == Code::ControlTotal && *line == Some(at)),
            "{to}: {:?}",
            import.reading.problems
        );
    }
}

#[test]
fn a_bai2_amount_that_cannot_be_read_is_named_with_its_column() {
    let import = read(&BAI2.replace("16,475,100,", "16,475,1O0,"));
    assert_eq!(import.reading.outcome, Outcome::Partial);
    assert_eq!(codes(&import)[0], (Code::BadLine, Some(4), Some(8)));
}

#[test]
fn bai2_records_wrapped_without_a_code_are_read_on() {
    let import = read(&BAI2.replace("015,900,,/", "015,9\n00,,/"));
    assert_eq!(
        import.statements[0].statement.closing.as_ref().unwrap().amount,
        decimal("9")
    );
    assert!(codes(&import).contains(&(Code::Irregular, Some(4), None)));
}

#[test]
fn bai2_groups_that_are_tests_or_taken_back_move_nothing() {
    for status in ["2", "4"] {
        let import = read(&BAI2.replace("02,C,B,1,", &format!("02,C,B,{status},")));
        assert_eq!(lines(&import)[0].status, Status::Info);
        assert!(codes(&import).contains(&(Code::Correction, Some(2), None)));
    }
}

#[test]
fn what_cannot_be_read_of_a_record_is_named_with_its_column() {
    for (file, kind, from, to, expected) in [
        (
            "coda/synthetic-two-groups.cod",
            "coda",
            "00000000055500020124",
            "0000000O055500020124",
            (3, 33),
        ),
        (
            "norma43/synthetic-foreign-amount.n43",
            "norma43",
            "200000000025050",
            "2000000000O5050",
            (6, 29),
        ),
        (
            "cfonb120/synthetic-qualifiers.txt",
            "cfonb120",
            "0000000012000{",
            "00000000120000",
            (2, 91),
        ),
        (
            "gpc/synthetic-storno.gpc",
            "gpc",
            "0000000500002",
            "00000005000O2",
            (2, 49),
        ),
        (
            "cnab240/synthetic-extrato-beside-payments.txt",
            "cnab240",
            "000000000000150025C209",
            "000000000000150025X209",
            (6, 169),
        ),
    ] {
        let expected = (Code::BadLine, Some(expected.0), Some(expected.1));
        let bytes = std::fs::read(folder("").join(file)).unwrap();
        let text: String = bytes.iter().copied().map(char::from).collect();
        assert!(text.contains(from), "{file}");
        let import = read_as(&text.replacen(from, to, 1), kind);
        assert!(
            codes(&import).contains(&expected),
            "{file}: {:?}",
            import.reading.problems
        );
        assert!(
            import
                .reading
                .problems
                .iter()
                .any(|p| p.code == Code::ControlTotal || p.code == Code::ProofOff),
            "{file}: {:?}",
            import.reading.problems
        );
    }
}

#[test]
fn a_record_that_is_missing_or_misplaced_is_said() {
    for (file, kind, drop, expected) in [
        ("coda/synthetic-two-groups.cod", "coda", 2, Code::NoAccount),
        ("coda/synthetic-two-groups.cod", "coda", 5, Code::Incomplete),
        ("coda/synthetic-two-groups.cod", "coda", 6, Code::Incomplete),
        ("coda/synthetic-two-groups.cod", "coda", 4, Code::ControlTotal),
        ("norma43/synthetic-foreign-amount.n43", "norma43", 2, Code::NoAccount),
        ("norma43/synthetic-foreign-amount.n43", "norma43", 3, Code::OutOfPlace),
        ("norma43/synthetic-foreign-amount.n43", "norma43", 5, Code::ControlTotal),
        ("norma43/synthetic-foreign-amount.n43", "norma43", 10, Code::Incomplete),
        ("norma43/synthetic-foreign-amount.n43", "norma43", 11, Code::Incomplete),
        ("cfonb120/synthetic-qualifiers.txt", "cfonb120", 2, Code::OutOfPlace),
        ("cfonb120/synthetic-qualifiers.txt", "cfonb120", 16, Code::Incomplete),
        ("gpc/synthetic-two-accounts-cp852.gpc", "gpc", 2, Code::ControlTotal),
        (
            "cnab240/synthetic-extrato-beside-payments.txt",
            "cnab240",
            5,
            Code::NoAccount,
        ),
        (
            "cnab240/synthetic-extrato-beside-payments.txt",
            "cnab240",
            6,
            Code::ControlTotal,
        ),
        (
            "cnab240/synthetic-extrato-beside-payments.txt",
            "cnab240",
            8,
            Code::Incomplete,
        ),
        (
            "cnab240/synthetic-extrato-beside-payments.txt",
            "cnab240",
            9,
            Code::Incomplete,
        ),
    ] {
        let bytes = std::fs::read(folder("").join(file)).unwrap();
        let mut records: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        records.remove(drop - 1);
        let options = ReadOptions {
            format: Some(kind.to_owned()),
            ..ReadOptions::default()
        };
        let import = read_all(&mut Cursor::new(records.join(&b'\n')), &options).unwrap();
        assert!(
            codes(&import).iter().any(|(code, ..)| *code == expected),
            "{file} without record {drop}: {:?}",
            import.reading.problems
        );
    }
}

#[test]
fn files_of_these_kinds_in_utf8_keep_their_columns() {
    for file in [
        "coda/synthetic-two-groups.cod",
        "norma43/synthetic-foreign-amount.n43",
        "cfonb120/synthetic-qualifiers.txt",
        "cnab240/synthetic-extrato-beside-payments.txt",
    ] {
        let bytes = std::fs::read(folder("").join(file)).unwrap();
        let text: String = bytes.iter().copied().map(char::from).collect();
        let latin = import(file);
        let utf8 = read_all(&mut Cursor::new(text.into_bytes()), &ReadOptions::default()).unwrap();
        assert_eq!(utf8.reading.problems, latin.reading.problems, "{file}");
        for (one, other) in utf8.statements.iter().zip(&latin.statements) {
            assert_eq!(one.statement, other.statement, "{file}");
            assert_eq!(one.statement.proof, Proof::Exact, "{file}");
            for (one, other) in one.lines.iter().zip(&other.lines) {
                assert_eq!(
                    (&one.text, &one.counterparty, one.amount),
                    (&other.text, &other.counterparty, other.amount)
                );
            }
        }
    }
}

#[test]
fn returns_of_other_services_are_named_whatever_is_left_of_them() {
    for (name, what) in [
        ("cnab240/synthetic-cobranca-segmentos-t-u.ret", "collection (cobrança)"),
        ("cnab240/synthetic-cobranca-sem-cabecalho.ret", "collection (cobrança)"),
        ("cnab240/synthetic-cnab400-cobranca-cedilha.ret", "returns (cobrança)"),
    ] {
        let import = import(name);
        let refusal = import.reading.refusal().expect("no statement");
        assert_eq!(
            (import.reading.format, refusal.code),
            ("cnab240", Code::NotAStatement),
            "{name}"
        );
        assert!(refusal.message.contains(what), "{name}: {refusal:?}");
    }
}

#[test]
fn bai2_amounts_with_a_point_are_as_printed() {
    let import = import("bai2/synthetic-decimal-points.txt");
    let amounts: Vec<_> = lines(&import).iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [decimal("200.5"), decimal("-13")]);
    assert_eq!(import.statements[0].statement.proof, Proof::Exact);
    let told = [(Code::BadAmount, Some(4), Some(8)), (Code::BadAmount, Some(5), Some(8))];
    assert_eq!(codes(&import), told);
}

#[test]
fn bai2_amounts_have_the_decimals_of_the_currency_that_a_person_says() {
    let text = "01,B,C,240201,0600,1,,,3/\n02,C,B,1,240131,,,2/\n03,77,,010,100000,,,015,120250,,/\n16,165,20250,Z,,,x/\n49,240500,3/\n98,240500,1,5/\n99,240500,1,7/\n";
    for (code, closing) in [(None, "1202.50"), (Some("KWD"), "120.250"), (Some("JPY"), "120250")] {
        let options = ReadOptions {
            currency: code.map(|code| code.parse().unwrap()),
            ..ReadOptions::default()
        };
        let import = read_all(&mut Cursor::new(text), &options).unwrap();
        let statement = &import.statements[0].statement;
        assert_eq!(
            statement.closing.as_ref().unwrap().amount.to_string(),
            closing,
            "{code:?}"
        );
        assert_eq!(statement.proof, Proof::Exact);
        let is_unnamed = import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::NoCurrency);
        assert_eq!(is_unnamed, code.is_none());
    }
}

/// A file with its letters in another charset.
fn read_bytes(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap()
}

#[test]
fn norma43_and_cnab_in_charsets_of_dos_keep_their_letters_and_say_so() {
    let norma = |text: &[u8]| {
        let mut file = b"112081555512345678902401012401312000000010000009783PRUEBAS SL\n\
            22    5555240112240112040162000000000250500000000000\n2301"
            .to_vec();
        file.extend_from_slice(text);
        file.extend_from_slice(
            b"\n3320815555123456789000000000000000000000100000000025050200000001025050978\n88999999999999999999000004\n",
        );
        file
    };
    let extract = std::fs::read_to_string(folder("cnab240/marcodpt-extrato-bradesco.txt")).unwrap();
    let name = "ANTONIO E VERA INFORMATICO";
    let cnab = |text: &[u8]| {
        let at = extract.find(name).expect("a name of the file");
        let mut file = extract.clone().into_bytes();
        assert!(text.len() <= name.len());
        let field = [text, " ".repeat(name.len() - text.len()).as_bytes()].concat();
        file.splice(at..at + name.len(), field);
        file
    };
    for (file, charset, text) in [
        (
            norma(b"ABONO DE MART\xD6NEZ Y PE\xA5A"),
            "ibm850",
            "ABONO DE MARTÍNEZ Y PEÑA",
        ),
        (norma(b"N\xA2mina compa\xA4\xA1a"), "ibm850", "Nómina compañía"),
        (
            norma(b"ABONO DE MART\xCDNEZ Y PE\xD1A"),
            "windows-1252",
            "ABONO DE MARTÍNEZ Y PEÑA",
        ),
        (
            cnab(b"TRANSFER\x89NCIA S\x8EO JO\x8EO"),
            "ibm860",
            "TRANSFERÊNCIA SÃO JOÃO",
        ),
        (
            cnab(b"TRANSFER\xD2NCIA S\xC7O JO\xC7O"),
            "ibm850",
            "TRANSFERÊNCIA SÃO JOÃO",
        ),
    ] {
        let import = read_bytes(&file);
        assert_eq!(import.reading.encoding, charset, "{text}");
        let told = import.reading.problems.iter();
        let told = told.filter(|problem| problem.code == Code::CharsetMismatch).count();
        assert_eq!(told, usize::from(charset != "windows-1252"), "{text}");
        let shown = format!("{:?}", lines(&import));
        assert!(shown.contains(text), "{text}: {shown}");
    }
}

#[test]
fn files_of_other_kinds_are_refused_by_what_they_are() {
    for (bytes, what) in [
        (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), "a picture (PNG)"),
        (b"MZ\x90\0\x03\0\0\0,;\n1,2\n".to_vec(), "a Windows program"),
        ((1_u8..=255).cycle().take(4000).collect(), "no text and no kind of file"),
    ] {
        let import = read_bytes(&bytes);
        assert_eq!(import.reading.outcome, Outcome::Refused);
        let [problem] = import.reading.problems.as_slice() else {
            panic!("{:?}", import.reading.problems);
        };
        assert!(problem.message.contains(what), "{problem}");
        assert!(problem.to_string().contains("CSV"), "{problem}");
    }
}

#[test]
fn movements_without_a_date_count_on_the_last_day_before_them_and_prove() {
    let norma = |first: &str, second: &str| {
        let lines = [
            "112081555512345678902601012601312000000000100009783GEN SL".to_owned(),
            format!("22    5555{first}{first}020071{:014}{:038}", 1000, 0),
            format!("22    5555{second}{second}020072{:014}{:038}", 3000, 0),
            format!(
                "33208155551234567890{:05}{:014}{:05}{:014}2{:014}978",
                1, 1000, 1, 3000, 12_000
            ),
            "88999999999999999999000004".to_owned(),
        ];
        lines.map(|line| format!("{line:<80}")).join("\r\n")
    };
    let read = |text: &str| {
        let import = read_as(text, "norma43");
        let days: Vec<String> = lines(&import)
            .iter()
            .map(|line| line.booking_date.map_or_else(String::new, |date| date.to_string()))
            .collect();
        (days, import.statements[0].statement.proof, import.reading.problems)
    };
    let (days, proof, problems) = read(&norma("260105", "000000"));
    assert_eq!(
        (days.join(" ").as_str(), proof),
        ("2026-01-05 2026-01-05", Proof::Exact),
        "{problems:?}"
    );
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}")
    };
    assert_eq!(
        (problem.code, problem.message.as_str()),
        (
            Code::BadDate,
            "the movement has no date that can be read; the line of 30.00 counts on 2026-01-05, the last day before it"
        )
    );
    let (days, proof, _) = read(&norma("000000", "260107"));
    assert_eq!(
        (days.join(" ").as_str(), proof),
        ("2026-01-01 2026-01-07", Proof::Exact),
        "the day of the opening"
    );
}
