//! How a commodity is written in a journal.

use crate::journal::arithmetic::at_scale;
use tieout_core::Decimal;

/// How amounts of one commodity are written: learnt while reading, used for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) symbol_first: bool,
    pub(crate) spaced: bool,
    pub(crate) decimal_mark: char,
    pub(crate) places: u8,
    pub(super) known: Known,
}

/// How the decimal mark is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// No amount shows it.
    Guessed,
    /// An amount shows it beyond doubt.
    Seen,
    /// A directive says it, and how else amounts are written; amounts change nothing.
    Declared,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            symbol_first: false,
            spaced: true,
            decimal_mark: '.',
            places: 0,
            known: Known::Guessed,
        }
    }
}

impl Style {
    /// The amount with its symbol. No group marks: they are what makes numbers ambiguous.
    pub(crate) fn print(self, amount: Decimal, symbol: &str) -> String {
        let places = self.places.max(amount.scale());
        let plain = at_scale(amount, places).to_string();
        // Three places behind a mark that nothing else explains can be taken for a group; a fourth cannot.
        let plain = if places == 3 && self.known == Known::Guessed {
            format!("{plain}0")
        } else {
            plain
        };
        let number = plain.replace('.', &self.decimal_mark.to_string());
        let simple = !symbol.is_empty() && symbol.chars().all(super::amount::is_symbol_char);
        let symbol = if simple || symbol.is_empty() {
            symbol.to_owned()
        } else {
            format!("\"{symbol}\"")
        };
        match (symbol.is_empty(), self.symbol_first, self.spaced) {
            (true, _, _) => number,
            (_, true, true) => format!("{symbol} {number}"),
            (_, true, false) => format!("{symbol}{number}"),
            (_, false, true) => format!("{number} {symbol}"),
            (_, false, false) => format!("{number}{symbol}"),
        }
    }
}
