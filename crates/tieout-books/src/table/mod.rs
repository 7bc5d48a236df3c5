//! Tables as books: extracts of one account, and the reports that accounting programs export (account transactions, general
//! ledgers) with their headings, opening rows, subtotals and closing rows.
//!
//! `columns` says what each column is to books, `sorter` what each row is and which account it belongs to, `signs` how its
//! signs are read. A file is gone through twice: `scan` finds the accounts and checks every printed total, `emit` gives the
//! entries of the one that was chosen. Memory does not grow with the rows.

mod ahead;
mod checks;
mod columns;
mod dates;
mod emit;
pub mod open_items;
mod phrases;
mod scan;
mod signs;
mod sorter;
mod twins;
pub(crate) mod write;

use crate::account::{self, Role as AccountRole};
use crate::commodity::Uses;
use crate::general;
use crate::model::{AccountTotal, CommodityAmount, History, PrintedBalance};
use crate::read::{BooksFormat, BooksOptions, Emitter};
use crate::write::Layout;
use columns::BooksColumns;
pub(crate) use emit::clearing;
use scan::{AccountScan, Scan};
use signs::Sense;
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Problem};
use tieout_tables::fold::fold;
use tieout_tables::mapping::MappedSign;
use tieout_tables::{AmountLayout, Mapping, Perspective, Role, Row, Table, TableOptions, sniff};

/// Neither day nor amount of a row can be read, but the one has digits, and something stands for the other: it is no heading
/// and no remark, but an entry that would be missing from the books.
fn is_garbled(table: &Table, row: &Row, date: Option<usize>) -> bool {
    let has_digit = |column: usize| row.cell(column).iter().any(u8::is_ascii_digit);
    date.is_some_and(has_digit)
        && table
            .layout()
            .columns()
            .any(|column| !row.cell(column).trim_ascii().is_empty())
}

/// What is said of such a row.
const GARBLED: &str = "neither its date nor its amount can be read";

/// The reader of delimited text.
#[derive(Debug)]
pub struct Csv;

/// The reader of workbooks.
#[derive(Debug)]
pub struct Xlsx;

impl BooksFormat for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        sniff::is_text(head) && sniff::dialect(head, None).is_some()
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        read(input, options, out)
    }
}

impl BooksFormat for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn recognise(&self, head: &[u8], _path: &str) -> bool {
        head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
    }

    fn read(&self, input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
        read(input, options, out)
    }
}

fn read(input: &mut dyn Input, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> io::Result<()> {
    let table = match survey(input, options)? {
        Ok(table) => table,
        Err(problems) => {
            for problem in problems {
                out.problem(problem);
            }
            return Ok(());
        }
    };
    for problem in table.problems() {
        out.problem(problem.clone());
    }
    // Who maps the columns has said what the rows are.
    if options.mapping.as_ref().is_none_or(Mapping::leaves_columns) {
        twins::say(&table, input, out)?;
        if general::read(&table, input, options, out)? {
            return Ok(());
        }
    }
    let columns = BooksColumns::of(&table);
    out.reading().dialect = format!("{}{}", table.dialect(), columns.program());
    let mut scan = Scan::run(&table, &columns, input, out)?;
    let chosen = choose(&table, &scan, options, out);
    scan.say_contradictions(chosen.as_ref(), out);
    let Some(chosen) = chosen else {
        return Ok(());
    };
    let uses = Uses::of(
        chosen
            .found
            .sums
            .iter()
            .map(|(name, (count, _))| (name.as_str(), *count)),
        options.currency,
    );
    uses.report(out);
    out.reading().currency = uses.only_currency();
    say_balances(&scan, &chosen, out);
    let seen = emit::run(&table, &columns, (&scan, &chosen, &uses), input, out)?;
    signs::say(chosen.sense, &table, &seen, out);
    let layout = write::TableLayout::learn(&table, &columns, (&scan, &chosen), &seen, input)?;
    out.reading().layout = Some(Layout::Table(Box::new(layout)));
    Ok(())
}

/// Which account of a table is read.
#[derive(Debug)]
struct Chosen {
    /// What is known of it.
    found: AccountScan,
    /// All rows are its entries.
    alone: bool,
    /// The accounts of the rows are those of the other side.
    names_other_sides: bool,
    /// How its signs are read.
    sense: Sense,
    /// Its amounts are written with what is owed as positive.
    turned: bool,
}

/// Finds the table. The signs of a single column of amounts are taken as printed: what they mean in each account is
/// decided here, by the types of its entries.
fn survey(input: &mut dyn Input, options: &BooksOptions<'_>) -> io::Result<Result<Table, Vec<Problem>>> {
    let mut asked = TableOptions {
        mapping: options.mapping.clone(),
        date_order: options.date_order,
        perspective: Perspective::Books,
        currency: options.currency,
    };
    let table = match Table::survey(input, &asked)? {
        Ok(table) => table,
        Err(none) => return Ok(Err(none.problems)),
    };
    let said = options
        .mapping
        .as_ref()
        .is_some_and(|mapping| mapping.sign.is_some() || !mapping.debit_words.is_empty());
    let guessed = match table.layout() {
        AmountLayout::Signed { sign, .. } => *sign != tieout_tables::columns::SignMeaning::AsPrinted,
        AmountLayout::Flagged { direction, .. } => table
            .columns()
            .get(*direction)
            .is_some_and(|column| column.role == Role::Type),
        AmountLayout::Sides { .. } => false,
    };
    if said || !guessed || table.has_lettered_signs() {
        return Ok(Ok(table));
    }
    let mapping = asked.mapping.get_or_insert_with(Mapping::default);
    mapping.sign = Some(MappedSign::AsPrinted);
    Ok(Table::survey(input, &asked)?.map_err(|none| none.problems))
}

/// Chooses among the accounts of the table. A table of one account needs no choice.
fn choose(table: &Table, scan: &Scan, options: &BooksOptions<'_>, out: &mut Emitter<'_>) -> Option<Chosen> {
    // Expenses have the types of payments too, and are positive for another reason; only a card's balance is turned.
    let is_owed = |account: &AccountScan| {
        account.signs.are_turned() && account::role_of_name(&account.name) == AccountRole::Liability
    };
    let totals: Vec<AccountTotal> = scan
        .accounts
        .iter()
        .map(|account| total(account, is_owed(account)))
        .collect();
    let roles: Vec<AccountRole> = totals.iter().map(|total| account::role_of_name(&total.name)).collect();
    let is_list_of_others =
        scan.by_column() && options.account.is_none() && !roles.contains(&AccountRole::Bank) && totals.len() > 1;
    let chosen = if is_list_of_others || !scan.names_accounts() {
        if is_list_of_others {
            let message = "the accounts in the table are those of the other side: none looks like a bank account";
            out.problem(Problem::of_file(Code::Decided, message).advising(account::NAME_THE_ACCOUNT));
        }
        if let Some(wanted) = options.account.as_deref().filter(|wanted| !named_above(table, wanted)) {
            let message = format!(
                "the table names no account: all its rows were read, whether or not they are of {:?}",
                excerpt(wanted, 60)
            );
            out.problem(Problem::of_file(Code::NoAccount, message));
        }
        if scan.all.entries > 0 || scan.all.opening.is_some() || scan.all.closing.is_some() {
            let turned = scan.all.signs.are_turned();
            let own = total(&scan.all, turned);
            // What comes into the account goes out of the others.
            let others = scan.accounts.iter().map(|account| total(account, !turned));
            let others = others.filter(|_| is_list_of_others);
            out.reading().accounts = std::iter::once(own).chain(others).collect();
        }
        None
    } else {
        let chosen = account::choose(&totals, &roles, options, out);
        out.reading().accounts = totals;
        Some(chosen?)
    };
    let found = chosen
        .and_then(|index| scan.accounts.get(index))
        .unwrap_or(&scan.all)
        .clone();
    out.reading().account = chosen.map(|_| found.name.clone()).filter(|name| !name.is_empty());
    let sense = Sense::of(&found);
    Some(Chosen {
        found,
        alone: chosen.is_none(),
        names_other_sides: is_list_of_others,
        sense,
        turned: sense.turns_amounts(),
    })
}

/// Whether the lines above the table name this account.
fn named_above(table: &Table, wanted: &str) -> bool {
    let wanted = fold(wanted);
    let preamble = table.preamble();
    [&preamble.account, &preamble.account_name]
        .into_iter()
        .any(|named| fold(named).contains(&wanted))
}

fn total(account: &AccountScan, turned: bool) -> AccountTotal {
    AccountTotal {
        name: account.name.clone(),
        code: account.code.clone(),
        entries: account.entries,
        balances: account
            .sums
            .iter()
            .map(|(commodity, (_, sum))| CommodityAmount {
                commodity: commodity.clone(),
                amount: if turned { -*sum } else { *sum },
            })
            .collect(),
    }
}

/// Printed balances of the account, in its own sign.
fn say_balances(scan: &Scan, chosen: &Chosen, out: &mut Emitter<'_>) {
    let found = &chosen.found;
    let signed = |balance: &PrintedBalance| PrintedBalance {
        amount: if chosen.sense.turns_balances() {
            -balance.amount
        } else {
            balance.amount
        },
        ..*balance
    };
    let preamble = scan.preamble_balances;
    let only_account = scan.accounts.len() <= 1;
    let around = |amount| PrintedBalance {
        date: None,
        amount,
        source_line: 0,
    };
    let proved = found.chain.ends();
    let opening = found.opening.or_else(|| {
        preamble
            .0
            .filter(|_| only_account)
            .or(proved.map(|ends| ends.0))
            .map(around)
    });
    let closing = found.closing.or_else(|| {
        preamble
            .1
            .filter(|_| only_account)
            .or(proved.map(|ends| ends.1))
            .map(around)
    });
    let reading = out.reading();
    reading.opening = opening.as_ref().map(signed);
    reading.closing = closing.as_ref().map(signed);
    reading.history = if opening.is_some() {
        History::FromOpening
    } else if only_account && found.chain.begins_at_zero() {
        History::FromZero
    } else {
        History::Unknown
    };
}
