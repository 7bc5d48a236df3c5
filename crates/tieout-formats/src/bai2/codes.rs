//! Type codes: what a number of three digits does to the balance.

/// What a transaction of a type does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Credit,
    Debit,
    /// It moves nothing.
    Information,
    /// Which way the money went is not in the standard's ranges.
    Unknown,
}

/// By the ranges of the standard; 900 to 999 are the banks' own.
pub(super) fn effect(code: u16) -> Effect {
    match code {
        100..=399 | 920..=959 => Effect::Credit,
        400..=699 | 960..=999 => Effect::Debit,
        // A loan's payment and disbursement move money; the other codes of loans say what a payment was used for.
        720 => Effect::Credit,
        760 => Effect::Debit,
        721..=759 | 890..=919 => Effect::Information,
        1..=99 => Effect::Information,
        _ => Effect::Unknown,
    }
}

/// Checks that were paid: the customer reference is the check's number.
pub(super) fn is_check(code: u16) -> bool {
    matches!(code, 472 | 474 | 475 | 476)
}

/// Transactions that undo an earlier one: adjustments by reversal and returned items.
pub(super) fn is_return(code: u16) -> bool {
    matches!(code, 252 | 255 | 257 | 452 | 552 | 555 | 557)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_those_of_the_standard() {
        for (code, does) in [
            (10, Effect::Information),
            (195, Effect::Credit),
            (399, Effect::Credit),
            (475, Effect::Debit),
            (698, Effect::Debit),
            (720, Effect::Credit),
            (721, Effect::Information),
            (701, Effect::Unknown),
            (890, Effect::Information),
            (920, Effect::Credit),
            (960, Effect::Debit),
            (0, Effect::Unknown),
        ] {
            assert_eq!(effect(code), does, "{code}");
        }
    }
}
