//! What Crane's objects come to: accounts by id, transactions once each, in the currencies of their entries.

use super::json::Object;
use crate::account::{self, Role};
use crate::chart::Chart;
use crate::import::Target;
use crate::journal::remarks::Remarks;
use crate::journal::{NameId, Posting, Transaction};
use crate::limits::{MAX_ACCOUNTS, MAX_POSTINGS_OF_TRANSACTION};
use crate::read::{BooksOptions, Emitter};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Date, Decimal};

/// Books while they are read. Accounts may come behind the transactions that name them.
#[derive(Default)]
pub(super) struct Ledger {
    accounts: Vec<Account>,
    account_at: HashMap<String, usize>,
    /// By code, and by name where no code is so.
    account_called: HashMap<String, usize>,
    contacts: HashMap<String, String>,
    currencies: HashMap<String, String>,
    base: String,
    transactions: Vec<Record>,
    transaction_at: HashMap<String, usize>,
    /// Lines that stand apart, by the id of their transaction.
    apart: BTreeMap<String, Vec<Leg>>,
    balances: Vec<Balance>,
    /// The most transactions that a list said there are.
    listed: u64,
    uncounted: u64,
}

struct Account {
    id: String,
    code: String,
    name: String,
    kind: String,
    currency: String,
}

/// A transaction as the API shows it.
struct Record {
    id: String,
    date: Date,
    description: String,
    document: String,
    contact: String,
    contact_id: String,
    currency: String,
    totals: [Option<Decimal>; 2],
    lines: Vec<Leg>,
    /// Posted, so that it counts in balances.
    counts: bool,
    line: u64,
}

/// One entry: debit positive.
struct Leg {
    id: String,
    account: String,
    amount: Decimal,
    base: Option<Decimal>,
    currency: String,
    description: String,
    document: String,
    line: u64,
}

/// What an account's balance is said to be, positive on its natural side.
struct Balance {
    account: String,
    as_of: Date,
    amount: Decimal,
    line: u64,
}

impl Ledger {
    pub(super) fn account(&mut self, object: &Object<'_>) {
        let id = object.text("id");
        if self.account_at.contains_key(&id) || self.accounts.len() >= MAX_ACCOUNTS {
            return;
        }
        let currency = object.first_text(&["currency", "currency_id", "currency_code"]);
        let (code, name) = (object.text("code"), object.text("name"));
        self.account_at.insert(id.clone(), self.accounts.len());
        self.account_called.entry(name.clone()).or_insert(self.accounts.len());
        if !code.is_empty() {
            self.account_called.insert(code.clone(), self.accounts.len());
        }
        self.accounts.push(Account {
            id,
            code,
            name,
            kind: object.first_text(&["account_type", "type"]).to_lowercase(),
            currency,
        });
    }

    pub(super) fn contact(&mut self, object: &Object<'_>) {
        self.contacts.insert(object.text("id"), object.text("name"));
    }

    pub(super) fn currency(&mut self, object: &Object<'_>) {
        self.currencies.insert(object.text("id"), object.text("code"));
    }

    pub(super) fn balance(&mut self, object: &Object<'_>, line: u64) {
        if let (Ok(as_of), Some(amount)) = (object.text("as_of").parse(), object.amount("amount")) {
            let account = object.text("account_id");
            self.balances.push(Balance {
                account,
                as_of,
                amount,
                line,
            });
        }
    }

    /// What stands around the rest: an organization with its currency, a list with its count.
    pub(super) fn envelope(&mut self, object: &Object<'_>) {
        let base = object
            .value("base_currency")
            .and_then(Object::of)
            .map(|base| base.text("code"));
        if let Some(base) = base
            .or_else(|| Some(object.text("base_currency")))
            .filter(|base| !base.is_empty())
        {
            self.base = base;
        }
        let Some(first) = object
            .list("data")
            .and_then(|data| data.first().copied())
            .and_then(Object::of)
        else {
            return;
        };
        if super::kind(&first) == super::Kind::Transaction {
            let count = object.text("total_count").parse().unwrap_or(0);
            self.listed = self.listed.max(count);
        }
    }

    /// A transaction with the entries that it shows; one that came before gains what it lacked.
    pub(super) fn transaction(
        &mut self,
        object: &Object<'_>,
        entries: &[(&RawValue, u64)],
        line: u64,
        out: &mut Emitter<'_>,
    ) {
        let id = object.text("id");
        let known = self.transaction_at.get(&id).copied().filter(|_| !id.is_empty());
        if let Some(known) = known.and_then(|at| self.transactions.get_mut(at)) {
            if known.lines.is_empty() && known.counts {
                known.lines = lines(entries, out);
            }
            return;
        }
        if entries.len() > MAX_POSTINGS_OF_TRANSACTION {
            let message = format!("a transaction has more than {MAX_POSTINGS_OF_TRANSACTION} entries");
            out.report(Code::TooLarge, Place::line(line), message);
            return;
        }
        let Ok(date) = object.first_text(&["transaction_date", "date"]).parse() else {
            let message = format!(
                "transaction {:?} has no date that can be read; it was left out",
                excerpt(&id, 40)
            );
            out.report(Code::BadEntry, Place::line(line), message);
            return;
        };
        self.transaction_at.insert(id.clone(), self.transactions.len());
        let status = object.text("status").to_lowercase();
        let counts = matches!(status.as_str(), "" | "posted" | "reversed");
        self.uncounted += u64::from(!counts);
        self.transactions.push(Record {
            id,
            date,
            description: object.text("description"),
            document: object.first_text(&["reference_number", "reference"]),
            contact: object.first_text(&["contact_name", "contact_id"]),
            contact_id: object.text("contact_id"),
            currency: object.first_text(&["currency_id", "currency"]),
            totals: [object.amount("total_debits"), object.amount("total_credits")],
            lines: if counts { lines(entries, out) } else { Vec::new() },
            counts,
            line,
        });
    }

    /// An entry that stands apart from its transaction.
    pub(super) fn entry_alone(&mut self, object: &Object<'_>, line: u64, out: &mut Emitter<'_>) {
        if let Some(entry) = entry(object, line, out) {
            self.apart.entry(object.text("transaction_id")).or_default().push(entry);
        }
    }

    pub(super) fn give(mut self, options: &BooksOptions<'_>, out: &mut Emitter<'_>) {
        self.join_apart(out);
        let mut chart = Chart::default();
        for account in &self.accounts {
            // A colon would make one account a part of another.
            let name = [account.code.as_str(), &account.name].join(" ").replace(':', " -");
            chart.define_as(&account.id, name.trim(), role(account));
        }
        let mut sums: HashMap<&str, Vec<(Date, Decimal)>> = HashMap::new();
        for record in self.transactions.iter().filter(|record| record.counts) {
            if record.lines.is_empty() {
                let message = format!(
                    "transaction {:?} shows no entries; fetch it by its id, with its entries",
                    excerpt(&record.id, 40)
                );
                out.report(Code::BadEntry, Place::line(record.line), message);
                continue;
            }
            check(record, out);
            for line in &record.lines {
                sums.entry(self.key(&line.account))
                    .or_default()
                    .push((record.date, line.amount));
            }
            let transaction = self.take(record, &mut chart);
            chart.take(transaction);
        }
        self.compare(&sums, out);
        self.say_what_is_missing(out);
        chart.currencies(&self.code(&self.base), self.called());
        chart.give(Target::Crane, options, out);
    }

    /// Brings entries that stood apart to their transactions.
    fn join_apart(&mut self, out: &mut Emitter<'_>) {
        for (id, lines) in std::mem::take(&mut self.apart) {
            let at = self.transaction_at.get(&id).copied();
            match at.and_then(|at| self.transactions.get_mut(at)) {
                Some(record) if !record.counts || !record.lines.is_empty() => {}
                Some(record) => record.lines = lines,
                None => {
                    let place = Place::line(lines.first().map_or(0, |line| line.line));
                    let message = format!(
                        "{} entries are of transaction {:?}, which is not in the file",
                        lines.len(),
                        excerpt(&id, 40)
                    );
                    out.report(Code::BadEntry, place, message);
                }
            }
        }
    }

    /// The id of an account that an entry names by id, by code or by name.
    fn key<'k>(&'k self, named: &'k str) -> &'k str {
        let at = self.account_at.get(named).or_else(|| self.account_called.get(named));
        let account = at.and_then(|at| self.accounts.get(*at));
        account.map_or(named, |account| &account.id)
    }

    fn take(&self, record: &Record, chart: &mut Chart) -> Transaction {
        let mut remarks = Remarks::default();
        remarks.tag("id", &record.id);
        record.document.clone_into(&mut remarks.document);
        let postings = record
            .lines
            .iter()
            .map(|line| self.posting(line, record, chart))
            .collect();
        let contact = self.contacts.get(&record.contact);
        let is_id = record.contact.starts_with("con_");
        Transaction {
            date: record.date,
            description: record.description.clone(),
            counterparty: contact
                .cloned()
                .unwrap_or_else(|| if is_id { String::new() } else { record.contact.clone() }),
            remarks,
            postings,
            ..Transaction::default()
        }
    }

    fn posting(&self, line: &Leg, record: &Record, chart: &mut Chart) -> Posting {
        let key = self.key(&line.account);
        let account: NameId = chart.account(key, Role::Other);
        let own = self.account_at.get(key).and_then(|at| self.accounts.get(*at));
        let said = [
            line.currency.as_str(),
            own.map_or("", |own| own.currency.as_str()),
            &record.currency,
            &self.base,
        ];
        let currency = said
            .into_iter()
            .find(|currency| !currency.is_empty())
            .unwrap_or_default();
        let (code, base) = (self.code(currency), self.code(&self.base));
        // What it was booked at; an amount in base currency is that itself.
        let weight = line.base.filter(|_| !base.is_empty() && base != code);
        let weight = weight.map(|weight| Box::new((weight, chart.commodity(&base))));
        let mut remarks = Remarks::default();
        remarks.tag("id", &line.id);
        record.contact_id.clone_into(&mut remarks.kept);
        line.document.clone_into(&mut remarks.document);
        if line.description != record.description {
            remarks.remember(&line.description);
        }
        Posting {
            account,
            amount: line.amount,
            commodity: chart.commodity(&code),
            line: line.line,
            date: None,
            clearing: None,
            remarks: remarks.boxed(),
            is_virtual: false,
            weight,
        }
    }

    /// What entries and transactions call currencies, by code.
    fn called(&self) -> BTreeMap<String, String> {
        let records = self.transactions.iter();
        let named = records.flat_map(|record| {
            let lines = record.lines.iter().map(|line| line.currency.as_str());
            lines.chain([record.currency.as_str()])
        });
        let mut called = BTreeMap::new();
        for name in named.filter(|name| !name.is_empty()) {
            called.entry(self.code(name)).or_insert_with(|| name.to_owned());
        }
        called
    }

    /// The code of a currency that is named by code or by id (`cur_usd`).
    fn code(&self, named: &str) -> String {
        let by_id = self.currencies.get(named).map(String::as_str);
        let code = by_id.or_else(|| named.strip_prefix("cur_")).unwrap_or(named);
        code.to_uppercase()
    }

    /// Balances that the file shows against what its entries come to: less, where it begins later than the books do.
    fn compare(&self, sums: &HashMap<&str, Vec<(Date, Decimal)>>, out: &mut Emitter<'_>) {
        for balance in &self.balances {
            let key = self.key(&balance.account);
            let own = self.account_at.get(key).and_then(|at| self.accounts.get(*at));
            let is_credit = own.is_some_and(|own| matches!(own.kind.as_str(), "liability" | "equity" | "revenue"));
            let entries = sums.get(key).map(Vec::as_slice).unwrap_or_default();
            let to_day = entries.iter().filter(|(date, _)| *date <= balance.as_of);
            let sum = to_day.fold(Decimal::ZERO, |sum, (_, amount)| {
                sum.checked_add(*amount).unwrap_or(sum)
            });
            let natural = if is_credit { -sum } else { sum };
            if natural != balance.amount {
                let name = own.map_or(key, |own| own.name.as_str());
                let message = format!(
                    "{}: the balance of {} is {}, the entries come to {natural}",
                    excerpt(name, 60),
                    balance.as_of,
                    balance.amount
                );
                out.report(Code::BalanceAssertion, Place::line(balance.line), message);
            }
        }
    }

    fn say_what_is_missing(&self, out: &mut Emitter<'_>) {
        let here = u64::try_from(self.transactions.len()).unwrap_or(u64::MAX);
        if here < self.listed {
            let message = format!(
                "a list says that there are {} transactions, {here} are in the file: fetch the pages that follow (offset)",
                self.listed
            );
            out.problem(Problem::of_file(Code::Incomplete, message));
        }
        if self.uncounted > 0 {
            let message = format!(
                "pending and failed transactions change no balance and were left out: {}",
                self.uncounted
            );
            out.problem(Problem::of_file(Code::Decided, message));
        }
    }
}

/// Debits and credits agree, and with the totals that the transaction shows; in base currency where entries are in others.
fn check(record: &Record, out: &mut Emitter<'_>) {
    let one_currency = record
        .lines
        .iter()
        .all(|line| Some(&line.currency) == record.lines.first().map(|first| &first.currency));
    let amounts: Option<Vec<Decimal>> = if one_currency {
        Some(record.lines.iter().map(|line| line.amount).collect())
    } else {
        record.lines.iter().map(|line| line.base).collect()
    };
    let Some(amounts) = amounts else { return };
    let sum = |side: fn(&Decimal) -> bool| {
        let of_side = amounts.iter().filter(|amount| side(amount));
        of_side.fold(Decimal::ZERO, |sum, amount| {
            sum.checked_add(amount.abs()).unwrap_or(sum)
        })
    };
    let sums = [sum(|amount| !amount.is_negative()), sum(|amount| amount.is_negative())];
    let [debits, credits] = sums;
    let named = || format!("transaction {:?} of {}", excerpt(&record.id, 40), record.date);
    if debits != credits {
        let message = format!("{}: debits are {debits}, credits {credits}", named());
        out.report(Code::Unbalanced, Place::line(record.line), message);
    }
    // Where entries are in one foreign currency, totals are in base currency and do not compare.
    let base_differs = record
        .lines
        .iter()
        .any(|line| line.base.is_some_and(|base| base.abs() != line.amount.abs()));
    for ((printed, sum), what) in record.totals.iter().zip(sums).zip(["total_debits", "total_credits"]) {
        if let Some(printed) = printed.filter(|printed| *printed != sum && !(one_currency && base_differs)) {
            let message = format!("{}: {what} is {printed}, the entries sum to {sum}", named());
            out.report(Code::BooksTotal, Place::line(record.line), message);
        }
    }
}

fn lines(entries: &[(&RawValue, u64)], out: &mut Emitter<'_>) -> Vec<Leg> {
    let mut lines = Vec::new();
    for (value, line) in entries {
        match Object::of(value) {
            Some(object) => lines.extend(entry(&object, *line, out)),
            None => out.report(
                Code::BadEntry,
                Place::line(*line),
                "an entry is no object; it was left out",
            ),
        }
    }
    lines
}

/// An entry with its side in `entry_type`, or in members `debit` and `credit`.
fn entry(object: &Object<'_>, line: u64, out: &mut Emitter<'_>) -> Option<Leg> {
    let account = object.first_text(&["account_id", "account_code", "account", "account_name"]);
    let plain = object.amount("amount");
    let sign = |amount: Decimal| match object.text("entry_type").to_lowercase().as_str() {
        "debit" => Some(amount),
        "credit" => Some(-amount),
        _ => None,
    };
    let sides = || {
        let side = |key: &str| object.amount(key);
        match (side("debit"), side("credit")) {
            (None, None) => None,
            (debit, credit) => debit.unwrap_or_default().checked_sub(credit.unwrap_or_default()),
        }
    };
    let Some(amount) = plain.and_then(sign).or_else(sides).filter(|_| !account.is_empty()) else {
        let message = format!(
            "an entry has no account, no side or no amount that can be read ({:?}); it was left out",
            excerpt(&object.text("amount"), 30)
        );
        out.report(Code::BadEntry, Place::line(line), message);
        return None;
    };
    Some(Leg {
        id: object.text("id"),
        account,
        amount,
        base: object.amount("base_amount").and_then(sign),
        currency: object.first_text(&["currency_id", "currency"]),
        description: object.text("description"),
        document: object.text("reference"),
        line,
    })
}

fn role(account: &Account) -> Role {
    match account.kind.as_str() {
        "asset" => account::role_of_asset(&account.name),
        "liability" => Role::Liability,
        _ => Role::Other,
    }
}
