//! What a page shows: texts with their places, put together into rows of cells.

use super::file::File;
use super::font::Font;
use super::objects::{Lexer, Object};
use super::words::with_minus;
use std::collections::HashMap;
use std::rc::Rc;

/// Pieces of text on one page; a paper with more on one is refused.
const MAX_RUNS: usize = 200_000;
/// Work of a piece of text, and of each byte of it: it is looked up in its font, then read as part of a row.
const RUN_WORK: usize = 16;
const BYTE_WORK: usize = 3;
/// Work of looking for a font.
const FONT_WORK: usize = 256;
/// What a piece of text takes of the file's budget.
const RUN_BYTES: usize = 48;
/// Forms within forms.
const MAX_FORMS: usize = 4;
/// No place is farther away, so that places can be compared whatever a file says: some hundred kilometres.
const FARTHEST: i64 = 1_000_000_000_000;
/// Where one byte of so many that a page shows is of a font that does not say its characters, text is missing.
const MUTE_PART: usize = 5;
/// The way of showing text that shows nothing.
const INVISIBLE: i64 = 3_000;
/// The same text again, nearer than so many parts of its size, makes it bold.
const BOLD_PART: i64 = 10;
/// Rows are apart by more than this, in thousandths of a point.
const ROW_TOLERANCE: i64 = 2_000;

/// A cell: text between two places across the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) left: i64,
    pub(super) right: i64,
    pub(super) text: String,
}

/// A row of cells, from left to right.
pub(super) type Row = Vec<Cell>;

/// A piece of text where it is shown.
struct Run {
    x: i64,
    end: i64,
    y: i64,
    /// Along its way.
    length: i64,
    size: i64,
    text: String,
    way: Way,
    is_invisible: bool,
}

/// Which way a piece of text runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Across,
    /// Across a sheet that stands on its head.
    Back,
    Up,
    Down,
}

/// Six numbers that move and scale, in thousandths.
type Matrix = [i64; 6];

const UNIT: Matrix = [1000, 0, 0, 1000, 0, 0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    let part = |p: i64, q: i64, r: i64, s: i64| (p.saturating_mul(q)).saturating_add(r.saturating_mul(s)) / 1000;
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    [
        part(a0, b0, a1, b2),
        part(a0, b1, a1, b3),
        part(a2, b0, a3, b2),
        part(a2, b1, a3, b3),
        part(a4, b0, a5, b2).saturating_add(b4),
        part(a4, b1, a5, b3).saturating_add(b5),
    ]
}

/// The rows of a page, from the top. What of it is missing or damaged is damage of the file.
pub(super) fn rows(file: &File<'_>, page: &Object, resources: &Object) -> Vec<Row> {
    let mut content = Vec::new();
    let contents = page.get("Contents");
    let parts = match (contents, file.resolve(contents)) {
        (_, Object::List(parts)) => parts,
        // An empty page.
        (Object::Null, _) => Vec::new(),
        _ => vec![contents.clone()],
    };
    for part in &parts {
        content.extend(file.stream(part));
        content.push(b'\n');
    }
    let mut painter = Painter {
        file,
        fonts: HashMap::new(),
        runs: Vec::new(),
        known_words: 0,
        strange_words: 0,
        bytes_shown: 0,
        bytes_mute: 0,
        sheet: sheet(page, file),
    };
    painter.paint(&content, resources, UNIT, 0);
    if painter.is_garbled() {
        file.damaged();
    }
    let mut runs = upright(painter.runs);
    // Of a scan the text behind the picture is all there is; else nobody sees it.
    if runs.iter().filter(|run| run.is_invisible).count() * 2 < runs.len() {
        runs.retain(|run| !run.is_invisible);
    }
    lay_out(runs)
}

/// The pieces as one reads them: on most pages all run across; on a sheet that lies on its side they are turned.
fn upright(runs: Vec<Run>) -> Vec<Run> {
    let is_of = |way: Way| runs.iter().filter(|run| run.way == way).count() * 2 > runs.len();
    let turn: fn(&mut Run) = if is_of(Way::Up) {
        |run| (run.x, run.y) = (run.y, run.x.saturating_neg())
    } else if is_of(Way::Down) {
        |run| (run.x, run.y) = (run.y.saturating_neg(), run.x)
    } else if is_of(Way::Back) {
        |run| (run.x, run.y) = (run.x.saturating_neg(), run.y.saturating_neg())
    } else {
        return runs;
    };
    let turned = runs.into_iter().map(|mut run| {
        let length = run.length;
        turn(&mut run);
        run.end = run.x.saturating_add(length);
        run
    });
    turned.collect()
}

/// The sides of a page's sheet: left, below, right, above.
fn sheet(page: &Object, file: &File<'_>) -> Option<[i64; 4]> {
    let sides = file.get(page, "MediaBox");
    let sides = sides.list().iter().map(|side| file.resolve(side).number());
    let [a, b, c, d] = sides.collect::<Option<Vec<i64>>>()?.try_into().ok()?;
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

/// Whether a word is an operator of pages other than those of text (ISO 32000-2, annex A).
fn is_operator(word: &[u8]) -> bool {
    const OPERATORS: [&[u8]; 59] = [
        b"b", b"B", b"b*", b"B*", b"BDC", b"BI", b"BMC", b"BX", b"c", b"cs", b"CS", b"d", b"d0", b"d1", b"DP", b"EI",
        b"EMC", b"ET", b"EX", b"f", b"F", b"f*", b"G", b"g", b"gs", b"h", b"i", b"ID", b"j", b"J", b"K", b"k", b"l",
        b"m", b"M", b"MP", b"n", b"re", b"RG", b"rg", b"ri", b"s", b"S", b"SC", b"sc", b"SCN", b"scn", b"sh", b"Tr",
        b"Ts", b"Tz", b"v", b"w", b"W", b"W*", b"y", b"q", b"Do", b"true",
    ];
    OPERATORS.contains(&word) || word == b"false"
}

struct Painter<'f, 'a> {
    file: &'f File<'a>,
    fonts: HashMap<(usize, String), Rc<Font>>,
    runs: Vec<Run>,
    /// Operators, and words that are none.
    known_words: usize,
    strange_words: usize,
    /// Bytes that were shown, and those of them in fonts that do not say their characters.
    bytes_shown: usize,
    bytes_mute: usize,
    sheet: Option<[i64; 4]>,
}

/// How text is shown at the moment.
#[derive(Clone)]
struct State {
    place: Matrix,
    font: Rc<Font>,
    size: i64,
    character_gap: i64,
    word_gap: i64,
    leading: i64,
    is_invisible: bool,
}

impl Painter<'_, '_> {
    /// Whether the content is no language of pages, or a good part of its text no text.
    fn is_garbled(&self) -> bool {
        self.strange_words > self.known_words || self.bytes_mute.saturating_mul(MUTE_PART) > self.bytes_shown
    }

    fn paint(&mut self, content: &[u8], resources: &Object, place: Matrix, depth: usize) {
        let mut state = State {
            place,
            font: Rc::new(Font::default()),
            size: 0,
            character_gap: 0,
            word_gap: 0,
            leading: 0,
            is_invisible: false,
        };
        let mut saved = Vec::new();
        let (mut text, mut line) = (UNIT, UNIT);
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer::new(content, 0);
        let mut looked_at = 0;
        while let Some(object) = lexer.next() {
            if !self.file.work(lexer.position() - looked_at) {
                return;
            }
            looked_at = lexer.position();
            let Object::Word(word) = object else {
                if operands.len() < 1_000 {
                    operands.push(object);
                }
                continue;
            };
            self.known_words += 1;
            let number = |at: usize| operands.get(at).and_then(Object::number).unwrap_or(0);
            match word.as_slice() {
                b"q" if saved.len() < 1_000 => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => state.place = times([0, 1, 2, 3, 4, 5].map(number), state.place),
                b"BT" => (text, line) = (UNIT, UNIT),
                b"Tf" => {
                    let name = operands.first().map_or("", Object::name);
                    state.font = self.font(resources, name, depth);
                    state.size = number(1);
                }
                b"Tc" => state.character_gap = number(0),
                b"Tw" => state.word_gap = number(0),
                b"TL" => state.leading = number(0),
                b"Tr" => state.is_invisible = number(0) == INVISIBLE,
                b"Tm" => {
                    line = [0, 1, 2, 3, 4, 5].map(number);
                    text = line;
                }
                b"Td" | b"TD" => {
                    if word == b"TD" {
                        state.leading = -number(1);
                    }
                    line = times([1000, 0, 0, 1000, number(0), number(1)], line);
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    line = times([1000, 0, 0, 1000, 0, -state.leading], line);
                    text = line;
                    if let (Some(Object::Text(bytes)), true) = (operands.last(), word != b"T*") {
                        self.show(bytes, &state, &mut text);
                    }
                }
                b"Tj" => {
                    if let Some(Object::Text(bytes)) = operands.first() {
                        self.show(bytes, &state, &mut text);
                    }
                }
                b"TJ" => {
                    for part in operands.first().map_or(&[][..], Object::list) {
                        match part {
                            Object::Text(bytes) => self.show(bytes, &state, &mut text),
                            Object::Number(back) => advance(&mut text, -(back.saturating_mul(state.size) / 1_000_000)),
                            _ => {}
                        }
                    }
                }
                b"Do" if depth < MAX_FORMS => {
                    let name = operands.first().map_or("", Object::name).to_owned();
                    self.form(resources, &name, state.place, depth);
                }
                b"ID" => lexer.skip_picture(),
                other if !is_operator(other) => {
                    self.known_words -= 1;
                    self.strange_words += 1;
                }
                _ => {}
            }
            operands.clear();
        }
        if lexer.has_lost() {
            self.file.damaged();
        }
    }

    fn font(&mut self, resources: &Object, name: &str, depth: usize) -> Rc<Font> {
        if let Some(font) = self.fonts.get(&(depth, name.to_owned())) {
            return Rc::clone(font);
        }
        self.file.work(FONT_WORK);
        let dictionary = self.file.get(&self.file.get(resources, "Font"), name);
        if !matches!(dictionary, Object::Dictionary(_)) {
            self.file.damaged();
        }
        let font = Rc::new(Font::of(self.file, &dictionary));
        self.fonts.insert((depth, name.to_owned()), Rc::clone(&font));
        font
    }

    fn form(&mut self, resources: &Object, name: &str, place: Matrix, depth: usize) {
        let forms = self.file.get(resources, "XObject");
        let reference = forms.get(name).clone();
        let form = self.file.resolve(&reference);
        match form.get("Subtype").name() {
            "Form" => {}
            "Image" | "PS" => return,
            _ => return self.file.damaged(),
        }
        let content = self.file.stream(&reference);
        let own = self.file.get(&form, "Resources");
        let matrix = match form.get("Matrix").list() {
            parts if parts.len() == 6 => {
                [0, 1, 2, 3, 4, 5].map(|at| parts.get(at).and_then(Object::number).unwrap_or(0))
            }
            _ => UNIT,
        };
        let resources = if own == Object::Null {
            self.file.resolve(resources)
        } else {
            own
        };
        self.fonts.retain(|(level, _), _| *level <= depth);
        self.paint(&content, &resources, times(matrix, place), depth + 1);
    }

    fn show(&mut self, bytes: &[u8], state: &State, text: &mut Matrix) {
        if !self.file.work(RUN_WORK + bytes.len().saturating_mul(BYTE_WORK)) {
            return;
        }
        self.bytes_shown = self.bytes_shown.saturating_add(bytes.len());
        if state.font.is_mute() {
            self.bytes_mute = self.bytes_mute.saturating_add(bytes.len());
        }
        let begin = times(*text, state.place);
        let mut shown = String::new();
        let mut width = 0_i64;
        state.font.characters(bytes, &mut |character, own, is_blank| {
            shown.push_str(character);
            let gap = state.character_gap + if is_blank { state.word_gap } else { 0 };
            width = width
                .saturating_add(own.saturating_mul(state.size) / 1_000_000)
                .saturating_add(gap);
        });
        advance(text, width);
        let end = times(*text, state.place);
        // Each piece takes memory, however short it is.
        if self.runs.len() >= MAX_RUNS {
            self.file.give_up();
        }
        let has_room = self.file.spend(RUN_BYTES).is_some() && !self.file.is_too_large();
        if !shown.trim().is_empty() && has_room {
            // A negative size turns the text once more.
            let [across, along, slant, scale, x, y] = match state.size {
                ..0 => times([-1000, 0, 0, -1000, 0, 0], begin),
                _ => begin,
            };
            let way = match along {
                _ if across.saturating_abs() >= along.saturating_abs() && (across >= 0 || scale >= 0) => Way::Across,
                _ if across.saturating_abs() >= along.saturating_abs() => Way::Back,
                ..0 => Way::Down,
                _ => Way::Up,
            };
            let lies = matches!(way, Way::Up | Way::Down);
            let scale = if lies { slant } else { scale };
            let length = if lies {
                end[5].saturating_sub(y)
            } else {
                end[4].saturating_sub(x)
            };
            let size = state.size.saturating_mul(scale).saturating_abs() / 1000;
            let near = |place: i64| place.clamp(-FARTHEST, FARTHEST);
            let is_outside = |[left, below, right, above]: [i64; 4]| x > right || x < left || y > above || y < below;
            self.runs.push(Run {
                x: near(x),
                end: near(end[4]),
                y: near(y),
                length: near(length.saturating_abs()),
                size: near(size),
                text: shown,
                way,
                is_invisible: state.is_invisible || self.sheet.is_some_and(is_outside),
            });
        }
    }
}

fn advance(text: &mut Matrix, by: i64) {
    *text = times([1000, 0, 0, 1000, by, 0], *text);
}

/// Pieces on one height become a row, pieces side by side a cell.
fn lay_out(mut runs: Vec<Run>) -> Vec<Row> {
    runs.sort_by_key(|run| (-run.y, run.x));
    let mut rows: Vec<(i64, Vec<Run>)> = Vec::new();
    for run in runs {
        match rows.last_mut() {
            Some((y, row)) if (*y - run.y).abs() <= ROW_TOLERANCE => row.push(run),
            _ => rows.push((run.y, vec![run])),
        }
    }
    rows.into_iter()
        .map(|(_, row)| cells(row))
        .filter(|row| !row.is_empty())
        .collect()
}

fn cells(mut runs: Vec<Run>) -> Row {
    runs.sort_by_key(|run| run.x);
    let mut row: Row = Vec::new();
    let mut before: Option<(i64, String)> = None;
    for run in runs {
        let em = run.size.max(4_000);
        let is_bold = |(x, text): &(i64, String)| *text == run.text && run.x - x < em / BOLD_PART;
        if before.as_ref().is_some_and(is_bold) {
            continue;
        }
        before = Some((run.x, run.text.clone()));
        match row.last_mut() {
            // Nearer than a word's gap and a half.
            Some(cell) if run.x - cell.right < em * 45 / 100 => {
                if run.x - cell.right > em / 8 && !cell.text.ends_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&run.text);
                cell.right = cell.right.max(run.end);
            }
            _ => row.push(Cell {
                left: run.x,
                right: run.end,
                text: run.text,
            }),
        }
    }
    row.iter().flat_map(divide).collect()
}

/// A cell of fixed width is a whole row: its columns are apart by two blanks and more.
fn divide(cell: &Cell) -> Vec<Cell> {
    let text = cell.text.trim();
    if !text.contains("  ") {
        return vec![Cell {
            left: cell.left,
            right: cell.right,
            text: with_minus(text),
        }];
    }
    let width = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let (all, wide) = (width(&cell.text).max(1), cell.right.saturating_sub(cell.left));
    let place = |characters: i64| cell.left.saturating_add(wide.saturating_mul(characters) / all);
    let mut cells = Vec::new();
    let mut before = 0;
    for part in cell.text.split("  ") {
        let own = part.trim();
        if !own.is_empty() {
            let first = before + width(part) - width(part.trim_start());
            cells.push(Cell {
                left: place(first),
                right: place(first + width(own)),
                text: with_minus(own),
            });
        }
        before += width(part) + 2;
    }
    cells
}
