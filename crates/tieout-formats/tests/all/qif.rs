//! QIF: files of Quicken and of banks that write like it.

use crate::common::{Dates, assert_all_as_expected, fixtures, folder, import};
use proptest::prelude::*;
use std::io::Cursor;
use tieout_core::{Code, Decimal};
use tieout_formats::{Import, Outcome, ReadOptions, Status, read_all};

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("qif", Dates::Unchecked, |_, _| ReadOptions::default());
}

#[test]
fn every_split_has_its_parts() {
    for (path, expected) in fixtures("qif") {
        let import = import(&path, &ReadOptions::default());
        let parts: usize = import
            .statements
            .iter()
            .flat_map(|s| &s.lines)
            .map(|line| line.children.len())
            .sum();
        let wanted = expected["statements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["split_count"].as_u64().unwrap())
            .sum::<u64>();
        assert_eq!(parts as u64, wanted, "{}", path.display());
    }
}

/// First and last date of each file as a person reads them.
#[test]
fn dates_mean_what_a_person_reads() {
    for (name, first, last) in [
        ("jemmyw-3_records_ddmmyy.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_ddmmyyyy.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_dmyy.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_invalid_header.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_mmddyy.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_mmddyyyy.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_separator.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-3_records_spaced.qif", "2010-01-01", "2010-12-29"),
        ("jemmyw-quicken_investment_account.qif", "1993-08-25", "1993-08-25"),
        ("jemmyw-quicken_non_investement_account.qif", "1994-06-01", "1994-06-03"),
        ("jemmyw-splits.qif", "1994-06-01", "1994-06-02"),
        ("synthetic-eu-split.qif", "2009-02-28", "2018-04-07"),
        ("synthetic-qif-25.qif", "2024-01-01", "2024-01-25"),
    ] {
        let import = import(&folder("qif").join(name), &ReadOptions::default());
        let dates: Vec<_> = import
            .statements
            .iter()
            .flat_map(|s| &s.lines)
            .map(|line| line.booking_date.unwrap().to_string())
            .collect();
        assert_eq!(
            (dates.first().unwrap().as_str(), dates.last().unwrap().as_str()),
            (first, last),
            "{name}"
        );
    }
}

/// In the middle of these files stands 1 June, written so that a wrong order makes it 6 January.
#[test]
fn the_order_is_decided_by_all_dates() {
    for name in [
        "jemmyw-3_records_ddmmyy.qif",
        "jemmyw-3_records_mmddyy.qif",
        "jemmyw-3_records_spaced.qif",
    ] {
        let import = import(&folder("qif").join(name), &ReadOptions::default());
        assert_eq!(
            import.statements[0].lines[1].booking_date.unwrap().to_string(),
            "2010-06-01",
            "{name}"
        );
        assert!(
            !import.reading.problems.iter().any(|p| p.code == Code::DateAmbiguous),
            "{name}"
        );
    }
    let two_dates = import(&folder("qif").join("jemmyw-splits.qif"), &ReadOptions::default());
    assert!(two_dates.reading.problems.iter().any(|p| p.code == Code::DateAmbiguous));
}

fn read(text: &str) -> Import {
    read_all(&mut Cursor::new(text.as_bytes().to_vec()), &ReadOptions::default()).unwrap()
}

#[test]
fn fields_go_where_they_belong() {
    let import = read(
        "!type:bank\nD13/6'26\nT-1,050.25\nPRent Ltd\nMJune\nN1005\nLHousing:Rent\nA1 High Street\nACity\n^\nD14/6'26\nU5\nNDEP\nL[Savings]\n^\n",
    );
    let lines = &import.statements[0].lines;
    assert_eq!(lines[0].booking_date.unwrap().to_string(), "2026-06-13");
    assert_eq!(lines[0].amount, "-1050.25".parse::<Decimal>().unwrap());
    assert_eq!(lines[0].counterparty.name, "Rent Ltd");
    assert_eq!(lines[0].counterparty.address, "1 High Street\nCity");
    assert_eq!(
        (lines[0].text.as_str(), lines[0].check_number.as_str()),
        ("June", "1005")
    );
    assert_eq!(lines[0].type_code.proprietary, "Housing:Rent");
    assert_eq!(
        (lines[1].type_code.code.as_str(), lines[1].counterparty.account.as_str()),
        ("DEP", "Savings")
    );
}

#[test]
fn an_opening_balance_is_a_balance() {
    let import = read(
        "!Account\nNChecking\nTBank\n^\n!Type:Bank\nD1/31/26\nT100.00\nPOpening Balance\nL[Checking]\n^\nD2/1/26\nT-5.00\n^\n",
    );
    let statement = &import.statements[0];
    assert_eq!(statement.lines.len(), 1);
    assert_eq!(
        statement.statement.opening.as_ref().unwrap().amount,
        "100".parse::<Decimal>().unwrap()
    );
    assert_eq!(statement.statement.account.id, "Checking");
}

#[test]
fn every_account_is_a_statement_and_lists_are_none() {
    let import = read(
        "!Option:AutoSwitch\n!Account\nNA\nTBank\n^\nNB\nTCCard\n^\n!Clear:AutoSwitch\n!Type:Cat\nNFood\nE\n^\n!Account\nNA\n^\n!Type:Bank\nD1/31/26\nT1\n^\n!Account\nNB\n^\n!Type:CCard\nD1/31/26\nT-2\n",
    );
    let ids: Vec<_> = import
        .statements
        .iter()
        .map(|s| (s.statement.account.id.as_str(), s.lines.len()))
        .collect();
    assert_eq!(ids, [("A", 1), ("B", 1)]);
}

#[test]
fn trades_are_for_information_and_cash_counts() {
    let import = read(
        "!Type:Invst\nD8/25/93\nNBuy\nYIBM\nT1,000.00\n^\nD8/26/93\nNMiscExp\nT5.00\n^\nD8/27/93\nNDiv\nYIBM\nT7.00\n^\n",
    );
    let lines: Vec<_> = import.statements[0]
        .lines
        .iter()
        .map(|l| (l.status, l.amount.to_string()))
        .collect();
    assert_eq!(
        lines,
        [
            (Status::Info, "1000.00".into()),
            (Status::Booked, "-5.00".into()),
            (Status::Booked, "7.00".into())
        ]
    );
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|p| p.code == Code::InvestmentSkipped)
    );
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_read() {
    let import =
        read("!Type:Bank\nDnever\nT1\n^\nD1/31/26\nTmuch\n^\nD1/31/26\n^\nD1/31/26\nT10\nSa\n$4\nSb\n$5\n^\n?what\n");
    let codes: Vec<_> = import.reading.problems.iter().map(|p| (p.code, p.place.line)).collect();
    for expected in [
        (Code::BadDate, Some(2)),
        (Code::BadLine, Some(5)),
        (Code::BadLine, Some(8)),
        (Code::ChildSum, Some(10)),
        (Code::Unread, Some(17)),
    ] {
        assert!(codes.contains(&expected), "{expected:?} in {codes:?}");
    }
    assert_eq!(import.statements[0].lines.len(), 2);
}

#[test]
fn a_file_that_ends_within_a_record_says_so() {
    let whole = "!Type:Bank\nD2025-05-01\nT-10.00\nPA\n^\nD2025-05-02\nT-21.00\nPB\n^";
    let is_told = |text: &str| {
        let problems = read(text).reading.problems;
        let incomplete = problems.iter().filter(|problem| problem.code == Code::Incomplete);
        incomplete.map(|problem| problem.place.line).collect::<Vec<_>>()
    };
    for cut in ["T-2", "T-21.00\nP", "D2025-05-0"] {
        let at = whole.rfind(cut).unwrap() + cut.len();
        assert_eq!(is_told(&whole[..at]), [Some(6)], "{cut:?}");
    }
    for complete in [
        whole.to_owned(),
        format!("{whole}\n"),
        whole.replace("\n^", "\n").replace("PB", "PB\n"),
    ] {
        assert!(is_told(&complete).is_empty(), "{complete:?}");
    }
}

#[test]
fn every_truncation_and_flip_of_every_fixture_reads_or_says_why() {
    for (path, _) in fixtures("qif") {
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x1B;
            for bytes in [whole[..at].to_vec(), flipped] {
                let options = ReadOptions {
                    format: Some("qif".into()),
                    ..ReadOptions::default()
                };
                let reading = read_all(&mut Cursor::new(bytes), &options).unwrap().reading;
                assert!(
                    reading.outcome != Outcome::Refused || reading.refusal().is_some(),
                    "{} at {at}",
                    path.display()
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn any_lines_read_or_do_not(text in "(!Type:Bank|!Account|!|[A-Z$%^][-0-9./' ]{0,10}|[A-Z\\[\\]]{0,4}|\n){0,40}") {
        read(&text);
    }
}

#[test]
fn the_currency_that_a_person_says_tells_what_three_digits_are() {
    let text = "!Type:Bank\nD2025-07-03\nT-120.250\nPa\n^\nD2025-07-10\nT340.125\nPb\n^\n";
    for (code, first) in [("KWD", "-120.250"), ("JPY", "-120250"), ("EUR", "-120250")] {
        let options = ReadOptions {
            currency: Some(code.parse().unwrap()),
            ..ReadOptions::default()
        };
        let import = read_all(&mut Cursor::new(text), &options).unwrap();
        assert_eq!(import.statements[0].lines[0].amount.to_string(), first, "{code}");
        let is_open = import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::NumberAmbiguous);
        assert_eq!(is_open, code == "EUR", "{code}");
    }
}
