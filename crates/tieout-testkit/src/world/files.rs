//! A world as files: `ledger.csv`, `statement.csv`, `truth.csv`, and `open_items.csv` where there are any.

use super::World;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a world into a folder. Books of several accounts have a last column that says which.
///
/// # Errors
/// Those of the disk.
pub fn write(world: &World, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let several = world.entries.iter().chain(&world.lines).any(|item| item.account > 0);
    let account = if several { ",account" } else { "" };
    let create = |name: &str| Ok::<_, io::Error>(BufWriter::new(File::create(folder.join(name))?));
    let mut out = create("statement.csv")?;
    writeln!(
        out,
        "id,date,value_date,amount,currency,description,reference,type{account}"
    )?;
    for (place, item) in world.lines.iter().enumerate() {
        let value = item.value_date.map(|date| date.to_string()).unwrap_or_default();
        let (date, amount) = (item.date.to_string(), decimal(item.amount));
        let cells = [
            &id('S', place),
            &date,
            &value,
            &amount,
            world.currency,
            &item.text,
            &item.reference,
            item.kind,
        ];
        row(&mut out, &cells, several.then_some(item.account))?;
    }
    out.flush()?;
    for (name, letter, items) in [
        ("ledger.csv", 'L', &world.entries),
        ("open_items.csv", 'O', &world.open_items),
    ] {
        if items.is_empty() && letter == 'O' {
            continue;
        }
        let mut out = create(name)?;
        writeln!(
            out,
            "id,date,amount,currency,description,counterparty,doc_no,check_no{account}"
        )?;
        for (place, item) in items.iter().enumerate() {
            let (date, amount) = (item.date.to_string(), decimal(item.amount));
            let cells = [
                &id(letter, place),
                &date,
                &amount,
                world.currency,
                &item.text,
                &item.name,
                &item.reference,
                &item.check,
            ];
            row(&mut out, &cells, several.then_some(item.account))?;
        }
        out.flush()?;
    }
    truth(world, &mut create("truth.csv")?)
}

fn truth(world: &World, out: &mut impl Write) -> io::Result<()> {
    let mut sizes: BTreeMap<u32, [usize; 2]> = BTreeMap::new();
    let sides = [
        ("ledger", 'L', &world.entries),
        ("ledger", 'O', &world.open_items),
        ("statement", 'S', &world.lines),
    ];
    for (side, _, items) in sides {
        for group in items.iter().filter_map(|item| item.group) {
            sizes.entry(group).or_default()[usize::from(side == "statement")] += 1;
        }
    }
    writeln!(out, "group_id,side,line_id,relation,subtype,exception,eq")?;
    for (side, letter, items) in sides {
        for (place, item) in items.iter().enumerate() {
            let relation = match item.group.and_then(|group| sizes.get(&group)) {
                None => "none",
                Some([1, 1]) => "1:1",
                Some([1, _]) => "1:n",
                Some([_, 1]) => "n:1",
                Some(_) => "n:m",
            };
            let group = item.group.map(|group| format!("G{group}")).unwrap_or_default();
            let (id, alike) = (
                id(letter, place),
                format!("{}{}", side.chars().next().unwrap_or('x'), item.alike),
            );
            row(
                out,
                &[&group, side, &id, relation, item.subtype, item.exception, &alike],
                None,
            )?;
        }
    }
    out.flush()
}

fn id(letter: char, place: usize) -> String {
    format!("{letter}{place:06}")
}

fn row(out: &mut impl Write, cells: &[&str], account: Option<u16>) -> io::Result<()> {
    let mut first = true;
    for cell in cells {
        if !first {
            out.write_all(b",")?;
        }
        first = false;
        if cell.contains([',', '"', '\n']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    match account {
        Some(account) => writeln!(out, ",{account}"),
        None => writeln!(out),
    }
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs();
    format!("{sign}{}.{:02}", digits / 100, digits % 100)
}
