//! A small reconciliation made by hand, with one of everything, whose figures tie out on paper: bank 12,971.85, books
//! 13,710.00 of which 300.00 out cleared later; difference −1,038.15.

#![allow(dead_code, unreachable_pub)] // each test file uses its own part

mod parts;

use jiff::civil::{Date, date};
use tieout_core::{Code, Currency, Place, Problem};
use tieout_ledger::Period;
use tieout_match::{ExceptionClass, ResidualKind, RuleVersion, Settings, Shape, Tier};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{
    BalanceBasis, Chain, ChainPlace, Component, ComponentKind, Counts, Explanation, Fault, Figures, Gap,
    Identification, Missing, NoteCode, Parting, PartingDay, Ruling, RulingKind, Section, SectionKind, Sentence, Share,
    Statement, StatementProof, StatementSide, Subject, TwoSided, Verdict,
};
use tieout_reconcile::statements::{
    AccountName, Completeness, FilePlace, FileRole, PrintedBalance, Provenance, SourceFile,
};
use tieout_report::FileProblem;

pub const PRINTED: &str = "2026-04-07 09:14:07 UTC";

pub fn march(day: i8) -> Date {
    date(2026, 3, day)
}

pub fn eur() -> Currency {
    Currency::try_new("EUR").unwrap()
}

/// Not tied out: one of everything.
pub fn sample() -> Reconciliation {
    Reconciliation {
        identification: identification(),
        verdict: verdict(),
        figures: Figures {
            statement_balance: 1_297_185,
            basis: BalanceBasis::Printed { statement: 1 },
            book_balance: 1_371_000,
            ledger_balance: 1_401_000,
            difference: -103_815,
            bank_opening: 1_000_000,
            books_opening: 1_000_000,
            line_total: 297_185,
            entry_total: 371_000,
        },
        explanation: explanation(),
        notes: notes(),
        chain: chain(),
        parting: parting(),
        two_sided: two_sided(),
        input: parts::input(),
        line_numbers: vec![12, 18, 24, 9, 15, 21, 27, 33, 8],
        provenance: provenance(),
        groups: parts::groups(),
        exceptions: parts::exceptions(),
        outstanding: parts::outstanding(),
        adjustments: parts::adjustments(),
        rulings: vec![Ruling {
            rule: RuleVersion {
                id: "fees".into(),
                version: "00112233aabbccdd".into(),
            },
            subject: Subject::Line(4),
            kind: RulingKind::Coded,
            reason: "Expenses:Bank fees".into(),
        }],
        in_scope: vec![true; 12],
        counts: counts(),
    }
}

/// The ledger file and one that it includes; the last entry stands in no file.
fn provenance() -> Provenance {
    let entries = u32::try_from(parts::input().entries.len()).unwrap();
    let place = |entry: u32| FilePlace {
        file: u32::from(entry > 8),
        line: 10 + 4 * entry,
    };
    Provenance {
        files: vec!["books.beancount".into(), "2026/march.beancount".into()],
        places: (0..entries.saturating_sub(1)).map(place).collect(),
    }
}

/// Everything matched, nothing to do.
pub fn tied_out() -> Reconciliation {
    let mut result = sample();
    result.verdict = Verdict::TiedOut;
    result.explanation.components.clear();
    result.exceptions.clear();
    result.outstanding.clear();
    result.adjustments.clear();
    result.notes.clear();
    result.groups.truncate(2);
    result.chain.gaps.clear();
    result.parting = Parting {
        sentence: "tied out on every day to 2026-03-31".into(),
        last_tied: Some(march(31)),
        first_parted: None,
        days: Vec::new(),
    };
    let balance = result.figures.statement_balance;
    result.figures.book_balance = balance;
    result.figures.ledger_balance = balance;
    result.figures.entry_total = result.figures.line_total;
    result.figures.difference = 0;
    let side = StatementSide {
        balance,
        sections: Vec::new(),
        adjusted: balance,
    };
    result.two_sided = TwoSided {
        bank: side.clone(),
        books: side,
        remaining: 0,
    };
    result.counts = Counts {
        lines: 2,
        lines_to_date: 2,
        entries: 2,
        entries_in_scope: 2,
        lines_matched: 2,
        entries_matched: 2,
        automatic: 2,
        automatic_to_date: 2,
        shapes: vec![((Tier::Automatic, Shape::OneToOne), 2)],
        ..Counts::default()
    };
    result
}

pub fn problems() -> Vec<FileProblem> {
    vec![
        FileProblem {
            file: 1,
            problem: Problem::new(
                Code::UnknownTypeCode,
                Place::field(27, ":61:"),
                "type code \"NXYZ\" is not in the standard",
            ),
        },
        FileProblem {
            file: 3,
            problem: Problem::new(Code::BadLine, Place::line(113), "7 fields where the header has 8"),
        },
    ]
}

fn identification() -> Identification {
    let file = |name: &str, role, format: &str, digit: &str, bytes| SourceFile {
        name: name.into(),
        role,
        format: format.into(),
        sha256: digit.repeat(8),
        bytes,
        completeness: Completeness::Whole,
    };
    Identification {
        account: AccountName {
            bank: "DE89370400440532013000".into(),
            books: "Assets:Bank:1200 Hausbank".into(),
            currency: eur(),
        },
        files: vec![
            file("bank/2026-03a.sta", FileRole::Statement, "MT940", "3b1f09d2", 2_914),
            file("bank/2026-03b.sta", FileRole::Statement, "MT940", "a07c5e61", 4_120),
            file("bank/2026-04a.sta", FileRole::Statement, "MT940", "77e0b4a9", 988),
            file(
                "books/ledger-2026.csv",
                FileRole::Books,
                "CSV, 8 columns, semicolon",
                "c4d812f6",
                1_204_337,
            ),
        ],
        period: Period::try_new(march(1), march(31)).unwrap(),
        program: "tieout 0.1.0".into(),
        model: "prior-1".into(),
        settings: Settings::new(march(31)),
    }
}

fn verdict() -> Verdict {
    let fault = |code, text: &str| Sentence {
        code,
        text: text.into(),
    };
    Verdict::NotTiedOut(vec![
        fault(Fault::OpenLines, "3 bank lines of 440.65 in total are not in the books"),
        fault(Fault::OpenEntries, "3 entries are to be decided"),
        fault(Fault::StaleEntries, "1 entry is outstanding for longer than 180 days"),
    ])
}

fn notes() -> Vec<Sentence<NoteCode>> {
    vec![
        Sentence {
            code: NoteCode::AssumedCleared,
            text: "assumed 1 entry before 2026-03-01 cleared; change with --open-items".into(),
        },
        Sentence {
            code: NoteCode::Gap,
            text: "statement number 6 is missing, but the balance carries on over it".into(),
        },
    ]
}

fn share(subject: Subject, amount: i64) -> Share {
    Share { subject, amount }
}

fn explanation() -> Explanation {
    use Subject::{Entry, Group, Line};
    Explanation {
        components: vec![
            Component {
                kind: ComponentKind::OpenLines,
                amount: 44_065,
                shares: vec![share(Line(4), -1_250), share(Line(5), 45_000), share(Line(7), 315)],
            },
            Component {
                kind: ComponentKind::AdjustmentsToBook,
                amount: -7_380,
                shares: vec![share(Group(2), -6_480), share(Group(4), -900)],
            },
            Component {
                kind: ComponentKind::OpenEntries,
                amount: -140_500,
                shares: vec![
                    share(Entry(11), 7_500),
                    share(Entry(5), 12_000),
                    share(Entry(6), -45_000),
                    share(Entry(7), -45_000),
                    share(Entry(10), -70_000),
                ],
            },
        ],
    }
}

fn chain() -> Chain {
    let balance = |amount, day: Date| {
        Some(PrintedBalance {
            amount,
            date: Some(day),
        })
    };
    let days = |first, last| Some(Period::try_new(first, last).unwrap());
    let statement = |file, name: &str, lines: Vec<u32>| Statement {
        file,
        name: name.into(),
        days: None,
        opening: None,
        closing: None,
        lines: lines.into_iter().collect(),
        shared: 0,
        total: 0,
        proof: StatementProof::Exact,
        balance_breaks: Vec::new(),
        place: ChainPlace::Link,
    };
    Chain {
        statements: vec![
            Statement {
                days: days(march(1), march(15)),
                opening: balance(1_000_000, date(2026, 2, 28)),
                closing: balance(1_270_520, march(15)),
                total: 270_520,
                ..statement(0, "statement 4", vec![0, 1, 2])
            },
            Statement {
                days: days(march(16), march(31)),
                opening: balance(1_270_520, march(15)),
                closing: balance(1_297_185, march(31)),
                total: 26_665,
                ..statement(1, "statement 5", vec![3, 4, 5, 6, 7])
            },
            Statement {
                days: days(date(2026, 4, 1), date(2026, 4, 5)),
                opening: balance(1_297_185, march(31)),
                closing: balance(1_267_185, date(2026, 4, 5)),
                total: -30_000,
                ..statement(2, "statement 7", vec![8])
            },
        ],
        breaks: Vec::new(),
        gaps: vec![Gap {
            before: 1,
            after: 2,
            missing: Missing::Numbers(6, 6),
        }],
    }
}

fn parting() -> Parting {
    use Subject::{Entry, Line};
    let day = |day, change, off, cause| PartingDay {
        date: march(day),
        change,
        off,
        causes: vec![share(cause, change)],
    };
    Parting {
        sentence: "tied out to 2026-03-14; from 2026-03-15 120.00 off: duplicate entry E-1006 Office World".into(),
        last_tied: Some(march(14)),
        first_parted: Some(march(15)),
        days: vec![
            day(15, 12_000, 12_000, Entry(5)),
            day(20, -1_250, 10_750, Line(4)),
            day(22, -45_000, -34_250, Entry(6)),
            day(23, -45_000, -79_250, Entry(7)),
            day(24, 45_000, -34_250, Line(5)),
            day(30, 315, -33_935, Line(7)),
        ],
    }
}

fn two_sided() -> TwoSided {
    use Subject::{Entry, Group, Line};
    let section = |kind, amount, shares| Section { kind, amount, shares };
    TwoSided {
        bank: StatementSide {
            balance: 1_297_185,
            sections: vec![
                section(SectionKind::DepositsInTransit, 70_000, vec![share(Entry(10), 70_000)]),
                section(
                    SectionKind::OutstandingPayments,
                    -37_500,
                    vec![share(Entry(11), -7_500), share(Entry(9), -30_000)],
                ),
            ],
            adjusted: 1_329_685,
        },
        books: StatementSide {
            balance: 1_371_000,
            sections: vec![
                section(
                    SectionKind::FeesAndInterest,
                    -935,
                    vec![share(Line(4), -1_250), share(Line(7), 315)],
                ),
                section(SectionKind::MatchDifferences, -6_480, vec![share(Group(2), -6_480)]),
                section(SectionKind::Duplicates, 12_000, vec![share(Entry(5), 12_000)]),
                section(SectionKind::Corrections, -900, vec![share(Group(4), -900)]),
                section(
                    SectionKind::Undecided,
                    -45_000,
                    vec![
                        share(Entry(6), -45_000),
                        share(Entry(7), -45_000),
                        share(Line(5), 45_000),
                    ],
                ),
            ],
            adjusted: 1_329_685,
        },
        remaining: 0,
    }
}

fn counts() -> Counts {
    Counts {
        lines: 9,
        lines_to_date: 8,
        entries: 13,
        entries_in_scope: 12,
        assumed_cleared: 1,
        lines_matched: 5,
        entries_matched: 7,
        automatic: 6,
        suggested: 2,
        automatic_to_date: 5,
        suggested_to_date: 2,
        shapes: vec![
            ((Tier::Automatic, Shape::OneToOne), 5),
            ((Tier::Automatic, Shape::OneToMany), 1),
            ((Tier::Suggested, Shape::OneToOne), 2),
        ],
        classes: vec![
            (ExceptionClass::OutstandingCheck, 2),
            (ExceptionClass::DepositInTransit, 1),
            (ExceptionClass::DuplicateEntry, 1),
            (ExceptionClass::AmountTransposed, 1),
            (ExceptionClass::BankFee, 1),
            (ExceptionClass::Interest, 1),
            (ExceptionClass::ProcessorFee, 1),
            (ExceptionClass::Undecided, 3),
        ],
        residuals: vec![(ResidualKind::Fee, 1, -6_480), (ResidualKind::Correction, 1, -900)],
        lines_counted_once: 0,
    }
}
