//! Statements of cards print balances that are owed as plain figures, and many print purchases so too. Here both get the sign
//! that they have for the card's holder: what is owed is negative, a purchase is money out.
//!
//! What turns them is a word that only statements of cards print, and balances that prove with it. A minus that is printed
//! before an amount is money out, whatever would prove with it turned: where the balances prove only as amounts that are
//! owed, they are taken so, with a warning if no word says it. Words that accounts print as well ("credit limit") turn
//! nothing; two of them are a warning. What proves in no way stays as it is printed, a draft.

use super::page::Row;
use super::paper::{Paper, text_of};
use super::words::Column;
use crate::model::{AccountKind, Line, Proof, Statement, Status};
use crate::prove::proof;
use tieout_core::Decimal;
use tieout_core::problem::{Code, Problem};
use tieout_tables::Mapping;
use tieout_tables::mapping::MappedSign;

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

/// Words of cards that statements of accounts print too.
const OF_BOTH: [&str; 12] = [
    "card number",
    "credit limit",
    "available credit",
    "kartennummer",
    "kreditlimit",
    "kreditrahmen",
    "numéro de carte",
    "limite de crédit",
    "número de tarjeta",
    "límite de crédito",
    "numero della carta",
    "limite di credito",
];
const ADVICE: &str =
    "compare one line with the bank's own list; if its sign is wrong, reconcile with --statement-sign inverted";

/// What the words above a table say of whose balances it prints.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    #[default]
    Account,
    /// Of an account or a card.
    Either,
    Card,
}

/// What is said above a table.
pub(super) fn words(rows: &[&Row]) -> Words {
    let texts: Vec<String> = rows.iter().map(|row| text_of(row).to_lowercase()).collect();
    let has = |words: &&&str| texts.iter().any(|text| text.contains(**words));
    if OF_CARDS.iter().any(|words| has(&words)) {
        Words::Card
    } else if OF_BOTH.iter().filter(has).count() > 1 {
        Words::Either
    } else {
        Words::Account
    }
}

/// How the table is to be read: where an amount is printed with a minus, as printed.
pub(super) fn as_printed(paper: &Paper) -> Option<Mapping> {
    let sign = Some(MappedSign::AsPrinted);
    amounts(paper).any(has_minus).then(|| Mapping {
        sign,
        ..Mapping::default()
    })
}

/// The printed amounts, if they are of one column.
fn amounts(paper: &Paper) -> impl Iterator<Item = &str> {
    let at = paper.columns.iter().position(|column| *column == Column::Amount);
    let movements = paper.movements.iter();
    movements.filter_map(move |movement| movement.cells.get(at?).map(String::as_str))
}

fn has_minus(printed: &str) -> bool {
    printed.contains(['-', '−', '–', '('])
}

/// Gives balances and lines their signs. Says what it did.
pub(super) fn settle(paper: &Paper, statement: &mut Statement, lines: &mut [Line]) -> Option<Problem> {
    let printed = (paper.opening.as_str(), paper.closing.as_str());
    if paper.words == Words::Card
        && let Some(told) = settle_card(printed, statement, lines)
    {
        return Some(told);
    }
    let is_plain = !has_minus(printed.0) && !has_minus(printed.1);
    if is_plain
        && as_printed(paper).is_some()
        && let Some(told) = owe(paper.words, statement, lines)
    {
        return Some(told);
    }
    let is_unsigned = amounts(paper).all(|amount| !has_minus(amount));
    let is_out = lines.iter().any(|line| line.amount.is_negative());
    if is_unsigned && is_out && amounts(paper).next().is_some() && !paper.has_sides() {
        let message = "no amount has a minus, and the balances follow only if amounts are money out; they were read so";
        return Some(Problem::of_file(Code::Decided, message));
    }
    if paper.words == Words::Either && proof(statement, lines) == Proof::Exact {
        let message = "the statement may be that of a card, whose balances are owed; its signs were read as printed";
        return Some(Problem::of_file(Code::SignsTurned, message).advising(ADVICE));
    }
    None
}

/// Takes the balances as owed where only so they follow from amounts as they are printed.
fn owe(words: Words, statement: &mut Statement, lines: &mut [Line]) -> Option<Problem> {
    if proof(statement, lines) == Proof::Exact {
        return None;
    }
    let mut owed = statement.clone();
    for balance in [&mut owed.opening, &mut owed.closing].into_iter().flatten() {
        balance.amount = -balance.amount;
    }
    let mut owing = lines.to_vec();
    for line in &mut owing {
        line.running_balance = line.running_balance.map(|balance| -balance);
    }
    if proof(&owed, &owing) != Proof::Exact {
        return None;
    }
    *statement = owed;
    lines.clone_from_slice(&owing);
    if words == Words::Card {
        statement.account.kind = AccountKind::Card;
        let message = "the balances are amounts that are owed; they were read as negative, and so they prove";
        return Some(Problem::of_file(Code::Decided, message));
    }
    let message = "the balances follow from the amounts only if they are owed: they were read as negative, the amounts as printed";
    Some(Problem::of_file(Code::SignsTurned, message).advising(ADVICE))
}

/// What is turned so that balances which are owed prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The balances alone.
    Balances,
    /// The lines as well.
    Both,
}

/// Gives balances and lines of a card their signs; `printed` are opening and closing as they stand there.
fn settle_card(printed: (&str, &str), statement: &mut Statement, lines: &mut [Line]) -> Option<Problem> {
    // What is owed stands there without a sign: a minus says that the signs are the holder's already.
    if has_minus(printed.0) || has_minus(printed.1) {
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
        let is_told = lines.iter().any(|line| !line.amount.is_zero()) && opening.amount == closing.amount;
        let message = "charges and payments of this card come to nothing, so that its balances do not say which is which; they were read as printed";
        return is_told.then(|| Problem::of_file(Code::SignsTurned, message).advising(ADVICE));
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
