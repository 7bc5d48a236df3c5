//! From a balanced journal to the entries of one account.

use super::remarks::Remarks;
use super::{Journal, NameId, Posting, Transaction};
use crate::account::{self, Role};
use crate::commodity::{ReadAs, Uses};
use crate::model::{AccountTotal, CommodityAmount, Entry, History};
use crate::read::{BooksOptions, Emitter};
use crate::reversal::Originals;
use crate::transactions;
use std::collections::BTreeMap;
use tieout_core::{Code, Date, Decimal, Problem};

/// Chooses the account and gives its entries to the sink, by date.
///
/// Returns the account and the commodity that most of its entries are in, for the layout of further entries.
pub(crate) fn emit(
    journal: &Journal,
    options: &BooksOptions<'_>,
    out: &mut Emitter<'_>,
) -> Option<(NameId, Option<NameId>)> {
    let (order, totals) = totals(journal, out);
    if let Some(whole) = out.whole() {
        transactions::fill(whole, journal);
        out.reading().accounts = totals;
        out.reading().history = History::Complete;
        return None;
    }
    let roles: Vec<Role> = order.iter().map(|id| role(journal, *id)).collect();
    let chosen = account::choose(&totals, &roles, options, out);
    out.reading().accounts = totals;
    out.reading().history = History::Complete;
    let id = *order.get(chosen?)?;
    out.reading().account = Some(journal.accounts.name(id).to_owned());
    out.reading().originals = Originals::of(journal, id);

    let mut found = postings_of(journal, id);
    found.sort_by_key(|found| found.date);
    let mut counts: BTreeMap<NameId, u64> = BTreeMap::new();
    // Nothing of no commodity (an assertion written as "0 = ...") is in that of the others.
    let is_nothing =
        |posting: &Posting| posting.amount.is_zero() && journal.commodities.name(posting.commodity).is_empty();
    let all_nothing = found.iter().all(|found| is_nothing(found.posting));
    for found in found.iter().filter(|found| all_nothing || !is_nothing(found.posting)) {
        *counts.entry(found.posting.commodity).or_insert(0) += 1;
    }
    let uses = Uses::of(
        counts
            .iter()
            .map(|(commodity, count)| (journal.commodities.name(*commodity), *count)),
        options.currency,
    );
    uses.report(out);
    let virtual_postings = found.iter().filter(|found| found.posting.is_virtual).count();
    if virtual_postings > 0 {
        let message = format!("{virtual_postings} virtual postings (in brackets) are among the entries");
        out.problem(Problem::of_file(Code::Decided, message));
    }
    let mut entry = Entry::default();
    for found in &found {
        let read_as = match uses.only_currency() {
            Some(only) if is_nothing(found.posting) => ReadAs::Currency(only),
            _ => uses.read_as(journal.commodities.name(found.posting.commodity)),
        };
        if read_as != ReadAs::LeftOut {
            fill(&mut entry, journal, found, id);
            entry.currency = read_as.currency();
            out.entry(&entry);
        }
    }
    out.reading().currency = uses.only_currency();
    let most_used = uses.most_used().and_then(|name| journal.commodities.find(name));
    Some((id, most_used))
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
    for posting in journal
        .transactions
        .iter()
        .flat_map(|transaction| &transaction.postings)
    {
        let (entries, balances) = sums.entry(posting.account).or_default();
        *entries += 1;
        let balance = balances.entry(posting.commodity).or_insert(Decimal::ZERO);
        match balance.checked_add(posting.amount) {
            Some(sum) => *balance = sum,
            None => too_large = true,
        }
    }
    if too_large {
        out.problem(Problem::of_file(
            Code::BadAmount,
            "some amounts are too large to be added up",
        ));
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
            (
                id,
                AccountTotal {
                    name,
                    code: String::new(),
                    entries,
                    balances,
                },
            )
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
        "assets" | "asset" | "aktiva" | "vermögen" | "actif" | "actifs" | "activo" | "activos" | "attività"
        | "activa" => Role::Asset,
        "liabilities" | "liability" | "passiva" | "verbindlichkeiten" | "passif" | "passifs" | "pasivo" | "pasivos" => {
            Role::Liability
        }
        _ => Role::Other,
    });
    if role == Role::Asset {
        account::role_of_asset(name)
    } else {
        role
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
    entry.source_file.push_str(journal.files.name(transaction.file));
    entry.source_line = posting.line;
    entry.clearing = posting.clearing.unwrap_or(transaction.clearing);
    let pick = |field: fn(&Remarks) -> &String, into: &mut String| {
        let text = own
            .map(field)
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| field(&transaction.remarks));
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
    for other in transaction
        .postings
        .iter()
        .take(1_000)
        .filter(|other| other.account != account && !other.is_virtual)
    {
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
