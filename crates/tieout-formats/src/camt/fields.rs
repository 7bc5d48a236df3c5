//! The texts that are kept, by concept; [`elements`](super::elements) says where they stand.

use crate::model::ControlOver;

/// An element whose text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Statement(StatementField),
    Account(AccountField),
    Balance(BalanceField),
    Total(ControlOver, TotalField),
    Entry(EntryField),
    Type(Level, TypeField),
    Amount(Level, AmountKind),
    Rate(Level, AmountKind),
    Charge(Level, ChargeField),
    Details(DetailsField),
    Party(Side, PartyField),
}

/// Fields of the message and the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatementField {
    MessageCreated,
    MessagePage,
    MessageLastPage,
    Id,
    ElectronicNumber,
    LegalNumber,
    Created,
    Page,
    LastPage,
    From,
    To,
}

/// Fields of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountField {
    Iban,
    Bban,
    Other,
    OtherScheme,
    Type,
    Currency,
    Name,
    Owner,
    Bic,
    BankMember,
    Branch,
}

/// Fields of a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BalanceField {
    Code,
    SubCode,
    Amount,
    Direction,
    Date,
}

/// Fields of a control total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TotalField {
    Count,
    Sum,
}

/// Fields of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryField {
    Reference,
    Amount,
    Direction,
    Reversal,
    Status,
    Date(Moment),
    ServicerReference,
    BatchMessage,
    BatchPayment,
    Text,
}

/// Fields of the bank transaction code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeField {
    Domain,
    Family,
    SubFamily,
    Proprietary,
    Issuer,
}

/// Fields of a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChargeField {
    Total,
    Amount,
    Direction,
    Included,
    Text,
}

/// Fields of one transaction's details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DetailsField {
    Amount,
    Direction,
    Message,
    ServicerReference,
    Payment,
    Instruction,
    EndToEnd,
    Uetr,
    Transaction,
    Mandate,
    Check,
    Purpose,
    Text,
    StructuredReference,
    ReturnReason,
}

/// Fields of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartyField {
    Name,
    Ultimate,
    Account,
    Bank,
    BankMember,
    Id,
    IdScheme,
    AddressLine,
    Street,
    Building,
    PostCode,
    Town,
    Country,
}

/// Whether something is said of the entry or of one transaction in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Entry,
    Details,
}

/// Which date of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Booking,
    Value,
}

/// Which amount below `AmtDtls`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AmountKind {
    Instructed,
    Transaction,
    CounterValue,
}

/// Who pays and who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Debtor,
    Creditor,
}
