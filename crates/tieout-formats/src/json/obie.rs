//! UK Open Banking (`Data.Transaction`, versions 3.1 and 4): amounts without sign beside a word for the direction.

use super::feed::{
    AccountNote, Draft, Feed, Flaw, Listed, Standing, amount, currency, day, directed, maybe_amount, printed,
};
use super::scan::Object;
use crate::account_number;
use crate::model::{Account, BalanceKind, Status};

pub(super) struct OpenBanking;

impl Feed for OpenBanking {
    fn name(&self) -> &'static str {
        "UK Open Banking"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let Some(list) = page.object("Data").and_then(|data| data.value("Transaction")) else {
            return false;
        };
        each(Listed {
            path: "Data.Transaction",
            standing: Standing::Booked,
            list,
        });
        true
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        record.has("CreditDebitIndicator") && record.has("Amount")
    }

    fn accounts(&self, page: &Object<'_>, note: &mut dyn FnMut(AccountNote)) {
        let data = page.within("Data");
        for balance in data.list("Balance").into_iter().flatten().filter_map(Object::of) {
            let money = balance.within("Amount");
            let word = balance.text("CreditDebitIndicator");
            let read = maybe_amount(&money, "Amount").and_then(|amount| directed(amount, &word, "").ok());
            let Some(amount) = read else { continue };
            let kind = match &*balance.text("Type") {
                "OpeningBooked" | "OPBD" => BalanceKind::Opening,
                "ClosingBooked" | "CLBD" => BalanceKind::Closing,
                "InterimAvailable" | "ClosingAvailable" | "ITAV" | "CLAV" => BalanceKind::Available,
                "InterimBooked" | "ITBD" => BalanceKind::Interim,
                "Expected" | "XPCD" => BalanceKind::Expected,
                "ForwardAvailable" | "FWAV" => BalanceKind::Forward,
                _ => BalanceKind::Other,
            };
            let id = balance.text("AccountId");
            let mut noted = AccountNote {
                account: Account {
                    id: account_number::normalised(&id),
                    raw: id.into_owned(),
                    ..Account::default()
                },
                currency: currency(&money, "Currency"),
                ..AccountNote::default()
            };
            let mut read = printed(amount, kind, &balance.text("Type"));
            read.date = day(&balance, &["DateTime"]);
            noted.balance(read);
            note(noted);
        }
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        draft.stand(standing);
        match &*record.text("Status") {
            "Pending" | "PDNG" => draft.line.status = Status::Pending,
            "Rejected" | "RJCT" | "INFO" => draft.line.status = Status::Info,
            _ => {}
        }
        draft.account.push_str(&record.text("AccountId"));
        let money = record.within("Amount");
        draft.currency = currency(&money, "Currency");
        let unsigned = amount(&money, "Amount")?;
        let line = &mut draft.line;
        line.amount = directed(unsigned, &record.text("CreditDebitIndicator"), "CreditDebitIndicator")?;
        line.ids.bank_id = record.text("TransactionId").into_owned();
        line.ids.entry_ref = record.text("TransactionReference").into_owned();
        let code = record.within("BankTransactionCode");
        line.type_code.domain = code.text("Domain").into_owned();
        line.type_code.code = join(&code.text("Code"), &code.text("SubCode"));
        let own = record.within("ProprietaryBankTransactionCode");
        line.type_code.proprietary = own.text("Code").into_owned();
        line.type_code.issuer = own.text("Issuer").into_owned();
        let balance = record.within("Balance");
        line.running_balance = maybe_amount(&balance.within("Amount"), "Amount")
            .and_then(|amount| directed(amount, &balance.text("CreditDebitIndicator"), "Balance").ok());
        let side = if line.amount.is_negative() {
            "Creditor"
        } else {
            "Debtor"
        };
        let account = record.within(&format!("{side}Account"));
        let other = &mut line.counterparty;
        other.account = account_number::normalised(&account.text("Identification"));
        other.bank = record
            .within(&format!("{side}Agent"))
            .text("Identification")
            .into_owned();
        other.name = account.text("Name").into_owned();
        if other.name.is_empty() {
            other.name = record.within("MerchantDetails").text("MerchantName").into_owned();
        }
        other.address = record.text("AddressLine").into_owned();
        draft.say(&record.text("TransactionInformation"));
        let booked = day(record, &["BookingDateTime"]);
        let value = day(record, &["ValueDateTime"]);
        draft.dates(booked, value)
    }
}

fn join(code: &str, sub_code: &str) -> String {
    if sub_code.is_empty() {
        code.to_owned()
    } else {
        format!("{code}-{sub_code}")
    }
}
