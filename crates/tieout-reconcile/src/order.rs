//! The order of what is listed: by what lines and entries say, so that the order in which they came changes nothing.

use crate::result::Subject;
use std::cmp::Ordering;
use tieout_match::Items;

/// Which of two subjects comes first.
pub(crate) fn of_subjects(lines: &Items, entries: &Items, a: Subject, b: Subject) -> Ordering {
    match (a, b) {
        (Subject::Line(a), Subject::Line(b)) => lines.compare(a, b),
        (Subject::Entry(a), Subject::Entry(b)) => entries.compare(a, b),
        _ => a.cmp(&b),
    }
}
