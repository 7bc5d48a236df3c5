//! Whether a statement that does not say what it is of is that of a card, by its lines.
//!
//! A card's lines are purchases, all of one sign, and against them now and then the payment of the bill, which card issuers
//! thank for. A bank account pays such bills too, but then the payment has the sign of most of its lines.

use tieout_match::{Field, ItemIndex, Items, fold};

/// How issuers call the payment of a bill: all words of one of these.
const PAYMENTS: &[&[&str]] = &[
    &["PAYMENT", "THANK", "YOU"],
    &["PAIEMENT", "MERCI"],
    &["ZAHLUNG", "DANK"],
    &["PAGO", "GRACIAS"],
];

/// The lines are those of a card that prints its charges as money in, and the payment of the bill as money out.
pub(crate) fn has_turned_signs(lines: &Items) -> bool {
    let paid = lines.indexes().find(|line| is_payment(lines, *line));
    paid.is_some_and(|line| lines.amount(line) < 0) && is_of_card(lines)
}

/// The lines are those of a card: somebody paid the bill, and at least four of five other lines move the other way.
pub(crate) fn is_of_card(lines: &Items) -> bool {
    let payments: Vec<ItemIndex> = lines.indexes().filter(|line| is_payment(lines, *line)).collect();
    let Some(sign) = payments.first().map(|line| lines.amount(*line).signum()) else {
        return false;
    };
    let (with, against) = lines
        .indexes()
        .filter(|line| payments.binary_search(line).is_err())
        .fold((0_usize, 0_usize), |(with, against), line| {
            if lines.amount(line).signum() == sign {
                (with + 1, against)
            } else {
                (with, against + 1)
            }
        });
    payments.iter().all(|line| lines.amount(*line).signum() == sign) && against > 1 && against >= with * 4
}

fn is_payment(lines: &Items, line: ItemIndex) -> bool {
    [Field::Description, Field::Counterparty].into_iter().any(|field| {
        let text = fold(lines.text(line, field));
        let words: Vec<&str> = text.split(' ').collect();
        PAYMENTS
            .iter()
            .any(|payment| payment.iter().all(|word| words.contains(word)))
    })
}
