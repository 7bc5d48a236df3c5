//! What transactions and postings say beside amounts: metadata, tags, codes, comments.

/// Known pieces of metadata, and the rest as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    pub(crate) id: String,
    pub(crate) document: String,
    pub(crate) check_number: String,
    pub(crate) counterparty: String,
    pub(crate) memo: String,
    /// What a reversal must repeat, in the format's own form; see [`EntryRow::kept`](crate::reversal::EntryRow::kept).
    pub(crate) kept: String,
}

impl Remarks {
    /// Takes up a tag or a piece of metadata. Where a key is given twice the first counts.
    pub(crate) fn tag(&mut self, key: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let key = key.to_lowercase().replace(['_', ' '], "-");
        let field = match key.as_str() {
            "id" | "uuid" | "txn-id" | "txnid" | "transaction-id" => &mut self.id,
            "invoice" | "invoice-no" | "inv" | "bill" | "bill-no" | "ref" | "reference" | "doc" | "doc-no"
            | "document-no" | "docno" | "number" | "no" | "nr" | "order" | "receipt" | "receipt-no" | "rechnung"
            | "beleg" => &mut self.document,
            "check" | "checknum" | "check-no" | "check-number" | "cheque" | "cheque-no" | "chq" => {
                &mut self.check_number
            }
            "payee" | "vendor" | "customer" | "supplier" | "contact" | "counterparty" => &mut self.counterparty,
            "memo" | "note" | "desc" | "description" | "comment" | "deposit" => {
                self.remember(value);
                return;
            }
            _ => return,
        };
        if field.is_empty() {
            value.clone_into(field);
        }
    }

    /// Takes up free text.
    pub(crate) fn remember(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.memo.is_empty() {
            self.memo.push_str("; ");
        }
        self.memo.push_str(text);
    }

    /// Takes up a transaction code (`(1041)`): a number that could be printed on a check is one, everything is a document.
    pub(crate) fn code(&mut self, code: &str) {
        let code = code.trim();
        if self.document.is_empty() {
            code.clone_into(&mut self.document);
        }
        let digits = code.trim_start_matches('#');
        let on_a_check = (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if on_a_check && self.check_number.is_empty() {
            digits.clone_into(&mut self.check_number);
        }
    }

    /// Kept apart if anything was said: most postings say nothing.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}
