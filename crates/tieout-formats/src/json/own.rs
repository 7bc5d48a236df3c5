//! The program's own JSON (`docs/schema/statements-1.json`), which `statement convert` writes: everything the model knows,
//! read back as it was. Only where a line stands is said of this file, not of the one that it was once read from, and
//! totals and proofs are made anew from the lines.

use super::records::{LineIndex, offset};
use super::scan::Object;
use crate::limits::{MAX_LINES, MAX_STATEMENTS};
use crate::model::{
    Account, AccountKind, AccountScheme, Balance, BalanceColumn, BalanceKind, Child, Control, ControlOver, Fee, Line,
    Original, Statement, Status,
};
use crate::read::Emitter;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::str::FromStr;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Place, Problem, excerpt};

const SCHEMA: &str = "tieout-statements-";
const VERSION: &str = "tieout-statements-1";
/// The schema's name stands at the beginning.
const LOOKED_AT: usize = 256;

/// Whether a text is the program's own, of whatever version, whole or not.
pub(super) fn is_own(text: &str) -> bool {
    let start = text.as_bytes();
    let start = start.get(..LOOKED_AT.min(start.len())).unwrap_or_default();
    memchr::memmem::find(start, SCHEMA.as_bytes()).is_some()
        && memchr::memmem::find(start, b"\"schema\"").is_some()
        && text.trim_start().starts_with('{')
}

/// Reads a document. Of one that is cut or broken the lines before that are read.
pub(super) fn read(text: &str, out: &mut Emitter<'_>) {
    let text = text.trim_end_matches(['\0', '\u{1A}']);
    let whole = match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Cow::Borrowed(text),
        Err(error) => {
            let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
            let message = "the JSON is cut or broken here; the lines before were read, those behind were not";
            out.report(Code::Malformed, Place::line(line), message);
            Cow::Owned(closed(text.get(..place_of(text, &error)).unwrap_or(text)))
        }
    };
    let Some(document) = Object::of(&whole) else { return };
    if string(&document, "schema") != VERSION {
        let message = format!(
            "this is {:?}, which another version of this program wrote",
            excerpt(&document.text("schema"), 40)
        );
        out.problem(Problem::of_file(Code::NotAStatement, message));
        return;
    }
    let document = Document {
        text: &whole,
        index: LineIndex::of(&whole),
    };
    super::doubled::tell(&whole, |at, path| document.place(at, path), out);
    let listed = Object::of(&whole).and_then(|object| object.list("statements"));
    for (number, statement) in listed.into_iter().flatten().enumerate() {
        if number >= MAX_STATEMENTS {
            let message = format!("more than {MAX_STATEMENTS} statements; the rest was not read");
            return out.problem(Problem::of_file(Code::TooLarge, message));
        }
        document.statement(statement, out);
    }
}

/// Where the parser stopped, in bytes.
fn place_of(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let at = (before + error.column()).min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The text up to the last statement or line that is whole, with what must be closed behind it.
fn closed(text: &str) -> String {
    let mut open: Vec<u8> = Vec::new();
    let (mut in_string, mut is_escaped) = (false, false);
    // In the document's list of statements there are two open brackets, in a statement's lists four.
    let mut end = (0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                open.push(if byte == b'{' { b'}' } else { b']' });
                // An empty list is whole, too.
                if byte == b'[' && matches!(open.len(), 2 | 4) {
                    end = (at + 1, open.clone());
                }
            }
            b'}' | b']' => {
                open.pop();
                if byte == b'}' && matches!(open.len(), 2 | 4) {
                    end = (at + 1, open.clone());
                }
            }
            _ => {}
        }
    }
    let mut whole = text.get(..end.0).unwrap_or_default().to_owned();
    whole.extend(end.1.iter().rev().map(|close| char::from(*close)));
    whole
}

struct Document<'a> {
    text: &'a str,
    index: LineIndex,
}

impl Document<'_> {
    fn place(&self, value: &str, path: &str) -> Place {
        Place::field(self.index.line_of(self.text, value), path)
    }

    fn statement(&self, value: &str, out: &mut Emitter<'_>) {
        let Some(object) = Object::of(value) else {
            return out.report(Code::BadLine, self.place(value, "statements"), "this is no statement");
        };
        let statement = self.head(&object, value, out);
        if statement.account.id.is_empty() {
            out.report(
                Code::NoAccount,
                self.place(value, "account"),
                "the statement names no account",
            );
        }
        if statement.currency.is_none() && !out.knows_currency() {
            out.report(
                Code::NoCurrency,
                self.place(value, "currency"),
                "the statement names no currency",
            );
        }
        out.begin(&statement);
        let lines = object.list("lines");
        if lines.is_none() {
            out.report(
                Code::Incomplete,
                self.place(value, "lines"),
                "the statement has no list of lines",
            );
        }
        for line in lines.into_iter().flatten() {
            if out.lines() >= MAX_LINES {
                let message = format!("more than {MAX_LINES} lines; the rest was not read");
                out.problem(Problem::of_file(Code::TooLarge, message));
                break;
            }
            self.line(line, out);
        }
        out.end(statement);
    }

    fn head(&self, object: &Object<'_>, value: &str, out: &mut Emitter<'_>) -> Statement {
        let mut balance = |key: &str| {
            let balance = object.object(key)?;
            let kind = match key {
                "opening" => BalanceKind::Opening,
                "closing" => BalanceKind::Closing,
                _ => BalanceKind::Available,
            };
            self.balance(&balance, (value, key), kind, out)
        };
        let (opening, closing, available) = (balance("opening"), balance("closing"), balance("available"));
        let others = object.list("other_balances").into_iter().flatten();
        let others = others
            .filter_map(|other| self.balance(&Object::of(other)?, (other, "other_balances"), BalanceKind::Other, out));
        Statement {
            opening,
            closing,
            available,
            other_balances: others.collect(),
            account: account(&object.within("account")),
            currency: self.value(object, (value, "currency"), Code::NoCurrency, out),
            reference: string(object, "reference"),
            number: string(object, "number"),
            message: string(object, "message"),
            period: (
                self.value(object, (value, "from"), Code::BadDate, out),
                self.value(object, (value, "to"), Code::BadDate, out),
            ),
            intermediate: object.is_true("intermediate"),
            balance_column: if object.is_true("named_balances") {
                BalanceColumn::Named
            } else {
                BalanceColumn::Unnamed
            },
            is_cut: object.is_true("cut"),
            lacks_lines: object.is_true("lacks_lines"),
            control: object
                .list("control")
                .into_iter()
                .flatten()
                .filter_map(control)
                .collect(),
            investment_lines: number(object, "investment_lines").unwrap_or(0),
            ..Statement::default()
        }
    }

    /// A value that reads, `None` if there is none; what does not read is told.
    fn value<T: FromStr>(
        &self,
        object: &Object<'_>,
        (at, key): (&str, &str),
        code: Code,
        out: &mut Emitter<'_>,
    ) -> Option<T> {
        let text = object.text(key);
        if text.is_empty() && !object.has(key) {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            let message = format!("{:?} is not what should stand here", excerpt(&text, 40));
            out.report(code, self.place(at, key), message);
        }
        value
    }

    fn balance(
        &self,
        object: &Object<'_>,
        (at, key): (&str, &str),
        kind: BalanceKind,
        out: &mut Emitter<'_>,
    ) -> Option<Balance> {
        Some(Balance {
            amount: self
                .value::<Decimal>(object, (at, "amount"), Code::BadAmount, out)
                .or_else(|| {
                    let message = "the balance has no amount that can be read";
                    out.report(Code::Incomplete, self.place(at, key), message);
                    None
                })?,
            currency: self.value(object, (at, "currency"), Code::NoCurrency, out),
            date: self.value(object, (at, "date"), Code::BadDate, out),
            kind: match &*object.text("kind") {
                "opening" => BalanceKind::Opening,
                "closing" => BalanceKind::Closing,
                "interim" => BalanceKind::Interim,
                "available" => BalanceKind::Available,
                "forward" => BalanceKind::Forward,
                "expected" => BalanceKind::Expected,
                "other" => BalanceKind::Other,
                _ => kind,
            },
            source_code: string(object, "code"),
            derived: object.is_true("derived"),
        })
    }

    fn line(&self, value: &str, out: &mut Emitter<'_>) {
        let read = Object::of(value).and_then(|object| {
            let amount = object.text("amount").parse().ok()?;
            Some((object, amount))
        });
        let Some((object, amount)) = read else {
            let message = "the line has no amount that can be read; it was left out";
            return out.report(Code::BadLine, self.place(value, "amount"), message);
        };
        let begin = offset(self.text, value);
        let mut line = Line {
            status: match &*object.text("status") {
                "pending" => Status::Pending,
                "info" => Status::Info,
                _ => Status::Booked,
            },
            booking_date: self.value(&object, (value, "booking_date"), Code::BadDate, out),
            value_date: self.value(&object, (value, "value_date"), Code::BadDate, out),
            amount,
            currency: self.value(&object, (value, "currency"), Code::NoCurrency, out),
            reversal: object.is_true("reversal"),
            running_balance: self.value(&object, (value, "running_balance"), Code::BadAmount, out),
            source_line: self.index.line_of(self.text, value),
            source_bytes: (begin, begin + u64::try_from(value.len()).unwrap_or(0)),
            ..Line::default()
        };
        if let Some(original) = object.object("original") {
            line.original = self.original(&original, value, out);
        }
        for fee in object.list("fees").into_iter().flatten().filter_map(Object::of) {
            if let Some(amount) = self.value(&fee, (value, "amount"), Code::BadAmount, out) {
                line.fees.push(Fee {
                    amount,
                    currency: self.value(&fee, (value, "currency"), Code::NoCurrency, out),
                    text: string(&fee, "text"),
                });
            }
        }
        for child in object.list("children").into_iter().flatten().filter_map(Object::of) {
            line.children.push(Child {
                amount: self.value(&child, (value, "amount"), Code::BadAmount, out),
                currency: self.value(&child, (value, "currency"), Code::NoCurrency, out),
                name: string(&child, "name"),
                account: string(&child, "account"),
                reference: string(&child, "reference"),
                text: string(&child, "text"),
            });
        }
        words(&object, &mut line);
        out.line(&line);
    }

    fn original(&self, object: &Object<'_>, at: &str, out: &mut Emitter<'_>) -> Option<Original> {
        Some(Original {
            amount: self.value(object, (at, "amount"), Code::BadAmount, out)?,
            currency: self.value(object, (at, "currency"), Code::NoCurrency, out)?,
            rate: self.value(object, (at, "rate"), Code::BadAmount, out),
        })
    }
}

/// Everything of a line that is text.
fn words(object: &Object<'_>, line: &mut Line) {
    let (kind, ids, party) = (
        object.within("type"),
        object.within("ids"),
        object.within("counterparty"),
    );
    for (from, key, to) in [
        (&kind, "domain", &mut line.type_code.domain),
        (&kind, "code", &mut line.type_code.code),
        (&kind, "proprietary", &mut line.type_code.proprietary),
        (&kind, "issuer", &mut line.type_code.issuer),
        (&ids, "bank_id", &mut line.ids.bank_id),
        (&ids, "end_to_end", &mut line.ids.end_to_end),
        (&ids, "mandate", &mut line.ids.mandate),
        (&ids, "creditor_id", &mut line.ids.creditor_id),
        (&ids, "instruction", &mut line.ids.instruction),
        (&ids, "customer_ref", &mut line.ids.customer_ref),
        (&ids, "uetr", &mut line.ids.uetr),
        (&ids, "entry_ref", &mut line.ids.entry_ref),
        (&ids, "corrects", &mut line.ids.corrects),
        (&party, "name", &mut line.counterparty.name),
        (&party, "account", &mut line.counterparty.account),
        (&party, "bank", &mut line.counterparty.bank),
        (&party, "ultimate_name", &mut line.counterparty.ultimate_name),
        (&party, "address", &mut line.counterparty.address),
        (&party, "id", &mut line.counterparty.id),
        (object, "text", &mut line.text),
        (object, "structured_reference", &mut line.structured_reference),
        (object, "purpose", &mut line.purpose),
        (object, "check_number", &mut line.check_number),
        (object, "return_reason", &mut line.return_reason),
    ] {
        *to = string(from, key);
    }
}

fn account(object: &Object<'_>) -> Account {
    Account {
        id: string(object, "id"),
        raw: string(object, "printed"),
        scheme: match &*object.text("scheme") {
            "iban" => AccountScheme::Iban,
            "bban" => AccountScheme::Bban,
            "card" => AccountScheme::Card,
            _ => AccountScheme::Other,
        },
        kind: match &*object.text("kind") {
            "bank" => AccountKind::Bank,
            "card" => AccountKind::Card,
            "investment" => AccountKind::Investment,
            _ => AccountKind::Unknown,
        },
        bank_id: string(object, "bank_id"),
        branch_id: string(object, "branch_id"),
        bic: string(object, "bic"),
        type_word: string(object, "type"),
        name: string(object, "name"),
        owner: string(object, "owner"),
    }
}

fn control(value: &str) -> Option<Control> {
    let object = Object::of(value)?;
    Some(Control {
        source_code: string(&object, "code"),
        over: match &*object.text("over") {
            "credits" => ControlOver::Credits,
            "debits" => ControlOver::Debits,
            _ => ControlOver::Lines,
        },
        count: number(&object, "count"),
        sum: object.text("sum").parse().ok(),
    })
}

fn number(object: &Object<'_>, key: &str) -> Option<u64> {
    object.text(key).parse().ok()
}

/// A text as it is, with its blanks.
fn string(object: &Object<'_>, key: &str) -> String {
    let value = object.value(key).unwrap_or_default();
    serde_json::from_str(value).unwrap_or_else(|_| object.text(key).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_before_a_cut_is_closed() {
        let text =
            r#"{"schema":"tieout-statements-1","statements":[{"control":[{"a":"}"}],"lines":[{"b":1},{"c":[{"d":2}"#;
        assert_eq!(
            closed(text),
            r#"{"schema":"tieout-statements-1","statements":[{"control":[{"a":"}"}],"lines":[{"b":1}]}]}"#
        );
        assert_eq!(closed(r#"{"schema":"tie"#), "");
        assert!(is_own(text) && is_own(r#" {"schema": "tieout-statements-2", "#) && !is_own(r#"{"transactions":[]}"#));
    }
}
