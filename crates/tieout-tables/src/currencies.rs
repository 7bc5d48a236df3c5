//! What a table says of its currency before its cells are read, because the number of decimals decides what a mark means
//! and where a workbook's numbers end.

use crate::amounts::{DecimalMark, read_amount};
use crate::assign::currency_in;
use crate::columns::Role;
use crate::frame;
use crate::preamble::Preamble;
use crate::source::Origin;
use crate::survey::Found;
use crate::table::TableOptions;
use tieout_core::Currency;

/// Currencies of the amounts: what the mapping, the header, the rows or the text above them say, else what a person does.
pub(crate) fn said(found: &Found, options: &TableOptions) -> Vec<Currency> {
    let mapped = options.mapping.as_ref().and_then(|mapping| mapping.currency);
    let mut currencies: Vec<Currency> = mapped.or_else(|| of_header(found)).into_iter().collect();
    if let Some(column) = found.roles.iter().position(|role| *role == Role::Currency) {
        let mut add = |cell: &[u8]| {
            let code = std::str::from_utf8(cell).ok().map(str::trim);
            if let Some(currency) = code.and_then(|code| Currency::try_new(code).ok())
                && !currencies.contains(&currency)
            {
                currencies.push(currency);
            }
        };
        match &found.source.origin {
            // Its cells are in memory.
            Origin::Sheet(sheet) => sheet.texts(column).for_each(&mut add),
            Origin::Text(_) => {
                let rows = found.sample.iter().skip(found.frame.body);
                rows.for_each(|row| add(row.cell(column)));
            }
        }
    }
    if currencies.is_empty() {
        let mut preamble = Preamble::default();
        for row in found.sample.iter().take(found.frame.header.unwrap_or(found.frame.body)) {
            preamble.harvest(row, DecimalMark::Point);
        }
        currencies.extend(preamble.currency.or(options.currency));
    }
    currencies
}

/// The currency that stands with the amounts of the sample, if all that name one name the same and no column of currencies
/// does.
pub(crate) fn of_cells(found: &Found) -> Option<Currency> {
    let known = |role: &Role| matches!(role, Role::Currency | Role::OriginalCurrency);
    if found.roles.iter().any(known) {
        return None;
    }
    let mut currency = None;
    for row in found
        .sample
        .iter()
        .skip(found.frame.body)
        .filter(|row| frame::is_typed(row))
    {
        for (column, role) in found.roles.iter().enumerate() {
            if !matches!(role, Role::Amount | Role::Debit | Role::Credit | Role::Balance) {
                continue;
            }
            let cell = row.cell(column);
            // Without a letter or sign behind or in front there is no currency.
            let plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+' | b' ');
            if cell.iter().all(plain) {
                continue;
            }
            let amount = read_amount(cell, DecimalMark::Point).or_else(|_| read_amount(cell, DecimalMark::Comma));
            match amount.ok().and_then(|amount| amount.currency) {
                Some(other) if currency.is_some_and(|known| known != other) => return None,
                Some(other) => currency = Some(other),
                None => {}
            }
        }
    }
    currency
}

/// A code or sign in the header of the column of amounts. Over two columns it may be that of a foreign side, unless the balance
/// is in it as well and no other header names another.
pub(crate) fn of_header(found: &Found) -> Option<Currency> {
    let named = |column: usize| found.frame.names.get(column).and_then(|name| currency_in(name));
    let of = |role: Role| found.roles.iter().position(|known| *known == role);
    if let Some(column) = of(Role::Amount) {
        return named(column);
    }
    let (debit, credit, balance) = (of(Role::Debit)?, of(Role::Credit)?, of(Role::Balance)?);
    let currency = named(balance)?;
    let all = [debit, credit]
        .into_iter()
        .all(|column| named(column) == Some(currency));
    let mut every = (0..found.roles.len()).filter_map(named);
    (all && every.all(|other| other == currency)).then_some(currency)
}

/// Whether the amounts are printed with a dollar's sign, which is that of many currencies.
pub(crate) fn has_dollars(found: &Found) -> bool {
    let is_money = |role: &Role| matches!(role, Role::Amount | Role::Debit | Role::Credit | Role::Balance);
    let mut columns = found.roles.iter().enumerate().filter(|(_, role)| is_money(role));
    columns.any(|(column, _)| {
        let header = found.frame.names.get(column).is_some_and(|name| name.contains('$'));
        let rows = found.sample.iter().skip(found.frame.body);
        header || rows.into_iter().any(|row| row.cell(column).contains(&b'$'))
    })
}
