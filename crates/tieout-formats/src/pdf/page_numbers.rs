//! Page numbers as they are printed: "Page 2 of 3" says that there are three, whatever a file contains.
//!
//! Addresses ("Wiener Str. 2/14"), instalments ("PAG 3/12"), months ("3/12") and prose look the same. So rows of movements are
//! passed over, and in a paper of several pages only numbers are believed that rise from page to page. A single page must name
//! its number with a word that says nothing else, in a row that holds little else. In doubt nothing is said.

use super::balances::is_movement;
use super::page::Row;
use super::page_pieces::{Piece, is_between, is_page, pieces};
use super::page_words::{NUMBER, SEE, VAGUE, WEAK};
use super::paper::text_of;
use std::collections::{BTreeMap, BTreeSet};

/// Words and signs between the two at most, and between the page's word and the number.
const MOST_BETWEEN: usize = 4;
/// No statement has more pages.
const MOST_PAGES: u32 = 5_000;
/// So many rows from its top and bottom are the edge of a page, and where a number stands without a word.
const EDGE: usize = 8;
const BARE_EDGE: usize = 2;
/// Other words in a row that prints a single page's number.
const MOST_OTHERS: usize = 3;
/// A total of so many times the pages there are is none.
const MOST_TIMES: usize = 10;
/// A paper that lacks so many times its own pages before its first, and no other, numbers on from the one before it.
const MOST_BEFORE: usize = 3;
/// Missing pages that are named.
const MOST_NAMED: usize = 10;

/// What is printed on a page: its number, and how many there are if that is said.
type Printed = (u32, Option<u32>);

/// A number that may be that of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// The word that names it; empty if none does.
    label: String,
    printed: Printed,
    /// It can be nothing else.
    is_sure: bool,
}

/// Pages that should be there by the numbers on the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Their numbers and how many there should be, for people.
    pub(super) told: String,
    /// How many there are.
    pub(super) count: usize,
    /// Where they are missing: before which of the pages that are there, counted from 0.
    pub(super) places: BTreeSet<usize>,
}

/// The pages that are missing; `None` if none is, or nothing is printed.
pub(super) fn gap(pages: &[Vec<Row>]) -> Option<Gap> {
    let mut told = Vec::new();
    let (mut count, mut places) = (0, BTreeSet::new());
    for Numbered { places: numbers, total } in statements(&numbers(pages), pages) {
        let last = numbers.last_key_value().map_or(0, |(last, _)| *last);
        let highest = total.unwrap_or(last);
        // Without a total only what is between others is known to be missing: some number the pages of a whole year.
        let first = numbers.first_key_value().map_or(0, |(first, _)| *first);
        let lowest = total.map_or(first, |_| 1);
        let missing: Vec<u32> = (lowest..=highest)
            .filter(|number| !numbers.contains_key(number))
            .collect();
        if missing.is_empty() || numbers_on(&numbers, missing.len(), highest) {
            continue;
        }
        count += missing.len();
        places.extend(missing.iter().map(|number| {
            let next = numbers.range(number..).next().map(|(_, place)| *place);
            next.unwrap_or_else(|| numbers.values().max().map_or(0, |last| last + 1))
        }));
        let named: Vec<String> = missing.iter().take(MOST_NAMED).map(u32::to_string).collect();
        let more = if missing.len() > MOST_NAMED { " ..." } else { "" };
        let of = total.map_or_else(String::new, |total| format!(" of {total}"));
        told.push(format!("{}{more}{of}", named.join(", ")));
    }
    let told = told.join("; ");
    (count > 0).then_some(Gap { told, count, places })
}

/// The pages in the order of their printed numbers, where these can be nothing else: each page bears one, of as many as there
/// are, and every number is there.
pub(super) fn in_order(pages: Vec<Vec<Row>>) -> Vec<Vec<Row>> {
    let total = u32::try_from(pages.len()).ok();
    let number = |page: &Vec<Row>| {
        let found = candidates(page, pages.len()).into_iter();
        let own = found.filter(|own| own.is_sure && own.printed.1 == total);
        let own: BTreeSet<u32> = own.map(|own| own.printed.0).collect();
        own.first().copied().filter(|_| own.len() == 1)
    };
    let numbers: Option<Vec<u32>> = pages.iter().map(number).collect();
    let Some(numbers) = numbers.filter(|numbers| numbers.iter().collect::<BTreeSet<_>>().len() == pages.len()) else {
        return pages;
    };
    let ordered: BTreeMap<u32, Vec<Row>> = numbers.into_iter().zip(pages).collect();
    ordered.into_values().collect()
}

/// The numbers of a statement's pages with their places, and how many there should be.
#[derive(Debug)]
struct Numbered {
    places: BTreeMap<u32, usize>,
    total: Option<u32>,
}

/// The pages of each statement.
fn statements(printed: &[Option<Printed>], pages: &[Vec<Row>]) -> Vec<Numbered> {
    let mut statements: Vec<Numbered> = Vec::new();
    let mut before = None;
    for (place, number) in printed.iter().enumerate() {
        let Some((number, total)) = *number else { continue };
        let open = statements.last_mut().filter(|open| {
            // One page may be there twice.
            let is_again = before.is_some_and(|(last, page)| last == number && pages.get(place) == page);
            let is_next = !open.places.contains_key(&number) && number != 1;
            open.total == total && (is_again || is_next)
        });
        before = Some((number, pages.get(place)));
        match open {
            Some(open) => drop(open.places.entry(number).or_insert(place)),
            None => statements.push(Numbered {
                places: BTreeMap::from([(number, place)]),
                total,
            }),
        }
    }
    statements
}

/// Whether pages are numbered on from the statement before: only the first are missing, and far more than there are.
fn numbers_on(numbers: &BTreeMap<u32, usize>, missing: usize, highest: u32) -> bool {
    let is_run = numbers
        .first_key_value()
        .is_some_and(|(first, _)| usize::try_from(highest - first) == Ok(numbers.len() - 1));
    numbers.len() > 1 && is_run && missing > MOST_BEFORE * numbers.len()
}

/// What is printed on each page. A page without any text is taken for the one that follows, unless that is there: then it is
/// the back of a sheet.
fn numbers(pages: &[Vec<Row>]) -> Vec<Option<Printed>> {
    let printed = believed(pages);
    let mut before: Option<Printed> = None;
    let of_page = |(at, page): (usize, &Vec<Row>)| {
        let mut later = printed.iter().skip(at);
        let own = later.next().copied().flatten();
        let is_there = |next: &Printed| later.flatten().next() == Some(next);
        let next = before.map(|(last, total)| (last + 1, total));
        let next = next.filter(|(next, total)| total.is_some_and(|total| *next <= total));
        let number = own.or(next.filter(|_| page.is_empty()).filter(|next| !is_there(next)));
        before = number.or(before);
        number
    };
    pages.iter().enumerate().map(of_page).collect()
}

/// The numbers of the kind that most pages bear, of those that can be believed.
fn believed(pages: &[Vec<Row>]) -> Vec<Option<Printed>> {
    let with_text = pages.iter().filter(|page| !page.is_empty()).count();
    let mut all: Vec<Vec<Candidate>> = pages.iter().map(|page| candidates(page, with_text)).collect();
    if with_text > 1 {
        drop_constant(&mut all, with_text);
    }
    let kinds: BTreeSet<(&str, bool)> = all
        .iter()
        .flatten()
        .map(|own| (own.label.as_str(), own.printed.1.is_some()))
        .collect();
    let chains = kinds.into_iter().map(|kind| chain(&all, kind));
    let best = chains
        .filter(|chain| is_believed(chain, with_text))
        .max_by_key(|chain| {
            let own = chain.iter().flatten();
            (own.clone().count(), own.clone().any(|own| own.printed.1.is_some()))
        });
    let best = best.unwrap_or_default();
    best.into_iter().map(|own| own.map(|own| own.printed)).collect()
}

/// What is the same on every page numbers none: an address, a month, the number of the statement.
fn drop_constant(all: &mut [Vec<Candidate>], with_text: usize) {
    let constant: Vec<Candidate> = all.iter().find(|own| !own.is_empty()).cloned().unwrap_or_default();
    for one in constant {
        let is_same = |own: &Candidate| own.label == one.label && own.printed == one.printed;
        if all.iter().filter(|page| page.iter().any(is_same)).count() == with_text {
            for page in all.iter_mut() {
                page.retain(|own| !is_same(own));
            }
        }
    }
}

/// Of each page the candidate of a kind whose total most pages print, or that follows the one before.
fn chain<'c>(all: &'c [Vec<Candidate>], (label, has_total): (&str, bool)) -> Vec<Option<&'c Candidate>> {
    let is_own = |own: &&Candidate| own.label == label && own.printed.1.is_some() == has_total;
    let pages_of = |total: Option<u32>| {
        let has = |page: &&Vec<Candidate>| page.iter().filter(is_own).any(|own| own.printed.1 == total);
        all.iter().filter(has).count()
    };
    let mut before: Option<Printed> = None;
    let pick = |page: &'c Vec<Candidate>| {
        let follows = |own: &Candidate| before.is_some_and(|(last, total)| own.printed == (last + 1, total));
        let own = page.iter().rev().filter(is_own);
        let own = own.max_by_key(|own| (pages_of(own.printed.1), follows(own), own.is_sure));
        before = own.map(|own| own.printed).or(before);
        own
    };
    all.iter().map(pick).collect()
}

/// Whether numbers rise from page to page or, where nothing shows it, can be nothing else.
fn is_believed(chain: &[Option<&Candidate>], with_text: usize) -> bool {
    let own: Vec<&Candidate> = chain.iter().flatten().copied().collect();
    let pairs = || {
        let printed = own.iter().map(|own| own.printed);
        printed.clone().zip(printed.skip(1))
    };
    let fallen = pairs().filter(|((a, of), (b, next_of))| of == next_of && b < a && *b != 1);
    let risen = pairs().filter(|((a, of), (b, next_of))| of == next_of && b > a);
    let (fallen, risen) = (fallen.count(), risen.count());
    // The first page of another statement may be missing.
    let (falls, rises) = (fallen > 0 && fallen * 2 >= risen, risen > 0);
    let is_sure = own.iter().all(|own| own.is_sure);
    let differ = pairs().any(|(a, b)| a != b);
    let is_bare = own.iter().any(|own| own.label.is_empty());
    let totals: BTreeSet<Option<u32>> = own.iter().map(|own| own.printed.1).collect();
    // Without a total they are no more than there may be pages.
    let is_few = |own: &[&Candidate]| {
        own.iter().all(|own| {
            let (number, total) = own.printed;
            total.is_some() || usize::try_from(number).is_ok_and(|number| number <= 2 * with_text)
        })
    };
    match own.len() {
        _ if falls => false,
        1 if with_text == 1 => is_sure,
        count if is_bare => rises && totals.len() == 1 && count == with_text && is_few(&own),
        count if count * 2 >= with_text => rises || is_sure && differ,
        _ => rises && is_sure,
    }
}

/// Every number near the edges of a page that may be its own.
fn candidates(page: &[Row], with_text: usize) -> Vec<Candidate> {
    let is_moved: Vec<bool> = page.iter().map(is_movement).collect();
    let first = is_moved.iter().position(|is| *is).unwrap_or(page.len());
    let last = is_moved.iter().rposition(|is| *is).unwrap_or(0);
    let is_near = |at: usize, edge: usize| at < edge || at + edge >= page.len();
    let mut found = Vec::new();
    for (at, row) in page.iter().enumerate() {
        if !is_near(at, EDGE) || (first..=last).contains(&at) {
            continue;
        }
        found.extend(labelled(row));
        if is_near(at, BARE_EDGE) && row.len() == 1 {
            found.extend(alone(row));
        }
    }
    let is_possible = |own: &Candidate| {
        let is_year = |total: u32| (1900..=2100).contains(&total);
        let is_many = |total: u32| usize::try_from(total).is_ok_and(|total| total > MOST_TIMES * with_text);
        own.printed.1.is_none_or(|total| !is_year(total) && !is_many(total))
    };
    found.retain(is_possible);
    found
}

/// The numbers that a word names in a row.
fn labelled(row: &Row) -> Vec<Candidate> {
    let whole = pieces(&text_of(row));
    let mut found: Vec<Candidate> = Vec::new();
    for cell in row {
        let pieces = pieces(&cell.text);
        if let [Piece::Word(word), Piece::Number(number)] = pieces.as_slice()
            && is_page(word)
            && *number > 0
        {
            found.push(Candidate {
                label: word.clone(),
                printed: (*number, None),
                is_sure: false,
            });
        }
        found.extend((0..pieces.len()).filter_map(|at| named_at(&pieces, at, 0)));
    }
    // Their parts may stand in cells of their own.
    found.extend((0..whole.len()).filter_map(|at| named_at(&whole, at, MOST_OTHERS)));
    found
}

/// A number with a total that a word names, which begins here. It is sure if at most so many words stand beside it.
fn named_at(pieces: &[Piece], at: usize, most_others: usize) -> Option<Candidate> {
    let rest = pieces.get(at..)?;
    let (label, printed, between, length) = match rest {
        [Piece::Word(word), behind @ ..] if is_page(word) => {
            let marks = behind.iter().take_while(|piece| is_number_mark(piece)).count();
            let (printed, length) = of_total(behind.get(marks..).filter(|_| marks <= MOST_BETWEEN)?)?;
            let between = behind.get(marks + 1..marks + length - 1)?;
            (word, printed, between, 1 + marks + length)
        }
        [Piece::Number(_), ..] => {
            let (printed, length) = of_total(rest)?;
            let between = rest.get(1..length - 1)?;
            let marks = rest.get(length..)?.iter();
            let marks = marks
                .take_while(|piece| matches!(piece, Piece::Sign(')' | '.')))
                .count();
            let word = between
                .iter()
                .chain(rest.get(length + marks))
                .find_map(|piece| match piece {
                    Piece::Word(word) if is_page(word) => Some(word),
                    _ => None,
                })?;
            (word, printed, between, length)
        }
        _ => return None,
    };
    let (before, behind) = (pieces.get(..at)?, rest.get(length..)?);
    // The end of a word: "Children's 1 of 2".
    if matches!(before.last(), Some(Piece::Sign('\'' | '’'))) && label.chars().count() == 1 {
        return None;
    }
    let is_alone = before.is_empty() || !WEAK.contains(&label.as_str());
    Some(Candidate {
        label: label.clone(),
        printed,
        is_sure: is_alone && is_sure(label, between) && is_apart(before, behind, most_others),
    })
}

/// Whether a word and what stands between the numbers can only be of a page.
fn is_sure(label: &str, between: &[Piece]) -> bool {
    let has = |signs: &[char]| {
        between
            .iter()
            .any(|piece| matches!(piece, Piece::Sign(sign) if signs.contains(sign)))
    };
    !(has(&['-', '|']) || VAGUE.contains(&label) && has(&['/']))
}

/// Whether little stands beside a number, and nothing of a sentence.
fn is_apart(before: &[Piece], behind: &[Piece], most_others: usize) -> bool {
    let is_other = |piece: &&Piece| matches!(piece, Piece::Word(word) if !is_page(word));
    let others = before.iter().chain(behind).filter(is_other).count();
    let sees = before
        .iter()
        .any(|piece| matches!(piece, Piece::Word(word) if SEE.contains(&word.as_str())));
    let ends = behind
        .iter()
        .all(|piece| matches!(piece, Piece::Word(word) if is_page(word)) || matches!(piece, Piece::Sign(_)));
    let is_bracketed = before.last() == Some(&Piece::Sign('(')) && others > 0;
    ends && !sees && !is_bracketed && others <= most_others
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
    let own = rest.get(..between)?;
    let is_dotted = own.iter().any(|piece| matches!(piece, Piece::Sign('.' | ',')));
    let names = own
        .iter()
        .any(|piece| matches!(piece, Piece::Word(word) if is_page(word)));
    let is_date = match rest.get(between + 1..)? {
        [Piece::Number(year), ..] => (1900..=2100).contains(year),
        [Piece::Sign('/' | '-' | '.'), Piece::Number(_), ..] => true,
        _ => false,
    };
    let is_possible = (1..=*total).contains(number) && *total <= MOST_PAGES && !is_date && (names || !is_dotted);
    is_possible.then_some(((*number, Some(*total)), between + 2))
}

fn is_number_mark(piece: &Piece) -> bool {
    match piece {
        Piece::Word(word) => NUMBER.contains(&word.as_str()),
        Piece::Sign(sign) => matches!(sign, '.' | ':' | '#' | '°' | '-' | '№'),
        Piece::Number(_) => false,
    }
}

/// A number that stands alone in a row, with a total or without (`3/4`, `- 3 -`).
fn alone(row: &Row) -> Option<Candidate> {
    let all = pieces(&text_of(row));
    let is_dash = |piece: &Piece| matches!(piece, Piece::Sign('-' | '–'));
    let pieces = all.get(usize::from(all.first().is_some_and(is_dash))..)?;
    let (printed, length) = of_total(pieces).or_else(|| whole(pieces))?;
    let is_range = pieces.get(1..length)?.iter().any(is_dash);
    let rest = pieces.get(length..)?;
    let ends = rest.iter().all(|piece| *piece == Piece::Sign(')') || is_dash(piece));
    // Signs stand between the numbers of months and houses as well, words do not.
    let says_of = pieces
        .get(1..length)?
        .iter()
        .any(|piece| matches!(piece, Piece::Word(_)));
    (ends && !is_range).then(|| Candidate {
        label: String::new(),
        printed,
        is_sure: says_of,
    })
}

fn whole(pieces: &[Piece]) -> Option<(Printed, usize)> {
    match pieces.first()? {
        Piece::Number(number) if (1..=MOST_PAGES).contains(number) => Some(((*number, None), 1)),
        _ => None,
    }
}

/// Whether a row above or below all movements of its page is nothing but a whole number (`4`, `- 4 -`), which is the page's: an
/// amount has a text beside it, or cents.
pub(super) fn is_bare(page: &[Row], at: usize) -> bool {
    let Some([cell]) = page.get(at).map(Vec::as_slice) else {
        return false;
    };
    let is_whole = match pieces(&cell.text).as_slice() {
        [number] | [Piece::Sign('-' | '–'), number, Piece::Sign('-' | '–')] => {
            whole(std::slice::from_ref(number)).is_some()
        }
        _ => false,
    };
    let has_movement = |rows: Option<&[Row]>| rows.unwrap_or_default().iter().any(is_movement);
    is_whole && !(has_movement(page.get(..at)) && has_movement(page.get(at + 1..)))
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
            "Page No. 2 of 3",
            "Page No : 2 / 3",
            "Page number 2 of 3",
            "Página Nº 2 de 3",
            "Hoja nº 2 de 3",
            "Pag. n. 2 di 3",
            "Strana č. 2 z 3",
            "Strona nr 2 z 3",
            "Sayfa No: 2 / 3",
            "Seiten-Nr. 2 von 3",
            "Sheet 2 of 3",
            "Folha 2 de 3",
            "Blz. 2 van 3",
            "Страница 2 от 3",
            "2 psl. iš 3",
            "Leaf 2 of 3",
            "Page 2 from 3",
            "S. 2 von 3",
            "صفحة 2 من 3",
            "صفحة ٢ من ٣",
            "עמוד 2 מתוך 3",
            "3 מתוך 2 עמוד",
            "หน้า 2/3",
            "หน้าที่ 2 จาก 3",
            "第2页，共3页",
            "共 3 页 第 2 页",
            "２／３ページ",
            "3ページ中2ページ",
            "총 3페이지 중 2페이지",
            "페이지 2 / 총 3",
            "Σελίδα 2 από 3",
            "ΣΕΛΙΔΑ 2/3",
            "पृष्ठ 2 / 3",
            "3 में से पृष्ठ 2",
            "Mukasurat 2 daripada 3",
            "2 of 3",
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
            "2 / 3",
            "Wiener Str. 2/14",
            "Folio 3/2026",
            "Side 2/9 Harbour Road",
            "Kontoauszug 3/12 Seite 2",
            "YELLOW PAGE 1 OF 4 AD",
            "Read the leaflet (page 3 of 5) about fees",
            "Page 1/12/2026",
            "S. 1/3",
            "Children's 1 of 2",
            "MasterCard’s 3 no 4",
            "Account statement list 2 of 3",
            "S. 12 Nr. 3",
            "共 3 2",
        ] {
            let numbers = numbers(&[page(&[text, "a", "b", text])]);
            assert!(numbers.iter().all(Option::is_none), "{text}");
        }
    }

    fn told(numbers: &[&str]) -> Option<(String, Vec<usize>)> {
        let pages: Vec<Vec<Row>> = numbers.iter().map(|text| page(&[text])).collect();
        gap(&pages).map(|gap| (gap.told, gap.places.into_iter().collect()))
    }

    #[test]
    fn pages_are_missing_per_statement() {
        for (numbers, gap) in [
            (&["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"][..], None),
            (&["Page 2 of 3", "Page 3 of 3"], Some(("1 of 3", 0))),
            (&["Page 1 of 3", "Page 2 of 3"], Some(("3 of 3", 2))),
            (&["Page 1 of 3", "Page 3 of 3"], Some(("2 of 3", 1))),
            (&["Page 1 of 3", "Page 3 of 3", "Page 2 of 3"], None),
            (&["Page 1 of 2", "Page 1 of 2", "Page 2 of 2"], None),
            (&["Page 1 of 2", "Page 2 of 2", "Page 1 of 1"], None),
            (&["Page 1 of 2", "Page 2 of 2", "Page 1 of 2"], Some(("2 of 2", 3))),
            (
                &[
                    "Page 1 of 3",
                    "Page 2 of 3",
                    "Page 3 of 3",
                    "Page 2 of 3",
                    "Page 3 of 3",
                ],
                Some(("1 of 3", 3)),
            ),
            (&["Seite 4", "Seite 5"], None),
            (&["Seite 4", "Seite 6"], Some(("5", 1))),
            (&["1 / 2", "no number"], None),
            (&["1 / 3", "2 / 3"], Some(("3 of 3", 2))),
            (&["- 1/3 -", "- 2/3 -"], Some(("3 of 3", 2))),
            (&["- 1 -", "- 2 -", "- 4 -"], Some(("3", 2))),
            (&["1", "2", "3"], None),
            (&["2024", "2025", "2027"], None),
            (&["Sid 2/3", "Sid 3/3"], Some(("1 of 3", 0))),
            (&["Page 2 - 3", "Page 3 - 3"], Some(("1 of 3", 0))),
            (&["Foglio n. 2/3", "Foglio n. 3/3"], Some(("1 of 3", 0))),
            (&["Feuille 1/3", "Feuille 2/3"], Some(("3 of 3", 2))),
            (&["3/12", "3/12", "3/12"], None),
            (&["Str. 2/14", "Str. 2/14"], None),
            (&["S. 2/3", "S. 3/3"], Some(("1 of 3", 0))),
            (&["Bl. 1/3", "Bl. 2/3"], Some(("3 of 3", 2))),
            (&["Lap 1/3", "Lap 2/3"], Some(("3 of 3", 2))),
            (&["Leaf 1/3", "Leaf 3/3"], Some(("2 of 3", 1))),
            (&["Page 15 of 17", "Page 16 of 17", "Page 17 of 17"], None),
        ] {
            let gap = gap.map(|(told, place)| (told.to_owned(), vec![place]));
            assert_eq!(told(numbers), gap, "{numbers:?}");
        }
        let alone = gap(&[page(&["2 of 3"])]).map(|gap| gap.told);
        assert_eq!(alone.as_deref(), Some("1, 3 of 3"), "words stand between no months");
        let pictures = [page(&["Page 1 of 2"]), Vec::new()];
        assert_eq!(gap(&pictures), None, "a page that is a picture");
        let sheets = [page(&["Page 1 of 2"]), Vec::new(), page(&["Page 2 of 2"]), Vec::new()];
        assert_eq!(gap(&sheets), None, "backs of sheets");
    }
}
