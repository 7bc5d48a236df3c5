//! One line as one entry, with its transaction or the parts of its batch.

use super::xml::Xml;
use super::{NOTHING, code_or_word, direction, write_account_id};
use crate::model::{Child, Counterparty, Line, Original, Status, TypeCode};
use std::io;
use tieout_core::{Currency, Decimal};

/// Most characters of `Ustrd`, and of `AddtlTxInf` and `AddtlNtryInf`.
const TEXT_CHARACTERS: usize = 140;
const LONG_TEXT_CHARACTERS: usize = 500;

/// A line; without a currency of its own it is in the statement's.
pub(super) fn write_entry(xml: &mut Xml<'_>, line: &Line, statement_currency: Option<Currency>) -> io::Result<()> {
    let currency = line.currency.or(statement_currency);
    xml.line_feed()?;
    xml.within("Ntry", |xml| {
        xml.text("NtryRef", &line.ids.entry_ref)?;
        xml.amount(line.amount, currency)?;
        xml.leaf("CdtDbtInd", direction(line.amount))?;
        if line.reversal {
            xml.leaf("RvslInd", "true")?;
        }
        let status = match line.status {
            Status::Booked => "BOOK",
            Status::Pending => "PDNG",
            Status::Info => "INFO",
        };
        xml.within("Sts", |xml| xml.leaf("Cd", status))?;
        line.booking_date.map_or(Ok(()), |date| xml.day("BookgDt", date))?;
        line.value_date.map_or(Ok(()), |date| xml.day("ValDt", date))?;
        xml.text("AcctSvcrRef", &line.ids.bank_id)?;
        write_type_code(xml, &line.type_code)?;
        write_original(xml, line.original.as_ref(), currency)?;
        write_fees(xml, line, currency)?;
        if line.children.len() < 2 {
            return write_transaction(xml, line);
        }
        xml.within("NtryDtls", |xml| {
            if !line.ids.customer_ref.is_empty() {
                xml.within("Btch", |xml| xml.leaf("PmtInfId", &line.ids.customer_ref))?;
            }
            line.children
                .iter()
                .try_for_each(|child| write_child(xml, child, line, currency))
        })?;
        let text = line.text.replace('\n', " ");
        let text = pieces(&text, LONG_TEXT_CHARACTERS).next();
        xml.text("AddtlNtryInf", text.unwrap_or_default())
    })
}

fn write_type_code(xml: &mut Xml<'_>, code: &TypeCode) -> io::Result<()> {
    xml.within("BkTxCd", |xml| {
        if !code.domain.is_empty() {
            let (family, sub_family) = code.code.split_once('-').unwrap_or((&code.code, ""));
            xml.within("Domn", |xml| {
                xml.leaf("Cd", &code.domain)?;
                xml.within("Fmly", |xml| {
                    xml.leaf("Cd", if family.is_empty() { "NTAV" } else { family })?;
                    xml.leaf("SubFmlyCd", if sub_family.is_empty() { "NTAV" } else { sub_family })
                })
            })?;
        }
        let own = match (code.proprietary.as_str(), code.domain.as_str()) {
            ("", "") if code.code.is_empty() => NOTHING,
            ("", "") => &code.code,
            (own, _) => own,
        };
        if own.is_empty() {
            return Ok(());
        }
        xml.within("Prtry", |xml| {
            xml.leaf("Cd", own)?;
            xml.text("Issr", &code.issuer)
        })
    })
}

fn write_original(xml: &mut Xml<'_>, original: Option<&Original>, currency: Option<Currency>) -> io::Result<()> {
    let Some(original) = original else {
        return Ok(());
    };
    xml.within("AmtDtls", |xml| {
        xml.within("InstdAmt", |xml| {
            xml.amount(original.amount, Some(original.currency))?;
            let (Some(rate), Some(target)) = (original.rate, currency) else {
                return Ok(());
            };
            xml.within("CcyXchg", |xml| {
                xml.leaf("SrcCcy", original.currency.code())?;
                xml.leaf("TrgtCcy", target.code())?;
                xml.leaf("XchgRate", &rate.to_string())
            })
        })
    })
}

fn write_fees(xml: &mut Xml<'_>, line: &Line, currency: Option<Currency>) -> io::Result<()> {
    if line.fees.is_empty() {
        return Ok(());
    }
    xml.within("Chrgs", |xml| {
        line.fees.iter().try_for_each(|fee| {
            xml.within("Rcrd", |xml| {
                xml.amount(fee.amount, fee.currency.or(currency))?;
                xml.leaf("CdtDbtInd", direction(fee.amount))?;
                xml.leaf("ChrgInclInd", "true")?;
                if fee.text.is_empty() {
                    return Ok(());
                }
                xml.within("Tp", |xml| xml.within("Prtry", |xml| xml.leaf("Id", &fee.text)))
            })
        })
    })
}

/// The one transaction of a line, if there is anything to say of it.
fn write_transaction(xml: &mut Xml<'_>, line: &Line) -> io::Result<()> {
    let mut content = Vec::new();
    write_transaction_content(&mut Xml::new(&mut content), line)?;
    if content.is_empty() {
        return Ok(());
    }
    xml.within("NtryDtls", |xml| xml.within("TxDtls", |xml| xml.raw(&content)))
}

fn write_transaction_content(xml: &mut Xml<'_>, line: &Line) -> io::Result<()> {
    let ids = &line.ids;
    let side = Side::of(line.amount, line.reversal || !line.return_reason.is_empty());
    let references = [
        ("PmtInfId", &ids.customer_ref),
        ("InstrId", &ids.instruction),
        ("EndToEndId", &ids.end_to_end),
        ("UETR", &ids.uetr),
        ("MndtId", &ids.mandate),
        ("ChqNb", &line.check_number),
    ];
    if references.iter().any(|(_, text)| !text.is_empty()) {
        xml.within("Refs", |xml| {
            references.iter().try_for_each(|(name, text)| xml.text(name, text))
        })?;
    }
    write_parties(xml, side, &line.counterparty, &ids.creditor_id)?;
    write_agent(xml, side, &line.counterparty.bank)?;
    if !line.purpose.is_empty() {
        xml.within("Purp", |xml| xml.leaf(code_or_word(&line.purpose), &line.purpose))?;
    }
    write_remittance(xml, &line.text, &line.structured_reference)?;
    if !line.return_reason.is_empty() {
        xml.within("RtrInf", |xml| {
            let name = code_or_word(&line.return_reason);
            xml.within("Rsn", |xml| xml.leaf(name, &line.return_reason))
        })?;
    }
    xml.text("AddtlTxInf", whole_text(&line.text).1)
}

fn write_child(xml: &mut Xml<'_>, child: &Child, line: &Line, currency: Option<Currency>) -> io::Result<()> {
    let side = Side::of(child.amount.unwrap_or(line.amount), line.reversal);
    let party = Counterparty {
        name: child.name.clone(),
        account: child.account.clone(),
        ..Counterparty::default()
    };
    xml.within("TxDtls", |xml| {
        if !child.reference.is_empty() {
            xml.within("Refs", |xml| xml.leaf("EndToEndId", &child.reference))?;
        }
        if let Some(amount) = child.amount {
            xml.amount(amount, child.currency.or(currency))?;
            xml.leaf("CdtDbtInd", direction(amount))?;
        }
        write_parties(xml, side, &party, "")?;
        write_remittance(xml, &child.text, "")?;
        xml.text("AddtlTxInf", whole_text(&child.text).1)
    })
}

/// One side of a payment, with the names of its elements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Debtor,
    Creditor,
}

impl Side {
    /// The counterparty's side of a payment of this amount. One that undoes another names the parties of that one.
    fn of(amount: Decimal, undoes: bool) -> Self {
        if amount.is_negative() == undoes {
            Self::Debtor
        } else {
            Self::Creditor
        }
    }

    fn name(self, debtor: &'static str, creditor: &'static str) -> &'static str {
        match self {
            Self::Debtor => debtor,
            Self::Creditor => creditor,
        }
    }
}

/// The counterparty with its account, and the creditor of a direct debit on its own side.
fn write_parties(xml: &mut Xml<'_>, side: Side, party: &Counterparty, creditor_id: &str) -> io::Result<()> {
    let texts = [
        &party.name,
        &party.account,
        &party.ultimate_name,
        &party.address,
        &party.id,
    ];
    if texts.into_iter().all(String::is_empty) && creditor_id.is_empty() {
        return Ok(());
    }
    let is_creditor = side == Side::Creditor;
    xml.within("RltdPties", |xml| {
        let (id, scheme) = match creditor_id {
            id if is_creditor && !id.is_empty() => (id, "SEPA"),
            _ => (party.id.as_str(), ""),
        };
        if !(party.name.is_empty() && party.address.is_empty() && id.is_empty()) {
            xml.within(side.name("Dbtr", "Cdtr"), |xml| write_party(xml, party, id, scheme))?;
        }
        if !party.account.is_empty() {
            xml.within(side.name("DbtrAcct", "CdtrAcct"), |xml| {
                write_account_id(xml, &party.account, "")
            })?;
        }
        if !party.ultimate_name.is_empty() {
            xml.within(side.name("UltmtDbtr", "UltmtCdtr"), |xml| {
                xml.within("Pty", |xml| xml.leaf("Nm", &party.ultimate_name))
            })?;
        }
        if is_creditor || creditor_id.is_empty() {
            return Ok(());
        }
        xml.within("Cdtr", |xml| {
            write_party(xml, &Counterparty::default(), creditor_id, "SEPA")
        })
    })
}

fn write_party(xml: &mut Xml<'_>, party: &Counterparty, id: &str, scheme: &str) -> io::Result<()> {
    xml.within("Pty", |xml| {
        xml.text("Nm", &party.name)?;
        if !party.address.is_empty() {
            xml.within("PstlAdr", |xml| {
                party.address.lines().try_for_each(|line| xml.text("AdrLine", line))
            })?;
        }
        if id.is_empty() {
            return Ok(());
        }
        xml.within("Id", |xml| {
            xml.within("PrvtId", |xml| {
                xml.within("Othr", |xml| {
                    xml.leaf("Id", id)?;
                    if scheme.is_empty() {
                        return Ok(());
                    }
                    xml.within("SchmeNm", |xml| xml.leaf("Prtry", scheme))
                })
            })
        })
    })
}

fn write_agent(xml: &mut Xml<'_>, side: Side, bank: &str) -> io::Result<()> {
    if bank.is_empty() {
        return Ok(());
    }
    let is_bic = matches!(bank.len(), 8 | 11) && bank.bytes().take(6).all(|byte| byte.is_ascii_alphabetic());
    xml.within("RltdAgts", |xml| {
        xml.within(side.name("DbtrAgt", "CdtrAgt"), |xml| {
            xml.within("FinInstnId", |xml| {
                if is_bic {
                    return xml.leaf("BICFI", bank);
                }
                xml.within("ClrSysMmbId", |xml| xml.leaf("MmbId", bank))
            })
        })
    })
}

/// Texts of 140 characters each. One longer text can stand whole, as additional information behind the others; see
/// [`whole_text`].
fn write_remittance(xml: &mut Xml<'_>, text: &str, reference: &str) -> io::Result<()> {
    let (text, _) = whole_text(text);
    if text.is_empty() && reference.is_empty() {
        return Ok(());
    }
    xml.within("RmtInf", |xml| {
        for part in text.lines().flat_map(|line| pieces(line, TEXT_CHARACTERS)) {
            xml.text("Ustrd", part)?;
        }
        if reference.is_empty() {
            return Ok(());
        }
        xml.within("Strd", |xml| xml.within("CdtrRefInf", |xml| xml.leaf("Ref", reference)))
    })
}

/// Divides a text from its last part, if that is too long for remittance information and not for `AddtlTxInf`.
fn whole_text(text: &str) -> (&str, &str) {
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let characters = last.chars().count();
    if (TEXT_CHARACTERS + 1..=LONG_TEXT_CHARACTERS).contains(&characters) {
        (before, last)
    } else {
        (text, "")
    }
}

/// A text in pieces of so many characters.
fn pieces(text: &str, characters: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(characters).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
