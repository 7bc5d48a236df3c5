//! Commands about the server: it runs, its keys, its audit chains.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Where the server's database is.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StoreArgs {
    /// Folder of the embedded database (default: tieout in your data folder)
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A PostgreSQL database instead
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub(crate) database: Option<String>,
}

/// Where the database is, and the key that signs for it.
#[derive(Debug, Clone, Args)]
pub(crate) struct SigningArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// File with the key that signs heads of the audit chain; made if it is not there (default: signing.key beside the
    /// data; of a PostgreSQL database one of its own in your data folder)
    #[arg(long, value_name = "FILE")]
    pub(crate) signing_key: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
    /// Address and port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:7878")]
    pub(crate) listen: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make an API key and print it; works while the server runs
    #[command(after_help = "\
Examples:
  KEY=$(tieout key create --data ./books --name ci --scopes all)
  tieout key create --name reader \\
      --scopes 'accounts:read transactions:read reconciliations:read'")]
    Create(KeyCreateArgs),
    /// List API keys, never their secrets
    #[command(after_help = "\
Examples:
  tieout key list --data ./books")]
    List(KeyListArgs),
    /// End an API key at once; works while the server runs
    #[command(after_help = "\
Examples:
  tieout key revoke key_01h2xcejqtf2nbrexx3vqjhp41 --data ./books")]
    Revoke(KeyRevokeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KeyListArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRevokeArgs {
    /// The key's id, as `tieout key list` shows it
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeyCreateArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// What the key is called
    #[arg(long, value_name = "N")]
    pub(crate) name: String,
    /// `all`, or words such as accounts:read,write parted by blanks
    #[arg(long, value_name = "SCOPES")]
    pub(crate) scopes: String,
    /// For this organization alone (default: the first practice and all below it)
    #[arg(long, value_name = "ORG")]
    pub(crate) organization: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recompute the audit chain of every organization, or of exported files without a database
    #[command(after_help = "\
Examples:
  tieout audit verify --data ./books
  tieout audit verify --head org_01h2xcejqtf2nbrexx3vqjhp41:17:9f86d0…
      the chain must contain a head kept elsewhere
  tieout audit verify chain.jsonl --public-key 3b6a27bc…
      offline; that key must have signed it

Exit codes: 0 every chain is intact, 1 one is broken, 2 it could not be read.")]
    Verify(AuditVerifyArgs),
    /// Write an organization's audit chain as JSON Lines, with its signed heads and the public keys
    #[command(after_help = "\
Examples:
  tieout audit export --data ./books --out chain.jsonl
  tieout audit export --organization org_01h2xcejqtf2nbrexx3vqjhp41 \\
      | gzip > chain.jsonl.gz")]
    Export(AuditExportArgs),
    /// List the public keys that sign heads of audit chains
    #[command(after_help = "\
Examples:
  tieout audit keys --data ./books
      keep the line elsewhere; `audit verify FILE --public-key` takes it")]
    Keys(SigningArgs),
    /// Make a new signing key in place of the present one; works while the server runs
    #[command(after_help = "\
Examples:
  tieout audit rotate-key --data ./books

The new key signs every head at once and all others are retired: what they signed stays valid, they sign no more. Where several
servers with keys of their own work on one database, give each its new key, then retire the old ones.")]
    RotateKey(SigningArgs),
    /// Retire every signing key but the present one, after its file was replaced by hand
    #[command(after_help = "\
Examples:
  tieout audit retire-other-keys --data ./books")]
    RetireOtherKeys(SigningArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditVerifyArgs {
    /// Exported chains; without any, the chains of the database
    #[arg(value_name = "FILE", conflicts_with_all = ["data", "database"])]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// A head kept elsewhere, as an earlier run printed it
    #[arg(long, value_name = "ORG:NUMBER:HASH")]
    pub(crate) head: Vec<String>,
    /// A public key known from elsewhere: one of those given must have signed a head of each file
    #[arg(long, value_name = "HEX", requires = "files")]
    pub(crate) public_key: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AuditExportArgs {
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
    /// Whose chain (default: the first practice)
    #[arg(long, value_name = "ORG")]
    pub(crate) organization: Option<String>,
    /// Where to write it (`-` writes to standard output)
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
}
