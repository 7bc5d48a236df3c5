//! Pieces of business of one line, and which module knows the others.
//!
//! Long because the layout puts each field of an entry and a line in its own row.

mod batches;
mod parts;
mod payouts;

use super::bank::Voice;
use super::business::Kind;
use super::contacts::Contacts;
use super::making::{Entry, Line, Making, NOBODY};
use jiff::ToSpan;
use jiff::civil::Date;

/// Makes one piece of business of a kind.
pub(super) fn happen(making: &mut Making, kind: Kind) {
    match kind {
        Kind::Invoice => invoice(making),
        Kind::Bill => bill(making),
        Kind::Card => card(making),
        Kind::Standing => monthly(making, MONTHLY[0]),
        Kind::Rent => monthly(making, MONTHLY[1]),
        Kind::Member => monthly(making, MONTHLY[2]),
        Kind::Donation => donation(making),
        Kind::Check => check(making),
        Kind::Wages => batches::wages(making),
        Kind::PayrollBatch => batches::payroll_batch(making),
        Kind::PayrollJournal => batches::payroll_journal(making),
        Kind::SeveralInvoices => batches::several_invoices(making),
        Kind::BulkBills => batches::bulk_bills(making),
        Kind::Deposit => batches::deposit(making),
        Kind::Instalments => parts::instalments(making),
        Kind::SplitBill => parts::split_bill(making),
        Kind::Many => parts::many(making),
        Kind::Payout => payouts::payout(making),
        Kind::Transfer => transfer(making),
        Kind::Foreign => foreign(making),
        Kind::Takings => takings(making),
        Kind::BankFee => bank_only(making, Voice::Fee),
        Kind::Interest => bank_only(making, Voice::Interest),
    }
}

/// One entry and one line.
struct Single<'a> {
    subtype: &'static str,
    voice: Voice,
    templates: &'static [&'static str],
    contact: u32,
    document: &'a str,
    day: Date,
    lag: i64,
    entry: i64,
    line: i64,
}

fn single(making: &mut Making, single: &Single<'_>) {
    making.group(single.subtype);
    let at_bank = single.day.saturating_add(single.lag.days());
    let written = making.written(single.day, at_bank);
    making.entry(&Entry {
        date: written,
        amount: single.entry,
        templates: single.templates,
        contact: single.contact,
        name: "",
        document: single.document,
        check: "",
    });
    making.line(&Line {
        date: at_bank,
        amount: single.line,
        voice: single.voice,
        contact: single.contact,
        name: "",
        document: single.document,
        foreign: "",
        day: single.day,
    });
}

fn invoice(making: &mut Making) {
    let (contact, document, amount) = (making.often(|all| &all.customers), making.number(), making.amount());
    let (day, lag) = (making.day(20), making.lag());
    if making.business.open_items && making.dice.chance(150) {
        return open_invoice(making, contact, &document, amount);
    }
    // A discount that was not agreed, charges of the payer's bank, a wrong figure.
    let short = making.dice.chance(making.level.short);
    let less = if short {
        *making
            .dice
            .pick(&[amount * 2 / 100, amount * 3 / 100, 1_500, 250, amount / 20])
    } else {
        0
    };
    let paid = if less > 0 && less < amount / 8 {
        amount - less
    } else {
        amount
    };
    let templates = making.business.locale.wording.invoice;
    let (entry, line) = (amount, paid);
    single(
        making,
        &Single {
            subtype: "customer_payment",
            voice: Voice::Credit,
            templates,
            contact,
            document: &document,
            day,
            lag,
            entry,
            line,
        },
    );
    if paid != amount {
        mark(making, "short_payment");
    }
}

/// Names the reason on the last line.
pub(super) fn mark(making: &mut Making, exception: &'static str) {
    if let Some(line) = making.lines.last_mut() {
        line.exception = exception;
    }
}

/// The invoice is unpaid in the books; the payment that the bank has is not entered.
fn open_invoice(making: &mut Making, contact: u32, document: &str, amount: i64) {
    let (day, wait) = (making.day(20), making.dice.between(5, 45));
    let templates = making.business.locale.wording.invoice;
    making.group("open_item");
    making.entry(&Entry {
        date: day,
        amount,
        templates,
        contact,
        name: "",
        document,
        check: "",
    });
    if let Some(item) = making.entries.pop() {
        making.open_items.push(item);
    }
    let date = day.saturating_add(wait.days());
    making.line(&Line {
        date,
        amount,
        voice: Voice::Credit,
        contact,
        name: "",
        document,
        foreign: "",
        day,
    });
}

fn bill(making: &mut Making) {
    let contact = making.often(|all| &all.suppliers);
    let (document, amount) = (making.number_of(contact), -making.amount());
    let (day, lag) = (making.day(20), making.lag());
    let voice = *making.dice.pick(&[Voice::Debit, Voice::Debit, Voice::Direct]);
    let templates = making.business.locale.wording.bill;
    single(
        making,
        &Single {
            subtype: "vendor_payment",
            voice,
            templates,
            contact,
            document: &document,
            day,
            lag,
            entry: amount,
            line: amount,
        },
    );
}

fn card(making: &mut Making) {
    let contact = making.often(|all| &all.shops);
    let amount = -match making.dice.below(4) {
        0 => *making.dice.pick(&[999, 1_450, 2_900, 4_999, 350, 5_000]),
        _ => making.dice.between(220, 24_000),
    };
    let (day, lag) = (making.day(10), making.dice.between(0, 4));
    let templates = making.business.locale.wording.card;
    single(
        making,
        &Single {
            subtype: "card_purchase",
            voice: Voice::Card,
            templates,
            contact,
            document: "",
            day,
            lag,
            entry: amount,
            line: amount,
        },
    );
}

/// What comes or goes each month: subtype, list of contacts, sign.
struct Monthly {
    subtype: &'static str,
    list: fn(&Contacts) -> &Vec<u32>,
    sign: i64,
}

const MONTHLY: [&Monthly; 3] = [
    &Monthly {
        subtype: "recurring_bill",
        list: |all| &all.standing,
        sign: -1,
    },
    &Monthly {
        subtype: "rent",
        list: |all| &all.people,
        sign: 1,
    },
    &Monthly {
        subtype: "subscription",
        list: |all| &all.people,
        sign: 1,
    },
];

fn monthly(making: &mut Making, monthly: &Monthly) {
    let list = (monthly.list)(&making.contacts);
    let place = usize::try_from(making.dice.below(list.len() as u64)).unwrap_or(0);
    let contact = list[place];
    if making.contacts.all[contact as usize].amount == 0 {
        let amount = making.amount();
        making.contacts.all[contact as usize].amount = amount;
    }
    let known = &mut making.contacts.all[contact as usize];
    if known.months > making.days / 30 {
        return;
    }
    let months = known.months;
    known.months += 1;
    let (amount, day, code) = (known.amount * monthly.sign, known.day, known.code.clone());
    // Rents are owed on the first, whatever day they come; the rest has its own day.
    let (due, lag) = if monthly.subtype == "rent" {
        (
            making.start.saturating_add((months * 30).days()),
            making.lag() + i64::from(making.dice.chance(150)) * 7,
        )
    } else {
        (
            making.start.saturating_add((months * 30 + day - 15).days()),
            making.lag(),
        )
    };
    let wording = &making.business.locale.wording;
    let (templates, voice) = match monthly.subtype {
        "rent" => (wording.rent, Voice::Credit),
        "subscription" => (wording.member, Voice::Credit),
        _ => (wording.standing, Voice::Direct),
    };
    single(
        making,
        &Single {
            subtype: monthly.subtype,
            voice,
            templates,
            contact,
            document: &code,
            day: due,
            lag,
            entry: amount,
            line: amount,
        },
    );
}

fn donation(making: &mut Making) {
    let contact = making.often(|all| &all.people);
    let amount = match making.dice.below(3) {
        0 => making.amount(),
        _ => *making.dice.pick(&[1_000, 2_000, 2_500, 5_000, 10_000, 3_000]),
    };
    let (day, lag) = (making.day(20), making.lag());
    let document = if making.dice.chance(300) {
        making.number()
    } else {
        String::new()
    };
    let templates = making.business.locale.wording.takings;
    single(
        making,
        &Single {
            subtype: "donation",
            voice: Voice::Credit,
            templates,
            contact,
            document: &document,
            day,
            lag,
            entry: amount,
            line: amount,
        },
    );
}

fn check(making: &mut Making) {
    let contact = making.often(|all| &all.suppliers);
    let (low, high) = making.level.check_days;
    let (day, lag) = (making.day(high + 10), making.dice.between(low, high));
    let amount = -making.amount();
    let templates = making.business.locale.wording.check;
    making.check += 1;
    let mut number = making.check.to_string();
    if making.dice.chance(making.level.reissued) {
        // Lost: the first check is voided and another one written.
        let void = [making.business.locale.wording.void];
        let until = day.saturating_add(12.days());
        for (date, amount) in [(day, amount), (until, -amount)] {
            making.group("voided_check");
            making.entry(&Entry {
                date,
                amount,
                templates,
                contact,
                name: "",
                document: &number,
                check: &number,
            });
            if let Some(entry) = making.entries.last_mut() {
                entry.group = None;
                if amount > 0 {
                    entry.text = format!("{} {}", void[0], entry.text);
                }
            }
        }
        making.check += 1;
        number = making.check.to_string();
    }
    making.group("check");
    making.entry(&Entry {
        date: day,
        amount,
        templates,
        contact,
        name: "",
        document: &number,
        check: &number,
    });
    let date = day.saturating_add(lag.days());
    making.line(&Line {
        date,
        amount,
        voice: Voice::Check,
        contact: NOBODY,
        name: "",
        document: &number,
        foreign: "",
        day,
    });
}

fn transfer(making: &mut Making) {
    let amount = making.dice.between(1, 40) * *making.dice.pick(&[50_000, 100_000, 25_000]);
    let amount = if making.dice.chance(500) { -amount } else { amount };
    let (day, lag) = (making.day(10), making.dice.between(0, 2));
    let document = making.number();
    let at_bank = day.saturating_add(lag.days());
    let templates = making.business.locale.wording.transfer;
    for account in 0..making.business.accounts {
        making.group("transfer");
        let amount = if account == 0 { amount } else { -amount };
        making.entry(&Entry {
            date: day,
            amount,
            templates,
            contact: NOBODY,
            name: "",
            document: &document,
            check: "",
        });
        making.line(&Line {
            date: at_bank,
            amount,
            voice: Voice::Transfer,
            contact: NOBODY,
            name: "",
            document: &document,
            foreign: "",
            day,
        });
        if let (Some(entry), Some(line)) = (making.entries.last_mut(), making.lines.last_mut()) {
            (entry.account, line.account) = (account, account);
        }
    }
}

/// An invoice or a bill in another currency: the books have it at the rate of the day it was entered.
fn foreign(making: &mut Making) {
    let incoming = making.dice.chance(500);
    let contact = if incoming {
        making.often(|all| &all.customers)
    } else {
        making.often(|all| &all.suppliers)
    };
    let amount = making.amount().max(5_000) * if incoming { 1 } else { -1 };
    let (day, lag) = (making.day(20), making.lag());
    let document = if incoming {
        making.number()
    } else {
        making.number_of(contact)
    };
    // The rate moved by up to 2.5 percent, or was fixed beforehand.
    let moved = if making.dice.chance(350) {
        0
    } else {
        amount * making.dice.between(-250, 250) / 10_000
    };
    let currency = *making.dice.pick(&["CHF", "SEK", "CAD", "CNY", "CZK"]);
    let (rate, abroad) = (making.dice.between(6_000, 19_000), amount.abs());
    let sum = abroad * 10_000 / rate;
    let foreign = format!(
        "{currency} {}.{:02} @ {}.{:04}",
        sum / 100,
        sum % 100,
        rate / 10_000,
        rate % 10_000
    );
    let wording = &making.business.locale.wording;
    let templates = if incoming { wording.invoice } else { wording.bill };
    making.group("fx_payment");
    making.entry(&Entry {
        date: day,
        amount,
        templates,
        contact,
        name: "",
        document: &document,
        check: "",
    });
    if making.dice.chance(500)
        && let Some(entry) = making.entries.last_mut()
    {
        entry.text = format!("{} {currency} {}.{:02}", entry.text, sum / 100, sum % 100);
    }
    let date = day.saturating_add(lag.days());
    making.line(&Line {
        date,
        amount: amount + moved,
        voice: Voice::Foreign,
        contact,
        name: "",
        document: &document,
        foreign: &foreign,
        day,
    });
    if moved != 0 {
        mark(making, "fx_difference");
    }
}

/// Money taken at the counter and paid in one by one, without a name.
fn takings(making: &mut Making) {
    let (day, lag, amount) = (making.day(10), making.dice.between(0, 3), making.amount());
    let contact = making.often(|all| &all.customers);
    let slip = making.number();
    let shown = making.dice.chance(making.level.slip);
    let document = if shown { slip.as_str() } else { "" };
    let templates = making.business.locale.wording.takings;
    making.group("counter_receipt");
    making.entry(&Entry {
        date: day,
        amount,
        templates,
        contact,
        name: "",
        document,
        check: "",
    });
    let date = day.saturating_add(lag.days());
    making.line(&Line {
        date,
        amount,
        voice: Voice::Deposit,
        contact: NOBODY,
        name: "",
        document,
        foreign: "",
        day,
    });
}

fn bank_only(making: &mut Making, voice: Voice) {
    let amount = match voice {
        Voice::Fee => -making.dice.between(90, 4_900),
        _ => making.dice.between(3, 9_900),
    };
    let date = making.day(0);
    making.group(if voice == Voice::Fee { "bank_fee" } else { "interest" });
    making.line(&Line {
        date,
        amount,
        voice,
        contact: NOBODY,
        name: "",
        document: "",
        foreign: "",
        day: date,
    });
    if let Some(line) = making.lines.last_mut() {
        line.group = None;
        line.exception = line.subtype;
    }
}
