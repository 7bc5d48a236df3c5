//! From a balanced journal to the entries of one account.

use super::commodity::{Kind, kind_of};
use super::remarks::Remarks;
use super::{Journal, NameId, Posting, Transaction};
use crate::account::{self, Role};
use crate::model::{AccountTotal, CommodityAmount, Entry, History};
use crate::read::{BooksOptions, Emitter};
use std::collections::BTreeMap;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Currency, Date, Decimal, Problem};

/// Chooses the account and gives its entries to the sink, by date.
///
/// Returns the account and the commodity that most of its entries are in, for the layout of further entries.
pub(crate) fn emit(journal: &Journal, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> Option<(NameId, Option<NameId>)> {
    let (order, totals) = totals(journal, out);
    let roles: Vec<Role> = order.iter().map(|id| role(journal, *id)).collect();
    let chosen = account::choose(&totals, &roles, options.account.as_deref(), out);
    out.reading().accounts = totals;
    out.reading().history = History::Complete;
    let id = *order.get(chosen?)?;
    out.reading().account = Some(journal.accounts.name(id).to_owned());

    let mut found = postings_of(journal, id);
    found.sort_by_key(|found| found.date);
    let uses = Uses::of(journal, &found, options.currency);
    uses.report(journal, options.currency, out);
    let mut entry = Entry::default();
    for found in &found {
        if let Some(currency) = uses.currency_of(found.posting.commodity) {
            fill(&mut entry, journal, found, id);
            entry.currency = currency;
            out.entry(&entry);
        }
    }
    out.reading().currency = uses.only_currency();
    Some((id, uses.most_used()))
}

/// A posting of the account with where it belongs.
struct Found<'j> {
    date: Date,
    number: u64,
    transaction: &'j Transaction,
    posting: &'j Posting,
}

fn postings_of(journal: &Journal, account: NameId) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut number = 0;
    for transaction in &journal.transactions {
        for posting in transaction.postings.iter().filter(|posting| posting.account == account) {
            found.push(Found {
                date: posting.date.unwrap_or(transaction.date),
                number,
                transaction,
                posting,
            });
        }
        number += 1;
    }
    found
}

/// Accounts by name with their entries and balances.
fn totals(journal: &Journal, out: &mut Emitter<'_>) -> (Vec<NameId>, Vec<AccountTotal>) {
    let mut sums: BTreeMap<NameId, (u64, BTreeMap<NameId, Decimal>)> = BTreeMap::new();
    let mut too_large = false;
    for posting in journal.transactions.iter().flat_map(|transaction| &transaction.postings) {
        let (entries, balances) = sums.entry(posting.account).or_default();
        *entries += 1;
        let balance = balances.entry(posting.commodity).or_insert(Decimal::ZERO);
        match balance.checked_add(posting.amount) {
            Some(sum) => *balance = sum,
            None => too_large = true,
        }
    }
    if too_large {
        out.problem(Problem::of_file(Code::BadAmount, "some amounts are too large to be added up"));
    }
    let mut listed: Vec<(NameId, AccountTotal)> = sums
        .into_iter()
        .map(|(id, (entries, balances))| {
            let mut balances: Vec<CommodityAmount> = balances
                .into_iter()
                .map(|(commodity, amount)| CommodityAmount {
                    commodity: journal.commodities.name(commodity).to_owned(),
                    amount,
                })
                .collect();
            balances.sort_by(|a, b| a.commodity.cmp(&b.commodity));
            let name = journal.accounts.name(id).to_owned();
            (id, AccountTotal { name, entries, balances })
        })
        .collect();
    listed.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    listed.into_iter().unzip()
}

/// The role that the journal declares for the account or one above it; else by its name.
fn role(journal: &Journal, account: NameId) -> Role {
    let name = journal.accounts.name(account);
    let mut above = Some(name);
    let mut declared = None;
    while let (Some(at), None) = (above, declared) {
        declared = journal.accounts.find(at).and_then(|id| journal.roles.get(&id)).copied();
        above = at.rsplit_once(':').map(|(parent, _)| parent);
    }
    let root = name.split(':').next().unwrap_or_default().to_lowercase();
    let role = declared.unwrap_or(match root.as_str() {
        "assets" | "asset" | "aktiva" | "vermögen" | "actif" | "actifs" | "activo" | "activos" | "attività" | "activa" => Role::Asset,
        "liabilities" | "liability" | "passiva" | "verbindlichkeiten" | "passif" | "passifs" | "pasivo" | "pasivos" => Role::Liability,
        _ => Role::Other,
    });
    if role == Role::Asset { account::role_of_asset(name) } else { role }
}

/// The commodities that the account's postings are in, and as which currency each is read.
struct Uses {
    /// Postings of each commodity, and the currency: `None` leaves its postings out, `Some(None)` is money unnamed.
    commodities: BTreeMap<NameId, (u64, Option<Option<Currency>>)>,
    virtual_postings: u64,
    assumed: Option<NameId>,
}

impl Uses {
    fn of(journal: &Journal, found: &[Found<'_>], wanted: Option<Currency>) -> Self {
        let mut counts: BTreeMap<NameId, u64> = BTreeMap::new();
        for found in found {
            *counts.entry(found.posting.commodity).or_insert(0) += 1;
        }
        let kinds: Vec<(NameId, u64, Kind)> = counts
            .into_iter()
            .map(|(id, count)| (id, count, kind_of(journal.commodities.name(id))))
            .collect();
        let is_wanted = |kind: &Kind| matches!((kind, wanted), (Kind::Is(is), Some(wanted)) if *is == wanted);
        let written = kinds.iter().any(|(_, _, kind)| is_wanted(kind));
        let doubtful = kinds.iter().filter(|(_, _, kind)| matches!(kind, Kind::Maybe(_))).count();
        let any_money = kinds.iter().any(|(_, _, kind)| *kind != Kind::NotMoney);
        let mut assumed = None;
        let mut commodities = BTreeMap::new();
        for (id, count, kind) in kinds {
            let currency = match (kind, wanted) {
                (Kind::Is(is), None) => Some(Some(is)),
                (Kind::Is(is), Some(wanted)) => (is == wanted).then_some(Some(is)),
                (Kind::Maybe(usual), None) => {
                    assumed = assumed.or(usual.map(|_| id));
                    Some(usual)
                }
                // The caller's currency fits a doubtful symbol if nothing else in the account is that currency.
                (Kind::Maybe(usual), Some(wanted)) => {
                    (usual == Some(wanted) || (!written && doubtful == 1)).then_some(Some(wanted))
                }
                (Kind::NotMoney, _) if any_money => None,
                (Kind::NotMoney, wanted) => Some(wanted),
            };
            commodities.insert(id, (count, currency));
        }
        Self {
            commodities,
            virtual_postings: u64::try_from(found.iter().filter(|found| found.posting.is_virtual).count()).unwrap_or(u64::MAX),
            assumed,
        }
    }

    fn currency_of(&self, commodity: NameId) -> Option<Option<Currency>> {
        self.commodities.get(&commodity).and_then(|(_, currency)| *currency)
    }

    fn only_currency(&self) -> Option<Currency> {
        let mut read = self.commodities.values().filter_map(|(_, currency)| *currency);
        let first = read.next()?;
        read.all(|other| other == first).then_some(first).flatten()
    }

    fn most_used(&self) -> Option<NameId> {
        let read = self.commodities.iter().filter(|(_, (_, currency))| currency.is_some());
        read.max_by_key(|(id, (count, _))| (*count, std::cmp::Reverse(**id))).map(|(id, _)| *id)
    }

    fn report(&self, journal: &Journal, wanted: Option<Currency>, out: &mut Emitter<'_>) {
        let list = |keep: &dyn Fn(&Option<Option<Currency>>, &str) -> bool| -> String {
            let names: Vec<String> = self
                .commodities
                .iter()
                .map(|(id, (count, currency))| (journal.commodities.name(*id), count, currency))
                .filter(|(name, _, currency)| keep(currency, name))
                .map(|(name, count, _)| format!("{count} in {:?}", excerpt(name, 20)))
                .collect();
            names.join(", ")
        };
        let is_money = |name: &str| kind_of(name) != Kind::NotMoney;
        let left_out = list(&|currency, name| currency.is_none() && is_money(name));
        if !left_out.is_empty() {
            let message = format!("entries in other currencies than the one asked for were left out: {left_out}");
            out.problem(Problem::of_file(Code::Decided, message));
        }
        let trades = list(&|currency, name| currency.is_none() && !is_money(name));
        if !trades.is_empty() {
            let message = format!("entries in commodities that are no money were left out: {trades}");
            out.problem(Problem::of_file(Code::InvestmentSkipped, message));
        }
        let read: std::collections::BTreeSet<_> = self.commodities.values().filter_map(|(_, currency)| *currency).collect();
        if read.len() > 1 {
            let message = format!("the account holds several currencies: {}", list(&|currency, _| currency.is_some()));
            out.problem(Problem::of_file(Code::MixedCurrency, message));
        }
        if read.contains(&None) && wanted.is_none() {
            let message = format!("no currency can be told of these entries: {}", list(&|currency, _| *currency == Some(None)));
            out.problem(Problem::of_file(Code::NoCurrency, message));
        }
        if let Some(assumed) = self.assumed {
            let name = journal.commodities.name(assumed);
            let currency = self.currency_of(assumed).flatten().map_or_else(String::new, |currency| currency.to_string());
            let message = format!("read {:?} as {currency}; another currency can be said with --currency", excerpt(name, 20));
            out.problem(Problem::of_file(Code::Decided, message));
        }
        if self.virtual_postings > 0 {
            let message = format!("{} virtual postings (in brackets) of the account are among its entries", self.virtual_postings);
            out.problem(Problem::of_file(Code::Decided, message));
        }
    }
}

fn fill(entry: &mut Entry, journal: &Journal, found: &Found<'_>, account: NameId) {
    let Found {
        transaction, posting, ..
    } = found;
    let own = posting.remarks.as_deref();
    entry.clear();
    entry.transaction = found.number;
    entry.date = found.date;
    entry.amount = posting.amount;
    entry.description.push_str(&transaction.description);
    entry.source_line = posting.line;
    entry.clearing = posting.clearing.unwrap_or(transaction.clearing);
    let pick = |field: fn(&Remarks) -> &String, into: &mut String| {
        let text = own.map(field).filter(|text| !text.is_empty()).unwrap_or_else(|| field(&transaction.remarks));
        into.push_str(text);
    };
    pick(|remarks| &remarks.id, &mut entry.id);
    pick(|remarks| &remarks.document, &mut entry.document);
    pick(|remarks| &remarks.check_number, &mut entry.check_number);
    pick(|remarks| &remarks.counterparty, &mut entry.counterparty);
    pick(|remarks| &remarks.memo, &mut entry.memo);
    if entry.counterparty.is_empty() {
        entry.counterparty.push_str(&transaction.counterparty);
    }
    contra(&mut entry.contra, journal, transaction, account);
}

/// The other accounts of the transaction, each once.
fn contra(into: &mut String, journal: &Journal, transaction: &Transaction, account: NameId) {
    let mut seen: Vec<NameId> = Vec::new();
    for other in transaction.postings.iter().take(1_000).filter(|other| other.account != account && !other.is_virtual) {
        // A transaction with very many postings is a batch; its first accounts tell enough.
        if seen.len() < 16 && !seen.contains(&other.account) {
            seen.push(other.account);
            if !into.is_empty() {
                into.push_str(", ");
            }
            into.push_str(journal.accounts.name(other.account));
        }
    }
}
