//! Files that hold no statement, whatever is in them: pictures, programs, letters. Each is named for what it is, with what to
//! give instead.

use memchr::memmem::find;
use tieout_core::problem::{Code, Problem, excerpt};

/// What a bookkeeper can get from every bank.
const EXPORT: &str =
    "fetch the account's movements from the bank as camt.053, MT940, OFX, QIF, CSV or XLSX, and give that file";

/// What is done with a table of another program.
const SAVE_AS: &str = "open it in the program that wrote it, save it as XLSX or CSV, and give that file";

/// What is done with a mail.
const SAVE_ATTACHMENT: &str =
    "open it in the mail program, save the attachment that holds the statement, and give that file";

/// What files begin with, what they are, and what to do.
const BEGINNINGS: [(&[u8], &str, &str); 22] = [
    (b"\x89PNG\r\n", "a picture (PNG)", EXPORT),
    (b"\xFF\xD8\xFF", "a picture (JPEG)", EXPORT),
    (b"GIF8", "a picture (GIF)", EXPORT),
    (b"II*\0", "a picture (TIFF), perhaps a scan", EXPORT),
    (b"MM\0*", "a picture (TIFF), perhaps a scan", EXPORT),
    (b"{\\rtf", "a letter or document (RTF)", EXPORT),
    (b"\x7FELF", "a program", EXPORT),
    (b"\xCF\xFA\xED\xFE", "a program", EXPORT),
    (b"%!PS", "a page for a printer (PostScript)", EXPORT),
    (b"BEGIN:VCALENDAR", "a calendar", EXPORT),
    (b"BEGIN:VCARD", "a list of addresses", EXPORT),
    (b"ID3", "a sound file", EXPORT),
    (b"OggS", "a sound file", EXPORT),
    (b"RIFF", "a picture, sound or film", EXPORT),
    (
        b"SQLite format 3\0",
        "a database (SQLite), perhaps that of an accounting program",
        "give it as books (--ledger), or export the statement from the bank",
    ),
    (b"\x00\x01\x00\x00Standard Jet DB", "a database (Access)", SAVE_AS),
    (b"\x00\x01\x00\x00Standard ACE DB", "a database (Access)", SAVE_AS),
    (b"PAR1", "a table for data programs (Parquet)", SAVE_AS),
    (
        b"-----BEGIN PGP MESSAGE",
        "an encrypted message (PGP)",
        "decrypt it, and give the file that is in it",
    ),
    (b"-----BEGIN CERTIFICATE", "a certificate", EXPORT),
    (
        b"-----BEGIN PKCS7",
        "a signed or encrypted message",
        "take the statement out of it, and give that file",
    ),
    (
        b"0\x80\x06\x09*\x86H\x86\xF7\x0D\x01\x07",
        "a signed or encrypted message (PKCS #7)",
        "take the statement out of it, and give that file",
    ),
];

/// What stands in the first bytes of a packed document, what it is, and what to do. The first that is there counts.
const PACKED: [(&[u8], &str, &str); 7] = [
    (b"word/document.xml", "a Word document (DOCX)", EXPORT),
    (b"ppt/presentation.xml", "a presentation (PPTX)", EXPORT),
    (
        b"application/vnd.oasis.opendocument.spreadsheet",
        "an OpenDocument spreadsheet (ODS)",
        SAVE_AS,
    ),
    (
        b"application/vnd.oasis.opendocument",
        "an OpenDocument text or drawing",
        EXPORT,
    ),
    (b"application/epub+zip", "a book (EPUB)", EXPORT),
    (b"Index/Document.iwa", "a document of Numbers or Pages", SAVE_AS),
    (b"AndroidManifest.xml", "a program", EXPORT),
];

/// What is said of content that is known to be no statement; `None` of all else.
pub(crate) fn refusal(head: &[u8]) -> Option<Problem> {
    if is_mail(head) {
        return Some(of_mail(head));
    }
    let (what, advice) = kind(head)?;
    Some(Problem::of_file(Code::NotAStatement, format!("this is {what}, no statement")).advising(advice))
}

/// What packed files of other kinds than ZIP begin with.
const COMPRESSED: [(&[u8], &str); 6] = [
    (b"\x1F\x8B", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xFD7zXZ\0", "xz"),
    (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x28\xB5\x2F\xFD", "Zstandard"),
];

/// How content is packed that is not read because it is.
pub(crate) fn packed_as(head: &[u8]) -> Option<&'static str> {
    let packed = COMPRESSED.iter().find(|(mark, _)| head.starts_with(mark));
    packed.map(|(_, kind)| *kind)
}

/// What is said of content that no format recognises.
pub(crate) fn unrecognised(head: &[u8]) -> Problem {
    if head.is_empty() {
        return Problem::of_file(Code::Malformed, "the file is empty");
    }
    if let Some(kind) = packed_as(head) {
        let message = format!("this is a packed file ({kind}), of which only ZIP is read");
        let advice = "unpack it and give the file that is in it";
        return Problem::of_file(Code::UnknownFormat, message).advising(advice);
    }
    let start = head.get(..2048).unwrap_or(head).to_ascii_lowercase();
    // Text has no such characters; a mapping of columns is no help.
    if start.contains(&0) || !tieout_tables::sniff::is_text(head) {
        return unreadable();
    }
    let has = |text: &[u8]| memchr::memmem::find(&start, text).is_some();
    let message = if has(b"mime-version:") && has(b"multipart/") {
        "this is a web archive (MHTML), which banks name .xls too: open it in a spreadsheet program and save it as XLSX"
    } else {
        "no statement format recognises this content"
    };
    Problem::of_file(Code::UnknownFormat, message)
}

/// What is said of bytes that make no text and no kind of file that is known.
fn unreadable() -> Problem {
    let message = "this is no text and no kind of file that statements come in: a program's own data, or damaged";
    Problem::of_file(Code::NotAStatement, message).advising(EXPORT)
}

fn kind(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((mark, what, advice)) = BEGINNINGS.iter().find(|(mark, ..)| head.starts_with(mark)) {
        // A table may begin with the same letters.
        let is_table = mark.iter().all(u8::is_ascii_alphanumeric) && tieout_tables::sniff::is_text(head);
        return (!is_table).then_some((what, advice));
    }
    if head.starts_with(b"PK\x03\x04") {
        // A member of an archive may be called anything; a document begins with what says that it is one.
        let begins = |name: &[u8]| head.get(30..).is_some_and(|rest| rest.starts_with(name));
        let names: [&[u8]; 4] = [b"[Content_Types].xml", b"mimetype", b"Index/", b"AndroidManifest.xml"];
        let is_document = names.iter().any(|name| begins(name)) && find(head, b"xl/").is_none();
        let found = PACKED.iter().find(|(mark, ..)| find(head, mark).is_some());
        return found.filter(|_| is_document).map(|(_, what, advice)| (*what, *advice));
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return of_container(head);
    }
    if head.get(4..8) == Some(b"ftyp") {
        return Some(("a picture or film of a telephone (HEIC, MP4)", EXPORT));
    }
    let is_windows = head.starts_with(b"MZ") && head.get(..1024).unwrap_or(head).contains(&0);
    is_windows.then_some(("a Windows program", EXPORT))
}

/// Whether the first lines are those of an e-mail: fields that only mail programs write, beside those of any letter. A table may
/// have lines `From:` and `To:` above it, and a web archive has a field of mails too.
fn is_mail(head: &[u8]) -> bool {
    const OF_MAILS: [&[u8]; 4] = [b"received", b"return-path", b"delivered-to", b"message-id"];
    const OF_LETTERS: [&[u8]; 5] = [b"from", b"to", b"subject", b"date", b"mime-version"];
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let is_of_a_box = head.starts_with(b"From ");
    if is_of_a_box {
        lines.next();
    }
    let (mut of_mails, mut of_letters) = (0, 0);
    for line in lines.take_while(|line| !line.is_empty()) {
        // A field goes on in lines that begin with a blank.
        if line.first().is_some_and(u8::is_ascii_whitespace) {
            continue;
        }
        let Some((name, _)) = line
            .iter()
            .position(|byte| *byte == b':')
            .and_then(|at| line.split_at_checked(at))
        else {
            return false;
        };
        let is = |known: &&[u8]| name.eq_ignore_ascii_case(known);
        of_mails += usize::from(OF_MAILS.iter().any(is));
        of_letters += usize::from(OF_LETTERS.iter().any(is));
    }
    of_mails > 0 && of_letters > 0 || of_letters == OF_LETTERS.len()
}

/// What is said of a mail: the name of the file in it, if its beginning says one.
fn of_mail(head: &[u8]) -> Problem {
    let text = String::from_utf8_lossy(head);
    let named = text.split("filename=").nth(1).and_then(|rest| {
        let rest = rest.trim_start();
        match rest.strip_prefix('"') {
            Some(quoted) => quoted.split(['"', '\n']).next(),
            None => rest.split(|c: char| c.is_whitespace() || c == ';').next(),
        }
    });
    let holds = named.filter(|name| !name.is_empty()).map_or_else(String::new, |name| {
        format!("; {:?} is attached to it", excerpt(name, 60))
    });
    let message = format!("this is an e-mail, no statement{holds}");
    Problem::of_file(Code::NotAStatement, message).advising(SAVE_ATTACHMENT)
}

/// A container of old Office programs: what its parts are called, in UTF-16, if that stands near its beginning.
fn of_container(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let names = [
        ("WordDocument", "an old Word document (DOC)", EXPORT),
        ("PowerPoint Document", "an old presentation (PPT)", EXPORT),
        ("__substg1.0_", "an e-mail of Outlook (MSG)", SAVE_ATTACHMENT),
    ];
    let found = names.into_iter().find(|(name, ..)| {
        let wide: Vec<u8> = name.bytes().flat_map(|byte| [byte, 0]).collect();
        find(head, &wide).is_some()
    });
    found.map(|(_, what, advice)| (what, advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(head: &[u8]) -> Option<String> {
        refusal(head).map(|problem| problem.message)
    }

    #[test]
    fn files_of_other_kinds_are_named() {
        let packed =
            |first: &str, rest: &str| [b"PK\x03\x04", [0; 26].as_slice(), first.as_bytes(), rest.as_bytes()].concat();
        let old: Vec<u8> = [
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(),
            &[0; 500],
            b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0",
        ]
        .concat();
        for (head, named) in [
            (b"\x89PNG\r\n\x1A\n\0\0".to_vec(), "a picture (PNG)"),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec(), "a picture (JPEG)"),
            (b"MZ\x90\0\x03\0".to_vec(), "a Windows program"),
            (b"{\\rtf1 Dear bank}".to_vec(), "a letter or document (RTF)"),
            (b"\0\0\0\x18ftypheic".to_vec(), "a picture or film"),
            (
                packed("[Content_Types].xml", "PK word/document.xml"),
                "a Word document (DOCX)",
            ),
            (
                packed("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
                "(ODS)",
            ),
            (
                packed("mimetype", "application/vnd.oasis.opendocument.text"),
                "an OpenDocument text",
            ),
            (old, "an old Word document (DOC)"),
        ] {
            let said = said(&head).unwrap_or_default();
            assert!(said.contains(named), "{named}: {said:?}");
        }
    }

    #[test]
    fn mails_are_named_with_the_file_that_is_attached() {
        let mail = "Return-Path: <bank@example.com>\r\nReceived: from mx.example.com\r\n\tby mail.example.org; Mon, 2 Feb 2026 08:00:00 +0100\r\n\
                    From: Bank <bank@example.com>\r\nTo: office@example.org\r\nSubject: Statement January\r\nMIME-Version: 1.0\r\n\
                    Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: application/x-ofx\r\n\
                    Content-Disposition: attachment; filename=\"january.ofx\"\r\n\r\nOFXHEADER:100\r\n<OFX>\r\n";
        let found = refusal(mail.as_bytes()).expect("a mail");
        assert_eq!(found.code, Code::NotAStatement);
        assert_eq!(
            found.message,
            "this is an e-mail, no statement; \"january.ofx\" is attached to it"
        );
        assert!(found.to_string().contains("save the attachment"), "{found}");
        let plain = "Message-ID: <1@example.com>\nDate: Mon, 2 Feb 2026 08:00:00 +0100\nFrom: a@example.com\n\nDate,Text,Amount\n";
        assert_eq!(
            said(plain.as_bytes()).as_deref(),
            Some("this is an e-mail, no statement")
        );
        let saved = "From: <Saved by a browser>\nSubject: Umsätze\nMIME-Version: 1.0\nContent-Type: multipart/related;\n type=\"text/html\"\n\n";
        let table = "Account: 123\nFrom: 01/01/2026\nTo: 31/01/2026\nDate: 02/02/2026\n\nDate,Text,Amount\n";
        for head in [saved, table] {
            assert_eq!(said(head.as_bytes()), None, "{head}");
        }
    }

    #[test]
    fn what_may_hold_a_statement_is_not_refused() {
        let workbook = [
            b"PK\x03\x04",
            [0; 26].as_slice(),
            b"[Content_Types].xml xl/workbook.xml",
        ]
        .concat();
        let archive = [b"PK\x03\x04", [0; 26].as_slice(), b"word/january.sta"].concat();
        for head in [
            workbook.as_slice(),
            &archive,
            b"Date,Text,Amount",
            b"MZ,1,2\n",
            b"ID3,Date,Amount\n1,2026-01-02,3.00\n",
            b"RIFF,Date,Amount\n1,2026-01-02,3.00\n",
            b":20:X",
            b"%PDF-1.4",
            b"",
        ] {
            assert_eq!(said(head), None, "{head:?}");
        }
    }
}
