//! Statements as OFX 2.2.0 (XML, UTF-8), for programs that read nothing better.
//!
//! `NAME` holds 32 characters (all of it, up to 100, is in `EXTDNAME`), `MEMO` 255; line breaks and
//! control characters become blanks. Every `FITID` is unique in its account: an id that the source
//! repeats gets a number behind it, a line without one gets an id made from its content, so that
//! writing an overlapping period again gives the same ids.
//!
//! OFX wants elements that a source may not have. `TRNUID` is 0, `DTSERVER` the latest date of the
//! statements, a missing account `UNKNOWN`, a missing `BANKID` the bank's part of the BIC or 0, a missing
//! `CURDEF` `XXX`, a missing `DTPOSTED` the value date. Balances, rates and other dates are left out
//! rather than made up, although strict readers refuse a file without them. Statements come in the
//! order bank, card, investment, as OFX has a section for each. Left out are opening balances, lines
//! for information only (they move no money), parts of batches, original amounts, fees, and other
//! ids than `FITID`, `SRVRTID`, `REFNUM` and `CHECKNUM`.

use crate::collect::ReadStatement;
use crate::model::{Account, AccountKind, Balance, Line, Statement, Status};
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::io::{self, Write};
use tieout_core::{Currency, Date};

const NAME_CHARACTERS: usize = 32;
const EXTENDED_NAME_CHARACTERS: usize = 100;
const MEMO_CHARACTERS: usize = 255;
const ID_CHARACTERS: usize = 255;

/// The types that OFX knows.
const TYPES: [&str; 18] = [
    "CREDIT",
    "DEBIT",
    "INT",
    "DIV",
    "FEE",
    "SRVCHG",
    "DEP",
    "ATM",
    "POS",
    "XFER",
    "CHECK",
    "PAYMENT",
    "CASH",
    "DIRECTDEP",
    "DIRECTDEBIT",
    "REPEATPMT",
    "HOLD",
    "OTHER",
];

/// Writes one OFX file with all statements.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, statements: &[ReadStatement]) -> io::Result<()> {
    let mut xml = Xml { out };
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n")?;
    xml.raw("<?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" ")?;
    xml.raw("OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n")?;
    xml.aggregate("OFX", |xml| {
        xml.aggregate("SIGNONMSGSRSV1", |xml| {
            xml.aggregate("SONRS", |xml| write_sign_on(xml, statements))
        })?;
        for section in &SECTIONS {
            let mut of_section = statements.iter().filter(|read| section.holds(read)).peekable();
            if of_section.peek().is_some() {
                xml.aggregate(section.messages, |xml| {
                    of_section.try_for_each(|read| write_response(xml, section, read))
                })?;
            }
        }
        Ok(())
    })
}

/// What a kind of account is called.
struct Section {
    kind: AccountKind,
    messages: &'static str,
    response: &'static str,
    statement: &'static str,
    account: &'static str,
    list: &'static str,
}

const SECTIONS: [Section; 3] = [
    Section {
        kind: AccountKind::Bank,
        messages: "BANKMSGSRSV1",
        response: "STMTTRNRS",
        statement: "STMTRS",
        account: "BANKACCTFROM",
        list: "BANKTRANLIST",
    },
    Section {
        kind: AccountKind::Card,
        messages: "CREDITCARDMSGSRSV1",
        response: "CCSTMTTRNRS",
        statement: "CCSTMTRS",
        account: "CCACCTFROM",
        list: "BANKTRANLIST",
    },
    Section {
        kind: AccountKind::Investment,
        messages: "INVSTMTMSGSRSV1",
        response: "INVSTMTTRNRS",
        statement: "INVSTMTRS",
        account: "INVACCTFROM",
        list: "INVTRANLIST",
    },
];

impl Section {
    fn holds(&self, read: &ReadStatement) -> bool {
        match read.statement.account.kind {
            AccountKind::Unknown => self.kind == AccountKind::Bank,
            kind => self.kind == kind,
        }
    }
}

fn write_sign_on(xml: &mut Xml<'_>, statements: &[ReadStatement]) -> io::Result<()> {
    write_status(xml)?;
    let latest = statements.iter().filter_map(last_date).max();
    xml.element("DTSERVER", latest.map_or_else(|| "19700101".into(), ofx_date))?;
    xml.element("LANGUAGE", "ENG")
}

fn write_status(xml: &mut Xml<'_>) -> io::Result<()> {
    xml.aggregate("STATUS", |xml| {
        xml.element("CODE", 0)?;
        xml.element("SEVERITY", "INFO")
    })
}

fn write_response(xml: &mut Xml<'_>, section: &Section, read: &ReadStatement) -> io::Result<()> {
    xml.aggregate(section.response, |xml| {
        xml.element("TRNUID", 0)?;
        write_status(xml)?;
        xml.aggregate(section.statement, |xml| write_statement(xml, section, read))
    })
}

fn write_statement(xml: &mut Xml<'_>, section: &Section, read: &ReadStatement) -> io::Result<()> {
    let statement = &read.statement;
    if section.kind == AccountKind::Investment {
        xml.optional("DTASOF", last_date(read).map(ofx_date))?;
    }
    let currency = statement.currency.or_else(|| common_currency(&read.lines));
    xml.element(
        "CURDEF",
        currency.map_or_else(|| "XXX".into(), |currency| currency.to_string()),
    )?;
    write_account(xml, section, &statement.account)?;
    xml.aggregate(section.list, |xml| {
        let (from, to) = period(read);
        xml.optional("DTSTART", from.map(ofx_date))?;
        xml.optional("DTEND", to.map(ofx_date))?;
        let mut ids = FitIds::of(&read.lines);
        let booked = read.lines.iter().filter(|line| line.status == Status::Booked);
        booked.into_iter().try_for_each(|line| {
            let fit_id = ids.next(line);
            if section.kind != AccountKind::Investment {
                return write_line(xml, "STMTTRN", line, Some(&fit_id), currency);
            }
            xml.aggregate("INVBANKTRAN", |xml| {
                write_line(xml, "STMTTRN", line, Some(&fit_id), currency)?;
                xml.element("SUBACCTFUND", "CASH")
            })
        })
    })?;
    if section.kind != AccountKind::Investment {
        let as_of = last_date(read);
        write_balance(xml, "LEDGERBAL", statement.closing.as_ref(), as_of)?;
        write_balance(xml, "AVAILBAL", statement.available.as_ref(), as_of)?;
        write_pending(xml, read, currency, as_of)?;
    }
    Ok(())
}

/// Lines that are not booked have a list of their own, without ids.
fn write_pending(
    xml: &mut Xml<'_>,
    read: &ReadStatement,
    currency: Option<Currency>,
    as_of: Option<Date>,
) -> io::Result<()> {
    let mut pending = read
        .lines
        .iter()
        .filter(|line| line.status == Status::Pending)
        .peekable();
    if pending.peek().is_none() {
        return Ok(());
    }
    xml.aggregate("BANKTRANLISTP", |xml| {
        xml.optional("DTASOF", as_of.map(ofx_date))?;
        pending.try_for_each(|line| write_line(xml, "STMTTRNP", line, None, currency))
    })
}

fn write_account(xml: &mut Xml<'_>, section: &Section, account: &Account) -> io::Result<()> {
    let id = first_said(&[&account.id, &account.raw], "UNKNOWN");
    let bank = first_said(&[&account.bank_id, cut(&account.bic, 8)], "0");
    xml.aggregate(section.account, |xml| match section.kind {
        AccountKind::Card => xml.text("ACCTID", id),
        AccountKind::Investment => {
            xml.text("BROKERID", bank)?;
            xml.text("ACCTID", id)
        }
        AccountKind::Bank | AccountKind::Unknown => {
            xml.text("BANKID", bank)?;
            xml.text("BRANCHID", &account.branch_id)?;
            xml.text("ACCTID", id)?;
            let types = ["CHECKING", "SAVINGS", "MONEYMRKT", "CREDITLINE", "CD"];
            let known = types.into_iter().find(|known| *known == account.type_word);
            xml.element("ACCTTYPE", known.unwrap_or("CHECKING"))
        }
    })
}

fn first_said<'a>(texts: &[&'a str], else_said: &'a str) -> &'a str {
    let said = texts.iter().copied().find(|text| !text.is_empty());
    said.unwrap_or(else_said)
}

fn write_balance(xml: &mut Xml<'_>, name: &str, balance: Option<&Balance>, as_of: Option<Date>) -> io::Result<()> {
    let Some(balance) = balance else {
        return Ok(());
    };
    xml.aggregate(name, |xml| {
        xml.element("BALAMT", balance.amount)?;
        xml.optional("DTASOF", balance.date.or(as_of).map(ofx_date))
    })
}

/// A line; `fit_id` is `None` for pending ones, whose elements differ.
fn write_line(
    xml: &mut Xml<'_>,
    name: &str,
    line: &Line,
    fit_id: Option<&str>,
    currency: Option<Currency>,
) -> io::Result<()> {
    let posted = line.booking_date.or(line.value_date).map(ofx_date);
    xml.aggregate(name, |xml| {
        xml.element("TRNTYPE", ofx_type(line))?;
        if let Some(fit_id) = fit_id {
            xml.optional("DTPOSTED", posted)?;
            xml.optional("DTAVAIL", line.value_date.map(ofx_date))?;
            xml.element("TRNAMT", line.amount)?;
            xml.text("FITID", fit_id)?;
            if !line.ids.corrects.is_empty() {
                xml.text("CORRECTFITID", &line.ids.corrects)?;
                xml.element("CORRECTACTION", "REPLACE")?;
            }
            xml.text("SRVRTID", cut(&line.ids.instruction, 10))?;
            xml.text("CHECKNUM", cut(&line.check_number, 12))?;
        } else {
            xml.optional("DTTRAN", posted)?;
            xml.element("TRNAMT", line.amount)?;
        }
        xml.text("REFNUM", cut(&line.ids.entry_ref, 32))?;
        let name = &line.counterparty.name;
        xml.text("NAME", cut(name, NAME_CHARACTERS))?;
        if name.chars().nth(NAME_CHARACTERS).is_some() {
            xml.text("EXTDNAME", cut(name, EXTENDED_NAME_CHARACTERS))?;
        }
        xml.text("MEMO", cut(&line.text, MEMO_CHARACTERS))?;
        match line.currency.filter(|own| Some(*own) != currency) {
            Some(own) => xml.aggregate("CURRENCY", |xml| xml.element("CURSYM", own)),
            None => Ok(()),
        }
    })
}

fn ofx_type(line: &Line) -> &'static str {
    match TYPES.into_iter().find(|known| *known == line.type_code.code) {
        Some(known) => known,
        None if line.amount.is_zero() => "OTHER",
        None if line.amount.is_negative() => "DEBIT",
        None => "CREDIT",
    }
}

fn ofx_date(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// The currency of all lines, if they have one.
fn common_currency(lines: &[Line]) -> Option<Currency> {
    let first = lines.first()?.currency?;
    lines.iter().all(|line| line.currency == Some(first)).then_some(first)
}

fn booking_dates(read: &ReadStatement) -> impl Iterator<Item = Date> + '_ {
    read.lines.iter().filter_map(|line| line.booking_date)
}

/// First and last day of the list of lines.
fn period(read: &ReadStatement) -> (Option<Date>, Option<Date>) {
    let (from, to) = read.statement.period;
    let from = from.or_else(|| booking_dates(read).min());
    let to = to.or_else(|| booking_dates(read).max());
    (from.or_else(|| last_date(read)), to.or_else(|| last_date(read)))
}

/// The latest day that the statement speaks of.
fn last_date(read: &ReadStatement) -> Option<Date> {
    let Statement { closing, period, .. } = &read.statement;
    let closing = closing.as_ref().and_then(|balance| balance.date);
    closing.into_iter().chain(period.1).chain(booking_dates(read)).max()
}

/// The first characters of a text.
fn cut(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Gives every line of a statement an id of its own.
struct FitIds {
    /// The ids of the source that one line alone has, and all given so far.
    taken: HashSet<String>,
    /// For the ids of several lines, and those made from content: the number given last.
    numbers: HashMap<String, u64>,
}

impl FitIds {
    fn of(lines: &[Line]) -> Self {
        let mut taken = HashSet::new();
        let mut numbers = HashMap::new();
        for id in lines.iter().map(source_id).filter(|id| !id.is_empty()) {
            if !taken.insert(id.to_owned()) {
                numbers.insert(id.to_owned(), 0);
            }
        }
        taken.retain(|id| !numbers.contains_key(id));
        Self { taken, numbers }
    }

    fn next(&mut self, line: &Line) -> String {
        let source = source_id(line);
        if !source.is_empty() && !self.numbers.contains_key(source) {
            return source.to_owned();
        }
        let base = if source.is_empty() {
            content_id(line)
        } else {
            source.to_owned()
        };
        loop {
            let number = self.numbers.entry(base.clone()).or_insert(0);
            *number += 1;
            let suffix = match number {
                1 => String::new(),
                _ => format!("-{number}"),
            };
            let id = format!("{}{suffix}", cut(&base, ID_CHARACTERS - suffix.len()));
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn source_id(line: &Line) -> &str {
    cut(line.ids.bank_id.trim(), ID_CHARACTERS)
}

/// An id from what a line says: the same line has the same one in every file.
fn content_id(line: &Line) -> String {
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let date = line.booking_date.or(line.value_date).map(ofx_date).unwrap_or_default();
    let amount = line.amount.to_string();
    let parts = [
        date.as_str(),
        &amount,
        &line.counterparty.name,
        &line.text,
        &line.check_number,
    ];
    // FNV-1a with 64 bits; a byte that no text has ends each part.
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xFF]));
    let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    format!("{date}-{hash:016x}")
}

/// Elements, one on each line.
struct Xml<'a> {
    out: &'a mut dyn Write,
}

impl Xml<'_> {
    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    fn aggregate(&mut self, name: &str, fill: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        writeln!(self.out, "<{name}>")?;
        fill(self)?;
        writeln!(self.out, "</{name}>")
    }

    /// A value of ours, which has nothing to escape.
    fn element(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        writeln!(self.out, "<{name}>{value}</{name}>")
    }

    fn optional(&mut self, name: &str, value: Option<impl Display>) -> io::Result<()> {
        value.map_or(Ok(()), |value| self.element(name, value))
    }

    /// A text of the source; nothing if it is blank.
    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        write!(self.out, "<{name}>")?;
        let mut utf8 = [0; 4];
        for character in text.chars() {
            self.raw(match character {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                // XML has no word for these two, nor for control characters.
                '\u{FFFE}' | '\u{FFFF}' => " ",
                _ if character.is_control() => " ",
                _ => character.encode_utf8(&mut utf8),
            })?;
        }
        writeln!(self.out, "</{name}>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, text: &str) -> Line {
        let mut line = Line {
            amount: "-1.50".parse().unwrap(),
            text: text.into(),
            ..Line::default()
        };
        line.ids.bank_id = id.into();
        line
    }

    fn ids(lines: &[Line]) -> Vec<String> {
        let mut ids = FitIds::of(lines);
        lines.iter().map(|line| ids.next(line)).collect()
    }

    #[test]
    fn every_line_has_an_id_of_its_own() {
        let lines = [line("a", "1"), line("b", "2"), line("a", "3"), line("a-2", "4")];
        assert_eq!(ids(&lines), ["a", "b", "a-3", "a-2"]);
    }

    #[test]
    fn lines_without_id_get_the_same_one_in_every_file() {
        let whole = ids(&[line("", "x"), line("", "y"), line("", "x")]);
        let overlapping = ids(&[line("", "y")]);
        assert_eq!(whole[1], overlapping[0]);
        assert_eq!(whole[2], format!("{}-2", whole[0]));
    }

    #[test]
    fn texts_are_cut_and_escaped() {
        let mut read = ReadStatement::default();
        read.lines.push(line("<&>", &"ü".repeat(300)));
        read.lines[0].counterparty.name = format!("{}&tail", "n".repeat(31));
        let mut out = Vec::new();
        write(&mut out, &[read]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("<FITID>&lt;&amp;&gt;</FITID>\n"));
        assert!(text.contains(&format!("<MEMO>{}</MEMO>\n", "ü".repeat(255))));
        let (name, whole) = (
            format!("{}&amp;", "n".repeat(31)),
            format!("{}&amp;tail", "n".repeat(31)),
        );
        assert!(text.contains(&format!("<NAME>{name}</NAME>\n<EXTDNAME>{whole}</EXTDNAME>\n")));
    }
}
