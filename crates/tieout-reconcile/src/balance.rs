//! The bank's balance as of a day, from the chain of statements.
//!
//! Along the chain: balance = first opening + Σ breaks + Σ lines + Σ what single statements do not prove. Lines that no
//! statement with a balance contains count if they lie before the chain (the first opening is rolled back over them) or
//! after it (the last closing is rolled on); inside it they would contradict the printed balances, so they are
//! *uncovered*, as is what a statement does not prove. Where balances beside its lines say at which line that is, it counts
//! from that day on, else from the statement's last day.

use crate::chain::{Course, Link};
use crate::order;
use crate::result::{BalanceBasis, Chain, ChainPlace, Share, StatementProof, Subject};
use crate::runs::Runs;
use tieout_core::Date;
use tieout_ledger::reconciliation::TooLarge;
use tieout_match::{ItemIndex, Items};

/// What the bank says as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BankBalance {
    /// Balance before the first line of the window.
    pub(crate) opening: i64,
    /// Balance as of the day.
    pub(crate) amount: i64,
    pub(crate) basis: BalanceBasis,
    /// Breaks to the day.
    pub(crate) breaks: Vec<Share>,
    /// What no line explains, or no balance contains.
    pub(crate) uncovered: Vec<Uncovered>,
}

/// A part of the balance that no line explains, or a line that no balance contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uncovered {
    /// The day on which it can be seen.
    pub(crate) date: Date,
    /// If nothing says on which day it came about: on any from this one on.
    pub(crate) since: Option<Date>,
    pub(crate) share: Share,
}

/// The balance as of `day`.
pub(crate) fn as_of(day: Date, chain: &Chain, course: &Course, lines: &Items) -> Result<BankBalance, TooLarge> {
    let to_day = |line: &&ItemIndex| lines.date(**line) <= day;
    let part = |line: ItemIndex| to_day(&&line).then(|| i128::from(lines.amount(line)));
    let sum = |of: &[ItemIndex]| -> i128 { of.iter().copied().filter_map(part).sum() };
    let sum_runs = |of: &Runs| -> i128 { of.iter().filter_map(part).sum() };
    let Some((first, last)) = course
        .links
        .first()
        .zip(course.links.iter().map(|link| link.days.last()).max())
    else {
        return Ok(BankBalance {
            opening: 0,
            amount: narrow(sum(&course.loose))?,
            basis: BalanceBasis::Movement,
            breaks: Vec::new(),
            uncovered: Vec::new(),
        });
    };
    let loose = Loose::split(course, lines, first.days.first(), last);
    let opening = first.opening
        - loose
            .before
            .iter()
            .map(|&line| i128::from(lines.amount(line)))
            .sum::<i128>();
    let mut found = BankBalance {
        opening: narrow(opening)?,
        amount: 0,
        basis: BalanceBasis::Derived {
            from: first.days.first().yesterday().unwrap_or(first.days.first()),
        },
        breaks: Vec::new(),
        uncovered: Vec::new(),
    };
    let mut amount = opening + sum(&loose.before) + sum(&loose.after);
    for link in course.links.iter().filter(|link| link.days.first() <= day) {
        if let Some((position, broken)) = link.break_before.and_then(|b| Some((b, at(&chain.breaks, b)?))) {
            amount += i128::from(broken.amount);
            found.breaks.push(Share {
                subject: Subject::Break(position),
                amount: broken.amount,
            });
        }
        amount += sum_runs(&link.brings);
        for uncovered in unproven(link, chain)? {
            if uncovered.date <= day {
                amount += i128::from(uncovered.share.amount);
                found.uncovered.push(uncovered);
            }
        }
        if link.days.last() <= day {
            found.basis = BalanceBasis::Derived { from: link.days.last() };
        }
    }
    for &line in loose.inside.iter().filter(to_day) {
        let share = Share {
            subject: Subject::Line(line),
            amount: negated(lines.amount(line))?,
        };
        found.uncovered.push(Uncovered {
            date: lines.date(line),
            since: None,
            share,
        });
    }
    found.uncovered.sort_by(|a, b| {
        let content = || order::of_subjects(lines, lines, a.share.subject, b.share.subject);
        a.date.cmp(&b.date).then_with(content)
    });
    found.amount = narrow(amount)?;
    if let Some(statement) = printed_on(day, found.amount, chain) {
        found.basis = BalanceBasis::Printed { statement };
    }
    Ok(found)
}

/// What a statement is off by: where its running balances break, as far as they say; what they do not say at its end.
fn unproven(link: &Link, chain: &Chain) -> Result<Vec<Uncovered>, TooLarge> {
    let Some(statement) = at(&chain.statements, link.statement) else {
        return Ok(Vec::new());
    };
    let StatementProof::Off(off) = statement.proof else {
        return Ok(Vec::new());
    };
    let share = |amount| Share {
        subject: Subject::Statement(link.statement),
        amount,
    };
    let mut rest = i128::from(off);
    let mut found = Vec::new();
    for broken in &statement.balance_breaks {
        rest -= i128::from(broken.amount);
        found.push(Uncovered {
            date: broken.date,
            since: None,
            share: share(broken.amount),
        });
    }
    if rest != 0 {
        found.push(Uncovered {
            date: link.days.last(),
            since: Some(link.days.first()),
            share: share(narrow(rest)?),
        });
    }
    Ok(found)
}

/// Lines that no statement with a balance contains, by where they lie.
struct Loose {
    before: Vec<ItemIndex>,
    inside: Vec<ItemIndex>,
    after: Vec<ItemIndex>,
}

impl Loose {
    fn split(course: &Course, lines: &Items, first: Date, last: Date) -> Self {
        let mut split = Self {
            before: Vec::new(),
            inside: Vec::new(),
            after: Vec::new(),
        };
        for &line in &course.loose {
            let date = lines.date(line);
            let part = if date < first {
                &mut split.before
            } else if date > last {
                &mut split.after
            } else {
                &mut split.inside
            };
            part.push(line);
        }
        split
    }
}

/// The statement that prints this closing for the day.
fn printed_on(day: Date, amount: i64, chain: &Chain) -> Option<u32> {
    let prints = (0_u32..).zip(&chain.statements).find(|(_, statement)| {
        statement.place != ChainPlace::NoBalance
            && statement.days.is_some_and(|days| days.last() == day)
            && statement.closing.is_some_and(|closing| closing.amount == amount)
    });
    prints.map(|(position, _)| position)
}

pub(crate) fn at<T>(column: &[T], position: u32) -> Option<&T> {
    column.get(usize::try_from(position).ok()?)
}

pub(crate) fn narrow(amount: i128) -> Result<i64, TooLarge> {
    i64::try_from(amount).map_err(|_| TooLarge)
}

fn negated(amount: i64) -> Result<i64, TooLarge> {
    amount.checked_neg().ok_or(TooLarge)
}
