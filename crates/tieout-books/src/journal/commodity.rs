//! Which currency a commodity of a journal is.

use tieout_core::Currency;

/// What a commodity is, as far as its symbol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This currency and no other.
    Is(Currency),
    /// One of several currencies (`$`, `kr`) or none written: usually this one.
    Maybe(Option<Currency>),
    /// Shares, hours, apples.
    NotMoney,
}

/// What a commodity's symbol says.
pub(crate) fn kind_of(symbol: &str) -> Kind {
    if let Ok(currency) = Currency::try_new(symbol)
        && symbol.len() == 3
    {
        return Kind::Is(currency);
    }
    let (code, certain) = match symbol {
        "€" => ("EUR", true),
        "£" => ("GBP", true),
        "₹" | "Rs" | "Rs." => ("INR", symbol == "₹"),
        "₽" => ("RUB", true),
        "₩" => ("KRW", true),
        "₪" => ("ILS", true),
        "₺" => ("TRY", true),
        "₫" => ("VND", true),
        "₴" => ("UAH", true),
        "₦" => ("NGN", true),
        "฿" => ("THB", true),
        "zł" | "zl" => ("PLN", true),
        "Kč" => ("CZK", true),
        "Ft" => ("HUF", true),
        "Fr." | "Fr" | "SFr." => ("CHF", true),
        "R$" => ("BRL", true),
        "US$" | "U$S" => ("USD", true),
        "C$" | "CA$" | "CAD$" | "Can$" => ("CAD", true),
        "A$" | "AU$" | "AUD$" => ("AUD", true),
        "NZ$" => ("NZD", true),
        "HK$" => ("HKD", true),
        "S$" | "SG$" => ("SGD", true),
        "NT$" => ("TWD", true),
        "MX$" => ("MXN", true),
        "$" => ("USD", false),
        "¥" | "円" => ("JPY", false),
        "" | "kr" | "kr." | "R" => return Kind::Maybe(None),
        _ => return Kind::NotMoney,
    };
    match (Currency::try_new(code), certain) {
        (Ok(currency), true) => Kind::Is(currency),
        (Ok(currency), false) => Kind::Maybe(Some(currency)),
        (Err(_), _) => Kind::NotMoney,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_say_their_currency() {
        let eur = Currency::try_new("EUR").unwrap();
        let usd = Currency::try_new("USD").unwrap();
        for (symbol, kind) in [
            ("EUR", Kind::Is(eur)),
            ("€", Kind::Is(eur)),
            ("US$", Kind::Is(usd)),
            ("$", Kind::Maybe(Some(usd))),
            ("", Kind::Maybe(None)),
            ("kr", Kind::Maybe(None)),
            ("AAPL", Kind::NotMoney),
            ("green apples", Kind::NotMoney),
            (" EUR", Kind::NotMoney),
        ] {
            assert_eq!(kind_of(symbol), kind, "{symbol}");
        }
    }
}
