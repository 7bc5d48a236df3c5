//! What the headers of printed statements say, and which of their cells are figures.

use tieout_tables::dates::is_date;
use tieout_tables::{Role, header_role};

/// What a column of the printed table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    ValueDate,
    /// Of the purchase or the document, beside the one of the booking.
    OtherDate,
    Text,
    Debit,
    Credit,
    Amount,
    Balance,
}

impl Column {
    /// Whether it holds figures, which stand to the right.
    pub(super) fn holds_figures(self) -> bool {
        matches!(self, Self::Debit | Self::Credit | Self::Amount | Self::Balance)
    }

    /// Whether it holds dates.
    pub(super) fn holds_dates(self) -> bool {
        matches!(self, Self::Date | Self::ValueDate | Self::OtherDate)
    }

    /// How it is called in the table that is handed on.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Date => "Booking date",
            Self::ValueDate => "Value date",
            Self::OtherDate => "Document date",
            Self::Text => "Description",
            Self::Debit => "Debit",
            Self::Credit => "Credit",
            Self::Amount => "Amount",
            Self::Balance => "Balance",
        }
    }
}

/// Headers are no longer; those of texts may be.
const MOST_CHARACTERS: usize = 30;
const MOST_OF_TEXTS: usize = 60;

/// Words of headers; the longer and rarer first.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::ValueDate,
        &[
            "value date",
            "valuta",
            "wertstellung",
            "wert",
            "date de valeur",
            "valeur",
            "fecha valor",
            "data valuta",
            "rentedatum",
        ],
    ),
    (
        Column::Debit,
        &[
            "paid out",
            "money out",
            "withdrawal",
            "withdrawn",
            "subtraction",
            "money spent",
            "debit",
            "débit",
            "soll",
            "belastung",
            "lastschrift",
            "cargo",
            "debe",
            "addebit",
            "uscite",
            "payments",
            "betalingen",
        ],
    ),
    (
        Column::Credit,
        &[
            "paid in",
            "money in",
            "deposit",
            "addition",
            "credit",
            "crédit",
            "haben",
            "gutschrift",
            "abono",
            "haber",
            "accredit",
            "entrate",
            "receipts",
            "ontvangsten",
        ],
    ),
    (Column::Balance, &["balance", "saldo", "solde", "kontostand"]),
    (
        Column::Amount,
        &[
            "amount", "betrag", "umsatz", "montant", "importe", "importo", "valor", "bedrag", "kwota", "částka",
        ],
    ),
    (
        Column::Date,
        &[
            "date", "datum", "buchung", "bu-tag", "bu.tag", "butag", "bu. tag", "fecha", "data", "dato", "päivä",
        ],
    ),
    (
        Column::Text,
        &[
            "description",
            "details",
            "text",
            "particulars",
            "transaction",
            "verwendungszweck",
            "vorgang",
            "erläuterung",
            "libellé",
            "concepto",
            "descrizione",
            "descrição",
            "histórico",
            "historico",
            "nature",
            "opération",
            "operación",
            "lançamento",
            "omschrijving",
            "opis",
            "popis",
        ],
    ),
];

/// Whether tables anywhere head a column of dates so.
pub(super) fn is_date_column(header: &str) -> bool {
    header_role(header) == Some(Role::Date) || is_date_of(header)
}

/// Whether a header says what its dates are of: `Date of Transaction` is no text of a transaction.
fn is_date_of(header: &str) -> bool {
    let header = header.to_lowercase();
    let mut words = header.split_whitespace();
    let is_date = matches!(words.next(), Some("date" | "datum" | "fecha" | "data"));
    let is_of = matches!(
        words.next(),
        Some("of" | "de" | "da" | "do" | "di" | "del" | "della" | "der" | "des" | "d'opération")
    );
    is_date && is_of
}

/// Whether a header of dates says that they are those of the booking.
pub(super) fn is_of_booking(header: &str) -> bool {
    const WORDS: [&str; 10] = [
        "buch", "book", "post", "clear", "comptab", "contab", "contáb", "geboekt", "bokf", "bogf",
    ];
    let header = header.to_lowercase();
    WORDS.iter().any(|word| header.contains(word))
}

/// What a header says; `None` if it is none.
pub(super) fn column(header: &str) -> Option<Column> {
    let length = header.chars().count();
    if length > MOST_CHARACTERS {
        return (length <= MOST_OF_TEXTS && is_of_texts(header)).then_some(Column::Text);
    }
    // What headers of tables say anywhere; else a word that is part of a longer header.
    let known = header_role(header).and_then(|role| match role {
        Role::Description | Role::Counterparty if is_date_of(header) => Some(Column::Date),
        Role::Date => Some(Column::Date),
        Role::ValueDate => Some(Column::ValueDate),
        Role::Debit => Some(Column::Debit),
        Role::Credit => Some(Column::Credit),
        Role::Amount => Some(Column::Amount),
        Role::Balance => Some(Column::Balance),
        Role::Description | Role::Counterparty => Some(Column::Text),
        _ => None,
    });
    let header = header.to_lowercase();
    known.or_else(|| {
        let mut lists = HEADERS.iter();
        let found = lists.find(|(_, words)| words.iter().any(|word| header.contains(word)));
        found.map(|(column, _)| *column)
    })
}

/// Whether a header names a column of texts: `Merchant Name or Transaction Description`.
fn is_of_texts(header: &str) -> bool {
    let header = header.to_lowercase();
    let mut lists = HEADERS.iter().filter(|(column, _)| *column == Column::Text);
    lists.any(|(_, words)| words.iter().any(|word| header.contains(word)))
}

/// Signs that papers print for a minus: typographers take the longer ones.
const MINUS: [char; 4] = ['–', '—', '−', '‑'];

/// A text with a plain minus before and behind its figures; between words the signs are what they are.
pub(super) fn with_minus(text: &str) -> String {
    if !text.contains(MINUS) {
        return text.to_owned();
    }
    let whole = minus_of_figure(text).filter(|_| is_figure(text.trim_matches(MINUS).trim()));
    whole.unwrap_or_else(|| {
        let word = |word: &str| minus_of_figure(word).unwrap_or_else(|| word.to_owned());
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    })
}

/// A figure with a decimal mark and one of the signs at one of its ends, written with a minus.
fn minus_of_figure(text: &str) -> Option<String> {
    let is_amount = |figure: &&str| is_figure(figure) && figure.contains(['.', ',']);
    let before = text.strip_prefix(MINUS).filter(is_amount);
    let behind = || text.strip_suffix(MINUS).filter(is_amount);
    before
        .map(|figure| format!("-{figure}"))
        .or_else(|| behind().map(|figure| format!("{figure}-")))
}

/// Whether a cell is a figure: digits with marks, a sign or a side; no date, and no number that begins with zeros.
pub(super) fn is_figure(text: &str) -> bool {
    let number = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if number
        || is_date(text.as_bytes())
        || text
            .split(' ')
            .any(|word| is_date(word.as_bytes()) && word.contains(['.', '/', '-']))
    {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().filter(|c| c.is_alphabetic()).count();
    let marked = text.contains(['.', ',']) || digits == text.chars().count();
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || ".,'+-−()$€£ \u{A0}\u{202F}".contains(c));
    digits > 0 && others <= 3 && marked && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headers_are_those_of_texts_alone() {
        for (header, column) in [
            ("Date of Transaction", Some(Column::Date)),
            ("Merchant Name or Transaction Description", Some(Column::Text)),
            ("$ Amount", Some(Column::Amount)),
            ("The amount that was withdrawn on that date", None),
        ] {
            assert_eq!(super::column(header), column, "{header}");
        }
    }
}
