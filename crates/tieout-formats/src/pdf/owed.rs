//! Statements of cards print balances that are owed as plain figures, and many print purchases so too. Here both get the sign
//! that they have for the card's holder: what is owed is negative, a purchase is money out.
//!
//! The balances must prove it, one way or the other; what proves in no way stays as it is printed, a draft. So does the
//! statement of an account, where unsigned withdrawals would prove as well.

use super::page::Row;
use super::paper::text_of;
use crate::model::{AccountKind, Line, Statement, Status};
use tieout_core::Decimal;
use tieout_core::problem::{Code, Problem};

/// Words that statements of cards print and those of accounts do not; accounts have limits of credit too.
const OF_CARDS: [&str; 28] = [
    "visa statement",
    "mastercard statement",
    "american express statement",
    "payments and other credits",
    "cash advance limit",
    "minimum payment",
    "payment due date",
    "amount owed",
    "balance owed",
    "credit card statement",
    "card statement",
    "kreditkartenabrechnung",
    "kreditkartennummer",
    "kartenabrechnung",
    "kartenlimit",
    "mindestrückzahlung",
    "mindestbetrag",
    "geschuldeter betrag",
    "relevé de carte",
    "paiement minimum",
    "paiement minimal",
    "montant dû",
    "solde dû",
    "pago mínimo",
    "extracto de tarjeta",
    "estado de cuenta de tarjeta",
    "importe adeudado",
    "saldo adeudado",
];

/// Whether a printed statement is that of a card.
pub(super) fn is_card(rows: &[&Row]) -> bool {
    rows.iter().any(|row| {
        let text = text_of(row).to_lowercase();
        OF_CARDS.iter().any(|words| text.contains(words))
    })
}

/// What is turned so that balances which are owed prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The balances alone.
    Balances,
    /// The lines as well.
    Both,
}

/// Gives balances and lines their signs; `printed` are opening and closing as they stand there. Says what it did.
pub(super) fn settle(
    is_card: bool,
    printed: (&str, &str),
    statement: &mut Statement,
    lines: &mut [Line],
) -> Option<Problem> {
    // What is owed stands there without a sign: a minus says that the signs are the holder's already.
    let has_minus = |printed: &str| printed.contains(['-', '−', '–']);
    if !is_card || has_minus(printed.0) || has_minus(printed.1) {
        return None;
    }
    let (opening, closing) = (statement.opening.as_mut()?, statement.closing.as_mut()?);
    let booked = lines.iter().filter(|line| line.status == Status::Booked);
    let sum = booked
        .map(|line| line.amount)
        .try_fold(Decimal::ZERO, Decimal::checked_add)?;
    let owed = (turned(opening.amount, printed.0), turned(closing.amount, printed.1));
    let proves = |opening: Decimal, sum: Decimal, closing: Decimal| opening.checked_add(sum) == Some(closing);
    let turn = if sum.is_zero() {
        return None;
    } else if proves(owed.0, sum, owed.1) {
        Turn::Balances
    } else if proves(owed.0, -sum, owed.1) {
        Turn::Both
    } else {
        return None;
    };
    (opening.amount, closing.amount) = owed;
    statement.account.kind = AccountKind::Card;
    let what = match turn {
        Turn::Balances => "the balances are amounts that are owed; they were read as negative, and so they prove",
        Turn::Both => {
            for line in lines.iter_mut() {
                line.amount = -line.amount;
            }
            "the balances are amounts that are owed, and purchases have no sign; both were read as negative, and so they prove"
        }
    };
    for line in lines {
        line.running_balance = line.running_balance.map(|balance| -balance);
    }
    Some(Problem::of_file(Code::Decided, what))
}

/// A balance of a card: owed, unless `CR` says that it is the holder's.
fn turned(amount: Decimal, printed: &str) -> Decimal {
    if printed.trim_end().to_uppercase().ends_with("CR") {
        amount.abs()
    } else {
        -amount
    }
}
