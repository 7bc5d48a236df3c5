//! Runs the program as a user would: files in a folder of their own, exit code, standard output and error.

use std::fmt::Write as _;
use std::fs;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tieout_report::Record;
use tieout_report::verify::{Check, told, verify};

/// A folder for one test.
pub(crate) struct Desk {
    folder: PathBuf,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// An empty folder; the name is the test's, and need be no other's in its file.
    #[track_caller]
    pub(crate) fn new(name: &str) -> Self {
        let file = Path::new(Location::caller().file()).file_stem().unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Puts a file on the desk.
    pub(crate) fn put(&self, name: &str, content: &str) -> &Self {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// The path of a file on the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of a file on the desk.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every result on the desk holds what it promises.
    fn verify_results(&self) {
        for file in fs::read_dir(&self.folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let Ok(record) = Record::read(&text) else { continue };
            let checks = verify(&record);
            let name = path.display();
            assert!(checks.iter().all(Check::holds), "{name}\n{}", told(&checks));
        }
    }

    /// Runs `tieout` with these words, on the desk, at a fixed time.
    pub(crate) fn tieout(&self, words: &str) -> Ended {
        self.tieout_with(&words.split_whitespace().collect::<Vec<_>>(), &[])
    }

    /// The same with arguments that hold blanks, and environment variables.
    pub(crate) fn tieout_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .args(args)
            .current_dir(&self.folder)
            .env_remove("NO_COLOR")
            .env("SOURCE_DATE_EPOCH", "1790000000")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if args.first() == Some(&"reconcile") && matches!(output.status.code(), Some(0 | 1)) {
            self.verify_results();
        }
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A statement in MT940: opening, lines as (day, signed amount in cents, text), closing.
pub(crate) fn mt940(number: u32, opening: i64, lines: &[(&str, i64, &str)]) -> String {
    let balance = |tag: &str, date: &str, cents: i64| {
        let mark = if cents < 0 { 'D' } else { 'C' };
        format!(
            ":{tag}:{mark}{date}EUR{},{:02}\r\n",
            cents.abs() / 100,
            cents.abs() % 100
        )
    };
    let first = lines.first().map_or("260301", |line| line.0);
    let last = lines.last().map_or(first, |line| line.0);
    let mut text = format!(":20:STMT{number}\r\n:25:DE02120300000000202051\r\n:28C:{number:05}/001\r\n");
    text.push_str(&balance("60F", first, opening));
    for (date, cents, words) in lines {
        let mark = if *cents < 0 { 'D' } else { 'C' };
        let amount = format!("{},{:02}", cents.abs() / 100, cents.abs() % 100);
        let entry = &date[2..];
        let _ = write!(text, ":61:{date}{entry}{mark}{amount}NTRFNONREF\r\n:86:{words}\r\n");
    }
    let closing = opening + lines.iter().map(|line| line.1).sum::<i64>();
    text.push_str(&balance("62F", last, closing));
    text.push_str("-\r\n");
    text
}

pub(crate) const JOURNAL: &str = "\
2026-02-28 opening balances
    assets:bank    1000.00 EUR
    equity:opening

2026-03-02 Acme GmbH | INV-1001
    assets:bank    250.00 EUR
    income:sales

2026-03-05 Office Supplies | bill 77
    assets:bank    -80.50 EUR
    expenses:office

2026-03-09 Rent March
    assets:bank    -600.00 EUR
    expenses:rent
";

pub(crate) const LINES: &[(&str, i64, &str)] = &[
    ("260303", 25_000, "ACME GMBH INV-1001"),
    ("260306", -8050, "OFFICE SUPPLIES BILL 77"),
    ("260309", -60_000, "STANDING ORDER RENT MARCH"),
];
