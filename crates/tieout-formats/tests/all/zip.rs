//! Archives of statements.

use crate::common::{Dates, assert_all_as_expected, folder};
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

fn fixture(kind: &str, name: &str) -> Vec<u8> {
    fs::read(folder(kind).join(name)).expect("the fixture is there")
}

fn said(import: &Import) -> Vec<String> {
    import
        .reading
        .problems
        .iter()
        .map(|problem| format!("{} {}", problem.code, problem.place))
        .collect()
}

#[test]
fn every_fixture_reads_as_expected() {
    assert_all_as_expected("zip", Dates::Booking, |_, _| ReadOptions::default());
}

#[test]
fn members_are_read_as_if_they_had_come_alone() {
    let camt = fixture("camt", "synthetic-camt053-25.xml");
    let workbook = fixture("xlsx", "synthetic-typed.xlsx");
    let mt940 = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
    let alone = [camt.as_slice(), mt940, &workbook].map(|bytes| read(bytes).statements);
    let zip = archive(&[
        ("2024/c.xlsx", &workbook),
        ("2024/a.xml", &camt),
        ("__MACOSX/2024/._a.xml", b"\x00\x05\x16\x07"),
        ("2024/b.sta", mt940),
    ]);
    let together = read(&zip);
    assert_eq!(together.reading.outcome, Outcome::Ok, "{:?}", together.reading.problems);
    assert_eq!(together.statements, alone.concat());
    assert!(
        together
            .statements
            .iter()
            .all(|read| read.statement.proof == Proof::Exact)
    );
    assert!(
        together.reading.dialect.starts_with("ZIP of "),
        "{}",
        together.reading.dialect
    );
}

#[test]
fn an_archive_in_an_archive_is_read_too_but_not_without_end() {
    let mt940 = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR7,\n-\n";
    let inner = archive(&[("b.sta", mt940)]);
    let outer = archive(&[("in.zip", &inner)]);
    let import = read(&outer);
    assert_eq!((import.reading.outcome, import.reading.lines), (Outcome::Ok, 1));
    assert!(
        said(&import).contains(&"W_PROOF_OFF in.zip/b.sta".to_owned()),
        "{:?}",
        said(&import)
    );
    let mut deep = outer;
    for _ in 0..10 {
        deep = archive(&[("in.zip", &deep)]);
    }
    let import = read(&deep);
    assert_eq!(import.reading.refusal().map(|p| p.code), Some(Code::TooLarge));
}

#[test]
fn a_file_that_is_no_statement_is_named_and_the_others_are_read() {
    let csv = fixture("csv", "cantino-chase.csv");
    let lines = read(&csv).reading.lines;
    let import = read(&archive(&[
        ("a.csv", &csv),
        ("b.bin", &[1, 2, 3, 0, 0, 7]),
        ("c.txt", b""),
    ]));
    assert_eq!(
        (import.reading.outcome, import.reading.lines),
        (Outcome::Partial, lines)
    );
    let said = said(&import);
    for expected in ["E_UNKNOWN_FORMAT b.bin", "I_EMPTY_STATEMENT c.txt"] {
        assert!(
            said.iter().any(|problem| problem == expected),
            "{expected} is missing in {said:?}"
        );
    }
}

#[test]
fn two_tables_do_not_make_each_other_forgotten() {
    let first = b"Date,Amount,Description\n2026-03-01,1.00,Coffee\n2026-03-02,2.00,Tea\n";
    // Its last row contradicts what the first rows decide, for which a table alone is begun again.
    let mut second = String::from("Date,Amount,Description\n");
    for day in 0..600 {
        let _ = writeln!(second, "0{}/0{}/2026,1.00,Coffee", day % 9 + 1, day % 7 + 1);
    }
    second.push_str("25/03/2026,1.00,Coffee\n");
    let import = read(&archive(&[("a.csv", first), ("b.csv", second.as_bytes())]));
    assert_eq!(import.statements.len(), 2);
    assert_eq!(import.reading.lines, 2 + 601);
}

#[test]
fn an_archive_that_swells_is_refused_and_what_came_before_it_stays() {
    let statement = fixture("qif", "jemmyw-3_records_ddmmyyyy.qif");
    let swelling = [b"!Type:Bank\n".to_vec(), vec![b'\n'; 40 << 20]].concat();
    let import = read(&archive(&[("a.qif", &statement), ("b.qif", &swelling)]));
    let lines: usize = import.statements.iter().map(|read| read.lines.len()).sum();
    assert_eq!(
        lines,
        read(&archive(&[("a.qif", &statement)])).statements[0].lines.len()
    );
    let refused = |text: &String| text.starts_with(Code::TooLarge.as_str()) && text.contains("b.qif");
    assert!(said(&import).iter().any(refused), "{:?}", said(&import));
}

#[test]
fn an_archive_of_nothing_is_refused() {
    for (zip, code) in [
        (archive(&[]), Code::NotAStatement),
        (archive(&[("nothing", b"hello world")]), Code::UnknownFormat),
        (b"PK\x05\x06 and no more".to_vec(), Code::Malformed),
    ] {
        let import = read(&zip);
        assert_eq!(import.reading.outcome, Outcome::Refused);
        assert_eq!(
            import.reading.refusal().map(|p| p.code),
            Some(code),
            "{:?}",
            import.reading.problems
        );
    }
}

#[test]
fn protected_files_are_named() {
    let mut zip = archive(&[("a.csv", b"Date,Amount\n2026-03-01,1.00\n")]);
    // The flag of encryption, in both headers.
    let central = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    zip[6] |= 1;
    zip[central + 8] |= 1;
    assert_eq!(said(&read(&zip)), ["E_ENCRYPTED a.csv"]);
}

#[test]
fn damaged_archives_lose_nothing_silently() {
    let csv = b"Date,Amount,Description\n2026-03-01,1.00,Coffee\n2026-03-02,2.00,Tea\n";
    let whole = archive(&[("a.csv", csv)]);
    let good = read(&whole).statements;
    for at in 0..whole.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut damaged = whole.clone();
            damaged[at] ^= change;
            let import = read(&damaged);
            let same = import.statements == good;
            let told = import.reading.refusal().is_some();
            assert!(same || told, "byte {at} changed: {:?}", import.reading);
        }
        let cut = read(&whole[..at]);
        assert!(cut.reading.refusal().is_some(), "cut at {at}");
    }
}

#[test]
fn a_readme_beside_statements_is_left_out_with_a_notice() {
    let mt940 = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
    let zip = archive(&[
        ("README.txt", b"Your statements, as of 1.1.2024; 5,00"),
        ("logo.png", b"\x89PNG"),
        ("b.sta", mt940),
    ]);
    let import = read(&zip);
    assert_eq!(import.reading.outcome, Outcome::Ok);
    assert_eq!(said(&import), ["I_DECIDED README.txt", "I_DECIDED logo.png"]);
    let rows = b"Date,Text,Amount\n2024-01-03,A,1.00\n2024-01-04,B,2.00\n";
    let import = read(&archive(&[("README.txt", rows), ("b.sta", mt940)]));
    assert_eq!(
        import.statements.len(),
        2,
        "rows are read, whatever their file is called"
    );
    // What may be a statement is told as before.
    let zip = archive(&[("statement.txt", b"nothing that is known"), ("b.sta", mt940)]);
    assert_eq!(said(&read(&zip)), ["E_UNKNOWN_FORMAT statement.txt"]);
}

/// An archive whose files are stored as they are, so that what they hold stands in its bytes.
#[test]
fn lists_of_the_files_are_left_out_unless_they_are_statements() {
    let mt940 = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
    let lists: [(&str, &[u8]); 11] = [
        ("manifest.json", b"{\"files\":[{\"name\":\"a.sta\",\"size\":12}]}"),
        ("manifest.xml", b"<manifest><file name='a.sta'/></manifest>"),
        ("a.sta.md5", b"d41d8cd98f00b204e9800998ecf8427e  a.sta\n"),
        ("SHA256SUMS", b"e3b0c44298fc1c14 a.sta\n"),
        ("filelist.csv", b"name,size\na.sta,12\n"),
        ("index.html", b"<html><body><a href='a.sta'>a</a></body></html>"),
        ("a.sta.p7s", b"\x30\x82\x01\x02\x06\x09"),
        (
            "a.sta.asc",
            b"-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n",
        ),
        (
            "checksums.txt",
            b"SHA256 (a.sta) = d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e\n",
        ),
        ("all.sfv", b"; made today\na.sta ABCD1234\n"),
        ("a.sta.sha1", b"da39a3ee5e6b4b0d3255bfef95601890afd80709\n"),
    ];
    for list in lists {
        let import = read(&archive(&[("a.sta", mt940), list]));
        assert_eq!(
            import.reading.outcome,
            Outcome::Ok,
            "{}: {:?}",
            list.0,
            import.reading.problems
        );
        assert_eq!(import.statements.len(), 1, "{}", list.0);
    }
    // A name says nothing of what a file holds.
    let unreadable: [(&str, &[u8]); 10] = [
        (
            "b.sta.asc",
            b"-----BEGIN PGP MESSAGE-----\n\nhQEMA1111\n=abcd\n-----END PGP MESSAGE-----\n",
        ),
        ("b.asc", b"000123456780005022026000000000001000+MIETE FEBRUAR\n"),
        ("b.sig", b"Ref;Nummer;Text;Code\nA;10;Miete;3\n"),
        ("b.sta.p7s", b"\x30\x82\x01\x02\x06\x09"),
        (
            "KONTO.SUM",
            b"Konto;12345\n\nTag;Was;Wieviel\n05.01.2026;Miete;zweihundert\n",
        ),
        ("checksums.csv", b"20260105 10000000 Miete\n"),
        (
            "index.html",
            b"<html><table><tr><td>5 Jan</td><td>minus 20</td></tr></table></html>",
        ),
        ("index.csv", b"BEZ|A1|B2\nfoo|x|y\n"),
        ("manifest.csv", b"Ref;Nummer;Text;Code\nA;10;Miete;3\n"),
        ("filelist.txt", b"b.sta 512\n"),
    ];
    for member in unreadable {
        let import = read(&archive(&[("a.sta", mt940), member]));
        assert_ne!(import.reading.outcome, Outcome::Ok, "{}", member.0);
    }
    let other = fixture("camt", "synthetic-camt053-25.xml");
    let import = read(&archive(&[("a.sta", mt940), ("index.xml", &other)]));
    assert!(
        import.statements.len() > 1,
        "a statement is read, whatever it is called"
    );
    let cut = other.get(..other.len() / 2).expect("half of it");
    let import = read(&archive(&[("a.sta", mt940), ("index.xml", cut)]));
    assert_ne!(
        import.reading.outcome,
        Outcome::Ok,
        "what is left of a statement is no list"
    );
}

#[test]
fn two_files_of_one_name_are_both_read() {
    let first = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
    let second = b":20:B\n:25:1\n:28C:8/1\n:60F:C240101EUR6,\n:61:240102C5,NTRF\n:62F:C240102EUR11,\n-\n";
    let mut zip = archive(&[("a.sta", first), ("b.sta", second), ("c.sta", second)]);
    // The writer refuses a second file of a name: rename one behind its back, in its header and in the directory.
    while let Some(at) = zip.windows(5).position(|name| name == b"b.sta") {
        zip[at] = b'a';
    }
    let import = read(&zip);
    assert_eq!(import.reading.outcome, Outcome::Ok, "{:?}", import.reading.problems);
    let numbers: Vec<&str> = import
        .statements
        .iter()
        .map(|read| read.statement.number.as_str())
        .collect();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    // What is wrong with one of them bears a name of its own.
    let at = zip.windows(5).position(|name| name == b"a.sta").expect("the first");
    zip[at + 8] ^= 0xFF;
    let import = read(&zip);
    assert_eq!(import.statements.len(), 2, "{:?}", import.reading.problems);
}

fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_that_are_not_packed_are_an_archive_all_the_same() {
    let ofx = fixture("ofx", "asgrim-ofxdata-bb.ofx");
    let csv = b"Date,Description,Amount\n2026-01-13,A,5.00\n";
    let zip = stored(&[("a.ofx", &ofx), ("b.csv", csv)]);
    let import = read(&zip);
    assert_eq!(import.reading.format, "zip");
    assert_eq!(import.statements.len(), read(&ofx).statements.len() + 1);
    let mut damaged = zip.clone();
    let at = damaged.windows(4).position(|bytes| bytes == b"5.00").unwrap();
    damaged[at] = b'9';
    let problems = said(&read(&damaged));
    assert!(
        problems
            .iter()
            .any(|said| said.starts_with("E_MALFORMED") && said.contains("b.csv")),
        "{problems:?}"
    );
}

#[test]
fn files_packed_otherwise_are_named_for_what_they_are() {
    for (head, kind) in [
        (&b"\x1F\x8B\x08\x00\x00\x00\x00\x00"[..], "gzip"),
        (b"7z\xBC\xAF\x27\x1C\x00\x04", "7-Zip"),
    ] {
        let import = read(head);
        let problem = &import.reading.problems[0];
        assert!(problem.message.contains(kind), "{problem}");
        assert!(problem.to_string().contains("unpack"), "{problem}");
    }
}

#[test]
fn what_is_left_of_an_archive_is_not_read_as_the_text_in_it() {
    let statement = ":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
    let record = |kind: &[u8]| [b"PK", kind, &[0; 18]].concat();
    let last = record(b"\x05\x06");
    let long = statement.repeat(400);
    for rest in [
        [b"-\n", record(b"\x03\x04").as_slice(), statement.as_bytes(), &last].concat(),
        [statement.as_bytes(), &record(b"\x01\x02"), &last].concat(),
        // The records stand behind all that is looked at first.
        [long.as_bytes(), &last].concat(),
    ] {
        let import = read_all(&mut Cursor::new(rest.as_slice()), &ReadOptions::default()).unwrap();
        assert_eq!(import.reading.outcome, Outcome::Refused);
        assert_eq!(
            import.reading.refusal().map(|problem| problem.code),
            Some(Code::Malformed)
        );
    }
}
