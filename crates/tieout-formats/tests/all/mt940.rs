//! MT940 and MT942: every fixture as expected, and nothing that anybody can do to a file makes the reader lose a line in
//! silence.

use crate::common::{Dates, assert_all_as_expected, fixtures, import};
use proptest::prelude::*;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use tieout_core::Code;
use tieout_formats::{Import, Line, Outcome, ReadOptions, limits, read_all};
use tieout_testkit::generate;

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("mt940", Dates::Value, |_, _| ReadOptions::default());
}

#[test]
fn pages_reversals_and_fragments_are_marked() {
    let (mut pages, mut reversals, mut fragments) = (0, 0, 0);
    for (path, expected) in fixtures("mt940") {
        let import = import(&path, &ReadOptions::default());
        let wanted = expected["statements"].as_array().expect("a list");
        for (got, want) in import.statements.iter().zip(wanted) {
            let intermediate = want["intermediate"].as_bool() == Some(true);
            assert_eq!(got.statement.intermediate, intermediate, "{path:?}");
            pages += usize::from(intermediate);
            let marked = got.lines.iter().filter(|line| line.reversal).count();
            let expected_marks = want["reversal_marks"].as_u64().unwrap_or(0);
            assert_eq!(u64::try_from(marked).expect("few"), expected_marks, "{path:?}");
            reversals += marked;
        }
        if expected["fragment"].as_bool() == Some(true) {
            assert_eq!(count(&import, Code::NoAccount), 1, "{path:?}");
            fragments += 1;
        }
    }
    assert!(
        pages > 30 && reversals > 3 && fragments > 5,
        "{pages} {reversals} {fragments}"
    );
}

#[test]
fn line_ends_change_nothing() {
    for (path, _) in fixtures("mt940") {
        let bytes = fs::read(&path).expect("a fixture");
        let plain: Vec<u8> = replace(&replace(&bytes, b"\r\n", b"\n"), b"\r", b"\n");
        let expected = read_bytes(&plain);
        for end in [b"\r\n".as_slice(), b"\r"] {
            let got = read_bytes(&replace(&plain, b"\n", end));
            assert_eq!(lines_of(&got), lines_of(&expected), "{path:?} with {end:?}");
        }
    }
}

#[test]
fn text_reads_the_same_wrapped_and_unwrapped() {
    let mut wrapped = Vec::new();
    generate::mt940::write(&mut wrapped, 500).expect("memory takes everything");
    let mut unwrapped: Vec<u8> = Vec::new();
    for line in wrapped.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !unwrapped.is_empty() && !line.starts_with(b"-") && !line.starts_with(b":") && !line.is_empty() {
            unwrapped.truncate(unwrapped.len() - 1);
        }
        unwrapped.extend_from_slice(line);
        unwrapped.push(b'\n');
    }
    let (wrapped, unwrapped) = (read_bytes(&wrapped), read_bytes(&unwrapped));
    assert_eq!(lines_of(&wrapped).len(), 500);
    assert_eq!(lines_of(&wrapped), lines_of(&unwrapped));
}

#[test]
fn a_payment_message_is_refused() {
    let message = "{1:F01BANKDEFFXXXX0000000000}{2:I103BANKDEFFXXXXN}{4:\n:20:REF\n:23B:CRED\n:32A:240101EUR1,\n:50K:/1\nJohn\n:59:/2\nJane\n:71A:SHA\n-}\n";
    let import = read_bytes(message.as_bytes());
    assert_eq!(import.reading.outcome, Outcome::Refused);
    assert_eq!(
        import.reading.refusal().map(|problem| problem.code),
        Some(Code::NotAStatement)
    );
}

#[test]
fn an_unreadable_line_is_named_and_its_text_goes_with_it() {
    let file = ":20:X\n:25:1\n:60F:C240101EUR1,\n:61:2401010101X5,NTRF\n:86:lost\n:61:2401010101C5,NTRF\n:86:kept\n:62F:C240101EUR6,\n-\n";
    let import = read_bytes(file.as_bytes());
    assert_eq!(import.reading.outcome, Outcome::Partial);
    let bad: Vec<_> = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == Code::BadLine)
        .collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].place.line, Some(4));
    let texts: Vec<&str> = import.statements[0]
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(texts, ["kept"]);
}

#[test]
fn a_dash_alone_in_a_text_ends_nothing() {
    let file =
        ":20:X\n:25:1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:86:one\n-\n:61:240101C5,NTRF\n:62F:C240101EUR11,\n-\n";
    let import = read_bytes(file.as_bytes());
    assert_eq!(import.statements.len(), 1);
    assert_eq!(import.statements[0].lines.len(), 2);
    assert_eq!(count(&import, Code::Irregular), 1);
}

#[test]
fn mt950_goes_the_same_way() {
    let file = "{1:F01BANKDEFFXXXX0000000000}{2:O9501200240101BANKDEFFXXXX00000000002401011200N}{4:\n:20:X\n:25:1\n:28C:1/1\n:60F:C240101EUR1,\n:61:240101C5,NTRFREF//BANK\n:62F:C240101EUR6,\n-}\n";
    let import = read_bytes(file.as_bytes());
    assert_eq!(import.statements[0].statement.message, "MT950");
    assert_eq!(import.statements[0].statement.proof, tieout_formats::Proof::Exact);
}

#[test]
fn the_source_of_a_line_is_where_it_stands() {
    let mut file = Vec::new();
    generate::mt940::write(&mut file, 100).expect("memory takes everything");
    let import = read_bytes(&file);
    for line in import.statements.iter().flat_map(|statement| &statement.lines) {
        let (from, to) = line.source_bytes;
        let range = usize::try_from(from).expect("small")..usize::try_from(to).expect("small");
        let source = &file[range.clone()];
        assert!(source.starts_with(b":61:"));
        assert_eq!(
            source
                .windows(4)
                .filter(|four| four == b":61:" || four == b":62F")
                .count(),
            1
        );
        assert!(file[range.end..].starts_with(b"\r\n:6"));
        let before = memchr::memchr_iter(b'\n', &file[..range.start]).count();
        assert_eq!(line.source_line, u64::try_from(before).expect("small") + 1);
    }
}

#[test]
fn an_endless_text_is_cut_in_bounded_memory() {
    let head = b":20:X\n:25:1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:86:begin\n";
    for line in [b"and on and on and on\n".as_slice(), b"without any line end at all"] {
        let mut input = Endless {
            head,
            line,
            length: 32 << 20,
            at: 0,
        };
        let import = read_all(&mut input, &ReadOptions::default()).expect("readable");
        assert_eq!(import.reading.outcome, Outcome::Partial);
        assert!(count(&import, Code::TooLarge) >= 1);
        let lines = &import.statements[0].lines;
        assert_eq!(lines.len(), 1);
        assert!(lines[0].text.len() <= limits::MAX_VALUE_BYTES);
    }
}

proptest! {
    #[test]
    fn random_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        check(&bytes)?;
    }

    #[test]
    fn random_fields_do_no_harm(fields in proptest::collection::vec(field(), 0..40)) {
        check(fields.concat().as_bytes())?;
    }

    #[test]
    fn cut_and_flipped_fixtures_do_no_harm(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let all = fixtures("mt940");
        let mut bytes = fs::read(&all[which.index(all.len())].0).expect("a fixture");
        bytes.truncate(cut.index(bytes.len() + 1));
        for (at, byte) in flips {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        check(&bytes)?;
    }

    #[test]
    fn lines_cut_anywhere_do_no_harm(which in any::<prop::sample::Index>(), width in 1_usize..100) {
        let all = fixtures("mt940");
        let bytes = fs::read(&all[which.index(all.len())].0).expect("a fixture");
        let mut cut = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            for part in line.chunks(width) {
                cut.extend_from_slice(part);
                cut.push(b'\n');
            }
        }
        check(&cut)?;
    }
}

/// A tag with a value that may be good, or some text.
fn field() -> impl Strategy<Value = String> {
    let tag = prop::sample::select(vec![
        ":20:", ":25:", ":28C:", ":60F:", ":60M:", ":61:", ":86:", ":62F:", ":62M:", ":64:", ":65:", ":34F:", ":90C:",
        ":90D:", ":13D:", ":NS:", ":23B:", "-", "-}", "{1:F01", "{4:", ":", "",
    ]);
    let value = prop_oneof![
        "[CD][0-9]{6}(EUR|JPY|XXQ)[0-9]{0,30}[,.]?[0-9]{0,4}",
        "[0-9]{6}([0-9]{4})?R?[CD]R?[0-9]{0,40},?[0-9]{0,30}[NSF][A-Z]{3}[A-Z0-9/ ]{0,30}",
        "[0-9]{3}[?~<](2[0-9](EREF|SVWZ|IBAN|BIC)[+:][A-Z0-9 ]{0,40}[?]?){0,6}",
        "(/(TRTP|NAME|REMI|OCMT|CHGS|EXCH|CNTP|ORDP)/[A-Z0-9, ]{0,20}){0,6}/?",
        "[^\r\n]{0,40}",
    ];
    (tag, value).prop_map(|(tag, value)| format!("{tag}{value}\n"))
}

/// Reads and holds the reader to its word: each `:61:` at the start of a line is a line or a problem.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let import = read_bytes(bytes);
    let marked = bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| line.trim_ascii_start().starts_with(b":61:"))
        .count();
    let lines = lines_of(&import).len();
    let bad = usize::try_from(count(&import, Code::BadLine)).expect("few");
    // UTF-16 by accident reads as something else altogether.
    if !import.reading.encoding.starts_with("utf-16") {
        prop_assert!(
            lines + bad >= marked,
            "{lines} lines and {bad} problems for {marked} fields"
        );
    }
    prop_assert_eq!(import.reading.lines, u64::try_from(lines).expect("few"));
    Ok(())
}

fn read_bytes(bytes: &[u8]) -> Import {
    let options = ReadOptions {
        format: Some("mt940".into()),
        ..ReadOptions::default()
    };
    read_all(&mut Cursor::new(bytes), &options).expect("memory is readable")
}

/// How often a problem was reported, those included that were only counted.
fn count(import: &Import, code: Code) -> u64 {
    let kept = import
        .reading
        .problems
        .iter()
        .filter(|problem| problem.code == code)
        .count();
    let more: u64 = import
        .reading
        .problems_more
        .iter()
        .filter(|(of, _)| *of == code)
        .map(|(_, more)| more)
        .sum();
    u64::try_from(kept).expect("few") + more
}

/// Every line, its place in the file left out.
fn lines_of(import: &Import) -> Vec<Line> {
    let lines = import.statements.iter().flat_map(|statement| &statement.lines);
    lines
        .map(|line| Line {
            source_line: 0,
            source_bytes: (0, 0),
            ..line.clone()
        })
        .collect()
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((first, more)) = rest.split_first() {
        if rest.starts_with(from) {
            out.extend_from_slice(to);
            rest = &rest[from.len()..];
        } else {
            out.push(*first);
            rest = more;
        }
    }
    out
}

/// A head, then a line again and again.
struct Endless {
    head: &'static [u8],
    line: &'static [u8],
    length: usize,
    at: usize,
}

impl Read for Endless {
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

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(at) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        self.at = usize::try_from(at).expect("small");
        Ok(at)
    }
}

#[test]
fn a_message_without_its_closing_balance_is_named() {
    let whole =
        ":20:A\n:25:12345/1\n:28C:7/1\n:60F:C260101EUR1,00\n:61:2601020102C5,NMSC\n:86:text\n:62F:C260102EUR6,00\n-\n";
    assert_eq!(count(&read_bytes(whole.as_bytes()), Code::Incomplete), 0);
    let (cut, _) = whole.split_once(":62F:").expect("it is there");
    for (text, line) in [
        (cut.to_owned(), 6),
        (format!("{cut}{whole}"), 6),
        (format!("{whole}{cut}"), 14),
    ] {
        let import = read_bytes(text.as_bytes());
        let early: Vec<String> = import.reading.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            early,
            [format!(
                "W_INCOMPLETE line {line}, :62F:: statement 7/1 of 12345/1 ends without its closing balance; \
                 fetch the file again: its end or a part may be missing"
            )],
        );
    }
    let interim = cut.replace(":60F:C260101EUR1,00", ":34F:EUR0,00");
    assert_eq!(count(&read_bytes(interim.as_bytes()), Code::Incomplete), 0);
}

#[test]
fn a_line_whose_dates_cannot_be_read_counts_on_the_last_day_before_it() {
    for (dates, said) in [("", "no value date"), ("261332", "value date \"261332\" is not a date")] {
        let text = format!(
            ":20:X\n:25:DE89370400440532013000\n:28C:1/1\n:60F:C260101EUR100,00\n:61:{dates}D5,00NMSCNONREF\n:86:Fee\n\
             :62F:C260131EUR95,00\n-\n"
        );
        let import = read_bytes(text.as_bytes());
        let [line] = lines_of(&import).try_into().expect("one line");
        assert_eq!(
            line.booking_date.map(|date| date.to_string()).as_deref(),
            Some("2026-01-01")
        );
        assert_eq!(
            import.statements[0].statement.proof,
            tieout_formats::Proof::Exact,
            "{dates}"
        );
        let [problem] = import.reading.problems.as_slice() else {
            panic!("{:?}", import.reading.problems);
        };
        assert_eq!(problem.code, Code::BadDate);
        assert!(problem.message.starts_with(said), "{problem}");
    }
}

#[test]
fn a_movement_whose_tag_is_damaged_is_named_and_keeps_its_details() {
    for tag in [
        ":6l:", ":67:", ":21:", ":6:", ":61A:", "  :b1:", "61:", ":61", "61", ";61:", ":61;",
    ] {
        let text = format!(
            ":20:A\n:25:1\n:28C:7/1\n:60F:C251231EUR100,00\n:61:2601020102D10,00NTRFNONREF\n:86:first\n\
             {tag}2601020102D10,00NTRFNONREF\n:86:second\n:62F:C260102EUR90,00\n-\n"
        );
        let import = read_bytes(text.as_bytes());
        let said: Vec<_> = import
            .reading
            .problems
            .iter()
            .map(|problem| (problem.code, problem.place.line))
            .collect();
        assert_eq!(said, [(Code::BadLine, Some(7))], "{tag}: {:?}", import.reading.problems);
        let message = &import.reading.problems[0].message;
        assert!(message.contains("no tag that is known"), "{tag}: {message}");
        let read = &import.statements[0];
        assert_eq!(
            read.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
            ["first"]
        );
        // What is left sums up, and proves nothing.
        assert_eq!(read.statement.proof, tieout_formats::Proof::NotPossible, "{tag}");
    }
    // Text that begins like a tag, and is none.
    let text = ":20:A\n:25:1\n:28C:7/1\n:60F:C251231EUR100,00\n:61:2601020102D10,00NTRFNONREF\n:86:paid at\n\
                :12:11\n:08 Karten\n61:2601 ok\n612601070107\nref :61:2601\n:21:260102 C\n:62F:C260102EUR90,00\n-\n";
    assert_eq!(read_bytes(text.as_bytes()).reading.problems, []);
}

#[test]
fn a_slash_before_the_account_is_no_part_of_its_number() {
    let text = ":20:A\n:25:/PL61109010140000071219812874\n:28C:7/1\n:60F:C251231PLN100,00\n:62F:C251231PLN100,00\n-\n";
    let import = read_bytes(text.as_bytes());
    let account = &import.statements[0].statement.account;
    assert_eq!(account.id, "PL61109010140000071219812874");
    assert_eq!(account.scheme, tieout_formats::AccountScheme::Iban);
    assert_eq!(account.raw, "/PL61109010140000071219812874");
}

#[test]
fn a_movement_that_lost_the_end_of_the_line_before_it_is_named() {
    let text = ":20:A\n:25:1\n:28C:7/1\n:60F:C251231EUR100,00\n:61:2601020102D10,00NTRFNONREF\n\
                :86:first:61:2601020102D7,00NTRFNONREF:86:second:61:2601020102C7,00NTRFNONREF\n:86:third\n:62F:C260102EUR90,00\n-\n";
    let import = read_bytes(text.as_bytes());
    assert_eq!(count(&import, Code::BadLine), 1, "{:?}", import.reading.problems);
    assert_eq!(import.statements[0].statement.proof, tieout_formats::Proof::NotPossible);
}

#[test]
fn a_page_of_a_statement_that_is_missing_is_named() {
    let page = |number: &str, opens: &str, closes: &str| {
        format!(
            ":20:A\n:25:1\n:28C:{number}\n:{opens}:C260101EUR1,\n:61:2601020102C5,NMSC\n:61:2601020102D4,NMSC\n\
             :{closes}:C260102EUR2,\n-\n"
        )
    };
    let gaps = |text: &str| count(&read_bytes(text.as_bytes()), Code::PageGap);
    let first = page("7/1", "60F", "62M");
    for (second, missing) in [
        (page("7/2", "60M", "62F"), 0),
        (page("7/3", "60M", "62F"), 1),
        (page("8/2", "60M", "62F"), 2),
        (page("8/1", "60F", "62F"), 1),
        (page("7/2", "60M", "62M"), 1),
        // Nothing tells it from a writer that ends all its statements so.
        (String::new(), 0),
    ] {
        let import = read_bytes(format!("{first}{second}").as_bytes());
        assert_eq!(count(&import, Code::PageGap), missing, "{second}");
    }
    let other = |page: &str| page.replace(":25:1", ":25:2");
    let second = page("7/2", "60M", "62F");
    let in_turn = format!("{first}{}{second}{}", other(&first), other(&second));
    assert_eq!(count(&read_bytes(in_turn.as_bytes()), Code::PageGap), 0, "two accounts");
    // Their numbers say the order, wherever they stand.
    let third = page("7/3", "60M", "62F");
    let second = page("7/2", "60M", "62M");
    for pages in [
        [&first, &second, &third],
        [&first, &third, &second],
        [&second, &first, &third],
        [&second, &third, &first],
        [&third, &first, &second],
        [&third, &second, &first],
    ] {
        let text: String = pages.into_iter().map(String::as_str).collect();
        assert_eq!(gaps(&text), 0, "{text}");
    }
    assert_eq!(gaps(&format!("{third}{first}")), 1);
    // A writer to whom both pages are the first.
    let behind = page("7/1", "60M", "62F")
        .replace("60M:C260101EUR1,", "60M:C260102EUR2,")
        .replace("EUR2,\n-", "EUR3,\n-");
    assert_eq!(gaps(&format!("{first}{behind}")), 0);
    // A writer to whom every balance is one between others.
    let always = format!("{}{}", page("7/1", "60M", "62M"), page("8/1", "60M", "62M"));
    assert_eq!(gaps(&always), 0);
    let only_closings = format!("{first}{}", page("8/1", "60F", "62M").replace("EUR2,\n-", "EUR3,\n-"));
    assert_eq!(gaps(&only_closings), 0);
    // The next statement begins where this one ends.
    let next = page("8/1", "60F", "62F")
        .replace("60F:C260101EUR1,", "60F:C260102EUR2,")
        .replace("EUR2,\n-", "EUR3,\n-");
    assert_eq!(gaps(&format!("{first}{next}")), 0);
    // What stands before the second page is in no file.
    assert_eq!(
        count(&read_bytes(page("7/2", "60M", "62F").as_bytes()), Code::PageGap),
        1
    );
}

#[test]
fn a_file_that_lost_its_beginning_or_the_end_of_its_last_amount_is_cut() {
    let whole =
        ":20:A\n:25:12345/1\n:28C:7/1\n:60F:C260101EUR1,00\n:61:2601020102C5,NMSC\n:86:text\n:62F:C260102EUR6,00\n-\n";
    for rest in [
        "102EUR90,00",
        "R90,00",
        "0,00",
        "7,00NTRFREF3//B3",
        "40131BANKBEBBAXXX0000N}{4:",
    ] {
        let import = read_bytes(format!("{rest}\n{whole}").as_bytes());
        assert_eq!(
            count(&import, Code::Incomplete),
            1,
            "{rest}: {:?}",
            import.reading.problems
        );
    }
    for head in ["garbage", "First Bank, statements of 2,345", "{1:F01BANKBEBBAXXX}{4:"] {
        let import = read_bytes(format!("{head}\n{whole}").as_bytes());
        assert_eq!(
            count(&import, Code::Incomplete),
            0,
            "{head}: {:?}",
            import.reading.problems
        );
    }
    for (more, cut) in [(":20", 1), (":28C", 1), (":2", 1), ("", 0)] {
        let import = read_bytes(format!("{whole}{more}").as_bytes());
        assert_eq!(
            count(&import, Code::Incomplete),
            cut,
            "{more}: {:?}",
            import.reading.problems
        );
    }
    for (available, cut) in [
        (":64:C26", 1),
        (":64:C260102EUR6", 1),
        (":65:C260102", 1),
        (":64:C260102EUR6,00", 0),
    ] {
        let import = read_bytes(whole.replace("-\n", available).as_bytes());
        assert_eq!(
            count(&import, Code::Incomplete),
            cut,
            "{available}: {:?}",
            import.reading.problems
        );
    }
    let (cut, _) = whole.split_once(",00\n-").expect("it is there");
    let import = read_bytes(cut.as_bytes());
    assert_eq!(count(&import, Code::Incomplete), 1);
    assert_eq!(import.statements[0].statement.proof, tieout_formats::Proof::NotPossible);
}
