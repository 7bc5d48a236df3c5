//! The lists of the sample: lines, entries, groups, exceptions, outstanding items, adjustments.

use super::{eur, march};
use jiff::civil::{Date, date};
use std::sync::Arc;
use tieout_core::Money;
use tieout_ledger::{Account, AccountKind, Posting, Transaction};
use tieout_match::{
    Action, Evidence, EvidenceKind, Exception, ExceptionClass, Group, Input, Items, NewItem, Part, Proof, Reason,
    Residual, ResidualKind, Shape, Side, Tier,
};
use tieout_reconcile::result::{Adjustment, AdjustmentKind, Outstanding, OutstandingState, Standing, Subject};

pub(super) fn input() -> Input {
    let mut input = Input::default();
    let line = |date, amount, description, counterparty, reference, kind| NewItem {
        date,
        value_date: Some(date),
        amount,
        description,
        counterparty,
        reference,
        kind,
        ..NewItem::default()
    };
    for item in [
        line(
            march(2),
            119_000,
            "INV 2026-014 THANK YOU",
            "NORDLICHT GMBH",
            "INV 2026-014",
            "NTRF",
        ),
        line(
            march(5),
            -85_000,
            "MIETE MAERZ OBJ 77",
            "HAUSVERWALTUNG KRUEGER",
            "",
            "NDDT",
        ),
        line(march(9), 236_520, "STRIPE PAYOUT PO-55821", "", "PO-55821", "NTRF"),
        line(march(16), -12_000, "CARD 4411 OFFICE WORLD BERLIN", "", "", "NMSC"),
        line(march(20), -1_250, "ENTGELT KONTOFUEHRUNG Q1", "", "", "NCHG"),
        line(march(24), 45_000, "BAREINZAHLUNG FILIALE MITTE", "", "", "NMSC"),
        line(
            march(27),
            -5_400,
            "STADTWERKE ABSCHLAG",
            "STADTWERKE BERLIN",
            "KD 55-1203",
            "NDDT",
        ),
        line(march(30), 315, "HABENZINSEN", "", "", "NINT"),
        NewItem {
            check_number: "1023",
            ..line(date(2026, 4, 2), -30_000, "SCHECK 0001023", "", "", "NCHK")
        },
    ] {
        input.lines.push(&item).unwrap();
    }
    fill(&mut input.entries);
    input
}

fn fill(entries: &mut Items) {
    let entry = |id, date: Date, amount, description, counterparty, reference| NewItem {
        date,
        amount,
        id,
        description,
        counterparty,
        reference,
        ..NewItem::default()
    };
    for item in [
        entry(
            "E-1001",
            march(1),
            119_000,
            "Invoice 2026-014",
            "Nordlicht GmbH",
            "INV-2026-014",
        ),
        entry("E-1002", march(4), -85_000, "Rent March", "Hausverwaltung Krüger", ""),
        entry("E-1003", march(6), 120_000, "Card sales", "Stripe", "PO-55821"),
        entry("E-1004", march(7), 123_000, "Card sales", "Stripe", "PO-55821"),
        entry(
            "E-1005",
            march(14),
            -12_000,
            "Printer paper and toner",
            "Office World",
            "",
        ),
        entry(
            "E-1006",
            march(15),
            -12_000,
            "Printer paper and toner",
            "Office World",
            "",
        ),
        entry("E-1007", march(22), 45_000, "Workshop fee", "Yilmaz", ""),
        entry("E-1008", march(23), 45_000, "Workshop fee", "Brandt", ""),
        entry(
            "E-1009",
            march(26),
            -4_500,
            "Electricity",
            "Stadtwerke Berlin",
            "KD 55-1203",
        ),
        NewItem {
            check_number: "1023",
            ..entry(
                "E-1010",
                march(28),
                -30_000,
                "Repair of the gate",
                "Schlosserei Ahrens",
                "",
            )
        },
        entry(
            "E-1011",
            march(30),
            70_000,
            "Invoice 2026-021",
            "Atelier Süd",
            "INV-2026-021",
        ),
        NewItem {
            check_number: "998",
            ..entry(
                "E-0412",
                date(2025, 8, 15),
                -7_500,
                "Deposit for keys",
                "Wohnbau eG",
                "",
            )
        },
        entry("E-0977", date(2026, 2, 20), -4_000, "Stamps", "Post", ""),
    ] {
        entries.push(&item).unwrap();
    }
}

fn part(item: u32, amount: i64) -> Part {
    Part { item, amount }
}

fn evidence(text: &str, weight: i32) -> Evidence {
    Evidence {
        kind: EvidenceKind::Amount,
        text: text.to_owned().into(),
        weight,
    }
}

/// An automatic match of one line and one entry.
fn pair(line: (u32, i64), entry: (u32, i64), confidence_ppm: u32, reasons: &[(&str, i32)]) -> Group {
    Group {
        lines: vec![part(line.0, line.1)].into(),
        entries: vec![part(entry.0, entry.1)].into(),
        residuals: Vec::new(),
        shape: Shape::OneToOne,
        tier: Tier::Automatic,
        confidence_ppm,
        proof: Proof {
            model: "prior-1",
            model_hash: 0x55a5_f00d,
            rule: None,
            evidence: reasons.iter().map(|(text, weight)| evidence(text, *weight)).collect(),
            score: reasons.iter().map(|(_, weight)| weight).sum(),
            runner_up: None,
            alternatives: 0,
            computed_ppm: confidence_ppm,
            held_back: None,
            found_by: Reason::Assignment,
        },
    }
}

pub(super) fn groups() -> Vec<Group> {
    let mut stripe = pair(
        (2, 236_520),
        (2, 120_000),
        996_400,
        &[
            ("reference PO-55821 in the bank's text", 1_120),
            ("2 entries sum to 2,430.00, less a fee of 2.67 %", 310),
        ],
    );
    stripe.entries = vec![stripe.entries[0], part(3, 123_000)].into();
    stripe.shape = Shape::OneToMany;
    stripe.residuals.push(Residual {
        kind: ResidualKind::Fee,
        amount: -6_480,
    });
    stripe.proof.found_by = Reason::SharedReference;
    let mut power = pair(
        (6, -5_400),
        (8, -4_500),
        991_250,
        &[
            ("reference KD 55-1203 in the bank's text", 1_010),
            ("two digits of the amount are swapped", -240),
        ],
    );
    power.residuals.push(Residual {
        kind: ResidualKind::Correction,
        amount: -900,
    });
    let mut paper = pair(
        (3, -12_000),
        (4, -12_000),
        990_100,
        &[
            ("counterparty Office World", 650),
            ("1 business day apart", 120),
            ("another entry of the same amount", -110),
        ],
    );
    paper.proof.runner_up = Some(540);
    let suggestion = |entry| {
        let reasons = [("amount 450.00 occurs twice in the books", 410)];
        let mut group = pair((5, 45_000), (entry, 45_000), 493_000, &reasons);
        group.tier = Tier::Suggested;
        group.proof.runner_up = Some(410);
        group
    };
    vec![
        pair(
            (0, 119_000),
            (0, 119_000),
            999_870,
            &[
                ("reference INV 2026-014 in the bank's text", 1_340),
                ("amount 1,190.00 occurs once on either side", 940),
                ("1 business day apart", 130),
            ],
        ),
        pair(
            (1, -85_000),
            (1, -85_000),
            999_100,
            &[
                ("counterparty Hausverwaltung Krüger", 720),
                ("1 business day apart", 130),
            ],
        ),
        stripe,
        paper,
        power,
        pair((8, -30_000), (9, -30_000), 999_640, &[("check number 1023", 1_410)]),
        suggestion(6),
        suggestion(7),
    ]
}

pub(super) fn exceptions() -> Vec<Exception> {
    use Side::{Entry, Line};
    let exception = |side, item, class, action, group| Exception {
        side,
        item,
        class,
        stale: false,
        group,
        action,
    };
    vec![
        Exception {
            stale: true,
            ..exception(Entry, 11, ExceptionClass::OutstandingCheck, Action::Investigate, None)
        },
        exception(Line, 2, ExceptionClass::ProcessorFee, Action::BookDifference, Some(2)),
        exception(Entry, 5, ExceptionClass::DuplicateEntry, Action::RemoveDuplicate, None),
        exception(Line, 4, ExceptionClass::BankFee, Action::Record, None),
        exception(Entry, 6, ExceptionClass::Undecided, Action::Choose, Some(6)),
        exception(Entry, 7, ExceptionClass::Undecided, Action::Choose, Some(7)),
        exception(Line, 5, ExceptionClass::Undecided, Action::Choose, Some(6)),
        exception(Entry, 8, ExceptionClass::AmountTransposed, Action::Correct, Some(4)),
        exception(Entry, 9, ExceptionClass::OutstandingCheck, Action::Wait, None),
        exception(Line, 7, ExceptionClass::Interest, Action::Record, None),
        exception(Entry, 10, ExceptionClass::DepositInTransit, Action::Wait, None),
    ]
}

pub(super) fn outstanding() -> Vec<Outstanding> {
    vec![
        Outstanding {
            entry: 11,
            amount: -7_500,
            class: ExceptionClass::OutstandingCheck,
            age_days: 228,
            state: OutstandingState::Stale,
        },
        Outstanding {
            entry: 9,
            amount: -30_000,
            class: ExceptionClass::OutstandingCheck,
            age_days: 3,
            state: OutstandingState::ClearedLater {
                group: 5,
                on: date(2026, 4, 2),
            },
        },
        Outstanding {
            entry: 10,
            amount: 70_000,
            class: ExceptionClass::DepositInTransit,
            age_days: 1,
            state: OutstandingState::Waiting,
        },
    ]
}

pub(super) fn adjustments() -> Vec<Adjustment> {
    let account = |name: &str, kind| {
        let name = name.into();
        Arc::new(Account { name, kind })
    };
    let bank = account("Assets:Bank:1200 Hausbank", AccountKind::Asset);
    let booking = |day, text: &str, amount, other: Arc<Account>| {
        let posting = |account, amount| Posting {
            account,
            amount: Money::new(amount, eur()),
        };
        let postings = vec![posting(bank.clone(), amount), posting(other, -amount)];
        Transaction::try_new(march(day), text.into(), postings).unwrap()
    };
    let fees = account("Expenses:Bank fees", AccountKind::Expense);
    vec![
        Adjustment {
            transaction: booking(9, "Fee taken out of STRIPE PAYOUT PO-55821", -6_480, fees.clone()),
            reason: "the bank shows 2,365.20 for entries of 2,430.00".into(),
            subject: Subject::Group(2),
            kind: AdjustmentKind::Fee,
            standing: Standing::Booked,
            tax_codes: Vec::new(),
            rule: None,
        },
        Adjustment {
            transaction: booking(20, "ENTGELT KONTOFUEHRUNG Q1", -1_250, fees),
            reason: "a fee of the bank that the books lack".into(),
            subject: Subject::Line(4),
            kind: AdjustmentKind::Fee,
            standing: Standing::NeedsDecision,
            tax_codes: Vec::new(),
            rule: None,
        },
        Adjustment {
            transaction: booking(30, "HABENZINSEN", 315, account("Income:Interest", AccountKind::Revenue)),
            reason: "interest that the books lack".into(),
            subject: Subject::Line(7),
            kind: AdjustmentKind::InterestEarned,
            standing: Standing::NeedsDecision,
            tax_codes: Vec::new(),
            rule: None,
        },
    ]
}
