//! Goes through the directives by date: books transactions, pads accounts, checks balances.

use super::book::{Booking, half_of_last_digit};
use super::directive::{Directive, Directives, RawTransaction, Settings, What};
use super::lots::Inventories;
use crate::journal::running::{Reach, Running};
use crate::journal::{Journal, NameId, Posting, Transaction};
use crate::model::Clearing;
use crate::read::Emitter;
use std::collections::HashMap;
use tieout_core::{Code, Date, Decimal, Place};

/// A `pad` that waits for balances.
struct Pad {
    source: NameId,
    date: Date,
    file: NameId,
    line: u64,
    /// Commodities that it has padded; each is padded once.
    padded: Vec<NameId>,
}

/// The journal with every transaction completed. What does not balance or hold is reported.
pub(super) fn run(directives: Directives, out: &mut Emitter<'_>) -> Journal {
    let Directives {
        mut journal,
        mut list,
        settings,
        methods,
        ..
    } = directives;
    // Balances hold at the beginning of their day. The sort is stable: one day keeps the order of the file.
    list.sort_by_key(|directive| (directive.date, !matches!(directive.what, What::Balance { .. })));
    let mut booking = Booking {
        settings: &settings,
        methods: &methods,
        inventories: Inventories::default(),
        lots_dropped: 0,
    };
    let mut running = Running::default();
    let mut pads: HashMap<NameId, Pad> = HashMap::new();
    for Directive {
        date,
        place,
        line,
        what,
    } in list
    {
        match what {
            What::Transaction(mut raw) => {
                let booked = booking.book(&mut raw, date, &journal.commodities);
                for (code, line, message) in booked.complaints {
                    out.report(code, at_line(&place, line), message);
                }
                for posting in &booked.postings {
                    running.add(
                        &mut journal.accounts,
                        posting.account,
                        posting.commodity,
                        posting.amount,
                    );
                }
                let transaction = transaction(*raw, booked.postings, date);
                let file = journal.files.file_of(&place);
                journal.transactions.push(Transaction { file, ..transaction });
            }
            What::Pad { account, source } => {
                let padded = Vec::new();
                let file = journal.files.file_of(&place);
                pads.insert(
                    account,
                    Pad {
                        source,
                        date,
                        file,
                        line,
                        padded,
                    },
                );
            }
            What::Balance {
                account,
                amount,
                commodity,
                tolerance,
            } => {
                let found = running.balance(account, commodity, Reach::WithSubs);
                let tolerance = tolerance.unwrap_or_else(|| assertion_tolerance(amount, &settings));
                let Some(missing) = amount.checked_sub(found) else {
                    continue;
                };
                if missing.abs() <= tolerance {
                    continue;
                }
                let pad = pads.get_mut(&account).filter(|pad| !pad.padded.contains(&commodity));
                if let Some(pad) = pad {
                    pad.padded.push(commodity);
                    let padding = padding(pad, account, (missing, commodity));
                    for posting in &padding.postings {
                        running.add(
                            &mut journal.accounts,
                            posting.account,
                            posting.commodity,
                            posting.amount,
                        );
                    }
                    journal.transactions.push(padding);
                } else {
                    let (name, unit) = (journal.accounts.name(account), journal.commodities.name(commodity));
                    let message =
                        format!("{name} should hold {amount} {unit} at the start of {date}, but holds {found} {unit}");
                    out.report(Code::BalanceAssertion, place, message);
                }
            }
        }
    }
    if booking.lots_dropped > 0 {
        let message = format!(
            "{} lots are more than are kept of one commodity; sales of them may be completed wrongly",
            booking.lots_dropped
        );
        out.problem(tieout_core::Problem::of_file(Code::TooLarge, message));
    }
    journal
}

/// The place of another line in the same file.
fn at_line(place: &Place, line: u64) -> Place {
    Place {
        line: Some(line),
        ..place.clone()
    }
}

/// Twice the tolerance that a transaction would have.
fn assertion_tolerance(amount: Decimal, settings: &Settings) -> Decimal {
    let once = half_of_last_digit(amount, settings.multiplier);
    once.and_then(|once| once.checked_add(once)).unwrap_or(Decimal::ZERO)
}

fn transaction(raw: RawTransaction, postings: Vec<Posting>, date: Date) -> Transaction {
    Transaction {
        date,
        clearing: raw.clearing,
        counterparty: raw.counterparty,
        description: raw.description,
        remarks: raw.remarks,
        postings,
        ..Transaction::default()
    }
}

fn padding(pad: &Pad, account: NameId, (missing, commodity): (Decimal, NameId)) -> Transaction {
    let posting = |account, amount| Posting {
        account,
        amount,
        commodity,
        line: pad.line,
        date: None,
        clearing: None,
        remarks: None,
        is_virtual: false,
        weight: None,
    };
    Transaction {
        date: pad.date,
        file: pad.file,
        clearing: Clearing::Unsaid,
        description: "padding up to the next balance".into(),
        postings: vec![posting(account, missing), posting(pad.source, -missing)],
        ..Transaction::default()
    }
}
