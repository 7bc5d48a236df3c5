//! Charsets that letters tell far behind the beginning of a file.

use std::io::Cursor;
use tieout_formats::{Import, ReadOptions, read_all};

fn read(bytes: Vec<u8>) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).unwrap()
}

/// An ABO statement of items in ASCII, the last of which has this name.
fn gpc(items: usize, name: &[u8]) -> Vec<u8> {
    let amount = 100 * (items + 1);
    let mut file = format!(
        "0740000001234567890{:<20}010124{:014}+{amount:014}+{:014}0{amount:014}0001310124{:14}\r\n",
        "ACME", 0, 0, ""
    )
    .into_bytes();
    for item in 0..=items {
        let name = if item == items { name } else { b"NAME" };
        file.extend(
            format!(
                "0750000001234567890{:016}{item:013}{:012}2{:010}{:010}{:010}020124",
                0, 100, 0, 0, 0
            )
            .bytes(),
        );
        file.extend(name);
        file.extend(std::iter::repeat_n(b' ', 20 - name.len()));
        file.extend(b"00203020124\r\n");
    }
    file
}

#[test]
fn letters_far_behind_the_beginning_tell_the_charset_of_abo_files() {
    for (name, text) in [
        (b"P\xF8\xEDjem \x9Aek".as_slice(), "Příjem šek"),
        (b"P\xFD\xA1jem \xE7ek", "Příjem šek"),
    ] {
        let import = read(gpc(400, name));
        let line = import.statements[0].lines.last().unwrap();
        assert_eq!(line.counterparty.name, text, "{:?}", import.reading.problems);
    }
}

#[test]
fn letters_far_behind_the_beginning_tell_the_charset_of_mt940_files() {
    for (name, text) in [
        (b"k\xF6nyvel\xE9s \xFAt\xE1n".as_slice(), "könyvelés útán"),
        (b"k\x94nyvel\x82s \xA3t\xA0n", "könyvelés útán"),
    ] {
        let mut file = b":20:X\r\n:25:1/2\r\n:28C:1\r\n:60F:C240101HUF0,\r\n".to_vec();
        for _ in 0..500 {
            file.extend(b":61:2401020102C1,00NTRFNONREF\r\n:86:ATUTALAS\r\n");
        }
        file.extend(b":61:2401020102C1,00NTRFNONREF\r\n:86:");
        file.extend(name);
        file.extend(b"\r\n:62F:C240131HUF501,\r\n-\r\n");
        let import = read(file);
        let line = import.statements[0].lines.last().unwrap();
        assert!(line.text.contains(text), "{:?}", line.text);
    }
}
