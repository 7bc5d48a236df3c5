//! By what a transaction of a file is known again when the file, or a longer one, comes a second time.

use super::source::Source;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tieout_core::Decimal;

/// Identity and content of a transaction.
pub(super) type Hashes = ([u8; 16], [u8; 16]);

/// By what each transaction is known again, and a hash of what it says.
pub(super) fn identities(source: &Source) -> Vec<Hashes> {
    let mut seen = HashMap::<[u8; 16], u64>::new();
    let journal = &source.journal;
    journal
        .transactions
        .iter()
        .map(|transaction| {
            let mut hash = Sha256::new();
            let id = if source.is_table { "" } else { transaction.id.as_str() };
            let texts = [
                transaction.counterparty.as_str(),
                &transaction.description,
                &transaction.document,
                id,
            ];
            field(&mut hash, &transaction.date.to_string());
            for text in texts {
                field(&mut hash, text);
            }
            for posting in &transaction.postings {
                field(
                    &mut hash,
                    journal
                        .accounts
                        .get(posting.account)
                        .map_or("", |account| &account.name),
                );
                field(&mut hash, &trimmed(posting.amount));
                field(
                    &mut hash,
                    journal.commodities.get(posting.commodity).map_or("", String::as_str),
                );
            }
            let content = short(hash);
            let mut key = Sha256::new();
            // Numbers of vouchers begin anew each year; row numbers of tables with each file, so they identify nothing.
            if transaction.id.is_empty() || source.is_table {
                key.update(content);
            } else {
                field(&mut key, &transaction.id);
                field(&mut key, &transaction.date.year().to_string());
            }
            let key = short(key);
            let earlier = seen.entry(key).or_insert(0);
            let identity = short(Sha256::new().chain_update(key).chain_update(earlier.to_be_bytes()));
            *earlier += 1;
            (identity, content)
        })
        .collect()
}

fn field(hash: &mut Sha256, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(text.as_bytes());
}

fn short(hash: Sha256) -> [u8; 16] {
    let whole: [u8; 32] = hash.finalize().into();
    let mut half = [0; 16];
    half.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    half
}

/// An amount without zeros at its end: `10` and `10.00` are the same.
fn trimmed(amount: Decimal) -> String {
    let (mut mantissa, mut scale) = (amount.mantissa(), amount.scale());
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    format!("{mantissa}e{scale}")
}
