//! Balances and control totals of a statement: which balance opens, which closes, which sums the bank prints.

use super::Finding;
use super::details::{Stated, stated};
use super::fields::{BalanceField, TotalField};
use super::values::{Direction, ReadDate, date};
use crate::limits;
use crate::model::{Balance, BalanceKind, Control, ControlOver, Line, Statement, Status};
use tieout_core::problem::{Code, excerpt};
use tieout_core::{Currency, Date, Decimal};

/// Most characters of a bank's own code in the standard.
const CODE_CHARACTERS: usize = 35;

/// The balances and control totals read so far.
#[derive(Debug, Default)]
pub(super) struct Balances {
    printed: Vec<Printed>,
    draft: Draft,
    controls: Vec<Control>,
    /// Over all lines, whatever their status.
    credits: Decimal,
    debits: Decimal,
    lines: u64,
    unbooked: u64,
}

#[derive(Debug)]
struct Printed {
    balance: Balance,
    /// `SubTp` says `INTM`: the balance of a page.
    intermediate: bool,
}

#[derive(Debug, Default)]
struct Draft {
    code: String,
    intermediate: bool,
    amount: Option<Stated>,
    direction: Option<Direction>,
    date: Option<Date>,
}

impl Balances {
    /// Takes a value of a balance.
    pub(super) fn set(&mut self, field: BalanceField, text: &str, currency: Option<Currency>) -> Result<(), Finding> {
        match field {
            BalanceField::Code => self.draft.code = text.chars().take(CODE_CHARACTERS).collect(),
            BalanceField::SubCode => self.draft.intermediate = text == "INTM",
            BalanceField::Amount => self.draft.amount = Some(stated(text, currency, "Bal/Amt")?),
            BalanceField::Direction => self.draft.direction = Direction::parse(text),
            BalanceField::Date => {
                let read = date(text).ok_or_else(|| bad_date(text, "Bal/Dt"))?;
                self.draft.date = Some(read.date());
                if let ReadDate::Clamped(moved) = read {
                    return Err(clamped(text, moved, "Bal/Dt"));
                }
            }
        }
        Ok(())
    }

    /// `Bal` ends.
    pub(super) fn end_balance(&mut self) -> Result<(), Finding> {
        let draft = std::mem::take(&mut self.draft);
        let lost = |message: &str| Finding {
            code: Code::BadAmount,
            path: "Bal",
            message: format!("balance {} is left out: {message}", excerpt(&draft.code, 20)),
        };
        let stated = draft.amount.ok_or_else(|| lost("it has no amount"))?;
        let amount = match draft.direction {
            Some(Direction::Credit) => stated.amount,
            Some(Direction::Debit) => -stated.amount,
            None if stated.amount.is_zero() => stated.amount,
            None => return Err(lost("it does not say whether it is CRDT or DBIT")),
        };
        if self.printed.len() >= limits::MAX_BALANCES {
            return Err(Finding {
                code: Code::TooLarge,
                ..lost("the statement has too many")
            });
        }
        self.printed.push(Printed {
            balance: Balance {
                amount,
                currency: stated.currency,
                date: draft.date,
                kind: kind_of(&draft.code),
                source_code: draft.code,
                derived: false,
            },
            intermediate: draft.intermediate,
        });
        Ok(())
    }

    /// The currency of the opening, else the closing balance. Other balances may be in any: banks print what is
    /// available over all currencies of an account.
    pub(super) fn currency(&self) -> Option<Currency> {
        let balance = |index: Option<usize>| index.and_then(|index| self.printed.get(index));
        balance(self.opening())
            .or_else(|| balance(self.closing()))
            .and_then(|printed| printed.balance.currency)
    }

    /// Takes a control total.
    pub(super) fn set_total(&mut self, over: ControlOver, field: TotalField, text: &str) -> Result<(), Finding> {
        let code = match over {
            ControlOver::Lines => "TtlNtries",
            ControlOver::Credits => "TtlCdtNtries",
            ControlOver::Debits => "TtlDbtNtries",
        };
        let index = self
            .controls
            .iter()
            .position(|control| control.over == over)
            .unwrap_or_else(|| {
                self.controls.push(Control {
                    source_code: code.to_owned(),
                    over,
                    count: None,
                    sum: None,
                });
                self.controls.len() - 1
            });
        let bad = || Finding {
            code: Code::BadAmount,
            path: "TxsSummry",
            message: format!("\"{}\" is no count or sum", excerpt(text, 40)),
        };
        if let Some(control) = self.controls.get_mut(index) {
            match field {
                TotalField::Count => control.count = Some(text.parse().map_err(|_| bad())?),
                TotalField::Sum => control.sum = Some(Decimal::parse(text).map_err(|_| bad())?),
            }
        }
        Ok(())
    }

    /// A line of the statement passes.
    pub(super) fn add(&mut self, line: &Line) {
        let sum = if line.amount.is_negative() {
            &mut self.debits
        } else {
            &mut self.credits
        };
        *sum = sum.checked_add(line.amount).unwrap_or(*sum);
        self.lines += 1;
        self.unbooked += u64::from(line.status != Status::Booked);
    }

    /// Lines so far that are pending or for information.
    pub(super) fn unbooked_lines(&self) -> u64 {
        self.unbooked
    }

    /// Puts what is known by now into the statement. May be called again when more is known.
    pub(super) fn settle(&self, statement: &mut Statement) {
        let opening = self.opening();
        let closing = self.closing();
        let (opening, closing) = self.with_page_balances(statement, opening, closing);
        let available = self.last_of("CLAV").or_else(|| self.last_of("ITAV"));
        let chosen = [opening, closing, available];
        let balance = |index: Option<usize>| index.and_then(|index| self.printed.get(index));
        statement.intermediate |= [opening, closing]
            .iter()
            .any(|index| balance(*index).is_some_and(|p| p.intermediate));
        let with_kind = |index, kind| {
            balance(index).map(|p| Balance {
                kind,
                ..p.balance.clone()
            })
        };
        statement.opening = with_kind(opening, BalanceKind::Opening);
        statement.closing = with_kind(closing, BalanceKind::Closing);
        statement.available = balance(available).map(|p| p.balance.clone());
        statement.other_balances = self
            .printed
            .iter()
            .enumerate()
            .filter(|(index, _)| !chosen.contains(&Some(*index)))
            .map(|(_, printed)| printed.balance.clone())
            .collect();
        statement.control.clone_from(&self.controls);
        if self.totals_count_unbooked_lines() {
            statement.control.clear();
        }
    }

    /// The booked balance before the first line: `OPBD`, else the closing balance before it (`PRCD`); of several, the
    /// earliest, for there may be one for each page or day.
    fn opening(&self) -> Option<usize> {
        let earliest = |code: &str| {
            self.coded(code)
                .min_by_key(|(index, balance)| (balance.date.is_none(), balance.date, *index))
                .map(|(i, _)| i)
        };
        earliest("OPBD").or_else(|| earliest("PRCD"))
    }

    /// The booked balance after the last line: `CLBD`, of several the latest.
    fn closing(&self) -> Option<usize> {
        self.coded("CLBD")
            .max_by_key(|(index, balance)| (balance.date, *index))
            .map(|(index, _)| index)
    }

    /// A page of a statement may open or close with an interim balance (`ITBD`). Reports of the day (camt.052) print
    /// the balance of the moment under the same code, so there it is neither.
    fn with_page_balances(
        &self,
        statement: &mut Statement,
        opening: Option<usize>,
        closing: Option<usize>,
    ) -> (Option<usize>, Option<usize>) {
        let mut interim = self.coded("ITBD").map(|(index, _)| index);
        let (first, last) = (interim.next(), interim.last());
        if !statement.message.starts_with("camt.053") || first.is_none() {
            return (opening, closing);
        }
        match (opening, closing, last) {
            (None, Some(_), _) => {
                statement.intermediate = true;
                (first, closing)
            }
            (Some(_), None, _) => {
                statement.intermediate = true;
                (opening, last.or(first))
            }
            (None, None, Some(last)) => {
                statement.intermediate = true;
                (first, Some(last))
            }
            _ => (opening, closing),
        }
    }

    fn last_of(&self, code: &str) -> Option<usize> {
        self.coded(code).map(|(index, _)| index).last()
    }

    fn coded(&self, code: &str) -> impl Iterator<Item = (usize, &Balance)> {
        let all = self.printed.iter().enumerate();
        all.filter(move |(_, p)| p.balance.source_code == code)
            .map(|(index, p)| (index, &p.balance))
    }

    /// Reports of the day count pending lines in their totals, and proof counts booked lines only. Where the printed
    /// totals agree with all lines there is nothing left to check.
    fn totals_count_unbooked_lines(&self) -> bool {
        self.unbooked > 0
            && self.controls.iter().all(|control| {
                let sum = match control.over {
                    ControlOver::Credits => Some(self.credits),
                    ControlOver::Debits => Some(-self.debits),
                    ControlOver::Lines => self.credits.checked_sub(self.debits),
                };
                let count_agrees = control.over != ControlOver::Lines || control.count.is_none_or(|n| n == self.lines);
                control.sum.is_none_or(|printed| Some(printed.abs()) == sum) && count_agrees
            })
    }
}

/// What a balance with this code says.
fn kind_of(code: &str) -> BalanceKind {
    match code {
        "OPBD" | "PRCD" => BalanceKind::Opening,
        "CLBD" => BalanceKind::Closing,
        "ITBD" => BalanceKind::Interim,
        "CLAV" | "OPAV" | "ITAV" => BalanceKind::Available,
        "FWAV" => BalanceKind::Forward,
        "XPCD" => BalanceKind::Expected,
        _ => BalanceKind::Other,
    }
}

/// A date that cannot be read.
pub(super) fn bad_date(text: &str, path: &'static str) -> Finding {
    Finding {
        code: Code::BadDate,
        path,
        message: format!("\"{}\" is no date", excerpt(text, 40)),
    }
}

/// A date that was moved to the end of its month.
pub(super) fn clamped(text: &str, moved: Date, path: &'static str) -> Finding {
    Finding {
        code: Code::DateClamped,
        path,
        message: format!("\"{}\" does not exist, read as {moved}", excerpt(text, 40)),
    }
}
