//! Whether the texts of these books usually agree with the bank's.
//!
//! Where nearly every line shows a name or a number of its entry, one that names somebody, and shares nothing with the
//! entry of its amount, is most likely of somebody else. Where texts often have nothing in common, that says nothing.

use crate::evidence::Judge;
use crate::facing::Facing;
use crate::limits;
use crate::residuals::Relation;
use crate::roll::Position;
use crate::settle::Settled;

/// Fewer pairs show no habit.
const FEWEST: u32 = 30;
/// So many of them may share nothing, or one in so many if that is more.
const FEW: u32 = 2;
const HARDLY_ANY: u32 = 500;
/// Pairs that are looked at.
const MOST: u32 = 4_000;

/// What is usual.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreeing {
    is_usual: bool,
}

impl Agreeing {
    /// Looks at pairs of equal amounts that are as good as certain, all of them or some from all over the books.
    pub(crate) fn new(judge: &Judge<'_>, settled: &Settled, facing: &mut Facing) -> Self {
        let lines = &judge.books.lines;
        let step = usize::try_from(lines.len() / MOST + 1).unwrap_or(usize::MAX);
        let (mut all, mut agree) = (0_u32, 0_u32);
        for line in lines.positions().step_by(step) {
            let Some(pair) = settled.assignment.of_line(line) else {
                continue;
            };
            if settled.confidence(pair) < limits::FIRM_PPM {
                continue;
            }
            judge.face(line, facing);
            let weights = judge.weigh(facing, settled.pairs.of(pair).1);
            if let Some(weights) = weights.filter(|weights| weights.relation == Relation::Equal) {
                all += 1;
                agree += u32::from(weights.texts() > 0);
            }
        }
        Self {
            is_usual: all >= FEWEST && all - agree <= FEW.max(all / HARDLY_ANY),
        }
    }

    /// Line and entry both name somebody, nothing that they say is the same, and in these books that is rare.
    pub(crate) fn speaks_against(self, judge: &Judge<'_>, (line, entry): (Position, Position)) -> bool {
        let books = judge.books;
        self.is_usual && books.payee(line) != 0 && !books.contacts.names.row(entry).is_empty()
    }
}
