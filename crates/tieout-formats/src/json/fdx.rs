//! FDX (versions 5 and 6): each transaction wrapped in an object named for its class of account, or flat; amounts without
//! sign beside a word for the direction.

use super::feed::{Draft, Feed, Flaw, Listed, Standing, amount, currency, day, directed};
use super::scan::{List, Object};
use crate::model::Status;
use tieout_core::problem::{Code, excerpt};

pub(super) struct Fdx;

const WRAPPERS: [&str; 7] = [
    "depositTransaction",
    "locTransaction",
    "loanTransaction",
    "investmentTransaction",
    "insuranceTransaction",
    "annuityTransaction",
    "commercialTransaction",
];

impl Feed for Fdx {
    fn name(&self) -> &'static str {
        "FDX"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let Some(list) = page.value("transactions") else {
            return false;
        };
        let Some(mut records) = List::of(list) else {
            return false;
        };
        let is = match records.next() {
            Some(first) => Object::of(first).is_some_and(|record| self.is_record(&record)),
            None => page.has("page"),
        };
        if is {
            each(Listed {
                path: "transactions",
                standing: Standing::Booked,
                list,
            });
        }
        is
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        record.first().is_some_and(|(key, _)| WRAPPERS.contains(&key)) || record.has("debitCreditMemo")
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        let wrapped = WRAPPERS.into_iter().find_map(|key| record.object(key));
        let record = wrapped.as_ref().unwrap_or(record);
        draft.stand(standing);
        match record.text("status").to_ascii_uppercase().as_str() {
            "PENDING" | "AUTHORIZATION" => draft.line.status = Status::Pending,
            "MEMO" => draft.line.status = Status::Info,
            "" | "POSTED" => {}
            other => {
                let message = format!(
                    "the status {:?} is not known; the line was taken as booked",
                    excerpt(other, 20)
                );
                draft.notes.push((Code::Irregular, message));
            }
        }
        draft.account.push_str(&record.text("accountId"));
        draft.currency =
            currency(&record.within("currency"), "currencyCode").or_else(|| currency(record, "currencyCode"));
        let line = &mut draft.line;
        line.amount = directed(
            amount(record, "amount")?,
            &record.text("debitCreditMemo"),
            "debitCreditMemo",
        )?;
        line.ids.bank_id = record.text("transactionId").into_owned();
        line.ids.customer_ref = record.first_text(&["reference", "referenceTransactionId"]).into_owned();
        line.counterparty.name = record.text("payee").into_owned();
        line.check_number = record.text("checkNumber").into_owned();
        line.type_code.code = record
            .first_text(&["transactionType", "subCategory", "category"])
            .into_owned();
        draft.say(&record.text("description"));
        draft.say(&record.text("memo"));
        let booked = day(record, &["postedTimestamp"]);
        let value = day(record, &["transactionTimestamp"]);
        draft.dates(booked, value)
    }
}
