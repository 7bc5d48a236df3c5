//! What single banks do differently.

use tieout_core::Currency;

/// Banks leave currency and decimals of a balance blank; the euro and its cents are meant unless a movement says otherwise.
pub(super) const DEFAULT_CURRENCY: &str = "EUR";
/// Decimals where none are printed.
pub(super) const DEFAULT_DECIMALS: u8 = 2;

/// Currency as printed; `None` for blanks and what is none.
pub(super) fn currency(text: &[u8]) -> Option<Currency> {
    Currency::try_new(std::str::from_utf8(text).ok()?).ok()
}

/// The number of decimals, where it is printed.
pub(super) fn decimals(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// Entry numbers and references of nothing but zeros mean that there is none.
pub(super) fn reference(text: &str) -> &str {
    if text.bytes().all(|b| matches!(b, b'0' | b' ')) {
        ""
    } else {
        text
    }
}

/// The interbank code of a cheque that was paid: its entry number is the cheque's.
pub(super) fn is_cheque(operation: &str) -> bool {
    operation == "01"
}
