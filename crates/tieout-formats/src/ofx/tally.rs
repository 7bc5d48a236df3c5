//! What is counted over the lines of one statement, and what follows from it.

use super::line::type_contradicts;
use crate::limits::MAX_PROBLEMS_PER_CODE;
use crate::model::{Balance, BalanceKind, Line, Statement, Status};
use crate::prove::name_of;
use crate::read::Emitter;
use crate::seen_ids::SeenIds;
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Currency, Decimal};

/// Counts over the lines of one statement.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Σ of booked amounts; `None` once it cannot tell the opening balance any more.
    sum: Option<Decimal>,
    lines: u64,
    pending: u64,
    without_currency: u64,
    mixed_currency: bool,
    seen_ids: SeenIds,
    /// Lines whose type says the side of their sign, and the other: where the first of these stand and what to say.
    agreeing: u64,
    contradicting: u64,
    contradictions: Vec<(u64, String)>,
}

impl Tally {
    /// A statement begins.
    pub(super) fn clear(&mut self) {
        *self = Self {
            sum: Some(Decimal::ZERO),
            ..Self::default()
        };
    }

    /// A line of a statement in this currency.
    pub(super) fn add(&mut self, line: &Line, currency: Option<Currency>) {
        self.lines += 1;
        self.pending += u64::from(line.status == Status::Pending);
        self.seen_ids.note(&line.ids.bank_id, line.source_line);
        self.compare_type(line);
        if line.currency.is_some() {
            self.mixed_currency |= currency.is_some();
            self.sum = None;
        } else {
            self.without_currency += 1;
        }
        if line.status == Status::Booked {
            self.sum = self.sum.and_then(|sum| sum.checked_add(line.amount));
        }
    }

    fn compare_type(&mut self, line: &Line) {
        let contradicts = type_contradicts(line);
        self.agreeing += u64::from(contradicts == Some(false));
        if contradicts == Some(true) {
            self.contradicting += 1;
            if self.contradictions.len() < MAX_PROBLEMS_PER_CODE {
                let (code, amount) = (&line.type_code.code, line.amount);
                let message = format!("the type says {code}, the amount is {amount}; the amount counts");
                self.contradictions.push((line.source_line, message));
            }
        }
    }

    /// Says of each line whose type contradicts its sign, or that all do.
    fn report_types(&mut self, name: &str, out: &mut Emitter<'_>) {
        let kept = u64::try_from(self.contradictions.len()).unwrap_or(u64::MAX);
        if self.agreeing == 0 && self.contradicting > 1 {
            let message = format!(
                "{name}: the types of all {} lines that say credit or debit contradict the signs of their amounts",
                self.contradicting
            );
            out.problem(Problem::of_file(Code::SignsTurned, message));
            return;
        }
        for (line, message) in self.contradictions.drain(..) {
            out.report(Code::Irregular, Place::field(line, "TRNTYPE"), message);
        }
        if self.contradicting > kept {
            let message = format!(
                "{name}: {} more types contradict their amounts",
                self.contradicting - kept
            );
            out.problem(Problem::of_file(Code::Irregular, message));
        }
    }

    /// A line could not be read.
    pub(super) fn leave_out(&mut self) {
        self.sum = None;
    }

    /// OFX prints no opening balance. The ledger balance minus the lines is one, if it is as of the period's end; many
    /// banks print the balance of the moment of download, which may count later lines.
    pub(super) fn derived_opening(&self, statement: &Statement) -> Option<Balance> {
        let (closing, to) = (statement.closing.as_ref()?, statement.period.1?);
        let latest = to.tomorrow().unwrap_or(to);
        let amount = closing.amount.checked_sub(self.sum?)?;
        closing.date.filter(|date| *date <= latest)?;
        Some(Balance {
            amount,
            currency: None,
            date: None,
            kind: BalanceKind::Opening,
            source_code: "LEDGERBAL".to_owned(),
            derived: true,
        })
    }

    /// Says what is worth knowing about a statement that is complete.
    pub(super) fn report(&mut self, statement: &Statement, assumed: Option<Currency>, out: &mut Emitter<'_>) {
        let name = name_of(statement);
        self.report_types(&name, out);
        for repeated in self.seen_ids.take_repeated() {
            let message = format!("line {} has the same id", repeated.earlier);
            out.report(Code::DuplicateId, Place::field(repeated.line, "FITID"), message);
        }
        let mut report = |code, message: String| out.problem(Problem::of_file(code, message));
        let left_out = self.seen_ids.take_left_out();
        if left_out > 0 {
            report(
                Code::Decided,
                format!("{name}: {left_out} ids were too many to be compared"),
            );
        }
        if statement.account.id.is_empty() {
            report(Code::NoAccount, format!("{name}: the account is not named"));
        }
        if statement.currency.or(assumed).is_none() && (self.without_currency > 0 || self.lines == 0) {
            report(Code::NoCurrency, format!("{name}: the currency is not named"));
        }
        if self.mixed_currency {
            report(
                Code::MixedCurrency,
                format!("{name}: some lines are in another currency than the account"),
            );
        }
        if statement.investment_lines > 0 {
            let count = statement.investment_lines;
            report(
                Code::InvestmentSkipped,
                format!("{name}: {count} securities trades were counted, not read"),
            );
        }
        if self.pending > 0 {
            report(Code::Pending, format!("{name}: {} lines are pending", self.pending));
        }
        if self.lines == 0 {
            report(Code::EmptyStatement, format!("{name} has no lines"));
        }
    }
}
