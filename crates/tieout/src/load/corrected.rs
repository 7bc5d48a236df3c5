//! Lines that lines of other files correct, once all files are read.

use super::BankFiles;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_formats::Reading;
use tieout_match::ItemIndex;
use tieout_reconcile::corrections::{self, Correction};
use tieout_report::FileProblem;

/// What a line of a file says of another line.
pub(crate) struct Corrects {
    /// Key of its account.
    pub(crate) account: (String, String),
    /// Where it stands in its file.
    pub(crate) line: u64,
    /// The line itself, if it stands in the other's place; `None` if the other is taken back.
    pub(crate) by: Option<ItemIndex>,
}

/// What the lines of all files say of others.
#[derive(Default)]
pub(crate) struct Corrected {
    /// With the file, whether ids are of all its accounts, and the id of the other line.
    found: Vec<(u32, bool, String, Corrects)>,
}

impl Corrected {
    /// Takes what a file said.
    pub(crate) fn note(&mut self, file: u32, reading: &Reading, said: BTreeMap<String, Corrects>) {
        // Ids of feeds are of all accounts that a program asks for; those of a bank's file are of one account.
        let is_feed = reading.dialect.starts_with("JSON");
        let said = said.into_iter().map(|(id, corrects)| (file, is_feed, id, corrects));
        self.found.extend(said);
    }

    /// Takes out the lines that others correct, and says of each correction what became of it.
    pub(crate) fn apply(self, loaded: &mut BankFiles) -> Result<()> {
        if self.found.is_empty() {
            return Ok(());
        }
        let code = |account: &super::BankAccount| {
            account
                .currency
                .map_or_else(String::new, |currency| currency.code().to_owned())
        };
        let keys: Vec<(String, String)> = loaded
            .accounts
            .iter()
            .map(|account| (account.id.clone(), code(account)))
            .collect();
        let mut listed = Vec::with_capacity(self.found.len());
        for (file, is_global, id, corrects) in &self.found {
            let bank = keys.iter().position(|key| *key == corrects.account);
            listed.push(Correction {
                bank: bank.context("a correction is of no account that was read")?,
                file: *file,
                id: id.clone(),
                by: corrects.by,
                is_global: *is_global,
            });
        }
        let mut banks: Vec<_> = loaded
            .accounts
            .iter_mut()
            .map(|account| std::mem::take(&mut account.bank))
            .collect();
        let answers = corrections::apply(&mut banks, &listed).context("too many lines for one run")?;
        for (account, bank) in loaded.accounts.iter_mut().zip(banks) {
            account.bank = bank;
        }
        for ((file, _, id, corrects), answer) in self.found.iter().zip(answers) {
            let other = answer.and_then(|other| loaded.files.get(usize::try_from(other).ok()?));
            let other = other.map(|other| other.name.clone());
            if other.is_some() || loaded.files.len() > 1 {
                tell(&mut loaded.problems, *file, id, corrects, other.as_deref());
            }
        }
        Ok(())
    }
}

/// The reader has said that the file does not hold the corrected line; here is what the others say.
fn tell(problems: &mut Vec<FileProblem>, file: u32, id: &str, corrects: &Corrects, other: Option<&str>) {
    let id = excerpt(id, 40);
    let what = match corrects.by {
        Some(_) => "stands in the place of",
        None => "takes back",
    };
    let (code, message) = match other {
        Some(other) => {
            let message = format!("this line {what} {id:?} of {other}, which no longer counts");
            (Code::Decided, message)
        }
        None => (
            Code::Correction,
            format!("this line {what} {id:?}, which is in none of these files"),
        ),
    };
    let problem = Problem::new(code, Place::line(corrects.line), message);
    let known = problems.iter_mut().find(|found| {
        let said = &found.problem;
        found.file == file && said.code == Code::Correction && said.place.line == Some(corrects.line)
    });
    match (known, other) {
        (Some(known), _) => known.problem = problem,
        (None, Some(_)) => problems.push(FileProblem { file, problem }),
        // Of a pending line that is not known nothing was said.
        (None, None) => {}
    }
}
