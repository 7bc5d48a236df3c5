//! Every balance of every journal in the fixtures, compared with the tools that define the formats: hledger and
//! Beancount.

use crate::common::{fixtures, read_file, run_tool};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tieout_books::Books;
use tieout_core::Decimal;

/// Balances by account and commodity, zeros left out.
type Balances = BTreeMap<(String, String), Decimal>;

fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = fixtures().join(folder).read_dir().expect("the fixtures are there");
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the fixtures can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == end))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no .{end} file in {folder}");
    found
}

fn ours(books: &Books) -> Balances {
    let mut balances = Balances::new();
    for account in &books.reading.accounts {
        for balance in account.balances.iter().filter(|balance| !balance.amount.is_zero()) {
            balances.insert((account.name.clone(), balance.commodity.clone()), balance.amount);
        }
    }
    balances
}

/// The balances that `bean-query` sums over every posting.
fn beancounts(path: &Path) -> Balances {
    let query = "SELECT account, currency, sum(number) GROUP BY account, currency";
    let path = path.to_str().expect("fixture names are UTF-8");
    let text = run_tool(
        "TIEOUT_BEAN_QUERY",
        "bean-query",
        &["--no-errors", "-f", "csv", path, query],
    );
    let mut balances = Balances::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.expect("bean-query prints CSV");
        let amount: Decimal = row[2].trim().parse().expect("bean-query prints numbers");
        if !amount.is_zero() {
            balances.insert((row[0].to_owned(), row[1].to_owned()), amount);
        }
    }
    balances
}

/// The balances that hledger reports, from the exact mantissas of its JSON.
fn hledgers(path: &Path) -> Balances {
    let path = path.to_str().expect("fixture names are UTF-8");
    let arguments = ["-f", path, "balance", "--flat", "--empty", "-O", "json"];
    let report: serde_json::Value = serde_json::from_str(&run_tool("TIEOUT_HLEDGER", "hledger", &arguments)).unwrap();
    let mut balances = Balances::new();
    for row in report[0].as_array().expect("rows") {
        for amount in row[3].as_array().expect("amounts") {
            let quantity = &amount["aquantity"];
            let mantissa = quantity["decimalMantissa"].as_i64().expect("a mantissa");
            let places = quantity["decimalPlaces"].as_u64().expect("places");
            let amount_here = Decimal::try_new(i128::from(mantissa), u8::try_from(places).unwrap()).unwrap();
            let commodity = amount["acommodity"].as_str().expect("a commodity");
            // Amounts at different prices stand apart.
            let key = (row[0].as_str().unwrap().to_owned(), commodity.to_owned());
            let sum = balances.entry(key).or_insert(Decimal::ZERO);
            *sum = sum.checked_add(amount_here).unwrap();
        }
    }
    balances.retain(|_, sum| !sum.is_zero());
    balances
}

#[test]
fn every_balance_agrees_with_bean_query() {
    for path in files("beancount", "beancount") {
        let theirs = beancounts(&path);
        assert!(!theirs.is_empty(), "{}", path.display());
        let books = read_file(&path, None);
        assert_eq!(
            ours(&books),
            theirs,
            "{}\n{:#?}",
            path.display(),
            books.reading.problems
        );
    }
}

#[test]
fn every_balance_agrees_with_hledger() {
    for path in files("hledger", "journal") {
        let theirs = hledgers(&path);
        assert!(!theirs.is_empty(), "{}", path.display());
        let books = read_file(&path, None);
        assert_eq!(
            ours(&books),
            theirs,
            "{}\n{:#?}",
            path.display(),
            books.reading.problems
        );
    }
}
