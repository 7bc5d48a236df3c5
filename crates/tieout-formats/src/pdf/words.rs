//! What the headers and balance rows of printed statements say.

/// What a column of the printed table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    ValueDate,
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
        matches!(self, Self::Date | Self::ValueDate)
    }

    /// How it is called in the table that is handed on.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Date => "Booking date",
            Self::ValueDate => "Value date",
            Self::Text => "Description",
            Self::Debit => "Debit",
            Self::Credit => "Credit",
            Self::Amount => "Amount",
            Self::Balance => "Balance",
        }
    }
}

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
        &["date", "datum", "buchung", "fecha", "data", "dato", "päivä"],
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
            "omschrijving",
            "opis",
            "popis",
        ],
    ),
];

/// What a header says; `None` if it is none.
pub(super) fn column(header: &str) -> Option<Column> {
    let header = header.to_lowercase();
    let short = header.chars().count() <= 30;
    let found = HEADERS
        .iter()
        .find(|(_, words)| words.iter().any(|word| header.contains(word)));
    found.map(|(column, _)| *column).filter(|_| short)
}

/// The balance that a row prints instead of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BalanceRow {
    Opening,
    Closing,
}

const OPENING: &[&str] = &[
    "brought forward",
    "opening balance",
    "previous balance",
    "balance forward",
    "start balance",
    "starting balance",
    "beginning balance",
    "alter kontostand",
    "alter saldo",
    "anfangssaldo",
    "saldovortrag",
    "ancien solde",
    "solde précédent",
    "solde initial",
    "saldo anterior",
    "saldo inicial",
    "saldo iniziale",
    "saldo precedente",
    "vorig saldo",
    "beginsaldo",
    "saldo początkowe",
    "počáteční zůstatek",
    "ingående saldo",
];
const CLOSING: &[&str] = &[
    "carried forward",
    "closing balance",
    "new balance",
    "ending balance",
    "end balance",
    "neuer kontostand",
    "neuer saldo",
    "endsaldo",
    "schlusssaldo",
    "nouveau solde",
    "solde final",
    "saldo final",
    "saldo actual",
    "saldo finale",
    "nuovo saldo",
    "nieuw saldo",
    "eindsaldo",
    "saldo końcowe",
    "konečný zůstatek",
    "utgående saldo",
];

/// Whether a row prints a balance.
pub(super) fn balance_row(text: &str) -> Option<BalanceRow> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (has(OPENING), has(CLOSING)) {
        (true, _) => Some(BalanceRow::Opening),
        (false, true) => Some(BalanceRow::Closing),
        (false, false) => None,
    }
}

/// Whether a cell is a figure: digits with marks, a sign or a side.
pub(super) fn is_figure(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().filter(|c| c.is_alphabetic()).count();
    let marked = text.contains(['.', ',']) || digits == text.chars().count();
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || ".,'+-−()$€£ \u{A0}\u{202F}".contains(c));
    digits > 0 && others <= 3 && marked && plain
}
