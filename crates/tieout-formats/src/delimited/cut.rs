//! Whether the last row of a file, one without a line end, is only the beginning of one.

use tieout_tables::row::Flaw;
use tieout_tables::{Row, RowKind};

/// What the movements before a row look like.
#[derive(Debug)]
pub(super) struct Before {
    /// Cells of the movement before, of the header if there is none.
    width: usize,
    movements: u32,
    /// The mark and the number of decimals of the figures that movements end with, where all have the same.
    decimals: Option<(u8, usize)>,
}

impl Before {
    /// Movements whose figures may have as many decimals by chance.
    const FEW: u32 = 4;
    /// Movements that are looked at: what holds for these holds for the others.
    const MANY: u32 = 64;

    /// None yet, below a header of so many columns.
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            movements: 0,
            decimals: None,
        }
    }

    /// A movement.
    pub(super) fn add(&mut self, row: &Row) {
        self.width = row.len();
        if self.movements >= Self::MANY {
            return;
        }
        let decimals = figure(row).and_then(decimals);
        if self.movements == 0 {
            self.decimals = decimals;
        } else if self.decimals != decimals {
            self.decimals = None;
        }
        self.movements += 1;
    }

    /// It has fewer cells than the row before it and begins with a figure, as dates and numbers do, or its amount lacks
    /// decimals that all others have.
    pub(super) fn is_cut(&self, row: &Row, kind: RowKind) -> bool {
        row.is_unended && (self.lacks_cells(row, kind) || self.lacks_decimals(row, kind))
    }

    fn lacks_cells(&self, row: &Row, kind: RowKind) -> bool {
        let may_be_cut = !matches!(kind, RowKind::Balance(..) | RowKind::Empty | RowKind::Void);
        let first = row.cells().next().and_then(|cell| cell.first());
        let figure = first.is_some_and(u8::is_ascii_digit);
        may_be_cut && row.len() < self.width && (figure || row.flaw == Some(Flaw::LostQuote))
    }

    fn lacks_decimals(&self, row: &Row, kind: RowKind) -> bool {
        let known = self.decimals.filter(|_| self.movements >= Self::FEW);
        let Some(((mark, all), figure)) = known.zip(figure(row)) else {
            return false;
        };
        let own = decimals(figure).filter(|(own, _)| *own == mark);
        matches!(kind, RowKind::Movement(_)) && own.map_or(0, |(_, own)| own) < all
    }
}

/// What a row ends with, if it is a figure.
fn figure(row: &Row) -> Option<&[u8]> {
    let cell = row.cells().last()?.trim_ascii();
    let is_figure = cell
        .iter()
        .all(|byte| byte.is_ascii_digit() || b"+-.,' ".contains(byte));
    (is_figure && !cell.is_empty()).then_some(cell)
}

/// The last mark in a figure, and how many digits stand behind it.
fn decimals(figure: &[u8]) -> Option<(u8, usize)> {
    let digits = figure.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let mark = figure.iter().rev().nth(digits)?;
    b".,".contains(mark).then_some((*mark, digits))
}
