//! Statements as JSON, with everything the model knows. The schema is `docs/schema/statements-1.json`.
//!
//! Amounts and rates are strings, exactly as printed: a JSON number is a binary float to most who
//! read it. Dates are `YYYY-MM-DD`. Fields that the source does not say are left out. Fields are
//! added within a version of the schema; none is renamed, removed or given another meaning.

use crate::collect::ReadStatement;
use crate::model::{
    Account, AccountKind, AccountScheme, Balance, BalanceColumn, BalanceKind, Child, ControlOver, Line, Proof,
    Statement, Status, Totals,
};
use std::fmt::Display;
use std::io::{self, Write};
use tieout_core::Date;

/// Writes one JSON document; each line of a statement on a line of its own.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, statements: &[ReadStatement]) -> io::Result<()> {
    let mut document = Object::begin(out)?;
    document.text("schema", "tieout-statements-1")?;
    document.list("statements", statements, |statement, read| {
        write_statement(statement, &read.statement)?;
        statement.list("lines", &read.lines, write_line)
    })?;
    document.end()?;
    out.write_all(b"\n")
}

fn write_statement(object: &mut Object<'_>, statement: &Statement) -> io::Result<()> {
    object.object("account", |account| write_account(account, &statement.account))?;
    object.value("currency", statement.currency.as_ref())?;
    object.text("reference", &statement.reference)?;
    object.text("number", &statement.number)?;
    object.text("message", &statement.message)?;
    object.value("from", statement.period.0.as_ref())?;
    object.value("to", statement.period.1.as_ref())?;
    for (key, balance) in [
        ("opening", &statement.opening),
        ("closing", &statement.closing),
        ("available", &statement.available),
    ] {
        if let Some(balance) = balance {
            object.object(key, |object| write_balance(object, balance))?;
        }
    }
    object.list("other_balances", &statement.other_balances, write_balance)?;
    object.flag("intermediate", statement.intermediate)?;
    // What keeps balances beside the lines from proving, or says that they must follow.
    object.flag("named_balances", statement.balance_column == BalanceColumn::Named)?;
    object.flag("cut", statement.is_cut)?;
    object.flag("lacks_lines", statement.lacks_lines)?;
    object.list("control", &statement.control, |object, control| {
        object.text("code", &control.source_code)?;
        let over = match control.over {
            ControlOver::Credits => "credits",
            ControlOver::Debits => "debits",
            ControlOver::Lines => "lines",
        };
        object.text("over", over)?;
        object.number("count", control.count)?;
        object.value("sum", control.sum.as_ref())
    })?;
    object.number("investment_lines", Some(statement.investment_lines).filter(|n| *n > 0))?;
    object.flag("reversals_flipped", statement.reversals_flipped)?;
    object.object("totals", |totals| write_totals(totals, &statement.totals))?;
    object.object("proof", |proof| match statement.proof {
        Proof::NotPossible => proof.text("result", "not possible"),
        Proof::Exact => proof.text("result", "exact"),
        Proof::Off(by) => {
            proof.text("result", "off")?;
            proof.value("by", Some(&by))
        }
    })
}

fn write_account(object: &mut Object<'_>, account: &Account) -> io::Result<()> {
    object.text("id", &account.id)?;
    object.text("printed", &account.raw)?;
    let scheme = match account.scheme {
        AccountScheme::Iban => "iban",
        AccountScheme::Bban => "bban",
        AccountScheme::Card => "card",
        AccountScheme::Other => "other",
    };
    object.text("scheme", scheme)?;
    let kind = match account.kind {
        AccountKind::Bank => "bank",
        AccountKind::Card => "card",
        AccountKind::Investment => "investment",
        AccountKind::Unknown => "unknown",
    };
    object.text("kind", kind)?;
    object.text("bank_id", &account.bank_id)?;
    object.text("branch_id", &account.branch_id)?;
    object.text("bic", &account.bic)?;
    object.text("type", &account.type_word)?;
    object.text("name", &account.name)?;
    object.text("owner", &account.owner)
}

fn write_balance(object: &mut Object<'_>, balance: &Balance) -> io::Result<()> {
    object.value("amount", Some(&balance.amount))?;
    object.value("currency", balance.currency.as_ref())?;
    object.value("date", balance.date.as_ref())?;
    let kind = match balance.kind {
        BalanceKind::Opening => "opening",
        BalanceKind::Closing => "closing",
        BalanceKind::Interim => "interim",
        BalanceKind::Available => "available",
        BalanceKind::Forward => "forward",
        BalanceKind::Expected => "expected",
        BalanceKind::Other => "other",
    };
    object.text("kind", kind)?;
    object.text("code", &balance.source_code)?;
    object.flag("derived", balance.derived)
}

fn write_totals(object: &mut Object<'_>, totals: &Totals) -> io::Result<()> {
    object.number("booked", Some(totals.booked))?;
    object.number("pending", Some(totals.pending))?;
    object.number("info", Some(totals.info))?;
    object.value("credits", Some(&totals.credits))?;
    object.value("debits", Some(&totals.debits))
}

fn write_line(object: &mut Object<'_>, line: &Line) -> io::Result<()> {
    let status = match line.status {
        Status::Booked => "booked",
        Status::Pending => "pending",
        Status::Info => "info",
    };
    object.text("status", status)?;
    object.value::<Date>("booking_date", line.booking_date.as_ref())?;
    object.value::<Date>("value_date", line.value_date.as_ref())?;
    object.value("amount", Some(&line.amount))?;
    object.value("currency", line.currency.as_ref())?;
    if let Some(original) = &line.original {
        object.object("original", |object| {
            object.value("amount", Some(&original.amount))?;
            object.value("currency", Some(&original.currency))?;
            object.value("rate", original.rate.as_ref())
        })?;
    }
    object.list("fees", &line.fees, |object, fee| {
        object.value("amount", Some(&fee.amount))?;
        object.value("currency", fee.currency.as_ref())?;
        object.text("text", &fee.text)
    })?;
    write_words(object, line)?;
    object.value("running_balance", line.running_balance.as_ref())?;
    object.list("children", &line.children, write_child)?;
    object.object("source", |source| {
        source.number("line", Some(line.source_line))?;
        source.number("from_byte", Some(line.source_bytes.0))?;
        source.number("to_byte", Some(line.source_bytes.1))
    })
}

/// Everything of a line that is text.
fn write_words(object: &mut Object<'_>, line: &Line) -> io::Result<()> {
    object.object("type", |object| {
        object.text("domain", &line.type_code.domain)?;
        object.text("code", &line.type_code.code)?;
        object.text("proprietary", &line.type_code.proprietary)?;
        object.text("issuer", &line.type_code.issuer)
    })?;
    object.flag("reversal", line.reversal)?;
    object.object("ids", |object| {
        object.text("bank_id", &line.ids.bank_id)?;
        object.text("end_to_end", &line.ids.end_to_end)?;
        object.text("mandate", &line.ids.mandate)?;
        object.text("creditor_id", &line.ids.creditor_id)?;
        object.text("instruction", &line.ids.instruction)?;
        object.text("customer_ref", &line.ids.customer_ref)?;
        object.text("uetr", &line.ids.uetr)?;
        object.text("entry_ref", &line.ids.entry_ref)?;
        object.text("corrects", &line.ids.corrects)
    })?;
    object.object("counterparty", |object| {
        object.text("name", &line.counterparty.name)?;
        object.text("account", &line.counterparty.account)?;
        object.text("bank", &line.counterparty.bank)?;
        object.text("ultimate_name", &line.counterparty.ultimate_name)?;
        object.text("address", &line.counterparty.address)?;
        object.text("id", &line.counterparty.id)
    })?;
    object.text("text", &line.text)?;
    object.text("structured_reference", &line.structured_reference)?;
    object.text("purpose", &line.purpose)?;
    object.text("check_number", &line.check_number)?;
    object.text("return_reason", &line.return_reason)
}

fn write_child(object: &mut Object<'_>, child: &Child) -> io::Result<()> {
    object.value("amount", child.amount.as_ref())?;
    object.value("currency", child.currency.as_ref())?;
    object.text("name", &child.name)?;
    object.text("account", &child.account)?;
    object.text("reference", &child.reference)?;
    object.text("text", &child.text)
}

/// A JSON object while it is written; fields that say nothing are not.
struct Object<'a> {
    out: &'a mut dyn Write,
    fields: usize,
}

impl<'a> Object<'a> {
    fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, fields: 0 })
    }

    fn end(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        let comma = if self.fields > 0 { "," } else { "" };
        self.fields += 1;
        write!(self.out, "{comma}\"{key}\":")
    }

    /// A text, unless it is empty.
    fn text(&mut self, key: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.key(key)?;
        Ok(serde_json::to_writer(&mut *self.out, text)?)
    }

    /// Something as the text it prints, if it is there. None of our values prints a quote.
    fn value<T: Display>(&mut self, key: &str, value: Option<&T>) -> io::Result<()> {
        let Some(value) = value else { return Ok(()) };
        self.key(key)?;
        write!(self.out, "\"{value}\"")
    }

    fn number(&mut self, key: &str, number: Option<u64>) -> io::Result<()> {
        let Some(number) = number else { return Ok(()) };
        self.key(key)?;
        write!(self.out, "{number}")
    }

    fn flag(&mut self, key: &str, is_set: bool) -> io::Result<()> {
        if !is_set {
            return Ok(());
        }
        self.key(key)?;
        self.out.write_all(b"true")
    }

    fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>) -> io::Result<()>) -> io::Result<()> {
        self.key(key)?;
        let mut inner = Object::begin(&mut *self.out)?;
        fill(&mut inner)?;
        inner.end()
    }

    /// A list of objects, each on a line of its own; lists of nothing but statements and lines are
    /// left out when empty.
    fn list<T>(
        &mut self,
        key: &str,
        items: &[T],
        fill: impl Fn(&mut Object<'_>, &T) -> io::Result<()>,
    ) -> io::Result<()> {
        if items.is_empty() && !matches!(key, "statements" | "lines") {
            return Ok(());
        }
        self.key(key)?;
        self.out.write_all(b"[")?;
        for (index, item) in items.iter().enumerate() {
            self.out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            let mut inner = Object::begin(&mut *self.out)?;
            fill(&mut inner, item)?;
            inner.end()?;
        }
        self.out.write_all(b"]")
    }
}
