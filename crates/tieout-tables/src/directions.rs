//! Words that say on which side a movement is: `D`/`C`, `Soll`/`Haben`, `Af`/`Bij`, `outflow`/`inflow`.

use crate::assign::Perspective;
use crate::fold::fold;

/// The side of a movement, seen from the bank's statement: debit is money out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Money out; in books of the account's owner the credit side.
    Debit,
    /// Money in.
    Credit,
}

impl Direction {
    /// The other side.
    fn opposite(self) -> Self {
        match self {
            Self::Debit => Self::Credit,
            Self::Credit => Self::Debit,
        }
    }
}

/// What the words of one column mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directions {
    /// Words of money out that a person gave; empty for the known ones.
    pub(crate) debit_words: Vec<String>,
    /// What an empty cell means, in columns that mark one side only.
    pub(crate) blank: Option<Direction>,
    /// Whose debit is meant.
    pub(crate) side: Perspective,
}

impl Directions {
    /// The known words; what a blank means, if it means something.
    pub(crate) fn known(blank: Option<Direction>) -> Self {
        Self {
            debit_words: Vec::new(),
            blank,
            side: Perspective::Bank,
        }
    }

    /// The same words in books, where money in is debit.
    pub(crate) fn of_books(self) -> Self {
        Self {
            side: Perspective::Books,
            ..self
        }
    }

    /// Only these words mean money out, any other money in.
    pub(crate) fn given(debit_words: &[String]) -> Self {
        Self {
            debit_words: debit_words.iter().map(|word| folded_word(word.as_bytes())).collect(),
            blank: None,
            side: Perspective::Bank,
        }
    }

    /// What a cell says; `None` if it is no such word.
    pub fn read(&self, cell: &[u8]) -> Option<Direction> {
        if self.debit_words.is_empty() {
            let said = if cell.is_empty() { self.blank } else { direction(cell) };
            return if self.side == Perspective::Books {
                said.map(Direction::opposite)
            } else {
                said
            };
        }
        if cell.is_empty() {
            return self.blank;
        }
        let out = self.debit_words.contains(&folded_word(cell));
        Some(if out { Direction::Debit } else { Direction::Credit })
    }
}

/// Whether a word says which way the money goes rather than debit or credit.
pub(crate) fn is_flow(cell: &[u8]) -> bool {
    direction(cell).is_some() && FLOW.contains(&folded_word(cell).as_str())
}

/// What one word says by itself; `None` if it is none of the known words.
pub fn direction(cell: &[u8]) -> Option<Direction> {
    match cell {
        b"D" | b"d" | b"O" | b"-" | b"DBIT" | b"DR" => return Some(Direction::Debit),
        b"C" | b"c" | b"I" | b"K" | b"+" | b"CRDT" | b"CR" => return Some(Direction::Credit),
        _ => {}
    }
    if cell.len() > 24 {
        return None;
    }
    let word = folded_word(cell);
    let has = |words: &[&str]| words.contains(&word.as_str());
    if has(DEBIT) {
        Some(Direction::Debit)
    } else if has(CREDIT) {
        Some(Direction::Credit)
    } else {
        None
    }
}

fn folded_word(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) if text.trim() == "-" || text.trim() == "+" => text.trim().to_owned(),
        Ok(text) => fold(text),
        Err(_) => fold(&cell.iter().map(|&b| char::from(b)).collect::<String>()),
    }
}

/// Money out. Single letters are only those that no other pair uses otherwise (`D`/`W` are deposit and
/// withdrawal).
const DEBIT: &[&str] = &[
    "-",
    "af",
    "afschrijving",
    "belastning",
    "belastung",
    "cargo",
    "d",
    "dare",
    "db",
    "dbet",
    "dbit",
    "debe",
    "debet",
    "debit",
    "debito",
    "debiteren",
    "debits",
    "de",
    "depense",
    "dr",
    "expense",
    "gasto",
    "kiadas",
    "kulu",
    "lastschrift",
    "money out",
    "o",
    "otto",
    "out",
    "outflow",
    "outgoing",
    "paid out",
    "payment out",
    "s",
    "salida",
    "sent",
    "soll",
    "spend",
    "terheles",
    "uit",
    "uscita",
    "ut",
    "vydaj",
    "withdrawal",
    "wn",
    "raskhod",
    "debet kartochki",
    "obciazenie",
    "charge",
];

/// Money in.
const CREDIT: &[&str] = &[
    "+",
    "abono",
    "af bij",
    "avere",
    "bij",
    "bijschrijving",
    "c",
    "cr",
    "crdt",
    "credit",
    "credito",
    "credits",
    "cred",
    "deposit",
    "entrada",
    "entrata",
    "gutschrift",
    "h",
    "haben",
    "haber",
    "i",
    "in",
    "income",
    "inflow",
    "incoming",
    "ingreso",
    "ins",
    "jovairas",
    "k",
    "kredit",
    "ma",
    "money in",
    "paid in",
    "pano",
    "payment in",
    "prijem",
    "prikhod",
    "received",
    "recette",
    "tulo",
    "uznanie",
    "bevetel",
    "inn",
    "kr",
];

/// Those that say which way the money goes: banks and books mean the same by them.
const FLOW: &[&str] = &[
    "+",
    "-",
    "af",
    "afschrijving",
    "bevetel",
    "bij",
    "bijschrijving",
    "charge",
    "depense",
    "deposit",
    "entrada",
    "entrata",
    "expense",
    "gasto",
    "gutschrift",
    "i",
    "in",
    "income",
    "incoming",
    "inflow",
    "ingreso",
    "inn",
    "jovairas",
    "kiadas",
    "kulu",
    "lastschrift",
    "belastung",
    "money in",
    "money out",
    "o",
    "otto",
    "out",
    "outflow",
    "outgoing",
    "paid in",
    "paid out",
    "pano",
    "payment in",
    "payment out",
    "prijem",
    "prikhod",
    "raskhod",
    "received",
    "recette",
    "salida",
    "sent",
    "spend",
    "terheles",
    "tulo",
    "uit",
    "uscita",
    "ut",
    "uznanie",
    "vydaj",
    "withdrawal",
    "obciazenie",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages_say_the_side() {
        for word in [
            "D", "Af", "Soll", "debit", "DBIT", "O", "S", "Débit", "outflow", "-", "Kiadás",
        ] {
            assert_eq!(direction(word.as_bytes()), Some(Direction::Debit), "{word}");
        }
        for word in [
            "C", "K", "Bij", "Haben", "CREDIT", "CRDT", "I", "H", "Crédit", "inflow", "+", "Bevétel",
        ] {
            assert_eq!(direction(word.as_bytes()), Some(Direction::Credit), "{word}");
        }
        for word in ["", "EUR", "CHECK", "Visa", "a long text that is no word at all"] {
            assert_eq!(direction(word.as_bytes()), None, "{word}");
        }
    }

    #[test]
    fn a_person_may_say_which_words_mean_money_out() {
        let given = Directions::given(&["Raus".into()]);
        assert_eq!(given.read(b"raus"), Some(Direction::Debit));
        assert_eq!(given.read(b"Rein"), Some(Direction::Credit));
        assert_eq!(given.read(b""), None);
    }
}
