//! JSON feeds: every fixture, and the rules for modified, removed and doubled records.

use crate::common::{Dates, differences, fixtures_and_corpus, import};
use std::fmt::Write as _;
use std::io::Cursor;
use tieout_core::{Code, Decimal};
use tieout_formats::{Import, Outcome, Proof, ReadOptions, Status, read_all};

fn read(text: &str) -> Import {
    read_all(&mut Cursor::new(text), &ReadOptions::default()).expect("memory can be read")
}

fn codes(import: &Import) -> Vec<Code> {
    import.reading.problems.iter().map(|problem| problem.code).collect()
}

/// Expected counts and sums of feeds are over booked lines.
#[test]
fn every_fixture_reads_as_expected() {
    for (path, expected) in fixtures_and_corpus("json") {
        let mut import = import(&path, &ReadOptions::default());
        for (read, want) in import
            .statements
            .iter_mut()
            .zip(expected["statements"].as_array().unwrap())
        {
            let pending = read.lines.iter().filter(|line| line.status == Status::Pending).count();
            assert_eq!(
                pending as u64,
                want["pending"].as_u64().unwrap_or(0),
                "{}",
                path.display()
            );
            let removed: Vec<_> = read
                .lines
                .iter()
                .filter(|line| line.status == Status::Info)
                .map(|line| line.ids.corrects.as_str())
                .collect();
            let wanted: Vec<_> = want["removed"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|id| id.as_str())
                .collect();
            assert_eq!(removed, wanted, "{}", path.display());
            read.lines.retain(|line| line.status == Status::Booked);
        }
        let found = differences(&import, &expected, Dates::Booking);
        assert_eq!(
            found,
            Vec::<String>::new(),
            "{}\n{:#?}",
            path.display(),
            import.reading.problems
        );
    }
}

const PAGE: &str = r#"{"added":[{"transaction_id":"a","account_id":"x","amount":10.10,"iso_currency_code":"EUR","date":"2024-05-01","name":"A"}],
 "modified":[{"transaction_id":"m","account_id":"x","amount":-3,"iso_currency_code":"EUR","date":"2024-05-02","name":"M"}],
 "removed":[{"transaction_id":"r"}],"next_cursor":"1","has_more":true}"#;

#[test]
fn modified_and_removed_lines_name_the_line_they_correct() {
    let import = read(PAGE);
    let lines: Vec<_> = import.statements[0]
        .lines
        .iter()
        .map(|line| {
            (
                line.ids.bank_id.as_str(),
                line.ids.corrects.as_str(),
                line.status,
                line.amount.to_string(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("a", "", Status::Booked, "-10.10".to_owned()),
            ("m", "m", Status::Booked, "3".to_owned()),
            ("r", "r", Status::Info, "0".to_owned()),
        ]
    );
    assert_eq!(
        codes(&import).iter().filter(|code| **code == Code::Correction).count(),
        2
    );
    assert!(codes(&import).contains(&Code::PageGap), "more pages follow");
}

#[test]
fn a_later_page_corrects_the_earlier_one_in_the_same_file() {
    let later = r#"{"added":[],"modified":[{"transaction_id":"a","account_id":"x","amount":11,"iso_currency_code":"EUR","date":"2024-05-01"}],
        "removed":[{"transaction_id":"m","account_id":"x"}],"next_cursor":"2","has_more":false}"#;
    for text in [format!("{PAGE}\n{later}"), format!("[{PAGE},{later}]")] {
        let import = read(&text);
        let booked: Vec<_> = import.statements[0]
            .lines
            .iter()
            .filter(|line| line.status == Status::Booked)
            .map(|line| line.amount.to_string())
            .collect();
        assert_eq!(booked, ["-11"], "{:?}", import.reading.problems);
        let corrections = codes(&import).iter().filter(|code| **code == Code::Correction).count();
        assert_eq!(
            corrections, 2,
            "only those of lines of other files: m was one before it was removed, and r"
        );
        assert!(!codes(&import).contains(&Code::PageGap) && !codes(&import).contains(&Code::DuplicateId));
    }
}

#[test]
fn a_cut_or_broken_feed_keeps_every_other_record() {
    let record = |id: &str| {
        format!(
            r#"{{"transaction_id":"{id}","account_id":"x","amount":1,"iso_currency_code":"EUR","date":"2024-05-01","name":"N"}}"#
        )
    };
    let page = format!(
        r#"{{"added":[{},{},{}],"modified":[],"removed":[],"next_cursor":"1"}}"#,
        record("a"),
        record("b"),
        record("c")
    );
    let ids = |import: &Import| -> Vec<String> {
        let lines = import.statements.iter().flat_map(|read| &read.lines);
        lines.map(|line| line.ids.bank_id.clone()).collect()
    };
    let cut = read(page.split_once("\"c\"").expect("three records").0);
    assert_eq!(ids(&cut), ["a", "b"]);
    assert_eq!(cut.reading.outcome, Outcome::Partial);
    assert_eq!(codes(&cut), [Code::Malformed]);
    let broken = read(&page.replace(r#""b","#, r#""b,"#));
    assert_eq!(ids(&broken), ["a", "c"]);
    assert_eq!(codes(&broken), [Code::BadLine]);
    assert!(broken.reading.problems[0].message.contains("was left out"));
}

#[test]
fn numbers_are_exact_as_written() {
    let record = r#"{"object":"list","data":[{"object":"balance_transaction","id":"t","amount":900719925474099301,"fee":0,"net":900719925474099301,"currency":"usd","created":1717200000,"type":"charge"}]}"#;
    let import = read(record);
    let wanted: Decimal = "9007199254740993.01".parse().unwrap();
    assert_eq!(
        import.statements[0].lines[0].amount, wanted,
        "{:?}",
        import.reading.problems
    );
}

#[test]
fn a_record_that_cannot_be_read_is_left_out_by_name() {
    let text = r#"{"transactions":{"booked":[
        {"transactionId":"1","bookingDate":"2024-05-01","transactionAmount":{"amount":"1.00","currency":"EUR"}},
        {"transactionId":"2","bookingDate":"2024-05-01","transactionAmount":{"amount":"ten","currency":"EUR"}},
        {"transactionId":"3","bookingDate":"0000-00-00","transactionAmount":{"amount":"1.00","currency":"EUR"}},
        7]}}"#;
    let import = read(text);
    assert_eq!((import.reading.outcome, import.reading.lines), (Outcome::Partial, 1));
    let bad: Vec<_> = import
        .reading
        .problems
        .iter()
        .filter(|p| p.code == Code::BadLine)
        .map(|p| p.place.to_string())
        .collect();
    assert_eq!(
        bad,
        [
            "line 3, transactions.booked[1].transactionAmount",
            "line 4, transactions.booked[2].date",
            "line 5, transactions.booked[3]"
        ]
    );
}

#[test]
fn running_balances_make_those_of_the_statement_in_either_order() {
    let record = |day: u32, amount: &str, after: &str| {
        format!(
            r#"{{"transactionId":"{day}","bookingDate":"2024-05-{day:02}","transactionAmount":{{"amount":"{amount}","currency":"EUR"}},"balanceAfterTransaction":{{"balanceAmount":{{"amount":"{after}"}}}}}}"#
        )
    };
    let oldest_first = [record(1, "10", "110"), record(2, "-30", "80"), record(3, "5", "85")];
    for reverse in [false, true] {
        let mut records = oldest_first.to_vec();
        if reverse {
            records.reverse();
        }
        let import = read(&format!(r#"{{"transactions":{{"booked":[{}]}}}}"#, records.join(",")));
        let statement = &import.statements[0].statement;
        let ends =
            [&statement.opening, &statement.closing].map(|b| b.as_ref().map(|b| (b.amount.to_string(), b.derived)));
        assert_eq!(ends, [Some(("100".to_owned(), true)), Some(("85".to_owned(), true))]);
    }
}

#[test]
fn printed_balances_of_an_account_prove_its_lines() {
    let text = r#"{"account":{"iban":"DE89 3704 0044 0532 0130 00"},"balances":[
        {"balanceType":"openingBooked","balanceAmount":{"amount":"100","currency":"EUR"},"referenceDate":"2024-04-30"},
        {"balanceType":"closingBooked","balanceAmount":{"amount":"90","currency":"EUR"},"referenceDate":"2024-05-31"}],
        "transactions":{"booked":[{"bookingDate":"2024-05-01","transactionAmount":{"amount":"-10.00","currency":"EUR"}}]}}"#;
    let import = read(text);
    let statement = &import.statements[0].statement;
    assert_eq!(
        (statement.account.id.as_str(), statement.proof),
        ("DE89370400440532013000", Proof::Exact)
    );
}

#[test]
fn a_payout_of_less_or_more_than_came_before_it_proves_nothing() {
    let movement = |kind: &str, net: i64, created: u64| {
        format!(
            r#"{{"object":"balance_transaction","id":"{kind}","type":"{kind}","amount":{net},"fee":0,"net":{net},"currency":"usd","created":{created}}}"#
        )
    };
    for (payout, proof) in [
        (-5000, Proof::Exact),
        (-4999, Proof::NotPossible),
        (-5001, Proof::NotPossible),
    ] {
        let mut records = [
            movement("charge", 5000, 1_717_200_000),
            movement("payout", payout, 1_717_300_000),
        ];
        for _ in 0..2 {
            let import = read(&format!(r#"{{"object":"list","data":[{}]}}"#, records.join(",")));
            let statement = &import.statements[0].statement;
            assert_eq!(statement.proof, proof, "a payout of {payout}");
            assert_eq!(statement.opening.is_some(), proof == Proof::Exact);
            records.reverse();
        }
    }
}

#[test]
fn what_is_no_feed_is_refused_with_the_reason() {
    for (text, code) in [
        (r#"{"hello":"world"}"#, Code::NotAStatement),
        (
            r#"{"error_code":"INVALID_ACCESS_TOKEN","error_message":"no access"}"#,
            Code::BankError,
        ),
        (
            r#"{"error":{"type":"invalid_request_error","message":"no such account"}}"#,
            Code::BankError,
        ),
        (
            r#"{"tppMessages":[{"category":"ERROR","code":"CONSENT_EXPIRED","text":"ask again"}]}"#,
            Code::BankError,
        ),
        (r#"{"transactions":{"booked":[{"transactionId":"1","#, Code::Malformed),
    ] {
        let import = read(text);
        assert_eq!(import.reading.outcome, Outcome::Refused, "{text}");
        assert_eq!(import.reading.refusal().map(|p| p.code), Some(code), "{text}");
    }
}

#[test]
fn deep_and_wide_texts_cost_no_stack_and_little_memory() {
    let deep = format!(
        r#"{{"transactions":{{"booked":{}{}}}}}"#,
        "[".repeat(500_000),
        "]".repeat(500_000)
    );
    let mut wide = String::new();
    for number in 0..200_000 {
        let _ = write!(wide, r#""k{number}":{number},"#);
    }
    let wide = format!(r#"{{{wide}"transactions":{{"booked":[]}}}}"#);
    for text in [deep, wide] {
        let import = read(&text);
        assert_eq!(import.reading.lines, 0);
        assert!(!import.reading.problems.is_empty());
    }
}

#[test]
fn a_plaid_line_in_a_currency_of_no_standard_is_set_aside_by_name() {
    let import = read(
        r#"{"accounts":[{"account_id":"a1","type":"depository","balances":{"current":1,"iso_currency_code":"USD"}}],
        "added":[{"transaction_id":"t1","account_id":"a1","amount":5,"iso_currency_code":"USD","date":"2024-06-03","name":"Tea"},
        {"transaction_id":"t2","account_id":"a1","amount":1e-2,"iso_currency_code":null,"unofficial_currency_code":"BTC",
        "date":"2024-06-04","name":"coin"}],"modified":[],"removed":[],"next_cursor":"c","has_more":false}"#,
    );
    assert_eq!((import.statements.len(), import.reading.lines), (1, 1));
    let bad: Vec<_> = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BadLine)
        .collect();
    assert_eq!(bad.len(), 1, "{:?}", import.reading.problems);
    assert!(bad[0].message.contains("BTC"), "{}", bad[0].message);
}

#[test]
fn a_status_that_is_not_known_is_told() {
    let record = r#"{"transactions":[{"depositTransaction":{"accountId":"1","transactionId":"t","amount":5,"debitCreditMemo":"DEBIT","status":"HELD","postedTimestamp":"2024-05-01T00:00:00Z","currency":{"currencyCode":"USD"}}}]}"#;
    let import = read(record);
    assert_eq!(import.reading.lines, 1);
    assert_eq!(codes(&import), [Code::Irregular]);
}

#[test]
fn a_page_is_known_by_any_of_its_records() {
    let page = r#"{"results":[{"transaction_id":"1"},{"transaction_id":"2","timestamp":"2024-05-01T00:00:00Z","transaction_type":"DEBIT","amount":3,"currency":"GBP"}],"status":"Succeeded"}"#;
    let import = read(page);
    assert_eq!((import.reading.lines, import.reading.outcome), (1, Outcome::Partial));
    let other = read(r#"{"results":[],"total":0,"query":"x"}"#);
    assert_eq!(codes(&other), [Code::NotAStatement]);
}

#[test]
fn pages_that_say_that_more_follow_are_told() {
    let row =
        r#"{"transactionId":"1","bookingDate":"2025-10-01","transactionAmount":{"amount":"-15.00","currency":"EUR"}}"#;
    let berlin = |links: &str| {
        format!(
            r#"{{"account":{{"iban":"AT611904300234573201"}},"transactions":{{"booked":[{row}],"_links":{{{links}}}}}}}"#
        )
    };
    let open_banking = |links: &str| {
        format!(
            r#"{{"Data":{{"Transaction":[{{"AccountId":"2","TransactionId":"1","CreditDebitIndicator":"Credit","Status":"Booked","BookingDateTime":"2025-10-01T00:00:00+00:00","Amount":{{"Amount":"10.00","Currency":"GBP"}}}}]}},"Links":{{{links}}}}}"#
        )
    };
    let plaid = |total: u32| {
        format!(
            r#"{{"accounts":[],"transactions":[{{"account_id":"a","amount":10.10,"iso_currency_code":"USD","date":"2025-10-01","name":"A","pending":false,"transaction_id":"1"}}],"total_transactions":{total}}}"#
        )
    };
    for (text, more) in [
        (berlin(r#""next":{"href":"/v1?page=2"}"#), true),
        (berlin(r#""account":{"href":"/v1"}"#), false),
        (berlin(r#""next":{"href":""}"#), false),
        (berlin(r#""next":{"href":null}"#), false),
        (berlin(r#""next":{}"#), false),
        (open_banking(r#""Self":"/a","Next":"/a?pg=2""#), true),
        (open_banking(r#""Self":"/a","Next":null"#), false),
        (plaid(250), true),
        (plaid(1), false),
    ] {
        let import = read(&text);
        assert_eq!(import.reading.lines, 1, "{text}");
        assert_eq!(codes(&import).contains(&Code::PageGap), more, "{text}");
    }
}

#[test]
fn a_member_that_stands_twice_is_named() {
    let row = |id: u32, amount: &str| {
        format!(
            r#"{{"transactionId":"{id}","bookingDate":"2026-01-05","transactionAmount":{{{amount},"currency":"EUR"}}}}"#
        )
    };
    let one = row(1, r#""amount":"-12.34""#);
    let doubled = row(2, r#""amount":"-1.00","amount":"-2.00""#);
    let same = row(2, r#""amount":"-1.00","amount":"-1.00""#);
    for (lists, expected) in [
        (
            format!(r#""booked":[{one}],"booked":[{doubled}]"#),
            vec![
                (Code::Incomplete, "line 1, transactions.booked"),
                (
                    Code::BadAmount,
                    "line 1, transactions.booked[0].transactionAmount.amount",
                ),
            ],
        ),
        (
            format!(r#""booked":[{one},{doubled}]"#),
            vec![(
                Code::BadAmount,
                "line 1, transactions.booked[1].transactionAmount.amount",
            )],
        ),
        (format!(r#""booked":[{one},{same}]"#), vec![]),
    ] {
        let import = read(&format!(
            r#"{{"account":{{"iban":"AT611904300234573201"}},"transactions":{{{lists}}}}}"#
        ));
        let said: Vec<_> = import
            .reading
            .problems
            .iter()
            .map(|p| (p.code, p.place.to_string()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(code, place)| (code, place.to_owned()))
            .collect();
        assert_eq!(said, expected);
        assert!(said.iter().all(|(code, _)| code.loses()));
    }
    // However its name is written.
    let escaped = r#"{"schema":"tieout-statements-1","statements":[{"account":{"id":"1"},"currency":"EUR","lines":[],
        "line\u0073":[{"booking_date":"2026-01-05","amount":"1.00"}]}]}"#;
    assert_eq!(
        codes(&read(escaped))
            .iter()
            .filter(|code| **code == Code::Incomplete)
            .count(),
        1
    );
    let own = r#"{"schema":"tieout-statements-1","statements":[{"account":{"id":"1"},"currency":"EUR","lines":[],
        "lines":[{"booking_date":"2026-01-05","amount":"1.00"}]}]}"#;
    let said = read(own);
    let said: Vec<_> = said
        .reading
        .problems
        .iter()
        .map(|p| (p.code, p.place.to_string()))
        .collect();
    assert_eq!(said, [(Code::Incomplete, "line 2, statements[0].lines".to_owned())]);
}

#[test]
fn open_banking_counts_its_pages() {
    let page = |id: u32, pages: u32| {
        format!(
            r#"{{"Data":{{"Transaction":[{{"AccountId":"2","TransactionId":"{id}","CreditDebitIndicator":"Credit","Status":"Booked","BookingDateTime":"2025-10-01T00:00:00+00:00","Amount":{{"Amount":"10.00","Currency":"GBP"}}}}]}},"Links":{{"Self":"x"}},"Meta":{{"TotalPages":{pages}}}}}"#
        )
    };
    for (text, more) in [
        (page(1, 1), false),
        (page(1, 3), true),
        (format!("{}\n{}", page(1, 2), page(2, 2)), false),
        (format!("[{},{},{}]", page(1, 3), page(2, 3), page(3, 1)), true),
    ] {
        assert_eq!(codes(&read(&text)).contains(&Code::PageGap), more, "{text}");
    }
}

#[test]
fn a_pending_line_goes_when_its_booked_one_is_there_before_or_behind_it() {
    let record = |id: &str, pending: bool, of: &str| {
        format!(
            r#"{{"transaction_id":"{id}","account_id":"x","amount":12.34,"iso_currency_code":"USD","date":"2026-01-05","pending":{pending},"pending_transaction_id":{of}}}"#
        )
    };
    let (booked, pending) = (record("t1", false, r#""p1""#), record("p1", true, "null"));
    for list in [format!("{booked},{pending}"), format!("{pending},{booked}")] {
        let import = read(&format!(
            r#"{{"added":[{list}],"modified":[],"removed":[],"next_cursor":"c","has_more":false}}"#
        ));
        let mut lines: Vec<_> = import.statements[0]
            .lines
            .iter()
            .map(|line| (line.ids.bank_id.as_str(), line.status))
            .collect();
        lines.sort_by_key(|(id, _)| *id);
        assert_eq!(lines, [("p1", Status::Info), ("t1", Status::Booked)], "{list}");
        assert_eq!(codes(&import), [Code::Decided]);
    }
}

#[test]
fn stripe_records_that_move_no_balance_are_refused_by_their_kind() {
    let charge =
        r#"{"id":"ch_1","object":"charge","amount":1000,"currency":"usd","created":1767225600,"livemode":true}"#;
    for text in [
        format!(r#"{{"object":"list","data":[{charge}],"has_more":false}}"#),
        charge.to_owned(),
        format!("[{charge}]"),
    ] {
        let import = read(&text);
        assert_eq!(import.reading.outcome, Outcome::Refused);
        let problem = import.reading.refusal().expect("it is refused");
        assert_eq!(problem.code, Code::NotAStatement);
        assert!(problem.message.contains("\"charge\""), "{problem}");
        assert!(problem.to_string().contains("balance_transactions"), "{problem}");
    }
    let empty = read(r#"{"object":"list","data":[],"has_more":false}"#);
    assert_eq!(empty.reading.outcome, Outcome::Empty);
}
