//! How hard the books are: rates in thousandths unless they say otherwise.

/// The three difficulties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difficulty {
    /// References mostly present, short lags, few errors.
    Clean,
    /// Names cut or abbreviated, references missing or mangled about half of the time, a percent of errors.
    Typical,
    /// Many equal amounts, payments without names, checks that take long, late bookkeeping, several percent of errors.
    Nasty,
}

impl Difficulty {
    /// All, from easy to hard.
    pub const ALL: [Self; 3] = [Self::Clean, Self::Typical, Self::Nasty];

    /// Its name in tables and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Typical => "typical",
            Self::Nasty => "nasty",
        }
    }
}

/// Rates of a difficulty.
pub(super) struct Level {
    /// The reference reaches the bank's text.
    pub(super) reference: u64,
    /// A reference that does so is mangled.
    pub(super) reference_mangled: u64,
    /// The bank's text names the other side.
    pub(super) name: u64,
    /// A name is shortened, turned round or misspelt beyond the bank's own cutting.
    pub(super) name_mangled: u64,
    /// The other side pays through somebody whose name is another.
    pub(super) alias: u64,
    /// The entry has no counterparty, no document.
    pub(super) entry_nameless: u64,
    pub(super) entry_unnumbered: u64,
    /// A slip of the keyboard in an entry's text.
    pub(super) typo: u64,
    /// The entry was written days after the bank's line.
    pub(super) late: u64,
    /// An amount comes from the price list.
    pub(super) listed: u64,
    /// Days from entry to line, each as likely as the others.
    pub(super) lags: &'static [i64],
    pub(super) check_days: (i64, i64),
    /// Errors of entries, each kind, in ten-thousandths.
    pub(super) error: u64,
    pub(super) duplicate: u64,
    /// Errors of the bank, in ten-thousandths.
    pub(super) bank_error: u64,
    pub(super) returned: u64,
    pub(super) unrecorded: u64,
    pub(super) short: u64,
    /// Checks that are voided and written anew.
    pub(super) reissued: u64,
    /// Batches show the number of their slip.
    pub(super) slip: u64,
    /// Deposits without a slip are of days of their own: who pays in several piles of one day writes down which is which.
    pub(super) piles_apart: bool,
    /// Payouts that hold sales of the evening before.
    pub(super) evening: u64,
}

pub(super) fn level(difficulty: Difficulty) -> &'static Level {
    match difficulty {
        Difficulty::Clean => &Level {
            reference: 780,
            reference_mangled: 40,
            name: 985,
            name_mangled: 60,
            alias: 10,
            entry_nameless: 10,
            entry_unnumbered: 25,
            typo: 5,
            late: 10,
            listed: 60,
            lags: &[0, 0, 1, 1, 1, 2, 2, 3],
            check_days: (2, 12),
            error: 3,
            duplicate: 4,
            bank_error: 2,
            returned: 1,
            unrecorded: 3,
            short: 2,
            reissued: 5,
            slip: 800,
            piles_apart: true,
            evening: 40,
        },
        Difficulty::Typical => &Level {
            reference: 500,
            reference_mangled: 260,
            name: 880,
            name_mangled: 330,
            alias: 40,
            entry_nameless: 60,
            entry_unnumbered: 60,
            typo: 30,
            late: 50,
            listed: 250,
            lags: &[0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6],
            check_days: (3, 28),
            error: 25,
            duplicate: 25,
            bank_error: 10,
            returned: 3,
            unrecorded: 10,
            short: 6,
            reissued: 15,
            slip: 500,
            piles_apart: true,
            evening: 180,
        },
        Difficulty::Nasty => &Level {
            reference: 220,
            reference_mangled: 420,
            name: 680,
            name_mangled: 480,
            alias: 90,
            entry_nameless: 180,
            entry_unnumbered: 80,
            typo: 90,
            late: 160,
            listed: 680,
            lags: &[0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 12],
            check_days: (5, 75),
            error: 80,
            duplicate: 110,
            bank_error: 40,
            returned: 7,
            unrecorded: 28,
            short: 12,
            reissued: 40,
            slip: 250,
            piles_apart: false,
            evening: 400,
        },
    }
}
