//! A chart of accounts as delimited text: a header, then one account on each line.

use crate::account::AccountType;
use crate::limits::MAX_ACCOUNTS;
use std::io;
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::excerpt;
use tieout_core::{Code, Place, Problem};
use tieout_tables::Row;
use tieout_tables::fold::fold;
use tieout_tables::records::Records;
use tieout_tables::sniff;

/// An account as a line of a chart says it; what is not said is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartRow {
    /// Its number or code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub account_type: Option<AccountType>,
    /// The currency it is kept in.
    pub currency: String,
    /// The code of the account above it.
    pub parent: String,
    /// What it is for.
    pub description: String,
    /// Its time zone.
    pub time_zone: String,
    /// Line in the file, from 1.
    pub line: u64,
}

const CODE: &[&str] = &[
    "code",
    "account code",
    "number",
    "account number",
    "no",
    "nr",
    "account no",
    "acct",
    "id",
    "konto",
    "kontonummer",
    "account",
];
const NAME: &[&str] = &[
    "name",
    "account name",
    "title",
    "bezeichnung",
    "kontobezeichnung",
    "intitule",
    "libelle",
];
const TYPE: &[&str] = &["type", "account type", "kind", "class", "kontoart", "category"];
const CURRENCY: &[&str] = &["currency", "currency code", "wahrung", "waehrung", "devise", "moneda"];
const PARENT: &[&str] = &["parent", "parent code", "parent account", "parent account code"];
const DESCRIPTION: &[&str] = &["description", "note", "notes", "comment", "beschreibung"];
const TIME_ZONE: &[&str] = &["time zone", "timezone", "tz"];

/// Where the columns stand.
struct Columns {
    code: Option<usize>,
    name: Option<usize>,
    account_type: Option<usize>,
    currency: Option<usize>,
    parent: Option<usize>,
    description: Option<usize>,
    time_zone: Option<usize>,
}

/// Reads a chart of accounts. A line whose type cannot be told has none; the caller says what that means.
///
/// # Errors
/// Those of the input.
pub fn read_chart(input: &mut dyn Input) -> io::Result<(Vec<ChartRow>, Vec<Problem>)> {
    let opened = encoding::open(input)?;
    let mut problems = Vec::new();
    let Some(dialect) = sniff::dialect(&opened.head, None) else {
        let message = "a chart of accounts needs columns, such as code,name,type";
        problems.push(Problem::of_file(Code::NoColumns, message));
        return Ok((Vec::new(), problems));
    };
    let mut decoder = Decoder::default();
    let mut records = Records::new(opened.reader, dialect);
    let mut row = Row::default();
    let mut columns = None;
    let mut rows = Vec::new();
    while records.read(&mut row)? {
        let cells: Vec<String> = row.cells().map(|cell| decoder.decode(cell).trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let Some(known) = &columns else {
            columns = header(&cells);
            if columns.is_none() {
                let message = "the first line names no column of codes or names; write a header such as code,name,type";
                problems.push(Problem::new(Code::NoColumns, Place::line(row.line), message));
                return Ok((rows, problems));
            }
            continue;
        };
        if rows.len() >= MAX_ACCOUNTS {
            let message = format!("the chart has more than {MAX_ACCOUNTS} accounts");
            problems.push(Problem::new(Code::TooLarge, Place::line(row.line), message));
            break;
        }
        rows.push(account(known, &cells, row.line, &mut problems));
    }
    Ok((rows, problems))
}

fn header(cells: &[String]) -> Option<Columns> {
    let folded: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
    let of = |names: &[&str]| folded.iter().position(|cell| names.contains(&cell.as_str()));
    let columns = Columns {
        code: of(CODE),
        name: of(NAME),
        account_type: of(TYPE),
        currency: of(CURRENCY),
        parent: of(PARENT),
        description: of(DESCRIPTION),
        time_zone: of(TIME_ZONE),
    };
    (columns.code.is_some() || columns.name.is_some()).then_some(columns)
}

fn account(columns: &Columns, cells: &[String], line: u64, problems: &mut Vec<Problem>) -> ChartRow {
    let cell = |column: Option<usize>| column.and_then(|at| cells.get(at)).cloned().unwrap_or_default();
    let word = cell(columns.account_type);
    let account_type = AccountType::named(&word);
    if account_type.is_none() && !word.is_empty() {
        let message = format!(
            "{:?} is no type of account: asset, liability, equity, revenue or expense",
            excerpt(&word, 40)
        );
        problems.push(Problem::new(Code::BadEntry, Place::line(line), message));
    }
    let (code, name) = (cell(columns.code), cell(columns.name));
    ChartRow {
        name: if name.is_empty() { code.clone() } else { name.clone() },
        code: if code.is_empty() { name } else { code },
        account_type,
        currency: cell(columns.currency),
        parent: cell(columns.parent),
        description: cell(columns.description),
        time_zone: cell(columns.time_zone),
        line,
    }
}
