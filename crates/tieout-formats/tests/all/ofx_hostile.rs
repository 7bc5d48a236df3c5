//! Broken, cut and made-up OFX: never a panic, never endless, never unbounded memory, never a line
//! lost in silence.

// Each test file uses its part of what is common to all formats.
use crate::common;
use proptest::prelude::*;
use std::fs;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::LazyLock;
use tieout_core::Code;
use tieout_core::encoding::Input;
use tieout_formats::{Import, Line, Outcome, ReadOptions, Reading, Sink, Statement, limits, read, read_all};
use tieout_testkit::generate;

static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let fixtures = common::fixtures("ofx").into_iter();
    fixtures.map(|(path, _)| fs::read(path).expect("readable")).collect()
});

fn options() -> ReadOptions {
    ReadOptions {
        format: Some("ofx".into()),
        ..ReadOptions::default()
    }
}

fn read_bytes(bytes: impl Into<Vec<u8>>) -> Import {
    read_all(&mut Cursor::new(bytes.into()), &options()).expect("memory")
}

/// Every line stands where it says, and what was refused is said.
fn is_sound(bytes: &[u8]) {
    let import = read_bytes(bytes);
    for line in import.statements.iter().flat_map(|read| &read.lines) {
        let (begin, end) = line.source_bytes;
        assert!(begin < end, "{line:?}");
    }
    assert_eq!(import.reading.outcome == Outcome::Refused, import.statements.is_empty());
    assert!(!import.statements.is_empty() || import.reading.refusal().is_some());
}

/// Pieces that OFX is made of, right and wrong.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "(</?|<)(OFX|STMTRS|CCSTMTRS|INVSTMTRS|STMTTRNRS|BANKTRANLIST|STMTTRN|STATUS|LEDGERBAL|BANKACCTFROM|PAYEE)>",
        "<(TRNAMT|BALAMT)>[-+0-9.,$ ]{0,8}",
        "<(DTPOSTED|DTEND|DTASOF)>[0-9*]{0,9}",
        "<(NAME|MEMO|FITID|CURSYM|CURDEF|TRNTYPE|CORRECTFITID|CODE|SEVERITY)>[a-zA-Z&;#<>\\[\\]!?-]{0,12}",
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        is_sound(&bytes);
    }

    #[test]
    fn any_sequence_of_pieces_is_read_or_refused(pieces in prop::collection::vec(piece(), 0..60)) {
        is_sound(pieces.concat().as_bytes());
    }

    #[test]
    fn any_cut_of_a_fixture_is_read_or_refused(which in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let bytes = which.get(&FIXTURES);
        is_sound(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn any_changed_bytes_of_a_fixture_are_read_or_refused(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = which.get(&FIXTURES).clone();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        is_sound(&bytes);
    }

    #[test]
    fn a_cut_never_invents_a_line(cut in any::<prop::sample::Index>()) {
        let file: String = generate::ofx::sgml(12).collect();
        let whole = read_bytes(file.clone()).statements.remove(0).lines;
        let cut = read_bytes(&file.as_bytes()[..cut.index(file.len())]);
        let lines = cut.statements.first().map_or(&[][..], |read| &read.lines);
        prop_assert_eq!(lines, &whole[..lines.len()]);
    }
}

/// A file made of a beginning and a part that repeats, without being in memory.
struct Endless {
    begin: &'static [u8],
    part: &'static [u8],
    bytes: u64,
    position: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = usize::try_from(self.bytes - self.position).unwrap_or(usize::MAX);
        let count = buffer.len().min(rest).min(64 * 1024);
        for slot in &mut buffer[..count] {
            let at = usize::try_from(self.position).unwrap();
            let repeated = at.wrapping_sub(self.begin.len()) % self.part.len();
            *slot = *self.begin.get(at).unwrap_or(&self.part[repeated]);
            self.position += 1;
        }
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        if let SeekFrom::Start(position) = to {
            self.position = position;
        }
        Ok(self.position)
    }
}

/// Keeps the size of the largest line and nothing else.
#[derive(Default)]
struct Largest(usize);

impl Sink for Largest {
    fn line(&mut self, line: &Line) {
        let party = &line.counterparty;
        self.0 = self.0.max(line.text.len() + party.name.len() + party.address.len());
    }

    fn end(&mut self, _: &Statement) {}
}

fn stream(input: &mut dyn Input) -> (Reading, usize) {
    let mut largest = Largest::default();
    let reading = read(input, &options(), &mut largest).expect("memory");
    (reading, largest.0)
}

#[test]
fn endless_parts_of_a_line_are_dropped_and_reported() {
    const BEGIN: &[u8] = b"<OFX><STMTRS><BANKTRANLIST><STMTTRN><TRNAMT>1<DTPOSTED>20240101";
    for part in [
        b"<MEMO>abcdefghij".as_slice(),
        b"<NAME>abcdefghij",
        b"<PAYEE><ADDR1>abcdefghij",
    ] {
        let mut input = Endless {
            begin: BEGIN,
            part,
            bytes: 1 << 20,
            position: 0,
        };
        let mut closed = Vec::new();
        input.read_to_end(&mut closed).unwrap();
        closed.extend_from_slice(b"</STMTTRN></BANKTRANLIST></STMTRS></OFX>");
        let (reading, largest) = stream(&mut Cursor::new(closed));
        assert_eq!(reading.lines, 1);
        assert!(largest <= 3 * limits::MAX_LINE_TEXT_BYTES, "{largest}");
    }
}

#[test]
fn one_endless_value_is_cut_and_reported() {
    let mut input = Endless {
        begin: b"<OFX><STMTRS><BANKTRANLIST><STMTTRN><TRNAMT>1<DTPOSTED>20240101<MEMO>",
        part: b"x",
        bytes: 8 << 20,
        position: 0,
    };
    let (reading, _) = stream(&mut input);
    let codes: Vec<_> = reading.problems.iter().map(|problem| problem.code).collect();
    assert!(
        codes.contains(&Code::TooLarge) && codes.contains(&Code::Malformed),
        "{codes:?}"
    );
}

#[test]
fn deep_nesting_costs_nothing() {
    let deep = "<A>".repeat(1_000_000);
    let line = "<STMTTRN><TRNAMT>1<DTPOSTED>20240101</STMTTRN>";
    let import = read_bytes(format!("<OFX><STMTRS>{deep}{line}</STMTRS></OFX>"));
    assert_eq!(import.reading.lines, 1);
}

#[test]
fn entities_that_a_file_declares_are_never_expanded() {
    let bomb = "<!DOCTYPE OFX [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    let line = "<STMTTRN><TRNAMT>1<DTPOSTED>20240101<MEMO>&b;</STMTTRN>";
    let import = read_bytes(format!("{bomb}<OFX><STMTRS>{line}</STMTRS></OFX>"));
    assert_eq!(import.statements[0].lines[0].text, "&b;");
}

#[test]
fn statements_without_end_are_counted_and_stopped() {
    let import = read_bytes("<STMTRS>".repeat(limits::MAX_STATEMENTS + 5));
    assert_eq!(import.statements.len(), limits::MAX_STATEMENTS);
    assert!(
        import
            .reading
            .problems
            .iter()
            .any(|problem| problem.code == Code::TooLarge)
    );
}
