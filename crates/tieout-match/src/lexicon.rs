//! Words by which banks and bookkeepers name what has no counterpart, in the languages of many of their customers.
//!
//! Words are in capital ASCII without marks of vowels, as [`crate::normalise`] makes them (`GEBUHR` for `GEBUEHR`); one that ends in `*` stands for all that begin so. They
//! are only asked about items that found no match.

use crate::books::Books;
use crate::columns::at;
use crate::roll::{Position, Roll};
use crate::vocabulary::TokenId;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sense {
    /// A payment that came back, or a way there and back, or goods that did.
    MaybeReturned,
    /// A fee of the bank.
    Fee,
    /// Interest, either way.
    Interest,
    /// A payment that came back.
    Returned,
    /// An entry or line that undoes another.
    Undone,
}

const FEE: &[&str] = &[
    "FEE",
    "FEES",
    "CHARGE",
    "CHARGES",
    "CHG",
    "CHGS",
    "CHRG",
    "CHRGS",
    "SVCCHG",
    "OVERDRAFT",
    "MAINTENANCE", // English
    "GEBUHR*",
    "BANKGEBUHR*",
    "BUCHUNGSGEBUHR*",
    "DEPOTGEBUHR*",
    "JAHRESGEBUHR*",
    "KARTENGEBUHR*",
    "KONTOGEBUHR*",
    "TRANSAKTIONSGEBUHR*",
    "UBERWEISUNGSGEBUHR*",
    "ENTGELT*",
    "BUCHUNGSENTGELT*",
    "KONTOENTGELT*",
    "KONTOFUHRUNG*",
    "SPESEN",
    "BANKSPESEN",
    "PROVISION", // German
    "FRAIS",
    "COMMISSION*",
    "COTISATION",
    "AGIOS", // French
    "COMISION*",
    "GASTOS",
    "MANTENIMIENTO",
    "CUOTA", // Spanish
    "COMMISSIONE",
    "COMMISSIONI",
    "SPESE",
    "CANONE",
    "BOLLO",
    "COMPETENZE", // Italian
    "TARIFA*",
    "IOF",
    "COMISSAO",
    "COMISSOS",
    "ANUIDADE",
    "MANUTENCAO", // Portuguese
    "KOSTEN",
    "BANKKOSTEN",
    "OPLATA",
    "OPLATY",
    "PROWIZJA",
    "PROWIZJE",
    "AVGIFT*",
    "ARSAVGIFT*",
    "BANKAVGIFT*",
    "KONTOAVGIFT*",
    "KORTAVGIFT*",
    "BANKTJANST*",
    "GEBYR*",
    "ARSGEBYR*",
    "BANKGEBYR*",
    "KONTOGEBYR*",
    "KORTGEBYR*",
    "PALVELUMAKSU*",
    "POPLATEK*",
    "POPLATKY",
];
const INTEREST: &[&str] = &[
    "INTEREST",
    "ZINS*",
    "GUTHABENZINS*",
    "HABENZINS*",
    "KREDITZINS*",
    "SOLLZINS*",
    "INTERET*",
    "INTERES",
    "INTERESES",
    "INTERESSI",
    "JUROS",
    "RENDIMENTOS",
    "RENTE",
    "RENTEN",
    "CREDITRENTE",
    "DEBETRENTE",
    "ODSETKI",
    "RANTA",
    "RANTOR",
    "RENTER",
    "KORKO*",
    "UROK*",
];
const RETURNED: &[&str] = &[
    "RETURNED",
    "RTN",
    "RTD",
    "UNPAID",
    "NSF",
    "CHARGEBACK*",
    "BOUNCED",
    "DISHONO*",
    "REJECTED",
    "REFUSED",
    "RUCKLAST*",
    "RUCKGABE",
    "RETOURE*",
    "RUCKBUCHUNG",
    "IMPAYE*",
    "REJET*",
    "RETOUR*",
    "DEVOLUC*",
    "DEVOLVID*",
    "IMPAGAD*",
    "INSOLUT*",
    "STORNER*",
    "GESTORNEERD",
    "ZWROT*",
    "RETUR",
    "RETURER*",
    "PALAUTUS*",
    "VRACENI",
    "TERUGBOK*",
    "GEWEIGERD",
    "UNBEZAHLT",
    "NICHTEINLOSUNG",
    "IMPAGO*",
    "DEVULT*",
    "ODRZUCON*",
    "TILBAKEFOR*",
    "AVVIST",
    "AVVISAD",
    "OBETALD",
];
const MAYBE_RETURNED: &[&str] = &["RETURN", "RETURNS"];
const UNDONE: &[&str] = &[
    "VOID*",
    "REVERS*",
    "CANCEL*",
    "STORN*",
    "ANNUL*",
    "ANULAC*",
    "CORRECTION",
    "CORRECTIVE",
    "KORREKTUR*",
    "RETTIFICA",
    "ESTORNO*",
    "EXTORNO*",
    "CONTRA",
];

/// Type codes of charges, commissions and interest, as SWIFT has them and many banks besides.
const CODES: &[(&[u8], Sense)] = &[
    (b"CHG", Sense::Fee),
    (b"COM", Sense::Fee),
    (b"FEE", Sense::Fee),
    (b"INT", Sense::Interest),
];

/// What a bank's type code says by itself, with or without the letter that SWIFT puts before it.
pub(crate) fn of_code(code: &[u8]) -> Option<Sense> {
    let bare = match code {
        [b'N' | b'F', rest @ ..] if rest.len() == 3 => rest,
        code => code,
    };
    CODES.iter().find(|(known, _)| *known == bare).map(|(_, sense)| *sense)
}

/// The senses of each token.
#[derive(Debug, Clone)]
pub(crate) struct Lexicon {
    senses: Vec<Option<Sense>>,
}

impl Lexicon {
    /// Looks up every word of the vocabulary once.
    pub(crate) fn new(books: &Books) -> Self {
        let vocabulary = &books.vocabulary;
        let senses = (0..vocabulary.len())
            .map(|token: TokenId| {
                if vocabulary.is_word(token) {
                    sense(vocabulary.text(token))
                } else {
                    None
                }
            })
            .collect();
        Self { senses }
    }

    /// The strongest sense of an item's words: what came back before a fee for it.
    pub(crate) fn of(&self, roll: &Roll, item: Position) -> Option<Sense> {
        self.all(roll, item).max()
    }

    /// Whether an item's words have a sense.
    pub(crate) fn has(&self, roll: &Roll, item: Position, sense: Sense) -> bool {
        self.all(roll, item).any(|found| found == sense)
    }

    fn all<'a>(&'a self, roll: &'a Roll, item: Position) -> impl Iterator<Item = Sense> + 'a {
        roll.words.row(item).iter().filter_map(|word| at(&self.senses, *word))
    }
}

fn sense(word: &str) -> Option<Sense> {
    let is_in = |list: &[&str]| {
        list.iter().any(|known| match known.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == *known,
        })
    };
    [
        (UNDONE, Sense::Undone),
        (RETURNED, Sense::Returned),
        (INTEREST, Sense::Interest),
        (FEE, Sense::Fee),
        (MAYBE_RETURNED, Sense::MaybeReturned),
    ]
    .into_iter()
    .find(|(list, _)| is_in(list))
    .map(|(_, sense)| sense)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_senses() {
        for (word, expected) in [
            ("FEE", Some(Sense::Fee)),
            ("KONTOFUHRUNGSGEBUHR", Some(Sense::Fee)),
            ("MULLGEBUHR", None),
            ("MIETZINS", None),
            ("MEDLEMSAVGIFT", None),
            ("ARBEITSENTGELT", None),
            ("ARSAVGIFT", Some(Sense::Fee)),
            ("ZINSEN", Some(Sense::Interest)),
            ("HABENZINSEN", Some(Sense::Interest)),
            ("RUCKLASTSCHRIFT", Some(Sense::Returned)),
            ("RETURN", Some(Sense::MaybeReturned)),
            ("VOIDED", Some(Sense::Undone)),
            ("FEED", None),
            ("INTERESTING", None),
        ] {
            assert_eq!(sense(word), expected, "{word}");
        }
    }

    #[test]
    fn type_codes_have_senses() {
        for (code, expected) in [
            ("CHG", Some(Sense::Fee)),
            ("NINT", Some(Sense::Interest)),
            ("FCOM", Some(Sense::Fee)),
            ("FEED", None),
            ("TRF", None),
        ] {
            assert_eq!(of_code(code.as_bytes()), expected, "{code}");
        }
    }
}
