//! Cases written as text, so that a test reads as the papers on the desk:
//!
//! ```text
//! file a.sta MT940
//! statement 1/1
//! opening 100.00 2025-12-31
//! line 01-05 50.00 Customer A #id1
//! closing 150.00 01-31
//! break 01-05 -20.00
//! books whole
//! entry 01-03 50.00 Invoice 1
//! listed 2025-12-20 -450.00 CHK1042
//! match l0 = e0
//! match l1:40.00 = e1 fee -2.50
//! class e2 DuplicateEntry
//! as-of 01-31
//! ```
//!
//! Dates without a year are of 2026. `l0` is the first line after joining, `e0` the first entry.

use tieout_core::money::grouped;
use tieout_core::{Currency, Date, Decimal};
use tieout_match::{
    Action, AgeLimits, Exception, ExceptionClass, Group, Input, Items, NewItem, Outcome, Part, Proof, Reason, Residual,
    ResidualKind, Shape, Side, Tier,
};
use tieout_reconcile::result::{NoteCode, Verdict};
use tieout_reconcile::statements::{
    AccountName, BalanceBreak, Bank, BankStatement, Books, Case, Completeness, Extent, FileRole, OpenItem,
    PrintedBalance, SourceFile,
};
use tieout_reconcile::{Prepared, ReconcileError, Reconciliation, prepare};

/// A case and what the engine would find in it.
pub(crate) struct Desk {
    pub(crate) case: Case,
    pub(crate) matches: Vec<String>,
    pub(crate) classes: Vec<(String, ExceptionClass)>,
}

pub(crate) fn date(text: &str) -> Date {
    let full = if text.len() == 5 {
        format!("2026-{text}")
    } else {
        text.to_owned()
    };
    full.parse().unwrap()
}

pub(crate) fn minor(text: &str) -> i64 {
    Decimal::parse(text).unwrap().to_minor(2).unwrap()
}

pub(crate) fn empty_case() -> Case {
    Case {
        account: AccountName {
            bank: "NL26VAYB8060476890".into(),
            books: "Assets:Bank".into(),
            currency: Currency::try_new("EUR").unwrap(),
        },
        files: Vec::new(),
        bank: Bank::default(),
        books: Books {
            extent: Extent::Whole,
            ..Books::default()
        },
        open_items: None,
        as_of: None,
        age_limits: AgeLimits::default(),
        program: "test".into(),
    }
}

pub(crate) fn item<'a>(date: Date, amount: i64, description: &'a str, id: &'a str) -> NewItem<'a> {
    NewItem {
        date,
        amount,
        id,
        description,
        ..NewItem::default()
    }
}

pub(crate) fn file(name: &str, format: &str) -> SourceFile {
    SourceFile {
        name: name.into(),
        role: FileRole::Statement,
        format: format.into(),
        sha256: String::new(),
        bytes: 0,
        completeness: Completeness::Whole,
    }
}

pub(crate) fn statement(file: u32, first: u32) -> BankStatement {
    BankStatement {
        file,
        reference: "".into(),
        number: String::new(),
        period: (None, None),
        opening: None,
        closing: None,
        is_notification: false,
        breaks: Vec::new(),
        lines: first..first,
    }
}

/// Reads a case from text.
pub(crate) fn desk(text: &str) -> Desk {
    let mut desk = Desk {
        case: empty_case(),
        matches: Vec::new(),
        classes: Vec::new(),
    };
    let mut current: Option<BankStatement> = None;
    for row in text.lines().map(str::trim).filter(|row| !row.is_empty()) {
        desk.read(row, &mut current);
    }
    desk.case.bank.statements.extend(current);
    desk
}

impl Desk {
    fn read(&mut self, row: &str, current: &mut Option<BankStatement>) {
        let case = &mut self.case;
        let (word, rest) = row.split_once(' ').unwrap_or((row, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match word {
            "file" => {
                case.bank.statements.extend(current.take());
                case.files.push(file(words[0], words.get(1).unwrap_or(&"MT940")));
            }
            "statement" => {
                case.bank.statements.extend(current.take());
                let mut begun = begin(case);
                begun.number = rest.into();
                *current = Some(begun);
            }
            "period" => {
                current.get_or_insert_with(|| begin(case)).period = (Some(date(words[0])), Some(date(words[1])));
            }
            "opening" => current.get_or_insert_with(|| begin(case)).opening = Some(balance(&words)),
            "closing" => current.get_or_insert_with(|| begin(case)).closing = Some(balance(&words)),
            "line" => {
                let statement = current.get_or_insert_with(|| begin(case));
                let (text, id) = rest.split_once('#').unwrap_or((rest, ""));
                let text = text.split_whitespace().skip(2).collect::<Vec<_>>().join(" ");
                case.bank
                    .lines
                    .push(&item(date(words[0]), minor(words[1]), &text, id))
                    .unwrap();
                case.bank.line_numbers.push(0);
                statement.lines.end += 1;
            }
            "break" => {
                let statement = current.get_or_insert_with(|| begin(case));
                statement.breaks.push(BalanceBreak {
                    date: date(words[0]),
                    amount: minor(words[1]),
                });
            }
            "books" => {
                case.books.extent = match words[0] {
                    "whole" => Extent::Whole,
                    "from" => Extent::From(balance(&words[1..])),
                    _ => Extent::Unknown,
                }
            }
            "entry" => {
                let text = words[2..].join(" ");
                case.books
                    .entries
                    .push(&item(date(words[0]), minor(words[1]), &text, ""))
                    .unwrap();
            }
            "listed" => case.open_items.get_or_insert_default().push(OpenItem {
                date: Some(date(words[0])),
                amount: minor(words[1]),
                reference: words[2..].join(" "),
                ..OpenItem::default()
            }),
            "match" => self.matches.push(rest.into()),
            "class" => {
                let class = ExceptionClass::ALL
                    .iter()
                    .find(|class| format!("{class:?}") == words[1]);
                self.classes.push((words[0].into(), *class.unwrap()));
            }
            "as-of" => case.as_of = Some(date(words[0])),
            _ => panic!("{row}"),
        }
    }

    pub(crate) fn prepare(self) -> Prepared {
        prepare(self.case).unwrap()
    }

    /// Joins, matches as written, reconciles.
    pub(crate) fn reconcile(self) -> Reconciliation {
        self.try_reconcile().unwrap()
    }

    pub(crate) fn try_reconcile(self) -> Result<Reconciliation, ReconcileError> {
        let Self { case, matches, classes } = self;
        let prepared = prepare(case).unwrap();
        let groups = matches.iter().map(|row| group(row, prepared.input())).collect();
        let exceptions = classes.iter().map(|(item, class)| exception(item, *class)).collect();
        prepared.reconcile(Outcome { groups, exceptions })
    }
}

fn begin(case: &Case) -> BankStatement {
    let file = u32::try_from(case.files.len()).unwrap() - 1;
    statement(file, u32::try_from(case.bank.lines.len()).unwrap())
}

fn balance(words: &[&str]) -> PrintedBalance {
    PrintedBalance {
        amount: minor(words[0]),
        date: words.get(1).map(|word| date(word)),
    }
}

/// `l0 l1:40.00 = e0 fee -2.50 suggested`
fn group(row: &str, input: &Input) -> Group {
    let (lines, rest) = row.split_once('=').unwrap();
    let lines = parts(lines.split_whitespace(), &input.lines);
    let mut words = rest.split_whitespace().peekable();
    let mut entries = Vec::new();
    while let Some(word) = words.next_if(|word| word.starts_with('e')) {
        entries.push(word);
    }
    let entries = parts(entries.into_iter(), &input.entries);
    let (mut residuals, mut tier) = (Vec::new(), Tier::Automatic);
    while let Some(word) = words.next() {
        let kind = match word {
            "fee" => ResidualKind::Fee,
            "correction" => ResidualKind::Correction,
            _ => {
                tier = Tier::Suggested;
                continue;
            }
        };
        residuals.push(Residual {
            kind,
            amount: minor(words.next().unwrap()),
        });
    }
    make_group(lines, entries, residuals, tier)
}

pub(crate) fn make_group(lines: Vec<Part>, entries: Vec<Part>, residuals: Vec<Residual>, tier: Tier) -> Group {
    let shape = match (lines.len(), entries.len()) {
        (1, 1) => Shape::OneToOne,
        (0, _) | (_, 0) => Shape::OneSided,
        (1, _) => Shape::OneToMany,
        (_, 1) => Shape::ManyToOne,
        _ => Shape::ManyToMany,
    };
    Group {
        lines: lines.into(),
        entries: entries.into(),
        residuals,
        shape,
        tier,
        confidence_ppm: 999_000,
        proof: Proof {
            model: "by hand",
            model_hash: 0,
            rule: None,
            evidence: Vec::new(),
            score: 0,
            runner_up: None,
            alternatives: 0,
            computed_ppm: 999_000,
            held_back: None,
            found_by: Reason::Assignment,
        },
    }
}

fn parts<'a>(words: impl Iterator<Item = &'a str>, items: &Items) -> Vec<Part> {
    words
        .map(|word| {
            let (name, amount) = word
                .split_once(':')
                .map_or((word, None), |(name, amount)| (name, Some(amount)));
            let item = name[1..].parse().unwrap();
            Part {
                item,
                amount: amount.map_or(items.amount(item), minor),
            }
        })
        .collect()
}

fn exception(item: &str, class: ExceptionClass) -> Exception {
    Exception {
        side: if item.starts_with('l') { Side::Line } else { Side::Entry },
        item: item[1..].parse().unwrap(),
        class,
        stale: false,
        group: None,
        action: Action::Investigate,
    }
}

/// `statement − ledger = difference: component amount, ...`
pub(crate) fn equation(result: &Reconciliation) -> String {
    let figures = &result.figures;
    let [statement, ledger, difference] =
        [figures.statement_balance, figures.ledger_balance, figures.difference].map(|amount| grouped(amount, 2));
    let parts: Vec<String> = result
        .explanation
        .components
        .iter()
        .map(|component| format!("{} {}", component.kind.code(), grouped(component.amount, 2)))
        .collect();
    format!("{statement} - {ledger} = {difference}: {}", parts.join(", "))
}

pub(crate) fn reasons(result: &Reconciliation) -> Vec<&str> {
    match &result.verdict {
        Verdict::TiedOut => Vec::new(),
        Verdict::NotTiedOut(reasons) => reasons.iter().map(|reason| reason.text.as_str()).collect(),
    }
}

pub(crate) fn note(result: &Reconciliation, code: NoteCode) -> &str {
    result
        .notes
        .iter()
        .find(|note| note.code == code)
        .map_or("", |note| &note.text)
}

/// Bank: 1,000.00 at the beginning, then what is written, then the closing.
pub(crate) fn march(bank: &str, closing: &str, rest: &str) -> Reconciliation {
    desk(&format!(
        "file march.sta
        period 03-01 03-31
        opening 1000.00 02-28
        {bank}
        closing {closing} 03-31
        books whole
        entry 02-15 1000.00 Capital
        {rest}"
    ))
    .reconcile()
}
