//! Each rule of the OFX reader, shown on the smallest file that needs it.

use std::io::Cursor;
use tieout_core::{Code, Currency, Date, Decimal};
use tieout_formats::{Import, Line, Outcome, Proof, ReadOptions, ReadStatement, Status, read_all, recognise};

fn read_bytes(bytes: impl Into<Vec<u8>>) -> Import {
    let options = ReadOptions {
        format: Some("ofx".into()),
        ..ReadOptions::default()
    };
    read_all(&mut Cursor::new(bytes.into()), &options).unwrap()
}

/// A bank statement of these lines, in SGML.
fn statement(lines: &str) -> String {
    format!(
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM>\
         <BANKTRANLIST>{lines}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
}

fn lines_of(lines: &str) -> (Vec<Line>, Vec<Code>) {
    let import = read_bytes(statement(lines));
    let codes = codes(&import);
    (
        import.statements.into_iter().flat_map(|read| read.lines).collect(),
        codes,
    )
}

/// The line of these elements, with an amount and a date, and the codes of what was said.
fn line_of(elements: &str) -> (Line, Vec<Code>) {
    let (mut lines, codes) = lines_of(&format!("<STMTTRN><TRNAMT>-1.00<DTPOSTED>20240630{elements}</STMTTRN>"));
    assert_eq!(lines.len(), 1, "{elements}");
    (lines.remove(0), codes)
}

fn codes(import: &Import) -> Vec<Code> {
    import.reading.problems.iter().map(|problem| problem.code).collect()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn only(mut import: Import) -> ReadStatement {
    assert_eq!(import.statements.len(), 1);
    import.statements.remove(0)
}

#[test]
fn every_field_of_a_line_finds_its_place() {
    let (line, codes) = line_of(
        "<TRNTYPE>check<DTAVAIL>20240702<DTUSER>20240629<FITID>F1<SRVRTID>S1<CHECKNUM>1001<REFNUM>R1<SIC>5411\
         <PAYEE><NAME>Ann &amp; Co<ADDR1>Street 1<CITY>Town<PHONE>1</PAYEE>\
         <BANKACCTTO><BANKID>B2<ACCTID>gb82 WEST 1234 5698 7654 32<ACCTTYPE>CHECKING</BANKACCTTO><MEMO>a<MEMO>b",
    );
    assert_eq!(line.type_code.code, "CHECK");
    assert_eq!(line.type_code.proprietary, "5411");
    assert_eq!(line.booking_date, Some(Date::constant(2024, 6, 30)));
    assert_eq!(line.value_date, Some(Date::constant(2024, 7, 2)));
    assert_eq!(line.ids.bank_id, "F1");
    assert_eq!(line.ids.instruction, "S1");
    assert_eq!(line.ids.entry_ref, "R1");
    assert_eq!(line.check_number, "1001");
    assert_eq!(line.counterparty.name, "Ann & Co");
    assert_eq!(line.counterparty.address, "Street 1\nTown");
    assert_eq!(line.counterparty.account, "GB82WEST12345698765432");
    assert_eq!(line.counterparty.bank, "B2");
    assert_eq!(line.text, "a\nb");
    assert_eq!(codes, []);
}

#[test]
fn fields_after_an_aggregate_without_end_tag_belong_to_the_line() {
    let (line, _) = line_of("<PAYEE><NAME>Ann<CITY>Town<MEMO>text<FITID>1");
    assert_eq!((line.counterparty.name.as_str(), line.text.as_str()), ("Ann", "text"));
    assert_eq!(line.ids.bank_id, "1");
}

#[test]
fn a_longer_name_replaces_the_one_it_continues() {
    let (line, _) = line_of("<NAME>International Busin<EXTDNAME>International Business Machines");
    assert_eq!(line.counterparty.name, "International Business Machines");
    let (line, _) = line_of("<NAME>IBM<EXTDNAME>International Business Machines<MEMO>x");
    assert_eq!(line.counterparty.name, "IBM");
    assert_eq!(line.text, "x\nInternational Business Machines");
}

#[test]
fn a_check_number_that_repeats_the_id_is_none() {
    assert_eq!(line_of("<FITID>77<CHECKNUM>77").0.check_number, "");
    assert_eq!(line_of("<CHECKNUM>78<FITID>77").0.check_number, "78");
}

#[test]
fn the_type_never_changes_the_sign() {
    let (line, codes) = line_of("<TRNTYPE>CREDIT");
    assert_eq!((line.amount, codes), (d("-1"), vec![Code::Irregular]));
    let (line, codes) = line_of("<TRNTYPE>OUT");
    assert_eq!(
        (line.type_code.code.as_str(), codes),
        ("OUT", vec![Code::UnknownTypeCode])
    );
}

#[test]
fn signs_that_contradict_every_type_are_told_once_as_turned() {
    let line =
        |code: &str, amount: &str| format!("<STMTTRN><TRNTYPE>{code}<DTPOSTED>20251003<TRNAMT>{amount}</STMTTRN>");
    let turned = [line("DEBIT", "54.20"), line("CREDIT", "-500.00")].concat();
    let (lines, codes) = lines_of(&turned);
    assert_eq!(lines[0].amount, d("54.20"), "the user says whether they are turned");
    assert!(
        codes.contains(&Code::SignsTurned) && !codes.contains(&Code::Irregular),
        "{codes:?}"
    );
    let (_, codes) = lines_of(&(turned + &line("DEBIT", "-1.00")));
    assert!(
        !codes.contains(&Code::SignsTurned) && codes.contains(&Code::Irregular),
        "{codes:?}"
    );
}

#[test]
fn a_format_that_was_said_wrongly_is_told_with_the_right_one() {
    let options = ReadOptions {
        format: Some("mt940".into()),
        ..ReadOptions::default()
    };
    let bytes = statement("<STMTTRN><TRNAMT>-1.00<DTPOSTED>20240630</STMTTRN>");
    let import = read_all(&mut Cursor::new(bytes.into_bytes()), &options).unwrap();
    let said = import.reading.refusal().unwrap();
    assert_eq!(said.code, Code::UnknownFormat);
    assert!(said.message.contains("--format ofx"), "{}", said.message);
}

#[test]
fn amounts_against_the_rules_are_read_and_reported() {
    let amount = |text: &str| {
        let (lines, codes) = lines_of(&format!("<STMTTRN><DTPOSTED>20240630<TRNAMT>{text}</STMTTRN>"));
        (lines.first().map(|line| line.amount.to_string()), codes)
    };
    let read = |amount: &str, codes: &[Code]| (Some(amount.to_owned()), codes.to_vec());
    assert_eq!(amount(" +1234,5 "), read("1234.5", &[]));
    assert_eq!(amount("-1.400,82"), read("-1400.82", &[Code::Irregular]));
    assert_eq!(amount("1,650"), read("1.650", &[Code::NumberAmbiguous]));
    assert_eq!(amount("$120"), read("120", &[Code::BadAmount]));
    let (none, codes) = amount("abc");
    assert_eq!(none, None);
    assert_eq!(codes, [Code::BadAmount, Code::BadLine, Code::EmptyStatement]);
}

#[test]
fn a_line_without_date_is_kept_and_reported() {
    let (lines, codes) = lines_of("<STMTTRN><TRNAMT>1<DTPOSTED>00000000</STMTTRN><STMTTRN><TRNAMT>2<DTUSER>20240101");
    // Nothing before the first line says a day; the first behind it does.
    assert_eq!(lines[0].booking_date, Some(Date::constant(2024, 1, 1)));
    assert_eq!(lines[1].booking_date, Some(Date::constant(2024, 1, 1)));
    assert_eq!(codes, [Code::BadDate, Code::BadDate]);
    let (alone, codes) = lines_of("<STMTTRN><TRNAMT>1<DTPOSTED>00000000</STMTTRN>");
    assert_eq!((alone[0].booking_date, codes), (None, vec![Code::BadDate]));
}

#[test]
fn a_line_without_end_tag_ends_where_the_next_begins() {
    let (lines, codes) = lines_of("<STMTTRN><DTPOSTED>20240101<TRNAMT>1<STMTTRN><DTPOSTED>20240102<TRNAMT>2");
    assert_eq!(
        lines.iter().map(|line| line.amount).collect::<Vec<_>>(),
        [d("1"), d("2")]
    );
    assert_eq!(codes, []);
}

#[test]
fn the_currency_of_a_line_is_kept_where_it_differs() {
    let currency = |code: &str| line_of(&format!("<CURRENCY><CURRATE>1.1<CURSYM>{code}</CURRENCY>"));
    let (line, codes) = currency("EUR");
    assert_eq!((line.currency, codes), (None, vec![]));
    let (line, codes) = currency("USD");
    assert_eq!(line.currency, Some(Currency::try_new("USD").unwrap()));
    assert_eq!(codes, [Code::MixedCurrency]);
    let (line, codes) = line_of("<ORIGCURRENCY><CURRATE>1.1<CURSYM>USD</ORIGCURRENCY>");
    assert_eq!((line.currency, codes), (None, vec![]));
}

#[test]
fn pending_lines_are_marked_and_do_not_count() {
    let body = statement("<STMTTRN><DTPOSTED>20240101<TRNAMT>1</STMTTRN>").replace(
        "</STMTRS>",
        "<BANKTRANLISTP><DTASOF>20240102<STMTTRNP><DTTRAN>20240102<TRNAMT>-5<NAME>x</STMTTRNP></BANKTRANLISTP></STMTRS>",
    );
    let import = read_bytes(body);
    assert_eq!(codes(&import), [Code::Pending]);
    let read = only(import);
    assert_eq!(read.lines[1].status, Status::Pending);
    assert_eq!(read.lines[1].booking_date, Some(Date::constant(2024, 1, 2)));
    assert_eq!(
        (read.statement.totals.booked, read.statement.totals.debits),
        (1, d("0"))
    );
}

#[test]
fn an_opening_balance_is_derived_only_from_a_balance_of_the_period() {
    let opening = |as_of: &str, lines: &str| {
        let body = statement(&format!("<DTSTART>20240101<DTEND>20240131{lines}"));
        let body = body.replace(
            "</STMTRS>",
            &format!("<LEDGERBAL><BALAMT>100.00<DTASOF>{as_of}</LEDGERBAL></STMTRS>"),
        );
        let read = only(read_bytes(body));
        assert_eq!(read.statement.proof, Proof::NotPossible);
        read.statement.opening.map(|balance| (balance.amount, balance.derived))
    };
    let line = "<STMTTRN><DTPOSTED>20240110<TRNAMT>-20</STMTTRN>";
    assert_eq!(opening("20240131", line), Some((d("120"), true)));
    assert_eq!(opening("20240201", line), Some((d("120"), true)));
    assert_eq!(opening("20240202", line), None);
    assert_eq!(
        opening("20240131", "<STMTTRN><DTPOSTED>20240110<TRNAMT>x</STMTTRN>"),
        None
    );
    let foreign = "<STMTTRN><DTPOSTED>20240110<TRNAMT>1<CURRENCY><CURSYM>USD</CURRENCY></STMTTRN>";
    assert_eq!(opening("20240131", foreign), None);
}

#[test]
fn repeated_ids_are_reported_and_both_lines_kept() {
    let line = |id: &str| format!("<STMTTRN><DTPOSTED>20240101<TRNAMT>1<FITID>{id}</STMTTRN>\n");
    let import = read_bytes(statement(
        &[line("a"), line("b"), line("a"), line(""), line("")].concat(),
    ));
    assert_eq!(import.reading.lines, 5);
    assert_eq!(codes(&import), [Code::DuplicateId]);
    assert_eq!(import.reading.problems[0].place.line, Some(3));
    let two_accounts = statement(&line("a")).replace("</STMTTRNRS>", &format!("{}</STMTTRNRS>", statement(&line("a"))));
    assert_eq!(codes(&read_bytes(two_accounts)), []);
}

#[test]
fn a_correction_replaces_or_deletes_the_line_before_it() {
    let line =
        |id: &str, correction: &str| format!("<STMTTRN><DTPOSTED>20240101<TRNAMT>-5<FITID>{id}{correction}</STMTTRN>");
    let statuses = |lines: &[String]| {
        let (lines, codes) = lines_of(&lines.concat());
        let found: Vec<_> = lines
            .iter()
            .map(|line| (line.status, line.ids.corrects.clone()))
            .collect();
        (found, codes)
    };
    let replace = "<CORRECTFITID>a<CORRECTACTION>REPLACE";
    let delete = "<CORRECTFITID>a<CORRECTACTION>DELETE";
    let (found, codes) = statuses(&[line("a", ""), line("b", replace)]);
    assert_eq!(found, [(Status::Info, String::new()), (Status::Booked, "a".into())]);
    assert_eq!(codes, [Code::Decided]);
    let (found, codes) = statuses(&[line("a", ""), line("b", delete)]);
    assert_eq!(found, [(Status::Info, String::new()), (Status::Info, "a".into())]);
    assert_eq!(codes, [Code::Decided]);
    let (found, codes) = statuses(&[line("x", ""), line("b", replace)]);
    assert_eq!(found, [(Status::Booked, String::new()), (Status::Booked, "a".into())]);
    assert_eq!(codes, [Code::Correction]);
}

#[test]
fn a_cut_file_is_told_and_a_line_that_is_cut_is_lost_with_an_error() {
    let whole =
        statement("<STMTTRN><DTPOSTED>20240101<TRNAMT>1<FITID>a</STMTTRN><STMTTRN><DTPOSTED>20240101<TRNAMT>-1234");
    let end = whole.find("</BANKTRANLIST>").unwrap();
    let import = read_bytes(&whole.as_bytes()[..end - 2]);
    assert_eq!((import.reading.outcome, import.reading.lines), (Outcome::Partial, 1));
    assert_eq!(codes(&import), [Code::Malformed, Code::Incomplete]);
    let between = whole.find("<STMTTRN><DTPOSTED>20240101<TRNAMT>-1234").unwrap();
    let import = read_bytes(&whole.as_bytes()[..between]);
    assert_eq!(
        (import.reading.outcome, codes(&import)),
        (Outcome::Ok, vec![Code::Incomplete])
    );
}

#[test]
fn a_bare_list_of_lines_is_a_statement_of_an_unknown_account() {
    let body = "<BANKTRANLIST><STMTTRN><DTPOSTED>20240101<TRNAMT>1</STMTTRN></BANKTRANLIST>";
    let format = recognise(&mut Cursor::new(body.as_bytes().to_vec())).unwrap();
    assert_eq!(format.map(tieout_formats::Format::name), Some("ofx"));
    let import = read_bytes(body);
    assert_eq!(import.reading.lines, 1);
    assert!(codes(&import).contains(&Code::NoAccount) && codes(&import).contains(&Code::NoCurrency));
}

#[test]
fn an_error_of_the_bank_is_told_in_its_own_words() {
    let body = "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid</STATUS></SONRS>";
    let import = read_bytes(body);
    assert_eq!(import.reading.outcome, Outcome::Refused);
    let refusal = import.reading.refusal().unwrap();
    assert_eq!(refusal.code, Code::BankError);
    assert_eq!(refusal.message, "the bank answered with error 15500 Signon invalid");
}

#[test]
fn a_list_of_accounts_is_no_statement() {
    let body = "<OFX><SIGNUPMSGSRSV1><ACCTINFOTRNRS><ACCTINFORS><ACCTINFO><BANKACCTINFO><BANKACCTFROM><BANKID>1\
                <ACCTID>2</BANKACCTFROM></BANKACCTINFO></ACCTINFO></ACCTINFORS></ACCTINFOTRNRS></SIGNUPMSGSRSV1></OFX>";
    let import = read_bytes(body);
    let refusal = import.reading.refusal().unwrap();
    assert_eq!(refusal.code, Code::NotAStatement);
    assert!(refusal.message.contains("a list of accounts"), "{}", refusal.message);
}

#[test]
fn what_a_line_holds_beyond_the_standard_is_named_once() {
    let line = "<STMTTRN><DTPOSTED>20240101<TRNAMT>1<CATEGORY>Food<X.NOTE>y</STMTTRN>";
    let import = read_bytes(statement(&line.repeat(3)));
    let said: Vec<_> = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::Unread)
        .collect();
    assert_eq!(said.len(), 1);
    assert!(said[0].message.ends_with("CATEGORY, X.NOTE"), "{}", said[0].message);
}

#[test]
fn lower_case_prefixes_cdata_and_comments_read_like_the_rest() {
    let plain =
        statement("<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20240101<TRNAMT>-1<NAME>A &amp; B<MEMO>c</STMTTRN>");
    let lower: String = plain
        .split('<')
        .map(|part| match part.split_once('>') {
            Some((name, text)) => format!("<{}>{text}", name.to_lowercase()),
            None => part.to_owned(),
        })
        .collect();
    let strange = plain
        .replace(
            "<NAME>A &amp; B",
            "<x:NAME a=\"1\"><!-- <NAME>no -->A <![CDATA[& B]]></x:NAME>",
        )
        .replace("<MEMO>c", "<MEMO>\r\n  c  \r\n</MEMO>");
    let lines = |body: String| {
        let mut lines = only(read_bytes(body)).lines;
        for line in &mut lines {
            line.source_bytes = (0, 0);
        }
        lines
    };
    assert_eq!(lines(lower), lines(plain.clone()));
    assert_eq!(lines(strange), lines(plain));
}

#[test]
fn charsets_are_found_whatever_is_declared() {
    let body = statement("<STMTTRN><DTPOSTED>20240101<TRNAMT>1<NAME>Müller €</STMTTRN>");
    let name = |bytes: Vec<u8>| {
        let import = read_bytes(bytes);
        let encoding = import.reading.encoding.clone();
        (only(import).lines.remove(0).counterparty.name, encoding)
    };
    let latin = |header: &str| {
        let text = format!("{header}{body}");
        text.chars()
            .map(|c| {
                if c == '€' {
                    0x80
                } else {
                    u8::try_from(u32::from(c)).unwrap()
                }
            })
            .collect::<Vec<u8>>()
    };
    let found = |encoding: &str| ("Müller €".to_owned(), encoding.to_owned());
    assert_eq!(name(body.clone().into_bytes()), found("utf-8"));
    assert_eq!(name(latin("CHARSET:1252\n\n")), found("windows-1252"));
    assert_eq!(name(latin("ENCODING:UTF-8\n\n")), found("windows-1252"));
    let utf16: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(name([vec![0xFF, 0xFE], utf16].concat()), found("utf-16le"));
}

#[test]
fn places_are_those_of_the_file_with_any_line_ends() {
    let body = statement("\n<STMTTRN>\n<DTPOSTED>20240101\n<TRNAMT>1\n</STMTTRN>\n");
    let begin = body.find("<STMTTRN>").unwrap();
    let end = body.find("</STMTTRN>").unwrap() + "</STMTTRN>".len();
    let line = |bytes: Vec<u8>| only(read_bytes(bytes)).lines.remove(0);
    for ends in ["\n", "\r"] {
        let line = line(body.replace('\n', ends).into_bytes());
        assert_eq!((line.source_line, line.source_bytes), (2, (begin as u64, end as u64)));
    }
    let marked = line([b"\xEF\xBB\xBF".to_vec(), body.into_bytes()].concat());
    assert_eq!(marked.source_bytes, (begin as u64 + 3, end as u64 + 3));
}
