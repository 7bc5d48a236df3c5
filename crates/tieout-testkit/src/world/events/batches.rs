//! Several entries that the bank shows as one, and paydays.

use super::super::bank::Voice;
use super::super::making::{Entry, Line, Making, NOBODY};
use jiff::ToSpan;
use jiff::civil::Date;

/// One payment for several of our invoices.
pub(super) fn several_invoices(making: &mut Making) {
    let (contact, day, lag) = (making.often(|all| &all.customers), making.day(20), making.lag());
    let count = if making.dice.chance(120) {
        making.dice.between(6, 18)
    } else {
        making.dice.between(2, 5)
    };
    let templates = making.business.locale.wording.invoice;
    let at_bank = day.saturating_add(lag.days());
    making.group("multi_invoice_payment");
    let (mut sum, mut documents) = (0, String::new());
    for _ in 0..count {
        let (document, mut amount) = (making.number(), making.amount());
        if making.dice.chance(40) {
            // A credit note is set off.
            amount = -(amount / 5).max(1);
        }
        let date = if making.dice.chance(200) {
            day.saturating_add((-making.dice.between(1, 2)).days())
        } else {
            day
        };
        making.entry(&Entry {
            date,
            amount,
            templates,
            contact,
            name: "",
            document: &document,
            check: "",
        });
        if documents.len() < 40 && making.dice.chance(making.level.reference) {
            documents = format!("{documents} {document}");
        }
        sum += amount;
    }
    making.line(&Line {
        date: at_bank,
        amount: sum,
        voice: Voice::Credit,
        contact,
        name: "",
        document: documents.trim(),
        foreign: "",
        day,
    });
}

/// One order to the bank for bills of several suppliers.
pub(super) fn bulk_bills(making: &mut Making) {
    let (day, lag, count) = (making.day(10), making.dice.between(0, 2), making.dice.between(3, 24));
    let run = making.number();
    let templates = making.business.locale.wording.bill;
    let shown = making.dice.chance(making.level.slip);
    making.group("bulk_payment");
    let mut sum = 0;
    for _ in 0..count {
        let contact = making.often(|all| &all.suppliers);
        let (own, amount) = (making.number_of(contact), -making.amount());
        let document = if shown { format!("{run} {own}") } else { own };
        making.entry(&Entry {
            date: day,
            amount,
            templates,
            contact,
            name: "",
            document: &document,
            check: "",
        });
        sum += amount;
    }
    let date = day.saturating_add(lag.days());
    making.line(&Line {
        date,
        amount: sum,
        voice: Voice::Debit,
        contact: NOBODY,
        name: "",
        document: &run,
        foreign: "",
        day,
    });
}

/// Checks and cash of some days, paid in together.
pub(super) fn deposit(making: &mut Making) {
    let (day, lag) = (making.day(10), making.dice.between(0, 3));
    let count = if making.dice.chance(150) {
        making.dice.between(13, 36)
    } else {
        making.dice.between(2, 12)
    };
    let slip = making.number();
    let (templates, across) = (making.business.locale.wording.takings, making.dice.between(0, 2));
    let pile = (day.saturating_add((-across).days()), day);
    let is_mixed = |other: &(Date, Date)| other.0 <= pile.1 && pile.0 <= other.1;
    let shown = making.dice.chance(making.level.slip) || making.level.piles_apart && making.piles.iter().any(is_mixed);
    if !shown {
        making.piles.push(pile);
    }
    making.group("batch_deposit");
    let mut sum = 0;
    for _ in 0..count {
        let (contact, amount) = (making.often(|all| &all.customers), making.amount());
        let date = day.saturating_add((-making.dice.between(0, across)).days());
        let check = making.dice.between(100, 9_999).to_string();
        let check = if making.dice.chance(500) { check.as_str() } else { "" };
        let document = if shown { slip.as_str() } else { "" };
        making.entry(&Entry {
            date,
            amount,
            templates,
            contact,
            name: "",
            document,
            check,
        });
        sum += amount;
    }
    let date = day.saturating_add(lag.days());
    making.line(&Line {
        date,
        amount: sum,
        voice: Voice::Deposit,
        contact: NOBODY,
        name: "",
        document: &slip,
        foreign: "",
        day,
    });
}

/// The next payday, and which part of the staff is paid on it; `None` if all were paid.
fn payday(making: &mut Making) -> Option<(Date, Vec<u32>)> {
    /// People in one run.
    const RUN: usize = 24;
    let number = making.series[0];
    making.series[0] += 1;
    let paydays = (making.days / 14).max(1);
    let run = usize::try_from(number / paydays).unwrap_or(0);
    let day = making.start.saturating_add((number % paydays * 14 + 4).days());
    let staff = making.contacts.staff.chunks(RUN).nth(run)?.to_vec();
    for person in &staff {
        let known = &mut making.contacts.all[*person as usize];
        if known.amount == 0 {
            known.amount = -making.dice.between(90_000, 520_000);
        } else if making.dice.chance(400) {
            known.amount -= making.dice.between(-9_000, 9_000);
        }
    }
    Some((day, staff))
}

pub(super) fn wages(making: &mut Making) {
    let Some((day, staff)) = payday(making) else {
        return;
    };
    let templates = making.business.locale.wording.wage;
    for contact in staff {
        let (amount, lag) = (making.contacts.all[contact as usize].amount, making.dice.between(0, 2));
        making.group("wage");
        making.entry(&Entry {
            date: day,
            amount,
            templates,
            contact,
            name: "",
            document: "",
            check: "",
        });
        let date = day.saturating_add(lag.days());
        making.line(&Line {
            date,
            amount,
            voice: Voice::Wage,
            contact,
            name: "",
            document: "",
            foreign: "",
            day,
        });
    }
}

/// Each net wage is an entry; the bank shows the run.
pub(super) fn payroll_batch(making: &mut Making) {
    let Some((day, staff)) = payday(making) else {
        return;
    };
    let (templates, run) = (making.business.locale.wording.wage, making.number());
    making.group("payroll_batch");
    let mut sum = 0;
    for contact in staff {
        let amount = making.contacts.all[contact as usize].amount;
        making.entry(&Entry {
            date: day,
            amount,
            templates,
            contact,
            name: "",
            document: &run,
            check: "",
        });
        sum += amount;
    }
    let date = day.saturating_add(making.dice.between(0, 3).days());
    making.line(&Line {
        date,
        amount: sum,
        voice: Voice::Wage,
        contact: NOBODY,
        name: "",
        document: &run,
        foreign: "",
        day,
    });
}

/// One entry for the run; the bank shows each wage.
pub(super) fn payroll_journal(making: &mut Making) {
    let Some((day, staff)) = payday(making) else {
        return;
    };
    let templates = making.business.locale.wording.journal;
    let sum = staff
        .iter()
        .map(|contact| making.contacts.all[*contact as usize].amount)
        .sum();
    making.group("payroll_journal");
    making.entry(&Entry {
        date: day,
        amount: sum,
        templates,
        contact: NOBODY,
        name: "",
        document: "",
        check: "",
    });
    for contact in staff {
        let (amount, lag) = (making.contacts.all[contact as usize].amount, making.dice.between(0, 2));
        let date = day.saturating_add(lag.days());
        making.line(&Line {
            date,
            amount,
            voice: Voice::Wage,
            contact,
            name: "",
            document: "",
            foreign: "",
            day,
        });
    }
}
