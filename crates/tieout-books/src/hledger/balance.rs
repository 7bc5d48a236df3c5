//! Completes and checks transactions as hledger does.
//!
//! A transaction without balance assignments is completed by itself. One with an assignment (`assets:bank  = $500`) needs
//! the balance up to its date, so everything is gone through by date: postings with dates of their own at those,
//! transactions with assignments at once.

use super::raw::{Assertion, Parsed, PostingKind, Price, RawPosting, RawTransaction};
use crate::journal::arithmetic::{product, quotient, rounded};
use crate::journal::running::Running;
use crate::journal::{Journal, NameId, Names, Posting, Transaction};
use crate::read::Emitter;
use std::collections::{BTreeMap, HashMap};
use tieout_core::{Code, Date, Decimal, Place};

type Sums = BTreeMap<NameId, Decimal>;
/// The amounts of each posting of a transaction; none while they are open.
type Amounts = Vec<Vec<(Decimal, NameId)>>;

/// The journal with every transaction completed. What does not balance or hold is reported.
pub(super) fn run(parsed: Parsed, out: &mut Emitter<'_>) -> Journal {
    let Parsed {
        mut journal,
        transactions,
        ..
    } = parsed;
    let places = places(&transactions);
    let mut amounts: Vec<Amounts> = Vec::with_capacity(transactions.len());
    for transaction in &transactions {
        let mut own: Amounts = transaction.postings.iter().map(written).collect();
        if !has_assignment(transaction) {
            complete(transaction, &mut own, &places, &journal, out);
        }
        amounts.push(own);
    }
    if transactions
        .iter()
        .flat_map(|transaction| &transaction.postings)
        .any(|posting| posting.assertion.is_some())
    {
        let mut walk = Walk {
            running: Running::default(),
            journal: &mut journal,
            places: &places,
            out,
        };
        walk.through(&transactions, &mut amounts);
    }
    let files = &mut journal.files;
    journal.transactions = transactions
        .into_iter()
        .zip(amounts)
        .map(|(raw, amounts)| transaction(raw, amounts, files))
        .collect();
    journal
}

fn has_assignment(transaction: &RawTransaction) -> bool {
    transaction.postings.iter().any(is_assignment)
}

fn is_assignment(posting: &RawPosting) -> bool {
    posting.amount.is_none() && posting.assertion.is_some()
}

fn written(posting: &RawPosting) -> Vec<(Decimal, NameId)> {
    // `vec!` of one is one long; collecting would take room for four, for every posting of the journal.
    posting
        .amount
        .map_or_else(Vec::new, |amount| vec![(amount.value, amount.commodity)])
}

/// Most digits behind the mark that amounts of each commodity are written with: a transaction balances to these.
fn places(transactions: &[RawTransaction]) -> HashMap<NameId, u8> {
    let mut places = HashMap::new();
    for posting in transactions.iter().flat_map(|transaction| &transaction.postings) {
        for amount in posting
            .amount
            .iter()
            .chain(posting.assertion.iter().map(|assertion| &assertion.amount))
        {
            let most = places.entry(amount.commodity).or_insert(0);
            *most = amount.value.scale().max(*most);
        }
    }
    places
}

/// By date through all postings, for what depends on balances.
struct Walk<'j, 'o, 'e> {
    running: Running,
    journal: &'j mut Journal,
    places: &'j HashMap<NameId, u8>,
    out: &'o mut Emitter<'e>,
}

/// One step of the walk: a whole transaction, or one posting of it.
struct Step {
    date: Date,
    transaction: usize,
    posting: Option<usize>,
}

impl Walk<'_, '_, '_> {
    fn through(&mut self, transactions: &[RawTransaction], amounts: &mut [Amounts]) {
        for step in steps(transactions) {
            let (Some(transaction), Some(own)) =
                (transactions.get(step.transaction), amounts.get_mut(step.transaction))
            else {
                continue;
            };
            match step.posting {
                Some(index) => {
                    if let (Some(posting), Some(amounts)) = (transaction.postings.get(index), own.get(index)) {
                        self.add(posting, amounts);
                        self.check(posting, transaction);
                    }
                }
                None => self.assign(transaction, own),
            }
        }
    }

    /// A transaction with assignments: they are worked out in order, then what is still open.
    fn assign(&mut self, transaction: &RawTransaction, own: &mut Amounts) {
        let mut added = vec![false; transaction.postings.len()];
        for ((posting, amounts), added) in transaction.postings.iter().zip(own.iter_mut()).zip(&mut added) {
            if let (true, Some(assertion)) = (amounts.is_empty(), posting.assertion.as_deref().copied()) {
                *amounts = self.assigned(posting.account, assertion);
            }
            if !amounts.is_empty() {
                *added = true;
                self.add(posting, amounts);
                self.check(posting, transaction);
            }
        }
        complete(transaction, own, self.places, self.journal, self.out);
        for ((posting, amounts), added) in transaction.postings.iter().zip(own.iter()).zip(&added) {
            if !added {
                self.add(posting, amounts);
            }
        }
    }

    /// The amounts that bring the account to the asserted balance.
    fn assigned(&self, account: NameId, assertion: Assertion) -> Vec<(Decimal, NameId)> {
        let commodity = assertion.amount.commodity;
        let mut amounts = vec![(self.missing(account, assertion), commodity)];
        if assertion.sole {
            let others = self.running.others(account, commodity, assertion.reach);
            amounts.extend(others.map(|other| (-self.running.balance(account, other, assertion.reach), other)));
        }
        amounts
    }

    fn missing(&self, account: NameId, assertion: Assertion) -> Decimal {
        let held = self
            .running
            .balance(account, assertion.amount.commodity, assertion.reach);
        assertion.amount.value.checked_sub(held).unwrap_or(Decimal::ZERO)
    }

    fn add(&mut self, posting: &RawPosting, amounts: &[(Decimal, NameId)]) {
        for (amount, commodity) in amounts {
            self.running
                .add(&mut self.journal.accounts, posting.account, *commodity, *amount);
        }
    }

    fn check(&mut self, posting: &RawPosting, transaction: &RawTransaction) {
        let Some(assertion) = posting.assertion.as_deref().copied() else {
            return;
        };
        let missing = self.missing(posting.account, assertion);
        let mut others = self
            .running
            .others(posting.account, assertion.amount.commodity, assertion.reach);
        let other = if assertion.sole { others.next() } else { None };
        let name = self.journal.accounts.name(posting.account);
        let unit = |id| self.journal.commodities.name(id);
        let message = match other {
            _ if !missing.is_zero() => {
                let held = assertion.amount.value.checked_sub(missing).unwrap_or(Decimal::ZERO);
                let unit = unit(assertion.amount.commodity);
                format!(
                    "{name} should hold {} {unit} after this posting, but holds {held} {unit}",
                    assertion.amount.value
                )
            }
            Some(other) => format!(
                "{name} should hold nothing but {:?}, but holds {:?} too",
                unit(assertion.amount.commodity),
                unit(other)
            ),
            None => return,
        };
        self.out.report(
            Code::BalanceAssertion,
            at_line(&transaction.place, posting.line),
            message,
        );
    }
}

fn steps(transactions: &[RawTransaction]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (number, transaction) in transactions.iter().enumerate() {
        if has_assignment(transaction) {
            steps.push(Step {
                date: transaction.date,
                transaction: number,
                posting: None,
            });
            continue;
        }
        for (index, posting) in transaction.postings.iter().enumerate() {
            steps.push(Step {
                date: posting.date.unwrap_or(transaction.date),
                transaction: number,
                posting: Some(index),
            });
        }
    }
    steps.sort_by_key(|step| step.date);
    steps
}

/// Gives the open posting of each group what is left, and reports what does not balance. Real postings and virtual ones in
/// square brackets balance each for themselves.
fn complete(
    transaction: &RawTransaction,
    own: &mut Amounts,
    places: &HashMap<NameId, u8>,
    journal: &Journal,
    out: &mut Emitter<'_>,
) {
    for kind in [PostingKind::Real, PostingKind::BalancedVirtual] {
        let mut open: Vec<(usize, &RawPosting)> = Vec::new();
        for (index, (posting, amounts)) in transaction.postings.iter().zip(own.iter()).enumerate() {
            if posting.kind == kind && amounts.is_empty() {
                open.push((index, posting));
            }
        }
        let left = sums(transaction, own, kind, Counted::Price);
        match open.as_slice() {
            [] => {
                let balanced = is_zero(&left, places)
                    || implied_price(&left)
                    || is_zero(&sums(transaction, own, kind, Counted::Lot), places);
                if !balanced {
                    unbalanced(transaction, &left, journal, out);
                }
            }
            [(index, _), more @ ..] => {
                if let Some(amounts) = own.get_mut(*index) {
                    *amounts = rest(&left);
                    if amounts.is_empty() {
                        amounts.extend(any_commodity(transaction).map(|commodity| (Decimal::ZERO, commodity)));
                    }
                }
                if let Some((_, posting)) = more.first() {
                    let message = "more than one amount is open; the first takes what is left";
                    out.report(Code::Unbalanced, at_line(&transaction.place, posting.line), message);
                }
            }
        }
    }
    // An open amount of a posting in round brackets is nothing at all.
    for (posting, amounts) in transaction.postings.iter().zip(own.iter_mut()) {
        if posting.kind == PostingKind::Virtual && amounts.is_empty() && posting.assertion.is_none() {
            amounts.extend(any_commodity(transaction).map(|commodity| (Decimal::ZERO, commodity)));
        }
    }
}

fn any_commodity(transaction: &RawTransaction) -> Option<NameId> {
    transaction
        .postings
        .iter()
        .find_map(|posting| posting.amount)
        .map(|amount| amount.commodity)
}

/// Which price counts where a posting has both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    Price,
    Lot,
}

impl Counted {
    fn price(self, posting: &RawPosting) -> Option<Price> {
        let (first, second) = match self {
            Self::Price => (&posting.price, &posting.lot),
            Self::Lot => (&posting.lot, &posting.price),
        };
        first.as_deref().or(second.as_deref()).copied()
    }
}

/// Sums of what the postings count, by commodity.
fn sums(transaction: &RawTransaction, own: &Amounts, kind: PostingKind, counted: Counted) -> Sums {
    let mut sums = Sums::new();
    for (posting, amounts) in transaction
        .postings
        .iter()
        .zip(own)
        .filter(|(posting, _)| posting.kind == kind)
    {
        let price = counted.price(posting);
        for (amount, commodity) in amounts {
            let (counts, commodity) = match price {
                Some(price) => (cost(*amount, price).unwrap_or(*amount), price.amount.commodity),
                None => (*amount, *commodity),
            };
            let sum = sums.entry(commodity).or_insert(Decimal::ZERO);
            *sum = sum.checked_add(counts).unwrap_or(*sum);
        }
    }
    sums
}

fn cost(units: Decimal, price: Price) -> Option<Decimal> {
    if price.is_total {
        return Some(if units.is_negative() {
            -price.amount.value
        } else {
            price.amount.value
        });
    }
    product(units, price.amount.value)
}

fn rest(left: &Sums) -> Vec<(Decimal, NameId)> {
    left.iter()
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(commodity, sum)| (-*sum, *commodity))
        .collect()
}

fn is_zero(left: &Sums, places: &HashMap<NameId, u8>) -> bool {
    left.iter().all(|(commodity, sum)| {
        let places = places.get(commodity).copied().unwrap_or(sum.scale());
        rounded(*sum, places).is_zero()
    })
}

/// One commodity against another: what they differ by is the price.
fn implied_price(left: &Sums) -> bool {
    let signs: Vec<bool> = left
        .values()
        .filter(|sum| !sum.is_zero())
        .map(|sum| sum.is_negative())
        .collect();
    matches!(signs.as_slice(), [a, b] if a != b)
}

fn unbalanced(transaction: &RawTransaction, left: &Sums, journal: &Journal, out: &mut Emitter<'_>) {
    let off: Vec<String> = left
        .iter()
        .filter(|(_, sum)| !sum.is_zero())
        .map(|(commodity, sum)| {
            format!("{sum} {}", journal.commodities.name(*commodity))
                .trim_end()
                .to_owned()
        })
        .collect();
    let message = format!("the transaction is off by {}", off.join(", "));
    out.report(Code::Unbalanced, transaction.place.clone(), message);
}

/// The place of another line in the same file.
fn at_line(place: &Place, line: u64) -> Place {
    Place {
        line: Some(line),
        ..place.clone()
    }
}

/// What a posting counts in the balance, where a price is written or implied.
fn weight(
    posting: &RawPosting,
    (amount, commodity): (Decimal, NameId),
    counted: Counted,
    implied: Option<&(NameId, Decimal, Decimal, NameId)>,
) -> Option<Box<(Decimal, NameId)>> {
    if let Some(price) = counted.price(posting) {
        return Some(Box::new((cost(amount, price)?, price.amount.commodity)));
    }
    let (_, units, counts, in_commodity) = implied.filter(|(of, ..)| *of == commodity)?;
    if amount == *units {
        return Some(Box::new((*counts, *in_commodity)));
    }
    Some(Box::new((product(amount, quotient(*counts, *units)?)?, *in_commodity)))
}

/// The price that a transaction of two commodities implies: all of the first counts as much as is missing of the other.
fn implied(raw: &RawTransaction, amounts: &Amounts) -> Option<(NameId, Decimal, Decimal, NameId)> {
    let left = sums(raw, amounts, PostingKind::Real, Counted::Price);
    if !implied_price(&left) {
        return None;
    }
    let of = amounts.iter().flatten().map(|(_, commodity)| *commodity);
    let of = of
        .into_iter()
        .find(|commodity| left.get(commodity).is_some_and(|sum| !sum.is_zero()))?;
    let (other, counts) = left
        .iter()
        .find(|(commodity, sum)| **commodity != of && !sum.is_zero())?;
    Some((of, *left.get(&of)?, -*counts, *other))
}

fn transaction(raw: RawTransaction, amounts: Amounts, files: &mut Names) -> Transaction {
    let implied = implied(&raw, &amounts);
    let by_price = sums(&raw, &amounts, PostingKind::Real, Counted::Price);
    let counted = if by_price.values().all(|sum| sum.is_zero()) || implied.is_some() {
        Counted::Price
    } else {
        let by_lot = sums(&raw, &amounts, PostingKind::Real, Counted::Lot);
        if by_lot.values().all(|sum| sum.is_zero()) {
            Counted::Lot
        } else {
            Counted::Price
        }
    };
    let mut postings = Vec::with_capacity(raw.postings.len());
    for (posting, amounts) in raw.postings.into_iter().zip(amounts) {
        for (amount, commodity) in amounts {
            postings.push(Posting {
                account: posting.account,
                amount,
                commodity,
                line: posting.line,
                date: posting.date,
                clearing: posting.clearing,
                remarks: posting.remarks.clone(),
                is_virtual: posting.kind != PostingKind::Real,
                weight: weight(&posting, (amount, commodity), counted, implied.as_ref()),
            });
        }
    }
    Transaction {
        date: raw.date,
        file: files.file_of(&raw.place),
        clearing: raw.clearing,
        counterparty: raw.counterparty,
        description: raw.description,
        remarks: raw.remarks,
        postings,
    }
}
