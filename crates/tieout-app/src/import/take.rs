//! One transaction of a file as a transaction of the books: its accounts, currencies and base amounts; or why not.

use super::plan::{Planner, Target};
use super::value::{self, Weighed};
use crate::error::AppError;
use crate::posting::{MAX_AMOUNT, NewLine, NewTransaction, TOO_LARGE, check_open};
use tieout_books::transactions::{WholePosting, WholeTransaction};
use tieout_core::id::Account;
use tieout_core::{Currency, Date, Decimal, Id};
use tieout_store::{Tx, rate};

/// A transaction and its lines' places among new accounts.
type Taken = (NewTransaction, Vec<Option<usize>>);

impl Planner<'_> {
    /// The transaction to be entered; none if it moves nothing; why it cannot be.
    pub(super) async fn take(
        &mut self,
        tx: &mut Tx,
        from: &WholeTransaction,
    ) -> Result<Result<Option<Taken>, String>, AppError> {
        if let Err(error) = check_open(from.date, self.org) {
            return Ok(Err(error.to_string()));
        }
        let mut weighed = Vec::with_capacity(from.postings.len());
        let moving: Vec<&WholePosting> = from.postings.iter().filter(|posting| moves(posting)).collect();
        if moving.is_empty() {
            return Ok(Ok(None));
        }
        if let Some(why) = too_many(moving.len()) {
            return Ok(Err(why));
        }
        let priced_in: Vec<usize> = moving
            .iter()
            .filter_map(|posting| posting.weight.map(|(_, of)| of))
            .collect();
        for posting in &moving {
            match self.weigh(tx, (posting, &priced_in), from).await? {
                Ok(found) => weighed.push(found),
                Err(why) => return Ok(Err(why)),
            }
        }
        let base = match value::base_amounts(&weighed, self.org.base) {
            Ok(base) => base,
            Err(why) => return Ok(Err(why)),
        };
        if moving.len() < 2 {
            return Ok(Err("it has one posting only; a transaction needs two".into()));
        }
        for ((posting, weighed), base) in moving.iter().zip(&weighed).zip(&base) {
            if weighed.amount.unsigned_abs() > MAX_AMOUNT || base.unsigned_abs() > MAX_AMOUNT {
                let line = posting.line;
                return Ok(Err(format!("the amount of its posting on line {line} {TOO_LARGE}")));
            }
        }
        let mut lines = Vec::with_capacity(moving.len());
        let mut on_new = Vec::with_capacity(moving.len());
        for ((posting, weighed), base) in moving.iter().zip(&weighed).zip(base) {
            if weighed.amount == 0 && weighed.currency == self.org.base {
                let line = posting.line;
                return Ok(Err(format!(
                    "the amount of its posting on line {line} comes to zero: leave it out"
                )));
            }
            let (account, new) = match self.targets.get(posting.account) {
                Some(Target::Known(row)) => (self.chart.get(*row).map(|row| row.id), None),
                Some(Target::New(new)) => (Some(Id::from_bytes([0; 16])), Some(*new)),
                _ => (None, None),
            };
            lines.push(line(
                account.ok_or(AppError::Internal("account"))?,
                weighed,
                base,
                (self.org.base, &posting.memo),
            ));
            on_new.push(new);
        }
        Ok(Ok(Some((transaction(from, lines), on_new))))
    }

    /// The currencies and the rate of a posting; why it has none.
    async fn weigh(
        &mut self,
        tx: &mut Tx,
        (posting, priced_in): (&WholePosting, &[usize]),
        from: &WholeTransaction,
    ) -> Result<Result<Weighed, String>, AppError> {
        let own = match self.targets.get(posting.account) {
            Some(Target::Missing(why)) => return Ok(Err(why.clone())),
            Some(Target::Known(row)) if self.chart.get(*row).is_some_and(|row| row.is_archived) => {
                let code = self.chart.get(*row).map_or("", |row| row.code.as_str());
                return Ok(Err(format!("account {code} is archived")));
            }
            _ => self.own.get(posting.account).copied().flatten(),
        };
        let symbol = self
            .source
            .journal
            .commodities
            .get(posting.commodity)
            .cloned()
            .unwrap_or_default();
        let written = self.currency_in(posting.commodity, Some(posting.account), &from.postings);
        let weight = posting.weight;
        let weight = weight.map(|(weight, of)| (weight, self.currency_in(of, None, &from.postings)));
        let (amount, currency, weight) = match (written, weight) {
            (Some(currency), Some((weight, Some(of)))) => (posting.amount, currency, (weight, of)),
            (Some(currency), _) => (posting.amount, currency, (posting.amount, currency)),
            (None, Some((weight, Some(of)))) if self.choices.at_cost => {
                let cost = value::to_places(weight, of);
                (cost, of, (cost, of))
            }
            (None, _) => {
                return Ok(Err(format!(
                    "{symbol:?} is no currency: leave such transactions out, or ask for them at cost"
                )));
            }
        };
        if own.is_some_and(|own| own != currency) {
            let own = own.map_or_else(String::new, |own| own.to_string());
            return Ok(Err(format!("it posts {currency} on an account that is kept in {own}")));
        }
        // What a price leaves over for an open amount has as many places as the price: only there is rounding meant.
        let is_left_over = posting.weight.is_none() && priced_in.contains(&posting.commodity);
        let amount = if is_left_over {
            value::to_places(amount, currency)
        } else {
            amount
        };
        let Ok(minor) = amount.to_minor(currency.minor_digits()) else {
            return Ok(Err(format!(
                "{amount} {currency} has more than {} decimal places, or is too large",
                currency.minor_digits()
            )));
        };
        Ok(Ok(Weighed {
            amount: minor,
            currency,
            weight,
            rate: self.rate(tx, weight.1, from.date).await?,
        }))
    }

    async fn rate(&mut self, tx: &mut Tx, from: Currency, date: Date) -> Result<Option<i64>, AppError> {
        if from == self.org.base {
            return Ok(None);
        }
        if let Some(known) = self.rates.get(&(from, date)) {
            return Ok(*known);
        }
        let pair = (from.code(), self.org.base.code());
        let found = rate::latest(tx, self.org.practice, pair, date)
            .await?
            .map(|row| row.rate);
        self.rates.insert((from, date), found);
        Ok(found)
    }
}

/// Refused here, by name, rather than when the transaction is entered.
fn too_many(count: usize) -> Option<String> {
    let most = Id::<tieout_core::id::Transaction>::MAX_ENTRIES;
    (count > most).then(|| format!("it has {count} postings; split it, a transaction has at most {most}"))
}

fn moves(posting: &WholePosting) -> bool {
    !posting.amount.is_zero() || posting.weight.is_some_and(|(weight, _)| !weight.is_zero())
}

fn line(account: Id<Account>, weighed: &Weighed, base: i64, (base_currency, memo): (Currency, &str)) -> NewLine {
    let plain = |minor: i64, currency: Currency| Decimal::from_minor(minor, currency.minor_digits()).abs();
    NewLine {
        account,
        is_debit: weighed.amount > 0 || (weighed.amount == 0 && base > 0),
        amount: plain(weighed.amount, weighed.currency),
        currency: Some(weighed.currency),
        base_amount: (weighed.currency != base_currency).then(|| plain(base, base_currency)),
        rate: None,
        description: (!memo.is_empty()).then(|| memo.to_owned()),
        reference: None,
        tax_code: None,
        asked: None,
    }
}

fn transaction(from: &WholeTransaction, lines: Vec<NewLine>) -> NewTransaction {
    let description = match (from.counterparty.trim(), from.description.trim()) {
        ("", text) | (text, "") => text.to_owned(),
        (name, text) if text.contains(name) => text.to_owned(),
        (name, text) => format!("{name} | {text}"),
    };
    NewTransaction {
        reference_number: (!from.document.is_empty()).then(|| from.document.clone()),
        ..NewTransaction::posted(description, from.date, lines)
    }
}
