//! What single banks do differently.

use tieout_core::Decimal;

/// Signs are 1 for debit and 2 for credit; some banks print 0 for credit, mostly with amounts of zero.
pub(super) fn signed(amount: Decimal, sign: u8) -> Option<Decimal> {
    match sign {
        b'1' => Some(-amount),
        b'2' | b'0' => Some(amount),
        _ => None,
    }
}

/// Movements of zero count as debits at some banks and as credits at others.
pub(super) fn count_agrees(printed: i64, counted: i64, zeros: i64) -> bool {
    (counted..=counted + zeros).contains(&printed)
}

/// Banks that begin a file with a header of their own (00) count it among the records, or do not.
pub(super) fn records_agree(printed: i64, before: i64, headers: i64) -> bool {
    printed == before || printed == before - headers
}

/// References of nothing but zeros mean that there is none.
pub(super) fn reference(text: &str) -> &str {
    if text.bytes().all(|b| b == b'0') { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_lines_count_on_either_side() {
        assert!(count_agrees(3, 2, 1) && count_agrees(2, 2, 1));
        assert!(!count_agrees(4, 2, 1) && !count_agrees(1, 2, 1));
    }

    #[test]
    fn zeros_are_no_reference() {
        assert_eq!((reference("0000"), reference("00A0"), reference("")), ("", "00A0", ""));
    }
}
