//! Words that say a side (`支出`) or what became of a movement (`Refusé`), in files that are no UTF-8: they are given in UTF-8 as
//! the rows are read, so that all who look for such words find them. Texts stay as they are in the file.

use crate::charset;
use crate::directions::direction;
use crate::frame::Frame;
use crate::mapping::Mapping;
use crate::row::Row;
use crate::standing::is_status;
use tieout_core::encoding::Decoder;

/// Bytes of the longest of such words.
const LONGEST: usize = 40;
/// Rows that are looked at where all are UTF-8 so far.
const FEW_ROWS: usize = 50;

/// The columns of such words; none of most tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spelt {
    columns: Vec<usize>,
    /// `None` for that which nearly all files are in.
    charset: Option<String>,
}

impl Spelt {
    /// The columns of which most cells are such words, in the charset that a person, the header or the letters say.
    pub(crate) fn find(sample: &[Row], frame: &Frame, mapping: Option<&Mapping>) -> Self {
        let mut spelt = Self::default();
        let is_old = sample.iter().flat_map(Row::cells).any(|cell| !is_utf8(cell));
        if is_old {
            let of_header = || frame.charset.filter(|name| *name != "windows-1252");
            let told = || of_header().or_else(|| charset::vote(sample)).map(str::to_owned);
            spelt.charset = mapping.and_then(|mapping| mapping.encoding.clone()).or_else(told);
        }
        let mut counts = vec![(0_usize, 0_usize); frame.width];
        // A word that is no UTF-8 may still come below; some rows tell its column.
        let rows = if is_old { sample.len() } else { FEW_ROWS };
        for row in sample.iter().skip(frame.body).take(rows) {
            for (cell, (filled, words)) in row.cells().zip(&mut counts).filter(|(cell, _)| !cell.is_empty()) {
                *filled += 1;
                *words += usize::from(cell.len() <= LONGEST && spelt.is_word(cell));
            }
        }
        let columns = counts.iter().enumerate();
        let of_words = columns.filter(|(_, (filled, words))| words * 2 > *filled);
        spelt.columns = of_words.map(|(column, _)| column).collect();
        spelt
    }

    /// There are no such columns.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Gives a row its words.
    pub(crate) fn complete(&self, row: &mut Row) {
        for &column in &self.columns {
            let cell = row.cell(column);
            let is_known = cell.is_ascii() || (self.charset.is_none() && is_utf8(cell));
            if !is_known && cell.len() <= LONGEST {
                let word = self.decoded(cell);
                row.replace(column, word.as_bytes());
            }
        }
    }

    fn is_word(&self, cell: &[u8]) -> bool {
        let says = |cell: &[u8]| direction(cell).is_some() || is_status(cell);
        if cell.is_ascii() {
            says(cell)
        } else {
            says(self.decoded(cell).as_bytes())
        }
    }

    fn decoded(&self, cell: &[u8]) -> String {
        let mut decoder = Decoder::default();
        if let Some(charset) = &self.charset {
            decoder.declare(charset);
        }
        decoder.decode(cell).into_owned()
    }
}

fn is_utf8(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok()
}
