//! The opening reconciliation: which entries before the cut-off are still open when the window begins.
//!
//! The cut-off is the day before the bank's first day. What the books hold to that day was reconciled earlier, except
//! open items. Without a list these are found: an entry before the cut-off that a line of the window clears was open,
//! every other one counts as cleared, and the result says so. With a list exactly the listed ones were open, whether
//! anything clears them or not; all others are taken out of the candidates. A list of checks often has them without a sign:
//! where number or day say which entry is meant, the sign is that of the books, and the result says so. A listed item from
//! before an extract of the books is carried forward: it becomes an entry.

use crate::result::{Note, NoteCode};
use crate::statements::{Books, Extent, OpenItem, PrintedBalance};
use crate::words::counted;
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
    let Found { parts, missing } = find(listed, &books.entries, &before, &mut opening, digits);
    let cleared = before.iter().filter(|entry| !opening.open.contains(*entry));
    let cleared: Vec<(ItemIndex, i64)> = cleared
        .map(|&entry| (entry, books.entries.open_amount(entry)))
        .collect();
    for (entry, part) in cleared.into_iter().chain(parts) {
        books.entries.take(entry, part)?;
    }
    for item in missing {
        carry(books, &item, cut_off, &mut opening, digits)?;
    }
    Ok(opening)
}

/// What became of the listed items.
#[derive(Default)]
struct Found {
    /// Entries that are listed, and what of each is not open.
    parts: Vec<(ItemIndex, i64)>,
    /// Items that no entry was found for, with the sign that they most likely have.
    missing: Vec<OpenItem>,
}

/// Finds the entries of the listed items: first of those that have the sign of the books, then of the others.
fn find(listed: &[OpenItem], entries: &Items, before: &[ItemIndex], opening: &mut Opening, digits: u8) -> Found {
    let mut candidates = Candidates::new(entries, before);
    let mut found = Found::default();
    let (mut as_written, mut unsigned) = (0_usize, Vec::new());
    let mut left = Vec::new();
    for item in listed.iter().filter(|item| item.amount != 0) {
        match candidates.take(entries, item) {
            Some(entry) => {
                as_written += usize::from(item.amount > 0);
                opening.open.insert(entry);
                found.parts.push((entry, entries.amount(entry) - item.amount));
            }
            None => left.push(item),
        }
    }
    for item in left {
        let turned = turned(item);
        match candidates.take_surely(entries, &turned) {
            Some(entry) => {
                opening.open.insert(entry);
                found.parts.push((entry, entries.amount(entry) - turned.amount));
                unsigned.push(turned);
            }
            None => found.missing.push(item.clone()),
        }
    }
    // In a list without signs a check is money out as well where the books do not hold it.
    if as_written == 0 && unsigned.iter().any(|item| item.amount < 0) {
        let is_check = |item: &&mut OpenItem| item.amount > 0 && !item.check_number.is_empty();
        for item in found.missing.iter_mut().filter(is_check) {
            *item = turned(item);
            unsigned.push(item.clone());
        }
    }
    opening.notes.extend(turned_signs(&unsigned, digits));
    found
}

fn turned(item: &OpenItem) -> OpenItem {
    OpenItem {
        amount: item.amount.saturating_neg(),
        ..item.clone()
    }
}

/// Which items were listed with the opposite sign.
fn turned_signs(items: &[OpenItem], digits: u8) -> Option<Note> {
    /// Items that are named.
    const NAMED: usize = 5;
    if items.is_empty() {
        return None;
    }
    let named = items.iter().take(NAMED);
    let named = named.map(|item| {
        let space = if name(item).is_empty() { "" } else { " " };
        format!("{}{space}{}", name(item), grouped(item.amount, digits))
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    let more = items.len().saturating_sub(NAMED);
    if more > 0 {
        named = format!("{named} and {more} more");
    }
    let listed = counted(
        items.len(),
        "listed open item has the opposite sign in the books, and was taken with that",
        "listed open items have the opposite sign in the books, and were taken with that",
    );
    Some(Note {
        code: NoteCode::OpenItem,
        text: format!("{listed}: {named}"),
    })
}

/// What an item calls itself, shortest first, or nothing.
fn name(item: &OpenItem) -> &str {
    let texts = [
        &item.id,
        &item.reference,
        &item.check_number,
        &item.description,
        &item.counterparty,
    ];
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or("", String::as_str)
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
/// window, is what the bank begins with; and no line of the window is as large, which it would be the entry of unless
/// it says that it is none.
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
    // What a known opening balance of the books stands for is none of their entries.
    let counts = |date: Date| date == first || (date < first && !matches!(books.extent, Extent::From(_)));
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
    // What calls itself an opening balance is the entry of no line, but of an account that begins with nothing.
    let is_of_a_line = in_window && (says.is_none() || bank_opening == Some(0));
    if known_before || is_of_a_line {
        return Ok(());
    }
    books.entries.take(entry, left)?;
    if books.extent == Extent::Whole && earliest < first {
        // Whole books count what is before the window as it stands, whatever it is called.
        return Ok(());
    }
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
    "BALANCE B D",
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
    "SALDENVORTRAG",
    "BEGINSALDO",
    "BEGIN SALDO",
    "ABNINGSSALDO",
    "PRIMOSALDO",
    "ACILIS BAKIYESI",
    "OP BALANCE",
    "OPEN BAL",
    "BEGINBALANS",
    "VORIG SALDO",
    "SOLDE INITIAL",
    "SOLDE D OUVERTURE",
    "SOLDE PRECEDENT",
    "ANCIEN SOLDE",
    "REPORT A NOUVEAU",
    "A NOUVEAU",
    "A NOUVEAUX",
    "BILAN D OUVERTURE",
    "ECRITURE D OUVERTURE",
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
    "SALDO NACHALNOE",
    "NACHALNOE SALDO",
    "VKHODIASHCHII OSTATOK",
    "OSTATOK NA NACHALO",
    "DEVREDEN BAKIYE",
    // Chinese and Japanese, as folding spells them.
    "QI CHU YU E",
    "QI CHU JIE YU",
    "SHANG QI JIE YU",
    "QIAN QI ZAO YUE",
    "QIAN YUE ZAO YUE",
    "QI SHOU CAN GAO",
];
/// Texts that are one as a whole, folded; in other texts the words mean other things.
const WHOLE: &[&str] = &[
    "OPENING",
    "VORTRAG",
    "EB WERT",
    "EB WERTE",
    "EROFFNUNG",
    "APERTURA",
    "OUVERTURE",
    "REPORT",
    "B F",
    "PRIMO",
    "DEVIR",
];

/// Whether an entry calls itself an opening balance.
fn says_opening(entries: &Items, entry: ItemIndex) -> bool {
    [Field::Description, Field::Counterparty, Field::Kind]
        .into_iter()
        .any(|field| {
            let text = fold(entries.text(entry, field));
            WHOLE.contains(&text.as_str()) || OPENINGS.iter().any(|phrase| has_phrase(&text, phrase))
        })
}

/// Whether a phrase, or its plural, stands in a text as whole words.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let is_whole = |before: &str, behind: &str| {
        let behind = behind.strip_prefix('S').unwrap_or(behind);
        (before.is_empty() || before.ends_with(' ')) && (behind.is_empty() || behind.starts_with(' '))
    };
    text.match_indices(phrase).any(|(place, _)| {
        let (before, rest) = text.split_at(place);
        rest.strip_prefix(phrase).is_some_and(|behind| is_whole(before, behind))
    })
}

fn carry(
    books: &mut Books,
    item: &OpenItem,
    cut_off: Date,
    opening: &mut Opening,
    digits: u8,
) -> Result<(), ItemsError> {
    let name = match name(item) {
        "" => String::new(),
        name => format!(" {name}"),
    };
    let amount = grouped(item.amount, digits);
    let after = item.date.is_some_and(|date| date > cut_off);
    let text = if after {
        format!(
            "the listed open item{name} of {amount} is dated after the cut-off {cut_off} and was left to the entries of the period"
        )
    } else if books.extent == Extent::Whole {
        format!("the listed open item{name} of {amount} is not in the books and was left out")
    } else if let Some(from) = covered_from(books, item) {
        format!(
            "the listed open item{name} of {amount} is not in the books, which hold entries from {from} on, and was left out"
        )
    } else {
        let entry = books.entries.push(&NewItem {
            account: 0,
            date: item.date.unwrap_or(cut_off),
            value_date: None,
            amount: item.amount,
            open_item: false,
            id: &item.id,
            description: &item.description,
            counterparty: &item.counterparty,
            reference: &item.reference,
            check_number: &item.check_number,
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

/// The first day of books that hold entries of the item's day or before it: then an item that is not among them is not from
/// before them.
fn covered_from(books: &Books, item: &OpenItem) -> Option<Date> {
    let placed = |entry: &ItemIndex| usize::try_from(*entry).is_ok_and(|entry| entry < books.provenance.places.len());
    let in_books = books.entries.indexes().filter(placed);
    let first = in_books.map(|entry| books.entries.date(entry)).min()?;
    (first <= item.date?).then_some(first)
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

    /// As [`Candidates::take`], but only where a number or the day says that it is meant.
    fn take_surely(&mut self, entries: &Items, item: &OpenItem) -> Option<ItemIndex> {
        let found = self.take(entries, item)?;
        let sure = likeness(entries, found, item) >= SAME_DAY;
        if !sure {
            self.taken.remove(&found);
        }
        sure.then_some(found)
    }
}

/// The day alone agrees; a number counts more, a text less.
const SAME_DAY: u8 = 2;

/// How much of what is listed agrees: number, day, text.
fn likeness(entries: &Items, entry: ItemIndex, item: &OpenItem) -> u8 {
    let of_entry = [Field::Reference, Field::CheckNumber, Field::Id].map(|field| number(entries.text(entry, field)));
    let numbers = [&item.reference, &item.id, &item.check_number].map(|text| number(text));
    let same_number = numbers.iter().any(|text| !text.is_empty() && of_entry.contains(text));
    let texts = [Field::Description, Field::Counterparty].map(|field| normalised(entries.text(entry, field)));
    let listed = [&item.description, &item.counterparty].map(|text| normalised(text));
    let same_text = listed.iter().any(|text| !text.is_empty() && texts.contains(text));
    4 * u8::from(same_number) + SAME_DAY * u8::from(item.date == Some(entries.date(entry))) + u8::from(same_text)
}

/// A number as it is compared: checks are written with and without leading zeros.
fn number(text: &str) -> String {
    let text = normalised(text);
    let short = text.trim_start_matches('0');
    if short.is_empty() { text } else { short.to_owned() }
}

fn normalised(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
