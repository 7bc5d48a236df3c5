//! `TrueLayer`: `results` of accounts and of cards. The word for the direction counts, not the sign: cards print the other one.

use super::feed::{Draft, Feed, Flaw, Listed, Standing, amount, currency, day, directed, maybe_amount};
use super::scan::{List, Object};
use crate::model::Status;

pub(super) struct TrueLayer;

/// Records that may be lacking before one that is whole.
const LOOKED_AT: usize = 20;

impl Feed for TrueLayer {
    fn name(&self) -> &'static str {
        "TrueLayer"
    }

    fn lists<'a>(&self, page: &Object<'a>, each: &mut dyn FnMut(Listed<'a>)) -> bool {
        let Some(list) = page.value("results") else {
            return false;
        };
        // Records that lack something are told one by one; a page of other things has none that is whole.
        let mut records = List::of(list).into_iter().flatten().take(LOOKED_AT).peekable();
        let is_empty = records.peek().is_none() && (page.has("status") || page.is_only("results"));
        let known = records.filter_map(Object::of).any(|record| self.is_record(&record));
        if !(known || is_empty) {
            return false;
        }
        each(Listed {
            path: "results",
            standing: Standing::Booked,
            list,
        });
        true
    }

    fn is_record(&self, record: &Object<'_>) -> bool {
        record.has("transaction_type") && record.has("timestamp")
    }

    fn fill(&self, record: &Object<'_>, standing: Standing, draft: &mut Draft) -> Result<(), Flaw> {
        draft.stand(standing);
        let meta = record.within("meta");
        if record.text("status").eq_ignore_ascii_case("pending") || record.is_true("pending") {
            draft.line.status = Status::Pending;
        }
        draft.account.push_str(&record.text("account_id"));
        draft.currency = currency(record, "currency");
        let line = &mut draft.line;
        line.amount = directed(
            amount(record, "amount")?,
            &record.text("transaction_type"),
            "transaction_type",
        )?;
        // `transaction_id` is another one at each request.
        line.ids.bank_id = record
            .first_text(&[
                "normalised_provider_transaction_id",
                "provider_transaction_id",
                "transaction_id",
            ])
            .into_owned();
        line.ids.customer_ref = meta.first_text(&["provider_reference", "reference"]).into_owned();
        line.counterparty.name = record.text("merchant_name").into_owned();
        if line.counterparty.name.is_empty() {
            line.counterparty.name = meta
                .first_text(&["counter_party_preferred_name", "provider_merchant_name"])
                .into_owned();
        }
        line.type_code.code = record.text("transaction_category").into_owned();
        line.type_code.proprietary = meta.text("provider_category").into_owned();
        line.running_balance = maybe_amount(&record.within("running_balance"), "amount");
        draft.say(&record.text("description"));
        let booked = day(record, &["timestamp"]);
        draft.dates(booked, None)
    }
}
