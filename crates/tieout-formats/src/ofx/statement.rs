//! From tags to statements: which account, which lines, which balances.
//!
//! Two things are remembered about where in the file we are: the statement that is open, and the innermost aggregate
//! that matters ([`Within`]). Enclosing tags are not, as half the files do not close them.

use super::balance::{BalanceBuilder, balance};
use super::corrections::Corrections;
use super::element::Element;
use super::line::{Ended, LineBuilder};
use super::status::Answers;
use super::tags::Tags;
use super::tally::Tally;
use super::values::{Values, place};
use crate::account_number;
use crate::limits::{MAX_LINES, MAX_STATEMENTS};
use crate::model::{AccountKind, AccountScheme, Balance, BalanceKind, Statement, Status};
use crate::read::Emitter;
use std::io::Read;
use tieout_core::Currency;
use tieout_core::problem::{Code, Place, Problem, excerpt};

/// How many other balances of one statement are kept.
const MAX_BALANCES: usize = 1000;

/// Builds the statements of a file.
pub(super) struct StatementBuilder {
    pub(super) values: Values,
    answers: Answers,
    corrections: Corrections,
    /// What a person said about statements without currency.
    assumed_currency: Option<Currency>,
    within: Within,
    statement: Statement,
    stage: Stage,
    line: LineBuilder,
    balance: BalanceBuilder,
    tally: Tally,
    /// Statements begun, bare lists not counted.
    number: u64,
    web_connect: bool,
    ended: bool,
    full: bool,
}

/// How far the present statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There is none.
    Closed,
    /// It is open; the sink does not know of it.
    Open,
    /// The sink knows of it.
    Announced,
}

/// The innermost aggregate that matters, outside of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Elsewhere,
    Status,
    Account,
    List,
    PendingList,
    Ledger,
    Available,
    OtherBalance,
}

impl StatementBuilder {
    /// A builder for one file.
    pub(super) fn new(corrections: Corrections, assumed_currency: Option<Currency>) -> Self {
        Self {
            values: Values::default(),
            answers: Answers::default(),
            corrections,
            assumed_currency,
            within: Within::Elsewhere,
            statement: Statement::default(),
            stage: Stage::Closed,
            line: LineBuilder::default(),
            balance: BalanceBuilder::default(),
            tally: Tally::default(),
            number: 0,
            web_connect: false,
            ended: false,
            full: false,
        }
    }

    /// Whether a limit was hit, so that the rest is not to be read.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Whether the file has the bank number that Quicken asks for.
    pub(super) fn is_web_connect(&self) -> bool {
        self.web_connect
    }

    /// Takes the present tag.
    pub(super) fn take<R: Read>(&mut self, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        let element = tags.element();
        if tags.cut() {
            out.report(Code::TooLarge, place(tags), "a text this long lost its end");
        }
        if tags.closing() {
            self.close(element, tags, out);
            if !tags.text().is_empty() && self.stage != Stage::Closed {
                let quote = self.values.quote(tags);
                out.report(Code::Unread, place(tags), format!("{quote:?} stands between elements"));
            }
            return;
        }
        self.open(element, tags, out);
        if tags.closed() && element.holds_elements() {
            self.close(element, tags, out);
        }
    }

    /// The file is over, on this line.
    pub(super) fn finish(&mut self, line: u64, out: &mut Emitter<'_>) {
        if self.line.is_open() && !self.full {
            out.report(
                Code::Malformed,
                self.line.place(),
                "the file ends inside this line; it was left out",
            );
            self.tally.leave_out();
        }
        self.leave(out);
        self.end_statement(out);
        if !self.ended && !self.full && out.statements() > 0 {
            out.report(Code::Incomplete, Place::line(line), "the file ends without </OFX>");
        }
        if !self.line.unread().is_empty() {
            let message = format!(
                "elements of lines that were not read: {}",
                self.line.unread().join(", ")
            );
            out.problem(Problem::of_file(Code::Unread, message));
        }
        if out.statements() == 0 {
            out.problem(Problem::of_file(Code::NotAStatement, self.answers.without_statement()));
        }
    }

    fn open<R: Read>(&mut self, element: Element, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        match element {
            Element::Line | Element::PendingLine => {
                self.end_line(tags.bytes().start, out);
                self.begin_line(element, tags, out);
            }
            // Whatever belongs to the statement ends a line that has no end tag.
            _ if self.line.is_open() && !element.outranks_line() => {
                self.line.element(element, tags, &mut self.values, out);
            }
            _ => {
                self.end_line(tags.bytes().start, out);
                self.open_outside_lines(element, tags, out);
            }
        }
    }

    fn open_outside_lines<R: Read>(&mut self, element: Element, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        match element {
            Element::Statement | Element::CardStatement | Element::InvestmentStatement => {
                self.begin_statement(element, out);
            }
            Element::StatementResponse => self.end_statement(out),
            Element::Transactions | Element::PendingTransactions => {
                self.leave(out);
                if self.stage == Stage::Closed {
                    self.begin_bare("BANKTRANLIST", out);
                }
                self.within = if element == Element::Transactions {
                    Within::List
                } else {
                    Within::PendingList
                };
            }
            Element::Status => {
                self.leave(out);
                self.within = Within::Status;
                self.answers.begin(tags.line());
            }
            Element::SignOn => self.answers.note_kind("an answer to a sign-on"),
            Element::AccountList => self.answers.note_kind("a list of accounts"),
            Element::Profile => self.answers.note_kind("a profile of the bank"),
            Element::Bid => self.web_connect = true,
            _ if self.within == Within::Status => {
                self.answers.element(element, tags, &mut self.values);
            }
            _ if self.stage != Stage::Closed => self.open_in_statement(element, tags, out),
            _ => {}
        }
    }

    fn open_in_statement<R: Read>(&mut self, element: Element, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        match element {
            Element::BankAccount | Element::CardAccount | Element::InvestmentAccount => {
                self.leave(out);
                self.within = Within::Account;
            }
            Element::LedgerBalance => self.begin_balance(Within::Ledger, tags, out),
            Element::AvailableBalance => self.begin_balance(Within::Available, tags, out),
            Element::OtherBalance => self.begin_balance(Within::OtherBalance, tags, out),
            Element::InvestmentBalances | Element::BalanceList => self.leave(out),
            Element::DefaultCurrency => self.statement.currency = self.values.currency(tags, out),
            Element::Trade => self.statement.investment_lines += 1,
            Element::AvailableCash if !tags.text().is_empty() => {
                if let Some(amount) = self.values.amount(tags, out) {
                    let cash = balance(BalanceKind::Available, "AVAILCASH", amount, None);
                    self.keep_other(cash, out);
                }
            }
            _ => match self.within {
                Within::Account => self.account_element(element, tags),
                Within::List => self.list_element(element, tags, out),
                Within::Ledger | Within::Available | Within::OtherBalance => {
                    self.balance.element(element, tags, &mut self.values, out);
                }
                Within::PendingList | Within::Status | Within::Elsewhere => {}
            },
        }
    }

    fn close<R: Read>(&mut self, element: Element, tags: &Tags<R>, out: &mut Emitter<'_>) {
        match element {
            Element::Line | Element::PendingLine => self.end_line(tags.bytes().end, out),
            Element::Payee | Element::OtherAccount | Element::LineCurrency | Element::OriginalCurrency => {
                self.line.leave_part();
            }
            Element::StatementResponse => {
                self.end_line(tags.bytes().start, out);
                self.end_statement(out);
            }
            _ if element.is_statement() => {
                self.end_line(tags.bytes().start, out);
                self.end_statement(out);
            }
            Element::Transactions | Element::PendingTransactions => {
                self.end_line(tags.bytes().start, out);
                self.leave(out);
            }
            Element::Status
            | Element::BankAccount
            | Element::CardAccount
            | Element::InvestmentAccount
            | Element::LedgerBalance
            | Element::AvailableBalance
            | Element::OtherBalance => self.leave(out),
            Element::Ofx => self.ended = true,
            _ => {}
        }
    }

    /// Ends the aggregate we are within.
    fn leave(&mut self, out: &mut Emitter<'_>) {
        let within = std::mem::replace(&mut self.within, Within::Elsewhere);
        if within == Within::Elsewhere {
            return;
        }
        let balance = std::mem::take(&mut self.balance);
        match within {
            Within::Status => self.answers.end(out),
            Within::Ledger => self.statement.closing = balance.end(BalanceKind::Closing, out),
            Within::Available => {
                self.statement.available = balance.end(BalanceKind::Available, out);
            }
            Within::OtherBalance => {
                if let Some(balance) = balance.end(BalanceKind::Other, out) {
                    self.keep_other(balance, out);
                }
            }
            Within::Elsewhere | Within::Account | Within::List | Within::PendingList => {}
        }
    }

    fn begin_statement(&mut self, element: Element, out: &mut Emitter<'_>) {
        let (message, kind) = match element {
            Element::CardStatement => ("CCSTMTRS", AccountKind::Card),
            Element::InvestmentStatement => ("INVSTMTRS", AccountKind::Investment),
            _ => ("STMTRS", AccountKind::Bank),
        };
        self.number += 1;
        self.begin_bare(message, out);
        self.statement.account.kind = kind;
    }

    fn begin_bare(&mut self, message: &str, out: &mut Emitter<'_>) {
        self.end_statement(out);
        if out.statements() >= MAX_STATEMENTS {
            out.problem(Problem::of_file(
                Code::TooLarge,
                format!("there are more than {MAX_STATEMENTS} statements"),
            ));
            self.full = true;
            return;
        }
        self.statement = Statement {
            message: message.to_owned(),
            ..Statement::default()
        };
        self.stage = Stage::Open;
        self.tally.clear();
    }

    /// Tells the sink about the statement once what comes before its lines is known.
    fn announce(&mut self, out: &mut Emitter<'_>) {
        if self.stage == Stage::Open {
            self.settle_account();
            out.begin(&self.statement);
            self.stage = Stage::Announced;
        }
    }

    fn end_statement(&mut self, out: &mut Emitter<'_>) {
        self.leave(out);
        if self.stage == Stage::Closed {
            return;
        }
        self.announce(out);
        self.stage = Stage::Closed;
        self.settle_account();
        self.statement.opening = self.tally.derived_opening(&self.statement);
        self.tally.report(&self.statement, self.assumed_currency, out);
        out.end(std::mem::take(&mut self.statement));
    }

    fn settle_account(&mut self) {
        let account = &mut self.statement.account;
        account.id = account_number::normalised(&account.raw);
        account.scheme = match account.kind {
            _ if account_number::is_iban(&account.id) => AccountScheme::Iban,
            AccountKind::Bank if !account.id.is_empty() => AccountScheme::Bban,
            AccountKind::Card if !account.id.is_empty() => AccountScheme::Card,
            _ => AccountScheme::Other,
        };
    }

    fn begin_line<R: Read>(&mut self, element: Element, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        if out.lines() >= MAX_LINES {
            out.report(
                Code::TooLarge,
                place(tags),
                format!("there are more than {MAX_LINES} lines"),
            );
            self.full = true;
            return;
        }
        if self.stage == Stage::Closed {
            self.begin_bare("BANKTRANLIST", out);
        }
        self.announce(out);
        let pending = element == Element::PendingLine || self.within == Within::PendingList;
        self.line
            .begin(tags, if pending { Status::Pending } else { Status::Booked });
    }

    fn end_line(&mut self, end_byte: u64, out: &mut Emitter<'_>) {
        if !self.line.is_open() {
            return;
        }
        let line = match self.line.end(end_byte, out) {
            Ended::Line(line) => line,
            Ended::WithoutAmount(place) => {
                out.report(
                    Code::BadLine,
                    place,
                    "the line has no amount that can be read; it was left out",
                );
                self.tally.leave_out();
                return;
            }
        };
        let place = || Place::field(line.source_line, "FITID");
        if line.ids.corrects != line.ids.bank_id && self.corrections.applies_to(self.number, &line.ids.bank_id) {
            line.status = Status::Info;
            out.report(
                Code::Decided,
                place(),
                "a later line of the file corrects this one; it does not count",
            );
        }
        if !line.ids.corrects.is_empty() && !self.corrections.was_met(self.number, &line.ids.corrects) {
            let message = format!(
                "this line corrects {:?}, which is not before it in this file",
                excerpt(&line.ids.corrects, 40)
            );
            out.report(Code::Correction, place(), message);
        }
        let default = self.statement.currency.or(self.assumed_currency);
        if line.currency == default {
            line.currency = None;
        }
        self.tally.add(line, default);
        out.line(line);
    }

    fn account_element<R: Read>(&mut self, element: Element, tags: &Tags<R>) {
        let account = &mut self.statement.account;
        match element {
            Element::BankId => self.values.set(tags, &mut account.bank_id),
            Element::BranchId => self.values.set(tags, &mut account.branch_id),
            Element::AccountId => self.values.set(tags, &mut account.raw),
            Element::AccountType => self.values.set(tags, &mut account.type_word),
            _ => {}
        }
    }

    /// A statement may have several lists; its period is over all of them.
    fn list_element<R: Read>(&mut self, element: Element, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        match element {
            Element::From => {
                let date = self.values.date(tags, out);
                let from = &mut self.statement.period.0;
                *from = from.iter().copied().chain(date).min();
            }
            Element::To => {
                let date = self.values.date(tags, out);
                let to = &mut self.statement.period.1;
                *to = to.iter().copied().chain(date).max();
            }
            _ => {}
        }
    }

    fn begin_balance<R: Read>(&mut self, within: Within, tags: &mut Tags<R>, out: &mut Emitter<'_>) {
        self.leave(out);
        self.within = within;
        self.balance = BalanceBuilder::begin(tags);
    }

    fn keep_other(&mut self, balance: Balance, out: &mut Emitter<'_>) {
        let kept = &mut self.statement.other_balances;
        if kept.len() < MAX_BALANCES {
            kept.push(balance);
        } else {
            let message = format!("a statement with more than {MAX_BALANCES} balances lost one");
            out.problem(Problem::of_file(Code::TooLarge, message));
        }
    }
}
