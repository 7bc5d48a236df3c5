//! The statement line, `:61:`:
//! `YYMMDD[MMDD][R|E]C|D[letter]amount[N|S|F + 3 characters][customer reference][//bank reference]`, and after a line
//! feed supplementary details.
//!
//! No length is trusted: banks write IBANs and their own long ids where the standard allows 16 characters.

use super::figures::{self, Day};
use super::{cut, details, quirks};
use crate::model::{Line, Status};
use crate::read::Emitter;
use tieout_core::problem::{Code, Place};
use tieout_core::{Date, Decimal};

/// What `:61:` prints, still in its words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Movement<'a> {
    /// Value date, or the digits that are none.
    pub(super) value: Result<Day, &'a str>,
    /// Entry date, if printed, or the digits that are none.
    pub(super) entry: Option<Result<Day, &'a str>>,
    /// Direction, and what kind of line it is.
    pub(super) mark: Mark,
    /// Signed.
    pub(super) amount: Decimal,
    /// `NTRF`; empty if not printed.
    pub(super) type_code: &'a str,
    /// Reference for the account owner.
    pub(super) customer_ref: &'a str,
    /// Reference of the bank.
    pub(super) bank_ref: &'a str,
    /// What stands on the next lines.
    pub(super) supplementary: &'a str,
}

/// The mark before the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `C`, `D`.
    Booked,
    /// `RC`, `RD`: undoes a credit or debit, so its sign is the other one.
    Reversal,
    /// `EC`, `ED`.
    Expected,
}

/// Value and entry date of the movement before: its neighbours mostly bear the same.
#[derive(Debug, Default)]
pub(super) struct DatesBefore {
    printed: [u8; 10],
    near: Option<Date>,
    days: Option<(Day, Day)>,
}

impl DatesBefore {
    /// The last day that is known before a line: that of the line before it, else that of the balance.
    pub(super) fn last_day(&self, near: Option<Date>) -> Option<Date> {
        let of_line = self.days.filter(|_| self.near == near);
        of_line.map(|(_, entry)| entry.date).or(near)
    }
}

/// Reads a statement line whose physical lines are divided by `\n`. An error says what is missing.
pub(super) fn read<'a>(
    text: &'a str,
    near: Option<Date>,
    before: &mut DatesBefore,
) -> Result<Movement<'a>, &'static str> {
    let text = text.trim_ascii_start();
    let dates = split_dates(text, near, before);
    // Without its dates it can still be told what moved.
    let without = |what| if dates.is_some() { what } else { "no value date" };
    let (value, entry, rest) = dates.unwrap_or((Err(""), None, text));
    let (mark, negative, rest) = split_mark(rest).ok_or_else(|| without("no debit or credit mark"))?;
    let amounts = rest;
    let (amount, rest) = split_amount(amounts).ok_or_else(|| without("no amount"))?;
    if !is_whole(amounts, rest) {
        return Err("an amount that is cut short or damaged");
    }
    let (first, supplementary) = match cut::at(rest, b'\n') {
        Some((first, more)) => (first, more.trim_ascii()),
        None => (rest, ""),
    };
    let (type_code, references) = split_type(first);
    let (customer_ref, mut bank_ref) = cut::at_double(references, b'/').unwrap_or((references, ""));
    let mut supplementary = supplementary;
    if bank_ref.is_empty()
        && let Some(wrapped) = supplementary.strip_prefix("//")
    {
        (bank_ref, supplementary) = cut::at(wrapped, b'\n').unwrap_or((wrapped, ""));
    }
    Ok(Movement {
        value,
        entry,
        mark,
        amount: if negative { -amount } else { amount },
        type_code,
        customer_ref: cut::trimmed(customer_ref),
        bank_ref: cut::trimmed(bank_ref),
        supplementary,
    })
}

impl Movement<'_> {
    /// Says it in the words of the model.
    pub(super) fn fill(&self, line: &mut Line) {
        line.status = if self.mark == Mark::Expected {
            Status::Pending
        } else {
            Status::Booked
        };
        line.reversal = self.mark == Mark::Reversal;
        line.value_date = self.value.ok().map(|day| day.date);
        line.booking_date = self.entry.and_then(Result::ok).map(|day| day.date).or(line.value_date);
        line.amount = self.amount;
        fill_references(self.type_code, self.customer_ref, self.bank_ref, line);
        details::apply_supplementary(self.supplementary, line);
    }

    /// Whether neither date can be read.
    pub(super) fn is_undated(&self) -> bool {
        self.value.is_err() && self.entry.is_none_or(|entry| entry.is_err())
    }

    /// Says what is wrong with the dates; `instead` is the day that was taken where neither can be read.
    pub(super) fn report_dates(&self, instead: Option<Date>, number: u64, out: &mut Emitter<'_>) {
        if self.is_undated() {
            let what = match self.value {
                Err("") | Ok(_) => "no value date".to_owned(),
                Err(digits) => format!("value date {digits:?} is not a date"),
            };
            let taken = instead.map_or_else(String::new, |day| format!("; read as {day}, the last day before it"));
            out.report(Code::BadDate, Place::field(number, ":61:"), format!("{what}{taken}"));
            return;
        }
        let days = [("value date", Some(self.value)), ("entry date", self.entry)];
        for (what, day) in days {
            match day {
                Some(Err(digits)) => {
                    let message = format!("{what} {digits:?} is not a date");
                    out.report(Code::BadDate, Place::field(number, ":61:"), message);
                }
                Some(Ok(day)) if day.clamped => {
                    let message = format!("{what} does not exist; read as {}", day.date);
                    out.report(Code::DateClamped, Place::field(number, ":61:"), message);
                }
                _ => {}
            }
        }
    }
}

#[inline]
fn fill_references(type_code: &str, customer_ref: &str, bank_ref: &str, line: &mut Line) {
    line.type_code.code.push_str(type_code);
    if !quirks::is_no_reference(bank_ref) {
        line.ids.bank_id.push_str(bank_ref);
    }
    if customer_ref.is_empty() {
        return;
    }
    let reference = quirks::customer_reference(customer_ref);
    line.ids.customer_ref.push_str(reference.printed);
    line.counterparty.account.push_str(reference.account);
    line.counterparty.name.push_str(reference.name);
    if type_code == "NCHK" {
        let number = reference.printed;
        let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            line.check_number.push_str(digits);
        }
    }
}

/// Fills a line from a statement line of one physical line in ASCII, of the form that nearly all have: the dates of the
/// movement before, `C` or `D`, an amount with a comma, a type of the standard, references. False, and nothing filled, if
/// it has another form, which [`read`] knows.
pub(super) fn fill_usual(text: &str, near: Option<Date>, before: &DatesBefore, line: &mut Line) -> bool {
    let (Some((printed, rest)), Some((value, entry))) = (text.as_bytes().split_first_chunk(), before.days) else {
        return false;
    };
    if *printed != before.printed || near != before.near || value.clamped || entry.clamped {
        return false;
    }
    let [mark, rest @ ..] = rest else {
        return false;
    };
    if !(b'C'..=b'D').contains(mark) {
        return false;
    }
    let negative = *mark == b'D';
    let rest = match rest {
        [b'A'..=b'Z', rest @ ..] => rest,
        _ => rest,
    };
    let Some((amount, rest)) = figures::usual_amount(rest) else {
        return false;
    };
    let references = text.get(text.len() - rest.len()..);
    let Some((type_code, references)) = references.and_then(|text| text.split_at_checked(4)) else {
        return false;
    };
    if !is_usual_type(type_code) {
        return false;
    }
    let (customer_ref, bank_ref) = match references.strip_prefix("NONREF//") {
        Some(bank_ref) => ("", bank_ref),
        None => cut::at_double(references, b'/').unwrap_or((references, "")),
    };
    line.value_date = Some(value.date);
    line.booking_date = Some(entry.date);
    line.amount = Decimal::from_minor(if negative { -amount.0 } else { amount.0 }, amount.1);
    fill_references(type_code, cut::trimmed(customer_ref), cut::trimmed(bank_ref), line);
    true
}

/// A type as the standard wants it, with no blank in it, and not the beginning of a word for "no reference".
#[inline]
fn is_usual_type(code: &str) -> bool {
    let [kind @ (b'N' | b'S' | b'F'), a, b, c] = code.as_bytes() else {
        return false;
    };
    let is_printed = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let begins_no = *kind == b'N' && *a == b'O';
    is_printed(a) && is_printed(b) && is_printed(c) && !begins_no
}

/// Value date, entry date, if there is one, and the rest.
fn split_dates<'a>(text: &'a str, near: Option<Date>, before: &mut DatesBefore) -> Option<Dates<'a>> {
    let printed = text.as_bytes().first_chunk();
    if let Some((value, entry)) = before.days
        && printed == Some(&before.printed)
        && near == before.near
    {
        return Some((Ok(value), Some(Ok(entry)), text.get(10..)?));
    }
    let (digits, rest) = split_digits::<6>(text)?;
    let value = figures::date(digits.as_bytes(), near).ok_or(digits);
    let Some((digits, rest)) = split_digits::<4>(rest) else {
        return Some((value, None, rest.trim_start_matches(' ')));
    };
    let entry = value
        .ok()
        .and_then(|value| figures::date_near(digits.as_bytes(), value.date))
        .ok_or(digits);
    if let (Some(printed), Ok(value), Ok(entry)) = (printed, value, entry) {
        *before = DatesBefore {
            printed: *printed,
            near,
            days: Some((value, entry)),
        };
    }
    Some((value, Some(entry), rest))
}

type Dates<'a> = (Result<Day, &'a str>, Option<Result<Day, &'a str>>, &'a str);

fn split_digits<const N: usize>(text: &str) -> Option<(&str, &str)> {
    let digits = text.as_bytes().first_chunk::<N>()?;
    let all = digits.iter().fold(true, |all, byte| all & byte.is_ascii_digit());
    if all { text.split_at_checked(N) } else { None }
}

/// The mark, whether money goes out, and the rest.
fn split_mark(text: &str) -> Option<(Mark, bool, &str)> {
    let (mark, text) = match text.as_bytes() {
        [b'R' | b'r', b'C' | b'D' | b'c' | b'd', ..] => (Mark::Reversal, text.get(1..)?),
        [b'E' | b'e', b'C' | b'D' | b'c' | b'd', ..] => (Mark::Expected, text.get(1..)?),
        _ => (Mark::Booked, text),
    };
    let debit = match text.as_bytes().first()? {
        b'C' | b'c' => false,
        b'D' | b'd' => true,
        _ => return None,
    };
    Some((mark, debit != (mark == Mark::Reversal), text.get(1..)?))
}

/// The amount, after the third letter of the currency (`CR`, `DN`) and whatever blanks or line feeds a bank puts there.
fn split_amount(text: &str) -> Option<(Decimal, &str)> {
    let text = text.trim_ascii_start();
    let letters = usize::from(text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic));
    figures::amount(text.get(letters..)?.trim_ascii_start())
}

/// Whether an amount ends where it was read to end. The standard wants a comma in it; without one, or with fewer than two
/// digits behind it, what follows must be what follows an amount, or it is a digit that was damaged.
fn is_whole(text: &str, rest: &str) -> bool {
    let printed = text.get(..text.len() - rest.len()).unwrap_or_default();
    let decimals = printed.bytes().rev().position(|byte| matches!(byte, b',' | b'.'));
    if decimals.is_some_and(|decimals| decimals >= 2) {
        return true;
    }
    let (first, _) = cut::at(rest, b'\n').unwrap_or((rest, ""));
    let (type_code, references) = split_type(first);
    let ends = first.bytes().next().is_none_or(|byte| byte.is_ascii_whitespace());
    ends && decimals.is_some()
        || !type_code.is_empty()
        || references.starts_with("//")
        || quirks::is_no_reference(references.trim_ascii_end())
}

/// `NTRF` and the references behind it.
fn split_type(text: &str) -> (&str, &str) {
    match text.split_at_checked(4) {
        Some((code, rest)) if is_type(code) && !quirks::is_no_reference(text.trim_ascii_end()) => {
            (code.trim_ascii_end(), rest)
        }
        Some((code, rest)) if quirks::is_foreign_type(code, rest) => (code, rest),
        None if is_type(text) => (text.trim_ascii_end(), ""),
        _ => ("", text),
    }
}

fn is_type(code: &str) -> bool {
    let mut bytes = code.bytes();
    matches!(bytes.next(), Some(b'N' | b'S' | b'F'))
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text, None, &mut DatesBefore::default()) {
            Err(why) => format!("! {why}"),
            Ok(m) => {
                let day = |day: Result<Day, &str>| {
                    day.map_or_else(|raw| format!("?{raw}"), |day| day.date.strftime("%y%m%d").to_string())
                };
                let entry = m.entry.map_or(String::new(), |entry| format!("/{}", day(entry)));
                format!(
                    "{}{entry} {:?} {} [{}] [{}] [{}] [{}]",
                    day(m.value),
                    m.mark,
                    m.amount,
                    m.type_code,
                    m.customer_ref,
                    m.bank_ref,
                    m.supplementary
                )
            }
        }
    }

    /// A statement line, and its value and entry date, mark, amount, type and references as read.
    const FORMS: &[(&str, &str)] = &[
        // dates
        (
            "1405070507C500,NTRFNONREF//B4E07",
            "140507/140507 Booked 500 [NTRF] [NONREF] [B4E07] []",
        ),
        (
            "131017D6800,NCHK16703074",
            "131017 Booked -6800 [NCHK] [16703074] [] []",
        ),
        (
            "110701    C50,00NZ10NONREF",
            "110701 Booked 50.00 [NZ10] [NONREF] [] []",
        ),
        (
            "2601021231D300,00NTRFNONREF",
            "260102/251231 Booked -300.00 [NTRF] [NONREF] [] []",
        ),
        (
            "2512310102C25,00NTRFNONREF",
            "251231/260102 Booked 25.00 [NTRF] [NONREF] [] []",
        ),
        (
            "1602300301DR6,00N024NONREF",
            "160229/160301 Booked -6.00 [N024] [NONREF] [] []",
        ),
        (
            "3622687806CR1368378,92NMSC37935531",
            "?362268/?7806 Booked 1368378.92 [NMSC] [37935531] [] []",
        ),
        // marks
        (
            "2607100710RD50,00NRTINONREF//RTN042",
            "260710/260710 Reversal 50.00 [NRTI] [NONREF] [RTN042] []",
        ),
        (
            "2607110711RC25,00NRTIREF-889",
            "260711/260711 Reversal -25.00 [NRTI] [REF-889] [] []",
        ),
        (
            "0709040904RCR204,88NRTINONREF",
            "070904/070904 Reversal -204.88 [NRTI] [NONREF] [] []",
        ),
        (
            "2607120712CR100,00NMSCNONREF",
            "260712/260712 Booked 100.00 [NMSC] [NONREF] [] []",
        ),
        (
            "2607120712ED5,00NMSCNONREF",
            "260712/260712 Expected -5.00 [NMSC] [NONREF] [] []",
        ),
        (
            "1203290329DD20000,00NTRF1004688128      //6128",
            "120329/120329 Booked -20000.00 [NTRF] [1004688128] [6128] []",
        ),
        // amounts
        (
            "2606030603D,50NCOMNONREF",
            "260603/260603 Booked -0.50 [NCOM] [NONREF] [] []",
        ),
        (
            "2606020602C1234NTRFNONREF",
            "260602/260602 Booked 1234 [NTRF] [NONREF] [] []",
        ),
        (
            "1811261126CR\n30,00N062NONREF\n",
            "181126/181126 Booked 30.00 [N062] [NONREF] [] []",
        ),
        (
            "130403D000000000127,50N102EREF\nNL96RBOS0523149468",
            "130403 Booked -127.50 [N102] [EREF] [] [NL96RBOS0523149468]",
        ),
        // types and references
        (
            "2011301130CN220000,00//19239782213",
            "201130/201130 Booked 220000.00 [] [] [19239782213] []",
        ),
        (
            "2009020902D20,00NONREF",
            "200902/200902 Booked -20.00 [] [NONREF] [] []",
        ),
        ("020322CM20000,00S051", "020322 Booked 20000.00 [S051] [] [] []"),
        (
            "1710111011DF2402,00S   X",
            "171011/171011 Booked -2402.00 [S] [X] [] []",
        ),
        (
            "100722D1,11NGT TMG TANGO",
            "100722 Booked -1.11 [NGT] [TMG TANGO] [] []",
        ),
        ("131017D620,3NSTON", "131017 Booked -620.3 [NSTO] [N] [] []"),
        (
            "1409010902DR1,62NTRF00005//025498557/000001",
            "140901/140902 Booked -1.62 [NTRF] [00005] [025498557/000001] []",
        ),
        (
            "2601020102C100,00NTRFLONGREF\n//BANKREF999",
            "260102/260102 Booked 100.00 [NTRF] [LONGREF] [BANKREF999] []",
        ),
        (
            "1407290729D2760,NTRFNONREF//B4G2\n/OCMT/EUR10,00/",
            "140729/140729 Booked -2760 [NTRF] [NONREF] [B4G2] [/OCMT/EUR10,00/]",
        ),
        (
            "1610301031D0,42MCI0NONREF//0550",
            "161030/161031 Booked -0.42 [MCI0] [NONREF] [0550] []",
        ),
        ("140729C1,NTRF", "140729 Booked 1 [NTRF] [] [] []"),
        // what is no line
        ("", "! no value date"),
        ("ABCDEFC1,", "! no value date"),
        ("1407290729", "! no debit or credit mark"),
        ("1407290729X5,", "! no debit or credit mark"),
        ("1407290729CNTRF", "! no amount"),
        ("1407290729R5,", "! no debit or credit mark"),
        // amounts that are not all there
        (
            "2505150515D1O33,20NTRFNONREF//B1",
            "! an amount that is cut short or damaged",
        ),
        (
            "2505150515D1033 20NTRFNONREF//B1",
            "! an amount that is cut short or damaged",
        ),
        (
            "2505150515D1033,2ONTRFNONREF",
            "! an amount that is cut short or damaged",
        ),
        (
            "2505150515D1033,O0NTRFNONREF",
            "! an amount that is cut short or damaged",
        ),
        ("2505150515D500,", "250515/250515 Booked -500 [] [] [] []"),
        ("2505150515D5", "! an amount that is cut short or damaged"),
        ("2505150515D1033,2.NTRFNONREF//B1", "! no amount"),
        (
            "2505150515D1.089,10NTRFNONREF",
            "250515/250515 Booked -1089.10 [NTRF] [NONREF] [] []",
        ),
        ("2505150515D89//B1", "250515/250515 Booked -89 [] [] [B1] []"),
    ];

    #[test]
    fn every_form_that_banks_print() {
        for (text, expected) in FORMS {
            assert_eq!(shown(text), *expected, "{text}");
        }
    }
}
