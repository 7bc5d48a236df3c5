//! Transfers between accounts that were reconciled together: what each account's result says of them, and how they are
//! booked so that neither side is booked twice.
//!
//! Two lines that the books lack are one transfer. Where both came on one day and the books write whole transactions, one
//! transaction books both; else each account gets its own half against cash in transit, which comes to nothing when both are
//! booked. A line whose other side the books have booked against something else is booked against that, which takes the wrong
//! booking back. What only an amount speaks for, and what a person must choose, is said and not proposed.

use crate::result::{Adjustment, AdjustmentKind, Note, NoteCode, Reconciliation, Standing, Subject};
use crate::words::Words;
use std::collections::BTreeSet;
use std::sync::Arc;
use tieout_core::{Date, Money};
use tieout_ledger::{Account, AccountKind, Posting, Transaction, TransactionError};
use tieout_match::transfers::{Leg, Transfer, TransferKind};
use tieout_match::{Action, Field, HeldBack, ItemIndex, Side as LineSide};

/// How books write what moves between two of their accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As one transaction that names both accounts: journals.
    Once,
    /// As rows of one account each.
    ByAccount,
}

/// Puts transfers into the results of their accounts, which stand in the order in which the transfers name them. Returns for
/// each account the lines whose adjustment the other account's books as well: it is to be written once.
///
/// # Errors
/// An adjustment does not balance, which is a bug in the program.
pub fn propose(
    results: &mut [&mut Reconciliation],
    transfers: &[Transfer],
    written: Written,
) -> Result<Vec<BTreeSet<ItemIndex>>, TransactionError> {
    let mut elsewhere = vec![BTreeSet::new(); results.len()];
    let mut edits = Vec::new();
    for transfer in transfers {
        let of = |leg: &Leg| results.get(usize::from(leg.account)).map(|result| &**result);
        let (Some(out), Some(into)) = (of(&transfer.out), of(&transfer.into)) else {
            continue;
        };
        let sides = [
            (
                Side {
                    result: out,
                    leg: transfer.out,
                },
                Side {
                    result: into,
                    leg: transfer.into,
                },
            ),
            (
                Side {
                    result: into,
                    leg: transfer.into,
                },
                Side {
                    result: out,
                    leg: transfer.out,
                },
            ),
        ];
        for (own, other) in sides {
            let at_once = written == Written::Once && own.day() == other.day();
            edits.extend(edit(transfer, own, other, at_once)?);
            if let (true, TransferKind::Unrecorded, Some(line), None) = (
                at_once && own.leg == transfer.into,
                transfer.kind,
                own.leg.line,
                transfer.held_back,
            ) && let Some(lines) = elsewhere.get_mut(usize::from(own.leg.account))
            {
                lines.insert(line);
            }
        }
    }
    for edit in edits {
        if let Some(result) = results.get_mut(usize::from(edit.account)) {
            edit.apply(result);
        }
    }
    Ok(elsewhere)
}

/// What a transfer changes in one account's result.
struct Edit {
    account: u16,
    note: Note,
    adjustment: Option<Adjustment>,
    /// What to do about its line rather than record it.
    action: Action,
}

impl Edit {
    fn apply(self, result: &mut Reconciliation) {
        result.notes.push(self.note);
        let Some(adjustment) = self.adjustment else { return };
        for exception in &mut result.exceptions {
            if exception.side == LineSide::Line && Subject::Line(exception.item) == adjustment.subject {
                exception.action = self.action;
            }
        }
        let proposals = &mut result.adjustments;
        let of_line = proposals.iter_mut().find(|known| known.subject == adjustment.subject);
        match of_line {
            // What a rule or a person coded is theirs.
            Some(known) if known.kind == AdjustmentKind::Coded => {}
            Some(known) => *known = adjustment,
            None => proposals.push(adjustment),
        }
    }
}

/// One end of a transfer with the result of its account.
#[derive(Clone, Copy)]
struct Side<'a> {
    result: &'a Reconciliation,
    leg: Leg,
}

impl Side<'_> {
    fn name(&self) -> &str {
        let account = &self.result.identification.account;
        let names = [account.books.as_str(), account.bank.as_str()];
        names.into_iter().find(|name| !name.is_empty()).unwrap_or("Bank")
    }

    fn words(&self) -> Words<'_> {
        Words {
            input: &self.result.input,
            groups: &self.result.groups,
            chain: &self.result.chain,
            digits: self.result.identification.account.currency.minor_digits(),
        }
    }

    /// What bank or books call it.
    fn told(&self) -> String {
        let words = self.words();
        let line = self.leg.line.map(|line| words.line(line));
        line.or_else(|| self.leg.entry.map(|entry| words.entry(entry)))
            .unwrap_or_default()
    }

    fn day(&self) -> Option<Date> {
        let line = self.leg.line.map(|line| self.result.input.lines.date(line));
        line.or_else(|| self.leg.entry.map(|entry| self.result.input.entries.date(entry)))
    }

    /// The account that the books have on the other side of the entry.
    fn booked_against(&self) -> &str {
        let entry = self.leg.entry.unwrap_or(ItemIndex::MAX);
        self.result.input.entries.text(entry, Field::Kind)
    }
}

fn edit(transfer: &Transfer, own: Side<'_>, other: Side<'_>, at_once: bool) -> Result<Option<Edit>, TransactionError> {
    let amount = own.words().amount(transfer.amount);
    let (mine, its, account) = (own.told(), other.told(), other.name());
    let direction = if own.leg == transfer.out { "to" } else { "from" };
    let is_certain = transfer.held_back.is_none();
    let maybe = if is_certain { "is" } else { "may be" };
    let said = match transfer.kind {
        TransferKind::Complete | TransferKind::Outstanding => return Ok(None),
        _ if transfer.held_back == Some(HeldBack::Ambiguous) => format!(
            "the {mine} may be a transfer of {amount} {direction} {account} ({its}); others are as likely, so choose"
        ),
        TransferKind::Unrecorded => format!(
            "the {mine} {maybe} a transfer of {amount} {direction} {account} ({its}); the books have neither side, so book it once"
        ),
        TransferKind::BookedOnce if own.leg.entry.is_some() => format!(
            "the {mine} {maybe} a transfer of {amount} {direction} {account} ({its}), where the books lack it{}",
            against(own)
        ),
        TransferKind::BookedOnce => format!(
            "the {mine} {maybe} the other side of a transfer of {amount} {direction} {account}, which the books have there only ({its}{}); \
             correct that booking rather than record the line by itself",
            against(other)
        ),
        TransferKind::InTransit if own.leg.line.is_none() => {
            format!("the {mine} is on its way {direction} {account} ({its})")
        }
        TransferKind::InTransit => {
            format!("the {mine} is a transfer of {amount} {direction} {account}, whose bank has not booked it ({its})")
        }
    };
    let adjustment = match own.leg.line {
        Some(line) if is_certain && own.leg.entry.is_none() => {
            let booked = match transfer.kind {
                TransferKind::BookedOnce => other.booked_against(),
                _ if at_once => account,
                _ => "",
            };
            let reason = format!("transfer {direction} {account}: the {its}");
            Some(adjustment(own, line, booked, &reason)?)
        }
        _ => None,
    };
    Ok(Some(Edit {
        account: own.leg.account,
        note: Note {
            code: NoteCode::Transfer,
            text: said,
        },
        adjustment,
        action: transfer.kind.action(),
    }))
}

fn against(side: Side<'_>) -> String {
    match side.booked_against() {
        "" => String::new(),
        contra => format!("; it is booked against {contra}"),
    }
}

/// The line, against an account or, where none is named, against cash in transit.
fn adjustment(own: Side<'_>, line: ItemIndex, against: &str, reason: &str) -> Result<Adjustment, TransactionError> {
    let lines = &own.result.input.lines;
    let kind = AdjustmentKind::Transfer;
    let (transit, other_kind) = kind.other_side();
    let name = if against.is_empty() { transit } else { against };
    let currency = own.result.identification.account.currency;
    let money = Money::new(lines.amount(line), currency);
    let turned = money.checked_neg().map_err(|_| TransactionError::Overflow(currency))?;
    let account = |name: &str, kind| {
        Arc::new(Account {
            name: name.to_owned(),
            kind,
        })
    };
    let postings = vec![
        Posting {
            account: account(own.name(), AccountKind::Asset),
            amount: money,
        },
        Posting {
            account: account(name, other_kind),
            amount: turned,
        },
    ];
    let text = [Field::Description, Field::Counterparty, Field::Reference]
        .into_iter()
        .map(|field| lines.text(line, field))
        .find(|text| !text.is_empty());
    let text = text.unwrap_or(kind.title()).to_owned();
    Ok(Adjustment {
        transaction: Transaction::try_new(lines.date(line), text, postings)?,
        reason: reason.to_owned(),
        subject: Subject::Line(line),
        kind,
        standing: Standing::NeedsDecision,
        tax_codes: Vec::new(),
        rule: None,
    })
}
