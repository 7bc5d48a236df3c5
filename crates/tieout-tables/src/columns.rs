//! What a column is: its role, and how its dates and amounts are written.

use crate::amounts::DecimalMark;
use crate::dates::DateOrder;
use crate::directions::Directions;

/// What a column means. A table has at most one column of most roles; texts may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Booking date, or the only date.
    Date,
    /// Value date.
    ValueDate,
    /// Day on which something is due.
    DueDate,
    /// Signed amount, or unsigned beside a [`Role::Direction`].
    Amount,
    /// Amounts of the debit side.
    Debit,
    /// Amounts of the credit side.
    Credit,
    /// Words that say debit or credit.
    Direction,
    /// Running balance.
    Balance,
    /// Part of an invoice that is not paid.
    OpenAmount,
    /// Currency of the amount.
    Currency,
    /// Amount before exchange.
    OriginalAmount,
    /// Currency before exchange.
    OriginalCurrency,
    /// Rate of exchange.
    Rate,
    /// Charge.
    Fee,
    /// Amount of which a charge was taken to give [`Role::Amount`].
    Gross,
    /// Account whose movements these are: a bank's number, an IBAN, a code of the chart of accounts.
    Account,
    /// Name of that account.
    AccountName,
    /// Which of a bank's products the row is of, each with balances of its own, where nothing else names an account.
    Product,
    /// Number of the bank that keeps the account.
    Bank,
    /// Card number.
    Card,
    /// Free text; several columns may have it.
    Description,
    /// Name of the other side.
    Counterparty,
    /// Account of the other side.
    CounterpartyAccount,
    /// Bank of the other side.
    CounterpartyBank,
    /// Address of the other side.
    CounterpartyAddress,
    /// Reference or document number.
    Reference,
    /// Structured reference of the payer.
    StructuredReference,
    /// End-to-end id.
    EndToEnd,
    /// Direct-debit mandate.
    Mandate,
    /// Creditor id.
    CreditorId,
    /// Check number.
    CheckNumber,
    /// Identifier of the row.
    Id,
    /// Booked, pending.
    Status,
    /// Kind of movement, in words or codes.
    Type,
    /// Code of the kind of row (opening balance, movement, turnover).
    RowCode,
    /// None of these, or not to be told.
    Other,
}

impl Role {
    /// Whether the cells of such a column are dates.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::ValueDate | Self::DueDate)
    }

    /// Whether the cells of such a column are amounts.
    pub fn is_amount(self) -> bool {
        matches!(
            self,
            Self::Amount
                | Self::Debit
                | Self::Credit
                | Self::Balance
                | Self::OpenAmount
                | Self::OriginalAmount
                | Self::Rate
                | Self::Fee
                | Self::Gross
        )
    }
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header's text, or empty.
    pub name: String,
    /// What it means.
    pub role: Role,
    /// Decimal mark of its amounts.
    pub decimal_mark: DecimalMark,
    /// Order of its dates.
    pub date_order: DateOrder,
}

/// How a movement's amount and side are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountLayout {
    /// One column, signed.
    Signed {
        /// The column.
        amount: usize,
        /// How signs are meant.
        sign: SignMeaning,
    },
    /// One column for each side; a row's amount is the difference.
    Sides {
        /// Debits; `None` if the table has credits only.
        debit: Option<Side>,
        /// Credits; `None` if the table has debits only.
        credit: Option<Side>,
    },
    /// Amounts without sign, the side in another column.
    Flagged {
        /// The column of amounts.
        amount: usize,
        /// The column of words.
        direction: usize,
        /// Which words mean what.
        words: Directions,
    },
}

/// A column of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The column.
    pub column: usize,
    /// Whether its values are signed already.
    pub values: SideValues,
}

/// How the values of one side are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideValues {
    /// Without sign; a minus turns a movement back.
    Unsigned,
    /// With the sign that the movement has in the account.
    Signed,
    /// Sometimes with a sign, which means nothing: the column says the side.
    Magnitude,
}

/// How the signs of a column are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignMeaning {
    /// As printed: minus is money out.
    AsPrinted,
    /// Minus is money in (cards).
    Inverted,
    /// A plus is printed for money in, nothing for money out.
    PlusIsIn,
}

impl AmountLayout {
    /// The columns that hold amounts.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        let (first, second) = match self {
            Self::Signed { amount, .. } | Self::Flagged { amount, .. } => (Some(*amount), None),
            Self::Sides { debit, credit } => (debit.map(|side| side.column), credit.map(|side| side.column)),
        };
        first.into_iter().chain(second)
    }
}
