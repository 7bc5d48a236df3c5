//! What an entry says of one transaction (`TxDtls`), and the amounts and charges that entry and transaction share.

use super::Finding;
use super::fields::{AmountKind, ChargeField, DetailsField, PartyField, Side, TypeField};
use super::parties::Party;
use super::quirks::is_placeholder;
use super::values::{Direction, add_part, is_true};
use crate::limits;
use crate::model::{Fee, Ids, Original, TypeCode};
use tieout_core::problem::{Code, excerpt};
use tieout_core::{Currency, Decimal};

/// One transaction; filled, used and cleared again and again.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// Unsigned, as printed with the transaction itself (version 04 and later).
    amount: Option<Stated>,
    pub(super) direction: Option<Direction>,
    pub(super) amounts: Amounts,
    pub(super) charges: Charges,
    pub(super) type_code: TypeCode,
    pub(super) ids: Ids,
    pub(super) message: String,
    pub(super) transaction: String,
    pub(super) debtor: Party,
    pub(super) creditor: Party,
    pub(super) text: String,
    pub(super) structured_reference: String,
    pub(super) purpose: String,
    pub(super) check_number: String,
    pub(super) return_reason: String,
    /// There is `RtrInf`: the transaction brings an earlier one back.
    pub(super) returned: bool,
}

/// An unsigned amount with its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) amount: Decimal,
    pub(super) currency: Option<Currency>,
}

impl Details {
    /// Empties every field and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.amount = None;
        self.direction = None;
        self.amounts = Amounts::default();
        self.charges.clear();
        self.type_code.clear();
        self.ids.clear();
        self.message.clear();
        self.transaction.clear();
        self.debtor.clear();
        self.creditor.clear();
        self.text.clear();
        self.structured_reference.clear();
        self.purpose.clear();
        self.check_number.clear();
        self.return_reason.clear();
        self.returned = false;
    }

    /// Takes a value.
    pub(super) fn set(&mut self, field: DetailsField, text: &str, currency: Option<Currency>) -> Result<(), Finding> {
        use DetailsField as F;
        if is_placeholder(text) {
            return Ok(());
        }
        let target = match field {
            F::Amount => {
                self.amount = Some(stated(text, currency, "NtryDtls/TxDtls/Amt")?);
                return Ok(());
            }
            F::Direction => {
                self.direction = Direction::parse(text);
                return Ok(());
            }
            F::Text => {
                add_part(&mut self.text, text);
                return Ok(());
            }
            // Further references are kept with the text: a payment may settle several documents.
            F::StructuredReference if !self.structured_reference.is_empty() => {
                add_part(&mut self.text, text);
                return Ok(());
            }
            F::StructuredReference => &mut self.structured_reference,
            F::Message => &mut self.message,
            F::ServicerReference => &mut self.ids.bank_id,
            F::Payment => &mut self.ids.customer_ref,
            F::Instruction => &mut self.ids.instruction,
            F::EndToEnd => &mut self.ids.end_to_end,
            F::Uetr => &mut self.ids.uetr,
            F::Transaction => &mut self.transaction,
            F::Mandate => &mut self.ids.mandate,
            F::Check => &mut self.check_number,
            F::Purpose => &mut self.purpose,
            F::ReturnReason => &mut self.return_reason,
        };
        if target.is_empty() {
            target.push_str(text);
        }
        Ok(())
    }

    /// Takes a value of a party.
    pub(super) fn set_party(&mut self, side: Side, field: PartyField, text: &str) {
        if !is_placeholder(text) {
            self.party(side).set(field, text);
        }
    }

    /// The party of a side.
    pub(super) fn party(&mut self, side: Side) -> &mut Party {
        match side {
            Side::Debtor => &mut self.debtor,
            Side::Creditor => &mut self.creditor,
        }
    }

    /// The amount of the transaction: its own, else that of its amount details.
    pub(super) fn stated_amount(&self) -> Option<Stated> {
        self.amount
            .or_else(|| self.amounts.transaction.stated())
            .or_else(|| self.amounts.instructed.stated())
    }
}

/// The amounts below `AmtDtls`.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    instructed: Exchanged,
    transaction: Exchanged,
    counter_value: Exchanged,
}

#[derive(Debug, Default)]
struct Exchanged {
    amount: Option<Decimal>,
    currency: Option<Currency>,
    rate: Option<Decimal>,
}

impl Exchanged {
    fn stated(&self) -> Option<Stated> {
        self.amount.map(|amount| Stated {
            amount,
            currency: self.currency,
        })
    }
}

impl Amounts {
    /// Takes an amount.
    pub(super) fn set(&mut self, kind: AmountKind, text: &str, currency: Option<Currency>) -> Result<(), Finding> {
        let stated = stated(text, currency, "AmtDtls")?;
        let exchanged = self.of(kind);
        exchanged.amount = Some(stated.amount);
        exchanged.currency = stated.currency;
        Ok(())
    }

    /// Takes an exchange rate.
    pub(super) fn set_rate(&mut self, kind: AmountKind, text: &str) -> Result<(), Finding> {
        let rate = Decimal::parse(text).map_err(|error| Finding {
            code: Code::BadAmount,
            path: "AmtDtls/CcyXchg/XchgRate",
            message: format!("\"{}\" is no exchange rate: {error}", excerpt(text, 40)),
        })?;
        self.of(kind).rate = Some(rate);
        Ok(())
    }

    fn of(&mut self, kind: AmountKind) -> &mut Exchanged {
        match kind {
            AmountKind::Instructed => &mut self.instructed,
            AmountKind::Transaction => &mut self.transaction,
            AmountKind::CounterValue => &mut self.counter_value,
        }
    }

    /// The amount before exchange: the first that is in another currency than the line.
    pub(super) fn original(&self, currency: Option<Currency>, direction: Direction) -> Option<Original> {
        let all = [&self.instructed, &self.transaction, &self.counter_value];
        let (amount, other, own_rate) = all.iter().find_map(|exchanged| {
            let other = exchanged.currency.filter(|other| Some(*other) != currency)?;
            Some((exchanged.amount?, other, exchanged.rate))
        })?;
        Some(Original {
            amount: if direction == Direction::Debit { -amount } else { amount },
            currency: other,
            rate: own_rate.or_else(|| all.iter().find_map(|exchanged| exchanged.rate)),
        })
    }
}

/// The charges of an entry or a transaction.
#[derive(Debug, Default)]
pub(super) struct Charges {
    /// Contained in the amount and not zero.
    pub(super) fees: Vec<Fee>,
    record: ChargeRecord,
    total: Option<Stated>,
    recorded: bool,
}

#[derive(Debug, Default)]
struct ChargeRecord {
    amount: Option<Stated>,
    direction: Option<Direction>,
    excluded: bool,
    text: String,
}

impl Charges {
    /// Empties every field and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.fees.clear();
        self.record = ChargeRecord::default();
        self.total = None;
        self.recorded = false;
    }

    /// Takes a value.
    pub(super) fn set(&mut self, field: ChargeField, text: &str, currency: Option<Currency>) -> Result<(), Finding> {
        match field {
            ChargeField::Total => {
                self.total = Some(stated(text, currency, "Chrgs/TtlChrgsAndTaxAmt")?);
            }
            ChargeField::Amount => self.record.amount = Some(stated(text, currency, "Chrgs/Amt")?),
            ChargeField::Direction => self.record.direction = Direction::parse(text),
            ChargeField::Included => self.record.excluded = !is_true(text),
            ChargeField::Text => add_part(&mut self.record.text, text),
        }
        Ok(())
    }

    /// A record ends.
    pub(super) fn end_record(&mut self) {
        let record = std::mem::take(&mut self.record);
        if let Some(stated) = record.amount {
            self.recorded = true;
            if !record.excluded {
                self.push(stated, record.direction, record.text);
            }
        }
    }

    /// `Chrgs` ends: without records its total is the charge.
    pub(super) fn end(&mut self) {
        self.end_record();
        if let (Some(total), false) = (self.total, self.recorded) {
            self.push(total, None, String::new());
        }
        self.total = None;
        self.recorded = false;
    }

    fn push(&mut self, stated: Stated, direction: Option<Direction>, text: String) {
        if stated.amount.is_zero() || self.fees.len() >= limits::MAX_FEES {
            return;
        }
        let credited = direction == Some(Direction::Credit);
        self.fees.push(Fee {
            amount: if credited { stated.amount } else { -stated.amount },
            currency: stated.currency,
            text,
        });
    }
}

/// Takes a value of the bank transaction code. Family and sub-family make one code, `ICDT-ESCT`.
pub(super) fn set_type(code: &mut TypeCode, field: TypeField, text: &str) {
    let target = match field {
        TypeField::Domain => &mut code.domain,
        TypeField::Family => &mut code.code,
        TypeField::SubFamily => {
            if !code.code.is_empty() {
                code.code.push('-');
            }
            return code.code.push_str(text);
        }
        TypeField::Proprietary if is_placeholder(text) => return,
        TypeField::Proprietary => &mut code.proprietary,
        TypeField::Issuer => &mut code.issuer,
    };
    target.clear();
    target.push_str(text);
}

/// An unsigned amount.
pub(super) fn stated(text: &str, currency: Option<Currency>, path: &'static str) -> Result<Stated, Finding> {
    let amount = Decimal::parse(text).map_err(|error| Finding {
        code: Code::BadAmount,
        path,
        message: format!("\"{}\" is no amount: {error}", excerpt(text, 40)),
    })?;
    Ok(Stated { amount, currency })
}
