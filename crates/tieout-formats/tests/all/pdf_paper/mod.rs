//! PDFs that tests of the reader write, and what is read of them.

use std::fmt::Write as _;
use std::io::Cursor;
use tieout_formats::{Import, Proof, ReadOptions, read_all};

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

/// A PDF of one page that shows these texts, each at a place.
pub(crate) fn paper(texts: &[(i32, i32, &str)]) -> Vec<u8> {
    written(&[texts.to_vec()])
}

/// A PDF of pages, each of which shows these texts.
fn written(pages: &[Vec<(i32, i32, &str)>]) -> Vec<u8> {
    let numbers = || (0..pages.len()).map(|page| 3 + 2 * page);
    let font = 3 + 2 * pages.len();
    let kids: Vec<String> = numbers().map(|number| format!("{number} 0 R")).collect();
    let mut pdf = format!(
        "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [{}] /Count {} >> endobj\n",
        kids.join(" "),
        kids.len()
    );
    for (number, texts) in numbers().zip(pages) {
        let shown: Vec<String> = texts
            .iter()
            .map(|(x, y, text)| {
                let text: String = text.chars().map(escaped).collect();
                format!("BT /F1 9 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET")
            })
            .collect();
        let content = shown.join("\n");
        let _ = write!(
            pdf,
            "{number} 0 obj << /Type /Page /Parent 2 0 R /Contents {} 0 R /Resources << /Font << /F1 {font} 0 R >> >> >> endobj\n\
             {} 0 obj << /Length {} >> stream\n{content}\nendstream endobj\n",
            number + 1,
            number + 1,
            content.len()
        );
    }
    let _ = write!(
        pdf,
        "{font} 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> endobj\n\
         trailer << /Root 1 0 R >>\n"
    );
    pdf.into_bytes()
}

/// A character as `WinAnsi` has it; backslashes are kept, so that a text may hold escapes of its own.
fn escaped(c: char) -> String {
    match c {
        '(' | ')' => format!("\\{c}"),
        '–' => "\\226".to_owned(),
        _ if c.is_ascii() => c.to_string(),
        _ => format!("\\{:03o}", u32::from(c)),
    }
}

/// Cells of a table without a header of their own: each row is its height and its cells.
pub(crate) fn rows(rows: &[&[(i32, &str)]]) -> Vec<u8> {
    pages(&[rows])
}

/// Pages of such rows.
pub(crate) fn pages(pages: &[&[&[(i32, &str)]]]) -> Vec<u8> {
    let heights = || (0..).map(|row| 800 - row * 20);
    let placed = pages.iter().map(|rows| {
        let rows = heights().zip(rows.iter());
        rows.flat_map(|(y, row)| row.iter().map(move |(x, text)| (*x, y, *text)))
            .collect()
    });
    written(&placed.collect::<Vec<_>>())
}

/// The dates and amounts of the lines, and the proof.
pub(crate) fn lines(import: &Import) -> (Vec<String>, Proof) {
    let read = &import.statements[0];
    let lines = read.lines.iter();
    let lines = lines.map(|line| format!("{} {}", line.booking_date.unwrap(), line.amount));
    (lines.collect(), read.statement.proof)
}
