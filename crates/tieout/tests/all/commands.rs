//! The other commands, and what all commands share.

use crate::common::{Desk, JOURNAL, LINES, mt940};
use std::io::Read;
use std::process::{Command, Stdio};
use tieout_core::Decimal;

fn fixture(name: &str) -> String {
    format!("{}/../../fixtures/statements/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_demo_shows_a_result_and_names_its_report() {
    let desk = Desk::new("demo");
    let ended = desk.tieout("demo");
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("tieout-demo/report.html"), "{}", ended.out);
    for line in ended.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let report = desk.read("tieout-demo/report.html");
    assert!(
        report.contains("Reconciliation statement") && report.contains("22,377.57"),
        "the adjusted balance"
    );
    assert!(
        !report.contains("http://") && !report.contains("https://"),
        "the report needs no network"
    );
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let readme = std::fs::read_to_string(format!("{}/../../README.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (_, block) = readme.split_once("```text\n").unwrap();
    let (block, _) = block.split_once("```\n").unwrap();
    let ended = Desk::new("demo-readme").tieout("demo");
    // Where they differ, what the demo prints belongs into the block.
    assert_eq!(block, ended.out);
}

#[test]
fn every_command_has_help_with_examples() {
    let desk = Desk::new("help");
    for words in [
        "--help",
        "reconcile --help",
        "statement show --help",
        "statement check --help",
        "statement convert --help",
        "books show --help",
        "demo --help",
        "completions --help",
        "man --help",
    ] {
        let ended = desk.tieout(words);
        assert_eq!(ended.code, 0, "{words}");
        assert!(
            ended.out.contains("Examples:") && ended.out.contains("tieout "),
            "{words}: {}",
            ended.out
        );
    }
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let desk = Desk::new("shell");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            desk.tieout(&format!("completions {shell}")).out.contains("tieout"),
            "{shell}"
        );
    }
    assert!(desk.tieout("man").out.starts_with(".ie"), "roff");
    assert_eq!(desk.tieout("man --out pages").code, 0);
    assert!(desk.read("pages/tieout-reconcile.1").contains("statement"));
}

#[test]
fn a_statement_is_shown_in_three_forms() {
    let desk = Desk::new("show");
    let file = fixture("camt/genkgo-camt053.v2.multi.statement.xml");
    let table = desk.tieout(&format!("statement show {file}"));
    assert_eq!(table.code, 0, "{}", table.err);
    assert!(table.out.contains("NL26VAYB8060476890") && table.out.contains("8.85") && table.out.contains("proved"));
    let json = desk.tieout(&format!("statement show {file} --as json"));
    let parsed: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(parsed.to_string().contains("8.85"));
    let csv = desk.tieout(&format!("statement show {file} --as csv"));
    assert_eq!(csv.out.lines().count(), 3, "{}", csv.out);
}

#[test]
fn a_file_without_a_statement_is_refused_with_exit_code_2() {
    let desk = Desk::new("refused");
    let ended = desk.tieout(&format!("statement show {}", fixture("ofx/jseutter-signon_fail.ofx")));
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("E_"), "{}", ended.err);
}

#[test]
fn check_proves_statements_and_finds_what_is_off() {
    let desk = Desk::new("check");
    let proved = desk.tieout(&format!(
        "statement check {}",
        fixture("mt940/israeliyonsi-reversal-marks.sta")
    ));
    assert_eq!(proved.code, 0, "{}{}", proved.out, proved.err);
    let off = desk.tieout(&format!(
        "statement check {}",
        fixture("mt940/israeliyonsi-balance-mismatch.sta")
    ));
    assert_eq!(off.code, 1, "{}{}", off.out, off.err);
    assert!(off.out.contains("off by"), "{}", off.out);
}

#[test]
fn every_conversion_reads_back_with_the_same_sums() {
    let desk = Desk::new("convert");
    let file = fixture("mt940/israeliyonsi-reversal-marks.sta");
    let original = desk.tieout(&format!("statement show {file}"));
    let sums = |text: &str| text.lines().find(|line| line.contains("lines: in")).map(str::to_owned);
    for (to, name) in [("ofx", "a.ofx"), ("camt", "a.xml"), ("csv", "a.csv")] {
        let ended = desk.tieout(&format!("statement convert {file} --to {to} --out {name}"));
        assert_eq!(ended.code, 0, "{}", ended.err);
        let shown = desk.tieout(&format!("statement show {name}"));
        assert!(sums(&original.out).is_some());
        assert_eq!(
            sums(&shown.out),
            sums(&original.out),
            "{to}: {}{}",
            shown.out,
            shown.err
        );
    }
    let json = desk.tieout(&format!("statement convert {file} --to json"));
    assert!(serde_json::from_str::<serde_json::Value>(&json.out).is_ok());
}

#[test]
fn several_files_are_converted_into_one_or_each_by_itself() {
    let desk = Desk::new("convert-many");
    let files = [
        fixture("mt940/israeliyonsi-reversal-marks.sta"),
        fixture("bai2/synthetic-btrs.txt"),
    ];
    let both = files.join(" ");
    let one = desk.tieout(&format!("statement convert {both} --to json --out all.json"));
    assert_eq!(one.code, 0, "{}", one.err);
    let lines = |shown: &str| {
        let json: serde_json::Value = serde_json::from_str(shown).unwrap();
        let statements = json["statements"].as_array().unwrap().clone();
        let count = |statement: &serde_json::Value| statement["lines"].as_array().unwrap().len();
        statements.iter().map(count).collect::<Vec<_>>()
    };
    let alone: Vec<usize> = files
        .iter()
        .flat_map(|file| lines(&desk.tieout(&format!("statement convert {file} --to json")).out))
        .collect();
    // What was written reads back, statement by statement.
    assert_eq!(lines(&desk.tieout("statement show all.json --as json").out), alone);
    let each = desk.tieout(&format!("statement convert {both} --to camt --out-dir new"));
    assert_eq!(each.code, 0, "{}", each.err);
    for name in ["new/israeliyonsi-reversal-marks.xml", "new/synthetic-btrs.xml"] {
        assert!(desk.read(name).contains("camt.053"), "{name}");
    }
    // Nothing that is there is written over.
    let again = desk.tieout(&format!("statement convert {both} --to camt --out-dir new"));
    assert_eq!(again.code, 2, "{}", again.err);
    // One that cannot be used keeps the others from nothing, and the exit code says so.
    let refused = fixture("cnab240/synthetic-cnab400-cobranca-cedilha.ret");
    let partly = desk.tieout(&format!(
        "statement convert {refused} {} --to csv --out some.csv",
        files[0]
    ));
    assert_eq!(partly.code, 2, "{}", partly.err);
    assert!(desk.read("some.csv").lines().count() > 1);
}

#[test]
fn a_reconciliation_of_converted_json_is_that_of_its_source() {
    let desk = Desk::new("convert-json");
    let file = fixture("coda/synthetic-globalisation.cod");
    desk.tieout(&format!("statement convert {file} --to json --out bank.json"));
    desk.put(
        "books.csv",
        "Date,Description,Amount\n2024-01-02,Collection,750.00\n2024-01-03,Rent,-40.00\n",
    );
    let result = |statement: &str| {
        let ended = desk.tieout(&format!(
            "reconcile --statement {statement} --ledger books.csv --json result.json"
        ));
        let json: serde_json::Value =
            serde_json::from_str(&desk.read("result.json")).unwrap_or_else(|_| panic!("{}{}", ended.out, ended.err));
        (ended.code, json["explanation"].clone(), json["counts"].clone())
    };
    let of_source = result(&file);
    assert!(!of_source.2.is_null());
    assert_eq!(result("bank.json"), of_source);
}

#[test]
fn colour_is_chosen_by_option_and_refused_by_no_color() {
    let desk = Desk::new("colour");
    assert!(desk.tieout("demo --color always").out.contains('\u{1b}'));
    assert!(!desk.tieout_with(&["demo"], &[("NO_COLOR", "1")]).out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tieout"))
        .args(["statement", "show", &fixture("mt940/synthetic-mt940-25.sta")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{err}");
    assert!(!err.contains("panicked"), "{err}");
}

#[test]
fn books_are_listed_by_account() {
    let desk = Desk::new("books");
    desk.put(
        "main.journal",
        "2026-03-02 x\n    assets:bank    5.00 EUR\n    income:sales\n",
    );
    let listed = desk.tieout("books show main.journal --account assets:bank");
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(
        listed.out.contains("2026-03-02") && listed.out.contains("5.00"),
        "{}",
        listed.out
    );
    assert_eq!(desk.tieout("books show main.journal --account nothing").code, 2);
}

#[test]
fn a_check_counts_what_was_not_read_and_what_cannot_be_proved() {
    let desk = Desk::new("check-unread");
    desk.put(
        "cut.csv",
        "Date,Description,Amount\n2026-01-05,A,92233720368547758.07\n2026-01-07,B,92233720368547758.08\n",
    );
    let cut = desk.tieout("statement check cut.csv");
    assert_eq!(cut.code, 1, "{}", cut.out);
    assert!(cut.out.contains("cut.csv could not be read whole"), "{}", cut.out);
    desk.put(
        "plain.csv",
        "Date,Description,Amount\n2026-01-05,A,10.00\n2026-01-07,B,5.00\n",
    );
    let plain = desk.tieout("statement check plain.csv");
    assert_eq!(plain.code, 0, "{}", plain.out);
    assert!(
        plain
            .out
            .contains("1 file: nothing is off, but 1 of the statements cannot be proved"),
        "{}",
        plain.out
    );
}

#[test]
fn a_balance_beside_the_only_line_proves_nothing_in_any_command() {
    let desk = Desk::new("check-circular");
    desk.put(
        "one.csv",
        "Date,Description,Amount,Balance\n2026-01-05,A,10.00,110.00\n",
    );
    let checked = desk.tieout("statement check one.csv");
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert!(
        checked.out.contains("not provable") && !checked.out.contains("  proved"),
        "{}",
        checked.out
    );
    assert!(desk.tieout("statement show one.csv").out.contains("not provable"));
    // A line that could not be read may have stood at either end.
    desk.put(
        "lost.csv",
        "Date,Description,Amount,Balance\n2026-01-05,A,10.00,110.00\n2026-01-06,B,5.00,115.00\n2026-01-07,C,seven,122.00\n",
    );
    let lost = desk.tieout("statement check lost.csv");
    assert_eq!(lost.code, 1, "{}", lost.out);
    assert!(lost.out.contains("could not be read whole"), "{}", lost.out);
    assert!(desk.tieout("statement show lost.csv").out.contains("not provable"));
}

#[test]
fn statements_without_a_number_are_chained_only_in_series() {
    let desk = Desk::new("check-nameless");
    let table = |month: u8, first: &str, second: &str| {
        format!(
            "Date,Description,Amount,Balance\n2026-{month:02}-05,A,10.00,{first}\n2026-{month:02}-06,B,5.00,{second}\n"
        )
    };
    desk.put("shop.csv", &table(1, "110.00", "115.00"))
        .put("house.csv", &table(2, "2010.00", "2015.00"))
        .put("bank-1.csv", &table(1, "310.00", "315.00"))
        .put("bank-2.csv", &table(2, "910.00", "915.00"));
    let apart = desk.tieout("statement check shop.csv house.csv");
    assert_eq!(apart.code, 0, "{}", apart.out);
    assert!(
        apart.out.contains("not compared with each other: 2 series"),
        "{}",
        apart.out
    );
    let series = desk.tieout("statement check bank-1.csv bank-2.csv");
    assert_eq!(series.code, 1, "files named alike are of one account: {}", series.out);
    assert!(series.out.contains("opens 585.00 off the closing"), "{}", series.out);
}

/// The bytes of an archive with these files, stored.
fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut crc_table = [0_u32; 256];
    for (slot, entry) in (0_u32..).zip(&mut crc_table) {
        *entry = (0..8).fold(slot, |rest, _| {
            if rest & 1 == 1 {
                (rest >> 1) ^ 0xEDB8_8320
            } else {
                rest >> 1
            }
        });
    }
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let crc = !content.bytes().fold(!0_u32, |rest, byte| {
            (rest >> 8) ^ crc_table[usize::try_from((rest ^ u32::from(byte)) & 255).unwrap()]
        });
        let size = u32::try_from(content.len()).unwrap();
        let mut fields = vec![20_u8, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5c];
        for number in [crc, size, size] {
            fields.extend(number.to_le_bytes());
        }
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        let offset = u32::try_from(bytes.len()).unwrap();
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&fields);
        bytes.extend(name.as_bytes());
        bytes.extend(content.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, long) = (
        u32::try_from(bytes.len()).unwrap(),
        u32::try_from(directory.len()).unwrap(),
    );
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(long.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn an_archive_with_a_refused_member_is_not_proved_as_a_whole() {
    let desk = Desk::new("check-archive");
    let good = "Date,Description,Amount,Balance\n2026-01-05,A,10.00,110.00\n2026-01-06,B,5.00,115.00\n";
    std::fs::write(
        desk.path("bank.zip"),
        archive(&[("good.csv", good), ("broken.ofx", "OFXHEADER:100\n")]),
    )
    .unwrap();
    let checked = desk.tieout("statement check bank.zip");
    assert_eq!(checked.code, 2, "{}", checked.out);
    assert!(
        checked.out.contains("bank.zip could not be read whole"),
        "{}",
        checked.out
    );
    assert!(
        checked.out.contains("1 part of a file cannot be used"),
        "{}",
        checked.out
    );
}

/// Balances that prove say nothing of the statements in a file beside them that could not be read.
#[test]
fn an_archive_with_a_file_that_is_not_read_does_not_tie_out() {
    let desk = Desk::new("reconcile-archive");
    let good = "Date,Description,Amount,Balance\n2026-03-02,Rent,-800.00,200.00\n2026-03-03,Sale,50.00,250.00\n";
    std::fs::write(
        desk.path("books.csv"),
        "Date,Description,Amount\n2026-03-02,Rent,-800.00\n2026-03-03,Sale,50.00\n",
    )
    .unwrap();
    for (other, code) in [("March statement\n0001 8842 EUR\n", 1), ("", 0)] {
        let mut members = vec![("good.csv", good)];
        members.extend((!other.is_empty()).then_some(("february.dat", other)));
        std::fs::write(desk.path("bank.zip"), archive(&members)).unwrap();
        let run = desk.tieout("reconcile --statement bank.zip --ledger books.csv --currency EUR");
        assert_eq!(run.code, code, "{}", run.out);
        let is_said = run.out.contains("statements may be missing");
        assert_eq!(is_said, code == 1, "{}", run.out);
    }
}

#[test]
fn an_iban_with_its_currency_behind_it_is_the_same_account() {
    let desk = Desk::new("check-iban-currency");
    desk.put(
        "may.sta",
        ":20:1\n:25:NL91ABNA0417164300 EUR\n:28C:1\n:60F:C260430EUR100,00\n:61:2605040504C10,00NTRFNONREF\n:62F:C260531EUR110,00\n-\n",
    )
    .put(
        "june.csv",
        "IBAN,Date,Description,Amount,Currency,Balance\nNL91ABNA0417164300,2026-06-05,A,10.00,EUR,120.00\n\
         NL91ABNA0417164300,2026-06-06,B,5.00,EUR,125.00\n",
    );
    let checked = desk.tieout("statement check may.sta june.csv");
    assert_eq!(checked.code, 0, "{}", checked.out);
    assert_eq!(
        checked.out.matches("NL91ABNA0417164300 in EUR").count(),
        1,
        "{}",
        checked.out
    );
    assert!(!checked.out.contains("4300EUR"), "{}", checked.out);
}

/// What a result says of the account, whatever form its statement came in: names of files and places left out.
fn substance(result: &serde_json::Value) -> serde_json::Value {
    let amounts = |list: &str, of: &str| -> Vec<String> {
        let mut amounts: Vec<String> = result[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[of].to_string())
            .collect();
        amounts.sort();
        amounts
    };
    let components = result["explanation"].as_array().unwrap().iter();
    let figures = |names: &[&str]| -> Vec<_> { names.iter().map(|name| result["figures"][name].clone()).collect() };
    serde_json::json!({
        "balances": figures(&["statement_balance", "book_balance", "ledger_balance", "bank_opening"]),
        "movements": figures(&["difference", "line_total"]),
        "explanation": components.map(|part| (part["kind"].clone(), part["amount"].clone())).collect::<Vec<_>>(),
        "counts": result["counts"],
        "ids": amounts("lines", "source_id"),
        "exceptions": amounts("exceptions", "class"),
        "outstanding": amounts("outstanding", "amount"),
        "adjusted": result["two_sided"]["bank"]["adjusted"],
        "verdict": result["verdict"]["tied_out"],
    })
}

#[test]
fn balances_beside_the_lines_prove_a_statement_in_every_command() {
    let desk = Desk::new("running-balances");
    desk.put(
        "bank.csv",
        "Date,Description,Money in,Money out,Balance\n13/03/2026,Card Tesco,,12.50,987.50\n\
         14/03/2026,\"Smith, J\",100.00,,\"1,087.50\"\n15/03/2026,\"Smith, J\",100.00,,\"1,187.50\"\n",
    );
    let shown = desk.tieout("statement show bank.csv");
    for words in [
        "opening  1000.00 (the balance beside the oldest line, less its amount)",
        "closing  1187.50 on 2026-03-15 (the balance beside the newest line)",
        "proved: opening + lines = closing",
    ] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    assert!(desk.tieout("statement check bank.csv").out.contains("proved"));
    let converted = desk.tieout("statement convert bank.csv --currency GBP --to camt --out bank.xml");
    assert_eq!(converted.code, 0, "{}", converted.err);
    let again = desk.tieout("statement check bank.xml");
    assert!(again.out.contains("everything proves"), "{}{}", again.out, again.err);
}

#[test]
fn a_line_missing_from_running_balances_never_ties_out() {
    let desk = Desk::new("missing-line");
    let rows = "2026-01-02,TESCO,-10.00,990.00\n2026-01-05,SALARY,1000.00,1990.00\n2026-01-12,GROCER,-45.10,1894.90\n\
                2026-01-15,PHONE,-33.30,1861.60\n2026-01-20,RENT,-700.00,1161.60\n";
    desk.put("bank.csv", &format!("Date,Description,Amount,Balance\n{rows}"))
        .put(
            "books.csv",
            &format!("Date,Description,Amount,Balance\n{rows}")
                .replace(",Balance", "")
                .replace(",990.00", "")
                .replace(",1990.00", "")
                .replace(",1894.90", "")
                .replace(",1861.60", "")
                .replace(",1161.60", ""),
        );
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.csv --currency EUR");
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    assert!(
        ended
            .out
            .contains("-50.00 of the statement balance is not covered by lines"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("W_BALANCE_BREAK line 4"), "{}", ended.out);
    let checked = desk.tieout("statement check bank.csv");
    assert_eq!(checked.code, 1, "{}", checked.out);
    assert!(checked.out.contains("off by -50.00"), "{}", checked.out);
}

#[test]
fn a_converted_statement_reconciles_as_the_original() {
    let desk = Desk::new("convert-reconcile");
    assert_eq!(desk.tieout("demo").code, 0);
    let reconciled = |statement: &str| {
        let ended = desk.tieout(&format!(
            "reconcile --statement {statement} --ledger tieout-demo/books.csv --json result.json"
        ));
        assert_eq!(ended.code, 1, "{statement}: {}{}", ended.out, ended.err);
        substance(&serde_json::from_str(&desk.read("result.json")).unwrap())
    };
    let original = reconciled("tieout-demo/statement.xml");
    let forms = [("ofx", "ofx"), ("camt", "xml"), ("csv", "csv")];
    for (to, end) in forms {
        let ended = desk.tieout(&format!(
            "statement convert tieout-demo/statement.xml --to {to} --out once.{end}"
        ));
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert_eq!(reconciled(&format!("once.{end}")), original, "camt to {to}");
        for (again, end_again) in forms {
            let ended = desk.tieout(&format!(
                "statement convert once.{end} --to {again} --out twice.{end_again}"
            ));
            assert_eq!(ended.code, 0, "{}", ended.err);
            let mut found = reconciled(&format!("twice.{end_again}"));
            // What is lost today: OFX prints no opening, so its lines prove no running balances, and a table has no place
            // for a closing alone.
            if matches!((to, again), ("ofx", "csv")) {
                for lost in ["balances", "adjusted"] {
                    assert_ne!(found[lost], original[lost]);
                    found[lost] = original[lost].clone();
                }
            }
            assert_eq!(found, original, "{to} to {again}");
        }
        let json = desk.tieout(&format!("statement convert once.{end} --to json"));
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        let lines = json["statements"][0]["lines"].as_array().unwrap();
        let sum = lines.iter().fold(Decimal::ZERO, |sum, line| {
            let amount = Decimal::parse(line["amount"].as_str().unwrap()).unwrap();
            sum.checked_add(amount).unwrap()
        });
        assert_eq!((lines.len(), sum.to_string().as_str()), (41, "2865.45"), "{to} to json");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_pipes_are_written_to() {
    let desk = Desk::new("outputs");
    desk.put("bank.sta", &mt940(1, 100_000, LINES))
        .put("books.journal", JOURNAL);
    let run = "reconcile --statement bank.sta --ledger books.journal --account assets:bank -q";
    desk.put("kept.json", "old");
    std::os::unix::fs::symlink("kept.json", desk.path("link.json")).unwrap();
    desk.tieout(&format!("{run} --json link.json"));
    assert!(std::fs::symlink_metadata(desk.path("link.json")).unwrap().is_symlink());
    assert!(desk.read("kept.json").starts_with('{'));
    let pipe = desk.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Open both ways, the pipe holds what is written until it is read.
    let mut reader = std::fs::File::options().read(true).write(true).open(&pipe).unwrap();
    desk.tieout(&format!("{run} --json pipe"));
    assert!(!pipe.is_file(), "the pipe is still one");
    let kept = desk.read("kept.json");
    let mut piped = vec![0; kept.len()];
    reader.read_exact(&mut piped).unwrap();
    assert_eq!(String::from_utf8(piped).unwrap(), kept);
}
