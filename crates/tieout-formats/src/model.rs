//! What a statement file says, whatever its format: statements, lines, balances.
//!
//! Signs are the account owner's: `+` is money in, `-` is money out; a card's purchases and its owed balance are
//! negative. An empty text means that the file does not say. Amounts keep the printed scale.

use crate::account_number;
use tieout_core::{Currency, Date, Decimal};

/// One statement: an account over a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of the file by itself")]
pub struct Statement {
    /// The account, as far as the file says.
    pub account: Account,
    /// Its currency; `None` if the file does not say.
    pub currency: Option<Currency>,
    /// The bank's reference (`:20:`, `Stmt/Id`).
    pub reference: String,
    /// Statement number and page as printed (`:28C:` `00055/001`, `ElctrncSeqNb`).
    pub number: String,
    /// Kind of message, as printed: `camt.053.001.02`, `MT940`, `STMTRS`, `CCSTMTRS`.
    pub message: String,
    /// First and last day as printed.
    pub period: (Option<Date>, Option<Date>),
    /// Booked balance before the first line. Derived ones are marked.
    pub opening: Option<Balance>,
    /// Booked balance after the last line.
    pub closing: Option<Balance>,
    /// What can be spent.
    pub available: Option<Balance>,
    /// Every other balance of the file, in file order.
    pub other_balances: Vec<Balance>,
    /// The statement is a page of a longer one (opening `:60M:` or closing `:62M:`, `INTM`).
    pub intermediate: bool,
    /// Counts and sums that the file prints, to be checked.
    pub control: Vec<Control>,
    /// The file ends in the middle of a line, or what its lines moved cannot be told for sure: what was derived from them proves
    /// nothing.
    pub is_cut: bool,
    /// A movement of it could not be read, and what is left does not prove that those left out are all that is missing: balances
    /// that agree say only that they sum to zero.
    pub lacks_lines: bool,
    /// What the file says of the balances beside its lines: parsers say it with the end of the statement.
    pub balance_column: BalanceColumn,
    /// Lines of securities trades that were counted and left out.
    pub investment_lines: u64,
    /// The signs of lines marked `reversal` are turned, because only then the balances prove. **A sink that keeps lines
    /// must turn them** when it sees this at [`Sink::end`](crate::Sink::end).
    pub reversals_flipped: bool,
    /// Counts and sums over the lines; kept by the reader of files, parsers leave it alone.
    pub totals: Totals,
    /// Whether opening + booked lines = closing; kept by the reader of files, parsers leave it alone.
    pub proof: Proof,
    /// Where the balances beside the lines do not follow, the first hundred in file order; kept by the reader of files.
    pub balance_breaks: Vec<BalanceBreak>,
}

/// What a file says of the balances beside its lines ([`Line::running_balance`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BalanceColumn {
    /// Nothing, or only that they are available ones or those of days: they are running balances if most of them follow.
    #[default]
    Unnamed,
    /// That they are the account's balances after each line: where one does not follow, a line is missing.
    Named,
}

/// A balance beside a line that does not follow from the one before it and the amount: a line before it is missing,
/// doubled or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceBreak {
    /// Where its line stands in the file.
    pub source_line: u64,
    /// Date of its line.
    pub date: Date,
    /// The balance printed there.
    pub balance: Decimal,
    /// That balance less what it should be.
    pub off: Decimal,
}

/// Counts and sums over the lines of one statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Booked lines.
    pub booked: u64,
    /// Pending lines; not in the sums.
    pub pending: u64,
    /// Lines for information only; not in the sums.
    pub info: u64,
    /// Σ of booked amounts above zero.
    pub credits: Decimal,
    /// Σ of booked amounts below zero (a negative number).
    pub debits: Decimal,
    /// First and last booking date of booked lines.
    pub booking_dates: Option<(Date, Date)>,
    /// First and last value date of booked lines.
    pub value_dates: Option<(Date, Date)>,
}

/// opening + Σ booked lines = closing?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Proof {
    /// A balance is missing (or derived from the sum of the lines), or the balances beside the lines break in places that
    /// cancel each other: nothing can be proved. Balances derived from running balances prove.
    #[default]
    NotPossible,
    /// To the last printed digit.
    Exact,
    /// closing − opening − Σ booked lines is this, not zero.
    Off(Decimal),
}

/// The bank account of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Normalised: no blanks; an IBAN in upper case. A currency that a bank appends (`…EUR` in MT940) stays here; see
    /// [`Account::number`]. Empty if the file does not say.
    pub id: String,
    /// As printed.
    pub raw: String,
    /// What kind of number the id is.
    pub scheme: AccountScheme,
    /// The bank's number (`BANKID`, BLZ) or empty.
    pub bank_id: String,
    /// The branch's number or empty.
    pub branch_id: String,
    /// The bank's BIC or empty.
    pub bic: String,
    /// Bank account, card or investment account.
    pub kind: AccountKind,
    /// Type word as printed (`CHECKING`, `CREDITLINE`, `CCard`).
    pub type_word: String,
    /// Name of the account or empty.
    pub name: String,
    /// Name of its owner or empty.
    pub owner: String,
}

impl Account {
    /// The id by which statements of one account are known: an IBAN without the currency that some banks write behind it,
    /// so that it is the same in every format. The currency itself is the statement's.
    pub fn number(&self) -> &str {
        account_number::without_currency(&self.id).unwrap_or(&self.id)
    }
}

/// What kind of number an account's id is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountScheme {
    /// ISO 13616, check digits proved.
    Iban,
    /// A national account number.
    Bban,
    /// A card number, mostly masked.
    Card,
    /// Anything else.
    #[default]
    Other,
}

/// What kind of account it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountKind {
    /// A current, savings or loan account at a bank.
    Bank,
    /// A card account.
    Card,
    /// A securities account.
    Investment,
    /// The file does not say.
    #[default]
    Unknown,
}

/// A balance at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Signed, as the owner's.
    pub amount: Decimal,
    /// Currency, if printed with it.
    pub currency: Option<Currency>,
    /// The date printed with it.
    pub date: Option<Date>,
    /// What it is.
    pub kind: BalanceKind,
    /// The format's own code (`OPBD`, `60F`, `LEDGERBAL`).
    pub source_code: String,
    /// Not printed, but computed from other printed figures.
    pub derived: bool,
}

/// The source code of a derived balance that the balances beside the lines make, which all follow from each other but for
/// the breaks that are named.
pub const RUNNING_BALANCE: &str = "running balance";

impl Balance {
    /// Whether the file prints it: by itself, or beside its lines.
    pub fn is_printed(&self) -> bool {
        !self.derived || self.source_code == RUNNING_BALANCE
    }
}

/// What a balance says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalanceKind {
    /// Booked, before the first line.
    Opening,
    /// Booked, after the last line.
    Closing,
    /// Booked, at some moment of the day.
    Interim,
    /// What can be spent.
    Available,
    /// At a later value date.
    Forward,
    /// With what is expected.
    Expected,
    /// Any other.
    Other,
}

/// A count or sum that the file prints about its own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Which one, in the format's words (`90C`, `TtlCdtNtries`).
    pub source_code: String,
    /// Over which lines.
    pub over: ControlOver,
    /// Number of lines, if printed.
    pub count: Option<u64>,
    /// Their sum, unsigned, if printed.
    pub sum: Option<Decimal>,
}

/// The lines a control total is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlOver {
    /// Amounts above zero.
    Credits,
    /// Amounts below zero.
    Debits,
    /// All.
    Lines,
}

/// Whether a line counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    /// It moved the balance.
    #[default]
    Booked,
    /// It may move the balance later.
    Pending,
    /// It never moves the balance.
    Info,
}

/// One movement. Parsers fill one `Line` again and again ([`Line::clear`]), so that reading allocates nothing per line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Whether it counts.
    pub status: Status,
    /// Booking date; readers fall back to the value date where a format allows it, with a problem.
    pub booking_date: Option<Date>,
    /// Value date.
    pub value_date: Option<Date>,
    /// Signed, as the owner's.
    pub amount: Decimal,
    /// Only where it differs from the statement's, or the statement's is unknown.
    pub currency: Option<Currency>,
    /// The amount before exchange.
    pub original: Option<Original>,
    /// Charges contained in the amount.
    pub fees: Vec<Fee>,
    /// What kind of movement, in the bank's words.
    pub type_code: TypeCode,
    /// This line undoes another.
    pub reversal: bool,
    /// Identifiers.
    pub ids: Ids,
    /// The other side.
    pub counterparty: Counterparty,
    /// Free text, in file order, parts divided by `\n`.
    pub text: String,
    /// Structured reference (RF, QRR, `+++…+++`) or empty.
    pub structured_reference: String,
    /// Purpose code or empty.
    pub purpose: String,
    /// Check number or empty.
    pub check_number: String,
    /// Reason code of a return or empty.
    pub return_reason: String,
    /// Booked balance after this line, where printed.
    pub running_balance: Option<Decimal>,
    /// Parts of a batch; they never move the balance.
    pub children: Vec<Child>,
    /// Where it stands: number of the first line in the file, from 1.
    pub source_line: u64,
    /// Byte range in the file (for UTF-16: in its UTF-8 form).
    pub source_bytes: (u64, u64),
}

impl Line {
    /// Empties every field and keeps the memory.
    pub fn clear(&mut self) {
        self.status = Status::Booked;
        self.booking_date = None;
        self.value_date = None;
        self.amount = Decimal::ZERO;
        self.currency = None;
        self.original = None;
        self.fees.clear();
        self.type_code.clear();
        self.reversal = false;
        self.ids.clear();
        self.counterparty.clear();
        self.text.clear();
        self.structured_reference.clear();
        self.purpose.clear();
        self.check_number.clear();
        self.return_reason.clear();
        self.running_balance = None;
        self.children.clear();
        self.source_line = 0;
        self.source_bytes = (0, 0);
    }
}

/// The amount before exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Signed like the line.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// The rate as printed.
    pub rate: Option<Decimal>,
}

/// A charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// Signed: a charge taken is negative.
    pub amount: Decimal,
    /// Its currency, if printed.
    pub currency: Option<Currency>,
    /// What for, or empty.
    pub text: String,
}

/// Type of a movement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeCode {
    /// ISO 20022 domain (`PMNT`) or empty.
    pub domain: String,
    /// The code: `ICDT-ESCT`, `NTRF`, `CHECK`, a column's word.
    pub code: String,
    /// The bank's own code (`116`, `NTRF+166`) or empty.
    pub proprietary: String,
    /// Who issued the own code, or empty.
    pub issuer: String,
}

/// Identifiers of a movement; empty where the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// The bank's id of the line (`FITID`, `AcctSvcrRef`, reference after `//`).
    pub bank_id: String,
    /// End-to-end id.
    pub end_to_end: String,
    /// Direct-debit mandate.
    pub mandate: String,
    /// Creditor id.
    pub creditor_id: String,
    /// Instruction id.
    pub instruction: String,
    /// The customer's reference.
    pub customer_ref: String,
    /// UETR (SWIFT gpi).
    pub uetr: String,
    /// Reference of the entry within the statement.
    pub entry_ref: String,
    /// The bank id of an earlier line, of this file or of one before it, that this line replaces; if this line is for
    /// information only, it takes the earlier one back.
    pub corrects: String,
}

/// The other side of a movement; empty where the file does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counterparty {
    /// Name.
    pub name: String,
    /// Account number, normalised as [`Account::id`].
    pub account: String,
    /// Bank (BIC or number).
    pub bank: String,
    /// Ultimate party's name.
    pub ultimate_name: String,
    /// Address, lines divided by `\n`.
    pub address: String,
    /// Id of the party.
    pub id: String,
}

/// A part of a batch line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Child {
    /// Signed; `None` if the file does not say.
    pub amount: Option<Decimal>,
    /// Currency, where it differs from the statement's.
    pub currency: Option<Currency>,
    /// Other side's name.
    pub name: String,
    /// Other side's account.
    pub account: String,
    /// End-to-end id or other reference.
    pub reference: String,
    /// Free text.
    pub text: String,
}

macro_rules! clear_texts {
    ($type:ty: $($field:ident),+) => {
        impl $type {
            /// Empties every text and keeps the memory.
            pub fn clear(&mut self) { $( self.$field.clear(); )+ }
        }
    };
}

clear_texts!(TypeCode: domain, code, proprietary, issuer);
clear_texts!(Ids: bank_id, end_to_end, mandate, creditor_id, instruction, customer_ref, uetr, entry_ref, corrects);
clear_texts!(Counterparty: name, account, bank, ultimate_name, address, id);
