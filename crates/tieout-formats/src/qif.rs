//! QIF: Quicken's interchange format. Records of lines, one letter and a text each, ended by `^`.
//!
//! The file names neither currency nor (mostly) account, and writes dates and amounts as the country of the program's
//! user does. So a first pass lets all dates and amounts vote on their order and decimal mark, a second one reads. Lists
//! of categories, securities and the like are skipped.

mod actions;
mod record;
mod survey;

use crate::limits;
use crate::model::{Account, AccountKind, Balance, BalanceKind, Line, Statement};
use crate::read::{Emitter, Format, ReadOptions};
use record::{Reader, Record};
use std::io;
use tieout_core::encoding::{self, Input};
use tieout_core::lines::Lines;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// QIF files.
pub struct Qif;

impl Format for Qif {
    fn name(&self) -> &'static str {
        "qif"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let text = head.trim_ascii_start();
        let Some(line) = text.split(|b| matches!(b, b'\n' | b'\r')).next() else {
            return false;
        };
        !matches!(Header::read(line), None | Some(Header::Unknown))
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let written = survey::survey(input, options, out)?;
        let opened = encoding::open(input)?;
        let mut file = File {
            reader: Reader::new(written),
            section: Section::None,
            account: Account::default(),
            statement: None,
            first: true,
            line: Line::default(),
            knows_currency: options.currency.is_some(),
        };
        out.dialect("QIF");
        let mut lines = Lines::new(opened.reader);
        while let Some(line) = lines.next()? {
            if out.lines() >= limits::MAX_LINES {
                out.report(
                    Code::TooLarge,
                    Place::line(line.number),
                    format!("more than {} lines; the rest was not read", limits::MAX_LINES),
                );
                break;
            }
            if line.cut {
                out.report(
                    Code::TooLarge,
                    Place::line(line.number),
                    "the line is longer than a line may be; only its beginning was read",
                );
            }
            file.take(line.bytes, line.number, line.offset, out);
        }
        file.finish(lines.ended_within_a_line(), out);
        out.encoding(opened.marked, &file.reader.decoder);
        Ok(())
    }
}

/// What a line that begins with `!` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// Movements of a bank, cash or other account.
    Movements(AccountKind, &'static str),
    /// An account, or a list of them.
    Account,
    /// A list or option that holds no movements.
    Other,
    /// Not one of QIF's.
    Unknown,
}

impl Header {
    /// Reads a line; `None` if it does not begin with `!`. Case and blanks vary among programs.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let text = line.trim_ascii().strip_prefix(b"!")?;
        let word: String = text
            .iter()
            .filter(|b| !b.is_ascii_whitespace())
            .map(|b| char::from(b.to_ascii_lowercase()))
            .take(40)
            .collect();
        Some(match word.as_str() {
            "type:bank" => Self::Movements(AccountKind::Bank, "Bank"),
            "type:cash" => Self::Movements(AccountKind::Bank, "Cash"),
            "type:ccard" => Self::Movements(AccountKind::Card, "CCard"),
            "type:otha" => Self::Movements(AccountKind::Bank, "Oth A"),
            "type:othl" => Self::Movements(AccountKind::Bank, "Oth L"),
            "type:invst" | "type:port" => Self::Movements(AccountKind::Investment, "Invst"),
            "account" => Self::Account,
            _ if word.starts_with("type:") || word.starts_with("option:") || word.starts_with("clear:") => Self::Other,
            _ => Self::Unknown,
        })
    }
}

/// In which part of the file we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before the first header.
    None,
    Movements,
    Account,
    Skipped,
}

/// A file on its way through.
struct File {
    reader: Reader,
    section: Section,
    /// The account named last.
    account: Account,
    statement: Option<Statement>,
    /// No movement of the statement was read yet.
    first: bool,
    line: Line,
    knows_currency: bool,
}

impl File {
    fn take(&mut self, line: &[u8], number: u64, offset: u64, out: &mut Emitter<'_>) {
        if let Some(header) = Header::read(line) {
            self.end_record(number, out);
            self.take_header(header, line, number, out);
            return;
        }
        match self.section {
            Section::Movements if line.first() == Some(&b'^') => self.end_record(number, out),
            Section::Movements => self.reader.take(line, number, offset, out),
            Section::Account => self.take_account(line),
            Section::Skipped => {}
            Section::None if line.trim_ascii().is_empty() => {}
            Section::None => out.report(Code::Unread, Place::line(number), "text before the first header"),
        }
    }

    fn take_header(&mut self, header: Header, line: &[u8], number: u64, out: &mut Emitter<'_>) {
        self.section = match header {
            Header::Movements(kind, word) => {
                self.begin(kind, word, out);
                Section::Movements
            }
            Header::Account => {
                self.end_statement(out);
                self.account = Account::default();
                Section::Account
            }
            Header::Other => Section::Skipped,
            Header::Unknown => {
                let text = excerpt(&self.reader.decoder.decode(line), 40);
                out.report(
                    Code::Irregular,
                    Place::line(number),
                    format!("{text:?} is no header of QIF; what follows it is skipped"),
                );
                Section::Skipped
            }
        };
    }

    /// Movements begin; those of the same account go on with the same statement.
    fn begin(&mut self, kind: AccountKind, word: &str, out: &mut Emitter<'_>) {
        self.reader.investments = kind == AccountKind::Investment;
        if self
            .statement
            .as_ref()
            .is_some_and(|statement| statement.account.type_word == word)
        {
            return;
        }
        self.end_statement(out);
        let account = Account {
            kind,
            type_word: word.to_owned(),
            ..std::mem::take(&mut self.account)
        };
        let statement = Statement {
            account,
            message: "QIF".into(),
            ..Statement::default()
        };
        if statement.account.id.is_empty() {
            out.report(Code::NoAccount, Place::default(), "the file does not name the account");
        }
        if !self.knows_currency {
            out.report(Code::NoCurrency, Place::default(), "QIF files do not name the currency");
        }
        out.begin(&statement);
        self.statement = Some(statement);
        self.first = true;
    }

    fn take_account(&mut self, line: &[u8]) {
        let Some((letter, text)) = line.split_first() else {
            return;
        };
        let text = self.reader.decoder.decode(text.trim_ascii()).into_owned();
        if *letter == b'N' {
            self.account.id = text.split_whitespace().collect();
            self.account.name.clone_from(&text);
            self.account.raw = text;
        }
    }

    /// A record is complete.
    fn end_record(&mut self, number: u64, out: &mut Emitter<'_>) {
        if self.section != Section::Movements {
            return;
        }
        let record = self.reader.end(&mut self.line, number, out);
        let Some(statement) = self.statement.as_mut() else {
            return;
        };
        match record {
            Record::Empty | Record::Unreadable => {}
            Record::Movement { transfer } => {
                let own = self.first && is_opening(&self.line, transfer.as_deref(), &statement.account);
                self.first = false;
                if own {
                    statement.opening = Some(Balance {
                        amount: self.line.amount,
                        currency: None,
                        date: self.line.booking_date,
                        kind: BalanceKind::Opening,
                        source_code: "Opening Balance".into(),
                        derived: false,
                    });
                } else {
                    out.line(&self.line);
                }
            }
        }
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        if let Some(statement) = self.statement.take() {
            out.end(statement);
        }
    }

    /// The file is at its end; whether that is the end of a line.
    fn finish(&mut self, within_a_line: bool, out: &mut Emitter<'_>) {
        if let Some(line) = self.reader.open_since().filter(|_| within_a_line) {
            let message = "the file ends within this record, before its `^`: its last text or amount may be cut short";
            out.report(Code::Incomplete, Place::line(line), message);
        }
        self.end_record(0, out);
        if self.reader.trades > 0 {
            let message = format!(
                "{} trades of securities are listed for information; they do not move cash by themselves",
                self.reader.trades
            );
            out.problem(Problem::of_file(Code::InvestmentSkipped, message));
        }
        self.end_statement(out);
    }
}

/// The first record of an account that Quicken wrote from its own books may be its opening balance: a transfer from the
/// account to itself.
fn is_opening(line: &Line, transfer: Option<&str>, account: &Account) -> bool {
    let Some(transfer) = transfer else { return false };
    if account.name.is_empty() {
        line.counterparty.name.eq_ignore_ascii_case("opening balance")
    } else {
        transfer == account.name
    }
}
