//! Archives that are cut, damaged or hold others: what was lost of them is said, whatever is left.

use crate::common::folder;
use std::fs;
use std::io::{Cursor, Write as _};
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};
use tieout_testkit::random::Random;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const STATEMENT: &[u8] = b":20:A\n:25:1\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C5,NTRF\n:62F:C240101EUR6,\n-\n";
const OTHER: &[u8] = b":20:B\n:25:2\n:28C:7/1\n:60F:C240101EUR1,\n:61:240101C7,NTRF\n:62F:C240101EUR8,\n-\n";

fn archive_of(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    archive_of(files, SimpleFileOptions::default())
}

fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive_of(files, options)
}

/// An archive as programs write it that cannot go back: the sums stand behind each file.
fn streamed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

fn loses(import: &Import) -> bool {
    import.reading.problems.iter().any(|problem| problem.code.loses())
}

fn refused_as(import: &Import) -> (Outcome, Option<Code>) {
    (
        import.reading.outcome,
        import.reading.refusal().map(|problem| problem.code),
    )
}

/// Two statements and an archive with a third, which stands in it as it is.
fn with_an_inner_one() -> Vec<u8> {
    let inner = stored(&[("c.sta", STATEMENT)]);
    stored(&[("a.sta", OTHER), ("b.zip", &inner), ("c.sta", OTHER)])
}

#[test]
fn an_archive_cut_behind_one_that_it_holds_is_not_taken_for_that() {
    let whole = with_an_inner_one();
    assert_eq!(read(&whole).reading.lines, 3);
    for at in 0..whole.len() {
        let cut = read(&whole[..at]);
        assert_eq!(cut.reading.lines, 0, "cut at {at}");
        assert!(cut.reading.refusal().is_some(), "cut at {at}");
    }
    // The end of the outer archive is there, and damaged.
    for back in 1..=22 {
        let mut damaged = whole.clone();
        let at = damaged.len() - back;
        damaged[at] ^= 0x11;
        let import = read(&damaged);
        let same = import.statements == read(&whole).statements;
        assert!(
            same || loses(&import),
            "{back} bytes before the end: {:?}",
            import.reading
        );
    }
}

#[test]
fn a_file_that_the_directory_does_not_know_is_missed() {
    let whole = stored(&[("a.sta", STATEMENT), ("b.sta", OTHER), ("c.sta", STATEMENT)]);
    // The directory without its second file, in the words that an archive uses for that.
    let entry = |from: usize| {
        from + whole[from..]
            .windows(4)
            .position(|bytes| bytes == b"PK\x01\x02")
            .unwrap()
    };
    let first = entry(0);
    let second = entry(first + 4);
    let third = entry(second + 4);
    let mut without = whole.clone();
    without.drain(second..third);
    let end = without.len() - 22;
    without[end + 8] = 2;
    without[end + 10] = 2;
    let length =
        u32::from_le_bytes(without[end + 12..end + 16].try_into().unwrap()) - u32::try_from(third - second).unwrap();
    without[end + 12..end + 16].copy_from_slice(&length.to_le_bytes());
    let import = read(&without);
    assert_eq!(import.reading.lines, 2, "what is listed is read");
    assert_eq!(refused_as(&import), (Outcome::Partial, Some(Code::Malformed)));
    let problem = import.reading.refusal().unwrap();
    assert!(problem.message.contains("belong to no file"), "{problem}");
}

#[test]
fn a_file_of_another_name_in_the_directory_or_called_a_folder_is_named() {
    let whole = stored(&[("a.sta", STATEMENT), ("b.sta", OTHER)]);
    let directory = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let name = directory
        + whole[directory..]
            .windows(5)
            .position(|bytes| bytes == b"a.sta")
            .unwrap();
    for (replaced, place) in [(b"a.st/", "a.st/"), (b"a.css", "a.css")] {
        let mut damaged = whole.clone();
        damaged[name..name + 5].copy_from_slice(replaced);
        let import = read(&damaged);
        let said = import.reading.problems.iter().find(|problem| problem.code.loses());
        let said = said.unwrap_or_else(|| panic!("nothing is said of {place}: {:?}", import.reading));
        assert_eq!(said.place.path.as_deref(), Some(place));
    }
}

#[test]
fn whole_archives_of_every_kind_say_nothing() {
    let files: &[(&str, &[u8])] = &[("a.sta", STATEMENT), ("b.sta", OTHER)];
    let large = archive_of(files, SimpleFileOptions::default().large_file(true));
    let mut commented = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        commented.start_file(*name, SimpleFileOptions::default()).unwrap();
        commented.write_all(content).unwrap();
    }
    commented.set_comment("statements of January, PK").unwrap();
    let commented = commented.finish().unwrap().into_inner();
    let padded = [archive(files), vec![0; 512]].concat();
    let mut with_folder = ZipWriter::new(Cursor::new(Vec::new()));
    with_folder.add_directory("2024", SimpleFileOptions::default()).unwrap();
    for (name, content) in files {
        with_folder
            .start_file(format!("2024/{name}"), SimpleFileOptions::default())
            .unwrap();
        with_folder.write_all(content).unwrap();
    }
    let with_folder = with_folder.finish().unwrap().into_inner();
    for (kind, zip) in [
        ("packed", archive(files)),
        ("stored", stored(files)),
        ("streamed", streamed(files)),
        ("large", large),
        ("commented", commented),
        ("padded", padded),
        ("folder", with_folder),
    ] {
        let import = read(&zip);
        assert_eq!(import.reading.problems, [], "{kind}");
        assert_eq!(
            (import.reading.outcome, import.reading.lines),
            (Outcome::Ok, 2),
            "{kind}"
        );
        assert!(
            import
                .statements
                .iter()
                .all(|read| read.statement.proof == Proof::Exact)
        );
    }
}

#[test]
fn bytes_before_or_behind_an_archive_are_missed() {
    let whole = archive(&[("a.sta", STATEMENT)]);
    let behind = [whole.as_slice(), b"more of another file"].concat();
    assert_eq!(refused_as(&read(&behind)), (Outcome::Refused, Some(Code::Malformed)));
    let before = [b"PK\x03\x04 the beginning of another file".as_slice(), &whole].concat();
    assert_eq!(refused_as(&read(&before)), (Outcome::Refused, Some(Code::Malformed)));
    let twice = [whole.as_slice(), &whole].concat();
    assert_eq!(refused_as(&read(&twice)), (Outcome::Refused, Some(Code::Malformed)));
}

#[test]
fn a_damaged_paper_beside_statements_is_named() {
    let pdf = b"%PDF-1.4\nnothing that can be read, but long enough to be packed: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        .repeat(9);
    let whole = archive(&[("a.sta", STATEMENT), ("b.pdf", &pdf)]);
    let at = whole.windows(5).position(|bytes| bytes == b"b.pdf").unwrap() + 8;
    for change in [0x04, 0x40, 0xFF] {
        let mut damaged = whole.clone();
        damaged[at] ^= change;
        let import = read(&damaged);
        assert_eq!(import.reading.lines, 1);
        assert_eq!(refused_as(&import), (Outcome::Partial, Some(Code::Malformed)));
    }
}

fn below(random: &mut Random, limit: usize) -> usize {
    usize::try_from(random.below(limit as u64)).unwrap()
}

/// What a change may do: nothing, or something that is said to lose lines.
fn assert_same_or_said(whole: &Import, changed: &[u8], what: &str) {
    let import = read(changed);
    let same = import.statements == whole.statements;
    assert!(same || loses(&import), "{what}: {:?}", import.reading);
}

#[test]
fn no_damage_is_silent() {
    let camt = fs::read(folder("camt").join("synthetic-camt053-25.xml")).expect("the fixture is there");
    let workbook = fs::read(folder("xlsx").join("synthetic-typed.xlsx")).expect("the fixture is there");
    let files: &[(&str, &[u8])] = &[
        ("2024/a.sta", STATEMENT),
        ("2024/b.xml", &camt),
        ("c.zip", &stored(&[("c.sta", OTHER)])),
        ("d.xlsx", &workbook),
        ("readme.txt", b"see inside"),
    ];
    let mut random = Random::new(7);
    for zip in [archive(files), stored(files), streamed(files)] {
        let whole = read(&zip);
        assert!(!loses(&whole), "{:?}", whole.reading.problems);
        for round in 0..150 {
            let at = below(&mut random, zip.len());
            assert_same_or_said(&whole, &zip[..at], &format!("round {round}: cut at {at}"));
            let mut flipped = zip.clone();
            flipped[at] ^= 1 << below(&mut random, 8);
            assert_same_or_said(&whole, &flipped, &format!("round {round}: a bit at {at}"));
            let end = (at + 1 + below(&mut random, 40)).min(zip.len());
            let shorter = [&zip[..at], &zip[end..]].concat();
            assert_same_or_said(&whole, &shorter, &format!("round {round}: {at}..{end} dropped"));
        }
    }
}
