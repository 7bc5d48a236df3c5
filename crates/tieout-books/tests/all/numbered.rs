//! Books of numbered accounts: SIE, DATEV, FEC, SAF-T and `JPK_KR`, with their totals proved by a reader in another language, and
//! corrections that read back as what was proposed.

use crate::common::{codes, fixtures, read_file, run_tool};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use tieout_books::{Books, BooksOptions, History, ProposedEntry, read_all, write_entries};
use tieout_core::{Code, Currency, Decimal};

const FILES: [(&str, &str, &str); 8] = [
    ("sie", "akeri.se", "1930"),
    ("sie", "akeri-5.sie", "1930"),
    ("jpk", "jpk_kr.xml", "131-1"),
    ("jpk", "jpk_kr_pd.xml", "131-1"),
    ("datev", "EXTF_Buchungsstapel.csv", "1200"),
    ("fec", "123456789FEC20261231.txt", "512000"),
    ("saf-t", "portugal.xml", "12 "),
    ("saf-t", "norway.xml", "1920"),
];

fn path(folder: &str, name: &str) -> PathBuf {
    fixtures().join(folder).join(name)
}

fn read_bytes(bytes: &[u8], account: Option<&str>) -> Books {
    let options = BooksOptions {
        account: account.map(str::to_owned),
        ..BooksOptions::default()
    };
    read_all(&mut Cursor::new(bytes), &options).expect("memory can be read")
}

fn lines(books: &Books) -> Vec<String> {
    let line = |e: &tieout_books::Entry| {
        format!(
            "{} {} {} | {} | {}",
            e.date, e.amount, e.description, e.document, e.contra
        )
    };
    books.entries.iter().map(line).collect()
}

#[test]
fn sie_vouchers_become_entries_with_the_printed_balances() {
    let books = read_file(&path("sie", "akeri.se"), None);
    assert_eq!(
        books.reading.account.as_deref(),
        Some("1930 Företagskonto"),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-05 12500.00 Inbetalning Müller |  | 1510 Kundfordringar",
            "2026-01-15 -8200.00 Hyra \"januari\" |  | 5010 Lokalhyra",
            "2026-02-02 -52.50 Bankavgift |  | 6570 Bankkostnader",
        ]
    );
    assert_eq!(
        (books.entries[0].id.as_str(), books.entries[0].memo.as_str()),
        ("A1", "Faktura 1001")
    );
    let reading = &books.reading;
    assert_eq!(
        (reading.history, reading.currency),
        (History::FromOpening, Some("SEK".parse().unwrap()))
    );
    let balances = [&reading.opening, &reading.closing].map(|b| b.unwrap().amount.to_string());
    assert_eq!(balances, ["50000.00", "54247.50"]);
    assert!(!codes(&books).contains(&Code::BooksTotal), "{:?}", reading.problems);
}

#[test]
fn sie_5_counts_neither_struck_entries_nor_balances_of_objects() {
    let books = read_file(&path("sie", "akeri-5.sie"), None);
    let reading = &books.reading;
    assert_eq!(
        reading.account.as_deref(),
        Some("1930 Företagskonto"),
        "{:?}",
        reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-05 12500.00 Inbetalning Müller | 1001 | 1510 Kundfordringar",
            "2026-01-15 -8200.00 Hyra \"januari\" |  | 5010 Lokalhyra",
            "2026-02-02 -52.50 Bankavgift |  | 6570 Bankkostnader",
        ]
    );
    assert_eq!(
        (books.entries[0].id.as_str(), books.entries[0].memo.as_str()),
        ("A1", "Faktura 1001")
    );
    assert_eq!(
        (reading.history, reading.currency),
        (History::FromOpening, Some("SEK".parse().unwrap()))
    );
    let balances = [&reading.opening, &reading.closing].map(|b| b.unwrap().amount.to_string());
    assert_eq!(balances, ["50000.00", "54247.50"]);
    // The only thing said is which account was taken.
    assert_eq!(codes(&books), [Code::Decided], "{:?}", reading.problems);
}

#[test]
fn jpk_kr_of_both_forms_is_read_by_the_day_of_the_operation() {
    let books = read_file(&path("jpk", "jpk_kr.xml"), None);
    let reading = &books.reading;
    assert_eq!(
        reading.account.as_deref(),
        Some("131-1 Rachunek bieżący"),
        "{:?}",
        reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-07 1230.00 Zapłata FV 12/2025 | WB 1/2026 | 201-7 Kowalski & Syn - odbiorca",
            "2026-01-30 -254.90 Hosting i prowizja | WB 2/2026 | 402 Usługi obce, 755 Koszty finansowe, bank",
        ]
    );
    assert_eq!(books.entries[1].memo, "Obciążenie");
    let balances = [&reading.opening, &reading.closing].map(|b| b.unwrap().amount.to_string());
    assert_eq!(balances, ["9000.00", "9975.10"]);
    assert_eq!(codes(&books), [Code::Decided], "{:?}", reading.problems);

    let books = read_file(&path("jpk", "jpk_kr_pd.xml"), None);
    let reading = &books.reading;
    assert_eq!(
        lines(&books),
        [
            "2026-01-07 1230.00 Zapłata FV 12/2025 | WB 1 | 201-7 Odbiorca 7",
            "2026-06-30 -254.90 Hosting (EUR) | WB 2 | 402 Usługi obce",
        ]
    );
    assert_eq!(
        (reading.currency, codes(&books)),
        (Some("PLN".parse().unwrap()), vec![Code::Decided])
    );
}

#[test]
fn datev_rows_get_the_year_of_their_batch_and_amounts_in_its_currency() {
    let books = read_file(&path("datev", "EXTF_Buchungsstapel.csv"), None);
    assert_eq!(
        books.reading.account.as_deref(),
        Some("1200"),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2025-11-05 1190.00 Müller & Söhne; Rechnung | RE-1001 | 10001",
            "2025-12-15 -800.00 Miete \"Büro\" | 1044 | 4210",
            "2026-01-10 80.00 Dollar sale | INV-7 | 8400",
            "2026-02-02 -12.5 Kontoführung |  | 4970",
            "2026-03-31 -50.00 Kasse |  | 1000",
        ]
    );
    assert_eq!(books.reading.currency, Some("EUR".parse().unwrap()));
}

/// A DATEV batch of these days in a fiscal year from October, with these rows (side, tax key, day, general reversal).
fn batch(days: (&str, &str), rows: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut text = format!(
        "\"EXTF\";700;21;\"Buchungsstapel\";13;20240401103000000;;\"RE\";\"\";\"\";29098;4711;20231001;5;{};{};\"B\";\"MM\";1;0;0;\"EUR\";;\"\";;;\"03\";;;\"\";\"\"\r\n",
        days.0, days.1
    );
    text.push_str("Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;Generalumkehr (GU)\r\n");
    for (side, key, day, reversal) in rows {
        let _ = write!(
            text,
            "10,00;\"{side}\";\"EUR\";;;\"\";12000;84000;\"{key}\";{day};\"A\";\"\";;\"Text\";{reversal}\r\n"
        );
    }
    encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
}

#[test]
fn general_reversals_of_datev_count_with_the_opposite_sign() {
    let rows = [
        ("H", "", "1502", ""),
        ("H", "", "1502", "0"),
        ("H", "", "1502", "1"),
        ("S", "", "1502", "\"G\""),
        ("H", "20", "1502", ""),
        ("H", "20", "1502", "1"),
        ("H", "40", "1502", ""),
        ("H", "39", "1502", ""),
        ("S", "30", "1502", "0"),
        ("S", "80", "1502", ""),
        ("S", "3", "1502", ""),
        ("H", "", "1502", "x"),
    ];
    let books = read_bytes(&batch(("20240101", "20240331"), &rows), Some("12000"));
    let amounts: Vec<String> = books.entries.iter().map(|entry| entry.amount.to_string()).collect();
    assert_eq!(
        amounts,
        [
            "-10.00", "-10.00", "10.00", "-10.00", "10.00", "10.00", "-10.00", "10.00", "-10.00", "-10.00", "10.00"
        ]
    );
    assert!(codes(&books).contains(&Code::BadEntry), "{:?}", books.reading.problems);
}

#[test]
fn datev_days_outside_the_batch_lie_in_its_fiscal_year_or_are_told() {
    let rows = [("S", "", "0105", ""), ("S", "", "1510", ""), ("S", "", "3009", "")];
    let books = read_bytes(&batch(("20231001", "20240331"), &rows), Some("12000"));
    let days: Vec<String> = books.entries.iter().map(|entry| entry.date.to_string()).collect();
    assert_eq!(days, ["2023-10-15", "2024-05-01", "2024-09-30"]);
    let told = |books: &Books, text: &str| books.reading.problems.iter().any(|p| p.message.contains(text));
    assert!(told(&books, "outside the batch"), "{:?}", books.reading.problems);
    // A batch that does not say its fiscal year.
    let bytes = batch(("20231001", "20240331"), &rows);
    let at = bytes.windows(9).position(|part| part == b";20231001").unwrap();
    let cut = [&bytes[..=at], &bytes[at + 9..]].concat();
    let books = read_bytes(&cut, Some("12000"));
    assert_eq!((books.entries.len(), told(&books, "\"0105\" is no date")), (1, true));
}

#[test]
fn fec_rows_are_grouped_by_journal_and_number_wherever_they_stand() {
    let books = read_file(&path("fec", "123456789FEC20261231.txt"), None);
    assert_eq!(
        books.reading.account.as_deref(),
        Some("512000 Banque Crédit du Nord"),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-01 5000.00 Report | AN1 | 101000 Capital",
            "2026-01-05 1200.00 Virement Dupré | FA1001 | 411000 Clients",
            "2026-01-31 -15.50 Frais de tenue |  | 627000 Services bancaires",
        ]
    );
    assert_eq!(books.entries[1].counterparty, "Dupré SARL");
    assert!(!codes(&books).contains(&Code::Unbalanced));
}

#[test]
fn saf_t_files_of_several_countries_are_read() {
    let books = read_file(&path("saf-t", "portugal.xml"), None);
    assert_eq!(
        books.reading.account.as_deref(),
        Some("12 Depósitos à ordem"),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-05 1000.00 Recebimento | FT 1/77 | 21 Clientes",
            "2026-01-15 -254.90 Electricidade & água | 9 | 62 Fornecimentos - serviços",
        ]
    );
    assert_eq!(books.entries[0].counterparty, "Café Central");
    let books = read_file(&path("saf-t", "norway.xml"), None);
    assert_eq!(
        books.reading.account.as_deref(),
        Some("1920 Bankinnskudd"),
        "{:?}",
        books.reading.problems
    );
    assert_eq!(
        lines(&books),
        [
            "2026-01-07 800.00 Innbetaling | F1 | 3000 Salgsinntekt",
            "2026-01-31 -50.50 Gebyr | F4 | 7770 Bank- og kortgebyr",
        ]
    );
    assert_eq!(books.entries[0].counterparty, "Østfold Åpent AS");
    assert_eq!(books.reading.currency, Some("NOK".parse().unwrap()));
    assert!(
        !codes(&books).contains(&Code::BooksTotal),
        "{:?}",
        books.reading.problems
    );
}

/// Sums by account number in Python, by other means: its own CSV reader and XML parser, patterns instead of grammars.
const SUMS: &str = r"
import sys, re, csv, io, xml.etree.ElementTree as ET
from decimal import Decimal as D
from collections import defaultdict
kind, path = sys.argv[1:3]; raw = open(path, 'rb').read(); sums = defaultdict(D)
if path.endswith('.sie'):
    ns = '{http://www.sie.se/sie5}'
    for e in ET.fromstring(raw).iter(ns + 'LedgerEntry'):
        if e.find(ns + 'Overstrike') is None: sums[e.get('accountId')] += D(e.get('amount'))
elif kind == 'jpk':
    for e in ET.fromstring(raw).iter():
        if e.tag.split('}')[-1] != 'KontoZapis': continue
        f = {x.tag.split('}')[-1]: x.text for x in e}
        sums[f.get('KodKontaWinien', f.get('Z_3'))] += D(f.get('KwotaWinien', f.get('Z_4', '0')))
        sums[f.get('KodKontaMa', f.get('Z_3'))] -= D(f.get('KwotaMa', f.get('Z_7', '0')))
    sums.pop('null', None)
elif kind == 'sie':
    for m in re.finditer(r'^#TRANS (\d+) \{.*?\} (\S+)', raw.decode('cp437'), re.M): sums[m[1]] += D(m[2].strip())
elif kind == 'datev':
    rows = list(csv.reader(io.StringIO(raw.decode('cp1252'), newline=''), delimiter=';'))
    for r in rows[2:]:
        v = D((r[4] or r[0]).replace(',', '.')) * (1 if r[1] == 'S' else -1)
        sums[r[6]] += v; sums[r[7]] -= v
elif kind == 'fec':
    num = lambda s: D(s.replace(' ', '').replace(',', '.') or 0)
    for r in csv.DictReader(io.StringIO(raw.decode('iso-8859-15'), newline=''), delimiter='\t'):
        sums[r['CompteNum']] += num(r['Debit']) - num(r['Credit'])
else:
    local = lambda e: e.tag.split('}')[-1]
    for line in (e for e in ET.fromstring(raw).iter() if local(e) in ('Line', 'DebitLine', 'CreditLine')):
        account = next(e.text for e in line if local(e) == 'AccountID')
        for e in line:
            if local(e) in ('DebitAmount', 'CreditAmount'):
                inner = [x.text for x in e if local(x) == 'Amount']
                sums[account] += D(inner[0] if inner else e.text) * (1 if local(e) == 'DebitAmount' else -1)
for account, value in sums.items(): print(account, value)
";

#[test]
fn every_sum_agrees_with_a_reader_in_another_language() {
    for (kind, name, account) in FILES {
        let path = path(kind, name);
        let text = run_tool("TIEOUT_PYTHON", "python3", &["-c", SUMS, kind, path.to_str().unwrap()]);
        let theirs: BTreeMap<String, Decimal> = text
            .lines()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(account, value)| (account.to_owned(), value.parse().unwrap()))
            .collect();
        let books = read_file(&path, Some(account));
        let number = |name: &str| name.split(' ').next().unwrap().to_owned();
        let ours: BTreeMap<String, Decimal> = books
            .reading
            .accounts
            .iter()
            .map(|account| (number(&account.name), account.balances[0].amount))
            .collect();
        assert!(theirs.len() >= 3, "{kind}");
        assert_eq!(ours, theirs, "{kind} {name}");
    }
}

fn proposals(currency: &str) -> Vec<ProposedEntry> {
    let entry = |date: &str, amount: &str, contra: &str, text: &str| ProposedEntry {
        date: date.parse().unwrap(),
        amount: amount.parse().unwrap(),
        currency: Currency::try_new(currency).unwrap(),
        description: text.into(),
        counterparty: "Müller \"& Co\"".into(),
        document: String::new(),
        contra_account: contra.into(),
        reason: "not in the books".into(),
        rows: Vec::new(),
    };
    vec![
        entry("2026-03-05", "-3.5", "6570 Bankkostnader", "Fee\n3/26"),
        entry("2026-03-31", "1000", "Suspense", "From whom?"),
    ]
}

#[test]
fn corrections_read_back_as_what_was_proposed() {
    for (kind, name, account) in FILES.into_iter().filter(|(kind, ..)| !matches!(*kind, "saf-t" | "jpk")) {
        let books = read_file(&path(kind, name), Some(account));
        let currency = books.reading.currency.unwrap();
        let mut bytes = Vec::new();
        write_entries(&books.reading.layout.unwrap(), &proposals(currency.code()), &mut bytes).unwrap();
        if name == "akeri.se" {
            assert!(
                bytes.windows(8).any(|part| part == b"#FNAMN \""),
                "the company's name comes along"
            );
        }
        let read = read_bytes(&bytes, Some(account));
        let again: Vec<_> = read
            .entries
            .iter()
            .map(|e| (e.date.to_string(), e.amount.to_string(), e.contra.clone()))
            .collect();
        let [(first_date, first, to), (second_date, second, clearing)] = again.as_slice() else {
            panic!(
                "{kind}: {again:?}\n{:?}\n{}",
                read.reading.problems,
                String::from_utf8_lossy(&bytes)
            );
        };
        assert_eq!(
            [first_date.as_str(), first, second_date, second],
            ["2026-03-05", "-3.50", "2026-03-31", "1000.00"],
            "{kind}"
        );
        assert!(to.starts_with("6570"), "{kind}: {to}");
        // Accounts without a number go to the chart's own account for what is to be cleared up, and say so.
        assert!(
            ["2999", "1590", "471000"]
                .iter()
                .any(|number| clearing.starts_with(number)),
            "{kind}: {clearing}"
        );
        assert!(
            read.entries[1].description.starts_with("Suspense: Müller"),
            "{kind}: {:?}",
            read.entries[1]
        );
        assert!(!codes(&read).contains(&Code::Unbalanced), "{kind}");
    }
}

#[test]
fn datev_corrections_bear_the_numbers_of_the_batch_that_was_read() {
    let read = read_bytes(
        &batch(("20231001", "20240331"), &[("S", "", "1510", "")]),
        Some("12000"),
    );
    let mut entries = proposals("EUR");
    entries[0].date = "2026-09-30".parse().unwrap();
    entries[1].date = "2026-10-01".parse().unwrap();
    entries[1].counterparty = "Łódź \u{2033}Ω\u{2033} щука".into();
    let mut bytes = Vec::new();
    write_entries(&read.reading.layout.unwrap(), &entries, &mut bytes).unwrap();
    let text = encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned();
    // Two fiscal years are two batches.
    for head in [
        ";29098;4711;20251001;5;20260930;20260930;",
        ";29098;4711;20261001;5;20261001;20261001;",
    ] {
        assert!(text.contains(head), "{text}");
    }
    assert_eq!(text.matches(";;\"03\";;;").count(), 2, "the chart of accounts: {text}");
    assert!(text.contains(";12000;15900;"), "{text}");
    assert!(text.contains("Lódz") && !text.contains("&#"), "{text}");
    let again = read_bytes(&bytes, Some("12000"));
    let days: Vec<String> = again.entries.iter().map(|entry| entry.date.to_string()).collect();
    assert_eq!(days, ["2026-09-30", "2026-10-01"], "{:?}", again.reading.problems);
}

/// File and account, what is written otherwise in it, and what is said then.
type Broken = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Code,
);

const BROKEN: &[Broken] = &[
    (
        "sie",
        "akeri.se",
        "1930",
        "-8200.00\r\n#TRANS 5010",
        "-8x\r\n#TRANS 5010",
        Code::BadEntry,
    ),
    (
        "sie",
        "akeri.se",
        "1930",
        "#TRANS 6570 {} 52.50",
        "#TRANS 6570 {} 52.40",
        Code::Unbalanced,
    ),
    (
        "sie",
        "akeri.se",
        "1930",
        "#UB 0 1930 54247.50",
        "#UB 0 1930 54247.51",
        Code::BooksTotal,
    ),
    (
        "datev",
        "EXTF_Buchungsstapel.csv",
        "1200",
        ";1512;",
        ";3213;",
        Code::BadEntry,
    ),
    (
        "datev",
        "EXTF_Buchungsstapel.csv",
        "1200",
        ";\"H\";\"\"",
        ";\"X\";\"\"",
        Code::BadEntry,
    ),
    (
        "fec",
        "123456789FEC20261231.txt",
        "512000",
        "20260131\t627000",
        "20261331\t627000",
        Code::BadEntry,
    ),
    (
        "saf-t",
        "norway.xml",
        "1920",
        "<n1:Amount>800.00",
        "<n1:Amount>800.01",
        Code::Unbalanced,
    ),
    (
        "saf-t",
        "norway.xml",
        "1920",
        "TotalDebit>850.50",
        "TotalDebit>850.51",
        Code::BooksTotal,
    ),
    ("saf-t", "norway.xml", "1920", "</n1:Journal>", "", Code::Malformed),
    (
        "sie",
        "akeri-5.sie",
        "1930",
        "amount=\"52.50\"/>\n    </J",
        "amount=\"52.40\"/>\n    </J",
        Code::Unbalanced,
    ),
    (
        "sie",
        "akeri-5.sie",
        "1930",
        "amount=\"54247.50\"",
        "amount=\"54247.51\"",
        Code::BooksTotal,
    ),
    (
        "sie",
        "akeri-5.sie",
        "1930",
        "journalDate=\"2026-01-15\"",
        "journalDate=\"15/1\"",
        Code::BadEntry,
    ),
    (
        "sie",
        "akeri-5.sie",
        "1930",
        "amount=\"-52.50\"",
        "amount=\"-52,5x\"",
        Code::BadEntry,
    ),
    (
        "jpk",
        "jpk_kr.xml",
        "131-1",
        "<tns:SumaMa>1484.90",
        "<tns:SumaMa>1484.91",
        Code::BooksTotal,
    ),
    (
        "jpk",
        "jpk_kr.xml",
        "131-1",
        "<tns:NrZapisu>2<",
        "<tns:NrZapisu>9<",
        Code::BadEntry,
    ),
    (
        "jpk",
        "jpk_kr.xml",
        "131-1",
        "<tns:SaldoWinien>9975.10",
        "<tns:SaldoWinien>9975.1O",
        Code::BadAmount,
    ),
    ("jpk", "jpk_kr_pd.xml", "131-1", "<C_3>4<", "<C_3>5<", Code::BooksTotal),
    (
        "jpk",
        "jpk_kr_pd.xml",
        "131-1",
        "<Z_7>254.90",
        "<Z_7>254.09",
        Code::Unbalanced,
    ),
    (
        "jpk",
        "jpk_kr_pd.xml",
        "131-1",
        "<S_6>1230.00",
        "<S_6>1230.01",
        Code::BooksTotal,
    ),
];

#[test]
fn what_is_broken_is_told_and_nothing_is_lost_silently() {
    for (kind, name, account, from, to, code) in BROKEN.iter().copied() {
        let whole = fs::read(path(kind, name)).unwrap();
        let at = whole
            .windows(from.len())
            .position(|bytes| bytes == from.as_bytes())
            .unwrap_or_else(|| panic!("{kind} {from}"));
        let broken = [&whole[..at], to.as_bytes(), &whole[at + from.len()..]].concat();
        let books = read_bytes(&broken, Some(account));
        assert!(
            codes(&books).contains(&code),
            "{kind} {to}: {:?}",
            books.reading.problems
        );
    }
}

#[test]
fn files_without_transactions_say_what_to_export_instead() {
    for (text, word) in [
        (
            "#FLAGGA 0\n#SIETYP 1\n#KONTO 1930 \"Bank\"\n#IB 0 1930 5.00\n",
            "type 4",
        ),
        (
            "\"EXTF\";700;16;\"Debitoren/Kreditoren\";5\nKonto;Name\n",
            "Buchungsstapel",
        ),
        ("<AuditFile><Header/><SourceDocuments/></AuditFile>", "accounting file"),
    ] {
        let books = read_bytes(text.as_bytes(), None);
        let refusal = books.reading.refusal().expect("it is refused");
        assert!(
            refusal.code == Code::EmptyBooks && refusal.message.contains(word),
            "{refusal}"
        );
    }
}

#[test]
fn damaged_files_are_read_without_a_panic() {
    for (kind, name, _) in FILES {
        let whole = fs::read(path(kind, name)).unwrap();
        // The longer a file, the wider the steps: some thousand damages each.
        for at in (0..whole.len()).step_by(1 + whole.len() / 1_500) {
            for change in [0x00, 0x22, 0x7B, 0xFF] {
                let mut damaged = whole.clone();
                damaged[at] = change;
                let _ = read_bytes(&damaged, None);
            }
        }
    }
}
