//! Amounts in events: the audit chain keeps minor units with the inside sign; this face prints decimal texts with the signs
//! that it has everywhere.

use crate::wire::{currency_id, money};
use serde_json::{Map, Value, json};
use tieout_app::event::ShownEvent;
use tieout_core::{Currency, Decimal};

/// Decimal places of a stored rate.
const RATE_PLACES: u8 = 8;

/// What was before and after, as this face prints it.
pub(super) fn metadata(event: &ShownEvent) -> Value {
    let change = serde_json::from_str(&event.row.change).unwrap_or_default();
    shown(change, event, event.base)
}

fn shown(value: Value, event: &ShownEvent, currency: Currency) -> Value {
    match value {
        Value::Object(fields) => object(fields, event, currency),
        Value::Array(values) => values.into_iter().map(|value| shown(value, event, currency)).collect(),
        other => other,
    }
}

fn object(fields: Map<String, Value>, event: &ShownEvent, currency: Currency) -> Value {
    let said = fields.get("currency").and_then(Value::as_str);
    let currency = said.and_then(|code| Currency::try_new(code).ok()).unwrap_or(currency);
    fields
        .into_iter()
        .map(|(name, value)| {
            let printed = field(&name, &value, event, currency);
            (name, printed.unwrap_or_else(|| shown(value, event, currency)))
        })
        .collect()
}

/// A field that holds an amount, or entries with amounts.
fn field(name: &str, value: &Value, event: &ShownEvent, currency: Currency) -> Option<Value> {
    if name == "entries" {
        let entries = value.as_array()?.iter();
        return Some(
            entries
                .map(|one| entry(one, event).unwrap_or_else(|| shown(one.clone(), event, currency)))
                .collect(),
        );
    }
    let minor = value.as_i64()?;
    let text = match (name, event.account) {
        ("statement_balance" | "ledger_balance" | "set_aside_total" | "late_total", Some((own, sign))) => {
            money(minor.saturating_mul(sign), own)
        }
        // Entries of a reconciliation are credit less debit here.
        ("amount", Some((own, _))) => money(minor.saturating_neg(), own),
        ("amount" | "settled" | "balance", None) => money(minor, currency),
        ("rate", _) => Decimal::from_minor(minor, RATE_PLACES).to_string(),
        ("gain" | "before" | "after", _) => money(minor, event.base),
        _ => return None,
    };
    Some(text.into())
}

/// An entry of a transaction (account, amount, currency, amount in base currency), or of a reconciliation (id, amount).
fn entry(value: &Value, event: &ShownEvent) -> Option<Value> {
    match value.as_array()?.as_slice() {
        [account, amount, currency, base] => {
            let (amount, base, code) = (amount.as_i64()?, base.as_i64()?, currency.as_str()?);
            let is_debit = if amount == 0 { base > 0 } else { amount > 0 };
            let own = Currency::try_new(code).ok()?;
            Some(
                json!({ "account_id": account, "entry_type": if is_debit { "debit" } else { "credit" },
                "amount": money(amount.saturating_abs(), own), "currency_id": currency_id(code),
                "base_amount": money(base.saturating_abs(), event.base) }),
            )
        }
        [id, amount] => {
            let (own, _) = event.account?;
            Some(json!({ "id": id, "amount": money(amount.as_i64()?.saturating_neg(), own) }))
        }
        _ => None,
    }
}
