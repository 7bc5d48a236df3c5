//! What a rule is: conditions on a bank line, when it runs, and what follows.

use regex::Regex;
use tieout_core::Date;
use tieout_match::{ResidualKind, RuleVersion};

/// Rules in their order, for accounts of one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulebook {
    /// Digits after the point of the currency for which amounts were read.
    pub digits: u8,
    /// The rules, the first of which that fits decides.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name in proofs and reports, unique in its file.
    pub id: String,
    /// What it is for, for people; may be empty.
    pub note: String,
    /// Before, beside or after the engine.
    pub stage: Stage,
    /// What happens after it has decided.
    pub then_what: Next,
    /// On bank lines.
    pub when: Condition,
    /// What follows.
    pub action: Action,
    /// A hash of all of this except the note.
    pub(crate) version: String,
}

impl Rule {
    /// The rule as proofs name it.
    pub fn version(&self) -> RuleVersion {
        RuleVersion {
            id: self.id.clone(),
            version: self.version.clone(),
        }
    }
}

/// When a rule runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The rule decides, and the engine never sees the items.
    Before,
    /// Both look; where they contradict each other, a person decides.
    Beside,
    /// The rule decides on what the engine left without an automatic match.
    #[default]
    After,
}

/// What happens after a rule has decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Next {
    /// No later rule looks at the line.
    #[default]
    Stop,
    /// A later rule that fits decides instead.
    Continue,
}

/// A condition on a bank line or an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Each holds; of none: always.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A text.
    Text(TextField, TextTest),
    /// Size of the amount without its sign, in minor units, both ends included.
    Amount(Option<i64>, Option<i64>),
    /// Money in or out.
    Direction(Direction),
    /// The bank's type code, or the other account of an entry: one of these, folded.
    Type(Vec<String>),
    /// The account, by its bank number or its name in the books: a part of it, folded.
    Account(String),
    /// From a day to a day, both included.
    Days(Option<Date>, Option<Date>),
    /// Days of the month; 0 is the last.
    DaysOfMonth(Vec<i8>),
    /// Monday is 1.
    Weekdays(Vec<i8>),
}

/// Where a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TextField {
    /// Description, counterparty and reference together.
    Any,
    /// The description alone.
    Description,
    /// Name of the other side.
    Counterparty,
    /// References.
    Reference,
}

/// How a text is tested; texts are folded, see [`tieout_match::fold`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    /// One of these stands in it.
    Contains(Vec<String>),
    /// It begins with one of these.
    Starts(Vec<String>),
    /// All words of one of these stand in it as whole words, in any order.
    Words(Vec<String>),
    /// The pattern matches the text as the file has it.
    Pattern(Pattern),
}

/// A regular expression; two are equal if they are written alike.
#[derive(Debug, Clone)]
pub struct Pattern(pub(crate) Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Into the account.
    In,
    /// Out of it.
    Out,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Match the line with the entry, or the entries, for which this evidence agrees.
    Match(MatchBy),
    /// Book it to accounts: one, or several that share it.
    Code(Vec<Share>, String),
    /// Set it aside from the list for this reason.
    Ignore(String),
    /// Never match it with such entries.
    NeverMatch(Condition),
}

/// How entries are found for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchBy {
    /// Everything that has to agree beside the sum.
    pub evidence: Vec<By>,
    /// What the entries must fulfil.
    pub entry: Condition,
    /// One entry, or all that fit.
    pub entries: Count,
    /// Most days that an entry may lie before the line, and after it.
    pub days: (i32, i32),
    /// Largest difference in minor units, and what it is booked as.
    pub difference: Option<(i64, ResidualKind)>,
}

/// A piece of evidence that must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Sums agree; always needed, so this alone says that nothing else is.
    Amount,
    /// A number of three digits or more of the entry's reference stands in the line.
    Reference,
    /// Check numbers agree.
    Check,
    /// Every word of the entry's contact stands in the line.
    Contact,
    /// The day agrees: that of booking, or the value date.
    Date,
}

/// How many entries a line takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly one that fits.
    One,
    /// All that fit, together.
    All,
}

/// A part of a line and its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The account as the books call it.
    pub account: String,
    /// A tax code, or empty.
    pub tax_code: String,
    /// How much of the line.
    pub size: Size,
}

/// How much of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Parts per million of it.
    Ppm(u32),
    /// Minor units, without sign.
    Fixed(i64),
    /// What the others leave.
    Rest,
}
