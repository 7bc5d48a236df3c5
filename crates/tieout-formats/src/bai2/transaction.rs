//! Transaction records: type, amount, funds type, two references, and text to the end.

use super::fields::Fields;
use super::summary::skip_funds;

/// A transaction record taken apart; `at` are the places of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Transaction<'a> {
    pub(super) code: &'a [u8],
    pub(super) amount: &'a [u8],
    pub(super) amount_at: usize,
    /// Value date, where the funds type is V.
    pub(super) value_date: &'a [u8],
    pub(super) bank_ref: &'a [u8],
    pub(super) customer_ref: &'a [u8],
    /// `None` while the record has not come to its text: a continuation goes on with the fields before it.
    pub(super) text: Option<&'a [u8]>,
}

/// Takes a record apart.
pub(super) fn read(record: &[u8]) -> Transaction<'_> {
    let mut fields = Fields::new(record);
    let mut transaction = Transaction {
        code: fields.text(),
        ..Transaction::default()
    };
    let (amount_at, amount) = fields.next().unwrap_or((record.len(), &[]));
    transaction.amount = amount;
    transaction.amount_at = amount_at;
    let funds = fields.text();
    if funds == b"V" {
        transaction.value_date = fields.text();
        fields.next();
    } else {
        skip_funds(funds, &mut fields);
    }
    transaction.bank_ref = fields.text();
    transaction.customer_ref = fields.text();
    transaction.text = fields.rest();
    transaction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn funds_types_shift_the_references() {
        for (record, bank, customer, text) in [
            ("115,450000,S,100000,200000,150000,,,", "", "", Some("")),
            (
                "165,50000,V,240622,1200,BR1,CR1,ACH/REF 9/8",
                "BR1",
                "CR1",
                Some("ACH/REF 9/8"),
            ),
            (
                "475,25000,D,2,0,10000,1,15000,B2,1001,CHECK",
                "B2",
                "1001",
                Some("CHECK"),
            ),
            (
                "455,100000,Z,B3,,DEBIT, WITH, COMMAS",
                "B3",
                "",
                Some("DEBIT, WITH, COMMAS"),
            ),
            ("218,20000000,V,040622,,SP4738,YRC065321", "SP4738", "YRC065321", None),
            ("195,10000000", "", "", None),
        ] {
            let read = read(record.as_bytes());
            assert_eq!(
                (read.bank_ref, read.customer_ref),
                (bank.as_bytes(), customer.as_bytes()),
                "{record}"
            );
            assert_eq!(read.text, text.map(str::as_bytes), "{record}");
        }
    }
}
