//! Plaid: `/transactions/sync` (added, modified, removed) and `/transactions/get`.
//!
//! A positive amount is money out. What a card's or loan's balance shows is owed.

use super::feed::{AccountNote, Draft, Feed, Flaw, Listed, Standing, amount, currency, day, maybe_amount, printed};
use super::scan::Object;
use crate::account_number;
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Status};
use tieout_core::Currency;
use tieout_core::problem::excerpt;

pub(super) struct Plaid;

const LISTS: [(&str, Standing); 4] = [
    ("transactions", Standing::Booked),
    ("added", Standing::Booked),
    ("modified", Standing::Modified),
    ("removed", Standing::Removed),
];

impl Feed for Plaid {
    fn name(&self) -> &'static str {
        "Plaid"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let is_sync = page.has("added") && page.has("next_cursor");
        let is_get = page.has("transactions") && page.has("total_transactions");
        let bare = page.has("transactions") && page.has("accounts") && page.has("item");
        // A page that was cut has lost what comes after its records.
        let is_cut = || {
            let mut first = LISTS.iter().filter_map(|(path, _)| page.list(path)?.next());
            first.any(|record| Object::of(record).is_some_and(|record| self.is_record(&record)))
        };
        if !(is_sync || is_get || bare || is_cut()) {
            return false;
        }
        for (path, standing) in LISTS {
            if let Some(list) = page.value(path) {
                each(Listed { path, standing, list });
            }
        }
        true
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        record.has("transaction_id") && record.has("account_id")
    }

    fn accounts(&self, page: &Object<'_>, note: &mut dyn FnMut(AccountNote)) {
        for account in page.list("accounts").into_iter().flatten().filter_map(Object::of) {
            let balances = account.within("balances");
            let kind = kind(&account.text("type"));
            let owed = matches!(&*account.text("type"), "credit" | "loan");
            let mut noted = AccountNote {
                account: Account {
                    id: account_number::normalised(&account.text("account_id")),
                    raw: account.text("account_id").into_owned(),
                    scheme: AccountScheme::Other,
                    kind,
                    type_word: account.text("subtype").into_owned(),
                    name: account.first_text(&["official_name", "name"]).into_owned(),
                    ..Account::default()
                },
                currency: currency(&balances, "iso_currency_code"),
                ..AccountNote::default()
            };
            if let Some(current) = maybe_amount(&balances, "current") {
                let signed = if owed { -current } else { current };
                noted.balance(printed(signed, BalanceKind::Closing, "current"));
            }
            if let Some(available) = maybe_amount(&balances, "available") {
                noted.balance(printed(available, BalanceKind::Available, "available"));
            }
            note(noted);
        }
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        draft.stand(standing);
        draft.account.push_str(&record.text("account_id"));
        let id = record.text("transaction_id");
        let ids = &mut draft.line.ids;
        ids.bank_id.push_str(&id);
        match standing {
            Standing::Removed if id.is_empty() => {
                return Err(Flaw::new("transaction_id", "a removed line has no id"));
            }
            Standing::Removed => {
                ids.corrects.push_str(&id);
                return Ok(());
            }
            Standing::Modified => ids.corrects.push_str(&id),
            _ => ids.corrects.push_str(&record.text("pending_transaction_id")),
        }
        if record.is_true("pending") {
            draft.line.status = Status::Pending;
        }
        draft.currency = currency_of(record)?;
        draft.line.amount = -amount(record, "amount")?;
        let booked = day(record, &["date", "datetime"]);
        draft.dates(booked, None)?;
        let meta = record.within("payment_meta");
        let named = record.list("counterparties").and_then(|mut list| list.next());
        let line = &mut draft.line;
        line.counterparty.name = named
            .and_then(Object::of)
            .map(|party| party.text("name").into_owned())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| record.text("merchant_name").into_owned());
        if line.counterparty.name.is_empty() {
            let side = if line.amount.is_negative() { "payee" } else { "payer" };
            line.counterparty.name = meta.text(side).into_owned();
        }
        line.ids.customer_ref = meta.text("reference_number").into_owned();
        line.check_number = record.text("check_number").into_owned();
        line.type_code.code = record.text("transaction_code").into_owned();
        line.type_code.proprietary = record.within("personal_finance_category").text("detailed").into_owned();
        draft.say(&record.first_text(&["original_description", "name"]));
        draft.say(&meta.text("reason"));
        Ok(())
    }
}

/// The currency of a line. One in coins or points, which no standard lists, is in no statement's currency.
fn currency_of(record: &Object<'_>) -> Result<Option<Currency>, Flaw> {
    const UNOFFICIAL: &str = "unofficial_currency_code";
    let (code, unofficial) = (record.text("iso_currency_code"), record.text(UNOFFICIAL));
    let (path, named) = match (&*code, &*unofficial) {
        ("", "") => return Ok(None),
        ("", unofficial) => (UNOFFICIAL, unofficial),
        (code, _) => match Currency::try_new(code) {
            Ok(currency) => return Ok(Some(currency)),
            Err(_) => ("iso_currency_code", code),
        },
    };
    let named = excerpt(named, 20);
    let message = format!("the amount is in {named:?}, which is no currency of the standard's list");
    Err(Flaw::new(path, message))
}

fn kind(word: &str) -> AccountKind {
    match word {
        "credit" => AccountKind::Card,
        "depository" | "loan" => AccountKind::Bank,
        "investment" | "brokerage" => AccountKind::Investment,
        _ => AccountKind::Unknown,
    }
}
