//! Figures that a table prints about its own entries: running balances, subtotals, and what the types of entries say about
//! the meaning of signs.

use std::cmp::Ordering;
use tieout_core::Date;
use tieout_core::decimal::{Decimal, Sum};
use tieout_tables::{AmountLayout, Row, Table};

/// Whether running balances follow from the amounts, for both orders of rows and both signs of the amounts.
#[derive(Debug, Clone, Default)]
pub(super) struct Chain {
    last: Option<(Decimal, Decimal)>,
    /// Oldest first, newest first; each with the amounts as read and turned.
    ways: [Way; 4],
    first: Option<(Decimal, Decimal)>,
    /// Of the first row and the last.
    days: Option<(Date, Date)>,
    opened: bool,
    /// The balance before the first row, if it is printed.
    opening: Decimal,
    /// What the rows since the last balance come to that have none; `None` where there is none.
    blank: Option<Decimal>,
    /// There were such rows before the first balance.
    begins_blank: bool,
    /// What all rows from the first balance on come to; `None` beyond what an amount can hold.
    moved: Sum,
    /// Amounts and balances of the rows of the first day and of the last: within a day rows may stand in any order.
    first_day: Vec<(Decimal, Decimal)>,
    last_day: Vec<(Decimal, Decimal)>,
}

/// Rows of one day that are kept.
const MOST_OF_A_DAY: usize = 100;

/// Where balances do not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// How often.
    pub(super) breaks: u64,
    /// The first line.
    pub(super) line: u64,
    /// The balances of both ends agree with the rows all the same.
    pub(super) cancel: bool,
}

/// One way to read the balances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Way {
    holds: u64,
    breaks: u64,
    first_break: Option<u64>,
}

impl Way {
    /// Most rows must agree, or the column is another figure.
    fn proves(&self) -> bool {
        self.holds > self.breaks.saturating_mul(2)
    }
}

/// What running balances say of the signs of the amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    /// They rise where money comes in, as it was read.
    Along,
    /// They rise where money goes out, as it was read.
    Against,
    /// Nothing: they do not follow from the amounts, or there are none.
    Unsaid,
}

impl Chain {
    /// A balance before the first row.
    pub(super) fn open(&mut self, balance: Decimal) {
        self.last = Some((Decimal::ZERO, balance));
        self.opened = true;
        self.opening = balance;
    }

    /// One row with its amount and no balance: it counts for the next one.
    pub(super) fn add_blank(&mut self, amount: Decimal) {
        self.begins_blank |= self.last.is_none();
        self.blank = self.blank.unwrap_or_default().checked_add(amount);
    }

    /// One row with its amount and the balance after (or, newest first, up to) it.
    pub(super) fn add(&mut self, amount: Decimal, balance: Decimal, (line, date): (u64, Date)) {
        if let Some((last_amount, last_balance)) = self.last {
            let step = balance.checked_sub(last_balance);
            let opening_step = self.first.is_none();
            let blank = self.blank.unwrap_or_default();
            let (newer, older) = (amount.checked_add(blank), last_amount.checked_add(blank));
            let ways = [
                step == newer,
                !opening_step && step == older.map(|moved| -moved),
                step == newer.map(|moved| -moved),
                !opening_step && step == older,
            ];
            for (way, holds) in self.ways.iter_mut().zip(ways) {
                if holds {
                    way.holds += 1;
                } else {
                    way.breaks += 1;
                    way.first_break = way.first_break.or(Some(line));
                }
            }
        }
        let follows = self.last.is_some();
        if let Some(blank) = self.blank.take().filter(|_| follows) {
            self.moved.add(blank);
        }
        self.moved.add(amount);
        self.keep((amount, balance), date);
        self.first = self.first.or(Some((amount, balance)));
        self.last = Some((amount, balance));
        self.days = Some((self.days.map_or(date, |days| days.0), date));
    }

    /// Where the balances break, if they are running balances at all: how often, and the first line. A single break is one
    /// where anything follows, or where a balance before the rows is printed.
    pub(super) fn breaks(&self) -> Option<Broken> {
        let (place, best) = self.ways.iter().enumerate().min_by_key(|(_, way)| way.breaks)?;
        let is_one = best.breaks == 1 && (best.holds > 0 || self.opened);
        let line = best.first_break.filter(|_| best.proves() || is_one)?;
        Some(Broken {
            breaks: best.breaks,
            line,
            cancel: self.ends_agree(place),
        })
    }

    fn keep(&mut self, row: (Decimal, Decimal), date: Date) {
        match self.days {
            None => self.first_day.push(row),
            Some((first, last)) => {
                if first == last && first == date && self.first_day.len() < MOST_OF_A_DAY {
                    self.first_day.push(row);
                }
                if last != date {
                    self.last_day.clear();
                }
            }
        }
        if self.last_day.len() < MOST_OF_A_DAY {
            self.last_day.push(row);
        }
    }

    /// Whether a balance of the oldest day and one of the newest differ by all rows, in one of the ways.
    fn ends_agree(&self, way: usize) -> bool {
        let Some(moved) = self.moved.value() else {
            return false;
        };
        let signed = |amount: Decimal| if way < 2 { amount } else { -amount };
        let is_oldest_first = way.is_multiple_of(2);
        let (oldest, newest) = if is_oldest_first {
            (&self.first_day, &self.last_day)
        } else {
            (&self.last_day, &self.first_day)
        };
        let leads_to_newest = |opening: Decimal| {
            let closing = opening.checked_add(signed(moved));
            closing.is_some_and(|closing| newest.iter().any(|(_, balance)| *balance == closing))
        };
        if is_oldest_first && self.opened {
            return leads_to_newest(self.opening);
        }
        let openings = oldest
            .iter()
            .filter_map(|(amount, balance)| balance.checked_sub(signed(*amount)));
        openings.into_iter().any(leads_to_newest)
    }

    /// What the balances say of the signs.
    pub(super) fn steps(&self) -> Steps {
        let [oldest, newest, oldest_turned, newest_turned] = &self.ways;
        let best = |ways: [&Way; 2]| {
            let proving = ways.into_iter().filter(|way| way.proves());
            proving.map(|way| way.holds).max()
        };
        let is_along = |along: u64, against: u64| match along.cmp(&against) {
            // Rows of equal amounts run along newest first and against oldest first: then the days tell.
            Ordering::Equal => match self.days {
                Some((first, last)) if first < last => oldest.proves(),
                Some((first, last)) if first > last => newest.proves(),
                _ => true,
            },
            order => order == Ordering::Greater,
        };
        match (best([oldest, newest]), best([oldest_turned, newest_turned])) {
            (None, None) => Steps::Unsaid,
            (Some(_), None) => Steps::Along,
            (Some(along), Some(against)) if is_along(along, against) => Steps::Along,
            _ => Steps::Against,
        }
    }

    /// The balances before and after all rows, as printed, if every row proves them. A report can begin its balances at
    /// zero whatever the account held, so balances that do so are not given; see [`begins_at_zero`](Self::begins_at_zero).
    pub(super) fn ends(&self) -> Option<(Decimal, Decimal)> {
        self.proved().filter(|(opening, _)| !opening.is_zero() && !self.opened)
    }

    /// The balances begin at zero before the first row, and every row proves them.
    pub(super) fn begins_at_zero(&self) -> bool {
        !self.opened && self.proved().is_some_and(|(opening, _)| opening.is_zero())
    }

    fn proved(&self) -> Option<(Decimal, Decimal)> {
        if self.begins_blank || self.blank.is_some() {
            return None;
        }
        let (first, last) = (self.first?, self.last?);
        let [oldest, newest, oldest_turned, newest_turned] = &self.ways;
        let (is_along, oldest, newest) = match self.steps() {
            Steps::Along => (true, oldest, newest),
            Steps::Against => (false, oldest_turned, newest_turned),
            Steps::Unsaid => return None,
        };
        let before = |(amount, balance): (Decimal, Decimal)| {
            let moved = if is_along { amount } else { -amount };
            balance.checked_sub(moved)
        };
        let sound = |way: &Way| way.breaks == 0 && way.holds > 0;
        if sound(oldest) {
            Some((before(first)?, last.1))
        } else if sound(newest) {
            Some((before(last)?, first.1))
        } else {
            None
        }
    }
}

/// Sums of rows, as printed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) movement: Decimal,
    pub(super) debit: Decimal,
    pub(super) credit: Decimal,
}

impl Sums {
    /// What a row moves; its sides as printed, where each has a column, else by its sign.
    pub(super) fn of(table: &Table, row: &Row, movement: Decimal) -> Self {
        let side = |column: Option<usize>| {
            column
                .and_then(|column| table.amount(row, column).ok().flatten())
                .map_or(Decimal::ZERO, |amount| amount.value)
        };
        let (debit, credit) = match table.layout() {
            AmountLayout::Sides { debit, credit } => (
                side(debit.map(|side| side.column)),
                side(credit.map(|side| side.column)),
            ),
            _ if movement.is_negative() => (Decimal::ZERO, movement),
            _ => (movement, Decimal::ZERO),
        };
        Self {
            movement,
            debit,
            credit,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.movement, other.movement),
            (&mut self.debit, other.debit),
            (&mut self.credit, other.credit),
        ] {
            *sum = sum.checked_add(more).unwrap_or(*sum);
        }
    }
}

/// What the entries above a row come to, to tell a total from an entry that is called like one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Above {
    /// Since the beginning, and since the last total: how many entries, and their sums.
    since: [(u64, Sums); 2],
    opening: Decimal,
    /// The table has totals.
    has_totals: bool,
}

impl Above {
    pub(super) fn add(&mut self, sums: &Sums) {
        for (count, all) in &mut self.since {
            *count += 1;
            all.add(sums);
        }
    }

    /// A balance before the entries.
    pub(super) fn open(&mut self, balance: Decimal) {
        self.opening = balance;
    }

    /// A total ends what is summed up.
    pub(super) fn total(&mut self) {
        self.has_totals = true;
        let [_, since_total] = &mut self.since;
        *since_total = (0, Sums::default());
    }

    /// Whether a total was among the rows: then others are likely, also of a single entry.
    pub(super) fn has_totals(&self) -> bool {
        self.has_totals
    }

    /// Whether there is neither an entry nor a balance.
    pub(super) fn is_empty(&self) -> bool {
        let [(entries, _), _] = &self.since;
        *entries == 0 && self.opening.is_zero()
    }

    /// Whether an amount is what so many entries or more come to, on either side, with the opening balance or without.
    pub(super) fn moves(&self, amount: Decimal, least: u64) -> bool {
        let (amount, opening) = (amount.abs(), self.opening);
        let is_sum = |(count, sums): &(u64, Sums)| {
            let opened = || sums.movement.checked_add(opening).unwrap_or(sums.movement);
            *count >= least && (sums.movement.abs() == amount || !opening.is_zero() && opened().abs() == amount)
        };
        !amount.is_zero() && self.since.iter().any(is_sum)
    }

    /// Whether an amount is what all entries come to: so many or more with the opening balance, so many without.
    pub(super) fn is_sum(&self, amount: Decimal, (opened, plain): (u64, u64)) -> bool {
        let [(count, sums), _] = &self.since;
        let closing = sums
            .movement
            .checked_add(self.opening)
            .filter(|_| !self.opening.is_zero());
        let is_closing = *count >= opened && closing == Some(amount);
        !amount.is_zero() && (is_closing || *count >= plain && amount == sums.movement)
    }

    /// Whether an amount is the sum of so many entries or more, or of one side of them, with the opening balance or without.
    pub(super) fn agrees(&self, amount: Decimal, least: u64) -> bool {
        let enough = self.since.iter().filter(|(count, _)| *count >= least);
        let mut sums = enough.flat_map(|(_, sums)| {
            let sides = [sums.movement, sums.debit, sums.credit];
            let opened = sides.map(|sum| sum.checked_add(self.opening).unwrap_or(sum));
            sides.into_iter().chain(opened)
        });
        !amount.is_zero() && sums.any(|sum| sum.abs() == amount.abs())
    }
}

/// What the types of entries say about the sign of a single column of amounts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs {
    /// Payments that are negative, receipts that are positive.
    as_printed: u64,
    /// The contrary: what is owed is positive.
    turned: u64,
}

/// Types of entries that take money out, folded; by their beginning.
const OUT: &[&str] = &[
    "check",
    "cheque",
    "expense",
    "bill payment",
    "bill pmt",
    "cash expense",
    "paycheck",
    "liability check",
    "credit card expense",
    "credit card charge",
    "spend money",
    "payable payment",
    "sales tax payment",
    "tax payment",
    "purchase",
];
/// Types of entries that bring money in, folded; by their beginning.
const IN: &[&str] = &[
    "deposit",
    "sales receipt",
    "credit card credit",
    "credit card refund",
    "receive money",
    "receivable payment",
    "payment",
    "receive payment",
];

impl Signs {
    /// An entry with its folded type.
    pub(super) fn add(&mut self, kind: &str, amount: Decimal) {
        let is_one_of = |words: &[&str]| words.iter().any(|word| kind.starts_with(word));
        let takes_out = match (is_one_of(OUT), is_one_of(IN)) {
            (true, false) => true,
            (false, true) => false,
            _ => return,
        };
        if amount.is_zero() {
            return;
        }
        if takes_out == amount.is_negative() {
            self.as_printed += 1;
        } else {
            self.turned += 1;
        }
    }

    /// Most types contradict the printed signs.
    pub(super) fn are_turned(&self) -> bool {
        self.turned > self.as_printed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(rows: &[(i64, i64)]) -> Chain {
        let mut chain = Chain::default();
        for ((amount, balance), line) in rows.iter().zip(1..) {
            let (amount, balance) = (Decimal::from_minor(*amount, 2), Decimal::from_minor(*balance, 2));
            chain.add(amount, balance, (line, Date::constant(2024, 3, 14)));
        }
        chain
    }

    #[test]
    fn balances_chain_in_either_order_and_sign() {
        for rows in [
            [(5, 15), (7, 22), (-2, 20), (1, 21)],
            [(1, 21), (-2, 20), (7, 22), (5, 15)],
            [(5, -15), (7, -22), (-2, -20), (1, -21)],
        ] {
            assert_eq!(chain(&rows).breaks(), None, "{rows:?}");
        }
    }

    fn broken(line: u64) -> Broken {
        Broken {
            breaks: 1,
            line,
            cancel: false,
        }
    }

    #[test]
    fn rows_out_of_order_break_and_both_ends_agree() {
        let mut rows = [
            (5, 15),
            (7, 22),
            (-2, 20),
            (1, 21),
            (1, 22),
            (1, 23),
            (1, 24),
            (1, 25),
            (2, 27),
        ];
        rows.swap(2, 3);
        assert_eq!(chain(&rows).breaks(), None, "most rows must agree");
        let mut more = rows.to_vec();
        more.extend([(3, 30), (3, 33), (3, 36)]);
        let found = chain(&more).breaks().unwrap();
        assert_eq!((found.breaks, found.cancel), (3, true));
        more.reverse();
        assert!(chain(&more).breaks().unwrap().cancel);
    }

    #[test]
    fn rows_of_the_last_day_stand_in_any_order() {
        let chain = |days: &[i8], rows: &[(i64, i64)]| {
            let mut chain = Chain::default();
            for ((line, day), (amount, balance)) in (1..).zip(days).zip(rows) {
                let of = |minor| Decimal::from_minor(minor, 2);
                chain.add(of(*amount), of(*balance), (line, Date::constant(2024, 3, *day)));
            }
            chain
        };
        let mut rows = vec![
            (5, 15),
            (7, 22),
            (-2, 20),
            (1, 21),
            (1, 22),
            (1, 23),
            (1, 24),
            (3, 27),
            (4, 31),
        ];
        rows.extend([(1, 32), (-9, 23)]);
        rows.swap(9, 10);
        let days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10];
        assert!(chain(&days, &rows).breaks().unwrap().cancel);
        let other_days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
        assert!(!chain(&other_days, &rows).breaks().unwrap().cancel);
        rows[4].0 = 2;
        assert!(!chain(&days, &rows).breaks().unwrap().cancel);
    }

    #[test]
    fn a_missing_row_breaks_the_chain_once() {
        let rows = [(5, 15), (7, 22), (-2, 20), (1, 31), (1, 32), (1, 33), (1, 34)];
        assert_eq!(chain(&rows).breaks(), Some(broken(4)));
    }

    #[test]
    fn of_few_rows_a_single_break_is_said() {
        assert_eq!(chain(&[(5, 15), (7, 22), (-2, 30)]).breaks(), Some(broken(3)));
        assert_eq!(chain(&[(5, 15), (7, 99)]).breaks(), None);
        let mut opened = Chain::default();
        opened.open(Decimal::from_minor(1000, 2));
        opened.add_blank(Decimal::from_minor(500, 2));
        let add = |chain: &mut Chain, amount, balance| {
            let (amount, balance) = (Decimal::from_minor(amount, 2), Decimal::from_minor(balance, 2));
            chain.add(amount, balance, (3, Date::constant(2024, 3, 14)));
        };
        let mut off = opened.clone();
        add(&mut opened, -300, 1200);
        assert_eq!((opened.breaks(), opened.steps()), (None, Steps::Along));
        add(&mut off, -300, 1300);
        assert_eq!((off.breaks(), off.steps()), (Some(broken(3)), Steps::Unsaid));
    }

    #[test]
    fn a_column_that_does_not_run_is_no_running_balance() {
        assert_eq!(chain(&[(5, 1), (7, 8), (-2, 3), (1, 9)]).breaks(), None);
    }

    #[test]
    fn running_balances_prove_what_was_before_and_after() {
        let cents = |minor| Decimal::from_minor(minor, 2);
        let ends = Some((cents(10), cents(21)));
        assert_eq!(chain(&[(5, 15), (7, 22), (-2, 20), (1, 21)]).ends(), ends);
        assert_eq!(chain(&[(1, 21), (-2, 20), (7, 22), (5, 15)]).ends(), ends);
        assert_eq!(
            chain(&[(5, -15), (7, -22), (-2, -20), (1, -21)]).ends(),
            Some((cents(-10), cents(-21))),
            "as printed"
        );
        assert_eq!(chain(&[(5, 15), (7, 22), (-2, 99)]).ends(), None);
        assert_eq!(chain(&[(5, 5), (7, 12)]).ends(), None, "a report may begin at zero");
        assert!(chain(&[(5, 5), (7, 12)]).begins_at_zero() && !chain(&[(5, 15), (7, 22)]).begins_at_zero());
        assert!(!chain(&[(5, 5), (7, 99)]).begins_at_zero());
    }

    #[test]
    fn balances_say_whether_they_run_with_the_amounts_or_against_them() {
        for (rows, steps) in [
            (&[(5, 15), (7, 22), (-2, 20)][..], Steps::Along),
            (&[(5, 15), (7, 8), (-2, 10)], Steps::Against),
            (&[(-2, 10), (7, 8), (5, 15)], Steps::Against),
            (&[(5, 15), (7, 8)], Steps::Against),
            (&[(5, 15), (7, 8), (0, 8)], Steps::Against),
            (&[(5, 15)], Steps::Unsaid),
            (&[(5, 15), (7, 9), (-2, 10)], Steps::Unsaid),
            (&[], Steps::Unsaid),
            (&[(5, 15), (7, 8), (-2, 10), (4, 6), (1, 9)], Steps::Against),
        ] {
            assert_eq!(chain(rows).steps(), steps, "{rows:?}");
        }
        let cents = |minor| Decimal::from_minor(minor, 2);
        let against = chain(&[(5, 15), (7, 8), (-2, 10)]);
        assert_eq!(against.ends(), Some((cents(20), cents(10))), "as printed");
        let mut opened = Chain::default();
        opened.open(cents(20));
        opened.add(cents(5), cents(15), (2, Date::constant(2024, 3, 14)));
        opened.add(cents(7), cents(8), (3, Date::constant(2024, 3, 15)));
        assert_eq!(opened.steps(), Steps::Against);
    }

    #[test]
    fn of_equal_amounts_the_days_tell_in_which_order_the_balances_run() {
        let rent = |days: [i8; 3]| {
            let mut chain = Chain::default();
            for (day, (balance, line)) in days.into_iter().zip([(900, 1), (800, 2), (700, 3)]) {
                let (amount, balance) = (Decimal::from_minor(100, 0), Decimal::from_minor(balance, 0));
                chain.add(amount, balance, (line, Date::constant(2024, 3, day)));
            }
            chain
        };
        assert_eq!(rent([1, 2, 3]).steps(), Steps::Against);
        assert_eq!(rent([3, 2, 1]).steps(), Steps::Along);
        assert_eq!(rent([1, 1, 1]).steps(), Steps::Along);
        let mut backdated = chain(&[(5, 15), (7, 22), (-2, 20)]);
        let cents = |minor| Decimal::from_minor(minor, 2);
        backdated.add(cents(1), cents(21), (5, Date::constant(2024, 1, 2)));
        assert_eq!(backdated.ends(), Some((cents(10), cents(21))));
    }

    #[test]
    fn types_tell_a_card_from_a_bank_account() {
        let votes = |rows: &[(&str, i64)]| {
            let mut signs = Signs::default();
            for (kind, amount) in rows {
                signs.add(kind, Decimal::from_minor(*amount, 2));
            }
            signs.are_turned()
        };
        assert!(!votes(&[("check", -5), ("deposit", 5), ("journal entry", 9)]));
        assert!(votes(&[("expense", 5), ("credit card credit", -5), ("expense", 9)]));
        assert!(!votes(&[]));
    }
}
