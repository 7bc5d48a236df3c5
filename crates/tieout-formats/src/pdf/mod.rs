//! PDF statements with a text layer: printed paper, read by the places of its words.
//!
//! `objects`, `file` and `filters` find what is in a PDF (of one that is protected `protection` and `cipher`), `pages` its pages, `font` and `page` what a page shows and
//! where, `lost` and `page_numbers` what is missing, `paper` the table with its columns (of pages without a header `carried`), `balances` the balances around it, `dates` and `years` its full dates. The table then goes the way of every delimited text. What is read from paper is **a draft
//! until its balances prove**: opening + lines = closing; where they do not, a warning says so, and no figure of it counts as
//! certain. Pictures of paper are refused.

mod accounts;
mod balances;
mod carried;
mod cipher;
mod dates;
mod days;
mod file;
mod filters;
mod font;
mod headers;
mod lost;
mod numbers;
mod objects;
mod owed;
mod page;
mod page_numbers;
mod page_pieces;
mod page_words;
mod pages;
mod paper;
mod protection;
mod sections;
mod summary;
mod to_come;
mod words;
mod years;

use crate::account_number;
use crate::collect::read_all;
use crate::limits::{MAX_PAPER_BYTES, MAX_PROBLEMS_PER_CODE};
use crate::model::{Account, AccountKind, AccountScheme, Balance, BalanceColumn, BalanceKind, Line, Proof, Statement};
use crate::prove::proof;
use crate::read::{Emitter, Format, ReadOptions};
use balances::figure;
use file::File;
use lost::Lost;
use objects::Object;
use paper::{Paper, Unplaced};
use protection::Protection;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read as _, SeekFrom};
use tieout_core::Currency;
use tieout_core::encoding::Input;
use tieout_core::problem::{Code, Place, Problem, Severity, excerpt};
use words::Column;

/// What papers print for the digits of a number that they hide.
const HIDDEN: &str = "XXXX";

/// The reader of PDF statements.
pub struct Pdf;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        head.get(..1024.min(head.len()))
            .is_some_and(|head| memchr::memmem::find(head, b"%PDF-").is_some())
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        input.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        input.take(MAX_PAPER_BYTES + 1).read_to_end(&mut bytes)?;
        out.dialect("PDF");
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_PAPER_BYTES {
            let message = format!("the PDF has more than {} MB", MAX_PAPER_BYTES >> 20);
            out.problem(Problem::of_file(Code::TooLarge, message));
            return Ok(());
        }
        let file = File::of(&bytes);
        if let Some(closed) = closed(&file) {
            out.problem(closed);
            return Ok(());
        }
        let (mut lost, rows) = rows_of(&file);
        if file.is_too_large() {
            out.problem(Problem::of_file(
                Code::TooLarge,
                "the PDF unpacks into far more, or takes far more work, than statements of its size; it was not read",
            ));
            return Ok(());
        }
        let (is_cut, is_damaged) = (is_cut(&bytes), lost.is_damaged() && !rows.is_empty());
        let refusal = |why: Problem| match (is_cut, is_damaged) {
            (true, _) => cut(),
            (_, true) => lost::refusal(),
            _ => why,
        };
        if rows.iter().all(Vec::is_empty) {
            out.problem(refusal(no_text(rows.len())));
            return Ok(());
        }
        let rows = page_numbers::in_order(rows);
        lost.number(&rows);
        let parts = accounts::apart(&rows);
        let mut papers: Vec<Paper> = Vec::new();
        let mut headless = 0;
        for part in &parts {
            match paper::read(part, &rows, options.date_order) {
                Some(paper) => papers.push(paper),
                None => headless += part.movements(),
            }
        }
        if papers.is_empty() {
            let message = "no table with a date and an amount was found in the text of this PDF";
            out.problem(refusal(Problem::of_file(Code::NotAStatement, message)));
            return Ok(());
        }
        lost.headless(headless);
        if is_cut {
            lost.part("the PDF has no end (%%EOF): it is cut, and pages may be missing");
        }
        lost.problems().into_iter().for_each(|problem| out.problem(problem));
        papers
            .iter()
            .try_for_each(|paper| give(paper, (&papers, &lost), options, out))
    }
}

/// What is missing, and the rows of each page.
fn rows_of(file: &File<'_>) -> (Lost, Vec<Vec<page::Row>>) {
    let mut lost = Lost::default();
    if file.took_damage() {
        lost.part("objects of this PDF cannot be unpacked: it is damaged, and pages may be missing");
    }
    let found = pages::pages(file);
    if found.is_doubtful || file.took_damage() {
        lost.part("the list of this PDF's pages is damaged: pages may be missing");
    }
    let mut rows = Vec::new();
    for (number, (page, resources)) in (1..).zip(&found.pages) {
        if file.is_too_large() {
            break;
        }
        rows.push(headers::join(page::rows(file, page, resources)));
        if file.took_damage() || *page == Object::Null {
            lost.page(number);
        }
    }
    if file.has_text_of_no_page() {
        lost.stray_text();
    }
    (lost, rows)
}

/// Why the file cannot be opened, if it is protected and does not open without a password.
fn closed(file: &File<'_>) -> Option<Problem> {
    let message = match file.protection() {
        // What cannot be opened because it is too much work is told as that.
        Protection::None | Protection::Open(_) => return None,
        _ if file.is_too_large() => return None,
        Protection::Password => "the PDF opens with a password only",
        Protection::Unknown => "the PDF is protected by a certificate, or in a way that is not known",
    };
    let advice = "open it, print or save it into a new PDF without a password, and give that one; or take another format from the bank";
    Some(Problem::of_file(Code::Encrypted, message).advising(advice))
}

/// Whether the mark that every PDF ends with is missing.
fn is_cut(bytes: &[u8]) -> bool {
    let end = bytes.get(bytes.len().saturating_sub(4096)..).unwrap_or_default();
    // What portals and mails add behind it is no part of the PDF; objects would be.
    let marked = memchr::memmem::rfind(bytes, b"%%EOF").and_then(|at| bytes.get(at..));
    let is_last = marked.is_some_and(|rest| memchr::memmem::find(rest, b" obj").is_none());
    !is_last && memchr::memmem::find(end, b"trailer").is_none()
}

fn cut() -> Problem {
    let message = "the PDF is cut: its end is missing, and with it the list of its pages; fetch it from the bank again";
    Problem::of_file(Code::Malformed, message)
}

fn no_text(pages: usize) -> Problem {
    if pages == 0 {
        return Problem::of_file(Code::Malformed, "the PDF has no pages that can be read");
    }
    let message = match pages {
        1 => "the page of this PDF holds no text, only a picture".to_owned(),
        some => format!("the {some} pages of this PDF hold no text, only pictures"),
    };
    Problem::of_file(Code::NotAStatement, message)
}

/// Hands the table on as delimited text, and what comes back as a statement of paper.
fn give(paper: &Paper, (all, lost): (&[Paper], &Lost), options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
    if paper.left_out > 0 {
        let message = format!(
            "{} rows beyond the first {} were left out",
            paper.left_out,
            paper::MAX_ROWS
        );
        out.problem(Problem::of_file(Code::TooLarge, message));
    }
    for Unplaced { text, why, page } in paper.unplaced.iter().take(MAX_PROBLEMS_PER_CODE) {
        let message = format!("the row {:?} {why}; it was left out", excerpt(text, 60));
        out.problem(Problem::new(Code::BadLine, of_page(*page), message));
    }
    for Unplaced { text, why, page } in paper.clamped.iter().take(MAX_PROBLEMS_PER_CODE) {
        let message = format!("the row {:?} {why}; the end of its month was taken", excerpt(text, 60));
        out.problem(Problem::new(Code::DateClamped, of_page(*page), message));
    }
    if paper.to_come > 0 {
        let message = format!(
            "rows of orders and payments to come, below the closing balance: {}; they were left out",
            paper.to_come
        );
        out.problem(Problem::of_file(Code::Pending, message));
    }
    if let Some(doubt) = paper.doubt.as_ref().filter(|_| !paper.movements.is_empty()) {
        out.problem(doubt.clone());
    }
    let mut lines = Vec::new();
    if !paper.movements.is_empty() {
        let options = ReadOptions {
            format: Some("csv".into()),
            currency: paper.currency.or(options.currency),
            mapping: owed::as_printed(paper),
            ..ReadOptions::default()
        };
        let import = read_all(&mut Cursor::new(table(paper)), &options)?;
        for problem in import.reading.problems {
            // The table names neither account nor currency; the paper does, or it is said below. So is what balances say.
            let known = matches!(
                problem.code,
                Code::NoAccount | Code::NoCurrency | Code::ProofOff | Code::BalanceBreak | Code::Decided
            );
            if !known && (problem.severity() != Severity::Notice) {
                out.problem(on_paper(problem, paper));
            }
        }
        lines = import.statements.into_iter().flat_map(|read| read.lines).collect();
    }
    let mut statement = statement(paper, options.currency, &lines);
    if let Some(told) = owed::settle(paper, &mut statement, &mut lines) {
        out.problem(told);
    }
    lost.doubt(paper, all, &mut statement);
    emit(statement, &lines, options.currency.is_some(), out);
    Ok(())
}

/// What is said of a row of the table, as it is found on the paper: by its page and its text.
fn on_paper(problem: Problem, paper: &Paper) -> Problem {
    let own = problem.place.line.and_then(|line| usize::try_from(line).ok());
    // The first line of the table is its header.
    let Some(row) = own.and_then(|line| paper.movements.get(line.checked_sub(2)?)) else {
        return Problem::new(problem.code, Place::default(), problem.message);
    };
    let cells = row.cells.iter().map(String::as_str).filter(|text| !text.is_empty());
    let text = cells.collect::<Vec<_>>().join(" ");
    let text = excerpt(&text, 60);
    let message = match problem.message.strip_prefix("the row ") {
        Some(what) => format!("the row {text:?} {what}"),
        None => format!("{}, in the row {text:?}", problem.message),
    };
    Problem::new(problem.code, of_page(row.page), message)
}

/// A page of the paper.
fn of_page(number: usize) -> Place {
    Place {
        path: Some(format!("page {number}")),
        ..Place::default()
    }
}

fn emit(statement: Statement, lines: &[Line], knows_currency: bool, out: &mut Emitter<'_>) {
    let id = statement.account.id.as_str();
    if id.is_empty() {
        out.problem(Problem::of_file(Code::NoAccount, "the PDF does not name the account"));
    } else if account_number::has_form_of_iban(id) && !account_number::is_iban(id) && !id.contains(HIDDEN) {
        let message = format!("the check digits of the IBAN {id} are wrong");
        let advice = "compare it with the paper: the account may be another one";
        out.problem(Problem::of_file(Code::Irregular, message).advising(advice));
    }
    if statement.currency.is_none() && !knows_currency {
        out.problem(Problem::of_file(Code::NoCurrency, "the PDF does not name the currency"));
    }
    out.begin(&statement);
    for line in lines {
        out.line(line);
    }
    let proof = proof(&statement, lines);
    if proof != Proof::Exact {
        let why = match proof {
            Proof::Off(by) => format!("off by {by}: opening + lines is not closing"),
            _ => "no opening and closing balance prove it".to_owned(),
        };
        let message = format!("this statement was read from paper and is a draft: {why}");
        out.problem(Problem::of_file(Code::Draft, message));
    }
    out.end(statement);
}

/// The table as text with semicolons.
fn table(paper: &Paper) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let heads: Vec<&str> = paper.columns.iter().map(|column| column.header()).collect();
    let mut text = heads.join(";");
    for movement in &paper.movements {
        let cells: Vec<String> = movement.cells.iter().map(|cell| quoted(cell)).collect();
        let _ = write!(text, "\n{}", cells.join(";"));
    }
    text.push('\n');
    text
}

fn statement(paper: &Paper, given: Option<Currency>, lines: &[Line]) -> Statement {
    let id = account_number::normalised(&paper.account);
    let iban = account_number::is_iban(&id);
    // The mark that the lines' amounts have is that of the balances.
    let decimals = paper.currency.or(given).map_or(2, Currency::minor_digits).max(2);
    let balance = |text: &str, kind, source_code: &str| {
        figure(text, decimals).map(|amount| Balance {
            amount,
            currency: None,
            date: None,
            kind,
            source_code: source_code.to_owned(),
            derived: false,
        })
    };
    let dates = lines.iter().filter_map(|line| line.booking_date);
    let (first, last) = (dates.clone().min(), dates.max());
    Statement {
        account: Account {
            raw: paper.account.clone(),
            scheme: if iban {
                AccountScheme::Iban
            } else {
                AccountScheme::Other
            },
            kind: if id.is_empty() {
                AccountKind::Unknown
            } else {
                AccountKind::Bank
            },
            branch_id: paper.branch.clone(),
            id,
            ..Account::default()
        },
        currency: paper.currency,
        message: "PDF".into(),
        period: (paper.period.0.or(first), paper.period.1.or(last)),
        opening: balance(&paper.opening, BalanceKind::Opening, "opening row"),
        closing: balance(&paper.closing, BalanceKind::Closing, "closing row"),
        balance_column: if paper.columns.contains(&Column::Balance) {
            BalanceColumn::Named
        } else {
            BalanceColumn::Unnamed
        },
        ..Statement::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_PAPER_WORK;

    const CATALOG: &str = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n";

    fn stream(number: u32, content: &str) -> String {
        let length = content.len();
        format!("{number} 0 obj << /Length {length} >> stream\n{content}\nendstream endobj\n")
    }

    /// Papers that make a reader do the same again and again, each in its own way.
    fn hostile() -> Vec<(&'static str, String)> {
        let kids = |count: usize| "3 0 R ".repeat(count);
        let page = "3 0 obj << /Type /Page /Contents 4 0 R /Resources 5 0 R >> endobj\n";
        let pages = |count: usize| format!("{CATALOG}2 0 obj << /Kids [{}] >> endobj\n{page}", kids(count));
        let form = "6 0 obj << /Subtype /Form /Length 4 >> stream\n    \nendstream endobj\n";
        let names = (0..50_000).fold(String::new(), |mut names, at| {
            let _ = write!(names, "/N{at} ");
            names
        });
        let open = (2..20_000).fold(CATALOG.to_owned(), |mut open, number| {
            let _ = write!(open, "{number} 0 obj ( ");
            open
        });
        let ranges = "1 beginbfrange <0000> <FFFF> <0041> endbfrange\n".repeat(20_000);
        let fonts = "5 0 obj << /Font << /F << /Subtype /Type0 /ToUnicode 7 0 R >> >> >> endobj\n";
        let widths = "0 65535 500 ".repeat(20_000);
        vec![
            (
                "a page of many elements that is shown again and again",
                format!(
                    "{CATALOG}2 0 obj << /Kids [{}] >> endobj\n3 0 obj << /Type /Page /A [{names}] >> endobj\n",
                    kids(4_000)
                ),
            ),
            ("texts that are not closed", open),
            (
                "trailers that are not closed",
                format!("{CATALOG}{}", "trailer ( ".repeat(20_000)),
            ),
            (
                "forms beside many others",
                pages(1)
                    + &stream(4, &"/F Do ".repeat(200_000))
                    + &format!("5 0 obj << /XObject << /F 6 0 R /G [{names}] >> >> endobj\n")
                    + form,
            ),
            (
                "streams without an end",
                pages(1)
                    + &stream(4, &"/F Do ".repeat(200_000))
                    + "5 0 obj << /XObject << /F 8 0 R >> >> endobj\n8 0 obj << /Subtype /Form >> stream\n"
                    + &" ".repeat(1_000_000),
            ),
            (
                "fonts under many names",
                pages(4_000) + &stream(4, &names.replace(' ', " 1 Tf ")) + "5 0 obj << >> endobj\n",
            ),
            (
                "a table that names all characters again and again",
                pages(1) + &stream(4, "/F 1 Tf (a) Tj") + fonts + &stream(7, &ranges),
            ),
            (
                "widths of all characters again and again",
                pages(1)
                    + &stream(4, "/F 1 Tf (a) Tj")
                    + "5 0 obj << /Font << /F << /Subtype /Type0 /DescendantFonts [8 0 R] >> >> >> endobj\n"
                    + &format!("8 0 obj << /W [{widths}] >> endobj\n"),
            ),
            (
                "one text on many pages",
                pages(4_000) + &stream(4, &"(aaaaaaaa) Tj ".repeat(4_000)) + "5 0 obj << >> endobj\n",
            ),
            (
                "a tree of pages that leads back",
                format!("{CATALOG}2 0 obj << /Kids [{}] >> endobj\n", "2 0 R ".repeat(60)),
            ),
        ]
    }

    /// What is counted is what takes time, so that no paper takes more than some hundred million steps: a few seconds.
    #[test]
    fn no_paper_takes_more_work_than_is_allowed() {
        for (what, text) in hostile() {
            let file = File::of(text.as_bytes());
            let _ = rows_of(&file);
            assert!(file.is_too_large(), "{what}: only {} were counted", file.worked());
            // What was begun when the work ran out is finished: one object, one stream.
            let most = MAX_PAPER_WORK + 2 * u64::try_from(text.len()).unwrap();
            assert!(file.worked() <= most, "{what}: {} were counted", file.worked());
        }
    }

    #[test]
    fn decrypting_the_same_again_and_again_is_work() {
        let protected: &[u8] = include_bytes!("../../tests/all/pdf_protected/rc4-128.pdf");
        let pages = format!(
            "91 0 obj << /Type /Catalog /Pages 92 0 R >> endobj\n92 0 obj << /Kids [{}] >> endobj\n\
             93 0 obj << /Type /Page /Contents 94 0 R >> endobj\n",
            "93 0 R ".repeat(4_000)
        );
        // What is not unpacked costs no memory that stays; only decrypting it is counted.
        let filter = "<< /Filter /Unknown /Length 100000 >>";
        let content = format!("94 0 obj {filter} stream\n{}\nendstream endobj\n", " ".repeat(100_000));
        let bytes = [protected, pages.as_bytes(), content.as_bytes()].concat();
        let file = File::of(&bytes);
        assert!(matches!(file.protection(), Protection::Open(_)));
        let _ = rows_of(&file);
        assert!(file.is_too_large(), "only {} were counted", file.worked());
        assert!(file.worked() <= MAX_PAPER_WORK + 300_000, "{}", file.worked());
    }

    #[test]
    fn a_statement_takes_little_of_the_work_that_is_allowed() {
        let page = "BT /F 9 Tf 40 700 Td (03/06/2024) Tj 60 0 Td (CARD PAYMENT TO A SHOP) Tj 200 0 Td (-12.50) Tj ET\n"
            .repeat(60);
        let font = "/Resources << /Font << /F << >> >> >>";
        let text = format!(
            "{CATALOG}2 0 obj << /Kids [{}] >> endobj\n3 0 obj << /Type /Page {font} /Contents 4 0 R >> endobj\n{}",
            "3 0 R ".repeat(500),
            stream(4, &page)
        );
        let file = File::of(text.as_bytes());
        let (lost, rows) = rows_of(&file);
        assert_eq!(
            (lost.is_damaged(), rows.len(), file.is_too_large()),
            (false, 500, false)
        );
        assert!(file.worked() < MAX_PAPER_WORK / 4, "{}", file.worked());
    }
}
