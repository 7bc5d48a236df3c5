//! The tables of an `SQLite` file, read from its bytes: pages, b-trees, records. Nothing is written, no index is used, no
//! query understood.
//!
//! The database's own library is a quarter of a million lines of C; a ledger file needs five of its tables, each once.

use std::collections::HashMap;

/// Levels of a b-tree; more than any file can have.
const MAX_DEPTH: usize = 32;

/// A database file.
pub(super) struct Database<'a> {
    file: &'a [u8],
    page_size: usize,
    usable: usize,
    tables: HashMap<String, Table>,
}

#[derive(Debug, Default)]
struct Table {
    root: u32,
    columns: Vec<String>,
}

/// A value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, or a number with a fraction, which no column that is read has.
    Null,
    Integer(i64),
    Text(String),
}

/// A row of a table, its values by the names of the columns.
pub(super) struct Row<'t> {
    columns: &'t [String],
    values: Vec<Value>,
}

impl Row<'_> {
    fn value(&self, column: &str) -> Option<&Value> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.values.get(at)
    }

    /// A text; empty if there is none.
    pub(super) fn text(&self, column: &str) -> String {
        match self.value(column) {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Integer(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self, column: &str) -> Option<i64> {
        match self.value(column) {
            Some(Value::Integer(number)) => Some(*number),
            Some(Value::Text(text)) => text.parse().ok(),
            _ => None,
        }
    }
}

/// The file is damaged here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database is damaged: {0}")]
pub(super) struct Damage(&'static str);

const CUT: Damage = Damage("a page ends too early");

impl<'a> Database<'a> {
    /// Opens a file and reads its list of tables.
    pub(super) fn of(file: &'a [u8]) -> Result<Self, Damage> {
        let page_size = match u16_at(file, 16) {
            Some(1) => 65_536,
            Some(size) if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return Err(Damage("it has no page size")),
        };
        if u16_at(file, 58) == Some(2) || u16_at(file, 58) == Some(3) {
            return Err(Damage("its texts are in UTF-16, which GnuCash does not write"));
        }
        let reserved = usize::from(*file.get(20).ok_or(CUT)?);
        let usable = page_size
            .checked_sub(reserved)
            .filter(|usable| *usable >= 480)
            .ok_or(CUT)?;
        let mut database = Self {
            file,
            page_size,
            usable,
            tables: HashMap::new(),
        };
        let master = Table {
            root: 1,
            columns: ["type", "name", "tbl_name", "rootpage", "sql"]
                .map(str::to_owned)
                .to_vec(),
        };
        let mut tables = HashMap::new();
        database.scan(&master, &mut |row| {
            let root = row.integer("rootpage").and_then(|root| u32::try_from(root).ok());
            if let (Some(root), true) = (root, row.text("type") == "table" && tables.len() < 1_000) {
                let columns = columns_of(&row.text("sql"));
                tables.insert(row.text("name"), Table { root, columns });
            }
        })?;
        database.tables = tables;
        Ok(database)
    }

    /// Whether what was written last may stand in a file beside this one.
    pub(super) fn may_have_a_log(&self) -> bool {
        self.file.get(18..20) == Some(&[2, 2])
    }

    /// Gives every row of a table; false if there is no such table.
    pub(super) fn rows(&self, table: &str, each: &mut dyn FnMut(&Row<'_>)) -> Result<bool, Damage> {
        let Some(table) = self.tables.get(table) else {
            return Ok(false);
        };
        self.scan(table, each)?;
        Ok(true)
    }

    /// Goes through the b-tree of a table, left to right. No file has more steps than pages.
    fn scan(&self, table: &Table, each: &mut dyn FnMut(&Row<'_>)) -> Result<(), Damage> {
        let mut open = vec![(table.root, 0_usize)];
        let mut steps = self.file.len() / self.page_size + 1;
        // No byte of a table belongs to two records.
        let mut bytes_left = self.file.len();
        while let Some((page, depth)) = open.pop() {
            steps = steps.checked_sub(1).ok_or(Damage("its pages lead to each other"))?;
            let bytes = self.page(page)?;
            let header = if page == 1 { 100 } else { 0 };
            let count = usize::from(u16_at(bytes, header + 3).ok_or(CUT)?);
            match bytes.get(header) {
                Some(0x0D) => {
                    for cell in (0..count).map(|cell| u16_at(bytes, header + 8 + cell * 2)) {
                        let record = self.record(bytes, usize::from(cell.ok_or(CUT)?))?;
                        bytes_left = bytes_left
                            .checked_sub(record.len())
                            .ok_or(Damage("its records overlap"))?;
                        let values = values_of(&record).ok_or(CUT)?;
                        each(&Row {
                            columns: &table.columns,
                            values,
                        });
                    }
                }
                Some(0x05) if depth < MAX_DEPTH => {
                    // The last one is read first.
                    open.push((u32_at(bytes, header + 8).ok_or(CUT)?, depth + 1));
                    for cell in (0..count).rev() {
                        let at = u16_at(bytes, header + 12 + cell * 2).ok_or(CUT)?;
                        open.push((u32_at(bytes, usize::from(at)).ok_or(CUT)?, depth + 1));
                    }
                }
                _ => return Err(Damage("a page is of no kind that a table has")),
            }
        }
        Ok(())
    }

    fn page(&self, number: u32) -> Result<&'a [u8], Damage> {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let start = index.and_then(|index| index.checked_mul(self.page_size)).ok_or(CUT)?;
        self.file
            .get(start..start.checked_add(self.page_size).ok_or(CUT)?)
            .ok_or(CUT)
    }

    /// The payload of a cell of a leaf: what does not fit its page stands in a chain of further ones.
    fn record(&self, page: &[u8], at: usize) -> Result<Vec<u8>, Damage> {
        let mut rest = page.get(at..).ok_or(CUT)?;
        let size = usize::try_from(varint(&mut rest).ok_or(CUT)?).map_err(|_| CUT)?;
        varint(&mut rest).ok_or(CUT)?;
        if size > self.file.len() {
            return Err(Damage("a record is larger than the file"));
        }
        let most = self.usable - 35;
        if size <= most {
            return Ok(rest.get(..size).ok_or(CUT)?.to_vec());
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fits = least + (size - least) % (self.usable - 4);
        let here = if fits <= most { fits } else { least };
        let mut record = rest.get(..here).ok_or(CUT)?.to_vec();
        let mut next = u32_at(rest, here).ok_or(CUT)?;
        while record.len() < size {
            let page = self.page(next)?;
            next = u32_at(page, 0).ok_or(CUT)?;
            let count = (size - record.len()).min(self.usable - 4);
            record.extend_from_slice(page.get(4..4 + count).ok_or(CUT)?);
        }
        Ok(record)
    }
}

/// The values of a record: a header of types, then what they say.
fn values_of(record: &[u8]) -> Option<Vec<Value>> {
    let mut rest = record;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let mut types = record.get(record.len() - rest.len()..header)?;
    let mut body = record.get(header..)?;
    let mut values = Vec::new();
    while !types.is_empty() && values.len() < 2_000 {
        values.push(value(varint(&mut types)?, &mut body)?);
    }
    Some(values)
}

fn value(kind: u64, body: &mut &[u8]) -> Option<Value> {
    let mut take = |count: usize| {
        let (taken, rest) = body.split_at_checked(count)?;
        *body = rest;
        Some(taken)
    };
    let value = match kind {
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => {
            let bytes = take([1, 2, 3, 4, 6, 8].get(usize::try_from(kind - 1).ok()?).copied()?)?;
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let begin = if negative { -1_i64 } else { 0 };
            Value::Integer(
                bytes
                    .iter()
                    .fold(begin, |number, byte| (number << 8) | i64::from(*byte)),
            )
        }
        7 => {
            take(8)?;
            Value::Null
        }
        0 | 10 | 11 => Value::Null,
        _ => {
            let is_text = kind % 2 == 1;
            let bytes = take(usize::try_from((kind - 12) / 2).ok()?)?;
            if is_text {
                Value::Text(String::from_utf8_lossy(bytes).into_owned())
            } else {
                Value::Null
            }
        }
    };
    Some(value)
}

/// A number of one to nine bytes.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for position in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        if position == 8 {
            return Some((number << 8) | u64::from(*first));
        }
        number = (number << 7) | u64::from(first & 0x7F);
        if first & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// The names of the columns that a statement creates.
fn columns_of(sql: &str) -> Vec<String> {
    let inner = sql.split_once('(').map_or("", |(_, inner)| inner);
    let (mut depth, mut begin, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                parts.extend(inner.get(begin..at));
                break;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.extend(inner.get(begin..at));
                begin = at + 1;
            }
            _ => {}
        }
    }
    let constraints = ["PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT"];
    let names = parts.into_iter().filter_map(|part| part.split_whitespace().next());
    names
        .filter(|name| !constraints.contains(&name.to_ascii_uppercase().as_str()))
        .map(|name| name.trim_matches(['"', '`', '\'', '[', ']']).to_owned())
        .collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_be_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_by_the_statement_that_creates_them() {
        let sql = "CREATE TABLE splits (guid text(32) PRIMARY KEY NOT NULL, \"tx_guid\" text(32), value_num DECIMAL(10,2), PRIMARY KEY (guid))";
        assert_eq!(columns_of(sql), ["guid", "tx_guid", "value_num"]);
        assert_eq!(columns_of("nonsense"), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_of_any_width() {
        for (bytes, number) in [(&[0x7F][..], 127), (&[0x81, 0x00], 128), (&[0xFF; 9], u64::MAX)] {
            let mut rest = bytes;
            assert_eq!((varint(&mut rest), rest.len()), (Some(number), 0));
        }
        assert_eq!(value(3, &mut &[0xFF, 0xFF, 0xFE][..]), Some(Value::Integer(-2)));
        assert_eq!(
            value(6, &mut &[0x80, 0, 0, 0, 0, 0, 0, 0][..]),
            Some(Value::Integer(i64::MIN))
        );
        assert_eq!(value(15, &mut &b"a"[..]), Some(Value::Text("a".into())));
        assert_eq!(value(17, &mut &b"a"[..]), None);
    }
}
