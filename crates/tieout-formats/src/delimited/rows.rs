//! From rows of a table to lines of a statement.

use super::balances::Balances;
use super::fees::{Fees, less};
use super::others::Others;
use super::period;
use crate::limits::MAX_LINE_TEXT_BYTES;
use crate::model::{Account, AccountKind, AccountScheme, Fee, Line, Original, Statement, Status};
use crate::read::Emitter;
use crate::seen_ids::SeenIds;
use memchr::memchr;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Place, excerpt};
use tieout_core::{Currency, Decimal};
use tieout_tables::preamble::unformula;
use tieout_tables::row::Flaw;
use tieout_tables::{BalanceRow, Group, Movement, Role, Row, RowKind, SummaryPlaces, Table, Unreadable, is_iban};

const CLAMPED: &str = "the date does not exist; the end of its month was taken";

/// What is known of the statement before its rows.
pub(super) fn statement(table: &Table, group: &Group) -> Statement {
    let preamble = table.preamble();
    let printed_account = match table.account_id() {
        Some(id) => id.to_owned(),
        None if group.account.is_empty() => preamble.account.clone(),
        None => table.decoder().decode(&group.account).into_owned(),
    };
    let cell_currency = std::str::from_utf8(&group.currency)
        .ok()
        .and_then(|code| Currency::try_new(code).ok());
    let mut statement = Statement {
        account: account(&printed_account),
        currency: cell_currency.or_else(|| table.currency()).or(preamble.currency),
        message: "CSV".into(),
        ..Statement::default()
    };
    statement.account.name.clone_from(&preamble.account_name);
    period(table, &mut statement);
    statement
}

/// The currency that the headers of debit and credit columns name.
pub(super) fn pair_currency(table: &Table) -> Option<Currency> {
    let columns = table.columns_of(Role::Debit).chain(table.columns_of(Role::Credit));
    columns
        .filter_map(|column| table.columns().get(column))
        .find_map(|column| tieout_tables::currency_in(&column.name))
}

fn account(printed: &str) -> Account {
    let raw = unformula(printed.trim());
    let iban = is_iban(raw.as_bytes());
    let mut id: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    if iban {
        id = id.to_uppercase();
    }
    Account {
        scheme: if iban {
            AccountScheme::Iban
        } else {
            AccountScheme::Other
        },
        kind: if iban { AccountKind::Bank } else { AccountKind::Unknown },
        raw: raw.to_owned(),
        id,
        ..Account::default()
    }
}

/// Fills one line after the other; a line waits for the row after it, which may hold more of its text.
pub(super) struct Filler<'t> {
    table: &'t Table,
    decoder: Decoder,
    /// Columns of texts in use, with what they fill.
    texts: Vec<(usize, Role)>,
    /// Columns of dates and amounts beside the movement.
    values: Vec<(usize, Role)>,
    /// Column of the booking date.
    date: Option<usize>,
    line: Line,
    waiting: bool,
    /// The row before was of another group: its continuations are not ours.
    passed_over: bool,
    /// A date or amount of the last row does not read.
    fault: bool,
    /// Those apart are taken off the amounts.
    fees: Fees,
    ids: SeenIds,
    /// Where the row before named balances that the next one holds.
    summary: Option<SummaryPlaces>,
    others: Others,
}

impl<'t> Filler<'t> {
    pub(super) fn new(table: &'t Table, fees: Fees) -> Self {
        let roles = || table.columns().iter().map(|column| column.role).enumerate();
        let is_value = |role: Role| role.is_date() || role.is_amount();
        let beside = |role: Role| !matches!(role, Role::Date | Role::Amount | Role::Debit | Role::Credit);
        let in_text = |role: Role| {
            !matches!(
                role,
                Role::Direction | Role::Account | Role::Product | Role::Currency | Role::Status | Role::Other
            )
        };
        Self {
            table,
            decoder: table.decoder(),
            texts: roles().filter(|(_, role)| !is_value(*role) && in_text(*role)).collect(),
            values: roles().filter(|(_, role)| is_value(*role) && beside(*role)).collect(),
            date: table.column(Role::Date),
            line: Line::default(),
            waiting: false,
            passed_over: false,
            fault: false,
            fees,
            ids: SeenIds::default(),
            summary: None,
            others: Others::default(),
        }
    }

    /// The decoder of all texts so far.
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// A date or amount of the last row, beside its movement, does not read.
    pub(super) fn has_fault(&self) -> bool {
        self.fault
    }

    /// A row of another statement of the file.
    pub(super) fn pass_over(&mut self, out: &mut Emitter<'_>) {
        self.finish(out);
        self.passed_over = true;
    }

    /// Gives the last line.
    pub(super) fn finish(&mut self, out: &mut Emitter<'_>) {
        if std::mem::take(&mut self.waiting) {
            out.line(&self.line);
        }
    }

    /// Says what only all rows tell: another account among them, ids that stand on more than one line. To be called once, at the
    /// end.
    pub(super) fn report_at_end(&mut self, out: &mut Emitter<'_>) {
        self.others.report(out);
        self.report_repeated_ids(out);
    }

    fn report_repeated_ids(&mut self, out: &mut Emitter<'_>) {
        for repeated in self.ids.take_repeated() {
            let message = format!("the id is that of line {} as well", repeated.earlier);
            out.report(Code::DuplicateId, Place::line(repeated.line), message);
        }
        let left_out = self.ids.take_left_out();
        if left_out > 0 {
            let message = format!("{left_out} further ids were too many to be compared");
            out.report(Code::Decided, Place::default(), message);
        }
    }

    /// One row.
    pub(super) fn take(&mut self, row: &Row, kind: RowKind, balances: &mut Balances, out: &mut Emitter<'_>) {
        if !matches!(kind, RowKind::Movement(_)) && self.is_of_summary(row, balances) {
            return self.finish(out);
        }
        self.others.take(self.table, row, kind, self.date);
        match kind {
            RowKind::Movement(movement) => {
                self.finish(out);
                report_totals(balances, out);
                self.summary = None;
                self.passed_over = false;
                self.fill(row, movement, balances, out);
                self.waiting = true;
            }
            RowKind::Continuation if self.waiting => self.continue_text(row),
            RowKind::Continuation if self.passed_over => {}
            RowKind::Balance(kind, amount) => {
                self.finish(out);
                match kind {
                    BalanceRow::Opening => balances.opening.add(amount, balances.lines),
                    BalanceRow::Closing => balances.closing.add(amount, balances.lines),
                    BalanceRow::OfDay => balances.of_day.add(amount, balances.lines),
                    BalanceRow::Total => balances.totals.take(self.table, row),
                }
            }
            RowKind::Empty => {}
            RowKind::Void => {
                self.finish(out);
                balances.totals.doubt();
                out.report(
                    Code::Void,
                    Place::line(row.line),
                    "left out: it was refused, failed or taken back",
                );
            }
            RowKind::Continuation | RowKind::Remark => {
                if self.table.is_like_total(row) {
                    balances.totals.pass();
                }
                let text = row.cells().find(|cell| !cell.is_empty()).unwrap_or_default();
                let text = excerpt(&self.decoder.decode(text), 40);
                out.report(
                    Code::Unread,
                    Place::line(row.line),
                    format!("{text:?} belongs to no movement"),
                );
            }
            RowKind::Unreadable(reason) => {
                self.finish(out);
                if self.table.is_like_total(row) {
                    balances.totals.pass();
                }
                self.report_unreadable(row, reason, out);
            }
        }
    }

    /// Whether a row names the balances of the whole table, or holds those that the row above names; rows of several
    /// statements have none that would be of one of them.
    fn is_of_summary(&mut self, row: &Row, balances: &mut Balances) -> bool {
        if let Some(places) = self.summary.take()
            && let Some((opening, closing)) = self.table.summary(row, places)
        {
            balances.opening.add(Some(opening), balances.lines);
            balances.closing.add(Some(closing), balances.lines);
            return true;
        }
        if self.table.groups().len() < 2 {
            self.summary = self.table.summary_places(row);
        }
        self.summary.is_some()
    }

    fn report_unreadable(&mut self, row: &Row, reason: Unreadable, out: &mut Emitter<'_>) {
        let (column, what) = match reason {
            Unreadable::Date(column) if row.cell(column).is_empty() => (None, "has an amount, but no date"),
            Unreadable::Date(column) => (Some(column), "is not a date"),
            Unreadable::Amount(column) => (Some(column), "is not an amount"),
            Unreadable::Side(column) => (Some(column), "says neither debit nor credit"),
            Unreadable::BothSides(column) => (Some(column), "has an amount on the other side, too"),
            Unreadable::NoAmount => (None, "has a date, but no amount"),
        };
        let place = match column {
            Some(column) => Place::field(row.line, self.table.column_name(column)),
            None => Place::line(row.line),
        };
        let message = match column {
            Some(column) => format!("{:?} {what}", excerpt(&self.decoder.decode(row.cell(column)), 40)),
            None => format!("the row {what}"),
        };
        out.report(Code::BadLine, place, message);
    }

    fn fill(&mut self, row: &Row, movement: Movement, balances: &mut Balances, out: &mut Emitter<'_>) {
        self.line.clear();
        self.fault = false;
        self.line.source_line = row.line;
        self.line.source_bytes = row.source;
        self.line.amount = movement.amount;
        self.line.booking_date = movement.date.map(|read| read.date);
        if movement.date.is_some_and(|read| read.clamped) {
            out.report(Code::DateClamped, Place::line(row.line), CLAMPED);
        }
        if self.table.is_for_information(row) {
            self.line.status = Status::Info;
        } else if movement.pending {
            self.line.status = Status::Pending;
            out.report(Code::Pending, Place::line(row.line), "not booked yet");
        }
        for index in 0..self.values.len() {
            if let Some(&(column, role)) = self.values.get(index) {
                self.fill_value(row, column, role, out);
            }
        }
        for &(column, role) in &self.texts {
            match row.text(column) {
                Some("") => {}
                Some(text) if row.flaw == Some(Flaw::Nul) => {
                    fill_text(&mut self.line, role, &text.replace('\0', " "));
                }
                Some(text) => {
                    if !row.is_ascii() {
                        self.decoder.see(text);
                    }
                    fill_text(&mut self.line, role, text);
                }
                None if row.cell(column).is_empty() => {}
                None => {
                    let text = self.decoder.decode(row.cell(column));
                    fill_text(&mut self.line, role, &text.replace('\0', " "));
                }
            }
        }
        self.ids.note(&self.line.ids.bank_id, row.line);
        if self.line.status == Status::Booked {
            balances.add(self.line.amount, self.line.running_balance);
        } else {
            balances.totals.doubt();
        }
    }

    fn fill_value(&mut self, row: &Row, column: usize, role: Role, out: &mut Emitter<'_>) {
        if role.is_date() {
            // Mostly the value date is the booking date, and need not be read again.
            if role == Role::ValueDate && self.date.is_some_and(|date| row.cell(date) == row.cell(column)) {
                self.line.value_date = self.line.booking_date;
                return;
            }
            match self.table.date(row, column) {
                Ok(date) => {
                    if role == Role::ValueDate {
                        self.line.value_date = date.map(|read| read.date);
                    }
                    if date.is_some_and(|read| read.clamped) {
                        out.report(
                            Code::DateClamped,
                            Place::field(row.line, self.table.column_name(column)),
                            CLAMPED,
                        );
                    }
                }
                Err(_) => self.report_cell(Code::BadDate, "is not a date", row, column, out),
            }
            return;
        }
        let amount = match self.table.amount(row, column) {
            Ok(Some(amount)) => amount,
            Ok(None) => return,
            Err(_) => return self.report_cell(Code::BadAmount, "is not an amount", row, column, out),
        };
        match role {
            Role::Balance => self.line.running_balance = Some(amount.value),
            Role::Fee if !amount.value.is_zero() => {
                if self.fees == Fees::Apart {
                    self.line.amount = less(self.line.amount, amount.value);
                }
                self.line.fees.push(Fee {
                    amount: -amount.value.abs(),
                    currency: amount.currency,
                    text: String::new(),
                });
            }
            Role::OriginalAmount => self.line.original = self.original(row, amount.value, amount.currency),
            _ => {}
        }
    }

    /// A cell beside the movement that does not read.
    fn report_cell(&mut self, code: Code, what: &str, row: &Row, column: usize, out: &mut Emitter<'_>) {
        self.fault = true;
        let text = excerpt(&self.decoder.decode(row.cell(column)), 40);
        out.report(
            code,
            Place::field(row.line, self.table.column_name(column)),
            format!("{text:?} {what}"),
        );
    }

    /// The amount before exchange, where its currency is known and another than the line's own amount says.
    fn original(&mut self, row: &Row, amount: Decimal, currency: Option<Currency>) -> Option<Original> {
        let column = self.table.column(Role::OriginalCurrency);
        let currency = currency
            .or_else(|| column.and_then(|column| Currency::try_new(&self.decoder.decode(row.cell(column))).ok()))?;
        let rate = self
            .table
            .column(Role::Rate)
            .and_then(|column| self.table.amount(row, column).ok().flatten())
            .map(|rate| rate.value);
        let amount = if amount.is_negative() == self.line.amount.is_negative() {
            amount
        } else {
            -amount
        };
        Some(Original { amount, currency, rate })
    }

    /// Adds the texts of a row without date and amount to the line before it.
    fn continue_text(&mut self, row: &Row) {
        for column in self
            .table
            .columns_of(Role::Description)
            .chain(self.table.columns_of(Role::Counterparty))
        {
            let cell = row.cell(column);
            if !cell.is_empty() && self.line.text.len() < MAX_LINE_TEXT_BYTES {
                append(&mut self.line.text, &self.decoder.decode(cell), '\n');
            }
        }
        self.line.source_bytes.1 = row.source.1.max(self.line.source_bytes.1);
    }
}

/// Says which totals by the name of a side were compared with nothing.
pub(super) fn report_totals(balances: &mut Balances, out: &mut Emitter<'_>) {
    for (line, name) in balances.totals.take_unread() {
        let message = format!("{:?} belongs to no movement", excerpt(&name, 40));
        out.report(Code::Unread, Place::line(line), message);
    }
}

/// Puts the text of a column where it belongs.
fn fill_text(line: &mut Line, role: Role, text: &str) {
    match role {
        Role::Description => append(&mut line.text, text, '\n'),
        Role::Counterparty => append(&mut line.counterparty.name, text, ' '),
        Role::CounterpartyAccount if memchr(b' ', text.as_bytes()).is_some() => {
            line.counterparty.account.extend(text.chars().filter(|c| *c != ' '));
        }
        Role::CounterpartyAccount => line.counterparty.account.push_str(text),
        Role::CounterpartyBank => append(&mut line.counterparty.bank, text, ' '),
        Role::CounterpartyAddress => append(&mut line.counterparty.address, text, '\n'),
        Role::Reference => append(&mut line.ids.customer_ref, text, ' '),
        Role::StructuredReference => append(&mut line.structured_reference, text, ' '),
        Role::EndToEnd => append(&mut line.ids.end_to_end, text, ' '),
        Role::Mandate => append(&mut line.ids.mandate, text, ' '),
        Role::CreditorId => append(&mut line.ids.creditor_id, text, ' '),
        Role::CheckNumber if text.bytes().any(|b| (b'1'..=b'9').contains(&b)) => {
            append(&mut line.check_number, text, ' ');
        }
        Role::Id => append(&mut line.ids.bank_id, text, ' '),
        Role::Type | Role::RowCode => append(&mut line.type_code.proprietary, text, ' '),
        _ => {}
    }
}

/// Adds a text to a field that may hold one already.
fn append(field: &mut String, text: &str, between: char) {
    if field.len() + text.len() > MAX_LINE_TEXT_BYTES {
        return;
    }
    if !field.is_empty() {
        field.push(between);
    }
    field.push_str(text);
}
