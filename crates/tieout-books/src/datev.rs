//! DATEV: a batch of bookings in the `EXTF` (or `DTVF`) layout, as German bookkeeping programs exchange them.
//!
//! A row books an amount on an account and its contra account; `S` means that the account is debited. Dates have no
//! year: it is that of the batch. A tax key splits the row on posting; on a bank account the whole amount moves, which is
//! what is read here, so balances of accounts with automatic tax are gross.

use crate::account::Role;
use crate::chart::{Chart, Side, day};
use crate::delimited::{Header, cells};
use crate::import::{BatchHead, Target};
use crate::journal::Transaction;
use crate::journal::remarks::Remarks;
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::whole;
use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Date, Decimal};

/// The reader of DATEV batches.
#[derive(Debug)]
pub struct Datev;

impl BooksFormat for Datev {
    fn name(&self) -> &'static str {
        "datev"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        [b"\"EXTF\";".as_slice(), b"\"DTVF\";", b"EXTF;", b"DTVF;"]
            .iter()
            .any(|begin| head.starts_with(begin))
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        let Some(text) = whole::text(input, &mut Decoder::default(), out)? else {
            return Ok(());
        };
        let mut lines = (1_u64..).zip(text.lines());
        let mut batch = Batch::of(lines.next().map_or("", |(_, line)| line));
        out.reading().dialect = format!("DATEV {}", batch.name);
        let mut header = Header::of(&cells(lines.next().map_or("", |(_, line)| line), ';'));
        if batch.category != "21" || !header.has("konto") || !header.has("belegdatum") {
            let message = format!(
                "this DATEV file holds {:?}, no bookings; export the batch of bookings (Buchungsstapel)",
                excerpt(&batch.name, 40)
            );
            out.problem(Problem::of_file(Code::EmptyBooks, message));
            return Ok(());
        }
        let mut chart = Chart::default();
        let mut said = Said::default();
        chart.datev(batch.head.clone());
        while let Some((number, line)) = lines.next() {
            if line.trim().is_empty() {
                continue;
            }
            // Batches may stand one after the other, as those of two years that are written here do.
            if self.recognise(line.as_bytes(), "") {
                batch = Batch::of(line);
                header = Header::of(&cells(lines.next().map_or("", |(_, line)| line), ';'));
                continue;
            }
            row(&batch, (&header, &cells(line, ';')), number, &mut chart, &mut said, out);
        }
        said.report(out);
        chart.give(Target::Datev, options, out);
        Ok(())
    }
}

/// What the first line says of all rows.
struct Batch {
    category: String,
    name: String,
    from: Option<Date>,
    to: Option<Date>,
    year_begin: Option<Date>,
    head: BatchHead,
    currency: String,
    chart: String,
}

impl Batch {
    fn of(line: &str) -> Self {
        let cells = cells(line, ';');
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let currency = if cell(21).is_empty() { "EUR" } else { cell(21) };
        Self {
            category: cell(2).to_owned(),
            name: cell(3).to_owned(),
            year_begin: day(cell(12)),
            head: BatchHead {
                consultant: digits(cell(10)),
                client: digits(cell(11)),
                year_begin: day(cell(12)),
                account_digits: digits(cell(13)),
                chart: digits(cell(26)),
            },
            from: day(cell(14)),
            to: day(cell(15)),
            currency: currency.to_owned(),
            chart: cell(26).trim_start_matches('0').to_owned(),
        }
    }

    /// Day and month with the year in which they fall into the batch; else into its fiscal year, which is said. A day in
    /// neither is none.
    fn date(&self, text: &str) -> Option<(Date, Within)> {
        let text = text.trim();
        if text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (days, months) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let (day, month): (i8, i8) = (days.parse().ok()?, months.parse().ok()?);
        let in_range = |first: Date, last: Date| {
            let years = [first.year(), first.year() + 1];
            let mut dates = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
            dates.find(|date| *date >= first && *date <= last)
        };
        let in_batch = |first| in_range(first, self.to.or_else(|| year_end(first))?);
        let in_year = |first| in_range(first, year_end(first)?);
        let batch = self.from.or(self.year_begin).and_then(in_batch);
        let fiscal = || self.year_begin.and_then(in_year).map(|date| (date, Within::FiscalYear));
        batch.map(|date| (date, Within::Batch)).or_else(fiscal)
    }

    /// In the two usual charts, the banks' accounts; a longer account number has zeros behind.
    fn role(&self, number: &str) -> Role {
        match (self.chart.as_str(), number.get(..2)) {
            ("3", Some("12")) | ("4", Some("18")) if number.len() < 9 => Role::Bank,
            _ => Role::Other,
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(9).collect()
}

/// What a day lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Batch,
    FiscalYear,
}

/// The last day of a year that begins on this day.
fn year_end(first: Date) -> Option<Date> {
    let next = Date::new(first.year() + 1, first.month(), first.day());
    let next = next.or_else(|_| Date::new(first.year() + 1, 3, 1));
    next.ok()?.yesterday().ok()
}

/// Whether a row is a general reversal, which counts with the opposite sign: its own column says so, or, in older batches, the
/// key before the key of the tax. `None` if what the column says is unknown.
pub(crate) fn is_reversal(mark: &str, key: &str) -> Option<(bool, bool)> {
    // 3 is the general reversal of a row whose input tax is divided.
    let by_key = key == "80" || (key.len() == 2 && key.starts_with(['2', '3']));
    match mark {
        "1" | "G" | "g" => Some((true, false)),
        "" | "0" => Some((by_key, by_key)),
        _ => None,
    }
}

/// What is said once for all rows.
#[derive(Default)]
struct Said {
    tax_keys: u64,
    discounts: u64,
    reversal_keys: u64,
    outside: u64,
}

impl Said {
    fn report(&self, out: &mut Emitter<'_>) {
        if self.tax_keys > 0 {
            let message = format!(
                "{} rows have a tax key: balances of accounts with automatic tax are gross here, those of banks are exact",
                self.tax_keys
            );
            out.problem(Problem::of_file(Code::Decided, message));
        }
        if self.reversal_keys > 0 {
            let message = format!(
                "{} rows have a key of general reversal (2 or 3 before the tax key, or 80): they count with the opposite sign",
                self.reversal_keys
            );
            out.problem(Problem::of_file(Code::Decided, message));
        }
        if self.outside > 0 {
            let message = format!(
                "{} rows are dated outside the batch's days; they got the year in which they fall into its fiscal year",
                self.outside
            );
            out.problem(Problem::of_file(Code::Decided, message));
        }
        if self.discounts > 0 {
            let message = format!("{} rows name a discount, which was not booked apart", self.discounts);
            out.problem(Problem::of_file(Code::Unread, message));
        }
    }
}

fn row(
    batch: &Batch,
    (header, cells): (&Header, &[String]),
    line: u64,
    chart: &mut Chart,
    said: &mut Said,
    out: &mut Emitter<'_>,
) {
    let cell = |name: &str| header.cell(cells, name);
    let date = batch.date(cell("belegdatum"));
    let base = german(cell("basis-umsatz")).filter(|base| !base.is_zero());
    let amount = base.or_else(|| german(cell("umsatz (ohne soll/haben-kz)")));
    let debit = match cell("soll/haben-kennzeichen").to_ascii_uppercase().as_str() {
        "S" => Some(true),
        "H" => Some(false),
        _ => None,
    };
    let reversal = is_reversal(cell("generalumkehr (gu)"), cell("bu-schlüssel"));
    let (Some((date, within)), Some(amount), Some(debit), Some((is_reversal, by_key))) =
        (date, amount, debit, reversal)
    else {
        let what = match (date, amount, reversal) {
            (None, ..) => format!("{:?} is no date of the batch", excerpt(cell("belegdatum"), 20)),
            (_, None, _) => "there is no amount that can be read".to_owned(),
            (.., None) => format!(
                "{:?} does not say whether this is a general reversal",
                excerpt(cell("generalumkehr (gu)"), 20)
            ),
            _ => "neither S nor H says which side the amount is on".to_owned(),
        };
        out.report(
            Code::BadEntry,
            Place::line(line),
            format!("{what}; the row was left out"),
        );
        return;
    };
    let (account, contra) = (cell("konto"), cell("gegenkonto (ohne bu-schlüssel)"));
    if account.is_empty() || contra.is_empty() {
        out.report(
            Code::BadEntry,
            Place::line(line),
            "an account is missing; the row was left out",
        );
        return;
    }
    said.tax_keys += u64::from(!matches!(cell("bu-schlüssel"), "" | "0"));
    said.discounts += u64::from(german(cell("skonto")).is_some_and(|discount| !discount.is_zero()));
    let mut remarks = Remarks::default();
    remarks.tag("reference", cell("belegfeld 1"));
    remarks.code(cell("belegfeld 1"));
    remarks.remember(cell("belegfeld 2"));
    said.reversal_keys += u64::from(by_key);
    said.outside += u64::from(within == Within::FiscalYear);
    let signed = if debit == is_reversal { -amount } else { amount };
    let own = chart.account(account, batch.role(account));
    let other = chart.account(contra, batch.role(contra));
    // Tax key and cost centres belong to the row, which a reversal repeats.
    let own_keys = [
        cell("bu-schlüssel"),
        cell("kost1 - kostenstelle"),
        cell("kost2 - kostenstelle"),
    ];
    let kept = if own_keys.iter().all(|key| key.is_empty()) {
        String::new()
    } else {
        own_keys.join("\t")
    };
    let side = |account, amount| Side {
        account,
        amount,
        remarks: Remarks {
            kept: kept.clone(),
            ..Remarks::default()
        },
        clearing: None,
        date: None,
        line,
    };
    let transaction = Transaction {
        date,
        description: cell("buchungstext").to_owned(),
        remarks,
        ..Transaction::default()
    };
    let foreign = base.is_none() && !matches!(cell("wkz umsatz"), "") && cell("wkz umsatz") != batch.currency;
    let currency = if foreign { cell("wkz umsatz") } else { &batch.currency };
    chart.push(
        transaction,
        vec![side(own, signed), side(other, -signed)],
        (currency, line),
        out,
    );
}

/// An amount with a decimal comma, without group marks.
fn german(text: &str) -> Option<Decimal> {
    Decimal::parse_bytes(text.trim().as_bytes(), b',').ok()
}
