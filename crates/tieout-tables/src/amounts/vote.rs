//! The vote of a column of amounts on its decimal mark.

use super::DecimalMark;

/// Collects the cells of one column and decides its decimal mark. Memory does not grow with the column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecimalMarkVote {
    point: u64,
    comma: u64,
    /// Cells of the shape `1.000`.
    lone_point: u64,
    /// Cells of the shape `1,000`.
    lone_comma: u64,
}

/// What a column says about its decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkVerdict {
    /// The mark is this, on evidence.
    Decided(DecimalMark),
    /// There are marks, but every cell is of the shape `1.000`, or as many cells speak for one as for the other.
    Ambiguous,
    /// No cell has a mark; whole numbers read alike either way.
    Unmarked,
}

impl DecimalMarkVote {
    /// One cell of the column.
    pub fn add(&mut self, text: &[u8]) {
        match shape(text) {
            Shape::None => {}
            Shape::Mark(DecimalMark::Point) => self.point += 1,
            Shape::Mark(DecimalMark::Comma) => self.comma += 1,
            Shape::Either(DecimalMark::Point) => self.lone_point += 1,
            Shape::Either(DecimalMark::Comma) => self.lone_comma += 1,
        }
    }

    /// The evidence of another column of the same file.
    pub fn join(&mut self, other: &Self) {
        self.point += other.point;
        self.comma += other.comma;
        self.lone_point += other.lone_point;
        self.lone_comma += other.lone_comma;
    }

    /// What the cells say together. Where they contradict each other the many outvote the few, whose cells then do not
    /// read.
    pub fn decide(&self) -> MarkVerdict {
        match (self.point, self.comma) {
            (0, 0) if self.lone_point + self.lone_comma == 0 => MarkVerdict::Unmarked,
            (point, comma) if point > comma => MarkVerdict::Decided(DecimalMark::Point),
            (point, comma) if comma > point => MarkVerdict::Decided(DecimalMark::Comma),
            _ => MarkVerdict::Ambiguous,
        }
    }

    /// Whether there is evidence, and none to the contrary.
    pub(crate) fn is_unanimous(&self) -> bool {
        (self.point > 0) != (self.comma > 0)
    }

    /// The decimal mark if the marks of an ambiguous column divide groups, which is likelier: few currencies have three
    /// digits behind the mark.
    pub fn as_groups(&self) -> Option<DecimalMark> {
        match (self.lone_point, self.lone_comma) {
            (1.., 0) => Some(DecimalMark::Comma),
            (0, 1..) => Some(DecimalMark::Point),
            _ => None,
        }
    }
}

enum Shape {
    None,
    Mark(DecimalMark),
    /// The one mark in the cell may as well divide groups.
    Either(DecimalMark),
}

/// What the marks in one cell say: the one that stands right of the other, or alone with other than three digits behind
/// it, is the decimal mark; one that stands twice divides groups.
fn shape(text: &[u8]) -> Shape {
    // Nearly all amounts end in a mark and two digits, which needs no further look.
    if let [.., mark @ (b'.' | b','), b'0'..=b'9', b'0'..=b'9'] = text {
        return Shape::Mark(if *mark == b'.' {
            DecimalMark::Point
        } else {
            DecimalMark::Comma
        });
    }
    let Some(last) = text.iter().rposition(|b| matches!(b, b'.' | b',')) else {
        return Shape::None;
    };
    let (before, after) = text.split_at_checked(last).unwrap_or_default();
    let Some((&byte, after)) = after.split_first() else {
        return Shape::None;
    };
    let mark = if byte == b'.' {
        DecimalMark::Point
    } else {
        DecimalMark::Comma
    };
    let places = after.iter().take_while(|b| b.is_ascii_digit()).count();
    let (mut digits, mut same, mut other, mut leading_zero, mut blank_groups) = (0_usize, false, false, false, false);
    for &b in before {
        match b {
            b'0'..=b'9' => {
                leading_zero |= digits == 0 && b == b'0';
                digits += 1;
            }
            b'.' | b',' if digits > 0 => {
                same |= b == byte;
                other |= b != byte;
            }
            b'\'' | b' ' if digits > 0 => blank_groups = true,
            _ => {}
        }
    }
    if digits == 0 && places == 0 {
        return Shape::None;
    }
    if other {
        Shape::Mark(mark)
    } else if same {
        Shape::Mark(mark.other())
    } else if places != 3 || digits == 0 || digits > 3 || leading_zero || blank_groups {
        Shape::Mark(mark)
    } else {
        Shape::Either(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amounts::read_amount;
    use DecimalMark::{Comma, Point};
    use proptest::prelude::*;

    #[test]
    fn a_column_decides_its_mark() {
        for (cells, verdict) in [
            (&["1.000", "2.500,10"][..], MarkVerdict::Decided(Comma)),
            (&["1,000", "2.5"], MarkVerdict::Decided(Point)),
            (&["1.000", "2.000"], MarkVerdict::Ambiguous),
            (&["1.000.000"], MarkVerdict::Decided(Comma)),
            (&["0.500"], MarkVerdict::Decided(Point)),
            (&["1234.567"], MarkVerdict::Decided(Point)),
            (&["-,010"], MarkVerdict::Decided(Comma)),
            (&["1 234,567"], MarkVerdict::Decided(Comma)),
            (&["50,"], MarkVerdict::Decided(Comma)),
            (&["12", "-7"], MarkVerdict::Unmarked),
            (&["1.5", "1,5"], MarkVerdict::Ambiguous),
            (&["-110.7", "-1.5", "1.000,92"], MarkVerdict::Decided(Point)),
            (&["Rs. 5,00"], MarkVerdict::Decided(Comma)),
        ] {
            let mut vote = DecimalMarkVote::default();
            for cell in cells {
                vote.add(cell.as_bytes());
            }
            assert_eq!(vote.decide(), verdict, "{cells:?}");
        }
    }

    proptest! {
        /// Readers may trust a decided mark and vote again only when a cell does not read.
        #[test]
        fn a_cell_that_speaks_for_one_mark_does_not_read_with_the_other(text in "[-+(]?[0-9]{0,4}([.,' ][0-9]{1,4}){0,3}[,.]?[-)]?( EUR)?") {
            if let Shape::Mark(mark) = shape(text.as_bytes()) {
                prop_assert!(read_amount(text.as_bytes(), mark.other()).is_err(), "{text:?}");
            }
        }
    }
}
