//! Totals and proof of one statement: opening + Σ booked lines = closing, and the file's own control totals. Where a
//! balance is not printed by itself, those printed beside the lines stand in for it.

use crate::model::{
    Balance, BalanceColumn, BalanceKind, Control, ControlOver, Line, Proof, RUNNING_BALANCE, Statement, Status, Totals,
};
use crate::running::{Ends, Finding, RunningBalances};
use tieout_core::problem::{Code, Place, Problem};
use tieout_core::{Date, Decimal};

/// Adds up the lines of one statement as they pass.
#[derive(Debug, Default)]
pub struct Prover {
    totals: Totals,
    reversals: Decimal,
    /// Of the line before.
    dates_before: (Option<Date>, Option<Date>),
    running: RunningBalances,
    overflow: bool,
}

/// What the balances of a statement prove of these lines.
pub(crate) fn proof(statement: &Statement, lines: &[Line]) -> Proof {
    let mut prover = Prover::default();
    for line in lines {
        prover.add(line);
    }
    let mut tried = statement.clone();
    prover.finish(&mut tried, &mut Vec::new());
    tried.proof
}

impl Prover {
    /// Forgets all lines and keeps the memory.
    pub(crate) fn clear(&mut self) {
        let mut running = std::mem::take(&mut self.running);
        running.clear();
        *self = Self {
            running,
            ..Self::default()
        };
    }

    /// One line passes.
    pub fn add(&mut self, line: &Line) {
        self.running.add(line);
        match line.status {
            Status::Pending => self.totals.pending += 1,
            Status::Info => self.totals.info += 1,
            Status::Booked => self.add_booked(line),
        }
    }

    fn add_booked(&mut self, line: &Line) {
        self.totals.booked += 1;
        let sum = if line.amount.is_negative() {
            &mut self.totals.debits
        } else {
            &mut self.totals.credits
        };
        match sum.checked_add(line.amount) {
            Some(added) => *sum = added,
            None => self.overflow = true,
        }
        if line.reversal {
            self.reversals = self.reversals.checked_add(line.amount).unwrap_or(self.reversals);
        }
        // Neighbours mostly bear the same dates.
        let dates = (line.booking_date, line.value_date);
        if dates != self.dates_before {
            widen(&mut self.totals.booking_dates, line.booking_date);
            widen(&mut self.totals.value_dates, line.value_date);
            self.dates_before = dates;
        }
    }

    /// Fills totals and proof of the statement and says what is off. Entries marked as reversals are turned if exactly
    /// that makes the balances prove: some banks print the direction of the original entry.
    pub fn finish(&self, statement: &mut Statement, found: &mut Vec<Problem>) {
        statement.totals = self.totals;
        // Lines that make the balances printed by themselves are all there, whatever a column of balances is called.
        let column = if self.is_proved_by_printed(statement) {
            BalanceColumn::Unnamed
        } else {
            statement.balance_column
        };
        let ends = match self.running.find(column) {
            Finding::Ends(ends) => Some(ends),
            Finding::Nothing => None,
            Finding::Unfollowed(steps) => {
                found.push(unfollowed(statement, steps));
                None
            }
        };
        if let Some(ends) = &ends {
            fill(statement, ends);
            report_breaks(ends, found);
            found.extend(without_balance(statement, ends));
        }
        statement.proof = self.prove(statement, ends.as_ref());
        let broken = ends.as_ref().is_some_and(|ends| ends.break_count > 0);
        statement.balance_breaks = ends.map_or_else(Vec::new, |ends| ends.breaks);
        if broken && statement.proof == Proof::NotPossible {
            // The sum of the lines is right and the lines are wrong: nothing may take the balance for a proof.
            statement.closing = statement.closing.take().filter(|closing| !closing.derived);
        }
        if let Proof::Off(by) = statement.proof {
            let twice = self.reversals.checked_add(self.reversals);
            if !self.reversals.is_zero() && twice.is_some_and(|twice| -twice == by) {
                statement.reversals_flipped = true;
                statement.proof = Proof::Exact;
                self.flip_totals(statement);
                found.push(Problem::of_file(
                    Code::ReversalFlipped,
                    format!(
                        "{}: the balances prove only with its reversal entries turned",
                        name_of(statement)
                    ),
                ));
            } else {
                found.push(Problem::of_file(
                    Code::ProofOff,
                    format!("{}: off by {by}: opening + lines is not closing", name_of(statement)),
                ));
            }
        }
        for control in &statement.control {
            Self::check(control, statement, found);
        }
    }

    /// Whether balances that are printed by themselves prove the lines.
    fn is_proved_by_printed(&self, statement: &Statement) -> bool {
        let balances = [&statement.opening, &statement.closing].into_iter().flatten();
        let are_printed = balances.filter(|balance| !balance.derived).count() == 2;
        are_printed && self.prove(statement, None) == Proof::Exact
    }

    fn prove(&self, statement: &Statement, ends: Option<&Ends>) -> Proof {
        let (Some(opening), Some(closing)) = (&statement.opening, &statement.closing) else {
            return Proof::NotPossible;
        };
        // With running balances that follow from each other, derived ones are theirs. The balance beside a single line
        // proves that line to an opening printed elsewhere; less the line itself it proves nothing.
        let compared = ends.is_some_and(|ends| ends.compared);
        let circular = opening.derived && !compared;
        let is_cut = statement.is_cut && (opening.derived || closing.derived);
        // Nothing proves lines behind the newest balance.
        let is_open = closing.derived && ends.is_some_and(|ends| ends.newest_printed.is_some());
        if circular || is_cut || is_open || !closing.is_printed() || self.overflow {
            return Proof::NotPossible;
        }
        let broken = ends.is_some_and(|ends| ends.break_count > 0);
        let off = closing
            .amount
            .checked_sub(opening.amount)
            .and_then(|moved| moved.checked_sub(self.totals.credits))
            .and_then(|rest| rest.checked_sub(self.totals.debits));
        match off {
            None => Proof::NotPossible,
            // Breaks and missing lines that cancel each other leave the sum right and the lines wrong.
            Some(off) if off.is_zero() && (broken || statement.lacks_lines) => Proof::NotPossible,
            Some(off) if off.is_zero() => Proof::Exact,
            Some(off) => Proof::Off(off),
        }
    }

    /// With turned reversals: they count on the other side.
    fn flip_totals(&self, statement: &mut Statement) {
        let totals = &mut statement.totals;
        let (from, to) = if self.reversals.is_negative() {
            (&mut totals.debits, &mut totals.credits)
        } else {
            (&mut totals.credits, &mut totals.debits)
        };
        *from = from.checked_sub(self.reversals).unwrap_or(*from);
        *to = to.checked_sub(self.reversals).unwrap_or(*to);
    }

    fn check(control: &Control, statement: &Statement, found: &mut Vec<Problem>) {
        let totals = &statement.totals;
        let sum = match control.over {
            ControlOver::Credits => Some(totals.credits),
            ControlOver::Debits => Some(-totals.debits),
            ControlOver::Lines => totals.credits.checked_add(-totals.debits),
        };
        if let (Some(printed), Some(sum)) = (control.sum, sum)
            && printed.abs() != sum.abs()
        {
            found.push(Problem::of_file(
                Code::ControlTotal,
                format!(
                    "{}: {} prints {printed}, the lines sum to {sum}",
                    name_of(statement),
                    control.source_code
                ),
            ));
        }
        if let (Some(printed), ControlOver::Lines) = (control.count, control.over)
            && printed != totals.booked
        {
            found.push(Problem::of_file(
                Code::ControlTotal,
                format!(
                    "{}: {} counts {printed} lines, there are {}",
                    name_of(statement),
                    control.source_code,
                    totals.booked
                ),
            ));
        }
    }
}

/// Whether a problem of this kind is a line or an amount that is not among those read.
pub(crate) fn loses_a_line(code: Code) -> bool {
    code.loses() && !matches!(code, Code::BalanceBreak | Code::ControlTotal | Code::Draft)
}

/// Takes back a proof by balances beside the lines, for want of a line that could not be read: if it stood before the
/// first or behind the last of them, they all agree without it.
pub(crate) fn withdraw(statement: &mut Statement) {
    let derived = |balance: &Option<Balance>| balance.as_ref().is_some_and(|balance| balance.derived);
    if statement.proof == Proof::Exact && (derived(&statement.opening) || derived(&statement.closing)) {
        statement.proof = Proof::NotPossible;
    }
}

/// Balances that are not printed by themselves are those of the running balances, marked as derived.
fn fill(statement: &mut Statement, ends: &Ends) {
    let balance = |amount: Decimal, date: Option<Date>, kind: BalanceKind| Balance {
        amount,
        currency: None,
        date,
        kind,
        source_code: RUNNING_BALANCE.into(),
        derived: true,
    };
    if statement.opening.as_ref().is_none_or(|opening| opening.derived) {
        statement.opening = Some(balance(ends.opening, None, BalanceKind::Opening));
    }
    if statement.closing.as_ref().is_none_or(|closing| closing.derived) {
        statement.closing = Some(balance(ends.closing, Some(ends.closing_date), BalanceKind::Closing));
    }
}

/// Says that no balance could be taken from the column of balances.
fn unfollowed(statement: &Statement, steps: u64) -> Problem {
    let (balances, follow) = if steps == 1 {
        ("1 balance".to_owned(), "does")
    } else {
        (format!("{steps} balances"), "do")
    };
    let message = format!(
        "{}: {balances} beside the lines {follow} not follow from the amounts, in no order of the lines; none of them was used",
        name_of(statement)
    );
    let advice = "compare with the bank's own list, or export it again by date, with every line and for one account";
    Problem::of_file(Code::BalanceBreak, message).advising(advice)
}

/// Says that the newest lines have no balance beside them.
fn without_balance(statement: &Statement, ends: &Ends) -> Option<Problem> {
    let printed = ends.newest_printed?;
    let closing = statement.closing.as_ref().filter(|closing| closing.derived)?;
    let message = format!(
        "{}: the newest lines have no balance beside them; the closing balance {} is the newest one that is printed, \
         {printed}, and these lines",
        name_of(statement),
        closing.amount
    );
    Some(Problem::of_file(Code::Decided, message))
}

/// Says of each break of the running balances where it is and how large.
fn report_breaks(ends: &Ends, found: &mut Vec<Problem>) {
    for broken in &ends.breaks {
        let message = format!(
            "the balance {} is {} away from the balance before it and the amount",
            broken.balance, broken.off
        );
        found.push(Problem::new(
            Code::BalanceBreak,
            Place::line(broken.source_line),
            message,
        ));
    }
    let named = u64::try_from(ends.breaks.len()).unwrap_or(u64::MAX);
    if ends.break_count > named {
        let message = format!(
            "{} more balances do not follow from the one before",
            ends.break_count - named
        );
        found.push(Problem::of_file(Code::BalanceBreak, message));
    }
}

/// How a statement is called in messages: `statement 00055/001 of NL26VAYB8060476890`.
pub fn name_of(statement: &Statement) -> String {
    let number = if statement.number.is_empty() {
        &statement.reference
    } else {
        &statement.number
    };
    let mut name = String::from("statement");
    if !number.is_empty() {
        name.push(' ');
        name.push_str(number);
    }
    if !statement.account.id.is_empty() {
        name.push_str(" of ");
        name.push_str(&statement.account.id);
    }
    name
}

fn widen(range: &mut Option<(Date, Date)>, date: Option<Date>) {
    if let Some(date) = date {
        *range = Some(range.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
    }
}
