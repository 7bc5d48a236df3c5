//! Page numbers as they are printed: "Page 2 of 3" says that there are three, whatever a file contains.
//!
//! A number counts where a word names it as that of a page, in any language; without one only where it stands alone at the
//! edge of a page. Instalments ("2 of 12") and days ("2/12") look the same.

use super::page::Row;
use super::paper::text_of;
use std::collections::BTreeSet;

/// Words that name the number of a page, before or behind it.
const PAGES: [&str; 48] = [
    "page",
    "pages",
    "pg",
    "seite",
    "seiten",
    "blatt",
    "blad",
    "bladzijde",
    "pagina",
    "página",
    "pág",
    "pag",
    "folio",
    "hoja",
    "feuillet",
    "foglio",
    "strona",
    "stron",
    "str",
    "strana",
    "stran",
    "stránka",
    "side",
    "sida",
    "sidan",
    "sivu",
    "síða",
    "oldal",
    "lehekülg",
    "lk",
    "lapa",
    "lapas",
    "puslapis",
    "psl",
    "stranica",
    "straница",
    "страница",
    "стр",
    "лист",
    "сторінка",
    "σελίδα",
    "σελ",
    "sayfa",
    "halaman",
    "trang",
    "ページ",
    "第",
    "페이지",
];
/// Words between the number and how many there are.
const OF: [&str; 37] = [
    "of",
    "von",
    "sur",
    "de",
    "di",
    "van",
    "z",
    "ze",
    "zo",
    "av",
    "af",
    "från",
    "fra",
    "iz",
    "iš",
    "no",
    "od",
    "din",
    "da",
    "do",
    "out",
    "total",
    "из",
    "із",
    "з",
    "από",
    "dari",
    "trên",
    "gesamt",
    "insgesamt",
    "共",
    "页共",
    "頁共",
    "页",
    "頁",
    "/",
    "(",
];
/// Words and signs between the two at most.
const MOST_BETWEEN: usize = 3;
/// No statement has more pages.
const MOST_PAGES: u32 = 5_000;
/// So many rows from its top and bottom are the edge of a page.
const EDGE: usize = 2;
/// Missing pages that are named.
const MOST_NAMED: usize = 10;

/// What is printed on a page: its number, and how many there are if that is said.
type Printed = (u32, Option<u32>);

/// Pages that should be there by the numbers on the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Their numbers and how many there should be, for people.
    pub(super) told: String,
    /// How many there are.
    pub(super) count: usize,
    /// The first, or the last, may be among them.
    pub(super) lacks_first: bool,
    pub(super) lacks_last: bool,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    Number(u32),
    Sign(char),
}

/// The pages that are missing; `None` if none is, or nothing is printed.
pub(super) fn gap(pages: &[Vec<Row>]) -> Option<Gap> {
    let printed: Vec<Option<Printed>> = numbers(pages);
    let statements = statements(&printed);
    let mut told = Vec::new();
    let (mut count, mut lacks_first, mut lacks_last) = (0, false, false);
    for (numbers, total) in &statements {
        let highest = total.or(numbers.last().copied()).unwrap_or(0);
        // Without a total only what is between others is known to be missing: some number the pages of a whole year.
        let lowest = total.map_or(numbers.first().copied().unwrap_or(0), |_| 1);
        let missing: Vec<u32> = (lowest..=highest).filter(|number| !numbers.contains(number)).collect();
        if missing.is_empty() {
            continue;
        }
        count += missing.len();
        lacks_first |= statements.len() > 1 || missing.first() == Some(&1);
        lacks_last |= statements.len() > 1 || missing.last() == Some(&highest);
        let named: Vec<String> = missing.iter().take(MOST_NAMED).map(u32::to_string).collect();
        let more = if missing.len() > MOST_NAMED { " ..." } else { "" };
        let of = total.map_or_else(String::new, |total| format!(" of {total}"));
        told.push(format!("{}{more}{of}", named.join(", ")));
    }
    (count > 0).then(|| Gap {
        told: told.join("; "),
        count,
        lacks_first,
        lacks_last,
    })
}

/// The numbers of each statement's pages, and how many there should be.
fn statements(printed: &[Option<Printed>]) -> Vec<(BTreeSet<u32>, Option<u32>)> {
    let mut statements: Vec<(BTreeSet<u32>, Option<u32>)> = Vec::new();
    let mut before: Option<Printed> = None;
    for (number, total) in printed.iter().flatten() {
        let is_other = before.is_none_or(|(last, of)| of != *total || *number == 1 && last != 1);
        if is_other {
            statements.push((BTreeSet::new(), *total));
        }
        if let Some((numbers, _)) = statements.last_mut() {
            numbers.insert(*number);
        }
        before = Some((*number, *total));
    }
    statements
}

/// What is printed on each page. A page without any text is taken for the one that follows.
fn numbers(pages: &[Vec<Row>]) -> Vec<Option<Printed>> {
    let mut numbers: Vec<Option<Printed>> = pages.iter().map(|page| labelled(page)).collect();
    if numbers.iter().all(Option::is_none) {
        let with_text = pages.iter().filter(|page| !page.is_empty()).count();
        numbers = pages.iter().map(|page| alone(page)).collect();
        let totals: BTreeSet<Option<u32>> = numbers.iter().flatten().map(|(_, total)| *total).collect();
        if totals.len() != 1 || numbers.iter().flatten().count() != with_text {
            return Vec::new();
        }
    }
    let mut before: Option<Printed> = None;
    for (number, page) in numbers.iter_mut().zip(pages) {
        if page.is_empty() && number.is_none() {
            let next = before.map(|(last, total)| (last + 1, total));
            *number = next.filter(|(next, total)| total.is_some_and(|total| *next <= total));
        }
        before = number.or(before);
    }
    numbers
}

/// The number that a word names on a page.
fn labelled(page: &[Row]) -> Option<Printed> {
    let cells = || page.iter().flat_map(|row| row.iter().map(|cell| pieces(&cell.text)));
    let rows = || page.iter().map(|row| pieces(&text_of(row)));
    let of_total = || {
        cells()
            .chain(rows())
            .find_map(|pieces| (0..pieces.len()).find_map(|at| named_at(&pieces, at)))
    };
    of_total().or_else(|| {
        cells().find_map(|pieces| match pieces.as_slice() {
            [Piece::Word(word), Piece::Number(number)] if is_page(word) && *number > 0 => Some((*number, None)),
            _ => None,
        })
    })
}

/// A number with a total that a word names, which begins here.
fn named_at(pieces: &[Piece], at: usize) -> Option<Printed> {
    let rest = pieces.get(at..)?;
    match rest {
        [Piece::Word(word), rest @ ..] if is_page(word) => {
            let marks = rest
                .iter()
                .take_while(|piece| matches!(piece, Piece::Sign('.' | ':' | '#')))
                .count();
            of_total(rest.get(marks..)?).map(|(printed, _)| printed)
        }
        [Piece::Number(_), ..] => {
            let (printed, length) = of_total(rest)?;
            let behind = rest
                .get(length..)?
                .iter()
                .find(|piece| !matches!(piece, Piece::Sign(')' | '.')));
            matches!(behind, Some(Piece::Word(word)) if is_page(word)).then_some(printed)
        }
        _ => None,
    }
}

/// Two numbers, of which the second says how many there are, and how many pieces they take.
fn of_total(pieces: &[Piece]) -> Option<(Printed, usize)> {
    let [Piece::Number(number), rest @ ..] = pieces else {
        return None;
    };
    let between = rest.iter().take_while(|piece| is_between(piece)).count();
    let Some(Piece::Number(total)) = rest.get(between).filter(|_| (1..=MOST_BETWEEN).contains(&between)) else {
        return None;
    };
    let is_possible = (1..=*total).contains(number) && *total <= MOST_PAGES;
    is_possible.then_some(((*number, Some(*total)), between + 2))
}

fn is_between(piece: &Piece) -> bool {
    match piece {
        Piece::Word(word) => OF.contains(&word.as_str()) || is_page(word),
        Piece::Sign(sign) => OF.contains(&sign.to_string().as_str()),
        Piece::Number(_) => false,
    }
}

fn is_page(word: &str) -> bool {
    PAGES.contains(&word)
}

/// A number with a total that stands alone in a row at the edge of a page.
fn alone(page: &[Row]) -> Option<Printed> {
    let edges = page.iter().take(EDGE).chain(page.iter().rev().take(EDGE));
    edges.filter(|row| row.len() == 1).find_map(|row| {
        let pieces = pieces(&text_of(row));
        let (printed, length) = of_total(&pieces)?;
        let rest = pieces.get(length..)?;
        rest.iter().all(|piece| *piece == Piece::Sign(')')).then_some(printed)
    })
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let is_same = |c: &char| match first {
            '0'..='9' => c.is_ascii_digit(),
            _ if first.is_alphabetic() => c.is_alphabetic(),
            _ => false,
        };
        let length: usize = rest.chars().take_while(is_same).map(char::len_utf8).sum();
        let (own, behind) = rest
            .split_at_checked(length.max(first.len_utf8()))
            .unwrap_or((rest, ""));
        match own.parse() {
            Ok(number) => pieces.push(Piece::Number(number)),
            _ if first.is_alphabetic() => pieces.push(Piece::Word(own.to_owned())),
            _ if first.is_whitespace() => {}
            _ => pieces.push(Piece::Sign(first)),
        }
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::page::Cell;
    use super::*;

    fn page(texts: &[&str]) -> Vec<Row> {
        let row = |text: &&str| {
            vec![Cell {
                left: 0,
                right: 0,
                text: (*text).to_owned(),
            }]
        };
        texts.iter().map(row).collect()
    }

    #[test]
    fn numbers_of_pages_are_read_in_many_languages() {
        for text in [
            "Page 2 of 3",
            "PAGE: 2/3",
            "Seite 2 von 3",
            "Blatt 2 von 3",
            "Page 2 sur 3",
            "Página 2 de 3",
            "Pág. 2 de 3",
            "Pagina 2 di 3",
            "Pagina 2 van 3",
            "Strona 2 z 3",
            "Strana 2 z 3",
            "Side 2 av 3",
            "Sida 2 (3)",
            "Sivu 2(3)",
            "2/3 oldal",
            "Страница 2 из 3",
            "2/3ページ",
            "第2页/共3页",
            "第 2 頁 共 3 頁",
            "Sayfa 2 / 3",
            "Page 2 of 3 pages",
            "Statement 5 Page 2 of 3",
            "2 / 3",
        ] {
            assert_eq!(numbers(&[page(&[text])]), [Some((2, Some(3)))], "{text}");
        }
        for text in [
            "Instalment 2 of 12 paid",
            "02.01. 2/12",
            "see page 2",
            "Page 2: terms",
            "Page 3 of 2",
            "Blade 2 of 3 x",
        ] {
            let numbers = numbers(&[page(&[text, "a", "b", text])]);
            assert!(numbers.iter().all(Option::is_none), "{text}");
        }
    }

    fn told(numbers: &[&str]) -> Option<(String, bool, bool)> {
        let pages: Vec<Vec<Row>> = numbers.iter().map(|text| page(&[text])).collect();
        gap(&pages).map(|gap| (gap.told, gap.lacks_first, gap.lacks_last))
    }

    #[test]
    fn pages_are_missing_per_statement() {
        for (numbers, gap) in [
            (&["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"][..], None),
            (&["Page 2 of 3", "Page 3 of 3"], Some(("1 of 3", true, false))),
            (&["Page 1 of 3", "Page 2 of 3"], Some(("3 of 3", false, true))),
            (&["Page 1 of 3", "Page 3 of 3"], Some(("2 of 3", false, false))),
            (&["Page 1 of 3", "Page 3 of 3", "Page 2 of 3"], None),
            (&["Page 1 of 2", "Page 1 of 2", "Page 2 of 2"], None),
            (&["Page 1 of 2", "Page 2 of 2", "Page 1 of 1"], None),
            (
                &["Page 1 of 2", "Page 2 of 2", "Page 1 of 2"],
                Some(("2 of 2", true, true)),
            ),
            (&["Seite 4", "Seite 5"], None),
            (&["Seite 4", "Seite 6"], Some(("5", false, false))),
            (&["1 / 2", "no number"], None),
        ] {
            let gap = gap.map(|(told, first, last)| (told.to_owned(), first, last));
            assert_eq!(told(numbers), gap, "{numbers:?}");
        }
        let pictures = [page(&["Page 1 of 2"]), Vec::new()];
        assert_eq!(gap(&pictures), None, "a page that is a picture");
    }
}
