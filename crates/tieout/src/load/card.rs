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

/// The same in words that bank accounts have too, there for money in.
const RECEIVED: &[&[&str]] = &[&["PAYMENT", "RECEIVED"], &["PAGAMENTO", "RECEBIDO"]];

/// The lines look like those of a card that prints its charges as money in, and the payment of the bill as money out: enough
/// for a hint.
pub(crate) fn has_turned_signs(lines: &Items) -> bool {
    let votes = votes(lines, PAYMENTS).or_else(|| votes(lines, RECEIVED));
    votes.is_some_and(|votes| votes.sign < 0 && votes.against > votes.with)
}

/// The lines are those of a card: somebody paid the bill, and at least four of five other lines move the other way.
pub(crate) fn is_of_card(lines: &Items) -> bool {
    votes(lines, PAYMENTS).is_some_and(|votes| votes.against > 1 && votes.against >= votes.with * 4)
}

/// What moves the way of the payments of a bill, and against them.
struct Votes {
    sign: i64,
    with: usize,
    against: usize,
}

/// `None` if there are no payments, or they contradict each other.
fn votes(lines: &Items, words: &[&[&str]]) -> Option<Votes> {
    let is_payment = |line: &ItemIndex| is_payment(lines, *line, words);
    let payments: Vec<ItemIndex> = lines.indexes().filter(is_payment).collect();
    let sign = payments.first().map(|line| lines.amount(*line).signum())?;
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
    let agree = payments.iter().all(|line| lines.amount(*line).signum() == sign);
    agree.then_some(Votes { sign, with, against })
}

fn is_payment(lines: &Items, line: ItemIndex, payments: &[&[&str]]) -> bool {
    [Field::Description, Field::Counterparty].into_iter().any(|field| {
        let text = lines.text(line, field);
        if !may_be_payment(text) {
            return false;
        }
        let text = fold(text);
        let words: Vec<&str> = text.split(' ').collect();
        payments
            .iter()
            .any(|payment| payment.iter().all(|word| words.contains(word)))
    })
}

/// The cheap test that most texts fail: none of the phrases is without a word that has one of these.
fn may_be_payment(text: &str) -> bool {
    let has = |three: &[u8]| {
        [b"ank", b"erc", b"rac", b"rec"]
            .iter()
            .any(|part| three.eq_ignore_ascii_case(*part))
    };
    !text.is_ascii() || text.as_bytes().windows(3).any(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheap_test_lets_every_phrase_through() {
        for phrase in PAYMENTS.iter().chain(RECEIVED) {
            let text = phrase.join(" ");
            assert!(may_be_payment(&text) && may_be_payment(&text.to_lowercase()), "{text}");
        }
    }
}
