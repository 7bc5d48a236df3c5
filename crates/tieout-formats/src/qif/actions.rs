//! What the actions of investment accounts do to cash.

/// What an action does to the cash of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CashEffect {
    /// Cash comes in.
    In,
    /// Cash goes out.
    Out,
    /// The amount is signed as printed.
    AsPrinted,
    /// A trade of securities: its amount is a value, not a movement of cash that a bank would list.
    Trade,
}

/// The effect of an action (field `N` under `!Type:Invst`). Actions ending in `X` move cash from or to another account, so
/// that nothing stays here.
pub(super) fn effect(action: &str) -> CashEffect {
    match action.to_ascii_lowercase().as_str() {
        "cash" => CashEffect::AsPrinted,
        "xin" | "contribx" | "miscinc" | "intinc" | "div" | "cglong" | "cgshort" | "cgmid" | "rtrncap" => {
            CashEffect::In
        }
        "xout" | "withdrwx" | "miscexp" | "margint" | "writchk" => CashEffect::Out,
        _ => CashEffect::Trade,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_actions_on_cash_move_it() {
        for (action, expected) in [
            ("Cash", CashEffect::AsPrinted),
            ("XIn", CashEffect::In),
            ("Div", CashEffect::In),
            ("WithdrwX", CashEffect::Out),
            ("MargInt", CashEffect::Out),
            ("Buy", CashEffect::Trade),
            ("BuyX", CashEffect::Trade),
            ("ShrsIn", CashEffect::Trade),
            ("ReinvDiv", CashEffect::Trade),
            ("anything", CashEffect::Trade),
        ] {
            assert_eq!(effect(action), expected, "{action}");
        }
    }
}
