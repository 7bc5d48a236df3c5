//! camt.053 as written reads back as it was.

use crate::common::{fixtures, import};
use proptest::prelude::*;
use quick_xml::events::Event;
use std::io::Cursor;
use tieout_core::{Code, Currency, Date, Decimal};
use tieout_formats::model::Original;
use tieout_formats::{
    Account, AccountScheme, Balance, BalanceKind, Child, Counterparty, Fee, Ids, Import, Line, ReadOptions,
    ReadStatement, Statement, Status, TypeCode, read_all, write,
};

fn written(statements: &[ReadStatement]) -> String {
    let mut bytes = Vec::new();
    write::camt::write(&mut bytes, statements).expect("memory takes everything");
    String::from_utf8(bytes).expect("UTF-8")
}

fn read_back(text: &str) -> Import {
    read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default()).expect("memory is readable")
}

/// A line without its place in the file.
fn without_place(line: &Line) -> Line {
    Line {
        source_line: 0,
        source_bytes: (0, 0),
        ..line.clone()
    }
}

/// A statement without the kind of message it came in.
fn without_message(statement: &Statement) -> Statement {
    Statement {
        message: String::new(),
        ..statement.clone()
    }
}

#[test]
fn every_fixture_comes_back_with_the_same_lines_and_balances() {
    for (path, _) in fixtures("camt") {
        let before = import(&path, &ReadOptions::default());
        let text = written(&before.statements);
        let after = read_back(&text);
        let file = path.display();
        assert_eq!(before.statements.len(), after.statements.len(), "{file}");
        for (before, after) in before.statements.iter().zip(&after.statements) {
            assert_eq!(
                without_message(&before.statement),
                without_message(&after.statement),
                "{file}"
            );
            assert_eq!(before.lines.len(), after.lines.len(), "{file}");
            for (before, after) in before.lines.iter().zip(&after.lines) {
                assert_eq!(without_place(before), without_place(after), "{file}");
            }
        }
    }
}

fn currency(code: &str) -> Currency {
    Currency::try_new(code).expect("a currency")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// A line that says everything a line can say.
fn full_line() -> Line {
    Line {
        status: Status::Booked,
        booking_date: day("2026-02-10"),
        value_date: day("2026-02-11"),
        amount: decimal("-100.50"),
        currency: None,
        original: Some(Original {
            amount: decimal("-120.00"),
            currency: currency("USD"),
            rate: Some(decimal("0.8375")),
        }),
        fees: vec![Fee {
            amount: decimal("-1.50"),
            currency: Some(currency("EUR")),
            text: "card fee".into(),
        }],
        type_code: TypeCode {
            domain: "PMNT".into(),
            code: "RDDT-ESDD".into(),
            proprietary: "105".into(),
            issuer: "DK".into(),
        },
        ids: Ids {
            bank_id: "B1".into(),
            end_to_end: "E1".into(),
            mandate: "M1".into(),
            creditor_id: "DE98ZZZ09999999999".into(),
            instruction: "I1".into(),
            customer_ref: "C1".into(),
            uetr: "97ed4827-7b6f-4491-a06f-b548d5a7512d".into(),
            entry_ref: "1".into(),
            ..Ids::default()
        },
        counterparty: Counterparty {
            name: "Stadtwerke <Köln> & Söhne".into(),
            account: "NL91ABNA0417164300".into(),
            bank: "ABNANL2A".into(),
            ultimate_name: "Somebody else".into(),
            address: "Parkgürtel 24\n50823 Köln\nDE".into(),
            id: "DE98ZZZ09999999999".into(),
        },
        text: "Abschlag \"Strom\"\nKunde 4711".into(),
        structured_reference: "RF18539007547034".into(),
        purpose: "ELEC".into(),
        check_number: "17".into(),
        ..Line::default()
    }
}

fn statement(lines: Vec<Line>) -> ReadStatement {
    let balance = |amount: &str, kind, code: &str, date: &str| {
        Some(Balance {
            amount: decimal(amount),
            currency: Some(currency("EUR")),
            date: day(date),
            kind,
            source_code: code.into(),
            derived: false,
        })
    };
    ReadStatement {
        statement: Statement {
            account: Account {
                id: "DE89370400440532013000".into(),
                raw: "DE89 3704 0044 0532 0130 00".into(),
                scheme: AccountScheme::Iban,
                bic: "COBADEFF".into(),
                owner: "Sample GmbH".into(),
                ..Account::default()
            },
            currency: Some(currency("EUR")),
            reference: "S-1".into(),
            number: "00055/001".into(),
            message: "MT940".into(),
            opening: balance("0", BalanceKind::Opening, "60F", "2026-02-01"),
            closing: balance("-100.50", BalanceKind::Closing, "62F", "2026-02-28"),
            ..Statement::default()
        },
        lines,
    }
}

#[test]
fn a_line_that_says_everything_comes_back_whole() {
    let before = statement(vec![full_line()]);
    let after = read_back(&written(std::slice::from_ref(&before)));
    let problems: Vec<_> = after.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(problems, []);
    assert_eq!(without_place(&after.statements[0].lines[0]), full_line());
}

#[test]
fn a_line_without_a_date_comes_back_on_the_last_day_before_it() {
    let undated = Line {
        amount: decimal("-45.54"),
        ..Line::default()
    };
    for lines in [vec![undated.clone()], vec![full_line(), undated]] {
        let after = read_back(&written(&[statement(lines)]));
        let last = after.statements[0].lines.last().unwrap();
        assert!(last.booking_date.is_some());
        let told = after.reading.problems.iter();
        assert!(told.clone().any(|problem| problem.code == Code::BadDate));
    }
}

#[test]
fn statements_of_other_formats_get_the_codes_of_this_one() {
    let after = read_back(&written(&[statement(vec![full_line()])]));
    let read = &after.statements[0].statement;
    assert_eq!(read.proof, tieout_formats::Proof::Exact);
    let codes: Vec<_> = [&read.opening, &read.closing]
        .into_iter()
        .flatten()
        .map(|balance| balance.source_code.as_str())
        .collect();
    assert_eq!(codes, ["OPBD", "CLBD"]);
    assert_eq!(
        (read.number.as_str(), read.account.owner.as_str()),
        ("00055", "Sample GmbH")
    );
}

#[test]
fn a_return_and_a_reversal_keep_their_counterparty() {
    for sign in ["100.50", "-100.50"] {
        for (reversal, reason) in [(false, ""), (true, ""), (false, "AC04"), (true, "MS03")] {
            let line = Line {
                amount: decimal(sign),
                reversal,
                return_reason: reason.into(),
                counterparty: Counterparty {
                    name: "Someone".into(),
                    ..Counterparty::default()
                },
                ..full_line()
            };
            // Without balances no reversal is turned.
            let mut before = statement(vec![line.clone()]);
            before.statement.closing = None;
            let after = read_back(&written(&[before]));
            let read = &after.statements[0].lines[0];
            assert_eq!(
                (&read.counterparty.name, read.reversal),
                (&line.counterparty.name, reversal)
            );
            assert_eq!((read.amount, read.return_reason.as_str()), (line.amount, reason));
        }
    }
}

#[test]
fn what_is_not_known_stays_unknown() {
    let before = ReadStatement {
        statement: Statement::default(),
        lines: vec![Line {
            amount: decimal("1"),
            booking_date: day("2026-02-10"),
            ..Line::default()
        }],
    };
    let after = read_back(&written(&[before]));
    let problems: Vec<_> = after.reading.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(problems, [Code::NoAccount, Code::NoCurrency]);
    let read = &after.statements[0];
    assert_eq!(
        (read.statement.currency, &read.statement.reference),
        (None, &String::new())
    );
    assert_eq!(read.lines[0].type_code, TypeCode::default());
}

/// Children in the order of the schema of camt.053.001.08, of the elements that are written.
const ORDER: &[(&str, &[&str])] = &[
    ("BkToCstmrStmt", &["GrpHdr", "Stmt"]),
    ("GrpHdr", &["MsgId", "CreDtTm"]),
    (
        "Stmt",
        &[
            "Id",
            "StmtPgntn",
            "ElctrncSeqNb",
            "CreDtTm",
            "FrToDt",
            "Acct",
            "Bal",
            "TxsSummry",
            "Ntry",
        ],
    ),
    ("Acct", &["Id", "Tp", "Ccy", "Nm", "Ownr", "Svcr"]),
    ("Bal", &["Tp", "Amt", "CdtDbtInd", "Dt"]),
    ("TxsSummry", &["TtlNtries", "TtlCdtNtries", "TtlDbtNtries"]),
    (
        "Ntry",
        &[
            "NtryRef",
            "Amt",
            "CdtDbtInd",
            "RvslInd",
            "Sts",
            "BookgDt",
            "ValDt",
            "AcctSvcrRef",
            "BkTxCd",
            "AmtDtls",
            "Chrgs",
            "NtryDtls",
            "AddtlNtryInf",
        ],
    ),
    ("BkTxCd", &["Domn", "Prtry"]),
    ("Rcrd", &["Amt", "CdtDbtInd", "ChrgInclInd", "Tp"]),
    ("NtryDtls", &["Btch", "TxDtls"]),
    (
        "TxDtls",
        &[
            "Refs",
            "Amt",
            "CdtDbtInd",
            "RltdPties",
            "RltdAgts",
            "Purp",
            "RmtInf",
            "RtrInf",
            "AddtlTxInf",
        ],
    ),
    (
        "Refs",
        &["PmtInfId", "InstrId", "EndToEndId", "UETR", "MndtId", "ChqNb"],
    ),
    (
        "RltdPties",
        &["Dbtr", "DbtrAcct", "UltmtDbtr", "Cdtr", "CdtrAcct", "UltmtCdtr"],
    ),
    ("Pty", &["Nm", "PstlAdr", "Id"]),
    ("RmtInf", &["Ustrd", "Strd"]),
];

/// Every element that stands where the schema does not have it.
fn out_of_order(text: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(element) => {
                let name = element.name().into_inner().to_owned();
                if let Some((parent, reached)) = open.last_mut()
                    && let Some((_, children)) = ORDER.iter().find(|(name, _)| name == parent)
                {
                    match children.iter().position(|child| *child == name) {
                        Some(place) if place >= *reached => *reached = place,
                        _ => found.push(format!("{name} in {parent}")),
                    }
                }
                open.push((name, 0));
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn elements_stand_in_the_order_of_the_schema() {
    let mut all: Vec<ReadStatement> = fixtures("camt")
        .iter()
        .flat_map(|(path, _)| import(path, &ReadOptions::default()).statements)
        .collect();
    all.push(statement(vec![
        full_line(),
        Line {
            amount: decimal("5"),
            reversal: true,
            return_reason: "AC04".into(),
            ..full_line()
        },
        Line {
            children: vec![
                Child::default(),
                Child {
                    amount: Some(decimal("1")),
                    ..Child::default()
                },
            ],
            ..full_line()
        },
    ]));
    assert_eq!(out_of_order(&written(&all)), Vec::<String>::new());
}

proptest! {
    #[test]
    fn any_text_and_amount_come_back(
        name in "\\PC{0,40}",
        text in any::<String>(),
        mantissa in -1_000_000_000_i64..1_000_000_000,
        scale in 0_u8..6,
    ) {
        let line = Line {
            amount: Decimal::from_minor(mantissa, scale),
            text: text.clone(),
            counterparty: Counterparty { name: name.clone(), ..Counterparty::default() },
            ..full_line()
        };
        let after = read_back(&written(&[statement(vec![line.clone()])]));
        prop_assert!(after.reading.refusal().is_none(), "{:?}", after.reading.problems);
        let read = &after.statements[0].lines[0];
        prop_assert_eq!(read.amount, line.amount);
        prop_assert_eq!(read.amount.scale(), line.amount.scale());
        prop_assert_eq!(&read.counterparty.name, name.trim_ascii());
        let letters = |text: &str| text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect::<String>();
        if !text.starts_with("NOT") {
            prop_assert_eq!(letters(&read.text), letters(&text).replace(['\u{FFFE}', '\u{FFFF}'], ""));
        }
    }
}
