//! What the generators of the banks' own formats share: movements on a calendar, names, exact balances.

use crate::random::Random;
use jiff::civil::{Date, date};

const NAMES: &[&str] = &[
    "Grocer & Sons",
    "City Water Board",
    "ACME SUPPLIES LTD",
    "Railways",
    "Tax Office",
    "Muster GmbH",
    "Rent Holdings",
    "Insurance Mutual",
];

/// One movement.
pub(super) struct Movement {
    /// Cents, signed.
    pub(super) minor: i64,
    pub(super) name: &'static str,
    /// Number of the invoice that it pays.
    pub(super) invoice: u64,
}

/// Statements of up to 60 movements whose balances chain.
pub(super) struct Account {
    random: Random,
    day: Date,
    pub(super) balance: i64,
    left: usize,
    pub(super) number: u64,
}

/// One statement of it.
pub(super) struct Statement {
    pub(super) number: u64,
    pub(super) day: Date,
    pub(super) opening: i64,
    pub(super) closing: i64,
    pub(super) movements: Vec<Movement>,
}

impl Statement {
    /// Sums of debits and credits, both above zero.
    pub(super) fn sums(&self) -> (i64, i64) {
        let of = |sign: i64| {
            let amounts = self.movements.iter().map(|movement| movement.minor * sign);
            amounts.filter(|minor| *minor > 0).sum()
        };
        (of(-1), of(1))
    }

    /// Numbers of debits and credits.
    pub(super) fn counts(&self) -> (usize, usize) {
        let debits = self.movements.iter().filter(|movement| movement.minor < 0).count();
        (debits, self.movements.len() - debits)
    }
}

impl Account {
    /// An account with `movements` movements in all.
    pub(super) fn new(movements: usize) -> Self {
        Self {
            random: Random::new(7),
            day: date(2024, 1, 2),
            balance: 100_000_000,
            left: movements,
            number: 0,
        }
    }
}

impl Iterator for Account {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        if self.left == 0 {
            return None;
        }
        let count = self
            .left
            .min(usize::try_from(self.random.between(20, 60)).unwrap_or(20));
        self.left -= count;
        self.number += 1;
        let opening = self.balance;
        let movements: Vec<Movement> = (0..count)
            .map(|_| {
                let sign = if self.random.chance(450) { 1 } else { -1 };
                Movement {
                    minor: self.random.between(100, 900_000) * sign,
                    name: self.random.pick::<&str>(NAMES),
                    invoice: self.random.below(1_000_000),
                }
            })
            .collect();
        self.balance += movements.iter().map(|movement| movement.minor).sum::<i64>();
        let statement = Statement {
            number: self.number,
            day: self.day,
            opening,
            closing: self.balance,
            movements,
        };
        self.day = self.day.tomorrow().unwrap_or(self.day);
        if self.day.year() > 2030 {
            self.day = date(2024, 1, 2);
        }
        Some(statement)
    }
}
