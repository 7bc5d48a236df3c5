//! What comes out: groups with confidence, tier and proof, and exceptions with class and proposed action.

use crate::items::ItemIndex;

/// The result of a run. Groups are in a canonical order that does not depend on the order of the items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Automatic groups, then suggestions. An item is in at most one automatic group; it may be in several suggestions,
    /// the best of which comes first.
    pub groups: Vec<Group>,
    /// Items that are not explained, or matched with an error or a difference.
    pub exceptions: Vec<Exception>,
}

/// The side an item is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The bank's.
    Line,
    /// The books'.
    Entry,
}

/// Lines and entries that belong together: Σ lines − Σ entries − Σ residuals = 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Parts of bank lines; may be empty (a void and its original).
    pub lines: Vec<Part>,
    /// Parts of entries; may be empty (a payment and its return).
    pub entries: Vec<Part>,
    /// Typed differences that the match books.
    pub residuals: Vec<Residual>,
    /// How many on each side.
    pub shape: Shape,
    /// What happens with it.
    pub tier: Tier,
    /// Probability that the whole group is right, in parts per million.
    pub confidence_ppm: u32,
    /// Why.
    pub proof: Proof,
}

/// A part of an item, or the whole of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// The item.
    pub item: ItemIndex,
    /// Minor units taken of it, signed like it.
    pub amount: i64,
}

/// A difference with a reason, within the limits of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Residual {
    /// The reason.
    pub kind: ResidualKind,
    /// Minor units, signed as it moves the bank account: a fee taken is negative.
    pub amount: i64,
}

/// Reason of a difference within a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResidualKind {
    /// Fee taken out by a processor or bank.
    Fee,
    /// Exchange difference.
    Exchange,
    /// Rounding.
    Rounding,
    /// Short payment, or discount taken.
    ShortPayment,
    /// The entry's amount is wrong and to be corrected (digits swapped, decimal point moved, sign).
    Correction,
}

/// How many lines and entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// One line, one entry.
    OneToOne,
    /// One line, several entries.
    OneToMany,
    /// Several lines, one entry.
    ManyToOne,
    /// Several of both.
    ManyToMany,
    /// Several of one side, none of the other, summing to zero.
    OneSided,
}

/// What happens with a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Certain enough to be booked without a person.
    Automatic,
    /// Shown to a person.
    Suggested,
}

/// Why a group was formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Version of the model that weighed the evidence.
    pub model: &'static str,
    /// Each piece of evidence with what it contributed, strongest first.
    pub evidence: Vec<Evidence>,
    /// Sum of the contributions, in hundredths of a bit.
    pub score: i32,
    /// Score of the best alternative for any item of the group that excludes this group; `None` if there is none.
    pub runner_up: Option<i32>,
    /// How the group was found, and what limits its search hit, for people.
    pub found_by: Reason,
    /// How many solutions a search for sums had, this one included; 0 if nothing was searched.
    pub solutions: u32,
    /// The search hit its limit, so that there may be more of them.
    pub cut_short: bool,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was seen, for people: `reference INV-1042 in the bank's text`.
    pub text: String,
    /// log2 of the likelihood ratio, in hundredths of a bit.
    pub weight: i32,
}

/// How a group was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Best pair of a global assignment.
    Assignment,
    /// Entries (or lines) that share a reference sum to the other side.
    SharedReference,
    /// Entries (or lines) of one contact sum to the other side.
    SharedContact,
    /// Entries (or lines) of one date sum to the other side.
    SharedDate,
    /// A search over sums found exactly one solution.
    UniqueSum,
    /// A search over sums found several solutions, or gave up at its budget.
    AmbiguousSum,
    /// Sales of one contact less the fee that its other payouts have taught come to the payout exactly.
    FeeStructure,
    /// Items of one side that cancel each other.
    Offset,
}

/// An item that a person should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its side.
    pub side: Side,
    /// The item.
    pub item: ItemIndex,
    /// What it is.
    pub class: ExceptionClass,
    /// Outstanding for longer than its age limit.
    pub stale: bool,
    /// The automatic group or best suggestion it is in, by position in [`Outcome::groups`].
    pub group: Option<u32>,
    /// What to do.
    pub action: Action,
}

macro_rules! classes {
    ($( $(#[$doc:meta])* $variant:ident => $code:literal; )+) => {
        /// Class of an exception.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ExceptionClass { $( $(#[$doc])* $variant, )+ }

        impl ExceptionClass {
            /// Every class.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code in files and interfaces.
            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }
        }
    };
}

classes! {
    /// Entry: a check that has not reached the bank by the last day.
    OutstandingCheck => "outstanding_check";
    /// Entry: money in that has not reached the bank.
    DepositInTransit => "deposit_in_transit";
    /// Entry: money out that has not reached the bank.
    PaymentInTransit => "payment_in_transit";
    /// Entry: entered a second time.
    DuplicateEntry => "duplicate_entry";
    /// Entry, matched: two digits swapped.
    AmountTransposed => "amount_transposed";
    /// Entry, matched: decimal point moved.
    AmountSlip => "amount_slip";
    /// Entry, matched: wrong sign.
    SignError => "sign_error";
    /// Entry, matched: date wrong by weeks or more.
    WrongDate => "wrong_date";
    /// Line: a fee of the bank that the books lack.
    BankFee => "bank_fee";
    /// Line: interest that the books lack.
    Interest => "interest";
    /// Line: an item returned by the bank.
    ReturnedItem => "returned_item";
    /// Line: booked twice by the bank.
    DuplicateLine => "duplicate_line";
    /// Line: ordinary business that the books forgot.
    Unrecorded => "unrecorded";
    /// Line, matched: a processor's fee was taken out.
    ProcessorFee => "processor_fee";
    /// Line, matched: exchange difference.
    FxDifference => "fx_difference";
    /// Line, matched: paid short.
    ShortPayment => "short_payment";
    /// Line or entry: candidates exist, but a person must choose.
    Undecided => "undecided";
}

/// What to do about an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing: it will clear by itself.
    Wait,
    /// Record it in the books.
    Record,
    /// Remove or void the surplus entry.
    RemoveDuplicate,
    /// Correct the amount, sign or date in the books.
    Correct,
    /// Book the difference.
    BookDifference,
    /// Ask the other side or the bank: it has been outstanding too long, or looks wrong.
    Investigate,
    /// Choose among the suggestions.
    Choose,
}
