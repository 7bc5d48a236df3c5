//! Typed ids: sixteen bytes inside, a prefix and 26 letters outside (`act_01h…`).
//!
//! The bytes are a UUID of version 7: they grow with time, so that new rows lie together in an index, and have the plain
//! UUID form that some contracts want. The text is the one TypeID uses: the 128 bits in base 32, most significant first,
//! over an alphabet without letters that look alike. Time and randomness are passed in.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// What an id is of. One line for each kind in `kinds!`'s list.
pub trait Kind: Copy + Send + Sync + 'static {
    /// What the text begins with, without the underscore.
    const PREFIX: &'static str;
}

/// Each `Name = "prefix", "what it is"` becomes an empty type that implements [`Kind`].
macro_rules! kinds {
    ($($name:ident = $prefix:literal, $what:literal;)*) => {
        $(
            #[doc = $what]
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $name;
            impl Kind for $name {
                const PREFIX: &'static str = $prefix;
            }
        )*
        /// Prefixes of all kinds.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    Organization = "org", "The tenant whose books these are; a root organization is a practice.";
    User = "user", "A person, or the system itself.";
    ApiKey = "key", "What a program signs in with.";
    Account = "act", "A node of the chart of accounts.";
    Transaction = "txn", "A dated, balanced journal transaction.";
    Entry = "ent", "One line of a transaction.";
    Transfer = "trf", "Money moved between two accounts, as two transactions.";
    Contact = "con", "A customer, vendor or employee.";
    ExchangeRate = "exr", "A dated rate between two currencies.";
    OpenItem = "itm", "An unpaid invoice or bill.";
    ItemPayment = "pmt", "What settles an open item, or a part of it.";
    BookImport = "imp", "One import of a chart, of transactions or of open items.";
    Revaluation = "rvl", "Foreign balances brought to the rates of a day.";
    TaxCode = "tax", "How tax is computed and where it is booked.";
    Reconciliation = "rec", "One account, one statement date.";
    ReconciliationEntry = "ren", "An entry as one reconciliation sees it.";
    Statement = "stm", "One imported statement or feed batch.";
    BankLine = "bln", "One movement of a statement.";
    Match = "mch", "Bank lines against entries.";
    Exception = "exc", "A line or entry that is not explained.";
    Draft = "drft", "A write that waits for approval.";
    Job = "job", "Work done in the background.";
    Event = "evt", "One record of the audit chain.";
    SigningKey = "sig", "A key that signs heads of audit chains.";
}

/// An id of kind `K`.
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<K>,
}

/// The text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id that begins with {0}_ was expected")]
pub struct NotAnId(pub &'static str);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 letters of five bits hold 130 bits: the first letter carries three only.
const LETTERS: usize = 26;

impl<K> Id<K> {
    /// These bytes as an id, whatever they are: for rows of our own database.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self {
            bytes,
            kind: PhantomData,
        }
    }

    /// A new id: microseconds since 1970, and random bytes.
    ///
    /// Microseconds go into the twelve bits after the milliseconds too, so that ids made one after the other ascend.
    pub fn new(now_us: i64, random: [u8; 8]) -> Self {
        let us = u64::try_from(now_us).unwrap_or(0);
        let [_, _, t0, t1, t2, t3, t4, t5] = (us / 1000).to_be_bytes();
        let fraction = (us % 1000) * 4;
        let [.., high, low] = fraction.to_be_bytes();
        let [r0, r1, r2, r3, r4, r5, r6, r7] = random;
        let version = 0x70 | (high & 0x0f);
        Self::from_bytes([
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
            version,
            low,
            0x80 | (r0 & 0x3f),
            r1,
            r2,
            r3,
            r4,
            r5,
            r6,
            r7,
        ])
    }

    /// The sixteen bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
}

impl<K: Kind> Id<K> {
    /// Reads `prefix_letters`; letters of any case.
    ///
    /// # Errors
    /// [`NotAnId`] if the prefix is another kind's or the rest is not 26 letters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let wrong = NotAnId(K::PREFIX);
        let (prefix, letters) = text.rsplit_once('_').ok_or(wrong.clone())?;
        if prefix != K::PREFIX || letters.len() != LETTERS {
            return Err(wrong);
        }
        let mut value = 0_u128;
        for (position, letter) in letters.bytes().enumerate() {
            let letter = letter.to_ascii_lowercase();
            let digit = ALPHABET
                .iter()
                .position(|known| *known == letter)
                .ok_or(wrong.clone())?;
            if position == 0 && digit > 7 {
                return Err(wrong);
            }
            value = (value << 5) | u128::try_from(digit).map_err(|_| wrong.clone())?;
        }
        Ok(Self::from_bytes(value.to_be_bytes()))
    }
}

/// Transactions are made with two zero bytes at the end, where their entries number themselves.
impl Id<Transaction> {
    /// The most entries a transaction can have.
    pub const MAX_ENTRIES: usize = 10_000;

    /// A new id whose last two bytes are left to the entries.
    pub fn for_transaction(now_us: i64, random: [u8; 8]) -> Self {
        let mut id = Self::new(now_us, random);
        let [.., high, low] = &mut id.bytes;
        (*high, *low) = (0, 0);
        id
    }

    /// The id of its entry at `line`, counted from 0. No join and no index are needed to go either way.
    pub fn entry(&self, line: u16) -> Id<Entry> {
        let mut bytes = self.bytes;
        let [.., high, low] = &mut bytes;
        [*high, *low] = line.saturating_add(1).to_be_bytes();
        Id::from_bytes(bytes)
    }
}

impl Id<Entry> {
    /// The transaction it belongs to, and its line, counted from 0.
    pub fn transaction(&self) -> (Id<Transaction>, u16) {
        let mut bytes = self.bytes;
        let [.., high, low] = &mut bytes;
        let line = u16::from_be_bytes([*high, *low]).saturating_sub(1);
        (*high, *low) = (0, 0);
        (Id::from_bytes(bytes), line)
    }

    /// This entry as a reconciliation sees it: another id in each, and the same whenever it is asked for.
    pub fn within(&self, reconciliation: &Id<Reconciliation>) -> Id<ReconciliationEntry> {
        Id::from_bytes(mixed(&self.bytes, &reconciliation.bytes))
    }
}

impl Id<ReconciliationEntry> {
    /// The entry behind it, given its reconciliation.
    pub fn entry(&self, reconciliation: &Id<Reconciliation>) -> Id<Entry> {
        Id::from_bytes(mixed(&self.bytes, &reconciliation.bytes))
    }
}

/// Exclusive-or of the random tail: its own inverse, and version and variant stay what they are.
fn mixed(entry: &[u8; 16], with: &[u8; 16]) -> [u8; 16] {
    let mut bytes = *entry;
    for (byte, other) in bytes.iter_mut().zip(with).skip(9) {
        *byte ^= other;
    }
    bytes
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = u128::from_be_bytes(self.bytes);
        let mut letters = [b'0'; LETTERS];
        for letter in letters.iter_mut().rev() {
            let digit = usize::try_from(value & 31).unwrap_or(0);
            *letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
            value >>= 5;
        }
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(std::str::from_utf8(&letters).unwrap_or_default())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// By hand: a derive would ask the kind for what only the bytes need.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn text_and_bytes_are_the_same_id() {
        // Value and letters as TypeID's specification prints them.
        let bytes = 0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881_u128.to_be_bytes();
        let id = Id::<User>::from_bytes(bytes);
        assert_eq!(id.to_string(), "user_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!(Id::parse(&id.to_string()), Ok(id));
    }

    #[test]
    fn another_kind_or_another_alphabet_is_refused() {
        for text in [
            "act_01h2xcejqtf2nbrexx3vqjhp41",
            "user_01h2xcejqtf2nbrexx3vqjhp4",
            "user_01h2xcejqtf2nbrexx3vqjhp4u",
            "user_81h2xcejqtf2nbrexx3vqjhp41",
            "01h2xcejqtf2nbrexx3vqjhp41",
            "user_",
            "",
        ] {
            assert_eq!(Id::<User>::parse(text), Err(NotAnId("user")), "{text:?}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<Id<Account>> = (0..5000)
            .map(|us| Id::new(1_700_000_000_000_000 + us, [255; 8]))
            .collect();
        let later = Id::<Account>::new(1_700_000_000_005_000, [0; 8]);
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]) && *ids.last().unwrap() < later);
        assert_eq!(later.bytes()[6] >> 4, 7, "version 7");
        assert_eq!(later.bytes()[8] >> 6, 2, "variant of the standard");
    }

    #[test]
    fn an_entry_knows_its_transaction() {
        let transaction = Id::for_transaction(1_700_000_000_000_000, [7; 8]);
        let entry = transaction.entry(9_999);
        assert_eq!(entry.transaction(), (transaction, 9_999));
        let one = Id::<Reconciliation>::new(1, [1; 8]);
        let two = Id::<Reconciliation>::new(2, [2; 8]);
        assert_ne!(entry.within(&one), entry.within(&two));
        assert_eq!(entry.within(&one).entry(&one), entry);
    }

    #[test]
    fn no_two_kinds_share_a_prefix() {
        assert_eq!(PREFIXES.iter().collect::<BTreeSet<_>>().len(), PREFIXES.len());
    }
}
