//! The opening reconciliation: which entries before the cut-off are still open when the window begins.
//!
//! The cut-off is the day before the bank's first day. What the books hold to that day was reconciled earlier, except
//! open items. Without a list these are found: an entry before the cut-off that a line of the window clears was open,
//! every other one counts as cleared, and the result says so. With a list exactly the listed ones were open, whether
//! anything clears them or not; all others are taken out of the candidates. A listed item that an extract of the books
//! does not hold is carried forward: it becomes an entry.

use crate::result::{Note, NoteCode};
use crate::statements::{Books, Extent, OpenItem, PrintedBalance};
use std::collections::{BTreeMap, BTreeSet};
use tieout_core::Date;
use tieout_core::money::grouped;
use tieout_match::{Field, ItemIndex, Items, ItemsError, NewItem, fold};

/// The open items of the opening reconciliation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opening {
    /// The user listed the open items.
    pub(crate) listed: bool,
    /// Entries before the cut-off that are listed.
    pub(crate) open: BTreeSet<ItemIndex>,
    /// Opening balances that the books enter on their first day: before everything, not of it.
    pub(crate) entered: BTreeSet<ItemIndex>,
    /// Σ of listed items that the books do not hold and that were made entries.
    pub(crate) carried: i128,
    pub(crate) notes: Vec<Note>,
}

/// Settles which entries to `cut_off` are open; takes the others out of the candidates if the user listed the open ones.
///
/// # Errors
/// [`ItemsError`] if a carried item does not fit.
pub(crate) fn settle(
    books: &mut Books,
    listed: Option<&[OpenItem]>,
    cut_off: Date,
    digits: u8,
) -> Result<Opening, ItemsError> {
    let Some(listed) = listed else {
        return Ok(Opening::default());
    };
    let mut opening = Opening {
        listed: true,
        ..Opening::default()
    };
    let before: Vec<ItemIndex> = books
        .entries
        .indexes()
        .filter(|&e| books.entries.date(e) <= cut_off)
        .collect();
    let mut candidates = Candidates::new(&books.entries, &before);
    let mut parts = Vec::new();
    let mut missing = Vec::new();
    for item in listed.iter().filter(|item| item.amount != 0) {
        match candidates.take(&books.entries, item) {
            Some(entry) => {
                opening.open.insert(entry);
                parts.push((entry, books.entries.amount(entry) - item.amount));
            }
            None => missing.push(item),
        }
    }
    let cleared = before.iter().filter(|entry| !opening.open.contains(*entry));
    let cleared: Vec<(ItemIndex, i64)> = cleared
        .map(|&entry| (entry, books.entries.open_amount(entry)))
        .collect();
    for (entry, part) in cleared.into_iter().chain(parts) {
        books.entries.take(entry, part)?;
    }
    for item in missing {
        carry(books, item, cut_off, &mut opening, digits)?;
    }
    Ok(opening)
}

/// Whether books whose running balances begin at zero are taken at their word: if they go back before the statements.
pub(crate) fn from_zero(books: &mut Books, first: Date) {
    if books.extent == Extent::FromZero {
        let entries = &books.entries;
        let goes_back = entries.indexes().any(|entry| entries.date(entry) < first);
        books.extent = if goes_back {
            Extent::From(PrintedBalance { amount: 0, date: None })
        } else {
            Extent::Unknown
        };
    }
}

/// Finds the opening balance that books enter as an entry and takes it out of the candidates. An extract of the books that
/// has one begins with it: then nothing needs to be assumed.
///
/// It is among their first entries; it says so (`Opening balance`, an account `Equity:Opening`) or, on the first day of the
/// window, is what the bank begins with; and no line of the window is as large, which it would be the entry of.
///
/// # Errors
/// [`ItemsError`] if it was taken already.
pub(crate) fn entered(
    opening: &mut Opening,
    books: &mut Books,
    lines: &Items,
    first: Date,
    bank_opening: Option<i128>,
) -> Result<(), ItemsError> {
    let entries = &books.entries;
    // Whole books count what is before the window as it stands, whatever it is called.
    let counts = |date: Date| date == first || (date < first && books.extent == Extent::Unknown);
    let own = || entries.indexes().filter(|entry| !opening.open.contains(entry));
    let earliest = own().map(|entry| entries.date(entry)).min();
    let Some(earliest) = earliest.filter(|date| counts(*date)) else {
        return Ok(());
    };
    let of_earliest = || own().filter(|&entry| entries.date(entry) == earliest);
    let says = of_earliest().find(|&entry| says_opening(entries, entry));
    let is_banks = |entry: &ItemIndex| bank_opening == Some(i128::from(entries.amount(*entry)));
    let Some(entry) = says.or_else(|| {
        of_earliest()
            .next()
            .filter(|entry| earliest == first && is_banks(entry))
    }) else {
        return Ok(());
    };
    let (amount, left) = (entries.amount(entry), entries.open_amount(entry));
    // Of listed open items the rest is taken already.
    let untouched = left == amount || (left == 0 && opening.listed && earliest < first);
    let known_before = matches!(books.extent, Extent::From(_)) || !untouched;
    let in_window = lines.indexes().any(|line| lines.amount(line) == amount);
    if known_before || in_window {
        return Ok(());
    }
    books.entries.take(entry, left)?;
    opening.entered.insert(entry);
    if books.extent == Extent::Unknown {
        books.extent = Extent::From(PrintedBalance { amount: 0, date: None });
    }
    Ok(())
}

/// Words of an opening balance, folded.
const OPENINGS: &[&str] = &[
    "OPENING BALANCE",
    "OPENING BAL",
    "OPENING EQUITY",
    "EQUITY OPENING",
    "BROUGHT FORWARD",
    "BALANCE B F",
    "BALANCE B FWD",
    "BALANCE FORWARD",
    "PREVIOUS BALANCE",
    "STARTING BALANCE",
    "BEGINNING BALANCE",
    "START BALANCE",
    "INITIAL BALANCE",
    "ANFANGSSALDO",
    "ANFANGSBESTAND",
    "EROFFNUNGSSALDO",
    "EROFFNUNGSBILANZ",
    "EROFFNUNGSBUCHUNG",
    "ALTER SALDO",
    "ALTER KONTOSTAND",
    "SALDOVORTRAG",
    "VORTRAGSSALDO",
    "BEGINSALDO",
    "BEGINBALANS",
    "VORIG SALDO",
    "SOLDE INITIAL",
    "SOLDE D OUVERTURE",
    "SOLDE PRECEDENT",
    "ANCIEN SOLDE",
    "REPORT A NOUVEAU",
    "A NOUVEAUX",
    "SALDO INICIAL",
    "SALDO DE APERTURA",
    "ASIENTO DE APERTURA",
    "SALDO ANTERIOR",
    "SALDO INIZIALE",
    "SALDO DI APERTURA",
    "SALDO PRECEDENTE",
    "SALDO POCZATKOWE",
    "BILANS OTWARCIA",
    "POCATECNI ZUSTATEK",
    "POCIATOCNY ZOSTATOK",
    "NYITO EGYENLEG",
    "INDGAENDE SALDO",
    "INGAENDE SALDO",
    "INGAENDE BALANS",
    "INNGAENDE SALDO",
    "INNGAENDE BALANSE",
    "ALKUSALDO",
    "PRADINIS LIKUTIS",
    "SAKUMA ATLIKUMS",
    "ALGSALDO",
];

/// Whether an entry calls itself an opening balance.
fn says_opening(entries: &Items, entry: ItemIndex) -> bool {
    [Field::Description, Field::Counterparty, Field::Kind]
        .into_iter()
        .any(|field| {
            let text = fold(entries.text(entry, field));
            let padded = format!(" {text} ");
            let has =
                |phrase: &str| padded.contains(&format!(" {phrase} ")) || padded.contains(&format!(" {phrase}S "));
            text == "OPENING" || OPENINGS.iter().copied().any(has)
        })
}

fn carry(
    books: &mut Books,
    item: &OpenItem,
    cut_off: Date,
    opening: &mut Opening,
    digits: u8,
) -> Result<(), ItemsError> {
    let name = [&item.id, &item.reference, &item.description]
        .into_iter()
        .find(|text| !text.is_empty());
    let name = name.map_or(String::new(), |name| format!(" {name}"));
    let amount = grouped(item.amount, digits);
    let after = item.date.is_some_and(|date| date > cut_off);
    let text = if after {
        format!(
            "the listed open item{name} of {amount} is dated after the cut-off {cut_off} and was left to the entries of the period"
        )
    } else if books.extent == Extent::Whole {
        format!("the listed open item{name} of {amount} is not in the books and was left out")
    } else {
        let entry = books.entries.push(&NewItem {
            account: 0,
            date: item.date.unwrap_or(cut_off),
            value_date: None,
            amount: item.amount,
            open_item: false,
            id: &item.id,
            description: &item.description,
            counterparty: "",
            reference: &item.reference,
            check_number: "",
            kind: "",
        })?;
        opening.open.insert(entry);
        opening.carried += i128::from(item.amount);
        format!("the listed open item{name} of {amount} is before the extract of the books and was carried forward")
    };
    opening.notes.push(Note {
        code: NoteCode::OpenItem,
        text,
    });
    Ok(())
}

/// Entries before the cut-off that a listed item may mean, each once.
#[derive(Default)]
struct Candidates {
    by_id: BTreeMap<String, Vec<ItemIndex>>,
    by_amount: BTreeMap<i64, Vec<ItemIndex>>,
    taken: BTreeSet<ItemIndex>,
}

impl Candidates {
    fn new(entries: &Items, before: &[ItemIndex]) -> Self {
        let mut candidates = Self::default();
        for &entry in before {
            let id = normalised(entries.text(entry, Field::Id));
            if !id.is_empty() {
                candidates.by_id.entry(id).or_default().push(entry);
            }
            candidates
                .by_amount
                .entry(entries.amount(entry))
                .or_default()
                .push(entry);
        }
        candidates
    }

    /// By id, of which a part may be open; else by amount and as much else as is listed.
    fn take(&mut self, entries: &Items, item: &OpenItem) -> Option<ItemIndex> {
        let same_sign = |entry: ItemIndex| {
            let amount = entries.amount(entry);
            (amount < 0) == (item.amount < 0) && item.amount.unsigned_abs() <= amount.unsigned_abs()
        };
        let free = |entry: &ItemIndex| !self.taken.contains(entry);
        let mut by_id = self.by_id.get(&normalised(&item.id)).into_iter().flatten().copied();
        let by_id = by_id.find(|entry| free(entry) && same_sign(*entry));
        let found = by_id.or_else(|| {
            let equal = self.by_amount.get(&item.amount);
            let free = || equal.into_iter().flatten().copied().filter(free);
            let best = free()
                .map(|entry| (likeness(entries, entry, item), std::cmp::Reverse(entry)))
                .max();
            let (likeness, std::cmp::Reverse(entry)) = best?;
            let said = item.date.is_some() || !item.reference.is_empty() || !item.id.is_empty();
            (likeness > 0 || (!said && free().count() == 1)).then_some(entry)
        });
        self.taken.extend(found);
        found
    }
}

/// How much of what is listed agrees: reference, day, text.
fn likeness(entries: &Items, entry: ItemIndex, item: &OpenItem) -> u8 {
    let texts = [Field::Reference, Field::CheckNumber, Field::Id].map(|field| normalised(entries.text(entry, field)));
    let mentions = |text: &str| {
        let text = normalised(text);
        !text.is_empty() && texts.contains(&text)
    };
    let reference = mentions(&item.reference) || mentions(&item.id);
    let description = normalised(&item.description);
    let same_text = !description.is_empty() && description == normalised(entries.text(entry, Field::Description));
    4 * u8::from(reference) + 2 * u8::from(item.date == Some(entries.date(entry))) + u8::from(same_text)
}

fn normalised(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
