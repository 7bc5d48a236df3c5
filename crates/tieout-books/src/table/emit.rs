//! The second pass: the entries of the chosen account.

use super::Chosen;
use super::columns::BooksColumns;
use super::scan::{Naming, Scan};
use super::sorter::{Kind, Sorter};
use crate::commodity::{ReadAs, Uses};
use crate::model::{Clearing, Entry};
use crate::read::Emitter;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use tieout_core::encoding::{Decoder, Input};
use tieout_core::{Code, Date, Decimal, Problem};
use tieout_tables::directions::Direction;
use tieout_tables::fold::fold;
use tieout_tables::{AmountLayout, Row, Table};

/// What writing needs and only the rows show.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// The text of a date.
    pub(super) date: String,
    /// Words beside amounts, for debit and credit as the table means them.
    pub(super) words: (String, String),
    /// The charset of the texts.
    pub(super) charset: String,
    /// How many entries are of each journal.
    journals: BTreeMap<String, u64>,
}

/// Journals that are told apart.
const MAX_JOURNALS: usize = 64;
/// Rows of a transaction whose other side is looked for.
const MAX_ROWS_OF_VOUCHER: usize = 64;

/// Rows of a general ledger that stand below each other and bear one number and day: a transaction, while it is read.
#[derive(Default)]
struct Voucher {
    transaction: Option<(u64, Date)>,
    /// `None` if it is too large.
    sum: Option<Decimal>,
    rows: usize,
    /// The accounts of the other rows.
    others: BTreeSet<String>,
    /// Those of the account that is read.
    entries: Vec<Entry>,
}

impl Voucher {
    /// A row of a transaction; gives the entries of the one before if it is not the same.
    fn row(&mut self, transaction: (u64, Date), amount: Decimal, out: &mut Emitter<'_>) {
        if self.transaction != Some(transaction) || self.rows >= MAX_ROWS_OF_VOUCHER {
            self.end(out);
        }
        self.transaction = Some(transaction);
        self.sum = match self.rows {
            0 => Some(amount),
            _ => self.sum.and_then(|sum| sum.checked_add(amount)),
        };
        self.rows += 1;
    }

    /// Gives the entries. Their other side is known if the rows balance and are of two accounts.
    fn end(&mut self, out: &mut Emitter<'_>) {
        let other = self
            .others
            .first()
            .filter(|_| self.others.len() == 1 && self.sum.is_some_and(Decimal::is_zero));
        for entry in &mut self.entries {
            if let Some(other) = other.filter(|_| entry.contra.is_empty()) {
                entry.contra.clone_from(other);
            }
            out.entry(entry);
        }
        *self = Self::default();
    }
}

/// Gives the entries to the sink.
///
/// # Errors
/// Those of the input.
pub(super) fn run(
    table: &Table,
    columns: &BooksColumns,
    (scan, chosen, uses): (&Scan, &Chosen, &Uses),
    input: &mut dyn Input,
    out: &mut Emitter<'_>,
) -> io::Result<Seen> {
    let mut sorter = Sorter::new(table, columns, &scan.ahead);
    let mut filler = Filler {
        columns,
        decoder: table.decoder(),
        kind: String::new(),
    };
    let mut seen = Seen::default();
    let mut entry = Entry::default();
    let mut row = Row::default();
    let mut rows = table.rows(input)?;
    let mut transaction: u64 = 0;
    let mut last_document: Vec<u8> = Vec::new();
    let mut in_group = chosen.alone;
    let mut voucher = Voucher::default();
    let has_both_sides = scan.naming == Naming::Column && !chosen.alone;
    while rows.next(&mut row)? {
        match sorter.kind(&row) {
            Kind::Entry { date, amount, name, .. } => {
                // Rows of a general ledger that bear one number are one transaction.
                let mut numbers = numbers(columns).map(|column| row.cell(column));
                let document = numbers.find(|cell| !cell.is_empty()).unwrap_or_default();
                let same =
                    scan.naming == Naming::Column && !document.is_empty() && document == last_document.as_slice();
                if !same {
                    transaction += 1;
                }
                last_document.clear();
                last_document.extend_from_slice(document);
                let belongs = match scan.naming {
                    Naming::Column if !chosen.alone => {
                        let (code, name) = sorter.account(&row);
                        code == chosen.found.code && name == chosen.found.name
                    }
                    Naming::Column | Naming::Nothing => true,
                    Naming::Headings => in_group,
                };
                if has_both_sides {
                    voucher.row((transaction, date), amount, out);
                    if !belongs && voucher.others.len() < 2 {
                        voucher.others.insert(sorter.account(&row).1);
                    }
                }
                let read_as = if belongs {
                    uses.read_as(&sorter.currency(&row))
                } else {
                    ReadAs::LeftOut
                };
                if read_as == ReadAs::LeftOut {
                    continue;
                }
                seen.look(table, columns, &row, &mut filler.decoder);
                if name.is_none() {
                    seen.count_journal(columns, &row, &mut filler.decoder);
                }
                filler.fill(&mut entry, &row, date, if chosen.turned { -amount } else { amount });
                if chosen.names_other_sides && entry.contra.is_empty() {
                    entry.contra = sorter.account(&row).1;
                }
                // Below headings a column of accounts can only mean the other side.
                if scan.naming == Naming::Headings && entry.contra.is_empty() {
                    filler.take(&row, columns.account, &mut entry.contra);
                    if entry.contra == chosen.found.name {
                        entry.contra.clear();
                    }
                }
                entry.transaction = transaction - 1;
                entry.currency = read_as.currency();
                if has_both_sides {
                    voucher.entries.push(entry.clone());
                } else {
                    out.entry(&entry);
                }
            }
            Kind::Heading(name, _) if scan.naming == Naming::Headings => {
                sorter.open(&name);
                in_group = sorter.group() == chosen.found.name;
            }
            Kind::Total(name) if scan.naming == Naming::Headings => {
                sorter.close(&name);
                in_group = sorter.group() == chosen.found.name;
            }
            _ => {}
        }
    }
    voucher.end(out);
    let decoder = filler.decoder;
    if decoder.undecodable() > 0 {
        let message = format!(
            "{} values hold bytes that are no character of {}",
            decoder.undecodable(),
            decoder.found()
        );
        out.problem(Problem::of_file(Code::UndecodableBytes, message));
    }
    seen.charset = decoder.found();
    Ok(seen)
}

/// The columns that may number transactions.
fn numbers(columns: &BooksColumns) -> impl Iterator<Item = usize> {
    columns.documents.first().copied().into_iter().chain(columns.id)
}

impl Seen {
    /// The journal of most entries, or nothing.
    pub(super) fn journal(&self) -> String {
        let most = self.journals.iter().max_by_key(|(_, count)| **count);
        most.map_or_else(String::new, |(journal, _)| journal.clone())
    }

    fn count_journal(&mut self, columns: &BooksColumns, row: &Row, decoder: &mut Decoder) {
        let Some(column) = columns.journal else { return };
        let text = decoder.decode(row.cell(column));
        let journal = text.trim();
        if let Some(count) = self.journals.get_mut(journal) {
            *count += 1;
        } else if self.journals.len() < MAX_JOURNALS {
            self.journals.insert(journal.to_owned(), 1);
        }
    }

    fn look(&mut self, table: &Table, columns: &BooksColumns, row: &Row, decoder: &mut Decoder) {
        if self.date.is_empty() {
            decoder.decode(row.cell(columns.date)).trim().clone_into(&mut self.date);
        }
        if let AmountLayout::Flagged { direction, words, .. } = table.layout() {
            let cell = row.cell(*direction);
            let word = match words.read(cell) {
                Some(Direction::Debit) => &mut self.words.0,
                Some(Direction::Credit) => &mut self.words.1,
                None => return,
            };
            if word.is_empty() {
                decoder.decode(cell).trim().clone_into(word);
            }
        }
    }
}

/// Fills entries from rows; keeps its memory.
struct Filler<'t> {
    columns: &'t BooksColumns,
    decoder: Decoder,
    kind: String,
}

impl Filler<'_> {
    fn fill(&mut self, entry: &mut Entry, row: &Row, date: Date, amount: Decimal) {
        let columns = self.columns;
        entry.clear();
        entry.date = date;
        entry.amount = amount;
        entry.source_line = row.line;
        self.take(row, columns.id, &mut entry.id);
        self.take(row, columns.check_number, &mut entry.check_number);
        self.take(row, columns.counterparty, &mut entry.counterparty);
        self.take(row, columns.contra, &mut entry.contra);
        for column in &columns.documents {
            self.take(row, Some(*column), &mut entry.document);
        }
        for column in &columns.descriptions {
            self.take(row, Some(*column), &mut entry.description);
        }
        for column in &columns.memos {
            self.take(row, Some(*column), &mut entry.memo);
        }
        self.kind.clear();
        let mut kind = std::mem::take(&mut self.kind);
        self.take(row, columns.kind, &mut kind);
        self.kind = kind;
        if !self.kind.is_empty() {
            self.use_kind(entry);
        }
        entry.clearing = columns.clearing.map_or(Clearing::Unsaid, |column| {
            clearing(&self.decoder.decode(row.cell(column)))
        });
    }

    /// Appends the text of a cell.
    fn take(&mut self, row: &Row, column: Option<usize>, into: &mut String) {
        let Some(column) = column else { return };
        let text = self.decoder.decode(row.cell(column));
        let text = text.trim();
        if !text.is_empty() {
            if !into.is_empty() {
                into.push(' ');
            }
            into.extend(text.chars().map(|c| if c == '\0' { ' ' } else { c }));
        }
    }

    /// The number of a check is its check number; an entry without a text is at least of a kind.
    fn use_kind(&self, entry: &mut Entry) {
        let is_check = self
            .kind
            .get(..5)
            .is_some_and(|begin| begin.eq_ignore_ascii_case("check") || begin.eq_ignore_ascii_case("chequ"))
            || self.kind.to_ascii_lowercase().ends_with("check")
            || self.kind.to_ascii_lowercase().ends_with("(check)");
        let is_number = !entry.document.is_empty() && entry.document.bytes().all(|b| b.is_ascii_digit());
        if self.columns.check_number.is_none() && is_check && is_number {
            entry.check_number.push_str(&entry.document);
        }
        if entry.description.is_empty() {
            entry.description.push_str(&self.kind);
        }
    }
}

/// What a clearing mark says. `QuickBooks` ticks what is reconciled and stars what is cleared.
pub(crate) fn clearing(mark: &str) -> Clearing {
    match mark.trim() {
        "√" | "✓" | "✔" => return Clearing::Reconciled,
        "*" => return Clearing::Cleared,
        "!" => return Clearing::Pending,
        _ => {}
    }
    match fold(mark).as_str() {
        "r" | "reconciled" | "x" | "y" => Clearing::Reconciled,
        "c" | "cleared" | "yes" | "true" | "1" => Clearing::Cleared,
        "pending" | "uncleared" => Clearing::Pending,
        _ => Clearing::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_many_programs_are_known() {
        for (mark, clearing_state) in [
            ("", Clearing::Unsaid),
            ("C", Clearing::Cleared),
            ("R", Clearing::Reconciled),
            ("√", Clearing::Reconciled),
            ("*", Clearing::Cleared),
            ("n", Clearing::Unsaid),
            ("Reconciled", Clearing::Reconciled),
        ] {
            assert_eq!(clearing(mark), clearing_state, "{mark}");
        }
    }
}
