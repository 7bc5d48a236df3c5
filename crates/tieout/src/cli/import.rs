//! Options of `tieout import`.

use super::{Order, StoreArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use tieout_books::DecimalMark;
use tieout_core::Currency;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tieout import --chart accounts.csv
      columns code, name, type and, if you like, currency, parent, description, time zone

  tieout import main.beancount --create-accounts
      every transaction of a journal; a second run adds only what is new

  tieout import books.journal --map 'assets:bank=1000' \\
      --map 'expenses:rent=6000' --dry-run
      say what would be done

  tieout import --open-items unpaid.csv --create-contacts
      invoices and bills that are in the books already

  tieout import checking.csv --account 1000 --suspense 9999
      a table of one account: the other side is its column of accounts, or the suspense account

Exit codes: 0 done, 1 something cannot be taken (then nothing was, unless --take-what-fits), 2 unusable input.")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub(crate) struct ImportArgs {
    /// Beancount, hledger or ledger journal, gnucash, SIE, DATEV, FEC, SAF-T; or CSV, XLSX, QIF of one account
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// The organization (default: the first practice)
    #[arg(long, value_name = "ORG")]
    pub(crate) organization: Option<String>,
    /// Import the chart of accounts only
    #[arg(long)]
    pub(crate) chart: bool,
    /// Import open items: a table with number, date, due date, contact, amount, open amount; negative amounts are bills
    #[arg(long, conflicts_with_all = ["chart", "create_accounts"])]
    pub(crate) open_items: bool,
    /// Of open items: make contacts whose name is not known
    #[arg(long, requires = "open_items")]
    pub(crate) create_contacts: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Make accounts that are missing, where their type is known
    #[arg(long, conflicts_with = "chart")]
    pub(crate) create_accounts: bool,
    /// An account of the file is this one here, by its code
    #[arg(long, value_name = "NAME=CODE", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,
    /// Code of the account that a table lists; of open items: on which they stand
    #[arg(long, value_name = "CODE")]
    pub(crate) account: Option<String>,
    /// The account to read of a table that holds several, as the table calls it
    #[arg(long, value_name = "NAME")]
    pub(crate) file_account: Option<String>,
    /// Code of the account for rows of a table that name no other side
    #[arg(long, value_name = "CODE")]
    pub(crate) suspense: Option<String>,
    /// By which name the source is known again (default: journal; of tables one for each account)
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// What `$`, `kr` and amounts without a currency are
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<Currency>,
    /// Order of day and month where a table leaves it open
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) date_order: Option<Order>,
    /// Decimal mark where the amounts leave it open (1.459)
    #[arg(long, value_enum, value_name = "MARK")]
    pub(crate) decimal_mark: Option<Mark>,
    /// Column mapping of a table
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Read the file as this kind whatever its content looks like
    #[arg(long, value_name = "NAME")]
    pub(crate) format: Option<String>,
    /// Enter what is no currency (shares) at what it cost
    #[arg(long)]
    pub(crate) at_cost: bool,
    /// Take what can be taken although something cannot
    #[arg(long)]
    pub(crate) take_what_fits: bool,
}

/// What divides the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mark {
    /// 1.459 is less than two
    #[value(name = ".", alias = "point")]
    Point,
    /// 1,459 is less than two
    #[value(name = ",", alias = "comma")]
    Comma,
}

impl From<Mark> for DecimalMark {
    fn from(mark: Mark) -> Self {
        match mark {
            Mark::Point => Self::Point,
            Mark::Comma => Self::Comma,
        }
    }
}

/// `assets:bank=1000`: the last `=` divides.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((name, code)) if !name.is_empty() && !code.is_empty() => Ok((name.to_owned(), code.to_owned())),
        _ => Err("give the account of the file and the code it has here: 'assets:bank=1000'".to_owned()),
    }
}
