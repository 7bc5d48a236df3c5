//! camt: files made to break a reader give problems; never a panic, never memory or time without bound.

use crate::common;
use crate::common::fixtures;
use proptest::prelude::*;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use tieout_core::Code;
use tieout_core::encoding::Input;
use tieout_formats::{Import, Outcome, ReadOptions, limits, read_all};

fn read(input: &mut dyn Input) -> Import {
    let options = ReadOptions {
        format: Some("camt".into()),
        ..ReadOptions::default()
    };
    read_all(input, &options).expect("memory is readable")
}

fn read_bytes(bytes: &[u8]) -> Import {
    read(&mut Cursor::new(bytes))
}

fn codes(import: &Import) -> Vec<Code> {
    import.reading.problems.iter().map(|problem| problem.code).collect()
}

/// A file of which the middle is one byte again and again: large without memory.
struct Stretched {
    head: Vec<u8>,
    fill: u8,
    fill_bytes: u64,
    tail: Vec<u8>,
    position: u64,
}

impl Stretched {
    fn new(head: &str, fill: u8, fill_bytes: u64, tail: &str) -> Self {
        Self {
            head: head.as_bytes().to_vec(),
            fill,
            fill_bytes,
            tail: tail.as_bytes().to_vec(),
            position: 0,
        }
    }
}

impl Read for Stretched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let head = self.head.len() as u64;
        let given = if self.position < head {
            (&self.head[usize::try_from(self.position).expect("small")..]).read(buffer)?
        } else if self.position < head + self.fill_bytes {
            let rest = usize::try_from(head + self.fill_bytes - self.position).expect("fits");
            let count = rest.min(buffer.len());
            buffer[..count].fill(self.fill);
            count
        } else {
            let start = usize::try_from(self.position - head - self.fill_bytes).expect("small");
            (&self.tail[start.min(self.tail.len())..]).read(buffer)?
        };
        self.position += given as u64;
        Ok(given)
    }
}

impl Seek for Stretched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(position) = to else {
            return Err(io::Error::other("only from the start"));
        };
        self.position = position;
        Ok(position)
    }
}

const BEGIN: &str = "<BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id>\
                     <Ccy>EUR</Ccy></Acct>";
const ENTRY: &str = "<Ntry><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
                     <BookgDt><Dt>2026-02-10</Dt></BookgDt></Ntry>";
const END: &str = "</Stmt></BkToCstmrStmt>";

#[test]
fn entities_are_never_expanded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">");
    for level in 1..10 {
        let before = format!("&lol{};", level - 1).repeat(10);
        bomb = format!("{bomb}<!ENTITY lol{level} \"{before}\">");
    }
    bomb = format!("{bomb}]>{BEGIN}{ENTRY}&lol9;{END}");
    let import = read_bytes(bomb.as_bytes());
    assert_eq!(
        (import.reading.outcome, codes(&import)),
        (Outcome::Refused, vec![Code::Malformed])
    );
    assert!(import.reading.problems[0].message.contains("document type"));
}

#[test]
fn ten_thousand_elements_deep_is_too_deep() {
    let deep = format!("{BEGIN}{ENTRY}<Ntry>{}", "<a>".repeat(10_000));
    let import = read_bytes(deep.as_bytes());
    assert_eq!(codes(&import), [Code::TooLarge]);
    assert_eq!(import.statements[0].lines.len(), 1, "what came before is kept");
    // As deep below elements of no interest, and in the envelope.
    for start in ["<Document>", "<BkToCstmrStmt><Stmt><SplmtryData>"] {
        let import = read_bytes(format!("{start}{}", "<a>".repeat(10_000)).as_bytes());
        assert!(codes(&import).contains(&Code::TooLarge), "{start}");
    }
}

#[test]
fn a_value_of_fifty_megabytes_is_cut_and_the_rest_is_read() {
    let head = format!("{BEGIN}{ENTRY}<Ntry><AddtlNtryInf>");
    let (_, entry) = ENTRY.split_once("<Ntry>").expect("an entry");
    let tail = format!("</AddtlNtryInf>{entry}{ENTRY}{END}");
    let import = read(&mut Stretched::new(&head, b'x', 50 << 20, &tail));
    assert_eq!(codes(&import), [Code::TooLarge]);
    let lines = &import.statements[0].lines;
    assert_eq!((lines.len(), lines[1].text.len()), (3, limits::MAX_VALUE_BYTES));
    assert_eq!(lines[2].source_bytes.1 - lines[2].source_bytes.0, ENTRY.len() as u64);
}

#[test]
fn a_value_of_many_references_is_cut() {
    let head = format!("{BEGIN}<Ntry><AddtlNtryInf>{}", "&amp;".repeat(200_000));
    let (_, entry) = ENTRY.split_once("<Ntry>").expect("an entry");
    let import = read_bytes(format!("{head}</AddtlNtryInf>{entry}{END}").as_bytes());
    assert_eq!(codes(&import), [Code::TooLarge]);
    assert_eq!(import.statements[0].lines[0].text, "&".repeat(limits::MAX_VALUE_BYTES));
}

#[test]
fn tags_comments_and_sections_without_end_stop_the_reading() {
    for start in ["<Ntry a=\"", "<!--", "<![CDATA[", "<?x ", "<!DOCTYPE x "] {
        let head = format!("{BEGIN}{ENTRY}{start}");
        let import = read(&mut Stretched::new(&head, b'x', 1 << 40, ""));
        assert_eq!(codes(&import), [Code::TooLarge], "{start}");
        assert_eq!(import.statements[0].lines.len(), 1, "{start}");
    }
}

#[test]
fn many_values_of_one_entry_are_cut() {
    let part = format!("<Ustrd>{}</Ustrd>", "x".repeat(1000));
    let (start, end) = ENTRY.split_once("</Ntry>").expect("an entry");
    let many = (0..1000)
        .map(|index| part.replacen("xxxx", &format!("{index:04}"), 1))
        .collect::<String>();
    let content = format!("{start}<NtryDtls><TxDtls><RmtInf>{many}</RmtInf></TxDtls></NtryDtls></Ntry>{end}");
    let import = read_bytes(format!("{BEGIN}{content}{ENTRY}{END}").as_bytes());
    assert_eq!(codes(&import), [Code::TooLarge], "said once");
    let lines = &import.statements[0].lines;
    assert!(lines[0].text.len() <= limits::MAX_LINE_TEXT_BYTES + 1000);
    assert!(lines[0].text.len() > limits::MAX_LINE_TEXT_BYTES - 2000);
    assert_eq!(lines.len(), 2);
}

#[test]
fn texts_of_an_entry_are_counted_across_its_transactions() {
    let text = "x".repeat(60_000);
    let (start, _) = ENTRY.split_once("</Ntry>").expect("an entry");
    for (repeated, kept) in [
        (format!("<TxDtls/><AddtlNtryInf>{text}</AddtlNtryInf>"), 1),
        (
            format!("<TxDtls/><BkTxCd><Domn><Fmly><SubFmlyCd>{text}</SubFmlyCd></Fmly></Domn></BkTxCd>"),
            4,
        ),
    ] {
        let varied: String = (0..50)
            .map(|index| repeated.replacen("xxxx", &format!("{index:04}"), 1))
            .collect();
        let import = read_bytes(format!("{BEGIN}{start}{varied}</Ntry>{END}").as_bytes());
        assert_eq!(codes(&import), [Code::TooLarge], "said once");
        let line = &import.statements[0].lines[0];
        let bytes = line.text.len() + line.type_code.code.len();
        assert!(
            (kept * 60_000..=limits::MAX_LINE_TEXT_BYTES + 100).contains(&bytes),
            "{bytes}"
        );
    }
}

#[test]
fn a_batch_with_more_parts_than_are_kept_still_sums() {
    let parts = "<TxDtls><Amt Ccy=\"EUR\">1</Amt></TxDtls>".repeat(limits::MAX_CHILDREN + 5);
    let entry = ENTRY.replace("1.00", &(limits::MAX_CHILDREN + 5).to_string());
    let (start, _) = entry.split_once("</Ntry>").expect("an entry");
    let content = format!("{BEGIN}{start}<NtryDtls>{parts}</NtryDtls></Ntry>{END}");
    let import = read_bytes(content.as_bytes());
    assert_eq!(codes(&import), [Code::TooLarge], "the sum over all parts is right");
    assert_eq!(import.statements[0].lines[0].children.len(), limits::MAX_CHILDREN);
}

#[test]
fn more_balances_than_any_statement_has_are_left_out() {
    let balance = "<Bal><Tp><CdOrPrtry><Cd>INFO</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">1</Amt>\
                   <CdtDbtInd>CRDT</CdtDbtInd></Bal>";
    let content = format!("{BEGIN}{}{ENTRY}{END}", balance.repeat(limits::MAX_BALANCES + 1));
    let import = read_bytes(content.as_bytes());
    assert_eq!(codes(&import), [Code::TooLarge]);
    assert_eq!(
        import.statements[0].statement.other_balances.len(),
        limits::MAX_BALANCES
    );
}

#[test]
fn nothing_but_rubbish_is_refused() {
    for bytes in [
        &b""[..],
        b"<",
        b"\0\0\0\0",
        b"no xml at all",
        b"<a/>",
        b"]]>",
        b"&",
        b"\xFF\xFE<",
        b"</a>",
    ] {
        let import = read_bytes(bytes);
        assert_eq!(import.reading.outcome, Outcome::Refused, "{bytes:?}");
        assert!(import.reading.refusal().is_some(), "{bytes:?}");
    }
}

#[test]
fn every_truncation_of_a_fixture_keeps_whole_entries() {
    let path = common::folder("camt").join("newinnovations-example-camt053-a.xml");
    let whole = fs::read(&path).expect("the fixture is there");
    let ends: Vec<usize> = memchr::memmem::find_iter(&whole, b"</Ntry>")
        .map(|at| at + b"</Ntry>".len())
        .collect();
    for end in (0..whole.len()).step_by(7) {
        let import = read_bytes(&whole[..end]);
        let lines = usize::try_from(import.reading.lines).expect("few");
        assert_eq!(lines, ends.iter().filter(|at| **at <= end).count(), "cut at {end}");
        assert!(!import.reading.problems.is_empty(), "cut at {end}");
    }
}

/// Any fixture with some of its bytes changed and its end cut off.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let files: Vec<Vec<u8>> = fixtures("camt")
        .into_iter()
        .map(|(path, _)| fs::read(path).expect("the fixture is there"))
        .filter(|bytes| bytes.len() < 20_000)
        .collect();
    let flips = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20);
    (
        prop::sample::select(files),
        flips,
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut bytes, flips, cut, is_cut)| {
            for (at, byte) in flips {
                let index = at.index(bytes.len());
                bytes[index] = byte;
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes
        })
}

proptest! {
    #[test]
    fn damaged_files_give_lines_or_problems(bytes in damaged()) {
        let import = read_bytes(&bytes);
        let lines: usize = import.statements.iter().map(|read| read.lines.len()).sum();
        prop_assert!(lines > 0 || !import.reading.problems.is_empty());
        for line in import.statements.iter().flat_map(|read| &read.lines) {
            prop_assert!(line.source_bytes.0 < line.source_bytes.1);
        }
    }

    #[test]
    fn random_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let import = read_bytes(&bytes);
        prop_assert!(import.reading.outcome == Outcome::Refused || !import.statements.is_empty());
    }

    #[test]
    fn random_markup_is_refused_or_read(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "<BkToCstmrStmt>", "<Stmt>", "</Stmt>", "<Ntry>", "</Ntry>", "<Amt Ccy=\"EUR\">", "</Amt>", "1.00", "<Sts>",
                "<Cd>", "</Cd>", "</Sts>", "BOOK", "<TxDtls>", "</TxDtls>", "<Bal>", "</Bal>", "<Chrgs>", "</Chrgs>",
                "<CdtDbtInd>", "</CdtDbtInd>", "CRDT", "<NtryDtls>", "</NtryDtls>", "&amp;", "&x;", "&", "<!-- -->", "\n",
            ]),
            0..60,
        ),
    ) {
        let import = read_bytes(words.concat().as_bytes());
        prop_assert!(import.reading.outcome == Outcome::Refused || !import.statements.is_empty());
    }
}
