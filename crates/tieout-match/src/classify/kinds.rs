//! What a bank's type code says of lines that found no match: by the words of its lines, or by the code.

use super::Classifier;
use crate::arith::count;
use crate::columns::at;
use crate::lexicon::{Sense, of_code};
use crate::roll::Position;
use crate::vocabulary::TokenId;
use std::collections::BTreeMap;

impl Classifier<'_> {
    /// The senses of type codes whose lines hardly ever match.
    pub(super) fn senses_of_kinds(&self) -> BTreeMap<TokenId, Sense> {
        let lines = &self.books.lines;
        let mut of_kinds: BTreeMap<TokenId, (u32, Vec<Position>)> = BTreeMap::new();
        for line in lines.positions().filter(|line| at(&lines.kinds, *line) != 0) {
            let (all, open) = of_kinds.entry(at(&lines.kinds, line)).or_default();
            *all += 1;
            if self.probable(at(&self.best_of_line, line)).is_none() {
                open.push(line);
            }
        }
        let sense = |(kind, (all, open)): (TokenId, (u32, Vec<Position>))| {
            if count(open.len()) * 5 < all * 4 {
                return None;
            }
            // A colon stands before the code.
            let code = self.books.vocabulary.bytes(kind).get(1..).unwrap_or_default();
            let sense = self.sense_of_most(&open).or_else(|| of_code(code))?;
            Some((kind, sense))
        };
        of_kinds.into_iter().filter_map(sense).collect()
    }

    /// The sense that the words of most lines have.
    fn sense_of_most(&self, lines: &[Position]) -> Option<Sense> {
        let mut senses: BTreeMap<Sense, usize> = BTreeMap::new();
        for sense in lines
            .iter()
            .filter_map(|line| self.lexicon.of(&self.books.lines, *line))
        {
            *senses.entry(sense).or_default() += 1;
        }
        let most = senses.into_iter().find(|(_, number)| number * 2 > lines.len());
        most.map(|(sense, _)| sense)
    }
}
