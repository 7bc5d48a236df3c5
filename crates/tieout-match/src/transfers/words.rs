//! Words by which banks and bookkeepers say that money only changes its place, in the languages of many of their customers.
//!
//! They are in capital ASCII, as [`crate::normalise`] makes them; one that ends in `*` stands for all that begin so. Many
//! are said of payments to others as well; how much one tells is a matter of how many legs of an account have one.

const TRANSFER: &[&str] = &[
    "TRANSFER*",
    "XFER*",
    "TFR",
    "TRF",
    "TRSF",
    "TRANSF",
    "INTERNAL",
    "INTRABANK",
    "SWEEP", // English
    "SAVINGS",
    "SAVER",
    "FUNDING",
    "UMBUCHUNG*",
    "UEBERTRAG*",
    "UBERTRAG*",
    "GELDTRANSIT",
    "TAGESGELD*",
    "SPARKONTO",
    "EIGENUEBERTRAG", // German
    "VIREMENT*",
    "INTERNE*",
    "LIVRET",
    "EPARGNE", // French
    "TRASPASO*",
    "TRASP",
    "TRANSFERENCIA*",
    "AHORRO*", // Spanish
    "GIROCONTO",
    "GIROFONDI",
    "TRASFERIMENTO*", // Italian
    "TRANSFERENCIAS",
    "POUPANCA",
    "POUP", // Portuguese
    "KRUISPOST*",
    "OVERBOEKING*",
    "SPAARREKENING",
    "SPAAR",
    "EIGEN", // Dutch
    "OVERFORING*",
    "OVERFORSEL*",
    "OMFORING",
    "EGNE",
    "EGEN",
    "EGET",
    "SPARKONTO",
    "OPSPARING", // Scandinavian
    "SIIRTO*",
    "TILISIIRTO", // Finnish
    "PRZEKSIEGOWANIE",
    "WEWNETRZN*",
    "WLASN*",
    "OSZCZEDNOSC*", // Polish
    "PREVOD*",
    "VLASTNI*",
    "SPORIC*", // Czech
];

/// Words of names that say nothing of which account it is.
const GENERAL: &[&str] = &[
    "ASSETS",
    "ASSET",
    "ACCOUNT",
    "ACCOUNTS",
    "BANK",
    "BANKS",
    "CURRENT",
    "LIABILITIES",
    "LIABILITY",
    "CASH",
    "KONTO",
    "THE",
    "AKTIVA",
    "AND",
    "LTD",
    "GMBH",
    "INC",
    "LLC",
    "EUR",
    "USD",
    "GBP",
    "COMPTE",
    "CUENTA",
    "CONTO",
    "CHECKING",
];

/// The word says that money is moved.
pub(super) fn says_transfer(word: &str) -> bool {
    TRANSFER.iter().any(|known| match known.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == *known,
    })
}

/// The word does not tell accounts apart.
pub(super) fn is_general(word: &str) -> bool {
    word.len() < 3 || GENERAL.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages_say_transfer() {
        for word in [
            "TRANSFER",
            "TRANSFERS",
            "UMBUCHUNG",
            "TRASPASO",
            "KRUISPOST",
            "PRZEKSIEGOWANIE",
        ] {
            assert!(says_transfer(word), "{word}");
        }
        for word in ["RENT", "TRANSPORT", "EIGENTUEMER", "INVOICE"] {
            assert!(!says_transfer(word), "{word}");
        }
    }
}
