//! Nothing that anybody can do to a file of the banks' own formats makes a reader panic, take memory without bound, or
//! lose a movement in silence.

use crate::common::fixtures;
use proptest::prelude::*;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use tieout_core::{Code, Severity};
use tieout_formats::{Import, Outcome, ReadOptions, limits, read_all};

const KINDS: &[&str] = &["bai2", "coda", "norma43", "cfonb120", "gpc", "cnab240"];

fn read(bytes: &[u8], kind: &str) -> Import {
    let options = ReadOptions {
        format: Some(kind.to_owned()),
        ..ReadOptions::default()
    };
    let import = read_all(&mut Cursor::new(bytes), &options).expect("memory is readable");
    assert!(import.reading.outcome != Outcome::Refused || import.reading.refusal().is_some());
    import
}

/// How many lines of a file begin a movement, by the letters that all files of the kind begin one with.
fn movements(bytes: &[u8], kind: &str) -> usize {
    let begins = |line: &[u8]| match kind {
        "bai2" => line.trim_ascii_start().starts_with(b"16,"),
        "coda" => line.starts_with(b"21") && line.get(6..10) == Some(b"0000"),
        "norma43" => line.starts_with(b"22"),
        "cfonb120" => line.starts_with(b"04"),
        "gpc" => line.starts_with(b"075"),
        _ => line.get(7) == Some(&b'3') && line.get(13) == Some(&b'E') && line.len() > 16,
    };
    bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| begins(line))
        .count()
}

#[test]
fn truncations_and_flips_account_for_each_movement() {
    for kind in KINDS {
        for (path, _) in fixtures(kind) {
            let whole = fs::read(&path).expect("a fixture");
            // A prime step visits every kind of column in the end, and the test stays quick.
            let step = if whole.len() > 1_500 { 53 } else { 13 };
            for at in (0..whole.len()).step_by(step) {
                let mut flipped = whole.clone();
                flipped[at] ^= 0x1B;
                for bytes in [&whole[..at], &flipped] {
                    let import = read(bytes, kind);
                    let marked = movements(bytes, kind);
                    let lines = usize::try_from(import.reading.lines).expect("few");
                    let said = import.reading.problems.iter().any(|p| p.severity() != Severity::Notice);
                    assert!(
                        lines >= marked || said,
                        "{} at {at}: {lines} of {marked}",
                        path.display()
                    );
                }
            }
        }
    }
}

#[test]
fn endless_lines_and_files_are_cut_in_bounded_memory() {
    for kind in KINDS {
        let (path, _) = fixtures(kind)
            .into_iter()
            .find(|(path, _)| path.to_string_lossy().contains("synthetic"))
            .expect("a synthetic fixture of each kind");
        let head = fs::read(&path).expect("a fixture");
        let head: Vec<u8> = head
            .split_inclusive(|byte| *byte == b'\n')
            .take(4)
            .flatten()
            .copied()
            .collect();
        for line in [b"and on without any end ".as_slice(), b"88,and on\r\n", b"23"] {
            let mut input = Endless {
                head: &head,
                line,
                length: 5 << 18,
                at: 0,
            };
            let options = ReadOptions {
                format: Some((*kind).to_owned()),
                ..ReadOptions::default()
            };
            let import = read_all(&mut input, &options).expect("readable");
            let kept: usize = import
                .statements
                .iter()
                .flat_map(|read| &read.lines)
                .map(|line| line.text.len())
                .sum();
            assert!(kept <= 2 * limits::MAX_LINE_TEXT_BYTES, "{kind}: {kept} bytes");
            assert!(!import.reading.problems.is_empty(), "{kind}");
        }
    }
}

#[test]
fn absurd_amounts_and_dates_are_no_amounts_and_dates() {
    let file = "01,B,C,240201,0600,1,,,2/\n02,C,B,1,999999,,USD,2/\n03,77,,010,99999999999999999999999999999999999999999,,/\n16,475,9999999999999999999999999999999999999999999,,R,55,TEXT/\n16,475,100,V,241399,,R,55,TEXT/\n49,0,4/\n98,0,1,6/\n99,0,1,8/\n";
    let import = read(file.as_bytes(), "bai2");
    let count = |code: Code| import.reading.problems.iter().filter(|p| p.code == code).count();
    assert_eq!(
        (count(Code::BadLine), count(Code::BadAmount), count(Code::BadDate)),
        (1, 1, 2)
    );
    assert_eq!(import.reading.lines, 1);
}

proptest! {
    #[test]
    fn random_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..1500), kind in prop::sample::select(KINDS)) {
        read(&bytes, kind);
    }

    #[test]
    fn random_records_account_for_each_movement(records in proptest::collection::vec(record(), 0..30), kind in prop::sample::select(KINDS)) {
        let bytes = records.concat().into_bytes();
        let import = read(&bytes, kind);
        let marked = movements(&bytes, kind);
        let lines = usize::try_from(import.reading.lines).expect("few");
        let said = import.reading.problems.iter().any(|p| p.severity() != Severity::Notice);
        prop_assert!(lines >= marked || said, "{} lines for {} movements", lines, marked);
    }

    #[test]
    fn fixtures_cut_and_wrapped_do_no_harm(
        which in any::<prop::sample::Index>(),
        kind in prop::sample::select(KINDS),
        width in 1_usize..260,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let all = fixtures(kind);
        let mut bytes = fs::read(&all[which.index(all.len())].0).expect("a fixture");
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let cut: Vec<u8> = bytes.chunks(width).flat_map(|part| part.iter().copied().chain([b'\n'])).collect();
        read(&cut, kind);
    }
}

/// A record of one of the formats, or nearly one.
fn record() -> impl Strategy<Value = String> {
    let code = prop::sample::select(vec![
        "01,",
        "02,",
        "03,",
        "16,",
        "88,",
        "49,",
        "98,",
        "99,",
        "00000",
        "1",
        "21",
        "22",
        "23",
        "31",
        "32",
        "8",
        "9 ",
        "4 ",
        "11",
        "33",
        "88",
        "24",
        "01",
        "04",
        "05",
        "07",
        "074",
        "075",
        "078",
        "0010001",
        "00100011E",
        "",
    ]);
    let rest = prop_oneof![
        "[0-9]{0,130}",
        "([0-9A-Z]{0,12},){0,8}[A-Z/ ]{0,20}/?",
        "[0-9]{16}[0-9A-Z {}+-]{0,120}",
        "[ -~é]{0,140}",
    ];
    (code, rest, prop::sample::select(vec!["\n", "\r\n", "\r", " "]))
        .prop_map(|(code, rest, end)| format!("{code}{rest}{end}"))
}

/// A head, then a line again and again.
struct Endless<'a> {
    head: &'a [u8],
    line: &'a [u8],
    length: usize,
    at: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.length - self.at);
        for (index, byte) in buffer.iter_mut().take(count).enumerate() {
            let at = self.at + index;
            *byte = match at.checked_sub(self.head.len()) {
                None => self.head[at],
                Some(past) => self.line[past % self.line.len()],
            };
        }
        self.at += count;
        Ok(count)
    }
}

impl Seek for Endless<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(at) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        self.at = usize::try_from(at).expect("small");
        Ok(at)
    }
}
