//! Which currency a commodity of the books is, and which of them are read.

use crate::read::Emitter;
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::problem::excerpt;
use tieout_core::{Code, Currency, Problem};

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

/// How entries in one commodity are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReadAs {
    /// No money, or not the currency that was asked for.
    LeftOut,
    /// Money whose currency nothing tells.
    Unnamed,
    /// Money of this currency.
    Currency(Currency),
}

impl ReadAs {
    fn money(currency: Option<Currency>) -> Self {
        currency.map_or(Self::Unnamed, Self::Currency)
    }

    fn only(currency: Currency, wanted: Currency) -> Self {
        if currency == wanted {
            Self::Currency(currency)
        } else {
            Self::LeftOut
        }
    }

    pub(crate) fn currency(self) -> Option<Currency> {
        match self {
            Self::Currency(currency) => Some(currency),
            Self::LeftOut | Self::Unnamed => None,
        }
    }
}

/// The commodities that an account's entries are in, and how each is read.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Entries of each commodity.
    commodities: BTreeMap<String, (u64, ReadAs)>,
    /// A symbol of several currencies that was read as the usual one.
    assumed: Option<String>,
}

impl Uses {
    /// Decides from the counts of entries in each commodity, and from what the caller asks for.
    pub(crate) fn of<'n>(counts: impl Iterator<Item = (&'n str, u64)>, wanted: Option<Currency>) -> Self {
        let kinds: Vec<(&str, u64, Kind)> = counts.map(|(name, count)| (name, count, kind_of(name))).collect();
        let written = kinds
            .iter()
            .any(|(_, _, kind)| matches!((kind, wanted), (Kind::Is(is), Some(wanted)) if *is == wanted));
        let doubtful = kinds
            .iter()
            .filter(|(_, _, kind)| matches!(kind, Kind::Maybe(_)))
            .count();
        let any_money = kinds.iter().any(|(_, _, kind)| *kind != Kind::NotMoney);
        let mut uses = Self::default();
        for (name, count, kind) in kinds {
            let read_as = match (kind, wanted) {
                (Kind::Is(is), None) => ReadAs::Currency(is),
                (Kind::Is(is), Some(wanted)) => ReadAs::only(is, wanted),
                (Kind::Maybe(usual), None) => {
                    uses.assumed = uses.assumed.or(usual.map(|_| name.to_owned()));
                    ReadAs::money(usual)
                }
                // The caller's currency fits a doubtful symbol if nothing else in the account is that currency.
                (Kind::Maybe(_), Some(wanted)) if !written && doubtful == 1 => ReadAs::Currency(wanted),
                (Kind::Maybe(Some(usual)), Some(wanted)) => ReadAs::only(usual, wanted),
                (Kind::Maybe(None), Some(_)) => ReadAs::LeftOut,
                (Kind::NotMoney, _) if any_money => ReadAs::LeftOut,
                (Kind::NotMoney, wanted) => ReadAs::money(wanted),
            };
            uses.commodities.insert(name.to_owned(), (count, read_as));
        }
        uses
    }

    /// How entries in a commodity are read.
    pub(crate) fn read_as(&self, commodity: &str) -> ReadAs {
        self.commodities
            .get(commodity)
            .map_or(ReadAs::LeftOut, |(_, read_as)| *read_as)
    }

    /// The currency of all entries, if they have one.
    pub(crate) fn only_currency(&self) -> Option<Currency> {
        let ways = self.ways();
        let only = ways.first().filter(|_| ways.len() == 1)?;
        only.currency()
    }

    /// The commodity that most entries are in.
    pub(crate) fn most_used(&self) -> Option<&str> {
        let read = self
            .commodities
            .iter()
            .filter(|(_, (_, read_as))| *read_as != ReadAs::LeftOut);
        read.max_by_key(|(name, (count, _))| (*count, std::cmp::Reverse(*name)))
            .map(|(name, _)| name.as_str())
    }

    /// Says what was left out or assumed.
    pub(crate) fn report(&self, out: &mut Emitter<'_>) {
        let is_money = |name: &str| kind_of(name) != Kind::NotMoney;
        let list = |keep: &dyn Fn(&str, ReadAs) -> bool| -> String {
            let kept = self
                .commodities
                .iter()
                .filter(|(name, (_, read_as))| keep(name, *read_as));
            let names: Vec<String> = kept
                .map(|(name, (count, _))| match name.as_str() {
                    "" => format!("{count} without one"),
                    name => format!("{count} in {:?}", excerpt(name, 20)),
                })
                .collect();
            names.join(", ")
        };
        let mut say = |code: Code, what: &str, which: String| {
            if !which.is_empty() {
                out.problem(Problem::of_file(code, format!("{what}: {which}")));
            }
        };
        let other = list(&|name, read_as| read_as == ReadAs::LeftOut && is_money(name));
        say(
            Code::Decided,
            "entries in other currencies than the one asked for were left out",
            other,
        );
        let trades = list(&|name, read_as| read_as == ReadAs::LeftOut && !is_money(name));
        say(
            Code::InvestmentSkipped,
            "entries in commodities that are no money were left out",
            trades,
        );
        if self.ways().len() > 1 {
            say(
                Code::MixedCurrency,
                "the account holds several currencies",
                list(&|_, read_as| read_as != ReadAs::LeftOut),
            );
        }
        say(
            Code::NoCurrency,
            "no currency can be told of these entries",
            list(&|_, read_as| read_as == ReadAs::Unnamed),
        );
        if let Some(assumed) = &self.assumed {
            let currency = self
                .read_as(assumed)
                .currency()
                .map_or_else(String::new, |currency| currency.to_string());
            let message = format!(
                "{:?} was read as {currency}; say another currency with --currency",
                excerpt(assumed, 20)
            );
            say(Code::Decided, "the symbol of several currencies", message);
        }
    }

    /// How the entries are read, each way once.
    fn ways(&self) -> BTreeSet<ReadAs> {
        let all = self.commodities.values().map(|(_, read_as)| *read_as);
        all.filter(|read_as| *read_as != ReadAs::LeftOut).collect()
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
