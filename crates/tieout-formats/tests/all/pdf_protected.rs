//! PDF statements that are protected: with a password for changes alone, which anybody may read, and with one for opening.
//!
//! The files of `tests/pdf_protected/` are `fixtures/statements/pdf/synthetic-trailing-sign.pdf`, encrypted by qpdf 12.4.2
//! with the owner's password `owner secret`; those that need a password have the user's `user secret`.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use tieout_core::Code;
use tieout_formats::{Import, Outcome, Proof, ReadOptions, read_all};

fn bytes_of(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/pdf_protected");
    fs::read(folder.join(name)).expect("the file is part of the repository")
}

fn read(bytes: &[u8]) -> Import {
    read_all(&mut Cursor::new(bytes), &ReadOptions::default()).expect("memory can be read")
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes());
    let at = at.expect("the file contains it");
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

fn refusal(import: &Import) -> String {
    import.reading.refusal().expect("it is refused").to_string()
}

#[test]
fn a_password_for_changes_alone_hinders_nobody_from_reading() {
    for name in [
        "rc4-40.pdf",
        "rc4-128.pdf",
        "rc4-128-v4.pdf",
        "aes-128.pdf",
        "aes-128-clear-metadata.pdf",
        "aes-256-r5.pdf",
        "aes-256-r6.pdf",
    ] {
        let import = read(&bytes_of(name));
        assert!(import.reading.refusal().is_none(), "{name}: {}", refusal(&import));
        let statement = &import.statements[0];
        assert_eq!(statement.statement.account.id, "DE89370400440532013000", "{name}");
        assert_eq!(statement.lines.len(), 3, "{name}");
        assert_eq!(statement.statement.proof, Proof::Exact, "{name}");
        assert_eq!(import.reading.problems, [], "{name}");
    }
}

#[test]
fn a_key_whose_length_is_said_in_bytes_or_not_at_all_opens_too() {
    let whole = bytes_of("rc4-128.pdf");
    for length in ["/Length 16", "/Lenght 128", "/Length 999999"] {
        let import = read(&replaced(&whole, "/Length 128", length));
        assert_eq!(import.reading.lines, 3, "{length}: {:?}", import.reading.problems);
    }
}

#[test]
fn permissions_without_a_sign_are_the_same_bits() {
    let import = read(&replaced(&bytes_of("aes-128.pdf"), "/P -1028", "/P 4294966268"));
    assert_eq!(import.reading.lines, 3, "{:?}", import.reading.problems);
}

#[test]
fn a_password_for_opening_is_told_with_what_to_do() {
    for name in ["needs-password-rc4.pdf", "needs-password-aes.pdf"] {
        let import = read(&bytes_of(name));
        assert_eq!(import.reading.outcome, Outcome::Refused);
        assert_eq!(
            refusal(&import),
            "E_ENCRYPTED: the PDF opens with a password only; open it, print or save it into a new PDF without a password, \
             and give that one; or take another format from the bank",
            "{name}"
        );
    }
}

#[test]
fn a_protection_by_certificate_is_told_as_one() {
    let import = read(&replaced(&bytes_of("aes-128.pdf"), "/Standard", "/Adobe.PubSec"));
    assert!(
        refusal(&import).starts_with("E_ENCRYPTED: the PDF is protected by a certificate"),
        "{}",
        refusal(&import)
    );
}

#[test]
fn streams_that_say_they_are_not_encrypted_are_not_decrypted() {
    let filter = "/Filter [/Crypt] /DecodeParms [<< /Name /Identity >>]";
    let clear = "BT /F1 9 Tf 1 0 0 1 40 700 Tm (no table) Tj ET";
    let page = format!(
        "9 1 obj << /Type /Catalog /Pages 21 0 R >> endobj\n21 0 obj << /Kids [22 0 R] >> endobj\n\
         22 0 obj << /Type /Page /Contents 23 0 R /Resources << /Font << /F1 << >> >> >> >> endobj\n\
         23 0 obj << {filter} /Length {} >> stream\n{clear}\nendstream endobj\ntrailer",
        clear.len()
    );
    let import = read(&replaced(&bytes_of("rc4-128.pdf"), "trailer", &page));
    assert_eq!(
        import.reading.refusal().map(|problem| problem.code),
        Some(Code::NotAStatement),
        "{:?}",
        import.reading.problems
    );
    assert!(refusal(&import).contains("no table"), "{}", refusal(&import));
}

#[test]
fn damaged_protected_files_are_read_without_a_panic() {
    // Each opening of the last takes more than a hundred hashes.
    for (name, step) in [("rc4-40.pdf", 11), ("aes-128.pdf", 11), ("aes-256-r6.pdf", 151)] {
        let whole = bytes_of(name);
        for at in (0..whole.len()).step_by(step) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x15;
            let _ = read(&damaged);
        }
    }
}
