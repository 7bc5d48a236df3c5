//! What comes out: groups with confidence, tier and proof, and exceptions with class and proposed action.

use crate::few::Few;
use crate::items::ItemIndex;
use std::borrow::Cow;

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
    pub lines: Few<Part>,
    /// Parts of entries; may be empty (a payment and its return).
    pub entries: Few<Part>,
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

/// Why a group was formed: enough to replay the decision, see [`replay`](mod@crate::replay).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Version of the model that weighed the evidence.
    pub model: &'static str,
    /// [`Model::hash`](crate::Model::hash) of what the model had learnt.
    pub model_hash: u64,
    /// The rule that made the group, or that says the same as the engine.
    pub rule: Option<Box<RuleVersion>>,
    /// Each piece of evidence with what it contributed, strongest first. Empty for pairs of one line and one entry until
    /// [`Explainer::evidence`](crate::Explainer::evidence) is asked: a run makes a million of them, and few are read.
    pub evidence: Vec<Evidence>,
    /// Sum of the contributions, in hundredths of a bit.
    pub score: i32,
    /// Score of the best alternative for any item of the group that excludes this group; `None` if there is none.
    pub runner_up: Option<i32>,
    /// How many other groups were weighed that would use one of its items.
    pub alternatives: u32,
    /// Probability as the model computes it, before calibration, in parts per million.
    pub computed_ppm: u32,
    /// What keeps it from being automatic however probable it is.
    pub held_back: Option<HeldBack>,
    /// How the group was found, and what limits its search hit, for people.
    pub found_by: Reason,
}

/// A rule as it stood when it decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleVersion {
    /// Its id in the rule file.
    pub id: String,
    /// A hash of everything the rule says.
    pub version: String,
}

/// What keeps a group from being automatic however probable it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldBack {
    /// Another group of nearly the same score claims some of its items.
    Ambiguous,
    /// The search that found it ended at its limit, so a better one may exist.
    CutShort,
    /// Nothing but amounts and days speaks for it.
    Unproven,
    /// The amounts differ, and nothing but the size of the difference says why.
    AmountsDiffer,
    /// The entry is older than the statements, and would have to have waited for longer than its kind does.
    SettledBefore,
    /// Line and entry name different documents or checks.
    OtherDocument,
    /// An automatic group that is surer holds one of its items.
    SharesItem,
    /// Items of one side only: what was meant is for a person to say.
    OneSided,
    /// A rule says otherwise.
    RuleDisagrees,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// What was seen, for people: `reference INV-1042 in the bank's text`.
    pub text: Cow<'static, str>,
    /// log2 of the likelihood ratio, in hundredths of a bit.
    pub weight: i32,
}

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// What is expected before anything is looked at.
    Prior,
    /// Amounts, or the sum of several.
    Amount,
    /// Days apart.
    Date,
    /// Numbers of documents.
    Reference,
    /// Check numbers.
    CheckNumber,
    /// Names.
    Contact,
    /// The bank's type of line.
    Type,
    /// Payments that come again and again.
    Recurrence,
    /// Amounts that differ without a word for it.
    Unsupported,
    /// Other combinations that were tried.
    Search,
    /// What the members of a group have in common.
    Coherence,
    /// Items of one side that undo each other.
    Undoing,
    /// A condition of a rule.
    Rule,
    /// What a person decided.
    Decision,
}

/// How a group was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Best pair of a global assignment.
    Assignment,
    /// The bank itemises the line, and each part has an entry of its amount and name.
    Itemised,
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
    /// A line and an entry bear the number of one check; their amounts differ.
    SameNumber,
    /// A line pays a part of what the document that it names asks for.
    PartPayment,
    /// A rule says so.
    Rule,
    /// A person accepted it, or booked the correction that it needed.
    Decision,
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
    /// Entry: undoes a payment, or a receipt, that the bank made all the same.
    VoidOfPaid => "void_of_paid";
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
    /// Reverse the void, or ask the bank why it paid.
    ReverseVoid,
    /// Correct the amount, sign or date in the books.
    Correct,
    /// Book the difference.
    BookDifference,
    /// Ask the other side or the bank: it has been outstanding too long, or looks wrong.
    Investigate,
    /// Choose among the suggestions.
    Choose,
    /// Give the statement of days that none covers.
    GiveStatement,
    /// Book it as a transfer to or from another own account, once for both.
    BookTransfer,
    /// Correct what the books have on the other side of a transfer.
    CorrectOtherSide,
}

impl Action {
    /// What is usually done about an exception of a class on a side.
    pub fn of(class: ExceptionClass, side: Side) -> Self {
        use ExceptionClass as Class;
        match class {
            Class::OutstandingCheck | Class::DepositInTransit | Class::PaymentInTransit => Self::Wait,
            Class::DuplicateEntry => Self::RemoveDuplicate,
            Class::VoidOfPaid => Self::ReverseVoid,
            Class::AmountTransposed | Class::AmountSlip | Class::SignError | Class::WrongDate => Self::Correct,
            Class::BankFee | Class::Interest | Class::ReturnedItem | Class::Unrecorded => Self::Record,
            Class::DuplicateLine => Self::Investigate,
            Class::ProcessorFee | Class::FxDifference => Self::BookDifference,
            Class::ShortPayment if side == Side::Line => Self::BookDifference,
            Class::ShortPayment => Self::Investigate,
            Class::Undecided => Self::Choose,
        }
    }
}
