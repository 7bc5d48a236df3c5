//! Sums of OFX and QIF statements against independent readers: ofxtools and quiffen, Python packages that `./test` installs.
//!
//! What they refuse (they hold more closely to the specifications than banks do) is left out here; the fixtures' expected
//! figures cover it.

use crate::common::folder;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use tieout_core::Decimal;
use tieout_formats::{ReadOptions, Status, read_all};

/// Number and sum of the booked lines, by file and account.
type Sums = BTreeMap<(String, String), (usize, Decimal)>;

/// Each statement of bank accounts and cards: file, account, lines, sum.
const OFX: &str = "
import glob, sys
from ofxtools.Parser import OFXTree
for path in sorted(glob.glob(sys.argv[1] + '/*')):
    try:
        tree = OFXTree(); tree.parse(path); statements = tree.convert().statements
    except Exception:
        continue
    for s in statements:
        if type(s).__name__ in ('STMTRS', 'CCSTMTRS') and s.banktranlist is not None:
            lines = list(s.banktranlist)
            print(path.rsplit('/', 1)[-1], s.account.acctid, len(lines), sum(l.trnamt for l in lines), sep='\\t')
";

/// Each list of transactions: file, account (if it is named), lines, sum.
const QIF: &str = "
import glob, sys
from quiffen import Qif
for path in sorted(glob.glob(sys.argv[1] + '/*.qif')):
    for day_first in (False, True):
        try:
            qif = Qif.parse(path, day_first=day_first)
        except Exception:
            continue
        for account in qif.accounts.values():
            for lines in account.transactions.values():
                print(path.rsplit('/', 1)[-1], '', len(lines), sum(l.amount for l in lines), sep='\\t')
        break
";

/// What the independent reader prints of a folder. Fails with advice where it is missing: its figures are the proof.
fn theirs(script: &str, folder: &Path) -> Sums {
    let python = env::var("TIEOUT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python)
        .args(["-W", "ignore", "-c", script, folder.to_str().expect("a path in UTF-8")])
        .output()
        .unwrap_or_else(|error| panic!("{python} cannot be run ({error}); ./test installs what is needed"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{python}: {said}; ./test installs what is needed"
    );
    let mut sums = Sums::new();
    for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        // A warning of theirs may stand between.
        let [file, account, count, sum] = cells.as_slice() else {
            continue;
        };
        let found = sums.entry(((*file).to_owned(), (*account).to_owned())).or_default();
        found.0 += count.parse::<usize>().expect("a number");
        found.1 = found.1.checked_add(sum.parse().expect("an amount")).expect("small");
    }
    sums
}

fn ours(folder: &Path, files: &Sums, names_accounts: bool) -> Sums {
    let mut sums = Sums::new();
    let names: BTreeSet<&String> = files.keys().map(|(file, _)| file).collect();
    for file in names {
        let mut input = fs::File::open(folder.join(file)).expect("a fixture");
        let import = read_all(&mut input, &ReadOptions::default()).expect("a fixture can be read");
        for read in &import.statements {
            let account = if names_accounts {
                read.statement.account.raw.clone()
            } else {
                String::new()
            };
            if !files.contains_key(&(file.clone(), account.clone())) {
                continue;
            }
            let found = sums.entry((file.clone(), account)).or_default();
            for line in read.lines.iter().filter(|line| line.status == Status::Booked) {
                found.0 += 1;
                found.1 = found.1.checked_add(line.amount).expect("small");
            }
        }
    }
    sums
}

#[test]
fn sums_of_ofx_agree_with_ofxtools() {
    let folder = folder("ofx");
    let theirs = theirs(OFX, &folder);
    assert!(theirs.len() >= 15, "{theirs:?}");
    assert_eq!(ours(&folder, &theirs, true), theirs);
}

#[test]
fn sums_of_qif_agree_with_quiffen() {
    let folder = folder("qif");
    let theirs = theirs(QIF, &folder);
    assert!(theirs.len() >= 8, "{theirs:?}");
    assert_eq!(ours(&folder, &theirs, false), theirs);
}
