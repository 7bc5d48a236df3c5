//! Pages of one statement put together: MT940 and camt may cut a long statement into messages, each with intermediate
//! balances (`:62M:`, then `:60M:`; `INTM`).

use crate::collect::ReadStatement;
use crate::prove::Prover;

/// Puts consecutive pages of one statement together: of the same account and statement number, the balance after one page
/// being the one before the next. Everything else stays as it is. Totals and proof are those of the whole statement.
pub fn merge_pages(mut statements: Vec<ReadStatement>) -> Vec<ReadStatement> {
    // Pages beside each other need not stand in the order of their numbers.
    let is_of_one = |a: &ReadStatement, b: &ReadStatement| page_of(a).zip(page_of(b)).is_some() && are_of_one(a, b);
    for pages in statements.chunk_by_mut(is_of_one) {
        pages.sort_by_key(page_of);
    }
    let mut merged: Vec<ReadStatement> = Vec::with_capacity(statements.len());
    for next in statements {
        match merged.last_mut() {
            Some(last) if is_next_page(last, &next) => append(last, next),
            _ => merged.push(next),
        }
    }
    merged
}

fn is_next_page(last: &ReadStatement, next: &ReadStatement) -> bool {
    let balances = last.statement.closing.as_ref().zip(next.statement.opening.as_ref());
    balances.is_some_and(|(closing, opening)| closing.amount == opening.amount) && are_of_one(last, next)
}

/// Whether two messages say that they are of one statement that goes on.
fn are_of_one(a: &ReadStatement, b: &ReadStatement) -> bool {
    let (a, b) = (&a.statement, &b.statement);
    a.intermediate
        && b.intermediate
        && a.account.id == b.account.id
        && a.currency == b.currency
        && number_of(&a.number) == number_of(&b.number)
}

/// The number of the page: 1 of `00212/001`.
fn page_of(read: &ReadStatement) -> Option<u32> {
    let (_, page) = read.statement.number.split_once('/')?;
    page.trim().parse().ok()
}

/// The statement's number without the page: `00212` of `00212/001`.
fn number_of(number: &str) -> &str {
    number.split_once('/').map_or(number, |(number, _)| number)
}

fn append(first: &mut ReadStatement, page: ReadStatement) {
    let statement = &mut first.statement;
    let next = page.statement;
    statement.closing = next.closing;
    statement.available = next.available.or(statement.available.take());
    statement.other_balances.extend(next.other_balances);
    statement.control.extend(next.control);
    statement.period.1 = next.period.1.or(statement.period.1);
    statement.investment_lines = statement.investment_lines.saturating_add(next.investment_lines);
    statement.lacks_lines |= next.lacks_lines;
    first.lines.extend(page.lines);
    // Complete once a page opens finally and one closes finally.
    let is_open = |code: &str| code.ends_with('M') || code == "INTM";
    statement.intermediate = [&statement.opening, &statement.closing]
        .into_iter()
        .flatten()
        .any(|balance| is_open(&balance.source_code));
    let mut prover = Prover::default();
    for line in &first.lines {
        prover.add(line);
    }
    // What is off was said of the pages.
    prover.finish(statement, &mut Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Proof;
    use crate::{ReadOptions, read_all};
    use std::io::Cursor;

    const PAGES: &str = ":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62M:C240101EUR6,\n-\n\
        :20:B\n:25:1\n:28C:7/2\n:60M:C240101EUR6,\n:61:240101D2,NTRF\n:62F:C240101EUR4,\n-\n\
        :20:C\n:25:1\n:28C:8/1\n:60F:C240102EUR4,\n:62F:C240102EUR4,\n-\n";

    fn read(text: &str) -> Vec<ReadStatement> {
        let import = read_all(&mut Cursor::new(text.as_bytes()), &ReadOptions::default());
        import.expect("memory is readable").statements
    }

    #[test]
    fn pages_become_one_statement() {
        let merged = merge_pages(read(PAGES));
        assert_eq!(merged.len(), 2);
        let first = &merged[0];
        assert_eq!((first.lines.len(), first.statement.totals.booked), (2, 2));
        assert_eq!(first.statement.proof, Proof::Exact);
        assert!(!first.statement.intermediate);
        let closing = first.statement.closing.as_ref().expect("a balance");
        assert_eq!(
            (closing.source_code.as_str(), closing.amount),
            ("62F", "4".parse().expect("a decimal"))
        );
    }

    #[test]
    fn pages_in_another_order_become_one_statement() {
        let (first, rest) = PAGES.split_once(":20:B").expect("two pages");
        let (second, rest) = rest.split_once(":20:C").expect("another statement");
        let merged = merge_pages(read(&format!(":20:B{second}{first}:20:C{rest}")));
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].statement.proof, Proof::Exact);
        assert_eq!(merged[0].statement.number, "7/1");
    }

    #[test]
    fn what_is_no_next_page_stays_apart() {
        for (from, to) in [
            (":60M:C240101EUR6,", ":60M:C240101EUR7,"),
            ("7/2", "8/2"),
            (":20:B\n:25:1", ":20:B\n:25:2"),
            ("60M", "60F"),
        ] {
            assert_eq!(merge_pages(read(&PAGES.replace(from, to))).len(), 3, "{to}");
        }
    }
}
