//! What comes out: everything a report needs, by position in the columns of the case; no text of an item is copied.
//!
//! Amounts are minor units of [`Identification::account`]'s currency. Positions: `ItemIndex` into `input.lines` or
//! `input.entries` (which side is said each time), `u32` into [`Reconciliation::groups`], [`Chain::statements`] and
//! [`Chain::breaks`]. Enums have a stable `code` for files and interfaces and a `label` for people.
//!
//! Long because it is a contract: who writes a report reads it from top to bottom, in the order of the report.

use crate::listed::Listed;
use crate::runs::Runs;
use crate::statements::{AccountName, BalanceBreak, PrintedBalance, Provenance, SourceFile};
use tieout_core::Date;
use tieout_ledger::{Period, Transaction};
use tieout_match::{
    Exception, ExceptionClass, Group, Input, ItemIndex, ResidualKind, RuleVersion, Settings, Shape, Tier,
};

/// One account, reconciled as of a day.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// Which account, which files, which days.
    pub identification: Identification,
    /// Tied out or not, and why not.
    pub verdict: Verdict,
    /// The balances.
    pub figures: Figures,
    /// The difference, to the cent.
    pub explanation: Explanation,
    /// Assumptions and hints, in sentences.
    pub notes: Vec<Note>,
    /// The statements, how they follow each other, what they prove.
    pub chain: Chain,
    /// From which day on bank and books part, and by what.
    pub parting: Parting,
    /// The classic form of the statement.
    pub two_sided: TwoSided,
    /// Lines (each once, however many statements contain it) and entries.
    pub input: Input,
    /// Where each line stands in the file of the statement that brought it: number of its first text line, 0 if not known.
    pub line_numbers: Vec<u32>,
    /// Where each entry stands in the books.
    pub provenance: Provenance,
    /// Automatic groups first (see [`Counts::automatic`]), then suggestions, best first.
    pub groups: Vec<Group>,
    /// Items a person should see, of this period only: by date, lines before entries.
    pub exceptions: Vec<Exception>,
    /// Entries in the books that the bank had not booked by the day.
    pub outstanding: Vec<Outstanding>,
    /// What is to be booked.
    pub adjustments: Vec<Adjustment>,
    /// What rules decided.
    pub rulings: Vec<Ruling>,
    /// Of each entry, whether the ledger balance of the day holds it and no earlier reconciliation took it.
    pub in_scope: Vec<bool>,
    /// How many of each.
    pub counts: Counts,
}

impl Reconciliation {
    /// Lines and entries with where they come from.
    pub fn listed(&self) -> Listed<'_> {
        Listed {
            input: &self.input,
            files: &self.identification.files,
            chain: &self.chain,
            line_numbers: &self.line_numbers,
            provenance: &self.provenance,
        }
    }
}

/// Which account, which files, which days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identification {
    /// The account.
    pub account: AccountName,
    /// The files, in the user's order.
    pub files: Vec<SourceFile>,
    /// From the day after the cut-off to the day of the reconciliation. What is dated before it was reconciled earlier,
    /// open items excepted.
    pub period: Period,
    /// Version of the program.
    pub program: String,
    /// Version of the model that matched; empty if nothing was matched.
    pub model: String,
    /// Settings of the run.
    pub settings: Settings,
}

/// Tied out or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// No open line, break, drift or uncovered part; every open entry is outstanding within its age limit. Adjustments
    /// of automatic matches count as booked.
    TiedOut,
    /// For these reasons not.
    NotTiedOut(Vec<Sentence<Fault>>),
}

/// A sentence for people under a stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<C> {
    /// What it is about.
    pub code: C,
    /// The sentence, without full stop.
    pub text: String,
}

/// An assumption or a hint.
pub type Note = Sentence<NoteCode>;

/// Declares an enum whose variants have a code for files and a label for people.
macro_rules! coded {
    ($(#[$outer:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident => $code:literal, $label:literal; )+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$doc])* $variant, )+ }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code in files and interfaces.
            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }
        }
    };
}

coded! {
    /// Why an account is not tied out.
    Fault {
        /// Nearly all lines would fit with the opposite sign.
        Sign => "sign", "signs of the statement seem to be turned";
        /// Lines of the bank without an entry.
        OpenLines => "open_lines", "bank lines that the books do not explain";
        /// Entries that are neither at the bank nor on their way.
        OpenEntries => "open_entries", "entries in error or to be decided";
        /// Entries outstanding for too long.
        StaleEntries => "stale_entries", "entries outstanding for too long";
        /// Entries of days that no statement covers.
        NotCovered => "not_covered", "entries of days without a statement";
        /// An opening that is not the closing before it.
        Break => "break", "statements that do not follow each other";
        /// Entries that only a wrong date keeps out of the books of the day.
        WrongDates => "wrong_dates", "entries with a wrong date";
        /// Bank and books began apart.
        Drift => "drift", "bank and books differ before the period begins";
        /// A part of the statement balance that no line explains.
        Uncovered => "uncovered", "parts of the statement balance without lines";
        /// Two statements contradict each other about the same days.
        Contradiction => "contradiction", "statements that contradict each other";
        /// Lines or entries may be missing because a file could not be read whole.
        Unread => "unread", "files that could not be read whole";
    }
}

coded! {
    /// What a note is about.
    NoteCode {
        /// The books hold no entry of the statements' days.
        OtherPeriod => "other_period", "books of another period";
        /// Entries before the cut-off were taken as cleared.
        AssumedCleared => "assumed_cleared", "entries before the cut-off";
        /// The books' opening balance is not known and was taken from the bank.
        OpeningAssumed => "opening_assumed", "opening balance of the books";
        /// An entry of the first day was taken as the books' opening balance.
        OpeningEntered => "opening_entered", "opening balance entered in the books";
        /// The statements end before the month does, and the books go on.
        AfterLastDay => "after_last_day", "entries after the statements";
        /// The statement balance was computed from the last one printed.
        BalanceDerived => "balance_derived", "statement balance";
        /// No statement prints a balance: movements are compared.
        MovementOnly => "movement_only", "no printed balance";
        /// The same lines came from several statements and count once.
        CountedOnce => "counted_once", "lines in several statements";
        /// Lines of two files may or may not be the same.
        Uncertain => "uncertain", "lines that may be the same";
        /// Days or numbers are missing between statements.
        Gap => "gap", "gaps between statements";
        /// A listed open item and how it was used.
        OpenItem => "open_item", "listed open items";
        /// The balance that the books print is not the sum of their entries.
        BooksBalance => "books_balance", "balance printed in the books";
        /// The difference is twice something: a sign may be turned.
        Sign => "sign", "a sign may be turned";
        /// What may explain a drift.
        DriftHint => "drift_hint", "what may explain the opening difference";
        /// A line and an entry that agree in all but the amount.
        WrongAmount => "wrong_amount", "amounts that may be wrong";
        /// Matched entries that are dated long after their lines.
        LateEntry => "late_entry", "entries dated long after their lines";
        /// From which confidence on matches are automatic, and why.
        Threshold => "threshold", "automatic matches";
        /// Lines that rules set aside from the list, not from the difference.
        Ignored => "ignored", "lines ignored by rules";
        /// A line or an entry is one side of a transfer to another account of the same run.
        Transfer => "transfer", "transfers between own accounts";
    }
}

/// The balances of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// What the bank says on the day.
    pub statement_balance: i64,
    /// Where that comes from.
    pub basis: BalanceBasis,
    /// The books' balance on the day: opening and every entry dated to it.
    pub book_balance: i64,
    /// The same less what lines after the day clear: what is held against the statement.
    pub ledger_balance: i64,
    /// `statement_balance − ledger_balance`.
    pub difference: i64,
    /// First printed opening of the window, or rolled back from it.
    pub bank_opening: i64,
    /// The books' balance at the cut-off without its open items.
    pub books_opening: i64,
    /// Σ of bank lines to the day.
    pub line_total: i64,
    /// Σ of entries in scope to the day.
    pub entry_total: i64,
}

/// Where the statement balance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalanceBasis {
    /// Printed as the closing balance of this statement.
    Printed {
        /// Position in [`Chain::statements`].
        statement: u32,
    },
    /// The last printed one plus the lines after it.
    Derived {
        /// Day of the last printed balance.
        from: Date,
    },
    /// No balance is printed: the sum of the lines.
    Movement,
}

/// The difference, to the cent: its components sum to [`Figures::difference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// All that are not empty, in the order of [`ComponentKind::ALL`].
    pub components: Vec<Component>,
}

/// One component of the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Which.
    pub kind: ComponentKind,
    /// What it adds to the difference: Σ of its shares.
    pub amount: i64,
    /// What it consists of, by date.
    pub shares: Vec<Share>,
}

coded! {
    /// What a component of the difference consists of.
    ComponentKind {
        /// Open parts of lines booked to the day.
        OpenLines => "open_lines", "bank lines not in the books";
        /// Differences within automatic matches that are still to be booked.
        AdjustmentsToBook => "adjustments_to_book", "differences within matches, to be booked";
        /// Matched lines booked to the day whose entries are dated after it.
        RecordedLater => "recorded_later", "recorded in the books after the day";
        /// Open parts of entries in scope (turned: an entry raises the books).
        OpenEntries => "open_entries", "entries not at the bank";
        /// Printed openings that are not the closing before them.
        Breaks => "breaks", "breaks between statements";
        /// Bank and books at the cut-off.
        Drift => "drift", "difference before the period";
        /// Parts of the statement balance without lines.
        Uncovered => "uncovered", "statement balance without lines";
    }
}

/// What something is due to, and its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Due to this.
    pub subject: Subject,
    /// Minor units, signed as it counts in its list.
    pub amount: i64,
}

/// Something an amount is due to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A bank line.
    Line(ItemIndex),
    /// An entry.
    Entry(ItemIndex),
    /// A group, by position in [`Reconciliation::groups`].
    Group(u32),
    /// A break, by position in [`Chain::breaks`].
    Break(u32),
    /// A statement, by position in [`Chain::statements`].
    Statement(u32),
    /// The balances at the cut-off.
    Opening,
}

/// The statements in the order in which they follow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Every statement.
    pub statements: Vec<Statement>,
    /// Where an opening is not the closing before it.
    pub breaks: Vec<Break>,
    /// Missing days or numbers.
    pub gaps: Vec<Gap>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its file, by position in [`Identification::files`].
    pub file: u32,
    /// What it is called in sentences: `statement 00055/001` or `january.sta`.
    pub name: String,
    /// First and last day: printed, or else of its lines. `None` if it has neither.
    pub days: Option<Period>,
    /// As printed.
    pub opening: Option<PrintedBalance>,
    /// As printed.
    pub closing: Option<PrintedBalance>,
    /// Every line it contains, also those that another statement brought first; in its order.
    pub lines: Runs,
    /// How many of them it shares with a statement earlier in the chain.
    pub shared: u32,
    /// Σ of its lines.
    pub total: i64,
    /// opening + Σ lines = closing?
    pub proof: StatementProof,
    /// Where the balances printed beside its lines do not follow.
    pub balance_breaks: Vec<BalanceBreak>,
    /// Its place in the chain.
    pub place: ChainPlace,
}

/// opening + Σ lines = closing?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementProof {
    /// A balance is missing.
    NotPossible,
    /// Yes, to the cent.
    Exact,
    /// closing − opening − Σ lines is this, not zero.
    Off(i64),
}

/// A statement's place in the chain of balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainPlace {
    /// It carries the balance on.
    Link,
    /// All its lines are in others, and its balances agree with theirs.
    Contained,
    /// All its lines are in others, but its opening is off by this from what they say of that moment.
    Contradicts(i64),
    /// It prints no balance: its lines count, the balance is carried by others.
    NoBalance,
}

/// An opening that is not the closing before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The statement before, by position.
    pub before: u32,
    /// The statement whose opening it is, by position.
    pub after: u32,
    /// First day of the statement after.
    pub date: Date,
    /// Printed opening − the closing before it.
    pub amount: i64,
}

/// Days or numbers missing between two statements that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The statement before, by position.
    pub before: u32,
    /// The statement after, by position.
    pub after: u32,
    /// What is missing.
    pub missing: Missing,
}

/// What is missing between two statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// First and last missing day.
    Days(Date, Date),
    /// First and last missing statement number.
    Numbers(u64, u64),
}

/// From which day on bank and books part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// In one sentence: `tied out to 2026-03-14; from 2026-03-15 120.00 off: ...`.
    pub sentence: String,
    /// The last day on which both agree; `None` if they differ from the beginning to the end.
    pub last_tied: Option<Date>,
    /// The first day on which they differ; `None` if they never do.
    pub first_parted: Option<Date>,
    /// Every day on which something moves them apart or together again. Timing is not counted: matched pairs across
    /// days, what is outstanding within its age limit, adjustments of automatic matches. Items that suggestions tie
    /// together count once the last of them came, and only if they do not balance.
    pub days: Vec<PartingDay>,
}

/// A day on which something moves bank and books apart, or together again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartingDay {
    /// The day.
    pub date: Date,
    /// By how much: Σ of the causes.
    pub change: i64,
    /// How far apart from this day on (bank − books).
    pub off: i64,
    /// What does it.
    pub causes: Vec<Share>,
}

/// The classic form: both sides adjusted until they meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoSided {
    /// From the balance per bank.
    pub bank: StatementSide,
    /// From the balance per books.
    pub books: StatementSide,
    /// Adjusted bank balance − adjusted book balance: what nothing explains. Zero if both sides meet.
    pub remaining: i64,
}

/// One side of the classic form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementSide {
    /// The balance it begins with.
    pub balance: i64,
    /// What is added or taken off; empty ones are left out.
    pub sections: Vec<Section>,
    /// `balance` + Σ of the sections.
    pub adjusted: i64,
}

/// A section of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which.
    pub kind: SectionKind,
    /// Σ of its shares.
    pub amount: i64,
    /// Its items, by date, signed as they change the side's balance.
    pub shares: Vec<Share>,
}

coded! {
    /// A section of the classic form, the bank's before the books'.
    SectionKind {
        /// Bank: money in that is in the books, not yet at the bank.
        DepositsInTransit => "deposits_in_transit", "deposits in transit";
        /// Bank: money out that is in the books, not yet at the bank.
        OutstandingPayments => "outstanding_payments", "outstanding payments";
        /// Bank: lines the bank booked twice.
        BankErrors => "bank_errors", "errors of the bank";
        /// Bank: breaks between statements and balances without lines.
        Uncovered => "uncovered", "breaks and parts without lines";
        /// Books: bank fees and interest.
        FeesAndInterest => "fees_and_interest", "bank fees and interest to record";
        /// Books: returned payments.
        Returned => "returned", "returned items to record";
        /// Books: other bank lines that are not recorded.
        Unrecorded => "unrecorded", "other bank lines to record";
        /// Books: differences within automatic matches.
        MatchDifferences => "match_differences", "fees and differences within matches";
        /// Books: entries dated after the day for lines booked to it.
        RecordedLater => "recorded_later", "recorded after the day";
        /// Books: entries entered twice.
        Duplicates => "duplicates", "duplicate entries to remove";
        /// Books: entries with a wrong amount, sign or date.
        Corrections => "corrections", "entries to correct";
        /// Books: lines and entries for which a person must choose.
        Undecided => "undecided", "lines and entries to be decided";
    }
}

/// An entry, or a part of one, that the bank had not booked by the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outstanding {
    /// The entry; of a group that later lines clear as one amount, its first.
    pub entry: ItemIndex,
    /// Minor units outstanding.
    pub amount: i64,
    /// `OutstandingCheck`, `DepositInTransit` or `PaymentInTransit`.
    pub class: ExceptionClass,
    /// Days from the entry to the day of the reconciliation.
    pub age_days: i32,
    /// How it stands.
    pub state: OutstandingState,
}

/// How an outstanding entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutstandingState {
    /// A later line cleared it: group and day of that line.
    ClearedLater {
        /// By position in [`Reconciliation::groups`].
        group: u32,
        /// Date of the first line after the day.
        on: Date,
    },
    /// Within its age limit.
    Waiting,
    /// Longer than its age limit.
    Stale,
}

/// A transaction to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Balanced: the bank account and its other side.
    pub transaction: Transaction,
    /// Why, in one sentence.
    pub reason: String,
    /// What it settles.
    pub subject: Subject,
    /// Which kind.
    pub kind: AdjustmentKind,
    /// Whether it counts as booked.
    pub standing: Standing,
    /// Tax codes of its postings, in their order, empty where there is none.
    pub tax_codes: Vec<String>,
    /// The rule that coded it.
    pub rule: Option<RuleVersion>,
}

/// What a rule decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The rule.
    pub rule: RuleVersion,
    /// About this.
    pub subject: Subject,
    /// What it decided.
    pub kind: RulingKind,
    /// Why, in words.
    pub reason: String,
}

coded! {
    /// What a rule decided.
    RulingKind {
        /// A match.
        Matched => "matched", "matched";
        /// The account on the other side.
        Coded => "coded", "coded to an account";
        /// Several accounts on the other side.
        Split => "split", "split between accounts";
        /// Not to be shown among what is to be done; the difference contains it all the same.
        Ignored => "ignored", "set aside from the list, not from the difference";
        /// Nothing: it could not be carried out, or something else speaks against it.
        Undecided => "undecided", "left to a person";
    }
}

coded! {
    /// Kind of an adjustment, and by it the other side of the booking.
    AdjustmentKind {
        /// Fee of the bank or of a processor.
        Fee => "fee", "bank fee";
        /// Interest earned.
        InterestEarned => "interest_earned", "interest earned";
        /// Interest paid.
        InterestPaid => "interest_paid", "interest paid";
        /// Exchange difference.
        Exchange => "exchange", "exchange difference";
        /// Rounding.
        Rounding => "rounding", "rounding difference";
        /// Short payment or discount.
        ShortPayment => "short_payment", "short payment or discount";
        /// Correction of an entry.
        Correction => "correction", "correction of an entry";
        /// Reversal of an entry made twice.
        Duplicate => "duplicate", "reversal of a duplicate";
        /// A payment that came back.
        Returned => "returned", "returned item";
        /// Anything that has to be coded by a person.
        Suspense => "suspense", "to be clarified";
        /// Coded by a rule or a person.
        Coded => "coded", "coded";
        /// The other side is an own account, or cash on its way there.
        Transfer => "transfer", "transfer between own accounts";
    }
}

/// Whether an adjustment counts as booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Part of an automatic match.
    Booked,
    /// A person decides.
    NeedsDecision,
}

/// How many of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines, each once.
    pub lines: u64,
    /// Lines booked to the day.
    pub lines_to_date: u64,
    /// Entries.
    pub entries: u64,
    /// Entries in scope: after the cut-off to the day, or open items of before.
    pub entries_in_scope: u64,
    /// Entries before the cut-off that count as cleared.
    pub assumed_cleared: u64,
    /// Lines booked to the day that are wholly matched.
    pub lines_matched: u64,
    /// Entries in scope that are wholly matched by lines booked to the day.
    pub entries_matched: u64,
    /// Automatic groups: the first so many of [`Reconciliation::groups`].
    pub automatic: usize,
    /// Suggested groups.
    pub suggested: usize,
    /// Automatic groups that have a line booked to the day, or entries in scope alone: what later lines clear is left out.
    pub automatic_to_date: u64,
    /// Suggested groups, likewise.
    pub suggested_to_date: u64,
    /// Groups by tier and shape, those that are not zero.
    pub shapes: Vec<((Tier, Shape), u64)>,
    /// Exceptions by class, those that are not zero.
    pub classes: Vec<(ExceptionClass, u64)>,
    /// Residuals of automatic groups by kind: how many and their sum, those that are not zero.
    pub residuals: Vec<(ResidualKind, u64, i64)>,
    /// Lines of all statements that were already known from another.
    pub lines_counted_once: u64,
}
