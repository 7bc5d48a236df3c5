//! The command line: every command, option and its help, with examples.

mod import;
mod pairs;
mod questions;
mod serving;

pub(crate) use import::ImportArgs;
pub(crate) use pairs::Pair;

pub(crate) use questions::{
    AsForm, DecideArgs, DecidingArgs, DiffArgs, ExplainArgs, RulesCommand, RulesProposeArgs, RulesTryArgs, VerifyArgs,
    WhatIfArgs,
};

pub(crate) use serving::{
    AuditCommand, AuditExportArgs, AuditVerifyArgs, KeyCommand, KeyCreateArgs, KeyListArgs, KeyRevokeArgs, ServeArgs,
    SigningArgs, StoreArgs,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use tieout_core::{Currency, Date};
use tieout_tables::DateOrder;

/// Reconcile a bank statement with your books, to the cent, and see why.
#[derive(Debug, Parser)]
#[command(
    name = "tieout",
    version,
    about = "Reconcile a bank statement with your books, to the cent, and see why",
    after_help = "\
Examples:
  tieout demo
  tieout reconcile --statement september.ofx --ledger books.csv
  tieout reconcile --statement 2026-*.sta --ledger books.journal \\
      --account assets:bank --report tieout.html
  tieout statement check bank/*.xml

Exit codes: 0 tied out, 1 not tied out, 2 unusable input."
)]
pub(crate) struct Cli {
    /// When to colour the output; `auto` colours a terminal unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reconcile bank statements with books
    Reconcile(Box<ReconcileArgs>),
    /// Show, check or convert statement files
    #[command(
        subcommand,
        after_help = "\
Examples:
  tieout statement show september.ofx             what is read from a file
  tieout statement check from-banks/
      whether every balance proves and nothing is missing
  tieout statement convert bank.sta --to ofx      in another format"
    )]
    Statement(StatementCommand),
    /// Show what is read from a ledger file
    #[command(
        subcommand,
        after_help = "\
Examples:
  tieout books show main.beancount
      the accounts and what they come to
  tieout books show main.beancount --account Assets:Bank
      the entries of one"
    )]
    Books(BooksCommand),
    /// Say why a match was made, and why it is automatic or not
    Explain(ExplainArgs),
    /// Accept or reject what a result suggests, for the next run
    Decide(DecideArgs),
    /// Check that a result file holds what it promises
    Verify(VerifyArgs),
    /// Show what another setting, rule file or day would change
    WhatIf(Box<WhatIfArgs>),
    /// Show what differs between two result files
    Diff(DiffArgs),
    /// Try rules on history, or propose them from it
    #[command(
        subcommand,
        after_help = "\
Examples:
  tieout rules propose --result 2026-*.json > rules.toml
      from what was booked again and again
  tieout rules try rules.toml --statement bank.sta --ledger books.csv
      what they would do, before they do it"
    )]
    Rules(RulesCommand),
    /// Reconcile a month of a small business that comes with the program
    #[command(after_help = "\
Examples:
  tieout demo                    reconcile it, write the report to ./tieout-demo
  tieout demo --out /tmp/demo    write it elsewhere")]
    Demo(DemoArgs),
    /// Run the server: ledger and reconciliation over HTTP
    #[command(after_help = "\
Examples:
  tieout serve
      SQLite in your data folder, http://127.0.0.1:7878
  tieout serve --data ./books --listen 0.0.0.0:8080
      elsewhere
  tieout serve --database postgres://user@host/books
      the same on PostgreSQL 15 or newer")]
    Serve(ServeArgs),
    /// Import a chart of accounts or transactions into the server's books; works while the server runs
    Import(Box<ImportArgs>),
    /// Make, list and revoke API keys
    #[command(
        subcommand,
        after_help = "\
Examples:
  tieout key create --data ./books --name ci --scopes all
  tieout key list --data ./books
  tieout key revoke key_01h2xcejqtf2nbrexx3vqjhp41 --data ./books"
    )]
    Key(KeyCommand),
    /// Check and export audit chains, and the keys that sign them
    #[command(
        subcommand,
        after_help = "\
Examples:
  tieout audit verify --data ./books
      nothing was changed, removed or cut off
  tieout audit export --data ./books --out chain.jsonl
      for somebody who checks it offline
  tieout audit keys --data ./books
      the public keys that sign it"
    )]
    Audit(AuditCommand),
    /// Print a completion script for a shell
    #[command(after_help = "\
Examples:
  tieout completions bash > ~/.local/share/bash-completion/completions/tieout
  tieout completions zsh > ~/.zfunc/_tieout
  tieout completions fish > ~/.config/fish/completions/tieout.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print or write the manual pages
    #[command(after_help = "\
Examples:
  tieout man | man -l -          read it
  tieout man --out man/          write one page for each command")]
    Man {
        /// Write one page for each command into this folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  tieout reconcile --statement september.ofx --ledger books.csv
      one month, everything recognised from the files

  tieout reconcile --statement jan.sta feb.sta mar.sta --ledger main.beancount \\
      --account Assets:Bank
      three statements at once; the account's name may be shortened

  tieout reconcile --statement bank.xml --ledger ledger.csv --report out.html \\
      --json out.json --csv out/
      the report for the auditor, the result for a program, tables for a spreadsheet

  tieout reconcile --statement bank.csv --ledger main.journal --account bank \\
      --adjustments fix.journal
      write the proposed entries as a journal, ready to be included

  tieout reconcile --statement bank.sta --ledger books.csv --rules rules.toml \\
      --json result.json
      with rules of one's own; `tieout rules try` shows first what they would do

  tieout reconcile --statement bank.sta --ledger books.csv \\
      --decisions decisions.csv
      with the suggestions that `tieout decide` accepted or rejected

  tieout reconcile --statement visa.csv --ledger books.csv --account visa \\
      --statement-sign inverted
      a card whose export prints charges as positive

  tieout reconcile --statement bank.xml card.csv --ledger main.beancount \\
      --pair 4931=Assets:Checking --pair 9977=Assets:Savings \\
      --pair card.csv=Liabilities:Visa
      three accounts at once; what moves between them is booked once

Exit codes: 0 tied out, 1 not tied out (also where one of several statement files cannot be used), 2 unusable input.")]
pub(crate) struct ReconcileArgs {
    #[command(flatten)]
    pub(crate) case: CaseArgs,
    /// An account of several, once for each: the bank account in the statement files (a part of its number, its currency, or
    /// the name of its file) and the account in the books; every file that is written gets the account in its name
    #[arg(long, value_name = "STATEMENT=BOOKS", value_parser = pairs::pair,
        conflicts_with_all = ["account", "bank_account", "open_items", "decisions"])]
    pub(crate) pair: Vec<Pair>,
    /// Write the report: one HTML file that needs no network
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write the result as JSON (`-` writes to standard output)
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write matches.csv, exceptions.csv, offsets.csv and more into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the proposed entries in the format of the books (whatever the name ends in), ready to import back
    #[arg(long, value_name = "FILE")]
    pub(crate) adjustments: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What is reconciled, and how it is decided.
#[derive(Debug, Clone, Args)]
pub(crate) struct CaseArgs {
    /// Bank statement files: OFX, camt, MT940, BAI2, CODA, Norma 43, CFONB, GPC, CNAB, QIF, CSV, XLSX, JSON, PDF, zip (`-` reads standard input)
    #[arg(long, short, required = true, num_args = 1.., value_name = "FILE")]
    pub(crate) statement: Vec<PathBuf>,
    /// Your books: CSV, XLSX, XLS, beancount, hledger or ledger journal, gnucash, QIF, IIF, OFX, Crane JSON, SIE, DATEV, FEC, SAF-T, JPK
    #[arg(long, short, value_name = "FILE")]
    pub(crate) ledger: PathBuf,
    /// The bank account in the books, where the file holds several; its number, or any unique part of its name
    #[arg(long, short, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// The bank account in the statement files, where they hold several; any unique part of its number, or its currency
    #[arg(long, value_name = "ID")]
    pub(crate) bank_account: Option<String>,
    /// Reconcile as of this day (default: the last day of the statements)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) as_of: Option<Date>,
    /// CSV of entries that were open before the first statement (columns: date, amount or outstanding, and number, check,
    /// payee or description); all others before it are assumed cleared
    #[arg(long, value_name = "FILE")]
    pub(crate) open_items: Option<PathBuf>,
    /// How the statement files mean their signs: `inverted` turns every amount and balance
    #[arg(long, value_enum, default_value_t = StatementSign::AsPrinted, value_name = "SIGN")]
    pub(crate) statement_sign: StatementSign,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Read the ledger as this kind whatever its content looks like
    #[arg(long, value_name = "NAME")]
    pub(crate) ledger_format: Option<String>,
    /// Column mapping of a CSV or XLSX ledger
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger_mapping: Option<PathBuf>,
    /// Order of day and month in the ledger, where it leaves it open
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) ledger_date_order: Option<Order>,
    /// Days until an outstanding entry is stale: checks, deposits, other payments
    #[arg(long, value_name = "C,D,P", default_value = "180,10,10", value_parser = age_limits)]
    pub(crate) age_limits: tieout_match::AgeLimits,
    #[command(flatten)]
    pub(crate) deciding: DecidingArgs,
}

/// How to read statement files.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReadingArgs {
    /// Currency of files that do not say theirs
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<Currency>,
    /// Order of day and month in statement files that leave it open
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) date_order: Option<Order>,
    /// Column mapping of CSV statements
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Read statement files as this format whatever their content looks like
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
}

/// How statement files mean their signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatementSign {
    /// Money in is positive
    AsPrinted,
    /// Money out is positive, as in the exports of some cards
    Inverted,
}

/// Order of day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// 31/12/2026
    Dmy,
    /// 12/31/2026
    Mdy,
    /// 2026/12/31
    Ymd,
}

impl From<Order> for DateOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Dmy => Self::DayMonthYear,
            Order::Mdy => Self::MonthDayYear,
            Order::Ymd => Self::YearMonthDay,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    /// Print what is read from a statement file
    #[command(after_help = "\
Examples:
  tieout statement show september.ofx
  tieout statement show bank.sta --as json
  tieout statement show export.csv --date-order dmy --as csv")]
    Show {
        /// The file (`-` reads standard input)
        file: PathBuf,
        /// How to print it
        #[arg(long = "as", value_enum, default_value_t = ShowAs::Table, value_name = "FORM")]
        show_as: ShowAs,
        #[command(flatten)]
        reading: ReadingArgs,
    },
    /// Prove balances and continuity over many files
    #[command(after_help = "\
Examples:
  tieout statement check bank/*.xml
  tieout statement check 2026-*.sta
  tieout statement check from-banks/
      every file in the folder and below it, with one line on each

Exit codes: 0 every balance proves and nothing is missing, 1 something is off, 2 a file cannot be used.")]
    Check {
        /// The files, or folders of them
        #[arg(required = true, value_name = "FILE|FOLDER")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        reading: ReadingArgs,
    },
    /// Write statement files of any format in another one
    #[command(after_help = "\
Examples:
  tieout statement convert bank.sta --to ofx > bank.ofx
  tieout statement convert export.csv --to camt --out bank.xml
  tieout statement convert statement.qif --to csv --currency USD
  tieout statement convert 2026-*.sta --to csv --out year.csv
      all statements in one file, in the order given
  tieout statement convert from-banks/ --to camt --out-dir converted
      each file by itself

JSON holds everything that is read of a statement, and reads back as it was (tieout statement show year.json).")]
    Convert {
        /// The files, or folders of them (`-` reads standard input)
        #[arg(required = true, value_name = "FILE|FOLDER")]
        files: Vec<PathBuf>,
        /// The format to write
        #[arg(long, value_enum, value_name = "FORMAT")]
        to: ConvertTo,
        /// Where to write all of them, as one file (default: standard output)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write each file by itself, into this folder
        #[arg(long, value_name = "DIR", conflicts_with = "out")]
        out_dir: Option<PathBuf>,
        #[command(flatten)]
        reading: ReadingArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BooksCommand {
    /// Print the accounts of a ledger file, or the entries of one
    #[command(after_help = "\
Examples:
  tieout books show main.beancount
  tieout books show main.beancount --account Assets:Bank:Checking")]
    Show {
        /// The file
        file: PathBuf,
        /// The account; any unique part of its name
        #[arg(long, short, value_name = "NAME")]
        account: Option<String>,
        /// Column mapping of a CSV or XLSX ledger
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
    },
}

/// How `statement show` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowAs {
    Table,
    Json,
    Csv,
}

/// What `statement convert` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConvertTo {
    /// Normalised CSV
    Csv,
    /// Normalised JSON
    Json,
    /// OFX 2.2
    Ofx,
    /// camt.053.001.08
    Camt,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder for the report and the demo's own files
    #[arg(long, value_name = "DIR", default_value = "tieout-demo")]
    pub(crate) out: PathBuf,
}

fn day(text: &str) -> Result<Date, String> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    text.parse()
        .ok()
        .filter(|_| shaped)
        .ok_or_else(|| "give a day that exists as year-month-day (2026-01-31)".to_owned())
}

pub(crate) fn age_limits(text: &str) -> Result<tieout_match::AgeLimits, String> {
    let wrong = || "give three numbers of days: checks,deposits,payments (180,10,10)".to_owned();
    let days: Vec<i32> = text
        .split(',')
        .map(|part| part.trim().parse::<i32>().ok().filter(|days| *days >= 0))
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    match days.as_slice() {
        [check_days, deposit_days, payment_days] => Ok(tieout_match::AgeLimits {
            check_days: *check_days,
            deposit_days: *deposit_days,
            payment_days: *payment_days,
        }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests;
