//! From a balanced journal to the entries of one account.

use super::commodity::{Kind, kind_of};
use super::remarks::Remarks;
use super::{Journal, NameId, Posting, Transaction};
use crate::account::{self, Role};
use crate::model::{AccountTotal, CommodityAmount, Entry, History};
use crate::read::{BooksOptions, Emitter};
use std::collections::{BTreeMap, BTreeSet};
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
    uses.report(journal, out);
    let mut entry = Entry::default();
    for found in &found {
        let read_as = uses.read_as(found.posting.commodity);
        if read_as != ReadAs::LeftOut {
            fill(&mut entry, journal, found, id);
            entry.currency = read_as.currency();
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
    for (number, transaction) in (0_u64..).zip(&journal.transactions) {
        for posting in transaction.postings.iter().filter(|posting| posting.account == account) {
            found.push(Found {
                date: posting.date.unwrap_or(transaction.date),
                number,
                transaction,
                posting,
            });
        }
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

/// How postings in one commodity are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ReadAs {
    /// No money, or not the currency that was asked for.
    LeftOut,
    /// Money whose currency nothing tells.
    Unnamed,
    Currency(Currency),
}

impl ReadAs {
    fn money(currency: Option<Currency>) -> Self {
        currency.map_or(Self::Unnamed, Self::Currency)
    }

    fn only(currency: Currency, wanted: Currency) -> Self {
        if currency == wanted { Self::Currency(currency) } else { Self::LeftOut }
    }

    fn currency(self) -> Option<Currency> {
        match self {
            Self::Currency(currency) => Some(currency),
            Self::LeftOut | Self::Unnamed => None,
        }
    }
}

/// The commodities that the account's postings are in, and how each is read.
struct Uses {
    /// Postings of each commodity.
    commodities: BTreeMap<NameId, (u64, ReadAs)>,
    virtual_postings: usize,
    /// A symbol of several currencies that was read as the usual one.
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
        let written = kinds.iter().any(|(_, _, kind)| matches!((kind, wanted), (Kind::Is(is), Some(wanted)) if *is == wanted));
        let doubtful = kinds.iter().filter(|(_, _, kind)| matches!(kind, Kind::Maybe(_))).count();
        let any_money = kinds.iter().any(|(_, _, kind)| *kind != Kind::NotMoney);
        let mut uses = Self {
            commodities: BTreeMap::new(),
            virtual_postings: found.iter().filter(|found| found.posting.is_virtual).count(),
            assumed: None,
        };
        for (id, count, kind) in kinds {
            let read_as = match (kind, wanted) {
                (Kind::Is(is), None) => ReadAs::Currency(is),
                (Kind::Is(is), Some(wanted)) => ReadAs::only(is, wanted),
                (Kind::Maybe(usual), None) => {
                    uses.assumed = uses.assumed.or(usual.map(|_| id));
                    ReadAs::money(usual)
                }
                // The caller's currency fits a doubtful symbol if nothing else in the account is that currency.
                (Kind::Maybe(_), Some(wanted)) if !written && doubtful == 1 => ReadAs::Currency(wanted),
                (Kind::Maybe(Some(usual)), Some(wanted)) => ReadAs::only(usual, wanted),
                (Kind::Maybe(None), Some(_)) => ReadAs::LeftOut,
                (Kind::NotMoney, _) if any_money => ReadAs::LeftOut,
                (Kind::NotMoney, wanted) => ReadAs::money(wanted),
            };
            uses.commodities.insert(id, (count, read_as));
        }
        uses
    }

    fn read_as(&self, commodity: NameId) -> ReadAs {
        self.commodities.get(&commodity).map_or(ReadAs::LeftOut, |(_, read_as)| *read_as)
    }

    /// How the entries are read, each way once.
    fn ways(&self) -> BTreeSet<ReadAs> {
        let all = self.commodities.values().map(|(_, read_as)| *read_as);
        all.filter(|read_as| *read_as != ReadAs::LeftOut).collect()
    }

    fn only_currency(&self) -> Option<Currency> {
        let ways = self.ways();
        let only = ways.first().filter(|_| ways.len() == 1)?;
        only.currency()
    }

    fn most_used(&self) -> Option<NameId> {
        let read = self.commodities.iter().filter(|(_, (_, read_as))| *read_as != ReadAs::LeftOut);
        read.max_by_key(|(id, (count, _))| (*count, std::cmp::Reverse(**id))).map(|(id, _)| *id)
    }

    fn report(&self, journal: &Journal, out: &mut Emitter<'_>) {
        let name = |id: &NameId| excerpt(journal.commodities.name(*id), 20);
        let is_money = |id: &NameId| kind_of(journal.commodities.name(*id)) != Kind::NotMoney;
        let list = |keep: &dyn Fn(&NameId, ReadAs) -> bool| -> String {
            let kept = self.commodities.iter().filter(|(id, (_, read_as))| keep(id, *read_as));
            let names: Vec<String> = kept.map(|(id, (count, _))| format!("{count} in {:?}", name(id))).collect();
            names.join(", ")
        };
        let mut say = |code: Code, what: &str, which: String| {
            if !which.is_empty() {
                out.problem(Problem::of_file(code, format!("{what}: {which}")));
            }
        };
        let other = list(&|id, read_as| read_as == ReadAs::LeftOut && is_money(id));
        say(Code::Decided, "entries in other currencies than the one asked for were left out", other);
        let trades = list(&|id, read_as| read_as == ReadAs::LeftOut && !is_money(id));
        say(Code::InvestmentSkipped, "entries in commodities that are no money were left out", trades);
        if self.ways().len() > 1 {
            say(Code::MixedCurrency, "the account holds several currencies", list(&|_, read_as| read_as != ReadAs::LeftOut));
        }
        say(Code::NoCurrency, "no currency can be told of these entries", list(&|_, read_as| read_as == ReadAs::Unnamed));
        if let Some(assumed) = self.assumed {
            let currency = self.read_as(assumed).currency().map_or_else(String::new, |currency| currency.to_string());
            let message = format!("{:?} was read as {currency}; say another currency with --currency", name(&assumed));
            say(Code::Decided, "the symbol of several currencies", message);
        }
        if self.virtual_postings > 0 {
            say(Code::Decided, "virtual postings (in brackets) are among the entries", self.virtual_postings.to_string());
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
