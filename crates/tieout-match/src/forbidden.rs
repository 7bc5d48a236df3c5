//! What was ruled out: no pair and no group of lines and entries that never belong together is ever weighed.

use crate::columns::at;
use crate::evidence::Judge;
use crate::groups::bundle::Bundle;
use crate::roll::Position;

impl Judge<'_> {
    /// The two were ruled out by a person.
    pub(crate) fn is_forbidden(&self, line: Position, entry: Position) -> bool {
        let never = &self.settings.never;
        !never.is_empty()
            && never.forbids(
                at(&self.books.lines.original, line),
                at(&self.books.entries.original, entry),
            )
    }

    /// No line and entry of a bundle were ruled out.
    pub(crate) fn may_join(&self, bundle: &Bundle) -> bool {
        let forbidden = |line: &Position| bundle.entries.iter().any(|entry| self.is_forbidden(*line, *entry));
        self.settings.never.is_empty() || !bundle.lines.iter().any(forbidden)
    }
}
