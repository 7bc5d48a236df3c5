//! What becomes of every statement fixture, of every format, when it is cut, changed, wrapped or encoded anew: never a
//! panic, and never a line less or another sum without a word.
//!
//! Each mutation is applied at some places of each file, the same ones every time. What was read is compared with the
//! whole file: with fewer lines or other sums there must be a problem that says that something may be wrong, or a proof
//! that fails. Mutations that change no character of the content (line ends, charsets) must change nothing at all.

use crate::common::{expected_in, folder};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tieout_core::{Code, Decimal, Severity};
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};
use tieout_testkit::random::Random;

const KINDS: &[&str] = &[
    "bai2", "camt", "cfonb120", "cnab240", "coda", "csv", "gpc", "json", "mt940", "norma43", "ofx", "pdf", "qif",
    "xls", "xlsx", "zip",
];
/// Kinds whose files are packed, binary, or placed by more than their order: that a line stands before a byte says nothing
/// there, and other line ends or charsets are other files.
const PACKED: &[&str] = &["pdf", "xls", "xlsx", "zip"];
/// Kinds whose files say where they end: one that was cut is told by that, whether it prints balances or not.
const ENDED: &[&str] = &[
    "bai2", "camt", "cfonb120", "cnab240", "coda", "gpc", "json", "mt940", "norma43", "ofx",
];

/// Places at which a file is cut or changed: fewer in a large one, so that the test stays quick.
fn places(length: usize) -> usize {
    match length {
        0..4_000 => 16,
        4_000..16_000 => 6,
        _ => 2,
    }
}

/// Number of lines, and the sums that they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figures {
    lines: u64,
    credits: Decimal,
    debits: Decimal,
}

fn figures(import: &Import) -> Figures {
    let mut figures = Figures {
        lines: import.reading.lines,
        credits: Decimal::ZERO,
        debits: Decimal::ZERO,
    };
    for line in import.statements.iter().flat_map(|statement| &statement.lines) {
        let sum = if line.amount.is_negative() {
            &mut figures.debits
        } else {
            &mut figures.credits
        };
        *sum = sum.checked_add(line.amount).unwrap_or(*sum);
    }
    figures
}

fn read(bytes: &[u8], format: &'static str) -> Import {
    let options = ReadOptions {
        format: Some(format.to_owned()),
        ..ReadOptions::default()
    };
    read_all(&mut Cursor::new(bytes), &options).expect("memory is readable")
}

/// Whether anything says that something may be wrong with the file: a warning, an error, a proof that fails.
fn is_said(got: &Import) -> bool {
    let warned = got.reading.problems.iter().any(|p| p.severity() != Severity::Notice);
    let failed = |proof: Proof| matches!(proof, Proof::Off(_));
    warned || got.statements.iter().any(|read| failed(read.statement.proof))
}

/// Whether the file prints figures that its lines can be proved by. Where it does not, nobody can see that a line is
/// missing; its statements say so themselves: their proof is not possible.
fn is_provable(import: &Import) -> bool {
    let proof = |read: &tieout_formats::ReadStatement| read.statement.proof;
    import.statements.iter().any(|read| proof(read) != Proof::NotPossible)
}

/// Whether what is left are whole statements, fewer than there were, each proved: a file like any other. That one of
/// several is missing shows where statements are put in order, by their balances.
fn is_whole_statements(got: &Import, whole: &Import) -> bool {
    got.statements.len() < whole.statements.len() && is_proved(got)
}

/// Whether the change put right what its author had made wrong: statements prove that did not.
fn is_repaired(got: &Import, whole: &Import) -> bool {
    let off = |import: &Import| {
        let failed = import
            .statements
            .iter()
            .filter(|read| matches!(read.statement.proof, Proof::Off(_)));
        failed.count()
    };
    off(got) < off(whole)
}

/// What differs between two readings of a file and is not said, if anything.
fn silent_loss(got: &Import, whole: &Import) -> Option<String> {
    let (had, has) = (figures(whole), figures(got));
    let same_sums = (had.credits, had.debits) == (has.credits, has.debits);
    // That a movement of nothing is missing can be seen only where a file counts its movements.
    if same_sums && (has.lines >= had.lines || is_proved(got)) || has.lines > had.lines {
        return None;
    }
    let excused = is_said(got) || !is_provable(whole) || is_whole_statements(got, whole) || is_repaired(got, whole);
    (!excused).then(|| format!("{had:?} became {has:?}"))
}

fn is_proved(import: &Import) -> bool {
    import
        .statements
        .iter()
        .all(|read| read.statement.proof == Proof::Exact)
}

struct Case {
    kind: &'static str,
    path: PathBuf,
    bytes: Vec<u8>,
    format: &'static str,
    whole: Import,
}

/// Every fixture that is read at all, with what it reads as.
fn cases(kind: &'static str) -> &'static [Case] {
    static CASES: LazyLock<BTreeMap<&'static str, Vec<Case>>> =
        LazyLock::new(|| KINDS.iter().map(|kind| (*kind, read_cases(kind))).collect());
    &CASES[kind]
}

fn read_cases(kind: &'static str) -> Vec<Case> {
    let all = expected_in(&folder(kind)).into_iter().map(|(path, _)| {
        let bytes = fs::read(&path).expect("a fixture");
        let recognised = read_all(&mut Cursor::new(&bytes), &ReadOptions::default()).expect("memory is readable");
        Case {
            kind,
            format: recognised.reading.format,
            whole: recognised,
            bytes,
            path,
        }
    });
    all.filter(|case| !case.format.is_empty()).collect()
}

/// Applies a mutation at some places of every file; gives what was lost without a word.
fn silent_losses(kind: &'static str, mutate: impl Fn(&[u8], usize) -> Vec<u8>) -> Vec<String> {
    let mut found = Vec::new();
    for case in cases(kind) {
        let mut random = Random::new(11);
        let length = u64::try_from(case.bytes.len()).expect("small");
        for _ in 0..places(case.bytes.len()) {
            let at = usize::try_from(random.below(length)).expect("small");
            let mutated = mutate(&case.bytes, at);
            let got = read(&mutated, case.format);
            if got.reading.outcome == Outcome::Refused {
                assert!(got.reading.refusal().is_some(), "{} at {at}", case.path.display());
                continue;
            }
            if let Some(loss) = silent_loss(&got, &case.whole) {
                found.push(format!("{}/{} at {at}: {loss}", case.kind, name(&case.path)));
            }
        }
    }
    found
}

fn assert_none(what: &str, mutate: impl Fn(&[u8], usize) -> Vec<u8>) {
    let found: Vec<String> = KINDS.iter().flat_map(|kind| silent_losses(kind, &mutate)).collect();
    assert!(
        found.is_empty(),
        "{what}: {} silent losses\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn a_file_cut_anywhere_says_so() {
    assert_none("cut", |bytes, at| bytes[..at].to_vec());
    for case in ENDED.iter().flat_map(|kind| cases(kind)) {
        let whole = case.bytes.trim_ascii_end();
        let at = whole.len() * 2 / 3;
        let got = read(&whole[..at], case.format);
        // Reports of the day end anywhere, other messages of SWIFT with their closing balance.
        let statements = &case.whole.statements;
        let of_the_day = statements.iter().any(|read| read.statement.message == "MT942");
        let is_open_ended = of_the_day || case.kind == "mt940" && is_proved(&got);
        assert!(is_said(&got) || is_open_ended, "{} cut at {at}", name(&case.path));
    }
}

#[test]
fn the_lines_before_a_cut_are_read() {
    let mut found = Vec::new();
    let texts = KINDS.iter().filter(|kind| !PACKED.contains(kind));
    for case in texts.flat_map(|kind| cases(kind)) {
        let length = case.bytes.trim_ascii_end().len();
        for at in [length / 3, length / 2, length * 2 / 3, length * 9 / 10, length - 1] {
            let got = read(&case.bytes[..at], case.format);
            let end = u64::try_from(at).expect("small");
            let lines = case.whole.statements.iter().flat_map(|statement| &statement.lines);
            let before = lines.filter(|line| line.source_bytes.1 <= end).count();
            let problems = got.reading.problems.iter();
            let named = problems
                .filter(|problem| matches!(problem.code, Code::BadLine | Code::Unread))
                .count();
            // Positions in UTF-16 are those of the text in UTF-8.
            let is_wide = case.bytes.contains(&0);
            if !is_wide
                && got.reading.lines + u64::try_from(named).expect("small") < u64::try_from(before).expect("small")
            {
                found.push(format!(
                    "{}/{} cut at {at} of {length}: {before} lines stand before, {} were read: {:?}",
                    case.kind,
                    name(&case.path),
                    got.reading.lines,
                    got.reading.problems
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_file_without_its_beginning_says_so() {
    assert_none("beheaded", |bytes, at| bytes[at..].to_vec());
}

#[test]
fn a_changed_byte_says_so() {
    assert_none("flipped", |bytes, at| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x15;
        bytes
    });
}

#[test]
fn a_line_left_out_says_so() {
    assert_none("a line left out", |bytes, at| {
        let begin = bytes[..at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let end = bytes[at..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(bytes.len(), |end| at + end + 1);
        [&bytes[..begin], &bytes[end..]].concat()
    });
}

#[test]
fn lines_wrapped_anew_say_so() {
    assert_none("wrapped", |bytes, at| {
        let width = 20 + at % 100;
        let mut out = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            for part in line.chunks(width) {
                out.extend_from_slice(part);
                out.push(b'\n');
            }
        }
        out
    });
}

#[test]
fn a_lost_line_end_says_so() {
    assert_none("joined", |bytes, at| {
        let mut bytes = bytes.to_vec();
        if let Some(end) = bytes[at..].iter().position(|byte| *byte == b'\n') {
            bytes.remove(at + end);
            if at + end > 0 && bytes[at + end - 1] == b'\r' {
                bytes.remove(at + end - 1);
            }
        }
        bytes
    });
}

#[test]
fn line_ends_change_nothing() {
    each_text(|case, text| {
        let plain = text.replace("\r\n", "\n").replace('\r', "\n");
        for end in ["\r\n", "\r", "\n"] {
            let mutated = plain.replace('\n', end);
            expect_same(case, mutated.as_bytes(), &format!("line ends {end:?}"));
        }
    });
}

#[test]
fn charsets_change_nothing() {
    each_text(|case, text| {
        let little: Vec<u8> = std::iter::once(0xFEFF)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = std::iter::once(0xFEFF)
            .chain(text.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        for (name, bytes) in [("UTF-16LE", little), ("UTF-16BE", big), ("UTF-8 with a mark", marked)] {
            expect_same(case, &bytes, name);
        }
    });
}

/// Every fixture as text (of XLS the web pages and XML): as UTF-8 if it is that, else as Latin-1. Binary ones and UTF-16
/// are left out.
fn each_text(check: impl Fn(&Case, &str)) {
    for kind in KINDS.iter().filter(|kind| **kind == "xls" || !PACKED.contains(kind)) {
        for case in cases(kind) {
            if case.bytes.contains(&0) || case.whole.reading.outcome == Outcome::Refused {
                continue;
            }
            let bytes = case.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&case.bytes);
            let text = match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().copied().map(char::from).collect(),
            };
            check(case, &text);
        }
    }
}

fn expect_same(case: &Case, bytes: &[u8], what: &str) {
    let got = read(bytes, case.format);
    assert_eq!(
        figures(&got),
        figures(&case.whole),
        "{} with {what}: {:?}",
        name(&case.path),
        got.reading.problems
    );
    assert_eq!(
        got.statements.len(),
        case.whole.statements.len(),
        "{} with {what}",
        name(&case.path)
    );
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
