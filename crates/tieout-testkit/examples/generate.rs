//! Writes a generated statement file to standard output: `generate KIND LINES`.

use std::io::{self, BufWriter, Write};
use tieout_testkit::generate;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "generate KIND LINES, where KIND is ofx-sgml or ofx-xml";
    let kind = std::env::args().nth(1).ok_or(usage)?;
    let lines = std::env::args().nth(2).ok_or(usage)?.parse()?;
    let pieces: Box<dyn Iterator<Item = String>> = match kind.as_str() {
        "ofx-sgml" => Box::new(generate::ofx::sgml(lines)),
        "ofx-xml" => Box::new(generate::ofx::xml(lines)),
        _ => return Err(usage.into()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for piece in pieces {
        out.write_all(piece.as_bytes())?;
    }
    Ok(out.flush()?)
}
