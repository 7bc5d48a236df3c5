//! PDFs that tests of the reader write, and what is read of them.

#![allow(unreachable_pub, dead_code)]

use std::io::Cursor;
use tieout_formats::{Import, Proof, ReadOptions, read_all};

/// Reads a PDF.
pub fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

/// A PDF of one page that shows these texts, each at a place.
pub fn paper(texts: &[(i32, i32, &str)]) -> Vec<u8> {
    let shown: Vec<String> = texts
        .iter()
        .map(|(x, y, text)| format!("BT /F1 9 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET"))
        .collect();
    let content = shown.join("\n");
    format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n\
         3 0 obj << /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >> endobj\n\
         4 0 obj << /Length {} >> stream\n{content}\nendstream endobj\n\
         5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> endobj\n\
         trailer << /Root 1 0 R >>\n",
        content.len()
    )
    .into_bytes()
}

/// Cells of a table without a header of their own: each row is its height and its cells.
pub fn rows(rows: &[&[(i32, &str)]]) -> Vec<u8> {
    let heights = (0..).map(|row| 800 - row * 20);
    let texts: Vec<(i32, i32, &str)> = heights
        .zip(rows)
        .flat_map(|(y, row)| row.iter().map(move |(x, text)| (*x, y, *text)))
        .collect();
    paper(&texts)
}

/// The dates and amounts of the lines, and the proof.
pub fn lines(import: &Import) -> (Vec<String>, Proof) {
    let read = &import.statements[0];
    let lines = read.lines.iter();
    let lines = lines.map(|line| format!("{} {}", line.booking_date.unwrap(), line.amount));
    (lines.collect(), read.statement.proof)
}
