//! Writes camt.053.001.08, elements in the order of the schema.
//!
//! What the message cannot say is left out, never bent: texts keep their words and are only divided where an element
//! takes no more, control characters go. Of a batch its parts are written, its references, and 500 characters of its
//! own text. The message needs a time of creation and there is no clock here, so it bears the last day that the
//! statements know.

mod entry;
mod xml;

use crate::account_number;
use crate::collect::ReadStatement;
use crate::model::{AccountScheme, Balance, BalanceKind, Control, ControlOver, Line, Statement};
use entry::write_entry;
use std::io::{self, Write};
use tieout_core::Decimal;
use xml::Xml;

/// What must be said and is not known.
const NOTHING: &str = "NOTPROVIDED";

/// Writes all statements as one message.
///
/// Lines without currency are in their statement's; where neither says one, `XXX` (no currency) is written.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, statements: &[ReadStatement]) -> io::Result<()> {
    let created = created(statements.iter());
    out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    out.write_all(b"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">")?;
    Xml::new(out).within("BkToCstmrStmt", |xml| {
        xml.within("GrpHdr", |xml| {
            let reference = statements.first().map_or("", |read| read.statement.reference.as_str());
            xml.leaf("MsgId", if reference.is_empty() { "TIEOUT" } else { reference })?;
            xml.leaf("CreDtTm", &created)
        })?;
        statements.iter().try_for_each(|read| write_statement(xml, read))
    })?;
    out.write_all(b"</Document>\n")
}

/// The last day that the statements know, as a time. Readers take it for the day of entries without one, so that where
/// there are such it is a day that says nothing.
fn created<'a>(statements: impl Iterator<Item = &'a ReadStatement> + Clone) -> String {
    const NOTHING_SAID: &str = "1970-01-01T00:00:00";
    let is_undated = |line: &Line| line.booking_date.or(line.value_date).is_none();
    if statements.clone().any(|read| read.lines.iter().any(is_undated)) {
        return NOTHING_SAID.into();
    }
    let days = statements.flat_map(|read| {
        let statement = &read.statement;
        let balances = [&statement.opening, &statement.closing]
            .into_iter()
            .flatten()
            .filter_map(|balance| balance.date);
        let lines = read.lines.iter().filter_map(|line| line.booking_date);
        balances.chain(lines).chain(statement.period.1)
    });
    days.max()
        .map_or_else(|| NOTHING_SAID.into(), |day| format!("{day}T00:00:00"))
}

fn write_statement(xml: &mut Xml<'_>, read: &ReadStatement) -> io::Result<()> {
    let statement = &read.statement;
    xml.line_feed()?;
    xml.within("Stmt", |xml| {
        let reference = if statement.reference.is_empty() {
            NOTHING
        } else {
            &statement.reference
        };
        xml.leaf("Id", reference)?;
        let (number, page) = statement.number.split_once('/').unwrap_or((&statement.number, ""));
        if let (true, Ok(page)) = (statement.intermediate, page.parse::<u32>()) {
            xml.within("StmtPgntn", |xml| {
                xml.leaf("PgNb", &page.to_string())?;
                xml.leaf("LastPgInd", "false")
            })?;
        }
        if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
            xml.leaf("ElctrncSeqNb", number)?;
        }
        xml.leaf("CreDtTm", &created(std::iter::once(read)))?;
        if let (Some(from), Some(to)) = statement.period {
            xml.within("FrToDt", |xml| {
                xml.leaf("FrDtTm", &format!("{from}T00:00:00"))?;
                xml.leaf("ToDtTm", &format!("{to}T23:59:59"))
            })?;
        }
        write_account(xml, statement)?;
        let balances = [&statement.opening, &statement.closing, &statement.available];
        let mut balances = balances
            .into_iter()
            .flatten()
            .chain(&statement.other_balances)
            .filter(|b| b.is_printed());
        balances.try_for_each(|balance| write_balance(xml, balance, statement))?;
        write_totals(xml, &statement.control)?;
        read.lines
            .iter()
            .try_for_each(|line| write_entry(xml, line, statement.currency))
    })
}

fn write_account(xml: &mut Xml<'_>, statement: &Statement) -> io::Result<()> {
    let account = &statement.account;
    xml.within("Acct", |xml| {
        let scheme = if account.scheme == AccountScheme::Bban {
            "BBAN"
        } else {
            ""
        };
        let id = if account.id.is_empty() { NOTHING } else { &account.id };
        write_account_id(xml, id, scheme)?;
        if !account.type_word.is_empty() {
            let name = code_or_word(&account.type_word);
            xml.within("Tp", |xml| xml.leaf(name, &account.type_word))?;
        }
        if let Some(currency) = &statement.currency {
            xml.leaf("Ccy", currency.code())?;
        }
        xml.text("Nm", &account.name)?;
        if !account.owner.is_empty() {
            xml.within("Ownr", |xml| xml.leaf("Nm", &account.owner))?;
        }
        if account.bic.is_empty() && account.bank_id.is_empty() && account.branch_id.is_empty() {
            return Ok(());
        }
        xml.within("Svcr", |xml| {
            xml.within("FinInstnId", |xml| {
                xml.text("BICFI", &account.bic)?;
                if account.bank_id.is_empty() {
                    return Ok(());
                }
                xml.within("ClrSysMmbId", |xml| xml.leaf("MmbId", &account.bank_id))
            })?;
            if account.branch_id.is_empty() {
                return Ok(());
            }
            xml.within("BrnchId", |xml| xml.leaf("Id", &account.branch_id))
        })
    })
}

fn write_balance(xml: &mut Xml<'_>, balance: &Balance, statement: &Statement) -> io::Result<()> {
    // Codes of camt stay; those of other formats become the one that says the same.
    let own = [
        "OPBD", "PRCD", "CLBD", "CLAV", "OPAV", "FWAV", "ITBD", "ITAV", "XPCD", "INFO",
    ];
    let is_own = own.contains(&balance.source_code.as_str());
    let code = match balance.kind {
        _ if is_own => &balance.source_code,
        BalanceKind::Opening => "OPBD",
        BalanceKind::Closing => "CLBD",
        BalanceKind::Interim => "ITBD",
        BalanceKind::Available => "CLAV",
        BalanceKind::Forward => "FWAV",
        BalanceKind::Expected => "XPCD",
        BalanceKind::Other => "",
    };
    xml.within("Bal", |xml| {
        xml.within("Tp", |xml| {
            xml.within("CdOrPrtry", |xml| match code {
                "" => xml.leaf(
                    "Prtry",
                    if balance.source_code.is_empty() {
                        "OTHER"
                    } else {
                        &balance.source_code
                    },
                ),
                code => xml.leaf("Cd", code),
            })?;
            if statement.intermediate && matches!(balance.kind, BalanceKind::Opening | BalanceKind::Closing) {
                return xml.within("SubTp", |xml| xml.leaf("Cd", "INTM"));
            }
            Ok(())
        })?;
        xml.amount(balance.amount, balance.currency.or(statement.currency))?;
        xml.leaf("CdtDbtInd", direction(balance.amount))?;
        match balance.date {
            Some(date) => xml.day("Dt", date),
            None => Ok(()),
        }
    })
}

fn write_totals(xml: &mut Xml<'_>, controls: &[Control]) -> io::Result<()> {
    let kinds = [
        (ControlOver::Lines, "TtlNtries"),
        (ControlOver::Credits, "TtlCdtNtries"),
        (ControlOver::Debits, "TtlDbtNtries"),
    ];
    if controls.is_empty() {
        return Ok(());
    }
    xml.within("TxsSummry", |xml| {
        for (over, name) in kinds {
            let Some(control) = controls.iter().find(|control| control.over == over) else {
                continue;
            };
            xml.within(name, |xml| {
                control
                    .count
                    .map_or(Ok(()), |count| xml.leaf("NbOfNtries", &count.to_string()))?;
                control
                    .sum
                    .map_or(Ok(()), |sum| xml.leaf("Sum", &sum.abs().to_string()))
            })?;
        }
        Ok(())
    })
}

fn write_account_id(xml: &mut Xml<'_>, number: &str, scheme: &str) -> io::Result<()> {
    xml.within("Id", |xml| {
        if account_number::is_iban(number) {
            return xml.leaf("IBAN", number);
        }
        xml.within("Othr", |xml| {
            xml.leaf("Id", number)?;
            if scheme.is_empty() {
                return Ok(());
            }
            xml.within("SchmeNm", |xml| xml.leaf("Cd", scheme))
        })
    })
}

/// Codes of the standard have up to four characters; longer words are the bank's own.
fn code_or_word(text: &str) -> &'static str {
    if text.chars().count() <= 4 { "Cd" } else { "Prtry" }
}

fn direction(amount: Decimal) -> &'static str {
    if amount.is_negative() { "DBIT" } else { "CRDT" }
}
