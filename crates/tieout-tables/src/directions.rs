//! Words that say on which side a movement is: `D`/`C`, `Soll`/`Haben`, `Af`/`Bij`, `outflow`/`inflow`.

use crate::assign::Perspective;
use crate::fold::fold;
use encoding_rs::Encoding;
use std::collections::HashMap;
use std::sync::LazyLock;

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
        // One letter or sign of another script, which without its script would be another word.
        _ if cell.len() <= 6 && !cell.is_ascii() => match std::str::from_utf8(cell) {
            Ok("Χ" | "借" | "支" | "出" | "付" | "Nợ" | "Д" | "Р" | "ח") => return Some(Direction::Debit),
            Ok("Π" | "贷" | "貸" | "收" | "入" | "Có" | "К" | "П" | "ז") => return Some(Direction::Credit),
            _ => {}
        },
        _ => {}
    }
    // Cells are dates and amounts more often than words, and no word has a digit.
    if cell.len() > 24 || cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let known = WORDS.get(&folded_word(cell)).copied();
    if known.is_none() && std::str::from_utf8(cell).is_err() {
        return in_other_charset(cell);
    }
    known
}

/// All words, folded.
static WORDS: LazyLock<HashMap<String, Direction>> = LazyLock::new(|| {
    let known = [(DEBIT, Direction::Debit), (CREDIT, Direction::Credit)];
    let known = known
        .iter()
        .flat_map(|(words, side)| words.iter().map(move |word| ((*word).to_owned(), *side)));
    let printed = [(DEBIT_PRINTED, Direction::Debit), (CREDIT_PRINTED, Direction::Credit)];
    let printed = printed
        .iter()
        .flat_map(|(words, side)| words.split('|').map(move |word| (fold(word), *side)));
    let mut all: HashMap<String, Direction> = printed.collect();
    all.extend(known);
    all
});

/// Further words of money out, as they are printed.
const DEBIT_PRINTED: &str = "Ausgang|Ausgabe|Ausgaben|Abgang|Zahlungsausgang|Egreso|Egresos|Retiro|Gastos|Saída|Saídas|Despesa|Sortie|Dépenses|Débits|Uscite|Spesa|Uttag|Utbetalning|Utgift|Udgift|Udbetaling|Hævning|Utbetaling|    Hævet|Ud|Út|Úttekt|Meno|Menot|Veloitus|Deebet|Väljaminek|Debets|Debetas|Išlaidos|Izdevumi|Obciążenia|Obciążenie|Wypłata|Wydatek|Wychodzące|Wychodzący|Výdaje|Výdavok|Odchozí|Odchádzajúca|Na vrub|Na ťarchu|Terhelések|Kimenő|    Levonás|Plată|Ieșire|Cheltuială|Isplata|Rashod|Duguje|Zaduženje|Terećenje|Breme|V breme|Odliv|Borç|Giden|Gider|Расход|Расходы|Списание|Дебет|Дебит|Дт|Исходящий|Витрата|Видаток|Списання|Разход|Изходящ|Χρέωση|Ανάληψη|    חובה|مدين|سحب|برداشت|بدهکار|支出|借方|转出|提款|提出|出金|支払|お引出|お支払|출금|지급|Keluar|Debet|Pengeluaran|ถอน|ถอนเงิน|नामे|Ghi nợ|Rút tiền|Chi tiền|Uitgaand|Uitgave|Withdraw|Withdrawals|Outbound|Spending|Disbursement|    Subtraction|Expenses|Debit Dr|Dt|Wd|Wdl|Send|Money sent|Payments out";
/// Further words of money in, as they are printed.
const CREDIT_PRINTED: &str = "Eingang|Einnahme|Einnahmen|Zugang|Zahlungseingang|Ingresos|Depósito|Abonos|Entradas|Receita|Entrée|Recettes|Crédits|Entrate|Insättning|Inbetalning|Inkomst|Indtægt|Indbetaling|Innbetaling|Inntekt|Indsat|    Ind|Innlögn|Tulot|Hyvitys|Kreedit|Laekumine|Kredīts|Kreditas|Pajamos|Ieņēmumi|Uznania|Uznanie|Wpłata|Wpływ|Przychodzące|Przychodzący|Příjmy|Príjem|Příchozí|Prichádzajúca|Ve prospěch|V prospech|Jóváírás|Jóváírások|Bejövő|    Încasare|Intrare|Venit|Uplata|Prihod|Potražuje|Odobrenje|Dobro|V dobro|Priliv|Alacak|Gelen|Gelir|Приход|Приходы|Поступление|Зачисление|Кредит|Кт|Входящий|Надходження|Зарахування|Постъпление|Входящ|Πίστωση|Κατάθεση|    זכות|دائن|إيداع|واریز|بستانکار|收入|贷方|貸方|转入|存款|存入|入金|お預入|お預り|預入|입금|Masuk|Kredit|Pemasukan|ฝาก|ฝากเงิน|जमा|Ghi có|Nộp tiền|Thu tiền|Inkomend|Ontvangst|Deposits|Inbound|Addition|Lodgement|Credit Cr|Ct|Kt|    Receive|Receipt|Payments in";

fn folded_word(cell: &[u8]) -> String {
    match std::str::from_utf8(cell) {
        Ok(text) if text.trim() == "-" || text.trim() == "+" => text.trim().to_owned(),
        Ok(text) => fold(text),
        Err(_) => fold(&cell.iter().map(|&b| char::from(b)).collect::<String>()),
    }
}

/// Charsets in which banks print words of sides, beside UTF-8 and Latin-1.
static CHARSETS: &[&Encoding] = &[
    encoding_rs::WINDOWS_1250,
    encoding_rs::WINDOWS_1251,
    encoding_rs::GB18030,
    encoding_rs::SHIFT_JIS,
    encoding_rs::BIG5,
    encoding_rs::EUC_KR,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_1257,
    encoding_rs::WINDOWS_874,
];

/// What a word says that is no UTF-8, in the first charset in which it is one of the known ones.
fn in_other_charset(cell: &[u8]) -> Option<Direction> {
    CHARSETS.iter().find_map(|charset| {
        let text = charset.decode_without_bom_handling_and_without_replacement(cell)?;
        WORDS.get(&fold(&text)).copied()
    })
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
