//! The engine's words: a stable code for files, a label for people. (The words of the result stand in its own crate.)

use tieout_core::Severity;
use tieout_match::{Action, EvidenceKind, ExceptionClass, HeldBack, Reason, ResidualKind, Shape, Side, Tier};
use tieout_reconcile::result::Standing;
use tieout_reconcile::statements::{Completeness, FileRole};

/// A value that has a code in files and a label on paper.
pub(crate) trait Word {
    /// In files; never changes.
    fn code(self) -> &'static str;
    /// For people.
    fn label(self) -> &'static str;
}

/// Finds the word of a code that a file holds.
pub(crate) trait FromCode: Sized {
    /// The value, if the code is known.
    fn from_code(code: &str) -> Option<Self>;
}

/// One table for each type: variant, code, label.
macro_rules! words {
    ($( $type:ident { $( $variant:ident => $code:literal, $label:literal; )+ } )+) => { $(
        impl FromCode for $type {
            fn from_code(code: &str) -> Option<Self> {
                match code {
                    $( $code => Some(Self::$variant), )+
                    _ => None,
                }
            }
        }

        impl Word for $type {
            fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }
        }
    )+ };
}

words! {
    Side {
        Line => "statement", "Bank";
        Entry => "ledger", "Books";
    }
    Tier {
        Automatic => "auto", "automatic";
        Suggested => "suggested", "suggested";
    }
    Shape {
        OneToOne => "1:1", "one to one";
        OneToMany => "1:n", "one line with several entries";
        ManyToOne => "n:1", "several lines with one entry";
        ManyToMany => "n:m", "several of both";
        OneSided => "one_sided", "cancelling on one side";
    }
    ResidualKind {
        Fee => "fee", "fee taken out";
        Exchange => "exchange", "exchange difference";
        Rounding => "rounding", "rounding";
        ShortPayment => "short_payment", "short payment or discount";
        Correction => "correction", "entry to be corrected";
    }
    Reason {
        Assignment => "assignment", "best pair of all";
        Itemised => "itemised", "each part that the bank prints has its entry";
        SharedReference => "shared_reference", "same reference, sums agree";
        SharedContact => "shared_contact", "same contact, sums agree";
        SharedDate => "shared_date", "same date, sums agree";
        UniqueSum => "unique_sum", "the only sum that agrees";
        AmbiguousSum => "ambiguous_sum", "one of several sums that agree";
        FeeStructure => "fee_structure", "sales less the usual fee agree";
        Offset => "offset", "cancel each other";
        SameNumber => "same_number", "the same check number, the amounts differ";
        PartPayment => "part_payment", "a part of what the named document asks for";
        Rule => "rule", "a rule says so";
        Decision => "decision", "a person decided it";
    }
    EvidenceKind {
        Prior => "prior", "expected beforehand";
        Amount => "amount", "amount";
        Date => "date", "days apart";
        Reference => "reference", "reference";
        CheckNumber => "check_number", "check number";
        Contact => "contact", "contact";
        Type => "type", "type of line";
        Recurrence => "recurrence", "recurring payment";
        Unsupported => "unsupported", "difference";
        Search => "search", "combinations tried";
        Coherence => "coherence", "what they share";
        Undoing => "undoing", "undoing";
        Rule => "rule", "rule";
        Decision => "decision", "decision";
    }
    HeldBack {
        Ambiguous => "ambiguous", "another combination fits nearly as well";
        Unproven => "unproven", "the texts do not speak for it, and amount and days alone are not enough";
        AmountsDiffer => "amounts_differ", "the amounts differ, and what speaks for it does not say why";
        OtherDocument => "other_document", "line and entry bear different numbers of documents or checks";
        SettledBefore => "settled_before", "the entry is older than the statements and has most likely been paid before them";
        CutShort => "cut_short", "the search for sums ended at its limit, so a better one may exist";
        SharesItem => "shares_item", "a surer match holds one of its items";
        OneSided => "one_sided", "items of one side only: what was meant is for a person to say";
        RuleDisagrees => "rule_disagrees", "rule and engine contradict each other";
    }
    Action {
        Wait => "wait", "nothing: it will clear";
        Record => "record", "record it";
        RemoveDuplicate => "remove_duplicate", "remove the duplicate";
        ReverseVoid => "reverse_void", "reverse the void, or ask the bank why it paid";
        Correct => "correct", "correct the entry";
        BookDifference => "book_difference", "book the difference";
        Investigate => "investigate", "ask the bank or the payee";
        GiveStatement => "give_statement", "give the statement of the days that none covers";
        BookTransfer => "book_transfer", "a transfer between these accounts, book it once";
        CorrectOtherSide => "correct_other_side", "another of these accounts has it booked, correct that booking";
        Choose => "choose", "choose a suggestion";
    }
    Standing {
        Booked => "booked", "part of an automatic match";
        NeedsDecision => "needs_decision", "to be decided";
    }
    FileRole {
        Statement => "statement", "Statement";
        Books => "books", "Books";
        OpenItems => "open_items", "Open items";
        Decisions => "decisions", "Decisions";
    }
    Completeness {
        Whole => "whole", "read whole";
        Partial => "partial", "not read whole";
        Lacking => "lacking", "holds a file that could not be read";
        Contradictory => "contradictory", "contradicts its own totals";
        Refused => "refused", "could not be used";
    }
    Severity {
        Notice => "notice", "notice";
        Warning => "warning", "warning";
        Error => "error", "error";
    }
}

/// The class of an exception, for people.
pub(crate) fn class_label(class: ExceptionClass) -> &'static str {
    match class {
        ExceptionClass::OutstandingCheck => "outstanding check",
        ExceptionClass::DepositInTransit => "deposit in transit",
        ExceptionClass::PaymentInTransit => "payment in transit",
        ExceptionClass::DuplicateEntry => "duplicate entry",
        ExceptionClass::VoidOfPaid => "void of what the bank paid",
        ExceptionClass::AmountTransposed => "digits swapped",
        ExceptionClass::AmountSlip => "decimal point moved",
        ExceptionClass::SignError => "wrong sign",
        ExceptionClass::WrongDate => "wrong date",
        ExceptionClass::BankFee => "bank fee not in the books",
        ExceptionClass::Interest => "interest not in the books",
        ExceptionClass::ReturnedItem => "returned item",
        ExceptionClass::DuplicateLine => "booked twice by the bank",
        ExceptionClass::Unrecorded => "not in the books",
        ExceptionClass::ProcessorFee => "processor fee taken out",
        ExceptionClass::FxDifference => "exchange difference",
        ExceptionClass::ShortPayment => "short payment",
        ExceptionClass::Undecided => "to be decided",
    }
}

/// The same where the exception is a difference within a match: as the match has it, and as it is booked. Whoever pays
/// less takes a discount or has a fee taken out, and the class does not tell these apart.
pub(crate) fn difference_label(class: ExceptionClass, residuals: &[ResidualKind]) -> &'static str {
    match (class, residuals) {
        (ExceptionClass::ShortPayment, [ResidualKind::Fee]) => "fee taken out of the payment",
        _ => class_label(class),
    }
}

/// A whole number for people: `1,234`.
pub(crate) fn count(number: impl TryInto<i64>) -> String {
    tieout_core::money::grouped(number.try_into().unwrap_or(i64::MAX), 0)
}

/// `1 line`, `1,234 lines`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}
