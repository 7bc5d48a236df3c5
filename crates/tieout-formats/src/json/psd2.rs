//! Berlin Group `NextGenPSD2` and what is built on it (`GoCardless` Bank Account Data): booked, pending and informational
//! transactions of one account, also of a card.

use super::feed::{AccountNote, Draft, Feed, Flaw, Listed, Standing, amount, currency, day, maybe_amount, printed};
use super::scan::{List, Object, text};
use crate::account_number;
use crate::model::{Account, AccountKind, AccountScheme, BalanceKind, Original, Status};

pub(super) struct Psd2;

const LISTS: [(&str, &str, Standing); 3] = [
    ("booked", "transactions.booked", Standing::Booked),
    ("pending", "transactions.pending", Standing::Pending),
    ("information", "transactions.information", Standing::Info),
];

impl Feed for Psd2 {
    fn name(&self) -> &'static str {
        "Berlin Group"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let mut is = false;
        for wrapper in ["transactions", "cardTransactions"] {
            let Some(reports) = page.object(wrapper) else { continue };
            for (key, path, standing) in LISTS {
                if let Some(list) = reports.value(key) {
                    is = true;
                    each(Listed { path, standing, list });
                }
            }
        }
        is
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        record.has("transactionAmount")
    }

    fn accounts(&self, page: &Object<'_>, note: &mut dyn FnMut(AccountNote)) {
        let account = ["account", "cardAccount"].into_iter().find_map(|key| page.object(key));
        let balances = page.list("balances");
        if account.is_none() && balances.is_none() {
            return;
        }
        let account = account.unwrap_or_default();
        let mut noted = AccountNote {
            account: account_of(&account),
            currency: currency(&account, "currency"),
            ..AccountNote::default()
        };
        for balance in balances.into_iter().flatten().filter_map(Object::of) {
            let printed_amount = balance.within("balanceAmount");
            let Some(amount) = maybe_amount(&printed_amount, "amount") else {
                continue;
            };
            let word = balance.text("balanceType");
            let mut read = printed(amount, balance_kind(&word), &word);
            read.currency = currency(&printed_amount, "currency");
            read.date = day(&balance, &["referenceDate", "lastChangeDateTime"]);
            noted.balance(read);
        }
        note(noted);
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        draft.stand(standing);
        let money = record.within("transactionAmount");
        draft.currency = currency(&money, "currency");
        let line = &mut draft.line;
        line.amount = amount(&money, "amount").map_err(|flaw| Flaw::new("transactionAmount", flaw.message))?;
        let ids = &mut line.ids;
        ids.bank_id = record
            .first_text(&["transactionId", "cardTransactionId", "internalTransactionId"])
            .into_owned();
        ids.entry_ref = record.text("entryReference").into_owned();
        ids.end_to_end = known(&record.text("endToEndId"));
        ids.mandate = record.text("mandateId").into_owned();
        ids.creditor_id = record.text("creditorId").into_owned();
        line.check_number = record.text("checkId").into_owned();
        line.purpose = record.text("purposeCode").into_owned();
        line.type_code.code = record.text("bankTransactionCode").into_owned();
        line.type_code.proprietary = record.text("proprietaryBankTransactionCode").into_owned();
        line.reversal = record.is_true("reversal");
        let after = record.within("balanceAfterTransaction");
        line.running_balance = maybe_amount(&after.within("balanceAmount"), "amount");
        parties(record, draft);
        remittance(record, draft);
        exchange(record, draft);
        let booked = day(record, &["bookingDate", "bookingDateTime"]);
        let value = day(record, &["valueDate", "valueDateTime", "transactionDate"]);
        draft.dates(booked, value)
    }
}

fn account_of(account: &Object<'_>) -> Account {
    let printed = account.first_text(&["iban", "bban", "maskedPan", "pan", "resourceId"]);
    let id = account_number::normalised(&printed);
    let card = account.has("maskedPan") || account.has("pan");
    let (scheme, kind) = match (account_number::is_iban(&id), card) {
        (true, _) => (AccountScheme::Iban, AccountKind::Bank),
        (false, true) => (AccountScheme::Card, AccountKind::Card),
        (false, false) if account.has("bban") => (AccountScheme::Bban, AccountKind::Bank),
        _ => (AccountScheme::Other, AccountKind::Unknown),
    };
    Account {
        id,
        raw: printed.into_owned(),
        scheme,
        kind,
        name: account.text("name").into_owned(),
        owner: account.text("ownerName").into_owned(),
        ..Account::default()
    }
}

fn balance_kind(word: &str) -> BalanceKind {
    match word {
        "openingBooked" => BalanceKind::Opening,
        "closingBooked" => BalanceKind::Closing,
        "interimAvailable" | "closingAvailable" => BalanceKind::Available,
        "interimBooked" => BalanceKind::Interim,
        "expected" => BalanceKind::Expected,
        "forwardAvailable" => BalanceKind::Forward,
        _ => BalanceKind::Other,
    }
}

/// The other side: the creditor of money out, the debtor of money in; whoever is named if only one is.
fn parties(record: &Object<'_>, draft: &mut Draft) {
    const SIDES: [[&str; 4]; 2] = [
        ["creditorName", "creditorAccount", "creditorAgent", "ultimateCreditor"],
        ["debtorName", "debtorAccount", "debtorAgent", "ultimateDebtor"],
    ];
    let has = |side: &[&str; 4]| side.iter().any(|key| record.has(key));
    let [creditor, debtor] = &SIDES;
    let side = match (draft.line.amount.is_negative(), has(creditor), has(debtor)) {
        (true, true, _) | (false, true, false) => creditor,
        _ => debtor,
    };
    let [name, account, agent, ultimate] = side;
    let other = &mut draft.line.counterparty;
    other.name = known(&record.text(name));
    other.account =
        account_number::normalised(&record.within(account).first_text(&["iban", "bban", "maskedPan", "pan"]));
    other.bank = record.text(agent).into_owned();
    other.ultimate_name = record.text(ultimate).into_owned();
}

fn remittance(record: &Object<'_>, draft: &mut Draft) {
    for key in [
        "remittanceInformationUnstructuredArray",
        "remittanceInformationUnstructured",
    ] {
        each_text(record.value(key), &mut |part| draft.say(part));
        if !draft.line.text.is_empty() {
            break;
        }
    }
    for key in [
        "additionalInformation",
        "additionalDataStructured",
        "transactionDetails",
        "details",
    ] {
        each_text(record.value(key), &mut |part| draft.say(part));
    }
    let mut reference = String::new();
    for key in [
        "remittanceInformationStructured",
        "remittanceInformationStructuredArray",
    ] {
        each_text(record.value(key), &mut |part| {
            if reference.is_empty() {
                part.clone_into(&mut reference);
            }
        });
    }
    draft.line.structured_reference = reference;
    // Card transactions name the shop instead of a party.
    let shop = record.text("merchantName");
    if draft.line.counterparty.name.is_empty() {
        draft.line.counterparty.name = shop.into_owned();
    }
}

/// A text, the texts of a list, or the reference in an object.
fn each_text(value: Option<&str>, take: &mut dyn FnMut(&str)) {
    let Some(value) = value else { return };
    if let Some(list) = List::of(value) {
        for element in list.take(200) {
            match Object::of(element) {
                Some(object) => take(&object.text("reference")),
                None => take(&text(element)),
            }
        }
    } else if let Some(object) = Object::of(value) {
        take(&object.text("reference"));
    } else {
        take(&text(value));
    }
}

/// The amount before exchange; written as one object or a list of them.
fn exchange(record: &Object<'_>, draft: &mut Draft) {
    let Some(value) = record.value("currencyExchange") else {
        return;
    };
    let object = List::of(value).and_then(|mut list| list.next()).unwrap_or(value);
    let Some(exchange) = Object::of(object) else { return };
    let before = ["instructedAmount", "originalAmount"]
        .into_iter()
        .find_map(|key| exchange.object(key).or_else(|| record.object(key)))
        .unwrap_or_default();
    let (Some(amount), Some(currency)) = (maybe_amount(&before, "amount"), currency(&before, "currency")) else {
        return;
    };
    draft.line.original = Some(Original {
        amount: if draft.line.amount.is_negative() {
            -amount.abs()
        } else {
            amount.abs()
        },
        currency,
        rate: maybe_amount(&exchange, "exchangeRate"),
    });
    if draft.line.status == Status::Booked && Some(currency) == draft.currency {
        draft.line.original = None;
    }
}

fn known(name: &str) -> String {
    match name.trim() {
        "NOTPROVIDED" | "NONREF" => String::new(),
        name => name.to_owned(),
    }
}
