//! What an import of transactions would do: which are known, which can be taken, which not and why.

use super::identity::{Hashes, identities};
use super::source::{Source, UNSAID};
use super::{Choices, Finding, Report, vanished};
use crate::account::{self, CreateAccount};
use crate::command::{Context, Org};
use crate::error::AppError;
use crate::posting::NewTransaction;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tieout_books::AccountType;
use tieout_books::transactions::{WholePosting, WholeTransaction, currency_of, is_doubtful};
use tieout_core::id::{Account, BookImport};
use tieout_core::{Currency, Date, Id};
use tieout_ledger::AccountKind;
use tieout_store::Tx;
use tieout_store::account::AccountRow;
use tieout_store::book_import::{self, ImportedRow};

/// A plan for an import.
pub(crate) struct Planned {
    pub(crate) report: Report,
    pub(crate) new_accounts: Vec<NewAccount>,
    pub(crate) transactions: Vec<PlannedTransaction>,
    /// The accounts that there were when the plan was made.
    pub(super) chart: Vec<AccountRow>,
}

/// An account that an import makes.
pub(crate) struct NewAccount {
    pub(super) code: String,
    pub(super) kind: AccountKind,
    pub(super) currency: Option<Currency>,
}

/// A transaction that an import enters.
pub(crate) struct PlannedTransaction {
    pub(crate) new: NewTransaction,
    pub(crate) identity: [u8; 16],
    pub(crate) content: [u8; 16],
    /// For each line the place among the new accounts, if it is on one of them.
    on_new: Vec<Option<usize>>,
    origin: Origin,
}

/// Where a transaction stands in its file.
struct Origin {
    place: String,
    id: String,
    counterparty: String,
}

impl PlannedTransaction {
    /// Puts lines on accounts that did not exist when the plan was made.
    pub(crate) fn place_accounts(&mut self, made: &[Id<Account>]) -> Result<(), AppError> {
        for (line, on_new) in self.new.lines.iter_mut().zip(&self.on_new) {
            if let Some(at) = on_new {
                line.account = *made.get(*at).ok_or(AppError::Internal("account not made"))?;
            }
        }
        Ok(())
    }

    /// File and line.
    pub(super) fn place(&self) -> &str {
        &self.origin.place
    }

    /// Says in the transaction's metadata where it is from.
    pub(crate) fn mark(&mut self, import: Id<BookImport>, source: &str) {
        let Origin {
            place,
            id,
            counterparty,
        } = &self.origin;
        self.new.metadata = json!({ "import": { "id": import.to_string(), "source": source, "place": place,
            "own_id": id, "counterparty": counterparty } })
        .to_string();
    }
}

/// Where an account of the file is in the chart.
#[derive(Clone)]
pub(super) enum Target {
    /// Place in the chart.
    Known(usize),
    /// Place among the accounts to be made.
    New(usize),
    /// Nowhere, because of this.
    Missing(String),
}

/// What is needed while a plan is made.
pub(super) struct Planner<'a> {
    pub(super) org: &'a Org,
    pub(super) source: &'a Source,
    pub(super) choices: &'a Choices,
    pub(super) chart: Vec<AccountRow>,
    pub(super) targets: Vec<Target>,
    /// Own currencies of the accounts of the file.
    pub(super) own: Vec<Option<Currency>>,
    pub(super) rates: HashMap<(Currency, Date), Option<i64>>,
    pub(super) new_accounts: Vec<NewAccount>,
}

/// Makes the plan; writes nothing.
pub(crate) async fn plan(tx: &mut Tx, ctx: &Context, source: &Source, choices: &Choices) -> Result<Planned, AppError> {
    let org = ctx.org()?;
    let mut planner = Planner {
        org,
        source,
        choices,
        chart: tieout_store::account::every(tx, org.id).await?,
        targets: Vec::new(),
        own: Vec::new(),
        rates: HashMap::new(),
        new_accounts: Vec::new(),
    };
    planner.resolve()?;
    let about = (super::TRANSACTIONS, planner.source_name());
    let rows = source.journal.transactions.iter().map(|one| planner.place(one));
    let mut report = Report::about(about, (&source.file_name, &source.format), &source.findings, rows);
    planner.say_decisions(&mut report);
    let hashes = identities(source);
    let asked: Vec<[u8; 16]> = hashes.iter().map(|(identity, _)| *identity).collect();
    let known = book_import::known(tx, org.id, &report.source, &asked).await?;
    let known: HashMap<[u8; 16], ImportedRow> = known.into_iter().map(|row| (row.identity, row)).collect();
    let mut transactions = planner.take_all(tx, (hashes, &known), &mut report).await?;
    report.days = days(source);
    vanished::check(tx, org, source, (&mut report, &known), &mut transactions).await?;
    report.added = i64::try_from(transactions.len()).unwrap_or(i64::MAX);
    planner.keep_used(&mut transactions);
    report.accounts_added = planner
        .new_accounts
        .iter()
        .map(|new| {
            (
                new.code.clone(),
                leaf(&new.code).to_owned(),
                account::kind_name(new.kind),
            )
        })
        .collect();
    Ok(Planned {
        report,
        new_accounts: planner.new_accounts,
        transactions,
        chart: planner.chart,
    })
}

fn days(source: &Source) -> Option<(Date, Date)> {
    let dates = || source.journal.transactions.iter().map(|transaction| transaction.date);
    dates().min().zip(dates().max())
}

/// Makes the accounts of a plan; those above come first.
pub(crate) async fn make_accounts(
    tx: &mut Tx,
    ctx: &Context,
    new_accounts: &[NewAccount],
) -> Result<Vec<Id<Account>>, AppError> {
    let mut made: Vec<(String, Id<Account>, AccountKind)> = Vec::with_capacity(new_accounts.len());
    for new in new_accounts {
        let above = new.code.rsplit_once(':').map(|(above, _)| above);
        let parent = above.and_then(|above| {
            let found = made.iter().find(|(code, _, kind)| code == above && *kind == new.kind);
            found.map(|(_, id, _)| *id)
        });
        let fields = CreateAccount {
            code: new.code.clone(),
            name: leaf(&new.code).to_owned(),
            kind: new.kind,
            description: None,
            currency: new.currency,
            parent_id: parent,
            time_zone: None,
            metadata: "{}".into(),
        };
        let row = account::create(tx, ctx, &fields, None).await?;
        made.push((new.code.clone(), row.id, new.kind));
    }
    Ok(made.into_iter().map(|(_, id, _)| id).collect())
}

/// The last part of a name such as `Assets:Bank:Checking`.
fn leaf(name: &str) -> &str {
    name.rsplit(':')
        .next()
        .filter(|leaf| !leaf.trim().is_empty())
        .unwrap_or(name)
}

/// The kind of account of a type.
pub(crate) fn kind_of(account_type: AccountType) -> AccountKind {
    match account_type {
        AccountType::Asset => AccountKind::Asset,
        AccountType::Liability => AccountKind::Liability,
        AccountType::Equity => AccountKind::Equity,
        AccountType::Revenue => AccountKind::Revenue,
        AccountType::Expense => AccountKind::Expense,
    }
}

impl Planner<'_> {
    /// By which name the source is known: journals share one, tables have one for each account.
    fn source_name(&self) -> String {
        match (&self.choices.account, self.choices.source.trim()) {
            (Some(account), "") if self.source.is_table => format!("table:{account}"),
            (_, "") => "journal".into(),
            (_, name) => name.to_owned(),
        }
    }

    fn place(&self, transaction: &WholeTransaction) -> String {
        let file = if transaction.file.is_empty() {
            &self.source.file_name
        } else {
            &transaction.file
        };
        format!("{file}:{}", transaction.line)
    }

    /// The currency of a commodity. What may be several is what somebody says; else, as far as it is written so, that of the
    /// account that a table lists (its other side is the same amount), the account's own, or base currency.
    pub(super) fn currency(&self, commodity: usize, own: Option<Currency>) -> Option<Currency> {
        let symbol = self.source.journal.commodities.get(commodity)?;
        let listed = self.own.first().copied().flatten().unwrap_or(self.org.base);
        let listed = self.source.is_table.then_some(listed);
        let bare = |symbol: &str| symbol.trim_end_matches('.').to_lowercase();
        let may_be = |currency: &Currency| symbol.is_empty() || bare(symbol) == bare(&currency.symbol());
        let likely = [listed, own, Some(self.org.base)].into_iter().flatten().find(may_be);
        currency_of(symbol, self.choices.currency.or(likely))
    }

    /// The same in a transaction: `$` is one currency in all of its postings, that of any account on it that is kept in dollars,
    /// the given one first.
    pub(super) fn currency_in(
        &self,
        commodity: usize,
        account: Option<usize>,
        postings: &[WholePosting],
    ) -> Option<Currency> {
        let others = postings.iter().filter(|posting| posting.commodity == commodity);
        let accounts = account.into_iter().chain(others.map(|posting| posting.account));
        let mut own = accounts.filter_map(|account| self.own.get(account).copied().flatten());
        let symbol = self.source.journal.commodities.get(commodity)?;
        let fitting = own.find(|own| currency_of(symbol, Some(*own)) == self.currency(commodity, Some(*own)));
        self.currency(commodity, fitting)
    }

    /// What a commodity was read as, in the order of the codes.
    fn read_as(&self, commodity: usize) -> Vec<String> {
        let mut codes = BTreeSet::new();
        for transaction in &self.source.journal.transactions {
            let postings = &transaction.postings;
            for posting in postings.iter().filter(|posting| posting.commodity == commodity) {
                let read = self.currency_in(commodity, Some(posting.account), postings);
                codes.extend(read.map(|currency| currency.to_string()));
            }
            let mut weights = postings.iter().filter_map(|posting| posting.weight);
            if weights.any(|(_, of)| of == commodity) {
                let read = self.currency_in(commodity, None, postings);
                codes.extend(read.map(|currency| currency.to_string()));
            }
        }
        codes.into_iter().collect()
    }

    /// What was decided about the whole file.
    fn say_decisions(&self, report: &mut Report) {
        let mut say = |message: String| {
            report.say(Finding {
                place: self.source.file_name.clone(),
                message,
                is_refusal: false,
            });
        };
        for (at, symbol) in self.source.journal.commodities.iter().enumerate() {
            if is_doubtful(symbol)
                && self.choices.currency.is_none()
                && !symbol.is_empty()
                && let read @ [_, ..] = &*self.read_as(at)
            {
                say(format!(
                    "{symbol:?} was read as {}; if it is another one, say its currency",
                    read.join(" and ")
                ));
            }
        }
        if let Some(names) = self.missing() {
            say(format!("accounts that are not in the chart: {names}"));
        }
        let left_out: usize = self.source.journal.transactions.iter().map(|one| one.left_out).sum();
        if left_out > 0 {
            say(format!(
                "{left_out} virtual postings were left out: they balance nothing"
            ));
        }
    }

    /// Accounts that are not in the chart, in one line.
    fn missing(&self) -> Option<String> {
        const NAMED: usize = 30;
        let missing: Vec<&str> = self
            .source
            .journal
            .accounts
            .iter()
            .zip(&self.targets)
            .filter(|(account, target)| matches!(target, Target::Missing(_)) && account.name != UNSAID)
            .map(|(account, _)| account.name.as_str())
            .collect();
        let more = missing.len().saturating_sub(NAMED);
        let named = missing.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        match more {
            0 if named.is_empty() => None,
            0 => Some(named),
            more => Some(format!("{named} and {more} more")),
        }
    }

    /// What can be taken of all transactions; what is known or cannot be is counted and said.
    async fn take_all(
        &mut self,
        tx: &mut Tx,
        (hashes, known): (Vec<Hashes>, &HashMap<[u8; 16], ImportedRow>),
        report: &mut Report,
    ) -> Result<Vec<PlannedTransaction>, AppError> {
        let source = self.source;
        let mut transactions = Vec::new();
        for (transaction, (identity, content)) in source.journal.transactions.iter().zip(hashes) {
            let place = self.place(transaction);
            if let Some(before) = known.get(&identity) {
                if before.content != content && !before.is_reversed {
                    let message = "it was imported before and says something else now: reverse what was imported, and \
                        enter it anew";
                    report.refuse(place, message.into());
                } else {
                    report.known += 1;
                }
                continue;
            }
            match self.take(tx, transaction).await? {
                Ok(None) => report.say(Finding {
                    place,
                    message: "it moves nothing and was left out".into(),
                    is_refusal: false,
                }),
                Ok(Some((new, on_new))) => transactions.push(PlannedTransaction {
                    new,
                    identity,
                    content,
                    on_new,
                    origin: Origin {
                        place,
                        id: transaction.id.clone(),
                        counterparty: transaction.counterparty.clone(),
                    },
                }),
                Err(why) => report.refuse(place, why),
            }
        }
        Ok(transactions)
    }

    /// Forgets new accounts that nothing is posted on.
    fn keep_used(&mut self, transactions: &mut [PlannedTransaction]) {
        let used: BTreeMap<usize, usize> = {
            let mut used: Vec<usize> = transactions
                .iter()
                .flat_map(|one| one.on_new.iter().flatten().copied())
                .collect();
            used.sort_unstable();
            used.dedup();
            used.into_iter().enumerate().map(|(to, from)| (from, to)).collect()
        };
        let all = std::mem::take(&mut self.new_accounts);
        self.new_accounts = all
            .into_iter()
            .enumerate()
            .filter(|(at, _)| used.contains_key(at))
            .map(|(_, new)| new)
            .collect();
        for place in transactions.iter_mut().flat_map(|one| one.on_new.iter_mut()) {
            *place = place.and_then(|at| used.get(&at).copied());
        }
    }
}
